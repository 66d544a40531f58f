/* SPDX-License-Identifier: MIT
 *
 * Behaviours of local addresses: bind, its conflicts, restart of a server, families, and what a socket says its address
 * is.
 */
#include "fixture.h"

static void bind_port_zero(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_address wanted = loopback(SPAL_AF_INET, 0), given;
    must(spal_bind(socket, &wanted));
    must(spal_local_address(socket, &given));
    assert_int_not_equal(given.port, 0);
    wanted.port = given.port;
    assert_int_equal(spal_address_compare(&wanted, &given), 0);
}

static void bind_v6(context *c) {
    spal_socket socket;
    spal_address wanted, given;
    require_ipv6(c);
    socket = open_tcp(c, SPAL_AF_INET6);
    wanted = loopback(SPAL_AF_INET6, 0);
    must(spal_bind(socket, &wanted));
    must(spal_local_address(socket, &given));
    wanted.port = given.port;
    assert_int_equal(spal_address_compare(&wanted, &given), 0);
}

static void bind_conflict(context *c) {
    spal_address address;
    open_listener(c, SPAL_AF_INET, 1, &address);
    assert_error(SPAL_EADDRINUSE, spal_bind(open_tcp(c, SPAL_AF_INET), &address));
}

static void bind_conflict_unlistened(context *c) {
    spal_address address = refusing_address(c, SPAL_AF_INET);
    assert_error(SPAL_EADDRINUSE, spal_bind(open_tcp(c, SPAL_AF_INET), &address));
}

static void bind_conflict_wildcard(context *c) {
    spal_address address, any;
    open_listener(c, SPAL_AF_INET, 1, &address);
    must(spal_address_any(SPAL_AF_INET, address.port, &any));
    assert_error(SPAL_EADDRINUSE, spal_bind(open_tcp(c, SPAL_AF_INET), &any));
}

static void bind_after_failure(context *c) {
    spal_address address;
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    open_listener(c, SPAL_AF_INET, 1, &address);
    assert_error(SPAL_EADDRINUSE, spal_bind(socket, &address));
    address.port = 0;
    must(spal_bind(socket, &address));
}

static void bind_twice(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_address address = loopback(SPAL_AF_INET, 0);
    must(spal_bind(socket, &address));
    assert_error(SPAL_EINVAL, spal_bind(socket, &address));
}

static void bind_connected(context *c) {
    spal_socket ours, peer;
    spal_address address = loopback(SPAL_AF_INET, 0);
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, spal_bind(ours, &address));
    assert_error(SPAL_EINVAL, spal_bind(peer, &address));
}

static void bind_non_local(context *c) {
    spal_address address;
    must(spal_address_parse("192.0.2.1", 0, &address));
    assert_error(SPAL_EADDRNOTAVAIL, spal_bind(open_tcp(c, SPAL_AF_INET), &address));
}

static void bind_family(context *c) {
    spal_address v4 = loopback(SPAL_AF_INET, 0), v6 = loopback(SPAL_AF_INET6, 0), local = {0};
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    assert_error(SPAL_EAFNOSUPPORT, spal_bind(socket, &v6));
    local.family = SPAL_AF_UNIX;
    assert_error(SPAL_EAFNOSUPPORT, spal_bind(socket, &local));
    local.family = 0;
    assert_error(SPAL_EAFNOSUPPORT, spal_bind(socket, &local));
    local.family = 4711;
    assert_error(SPAL_EAFNOSUPPORT, spal_bind(socket, &local));
    must(spal_bind(socket, &v4));
    if (system_has_ipv6())
        assert_error(SPAL_EAFNOSUPPORT, spal_bind(open_tcp(c, SPAL_AF_INET6), &v4));
}

static void bind_time_wait(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    spal_socket client = open_tcp(c, SPAL_AF_INET), served, again;
    must(spal_connect(client, &address));
    must(spal_accept(listener, &served, NULL));
    must(spal_close(served));
    peer_expect_end(client);
    must(spal_close(client));
    must(spal_close(listener));
    again = open_tcp(c, SPAL_AF_INET);
    must(spal_bind(again, &address));
    must(spal_listen(again, 1));
}

