/* SPDX-License-Identifier: MIT
 *
 * Conformance: overlapped operations that end in callbacks of the thread pool: CreateThreadpoolIo and
 * BindIoCompletionCallback.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[64];
static WSAOVERLAPPED overlapped;
static HANDLE called;
static LONG calls;
static PTP_IO io;

/* What the last callback was told. */
static struct news {
    PVOID context;
    PVOID overlapped;
    ULONG result;
    ULONG_PTR bytes;
    PTP_IO io;
    DWORD thread;
} news;

static VOID CALLBACK note(PTP_CALLBACK_INSTANCE instance, PVOID context, PVOID of, ULONG result, ULONG_PTR count,
                          PTP_IO told) {
    (void)instance;
    news = (struct news){context, of, result, count, told, GetCurrentThreadId()};
    InterlockedIncrement(&calls);
    ReleaseSemaphore(called, 1, NULL);
}

static void begin(void) {
    called = keep_handle(CreateSemaphoreA(NULL, 0, 1000, NULL));
    calls = 0;
    memset(&overlapped, 0, sizeof overlapped);
    tcp_pair(&client, &server);
}

static void bound_pair(PTP_CALLBACK_ENVIRON environment) {
    begin();
    io = CreateThreadpoolIo((HANDLE)server, note, &calls, environment);
    assert_non_null(io);
}

static void expect_call(ULONG result, ULONG_PTR count) {
    assert_true(is_signalled(called, SOON));
    assert_ptr_equal(news.context, &calls);
    assert_ptr_equal(news.overlapped, &overlapped);
    assert_ptr_equal(news.io, io);
    assert_int_equal(news.result, result);
    assert_int_equal(news.bytes, count);
    assert_int_not_equal(news.thread, GetCurrentThreadId());
}

static void expect_no_call(void) {
    assert_false(is_signalled(called, MOMENT));
}

static int receive(size_t length) {
    static DWORD flags;
    WSABUF in = buffer_of(bytes, length);
    flags = 0;
    return WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL);
}

static void receive_later(void) {
    StartThreadpoolIo(io);
    assert_wsa(WSA_IO_PENDING, receive(sizeof bytes));
}

/* ------------------------------------------------------------------------------------------------------ I/O objects */

static void the_end_of_a_receive_is_told(void) {
    bound_pair(NULL);
    receive_later();
    send_text(client, "seven b");
    expect_call(NO_ERROR, 7);
    assert_memory_equal(bytes, "seven b", 7);
    CloseThreadpoolIo(io);
}

static void what_is_done_at_once_is_told_as_well(void) {
    bound_pair(NULL);
    WSABUF out = buffer_of("four", 4);
    StartThreadpoolIo(io);
    assert_ok(WSASend(server, &out, 1, NULL, 0, &overlapped, NULL));
    expect_call(NO_ERROR, 4);
    expect_text(client, "four");
    CloseThreadpoolIo(io);
}

static void every_operation_is_told_once(void) {
    bound_pair(NULL);
    for (int i = 0; i < 20; i++) {
        receive_later();
        send_text(client, "x");
        expect_call(NO_ERROR, 1);
    }
    expect_no_call();
    assert_int_equal(calls, 20);
    CloseThreadpoolIo(io);
}

static void a_cancelled_operation_is_told_as_995(void) {
    bound_pair(NULL);
    receive_later();
    assert_true(CancelIoEx((HANDLE)server, &overlapped));
    expect_call(ERROR_OPERATION_ABORTED, 0);
    CloseThreadpoolIo(io);
}

static void closesocket_is_told_as_a_failure(void) {
    bound_pair(NULL);
    receive_later();
    drop(server);
    assert_true(is_signalled(called, SOON));
    assert_ptr_equal(news.overlapped, &overlapped);
    assert_int_not_equal(news.result, NO_ERROR);
    assert_int_equal(news.bytes, 0);
    CloseThreadpoolIo(io);
}

static void a_reset_is_told_as_64(void) {
    bound_pair(NULL);
    receive_later();
    drop_hard(client);
    expect_call(ERROR_NETNAME_DELETED, 0);
    CloseThreadpoolIo(io);
}

