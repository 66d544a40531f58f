/* SPDX-License-Identifier: MIT
 *
 * Conformance: ConnectEx and SO_UPDATE_CONNECT_CONTEXT. connect and WSAConnect are in conform_connect.c.
 */
#include "conform.h"

static LPFN_CONNECTEX connect_ex;
static address where;
static SOCKET from, client, server;
static DWORD sent, count;
static WSAOVERLAPPED overlapped;

static void bound(void) {
    from = listener(&where);
    client = tcp();
    (void)bind_loopback(client, AF_INET);
    extension(client, (GUID)WSAID_CONNECTEX, &connect_ex);
    overlapped_init(&overlapped);
    sent = UNTOUCHED;
}

static BOOL start_with(const void *data, DWORD length) {
    return connect_ex(client, &where.any, where.length, (void *)data, length, &sent, &overlapped);
}

static BOOL start(void) {
    return start_with(NULL, 0);
}

static void start_pends(void) {
    assert_false_with(ERROR_IO_PENDING, start());
}

static int end(void) {
    return overlapped_end(client, &overlapped, &count);
}

static void update(void) {
    assert_ok(setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0));
}

static void connected(void) {
    bound();
    start_pends();
    assert_int_equal(end(), 0);
    server = accept_from(from);
}

/* ---------------------------------------------------------------------------------------------------- what it needs */

static void it_needs_a_socket(void) {
    bound();
    client = NOT_A_SOCKET;
    assert_false_with(WSAENOTSOCK, start());
}

static void it_needs_a_bound_socket(void) {
    bound();
    client = tcp();
    assert_false_with(WSAEINVAL, start());
}

static void it_needs_an_overlapped(void) {
    bound();
    assert_false_with(ERROR_INVALID_PARAMETER, connect_ex(client, &where.any, where.length, NULL, 0, &sent, NULL));
}

static void it_needs_an_address(void) {
    wine_differs("it reads from the null pointer");
    bound();
    assert_false_with(WSAEFAULT, connect_ex(client, NULL, where.length, NULL, 0, &sent, &overlapped));
}

static void it_needs_the_whole_address(void) {
    wine_differs("it says that the address is of no use");
    bound();
    assert_false_with(WSAEFAULT, connect_ex(client, &where.any, 4, NULL, 0, &sent, &overlapped));
}

static void it_is_not_for_listeners(void) {
    address other;
    bound();
    client = listener(&other);
    assert_false_with(WSAEINVAL, start());
}

static void it_is_not_for_connected_sockets(void) {
    bound();
    tcp_pair(&client, &server);
    assert_false_with(WSAEISCONN, start());
}

static void once_is_enough(void) {
    connected();
    overlapped_init(&overlapped);
    assert_false_with(WSAEISCONN, start());
}

static void an_address_of_another_family_is_refused(void) {
    wine_differs("it says WSAEOPNOTSUPP");
    bound();
    where = with_port(loopback(AF_INET6), port_of(&where));
    assert_false_with(WSAEAFNOSUPPORT, start());
}

static void the_count_can_be_left_out(void) {
    bound();
    assert_false_with(ERROR_IO_PENDING, connect_ex(client, &where.any, where.length, NULL, 0, NULL, &overlapped));
    assert_int_equal(end(), 0);
}

/* ------------------------------------------------------------------------------------------------------- connecting */

static void it_pends_and_connects(void) {
    connected();
    assert_int_equal(count, 0);
    send_text(client, "there");
    expect_text(server, "there");
    send_text(server, "back");
    expect_text(client, "back");
}

static void the_peer_sees_where_it_was_bound(void) {
    connected();
    address peer = peer_of(server), own = local_of(client);
    assert_true(same_address(&peer, &own));
}

static void a_non_blocking_socket_connects_too(void) {
    bound();
    set_nonblocking(client);
    start_pends();
    assert_int_equal(end(), 0);
    assert_int_equal(is_writable(client, SOON), 1);
}

static void bound_to_any_address_is_bound(void) {
    address any = anywhere(AF_INET);
    bound();
    client = tcp();
    assert_ok(bind(client, &any.any, any.length));
    start_pends();
    assert_int_equal(end(), 0);
}

static void by_ipv6_too(void) {
    needs_ipv6();
    bound();
    from = listener6(&where);
    client = tcp6();
    (void)bind_loopback(client, AF_INET6);
    start_pends();
    assert_int_equal(end(), 0);
    server = accept_from(from);
    send_text(client, "six");
    expect_text(server, "six");
}

