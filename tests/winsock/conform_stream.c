/* SPDX-License-Identifier: MIT
 *
 * Conformance: send and recv on streams, blocking and not; peeking, waiting for all, timeouts, ends and resets.
 * Datagrams are in conform_datagram.c, urgent data in conform_oob.c.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[64];

/* -------------------------------------------------------------------------------------------------------- transfers */

static void what_is_sent_arrives_in_order(void) {
    tcp_pair(&client, &server);
    send_text(client, "one ");
    send_text(client, "two ");
    send_text(client, "three");
    expect_text(server, "one two three");
}

static void both_directions_are_apart(void) {
    tcp_pair(&client, &server);
    send_text(client, "ping");
    send_text(server, "pong");
    expect_text(server, "ping");
    expect_text(client, "pong");
}

static void recv_takes_no_more_than_it_is_asked_for(void) {
    tcp_pair(&client, &server);
    send_text(client, "abcdef");
    await_bytes(server, 6);
    assert_bytes(2, recv(server, bytes, 2, 0));
    assert_memory_equal(bytes, "ab", 2);
    assert_bytes(3, recv(server, bytes, 3, 0));
    assert_memory_equal(bytes, "cde", 3);
    assert_bytes(1, recv(server, bytes, sizeof bytes, 0));
}

static void recv_gives_what_is_there(void) {
    tcp_pair(&client, &server);
    send_text(client, "abc");
    await_bytes(server, 3);
    assert_bytes(3, recv(server, bytes, sizeof bytes, 0));
}

enum { MUCH = 3000000 };

static DWORD WINAPI send_much(LPVOID socket) {
    char *block = malloc(MUCH);
    int sent = 0;
    if (block == NULL)
        return 1;
    for (int i = 0; i < MUCH; i++)
        block[i] = (char)(i % 251);
    sent = send(*(SOCKET *)socket, block, MUCH, 0);
    free(block);
    return sent == MUCH ? 0 : 2;
}

static void a_blocking_send_sends_all(void) {
    static char block[65536];
    int position = 0, count;
    tcp_pair(&client, &server);
    HANDLE thread = thread_start(send_much, &client);
    while (position < MUCH && (count = recv(server, block, sizeof block, 0)) > 0)
        for (int i = 0; i < count; i++, position++)
            assert_int_equal(block[i], (char)(position % 251));
    assert_int_equal(position, MUCH);
    assert_int_equal(thread_end(thread), 0);
}

static void sending_nothing_sends_nothing(void) {
    tcp_pair(&client, &server);
    assert_bytes(0, send(client, "x", 0, 0));
    assert_bytes(0, send(client, NULL, 0, 0));
    assert_int_equal(is_readable(server, MOMENT), 0);
    send_text(client, "y");
    expect_text(server, "y");
}

static void sending_from_nowhere_is_a_fault(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSAEFAULT, send(client, NULL, 1, 0));
}

static void receiving_to_nowhere_is_a_fault(void) {
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    assert_wsa(WSAEFAULT, recv(server, NULL, 1, 0));
}

static void a_fault_takes_nothing(void) {
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    assert_int_equal(recv(server, NULL, 1, 0), SOCKET_ERROR);
    expect_text(server, "x");
}

static void receiving_less_than_nothing_is_an_error(void) {
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    assert_int_equal(recv(server, bytes, -1, 0), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEFAULT || WSAGetLastError() == WSAENOBUFS);
    expect_text(server, "x");
}

static void receiving_nothing_of_something_takes_nothing(void) {
    tcp_pair(&client, &server);
    send_text(client, "abc");
    await_readable(server);
    assert_bytes(0, recv(server, bytes, 0, 0));
    assert_bytes(0, recv(server, NULL, 0, 0));
    expect_text(server, "abc");
}

static void receiving_nothing_of_nothing_would_block(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 0, 0));
}

static void sendto_on_a_stream_has_no_use_for_an_address(void) {
    wine_differs("it looks at the address");
    address nonsense;
    tcp_pair(&client, &server);
    memset(&nonsense, 0xfe, sizeof nonsense);
    assert_bytes(2, sendto(client, "to", 2, 0, &nonsense.any, (int)sizeof nonsense.v4));
    assert_bytes(4, sendto(client, " you", 4, 0, NULL, 0));
    expect_text(server, "to you");
}

static void recvfrom_on_a_stream_tells_no_address(void) {
    address from, untouched;
    int length = 77;
    tcp_pair(&client, &server);
    memset(&from, 0xfe, sizeof from);
    untouched = from;
    send_text(client, "x");
    await_readable(server);
    assert_bytes(1, recvfrom(server, bytes, 1, 0, &from.any, &length));
    assert_memory_equal(&from, &untouched, sizeof from);
    assert_int_equal(length, 77);
}

