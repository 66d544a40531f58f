/* SPDX-License-Identifier: MIT
 *
 * Conformance: out-of-band data of streams, beside the others and among them (SO_OOBINLINE), and SIOCATMARK.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[16];

static u_long at_mark(SOCKET socket) {
    u_long answer = UNTOUCHED;
    assert_ok(ioctlsocket(socket, (long)SIOCATMARK, &answer));
    return answer;
}

static void send_urgent(SOCKET socket, const char *text) {
    assert_bytes((int)strlen(text), send(socket, text, (int)strlen(text), MSG_OOB));
}

static void urgent_data_are_received_apart(void) {
    tcp_pair(&client, &server);
    send_urgent(client, "!");
    await_exceptional(server);
    assert_bytes(1, recv(server, bytes, sizeof bytes, MSG_OOB));
    assert_int_equal(bytes[0], '!');
}

static void urgent_data_overtake(void) {
    tcp_pair(&client, &server);
    send_text(client, "normal");
    send_urgent(client, "!");
    await_exceptional(server);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], '!');
    expect_text(server, "normal");
}

static void normal_data_do_not_hold_them(void) {
    wine_differs("receiving does not go beyond them");
    tcp_pair(&client, &server);
    send_text(client, "ab");
    send_urgent(client, "!");
    send_text(client, "cd");
    await_exceptional(server);
    expect_text(server, "abcd");
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], '!');
}

static void of_several_bytes_the_last_is_urgent(void) {
    tcp_pair(&client, &server);
    send_urgent(client, "abc");
    await_exceptional(server);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], 'c');
    expect_text(server, "ab");
}

static void urgent_data_can_be_peeked_at(void) {
    tcp_pair(&client, &server);
    send_urgent(client, "!");
    await_exceptional(server);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB | MSG_PEEK));
    assert_int_equal(bytes[0], '!');
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
}

static void urgent_data_are_exceptional_not_readable(void) {
    tcp_pair(&client, &server);
    assert_int_equal(is_exceptional(server, 0), 0);
    send_urgent(client, "!");
    await_exceptional(server);
    assert_int_equal(is_readable(server, 0), 0);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(is_exceptional(server, 0), 0);
}

static void one_receive_does_not_go_beyond_them(void) {
    tcp_pair(&client, &server);
    send_text(client, "ab");
    send_urgent(client, "!");
    send_text(client, "cd");
    await_exceptional(server);
    assert_bytes(2, recv(server, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "ab", 2);
    assert_bytes(2, recv(server, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "cd", 2);
}

static void they_stay_exceptional_until_they_are_received(void) {
    wine_differs("receiving beyond them loses them");
    tcp_pair(&client, &server);
    send_urgent(client, "!");
    send_text(client, "cd");
    await_exceptional(server);
    expect_text(server, "cd");
    assert_int_equal(is_exceptional(server, 0), 1);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(is_exceptional(server, 0), 0);
}

static void of_two_the_newer_is_received(void) {
    wine_differs("receiving one is not the end of both");
    tcp_pair(&client, &server);
    send_urgent(client, "1");
    await_exceptional(server);
    send_urgent(client, "2");
    send_text(client, "x");
    await_readable(server);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], '2');
    assert_int_equal(is_exceptional(server, 0), 0);
}

static void where_there_are_none_it_would_block(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, MSG_OOB));
    send_text(client, "normal");
    await_readable(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, MSG_OOB));
}

static void they_are_received_once(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    send_urgent(client, "!");
    await_exceptional(server);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, MSG_OOB));
}

static DWORD WINAPI send_later(LPVOID socket) {
    return send(*(SOCKET *)socket, "!", 1, MSG_OOB) == 1 ? 0 : 1;
}

static void they_are_waited_for(void) {
    tcp_pair(&client, &server);
    HANDLE thread = thread_start(send_later, &client);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], '!');
    assert_int_equal(thread_end(thread), 0);
}

static void they_are_waited_for_behind_others(void) {
    tcp_pair(&client, &server);
    send_text(client, "normal");
    await_readable(server);
    HANDLE thread = thread_start(send_later, &client);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(thread_end(thread), 0);
    expect_text(server, "normal");
}

static void waiting_for_them_times_out(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 20);
    assert_wsa(WSAETIMEDOUT, recv(server, bytes, 1, MSG_OOB));
}

static void without_a_connection_there_are_none(void) {
    wine_differs("sending says WSAESHUTDOWN, receiving waits for a connection");
    assert_wsa(WSAENOTCONN, send(tcp(), "!", 1, MSG_OOB));
    assert_wsa(WSAENOTCONN, recv(tcp(), bytes, 1, MSG_OOB));
}

static void after_shutdown_they_cannot_be_sent(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    assert_wsa(WSAESHUTDOWN, send(client, "!", 1, MSG_OOB));
}

static void urgent_data_go_both_ways(void) {
    tcp_pair(&client, &server);
    send_urgent(client, "1");
    send_urgent(server, "2");
    await_exceptional(client);
    await_exceptional(server);
    assert_bytes(1, recv(client, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], '2');
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], '1');
}

static void WSASend_and_WSARecv_know_them(void) {
    WSABUF out = buffer_of("!", 1), in = buffer_of(bytes, 1);
    DWORD count = 0, flags = MSG_OOB;
    tcp_pair(&client, &server);
    assert_ok(WSASend(client, &out, 1, &count, MSG_OOB, NULL, NULL));
    assert_int_equal(count, 1);
    await_exceptional(server);
    assert_ok(WSARecv(server, &in, 1, &count, &flags, NULL, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(bytes[0], '!');
}

/* ----------------------------------------------------------------------------------------------------------- inline */

