/* SPDX-License-Identifier: MIT
 *
 * A synchronous call is an operation on its caller's stack, with a wake object beside it. Its own thread carries it
 * out: nobody else arms, harvests or unlinks it, they only say that it should look.
 *
 * It is in one of three places. Behind other operations it waits for its turn: on its wake object, or, when
 * asynchronous operations are ahead and nobody waits on the port, in the port, on everybody's behalf (port.c). At the
 * head it claims the direction. As the owner it arms, and waits in the system for the socket and the wake object alike.
 * When it leaves, it carries on with what has queued up behind it.
 *
 * A wake-up proves nothing. Whoever wants something of the call has written it down before: `asked` under the slot's
 * lock, CLOSING and ATTN in the word, its place at the head of the FIFO. The call looks at all of them each time.
 */
#include "sync.h"

#include "connect.h"
#include "interrupt.h"
#include "port.h"
#include "watch.h"

uint64_t spali_call_deadline(spali_slot *slot, int direction) {
    uint32_t timeout_ms = spali_peek_u32(&slot->timeout_ms[direction]);
    return timeout_ms == 0 ? SPALI_NEVER : spali_clock_ns() + (uint64_t)timeout_ms * 1000000;
}

static spali_slot *call_slot(const spali_call *call) {
    return spali_slot_at(call->op.core.socket.id);
}

static enum spali_asked call_asked(spali_slot *slot, const spali_call *call) {
    if ((spali_load_u64(&slot->word) & SPALI_CLOSING) != 0)
        return SPALI_ASKED_CLOSE;
    spali_latch *lock = spali_slot_lock(slot);
    enum spali_asked asked = (enum spali_asked)call->op.core.asked;
    spali_slot_unlock(lock);
    if (asked == SPALI_ASKED_NOTHING && spali_interrupt_is_due(call->interrupter))
        return SPALI_ASKED_INTERRUPT;
    if (asked == SPALI_ASKED_NOTHING && call->op.core.deadline_ns != SPALI_NEVER &&
        spali_clock_ns() >= call->op.core.deadline_ns)
        return SPALI_ASKED_TIMEOUT;
    return asked;
}

/* ----------------------------------------------------------------------------------------------------- as the owner */

/* A packet backend's kernel still has the buffer: nothing may end before it has let go. */
static void owner_end(spali_slot *slot, spali_call *call, enum spali_asked asked, bool *ready) {
    spal_op *op = &call->op;
    op->core.mark = (int16_t)spali_asked_error(asked);
    spali_step step = SPALI_AGAIN;
    if (op->core.state == SPALI_IS_ARMED) {
        if (spali_op_disarm(slot, op) == SPALI_ARMED) {
            while (!spali_op_over(slot, op))
                spali_op_wait(slot, op, call->wake, SPALI_NEVER);
            step = spali_op_harvest(slot, op, ready);
        }
    }
    if (step != SPALI_DONE || op->error == SPAL_EABORTED)
        op->error = op->core.mark;
}

/* @return whether the call has ended */
static bool owner_step(spali_slot *slot, spali_call *call, bool *ready) {
    spal_op *op = &call->op;
    enum spali_asked asked = call_asked(slot, call);
    if (asked == SPALI_ASKED_NOTHING && op->core.state == SPALI_IS_ARMED &&
        spali_op_refusal(slot, op->core.kind) == SPAL_ESHUTDOWN)
        asked = SPALI_ASKED_SHUTDOWN;
    if (asked != SPALI_ASKED_NOTHING) {
        owner_end(slot, call, asked, ready);
        return true;
    }
    if (op->core.state == SPALI_QUEUED_UP) {
        op->core.state = SPALI_IS_ARMED;
        if (spali_op_begin(slot, op, call->wake, ready) == SPALI_DONE)
            return true;
    }
    if (spali_direction_attention(slot, op->core.direction))
        return false;
    spali_op_wait(slot, op, call->wake, op->core.deadline_ns);
    if (!spali_op_over(slot, op))
        return false;
    *ready = true;
    spali_step step = spali_op_harvest(slot, op, ready);
    if (step == SPALI_AGAIN && !SPALI_READINESS)
        op->core.state = SPALI_QUEUED_UP;
    return step == SPALI_DONE;
}

