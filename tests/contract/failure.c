/* SPDX-License-Identifier: MIT
 *
 * Behaviours of connections that fail and of time that runs out: peers that vanish, resets that stay, timeouts.
 */
#include "fixture.h"

static void reset_while_receiving(context *c) {
    spal_socket ours, peer;
    char byte;
    size_t moved;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(spal_abort(peer));
    assert_error(SPAL_ECONNRESET, finish(p));
    for (int i = 0; i < 3; i++)
        assert_error(SPAL_ECONNRESET, do_recv(c, ours, &byte, 1, 0, &moved));
}

static void reset_before_recv(context *c) {
    spal_socket ours, peer;
    char byte;
    size_t moved;
    open_pair(c, &ours, &peer);
    must(spal_abort(peer));
    await_readable(ours);
    for (int i = 0; i < 3; i++)
        assert_error(SPAL_ECONNRESET, do_recv(c, ours, &byte, 1, 0, &moved));
}

static void reset_ends_all(context *c) {
    enum { SEVERAL = 4 };
    spal_socket ours, peer;
    char bytes[SEVERAL];
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recv(c, ours, &bytes[i], 1, 0);
    assert_waiting(waiting[0]);
    must(spal_abort(peer));
    for (int i = 0; i < SEVERAL; i++)
        assert_error(SPAL_ECONNRESET, finish(waiting[i]));
}

static void reset_zero_recv(context *c) {
    spal_socket ours, peer;
    size_t moved;
    pending *p;
    spal_error error;
    char byte;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, NULL, 0, 0);
    assert_waiting(p);
    must(spal_abort(peer));
    error = finish(p);
    assert_true(error == SPAL_OK || error == SPAL_ECONNRESET);
    assert_error(SPAL_ECONNRESET, do_recv(c, ours, &byte, 1, 0, &moved));
}

static void send_to_gone(context *c) {
    enum { TRIES = 1000 };
    spal_socket ours, peer;
    size_t moved = 0;
    spal_error error = SPAL_OK;
    open_pair(c, &ours, &peer);
    must(spal_abort(peer));
    for (int i = 0; i < TRIES && error == SPAL_OK; i++)
        error = do_send(c, ours, "x", 1, &moved);
    assert_error(SPAL_ECONNRESET, error);
    for (int i = 0; i < 3; i++)
        assert_error(SPAL_ECONNRESET, do_send(c, ours, "x", 1, &moved));
}

static void send_to_closed(context *c) {
    enum { TRIES = 100000 };
    spal_socket ours, peer;
    size_t moved = 0;
    spal_error error = SPAL_OK;
    open_pair(c, &ours, &peer);
    must(spal_close(peer));
    peer_expect_end(ours);
    for (int i = 0; i < TRIES && error == SPAL_OK; i++)
        error = do_send(c, ours, "x", 1, &moved);
    assert_error(SPAL_ECONNRESET, error);
    assert_error(SPAL_ECONNRESET, do_send(c, ours, "x", 1, &moved));
}

static void reset_while_sending(context *c) {
    enum { LENGTH = 16 * 1024 * 1024 };
    spal_socket ours, peer;
    char *bytes = memory_for(c, LENGTH);
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    p = start_send(c, ours, bytes, LENGTH);
    assert_waiting(p);
    must(spal_abort(peer));
    assert_error(SPAL_ECONNRESET, finish(p));
    assert_true(p->count < LENGTH);
}

static void data_then_end_then_reset(context *c) {
    spal_socket ours, peer;
    char bytes[4] = {0};
    size_t moved;
    open_pair(c, &ours, &peer);
    peer_send(peer, "ab", 2);
    must(spal_close(peer));
    must(do_recv(c, ours, bytes, 2, 0, &moved));
    assert_int_equal(moved, 2);
    must(do_recv(c, ours, bytes, 2, 0, &moved));
    assert_int_equal(moved, 0);
}

