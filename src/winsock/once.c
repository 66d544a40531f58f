/* SPDX-License-Identifier: MIT
 *
 * One-time initialization. The two lowest bits of the word are its state, the others the context that was stored when
 * it was completed, which is why a context must have them clear.
 */
#include "atomics.h"
#include "clock.h"
#include "error.h"
#include "park.h"
#include "wait.h"

#include "sockpal/lock.h"

enum { NEW, BUSY, ASYNC, DONE, STATES = 3 };

static uintptr_t state_of(const INIT_ONCE *once) {
    return spalw_load_pointer(&once->Ptr) & STATES;
}

static void context_get(const INIT_ONCE *once, LPVOID *context) {
    if (context != NULL)
        *context = (LPVOID)(spalw_load_pointer(&once->Ptr) & ~(uintptr_t)STATES);
}

VOID WINAPI InitOnceInitialize(PINIT_ONCE once) {
    once->Ptr = NULL;
}

static bool is_busy(void *argument) {
    return state_of(argument) == BUSY;
}

/* Several threads may initialize at once, and the first to complete has done it. */
static BOOL begin_async(LPINIT_ONCE once, PBOOL pending, LPVOID *context) {
    (void)spalw_replace_pointer(&once->Ptr, NEW, ASYNC);
    uintptr_t state = state_of(once);
    if (state == BUSY)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *pending = state != DONE;
    if (state == DONE)
        context_get(once, context);
    return TRUE;
}

static BOOL begin_sync(LPINIT_ONCE once, PBOOL pending, LPVOID *context) {
    for (;;) {
        uintptr_t state = state_of(once);
        if (state == ASYNC)
            return spalw_fail(ERROR_INVALID_PARAMETER);
        *pending = state != DONE;
        if (state == DONE) {
            context_get(once, context);
            return TRUE;
        }
        if (state == NEW && spalw_replace_pointer(&once->Ptr, NEW, BUSY))
            return TRUE;
        if (state == BUSY)
            (void)spalw_park(once, is_busy, once, SPALW_FOREVER);
    }
}

BOOL WINAPI InitOnceBeginInitialize(LPINIT_ONCE once, DWORD flags, PBOOL pending, LPVOID *context) {
    if ((flags & ~(DWORD)(INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC)) != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if ((flags & INIT_ONCE_CHECK_ONLY) == 0)
        return (flags & INIT_ONCE_ASYNC) != 0 ? begin_async(once, pending, context)
                                              : begin_sync(once, pending, context);
    if ((flags & INIT_ONCE_ASYNC) != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *pending = state_of(once) != DONE;
    if (*pending)
        return spalw_fail(ERROR_GEN_FAILURE);
    context_get(once, context);
    return TRUE;
}

static BOOL complete_sync(LPINIT_ONCE once, uintptr_t after) {
    if (!spalw_replace_pointer(&once->Ptr, BUSY, after))
        return spalw_fail(ERROR_GEN_FAILURE);
    spalw_unpark(once, UINT_MAX);
    return TRUE;
}

BOOL WINAPI InitOnceComplete(LPINIT_ONCE once, DWORD flags, LPVOID context) {
    bool has_failed = (flags & INIT_ONCE_INIT_FAILED) != 0;
    bool is_async = (flags & INIT_ONCE_ASYNC) != 0;
    if ((flags & ~(DWORD)(INIT_ONCE_ASYNC | INIT_ONCE_INIT_FAILED)) != 0 || (has_failed && (is_async || context)))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if (((uintptr_t)context & STATES) != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    uintptr_t after = has_failed ? NEW : (uintptr_t)context | DONE;
    if (!is_async)
        return complete_sync(once, after);
    return spalw_replace_pointer(&once->Ptr, ASYNC, after) ? TRUE : spalw_fail(ERROR_GEN_FAILURE);
}

BOOL WINAPI InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN function, PVOID parameter, LPVOID *context) {
    BOOL pending = FALSE;
    PVOID made = NULL;
    if (!InitOnceBeginInitialize(once, 0, &pending, context))
        return FALSE;
    if (!pending)
        return TRUE;
    if (!function(once, parameter, context == NULL ? &made : context)) {
        (void)InitOnceComplete(once, INIT_ONCE_INIT_FAILED, NULL);
        return FALSE;
    }
    return InitOnceComplete(once, 0, context == NULL ? made : *context);
}
