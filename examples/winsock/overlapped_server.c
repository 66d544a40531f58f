/* SPDX-License-Identifier: MIT
 *
 * An echo server with overlapped calls and events: one thread starts operations and waits until any of them is done.
 *
 *     overlapped_server [--port 0] [--clients 0]
 *
 * It ends when so many clients have gone; 0 means never. It shows AcceptEx, WSARecv and WSASend with an event in
 * OVERLAPPED, which is set when the operation ends, be that at once or later, and WSAGetOverlappedResult, which says
 * how. One wait takes 64 events, so more than 63 clients at a time wait in the queue of the listener.
 */
#include "common.h"

#include <mswsock.h>

enum { ROOM = 4096, ADDRESS_ROOM = sizeof(struct sockaddr_in) + 16 };

struct client {
    WSAOVERLAPPED overlapped; /* of its one operation */
    SOCKET socket;
    struct visitor visitor;
    BOOL is_sending;
    DWORD first, count; /* the part of the buffer that is to be sent */
    char buffer[ROOM];
};

struct server {
    SOCKET listener;
    WSAEVENT events[WSA_MAXIMUM_WAIT_EVENTS];
    struct client *clients[WSA_MAXIMUM_WAIT_EVENTS]; /* the first one is about to be accepted */
    DWORD count;
    int number, gone;
};

static struct client *client_new(WSAEVENT event) {
    struct client *client = (struct client *)memory_new(sizeof *client);

    client->overlapped.hEvent = event;
    client->socket = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    if (client->socket == INVALID_SOCKET) {
        fail("WSASocket", WSAGetLastError());
    }
    return client;
}

static void client_free(struct client *client) {
    if (closesocket(client->socket) == SOCKET_ERROR) {
        report("closesocket", WSAGetLastError());
    }
    memory_free(client);
}

static void server_add(struct server *server, struct client *client, WSAEVENT event) {
    if (event == WSA_INVALID_EVENT) {
        fail("WSACreateEvent", WSAGetLastError());
    }
    client->overlapped.hEvent = event;
    server->events[server->count] = event;
    server->clients[server->count] = client;
    server->count++;
}

/* The socket of a connection is made beforehand. The addresses arrive in the buffer, together with the first bytes if
 * these were asked for: none here, so that a silent client does not hold up the next. */
static void accept_start(struct server *server) {
    struct client *client = client_new(server->events[0]);
    DWORD received;

    server->clients[0] = client;
    if (!AcceptEx(server->listener, client->socket, client->buffer, 0, ADDRESS_ROOM, ADDRESS_ROOM, &received,
                  &client->overlapped) &&
        WSAGetLastError() != WSA_IO_PENDING) {
        fail("AcceptEx", WSAGetLastError());
    }
}

/* @return the error when the operation has not started; whether it is done already makes no difference */
static int receive_start(struct client *client) {
    WSABUF buffer = {sizeof client->buffer, client->buffer};
    DWORD flags = 0;

    client->is_sending = FALSE;
    client->first = 0;
    if (WSARecv(client->socket, &buffer, 1, NULL, &flags, &client->overlapped, NULL) == 0) {
        return 0;
    }
    return WSAGetLastError() == WSA_IO_PENDING ? 0 : WSAGetLastError();
}

static int send_start(struct client *client) {
    WSABUF buffer = {client->count, client->buffer + client->first};

    client->is_sending = TRUE;
    if (WSASend(client->socket, &buffer, 1, NULL, 0, &client->overlapped, NULL) == 0) {
        return 0;
    }
    return WSAGetLastError() == WSA_IO_PENDING ? 0 : WSAGetLastError();
}

static void server_remove(struct server *server, DWORD at, int error) {
    visitor_goes(&server->clients[at]->visitor, error);
    client_free(server->clients[at]);
    WSACloseEvent(server->events[at]);
    server->count--;
    server->events[at] = server->events[server->count];
    server->clients[at] = server->clients[server->count];
    server->gone++;
}

