/* SPDX-License-Identifier: MIT
 *
 * Timer queues: timers of the thread pool by milliseconds, which can be deleted together. A queue lives as long as its
 * timers. What is called a handle here is the address of a structure that knows what it is.
 */
#include "clock.h"
#include "error.h"
#include "threadpool_timer.h"

#include <stdlib.h>

#define MARK 0x7171e7U

typedef struct spalw_timer_queue {
    unsigned mark;
    atomic_uint references; /* the program's, and one for each timer */
    bool is_deleted;        /* under the lock, as the list */
    struct queue_timer *first;
    spalw_object *finished; /* an event to be set when the last timer has gone; referenced; or null */
} spalw_timer_queue;

/** A timer's place in its queue; the timer's handle. */
typedef struct queue_timer {
    unsigned mark;
    spalw_timer_queue *queue;
    spalw_job *job; /* the owner's reference */
    struct queue_timer *next, *previous;
} queue_timer;

/* Of all queues: their timers are made and deleted rarely. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static spalw_timer_queue *usual;

/* ----------------------------------------------------------------------------------------------------------- queues */

static spalw_timer_queue *queue_new(void) {
    spalw_timer_queue *queue = calloc(1, sizeof *queue);
    if (queue == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    queue->mark = MARK;
    atomic_init(&queue->references, 1);
    return queue;
}

void spalw_timer_queue_unref(spalw_timer_queue *queue) {
    if (atomic_fetch_sub(&queue->references, 1) != 1)
        return;
    if (queue->finished != NULL) {
        spalw_event_set(queue->finished);
        spalw_object_unref(queue->finished);
    }
    queue->mark = 0;
    free(queue);
}

HANDLE WINAPI CreateTimerQueue(void) {
    return queue_new();
}

/* Null names the queue of those who have made none. */
static spalw_timer_queue *queue_of(HANDLE handle) {
    if (handle == INVALID_HANDLE_VALUE)
        return spalw_fail_null(ERROR_INVALID_HANDLE);
    if (handle != NULL)
        return ((spalw_timer_queue *)handle)->mark == MARK ? handle : spalw_fail_null(ERROR_INVALID_HANDLE);
    (void)pthread_mutex_lock(&lock);
    if (usual == NULL)
        usual = queue_new();
    spalw_timer_queue *queue = usual;
    (void)pthread_mutex_unlock(&lock);
    return queue;
}

/* Under the lock. */
static void timer_unlink(queue_timer *timer) {
    *(timer->previous == NULL ? &timer->queue->first : &timer->previous->next) = timer->next;
    if (timer->next != NULL)
        timer->next->previous = timer->previous;
}

/* ----------------------------------------------------------------------------------------------------------- timers */

static void timer_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    (void)instance;
    (void)news;
    job->callback.timer_or_wait(job->context, TRUE);
}

static const spalw_job_kind timer_kind = {.run = timer_run, .stop = spalw_timer_stop};

