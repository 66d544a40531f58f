/* SPDX-License-Identifier: MIT
 *
 * spal_poll: readiness of many sockets, outside their queues. The sockets are pinned while the call waits, so that none
 * of their descriptors is closed and given to another; a close shakes the calls in here, and they let go of what is
 * closing.
 */
#include "polling.h"

#include "interrupt.h"
#include "slot.h"

#include <string.h>

#define SMALL_COUNT 32

/* A stream that is neither connected nor listening is not ready for anything; Linux says that it has hung up, and
 * Windows nothing. It is passed over until it has become something, which shakes the calls in here. */
#define FACTS_TO_WATCH                                                                                                 \
    (SPALI_FACT_LISTENING | SPALI_FACT_DIALING | SPALI_FACT_CONNECTED | SPALI_FACT_SPENT | SPALI_FACT_ADOPTED |        \
     SPALI_FACT_DATAGRAM)

/* One for each thread that waits. */
typedef struct poll_call {
    spali_wake *wake;
    struct poll_call *next;
} poll_call;

/* Covers the list. Nothing but a signal is done under it. */
static spali_mutex poll_lock;
static poll_call *poll_calls;

void spali_poll_start(void) {
    spali_mutex_init(&poll_lock);
}

void spali_poll_shake(void) {
    spali_mutex_lock(&poll_lock);
    for (poll_call *call = poll_calls; call != NULL; call = call->next)
        spali_wake_signal(call->wake);
    spali_mutex_unlock(&poll_lock);
}

static void call_enter(poll_call *call) {
    spali_mutex_lock(&poll_lock);
    call->next = poll_calls;
    poll_calls = call;
    spali_mutex_unlock(&poll_lock);
}

static void call_leave(poll_call *call) {
    spali_mutex_lock(&poll_lock);
    poll_call **at = &poll_calls;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    spali_mutex_unlock(&poll_lock);
}

static spal_error entries_check(const spal_pollfd *entries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if ((entries[i].events & ~(SPAL_POLLIN | SPAL_POLLPRI | SPAL_POLLOUT)) != 0)
            return SPAL_EINVAL;
    }
    return SPAL_OK;
}

/* Pins the socket if there is something to wait for. @return false when it is no open socket */
static bool entry_take(const spal_pollfd *entry, spali_pollitem *item) {
    spali_slot *slot = NULL;
    if (spali_pin(entry->socket, &slot) != SPAL_OK)
        return false;
    item->facts = spali_facts(slot);
    if ((item->facts & FACTS_TO_WATCH) == 0)
        spali_unpin(slot);
    else
        item->native = slot->native;
    return true;
}

/* @return how many are no open sockets */
static size_t entries_pin(spal_pollfd *entries, spali_pollitem *items, size_t count) {
    size_t invalid = 0;
    for (size_t i = 0; i < count; i++) {
        items[i].native = SPALI_NATIVE_NONE;
        items[i].events = entries[i].events;
        items[i].revents = 0;
        entries[i].revents = 0;
        if (entries[i].socket.id == 0)
            continue;
        if (!entry_take(&entries[i], &items[i])) {
            entries[i].revents = SPAL_POLLNVAL;
            invalid++;
        }
    }
    return invalid;
}

static void entry_unpin(const spal_pollfd *entry, spali_pollitem *item) {
    if (item->native == SPALI_NATIVE_NONE)
        return;
    item->native = SPALI_NATIVE_NONE;
    spali_unpin(spali_slot_at(entry->socket.id));
}

/* Looks again at every socket: lets go of those that are being closed, watched or not, and takes those that have become
 * something. @return how many have gone */
static size_t entries_look(spal_pollfd *entries, spali_pollitem *items, size_t count) {
    size_t gone = 0;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].socket.id == 0 || entries[i].revents == SPAL_POLLNVAL)
            continue;
        spali_slot *slot = spali_slot_at(entries[i].socket.id);
        items[i].facts = spali_facts(slot);
        if (!SPALI_STALE(spali_load_u64(&slot->word), entries[i].socket.id)) {
            if (items[i].native == SPALI_NATIVE_NONE)
                (void)entry_take(&entries[i], &items[i]);
            continue;
        }
        entry_unpin(&entries[i], &items[i]);
        entries[i].revents = SPAL_POLLNVAL;
        gone++;
    }
    return gone;
}

static void entries_unpin(spal_pollfd *entries, spali_pollitem *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (items[i].native != SPALI_NATIVE_NONE)
            entries[i].revents = items[i].revents;
        entry_unpin(&entries[i], &items[i]);
    }
}

static spal_error poll_run(spal_pollfd *entries, spali_pollitem *items, size_t count, uint64_t deadline_ns,
                           spali_wake *wake, size_t *ready) {
    spal_error error = SPAL_OK;
    size_t found = 0;
    poll_call call = {wake, NULL};
    call_enter(&call);
    spal_interrupter *interrupter = deadline_ns == 0 ? NULL : spali_interrupt_enter_poll(wake);
    size_t invalid = entries_pin(entries, items, count);
    for (;;) {
        invalid += entries_look(entries, items, count);
        bool is_due = spali_interrupt_is_due(interrupter);
        error = spali_poll_wait(items, count, wake, invalid > 0 || is_due ? 0 : deadline_ns, &found);
        invalid += entries_look(entries, items, count);
        bool is_late = deadline_ns != SPALI_NEVER && (deadline_ns == 0 || spali_clock_ns() >= deadline_ns);
        if (error != SPAL_OK || found > 0 || invalid > 0 || is_late)
            break;
        if (spali_interrupt_is_due(interrupter)) {
            spali_interrupt_answered(interrupter);
            error = SPAL_EINTR;
            break;
        }
    }
    spali_interrupt_leave_poll(interrupter);
    entries_unpin(entries, items, count);
    call_leave(&call);
    *ready = 0;
    for (size_t i = 0; i < count; i++)
        *ready += entries[i].revents != 0;
    return error;
}

spal_error spal_poll(spal_pollfd *entries, size_t count, int timeout_ms, size_t *ready) {
    if ((entries == NULL && count > 0) || ready == NULL)
        return SPAL_EFAULT;
    if (timeout_ms < -1 || count > SIZE_MAX / 2 / sizeof(spali_pollitem))
        return SPAL_EINVAL;
    spal_error error = entries_check(entries, count);
    if (error == SPAL_OK)
        error = spali_start();
    if (error != SPAL_OK)
        return error;
    uint64_t deadline_ns = timeout_ms < 0 ? SPALI_NEVER : 0;
    if (timeout_ms > 0)
        deadline_ns = spali_clock_ns() + (uint64_t)timeout_ms * 1000000;
    spali_pollitem small[SMALL_COUNT];
    spali_pollitem *items = small;
    if (count > SMALL_COUNT)
        items = spali_memory_new(count * sizeof *items);
    if (items == NULL)
        return SPAL_ENOMEM;
    spali_wake *wake = spali_wake_take();
    size_t found = 0;
    error = wake == NULL ? SPAL_EMFILE : poll_run(entries, items, count, deadline_ns, wake, &found);
    if (wake != NULL)
        spali_wake_give(wake);
    if (items != small)
        spali_memory_free(items);
    if (error == SPAL_OK)
        *ready = found;
    return error;
}
