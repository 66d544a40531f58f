/* SPDX-License-Identifier: MIT
 *
 * The verbs: trying, arming, harvesting, waiting. A poller only says when a try is worth while; the tries themselves
 * are here, as far as they move the bytes of a stream or ask for readiness. The others are in handshake.c, message.c
 * and sendfile.c. Twin: src/win32/operation.c.
 *
 * WHAT `ready` MEANS. It turns false when the system has just been emptied (or filled) and an event will tell of the
 * next change: after EAGAIN, after a short send, and after a short receive where that proves the queue empty. All this
 * holds only once the socket is registered; before that no event will tell, and the direction stays as ready as it was.
 *
 * The facts may be read before the system call, since the caller owns the direction: an event that comes later, and
 * makes the facts wrong, also sets READY, and the caller sees that when it gives the direction up.
 */
#include "handshake.h"
#include "message.h"
#include "poller.h"
#include "wake.h"

#include <errno.h>

_Static_assert((int)SPAL_PEEK == MSG_PEEK, "the flag is handed to recv as it is");
_Static_assert((int)SPAL_DONTROUTE == MSG_DONTROUTE, "the flag is handed to send as it is");

/** Pieces of a scatter or gather list that go to the system at once. */
#define WINDOW 64

/** Whether fewer bytes than asked for mean that there were no more. */
static inline bool short_recv_drains(spali_slot *slot) {
    return (spali_peek_u32(&slot->facts) & (SPALI_FACT_REGISTERED | SPALI_FACT_UNDRAINED)) == SPALI_FACT_REGISTERED;
}

/* ---------------------------------------------------------------------------------------------- one buffer, one try */

/* recv says 0 also where the end is none of the peer's doing, and after it has told of the reset. */
static spal_error stream_ended(spali_slot *slot, size_t *received) {
    uint32_t facts = spali_peek_u32(&slot->facts);
    if ((facts & SPALI_FACT_SHUT_RECV) != 0)
        return spali_decline(SPAL_ESHUTDOWN);
    if ((facts & (SPALI_FACT_RESET | SPALI_FACT_RESET_SEEN)) != 0)
        return spali_decline(SPAL_ECONNRESET);
    *received = 0;
    return SPAL_OK;
}

/* `result` is 0 or -1. */
static spal_error recv_nothing(spali_slot *slot, ssize_t result, size_t *received, bool *ready) {
    *ready = true;
    if (result == 0)
        return stream_ended(slot, received);
    int code = errno;
    return spali_code_blocks(code) ? spali_would_block(slot, ready) : spali_failed_slot(slot, code);
}

spal_error spali_recv_outcome(volatile spali_transfer *transfer) {
    ssize_t result = transfer->result;
    while (result < 0 && errno == EINTR)
        result = spali_sys.transfer.recv(transfer->slot->native, transfer->buffer, transfer->length, 0);
    bool ready = true;
    spal_error error = SPAL_OK;
    if (result > 0)
        *transfer->moved = (size_t)result;
    else
        error = recv_nothing(transfer->slot, result, transfer->moved, &ready);
    transfer->ready = ready;
    return error;
}

/* `result` is less than what was wanted. */
static spal_error send_short(spali_slot *slot, ssize_t result, size_t *sent, bool *ready) {
    *ready = true;
    if (result >= 0) {
        *sent = (size_t)result;
        *ready = !spali_is_registered(slot);
        return SPAL_OK;
    }
    int code = errno;
    return spali_code_blocks(code) ? spali_would_block(slot, ready) : spali_failed_slot(slot, code);
}

spal_error spali_send_outcome(volatile spali_transfer *transfer) {
    ssize_t result = transfer->result;
    while (result < 0 && errno == EINTR)
        result = spali_sys.transfer.send(transfer->slot->native, transfer->buffer, transfer->length, SPALI_SEND_FLAGS);
    bool ready = true;
    bool is_whole = result >= 0 && (size_t)result == transfer->length;
    spal_error error = send_short(transfer->slot, result, transfer->moved, &ready);
    transfer->ready = ready || is_whole;
    return error == SPAL_OK && !is_whole ? SPAL_EPENDING : error;
}

/* -------------------------------------------------------------------------------------------- receiving and sending */

/* Converts the pieces behind the first `skipped` bytes, empty ones left out. @return the bytes they hold */
static size_t window_fill(const spal_op *op, size_t skipped, struct iovec *window, uint16_t *used) {
    size_t total = 0;
    *used = 0;
    for (size_t i = 0; i < op->core.buffer_count && *used < WINDOW; i++) {
        const spal_buffer *buffer = &op->core.buffers[i];
        if (buffer->length <= skipped) {
            skipped -= buffer->length;
            continue;
        }
        window[*used].iov_base = (char *)buffer->base + skipped;
        window[*used].iov_len = buffer->length - skipped;
        total += window[*used].iov_len;
        skipped = 0;
        ++*used;
    }
    return total;
}

