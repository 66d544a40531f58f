/* SPDX-License-Identifier: MIT
 *
 * Behaviours of datagrams between sockets without a peer: what is sent arrives whole with its sender, and what is wrong
 * is refused. Lengths stand in datagram_length.c, sockets with a peer in datagram_connect.c, waiting and ending in
 * datagram_wait.c, addresses in datagram_bind.c, messages in message.c and packet_info.c.
 */
#include "datagrams.h"

enum { MANY = 200 };

static void fresh(context *c, int family) {
    spal_socket socket = open_udp(c, family);
    spal_address local;
    assert_int_equal(option_of(socket, SPAL_OPT_FAMILY), family);
    assert_int_equal(option_of(socket, SPAL_OPT_TYPE), SPAL_SOCK_DGRAM);
    assert_int_equal(option_of(socket, SPAL_OPT_PROTOCOL), SPAL_IPPROTO_UDP);
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 0);
    assert_int_equal(option_of(socket, SPAL_OPT_CONNECTED), 0);
    assert_error(SPAL_ENOTCONN, spal_peer_address(socket, &local));
    must(spal_local_address(socket, &local));
    assert_int_equal(spal_address_is_any(&local), 1);
    assert_int_equal(local.port, 0);
}
IN_BOTH_FAMILIES(fresh)

static void protocols(context *c) {
    static const int wrong[] = {SPAL_IPPROTO_TCP, 200, -1, 70000};
    spal_socket socket = {7};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        spal_error error = spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_DGRAM, wrong[i]);
        assert_true(error == SPAL_EPROTONOSUPPORT || error == SPAL_EPROTOTYPE);
        assert_true(socket.id == 7);
    }
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_DGRAM, SPAL_IPPROTO_UDP));
    keep_socket(c, socket);
}

static void not_inherited(context *c) {
    spal_native native;
    must(spal_native_handle(open_udp(c, SPAL_AF_INET), &native));
    assert_false(native_is_inheritable(native));
}

static void echo(context *c, int family) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char bytes[16];
    size_t moved = 0;
    must(do_sendto(c, ours, "question", 8, 0, &peer_at, &moved));
    assert_int_equal(moved, 8);
    assert_int_equal(peer_recvfrom(peer, bytes, sizeof bytes, &from), 8);
    assert_memory_equal(bytes, "question", 8);
    expect_address(&ours_at, &from);
    peer_sendto(peer, "answer", 6, &from);
    memset(&from, 0, sizeof from);
    must(do_recvfrom(c, ours, bytes, sizeof bytes, 0, &from, &moved));
    assert_int_equal(moved, 6);
    assert_memory_equal(bytes, "answer", 6);
    expect_address(&peer_at, &from);
}
IN_BOTH_FAMILIES(echo)

static void many(context *c) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char *bytes = memory_for(c, MANY * 7 + 16), *back = memory_for(c, MANY * 7 + 16);
    size_t moved;
    for (unsigned i = 0; i < MANY; i++) {
        size_t length = (i * 7) % (MANY * 7);
        pattern_fill(bytes, length, i);
        must(do_sendto(c, ours, bytes, length, 0, &peer_at, &moved));
        assert_int_equal(peer_recvfrom(peer, back, MANY * 7, &from), length);
        peer_sendto(peer, back, length, &from);
        must(do_recvfrom(c, ours, back, MANY * 7, 0, &from, &moved));
        assert_int_equal(moved, length);
        assert_true(pattern_holds(back, length, i, 0));
        expect_address(&peer_at, &from);
    }
}

/** Within what any socket's buffer takes, so that none is lost. */
static void boundaries(context *c) {
    enum { QUEUED = 20 };
    spal_address ours_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char bytes[QUEUED + 1];
    size_t moved;
    for (unsigned i = 0; i < QUEUED; i++) {
        pattern_fill(bytes, i, i);
        peer_sendto(peer, bytes, i, &ours_at);
    }
    for (unsigned i = 0; i < QUEUED; i++) {
        must(do_recvfrom(c, ours, bytes, sizeof bytes, 0, &from, &moved));
        assert_int_equal(moved, i);
        assert_true(pattern_holds(bytes, i, i, 0));
    }
}

static void no_sender_wanted(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char bytes[4];
    size_t moved;
    peer_sendto(peer, "ab", 2, &ours_at);
    peer_sendto(peer, "cd", 2, &ours_at);
    must(spal_recvfrom(ours, bytes, sizeof bytes, 0, NULL, &moved));
    assert_int_equal(moved, 2);
    assert_memory_equal(bytes, "ab", 2);
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 2);
    assert_memory_equal(bytes, "cd", 2);
}