static void MSG_DONTROUTE_makes_no_difference(void) {
    tcp_pair(&client, &server);
    assert_bytes(1, send(client, "x", 1, MSG_DONTROUTE));
    expect_text(server, "x");
}

static void unknown_flags_are_invalid(void) {
    wine_differs("flags that are not known are passed over");
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    assert_wsa(WSAEINVAL, send(client, "x", 1, 0x4000));
    assert_wsa(WSAEINVAL, send(client, "x", 1, MSG_PEEK));
    assert_wsa(WSAEINVAL, recv(server, bytes, 1, 0x4000));
    assert_wsa(WSAEINVAL, recvfrom(server, bytes, 1, MSG_DONTROUTE, NULL, NULL));
    expect_text(server, "x");
}

static void parts_of_messages_cannot_be_sent(void) {
    wine_differs("the flag is passed over");
    tcp_pair(&client, &server);
    assert_wsa(WSAEOPNOTSUPP, send(client, "x", 1, MSG_PARTIAL));
}

/* --------------------------------------------------------------------------------------------------------- MSG_PEEK */

static void peeking_leaves_the_data(void) {
    tcp_pair(&client, &server);
    send_text(client, "abc");
    await_bytes(server, 3);
    for (int i = 0; i < 3; i++) {
        memset(bytes, 0, sizeof bytes);
        assert_bytes(3, recv(server, bytes, sizeof bytes, MSG_PEEK));
        assert_memory_equal(bytes, "abc", 3);
    }
    expect_text(server, "abc");
    assert_int_equal(is_readable(server, 0), 0);
}

static void peeking_at_a_part_begins_at_the_front(void) {
    tcp_pair(&client, &server);
    send_text(client, "abc");
    await_bytes(server, 3);
    assert_bytes(1, recv(server, bytes, 1, MSG_PEEK));
    assert_int_equal(bytes[0], 'a');
    assert_bytes(2, recv(server, bytes, 2, MSG_PEEK));
    assert_memory_equal(bytes, "ab", 2);
    expect_text(server, "abc");
}

static void peeking_at_nothing_would_block(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, MSG_PEEK));
}

static void peeking_at_the_end_leaves_it(void) {
    tcp_pair(&client, &server);
    drop(client);
    await_readable(server);
    assert_bytes(0, recv(server, bytes, 1, MSG_PEEK));
    assert_bytes(0, recv(server, bytes, 1, MSG_PEEK));
    assert_bytes(0, recv(server, bytes, 1, 0));
}

/* ------------------------------------------------------------------------------------------------------ MSG_WAITALL */

static DWORD WINAPI send_in_parts(LPVOID socket) {
    for (const char *p = "abcdef"; *p != '\0'; p++)
        if (send(*(SOCKET *)socket, p, 1, 0) != 1)
            return 1;
    return 0;
}

static void waiting_for_all_waits_for_all(void) {
    wine_differs("it returns before all has come");
    tcp_pair(&client, &server);
    set_option(client, IPPROTO_TCP, TCP_NODELAY, 1);
    HANDLE thread = thread_start(send_in_parts, &client);
    assert_bytes(6, recv(server, bytes, 6, MSG_WAITALL));
    assert_memory_equal(bytes, "abcdef", 6);
    assert_int_equal(thread_end(thread), 0);
}

static void waiting_for_all_leaves_the_rest(void) {
    tcp_pair(&client, &server);
    send_text(client, "abcdef");
    assert_bytes(4, recv(server, bytes, 4, MSG_WAITALL));
    expect_text(server, "ef");
}

static void waiting_for_all_ends_when_the_peer_does(void) {
    tcp_pair(&client, &server);
    send_text(client, "abc");
    drop(client);
    assert_bytes(3, recv(server, bytes, 6, MSG_WAITALL));
    assert_bytes(0, recv(server, bytes, 6, MSG_WAITALL));
}

static void waiting_for_all_is_not_for_non_blocking_sockets(void) {
    tcp_pair(&client, &server);
    wine_differs("it receives what is there");
    set_nonblocking(server);
    send_text(client, "abc");
    await_bytes(server, 3);
    assert_wsa(WSAEOPNOTSUPP, recv(server, bytes, 3, MSG_WAITALL));
}

