/* SPDX-License-Identifier: MIT
 *
 * Behaviours of datagram sockets with a peer: whom they send to and hear from, how they are given another peer or none,
 * and what they are told of a peer that is not there. What only streams have is refused here, too.
 */
#include "datagrams.h"

static void connected(context *c, int family) {
    spal_address ours_at, peer_at, seen;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char bytes[8];
    size_t moved = 0;
    must(do_connect(c, ours, &peer_at));
    assert_int_equal(option_of(ours, SPAL_OPT_CONNECTED), 1);
    must(spal_peer_address(ours, &seen));
    expect_address(&peer_at, &seen);
    must(spal_local_address(ours, &seen));
    expect_address(&ours_at, &seen);
    must(do_send(c, ours, "abc", 3, &moved));
    assert_int_equal(moved, 3);
    assert_int_equal(peer_recvfrom(peer, bytes, sizeof bytes, &seen), 3);
    expect_address(&ours_at, &seen);
    peer_sendto(peer, "de", 2, &ours_at);
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 2);
    assert_memory_equal(bytes, "de", 2);
}
IN_BOTH_FAMILIES(connected)

static void tells_sender(context *c) {
    spal_address peer_at, from = {0};
    spal_socket ours, peer;
    char byte;
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    must(spal_local_address(peer, &peer_at));
    peer_sendto(peer, "x", 1, NULL);
    must(do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    expect_address(&peer_at, &from);
}

static void binds_by_connecting(context *c, int family) {
    spal_address peer_at, local, from;
    spal_socket ours = open_udp(c, family), peer = open_udp_bound(c, family, &peer_at);
    char byte;
    size_t moved;
    must(do_connect(c, ours, &peer_at));
    assert_int_equal(option_of(ours, SPAL_OPT_BOUND), 1);
    must(spal_local_address(ours, &local));
    assert_int_equal(spal_address_is_loopback(&local), 1);
    must(do_send(c, ours, "x", 1, &moved));
    peer_recvfrom(peer, &byte, 1, &from);
    expect_address(&local, &from);
}
IN_BOTH_FAMILIES(binds_by_connecting)

static void at_once(context *c) {
    spal_address nobody;
    spal_socket ours = open_udp(c, SPAL_AF_INET);
    open_nobody(c, SPAL_AF_INET, &nobody);
    must(spal_set_nonblocking(ours, 1));
    must(spal_connect(ours, &nobody));
}

static void filters(context *c, int family) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    spal_socket stranger = open_udp(c, family);
    char byte = 0;
    size_t moved;
    must(do_connect(c, ours, &peer_at));
    peer_sendto(stranger, "s", 1, &ours_at);
    peer_expect_silence(ours);
    peer_sendto(stranger, "s", 1, &ours_at);
    peer_sendto(peer, "p", 1, &ours_at);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'p');
    peer_expect_silence(ours);
}
IN_BOTH_FAMILIES(filters)

static void again(context *c) {
    spal_address ours_at, first_at, second_at, seen;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket first = open_udp_bound(c, SPAL_AF_INET, &first_at);
    spal_socket second = open_udp_bound(c, SPAL_AF_INET, &second_at);
    char byte = 0;
    size_t moved;
    must(do_connect(c, ours, &first_at));
    must(do_connect(c, ours, &second_at));
    must(spal_peer_address(ours, &seen));
    expect_address(&second_at, &seen);
    must(do_send(c, ours, "x", 1, &moved));
    assert_int_equal(peer_recvfrom(second, &byte, 1, &seen), 1);
    peer_expect_silence(first);
    peer_sendto(first, "f", 1, &ours_at);
    peer_sendto(second, "s", 1, &ours_at);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 's');
    must(do_connect(c, ours, &first_at));
    peer_sendto(first, "f", 1, &ours_at);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'f');
}

static void disconnected(context *c, int family) {
    spal_address ours_at, peer_at, seen;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    spal_socket stranger = open_udp_bound(c, family, &seen);
    char byte = 0;
    size_t moved;
    must(do_connect(c, ours, &peer_at));
    must(do_disconnect(c, ours));
    assert_int_equal(option_of(ours, SPAL_OPT_CONNECTED), 0);
    assert_error(SPAL_ENOTCONN, spal_peer_address(ours, &seen));
    assert_error(SPAL_ENOTCONN, do_send(c, ours, "x", 1, &moved));
    ours_at = loopback(family, port_of(ours));
    peer_sendto(stranger, "s", 1, &ours_at);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 's');
    expect_exchanges(ours, stranger);
    must(do_connect(c, ours, &peer_at));
    must(spal_connect(peer, &ours_at));
    expect_works(ours, peer);
}
IN_BOTH_FAMILIES(disconnected)

