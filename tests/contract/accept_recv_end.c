/* SPDX-License-Identifier: MIT
 *
 * Behaviours of accepting with the first bytes when it ends early, in each of its two steps: deadlines, cancellation,
 * close, clients that go; and what is left over. What it delivers stands in accept_recv.c.
 */
#include "fixture.h"

enum { DEADLINE_MS = 1000, CYCLES = 200, WARM_UP = 20, SLACK = 4 };

static spal_socket connect_to(context *c, const spal_address *address) {
    spal_socket client = open_tcp(c, address->family);
    must(spal_connect(client, address));
    return client;
}

/** Asserts that the client's connection is closed: at its end, or reset. */
static void expect_dropped(spal_socket client) {
    spal_error error;
    assert_int_equal(peer_drain(client, &error), 0);
    assert_true(error == SPAL_OK || error == SPAL_ECONNRESET);
}

/** Asserts that the listener goes on: it serves the next client. */
static void expect_serves(context *c, spal_socket listener, const spal_address *address) {
    spal_socket client = connect_to(c, address), accepted;
    spal_address peer;
    char byte = 0;
    size_t moved = 0;
    peer_send(client, "z", 1);
    must(do_accept_recv(c, listener, &accepted, &peer, &byte, 1, &moved));
    assert_int_equal(peer.port, port_of(client));
    assert_int_equal(moved, 1);
    assert_int_equal(byte, 'z');
    must(spal_close(accepted));
    must(spal_close(client));
}

static void deadline_first_step(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    uint64_t begun = clock_us();
    char byte;
    size_t moved;
    c->timeout_ms = 40;
    assert_error(SPAL_ETIMEDOUT, do_accept_recv(c, listener, NULL, NULL, &byte, 1, &moved));
    assert_true(clock_us() - begun >= 40000);
    c->timeout_ms = 0;
    expect_serves(c, listener, &address);
}

static void deadline_second_step(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), client = connect_to(c, &address);
    uint64_t begun = clock_us();
    char byte;
    pending *p;
    c->timeout_ms = 60;
    p = start_accept_recv(c, listener, &byte, 1);
    assert_error(SPAL_ETIMEDOUT, finish(p));
    assert_true(clock_us() - begun >= 60000);
    assert_int_equal(p->made.id, 0);
    expect_dropped(client);
    c->timeout_ms = 0;
    expect_serves(c, listener, &address);
}

/* Counted from the connection, the time would be up half of it later. */
static void deadline_of_both(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address);
    uint64_t begun = clock_us(), connected;
    char byte;
    pending *p;
    c->timeout_ms = DEADLINE_MS;
    p = start_accept_recv(c, listener, &byte, 1);
    do
        assert_waiting(p);
    while (clock_us() - begun < DEADLINE_MS * 1000 / 2);
    connected = clock_us();
    connect_to(c, &address);
    assert_error(SPAL_ETIMEDOUT, finish(p));
    assert_true(clock_us() - begun >= DEADLINE_MS * 1000);
    assert_true(clock_us() - connected < DEADLINE_MS * 1000);
}

static void cancel_first_step(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    char byte;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_int_equal(p->made.id, 0);
    expect_serves(c, listener, &address);
}

static void cancel_second_step(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), client = connect_to(c, &address);
    char byte;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_int_equal(p->made.id, 0);
    expect_dropped(client);
    expect_serves(c, listener, &address);
}

static void cancel_one_of_each(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), silent = connect_to(c, &address), client;
    char bytes[3] = {0};
    pending *first = start_accept_recv(c, listener, &bytes[0], 1), *second, *third;
    assert_waiting(first);
    second = start_accept_recv(c, listener, &bytes[1], 1);
    third = start_accept_recv(c, listener, &bytes[2], 1);
    cancel(second);
    assert_error(SPAL_EABORTED, finish(second));
    client = connect_to(c, &address);
    peer_send(client, "y", 1);
    must(finish(third));
    assert_int_equal(bytes[2], 'y');
    assert_false(is_over(first));
    peer_send(silent, "x", 1);
    must(finish(first));
    assert_int_equal(bytes[0], 'x');
}

static void close_first_step(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    char byte;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    assert_waiting(p);
    must(spal_close(listener));
    must(spal_bind(open_tcp(c, SPAL_AF_INET), &address));
    expect_closed(p);
}

static void close_second_step(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address);
    char byte;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    assert_waiting(p);
    must(spal_close(listener));
    expect_closed(p);
    assert_int_equal(p->made.id, 0);
    expect_dropped(client);
}

static void ends_silently(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address);
    char byte = 'u', answer = 0;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    assert_waiting(p);
    must(spal_shutdown(client, SPAL_SHUT_SEND));
    must(finish(p));
    assert_int_equal(p->count, 0);
    assert_int_equal(byte, 'u');
    peer_expect_end(p->made);
    peer_send(p->made, "y", 1);
    peer_recv(client, &answer, 1);
    assert_int_equal(answer, 'y');
}

static void resets_silently(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), client = connect_to(c, &address);
    char byte;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    assert_waiting(p);
    must(spal_abort(client));
    assert_error(SPAL_ECONNRESET, finish(p));
    assert_int_equal(p->made.id, 0);
    expect_serves(c, listener, &address);
}

static void port_shut_down(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), silent = connect_to(c, &address);
    char bytes[2];
    pending *second_step = start_accept_recv(c, listener, &bytes[0], 1), *first_step;
    assert_waiting(second_step);
    first_step = start_accept_recv(c, listener, &bytes[1], 1);
    assert_waiting(first_step);
    must(spal_port_shutdown(c->port));
    assert_error(SPAL_EABORTED, finish(first_step));
    assert_error(SPAL_EABORTED, finish(second_step));
    expect_dropped(silent);
    assert_error(SPAL_ESHUTDOWN, do_accept_recv(c, listener, NULL, NULL, bytes, 1, NULL));
}

