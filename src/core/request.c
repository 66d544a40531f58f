/* SPDX-License-Identifier: MIT
 *
 * Operations of a port itself: timers, resolutions, connects and listens by host; starting, continuing, ending them.
 * The look-ups are done in resolve.c, the connecting and listening in host.c.
 *
 * A request ends once: whoever takes `whole` away from it under the port's lock ends the caller's operation. The
 * request itself is freed when its last part has come back, or the resolver has taken the look-up over.
 */
#include "request.h"

#include <string.h>

spal_error spali_request_prepare(spal_port *port, spal_op *op, void *key, int kind) {
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    if (op->timeout_ms < 0)
        return SPAL_EINVAL;
    if (spali_load_u32(&port->state) != SPALI_PORT_OPEN)
        return SPAL_ESHUTDOWN; /* Before anything is taken for it; what counts is the look under the lock. */
    spali_op_prepare(op, kind, SPALI_READ, (spal_socket){0});
    op->socket.id = 0;
    op->core.sink = SPALI_TO_PORT;
    op->core.key = key;
    op->core.deadline_ns = SPALI_NEVER;
    return SPAL_OK;
}

/* Under the lock, under which a waiter looks for the last time before it says that the port has ended: what is linked
 * behind that look would never be taken. */
static spal_error deadline_admit(spal_port *port, bool has_deadline) {
    if (spali_load_u32(&port->state) != SPALI_PORT_OPEN)
        return SPAL_ESHUTDOWN;
    return has_deadline ? spali_deadline_reserve(port) : SPAL_OK;
}

/* ----------------------------------------------------------------------------------------------------------- timers */

static uint64_t deadline_after(int32_t delay_ms) {
    return spali_clock_ns() + (uint64_t)delay_ms * 1000000;
}

spal_error spal_timer_async(spal_port *port, spal_op *op, void *key, int delay_ms) {
    if (port == NULL || op == NULL)
        return SPAL_EFAULT;
    if (delay_ms < 0)
        return SPAL_EINVAL;
    spal_error error = spali_request_prepare(port, op, key, SPAL_OP_TIMER);
    if (error != SPAL_OK)
        return error;
    spali_port_lock(port);
    error = deadline_admit(port, true);
    if (error == SPAL_OK) {
        op->core.deadline_ns = deadline_after(delay_ms);
        op->core.state = SPALI_IS_ARMED;
        spali_deadline_add(port, op, (spal_socket){0});
    }
    spali_port_unlock(port);
    return error == SPAL_OK ? SPAL_EPENDING : error;
}

/* The operation has no deadline any more, which the caller has seen to under the lock. */
static void op_end(spal_port *port, spal_op *op, spal_error error, spali_sink *sink) {
    op->error = error;
    op->core.deadline_ns = SPALI_NEVER;
    spali_op_finish(port, op, sink);
}

/* --------------------------------------------------------------------------------------------------------- starting */

spali_request *spali_request_new(spal_op *whole) {
    spali_request *request = spali_memory_new(sizeof *request);
    if (request == NULL)
        return NULL;
    memset(request, 0, sizeof *request);
    request->whole = whole;
    return request;
}

void spali_request_free(spali_request *request) {
    if (request->lookup != NULL)
        spali_lookup_free(request->lookup);
    spali_memory_free(request);
}

/* All three under the port's lock. */

static void request_link(spal_port *port, spali_request *request) {
    request->next = port->requests;
    port->requests = request;
}

static void request_unlink(spal_port *port, spali_request *request) {
    spali_request **at = &port->requests;
    while (*at != request)
        at = &(*at)->next;
    *at = request->next;
}

spal_error spali_request_publish(spal_port *port, spali_request *request) {
    spal_op *op = request->whole;
    bool has_deadline = op->timeout_ms > 0;
    spal_error error = deadline_admit(port, has_deadline);
    if (error != SPAL_OK)
        return error;
    error = request->lookup == NULL ? SPAL_OK : spali_lookup_send(request->lookup);
    if (error != SPAL_OK) {
        if (has_deadline)
            spali_deadline_unreserve(port);
        return error;
    }
    op->core.state = SPALI_IS_ARMED;
    request_link(port, request);
    if (has_deadline) {
        op->core.deadline_ns = deadline_after(op->timeout_ms);
        spali_deadline_add(port, op, (spal_socket){0});
    }
    return SPAL_OK;
}

