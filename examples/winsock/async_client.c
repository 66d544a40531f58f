/* SPDX-License-Identifier: MIT
 *
 * A client of the echo servers with many connections at once, on a completion port with one thread.
 *
 *     async_client --port PORT [--host 127.0.0.1] [--connections 4] [--lines 3]
 *
 * Each connection sends a line, waits until it has come back, and sends the next. It shows ConnectEx, operations told
 * apart by their OVERLAPPED, several packets taken by one call, and success that is not queued where the program asks
 * for that. What it prints has the order of the connections, not of what happened.
 */
#include "common.h"

#include <ws2tcpip.h>

#include <mswsock.h>
#include <windows.h>

#include <stdio.h>
#include <string.h>

enum { CONNECTIONS_MAX = 1000, LINE_ROOM = 64, PACKETS = 16 };

enum step { CONNECTING, SENDING, RECEIVING, ENDING };

struct connection {
    OVERLAPPED overlapped;
    enum step step; /* what is under way */
    SOCKET socket;
    int number, line;
    DWORD length, moved; /* of the line, and how much of it has been sent or has come back */
    char sent[LINE_ROOM], received[LINE_ROOM];
};

static struct {
    HANDLE port;
    LPFN_CONNECTEX connect_ex;
    struct sockaddr_in address;
    int lines;
    int under_way; /* connections that have not ended */
} client;

/* Behind a start. @return whether it is done: then no packet comes, and the next step may follow at once */
static BOOL start_look(const char *what, BOOL is_done) {
    if (!is_done && WSAGetLastError() != WSA_IO_PENDING) {
        fail(what, WSAGetLastError());
    }
    return is_done;
}

static BOOL line_send(struct connection *connection, DWORD *sent) {
    WSABUF buffer = {connection->length - connection->moved, connection->sent + connection->moved};

    connection->step = SENDING;
    return start_look("WSASend", WSASend(connection->socket, &buffer, 1, sent, 0, &connection->overlapped, NULL) == 0);
}

static BOOL line_receive(struct connection *connection, DWORD *received) {
    WSABUF buffer = {LINE_ROOM - connection->moved, connection->received + connection->moved};
    DWORD flags = 0;

    connection->step = RECEIVING;
    return start_look("WSARecv",
                      WSARecv(connection->socket, &buffer, 1, received, &flags, &connection->overlapped, NULL) == 0);
}

static BOOL line_start(struct connection *connection, DWORD *sent) {
    connection->line++;
    connection->moved = 0;
    connection->length = (DWORD)snprintf(connection->sent, LINE_ROOM, "line %d of connection %d\n", connection->line,
                                         connection->number);
    return line_send(connection, sent);
}

/* The server ends its side when ours has ended; nothing may come before. */
static BOOL stream_end(struct connection *connection, DWORD *received) {
    BOOL is_done;

    if (shutdown(connection->socket, SD_SEND) == SOCKET_ERROR) {
        fail("shutdown", WSAGetLastError());
    }
    connection->moved = 0;
    is_done = line_receive(connection, received);
    connection->step = ENDING;
    return is_done;
}

static BOOL line_take(struct connection *connection, DWORD *bytes) {
    connection->moved += *bytes;
    if (*bytes == 0 || connection->moved > connection->length) {
        fail("the server ends the stream early, or says too much", WSAEINVAL);
    }
    if (connection->moved < connection->length) {
        return line_receive(connection, bytes);
    }
    if (memcmp(connection->sent, connection->received, connection->length) != 0) {
        fail("another line comes back", WSAEINVAL);
    }
    return connection->line < client.lines ? line_start(connection, bytes) : stream_end(connection, bytes);
}

