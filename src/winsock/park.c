/* SPDX-License-Identifier: MIT
 *
 * Parked threads, in buckets by the hash of the address that they wait at. A parked thread waits on a condition of its
 * own, under its bucket's lock, and leaves its stack only after it has had that lock again: so its condition outlives
 * the call that wakes it.
 */
#include "park.h"

#include "clock.h"

#include <pthread.h>

#define BUCKETS 64U

typedef struct parked {
    struct parked *next;
    const volatile void *address;
    pthread_cond_t wake;
    bool is_woken;
} parked;

typedef struct bucket {
    pthread_mutex_t lock;
    parked *first, *last;
} bucket;

#define B1                                                                                                             \
    { PTHREAD_MUTEX_INITIALIZER, NULL, NULL }
#define B4 B1, B1, B1, B1
#define B16 B4, B4, B4, B4
static bucket buckets[BUCKETS] = {B16, B16, B16, B16};

static bucket *bucket_of(const volatile void *address) {
    uintptr_t number = (uintptr_t)address;
    return &buckets[((number >> 4) ^ (number >> 10) ^ (number >> 16)) % BUCKETS];
}

static void parked_add(bucket *at, parked *self) {
    *(at->first == NULL ? &at->first : &at->last->next) = self;
    at->last = self;
}

/* @param previous  the one before it, or null */
static void parked_remove(bucket *at, parked *previous, parked *removed) {
    *(previous == NULL ? &at->first : &previous->next) = removed->next;
    if (at->last == removed)
        at->last = previous;
}

static void parked_leave(bucket *at, parked *self) {
    parked *previous = NULL;
    for (parked *each = at->first; each != self; each = each->next)
        previous = each;
    parked_remove(at, previous, self);
}

/* Under the bucket's lock. */
static bool parked_wait(bucket *at, parked *self, uint64_t deadline_ns) {
    bool in_time = true;
    spalw_condition_init(&self->wake);
    parked_add(at, self);
    while (!self->is_woken && in_time)
        in_time = spalw_condition_wait(&self->wake, &at->lock, deadline_ns);
    if (!self->is_woken)
        parked_leave(at, self);
    (void)pthread_cond_destroy(&self->wake);
    return self->is_woken;
}

bool spalw_park(const volatile void *address, bool (*must_wait)(void *), void *argument, uint64_t deadline_ns) {
    bucket *at = bucket_of(address);
    parked self = {.address = address};
    (void)pthread_mutex_lock(&at->lock);
    bool in_time = !must_wait(argument) || parked_wait(at, &self, deadline_ns);
    (void)pthread_mutex_unlock(&at->lock);
    return in_time;
}

void spalw_unpark(const volatile void *address, unsigned count) {
    bucket *at = bucket_of(address);
    (void)pthread_mutex_lock(&at->lock);
    parked *previous = NULL;
    for (parked *each = at->first; each != NULL && count != 0; each = each->next) {
        if (each->address != address) {
            previous = each;
            continue;
        }
        parked_remove(at, previous, each);
        each->is_woken = true;
        (void)pthread_cond_signal(&each->wake);
        count--;
    }
    (void)pthread_mutex_unlock(&at->lock);
}