spal_error spali_request_start(spal_port *port, spal_op *op, void *key, int kind, spali_lookup *lookup, int backlog) {
    spal_error error = spali_request_prepare(port, op, key, kind);
    if (error != SPAL_OK)
        return error;
    spali_request *request = spali_request_new(op);
    if (request == NULL)
        return SPAL_ENOMEM;
    request->lookup = lookup;
    request->is_looking_up = true;
    request->backlog = backlog;
    lookup->port = port;
    spali_op_prepare(&lookup->part, SPAL_OP_RESOLVE, SPALI_READ, (spal_socket){0});
    lookup->part.core.sink = SPALI_TO_WHOLE;
    lookup->part.core.key = request;
    lookup->part.core.deadline_ns = SPALI_NEVER;
    spali_port_lock(port);
    error = spali_request_publish(port, request);
    spali_port_unlock(port);
    if (error == SPAL_OK)
        return SPAL_EPENDING;
    spali_memory_free(request);
    return error;
}

spal_error spal_resolve_async(spal_port *port, spal_op *op, void *key, const char *host, const char *service,
                              const spal_hints *hints, spal_address *out, size_t room) {
    if (port == NULL || op == NULL || (out == NULL && room > 0))
        return SPAL_EFAULT;
    spal_error error = spali_lookup_check(host, service, hints);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_lookup *lookup = spali_lookup_new(host, service, hints, room);
    if (lookup == NULL)
        return SPAL_ENOMEM;
    op->core.result = out;
    error = spali_request_start(port, op, key, SPAL_OP_RESOLVE, lookup, 0);
    if (error != SPAL_EPENDING)
        spali_lookup_free(lookup);
    return error;
}

/* ------------------------------------------------------------------------------------------------------- continuing */

void spali_request_finish(spal_port *port, spali_request *request, spal_error error, spali_sink *sink) {
    spali_port_lock(port);
    spal_op *whole = request->whole;
    request->whole = NULL;
    if (whole != NULL)
        spali_deadline_drop(port, whole);
    request->is_finished = true;
    bool is_left = request->askers == 0;
    if (is_left)
        request_unlink(port, request);
    spali_port_unlock(port);
    if (is_left)
        spali_request_free(request);
    if (whole != NULL)
        op_end(port, whole, error, sink);
}

bool spali_request_is_ending(spal_port *port, spali_request *request, spal_error *error) {
    spali_port_lock(port);
    bool is_ending = request->is_ending;
    if (is_ending)
        *error = spali_asked_error(request->asked);
    spali_port_unlock(port);
    return is_ending;
}

spal_error spali_request_adopt(spal_port *port, spal_socket socket) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error == SPAL_OK) {
        error = spali_port_attach(port, slot, NULL, SPALI_FACT_PROVISIONAL);
        spali_unpin(slot);
    }
    if (error != SPAL_OK)
        (void)spal_close(socket);
    return error;
}

static void resolve_continue(spal_port *port, spali_request *request, spali_sink *sink) {
    spali_lookup *lookup = request->lookup;
    spal_error error = lookup->error;
    spali_port_lock(port);
    spal_op *whole = request->whole;
    if (whole != NULL && error == SPAL_OK && lookup->reverse != NULL) {
        error = spali_reverse_tell(lookup->reverse);
    } else if (whole != NULL && error == SPAL_OK) {
        size_t written = lookup->count < lookup->room ? lookup->count : lookup->room;
        if (written > 0)
            memcpy(whole->core.result, lookup->found, written * sizeof *lookup->found);
        whole->count = lookup->count;
    }
    spali_port_unlock(port);
    spali_request_finish(port, request, error, sink);
}

