/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSAEventSelect and WSAEnumNetworkEvents: each network event, what records it again, error codes, and
 * replacing what was asked for.
 */
#include "conform.h"

static SOCKET client, server;
static HANDLE event;
static char bytes[16];
static int codes[FD_MAX_EVENTS];

/* A pair, of whose server these events are asked for. */
static void watched_pair(long events) {
    event = manual_event();
    tcp_pair(&client, &server);
    assert_ok(WSAEventSelect(server, event, events));
}

/* What is recorded now. */
static long recorded(SOCKET socket) {
    WSANETWORKEVENTS got;
    memset(&got, 0, sizeof got);
    assert_ok(WSAEnumNetworkEvents(socket, event, &got));
    for (int i = 0; i < FD_MAX_EVENTS; i++)
        if ((got.lNetworkEvents & (1 << i)) != 0)
            codes[i] = got.iErrorCode[i];
    return got.lNetworkEvents;
}

/* Waits until all of these have been recorded, and nothing else. */
static void expect_events(SOCKET socket, long events) {
    long seen = 0;
    memset(codes, 0, sizeof codes);
    while ((seen & events) != events) {
        await_handle(event);
        seen |= recorded(socket);
        assert_int_equal(seen & ~events, 0);
    }
}

static void expect_none(SOCKET socket) {
    assert_int_equal(is_signalled(event, MOMENT), 0);
    assert_int_equal(recorded(socket), 0);
}

/* -------------------------------------------------------------------------------------------------------- arguments */

static void events_without_an_event_are_invalid(void) {
    assert_wsa(WSAEINVAL, WSAEventSelect(tcp(), NULL, FD_READ));
}

static void no_events_need_no_event(void) {
    assert_ok(WSAEventSelect(tcp(), NULL, 0));
}

static void what_is_no_event_is_refused(void) {
    assert_int_equal(WSAEventSelect(tcp(), NOT_A_HANDLE, FD_READ), SOCKET_ERROR);
}

static void it_makes_the_socket_non_blocking(void) {
    watched_pair(FD_READ);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
}

static void even_for_no_events(void) {
    tcp_pair(&client, &server);
    assert_ok(WSAEventSelect(server, NULL, 0));
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
}

static void no_place_for_the_events_is_a_fault(void) {
    wine_differs("it crashes");
    watched_pair(FD_READ);
    assert_wsa(WSAEFAULT, WSAEnumNetworkEvents(server, event, NULL));
}

static void without_asking_nothing_is_recorded(void) {
    event = manual_event();
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    assert_int_equal(recorded(server), 0);
}

/* ---------------------------------------------------------------------------------------------------------- FD_READ */

static void FD_READ_for_data(void) {
    watched_pair(FD_READ);
    expect_none(server);
    send_text(client, "x");
    expect_events(server, FD_READ);
    assert_int_equal(codes[FD_READ_BIT], 0);
}

static void FD_READ_once_until_it_is_read(void) {
    watched_pair(FD_READ);
    send_text(client, "x");
    expect_events(server, FD_READ);
    expect_none(server);
}

static void FD_READ_again_when_there_is_more(void) {
    watched_pair(FD_READ);
    send_text(client, "xyz");
    await_bytes(server, 3);
    for (int i = 0; i < 3; i++) {
        expect_events(server, FD_READ);
        assert_bytes(1, recv(server, bytes, 1, 0));
    }
    expect_none(server);
}

static void FD_READ_again_for_new_data(void) {
    watched_pair(FD_READ);
    for (int i = 0; i < 5; i++) {
        send_text(client, "x");
        expect_events(server, FD_READ);
        assert_bytes(1, recv(server, bytes, sizeof bytes, 0));
    }
    expect_none(server);
}

static void FD_READ_for_data_that_were_there_before(void) {
    event = manual_event();
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    assert_ok(WSAEventSelect(server, event, FD_READ));
    expect_events(server, FD_READ);
}

static void FD_READ_for_each_datagram(void) {
    SOCKET a, b;
    event = manual_event();
    udp_pair(&a, &b);
    assert_ok(WSAEventSelect(b, event, FD_READ));
    send_text(a, "one");
    send_text(a, "two");
    expect_events(b, FD_READ);
    assert_bytes(3, recv(b, bytes, sizeof bytes, 0));
    expect_events(b, FD_READ);
    assert_bytes(3, recv(b, bytes, sizeof bytes, 0));
    expect_none(b);
}

