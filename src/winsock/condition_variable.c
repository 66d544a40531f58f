/* SPDX-License-Identifier: MIT
 *
 * Condition variables, and waits on an address. A condition variable counts its wakes in its word: a thread that was on
 * its way to wait when it was woken sees another count. One that has been woken for it may wait no more.
 */
#include "atomics.h"
#include "clock.h"
#include "error.h"
#include "park.h"
#include "wait.h"

#include "sockpal/lock.h"

typedef struct expectation {
    PCONDITION_VARIABLE variable;
    uintptr_t count;
} expectation;

VOID WINAPI InitializeConditionVariable(PCONDITION_VARIABLE variable) {
    variable->Ptr = NULL;
}

static bool is_unwoken(void *argument) {
    const expectation *expected = argument;
    return spalw_load_pointer(&expected->variable->Ptr) == expected->count;
}

static expectation expect(PCONDITION_VARIABLE variable) {
    return (expectation){variable, spalw_load_pointer(&variable->Ptr)};
}

static BOOL wait_for(expectation *expected, DWORD timeout_ms) {
    return spalw_park(expected->variable, is_unwoken, expected, spalw_deadline_ns(timeout_ms))
               ? TRUE
               : spalw_fail(ERROR_TIMEOUT);
}

BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE variable, PCRITICAL_SECTION section, DWORD timeout_ms) {
    expectation expected = expect(variable);
    LeaveCriticalSection(section);
    BOOL in_time = wait_for(&expected, timeout_ms);
    EnterCriticalSection(section);
    return in_time;
}

BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock, DWORD timeout_ms, ULONG flags) {
    if ((flags & ~(ULONG)CONDITION_VARIABLE_LOCKMODE_SHARED) != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    bool is_shared = (flags & CONDITION_VARIABLE_LOCKMODE_SHARED) != 0;
    expectation expected = expect(variable);
    (is_shared ? ReleaseSRWLockShared : ReleaseSRWLockExclusive)(lock);
    BOOL in_time = wait_for(&expected, timeout_ms);
    (is_shared ? AcquireSRWLockShared : AcquireSRWLockExclusive)(lock);
    return in_time;
}

static void variable_wake(PCONDITION_VARIABLE variable, unsigned count) {
    uintptr_t before;
    do
        before = spalw_load_pointer(&variable->Ptr);
    while (!spalw_replace_pointer(&variable->Ptr, before, before + 1));
    spalw_unpark(variable, count);
}

VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE variable) {
    variable_wake(variable, 1);
}

VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE variable) {
    variable_wake(variable, UINT_MAX);
}

/* -------------------------------------------------------------------------------------------------------- addresses */

typedef struct comparison {
    const volatile void *address;
    const void *value;
    SIZE_T size;
} comparison;

static bool is_equal(void *argument) {
    const comparison *compared = argument;
    switch (compared->size) {
    case 1:
        return __atomic_load_n((const volatile uint8_t *)compared->address, __ATOMIC_ACQUIRE) ==
               *(const uint8_t *)compared->value;
    case 2:
        return __atomic_load_n((const volatile uint16_t *)compared->address, __ATOMIC_ACQUIRE) ==
               *(const uint16_t *)compared->value;
    case 4:
        return __atomic_load_n((const volatile uint32_t *)compared->address, __ATOMIC_ACQUIRE) ==
               *(const uint32_t *)compared->value;
    default:
        return __atomic_load_n((const volatile uint64_t *)compared->address, __ATOMIC_ACQUIRE) ==
               *(const uint64_t *)compared->value;
    }
}

BOOL WINAPI WaitOnAddress(volatile VOID *address, PVOID compare, SIZE_T size, DWORD timeout_ms) {
    comparison compared = {address, compare, size};
    if (size != 1 && size != 2 && size != 4 && size != 8)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    return spalw_park(address, is_equal, &compared, spalw_deadline_ns(timeout_ms)) ? TRUE : spalw_fail(ERROR_TIMEOUT);
}

VOID WINAPI WakeByAddressSingle(PVOID address) {
    spalw_unpark(address, 1);
}

VOID WINAPI WakeByAddressAll(PVOID address) {
    spalw_unpark(address, UINT_MAX);
}
