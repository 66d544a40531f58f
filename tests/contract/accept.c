/* SPDX-License-Identifier: MIT
 *
 * Behaviours of accepting: order, several at once, the ends of a waiting accept, and what the new socket is like.
 */
#include "fixture.h"

enum { SEVERAL = 5 };

static spal_socket connect_to(context *c, const spal_address *address) {
    spal_socket client = open_tcp(c, address->family);
    must(spal_connect(client, address));
    return client;
}

static void accept_waits(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client;
    pending *p = start_accept(c, listener);
    assert_waiting(p);
    client = connect_to(c, &address);
    must(finish(p));
    assert_int_equal(p->peer.port, port_of(client));
    expect_works(client, p->made);
}

static void accept_queued(context *c) {
    spal_address address, peer, own;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted;
    spal_socket client = connect_to(c, &address);
    must(do_accept(c, listener, &accepted, &peer));
    must(spal_local_address(client, &own));
    assert_int_equal(spal_address_compare(&peer, &own), 0);
    must(spal_local_address(accepted, &own));
    assert_int_equal(spal_address_compare(&address, &own), 0);
    expect_works(client, accepted);
}

static void accept_v6(context *c) {
    spal_address address, peer;
    spal_socket listener, client, accepted;
    require_ipv6(c);
    listener = open_listener(c, SPAL_AF_INET6, 1, &address);
    client = connect_to(c, &address);
    must(do_accept(c, listener, &accepted, &peer));
    assert_int_equal(peer.family, SPAL_AF_INET6);
    assert_int_equal(peer.port, port_of(client));
    expect_works(client, accepted);
}

static void accept_several_waiting(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), clients[SEVERAL];
    pending *waiting[SEVERAL];
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_accept(c, listener);
    for (int i = 0; i < SEVERAL; i++)
        clients[i] = connect_to(c, &address);
    for (int i = 0; i < SEVERAL; i++)
        must(finish(waiting[i]));
    for (int i = 0; i < SEVERAL; i++)
        peer_send(clients[i], "x", 1);
    for (int i = 0; i < SEVERAL; i++) {
        char byte = 0;
        peer_recv(waiting[i]->made, &byte, 1);
        assert_int_equal(byte, 'x');
    }
}

static void accept_several_queued(context *c) {
    spal_address address, peer;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), clients[SEVERAL], accepted;
    for (int i = 0; i < SEVERAL; i++)
        clients[i] = connect_to(c, &address);
    for (int i = 0; i < SEVERAL; i++) {
        must(do_accept(c, listener, &accepted, &peer));
        assert_int_equal(peer.port, port_of(clients[i]));
    }
}

static void accept_order(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), clients[SEVERAL];
    pending *waiting[SEVERAL];
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_accept(c, listener);
    for (int i = 0; i < SEVERAL; i++) {
        clients[i] = connect_to(c, &address);
        must(finish(waiting[i]));
        assert_int_equal(waiting[i]->peer.port, port_of(clients[i]));
    }
}

static void accept_cancelled(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted;
    pending *p = start_accept(c, listener);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    connect_to(c, &address);
    must(do_accept(c, listener, &accepted, NULL));
}

static void accept_closed(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    pending *p = start_accept(c, listener);
    assert_waiting(p);
    must(spal_close(listener));
    must(spal_bind(open_tcp(c, SPAL_AF_INET), &address));
    expect_closed(p);
}

static void accept_closed_often(context *c) {
    for (int round = 0; round < 20; round++) {
        spal_address address;
        spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
        pending *waiting[SEVERAL];
        for (int i = 0; i < SEVERAL; i++)
            waiting[i] = start_accept(c, listener);
        must(spal_close(listener));
        for (int i = 0; i < SEVERAL; i++)
            expect_closed(waiting[i]);
    }
}

static void accept_timeout(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted;
    uint64_t begun = clock_us();
    c->timeout_ms = 40;
    assert_error(SPAL_ETIMEDOUT, do_accept(c, listener, NULL, NULL));
    assert_true(clock_us() - begun >= 40000);
    c->timeout_ms = 0;
    connect_to(c, &address);
    must(do_accept(c, listener, &accepted, NULL));
}

static void accept_peer_gone(context *c) {
    spal_address address, peer;
    spal_socket listener = open_listener(c, SPAL_AF_INET, SEVERAL, &address), client, accepted = {0};
    must(spal_abort(connect_to(c, &address)));
    must(spal_close(connect_to(c, &address)));
    client = connect_to(c, &address);
    for (int i = 0; i < 3; i++) {
        must(do_accept(c, listener, &accepted, &peer));
        if (peer.port == port_of(client))
            break;
    }
    assert_int_equal(peer.port, port_of(client));
    expect_works(client, accepted);
}

