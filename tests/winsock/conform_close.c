/* SPDX-License-Identifier: MIT
 *
 * Conformance: closesocket: what becomes of data, of the peer, and of calls that wait in other threads; and lingering.
 * Packets and routines of what pended are in conform_port.c and conform_routine.c.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[64];

/* ------------------------------------------------------------------------------------------------------------- data */

static void what_was_sent_still_arrives(void) {
    tcp_pair(&client, &server);
    send_text(client, "farewell");
    drop(client);
    expect_text(server, "farewell");
    expect_end(server);
}

static void much_that_was_sent_still_arrives(void) {
    tcp_pair(&client, &server);
    size_t sent = fill(client);
    drop(client);
    drain(server, sent);
    expect_end(server);
}

static void what_was_not_received_resets_the_peer(void) {
    wine_differs("a reset that has come is taken for the end");
    tcp_pair(&client, &server);
    send_text(client, "unheard");
    await_bytes(server, 7);
    drop(server);
    await_readable(client);
    assert_wsa(WSAECONNRESET, recv(client, bytes, sizeof bytes, 0));
}

static void after_shutdown_it_only_closes(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    expect_end(server);
    assert_ok(shutdown(server, SD_SEND));
    expect_end(client);
    drop(client);
    drop(server);
}

static void a_name_is_free_after_it(void) {
    SOCKET bound = tcp(), next = tcp();
    address where = bind_loopback(bound, AF_INET);
    drop(bound);
    assert_ok(bind(next, &where.any, where.length));
}

static void the_port_of_a_datagram_socket_is_free_after_it(void) {
    SOCKET bound = udp(), next = udp();
    address where = bind_loopback(bound, AF_INET);
    drop(bound);
    assert_ok(bind(next, &where.any, where.length));
}

static void closing_twice_is_no_socket(void) {
    SOCKET made = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    assert_ok(closesocket(made));
    assert_wsa(WSAENOTSOCK, closesocket(made));
}

static void a_connection_in_progress_can_be_closed(void) {
    address where;
    SOCKET from = listener(&where), starting = tcp();
    set_nonblocking(starting);
    assert_wsa(WSAEWOULDBLOCK, connect(starting, &where.any, where.length));
    drop(starting);
    drop(from);
}

/* -------------------------------------------------------------------------------------------------------- lingering */

static void linger_for(SOCKET socket, u_short seconds) {
    const struct linger lingering = {1, seconds};
    assert_ok(setsockopt(socket, SOL_SOCKET, SO_LINGER, (const char *)&lingering, sizeof lingering));
}

static void lingering_for_no_time_resets(void) {
    wine_differs("a reset that has come is taken for the end");
    tcp_pair(&client, &server);
    drop_hard(client);
    await_readable(server);
    assert_wsa(WSAECONNRESET, recv(server, bytes, sizeof bytes, 0));
}

static void lingering_for_no_time_loses_what_is_under_way(void) {
    wine_differs("a reset that has come is taken for the end");
    tcp_pair(&client, &server);
    (void)fill(client);
    drop_hard(client);
    for (;;) {
        await_readable(server);
        if (recv(server, bytes, sizeof bytes, 0) <= 0)
            break;
    }
    assert_int_equal(WSAGetLastError(), WSAECONNRESET);
}

static void lingering_ends_when_all_has_gone(void) {
    tcp_pair(&client, &server);
    linger_for(client, 20);
    send_text(client, "heard");
    drop(client);
    expect_text(server, "heard");
    expect_end(server);
}

static void lingering_has_its_time(void) {
    tcp_pair(&client, &server);
    (void)fill(client);
    set_blocking(client);
    linger_for(client, 1);
    ULONGLONG begin = GetTickCount64();
    drop(client);
    assert_in_range(GetTickCount64() - begin, 900, SOON);
}

static void what_does_not_block_does_not_linger(void) {
    wine_differs("it closes");
    tcp_pair(&client, &server);
    size_t sent = fill(client);
    linger_for(client, 20);
    assert_wsa(WSAEWOULDBLOCK, closesocket(client));
    set_option(client, SOL_SOCKET, SO_DONTLINGER, 1);
    drop(client);
    drain(server, sent);
    expect_end(server);
}

