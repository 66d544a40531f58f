/* SPDX-License-Identifier: MIT
 *
 * Behaviours of timers and deadlines: never early, in order, cancelled, many at once.
 */
#include "fixture.h"

static spal_op *start_timer(context *c, int delay_ms) {
    spal_op *op = memory_for(c, sizeof *op);
    assert_error(SPAL_EPENDING, spal_timer_async(style_port(c), op, op, delay_ms));
    return op;
}

static spal_op *take_timer(context *c) {
    spal_completion taken;
    size_t count = 0;
    must(spal_port_wait(style_port(c), &taken, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    assert_ptr_equal(taken.op, taken.key);
    assert_int_equal(taken.op->kind, SPAL_OP_TIMER);
    return taken.op;
}

static void timer_not_early(context *c) {
    static const int delays[] = {1, 3, 10, 17, 35};
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        uint64_t begun = clock_us();
        spal_op *op = start_timer(c, delays[i]);
        assert_ptr_equal(take_timer(c), op);
        must(op->error);
        assert_true(clock_us() - begun >= (uint64_t)delays[i] * 1000);
    }
}

static void timer_order(context *c) {
    spal_op *late = start_timer(c, 60), *early = start_timer(c, 20), *middle = start_timer(c, 40);
    assert_ptr_equal(take_timer(c), early);
    assert_ptr_equal(take_timer(c), middle);
    assert_ptr_equal(take_timer(c), late);
}

static void timer_zero(context *c) {
    spal_op *op = start_timer(c, 0);
    assert_ptr_equal(take_timer(c), op);
    must(op->error);
}

static void timer_negative(context *c) {
    spal_op op = {0};
    assert_error(SPAL_EINVAL, spal_timer_async(style_port(c), &op, NULL, -1));
    assert_error(SPAL_EINVAL, spal_timer_async(c->port, &op, NULL, INT32_MIN));
}

static void timer_cancelled(context *c) {
    spal_op *op = start_timer(c, 3600000), *other = start_timer(c, 20);
    must(spal_port_cancel(c->port, op));
    assert_ptr_equal(take_timer(c), op);
    assert_error(SPAL_EABORTED, op->error);
    assert_ptr_equal(take_timer(c), other);
    must(other->error);
    must(spal_port_cancel(c->port, op));
    must(spal_port_cancel(c->port, other));
}

static void timer_longest(context *c) {
    spal_op *op = start_timer(c, INT32_MAX);
    collect(c, QUIET_MS);
    must(spal_port_cancel(c->port, op));
    assert_ptr_equal(take_timer(c), op);
}

typedef struct timed {
    spal_op op;
    uint64_t least_us; /**< its time lies between these */
    uint64_t most_us;
} timed;

/* In the order of their times, as far as the test can know them: what was started by then, and is still pending, is not
 * due before what has just completed. */
static void timer_sorted(context *c) {
    enum { MANY = 200 };
    timed *timers = memory_for(c, MANY * sizeof *timers);
    for (int i = 0; i < MANY; i++) {
        uint64_t delay_us = (uint64_t)((i * 7919) % 101) * 1000;
        timers[i].least_us = clock_us() + delay_us;
        assert_error(SPAL_EPENDING,
                     spal_timer_async(style_port(c), &timers[i].op, &timers[i].op, (int)(delay_us / 1000)));
        timers[i].most_us = clock_us() + delay_us;
    }
    for (int taken = 0; taken < MANY; taken++) {
        timed *ended = (timed *)(void *)take_timer(c);
        must(ended->op.error);
        ended->op.user = ended;
        for (int i = 0; i < MANY; i++)
            assert_true(timers[i].op.user != NULL || timers[i].most_us >= ended->least_us);
    }
}

static void timer_many(context *c) {
    enum { MANY = 500 };
    spal_op **ops = memory_for(c, MANY * sizeof(spal_op *));
    for (int i = 0; i < MANY; i++)
        ops[i] = start_timer(c, (i * 7919) % 50);
    for (int i = 0; i < MANY; i += 3)
        must(spal_port_cancel(c->port, ops[i]));
    for (int i = 0; i < MANY; i++) {
        spal_op *op = take_timer(c);
        assert_true(op->error == SPAL_OK || op->error == SPAL_EABORTED);
        assert_null(op->user);
        op->user = op;
    }
    for (int i = 0; i < MANY; i++)
        assert_true(i % 3 == 0 || ops[i]->error == SPAL_OK);
}

static void timer_again(context *c) {
    spal_op *op = start_timer(c, 5);
    for (int i = 0; i < 5; i++) {
        assert_ptr_equal(take_timer(c), op);
        must(op->error);
        assert_error(SPAL_EPENDING, spal_timer_async(c->port, op, op, 5));
    }
    assert_ptr_equal(take_timer(c), op);
    must(op->error);
}

typedef struct waker {
    spal_port *port;
    spal_op op;
    latch *entered;
    latch *never;
} waker;

static void waker_run(void *argument) {
    waker *self = argument;
    latch_wait(self->entered, WAIT_MS);
    latch_wait(self->never, QUIET_MS); /* The other one most likely sleeps by then; the promise holds either way. */
    spal_timer_async(self->port, &self->op, &self->op, 10);
}

static void timer_wakes_sleeper(context *c) {
    waker *other = memory_for(c, sizeof *other);
    spal_op *late = start_timer(c, 3600000);
    spal_completion taken;
    size_t count = 0;
    thread *starting;
    other->port = style_port(c);
    other->entered = latch_new(1);
    other->never = latch_new(1);
    starting = thread_start(waker_run, other);
    latch_down(other->entered);
    /* Without a time limit of its own the wait would not end by itself. */
    must(spal_port_wait(c->port, &taken, 1, -1, &count));
    assert_int_equal(count, 1);
    assert_ptr_equal(taken.op, &other->op);
    join_thread(starting);
    latch_free(other->entered);
    latch_free(other->never);
    must(spal_port_cancel(c->port, late));
    assert_ptr_equal(take_timer(c), late);
}

static void deadline_not_early(context *c) {
    static const int delays[] = {1, 3, 10, 17};
    spal_socket ours, peer;
    char byte;
    open_pair(c, &ours, &peer);
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        uint64_t begun = clock_us();
        c->timeout_ms = delays[i];
        assert_error(SPAL_ETIMEDOUT, do_recv(c, ours, &byte, 1, 0, NULL));
        assert_true(clock_us() - begun >= (uint64_t)delays[i] * 1000);
    }
}

