/* SPDX-License-Identifier: MIT
 *
 * Waiting on a port, and everything that makes a waiter come back: ready lists, posts, deadlines, driving calls.
 * Making, attaching and closing ports is in portlife.c; the heap of deadlines in deadline.c.
 */
#include "port.h"

#include "request.h"

/* A busy ready list must not keep the kernel's events waiting for ever. */
#define UNPOLLED_MOST 7
#define COLLECT_MOST 64

/* --------------------------------------------------------------------------------------------------- the two queues */

/* Under the lock. */
static void ready_append(spal_port *port, spal_op *first, spal_op *last) {
    if (port->ready_first == NULL)
        port->ready_first = first;
    else
        port->ready_last->core.next = first;
    port->ready_last = last;
}

void spali_port_deliver(spal_port *port, spali_sink *sink) {
    if (sink->first == NULL)
        return;
    ready_append(port, sink->first, sink->last);
    sink->first = NULL;
    sink->last = NULL;
    if (port->sleepers > 0 || port->is_lent)
        spali_port_wake(&port->native);
}

void spali_port_flush(spal_port *port, spali_sink *sink) {
    for (spal_op *part = sink->parts, *next = NULL; part != NULL; part = next) {
        next = part->core.next;
        spali_port_push(port, part);
    }
    sink->parts = NULL;
    if (sink->first == NULL)
        return;
    spali_port_lock(port);
    spali_port_deliver(port, sink);
    spali_port_unlock(port);
}

void spali_port_push(spal_port *port, spal_op *op) {
    op->core.state = SPALI_FINISHED;
    op->core.next = NULL;
    spali_mutex_lock(&port->post_lock);
    if (port->posted_first == NULL)
        port->posted_first = op;
    else
        port->posted_last->core.next = op;
    port->posted_last = op;
    bool is_news = spali_exchange_u32(&port->news, 1) == 0;
    if (is_news)
        spali_port_wake_begin(port);
    spali_mutex_unlock(&port->post_lock);
    if (is_news)
        spali_port_wake_end(port);
}

/* Parts of larger operations go to the sink, the rest behind what is ready. Under the lock. */
static void posted_take(spal_port *port, spali_sink *sink) {
    if (spali_peek_u32(&port->news) == 0)
        return;
    spali_mutex_lock(&port->post_lock);
    (void)spali_exchange_u32(&port->news, 0);
    spal_op *first = port->posted_first;
    port->posted_first = NULL;
    port->posted_last = NULL;
    spali_mutex_unlock(&port->post_lock);
    for (spal_op *op = first, *next = NULL; op != NULL; op = next) {
        next = op->core.next;
        op->core.next = NULL;
        if (op->core.sink == SPALI_TO_WHOLE) {
            op->core.next = sink->parts;
            sink->parts = op;
        } else {
            ready_append(port, op, op);
        }
    }
}

/* Under the lock. */
static void ready_take(spal_port *port, spali_sink *sink) {
    while (port->ready_first != NULL && sink->count < sink->room) {
        spal_op *op = port->ready_first;
        port->ready_first = op->core.next;
        sink->out[sink->count].key = op->core.key;
        sink->out[sink->count].op = op;
        op->core.state = SPALI_IDLE;
        sink->count++;
    }
}

/* -------------------------------------------------------------------------------------------------------- deadlines */

/* Under the lock, which is given up for each operation of a socket: the order is slot, then port. */
static void deadlines_end(spal_port *port, spali_sink *sink) {
    if (port->heap_count == 0)
        return;
    uint64_t now_ns = spali_clock_ns();
    spali_deadline due;
    while (spali_deadline_take(port, now_ns, &due)) {
        if (due.socket.id == 0) {
            spali_request_expire(port, &due, sink);
            continue;
        }
        spali_port_unlock(port);
        spali_op_expire(due.socket, due.op, due.serial, sink);
        spali_port_lock(port);
    }
}

/* ------------------------------------------------------------------------------------------- sleeping in the kernel */

