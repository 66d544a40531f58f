/* SPDX-License-Identifier: MIT
 *
 * Conformance: AcceptEx, GetAcceptExSockaddrs and SO_UPDATE_ACCEPT_CONTEXT. Cancelling it is in conform_cancel.c.
 */
#include "conform.h"

/* What an address takes in the buffer, as documented: 16 bytes more than it has. */
#define ROOM ((DWORD)sizeof(struct sockaddr_in) + 16)
#define ROOM6 ((DWORD)sizeof(struct sockaddr_in6) + 16)

static LPFN_ACCEPTEX accept_ex;
static LPFN_GETACCEPTEXSOCKADDRS addresses_of;
static address where;
static SOCKET from, accepting, client;
static char room[1024];
static DWORD received, count;
static WSAOVERLAPPED overlapped;

static void begin(void) {
    from = listener(&where);
    accepting = tcp();
    extension(from, (GUID)WSAID_ACCEPTEX, &accept_ex);
    extension(from, (GUID)WSAID_GETACCEPTEXSOCKADDRS, &addresses_of);
    overlapped_init(&overlapped);
    memset(room, 0x55, sizeof room);
    received = UNTOUCHED;
}

static BOOL start(DWORD length) {
    return accept_ex(from, accepting, room, length, ROOM, ROOM, &received, &overlapped);
}

static void start_pends(DWORD length) {
    assert_false_with(ERROR_IO_PENDING, start(length));
}

static int end(void) {
    return overlapped_end(from, &overlapped, &count);
}

static void update(void) {
    assert_ok(setsockopt(accepting, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&from, sizeof from));
}

/* Accepts one, without data. */
static void accepted(void) {
    begin();
    start_pends(0);
    client = connect_to(&where);
    assert_int_equal(end(), 0);
}

/* ---------------------------------------------------------------------------------------------------- what it needs */

static void it_needs_a_listener(void) {
    begin();
    from = NOT_A_SOCKET;
    assert_false_with(WSAENOTSOCK, start(0));
}

static void it_needs_a_socket_to_accept_into(void) {
    begin();
    accepting = INVALID_SOCKET;
    assert_false_with(WSAENOTSOCK, start(0));
}

static void the_listener_must_listen(void) {
    wine_differs("it pends");
    begin();
    from = tcp();
    (void)bind_loopback(from, AF_INET);
    assert_false_with(WSAEINVAL, start(0));
}

static void the_socket_must_not_be_bound(void) {
    wine_differs("it pends");
    begin();
    (void)bind_loopback(accepting, AF_INET);
    assert_false_with(WSAEINVAL, start(0));
}

static void the_socket_must_not_be_connected(void) {
    wine_differs("it pends");
    SOCKET other;
    begin();
    tcp_pair(&accepting, &other);
    assert_false_with(WSAEINVAL, start(0));
}

static void the_socket_must_not_listen(void) {
    wine_differs("it pends");
    begin();
    accepting = from;
    assert_false_with(WSAEINVAL, start(0));
}

static void the_socket_must_not_be_accepted_into_already(void) {
    WSAOVERLAPPED second;
    begin();
    start_pends(0);
    overlapped_init(&second);
    assert_false_with(WSAEINVAL, accept_ex(from, accepting, room, 0, ROOM, ROOM, &received, &second));
}

static void it_needs_a_buffer(void) {
    wine_differs("it says WSAEINVAL");
    begin();
    assert_false_with(WSAEFAULT, accept_ex(from, accepting, NULL, 0, ROOM, ROOM, &received, &overlapped));
}

static void it_needs_an_overlapped(void) {
    begin();
    assert_false_with(ERROR_INVALID_PARAMETER, accept_ex(from, accepting, room, 0, ROOM, ROOM, &received, NULL));
}

static void it_needs_room_for_the_peer(void) {
    begin();
    assert_false_with(WSAEFAULT, accept_ex(from, accepting, room, 0, ROOM, 0, &received, &overlapped));
}

static void the_local_address_can_be_left_out(void) {
    begin();
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, 0, ROOM, &received, &overlapped));
    client = connect_to(&where);
    assert_int_equal(end(), 0);
}

static void the_count_can_be_left_out(void) {
    begin();
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, ROOM, ROOM, NULL, &overlapped));
    client = connect_to(&where);
    assert_int_equal(end(), 0);
}

