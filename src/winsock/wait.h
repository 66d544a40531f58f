/* SPDX-License-Identifier: MIT
 *
 * The dispatcher: who waits for which objects, and what ends a wait. All of it, the objects' states included, stands
 * under one lock, so that a wait for any or for all objects takes them in one step. The lock is held for a few
 * instructions and never across a callback or a wait.
 *
 * WAITS. A waiter stands in a list of each of its objects, in the order of arrival. Whoever signals an object ends the
 * waits that can end now, first come first served, and takes the object on their behalf: an event that resets itself
 * belongs to one waiter before that waiter has woken. The threads are woken when the lock has been given up.
 *
 * WAITS WITHOUT A THREAD. The thread pool waits for objects on behalf of callbacks: such a wait stands in the lists
 * like any other, and instead of a thread that wakes there is somebody who is told.
 *
 * APCS. A thread has a list of calls to make, which it makes in order when it waits alertably. An object that is
 * signalled already ends such a wait first, as on Windows; then a queued call; then the time limit.
 */
#ifndef SPALW_WAIT_H
#define SPALW_WAIT_H

#include "object.h"
#include "thread.h"

#define SPALW_FOREVER UINT64_MAX

/** Flags of a wait. */
enum { SPALW_WAIT_ALL = 1, SPALW_WAIT_ALERTABLE = 2 };

/** A waiter in the list of one object. */
typedef struct spalw_link {
    struct spalw_link *next, *previous;
    struct spalw_waiting *waiting;
    spalw_object *object;
} spalw_link;

struct spalw_waiting;

/** Who is told of the end of a wait without a thread. */
typedef struct spalw_watcher {
    /** The wait has ended, and its result stands. Under the lock: it may only be noted. */
    void (*ended)(struct spalw_waiting *waiting);
    /** The lock has been given up. Once for all ends that have come since the last time. */
    void (*told)(struct spalw_waiting *waiting);
} spalw_watcher;

/** A wait under way, on the waiter's stack or with its watcher. */
typedef struct spalw_waiting {
    spalw_thread *thread;         /**< that waits, or in whose name objects are taken */
    const spalw_watcher *watcher; /**< or null: the thread waits */
    struct spalw_waiting *next_told;
    bool is_to_be_told;
    unsigned flags;
    unsigned count;
    DWORD result;
    bool is_done;
    spalw_link *links; /**< one for each object */
} spalw_waiting;

/** The dispatcher's lock. Giving it up wakes the threads whose waits have ended meanwhile. */
void spalw_lock(void);
void spalw_unlock(void);

/** Under the lock: the object may end waits now. */
void spalw_signal(spalw_object *object);

/** Under the lock: makes a plain object (one that is set or not) set, and signals. @return whether it was set before */
bool spalw_set(spalw_object *object);

/**
 * Waits until one of the objects (all of them with SPALW_WAIT_ALL) can be taken, and takes it.
 *
 * @param objects  at most 64; none is a mere sleep
 * @param deadline_ns  on the clock of spalw_now_ns; SPALW_FOREVER for none. Never early.
 * @return WAIT_OBJECT_0 + index, WAIT_ABANDONED_0 + index, WAIT_TIMEOUT; WAIT_IO_COMPLETION when the calls that were
 *         queued for the thread have been made; WAIT_FAILED, last error set, when there is no memory
 */
DWORD spalw_wait(spalw_object *const *objects, unsigned count, unsigned flags, uint64_t deadline_ns);

/** The same, after the first object (unless it is null) has been signalled, in one step with the wait's beginning.
 *  @return WAIT_FAILED, last error set, when it cannot be signalled */
DWORD spalw_signal_and_wait(spalw_object *signalled, spalw_object *const *objects, unsigned count, unsigned flags,
                            uint64_t deadline_ns);

/** Under the lock: begins a wait for one object that has a watcher, a thread and one link, and is not under way.
 *  @return false when it has ended already: the result stands, and nobody is told */
bool spalw_watch(spalw_waiting *waiting, spalw_object *object);

/** Under the lock: ends one that is under way, with this result; nobody is told. @return whether it was under way */
bool spalw_watch_end(spalw_waiting *waiting, DWORD result);

/** Sets an event, from any thread. One that is set already costs one load. */
void spalw_event_set(spalw_object *event);
void spalw_event_reset(spalw_object *event);

/** A new event with one reference, or null. */
spalw_object *spalw_event_new(bool is_manual, bool is_set);

/** A call to be made by a thread when it waits alertably; `run` owns the memory from then on. */
typedef struct spalw_apc {
    struct spalw_apc *next;
    void (*run)(struct spalw_apc *);
    /** The thread has ended, and the call will not be made. Null: free. */
    void (*drop)(struct spalw_apc *);
} spalw_apc;

/** Queues a call for a thread. @return false when the thread has ended: the memory is still the caller's */
bool spalw_apc_queue(spalw_thread *thread, spalw_apc *apc);

/** Under the lock: the same, and taking a call back. @return whether it was queued there */
bool spalw_apc_add(spalw_thread *thread, spalw_apc *apc);
bool spalw_apc_remove(spalw_thread *thread, spalw_apc *apc);

/** Makes the calls that are queued for the calling thread. @return whether there were any */
bool spalw_apc_run(void);

#endif
