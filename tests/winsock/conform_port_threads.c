/* SPDX-License-Identifier: MIT
 *
 * Conformance: completion ports on which several threads wait, while the operations have events as well.
 */
#include "conform.h"

static HANDLE port;
static SOCKET client, server;

enum { THREADS = 4, ROUNDS = 50, LENGTH = 8 };

/* What the packet of an operation tells whoever waits for that one. */
typedef struct operation {
    WSAOVERLAPPED overlapped;
    HANDLE told;
    char bytes[LENGTH];
} operation;

/* Until a packet comes that has been posted. */
static DWORD WINAPI packets_tell(LPVOID unused) {
    (void)unused;
    for (;;) {
        DWORD count = 0;
        ULONG_PTR key = 0;
        LPOVERLAPPED overlapped = NULL;
        if (!GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE))
            return GetLastError();
        if (overlapped == NULL)
            return 0;
        SetEvent(((operation *)(void *)overlapped)->told);
    }
}

static void pair_of_the_port(void) {
    tcp_pair(&client, &server);
    assert_ptr_equal(CreateIoCompletionPort((HANDLE)client, port, 1, 0), port);
    assert_ptr_equal(CreateIoCompletionPort((HANDLE)server, port, 2, 0), port);
}

static void operations_init(operation *operations, int count) {
    for (int i = 0; i < count; i++) {
        overlapped_init(&operations[i].overlapped);
        operations[i].told = keep_handle(CreateEvent(NULL, FALSE, FALSE, NULL));
    }
}

static void start(operation *of, SOCKET socket, BOOL sends) {
    WSABUF buffer = buffer_of(of->bytes, LENGTH);
    DWORD flags = 0;
    ResetEvent(of->told);
    int result = sends ? WSASend(socket, &buffer, 1, NULL, 0, &of->overlapped, NULL)
                       : WSARecv(socket, &buffer, 1, NULL, &flags, &of->overlapped, NULL);
    assert_true(result == 0 || WSAGetLastError() == WSA_IO_PENDING);
}

static void an_event_keeps_no_thread_from_its_packet(void) {
    HANDLE threads[THREADS];
    operation operations[4];
    port = keep_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0));
    for (int i = 0; i < THREADS; i++)
        threads[i] = thread_start(packets_tell, NULL);
    operations_init(operations, 4);
    pair_of_the_port();
    for (int round = 0; round < ROUNDS; round++) {
        int first = round % 2 == 0 ? 0 : 2; /* Now the receives come first, now the sends. */
        for (int i = 0; i < 4; i++)
            start(&operations[(i + first) % 4], i % 2 == 0 ? client : server, (i + first) % 4 < 2);
        for (int i = 0; i < 4; i++)
            await_handle(operations[i].told);
    }
    for (int i = 0; i < THREADS; i++)
        assert_true(PostQueuedCompletionStatus(port, 0, 0, NULL));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(threads[i]), 0);
}

static void closing_the_port_ends_the_waits_of_all(void) {
    wine_differs("the waits go on to their ends");
    HANDLE threads[THREADS];
    static operation pending; /* Until the socket is closed, after the test. */
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    for (int i = 0; i < THREADS; i++)
        threads[i] = thread_start(packets_tell, NULL);
    operations_init(&pending, 1);
    pair_of_the_port();
    start(&pending, server, FALSE);
    (void)is_signalled(threads[0], MOMENT);
    assert_true(CloseHandle(port));
    for (int i = 0; i < THREADS; i++) {
        DWORD error = thread_end(threads[i]);
        assert_true(error == ERROR_ABANDONED_WAIT_0 || error == ERROR_INVALID_HANDLE);
    }
}

/* ---------------------------------------------------------------------------- what nobody waits for at the port */

static LPFN_ACCEPTEX accept_ex;
static SOCKET listening, accepting;
static address where;

/* An AcceptEx with data, whose packet is taken. */
static void accept_with_data(void) {
    static char room[128];
    DWORD count, received;
    ULONG_PTR key;
    LPOVERLAPPED which = NULL;
    WSAOVERLAPPED overlapped = {0};
    DWORD length = sizeof(struct sockaddr_in) + 16;
    listening = listener(&where);
    accepting = tcp();
    extension(listening, (GUID)WSAID_ACCEPTEX, &accept_ex);
    port = keep_handle(CreateIoCompletionPort((HANDLE)listening, NULL, 1, 0));
    assert_false_with(ERROR_IO_PENDING,
                      accept_ex(listening, accepting, room, 16, length, length, &received, &overlapped));
    client = connect_to(&where);
    send_text(client, "first");
    assert_true(GetQueuedCompletionStatus(port, &count, &key, &which, SOON));
    assert_ptr_equal(which, &overlapped);
    assert_int_equal(count, 5);
}

static void what_a_listener_of_the_port_accepts_is_not_of_the_port(void) {
    operation receiving;
    DWORD count;
    accept_with_data();
    operations_init(&receiving, 1);
    start(&receiving, accepting, FALSE);
    send_text(client, "follows");
    assert_int_equal(overlapped_end(accepting, &receiving.overlapped, &count), 0);
    assert_int_equal(count, 7);
}

static void what_a_listener_of_the_port_accepts_tells_of_its_events(void) {
    HANDLE event = manual_event();
    accept_with_data();
    assert_ok(setsockopt(accepting, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&listening, sizeof listening));
    assert_ok(WSAEventSelect(accepting, event, FD_READ));
    send_text(client, "follows");
    await_handle(event);
}

/* Sockets that have nothing to do with the port are closed meanwhile, which ends what is pending on them. */
static DWORD WINAPI sockets_close(LPVOID unused) {
    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        operation pending = {0};
        SOCKET socket = WSASocketW(AF_INET, SOCK_DGRAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
        address any = loopback(AF_INET);
        WSABUF buffer = buffer_of(pending.bytes, LENGTH);
        DWORD flags = 0;
        if (bind(socket, &any.any, any.length) != 0)
            return GetLastError();
        if (WSARecv(socket, &buffer, 1, NULL, &flags, &pending.overlapped, NULL) == 0 ||
            WSAGetLastError() != WSA_IO_PENDING)
            return ERROR_INVALID_DATA;
        closesocket(socket);
        while (!HasOverlappedIoCompleted(&pending.overlapped))
            SwitchToThread();
    }
    return 0;
}

static void events_are_set_while_nobody_waits_at_the_port(void) {
    HANDLE closing = thread_start(sockets_close, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        operation receiving;
        DWORD count;
        port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
        operations_init(&receiving, 1);
        pair_of_the_port();
        start(&receiving, server, FALSE);
        send_text(client, "x");
        assert_int_equal(overlapped_end(server, &receiving.overlapped, &count), 0);
        drop(client);
        drop(server);
        assert_true(CloseHandle(port));
    }
    assert_int_equal(thread_end(closing), 0);
}

static const conform_test tests[] = {
    conform(what_a_listener_of_the_port_accepts_is_not_of_the_port),
    conform(what_a_listener_of_the_port_accepts_tells_of_its_events),
    conform(events_are_set_while_nobody_waits_at_the_port),
    conform(an_event_keeps_no_thread_from_its_packet),
    conform(closing_the_port_ends_the_waits_of_all),
};

CONFORM_MAIN(tests)
