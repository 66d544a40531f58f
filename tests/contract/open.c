/* SPDX-License-Identifier: MIT
 *
 * Behaviours of opening a socket, of taking over one made elsewhere, and of lending the native one.
 */
#include "fixture.h"

static void open_v4(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    assert_true(socket.id != 0);
    assert_int_equal(option_of(socket, SPAL_OPT_FAMILY), SPAL_AF_INET);
    assert_int_equal(option_of(socket, SPAL_OPT_TYPE), SPAL_SOCK_STREAM);
    assert_int_equal(option_of(socket, SPAL_OPT_PROTOCOL), SPAL_IPPROTO_TCP);
    assert_int_equal(option_of(socket, SPAL_OPT_LISTENING), 0);
    assert_int_equal(option_of(socket, SPAL_OPT_CONNECTED), 0);
    must(spal_close(socket));
}

static void open_v6(context *c) {
    spal_socket socket;
    require_ipv6(c);
    socket = open_tcp(c, SPAL_AF_INET6);
    assert_int_equal(option_of(socket, SPAL_OPT_FAMILY), SPAL_AF_INET6);
    assert_int_equal(option_of(socket, SPAL_OPT_V6ONLY), 1);
}

static void open_family(context *c) {
    spal_socket socket = {7};
    (void)c;
    assert_error(SPAL_EAFNOSUPPORT, spal_open(&socket, 99, SPAL_SOCK_STREAM, 0));
    assert_error(SPAL_EAFNOSUPPORT, spal_open(&socket, SPAL_AF_UNSPEC, SPAL_SOCK_STREAM, 0));
    assert_error(SPAL_EAFNOSUPPORT, spal_open(&socket, -1, SPAL_SOCK_STREAM, 0));
    assert_true(socket.id == 7);
}

static void open_type(context *c) {
    spal_socket socket = {7};
    (void)c;
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_open(&socket, SPAL_AF_INET, 4, 0));
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_open(&socket, SPAL_AF_INET, 5, 0));
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_open(&socket, SPAL_AF_INET, 77, 0));
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_open(&socket, SPAL_AF_INET, -1, 0));
    assert_true(socket.id == 7);
}

static void open_protocol(context *c) {
    static const int wrong[] = {SPAL_IPPROTO_UDP, SPAL_IPPROTO_ICMP, 200, -1, 70000};
    spal_socket socket = {7};
    (void)c;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        spal_error error = spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, wrong[i]);
        assert_true(error == SPAL_EPROTONOSUPPORT || error == SPAL_EPROTOTYPE);
    }
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, SPAL_IPPROTO_TCP));
    must(spal_close(socket));
}

static void open_not_inherited(context *c) {
    spal_native native;
    must(spal_native_handle(open_tcp(c, SPAL_AF_INET), &native));
    assert_false(native_is_inheritable(native));
}

static void native_handle_lent(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_native first, second;
    must(spal_native_handle(socket, &first));
    must(spal_native_handle(socket, &second));
    assert_true(first == second);
    assert_true(native_is_open(first));
    must(spal_close(socket));
    assert_false(native_is_open(first));
}

static void adopt_fresh(context *c) {
    spal_native native = native_open(false);
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket socket;
    spal_native lent;
    must(spal_adopt(&socket, native));
    keep_socket(c, socket);
    must(spal_native_handle(socket, &lent));
    assert_true(lent == native);
    assert_false(native_is_inheritable(native));
    must(spal_bind(socket, &address));
    must(spal_listen(socket, 1));
    assert_int_equal(option_of(socket, SPAL_OPT_FAMILY), SPAL_AF_INET);
    must(spal_close(socket));
    assert_false(native_is_open(native));
}

static void adopt_connected(context *c) {
    spal_address address, seen;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    spal_native native = native_connect(address.port);
    spal_socket ours, peer;
    char byte = 0;
    size_t moved = 0;
    assert_true(native != NATIVE_NONE);
    must(spal_adopt(&ours, native));
    keep_socket(c, ours);
    must(spal_accept(listener, &peer, NULL));
    keep_socket(c, peer);
    assert_int_equal(option_of(ours, SPAL_OPT_CONNECTED), 1);
    must(spal_peer_address(ours, &seen));
    assert_int_equal(spal_address_compare(&seen, &address), 0);
    assert_error(SPAL_EISCONN, spal_connect(ours, &address));
    must(do_send(c, ours, "x", 1, &moved));
    peer_recv(peer, &byte, 1);
    assert_int_equal(byte, 'x');
    peer_send(peer, "yz", 2);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'y');
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'z');
}

