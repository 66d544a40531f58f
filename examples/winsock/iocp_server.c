/* SPDX-License-Identifier: MIT
 *
 * An echo server with an I/O completion port: worker threads take whatever has been done, of whichever client, and
 * start what follows.
 *
 *     iocp_server [--port 0] [--clients 0] [--workers 0]
 *
 * It ends when so many clients have gone, 0 means never, or by Ctrl+C; 0 workers means two for each processor. It shows
 * that a client has one operation at a time and so needs no lock, that an operation done at once comes through the port
 * like any other, how threads end by packets of our own, and a handler of console events.
 */
#include "common.h"

#include <windows.h>

#include <process.h>

enum { ROOM = 4096, WORKERS_MAX = MAXIMUM_WAIT_OBJECTS };

struct client {
    OVERLAPPED overlapped;
    SOCKET socket;
    struct visitor visitor;
    BOOL is_sending;
    DWORD first, count; /* the part of the buffer that is to be sent */
    char buffer[ROOM];
};

static struct {
    SOCKET listener;
    HANDLE port, finished;
    volatile LONG left;     /* clients that have not gone yet */
    volatile LONG stopping; /* whether Ctrl+C has been pressed */
} server;

static void client_end(struct client *client, int error) {
    visitor_goes(&client->visitor, error);
    if (closesocket(client->socket) == SOCKET_ERROR) {
        report("closesocket", WSAGetLastError());
    }
    memory_free(client);
    if (InterlockedDecrement(&server.left) == 0 && !SetEvent(server.finished)) {
        fail("SetEvent", (int)GetLastError());
    }
}

/* Behind a start that has succeeded, the client may be another thread's already. */
static void receive_start(struct client *client) {
    WSABUF buffer = {sizeof client->buffer, client->buffer};
    DWORD flags = 0;

    client->is_sending = FALSE;
    client->first = 0;
    if (WSARecv(client->socket, &buffer, 1, NULL, &flags, &client->overlapped, NULL) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING) {
        client_end(client, WSAGetLastError());
    }
}

static void send_start(struct client *client) {
    WSABUF buffer = {client->count, client->buffer + client->first};

    client->is_sending = TRUE;
    if (WSASend(client->socket, &buffer, 1, NULL, 0, &client->overlapped, NULL) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING) {
        client_end(client, WSAGetLastError());
    }
}

static void client_advance(struct client *client, DWORD bytes) {
    if (client->is_sending) {
        client->first += bytes;
        client->count -= bytes;
        if (client->count > 0) {
            send_start(client);
        } else {
            receive_start(client);
        }
    } else if (bytes == 0) {
        client_end(client, 0);
    } else {
        visitor_says(&client->visitor, client->buffer, bytes);
        client->count = bytes;
        send_start(client);
    }
}

/* The port tells errors in the numbers of Win32, Winsock in its own. */
static int error_of(struct client *client) {
    DWORD bytes, flags;

    return WSAGetOverlappedResult(client->socket, &client->overlapped, &bytes, FALSE, &flags) ? 0 : WSAGetLastError();
}

static unsigned __stdcall worker_main(void *argument) {
    UNREFERENCED_PARAMETER(argument);
    for (;;) {
        DWORD bytes;
        ULONG_PTR key;
        OVERLAPPED *overlapped;
        BOOL is_good = GetQueuedCompletionStatus(server.port, &bytes, &key, &overlapped, INFINITE);

        if (overlapped == NULL) {
            if (!is_good) {
                fail("GetQueuedCompletionStatus", (int)GetLastError());
            }
            return 0;
        }
        if (is_good) {
            client_advance((struct client *)key, bytes);
        } else {
            client_end((struct client *)key, error_of((struct client *)key));
        }
    }
}

static void client_begin(SOCKET socket, int number) {
    struct client *client = (struct client *)memory_new(sizeof *client);

    client->socket = socket;
    if (CreateIoCompletionPort((HANDLE)socket, server.port, (ULONG_PTR)client, 0) == NULL) {
        fail("CreateIoCompletionPort", (int)GetLastError());
    }
    visitor_comes(&client->visitor, number);
    receive_start(client);
}

/* Runs in a thread of its own. Without a listener there is nothing left to accept. */
static BOOL WINAPI console_handle(DWORD event) {
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT && event != CTRL_CLOSE_EVENT) {
        return FALSE;
    }
    if (InterlockedExchange(&server.stopping, 1) == 0) {
        closesocket(server.listener);
        SetEvent(server.finished);
    }
    return TRUE;
}

static void clients_accept(int clients) {
    int number;

    for (number = 1; clients == 0 || number <= clients; number++) {
        SOCKET socket = WSAAccept(server.listener, NULL, NULL, NULL, 0);

        if (socket == INVALID_SOCKET) {
            int error = WSAGetLastError();

            if (InterlockedCompareExchange(&server.stopping, 0, 0) != 0) {
                return;
            }
            fail("WSAAccept", error);
        }
        client_begin(socket, number);
    }
}

static int workers_start(HANDLE *workers, int count) {
    SYSTEM_INFO system;
    int i;

    GetSystemInfo(&system);
    if (count == 0) {
        count = (int)system.dwNumberOfProcessors * 2;
        count = count < WORKERS_MAX ? count : WORKERS_MAX;
    }
    for (i = 0; i < count; i++) {
        workers[i] = (HANDLE)_beginthreadex(NULL, 0, worker_main, NULL, 0, NULL);
        if (workers[i] == NULL) {
            fail("_beginthreadex", (int)GetLastError());
        }
    }
    return count;
}

/* A packet for each worker: each takes one and ends. */
static void workers_end(HANDLE *workers, int count) {
    int i;

    for (i = 0; i < count; i++) {
        if (!PostQueuedCompletionStatus(server.port, 0, 0, NULL)) {
            fail("PostQueuedCompletionStatus", (int)GetLastError());
        }
    }
    if (WaitForMultipleObjects((DWORD)count, workers, TRUE, INFINITE) == WAIT_FAILED) {
        fail("WaitForMultipleObjects", (int)GetLastError());
    }
    for (i = 0; i < count; i++) {
        CloseHandle(workers[i]);
    }
}

int main(int argc, char **argv) {
    struct option options[] = {{"--port", "0"}, {"--clients", "0"}, {"--workers", "0"}};
    HANDLE workers[WORKERS_MAX];
    int clients, count;

    options_read(argc, argv, options, 3);
    clients = option_number(&options[1], 0, 1000000);
    winsock_begin();
    server.left = clients == 0 ? MAXLONG : clients;
    server.finished = CreateEventW(NULL, TRUE, FALSE, NULL);
    server.port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    if (server.finished == NULL || server.port == NULL) {
        fail("CreateEvent, CreateIoCompletionPort", (int)GetLastError());
    }
    count = workers_start(workers, option_number(&options[2], 0, WORKERS_MAX));
    server.listener = listener_open(options[0].value);
    if (!SetConsoleCtrlHandler(console_handle, TRUE)) {
        fail("SetConsoleCtrlHandler", (int)GetLastError());
    }
    clients_accept(clients);
    if (WaitForSingleObject(server.finished, INFINITE) == WAIT_FAILED) {
        fail("WaitForSingleObject", (int)GetLastError());
    }
    workers_end(workers, count);
    if (InterlockedExchange(&server.stopping, 1) == 0 && closesocket(server.listener) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    CloseHandle(server.port);
    CloseHandle(server.finished);
    winsock_end();
    if (server.left > 0) {
        say("stopped");
    } else {
        say("all %d clients have gone", clients);
    }
    return 0;
}
