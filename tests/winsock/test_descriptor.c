/* SPDX-License-Identifier: MIT
 *
 * Between SOCKET and descriptors (sockpal/descriptor.h), which there are on this system only.
 */
#include "conform.h"

#include "sockpal/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static SOCKET client, server;

/* A descriptor of its own for the socket. */
static int descriptor_of(SOCKET socket) {
    int copy = dup(sockpal_descriptor_from_socket(socket));
    assert_true(copy >= 0);
    return copy;
}

/* ------------------------------------------------------------------------------------------------------------- lending
 */

static void what_is_lent_is_the_connection(void) {
    tcp_pair(&client, &server);
    int lent = sockpal_descriptor_from_socket(client);
    assert_true(lent >= 0);
    assert_int_equal(write(lent, "lent", 4), 4);
    expect_text(server, "lent");
    assert_int_equal(sockpal_descriptor_from_socket(client), lent);
}

static void what_is_lent_does_not_block(void) {
    char byte;
    tcp_pair(&client, &server);
    assert_int_equal(read(sockpal_descriptor_from_socket(server), &byte, 1), -1);
    assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
}

static void the_socket_is_used_beside_it(void) {
    char byte = 0;
    tcp_pair(&client, &server);
    int lent = sockpal_descriptor_from_socket(server);
    send_text(client, "ab");
    await_bytes(server, 2);
    assert_int_equal(read(lent, &byte, 1), 1);
    assert_int_equal(byte, 'a');
    expect_text(server, "b");
}

static void only_sockets_have_descriptors(void) {
    SOCKET made = tcp();
    drop(made);
    assert_int_equal(sockpal_descriptor_from_socket(made), -1);
    assert_int_equal(WSAGetLastError(), WSAENOTSOCK);
    assert_int_equal(sockpal_descriptor_from_socket(INVALID_SOCKET), -1);
    assert_int_equal(WSAGetLastError(), WSAENOTSOCK);
    assert_int_equal(sockpal_descriptor_from_socket((SOCKET)manual_event()), -1);
    assert_int_equal(WSAGetLastError(), WSAENOTSOCK);
}

/* -------------------------------------------------------------------------------------------------------------- taking
 */