static void too_little_room_ends_it_with_an_error(void) {
    begin();
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, 3, ROOM, &received, &overlapped));
    client = connect_to(&where);
    await_handle(overlapped.hEvent);
    assert_false_with(ERROR_INSUFFICIENT_BUFFER, GetOverlappedResult((HANDLE)from, &overlapped, &count, FALSE));
    assert_int_equal((DWORD)overlapped.Internal, 0xC0000023);
}

static void after_too_little_room_the_connection_can_be_accepted(void) {
    wine_differs("the connection is lost");
    begin();
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, 3, ROOM, &received, &overlapped));
    client = connect_to(&where);
    await_handle(overlapped.hEvent);
    send_text(client, "kept");
    expect_text(accept_from(from), "kept");
}

/* --------------------------------------------------------------------------------------------------- accepting only */

static void it_pends_until_someone_connects(void) {
    begin();
    start_pends(0);
    assert_false(is_signalled(overlapped.hEvent, MOMENT));
    client = connect_to(&where);
    assert_int_equal(end(), 0);
    assert_int_equal(count, 0);
}

static void while_it_pends_the_status_says_so(void) {
    begin();
    start_pends(0);
    assert_int_equal((DWORD)overlapped.Internal, 0x103);
    assert_false_with(WSA_IO_INCOMPLETE, WSAGetOverlappedResult(from, &overlapped, &count, FALSE, &received));
}

static void who_waits_already_is_accepted(void) {
    begin();
    client = connect_to(&where);
    await_readable(from);
    assert_false_with(ERROR_IO_PENDING, start(0));
    assert_int_equal(end(), 0);
    assert_int_equal(count, 0);
}

static void the_socket_is_connected_to_the_peer(void) {
    accepted();
    send_text(client, "there");
    expect_text(accepting, "there");
    send_text(accepting, "and back");
    expect_text(client, "and back");
}

static void nobody_else_gets_the_connection(void) {
    accepted();
    assert_int_equal(is_readable(from, MOMENT), 0);
}

static void several_pend_and_each_gets_one(void) {
    enum { MANY = 8 };
    SOCKET into[MANY], clients[MANY];
    WSAOVERLAPPED pending[MANY];
    static char buffers[MANY][128];
    begin();
    for (int i = 0; i < MANY; i++) {
        into[i] = tcp();
        overlapped_init(&pending[i]);
        assert_false_with(ERROR_IO_PENDING,
                          accept_ex(from, into[i], buffers[i], 0, ROOM, ROOM, &received, &pending[i]));
    }
    for (int i = 0; i < MANY; i++)
        clients[i] = connect_to(&where);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(overlapped_end(from, &pending[i], NULL), 0);
        send_text(into[i], "x");
    }
    for (int i = 0; i < MANY; i++)
        expect_text(clients[i], "x");
}

static void the_first_is_served_first(void) {
    WSAOVERLAPPED second;
    SOCKET other = tcp();
    char second_room[128];
    begin();
    start_pends(0);
    overlapped_init(&second);
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, other, second_room, 0, ROOM, ROOM, &received, &second));
    client = connect_to(&where);
    assert_int_equal(end(), 0);
    assert_false(is_signalled(second.hEvent, MOMENT));
    (void)connect_to(&where);
    assert_int_equal(overlapped_end(from, &second, NULL), 0);
}

static void the_listener_goes_on(void) {
    accepted();
    SOCKET next = connect_to(&where), other = accept_from(from);
    send_text(next, "next");
    expect_text(other, "next");
}

static void a_non_blocking_listener_pends_too(void) {
    begin();
    set_nonblocking(from);
    start_pends(0);
    client = connect_to(&where);
    assert_int_equal(end(), 0);
}

static void by_ipv6_too(void) {
    needs_ipv6();
    begin();
    from = listener6(&where);
    accepting = tcp6();
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, ROOM6, ROOM6, &received, &overlapped));
    client = connect_to(&where);
    assert_int_equal(end(), 0);
    struct sockaddr *local = NULL, *remote = NULL;
    int local_length = 0, remote_length = 0;
    addresses_of(room, 0, ROOM6, ROOM6, &local, &local_length, &remote, &remote_length);
    assert_int_equal(local_length, sizeof(struct sockaddr_in6));
    assert_int_equal(remote_length, sizeof(struct sockaddr_in6));
    address peer = local_of(client);
    assert_memory_equal(&((struct sockaddr_in6 *)remote)->sin6_addr, &peer.v6.sin6_addr, sizeof peer.v6.sin6_addr);
    assert_int_equal(((struct sockaddr_in6 *)remote)->sin6_port, port_of(&peer));
}

