/* SPDX-License-Identifier: MIT
 *
 * Readiness, behind seven functions that each kind of poller supplies: poller_epoll.c. A socket is registered once, for
 * both directions, edge-triggered, by the handle its slot has; a late event names a handle that is stale, and finds
 * nothing. No poller ever sees a pointer.
 */
#ifndef SPALI_POLLER_H
#define SPALI_POLLER_H

#include "native.h"

/** How a registration went. */
typedef enum spali_registered {
    SPALI_REGISTERED_NOW,    /**< what is ready already is reported as an event */
    SPALI_REGISTERED_BEFORE, /**< by another thread: what was ready may have been reported before */
    SPALI_REGISTERED_NOT     /**< errno says why */
} spali_registered;

spal_error spali_poller_open(spali_port_native *out);
void spali_poller_close(spali_port_native *port);

/** Makes `port` the one to which spali_poller_add will register the slot. */
void spali_poller_choose(spali_port_native *port, spali_slot *slot);

/** Registers the slot's socket with its port and sets SPALI_FACT_REGISTERED. A socket that is to be connected has been
 *  told to connect before: the hang-up that a fresh one reports would count against it. */
spali_registered spali_poller_add(spali_slot *slot, uint64_t id);

/** Ends the registration, for a descriptor that may not be the last of its socket. */
void spali_poller_remove(spali_slot *slot);

/** As spali_port_collect. Sets SPALI_FACT_UNDRAINED before it reports an event that calls for it. */
bool spali_poller_wait(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink);

/** As spali_port_wake. */
void spali_poller_wake(spali_port_native *port);

#endif
