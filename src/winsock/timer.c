/* SPDX-License-Identifier: MIT
 *
 * Waitable timers. A helper thread, which is started with the first of them, waits for the earliest and fires it. All
 * of a timer is under the dispatcher's lock, as is the list of those that run.
 */
#include "clock.h"
#include "error.h"
#include "filetime.h"
#include "helper.h"
#include "name.h"
#include "wait.h"

#include "sockpal/synchronize.h"

#include <stdlib.h>

#define NS_PER_MS 1000000U

typedef struct timer {
    spalw_object object;
    struct timer *next, *previous; /* in the list, while it runs */
    bool is_running;
    uint64_t due_ns;
    uint64_t period_ns;   /* 0: once */
    spalw_apc apc;        /* while it is queued, it has a reference to the timer */
    spalw_thread *caller; /* whose APC it is; null: none; referenced */
    PTIMERAPCROUTINE routine;
    LPVOID argument;
    FILETIME fired;
} timer;

static timer *first;          /* of those that run, in no order: programs have a few */
static spalw_object *changed; /* for the helper: the earliest may be another now */

/* --------------------------------------------------------------------------------------------------------- the list */

static void timer_stop(timer *stopped) {
    if (!stopped->is_running)
        return;
    *(stopped->previous == NULL ? &first : &stopped->previous->next) = stopped->next;
    if (stopped->next != NULL)
        stopped->next->previous = stopped->previous;
    stopped->is_running = false;
}

static void timer_start(timer *started) {
    started->previous = NULL;
    started->next = first;
    if (first != NULL)
        first->previous = started;
    first = started;
    started->is_running = true;
}

/* ------------------------------------------------------------------------------------------------------- completion */

static timer *timer_of(spalw_apc *apc) {
    return CONTAINING_RECORD(apc, timer, apc);
}

static void apc_run(spalw_apc *apc) {
    timer *fired = timer_of(apc);
    spalw_lock();
    PTIMERAPCROUTINE routine = fired->routine;
    LPVOID argument = fired->argument;
    FILETIME when = fired->fired;
    fired->apc.run = NULL;
    spalw_unlock();
    spalw_object_unref(&fired->object);
    routine(argument, when.dwLowDateTime, when.dwHighDateTime);
}

static void apc_drop(spalw_apc *apc) {
    timer *fired = timer_of(apc);
    spalw_lock();
    fired->apc.run = NULL;
    spalw_unlock();
    spalw_object_unref(&fired->object);
}

/* A call that has not been made yet stands for all. */
static void timer_call(timer *fired) {
    if (fired->caller == NULL || fired->apc.run != NULL)
        return;
    fired->apc.run = apc_run;
    fired->apc.drop = apc_drop;
    if (spalw_apc_add(fired->caller, &fired->apc))
        spalw_object_ref(&fired->object);
    else
        fired->apc.run = NULL;
}

/* One with a routine is cancelled when the thread that has set it ends; its state stays as it is. */
static void timer_fire(timer *fired, uint64_t now_ns) {
    if (fired->caller != NULL && fired->caller->has_ended) {
        timer_stop(fired);
        return;
    }
    fired->fired = spalw_filetime_now();
    if (fired->period_ns == 0)
        timer_stop(fired);
    while (fired->period_ns != 0 && fired->due_ns <= now_ns)
        fired->due_ns += fired->period_ns;
    (void)spalw_set(&fired->object);
    timer_call(fired);
}

/* @return the next deadline */
static uint64_t timers_fire(void) {
    uint64_t earliest = SPALW_FOREVER, now_ns = spalw_now_ns();
    for (timer *each = first, *next; each != NULL; each = next) {
        next = each->next;
        if (each->due_ns <= now_ns)
            timer_fire(each, now_ns);
        if (each->is_running && each->due_ns < earliest)
            earliest = each->due_ns;
    }
    return earliest;
}

