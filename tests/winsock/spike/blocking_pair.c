/* SPDX-License-Identifier: MIT
 *
 * A blocking server and a blocking client, each in a thread of its own, that echo some lines: compiled as C and as C++,
 * with the C library's headers around Winsock's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(expression)                                                                                              \
    do {                                                                                                               \
        if (!(expression)) {                                                                                           \
            printf("%s:%d: %s: %d\n", __FILE__, __LINE__, #expression, WSAGetLastError());                             \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static DWORD WINAPI serve(LPVOID argument) {
    SOCKET listener = *(SOCKET *)argument;
    struct sockaddr_in peer;
    int length = sizeof peer;
    char buffer[256];
    SOCKET accepted = accept(listener, (struct sockaddr *)&peer, &length);
    CHECK(accepted != INVALID_SOCKET);
    CHECK(peer.sin_family == AF_INET && length == (int)sizeof peer);
    for (;;) {
        int received = recv(accepted, buffer, sizeof buffer, 0);
        CHECK(received >= 0);
        if (received == 0)
            break;
        CHECK(send(accepted, buffer, received, 0) == received);
    }
    CHECK(shutdown(accepted, SD_SEND) == 0);
    CHECK(closesocket(accepted) == 0);
    return 7;
}

int main(void) {
    WSADATA data;
    struct sockaddr_in address;
    int length = sizeof address;
    char buffer[256];
    DWORD code = 0;
    u_long on = 1;
    CHECK(socket(AF_INET, SOCK_STREAM, 0) == INVALID_SOCKET && WSAGetLastError() == WSANOTINITIALISED);
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0 && data.wVersion == MAKEWORD(2, 2));
    SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    CHECK(listener != INVALID_SOCKET);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = inet_addr("127.0.0.1");
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(listener, SOMAXCONN) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    HANDLE thread = CreateThread(NULL, 0, serve, &listener, 0, NULL);
    CHECK(thread != NULL);
    SOCKET client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    for (int i = 0; i < 3; i++) {
        char line[32];
        int size = sprintf(line, "line %d", i);
        CHECK(send(client, line, size, 0) == size);
        int got = recv(client, buffer, sizeof buffer, 0);
        CHECK(got == size && memcmp(buffer, line, (size_t)size) == 0);
        printf("echoed: %.*s\n", got, buffer);
    }
    CHECK(ioctlsocket(client, FIONBIO, &on) == 0);
    CHECK(recv(client, buffer, sizeof buffer, 0) == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK);
#if !defined(_WIN32)
    unsigned long off = 0; /* A program that has not heard of u_long. */
    CHECK(ioctlsocket(client, FIONBIO, &off) == 0);
#else
    on = 0;
    CHECK(ioctlsocket(client, FIONBIO, &on) == 0);
#endif
    CHECK(shutdown(client, SD_SEND) == 0);
    CHECK(recv(client, buffer, sizeof buffer, 0) == 0);
    CHECK(WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0);
    CHECK(GetExitCodeThread(thread, &code) && code == 7);
    CHECK(CloseHandle(thread));
    CHECK(closesocket(client) == 0);
    CHECK(closesocket(client) == SOCKET_ERROR && WSAGetLastError() == WSAENOTSOCK);
    CHECK(closesocket(listener) == 0);
    CHECK(WSACleanup() == 0);
    CHECK(WSACleanup() == SOCKET_ERROR && WSAGetLastError() == WSANOTINITIALISED);
    puts("done");
    return 0;
}
