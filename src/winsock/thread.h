/* SPDX-License-Identifier: MIT
 *
 * Threads as objects. Each thread that uses the face has a record: those that CreateThread made from their birth,
 * others from their first call that needs one. A thread's record holds how it is woken, the calls that are queued for
 * it and the mutexes that it owns; all of that is the dispatcher's (wait.h) and under its lock unless it is said
 * otherwise.
 */
#ifndef SPALW_THREAD_H
#define SPALW_THREAD_H

#include "object.h"

#include "sockpal.h"

#include <pthread.h>

struct spalw_apc;
struct spalw_waiting;
struct spalw_mutex;

typedef struct spalw_thread {
    spalw_object object; /**< set when the thread has ended */
    DWORD id;
    DWORD exit_code;    /**< which is told from the end on */
    unsigned suspended; /**< how often, before it has begun */
    int gate;           /**< of another process's first thread: a pipe that it waits at before it begins; or -1 */
    bool has_begun;     /**< runs the program's function */
    bool has_ended;
    int farewells;       /**< how often its end has been announced; the thread's own */
    atomic_int priority; /**< as it was last set; nothing follows from it */
    WCHAR *description;  /**< or null */
    int number;          /**< the system's, once it has begun; 0: none */
    DWORD_PTR affinity;  /**< processors that have been asked for; 0: nothing has been */

    struct spalw_waiting *waiting; /**< its wait, while it is in one */
    struct spalw_apc *first_apc, *last_apc;
    struct spalw_mutex *mutexes; /**< that it owns */
    struct spalw_thread *next_woken;
    spal_interrupter *interrupter; /**< ends its waits in sockpal when a call is queued for it; or null */
    struct spalw_thread *next_called;
    bool is_called;                       /**< is among those whose waits in sockpal are to be ended; under the lock */
    struct spalw_thread *next, *previous; /**< among those that have not ended */

    pthread_mutex_t wake_lock; /**< protects the next two; nests inside the dispatcher's lock */
    pthread_cond_t wake;
    bool is_woken;
} spalw_thread;

/** The calling thread's record, or null (last error set) when there is no memory for one. */
spalw_thread *spalw_thread_self(void);

/** The calling thread's number, which takes no record. */
DWORD spalw_thread_id(void);

/** A new record with one reference, the thread's own, or null. */
spalw_thread *spalw_thread_new(void);

/** The record of a thread that has not ended, referenced, or null. */
spalw_thread *spalw_thread_of_id(DWORD id);

/** Under the dispatcher's lock: for each thread that has not ended. */
void spalw_threads_visit(void (*visit)(spalw_thread *thread));

/** Makes it the calling thread's. @return false when there is no memory */
bool spalw_thread_adopt(spalw_thread *thread);

/** Ends a record whose thread has ended, or was never made: gives up what it owned, wakes who waits for it, and gives
 * up the thread's reference. */
void spalw_thread_end(spalw_thread *thread);

/** Under the dispatcher's lock, when a thread ends: its mutexes are given up (mutex.c). */
void spalw_mutexes_abandon(spalw_thread *thread);

/** Calls the destructors of the calling thread's fiber-local values (tls.c). */
void spalw_tls_end(void);

#endif
