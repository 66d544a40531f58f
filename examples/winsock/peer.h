/* SPDX-License-Identifier: MIT
 *
 * A client of a server that never waits in recv or send: select_server, poll_server and event_server share it, and
 * differ in how they learn that there is something to do.
 */
#ifndef WINSOCK_EXAMPLES_PEER_H
#define WINSOCK_EXAMPLES_PEER_H

#include "common.h"

enum { PEER_ROOM = 4096 };

enum peer_state {
    PEER_READS,  /* it waits until there is something to receive, */
    PEER_WRITES, /* or until its answer can go out, */
    PEER_MOVES,  /* or has done a step and may do the next at once */
    PEER_GONE
};

struct peer {
    SOCKET socket;
    struct visitor visitor;
    int first, count; /* the part of the buffer that is to be sent */
    char buffer[PEER_ROOM];
};

/** Takes over a socket that has been accepted, and makes it non-blocking. */
struct peer *peer_new(SOCKET socket, int number);

/** Sends what is to be sent, then receives once: one step, so that no client keeps the others waiting. A peer that is
 * gone has been closed and freed. */
enum peer_state peer_step(struct peer *peer);

#endif
