/* SPDX-License-Identifier: MIT
 *
 * Every atomic access of the library goes through this header, so that a compiler with other atomics needs one file.
 * It is plain C11; the short names say the memory order, which <stdatomic.h>'s defaults hide.
 */
#ifndef SPALI_ATOMICS_H
#define SPALI_ATOMICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef _Atomic uint64_t spali_atomic_u64;
typedef _Atomic uint32_t spali_atomic_u32;
typedef _Atomic(void *) spali_atomic_ptr;

/** Sequentially consistent: whoever writes one word and then looks at another must not miss who does the reverse. */
static inline uint64_t spali_load_u64(spali_atomic_u64 *at) {
    return atomic_load(at);
}
static inline uint64_t spali_peek_u64(spali_atomic_u64 *at) {
    return atomic_load_explicit(at, memory_order_relaxed);
}
/** Plain store: for words that only one thread touches, and for the first value. */
static inline void spali_put_u64(spali_atomic_u64 *at, uint64_t value) {
    atomic_store_explicit(at, value, memory_order_relaxed);
}
/** Sequentially consistent compare-and-swap; on failure `*expected` is what stands there. */
static inline bool spali_swap_u64(spali_atomic_u64 *at, uint64_t *expected, uint64_t desired) {
    return atomic_compare_exchange_strong(at, expected, desired);
}

static inline uint32_t spali_load_u32(spali_atomic_u32 *at) {
    return atomic_load(at);
}
static inline uint32_t spali_peek_u32(spali_atomic_u32 *at) {
    return atomic_load_explicit(at, memory_order_relaxed);
}
static inline void spali_put_u32(spali_atomic_u32 *at, uint32_t value) {
    atomic_store_explicit(at, value, memory_order_release);
}
static inline uint32_t spali_exchange_u32(spali_atomic_u32 *at, uint32_t value) {
    return atomic_exchange(at, value);
}
static inline bool spali_swap_u32(spali_atomic_u32 *at, uint32_t *expected, uint32_t desired) {
    return atomic_compare_exchange_strong(at, expected, desired);
}
static inline uint32_t spali_add_u32(spali_atomic_u32 *at, uint32_t value) {
    return atomic_fetch_add(at, value);
}
static inline uint32_t spali_or_u32(spali_atomic_u32 *at, uint32_t bits) {
    return atomic_fetch_or(at, bits);
}
static inline uint32_t spali_and_u32(spali_atomic_u32 *at, uint32_t bits) {
    return atomic_fetch_and(at, bits);
}

static inline void *spali_load_ptr(spali_atomic_ptr *at) {
    return atomic_load(at);
}
static inline void spali_put_ptr(spali_atomic_ptr *at, void *value) {
    atomic_store(at, value);
}

#endif
