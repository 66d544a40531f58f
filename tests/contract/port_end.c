/* SPDX-License-Identifier: MIT
 *
 * Behaviours of a port's end, in two phases: shutdown, after which everything pending ends and waiters drain, and free.
 */
#include "fixture.h"

static spal_error wait_now(spal_port *port, spal_completion *taken) {
    size_t count = 9;
    spal_error error = spal_port_wait(port, taken, 1, WAIT_MS, &count);
    if (error == SPAL_OK)
        assert_int_equal(count, 1);
    return error;
}

static void drain(context *c) {
    spal_completion taken;
    while (wait_now(c->port, &taken) == SPAL_OK)
        style_note_completion(&taken);
    assert_error(SPAL_EEND, wait_now(c->port, &taken));
}

static void shutdown_ends_pending(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), ours, peer;
    char bytes[2];
    pending *accepting = start_accept(c, listener), *first, *second;
    open_pair(c, &ours, &peer);
    first = start_recv(c, ours, &bytes[0], 1, 0);
    second = start_recv(c, ours, &bytes[1], 1, 0);
    must(spal_port_shutdown(c->port));
    drain(c);
    assert_true(accepting->done && first->done && second->done);
    assert_error(SPAL_EABORTED, accepting->error);
    assert_error(SPAL_EABORTED, first->error);
    assert_error(SPAL_EABORTED, second->error);
}

static void shutdown_delivers_posts(context *c) {
    spal_op op = {0};
    spal_completion taken;
    must(spal_port_post(style_port(c), &op, NULL));
    must(spal_port_shutdown(c->port));
    must(wait_now(c->port, &taken));
    assert_ptr_equal(taken.op, &op);
    assert_error(SPAL_OK, op.error);
    assert_error(SPAL_EEND, wait_now(c->port, &taken));
}

static void shutdown_refuses_starts(context *c) {
    spal_socket ours, peer, fresh = open_tcp(c, SPAL_AF_INET);
    spal_op op = {0};
    char byte;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    must(spal_port_shutdown(c->port));
    must(spal_port_shutdown(c->port));
    assert_error(SPAL_ESHUTDOWN, spal_recv_async(ours, &op, &byte, 1, 0));
    assert_error(SPAL_ESHUTDOWN, spal_send_async(ours, &op, "x", 1, 0));
    assert_error(SPAL_ESHUTDOWN, spal_port_post(c->port, &op, NULL));
    assert_error(SPAL_ESHUTDOWN, spal_timer_async(c->port, &op, NULL, 1));
    assert_error(SPAL_ESHUTDOWN, spal_resolve_async(c->port, &op, NULL, "127.0.0.1", NULL, NULL, NULL, 0));
    assert_error(SPAL_ESHUTDOWN, spal_connect_host_async(c->port, &op, NULL, "127.0.0.1", "9", NULL));
    assert_error(SPAL_ESHUTDOWN, spal_listen_host_async(c->port, &op, NULL, "127.0.0.1", "0", NULL, 1));
    assert_error(SPAL_ESHUTDOWN, spal_port_attach(c->port, fresh, NULL, 0));
}

static void shutdown_spares_sync(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    must(spal_port_shutdown(c->port));
    expect_works(ours, peer);
}

static void free_spares_sockets(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    must(spal_port_shutdown(c->port));
    drain(c);
    must(spal_port_free(c->port));
    c->ports[0] = NULL;
    expect_works(ours, peer);
    must(spal_close(ours));
    peer_expect_end(peer);
}

static void free_too_early(context *c) {
    spal_op op = {0};
    spal_completion taken;
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EALREADY, spal_port_free(style_port(c)));
    must(spal_port_post(c->port, &op, NULL));
    must(spal_port_shutdown(c->port));
    assert_error(SPAL_EALREADY, spal_port_free(c->port));
    must(wait_now(c->port, &taken));
    assert_error(SPAL_EEND, wait_now(c->port, &taken));
}

