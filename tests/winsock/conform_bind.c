/* SPDX-License-Identifier: MIT
 *
 * Conformance: bind and the names it gives. Who may share an address with whom is in conform_reuse.c.
 */
#include "conform.h"

static void a_port_is_chosen(void) {
    address first = bind_loopback(tcp(), AF_INET), second = bind_loopback(tcp(), AF_INET);
    assert_int_not_equal(port_of(&first), 0);
    assert_int_not_equal(port_of(&second), 0);
    assert_int_not_equal(port_of(&first), port_of(&second));
}

static void the_name_is_what_was_bound(void) {
    address where = bind_loopback(udp(), AF_INET);
    assert_int_equal(where.length, sizeof(struct sockaddr_in));
    assert_int_equal(where.v4.sin_family, AF_INET);
    assert_int_equal(where.v4.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
}

static void the_name_ends_with_zeros(void) {
    const char zeros[8] = {0};
    address any = loopback(AF_INET), where;
    SOCKET made = tcp();
    memset(any.v4.sin_zero, 0x55, sizeof any.v4.sin_zero);
    assert_ok(bind(made, &any.any, any.length));
    memset(&where, 0x55, sizeof where);
    where.length = sizeof where.room;
    assert_ok(getsockname(made, &where.any, &where.length));
    assert_memory_equal(where.v4.sin_zero, zeros, sizeof zeros);
}

static void anywhere_stays_anywhere(void) {
    address any = anywhere(AF_INET), where;
    SOCKET made = tcp();
    assert_ok(bind(made, &any.any, any.length));
    where = local_of(made);
    assert_int_equal(where.v4.sin_addr.s_addr, htonl(INADDR_ANY));
    assert_int_not_equal(port_of(&where), 0);
}

static void a_free_port_can_be_asked_for(void) {
    SOCKET first = tcp(), second = tcp();
    address where = bind_loopback(first, AF_INET), again;
    drop(first);
    assert_ok(bind(second, &where.any, where.length));
    again = local_of(second);
    assert_true(same_address(&where, &again));
}

static void any_address_of_loopback_will_do(void) {
    address where = loopback(AF_INET);
    SOCKET made = udp();
    where.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 8);
    assert_ok(bind(made, &where.any, where.length));
    assert_int_equal(local_of(made).v4.sin_addr.s_addr, htonl(INADDR_LOOPBACK + 8));
}

static void ipv6_has_longer_names(void) {
    needs_ipv6();
    address where = bind_loopback(udp6(), AF_INET6);
    assert_int_equal(where.length, sizeof(struct sockaddr_in6));
    assert_int_equal(where.v6.sin6_family, AF_INET6);
    assert_int_equal(where.v6.sin6_addr.s6_addr[15], 1);
    assert_int_not_equal(port_of(&where), 0);
}

static void a_second_bind_is_invalid(void) {
    const SOCKET made[] = {tcp(), udp()};
    for (int i = 0; i < 2; i++) {
        address where = bind_loopback(made[i], AF_INET), other = loopback(AF_INET);
        assert_wsa(WSAEINVAL, bind(made[i], &other.any, other.length));
        assert_wsa(WSAEINVAL, bind(made[i], &where.any, where.length));
    }
}

static void a_refused_bind_may_be_tried_again(void) {
    address taken = nobody(), where = loopback(AF_INET);
    SOCKET made = tcp();
    assert_wsa(WSAEADDRINUSE, bind(made, &taken.any, taken.length));
    assert_ok(bind(made, &where.any, where.length));
}

static void bind_after_connect_is_invalid(void) {
    SOCKET client, server;
    address where = loopback(AF_INET);
    tcp_pair(&client, &server);
    assert_wsa(WSAEINVAL, bind(client, &where.any, where.length));
    assert_wsa(WSAEINVAL, bind(server, &where.any, where.length));
}

static void bind_after_sendto_is_invalid(void) {
    address to = bind_loopback(udp(), AF_INET), where = loopback(AF_INET);
    SOCKET from = udp();
    assert_bytes(1, sendto(from, "x", 1, 0, &to.any, to.length));
    assert_wsa(WSAEINVAL, bind(from, &where.any, where.length));
}

static void bind_after_a_datagram_connect_is_invalid(void) {
    address to = bind_loopback(udp(), AF_INET), where = loopback(AF_INET);
    SOCKET from = udp();
    assert_ok(connect(from, &to.any, to.length));
    assert_wsa(WSAEINVAL, bind(from, &where.any, where.length));
}

static void bind_while_listening_is_invalid(void) {
    address where, other = loopback(AF_INET);
    SOCKET from = listener(&where);
    assert_wsa(WSAEINVAL, bind(from, &other.any, other.length));
}

static void no_name_is_a_fault(void) {
    assert_wsa(WSAEFAULT, bind(tcp(), NULL, 0));
    assert_wsa(WSAEFAULT, bind(tcp(), NULL, sizeof(struct sockaddr_in)));
    assert_wsa(WSAEFAULT, bind(udp(), NULL, sizeof(struct sockaddr_in)));
}

static void a_short_name_is_a_fault(void) {
    address where = loopback(AF_INET);
    for (int length = 0; length < where.length; length++)
        assert_wsa(WSAEFAULT, bind(tcp(), &where.any, length));
}

static void a_short_name_of_ipv6_is_a_fault(void) {
    needs_ipv6();
    address where = loopback(AF_INET6);
    assert_wsa(WSAEFAULT, bind(tcp6(), &where.any, 0));
    assert_wsa(WSAEFAULT, bind(tcp6(), &where.any, (int)sizeof(struct sockaddr_in)));
    assert_wsa(WSAEFAULT, bind(tcp6(), &where.any, 24));
    assert_wsa(WSAEFAULT, bind(tcp6(), &where.any, where.length - 1));
}

