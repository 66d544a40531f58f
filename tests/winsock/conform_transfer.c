/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSASend, WSARecv, WSASendTo and WSARecvFrom without OVERLAPPED: lists of buffers, counts and flags; and
 * WSASendDisconnect, WSARecvDisconnect. Overlapped they are in conform_overlapped.c and its neighbours.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[64];
static DWORD count, flags;

static WSABUF text_buffer(const char *text) {
    return buffer_of(text, strlen(text));
}

static int receive(SOCKET socket, WSABUF *parts, DWORD how_many) {
    count = UNTOUCHED;
    flags = 0;
    return WSARecv(socket, parts, how_many, &count, &flags, NULL, NULL);
}

static int transmit(SOCKET socket, WSABUF *parts, DWORD how_many) {
    count = UNTOUCHED;
    return WSASend(socket, parts, how_many, &count, 0, NULL, NULL);
}

/* ---------------------------------------------------------------------------------------------------------- streams */

static void one_buffer_goes_and_comes(void) {
    WSABUF out = text_buffer("hello"), in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    assert_ok(transmit(client, &out, 1));
    assert_int_equal(count, 5);
    await_bytes(server, 5);
    assert_ok(receive(server, &in, 1));
    assert_int_equal(count, 5);
    assert_int_equal(flags, 0);
    assert_memory_equal(bytes, "hello", 5);
}

static void several_buffers_are_sent_in_order(void) {
    WSABUF out[3] = {text_buffer("one "), text_buffer("two "), text_buffer("three")};
    tcp_pair(&client, &server);
    assert_ok(transmit(client, out, 3));
    assert_int_equal(count, 13);
    expect_text(server, "one two three");
}

static void several_buffers_are_filled_in_order(void) {
    char a[3] = {0}, b[4] = {0}, c[8] = {0};
    WSABUF in[3] = {buffer_of(a, sizeof a), buffer_of(b, sizeof b), buffer_of(c, sizeof c)};
    tcp_pair(&client, &server);
    send_text(client, "aaabbbbcc");
    await_bytes(server, 9);
    assert_ok(receive(server, in, 3));
    assert_int_equal(count, 9);
    assert_memory_equal(a, "aaa", 3);
    assert_memory_equal(b, "bbbb", 4);
    assert_memory_equal(c, "cc", 2);
}

static void buffers_that_are_not_needed_are_left_alone(void) {
    char a[3] = {0}, b[4] = {0};
    WSABUF in[2] = {buffer_of(a, sizeof a), buffer_of(b, sizeof b)};
    tcp_pair(&client, &server);
    memset(b, '-', sizeof b);
    send_text(client, "aa");
    await_bytes(server, 2);
    assert_ok(receive(server, in, 2));
    assert_int_equal(count, 2);
    assert_memory_equal(b, "----", 4);
}

static void empty_buffers_among_others_are_passed_over(void) {
    char a[2] = {0}, b[2] = {0};
    WSABUF out[4] = {text_buffer("ab"), buffer_of(NULL, 0), text_buffer("cd"), buffer_of(bytes, 0)};
    WSABUF in[4] = {buffer_of(bytes, 0), buffer_of(a, 2), buffer_of(NULL, 0), buffer_of(b, 2)};
    tcp_pair(&client, &server);
    assert_ok(transmit(client, out, 4));
    assert_int_equal(count, 4);
    await_bytes(server, 4);
    assert_ok(receive(server, in, 4));
    assert_int_equal(count, 4);
    assert_memory_equal(a, "ab", 2);
    assert_memory_equal(b, "cd", 2);
}

static void a_great_many_buffers_go_and_come(void) {
    wine_differs("more than 1024 buffers are refused");
    enum { MANY = 3000 };
    WSABUF *parts = calloc(MANY, sizeof *parts);
    char *out = malloc(MANY), *in = calloc(1, MANY);
    DWORD received = 0;
    tcp_pair(&client, &server);
    for (int i = 0; i < MANY; i++) {
        out[i] = (char)(i % 127);
        parts[i] = buffer_of(&out[i], 1);
    }
    assert_ok(transmit(client, parts, MANY));
    assert_int_equal(count, MANY);
    while (received < MANY) {
        for (DWORD i = received; i < MANY; i++)
            parts[i] = buffer_of(&in[i], 1);
        await_readable(server);
        assert_ok(receive(server, parts + received, MANY - received));
        assert_true(count > 0 && count <= MANY - received);
        received += count;
    }
    assert_memory_equal(in, out, MANY);
    free(parts);
    free(out);
    free(in);
}

