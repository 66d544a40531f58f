/* SPDX-License-Identifier: MIT
 *
 * Critical sections: LockCount is the lock (free, held, held and waited for), OwningThread the owner's id.
 */
#include "atomics.h"
#include "clock.h"
#include "park.h"
#include "thread.h"
#include "wait.h"

#include "sockpal/lock.h"

enum { FREE, HELD, WAITED_FOR };

#define SPIN_MASK 0x00ffffffU

static HANDLE owner_of_caller(void) {
    return (HANDLE)(uintptr_t)spalw_thread_id();
}

static HANDLE owner_of(const CRITICAL_SECTION *section) {
    return __atomic_load_n(&section->OwningThread, __ATOMIC_RELAXED);
}

VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION section) {
    *section = (CRITICAL_SECTION){0};
}

BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD spins) {
    InitializeCriticalSection(section);
    section->SpinCount = spins & SPIN_MASK;
    return TRUE;
}

BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION section, DWORD spins, DWORD flags) {
    (void)flags;
    return InitializeCriticalSectionAndSpinCount(section, spins);
}

DWORD WINAPI SetCriticalSectionSpinCount(LPCRITICAL_SECTION section, DWORD spins) {
    DWORD before = (DWORD)section->SpinCount;
    section->SpinCount = spins & SPIN_MASK;
    return before;
}

static bool is_waited_for(void *argument) {
    return spalw_load(argument) == WAITED_FOR;
}

/* A thread that has waited once takes the lock as waited for: it cannot know that it was the only one. */
static void lock_slowly(volatile LONG *word) {
    while (spalw_swap(word, WAITED_FOR) != FREE)
        (void)spalw_park(word, is_waited_for, (void *)(uintptr_t)word, SPALW_FOREVER);
}

static void section_take(LPCRITICAL_SECTION section, HANDLE caller) {
    __atomic_store_n(&section->OwningThread, caller, __ATOMIC_RELAXED);
    section->RecursionCount = 1;
}

VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION section) {
    HANDLE caller = owner_of_caller();
    if (owner_of(section) == caller) {
        section->RecursionCount++;
        return;
    }
    if (!spalw_replace(&section->LockCount, FREE, HELD))
        lock_slowly(&section->LockCount);
    section_take(section, caller);
}

BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION section) {
    HANDLE caller = owner_of_caller();
    if (owner_of(section) == caller) {
        section->RecursionCount++;
        return TRUE;
    }
    if (!spalw_replace(&section->LockCount, FREE, HELD))
        return FALSE;
    section_take(section, caller);
    return TRUE;
}

/* Once the word is free, another thread may take the section, leave it and free its memory: only the address is used.
 */
VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION section) {
    if (--section->RecursionCount != 0)
        return;
    volatile LONG *word = &section->LockCount;
    __atomic_store_n(&section->OwningThread, NULL, __ATOMIC_RELAXED);
    if (spalw_swap(word, FREE) == WAITED_FOR)
        spalw_unpark(word, 1);
}

VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION section) {
    *section = (CRITICAL_SECTION){0};
}
