/* SPDX-License-Identifier: MIT
 *
 * The functions of Win32 that wait: they turn handles into objects, for the dispatcher (wait.c).
 */
#include "clock.h"
#include "error.h"
#include "wait.h"

#include "sockpal/synchronize.h"

#include <sched.h>

DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD timeout_ms) {
    return WaitForSingleObjectEx(handle, timeout_ms, FALSE);
}

DWORD WINAPI WaitForSingleObjectEx(HANDLE handle, DWORD timeout_ms, BOOL alertable) {
    spalw_object *object = spalw_handle_find(handle, SPALW_WAITABLE);
    if (object == NULL)
        return WAIT_FAILED;
    DWORD result = spalw_wait(&object, 1, alertable ? SPALW_WAIT_ALERTABLE : 0, spalw_deadline_ns(timeout_ms));
    spalw_handle_unpin(handle);
    return result;
}

DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE *objects, BOOL all, DWORD timeout_ms) {
    return WaitForMultipleObjectsEx(count, objects, all, timeout_ms, FALSE);
}

/* @return how many of the handles name objects, up to the first that does not */
static DWORD handles_pin(DWORD count, const HANDLE *handles, spalw_object **objects) {
    for (DWORD i = 0; i < count; i++) {
        objects[i] = spalw_handle_find(handles[i], SPALW_WAITABLE);
        if (objects[i] == NULL)
            return i;
    }
    return count;
}

static void handles_unpin(DWORD count, const HANDLE *handles) {
    while (count-- > 0)
        spalw_handle_unpin(handles[count]);
}

static bool is_any_twice(DWORD count, spalw_object *const *objects) {
    for (DWORD i = 1; i < count; i++)
        for (DWORD j = 0; j < i; j++)
            if (objects[i] == objects[j])
                return true;
    return false;
}

/* Windows looks for objects that are given twice where it would have to take each of them. */
static DWORD wait_for_pinned(DWORD count, spalw_object *const *objects, BOOL all, DWORD timeout_ms, BOOL alertable) {
    if (all && is_any_twice(count, objects)) {
        spalw_set_error(ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    unsigned flags = (all ? SPALW_WAIT_ALL : 0U) | (alertable ? SPALW_WAIT_ALERTABLE : 0U);
    return spalw_wait(objects, count, flags, spalw_deadline_ns(timeout_ms));
}

DWORD WINAPI WaitForMultipleObjectsEx(DWORD count, const HANDLE *handles, BOOL all, DWORD timeout_ms, BOOL alertable) {
    spalw_object *objects[MAXIMUM_WAIT_OBJECTS];
    HANDLE copies[MAXIMUM_WAIT_OBJECTS]; /* The caller's array is the caller's again once the wait has begun. */
    if (count == 0 || count > MAXIMUM_WAIT_OBJECTS || handles == NULL) {
        spalw_set_error(handles == NULL && count - 1 < MAXIMUM_WAIT_OBJECTS ? ERROR_NOACCESS : ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    memcpy(copies, handles, count * sizeof *copies);
    DWORD pinned = handles_pin(count, copies, objects);
    DWORD result = pinned < count ? WAIT_FAILED : wait_for_pinned(count, objects, all, timeout_ms, alertable);
    handles_unpin(pinned, copies);
    return result;
}

/* -------------------------------------------------------------------------------------------------- signal and wait */

DWORD WINAPI SignalObjectAndWait(HANDLE signal, HANDLE handle, DWORD timeout_ms, BOOL alertable) {
    spalw_object *signalled = spalw_handle_find(signal, SPALW_ANY);
    if (signalled == NULL)
        return WAIT_FAILED;
    DWORD result = WAIT_FAILED;
    spalw_object *object = spalw_handle_find(handle, SPALW_WAITABLE);
    if (object != NULL) {
        result = spalw_signal_and_wait(signalled, &object, 1, alertable ? SPALW_WAIT_ALERTABLE : 0,
                                       spalw_deadline_ns(timeout_ms));
        spalw_handle_unpin(handle);
    }
    spalw_handle_unpin(signal);
    return result;
}

/* --------------------------------------------------------------------------------------------------------- sleeping */

VOID WINAPI Sleep(DWORD timeout_ms) {
    (void)SleepEx(timeout_ms, FALSE);
}

DWORD WINAPI SleepEx(DWORD timeout_ms, BOOL alertable) {
    if (timeout_ms == 0)
        (void)sched_yield();
    DWORD result = spalw_wait(NULL, 0, alertable ? SPALW_WAIT_ALERTABLE : 0, spalw_deadline_ns(timeout_ms));
    return result == WAIT_IO_COMPLETION ? WAIT_IO_COMPLETION : 0;
}