static void owner_run(spali_slot *slot, spali_call *call, bool ready) {
    spal_op *op = &call->op;
    int direction = op->core.direction;
    while (!owner_step(slot, call, &ready))
        ;
    spali_sink sink = {0};
    spali_op_conclude(slot, op, &sink);
    spali_latch *lock = spali_slot_lock(slot);
    spali_direction_unlink(slot, direction, op);
    spali_slot_unlock(lock);
    if (op->core.kind == SPAL_OP_CONNECT)
        spali_watch_touch(slot, &sink);
    spali_direction_drive(slot, direction, SPALI_READINESS && ready, true, &sink);
}

/* ------------------------------------------------------------------------------------------------ behind the others */

static bool call_is_head(spali_slot *slot, const spali_call *call) {
    spali_latch *lock = spali_slot_lock(slot);
    bool is_head = slot->head[call->op.core.direction] == &call->op;
    spali_slot_unlock(lock);
    return is_head;
}

static bool call_has_news(spali_call *call) {
    spali_slot *slot = call_slot(call);
    return call_is_head(slot, call) || call_asked(slot, call) != SPALI_ASKED_NOTHING;
}

/* Leaves the FIFO before its turn. @return false when the turn has come: the head is unlinked by an owner only */
static bool call_withdraw(spali_slot *slot, spali_call *call, enum spali_asked asked) {
    spali_latch *lock = spali_slot_lock(slot);
    bool can_leave = slot->head[call->op.core.direction] != &call->op;
    if (can_leave)
        spali_direction_unlink(slot, call->op.core.direction, &call->op);
    spali_slot_unlock(lock);
    if (can_leave) {
        call->op.error = spali_asked_error(asked);
        spali_op_conclude(slot, &call->op, NULL);
    }
    return can_leave;
}

/* The direction has been claimed. @return false when the last owner has put its own operation in front */
static bool call_become_owner(spali_slot *slot, spali_call *call) {
    spali_latch *lock = spali_slot_lock(slot);
    call->is_owner = slot->head[call->op.core.direction] == &call->op;
    spali_slot_unlock(lock);
    return call->is_owner;
}

/* @return true when the caller owns the direction, false when the call has ended before its turn */
static bool call_await_turn(spali_slot *slot, spali_call *call, bool *ready) {
    bool attn = false;
    for (;;) {
        if (call_is_head(slot, call)) {
            /* The owner tells the head when it leaves. */
            if (!spali_direction_claim(slot, call->op.core.direction, ready, &attn))
                spali_wake_wait(call->wake, SPALI_NEVER);
            else if (call_become_owner(slot, call))
                return true;
            else
                spali_direction_leave(slot, call->op.core.direction, *ready);
            continue;
        }
        enum spali_asked asked = call_asked(slot, call);
        if (asked != SPALI_ASKED_NOTHING) {
            if (call_withdraw(slot, call, asked))
                return false;
        } else if (!spali_port_await(slot, call, call->op.core.deadline_ns, call_has_news)) {
            spali_wake_wait(call->wake, call->op.core.deadline_ns);
        }
    }
}

/* An owner that has just looked at an empty FIFO must look again, or nobody would tell the call. */
static spal_error call_link_behind(spali_slot *slot, spal_socket socket, spali_call *call) {
    int direction = call->op.core.direction;
    spali_latch *lock = spali_slot_lock(slot);
    if (SPALI_STALE(spali_load_u64(&slot->word), socket.id)) {
        spali_slot_unlock(lock);
        return SPAL_ENOTSOCK;
    }
    spali_direction_link(slot, direction, &call->op);
    spali_slot_unlock(lock);
    spali_sink sink = {0};
    (void)spali_direction_nudge(slot, socket.id, direction, &sink);
    return SPAL_OK;
}

static void call_give_up(spali_slot *slot, spali_call *call, spali_entry entry) {
    if (entry.is_owner)
        spali_direction_leave(slot, call->op.core.direction, entry.ready);
}