static void without_lingering_it_does_not_wait(void) {
    tcp_pair(&client, &server);
    (void)fill(client);
    set_blocking(client);
    set_option(client, SOL_SOCKET, SO_DONTLINGER, 1);
    ULONGLONG begin = GetTickCount64();
    drop(client);
    assert_in_range(GetTickCount64() - begin, 0, 900);
}

/* -------------------------------------------------------------------------------------------------- calls that wait */

static HANDLE begun;

typedef struct waiter {
    int (*call)(SOCKET socket);
    SOCKET socket;
    int result, error;
} waiter;

static DWORD WINAPI wait_in_call(LPVOID argument) {
    waiter *own = argument;
    (void)SetEvent(begun);
    own->result = own->call(own->socket);
    own->error = WSAGetLastError();
    return 0;
}

/* Closes the socket while another thread waits in the call. @return what that says */
static int close_during(SOCKET socket, int (*call)(SOCKET socket)) {
    waiter waiting = {call, socket, 0, 0};
    begun = manual_event();
    HANDLE thread = thread_start(wait_in_call, &waiting);
    await_handle(begun);
    assert_false(is_signalled(thread, MOMENT));
    drop(socket);
    assert_int_equal(thread_end(thread), 0);
    assert_int_equal(waiting.result, SOCKET_ERROR);
    return waiting.error;
}

/* It is documented to be cancelled; what it says depends on how far it had come, so that every error of a call that was
 * interrupted is right. */
static void expect_call_ends(SOCKET socket, int (*call)(SOCKET socket)) {
    int error = close_during(socket, call);
    if (error != WSAECONNABORTED && error != WSAENOTSOCK && error != WSA_OPERATION_ABORTED)
        assert_int_equal(error, WSAEINTR);
}

static int call_recv(SOCKET socket) {
    return recv(socket, bytes, sizeof bytes, 0);
}

static int call_recvfrom(SOCKET socket) {
    address from;
    from.length = sizeof from.room;
    return recvfrom(socket, bytes, sizeof bytes, 0, &from.any, &from.length);
}

static int call_WSARecv(SOCKET socket) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD count, flags = 0;
    return WSARecv(socket, &in, 1, &count, &flags, NULL, NULL);
}

static int call_send(SOCKET socket) {
    static char block[1 << 20];
    while (send(socket, block, sizeof block, 0) > 0) {
    }
    return SOCKET_ERROR;
}

static int call_accept(SOCKET socket) {
    return accept(socket, NULL, NULL) == INVALID_SOCKET ? SOCKET_ERROR : 0;
}

static void a_recv_that_waits_ends(void) {
    wine_differs("it says WSAEINVAL");
    tcp_pair(&client, &server);
    expect_call_ends(server, call_recv);
}

static void a_WSARecv_that_waits_ends(void) {
    wine_differs("it says WSAEINVAL");
    tcp_pair(&client, &server);
    expect_call_ends(server, call_WSARecv);
}

static void a_recv_with_a_timeout_that_waits_ends(void) {
    wine_differs("it says WSAEINVAL");
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, SOON);
    expect_call_ends(server, call_recv);
}

static void a_recvfrom_that_waits_ends(void) {
    wine_differs("it says WSAEINVAL");
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    expect_call_ends(bound, call_recvfrom);
}

static void a_send_that_waits_ends(void) {
    wine_differs("it goes on waiting");
    tcp_pair(&client, &server);
    expect_call_ends(client, call_send);
}

static void an_accept_that_waits_ends(void) {
    address where;
    expect_call_ends(listener(&where), call_accept);
}

static DWORD WINAPI wait_in_select(LPVOID argument) {
    (void)SetEvent(begun);
    int result = is_readable((SOCKET)(UINT_PTR)argument, SOON);
    return result == 1 || WSAGetLastError() == WSAENOTSOCK || WSAGetLastError() == WSAEINTR ? 0 : 1;
}

static void a_select_that_waits_ends(void) {
    tcp_pair(&client, &server);
    begun = manual_event();
    HANDLE thread = thread_start(wait_in_select, (LPVOID)(UINT_PTR)server);
    await_handle(begun);
    assert_false(is_signalled(thread, MOMENT));
    drop(server);
    assert_int_equal(thread_end(thread), 0);
}

