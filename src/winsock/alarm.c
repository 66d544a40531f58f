/* SPDX-License-Identifier: MIT
 *
 * Alarms: see alarm.h. The heap is an array whose first place is 1; an alarm is due no later than those at twice its
 * place and the one behind that.
 */
#include "alarm.h"

#include "clock.h"
#include "error.h"
#include "helper.h"
#include "wait.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed; /* the earliest is another */
static bool has_helper;
static spalw_alarm **heap;
static size_t count, room, reserved;

void spalw_alarms_lock(void) {
    (void)pthread_mutex_lock(&lock);
}

void spalw_alarms_unlock(void) {
    (void)pthread_mutex_unlock(&lock);
}

/* --------------------------------------------------------------------------------------------------------- the heap */

static void place_fill(size_t place, spalw_alarm *alarm) {
    heap[place] = alarm;
    alarm->place = place;
}

static void alarm_rise(spalw_alarm *alarm) {
    size_t place = alarm->place;
    for (; place > 1 && heap[place / 2]->due_ns > alarm->due_ns; place /= 2)
        place_fill(place, heap[place / 2]);
    place_fill(place, alarm);
}

static void alarm_sink(spalw_alarm *alarm) {
    size_t place = alarm->place;
    for (size_t next = 2 * place; next <= count; next = 2 * place) {
        if (next < count && heap[next + 1]->due_ns < heap[next]->due_ns)
            next++;
        if (heap[next]->due_ns >= alarm->due_ns)
            break;
        place_fill(place, heap[next]);
        place = next;
    }
    place_fill(place, alarm);
}

bool spalw_alarm_stop(spalw_alarm *alarm) {
    if (alarm->place == 0)
        return false;
    spalw_alarm *last = heap[count--];
    if (last != alarm) {
        place_fill(alarm->place, last);
        alarm_rise(last);
        alarm_sink(last);
    }
    alarm->place = 0;
    return true;
}

void spalw_alarm_set(spalw_alarm *alarm, uint64_t due_ns) {
    if (due_ns == SPALW_FOREVER)
        return;
    alarm->due_ns = due_ns;
    place_fill(++count, alarm);
    alarm_rise(alarm);
    if (alarm->place == 1)
        (void)pthread_cond_signal(&changed);
}

/* ------------------------------------------------------------------------------------------------------- the helper */

static void helper_main(void *unused) {
    (void)unused;
    spalw_alarms_lock();
    for (;;) {
        spalw_alarm *first = count == 0 ? NULL : heap[1];
        if (first == NULL || first->due_ns > spalw_now_ns()) {
            (void)spalw_condition_wait(&changed, &lock, first == NULL ? SPALW_FOREVER : first->due_ns);
            continue;
        }
        (void)spalw_alarm_stop(first);
        first->ring(first);
    }
}

/* Under the lock. */
static bool helper_need(void) {
    if (has_helper)
        return true;
    spalw_condition_init(&changed);
    has_helper = spalw_helper_start(helper_main, NULL);
    if (!has_helper)
        (void)pthread_cond_destroy(&changed);
    return has_helper;
}

/* Under the lock. */
static bool room_need(void) {
    if (reserved < room)
        return true;
    size_t wanted = room == 0 ? 16 : 2 * room;
    spalw_alarm **grown = realloc(heap, (wanted + 1) * sizeof(void *));
    if (grown == NULL)
        return false;
    heap = grown;
    room = wanted;
    return true;
}

bool spalw_alarm_reserve(void) {
    spalw_alarms_lock();
    bool is_reserved = helper_need() && room_need();
    if (is_reserved)
        reserved++;
    spalw_alarms_unlock();
    return is_reserved || spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
}

void spalw_alarm_release(void) {
    spalw_alarms_lock();
    reserved--;
    spalw_alarms_unlock();
}