static void serve_once(context *c, spal_socket listener, const spal_address *address) {
    size_t kept = c->socket_count;
    expect_serves(c, listener, address);
    c->socket_count = kept;
}

static void leaves_nothing(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address);
    long before = 0, memory = 0;
    for (int i = 0; i < CYCLES; i++) {
        if (i == WARM_UP) {
            before = descriptor_count();
            memory = allocator_live();
        }
        serve_once(c, listener, &address);
    }
    assert_in_range(allocator_live(), 0, memory + SLACK);
    if (before < 0)
        skip_because(c, "descriptors cannot be counted here");
    assert_in_range(descriptor_count(), 0, before + SLACK);
}

/* A reset that comes before the receive is the end of the stream to Wine 8. */
static void fail_once(context *c, spal_socket listener, const spal_address *address) {
    size_t kept = c->socket_count;
    spal_socket client = connect_to(c, address);
    char byte;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    must(spal_abort(client));
    if (finish(p) == SPAL_OK && system_is_wine())
        must(spal_close(p->made));
    else
        assert_int_not_equal(p->error, SPAL_OK);
    c->socket_count = kept;
}

static void failures_leave_nothing(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address);
    long before = 0;
    c->timeout_ms = 100;
    for (int i = 0; i < CYCLES / 10 + WARM_UP; i++) {
        if (i == WARM_UP)
            before = descriptor_count();
        fail_once(c, listener, &address);
    }
    if (before < 0)
        skip_because(c, "descriptors cannot be counted here");
    assert_in_range(descriptor_count(), 0, before + SLACK);
}

static void without_memory(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address);
    char byte;
    spal_error error;
    expect_serves(c, listener, &address);
    allocator_fail_after(0);
    error = do_accept_recv(c, listener, NULL, NULL, &byte, 1, NULL);
    allocator_fail_after(-1);
    assert_error(SPAL_ENOMEM, error);
    expect_serves(c, listener, &address);
}

static void without_descriptors(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address), accepted;
    char byte = 0;
    spal_error error;
    peer_send(client, "x", 1);
    enlist(c, listener);
    if (!descriptor_limit_lower())
        skip_because(c, "this system has no limit of descriptors that a test could lower");
    error = do_accept_recv(c, listener, &accepted, NULL, &byte, 1, NULL);
    descriptor_limit_restore();
    assert_error(SPAL_EMFILE, error);
    must(do_accept_recv(c, listener, &accepted, NULL, &byte, 1, NULL));
    assert_int_equal(byte, 'x');
}

static const behaviour accept_recv_end_rows[] = {
    ROW("accept-recv.timeout.connection",
        "Its time may run out before a connection: SPAL_ETIMEDOUT, never early, and the listener goes on.",
        deadline_first_step, IN_WAITING),
    ROW("accept-recv.timeout.bytes",
        "Its time may run out before the bytes: SPAL_ETIMEDOUT, never early, and the connection is closed.",
        deadline_second_step, IN_WAITING),
    ROW("accept-recv.timeout.both", "Its time counts for both steps together, from the start of the call.",
        deadline_of_both, IN_WAITING),
    ROW("accept-recv.cancel.connection", "Cancelled before a connection it is SPAL_EABORTED, and the listener goes on.",
        cancel_first_step, IN_WAITING),
    ROW("accept-recv.cancel.bytes",
        "Cancelled before the bytes it is SPAL_EABORTED, the connection is closed and the listener goes on.",
        cancel_second_step, IN_WAITING),
    ROW("accept-recv.cancel.one", "Cancelling one of several disturbs none of the others, in either step.",
        cancel_one_of_each, IN_PORTS),
    ROW("accept-recv.close.connection",
        "Closing the listener ends a call that waits for a connection with SPAL_EABORTED, and frees the address.",
        close_first_step, IN_WAITING),
    ROW("accept-recv.close.bytes",
        "Closing the listener ends a call that waits for bytes with SPAL_EABORTED, and closes the connection.",
        close_second_step, IN_WAITING),
    ROW("accept-recv.end", "A client that ends its stream without sending is a connection with 0 bytes.", ends_silently,
        IN_WAITING),
    ROW("accept-recv.reset", "A client that resets instead of sending is SPAL_ECONNRESET, and the listener goes on.",
        resets_silently, IN_WAITING),
    ROW("accept-recv.port-shutdown", "Shutting the port down ends it in either step with SPAL_EABORTED.",
        port_shut_down, IN_PORTS),
    ROW("accept-recv.leaks-nothing", "Many connections taken so and closed leave neither descriptor nor memory behind.",
        leaves_nothing, IN_WAITING),
    ROW("accept-recv.leaks-nothing.failed", "Connections whose bytes fail to come leave no descriptor behind.",
        failures_leave_nothing, IN_WAITING),
    ROW("accept-recv.memory", "Without memory it is SPAL_ENOMEM, and the listener goes on.", without_memory, IN_PORTS),
    ROW_NOT("accept-recv.descriptors",
            "Without descriptors it is SPAL_EMFILE, and the connection is taken when there are some again.",
            without_descriptors, IN_WAITING, NOT_IOCP, "Windows has no limit of handles that a test could lower"),
};
SUBJECT(accept_recv_end, "Accepting with the first bytes: early ends");
