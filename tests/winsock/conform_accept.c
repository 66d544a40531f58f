/* SPDX-License-Identifier: MIT
 *
 * Conformance: accept and WSAAccept, whom they give, the addresses they tell, what the accepted socket inherits, and
 * the condition function. AcceptEx is in conform_accept_ex.c.
 */
#include "conform.h"

static void it_gives_a_connected_socket(void) {
    address where;
    SOCKET from = listener(&where), client = connect_to(&where), server = keep(accept(from, NULL, NULL));
    assert_true(server != INVALID_SOCKET);
    assert_true(server != from);
    send_text(server, "from the server");
    expect_text(client, "from the server");
}

static void it_tells_the_peer(void) {
    address where, peer, client_name;
    SOCKET from = listener(&where), client = connect_to(&where), server;
    memset(&peer, 0x55, sizeof peer);
    peer.length = sizeof peer.room;
    server = keep(accept(from, &peer.any, &peer.length));
    assert_true(server != INVALID_SOCKET);
    client_name = local_of(client);
    assert_int_equal(peer.length, sizeof(struct sockaddr_in));
    assert_true(same_address(&peer, &client_name));
}

static void it_tells_the_peer_by_ipv6(void) {
    address where, peer, client_name;
    needs_ipv6();
    SOCKET from = listener6(&where), client = connect_to(&where), server;
    peer.length = sizeof peer.room;
    server = keep(accept(from, &peer.any, &peer.length));
    assert_true(server != INVALID_SOCKET);
    client_name = local_of(client);
    assert_int_equal(peer.length, sizeof(struct sockaddr_in6));
    assert_true(same_address(&peer, &client_name));
}

static void exactly_the_length_of_an_address_suffices(void) {
    address where, peer;
    SOCKET from = listener(&where);
    (void)connect_to(&where);
    peer.length = sizeof peer.v4;
    assert_true(keep(accept(from, &peer.any, &peer.length)) != INVALID_SOCKET);
    assert_int_equal(peer.length, sizeof peer.v4);
}

static void without_a_length_no_address_is_told(void) {
    address where, peer, untouched;
    SOCKET from = listener(&where);
    memset(&peer, 0x55, sizeof peer);
    untouched = peer;
    (void)connect_to(&where);
    assert_true(keep(accept(from, &peer.any, NULL)) != INVALID_SOCKET);
    assert_memory_equal(&peer, &untouched, sizeof peer);
}

static void without_an_address_none_is_told(void) {
    address where;
    int length = sizeof(struct sockaddr_in);
    SOCKET from = listener(&where);
    (void)connect_to(&where);
    assert_true(keep(accept(from, NULL, &length)) != INVALID_SOCKET);
}

static void a_short_length_is_a_fault(void) {
    address where, peer;
    SOCKET from = listener(&where);
    (void)connect_to(&where);
    peer.length = 0;
    assert_no_socket(WSAEFAULT, accept(from, &peer.any, &peer.length));
    assert_int_equal(peer.length, 0);
}

static void a_length_short_by_one_is_a_fault(void) {
    address where, peer;
    SOCKET from = listener(&where);
    (void)connect_to(&where);
    peer.length = sizeof peer.v4 - 1;
    assert_no_socket(WSAEFAULT, accept(from, &peer.any, &peer.length));
}

static void it_needs_a_listener(void) {
    SOCKET bound = tcp(), client, server;
    (void)bind_loopback(bound, AF_INET);
    tcp_pair(&client, &server);
    assert_no_socket(WSAEINVAL, accept(tcp(), NULL, NULL));
    assert_no_socket(WSAEINVAL, accept(bound, NULL, NULL));
    assert_no_socket(WSAEINVAL, accept(client, NULL, NULL));
    assert_no_socket(WSAEINVAL, accept(server, NULL, NULL));
}

static void a_datagram_socket_cannot_accept(void) {
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    assert_no_socket(WSAEOPNOTSUPP, accept(bound, NULL, NULL));
    assert_no_socket(WSAEOPNOTSUPP, WSAAccept(bound, NULL, NULL, NULL, 0));
}

