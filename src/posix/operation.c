/* SPDX-License-Identifier: MIT
 *
 * The verbs that move bytes, accept and connect: trying, arming, harvesting, waiting. A poller only says when a try is
 * worth while; the tries themselves are here. Twin: src/win32/operation.c.
 *
 * WHAT `ready` MEANS. It turns false when the system has just been emptied (or filled) and an event will tell of the
 * next change: after EAGAIN, after a short send, and after a short receive where that proves the queue empty. All this
 * holds only once the socket is registered; before that no event will tell, and the direction stays as ready as it was.
 *
 * The facts may be read before the system call, since the caller owns the direction: an event that comes later, and
 * makes the facts wrong, also sets READY, and the caller sees that when it gives the direction up.
 */
#include "../core/slot.h"
#include "poller.h"
#include "wake.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)SPAL_PEEK == MSG_PEEK, "the flag is handed to recv as it is");

/** Pieces of a scatter or gather list that go to the system at once. */
#define WINDOW 64

/** Connections that were given up by their peers before they were taken, passed over in one go. */
#define ACCEPT_TRIES 64

static inline bool is_registered(spali_slot *slot) {
    return (spali_peek_u32(&slot->facts) & SPALI_FACT_REGISTERED) != 0;
}

/** Whether fewer bytes than asked for mean that there were no more. */
static inline bool short_recv_drains(spali_slot *slot) {
    return (spali_peek_u32(&slot->facts) & (SPALI_FACT_REGISTERED | SPALI_FACT_UNDRAINED)) == SPALI_FACT_REGISTERED;
}

/* ---------------------------------------------------------------------------------------------- one buffer, one try */

static spal_error would_block(spali_slot *slot, bool *ready) {
    *ready = !is_registered(slot);
    return SPAL_EWOULDBLOCK;
}

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
    return code == EAGAIN || code == EWOULDBLOCK ? would_block(slot, ready) : spali_failed_slot(slot, code);
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
        *ready = !is_registered(slot);
        return SPAL_OK;
    }
    int code = errno;
    return code == EAGAIN || code == EWOULDBLOCK ? would_block(slot, ready) : spali_failed_slot(slot, code);
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

/* A try that would block has changed nothing but `ready`. */
static spali_step recv_done(spal_op *op, spal_error error) {
    if (error == SPAL_EWOULDBLOCK)
        return SPALI_AGAIN;
    op->error = error;
    return SPALI_DONE;
}

