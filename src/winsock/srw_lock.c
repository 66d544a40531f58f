/* SPDX-License-Identifier: MIT
 *
 * Slim reader/writer locks. The word is 0 when free, -1 (all bits but the lowest) when held by a writer, else twice the
 * number of readers; its lowest bit says that threads are parked. Whoever makes the lock free while that bit is set
 * clears it and wakes them all, to try again: fairness is not promised on Windows either.
 */
#include "atomics.h"
#include "clock.h"
#include "park.h"
#include "wait.h"

#include "sockpal/lock.h"

#define PARKED ((uintptr_t)1)
#define READER ((uintptr_t)2)
#define WRITER (~(uintptr_t)1)

static bool is_free(uintptr_t word) {
    return (word & ~PARKED) == 0;
}

static bool has_writer(uintptr_t word) {
    return (word & ~PARKED) == WRITER;
}

VOID WINAPI InitializeSRWLock(PSRWLOCK lock) {
    lock->Ptr = NULL;
}

/* What each kind of caller takes of a lock that allows it; a parked mark stays. */
static bool take_exclusive(PSRWLOCK lock) {
    uintptr_t word = spalw_load_pointer(&lock->Ptr);
    while (is_free(word)) {
        if (spalw_replace_pointer(&lock->Ptr, word, word | WRITER))
            return true;
        word = spalw_load_pointer(&lock->Ptr);
    }
    return false;
}

static bool take_shared(PSRWLOCK lock) {
    uintptr_t word = spalw_load_pointer(&lock->Ptr);
    while (!has_writer(word)) {
        if (spalw_replace_pointer(&lock->Ptr, word, word + READER))
            return true;
        word = spalw_load_pointer(&lock->Ptr);
    }
    return false;
}

/* Asked before parking: marks the lock while it is in the way. */
static bool exclusive_must_wait(void *argument) {
    PSRWLOCK lock = argument;
    uintptr_t word = spalw_load_pointer(&lock->Ptr);
    while (!is_free(word)) {
        if (spalw_replace_pointer(&lock->Ptr, word, word | PARKED))
            return true;
        word = spalw_load_pointer(&lock->Ptr);
    }
    return false;
}

static bool shared_must_wait(void *argument) {
    PSRWLOCK lock = argument;
    uintptr_t word = spalw_load_pointer(&lock->Ptr);
    while (has_writer(word)) {
        if (spalw_replace_pointer(&lock->Ptr, word, word | PARKED))
            return true;
        word = spalw_load_pointer(&lock->Ptr);
    }
    return false;
}

VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock) {
    while (!take_exclusive(lock))
        (void)spalw_park(lock, exclusive_must_wait, lock, SPALW_FOREVER);
}

VOID WINAPI AcquireSRWLockShared(PSRWLOCK lock) {
    while (!take_shared(lock))
        (void)spalw_park(lock, shared_must_wait, lock, SPALW_FOREVER);
}

BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK lock) {
    return take_exclusive(lock);
}

BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK lock) {
    return take_shared(lock);
}

VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock) {
    uintptr_t before = (uintptr_t)__atomic_exchange_n(&lock->Ptr, NULL, __ATOMIC_ACQ_REL);
    if ((before & PARKED) != 0)
        spalw_unpark(lock, UINT_MAX);
}

/* The last reader takes the mark away with itself. */
VOID WINAPI ReleaseSRWLockShared(PSRWLOCK lock) {
    uintptr_t word, after;
    do {
        word = spalw_load_pointer(&lock->Ptr);
        after = word - READER;
        if (is_free(after))
            after = 0;
    } while (!spalw_replace_pointer(&lock->Ptr, word, after));
    if (after == 0 && (word & PARKED) != 0)
        spalw_unpark(lock, UINT_MAX);
}
