/* SPDX-License-Identifier: MIT
 *
 * WSAConnectByList and WSAConnectByName: which address of several is taken, what callers are told of both ends, and
 * what is refused.
 */
#include "conform.h"

#include <stdio.h>

static address at;
static SOCKET server;
static SOCKADDR_STORAGE local, remote;
static DWORD local_length, remote_length;

static void begin(void) {
    wine_differs("it has none of these functions");
    server = listener(&at);
    memset(&local, 0, sizeof local);
    memset(&remote, 0, sizeof remote);
    local_length = remote_length = sizeof local;
}

static const char *port_text(const address *of) {
    static char text[8];
    (void)sprintf(text, "%u", (unsigned)ntohs(port_of(of)));
    return text;
}

static SOCKADDR *socket_address(SOCKADDR_STORAGE *of) {
    return (SOCKADDR *)(void *)of;
}

/* With both ends asked for. */
static BOOL by_name(SOCKET socket, const char *host, const char *port, TIMEVAL *timeout) {
    return WSAConnectByNameA(socket, (LPSTR)(uintptr_t)host, (LPSTR)(uintptr_t)port, &local_length,
                             socket_address(&local), &remote_length, socket_address(&remote), timeout, NULL);
}

/* A list of several addresses; they must outlive it. */
static SOCKET_ADDRESS_LIST *list_of(address *addresses, int count) {
    static union {
        SOCKET_ADDRESS_LIST list;
        char room[512];
    } made;
    made.list.iAddressCount = count;
    for (int i = 0; i < count; i++) {
        made.list.Address[i].lpSockaddr = &addresses[i].any;
        made.list.Address[i].iSockaddrLength = addresses[i].length;
    }
    return &made.list;
}

static BOOL by_list(SOCKET socket, SOCKET_ADDRESS_LIST *list) {
    return WSAConnectByList(socket, list, &local_length, socket_address(&local), &remote_length,
                            socket_address(&remote), NULL, NULL);
}

/* What has been told of both ends is so. */
static void ends_are_told(SOCKET client) {
    address told = {.length = (int)remote_length};
    memcpy(&told.room, &remote, sizeof remote);
    assert_int_equal(setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0), 0);
    address own = local_of(client), peer = peer_of(client);
    assert_true(same_address(&told, &peer));
    memcpy(&told.room, &local, sizeof local);
    told.length = (int)local_length;
    assert_true(same_address(&told, &own));
}

static void they_talk(SOCKET client) {
    SOCKET taken = accept_from(server);
    send_text(client, "hello");
    expect_text(taken, "hello");
}

/* ------------------------------------------------------------------------------------------------------- by its name
 */

static void a_name_is_looked_up(void) {
    begin();
    SOCKET client = tcp();
    assert_true(by_name(client, "localhost", port_text(&at), NULL));
    they_talk(client);
    ends_are_told(client);
}

static void a_number_is_a_name(void) {
    begin();
    SOCKET client = tcp();
    assert_true(by_name(client, "127.0.0.1", port_text(&at), NULL));
    assert_int_equal(remote_length, sizeof(struct sockaddr_in));
    assert_int_equal(local_length, sizeof(struct sockaddr_in));
    they_talk(client);
}

static void wide_names(void) {
    WCHAR port[8] = {0};
    begin();
    const char *text = port_text(&at);
    for (size_t i = 0; text[i] != 0; i++)
        port[i] = (WCHAR)text[i];
    SOCKET client = tcp();
    assert_true(WSAConnectByNameW(client, (LPWSTR)(uintptr_t)L"127.0.0.1", port, NULL, NULL, NULL, NULL, NULL, NULL));
    they_talk(client);
}

static void the_ends_need_not_be_told(void) {
    begin();
    SOCKET client = tcp();
    assert_true(WSAConnectByNameA(client, (LPSTR)(uintptr_t) "127.0.0.1", (LPSTR)(uintptr_t)port_text(&at),
                                  &local_length, NULL, &remote_length, NULL, NULL, NULL));
    assert_int_equal(local_length, sizeof local);
}

