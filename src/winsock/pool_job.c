/* SPDX-License-Identifier: MIT
 *
 * The life of jobs, the groups that they are closed with, and what a callback asks for its return: see pool.h.
 */
#include "error.h"
#include "pool.h"

#include "sockpal/process.h"

#include <stdlib.h>

struct _TP_CLEANUP_GROUP {
    atomic_uint references; /* the program's, and one for each member */
    pthread_mutex_t lock;
    spalw_job *members;
};

/* ----------------------------------------------------------------------------------------------------------- groups */

static void group_unref(PTP_CLEANUP_GROUP group) {
    if (atomic_fetch_sub_explicit(&group->references, 1, memory_order_acq_rel) != 1)
        return;
    (void)pthread_mutex_destroy(&group->lock);
    free(group);
}

static void group_add(PTP_CLEANUP_GROUP group, spalw_job *job) {
    atomic_fetch_add_explicit(&group->references, 1, memory_order_relaxed);
    job->group = group;
    (void)pthread_mutex_lock(&group->lock);
    job->next_member = group->members;
    if (group->members != NULL)
        group->members->previous_member = job;
    group->members = job;
    (void)pthread_mutex_unlock(&group->lock);
}

/* A job whose last reference has gone leaves its group; it may be about to be found there. */
static void group_remove(spalw_job *job) {
    PTP_CLEANUP_GROUP group = job->group;
    (void)pthread_mutex_lock(&group->lock);
    *(job->previous_member == NULL ? &group->members : &job->previous_member->next_member) = job->next_member;
    if (job->next_member != NULL)
        job->next_member->previous_member = job->previous_member;
    (void)pthread_mutex_unlock(&group->lock);
    group_unref(group);
}

PTP_CLEANUP_GROUP WINAPI CreateThreadpoolCleanupGroup(void) {
    PTP_CLEANUP_GROUP group = calloc(1, sizeof *group);
    if (group == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    atomic_init(&group->references, 1);
    (void)pthread_mutex_init(&group->lock, NULL);
    return group;
}

VOID WINAPI CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP group) {
    group_unref(group);
}

/* @return false when the job is being freed */
static bool job_ref_if_alive(spalw_job *job) {
    unsigned references = atomic_load(&job->references);
    while (references != 0)
        if (atomic_compare_exchange_weak(&job->references, &references, references + 1))
            return true;
    return false;
}

/** A member of a group that is being closed. */
typedef struct member {
    spalw_job *job; /* referenced */
    bool was_open;
    bool is_told; /* that it has been cancelled */
} member;

/* The members of this moment, which are all closed now. */
static member *members_take(PTP_CLEANUP_GROUP group, size_t *count) {
    size_t room = 0;
    *count = 0;
    (void)pthread_mutex_lock(&group->lock);
    for (spalw_job *job = group->members; job != NULL; job = job->next_member)
        room++;
    member *taken = calloc(room + 1, sizeof *taken);
    for (spalw_job *job = group->members; taken != NULL && job != NULL; job = job->next_member) {
        if (!job_ref_if_alive(job))
            continue;
        taken[(*count)++] = (member){job, !job->is_closed, false};
        job->is_closed = true;
    }
    (void)pthread_mutex_unlock(&group->lock);
    return taken;
}

/* A single callback has no owner: it was closed when it was submitted, and is told if it has not run. */
static void member_stop(member *closed, bool cancels) {
    if (closed->was_open && closed->job->kind->stop != NULL)
        closed->job->kind->stop(closed->job);
    bool was_queued = cancels && spalw_job_cancel(closed->job);
    closed->is_told = closed->job->is_single ? was_queued : cancels && closed->was_open;
}

static void member_end(const member *closed, PVOID context) {
    spalw_job_wait_for(closed->job);
    if (closed->is_told && closed->job->cancelled != NULL)
        closed->job->cancelled(closed->job->context, context);
    if (closed->was_open && !closed->job->is_single)
        spalw_job_unref(closed->job); /* What was its owner's. */
    spalw_job_unref(closed->job);
}

VOID WINAPI CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP group, BOOL cancel, PVOID context) {
    size_t count;
    member *members = members_take(group, &count);
    for (size_t i = 0; i < count; i++)
        member_stop(&members[i], cancel);
    for (size_t i = 0; i < count; i++)
        member_end(&members[i], context);
    free(members);
}

/* ------------------------------------------------------------------------------------------------------------- jobs */

static spalw_job *job_new(const spalw_job_kind *kind, spalw_callback callback, void *context, PTP_POOL pool) {
    spalw_job *job = pool == NULL ? NULL : calloc(1, sizeof *job);
    if (job == NULL)
        return pool == NULL ? NULL : spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    atomic_init(&job->references, 1);
    job->kind = kind;
    job->callback = callback;
    job->context = context;
    job->priority = TP_CALLBACK_PRIORITY_NORMAL;
    job->pool = pool;
    spalw_pool_ref(pool);
    return job;
}