static void listen_continue(spal_port *port, spali_request *request, spali_sink *sink) {
    spal_socket socket = {0};
    spal_error error = spali_host_listen(request->lookup, request->backlog, &socket);
    spali_port_lock(port);
    bool is_wanted = request->whole != NULL;
    if (is_wanted && error == SPAL_OK)
        request->whole->socket = socket;
    spali_port_unlock(port);
    if (!is_wanted && error == SPAL_OK)
        (void)spal_close(socket);
    spali_request_finish(port, request, error, sink);
}

static void lookup_continue(spal_port *port, spali_request *request, spali_sink *sink) {
    spali_port_lock(port);
    request->is_looking_up = false;
    int kind = request->whole == NULL ? SPAL_OP_NONE : request->whole->kind;
    spali_port_unlock(port);
    if (kind == SPAL_OP_RESOLVE || kind == SPAL_OP_REVERSE)
        resolve_continue(port, request, sink);
    else if (kind == SPAL_OP_NONE || request->lookup->error != SPAL_OK)
        spali_request_finish(port, request, request->lookup->error, sink);
    else if (kind == SPAL_OP_LISTEN_HOST)
        listen_continue(port, request, sink);
    else
        spali_host_connect_next(port, request, sink);
}

/* The socket is the caller's from here on, unless somebody has asked for the end first. */
static void connect_continue(spal_port *port, spali_request *request, spali_sink *sink) {
    spal_error error = request->part.error;
    spali_port_lock(port);
    spal_socket socket = request->socket;
    request->socket.id = 0;
    if (error == SPAL_OK && !request->is_ending)
        request->whole->socket = socket;
    else if (error == SPAL_OK)
        error = SPAL_EABORTED;
    spali_port_unlock(port);
    if (error == SPAL_OK) {
        spali_request_finish(port, request, SPAL_OK, sink);
        return;
    }
    if (socket.id != 0)
        (void)spal_close(socket);
    request->error = error;
    spali_host_connect_next(port, request, sink);
}

void spali_request_continue(spal_port *port, spal_op *part, spali_sink *sink) {
    spali_request *request = part->core.key;
    if (part != &request->part)
        lookup_continue(port, request, sink);
    else if (request->listener.id != 0)
        spali_accept_recv_continue(port, request, sink);
    else
        connect_continue(port, request, sink);
}

/* ----------------------------------------------------------------------------------------------------------- ending */

static spali_request *request_of(spal_port *port, const spal_op *op, uint32_t serial) {
    for (spali_request *request = port->requests; request != NULL; request = request->next) {
        if (request->whole == op && (serial == 0 || op->core.serial == serial))
            return request;
    }
    return NULL;
}

static bool timer_drop(spal_port *port, spal_op *op) {
    for (uint32_t i = 0; i < port->heap_count; i++) {
        if (port->heap[i].op == op && port->heap[i].socket.id == 0 && op->core.kind == SPAL_OP_TIMER) {
            spali_deadline_drop(port, op);
            return true;
        }
    }
    return false;
}

/* Under the lock. A part under way ends by its socket's close, or as an accept that is cancelled, once the lock has
 * been given up; until then the request stays, and its port with it. */
static void request_ask_part(spali_request *request, enum spali_asked asked) {
    request->is_ending = true;
    request->askers++;
    if (request->asked == SPALI_ASKED_NOTHING)
        request->asked = asked;
}

static void request_leave(spal_port *port, spali_request *request) {
    spali_port_lock(port);
    request->askers--;
    bool is_left = request->askers == 0 && request->is_finished;
    if (is_left)
        request_unlink(port, request);
    /* A waiter at the end of the port may have been kept by this request alone. */
    if (is_left && port->sleepers > 0)
        spali_port_wake(&port->native);
    spali_port_unlock(port);
    if (is_left)
        spali_request_free(request);
}

/* Without any lock. An accept that has just ended is not found any more, and its request is told when it continues. */
static void part_end(spal_port *port, spali_request *request, spali_sink *sink) {
    spali_slot *slot = NULL;
    spali_port_lock(port);
    spal_socket socket = request->socket;
    request->socket.id = 0;
    bool is_accepting = request->is_accepting;
    spali_port_unlock(port);
    if (socket.id != 0)
        (void)spal_close(socket);
    if (is_accepting && spali_pin(request->listener, &slot) == SPAL_OK) {
        spali_op_ask(slot, SPALI_READ, &request->part, 0, SPALI_ASKED_CANCEL, true, sink);
        spali_unpin(slot);
    }
    request_leave(port, request);
}

