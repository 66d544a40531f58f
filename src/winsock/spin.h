/* SPDX-License-Identifier: MIT
 *
 * A lock for a few instructions, on ways where every instruction counts.
 */
#ifndef SPALW_SPIN_H
#define SPALW_SPIN_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef atomic_flag spalw_spin;

static inline void spalw_spin_lock(spalw_spin *lock) {
    while (__builtin_expect(atomic_flag_test_and_set_explicit(lock, memory_order_acquire), 0))
        sched_yield();
}

/** @return false when somebody has it */
static inline bool spalw_spin_try(spalw_spin *lock) {
    return !atomic_flag_test_and_set_explicit(lock, memory_order_acquire);
}

static inline void spalw_spin_unlock(spalw_spin *lock) {
    atomic_flag_clear_explicit(lock, memory_order_release);
}

#endif
