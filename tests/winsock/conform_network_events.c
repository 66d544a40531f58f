/* SPDX-License-Identifier: MIT
 *
 * Conformance: what WSAEventSelect changes about a socket, what accepted sockets have of it, what is left of a record
 * when it is told or asked for anew, and the order of events. Each event by itself is in conform_event_select.c.
 */
#include "conform.h"

static SOCKET client, server;
static HANDLE event;
static char bytes[16];

static void watched_pair(long events) {
    event = manual_event();
    tcp_pair(&client, &server);
    assert_ok(WSAEventSelect(server, event, events));
}

static long recorded(SOCKET socket) {
    WSANETWORKEVENTS got;
    assert_ok(WSAEnumNetworkEvents(socket, event, &got));
    return got.lNetworkEvents;
}

/* Waits until all of these have been recorded, and nothing else. */
static void expect_events(SOCKET socket, long events) {
    long seen = 0;
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

/* ------------------------------------------------------------------------------------------------------------ modes */

static void while_events_are_asked_for_it_cannot_block(void) {
    u_long off = 0;
    watched_pair(FD_READ);
    assert_wsa(WSAEINVAL, ioctlsocket(server, (long)FIONBIO, &off));
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
}

static void it_may_be_made_non_blocking_once_more(void) {
    u_long on = 1;
    watched_pair(FD_READ);
    assert_ok(ioctlsocket(server, (long)FIONBIO, &on));
    send_text(client, "x");
    expect_events(server, FD_READ);
}

static void when_nothing_is_asked_for_it_can_block(void) {
    watched_pair(FD_READ);
    assert_ok(WSAEventSelect(server, NULL, 0));
    set_blocking(server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 20);
    assert_wsa(WSAETIMEDOUT, recv(server, bytes, 1, 0));
}

static void to_ask_for_nothing_any_event_will_do(void) {
    wine_differs("it looks at the event");
    watched_pair(FD_READ);
    assert_ok(WSAEventSelect(server, NOT_A_HANDLE, 0));
    send_text(client, "x");
    await_readable(server);
    assert_int_equal(is_signalled(event, 0), 0);
}

/* ---------------------------------------------------------------------------------------------------------- records */

static void error_codes_of_other_events_are_left(void) {
    WSANETWORKEVENTS got;
    watched_pair(FD_READ);
    send_text(client, "x");
    await_handle(event);
    memset(&got, 0x5a, sizeof got);
    assert_ok(WSAEnumNetworkEvents(server, event, &got));
    assert_int_equal(got.lNetworkEvents, FD_READ);
    assert_int_equal(got.iErrorCode[FD_READ_BIT], 0);
    for (int i = FD_READ_BIT + 1; i < FD_MAX_EVENTS; i++)
        assert_int_equal(got.iErrorCode[i], 0x5a5a5a5a);
}

static void telling_to_what_is_no_event_takes_nothing(void) {
    WSANETWORKEVENTS got;
    wine_differs("it takes the record, or is content");
    watched_pair(FD_READ);
    send_text(client, "x");
    await_handle(event);
    assert_int_equal(WSAEnumNetworkEvents(server, NOT_A_HANDLE, &got), SOCKET_ERROR);
    assert_int_equal(is_signalled(event, 0), 1);
    assert_int_equal(recorded(server), FD_READ);
}

static void asking_anew_forgets_what_was_recorded(void) {
    watched_pair(FD_READ | FD_WRITE);
    await_handle(event);
    assert_ok(WSAEventSelect(server, event, FD_READ));
    assert_int_equal(recorded(server), 0);
}

static void asking_anew_records_what_is_still_so(void) {
    wine_differs("what has been told once is not told again");
    watched_pair(FD_READ);
    send_text(client, "x");
    expect_events(server, FD_READ);
    assert_ok(WSAEventSelect(server, event, FD_READ));
    expect_events(server, FD_READ);
}

static void each_socket_has_its_own_record(void) {
    SOCKET other_client, other_server;
    watched_pair(FD_READ);
    tcp_pair(&other_client, &other_server);
    assert_ok(WSAEventSelect(other_server, event, FD_READ));
    send_text(client, "x");
    send_text(other_client, "x");
    await_readable(server);
    await_readable(other_server);
    long seen = 0, other_seen = 0;
    while (seen == 0 || other_seen == 0) {
        await_handle(event);
        seen |= recorded(server);
        other_seen |= recorded(other_server);
    }
    assert_int_equal(seen, FD_READ);
    assert_int_equal(other_seen, FD_READ);
}

/* --------------------------------------------------------------------------------------------------------- accepted */

static SOCKET watched_listener(address *where, long events) {
    SOCKET from = listener(where);
    event = manual_event();
    assert_ok(WSAEventSelect(from, event, events));
    return from;
}

static void an_accepted_socket_has_its_listeners_events(void) {
    address where;
    SOCKET from = watched_listener(&where, FD_ACCEPT | FD_READ | FD_WRITE | FD_CLOSE);
    client = connect_to(&where);
    expect_events(from, FD_ACCEPT);
    server = keep(accept(from, NULL, NULL));
    expect_events(server, FD_WRITE);
    send_text(client, "x");
    expect_events(server, FD_READ);
    assert_bytes(1, recv(server, bytes, 1, 0));
    drop(client);
    expect_events(server, FD_CLOSE);
}

static void WSAAccept_gives_them_too(void) {
    address where;
    SOCKET from = watched_listener(&where, FD_ACCEPT | FD_READ);
    client = connect_to(&where);
    expect_events(from, FD_ACCEPT);
    server = keep(WSAAccept(from, NULL, NULL, NULL, 0));
    send_text(client, "x");
    expect_events(server, FD_READ);
}

static void an_accepted_socket_can_have_its_own(void) {
    address where;
    SOCKET from = watched_listener(&where, FD_ACCEPT | FD_READ);
    HANDLE first = event;
    client = connect_to(&where);
    expect_events(from, FD_ACCEPT);
    server = keep(accept(from, NULL, NULL));
    event = manual_event();
    assert_ok(WSAEventSelect(server, event, FD_READ));
    send_text(client, "x");
    expect_events(server, FD_READ);
    assert_int_equal(is_signalled(first, 0), 0);
}

static void an_accepted_socket_can_end_it(void) {
    address where;
    SOCKET from = watched_listener(&where, FD_ACCEPT | FD_READ);
    client = connect_to(&where);
    expect_events(from, FD_ACCEPT);
    server = keep(accept(from, NULL, NULL));
    assert_ok(WSAEventSelect(server, NULL, 0));
    set_blocking(server);
    send_text(client, "x");
    expect_text(server, "x");
    assert_int_equal(is_signalled(event, 0), 0);
    (void)connect_to(&where);
    expect_events(from, FD_ACCEPT);
}

static int answer;

static int CALLBACK decide(LPWSABUF caller, LPWSABUF caller_data, LPQOS qos, LPQOS group_qos, LPWSABUF callee,
                           LPWSABUF callee_data, GROUP *group, DWORD_PTR context) {
    (void)caller, (void)caller_data, (void)qos, (void)group_qos, (void)callee, (void)callee_data, (void)group;
    (void)context;
    return answer;
}

static void FD_ACCEPT_not_again_for_one_who_is_deferred(void) {
    address where;
    SOCKET from = watched_listener(&where, FD_ACCEPT);
    wine_differs("it records the event again");
    (void)connect_to(&where);
    expect_events(from, FD_ACCEPT);
    answer = CF_DEFER;
    assert_no_socket(WSATRY_AGAIN, WSAAccept(from, NULL, NULL, decide, 0));
    expect_none(from);
    (void)connect_to(&where);
    assert_true(keep(accept(from, NULL, NULL)) != INVALID_SOCKET);
    expect_events(from, FD_ACCEPT);
}

static void FD_ACCEPT_again_after_one_who_is_rejected(void) {
    address where;
    SOCKET from = watched_listener(&where, FD_ACCEPT);
    (void)connect_to(&where);
    (void)connect_to(&where);
    expect_events(from, FD_ACCEPT);
    answer = CF_REJECT;
    assert_no_socket(WSAECONNREFUSED, WSAAccept(from, NULL, NULL, decide, 0));
    expect_events(from, FD_ACCEPT);
}

static void who_is_rejected_is_in_no_record(void) {
    address where;
    wine_differs("it is accepted, and closed again");
    SOCKET from = watched_listener(&where, FD_ACCEPT | FD_WRITE | FD_CLOSE);
    (void)connect_to(&where);
    expect_events(from, FD_ACCEPT);
    answer = CF_REJECT;
    assert_no_socket(WSAECONNREFUSED, WSAAccept(from, NULL, NULL, decide, 0));
    expect_none(from);
}

/* ------------------------------------------------------------------------------------------------------------ order */

static void FD_CLOSE_alone_waits_for_the_data_to_be_read(void) {
    watched_pair(FD_CLOSE);
    send_text(client, "data");
    assert_ok(shutdown(client, SD_SEND));
    await_bytes(server, 4);
    expect_text(server, "data");
    expect_events(server, FD_CLOSE);
    expect_end(server);
}

static void FD_CLOSE_of_both_ends(void) {
    watched_pair(FD_READ | FD_CLOSE);
    assert_ok(shutdown(server, SD_SEND));
    expect_end(client);
    expect_none(server);
    assert_ok(shutdown(client, SD_SEND));
    expect_events(server, FD_CLOSE);
    expect_none(server);
}

static void FD_CLOSE_not_for_ones_own_shutdown(void) {
    watched_pair(FD_READ | FD_CLOSE);
    assert_ok(shutdown(server, SD_RECEIVE));
    expect_none(server);
}

static void FD_CLOSE_not_for_a_refusal(void) {
    address where = nobody();
    SOCKET made = tcp();
    event = manual_event();
    assert_ok(WSAEventSelect(made, event, FD_CONNECT | FD_READ | FD_WRITE | FD_CLOSE));
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    expect_events(made, FD_CONNECT);
    expect_none(made);
}

static void FD_CONNECT_again_for_another_attempt(void) {
    wine_differs("there is only one attempt");
    address where = nobody(), good;
    SOCKET made = tcp();
    event = manual_event();
    (void)listener(&good);
    assert_ok(WSAEventSelect(made, event, FD_CONNECT | FD_WRITE));
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    expect_events(made, FD_CONNECT);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &good.any, good.length));
    expect_events(made, FD_CONNECT | FD_WRITE);
}

