/* SPDX-License-Identifier: MIT
 *
 * Synchronization barriers: as many threads as were said wait for each other, again and again. The last to come opens
 * the barrier for all; the next round may begin before everybody has left the last one, which each knows by its number.
 */
#include "atomics.h"
#include "clock.h"
#include "error.h"
#include "park.h"
#include "wait.h"

#include "sockpal/lock.h"

#include <sched.h>

#define USUAL_SPINS 2000

static ULONG_PTR *round_of(LPSYNCHRONIZATION_BARRIER barrier) {
    return &barrier->Reserved3[0];
}

static ULONG_PTR *inside_of(LPSYNCHRONIZATION_BARRIER barrier) {
    return &barrier->Reserved3[1];
}

BOOL WINAPI InitializeSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier, LONG threads, LONG spins) {
    if (barrier == NULL || threads < 1 || spins < -1)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *barrier = (SYNCHRONIZATION_BARRIER){.Reserved1 = (DWORD)threads, .Reserved2 = (DWORD)threads};
    barrier->Reserved5 = spins < 0 ? USUAL_SPINS : (DWORD)spins;
    return TRUE;
}

typedef struct arrival {
    LPSYNCHRONIZATION_BARRIER barrier;
    ULONG_PTR round;
} arrival;

static bool is_shut(void *argument) {
    const arrival *of = argument;
    return __atomic_load_n(round_of(of->barrier), __ATOMIC_ACQUIRE) == of->round;
}

static void wait_for_others(arrival *of, DWORD flags) {
    DWORD spins = (flags & SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY) != 0 ? 0 : of->barrier->Reserved5;
    bool spins_only = (flags & SYNCHRONIZATION_BARRIER_FLAGS_SPIN_ONLY) != 0;
    while (is_shut(of) && (spins_only || spins-- > 0))
        (void)sched_yield();
    while (is_shut(of))
        (void)spalw_park(round_of(of->barrier), is_shut, of, SPALW_FOREVER);
}

/* The last to leave tells whoever is about to delete it. */
static void leave(LPSYNCHRONIZATION_BARRIER barrier) {
    ULONG_PTR *inside = inside_of(barrier);
    if (__atomic_sub_fetch(inside, 1, __ATOMIC_ACQ_REL) == 0)
        spalw_unpark(inside, UINT_MAX);
}

/* @return TRUE for the last that comes */
BOOL WINAPI EnterSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier, DWORD flags) {
    (void)__atomic_add_fetch(inside_of(barrier), 1, __ATOMIC_ACQ_REL);
    arrival of = {barrier, __atomic_load_n(round_of(barrier), __ATOMIC_ACQUIRE)};
    bool is_last = __atomic_sub_fetch(&barrier->Reserved1, 1, __ATOMIC_ACQ_REL) == 0;
    if (is_last) {
        __atomic_store_n(&barrier->Reserved1, barrier->Reserved2, __ATOMIC_RELEASE);
        (void)__atomic_add_fetch(round_of(barrier), 1, __ATOMIC_ACQ_REL);
        spalw_unpark(round_of(barrier), UINT_MAX);
    } else {
        wait_for_others(&of, flags);
    }
    leave(barrier);
    return is_last;
}

static bool is_inhabited(void *argument) {
    return __atomic_load_n(inside_of(argument), __ATOMIC_ACQUIRE) != 0;
}

/* Waits until everybody who has been let through has left. */
BOOL WINAPI DeleteSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier) {
    while (is_inhabited(barrier))
        (void)spalw_park(inside_of(barrier), is_inhabited, barrier, SPALW_FOREVER);
    return TRUE;
}