spal_error spali_call_run(spali_slot *slot, spal_socket socket, spali_call *call, uint64_t deadline_ns,
                          spali_entry entry) {
    spal_op *op = &call->op;
    bool ready = entry.ready;
    op->core.sink = SPALI_TO_CALL;
    op->core.deadline_ns = deadline_ns;
    op->core.state = SPALI_QUEUED_UP;
    call->is_owner = entry.is_owner;
    call->wake = spali_wake_take();
    if (call->wake == NULL) {
        call_give_up(slot, call, entry);
        op->error = SPAL_EMFILE;
        return op->error;
    }
    spali_interrupt_enter(slot, call);
    if (entry.is_owner) {
        spali_sink sink = {0};
        spali_latch *lock = spali_slot_lock(slot);
        spali_direction_link_front(slot, op->core.direction, op, &sink);
        spali_slot_unlock(lock);
        owner_run(slot, call, ready);
    } else {
        op->error = call_link_behind(slot, socket, call);
        if (op->error == SPAL_OK && call_await_turn(slot, call, &ready))
            owner_run(slot, call, ready);
    }
    spali_interrupt_leave(call);
    spali_wake_give(call->wake);
    return op->error;
}

/* -------------------------------------------------------------------------------------------- trying before waiting */

/* Owns the direction only if nothing is queued in it. The slot is pinned. */
static bool direction_claim_idle(spali_slot *slot, int direction) {
    uint64_t word = spali_load_u64(&slot->word);
    do {
        if ((word & (SPALI_BUSY(direction) | SPALI_QUEUED(direction))) != 0)
            return false;
    } while (!spali_swap_u64(&slot->word, &word, spali_word_claimed(word, direction)));
    return true;
}

void spali_direction_leave(spali_slot *slot, int direction, bool ready) {
    spali_sink sink = {0};
    spali_direction_drive(slot, direction, SPALI_READINESS && ready, true, &sink);
}

/* As the owner: once, and then, if waiting is wanted, until it is done. Gives the direction up. */
static spal_error owner_call(spali_slot *slot, spal_socket socket, spali_call *call, bool may_wait, bool tries,
                             uint64_t deadline_ns) {
    spal_op *op = &call->op;
    int direction = op->core.direction;
    bool ready = true;
    /* The last owner may have ended the connection since the call looked. */
    spal_error error = spali_op_refusal(slot, op->core.kind);
    if (error != SPAL_OK) {
        spali_direction_leave(slot, direction, ready);
        return error;
    }
    if (tries) {
        if (spali_op_try(slot, op, &ready) == SPALI_DONE) {
            spali_sink sink = {0};
            spali_op_conclude(slot, op, &sink);
            spali_direction_drive(slot, direction, SPALI_READINESS && ready, true, &sink);
            return op->error;
        }
        if (!may_wait) {
            spali_direction_leave(slot, direction, ready);
            return op->count > 0 ? SPAL_OK : SPAL_EWOULDBLOCK;
        }
        ready = false;
    }
    spali_entry entry = {true, ready};
    return spali_call_run(slot, socket, call, deadline_ns, entry);
}

spal_error spali_call_pinned(spali_slot *slot, spal_socket socket, spali_call *call, bool may_wait, bool tries,
                             uint64_t deadline_ns) {
    spal_op *op = &call->op;
    int direction = op->core.direction;
    spali_connect_settle(slot);
    spal_error error = spali_op_admit(slot, op);
    if (error == SPAL_OK && spali_op_needs_name(slot, op))
        error = spali_bind_implicitly(slot);
    if (error != SPAL_OK)
        return error;
    if (direction_claim_idle(slot, direction))
        return owner_call(slot, socket, call, may_wait, tries, deadline_ns);
    if (!may_wait)
        return SPAL_EWOULDBLOCK;
    spali_entry entry = {false, false};
    return spali_call_run(slot, socket, call, deadline_ns, entry);
}

spal_error spali_call_sync(spal_socket socket, spali_call *call, int flags, bool tries) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = spali_call_pinned(slot, socket, call, spali_call_may_wait(slot, flags), tries,
                              spali_call_deadline(slot, call->op.core.direction));
    spali_unpin(slot);
    return error;
}
