/* SPDX-License-Identifier: MIT
 *
 * Behaviours of connecting to an address: success and failure, the spent socket, the ends of a connect that hangs, and
 * non-blocking mode. Connecting by name stands in host.c.
 */
#include "fixture.h"

static void connect_family(context *c, int family) {
    spal_address address, seen;
    spal_socket listener = open_listener(c, family, 1, &address), client = open_tcp(c, family), accepted;
    must(do_connect(c, client, &address));
    assert_int_equal(option_of(client, SPAL_OPT_CONNECTED), 1);
    must(spal_peer_address(client, &seen));
    assert_int_equal(spal_address_compare(&seen, &address), 0);
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    expect_works(client, accepted);
}

static void connect_v4(context *c) {
    connect_family(c, SPAL_AF_INET);
}

static void connect_v6(context *c) {
    require_ipv6(c);
    connect_family(c, SPAL_AF_INET6);
}

static void connect_dual(context *c) {
    spal_address address, mapped, seen;
    spal_socket client;
    require_ipv6(c);
    open_listener(c, SPAL_AF_INET, 1, &address);
    must(spal_address_map_v4(&address, &mapped));
    client = open_tcp(c, SPAL_AF_INET6);
    must(spal_set_option(client, SPAL_OPT_V6ONLY, 0));
    must(do_connect(c, client, &mapped));
    must(spal_peer_address(client, &seen));
    assert_int_equal(spal_address_compare(&seen, &mapped), 0);
}

static void connect_refused(context *c) {
    spal_address address = refusing_address(c, SPAL_AF_INET);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    assert_error(SPAL_ECONNREFUSED, do_connect(c, client, &address));
    assert_int_equal(option_of(client, SPAL_OPT_CONNECTED), 0);
    assert_error(SPAL_ENOTCONN, spal_peer_address(client, &address));
}

static void connect_spent(context *c) {
    spal_address refusing = refusing_address(c, SPAL_AF_INET), good;
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    char byte;
    size_t count;
    open_listener(c, SPAL_AF_INET, 1, &good);
    assert_error(SPAL_ECONNREFUSED, do_connect(c, client, &refusing));
    assert_error(SPAL_EINVAL, do_connect(c, client, &good));
    assert_error(SPAL_ENOTCONN, do_recv(c, client, &byte, 1, 0, &count));
    assert_error(SPAL_ENOTCONN, do_send(c, client, "x", 1, &count));
    must(spal_close(client));
}

static void connect_port_zero(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    assert_error(SPAL_EADDRNOTAVAIL, do_connect(c, open_tcp(c, SPAL_AF_INET), &address));
}

static void connect_wildcard_family(context *c, int family) {
    spal_address address, any, seen;
    spal_socket client = open_tcp(c, family);
    open_listener(c, family, 1, &address);
    must(spal_address_any(family, address.port, &any));
    must(do_connect(c, client, &any));
    must(spal_peer_address(client, &seen));
    assert_int_equal(spal_address_compare(&seen, &address), 0);
}

static void connect_wildcard(context *c) {
    connect_wildcard_family(c, SPAL_AF_INET);
    if (system_has_ipv6())
        connect_wildcard_family(c, SPAL_AF_INET6);
}

static void connect_wrong_family(context *c) {
    spal_address v4, v6 = loopback(SPAL_AF_INET6, 9), none = {0};
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    open_listener(c, SPAL_AF_INET, 1, &v4);
    assert_error(SPAL_EAFNOSUPPORT, do_connect(c, client, &v6));
    assert_error(SPAL_EAFNOSUPPORT, do_connect(c, client, &none));
    must(do_connect(c, client, &v4));
    if (system_has_ipv6())
        assert_error(SPAL_EAFNOSUPPORT, do_connect(c, open_tcp(c, SPAL_AF_INET6), &v4));
}

static void connect_again(context *c) {
    spal_address address;
    spal_socket ours, peer;
    open_listener(c, SPAL_AF_INET, 1, &address);
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EISCONN, do_connect(c, ours, &address));
    assert_error(SPAL_EISCONN, do_connect(c, peer, &address));
    expect_works(ours, peer);
}

static void connect_first(context *c) {
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    char byte;
    size_t count;
    assert_error(SPAL_ENOTCONN, do_recv(c, client, &byte, 1, 0, &count));
    assert_error(SPAL_ENOTCONN, do_recv(c, client, &byte, 0, 0, &count));
    assert_error(SPAL_ENOTCONN, do_send(c, client, "x", 1, &count));
}

static void connect_bound(context *c) {
    spal_address address, own = loopback(SPAL_AF_INET, 0), seen;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = open_tcp(c, SPAL_AF_INET), accepted;
    must(spal_bind(client, &own));
    must(spal_local_address(client, &own));
    must(do_connect(c, client, &address));
    must(spal_accept(listener, &accepted, &seen));
    keep_socket(c, accepted);
    assert_int_equal(spal_address_compare(&own, &seen), 0);
}