static void port_zero(context *c, int family) {
    spal_address ours_at, peer_at, to;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    size_t moved;
    to = loopback(family, 0);
    assert_error(SPAL_EINVAL, do_sendto(c, ours, "x", 1, 0, &to, &moved));
    expect_exchanges(ours, peer);
}
IN_BOTH_FAMILIES(port_zero)

static void family(context *c) {
    spal_address ours_at, peer_at, to = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    size_t moved;
    assert_error(SPAL_EAFNOSUPPORT, do_sendto(c, ours, "x", 1, 0, &to, &moved));
    to = loopback(SPAL_AF_INET6, 9);
    assert_error(SPAL_EAFNOSUPPORT, do_sendto(c, ours, "x", 1, 0, &to, &moved));
    to.family = SPAL_AF_UNIX;
    assert_error(SPAL_EAFNOSUPPORT, do_sendto(c, ours, "x", 1, 0, &to, &moved));
    if (system_has_ipv6())
        assert_error(SPAL_EAFNOSUPPORT, do_sendto(c, open_udp(c, SPAL_AF_INET6), "x", 1, 0, &peer_at, &moved));
    expect_exchanges(ours, peer);
}

static void destination_needed(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    const spal_buffer list = {(char[]){"x"}, 1};
    size_t moved;
    assert_error(SPAL_ENOTCONN, do_sendto(c, ours, "x", 1, 0, NULL, &moved));
    assert_error(SPAL_ENOTCONN, do_send(c, ours, "x", 1, &moved));
    assert_error(SPAL_ENOTCONN, do_send(c, ours, "x", 0, &moved));
    assert_error(SPAL_ENOTCONN, do_sendv(c, ours, &list, 1, &moved));
    expect_exchanges(ours, peer);
}

static void binds_by_receiving(context *c, int family) {
    spal_socket ours = open_udp(c, family), peer = open_udp(c, family);
    spal_address to, from;
    char bytes[4];
    pending *p = start_recvfrom(c, ours, bytes, sizeof bytes, 0);
    to = loopback(family, await_bound(ours));
    assert_int_equal(option_of(ours, SPAL_OPT_BOUND), 1);
    peer_sendto(peer, "abc", 3, &to);
    must(finish(p));
    assert_int_equal(p->count, 3);
    from = loopback(family, port_of(peer));
    expect_address(&from, &p->peer);
}
IN_BOTH_FAMILIES(binds_by_receiving)

static void binds_by_sending(context *c, int family) {
    spal_address peer_at, expected, from;
    spal_socket ours = open_udp(c, family), peer = open_udp_bound(c, family, &peer_at);
    char byte;
    size_t moved;
    must(do_sendto(c, ours, "x", 1, 0, &peer_at, &moved));
    assert_int_equal(option_of(ours, SPAL_OPT_BOUND), 1);
    expected = loopback(family, port_of(ours));
    assert_int_not_equal(expected.port, 0);
    peer_recvfrom(peer, &byte, 1, &from);
    expect_address(&expected, &from);
    assert_error(SPAL_EINVAL, spal_bind(ours, &expected));
    expect_exchanges(ours, peer);
}
IN_BOTH_FAMILIES(binds_by_sending)

static void unreachable_is_silent(context *c, int family) {
    spal_address ours_at, peer_at, nobody;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char byte;
    size_t moved;
    pending *p;
    open_nobody(c, family, &nobody);
    for (int i = 0; i < 3; i++)
        must(do_sendto(c, ours, "x", 1, 0, &nobody, &moved));
    peer_expect_silence(ours);
    p = start_recv(c, ours, &byte, 1, 0);
    for (int i = 0; i < 3; i++)
        must(do_sendto(c, ours, "x", 1, 0, &nobody, &moved));
    assert_waiting(p);
    peer_sendto(peer, "y", 1, &ours_at);
    must(finish(p));
    assert_int_equal(byte, 'y');
    expect_exchanges(ours, peer);
}
IN_BOTH_FAMILIES(unreachable_is_silent)

static void wildcard(context *c, int family) {
    spal_address peer_at, to;
    spal_socket ours = open_udp(c, family), peer = open_udp_bound(c, family, &peer_at);
    char bytes[4];
    size_t moved;
    must(spal_address_any(family, peer_at.port, &to));
    must(do_sendto(c, ours, "abc", 3, 0, &to, &moved));
    assert_int_equal(peer_recvfrom(peer, bytes, sizeof bytes, &to), 3);
}
IN_BOTH_FAMILIES(wildcard)

