/* SPDX-License-Identifier: MIT
 *
 * Alarms of the thread pool: each rings once at a moment, in a helper thread that all share. They stand in a heap, so
 * that thousands of them cost little.
 *
 * One lock covers them all. An alarm rings under it: once it has been given up after an alarm was stopped, the alarm
 * does not ring, and is not ringing. The dispatcher's lock (wait.h) and those of pools nest inside it.
 */
#ifndef SPALW_ALARM_H
#define SPALW_ALARM_H

#include "sockpal/base.h"

#include <stdbool.h>

typedef struct spalw_alarm {
    size_t place; /**< in the heap, from 1 on; 0: not set */
    uint64_t due_ns;
    /** The moment has come. Under the lock; the alarm may be set again, or freed. */
    void (*ring)(struct spalw_alarm *alarm);
} spalw_alarm;

/** Makes room for one more alarm, so that setting it cannot fail. @return false, last error set */
bool spalw_alarm_reserve(void);
/** Gives the room back. */
void spalw_alarm_release(void);

void spalw_alarms_lock(void);
void spalw_alarms_unlock(void);

/** Under the lock, as the next: sets one that is not set. A moment that has passed is as good as any; SPALW_FOREVER
 * sets nothing. */
void spalw_alarm_set(spalw_alarm *alarm, uint64_t due_ns);
/** @return whether it was set */
bool spalw_alarm_stop(spalw_alarm *alarm);

#endif
