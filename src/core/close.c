/* SPDX-License-Identifier: MIT
 *
 * Closing a socket: spal_close, spal_abort, spal_close_wait.
 *
 * THE ORDER OF A CLOSE
 *
 *   1. Raise the generation, under the slot's lock. From here on no call enters and nothing is linked; whoever is
 *      inside finds CLOSING.
 *   2. Ask everything to end. What the kernel does not have ends at once; owners and waiting calls are told.
 *   3. Wait until all others have left: they are in short pieces of code, or have just been woken.
 *   4. Own both directions, and wait until the kernel has let go of what it had. Its packets may stay uncollected: the
 *      slot lives on for them, the native socket need not.
 *   5. Close the native socket, so that the peer sees the end and the port can be bound again when the caller returns.
 *   6. Give the directions up. The last one to leave retires the slot: now, or when the last packet has been collected.
 */
#include "polling.h"
#include "request.h"
#include "sync.h"
#include "watch.h"

#define SETTLE_MOST_NS ((uint64_t)5000000000)
#define SETTLE_STEP_NS ((uint64_t)1000000)

/* Open generations are even, and older than the slot's. */
static bool handle_was_open(spal_socket socket, uint64_t word) {
    uint64_t generation = socket.id >> SPALI_INDEX_BITS;
    return generation != 0 && (generation & 1) == 0 && generation < word >> SPALI_INDEX_BITS;
}

/* @return SPAL_OK and the slot when this call is the one that closes; SPAL_EALREADY when another was */
static spal_error close_enter(spal_socket socket, spali_wake *wake, spali_slot **out) {
    spali_slot *slot = spali_slot_at(socket.id);
    if (slot == NULL)
        return SPAL_ENOTSOCK;
    spali_latch *lock = spali_slot_lock(slot);
    spal_error error = SPAL_OK;
    uint64_t word = spali_load_u64(&slot->word);
    do {
        if (SPALI_STALE(word, socket.id)) {
            error = handle_was_open(socket, word) ? SPAL_EALREADY : SPAL_ENOTSOCK;
            break;
        }
        spali_put_ptr(&slot->closer, wake);
    } while (!spali_swap_u64(&slot->word, &word, (word + SPALI_GENERATION + SPALI_PIN) | SPALI_CLOSING));
    spali_slot_unlock(lock);
    *out = slot;
    return error;
}

static bool word_is_left(uint64_t word) {
    return (word & (SPALI_BUSY(SPALI_READ) | SPALI_BUSY(SPALI_WRITE))) == 0 && (word & SPALI_PINS) == SPALI_PIN;
}

static void close_await_others(spali_slot *slot, spali_wake *wake) {
    while (!word_is_left(spali_load_u64(&slot->word))) {
        spali_poll_shake();
        if (wake != NULL)
            spali_wake_wait(wake, SPALI_NEVER);
        else
            spali_yield();
    }
}

static bool head_is_over(spali_slot *slot, int direction) {
    spal_op *head = slot->head[direction];
    if (head == NULL || spali_op_is_call(head) || head->core.state < SPALI_IS_ARMED)
        return true;
    return (spali_load_u64(&slot->word) & SPALI_READY(direction)) != 0 || spali_op_over(slot, head);
}

static bool all_is_over(spali_slot *slot) {
    return head_is_over(slot, SPALI_READ) && head_is_over(slot, SPALI_WRITE) && spali_watch_is_over(slot);
}

/* The closer helps to collect packets: where the kernel writes an operation's status only when its packet is collected,
 * nobody else might. */
static void close_settle(spali_slot *slot, spali_sink *sink) {
    if (SPALI_READINESS || slot->port == NULL)
        return;
    spal_port *port = slot->port;
    bool is_woken = false;
    uint64_t now_ns = spali_clock_ns();
    uint64_t until_ns = now_ns + SETTLE_MOST_NS;
    while (!all_is_over(slot) && now_ns < until_ns) {
        /* The packet comes here, unless another thread takes it: then the wait is in vain, and must be short. */
        is_woken = spali_port_collect(&port->native, now_ns + SETTLE_STEP_NS, 64, sink) || is_woken;
        now_ns = spali_clock_ns();
    }
    if (is_woken) /* Somebody else was meant. */
        spali_port_wake(&port->native);
}

