/* SPDX-License-Identifier: MIT
 *
 * Accepting with AcceptEx and connecting with ConnectEx. The twin's are a part of src/posix/operation.c: there they are
 * two calls, here they are two protocols with the kernel. Sockets that ConnectEx does not serve connect as they do in
 * non-blocking mode.
 *
 * AcceptEx takes a socket that we make, so that the new connection is non-blocking and not inherited from its first
 * moment; it lies in op->system.word[0] while the operation is armed, and only then. The addresses arrive in the
 * listener's area, which suffices since only the head of a queue is armed. No data is awaited: a peer that connects and
 * keeps silent would hold the operation for ever.
 *
 * Both calls leave a socket that knows too little of itself until the SO_UPDATE options are set: shutdown and
 * getpeername fail on it.
 */
#include "handshake.h"

#include "afd.h"
#include "extension.h"

static spali_step op_done(spal_op *op, spal_error error) {
    op->error = error;
    return SPALI_DONE;
}

/* -------------------------------------------------------------------------------------------------------- accepting */

static void accepted_close(spal_op *op) {
    if ((SOCKET)op->system.word[0] != INVALID_SOCKET)
        (void)spali_sys.closesocket((SOCKET)op->system.word[0]);
    op->system.word[0] = INVALID_SOCKET;
}

/* The peer has gone before it was accepted; the listener is as well as ever. */
static bool is_transient(spal_error error) {
    switch (error) {
    case SPAL_ECONNRESET:
    case SPAL_ECONNABORTED:
    case SPAL_ECONNREFUSED:
    case SPAL_ENETRESET:
    case SPAL_ENETUNREACH:
    case SPAL_EHOSTUNREACH:
    case SPAL_ENOTCONN:
    case SPAL_ETIMEDOUT:
        return true;
    default:
        return false;
    }
}

/* The peer's address from the area, or, where the provider has left it empty, from the connection. */
static void accepted_peer(spali_slot *slot, const spali_extension *extension, spali_native native, spali_compact *out) {
    spali_extra *extra = spali_extra_peek(slot);
    struct sockaddr *local = NULL;
    struct sockaddr *remote = NULL;
    INT local_length = 0;
    INT remote_length = 0;
    spal_address peer = {0};
    if (extra != NULL)
        extension->GetAcceptExSockaddrs(extra->area, 0, SPALI_AREA_HALF, SPALI_AREA_HALF, &local, &local_length,
                                        &remote, &remote_length);
    if (remote == NULL || spali_address_from_native(remote, (size_t)remote_length, &peer) != SPAL_OK) {
        struct sockaddr_storage name;
        int length = sizeof name;
        if (spali_sys.getpeername(native, (struct sockaddr *)&name, &length) == 0)
            (void)spali_address_from_native(&name, (size_t)length, &peer);
    }
    spali_compact_from_address(&peer, out);
}

static spali_step accept_succeed(spali_slot *slot, spal_op *op) {
    spali_native native = (spali_native)op->system.word[0];
    SOCKET listener = slot->native;
    spali_extension extension;
    spali_compact peer;
    spal_error error = spali_extension_get(slot, &extension);
    if (error == SPAL_OK && spali_sys.setsockopt(native, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&listener,
                                                 sizeof listener) != 0)
        error = spali_failed((uint32_t)WSAGetLastError());
    if (error != SPAL_OK) {
        accepted_close(op);
        return is_transient(error) ? SPALI_AGAIN : op_done(op, error);
    }
    accepted_peer(slot, &extension, native, &peer);
    return op_done(op, spali_slot_accepted(op, native, &slot->identity, &peer));
}

spali_step spali_accept_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    if (spali_is_closed(slot)) {
        accepted_close(op);
        return op_done(op, SPAL_EABORTED);
    }
    spali_extra_peek(slot)->accepting = NULL;
    if (spali_status_is_success(status))
        return accept_succeed(slot, op);
    accepted_close(op);
    if (spali_op_was_stopped(slot, op, status))
        return SPALI_AGAIN;
    spal_error error = spali_error_from_status(status);
    return is_transient(error) ? SPALI_AGAIN : op_done(op, error);
}

