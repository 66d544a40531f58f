/* SPDX-License-Identifier: MIT
 *
 * Conformance: overlapped WSASend, WSARecv, WSASendTo and WSARecvFrom with events. Completion routines are in
 * conform_routine.c, completion ports in conform_port.c, the results as such in conform_result.c.
 */
#include "conform.h"

#define STATUS_OF_PENDING 0x103
#define STATUS_OF_OVERFLOW 0x80000005UL
#define STATUS_OF_RESET 0xC000020DUL

static SOCKET client, server;
static char bytes[64];
static WSAOVERLAPPED overlapped;
static DWORD count, flags;

static int start_receive(SOCKET socket, char *into, size_t length, WSAOVERLAPPED *with) {
    WSABUF in = buffer_of(into, length);
    flags = 0;
    return WSARecv(socket, &in, 1, NULL, &flags, with, NULL);
}

static void receive_pends(SOCKET socket) {
    overlapped_init(&overlapped);
    memset(bytes, 0, sizeof bytes);
    assert_wsa(WSA_IO_PENDING, start_receive(socket, bytes, sizeof bytes, &overlapped));
}

/* Of an operation that may be done at once or later. */
static void expect_started(int result) {
    if (result != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
}

static void expect_done(SOCKET socket, DWORD expected) {
    assert_int_equal(overlapped_end(socket, &overlapped, &count), 0);
    assert_int_equal(count, expected);
}

static DWORD status_of(const WSAOVERLAPPED *which) {
    return (DWORD)which->Internal;
}

/* -------------------------------------------------------------------------------------------------------- receiving */

static void a_receive_pends_until_data_come(void) {
    tcp_pair(&client, &server);
    receive_pends(server);
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
    send_text(client, "hello");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 5);
    assert_memory_equal(bytes, "hello", 5);
}

static void while_it_pends_the_status_says_so(void) {
    tcp_pair(&client, &server);
    receive_pends(server);
    assert_int_equal(status_of(&overlapped), STATUS_OF_PENDING);
    assert_false(HasOverlappedIoCompleted(&overlapped));
    send_text(client, "x");
    await_handle(overlapped.hEvent);
    assert_true(HasOverlappedIoCompleted(&overlapped));
    assert_int_equal(status_of(&overlapped), 0);
    assert_int_equal(overlapped.InternalHigh, 1);
}

static void data_that_are_there_are_received_at_once(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    send_text(client, "there");
    await_bytes(server, 5);
    overlapped_init(&overlapped);
    count = flags = 0;
    assert_ok(WSARecv(server, &in, 1, &count, &flags, &overlapped, NULL));
    assert_int_equal(count, 5);
    assert_memory_equal(bytes, "there", 5);
}

static void what_is_done_at_once_sets_the_event_too(void) {
    tcp_pair(&client, &server);
    send_text(client, "there");
    await_bytes(server, 5);
    overlapped_init(&overlapped);
    assert_ok(start_receive(server, bytes, sizeof bytes, &overlapped));
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 5);
    assert_int_equal(status_of(&overlapped), 0);
}

static void starting_resets_the_event(void) {
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    assert_true(WSASetEvent(overlapped.hEvent));
    assert_wsa(WSA_IO_PENDING, start_receive(server, bytes, sizeof bytes, &overlapped));
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
}

static void a_non_blocking_socket_pends_too(void) {
    tcp_pair(&client, &server);
    set_nonblocking(server);
    receive_pends(server);
    send_text(client, "x");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 1);
}

static void receives_are_served_in_order(void) {
    WSAOVERLAPPED many[4];
    char parts[4][2];
    tcp_pair(&client, &server);
    for (int i = 0; i < 4; i++) {
        overlapped_init(&many[i]);
        assert_wsa(WSA_IO_PENDING, start_receive(server, parts[i], 2, &many[i]));
    }
    send_text(client, "aabbccdd");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(overlapped_end(server, &many[i], &count), 0);
        assert_int_equal(count, 2);
        assert_int_equal(parts[i][0], 'a' + i);
        assert_int_equal(parts[i][1], 'a' + i);
    }
}

static void several_buffers_are_filled_in_order(void) {
    char a[2] = {0}, b[8] = {0};
    WSABUF in[2] = {buffer_of(a, sizeof a), buffer_of(b, sizeof b)};
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    flags = 0;
    assert_wsa(WSA_IO_PENDING, WSARecv(server, in, 2, NULL, &flags, &overlapped, NULL));
    memset(in, 0xff, sizeof in); /* The list may go as soon as the call has returned. */
    send_text(client, "abcde");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 5);
    assert_memory_equal(a, "ab", 2);
    assert_memory_equal(b, "cde", 3);
}

