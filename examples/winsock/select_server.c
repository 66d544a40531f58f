/* SPDX-License-Identifier: MIT
 *
 * An echo server with select: one thread, sockets that never block, and a set of those that wait for each direction.
 *
 *     select_server [--port 0] [--clients 0]
 *
 * It ends when so many clients have gone; 0 means never. It shows that a program chooses the size of an fd_set, that a
 * set holds sockets and not bits, and that a client is asked for more only when it has taken its answer.
 */
#define FD_SETSIZE 256 /* Before the first header of Winsock; 64 otherwise. */

#include "common.h"
#include "peer.h"

enum { PEERS_MAX = FD_SETSIZE - 1 };

struct server {
    SOCKET listener;
    struct peer *peers[PEERS_MAX];
    enum peer_state states[PEERS_MAX];
    int count;  /* of the peers */
    int number; /* of the last one that has come */
    int gone;
};

/* A full server does not accept; who comes then waits in the queue of the listener. */
static void sets_fill(const struct server *server, fd_set *readable, fd_set *writable) {
    int i;

    FD_ZERO(readable);
    FD_ZERO(writable);
    if (server->count < PEERS_MAX) {
        FD_SET(server->listener, readable);
    }
    for (i = 0; i < server->count; i++) {
        if (server->states[i] == PEER_WRITES) {
            FD_SET(server->peers[i]->socket, writable);
        } else {
            FD_SET(server->peers[i]->socket, readable);
        }
    }
}

/* The client may have gone between select and accept, so this must not wait either. */
static void server_accept(struct server *server) {
    SOCKET socket = accept(server->listener, NULL, NULL);

    if (socket != INVALID_SOCKET) {
        server->peers[server->count] = peer_new(socket, ++server->number);
        server->states[server->count] = PEER_READS;
        server->count++;
    } else if (WSAGetLastError() != WSAEWOULDBLOCK && WSAGetLastError() != WSAECONNRESET) {
        fail("accept", WSAGetLastError());
    }
}

/* From the last to the first, for the last one takes the place of a peer that has gone. */
static void server_advance(struct server *server, fd_set *readable, fd_set *writable) {
    int i;

    for (i = server->count - 1; i >= 0; i--) {
        SOCKET socket = server->peers[i]->socket;

        if (FD_ISSET(socket, readable) || FD_ISSET(socket, writable)) {
            server->states[i] = peer_step(server->peers[i]);
        }
        if (server->states[i] == PEER_GONE) {
            server->count--;
            server->peers[i] = server->peers[server->count];
            server->states[i] = server->states[server->count];
            server->gone++;
        }
    }
}

int main(int argc, char **argv) {
    static struct server server;
    struct option options[] = {{"--port", "0"}, {"--clients", "0"}};
    int clients;
    u_long yes = 1;

    options_read(argc, argv, options, 2);
    clients = option_number(&options[1], 0, 1000000);
    winsock_begin();
    server.listener = listener_open(options[0].value);
    if (ioctlsocket(server.listener, FIONBIO, &yes) == SOCKET_ERROR) {
        fail("ioctlsocket", WSAGetLastError());
    }
    while (clients == 0 || server.gone < clients) {
        fd_set readable, writable;

        sets_fill(&server, &readable, &writable);
        /* The first argument is there for programs of BSD; Winsock counts by itself. */
        if (select(0, &readable, &writable, NULL, NULL) == SOCKET_ERROR) {
            fail("select", WSAGetLastError());
        }
        server_advance(&server, &readable, &writable);
        if (FD_ISSET(server.listener, &readable)) {
            server_accept(&server);
        }
    }
    if (closesocket(server.listener) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    say("all %d clients have gone", clients);
    return 0;
}
