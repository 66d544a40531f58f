/* SPDX-License-Identifier: MIT
 *
 * Wake objects. One event handle is both the signal of other threads and the end of the overlapped calls that carry it,
 * so that one wait hears of both. Twin: src/posix/wake.c.
 *
 * The kernel resets an event when it starts a call with it. A signal that came before would be lost, so it is written
 * down beside the event first, and a waiter looks there, and at the call, before it sleeps. The event resets itself
 * when a wait ends: what it stood for is looked up, not remembered, and a stray signal costs one turn of a loop.
 *
 * `pool_lock` covers the list of the pool, and nothing is called under it.
 */
#include "native.h"

static SRWLOCK pool_lock = SRWLOCK_INIT;
static spali_wake *pool;

static spali_wake *wake_new(void) {
    spali_wake *wake = spali_memory_new(sizeof *wake);
    if (wake == NULL)
        return NULL;
    wake->event = spali_sys.CreateEventW(NULL, FALSE, FALSE, NULL);
    if (wake->event == NULL) {
        (void)spali_failed(GetLastError());
        spali_memory_free(wake);
        return NULL;
    }
    spali_put_u32(&wake->is_signalled, 0);
    wake->next = NULL;
    return wake;
}

spali_wake *spali_wake_take(void) {
    AcquireSRWLockExclusive(&pool_lock);
    spali_wake *wake = pool;
    if (wake != NULL)
        pool = wake->next;
    ReleaseSRWLockExclusive(&pool_lock);
    return wake != NULL ? wake : wake_new();
}

void spali_wake_give(spali_wake *wake) {
    (void)spali_exchange_u32(&wake->is_signalled, 0);
    (void)spali_sys.ResetEvent(wake->event);
    AcquireSRWLockExclusive(&pool_lock);
    wake->next = pool;
    pool = wake;
    ReleaseSRWLockExclusive(&pool_lock);
}

void spali_wake_signal(spali_wake *wake) {
    (void)spali_exchange_u32(&wake->is_signalled, 1);
    (void)spali_sys.SetEvent(wake->event);
}

void spali_wake_wait(spali_wake *wake, uint64_t deadline_ns) {
    if (spali_wake_taken(wake))
        return;
    (void)spali_sys.WaitForSingleObject(wake->event, spali_wait_ms(deadline_ns));
    (void)spali_wake_taken(wake);
}
