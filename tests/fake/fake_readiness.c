/* SPDX-License-Identifier: MIT
 *
 * The fake as a readiness backend: a poller with one edge-triggered registration for each socket. An edge that nobody
 * has collected yet merges with the next. `ready` goes out as false whenever the rules allow it, since a core that
 * looks too little is caught that way. Twin: fake_packets.c.
 */
#include "fake.h"

#include "fiber.h"
#include "slot.h"

#if SPALI_READINESS

void fake_changed(fake_socket *s, bool readable, bool writable) {
    if (!s->open || !s->registered)
        return;
    s->edge[SPALI_READ] = s->edge[SPALI_READ] || readable;
    s->edge[SPALI_WRITE] = s->edge[SPALI_WRITE] || writable;
}

void fake_disturb(int native, int direction) {
    fake_log("socket %ld: an event for nothing", native, 0, 0);
    fake_changed(fake_socket_at(native), direction == SPALI_READ, direction == SPALI_WRITE);
}

bool fake_kind_idle(void) {
    return false;
}

unsigned fake_kind_left(void) {
    return 0;
}

void fake_kind_closed(fake_socket *s, spali_slot *slot) {
    for (int i = 0; i < FAKE_WATCHES; i++)
        fake_check(s->watching[i] == NULL, "nothing watches socket %ld when it is closed", slot->native, 0);
    s->registered = false;
    s->edge[SPALI_READ] = s->edge[SPALI_WRITE] = false;
}

bool fake_kind_has_event(int port) {
    for (int i = 0; i < FAKE_SOCKETS; i++) {
        const fake_socket *s = fake_socket_at(i);
        if (s->open && s->port == port && (s->edge[SPALI_READ] || s->edge[SPALI_WRITE]))
            return true;
    }
    return false;
}

/* The event has left the kernel before it is reported: the socket may be closed, and its number used again, in between.
 */
bool fake_kind_deliver(int port, spali_sink *sink) {
    for (int i = 0; i < FAKE_SOCKETS; i++) {
        fake_socket *s = fake_socket_at(i);
        if (!s->open || s->port != port || (!s->edge[SPALI_READ] && !s->edge[SPALI_WRITE]))
            continue;
        bool readable = s->edge[SPALI_READ];
        bool writable = s->edge[SPALI_WRITE];
        uint64_t id = s->id;
        s->edge[SPALI_READ] = s->edge[SPALI_WRITE] = false;
        fake_log("socket %ld: event, readable %ld, writable %ld", i, readable, writable);
        fake_point();
        spali_on_ready(id, readable, writable, sink);
        return true;
    }
    return false;
}

spal_error spali_port_associate(spali_port_native *port, spali_slot *slot, bool inline_results) {
    (void)inline_results;
    fake_socket *s = fake_socket_at(slot->native);
    fake_check(s->port < 0, "a socket is associated once", 0, 0);
    s->port = port->number;
    return SPAL_OK;
}

/* Reports what is there already, as EPOLL_CTL_ADD does. The id is the handle that the operation was started with: the
 * slot's own generation may be raised by a close already. */
static void socket_register(spali_slot *slot, fake_socket *s, uint64_t id) {
    if (s->registered)
        return;
    fake_check(s->port >= 0 && slot->port != NULL, "who is armed for events belongs to a port", 0, 0);
    s->id = id;
    s->registered = true;
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
        s->edge[direction] = fake_is_ready(s, direction);
    (void)spali_or_u32(&slot->facts, SPALI_FACT_REGISTERED);
}

/* True when another attempt may find something, for all that is known and proven. */
static bool still_ready(const fake_socket *s, int direction, spal_error error, bool all_taken) {
    if (!s->registered || s->ended || s->reset)
        return true;
    return error == SPAL_OK && all_taken && direction == SPALI_READ;
}

static size_t op_length(const spal_op *op) {
    size_t length = 0;
    for (size_t i = 0; i < op->core.buffer_count; i++)
        length += op->core.buffers[i].length;
    return length;
}

/* Forgets what the event has ended. */
static void armed_refresh(spali_slot *slot, fake_socket *s, int direction) {
    bool is_single = (atomic_load(&slot->word) & SPALI_SINGLE) != 0;
    if (direction == SPALI_READ && s->armed_may_be_over && is_single)
        s->armed[direction] = NULL;
    s->armed_may_be_over = s->armed_may_be_over && s->armed[SPALI_READ] != NULL;
}