/* A peek leaves the queue as full as it was. */
static spal_error recv_once(spali_slot *slot, void *buffer, size_t length, int flags, size_t *received, bool *ready) {
    int is_peek = flags & SPAL_PEEK;
    bool drains = short_recv_drains(slot) && is_peek == 0;
    ssize_t result;
    do
        result = spali_sys.transfer.recv(slot->native, buffer, length, is_peek);
    while (result < 0 && errno == EINTR);
    if (result <= 0)
        return recv_nothing(slot, result, received, ready);
    *received = (size_t)result;
    *ready = (size_t)result == length || !drains;
    return SPAL_OK;
}

static spal_error send_once(spali_slot *slot, const void *buffer, size_t length, int flags, size_t *sent, bool *ready) {
    ssize_t result;
    do
        result = spali_sys.transfer.send(slot->native, buffer, length, SPALI_SEND_FLAGS | flags);
    while (result < 0 && errno == EINTR);
    if (result != (ssize_t)length)
        return send_short(slot, result, sent, ready);
    *sent = length;
    *ready = true;
    return SPAL_OK;
}

/* Nothing is to be received: the question is whether the stream is readable. */
static SPALI_APART spali_step recv_readiness(spali_slot *slot, spal_op *op, bool *ready) {
    char byte;
    size_t peeked;
    spal_error error = recv_once(slot, &byte, sizeof byte, SPAL_PEEK, &peeked, ready);
    if (error == SPAL_OK)
        op->count = 0;
    return spali_op_tried(op, error);
}

static spal_error recv_window(spali_slot *slot, struct iovec *window, uint16_t used, size_t wanted, int flags,
                              size_t *received, bool *ready) {
    struct msghdr message = {.msg_iov = window, .msg_iovlen = (int)used};
    int is_peek = flags & SPAL_PEEK;
    bool drains = short_recv_drains(slot) && is_peek == 0;
    ssize_t result;
    do
        result = spali_sys.recvmsg(slot->native, &message, is_peek);
    while (result < 0 && errno == EINTR);
    if (result <= 0)
        return recv_nothing(slot, result, received, ready);
    *received = (size_t)result;
    *ready = (size_t)result == wanted || !drains;
    return SPAL_OK;
}

static SPALI_APART spali_step recv_list(spali_slot *slot, spal_op *op, bool *ready) {
    struct iovec window[WINDOW];
    uint16_t used;
    size_t wanted = window_fill(op, 0, window, &used);
    if (wanted == 0)
        return recv_readiness(slot, op, ready);
    return spali_op_tried(op, recv_window(slot, window, used, wanted, op->core.message_flags, &op->count, ready));
}

/* What ends a stream behind bytes is for the next receive to tell. The system will say by then that the stream has
 * ended, whatever it was; so it is remembered that it has not. */
static spali_step recv_cut(spali_slot *slot, spal_op *op, spal_error error) {
    op->error = error;
    if (op->count == 0 || error == SPAL_OK)
        return SPALI_DONE;
    if (error != SPAL_ESHUTDOWN)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_RESET_SEEN);
    op->error = SPAL_OK;
    return SPALI_DONE;
}

/* All buffers are to be full. After a receive that has drained the stream the next one waits for an event. */
static SPALI_APART spali_step recv_all(spali_slot *slot, spal_op *op, bool *ready) {
    struct iovec window[WINDOW];
    for (;;) {
        uint16_t used;
        size_t wanted = window_fill(op, op->count, window, &used);
        if (wanted == 0)
            return op->count == 0 ? recv_readiness(slot, op, ready) : spali_op_tried(op, SPAL_OK);
        size_t received = 0;
        spal_error error = recv_window(slot, window, used, wanted, 0, &received, ready);
        op->count += received;
        if (error == SPAL_EWOULDBLOCK)
            return SPALI_AGAIN;
        if (error != SPAL_OK || received == 0)
            return recv_cut(slot, op, error);
        if (!*ready)
            return SPALI_AGAIN;
    }
}

/* Of an IP socket the core knows the peer, of others the system. */
static void peer_tell(spali_slot *slot, spal_op *op) {
    spal_address peer;
    if (slot->peer.family != 0)
        spali_address_from_compact(&slot->peer, &peer);
    else if (spali_socket_peer_address(slot, &peer) != SPAL_OK || spali_is_unnamed(&peer))
        peer = (spal_address){0};
    spali_op_tell_sender(op, &peer);
}

