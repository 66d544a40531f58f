/* SPDX-License-Identifier: MIT
 *
 * The verbs of operations over IOCP: an operation's system part is an OVERLAPPED, posted to the kernel by `arm` and
 * read by `harvest` when its packet has come or its event is set. Receives and sends on streams stand here; accepting
 * and connecting, which need Winsock's extension functions, in handshake.c, datagrams in message.c, files in
 * sendfile.c, waiting for readiness in poll.c. Twin: src/posix/operation.c.
 *
 * An overlapped call ends in one of three ways. It fails at once: the result is known and nothing follows. It pends: a
 * packet follows, or the event. Or it succeeds at once: a packet follows all the same, unless the call carried an event
 * with its lowest bit set, or the socket skips packets in this case (SPALI_FACT_SKIPS).
 */
#include "afd.h"
#include "handshake.h"
#include "message.h"

#include <string.h>

/* So many buffers are handed to the system at once; their descriptions lie on the stack, where Winsock copies them
 * from. */
enum { WINDOW = 64 };

/* What is left of an operation's buffers behind the bytes already moved. */
typedef struct span {
    WSABUF buffers[WINDOW];
    DWORD count;
} span;

/* A buffer's length has 31 bits (SPAL_LENGTH_MAX). An operation without bytes gets one empty buffer. */
static void span_fill(span *out, const spal_op *op, size_t skip) {
    out->count = 0;
    for (size_t i = 0; i < op->core.buffer_count && out->count < WINDOW; i++) {
        const spal_buffer *buffer = &op->core.buffers[i];
        if (buffer->length <= skip) {
            skip -= buffer->length;
            continue;
        }
        out->buffers[out->count].buf = (char *)buffer->base + skip;
        out->buffers[out->count].len = (ULONG)(buffer->length - skip);
        out->count++;
        skip = 0;
    }
    if (out->count == 0) {
        out->buffers[0].buf = NULL;
        out->buffers[0].len = 0;
        out->count = 1;
    }
}

/* ---------------------------------------------------------------------------------------------------------- results */

/* Windows tells apart who ended a connection; here a connection that has gone was reset, whoever did it, and one that
 * never was is not connected. SPAL_ECONNABORTED means something of our own. */
spal_error spali_transfer_error(spali_slot *slot, spal_error error) {
    bool has_gone = error == SPAL_ECONNABORTED || error == SPAL_ECONNRESET || error == SPAL_ENOTCONN;
    if (!has_gone)
        return error;
    bool was_connected = (spali_facts(slot) & (SPALI_FACT_CONNECTED | SPALI_FACT_CONNECTING)) != 0;
    return was_connected ? SPAL_ECONNRESET : SPAL_ENOTCONN;
}

spal_error spali_transfer_failure(spali_slot *slot, int code) {
    return spali_transfer_error(slot, spali_failed((uint32_t)code));
}

static spali_step op_done(spal_op *op, spal_error error) {
    op->error = error;
    return SPALI_DONE;
}

/* -------------------------------------------------------------------------------------------------- without waiting */

spal_error spali_try_recv(spali_slot *slot, void *buffer, size_t length, volatile spali_transfer *transfer) {
    int got = spali_sys.recv(slot->native, buffer, (int)length, 0);
    if (got < 0)
        return SPALI_UNUSUAL;
    *transfer->moved = (size_t)got;
    return SPAL_OK;
}

spal_error spali_try_send(spali_slot *slot, const void *buffer, size_t length, volatile spali_transfer *transfer) {
    int taken = spali_sys.send(slot->native, buffer, (int)length, 0);
    if (taken < 0)
        return SPALI_UNUSUAL;
    *transfer->moved = (size_t)taken;
    transfer->ready = true;
    return (size_t)taken == length ? SPAL_OK : SPAL_EPENDING;
}

static spal_error transfer_outcome(volatile spali_transfer *transfer) {
    int code = WSAGetLastError();
    transfer->ready = true;
    return code == WSAEWOULDBLOCK ? SPAL_EWOULDBLOCK : spali_transfer_failure(transfer->slot, code);
}

spal_error spali_recv_outcome(volatile spali_transfer *transfer) {
    return transfer_outcome(transfer);
}