static void waiting_for_all_does_not_go_with_peeking(void) {
    tcp_pair(&client, &server);
    wine_differs("it peeks");
    send_text(client, "abc");
    await_bytes(server, 3);
    assert_wsa(WSAEOPNOTSUPP, recv(server, bytes, 3, MSG_WAITALL | MSG_PEEK));
}

/* ----------------------------------------------------------------------------------------------------- non-blocking */

static void nothing_there_would_block(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
    send_text(client, "x");
    await_readable(server);
    assert_bytes(1, recv(server, bytes, 1, 0));
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
}

static void no_room_would_block(void) {
    tcp_pair(&client, &server);
    int result, tries = 0;
    assert_true(fill(client) > 0);
    /* The systems between them may have made room once more. */
    while ((result = send(client, bytes, 1, 0)) == 1 && ++tries < 1000000)
        continue;
    assert_wsa(WSAEWOULDBLOCK, result);
}

static void all_that_was_taken_arrives(void) {
    tcp_pair(&client, &server);
    size_t sent = fill(client);
    drain(server, sent);
    assert_int_equal(is_readable(server, MOMENT), 0);
    await_writable(client);
    send_text(client, "more");
    expect_text(server, "more");
}

static void a_socket_can_be_made_blocking_again(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
    set_blocking(server);
    HANDLE thread = thread_start(send_in_parts, &client);
    assert_true(recv(server, bytes, 1, 0) == 1);
    assert_int_equal(thread_end(thread), 0);
}

/* -------------------------------------------------------------------------------------------------- ends and resets */

static void the_end_is_zero_bytes(void) {
    tcp_pair(&client, &server);
    drop(client);
    expect_end(server);
    expect_end(server);
    expect_end(server);
}

static void data_come_before_the_end(void) {
    tcp_pair(&client, &server);
    send_text(client, "data");
    drop(client);
    expect_text(server, "data");
    expect_end(server);
}

static void the_end_does_not_block(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    drop(client);
    await_readable(server);
    assert_bytes(0, recv(server, bytes, 1, 0));
}

static void after_the_end_it_can_still_send(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    expect_end(server);
    send_text(server, "reply");
    expect_text(client, "reply");
}

static void a_reset_is_told_to_recv(void) {
    tcp_pair(&client, &server);
    wine_differs("a reset that has come is taken for the end");
    drop_hard(client);
    await_readable(server);
    assert_wsa(WSAECONNRESET, recv(server, bytes, 1, 0));
}

static void a_reset_stays_told(void) {
    tcp_pair(&client, &server);
    wine_differs("a reset that has come is taken for the end");
    drop_hard(client);
    await_readable(server);
    for (int i = 0; i < 3; i++)
        assert_wsa(WSAECONNRESET, recv(server, bytes, 1, 0));
}

static void a_reset_is_told_to_send(void) {
    tcp_pair(&client, &server);
    drop_hard(client);
    await_readable(server);
    assert_wsa(WSAECONNRESET, send(server, "x", 1, 0));
    assert_wsa(WSAECONNRESET, send(server, "x", 1, 0));
}

static DWORD WINAPI reset_later(LPVOID socket) {
    const struct linger at_once = {1, 0};
    SOCKET own = *(SOCKET *)socket;
    if (setsockopt(own, SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once) != 0)
        return 1;
    return closesocket(own) == 0 ? 0 : 2;
}

/* Whether it comes before or during the call. */
static void a_reset_ends_a_blocked_recv(void) {
    tcp_pair(&client, &server);
    HANDLE thread = thread_start(reset_later, &client);
    int result = recv(server, bytes, 1, 0);
    int error = WSAGetLastError();
    assert_int_equal(thread_end(thread), 0);
    if (!is_wine() || result != 0)
        assert_true(result == SOCKET_ERROR && error == WSAECONNRESET);
}

/* The first send to a peer that has gone is answered by a reset, and the next ones say so. */
static void sending_to_one_who_has_gone_fails_in_the_end(void) {
    wine_differs("it says WSAESHUTDOWN");
    tcp_pair(&client, &server);
    drop(client);
    expect_end(server);
    int result, count = 0;
    do {
        result = send(server, "x", 1, 0);
        (void)is_exceptional(server, 1);
    } while (result == 1 && ++count < 1000);
    assert_int_equal(result, SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAECONNRESET || WSAGetLastError() == WSAECONNABORTED);
}

/* --------------------------------------------------------------------------------------------------------- timeouts */

static ULONGLONG now_ms(void) {
    LARGE_INTEGER count, frequency;
    assert_true(QueryPerformanceCounter(&count));
    assert_true(QueryPerformanceFrequency(&frequency));
    return (ULONGLONG)(count.QuadPart / (frequency.QuadPart / 1000));
}

