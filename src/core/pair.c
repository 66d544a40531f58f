/* SPDX-License-Identifier: MIT
 *
 * Sockets made from sockets: spal_socketpair and spal_duplicate. Where the system has no pairs one is made here, over
 * the loopback, out of the library's own calls.
 *
 * NOBODY COMES BETWEEN. A stream's listener is exclusive and takes what comes, but only the connection whose two ends
 * name each other is the pair; a stranger's is closed. Two datagram sockets are connected to each other, after which
 * the system lets nobody else's datagrams in; what strangers sent before that is thrown away.
 */
#include "connect.h"

/* Somebody who keeps coming between is an attack, and time enough has passed to call it that. */
#define TRIES_MOST 64
#define STEP_MS 5000

/* --------------------------------------------------------------------------------------------------- emulated pairs */

static spal_error open_on_loopback(int type, spal_socket *out, spal_address *local) {
    spal_address loopback;
    spal_error error = spal_open(out, SPAL_AF_INET, type, 0);
    if (error != SPAL_OK)
        return error;
    (void)spal_address_loopback(SPAL_AF_INET, 0, &loopback);
    error = spal_bind(*out, &loopback);
    if (error == SPAL_OK)
        error = spal_local_address(*out, local);
    if (error != SPAL_OK)
        (void)spal_close(*out);
    return error;
}

/* Until the connection comes whose other end is `wanted`. */
static spal_error accept_from(spal_socket listener, const spal_address *wanted, spal_socket *out) {
    for (int tries = 0; tries < TRIES_MOST; tries++) {
        spal_address peer;
        spal_error error = spal_accept(listener, out, &peer);
        if (error != SPAL_OK)
            return error;
        if (spal_address_compare(&peer, wanted) == 0)
            return SPAL_OK;
        (void)spal_abort(*out);
    }
    return SPAL_ECONNABORTED;
}

static spal_error stream_join(spal_socket listener, spal_socket a, const spal_address *target, spal_socket *b) {
    spal_address local;
    (void)spal_set_recv_timeout(listener, STEP_MS);
    (void)spal_set_send_timeout(a, STEP_MS);
    spal_error error = spal_connect(a, target);
    if (error == SPAL_OK)
        error = spal_local_address(a, &local);
    if (error == SPAL_OK)
        error = accept_from(listener, &local, b);
    (void)spal_set_send_timeout(a, 0);
    return error;
}

static spal_error pair_streams(spal_socket *a, spal_socket *b) {
    spal_socket listener;
    spal_address target;
    spal_error error = open_on_loopback(SPAL_SOCK_STREAM, &listener, &target);
    if (error != SPAL_OK)
        return error;
    error = spal_listen(listener, TRIES_MOST);
    if (error == SPAL_OK)
        error = spal_open(a, SPAL_AF_INET, SPAL_SOCK_STREAM, 0);
    if (error == SPAL_OK) {
        error = stream_join(listener, *a, &target, b);
        if (error != SPAL_OK)
            (void)spal_close(*a);
    }
    (void)spal_close(listener);
    return error;
}

/* Nothing of our own has been sent yet. */
static void datagrams_discard(spal_socket socket) {
    char byte;
    size_t received;
    for (int i = 0; i < 1000; i++) {
        spal_error error = spal_recv(socket, &byte, sizeof byte, SPAL_DONTWAIT, &received);
        if (error != SPAL_OK && error != SPAL_EMSGSIZE)
            return;
    }
}

static spal_error pair_datagrams(spal_socket *a, spal_socket *b) {
    spal_address local_a;
    spal_address local_b;
    spal_error error = open_on_loopback(SPAL_SOCK_DGRAM, a, &local_a);
    if (error != SPAL_OK)
        return error;
    error = open_on_loopback(SPAL_SOCK_DGRAM, b, &local_b);
    if (error != SPAL_OK)
        goto close_a;
    error = spal_connect(*a, &local_b);
    if (error == SPAL_OK)
        error = spal_connect(*b, &local_a);
    if (error != SPAL_OK)
        goto close_b;
    datagrams_discard(*a);
    datagrams_discard(*b);
    return SPAL_OK;
close_b:
    (void)spal_close(*b);
close_a:
    (void)spal_close(*a);
    return error;
}

