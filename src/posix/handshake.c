/* SPDX-License-Identifier: MIT
 *
 * The verbs of accepting and connecting. What a connect asks of the system is in socket.c, where connects in
 * non-blocking mode need it too. Twin: src/win32/handshake.c.
 */
#include "handshake.h"

#include <string.h>

/** Connections that were given up by their peers before they were taken, passed over in one go. */
#define ACCEPT_TRIES 64

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

/* What a listener hands down on some systems. Darwin says EINVAL of a connection that is gone, which will not linger.
 */
static spal_error accepted_prepare(spali_slot *slot, int descriptor) {
    bool lingers = (spali_peek_u32(&slot->facts) & (SPALI_FACT_LINGERS | SPALI_FACT_ADOPTED)) != 0;
    if (!lingers || spali_set_linger(descriptor, false, 0) == 0 || errno == EINVAL)
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
spali_step spali_accept_try(spali_slot *slot, spal_op *op, bool *ready) {
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
        return spali_op_tried(op, spali_code_blocks(code) ? spali_would_block(slot, ready) : spali_failed(code));
    }
    return SPALI_AGAIN;
}

spali_step spali_connect_arm(spali_slot *slot, spal_op *op, const spali_wake *wake, bool *ready) {
    spal_address address;
    (void)spali_op_address(op, &address);
    spal_error error = spali_socket_connect_start(slot, &address);
    if (error != SPAL_EINPROGRESS) {
        op->error = error;
        return SPALI_DONE;
    }
    return wake == NULL ? spali_op_register(slot, op, ready) : SPALI_ARMED;
}

spali_step spali_connect_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    spal_error error = spali_socket_connect_result(slot);
    *ready = error != SPAL_EINPROGRESS || !spali_is_registered(slot);
    return error == SPAL_EINPROGRESS ? SPALI_AGAIN : spali_op_tried(op, error);
}