static void a_receive_of_nothing_waits_for_data_and_leaves_them(void) {
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, start_receive(server, bytes, 0, &overlapped));
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
    send_text(client, "data");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 0);
    expect_text(server, "data");
}

static void no_buffers_are_invalid(void) {
    wine_differs("it pends");
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    flags = 0;
    assert_wsa(WSAEINVAL, WSARecv(server, NULL, 0, NULL, &flags, &overlapped, NULL));
}

static void the_end_ends_it_with_nothing(void) {
    tcp_pair(&client, &server);
    receive_pends(server);
    drop(client);
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 0);
}

static void a_reset_ends_it_with_an_error(void) {
    tcp_pair(&client, &server);
    receive_pends(server);
    drop_hard(client);
    assert_int_equal(overlapped_end(server, &overlapped, &count), WSAECONNRESET);
    assert_int_equal(count, 0);
    assert_int_equal(status_of(&overlapped), STATUS_OF_RESET);
}

static void waiting_for_all_pends_until_all_has_come(void) {
    WSABUF in = buffer_of(bytes, 6);
    tcp_pair(&client, &server);
    wine_differs("it ends with what has come");
    overlapped_init(&overlapped);
    flags = MSG_WAITALL;
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    send_text(client, "abc");
    assert_int_equal(is_signalled(overlapped.hEvent, MOMENT), 0);
    send_text(client, "def");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 6);
    assert_memory_equal(bytes, "abcdef", 6);
}

static void without_a_connection_it_does_not_start(void) {
    overlapped_init(&overlapped);
    assert_wsa(WSAENOTCONN, start_receive(tcp(), bytes, sizeof bytes, &overlapped));
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
}

static void after_shutdown_it_does_not_start(void) {
    WSABUF out = buffer_of("x", 1);
    tcp_pair(&client, &server);
    assert_ok(shutdown(server, SD_BOTH));
    overlapped_init(&overlapped);
    assert_wsa(WSAESHUTDOWN, start_receive(server, bytes, sizeof bytes, &overlapped));
    assert_wsa(WSAESHUTDOWN, WSASend(server, &out, 1, NULL, 0, &overlapped, NULL));
}

static void a_socket_that_is_not_overlapped_blocks(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    address where;
    SOCKET from = listener(&where), plain = keep(WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, 0));
    assert_ok(connect(plain, &where.any, where.length));
    send_text(accept_from(from), "there");
    overlapped_init(&overlapped);
    flags = 0;
    assert_ok(WSARecv(plain, &in, 1, &count, &flags, &overlapped, NULL));
    assert_true(count > 0);
}

/* ---------------------------------------------------------------------------------------------------------- sending */

static void a_send_that_fits_is_done_at_once(void) {
    WSABUF out = buffer_of("hello", 5);
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    count = 0;
    assert_ok(WSASend(client, &out, 1, &count, 0, &overlapped, NULL));
    assert_int_equal(count, 5);
    assert_int_equal(overlapped_end(client, &overlapped, &count), 0);
    assert_int_equal(count, 5);
    expect_text(server, "hello");
}

static void a_large_send_ends_when_all_is_sent(void) {
    enum { LARGE = 8000000 };
    char *block = calloc(1, LARGE);
    WSABUF out = buffer_of(block, LARGE);
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    expect_started(WSASend(client, &out, 1, NULL, 0, &overlapped, NULL));
    drain(server, LARGE);
    expect_done(client, LARGE);
    free(block);
}

static void sends_keep_their_order(void) {
    enum { LARGE = 3000000 };
    char *block = malloc(LARGE);
    WSAOVERLAPPED many[3];
    tcp_pair(&client, &server);
    for (int i = 0; i < 3; i++) {
        WSABUF out = buffer_of(block + i * (LARGE / 3), LARGE / 3);
        memset(out.buf, 'a' + i, LARGE / 3);
        overlapped_init(&many[i]);
        expect_started(WSASend(client, &out, 1, NULL, 0, &many[i], NULL));
    }
    for (int i = 0; i < 3; i++) {
        expect_text(server, i == 0 ? "a" : i == 1 ? "b" : "c");
        drain(server, LARGE / 3 - 2);
        expect_text(server, i == 0 ? "a" : i == 1 ? "b" : "c");
        assert_int_equal(overlapped_end(client, &many[i], &count), 0);
        assert_int_equal(count, LARGE / 3);
    }
    free(block);
}