/* One AcceptEx on a fresh socket. SPALI_AGAIN: the connection it found has gone already. */
static spali_step accept_post(spali_slot *slot, spal_op *op, spali_wake *wake) {
    spali_extension extension;
    spali_native native;
    DWORD received = 0;
    spali_extra *extra = spali_extra_get(slot);
    if (extra == NULL)
        return op_done(op, SPAL_ENOMEM);
    spal_error error = spali_extension_get(slot, &extension);
    if (error == SPAL_OK)
        error = spali_socket_make(&slot->identity, &native);
    if (error != SPAL_OK)
        return op_done(op, error);
    op->system.word[0] = native;
    extra->accepting = op;
    bool is_accepted = extension.AcceptEx(slot->native, native, extra->area, 0, SPALI_AREA_HALF, SPALI_AREA_HALF,
                                          &received, spali_op_post(op, wake));
    int code = is_accepted ? 0 : WSAGetLastError();
    if (code == WSA_IO_PENDING || (is_accepted && !spali_op_ends_at_once(slot, wake)))
        return SPALI_ARMED;
    extra->accepting = NULL;
    if (is_accepted)
        return accept_succeed(slot, op);
    accepted_close(op);
    error = spali_failed((uint32_t)code);
    op->error = error;
    return is_transient(error) ? SPALI_AGAIN : SPALI_DONE;
}

/* The operation's packet may be collected long after the close, and its connection would hold the port until then. */
void spali_accept_abandon(spali_slot *slot) {
    spali_extra *extra = spali_extra_peek(slot);
    spal_op *op = extra != NULL ? extra->accepting : NULL;
    slot->extra = NULL;
    if (op != NULL && !spali_op_over(slot, op))
        return; /* The memory is lost rather than written to by the kernel in its next life. */
    if (op != NULL)
        accepted_close(op);
    spali_memory_free(extra);
}

/* A provider that calls every connection dead is believed in the end. */
spali_step spali_accept_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    enum { MOST_TURNS = 256 };
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        spali_step step = accept_post(slot, op, wake);
        if (step != SPALI_AGAIN)
            return step;
    }
    return op_done(op, op->error != SPAL_OK ? op->error : SPAL_ECONNABORTED);
}

/* @return false also when the driver does not answer */
static bool nobody_waits(spali_slot *slot) {
    ULONG found = 0;
    return spali_afd_now(slot->native, SPALI_AFD_ACCEPT, &found) == SPAL_OK && found == 0;
}

/* Nothing of the listener may be in the kernel when a try returns. Wine takes even a waiting connection only after the
 * call has returned, so it is given the moment while that connection is still to be seen. A connection that comes while
 * the call is being cancelled wins. */
static spali_step accept_withdraw(spali_slot *slot, spal_op *op, spali_wake *wake) {
    enum { MOST_TURNS = 100, TURN_MS = 1 };
    for (int turn = 0; turn < MOST_TURNS && !spali_op_over(slot, op) && !nobody_waits(slot); turn++)
        (void)spali_sys.WaitForSingleObject(wake->event, TURN_MS);
    if (!spali_op_over(slot, op))
        (void)spali_op_disarm(slot, op);
    while (!spali_op_over(slot, op))
        (void)spali_sys.WaitForSingleObject(wake->event, INFINITE);
    return spali_accept_harvest(slot, op, spali_status_of(&op->system.internal));
}

/* Asked first, the driver saves a socket and a cancel in the usual case that nobody is there. */
spali_step spali_accept_try(spali_slot *slot, spal_op *op) {
    if (nobody_waits(slot))
        return SPALI_AGAIN;
    spali_wake *wake = spali_wake_take();
    if (wake == NULL)
        return op_done(op, SPAL_EMFILE);
    spali_step step = spali_accept_arm(slot, op, wake);
    if (step == SPALI_ARMED)
        step = accept_withdraw(slot, op, wake);
    /* Cancelled by ourselves, which the mark does not know; with a mark, the core decides what becomes of it. */
    if (step == SPALI_DONE && op->error == SPAL_EABORTED)
        step = SPALI_AGAIN;
    spali_wake_give(wake);
    return step;
}

/* ------------------------------------------------------------------------------------------------------- connecting */

