/* SPDX-License-Identifier: MIT
 *
 * Conformance: completion routines, which run in alertable waits of the thread that has started the operation; and that
 * Winsock's own blocking calls are such waits.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[64];

static struct run {
    int runs;
    DWORD error, bytes, flags, thread;
    LPWSAOVERLAPPED overlapped;
} run;

static void CALLBACK routine(DWORD error, DWORD count, LPWSAOVERLAPPED overlapped, DWORD flags) {
    run.runs++;
    run.error = error;
    run.bytes = count;
    run.flags = flags;
    run.overlapped = overlapped;
    run.thread = GetCurrentThreadId();
}

static WSAOVERLAPPED overlapped;

static int start_receive(SOCKET socket, size_t length) {
    WSABUF in = buffer_of(bytes, length);
    DWORD flags = 0;
    memset(&run, 0, sizeof run);
    memset(&overlapped, 0, sizeof overlapped);
    return WSARecv(socket, &in, 1, NULL, &flags, &overlapped, routine);
}

/* Waits, alertably, until the routine has run as often. */
static void await_runs(int runs) {
    while (run.runs < runs)
        assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(run.runs, runs);
}

static void expect_no_run(void) {
    assert_int_equal(SleepEx(MOMENT, TRUE), 0);
}

/* ------------------------------------------------------------------------------------------------------------- runs */

static void it_runs_when_data_have_come(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    send_text(client, "hello");
    await_runs(1);
    assert_int_equal(run.error, 0);
    assert_int_equal(run.bytes, 5);
    assert_int_equal(run.flags, 0);
    assert_ptr_equal(run.overlapped, &overlapped);
    assert_memory_equal(bytes, "hello", 5);
}

static void it_runs_in_the_thread_that_started(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    send_text(client, "x");
    await_runs(1);
    assert_int_equal(run.thread, GetCurrentThreadId());
}

static void it_does_not_run_before_an_alertable_wait(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    send_text(client, "x");
    assert_int_equal(is_signalled(manual_event(), MOMENT), 0);
    assert_int_equal(run.runs, 0);
    await_runs(1);
}

static void it_runs_also_for_what_was_done_at_once(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0, count = 0;
    tcp_pair(&client, &server);
    send_text(client, "there");
    await_bytes(server, 5);
    memset(&run, 0, sizeof run);
    memset(&overlapped, 0, sizeof overlapped);
    assert_ok(WSARecv(server, &in, 1, &count, &flags, &overlapped, routine));
    assert_int_equal(count, 5);
    assert_int_equal(run.runs, 0);
    await_runs(1);
    assert_int_equal(run.bytes, 5);
}

static void it_runs_once(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    send_text(client, "x");
    await_runs(1);
    send_text(client, "y");
    expect_no_run();
    assert_int_equal(run.runs, 1);
}

static void it_runs_for_sends(void) {
    WSABUF out = buffer_of("hello", 5);
    tcp_pair(&client, &server);
    memset(&run, 0, sizeof run);
    memset(&overlapped, 0, sizeof overlapped);
    if (WSASend(client, &out, 1, NULL, 0, &overlapped, routine) != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    await_runs(1);
    assert_int_equal(run.error, 0);
    assert_int_equal(run.bytes, 5);
    expect_text(server, "hello");
}

static void it_runs_for_datagrams(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes), out = buffer_of("dgram", 5);
    WSAOVERLAPPED sending;
    DWORD flags = 0;
    SOCKET to = udp(), from = udp();
    address where = bind_loopback(to, AF_INET), name = bind_loopback(from, AF_INET), sender;
    memset(&run, 0, sizeof run);
    memset(&overlapped, 0, sizeof overlapped);
    memset(&sending, 0, sizeof sending);
    sender.length = sizeof sender.room;
    assert_wsa(WSA_IO_PENDING,
               WSARecvFrom(to, &in, 1, NULL, &flags, &sender.any, &sender.length, &overlapped, routine));
    if (WSASendTo(from, &out, 1, NULL, 0, &where.any, where.length, &sending, routine) != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    await_runs(2);
    assert_true(same_address(&sender, &name));
    assert_memory_equal(bytes, "dgram", 5);
}

static void the_event_is_the_programs_own(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    HANDLE event = manual_event();
    tcp_pair(&client, &server);
    memset(&run, 0, sizeof run);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = event;
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, routine));
    send_text(client, "x");
    await_runs(1);
    assert_ptr_equal(overlapped.hEvent, event);
    assert_int_equal(is_signalled(event, 0), 0);
}