static void adopt_listener(context *c) {
    uint16_t port = 0;
    spal_native native = native_listen(&port);
    spal_socket listener, client, accepted;
    spal_address address = loopback(SPAL_AF_INET, port);
    assert_true(native != NATIVE_NONE);
    must(spal_adopt(&listener, native));
    keep_socket(c, listener);
    assert_int_equal(option_of(listener, SPAL_OPT_LISTENING), 1);
    client = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(client, &address));
    must(do_accept(c, listener, &accepted, NULL));
    expect_works(client, accepted);
}

static void adopt_file(context *c) {
    spal_socket socket = {7};
    spal_native file = native_open_file();
    (void)c;
    assert_error(SPAL_ENOTSOCK, spal_adopt(&socket, file));
    assert_true(native_file_is_open(file));
    assert_true(socket.id == 7);
    native_close_file(file);
}

static void adopt_closed(context *c) {
    spal_socket socket = {7};
    (void)c;
    assert_error(SPAL_ENOTSOCK, spal_adopt(&socket, native_closed()));
    assert_error(SPAL_ENOTSOCK, spal_adopt(&socket, -1));
    assert_true(socket.id == 7);
}

static void adopt_unserved(context *c) {
    spal_socket socket = {7};
    spal_native native = native_open_unserved();
    if (native == NATIVE_NONE)
        skip_because(c, "this system has no other kinds of sockets");
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_adopt(&socket, native));
    assert_true(native_is_open(native));
    native_close(native);
}

static void adopt_synchronous(context *c) {
    spal_socket socket = {7};
    spal_native native = native_open_synchronous();
    (void)c;
    assert_true(native != NATIVE_NONE);
    assert_error(SPAL_EINVAL, spal_adopt(&socket, native));
    assert_true(native_is_open(native));
    assert_true(socket.id == 7);
    native_close(native);
}

static const behaviour open_rows[] = {
    ROW("open.tcp.v4",
        "A fresh IPv4 stream socket is neither connected nor listening, and tells its family, type and protocol.",
        open_v4, IN_ANY),
    ROW("open.tcp.v6", "A fresh IPv6 stream socket speaks IPv6 only, on every system.", open_v6, IN_ANY),
    ROW("open.family.unknown", "Opening a socket of an unknown family is SPAL_EAFNOSUPPORT, and nothing is written.",
        open_family, IN_ANY),
    ROW("open.type.unknown", "Opening a socket of a type that is not served is SPAL_ESOCKTNOSUPPORT.", open_type,
        IN_ANY),
    ROW("open.protocol.wrong",
        "Opening a stream of a protocol that is not TCP is SPAL_EPROTONOSUPPORT or SPAL_EPROTOTYPE; TCP may be named.",
        open_protocol, IN_ANY),
    ROW("open.not-inherited", "An opened socket is not inherited by child processes.", open_not_inherited, IN_ANY),
    ROW("native-handle.lent", "The native handle is always the same one, and is closed with the socket.",
        native_handle_lent, IN_ANY),
    ROW("adopt.fresh",
        "A native stream socket can be taken over; it is no longer inherited, and is closed with the socket.",
        adopt_fresh, IN_ANY),
    ROW("adopt.connected", "An adopted connection knows its peer and carries data both ways.", adopt_connected, IN_ALL),
    ROW("adopt.listener", "An adopted listener knows that it listens, and accepts.", adopt_listener, IN_ALL),
    ROW("adopt.not-a-socket",
        "Adopting a descriptor that is no socket is SPAL_ENOTSOCK, and the descriptor stays open.", adopt_file, IN_ANY),
    ROW("adopt.closed", "Adopting a descriptor that is not open is SPAL_ENOTSOCK.", adopt_closed, IN_ANY),
    ROW_NOT("adopt.unserved",
            "Adopting a socket of a kind that is not served is SPAL_ESOCKTNOSUPPORT, and it stays the caller's.",
            adopt_unserved, IN_ANY, NOT_IOCP, "Windows has no other kinds of sockets that anybody may open"),
    ROW_NOT("adopt.not-overlapped",
            "Adopting a socket that was not opened for overlapped use is SPAL_EINVAL, and it stays the caller's.",
            adopt_synchronous, IN_ANY, NOT_EPOLL | NOT_KQUEUE, "These systems know no such difference"),
};
SUBJECT(open, "Opening and adopting");
