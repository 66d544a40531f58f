/* SPDX-License-Identifier: MIT
 *
 * Wake objects and their pool. They are made on demand and never closed, so that a late signal never reaches a
 * descriptor that has become something else. The pool's lock is innermost. Twin: src/win32/wake.c.
 */
#include "wake.h"

#include <errno.h>

static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static spali_wake *pool;

static spali_wake *pool_take(void) {
    spali_mutex_lock(&pool_lock);
    spali_wake *wake = pool;
    if (wake != NULL)
        pool = wake->next;
    spali_mutex_unlock(&pool_lock);
    return wake;
}

spali_wake *spali_wake_take(void) {
    spali_wake *wake = pool_take();
    if (wake != NULL)
        return wake;
    wake = spali_memory_new(sizeof *wake);
    if (wake == NULL)
        return NULL;
    if (!spali_wake_open(&wake->reader, &wake->writer)) {
        spali_note_native(errno);
        spali_memory_free(wake);
        return NULL;
    }
    spali_put_u32(&wake->touched, 0);
    return wake;
}

/* Most waits end without a signal; those pay for no read. A signal whose write is still to come wakes the next owner
 * for nothing. */
void spali_wake_give(spali_wake *wake) {
    if (spali_load_u32(&wake->touched) != 0)
        spali_wake_clear(wake);
    spali_mutex_lock(&pool_lock);
    wake->next = pool;
    pool = wake;
    spali_mutex_unlock(&pool_lock);
}

/* A full pipe, or an eventfd at its limit, is readable: nothing is lost when the write fails. */
void spali_wake_signal(spali_wake *wake) {
    const uint64_t one = 1;
    ssize_t written;
    (void)spali_exchange_u32(&wake->touched, 1);
    do
        written = spali_sys.write(wake->writer, &one, sizeof one);
    while (written < 0 && errno == EINTR);
}

void spali_wake_wait(spali_wake *wake, uint64_t deadline_ns) {
    struct pollfd item = {.fd = wake->reader, .events = POLLIN};
    if (spali_poll_until(&item, 1, deadline_ns) > 0)
        spali_wake_clear(wake);
}

/* An eventfd gives eight bytes and is empty; a pipe is read until a read comes up short. The order matters: a signal
 * that comes between is written in any case, so that at worst the next wait ends early. */
void spali_wake_clear(spali_wake *wake) {
    uint64_t bytes[16];
    ssize_t taken;
    do
        taken = spali_sys.read(wake->reader, bytes, sizeof bytes);
    while (taken == (ssize_t)sizeof bytes || (taken < 0 && errno == EINTR));
    (void)spali_exchange_u32(&wake->touched, 0);
}
