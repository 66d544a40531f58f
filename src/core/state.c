/* SPDX-License-Identifier: MIT
 *
 * What the facts about a socket mean for an operation, and what an operation's result means for the facts: which kinds
 * are refused in which state, and what is known of a socket when one of them has ended. How operations get from start
 * to end is in operation.c.
 */
#include "polling.h"
#include "watch.h"

/* -------------------------------------------------------------------------------------------------------- admitting */

static spal_error refusal_recv(uint32_t facts) {
    if ((facts & (SPALI_FACT_CONNECTED | SPALI_FACT_DATAGRAM)) == 0)
        return SPAL_ENOTCONN;
    if ((facts & SPALI_FACT_SHUT_RECV) != 0)
        return SPAL_ESHUTDOWN;
    return (facts & SPALI_FACT_RESET) != 0 ? SPAL_ECONNRESET : SPAL_OK;
}

static spal_error refusal_send(uint32_t facts) {
    if ((facts & SPALI_FACT_CONNECTED) == 0)
        return SPAL_ENOTCONN;
    if ((facts & SPALI_FACT_SHUT_SEND) != 0)
        return SPAL_ESHUTDOWN;
    return (facts & SPALI_FACT_BROKEN) != 0 ? SPAL_ECONNABORTED : SPAL_OK;
}

/* With an address of its own: only a datagram can have one, and only where the socket has no peer. */
static spal_error refusal_sendto(uint32_t facts) {
    if ((facts & SPALI_FACT_CONNECTED) != 0)
        return SPAL_EISCONN;
    if ((facts & SPALI_FACT_DATAGRAM) == 0)
        return SPAL_ENOTCONN;
    return (facts & SPALI_FACT_SHUT_SEND) != 0 ? SPAL_ESHUTDOWN : SPAL_OK;
}

static spal_error refusal_disconnect(uint32_t facts) {
    return (facts & SPALI_FACT_CONNECTED) != 0 ? SPAL_OK : SPAL_ENOTCONN;
}

spal_error spali_op_refusal(spali_slot *slot, int kind) {
    uint32_t facts = spali_facts(slot);
    switch (kind) {
    case SPAL_OP_RECV:
    case SPAL_OP_RECVFROM:
    case SPAL_OP_RECVMSG:
        return refusal_recv(facts);
    case SPAL_OP_SEND:
        return refusal_send(facts);
    case SPAL_OP_SENDTO:
        return refusal_sendto(facts);
    case SPAL_OP_SENDMSG: /* Of datagrams. Whether it needs an address has been looked at when it was started. */
        return (facts & SPALI_FACT_SHUT_SEND) != 0 ? SPAL_ESHUTDOWN : SPAL_OK;
    case SPAL_OP_SENDFILE:
        return (facts & SPALI_FACT_DATAGRAM) != 0 ? SPAL_EOPNOTSUPP : refusal_send(facts);
    case SPAL_OP_DISCONNECT:
        return refusal_disconnect(facts);
    case SPAL_OP_ACCEPT:
        return (facts & SPALI_FACT_LISTENING) != 0 ? SPAL_OK : SPAL_EINVAL;
    case SPAL_OP_CONNECT:
        return (facts & SPALI_FACT_DATAGRAM) != 0    ? SPAL_OK
               : (facts & SPALI_FACT_LISTENING) != 0 ? SPAL_EOPNOTSUPP
               : (facts & SPALI_FACT_CONNECTED) != 0 ? SPAL_EISCONN
               : (facts & SPALI_FACT_SPENT) != 0     ? SPAL_EINVAL
                                                     : SPAL_OK;
    default:
        return SPAL_EINVAL;
    }
}

/* A send gives a datagram socket a local port; so does a receive here, on every system. Another thread may have been
 * first, by a send that has not come back yet. */
SPALI_RARE spal_error spali_bind_implicitly(spali_slot *slot) {
    spal_address any;
    spal_error error = spal_address_any(slot->identity.family, 0, &any);
    if (error == SPAL_OK)
        error = spali_socket_bind(slot, &any);
    if (error != SPAL_OK && error != SPAL_EINVAL)
        return error;
    (void)spali_or_u32(&slot->facts, SPALI_FACT_BOUND);
    return SPAL_OK;
}

