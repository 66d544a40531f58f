/* SPDX-License-Identifier: MIT
 *
 * Conformance: sockets of IPv6 that speak IPv4 too, once IPV6_V6ONLY has been switched off: what they accept, what
 * their addresses look like, and who may have a port beside them.
 */
#include "conform.h"

static int set_any(SOCKET made, int level, int option, int value) {
    return setsockopt(made, level, option, (const char *)&value, sizeof value);
}

static SOCKET dual(int type) {
    SOCKET made = type == SOCK_STREAM ? tcp6() : udp6();
    set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    return made;
}

static address bind_anywhere(SOCKET made) {
    address any = anywhere(AF_INET6);
    assert_ok(bind(made, &any.any, any.length));
    return local_of(made);
}

static int is_mapped(const address *of) {
    return of->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&of->v6.sin6_addr);
}

/* ------------------------------------------------------------------------------------------------------- IPV6_V6ONLY
 */

static void ipv6_is_alone_at_first(void) {
    needs_ipv6();
    assert_int_equal(get_option(tcp6(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
    assert_int_equal(get_option(udp6(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
}

static void it_can_be_changed_until_the_socket_is_bound(void) {
    needs_ipv6();
    SOCKET made = tcp6();
    set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    assert_int_equal(get_option(made, IPPROTO_IPV6, IPV6_V6ONLY), 0);
    set_option(made, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    (void)bind_anywhere(made);
    assert_wsa(WSAEINVAL, set_any(made, IPPROTO_IPV6, IPV6_V6ONLY, 0));
    assert_int_equal(get_option(made, IPPROTO_IPV6, IPV6_V6ONLY), 1);
}

static void alone_it_does_not_hear_ipv4(void) {
    needs_ipv6();
    SOCKET from = tcp6(), client = tcp();
    address bound = bind_anywhere(from), to = with_port(loopback(AF_INET), port_of(&bound));
    assert_ok(listen(from, 4));
    assert_wsa(WSAECONNREFUSED, connect(client, &to.any, to.length));
}

static void alone_it_does_not_reach_mapped_addresses(void) {
    address where;
    needs_ipv6();
    (void)listener(&where);
    address to = mapped(port_of(&where));
    SOCKET client = tcp6();
    assert_int_equal(connect(client, &to.any, to.length), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEADDRNOTAVAIL || WSAGetLastError() == WSAENETUNREACH ||
                WSAGetLastError() == WSAEINVAL || WSAGetLastError() == WSAEHOSTUNREACH);
}

static void alone_it_cannot_be_bound_to_a_mapped_address(void) {
    needs_ipv6();
    address where = mapped(0);
    assert_int_equal(bind(tcp6(), &where.any, where.length), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEADDRNOTAVAIL || WSAGetLastError() == WSAEINVAL);
}

/* ------------------------------------------------------------------------------------------------------- both families
 */

static void one_listener_accepts_both(void) {
    needs_ipv6();
    SOCKET from = dual(SOCK_STREAM);
    address bound = bind_anywhere(from), v4 = with_port(loopback(AF_INET), port_of(&bound)),
            v6 = with_port(loopback(AF_INET6), port_of(&bound));
    assert_ok(listen(from, 4));
    SOCKET old = connect_to(&v4), server = accept_from(from);
    address peer = peer_of(server), local = local_of(server), own = local_of(old);
    assert_true(is_mapped(&peer));
    assert_true(is_mapped(&local));
    assert_int_equal(port_of(&peer), port_of(&own));
    send_text(old, "from IPv4");
    expect_text(server, "from IPv4");
    (void)connect_to(&v6);
    SOCKET other = accept_from(from);
    peer = peer_of(other);
    assert_false(is_mapped(&peer));
}

static void a_mapped_address_reaches_ipv4(void) {
    address where;
    needs_ipv6();
    SOCKET from = listener(&where), client = dual(SOCK_STREAM);
    address to = mapped(port_of(&where));
    assert_ok(connect(client, &to.any, to.length));
    SOCKET server = accept_from(from);
    address peer = peer_of(client), own = peer_of(server);
    assert_true(is_mapped(&peer));
    assert_int_equal(own.any.sa_family, AF_INET);
    send_text(client, "to IPv4");
    expect_text(server, "to IPv4");
}

static void a_mapped_address_can_be_bound_to(void) {
    needs_ipv6();
    SOCKET made = dual(SOCK_STREAM);
    address where = mapped(0);
    assert_ok(bind(made, &where.any, where.length));
    address bound = local_of(made);
    assert_true(is_mapped(&bound));
}

static void datagrams_of_both_come(void) {
    char byte;
    needs_ipv6();
    SOCKET made = dual(SOCK_DGRAM), old = udp(), new = udp6();
    address bound = bind_anywhere(made), v4 = with_port(loopback(AF_INET), port_of(&bound)),
            v6 = with_port(loopback(AF_INET6), port_of(&bound)), from;
    assert_bytes(1, sendto(old, "4", 1, 0, &v4.any, v4.length));
    await_readable(made);
    from.length = sizeof from.room;
    assert_bytes(1, recvfrom(made, &byte, 1, 0, &from.any, &from.length));
    assert_true(is_mapped(&from));
    assert_bytes(1, sendto(made, "a", 1, 0, &from.any, from.length));
    expect_text(old, "a");
    assert_bytes(1, sendto(new, "6", 1, 0, &v6.any, v6.length));
    await_readable(made);
    from.length = sizeof from.room;
    assert_bytes(1, recvfrom(made, &byte, 1, 0, &from.any, &from.length));
    assert_false(is_mapped(&from));
}

static void its_names_are_of_ipv6(void) {
    needs_ipv6();
    SOCKET made = dual(SOCK_DGRAM);
    address bound = bind_anywhere(made), old = anywhere(AF_INET);
    assert_int_equal(bound.any.sa_family, AF_INET6);
    assert_int_equal(bind(dual(SOCK_DGRAM), &old.any, old.length), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEFAULT || WSAGetLastError() == WSAEAFNOSUPPORT ||
                WSAGetLastError() == WSAEADDRNOTAVAIL || WSAGetLastError() == WSAEINVAL);
}

/* ---------------------------------------------------------------------------------------------------- who is beside it
 */

static SOCKET old_bound(int type, int option, address *where) {
    SOCKET made = type == SOCK_STREAM ? tcp() : udp();
    if (option != 0)
        set_option(made, SOL_SOCKET, option, 1);
    assert_ok(bind(made, &where->any, where->length));
    *where = local_of(made);
    return made;
}

static void bind_beside(int type, int option, const address *old, int code) {
    address any = with_port(anywhere(AF_INET6), port_of(old));
    SOCKET made = dual(type);
    if (option != 0)
        set_option(made, SOL_SOCKET, option, 1);
    if (code == 0)
        assert_ok(bind(made, &any.any, any.length));
    else
        assert_wsa(code, bind(made, &any.any, any.length));
    drop(made);
}

static void everywhere_is_taken_in_both_families(void) {
    wine_differs("it is taken in one");
    const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    needs_ipv6();
    for (int i = 0; i < 2; i++) {
        address where = anywhere(AF_INET);
        SOCKET old = old_bound(types[i], 0, &where);
        bind_beside(types[i], 0, &where, WSAEADDRINUSE);
        drop(old);
    }
}

static void taken_in_both_families_it_is_taken_for_ipv4(void) {
    wine_differs("it is not");
    const int types[] = {SOCK_STREAM, SOCK_DGRAM};
    needs_ipv6();
    for (int i = 0; i < 2; i++) {
        SOCKET first = dual(types[i]), second = types[i] == SOCK_STREAM ? tcp() : udp();
        address bound = bind_anywhere(first), old = with_port(anywhere(AF_INET), port_of(&bound));
        assert_wsa(WSAEADDRINUSE, bind(second, &old.any, old.length));
        drop(first);
    }
}

static void alone_it_takes_nothing_of_ipv4(void) {
    needs_ipv6();
    SOCKET first = tcp6();
    address bound = bind_anywhere(first), old = with_port(anywhere(AF_INET), port_of(&bound));
    assert_ok(bind(tcp(), &old.any, old.length));
}

static void one_address_of_ipv4_leaves_it_the_rest(void) {
    needs_ipv6();
    address where = loopback(AF_INET);
    (void)old_bound(SOCK_STREAM, 0, &where);
    bind_beside(SOCK_STREAM, 0, &where, 0);
    bind_beside(SOCK_STREAM, SO_REUSEADDR, &where, 0);
}

static void exclusive_use_of_both_needs_both(void) {
    needs_ipv6();
    wine_differs("it is another error");
    address where = loopback(AF_INET);
    (void)old_bound(SOCK_STREAM, 0, &where);
    bind_beside(SOCK_STREAM, SO_EXCLUSIVEADDRUSE, &where, WSAEACCES);
}

static void sharers_share_in_both_families(void) {
    needs_ipv6();
    address where = anywhere(AF_INET);
    (void)old_bound(SOCK_DGRAM, SO_REUSEADDR, &where);
    bind_beside(SOCK_DGRAM, SO_REUSEADDR, &where, 0);
}

static const conform_test tests[] = {
    conform(ipv6_is_alone_at_first),
    conform(it_can_be_changed_until_the_socket_is_bound),
    conform(alone_it_does_not_hear_ipv4),
    conform(alone_it_does_not_reach_mapped_addresses),
    conform(alone_it_cannot_be_bound_to_a_mapped_address),
    conform(one_listener_accepts_both),
    conform(a_mapped_address_reaches_ipv4),
    conform(a_mapped_address_can_be_bound_to),
    conform(datagrams_of_both_come),
    conform(its_names_are_of_ipv6),
    conform(everywhere_is_taken_in_both_families),
    conform(taken_in_both_families_it_is_taken_for_ipv4),
    conform(alone_it_takes_nothing_of_ipv4),
    conform(one_address_of_ipv4_leaves_it_the_rest),
    conform(exclusive_use_of_both_needs_both),
    conform(sharers_share_in_both_families),
};

CONFORM_MAIN(tests)
