/* SPDX-License-Identifier: MIT
 *
 * Waits of the thread pool: wait objects, which wait once each time they are set, and registered waits, which go on
 * until they are unregistered. No thread waits: the dispatcher tells the job (wait.h), and an alarm its time limit.
 *
 * A WAIT THAT REPEATS begins again at once if its end has changed the object: an event that resets itself may be set
 * again before the callback has begun. What stays signalled, and a time limit of zero, would end such a wait again and
 * again: it begins with the callback. Callbacks that are made "in the waiting thread" keep that from waiting until they
 * return.
 */
#include "clock.h"
#include "error.h"
#include "pool.h"

#include <stdlib.h>

static spalw_job *job_of_waiting(spalw_waiting *waiting) {
    return CONTAINING_RECORD(waiting, spalw_job_wait, waiting)->job;
}

/* ------------------------------------------------------------------------------------------------ beginning, ending */

/* Under both locks. A wait that ends at once is queued as one that ends later. The limit of the last one may not have
 * been stopped yet. */
static void wait_begin(spalw_job *job, uint64_t deadline_ns) {
    spalw_job_wait *wait = job->wait;
    (void)spalw_alarm_stop(&job->alarm);
    bool goes_on = spalw_watch(&wait->waiting, wait->object);
    if (goes_on && deadline_ns <= spalw_now_ns() && spalw_watch_end(&wait->waiting, WAIT_TIMEOUT))
        goes_on = false;
    if (goes_on) {
        spalw_alarm_set(&job->alarm, deadline_ns);
        return;
    }
    spalw_job_queue(job, wait->waiting.result == WAIT_TIMEOUT);
    wait->untold++;
}

static uint64_t deadline_of(const spalw_job_wait *wait) {
    return wait->timeout_ms == 0 ? spalw_now_ns() : spalw_deadline_ns(wait->timeout_ms);
}

/* Whether the next wait may begin before the callback does. */
static bool may_begin_early(const spalw_job_wait *wait, DWORD result) {
    if (wait->in_waiter || wait->object->kind->type == SPALW_MUTEX)
        return false;
    return result == WAIT_TIMEOUT ? wait->timeout_ms != 0 : wait->object->kind->take != NULL;
}

/* Under both locks, when a wait that repeats has ended: what does not begin here begins with the callback. */
static void wait_go_on(spalw_job *job) {
    spalw_job_wait *wait = job->wait;
    while (wait->waiting.is_done && may_begin_early(wait, wait->waiting.result))
        wait_begin(job, deadline_of(wait));
}

/* Under both locks. @return how many callbacks are to be told of */
static unsigned untold_take(spalw_job_wait *wait) {
    unsigned count = wait->untold;
    wait->untold = 0;
    return count;
}

/* The object has ended the wait; the job lives until it has been told. */
static void waiting_ended(spalw_waiting *waiting) {
    spalw_job *job = job_of_waiting(waiting);
    spalw_job_queue(job, false);
    job->wait->untold++;
    if (!waiting->is_to_be_told)
        spalw_job_ref(job);
}

/* It may have been set again meanwhile, or stopped. */
static void waiting_told(spalw_waiting *waiting) {
    spalw_job *job = job_of_waiting(waiting);
    spalw_job_wait *wait = job->wait;
    spalw_alarms_lock();
    spalw_lock();
    waiting->is_to_be_told = false;
    if (waiting->is_done)
        (void)spalw_alarm_stop(&job->alarm);
    if (waiting->is_done && wait->repeats)
        wait_go_on(job);
    unsigned count = untold_take(wait);
    spalw_unlock();
    spalw_alarms_unlock();
    (void)spalw_pool_wake(job->pool, count);
    spalw_job_unref(job);
}

static const spalw_watcher watcher = {waiting_ended, waiting_told};

/* The time limit. Under the alarms' lock. */
static void limit_ring(spalw_alarm *alarm) {
    spalw_job *job = CONTAINING_RECORD(alarm, spalw_job, alarm);
    spalw_job_wait *wait = job->wait;
    spalw_lock();
    if (spalw_watch_end(&wait->waiting, WAIT_TIMEOUT)) {
        spalw_job_queue(job, true);
        wait->untold++;
        if (wait->repeats)
            wait_go_on(job);
    }
    unsigned count = untold_take(wait);
    spalw_unlock();
    (void)spalw_pool_wake(job->pool, count);
}

/* A wait that repeats and has not begun yet does so with the callback, or after it. */
static void wait_catch_up(spalw_job *job) {
    spalw_job_wait *wait = job->wait;
    spalw_alarms_lock();
    spalw_lock();
    if (wait->repeats && wait->waiting.is_done)
        wait_begin(job, deadline_of(wait));
    unsigned count = untold_take(wait);
    spalw_unlock();
    spalw_alarms_unlock();
    if (count > 0)
        (void)spalw_pool_wake(job->pool, count);
}

/* Under the alarms' lock. @return whether it was under way */
static bool wait_stop(spalw_job *job) {
    spalw_job_wait *wait = job->wait;
    spalw_lock();
    bool was_set = spalw_watch_end(&wait->waiting, WAIT_FAILED);
    wait->repeats = false;
    spalw_unlock();
    (void)spalw_alarm_stop(&job->alarm);
    return was_set;
}

static void job_stop(spalw_job *job) {
    spalw_alarms_lock();
    (void)wait_stop(job);
    spalw_alarms_unlock();
}

/* What a handle is waited for stays so, even when the handle is closed: Windows says that it must not be. The object's
 * reference is the job's. */