spal_error spali_send_outcome(volatile spali_transfer *transfer) {
    return transfer_outcome(transfer);
}

/* Of an IP socket the core knows the peer, of others the system. */
static void peer_tell(spali_slot *slot, spal_op *op) {
    spal_address peer = {0};
    if (slot->peer.family != 0)
        spali_address_from_compact(&slot->peer, &peer);
    else if (spali_socket_peer_address(slot, &peer) != SPAL_OK || spali_is_unnamed(&peer))
        memset(&peer, 0, sizeof peer);
    spali_op_tell_sender(op, &peer);
}

/* Bytes have come, or the end. A receive of all goes on, unless it has been asked to end. */
static spali_step recv_took(spal_op *op, size_t got) {
    bool wants_all = (op->core.message_flags & SPAL_WAITALL) != 0 && op->core.mark == SPAL_OK;
    op->count += got;
    if (wants_all && got > 0 && op->count < spali_op_total(op))
        return SPALI_AGAIN;
    return op_done(op, SPAL_OK);
}

/* The one byte is not taken; it only tells whether a receive would wait. */
static spali_step readable_try(spali_slot *slot, spal_op *op) {
    char byte;
    if (spali_sys.recv(slot->native, &byte, 1, MSG_PEEK) >= 0)
        return op_done(op, SPAL_OK);
    int code = WSAGetLastError();
    if (code == WSAEWOULDBLOCK)
        return SPALI_AGAIN;
    return op_done(op, spali_transfer_failure(slot, code));
}

static spali_step recv_try(spali_slot *slot, spal_op *op) {
    spali_step step;
    if (spali_op_total(op) == 0)
        return readable_try(slot, op);
    do {
        span left;
        span_fill(&left, op, op->count);
        DWORD got = 0;
        DWORD flags = (DWORD)op->core.message_flags & SPAL_PEEK;
        if (spali_sys.WSARecv(slot->native, left.buffers, left.count, &got, &flags, NULL, NULL) != 0) {
            int code = WSAGetLastError();
            return code == WSAEWOULDBLOCK ? SPALI_AGAIN : op_done(op, spali_transfer_failure(slot, code));
        }
        step = recv_took(op, got);
    } while (step == SPALI_AGAIN);
    return step;
}

/* Of a stream the sender is the peer, and there is nothing more to say. Bytes that have come are told of, whatever came
 * behind them, or is still to come. */
static spali_step recv_named(spali_slot *slot, spal_op *op, spali_step step) {
    bool has_come = op->count > 0 || (step == SPALI_DONE && op->error == SPAL_OK);
    if (has_come && op->core.kind != SPAL_OP_RECV) {
        peer_tell(slot, op);
        spali_message_clear(op);
    }
    return step;
}

static DWORD send_flags(const spal_op *op) {
    return (DWORD)op->core.message_flags & SPAL_DONTROUTE;
}

static spali_step send_try(spali_slot *slot, spal_op *op) {
    size_t total = spali_op_total(op);
    while (op->count < total) {
        span left;
        span_fill(&left, op, op->count);
        DWORD taken = 0;
        if (spali_sys.WSASend(slot->native, left.buffers, left.count, &taken, send_flags(op), NULL, NULL) == 0) {
            op->count += taken;
            continue;
        }
        int code = WSAGetLastError();
        if (code == WSAEWOULDBLOCK)
            return SPALI_AGAIN;
        return op_done(op, spali_transfer_failure(slot, code));
    }
    return op_done(op, SPAL_OK);
}

/* Both halves at once, in the operation's turn: there is nothing to wait for. */
static spali_step disconnect_do(spali_slot *slot, spal_op *op) {
    if (spali_is_datagram(slot))
        return op_done(op, spali_socket_unconnect(slot));
    return op_done(op, spali_socket_shutdown(slot, SPAL_SHUT_BOTH));
}

/* Datagrams are moved in another way than a stream's bytes. */
static bool moves_message(spali_slot *slot, const spal_op *op) {
    switch (op->core.kind) {
    case SPAL_OP_RECV:
    case SPAL_OP_RECVFROM:
    case SPAL_OP_RECVMSG:
    case SPAL_OP_SEND:
    case SPAL_OP_SENDTO:
    case SPAL_OP_SENDMSG:
        return spali_is_datagram(slot);
    default:
        return false;
    }
}

