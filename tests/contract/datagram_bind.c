/* SPDX-License-Identifier: MIT
 *
 * Behaviours of the local addresses of datagram sockets: who may share a port and who gets what is sent there, and
 * IPv6 sockets that speak IPv4 too. Streams' addresses stand in bind.c.
 */
#include "datagrams.h"

enum { SOURCES = 64 };

static void port_chosen(context *c, int family) {
    spal_socket socket = open_udp(c, family);
    spal_address wanted = loopback(family, 0), given;
    must(spal_bind(socket, &wanted));
    must(spal_local_address(socket, &given));
    assert_int_not_equal(given.port, 0);
    wanted.port = given.port;
    expect_address(&wanted, &given);
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 1);
    assert_error(SPAL_EINVAL, spal_bind(socket, &wanted));
}
IN_BOTH_FAMILIES(port_chosen)

static void wrong_family(context *c) {
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    spal_address address = loopback(SPAL_AF_INET6, 0);
    assert_error(SPAL_EAFNOSUPPORT, spal_bind(socket, &address));
    address = loopback(SPAL_AF_INET, 0);
    must(spal_bind(socket, &address));
}

static void not_ours(context *c) {
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    spal_address address;
    must(spal_address_parse("192.0.2.1", 0, &address));
    assert_error(SPAL_EADDRNOTAVAIL, spal_bind(socket, &address));
    address = loopback(SPAL_AF_INET, 0);
    must(spal_bind(socket, &address));
}

static spal_socket open_with(context *c, int reuse) {
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    must(spal_set_option(socket, SPAL_OPT_REUSE, reuse));
    return socket;
}

static void exclusive(context *c) {
    static const int policies[][2] = {{SPAL_REUSE_EXCLUSIVE, SPAL_REUSE_EXCLUSIVE},
                                      {SPAL_REUSE_EXCLUSIVE, SPAL_REUSE_SHARED},
                                      {SPAL_REUSE_SHARED, SPAL_REUSE_EXCLUSIVE}};
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        spal_address address = loopback(SPAL_AF_INET, 0);
        spal_socket first = open_with(c, policies[i][0]), second = open_with(c, policies[i][1]);
        must(spal_bind(first, &address));
        must(spal_local_address(first, &address));
        assert_error(SPAL_EADDRINUSE, spal_bind(second, &address));
        must(spal_address_any(SPAL_AF_INET, address.port, &address));
        assert_error(SPAL_EADDRINUSE, spal_bind(second, &address));
        address = loopback(SPAL_AF_INET, 0);
        must(spal_bind(second, &address));
    }
}

static void shared(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket first = open_with(c, SPAL_REUSE_SHARED), second = open_with(c, SPAL_REUSE_SHARED);
    spal_pollfd entries[2] = {{first, SPAL_POLLIN, 0}, {second, SPAL_POLLIN, 0}};
    must(spal_bind(first, &address));
    must(spal_local_address(first, &address));
    must(spal_bind(second, &address));
    for (int i = 0; i < SOURCES; i++) {
        size_t ready = 0, moved = 0;
        char byte = -1;
        peer_sendto(open_udp(c, SPAL_AF_INET), &(char){(char)i}, 1, &address);
        must(spal_poll(entries, 2, WAIT_MS, &ready));
        assert_int_equal(ready, 1);
        must(spal_recv(entries[0].revents != 0 ? first : second, &byte, 1, 0, &moved));
        assert_int_equal(byte, i);
    }
    peer_expect_silence(first);
    peer_expect_silence(second);
}

static void balanced(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket sockets[2] = {open_with(c, SPAL_REUSE_BALANCED), open_with(c, SPAL_REUSE_BALANCED)};
    int got[2] = {0};
    must(spal_bind(sockets[0], &address));
    must(spal_local_address(sockets[0], &address));
    must(spal_bind(sockets[1], &address));
    for (int i = 0; i < SOURCES; i++)
        peer_sendto(open_udp(c, SPAL_AF_INET), "x", 1, &address);
    for (int i = 0; i < SOURCES; i++) {
        spal_pollfd entries[2] = {{sockets[0], SPAL_POLLIN, 0}, {sockets[1], SPAL_POLLIN, 0}};
        size_t ready = 0, moved = 0;
        char byte;
        must(spal_poll(entries, 2, WAIT_MS, &ready));
        assert_int_not_equal(ready, 0);
        must(spal_recv(sockets[entries[0].revents != 0 ? 0 : 1], &byte, 1, 0, &moved));
        got[entries[0].revents != 0 ? 0 : 1]++;
    }
    assert_int_not_equal(got[0], 0);
    assert_int_not_equal(got[1], 0);
}

