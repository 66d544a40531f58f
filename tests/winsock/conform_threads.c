/* SPDX-License-Identifier: MIT
 *
 * Conformance: many threads on one socket. What they send arrives whole, what arrives is received once, each who waits
 * is served or woken when the socket is closed, and asking about readiness is not in the way of transfers.
 */
#include "conform.h"

enum { THREADS = 6, ROUNDS = 200 };

static SOCKET client, server;
static volatile LONG total, woken;

static void threads_start(HANDLE *threads, LPTHREAD_START_ROUTINE function, int count) {
    for (int i = 0; i < count; i++)
        threads[i] = thread_start(function, (void *)(intptr_t)i);
}

static void threads_end(HANDLE *threads, int count) {
    for (int i = 0; i < count; i++)
        assert_int_equal(thread_end(threads[i]), 0);
}

static void begin(void) {
    total = woken = 0;
}

/* -------------------------------------------------------------------------------------------------------- transfers */

static DWORD WINAPI send_rounds(LPVOID number) {
    char block[32];
    memset(block, 'a' + (int)(intptr_t)number, sizeof block);
    for (int i = 0; i < ROUNDS; i++)
        if (send(client, block, sizeof block, 0) != sizeof block)
            return 1;
    return 0;
}

static DWORD WINAPI receive_all(LPVOID number) {
    char block[100];
    int count;
    (void)number;
    while ((count = recv(server, block, sizeof block, 0)) > 0)
        InterlockedExchangeAdd(&total, count);
    return count == 0 ? 0 : 1;
}

static void all_send_and_all_receive(void) {
    HANDLE senders[THREADS], receivers[THREADS];
    begin();
    tcp_pair(&client, &server);
    threads_start(receivers, receive_all, THREADS);
    threads_start(senders, send_rounds, THREADS);
    threads_end(senders, THREADS);
    assert_ok(shutdown(client, SD_SEND));
    threads_end(receivers, THREADS);
    assert_int_equal(total, THREADS * ROUNDS * 32);
}

static void small_sends_stay_whole(void) {
    HANDLE senders[THREADS];
    char block[32];
    begin();
    tcp_pair(&client, &server);
    threads_start(senders, send_rounds, THREADS);
    for (int i = 0; i < THREADS * ROUNDS; i++) {
        for (int got = 0, count; got < (int)sizeof block; got += count) {
            count = recv(server, block + got, (int)sizeof block - got, 0);
            assert_true(count > 0);
        }
        for (size_t at = 1; at < sizeof block; at++)
            assert_int_equal(block[at], block[0]);
    }
    threads_end(senders, THREADS);
}

static DWORD WINAPI receive_datagrams(LPVOID number) {
    char block[64];
    (void)number;
    for (;;) {
        int count = recv(server, block, sizeof block, 0);
        if (count == 1)
            return 0;
        if (count != 32)
            return 1;
        InterlockedIncrement(&total);
    }
}

/* Each datagram is received by one of them, or lost as datagrams may be. */
static void datagrams_are_received_once(void) {
    HANDLE receivers[THREADS];
    begin();
    udp_pair(&client, &server);
    threads_start(receivers, receive_datagrams, THREADS);
    assert_int_equal(send_rounds(0), 0);
    for (int i = 0; i < THREADS; i++)
        assert_bytes(1, send(client, "e", 1, 0));
    threads_end(receivers, THREADS);
    assert_true(total > 0 && total <= ROUNDS);
}

/* ----------------------------------------------------------------------------------------------------------- accept */

static SOCKET from;

static DWORD WINAPI accept_some(LPVOID number) {
    (void)number;
    for (int i = 0; i < 5; i++) {
        SOCKET made = accept(from, NULL, NULL);
        if (made == INVALID_SOCKET || closesocket(made) != 0)
            return (DWORD)WSAGetLastError();
        InterlockedIncrement(&total);
    }
    return 0;
}

static void all_accept(void) {
    wine_differs("of several that wait one may be told WSAEWOULDBLOCK");
    HANDLE threads[THREADS];
    address where;
    begin();
    from = listener(&where);
    threads_start(threads, accept_some, THREADS);
    for (int i = 0; i < THREADS * 5; i++)
        drop(connect_to(&where));
    threads_end(threads, THREADS);
    assert_int_equal(total, THREADS * 5);
}

/* ---------------------------------------------------------------------------------------------------------- closing */

static HANDLE ready;

