/* SPDX-License-Identifier: MIT
 *
 * Accepting with the first data, in both modes: an accept and then a receive on what was accepted. The asynchronous one
 * is a request of the listener's port (request.h) with two parts, one after the other. The first stands in the
 * listener's queue like any accept; in the second the client is waited for, and the queue goes on without it. So a
 * client that says nothing holds up nobody else.
 */
#include "request.h"
#include "sync.h"
#include "transfer.h"

static spal_error arguments_check(const void *buffer, size_t length) {
    spal_error error = spali_buffer_check(buffer, length);
    return error == SPAL_OK && length == 0 ? SPAL_EINVAL : error;
}

/* ------------------------------------------------------------------------------------------------------ synchronous */

/* A call stands in a list from its beginning to its end, so that those who cancel or close the listener find it in
 * either step, and between them. */
typedef struct waiting {
    spal_socket listener;
    spal_socket socket; /* whose bytes are waited for, or zero */
    bool is_ended;      /* by somebody who closes the socket, if there is one by then */
    struct waiting *next;
} waiting;

/* Covers the list. Nothing is called under it. */
static spali_mutex waiting_lock;
static waiting *waiting_first;

void spali_accept_recv_start(void) {
    spali_mutex_init(&waiting_lock);
}

static void waiting_enter(waiting *call) {
    spali_mutex_lock(&waiting_lock);
    call->next = waiting_first;
    waiting_first = call;
    spali_mutex_unlock(&waiting_lock);
}

/* @return false when somebody has ended the call before: the socket is still the caller's */
static bool waiting_hold(waiting *call, spal_socket socket) {
    spali_mutex_lock(&waiting_lock);
    bool is_ended = call->is_ended;
    if (!is_ended)
        call->socket = socket;
    spali_mutex_unlock(&waiting_lock);
    return !is_ended;
}

/* @return false when somebody has ended the call, and closes the socket that it held */
static bool waiting_leave(waiting *call) {
    spali_mutex_lock(&waiting_lock);
    waiting **at = &waiting_first;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    bool is_ended = call->is_ended;
    spali_mutex_unlock(&waiting_lock);
    return !is_ended;
}

/* Ends one call. @param held  out: the socket to be closed, or zero @return whether there was one to end */
static bool waiting_end(spal_socket listener, spal_socket *held) {
    spali_mutex_lock(&waiting_lock);
    waiting *call = waiting_first;
    while (call != NULL && (call->listener.id != listener.id || call->is_ended))
        call = call->next;
    if (call != NULL) {
        call->is_ended = true;
        *held = call->socket;
    }
    spali_mutex_unlock(&waiting_lock);
    return call != NULL;
}

static spal_error accept_until(spal_socket listener, spal_socket *out, spal_address *peer, uint64_t *deadline_ns) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(listener, &slot);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_ACCEPT, SPALI_READ, listener);
    call.op.core.result = peer;
    *deadline_ns = spali_call_deadline(slot, SPALI_READ);
    /* One who will not wait for the bytes would lose the client. */
    error = spali_call_may_wait(slot, 0) ? spali_call_pinned(slot, listener, &call, true, true, *deadline_ns)
                                         : SPAL_EOPNOTSUPP;
    *out = call.op.socket;
    spali_unpin(slot);
    return error;
}

static spal_error recv_until(spal_socket socket, void *buffer, size_t length, uint64_t deadline_ns, size_t *received) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(&call.op, buffer, length, 0);
    error = spali_call_pinned(slot, socket, &call, true, true, deadline_ns);
    *received = call.op.count;
    spali_unpin(slot);
    return error;
}

static spal_error listener_check(spal_socket listener) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(listener, &slot);
    if (error == SPAL_OK)
        spali_unpin(slot);
    return error;
}