static void a_connection_is_taken(void) {
    tcp_pair(&client, &server);
    address peer = peer_of(server);
    SOCKET taken = keep(sockpal_socket_from_descriptor(descriptor_of(server)));
    assert_true(taken != INVALID_SOCKET);
    drop(server);
    address same = peer_of(taken);
    assert_true(same_address(&peer, &same));
    assert_int_equal(get_option(taken, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    assert_in_range(get_option(taken, SOL_SOCKET, SO_CONNECT_TIME), 0, SOON / 1000);
    send_text(client, "to it");
    expect_text(taken, "to it");
    send_text(taken, "from it");
    expect_text(client, "from it");
    drop(taken);
    expect_end(client);
}

static void what_is_taken_blocks(void) {
    char byte;
    tcp_pair(&client, &server);
    SOCKET taken = keep(sockpal_socket_from_descriptor(descriptor_of(server)));
    set_option(taken, SOL_SOCKET, SO_RCVTIMEO, 1);
    assert_wsa(WSAETIMEDOUT, recv(taken, &byte, 1, 0));
}

static void a_listener_is_taken(void) {
    address where;
    SOCKET from = listener(&where), taken = keep(sockpal_socket_from_descriptor(descriptor_of(from)));
    assert_int_equal(get_option(taken, SOL_SOCKET, SO_ACCEPTCONN), 1);
    drop(from);
    client = connect_to(&where);
    server = accept_from(taken);
    send_text(client, "accepted");
    expect_text(server, "accepted");
}

static void what_is_taken_has_its_port(void) {
    address where;
    SOCKET from = listener(&where), taken = keep(sockpal_socket_from_descriptor(descriptor_of(from)));
    drop(from);
    assert_true(taken != INVALID_SOCKET);
    assert_wsa(WSAEADDRINUSE, bind(tcp(), &where.any, where.length));
}

static void a_datagram_socket_is_taken(void) {
    SOCKET made = udp(), from = udp(), taken;
    address where = bind_loopback(made, AF_INET);
    taken = keep(sockpal_socket_from_descriptor(descriptor_of(made)));
    drop(made);
    assert_int_equal(get_option(taken, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    assert_bytes(1, sendto(from, "x", 1, 0, &where.any, where.length));
    expect_text(taken, "x");
}

static void what_is_taken_has_overlapped_operations(void) {
    char data[8] = {0};
    WSABUF piece = buffer_of(data, sizeof data);
    WSAOVERLAPPED overlapped;
    DWORD flags = 0, bytes = 0;
    tcp_pair(&client, &server);
    SOCKET taken = keep(sockpal_socket_from_descriptor(descriptor_of(server)));
    drop(server);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(taken, &piece, 1, NULL, &flags, &overlapped, NULL));
    send_text(client, "hello");
    assert_int_equal(overlapped_end(taken, &overlapped, &bytes), 0);
    assert_int_equal(bytes, 5);
}

static void only_sockets_are_taken(void) {
    int ends[2];
    char byte = 0;
    assert_int_equal(pipe(ends), 0);
    assert_no_socket(WSAENOTSOCK, sockpal_socket_from_descriptor(ends[0]));
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(close(ends[1]), 0);
    assert_no_socket(WSAENOTSOCK, sockpal_socket_from_descriptor(-1));
}

static void both_need_WSAStartup(void) {
    assert_ok(WSACleanup());
    assert_int_equal(sockpal_descriptor_from_socket(NOT_A_SOCKET), -1);
    assert_int_equal(WSAGetLastError(), WSANOTINITIALISED);
    assert_no_socket(WSANOTINITIALISED, sockpal_socket_from_descriptor(0));
}

/* ------------------------------------------------------------------------------------------------------------- giving
 * back
 */

static int descriptors_open(void) {
    int count = 0;
    for (int i = 0; i < 1024; i++)
        count += fcntl(i, F_GETFD) >= 0;
    return count;
}

/* The packet of an AcceptEx with data. */
static void packet_take(HANDLE port) {
    DWORD count;
    ULONG_PTR key;
    LPOVERLAPPED which = NULL;
    assert_true(GetQueuedCompletionStatus(port, &count, &key, &which, SOON));
    assert_non_null(which);
}

/* The accepted socket has a port of its own, and goes from one listener's to the next. */
static void listeners_take_turns(SOCKET accepting) {
    static char room[128];
    const DWORD length = sizeof(struct sockaddr_in) + 16;
    LPFN_ACCEPTEX accept_ex;
    LPFN_DISCONNECTEX disconnect_ex;
    address where;
    SOCKET from = listener(&where);
    extension(from, (GUID)WSAID_ACCEPTEX, &accept_ex);
    extension(from, (GUID)WSAID_DISCONNECTEX, &disconnect_ex);
    HANDLE port = CreateIoCompletionPort((HANDLE)from, NULL, 0, 0);
    for (int i = 0; i < 2; i++) {
        OVERLAPPED overlapped = {0};
        DWORD received;
        assert_false_with(ERROR_IO_PENDING,
                          accept_ex(from, accepting, room, 16, length, length, &received, &overlapped));
        client = connect_to(&where);
        send_text(client, "data");
        packet_take(port);
        drop(client);
        assert_true(disconnect_ex(accepting, NULL, TF_REUSE_SOCKET, 0));
    }
    drop(from);
    assert_true(CloseHandle(port));
}

static void ports_that_sockets_have_passed_through_are_given_back(void) {
    SOCKET accepting = tcp();
    int before = 0;
    assert_non_null(keep_handle(CreateIoCompletionPort((HANDLE)accepting, NULL, 0, 0)));
    for (int round = 0; round < 12; round++) {
        listeners_take_turns(accepting);
        if (round == 2) /* The library keeps some that it uses again. */
            before = descriptors_open();
    }
    assert_true(descriptors_open() <= before + 2);
}

static const conform_test tests[] = {
    conform(what_is_lent_is_the_connection),
    conform(what_is_lent_does_not_block),
    conform(the_socket_is_used_beside_it),
    conform(only_sockets_have_descriptors),
    conform(a_connection_is_taken),
    conform(what_is_taken_blocks),
    conform(a_listener_is_taken),
    conform(what_is_taken_has_its_port),
    conform(a_datagram_socket_is_taken),
    conform(what_is_taken_has_overlapped_operations),
    conform(only_sockets_are_taken),
    conform(both_need_WSAStartup),
    conform(ports_that_sockets_have_passed_through_are_given_back),
};

CONFORM_MAIN(tests)
