/* SPDX-License-Identifier: MIT
 *
 * Pools and their workers: see pool.h. What jobs are stands in pool_job.c; the functions of Win32 by which programs
 * make them stand in threadpool_*.c and timer_queue.c.
 */
#include "pool.h"

#include "clock.h"
#include "error.h"
#include "helper.h"
#include "request.h"

#include "sockpal/completion.h"
#include "sockpal/system.h"

#include <sched.h>
#include <stdlib.h>

#define PRIORITIES TP_CALLBACK_PRIORITY_COUNT
#define MOST_THREADS 500U
#define PATIENCE_MS 10000U
/* So long nothing has to be taken before another worker is started. */
#define CHECK_NS 10000000U

struct _TP_POOL {
    atomic_uint references;
    HANDLE port;
    pthread_mutex_t lock;
    pthread_cond_t quiet; /* nothing of some job is outstanding; or the waiter's thread is known */
    spalw_job *first[PRIORITIES], *last[PRIORITIES];
    unsigned threads, idle; /* of the threads, those that wait for news, or are about to */
    unsigned least, most;
    unsigned longs; /* callbacks that may run long */
    unsigned taken, taken_before;
    bool is_over, is_checking;
    spalw_alarm check; /* while it is set it has a reference to the pool */
    TP_POOL_STACK_INFORMATION stack;
    bool is_waiter;
    spalw_thread *waiter; /* of the pool that waits; referenced */
};

/* ------------------------------------------------------------------------------------------------------- references */

static void pool_free(PTP_POOL pool) {
    (void)CloseHandle(pool->port);
    (void)pthread_cond_destroy(&pool->quiet);
    (void)pthread_mutex_destroy(&pool->lock);
    spalw_alarm_release();
    free(pool);
}

static void pool_post(PTP_POOL pool, unsigned count) {
    while (count > 0) {
        if (PostQueuedCompletionStatus(pool->port, 0, 0, NULL))
            count--;
        else
            (void)sched_yield(); /* A callback that has been promised must not get lost. */
    }
}

void spalw_pool_ref(PTP_POOL pool) {
    atomic_fetch_add_explicit(&pool->references, 1, memory_order_relaxed);
}

/* The last worker to leave frees the pool. */
void spalw_pool_unref(PTP_POOL pool) {
    if (atomic_fetch_sub_explicit(&pool->references, 1, memory_order_acq_rel) != 1)
        return;
    (void)pthread_mutex_lock(&pool->lock);
    unsigned threads = pool->threads;
    pool_post(pool, threads);
    pool->is_over = true;
    (void)pthread_mutex_unlock(&pool->lock);
    if (threads == 0)
        pool_free(pool);
}

HANDLE spalw_pool_port(PTP_POOL pool) {
    return pool->port;
}

/* ---------------------------------------------------------------------------------------------------------- workers */

static void worker_main(void *argument);

/* Under the lock. A thread that has been started counts as idle before it runs. */
static bool thread_start(PTP_POOL pool) {
    pool->threads++;
    pool->idle++;
    if (spalw_helper_start(worker_main, pool))
        return true;
    pool->threads--;
    pool->idle--;
    return false;
}

static unsigned threads_at_once(const struct _TP_POOL *pool) {
    unsigned processors = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    unsigned few = (processors < 2 ? 2 : processors) + pool->longs;
    return few < pool->most ? few : pool->most;
}

/* Under the lock. Somebody must wait for news. @return whether check_begin is to be called without the lock */
static bool pool_grow(PTP_POOL pool) {
    if (pool->idle != 0 || pool->threads >= pool->most)
        return false;
    if (pool->threads < threads_at_once(pool) && thread_start(pool))
        return false;
    if (pool->is_checking)
        return false;
    pool->is_checking = true;
    pool->taken_before = pool->taken;
    spalw_pool_ref(pool);
    return true;
}

static void check_begin(PTP_POOL pool) {
    spalw_alarms_lock();
    spalw_alarm_set(&pool->check, spalw_now_ns() + CHECK_NS);
    spalw_alarms_unlock();
}

/* All workers have been busy: with the same callbacks all the time, or with many. */
static void check_ring(spalw_alarm *alarm) {
    PTP_POOL pool = CONTAINING_RECORD(alarm, struct _TP_POOL, check);
    (void)pthread_mutex_lock(&pool->lock);
    bool is_stuck = pool->idle == 0 && pool->threads < pool->most;
    if (is_stuck && pool->taken == pool->taken_before)
        (void)thread_start(pool);
    pool->is_checking = is_stuck && pool->idle == 0;
    pool->taken_before = pool->taken;
    bool goes_on = pool->is_checking;
    (void)pthread_mutex_unlock(&pool->lock);
    if (goes_on) {
        spalw_alarm_set(alarm, spalw_now_ns() + CHECK_NS);
        return;
    }
    spalw_alarms_unlock(); /* The last reference takes the alarm's room away. */
    spalw_pool_unref(pool);
    spalw_alarms_lock();
}