static void accept_not_listening(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket socket = open_tcp(c, SPAL_AF_INET), ours, peer;
    assert_error(SPAL_EINVAL, do_accept(c, socket, NULL, NULL));
    must(spal_bind(socket, &address));
    assert_error(SPAL_EINVAL, do_accept(c, socket, NULL, NULL));
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, do_accept(c, ours, NULL, NULL));
}

static void accept_not_inherited(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted;
    spal_native native;
    connect_to(c, &address);
    must(do_accept(c, listener, &accepted, NULL));
    must(spal_native_handle(accepted, &native));
    assert_false(native_is_inheritable(native));
}

static void accept_fresh(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted;
    spal_op op = {0};
    char byte;
    int value = -1;
    connect_to(c, &address);
    must(do_accept(c, listener, &accepted, NULL));
    must(spal_get_nonblocking(accepted, &value));
    assert_int_equal(value, 0);
    must(spal_get_recv_timeout(accepted, &value));
    assert_int_equal(value, 0);
    must(spal_get_send_timeout(accepted, &value));
    assert_int_equal(value, 0);
    assert_int_equal(option_of(accepted, SPAL_OPT_CONNECTED), 1);
    assert_int_equal(option_of(accepted, SPAL_OPT_LISTENING), 0);
    assert_error(SPAL_EINVAL, spal_recv_async(accepted, &op, &byte, 1, 0));
}

static void accept_nonblocking(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted = {7};
    must(spal_set_nonblocking(listener, 1));
    assert_error(SPAL_EWOULDBLOCK, spal_accept(listener, &accepted, NULL));
    assert_true(accepted.id == 7);
    connect_to(c, &address);
    await_readable(listener);
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    assert_error(SPAL_EWOULDBLOCK, spal_accept(listener, &accepted, NULL));
}

static void accept_listener_lives(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), client, accepted;
    client = connect_to(c, &address);
    must(do_accept(c, listener, &accepted, NULL));
    must(spal_close(listener));
    expect_works(client, accepted);
}

static const behaviour accept_rows[] = {
    ROW("accept.waits", "An accept started before the connection completes with it.", accept_waits,
        IN_WAITING | IN_POLL),
    ROW("accept.queued", "A connection made before the accept is taken at once, with both addresses right.",
        accept_queued, IN_ALL),
    ROW("accept.v6", "An IPv6 listener accepts, and tells the peer's IPv6 address.", accept_v6, IN_ALL),
    ROW("accept.several.waiting", "Several accepts wait on one listener and each gets one connection.",
        accept_several_waiting, IN_WAITING),
    ROW("accept.several.queued", "Connections that wait are accepted in the order in which they were made.",
        accept_several_queued, IN_ALL),
    ROW("accept.order", "Accepts get connections in the order in which they were started.", accept_order, IN_PORTS),
    ROW("accept.cancel", "A cancelled accept ends with SPAL_EABORTED and the listener goes on.", accept_cancelled,
        IN_WAITING),
    ROW("accept.close", "Closing the listener ends a waiting accept with SPAL_EABORTED and frees the address.",
        accept_closed, IN_WAITING),
    ROW("accept.close.several", "Closing a listener ends each of its accepts exactly once, whenever it comes.",
        accept_closed_often, IN_WAITING),
    ROW("accept.timeout", "An accept whose time runs out is SPAL_ETIMEDOUT, never early, and the listener goes on.",
        accept_timeout, IN_WAITING),
    ROW("accept.peer-gone", "A peer that is gone before it is accepted does not disturb the listener.",
        accept_peer_gone, IN_ALL),
    ROW("accept.not-listening", "Accepting on a socket that does not listen is SPAL_EINVAL.", accept_not_listening,
        IN_ALL),
    ROW("accept.not-inherited", "An accepted socket is not inherited by child processes.", accept_not_inherited,
        IN_ALL),
    ROW("accept.fresh",
        "An accepted socket waits, has no timeouts and belongs to no port, whatever its listener's settings.",
        accept_fresh, IN_ALL),
    ROW("accept.nonblocking", "In non-blocking mode an accept without a connection is SPAL_EWOULDBLOCK.",
        accept_nonblocking, IN_ANY),
    ROW("accept.listener-closed", "Closing a listener leaves its accepted connections alone.", accept_listener_lives,
        IN_ALL),
};
SUBJECT(accept, "Accepting");