static void inline_pair(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_OOBINLINE, 1);
}

static void they_are_not_inline_at_first(void) {
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_OOBINLINE), 0);
}

static void inline_they_keep_their_place(void) {
    inline_pair();
    send_text(client, "ab");
    send_urgent(client, "!");
    send_text(client, "cd");
    expect_text(server, "ab!cd");
}

static void inline_they_are_received_alone(void) {
    wine_differs("they are received with what follows");
    inline_pair();
    send_text(client, "ab");
    send_urgent(client, "!");
    send_text(client, "cd");
    await_bytes(server, 5);
    assert_bytes(2, recv(server, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "ab", 2);
    assert_bytes(1, recv(server, bytes, sizeof bytes, 0));
    assert_int_equal(bytes[0], '!');
    assert_bytes(2, recv(server, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "cd", 2);
}

static void inline_nothing_would_block(void) {
    inline_pair();
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, sizeof bytes, 0));
    set_blocking(server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 20);
    assert_wsa(WSAETIMEDOUT, recv(server, bytes, sizeof bytes, 0));
    drop(client);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, SOON);
    expect_end(server);
}

static void inline_the_mark_is_always_reached(void) {
    inline_pair();
    send_text(client, "ab");
    send_urgent(client, "!");
    await_bytes(server, 3);
    assert_int_equal(at_mark(server), TRUE);
}

static void inline_they_are_readable_not_exceptional(void) {
    inline_pair();
    send_urgent(client, "!");
    await_readable(server);
    assert_int_equal(is_exceptional(server, 0), 0);
    expect_text(server, "!");
}

static void inline_they_cannot_be_received_apart(void) {
    inline_pair();
    send_urgent(client, "!");
    await_readable(server);
    assert_wsa(WSAEINVAL, recv(server, bytes, 1, MSG_OOB));
    expect_text(server, "!");
}

/* ------------------------------------------------------------------------------------------------------- SIOCATMARK */

static void without_urgent_data_there_is_no_mark_ahead(void) {
    tcp_pair(&client, &server);
    assert_int_equal(at_mark(server), TRUE);
    send_text(client, "normal");
    await_readable(server);
    assert_int_equal(at_mark(server), TRUE);
}

static void a_new_socket_has_no_mark_ahead(void) {
    assert_int_equal(at_mark(tcp()), TRUE);
}

static void with_urgent_data_there_is_a_mark_ahead(void) {
    wine_differs("it says that there is none");
    tcp_pair(&client, &server);
    send_text(client, "normal");
    send_urgent(client, "!");
    await_exceptional(server);
    assert_int_equal(at_mark(server), FALSE);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    expect_text(server, "normal");
    assert_int_equal(at_mark(server), TRUE);
}

static void the_mark_has_no_place_for_an_answer(void) {
    tcp_pair(&client, &server);
    DWORD count = 0;
    u_long answer = 0;
    assert_wsa(WSAEFAULT, WSAIoctl(server, SIOCATMARK, NULL, 0, &answer, sizeof answer - 1, &count, NULL, NULL));
    assert_wsa(WSAEFAULT, WSAIoctl(server, SIOCATMARK, NULL, 0, &answer, sizeof answer, NULL, NULL, NULL));
}

static const conform_test tests[] = {
    conform(urgent_data_are_received_apart),
    conform(urgent_data_overtake),
    conform(normal_data_do_not_hold_them),
    conform(of_several_bytes_the_last_is_urgent),
    conform(urgent_data_can_be_peeked_at),
    conform(urgent_data_are_exceptional_not_readable),
    conform(one_receive_does_not_go_beyond_them),
    conform(they_stay_exceptional_until_they_are_received),
    conform(of_two_the_newer_is_received),
    conform(where_there_are_none_it_would_block),
    conform(they_are_received_once),
    conform(they_are_waited_for),
    conform(they_are_waited_for_behind_others),
    conform(waiting_for_them_times_out),
    conform(without_a_connection_there_are_none),
    conform(after_shutdown_they_cannot_be_sent),
    conform(urgent_data_go_both_ways),
    conform(WSASend_and_WSARecv_know_them),
    conform(they_are_not_inline_at_first),
    conform(inline_they_keep_their_place),
    conform(inline_they_are_received_alone),
    conform(inline_nothing_would_block),
    conform(inline_the_mark_is_always_reached),
    conform(inline_they_are_readable_not_exceptional),
    conform(inline_they_cannot_be_received_apart),
    conform(without_urgent_data_there_is_no_mark_ahead),
    conform(a_new_socket_has_no_mark_ahead),
    conform(with_urgent_data_there_is_a_mark_ahead),
    conform(the_mark_has_no_place_for_an_answer),
};

CONFORM_MAIN(tests)
