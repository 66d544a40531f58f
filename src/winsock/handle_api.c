/* SPDX-License-Identifier: MIT
 *
 * The functions of Win32 that take a handle of any kind. The table is in handle.c.
 */
#include "child.h"
#include "error.h"
#include "object.h"

#include "sockpal/handle.h"

HANDLE spalw_handle_inherit(HANDLE handle, const SECURITY_ATTRIBUTES *security) {
    if (security != NULL && security->bInheritHandle && handle != NULL && handle != INVALID_HANDLE_VALUE)
        spalw_handle_set_flags(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    return handle;
}

BOOL WINAPI CloseHandle(HANDLE object) {
    return spalw_handle_close(object, SPALW_ANY) ? TRUE : spalw_fail(ERROR_INVALID_HANDLE);
}

/* Handles are those of this process alone: both arguments that name one must name it. */
static bool is_this_process(HANDLE process) {
    spalw_object *object = spalw_handle_find(process, SPALW_PROCESS);
    if (object == NULL)
        return false;
    bool is_own = object == &spalw_process_own()->object;
    spalw_handle_unpin(process);
    return is_own || spalw_fail(ERROR_ACCESS_DENIED);
}

static BOOL duplicate(HANDLE source, LPHANDLE target, BOOL inherit) {
    spalw_object *object = spalw_handle_find(source, SPALW_ANY);
    if (object == NULL)
        return FALSE;
    spalw_object_ref(object);
    HANDLE handle = spalw_handle_new(object);
    spalw_handle_unpin(source);
    if (handle == NULL)
        return FALSE;
    spalw_handle_set_flags(handle, HANDLE_FLAG_INHERIT, inherit ? HANDLE_FLAG_INHERIT : 0);
    if (target == NULL)
        return spalw_handle_close(handle, SPALW_ANY);
    *target = handle;
    return TRUE;
}

/* DUPLICATE_CLOSE_SOURCE closes the source whether or not there is a duplicate. */
BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process, LPHANDLE target, DWORD access,
                            BOOL inherit, DWORD options) {
    (void)access;
    if (!is_this_process(source_process))
        return FALSE;
    if ((options & ~(DWORD)(DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS)) != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    BOOL done = is_this_process(target_process) && duplicate(source, target, inherit);
    if ((options & DUPLICATE_CLOSE_SOURCE) != 0)
        (void)spalw_handle_close(source, SPALW_ANY);
    return done;
}

BOOL WINAPI CompareObjectHandles(HANDLE first, HANDLE second) {
    spalw_object *one = spalw_handle_find(first, SPALW_ANY);
    spalw_object *other = one == NULL ? NULL : spalw_handle_find(second, SPALW_ANY);
    if (one != NULL)
        spalw_handle_unpin(first);
    if (other == NULL)
        return FALSE;
    spalw_handle_unpin(second);
    return one == other ? TRUE : spalw_fail(ERROR_NOT_SAME_OBJECT);
}

BOOL WINAPI GetHandleInformation(HANDLE object, LPDWORD flags) {
    if (spalw_handle_find(object, SPALW_ANY) == NULL)
        return FALSE;
    if (flags != NULL)
        *flags = spalw_handle_flags(object);
    spalw_handle_unpin(object);
    return flags != NULL ? TRUE : spalw_fail(ERROR_NOACCESS);
}

BOOL WINAPI SetHandleInformation(HANDLE object, DWORD mask, DWORD flags) {
    const DWORD known = HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE;
    if ((mask & ~known) != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if (spalw_handle_find(object, SPALW_ANY) == NULL)
        return FALSE;
    spalw_handle_set_flags(object, mask, flags);
    spalw_handle_unpin(object);
    return TRUE;
}
