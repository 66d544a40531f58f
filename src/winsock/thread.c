/* SPDX-License-Identifier: MIT
 *
 * The records of threads: their birth, how a thread finds its own, and their end. Making threads stands in
 * thread_create.c, what else Win32 asks of them in thread_api.c.
 *
 * A record lives as long as its thread, and as long as there are handles for it. It ends when the thread's own values
 * are destroyed, after the program's code in the thread has returned: who waits for a thread finds its destructors
 * done.
 */
#include "thread.h"

#include "affinity.h"
#include "clock.h"
#include "error.h"
#include "wait.h"

#include "sockpal/thread.h"

#include <stdlib.h>
#include <unistd.h>

static _Thread_local spalw_thread *self;
static _Thread_local DWORD own_id;
static atomic_uint last_id;

static spalw_thread *threads; /* that have not ended; under the dispatcher's lock */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* only to be called when a thread ends */

static void thread_destroy(spalw_object *object) {
    spalw_thread *thread = (spalw_thread *)object;
    (void)pthread_cond_destroy(&thread->wake);
    (void)pthread_mutex_destroy(&thread->wake_lock);
    free(thread->description);
    spal_interrupter_free(thread->interrupter);
    free(thread);
}

static const spalw_kind kind = {.type = SPALW_THREAD, .destroy = thread_destroy};

spalw_thread *spalw_thread_new(void) {
    spalw_thread *thread = calloc(1, sizeof *thread);
    if (thread == NULL)
        return NULL;
    spalw_object_init(&thread->object, &kind);
    thread->id = atomic_fetch_add(&last_id, 4) + 4;
    thread->gate = -1;
    (void)pthread_mutex_init(&thread->wake_lock, NULL);
    spalw_condition_init(&thread->wake);
    spalw_lock();
    thread->next = threads;
    if (threads != NULL)
        threads->previous = thread;
    threads = thread;
    spalw_unlock();
    return thread;
}

spalw_thread *spalw_thread_of_id(DWORD id) {
    spalw_lock();
    spalw_thread *thread = threads;
    while (thread != NULL && thread->id != id)
        thread = thread->next;
    if (thread != NULL)
        spalw_object_ref(&thread->object);
    spalw_unlock();
    return thread;
}

void spalw_threads_visit(void (*visit)(spalw_thread *thread)) {
    for (spalw_thread *thread = threads; thread != NULL; thread = thread->next)
        visit(thread);
}

/* Under the lock. */
static void thread_unlist(spalw_thread *thread) {
    *(thread->previous == NULL ? &threads : &thread->previous->next) = thread->next;
    if (thread->next != NULL)
        thread->next->previous = thread->previous;
}

/* ---------------------------------------------------------------------------------------------------------- the end */

/* Under the lock. @return the calls that nobody makes any more */
static spalw_apc *thread_set_ended(spalw_thread *thread) {
    spalw_apc *left = thread->first_apc;
    thread->first_apc = NULL;
    thread->has_ended = true;
    thread->number = 0;
    thread_unlist(thread);
    spalw_mutexes_abandon(thread);
    (void)spalw_set(&thread->object);
    return left;
}

static void apcs_drop(spalw_apc *first) {
    while (first != NULL) {
        spalw_apc *apc = first;
        first = apc->next;
        if (apc->drop == NULL)
            free(apc);
        else
            apc->drop(apc);
    }
}

void spalw_thread_end(spalw_thread *thread) {
    spalw_lock();
    spalw_apc *left = thread_set_ended(thread);
    spalw_unlock();
    apcs_drop(left);
    spalw_object_unref(&thread->object);
}

/* Other destructors may still call the face: the record stays in place until it is the last, or nearly. */
static void thread_leave(void *value) {
    spalw_thread *thread = value;
    if (thread->farewells++ == 0) {
        spalw_tls_end();
        (void)pthread_setspecific(key, thread);
        return;
    }
    self = NULL;
    spal_interrupter_use(NULL);
    spalw_thread_end(thread);
}

/* --------------------------------------------------------------------------------------------------------- the self */

static void key_create(void) {
    (void)pthread_key_create(&key, thread_leave);
}

/* Without one, calls that are queued for the thread wait until its wait in a call of Winsock is over. */
static void interrupter_make(spalw_thread *thread) {
    spal_interrupter *made = NULL;
    if (spal_interrupter_create(&made) != SPAL_OK)
        return;
    spal_interrupter_use(made);
    spalw_lock();
    thread->interrupter = made;
    spalw_unlock();
}

bool spalw_thread_adopt(spalw_thread *thread) {
    (void)pthread_once(&once, key_create);
    if (pthread_setspecific(key, thread) != 0)
        return false;
    self = thread;
    own_id = thread->id;
    interrupter_make(thread);
    spalw_thread_restrict(thread);
    return true;
}

static spalw_thread *thread_of_stranger(void) {
    spalw_thread *thread = spalw_thread_new();
    if (thread != NULL && own_id != 0)
        thread->id = own_id;
    if (thread != NULL && spalw_thread_adopt(thread)) {
        thread->has_begun = true;
        return thread;
    }
    if (thread != NULL)
        spalw_thread_end(thread);
    return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
}

spalw_thread *spalw_thread_self(void) {
    return self != NULL ? self : thread_of_stranger();
}

DWORD spalw_thread_id(void) {
    if (own_id == 0)
        own_id = atomic_fetch_add(&last_id, 4) + 4;
    return own_id;
}