static void a_non_blocking_listener_would_block(void) {
    address where;
    SOCKET from = listener(&where);
    set_nonblocking(from);
    assert_no_socket(WSAEWOULDBLOCK, accept(from, NULL, NULL));
    assert_no_socket(WSAEWOULDBLOCK, WSAAccept(from, NULL, NULL, NULL, 0));
    (void)connect_to(&where);
    (void)accept_from(from);
    assert_no_socket(WSAEWOULDBLOCK, accept(from, NULL, NULL));
}

static DWORD WINAPI connect_later(LPVOID argument) {
    const address *where = argument;
    SOCKET client = socket(AF_INET, SOCK_STREAM, 0);
    int result = connect(client, &where->any, where->length);
    (void)closesocket(client);
    return result == 0 ? 0 : 1;
}

static void a_blocking_listener_waits(void) {
    address where;
    SOCKET from = listener(&where);
    HANDLE thread = thread_start(connect_later, &where);
    assert_true(keep(accept(from, NULL, NULL)) != INVALID_SOCKET);
    assert_int_equal(thread_end(thread), 0);
}

static void who_came_first_is_first(void) {
    address where;
    SOCKET from = listener(&where), clients[4];
    for (int i = 0; i < 4; i++)
        clients[i] = connect_to(&where);
    for (int i = 0; i < 4; i++) {
        address name = local_of(clients[i]), peer = peer_of(accept_from(from));
        assert_true(same_address(&name, &peer));
    }
}

static void one_who_has_sent_and_gone_is_still_given(void) {
    address where;
    SOCKET from = listener(&where), client = connect_to(&where), server;
    send_text(client, "last words");
    drop(client);
    server = accept_from(from);
    expect_text(server, "last words");
    expect_end(server);
}

/* Windows gives it, and its use fails, or says WSAECONNRESET; another who waits is given in any case. */
static void one_who_has_reset_is_not_in_the_way(void) {
    address where, name, peer;
    SOCKET from = listener(&where), client = connect_to(&where), other, server;
    int found = 0;
    drop_hard(client);
    other = connect_to(&where);
    name = local_of(other);
    while (!found) {
        await_readable(from);
        peer.length = sizeof peer.room;
        server = keep(accept(from, NULL, NULL));
        if (server == INVALID_SOCKET)
            assert_int_equal(WSAGetLastError(), WSAECONNRESET);
        else if (getpeername(server, &peer.any, &peer.length) == 0)
            found = same_address(&name, &peer);
    }
    send_text(other, "here");
    expect_text(server, "here");
}

/* ------------------------------------------------------------------------------------------------- inheritance --- */

static SOCKET accepted_with(int level, int option, int value) {
    SOCKET from = tcp();
    set_option(from, level, option, value);
    address where = bind_loopback(from, AF_INET);
    assert_ok(listen(from, 1));
    (void)connect_to(&where);
    return accept_from(from);
}

#define INHERITS(option, level, value)                                                                                 \
    static void it_inherits_##option(void) {                                                                           \
        assert_int_equal(get_option(accepted_with(level, option, value), level, option), value);                       \
    }

INHERITS(SO_REUSEADDR, SOL_SOCKET, 1)
INHERITS(SO_KEEPALIVE, SOL_SOCKET, 1)
INHERITS(SO_OOBINLINE, SOL_SOCKET, 1)
INHERITS(SO_SNDBUF, SOL_SOCKET, 0x1234)
INHERITS(SO_RCVBUF, SOL_SOCKET, 0x1234)
INHERITS(SO_SNDTIMEO, SOL_SOCKET, 1234)
INHERITS(SO_RCVTIMEO, SOL_SOCKET, 1234)
INHERITS(TCP_NODELAY, IPPROTO_TCP, 1)

static void it_inherits_SO_LINGER(void) {
    struct linger set = {1, 555}, got = {0, 0};
    int length = sizeof got;
    address where;
    SOCKET from = listener(&where), server;
    assert_ok(setsockopt(from, SOL_SOCKET, SO_LINGER, (const char *)&set, sizeof set));
    (void)connect_to(&where);
    server = accept_from(from);
    assert_ok(getsockopt(server, SOL_SOCKET, SO_LINGER, (char *)&got, &length));
    assert_int_equal(got.l_onoff, 1);
    assert_int_equal(got.l_linger, 555);
}