static void it_fills_a_port(void) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED which;
    begin();
    HANDLE port = keep_handle(CreateIoCompletionPort((HANDLE)from, NULL, 77, 0));
    overlapped.hEvent = NULL;
    start_pends(0);
    client = connect_to(&where);
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    assert_int_equal(bytes, 0);
    assert_int_equal(key, 77);
    assert_ptr_equal(which, &overlapped);
}

/* --------------------------------------------------------------------------------------------------- with a receive */

static void with_a_length_it_waits_for_data(void) {
    begin();
    start_pends(100);
    client = connect_to(&where);
    assert_false(is_signalled(overlapped.hEvent, MOMENT));
    send_text(client, "first");
    assert_int_equal(end(), 0);
    assert_int_equal(count, 5);
    assert_memory_equal(room, "first", 5);
}

static void it_takes_no_more_than_the_length(void) {
    begin();
    start_pends(5);
    client = connect_to(&where);
    send_text(client, "firstsecond");
    assert_int_equal(end(), 0);
    assert_int_equal(count, 5);
    assert_memory_equal(room, "first", 5);
    expect_text(accepting, "second");
}

static void it_takes_what_comes_first_only(void) {
    begin();
    start_pends(100);
    client = connect_to(&where);
    send_text(client, "first");
    assert_int_equal(end(), 0);
    send_text(client, "second");
    expect_text(accepting, "second");
}

static void data_of_who_waits_already_are_taken(void) {
    begin();
    client = connect_to(&where);
    send_text(client, "early");
    await_readable(from);
    assert_false_with(ERROR_IO_PENDING, start(100));
    assert_int_equal(end(), 0);
    assert_int_equal(count, 5);
    assert_memory_equal(room, "early", 5);
}

static void a_peer_who_ends_without_data_ends_it_with_nothing(void) {
    begin();
    start_pends(100);
    client = connect_to(&where);
    assert_ok(shutdown(client, SD_SEND));
    assert_int_equal(end(), 0);
    assert_int_equal(count, 0);
}

static void the_addresses_come_after_the_data(void) {
    struct sockaddr *local = NULL, *remote = NULL;
    int local_length = 0, remote_length = 0;
    begin();
    start_pends(100);
    client = connect_to(&where);
    send_text(client, "first");
    assert_int_equal(end(), 0);
    addresses_of(room, 100, ROOM, ROOM, &local, &local_length, &remote, &remote_length);
    assert_true((char *)local >= room + 100 && (char *)local < room + 100 + ROOM);
    assert_true((char *)remote >= room + 100 + ROOM && (char *)remote < room + 100 + ROOM + ROOM);
    assert_int_equal(((struct sockaddr_in *)local)->sin_port, port_of(&where));
    assert_int_equal((u_char)room[100 + ROOM + ROOM], 0x55);
}

static int connected_for(SOCKET socket) {
    return get_option(socket, SOL_SOCKET, SO_CONNECT_TIME);
}

static void while_it_waits_for_data_the_socket_is_connected(void) {
    ULONGLONG start_time = GetTickCount64();
    begin();
    start_pends(100);
    assert_int_equal(connected_for(accepting), -1);
    client = connect_to(&where);
    while (connected_for(accepting) == -1 && GetTickCount64() - start_time < SOON)
        (void)is_signalled(overlapped.hEvent, 1);
    assert_true(connected_for(accepting) >= 0);
    assert_false(is_signalled(overlapped.hEvent, 0));
}

static void data_that_come_do_not_serve_another(void) {
    WSAOVERLAPPED second;
    SOCKET other = tcp(), second_client;
    char second_room[256];
    begin();
    start_pends(100);
    overlapped_init(&second);
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, other, second_room, 100, ROOM, ROOM, &received, &second));
    client = connect_to(&where);
    second_client = connect_to(&where);
    send_text(second_client, "two");
    assert_int_equal(overlapped_end(from, &second, &count), 0);
    assert_int_equal(count, 3);
    assert_false(is_signalled(overlapped.hEvent, MOMENT));
    send_text(client, "one!");
    assert_int_equal(end(), 0);
    assert_int_equal(count, 4);
}

