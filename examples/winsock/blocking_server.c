/* SPDX-License-Identifier: MIT
 *
 * An echo server with blocking calls: a thread for each client, which reads from top to bottom.
 *
 *     blocking_server [--port 0] [--clients 0]
 *
 * It ends when so many clients have gone; 0 means never. It shows accept, recv and send as every Winsock program knows
 * them, threads of the C run-time library, and one wait for all of them.
 */
#include "common.h"

#include <windows.h>

#include <process.h>

enum { ROOM = 4096 };

struct client {
    SOCKET socket;
    struct visitor visitor;
};

/* A blocking send takes all there is, but its count may be less when the socket is not ours alone. */
static int bytes_send(SOCKET socket, const char *bytes, int count) {
    while (count > 0) {
        int sent = send(socket, bytes, count, 0);

        if (sent == SOCKET_ERROR) {
            return WSAGetLastError();
        }
        bytes += sent;
        count -= sent;
    }
    return 0;
}

/* @return 0 when the client has ended its stream, else the error */
static int client_serve(struct client *client) {
    char buffer[ROOM];

    for (;;) {
        int error, count = recv(client->socket, buffer, sizeof buffer, 0);

        if (count == 0) {
            return 0;
        }
        if (count == SOCKET_ERROR) {
            return WSAGetLastError();
        }
        visitor_says(&client->visitor, buffer, (size_t)count);
        error = bytes_send(client->socket, buffer, count);
        if (error != 0) {
            return error;
        }
    }
}

static unsigned __stdcall client_main(void *argument) {
    struct client *client = (struct client *)argument;

    visitor_goes(&client->visitor, client_serve(client));
    if (closesocket(client->socket) == SOCKET_ERROR) {
        report("closesocket", WSAGetLastError());
    }
    memory_free(client);
    return 0;
}

static HANDLE client_start(SOCKET socket, int number) {
    struct client *client = (struct client *)memory_new(sizeof *client);
    uintptr_t thread;

    client->socket = socket;
    visitor_comes(&client->visitor, number);
    thread = _beginthreadex(NULL, 0, client_main, client, 0, NULL);
    if (thread == 0) {
        fail("_beginthreadex", (int)GetLastError());
    }
    return (HANDLE)thread;
}

int main(int argc, char **argv) {
    struct option options[] = {{"--port", "0"}, {"--clients", "0"}};
    HANDLE threads[MAXIMUM_WAIT_OBJECTS];
    SOCKET listener;
    int number, clients;

    options_read(argc, argv, options, 2);
    clients = option_number(&options[1], 0, MAXIMUM_WAIT_OBJECTS);
    winsock_begin();
    listener = listener_open(options[0].value);
    for (number = 1; clients == 0 || number <= clients; number++) {
        SOCKET socket = accept(listener, NULL, NULL);
        HANDLE thread;

        if (socket == INVALID_SOCKET) {
            fail("accept", WSAGetLastError());
        }
        thread = client_start(socket, number);
        if (clients == 0) {
            CloseHandle(thread); /* The thread goes on. */
        } else {
            threads[number - 1] = thread;
        }
    }
    if (WaitForMultipleObjects((DWORD)clients, threads, TRUE, INFINITE) == WAIT_FAILED) {
        fail("WaitForMultipleObjects", (int)GetLastError());
    }
    for (number = 0; number < clients; number++) {
        CloseHandle(threads[number]);
    }
    if (closesocket(listener) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    say("all %d clients have gone", clients);
    return 0;
}