static void WSARecv_and_recvfrom_record_it_again(void) {
    WSABUF in = buffer_of(bytes, 1);
    DWORD count, flags = 0;
    watched_pair(FD_READ);
    send_text(client, "abc");
    await_bytes(server, 3);
    expect_events(server, FD_READ);
    assert_ok(WSARecv(server, &in, 1, &count, &flags, NULL, NULL));
    expect_events(server, FD_READ);
    assert_bytes(1, recvfrom(server, bytes, 1, 0, NULL, NULL));
    expect_events(server, FD_READ);
}

static void FIONREAD_and_select_do_not(void) {
    watched_pair(FD_READ);
    send_text(client, "abc");
    await_bytes(server, 3);
    expect_events(server, FD_READ);
    await_bytes(server, 3);
    await_readable(server);
    expect_none(server);
}

/* --------------------------------------------------------------------------------------------------------- FD_WRITE */

static void FD_WRITE_for_a_connection(void) {
    watched_pair(FD_WRITE);
    expect_events(server, FD_WRITE);
    assert_int_equal(codes[FD_WRITE_BIT], 0);
}

static void FD_WRITE_once(void) {
    watched_pair(FD_WRITE);
    expect_events(server, FD_WRITE);
    expect_none(server);
    send_text(server, "does not matter");
    expect_none(server);
}

static void FD_WRITE_again_after_it_would_block(void) {
    watched_pair(FD_WRITE);
    expect_events(server, FD_WRITE);
    size_t sent = fill(server);
    (void)recorded(server);
    drain(client, sent);
    expect_events(server, FD_WRITE);
    send_text(server, "more");
    expect_text(client, "more");
}

static void FD_WRITE_for_a_datagram_socket(void) {
    SOCKET a, b;
    event = manual_event();
    udp_pair(&a, &b);
    assert_ok(WSAEventSelect(a, event, FD_READ | FD_WRITE));
    expect_events(a, FD_WRITE);
    expect_none(a);
}

static void FD_WRITE_when_it_is_asked_for_later(void) {
    watched_pair(FD_READ);
    expect_none(server);
    assert_ok(WSAEventSelect(server, event, FD_READ | FD_WRITE));
    expect_events(server, FD_WRITE);
}

/* ----------------------------------------------------------------------------------------------------------- FD_OOB */

static void FD_OOB_for_urgent_data(void) {
    watched_pair(FD_OOB | FD_READ);
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    expect_events(server, FD_OOB);
    assert_int_equal(codes[FD_OOB_BIT], 0);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    expect_none(server);
}

static void FD_READ_for_inline_urgent_data(void) {
    wine_differs("it records FD_OOB");
    watched_pair(0);
    set_option(server, SOL_SOCKET, SO_OOBINLINE, 1);
    assert_ok(WSAEventSelect(server, event, FD_OOB | FD_READ));
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    expect_events(server, FD_READ);
}

static void FD_OOB_again_for_new_urgent_data(void) {
    watched_pair(FD_OOB);
    for (int i = 0; i < 3; i++) {
        assert_bytes(1, send(client, "!", 1, MSG_OOB));
        expect_events(server, FD_OOB);
        assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    }
}

/* -------------------------------------------------------------------------------------------------------- FD_ACCEPT */

static void FD_ACCEPT_for_one_who_waits(void) {
    address where;
    SOCKET from = listener(&where);
    event = manual_event();
    assert_ok(WSAEventSelect(from, event, FD_ACCEPT));
    expect_none(from);
    (void)connect_to(&where);
    expect_events(from, FD_ACCEPT);
    assert_int_equal(codes[FD_ACCEPT_BIT], 0);
}

static void FD_ACCEPT_again_when_there_is_another(void) {
    address where;
    SOCKET from = listener(&where);
    event = manual_event();
    assert_ok(WSAEventSelect(from, event, FD_ACCEPT));
    for (int i = 0; i < 3; i++)
        (void)connect_to(&where);
    for (int i = 0; i < 3; i++) {
        expect_events(from, FD_ACCEPT);
        assert_true(keep(accept(from, NULL, NULL)) != INVALID_SOCKET);
    }
    assert_no_socket(WSAEWOULDBLOCK, accept(from, NULL, NULL));
    expect_none(from);
}

static void FD_ACCEPT_for_one_who_waited_before(void) {
    address where;
    SOCKET from = listener(&where);
    event = manual_event();
    (void)connect_to(&where);
    await_readable(from);
    assert_ok(WSAEventSelect(from, event, FD_ACCEPT));
    expect_events(from, FD_ACCEPT);
}

static void FD_ACCEPT_asked_for_before_listening(void) {
    SOCKET from = tcp();
    event = manual_event();
    assert_ok(WSAEventSelect(from, event, FD_ACCEPT));
    address where = bind_loopback(from, AF_INET);
    assert_ok(listen(from, 5));
    (void)connect_to(&where);
    expect_events(from, FD_ACCEPT);
}

