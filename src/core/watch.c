/* SPDX-License-Identifier: MIT
 *
 * Readiness as an operation: spal_poll_async. Such operations stand outside the directions, in a list of the slot's,
 * any number of them. Nobody owns the list: whatever happens to it happens under the slot's lock, the backend's verbs
 * included, none of which waits. The bit WATCHED says that the list is not empty, and keeps a closed slot from being
 * retired before the last packet has come.
 *
 * A stream that is neither connected nor listening is ready for nothing, on any system (spal_poll says the same).
 * Operations that are started before that wait in the list unarmed, until spali_watch_touch says that the socket has
 * become something.
 */
#include "watch.h"

#include "polling.h"
#include "port.h"

#define FACTS_TO_ARM                                                                                                   \
    (SPALI_FACT_LISTENING | SPALI_FACT_CONNECTED | SPALI_FACT_SPENT | SPALI_FACT_ADOPTED | SPALI_FACT_DATAGRAM |       \
     SPALI_FACT_DIALING)

/* --------------------------------------------------------------------------------------------------------- the list */

static void watch_link(spali_slot *slot, spal_op *op) {
    op->core.next = slot->watch;
    slot->watch = op;
    uint64_t word = spali_peek_u64(&slot->word);
    while (!spali_word_swap(slot, &word, word | SPALI_WATCHED))
        ;
}

static void watch_unlink(spali_slot *slot, spal_op *op) {
    spal_op **at = &slot->watch;
    while (*at != op)
        at = &(*at)->core.next;
    *at = op->core.next;
    if (slot->watch != NULL)
        return;
    uint64_t word = spali_peek_u64(&slot->word);
    while (!spali_word_swap(slot, &word, word & ~SPALI_WATCHED))
        ;
}

/* An operation is always either in its list or with its port: it is delivered under the lock, too. */
static void watch_end(spali_slot *slot, spal_op *op, spali_sink *sink) {
    watch_unlink(slot, op);
    spali_op_finish(slot->port, op, sink);
    if (sink->room == 0)
        spali_port_flush(slot->port, sink);
}

/* ----------------------------------------------------------------------------------------------------------- arming */

/* @return SPALI_ARMED also when it is not time yet */
static spali_step watch_arm(spali_slot *slot, spal_op *op) {
    bool ready = true;
    if ((spali_facts(slot) & FACTS_TO_ARM) == 0)
        return SPALI_ARMED;
    op->core.state = SPALI_IS_ARMED;
    return spali_op_arm(slot, op, NULL, &ready);
}

static spal_error watch_start(spali_slot *slot, spal_op *op, spali_sink *sink) {
    spal_error error = spali_start_enter(slot, op);
    if (error != SPAL_OK)
        return error;
    op->core.state = SPALI_QUEUED_UP;
    watch_link(slot, op);
    bool is_done = watch_arm(slot, op) == SPALI_DONE;
    if (!is_done) {
        spali_start_publish(slot->port, op);
        return SPAL_EPENDING;
    }
    spali_start_unreserve(slot->port, op);
    op->core.deadline_ns = SPALI_NEVER;
    if ((spali_facts(slot) & SPALI_FACT_INLINE) == 0) {
        watch_end(slot, op, sink);
        return SPAL_EPENDING;
    }
    watch_unlink(slot, op);
    op->core.state = SPALI_IDLE;
    return SPAL_OK;
}

/* The slot is pinned; a close that has begun since is seen under the lock. */
static spal_error watch_pinned(spali_slot *slot, spal_socket socket, spal_op *op) {
    spali_sink sink = {0};
    spali_latch *lock = spali_slot_lock(slot);
    bool is_open = !SPALI_STALE(spali_load_u64(&slot->word), socket.id);
    spal_error error = is_open ? watch_start(slot, op, &sink) : SPAL_ENOTSOCK;
    spali_slot_unlock(lock);
    return error;
}

spal_error spal_poll_async(spal_socket socket, spal_op *op, int events) {
    if (op == NULL)
        return SPAL_EFAULT;
    if ((events & ~(SPAL_POLLIN | SPAL_POLLPRI | SPAL_POLLOUT)) != 0)
        return SPAL_EINVAL;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE) {
        error = SPAL_EALREADY;
    } else if (op->timeout_ms < 0) {
        error = SPAL_EINVAL;
    } else {
        spali_op_prepare(op, SPAL_OP_POLL, SPALI_READ, socket);
        op->core.message_flags = events;
        error = watch_pinned(slot, socket, op);
    }
    spali_unpin(slot);
    return error;
}

/* ----------------------------------------------------------------------------------------------------------- events */