static void FD_CONNECT_of_one_that_has_begun(void) {
    address where;
    SOCKET made = tcp();
    event = manual_event();
    (void)listener(&where);
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    assert_ok(WSAEventSelect(made, event, FD_CONNECT | FD_WRITE));
    expect_events(made, FD_CONNECT | FD_WRITE);
}

static void FD_WRITE_only_when_a_send_would_have_blocked(void) {
    watched_pair(FD_WRITE);
    expect_events(server, FD_WRITE);
    for (int i = 0; i < 100; i++)
        send_text(server, "small");
    drain(client, 500);
    expect_none(server);
}

/* ------------------------------------------------------------------------------------------------------ urgent data */

static void FD_OOB_again_while_urgent_data_wait(void) {
    wine_differs("other receives do not record it again");
    watched_pair(FD_OOB);
    send_text(client, "ab");
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    expect_events(server, FD_OOB);
    expect_text(server, "ab");
    expect_events(server, FD_OOB);
    assert_bytes(1, recv(server, bytes, 1, MSG_OOB));
    expect_none(server);
}

static void FD_READ_not_for_urgent_data(void) {
    watched_pair(FD_READ);
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    await_exceptional(server);
    expect_none(server);
    send_text(client, "x");
    expect_events(server, FD_READ);
}

