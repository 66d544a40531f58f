/* SPDX-License-Identifier: MIT
 *
 * Datagrams with a time limit: each is sent and its answer waited for.
 *
 *     udp_client --port PORT [--host 127.0.0.1] [--datagrams 3] [--long 100]
 *
 * The last datagram has so many bytes. It shows SO_RCVTIMEO, a connected socket of datagrams, which takes them from one
 * sender alone, and one of no bytes, which is a datagram too.
 */
#include "common.h"

#include <windows.h>

#include <stdio.h>
#include <string.h>

enum { ROOM = 1024, PATIENCE_MS = 20000 };

static void datagram_exchange(SOCKET client, const char *bytes, int count) {
    char answer[ROOM];
    int received;

    if (send(client, bytes, count, 0) != count) {
        fail("send", WSAGetLastError());
    }
    received = recv(client, answer, sizeof answer, 0);
    if (received == SOCKET_ERROR) {
        fail("recv", WSAGetLastError());
    }
    if (received > count || memcmp(bytes, answer, (size_t)received) != 0) {
        fail("another datagram comes back", WSAEINVAL);
    }
    say("sent %d bytes, %d came back", count, received);
}

int main(int argc, char **argv) {
    struct option options[] = {{"--port", "7"}, {"--host", "127.0.0.1"}, {"--datagrams", "3"}, {"--long", "100"}};
    struct sockaddr_in server;
    SOCKET client;
    int i, datagrams, bytes;
    DWORD patience_ms = PATIENCE_MS;
    char text[ROOM];

    options_read(argc, argv, options, 4);
    datagrams = option_number(&options[2], 1, 1000000);
    bytes = option_number(&options[3], 0, ROOM);
    winsock_begin();
    client = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    if (client == INVALID_SOCKET) {
        fail("socket", WSAGetLastError());
    }
    if (setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, (const char *)&patience_ms, sizeof patience_ms) == SOCKET_ERROR) {
        fail("SO_RCVTIMEO", WSAGetLastError());
    }
    address_find(options[1].value, options[0].value, SOCK_DGRAM, &server);
    if (connect(client, (struct sockaddr *)&server, sizeof server) == SOCKET_ERROR) {
        fail("connect", WSAGetLastError());
    }
    datagram_exchange(client, "", 0);
    for (i = 2; i < datagrams; i++) {
        datagram_exchange(client, text, snprintf(text, sizeof text, "datagram %d", i));
    }
    FillMemory(text, sizeof text, 'x');
    datagram_exchange(client, text, bytes);
    if (closesocket(client) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    return 0;
}