static bool receive_was_full(const spal_op *op) {
    return op->core.kind != SPAL_OP_RECV || op->count == op_length(op);
}

static spali_step socket_attempt(fake_socket *s, spal_op *op, bool *ready) {
    int direction = op->core.direction;
    spal_error error = fake_perform(s, op);
    fake_point();
    if (error == SPAL_EWOULDBLOCK) {
        *ready = !s->registered;
        return SPALI_AGAIN;
    }
    op->error = error;
    *ready = direction == SPALI_WRITE || still_ready(s, direction, error, receive_was_full(op));
    return SPALI_DONE;
}

spal_error spali_try_recv(spali_slot *slot, void *buffer, size_t length, volatile spali_transfer *transfer) {
    fake_socket *s = fake_enter(slot, SPALI_READ);
    fake_check(length > 0, "a plain receive has room", 0, 0);
    const spal_buffer one = {buffer, length};
    size_t count = 0;
    spal_error error = fake_receive(s, &one, 1, 0, &count);
    if (error == SPAL_OK)
        *transfer->moved = count;
    transfer->ready = error == SPAL_EWOULDBLOCK ? !s->registered : still_ready(s, SPALI_READ, error, count == length);
    fake_leave(s, SPALI_READ);
    return error == SPAL_OK && !transfer->ready ? SPALI_DRAINED : error;
}

spal_error spali_try_send(spali_slot *slot, const void *buffer, size_t length, volatile spali_transfer *transfer) {
    fake_socket *s = fake_enter(slot, SPALI_WRITE);
    fake_check(length > 0, "a plain send has bytes", 0, 0);
    const spal_buffer one = {(void *)(uintptr_t)buffer, length};
    size_t count = 0;
    spal_error error = fake_put(s, &one, 1, 0, &count);
    transfer->ready = error == SPAL_OK || !s->registered || s->reset;
    if (error == SPAL_EWOULDBLOCK && count > 0)
        error = SPAL_OK;
    if (error == SPAL_OK)
        *transfer->moved = count;
    fake_leave(s, SPALI_WRITE);
    return error == SPAL_OK && count < length ? SPAL_EPENDING : error;
}

/* ----------------------------------------------------------------------------------------------- outside directions */

static const spal_op **watch_find(fake_socket *s, const spal_op *op) {
    for (int i = 0; i < FAKE_WATCHES; i++)
        if (s->watching[i] == op)
            return &s->watching[i];
    fake_check(false,
               op == NULL ? "a run watches a socket less than %ld times" : "what is harvested or disarmed is armed",
               FAKE_WATCHES, 0);
    return NULL;
}

/* Looks after registering, so that nothing falls in between. */
static spali_step watch_look(const fake_socket *s, spal_op *op) {
    op->flags = fake_outcome(s, op->core.message_flags);
    fake_log("socket %ld: a poll sees %ld of %ld", fake_native_of(s), op->flags, op->core.message_flags);
    fake_point();
    return op->flags != 0 ? SPALI_DONE : SPALI_AGAIN;
}

static spali_step watch_arm(spali_slot *slot, spal_op *op, const spali_wake *wake) {
    fake_socket *s = fake_enter_watch(slot);
    fake_check(wake == NULL, "nobody waits beside an operation that has no direction", 0, 0);
    socket_register(slot, s, op->core.socket.id);
    fake_point();
    if (watch_look(s, op) == SPALI_DONE)
        return SPALI_DONE;
    *watch_find(s, NULL) = op;
    return SPALI_ARMED;
}

static spali_step watch_harvest(spali_slot *slot, spal_op *op) {
    fake_socket *s = fake_enter_watch(slot);
    const spal_op **armed = watch_find(s, op);
    spali_step step = watch_look(s, op);
    if (step == SPALI_DONE)
        *armed = NULL;
    return step;
}

static spali_step watch_disarm(spali_slot *slot, const spal_op *op) {
    fake_socket *s = fake_enter_watch(slot);
    *watch_find(s, op) = NULL;
    return SPALI_DONE;
}

/* ---------------------------------------------------------------------------------------------------- in directions */