/* What follows an operation that has moved so many bytes. @return whether that is done too, having moved so many */
static BOOL connection_step(struct connection *connection, DWORD *bytes) {
    switch (connection->step) {
    case CONNECTING:
        if (setsockopt(connection->socket, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0) == SOCKET_ERROR) {
            fail("SO_UPDATE_CONNECT_CONTEXT", WSAGetLastError());
        }
        return line_start(connection, bytes);
    case SENDING:
        connection->moved += *bytes;
        if (connection->moved < connection->length) {
            return line_send(connection, bytes);
        }
        connection->moved = 0;
        return line_receive(connection, bytes);
    case RECEIVING:
        return line_take(connection, bytes);
    case ENDING:
        if (*bytes > 0) {
            fail("the server says too much", WSAEINVAL);
        }
        client.under_way--;
        break;
    }
    return FALSE;
}

static void connection_advance(struct connection *connection, DWORD bytes) {
    BOOL is_done;

    do {
        is_done = connection_step(connection, &bytes);
    } while (is_done);
}

static void connection_start(struct connection *connection, int number) {
    GUID id = WSAID_CONNECTEX;
    DWORD returned, sent = 0;
    BOOL is_done;

    connection->number = number;
    connection->socket = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (connection->socket == INVALID_SOCKET) {
        fail("WSASocket", WSAGetLastError());
    }
    if (client.connect_ex == NULL &&
        WSAIoctl(connection->socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &client.connect_ex,
                 sizeof client.connect_ex, &returned, NULL, NULL) == SOCKET_ERROR) {
        fail("SIO_GET_EXTENSION_FUNCTION_POINTER", WSAGetLastError());
    }
    if (CreateIoCompletionPort((HANDLE)connection->socket, client.port, 0, 0) == NULL ||
        !SetFileCompletionNotificationModes((HANDLE)connection->socket, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS)) {
        fail("CreateIoCompletionPort, SetFileCompletionNotificationModes", (int)GetLastError());
    }
    socket_bind(connection->socket, "127.0.0.1", "0");
    connection->step = CONNECTING;
    client.under_way++;
    is_done = client.connect_ex(connection->socket, (struct sockaddr *)&client.address, sizeof client.address, NULL, 0,
                                &sent, &connection->overlapped);
    if (start_look("ConnectEx", is_done)) {
        connection_advance(connection, sent);
    }
}

/* How an operation ended stands in its OVERLAPPED, as a status; Winsock makes one of its errors of it. */
static void packets_take(void) {
    OVERLAPPED_ENTRY packets[PACKETS];
    ULONG i, count;

    if (!GetQueuedCompletionStatusEx(client.port, packets, PACKETS, &count, INFINITE, FALSE)) {
        fail("GetQueuedCompletionStatusEx", (int)GetLastError());
    }
    for (i = 0; i < count; i++) {
        struct connection *connection = CONTAINING_RECORD(packets[i].lpOverlapped, struct connection, overlapped);
        DWORD bytes, flags;

        if (!WSAGetOverlappedResult(connection->socket, &connection->overlapped, &bytes, FALSE, &flags)) {
            fail("a connection", WSAGetLastError());
        }
        connection_advance(connection, bytes);
    }
}

int main(int argc, char **argv) {
    struct option options[] = {{"--port", "7"}, {"--host", "127.0.0.1"}, {"--connections", "4"}, {"--lines", "3"}};
    struct connection *connections;
    int i, count;

    options_read(argc, argv, options, 4);
    count = option_number(&options[2], 1, CONNECTIONS_MAX);
    client.lines = option_number(&options[3], 1, 1000000);
    winsock_begin();
    address_find(options[1].value, options[0].value, SOCK_STREAM, &client.address);
    client.port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    if (client.port == NULL) {
        fail("CreateIoCompletionPort", (int)GetLastError());
    }
    connections = (struct connection *)memory_new((size_t)count * sizeof *connections);
    for (i = 0; i < count; i++) {
        connection_start(&connections[i], i + 1);
    }
    while (client.under_way > 0) {
        packets_take();
    }
    for (i = 0; i < count; i++) {
        if (closesocket(connections[i].socket) == SOCKET_ERROR) {
            fail("closesocket", WSAGetLastError());
        }
        say("connection %d: %d lines came back", connections[i].number, connections[i].line);
    }
    memory_free(connections);
    CloseHandle(client.port);
    winsock_end();
    return 0;
}
