/* SPDX-License-Identifier: MIT
 *
 * The life of a port: making, attaching sockets, posting, and closing in two phases. Waiting on it is in port.c.
 */
#include "port.h"

#include "request.h"
#include "watch.h"

#include <string.h>

spal_error spal_port_create(spal_port **out, const spal_port_options *options) {
    if (out == NULL)
        return SPAL_EFAULT;
    int32_t flags = options == NULL ? 0 : options->flags;
    if ((flags & ~SPAL_PORT_SINGLE_THREAD) != 0)
        return SPAL_EINVAL;
    const char *backend = NULL;
    spal_error error = spali_backend_choose(options == NULL ? NULL : options->backend, &backend);
    if (error == SPAL_OK)
        error = spali_start();
    if (error != SPAL_OK)
        return error;
    spal_port *port = spali_memory_new(sizeof *port);
    if (port == NULL)
        return SPAL_ENOMEM;
    memset(port, 0, sizeof *port);
    error = spali_port_open(backend, &port->native);
    if (error != SPAL_OK) {
        spali_memory_free(port);
        return error;
    }
    port->is_single = (flags & SPAL_PORT_SINGLE_THREAD) != 0;
    port->keeper_ns = SPALI_NEVER;
    spali_mutex_init(&port->lock);
    spali_mutex_init(&port->post_lock);
    spali_condition_init(&port->driver_left);
    *out = port;
    return SPAL_OK;
}

/* -------------------------------------------------------------------------------------------------------- attaching */

/* The socket of a connect by host has been attached by the library, to the same port: only key and flags are new. */
static spal_error attach_again(spal_port *port, spali_slot *slot) {
    if (slot->port != port || (spali_facts(slot) & SPALI_FACT_PROVISIONAL) == 0)
        return SPAL_EISCONN;
    (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_PROVISIONAL);
    return SPAL_OK;
}

/* A thread inside a call would miss that plain stores have become the rule. One that comes with a stale handle and
 * locks is told behind the lock. */
static spal_error word_make_single(spali_slot *slot) {
    const uint64_t users = SPALI_PINS | SPALI_BUSY(SPALI_READ) | SPALI_BUSY(SPALI_WRITE);
    spali_latch *lock = spali_slot_lock(slot);
    uint64_t word = spali_load_u64(&slot->word);
    bool is_alone;
    do
        is_alone = (word & users) == SPALI_PIN;
    while (is_alone && !spali_swap_u64(&slot->word, &word, word | SPALI_SINGLE));
    spali_slot_unlock(lock);
    return is_alone ? SPAL_OK : SPAL_EALREADY;
}

static void word_unmake_single(spali_slot *slot) {
    spali_put_u64(&slot->word, spali_peek_u64(&slot->word) & ~SPALI_SINGLE);
}

static spal_error attach_first(spal_port *port, spali_slot *slot, bool inline_results) {
    spal_error error = port->is_single ? word_make_single(slot) : SPAL_OK;
    if (error != SPAL_OK)
        return error;
    error = spali_port_associate(&port->native, slot, inline_results);
    if (error != SPAL_OK && port->is_single)
        word_unmake_single(slot);
    return error;
}

spal_error spali_port_attach(spal_port *port, spali_slot *slot, void *key, uint32_t facts) {
    bool is_again = (spali_or_u32(&slot->facts, SPALI_FACT_ATTACHED) & SPALI_FACT_ATTACHED) != 0;
    spal_error error = is_again ? attach_again(port, slot) : attach_first(port, slot, (facts & SPALI_FACT_INLINE) != 0);
    if (error != SPAL_OK) {
        if (!is_again)
            (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_ATTACHED);
        return error;
    }
    slot->key = key;
    (void)spali_or_u32(&slot->facts, facts);
    if (!is_again)
        slot->port = port;
    return SPAL_OK;
}

spal_error spal_port_attach(spal_port *port, spal_socket socket, void *key, int flags) {
    if (port == NULL)
        return SPAL_EFAULT;
    if ((flags & ~SPAL_INLINE) != 0)
        return SPAL_EINVAL;
    if (spali_load_u32(&port->state) != SPALI_PORT_OPEN)
        return SPAL_ESHUTDOWN;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = spali_port_attach(port, slot, key, (flags & SPAL_INLINE) != 0 ? SPALI_FACT_INLINE : 0);
    spali_unpin(slot);
    return error;
}

/* ------------------------------------------------------------------------------------------------------------ posts */

spal_error spal_port_post(spal_port *port, spal_op *op, void *key) {
    if (port == NULL || op == NULL)
        return SPAL_EFAULT;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    if (spali_load_u32(&port->state) != SPALI_PORT_OPEN)
        return SPAL_ESHUTDOWN;
    op->error = SPAL_OK;
    op->kind = SPAL_OP_POST;
    op->core.kind = SPAL_OP_POST;
    op->core.sink = SPALI_TO_PORT;
    op->core.key = key;
    spali_port_push(port, op);
    return SPAL_OK;
}

spal_error spal_port_native_handle(spal_port *port, spal_native *out) {
    if (port == NULL || out == NULL)
        return SPAL_EFAULT;
    spali_port_lock(port);
    port->is_lent = true;
    /* What came before has woken nobody, or somebody who has left it. */
    if (port->ready_first != NULL || spali_peek_u32(&port->news) != 0)
        spali_port_wake(&port->native);
    spali_port_unlock(port);
    *out = spali_port_handle(&port->native);
    return SPAL_OK;
}

/* ---------------------------------------------------------------------------------------------------------- closing */

