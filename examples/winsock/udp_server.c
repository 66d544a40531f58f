/* SPDX-License-Identifier: MIT
 *
 * Datagrams with what the system knows of each: WSARecvMsg, and the address a datagram was sent to.
 *
 *     udp_server [--port 0] [--datagrams 0]
 *
 * It listens on every address, sends each datagram back to its sender, and ends after so many of them; 0 means never.
 * It shows IP_PKTINFO, control data with the macros of WSAMSG, and a datagram that is longer than its buffer.
 */
#include "common.h"

#include <ws2tcpip.h>

#include <mswsock.h>

enum { ROOM = 64 };

struct datagram {
    struct sockaddr_in sender, target;
    char bytes[ROOM];
    DWORD count;
    BOOL is_cut; /* there was more of it */
};

static LPFN_WSARECVMSG function_find(SOCKET socket) {
    GUID id = WSAID_WSARECVMSG;
    LPFN_WSARECVMSG function;
    DWORD returned;

    if (WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &function, sizeof function, &returned,
                 NULL, NULL) == SOCKET_ERROR) {
        fail("SIO_GET_EXTENSION_FUNCTION_POINTER", WSAGetLastError());
    }
    return function;
}

static void target_find(WSAMSG *message, struct sockaddr_in *target) {
    WSACMSGHDR *header;

    for (header = WSA_CMSG_FIRSTHDR(message); header != NULL; header = WSA_CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
            const IN_PKTINFO *info = (const IN_PKTINFO *)WSA_CMSG_DATA(header);

            target->sin_family = AF_INET;
            target->sin_addr = info->ipi_addr;
            return;
        }
    }
    fail("IP_PKTINFO is missing", WSAEINVAL);
}

static void datagram_receive(LPFN_WSARECVMSG receive_message, SOCKET socket, struct datagram *datagram) {
    char control[WSA_CMSG_SPACE(sizeof(IN_PKTINFO))];
    WSABUF buffer = {ROOM, datagram->bytes};
    WSAMSG message;

    ZeroMemory(datagram, sizeof *datagram);
    ZeroMemory(&message, sizeof message);
    message.name = (struct sockaddr *)&datagram->sender;
    message.namelen = sizeof datagram->sender;
    message.lpBuffers = &buffer;
    message.dwBufferCount = 1;
    message.Control.buf = control;
    message.Control.len = sizeof control;
    if (receive_message(socket, &message, &datagram->count, NULL, NULL) == SOCKET_ERROR) {
        if (WSAGetLastError() != WSAEMSGSIZE) {
            fail("WSARecvMsg", WSAGetLastError());
        }
        datagram->is_cut = TRUE;
        datagram->count = ROOM;
    }
    target_find(&message, &datagram->target);
}

static void datagram_say(struct datagram *datagram, int number) {
    char sender[INET_ADDRSTRLEN], target[INET_ADDRSTRLEN];

    if (inet_ntop(AF_INET, &datagram->sender.sin_addr, sender, sizeof sender) == NULL ||
        inet_ntop(AF_INET, &datagram->target.sin_addr, target, sizeof target) == NULL) {
        fail("inet_ntop", WSAGetLastError());
    }
    say("datagram %d from %s to %s: %lu bytes%s", number, sender, target, (unsigned long)datagram->count,
        datagram->is_cut ? " and more" : "");
}

int main(int argc, char **argv) {
    struct option options[] = {{"--port", "0"}, {"--datagrams", "0"}};
    LPFN_WSARECVMSG receive_message;
    SOCKET server;
    int number, datagrams;
    DWORD yes = 1;

    options_read(argc, argv, options, 2);
    datagrams = option_number(&options[1], 0, 1000000);
    winsock_begin();
    server = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (server == INVALID_SOCKET) {
        fail("socket", WSAGetLastError());
    }
    if (setsockopt(server, IPPROTO_IP, IP_PKTINFO, (const char *)&yes, sizeof yes) == SOCKET_ERROR) {
        fail("IP_PKTINFO", WSAGetLastError());
    }
    receive_message = function_find(server);
    socket_bind(server, "0.0.0.0", options[0].value);
    port_say(server);
    for (number = 1; datagrams == 0 || number <= datagrams; number++) {
        struct datagram datagram;

        datagram_receive(receive_message, server, &datagram);
        datagram_say(&datagram, number);
        if (sendto(server, datagram.bytes, (int)datagram.count, 0, (struct sockaddr *)&datagram.sender,
                   sizeof datagram.sender) == SOCKET_ERROR) {
            fail("sendto", WSAGetLastError());
        }
    }
    if (closesocket(server) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    return 0;
}
