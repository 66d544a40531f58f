/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: objects that threads wait for, and the waits (synchapi.h). Names of objects are those of this
 * process.
 */
#ifndef SOCKPAL_WINSOCK_SYNCHRONIZE_H
#define SOCKPAL_WINSOCK_SYNCHRONIZE_H

#include "handle.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define WAIT_OBJECT_0 ((DWORD)0x00000000L)
#define WAIT_ABANDONED ((DWORD)0x00000080L)
#define WAIT_ABANDONED_0 ((DWORD)0x00000080L)
#define WAIT_IO_COMPLETION ((DWORD)0x000000C0L)
#define WAIT_TIMEOUT 258L
#define WAIT_FAILED ((DWORD)0xFFFFFFFF)
#define MAXIMUM_WAIT_OBJECTS 64

#define EVENT_MODIFY_STATE 0x0002
#define EVENT_ALL_ACCESS 0x1F0003
#define MUTANT_QUERY_STATE 0x0001
#define MUTEX_MODIFY_STATE MUTANT_QUERY_STATE
#define MUTEX_ALL_ACCESS 0x1F0001
#define SEMAPHORE_MODIFY_STATE 0x0002
#define SEMAPHORE_ALL_ACCESS 0x1F0003
#define TIMER_QUERY_STATE 0x0001
#define TIMER_MODIFY_STATE 0x0002
#define TIMER_ALL_ACCESS 0x1F0003

#define CREATE_EVENT_MANUAL_RESET 0x00000001
#define CREATE_EVENT_INITIAL_SET 0x00000002
#define CREATE_MUTEX_INITIAL_OWNER 0x00000001
#define CREATE_WAITABLE_TIMER_MANUAL_RESET 0x00000001
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002

typedef VOID(CALLBACK *PTIMERAPCROUTINE)(LPVOID argument, DWORD timer_low, DWORD timer_high);
typedef struct _REASON_CONTEXT {
    ULONG Version;
    DWORD Flags;
    __extension__ union {
        struct {
            HMODULE LocalizedReasonModule;
            ULONG LocalizedReasonId;
            ULONG ReasonStringCount;
            LPWSTR *ReasonStrings;
        } Detailed;
        LPWSTR SimpleReasonString;
    } Reason;
} REASON_CONTEXT, *PREASON_CONTEXT;

SPALW_BEGIN

/* Events. */
HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial_state, LPCSTR name)
    SPALW_LINK(CreateEventA);
HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial_state, LPCWSTR name)
    SPALW_LINK(CreateEventW);
HANDLE WINAPI CreateEventExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access)
    SPALW_LINK(CreateEventExA);
HANDLE WINAPI CreateEventExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access)
    SPALW_LINK(CreateEventExW);
HANDLE WINAPI OpenEventA(DWORD access, BOOL inherit, LPCSTR name) SPALW_LINK(OpenEventA);
HANDLE WINAPI OpenEventW(DWORD access, BOOL inherit, LPCWSTR name) SPALW_LINK(OpenEventW);
BOOL WINAPI SetEvent(HANDLE event) SPALW_LINK(SetEvent);
BOOL WINAPI ResetEvent(HANDLE event) SPALW_LINK(ResetEvent);
BOOL WINAPI PulseEvent(HANDLE event) SPALW_LINK(PulseEvent);

/* Semaphores. */
HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCSTR name)
    SPALW_LINK(CreateSemaphoreA);
HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCWSTR name)
    SPALW_LINK(CreateSemaphoreW);
HANDLE WINAPI CreateSemaphoreExA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCSTR name, DWORD flags,
                                 DWORD access) SPALW_LINK(CreateSemaphoreExA);
HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCWSTR name, DWORD flags,
                                 DWORD access) SPALW_LINK(CreateSemaphoreExW);
HANDLE WINAPI OpenSemaphoreA(DWORD access, BOOL inherit, LPCSTR name) SPALW_LINK(OpenSemaphoreA);
HANDLE WINAPI OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR name) SPALW_LINK(OpenSemaphoreW);
BOOL WINAPI ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous) SPALW_LINK(ReleaseSemaphore);

