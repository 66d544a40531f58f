/* SPDX-License-Identifier: MIT
 *
 * Conformance: a second handle of a socket within the process, by WSADuplicateSocket and WSASocket or by
 * DuplicateHandle, and what GetHandleInformation says of sockets.
 */
#include "conform.h"

static SOCKET duplicate(SOCKET made) {
    WSAPROTOCOL_INFOW info;
    assert_ok(WSADuplicateSocketW(made, GetCurrentProcessId(), &info));
    SOCKET other =
        WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, WSA_FLAG_OVERLAPPED);
    assert_true(other != INVALID_SOCKET);
    return keep(other);
}

static void the_description_is_that_of_the_socket(void) {
    WSAPROTOCOL_INFOW wide;
    WSAPROTOCOL_INFOA narrow;
    SOCKET made = tcp();
    memset(&wide, 0xcc, sizeof wide);
    assert_ok(WSADuplicateSocketW(made, GetCurrentProcessId(), &wide));
    assert_int_equal(wide.iAddressFamily, AF_INET);
    assert_int_equal(wide.iSocketType, SOCK_STREAM);
    assert_int_equal(wide.iProtocol, IPPROTO_TCP);
    assert_ok(WSADuplicateSocketA(made, GetCurrentProcessId(), &narrow));
    assert_int_equal(narrow.iAddressFamily, AF_INET);
    assert_int_equal(narrow.iSocketType, SOCK_STREAM);
}

static void a_duplicate_is_another_handle(void) {
    SOCKET made = tcp(), other = duplicate(made);
    assert_true(other != made);
}

static void by_the_narrow_form_too(void) {
    WSAPROTOCOL_INFOA info;
    SOCKET made = udp();
    address where = bind_loopback(made, AF_INET);
    assert_ok(WSADuplicateSocketA(made, GetCurrentProcessId(), &info));
    SOCKET other =
        keep(WSASocketA(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, WSA_FLAG_OVERLAPPED));
    assert_true(other != INVALID_SOCKET);
    address same = local_of(other);
    assert_true(same_address(&where, &same));
}

static void both_are_one_socket(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    SOCKET other = duplicate(server);
    send_text(client, "one");
    expect_text(other, "one");
    send_text(other, "two");
    expect_text(client, "two");
    address a = local_of(server), b = local_of(other);
    assert_true(same_address(&a, &b));
}

static void options_are_shared(void) {
    SOCKET made = tcp(), other = duplicate(made);
    set_option(made, SOL_SOCKET, SO_KEEPALIVE, 1);
    assert_int_equal(get_option(other, SOL_SOCKET, SO_KEEPALIVE), 1);
    set_option(other, IPPROTO_TCP, TCP_NODELAY, 1);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_NODELAY), 1);
}

static void the_mode_is_shared(void) {
    char byte;
    SOCKET client, server;
    tcp_pair(&client, &server);
    SOCKET other = duplicate(server);
    set_nonblocking(server);
    assert_wsa(WSAEWOULDBLOCK, recv(other, &byte, 1, 0));
}

static void closing_one_leaves_the_other(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    SOCKET other = duplicate(server);
    drop(server);
    send_text(client, "still there");
    expect_text(other, "still there");
    drop(other);
    expect_end(client);
}

static void a_shutdown_is_of_both(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    SOCKET other = duplicate(server);
    assert_ok(shutdown(server, SD_SEND));
    expect_end(client);
    assert_wsa(WSAESHUTDOWN, send(other, "x", 1, 0));
}

static void no_place_for_the_description_is_a_fault(void) {
    assert_wsa(WSAEFAULT, WSADuplicateSocketW(tcp(), GetCurrentProcessId(), NULL));
    assert_wsa(WSAEFAULT, WSADuplicateSocketA(tcp(), GetCurrentProcessId(), NULL));
}

