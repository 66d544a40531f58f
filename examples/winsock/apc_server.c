/* SPDX-License-Identifier: MIT
 *
 * An echo server with completion routines: the thread that has started an operation calls a function of ours when the
 * operation is done, and does so only while it waits alertably.
 *
 *     apc_server [--port 0] [--clients 0]
 *
 * It ends when so many clients have gone; 0 means never. It shows how one routine starts what the next one continues,
 * and an event of the listener beside them: the wait ends for either.
 */
#include "common.h"

enum { ROOM = 4096 };

struct client {
    WSAOVERLAPPED overlapped;
    SOCKET socket;
    struct visitor visitor;
    DWORD first, count; /* the part of the buffer that is to be sent */
    char buffer[ROOM];
};

static int clients_gone;

static void CALLBACK receive_done(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags);
static void CALLBACK send_done(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags);

static void client_end(struct client *client, int error) {
    visitor_goes(&client->visitor, error);
    if (closesocket(client->socket) == SOCKET_ERROR) {
        report("closesocket", WSAGetLastError());
    }
    memory_free(client);
    clients_gone++;
}

/* An operation that is done at once calls its routine too, at the next wait. */
static void receive_start(struct client *client) {
    WSABUF buffer = {sizeof client->buffer, client->buffer};
    DWORD flags = 0;

    if (WSARecv(client->socket, &buffer, 1, NULL, &flags, &client->overlapped, receive_done) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING) {
        client_end(client, WSAGetLastError());
    }
}

static void send_start(struct client *client) {
    WSABUF buffer = {client->count, client->buffer + client->first};

    if (WSASend(client->socket, &buffer, 1, NULL, 0, &client->overlapped, send_done) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING) {
        client_end(client, WSAGetLastError());
    }
}

/* From the operation to its client: the one is a part of the other. */
static void CALLBACK receive_done(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags) {
    struct client *client = CONTAINING_RECORD(overlapped, struct client, overlapped);

    UNREFERENCED_PARAMETER(flags);
    if (error != 0 || bytes == 0) {
        client_end(client, (int)error);
        return;
    }
    visitor_says(&client->visitor, client->buffer, bytes);
    client->first = 0;
    client->count = bytes;
    send_start(client);
}

static void CALLBACK send_done(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags) {
    struct client *client = CONTAINING_RECORD(overlapped, struct client, overlapped);

    UNREFERENCED_PARAMETER(flags);
    if (error != 0) {
        client_end(client, (int)error);
        return;
    }
    client->first += bytes;
    client->count -= bytes;
    if (client->count > 0) {
        send_start(client);
    } else {
        receive_start(client);
    }
}

/* An accepted socket has the listener's event at first, which is not meant for it. */
static void client_begin(SOCKET socket, int number) {
    struct client *client = (struct client *)memory_new(sizeof *client);

    if (WSAEventSelect(socket, NULL, 0) == SOCKET_ERROR) {
        fail("WSAEventSelect", WSAGetLastError());
    }
    client->socket = socket;
    visitor_comes(&client->visitor, number);
    receive_start(client);
}

static void clients_accept(SOCKET listener, WSAEVENT event) {
    static int number;
    WSANETWORKEVENTS news;
    SOCKET socket;

    if (WSAEnumNetworkEvents(listener, event, &news) == SOCKET_ERROR) {
        fail("WSAEnumNetworkEvents", WSAGetLastError());
    }
    while ((socket = WSAAccept(listener, NULL, NULL, NULL, 0)) != INVALID_SOCKET) {
        client_begin(socket, ++number);
    }
    if (WSAGetLastError() != WSAEWOULDBLOCK && WSAGetLastError() != WSAECONNRESET) {
        fail("WSAAccept", WSAGetLastError());
    }
}

int main(int argc, char **argv) {
    struct option options[] = {{"--port", "0"}, {"--clients", "0"}};
    SOCKET listener;
    WSAEVENT event;
    int clients;

    options_read(argc, argv, options, 2);
    clients = option_number(&options[1], 0, 1000000);
    winsock_begin();
    listener = listener_open(options[0].value);
    event = WSACreateEvent();
    if (event == WSA_INVALID_EVENT) {
        fail("WSACreateEvent", WSAGetLastError());
    }
    if (WSAEventSelect(listener, event, FD_ACCEPT) == SOCKET_ERROR) {
        fail("WSAEventSelect", WSAGetLastError());
    }
    while (clients == 0 || clients_gone < clients) {
        DWORD reason = WSAWaitForMultipleEvents(1, &event, FALSE, WSA_INFINITE, TRUE);

        if (reason == WSA_WAIT_FAILED) {
            fail("WSAWaitForMultipleEvents", WSAGetLastError());
        }
        if (reason == WSA_WAIT_EVENT_0) { /* Else it is WSA_WAIT_IO_COMPLETION: the routines have run. */
            clients_accept(listener, event);
        }
    }
    if (closesocket(listener) == SOCKET_ERROR || !WSACloseEvent(event)) {
        fail("closesocket, WSACloseEvent", WSAGetLastError());
    }
    winsock_end();
    say("all %d clients have gone", clients);
    return 0;
}