static void bind_live_connection(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    spal_socket client = open_tcp(c, SPAL_AF_INET), served, again;
    must(spal_connect(client, &address));
    must(spal_accept(listener, &served, NULL));
    keep_socket(c, served);
    must(spal_close(listener));
    again = open_tcp(c, SPAL_AF_INET);
    must(spal_bind(again, &address));
    must(spal_listen(again, 1));
    expect_works(client, served);
}

static void bind_dual(context *c) {
    spal_socket listener, client, served;
    spal_address any, v4, peer;
    require_ipv6(c);
    listener = open_tcp(c, SPAL_AF_INET6);
    must(spal_set_option(listener, SPAL_OPT_V6ONLY, 0));
    must(spal_address_any(SPAL_AF_INET6, 0, &any));
    must(spal_bind(listener, &any));
    must(spal_listen(listener, 2));
    v4 = loopback(SPAL_AF_INET, port_of(listener));
    client = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(client, &v4));
    must(do_accept(c, listener, &served, &peer));
    assert_int_equal(spal_address_is_v4_mapped(&peer), 1);
    assert_int_equal(peer.port, port_of(client));
    expect_works(client, served);
    client = open_tcp(c, SPAL_AF_INET6);
    v4 = loopback(SPAL_AF_INET6, v4.port);
    must(spal_connect(client, &v4));
    must(do_accept(c, listener, &served, &peer));
    assert_int_equal(spal_address_is_v4_mapped(&peer), 0);
    expect_works(client, served);
}

static void bind_v6_only(context *c) {
    spal_socket listener;
    spal_address any, v4;
    require_ipv6(c);
    listener = open_tcp(c, SPAL_AF_INET6);
    must(spal_address_any(SPAL_AF_INET6, 0, &any));
    must(spal_bind(listener, &any));
    must(spal_listen(listener, 1));
    v4 = loopback(SPAL_AF_INET, port_of(listener));
    must(spal_bind(open_tcp(c, SPAL_AF_INET), &v4));
    assert_error(SPAL_ECONNREFUSED, spal_connect(open_tcp(c, SPAL_AF_INET), &v4));
}

static void bind_v6_beside_v4(context *c) {
    spal_address v4, v6;
    require_ipv6(c);
    open_listener(c, SPAL_AF_INET, 1, &v4);
    must(spal_address_any(SPAL_AF_INET6, v4.port, &v6));
    must(spal_bind(open_tcp(c, SPAL_AF_INET6), &v6));
}

static void bind_dual_conflict(context *c) {
    spal_address any, v6;
    spal_socket dual, v4 = open_tcp(c, SPAL_AF_INET);
    require_ipv6(c);
    must(spal_address_any(SPAL_AF_INET, 0, &any));
    must(spal_bind(v4, &any));
    must(spal_listen(v4, 1));
    dual = open_tcp(c, SPAL_AF_INET6);
    must(spal_set_option(dual, SPAL_OPT_V6ONLY, 0));
    must(spal_address_any(SPAL_AF_INET6, port_of(v4), &v6));
    assert_error(SPAL_EADDRINUSE, spal_bind(dual, &v6));
}

static void bind_options_too_late(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    must(spal_bind(socket, &address));
    assert_error(SPAL_EINVAL, spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_SHARED));
    if (!system_has_ipv6())
        return;
    socket = open_tcp(c, SPAL_AF_INET6);
    address = loopback(SPAL_AF_INET6, 0);
    must(spal_bind(socket, &address));
    assert_error(SPAL_EINVAL, spal_set_option(socket, SPAL_OPT_V6ONLY, 0));
}

static void bind_shared(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket first = open_tcp(c, SPAL_AF_INET), second = open_tcp(c, SPAL_AF_INET);
    must(spal_set_option(first, SPAL_OPT_REUSE, SPAL_REUSE_SHARED));
    must(spal_set_option(second, SPAL_OPT_REUSE, SPAL_REUSE_SHARED));
    assert_int_equal(option_of(second, SPAL_OPT_REUSE), SPAL_REUSE_SHARED);
    must(spal_bind(first, &address));
    must(spal_local_address(first, &address));
    must(spal_bind(second, &address));
    must(spal_listen(first, 1));
    must(spal_listen(second, 1));
}