static void a_blocking_WSASend_sends_all(void) {
    tcp_pair(&client, &server);
    size_t room = fill(client);
    drain(server, room);
    set_blocking(client);
    WSABUF out[2] = {text_buffer("all of "), text_buffer("this")};
    assert_ok(transmit(client, out, 2));
    assert_int_equal(count, 11);
    expect_text(server, "all of this");
}

static void an_empty_buffer_sends_nothing(void) {
    WSABUF out = buffer_of(bytes, 0);
    tcp_pair(&client, &server);
    assert_ok(transmit(client, &out, 1));
    assert_int_equal(count, 0);
    assert_int_equal(is_readable(server, MOMENT), 0);
}

static void an_empty_buffer_takes_nothing(void) {
    WSABUF in = buffer_of(bytes, 0);
    tcp_pair(&client, &server);
    send_text(client, "abc");
    await_readable(server);
    assert_ok(receive(server, &in, 1));
    assert_int_equal(count, 0);
    expect_text(server, "abc");
}

static void no_buffers_to_receive_into_are_invalid(void) {
    wine_differs("it receives nothing");
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    send_text(client, "abc");
    await_readable(server);
    assert_wsa(WSAEINVAL, receive(server, NULL, 0));
    assert_wsa(WSAEINVAL, receive(server, &in, 0));
}

static void receiving_without_a_count_is_a_fault(void) {
    wine_differs("it receives");
    WSABUF part = buffer_of(bytes, 1);
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    flags = 0;
    assert_wsa(WSAEFAULT, WSARecv(server, &part, 1, NULL, &flags, NULL, NULL));
    assert_wsa(WSAEFAULT, WSARecvFrom(server, &part, 1, NULL, &flags, NULL, NULL, NULL, NULL));
}

static void sending_without_a_count_is_a_fault(void) {
    WSABUF part = text_buffer("x");
    tcp_pair(&client, &server);
    assert_wsa(WSAEFAULT, WSASend(server, &part, 1, NULL, 0, NULL, NULL));
    assert_wsa(WSAEFAULT, WSASendTo(server, &part, 1, NULL, 0, NULL, 0, NULL, NULL));
    assert_int_equal(is_readable(client, MOMENT), 0);
}

static void a_buffer_from_nowhere_is_a_fault(void) {
    WSABUF out = buffer_of(NULL, 4);
    tcp_pair(&client, &server);
    assert_wsa(WSAEFAULT, transmit(client, &out, 1));
}

static void a_buffer_to_nowhere_is_a_fault(void) {
    WSABUF in = buffer_of(NULL, 4);
    tcp_pair(&client, &server);
    send_text(client, "abcd");
    await_readable(server);
    assert_wsa(WSAEFAULT, receive(server, &in, 1));
}

static void peeking_leaves_the_data(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    send_text(client, "abc");
    await_bytes(server, 3);
    flags = MSG_PEEK;
    assert_ok(WSARecv(server, &in, 1, &count, &flags, NULL, NULL));
    assert_int_equal(count, 3);
    expect_text(server, "abc");
}

static void the_end_is_zero_bytes(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    drop(client);
    await_readable(server);
    assert_ok(receive(server, &in, 1));
    assert_int_equal(count, 0);
}

static void nothing_there_would_block(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, receive(server, &in, 1));
    assert_int_equal(count, UNTOUCHED);
}

static void no_room_would_block(void) {
    WSABUF out = text_buffer("x");
    int result, tries = 0;
    tcp_pair(&client, &server);
    (void)fill(client);
    while ((result = transmit(client, &out, 1)) == 0 && ++tries < 1000000)
        continue;
    assert_wsa(WSAEWOULDBLOCK, result);
    assert_int_equal(count, UNTOUCHED);
}

