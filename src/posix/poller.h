/* SPDX-License-Identifier: MIT
 *
 * Readiness. Each kind of poller is a table of six functions: poller_epoll.c, poller_kqueue.c. A build holds those that
 * its system has, one as a rule; a port uses one of them, and remembers which. A socket is registered once, for both
 * directions, edge-triggered, by the handle its slot has; a late event names a handle that is stale, and finds nothing.
 * No poller ever sees a pointer.
 *
 * What all kinds have in common, and how a slot remembers its poller, is in poller.c.
 */
#ifndef SPALI_POLLER_H
#define SPALI_POLLER_H

#include "native.h"

/** How a registration went. */
typedef enum spali_registered {
    SPALI_REGISTERED_NOW,    /**< what is ready already is reported as an event */
    SPALI_REGISTERED_BEFORE, /**< by another thread: what was ready may have been reported before */
    SPALI_REGISTERED_NOT     /**< errno says why; EPIPE: the peer has gone, and the operation can tell */
} spali_registered;

/** The event data of a port's wake object; no socket has this handle. */
#define SPALI_WAKE_ID 0

/** One kind of poller. `poller` is a descriptor, and may be that of a poller which has been closed, or by now of
 *  something else: the worst that comes of it is an error. */
typedef struct spali_poller {
    const char *name;
    bool forgets_closed;    /**< a descriptor that is closed, and was the last of its socket, needs no `remove` */
    bool short_reads_drain; /**< whatever makes a receive come up short, bytes left behind, is reported as an event */

    /** @return the descriptor, or -1 and errno */
    int (*open)(void);
    /** Registers a wake object: each signal is an event. @return false and errno */
    bool (*add_wake)(int poller, const spali_wake *wake);
    /** Both filters or none, for good. */
    spali_registered (*add)(int poller, spali_slot *slot, uint64_t id);
    void (*remove)(int poller, spali_slot *slot);
    /** As spali_port_collect. Sets SPALI_FACT_UNDRAINED before it reports an event that calls for it. */
    bool (*wait)(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink);
} spali_poller;

extern const spali_poller spali_poller_epoll, spali_poller_kqueue;

/** The kinds of this build, the system's own first; null behind the last. */
extern const spali_poller *const spali_pollers[];

/** @param name  of a kind that this build has */
spal_error spali_poller_open(const char *name, spali_port_native *out);
void spali_poller_close(spali_port_native *port);

/** Makes `port` the one to which spali_poller_add will register the slot. */
void spali_poller_choose(spali_port_native *port, spali_slot *slot);

/** Registers the slot's socket with its port and sets SPALI_FACT_REGISTERED. A socket that is to be connected has been
 *  told to connect before: the hang-up that a fresh one reports would count against it. */
spali_registered spali_poller_add(spali_slot *slot, uint64_t id);

/** Ends the registration before the descriptor is closed, if there is one, and closing would not do. */
void spali_poller_remove(spali_slot *slot);

/** A short read no longer means that nothing is left. Harmless for late events. */
void spali_poller_undrained(uint64_t id);

#endif
