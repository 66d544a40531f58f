/* SPDX-License-Identifier: MIT
 *
 * Timers of the thread pool: timer objects, and timer queues with their timers, which repeat by milliseconds. What sets
 * and rings them is the same.
 */
#include "threadpool_timer.h"

#include "clock.h"
#include "error.h"

#define NS_PER_MS 1000000U

/* The next moment of a timer that repeats is counted from the last; those that have been missed are left out. */
static void timer_ring(spalw_alarm *alarm) {
    spalw_job *job = CONTAINING_RECORD(alarm, spalw_job, alarm);
    uint64_t due_ns = alarm->due_ns, now_ns = spalw_now_ns();
    job->has_rung = true;
    if (job->period_ns != 0) {
        due_ns += job->period_ns;
        if (due_ns <= now_ns)
            due_ns = now_ns - (now_ns - due_ns) % job->period_ns + job->period_ns;
        spalw_alarm_set(alarm, due_ns);
    }
    (void)spalw_job_submit(job, false);
}

bool spalw_job_can_ring(spalw_job *job) {
    job->has_alarm = spalw_alarm_reserve();
    job->alarm.ring = timer_ring;
    return job->has_alarm;
}

bool spalw_timer_set(spalw_job *job, uint64_t due_ns, DWORD period_ms) {
    spalw_alarms_lock();
    bool was_set = spalw_alarm_stop(&job->alarm);
    job->period_ns = (uint64_t)period_ms * NS_PER_MS;
    job->is_set = due_ns != SPALW_FOREVER;
    job->has_rung = false;
    spalw_alarm_set(&job->alarm, due_ns);
    spalw_alarms_unlock();
    return was_set;
}

void spalw_timer_stop(spalw_job *job) {
    (void)spalw_timer_set(job, SPALW_FOREVER, 0);
}

/* ---------------------------------------------------------------------------------------------------- timer objects */

static spalw_job *job_of(PTP_TIMER timer) {
    return (spalw_job *)(void *)timer;
}

static void timer_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    (void)news;
    job->callback.timer(instance, job->context, (PTP_TIMER)(void *)job);
}

static const spalw_job_kind timer_kind = {.run = timer_run, .stop = spalw_timer_stop};

PTP_TIMER WINAPI CreateThreadpoolTimer(PTP_TIMER_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment) {
    spalw_job *job = spalw_job_new(&timer_kind, (spalw_callback){.timer = callback}, context, environment);
    if (job == NULL || spalw_job_can_ring(job))
        return (PTP_TIMER)(void *)job;
    spalw_job_unref(job);
    return NULL;
}

BOOL WINAPI SetThreadpoolTimerEx(PTP_TIMER timer, PFILETIME due, DWORD period_ms, DWORD window_ms) {
    (void)window_ms;
    if (due == NULL)
        return spalw_timer_set(job_of(timer), SPALW_FOREVER, 0);
    LARGE_INTEGER ticks = {.LowPart = due->dwLowDateTime, .HighPart = (LONG)due->dwHighDateTime};
    return spalw_timer_set(job_of(timer), spalw_due_ns(ticks.QuadPart), period_ms);
}

VOID WINAPI SetThreadpoolTimer(PTP_TIMER timer, PFILETIME due, DWORD period_ms, DWORD window_ms) {
    (void)SetThreadpoolTimerEx(timer, due, period_ms, window_ms);
}

/* It stays set when it has rung, until it is told to stop. */
BOOL WINAPI IsThreadpoolTimerSet(PTP_TIMER timer) {
    spalw_alarms_lock();
    bool is_set = job_of(timer)->is_set;
    spalw_alarms_unlock();
    return is_set;
}

VOID WINAPI WaitForThreadpoolTimerCallbacks(PTP_TIMER timer, BOOL cancel) {
    if (cancel)
        (void)spalw_job_cancel(job_of(timer));
    spalw_job_wait_for(job_of(timer));
}

VOID WINAPI CloseThreadpoolTimer(PTP_TIMER timer) {
    spalw_job_close(job_of(timer));
}
