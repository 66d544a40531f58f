/* SPDX-License-Identifier: MIT
 *
 * Conformance: a SOCKET where Win32 wants a handle of a file: ReadFile and WriteFile, at once, overlapped and with
 * routines, GetOverlappedResult, waits for the handle, duplicating and closing.
 */
#include "conform.h"

static SOCKET client, server;
static WSAOVERLAPPED overlapped;
static char bytes[64];
static DWORD count;

static void begin(void) {
    tcp_pair(&client, &server);
    memset(bytes, 0, sizeof bytes);
    overlapped_init(&overlapped);
    count = UNTOUCHED;
}

static HANDLE handle_of(SOCKET socket) {
    return (HANDLE)socket;
}

/* Of an operation that may have been done at once. */
static void ended(BOOL done, SOCKET socket, DWORD expected) {
    DWORD moved = 0;
    if (!done)
        assert_last_error(ERROR_IO_PENDING);
    assert_true(GetOverlappedResult(handle_of(socket), &overlapped, &moved, TRUE));
    assert_int_equal(moved, expected);
}

/* ------------------------------------------------------------------------------------------------ reading, writing */

static void WriteFile_sends(void) {
    begin();
    ended(WriteFile(handle_of(server), "hello", 5, NULL, &overlapped), server, 5);
    expect_text(client, "hello");
}

static void ReadFile_receives(void) {
    begin();
    send_text(client, "hello");
    ended(ReadFile(handle_of(server), bytes, sizeof bytes, NULL, &overlapped), server, 5);
    assert_memory_equal(bytes, "hello", 5);
}

static void ReadFile_pends_until_data_come(void) {
    begin();
    assert_fails(FALSE, ERROR_IO_PENDING, ReadFile(handle_of(server), bytes, sizeof bytes, NULL, &overlapped));
    assert_fails(FALSE, ERROR_IO_INCOMPLETE, GetOverlappedResult(handle_of(server), &overlapped, &count, FALSE));
    send_text(client, "late");
    await_handle(overlapped.hEvent);
    assert_true(GetOverlappedResult(handle_of(server), &overlapped, &count, FALSE));
    assert_int_equal(count, 4);
}

static void ReadFile_tells_the_end_by_nothing(void) {
    begin();
    assert_fails(FALSE, ERROR_IO_PENDING, ReadFile(handle_of(server), bytes, sizeof bytes, NULL, &overlapped));
    drop(client);
    await_handle(overlapped.hEvent);
    assert_true(GetOverlappedResult(handle_of(server), &overlapped, &count, FALSE));
    assert_int_equal(count, 0);
}

static void a_reset_is_64(void) {
    begin();
    assert_fails(FALSE, ERROR_IO_PENDING, ReadFile(handle_of(server), bytes, sizeof bytes, NULL, &overlapped));
    drop_hard(client);
    await_handle(overlapped.hEvent);
    assert_fails(FALSE, ERROR_NETNAME_DELETED, GetOverlappedResult(handle_of(server), &overlapped, &count, FALSE));
}

static void GetOverlappedResultEx_has_a_time_limit(void) {
    begin();
    assert_fails(FALSE, ERROR_IO_PENDING, ReadFile(handle_of(server), bytes, sizeof bytes, NULL, &overlapped));
    assert_fails(FALSE, ERROR_IO_INCOMPLETE, GetOverlappedResultEx(handle_of(server), &overlapped, &count, 0, FALSE));
    assert_fails(FALSE, WAIT_TIMEOUT, GetOverlappedResultEx(handle_of(server), &overlapped, &count, MOMENT, FALSE));
    send_text(client, "x");
    assert_true(GetOverlappedResultEx(handle_of(server), &overlapped, &count, SOON, FALSE));
    assert_int_equal(count, 1);
}

static void datagrams_are_written_and_read(void) {
    SOCKET a, b;
    begin();
    udp_pair(&a, &b);
    ended(WriteFile(handle_of(a), "one", 3, NULL, &overlapped), a, 3);
    overlapped_init(&overlapped);
    ended(ReadFile(handle_of(b), bytes, sizeof bytes, NULL, &overlapped), b, 3);
    assert_memory_equal(bytes, "one", 3);
}

