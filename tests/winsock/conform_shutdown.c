/* SPDX-License-Identifier: MIT
 *
 * Conformance: shutdown, of streams and of datagram sockets.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[16];

static void it_needs_a_connection(void) {
    SOCKET bound = tcp();
    (void)bind_loopback(bound, AF_INET);
    const int ways[] = {SD_RECEIVE, SD_SEND, SD_BOTH};
    for (int i = 0; i < 3; i++) {
        assert_wsa(WSAENOTCONN, shutdown(tcp(), ways[i]));
        assert_wsa(WSAENOTCONN, shutdown(bound, ways[i]));
    }
}

static void other_ways_are_invalid(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSAEINVAL, shutdown(client, 3));
    assert_wsa(WSAEINVAL, shutdown(client, -1));
    assert_wsa(WSAEINVAL, shutdown(client, 0xdead));
    send_text(client, "alive");
    expect_text(server, "alive");
}

static void SD_SEND_ends_sending(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    assert_wsa(WSAESHUTDOWN, send(client, "x", 1, 0));
    assert_wsa(WSAESHUTDOWN, send(client, "x", 1, 0));
}

static void SD_SEND_is_the_end_for_the_peer(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    expect_end(server);
    expect_end(server);
}

static void SD_SEND_comes_after_what_was_sent(void) {
    tcp_pair(&client, &server);
    send_text(client, "before");
    assert_ok(shutdown(client, SD_SEND));
    expect_text(server, "before");
    expect_end(server);
}

static void SD_SEND_comes_after_much_that_was_sent(void) {
    tcp_pair(&client, &server);
    size_t sent = fill(client);
    assert_ok(shutdown(client, SD_SEND));
    drain(server, sent);
    expect_end(server);
}

static void after_SD_SEND_it_still_receives(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    send_text(server, "reply");
    expect_text(client, "reply");
}

static void SD_RECEIVE_ends_receiving(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(server, SD_RECEIVE));
    assert_wsa(WSAESHUTDOWN, recv(server, bytes, 1, 0));
    assert_wsa(WSAESHUTDOWN, recv(server, bytes, 1, MSG_PEEK));
}

static void SD_RECEIVE_is_not_noticed_by_the_peer(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(server, SD_RECEIVE));
    assert_int_equal(is_readable(client, MOMENT), 0);
    assert_int_equal(is_writable(client, 0), 1);
}

static void after_SD_RECEIVE_it_still_sends(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(server, SD_RECEIVE));
    send_text(server, "still");
    expect_text(client, "still");
}

static void after_SD_RECEIVE_what_was_there_is_out_of_reach(void) {
    tcp_pair(&client, &server);
    send_text(client, "there");
    await_bytes(server, 5);
    assert_ok(shutdown(server, SD_RECEIVE));
    assert_wsa(WSAESHUTDOWN, recv(server, bytes, sizeof bytes, 0));
}

static void SD_RECEIVE_resets_what_was_not_received(void) {
    wine_differs("the peer does not notice");
    tcp_pair(&client, &server);
    send_text(client, "unread");
    await_bytes(server, 6);
    assert_ok(shutdown(server, SD_RECEIVE));
    await_readable(client);
    assert_wsa(WSAECONNRESET, recv(client, bytes, sizeof bytes, 0));
    assert_wsa(WSAESHUTDOWN, recv(server, bytes, sizeof bytes, 0));
    assert_wsa(WSAECONNRESET, send(server, "x", 1, 0));
}

static void SD_BOTH_ends_both(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_BOTH));
    assert_wsa(WSAESHUTDOWN, send(client, "x", 1, 0));
    assert_wsa(WSAESHUTDOWN, recv(client, bytes, 1, 0));
    expect_end(server);
}

static void ways_add_up(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_RECEIVE));
    assert_ok(shutdown(client, SD_SEND));
    assert_wsa(WSAESHUTDOWN, send(client, "x", 1, 0));
    assert_wsa(WSAESHUTDOWN, recv(client, bytes, 1, 0));
}

static void it_can_be_repeated(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    assert_ok(shutdown(client, SD_SEND));
    assert_ok(shutdown(client, SD_RECEIVE));
    assert_ok(shutdown(client, SD_BOTH));
    assert_ok(shutdown(client, SD_BOTH));
}

static void both_ends_can_do_it(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    expect_end(server);
    assert_ok(shutdown(server, SD_SEND));
    expect_end(client);
    assert_ok(shutdown(client, SD_BOTH));
    assert_ok(shutdown(server, SD_BOTH));
}

static void after_the_peer_has_gone_it_is_no_error(void) {
    tcp_pair(&client, &server);
    drop(client);
    expect_end(server);
    assert_ok(shutdown(server, SD_BOTH));
}

static void names_stay(void) {
    wine_differs("the peer is forgotten when both ends are shut down");
    tcp_pair(&client, &server);
    address local = local_of(client), peer = peer_of(client), now;
    assert_ok(shutdown(client, SD_BOTH));
    assert_ok(shutdown(server, SD_BOTH));
    now = local_of(client);
    assert_true(same_address(&now, &local));
    now = peer_of(client);
    assert_true(same_address(&now, &peer));
}

static void the_socket_stays_to_be_closed(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_BOTH));
    assert_int_equal(get_option(client, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    drop(client);
    assert_wsa(WSAENOTSOCK, shutdown(client, SD_BOTH));
}

static void sending_nothing_is_refused_too(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    assert_wsa(WSAESHUTDOWN, send(client, "", 0, 0));
}

static void a_non_blocking_socket_is_shut_down_at_once(void) {
    tcp_pair(&client, &server);
    set_nonblocking(client);
    assert_ok(shutdown(client, SD_SEND));
    expect_end(server);
}

/* -------------------------------------------------------------------------------------------------------- datagrams */

