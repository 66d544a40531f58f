/* SPDX-License-Identifier: MIT
 *
 * Fibers: the threads of the machine test. One runs at a time, and only what is said here makes another one run, so
 * that a run is determined by its answers (explore.h). They stand for threads of the caller's and of the core's; the
 * core notices no difference, since every lock, wait and yield of the fake backend goes through here.
 */
#ifndef FAKE_FIBER_H
#define FAKE_FIBER_H

#include <stdbool.h>
#include <stdint.h>

typedef void (*fiber_body)(void *argument);
typedef bool (*fiber_condition)(void *argument);

/** Runs `body` and every fiber that it starts until all have ended. @return false when a check failed meanwhile */
bool fiber_run(fiber_body body, void *argument);

/** Starts a fiber; it runs when its turn comes. @return its number */
int fiber_start(fiber_body body, void *argument, const char *name);

/** Starts a fiber and lets it run at once, until it blocks or ends. */
void fiber_start_now(fiber_body body, void *argument, const char *name);

/** The running fiber's number; -1 outside fiber_run. */
int fiber_current(void);

/** Blocks the running fiber until the condition holds or the clock reaches the deadline (UINT64_MAX: never). */
void fiber_block(fiber_condition condition, void *argument, uint64_t deadline_ns, const char *why);

/** Lets the others run first. */
void fiber_yield(void);

/** Lets any runnable fiber run, the choice being explore_choose's; the running one is choice 0. @return whether another
 * ran */
bool fiber_preempt(void);

/** True when no other fiber has anything to do without an event or the clock. */
bool fiber_alone(void);

/** Ends the run as failed: goes back to fiber_run, never to return. */
_Noreturn void fiber_fail(void);

/** Prints who runs and who waits for what. */
void fiber_print(void);

#endif
