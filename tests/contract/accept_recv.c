/* SPDX-License-Identifier: MIT
 *
 * Behaviours of accepting a connection together with its first bytes: what it delivers, that silent clients hold up
 * nobody else, and how it ends in each of its two steps. Plain accepting stands in accept.c.
 */
#include "fixture.h"

enum { SEVERAL = 5, ROOM = 64, DEADLINE_MS = 1000, CYCLES = 200, WARM_UP = 20, SLACK = 4 };

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

static void waits_for_both(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client;
    char bytes[ROOM] = {0};
    pending *p = start_accept_recv(c, listener, bytes, ROOM);
    assert_waiting(p);
    client = connect_to(c, &address);
    assert_waiting(p);
    peer_send(client, "hello", 5);
    must(finish(p));
    assert_int_equal(p->count, 5);
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(p->peer.port, port_of(client));
    expect_works(client, p->made);
}

static void takes_what_is_there(context *c) {
    spal_address address, peer, own;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address), accepted;
    char bytes[8] = {0};
    size_t moved = 0;
    peer_send(client, "abcdefgh", 8);
    must(do_accept_recv(c, listener, &accepted, &peer, bytes, 3, &moved));
    assert_int_equal(moved, 3);
    assert_string_equal(bytes, "abc");
    must(spal_local_address(client, &own));
    assert_int_equal(spal_address_compare(&peer, &own), 0);
    must(spal_local_address(accepted, &own));
    assert_int_equal(spal_address_compare(&address, &own), 0);
    peer_recv(accepted, bytes, 5);
    assert_memory_equal(bytes, "defgh", 5);
    expect_works(client, accepted);
}

static void serves_v6(context *c) {
    spal_address address, peer;
    spal_socket listener, client, accepted;
    char byte = 0;
    size_t moved = 0;
    require_ipv6(c);
    listener = open_listener(c, SPAL_AF_INET6, 1, &address);
    client = connect_to(c, &address);
    peer_send(client, "x", 1);
    must(do_accept_recv(c, listener, &accepted, &peer, &byte, 1, &moved));
    assert_int_equal(peer.family, SPAL_AF_INET6);
    assert_int_equal(peer.port, port_of(client));
    assert_int_equal(byte, 'x');
}

static void silent_spares_accepts(context *c) {
    spal_address address, peer;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), silent, client, accepted;
    char byte = 0;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    silent = connect_to(c, &address);
    assert_waiting(p);
    for (int i = 0; i < 3; i++) {
        client = connect_to(c, &address);
        must(do_accept(c, listener, &accepted, &peer));
        assert_int_equal(peer.port, port_of(client));
    }
    assert_false(is_over(p));
    peer_send(silent, "x", 1);
    must(finish(p));
    assert_int_equal(p->peer.port, port_of(silent));
    assert_int_equal(byte, 'x');
}

static void silent_spares_others(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), clients[SEVERAL];
    char bytes[SEVERAL] = {0};
    pending *waiting[SEVERAL];
    for (int i = 0; i < SEVERAL; i++) {
        waiting[i] = start_accept_recv(c, listener, &bytes[i], 1);
        clients[i] = connect_to(c, &address);
        assert_waiting(waiting[i]);
    }
    for (int i = SEVERAL - 1; i >= 0; i--) {
        char byte = (char)('a' + i);
        for (int k = 0; k <= i; k++)
            assert_false(is_over(waiting[k]));
        peer_send(clients[i], &byte, 1);
        must(finish(waiting[i]));
        assert_int_equal(waiting[i]->peer.port, port_of(clients[i]));
        assert_int_equal(bytes[i], byte);
    }
}

static void keeps_turns(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), clients[SEVERAL];
    char bytes[SEVERAL] = {0};
    pending *waiting[SEVERAL];
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = i % 2 == 1 ? start_accept(c, listener) : start_accept_recv(c, listener, &bytes[i], 1);
    for (int i = 0; i < SEVERAL; i++) {
        clients[i] = connect_to(c, &address);
        if (i % 2 == 1)
            must(finish(waiting[i]));
        else
            assert_waiting(waiting[i]);
    }
    for (int i = 0; i < SEVERAL; i++) {
        if (i % 2 == 0)
            peer_send(clients[i], "x", 1);
        must(finish(waiting[i]));
        assert_int_equal(waiting[i]->peer.port, port_of(clients[i]));
    }
}

