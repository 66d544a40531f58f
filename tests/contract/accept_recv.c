/* SPDX-License-Identifier: MIT
 *
 * Behaviours of accepting a connection together with its first bytes: what it delivers, whose turn it is, that silent
 * clients hold up nobody else. How it ends early stands in accept_recv_end.c, plain accepting in accept.c.
 */
#include "fixture.h"

enum { SEVERAL = 5, ROOM = 64 };

static spal_socket connect_to(context *c, const spal_address *address) {
    spal_socket client = open_tcp(c, address->family);
    must(spal_connect(client, address));
    return client;
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

/* The thread of a synchronous call may come late: until it has taken the client, others might. */
static void await_taken(spal_socket listener) {
    spal_pollfd entry = {listener, SPAL_POLLIN, 0};
    uint64_t until = clock_us() + (uint64_t)WAIT_MS * 1000;
    size_t ready = 1;
    while (ready > 0) {
        assert_true(clock_us() < until);
        must(spal_poll(&entry, 1, 0, &ready));
        thread_yield();
    }
}

static void silent_spares_accepts(context *c) {
    spal_address address, peer;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), silent, client, accepted;
    char byte = 0;
    pending *p = start_accept_recv(c, listener, &byte, 1);
    silent = connect_to(c, &address);
    assert_waiting(p);
    await_taken(listener);
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
        await_taken(listener);
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
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), idle = open_tcp(c, SPAL_AF_INET);
    spal_socket accepted;
    size_t moved;
    spal_op op = {0};
    char byte;
    assert_error(SPAL_EINVAL, spal_accept_recv_async(listener, &op, NULL, &byte, 1));
    enlist(c, listener);
    enlist(c, idle);
    assert_error(SPAL_EINVAL, spal_accept_recv_async(idle, &op, NULL, &byte, 1));
    assert_error(SPAL_EFAULT, spal_accept_recv_async(listener, NULL, NULL, &byte, 1));
    op.timeout_ms = -1;
    assert_error(SPAL_EINVAL, spal_accept_recv_async(listener, &op, NULL, &byte, 1));
    peer_send(connect_to(c, &address), "x", 1);
    must(do_accept_recv(c, listener, &accepted, NULL, &byte, 1, &moved));
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
    ROW("accept-recv.port",
        "The new socket belongs to the listener's port, to no other, and can be attached there once, for key and "
        "flags.",
        belongs_to_port, IN_PORTS),
    ROW("accept-recv.port.unattached", "Without being attached the new socket completes with a null key.",
        used_unattached, IN_PORTS),
    ROW("accept-recv.fresh", "The new socket waits, has no timeouts and is not inherited by child processes.",
        fresh_socket, IN_WAITING),
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
};
SUBJECT(accept_recv, "Accepting with the first bytes");