/* Both steps. @param socket  out: to be closed when the second one fails; zero when there is none */
static spal_error accept_then_recv(waiting *call, spal_socket *socket, spal_address *from, spal_buffer buffer,
                                   size_t *count) {
    uint64_t deadline_ns;
    spal_error error = accept_until(call->listener, socket, from, &deadline_ns);
    if (error != SPAL_OK)
        return error;
    if (waiting_hold(call, *socket))
        return recv_until(*socket, buffer.base, buffer.length, deadline_ns, count);
    (void)spal_abort(*socket);
    return SPAL_EABORTED;
}

spal_error spal_accept_recv(spal_socket listener, spal_socket *out, spal_address *peer, void *buffer, size_t length,
                            size_t *received) {
    spal_socket socket = {0};
    spal_address from;
    size_t count = 0;
    if (out == NULL || received == NULL)
        return SPAL_EFAULT;
    spal_error error = arguments_check(buffer, length);
    if (error == SPAL_OK)
        error = listener_check(listener);
    if (error != SPAL_OK)
        return error;
    waiting call = {.listener = listener};
    waiting_enter(&call);
    error = accept_then_recv(&call, &socket, &from, (spal_buffer){buffer, length}, &count);
    bool is_ours = waiting_leave(&call);
    if (!is_ours && socket.id != 0)
        return SPAL_EABORTED;
    if (error != SPAL_OK) {
        if (socket.id != 0)
            (void)spal_abort(socket);
        return error;
    }
    *out = socket;
    *received = count;
    if (peer != NULL)
        *peer = from;
    return SPAL_OK;
}

/* ----------------------------------------------------------------------------------------------------- asynchronous */

static void part_prepare(spali_request *request, int kind, spal_socket socket) {
    request->part = (spal_op){0};
    spali_op_prepare(&request->part, kind, SPALI_READ, socket);
    request->part.core.sink = SPALI_TO_WHOLE;
    request->part.core.key = request;
}

/* What a start that is not accepted means for the whole: a port that is shut down ends what is pending on it, and so
 * does a listener that is closed. */
static spal_error start_failed(spal_error error) {
    return error == SPAL_ESHUTDOWN || error == SPAL_ENOTSOCK ? SPAL_EABORTED : error;
}

/* Under the slot's lock, so that the port stands. The request keeps it from then on. */
static spal_error request_enter(spali_slot *slot, spal_op *op, spali_request *request) {
    spal_port *port = slot->port;
    if (port == NULL)
        return SPAL_EINVAL;
    spal_error error = spali_request_prepare(port, op, slot->key, SPAL_OP_ACCEPT_RECV);
    if (error != SPAL_OK)
        return error;
    request->askers = 1; /* This thread, until it has started the part. */
    spali_port_lock(port);
    error = spali_request_publish(port, request);
    spali_port_unlock(port);
    return error;
}

static spal_error request_begin(spali_slot *slot, spal_socket listener, spal_op *op, spali_request *request) {
    spali_latch *lock = spali_slot_lock(slot);
    bool is_open = !SPALI_STALE(spali_load_u64(&slot->word), listener.id);
    spal_error error = is_open ? request_enter(slot, op, request) : SPAL_ENOTSOCK;
    spal_port *port = slot->port;
    spali_slot_unlock(lock);
    if (error != SPAL_OK) {
        spali_request_free(request);
        return error;
    }
    error = spali_op_start(listener, &request->part, SPALI_READ);
    if (error != SPAL_EPENDING) {
        /* The request has been accepted: it ends like one whose first step has failed. */
        request->part.error = start_failed(error);
        spali_port_push(port, &request->part);
    }
    spali_request_started(port, request);
    return SPAL_EPENDING;
}