static void a_long_name_will_do(void) {
    address where = loopback(AF_INET);
    assert_ok(bind(tcp(), &where.any, sizeof where.room));
    assert_ok(bind(udp(), &where.any, sizeof where.room));
}

static void an_unknown_family_is_refused(void) {
    address where = loopback(AF_INET);
    where.any.sa_family = 0xdead;
    assert_wsa(WSAEAFNOSUPPORT, bind(tcp(), &where.any, where.length));
    assert_wsa(WSAEAFNOSUPPORT, bind(udp(), &where.any, where.length));
}

/* Documented are both, a fault for the format and that the family is not supported. */
static void a_name_of_the_other_family_is_refused(void) {
    address where = loopback(AF_INET6);
    wine_differs("of an IPv6 address for an IPv4 socket it says WSAEOPNOTSUPP");
    assert_int_equal(bind(tcp(), &where.any, where.length), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEAFNOSUPPORT || WSAGetLastError() == WSAEFAULT);
    where = loopback(AF_INET);
    assert_int_equal(bind(tcp6(), &where.any, sizeof(struct sockaddr_in6)), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEAFNOSUPPORT || WSAGetLastError() == WSAEFAULT);
}

static void an_address_of_another_host_is_not_available(void) {
    address where = loopback(AF_INET);
    where.v4.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1, for documentation only */
    assert_wsa(WSAEADDRNOTAVAIL, bind(tcp(), &where.any, where.length));
}

static void an_address_of_another_host_is_not_available_to_datagrams(void) {
    address where = loopback(AF_INET);
    wine_differs("it lets a datagram socket have it");
    where.v4.sin_addr.s_addr = htonl(0xc0000201);
    assert_wsa(WSAEADDRNOTAVAIL, bind(udp(), &where.any, where.length));
}

static void an_address_of_another_ipv6_host_is_not_available(void) {
    needs_ipv6();
    address where = loopback(AF_INET6);
    const unsigned char documentation[4] = {0x20, 0x01, 0x0d, 0xb8};
    memcpy(&where.v6.sin6_addr, documentation, sizeof documentation);
    assert_wsa(WSAEADDRNOTAVAIL, bind(tcp6(), &where.any, where.length));
}

static void a_refused_address_leaves_it_unbound(void) {
    address where = loopback(AF_INET), name;
    SOCKET made = tcp();
    where.v4.sin_addr.s_addr = htonl(0xc0000201);
    assert_wsa(WSAEADDRNOTAVAIL, bind(made, &where.any, where.length));
    name.length = sizeof name.room;
    assert_wsa(WSAEINVAL, getsockname(made, &name.any, &name.length));
}

static void tcp_and_udp_do_not_meet(void) {
    address where = bind_loopback(tcp(), AF_INET);
    assert_ok(bind(udp(), &where.any, where.length));
}

static void ipv4_and_ipv6_do_not_meet(void) {
    needs_ipv6();
    address where = bind_loopback(tcp(), AF_INET), other = with_port(loopback(AF_INET6), port_of(&where));
    assert_ok(bind(tcp6(), &other.any, other.length));
}

static void other_addresses_do_not_meet(void) {
    address where = bind_loopback(tcp(), AF_INET), other = where;
    other.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    assert_ok(bind(tcp(), &other.any, other.length));
}

static void a_port_is_free_after_closesocket(void) {
    for (int i = 0; i < 20; i++) {
        SOCKET first = udp(), second = udp();
        address where = bind_loopback(first, AF_INET);
        drop(first);
        assert_ok(bind(second, &where.any, where.length));
        drop(second);
    }
}

/* A server that is started again: what its old connections left must not be in the way. */
static void a_listener_can_come_back_at_once(void) {
    address where;
    SOCKET from = listener(&where), client = connect_to(&where), server = accept_from(from), again = tcp();
    drop(server);
    expect_end(client);
    drop(client);
    drop(from);
    assert_ok(bind(again, &where.any, where.length));
    assert_ok(listen(again, 1));
}

static const conform_test tests[] = {
    conform(a_port_is_chosen),
    conform(the_name_is_what_was_bound),
    conform(the_name_ends_with_zeros),
    conform(anywhere_stays_anywhere),
    conform(a_free_port_can_be_asked_for),
    conform(any_address_of_loopback_will_do),
    conform(ipv6_has_longer_names),
    conform(a_second_bind_is_invalid),
    conform(a_refused_bind_may_be_tried_again),
    conform(bind_after_connect_is_invalid),
    conform(bind_after_sendto_is_invalid),
    conform(bind_after_a_datagram_connect_is_invalid),
    conform(bind_while_listening_is_invalid),
    conform(no_name_is_a_fault),
    conform(a_short_name_is_a_fault),
    conform(a_short_name_of_ipv6_is_a_fault),
    conform(a_long_name_will_do),
    conform(an_unknown_family_is_refused),
    conform(a_name_of_the_other_family_is_refused),
    conform(an_address_of_another_host_is_not_available),
    conform(an_address_of_another_host_is_not_available_to_datagrams),
    conform(an_address_of_another_ipv6_host_is_not_available),
    conform(a_refused_address_leaves_it_unbound),
    conform(tcp_and_udp_do_not_meet),
    conform(ipv4_and_ipv6_do_not_meet),
    conform(other_addresses_do_not_meet),
    conform(a_port_is_free_after_closesocket),
    conform(a_listener_can_come_back_at_once),
};

CONFORM_MAIN(tests)
