/* SPDX-License-Identifier: MIT
 *
 * The public calls on sockets that start no operation: opening and adopting, binding and listening, addresses, modes
 * and options, shutting down, cancelling. Closing is in close.c.
 */
#include "connect.h"
#include "polling.h"
#include "request.h"
#include "watch.h"

/* ---------------------------------------------------------------------------------------------------------- opening */

static spal_error protocol_check(int type, int protocol) {
    const int usual = type == SPAL_SOCK_STREAM ? SPAL_IPPROTO_TCP : SPAL_IPPROTO_UDP;
    if (type == SPAL_SOCK_RAW)
        return protocol >= 1 && protocol <= 255 ? SPAL_OK : SPAL_EPROTONOSUPPORT;
    if (protocol == SPAL_IPPROTO_ANY || protocol == usual)
        return SPAL_OK;
    return protocol == SPAL_IPPROTO_TCP || protocol == SPAL_IPPROTO_UDP ? SPAL_EPROTOTYPE : SPAL_EPROTONOSUPPORT;
}

static spal_error identity_check(int family, int type, int protocol) {
    bool is_ip = family == SPAL_AF_INET || family == SPAL_AF_INET6;
    if (!is_ip && family != SPAL_AF_UNIX)
        return SPAL_EAFNOSUPPORT;
    bool is_raw = type == SPAL_SOCK_RAW && is_ip;
    if (type != SPAL_SOCK_STREAM && type != SPAL_SOCK_DGRAM && !is_raw)
        return SPAL_ESOCKTNOSUPPORT;
    if (is_ip)
        return protocol_check(type, protocol);
    return protocol == 0 ? SPAL_OK : SPAL_EPROTONOSUPPORT;
}

/* Protocol 0 has a number of its own for IP. */
static int protocol_meant(int family, int type, int protocol) {
    if (family == SPAL_AF_UNIX || protocol != SPAL_IPPROTO_ANY)
        return protocol;
    return type == SPAL_SOCK_STREAM ? SPAL_IPPROTO_TCP : SPAL_IPPROTO_UDP;
}

spal_error spali_slot_for(spali_native native, const spali_identity *identity, uint32_t facts, spal_socket *out) {
    spal_error error = spali_slot_new(native, identity, facts, out);
    if (error != SPAL_OK) {
        spali_slot stranger = {.native = native};
        spali_socket_close(&stranger, false);
    }
    return error;
}

spal_error spal_open(spal_socket *out, int family, int type, int protocol) {
    if (out == NULL)
        return SPAL_EFAULT;
    spal_error error = identity_check(family, type, protocol);
    if (error == SPAL_OK)
        error = spali_start();
    if (error != SPAL_OK)
        return error;
    spali_identity identity = {(int16_t)family, (int16_t)type, (int16_t)protocol_meant(family, type, protocol)};
    spali_native native = SPALI_NATIVE_NONE;
    error = spali_socket_open(&identity, &native);
    return error == SPAL_OK ? spali_slot_for(native, &identity, 0, out) : error;
}

