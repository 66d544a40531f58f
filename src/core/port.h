/* SPDX-License-Identifier: MIT
 *
 * Ports: where finished operations wait for threads, and threads for finished operations. This file holds the port
 * itself; its deadlines are in deadline.c, the waiting in port.c.
 *
 * A port has two queues. `ready` takes what ends in the course of a wait, a start or a cancel, and is covered by the
 * port's lock, which a port of one thread does not take. `posted` takes what comes from threads that the port may not
 * know (spal_port_post, the resolver's), has a lock of its own, and is looked at when `news` says so.
 *
 * Waiters. A thread in spal_port_wait counts as a waiter; while it is in the kernel it counts as a sleeper too. Whoever
 * puts something into `ready` while somebody sleeps wakes one. One sleeper, the keeper, sleeps no longer than until the
 * earliest deadline; the others leave deadlines to it.
 *
 * The driver. A synchronous call that stands behind asynchronous operations waits in the kernel on behalf of the port,
 * but only while no waiter does: with both in there, nobody could wake the one and not the other. A waiter that arrives
 * makes the driver leave first. Calls that find a waiter or another driver are parked; the last waiter to leave, and a
 * leaving driver, wake one of them to drive.
 *
 * Lock order: a slot's, the port's, `post_lock`.
 */
#ifndef SPALI_PORT_H
#define SPALI_PORT_H

#include "operation.h"

enum { SPALI_PORT_OPEN, SPALI_PORT_SHUT, SPALI_PORT_GOING };

/** One entry of the heap: the operation is named by pointer and serial, since it may have ended when its time comes. */
typedef struct spali_deadline {
    uint64_t when_ns;
    spal_op *op;
    spal_socket socket; /**< zero for a timer, and for other operations of the port itself */
    uint32_t serial;
} spali_deadline;

struct spali_request;

struct spal_port {
    spali_port_native native;
    bool is_single;
    bool is_lent;     /**< a foreign loop waits on the native handle: it must show completions that no event brought */
    uint8_t unpolled; /**< waits served from `ready` since the kernel was asked last */
    spali_atomic_u32 state; /**< SPALI_PORT_* */
    spali_atomic_u32 news;  /**< `posted` may hold something */
    spal_op *ready_first;
    spal_op *ready_last;
    spali_mutex lock;
    spali_condition driver_left;
    uint32_t waiters;
    uint32_t sleepers;
    uint64_t keeper_ns;      /**< until when the keeper sleeps; SPALI_NEVER without one */
    uint32_t keeper;         /**< which sleep is the keeper's */
    spali_atomic_u32 sleeps; /**< numbers the sleeps */
    spali_call *driver;
    spali_call *parked;
    spali_deadline *heap;
    uint32_t heap_count;
    uint32_t heap_room;
    uint32_t heap_reserved;
    uint32_t serial;
    struct spali_request *requests; /**< resolutions and connects by host: see resolve.h */
    spali_atomic_u32 wakers;        /**< threads that wake somebody without a lock, and keep the port meanwhile */
    spali_mutex post_lock;
    spal_op *posted_first;
    spal_op *posted_last;
};

static inline void spali_port_lock(spal_port *port) {
    if (!port->is_single)
        spali_mutex_lock(&port->lock);
}
static inline void spali_port_unlock(spal_port *port) {
    if (!port->is_single)
        spali_mutex_unlock(&port->lock);
}

/** To wake a waiter after the lock has been given up: begun under it, since a port without locks and waiters may be
 *  freed. */
static inline void spali_port_wake_begin(spal_port *port) {
    (void)spali_add_u32(&port->wakers, 1);
}
static inline void spali_port_wake_end(spal_port *port) {
    spali_port_wake(&port->native);
    (void)spali_add_u32(&port->wakers, (uint32_t)-1);
}

/** Splices what did not fit into a waiter's array into the ready list, and wakes a sleeper. Without any lock held.
 *  Parts of larger operations go through `posted`, so that a waiter continues them. */
void spali_port_flush(spal_port *port, spali_sink *sink);

/** The same under the port's lock, without parts. */
void spali_port_deliver(spal_port *port, spali_sink *sink);

/** Queues a finished operation from any thread. */
void spali_port_push(spal_port *port, spal_op *op);

/** Makes a synchronous call that drives the port come back and wait for its own wake object. `port` may be null, `call`
 *  is only compared. */
void spali_port_evict(spal_port *port, const spali_call *call);

/**
 * For a synchronous call that stands behind asynchronous operations: waits until it is signalled or the deadline,
 * driving the port if nobody else does. May return early.
 * @param look  whether there is something to do already; asked once the port would wake it
 * @return false when there is no port to wait on, or no asynchronous operation ahead
 */
bool spali_port_await(spali_slot *slot, spali_call *call, uint64_t deadline_ns, bool (*look)(spali_call *call));

/** Attaches a pinned slot. @param facts  SPALI_FACT_INLINE, SPALI_FACT_PROVISIONAL */
spal_error spali_port_attach(spal_port *port, spali_slot *slot, void *key, uint32_t facts);

/**
 * Which backend a port uses: the one asked for, else the one of the environment, else the system's own.
 * @param asked  may be null or empty
 * @return SPAL_EINVAL, SPAL_EOPNOTSUPP as spal_port_create
 */
spal_error spali_backend_choose(const char *asked, const char **out);

/* Deadlines: all under the port's lock. */

/** Makes room for one more, so that adding it cannot fail. @return SPAL_ENOMEM */
spal_error spali_deadline_reserve(spal_port *port);
void spali_deadline_unreserve(spal_port *port);
/** Uses a reservation. op->core.deadline_ns says when. Wakes the keeper when it sleeps too long for this. */
void spali_deadline_add(spal_port *port, spal_op *op, spal_socket socket);
/** Does nothing for an operation without a place. */
void spali_deadline_drop(spal_port *port, spal_op *op);
/** SPALI_NEVER when there is none. */
uint64_t spali_deadline_earliest(const spal_port *port);
/** Takes the earliest entry if its time has come. */
bool spali_deadline_take(spal_port *port, uint64_t now_ns, spali_deadline *out);

#endif
