/* SPDX-License-Identifier: MIT
 *
 * Locks, conditions and threads. Conditions measure time by CLOCK_MONOTONIC, as deadlines do. Twin: src/win32/thread.c.
 */
#include "native.h"

#include <errno.h>
#include <signal.h>

#define NS_PER_SECOND 1000000000

void spali_mutex_init(spali_mutex *mutex) {
    (void)pthread_mutex_init(mutex, NULL);
}

void spali_mutex_fini(spali_mutex *mutex) {
    (void)pthread_mutex_destroy(mutex);
}

void spali_condition_init(spali_condition *condition) {
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)spali_sys.pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void spali_condition_fini(spali_condition *condition) {
    (void)pthread_cond_destroy(condition);
}

void spali_condition_wait(spali_condition *condition, spali_mutex *mutex, uint64_t deadline_ns) {
    if (deadline_ns == SPALI_NEVER) {
        (void)pthread_cond_wait(condition, mutex);
        return;
    }
    struct timespec when = {.tv_sec = (time_t)(deadline_ns / NS_PER_SECOND),
                            .tv_nsec = (long)(deadline_ns % NS_PER_SECOND)};
    (void)spali_sys.pthread_cond_timedwait(condition, mutex, &when);
}

void spali_condition_broadcast(spali_condition *condition) {
    (void)pthread_cond_broadcast(condition);
}

/** What a new thread is to do, from the heap. */
typedef struct errand {
    void (*function)(void *);
    void *argument;
} errand;

static void *errand_run(void *memory) {
    errand task = *(errand *)memory;
    spali_memory_free(memory);
    task.function(task.argument);
    return NULL;
}

/* The program's signal handlers are for the program's threads: the new one inherits a mask that blocks everything. */
static int thread_create(errand *task) {
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;
    int code = pthread_attr_init(&attributes);
    if (code != 0)
        return code;
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    code = spali_sys.pthread_create(&thread, &attributes, errand_run, task);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return code;
}

spal_error spali_thread_start(void (*function)(void *), void *argument) {
    errand *task = spali_memory_new(sizeof *task);
    if (task == NULL)
        return SPAL_ENOMEM;
    *task = (errand){function, argument};
    int code = thread_create(task);
    if (code == 0)
        return SPAL_OK;
    spali_memory_free(task);
    spali_note_native(code);
    /* EAGAIN is pthread_create's word for a limit that has been reached. */
    return code == EAGAIN ? SPAL_ENOMEM : spali_error_from_errno(code);
}
