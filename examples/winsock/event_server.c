/* SPDX-License-Identifier: MIT
 *
 * An echo server with WSAEventSelect: one thread, and an event for each socket that the system sets when there is news.
 *
 *     event_server [--port 0] [--clients 0]
 *
 * It ends when so many clients have gone; 0 means never. It shows the rules by which news is told: once, and again only
 * after the call that it invites has been made. So a client is served until a call would have to wait. One wait takes
 * 64 events, so more than 63 clients at a time wait in the queue of the listener.
 */
#include "common.h"
#include "peer.h"

struct server {
    WSAEVENT events[WSA_MAXIMUM_WAIT_EVENTS]; /* of the listener, then of each peer */
    SOCKET sockets[WSA_MAXIMUM_WAIT_EVENTS];
    struct peer *peers[WSA_MAXIMUM_WAIT_EVENTS];
    DWORD count;
    int number, gone;
};

static void server_add(struct server *server, SOCKET socket, struct peer *peer, long news) {
    WSAEVENT event = WSACreateEvent();

    if (event == WSA_INVALID_EVENT) {
        fail("WSACreateEvent", WSAGetLastError());
    }
    if (WSAEventSelect(socket, event, news) == SOCKET_ERROR) { /* It makes the socket non-blocking too. */
        fail("WSAEventSelect", WSAGetLastError());
    }
    server->events[server->count] = event;
    server->sockets[server->count] = socket;
    server->peers[server->count] = peer;
    server->count++;
}

static void server_remove(struct server *server, DWORD at) {
    if (!WSACloseEvent(server->events[at])) {
        fail("WSACloseEvent", WSAGetLastError());
    }
    server->count--;
    server->events[at] = server->events[server->count];
    server->sockets[at] = server->sockets[server->count];
    server->peers[at] = server->peers[server->count];
    server->gone++;
}

/* An accepted socket has the listener's event at first; selecting its own ends that. Where there is no room, the next
 * one stays in the queue, and the listener's news has been taken: so this is called too when somebody has gone. */
static void server_accept(struct server *server) {
    while (server->count < WSA_MAXIMUM_WAIT_EVENTS) {
        SOCKET socket = accept(server->sockets[0], NULL, NULL);

        if (socket != INVALID_SOCKET) {
            server_add(server, socket, peer_new(socket, ++server->number), FD_READ | FD_WRITE | FD_CLOSE);
        } else if (WSAGetLastError() == WSAEWOULDBLOCK) {
            return;
        } else if (WSAGetLastError() != WSAECONNRESET) {
            fail("accept", WSAGetLastError());
        }
    }
}

static void server_advance(struct server *server, DWORD at) {
    WSANETWORKEVENTS news;
    enum peer_state state = PEER_MOVES;

    if (WSAEnumNetworkEvents(server->sockets[at], server->events[at], &news) == SOCKET_ERROR) {
        fail("WSAEnumNetworkEvents", WSAGetLastError());
    }
    if (news.lNetworkEvents & FD_ACCEPT) {
        if (news.iErrorCode[FD_ACCEPT_BIT] != 0) {
            fail("FD_ACCEPT", news.iErrorCode[FD_ACCEPT_BIT]);
        }
        server_accept(server);
    }
    if (at == 0 || news.lNetworkEvents == 0) {
        return;
    }
    while (state == PEER_MOVES) {
        state = peer_step(server->peers[at]);
    }
    if (state == PEER_GONE) {
        server_remove(server, at);
        server_accept(server);
    }
}

int main(int argc, char **argv) {
    static struct server server;
    struct option options[] = {{"--port", "0"}, {"--clients", "0"}};
    int clients;
    DWORD i;

    options_read(argc, argv, options, 2);
    clients = option_number(&options[1], 0, 1000000);
    winsock_begin();
    server_add(&server, listener_open(options[0].value), NULL, FD_ACCEPT);
    while (clients == 0 || server.gone < clients) {
        DWORD at = WSAWaitForMultipleEvents(server.count, server.events, FALSE, WSA_INFINITE, FALSE);

        if (at == WSA_WAIT_FAILED) {
            fail("WSAWaitForMultipleEvents", WSAGetLastError());
        }
        /* The first of those that are set; asking all behind it keeps a busy one from hiding them. */
        for (i = server.count; i > at - WSA_WAIT_EVENT_0; i--) {
            server_advance(&server, i - 1);
        }
    }
    if (!WSACloseEvent(server.events[0])) {
        fail("WSACloseEvent", WSAGetLastError());
    }
    if (closesocket(server.sockets[0]) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    say("all %d clients have gone", clients);
    return 0;
}