static void it_inherits_the_mode(void) {
    address where;
    char byte;
    SOCKET from = listener(&where), server;
    set_nonblocking(from);
    (void)connect_to(&where);
    server = accept_from(from);
    assert_wsa(WSAEWOULDBLOCK, recv(server, &byte, 1, 0));
}

static void it_inherits_the_event(void) {
    address where;
    HANDLE event = manual_event();
    WSANETWORKEVENTS events;
    SOCKET from = listener(&where), client, server;
    assert_ok(WSAEventSelect(from, event, FD_ACCEPT | FD_READ));
    client = connect_to(&where);
    await_handle(event);
    server = keep(accept(from, NULL, NULL));
    assert_true(server != INVALID_SOCKET);
    assert_ok(WSAEnumNetworkEvents(from, event, &events));
    send_text(client, "x");
    await_handle(event);
    assert_ok(WSAEnumNetworkEvents(server, event, &events));
    assert_int_equal(events.lNetworkEvents, FD_READ);
}

static void it_does_not_listen(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_int_equal(get_option(server, SOL_SOCKET, SO_ACCEPTCONN), 0);
}

static void it_has_the_listeners_name(void) {
    address where, name;
    SOCKET from = listener(&where);
    (void)connect_to(&where);
    name = local_of(accept_from(from));
    assert_true(same_address(&where, &name));
}

static void a_wildcard_listener_gives_a_specific_name(void) {
    address any = anywhere(AF_INET), where, name;
    SOCKET from = tcp();
    assert_ok(bind(from, &any.any, any.length));
    assert_ok(listen(from, 1));
    where = local_of(from);
    where = with_port(loopback(AF_INET), port_of(&where));
    (void)connect_to(&where);
    name = local_of(accept_from(from));
    assert_true(same_address(&where, &name));
}

/* --------------------------------------------------------------------------------------- the condition function --- */

static struct condition {
    int answer, called;
    address caller, callee;
    int has_caller_data, has_group, callee_room;
    DWORD_PTR context;
    DWORD thread;
} condition;

static int CALLBACK decide(LPWSABUF caller, LPWSABUF caller_data, LPQOS qos, LPQOS group_qos, LPWSABUF callee,
                           LPWSABUF callee_data, GROUP *group, DWORD_PTR context) {
    (void)qos;
    (void)group_qos;
    condition.callee_room = callee_data == NULL ? 0 : (int)callee_data->len;
    condition.called++;
    condition.thread = GetCurrentThreadId();
    condition.context = context;
    condition.has_group = group != NULL;
    condition.has_caller_data = caller_data != NULL && caller_data->len > 0;
    condition.caller.length = (int)caller->len;
    if (caller->len <= sizeof condition.caller.room)
        memcpy(&condition.caller.room, caller->buf, caller->len);
    condition.callee.length = (int)callee->len;
    if (callee->len <= sizeof condition.callee.room)
        memcpy(&condition.callee.room, callee->buf, callee->len);
    return condition.answer;
}

static SOCKET waiting_client(SOCKET *from, address *where, int answer) {
    memset(&condition, 0, sizeof condition);
    condition.answer = answer;
    *from = listener(where);
    SOCKET client = connect_to(where);
    await_readable(*from);
    return client;
}

static void WSAAccept_without_a_condition_accepts(void) {
    address where, peer, name;
    SOCKET from, client = waiting_client(&from, &where, 0), server;
    peer.length = sizeof peer.room;
    server = keep(WSAAccept(from, &peer.any, &peer.length, NULL, 0));
    assert_true(server != INVALID_SOCKET);
    name = local_of(client);
    assert_true(same_address(&peer, &name));
    assert_int_equal(peer.length, sizeof peer.v4);
}

static void WSAAccept_of_a_short_length_is_a_fault(void) {
    address where, peer;
    SOCKET from;
    (void)waiting_client(&from, &where, 0);
    peer.length = 0;
    assert_no_socket(WSAEFAULT, WSAAccept(from, &peer.any, &peer.length, NULL, 0));
    assert_int_equal(peer.length, 0);
}

static void CF_ACCEPT_accepts(void) {
    address where;
    SOCKET from, client = waiting_client(&from, &where, CF_ACCEPT), server;
    server = keep(WSAAccept(from, NULL, NULL, decide, 0));
    assert_true(server != INVALID_SOCKET);
    assert_int_equal(condition.called, 1);
    send_text(server, "welcome");
    expect_text(client, "welcome");
}

