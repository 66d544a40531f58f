/* SPDX-License-Identifier: MIT
 *
 * The platform types of the fake backend, in place of src/posix/platform.h, so that src/core compiles against a system
 * which the test plays. The build chooses with FAKE_READINESS which of the two kinds of backend it is. Every atomic
 * access of the core becomes a point at which the test may let another thread run: backend.h includes atomics.h first,
 * so the macros below cover the core and slot.h alike. Twins: src/posix/platform.h, src/win32/platform.h.
 */
#ifndef SPALI_PLATFORM_H
#define SPALI_PLATFORM_H

#include "atomics.h"

#include <stdint.h>

#ifndef FAKE_READINESS
#define FAKE_READINESS 1
#endif
#define SPALI_READINESS FAKE_READINESS

typedef int spali_native;
#define SPALI_NATIVE_NONE (-1)

/** holder: 0 nobody, 1 the world outside fibers, else the fiber's number plus two. magic: set by init, so that an
 * unprepared mutex is noticed. */
typedef struct spali_mutex {
    uint32_t magic;
    int holder;
} spali_mutex;

typedef struct spali_condition {
    uint32_t magic;
    uint32_t rounds;
} spali_condition;

void spali_mutex_lock(spali_mutex *mutex);
void spali_mutex_unlock(spali_mutex *mutex);

/** What a port is to the fake system: a number. */
typedef struct spali_port_native {
    int number;
} spali_port_native;

/** A point at an atomic access; see fake.h. */
void fake_point_atomic(void);
/** What slots' latches are taken and given up by: points always, and counted as locks. */
bool fake_swap_u32(spali_atomic_u32 *at, uint32_t *expected, uint32_t desired);
uint32_t fake_exchange_u32(spali_atomic_u32 *at, uint32_t value);

#define spali_load_u64(at) (fake_point_atomic(), spali_load_u64(at))
#define spali_peek_u64(at) (fake_point_atomic(), spali_peek_u64(at))
#define spali_put_u64(at, value) (fake_point_atomic(), spali_put_u64(at, value))
#define spali_swap_u64(at, expected, desired) (fake_point_atomic(), spali_swap_u64(at, expected, desired))
#define spali_load_u32(at) (fake_point_atomic(), spali_load_u32(at))
#define spali_peek_u32(at) (fake_point_atomic(), spali_peek_u32(at))
#define spali_put_u32(at, value) (fake_point_atomic(), spali_put_u32(at, value))
#define spali_exchange_u32(at, value) fake_exchange_u32(at, value)
#define spali_swap_u32(at, expected, desired) fake_swap_u32(at, expected, desired)
#define spali_or_u32(at, bits) (fake_point_atomic(), spali_or_u32(at, bits))
#define spali_and_u32(at, bits) (fake_point_atomic(), spali_and_u32(at, bits))
#define spali_add_u32(at, value) (fake_point_atomic(), spali_add_u32(at, value))
#define spali_load_ptr(at) (fake_point_atomic(), spali_load_ptr(at))
#define spali_put_ptr(at, value) (fake_point_atomic(), spali_put_ptr(at, value))

#endif