static void recv_timeout(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved = 9;
    uint64_t begun;
    open_pair(c, &ours, &peer);
    c->timeout_ms = 40;
    begun = clock_us();
    assert_error(SPAL_ETIMEDOUT, do_recv(c, ours, &byte, 1, 0, &moved));
    assert_true(clock_us() - begun >= 40000);
    assert_int_equal(option_of(ours, SPAL_OPT_CONNECTED), 1);
    c->timeout_ms = 0;
    peer_send(peer, "x", 1);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void recv_timeout_too_long(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved = 0;
    uint64_t begun;
    pending *p;
    open_pair(c, &ours, &peer);
    c->timeout_ms = 30;
    for (int i = 0; i < 5; i++) {
        peer_send(peer, "x", 1);
        must(do_recv(c, ours, &byte, 1, 0, &moved));
    }
    c->timeout_ms = 0;
    p = start_recv(c, ours, &byte, 1, 0);
    begun = clock_us();
    while (clock_us() - begun < 60000)
        assert_waiting(p);
    peer_send(peer, "y", 1);
    must(finish(p));
    assert_int_equal(byte, 'y');
}

static void send_timeout(context *c) {
    enum { LENGTH = 16 * 1024 * 1024 };
    spal_socket ours, peer;
    char *bytes = memory_for(c, LENGTH);
    size_t moved = 0;
    uint64_t begun;
    open_narrow_pair(c, &ours, &peer);
    c->timeout_ms = 40;
    begun = clock_us();
    assert_error(SPAL_ETIMEDOUT, do_send(c, ours, bytes, LENGTH, &moved));
    assert_true(clock_us() - begun >= 40000);
    assert_in_range(moved, is_backend("iocp") ? 0 : 1, LENGTH - 1);
    c->timeout_ms = 0;
    if (moved == 0)
        return;
    assert_error(SPAL_ECONNABORTED, do_send(c, ours, "x", 1, &moved));
    must(spal_close(ours));
    peer_expect_reset(peer);
}

static void send_timeout_untouched(context *c) {
    spal_socket ours, peer;
    size_t moved = 9, filled;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    filled = fill_pipe(c, ours);
    c->timeout_ms = 40;
    assert_error(SPAL_ETIMEDOUT, do_send(c, ours, "x", 1, &moved));
    assert_int_equal(moved, 0);
    c->timeout_ms = 0;
    read = peer_read(c, peer, filled, 0);
    peer_join_reader(read);
    must(do_send(c, ours, "y", 1, &moved));
    peer_recv(peer, &(char){0}, 1);
}

static void deadlines_of_queued(context *c) {
    spal_socket ours, peer;
    char first = 0, second = 0;
    pending *patient, *hasty;
    uint64_t begun = clock_us();
    open_pair(c, &ours, &peer);
    patient = start_recv(c, ours, &first, 1, 0);
    c->timeout_ms = 40;
    hasty = start_recv(c, ours, &second, 1, 0);
    assert_error(SPAL_ETIMEDOUT, finish(hasty));
    assert_true(clock_us() - begun >= 40000);
    assert_false(is_over(patient));
    peer_send(peer, "x", 1);
    must(finish(patient));
    assert_int_equal(first, 'x');
}

/* A signal that comes before the thread waits shows nothing; one of many comes while it does. */
static void interrupt_often(context *c, thread *who, bool (*has_ended)(void *), void *argument) {
    uint64_t end = clock_us() + 30000;
    while (clock_us() < end && !has_ended(argument)) {
        if (!thread_interrupt(who))
            skip_because(c, "this system has no signals");
        thread_yield();
    }
}

static bool pending_over(void *p) {
    return is_over(p);
}

static void interrupted(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    uint64_t begun;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    interrupt_often(c, p->thread, pending_over, p);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
    c->timeout_ms = 60;
    begun = clock_us();
    p = start_recv(c, ours, &byte, 1, 0);
    interrupt_often(c, p->thread, pending_over, p);
    assert_error(SPAL_ETIMEDOUT, finish(p));
    assert_true(clock_us() - begun >= 60000);
}

typedef struct waiter {
    spal_port *port;
    counter over;
    spal_error error;
    size_t taken;
} waiter;

static void waiter_run(void *argument) {
    waiter *self = argument;
    spal_completion out;
    self->error = spal_port_wait(self->port, &out, 1, WAIT_MS, &self->taken);
    counter_add(&self->over, 1);
}

static bool waiter_over(void *self) {
    return counter_get(&((waiter *)self)->over) > 0;
}

static void interrupted_wait(context *c) {
    waiter self = {.port = style_port(c)};
    spal_op op = {0};
    thread *who = thread_start(waiter_run, &self);
    interrupt_often(c, who, waiter_over, &self);
    assert_int_equal(counter_get(&self.over), 0);
    must(spal_port_post(self.port, &op, NULL));
    join_thread(who);
    must(self.error);
    assert_int_equal(self.taken, 1);
}

static void negative_timeout(context *c) {
    spal_socket ours, peer;
    spal_op op = {0};
    char byte;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    op.timeout_ms = -1;
    assert_error(SPAL_EINVAL, spal_recv_async(ours, &op, &byte, 1, 0));
    assert_error(SPAL_EINVAL, spal_send_async(ours, &op, "x", 1, 0));
    assert_error(SPAL_EINVAL, spal_accept_async(ours, &op, NULL));
}

static const char no_signals[] = "Windows has no signals";

static const behaviour failure_rows[] = {
    ROW("failure.reset.recv-waiting",
        "A peer that resets ends a waiting receive with SPAL_ECONNRESET, and all later ones.", reset_while_receiving,
        IN_WAITING),
    ROW_NOT("failure.reset.before-recv", "After the peer has reset every receive is SPAL_ECONNRESET.",
            reset_before_recv, IN_ALL, NOT_WINE,
            "Wine 8 reports a reset that came before the call as the end of the stream"),
    ROW("failure.reset.all", "A reset ends every receive that waits.", reset_ends_all, IN_PORTS),
    ROW("failure.reset.zero-length", "A reset ends a receive of length 0, and the next receive is SPAL_ECONNRESET.",
        reset_zero_recv, IN_WAITING),
    ROW("failure.send.reset",
        "Sending to a peer that has reset is SPAL_ECONNRESET, always again, and raises no signal.", send_to_gone,
        IN_ALL),
    ROW("failure.send.closed",
        "Sending to a peer that has closed becomes SPAL_ECONNRESET once the peer has answered, and raises no signal.",
        send_to_closed, IN_ALL),
    ROW("failure.send.reset-while-waiting", "A peer that resets ends a waiting send with SPAL_ECONNRESET.",
        reset_while_sending, IN_WAITING),
    ROW("failure.close.data-first", "What the peer sent before it closed arrives before the end of the stream.",
        data_then_end_then_reset, IN_ALL),
    ROW("timeout.recv", "A receive whose time runs out is SPAL_ETIMEDOUT, never early, and the connection goes on.",
        recv_timeout, IN_WAITING),
    ROW("timeout.recv.own", "A deadline ends its own receive only, never a later one.", recv_timeout_too_long,
        IN_WAITING),
    ROW("timeout.send",
        "A send whose time runs out half way tells how far it came; all later ones are SPAL_ECONNABORTED, "
        "and closing resets the connection.",
        send_timeout, IN_WAITING),
    ROW_NOT("timeout.send.untouched", "A send whose time runs out before a byte was taken leaves the stream whole.",
            send_timeout_untouched, IN_WAITING, NOT_IOCP,
            "Windows does not say how far a cancelled send has come, so any that was under way breaks the stream"),
    ROW("timeout.queued", "The deadline of an operation runs while it stands behind others, and ends it alone.",
        deadlines_of_queued, IN_PORTS),
    ROW_NOT("failure.interrupted",
            "A signal that the waiting thread handles ends neither its call nor its time: no call is SPAL_EINTR.",
            interrupted, IN_SYNC, NOT_IOCP, no_signals),
    ROW_NOT("failure.interrupted.wait", "A signal does not end a wait on a port.", interrupted_wait, IN_ASYNC, NOT_IOCP,
            no_signals),
    ROW("timeout.negative", "A negative deadline is SPAL_EINVAL.", negative_timeout, IN_PORTS),
};
SUBJECT(failure, "Failures and timeouts");