static void a_full_one_pends(void) {
    WSABUF out;
    char *block = calloc(1, 4000000);
    tcp_pair(&client, &server);
    size_t sent = fill(client);
    out = buffer_of(block, 4000000);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSASend(client, &out, 1, NULL, 0, &overlapped, NULL));
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
    drain(server, sent + 4000000);
    assert_int_equal(overlapped_end(client, &overlapped, &count), 0);
    assert_int_equal(count, 4000000);
    free(block);
}

static void sending_and_receiving_pend_together(void) {
    WSABUF out = buffer_of("out", 3);
    WSAOVERLAPPED sending;
    tcp_pair(&client, &server);
    receive_pends(client);
    overlapped_init(&sending);
    expect_started(WSASend(client, &out, 1, NULL, 0, &sending, NULL));
    assert_int_equal(overlapped_end(client, &sending, &count), 0);
    expect_text(server, "out");
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
    send_text(server, "in");
    assert_int_equal(overlapped_end(client, &overlapped, &count), 0);
    assert_int_equal(count, 2);
}

static void an_overlapped_can_be_used_again(void) {
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    for (int i = 0; i < 20; i++) {
        assert_wsa(WSA_IO_PENDING, start_receive(server, bytes, sizeof bytes, &overlapped));
        send_text(client, "again");
        assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
        assert_int_equal(count, 5);
    }
}

/* -------------------------------------------------------------------------------------------------------- datagrams */

static void a_datagram_tells_its_sender_when_it_has_come(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    SOCKET to = udp(), from = udp();
    address where = bind_loopback(to, AF_INET), name = bind_loopback(from, AF_INET), sender;
    overlapped_init(&overlapped);
    memset(&sender, 0, sizeof sender);
    sender.length = sizeof sender.room;
    flags = 0;
    assert_wsa(WSA_IO_PENDING, WSARecvFrom(to, &in, 1, NULL, &flags, &sender.any, &sender.length, &overlapped, NULL));
    assert_bytes(5, sendto(from, "hello", 5, 0, &where.any, where.length));
    assert_int_equal(overlapped_end(to, &overlapped, &count), 0);
    assert_int_equal(count, 5);
    assert_int_equal(sender.length, sizeof sender.v4);
    assert_true(same_address(&sender, &name));
}

static void a_longer_datagram_is_cut_and_says_so(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, start_receive(b, bytes, 3, &overlapped));
    send_text(a, "abcdef");
    assert_int_equal(overlapped_end(b, &overlapped, &count), WSAEMSGSIZE);
    assert_int_equal(count, 3);
    assert_memory_equal(bytes, "abc", 3);
    assert_int_equal(status_of(&overlapped), STATUS_OF_OVERFLOW);
}

static void a_datagram_without_data_ends_it(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    receive_pends(b);
    assert_bytes(0, send(a, "", 0, 0));
    assert_int_equal(overlapped_end(b, &overlapped, &count), 0);
    assert_int_equal(count, 0);
}

static void datagrams_go_to_receives_in_order(void) {
    WSAOVERLAPPED many[3];
    char parts[3][8];
    SOCKET a, b;
    udp_pair(&a, &b);
    for (int i = 0; i < 3; i++) {
        overlapped_init(&many[i]);
        assert_wsa(WSA_IO_PENDING, start_receive(b, parts[i], sizeof parts[i], &many[i]));
    }
    for (int i = 0; i < 3; i++) {
        char byte = (char)('0' + i);
        assert_bytes(1, send(a, &byte, 1, 0));
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(overlapped_end(b, &many[i], &count), 0);
        assert_int_equal(count, 1);
        assert_int_equal(parts[i][0], '0' + i);
    }
}

static void WSASendTo_is_done(void) {
    WSABUF out = buffer_of("hello", 5);
    SOCKET to = udp(), from = udp();
    address where = bind_loopback(to, AF_INET);
    overlapped_init(&overlapped);
    expect_started(WSASendTo(from, &out, 1, NULL, 0, &where.any, where.length, &overlapped, NULL));
    expect_done(from, 5);
    expect_text(to, "hello");
}

/* ----------------------------------------------------------------------------------------------------------- others */