spalw_job *spalw_job_new(const spalw_job_kind *kind, spalw_callback callback, void *context,
                         const TP_CALLBACK_ENVIRON *environment) {
    if (callback.simple == NULL)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    spalw_job *job = job_new(kind, callback, context, spalw_pool_of(environment));
    if (job == NULL || environment == NULL)
        return job;
    job->runs_long = environment->u.s.LongFunction;
    job->cancelled = environment->CleanupGroupCancelCallback;
    if (environment->Version >= 3 && environment->CallbackPriority < TP_CALLBACK_PRIORITY_INVALID)
        job->priority = environment->CallbackPriority;
    if (environment->CleanupGroup != NULL)
        group_add(environment->CleanupGroup, job);
    return job;
}

spalw_job *spalw_job_new_flagged(const spalw_job_kind *kind, spalw_callback callback, void *context, ULONG flags) {
    if (callback.simple == NULL)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    bool is_waiters = (flags & (WT_EXECUTEINWAITTHREAD | WT_EXECUTEINTIMERTHREAD)) != 0;
    spalw_job *job = job_new(kind, callback, context, is_waiters ? spalw_pool_waiter() : spalw_pool_of(NULL));
    if (job == NULL)
        return NULL;
    job->runs_long = !is_waiters && (flags & WT_EXECUTELONGFUNCTION) != 0;
    if (!is_waiters)
        spalw_pool_raise(job->pool, flags >> 16);
    return job;
}

void spalw_job_ref(spalw_job *job) {
    atomic_fetch_add_explicit(&job->references, 1, memory_order_relaxed);
}

static void wait_free(spalw_job_wait *wait) {
    if (wait != NULL && wait->object != NULL)
        spalw_object_unref(wait->object);
    free(wait);
}

/* Without any lock. */
void spalw_job_unref(spalw_job *job) {
    if (atomic_fetch_sub_explicit(&job->references, 1, memory_order_acq_rel) != 1)
        return;
    if (job->group != NULL)
        group_remove(job);
    if (job->has_alarm)
        spalw_alarm_release();
    wait_free(job->wait);
    if (job->queue != NULL)
        spalw_timer_queue_unref(job->queue);
    if (job->finished != NULL) {
        spalw_event_set(job->finished);
        spalw_object_unref(job->finished);
    }
    spalw_pool_unref(job->pool);
    free(job);
}

/* @return whether it was open */
static bool job_shut(spalw_job *job) {
    if (job->group == NULL)
        return true;
    (void)pthread_mutex_lock(&job->group->lock);
    bool was_open = !job->is_closed;
    job->is_closed = true;
    (void)pthread_mutex_unlock(&job->group->lock);
    return was_open;
}

void spalw_job_close(spalw_job *job) {
    if (!job_shut(job))
        return;
    if (job->kind->stop != NULL)
        job->kind->stop(job);
    spalw_job_unref(job);
}

/* The event, referenced. @return whether the argument is good; the last error is set if not */
static bool completion_find(HANDLE completion, spalw_object **event) {
    *event = NULL;
    if (completion == NULL || completion == INVALID_HANDLE_VALUE)
        return true;
    spalw_object *object = spalw_handle_find(completion, SPALW_EVENT);
    if (object == NULL)
        return false;
    spalw_object_ref(*event = object);
    spalw_handle_unpin(completion);
    return true;
}

BOOL spalw_job_close_telling(spalw_job *job, HANDLE completion) {
    spalw_object *event;
    if (!completion_find(completion, &event))
        return FALSE;
    if (job->kind->stop != NULL)
        job->kind->stop(job);
    if (completion == INVALID_HANDLE_VALUE)
        spalw_job_wait_for(job);
    bool is_outstanding = spalw_job_is_outstanding(job);
    job->finished = event;
    spalw_job_unref(job);
    return is_outstanding ? spalw_fail(ERROR_IO_PENDING) : TRUE;
}

/* ------------------------------------------------------------------------------------------ the return of callbacks */

void spalw_job_run(TP_CALLBACK_INSTANCE *instance, const spalw_news *news) {
    instance->job->kind->run(instance->job, instance, news);
    if (instance->section != NULL)
        LeaveCriticalSection(instance->section);
    if (instance->mutex != NULL)
        (void)ReleaseMutex(instance->mutex);
    if (instance->semaphore != NULL)
        (void)ReleaseSemaphore(instance->semaphore, (LONG)instance->count, NULL);
    if (instance->event != NULL)
        (void)SetEvent(instance->event);
    if (instance->module != NULL)
        (void)FreeLibrary(instance->module);
}

VOID WINAPI LeaveCriticalSectionWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, PCRITICAL_SECTION section) {
    instance->section = section;
}

VOID WINAPI ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HANDLE mutex) {
    instance->mutex = mutex;
}

VOID WINAPI ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HANDLE semaphore, DWORD count) {
    instance->semaphore = semaphore;
    instance->count = count;
}

VOID WINAPI SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HANDLE event) {
    instance->event = event;
}

VOID WINAPI FreeLibraryWhenCallbackReturns(PTP_CALLBACK_INSTANCE instance, HMODULE module) {
    instance->module = module;
}

BOOL WINAPI CallbackMayRunLong(PTP_CALLBACK_INSTANCE instance) {
    return spalw_pool_may_run_long(instance);
}

VOID WINAPI DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE instance) {
    spalw_pool_disassociate(instance);
}
