/* SPDX-License-Identifier: MIT
 *
 * Conformance: listen, and what a listening socket is and is not good for.
 */
#include "conform.h"

/* What SOMAXCONN_HINT(200) is, a macro that older headers lack. */
#define HINT (-200)

static void it_needs_a_bound_socket(void) {
    assert_wsa(WSAEINVAL, listen(tcp(), 1));
    assert_wsa(WSAEINVAL, listen(tcp(), SOMAXCONN));
    assert_wsa(WSAEINVAL, listen(tcp(), 0));
}

static void any_backlog_will_do(void) {
    const int backlogs[] = {0, 1, 5, 200, 65536, SOMAXCONN, HINT, -1};
    for (size_t i = 0; i < sizeof backlogs / sizeof backlogs[0]; i++) {
        SOCKET made = tcp();
        (void)bind_loopback(made, AF_INET);
        assert_ok(listen(made, backlogs[i]));
    }
}

static void a_backlog_of_any_size_lets_one_connect(void) {
    const int backlogs[] = {0, 1, SOMAXCONN, HINT, -1};
    for (size_t i = 0; i < sizeof backlogs / sizeof backlogs[0]; i++) {
        SOCKET made = tcp();
        address where = bind_loopback(made, AF_INET);
        assert_ok(listen(made, backlogs[i]));
        SOCKET client = connect_to(&where), server = accept_from(made);
        send_text(client, "one");
        expect_text(server, "one");
    }
}

static void a_second_listen_is_no_error(void) {
    address where;
    SOCKET from = listener(&where);
    assert_ok(listen(from, 1));
    assert_ok(listen(from, SOMAXCONN));
    (void)connect_to(&where);
    (void)accept_from(from);
    assert_ok(listen(from, 5));
}

static void a_second_listen_keeps_who_waits(void) {
    address where;
    SOCKET from = listener(&where), client = connect_to(&where);
    assert_ok(listen(from, 20));
    SOCKET server = accept_from(from);
    send_text(server, "hello");
    expect_text(client, "hello");
}

static void a_connected_socket_cannot_listen(void) {
    wine_differs("it says WSAEINVAL");
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_wsa(WSAEISCONN, listen(client, 1));
    assert_wsa(WSAEISCONN, listen(server, 1));
}

static void a_datagram_socket_cannot_listen(void) {
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    assert_wsa(WSAEOPNOTSUPP, listen(bound, 1));
}

static void not_even_an_unbound_one(void) {
    wine_differs("it says WSAEINVAL");
    assert_wsa(WSAEOPNOTSUPP, listen(udp(), 1));
}

static void SO_ACCEPTCONN_tells(void) {
    SOCKET made = tcp();
    assert_int_equal(get_option(made, SOL_SOCKET, SO_ACCEPTCONN), 0);
    (void)bind_loopback(made, AF_INET);
    assert_int_equal(get_option(made, SOL_SOCKET, SO_ACCEPTCONN), 0);
    assert_ok(listen(made, 1));
    assert_int_equal(get_option(made, SOL_SOCKET, SO_ACCEPTCONN), 1);
}

static void SO_ACCEPTCONN_cannot_be_set(void) {
    const int values[] = {0, 1};
    address where;
    SOCKET from = listener(&where);
    for (int i = 0; i < 2; i++) {
        assert_wsa(WSAENOPROTOOPT, setsockopt(from, SOL_SOCKET, SO_ACCEPTCONN, (const char *)&values[i], sizeof(int)));
        assert_wsa(WSAENOPROTOOPT, setsockopt(tcp(), SOL_SOCKET, SO_ACCEPTCONN, (const char *)&values[i], sizeof(int)));
    }
}

static void those_who_wait_connect_without_accept(void) {
    address where;
    SOCKET from = listener(&where), clients[5];
    for (int i = 0; i < 5; i++) {
        clients[i] = connect_to(&where);
        send_text(clients[i], "early");
    }
    for (int i = 0; i < 5; i++)
        expect_text(accept_from(from), "early");
}

