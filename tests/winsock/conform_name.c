/* SPDX-License-Identifier: MIT
 *
 * Conformance: getsockname and getpeername, their lengths and the order in which they look at things.
 */
#include "conform.h"

typedef int get_name(SOCKET socket, struct sockaddr *name, int *length);

static int WSAAPI local_name(SOCKET socket, struct sockaddr *name, int *length) {
    return getsockname(socket, name, length);
}

static int WSAAPI peer_name(SOCKET socket, struct sockaddr *name, int *length) {
    return getpeername(socket, name, length);
}

static get_name *const both[] = {local_name, peer_name};

static void an_unbound_socket_has_no_name(void) {
    address name, untouched;
    memset(&name, 0x55, sizeof name);
    name.length = sizeof name.room;
    untouched = name;
    assert_wsa(WSAEINVAL, getsockname(tcp(), &name.any, &name.length));
    assert_wsa(WSAEINVAL, getsockname(udp(), &name.any, &name.length));
    assert_memory_equal(&name, &untouched, sizeof name);
}

static void an_unconnected_socket_has_no_peer(void) {
    address name;
    SOCKET bound = tcp(), datagram = udp();
    (void)bind_loopback(bound, AF_INET);
    (void)bind_loopback(datagram, AF_INET);
    name.length = sizeof name.room;
    assert_wsa(WSAENOTCONN, getpeername(tcp(), &name.any, &name.length));
    assert_wsa(WSAENOTCONN, getpeername(bound, &name.any, &name.length));
    assert_wsa(WSAENOTCONN, getpeername(datagram, &name.any, &name.length));
}

static void no_connection_counts_before_no_room(void) {
    wine_differs("it looks at the length first");
    assert_wsa(WSAENOTCONN, getpeername(tcp(), NULL, NULL));
    assert_wsa(WSAENOTCONN, getpeername(udp(), NULL, NULL));
}

static void no_place_for_the_name_is_a_fault(void) {
    SOCKET client, server;
    int length = sizeof(struct sockaddr_in);
    tcp_pair(&client, &server);
    for (int i = 0; i < 2; i++) {
        assert_wsa(WSAEFAULT, both[i](client, NULL, NULL));
        assert_wsa(WSAEFAULT, both[i](client, NULL, &length));
    }
}

static void no_length_is_a_fault(void) {
    wine_differs("getsockname crashes");
    SOCKET client, server;
    address name;
    tcp_pair(&client, &server);
    for (int i = 0; i < 2; i++)
        assert_wsa(WSAEFAULT, both[i](client, &name.any, NULL));
}

static void a_short_length_is_a_fault(void) {
    SOCKET client, server;
    address name;
    tcp_pair(&client, &server);
    for (int i = 0; i < 2; i++)
        for (int length = 0; length < (int)sizeof(struct sockaddr_in); length += 5) {
            name.length = length;
            assert_wsa(WSAEFAULT, both[i](client, &name.any, &name.length));
            assert_int_equal(name.length, length);
        }
}

static void exactly_the_length_suffices(void) {
    SOCKET client, server;
    address name;
    tcp_pair(&client, &server);
    for (int i = 0; i < 2; i++) {
        name.length = sizeof name.v4;
        assert_ok(both[i](client, &name.any, &name.length));
        assert_int_equal(name.length, sizeof name.v4);
        assert_int_equal(name.v4.sin_family, AF_INET);
    }
}

static void more_than_the_length_is_corrected(void) {
    SOCKET client, server;
    address name;
    tcp_pair(&client, &server);
    for (int i = 0; i < 2; i++) {
        name.length = sizeof name.room;
        assert_ok(both[i](client, &name.any, &name.length));
        assert_int_equal(name.length, sizeof name.v4);
    }
}

static void a_short_length_of_ipv6_is_a_fault(void) {
    address where, name;
    needs_ipv6();
    SOCKET from = listener6(&where), client = connect_to(&where);
    (void)accept_from(from);
    for (int i = 0; i < 2; i++) {
        name.length = sizeof(struct sockaddr_in);
        assert_wsa(WSAEFAULT, both[i](client, &name.any, &name.length));
        name.length = sizeof(struct sockaddr_in6) - 1;
        assert_wsa(WSAEFAULT, both[i](client, &name.any, &name.length));
        name.length = sizeof(struct sockaddr_in6);
        assert_ok(both[i](client, &name.any, &name.length));
    }
}

static void the_peer_is_known_after_it_has_gone(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    address before = peer_of(server), after;
    drop(client);
    expect_end(server);
    after = peer_of(server);
    assert_true(same_address(&before, &after));
}

static void sending_a_datagram_makes_no_peer(void) {
    SOCKET from = udp();
    address where = bind_loopback(udp(), AF_INET), name;
    assert_bytes(1, sendto(from, "x", 1, 0, &where.any, where.length));
    name.length = sizeof name.room;
    assert_wsa(WSAENOTCONN, getpeername(from, &name.any, &name.length));
}

static void a_connected_datagram_socket_has_a_peer(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    address b_name = local_of(b), peer = peer_of(a);
    assert_true(same_address(&b_name, &peer));
}

static const conform_test tests[] = {
    conform(an_unbound_socket_has_no_name),
    conform(an_unconnected_socket_has_no_peer),
    conform(no_connection_counts_before_no_room),
    conform(no_place_for_the_name_is_a_fault),
    conform(no_length_is_a_fault),
    conform(a_short_length_is_a_fault),
    conform(exactly_the_length_suffices),
    conform(more_than_the_length_is_corrected),
    conform(a_short_length_of_ipv6_is_a_fault),
    conform(the_peer_is_known_after_it_has_gone),
    conform(sending_a_datagram_makes_no_peer),
    conform(a_connected_datagram_socket_has_a_peer),
};

CONFORM_MAIN(tests)
