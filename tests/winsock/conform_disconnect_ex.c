/* SPDX-License-Identifier: MIT
 *
 * Conformance: DisconnectEx: what it needs, what the peer sees, what the socket is afterwards, and sockets that are
 * used again by AcceptEx and ConnectEx.
 */
#include "conform.h"

static LPFN_DISCONNECTEX disconnect_ex;
static LPFN_ACCEPTEX accept_ex;
static LPFN_CONNECTEX connect_ex;
static SOCKET client, server, from;
static WSAOVERLAPPED overlapped;
static address where;

enum { ROOM = sizeof(struct sockaddr_in) + 16 };
static char room[2 * ROOM];

static void functions(SOCKET socket) {
    const GUID disconnect_id = WSAID_DISCONNECTEX, accept_id = WSAID_ACCEPTEX, connect_id = WSAID_CONNECTEX;
    extension(socket, disconnect_id, &disconnect_ex);
    extension(socket, accept_id, &accept_ex);
    extension(socket, connect_id, &connect_ex);
}

static void pair(void) {
    tcp_pair(&client, &server);
    functions(server);
    overlapped_init(&overlapped);
}

static BOOL start(SOCKET socket, DWORD flags) {
    return disconnect_ex(socket, &overlapped, flags, 0);
}

/* It may be done at once. @return its error */
static int run(SOCKET socket, DWORD flags) {
    if (!start(socket, flags) && WSAGetLastError() != WSA_IO_PENDING)
        return WSAGetLastError();
    return overlapped_end(socket, &overlapped, NULL);
}

/* ---------------------------------------------------------------------------------------------------- what it needs */

static void it_needs_a_socket(void) {
    pair();
    assert_false_with(WSAENOTSOCK, start(NOT_A_SOCKET, 0));
}

static void it_needs_a_connection(void) {
    pair();
    assert_false_with(WSAENOTCONN, start(tcp(), 0));
}

static void it_is_not_for_listeners(void) {
    pair();
    assert_false_with(WSAENOTCONN, start(listener(&where), 0));
}

static void it_is_not_for_datagrams(void) {
    wine_differs("it is");
    SOCKET a, b;
    pair();
    udp_pair(&a, &b);
    assert_false_with(WSAENOTCONN, start(a, 0));
}

static void unknown_flags_are_invalid(void) {
    wine_differs("it takes them");
    pair();
    assert_false_with(WSAEINVAL, start(server, 0x40));
}

static void the_reserved_word_must_be_nothing(void) {
    wine_differs("it may be anything");
    pair();
    assert_false_with(WSAEINVAL, disconnect_ex(server, &overlapped, 0, 1));
}

/* --------------------------------------------------------------------------------------------------- disconnecting */

static void the_peer_sees_the_end(void) {
    pair();
    assert_int_equal(run(server, 0), 0);
    expect_end(client);
}

static void without_an_overlapped_it_waits(void) {
    pair();
    assert_true(disconnect_ex(server, NULL, 0, 0));
    expect_end(client);
}

static void what_was_sent_before_arrives(void) {
    pair();
    send_text(server, "last words");
    assert_int_equal(run(server, 0), 0);
    expect_text(client, "last words");
    expect_end(client);
}

static void a_send_that_pends_comes_first(void) {
    static char block[1 << 20];
    WSAOVERLAPPED sending;
    DWORD sent = 0, flags = 0;
    WSABUF out = buffer_of(block, sizeof block);
    pair();
    size_t before = fill(server);
    overlapped_init(&sending);
    assert_wsa(WSA_IO_PENDING, WSASend(server, &out, 1, NULL, 0, &sending, NULL));
    BOOL done = start(server, 0);
    assert_true(done || WSAGetLastError() == WSA_IO_PENDING);
    drain(client, before + sizeof block);
    assert_true(WSAGetOverlappedResult(server, &sending, &sent, TRUE, &flags));
    assert_int_equal(sent, sizeof block);
    assert_int_equal(overlapped_end(server, &overlapped, NULL), 0);
    expect_end(client);
}

static void afterwards_nothing_can_be_sent(void) {
    char byte = 0;
    pair();
    assert_int_equal(run(server, 0), 0);
    assert_int_equal(send(server, &byte, 1, 0), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAESHUTDOWN || WSAGetLastError() == WSAENOTCONN);
}

static void once_is_enough(void) {
    wine_differs("it can be done again");
    pair();
    assert_int_equal(run(server, 0), 0);
    overlapped_init(&overlapped);
    assert_false_with(WSAENOTCONN, start(server, 0));
}

static void a_port_is_told(void) {
    DWORD bytes = UNTOUCHED;
    ULONG_PTR key = 0;
    LPOVERLAPPED which = NULL;
    pair();
    HANDLE port = keep_handle(CreateIoCompletionPort((HANDLE)server, NULL, 7, 0));
    memset(&overlapped, 0, sizeof overlapped);
    assert_true(start(server, 0) || WSAGetLastError() == WSA_IO_PENDING);
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    assert_ptr_equal(which, &overlapped);
    assert_int_equal(key, 7);
    assert_int_equal(bytes, 0);
}

