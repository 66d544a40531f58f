/* SPDX-License-Identifier: MIT
 *
 * The public operations that make and end connections, in both modes: accept, connect, disconnect. Sends and receives
 * are in transfer.c; connecting by name in host.c.
 */
#include "connect.h"

#include "port.h"
#include "sync.h"
#include "watch.h"

#include <string.h>

/* ----------------------------------------------------------------------------------------------------------- accept */

/* A path is too long to be kept, and is asked for. Nobody else knows the socket yet. */
static void accepted_tell(spali_slot *slot, const spali_compact *peer, spal_address *out) {
    if (slot->identity.family != SPAL_AF_UNIX) {
        spali_address_from_compact(peer, out);
        return;
    }
    memset(out, 0, sizeof *out);
    if (spali_socket_peer_address(slot, out) != SPAL_OK)
        out->family = SPAL_AF_UNIX;
}

spal_error spali_slot_accepted(spal_op *op, spali_native native, const spali_identity *identity,
                               const spali_compact *peer) {
    spal_socket socket;
    spal_error error = spali_slot_new(native, identity, SPALI_FACT_CONNECTED | SPALI_FACT_BOUND, &socket);
    if (error != SPAL_OK) {
        spali_slot stranger = {.native = native};
        spali_socket_close(&stranger, false);
        return error;
    }
    spali_slot_at(socket.id)->peer = *peer;
    op->socket = socket;
    if (op->core.result != NULL)
        accepted_tell(spali_slot_at(socket.id), peer, op->core.result);
    return SPAL_OK;
}

spal_error spal_accept(spal_socket listener, spal_socket *out, spal_address *peer) {
    if (out == NULL)
        return SPAL_EFAULT;
    spali_call call = {0};
    spal_address from;
    spali_op_prepare(&call.op, SPAL_OP_ACCEPT, SPALI_READ, listener);
    call.op.core.result = &from;
    spal_error error = spali_call_sync(listener, &call, 0, true);
    if (error != SPAL_OK)
        return error;
    *out = call.op.socket;
    if (peer != NULL)
        *peer = from;
    return SPAL_OK;
}

spal_error spal_accept_async(spal_socket listener, spal_op *op, spal_address *peer) {
    if (op == NULL)
        return SPAL_EFAULT;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_ACCEPT, SPALI_READ, listener);
    op->socket.id = 0;
    op->core.result = peer;
    return spali_op_start(listener, op, SPALI_READ);
}

/* ---------------------------------------------------------------------------------------------------------- connect */

/* The address stands in the backend's words until the operation is over; a path has no room there. */
void spali_op_set_address(spal_op *op, const spal_address *address, const spal_address *kept) {
    spali_compact compact = {.family = 0};
    if (address->family == SPAL_AF_UNIX)
        op->core.result = (void *)(uintptr_t)kept;
    else
        spali_compact_from_address(address, &compact);
    _Static_assert(sizeof compact <= sizeof op->system.word, "an IP address fits into an operation");
    memcpy(op->system.word, &compact, sizeof compact);
}

bool spali_op_address(const spal_op *op, spal_address *out) {
    spali_compact compact;
    if (op->core.kind == SPAL_OP_SENDMSG) {
        const spal_address *to = spali_op_message(op)->address;
        if (to != NULL)
            *out = spali_address_meant(to);
        return to != NULL;
    }
    memcpy(&compact, op->system.word, sizeof compact);
    if (compact.family != 0)
        spali_address_from_compact(&compact, out);
    else
        *out = *(const spal_address *)op->core.result;
    return true;
}

/* Beforehand, so that a path that the system cannot hold does the socket no harm. */
static spal_error path_check(const spal_address *address) {
    uint64_t native[32];
    size_t length;
    if (address->length == 0)
        return SPAL_EINVAL;
    return spali_address_to_native(address, native, sizeof native, &length);
}

