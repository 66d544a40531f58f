/* SPDX-License-Identifier: MIT
 *
 * What the servers tcp_proxy, chat and file_server have in common: a port, a listener whose accepts never cease, and an
 * end when N connections have come and gone. echo_server_async.c shows the same in one piece.
 *
 * Every operation on the port is a task, which has a function of its own (spal_task); spal_port_run calls it.
 */
#ifndef EXAMPLES_ACCEPTOR_H
#define EXAMPLES_ACCEPTOR_H

#include <sockpal.h>

/** Connections that may wait to be accepted: a client that finds no place tries again only after a second. */
enum { BACKLOG = 1000 };

struct acceptor {
    spal_task task; /* first, so that the task is its acceptor */
    spal_port *port;
    spal_socket listener;
    long left;        /* in: connections to accept, -1 for no end */
    long connections; /* under way */
    int accepting;    /* an accept is under way */
    spal_error error; /* of the last accept */
    /** in: serves a new connection, whose socket it owns and attaches, until it calls acceptor_ended */
    void (*serve)(struct acceptor *acceptor, spal_socket socket);
};

/** Runs a server on a listener, which it closes, until its last connection has ended. */
spal_error acceptor_run(struct acceptor *acceptor, spal_socket listener);

/** Says that a connection has ended. */
void acceptor_ended(struct acceptor *acceptor);

#endif
