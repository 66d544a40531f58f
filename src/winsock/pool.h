/* SPDX-License-Identifier: MIT
 *
 * The thread pool. A pool is a completion port whose workers wait there: for the results of sockets and files that are
 * bound to it, and for tokens, each of which says that a callback has been queued. Queued callbacks stand in lists of
 * the pool, by priority, so that one that is cancelled leaves its list, and a token without a callback means nothing.
 *
 * JOBS. Everything that has callbacks (work, timers, waits, bindings of files, and the older forms of each) is a job.
 * It counts its callbacks that are queued and those that run, and lives as long as its owner and any of them.
 *
 * WORKERS. There are as many as processors from the beginning, when there is work for them. More are started while all
 * are busy with long callbacks, or when none of them has taken anything for a while: callbacks may wait for each other.
 * One that has nothing to do for long ends, unless it has started operations that would end with it.
 *
 * LOCKS: alarms, the dispatcher, the pool's, in this order; callbacks are made without any.
 */
#ifndef SPALW_POOL_H
#define SPALW_POOL_H

#include "alarm.h"
#include "wait.h"

#include "sockpal/synchronize.h"
#include "sockpal/threadpool.h"

struct spalw_job;
struct spalw_timer_queue;

/** What a callback is told. */
typedef struct spalw_news {
    DWORD wait_result;
    OVERLAPPED *overlapped;
    NTSTATUS status;
    DWORD bytes;
} spalw_news;

/** What jobs of one kind have in common. */
typedef struct spalw_job_kind {
    /** Makes the program's callback, in a worker. */
    void (*run)(struct spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news);
    /** Ends whatever would queue further callbacks: it has been closed. Null: nothing would */
    void (*stop)(struct spalw_job *job);
} spalw_job_kind;

typedef union spalw_callback {
    PTP_SIMPLE_CALLBACK simple;
    PTP_WORK_CALLBACK work;
    PTP_TIMER_CALLBACK timer;
    PTP_WAIT_CALLBACK wait;
    PTP_WIN32_IO_CALLBACK io;
    LPTHREAD_START_ROUTINE function;
    WAITORTIMERCALLBACK timer_or_wait;
    void (*completion)(DWORD error, DWORD bytes, LPOVERLAPPED overlapped);
} spalw_callback;

/** What becomes of a wait for an object; under the alarms' lock but for `waiting`, which is the dispatcher's. */
typedef struct spalw_job_wait {
    spalw_waiting waiting;
    struct spalw_job *job;
    spalw_link link;
    spalw_object *object; /**< that is waited for, referenced; or null */
    DWORD timeout_ms;     /**< of one that repeats */
    bool repeats;
    bool in_waiter;  /**< callbacks are made by the thread that waits */
    unsigned untold; /**< callbacks queued for which there is no token yet; under the dispatcher's lock */
} spalw_job_wait;

typedef struct spalw_job {
    atomic_uint references;
    const spalw_job_kind *kind;
    PTP_POOL pool;
    spalw_callback callback;
    void *context;
    bool runs_long;
    bool is_binding;   /* of a file: its callbacks come from the port */
    bool is_single;    /* a callback that is made once: no owner has a reference */
    bool is_permanent; /* as a binding, without announcements: it is never freed */
    TP_CALLBACK_PRIORITY priority;

    /* Under the pool's lock. */
    struct spalw_job *next, *previous; /* among those that are queued */
    unsigned queued;                   /* callbacks; of a binding: operations that have begun */
    unsigned timeouts;                 /* of the queued: how many tell of a time limit */
    unsigned running;

    /* Under its group's lock. */
    PTP_CLEANUP_GROUP group;
    struct spalw_job *next_member, *previous_member;
    PTP_CLEANUP_GROUP_CANCEL_CALLBACK cancelled;
    bool is_closed; /* by its owner, or with its group */

    bool has_alarm;
    spalw_alarm alarm;
    uint64_t period_ns; /* of a timer; 0: once. Under the alarms' lock, as the next two */
    bool is_set;        /* it has been set, and not stopped, even if it has rung */
    bool has_rung;
    struct spalw_timer_queue *queue; /* of a timer in one; referenced */
    spalw_object *finished;          /* an event to be set when the job is freed; referenced; or null */
    spalw_job_wait *wait;            /* of a wait; freed with the job */
} spalw_job;

