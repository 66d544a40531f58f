/* SPDX-License-Identifier: MIT
 *
 * Atomic access to words inside the structures of Windows, which are plain words in its headers.
 */
#ifndef SPALW_ATOMICS_H
#define SPALW_ATOMICS_H

#include "sockpal/base.h"

#include <stdbool.h>

static inline LONG spalw_load(const volatile LONG *word) {
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline LONG spalw_swap(volatile LONG *word, LONG value) {
    return __atomic_exchange_n(word, value, __ATOMIC_ACQ_REL);
}

static inline bool spalw_replace(volatile LONG *word, LONG before, LONG after) {
    return __atomic_compare_exchange_n(word, &before, after, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline uintptr_t spalw_load_pointer(PVOID const volatile *word) {
    return (uintptr_t)__atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void spalw_store_pointer(PVOID volatile *word, uintptr_t value) {
    __atomic_store_n(word, (PVOID)value, __ATOMIC_RELEASE);
}

static inline bool spalw_replace_pointer(PVOID volatile *word, uintptr_t before, uintptr_t after) {
    PVOID expected = (PVOID)before;
    return __atomic_compare_exchange_n(word, &expected, (PVOID)after, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

#endif
