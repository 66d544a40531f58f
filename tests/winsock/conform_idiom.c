/* SPDX-License-Identifier: MIT
 *
 * Conformance: what Winsock programs are in the habit of, and no function's page speaks of. They include <winsock2.h>
 * and have the C library's characters, strings and memory with it; they copy locks, look into OVERLAPPED structures,
 * and give options a byte.
 */
#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>

/* What comes with it, before anything else is included: a name that is missing does not compile. */
static int (*const with_winsock[])(int) = {tolower, toupper, isdigit, isspace, isalpha, isprint};
static void *(*const with_winsock_too)(void *, int, size_t) = memset;
static const long limits[] = {INT_MAX, USHRT_MAX, CHAR_BIT};
C_ASSERT(sizeof(DWORD) == 4);
C_ASSERT(MEMORY_ALLOCATION_ALIGNMENT == 2 * sizeof(void *));
DECLARE_HANDLE(ROOM);
static const WCHAR empty[ANYSIZE_ARRAY] = {UNICODE_NULL};

#include "conform.h"

static void characters_come_with_winsock(void) {
    assert_int_equal(with_winsock[0]('A'), 'a');
    assert_int_equal(_countof(with_winsock), 6);
    assert_non_null(with_winsock_too);
    assert_int_equal(limits[1], 65535);
    assert_int_equal(empty[0], 0);
}

static void declared_handles_are_pointers(void) {
    ROOM room = (ROOM)(ULONG_PTR)7;
    assert_int_equal((ULONG_PTR)room, 7);
    assert_int_equal(sizeof(ROOM), sizeof(HANDLE));
}

static void products_are_as_wide_as_they_need(void) {
    assert_true(Int32x32To64(-100000, 100000) == -10000000000LL);
    assert_true(UInt32x32To64(0xFFFFFFFFU, 2) == 0x1FFFFFFFEULL);
}

static void a_free_critical_section_may_be_copied(void) {
    CRITICAL_SECTION first, second;
    InitializeCriticalSection(&first);
    second = first;
    EnterCriticalSection(&second);
    assert_true(TryEnterCriticalSection(&second));
    LeaveCriticalSection(&second);
    LeaveCriticalSection(&second);
    DeleteCriticalSection(&second);
}

static void TCP_NODELAY_is_set_by_a_byte(void) {
    SOCKET socket = tcp();
    const char on = 1;
    int value = 0, length = sizeof value;
    assert_ok(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    assert_ok(getsockopt(socket, IPPROTO_TCP, TCP_NODELAY, (char *)&value, &length));
    assert_int_equal(value & 0xff, 1);
}

static HANDLE completion_port_of(SOCKET socket) {
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    assert_non_null(port);
    assert_true(CreateIoCompletionPort((HANDLE)socket, port, 1, 0) == port);
    return port;
}

/* InternalHigh has the bytes when the packet is taken from the port. */
static void InternalHigh_counts_the_bytes(void) {
    SOCKET client, server;
    char bytes[16];
    WSABUF part = {sizeof bytes, bytes};
    DWORD count, flags = 0;
    ULONG_PTR key;
    OVERLAPPED overlapped, *got;
    tcp_pair(&client, &server);
    HANDLE port = completion_port_of(server);
    memset(&overlapped, 0, sizeof overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &part, 1, NULL, &flags, &overlapped, NULL));
    assert_false(HasOverlappedIoCompleted(&overlapped));
    assert_int_equal(send(client, "seven..", 7, 0), 7);
    assert_true(GetQueuedCompletionStatus(port, &count, &key, &got, SOON));
    assert_true(HasOverlappedIoCompleted(&overlapped));
    assert_int_equal(overlapped.Internal, 0);
    assert_int_equal(overlapped.InternalHigh, 7);
    assert_true(CloseHandle(port));
}

/* A server that ends has no worker left, and looks whether its buffers are free. */
static void closing_ends_operations_whose_port_nobody_waits_for(void) {
    SOCKET client, server;
    char bytes[16];
    WSABUF part = {sizeof bytes, bytes};
    DWORD flags = 0;
    OVERLAPPED overlapped;
    tcp_pair(&client, &server);
    HANDLE port = completion_port_of(server);
    memset(&overlapped, 0, sizeof overlapped);
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &part, 1, NULL, &flags, &overlapped, NULL));
    drop(server);
    for (ULONGLONG until = GetTickCount64() + SOON; !HasOverlappedIoCompleted(&overlapped);) {
        assert_true(GetTickCount64() < until);
        Sleep(0);
    }
    assert_true(CloseHandle(port));
}

static const conform_test tests[] = {
    conform(characters_come_with_winsock),
    conform(declared_handles_are_pointers),
    conform(products_are_as_wide_as_they_need),
    conform(a_free_critical_section_may_be_copied),
    conform(TCP_NODELAY_is_set_by_a_byte),
    conform(InternalHigh_counts_the_bytes),
    conform(closing_ends_operations_whose_port_nobody_waits_for),
};

CONFORM_MAIN(tests)