static void a_pending_receive_ends(void) {
    WSAOVERLAPPED receiving;
    char bytes[8] = "";
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    pair();
    overlapped_init(&receiving);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &receiving, NULL));
    assert_int_equal(run(server, 0), 0);
    drop(client);
    await_handle(receiving.hEvent);
}

/* ------------------------------------------------------------------------------------------------------- used again */

static void accepted(SOCKET socket) {
    WSAOVERLAPPED accepting;
    DWORD received;
    overlapped_init(&accepting);
    if (!accept_ex(from, socket, room, 0, ROOM, ROOM, &received, &accepting))
        assert_int_equal(WSAGetLastError(), ERROR_IO_PENDING);
    client = connect_to(&where);
    assert_int_equal(overlapped_end(from, &accepting, NULL), 0);
    assert_ok(setsockopt(socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&from, sizeof from));
}

static void connected(SOCKET socket) {
    WSAOVERLAPPED connecting;
    DWORD sent;
    overlapped_init(&connecting);
    if (!connect_ex(socket, &where.any, where.length, NULL, 0, &sent, &connecting))
        assert_int_equal(WSAGetLastError(), ERROR_IO_PENDING);
    assert_int_equal(overlapped_end(socket, &connecting, NULL), 0);
    assert_ok(setsockopt(socket, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0));
}

static void carries(SOCKET a, SOCKET b) {
    send_text(a, "there");
    expect_text(b, "there");
    send_text(b, "and back");
    expect_text(a, "and back");
}

static void an_accepted_socket_can_be_accepted_into_again(void) {
    wine_differs("it stays shut down");
    from = listener(&where);
    server = tcp();
    functions(from);
    for (int i = 0; i < 3; i++) {
        accepted(server);
        carries(server, client);
        overlapped_init(&overlapped);
        assert_int_equal(run(server, TF_REUSE_SOCKET), 0);
        expect_end(client);
        drop(client);
    }
}

static void a_connected_socket_can_connect_again(void) {
    wine_differs("it says that it is connected");
    from = listener(&where);
    client = tcp();
    (void)bind_loopback(client, AF_INET);
    functions(client);
    for (int i = 0; i < 3; i++) {
        connected(client);
        server = accept_from(from);
        carries(client, server);
        overlapped_init(&overlapped);
        assert_int_equal(run(client, TF_REUSE_SOCKET), 0);
        expect_end(server);
        drop(server);
    }
}

static void without_an_overlapped_it_can_be_used_again_too(void) {
    wine_differs("it stays shut down");
    from = listener(&where);
    server = tcp();
    functions(from);
    accepted(server);
    assert_true(disconnect_ex(server, NULL, TF_REUSE_SOCKET, 0));
    expect_end(client);
    accepted(server);
    carries(server, client);
}

static void a_disconnected_socket_can_still_be_made_usable(void) {
    wine_differs("it says that it is connected");
    from = listener(&where);
    client = tcp();
    (void)bind_loopback(client, AF_INET);
    functions(client);
    connected(client);
    server = accept_from(from);
    overlapped_init(&overlapped);
    assert_int_equal(run(client, 0), 0);
    overlapped_init(&overlapped);
    assert_int_equal(run(client, TF_REUSE_SOCKET), 0);
    connected(client);
    server = accept_from(from);
    carries(client, server);
}

static void it_stays_with_its_port(void) {
    DWORD bytes = 0, flags = 0;
    ULONG_PTR key = 0;
    LPOVERLAPPED which = NULL;
    char in[8] = "";
    WSABUF buffer = buffer_of(in, sizeof in);
    from = listener(&where);
    server = tcp();
    functions(from);
    accepted(server);
    HANDLE port = keep_handle(CreateIoCompletionPort((HANDLE)server, NULL, 9, 0));
    memset(&overlapped, 0, sizeof overlapped);
    assert_true(start(server, TF_REUSE_SOCKET) || WSAGetLastError() == WSA_IO_PENDING);
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    accepted(server);
    memset(&overlapped, 0, sizeof overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL));
    send_text(client, "again");
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    assert_int_equal(key, 9);
    assert_int_equal(bytes, 5);
}

static void closing_it_afterwards_is_fine(void) {
    pair();
    assert_int_equal(run(server, TF_REUSE_SOCKET), 0);
    drop(server);
    expect_end(client);
}

static const conform_test tests[] = {
    conform(it_needs_a_socket),
    conform(it_needs_a_connection),
    conform(it_is_not_for_listeners),
    conform(it_is_not_for_datagrams),
    conform(unknown_flags_are_invalid),
    conform(the_reserved_word_must_be_nothing),
    conform(the_peer_sees_the_end),
    conform(without_an_overlapped_it_waits),
    conform(what_was_sent_before_arrives),
    conform(a_send_that_pends_comes_first),
    conform(afterwards_nothing_can_be_sent),
    conform(once_is_enough),
    conform(a_port_is_told),
    conform(a_pending_receive_ends),
    conform(an_accepted_socket_can_be_accepted_into_again),
    conform(a_connected_socket_can_connect_again),
    conform(without_an_overlapped_it_can_be_used_again_too),
    conform(a_disconnected_socket_can_still_be_made_usable),
    conform(it_stays_with_its_port),
    conform(closing_it_afterwards_is_fine),
};

CONFORM_MAIN(tests)
