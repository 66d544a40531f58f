/* SPDX-License-Identifier: MIT
 *
 * Behaviours of what a socket tells of its own state, whether it has a local address, a peer, and a queue of
 * connections, and of what an operation tells. The options that can be set stand in option.c.
 */
#include "file.h"
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

/** Waits for the operation, which tells what it was and nothing of other kinds. */
static void expect_kind(int kind, pending *p) {
    must(finish(p));
    assert_int_equal(p->op.kind, kind);
    assert_int_equal(p->op.flags, 0);
}

static void kinds_of_streams(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), client = open_tcp(c, SPAL_AF_INET);
    char bytes[4];
    const spal_buffer list = {bytes, 1};
    spal_native file = file_open_fresh();
    pending *p;
    assert_true(file != NATIVE_NONE);
    expect_kind(SPAL_OP_CONNECT, start_connect(c, client, &address));
    p = start_accept(c, listener);
    expect_kind(SPAL_OP_ACCEPT, p);
    peer_send(p->made, "abcd", 4);
    expect_kind(SPAL_OP_RECV, start_recv(c, client, bytes, 1, 0));
    expect_kind(SPAL_OP_RECV, start_recvv(c, client, &list, 1));
    expect_kind(SPAL_OP_RECVFROM, start_recvfrom(c, client, bytes, 1, 0));
    expect_kind(SPAL_OP_SEND, start_send(c, client, "x", 1));
    expect_kind(SPAL_OP_SEND, start_sendv(c, client, &list, 1));
    expect_kind(SPAL_OP_SENDFILE, start_sendfile(c, client, file, 0, 0));
    expect_kind(SPAL_OP_DISCONNECT, start_disconnect(c, client));
    client = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(client, &address));
    peer_send(client, "x", 1);
    expect_kind(SPAL_OP_ACCEPT_RECV, start_accept_recv(c, listener, bytes, 4));
    native_close_file(file);
}

static void kinds_of_datagrams(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket socket = open_udp(c);
    char bytes[4];
    const spal_buffer list = {bytes, 1};
    spal_message out = {.buffers = &list, .count = 1, .address = &address}, in = {.buffers = &list, .count = 1};
    must(spal_bind(socket, &address));
    must(spal_local_address(socket, &address));
    expect_kind(SPAL_OP_SENDTO, start_sendto(c, socket, "x", 1, &address));
    expect_kind(SPAL_OP_SENDMSG, start_sendmsg(c, socket, &out));
    expect_kind(SPAL_OP_RECVFROM, start_recvfrom(c, socket, bytes, 4, 0));
    expect_kind(SPAL_OP_RECVMSG, start_recvmsg(c, socket, &in, 0));
}

static void kinds_of_names(context *c) {
    char service[8];
    spal_address address, found[4];
    pending *p;
    open_listener(c, SPAL_AF_INET, 1, &address);
    snprintf(service, sizeof service, "%u", address.port);
    expect_kind(SPAL_OP_RESOLVE, start_resolve(c, "127.0.0.1", service, NULL, found, 4));
    expect_kind(SPAL_OP_CONNECT_HOST, start_connect_host(c, "127.0.0.1", service, NULL));
    p = start_listen_host(c, "127.0.0.1", "0", NULL, 1);
    expect_kind(SPAL_OP_LISTEN_HOST, p);
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
    ROW("operation.kind", "Each operation tells its kind, and no flags that are another kind's.", kinds_of_streams,
        IN_PORTS),
    ROW("operation.kind.datagrams", "So do the operations of datagrams.", kinds_of_datagrams, IN_PORTS),
    ROW("operation.kind.names", "So do the operations on names.", kinds_of_names, IN_PORTS),
    ROW("state.read-only", "Bound, connected and listening cannot be set: SPAL_ENOPROTOOPT.", read_only, IN_ANY),
};
SUBJECT(state, "What sockets and operations tell of themselves");
