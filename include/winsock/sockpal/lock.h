/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: locks within a process: critical sections, slim reader/writer locks, condition variables, one-time
 * initialization, barriers, waits on an address (synchapi.h). Their layouts have Windows' sizes; zero bytes are a valid
 * start of the slim ones, and nothing has to be freed.
 */
#ifndef SOCKPAL_WINSOCK_LOCK_H
#define SOCKPAL_WINSOCK_LOCK_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef struct _RTL_CRITICAL_SECTION {
    PVOID DebugInfo;
    LONG LockCount;      /**< 0 free, 1 held, 2 held and waited for */
    LONG RecursionCount; /**< the owner's */
    HANDLE OwningThread; /**< the owner's id */
    HANDLE LockSemaphore;
    ULONG_PTR SpinCount;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION, CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;

typedef struct _RTL_SRWLOCK {
    PVOID Ptr;
} RTL_SRWLOCK, *PRTL_SRWLOCK, SRWLOCK, *PSRWLOCK;

typedef struct _RTL_CONDITION_VARIABLE {
    PVOID Ptr;
} RTL_CONDITION_VARIABLE, *PRTL_CONDITION_VARIABLE, CONDITION_VARIABLE, *PCONDITION_VARIABLE;

typedef union _RTL_RUN_ONCE {
    PVOID Ptr;
} RTL_RUN_ONCE, *PRTL_RUN_ONCE, INIT_ONCE, *PINIT_ONCE, *LPINIT_ONCE;

typedef struct _RTL_BARRIER {
    DWORD Reserved1;        /**< threads that are still to come */
    DWORD Reserved2;        /**< threads in all */
    ULONG_PTR Reserved3[2]; /**< how often it has opened; threads inside */
    DWORD Reserved4;
    DWORD Reserved5; /**< spins */
} RTL_BARRIER, *PRTL_BARRIER, SYNCHRONIZATION_BARRIER, *PSYNCHRONIZATION_BARRIER, *LPSYNCHRONIZATION_BARRIER;

#define SYNCHRONIZATION_BARRIER_FLAGS_SPIN_ONLY 0x01
#define SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY 0x02
#define SYNCHRONIZATION_BARRIER_FLAGS_NO_DELETE 0x04

#define SPALW_NOTHING                                                                                                  \
    { 0 }
#define RTL_SRWLOCK_INIT SPALW_NOTHING
#define SRWLOCK_INIT SPALW_NOTHING
#define RTL_CONDITION_VARIABLE_INIT SPALW_NOTHING
#define CONDITION_VARIABLE_INIT SPALW_NOTHING
#define RTL_RUN_ONCE_INIT SPALW_NOTHING
#define INIT_ONCE_STATIC_INIT SPALW_NOTHING

#define CRITICAL_SECTION_NO_DEBUG_INFO 0x01000000
#define RTL_CRITICAL_SECTION_FLAG_NO_DEBUG_INFO 0x01000000
#define CONDITION_VARIABLE_LOCKMODE_SHARED 0x1
#define INIT_ONCE_CHECK_ONLY 0x00000001
#define INIT_ONCE_ASYNC 0x00000002
#define INIT_ONCE_INIT_FAILED 0x00000004
#define INIT_ONCE_CTX_RESERVED_BITS 2

typedef BOOL(WINAPI *PINIT_ONCE_FN)(PINIT_ONCE once, PVOID parameter, PVOID *context);

SPALW_BEGIN

VOID WINAPI InitializeCriticalSection(LPCRITICAL_SECTION section) SPALW_LINK(InitializeCriticalSection);
BOOL WINAPI InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD spins)
    SPALW_LINK(InitializeCriticalSectionAndSpinCount);
BOOL WINAPI InitializeCriticalSectionEx(LPCRITICAL_SECTION section, DWORD spins, DWORD flags)
    SPALW_LINK(InitializeCriticalSectionEx);
DWORD WINAPI SetCriticalSectionSpinCount(LPCRITICAL_SECTION section, DWORD spins)
    SPALW_LINK(SetCriticalSectionSpinCount);
VOID WINAPI EnterCriticalSection(LPCRITICAL_SECTION section) SPALW_LINK(EnterCriticalSection);
BOOL WINAPI TryEnterCriticalSection(LPCRITICAL_SECTION section) SPALW_LINK(TryEnterCriticalSection);
VOID WINAPI LeaveCriticalSection(LPCRITICAL_SECTION section) SPALW_LINK(LeaveCriticalSection);
VOID WINAPI DeleteCriticalSection(LPCRITICAL_SECTION section) SPALW_LINK(DeleteCriticalSection);

VOID WINAPI InitializeSRWLock(PSRWLOCK lock) SPALW_LINK(InitializeSRWLock);
VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock) SPALW_LINK(AcquireSRWLockExclusive);
VOID WINAPI AcquireSRWLockShared(PSRWLOCK lock) SPALW_LINK(AcquireSRWLockShared);
BOOLEAN WINAPI TryAcquireSRWLockExclusive(PSRWLOCK lock) SPALW_LINK(TryAcquireSRWLockExclusive);
BOOLEAN WINAPI TryAcquireSRWLockShared(PSRWLOCK lock) SPALW_LINK(TryAcquireSRWLockShared);
VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock) SPALW_LINK(ReleaseSRWLockExclusive);
VOID WINAPI ReleaseSRWLockShared(PSRWLOCK lock) SPALW_LINK(ReleaseSRWLockShared);

VOID WINAPI InitializeConditionVariable(PCONDITION_VARIABLE variable) SPALW_LINK(InitializeConditionVariable);
BOOL WINAPI SleepConditionVariableCS(PCONDITION_VARIABLE variable, PCRITICAL_SECTION section, DWORD timeout_ms)
    SPALW_LINK(SleepConditionVariableCS);
BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock, DWORD timeout_ms, ULONG flags)
    SPALW_LINK(SleepConditionVariableSRW);
VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE variable) SPALW_LINK(WakeConditionVariable);
VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE variable) SPALW_LINK(WakeAllConditionVariable);

VOID WINAPI InitOnceInitialize(PINIT_ONCE once) SPALW_LINK(InitOnceInitialize);
BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN function, PVOID parameter, LPVOID *context)
    SPALW_LINK(InitOnceExecuteOnce);
BOOL WINAPI InitOnceBeginInitialize(LPINIT_ONCE once, DWORD flags, PBOOL pending, LPVOID *context)
    SPALW_LINK(InitOnceBeginInitialize);
BOOL WINAPI InitOnceComplete(LPINIT_ONCE once, DWORD flags, LPVOID context) SPALW_LINK(InitOnceComplete);

BOOL WINAPI WaitOnAddress(volatile VOID *address, PVOID compare, SIZE_T size, DWORD timeout_ms)
    SPALW_LINK(WaitOnAddress);
VOID WINAPI WakeByAddressSingle(PVOID address) SPALW_LINK(WakeByAddressSingle);
VOID WINAPI WakeByAddressAll(PVOID address) SPALW_LINK(WakeByAddressAll);

BOOL WINAPI InitializeSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier, LONG threads, LONG spins)
    SPALW_LINK(InitializeSynchronizationBarrier);
BOOL WINAPI EnterSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier, DWORD flags)
    SPALW_LINK(EnterSynchronizationBarrier);
BOOL WINAPI DeleteSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER barrier) SPALW_LINK(DeleteSynchronizationBarrier);

SPALW_END

#endif