static void a_datagram_socket_needs_no_connection(void) {
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    assert_ok(shutdown(bound, SD_RECEIVE));
    assert_ok(shutdown(bound, SD_SEND));
    assert_ok(shutdown(bound, SD_BOTH));
}

static void a_datagram_socket_ends_receiving(void) {
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    assert_ok(shutdown(bound, SD_RECEIVE));
    assert_wsa(WSAESHUTDOWN, recvfrom(bound, bytes, sizeof bytes, 0, NULL, NULL));
}

static void a_datagram_socket_ends_sending(void) {
    SOCKET from = udp();
    address where = bind_loopback(udp(), AF_INET);
    (void)bind_loopback(from, AF_INET);
    assert_ok(shutdown(from, SD_SEND));
    assert_wsa(WSAESHUTDOWN, sendto(from, "x", 1, 0, &where.any, where.length));
}

static void a_connected_datagram_socket_ends_either(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_ok(shutdown(a, SD_SEND));
    assert_wsa(WSAESHUTDOWN, send(a, "x", 1, 0));
    send_text(b, "in");
    expect_text(a, "in");
    assert_ok(shutdown(b, SD_RECEIVE));
    assert_wsa(WSAESHUTDOWN, recv(b, bytes, 1, 0));
}

static const conform_test tests[] = {
    conform(it_needs_a_connection),
    conform(other_ways_are_invalid),
    conform(SD_SEND_ends_sending),
    conform(SD_SEND_is_the_end_for_the_peer),
    conform(SD_SEND_comes_after_what_was_sent),
    conform(SD_SEND_comes_after_much_that_was_sent),
    conform(after_SD_SEND_it_still_receives),
    conform(SD_RECEIVE_ends_receiving),
    conform(SD_RECEIVE_is_not_noticed_by_the_peer),
    conform(after_SD_RECEIVE_it_still_sends),
    conform(after_SD_RECEIVE_what_was_there_is_out_of_reach),
    conform(SD_RECEIVE_resets_what_was_not_received),
    conform(SD_BOTH_ends_both),
    conform(ways_add_up),
    conform(it_can_be_repeated),
    conform(both_ends_can_do_it),
    conform(after_the_peer_has_gone_it_is_no_error),
    conform(names_stay),
    conform(the_socket_stays_to_be_closed),
    conform(sending_nothing_is_refused_too),
    conform(a_non_blocking_socket_is_shut_down_at_once),
    conform(a_datagram_socket_needs_no_connection),
    conform(a_datagram_socket_ends_receiving),
    conform(a_datagram_socket_ends_sending),
    conform(a_connected_datagram_socket_ends_either),
};

CONFORM_MAIN(tests)
