/* SPDX-License-Identifier: MIT
 *
 * Conformance: calls that are queued for a thread: their order, the waits in which they are made and those in which
 * they are not, what ends an alertable wait first, calls and completion routines together.
 */
#include "conform.h"

enum { ORDER_MAX = 32 };

static int order[ORDER_MAX];
static int made;

static VOID CALLBACK note(ULONG_PTR value) {
    if (made < ORDER_MAX)
        order[made++] = (int)value;
}

static void begin(void) {
    made = 0;
    (void)SleepEx(0, TRUE);
    made = 0;
}

static void queue(int value) {
    assert_true(QueueUserAPC(note, GetCurrentThread(), (ULONG_PTR)value) != 0);
}

static void expect_made(int count) {
    assert_int_equal(made, count);
    for (int i = 0; i < count; i++)
        assert_int_equal(order[i], i + 1);
}

/* ---------------------------------------------------------------------------------------------------------- sleeping
 */

static void calls_are_made_in_order(void) {
    begin();
    for (int i = 1; i <= 5; i++)
        queue(i);
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    expect_made(5);
}

static void they_wait_for_an_alertable_wait(void) {
    begin();
    queue(1);
    Sleep(0);
    assert_int_equal(SleepEx(MOMENT, FALSE), 0);
    (void)is_signalled(manual_event(), MOMENT);
    assert_int_equal(made, 0);
    assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    expect_made(1);
}

static void without_calls_a_sleep_lasts(void) {
    begin();
    assert_int_equal(SleepEx(MOMENT, TRUE), 0);
}

static VOID CALLBACK note_and_queue(ULONG_PTR value) {
    note(value);
    if (value < 3)
        (void)QueueUserAPC(note_and_queue, GetCurrentThread(), value + 1);
}

static void what_a_call_queues_is_made_too(void) {
    begin();
    assert_true(QueueUserAPC(note_and_queue, GetCurrentThread(), 1) != 0);
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    while (SleepEx(0, TRUE) == WAIT_IO_COMPLETION) {
    }
    expect_made(3);
}

static HANDLE sleeper_ready;

static DWORD WINAPI sleep_alertably(LPVOID unused) {
    (void)unused;
    (void)SetEvent(sleeper_ready);
    return SleepEx(SOON, TRUE);
}

static void another_thread_wakes_a_sleep(void) {
    begin();
    sleeper_ready = auto_event();
    HANDLE thread = thread_start(sleep_alertably, NULL);
    await_handle(sleeper_ready);
    assert_true(QueueUserAPC(note, thread, 1) != 0);
    assert_int_equal(thread_end(thread), WAIT_IO_COMPLETION);
    expect_made(1);
}

static DWORD WINAPI nothing(LPVOID unused) {
    (void)unused;
    return 0;
}

static void a_thread_that_has_not_begun_makes_them_first(void) {
    begin();
    HANDLE thread = CreateThread(NULL, 0, nothing, NULL, CREATE_SUSPENDED, NULL);
    assert_non_null(thread);
    assert_true(QueueUserAPC(note, thread, 1) != 0);
    assert_int_equal(ResumeThread(thread), 1);
    assert_int_equal(thread_end(thread), 0);
    expect_made(1);
}

static void a_thread_that_has_ended_takes_none(void) {
    begin();
    HANDLE thread = thread_start(nothing, NULL);
    assert_int_equal(WaitForSingleObject(thread, SOON), WAIT_OBJECT_0);
    assert_int_equal(QueueUserAPC(note, thread, 1), 0);
    assert_true(CloseHandle(thread));
}

static void what_is_no_thread_takes_none(void) {
    begin();
    assert_int_equal(QueueUserAPC(note, NOT_A_HANDLE, 1), 0);
    assert_last_error(ERROR_INVALID_HANDLE);
}

/* ------------------------------------------------------------------------------------------------------ other waits */

static void WaitForSingleObjectEx_makes_them(void) {
    begin();
    queue(1);
    assert_int_equal(WaitForSingleObjectEx(manual_event(), SOON, TRUE), WAIT_IO_COMPLETION);
    expect_made(1);
}

static void WaitForMultipleObjectsEx_makes_them(void) {
    HANDLE both[2];
    begin();
    both[0] = manual_event();
    both[1] = auto_event();
    queue(1);
    assert_int_equal(WaitForMultipleObjectsEx(2, both, FALSE, SOON, TRUE), WAIT_IO_COMPLETION);
    queue(2);
    assert_int_equal(WaitForMultipleObjectsEx(2, both, TRUE, SOON, TRUE), WAIT_IO_COMPLETION);
    expect_made(2);
}

static void WSAWaitForMultipleEvents_makes_them(void) {
    WSAEVENT event;
    begin();
    event = manual_event();
    queue(1);
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, SOON, TRUE), WSA_WAIT_IO_COMPLETION);
    expect_made(1);
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE), WSA_WAIT_TIMEOUT);
}

