/* SPDX-License-Identifier: MIT
 *
 * The dispatcher. Its rules stand in wait.h; what the objects of each kind do stands in their own files; the functions
 * of Win32 that wait stand in wait_api.c.
 *
 * Locks: the dispatcher's, and inside it each thread's wake_lock.
 */
#include "wait.h"

#include "clock.h"
#include "error.h"

#include "sockpal/synchronize.h"

#include <stdlib.h>

static pthread_mutex_t dispatcher = PTHREAD_MUTEX_INITIALIZER;
static spalw_thread *woken;  /* threads to wake when the lock is given up; each is referenced */
static spalw_thread *called; /* threads that have been given a call, and may wait elsewhere; each is referenced */
static spalw_waiting *told;  /* waits without a thread whose watchers are told then */

void spalw_lock(void) {
    (void)pthread_mutex_lock(&dispatcher);
}

static void threads_wake(spalw_thread *first) {
    while (first != NULL) {
        spalw_thread *thread = first;
        first = thread->next_woken;
        (void)pthread_mutex_lock(&thread->wake_lock);
        thread->is_woken = true;
        (void)pthread_cond_signal(&thread->wake);
        (void)pthread_mutex_unlock(&thread->wake_lock);
        spalw_object_unref(&thread->object);
    }
}

static spalw_thread *called_take(void) {
    (void)pthread_mutex_lock(&dispatcher);
    spalw_thread *thread = called;
    if (thread != NULL) {
        called = thread->next_called;
        thread->is_called = false;
    }
    (void)pthread_mutex_unlock(&dispatcher);
    return thread;
}

/* Those that wait in calls of Winsock make their calls there. */
static void threads_interrupt(void) {
    for (spalw_thread *thread; (thread = called_take()) != NULL;) {
        (void)spal_interrupt(thread->interrupter);
        spalw_object_unref(&thread->object);
    }
}

/* Each was kept alive by its watcher, which may free it now. */
static void watchers_tell(spalw_waiting *first) {
    while (first != NULL) {
        spalw_waiting *waiting = first;
        first = waiting->next_told;
        waiting->watcher->told(waiting);
    }
}

void spalw_unlock(void) {
    spalw_thread *first = woken;
    spalw_waiting *first_told = told;
    bool is_any_called = called != NULL;
    woken = NULL;
    told = NULL;
    (void)pthread_mutex_unlock(&dispatcher);
    threads_wake(first);
    if (is_any_called)
        threads_interrupt();
    watchers_tell(first_told);
}

/* ------------------------------------------------------------------------------------------------------------ lists */

static void link_add(spalw_link *link) {
    spalw_object *object = link->object;
    link->next = NULL;
    link->previous = object->last_waiter;
    *(object->last_waiter == NULL ? &object->first_waiter : &object->last_waiter->next) = link;
    object->last_waiter = link;
}

static void link_remove(spalw_link *link) {
    spalw_object *object = link->object;
    *(link->previous == NULL ? &object->first_waiter : &link->previous->next) = link->next;
    *(link->next == NULL ? &object->last_waiter : &link->next->previous) = link->previous;
}

static void waiting_begin(spalw_waiting *waiting, spalw_object *const *objects) {
    for (unsigned i = 0; i < waiting->count; i++) {
        waiting->links[i].waiting = waiting;
        waiting->links[i].object = objects[i];
        link_add(&waiting->links[i]);
        if (objects[i]->kind->waited_for != NULL)
            objects[i]->kind->waited_for(objects[i]);
    }
    if (waiting->watcher == NULL)
        waiting->thread->waiting = waiting;
}

static void waiting_end(spalw_waiting *waiting, DWORD result) {
    for (unsigned i = 0; i < waiting->count; i++)
        link_remove(&waiting->links[i]);
    if (waiting->watcher == NULL)
        waiting->thread->waiting = NULL;
    waiting->result = result;
    waiting->is_done = true;
}

static void thread_note(spalw_thread *thread) {
    spalw_object_ref(&thread->object);
    thread->next_woken = woken;
    woken = thread;
}

/* One that has not been told yet hears of both ends at once. */
static void watcher_note(spalw_waiting *waiting) {
    waiting->watcher->ended(waiting);
    if (waiting->is_to_be_told)
        return;
    waiting->is_to_be_told = true;
    waiting->next_told = told;
    told = waiting;
}

