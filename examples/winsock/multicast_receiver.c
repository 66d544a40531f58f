/* SPDX-License-Identifier: MIT
 *
 * Joins a group of IPv4 and prints what is sent to it, until the text "bye".
 *
 *     multicast_receiver [--group 239.255.77.21] [--port 0] [--interface 127.0.0.1]
 *
 * It shows a membership and its end, a port that several receivers of a machine may share, and a time limit.
 */
#include "common.h"

#include <ws2tcpip.h>

#include <string.h>

enum { ROOM = 512, PATIENCE_MS = 60000 };

static SOCKET receiver_open(const char *port) {
    SOCKET receiver = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    DWORD patience_ms = PATIENCE_MS;
    BOOL yes = TRUE;

    if (receiver == INVALID_SOCKET) {
        fail("socket", WSAGetLastError());
    }
    if (setsockopt(receiver, SOL_SOCKET, SO_REUSEADDR, (const char *)&yes, sizeof yes) == SOCKET_ERROR ||
        setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, (const char *)&patience_ms, sizeof patience_ms) == SOCKET_ERROR) {
        fail("setsockopt", WSAGetLastError());
    }
    socket_bind(receiver, "0.0.0.0", port);
    return receiver;
}

static void membership_set(SOCKET receiver, int what, const struct ip_mreq *membership) {
    if (setsockopt(receiver, IPPROTO_IP, what, (const char *)membership, sizeof *membership) == SOCKET_ERROR) {
        fail(what == IP_ADD_MEMBERSHIP ? "IP_ADD_MEMBERSHIP" : "IP_DROP_MEMBERSHIP", WSAGetLastError());
    }
}

/* @return whether more is to come */
static BOOL datagram_say(SOCKET receiver) {
    struct sockaddr_in sender;
    int length = sizeof sender;
    char host[NI_MAXHOST], text[ROOM];
    int count = recvfrom(receiver, text, sizeof text - 1, 0, (struct sockaddr *)&sender, &length);

    if (count == SOCKET_ERROR) {
        fail("recvfrom", WSAGetLastError());
    }
    text[count] = '\0';
    if (getnameinfo((struct sockaddr *)&sender, length, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0) {
        fail("getnameinfo", WSAGetLastError());
    }
    say("from %s: %s", host, text);
    return strcmp(text, "bye") != 0;
}

int main(int argc, char **argv) {
    struct option options[] = {{"--group", "239.255.77.21"}, {"--port", "0"}, {"--interface", "127.0.0.1"}};
    struct ip_mreq membership;
    SOCKET receiver;
    BOOL is_more;

    options_read(argc, argv, options, 3);
    winsock_begin();
    if (inet_pton(AF_INET, options[0].value, &membership.imr_multiaddr) != 1 ||
        inet_pton(AF_INET, options[2].value, &membership.imr_interface) != 1) {
        fail("the group or the interface", WSAEINVAL);
    }
    receiver = receiver_open(options[1].value);
    membership_set(receiver, IP_ADD_MEMBERSHIP, &membership);
    port_say(receiver);
    do {
        is_more = datagram_say(receiver);
    } while (is_more);
    membership_set(receiver, IP_DROP_MEMBERSHIP, &membership);
    if (closesocket(receiver) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    return 0;
}
