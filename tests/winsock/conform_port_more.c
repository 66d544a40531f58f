/* SPDX-License-Identifier: MIT
 *
 * Conformance: completion ports with many threads, closing one that is waited on, taking many packets at once, skipping
 * what was done at once, files on ports, and what ports refuse.
 */
#include "conform.h"

enum { THREADS = 8, PACKETS = 4000 };

static HANDLE port;
static LONG taken[PACKETS];
static LONG total;
static HANDLE ready;

static HANDLE port_new(DWORD threads) {
    return keep_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, threads));
}

static void attach(SOCKET socket, ULONG_PTR key) {
    assert_ptr_equal(CreateIoCompletionPort((HANDLE)socket, port, key, 0), port);
}

/* ------------------------------------------------------------------------------------------------------ many threads
 */

static DWORD WINAPI take_all(LPVOID unused) {
    (void)unused;
    for (;;) {
        DWORD bytes;
        ULONG_PTR key;
        LPOVERLAPPED overlapped;
        if (!GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, SOON))
            return GetLastError();
        if (key == 0)
            return 0;
        (void)InterlockedIncrement(&taken[key - 1]);
        (void)InterlockedIncrement(&total);
    }
}

static void each_packet_comes_out_once(DWORD threads) {
    HANDLE workers[THREADS];
    memset(taken, 0, sizeof taken);
    total = 0;
    port = port_new(threads);
    for (int i = 0; i < THREADS; i++)
        workers[i] = thread_start(take_all, NULL);
    for (ULONG_PTR i = 0; i < PACKETS; i++)
        assert_true(PostQueuedCompletionStatus(port, 0, i + 1, NULL));
    for (int i = 0; i < THREADS; i++)
        assert_true(PostQueuedCompletionStatus(port, 0, 0, NULL));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(workers[i]), 0);
    assert_int_equal(total, PACKETS);
    for (int i = 0; i < PACKETS; i++)
        assert_int_equal(taken[i], 1);
}

static void many_threads_take_each_packet_once(void) {
    each_packet_comes_out_once(0);
}

static void a_limit_of_running_threads_loses_none(void) {
    each_packet_comes_out_once(1);
}

static DWORD WINAPI post_some(LPVOID begin) {
    for (ULONG_PTR i = 0; i < PACKETS / THREADS; i++)
        if (!PostQueuedCompletionStatus(port, 0, (ULONG_PTR)begin + i + 1, NULL))
            return 1;
    return 0;
}

static void many_threads_can_post(void) {
    HANDLE posters[THREADS];
    memset(taken, 0, sizeof taken);
    total = 0;
    port = port_new(0);
    HANDLE worker = thread_start(take_all, NULL);
    for (ULONG_PTR i = 0; i < THREADS; i++)
        posters[i] = thread_start(post_some, (LPVOID)(i * (PACKETS / THREADS)));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(posters[i]), 0);
    assert_true(PostQueuedCompletionStatus(port, 0, 0, NULL));
    assert_int_equal(thread_end(worker), 0);
    assert_int_equal(total, PACKETS);
}

/* ----------------------------------------------------------------------------------------------------------- closing
 */

static DWORD WINAPI wait_for_one(LPVOID unused) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED overlapped = (LPOVERLAPPED)(ULONG_PTR)UNTOUCHED;
    (void)unused;
    (void)ReleaseSemaphore(ready, 1, NULL);
    if (GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, SOON))
        return 1;
    return overlapped == NULL ? GetLastError() : 2;
}

static DWORD WINAPI wait_for_many(LPVOID alertable) {
    OVERLAPPED_ENTRY entries[4];
    ULONG removed = 0;
    (void)ReleaseSemaphore(ready, 1, NULL);
    if (GetQueuedCompletionStatusEx(port, entries, 4, &removed, SOON, alertable != NULL))
        return 1;
    return GetLastError();
}