/* Under the lock, which is given up meanwhile. One sleeper minds the deadlines for all. */
static void port_sleep(spal_port *port, uint64_t until_ns, size_t most, spali_sink *sink) {
    uint32_t sleep = spali_add_u32(&port->sleeps, 1) + 1;
    sink->sleep = sleep;
    uint64_t earliest_ns = spali_deadline_earliest(port);
    if (earliest_ns < port->keeper_ns) {
        port->keeper_ns = earliest_ns;
        port->keeper = sleep;
        if (earliest_ns < until_ns)
            until_ns = earliest_ns;
    }
    port->sleepers++;
    spali_port_unlock(port);
    if (spali_port_collect(&port->native, until_ns, most, sink))
        sink->is_woken = true;
    spali_port_lock(port);
    port->sleepers--;
    if (port->keeper_ns != SPALI_NEVER && port->keeper == sleep)
        port->keeper_ns = SPALI_NEVER;
    port->unpolled = 0;
}

/* Without the lock: parts may start further operations. */
static void parts_continue(spal_port *port, spali_sink *sink) {
    while (sink->parts != NULL) {
        spal_op *part = sink->parts;
        sink->parts = part->core.next;
        spali_request_continue(port, part, sink);
    }
}

/* What this thread cannot take, another may, or a foreign loop; and somebody must mind the deadlines. Of posts a
 * sleeper has been told, unless this thread was. Under the lock. @return whether one is to be woken */
static bool others_need_waking(spal_port *port, const spali_sink *sink) {
    bool has_posts = sink->is_woken && spali_peek_u32(&port->news) != 0;
    bool has_some = port->ready_first != NULL || has_posts;
    if (port->sleepers == 0)
        return port->is_lent && has_some;
    bool is_unkept = spali_deadline_earliest(port) < port->keeper_ns;
    bool is_ending = spali_peek_u32(&port->state) != SPALI_PORT_OPEN;
    return has_some || is_unkept || is_ending;
}

/* ---------------------------------------------------------------------------------------------------------- driving */

static void parked_wake_one(spal_port *port) {
    if (port->parked != NULL && port->waiters == 0 && port->driver == NULL)
        spali_wake_signal(port->parked->wake);
}

static void call_park(spal_port *port, spali_call *call) {
    call->next_parked = port->parked;
    port->parked = call;
}

static void call_unpark(spal_port *port, spali_call *call) {
    spali_call **at = &port->parked;
    while (*at != call)
        at = &(*at)->next_parked;
    *at = call->next_parked;
}

void spali_port_evict(spal_port *port, const spali_call *call) {
    if (port == NULL)
        return;
    spali_port_lock(port);
    if (port->driver == call)
        spali_port_wake(&port->native);
    spali_port_unlock(port);
}

/* Under the lock, which is given up meanwhile. */
static void port_drive(spal_port *port, spali_call *call, uint64_t deadline_ns, bool (*look)(spali_call *)) {
    spali_sink sink = {0};
    spali_port_unlock(port);
    bool has_news = look(call);
    spali_port_lock(port);
    posted_take(port, &sink);
    deadlines_end(port, &sink);
    if (!has_news && sink.first == NULL && sink.parts == NULL && port->waiters == 0)
        port_sleep(port, deadline_ns, COLLECT_MOST, &sink);
    deadlines_end(port, &sink);
    spali_port_unlock(port);
    parts_continue(port, &sink);
    spali_port_flush(port, &sink);
    spali_port_lock(port);
    /* The posts that were moved here have used up the wake-up that told of them. */
    if (port->is_lent && port->ready_first != NULL)
        spali_port_wake(&port->native);
    port->driver = NULL;
    spali_condition_broadcast(&port->driver_left);
    parked_wake_one(port);
}

/* From here on the port cannot be freed until the call has left. @return false when it is being freed already */
static bool call_join(spal_port *port, spali_call *call) {
    spali_port_lock(port);
    bool joins = spali_peek_u32(&port->state) != SPALI_PORT_GOING;
    if (joins && port->waiters == 0 && port->driver == NULL)
        port->driver = call;
    else if (joins)
        call_park(port, call);
    spali_port_unlock(port);
    return joins;
}

bool spali_port_await(spali_slot *slot, spali_call *call, uint64_t deadline_ns, bool (*look)(spali_call *call)) {
    spali_latch *lock = spali_slot_lock(slot);
    spal_port *port = slot->port;
    const spal_op *head = slot->head[call->op.core.direction];
    bool joins = port != NULL && head != NULL && !spali_op_is_call(head) && call_join(port, call);
    spali_slot_unlock(lock);
    if (!joins)
        return false;
    spali_port_lock(port);
    if (port->driver == call) {
        port_drive(port, call, deadline_ns, look);
    } else {
        spali_port_unlock(port);
        spali_wake_wait(call->wake, deadline_ns);
        spali_port_lock(port);
        call_unpark(port, call);
        /* It may have been chosen to drive, and leave for another reason. */
        parked_wake_one(port);
    }
    spali_port_unlock(port);
    return true;
}