/* ------------------------------------------------------------------------------------------------------- FD_CONNECT */

static void FD_CONNECT_and_FD_WRITE_for_a_connection(void) {
    address where;
    SOCKET made = tcp();
    (void)listener(&where);
    event = manual_event();
    assert_ok(WSAEventSelect(made, event, FD_CONNECT | FD_WRITE | FD_READ | FD_CLOSE));
    expect_none(made);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    expect_events(made, FD_CONNECT | FD_WRITE);
    assert_int_equal(codes[FD_CONNECT_BIT], 0);
    expect_none(made);
}

static void FD_CONNECT_for_a_refusal(void) {
    address where = nobody();
    SOCKET made = tcp();
    event = manual_event();
    assert_ok(WSAEventSelect(made, event, FD_CONNECT | FD_WRITE));
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    expect_events(made, FD_CONNECT);
    assert_int_equal(codes[FD_CONNECT_BIT], WSAECONNREFUSED);
}

/* --------------------------------------------------------------------------------------------------------- FD_CLOSE */

static void FD_CLOSE_for_the_end(void) {
    watched_pair(FD_READ | FD_CLOSE);
    drop(client);
    expect_events(server, FD_CLOSE);
    assert_int_equal(codes[FD_CLOSE_BIT], 0);
    assert_bytes(0, recv(server, bytes, 1, 0));
    expect_none(server);
}

static void FD_CLOSE_for_the_peers_shutdown(void) {
    watched_pair(FD_READ | FD_CLOSE);
    assert_ok(shutdown(client, SD_SEND));
    expect_events(server, FD_CLOSE);
    assert_int_equal(codes[FD_CLOSE_BIT], 0);
    drop(client);
    expect_none(server);
}

/* Documented is WSAECONNRESET; Windows says WSAECONNABORTED. */
static void FD_CLOSE_for_a_reset(void) {
    wine_differs("a reset is taken for the end");
    watched_pair(FD_READ | FD_CLOSE);
    drop_hard(client);
    expect_events(server, FD_CLOSE);
    assert_true(codes[FD_CLOSE_BIT] == WSAECONNRESET || codes[FD_CLOSE_BIT] == WSAECONNABORTED);
}

static void FD_CLOSE_after_the_data(void) {
    long seen = 0;
    int got = 0;
    watched_pair(FD_READ | FD_CLOSE);
    send_text(client, "data");
    drop(client);
    while (got < 4 || (seen & FD_CLOSE) == 0) {
        int count;
        await_handle(event);
        seen |= recorded(server);
        while ((count = recv(server, bytes, 1, 0)) > 0)
            got += count;
    }
    assert_int_equal(got, 4);
    assert_int_equal(codes[FD_CLOSE_BIT], 0);
}

static void FD_CLOSE_of_an_end_that_came_before(void) {
    event = manual_event();
    tcp_pair(&client, &server);
    drop(client);
    await_readable(server);
    assert_ok(WSAEventSelect(server, event, FD_READ | FD_CLOSE));
    expect_events(server, FD_CLOSE);
}

static void FD_CLOSE_not_for_ones_own_closesocket(void) {
    watched_pair(FD_READ | FD_CLOSE);
    drop(server);
    assert_int_equal(is_signalled(event, MOMENT), 0);
}

/* ----------------------------------------------------------------------------------------------- asking and telling */

static void what_is_not_asked_for_is_not_recorded(void) {
    watched_pair(FD_CLOSE);
    send_text(client, "x");
    await_readable(server);
    expect_none(server);
}

static void telling_resets_the_event(void) {
    watched_pair(FD_READ);
    send_text(client, "x");
    await_handle(event);
    assert_int_equal(is_signalled(event, 0), 1);
    assert_int_equal(recorded(server), FD_READ);
    assert_int_equal(is_signalled(event, 0), 0);
    assert_int_equal(recorded(server), 0);
}

static void telling_without_an_event_resets_none(void) {
    WSANETWORKEVENTS got;
    watched_pair(FD_READ);
    send_text(client, "x");
    await_handle(event);
    assert_ok(WSAEnumNetworkEvents(server, NULL, &got));
    assert_int_equal(got.lNetworkEvents, FD_READ);
    assert_int_equal(is_signalled(event, 0), 1);
}

static void an_auto_reset_event_will_do(void) {
    tcp_pair(&client, &server);
    event = auto_event();
    assert_ok(WSAEventSelect(server, event, FD_READ));
    send_text(client, "x");
    expect_events(server, FD_READ);
    expect_none(server);
}