static void closing_ends_waits_of(LPTHREAD_START_ROUTINE function, LPVOID argument) {
    HANDLE waiters[4];
    wine_differs("the waits go on to their end");
    ready = keep_handle(CreateSemaphoreA(NULL, 0, 100, NULL));
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    assert_non_null(port);
    for (int i = 0; i < 4; i++)
        waiters[i] = thread_start(function, argument);
    for (int i = 0; i < 4; i++)
        await_handle(ready);
    (void)is_signalled(waiters[0], MOMENT); /* That they have begun to wait can be seen by nothing. */
    assert_true(CloseHandle(port));
    for (int i = 0; i < 4; i++) {
        DWORD error = thread_end(waiters[i]);
        assert_true(error == ERROR_ABANDONED_WAIT_0 || error == ERROR_INVALID_HANDLE);
    }
}

static void closing_it_ends_every_wait(void) {
    closing_ends_waits_of(wait_for_one, NULL);
}

static void closing_it_ends_every_wait_for_many(void) {
    closing_ends_waits_of(wait_for_many, NULL);
}

static void closing_it_ends_every_alertable_wait(void) {
    closing_ends_waits_of(wait_for_many, &ready);
}

static void afterwards_it_is_an_invalid_handle(void) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED overlapped;
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    assert_true(PostQueuedCompletionStatus(port, 1, 2, NULL));
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0));
    assert_true(CloseHandle(port));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, PostQueuedCompletionStatus(port, 1, 2, NULL));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0));
}

static void sockets_outlive_their_port(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    HANDLE made = CreateIoCompletionPort((HANDLE)server, NULL, 0, 0);
    assert_non_null(made);
    assert_true(CloseHandle(made));
    send_text(client, "still");
    expect_text(server, "still");
    send_text(server, "there");
    expect_text(client, "there");
}

/* ------------------------------------------------------------------------------------------------------ many at once
 */

static void all_that_are_there_are_taken(void) {
    OVERLAPPED_ENTRY entries[200];
    ULONG removed = 0;
    ULONG_PTR next = 1;
    port = port_new(0);
    for (ULONG_PTR i = 1; i <= 150; i++)
        assert_true(PostQueuedCompletionStatus(port, (DWORD)i, i, (LPOVERLAPPED)(i * 16)));
    while (next <= 150) {
        assert_true(GetQueuedCompletionStatusEx(port, entries, 200, &removed, SOON, FALSE));
        for (ULONG i = 0; i < removed; i++, next++) {
            assert_int_equal(entries[i].lpCompletionKey, next);
            assert_int_equal(entries[i].dwNumberOfBytesTransferred, next);
            assert_ptr_equal(entries[i].lpOverlapped, next * 16);
        }
    }
    assert_int_equal(next, 151);
    assert_fails(FALSE, WAIT_TIMEOUT, GetQueuedCompletionStatusEx(port, entries, 200, &removed, 0, FALSE));
}

static void room_for_none_is_invalid(void) {
    wine_differs("it waits");
    OVERLAPPED_ENTRY entry;
    ULONG removed = 0;
    port = port_new(0);
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, GetQueuedCompletionStatusEx(port, &entry, 0, &removed, 0, FALSE));
}

/* ---------------------------------------------------------------------------------------------------------- skipping
 */

static void expect_none(void) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED overlapped;
    assert_fails(FALSE, WAIT_TIMEOUT, GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, MOMENT));
}

static void expect_one(ULONG_PTR key_expected, DWORD bytes_expected) {
    DWORD bytes = UNTOUCHED;
    ULONG_PTR key = 0;
    LPOVERLAPPED overlapped = NULL;
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, SOON));
    assert_int_equal(key, key_expected);
    assert_int_equal(bytes, bytes_expected);
}

