/* SPDX-License-Identifier: MIT
 *
 * Behaviours of what a socket tells of its own state: whether it has a local address, a peer, and a queue of
 * connections. The options that can be set stand in option.c.
 */
#include "fixture.h"

static spal_socket open_udp(context *c) {
    spal_socket socket;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, socket);
    must(spal_set_recv_timeout(socket, WAIT_MS));
    return socket;
}

static void expect_state(spal_socket socket, int bound, int connected, int listening) {
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), bound);
    assert_int_equal(option_of(socket, SPAL_OPT_CONNECTED), connected);
    assert_int_equal(option_of(socket, SPAL_OPT_LISTENING), listening);
}

static void by_bind(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0), foreign;
    spal_socket stream = open_tcp(c, SPAL_AF_INET), datagram = open_udp(c);
    must(spal_address_parse("192.0.2.1", 0, &foreign));
    expect_state(stream, 0, 0, 0);
    expect_state(datagram, 0, 0, 0);
    assert_error(SPAL_EADDRNOTAVAIL, spal_bind(stream, &foreign));
    expect_state(stream, 0, 0, 0);
    must(spal_bind(stream, &address));
    must(spal_bind(datagram, &address));
    expect_state(stream, 1, 0, 0);
    expect_state(datagram, 1, 0, 0);
    must(spal_listen(stream, 1));
    expect_state(stream, 1, 0, 1);
}

static void by_connect(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = open_tcp(c, SPAL_AF_INET), accepted;
    must(do_connect(c, client, &address));
    expect_state(client, 1, 1, 0);
    must(do_accept(c, listener, &accepted, NULL));
    expect_state(accepted, 1, 1, 0);
    expect_state(listener, 1, 0, 1);
}

static void by_datagram_connect(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket receiver = open_udp(c), sender = open_udp(c);
    must(spal_bind(receiver, &address));
    must(spal_local_address(receiver, &address));
    must(do_connect(c, sender, &address));
    expect_state(sender, 1, 1, 0);
    must(do_disconnect(c, sender));
    expect_state(sender, 1, 0, 0);
    must(do_connect(c, sender, &address));
    expect_state(sender, 1, 1, 0);
}

static void by_first_send(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket receiver = open_udp(c), sender = open_udp(c);
    size_t moved;
    must(spal_bind(receiver, &address));
    must(spal_local_address(receiver, &address));
    must(do_sendto(c, sender, "x", 1, 0, &address, &moved));
    expect_state(sender, 1, 0, 0);
    assert_int_not_equal(port_of(sender), 0);
}

static void by_first_receive(context *c) {
    spal_socket receiver = open_udp(c);
    spal_address from = {0};
    char byte;
    size_t moved;
    c->timeout_ms = 20;
    assert_error(SPAL_ETIMEDOUT, do_recvfrom(c, receiver, &byte, 1, 0, &from, &moved));
    c->timeout_ms = 0;
    expect_state(receiver, 1, 0, 0);
    assert_int_not_equal(port_of(receiver), 0);
}

static void by_adoption(context *c) {
    uint16_t port = 0;
    spal_native native = native_listen(&port);
    spal_socket listener, datagram, client;
    assert_true(native != NATIVE_NONE);
    must(spal_adopt(&listener, native));
    keep_socket(c, listener);
    expect_state(listener, 1, 0, 1);
    must(spal_adopt(&client, native_connect(port)));
    keep_socket(c, client);
    expect_state(client, 1, 1, 0);
    must(spal_adopt(&datagram, native_open(true)));
    keep_socket(c, datagram);
    assert_int_equal(option_of(datagram, SPAL_OPT_TYPE), SPAL_SOCK_DGRAM);
    expect_state(datagram, 0, 0, 0);
}

static void after_ends(context *c) {
    spal_socket ours, peer;
    char byte;
    size_t moved;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(moved, 0);
    expect_state(ours, 1, 1, 0);
    open_pair(c, &ours, &peer);
    must(spal_abort(peer));
    await_readable(ours);
    assert_error(SPAL_ECONNRESET, do_recv(c, ours, &byte, 1, 0, &moved));
    expect_state(ours, 1, 0, 0);
}

static void read_only(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, SPAL_OPT_BOUND, 1));
    assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, SPAL_OPT_CONNECTED, 1));
    assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, SPAL_OPT_LISTENING, 1));
    expect_state(socket, 0, 0, 0);
}

static const behaviour state_rows[] = {
    ROW("state.bind", "A socket is bound after a bind that succeeded, and listens after listen.", by_bind, IN_ANY),
    ROW("state.connect", "Connecting binds a stream by itself; both ends are bound and connected.", by_connect, IN_ALL),
    ROW("state.datagram.connect", "Connecting a datagram socket binds it, and disconnecting leaves it bound.",
        by_datagram_connect, IN_ALL),
    ROW("state.datagram.send", "The first datagram that is sent binds its socket.", by_first_send, IN_ALL),
    ROW("state.datagram.receive", "The first receive binds a datagram socket.", by_first_receive, IN_ALL),
    ROW("state.adopted", "An adopted socket is known to be bound, connected or listening.", by_adoption, IN_ANY),
    ROW_NOT("state.ends", "A stream is connected after its peer's end, and no longer once a receive has met a reset.",
            after_ends, IN_ALL, NOT_WINE, "Wine 8 reports a reset that came before the call as the end of the stream"),
    ROW("state.read-only", "Bound, connected and listening cannot be set: SPAL_ENOPROTOOPT.", read_only, IN_ANY),
};
SUBJECT(state, "What a socket tells of itself");
