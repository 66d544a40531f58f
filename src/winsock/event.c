/* SPDX-License-Identifier: MIT
 *
 * Events. Setting one that is set already is the common case for those that completions set, and takes no lock. Both
 * the look that finds it set and the step that takes it change the same word, if only by nothing: so whoever takes an
 * event sees what was written before any setting that came before.
 */
#include "error.h"
#include "name.h"
#include "wait.h"

#include "sockpal/synchronize.h"

#include <stdlib.h>

typedef struct event {
    spalw_object object;
    atomic_uint is_set; /* what object.is_set says, for those who look without the lock */
} event;

static bool event_take(spalw_object *object, spalw_thread *thread) {
    (void)thread;
    object->is_set = false;
    (void)atomic_exchange(&((event *)object)->is_set, 0);
    return false;
}

static void event_destroy(spalw_object *object) {
    free(object);
}

/* Under the lock. */
static void event_set(spalw_object *object) {
    (void)atomic_exchange(&((event *)object)->is_set, 1);
    (void)spalw_set(object);
}

static DWORD event_signal(spalw_object *object, spalw_thread *thread) {
    (void)thread;
    event_set(object);
    return NO_ERROR;
}

static const spalw_kind manual_kind = {.type = SPALW_EVENT, .signal = event_signal, .destroy = event_destroy};
static const spalw_kind auto_kind = {
    .type = SPALW_EVENT,
    .take = event_take,
    .signal = event_signal,
    .destroy = event_destroy,
};

spalw_object *spalw_event_new(bool is_manual, bool is_set) {
    event *made = malloc(sizeof *made);
    if (made == NULL)
        return NULL;
    spalw_object_init(&made->object, is_manual ? &manual_kind : &auto_kind);
    made->object.is_set = is_set;
    atomic_init(&made->is_set, is_set);
    return &made->object;
}

void spalw_event_set(spalw_object *object) {
    if (atomic_fetch_or(&((event *)object)->is_set, 0) != 0)
        return;
    spalw_lock();
    event_set(object);
    spalw_unlock();
}

void spalw_event_reset(spalw_object *object) {
    if (atomic_load(&((event *)object)->is_set) == 0)
        return;
    spalw_lock();
    (void)event_take(object, NULL);
    spalw_unlock();
}

/* --------------------------------------------------------------------------------------------------------- creating */

HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial_state, LPCSTR name) {
    return spalw_handle_inherit(spalw_create_a(spalw_event_new(manual_reset, initial_state), name), security);
}

HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial_state, LPCWSTR name) {
    return spalw_handle_inherit(spalw_create_w(spalw_event_new(manual_reset, initial_state), name), security);
}

static bool are_flags(DWORD flags) {
    return (flags & ~(DWORD)(CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET)) == 0;
}

HANDLE WINAPI CreateEventExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access) {
    (void)access;
    if (!are_flags(flags))
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return CreateEventA(security, flags & CREATE_EVENT_MANUAL_RESET, flags & CREATE_EVENT_INITIAL_SET, name);
}

HANDLE WINAPI CreateEventExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access) {
    (void)access;
    if (!are_flags(flags))
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return CreateEventW(security, flags & CREATE_EVENT_MANUAL_RESET, flags & CREATE_EVENT_INITIAL_SET, name);
}

HANDLE WINAPI OpenEventA(DWORD access, BOOL inherit, LPCSTR name) {
    (void)access;
    return spalw_open_a(SPALW_EVENT, inherit, name);
}

HANDLE WINAPI OpenEventW(DWORD access, BOOL inherit, LPCWSTR name) {
    (void)access;
    return spalw_open_w(SPALW_EVENT, inherit, name);
}

/* ---------------------------------------------------------------------------------------------------------- setting */

BOOL WINAPI SetEvent(HANDLE handle) {
    spalw_object *object = spalw_handle_find(handle, SPALW_EVENT);
    if (object == NULL)
        return FALSE;
    spalw_event_set(object);
    spalw_handle_unpin(handle);
    return TRUE;
}

BOOL WINAPI ResetEvent(HANDLE handle) {
    spalw_object *object = spalw_handle_find(handle, SPALW_EVENT);
    if (object == NULL)
        return FALSE;
    spalw_event_reset(object);
    spalw_handle_unpin(handle);
    return TRUE;
}

BOOL WINAPI PulseEvent(HANDLE handle) {
    spalw_object *object = spalw_handle_find(handle, SPALW_EVENT);
    if (object == NULL)
        return FALSE;
    spalw_lock();
    event_set(object);
    (void)event_take(object, NULL);
    spalw_unlock();
    spalw_handle_unpin(handle);
    return TRUE;
}