static void a_send_done_at_once_can_be_skipped(void) {
    SOCKET client, server;
    WSAOVERLAPPED overlapped;
    DWORD sent = 0;
    WSABUF out = buffer_of("hello", 5);
    tcp_pair(&client, &server);
    port = port_new(0);
    attach(server, 1);
    assert_true(SetFileCompletionNotificationModes((HANDLE)server, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    for (int i = 0; i < 3; i++) {
        memset(&overlapped, 0, sizeof overlapped);
        assert_ok(WSASend(server, &out, 1, &sent, 0, &overlapped, NULL));
        assert_int_equal(sent, 5);
        assert_int_equal(overlapped.Internal, 0);
        assert_int_equal(overlapped.InternalHigh, 5);
    }
    expect_none();
    expect_text(client, "hellohellohello");
}

static void an_event_is_set_though_the_packet_is_skipped(void) {
    SOCKET client, server;
    WSAOVERLAPPED overlapped;
    DWORD sent = 0;
    WSABUF out = buffer_of("hello", 5);
    tcp_pair(&client, &server);
    port = port_new(0);
    attach(server, 1);
    assert_true(SetFileCompletionNotificationModes((HANDLE)server, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS |
                                                                       FILE_SKIP_SET_EVENT_ON_HANDLE));
    overlapped_init(&overlapped);
    assert_ok(WSASend(server, &out, 1, &sent, 0, &overlapped, NULL));
    assert_true(is_signalled(overlapped.hEvent, 0));
    expect_none();
}

static void a_failure_at_once_gives_no_packet(void) {
    SOCKET client, server;
    WSAOVERLAPPED overlapped;
    WSABUF out = buffer_of("hello", 5);
    tcp_pair(&client, &server);
    port = port_new(0);
    attach(server, 1);
    assert_ok(shutdown(server, SD_SEND));
    memset(&overlapped, 0, sizeof overlapped);
    assert_wsa(WSAESHUTDOWN, WSASend(server, &out, 1, NULL, 0, &overlapped, NULL));
    expect_none();
}

static void modes_need_a_handle(void) {
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetFileCompletionNotificationModes(NOT_A_HANDLE, 1));
}

static void unknown_modes_are_invalid(void) {
    wine_differs("it takes them");
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, SetFileCompletionNotificationModes((HANDLE)server, 0x40));
}

/* ------------------------------------------------------------------------------------------------------------- files
 */

static HANDLE file_new(DWORD flags) {
    char folder[MAX_PATH], path[MAX_PATH];
    assert_true(GetTempPathA(sizeof folder, folder) != 0);
    assert_true(GetTempFileNameA(folder, "prt", 0, path) != 0);
    HANDLE made = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_DELETE_ON_CLOSE | flags, NULL);
    assert_true(made != INVALID_HANDLE_VALUE);
    return keep_handle(made);
}

static void transfers_of_files_give_packets(void) {
    OVERLAPPED place;
    char got[8];
    port = port_new(0);
    HANDLE file = file_new(FILE_FLAG_OVERLAPPED);
    assert_ptr_equal(CreateIoCompletionPort(file, port, 5, 0), port);
    memset(&place, 0, sizeof place);
    assert_true(WriteFile(file, "content", 7, NULL, &place) || GetLastError() == ERROR_IO_PENDING);
    expect_one(5, 7);
    memset(&place, 0, sizeof place);
    place.Offset = 3;
    assert_true(ReadFile(file, got, sizeof got, NULL, &place) || GetLastError() == ERROR_IO_PENDING);
    expect_one(5, 4);
    assert_memory_equal(got, "tent", 4);
}

static void a_file_that_is_not_overlapped_is_refused(void) {
    port = port_new(0);
    assert_fails(NULL, ERROR_INVALID_PARAMETER, CreateIoCompletionPort(file_new(0), port, 5, 0));
}

static void a_socket_that_is_not_overlapped_is_refused(void) {
    port = port_new(0);
    SOCKET plain = keep(WSASocketA(AF_INET, SOCK_STREAM, 0, NULL, 0, 0));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, CreateIoCompletionPort((HANDLE)plain, port, 5, 0));
}

static void what_cannot_be_overlapped_is_refused(void) {
    port = port_new(0);
    assert_null(CreateIoCompletionPort(manual_event(), port, 5, 0));
}

static void a_duplicate_belongs_to_the_port_too(void) {
    SOCKET client, server;
    HANDLE copy = NULL;
    OVERLAPPED overlapped;
    tcp_pair(&client, &server);
    port = port_new(0);
    attach(server, 21);
    assert_true(DuplicateHandle(GetCurrentProcess(), (HANDLE)server, GetCurrentProcess(), &copy, 0, FALSE,
                                DUPLICATE_SAME_ACCESS));
    memset(&overlapped, 0, sizeof overlapped);
    assert_true(WriteFile(copy, "hello", 5, NULL, &overlapped) || GetLastError() == ERROR_IO_PENDING);
    expect_one(21, 5);
    assert_true(CloseHandle(copy));
}