static SPALI_APART spali_step recv_try(spali_slot *slot, spal_op *op, bool *ready) {
    const spal_buffer *buffer = op->core.buffers;
    if ((op->core.message_flags & SPAL_WAITALL) != 0)
        return recv_all(slot, op, ready);
    if (op->core.buffer_count != 1)
        return recv_list(slot, op, ready);
    if (buffer->length == 0)
        return recv_readiness(slot, op, ready);
    return spali_op_tried(op, recv_once(slot, buffer->base, buffer->length, op->core.message_flags, &op->count, ready));
}

/* With the name of who has sent it. */
static SPALI_APART spali_step recv_named(spali_slot *slot, spal_op *op, bool *ready) {
    if (spali_is_datagram(slot))
        return spali_message_try(slot, op, ready);
    spali_step step = recv_try(slot, op, ready);
    if (step == SPALI_DONE && op->error == SPAL_OK) {
        spali_message_clear(op);
        peer_tell(slot, op);
    }
    return step;
}

static spal_error send_window(spali_slot *slot, struct iovec *window, uint16_t used, size_t total, int flags,
                              size_t *sent, bool *ready) {
    struct msghdr message = {.msg_iov = window, .msg_iovlen = (int)used};
    ssize_t result;
    do
        result = spali_sys.sendmsg(slot->native, &message, SPALI_SEND_FLAGS | flags);
    while (result < 0 && errno == EINTR);
    *ready = true;
    if (result != (ssize_t)total)
        return send_short(slot, result, sent, ready);
    *sent = total;
    return SPAL_OK;
}

/* @param wanted  the bytes that were still to be sent, or as many of them as went to the system at once */
static spali_step send_done(spal_op *op, spal_error error, size_t sent, size_t wanted) {
    if (error == SPAL_EWOULDBLOCK)
        return SPALI_AGAIN;
    op->count += sent;
    if (error == SPAL_OK && sent < wanted)
        return SPALI_AGAIN;
    op->error = error;
    return SPALI_DONE;
}

/* A window that was taken whole is followed by the next, until nothing is left to fill one with. */
static SPALI_APART spali_step send_list(spali_slot *slot, spal_op *op, bool *ready) {
    struct iovec window[WINDOW];
    for (;;) {
        uint16_t used;
        size_t sent = 0;
        size_t wanted = window_fill(op, op->count, window, &used);
        spal_error error = SPAL_OK;
        if (wanted != 0)
            error = send_window(slot, window, used, wanted, op->core.message_flags, &sent, ready);
        spali_step step = send_done(op, error, sent, wanted);
        if (wanted == 0 || step != SPALI_DONE || error != SPAL_OK)
            return step;
    }
}

static SPALI_APART spali_step send_try(spali_slot *slot, spal_op *op, bool *ready) {
    const spal_buffer *buffer = op->core.buffers;
    if (op->core.buffer_count != 1)
        return send_list(slot, op, ready);
    size_t sent = 0, wanted = buffer->length - op->count;
    spal_error error = SPAL_OK;
    if (wanted != 0)
        error = send_once(slot, (char *)buffer->base + op->count, wanted, op->core.message_flags, &sent, ready);
    return send_done(op, error, sent, wanted);
}

/* -------------------------------------------------------------------------------------------------------- the verbs */

static SPALI_APART spali_step disconnect_try(spali_slot *slot, spal_op *op) {
    op->error = spali_is_datagram(slot) ? spali_socket_unconnect(slot) : spali_socket_shutdown(slot, SPAL_SHUT_BOTH);
    return SPALI_DONE;
}

spali_step spali_op_try(spali_slot *slot, spal_op *op, bool *ready) {
    switch (op->core.kind) {
    case SPAL_OP_RECV:
        return spali_is_datagram(slot) ? spali_message_try(slot, op, ready) : recv_try(slot, op, ready);
    case SPAL_OP_SEND:
        return spali_is_datagram(slot) ? spali_message_try(slot, op, ready) : send_try(slot, op, ready);
    case SPAL_OP_RECVFROM:
    case SPAL_OP_RECVMSG:
        return recv_named(slot, op, ready);
    case SPAL_OP_SENDTO:
    case SPAL_OP_SENDMSG:
        return spali_message_try(slot, op, ready);
    case SPAL_OP_SENDFILE:
        return spali_sendfile_try(slot, op, ready);
    case SPAL_OP_ACCEPT:
        return spali_accept_try(slot, op, ready);
    case SPAL_OP_DISCONNECT:
        return disconnect_try(slot, op);
    default:
        op->error = SPAL_EINVAL;
        return SPALI_DONE;
    }
}

/* What the poller lacks is memory, by whatever name: ENOSPC is the limit of /proc/sys/fs/epoll. Darwin says EPIPE of a
 * socket whose peer has gone, of which the operation knows more. */
