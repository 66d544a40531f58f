/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the thread pool (threadpoolapiset.h), and the older ways to it: work items, timer queues,
 * registered waits (threadpoollegacyapiset.h, winbase.h). What a callback may not do, and what becomes of objects that
 * are closed while callbacks are outstanding, is as Windows documents it.
 */
#ifndef SOCKPAL_WINSOCK_THREADPOOL_H
#define SOCKPAL_WINSOCK_THREADPOOL_H

#include "lock.h"
#include "thread.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define WT_EXECUTEDEFAULT 0x00000000
#define WT_EXECUTEINIOTHREAD 0x00000001
#define WT_EXECUTEINUITHREAD 0x00000002
#define WT_EXECUTEINWAITTHREAD 0x00000004
#define WT_EXECUTEONLYONCE 0x00000008
#define WT_EXECUTELONGFUNCTION 0x00000010
#define WT_EXECUTEINTIMERTHREAD 0x00000020
#define WT_EXECUTEINPERSISTENTIOTHREAD 0x00000040
#define WT_EXECUTEINPERSISTENTTHREAD 0x00000080
#define WT_TRANSFER_IMPERSONATION 0x00000100
#define WT_EXECUTEDELETEWAIT 0x00000008
#define WT_EXECUTEINLONGTHREAD 0x00000010
#define WT_SET_MAX_THREADPOOL_THREADS(flags, limit) ((flags) |= (limit) << 16)

typedef struct _TP_POOL TP_POOL, *PTP_POOL;
typedef struct _TP_WORK TP_WORK, *PTP_WORK;
typedef struct _TP_TIMER TP_TIMER, *PTP_TIMER;
typedef struct _TP_WAIT TP_WAIT, *PTP_WAIT;
typedef struct _TP_IO TP_IO, *PTP_IO;
typedef struct _TP_CLEANUP_GROUP TP_CLEANUP_GROUP, *PTP_CLEANUP_GROUP;
typedef struct _TP_CALLBACK_INSTANCE TP_CALLBACK_INSTANCE, *PTP_CALLBACK_INSTANCE;
typedef DWORD TP_VERSION, *PTP_VERSION;
typedef DWORD TP_WAIT_RESULT;

typedef enum _TP_CALLBACK_PRIORITY {
    TP_CALLBACK_PRIORITY_HIGH,
    TP_CALLBACK_PRIORITY_NORMAL,
    TP_CALLBACK_PRIORITY_LOW,
    TP_CALLBACK_PRIORITY_INVALID,
    TP_CALLBACK_PRIORITY_COUNT = TP_CALLBACK_PRIORITY_INVALID
} TP_CALLBACK_PRIORITY;

typedef struct _TP_POOL_STACK_INFORMATION {
    SIZE_T StackReserve;
    SIZE_T StackCommit;
} TP_POOL_STACK_INFORMATION, *PTP_POOL_STACK_INFORMATION;

typedef VOID(NTAPI *PTP_SIMPLE_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context);
typedef VOID(NTAPI *PTP_WORK_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work);
typedef VOID(NTAPI *PTP_TIMER_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer);
typedef VOID(NTAPI *PTP_WAIT_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WAIT wait,
                                       TP_WAIT_RESULT result);
typedef VOID(WINAPI *PTP_WIN32_IO_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context, PVOID overlapped,
                                            ULONG result, ULONG_PTR bytes, PTP_IO io);
typedef VOID(NTAPI *PTP_CLEANUP_GROUP_CANCEL_CALLBACK)(PVOID object_context, PVOID cleanup_context);
typedef VOID(NTAPI *WAITORTIMERCALLBACKFUNC)(PVOID context, BOOLEAN is_timer_or_wait_fired);
typedef WAITORTIMERCALLBACKFUNC WAITORTIMERCALLBACK;

typedef struct _TP_CALLBACK_ENVIRON_V3 {
    TP_VERSION Version;
    PTP_POOL Pool;
    PTP_CLEANUP_GROUP CleanupGroup;
    PTP_CLEANUP_GROUP_CANCEL_CALLBACK CleanupGroupCancelCallback;
    PVOID RaceDll;
    struct _ACTIVATION_CONTEXT *ActivationContext;
    PTP_SIMPLE_CALLBACK FinalizationCallback;
    union {
        DWORD Flags;
        struct {
            DWORD LongFunction : 1;
            DWORD Persistent : 1;
            DWORD Private : 30;
        } s;
    } u;
    TP_CALLBACK_PRIORITY CallbackPriority;
    DWORD Size;
} TP_CALLBACK_ENVIRON_V3, TP_CALLBACK_ENVIRON, *PTP_CALLBACK_ENVIRON;

SPALW_BEGIN