static spal_error address_check(spali_slot *slot, const spal_address *address) {
    if (address->family != slot->identity.family)
        return SPAL_EAFNOSUPPORT;
    if (address->family == SPAL_AF_UNIX)
        return path_check(address);
    return address->port == 0 && slot->identity.type != SPAL_SOCK_RAW ? SPAL_EADDRNOTAVAIL : SPAL_OK;
}

/* Not every system takes the wildcard for the loopback by itself, and the peer's address should say who it is. */
spal_address spali_address_meant(const spal_address *address) {
    spal_address meant = *address;
    if (!spal_address_is_any(address))
        return meant;
    if (spal_address_is_v4_mapped(address)) {
        spal_address loopback;
        (void)spal_address_loopback(SPAL_AF_INET, address->port, &loopback);
        (void)spal_address_map_v4(&loopback, &meant);
    } else {
        (void)spal_address_loopback(address->family, address->port, &meant);
    }
    return meant;
}

static void dial_failed(spali_slot *slot, spal_error error) {
    slot->dial_error = (uint16_t)error;
    if ((spali_facts(slot) & SPALI_FACT_DATAGRAM) == 0) {
        (void)spali_or_u32(&slot->facts, SPALI_FACT_SPENT);
    } else { /* The system has tried, and some have forgotten the peer there was. */
        (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_CONNECTED);
        (void)spali_socket_unconnect(slot);
    }
    (void)spali_and_u32(&slot->facts, ~(uint32_t)(SPALI_FACT_DIALING | SPALI_FACT_CONNECTING));
}

static void dial_stands(spali_slot *slot) {
    (void)spali_or_u32(&slot->facts, SPALI_FACT_CONNECTED | SPALI_FACT_BOUND);
    (void)spali_and_u32(&slot->facts, ~(uint32_t)(SPALI_FACT_DIALING | SPALI_FACT_CONNECTING));
}

void spali_connect_settle(spali_slot *slot) {
    bool ready = false;
    bool attn = false;
    if ((spali_facts(slot) & SPALI_FACT_DIALING) == 0)
        return;
    /* One thread at a time: reading the outcome takes it away from the system. Another owner is in here too, since
     * nothing is sent before the connection stands, and does not stay. */
    while (!spali_direction_claim(slot, SPALI_WRITE, &ready, &attn)) {
        if ((spali_facts(slot) & SPALI_FACT_DIALING) == 0)
            return;
        spali_yield();
    }
    if ((spali_facts(slot) & SPALI_FACT_DIALING) != 0) {
        spal_error error = spali_socket_connect_result(slot);
        if (error == SPAL_OK)
            dial_stands(slot);
        else if (error != SPAL_EINPROGRESS)
            dial_failed(slot, error);
    }
    spali_direction_leave(slot, SPALI_WRITE, true);
}

/* A failed connect is told once, to the next call that asks. */
static spal_error dial_again(spali_slot *slot) {
    spali_connect_settle(slot);
    uint32_t facts = spali_facts(slot);
    if ((facts & SPALI_FACT_DIALING) != 0)
        return SPAL_EALREADY;
    if ((facts & SPALI_FACT_CONNECTED) != 0)
        return SPAL_EISCONN;
    spal_error error = slot->dial_error != 0 ? slot->dial_error : SPAL_EINVAL;
    slot->dial_error = 0;
    return error;
}

static void dial_tell_watchers(spali_slot *slot) {
    spali_sink sink = {0};
    spali_watch_touch(slot, &sink);
}

static spal_error dial(spali_slot *slot, const spal_address *address) {
    if ((spali_facts(slot) & SPALI_FACT_DATAGRAM) == 0 && address->family != SPAL_AF_UNIX)
        spali_compact_from_address(address, &slot->peer);
    spal_error error = spali_socket_connect_start(slot, address);
    if (error == SPAL_OK)
        dial_stands(slot);
    else if (error == SPAL_EINPROGRESS) /* Not before: a socket that is not on its way yet looks as if it had gone. */
        (void)spali_or_u32(&slot->facts, SPALI_FACT_DIALING);
    else
        dial_failed(slot, error);
    if (error != SPAL_OK && error != SPAL_EINPROGRESS)
        slot->dial_error = 0;
    dial_tell_watchers(slot);
    return error;
}

