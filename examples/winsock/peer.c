/* SPDX-License-Identifier: MIT
 *
 * A client of a server that never waits in recv or send; see peer.h.
 */
#include "peer.h"

struct peer *peer_new(SOCKET socket, int number) {
    struct peer *peer = (struct peer *)memory_new(sizeof *peer);
    u_long yes = 1;

    if (ioctlsocket(socket, FIONBIO, &yes) == SOCKET_ERROR) {
        fail("ioctlsocket", WSAGetLastError());
    }
    peer->socket = socket;
    visitor_comes(&peer->visitor, number);
    return peer;
}

static enum peer_state peer_end(struct peer *peer, int error) {
    visitor_goes(&peer->visitor, error);
    if (closesocket(peer->socket) == SOCKET_ERROR) {
        report("closesocket", WSAGetLastError());
    }
    memory_free(peer);
    return PEER_GONE;
}

/* What a call that has failed means: that it is too early, or the end. */
static enum peer_state peer_wait(struct peer *peer, enum peer_state state) {
    int error = WSAGetLastError();

    return error == WSAEWOULDBLOCK ? state : peer_end(peer, error);
}

static enum peer_state peer_send(struct peer *peer) {
    while (peer->count > 0) {
        int sent = send(peer->socket, peer->buffer + peer->first, peer->count, 0);

        if (sent == SOCKET_ERROR) {
            return peer_wait(peer, PEER_WRITES);
        }
        peer->first += sent;
        peer->count -= sent;
    }
    return PEER_MOVES;
}

enum peer_state peer_step(struct peer *peer) {
    enum peer_state state = peer_send(peer);

    if (state != PEER_MOVES) {
        return state;
    }
    peer->first = 0;
    peer->count = recv(peer->socket, peer->buffer, sizeof peer->buffer, 0);
    if (peer->count == SOCKET_ERROR) {
        peer->count = 0;
        return peer_wait(peer, PEER_READS);
    }
    if (peer->count == 0) {
        return peer_end(peer, 0);
    }
    visitor_says(&peer->visitor, peer->buffer, (size_t)peer->count);
    return peer_send(peer);
}