static void free_untaken_recv(context *c) {
    spal_socket ours, peer;
    char byte;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    must(spal_close(ours));
    must(spal_port_shutdown(c->port));
    assert_error(SPAL_EALREADY, spal_port_free(c->port));
    drain(c);
    assert_error(SPAL_EABORTED, p->error);
}

typedef struct sleeper {
    spal_port *port;
    latch *entered;
    spal_error error;
} sleeper;

static void sleeper_run(void *argument) {
    sleeper *self = argument;
    spal_completion taken;
    size_t count;
    latch_down(self->entered);
    do
        self->error = spal_port_wait(self->port, &taken, 1, -1, &count);
    while (self->error == SPAL_OK);
}

static void shutdown_wakes_waiters(context *c) {
    enum { SLEEPERS = 3 };
    sleeper sleepers[SLEEPERS];
    thread *threads[SLEEPERS];
    latch *entered = latch_new(SLEEPERS);
    for (int i = 0; i < SLEEPERS; i++) {
        sleepers[i] = (sleeper){style_port(c), entered, SPAL_OK};
        threads[i] = thread_start(sleeper_run, &sleepers[i]);
    }
    assert_true(latch_wait(entered, WAIT_MS));
    must(spal_port_shutdown(c->port));
    for (int i = 0; i < SLEEPERS; i++) {
        join_thread(threads[i]);
        assert_error(SPAL_EEND, sleepers[i].error);
    }
    latch_free(entered);
}

static void shutdown_ends_timers(context *c) {
    spal_op timer = {0};
    spal_completion taken;
    assert_error(SPAL_EPENDING, spal_timer_async(style_port(c), &timer, NULL, 3600000));
    must(spal_port_shutdown(c->port));
    must(wait_now(c->port, &taken));
    assert_ptr_equal(taken.op, &timer);
    assert_error(SPAL_EABORTED, timer.error);
    assert_error(SPAL_EEND, wait_now(c->port, &taken));
}

static void shutdown_ends_hosts(context *c) {
    spal_address stuck = stuck_address(c);
    char service[8];
    pending *p;
    snprintf(service, sizeof service, "%u", stuck.port);
    p = start_connect_host(c, "127.0.0.1", service, NULL);
    must(spal_port_shutdown(c->port));
    drain(c);
    assert_true(p->done);
    assert_error(SPAL_EABORTED, p->error);
}

static const behaviour port_end_rows[] = {
    ROW("port.shutdown.pending",
        "Shutting a port down ends what is pending on all its sockets; then waits are SPAL_EEND.",
        shutdown_ends_pending, IN_PORTS),
    ROW("port.shutdown.posts", "Packets posted before the shutdown still arrive.", shutdown_delivers_posts, IN_PORTS),
    ROW("port.shutdown.refuses", "After the shutdown every start, post and attachment is SPAL_ESHUTDOWN.",
        shutdown_refuses_starts, IN_PORTS),
    ROW("port.shutdown.sync", "Synchronous calls on the sockets of a port go on after its shutdown.",
        shutdown_spares_sync, IN_PORTS),
    ROW("port.shutdown.waiters", "Shutting a port down releases every thread that waits for ever: SPAL_EEND.",
        shutdown_wakes_waiters, IN_SHARED),
    ROW("port.shutdown.timers", "Shutting a port down ends its timers with SPAL_EABORTED.", shutdown_ends_timers,
        IN_PORTS),
    ROW("port.shutdown.hosts", "Shutting a port down ends a connect by name with SPAL_EABORTED.", shutdown_ends_hosts,
        IN_PORTS),
    ROW("port.free.early", "Freeing a port that is not shut down, or whose completions are untaken, is SPAL_EALREADY.",
        free_too_early, IN_PORTS),
    ROW("port.free.untaken", "A port is not freed while the completion of a closed socket is untaken: SPAL_EALREADY.",
        free_untaken_recv, IN_PORTS),
    ROW("port.free.sockets", "Sockets outlive their port.", free_spares_sockets, IN_PORTS),
};
SUBJECT(port_end, "The end of a port");