static void the_condition_is_told_both_addresses(void) {
    address where;
    SOCKET from, client = waiting_client(&from, &where, CF_ACCEPT);
    address name = local_of(client);
    assert_true(keep(WSAAccept(from, NULL, NULL, decide, 0)) != INVALID_SOCKET);
    assert_true(same_address(&condition.caller, &name));
    assert_true(same_address(&condition.callee, &where));
}

static void the_condition_is_told_its_context(void) {
    address where;
    SOCKET from;
    (void)waiting_client(&from, &where, CF_ACCEPT);
    assert_true(keep(WSAAccept(from, NULL, NULL, decide, 0x1234567)) != INVALID_SOCKET);
    assert_int_equal(condition.context, 0x1234567);
    assert_int_equal(condition.has_caller_data, 0);
    assert_int_equal(condition.has_group, 1);
}

static void the_condition_has_no_room_for_data_to_send_back(void) {
    address where;
    SOCKET from;
    wine_differs("the length of the room is any number");
    (void)waiting_client(&from, &where, CF_ACCEPT);
    assert_true(keep(WSAAccept(from, NULL, NULL, decide, 0)) != INVALID_SOCKET);
    assert_int_equal(condition.callee_room, 0);
}

static void the_condition_runs_in_the_callers_thread(void) {
    address where;
    SOCKET from;
    (void)waiting_client(&from, &where, CF_ACCEPT);
    assert_true(keep(WSAAccept(from, NULL, NULL, decide, 0)) != INVALID_SOCKET);
    assert_int_equal(condition.thread, GetCurrentThreadId());
}

static void CF_REJECT_refuses(void) {
    address where;
    SOCKET from;
    (void)waiting_client(&from, &where, CF_REJECT);
    assert_no_socket(WSAECONNREFUSED, WSAAccept(from, NULL, NULL, decide, 0));
    assert_int_equal(condition.called, 1);
}

static void after_CF_REJECT_the_caller_is_cut_off(void) {
    address where;
    char byte;
    SOCKET from, client = waiting_client(&from, &where, CF_REJECT);
    assert_no_socket(WSAECONNREFUSED, WSAAccept(from, NULL, NULL, decide, 0));
    await_readable(client);
    assert_true(recv(client, &byte, 1, 0) <= 0);
    set_nonblocking(from);
    assert_no_socket(WSAEWOULDBLOCK, accept(from, NULL, NULL));
}

static void after_CF_REJECT_the_connection_is_reset(void) {
    address where;
    char byte;
    wine_differs("the connection ends as if it had been accepted");
    SOCKET from, client = waiting_client(&from, &where, CF_REJECT);
    assert_no_socket(WSAECONNREFUSED, WSAAccept(from, NULL, NULL, decide, 0));
    await_readable(client);
    assert_wsa(WSAECONNRESET, recv(client, &byte, 1, 0));
}

static void after_CF_REJECT_no_address_is_told(void) {
    address where, peer, untouched;
    SOCKET from;
    wine_differs("the address is told before the question");
    memset(&peer, 0x77, sizeof peer);
    peer.length = sizeof peer.room;
    untouched = peer;
    (void)waiting_client(&from, &where, CF_REJECT);
    assert_no_socket(WSAECONNREFUSED, WSAAccept(from, &peer.any, &peer.length, decide, 0));
    assert_memory_equal(&peer, &untouched, sizeof peer);
}

static void CF_DEFER_is_to_try_again(void) {
    address where;
    SOCKET from;
    (void)waiting_client(&from, &where, CF_DEFER);
    assert_no_socket(WSATRY_AGAIN, WSAAccept(from, NULL, NULL, decide, 0));
    assert_no_socket(WSATRY_AGAIN, WSAAccept(from, NULL, NULL, decide, 0));
    assert_int_equal(condition.called, 2);
}

static void after_CF_DEFER_the_same_one_is_given(void) {
    address where;
    SOCKET from, client = waiting_client(&from, &where, CF_DEFER), server;
    assert_no_socket(WSATRY_AGAIN, WSAAccept(from, NULL, NULL, decide, 0));
    server = keep(accept(from, NULL, NULL));
    assert_true(server != INVALID_SOCKET);
    send_text(client, "after all");
    expect_text(server, "after all");
}