/* Converts the pieces behind the first `skipped` bytes, empty ones left out. @return the bytes they hold */
static size_t window_fill(const spal_op *op, size_t skipped, struct iovec *window, size_t *used) {
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

static spal_error send_once(spali_slot *slot, const void *buffer, size_t length, size_t *sent, bool *ready) {
    ssize_t result;
    do
        result = spali_sys.transfer.send(slot->native, buffer, length, SPALI_SEND_FLAGS);
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
    return recv_done(op, error);
}

static SPALI_APART spali_step recv_list(spali_slot *slot, spal_op *op, bool *ready) {
    struct iovec window[WINDOW];
    struct msghdr message = {.msg_iov = window};
    int is_peek = op->core.message_flags & SPAL_PEEK;
    size_t used;
    size_t total = window_fill(op, 0, window, &used);
    ssize_t result;
    if (total == 0)
        return recv_readiness(slot, op, ready);
    message.msg_iovlen = used;
    bool drains = short_recv_drains(slot) && is_peek == 0;
    do
        result = spali_sys.recvmsg(slot->native, &message, is_peek);
    while (result < 0 && errno == EINTR);
    if (result <= 0)
        return recv_done(op, recv_nothing(slot, result, &op->count, ready));
    op->count = (size_t)result;
    *ready = op->count == total || !drains;
    return recv_done(op, SPAL_OK);
}

static SPALI_APART spali_step recv_try(spali_slot *slot, spal_op *op, bool *ready) {
    const spal_buffer *buffer = op->core.buffers;
    if (op->core.buffer_count != 1)
        return recv_list(slot, op, ready);
    if (buffer->length == 0)
        return recv_readiness(slot, op, ready);
    return recv_done(op, recv_once(slot, buffer->base, buffer->length, op->core.message_flags, &op->count, ready));
}

static spal_error send_window(spali_slot *slot, struct iovec *window, size_t used, size_t total, size_t *sent,
                              bool *ready) {
    struct msghdr message = {.msg_iov = window, .msg_iovlen = used};
    ssize_t result;
    do
        result = spali_sys.sendmsg(slot->native, &message, SPALI_SEND_FLAGS);
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
        size_t used, sent = 0;
        size_t wanted = window_fill(op, op->count, window, &used);
        spal_error error = wanted == 0 ? SPAL_OK : send_window(slot, window, used, wanted, &sent, ready);
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
        error = send_once(slot, (char *)buffer->base + op->count, wanted, &sent, ready);
    return send_done(op, error, sent, wanted);
}

/* -------------------------------------------------------------------------------------------------------- accepting */

/* The connection at the head of the queue was given up, or its network is gone; accept(2) lists these. */
static bool is_passing(int code) {
    switch (code) {
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case EINTR:
    case SPALI_ENONET:
        return true;
    default:
        return false;
    }
}

/* The system may give no address, for a peer that has gone already, or for a local one. */
static void peer_from_native(const struct sockaddr_storage *name, socklen_t length, spali_compact *out) {
    spal_address peer;
    memset(out, 0, sizeof *out);
    size_t size = length < sizeof *name ? length : sizeof *name;
    if (size > 0 && spali_address_from_native(name, size, &peer) == SPAL_OK)
        spali_compact_from_address(&peer, out);
}

/* What a listener hands down on some systems, and what no flag of accept4 can set. */
static spal_error accepted_prepare(spali_slot *slot, int descriptor) {
    bool lingers = (spali_peek_u32(&slot->facts) & (SPALI_FACT_LINGERS | SPALI_FACT_ADOPTED)) != 0;
    if (spali_quieten(descriptor) == 0 && (!lingers || spali_set_linger(descriptor, false, 0) == 0))
        return SPAL_OK;
    spal_error error = spali_failed(errno);
    (void)spali_sys.close(descriptor);
    return error;
}

static void accepted_finish(spali_slot *slot, spal_op *op, int descriptor, const struct sockaddr_storage *name,
                            socklen_t length) {
    spali_compact peer;
    op->error = accepted_prepare(slot, descriptor);
    if (op->error != SPAL_OK)
        return;
    peer_from_native(name, length, &peer);
    op->error = spali_slot_accepted(op, descriptor, &slot->identity, &peer);
}

/* One call takes one connection, so the queue may hold more: the direction stays ready. */
static SPALI_APART spali_step accept_try(spali_slot *slot, spal_op *op, bool *ready) {
    struct sockaddr_storage name;
    *ready = true;
    for (int tries = 0; tries < ACCEPT_TRIES; tries++) {
        socklen_t length = sizeof name;
        int descriptor = spali_sys.accept4(slot->native, (struct sockaddr *)&name, &length, SPALI_SOCKET_FLAGS);
        if (descriptor >= 0) {
            accepted_finish(slot, op, descriptor, &name, length);
            return SPALI_DONE;
        }
        int code = errno;
        if (is_passing(code))
            continue;
        return recv_done(op, code == EAGAIN || code == EWOULDBLOCK ? would_block(slot, ready) : spali_failed(code));
    }
    return SPALI_AGAIN;
}

/* -------------------------------------------------------------------------------------------------------- the verbs */

static SPALI_APART spali_step disconnect_try(spali_slot *slot, spal_op *op) {
    op->error = spali_socket_shutdown(slot, SPAL_SHUT_BOTH);
    return SPALI_DONE;
}

spali_step spali_op_try(spali_slot *slot, spal_op *op, bool *ready) {
    switch (op->core.kind) {
    case SPAL_OP_RECV:
        return recv_try(slot, op, ready);
    case SPAL_OP_SEND:
        return send_try(slot, op, ready);
    case SPAL_OP_ACCEPT:
        return accept_try(slot, op, ready);
    case SPAL_OP_DISCONNECT:
        return disconnect_try(slot, op);
    default:
        op->error = SPAL_EINVAL;
        return SPALI_DONE;
    }
}

/* What the poller lacks is memory, by whatever name: ENOSPC is the limit of /proc/sys/fs/epoll. */
static spali_step register_failed(spal_op *op) {
    int code = errno;
    spal_error error = spali_failed(code);
    op->error = code == ENOSPC ? SPAL_ENOBUFS : error;
    return SPALI_DONE;
}

/* Registers behind a connect that is under way, or a try that would block: whichever thread has done it, what changes
 * from here on is an event. */
static spali_step register_behind(spali_slot *slot, spal_op *op, bool *ready) {
    if (!is_registered(slot) && spali_poller_add(slot, op->core.socket.id) == SPALI_REGISTERED_NOT)
        return register_failed(op);
    *ready = false;
    return SPALI_ARMED;
}

static SPALI_APART spali_step connect_arm(spali_slot *slot, spal_op *op, const spali_wake *wake, bool *ready) {
    spal_address address;
    spali_op_address(op, &address);
    spal_error error = spali_socket_connect_start(slot, &address);
    if (error != SPAL_EINPROGRESS) {
        op->error = error;
        return SPALI_DONE;
    }
    return wake == NULL ? register_behind(slot, op, ready) : SPALI_ARMED;
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
        return spali_op_try(slot, op, ready) == SPALI_DONE ? SPALI_DONE : register_behind(slot, op, ready);
    switch (spali_poller_add(slot, op->core.socket.id)) {
    case SPALI_REGISTERED_NOW:
        *ready = false;
        return SPALI_ARMED;
    case SPALI_REGISTERED_BEFORE:
        return registered_arm(slot, op, ready);
    case SPALI_REGISTERED_NOT:
        break;
    }
    return register_failed(op);
}

/* The wake is remembered, to tell an event from the end of a wait that proves nothing: see spali_op_harvest. */
spali_step spali_op_arm(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready) {
    op->system.event = wake;
    if (op->core.kind == SPAL_OP_CONNECT)
        return connect_arm(slot, op, wake, ready);
    if (wake != NULL)
        return *ready && spali_op_try(slot, op, ready) == SPALI_DONE ? SPALI_DONE : SPALI_ARMED;
    return is_registered(slot) ? registered_arm(slot, op, ready) : unregistered_arm(slot, op, ready);
}

static SPALI_APART spali_step connect_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    spal_error error = spali_socket_connect_result(slot);
    *ready = error != SPAL_EINPROGRESS || !is_registered(slot);
    return error == SPAL_EINPROGRESS ? SPALI_AGAIN : recv_done(op, error);
}

spali_step spali_op_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    if (op->core.kind == SPAL_OP_CONNECT)
        return connect_harvest(slot, op, ready);
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