/* -------------------------------------------------------------------------------------------------------- addresses */

static void the_buffer_tells_both_addresses(void) {
    struct sockaddr *local = NULL, *remote = NULL;
    int local_length = 0, remote_length = 0;
    accepted();
    address peer = local_of(client);
    addresses_of(room, 0, ROOM, ROOM, &local, &local_length, &remote, &remote_length);
    assert_int_equal(local_length, sizeof(struct sockaddr_in));
    assert_int_equal(remote_length, sizeof(struct sockaddr_in));
    assert_int_equal(local->sa_family, AF_INET);
    assert_int_equal(remote->sa_family, AF_INET);
    assert_int_equal(((struct sockaddr_in *)local)->sin_port, port_of(&where));
    assert_int_equal(((struct sockaddr_in *)local)->sin_addr.s_addr, where.v4.sin_addr.s_addr);
    assert_int_equal(((struct sockaddr_in *)remote)->sin_port, port_of(&peer));
    assert_int_equal(((struct sockaddr_in *)remote)->sin_addr.s_addr, peer.v4.sin_addr.s_addr);
}

static void the_function_of_the_library_reads_them_too(void) {
    wine_differs("that of its library reads none");
    struct sockaddr *local = NULL, *remote = NULL;
    int local_length = 0, remote_length = 0;
    accepted();
    address peer = local_of(client);
    GetAcceptExSockaddrs(room, 0, ROOM, ROOM, &local, &local_length, &remote, &remote_length);
    assert_int_equal(local_length, sizeof(struct sockaddr_in));
    assert_int_equal(remote_length, sizeof(struct sockaddr_in));
    assert_int_equal(((struct sockaddr_in *)remote)->sin_port, port_of(&peer));
}

static void the_function_of_the_library_accepts_too(void) {
    begin();
    assert_false_with(ERROR_IO_PENDING, AcceptEx(from, accepting, room, 0, ROOM, ROOM, &received, &overlapped));
    client = connect_to(&where);
    assert_int_equal(end(), 0);
}

/* --------------------------------------------------------------------------------------------------------- updating */

static void an_update_gives_it_its_names(void) {
    accepted();
    update();
    address local = local_of(accepting), peer = peer_of(accepting), expected = local_of(client);
    assert_true(same_address(&local, &where));
    assert_true(same_address(&peer, &expected));
}

static void before_the_update_it_has_no_peer(void) {
    wine_differs("it has one");
    address peer;
    accepted();
    peer.length = sizeof peer.room;
    assert_wsa(WSAENOTCONN, getpeername(accepting, &peer.any, &peer.length));
}

static void before_the_update_it_cannot_be_shut_down(void) {
    wine_differs("it can");
    accepted();
    assert_wsa(WSAENOTCONN, shutdown(accepting, SD_SEND));
}

static void after_the_update_it_can_be_shut_down(void) {
    accepted();
    update();
    assert_ok(shutdown(accepting, SD_SEND));
    expect_end(client);
}

static void an_update_needs_the_whole_of_a_socket(void) {
    wine_differs("the option does nothing");
    accepted();
    assert_wsa(WSAEFAULT, setsockopt(accepting, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&from, 2));
}

static void an_update_gives_it_the_listeners_properties(void) {
    const struct linger lingering = {1, 7};
    struct linger got;
    int length = sizeof got;
    begin();
    assert_ok(setsockopt(from, SOL_SOCKET, SO_LINGER, (const char *)&lingering, sizeof lingering));
    set_option(from, SOL_SOCKET, SO_KEEPALIVE, 1);
    start_pends(0);
    client = connect_to(&where);
    assert_int_equal(end(), 0);
    update();
    assert_ok(getsockopt(accepting, SOL_SOCKET, SO_LINGER, (char *)&got, &length));
    assert_int_equal(got.l_onoff, 1);
    assert_int_equal(got.l_linger, 7);
    assert_true(get_option(accepting, SOL_SOCKET, SO_KEEPALIVE) != 0);
}

static void an_update_gives_it_the_listeners_timeouts(void) {
    wine_differs("it has none");
    begin();
    set_option(from, SOL_SOCKET, SO_RCVTIMEO, 1234);
    start_pends(0);
    client = connect_to(&where);
    assert_int_equal(end(), 0);
    update();
    assert_int_equal(get_option(accepting, SOL_SOCKET, SO_RCVTIMEO), 1234);
}