/* The client moves from the first place to the last, and starts with a receive. */
static void server_accept(struct server *server) {
    struct client *client = server->clients[0];
    int error;

    /* The accepted socket learns what it is: without this, shutdown and getpeername do not know it as connected. */
    if (setsockopt(client->socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&server->listener,
                   sizeof server->listener) == SOCKET_ERROR) {
        fail("SO_UPDATE_ACCEPT_CONTEXT", WSAGetLastError());
    }
    visitor_comes(&client->visitor, ++server->number);
    server_add(server, client, WSACreateEvent());
    error = receive_start(client);
    server->clients[0] = NULL;
    if (error != 0) {
        server_remove(server, server->count - 1, error);
    }
}

static void client_advance(struct server *server, DWORD at, DWORD bytes, int error) {
    struct client *client = server->clients[at];
    BOOL is_over = error == 0 && !client->is_sending && bytes == 0;

    if (error == 0 && client->is_sending) {
        client->first += bytes;
        client->count -= bytes;
        error = client->count > 0 ? send_start(client) : receive_start(client);
    } else if (error == 0 && !is_over) {
        visitor_says(&client->visitor, client->buffer, bytes);
        client->count = bytes;
        error = send_start(client);
    }
    if (error != 0 || is_over) {
        server_remove(server, at, error);
    }
}

static void server_advance(struct server *server, DWORD at) {
    struct client *client = server->clients[at];
    SOCKET socket = at == 0 ? server->listener : client->socket; /* the one that the operation was started on */
    DWORD bytes, flags;
    int error = 0;

    if (!WSAResetEvent(server->events[at])) {
        fail("WSAResetEvent", WSAGetLastError());
    }
    if (!WSAGetOverlappedResult(socket, &client->overlapped, &bytes, FALSE, &flags)) {
        error = WSAGetLastError();
    }
    if (at > 0) {
        client_advance(server, at, bytes, error);
    } else if (error == 0) {
        server_accept(server);
    } else {
        report("AcceptEx", error); /* That client has gone before it was served. */
        client_free(client);
        server->clients[0] = NULL;
    }
    if (server->clients[0] == NULL && server->count < WSA_MAXIMUM_WAIT_EVENTS) {
        accept_start(server);
    }
}

static void server_end(struct server *server) {
    DWORD bytes, flags;

    /* Closing the listener ends the last AcceptEx; its memory is the system's until then. */
    if (closesocket(server->listener) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    if (WSAWaitForMultipleEvents(1, server->events, TRUE, WSA_INFINITE, FALSE) == WSA_WAIT_FAILED) {
        fail("WSAWaitForMultipleEvents", WSAGetLastError());
    }
    if (WSAGetOverlappedResult(server->clients[0]->socket, &server->clients[0]->overlapped, &bytes, FALSE, &flags)) {
        report("a client comes too late", WSAESHUTDOWN);
    }
    client_free(server->clients[0]);
    WSACloseEvent(server->events[0]);
}

int main(int argc, char **argv) {
    static struct server server;
    struct option options[] = {{"--port", "0"}, {"--clients", "0"}};
    int clients;

    options_read(argc, argv, options, 2);
    clients = option_number(&options[1], 0, 1000000);
    winsock_begin();
    server.listener = listener_open(options[0].value);
    server.events[0] = WSACreateEvent();
    if (server.events[0] == WSA_INVALID_EVENT) {
        fail("WSACreateEvent", WSAGetLastError());
    }
    server.count = 1;
    accept_start(&server);
    while (clients == 0 || server.gone < clients) {
        DWORD at = WSAWaitForMultipleEvents(server.count, server.events, FALSE, WSA_INFINITE, FALSE);

        if (at == WSA_WAIT_FAILED) {
            fail("WSAWaitForMultipleEvents", WSAGetLastError());
        }
        server_advance(&server, at - WSA_WAIT_EVENT_0);
    }
    server_end(&server);
    winsock_end();
    say("all %d clients have gone", clients);
    return 0;
}