static void receiving_times_out(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 60);
    ULONGLONG begin = now_ms();
    assert_wsa(WSAETIMEDOUT, recv(server, bytes, 1, 0));
    assert_true(now_ms() - begin >= 50);
}

static void a_timeout_is_for_waiting_only(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 1);
    send_text(client, "there");
    await_bytes(server, 5);
    assert_bytes(5, recv(server, bytes, sizeof bytes, 0));
}

static void a_long_timeout_waits_for_data(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, SOON);
    HANDLE thread = thread_start(send_in_parts, &client);
    assert_true(recv(server, bytes, 1, 0) == 1);
    assert_int_equal(thread_end(thread), 0);
}

static void non_blocking_is_not_timed_out(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 1);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
}

static void sending_times_out(void) {
    char *block = calloc(1, MUCH);
    tcp_pair(&client, &server);
    (void)fill(client);
    set_blocking(client);
    set_option(client, SOL_SOCKET, SO_SNDTIMEO, 60);
    ULONGLONG begin = now_ms();
    assert_wsa(WSAETIMEDOUT, send(client, block, MUCH, 0));
    assert_true(now_ms() - begin >= 50);
    free(block);
}

static void a_timeout_does_not_end_the_connection(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 10);
    assert_wsa(WSAETIMEDOUT, recv(server, bytes, 1, 0));
    send_text(server, "still");
    expect_text(client, "still");
}

/* ---------------------------------------------------------------------------------------------------------- threads */

static DWORD WINAPI echo_all(LPVOID socket) {
    SOCKET own = *(SOCKET *)socket;
    char block[256];
    int count;
    while ((count = recv(own, block, sizeof block, 0)) > 0)
        if (send(own, block, count, 0) != count)
            return 1;
    return count == 0 ? 0 : 2;
}

static void two_threads_converse(void) {
    tcp_pair(&client, &server);
    HANDLE thread = thread_start(echo_all, &server);
    for (int i = 0; i < 200; i++) {
        send_text(client, "there and back");
        expect_text(client, "there and back");
    }
    assert_ok(shutdown(client, SD_SEND));
    assert_int_equal(thread_end(thread), 0);
}

static const conform_test tests[] = {
    conform(what_is_sent_arrives_in_order),
    conform(both_directions_are_apart),
    conform(recv_takes_no_more_than_it_is_asked_for),
    conform(recv_gives_what_is_there),
    conform(a_blocking_send_sends_all),
    conform(sending_nothing_sends_nothing),
    conform(sending_from_nowhere_is_a_fault),
    conform(receiving_to_nowhere_is_a_fault),
    conform(a_fault_takes_nothing),
    conform(receiving_less_than_nothing_is_an_error),
    conform(receiving_nothing_of_something_takes_nothing),
    conform(receiving_nothing_of_nothing_would_block),
    conform(sendto_on_a_stream_has_no_use_for_an_address),
    conform(recvfrom_on_a_stream_tells_no_address),
    conform(MSG_DONTROUTE_makes_no_difference),
    conform(unknown_flags_are_invalid),
    conform(parts_of_messages_cannot_be_sent),
    conform(peeking_leaves_the_data),
    conform(peeking_at_a_part_begins_at_the_front),
    conform(peeking_at_nothing_would_block),
    conform(peeking_at_the_end_leaves_it),
    conform(waiting_for_all_waits_for_all),
    conform(waiting_for_all_leaves_the_rest),
    conform(waiting_for_all_ends_when_the_peer_does),
    conform(waiting_for_all_is_not_for_non_blocking_sockets),
    conform(waiting_for_all_does_not_go_with_peeking),
    conform(nothing_there_would_block),
    conform(no_room_would_block),
    conform(all_that_was_taken_arrives),
    conform(a_socket_can_be_made_blocking_again),
    conform(the_end_is_zero_bytes),
    conform(data_come_before_the_end),
    conform(the_end_does_not_block),
    conform(after_the_end_it_can_still_send),
    conform(a_reset_is_told_to_recv),
    conform(a_reset_stays_told),
    conform(a_reset_is_told_to_send),
    conform(a_reset_ends_a_blocked_recv),
    conform(sending_to_one_who_has_gone_fails_in_the_end),
    conform(receiving_times_out),
    conform(a_timeout_is_for_waiting_only),
    conform(a_long_timeout_waits_for_data),
    conform(non_blocking_is_not_timed_out),
    conform(sending_times_out),
    conform(a_timeout_does_not_end_the_connection),
    conform(two_threads_converse),
};

CONFORM_MAIN(tests)