/* Pools. */
PTP_POOL WINAPI CreateThreadpool(PVOID reserved) SPALW_LINK(CreateThreadpool);
VOID WINAPI CloseThreadpool(PTP_POOL pool) SPALW_LINK(CloseThreadpool);
VOID WINAPI SetThreadpoolThreadMaximum(PTP_POOL pool, DWORD most) SPALW_LINK(SetThreadpoolThreadMaximum);
BOOL WINAPI SetThreadpoolThreadMinimum(PTP_POOL pool, DWORD least) SPALW_LINK(SetThreadpoolThreadMinimum);
BOOL WINAPI SetThreadpoolStackInformation(PTP_POOL pool, PTP_POOL_STACK_INFORMATION stack)
    SPALW_LINK(SetThreadpoolStackInformation);
BOOL WINAPI QueryThreadpoolStackInformation(PTP_POOL pool, PTP_POOL_STACK_INFORMATION stack)
    SPALW_LINK(QueryThreadpoolStackInformation);

/* Groups of objects that are closed together. */
PTP_CLEANUP_GROUP WINAPI CreateThreadpoolCleanupGroup(void) SPALW_LINK(CreateThreadpoolCleanupGroup);
VOID WINAPI CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP group, BOOL cancel, PVOID context)
    SPALW_LINK(CloseThreadpoolCleanupGroupMembers);
VOID WINAPI CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP group) SPALW_LINK(CloseThreadpoolCleanupGroup);

/* For callbacks, about themselves. */
BOOL WINAPI CallbackMayRunLong(PTP_CALLBACK_INSTANCE instance) SPALW_LINK(CallbackMayRunLong);
VOID WINAPI DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE instance)
    SPALW_LINK(DisassociateCurrentThreadFromCallback);
VOID WINAPI SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HANDLE event)
    SPALW_LINK(SetEventWhenCallbackReturns);
VOID WINAPI ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HANDLE semaphore, DWORD count)
    SPALW_LINK(ReleaseSemaphoreWhenCallbackReturns);
VOID WINAPI ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HANDLE mutex)
    SPALW_LINK(ReleaseMutexWhenCallbackReturns);
VOID WINAPI LeaveCriticalSectionWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, PCRITICAL_SECTION section)
    SPALW_LINK(LeaveCriticalSectionWhenCallbackReturns);
VOID WINAPI FreeLibraryWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HMODULE module)
    SPALW_LINK(FreeLibraryWhenCallbackReturns);

/* Work. */
BOOL WINAPI TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment)
    SPALW_LINK(TrySubmitThreadpoolCallback);
PTP_WORK WINAPI CreateThreadpoolWork(PTP_WORK_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment)
    SPALW_LINK(CreateThreadpoolWork);
VOID WINAPI SubmitThreadpoolWork(PTP_WORK work) SPALW_LINK(SubmitThreadpoolWork);
VOID WINAPI WaitForThreadpoolWorkCallbacks(PTP_WORK work, BOOL cancel) SPALW_LINK(WaitForThreadpoolWorkCallbacks);
VOID WINAPI CloseThreadpoolWork(PTP_WORK work) SPALW_LINK(CloseThreadpoolWork);

/* Timers. */
PTP_TIMER WINAPI CreateThreadpoolTimer(PTP_TIMER_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment)
    SPALW_LINK(CreateThreadpoolTimer);
VOID WINAPI SetThreadpoolTimer(PTP_TIMER timer, PFILETIME due, DWORD period_ms, DWORD window_ms)
    SPALW_LINK(SetThreadpoolTimer);
BOOL WINAPI SetThreadpoolTimerEx(PTP_TIMER timer, PFILETIME due, DWORD period_ms, DWORD window_ms)
    SPALW_LINK(SetThreadpoolTimerEx);
BOOL WINAPI IsThreadpoolTimerSet(PTP_TIMER timer) SPALW_LINK(IsThreadpoolTimerSet);
VOID WINAPI WaitForThreadpoolTimerCallbacks(PTP_TIMER timer, BOOL cancel) SPALW_LINK(WaitForThreadpoolTimerCallbacks);
VOID WINAPI CloseThreadpoolTimer(PTP_TIMER timer) SPALW_LINK(CloseThreadpoolTimer);

/* Waits. */
PTP_WAIT WINAPI CreateThreadpoolWait(PTP_WAIT_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment)
    SPALW_LINK(CreateThreadpoolWait);
VOID WINAPI SetThreadpoolWait(PTP_WAIT wait, HANDLE object, PFILETIME timeout) SPALW_LINK(SetThreadpoolWait);
BOOL WINAPI SetThreadpoolWaitEx(PTP_WAIT wait, HANDLE object, PFILETIME timeout, PVOID reserved)
    SPALW_LINK(SetThreadpoolWaitEx);
