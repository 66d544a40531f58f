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
    conform(urgent_data_go_both_ways),
    conform(WSASend_and_WSARecv_know_them),
    conform(they_are_not_inline_at_first),
    conform(inline_they_keep_their_place),
    conform(inline_they_are_readable_not_exceptional),
    conform(inline_they_cannot_be_received_apart),
    conform(without_urgent_data_there_is_no_mark_ahead),
    conform(a_new_socket_has_no_mark_ahead),
    conform(with_urgent_data_there_is_a_mark_ahead),
    conform(the_mark_has_no_place_for_an_answer),
};

CONFORM_MAIN(tests)