/* Ends another's wait. */
static void waiting_finish(spalw_waiting *waiting, DWORD result) {
    spalw_thread *thread = waiting->thread;
    waiting_end(waiting, result);
    if (waiting->watcher == NULL)
        thread_note(thread);
    else
        watcher_note(waiting);
}

/* --------------------------------------------------------------------------------------------------- taking objects */

static bool object_is_ready(const spalw_object *object, const spalw_thread *thread) {
    return object->kind->is_ready == NULL ? object->is_set : object->kind->is_ready(object, thread);
}

static bool object_take(spalw_object *object, spalw_thread *thread) {
    return object->kind->take != NULL && object->kind->take(object, thread);
}

static bool all_are_ready(spalw_object *const *objects, unsigned count, const spalw_thread *thread) {
    for (unsigned i = 0; i < count; i++)
        if (!object_is_ready(objects[i], thread))
            return false;
    return true;
}

static DWORD all_take(spalw_object *const *objects, unsigned count, spalw_thread *thread) {
    bool is_abandoned = false;
    for (unsigned i = 0; i < count; i++)
        is_abandoned |= object_take(objects[i], thread);
    return is_abandoned ? WAIT_ABANDONED_0 : WAIT_OBJECT_0;
}

static DWORD one_take(spalw_object *object, unsigned index, spalw_thread *thread) {
    return (object_take(object, thread) ? WAIT_ABANDONED_0 : WAIT_OBJECT_0) + index;
}

