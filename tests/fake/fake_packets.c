/* SPDX-License-Identifier: MIT
 *
 * The fake as a packet backend: an operation is handed to the kernel and comes back as a packet, which may lie in the
 * port's queue for long. The kernel may take its time to stop an operation, may end one unasked, and one that it was
 * asked to stop may have moved bytes all the same. Twin: fake_readiness.c.
 */
#include "fake.h"

#include "explore.h"
#include "fiber.h"

#if !SPALI_READINESS

enum { NO_DIRECTION = -1 };

typedef enum request_state {
    REQUEST_NONE,
    REQUEST_FLYING,   /* the kernel has it */
    REQUEST_STOPPING, /* the kernel has it, and has been asked to stop */
    REQUEST_OVER,     /* the kernel has finished; the packet, if there is to be one, waits to be collected */
    REQUEST_COLLECTED /* the packet has been handed out */
} request_state;

typedef struct request {
    request_state state;
    spal_op *op;
    int native;
    int direction;    /* NO_DIRECTION: any number of them at once */
    spali_wake *wake; /* null: a packet goes to the port */
    int port;
    spal_error error;
    size_t count;        /* bytes moved since it was armed */
    size_t skip;         /* bytes of a send moved before that */
    int outcome;         /* of a POLL */
    unsigned long place; /* in the port's queue */
} request;

static request requests[FAKE_REQUESTS];
static unsigned long packets_queued;

static request *request_of(const spal_op *op) {
    int index = (int)op->system.internal;
    fake_check(index >= 0 && index < FAKE_REQUESTS && requests[index].op == op && requests[index].state != REQUEST_NONE,
               "the operation is known to the kernel: %ld", index, 0);
    return &requests[index];
}

static request *request_new(void) {
    for (int i = 0; i < FAKE_REQUESTS; i++)
        if (requests[i].state == REQUEST_NONE)
            return &requests[i];
    fake_check(false, "a run has fewer than %ld operations in the kernel", FAKE_REQUESTS, 0);
    return NULL;
}

static void request_end(request *r, spal_error error) {
    fake_log("socket %ld: operation %ld is over: %ld", r->native, (long)(r - requests), error);
    r->state = REQUEST_OVER;
    r->error = error;
    r->place = ++packets_queued;
    if (r->direction != NO_DIRECTION)
        fake_socket_at(r->native)->request[r->direction] = -1;
}

/* The kernel's side of one attempt: what it moves is counted in the request, since the operation's fields are read and
 * written by the core until the harvest. */
static void request_attempt(fake_socket *s, request *r) {
    spal_op *op = r->op;
    spal_error error = SPAL_OK;
    if (op->core.kind == SPAL_OP_POLL)
        error = (r->outcome = fake_outcome(s, op->core.message_flags)) != 0 ? SPAL_OK : SPAL_EWOULDBLOCK;
    else if (op->core.kind == SPAL_OP_SEND)
        error = fake_put(s, op->core.buffers, op->core.buffer_count, r->skip + r->count, &r->count);
    else if (op->core.kind == SPAL_OP_RECV)
        error = fake_receive(s, op->core.buffers, op->core.buffer_count, op->core.message_flags, &r->count);
    else if (op->core.kind == SPAL_OP_ACCEPT)
        error = fake_is_ready(s, SPALI_READ) ? SPAL_OK : SPAL_EWOULDBLOCK;
    else
        error = fake_perform(s, op);
    if (error == SPAL_EWOULDBLOCK)
        return;
    /* The connection is the request's from now on; it becomes a socket at the harvest. */
    if (op->core.kind == SPAL_OP_ACCEPT && error == SPAL_OK && s->stage == FAKE_LISTENING)
        s->backlog--;
    request_end(r, error);
}

/* @return the next watch of the socket that the kernel has, from `at` on; null behind the last */
static request *watch_next(const fake_socket *s, request *at) {
    for (; at < requests + FAKE_REQUESTS; at++)
        if (at->direction == NO_DIRECTION && at->native == fake_native_of(s) &&
            (at->state == REQUEST_FLYING || at->state == REQUEST_STOPPING))
            return at;
    return NULL;
}

void fake_changed(fake_socket *s, bool readable, bool writable) {
    (void)readable;
    (void)writable;
    for (request *r = watch_next(s, requests); s->open && r != NULL; r = watch_next(s, r + 1))
        request_attempt(s, r);
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
        if (s->open && s->request[direction] >= 0)
            request_attempt(s, &requests[s->request[direction]]);
}

void fake_disturb(int native, int direction) {
    fake_socket *s = fake_socket_at(native);
    if (!s->open)
        return;
    fake_log("socket %ld: the kernel ends operations unasked", native, 0, 0);
    for (request *r = watch_next(s, requests); r != NULL; r = watch_next(s, r + 1))
        request_end(r, SPAL_EABORTED);
    if (s->request[direction] >= 0)
        request_end(&requests[s->request[direction]], SPAL_EABORTED);
}