static DWORD WINAPI wait_in_poll(LPVOID argument) {
    WSAPOLLFD entry = {(SOCKET)(UINT_PTR)argument, POLLRDNORM, 0};
    (void)SetEvent(begun);
    int result = WSAPoll(&entry, 1, SOON);
    return result == 1 ? (DWORD)(u_short)entry.revents : UNTOUCHED;
}

static void a_WSAPoll_that_waits_tells_that_it_is_invalid(void) {
    tcp_pair(&client, &server);
    begun = manual_event();
    HANDLE thread = thread_start(wait_in_poll, (LPVOID)(UINT_PTR)server);
    await_handle(begun);
    assert_false(is_signalled(thread, MOMENT));
    drop(server);
    assert_int_equal(thread_end(thread), POLLNVAL);
}

static void the_other_end_of_a_call_that_waited_sees_the_end(void) {
    tcp_pair(&client, &server);
    (void)close_during(server, call_recv);
    expect_end(client);
}

/* ------------------------------------------------------------------------------------------------------- what pends */

/* Documented is STATUS_CANCELLED; Windows aborts the connection, which is as well. */
static void expect_aborted(WSAOVERLAPPED *overlapped) {
    await_handle(overlapped->hEvent);
    DWORD status = (DWORD)overlapped->Internal;
    if (status != 0xC000020D && status != 0xC0000241)
        assert_int_equal(status, 0xC0000120);
    assert_int_equal(overlapped->InternalHigh, 0);
}

static void a_receive_that_pends_ends(void) {
    WSAOVERLAPPED overlapped;
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    wine_differs("the status is that of a closed handle");
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    drop(server);
    expect_aborted(&overlapped);
}

static void a_datagram_receive_that_pends_ends(void) {
    wine_differs("the status is that of a closed handle");
    WSAOVERLAPPED overlapped;
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(bound, &in, 1, NULL, &flags, &overlapped, NULL));
    drop(bound);
    expect_aborted(&overlapped);
}

static void everything_that_pends_ends(void) {
    WSAOVERLAPPED overlapped[20];
    char room[20];
    wine_differs("the status is that of a closed handle");
    tcp_pair(&client, &server);
    for (int i = 0; i < 20; i++) {
        WSABUF in = buffer_of(&room[i], 1);
        DWORD flags = 0;
        overlapped_init(&overlapped[i]);
        assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped[i], NULL));
    }
    drop(server);
    for (int i = 0; i < 20; i++)
        expect_aborted(&overlapped[i]);
}

static void the_result_of_what_pended_needs_the_socket(void) {
    WSAOVERLAPPED overlapped;
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD count, flags = 0;
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(bound, &in, 1, NULL, &flags, &overlapped, NULL));
    drop(bound);
    await_handle(overlapped.hEvent);
    assert_false_with(WSAENOTSOCK, WSAGetOverlappedResult(bound, &overlapped, &count, FALSE, &flags));
}

static const conform_test tests[] = {
    conform(what_was_sent_still_arrives),
    conform(much_that_was_sent_still_arrives),
    conform(what_was_not_received_resets_the_peer),
    conform(after_shutdown_it_only_closes),
    conform(a_name_is_free_after_it),
    conform(the_port_of_a_datagram_socket_is_free_after_it),
    conform(closing_twice_is_no_socket),
    conform(a_connection_in_progress_can_be_closed),
    conform(lingering_for_no_time_resets),
    conform(lingering_for_no_time_loses_what_is_under_way),
    conform(lingering_ends_when_all_has_gone),
    conform(lingering_has_its_time),
    conform(what_does_not_block_does_not_linger),
    conform(without_lingering_it_does_not_wait),
    conform(a_recv_that_waits_ends),
    conform(a_WSARecv_that_waits_ends),
    conform(a_recv_with_a_timeout_that_waits_ends),
    conform(a_recvfrom_that_waits_ends),
    conform(a_send_that_waits_ends),
    conform(an_accept_that_waits_ends),
    conform(a_select_that_waits_ends),
    conform(a_WSAPoll_that_waits_tells_that_it_is_invalid),
    conform(the_other_end_of_a_call_that_waited_sees_the_end),
    conform(a_receive_that_pends_ends),
    conform(a_datagram_receive_that_pends_ends),
    conform(everything_that_pends_ends),
    conform(the_result_of_what_pended_needs_the_socket),
};

CONFORM_MAIN(tests)