static void asking_again_replaces_what_was_asked_for(void) {
    watched_pair(FD_READ);
    assert_ok(WSAEventSelect(server, event, FD_CLOSE));
    send_text(client, "x");
    await_readable(server);
    expect_none(server);
    drain(server, 1);
    drop(client);
    expect_events(server, FD_CLOSE);
}

static void asking_again_replaces_the_event(void) {
    HANDLE first;
    watched_pair(FD_READ);
    first = event;
    event = manual_event();
    assert_ok(WSAEventSelect(server, event, FD_READ));
    send_text(client, "x");
    expect_events(server, FD_READ);
    assert_int_equal(is_signalled(first, 0), 0);
}

static void asking_for_nothing_ends_it(void) {
    watched_pair(FD_READ | FD_CLOSE);
    assert_ok(WSAEventSelect(server, event, 0));
    send_text(client, "x");
    await_readable(server);
    expect_none(server);
}

static void one_event_serves_several_sockets(void) {
    SOCKET other_client, other_server;
    watched_pair(FD_READ);
    tcp_pair(&other_client, &other_server);
    assert_ok(WSAEventSelect(other_server, event, FD_READ));
    send_text(other_client, "x");
    expect_events(other_server, FD_READ);
    assert_int_equal(recorded(server), 0);
    send_text(client, "x");
    expect_events(server, FD_READ);
    assert_int_equal(recorded(other_server), 0);
}

static void a_pending_receive_is_served_first(void) {
    WSAOVERLAPPED overlapped;
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD count = 0, flags = 0;
    watched_pair(FD_READ);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    send_text(client, "x");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 1);
    expect_none(server);
    send_text(client, "y");
    expect_events(server, FD_READ);
}

static void waiting_threads_are_woken(void) {
    watched_pair(FD_READ);
    WSAEVENT list[1];
    list[0] = event;
    send_text(client, "x");
    assert_int_equal(WSAWaitForMultipleEvents(1, list, FALSE, SOON, FALSE), WSA_WAIT_EVENT_0);
    assert_int_equal(recorded(server), FD_READ);
}

static const conform_test tests[] = {
    conform(events_without_an_event_are_invalid),
    conform(no_events_need_no_event),
    conform(what_is_no_event_is_refused),
    conform(it_makes_the_socket_non_blocking),
    conform(even_for_no_events),
    conform(no_place_for_the_events_is_a_fault),
    conform(without_asking_nothing_is_recorded),
    conform(FD_READ_for_data),
    conform(FD_READ_once_until_it_is_read),
    conform(FD_READ_again_when_there_is_more),
    conform(FD_READ_again_for_new_data),
    conform(FD_READ_for_data_that_were_there_before),
    conform(FD_READ_for_each_datagram),
    conform(WSARecv_and_recvfrom_record_it_again),
    conform(FIONREAD_and_select_do_not),
    conform(FD_WRITE_for_a_connection),
    conform(FD_WRITE_once),
    conform(FD_WRITE_again_after_it_would_block),
    conform(FD_WRITE_for_a_datagram_socket),
    conform(FD_WRITE_when_it_is_asked_for_later),
    conform(FD_OOB_for_urgent_data),
    conform(FD_READ_for_inline_urgent_data),
    conform(FD_OOB_again_for_new_urgent_data),
    conform(FD_ACCEPT_for_one_who_waits),
    conform(FD_ACCEPT_again_when_there_is_another),
    conform(FD_ACCEPT_for_one_who_waited_before),
    conform(FD_ACCEPT_asked_for_before_listening),
    conform(FD_CONNECT_and_FD_WRITE_for_a_connection),
    conform(FD_CONNECT_for_a_refusal),
    conform(FD_CLOSE_for_the_end),
    conform(FD_CLOSE_for_the_peers_shutdown),
    conform(FD_CLOSE_for_a_reset),
    conform(FD_CLOSE_after_the_data),
    conform(FD_CLOSE_of_an_end_that_came_before),
    conform(FD_CLOSE_not_for_ones_own_closesocket),
    conform(what_is_not_asked_for_is_not_recorded),
    conform(telling_resets_the_event),
    conform(telling_without_an_event_resets_none),
    conform(an_auto_reset_event_will_do),
    conform(asking_again_replaces_what_was_asked_for),
    conform(asking_again_replaces_the_event),
    conform(asking_for_nothing_ends_it),
    conform(one_event_serves_several_sockets),
    conform(a_pending_receive_is_served_first),
    conform(waiting_threads_are_woken),
};

CONFORM_MAIN(tests)