static unsigned threads_to_keep(const struct _TP_POOL *pool) {
    return pool->least == 0 ? 1 : pool->least;
}

/* Under the lock, which is given up meanwhile. @return whether there is news */
static bool news_wait(PTP_POOL pool, OVERLAPPED_ENTRY *entry) {
    ULONG count = 0;
    DWORD patience_ms = pool->threads > threads_to_keep(pool) ? PATIENCE_MS : INFINITE;
    (void)pthread_mutex_unlock(&pool->lock);
    BOOL has_come = GetQueuedCompletionStatusEx(pool->port, entry, 1, &count, patience_ms, FALSE);
    (void)pthread_mutex_lock(&pool->lock);
    pool->idle--;
    return has_come && count == 1;
}

/* ------------------------------------------------------------------------------------------------ what workers take */

static void queue_add(spalw_job *job) {
    PTP_POOL pool = job->pool;
    job->next = NULL;
    job->previous = pool->last[job->priority];
    *(job->previous == NULL ? &pool->first[job->priority] : &job->previous->next) = job;
    pool->last[job->priority] = job;
}

static void queue_remove(spalw_job *job) {
    PTP_POOL pool = job->pool;
    *(job->previous == NULL ? &pool->first[job->priority] : &job->previous->next) = job->next;
    *(job->next == NULL ? &pool->last[job->priority] : &job->next->previous) = job->previous;
}

/* The first of the highest priority. One that is queued several times goes behind the others. The job's place in the
 * queue has a reference, which becomes the callback's with the last. */
static spalw_job *queued_take(PTP_POOL pool, spalw_news *news) {
    int priority = 0;
    while (priority < PRIORITIES && pool->first[priority] == NULL)
        priority++;
    if (priority == PRIORITIES)
        return NULL;
    spalw_job *job = pool->first[priority];
    queue_remove(job);
    news->wait_result = job->timeouts > 0 ? (DWORD)WAIT_TIMEOUT : WAIT_OBJECT_0;
    if (job->timeouts > 0)
        job->timeouts--;
    if (--job->queued > 0) {
        queue_add(job);
        spalw_job_ref(job);
    }
    return job;
}

/* The operation has a reference, if it was announced. @return null: nobody wants to hear of it */
static spalw_job *binding_take(const OVERLAPPED_ENTRY *entry, spalw_news *news, spalw_job **left) {
    spalw_job *job = (spalw_job *)entry->lpCompletionKey;
    news->overlapped = entry->lpOverlapped;
    news->status = (NTSTATUS)entry->Internal;
    news->bytes = entry->dwNumberOfBytesTransferred;
    if (job->is_permanent) {
        spalw_job_ref(job);
        return job;
    }
    if (job->queued == 0) {
        *left = job;
        return NULL;
    }
    job->queued--;
    return job;
}

/* Under the lock. */
static void job_ended(spalw_job *job) {
    job->running--;
    if (job->running == 0 && job->queued == 0)
        (void)pthread_cond_broadcast(&job->pool->quiet);
}

/* Under the lock, which is given up meanwhile. */
static void callback_make(PTP_POOL pool, spalw_job *job, const spalw_news *news) {
    TP_CALLBACK_INSTANCE instance = {.job = job, .is_long = job->runs_long};
    job->running++;
    pool->taken++;
    pool->longs += instance.is_long;
    bool is_to_be_checked = pool_grow(pool);
    (void)pthread_mutex_unlock(&pool->lock);
    if (is_to_be_checked)
        check_begin(pool);
    spalw_job_run(&instance, news);
    (void)pthread_mutex_lock(&pool->lock);
    pool->longs -= instance.is_long;
    if (!instance.is_disassociated)
        job_ended(job);
}

/* Under the lock, which is given up meanwhile. @return whether the worker is still needed */
static bool worker_serve(PTP_POOL pool) {
    OVERLAPPED_ENTRY entry;
    spalw_news news = {0};
    bool has_news = news_wait(pool, &entry);
    if (pool->is_over)
        return false;
    if (!has_news)
        return pool->threads <= threads_to_keep(pool) || spalw_requests_begun_here();
    spalw_job *left = NULL;
    spalw_job *job = entry.lpCompletionKey == 0 ? queued_take(pool, &news) : binding_take(&entry, &news, &left);
    if (job != NULL)
        callback_make(pool, left = job, &news);
    if (left != NULL) {
        (void)pthread_mutex_unlock(&pool->lock);
        spalw_job_unref(left);
        (void)pthread_mutex_lock(&pool->lock);
    }
    return pool->threads <= pool->most && !pool->is_over;
}

