/* SPDX-License-Identifier: MIT
 *
 * A client of the echo servers with blocking calls.
 *
 *     blocking_client --port PORT [--host 127.0.0.1] [--connections 1] [--lines 3] [--bulk 0]
 *
 * It opens its connections one after the other and sends lines by each of them in turn; the next line goes out when the
 * last one has come back, so that what the server prints has one order. Then so many bytes go there and back by the
 * first connection: a thread sends them while this one receives, for nobody holds all of them on the way.
 */
#include "common.h"

#include <windows.h>

#include <stdio.h>
#include <string.h>

enum { CONNECTIONS_MAX = 60, LINE_ROOM = 64, BLOCK_BYTES = 16384, BULK_LINE = 64 };

struct bulk {
    SOCKET socket;
    int bytes;
};

static SOCKET connection_open(const struct sockaddr_in *server) {
    SOCKET connection = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

    if (connection == INVALID_SOCKET) {
        fail("socket", WSAGetLastError());
    }
    if (connect(connection, (const struct sockaddr *)server, sizeof *server) == SOCKET_ERROR) {
        fail("connect", WSAGetLastError());
    }
    return connection;
}

static void bytes_send(SOCKET connection, const char *bytes, int count) {
    while (count > 0) {
        int sent = send(connection, bytes, count, 0);

        if (sent == SOCKET_ERROR) {
            fail("send", WSAGetLastError());
        }
        bytes += sent;
        count -= sent;
    }
}

static void bytes_receive(SOCKET connection, char *bytes, int count) {
    while (count > 0) {
        int received = recv(connection, bytes, count, 0);

        if (received == SOCKET_ERROR) {
            fail("recv", WSAGetLastError());
        }
        if (received == 0) {
            fail("the server ends the stream early", WSAECONNRESET);
        }
        bytes += received;
        count -= received;
    }
}

static void line_exchange(SOCKET connection, int number, int line) {
    char sent[LINE_ROOM], received[LINE_ROOM];
    int length = snprintf(sent, sizeof sent, "line %d of connection %d\n", line, number);

    bytes_send(connection, sent, length);
    bytes_receive(connection, received, length);
    if (memcmp(sent, received, (size_t)length) != 0) {
        fail("another line comes back", WSAEINVAL);
    }
    say("came back: line %d of connection %d", line, number);
}

/* A block of it, as lines of 64 bytes. */
static void block_fill(char *block) {
    int i;

    for (i = 0; i < BLOCK_BYTES; i++) {
        block[i] = i % BULK_LINE == BULK_LINE - 1 ? '\n' : (char)('a' + i / BULK_LINE % 26);
    }
}

static DWORD WINAPI bulk_send(void *argument) {
    const struct bulk *bulk = (const struct bulk *)argument;
    char block[BLOCK_BYTES];
    int left, part;

    block_fill(block);
    for (left = bulk->bytes; left > 0; left -= part) {
        part = left < BLOCK_BYTES ? left : BLOCK_BYTES;
        bytes_send(bulk->socket, block, part);
    }
    return 0;
}

static void bulk_exchange(SOCKET connection, int bytes) {
    char expected[BLOCK_BYTES], received[BLOCK_BYTES];
    struct bulk bulk;
    HANDLE thread;
    int left, part;

    bulk.socket = connection;
    bulk.bytes = bytes;
    thread = CreateThread(NULL, 0, bulk_send, &bulk, 0, NULL);
    if (thread == NULL) {
        fail("CreateThread", (int)GetLastError());
    }
    block_fill(expected);
    for (left = bytes; left > 0; left -= part) {
        part = left < BLOCK_BYTES ? left : BLOCK_BYTES;
        bytes_receive(connection, received, part);
        if (memcmp(expected, received, (size_t)part) != 0) {
            fail("other bytes come back", WSAEINVAL);
        }
    }
    if (WaitForSingleObject(thread, INFINITE) != WAIT_OBJECT_0) {
        fail("WaitForSingleObject", (int)GetLastError());
    }
    CloseHandle(thread);
    say("came back: %d bytes", bytes);
}

/* The server ends its side when ours has ended; nothing may come before. */
static void connection_close(SOCKET connection, int number) {
    char byte;

    if (shutdown(connection, SD_SEND) == SOCKET_ERROR) {
        fail("shutdown", WSAGetLastError());
    }
    if (recv(connection, &byte, 1, 0) != 0) {
        fail("the server does not end the stream", WSAEINVAL);
    }
    if (closesocket(connection) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    say("connection %d is closed", number);
}

int main(int argc, char **argv) {
    struct option options[] = {
        {"--port", "7"}, {"--host", "127.0.0.1"}, {"--connections", "1"}, {"--lines", "3"}, {"--bulk", "0"}};
    SOCKET connections[CONNECTIONS_MAX] = {0};
    struct sockaddr_in server;
    int i, line, count, lines, bulk;

    options_read(argc, argv, options, 5);
    count = option_number(&options[2], 1, CONNECTIONS_MAX);
    lines = option_number(&options[3], 1, 1000000);
    bulk = option_number(&options[4], 0, 1 << 30);
    winsock_begin();
    address_find(options[1].value, options[0].value, SOCK_STREAM, &server);
    for (i = 0; i < count; i++) {
        connections[i] = connection_open(&server);
        line_exchange(connections[i], i + 1, 1);
    }
    for (line = 2; line <= lines; line++) {
        for (i = 0; i < count; i++) {
            line_exchange(connections[i], i + 1, line);
        }
    }
    if (bulk > 0) {
        bulk_exchange(connections[0], bulk);
    }
    for (i = 0; i < count; i++) {
        connection_close(connections[i], i + 1);
    }
    winsock_end();
    return 0;
}
