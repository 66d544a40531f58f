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

#include "clock.h"
#include "pin.h"
#include "request.h"
#include "spin.h"

typedef struct spalw_port {
    spalw_object object;
    spal_port *core;
    spalw_spin lock;         /**< covers the queue and `waiting`; nothing is called under it */
    unsigned waiting;        /**< threads that wait for it */
    unsigned head, tail;     /**< of the queue; they count on and on */
    unsigned limit;          /**< the head at which the system's turn has come */
    unsigned get_until;      /**< heads before this one may be taken the short way, which asks nothing else */
    unsigned put_until;      /**< tails before this one may be put likewise: there is room, and nobody waits */
    unsigned mask;           /**< one less than the ring's room, which is a power of two */
    atomic_bool is_doubtful; /**< a handle has been closed: whoever names the port is to be looked at */
    spalw_packet *ring;
    _Atomic(uint64_t) beat; /**< when the system was asked last, or a receive began: see SPALW_BEAT_NOW */
    atomic_bool is_closed;
    atomic_uint alertable;        /**< threads that wait alertably: for `news`, while the service drives the port */
    _Atomic(spalw_object *) news; /**< an event, or null before there was such a thread */
    atomic_bool is_waking;        /**< `wake` is on its way */
    spal_op wake;

    unsigned pumped; /**< requests for which the service drives the port; under the service's lock */
    struct spalw_port *next_pumped;
} spalw_port;

/** The processor's count of time, or nanoseconds. */
#if defined(__x86_64__)
#define SPALW_BEAT_NOW() ((uint64_t)__builtin_ia32_rdtsc())
#else
#define SPALW_BEAT_NOW() spalw_now_ns()
#endif

/** Whether the system was asked last ten milliseconds ago, or a few more: that many beats of either kind. Receives that
 *  follow each other faster than that keep the port awake: a program that is kept busy by what it has taken need not
 * ask for each. */
static inline bool spalw_port_has_rested(spalw_port *port) {
    uint64_t now = SPALW_BEAT_NOW();
    bool has_rested = now - atomic_load_explicit(&port->beat, memory_order_relaxed) > (uint64_t)1 << 25;
    if (!has_rested)
        atomic_store_explicit(&port->beat, now, memory_order_relaxed);
    return has_rested;
}
static inline void spalw_port_note_beat(spalw_port *port) {
    atomic_store_explicit(&port->beat, SPALW_BEAT_NOW(), memory_order_relaxed);
}

/* The queue, under the lock. */
static inline bool spalw_ring_is_full(const spalw_port *port) {
    return port->tail - port->head > port->mask;
}
static inline void spalw_ring_put(spalw_port *port, const spalw_packet *packet) {
    port->ring[port->tail++ & port->mask] = *packet;
}
/** What the short ways may do from now on. While a thread waits they are closed: it may have to be told of something.
 */
static inline void spalw_queue_open(spalw_port *port) {
    bool is_alone = port->waiting == 0 && !atomic_load_explicit(&port->is_doubtful, memory_order_relaxed);
    unsigned filled = port->tail - port->head;
    unsigned owed = port->limit - port->head;
    port->get_until = is_alone ? port->head + (filled < owed ? filled : owed) : port->head;
    port->put_until = is_alone ? port->head + port->mask + 1 : port->tail;
}
/** Gives the lock up while it asks for memory. @return false when there is none; else the caller looks again */
bool spalw_ring_grow(spalw_port *port);

/** Puts a packet into the queue. @return false when there is no memory */
bool spalw_port_push(spalw_port *port, const spalw_packet *packet);

/** Puts a packet into the queue that must not get lost: without memory, waits until there is room. */
void spalw_port_push_surely(spalw_port *port, spalw_packet packet);

/** The port lives as long as the socket, whose core is attached to it. Under spalw_sockets_lock. */
void spalw_port_host(spalw_port *port, spalw_socket *socket);

/** Tells the results that are there, without waiting: their packets go to the queue. */
void spalw_port_collect(spalw_port *port);

/** The calling thread does not belong to the port any more. */
void spalw_port_part(const spalw_port *port);

/** Makes a waiting thread look at the queue. */
void spalw_port_wake(spalw_port *port);

/** The same, in line, where there is room and nobody waits. @return false when it has not been done */
static inline bool spalw_port_put(spalw_port *port, spalw_packet packet) {
    if (!SPALW_LIKELY(spalw_spin_try(&port->lock)))
        return false;
    bool can_put = port->tail != port->put_until;
    if (SPALW_LIKELY(can_put))
        spalw_ring_put(port, &packet);
    spalw_spin_unlock(&port->lock);
    return can_put;
}

#endif