/* ---------------------------------------------------------------------------------------------------------- waiting */

/* Counts before it evicts: a driver that looks again must see that somebody came. */
static void waiter_enter(spal_port *port) {
    port->waiters++;
    while (port->driver != NULL) {
        spali_port_wake(&port->native);
        spali_condition_wait(&port->driver_left, &port->lock, SPALI_NEVER);
    }
}

/* @return whether spali_port_wake_end is due behind the lock */
static bool waiter_leave(spal_port *port, const spali_sink *sink) {
    port->waiters--;
    bool wakes = others_need_waking(port, sink);
    if (wakes)
        spali_port_wake_begin(port);
    parked_wake_one(port);
    return wakes;
}

static bool sink_has_some(const spali_sink *sink) {
    return sink->count > 0 || sink->first != NULL || sink->parts != NULL;
}

/* Under the lock, which is given up meanwhile. Requests are looked at afterwards: whoever takes the last one away wakes
 * only those who sleep already. @return false when the port is shut down and nothing is left, or will come */
static bool port_lives(spal_port *port, spali_sink *sink) {
    if (spali_load_u32(&port->state) == SPALI_PORT_OPEN)
        return true;
    spali_port_unlock(port);
    bool has_pending = spali_port_end_all(port, sink);
    spali_port_lock(port);
    posted_take(port, sink);
    return has_pending || port->requests != NULL || port->ready_first != NULL || sink_has_some(sink);
}

/* One round, under the lock. @return whether the waiter should leave */
static bool wait_round(spal_port *port, spali_sink *sink, uint64_t deadline_ns, spal_error *error) {
    posted_take(port, sink);
    ready_take(port, sink);
    deadlines_end(port, sink);
    if (!sink_has_some(sink) && !port_lives(port, sink)) {
        *error = SPAL_EEND;
        return true;
    }
    /* Whoever has delivered while the lock was given up found nobody asleep to wake. */
    ready_take(port, sink);
    bool has_some = sink_has_some(sink);
    size_t room = sink->room - sink->count;
    size_t most = room == 0 ? 1 : room < COLLECT_MOST ? room : COLLECT_MOST;
    /* Who does not wait must not go away with nothing because of an event that ends no operation. */
    if (deadline_ns == 0)
        most = COLLECT_MOST;
    if (!has_some)
        port_sleep(port, deadline_ns, most, sink);
    else if (++port->unpolled > UNPOLLED_MOST)
        port_sleep(port, 0, most, sink);
    deadlines_end(port, sink);
    if (sink->first != NULL) {
        ready_append(port, sink->first, sink->last);
        sink->first = NULL;
        ready_take(port, sink);
    }
    if (sink->parts != NULL) {
        spali_port_unlock(port);
        parts_continue(port, sink);
        spali_port_flush(port, sink);
        spali_port_lock(port);
    }
    return sink->count > 0 || deadline_ns == 0 || (deadline_ns != SPALI_NEVER && spali_clock_ns() >= deadline_ns);
}

static spal_error wait_run(spal_port *port, spali_sink *sink, uint64_t deadline_ns) {
    spal_error error = SPAL_OK;
    spali_port_lock(port);
    waiter_enter(port);
    while (!wait_round(port, sink, deadline_ns, &error))
        ;
    bool wakes = waiter_leave(port, sink);
    spali_port_unlock(port);
    if (wakes)
        spali_port_wake_end(port);
    return error;
}

spal_error spal_port_wait(spal_port *port, spal_completion *out, size_t room, int timeout_ms, size_t *count) {
    if (port == NULL || out == NULL || count == NULL)
        return SPAL_EFAULT;
    if (room == 0 || timeout_ms < -1)
        return SPAL_EINVAL;
    uint64_t deadline_ns = timeout_ms < 0 ? SPALI_NEVER : 0;
    if (timeout_ms > 0)
        deadline_ns = spali_clock_ns() + (uint64_t)timeout_ms * 1000000;
    spali_sink sink = {.out = out, .room = room};
    spal_error error = wait_run(port, &sink, deadline_ns);
    if (error == SPAL_OK)
        *count = sink.count;
    return error;
}
