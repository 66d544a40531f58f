/* SPDX-License-Identifier: MIT
 *
 * A wake object as the rest of this folder sees it: a descriptor to be polled beside others. Opening one is the one
 * thing that differs between systems: wake_eventfd.c on Linux, wake_pipe.c elsewhere.
 */
#ifndef SPALI_WAKE_H
#define SPALI_WAKE_H

#include "native.h"

struct spali_wake {
    int reader;               /**< readable when signalled */
    int writer;               /**< the same descriptor, for an eventfd */
    spali_atomic_u32 touched; /**< signalled since it was cleared last, perhaps */
    spali_wake *next;         /**< in the pool */
};

/** Opens both ends, non-blocking and uninheritable. @return false when descriptors are used up; errno says why */
bool spali_wake_open(int *reader, int *writer);

/** Takes the signal back, after it has been seen. */
void spali_wake_clear(spali_wake *wake);

/** An edge-triggered poller has reported the signal. An eventfd may stay as it is: each write is an event, and it has
 *  room for more of them than can ever be. A pipe would fill up. */
static inline void spali_wake_seen(spali_wake *wake) {
    if (wake->reader != wake->writer)
        spali_wake_clear(wake);
}

#endif