static void a_socket_of_both_families_takes_either(void) {
    needs_ipv6();
    begin();
    SOCKET client = tcp6();
    set_option(client, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    assert_true(by_name(client, "127.0.0.1", port_text(&at), NULL));
    assert_int_equal(remote_length, sizeof(struct sockaddr_in6));
    assert_int_equal(remote.ss_family, AF_INET6);
    they_talk(client);
}

static void a_socket_of_one_family_takes_that_one(void) {
    begin();
    SOCKET client = tcp();
    assert_false(by_name(client, "::1", port_text(&at), NULL));
    assert_int_equal(WSAGetLastError(), WSAHOST_NOT_FOUND);
}

static void it_waits_in_non_blocking_mode_too(void) {
    u_long on = 1;
    begin();
    SOCKET client = tcp();
    assert_ok(ioctlsocket(client, FIONBIO, &on));
    assert_true(by_name(client, "127.0.0.1", port_text(&at), NULL));
    ends_are_told(client);
    char byte;
    assert_wsa(WSAEWOULDBLOCK, recv(client, &byte, 1, 0));
    they_talk(client);
}

static void the_mode_stays_after_a_failure(void) {
    u_long on = 1;
    begin();
    SOCKET client = tcp();
    address none = nobody();
    assert_ok(ioctlsocket(client, FIONBIO, &on));
    assert_false(by_name(client, "127.0.0.1", port_text(&none), NULL));
    assert_int_equal(WSAGetLastError(), WSAECONNREFUSED);
    assert_wsa(WSAEWOULDBLOCK, connect(client, &at.any, at.length));
    await_writable(client);
}

static void a_bound_socket_stays_bound(void) {
    begin();
    SOCKET client = tcp();
    address own = bind_loopback(client, AF_INET);
    assert_true(by_name(client, "127.0.0.1", port_text(&at), NULL));
    address told = {.length = (int)local_length};
    memcpy(&told.room, &local, sizeof local);
    assert_true(same_address(&own, &told));
}

static void what_is_not_there_refuses(void) {
    begin();
    SOCKET client = tcp();
    address none = nobody();
    assert_false(by_name(client, "127.0.0.1", port_text(&none), NULL));
    assert_int_equal(WSAGetLastError(), WSAECONNREFUSED);
    assert_true(by_name(client, "127.0.0.1", port_text(&at), NULL));
}

static void no_such_host(void) {
    begin();
    assert_false(by_name(tcp(), "no-such-host.invalid", port_text(&at), NULL));
    assert_int_equal(WSAGetLastError(), WSAHOST_NOT_FOUND);
}

static void names_are_needed(void) {
    begin();
    SOCKET client = tcp();
    assert_false(by_name(client, NULL, port_text(&at), NULL));
    assert_int_equal(WSAGetLastError(), WSAEINVAL);
    assert_false(by_name(client, "127.0.0.1", NULL, NULL));
    assert_int_equal(WSAGetLastError(), WSAEINVAL);
}

static void nothing_overlapped(void) {
    WSAOVERLAPPED overlapped;
    begin();
    overlapped_init(&overlapped);
    SOCKET client = tcp();
    assert_false(WSAConnectByNameA(client, (LPSTR)(uintptr_t) "127.0.0.1", (LPSTR)(uintptr_t)port_text(&at), NULL, NULL,
                                   NULL, NULL, NULL, &overlapped));
    assert_int_equal(WSAGetLastError(), WSAEINVAL);
    assert_false(WSAConnectByList(client, list_of(&at, 1), NULL, NULL, NULL, NULL, NULL, &overlapped));
    assert_int_equal(WSAGetLastError(), WSAEINVAL);
}

static void only_connections(void) {
    begin();
    assert_false(by_name(udp(), "127.0.0.1", port_text(&at), NULL));
    assert_int_equal(WSAGetLastError(), WSAEINVAL);
}

static void only_sockets(void) {
    begin();
    assert_false(by_name(INVALID_SOCKET, "127.0.0.1", port_text(&at), NULL));
    assert_int_equal(WSAGetLastError(), WSAENOTSOCK);
    assert_false(by_list(0, list_of(&at, 1)));
    assert_int_equal(WSAGetLastError(), WSAENOTSOCK);
}

static void the_ends_need_room(void) {
    begin();
    local_length = sizeof(struct sockaddr_in) - 1;
    assert_false(by_name(tcp(), "127.0.0.1", port_text(&at), NULL));
    assert_int_equal(WSAGetLastError(), WSAEFAULT);
    assert_false(is_readable(server, 0));
}

static void connected_once(void) {
    begin();
    SOCKET client = tcp();
    assert_true(by_name(client, "127.0.0.1", port_text(&at), NULL));
    assert_false(by_name(client, "127.0.0.1", port_text(&at), NULL));
    assert_int_equal(WSAGetLastError(), WSAEISCONN);
}

/* ------------------------------------------------------------------------------------------------------ of the list */

static void the_first_that_answers_is_taken(void) {
    begin();
    address addresses[] = {nobody(), nobody(), at};
    SOCKET client = tcp();
    assert_true(by_list(client, list_of(addresses, 3)));
    they_talk(client);
    ends_are_told(client);
}

static void the_error_is_that_of_the_last(void) {
    begin();
    address addresses[] = {anywhere(AF_INET), nobody()};
    assert_false(by_list(tcp(), list_of(addresses, 2)));
    assert_int_equal(WSAGetLastError(), WSAECONNREFUSED);
}

static void mapped_addresses_for_both_families(void) {
    needs_ipv6();
    begin();
    address addresses[] = {mapped(port_of(&at))};
    SOCKET client = tcp6();
    set_option(client, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    assert_true(by_list(client, list_of(addresses, 1)));
    they_talk(client);
}

static void a_list_is_needed(void) {
    begin();
    assert_false(by_list(tcp(), NULL));
    assert_int_equal(WSAGetLastError(), WSAEFAULT);
    assert_false(by_list(tcp(), list_of(&at, 0)));
    assert_int_equal(WSAGetLastError(), WSAEINVAL);
}

static void the_time_may_be_over_before_the_next(void) {
    TIMEVAL none = {0, 0};
    begin();
    address addresses[] = {nobody(), at};
    assert_false(WSAConnectByList(tcp(), list_of(addresses, 2), NULL, NULL, NULL, NULL, &none, NULL));
    assert_int_equal(WSAGetLastError(), WSAETIMEDOUT);
}

static const conform_test tests[] = {
    conform(a_name_is_looked_up),
    conform(a_number_is_a_name),
    conform(wide_names),
    conform(the_ends_need_not_be_told),
    conform(a_socket_of_both_families_takes_either),
    conform(a_socket_of_one_family_takes_that_one),
    conform(it_waits_in_non_blocking_mode_too),
    conform(the_mode_stays_after_a_failure),
    conform(a_bound_socket_stays_bound),
    conform(what_is_not_there_refuses),
    conform(no_such_host),
    conform(names_are_needed),
    conform(nothing_overlapped),
    conform(only_connections),
    conform(only_sockets),
    conform(the_ends_need_room),
    conform(connected_once),
    conform(the_first_that_answers_is_taken),
    conform(the_error_is_that_of_the_last),
    conform(mapped_addresses_for_both_families),
    conform(a_list_is_needed),
    conform(the_time_may_be_over_before_the_next),
};

CONFORM_MAIN(tests)