static spal_error accept_recv_pinned(spali_slot *slot, spal_socket listener, spal_op *op, spal_address *peer,
                                     void *buffer, size_t length) {
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spal_error error = spali_op_refusal(slot, SPAL_OP_ACCEPT);
    if (error != SPAL_OK)
        return error;
    spali_request *request = spali_request_new(op);
    if (request == NULL)
        return SPAL_ENOMEM;
    request->listener = listener;
    request->is_accepting = true;
    request->buffer = (spal_buffer){buffer, length};
    op->core.result = peer;
    part_prepare(request, SPAL_OP_ACCEPT, listener);
    request->part.core.result = &request->peer;
    return request_begin(slot, listener, op, request);
}

spal_error spal_accept_recv_async(spal_socket listener, spal_op *op, spal_address *peer, void *buffer, size_t length) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = arguments_check(buffer, length);
    if (error != SPAL_OK)
        return error;
    spali_slot *slot = NULL;
    error = spali_pin(listener, &slot);
    if (error != SPAL_OK)
        return error;
    error = accept_recv_pinned(slot, listener, op, peer, buffer, length);
    spali_unpin(slot);
    return error;
}

/* ------------------------------------------------------------------------------------------------------- continuing */

/* @return SPAL_EPENDING: the part is on its way, and the request is not this thread's any more */
static spal_error recv_begin(spal_port *port, spali_request *request, spal_socket socket) {
    spal_error error = spali_request_adopt(port, socket);
    if (error != SPAL_OK)
        return start_failed(error);
    spali_port_lock(port);
    bool is_ending = request->is_ending;
    if (!is_ending)
        request->socket = socket;
    spali_port_unlock(port);
    if (!is_ending) {
        part_prepare(request, SPAL_OP_RECV, socket);
        spali_op_set_buffer(&request->part, request->buffer.base, request->buffer.length, 0);
        error = spali_op_start(socket, &request->part, SPALI_READ);
        if (error == SPAL_EPENDING)
            return error;
    }
    /* Nobody can have started the part: the request is still this thread's. */
    spali_port_lock(port);
    request->socket.id = 0;
    spali_port_unlock(port);
    (void)spal_abort(socket);
    return start_failed(error);
}

static void accept_continue(spal_port *port, spali_request *request, spali_sink *sink) {
    spal_error error = request->part.error;
    spal_socket socket = request->part.socket;
    spali_port_lock(port);
    request->is_accepting = false;
    spali_port_unlock(port);
    if (error == SPAL_OK)
        error = recv_begin(port, request, socket);
    if (error == SPAL_EPENDING)
        return;
    (void)spali_request_is_ending(port, request, &error);
    spali_request_finish(port, request, error, sink);
}

/* The socket is the caller's from here on, unless somebody has asked for the end first. */
static void recv_continue(spal_port *port, spali_request *request, spali_sink *sink) {
    spal_error error = request->part.error;
    spali_port_lock(port);
    spal_socket socket = request->socket;
    spal_op *whole = request->whole;
    request->socket.id = 0;
    if (request->is_ending) {
        error = spali_asked_error(request->asked);
    } else if (error == SPAL_OK) {
        whole->socket = socket;
        whole->count = request->part.count;
        if (whole->core.result != NULL)
            *(spal_address *)whole->core.result = request->peer;
    }
    spali_port_unlock(port);
    if (error != SPAL_OK && socket.id != 0)
        (void)spal_abort(socket);
    spali_request_finish(port, request, error, sink);
}

void spali_accept_recv_continue(spal_port *port, spali_request *request, spali_sink *sink) {
    spali_port_lock(port);
    bool is_accepting = request->is_accepting;
    spali_port_unlock(port);
    if (is_accepting)
        accept_continue(port, request, sink);
    else
        recv_continue(port, request, sink);
}

void spali_accept_recv_cancel(spali_slot *slot, spal_socket listener, const spal_op *op, spali_sink *sink) {
    while (spali_request_ask_listener(slot, listener, op, sink))
        ;
    if (op != NULL)
        return;
    spal_socket held = {0};
    while (waiting_end(listener, &held))
        if (held.id != 0)
            (void)spal_abort(held);
}