spal_error spali_op_admit(spali_slot *slot, const spal_op *op) {
    spal_error error = spali_op_refusal(slot, op->core.kind);
    bool is_misfit = (spali_facts(slot) & SPALI_FACT_DATAGRAM) != 0 && spali_kind_receives(op->core.kind) &&
                     (op->core.message_flags & SPAL_WAITALL) != 0;
    return error == SPAL_OK && is_misfit ? SPAL_EOPNOTSUPP : error;
}

/* ------------------------------------------------------------------------------------------------------- concluding */

/* A datagram socket may change its peer while others look: the system is asked for it each time. */
static void conclude_connect(spali_slot *slot, spal_op *op) {
    bool is_datagram = (spali_facts(slot) & SPALI_FACT_DATAGRAM) != 0;
    if (op->error == SPAL_OK) {
        spal_address peer;
        if (!is_datagram && spali_op_address(op, &peer))
            spali_compact_from_address(&peer, &slot->peer);
        (void)spali_or_u32(&slot->facts, SPALI_FACT_CONNECTED | SPALI_FACT_BOUND);
    } else if (!is_datagram) {
        (void)spali_or_u32(&slot->facts, SPALI_FACT_SPENT);
    } else if (op->error != SPAL_EABORTED && op->error != SPAL_ETIMEDOUT) {
        /* The system has tried, and some have forgotten the peer there was. */
        (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_CONNECTED);
        (void)spali_socket_unconnect(slot);
    }
    (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_CONNECTING);
}

/* Bytes that have left a stream's queue are the caller's, whatever came behind them: the next receive tells. */
static void conclude_recv(spali_slot *slot, spal_op *op) {
    if ((spali_facts(slot) & SPALI_FACT_DATAGRAM) != 0)
        return;
    if (op->error == SPAL_ECONNRESET)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_RESET);
    if (op->count > 0)
        op->error = SPAL_OK;
}

static void conclude_send(spali_slot *slot, const spal_op *op) {
    uint32_t facts = spali_facts(slot);
    if ((facts & (SPALI_FACT_DATAGRAM | SPALI_FACT_BOUND)) == SPALI_FACT_DATAGRAM && op->error == SPAL_OK &&
        slot->identity.family != SPAL_AF_UNIX)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_BOUND);
    if ((facts & SPALI_FACT_DATAGRAM) == 0 && op->count > 0 &&
        (op->error == SPAL_EABORTED || op->error == SPAL_ETIMEDOUT))
        (void)spali_or_u32(&slot->facts, SPALI_FACT_BROKEN);
}

static void conclude_disconnect(spali_slot *slot, const spal_op *op, spali_sink *sink) {
    if (op->error != SPAL_OK)
        return;
    if ((spali_facts(slot) & SPALI_FACT_DATAGRAM) != 0) {
        (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_CONNECTED);
        return;
    }
    (void)spali_or_u32(&slot->facts, SPALI_FACT_SHUT_RECV | SPALI_FACT_SHUT_SEND);
    spali_op_ask(slot, SPALI_READ, NULL, 0, SPALI_ASKED_SHUTDOWN, true, sink);
    if (!SPALI_READINESS) { /* Packet backends poll by the facts, which have just changed. */
        spali_poll_shake();
        spali_watch_shake(slot);
    }
}

void spali_op_conclude(spali_slot *slot, spal_op *op, spali_sink *sink) {
    switch (op->core.kind) {
    case SPAL_OP_CONNECT:
        conclude_connect(slot, op);
        break;
    case SPAL_OP_RECV:
    case SPAL_OP_RECVFROM:
    case SPAL_OP_RECVMSG:
        conclude_recv(slot, op);
        break;
    case SPAL_OP_SEND:
    case SPAL_OP_SENDTO:
    case SPAL_OP_SENDMSG:
    case SPAL_OP_SENDFILE:
        conclude_send(slot, op);
        break;
    case SPAL_OP_DISCONNECT:
        conclude_disconnect(slot, op, sink);
        break;
    default:
        break;
    }
}
