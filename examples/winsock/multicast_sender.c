/* SPDX-License-Identifier: MIT
 *
 * Sends texts to a group of IPv4, and "bye" as the last one.
 *
 *     multicast_sender --port PORT [--group 239.255.77.21] [--interface 127.0.0.1] [--count 3]
 *
 * It shows by which interface and how far datagrams to a group go, and that this machine hears them too. What is set is
 * read back.
 */
#include "common.h"

#include <ws2tcpip.h>

#include <stdio.h>
#include <string.h>

enum { ROOM = 64, HOPS = 1 };

static void option_set(SOCKET sender, int option, DWORD value, const char *what) {
    DWORD read = 0;
    int length = sizeof read;

    if (setsockopt(sender, IPPROTO_IP, option, (const char *)&value, sizeof value) == SOCKET_ERROR) {
        fail(what, WSAGetLastError());
    }
    if (getsockopt(sender, IPPROTO_IP, option, (char *)&read, &length) == SOCKET_ERROR) {
        fail(what, WSAGetLastError());
    }
    if (read != value) {
        fail(what, WSAEINVAL);
    }
}

static void text_send(SOCKET sender, const struct sockaddr_in *group, const char *text) {
    int length = (int)strlen(text);

    if (sendto(sender, text, length, 0, (const struct sockaddr *)group, sizeof *group) != length) {
        fail("sendto", WSAGetLastError());
    }
    say("sent: %s", text);
}

int main(int argc, char **argv) {
    struct option options[] = {
        {"--port", "7"}, {"--group", "239.255.77.21"}, {"--interface", "127.0.0.1"}, {"--count", "3"}};
    struct sockaddr_in group;
    struct in_addr from;
    SOCKET sender;
    int i, count;

    options_read(argc, argv, options, 4);
    count = option_number(&options[3], 0, 1000000);
    winsock_begin();
    address_find(options[1].value, options[0].value, SOCK_DGRAM, &group);
    if (inet_pton(AF_INET, options[2].value, &from) != 1 || !IN_MULTICAST(ntohl(group.sin_addr.s_addr))) {
        fail("the group or the interface", WSAEINVAL);
    }
    sender = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (sender == INVALID_SOCKET) {
        fail("socket", WSAGetLastError());
    }
    option_set(sender, IP_MULTICAST_IF, from.s_addr, "IP_MULTICAST_IF");
    option_set(sender, IP_MULTICAST_TTL, HOPS, "IP_MULTICAST_TTL");
    option_set(sender, IP_MULTICAST_LOOP, TRUE, "IP_MULTICAST_LOOP");
    for (i = 1; i <= count; i++) {
        char text[ROOM];

        snprintf(text, sizeof text, "news %d", i);
        text_send(sender, &group, text);
    }
    text_send(sender, &group, "bye");
    if (closesocket(sender) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    return 0;
}