static void bind_shared_one_sided(context *c) {
    spal_address address;
    spal_socket second = open_tcp(c, SPAL_AF_INET);
    open_listener(c, SPAL_AF_INET, 1, &address);
    must(spal_set_option(second, SPAL_OPT_REUSE, SPAL_REUSE_SHARED));
    assert_error(SPAL_EADDRINUSE, spal_bind(second, &address));
}

/** How many of some connections, each from a port of its own, each of two listeners gets. */
static void bind_balanced(context *c) {
    enum { CLIENTS = 64 };
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket listeners[2];
    int got[2] = {0};
    for (int i = 0; i < 2; i++) {
        listeners[i] = open_tcp(c, SPAL_AF_INET);
        must(spal_set_option(listeners[i], SPAL_OPT_REUSE, SPAL_REUSE_BALANCED));
        must(spal_bind(listeners[i], &address));
        must(spal_local_address(listeners[i], &address));
        must(spal_listen(listeners[i], CLIENTS));
    }
    for (int i = 0; i < CLIENTS; i++)
        must(spal_connect(open_tcp(c, SPAL_AF_INET), &address));
    for (int i = 0; i < CLIENTS; i++) {
        spal_pollfd entries[2] = {{listeners[0], SPAL_POLLIN, 0}, {listeners[1], SPAL_POLLIN, 0}};
        spal_socket accepted;
        size_t ready = 0;
        int which;
        must(spal_poll(entries, 2, WAIT_MS, &ready));
        assert_int_not_equal(ready, 0);
        which = entries[0].revents != 0 ? 0 : 1;
        must(spal_accept(listeners[which], &accepted, NULL));
        keep_socket(c, accepted);
        got[which]++;
    }
    assert_int_not_equal(got[0], 0);
    assert_int_not_equal(got[1], 0);
}

static void bind_scope(context *c) {
    spal_address address;
    require_ipv6(c);
    must(spal_address_parse("fe80::1", 0, &address));
    address.scope_id = 0x7ffffff0;
    assert_error(SPAL_EADDRNOTAVAIL, spal_bind(open_tcp(c, SPAL_AF_INET6), &address));
}

static void local_address_unbound(context *c) {
    spal_address given, any;
    must(spal_local_address(open_tcp(c, SPAL_AF_INET), &given));
    must(spal_address_any(SPAL_AF_INET, 0, &any));
    assert_int_equal(spal_address_compare(&given, &any), 0);
    if (!system_has_ipv6())
        return;
    must(spal_local_address(open_tcp(c, SPAL_AF_INET6), &given));
    must(spal_address_any(SPAL_AF_INET6, 0, &any));
    assert_int_equal(spal_address_compare(&given, &any), 0);
}

static void addresses_mirror(context *c) {
    spal_socket ours, peer;
    spal_address a, b;
    open_pair(c, &ours, &peer);
    must(spal_local_address(ours, &a));
    must(spal_peer_address(peer, &b));
    assert_int_equal(spal_address_compare(&a, &b), 0);
    must(spal_peer_address(ours, &a));
    must(spal_local_address(peer, &b));
    assert_int_equal(spal_address_compare(&a, &b), 0);
}

static void peer_address_after_end(context *c) {
    spal_socket ours, peer;
    spal_address before, after;
    open_pair(c, &ours, &peer);
    must(spal_peer_address(ours, &before));
    must(spal_abort(peer));
    await_readable(ours);
    must(spal_peer_address(ours, &after));
    assert_int_equal(spal_address_compare(&before, &after), 0);
}

static void peer_address_unconnected(context *c) {
    spal_address address;
    assert_error(SPAL_ENOTCONN, spal_peer_address(open_tcp(c, SPAL_AF_INET), &address));
    assert_error(SPAL_ENOTCONN, spal_peer_address(open_listener(c, SPAL_AF_INET, 1, &address), &address));
}