static void disconnect_keeps_port(context *c) {
    spal_address ours_at, peer_at, local;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    open_udp_bound(c, SPAL_AF_INET, &peer_at);
    for (int i = 0; i < 3; i++) {
        must(do_connect(c, ours, &peer_at));
        must(do_disconnect(c, ours));
        must(spal_local_address(ours, &local));
        expect_address(&ours_at, &local);
    }
}

static void disconnect_keeps_own_port(context *c) {
    spal_address peer_at, at;
    spal_socket ours = open_udp(c, SPAL_AF_INET), stranger = open_udp(c, SPAL_AF_INET);
    uint16_t port;
    char byte = 0;
    size_t moved;
    open_udp_bound(c, SPAL_AF_INET, &peer_at);
    must(do_connect(c, ours, &peer_at));
    port = port_of(ours);
    must(do_disconnect(c, ours));
    assert_int_equal(port_of(ours), port);
    at = loopback(SPAL_AF_INET, port);
    peer_sendto(stranger, "s", 1, &at);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 's');
}

static void disconnect_needless(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    assert_error(SPAL_ENOTCONN, do_disconnect(c, ours));
    assert_error(SPAL_ENOTCONN, do_disconnect(c, open_udp(c, SPAL_AF_INET)));
    expect_exchanges(ours, open_udp(c, SPAL_AF_INET));
}

static void disconnect_beside_recv(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), stranger = open_udp(c, SPAL_AF_INET);
    char byte = 0;
    pending *p;
    open_udp_bound(c, SPAL_AF_INET, &peer_at);
    must(spal_connect(ours, &peer_at));
    p = start_recvfrom(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(do_disconnect(c, ours));
    assert_waiting(p);
    peer_sendto(stranger, "s", 1, &ours_at);
    must(finish(p));
    assert_int_equal(byte, 's');
    assert_int_equal(p->peer.port, port_of(stranger));
}

static void connect_beside_recv(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte = 0;
    pending *p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(do_connect(c, ours, &peer_at));
    assert_waiting(p);
    peer_sendto(open_udp(c, SPAL_AF_INET), "s", 1, &ours_at);
    assert_waiting(p);
    peer_sendto(peer, "p", 1, &ours_at);
    must(finish(p));
    assert_int_equal(byte, 'p');
}

static void addressed(context *c) {
    spal_address peer_at, other_at, from;
    spal_socket ours, peer;
    char byte;
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    must(spal_local_address(peer, &peer_at));
    open_udp_bound(c, SPAL_AF_INET, &other_at);
    assert_error(SPAL_EISCONN, do_sendto(c, ours, "x", 1, 0, &other_at, &moved));
    assert_error(SPAL_EISCONN, do_sendto(c, ours, "x", 1, 0, &peer_at, &moved));
    moved = 9;
    assert_error(SPAL_EISCONN, spal_sendto(ours, "x", 1, 0, &peer_at, &moved));
    assert_int_equal(moved, 0);
    must(do_sendto(c, ours, "y", 1, 0, NULL, &moved));
    assert_int_equal(peer_recvfrom(peer, &byte, 1, &from), 1);
    assert_int_equal(byte, 'y');
}

static void wrong_address(context *c) {
    spal_address ours_at, peer_at, wrong;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    wrong = loopback(SPAL_AF_INET, 0);
    assert_error(SPAL_EADDRNOTAVAIL, do_connect(c, ours, &wrong));
    wrong = loopback(SPAL_AF_INET6, 9);
    assert_error(SPAL_EAFNOSUPPORT, do_connect(c, ours, &wrong));
    assert_error(SPAL_ENOTCONN, spal_peer_address(ours, &wrong));
    expect_exchanges(ours, peer);
    must(do_connect(c, ours, &peer_at));
}

/* Broadcasting has not been permitted. */
static void peer_refused(context *c) {
    spal_address to, peer_at;
    spal_socket ours, peer;
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    must(spal_local_address(peer, &peer_at));
    must(spal_address_parse("255.255.255.255", 9, &to));
    assert_error(SPAL_EACCES, do_connect(c, ours, &to));
    assert_error(SPAL_ENOTCONN, spal_peer_address(ours, &to));
    assert_error(SPAL_ENOTCONN, do_send(c, ours, "x", 1, &moved));
    must(do_sendto(c, ours, "x", 1, 0, &peer_at, &moved));
}