static void connect_cancelled(context *c) {
    spal_address stuck = stuck_address(c);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    pending *p = start_connect(c, client, &stuck);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_error(SPAL_EINVAL, do_connect(c, client, &stuck));
}

static void connect_closed(context *c) {
    spal_address stuck = stuck_address(c);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    pending *p = start_connect(c, client, &stuck);
    assert_waiting(p);
    must(spal_close(client));
    expect_closed(p);
}

static void connect_deadline(context *c) {
    spal_address stuck = stuck_address(c);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    uint64_t begun = clock_us();
    c->timeout_ms = 40;
    assert_error(SPAL_ETIMEDOUT, do_connect(c, client, &stuck));
    assert_true(clock_us() - begun >= 40000);
    c->timeout_ms = 0;
    assert_error(SPAL_EINVAL, do_connect(c, client, &stuck));
}

static void connect_under_way(context *c) {
    spal_address stuck = stuck_address(c);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    pending *p = start_connect(c, client, &stuck);
    spal_op op = {0};
    assert_waiting(p);
    assert_error(SPAL_EALREADY, spal_connect_async(client, &op, &stuck));
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
}

static void nonblocking_connect(context *c) {
    spal_address address, refusing = refusing_address(c, SPAL_AF_INET);
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = open_tcp(c, SPAL_AF_INET), accepted;
    spal_error error;
    must(spal_set_nonblocking(client, 1));
    error = spal_connect(client, &address);
    if (error != SPAL_OK) {
        assert_error(SPAL_EINPROGRESS, error);
        await_writable(client);
        assert_error(SPAL_EISCONN, spal_connect(client, &address));
    }
    assert_error(SPAL_EISCONN, spal_connect(client, &address));
    assert_error(SPAL_EISCONN, spal_connect(client, &refusing));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    expect_works(client, accepted);
}

static void nonblocking_refused(context *c) {
    spal_address refusing = refusing_address(c, SPAL_AF_INET);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    spal_pollfd entry = {client, SPAL_POLLOUT, 0};
    size_t ready;
    spal_error error;
    must(spal_set_nonblocking(client, 1));
    error = spal_connect(client, &refusing);
    if (error == SPAL_EINPROGRESS) {
        must(spal_poll(&entry, 1, WAIT_MS, &ready));
        assert_int_equal(ready, 1);
        assert_int_not_equal(entry.revents & SPAL_POLLERR, 0);
        error = spal_connect(client, &refusing);
    }
    assert_error(SPAL_ECONNREFUSED, error);
    assert_error(SPAL_EINVAL, spal_connect(client, &refusing));
    assert_int_equal(option_of(client, SPAL_OPT_CONNECTED), 0);
}

static void nonblocking_under_way(context *c) {
    spal_address stuck = stuck_address(c);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    char byte;
    size_t count;
    must(spal_set_nonblocking(client, 1));
    assert_error(SPAL_EINPROGRESS, spal_connect(client, &stuck));
    assert_error(SPAL_EALREADY, spal_connect(client, &stuck));
    assert_error(SPAL_ENOTCONN, spal_send(client, "x", 1, 0, &count));
    assert_error(SPAL_ENOTCONN, spal_recv(client, &byte, 1, 0, &count));
    assert_int_equal(option_of(client, SPAL_OPT_CONNECTED), 0);
}

static void nonblocking_error_option(context *c) {
    spal_address refusing = refusing_address(c, SPAL_AF_INET);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    spal_error error;
    must(spal_set_nonblocking(client, 1));
    error = spal_connect(client, &refusing);
    if (error != SPAL_EINPROGRESS)
        skip_because(c, "this system refuses at once, without a pending error");
    await_writable(client);
    assert_error(SPAL_ECONNREFUSED, option_of(client, SPAL_OPT_ERROR));
    assert_error(SPAL_OK, option_of(client, SPAL_OPT_ERROR));
}

static void refused_soon(context *c) {
    spal_address refusing = refusing_address(c, SPAL_AF_INET);
    uint64_t begun = clock_us();
    assert_error(SPAL_ECONNREFUSED, do_connect(c, open_tcp(c, SPAL_AF_INET), &refusing));
    assert_true(clock_us() - begun < 5000000);
}