/* The slow stops come to their end when everybody waits. */
bool fake_kind_idle(void) {
    for (int i = 0; i < FAKE_REQUESTS; i++)
        if (requests[i].state == REQUEST_STOPPING) {
            request_end(&requests[i], SPAL_EABORTED);
            return true;
        }
    return false;
}

unsigned fake_kind_left(void) {
    unsigned left = 0;
    for (int i = 0; i < FAKE_REQUESTS; i++)
        left += requests[i].state != REQUEST_NONE;
    return left;
}

void fake_kind_closed(fake_socket *s, spali_slot *slot) {
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
        fake_check(s->request[direction] < 0, "nothing of socket %ld is in the kernel when it is closed: direction %ld",
                   slot->native, direction);
    fake_check(watch_next(s, requests) == NULL, "nothing watches socket %ld when it is closed", slot->native, 0);
}

static request *packet_first(int port) {
    request *first = NULL;
    for (int i = 0; i < FAKE_REQUESTS; i++) {
        request *r = &requests[i];
        if (r->state == REQUEST_OVER && r->wake == NULL && r->port == port &&
            (first == NULL || r->place < first->place))
            first = r;
    }
    return first;
}

bool fake_kind_has_event(int port) {
    return packet_first(port) != NULL;
}

bool fake_kind_deliver(int port, spali_sink *sink) {
    request *r = packet_first(port);
    if (r == NULL)
        return false;
    fake_log("port %ld: packet of operation %ld", port, (long)(r - requests), 0);
    r->state = REQUEST_COLLECTED;
    fake_point();
    spali_on_packet(r->op, sink);
    return true;
}

spal_error spali_port_associate(spali_port_native *port, spali_slot *slot, bool inline_results) {
    fake_socket *s = fake_socket_at(slot->native);
    fake_check(!s->associated, "a socket is associated once", 0, 0);
    s->associated = true;
    s->port = port->number;
    s->skips = inline_results;
    if (inline_results)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_SKIPS);
    return SPAL_OK;
}

spal_error spali_try_recv(spali_slot *slot, void *buffer, size_t length, volatile spali_transfer *transfer) {
    transfer->ready = true;
    fake_socket *s = fake_enter(slot, SPALI_READ);
    fake_check(length > 0, "a plain receive has room", 0, 0);
    fake_check(s->request[SPALI_READ] < 0, "a plain receive does not overtake a posted one", 0, 0);
    const spal_buffer one = {buffer, length};
    size_t count = 0;
    spal_error error = fake_receive(s, &one, 1, 0, &count);
    if (error == SPAL_OK)
        *transfer->moved = count;
    fake_leave(s, SPALI_READ);
    return error;
}

spal_error spali_try_send(spali_slot *slot, const void *buffer, size_t length, volatile spali_transfer *transfer) {
    transfer->ready = true;
    fake_socket *s = fake_enter(slot, SPALI_WRITE);
    fake_check(length > 0, "a plain send has bytes", 0, 0);
    fake_check(s->request[SPALI_WRITE] < 0, "a plain send does not overtake a posted one", 0, 0);
    const spal_buffer one = {(void *)(uintptr_t)buffer, length};
    size_t count = 0;
    spal_error error = fake_put(s, &one, 1, 0, &count);
    if (error == SPAL_EWOULDBLOCK && count > 0)
        error = SPAL_OK;
    if (error == SPAL_OK)
        *transfer->moved = count;
    fake_leave(s, SPALI_WRITE);
    return error == SPAL_OK && count < length ? SPAL_EPENDING : error;
}

spali_step spali_op_try(spali_slot *slot, spal_op *op, bool *ready) {
    (void)ready;
    fake_check(op->core.kind != SPAL_OP_CONNECT, "a connect is armed, not tried", 0, 0);
    int direction = op->core.direction;
    fake_socket *s = fake_enter(slot, direction);
    fake_check(s->request[direction] < 0, "nothing is posted when another operation is tried", 0, 0);
    spal_error error = fake_perform(s, op);
    if (error != SPAL_EWOULDBLOCK)
        op->error = error;
    fake_leave(s, direction);
    return error == SPAL_EWOULDBLOCK ? SPALI_AGAIN : SPALI_DONE;
}

static spal_error accept_finish(spal_op *op) {
    int native = fake_socket_connected();
    const spali_identity identity = {SPAL_AF_INET, SPAL_SOCK_STREAM, SPAL_IPPROTO_TCP};
    const spali_compact peer = {{127, 0, 0, 1}, 0, 4711, SPAL_AF_INET};
    fake_point();
    return spali_slot_accepted(op, native, &identity, &peer);
}

