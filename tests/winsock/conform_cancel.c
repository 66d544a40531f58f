/* SPDX-License-Identifier: MIT
 *
 * Conformance: CancelIo and CancelIoEx.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[16];
static WSAOVERLAPPED overlapped, other;
static DWORD count, flags;

static int start_receive(SOCKET socket, WSAOVERLAPPED *which) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    flags = 0;
    return WSARecv(socket, &in, 1, NULL, &flags, which, NULL);
}

static void receive_pends(WSAOVERLAPPED *which) {
    overlapped_init(which);
    assert_wsa(WSA_IO_PENDING, start_receive(server, which));
}

static void one_is_cancelled(void) {
    tcp_pair(&client, &server);
    receive_pends(&overlapped);
    assert_true(CancelIoEx((HANDLE)server, &overlapped));
    assert_int_equal(overlapped_end(server, &overlapped, &count), WSA_OPERATION_ABORTED);
    assert_int_equal(count, 0);
    assert_int_equal((DWORD)overlapped.Internal, 0xC0000120);
}

static void all_are_cancelled(void) {
    tcp_pair(&client, &server);
    receive_pends(&overlapped);
    receive_pends(&other);
    assert_true(CancelIoEx((HANDLE)server, NULL));
    assert_int_equal(overlapped_end(server, &overlapped, NULL), WSA_OPERATION_ABORTED);
    assert_int_equal(overlapped_end(server, &other, NULL), WSA_OPERATION_ABORTED);
}

static void nothing_to_cancel_is_not_found(void) {
    tcp_pair(&client, &server);
    memset(&overlapped, 0, sizeof overlapped);
    assert_false_with(ERROR_NOT_FOUND, CancelIoEx((HANDLE)server, &overlapped));
}

static void nothing_at_all_to_cancel_is_not_found(void) {
    wine_differs("it says that it has cancelled");
    tcp_pair(&client, &server);
    assert_false_with(ERROR_NOT_FOUND, CancelIoEx((HANDLE)server, NULL));
}

static void what_is_done_is_not_found(void) {
    tcp_pair(&client, &server);
    receive_pends(&overlapped);
    send_text(client, "x");
    assert_int_equal(overlapped_end(server, &overlapped, NULL), 0);
    assert_false_with(ERROR_NOT_FOUND, CancelIoEx((HANDLE)server, &overlapped));
}

static void what_is_no_handle_is_invalid(void) {
    assert_false_with(ERROR_INVALID_HANDLE, CancelIoEx(NOT_A_HANDLE, NULL));
    assert_false_with(ERROR_INVALID_HANDLE, CancelIo(NOT_A_HANDLE));
}

static void of_another_socket_nothing_is_cancelled(void) {
    SOCKET idle = tcp();
    tcp_pair(&client, &server);
    receive_pends(&overlapped);
    assert_false_with(ERROR_NOT_FOUND, CancelIoEx((HANDLE)idle, &overlapped));
    send_text(client, "x");
    assert_int_equal(overlapped_end(server, &overlapped, NULL), 0);
}

static DWORD WINAPI cancel_elsewhere(LPVOID which) {
    return CancelIoEx((HANDLE)server, which) ? 0 : GetLastError();
}

static void another_thread_can_cancel(void) {
    tcp_pair(&client, &server);
    receive_pends(&overlapped);
    assert_int_equal(thread_end(thread_start(cancel_elsewhere, &overlapped)), 0);
    assert_int_equal(overlapped_end(server, &overlapped, NULL), WSA_OPERATION_ABORTED);
}

static void CancelIo_cancels_the_threads_own(void) {
    tcp_pair(&client, &server);
    receive_pends(&overlapped);
    receive_pends(&other);
    assert_true(CancelIo((HANDLE)server));
    assert_int_equal(overlapped_end(server, &overlapped, NULL), WSA_OPERATION_ABORTED);
    assert_int_equal(overlapped_end(server, &other, NULL), WSA_OPERATION_ABORTED);
}

static HANDLE started, may_end;

/* It stays until it is told to go: what it has started is its own. */
static DWORD WINAPI start_elsewhere(LPVOID unused) {
    (void)unused;
    int result = start_receive(server, &overlapped);
    int error = WSAGetLastError();
    (void)SetEvent(started);
    (void)WaitForSingleObject(may_end, SOON);
    return result == SOCKET_ERROR ? (DWORD)error : 0;
}

static void CancelIo_leaves_those_of_other_threads(void) {
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    started = manual_event();
    may_end = manual_event();
    HANDLE thread = thread_start(start_elsewhere, NULL);
    await_handle(started);
    assert_true(CancelIo((HANDLE)server));
    assert_int_equal(is_signalled(overlapped.hEvent, MOMENT), 0);
    send_text(client, "x");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 1);
    assert_true(SetEvent(may_end));
    assert_int_equal(thread_end(thread), WSA_IO_PENDING);
}