/* Only one connect at a time, and none on a listener or a stream that is connected or spent. */
static spal_error connect_enter(spali_slot *slot, const spal_address *address) {
    uint32_t facts = spali_facts(slot);
    if ((facts & SPALI_FACT_DIALING) != 0 || slot->dial_error != 0)
        return dial_again(slot);
    spal_error error = spali_op_refusal(slot, SPAL_OP_CONNECT);
    if (error == SPAL_OK)
        error = address_check(slot, address);
    if (error != SPAL_OK)
        return error;
    if ((spali_or_u32(&slot->facts, SPALI_FACT_CONNECTING) & SPALI_FACT_CONNECTING) != 0)
        return SPAL_EALREADY;
    return SPAL_OK;
}

static void connect_leave(spali_slot *slot) {
    (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_CONNECTING);
}

static spal_error connect_run(spali_slot *slot, spal_socket socket, const spal_address *address, uint64_t deadline_ns) {
    spali_call call = {0};
    bool ready = false;
    bool attn = false;
    spali_op_prepare(&call.op, SPAL_OP_CONNECT, SPALI_WRITE, socket);
    spali_op_set_address(&call.op, address, address);
    spali_entry entry = {spali_direction_claim(slot, SPALI_WRITE, &ready, &attn), true};
    spal_error error = spali_call_run(slot, socket, &call, deadline_ns, entry);
    connect_leave(slot);
    return error;
}

static spal_error connect_pinned(spali_slot *slot, spal_socket socket, const spal_address *address,
                                 uint64_t deadline_ns, bool may_wait) {
    spal_error error = connect_enter(slot, address);
    if (error != SPAL_OK)
        return error;
    spal_address meant = spali_address_meant(address);
    return may_wait ? connect_run(slot, socket, &meant, deadline_ns) : dial(slot, &meant);
}

spal_error spal_connect(spal_socket socket, const spal_address *address) {
    if (address == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = connect_pinned(slot, socket, address, spali_call_deadline(slot, SPALI_WRITE), spali_call_may_wait(slot, 0));
    spali_unpin(slot);
    return error;
}

spal_error spali_connect_until(spal_socket socket, const spal_address *address, uint64_t deadline_ns) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = connect_pinned(slot, socket, address, deadline_ns, true);
    spali_unpin(slot);
    return error;
}

static spal_error connect_start(spal_socket socket, spal_op *op, const spal_address *address) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = connect_enter(slot, address);
    if (error == SPAL_OK) {
        spal_address meant = spali_address_meant(address);
        spali_op_set_address(op, &meant, address);
        error = spali_op_start(socket, op, SPALI_WRITE);
        if (error != SPAL_OK && error != SPAL_EPENDING)
            connect_leave(slot);
    }
    spali_unpin(slot);
    return error;
}

spal_error spal_connect_async(spal_socket socket, spal_op *op, const spal_address *address) {
    if (op == NULL || address == NULL)
        return SPAL_EFAULT;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_CONNECT, SPALI_WRITE, socket);
    return connect_start(socket, op, address);
}

spal_error spali_connect_part(spal_socket socket, spal_op *op, const spal_address *address, void *whole) {
    spali_op_prepare(op, SPAL_OP_CONNECT, SPALI_WRITE, socket);
    op->core.sink = SPALI_TO_WHOLE;
    op->core.key = whole;
    return connect_start(socket, op, address);
}

/* ------------------------------------------------------------------------------------------------------- disconnect */

spal_error spal_disconnect(spal_socket socket) {
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_DISCONNECT, SPALI_WRITE, socket);
    return spali_call_sync(socket, &call, 0, true);
}

spal_error spal_disconnect_async(spal_socket socket, spal_op *op) {
    if (op == NULL)
        return SPAL_EFAULT;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_DISCONNECT, SPALI_WRITE, socket);
    return spali_op_start(socket, op, SPALI_WRITE);
}