/* An armed send that is being stopped has been taken in part, as far as anybody can know before its packet is read. */
static bool send_is_cut(spali_slot *slot) {
    spal_op *head = slot->head[SPALI_WRITE];
    if ((spali_facts(slot) & SPALI_FACT_BROKEN) != 0)
        return true;
    return head != NULL && spali_kind_sends(head->core.kind) && head->core.state >= SPALI_IS_ARMED &&
           (spali_facts(slot) & SPALI_FACT_DATAGRAM) == 0;
}

static void word_mark_closed(spali_slot *slot) {
    uint64_t word = spali_load_u64(&slot->word);
    while (!spali_swap_u64(&slot->word, &word, word | SPALI_CLOSED))
        ;
}

static void close_native(spali_slot *slot, bool abortive, spali_sink *sink) {
    bool ready[2] = {false, false};
    bool attn[2] = {false, false};
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++) {
        while (!spali_direction_claim(slot, direction, &ready[direction], &attn[direction]))
            spali_yield();
    }
    close_settle(slot, sink);
    spali_socket_close(slot, abortive || send_is_cut(slot));
    word_mark_closed(slot);
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
        spali_direction_drive(slot, direction, ready[direction] && !SPALI_READINESS, true, sink);
}

static spal_error close_socket(spal_socket socket, bool abortive) {
    spali_slot *slot = NULL;
    spali_sink sink = {0};
    spali_wake *wake = NULL;
    if (spali_slot_at(socket.id) != NULL)
        wake = spali_wake_take();
    spal_error error = close_enter(socket, wake, &slot);
    if (error == SPAL_OK) {
        for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
            spali_op_ask(slot, direction, NULL, 0, SPALI_ASKED_CLOSE, true, &sink);
        spali_watch_ask(slot, NULL, 0, SPALI_ASKED_CLOSE, &sink);
        if ((spali_facts(slot) & SPALI_FACT_LISTENING) != 0)
            spali_accept_recv_cancel(slot, socket, NULL, &sink);
        spali_poll_shake(); /* A call may wait for the socket without a pin: see poll.c. */
        close_await_others(slot, wake);
        close_native(slot, abortive, &sink);
        spali_put_ptr(&slot->closer, NULL);
        spali_unpin(slot);
    }
    if (wake != NULL)
        spali_wake_give(wake);
    return error == SPAL_EALREADY ? SPAL_OK : error;
}

spal_error spal_close(spal_socket socket) {
    return close_socket(socket, false);
}

spal_error spal_abort(spal_socket socket) {
    return close_socket(socket, true);
}

/* --------------------------------------------------------------------------------------------- waiting for the peer */

/* Discards what arrives until the peer's end. */
static spal_error drain_until(spal_socket socket, uint64_t deadline_ns) {
    char bin[4096];
    for (;;) {
        spali_slot *slot = NULL;
        spal_error error = spali_pin(socket, &slot);
        if (error != SPAL_OK)
            return SPAL_EABORTED;
        spali_call call = {0};
        spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
        spali_op_set_buffer(&call.op, bin, sizeof bin, 0);
        error = spali_call_pinned(slot, socket, &call, true, true, deadline_ns);
        spali_unpin(slot);
        if (error != SPAL_OK || call.op.count == 0)
            return error;
        /* A receive that need not wait does not look at the clock, and a peer may send for ever. */
        if (deadline_ns != SPALI_NEVER && spali_clock_ns() >= deadline_ns)
            return SPAL_ETIMEDOUT;
    }
}

static bool socket_is_datagram(spal_socket socket) {
    spali_slot *slot = NULL;
    if (spali_pin(socket, &slot) != SPAL_OK)
        return false;
    bool is_datagram = (spali_facts(slot) & SPALI_FACT_DATAGRAM) != 0;
    spali_unpin(slot);
    return is_datagram;
}

spal_error spal_close_wait(spal_socket socket, int timeout_ms) {
    if (timeout_ms < -1)
        return SPAL_EINVAL;
    if (socket_is_datagram(socket))
        return spal_close(socket);
    uint64_t deadline_ns = timeout_ms < 0 ? SPALI_NEVER : spali_clock_ns() + (uint64_t)timeout_ms * 1000000;
    spal_error error = spal_shutdown(socket, SPAL_SHUT_SEND);
    if (error == SPAL_ENOTSOCK)
        return error;
    if (error == SPAL_OK)
        error = drain_until(socket, deadline_ns);
    spal_error closed = error == SPAL_ETIMEDOUT ? spal_abort(socket) : spal_close(socket);
    return error != SPAL_OK ? error : closed;
}