/* Gives the result to the operation; the kernel forgets it. */
static spali_step request_collect(request *r, spal_op *op) {
    spal_error error = r->error;
    size_t count = r->count;
    r->state = REQUEST_NONE;
    r->op = NULL;
    op->count = op->core.kind == SPAL_OP_SEND ? op->count + count : count;
    op->error = error;
    if (error == SPAL_OK && op->core.kind == SPAL_OP_POLL)
        op->flags = r->outcome;
    if (error == SPAL_OK && op->core.kind == SPAL_OP_ACCEPT)
        op->error = accept_finish(op);
    if (error == SPAL_EABORTED && op->core.mark == 0)
        return SPALI_AGAIN;
    return SPALI_DONE;
}

/* Hands the operation to the kernel, which may finish with it at once. @return whether the caller is told so */
static bool request_post(fake_socket *s, spal_op *op, int direction, spali_wake *wake, request **out) {
    fake_check(wake != NULL || s->associated, "a packet needs a port", 0, 0);
    request *r = request_new();
    *r = (request){.state = REQUEST_FLYING,
                   .op = op,
                   .native = fake_native_of(s),
                   .direction = direction,
                   .wake = wake,
                   .port = s->port,
                   .skip = op->count};
    *out = r;
    op->system.internal = (uintptr_t)(r - requests);
    if (direction != NO_DIRECTION)
        s->request[direction] = (int)(r - requests);
    fake_log("socket %ld: operation %ld of kind %ld is armed", r->native, (long)(r - requests), op->core.kind);
    request_attempt(s, r);
    bool answers = r->error != SPAL_OK || wake != NULL || (s->skips && op->core.kind != SPAL_OP_ACCEPT);
    return r->state == REQUEST_OVER && answers;
}

static spali_step watch_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    request *r;
    fake_socket *s = fake_enter_watch(slot);
    fake_check(wake == NULL, "nobody waits beside an operation that has no direction", 0, 0);
    spali_step step = request_post(s, op, NO_DIRECTION, NULL, &r) ? request_collect(r, op) : SPALI_ARMED;
    fake_point();
    return step;
}

static void request_stop(request *r) {
    fake_check(r->state != REQUEST_STOPPING, "the kernel is asked to stop once", 0, 0);
    if (r->state != REQUEST_FLYING)
        return;
    r->state = REQUEST_STOPPING;
    if (!fake_now.late || explore_choose(2) == 0)
        request_end(r, SPAL_EABORTED);
}

spali_step spali_op_arm(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready) {
    (void)ready;
    if (op->core.kind == SPAL_OP_POLL)
        return watch_arm(slot, op, wake);
    request *r;
    int direction = op->core.direction;
    fake_socket *s = fake_enter(slot, direction);
    fake_check(s->request[direction] < 0, "one operation of a direction is in the kernel", 0, 0);
    spali_step step = request_post(s, op, direction, wake, &r) ? request_collect(r, op) : SPALI_ARMED;
    fake_leave(s, direction);
    return step;
}

spali_step spali_op_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    (void)ready;
    int direction = op->core.direction;
    request *r = request_of(op);
    fake_socket *s = fake_socket_at(r->native);
    (void)slot;
    bool has_owner = op->core.kind != SPAL_OP_POLL;
    fake_check(!has_owner || s->inside[direction] == 0 || !s->open, "one thread owns a direction: fiber %ld is inside",
               s->inside[direction] - 2, 0);
    fake_check(r->state == REQUEST_COLLECTED || (r->wake != NULL && r->state == REQUEST_OVER),
               "what is harvested is over, and its packet collected: state %ld", r->state, 0);
    fake_point();
    return request_collect(r, op);
}

spali_step spali_op_disarm(spali_slot *slot, spal_op *op) {
    int direction = op->core.direction;
    if (op->core.kind == SPAL_OP_POLL) {
        (void)fake_enter_watch(slot);
        request_stop(request_of(op));
        return SPALI_ARMED;
    }
    fake_socket *s = fake_enter(slot, direction);
    request_stop(request_of(op));
    fake_leave(s, direction);
    return SPALI_ARMED;
}

bool spali_op_over(spali_slot *slot, spal_op *op) {
    (void)slot;
    request_state state = request_of(op)->state;
    fake_point();
    return state == REQUEST_OVER || state == REQUEST_COLLECTED;
}

typedef struct op_wait {
    const request *request;
    const spali_wake *wake;
} op_wait;

static bool op_condition(void *argument) {
    const op_wait *wait = argument;
    return fake_wake_is_signalled(wait->wake) || wait->request->state == REQUEST_OVER;
}

void spali_op_wait(spali_slot *slot, spal_op *op, spali_wake *wake, uint64_t deadline_ns) {
    int direction = op->core.direction;
    fake_no_lock_held("spali_op_wait");
    fake_socket *s = fake_enter(slot, direction);
    const request *r = request_of(op);
    fake_check(r->wake == wake, "who waits has armed with this wake", 0, 0);
    op_wait wait = {r, wake};
    if (!fake_now.spurious)
        fiber_block(op_condition, &wait, deadline_ns, "waits beside its operation");
    fake_now.spurious = false;
    fake_wake_clear(wake);
    fake_leave(s, direction);
}

#else
typedef int fake_packets_is_not_built;
#endif