static void wildcard(context *c, int family) {
    spal_address peer_at, to, from;
    spal_socket ours = open_udp(c, family), peer = open_udp_bound(c, family, &peer_at);
    char byte;
    size_t moved;
    must(spal_address_any(family, peer_at.port, &to));
    must(do_connect(c, ours, &to));
    must(do_send(c, ours, "x", 1, &moved));
    assert_int_equal(peer_recvfrom(peer, &byte, 1, &from), 1);
}
IN_BOTH_FAMILIES(wildcard)

static void refused(context *c, int family) {
    spal_address nobody;
    spal_socket ours = open_udp(c, family);
    char byte;
    size_t moved;
    pending *p;
    open_nobody(c, family, &nobody);
    must(do_connect(c, ours, &nobody));
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(do_send(c, ours, "x", 1, &moved));
    assert_error(SPAL_ECONNREFUSED, finish(p));
    assert_int_equal(p->count, 0);
}
IN_BOTH_FAMILIES(refused)

static void refused_before(context *c) {
    spal_address nobody, from = {0};
    spal_socket ours = open_udp(c, SPAL_AF_INET);
    char byte;
    size_t moved;
    open_nobody(c, SPAL_AF_INET, &nobody);
    must(do_connect(c, ours, &nobody));
    must(do_send(c, ours, "x", 1, &moved));
    assert_error(SPAL_ECONNREFUSED, do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    assert_int_equal(from.family, SPAL_AF_UNSPEC);
}

static void refused_and_on(context *c) {
    spal_address peer_at, ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_nobody(c, SPAL_AF_INET, &peer_at);
    char byte = 0;
    size_t moved;
    pending *p;
    must(do_connect(c, ours, &peer_at));
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(do_send(c, ours, "x", 1, &moved));
    assert_error(SPAL_ECONNREFUSED, finish(p));
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(spal_disconnect(peer));
    peer_sendto(peer, "y", 1, &ours_at);
    must(finish(p));
    assert_int_equal(byte, 'y');
    must(do_send(c, ours, "z", 1, &moved));
    peer_recvfrom(peer, &byte, 1, &peer_at);
    assert_int_equal(byte, 'z');
}

static void refused_then_forgotten(context *c) {
    spal_address nobody, ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    size_t moved;
    open_nobody(c, SPAL_AF_INET, &nobody);
    must(do_connect(c, ours, &nobody));
    must(do_send(c, ours, "x", 1, &moved));
    must(do_disconnect(c, ours));
    expect_exchanges(ours, open_udp(c, SPAL_AF_INET));
}

static void not_a_stream(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), accepted = {7};
    assert_error(SPAL_EOPNOTSUPP, spal_listen(ours, 1));
    assert_error(SPAL_EINVAL, do_accept(c, ours, &accepted, NULL));
    assert_true(accepted.id == 7);
    assert_int_equal(option_of(ours, SPAL_OPT_LISTENING), 0);
    expect_exchanges(ours, open_udp(c, SPAL_AF_INET));
}

static void adopted(context *c) {
    spal_native native = native_open(true), lent;
    spal_address peer_at;
    spal_socket ours, peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    assert_true(native != NATIVE_NONE);
    must(spal_adopt(&ours, native));
    keep_socket(c, ours);
    must(spal_native_handle(ours, &lent));
    assert_true(lent == native);
    assert_false(native_is_inheritable(native));
    assert_int_equal(option_of(ours, SPAL_OPT_TYPE), SPAL_SOCK_DGRAM);
    assert_int_equal(option_of(ours, SPAL_OPT_BOUND), 0);
    enlist(c, ours);
    must(spal_set_recv_timeout(ours, WAIT_MS));
    expect_exchanges(peer, ours);
    must(do_connect(c, ours, &peer_at));
    must(do_send(c, ours, "abc", 3, NULL));
    must(spal_close(ours));
    assert_false(native_is_open(native));
}