/* What a look at a socket, or at all sockets of a port, finds. */
enum pending { PENDING_NONE, PENDING_BRIEFLY, PENDING_OPERATIONS };

/* Asynchronous operations stand in a FIFO until they have been delivered, except in the hands of an owner, who does not
 * keep them long. A synchronous call that waits is no business of the port's. */
static enum pending slot_pending(spali_slot *slot) {
    enum pending found = PENDING_NONE;
    spali_latch *lock = spali_slot_lock(slot);
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++) {
        spal_op *head = slot->head[direction];
        bool is_busy = (spali_load_u64(&slot->word) & SPALI_BUSY(direction)) != 0;
        bool is_waiting_call = head != NULL && spali_op_is_call(head) && spali_call_of(head)->is_owner;
        if (is_busy && !is_waiting_call && found == PENDING_NONE)
            found = PENDING_BRIEFLY;
        for (const spal_op *op = head; op != NULL; op = op->core.next) {
            if (!spali_op_is_call(op))
                found = PENDING_OPERATIONS;
        }
    }
    if (slot->watch != NULL)
        found = PENDING_OPERATIONS;
    spali_slot_unlock(lock);
    return found;
}

/* @param sink  null: only look */
static enum pending socket_end_all(spal_socket socket, spali_sink *sink) {
    spali_slot *slot = NULL;
    if (spali_pin(socket, &slot) != SPAL_OK)
        return PENDING_NONE;
    if (sink != NULL) {
        (void)spali_or_u32(&slot->facts, SPALI_FACT_PORT_SHUT);
        for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
            spali_op_ask(slot, direction, NULL, 0, SPALI_ASKED_CANCEL, false, sink);
        spali_watch_ask(slot, NULL, 0, SPALI_ASKED_CANCEL, sink);
    }
    enum pending found = slot_pending(slot);
    spali_unpin(slot);
    return found;
}

static enum pending sockets_end_all(spal_port *port, spali_sink *sink) {
    spal_socket sockets[64];
    uint32_t cursor = 0;
    enum pending most = PENDING_NONE;
    for (;;) {
        size_t count = spali_slots_attached(port, &cursor, sockets, sizeof sockets / sizeof *sockets);
        if (count == 0)
            return most;
        for (size_t i = 0; i < count; i++) {
            enum pending found = socket_end_all(sockets[i], sink);
            most = found > most ? found : most;
        }
    }
}

static bool sockets_have_pending(spal_port *port, spali_sink *sink) {
    enum pending found = sockets_end_all(port, sink);
    while (found == PENDING_BRIEFLY) {
        spali_yield();
        found = sockets_end_all(port, sink);
    }
    return found == PENDING_OPERATIONS;
}

bool spali_port_end_all(spal_port *port, spali_sink *sink) {
    spali_request_end_all(port, sink);
    return sockets_have_pending(port, sink);
}

spal_error spal_port_shutdown(spal_port *port) {
    if (port == NULL)
        return SPAL_EFAULT;
    if (spali_exchange_u32(&port->state, SPALI_PORT_SHUT) == SPALI_PORT_SHUT)
        return SPAL_OK;
    spali_sink sink = {0};
    (void)spali_port_end_all(port, &sink);
    spali_port_lock(port);
    if (port->sleepers > 0)
        spali_port_wake(&port->native);
    spali_port_unlock(port);
    return SPAL_OK;
}

/* Once it is going, no call joins it any more. */
static bool port_let_go(spal_port *port) {
    spali_port_lock(port);
    bool is_free = port->waiters == 0 && port->driver == NULL && port->parked == NULL && port->ready_first == NULL &&
                   port->requests == NULL;
    spali_mutex_lock(&port->post_lock);
    is_free = is_free && port->posted_first == NULL;
    spali_mutex_unlock(&port->post_lock);
    if (is_free)
        (void)spali_exchange_u32(&port->state, SPALI_PORT_GOING);
    spali_port_unlock(port);
    return is_free;
}

/* Those who looked at slot->port before hold the slot's lock or own a direction, and do not keep either for long. */
static void socket_detach(spal_socket socket) {
    spali_slot *slot = NULL;
    spal_error error;
    while ((error = spali_pin(socket, &slot)) == SPAL_ENOBUFS)
        spali_yield();
    if (error != SPAL_OK)
        return; /* It has been retired since, and may be another port's by now. */
    spali_latch *lock = spali_slot_lock(slot);
    slot->port = NULL;
    spali_slot_unlock(lock);
    while (slot_pending(slot) == PENDING_BRIEFLY)
        spali_yield();
    spali_unpin(slot);
}

static void sockets_detach(spal_port *port) {
    spal_socket sockets[64];
    uint32_t cursor = 0;
    for (;;) {
        size_t count = spali_slots_attached(port, &cursor, sockets, sizeof sockets / sizeof *sockets);
        if (count == 0)
            return;
        for (size_t i = 0; i < count; i++)
            socket_detach(sockets[i]);
    }
}

spal_error spal_port_free(spal_port *port) {
    if (port == NULL)
        return SPAL_EFAULT;
    if (spali_load_u32(&port->state) != SPALI_PORT_SHUT || sockets_have_pending(port, NULL) || !port_let_go(port))
        return SPAL_EALREADY;
    while (spali_load_u32(&port->wakers) != 0)
        spali_yield();
    sockets_detach(port);
    spali_port_close(&port->native);
    spali_condition_fini(&port->driver_left);
    spali_mutex_fini(&port->post_lock);
    spali_mutex_fini(&port->lock);
    spali_memory_free(port->heap);
    spali_memory_free(port);
    return SPAL_OK;
}