static void SO_CONNECT_TIME_counts_from_it(void) {
    connected();
    assert_in_range(get_option(client, SOL_SOCKET, SO_CONNECT_TIME), 0, 60);
}

static void it_is_done_when_nobody_has_accepted_yet(void) {
    bound();
    start_pends();
    assert_int_equal(end(), 0);
    send_text(client, "early");
    expect_text(accept_from(from), "early");
}

static void many_connect_at_once(void) {
    enum { MANY = 8 };
    SOCKET clients[MANY];
    WSAOVERLAPPED pending[MANY];
    bound();
    for (int i = 0; i < MANY; i++) {
        clients[i] = tcp();
        (void)bind_loopback(clients[i], AF_INET);
        overlapped_init(&pending[i]);
        assert_false_with(ERROR_IO_PENDING,
                          connect_ex(clients[i], &where.any, where.length, NULL, 0, &sent, &pending[i]));
    }
    for (int i = 0; i < MANY; i++)
        assert_int_equal(overlapped_end(clients[i], &pending[i], NULL), 0);
    for (int i = 0; i < MANY; i++)
        send_text(accept_from(from), "x");
    for (int i = 0; i < MANY; i++)
        expect_text(clients[i], "x");
}

/* -------------------------------------------------------------------------------------------------------- with data */

static void data_go_with_it(void) {
    bound();
    assert_false_with(ERROR_IO_PENDING, start_with("hello", 5));
    assert_int_equal(end(), 0);
    assert_int_equal(count, 5);
    expect_text(accept_from(from), "hello");
}

static void what_is_sent_next_comes_after_the_data(void) {
    bound();
    assert_false_with(ERROR_IO_PENDING, start_with("hello", 5));
    assert_int_equal(end(), 0);
    send_text(client, " world");
    expect_text(accept_from(from), "hello world");
}

static void data_without_a_length_are_none(void) {
    bound();
    assert_false_with(ERROR_IO_PENDING, start_with("hello", 0));
    assert_int_equal(end(), 0);
    assert_int_equal(count, 0);
    assert_int_equal(is_readable(accept_from(from), MOMENT), 0);
}

static void much_data_go_with_it(void) {
    enum { MUCH = 3000000 };
    char *data = calloc(1, MUCH);
    bound();
    assert_false_with(ERROR_IO_PENDING, start_with(data, MUCH));
    server = accept_from(from);
    drain(server, MUCH);
    assert_int_equal(end(), 0);
    assert_int_equal(count, MUCH);
    free(data);
}

static void data_reach_nobody_who_refuses(void) {
    bound();
    where = nobody();
    assert_false_with(ERROR_IO_PENDING, start_with("hello", 5));
    assert_int_equal(end(), WSAECONNREFUSED);
    assert_int_equal(count, 0);
}

/* ---------------------------------------------------------------------------------------------------------- refusal */

static void refusal_ends_it_with_an_error(void) {
    bound();
    where = nobody();
    start_pends();
    assert_int_equal(end(), WSAECONNREFUSED);
}

static void the_system_calls_it_connection_refused(void) {
    bound();
    where = nobody();
    start_pends();
    await_handle(overlapped.hEvent);
    assert_false_with(ERROR_CONNECTION_REFUSED, GetOverlappedResult((HANDLE)client, &overlapped, &count, FALSE));
    assert_int_equal((DWORD)overlapped.Internal, 0xC0000236);
}

static void after_refusal_it_can_be_tried_again(void) {
    wine_differs("the socket is of no more use");
    bound();
    address right = where;
    where = nobody();
    start_pends();
    assert_int_equal(end(), WSAECONNREFUSED);
    where = right;
    overlapped_init(&overlapped);
    start_pends();
    assert_int_equal(end(), 0);
}

static void a_port_is_told_of_success(void) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED which;
    bound();
    HANDLE port = keep_handle(CreateIoCompletionPort((HANDLE)client, NULL, 78, 0));
    assert_false_with(ERROR_IO_PENDING, start_with("abc", 3));
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    assert_int_equal(bytes, 3);
    assert_int_equal(key, 78);
    assert_ptr_equal(which, &overlapped);
}

static void a_port_is_told_of_refusal(void) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED which;
    bound();
    where = nobody();
    HANDLE port = keep_handle(CreateIoCompletionPort((HANDLE)client, NULL, 78, 0));
    start_pends();
    assert_false_with(ERROR_CONNECTION_REFUSED, GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    assert_int_equal(bytes, 0);
    assert_ptr_equal(which, &overlapped);
}