static spali_step register_failed(spali_slot *slot, spal_op *op, bool *ready) {
    int code = errno;
    *ready = true;
    if (code == EPIPE && spali_op_harvest(slot, op, ready) == SPALI_DONE)
        return SPALI_DONE;
    spal_error error = spali_failed_slot(slot, code);
    op->error = code == ENOSPC ? SPAL_ENOBUFS : error;
    return SPALI_DONE;
}

spali_step spali_op_register(spali_slot *slot, spal_op *op, bool *ready) {
    if (!spali_is_registered(slot) && spali_poller_add(slot, op->core.socket.id) == SPALI_REGISTERED_NOT)
        return register_failed(slot, op, ready);
    *ready = false;
    return SPALI_ARMED;
}

/* Events tell of what comes later, so a direction that may be ready now is tried first. Tries that end for another
 * reason than an empty queue are repeated, since no event would follow. */
static spali_step registered_arm(spali_slot *slot, spal_op *op, bool *ready) {
    while (*ready)
        if (spali_op_try(slot, op, ready) == SPALI_DONE)
            return SPALI_DONE;
    return SPALI_ARMED;
}

/* The first need to wait. Registering a socket reports what is there already, so that a reader can leave its try to the
 * event; a send is likely to succeed, and is tried. */
static SPALI_APART spali_step unregistered_arm(spali_slot *slot, spal_op *op, bool *ready) {
    if (op->core.direction == SPALI_WRITE)
        return spali_op_try(slot, op, ready) == SPALI_DONE ? SPALI_DONE : spali_op_register(slot, op, ready);
    switch (spali_poller_add(slot, op->core.socket.id)) {
    case SPALI_REGISTERED_NOW:
        *ready = false;
        return SPALI_ARMED;
    case SPALI_REGISTERED_BEFORE:
        return registered_arm(slot, op, ready);
    case SPALI_REGISTERED_NOT:
        break;
    }
    return register_failed(slot, op, ready);
}

/* Whether what is asked for is the case now. */
static spali_step poll_look(spali_slot *slot, spal_op *op) {
    struct pollfd item = {.fd = slot->native, .events = (short)op->core.message_flags};
    int count = spali_poll_until(&item, 1, 0);
    op->error = count < 0 ? spali_failed(errno) : SPAL_OK;
    op->flags = count < 0 ? 0 : spali_poll_told(&item, spali_peek_u32(&slot->facts));
    return count >= 0 && op->flags == 0 ? SPALI_AGAIN : SPALI_DONE;
}

/* First the registration, then the look: what changes behind it is an event. */
static spali_step poll_arm(spali_slot *slot, spal_op *op, bool *ready) {
    if (spali_op_register(slot, op, ready) == SPALI_DONE)
        return SPALI_DONE;
    return poll_look(slot, op) == SPALI_DONE ? SPALI_DONE : SPALI_ARMED;
}

/* The kinds that are not tried. */
static inline bool is_apart(const spal_op *op) {
    return op->core.kind == SPAL_OP_CONNECT || op->core.kind == SPAL_OP_POLL;
}

static SPALI_APART spali_step apart_arm(spali_slot *slot, spal_op *op, const spali_wake *wake, bool *ready) {
    return op->core.kind == SPAL_OP_POLL ? poll_arm(slot, op, ready) : spali_connect_arm(slot, op, wake, ready);
}

/* The wake is remembered, to tell an event from the end of a wait that proves nothing: see spali_op_harvest. */
spali_step spali_op_arm(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready) {
    op->system.event = wake;
    if (is_apart(op))
        return apart_arm(slot, op, wake, ready);
    if (wake != NULL)
        return *ready && spali_op_try(slot, op, ready) == SPALI_DONE ? SPALI_DONE : SPALI_ARMED;
    return spali_is_registered(slot) ? registered_arm(slot, op, ready) : unregistered_arm(slot, op, ready);
}

static SPALI_APART spali_step apart_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    return op->core.kind == SPAL_OP_POLL ? poll_look(slot, op) : spali_connect_harvest(slot, op, ready);
}

spali_step spali_op_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    if (is_apart(op))
        return apart_harvest(slot, op, ready);
    return spali_op_try(slot, op, ready);
}

spali_step spali_op_disarm(spali_slot *slot, spal_op *op) {
    (void)slot;
    (void)op;
    return SPALI_DONE;
}

bool spali_op_over(spali_slot *slot, spal_op *op) {
    (void)slot;
    (void)op;
    return true;
}

void spali_op_wait(spali_slot *slot, spal_op *op, spali_wake *wake, uint64_t deadline_ns) {
    struct pollfd items[2] = {{.fd = slot->native, .events = op->core.direction == SPALI_READ ? POLLIN : POLLOUT},
                              {.fd = wake->reader, .events = POLLIN}};
    if (spali_poll_until(items, 2, deadline_ns) > 0 && items[1].revents != 0)
        spali_wake_clear(wake);
}