/* @return whether it can be the waiter: it needs a name */
static bool waiter_note(PTP_POOL pool, spalw_thread *self) {
    if (self == NULL)
        return false;
    spalw_object_ref(&self->object);
    pool->waiter = self;
    return true;
}

static void worker_main(void *argument) {
    PTP_POOL pool = argument;
    spalw_thread *self = pool->is_waiter ? spalw_thread_self() : NULL;
    (void)pthread_mutex_lock(&pool->lock);
    if (!pool->is_waiter || waiter_note(pool, self)) {
        (void)pthread_cond_broadcast(&pool->quiet);
        while (worker_serve(pool))
            pool->idle++;
    }
    bool is_last = --pool->threads == 0 && pool->is_over;
    (void)pthread_cond_broadcast(&pool->quiet);
    (void)pthread_mutex_unlock(&pool->lock);
    if (is_last)
        pool_free(pool);
}

/* --------------------------------------------------------------------------------------------------- making, asking */

static PTP_POOL pool_new(unsigned least, unsigned most) {
    PTP_POOL pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    pool->port = spalw_alarm_reserve() ? CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0) : NULL;
    if (pool->port == NULL) {
        free(pool);
        return NULL;
    }
    atomic_init(&pool->references, 1);
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->quiet, NULL);
    pool->least = least;
    pool->most = most;
    pool->check.ring = check_ring;
    pool->is_waiter = most == 1 && least == 1;
    return pool;
}

static pthread_mutex_t pools_lock = PTHREAD_MUTEX_INITIALIZER;
static PTP_POOL usual, waiter;

static PTP_POOL pool_need(PTP_POOL *pool, unsigned least, unsigned most) {
    (void)pthread_mutex_lock(&pools_lock);
    if (*pool == NULL)
        *pool = pool_new(least, most);
    PTP_POOL found = *pool;
    (void)pthread_mutex_unlock(&pools_lock);
    return found;
}

PTP_POOL spalw_pool_of(const TP_CALLBACK_ENVIRON *environment) {
    if (environment != NULL && environment->Pool != NULL)
        return environment->Pool;
    return pool_need(&usual, 0, MOST_THREADS);
}

/* Its thread never ends, and is known before anybody needs it. */
PTP_POOL spalw_pool_waiter(void) {
    PTP_POOL pool = pool_need(&waiter, 1, 1);
    if (pool == NULL)
        return NULL;
    (void)pthread_mutex_lock(&pool->lock);
    if (pool->threads == 0)
        (void)thread_start(pool);
    while (pool->threads > 0 && pool->waiter == NULL)
        (void)pthread_cond_wait(&pool->quiet, &pool->lock);
    bool has_thread = pool->waiter != NULL;
    (void)pthread_mutex_unlock(&pool->lock);
    return has_thread ? pool : spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
}

spalw_thread *spalw_pool_waiter_thread(void) {
    PTP_POOL pool = spalw_pool_waiter();
    return pool == NULL ? NULL : pool->waiter;
}

void spalw_pool_raise(PTP_POOL pool, DWORD most) {
    (void)pthread_mutex_lock(&pool->lock);
    if (most > pool->most)
        pool->most = most;
    (void)pthread_mutex_unlock(&pool->lock);
}

PTP_POOL WINAPI CreateThreadpool(PVOID reserved) {
    return reserved != NULL ? spalw_fail_null(ERROR_INVALID_PARAMETER) : pool_new(0, MOST_THREADS);
}

VOID WINAPI CloseThreadpool(PTP_POOL pool) {
    spalw_pool_unref(pool);
}

VOID WINAPI SetThreadpoolThreadMaximum(PTP_POOL pool, DWORD most) {
    (void)pthread_mutex_lock(&pool->lock);
    pool->most = most == 0 ? 1 : most;
    if (pool->least > pool->most)
        pool->least = pool->most;
    (void)pthread_mutex_unlock(&pool->lock);
}

BOOL WINAPI SetThreadpoolThreadMinimum(PTP_POOL pool, DWORD least) {
    bool has_all = true;
    (void)pthread_mutex_lock(&pool->lock);
    if (least > pool->most)
        pool->most = least;
    while (has_all && pool->threads < least)
        has_all = thread_start(pool);
    if (has_all)
        pool->least = least;
    (void)pthread_mutex_unlock(&pool->lock);
    return has_all ? TRUE : spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
}

