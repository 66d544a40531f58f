/* SPDX-License-Identifier: MIT
 *
 * Conformance: connect and WSAConnect, of streams blocking and not, and of datagram sockets. ConnectEx is in
 * conform_connect_ex.c.
 */
#include "conform.h"

static void it_connects(void) {
    address where;
    SOCKET from = listener(&where), client = tcp();
    assert_ok(connect(client, &where.any, where.length));
    SOCKET server = accept_from(from);
    send_text(client, "there");
    expect_text(server, "there");
    send_text(server, "back");
    expect_text(client, "back");
}

static void both_ends_know_both_names(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    address client_local = local_of(client), client_peer = peer_of(client);
    address server_local = local_of(server), server_peer = peer_of(server);
    assert_true(same_address(&client_local, &server_peer));
    assert_true(same_address(&server_local, &client_peer));
}

static void it_keeps_the_name_it_was_bound_to(void) {
    address where, before, after;
    (void)listener(&where);
    SOCKET client = tcp();
    before = bind_loopback(client, AF_INET);
    assert_ok(connect(client, &where.any, where.length));
    after = local_of(client);
    assert_true(same_address(&before, &after));
}

static void bound_to_anywhere_it_gets_an_address(void) {
    address where, any = anywhere(AF_INET), name;
    (void)listener(&where);
    SOCKET client = tcp();
    assert_ok(bind(client, &any.any, any.length));
    assert_ok(connect(client, &where.any, where.length));
    name = local_of(client);
    assert_int_equal(name.v4.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
}

static void ipv6_connects(void) {
    address where;
    needs_ipv6();
    SOCKET from = listener6(&where), client = connect_to(&where), server = accept_from(from);
    assert_int_equal(peer_of(client).length, sizeof(struct sockaddr_in6));
    send_text(client, "six");
    expect_text(server, "six");
}

static void WSAConnect_connects(void) {
    address where;
    SOCKET from = listener(&where), client = tcp();
    assert_ok(WSAConnect(client, &where.any, where.length, NULL, NULL, NULL, NULL));
    send_text(client, "WSA");
    expect_text(accept_from(from), "WSA");
}

static void a_long_name_will_do(void) {
    address where;
    (void)listener(&where);
    assert_ok(connect(tcp(), &where.any, sizeof where.room));
}

/* ----------------------------------------------------------------------------------------------------------- errors */

static void nobody_there_refuses(void) {
    address where = nobody();
    assert_wsa(WSAECONNREFUSED, connect(tcp(), &where.any, where.length));
    assert_wsa(WSAECONNREFUSED, WSAConnect(tcp(), &where.any, where.length, NULL, NULL, NULL, NULL));
}

static void after_a_refusal_it_can_connect(void) {
    wine_differs("the next connect fails with WSAECONNABORTED");
    address where = nobody();
    SOCKET client = tcp(), from;
    assert_wsa(WSAECONNREFUSED, connect(client, &where.any, where.length));
    from = listener(&where);
    assert_ok(connect(client, &where.any, where.length));
    send_text(client, "second try");
    expect_text(accept_from(from), "second try");
}

static void after_a_refusal_it_is_refused_again(void) {
    wine_differs("the next connect fails with WSAECONNABORTED");
    address where = nobody();
    SOCKET client = tcp();
    for (int i = 0; i < 3; i++)
        assert_wsa(WSAECONNREFUSED, connect(client, &where.any, where.length));
}

static void WSAConnect_has_no_data_of_users(void) {
    address where;
    char room[8] = "";
    WSABUF data = buffer_of("data", 4), none = buffer_of("", 0), callee = buffer_of(room, sizeof room);
    QOS group;
    SOCKET client = tcp();
    wine_differs("it does not look at the data");
    memset(&group, 0, sizeof group);
    (void)listener(&where);
    assert_wsa(WSAEPROTONOSUPPORT, WSAConnect(client, &where.any, where.length, &data, NULL, NULL, NULL));
    assert_wsa(WSAEINVAL, WSAConnect(client, &where.any, where.length, NULL, NULL, NULL, &group));
    assert_ok(WSAConnect(client, &where.any, where.length, &none, &callee, NULL, NULL));
    assert_int_equal(callee.len, 0);
}

static void of_datagram_sockets_it_ignores_them(void) {
    address where = bind_loopback(udp(), AF_INET);
    WSABUF data = buffer_of("data", 4);
    assert_ok(WSAConnect(udp(), &where.any, where.length, &data, NULL, NULL, NULL));
}

static void a_connected_socket_is_connected(void) {
    SOCKET client, server;
    address where;
    tcp_pair(&client, &server);
    (void)listener(&where);
    assert_wsa(WSAEISCONN, connect(client, &where.any, where.length));
    assert_wsa(WSAEISCONN, connect(server, &where.any, where.length));
    assert_wsa(WSAEISCONN, WSAConnect(client, &where.any, where.length, NULL, NULL, NULL, NULL));
}

static void even_when_the_peer_has_gone(void) {
    SOCKET client, server;
    address where;
    tcp_pair(&client, &server);
    (void)listener(&where);
    drop(server);
    expect_end(client);
    assert_wsa(WSAEISCONN, connect(client, &where.any, where.length));
}

static void even_when_it_is_shut_down(void) {
    SOCKET client, server;
    address where;
    tcp_pair(&client, &server);
    (void)listener(&where);
    assert_ok(shutdown(client, SD_BOTH));
    assert_wsa(WSAEISCONN, connect(client, &where.any, where.length));
}

static void a_listener_is_invalid(void) {
    address where;
    SOCKET from = listener(&where);
    assert_wsa(WSAEINVAL, connect(from, &where.any, where.length));
}

static void no_name_is_a_fault(void) {
    wine_differs("connect does not look at the length of the name");
    assert_wsa(WSAEFAULT, connect(tcp(), NULL, 0));
    assert_wsa(WSAEFAULT, connect(tcp(), NULL, sizeof(struct sockaddr_in)));
}

static void a_short_name_is_a_fault(void) {
    wine_differs("connect does not look at the length of the name");
    address where;
    (void)listener(&where);
    for (int length = 0; length < where.length; length++)
        assert_wsa(WSAEFAULT, connect(tcp(), &where.any, length));
    assert_wsa(WSAEFAULT, WSAConnect(tcp(), &where.any, where.length - 1, NULL, NULL, NULL, NULL));
    assert_wsa(WSAEFAULT, connect(udp(), &where.any, where.length - 1));
}

static void a_short_name_of_ipv6_is_a_fault(void) {
    wine_differs("connect does not look at the length of the name");
    address where;
    needs_ipv6();
    (void)listener6(&where);
    assert_wsa(WSAEFAULT, connect(tcp6(), &where.any, (int)sizeof(struct sockaddr_in)));
    assert_wsa(WSAEFAULT, connect(tcp6(), &where.any, where.length - 1));
}

static void an_unknown_family_is_refused(void) {
    wine_differs("it says WSAEADDRNOTAVAIL");
    address where;
    (void)listener(&where);
    where.any.sa_family = 0xdead;
    assert_wsa(WSAEAFNOSUPPORT, connect(tcp(), &where.any, where.length));
}

static void a_name_of_the_other_family_is_refused(void) {
    wine_differs("it says WSAEADDRNOTAVAIL or WSAEOPNOTSUPP");
    address where = with_port(loopback(AF_INET6), htons(9));
    assert_int_equal(connect(tcp(), &where.any, where.length), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEAFNOSUPPORT || WSAGetLastError() == WSAEFAULT);
}

static void anywhere_is_no_address(void) {
    address where = with_port(anywhere(AF_INET), htons(9));
    wine_differs("it connects to the own host");
    (void)listener(&where);
    where.v4.sin_addr.s_addr = htonl(INADDR_ANY);
    assert_wsa(WSAEADDRNOTAVAIL, connect(tcp(), &where.any, where.length));
}

static void anywhere_of_ipv6_is_no_address(void) {
    address where;
    needs_ipv6();
    wine_differs("it connects to the own host");
    (void)listener6(&where);
    memset(&where.v6.sin6_addr, 0, sizeof where.v6.sin6_addr);
    assert_wsa(WSAEADDRNOTAVAIL, connect(tcp6(), &where.any, where.length));
}

static void port_0_is_no_address(void) {
    address where = loopback(AF_INET);
    wine_differs("it says WSAECONNREFUSED");
    assert_wsa(WSAEADDRNOTAVAIL, connect(tcp(), &where.any, where.length));
}

/* ----------------------------------------------------------------------------------------------------- non-blocking */

static void would_block(SOCKET client, const address *where) {
    assert_wsa(WSAEWOULDBLOCK, connect(client, &where->any, where->length));
}

static void a_non_blocking_socket_would_block(void) {
    address where;
    SOCKET from = listener(&where), client = tcp();
    set_nonblocking(client);
    would_block(client, &where);
    await_writable(client);
    send_text(client, "at last");
    expect_text(accept_from(from), "at last");
}

static void and_is_connected_when_it_is_writable(void) {
    address where;
    SOCKET client = tcp();
    (void)listener(&where);
    set_nonblocking(client);
    would_block(client, &where);
    await_writable(client);
    assert_wsa(WSAEISCONN, connect(client, &where.any, where.length));
    assert_int_equal(get_option(client, SOL_SOCKET, SO_ERROR), 0);
    address peer = peer_of(client);
    assert_true(same_address(&peer, &where));
}

static void WSAConnect_would_block_too(void) {
    address where;
    SOCKET client = tcp();
    (void)listener(&where);
    set_nonblocking(client);
    assert_wsa(WSAEWOULDBLOCK, WSAConnect(client, &where.any, where.length, NULL, NULL, NULL, NULL));
    await_writable(client);
}

static void a_refusal_is_exceptional(void) {
    address where = nobody();
    SOCKET client = tcp();
    set_nonblocking(client);
    would_block(client, &where);
    await_exceptional(client);
    assert_int_equal(is_writable(client, 0), 0);
    assert_int_equal(is_readable(client, 0), 0);
}

static void a_refusal_is_told_by_SO_ERROR(void) {
    address where = nobody();
    SOCKET client = tcp();
    set_nonblocking(client);
    would_block(client, &where);
    await_exceptional(client);
    assert_int_equal(get_option(client, SOL_SOCKET, SO_ERROR), WSAECONNREFUSED);
}

static void after_a_refusal_a_non_blocking_socket_can_connect(void) {
    address where = nobody();
    SOCKET client = tcp(), from;
    wine_differs("the next connect fails with WSAECONNABORTED");
    set_nonblocking(client);
    would_block(client, &where);
    await_exceptional(client);
    from = listener(&where);
    would_block(client, &where);
    await_writable(client);
    assert_int_equal(get_option(client, SOL_SOCKET, SO_ERROR), 0);
    send_text(client, "second try");
    expect_text(accept_from(from), "second try");
}

static void after_a_refusal_blocking_a_non_blocking_socket_can_connect(void) {
    wine_differs("the next connect fails with WSAECONNABORTED");
    address where = nobody();
    SOCKET client = tcp(), from;
    assert_wsa(WSAECONNREFUSED, connect(client, &where.any, where.length));
    set_nonblocking(client);
    from = listener(&where);
    would_block(client, &where);
    await_writable(client);
    (void)accept_from(from);
}

/* Of a listener that takes no more: what connects to it goes on trying. */
static SOCKET connecting(address *where) {
    SOCKET from = tcp();
    *where = bind_loopback(from, AF_INET);
    assert_ok(listen(from, 1));
    for (int i = 0; i < 64; i++) {
        SOCKET client = tcp();
        set_nonblocking(client);
        if (connect(client, &where->any, where->length) == SOCKET_ERROR && is_writable(client, MOMENT) == 0)
            return client;
    }
    skip_because("a full listener takes more connections here");
    return INVALID_SOCKET;
}

static void a_second_connect_while_it_connects_is_too_early(void) {
    address where;
    SOCKET client = connecting(&where);
    assert_wsa(WSAEALREADY, connect(client, &where.any, where.length));
    assert_wsa(WSAEALREADY, connect(client, &where.any, where.length));
    assert_wsa(WSAEALREADY, WSAConnect(client, &where.any, where.length, NULL, NULL, NULL, NULL));
}

static void while_it_connects_it_is_not_connected(void) {
    address where;
    char byte = 0;
    SOCKET client = connecting(&where);
    wine_differs("receiving and sending say WSAEWOULDBLOCK");
    assert_wsa(WSAENOTCONN, send(client, &byte, 1, 0));
    assert_wsa(WSAENOTCONN, recv(client, &byte, 1, 0));
}

static void while_it_connects_it_has_a_name(void) {
    address where;
    SOCKET client = connecting(&where);
    assert_int_not_equal(local_of(client).v4.sin_port, 0);
}

static void while_it_connects_it_can_be_closed(void) {
    address where;
    SOCKET client = connecting(&where);
    drop(client);
    assert_wsa(WSAENOTSOCK, connect(client, &where.any, where.length));
}

/* -------------------------------------------------------------------------------------------------------- datagrams */

static void a_datagram_socket_connects_at_once(void) {
    SOCKET to = udp(), from = udp();
    address where = bind_loopback(to, AF_INET);
    set_nonblocking(from);
    assert_ok(connect(from, &where.any, where.length));
    address peer = peer_of(from);
    assert_true(same_address(&peer, &where));
    assert_int_not_equal(local_of(from).v4.sin_port, 0);
}

static void then_it_can_send(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    send_text(a, "datagram");
    expect_text(b, "datagram");
}

static void then_it_hears_its_peer_only(void) {
    SOCKET a, b, stranger = udp();
    udp_pair(&a, &b);
    address where = local_of(a);
    assert_bytes(8, sendto(stranger, "stranger", 8, 0, &where.any, where.length));
    send_text(b, "friend");
    expect_text(a, "friend");
    assert_int_equal(is_readable(a, MOMENT), 0);
}

static void it_can_connect_elsewhere(void) {
    SOCKET first = udp(), second = udp(), from = udp();
    address to_first = bind_loopback(first, AF_INET), to_second = bind_loopback(second, AF_INET);
    assert_ok(connect(from, &to_first.any, to_first.length));
    assert_ok(connect(from, &to_second.any, to_second.length));
    address peer = peer_of(from);
    assert_true(same_address(&peer, &to_second));
    send_text(from, "second");
    expect_text(second, "second");
    assert_int_equal(is_readable(first, 0), 0);
}

static void expect_disconnected(SOCKET from) {
    address peer;
    peer.length = sizeof peer.room;
    assert_wsa(WSAENOTCONN, getpeername(from, &peer.any, &peer.length));
    assert_wsa(WSAENOTCONN, send(from, "x", 1, 0));
}

static void what_was_queued_before_is_discarded(void) {
    SOCKET to = udp(), stranger = udp(), peer = udp();
    address where = bind_loopback(to, AF_INET), from = bind_loopback(peer, AF_INET);
    char bytes[4];
    wine_differs("it is still received");
    assert_bytes(3, sendto(stranger, "old", 3, 0, &where.any, where.length));
    await_readable(to);
    assert_ok(connect(to, &from.any, from.length));
    assert_int_equal(is_readable(to, 0), 0);
    assert_bytes(3, sendto(peer, "new", 3, 0, &where.any, where.length));
    assert_bytes(3, recv(to, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "new", 3);
}

static void connecting_to_the_same_keeps_what_is_queued(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    address peer = peer_of(b);
    send_text(a, "kept");
    await_readable(b);
    assert_ok(connect(b, &peer.any, peer.length));
    expect_text(b, "kept");
}

static void an_address_of_zeros_disconnects(void) {
    wine_differs("the socket is connected to the own host");
    SOCKET a, b;
    address zero = anywhere(AF_INET);
    udp_pair(&a, &b);
    assert_ok(connect(a, &zero.any, zero.length));
    expect_disconnected(a);
}

static void no_family_disconnects(void) {
    wine_differs("sending says WSAEINVAL");
    SOCKET a, b;
    address zero = anywhere(AF_INET);
    udp_pair(&a, &b);
    zero.any.sa_family = AF_UNSPEC;
    assert_ok(connect(a, &zero.any, zero.length));
    expect_disconnected(a);
}

static void an_address_of_zeros_disconnects_ipv6(void) {
    wine_differs("the socket is connected to the own host");
    needs_ipv6();
    SOCKET to = udp6(), from = udp6();
    address where = bind_loopback(to, AF_INET6), zero = anywhere(AF_INET6);
    assert_ok(connect(from, &where.any, where.length));
    assert_ok(connect(from, &zero.any, zero.length));
    expect_disconnected(from);
}

static void disconnected_it_keeps_its_port(void) {
    SOCKET a, b;
    address zero = anywhere(AF_INET), before, after;
    udp_pair(&a, &b);
    before = local_of(a);
    assert_ok(connect(a, &zero.any, zero.length));
    after = local_of(a);
    assert_int_equal(port_of(&before), port_of(&after));
}

static void disconnected_it_hears_everybody(void) {
    SOCKET a, b, stranger = udp();
    address zero = anywhere(AF_INET), where;
    udp_pair(&a, &b);
    assert_ok(connect(a, &zero.any, zero.length));
    where = local_of(a);
    where = with_port(loopback(AF_INET), port_of(&where));
    assert_bytes(8, sendto(stranger, "stranger", 8, 0, &where.any, where.length));
    expect_text(a, "stranger");
}

static void disconnected_it_can_still_sendto(void) {
    SOCKET a, b, other = udp();
    address zero = anywhere(AF_INET), where = bind_loopback(other, AF_INET);
    udp_pair(&a, &b);
    assert_ok(connect(a, &zero.any, zero.length));
    assert_bytes(3, sendto(a, "new", 3, 0, &where.any, where.length));
    expect_text(other, "new");
}

static const conform_test tests[] = {
    conform(it_connects),
    conform(both_ends_know_both_names),
    conform(it_keeps_the_name_it_was_bound_to),
    conform(bound_to_anywhere_it_gets_an_address),
    conform(ipv6_connects),
    conform(WSAConnect_connects),
    conform(a_long_name_will_do),
    conform(nobody_there_refuses),
    conform(after_a_refusal_it_can_connect),
    conform(after_a_refusal_it_is_refused_again),
    conform(WSAConnect_has_no_data_of_users),
    conform(of_datagram_sockets_it_ignores_them),
    conform(a_connected_socket_is_connected),
    conform(even_when_the_peer_has_gone),
    conform(even_when_it_is_shut_down),
    conform(a_listener_is_invalid),
    conform(no_name_is_a_fault),
    conform(a_short_name_is_a_fault),
    conform(a_short_name_of_ipv6_is_a_fault),
    conform(an_unknown_family_is_refused),
    conform(a_name_of_the_other_family_is_refused),
    conform(anywhere_is_no_address),
    conform(anywhere_of_ipv6_is_no_address),
    conform(port_0_is_no_address),
    conform(a_non_blocking_socket_would_block),
    conform(and_is_connected_when_it_is_writable),
    conform(WSAConnect_would_block_too),
    conform(a_refusal_is_exceptional),
    conform(a_refusal_is_told_by_SO_ERROR),
    conform(after_a_refusal_a_non_blocking_socket_can_connect),
    conform(after_a_refusal_blocking_a_non_blocking_socket_can_connect),
    conform(a_second_connect_while_it_connects_is_too_early),
    conform(while_it_connects_it_is_not_connected),
    conform(while_it_connects_it_has_a_name),
    conform(while_it_connects_it_can_be_closed),
    conform(a_datagram_socket_connects_at_once),
    conform(then_it_can_send),
    conform(then_it_hears_its_peer_only),
    conform(it_can_connect_elsewhere),
    conform(what_was_queued_before_is_discarded),
    conform(connecting_to_the_same_keeps_what_is_queued),
    conform(an_address_of_zeros_disconnects),
    conform(no_family_disconnects),
    conform(an_address_of_zeros_disconnects_ipv6),
    conform(disconnected_it_keeps_its_port),
    conform(disconnected_it_hears_everybody),
    conform(disconnected_it_can_still_sendto),
};

CONFORM_MAIN(tests)