static void beside_stream(context *c) {
    spal_address address;
    open_listener(c, SPAL_AF_INET, 1, &address);
    must(spal_bind(open_udp(c, SPAL_AF_INET), &address));
}

static void several_addresses(context *c) {
    spal_address first_at, second_at;
    spal_socket first = open_udp_bound(c, SPAL_AF_INET, &first_at), second = open_udp(c, SPAL_AF_INET);
    second_at = first_at;
    second_at.ip[3] = 2;
    must(spal_bind(second, &second_at));
    peer_sendto(open_udp(c, SPAL_AF_INET), "x", 1, &second_at);
    await_readable(second);
    peer_expect_silence(first);
}

static void dual_mode(context *c) {
    spal_address to, from = {0}, v4_at, v6_at;
    spal_socket dual, v4 = open_udp_bound(c, SPAL_AF_INET, &v4_at), v6;
    uint16_t port;
    char bytes[4];
    size_t moved;
    require_ipv6(c);
    dual = open_udp_dual(c, &port);
    v6 = open_udp_bound(c, SPAL_AF_INET6, &v6_at);
    to = loopback(SPAL_AF_INET, port);
    peer_sendto(v4, "abc", 3, &to);
    must(do_recvfrom(c, dual, bytes, sizeof bytes, 0, &from, &moved));
    assert_int_equal(moved, 3);
    assert_int_equal(spal_address_is_v4_mapped(&from), 1);
    must(do_sendto(c, dual, "de", 2, 0, &from, &moved));
    must(spal_address_unmap_v4(&from, &from));
    expect_address(&v4_at, &from);
    assert_int_equal(peer_recvfrom(v4, bytes, sizeof bytes, &from), 2);
    expect_address(&to, &from);
    to = loopback(SPAL_AF_INET6, port);
    peer_sendto(v6, "fgh", 3, &to);
    must(do_recvfrom(c, dual, bytes, sizeof bytes, 0, &from, &moved));
    expect_address(&v6_at, &from);
    must(do_sendto(c, dual, "i", 1, 0, &from, &moved));
    assert_int_equal(peer_recvfrom(v6, bytes, sizeof bytes, &from), 1);
    expect_address(&to, &from);
}

static void dual_mode_connected(context *c) {
    spal_address peer_at, mapped, seen;
    spal_socket dual, peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte = 0;
    size_t moved;
    require_ipv6(c);
    dual = open_udp(c, SPAL_AF_INET6);
    must(spal_set_option(dual, SPAL_OPT_V6ONLY, 0));
    must(spal_address_map_v4(&peer_at, &mapped));
    must(do_connect(c, dual, &mapped));
    must(spal_peer_address(dual, &seen));
    expect_address(&mapped, &seen);
    must(do_send(c, dual, "x", 1, &moved));
    peer_recvfrom(peer, &byte, 1, &seen);
    peer_sendto(peer, "y", 1, &seen);
    must(do_recvfrom(c, dual, &byte, 1, 0, &seen, &moved));
    assert_int_equal(byte, 'y');
    expect_address(&mapped, &seen);
}

static void v6_only(context *c) {
    spal_address any, to;
    spal_socket v6, v4 = open_udp(c, SPAL_AF_INET);
    require_ipv6(c);
    v6 = open_udp(c, SPAL_AF_INET6);
    must(spal_address_any(SPAL_AF_INET6, 0, &any));
    must(spal_bind(v6, &any));
    must(spal_address_any(SPAL_AF_INET, port_of(v6), &any));
    must(spal_bind(v4, &any));
    to = loopback(SPAL_AF_INET, any.port);
    peer_sendto(open_udp(c, SPAL_AF_INET), "4", 1, &to);
    await_readable(v4);
    peer_expect_silence(v6);
}