/* Kept, and nothing else: workers have the system's stacks, which are at least as large as those of Windows. */
BOOL WINAPI SetThreadpoolStackInformation(PTP_POOL pool, PTP_POOL_STACK_INFORMATION stack) {
    (void)pthread_mutex_lock(&pool->lock);
    pool->stack = *stack;
    (void)pthread_mutex_unlock(&pool->lock);
    return TRUE;
}

BOOL WINAPI QueryThreadpoolStackInformation(PTP_POOL pool, PTP_POOL_STACK_INFORMATION stack) {
    (void)pthread_mutex_lock(&pool->lock);
    *stack = pool->stack;
    (void)pthread_mutex_unlock(&pool->lock);
    return TRUE;
}

/* -------------------------------------------------------------------------------------------------- jobs' callbacks */

void spalw_job_queue(spalw_job *job, bool timed_out) {
    (void)pthread_mutex_lock(&job->pool->lock);
    job->timeouts += timed_out;
    if (job->queued++ == 0) {
        spalw_job_ref(job);
        queue_add(job);
    }
    (void)pthread_mutex_unlock(&job->pool->lock);
}

bool spalw_pool_wake(PTP_POOL pool, unsigned count) {
    pool_post(pool, count);
    (void)pthread_mutex_lock(&pool->lock);
    bool is_to_be_checked = pool_grow(pool);
    bool has_threads = pool->threads > 0;
    (void)pthread_mutex_unlock(&pool->lock);
    if (is_to_be_checked)
        check_begin(pool);
    return has_threads;
}

bool spalw_job_submit(spalw_job *job, bool timed_out) {
    PTP_POOL pool = job->pool;
    spalw_pool_ref(pool); /* The callback may be over, and the job gone, before this returns. */
    spalw_job_queue(job, timed_out);
    bool has_threads = spalw_pool_wake(pool, 1);
    spalw_pool_unref(pool);
    return has_threads;
}

/* What is queued of a binding are operations, which keep their references until they end. */
bool spalw_job_cancel(spalw_job *job) {
    (void)pthread_mutex_lock(&job->pool->lock);
    bool was_queued = job->queued > 0;
    if (was_queued && !job->is_binding)
        queue_remove(job);
    job->queued = job->timeouts = 0;
    if (job->running == 0)
        (void)pthread_cond_broadcast(&job->pool->quiet);
    (void)pthread_mutex_unlock(&job->pool->lock);
    if (was_queued && !job->is_binding)
        spalw_job_unref(job);
    return was_queued;
}

void spalw_job_wait_for(spalw_job *job) {
    (void)pthread_mutex_lock(&job->pool->lock);
    while (job->queued > 0 || job->running > 0)
        (void)pthread_cond_wait(&job->pool->quiet, &job->pool->lock);
    (void)pthread_mutex_unlock(&job->pool->lock);
}

bool spalw_job_is_outstanding(spalw_job *job) {
    (void)pthread_mutex_lock(&job->pool->lock);
    bool is_outstanding = job->queued > 0 || job->running > 0;
    (void)pthread_mutex_unlock(&job->pool->lock);
    return is_outstanding;
}

void spalw_job_begin(spalw_job *job) {
    spalw_job_ref(job);
    (void)pthread_mutex_lock(&job->pool->lock);
    job->queued++;
    (void)pthread_mutex_unlock(&job->pool->lock);
}

void spalw_job_take_back(spalw_job *job) {
    (void)pthread_mutex_lock(&job->pool->lock);
    if (job->queued > 0 && --job->queued == 0 && job->running == 0)
        (void)pthread_cond_broadcast(&job->pool->quiet);
    (void)pthread_mutex_unlock(&job->pool->lock);
    spalw_job_unref(job);
}

/* ----------------------------------------------------------------------------------------- callbacks, of themselves */

bool spalw_pool_may_run_long(PTP_CALLBACK_INSTANCE instance) {
    PTP_POOL pool = instance->job->pool;
    (void)pthread_mutex_lock(&pool->lock);
    pool->longs += !instance->is_long;
    instance->is_long = true;
    bool is_to_be_checked = pool_grow(pool);
    bool may = pool->idle > 0 || pool->threads < pool->most;
    (void)pthread_mutex_unlock(&pool->lock);
    if (is_to_be_checked)
        check_begin(pool);
    return may;
}

void spalw_pool_disassociate(PTP_CALLBACK_INSTANCE instance) {
    PTP_POOL pool = instance->job->pool;
    (void)pthread_mutex_lock(&pool->lock);
    if (!instance->is_disassociated)
        job_ended(instance->job);
    instance->is_disassociated = true;
    (void)pthread_mutex_unlock(&pool->lock);
}