static void who_is_deferred_still_waits(void) {
    wine_differs("who is deferred is not seen by select");
    address where;
    SOCKET from;
    (void)waiting_client(&from, &where, CF_DEFER);
    assert_no_socket(WSATRY_AGAIN, WSAAccept(from, NULL, NULL, decide, 0));
    assert_int_equal(is_readable(from, 0), 1);
    condition.answer = CF_ACCEPT;
    assert_true(keep(WSAAccept(from, NULL, NULL, decide, 0)) != INVALID_SOCKET);
    assert_int_equal(condition.called, 2);
    assert_int_equal(is_readable(from, 0), 0);
}

static void who_is_deferred_can_be_rejected(void) {
    address where;
    SOCKET from;
    (void)waiting_client(&from, &where, CF_DEFER);
    assert_no_socket(WSATRY_AGAIN, WSAAccept(from, NULL, NULL, decide, 0));
    condition.answer = CF_REJECT;
    assert_no_socket(WSAECONNREFUSED, WSAAccept(from, NULL, NULL, decide, 0));
    assert_int_equal(is_readable(from, 0), 0);
}

static void another_answer_is_invalid(void) {
    address where;
    SOCKET from;
    wine_differs("it takes any other answer for CF_ACCEPT, or none");
    (void)waiting_client(&from, &where, 77);
    assert_no_socket(WSAEINVAL, WSAAccept(from, NULL, NULL, decide, 0));
}

static void nobody_waiting_asks_no_condition(void) {
    address where;
    SOCKET from = listener(&where);
    memset(&condition, 0, sizeof condition);
    set_nonblocking(from);
    assert_no_socket(WSAEWOULDBLOCK, WSAAccept(from, NULL, NULL, decide, 0));
    assert_int_equal(condition.called, 0);
}

static const conform_test tests[] = {
    conform(it_gives_a_connected_socket),
    conform(it_tells_the_peer),
    conform(it_tells_the_peer_by_ipv6),
    conform(exactly_the_length_of_an_address_suffices),
    conform(without_a_length_no_address_is_told),
    conform(without_an_address_none_is_told),
    conform(a_short_length_is_a_fault),
    conform(a_length_short_by_one_is_a_fault),
    conform(it_needs_a_listener),
    conform(a_datagram_socket_cannot_accept),
    conform(a_non_blocking_listener_would_block),
    conform(a_blocking_listener_waits),
    conform(who_came_first_is_first),
    conform(one_who_has_sent_and_gone_is_still_given),
    conform(one_who_has_reset_is_not_in_the_way),
    conform(it_inherits_SO_REUSEADDR),
    conform(it_inherits_SO_KEEPALIVE),
    conform(it_inherits_SO_OOBINLINE),
    conform(it_inherits_SO_SNDBUF),
    conform(it_inherits_SO_RCVBUF),
    conform(it_inherits_SO_SNDTIMEO),
    conform(it_inherits_SO_RCVTIMEO),
    conform(it_inherits_TCP_NODELAY),
    conform(it_inherits_SO_LINGER),
    conform(it_inherits_the_mode),
    conform(it_inherits_the_event),
    conform(it_does_not_listen),
    conform(it_has_the_listeners_name),
    conform(a_wildcard_listener_gives_a_specific_name),
    conform(WSAAccept_without_a_condition_accepts),
    conform(WSAAccept_of_a_short_length_is_a_fault),
    conform(CF_ACCEPT_accepts),
    conform(the_condition_is_told_both_addresses),
    conform(the_condition_is_told_its_context),
    conform(the_condition_has_no_room_for_data_to_send_back),
    conform(the_condition_runs_in_the_callers_thread),
    conform(CF_REJECT_refuses),
    conform(after_CF_REJECT_the_caller_is_cut_off),
    conform(after_CF_REJECT_the_connection_is_reset),
    conform(after_CF_REJECT_no_address_is_told),
    conform(CF_DEFER_is_to_try_again),
    conform(after_CF_DEFER_the_same_one_is_given),
    conform(who_is_deferred_still_waits),
    conform(who_is_deferred_can_be_rejected),
    conform(another_answer_is_invalid),
    conform(nobody_waiting_asks_no_condition),
};

CONFORM_MAIN(tests)