static void CancelIo_of_nothing_is_no_error(void) {
    tcp_pair(&client, &server);
    assert_true(CancelIo((HANDLE)server));
}

static void no_data_are_lost(void) {
    tcp_pair(&client, &server);
    receive_pends(&overlapped);
    assert_true(CancelIoEx((HANDLE)server, &overlapped));
    assert_int_equal(overlapped_end(server, &overlapped, NULL), WSA_OPERATION_ABORTED);
    send_text(client, "kept");
    expect_text(server, "kept");
}

static void the_socket_goes_on(void) {
    tcp_pair(&client, &server);
    for (int i = 0; i < 10; i++) {
        receive_pends(&overlapped);
        assert_true(CancelIoEx((HANDLE)server, &overlapped));
        assert_int_equal(overlapped_end(server, &overlapped, NULL), WSA_OPERATION_ABORTED);
    }
    receive_pends(&overlapped);
    send_text(client, "on");
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, 2);
}

static void a_datagram_receive_is_cancelled(void) {
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, start_receive(bound, &overlapped));
    assert_true(CancelIoEx((HANDLE)bound, &overlapped));
    assert_int_equal(overlapped_end(bound, &overlapped, NULL), WSA_OPERATION_ABORTED);
}

static void a_send_is_cancelled(void) {
    enum { LARGE = 8000000 };
    char *block = calloc(1, LARGE);
    WSABUF out = buffer_of(block, LARGE);
    tcp_pair(&client, &server);
    (void)fill(client);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSASend(client, &out, 1, NULL, 0, &overlapped, NULL));
    assert_true(CancelIoEx((HANDLE)client, &overlapped));
    assert_int_equal(overlapped_end(client, &overlapped, NULL), WSA_OPERATION_ABORTED);
    free(block);
}

static void an_accept_is_cancelled_and_the_listener_goes_on(void) {
    LPFN_ACCEPTEX accept_ex;
    char room[64];
    address where;
    SOCKET from = listener(&where), accepting = tcp();
    extension(from, (GUID)WSAID_ACCEPTEX, &accept_ex);
    overlapped_init(&overlapped);
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, 32, 32, &count, &overlapped));
    assert_true(CancelIoEx((HANDLE)from, &overlapped));
    assert_int_equal(overlapped_end(from, &overlapped, NULL), WSA_OPERATION_ABORTED);
    SOCKET made = connect_to(&where);
    send_text(made, "x");
    expect_text(accept_from(from), "x");
}

static void the_socket_of_a_cancelled_accept_can_be_used_again(void) {
    LPFN_ACCEPTEX accept_ex;
    char room[64];
    address where;
    SOCKET from = listener(&where), accepting = tcp();
    extension(from, (GUID)WSAID_ACCEPTEX, &accept_ex);
    overlapped_init(&overlapped);
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, 32, 32, &count, &overlapped));
    assert_true(CancelIoEx((HANDLE)from, &overlapped));
    assert_int_equal(overlapped_end(from, &overlapped, NULL), WSA_OPERATION_ABORTED);
    assert_false_with(ERROR_IO_PENDING, accept_ex(from, accepting, room, 0, 32, 32, &count, &overlapped));
    (void)connect_to(&where);
    assert_int_equal(overlapped_end(from, &overlapped, NULL), 0);
}

static void a_thread_without_calls_of_files_has_nothing_to_cancel(void) {
    assert_fails(FALSE, ERROR_NOT_FOUND, CancelSynchronousIo(GetCurrentThread()));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, CancelSynchronousIo(NOT_A_HANDLE));
}

static const conform_test tests[] = {
    conform(one_is_cancelled),
    conform(all_are_cancelled),
    conform(nothing_to_cancel_is_not_found),
    conform(nothing_at_all_to_cancel_is_not_found),
    conform(what_is_done_is_not_found),
    conform(what_is_no_handle_is_invalid),
    conform(of_another_socket_nothing_is_cancelled),
    conform(another_thread_can_cancel),
    conform(CancelIo_cancels_the_threads_own),
    conform(CancelIo_leaves_those_of_other_threads),
    conform(CancelIo_of_nothing_is_no_error),
    conform(no_data_are_lost),
    conform(the_socket_goes_on),
    conform(a_datagram_receive_is_cancelled),
    conform(a_send_is_cancelled),
    conform(an_accept_is_cancelled_and_the_listener_goes_on),
    conform(the_socket_of_a_cancelled_accept_can_be_used_again),
    conform(a_thread_without_calls_of_files_has_nothing_to_cancel),
};

CONFORM_MAIN(tests)
