/* SPDX-License-Identifier: MIT
 *
 * A server on a completion port with worker threads, and clients on events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mswsock.h>
#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS 20
#define ROUNDS 50
#define WORKERS 3
#define CHECK(expression)                                                                                              \
    do {                                                                                                               \
        if (!(expression)) {                                                                                           \
            printf("%s:%d: %s: %d\n", __FILE__, __LINE__, #expression, WSAGetLastError());                             \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

typedef struct connection {
    OVERLAPPED overlapped;
    SOCKET socket;
    WSABUF buffer;
    char bytes[64];
    int is_sending;
} connection;

static HANDLE port;
static volatile LONG ended;

static void receive(connection *one) {
    DWORD flags = 0;
    memset(&one->overlapped, 0, sizeof one->overlapped);
    one->is_sending = 0;
    one->buffer.buf = one->bytes;
    one->buffer.len = sizeof one->bytes;
    if (WSARecv(one->socket, &one->buffer, 1, NULL, &flags, &one->overlapped, NULL) != 0)
        CHECK(WSAGetLastError() == WSA_IO_PENDING);
}

static DWORD WINAPI work(LPVOID argument) {
    (void)argument;
    for (;;) {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL ok = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        if (overlapped == NULL) {
            CHECK(ok && key == 0);
            return 0;
        }
        connection *one = CONTAINING_RECORD(overlapped, connection, overlapped);
        CHECK(ok && one == (connection *)key);
        if (bytes == 0) {
            closesocket(one->socket);
            free(one);
            InterlockedIncrement(&ended);
        } else if (one->is_sending) {
            receive(one);
        } else {
            memset(&one->overlapped, 0, sizeof one->overlapped);
            one->is_sending = 1;
            one->buffer.len = bytes;
            if (WSASend(one->socket, &one->buffer, 1, NULL, 0, &one->overlapped, NULL) != 0)
                CHECK(WSAGetLastError() == WSA_IO_PENDING);
        }
    }
}

static void client(const SOCKADDR_IN *address) {
    SOCKET socket = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    WSAOVERLAPPED overlapped;
    CHECK(connect(socket, (const SOCKADDR *)address, sizeof *address) == 0);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = WSACreateEvent();
    for (int i = 0; i < ROUNDS; i++) {
        char bytes[64];
        DWORD count = 0, flags = 0;
        WSABUF buffer = {5, bytes};
        memcpy(bytes, "hello", 5);
        CHECK(send(socket, bytes, 5, 0) == 5);
        buffer.len = sizeof bytes;
        if (WSARecv(socket, &buffer, 1, NULL, &flags, &overlapped, NULL) != 0) {
            CHECK(WSAGetLastError() == WSA_IO_PENDING);
            CHECK(WSAWaitForMultipleEvents(1, &overlapped.hEvent, TRUE, 5000, FALSE) == WSA_WAIT_EVENT_0);
        }
        CHECK(WSAGetOverlappedResult(socket, &overlapped, &count, FALSE, &flags) && count == 5);
        CHECK(overlapped.Internal == 0 && overlapped.InternalHigh == 5);
    }
    WSACloseEvent(overlapped.hEvent);
    CHECK(closesocket(socket) == 0);
}

static DWORD WINAPI run_client(LPVOID address) {
    client((const SOCKADDR_IN *)address);
    return 0;
}

int main(void) {
    WSADATA data;
    SOCKADDR_IN address;
    int length = sizeof address;
    HANDLE workers[WORKERS], clients[CLIENTS];
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    CHECK(port != NULL);
    for (int i = 0; i < WORKERS; i++)
        workers[i] = CreateThread(NULL, 0, work, NULL, 0, NULL);
    SOCKET listener = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (SOCKADDR *)&address, sizeof address) == 0);
    CHECK(listen(listener, SOMAXCONN) == 0);
    CHECK(getsockname(listener, (SOCKADDR *)&address, &length) == 0);
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = CreateThread(NULL, 0, run_client, &address, 0, NULL);
    for (int i = 0; i < CLIENTS; i++) {
        connection *one = (connection *)calloc(1, sizeof *one);
        one->socket = accept(listener, NULL, NULL);
        CHECK(one->socket != INVALID_SOCKET);
        CHECK(CreateIoCompletionPort((HANDLE)one->socket, port, (ULONG_PTR)one, 0) == port);
        receive(one);
    }
    CHECK(WaitForMultipleObjects(CLIENTS, clients, TRUE, 20000) == WAIT_OBJECT_0);
    while (InterlockedCompareExchange(&ended, 0, 0) < CLIENTS)
        SwitchToThread();
    for (int i = 0; i < WORKERS; i++)
        CHECK(PostQueuedCompletionStatus(port, 0, 0, NULL));
    CHECK(WaitForMultipleObjects(WORKERS, workers, TRUE, 20000) == WAIT_OBJECT_0);
    CHECK(CloseHandle(port));
    closesocket(listener);
    CHECK(WSACleanup() == 0);
    printf("ended %ld\ndone\n", (long)ended);
    return 0;
}
