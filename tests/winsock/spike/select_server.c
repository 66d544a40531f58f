/* SPDX-License-Identifier: MIT
 *
 * A server that waits by select, in the thread of its clients: more of them than the default FD_SETSIZE.
 */
#define FD_SETSIZE 200
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS 100
#define CHECK(expression)                                                                                              \
    do {                                                                                                               \
        if (!(expression)) {                                                                                           \
            printf("%s:%d: %s: %d\n", __FILE__, __LINE__, #expression, WSAGetLastError());                             \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

int main(void) {
    WSADATA data;
    SOCKADDR_IN address;
    int length = sizeof address;
    SOCKET clients[CLIENTS];
    fd_set all, readable;
    u_int i;
    int accepted = 0, echoed = 0;
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    CHECK(sizeof all.fd_array / sizeof all.fd_array[0] == 200);
    SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (SOCKADDR *)&address, sizeof address) == 0);
    CHECK(listen(listener, 200) == 0);
    CHECK(getsockname(listener, (SOCKADDR *)&address, &length) == 0);
    FD_ZERO(&all);
    FD_SET(listener, &all);
    for (i = 0; i < CLIENTS; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(connect(clients[i], (SOCKADDR *)&address, sizeof address) == 0);
        CHECK(send(clients[i], "hello", 5, 0) == 5);
    }
    while (echoed < CLIENTS) {
        struct timeval timeout = {5, 0};
        readable = all;
        int ready = select(0, &readable, NULL, NULL, &timeout);
        CHECK(ready > 0 && (u_int)ready == readable.fd_count);
        for (i = 0; i < readable.fd_count; i++) {
            SOCKET one = readable.fd_array[i];
            char buffer[16];
            if (one == listener) {
                SOCKET next = accept(listener, NULL, NULL);
                CHECK(next != INVALID_SOCKET);
                FD_SET(next, &all);
                accepted++;
                continue;
            }
            CHECK(FD_ISSET(one, &readable));
            CHECK(recv(one, buffer, sizeof buffer, 0) == 5);
            CHECK(send(one, buffer, 5, 0) == 5);
            echoed++;
        }
    }
    for (i = 0; i < CLIENTS; i++) {
        char buffer[16];
        CHECK(recv(clients[i], buffer, sizeof buffer, 0) == 5);
        CHECK(closesocket(clients[i]) == 0);
    }
    struct timeval none = {0, 0};
    readable = all;
    CHECK(select(0, &readable, NULL, NULL, &none) >= 0);
    CHECK(select(0, NULL, NULL, NULL, &none) == SOCKET_ERROR && WSAGetLastError() == WSAEINVAL);
    printf("accepted %d, echoed %d\n", accepted, echoed);
    while (all.fd_count > 0) {
        SOCKET one = all.fd_array[0];
        FD_CLR(one, &all);
        CHECK(closesocket(one) == 0);
    }
    CHECK(WSACleanup() == 0);
    puts("done");
    return 0;
}