static void many_sockets_pend_together(void) {
    enum { MANY = 50 };
    SOCKET out[MANY], in[MANY];
    static WSAOVERLAPPED many[MANY];
    static char parts[MANY][4];
    for (int i = 0; i < MANY; i++) {
        tcp_pair(&out[i], &in[i]);
        overlapped_init(&many[i]);
        assert_wsa(WSA_IO_PENDING, start_receive(in[i], parts[i], sizeof parts[i], &many[i]));
    }
    for (int i = MANY - 1; i >= 0; i--)
        send_text(out[i], "x");
    for (int i = 0; i < MANY; i++)
        assert_int_equal(overlapped_end(in[i], &many[i], NULL), 0);
}

static DWORD WINAPI wait_elsewhere(LPVOID handle) {
    return WaitForSingleObject(handle, SOON);
}

static void another_thread_can_wait(void) {
    tcp_pair(&client, &server);
    receive_pends(server);
    HANDLE thread = thread_start(wait_elsewhere, overlapped.hEvent);
    send_text(client, "x");
    assert_int_equal(thread_end(thread), WAIT_OBJECT_0);
}

static DWORD WINAPI start_and_end(LPVOID unused) {
    (void)unused;
    return start_receive(server, bytes, sizeof bytes, &overlapped) == SOCKET_ERROR ? (DWORD)WSAGetLastError() : 0;
}

static void a_receive_ends_with_the_thread_that_started_it(void) {
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    assert_int_equal(thread_end(thread_start(start_and_end, NULL)), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(server, &overlapped, &count), WSA_OPERATION_ABORTED);
    send_text(client, "on");
    expect_text(server, "on");
}

static void one_that_is_used_twice_at_once_does_not_hang(void) {
    tcp_pair(&client, &server);
    receive_pends(server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, bytes, 1, &overlapped));
    send_text(client, "ab");
    await_handle(overlapped.hEvent);
    drop(server);
    await_handle(overlapped.hEvent);
}

/* ------------------------------------------------------------------------------------------------------ urgent data */

static int start_urgent(void) {
    WSABUF in = buffer_of(bytes, 1);
    flags = MSG_OOB;
    return WSARecv(server, &in, 1, &count, &flags, &overlapped, NULL);
}

static void urgent_data_are_sent(void) {
    WSABUF out = buffer_of("!", 1);
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    if (WSASend(client, &out, 1, &count, MSG_OOB, &overlapped, NULL) != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(client, &overlapped, &count), 0);
    assert_int_equal(count, 1);
    await_exceptional(server);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    assert_int_equal(bytes[0], '!');
}

static void urgent_data_that_are_there_are_received(void) {
    tcp_pair(&client, &server);
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    await_exceptional(server);
    overlapped_init(&overlapped);
    if (start_urgent() != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(bytes[0], '!');
}

static void a_receive_of_urgent_data_pends(void) {
    wine_differs("it says that the argument is invalid");
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, start_urgent());
    assert_false(is_signalled(overlapped.hEvent, MOMENT));
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(bytes[0], '!');
}

static const conform_test tests[] = {
    conform(a_receive_pends_until_data_come),
    conform(while_it_pends_the_status_says_so),
    conform(data_that_are_there_are_received_at_once),
    conform(what_is_done_at_once_sets_the_event_too),
    conform(starting_resets_the_event),
    conform(a_non_blocking_socket_pends_too),
    conform(receives_are_served_in_order),
    conform(several_buffers_are_filled_in_order),
    conform(a_receive_of_nothing_waits_for_data_and_leaves_them),
    conform(no_buffers_are_invalid),
    conform(the_end_ends_it_with_nothing),
    conform(a_reset_ends_it_with_an_error),
    conform(waiting_for_all_pends_until_all_has_come),
    conform(without_a_connection_it_does_not_start),
    conform(after_shutdown_it_does_not_start),
    conform(a_socket_that_is_not_overlapped_blocks),
    conform(a_send_that_fits_is_done_at_once),
    conform(a_large_send_ends_when_all_is_sent),
    conform(sends_keep_their_order),
    conform(a_full_one_pends),
    conform(sending_and_receiving_pend_together),
    conform(an_overlapped_can_be_used_again),
    conform(a_datagram_tells_its_sender_when_it_has_come),
    conform(a_longer_datagram_is_cut_and_says_so),
    conform(a_datagram_without_data_ends_it),
    conform(datagrams_go_to_receives_in_order),
    conform(WSASendTo_is_done),
    conform(many_sockets_pend_together),
    conform(another_thread_can_wait),
    conform(a_receive_ends_with_the_thread_that_started_it),
    conform(one_that_is_used_twice_at_once_does_not_hang),
    conform(urgent_data_are_sent),
    conform(urgent_data_that_are_there_are_received),
    conform(a_receive_of_urgent_data_pends),
};

CONFORM_MAIN(tests)
