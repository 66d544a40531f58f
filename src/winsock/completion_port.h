/* SPDX-License-Identifier: MIT
 *
 * Completion ports: a port of sockpal, and a queue in front of it. The queue holds what did not come from the system:
 * packets that a program posts, results that were there at once, results that somebody took who was not asked.
 *
 * A thread that waits takes from the queue; if that is empty it waits in sockpal's port, without any lock. Whoever puts
 * a packet into the queue while a thread waits there wakes one, by posting an operation of the port's own.
 */
#ifndef SPALW_COMPLETION_PORT_H
#define SPALW_COMPLETION_PORT_H

#include "object.h"
#include "request.h"
#include "spin.h"

typedef struct spalw_port {
    spalw_object object;
    spal_port *core;
    spalw_spin lock;  /**< covers the queue, `waiting` and `unpolled`; nothing is called under it */
    uint8_t unpolled; /**< calls served from the queue since the system was asked */
    unsigned waiting; /**< threads inside spal_port_wait */
    spalw_packet *ring;
    size_t room, first, count; /**< of the ring; room is a power of two, or 0 */
    atomic_bool is_closed;
    atomic_bool is_waking; /**< `wake` is on its way */
    spal_op wake;

    unsigned pumped; /**< requests for which the service drives the port; under the service's lock */
    struct spalw_port *next_pumped;
} spalw_port;

/** Puts a packet into the queue. @return false when there is no memory */
bool spalw_port_push(spalw_port *port, const spalw_packet *packet);

/** The port lives as long as the socket, whose core is attached to it. Under spalw_sockets_lock. */
void spalw_port_host(spalw_port *port, spalw_socket *socket);

/** Tells the results that are there, without waiting: their packets go to the queue. */
void spalw_port_collect(spalw_port *port);

/** Makes a waiting thread look at the queue. */
void spalw_port_wake(spalw_port *port);

#endif