/** What a callback knows of itself. */
struct _TP_CALLBACK_INSTANCE {
    spalw_job *job;
    bool is_long;          /**< counts as such in the pool */
    bool is_disassociated; /**< is not waited for any more */
    PCRITICAL_SECTION section;
    HANDLE mutex, semaphore, event;
    DWORD count; /**< by which the semaphore is released */
    HMODULE module;
};

/* ------------------------------------------------------------------------------------------------------------ pools */

/** The pool of an environment, or of those without one. @return null, last error set */
PTP_POOL spalw_pool_of(const TP_CALLBACK_ENVIRON *environment);

/** The pool of one thread, which makes callbacks "in the timer's thread" and "in the waiting thread", and whose name
 *  stands for waits without a thread. @return null, last error set */
PTP_POOL spalw_pool_waiter(void);
spalw_thread *spalw_pool_waiter_thread(void);

/** For the flag that raises the pool's limit (WT_SET_MAX_THREADPOOL_THREADS). */
void spalw_pool_raise(PTP_POOL pool, DWORD most);

void spalw_pool_ref(PTP_POOL pool);
void spalw_pool_unref(PTP_POOL pool);

/** Its port, to be bound to a file. */
HANDLE spalw_pool_port(PTP_POOL pool);

/** Queues a callback. @param timed_out  what it tells of is a time limit */
void spalw_job_queue(spalw_job *job, bool timed_out);
/** Tokens for so many of them. @return false when no worker can be had, nor will be */
bool spalw_pool_wake(PTP_POOL pool, unsigned count);
/** Both. */
bool spalw_job_submit(spalw_job *job, bool timed_out);

/** Forgets what is queued. Of a binding: operations that are under way are not told any more.
 *  @return whether anything was */
bool spalw_job_cancel(spalw_job *job);
/** Waits until nothing is queued and nothing runs. */
void spalw_job_wait_for(spalw_job *job);
/** Whether anything is. */
bool spalw_job_is_outstanding(spalw_job *job);

/** An operation of a binding begins, or has not begun after all: see StartThreadpoolIo. */
void spalw_job_begin(spalw_job *job);
void spalw_job_take_back(spalw_job *job);

/** For a callback, of itself. @return whether it may */
bool spalw_pool_may_run_long(PTP_CALLBACK_INSTANCE instance);
void spalw_pool_disassociate(PTP_CALLBACK_INSTANCE instance);

/* ------------------------------------------------------------------------------------------------------------- jobs */

/** A new job with one reference, its owner's; a member of the environment's group. @return null, last error set */
spalw_job *spalw_job_new(const spalw_job_kind *kind, spalw_callback callback, void *context,
                         const TP_CALLBACK_ENVIRON *environment);
/** The same for the older functions, in a pool, with their flags (WT_*). */
spalw_job *spalw_job_new_flagged(const spalw_job_kind *kind, spalw_callback callback, void *context, ULONG flags);

void spalw_job_ref(spalw_job *job);
void spalw_job_unref(spalw_job *job);

/** Its owner needs it no more: stops it and gives up the owner's reference. */
void spalw_job_close(spalw_job *job);

/** Makes the callback, and then what it has asked for its return. */
void spalw_job_run(TP_CALLBACK_INSTANCE *instance, const spalw_news *news);

/** Closes in the way of UnregisterWaitEx and DeleteTimerQueueTimer: `completion` is null, INVALID_HANDLE_VALUE (waits
 *  for all callbacks) or an event to be set after them. */
BOOL spalw_job_close_telling(spalw_job *job, HANDLE completion);

/** Timer queues (timer_queue.c). */
void spalw_timer_queue_unref(struct spalw_timer_queue *queue);

#endif