/* @return the timer in its queue, or null, last error set */
static queue_timer *timer_new(spalw_timer_queue *queue, spalw_job *job) {
    queue_timer *timer = calloc(1, sizeof *timer);
    if (timer == NULL || !spalw_job_can_ring(job)) {
        free(timer);
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    *timer = (queue_timer){.mark = MARK, .queue = queue, .job = job};
    (void)pthread_mutex_lock(&lock);
    bool is_late = queue->is_deleted;
    if (!is_late) {
        atomic_fetch_add(&queue->references, 1);
        job->queue = queue;
        timer->next = queue->first;
        if (timer->next != NULL)
            timer->next->previous = timer;
        queue->first = timer;
    }
    (void)pthread_mutex_unlock(&lock);
    if (!is_late)
        return timer;
    free(timer);
    return spalw_fail_null(ERROR_INVALID_HANDLE);
}

static uint64_t due_ns_from(DWORD ms) {
    return ms == 0 ? spalw_now_ns() : spalw_deadline_ns(ms);
}

BOOL WINAPI CreateTimerQueueTimer(PHANDLE out, HANDLE handle, WAITORTIMERCALLBACK callback, PVOID context, DWORD due_ms,
                                  DWORD period_ms, ULONG flags) {
    if (out == NULL || ((flags & WT_EXECUTEONLYONCE) != 0 && period_ms != 0))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *out = NULL;
    spalw_timer_queue *queue = queue_of(handle);
    if (queue == NULL)
        return FALSE;
    flags &= ~(ULONG)WT_EXECUTEINWAITTHREAD;
    spalw_job *job = spalw_job_new_flagged(&timer_kind, (spalw_callback){.timer_or_wait = callback}, context, flags);
    queue_timer *timer = job == NULL ? NULL : timer_new(queue, job);
    if (timer == NULL) {
        if (job != NULL)
            spalw_job_unref(job);
        return FALSE;
    }
    *out = timer;
    (void)spalw_timer_set(job, due_ns_from(due_ms), period_ms);
    return TRUE;
}

static queue_timer *timer_of(HANDLE queue, HANDLE handle) {
    queue_timer *timer = handle;
    if (handle == NULL || handle == INVALID_HANDLE_VALUE || timer->mark != MARK)
        return spalw_fail_null(handle == NULL ? ERROR_INVALID_PARAMETER : ERROR_INVALID_HANDLE);
    spalw_timer_queue *of = queue_of(queue);
    return of == NULL || of == timer->queue ? timer : spalw_fail_null(ERROR_INVALID_HANDLE);
}

/* One that rings once and has rung is not set again, which is no failure. */
BOOL WINAPI ChangeTimerQueueTimer(HANDLE queue, HANDLE handle, ULONG due_ms, ULONG period_ms) {
    queue_timer *timer = timer_of(queue, handle);
    if (timer == NULL)
        return FALSE;
    spalw_alarms_lock();
    bool is_over = timer->job->has_rung && timer->job->period_ns == 0;
    spalw_alarms_unlock();
    if (!is_over)
        (void)spalw_timer_set(timer->job, due_ns_from(due_ms), period_ms);
    return TRUE;
}

BOOL WINAPI DeleteTimerQueueTimer(HANDLE queue, HANDLE handle, HANDLE completion) {
    queue_timer *timer = timer_of(queue, handle);
    if (timer == NULL)
        return FALSE;
    spalw_job *job = timer->job;
    (void)pthread_mutex_lock(&lock);
    timer_unlink(timer);
    timer->mark = 0;
    (void)pthread_mutex_unlock(&lock);
    free(timer);
    return spalw_job_close_telling(job, completion);
}

/* -------------------------------------------------------------------------------------------------- deleting queues */

/* The jobs of all timers, which are not in the queue any more. */
static queue_timer *timers_take(spalw_timer_queue *queue) {
    (void)pthread_mutex_lock(&lock);
    queue->is_deleted = true;
    queue_timer *first = queue->first;
    queue->first = NULL;
    (void)pthread_mutex_unlock(&lock);
    return first;
}

/* @return whether a callback is outstanding */
static bool timers_close(queue_timer *first) {
    bool is_outstanding = false;
    for (queue_timer *timer = first; timer != NULL; timer = timer->next)
        spalw_timer_stop(timer->job);
    while (first != NULL) {
        queue_timer *timer = first;
        first = timer->next;
        is_outstanding |= spalw_job_is_outstanding(timer->job);
        spalw_job_unref(timer->job);
        timer->mark = 0;
        free(timer);
    }
    return is_outstanding;
}

/* @return whether a callback is outstanding */
static bool queue_close(spalw_timer_queue *queue, spalw_object *finished) {
    if (finished != NULL)
        spalw_object_ref(queue->finished = finished);
    bool is_outstanding = timers_close(timers_take(queue));
    spalw_timer_queue_unref(queue);
    return is_outstanding;
}

/* All callbacks include those of timers that were deleted before. */
static BOOL queue_close_waiting(spalw_timer_queue *queue) {
    spalw_object *finished = spalw_event_new(true, false);
    if (finished == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    (void)queue_close(queue, finished);
    (void)spalw_wait(&finished, 1, 0, SPALW_FOREVER);
    spalw_object_unref(finished);
    return TRUE;
}

BOOL WINAPI DeleteTimerQueueEx(HANDLE handle, HANDLE completion) {
    spalw_timer_queue *queue = handle == NULL ? spalw_fail_null(ERROR_INVALID_HANDLE) : queue_of(handle);
    if (queue == NULL)
        return FALSE;
    if (completion == INVALID_HANDLE_VALUE)
        return queue_close_waiting(queue);
    spalw_object *event = completion == NULL ? NULL : spalw_handle_find(completion, SPALW_EVENT);
    if (completion != NULL && event == NULL)
        return FALSE;
    bool is_outstanding = queue_close(queue, event);
    if (event != NULL)
        spalw_handle_unpin(completion);
    return is_outstanding ? spalw_fail(ERROR_IO_PENDING) : TRUE;
}

/* Without the event, and without a word about callbacks that still run. */
BOOL WINAPI DeleteTimerQueue(HANDLE handle) {
    BOOL done = DeleteTimerQueueEx(handle, NULL);
    return done || spalw_error() == ERROR_IO_PENDING;
}