static void a_port_is_told(void) {
    ULONG_PTR key = 0;
    LPOVERLAPPED which = NULL;
    begin();
    HANDLE port = keep_handle(CreateIoCompletionPort(handle_of(server), NULL, 11, 0));
    memset(&overlapped, 0, sizeof overlapped);
    if (!WriteFile(handle_of(server), "hello", 5, NULL, &overlapped))
        assert_last_error(ERROR_IO_PENDING);
    assert_true(GetQueuedCompletionStatus(port, &count, &key, &which, SOON));
    assert_int_equal(count, 5);
    assert_int_equal(key, 11);
    assert_ptr_equal(which, &overlapped);
}

static void CancelIoEx_ends_a_read(void) {
    begin();
    assert_fails(FALSE, ERROR_IO_PENDING, ReadFile(handle_of(server), bytes, sizeof bytes, NULL, &overlapped));
    assert_true(CancelIoEx(handle_of(server), &overlapped));
    assert_fails(FALSE, ERROR_OPERATION_ABORTED, GetOverlappedResult(handle_of(server), &overlapped, &count, TRUE));
}

static void a_socket_that_is_not_overlapped_waits(void) {
    address where;
    SOCKET from = listener(&where);
    SOCKET plain = keep(WSASocketA(AF_INET, SOCK_STREAM, 0, NULL, 0, 0));
    assert_ok(connect(plain, &where.any, where.length));
    server = accept_from(from);
    assert_true(WriteFile(handle_of(plain), "hello", 5, &count, NULL));
    assert_int_equal(count, 5);
    expect_text(server, "hello");
    send_text(server, "there");
    assert_true(ReadFile(handle_of(plain), bytes, sizeof bytes, &count, NULL));
    assert_int_equal(count, 5);
}

static void a_cut_datagram_is_234(void) {
    SOCKET a, b;
    begin();
    udp_pair(&a, &b);
    send_text(a, "too long");
    await_readable(b);
    if (!ReadFile(handle_of(b), bytes, 3, &count, &overlapped) && GetLastError() == ERROR_IO_PENDING)
        await_handle(overlapped.hEvent);
    assert_fails(FALSE, ERROR_MORE_DATA, GetOverlappedResult(handle_of(b), &overlapped, &count, TRUE));
    assert_int_equal(count, 3);
    assert_memory_equal(bytes, "too", 3);
}

static void what_is_no_handle_is_invalid(void) {
    begin();
    assert_fails(FALSE, ERROR_INVALID_HANDLE, ReadFile(NOT_A_HANDLE, bytes, sizeof bytes, &count, &overlapped));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, WriteFile(NOT_A_HANDLE, bytes, 1, &count, &overlapped));
}

static void its_type_is_a_pipe(void) {
    begin();
    assert_int_equal(GetFileType(handle_of(server)), FILE_TYPE_PIPE);
}

/* --------------------------------------------------------------------------------------------------------- routines */

static struct run {
    int runs;
    DWORD error, bytes;
    LPOVERLAPPED overlapped;
} run;

static VOID CALLBACK routine(DWORD error, DWORD moved, LPOVERLAPPED which) {
    run.runs++;
    run.error = error;
    run.bytes = moved;
    run.overlapped = which;
}

static void routine_expect(DWORD error, DWORD moved) {
    assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(run.runs, 1);
    assert_int_equal(run.error, error);
    assert_int_equal(run.bytes, moved);
    assert_ptr_equal(run.overlapped, &overlapped);
}

static void begin_routine(void) {
    begin();
    memset(&run, 0, sizeof run);
    memset(&overlapped, 0, sizeof overlapped);
}

static void ReadFileEx_tells_a_routine(void) {
    begin_routine();
    assert_true(ReadFileEx(handle_of(server), bytes, sizeof bytes, &overlapped, routine));
    send_text(client, "hello");
    routine_expect(0, 5);
    assert_memory_equal(bytes, "hello", 5);
}

static void WriteFileEx_tells_a_routine(void) {
    begin_routine();
    assert_true(WriteFileEx(handle_of(server), "hello", 5, &overlapped, routine));
    routine_expect(0, 5);
    expect_text(client, "hello");
}