spali_step spali_op_try(spali_slot *slot, spal_op *op, bool *ready) {
    (void)ready;
    if (moves_message(slot, op))
        return spali_message_try(slot, op);
    switch (op->core.kind) {
    case SPAL_OP_RECV:
    case SPAL_OP_RECVFROM:
    case SPAL_OP_RECVMSG:
        return recv_named(slot, op, recv_try(slot, op));
    case SPAL_OP_SEND:
        return send_try(slot, op);
    case SPAL_OP_SENDFILE:
        return spali_sendfile_try(slot, op);
    case SPAL_OP_ACCEPT:
        return spali_accept_try(slot, op);
    case SPAL_OP_DISCONNECT:
        return disconnect_do(slot, op);
    default:
        return op_done(op, SPAL_EINVAL);
    }
}

/* ---------------------------------------------------------------------------------------------------------- posting */

OVERLAPPED *spali_op_post(spal_op *op, spali_wake *wake) {
    op->system.internal = 0;
    op->system.internal_high = 0;
    op->system.offset = 0;
    op->system.offset_high = 0;
    op->system.event = spali_wake_event(wake);
    return spali_overlapped(op);
}

bool spali_op_ends_at_once(spali_slot *slot, const spali_wake *wake) {
    return wake != NULL || (spali_facts(slot) & SPALI_FACT_SKIPS) != 0;
}

static bool is_peek(const spal_op *op) {
    return (op->core.message_flags & SPAL_PEEK) != 0;
}

/* Peeking is not documented for overlapped calls: one without bytes waits for data, and then they are looked at. */
static spali_step recv_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    spali_step step;
    do {
        span left;
        span_fill(&left, op, is_peek(op) ? spali_op_total(op) : op->count);
        DWORD got = 0;
        DWORD flags = 0;
        OVERLAPPED *overlapped = spali_op_post(op, wake);
        if (spali_sys.WSARecv(slot->native, left.buffers, left.count, &got, &flags, overlapped, NULL) != 0) {
            int code = WSAGetLastError();
            return code == WSA_IO_PENDING ? SPALI_ARMED : op_done(op, spali_transfer_failure(slot, code));
        }
        if (!spali_op_ends_at_once(slot, wake))
            return SPALI_ARMED;
        step = is_peek(op) ? recv_try(slot, op) : recv_took(op, got);
    } while (step == SPALI_AGAIN);
    return step;
}

static spali_step send_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    size_t total = spali_op_total(op);
    while (op->count < total) {
        span left;
        span_fill(&left, op, op->count);
        DWORD taken = 0;
        OVERLAPPED *overlapped = spali_op_post(op, wake);
        if (spali_sys.WSASend(slot->native, left.buffers, left.count, &taken, send_flags(op), overlapped, NULL) == 0) {
            if (!spali_op_ends_at_once(slot, wake))
                return SPALI_ARMED;
            op->count += taken;
            continue;
        }
        int code = WSAGetLastError();
        return code == WSA_IO_PENDING ? SPALI_ARMED : op_done(op, spali_transfer_failure(slot, code));
    }
    return op_done(op, SPAL_OK);
}

spali_step spali_op_arm(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready) {
    (void)ready;
    if (moves_message(slot, op))
        return spali_message_arm(slot, op, wake);
    switch (op->core.kind) {
    case SPAL_OP_RECV:
    case SPAL_OP_RECVFROM:
    case SPAL_OP_RECVMSG:
        return recv_named(slot, op, recv_arm(slot, op, wake));
    case SPAL_OP_SEND:
        return send_arm(slot, op, wake);
    case SPAL_OP_SENDFILE:
        return spali_sendfile_arm(slot, op, wake);
    case SPAL_OP_ACCEPT:
        return spali_accept_arm(slot, op, wake);
    case SPAL_OP_CONNECT:
        return spali_connect_arm(slot, op, wake);
    case SPAL_OP_POLL:
        return spali_poll_arm(slot, op, wake);
    case SPAL_OP_DISCONNECT:
        return disconnect_do(slot, op);
    default:
        return op_done(op, SPAL_EINVAL);
    }
}

