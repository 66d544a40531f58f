/* SPDX-License-Identifier: MIT
 *
 * Behaviours of connecting to and listening on a host and a service: every address in turn, each on a fresh socket.
 */
#include "fixture.h"

enum { TEXT = 16 };

static const char *service_of(context *c, uint16_t port) {
    char *text = memory_for(c, TEXT);
    snprintf(text, TEXT, "%u", port);
    return text;
}

/** Makes a loopback port refuse connections. Were it free, a connect might get it as its own and meet itself. */
static void make_refuse(context *c, int family, uint16_t port) {
    spal_address address = loopback(family, port);
    must(spal_bind(open_tcp(c, family), &address));
}

static void connect_host_ok(context *c) {
    spal_address address, seen;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client, accepted;
    must(do_connect_host(c, "127.0.0.1", service_of(c, address.port), NULL, &client));
    must(spal_peer_address(client, &seen));
    assert_int_equal(spal_address_compare(&seen, &address), 0);
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    expect_works(client, accepted);
}

static void connect_host_localhost(context *c) {
    spal_address address;
    spal_socket client;
    spal_hints hints = {0};
    hints.family = SPAL_AF_INET;
    open_listener(c, SPAL_AF_INET, 1, &address);
    must(do_connect_host(c, "localhost", service_of(c, address.port), &hints, &client));
    assert_int_equal(option_of(client, SPAL_OPT_CONNECTED), 1);
}

static void connect_host_falls_back(context *c) {
    spal_address v4, v6;
    spal_socket client;
    require_ipv6(c);
    open_listener(c, SPAL_AF_INET, 1, &v4);
    open_listener(c, SPAL_AF_INET6, 1, &v6);
    make_refuse(c, SPAL_AF_INET6, v4.port);
    make_refuse(c, SPAL_AF_INET, v6.port);
    must(do_connect_host(c, NULL, service_of(c, v4.port), NULL, &client));
    assert_int_equal(option_of(client, SPAL_OPT_FAMILY), SPAL_AF_INET);
    must(do_connect_host(c, NULL, service_of(c, v6.port), NULL, &client));
    assert_int_equal(option_of(client, SPAL_OPT_FAMILY), SPAL_AF_INET6);
}

static void connect_host_refused(context *c) {
    spal_address address = refusing_address(c, SPAL_AF_INET);
    spal_socket client = {7};
    assert_error(SPAL_ECONNREFUSED, do_connect_host(c, "127.0.0.1", service_of(c, address.port), NULL, &client));
    assert_true(client.id == 7);
}

static void connect_host_unknown(context *c) {
    spal_hints hints = {0};
    hints.flags = SPAL_RESOLVE_NUMERIC_HOST;
    assert_error(SPAL_HOST_NOT_FOUND, do_connect_host(c, "not-a-number", "80", &hints, NULL));
    assert_error(SPAL_TYPE_NOT_FOUND, do_connect_host(c, "127.0.0.1", "no-such-service", NULL, NULL));
    assert_error(SPAL_EILSEQ, do_connect_host(c, "\xff", "80", NULL, NULL));
    assert_error(SPAL_EINVAL, do_connect_host(c, NULL, NULL, NULL, NULL));
}

static void connect_host_cancelled(context *c) {
    spal_address stuck = stuck_address(c);
    pending *p = start_connect_host(c, "127.0.0.1", service_of(c, stuck.port), NULL);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_int_equal(p->made.id, 0);
}

static void connect_host_deadline(context *c) {
    spal_address stuck = stuck_address(c);
    uint64_t begun = clock_us();
    c->timeout_ms = 60;
    assert_error(SPAL_ETIMEDOUT, do_connect_host(c, "127.0.0.1", service_of(c, stuck.port), NULL, NULL));
    assert_true(clock_us() - begun >= 60000);
}