static const behaviour bind_rows[] = {
    ROW("bind.port-zero", "Binding to port 0 lets the system choose a port, which the local address then tells.",
        bind_port_zero, IN_ANY),
    ROW("bind.v6", "An IPv6 socket binds to an IPv6 address.", bind_v6, IN_ANY),
    ROW("bind.conflict.listener", "A port on which another socket listens is SPAL_EADDRINUSE.", bind_conflict, IN_ANY),
    ROW("bind.conflict.bound", "A port to which another socket is bound, listening or not, is SPAL_EADDRINUSE.",
        bind_conflict_unlistened, IN_ANY),
    ROW("bind.conflict.wildcard",
        "The wildcard address is SPAL_EADDRINUSE when another socket listens on one address of the port.",
        bind_conflict_wildcard, IN_ANY),
    ROW("bind.after-failure", "A bind that failed leaves the socket unbound; another address may follow.",
        bind_after_failure, IN_ANY),
    ROW("bind.twice", "A second bind is SPAL_EINVAL.", bind_twice, IN_ANY),
    ROW("bind.connected", "Binding a connected socket is SPAL_EINVAL, at either end.", bind_connected, IN_ANY),
    ROW("bind.non-local", "An address that no interface has is SPAL_EADDRNOTAVAIL.", bind_non_local, IN_ANY),
    ROW("bind.family", "An address of another family is SPAL_EAFNOSUPPORT, and the socket stays unbound.", bind_family,
        IN_ANY),
    ROW("bind.restart.time-wait", "A server that closed its connections can be started again on its port at once.",
        bind_time_wait, IN_ANY),
    ROW_NOT("bind.restart.live-connection",
            "A server can be started again on its port while a connection of the former one lives on.",
            bind_live_connection, IN_ANY, NOT_IOCP,
            "Windows may refuse an exclusive port while a connection of it is alive (docs of SO_EXCLUSIVEADDRUSE)"),
    ROW("bind.dual-mode",
        "An IPv6 listener with SPAL_OPT_V6ONLY off serves IPv4 too, and shows such peers as mapped addresses.",
        bind_dual, IN_ALL),
    ROW("bind.v6-only", "An IPv6 listener does not serve IPv4 unless it is told to.", bind_v6_only, IN_ANY),
    ROW("bind.v6-beside-v4", "An IPv6 socket may use a port that an IPv4 socket has.", bind_v6_beside_v4, IN_ANY),
    ROW("bind.dual-mode.conflict", "A dual-mode socket may not use a port that an IPv4 socket has: SPAL_EADDRINUSE.",
        bind_dual_conflict, IN_ANY),
    ROW("bind.options.too-late", "The reuse policy and v6-only cannot be changed after bind: SPAL_EINVAL.",
        bind_options_too_late, IN_ANY),
    ROW_NOT("bind.shared", "Two sockets that both ask for it may share an address.", bind_shared, IN_ANY, NOT_WINE,
            "Wine 8 refuses a second bind (10013) where Windows shares"),
    ROW("bind.shared.one-sided", "An address is not shared with a socket that did not ask for it: SPAL_EADDRINUSE.",
        bind_shared_one_sided, IN_ANY),
    ROW_NOT("bind.balanced", "With SPAL_REUSE_BALANCED the system spreads connections over several listeners.",
            bind_balanced, IN_ANY, NOT_IOCP, "Windows does not balance: SPAL_EOPNOTSUPP"),
    ROW("bind.scope.unknown", "A link-local address of an interface that does not exist is SPAL_EADDRNOTAVAIL.",
        bind_scope, IN_ANY),
    ROW("local-address.unbound", "The local address of an unbound socket is the wildcard address with port 0.",
        local_address_unbound, IN_ANY),
    ROW("address.mirror", "Each end of a connection sees as its peer's address what the other sees as its own.",
        addresses_mirror, IN_ANY),
    ROW("peer-address.after-end", "The peer's address is known after the peer has gone, too.", peer_address_after_end,
        IN_ANY),
    ROW("peer-address.unconnected", "A socket that was never connected has no peer: SPAL_ENOTCONN.",
        peer_address_unconnected, IN_ANY),
};
SUBJECT(bind, "Local addresses");