static void SignalObjectAndWait_makes_them(void) {
    HANDLE signalled, waited;
    begin();
    signalled = auto_event();
    waited = manual_event();
    queue(1);
    assert_int_equal(SignalObjectAndWait(signalled, waited, SOON, TRUE), WAIT_IO_COMPLETION);
    expect_made(1);
    assert_true(is_signalled(signalled, 0));
}

static void the_plain_forms_make_none(void) {
    HANDLE event;
    begin();
    event = manual_event();
    queue(1);
    assert_int_equal(WaitForSingleObjectEx(event, MOMENT, FALSE), WAIT_TIMEOUT);
    assert_int_equal(WaitForMultipleObjects(1, &event, TRUE, MOMENT), WAIT_TIMEOUT);
    assert_int_equal(SignalObjectAndWait(auto_event(), event, MOMENT, FALSE), WAIT_TIMEOUT);
    assert_int_equal(made, 0);
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
}

static void an_auto_event_is_not_taken_by_a_call(void) {
    HANDLE event;
    begin();
    event = auto_event();
    queue(1);
    assert_int_equal(WaitForSingleObjectEx(event, SOON, TRUE), WAIT_IO_COMPLETION);
    assert_true(SetEvent(event));
    assert_true(is_signalled(event, 0));
}

static void GetOverlappedResultEx_makes_them(void) {
    SOCKET client, server;
    WSAOVERLAPPED overlapped;
    char bytes[8] = "";
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0, count = 0;
    begin();
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    queue(1);
    assert_fails(FALSE, WAIT_IO_COMPLETION, GetOverlappedResultEx((HANDLE)server, &overlapped, &count, SOON, TRUE));
    expect_made(1);
    send_text(client, "x");
    assert_true(GetOverlappedResultEx((HANDLE)server, &overlapped, &count, SOON, TRUE));
    assert_int_equal(count, 1);
}

static void GetQueuedCompletionStatusEx_makes_them(void) {
    OVERLAPPED_ENTRY entry;
    ULONG removed = 0;
    begin();
    HANDLE port = keep_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0));
    queue(1);
    assert_fails(FALSE, WAIT_IO_COMPLETION, GetQueuedCompletionStatusEx(port, &entry, 1, &removed, SOON, TRUE));
    expect_made(1);
}

static HANDLE waited_port;

static DWORD WINAPI port_wait_alertably(LPVOID unused) {
    OVERLAPPED_ENTRY entry;
    ULONG removed = 0;
    (void)unused;
    (void)SetEvent(sleeper_ready);
    if (GetQueuedCompletionStatusEx(waited_port, &entry, 1, &removed, SOON, TRUE))
        return removed == 1 ? (DWORD)entry.lpCompletionKey : 0;
    return GetLastError();
}

static void a_wait_on_a_port_is_woken_by_a_call(void) {
    begin();
    sleeper_ready = auto_event();
    waited_port = keep_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0));
    HANDLE thread = thread_start(port_wait_alertably, NULL);
    await_handle(sleeper_ready);
    assert_true(QueueUserAPC(note, thread, 1) != 0);
    assert_int_equal(thread_end(thread), WAIT_IO_COMPLETION);
    expect_made(1);
}

static void an_alertable_wait_on_a_port_gets_packets(void) {
    begin();
    sleeper_ready = auto_event();
    waited_port = keep_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0));
    HANDLE thread = thread_start(port_wait_alertably, NULL);
    await_handle(sleeper_ready);
    assert_true(PostQueuedCompletionStatus(waited_port, 0, 4711, NULL));
    assert_int_equal(thread_end(thread), 4711);
}

static void an_alertable_wait_on_a_port_gets_what_sockets_do(void) {
    SOCKET client, server;
    WSAOVERLAPPED overlapped;
    char bytes[8] = "";
    WSABUF in = buffer_of(bytes, sizeof bytes);
    DWORD flags = 0;
    begin();
    tcp_pair(&client, &server);
    memset(&overlapped, 0, sizeof overlapped);
    sleeper_ready = auto_event();
    waited_port = keep_handle(CreateIoCompletionPort((HANDLE)server, NULL, 815, 0));
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    HANDLE thread = thread_start(port_wait_alertably, NULL);
    await_handle(sleeper_ready);
    send_text(client, "x");
    assert_int_equal(thread_end(thread), 815);
}

/* ------------------------------------------------------------------------------------------------ calls and routines
 */

static VOID CALLBACK routine(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags) {
    (void)error;
    (void)bytes;
    (void)flags;
    note((ULONG_PTR)overlapped->hEvent);
}