static void connect_host_unattached(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client, accepted;
    char byte = 0;
    size_t moved;
    int value = -1;
    must(do_connect_host(c, "127.0.0.1", service_of(c, address.port), NULL, &client));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    must(spal_get_nonblocking(client, &value));
    assert_int_equal(value, 0);
    must(spal_get_send_timeout(client, &value));
    assert_int_equal(value, 0);
    peer_send(accepted, "x", 1);
    must(do_recv(c, client, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void connect_host_leaks_nothing(context *c) {
    spal_address refusing = refusing_address(c, SPAL_AF_INET), good;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 128, &good), client, accepted;
    const char *bad = service_of(c, refusing.port), *fine = service_of(c, good.port);
    long before = 0;
    if (system_has_ipv6())
        make_refuse(c, SPAL_AF_INET6, good.port);
    for (int i = 0; i < 60; i++) {
        if (i == 10)
            before = descriptor_count();
        assert_error(SPAL_ECONNREFUSED, do_connect_host(c, "127.0.0.1", bad, NULL, NULL));
        must(do_connect_host(c, NULL, fine, NULL, &client));
        must(spal_close(client));
        must(spal_accept(listener, &accepted, NULL));
        must(spal_close(accepted));
    }
    if (before < 0)
        skip_because(c, "descriptors cannot be counted here");
    assert_in_range(descriptor_count(), 0, before + 4);
}

static void listen_host_everywhere(context *c) {
    spal_socket listener, client, accepted;
    must(do_listen_host(c, NULL, "0", NULL, 4, &listener));
    assert_int_equal(option_of(listener, SPAL_OPT_LISTENING), 1);
    must(do_connect_host(c, "127.0.0.1", service_of(c, port_of(listener)), NULL, &client));
    must(do_accept(c, listener, &accepted, NULL));
    expect_works(client, accepted);
    if (!system_has_ipv6())
        return;
    must(do_connect_host(c, "::1", service_of(c, port_of(listener)), NULL, &client));
    must(do_accept(c, listener, &accepted, NULL));
    expect_works(client, accepted);
}

static void listen_host_family(context *c) {
    spal_socket listener;
    spal_address address;
    spal_hints hints = {0};
    hints.family = SPAL_AF_INET;
    must(do_listen_host(c, NULL, "0", &hints, 1, &listener));
    must(spal_local_address(listener, &address));
    assert_int_equal(address.family, SPAL_AF_INET);
    assert_int_equal(spal_address_is_any(&address), 1);
    must(do_listen_host(c, "127.0.0.1", "0", NULL, 1, &listener));
    must(spal_local_address(listener, &address));
    assert_int_equal(spal_address_is_loopback(&address), 1);
    assert_int_not_equal(address.port, 0);
}

static void listen_host_in_use(context *c) {
    spal_address address;
    spal_socket out = {7};
    open_listener(c, SPAL_AF_INET, 1, &address);
    assert_error(SPAL_EADDRINUSE, do_listen_host(c, "127.0.0.1", service_of(c, address.port), NULL, 1, &out));
    assert_error(SPAL_EADDRNOTAVAIL, do_listen_host(c, "192.0.2.1", "0", NULL, 1, &out));
    assert_true(out.id == 7);
}

static void listen_host_wrong(context *c) {
    spal_hints hints = {0};
    assert_error(SPAL_EINVAL, do_listen_host(c, "127.0.0.1", "0", NULL, 0, NULL));
    assert_error(SPAL_EINVAL, do_listen_host(c, "127.0.0.1", "0", NULL, -1, NULL));
    assert_error(SPAL_EINVAL, do_listen_host(c, NULL, NULL, NULL, 1, NULL));
    assert_error(SPAL_EINVAL, do_listen_host(c, "", "0", NULL, 1, NULL));
    hints.flags = SPAL_RESOLVE_NUMERIC_HOST;
    assert_error(SPAL_HOST_NOT_FOUND, do_listen_host(c, "not-a-number", "0", &hints, 1, NULL));
}

enum { IN_NAMES = IN_SYNC | IN_ASYNC | IN_SINGLE };

static const behaviour host_rows[] = {
    ROW("connect-host", "Connecting to a host and a service makes a connection.", connect_host_ok, IN_NAMES),
    ROW("connect-host.localhost", "localhost can be connected to by name.", connect_host_localhost, IN_NAMES),
    ROW("connect-host.next-address", "When an address refuses, the next one is tried, whichever family comes first.",
        connect_host_falls_back, IN_NAMES),
    ROW("connect-host.refused", "When every address refuses, the error is that of the last one.", connect_host_refused,
        IN_NAMES),
    ROW("connect-host.unknown", "A host or service that does not resolve gives the error of the look-up.",
        connect_host_unknown, IN_NAMES),
    ROW("connect-host.cancel", "A cancelled connect by name ends with SPAL_EABORTED and leaves no socket.",
        connect_host_cancelled, IN_ASYNC | IN_SINGLE),
    ROW("connect-host.deadline", "The time given is for the whole of it: SPAL_ETIMEDOUT, never early.",
        connect_host_deadline, IN_NAMES),
    ROW("connect-host.fresh", "The connected socket waits, has no timeouts, and can be attached to any port.",
        connect_host_unattached, IN_NAMES),
    ROW("connect-host.leaks-nothing", "Addresses that failed leave no descriptor behind.", connect_host_leaks_nothing,
        IN_NAMES),
    ROW("listen-host.everywhere", "Listening without a host serves every local address, IPv4 and IPv6.",
        listen_host_everywhere, IN_NAMES),
    ROW("listen-host.address", "Listening on a host or family keeps to it.", listen_host_family, IN_NAMES),
    ROW("listen-host.in-use", "An address in use is SPAL_EADDRINUSE, one that is not ours SPAL_EADDRNOTAVAIL.",
        listen_host_in_use, IN_NAMES),
    ROW("listen-host.wrong", "A backlog below 1, or neither host nor service, is SPAL_EINVAL.", listen_host_wrong,
        IN_NAMES),
};
SUBJECT(host, "Connecting and listening by name");
