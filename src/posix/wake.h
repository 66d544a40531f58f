/* SPDX-License-Identifier: MIT
 *
 * A wake object as the rest of this folder sees it: a descriptor to be polled beside others. Opening one is the one
 * thing that differs between systems: wake_eventfd.c here, a pipe elsewhere.
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

#endif