static void broadcast_refused(context *c) {
    spal_address ours_at, peer_at, to;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    size_t moved;
    must(spal_address_parse("255.255.255.255", 9, &to));
    assert_error(SPAL_EACCES, do_sendto(c, ours, "x", 1, 0, &to, &moved));
    expect_exchanges(ours, peer);
}

static void broadcast(context *c) {
    spal_address any, to, from;
    spal_socket ours = open_udp(c, SPAL_AF_INET), peer = open_udp(c, SPAL_AF_INET);
    char bytes[4];
    size_t moved;
    must(spal_address_any(SPAL_AF_INET, 0, &any));
    must(spal_bind(peer, &any));
    must(spal_set_option(ours, SPAL_OPT_BROADCAST, 1));
    must(spal_address_parse("127.255.255.255", port_of(peer), &to));
    must(do_sendto(c, ours, "abc", 3, 0, &to, &moved));
    assert_int_equal(peer_recvfrom(peer, bytes, sizeof bytes, &from), 3);
    assert_int_equal(from.port, port_of(ours));
}

static void flags(context *c) {
    static const int wrong[] = {1, 0x100, 0x8000, 0x40000000, INT32_MIN, SPAL_WAITALL};
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte = 'x';
    size_t moved;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_error(SPAL_EOPNOTSUPP, do_recvfrom(c, ours, &byte, 1, wrong[i], &from, &moved));
        assert_error(SPAL_EOPNOTSUPP, do_recv(c, ours, &byte, 1, wrong[i], &moved));
        assert_error(SPAL_EOPNOTSUPP, do_sendto(c, ours, &byte, 1, wrong[i], &peer_at, &moved));
    }
    assert_error(SPAL_EOPNOTSUPP, do_sendto(c, ours, &byte, 1, SPAL_PEEK, &peer_at, &moved));
    assert_error(SPAL_EOPNOTSUPP, do_recvfrom(c, ours, &byte, 1, SPAL_DONTROUTE, &from, &moved));
    peer_expect_silence(peer);
    expect_exchanges(ours, peer);
}

static void dont_route(context *c) {
    spal_address peer_at, from;
    spal_socket ours = open_udp(c, SPAL_AF_INET), peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte;
    size_t moved;
    must(do_sendto(c, ours, "x", 1, SPAL_DONTROUTE, &peer_at, &moved));
    assert_int_equal(peer_recvfrom(peer, &byte, 1, &from), 1);
}

static void wrong_arguments(context *c) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte = 'x';
    size_t moved;
    assert_error(SPAL_EFAULT, do_sendto(c, ours, NULL, 1, 0, &peer_at, &moved));
    assert_error(SPAL_EFAULT, do_recvfrom(c, ours, NULL, 1, 0, &from, &moved));
    assert_error(SPAL_EFAULT, spal_sendto(ours, &byte, 1, 0, &peer_at, NULL));
    assert_error(SPAL_EFAULT, spal_recvfrom(ours, &byte, 1, 0, &from, NULL));
    assert_error(SPAL_EINVAL, do_sendto(c, ours, &byte, (size_t)SPAL_LENGTH_MAX + 1, 0, &peer_at, &moved));
    assert_error(SPAL_EINVAL, do_recvfrom(c, ours, &byte, SIZE_MAX, 0, &from, &moved));
    peer_expect_silence(peer);
    expect_exchanges(ours, peer);
}

static void copies_address(context *c) {
    spal_address peer_at, to, from;
    spal_socket ours = open_udp(c, SPAL_AF_INET), peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    spal_op op = {0};
    char byte = 0;
    spal_error error;
    to = peer_at;
    enlist(c, ours);
    error = spal_sendto_async(ours, &op, "x", 1, 0, &to);
    memset(&to, 0xff, sizeof to);
    for (uint64_t end = clock_us() + (uint64_t)WAIT_MS * 1000; error == SPAL_EPENDING && clock_us() < end;)
        if (collect(c, 100) > 0)
            error = op.error;
    must(error);
    assert_int_equal(op.kind, SPAL_OP_SENDTO);
    assert_int_equal(op.count, 1);
    peer_recvfrom(peer, &byte, 1, &from);
    assert_int_equal(byte, 'x');
}

static const char no_broadcast[] = "Windows' loopback carries no broadcast, and the tests use no other network";