/* Mutexes. */
HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL initial_owner, LPCSTR name) SPALW_LINK(CreateMutexA);
HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL initial_owner, LPCWSTR name) SPALW_LINK(CreateMutexW);
HANDLE WINAPI CreateMutexExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access)
    SPALW_LINK(CreateMutexExA);
HANDLE WINAPI CreateMutexExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access)
    SPALW_LINK(CreateMutexExW);
HANDLE WINAPI OpenMutexA(DWORD access, BOOL inherit, LPCSTR name) SPALW_LINK(OpenMutexA);
HANDLE WINAPI OpenMutexW(DWORD access, BOOL inherit, LPCWSTR name) SPALW_LINK(OpenMutexW);
BOOL WINAPI ReleaseMutex(HANDLE mutex) SPALW_LINK(ReleaseMutex);

/* Timers. */
HANDLE WINAPI CreateWaitableTimerA(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, LPCSTR name)
    SPALW_LINK(CreateWaitableTimerA);
HANDLE WINAPI CreateWaitableTimerW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, LPCWSTR name)
    SPALW_LINK(CreateWaitableTimerW);
HANDLE WINAPI CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access)
    SPALW_LINK(CreateWaitableTimerExA);
HANDLE WINAPI CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access)
    SPALW_LINK(CreateWaitableTimerExW);
HANDLE WINAPI OpenWaitableTimerA(DWORD access, BOOL inherit, LPCSTR name) SPALW_LINK(OpenWaitableTimerA);
HANDLE WINAPI OpenWaitableTimerW(DWORD access, BOOL inherit, LPCWSTR name) SPALW_LINK(OpenWaitableTimerW);
BOOL WINAPI SetWaitableTimer(HANDLE timer, const LARGE_INTEGER *due, LONG period_ms, PTIMERAPCROUTINE routine,
                             LPVOID argument, BOOL resume) SPALW_LINK(SetWaitableTimer);
BOOL WINAPI SetWaitableTimerEx(HANDLE timer, const LARGE_INTEGER *due, LONG period_ms, PTIMERAPCROUTINE routine,
                               LPVOID argument, PREASON_CONTEXT reason, ULONG tolerable_ms)
    SPALW_LINK(SetWaitableTimerEx);
BOOL WINAPI CancelWaitableTimer(HANDLE timer) SPALW_LINK(CancelWaitableTimer);

/* Waits. */
DWORD WINAPI WaitForSingleObject(HANDLE object, DWORD timeout_ms) SPALW_LINK(WaitForSingleObject);
DWORD WINAPI WaitForSingleObjectEx(HANDLE object, DWORD timeout_ms, BOOL alertable) SPALW_LINK(WaitForSingleObjectEx);
DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE *objects, BOOL all, DWORD timeout_ms)
    SPALW_LINK(WaitForMultipleObjects);
DWORD WINAPI WaitForMultipleObjectsEx(DWORD count, const HANDLE *objects, BOOL all, DWORD timeout_ms, BOOL alertable)
    SPALW_LINK(WaitForMultipleObjectsEx);
DWORD WINAPI SignalObjectAndWait(HANDLE signal, HANDLE object, DWORD timeout_ms, BOOL alertable)
    SPALW_LINK(SignalObjectAndWait);
VOID WINAPI Sleep(DWORD timeout_ms) SPALW_LINK(Sleep);
DWORD WINAPI SleepEx(DWORD timeout_ms, BOOL alertable) SPALW_LINK(SleepEx);

SPALW_END

#define CreateEvent SPALW_AW(CreateEvent)
#define CreateEventEx SPALW_AW(CreateEventEx)
#define OpenEvent SPALW_AW(OpenEvent)
#define CreateSemaphore SPALW_AW(CreateSemaphore)
#define CreateSemaphoreEx SPALW_AW(CreateSemaphoreEx)
#define OpenSemaphore SPALW_AW(OpenSemaphore)
#define CreateMutex SPALW_AW(CreateMutex)
#define CreateMutexEx SPALW_AW(CreateMutexEx)
#define OpenMutex SPALW_AW(OpenMutex)
#define CreateWaitableTimer SPALW_AW(CreateWaitableTimer)
#define CreateWaitableTimerEx SPALW_AW(CreateWaitableTimerEx)
#define OpenWaitableTimer SPALW_AW(OpenWaitableTimer)

#endif