static const behaviour datagram_connect_rows[] = {
    ROW("datagram.connect.v4",
        "A connected IPv4 datagram socket sends to its peer without naming it, and tells its address.", connected_v4,
        IN_ALL),
    ROW("datagram.connect.v6",
        "A connected IPv6 datagram socket sends to its peer without naming it, and tells its address.", connected_v6,
        IN_ALL),
    ROW("datagram.connect.sender", "A connected socket is told its peer as the sender.", tells_sender, IN_ALL),
    ROW("datagram.connect.binds.v4", "Connecting a socket that is not bound gives it the address it sends from.",
        binds_by_connecting_v4, IN_ALL),
    ROW("datagram.connect.binds.v6", "Connecting an IPv6 socket that is not bound gives it the address it sends from.",
        binds_by_connecting_v6, IN_ALL),
    ROW("datagram.connect.at-once", "Connecting a datagram socket asks nobody, and never waits.", at_once, IN_ANY),
    ROW("datagram.connect.filters.v4", "A connected socket hears its peer only.", filters_v4, IN_ALL),
    ROW("datagram.connect.filters.v6", "A connected IPv6 socket hears its peer only.", filters_v6, IN_ALL),
    ROW("datagram.connect.again", "A connected datagram socket can be given another peer.", again, IN_ALL),
    ROW("datagram.connect.beside-recv",
        "A receive that waits when the socket is connected goes on, and gets the peer's datagram.", connect_beside_recv,
        IN_WAITING),
    ROW("datagram.disconnect.v4",
        "Disconnect makes a datagram socket forget its peer: it hears and sends to anybody again.", disconnected_v4,
        IN_WAITING),
    ROW("datagram.disconnect.v6",
        "Disconnect makes an IPv6 datagram socket forget its peer: it hears and sends to anybody again.",
        disconnected_v6, IN_WAITING),
    ROW("datagram.disconnect.keeps-port", "Disconnect leaves a datagram socket's local address alone.",
        disconnect_keeps_port, IN_WAITING),
    ROW("datagram.disconnect.keeps-own-port", "A port that a datagram socket has by itself outlives its peer, too.",
        disconnect_keeps_own_port, IN_WAITING),
    ROW("datagram.disconnect.needless", "Disconnecting a datagram socket without a peer is SPAL_ENOTCONN.",
        disconnect_needless, IN_WAITING),
    ROW("datagram.disconnect.beside-recv",
        "A receive that waits when the peer is forgotten goes on, and hears anybody.", disconnect_beside_recv,
        IN_WAITING),
    ROW("datagram.connect.addressed",
        "A connected socket sends to its peer only: an address, even the peer's, is SPAL_EISCONN on every system.",
        addressed, IN_ALL),
    ROW("datagram.connect.wrong-address",
        "Connecting to port 0 is SPAL_EADDRNOTAVAIL, to another family SPAL_EAFNOSUPPORT; the socket has no peer then.",
        wrong_address, IN_ALL),
    ROW("datagram.connect.refused", "A socket whose connect to another peer is refused has none.", peer_refused,
        IN_ALL),
    ROW("datagram.connect.wildcard.v4", "Connecting a datagram socket to 0.0.0.0 means the loopback.", wildcard_v4,
        IN_ALL),
    ROW("datagram.connect.wildcard.v6", "Connecting a datagram socket to :: means the loopback.", wildcard_v6, IN_ALL),
    ROW("datagram.refused.v4",
        "A connected socket is told when a datagram finds nobody: a receive that waits is SPAL_ECONNREFUSED.",
        refused_v4, IN_WAITING),
    ROW("datagram.refused.v6",
        "A connected IPv6 socket is told when a datagram finds nobody: a receive that waits is SPAL_ECONNREFUSED.",
        refused_v6, IN_WAITING),
    ROW_NOT("datagram.refused.earlier",
            "The receive after a datagram that found nobody is SPAL_ECONNREFUSED, and tells no sender.", refused_before,
            IN_WAITING, NOT_WINE, "Wine 8 forgets an error that came before the call"),
    ROW_NOT("datagram.refused.once",
            "SPAL_ECONNREFUSED is told once; the socket goes on, and reaches a peer that comes.", refused_and_on,
            IN_WAITING, NOT_WINE, "Wine 8 wakes no receive of a datagram socket that has told an error"),
    ROW("datagram.refused.forgotten", "What became of datagrams to a peer is not told any more once it is forgotten.",
        refused_then_forgotten, IN_WAITING),
    ROW("datagram.not-a-stream",
        "A datagram socket cannot listen, SPAL_EOPNOTSUPP, nor accept, SPAL_EINVAL, and goes on.", not_a_stream,
        IN_ALL),
    ROW("datagram.adopt", "A native datagram socket can be taken over, and is closed with the socket.", adopted,
        IN_ALL),
};
SUBJECT(datagram_connect, "Datagrams to one peer");
