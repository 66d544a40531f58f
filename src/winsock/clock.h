/* SPDX-License-Identifier: MIT
 *
 * The clock that waits are measured by, which never jumps, and conditions that wait by it.
 */
#ifndef SPALW_CLOCK_H
#define SPALW_CLOCK_H

#include "sockpal/base.h"

#include <pthread.h>
#include <stdbool.h>

/** Nanoseconds since some moment before the program began. */
uint64_t spalw_now_ns(void);

/** The moment so many milliseconds from now; INFINITE is for ever, and 0 a moment long past. */
uint64_t spalw_deadline_ns(DWORD timeout_ms);

/** The moment that Windows' timers are told in ticks of 100 ns: below zero so many from now on, else by the calendar.
 * It does not follow the calendar when that is changed later. */
uint64_t spalw_due_ns(LONGLONG ticks);

void spalw_condition_init(pthread_cond_t *condition);
/** @return false when the deadline has passed; never early. Wakes without a reason are possible. */
bool spalw_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t deadline_ns);

#endif
