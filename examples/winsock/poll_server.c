/* SPDX-License-Identifier: MIT
 *
 * An echo server with WSAPoll: one thread, sockets that never block, and an array that says what each waits for.
 *
 *     poll_server [--port 0] [--clients 0]
 *
 * It ends when so many clients have gone; 0 means never. It shows that the array needs no upper limit, and that an end
 * or an error is reported without being asked for: a call on the socket then says which.
 */
#include "common.h"
#include "peer.h"

struct server {
    WSAPOLLFD *entries; /* of the listener, then of each peer */
    struct peer **peers;
    int count, room; /* of the entries */
    int number, gone;
};

static void server_grow(struct server *server) {
    int i, room = server->room == 0 ? 16 : 2 * server->room;
    WSAPOLLFD *entries = (WSAPOLLFD *)memory_new((size_t)room * sizeof *entries);
    struct peer **peers = (struct peer **)memory_new((size_t)room * sizeof(void *));

    for (i = 0; i < server->count; i++) {
        entries[i] = server->entries[i];
        peers[i] = server->peers[i];
    }
    if (server->room > 0) {
        memory_free(server->entries);
        memory_free(server->peers);
    }
    server->entries = entries;
    server->peers = peers;
    server->room = room;
}

static void server_add(struct server *server, SOCKET socket, struct peer *peer) {
    if (server->count == server->room) {
        server_grow(server);
    }
    server->entries[server->count].fd = socket;
    server->entries[server->count].events = POLLRDNORM;
    server->entries[server->count].revents = 0;
    server->peers[server->count] = peer;
    server->count++;
}

static void server_accept(struct server *server) {
    SOCKET socket = accept(server->entries[0].fd, NULL, NULL);

    if (socket != INVALID_SOCKET) {
        server_add(server, socket, peer_new(socket, ++server->number));
    } else if (WSAGetLastError() != WSAEWOULDBLOCK && WSAGetLastError() != WSAECONNRESET) {
        fail("accept", WSAGetLastError());
    }
}

/* From the last to the first, for the last one takes the place of a peer that has gone. */
static void server_advance(struct server *server) {
    int i;

    for (i = server->count - 1; i > 0; i--) {
        enum peer_state state;

        if (server->entries[i].revents == 0) {
            continue;
        }
        state = peer_step(server->peers[i]);
        server->entries[i].events = state == PEER_WRITES ? POLLWRNORM : POLLRDNORM;
        if (state == PEER_GONE) {
            server->count--;
            server->entries[i] = server->entries[server->count];
            server->peers[i] = server->peers[server->count];
            server->gone++;
        }
    }
}

int main(int argc, char **argv) {
    struct server server = {NULL, NULL, 0, 0, 0, 0};
    struct option options[] = {{"--port", "0"}, {"--clients", "0"}};
    SOCKET listener;
    int clients;
    u_long yes = 1;

    options_read(argc, argv, options, 2);
    clients = option_number(&options[1], 0, 1000000);
    winsock_begin();
    listener = listener_open(options[0].value);
    if (ioctlsocket(listener, FIONBIO, &yes) == SOCKET_ERROR) {
        fail("ioctlsocket", WSAGetLastError());
    }
    server_add(&server, listener, NULL);
    while (clients == 0 || server.gone < clients) {
        if (WSAPoll(server.entries, (ULONG)server.count, INFINITE) == SOCKET_ERROR) {
            fail("WSAPoll", WSAGetLastError());
        }
        server_advance(&server);
        if (server.entries[0].revents & POLLRDNORM) {
            server_accept(&server);
        }
    }
    memory_free(server.entries);
    memory_free(server.peers);
    if (closesocket(listener) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    winsock_end();
    say("all %d clients have gone", clients);
    return 0;
}