static bool wait_set(spalw_job *job, spalw_object *object, uint64_t deadline_ns, bool repeats) {
    spalw_job_wait *wait = job->wait;
    spalw_alarms_lock();
    bool was_set = wait_stop(job);
    spalw_object *before = wait->object;
    wait->object = object;
    unsigned count = 0;
    if (object != NULL) {
        spalw_lock();
        wait->repeats = repeats;
        wait_begin(job, deadline_ns);
        if (repeats && wait->waiting.is_done)
            wait_go_on(job);
        count = untold_take(wait);
        spalw_unlock();
    }
    spalw_alarms_unlock();
    if (before != NULL)
        spalw_object_unref(before);
    if (count > 0)
        (void)spalw_pool_wake(job->pool, count);
    return was_set;
}

/* @return false, last error set */
static bool job_can_wait(spalw_job *job) {
    spalw_thread *thread = spalw_pool_waiter_thread();
    spalw_job_wait *wait = thread == NULL ? NULL : calloc(1, sizeof *wait);
    if (wait == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    wait->job = job;
    wait->waiting.thread = thread;
    wait->waiting.watcher = &watcher;
    wait->waiting.links = &wait->link;
    wait->waiting.is_done = true;
    job->wait = wait;
    job->alarm.ring = limit_ring;
    job->has_alarm = spalw_alarm_reserve();
    return job->has_alarm;
}

/* @return a reference to what the handle names, or null, last error set */
static spalw_object *object_of(HANDLE handle) {
    spalw_object *object = spalw_handle_find(handle, SPALW_WAITABLE);
    if (object == NULL)
        return NULL;
    spalw_object_ref(object);
    spalw_handle_unpin(handle);
    return object;
}

/* ----------------------------------------------------------------------------------------------------- wait objects */

static spalw_job *job_of(PTP_WAIT wait) {
    return (spalw_job *)(void *)wait;
}

static void wait_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    job->callback.wait(instance, job->context, (PTP_WAIT)(void *)job, news->wait_result);
}

static const spalw_job_kind wait_kind = {.run = wait_run, .stop = job_stop};

PTP_WAIT WINAPI CreateThreadpoolWait(PTP_WAIT_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment) {
    spalw_job *job = spalw_job_new(&wait_kind, (spalw_callback){.wait = callback}, context, environment);
    if (job == NULL || job_can_wait(job))
        return (PTP_WAIT)(void *)job;
    spalw_job_unref(job);
    return NULL;
}

BOOL WINAPI SetThreadpoolWaitEx(PTP_WAIT wait, HANDLE handle, PFILETIME timeout, PVOID reserved) {
    (void)reserved;
    if (handle == NULL)
        return wait_set(job_of(wait), NULL, 0, false);
    spalw_object *object = object_of(handle);
    if (object == NULL)
        return FALSE;
    uint64_t deadline_ns = SPALW_FOREVER;
    if (timeout != NULL) {
        LARGE_INTEGER ticks = {.LowPart = timeout->dwLowDateTime, .HighPart = (LONG)timeout->dwHighDateTime};
        deadline_ns = spalw_due_ns(ticks.QuadPart);
    }
    return wait_set(job_of(wait), object, deadline_ns, false);
}

VOID WINAPI SetThreadpoolWait(PTP_WAIT wait, HANDLE handle, PFILETIME timeout) {
    (void)SetThreadpoolWaitEx(wait, handle, timeout, NULL);
}

VOID WINAPI WaitForThreadpoolWaitCallbacks(PTP_WAIT wait, BOOL cancel) {
    if (cancel)
        (void)spalw_job_cancel(job_of(wait));
    spalw_job_wait_for(job_of(wait));
}

VOID WINAPI CloseThreadpoolWait(PTP_WAIT wait) {
    spalw_job_close(job_of(wait));
}

/* ------------------------------------------------------------------------------------------------- registered waits */

/* The flag says that the time limit has come. */
static void registered_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    (void)instance;
    if (!job->wait->in_waiter)
        wait_catch_up(job);
    job->callback.timer_or_wait(job->context, news->wait_result == WAIT_TIMEOUT);
    if (job->wait->in_waiter)
        wait_catch_up(job);
}

static const spalw_job_kind registered_kind = {.run = registered_run, .stop = job_stop};

BOOL WINAPI RegisterWaitForSingleObject(PHANDLE out, HANDLE handle, WAITORTIMERCALLBACK callback, PVOID context,
                                        ULONG timeout_ms, ULONG flags) {
    if (out == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *out = NULL;
    spalw_object *object = object_of(handle);
    if (object == NULL)
        return FALSE;
    flags &= ~(ULONG)WT_EXECUTEINTIMERTHREAD;
    spalw_job *job =
        spalw_job_new_flagged(&registered_kind, (spalw_callback){.timer_or_wait = callback}, context, flags);
    if (job == NULL || !job_can_wait(job)) {
        if (job != NULL)
            spalw_job_unref(job);
        spalw_object_unref(object);
        return FALSE;
    }
    job->wait->timeout_ms = timeout_ms;
    job->wait->in_waiter = (flags & WT_EXECUTEINWAITTHREAD) != 0;
    *out = job;
    (void)wait_set(job, object, deadline_of(job->wait), (flags & WT_EXECUTEONLYONCE) == 0);
    return TRUE;
}

BOOL WINAPI UnregisterWaitEx(HANDLE wait, HANDLE completion) {
    spalw_job *job = wait;
    if (wait == NULL || wait == INVALID_HANDLE_VALUE || job->kind != &registered_kind)
        return spalw_fail(ERROR_INVALID_HANDLE);
    return spalw_job_close_telling(job, completion);
}

BOOL WINAPI UnregisterWait(HANDLE wait) {
    return UnregisterWaitEx(wait, NULL);
}