static void receiving_times_out(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 30);
    assert_wsa(WSAETIMEDOUT, receive(server, &in, 1));
    assert_int_equal(count, UNTOUCHED);
}

static void a_listener_neither_sends_nor_receives(void) {
    WSABUF part = buffer_of(bytes, 1);
    address where;
    SOCKET from = listener(&where);
    wine_differs("receiving waits for ever");
    assert_wsa(WSAENOTCONN, receive(from, &part, 1));
    assert_wsa(WSAENOTCONN, transmit(from, &part, 1));
}

static void a_new_socket_receives_nothing(void) {
    WSABUF part = buffer_of(bytes, 1);
    assert_wsa(WSAENOTCONN, receive(tcp(), &part, 1));
    assert_int_equal(count, UNTOUCHED);
}

/* -------------------------------------------------------------------------------------------------------- datagrams */

static void buffers_make_one_datagram(void) {
    WSABUF out[3] = {text_buffer("a"), text_buffer("bc"), text_buffer("def")};
    SOCKET to = udp();
    address where = bind_loopback(to, AF_INET);
    count = 0;
    assert_ok(WSASendTo(udp(), out, 3, &count, 0, &where.any, where.length, NULL, NULL));
    assert_int_equal(count, 6);
    await_readable(to);
    assert_bytes(6, recv(to, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "abcdef", 6);
}

static void one_datagram_fills_buffers(void) {
    char a[2] = {0}, b[8] = {0};
    WSABUF in[2] = {buffer_of(a, sizeof a), buffer_of(b, sizeof b)};
    SOCKET to = udp(), from = udp();
    address where = bind_loopback(to, AF_INET), name = bind_loopback(from, AF_INET), sender;
    assert_bytes(5, sendto(from, "abcde", 5, 0, &where.any, where.length));
    await_readable(to);
    sender.length = sizeof sender.room;
    flags = 0;
    assert_ok(WSARecvFrom(to, in, 2, &count, &flags, &sender.any, &sender.length, NULL, NULL));
    assert_int_equal(count, 5);
    assert_int_equal(flags, 0);
    assert_memory_equal(a, "ab", 2);
    assert_memory_equal(b, "cde", 3);
    assert_int_equal(sender.length, sizeof sender.v4);
    assert_true(same_address(&sender, &name));
}

static void a_longer_datagram_is_cut_and_says_so(void) {
    WSABUF in = buffer_of(bytes, 3);
    SOCKET to = udp(), from = udp();
    address where = bind_loopback(to, AF_INET);
    assert_bytes(5, sendto(from, "abcde", 5, 0, &where.any, where.length));
    assert_bytes(4, sendto(from, "next", 4, 0, &where.any, where.length));
    await_readable(to);
    memset(bytes, '-', sizeof bytes);
    assert_wsa(WSAEMSGSIZE, receive(to, &in, 1));
    assert_memory_equal(bytes, "abc-", 4);
    expect_text(to, "next");
}

static void a_datagram_without_data_is_one(void) {
    WSABUF none = buffer_of(NULL, 0), in = buffer_of(bytes, sizeof bytes);
    SOCKET to = udp();
    address where = bind_loopback(to, AF_INET), sender;
    count = UNTOUCHED;
    assert_ok(WSASendTo(udp(), &none, 1, &count, 0, &where.any, where.length, NULL, NULL));
    assert_int_equal(count, 0);
    await_readable(to);
    sender.length = sizeof sender.room;
    flags = 0;
    assert_ok(WSARecvFrom(to, &in, 1, &count, &flags, &sender.any, &sender.length, NULL, NULL));
    assert_int_equal(count, 0);
    assert_int_equal(sender.length, sizeof sender.v4);
}

static void WSASendTo_binds(void) {
    WSABUF out = text_buffer("x");
    SOCKET to = udp(), from = udp();
    address where = bind_loopback(to, AF_INET);
    assert_ok(WSASendTo(from, &out, 1, &count, 0, &where.any, where.length, NULL, NULL));
    assert_int_not_equal(local_of(from).v4.sin_port, 0);
}

static void connected_WSASend_and_WSARecv_will_do(void) {
    WSABUF out = text_buffer("dgram"), in = buffer_of(bytes, sizeof bytes);
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_ok(transmit(a, &out, 1));
    assert_int_equal(count, 5);
    await_readable(b);
    assert_ok(receive(b, &in, 1));
    assert_int_equal(count, 5);
    assert_memory_equal(bytes, "dgram", 5);
}

static void WSASendTo_a_short_address_is_a_fault(void) {
    WSABUF out = text_buffer("x");
    address where = bind_loopback(udp(), AF_INET);
    assert_wsa(WSAEFAULT, WSASendTo(udp(), &out, 1, &count, 0, &where.any, where.length - 1, NULL, NULL));
}

static void WSARecvFrom_an_unbound_socket_is_invalid(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    SOCKET unbound = udp();
    wine_differs("an unbound socket receives");
    set_nonblocking(unbound);
    flags = 0;
    assert_wsa(WSAEINVAL, WSARecvFrom(unbound, &in, 1, &count, &flags, NULL, NULL, NULL, NULL));
}

/* ------------------------------------------------------------------------------------------------------ disconnects */

static void WSASendDisconnect_ends_sending(void) {
    tcp_pair(&client, &server);
    send_text(client, "bye");
    assert_ok(WSASendDisconnect(client, NULL));
    assert_wsa(WSAESHUTDOWN, send(client, "x", 1, 0));
    expect_text(server, "bye");
    expect_end(server);
    send_text(server, "reply");
    expect_text(client, "reply");
}

static void WSARecvDisconnect_ends_receiving(void) {
    tcp_pair(&client, &server);
    assert_ok(WSARecvDisconnect(server, NULL));
    assert_wsa(WSAESHUTDOWN, recv(server, bytes, 1, 0));
    send_text(server, "still sends");
    expect_text(client, "still sends");
}

static void they_need_a_connection(void) {
    assert_wsa(WSAENOTCONN, WSASendDisconnect(tcp(), NULL));
    assert_wsa(WSAENOTCONN, WSARecvDisconnect(tcp(), NULL));
}

static void data_of_disconnection_there_are_none(void) {
    WSABUF data = text_buffer("bye");
    wine_differs("the data are passed over");
    tcp_pair(&client, &server);
    assert_wsa(WSAENOPROTOOPT, WSASendDisconnect(client, &data));
}

static const conform_test tests[] = {
    conform(one_buffer_goes_and_comes),
    conform(several_buffers_are_sent_in_order),
    conform(several_buffers_are_filled_in_order),
    conform(buffers_that_are_not_needed_are_left_alone),
    conform(empty_buffers_among_others_are_passed_over),
    conform(a_great_many_buffers_go_and_come),
    conform(a_blocking_WSASend_sends_all),
    conform(an_empty_buffer_sends_nothing),
    conform(an_empty_buffer_takes_nothing),
    conform(no_buffers_to_receive_into_are_invalid),
    conform(receiving_without_a_count_is_a_fault),
    conform(sending_without_a_count_is_a_fault),
    conform(a_buffer_from_nowhere_is_a_fault),
    conform(a_buffer_to_nowhere_is_a_fault),
    conform(peeking_leaves_the_data),
    conform(the_end_is_zero_bytes),
    conform(nothing_there_would_block),
    conform(no_room_would_block),
    conform(receiving_times_out),
    conform(a_listener_neither_sends_nor_receives),
    conform(a_new_socket_receives_nothing),
    conform(buffers_make_one_datagram),
    conform(one_datagram_fills_buffers),
    conform(a_longer_datagram_is_cut_and_says_so),
    conform(a_datagram_without_data_is_one),
    conform(WSASendTo_binds),
    conform(connected_WSASend_and_WSARecv_will_do),
    conform(WSASendTo_a_short_address_is_a_fault),
    conform(WSARecvFrom_an_unbound_socket_is_invalid),
    conform(WSASendDisconnect_ends_sending),
    conform(WSARecvDisconnect_ends_receiving),
    conform(they_need_a_connection),
    conform(data_of_disconnection_there_are_none),
};

CONFORM_MAIN(tests)