static void it_keeps_its_name(void) {
    SOCKET made = tcp();
    address before = bind_loopback(made, AF_INET), after;
    assert_ok(listen(made, 1));
    after = local_of(made);
    assert_true(same_address(&before, &after));
}

static void it_has_no_peer(void) {
    address where, peer;
    SOCKET from = listener(&where);
    peer.length = sizeof peer.room;
    assert_wsa(WSAENOTCONN, getpeername(from, &peer.any, &peer.length));
}

static void it_cannot_connect(void) {
    address where, other;
    SOCKET from = listener(&where);
    (void)listener(&other);
    assert_wsa(WSAEINVAL, connect(from, &other.any, other.length));
    assert_wsa(WSAEINVAL, connect(from, &where.any, where.length));
}

static void it_cannot_send(void) {
    address where;
    SOCKET from = listener(&where);
    wine_differs("it says WSAECONNRESET");
    assert_wsa(WSAENOTCONN, send(from, "x", 1, 0));
}

static void it_cannot_receive(void) {
    wine_differs("receiving waits for ever");
    char byte;
    address where;
    assert_wsa(WSAENOTCONN, recv(listener(&where), &byte, 1, 0));
}

static void it_cannot_be_shut_down(void) {
    address where;
    SOCKET from = listener(&where);
    assert_wsa(WSAENOTCONN, shutdown(from, SD_RECEIVE));
    assert_wsa(WSAENOTCONN, shutdown(from, SD_SEND));
    assert_wsa(WSAENOTCONN, shutdown(from, SD_BOTH));
}

static void it_is_readable_when_someone_waits(void) {
    address where;
    SOCKET from = listener(&where);
    assert_int_equal(is_readable(from, 0), 0);
    (void)connect_to(&where);
    await_readable(from);
    assert_int_equal(is_readable(from, 0), 1);
    (void)accept_from(from);
    assert_int_equal(is_readable(from, 0), 0);
}

static void it_is_never_writable(void) {
    address where;
    SOCKET from = listener(&where);
    (void)connect_to(&where);
    await_readable(from);
    assert_int_equal(is_writable(from, 0), 0);
    assert_int_equal(is_exceptional(from, 0), 0);
}

static void after_it_is_closed_nobody_connects(void) {
    address where;
    SOCKET from = listener(&where), client = tcp();
    drop(from);
    assert_wsa(WSAECONNREFUSED, connect(client, &where.any, where.length));
}

static void closing_it_keeps_what_was_accepted(void) {
    SOCKET client, server;
    tcp_pair(&client, &server); /* which closes the listener */
    send_text(client, "alive");
    expect_text(server, "alive");
}

static void closing_it_ends_those_who_wait(void) {
    wine_differs("a reset that has come is taken for the end");
    address where;
    SOCKET from = listener(&where), client = connect_to(&where);
    char byte;
    drop(from);
    await_readable(client);
    assert_int_equal(recv(client, &byte, 1, 0), SOCKET_ERROR);
    assert_int_equal(WSAGetLastError(), WSAECONNRESET);
}

static const conform_test tests[] = {
    conform(it_needs_a_bound_socket),
    conform(any_backlog_will_do),
    conform(a_backlog_of_any_size_lets_one_connect),
    conform(a_second_listen_is_no_error),
    conform(a_second_listen_keeps_who_waits),
    conform(a_connected_socket_cannot_listen),
    conform(a_datagram_socket_cannot_listen),
    conform(not_even_an_unbound_one),
    conform(SO_ACCEPTCONN_tells),
    conform(SO_ACCEPTCONN_cannot_be_set),
    conform(those_who_wait_connect_without_accept),
    conform(it_keeps_its_name),
    conform(it_has_no_peer),
    conform(it_cannot_connect),
    conform(it_cannot_send),
    conform(it_cannot_receive),
    conform(it_cannot_be_shut_down),
    conform(it_is_readable_when_someone_waits),
    conform(it_is_never_writable),
    conform(after_it_is_closed_nobody_connects),
    conform(closing_it_keeps_what_was_accepted),
    conform(closing_it_ends_those_who_wait),
};

CONFORM_MAIN(tests)