/* ------------------------------------------------------------------------------------------------------- harvesting */

bool spali_op_was_stopped(spali_slot *slot, const spal_op *op, uint32_t status) {
    return status == SPALI_STATUS_CANCELLED && op->core.mark == SPAL_OK && !spali_is_closed(slot);
}

/* Bytes that have left the queue are never lost, whatever else became of the call. */
static spali_step recv_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    size_t got = op->system.internal_high;
    if (spali_op_was_stopped(slot, op, status) && got == 0)
        return SPALI_AGAIN;
    spal_error error = spali_error_from_status(status);
    if (error == SPAL_OK && is_peek(op))
        return spali_is_closed(slot) ? op_done(op, SPAL_EABORTED) : recv_try(slot, op);
    if (error == SPAL_OK || (error == SPAL_EABORTED && got > 0))
        return recv_took(op, got);
    op->count += got;
    return op_done(op, spali_transfer_error(slot, error));
}

/* Windows does not say how far a cancelled send has come: the bytes that TCP had taken go their way, and the count
 * falls short of them, perhaps to 0. Nothing can be sent behind it any more, by us as little as by the caller. */
spali_step spali_send_cut(spali_slot *slot, spal_op *op, uint32_t status) {
    (void)spali_or_u32(&slot->facts, SPALI_FACT_BROKEN);
    return op_done(op, spali_op_was_stopped(slot, op, status) ? SPAL_ECONNABORTED : SPAL_EABORTED);
}

/* Of a send that did not take all, the rest is sent next. */
static spali_step send_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    op->count += op->system.internal_high;
    if (op->count >= spali_op_total(op))
        return op_done(op, SPAL_OK);
    if (spali_status_is_success(status))
        return SPALI_AGAIN;
    spal_error error = spali_error_from_status(status);
    return error == SPAL_EABORTED ? spali_send_cut(slot, op, status) : op_done(op, spali_transfer_error(slot, error));
}

spali_step spali_op_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    (void)ready;
    uint32_t status = spali_status_of(&op->system.internal);
    if (moves_message(slot, op))
        return spali_message_harvest(slot, op, status);
    switch (op->core.kind) {
    case SPAL_OP_RECV:
    case SPAL_OP_RECVFROM:
    case SPAL_OP_RECVMSG:
        return recv_named(slot, op, recv_harvest(slot, op, status));
    case SPAL_OP_SEND:
        return send_harvest(slot, op, status);
    case SPAL_OP_SENDFILE:
        return spali_sendfile_harvest(slot, op, status);
    case SPAL_OP_ACCEPT:
        return spali_accept_harvest(slot, op, status);
    case SPAL_OP_CONNECT:
        return spali_connect_harvest(slot, op, status);
    case SPAL_OP_POLL:
        return spali_poll_harvest(slot, op, status);
    default:
        return op_done(op, SPAL_EINVAL);
    }
}

/* An answer that nothing is left to cancel says that the end is on its way already, as success does. Wine gives it too
 * while a thread carries out a part of the operation, which then goes on as if nobody had asked. */
static bool cancel_may_be_lost(spali_slot *slot, spal_op *op) {
    return spali_sys.wine_get_version != NULL && GetLastError() == ERROR_NOT_FOUND && !spali_op_over(slot, op);
}

spali_step spali_op_disarm(spali_slot *slot, spal_op *op) {
    enum { MOST_TURNS = 10000 };
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        if (spali_sys.CancelIoEx((HANDLE)slot->native, spali_overlapped(op)) || !cancel_may_be_lost(slot, op))
            break;
        spali_yield();
    }
    return SPALI_ARMED;
}

bool spali_op_over(spali_slot *slot, spal_op *op) {
    (void)slot;
    return spali_status_of(&op->system.internal) != SPALI_STATUS_PENDING;
}

void spali_op_wait(spali_slot *slot, spal_op *op, spali_wake *wake, uint64_t deadline_ns) {
    if (spali_op_over(slot, op) || spali_wake_taken(wake))
        return;
    (void)spali_sys.WaitForSingleObject(wake->event, spali_wait_ms(deadline_ns));
    (void)spali_wake_taken(wake);
}