static const behaviour datagram_rows[] = {
    ROW("datagram.open.v4",
        "A fresh IPv4 datagram socket has neither address nor peer, and tells its family, type and protocol.", fresh_v4,
        IN_ANY),
    ROW("datagram.open.v6",
        "A fresh IPv6 datagram socket has neither address nor peer, and tells its family, type and protocol.", fresh_v6,
        IN_ANY),
    ROW("datagram.open.protocol",
        "Opening datagrams of a protocol that is not UDP is SPAL_EPROTONOSUPPORT or SPAL_EPROTOTYPE; UDP may be named.",
        protocols, IN_ANY),
    ROW("datagram.open.not-inherited", "A datagram socket is not inherited by child processes.", not_inherited, IN_ANY),
    ROW("datagram.echo.v4", "An IPv4 datagram arrives with its sender's exact address, and an answer goes back there.",
        echo_v4, IN_ALL),
    ROW("datagram.echo.v6", "An IPv6 datagram arrives with its sender's exact address, and an answer goes back there.",
        echo_v6, IN_ALL),
    ROW("datagram.many", "Datagrams of many lengths go to and fro unchanged.", many, IN_ALL),
    ROW("datagram.boundaries", "Each receive takes one datagram, never a part of the next.", boundaries, IN_ALL),
    ROW("datagram.recv.plain", "Who does not want to know the sender need not ask: spal_recv takes datagrams, too.",
        no_sender_wanted, IN_ALL),
    ROW("datagram.port-zero.v4", "A datagram to port 0 is SPAL_EINVAL.", port_zero_v4, IN_ALL),
    ROW("datagram.port-zero.v6", "A datagram to port 0 is SPAL_EINVAL over IPv6, too.", port_zero_v6, IN_ALL),
    ROW("datagram.family", "A datagram to an address of another family is SPAL_EAFNOSUPPORT.", family, IN_ALL),
    ROW("datagram.address-needed", "Sending without an address and without a peer is SPAL_ENOTCONN.",
        destination_needed, IN_ALL),
    ROW("datagram.binds-itself.recv.v4", "A socket that receives before it was bound gets a port of its own.",
        binds_by_receiving_v4, IN_ALL),
    ROW("datagram.binds-itself.recv.v6", "An IPv6 socket that receives before it was bound gets a port of its own.",
        binds_by_receiving_v6, IN_ALL),
    ROW("datagram.binds-itself.send.v4",
        "A socket that sends before it was bound gets a port, which the receiver sees.", binds_by_sending_v4, IN_ALL),
    ROW("datagram.binds-itself.send.v6",
        "An IPv6 socket that sends before it was bound gets a port, which the receiver sees.", binds_by_sending_v6,
        IN_ALL),
    ROW("datagram.unreachable.v4",
        "On a socket without a peer, a datagram that finds nobody is never an error: not at once, not later.",
        unreachable_is_silent_v4, IN_ALL),
    ROW("datagram.unreachable.v6",
        "On an IPv6 socket without a peer, a datagram that finds nobody is never an error: not at once, not later.",
        unreachable_is_silent_v6, IN_ALL),
    ROW("datagram.wildcard.v4", "A datagram to 0.0.0.0 goes to the loopback.", wildcard_v4, IN_ALL),
    ROW("datagram.wildcard.v6", "A datagram to :: goes to the loopback.", wildcard_v6, IN_ALL),
    ROW("datagram.broadcast.refused", "A broadcast without SPAL_OPT_BROADCAST is SPAL_EACCES.", broadcast_refused,
        IN_ALL),
    ROW_NOT("datagram.broadcast", "With SPAL_OPT_BROADCAST a datagram goes to everybody on a network.", broadcast,
            IN_ALL, NOT_IOCP, no_broadcast),
    ROW("datagram.flags", "A flag that datagrams do not have, SPAL_WAITALL among them, is SPAL_EOPNOTSUPP.", flags,
        IN_ALL),
    ROW("datagram.dont-route", "A datagram with SPAL_DONTROUTE reaches a neighbour.", dont_route, IN_ALL),
    ROW("datagram.arguments", "A missing buffer or count is SPAL_EFAULT, a huge length SPAL_EINVAL; nothing is sent.",
        wrong_arguments, IN_ALL),
    ROW("datagram.copies-address", "The address of an asynchronous send is the caller's again at once.", copies_address,
        IN_PORTS),
};
SUBJECT(datagram, "Datagrams");