/* ConnectEx wants a bound socket. A dual-mode socket that connects to an IPv4 address is bound to IPv4's wildcard. */
static spal_error connect_bind(spali_slot *slot, const spal_address *target) {
    struct sockaddr_storage name;
    size_t length;
    spal_address any;
    if ((spali_facts(slot) & SPALI_FACT_BOUND) != 0)
        return SPAL_OK;
    spal_error error = spal_address_any(SPAL_AF_INET, 0, &any);
    if (error == SPAL_OK && spal_address_is_v4_mapped(target) != 0)
        error = spal_address_map_v4(&any, &any);
    else if (error == SPAL_OK)
        error = spal_address_any(target->family, 0, &any);
    if (error == SPAL_OK)
        error = spali_address_to_native(&any, &name, sizeof name, &length);
    if (error != SPAL_OK)
        return error;
    if (spali_sys.bind(slot->native, (const struct sockaddr *)&name, (int)length) != 0) {
        error = spali_failed((uint32_t)WSAGetLastError());
        bool is_refused = error == SPAL_EINVAL || error == SPAL_EADDRNOTAVAIL || error == SPAL_EFAULT;
        /* A socket of IPv6 alone has no way to IPv4. */
        return is_refused && spal_address_is_v4_mapped(&any) != 0 ? SPAL_ENETUNREACH : error;
    }
    (void)spali_or_u32(&slot->facts, SPALI_FACT_BOUND);
    return SPAL_OK;
}

/* A connection that the peer has reset by now is not to be had any more. */
static spali_step connect_succeed(spali_slot *slot, spal_op *op) {
    if (spali_sys.setsockopt(slot->native, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0) == 0)
        return op_done(op, SPAL_OK);
    spal_error error = spali_failed((uint32_t)WSAGetLastError());
    return op_done(op, error == SPAL_ENOTCONN ? SPAL_ECONNRESET : error);
}

/* ConnectEx is for streams over IP. Others connect at once, or, local ones, perhaps a little later. */
static bool is_plain(spali_slot *slot) {
    return slot->identity.family == SPAL_AF_UNIX || spali_is_datagram(slot);
}

static spali_step plain_arm(spali_slot *slot, spal_op *op, spali_wake *wake, const spal_address *target) {
    spal_error error = spali_socket_connect_start(slot, target);
    bool waits = error == SPAL_EINPROGRESS || error == SPAL_EALREADY;
    while (waits) {
        spali_step step = spali_afd_arm(
            slot, op, wake, SPALI_AFD_SEND | SPALI_AFD_ABORT | SPALI_AFD_CONNECT_FAIL | SPALI_AFD_LOCAL_CLOSE, NULL);
        if (step != SPALI_AGAIN)
            return step;
        error = spali_socket_connect_result(slot);
        waits = error == SPAL_EINPROGRESS;
    }
    return op_done(op, error);
}

static spali_step plain_harvest(spali_slot *slot, spal_op *op) {
    spal_error error = spali_socket_connect_result(slot);
    return error == SPAL_EINPROGRESS ? SPALI_AGAIN : op_done(op, error);
}

spali_step spali_connect_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    struct sockaddr_storage name;
    size_t length = 0;
    spali_extension extension;
    spal_address target;
    DWORD sent = 0;
    (void)spali_op_address(op, &target);
    if (is_plain(slot))
        return plain_arm(slot, op, wake, &target);
    spali_address_connectable(&target);
    spal_error error = spali_address_to_native(&target, &name, sizeof name, &length);
    if (error == SPAL_OK)
        error = spali_extension_get(slot, &extension);
    if (error == SPAL_OK)
        error = connect_bind(slot, &target);
    if (error != SPAL_OK)
        return op_done(op, error);
    spali_socket_hurry(slot->native, &target);
    if (extension.ConnectEx(slot->native, (const struct sockaddr *)&name, (int)length, NULL, 0, &sent,
                            spali_op_post(op, wake)))
        return spali_op_ends_at_once(slot, wake) ? connect_succeed(slot, op) : SPALI_ARMED;
    int code = WSAGetLastError();
    if (code == WSA_IO_PENDING)
        return SPALI_ARMED;
    return op_done(op, spali_address_blame(&target, spali_failed((uint32_t)code)));
}

spali_step spali_connect_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    if (spali_is_closed(slot))
        return op_done(op, SPAL_EABORTED);
    if (spali_status_is_success(status))
        return is_plain(slot) ? plain_harvest(slot, op) : connect_succeed(slot, op);
    if (spali_op_was_stopped(slot, op, status))
        return SPALI_AGAIN;
    spal_address target;
    (void)spali_op_address(op, &target);
    return op_done(op, spali_address_blame(&target, spali_error_from_status(status)));
}