static void a_datagram_socket_has_no_FD_CLOSE(void) {
    SOCKET a, b;
    event = manual_event();
    udp_pair(&a, &b);
    assert_ok(WSAEventSelect(a, event, FD_READ | FD_CLOSE));
    drop(b);
    expect_none(a);
}

static const conform_test tests[] = {
    conform(while_events_are_asked_for_it_cannot_block),
    conform(it_may_be_made_non_blocking_once_more),
    conform(when_nothing_is_asked_for_it_can_block),
    conform(to_ask_for_nothing_any_event_will_do),
    conform(error_codes_of_other_events_are_left),
    conform(telling_to_what_is_no_event_takes_nothing),
    conform(asking_anew_forgets_what_was_recorded),
    conform(asking_anew_records_what_is_still_so),
    conform(each_socket_has_its_own_record),
    conform(an_accepted_socket_has_its_listeners_events),
    conform(WSAAccept_gives_them_too),
    conform(an_accepted_socket_can_have_its_own),
    conform(an_accepted_socket_can_end_it),
    conform(FD_ACCEPT_not_again_for_one_who_is_deferred),
    conform(FD_ACCEPT_again_after_one_who_is_rejected),
    conform(who_is_rejected_is_in_no_record),
    conform(FD_CLOSE_alone_waits_for_the_data_to_be_read),
    conform(FD_CLOSE_of_both_ends),
    conform(FD_CLOSE_not_for_ones_own_shutdown),
    conform(FD_CLOSE_not_for_a_refusal),
    conform(FD_CONNECT_again_for_another_attempt),
    conform(FD_CONNECT_of_one_that_has_begun),
    conform(FD_WRITE_only_when_a_send_would_have_blocked),
    conform(FD_OOB_again_while_urgent_data_wait),
    conform(FD_READ_not_for_urgent_data),
    conform(a_datagram_socket_has_no_FD_CLOSE),
};

CONFORM_MAIN(tests)