VOID WINAPI WaitForThreadpoolWaitCallbacks(PTP_WAIT wait, BOOL cancel) SPALW_LINK(WaitForThreadpoolWaitCallbacks);
VOID WINAPI CloseThreadpoolWait(PTP_WAIT wait) SPALW_LINK(CloseThreadpoolWait);

/* Overlapped operations of a socket or a file. */
PTP_IO WINAPI CreateThreadpoolIo(HANDLE file, PTP_WIN32_IO_CALLBACK callback, PVOID context,
                                 PTP_CALLBACK_ENVIRON environment) SPALW_LINK(CreateThreadpoolIo);
VOID WINAPI StartThreadpoolIo(PTP_IO io) SPALW_LINK(StartThreadpoolIo);
VOID WINAPI CancelThreadpoolIo(PTP_IO io) SPALW_LINK(CancelThreadpoolIo);
VOID WINAPI WaitForThreadpoolIoCallbacks(PTP_IO io, BOOL cancel) SPALW_LINK(WaitForThreadpoolIoCallbacks);
VOID WINAPI CloseThreadpoolIo(PTP_IO io) SPALW_LINK(CloseThreadpoolIo);

/* The older ways. Handles of timer queues, their timers and registered waits are not for CloseHandle. */
BOOL WINAPI QueueUserWorkItem(LPTHREAD_START_ROUTINE function, PVOID context, ULONG flags)
    SPALW_LINK(QueueUserWorkItem);
BOOL WINAPI RegisterWaitForSingleObject(PHANDLE wait, HANDLE object, WAITORTIMERCALLBACK callback, PVOID context,
                                        ULONG timeout_ms, ULONG flags) SPALW_LINK(RegisterWaitForSingleObject);
BOOL WINAPI UnregisterWait(HANDLE wait) SPALW_LINK(UnregisterWait);
BOOL WINAPI UnregisterWaitEx(HANDLE wait, HANDLE completion_event) SPALW_LINK(UnregisterWaitEx);
HANDLE WINAPI CreateTimerQueue(void) SPALW_LINK(CreateTimerQueue);
BOOL WINAPI CreateTimerQueueTimer(PHANDLE timer, HANDLE queue, WAITORTIMERCALLBACK callback, PVOID context,
                                  DWORD due_ms, DWORD period_ms, ULONG flags) SPALW_LINK(CreateTimerQueueTimer);
BOOL WINAPI ChangeTimerQueueTimer(HANDLE queue, HANDLE timer, ULONG due_ms, ULONG period_ms)
    SPALW_LINK(ChangeTimerQueueTimer);
BOOL WINAPI DeleteTimerQueueTimer(HANDLE queue, HANDLE timer, HANDLE completion_event)
    SPALW_LINK(DeleteTimerQueueTimer);
BOOL WINAPI DeleteTimerQueueEx(HANDLE queue, HANDLE completion_event) SPALW_LINK(DeleteTimerQueueEx);
BOOL WINAPI DeleteTimerQueue(HANDLE queue) SPALW_LINK(DeleteTimerQueue);

SPALW_END

/* The environment of callbacks. */
SPALW_INLINE VOID InitializeThreadpoolEnvironment(PTP_CALLBACK_ENVIRON environment) {
    memset(environment, 0, sizeof *environment);
    environment->Version = 3;
    environment->CallbackPriority = TP_CALLBACK_PRIORITY_NORMAL;
    environment->Size = (DWORD)sizeof *environment;
}
SPALW_INLINE VOID DestroyThreadpoolEnvironment(PTP_CALLBACK_ENVIRON environment) {
    (void)environment;
}
SPALW_INLINE VOID SetThreadpoolCallbackPool(PTP_CALLBACK_ENVIRON environment, PTP_POOL pool) {
    environment->Pool = pool;
}
SPALW_INLINE VOID SetThreadpoolCallbackCleanupGroup(PTP_CALLBACK_ENVIRON environment, PTP_CLEANUP_GROUP group,
                                                    PTP_CLEANUP_GROUP_CANCEL_CALLBACK cancelled) {
    environment->CleanupGroup = group;
    environment->CleanupGroupCancelCallback = cancelled;
}
SPALW_INLINE VOID SetThreadpoolCallbackRunsLong(PTP_CALLBACK_ENVIRON environment) {
    environment->u.s.LongFunction = 1;
}
SPALW_INLINE VOID SetThreadpoolCallbackPersistent(PTP_CALLBACK_ENVIRON environment) {
    environment->u.s.Persistent = 1;
}
SPALW_INLINE VOID SetThreadpoolCallbackLibrary(PTP_CALLBACK_ENVIRON environment, PVOID module) {
    environment->RaceDll = module;
}
SPALW_INLINE VOID SetThreadpoolCallbackPriority(PTP_CALLBACK_ENVIRON environment, TP_CALLBACK_PRIORITY priority) {
    environment->CallbackPriority = priority;
}

#endif