/* ----------------------------------------------------------------------------------------------------- other calls */

static void what_is_being_accepted_into_cannot_connect(void) {
    begin();
    start_pends(0);
    assert_wsa(WSAEINVAL, connect(accepting, &where.any, where.length));
}

static void closing_the_socket_ends_it(void) {
    begin();
    start_pends(0);
    drop(accepting);
    assert_int_equal(end(), WSA_OPERATION_ABORTED);
}

static void after_closing_the_socket_another_can_be_accepted_into(void) {
    begin();
    start_pends(0);
    drop(accepting);
    assert_int_equal(end(), WSA_OPERATION_ABORTED);
    accepting = tcp();
    start_pends(0);
    client = connect_to(&where);
    assert_int_equal(end(), 0);
}

static void closing_the_listener_ends_it(void) {
    begin();
    start_pends(0);
    drop(from);
    await_handle(overlapped.hEvent);
    assert_int_equal((DWORD)overlapped.Internal, 0xC0000120);
}

static void closing_the_listener_leaves_the_accepted(void) {
    accepted();
    update();
    drop(from);
    send_text(client, "alive");
    expect_text(accepting, "alive");
}

static void a_data_receive_follows(void) {
    WSAOVERLAPPED receiving;
    char bytes[16] = "";
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    accepted();
    update();
    overlapped_init(&receiving);
    assert_wsa(WSA_IO_PENDING, WSARecv(accepting, &in, 1, NULL, &flags, &receiving, NULL));
    send_text(client, "follows");
    assert_int_equal(overlapped_end(accepting, &receiving, &count), 0);
    assert_int_equal(count, 7);
}

static const conform_test tests[] = {
    conform(it_needs_a_listener),
    conform(it_needs_a_socket_to_accept_into),
    conform(the_listener_must_listen),
    conform(the_socket_must_not_be_bound),
    conform(the_socket_must_not_be_connected),
    conform(the_socket_must_not_listen),
    conform(the_socket_must_not_be_accepted_into_already),
    conform(it_needs_a_buffer),
    conform(it_needs_an_overlapped),
    conform(it_needs_room_for_the_peer),
    conform(the_local_address_can_be_left_out),
    conform(the_count_can_be_left_out),
    conform(too_little_room_ends_it_with_an_error),
    conform(after_too_little_room_the_connection_can_be_accepted),
    conform(it_pends_until_someone_connects),
    conform(while_it_pends_the_status_says_so),
    conform(who_waits_already_is_accepted),
    conform(the_socket_is_connected_to_the_peer),
    conform(nobody_else_gets_the_connection),
    conform(several_pend_and_each_gets_one),
    conform(the_first_is_served_first),
    conform(the_listener_goes_on),
    conform(a_non_blocking_listener_pends_too),
    conform(by_ipv6_too),
    conform(it_fills_a_port),
    conform(with_a_length_it_waits_for_data),
    conform(it_takes_no_more_than_the_length),
    conform(it_takes_what_comes_first_only),
    conform(data_of_who_waits_already_are_taken),
    conform(a_peer_who_ends_without_data_ends_it_with_nothing),
    conform(the_addresses_come_after_the_data),
    conform(while_it_waits_for_data_the_socket_is_connected),
    conform(data_that_come_do_not_serve_another),
    conform(the_buffer_tells_both_addresses),
    conform(the_function_of_the_library_reads_them_too),
    conform(the_function_of_the_library_accepts_too),
    conform(an_update_gives_it_its_names),
    conform(before_the_update_it_has_no_peer),
    conform(before_the_update_it_cannot_be_shut_down),
    conform(after_the_update_it_can_be_shut_down),
    conform(an_update_needs_the_whole_of_a_socket),
    conform(an_update_gives_it_the_listeners_properties),
    conform(an_update_gives_it_the_listeners_timeouts),
    conform(what_is_being_accepted_into_cannot_connect),
    conform(closing_the_socket_ends_it),
    conform(after_closing_the_socket_another_can_be_accepted_into),
    conform(closing_the_listener_ends_it),
    conform(closing_the_listener_leaves_the_accepted),
    conform(a_data_receive_follows),
};

CONFORM_MAIN(tests)
