/* SPDX-License-Identifier: MIT
 *
 * What Win32 asks of threads beside making them: exit codes, ids, priorities, names, and calls to be made by them.
 */
#include "clock.h"
#include "error.h"
#include "wait.h"

#include "sockpal/memory.h"
#include "sockpal/process.h"
#include "sockpal/thread.h"

#include <sched.h>
#include <stdlib.h>
#include <wchar.h>

static spalw_thread *thread_find(HANDLE handle) {
    return (spalw_thread *)spalw_handle_find(handle, SPALW_THREAD);
}

HANDLE WINAPI GetCurrentThread(void) {
    return SPALW_CURRENT_THREAD;
}

DWORD WINAPI GetCurrentThreadId(void) {
    return spalw_thread_id();
}

DWORD WINAPI GetThreadId(HANDLE handle) {
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return 0;
    DWORD id = thread->id;
    spalw_handle_unpin(handle);
    return id;
}

DWORD WINAPI GetProcessIdOfThread(HANDLE handle) {
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return 0;
    spalw_handle_unpin(handle);
    return GetCurrentProcessId();
}

HANDLE WINAPI OpenThread(DWORD access, BOOL inherit, DWORD id) {
    (void)access;
    (void)inherit;
    spalw_thread *thread = spalw_thread_of_id(id);
    return thread == NULL ? spalw_fail_null(ERROR_INVALID_PARAMETER) : spalw_handle_new(&thread->object);
}

BOOL WINAPI GetExitCodeThread(HANDLE handle, LPDWORD code) {
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return FALSE;
    spalw_lock();
    if (code != NULL)
        *code = thread->has_ended ? thread->exit_code : STILL_ACTIVE;
    spalw_unlock();
    spalw_handle_unpin(handle);
    return code != NULL ? TRUE : spalw_fail(ERROR_NOACCESS);
}

/* ----------------------------------------------------------------------------------------------------- priorities */

static bool is_priority(int priority) {
    return (priority >= THREAD_PRIORITY_LOWEST && priority <= THREAD_PRIORITY_HIGHEST) ||
           priority == THREAD_PRIORITY_TIME_CRITICAL || priority == THREAD_PRIORITY_IDLE;
}

BOOL WINAPI SetThreadPriority(HANDLE handle, int priority) {
    if (!is_priority(priority))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return FALSE;
    atomic_store(&thread->priority, priority);
    spalw_handle_unpin(handle);
    return TRUE;
}

int WINAPI GetThreadPriority(HANDLE handle) {
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return THREAD_PRIORITY_ERROR_RETURN;
    int priority = atomic_load(&thread->priority);
    spalw_handle_unpin(handle);
    return priority;
}

BOOL WINAPI SwitchToThread(void) {
    return sched_yield() == 0;
}

/* ------------------------------------------------------------------------------------------------------------ names */

static WCHAR *wide_copy(PCWSTR text) {
    size_t bytes = (wcslen(text) + 1) * sizeof *text;
    WCHAR *copy = malloc(bytes);
    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}

HRESULT WINAPI SetThreadDescription(HANDLE handle, PCWSTR description) {
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE);
    WCHAR *copy = wide_copy(description == NULL ? L"" : description);
    spalw_lock();
    WCHAR *before = thread->description;
    if (copy != NULL)
        thread->description = copy;
    spalw_unlock();
    spalw_handle_unpin(handle);
    if (copy == NULL)
        return E_OUTOFMEMORY;
    free(before);
    return S_OK;
}

/* The caller frees the text by LocalFree. */
HRESULT WINAPI GetThreadDescription(HANDLE handle, PWSTR *description) {
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE);
    spalw_lock();
    const WCHAR *text = thread->description == NULL ? L"" : thread->description;
    size_t bytes = (wcslen(text) + 1) * sizeof *text;
    *description = LocalAlloc(LMEM_FIXED, bytes);
    if (*description != NULL)
        memcpy(*description, text, bytes);
    spalw_unlock();
    spalw_handle_unpin(handle);
    return *description == NULL ? E_OUTOFMEMORY : S_OK;
}

/* ------------------------------------------------------------------------------------------------------------ calls */

typedef struct user_apc {
    spalw_apc apc;
    PAPCFUNC function;
    ULONG_PTR argument;
} user_apc;

static void user_apc_run(spalw_apc *apc) {
    user_apc call = *(user_apc *)apc;
    free(apc);
    call.function(call.argument);
}

/* @return NO_ERROR, or why not */
static DWORD user_apc_queue(spalw_thread *thread, PAPCFUNC function, ULONG_PTR argument) {
    user_apc *call = malloc(sizeof *call);
    if (call == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *call = (user_apc){{NULL, user_apc_run, NULL}, function, argument};
    if (spalw_apc_queue(thread, &call->apc))
        return NO_ERROR;
    free(call);
    return ERROR_GEN_FAILURE;
}

DWORD WINAPI QueueUserAPC(PAPCFUNC function, HANDLE handle, ULONG_PTR argument) {
    spalw_thread *thread = thread_find(handle);
    if (thread == NULL)
        return 0;
    DWORD error = user_apc_queue(thread, function, argument);
    spalw_handle_unpin(handle);
    return error == NO_ERROR ? 1 : (DWORD)spalw_fail(error);
}
