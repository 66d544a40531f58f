/* SPDX-License-Identifier: MIT
 *
 * Starting operations: by the owner, who carries them out at once as far as they go, or behind others. What follows a
 * start is in operation.c.
 */
#include "connect.h"
#include "port.h"
#include "watch.h"

/* What the system or the peer has done to the socket is the operation's result; what the caller has, is not accepted.
 */
static bool refusal_is_result(spal_error error) {
    return error == SPAL_ECONNRESET || error == SPAL_ECONNABORTED;
}

/* What can be seen from outside. @return the error that keeps the operation from being accepted */
static spal_error start_check(spali_slot *slot, const spal_op *op) {
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    if (op->timeout_ms < 0)
        return SPAL_EINVAL;
    spal_error error = spali_op_admit(slot, op);
    return refusal_is_result(error) ? SPAL_OK : error;
}

/* The port lives as long as the caller owns the direction, or holds the slot's lock and has seen the generation. */
spal_error spali_start_enter(spali_slot *slot, spal_op *op) {
    spal_port *port = slot->port;
    if (port == NULL)
        return SPAL_EINVAL;
    if (spali_load_u32(&port->state) != SPALI_PORT_OPEN)
        return SPAL_ESHUTDOWN;
    if (op->core.sink == SPALI_TO_PORT)
        op->core.key = slot->key;
    op->core.deadline_ns = SPALI_NEVER;
    if (op->timeout_ms == 0)
        return SPAL_OK;
    op->core.deadline_ns = spali_clock_ns() + (uint64_t)op->timeout_ms * 1000000;
    spali_port_lock(port);
    spal_error error = spali_deadline_reserve(port);
    spali_port_unlock(port);
    return error;
}

void spali_start_unreserve(spal_port *port, const spal_op *op) {
    if (op->core.deadline_ns == SPALI_NEVER)
        return;
    spali_port_lock(port);
    spali_deadline_unreserve(port);
    spali_port_unlock(port);
}

void spali_start_publish(spal_port *port, spal_op *op) {
    if (op->core.deadline_ns == SPALI_NEVER)
        return;
    spali_port_lock(port);
    spali_deadline_add(port, op, op->core.socket);
    spali_port_unlock(port);
}

/* Behind others, or on a direction that is known to be drained: an event will come. The generation is looked at again
 * under the lock, since nothing else keeps the slot. */
static spal_error start_behind(spali_slot *slot, spal_op *op, int direction, bool is_armed) {
    spal_socket socket = op->core.socket;
    spali_latch *lock = spali_slot_lock(slot);
    spal_error error =
        SPALI_STALE(spali_load_u64(&slot->word), socket.id) ? SPAL_ENOTSOCK : spali_start_enter(slot, op);
    if (error != SPAL_OK) {
        spali_slot_unlock(lock);
        return error;
    }
    bool is_first = slot->head[direction] == NULL;
    is_armed = is_armed && is_first && spali_op_refusal(slot, op->core.kind) == SPAL_OK;
    bool needs_look = is_first && !is_armed;
    op->core.state = is_armed ? SPALI_IS_ARMED : SPALI_QUEUED_UP;
    spali_start_publish(slot->port, op);
    spali_direction_link(slot, direction, op);
    spali_slot_unlock(lock);
    /* READY may have come before the link, and found nobody to tell. */
    if (needs_look || (SPALI_READINESS && (spali_load_u64(&slot->word) & SPALI_READY(direction)) != 0)) {
        spali_sink sink = {0};
        (void)spali_direction_nudge(slot, socket.id, direction, &sink);
    }
    return SPAL_EPENDING;
}