static void what_does_not_begin_is_taken_back(void) {
    bound_pair(NULL);
    assert_ok(shutdown(server, SD_RECEIVE));
    StartThreadpoolIo(io);
    assert_wsa(WSAESHUTDOWN, receive(sizeof bytes));
    CancelThreadpoolIo(io);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    assert_int_equal(calls, 0);
    CloseThreadpoolIo(io);
}

static void what_is_skipped_is_taken_back(void) {
    bound_pair(NULL);
    WSABUF out = buffer_of("four", 4);
    assert_true(SetFileCompletionNotificationModes((HANDLE)server, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    StartThreadpoolIo(io);
    assert_ok(WSASend(server, &out, 1, NULL, 0, &overlapped, NULL));
    CancelThreadpoolIo(io);
    expect_no_call();
    WaitForThreadpoolIoCallbacks(io, FALSE);
    CloseThreadpoolIo(io);
}

static DWORD WINAPI wait_for_callbacks(LPVOID unused) {
    (void)unused;
    WaitForThreadpoolIoCallbacks(io, FALSE);
    return (DWORD)calls;
}

static void waiting_waits_for_what_is_under_way(void) {
    bound_pair(NULL);
    receive_later();
    HANDLE waiter = thread_start(wait_for_callbacks, NULL);
    assert_int_equal(WaitForSingleObject(waiter, MOMENT), WAIT_TIMEOUT);
    send_text(client, "x");
    assert_int_equal(thread_end(waiter), 1);
    CloseThreadpoolIo(io);
}

static void callbacks_are_made_in_the_pool_that_is_asked(void) {
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = CreateThreadpool(NULL);
    SetThreadpoolThreadMaximum(pool, 1);
    assert_true(SetThreadpoolThreadMinimum(pool, 1));
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    bound_pair(&environment);
    DWORD thread = 0;
    for (int i = 0; i < 5; i++) {
        receive_later();
        send_text(client, "x");
        expect_call(NO_ERROR, 1);
        assert_true(thread == 0 || thread == news.thread);
        thread = news.thread;
    }
    CloseThreadpoolIo(io);
    CloseThreadpool(pool);
}

static void what_is_no_handle_is_refused(void) {
    SetLastError(0);
    assert_null(CreateThreadpoolIo((HANDLE)NOT_A_SOCKET, note, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
}

static void a_socket_is_bound_once(void) {
    bound_pair(NULL);
    SetLastError(0);
    assert_null(CreateThreadpoolIo((HANDLE)server, note, NULL, NULL));
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    assert_null(CreateIoCompletionPort((HANDLE)server, NULL, 0, 0));
    CloseThreadpoolIo(io);
}

/* --------------------------------------------------------------------------------------------------- an echo server */

enum { CONNECTIONS = 40, ROUNDS = 50 };

typedef struct connection {
    SOCKET socket;
    PTP_IO io;
    WSAOVERLAPPED overlapped;
    char bytes[32];
    int is_sending;
} connection;

static LONG ended;

static void connection_go_on(connection *of, DWORD count) {
    WSABUF buffer = buffer_of(of->bytes, of->is_sending ? count : sizeof of->bytes);
    DWORD flags = 0;
    memset(&of->overlapped, 0, sizeof of->overlapped);
    StartThreadpoolIo(of->io);
    int result = of->is_sending ? WSASend(of->socket, &buffer, 1, NULL, 0, &of->overlapped, NULL)
                                : WSARecv(of->socket, &buffer, 1, NULL, &flags, &of->overlapped, NULL);
    if (result == SOCKET_ERROR && WSAGetLastError() != WSA_IO_PENDING)
        CancelThreadpoolIo(of->io);
}

static VOID CALLBACK echo(PTP_CALLBACK_INSTANCE instance, PVOID context, PVOID of, ULONG result, ULONG_PTR count,
                          PTP_IO told) {
    connection *self = context;
    (void)instance;
    (void)of;
    (void)told;
    if (result != NO_ERROR || count == 0) {
        InterlockedIncrement(&ended);
        ReleaseSemaphore(called, 1, NULL);
        return;
    }
    self->is_sending = !self->is_sending;
    connection_go_on(self, (DWORD)count);
}

static void many_connections_are_served_by_callbacks(void) {
    static connection connections[CONNECTIONS];
    SOCKET clients[CONNECTIONS];
    begin();
    ended = 0;
    for (int i = 0; i < CONNECTIONS; i++) {
        memset(&connections[i], 0, sizeof connections[i]);
        tcp_pair(&clients[i], &connections[i].socket);
        connections[i].io = CreateThreadpoolIo((HANDLE)connections[i].socket, echo, &connections[i], NULL);
        assert_non_null(connections[i].io);
        connection_go_on(&connections[i], 0);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CONNECTIONS; i++)
            send_text(clients[i], "to and fro");
        for (int i = 0; i < CONNECTIONS; i++)
            expect_text(clients[i], "to and fro");
    }
    for (int i = 0; i < CONNECTIONS; i++)
        drop(clients[i]);
    for (int i = 0; i < CONNECTIONS; i++)
        assert_true(is_signalled(called, SOON));
    assert_int_equal(ended, CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++) {
        WaitForThreadpoolIoCallbacks(connections[i].io, FALSE);
        drop(connections[i].socket);
        CloseThreadpoolIo(connections[i].io);
    }
}

/* ----------------------------------------------------------------------------------------- BindIoCompletionCallback */

static DWORD last_error, last_bytes;
static LPOVERLAPPED last_overlapped;

static VOID CALLBACK note_completion(DWORD error, DWORD count, LPOVERLAPPED of) {
    last_error = error;
    last_bytes = count;
    last_overlapped = of;
    ReleaseSemaphore(called, 1, NULL);
}

static void a_bound_function_is_told(void) {
    begin();
    assert_true(BindIoCompletionCallback((HANDLE)server, note_completion, 0));
    for (int i = 0; i < 10; i++) {
        assert_wsa(WSA_IO_PENDING, receive(sizeof bytes));
        send_text(client, "seven b");
        assert_true(is_signalled(called, SOON));
        assert_int_equal(last_error, 0);
        assert_int_equal(last_bytes, 7);
        assert_ptr_equal(last_overlapped, &overlapped);
    }
}

static void a_bound_function_is_told_of_failures(void) {
    begin();
    assert_true(BindIoCompletionCallback((HANDLE)server, note_completion, 0));
    assert_wsa(WSA_IO_PENDING, receive(sizeof bytes));
    drop(server);
    assert_true(is_signalled(called, SOON));
    assert_int_not_equal(last_error, 0);
    assert_int_equal(last_bytes, 0);
}

static void binding_refuses_flags_and_strangers(void) {
    begin();
    if (!is_wine()) /* It does not look at the flags. */
        assert_false(BindIoCompletionCallback((HANDLE)server, note_completion, 1));
    assert_false(BindIoCompletionCallback((HANDLE)NOT_A_SOCKET, note_completion, 0));
    assert_true(BindIoCompletionCallback((HANDLE)server, note_completion, 0));
    assert_false(BindIoCompletionCallback((HANDLE)server, note_completion, 0));
}

static const conform_test tests[] = {
    conform(the_end_of_a_receive_is_told),
    conform(what_is_done_at_once_is_told_as_well),
    conform(every_operation_is_told_once),
    conform(a_cancelled_operation_is_told_as_995),
    conform(closesocket_is_told_as_a_failure),
    conform(a_reset_is_told_as_64),
    conform(what_does_not_begin_is_taken_back),
    conform(what_is_skipped_is_taken_back),
    conform(waiting_waits_for_what_is_under_way),
    conform(callbacks_are_made_in_the_pool_that_is_asked),
    conform(what_is_no_handle_is_refused),
    conform(a_socket_is_bound_once),
    conform(many_connections_are_served_by_callbacks),
    conform(a_bound_function_is_told),
    conform(a_bound_function_is_told_of_failures),
    conform(binding_refuses_flags_and_strangers),
};

CONFORM_MAIN(tests)