/* ----------------------------------------------------------------------------------------------------- native pairs */

static void native_discard(spali_native native) {
    spali_slot stranger = {.native = native};
    spali_socket_close(&stranger, false);
}

static spal_error pair_natively(int type, spal_socket *a, spal_socket *b) {
    const uint32_t facts = SPALI_FACT_CONNECTED | SPALI_FACT_BOUND;
    spali_identity identity = {0, 0, 0};
    spali_native natives[2] = {SPALI_NATIVE_NONE, SPALI_NATIVE_NONE};
    spal_error error = spali_socket_pair(type, &identity, natives);
    if (error != SPAL_OK)
        return error;
    error = spali_slot_for(natives[0], &identity, facts, a);
    if (error != SPAL_OK) {
        native_discard(natives[1]);
        return error;
    }
    error = spali_slot_for(natives[1], &identity, facts, b);
    if (error != SPAL_OK)
        (void)spal_close(*a);
    return error;
}

spal_error spal_socketpair(int type, spal_socket *a, spal_socket *b) {
    spal_socket first;
    spal_socket second;
    if (a == NULL || b == NULL)
        return SPAL_EFAULT;
    if (type != SPAL_SOCK_STREAM && type != SPAL_SOCK_DGRAM)
        return SPAL_ESOCKTNOSUPPORT;
    spal_error error = spali_start();
    if (error == SPAL_OK)
        error = pair_natively(type, &first, &second);
    if (error == SPAL_EOPNOTSUPP)
        error = type == SPAL_SOCK_STREAM ? pair_streams(&first, &second) : pair_datagrams(&first, &second);
    if (error != SPAL_OK)
        return error;
    *a = first;
    *b = second;
    return SPAL_OK;
}

/* ------------------------------------------------------------------------------------------------------- duplicates */

#define FACTS_OF_BOTH                                                                                                  \
    (SPALI_FACT_BOUND | SPALI_FACT_LISTENING | SPALI_FACT_CONNECTED | SPALI_FACT_SPENT | SPALI_FACT_SHUT_RECV |        \
     SPALI_FACT_SHUT_SEND | SPALI_FACT_BROKEN | SPALI_FACT_RESET | SPALI_FACT_SHARED | SPALI_FACT_BALANCED)

static spal_error duplicate_pinned(spali_slot *slot, spal_socket *out) {
    spal_socket made;
    spali_native native = SPALI_NATIVE_NONE;
    spali_connect_settle(slot);
    if ((spali_facts(slot) & SPALI_FACT_CONNECTING) != 0)
        return SPAL_EALREADY;
    spal_error error = spali_socket_duplicate(slot, &native);
    if (error != SPAL_OK)
        return error;
    /* Both have another holder from now on. */
    (void)spali_or_u32(&slot->facts, SPALI_FACT_ADOPTED | SPALI_FACT_UNDRAINED);
    uint32_t facts = (spali_facts(slot) & FACTS_OF_BOTH) | SPALI_FACT_ADOPTED;
    error = spali_slot_for(native, &slot->identity, facts, &made);
    if (error != SPAL_OK)
        return error;
    spali_slot_at(made.id)->peer = slot->peer;
    spali_put_u32(&spali_slot_at(made.id)->remembered, spali_peek_u32(&slot->remembered));
    *out = made;
    return SPAL_OK;
}

spal_error spal_duplicate(spal_socket socket, spal_socket *out) {
    if (out == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = duplicate_pinned(slot, out);
    spali_unpin(slot);
    return error;
}