/* The operation is the owner's own until it is linked: an answer at once costs neither lock nor list. */
static spal_error start_owned(spali_slot *slot, spal_op *op, int direction, bool *ready, spali_sink *sink) {
    spal_error error = spali_start_enter(slot, op);
    if (error != SPAL_OK)
        return error;
    spal_port *port = slot->port;
    op->core.state = SPALI_IS_ARMED;
    if (spali_op_begin(slot, op, NULL, ready) != SPALI_DONE) {
        spali_latch *lock = spali_slot_lock(slot);
        spali_start_publish(port, op);
        spali_direction_link_front(slot, direction, op, sink);
        spali_slot_unlock(lock);
        return SPAL_EPENDING;
    }
    spali_start_unreserve(port, op);
    op->core.deadline_ns = SPALI_NEVER;
    spali_op_conclude(slot, op, sink);
    if (op->core.kind == SPAL_OP_CONNECT)
        spali_watch_touch(slot, sink);
    if ((spali_facts(slot) & SPALI_FACT_INLINE) != 0 && op->core.sink == SPALI_TO_PORT) {
        op->core.state = SPALI_IDLE;
        return SPAL_OK;
    }
    spali_op_finish(port, op, sink);
    return SPAL_EPENDING;
}

/* The port may have been shut down since the first bytes went: what is cut off then is cut off for good. */
SPALI_RARE spal_error spali_op_go_on(spali_slot *slot, spal_op *op, int direction, bool ready) {
    spali_sink sink = {0};
    spal_error error = start_owned(slot, op, direction, &ready, &sink);
    if (error != SPAL_OK && error != SPAL_EPENDING && op->count > 0) {
        op->error = SPAL_EABORTED;
        spali_op_conclude(slot, op, &sink);
    }
    spali_direction_drive(slot, direction, ready, true, &sink);
    return error;
}

/* A connect in non-blocking mode may have ended since anybody looked, or the socket needs a name first. */
static SPALI_RARE spal_error start_settle(spal_socket socket, const spal_op *op) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_connect_settle(slot);
    if (spali_op_needs_name(slot, op) && op->core.state == SPALI_IDLE)
        error = spali_bind_implicitly(slot);
    spali_unpin(slot);
    return error;
}

spal_error spali_op_start(spal_socket socket, spal_op *op, int direction) {
    spali_slot *slot = spali_slot_at(socket.id);
    if (slot == NULL)
        return SPAL_ENOTSOCK;
    uint64_t word = spali_load_u64(&slot->word);
    if (SPALI_STALE(word, socket.id))
        return SPAL_ENOTSOCK;
    if ((spali_facts(slot) & SPALI_FACT_DIALING) != 0 || spali_op_needs_name(slot, op)) {
        spal_error unsettled = start_settle(socket, op);
        word = spali_load_u64(&slot->word);
        if (SPALI_STALE(word, socket.id))
            return SPAL_ENOTSOCK;
        if (unsettled != SPAL_OK)
            return unsettled;
    }
    spal_error error = start_check(slot, op);
    if (error != SPAL_OK) /* What was looked at may have been the next socket's. */
        return SPALI_STALE(spali_load_u64(&slot->word), socket.id) ? SPAL_ENOTSOCK : error;
    for (;;) {
        bool is_idle = (word & (SPALI_BUSY(direction) | SPALI_QUEUED(direction))) == 0;
        bool is_drained =
            SPALI_READINESS && (word & SPALI_READY(direction)) == 0 && (spali_facts(slot) & SPALI_FACT_REGISTERED) != 0;
        if (!is_idle || is_drained)
            return start_behind(slot, op, direction, is_drained);
        uint64_t wanted = spali_word_claimed(word, direction);
        if (spali_word_swap(slot, &word, wanted))
            break;
        if (SPALI_STALE(word, socket.id))
            return SPAL_ENOTSOCK;
    }
    bool ready = (word & SPALI_READY(direction)) != 0;
    spali_sink sink = {0};
    error = start_owned(slot, op, direction, &ready, &sink);
    spali_direction_drive(slot, direction, ready, (word & SPALI_ATTN(direction)) != 0, &sink);
    return error;
}
