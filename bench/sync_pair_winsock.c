/* SPDX-License-Identifier: MIT
 *
 * The Winsock twin of sync_pair.c: one blocking send and one blocking recv, both ends of a loopback connection in one
 * thread.
 *
 *     sync_pair_winsock winsock COUNT
 */
#include <winsock2.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char out[64], in[64];

static int pair_connect(SOCKET *a, SOCKET *b) {
    SOCKADDR_IN address;
    int length = sizeof address;
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *a = socket(AF_INET, SOCK_STREAM, 0);
    if (listener == INVALID_SOCKET || *a == INVALID_SOCKET ||
        bind(listener, (SOCKADDR *)&address, sizeof address) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (SOCKADDR *)&address, &length) != 0 ||
        connect(*a, (SOCKADDR *)&address, sizeof address) != 0)
        return 0;
    *b = accept(listener, NULL, NULL);
    return *b != INVALID_SOCKET;
}

int main(int argc, char **argv) {
    WSADATA data;
    SOCKET a, b;
    long count = argc == 3 ? atol(argv[2]) : 0;
    if (count <= 0 || strcmp(argv[1], "winsock") != 0) {
        fprintf(stderr, "usage: sync_pair_winsock winsock COUNT\n");
        return 2;
    }
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0 || !pair_connect(&a, &b)) {
        fprintf(stderr, "sync_pair_winsock: %d\n", WSAGetLastError());
        return 1;
    }
    while (count-- > 0)
        if (send(a, out, sizeof out, 0) != sizeof out || recv(b, in, sizeof in, 0) != sizeof in) {
            fprintf(stderr, "sync_pair_winsock: %d\n", WSAGetLastError());
            return 1;
        }
    return 0;
}
