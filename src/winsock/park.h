/* SPDX-License-Identifier: MIT
 *
 * Where threads wait for a word of memory to change: what the locks of lock.h wait in. The word itself is the lock, so
 * that one that is free costs no more than an atomic instruction, and none of them has anything to be freed.
 */
#ifndef SPALW_PARK_H
#define SPALW_PARK_H

#include "sockpal/base.h"

#include <stdbool.h>

/**
 * Waits until it is unparked, if the answer to `must_wait` is still yes: it is asked under a lock that the unparker
 * takes too, so that a change between the question and the wait is not missed.
 *
 * @param address  what the unparker names
 * @return false when the deadline has passed
 */
bool spalw_park(const volatile void *address, bool (*must_wait)(void *), void *argument, uint64_t deadline_ns);

/** Wakes the threads that have waited longest at an address, at most so many. */
void spalw_unpark(const volatile void *address, unsigned count);

#endif