static void a_port_is_told_also_of_what_skips_success(void) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED which;
    bound();
    HANDLE port = keep_handle(CreateIoCompletionPort((HANDLE)client, NULL, 78, 0));
    assert_true(SetFileCompletionNotificationModes((HANDLE)client, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    start_pends();
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    assert_ptr_equal(which, &overlapped);
}

/* --------------------------------------------------------------------------------------------------------- updating */

static void before_the_update_it_has_no_peer(void) {
    wine_differs("it has one");
    address peer;
    connected();
    peer.length = sizeof peer.room;
    assert_wsa(WSAENOTCONN, getpeername(client, &peer.any, &peer.length));
}

static void before_the_update_it_cannot_be_shut_down(void) {
    wine_differs("it can");
    connected();
    assert_wsa(WSAENOTCONN, shutdown(client, SD_SEND));
}

static void an_update_gives_it_its_names(void) {
    connected();
    update();
    address peer = peer_of(client), own = local_of(client), seen = peer_of(server);
    assert_true(same_address(&peer, &where));
    assert_true(same_address(&own, &seen));
}

static void after_the_update_it_can_be_shut_down(void) {
    connected();
    update();
    assert_ok(shutdown(client, SD_SEND));
    expect_end(server);
}

static void an_update_needs_a_connection(void) {
    wine_differs("it does not look");
    bound();
    assert_wsa(WSAENOTCONN, setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0));
}

/* ------------------------------------------------------------------------------------------------------ other calls */

static void what_is_connected_cannot_connect(void) {
    connected();
    assert_wsa(WSAEISCONN, connect(client, &where.any, where.length));
}

static void a_receive_can_follow_at_once(void) {
    WSAOVERLAPPED receiving;
    char bytes[8] = "";
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    connected();
    overlapped_init(&receiving);
    assert_wsa(WSA_IO_PENDING, WSARecv(client, &in, 1, NULL, &flags, &receiving, NULL));
    send_text(server, "now");
    assert_int_equal(overlapped_end(client, &receiving, &count), 0);
    assert_int_equal(count, 3);
}

static void a_socket_of_datagrams_cannot(void) {
    wine_differs("it can");
    bound();
    client = udp();
    (void)bind_loopback(client, AF_INET);
    assert_false_with(WSAEOPNOTSUPP, start());
}

static void FD_CONNECT_tells_of_it(void) {
    WSANETWORKEVENTS events;
    bound();
    HANDLE event = manual_event();
    assert_ok(WSAEventSelect(client, event, FD_CONNECT));
    start_pends();
    assert_int_equal(end(), 0);
    await_handle(event);
    assert_ok(WSAEnumNetworkEvents(client, event, &events));
    assert_int_equal(events.lNetworkEvents & FD_CONNECT, FD_CONNECT);
    assert_int_equal(events.iErrorCode[FD_CONNECT_BIT], 0);
}

static const conform_test tests[] = {
    conform(it_needs_a_socket),
    conform(it_needs_a_bound_socket),
    conform(it_needs_an_overlapped),
    conform(it_needs_an_address),
    conform(it_needs_the_whole_address),
    conform(it_is_not_for_listeners),
    conform(it_is_not_for_connected_sockets),
    conform(once_is_enough),
    conform(an_address_of_another_family_is_refused),
    conform(the_count_can_be_left_out),
    conform(it_pends_and_connects),
    conform(the_peer_sees_where_it_was_bound),
    conform(a_non_blocking_socket_connects_too),
    conform(bound_to_any_address_is_bound),
    conform(by_ipv6_too),
    conform(SO_CONNECT_TIME_counts_from_it),
    conform(it_is_done_when_nobody_has_accepted_yet),
    conform(many_connect_at_once),
    conform(data_go_with_it),
    conform(what_is_sent_next_comes_after_the_data),
    conform(data_without_a_length_are_none),
    conform(much_data_go_with_it),
    conform(data_reach_nobody_who_refuses),
    conform(refusal_ends_it_with_an_error),
    conform(the_system_calls_it_connection_refused),
    conform(after_refusal_it_can_be_tried_again),
    conform(a_port_is_told_of_success),
    conform(a_port_is_told_of_refusal),
    conform(a_port_is_told_also_of_what_skips_success),
    conform(before_the_update_it_has_no_peer),
    conform(before_the_update_it_cannot_be_shut_down),
    conform(an_update_gives_it_its_names),
    conform(after_the_update_it_can_be_shut_down),
    conform(an_update_needs_a_connection),
    conform(what_is_connected_cannot_connect),
    conform(a_receive_can_follow_at_once),
    conform(a_socket_of_datagrams_cannot),
    conform(FD_CONNECT_tells_of_it),
};

CONFORM_MAIN(tests)