static void helper_main(void *argument) {
    (void)argument;
    for (;;) {
        spalw_lock();
        uint64_t earliest = timers_fire();
        spalw_unlock();
        (void)spalw_wait(&changed, 1, 0, earliest);
    }
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void helper_start(void) {
    changed = spalw_event_new(false, false);
    if (changed == NULL || spalw_helper_start(helper_main, NULL))
        return;
    spalw_object_unref(changed);
    changed = NULL;
}

/* ---------------------------------------------------------------------------------------------------------- objects */

/* Under the lock. Forgets the last setting, with the call that it may have queued. @return the objects to be
 * unreferenced when the lock has been given up: the caller's thread, and whether the timer's own reference is left over
 */
static spalw_thread *timer_clear(timer *cleared, bool *is_apc_removed) {
    spalw_thread *caller = cleared->caller;
    timer_stop(cleared);
    *is_apc_removed = caller != NULL && cleared->apc.run != NULL && spalw_apc_remove(caller, &cleared->apc);
    if (*is_apc_removed)
        cleared->apc.run = NULL;
    cleared->caller = NULL;
    return caller;
}

static void references_drop(timer *cleared, spalw_thread *caller, bool is_apc_removed) {
    if (caller != NULL)
        spalw_object_unref(&caller->object);
    if (is_apc_removed)
        spalw_object_unref(&cleared->object);
}

static void timer_cancel(timer *cancelled) {
    bool is_apc_removed;
    spalw_lock();
    spalw_thread *caller = timer_clear(cancelled, &is_apc_removed);
    spalw_unlock();
    references_drop(cancelled, caller, is_apc_removed);
}

/* The last handle has gone, and with it what the timer would do; the closing call still has the object. */
static void timer_closed(spalw_object *object) {
    timer_cancel((timer *)object);
}

static void timer_destroy(spalw_object *object) {
    free(object);
}

static bool timer_take(spalw_object *object, spalw_thread *thread) {
    (void)thread;
    object->is_set = false;
    return false;
}

static const spalw_kind manual_kind = {.type = SPALW_TIMER, .closed = timer_closed, .destroy = timer_destroy};
static const spalw_kind auto_kind = {
    .type = SPALW_TIMER,
    .take = timer_take,
    .closed = timer_closed,
    .destroy = timer_destroy,
};

static spalw_object *timer_new(bool is_manual) {
    timer *made = calloc(1, sizeof *made);
    if (made != NULL)
        spalw_object_init(&made->object, is_manual ? &manual_kind : &auto_kind);
    return made == NULL ? NULL : &made->object;
}

HANDLE WINAPI CreateWaitableTimerA(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, LPCSTR name) {
    return spalw_handle_inherit(spalw_create_a(timer_new(manual_reset), name), security);
}

HANDLE WINAPI CreateWaitableTimerW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, LPCWSTR name) {
    return spalw_handle_inherit(spalw_create_w(timer_new(manual_reset), name), security);
}

static bool are_flags(DWORD flags) {
    return (flags & ~(DWORD)(CREATE_WAITABLE_TIMER_MANUAL_RESET | CREATE_WAITABLE_TIMER_HIGH_RESOLUTION)) == 0;
}

HANDLE WINAPI CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access) {
    (void)access;
    if (!are_flags(flags))
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return CreateWaitableTimerA(security, flags & CREATE_WAITABLE_TIMER_MANUAL_RESET, name);
}

HANDLE WINAPI CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access) {
    (void)access;
    if (!are_flags(flags))
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return CreateWaitableTimerW(security, flags & CREATE_WAITABLE_TIMER_MANUAL_RESET, name);
}

HANDLE WINAPI OpenWaitableTimerA(DWORD access, BOOL inherit, LPCSTR name) {
    (void)access;
    return spalw_open_a(SPALW_TIMER, inherit, name);
}

HANDLE WINAPI OpenWaitableTimerW(DWORD access, BOOL inherit, LPCWSTR name) {
    (void)access;
    return spalw_open_w(SPALW_TIMER, inherit, name);
}

/* ---------------------------------------------------------------------------------------------------------- setting */

/* Under the lock. One that has been closed meanwhile is on its way out. */
static void timer_set(timer *set, LONGLONG due, LONG period_ms, PTIMERAPCROUTINE routine, LPVOID argument) {
    if (atomic_load(&set->object.handles) == 0)
        return;
    set->due_ns = spalw_due_ns(due);
    set->period_ns = (uint64_t)period_ms * NS_PER_MS;
    set->routine = routine;
    set->argument = argument;
    set->caller = routine == NULL ? NULL : spalw_thread_self();
    if (set->caller != NULL)
        spalw_object_ref(&set->caller->object);
    set->object.is_set = false;
    timer_start(set);
    uint64_t now_ns = spalw_now_ns();
    if (set->due_ns <= now_ns)
        timer_fire(set, now_ns);
}

BOOL WINAPI SetWaitableTimer(HANDLE handle, const LARGE_INTEGER *due, LONG period_ms, PTIMERAPCROUTINE routine,
                             LPVOID argument, BOOL resume) {
    bool is_apc_removed;
    if (period_ms < 0 || due == NULL)
        return spalw_fail(due == NULL ? ERROR_NOACCESS : ERROR_INVALID_PARAMETER);
    timer *set = (timer *)spalw_handle_find(handle, SPALW_TIMER);
    if (set == NULL)
        return FALSE;
    (void)pthread_once(&once, helper_start);
    (void)spalw_thread_self();
    spalw_lock();
    spalw_thread *caller = timer_clear(set, &is_apc_removed);
    timer_set(set, due->QuadPart, period_ms, routine, argument);
    spalw_unlock();
    references_drop(set, caller, is_apc_removed);
    spalw_handle_unpin(handle);
    if (changed == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    spalw_event_set(changed);
    if (resume) /* No timer wakes the machine from its sleep, which is told, and is no failure. */
        spalw_set_error(ERROR_NOT_SUPPORTED);
    return TRUE;
}

BOOL WINAPI SetWaitableTimerEx(HANDLE handle, const LARGE_INTEGER *due, LONG period_ms, PTIMERAPCROUTINE routine,
                               LPVOID argument, PREASON_CONTEXT reason, ULONG tolerable_ms) {
    (void)reason;
    (void)tolerable_ms;
    return SetWaitableTimer(handle, due, period_ms, routine, argument, FALSE);
}

/* It stays signalled if it was. */
BOOL WINAPI CancelWaitableTimer(HANDLE handle) {
    timer *cancelled = (timer *)spalw_handle_find(handle, SPALW_TIMER);
    if (cancelled == NULL)
        return FALSE;
    timer_cancel(cancelled);
    spalw_handle_unpin(handle);
    return TRUE;
}