static void the_event_may_be_any_value(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    tcp_pair(&client, &server);
    memset(&run, 0, sizeof run);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = (HANDLE)&run;
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, routine));
    send_text(client, "x");
    await_runs(1);
    assert_ptr_equal(run.overlapped->hEvent, &run);
}

static void one_wait_runs_all_that_are_due(void) {
    WSAOVERLAPPED many[3];
    char parts[3][1];
    tcp_pair(&client, &server);
    memset(&run, 0, sizeof run);
    memset(many, 0, sizeof many);
    send_text(client, "abc");
    await_bytes(server, 3);
    for (int i = 0; i < 3; i++) {
        WSABUF in = buffer_of(parts[i], 1);
        DWORD flags = 0;
        assert_ok(WSARecv(server, &in, 1, NULL, &flags, &many[i], routine));
    }
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(run.runs, 3);
    assert_ptr_equal(run.overlapped, &many[2]);
}

static int chained;

static void CALLBACK chain(DWORD error, DWORD count, LPWSAOVERLAPPED which, DWORD flags) {
    WSABUF in = buffer_of(bytes, 1);
    DWORD own_flags = 0;
    (void)flags;
    if (error == 0 && count == 1 && ++chained < 10)
        (void)WSARecv(server, &in, 1, NULL, &own_flags, which, chain);
}

static void a_routine_can_start_the_next(void) {
    WSABUF in = buffer_of(bytes, 1);
    DWORD flags = 0;
    tcp_pair(&client, &server);
    chained = 0;
    memset(&overlapped, 0, sizeof overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, chain));
    send_text(client, "0123456789");
    while (chained < 10)
        assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
}

/* ----------------------------------------------------------------------------------------------------------- errors */

static void it_is_told_of_the_end(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    drop(client);
    await_runs(1);
    assert_int_equal(run.error, 0);
    assert_int_equal(run.bytes, 0);
}

static void it_is_told_of_a_reset(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    drop_hard(client);
    await_runs(1);
    assert_int_equal(run.error, WSAECONNRESET);
    assert_int_equal(run.bytes, 0);
}

static void it_is_told_of_cancelling(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    assert_true(CancelIoEx((HANDLE)server, &overlapped));
    await_runs(1);
    assert_int_equal(run.error, WSA_OPERATION_ABORTED);
    assert_int_equal(run.bytes, 0);
}

static void it_is_told_of_truncation(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_wsa(WSA_IO_PENDING, start_receive(b, 3));
    send_text(a, "abcdef");
    await_runs(1);
    assert_int_equal(run.error, WSAEMSGSIZE);
    assert_int_equal(run.bytes, 3);
}

static void it_is_told_of_closesocket(void) {
    tcp_pair(&client, &server);
    wine_differs("the error is not a known one");
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    drop(server);
    await_runs(1);
    assert_true(run.error == WSA_OPERATION_ABORTED || run.error == WSAECONNABORTED);
}

static void what_does_not_start_runs_nothing(void) {
    assert_wsa(WSAENOTCONN, start_receive(tcp(), sizeof bytes));
    expect_no_run();
    assert_int_equal(run.runs, 0);
}

static void a_socket_of_a_port_takes_none(void) {
    tcp_pair(&client, &server);
    (void)keep_handle(CreateIoCompletionPort((HANDLE)server, NULL, 0, 0));
    assert_wsa(WSAEINVAL, start_receive(server, sizeof bytes));
    assert_int_equal(run.runs, 0);
}

/* -------------------------------------------------------------------------------------------------- alertable waits */

static void WSAWaitForMultipleEvents_is_one(void) {
    WSAEVENT event = manual_event();
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    send_text(client, "x");
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, SOON, TRUE), WSA_WAIT_IO_COMPLETION);
    assert_int_equal(run.runs, 1);
}

