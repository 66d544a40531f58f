/* SPDX-License-Identifier: MIT
 *
 * What tests need of threads and time: start and join, a latch with a deadline, a lock, counters, a clock, a watchdog.
 * thread_posix.c and thread_win32.c implement it; the build chooses. Nothing here depends on sockpal.
 */
#ifndef SUPPORT_THREAD_H
#define SUPPORT_THREAD_H

#include <stdbool.h>
#include <stdint.h>

typedef struct thread thread;

/** Starts a thread. A test that cannot have one cannot go on: the program ends when it fails. */
thread *thread_start(void (*function)(void *), void *argument);

/** Waits for the thread's end and frees it. @return false when the time ran out; the thread is whole then */
bool thread_join(thread *self, int timeout_ms);

/** Has the thread handle a signal, which does nothing else. @return false where the system has no signals */
bool thread_interrupt(thread *self);

/** Lets other threads run. */
void thread_yield(void);

/** A gate that opens for good once latch_down has been called `count` times. */
typedef struct latch latch;
latch *latch_new(unsigned count);
void latch_free(latch *self);
void latch_down(latch *self);
/** @return false when the time ran out */
bool latch_wait(latch *self, int timeout_ms);

/** A plain lock. All calls between take and give are short. */
typedef struct lock lock;
lock *lock_new(void);
void lock_free(lock *self);
void lock_take(lock *self);
void lock_give(lock *self);

/** Microseconds on a clock that never jumps. */
uint64_t clock_us(void);

/** A number that threads share. All zero bytes is a counter of 0. */
typedef struct counter {
    volatile long value;
} counter;
/** Adds and returns the sum. */
long counter_add(counter *self, long amount);
long counter_get(counter *self);

/** Ends the program with a message when the thread that armed it does not disarm it in time: a test that hangs is a
 *  failure which names itself. One at a time. */
void watchdog_arm(const char *what, int timeout_ms);
void watchdog_disarm(void);

#endif