/* What ends a wait at once, if anything does. A sleep has no objects, and all of none are not ready. */
static bool take_now(spalw_object *const *objects, unsigned count, unsigned flags, spalw_thread *thread,
                     DWORD *result) {
    if ((flags & SPALW_WAIT_ALL) != 0 && count != 0) {
        if (!all_are_ready(objects, count, thread))
            return false;
        *result = all_take(objects, count, thread);
        return true;
    }
    for (unsigned i = 0; i < count; i++) {
        if (object_is_ready(objects[i], thread)) {
            *result = one_take(objects[i], i, thread);
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------------------------------------------- signalling */

/* @return whether the wait has ended */
static bool waiting_try(spalw_waiting *waiting) {
    spalw_object *objects[MAXIMUM_WAIT_OBJECTS];
    DWORD result;
    for (unsigned i = 0; i < waiting->count; i++)
        objects[i] = waiting->links[i].object;
    if (!take_now(objects, waiting->count, waiting->flags, waiting->thread, &result))
        return false;
    waiting_finish(waiting, result);
    return true;
}

/* A wait that ends may leave other lists than this one, and this one in several places: the walk begins anew. */
void spalw_signal(spalw_object *object) {
    spalw_link *link = object->first_waiter;
    while (link != NULL && object_is_ready(object, link->waiting->thread))
        link = waiting_try(link->waiting) ? object->first_waiter : link->next;
}

bool spalw_set(spalw_object *object) {
    bool before = object->is_set;
    object->is_set = true;
    if (!before)
        spalw_signal(object);
    return before;
}

/* ---------------------------------------------------------------------------------------------------------- waiting */

/* @return false when the deadline has passed */
static bool sleep_until(spalw_thread *self, uint64_t deadline_ns) {
    bool in_time = true;
    (void)pthread_mutex_lock(&self->wake_lock);
    while (!self->is_woken && in_time)
        in_time = spalw_condition_wait(&self->wake, &self->wake_lock, deadline_ns);
    self->is_woken = false;
    (void)pthread_mutex_unlock(&self->wake_lock);
    return in_time;
}

/* Under the lock, which it gives up. A wait may end when its deadline has passed but not yet been noticed; the thread
 * is then woken in its next wait, for nothing. */
static DWORD wait_for_end(spalw_waiting *waiting, uint64_t deadline_ns) {
    bool in_time = true;
    while (!waiting->is_done && in_time) {
        spalw_unlock();
        in_time = sleep_until(waiting->thread, deadline_ns);
        spalw_lock();
    }
    if (!waiting->is_done)
        waiting_end(waiting, WAIT_TIMEOUT);
    spalw_unlock();
    return waiting->result;
}

static DWORD wait_begin(spalw_thread *self, spalw_object *const *objects, unsigned count, unsigned flags,
                        uint64_t deadline_ns) {
    spalw_link links[MAXIMUM_WAIT_OBJECTS];
    spalw_waiting waiting;
    DWORD result = WAIT_TIMEOUT;
    bool is_done = take_now(objects, count, flags, self, &result);
    if (!is_done && (flags & SPALW_WAIT_ALERTABLE) != 0 && self->first_apc != NULL) {
        is_done = true;
        result = WAIT_IO_COMPLETION;
    }
    if (is_done || deadline_ns == 0 || deadline_ns <= spalw_now_ns()) {
        spalw_unlock();
        return result;
    }
    waiting.thread = self;
    waiting.watcher = NULL;
    waiting.flags = flags;
    waiting.count = count;
    waiting.is_done = false;
    waiting.links = links;
    waiting_begin(&waiting, objects);
    return wait_for_end(&waiting, deadline_ns);
}

bool spalw_watch(spalw_waiting *waiting, spalw_object *object) {
    waiting->is_done = take_now(&object, 1, 0, waiting->thread, &waiting->result);
    if (waiting->is_done)
        return false;
    waiting->count = 1;
    waiting_begin(waiting, &object);
    return true;
}

bool spalw_watch_end(spalw_waiting *waiting, DWORD result) {
    if (waiting->is_done)
        return false;
    waiting_end(waiting, result);
    return true;
}

static DWORD object_signal(spalw_object *object, spalw_thread *self) {
    return object->kind->signal == NULL ? ERROR_INVALID_HANDLE : object->kind->signal(object, self);
}

DWORD spalw_signal_and_wait(spalw_object *signalled, spalw_object *const *objects, unsigned count, unsigned flags,
                            uint64_t deadline_ns) {
    spalw_thread *self = spalw_thread_self();
    if (self == NULL)
        return WAIT_FAILED;
    spalw_lock();
    DWORD error = signalled == NULL ? NO_ERROR : object_signal(signalled, self);
    if (error != NO_ERROR) {
        spalw_unlock();
        spalw_set_error(error);
        return WAIT_FAILED;
    }
    DWORD result = wait_begin(self, objects, count, flags, deadline_ns);
    if (result == WAIT_IO_COMPLETION)
        (void)spalw_apc_run();
    return result;
}

DWORD spalw_wait(spalw_object *const *objects, unsigned count, unsigned flags, uint64_t deadline_ns) {
    return spalw_signal_and_wait(NULL, objects, count, flags, deadline_ns);
}

/* ------------------------------------------------------------------------------------------------------------ calls */

static void called_note(spalw_thread *thread) {
    if (thread->is_called)
        return;
    thread->is_called = true;
    spalw_object_ref(&thread->object);
    thread->next_called = called;
    called = thread;
}

bool spalw_apc_add(spalw_thread *thread, spalw_apc *apc) {
    if (thread->has_ended)
        return false;
    apc->next = NULL;
    *(thread->first_apc == NULL ? &thread->first_apc : &thread->last_apc->next) = apc;
    thread->last_apc = apc;
    if (thread->waiting != NULL && (thread->waiting->flags & SPALW_WAIT_ALERTABLE) != 0)
        waiting_finish(thread->waiting, WAIT_IO_COMPLETION);
    else if (thread->interrupter != NULL)
        called_note(thread);
    return true;
}

bool spalw_apc_queue(spalw_thread *thread, spalw_apc *apc) {
    spalw_lock();
    bool is_accepted = spalw_apc_add(thread, apc);
    spalw_unlock();
    return is_accepted;
}

bool spalw_apc_remove(spalw_thread *thread, spalw_apc *apc) {
    spalw_apc *previous = NULL;
    for (spalw_apc *each = thread->first_apc; each != NULL; previous = each, each = each->next) {
        if (each != apc)
            continue;
        *(previous == NULL ? &thread->first_apc : &previous->next) = apc->next;
        if (thread->last_apc == apc)
            thread->last_apc = previous;
        return true;
    }
    return false;
}

static spalw_apc *apc_next(spalw_thread *self) {
    spalw_lock();
    spalw_apc *apc = self->first_apc;
    if (apc != NULL)
        self->first_apc = apc->next;
    spalw_unlock();
    return apc;
}

/* Also those that the calls themselves queue. */
bool spalw_apc_run(void) {
    spalw_thread *self = spalw_thread_self();
    bool any = false;
    for (spalw_apc *apc; self != NULL && (apc = apc_next(self)) != NULL;) {
        apc->run(apc);
        any = true;
    }
    return any;
}
