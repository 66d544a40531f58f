/* SPDX-License-Identifier: MIT
 *
 * A server in Winsock, for the benchmarks: AcceptEx, WSARecv and WSASend over one completion port, and one thread that
 * takes its packets. The same source is compiled against Windows' headers and against the face.
 *
 *     echo_winsock PORT echo|sink|source     listens on 127.0.0.1:PORT (0: any free port) until it is killed
 *
 * echo sends back what it receives, sink throws it away, source sends as fast as its peers read.
 */
#include <winsock2.h>

#include <mswsock.h>
#include <ws2tcpip.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SIZE (64 * 1024)
#define ADDRESS_SIZE (sizeof(SOCKADDR_IN) + 16)

/* What is under way, and what follows it. */
typedef struct operation {
    OVERLAPPED overlapped;
    void (*done)(struct operation *ended, BOOL ok, DWORD bytes);
} operation;

typedef struct connection {
    operation operation; /* the first member: one is found from the other */
    SOCKET socket;
    char *buffer;
} connection;

static HANDLE port;
static int work; /* 'e', 's' for sink, 'o' for source */
static SOCKET listener;
static LPFN_ACCEPTEX accept_ex;
static connection accepting;
static char accept_buffer[2 * ADDRESS_SIZE];

static int fail(const char *what) {
    fprintf(stderr, "echo_winsock: %s: %d\n", what, WSAGetLastError());
    exit(1);
}

static void connection_close(connection *one) {
    (void)closesocket(one->socket);
    free(one->buffer);
    free(one);
}

static void receive(connection *one) {
    WSABUF buffer = {BUFFER_SIZE, one->buffer};
    DWORD flags = 0;
    if (WSARecv(one->socket, &buffer, 1, NULL, &flags, &one->operation.overlapped, NULL) != 0 &&
        WSAGetLastError() != WSA_IO_PENDING)
        connection_close(one);
}

static void transmit(connection *one, DWORD bytes) {
    WSABUF buffer = {bytes, one->buffer};
    if (WSASend(one->socket, &buffer, 1, NULL, 0, &one->operation.overlapped, NULL) != 0 &&
        WSAGetLastError() != WSA_IO_PENDING)
        connection_close(one);
}

static void received(operation *ended, BOOL ok, DWORD bytes);

/* What was received has gone back. */
static void returned(operation *ended, BOOL ok, DWORD bytes) {
    connection *one = (connection *)ended;
    if (!ok || bytes == 0) {
        connection_close(one);
        return;
    }
    ended->done = received;
    receive(one);
}

static void received(operation *ended, BOOL ok, DWORD bytes) {
    connection *one = (connection *)ended;
    if (!ok || bytes == 0) {
        connection_close(one);
        return;
    }
    ended->done = returned;
    transmit(one, bytes);
}

static void thrown_away(operation *ended, BOOL ok, DWORD bytes) {
    connection *one = (connection *)ended;
    if (!ok || bytes == 0)
        connection_close(one);
    else
        receive(one);
}

static void poured_out(operation *ended, BOOL ok, DWORD bytes) {
    connection *one = (connection *)ended;
    if (!ok || bytes == 0)
        connection_close(one);
    else
        transmit(one, BUFFER_SIZE);
}

static void accept_next(void) {
    DWORD bytes = 0;
    memset(&accepting.operation.overlapped, 0, sizeof accepting.operation.overlapped);
    accepting.socket = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (!accept_ex(listener, accepting.socket, accept_buffer, 0, ADDRESS_SIZE, ADDRESS_SIZE, &bytes,
                   &accepting.operation.overlapped) &&
        WSAGetLastError() != WSA_IO_PENDING)
        fail("AcceptEx");
}

static void accepted(operation *ended, BOOL ok, DWORD bytes) {
    BOOL on = TRUE;
    connection *one = (connection *)calloc(1, sizeof *one);
    (void)ended;
    (void)ok;
    (void)bytes;
    if (one == NULL || (one->buffer = (char *)calloc(1, BUFFER_SIZE)) == NULL)
        fail("memory");
    one->socket = accepting.socket;
    if (setsockopt(one->socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&listener, sizeof listener) != 0 ||
        setsockopt(one->socket, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on) != 0 ||
        CreateIoCompletionPort((HANDLE)one->socket, port, (ULONG_PTR)one, 0) == NULL)
        fail("an accepted socket");
    accept_next();
    one->operation.done = work == 'e' ? received : work == 's' ? thrown_away : poured_out;
    if (work == 'o')
        transmit(one, BUFFER_SIZE);
    else
        receive(one);
}

static void run(void) {
    for (;;) {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        OVERLAPPED *overlapped = NULL;
        BOOL ok = GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
        operation *ended = (operation *)overlapped;
        if (ended == NULL)
            fail("GetQueuedCompletionStatus");
        ended->done(ended, ok, bytes);
    }
}

static void listen_on(unsigned short number) {
    SOCKADDR_IN address;
    int length = sizeof address;
    GUID id = WSAID_ACCEPTEX;
    DWORD bytes = 0;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(number);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (listener == INVALID_SOCKET || bind(listener, (SOCKADDR *)&address, sizeof address) != 0 ||
        listen(listener, SOMAXCONN) != 0 || getsockname(listener, (SOCKADDR *)&address, &length) != 0)
        fail("listen");
    if (WSAIoctl(listener, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &accept_ex, sizeof accept_ex, &bytes,
                 NULL, NULL) != 0 ||
        CreateIoCompletionPort((HANDLE)listener, port, 0, 0) == NULL)
        fail("AcceptEx");
    printf("listening on 127.0.0.1:%u\n", ntohs(address.sin_port));
    (void)fflush(stdout);
}

int main(int argc, char **argv) {
    WSADATA data;
    if (argc == 3 && strcmp(argv[2], "echo") == 0)
        work = 'e';
    else if (argc == 3 && strcmp(argv[2], "sink") == 0)
        work = 's';
    else if (argc == 3 && strcmp(argv[2], "source") == 0)
        work = 'o';
    if (work == 0) {
        fprintf(stderr, "usage: echo_winsock PORT echo|sink|source\n");
        return 2;
    }
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0 ||
        (port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0)) == NULL)
        fail("start");
    accepting.operation.done = accepted;
    listen_on((unsigned short)atoi(argv[1]));
    accept_next();
    run();
    return 0;
}