static void only_sockets_have_duplicates(void) {
    WSAPROTOCOL_INFOW info;
    assert_wsa(WSAENOTSOCK, WSADuplicateSocketW(NOT_A_SOCKET, GetCurrentProcessId(), &info));
    assert_wsa(WSAENOTSOCK, WSADuplicateSocketW(INVALID_SOCKET, GetCurrentProcessId(), &info));
}

static void no_process_is_invalid(void) {
    WSAPROTOCOL_INFOW info;
    assert_wsa(WSAEINVAL, WSADuplicateSocketW(tcp(), 0xfffffffc, &info));
}

static void a_plain_description_makes_a_new_socket(void) {
    WSAPROTOCOL_INFOW info;
    int length = sizeof info;
    SOCKET made = udp();
    (void)bind_loopback(made, AF_INET);
    assert_ok(getsockopt(made, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length));
    SOCKET other =
        keep(WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, WSA_FLAG_OVERLAPPED));
    assert_true(other != INVALID_SOCKET);
    assert_int_equal(get_option(other, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    address none;
    none.length = sizeof none.room;
    assert_wsa(WSAEINVAL, getsockname(other, &none.any, &none.length));
}

/* ----------------------------------------------------------------------------------------------------------- handles
 */

static void DuplicateHandle_makes_another_handle(void) {
    HANDLE copy = NULL;
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_true(DuplicateHandle(GetCurrentProcess(), (HANDLE)server, GetCurrentProcess(), &copy, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    SOCKET other = keep((SOCKET)copy);
    assert_true(other != server);
    send_text(client, "x");
    expect_text(other, "x");
    drop(server);
    send_text(client, "y");
    expect_text(other, "y");
}

static void sockets_are_inherited_unless_told_otherwise(void) {
    DWORD flags = 0;
    assert_true(GetHandleInformation((HANDLE)tcp(), &flags));
    assert_int_equal(flags & HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    SOCKET made = keep(WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
    assert_true(made != INVALID_SOCKET);
    assert_true(GetHandleInformation((HANDLE)made, &flags));
    assert_int_equal(flags & HANDLE_FLAG_INHERIT, 0);
}

static void SetHandleInformation_changes_that(void) {
    DWORD flags = 0;
    SOCKET made = tcp();
    assert_true(SetHandleInformation((HANDLE)made, HANDLE_FLAG_INHERIT, 0));
    assert_true(GetHandleInformation((HANDLE)made, &flags));
    assert_int_equal(flags & HANDLE_FLAG_INHERIT, 0);
    assert_true(SetHandleInformation((HANDLE)made, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    assert_true(GetHandleInformation((HANDLE)made, &flags));
    assert_int_equal(flags & HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
}

static void CloseHandle_closes_a_socket(void) {
    SOCKET client, server, made = socket(AF_INET, SOCK_STREAM, 0);
    tcp_pair(&client, &server);
    assert_true(CloseHandle((HANDLE)made));
    assert_wsa(WSAENOTSOCK, listen(made, 1));
}

static void a_closed_socket_has_no_information(void) {
    DWORD flags = 0;
    SOCKET made = tcp();
    drop(made);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetHandleInformation((HANDLE)made, &flags));
}

static const conform_test tests[] = {
    conform(the_description_is_that_of_the_socket),
    conform(a_duplicate_is_another_handle),
    conform(by_the_narrow_form_too),
    conform(both_are_one_socket),
    conform(options_are_shared),
    conform(the_mode_is_shared),
    conform(closing_one_leaves_the_other),
    conform(a_shutdown_is_of_both),
    conform(no_place_for_the_description_is_a_fault),
    conform(only_sockets_have_duplicates),
    conform(no_process_is_invalid),
    conform(a_plain_description_makes_a_new_socket),
    conform(DuplicateHandle_makes_another_handle),
    conform(sockets_are_inherited_unless_told_otherwise),
    conform(SetHandleInformation_changes_that),
    conform(CloseHandle_closes_a_socket),
    conform(a_closed_socket_has_no_information),
};

CONFORM_MAIN(tests)