spali_step spali_op_try(spali_slot *slot, spal_op *op, bool *ready) {
    fake_check(op->core.kind != SPAL_OP_CONNECT, "a connect is armed, not tried", 0, 0);
    int direction = op->core.direction;
    fake_socket *s = fake_enter(slot, direction);
    armed_refresh(slot, s, direction);
    fake_check(s->armed[direction] == NULL, "nothing is armed when another operation is tried", 0, 0);
    spali_step step = socket_attempt(s, op, ready);
    fake_leave(s, direction);
    return step;
}

spali_step spali_op_arm(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready) {
    if (op->core.kind == SPAL_OP_POLL)
        return watch_arm(slot, op, wake);
    int direction = op->core.direction;
    fake_socket *s = fake_enter(slot, direction);
    armed_refresh(slot, s, direction);
    fake_check(s->armed[direction] == NULL, "an operation is armed once", 0, 0);
    spali_step step = SPALI_AGAIN;
    if (*ready || op->core.kind == SPAL_OP_CONNECT)
        step = socket_attempt(s, op, ready);
    if (step == SPALI_AGAIN) {
        if (wake == NULL)
            socket_register(slot, s, op->core.socket.id);
        fake_point();
        fake_log("socket %ld: an operation of kind %ld is armed", slot->native, op->core.kind, 0);
        s->armed[direction] = op;
        if (direction == SPALI_READ)
            s->armed_may_be_over = op->core.kind == SPAL_OP_RECV && op_length(op) == 0;
        s->armed_wake[direction] = wake;
        *ready = false;
        step = SPALI_ARMED;
    }
    fake_leave(s, direction);
    return step;
}

/* On a registered socket the core may take an operation for armed without telling: the registration is there. */
static void armed_check(const fake_socket *s, int direction, const spal_op *op) {
    fake_check(s->armed[direction] == op || (s->armed[direction] == NULL && s->registered),
               "what is harvested or disarmed is armed", 0, 0);
}

spali_step spali_op_harvest(spali_slot *slot, spal_op *op, bool *ready) {
    if (op->core.kind == SPAL_OP_POLL)
        return watch_harvest(slot, op);
    int direction = op->core.direction;
    fake_socket *s = fake_enter(slot, direction);
    armed_refresh(slot, s, direction);
    armed_check(s, direction, op);
    spali_step step = SPALI_AGAIN;
    if (*ready)
        step = socket_attempt(s, op, ready);
    fake_log("socket %ld: an operation of kind %ld is harvested: step %ld", slot->native, op->core.kind, step);
    if (step == SPALI_DONE)
        s->armed[direction] = NULL;
    fake_leave(s, direction);
    return step;
}

spali_step spali_op_disarm(spali_slot *slot, spal_op *op) {
    if (op->core.kind == SPAL_OP_POLL)
        return watch_disarm(slot, op);
    int direction = op->core.direction;
    fake_socket *s = fake_enter(slot, direction);
    armed_refresh(slot, s, direction);
    armed_check(s, direction, op);
    fake_log("socket %ld: an operation of kind %ld is disarmed", slot->native, op->core.kind, 0);
    s->armed[direction] = NULL;
    fake_leave(s, direction);
    return SPALI_DONE;
}

bool spali_op_over(spali_slot *slot, spal_op *op) {
    (void)slot;
    (void)op;
    return true;
}

typedef struct op_wait {
    const fake_socket *socket;
    int direction;
    const spali_wake *wake;
} op_wait;

static bool op_condition(void *argument) {
    const op_wait *wait = argument;
    return fake_wake_is_signalled(wait->wake) || fake_is_ready(wait->socket, wait->direction);
}

void spali_op_wait(spali_slot *slot, spal_op *op, spali_wake *wake, uint64_t deadline_ns) {
    int direction = op->core.direction;
    fake_no_lock_held("spali_op_wait");
    fake_socket *s = fake_enter(slot, direction);
    fake_check(s->armed[direction] == op && s->armed_wake[direction] == wake, "who waits has armed with this wake", 0,
               0);
    op_wait wait = {s, direction, wake};
    if (!fake_now.spurious)
        fiber_block(op_condition, &wait, deadline_ns, "waits beside its operation");
    fake_now.spurious = false;
    fake_wake_clear(wake);
    fake_leave(s, direction);
}

#else
typedef int fake_readiness_is_not_built;
#endif