static void v6_only_sending(context *c) {
    spal_address peer_at, mapped;
    spal_socket v6, peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    size_t moved;
    require_ipv6(c);
    v6 = open_udp(c, SPAL_AF_INET6);
    must(spal_address_map_v4(&peer_at, &mapped));
    assert_error(SPAL_ENETUNREACH, do_sendto(c, v6, "x", 1, 0, &mapped, &moved));
    assert_error(SPAL_ENETUNREACH, do_connect(c, v6, &mapped));
    peer_expect_silence(peer);
}

static void dual_mode_conflict(context *c) {
    spal_address any;
    spal_socket dual, v4 = open_udp(c, SPAL_AF_INET);
    require_ipv6(c);
    must(spal_address_any(SPAL_AF_INET, 0, &any));
    must(spal_bind(v4, &any));
    dual = open_udp(c, SPAL_AF_INET6);
    must(spal_set_option(dual, SPAL_OPT_V6ONLY, 0));
    must(spal_address_any(SPAL_AF_INET6, port_of(v4), &any));
    assert_error(SPAL_EADDRINUSE, spal_bind(dual, &any));
}

static const char wine_binds[] = "Wine 8 binds IPv4 datagram sockets to the wildcard, whatever address is asked for";

static const behaviour datagram_bind_rows[] = {
    ROW("datagram.bind.v4", "A datagram socket is bound once; port 0 lets the system choose, and the socket tells.",
        port_chosen_v4, IN_ANY),
    ROW("datagram.bind.v6",
        "An IPv6 datagram socket is bound once; port 0 lets the system choose, and the socket tells.", port_chosen_v6,
        IN_ANY),
    ROW("datagram.bind.family", "An address of another family is SPAL_EAFNOSUPPORT, and the socket stays unbound.",
        wrong_family, IN_ANY),
    ROW_NOT("datagram.bind.non-local",
            "An address that no interface has is SPAL_EADDRNOTAVAIL, and the socket stays unbound.", not_ours, IN_ANY,
            NOT_WINE, wine_binds),
    ROW("datagram.bind.exclusive",
        "A port is SPAL_EADDRINUSE, also by the wildcard address, unless both its sockets ask to share it.", exclusive,
        IN_ANY),
    ROW("datagram.bind.shared",
        "Sockets that all ask for it share a port, and a datagram to one address goes to exactly one of them.", shared,
        IN_ANY),
    ROW_NOT("datagram.bind.balanced", "With SPAL_REUSE_BALANCED the system spreads the senders over the sockets.",
            balanced, IN_ANY, NOT_IOCP, "Windows does not balance: SPAL_EOPNOTSUPP"),
    ROW("datagram.bind.beside-stream", "A datagram socket may use a port that a stream has.", beside_stream, IN_ANY),
    ROW_NOT("datagram.bind.several-addresses",
            "Sockets of one port and several addresses each get what is sent to their own.", several_addresses, IN_ANY,
            NOT_WINE, wine_binds),
    ROW("datagram.dual-mode",
        "An IPv6 socket with SPAL_OPT_V6ONLY off hears IPv4 senders by mapped addresses, and answers them.", dual_mode,
        IN_ALL),
    ROW("datagram.dual-mode.connect", "A dual-mode socket can have an IPv4 peer, by its mapped address.",
        dual_mode_connected, IN_ALL),
    ROW("datagram.v6-only", "An IPv6 socket does not hear IPv4 unless it is told to, and leaves the port to IPv4.",
        v6_only, IN_ANY),
    ROW("datagram.v6-only.mapped", "A mapped address is SPAL_ENETUNREACH to an IPv6 socket that does not speak IPv4.",
        v6_only_sending, IN_ALL),
    ROW("datagram.dual-mode.conflict", "A dual-mode socket may not use a port that an IPv4 socket has.",
        dual_mode_conflict, IN_ANY),
};
SUBJECT(datagram_bind, "Local addresses of datagrams");