static void WaitForSingleObjectEx_is_one(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    send_text(client, "x");
    assert_int_equal(WaitForSingleObjectEx(manual_event(), SOON, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(run.runs, 1);
}

static void GetQueuedCompletionStatusEx_is_one(void) {
    OVERLAPPED_ENTRY entry;
    ULONG removed = 0;
    HANDLE port = keep_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0));
    tcp_pair(&client, &server);
    assert_wsa(WSA_IO_PENDING, start_receive(server, sizeof bytes));
    send_text(client, "x");
    assert_false_with(WAIT_IO_COMPLETION, GetQueuedCompletionStatusEx(port, &entry, 1, &removed, SOON, TRUE));
    assert_int_equal(run.runs, 1);
}

static SOCKET helped;

/* Sets a thread to work that sends: a routine must not make calls that block. */
static VOID CALLBACK help(ULONG_PTR event) {
    (void)SetEvent((HANDLE)event);
}

static DWORD WINAPI send_when_told(LPVOID event) {
    if (WaitForSingleObject(event, SOON) != WAIT_OBJECT_0)
        return 1;
    return send(helped, "x", 1, 0) == 1 ? 0 : 2;
}

static HANDLE help_is_queued(SOCKET sender) {
    HANDLE event = auto_event();
    helped = sender;
    HANDLE thread = thread_start(send_when_told, event);
    assert_true(QueueUserAPC(help, GetCurrentThread(), (ULONG_PTR)event));
    return thread;
}

static void a_blocking_recv_is_one(void) {
    tcp_pair(&client, &server);
    HANDLE thread = help_is_queued(client);
    assert_bytes(1, recv(server, bytes, sizeof bytes, 0));
    assert_int_equal(thread_end(thread), 0);
}

static void a_blocking_WSARecv_is_one(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD count = 0, flags = 0;
    tcp_pair(&client, &server);
    HANDLE thread = help_is_queued(client);
    assert_ok(WSARecv(server, &in, 1, &count, &flags, NULL, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(thread_end(thread), 0);
}

static void a_blocking_recvfrom_is_one(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    HANDLE thread = help_is_queued(a);
    assert_bytes(1, recvfrom(b, bytes, sizeof bytes, 0, NULL, NULL));
    assert_int_equal(thread_end(thread), 0);
}

static void a_blocking_select_is_one(void) {
    fd_set set;
    tcp_pair(&client, &server);
    HANDLE thread = help_is_queued(client);
    FD_ZERO(&set);
    FD_SET(server, &set);
    assert_int_equal(select(0, &set, NULL, NULL, NULL), 1);
    assert_int_equal(thread_end(thread), 0);
}

static void a_blocking_WSAPoll_is_one(void) {
    wine_differs("it ends for the routine");
    WSAPOLLFD one;
    tcp_pair(&client, &server);
    HANDLE thread = help_is_queued(client);
    one.fd = server;
    one.events = POLLIN;
    assert_int_equal(WSAPoll(&one, 1, SOON), 1);
    assert_int_equal(thread_end(thread), 0);
}

static const conform_test tests[] = {
    conform(it_runs_when_data_have_come),
    conform(it_runs_in_the_thread_that_started),
    conform(it_does_not_run_before_an_alertable_wait),
    conform(it_runs_also_for_what_was_done_at_once),
    conform(it_runs_once),
    conform(it_runs_for_sends),
    conform(it_runs_for_datagrams),
    conform(the_event_is_the_programs_own),
    conform(the_event_may_be_any_value),
    conform(one_wait_runs_all_that_are_due),
    conform(a_routine_can_start_the_next),
    conform(it_is_told_of_the_end),
    conform(it_is_told_of_a_reset),
    conform(it_is_told_of_cancelling),
    conform(it_is_told_of_truncation),
    conform(it_is_told_of_closesocket),
    conform(what_does_not_start_runs_nothing),
    conform(a_socket_of_a_port_takes_none),
    conform(WSAWaitForMultipleEvents_is_one),
    conform(WaitForSingleObjectEx_is_one),
    conform(GetQueuedCompletionStatusEx_is_one),
    conform(a_blocking_recv_is_one),
    conform(a_blocking_WSARecv_is_one),
    conform(a_blocking_recvfrom_is_one),
    conform(a_blocking_select_is_one),
    conform(a_blocking_WSAPoll_is_one),
};

CONFORM_MAIN(tests)