spal_error spal_adopt(spal_socket *out, spal_native native) {
    if (out == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_start();
    if (error != SPAL_OK)
        return error;
    spali_native adopted = SPALI_NATIVE_NONE;
    spali_identity identity = {0, 0, 0};
    spali_compact peer = {.family = 0};
    uint32_t facts = 0;
    error = spali_socket_adopt(native, &adopted, &identity, &facts, &peer);
    if (error != SPAL_OK)
        return error;
    spal_socket socket;
    error = spali_slot_new(adopted, &identity, facts | SPALI_FACT_ADOPTED, &socket);
    if (error != SPAL_OK)
        return error;
    spali_slot_at(socket.id)->peer = peer;
    *out = socket;
    return SPAL_OK;
}

spal_error spal_native_handle(spal_socket socket, spal_native *out) {
    if (out == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    *out = (spal_native)slot->native;
    spali_unpin(slot);
    return SPAL_OK;
}

/* -------------------------------------------------------------------------------------------- binding and listening */

static spal_error bind_pinned(spali_slot *slot, const spal_address *address) {
    if (address->family != slot->identity.family)
        return SPAL_EAFNOSUPPORT;
    if ((spali_facts(slot) & (SPALI_FACT_BOUND | SPALI_FACT_CONNECTING)) != 0)
        return SPAL_EINVAL;
    if (address->family == SPAL_AF_UNIX && address->length == 0)
        return SPAL_EINVAL;
    spal_error error = spali_socket_bind(slot, address);
    if (error == SPAL_OK)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_BOUND);
    return error;
}

spal_error spal_bind(spal_socket socket, const spal_address *address) {
    if (address == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = bind_pinned(slot, address);
    spali_unpin(slot);
    return error;
}

static spal_error listen_pinned(spali_slot *slot, int backlog) {
    uint32_t facts = spali_facts(slot);
    if ((facts & SPALI_FACT_DATAGRAM) != 0)
        return SPAL_EOPNOTSUPP;
    if ((facts & (SPALI_FACT_CONNECTED | SPALI_FACT_CONNECTING)) != 0)
        return SPAL_EISCONN;
    if ((facts & SPALI_FACT_BOUND) == 0 || (facts & SPALI_FACT_SPENT) != 0 || backlog < 1)
        return SPAL_EINVAL;
    spal_error error = spali_socket_listen(slot, backlog);
    if (error == SPAL_OK) {
        spali_sink sink = {0};
        (void)spali_or_u32(&slot->facts, SPALI_FACT_LISTENING);
        spali_watch_touch(slot, &sink);
    }
    return error;
}

spal_error spal_listen(spal_socket socket, int backlog) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = listen_pinned(slot, backlog);
    spali_unpin(slot);
    return error;
}

/* -------------------------------------------------------------------------------------------------------- addresses */

spal_error spal_local_address(spal_socket socket, spal_address *out) {
    if (out == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = spali_socket_local_address(slot, out);
    spali_unpin(slot);
    return error;
}

static spal_error peer_pinned(spali_slot *slot, spal_address *out) {
    spali_connect_settle(slot);
    if ((spali_facts(slot) & SPALI_FACT_CONNECTED) == 0)
        return SPAL_ENOTCONN;
    if (slot->peer.family == 0) /* A local address, or a datagram socket's, which changes. */
        return spali_socket_peer_address(slot, out);
    spali_address_from_compact(&slot->peer, out);
    return SPAL_OK;
}

spal_error spal_peer_address(spal_socket socket, spal_address *out) {
    if (out == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = peer_pinned(slot, out);
    spali_unpin(slot);
    return error;
}

/* ---------------------------------------------------------------------------------------- shutting down, cancelling */

static spal_error shutdown_pinned(spali_slot *slot, int how, spali_sink *sink) {
    spali_connect_settle(slot);
    if ((spali_facts(slot) & (SPALI_FACT_CONNECTED | SPALI_FACT_DATAGRAM)) == 0)
        return SPAL_ENOTCONN;
    uint32_t facts = 0;
    if (how != SPAL_SHUT_SEND)
        facts |= SPALI_FACT_SHUT_RECV;
    if (how != SPAL_SHUT_RECV)
        facts |= SPALI_FACT_SHUT_SEND;
    /* First the facts, so that nothing starts any more; then what is pending, before the system ends it in its own way.
     */
    (void)spali_or_u32(&slot->facts, facts);
    if ((facts & SPALI_FACT_SHUT_RECV) != 0)
        spali_op_ask(slot, SPALI_READ, NULL, 0, SPALI_ASKED_SHUTDOWN, true, sink);
    if ((facts & SPALI_FACT_SHUT_SEND) != 0)
        spali_op_ask(slot, SPALI_WRITE, NULL, 0, SPALI_ASKED_SHUTDOWN, true, sink);
    spal_error error = spali_socket_shutdown(slot, how);
    /* Packet backends go by the facts, which have just changed. */
    if (!SPALI_READINESS) {
        spali_poll_shake();
        spali_watch_shake(slot);
    }
    return error;
}

spal_error spal_shutdown(spal_socket socket, int how) {
    if (how != SPAL_SHUT_RECV && how != SPAL_SHUT_SEND && how != SPAL_SHUT_BOTH)
        return SPAL_EINVAL;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_sink sink = {0};
    error = shutdown_pinned(slot, how, &sink);
    spali_unpin(slot);
    return error;
}

spal_error spal_cancel(spal_socket socket, spal_op *op) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_sink sink = {0};
    spali_op_ask(slot, SPALI_READ, op, 0, SPALI_ASKED_CANCEL, true, &sink);
    spali_op_ask(slot, SPALI_WRITE, op, 0, SPALI_ASKED_CANCEL, true, &sink);
    spali_watch_ask(slot, op, 0, SPALI_ASKED_CANCEL, &sink);
    if ((spali_facts(slot) & SPALI_FACT_LISTENING) != 0)
        spali_accept_recv_cancel(slot, socket, op, &sink);
    spali_unpin(slot);
    return SPAL_OK;
}

/* ------------------------------------------------------------------------------------------------------------ modes */

static spal_error fact_set(spal_socket socket, uint32_t fact, bool on) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    if (on)
        (void)spali_or_u32(&slot->facts, fact);
    else
        (void)spali_and_u32(&slot->facts, ~fact);
    spali_unpin(slot);
    return SPAL_OK;
}

spal_error spal_set_nonblocking(spal_socket socket, int on) {
    return fact_set(socket, SPALI_FACT_NONBLOCKING, on != 0);
}

spal_error spal_get_nonblocking(spal_socket socket, int *on) {
    if (on == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    *on = (spali_facts(slot) & SPALI_FACT_NONBLOCKING) != 0;
    spali_unpin(slot);
    return SPAL_OK;
}

static spal_error timeout_set(spal_socket socket, int direction, int timeout_ms) {
    if (timeout_ms < 0)
        return SPAL_EINVAL;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_put_u32(&slot->timeout_ms[direction], (uint32_t)timeout_ms);
    spali_unpin(slot);
    return SPAL_OK;
}

static spal_error timeout_get(spal_socket socket, int direction, int *timeout_ms) {
    if (timeout_ms == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    *timeout_ms = (int)spali_peek_u32(&slot->timeout_ms[direction]);
    spali_unpin(slot);
    return SPAL_OK;
}

spal_error spal_set_recv_timeout(spal_socket socket, int timeout_ms) {
    return timeout_set(socket, SPALI_READ, timeout_ms);
}

spal_error spal_get_recv_timeout(spal_socket socket, int *timeout_ms) {
    return timeout_get(socket, SPALI_READ, timeout_ms);
}

spal_error spal_set_send_timeout(spal_socket socket, int timeout_ms) {
    return timeout_set(socket, SPALI_WRITE, timeout_ms);
}

spal_error spal_get_send_timeout(spal_socket socket, int *timeout_ms) {
    return timeout_get(socket, SPALI_WRITE, timeout_ms);
}