static void many_clients(context *c) {
    enum { CLIENTS = 50 };
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, CLIENTS, &address), clients[CLIENTS];
    uint16_t told[CLIENTS] = {0};
    pending *waiting[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        waiting[i] = start_accept_recv(c, listener, &told[i], sizeof told[i]);
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = connect_to(c, &address);
    for (int i = CLIENTS - 1; i >= 0; i--) {
        uint16_t port = port_of(clients[i]);
        peer_send(clients[i], &port, sizeof port);
    }
    for (int i = 0; i < CLIENTS; i++) {
        must(finish(waiting[i]));
        assert_int_equal(waiting[i]->count, sizeof told[i]);
        assert_int_equal(waiting[i]->peer.port, told[i]);
    }
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

static void belongs_to_port(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address), made;
    spal_port *other = NULL;
    spal_completion taken = {0};
    spal_op *op = memory_for(c, sizeof *op);
    char byte = 0;
    size_t moved;
    int key;
    peer_send(client, "xy", 2);
    must(do_accept_recv(c, listener, &made, NULL, &byte, 1, &moved));
    must(spal_port_create(&other, NULL));
    keep_port(c, other);
    assert_error(SPAL_EISCONN, spal_port_attach(other, made, NULL, 0));
    must(spal_port_attach(c->port, made, &key, 0));
    assert_error(SPAL_EISCONN, spal_port_attach(c->port, made, &key, 0));
    assert_error(SPAL_EPENDING, spal_recv_async(made, op, &byte, 1, 0));
    must(spal_port_wait(c->port, &taken, 1, WAIT_MS, &moved));
    assert_int_equal(moved, 1);
    assert_ptr_equal(taken.op, op);
    assert_ptr_equal(taken.key, &key);
    assert_int_equal(byte, 'y');
}

static void used_unattached(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address), made;
    spal_completion taken = {0};
    spal_op *op = memory_for(c, sizeof *op);
    char byte = 0;
    size_t moved;
    peer_send(client, "xy", 2);
    must(do_accept_recv(c, listener, &made, NULL, &byte, 1, &moved));
    assert_error(SPAL_EPENDING, spal_recv_async(made, op, &byte, 1, 0));
    must(spal_port_wait(c->port, &taken, 1, WAIT_MS, &moved));
    assert_int_equal(moved, 1);
    assert_ptr_equal(taken.op, op);
    assert_ptr_equal(taken.key, NULL);
    assert_int_equal(byte, 'y');
}

static void fresh_socket(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address), made;
    spal_native native;
    char byte;
    size_t moved;
    int value = -1;
    peer_send(client, "x", 1);
    must(do_accept_recv(c, listener, &made, NULL, &byte, 1, &moved));
    must(spal_get_nonblocking(made, &value));
    assert_int_equal(value, 0);
    must(spal_get_recv_timeout(made, &value));
    assert_int_equal(value, 0);
    must(spal_get_send_timeout(made, &value));
    assert_int_equal(value, 0);
    assert_int_equal(option_of(made, SPAL_OPT_CONNECTED), 1);
    assert_int_equal(option_of(made, SPAL_OPT_LISTENING), 0);
    must(spal_native_handle(made, &native));
    assert_false(native_is_inheritable(native));
}

static void not_without_waiting(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address);
    spal_socket accepted = {7};
    char byte = 0;
    size_t moved;
    must(spal_set_nonblocking(listener, 1));
    assert_error(SPAL_EOPNOTSUPP, spal_accept_recv(listener, &accepted, NULL, &byte, 1, &moved));
    assert_true(accepted.id == 7);
    await_readable(listener);
    assert_error(SPAL_EOPNOTSUPP, spal_accept_recv(listener, &accepted, NULL, &byte, 1, &moved));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    expect_works(client, accepted);
}

static void told_by_kind(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = connect_to(c, &address);
    char byte;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    peer_send(client, "x", 1);
    must(finish(p));
    assert_int_equal(p->op.kind, SPAL_OP_ACCEPT_RECV);
    assert_int_equal(p->op.flags, 0);
}

static void not_listening(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket socket = open_tcp(c, SPAL_AF_INET), ours, peer;
    char byte;
    size_t moved;
    must(spal_bind(socket, &address));
    assert_error(SPAL_EINVAL, do_accept_recv(c, socket, NULL, NULL, &byte, 1, &moved));
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, do_accept_recv(c, ours, NULL, NULL, &byte, 1, &moved));
    must(spal_close(socket));
    assert_error(SPAL_ENOTSOCK, do_accept_recv(c, socket, NULL, NULL, &byte, 1, &moved));
}

static void wrong_arguments(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted = {7};
    char byte;
    size_t moved = 9;
    connect_to(c, &address);
    assert_error(SPAL_EINVAL, do_accept_recv(c, listener, NULL, NULL, &byte, 0, &moved));
    assert_error(SPAL_EINVAL, do_accept_recv(c, listener, NULL, NULL, &byte, (size_t)SPAL_LENGTH_MAX + 1, &moved));
    assert_error(SPAL_EFAULT, do_accept_recv(c, listener, NULL, NULL, NULL, 1, &moved));
    assert_error(SPAL_EFAULT, spal_accept_recv(listener, NULL, NULL, &byte, 1, &moved));
    assert_error(SPAL_EFAULT, spal_accept_recv(listener, &accepted, NULL, &byte, 1, NULL));
    assert_true(accepted.id == 7);
    must(do_accept(c, listener, &accepted, NULL));
}