static void routines_and_calls_keep_their_order(void) {
    SOCKET client, server;
    WSAOVERLAPPED first, second;
    char bytes[2] = "";
    WSABUF in[2];
    DWORD flags = 0;
    begin();
    tcp_pair(&client, &server);
    send_text(client, "ab");
    await_bytes(server, 2);
    memset(&first, 0, sizeof first);
    memset(&second, 0, sizeof second);
    first.hEvent = (WSAEVENT)1;
    second.hEvent = (WSAEVENT)3;
    in[0] = buffer_of(&bytes[0], 1);
    in[1] = buffer_of(&bytes[1], 1);
    assert_ok(WSARecv(server, &in[0], 1, NULL, &flags, &first, routine));
    queue(2);
    assert_ok(WSARecv(server, &in[1], 1, NULL, &flags, &second, routine));
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    expect_made(3);
}

static void what_pends_does_not_wake(void) {
    SOCKET client, server;
    WSAOVERLAPPED overlapped;
    char byte = 0;
    WSABUF in = buffer_of(&byte, 1);
    DWORD flags = 0;
    begin();
    tcp_pair(&client, &server);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = (WSAEVENT)1;
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, routine));
    assert_int_equal(SleepEx(MOMENT, TRUE), 0);
    send_text(client, "x");
    assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    expect_made(1);
}

/* ----------------------------------------------------------------------------------------- calls of Winsock that wait
 */

static SOCKET blocked, helper;

static VOID CALLBACK send_one(ULONG_PTR value) {
    note(value);
    (void)SetEvent(sleeper_ready);
}

static DWORD WINAPI send_when_told(LPVOID unused) {
    (void)unused;
    if (WaitForSingleObject(sleeper_ready, SOON) != WAIT_OBJECT_0)
        return 1;
    return send(helper, "x", 1, 0) == 1 ? 0 : 2;
}

static DWORD WINAPI accept_one(LPVOID unused) {
    (void)unused;
    SOCKET got = accept(blocked, NULL, NULL);
    return got != INVALID_SOCKET && closesocket(got) == 0 ? (DWORD)made : 99;
}

static void a_blocking_accept_is_one(void) {
    address where;
    begin();
    blocked = listener(&where);
    sleeper_ready = auto_event();
    HANDLE thread = thread_start(accept_one, NULL);
    assert_true(QueueUserAPC(send_one, thread, 1) != 0);
    await_handle(sleeper_ready);
    (void)connect_to(&where);
    assert_int_equal(thread_end(thread), 1);
}

static void a_blocking_receive_keeps_its_time_limit(void) {
    SOCKET client, server;
    char byte = 0;
    begin();
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 500);
    queue(1);
    queue(2);
    assert_wsa(WSAETIMEDOUT, recv(server, &byte, 1, 0));
    expect_made(2);
}

static void several_calls_do_not_end_a_blocking_receive(void) {
    SOCKET client, server;
    char byte = 0;
    begin();
    tcp_pair(&client, &server);
    helper = client;
    sleeper_ready = auto_event();
    queue(1);
    queue(2);
    assert_true(QueueUserAPC(send_one, GetCurrentThread(), 3) != 0);
    HANDLE thread = thread_start(send_when_told, NULL);
    assert_bytes(1, recv(server, &byte, 1, 0));
    assert_int_equal(thread_end(thread), 0);
    expect_made(3);
}

static void what_need_not_wait_makes_none(void) {
    SOCKET client, server;
    char byte = 0;
    begin();
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_bytes(server, 1);
    queue(1);
    set_nonblocking(server);
    assert_bytes(1, recv(server, &byte, 1, 0));
    assert_wsa(WSAEWOULDBLOCK, recv(server, &byte, 1, 0));
    assert_int_equal(made, 0);
    assert_int_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
}

static const conform_test tests[] = {
    conform(calls_are_made_in_order),
    conform(they_wait_for_an_alertable_wait),
    conform(without_calls_a_sleep_lasts),
    conform(what_a_call_queues_is_made_too),
    conform(another_thread_wakes_a_sleep),
    conform(a_thread_that_has_not_begun_makes_them_first),
    conform(a_thread_that_has_ended_takes_none),
    conform(what_is_no_thread_takes_none),
    conform(WaitForSingleObjectEx_makes_them),
    conform(WaitForMultipleObjectsEx_makes_them),
    conform(WSAWaitForMultipleEvents_makes_them),
    conform(SignalObjectAndWait_makes_them),
    conform(the_plain_forms_make_none),
    conform(an_auto_event_is_not_taken_by_a_call),
    conform(GetOverlappedResultEx_makes_them),
    conform(GetQueuedCompletionStatusEx_makes_them),
    conform(a_wait_on_a_port_is_woken_by_a_call),
    conform(an_alertable_wait_on_a_port_gets_packets),
    conform(an_alertable_wait_on_a_port_gets_what_sockets_do),
    conform(routines_and_calls_keep_their_order),
    conform(what_pends_does_not_wake),
    conform(a_blocking_accept_is_one),
    conform(a_blocking_receive_keeps_its_time_limit),
    conform(several_calls_do_not_end_a_blocking_receive),
    conform(what_need_not_wait_makes_none),
};

CONFORM_MAIN(tests)