static void a_routine_is_told_errors_of_Win32(void) {
    begin_routine();
    assert_true(ReadFileEx(handle_of(server), bytes, sizeof bytes, &overlapped, routine));
    drop_hard(client);
    routine_expect(ERROR_NETNAME_DELETED, 0);
}

static void a_handle_of_a_port_has_no_routines(void) {
    begin_routine();
    (void)keep_handle(CreateIoCompletionPort(handle_of(server), NULL, 0, 0));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER,
                 ReadFileEx(handle_of(server), bytes, sizeof bytes, &overlapped, routine));
}

/* ------------------------------------------------------------------------------------------------ waits for a socket
 */

static void without_an_event_the_handle_is_waited_for(void) {
    DWORD flags = 0;
    WSABUF in = buffer_of(bytes, sizeof bytes);
    begin();
    memset(&overlapped, 0, sizeof overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    assert_false(is_signalled(handle_of(server), MOMENT));
    send_text(client, "x");
    await_handle(handle_of(server));
    assert_true(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags));
    assert_int_equal(count, 1);
}

static void the_next_operation_resets_the_handle(void) {
    DWORD flags = 0;
    WSABUF in = buffer_of(bytes, sizeof bytes);
    begin();
    memset(&overlapped, 0, sizeof overlapped);
    send_text(client, "x");
    await_bytes(server, 1);
    assert_ok(WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    await_handle(handle_of(server));
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    assert_false(is_signalled(handle_of(server), MOMENT));
}

/* -------------------------------------------------------------------------------------------- duplicating, closing */

static void CloseHandle_closes_a_socket(void) {
    wine_differs("closesocket closes it again");
    char byte = 0;
    tcp_pair(&client, &server);
    SOCKET other = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(other != INVALID_SOCKET);
    assert_true(CloseHandle(handle_of(other)));
    assert_wsa(WSAENOTSOCK, recv(other, &byte, 1, 0));
    assert_wsa(WSAENOTSOCK, closesocket(other));
}

static void a_duplicate_is_the_same_socket(void) {
    HANDLE copy = NULL;
    begin();
    assert_true(DuplicateHandle(GetCurrentProcess(), handle_of(server), GetCurrentProcess(), &copy, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    assert_true(copy != handle_of(server));
    ended(WriteFile(copy, "copy", 4, NULL, &overlapped), server, 4);
    expect_text(client, "copy");
    assert_true(CloseHandle(copy));
    send_text(client, "still");
    expect_text(server, "still");
}

static void the_connection_ends_with_its_last_handle(void) {
    HANDLE copy = NULL;
    begin();
    assert_true(DuplicateHandle(GetCurrentProcess(), handle_of(server), GetCurrentProcess(), &copy, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    drop(server);
    ended(WriteFile(copy, "copy", 4, NULL, &overlapped), (SOCKET)copy, 4);
    expect_text(client, "copy");
    assert_false(is_readable(client, MOMENT));
    assert_true(CloseHandle(copy));
    expect_end(client);
}

static const conform_test tests[] = {
    conform(WriteFile_sends),
    conform(ReadFile_receives),
    conform(ReadFile_pends_until_data_come),
    conform(ReadFile_tells_the_end_by_nothing),
    conform(a_reset_is_64),
    conform(GetOverlappedResultEx_has_a_time_limit),
    conform(datagrams_are_written_and_read),
    conform(a_port_is_told),
    conform(CancelIoEx_ends_a_read),
    conform(a_socket_that_is_not_overlapped_waits),
    conform(a_cut_datagram_is_234),
    conform(what_is_no_handle_is_invalid),
    conform(its_type_is_a_pipe),
    conform(ReadFileEx_tells_a_routine),
    conform(WriteFileEx_tells_a_routine),
    conform(a_routine_is_told_errors_of_Win32),
    conform(a_handle_of_a_port_has_no_routines),
    conform(without_an_event_the_handle_is_waited_for),
    conform(the_next_operation_resets_the_handle),
    conform(CloseHandle_closes_a_socket),
    conform(a_duplicate_is_the_same_socket),
    conform(the_connection_ends_with_its_last_handle),
};

CONFORM_MAIN(tests)