static void in_use(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client;
    char bytes[2] = {0};
    pending *p = start_accept_recv(c, listener, &bytes[0], 1);
    assert_waiting(p);
    assert_error(SPAL_EALREADY, spal_accept_recv_async(listener, &p->op, NULL, &bytes[1], 1));
    client = connect_to(c, &address);
    assert_waiting(p);
    assert_error(SPAL_EALREADY, spal_accept_recv_async(listener, &p->op, NULL, &bytes[1], 1));
    assert_error(SPAL_EALREADY, spal_accept_async(listener, &p->op, NULL));
    peer_send(client, "x", 1);
    must(finish(p));
    assert_int_equal(bytes[0], 'x');
    assert_int_equal(bytes[1], 0);
}

static void wrong_operations(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    spal_op op = {0};
    char byte;
    assert_error(SPAL_EINVAL, spal_accept_recv_async(listener, &op, NULL, &byte, 1));
    enlist(c, listener);
    assert_error(SPAL_EFAULT, spal_accept_recv_async(listener, NULL, NULL, &byte, 1));
    op.timeout_ms = -1;
    assert_error(SPAL_EINVAL, spal_accept_recv_async(listener, &op, NULL, &byte, 1));
    expect_serves(c, listener, &address);
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

static const behaviour accept_recv_rows[] = {
    ROW("accept-recv.waits", "Accepting with the first bytes waits for a connection and then for its bytes.",
        waits_for_both, IN_WAITING),
    ROW("accept-recv.queued",
        "A connection whose bytes are there already is taken at once, with its addresses; what did not fit stays.",
        takes_what_is_there, IN_WAITING),
    ROW("accept-recv.v6", "It serves IPv6 listeners too.", serves_v6, IN_WAITING),
    ROW("accept-recv.silent.accept", "A client that sends nothing holds up no other accept on the listener.",
        silent_spares_accepts, IN_WAITING),
    ROW("accept-recv.silent.accept-recv",
        "Clients that send nothing hold up only the calls that have taken them: whoever speaks is served.",
        silent_spares_others, IN_WAITING),
    ROW("accept-recv.turns", "Accepts with and without first bytes get connections in the order of their starts.",
        keeps_turns, IN_PORTS),
    ROW("accept-recv.many", "Of many clients at once each call gets one, and the bytes are of the client it names.",
        many_clients, IN_WAITING),
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
    ROW("accept-recv.port",
        "The new socket belongs to the listener's port, to no other, and can be attached there once, for key and "
        "flags.",
        belongs_to_port, IN_PORTS),
    ROW("accept-recv.port.unattached", "Without being attached the new socket completes with a null key.",
        used_unattached, IN_PORTS),
    ROW("accept-recv.fresh", "The new socket waits, has no timeouts and is not inherited by child processes.",
        fresh_socket, IN_WAITING),
    ROW("accept-recv.kind", "Its operation tells its kind.", told_by_kind, IN_PORTS),
    ROW("accept-recv.nonblocking",
        "In non-blocking mode it is SPAL_EOPNOTSUPP, and no connection is taken: its client would be lost.",
        not_without_waiting, IN_ANY),
    ROW("accept-recv.not-listening",
        "On a socket that does not listen it is SPAL_EINVAL, on a closed one SPAL_ENOTSOCK.", not_listening,
        IN_WAITING),
    ROW("accept-recv.wrong",
        "A length of 0 or above SPAL_LENGTH_MAX is SPAL_EINVAL, a missing pointer SPAL_EFAULT, and no connection is "
        "taken.",
        wrong_arguments, IN_WAITING),
    ROW("accept-recv.op-in-use",
        "Starting its operation again while it waits is SPAL_EALREADY in either step, and does not disturb it.", in_use,
        IN_PORTS),
    ROW("accept-recv.wrong-operation",
        "Without a port or with a negative deadline it is SPAL_EINVAL, without an operation SPAL_EFAULT.",
        wrong_operations, IN_PORTS),
    ROW("accept-recv.leaks-nothing", "Many connections taken so and closed leave neither descriptor nor memory behind.",
        leaves_nothing, IN_WAITING),
    ROW("accept-recv.memory", "Without memory it is SPAL_ENOMEM, and the listener goes on.", without_memory, IN_PORTS),
    ROW_NOT("accept-recv.descriptors",
            "Without descriptors it is SPAL_EMFILE, and the connection is taken when there are some again.",
            without_descriptors, IN_WAITING, NOT_IOCP, "Windows has no limit of handles that a test could lower"),
};
SUBJECT(accept_recv, "Accepting with the first bytes");