/* --------------------------------------------------------------------------------------------------------- traffic */

enum { PAIRS = 20, ROUNDS = 50 };

typedef struct session {
    SOCKET socket;
    WSAOVERLAPPED receiving, sending;
    char bytes[32];
    int rounds;
} session;

static session sessions[PAIRS];
static LONG over;
static HANDLE all_over;

static int session_receive(session *one) {
    DWORD flags = 0;
    WSABUF in = buffer_of(one->bytes, sizeof one->bytes);
    memset(&one->receiving, 0, sizeof one->receiving);
    int result = WSARecv(one->socket, &in, 1, NULL, &flags, &one->receiving, NULL);
    return result == 0 || WSAGetLastError() == WSA_IO_PENDING;
}

static int session_send(session *one, DWORD length) {
    WSABUF out = buffer_of(one->bytes, length);
    memset(&one->sending, 0, sizeof one->sending);
    int result = WSASend(one->socket, &out, 1, NULL, 0, &one->sending, NULL);
    return result == 0 || WSAGetLastError() == WSA_IO_PENDING;
}

static DWORD WINAPI echo(LPVOID unused) {
    (void)unused;
    for (;;) {
        DWORD bytes;
        ULONG_PTR key;
        LPOVERLAPPED overlapped;
        if (!GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, SOON))
            return 1;
        if (key == 0)
            return 0;
        session *one = (session *)key;
        if (overlapped == &one->receiving && bytes == 0) {
            if (InterlockedIncrement(&over) == PAIRS)
                (void)SetEvent(all_over);
        } else if (overlapped == &one->receiving ? !session_send(one, bytes) : !session_receive(one)) {
            return 2;
        }
    }
}

static void many_connections_are_served_by_many_threads(void) {
    SOCKET clients[PAIRS];
    HANDLE workers[4];
    over = 0;
    all_over = manual_event();
    port = port_new(0);
    for (int i = 0; i < PAIRS; i++) {
        tcp_pair(&clients[i], &sessions[i].socket);
        attach(sessions[i].socket, (ULONG_PTR)&sessions[i]);
        assert_true(session_receive(&sessions[i]));
    }
    for (int i = 0; i < 4; i++)
        workers[i] = thread_start(echo, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PAIRS; i++)
            send_text(clients[i], "there and back");
        for (int i = 0; i < PAIRS; i++)
            expect_text(clients[i], "there and back");
    }
    for (int i = 0; i < PAIRS; i++)
        assert_ok(shutdown(clients[i], SD_SEND));
    await_handle(all_over);
    assert_int_equal(over, PAIRS);
    for (int i = 0; i < 4; i++)
        assert_true(PostQueuedCompletionStatus(port, 0, 0, NULL));
    for (int i = 0; i < 4; i++)
        assert_int_equal(thread_end(workers[i]), 0);
}

static const conform_test tests[] = {
    conform(many_threads_take_each_packet_once),
    conform(a_limit_of_running_threads_loses_none),
    conform(many_threads_can_post),
    conform(closing_it_ends_every_wait),
    conform(closing_it_ends_every_wait_for_many),
    conform(closing_it_ends_every_alertable_wait),
    conform(afterwards_it_is_an_invalid_handle),
    conform(sockets_outlive_their_port),
    conform(all_that_are_there_are_taken),
    conform(room_for_none_is_invalid),
    conform(a_send_done_at_once_can_be_skipped),
    conform(an_event_is_set_though_the_packet_is_skipped),
    conform(a_failure_at_once_gives_no_packet),
    conform(modes_need_a_handle),
    conform(unknown_modes_are_invalid),
    conform(transfers_of_files_give_packets),
    conform(a_file_that_is_not_overlapped_is_refused),
    conform(a_socket_that_is_not_overlapped_is_refused),
    conform(what_cannot_be_overlapped_is_refused),
    conform(a_duplicate_belongs_to_the_port_too),
    conform(many_connections_are_served_by_many_threads),
};

CONFORM_MAIN(tests)