static DWORD WINAPI wait_until_closed(LPVOID number) {
    char byte;
    (void)number;
    if (!ReleaseSemaphore(ready, 1, NULL))
        return 2;
    if (recv(server, &byte, 1, 0) != SOCKET_ERROR)
        return 1;
    InterlockedIncrement(&woken);
    int error = WSAGetLastError();
    if (is_wine())
        return 0;
    return error == WSAEINTR || error == WSAENOTSOCK ? 0 : (DWORD)error;
}

static void closing_wakes_all(void) {
    HANDLE threads[THREADS];
    begin();
    tcp_pair(&client, &server);
    ready = keep_handle(CreateSemaphoreA(NULL, 0, THREADS, NULL));
    threads_start(threads, wait_until_closed, THREADS);
    for (int i = 0; i < THREADS; i++)
        await_handle(ready);
    drop(server);
    threads_end(threads, THREADS);
    assert_int_equal(woken, THREADS);
}

static SOCKET shared;
static volatile LONG closed_by;

static DWORD WINAPI close_it(LPVOID number) {
    (void)number;
    if (closesocket(shared) == 0)
        InterlockedIncrement(&closed_by);
    else if (WSAGetLastError() != WSAENOTSOCK)
        return 1;
    return 0;
}

static void of_all_who_close_one_does(void) {
    for (int i = 0; i < 20; i++) {
        HANDLE threads[THREADS];
        closed_by = 0;
        shared = socket(AF_INET, SOCK_STREAM, 0);
        threads_start(threads, close_it, THREADS);
        threads_end(threads, THREADS);
        assert_int_equal(closed_by, 1);
    }
}

/* -------------------------------------------------------------------------------------------------------- readiness */

static DWORD WINAPI choose_until_the_end(LPVOID number) {
    for (;;) {
        struct timeval limit = {SOON / 1000, 0};
        WSAPOLLFD entry = {server, POLLIN, 0};
        fd_set readable;
        char block[64];
        FD_ZERO(&readable);
        FD_SET(server, &readable);
        int found = (intptr_t)number % 2 == 0 ? select(0, &readable, NULL, NULL, &limit) : WSAPoll(&entry, 1, SOON);
        if (found != 1)
            return 1;
        int count = recv(server, block, sizeof block, 0);
        if (count == 0)
            return 0;
        if (count > 0)
            InterlockedExchangeAdd(&total, count);
        else if (WSAGetLastError() != WSAEWOULDBLOCK)
            return 2;
    }
}

static void all_ask_and_receive(void) {
    HANDLE threads[THREADS];
    begin();
    tcp_pair(&client, &server);
    set_nonblocking(server);
    threads_start(threads, choose_until_the_end, THREADS);
    assert_int_equal(send_rounds(0), 0);
    assert_ok(shutdown(client, SD_SEND));
    threads_end(threads, THREADS);
    assert_int_equal(total, ROUNDS * 32);
}

static HANDLE event;

static DWORD WINAPI ask_for_events(LPVOID number) {
    WSANETWORKEVENTS got;
    for (int i = 0; i < ROUNDS; i++)
        if (WSAEventSelect(server, event, (intptr_t)number % 2 == 0 ? FD_READ | FD_CLOSE : FD_WRITE | FD_OOB) != 0 ||
            WSAEnumNetworkEvents(server, event, &got) != 0)
            return 1;
    return 0;
}

static void all_ask_for_events(void) {
    HANDLE threads[THREADS], sender[1];
    char block[64];
    int count = 0;
    begin();
    tcp_pair(&client, &server);
    event = manual_event();
    set_nonblocking(server);
    threads_start(sender, send_rounds, 1);
    threads_start(threads, ask_for_events, THREADS);
    while (total < ROUNDS * 32) {
        await_readable(server);
        count = recv(server, block, sizeof block, 0);
        if (count > 0)
            total += count;
        else
            assert_int_equal(WSAGetLastError(), WSAEWOULDBLOCK);
    }
    threads_end(sender, 1);
    threads_end(threads, THREADS);
    assert_ok(WSAEventSelect(server, event, FD_CLOSE));
    drop(client);
    WSANETWORKEVENTS got = {0, {0}};
    while ((got.lNetworkEvents & FD_CLOSE) == 0) {
        await_handle(event);
        assert_ok(WSAEnumNetworkEvents(server, event, &got));
    }
}

static const conform_test tests[] = {
    conform(all_send_and_all_receive),    conform(small_sends_stay_whole),
    conform(datagrams_are_received_once), conform(all_accept),
    conform(closing_wakes_all),           conform(of_all_who_close_one_does),
    conform(all_ask_and_receive),         conform(all_ask_for_events),
};

CONFORM_MAIN(tests)