void spali_watch_touch_locked(spali_slot *slot, spali_sink *sink) {
    for (spal_op *op = slot->watch, *next = NULL; op != NULL; op = next) {
        next = op->core.next;
        if (op->core.state == SPALI_QUEUED_UP && watch_arm(slot, op) == SPALI_DONE)
            watch_end(slot, op, sink);
    }
}

void spali_watch_touch(spali_slot *slot, spali_sink *sink) {
    spali_poll_shake();
    if ((spali_load_u64(&slot->word) & SPALI_WATCHED) == 0)
        return;
    spali_latch *lock = spali_slot_lock(slot);
    spali_watch_touch_locked(slot, sink);
    spali_slot_unlock(lock);
}

/* Stopped unasked, an operation is armed again when its packet comes. */
void spali_watch_shake(spali_slot *slot) {
    if ((spali_load_u64(&slot->word) & SPALI_WATCHED) == 0)
        return;
    spali_latch *lock = spali_slot_lock(slot);
    for (spal_op *op = slot->watch; op != NULL; op = op->core.next) {
        if (op->core.state != SPALI_IS_ARMED)
            continue;
        op->core.state = SPALI_ENDING;
        (void)spali_op_disarm(slot, op);
    }
    spali_slot_unlock(lock);
}

void spali_watch_ready(spali_slot *slot, uint64_t id, spali_sink *sink) {
    bool ready = true;
    spali_latch *lock = spali_slot_lock(slot);
    spal_op *op = SPALI_STALE(spali_load_u64(&slot->word), id) ? NULL : slot->watch;
    for (spal_op *next = NULL; op != NULL; op = next) {
        next = op->core.next;
        if (op->core.state == SPALI_IS_ARMED && spali_op_harvest(slot, op, &ready) == SPALI_DONE)
            watch_end(slot, op, sink);
    }
    spali_slot_unlock(lock);
}

/* What was asked counts only if no result came first. */
static spali_step watch_harvest(spali_slot *slot, spal_op *op) {
    bool ready = true;
    spali_step step = spali_op_harvest(slot, op, &ready);
    if (op->core.asked != SPALI_ASKED_NOTHING) {
        if (step != SPALI_DONE || op->error != SPAL_OK)
            op->error = spali_asked_error((enum spali_asked)op->core.asked);
        return SPALI_DONE;
    }
    return step == SPALI_DONE ? step : watch_arm(slot, op);
}

/* With the list's last operation the slot may be left for good, by its closer too. */
void spali_watch_packet(spali_slot *slot, spal_op *op, spali_sink *sink) {
    spali_latch *lock = spali_slot_lock(slot);
    if (watch_harvest(slot, op) == SPALI_DONE)
        watch_end(slot, op, sink);
    bool is_closing = (spali_load_u64(&slot->word) & SPALI_CLOSING) != 0;
    spali_slot_unlock(lock);
    if (is_closing)
        spali_slot_left(slot);
}

/* ----------------------------------------------------------------------------------------------------------- ending */

/* @return whether the operation has ended; if not, its packet is still to come */
static bool watch_stop(spali_slot *slot, spal_op *op) {
    op->core.mark = (int16_t)spali_asked_error((enum spali_asked)op->core.asked);
    if (op->core.state == SPALI_ENDING)
        return false;
    op->error = op->core.mark;
    if (op->core.state == SPALI_QUEUED_UP)
        return true;
    op->core.state = SPALI_ENDING;
    return spali_op_disarm(slot, op) == SPALI_DONE;
}

void spali_watch_ask(spali_slot *slot, const spal_op *which, uint32_t serial, enum spali_asked asked,
                     spali_sink *sink) {
    if ((spali_load_u64(&slot->word) & SPALI_WATCHED) == 0)
        return;
    spali_latch *lock = spali_slot_lock(slot);
    for (spal_op *op = slot->watch, *next = NULL; op != NULL; op = next) {
        next = op->core.next;
        if (which != NULL && (op != which || (serial != 0 && op->core.serial != serial)))
            continue;
        if (op->core.asked == SPALI_ASKED_NOTHING)
            op->core.asked = (int32_t)asked;
        if (watch_stop(slot, op))
            watch_end(slot, op, sink);
    }
    spali_slot_unlock(lock);
}

bool spali_watch_is_over(spali_slot *slot) {
    bool is_over = true;
    if ((spali_load_u64(&slot->word) & SPALI_WATCHED) == 0)
        return true;
    spali_latch *lock = spali_slot_lock(slot);
    for (spal_op *op = slot->watch; op != NULL && is_over; op = op->core.next)
        is_over = op->core.state == SPALI_QUEUED_UP || spali_op_over(slot, op);
    spali_slot_unlock(lock);
    return is_over;
}