static void connect_itself(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_address address = loopback(SPAL_AF_INET, 0), peer;
    spal_error error;
    char byte = 0;
    size_t moved;
    must(spal_bind(socket, &address));
    must(spal_local_address(socket, &address));
    error = do_connect(c, socket, &address);
    if (error != SPAL_OK) {
        assert_error(SPAL_ECONNREFUSED, error);
        return;
    }
    must(spal_peer_address(socket, &peer));
    assert_int_equal(spal_address_compare(&address, &peer), 0);
    must(do_send(c, socket, "x", 1, &moved));
    must(do_recv(c, socket, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void connect_mapped(context *c) {
    spal_address address, mapped;
    require_ipv6(c);
    open_listener(c, SPAL_AF_INET, 1, &address);
    must(spal_address_map_v4(&address, &mapped));
    assert_error(SPAL_ENETUNREACH, do_connect(c, open_tcp(c, SPAL_AF_INET6), &mapped));
}

static void connect_scope(context *c) {
    spal_address address;
    spal_error error;
    require_ipv6(c);
    must(spal_address_parse("fe80::1", 9, &address));
    address.scope_id = 0x7ffffff0;
    error = do_connect(c, open_tcp(c, SPAL_AF_INET6), &address);
    assert_true(error == SPAL_EADDRNOTAVAIL || error == SPAL_ENETUNREACH);
}

static const behaviour connect_rows[] = {
    ROW("connect.v4", "A connect to an IPv4 listener makes a connection that carries data both ways.", connect_v4,
        IN_ALL),
    ROW("connect.v6", "A connect to an IPv6 listener makes a connection that carries data both ways.", connect_v6,
        IN_ALL),
    ROW("connect.dual-mode", "A dual-mode IPv6 socket connects to the mapped address of an IPv4 listener.",
        connect_dual, IN_ALL),
    ROW("connect.refused", "A connect to a port where nobody listens is SPAL_ECONNREFUSED.", connect_refused, IN_ALL),
    ROW("connect.refused.soon", "A refused connect to this machine is told within seconds.", refused_soon, IN_ALL),
    ROW_NOT("connect.itself", "A socket that connects to its own address talks to itself, or is SPAL_ECONNREFUSED.",
            connect_itself, IN_ALL, NOT_IOCP, "What Windows answers is not documented"),
    ROW("connect.mapped.v6-only",
        "An IPv6 socket that does not speak IPv4 cannot connect to a mapped address: SPAL_ENETUNREACH.", connect_mapped,
        IN_ALL),
    ROW("connect.scope.unknown",
        "A link-local address of an interface that does not exist is SPAL_EADDRNOTAVAIL or SPAL_ENETUNREACH.",
        connect_scope, IN_ALL),
    ROW("connect.spent",
        "After a failed connect the socket is spent: connecting again is SPAL_EINVAL, transfers SPAL_ENOTCONN.",
        connect_spent, IN_ALL),
    ROW("connect.port-zero", "A connect to port 0 is SPAL_EADDRNOTAVAIL.", connect_port_zero, IN_ALL),
    ROW("connect.wildcard", "A connect to the wildcard address reaches the loopback.", connect_wildcard, IN_ALL),
    ROW("connect.family", "An address of another family is SPAL_EAFNOSUPPORT, and the socket can still be connected.",
        connect_wrong_family, IN_ALL),
    ROW("connect.connected", "Connecting a connected socket is SPAL_EISCONN and does it no harm.", connect_again,
        IN_ALL),
    ROW("connect.needed", "Receiving and sending before connect is SPAL_ENOTCONN.", connect_first, IN_ALL),
    ROW("connect.bound", "A socket that is bound connects from its address.", connect_bound, IN_ALL),
    ROW("connect.cancel", "A cancelled connect ends with SPAL_EABORTED, and the socket is spent.", connect_cancelled,
        IN_WAITING),
    ROW("connect.close", "Closing the socket ends a waiting connect with SPAL_EABORTED.", connect_closed, IN_WAITING),
    ROW("connect.deadline", "A connect whose time runs out is SPAL_ETIMEDOUT, never early, and the socket is spent.",
        connect_deadline, IN_WAITING),
    ROW("connect.under-way", "A second connect while one is under way is SPAL_EALREADY and does not disturb it.",
        connect_under_way, IN_PORTS),
    ROW("connect.nonblocking",
        "In non-blocking mode connect is SPAL_EINPROGRESS; when writable, connecting again is SPAL_EISCONN.",
        nonblocking_connect, IN_ANY),
    ROW("connect.nonblocking.refused",
        "A connect that fails in non-blocking mode makes the socket ready with POLLERR; connecting again says why, "
        "once.",
        nonblocking_refused, IN_ANY),
    ROW("connect.nonblocking.under-way",
        "While a connect is under way, connecting again is SPAL_EALREADY and transfers are SPAL_ENOTCONN.",
        nonblocking_under_way, IN_ANY),
    ROW("connect.nonblocking.error", "SPAL_OPT_ERROR tells why a connect failed, and reading clears it.",
        nonblocking_error_option, IN_ANY),
};
SUBJECT(connect, "Connecting");