void spali_request_started(spal_port *port, spali_request *request) {
    spali_sink sink = {0};
    spali_port_lock(port);
    bool is_ending = request->is_ending;
    spali_port_unlock(port);
    if (is_ending)
        part_end(port, request, &sink);
    else
        request_leave(port, request);
}

/* Under the lock. @return the caller's operation if it can end now */
static spal_op *request_ask(spal_port *port, spali_request *request) {
    spal_op *whole = request->whole;
    request->whole = NULL;
    spali_deadline_drop(port, whole);
    if (spali_lookup_abandon(request->lookup)) {
        request_unlink(port, request);
        request->lookup = NULL;
        spali_request_free(request);
    }
    return whole;
}

static void port_ask(spal_port *port, spal_op *op, uint32_t serial, enum spali_asked asked, spali_sink *sink) {
    spal_op *ended = NULL;
    spali_port_lock(port);
    spali_request *request = request_of(port, op, serial);
    bool has_part = request != NULL && !request->is_looking_up;
    if (has_part)
        request_ask_part(request, asked);
    else if (request != NULL)
        ended = request_ask(port, request);
    else if (serial == 0 && timer_drop(port, op)) /* A timer's own time comes another way. */
        ended = op;
    /* Under the lock still: a waiter must find the operation either pending or delivered. */
    if (ended != NULL) {
        op_end(port, ended, spali_asked_error(asked), sink);
        if (sink->room == 0)
            spali_port_deliver(port, sink);
    }
    spali_port_unlock(port);
    if (has_part)
        part_end(port, request, sink);
}

/* Under the slot's lock the port stands; from then on the request keeps it. */
bool spali_request_ask_listener(spali_slot *slot, spal_socket listener, const spal_op *op, spali_sink *sink) {
    spali_request *found = NULL;
    spali_latch *lock = spali_slot_lock(slot);
    spal_port *port = slot->port;
    if (port != NULL) {
        spali_port_lock(port);
        for (found = port->requests; found != NULL; found = found->next)
            if (found->listener.id == listener.id && !found->is_ending && (op == NULL || found->whole == op))
                break;
        if (found != NULL)
            request_ask_part(found, SPALI_ASKED_CANCEL);
        spali_port_unlock(port);
    }
    spali_slot_unlock(lock);
    if (found != NULL)
        part_end(port, found, sink);
    return found != NULL;
}

void spali_request_expire(spal_port *port, const spali_deadline *due, spali_sink *sink) {
    if (due->op->core.kind == SPAL_OP_TIMER) {
        op_end(port, due->op, SPAL_OK, sink);
        return;
    }
    spali_port_unlock(port);
    port_ask(port, due->op, due->serial, SPALI_ASKED_TIMEOUT, sink);
    spali_port_lock(port);
}

spal_error spal_port_cancel(spal_port *port, spal_op *op) {
    if (port == NULL || op == NULL)
        return SPAL_EFAULT;
    spali_sink sink = {0};
    port_ask(port, op, 0, SPALI_ASKED_CANCEL, &sink);
    return SPAL_OK;
}

static spal_op *pending_any(spal_port *port) {
    spal_op *op = NULL;
    spali_port_lock(port);
    for (spali_request *request = port->requests; request != NULL && op == NULL; request = request->next)
        op = request->is_ending ? NULL : request->whole;
    for (uint32_t i = 0; i < port->heap_count && op == NULL; i++) {
        if (port->heap[i].socket.id == 0 && port->heap[i].op->core.kind == SPAL_OP_TIMER)
            op = port->heap[i].op;
    }
    spali_port_unlock(port);
    return op;
}

void spali_request_end_all(spal_port *port, spali_sink *sink) {
    for (;;) {
        spal_op *op = pending_any(port);
        if (op == NULL)
            return;
        port_ask(port, op, 0, SPALI_ASKED_CANCEL, sink);
    }
}