static void deadline_forgotten(context *c) {
    spal_socket ours, peer;
    char byte;
    spal_op *op = memory_for(c, sizeof *op);
    spal_error error;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    for (int round = 0; round < 2; round++) {
        size_t count = 0;
        op->timeout_ms = round == 0 ? 30 : 0;
        error = spal_recv_async(ours, op, &byte, 1, 0);
        assert_error(SPAL_EPENDING, error);
        if (round > 0) {
            must(spal_port_wait(c->port, &(spal_completion){0}, 1, 60, &count));
            assert_int_equal(count, 0);
        }
        peer_send(peer, "x", 1);
        must(spal_port_wait(c->port, &(spal_completion){0}, 1, WAIT_MS, &count));
        assert_int_equal(count, 1);
        must(op->error);
    }
}

static const behaviour timer_rows[] = {
    ROW("timer.not-early", "A timer completes after its delay and never before.", timer_not_early, IN_PORTS),
    ROW("timer.order", "Timers complete in the order of their times.", timer_order, IN_PORTS),
    ROW("timer.sorted", "However many timers there are, the one whose time comes first completes first.", timer_sorted,
        IN_PORTS),
    ROW("timer.zero", "A timer without delay completes at once.", timer_zero, IN_PORTS),
    ROW("timer.negative", "A negative delay is SPAL_EINVAL.", timer_negative, IN_PORTS),
    ROW("timer.cancel", "A cancelled timer completes with SPAL_EABORTED; cancelling it again does nothing.",
        timer_cancelled, IN_PORTS),
    ROW("timer.longest", "The longest delay does not overflow into a short one.", timer_longest, IN_PORTS),
    ROW("timer.many", "Many timers, some cancelled, complete once each.", timer_many, IN_PORTS),
    ROW("timer.again", "A timer can be started again as soon as its completion is taken.", timer_again, IN_PORTS),
    ROW("timer.wakes", "A timer started by one thread wakes another that waits for a later one.", timer_wakes_sleeper,
        IN_SHARED),
    ROW("deadline.not-early", "A deadline ends an operation after its time and never before.", deadline_not_early,
        IN_WAITING),
    ROW("deadline.forgotten", "The deadline of an operation that completed does not reach its next use.",
        deadline_forgotten, IN_PORTS),
};
SUBJECT(timer, "Timers and deadlines");
