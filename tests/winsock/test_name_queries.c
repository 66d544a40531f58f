/* SPDX-License-Identifier: MIT
 *
 * GetAddrInfoEx: waiting, with a time limit, with an event, with a completion routine, called off.
 */
#include "conform.h"

#if defined(__MINGW32__) /* Its ws2tcpip.h forgets two, and has no type for the routine. */
WINSOCK_API_LINKAGE INT WSAAPI GetAddrInfoExCancel(LPHANDLE handle);
WINSOCK_API_LINKAGE INT WSAAPI GetAddrInfoExOverlappedResult(LPOVERLAPPED overlapped);
#define ROUTINE(function) ((PVOID)(uintptr_t)(function))
#else
#define ROUTINE(function) (function)
#endif

/* ---------------------------------------------------------------------------------------------------------- waiting */

static void finds_while_it_waits(void) {
    ADDRINFOEXW *list = NULL;
    WSASetLastError(UNTOUCHED);
    assert_int_equal(GetAddrInfoExW(L"10.20.30.40", L"80", NS_DNS, NULL, NULL, &list, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(WSAGetLastError(), 0);
    assert_non_null(list);
    struct sockaddr_in *v4 = (struct sockaddr_in *)list->ai_addr;
    assert_int_equal(list->ai_family, AF_INET);
    assert_int_equal(list->ai_addrlen, sizeof *v4);
    assert_true(ntohl(v4->sin_addr.s_addr) == 0x0a141e28);
    assert_int_equal(ntohs(v4->sin_port), 80);
    assert_null(list->ai_blob);
    assert_int_equal(list->ai_bloblen, 0);
    assert_null(list->ai_provider);
    FreeAddrInfoExW(list);
}

static void finds_within_a_time(void) {
    ADDRINFOEXW *list = NULL;
    struct timeval limit = {20, 0};
    assert_int_equal(GetAddrInfoExW(L"localhost", NULL, NS_ALL, NULL, NULL, &list, &limit, NULL, NULL, NULL), 0);
    assert_non_null(list);
    FreeAddrInfoExW(list);
}

static void fails_while_it_waits(void) {
    ADDRINFOEXW *list = (ADDRINFOEXW *)(uintptr_t)1;
    assert_int_equal(GetAddrInfoExW(NULL, NULL, NS_DNS, NULL, NULL, &list, NULL, NULL, NULL, NULL), WSAHOST_NOT_FOUND);
    assert_int_equal(WSAGetLastError(), WSAHOST_NOT_FOUND);
    assert_null(list);
}

static void hints_choose(void) {
    ADDRINFOEXW hints, *list = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_family = AF_INET6;
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_protocol = IPPROTO_UDP;
    assert_int_equal(GetAddrInfoExW(L"::1", L"53", NS_DNS, NULL, &hints, &list, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(list->ai_family, AF_INET6);
    assert_int_equal(list->ai_socktype, SOCK_DGRAM);
    assert_int_equal(list->ai_protocol, IPPROTO_UDP);
    FreeAddrInfoExW(list);
    hints.ai_family = 99;
    assert_int_equal(GetAddrInfoExW(L"::1", NULL, NS_DNS, NULL, &hints, &list, NULL, NULL, NULL, NULL),
                     WSAEAFNOSUPPORT);
}

static void other_namespaces_are_not_there(void) {
    GUID provider = {1, 2, 3, {4}};
    ADDRINFOEXW *list = NULL;
    wine_differs("does not look at the namespace");
    assert_int_equal(GetAddrInfoExW(L"localhost", NULL, 16, NULL, NULL, &list, NULL, NULL, NULL, NULL),
                     WSASERVICE_NOT_FOUND);
    assert_int_equal(GetAddrInfoExW(L"localhost", NULL, NS_DNS, &provider, NULL, &list, NULL, NULL, NULL, NULL),
                     WSASERVICE_NOT_FOUND);
}

static void the_ansi_form_only_waits(void) {
    ADDRINFOEXA *list = NULL;
    struct timeval limit = {1, 0};
    WSAOVERLAPPED overlapped;
    HANDLE handle = NULL;
    wine_differs("does not have it");
    assert_int_equal(GetAddrInfoExA("127.0.0.1", "80", NS_DNS, NULL, NULL, &list, NULL, NULL, NULL, NULL), 0);
    assert_int_equal(list->ai_family, AF_INET);
    FreeAddrInfoEx(list);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = manual_event();
    assert_int_equal(GetAddrInfoExA("127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, &limit, NULL, NULL, NULL), WSAEINVAL);
    assert_int_equal(GetAddrInfoExA("127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, NULL, NULL),
                     WSAEINVAL);
    assert_int_equal(GetAddrInfoExA("127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, NULL, NULL, &handle),
                     WSAEINVAL);
}

/* ---------------------------------------------------------------------------------------------------- with an event */

static void sets_an_event(void) {
    ADDRINFOEXW *list = (ADDRINFOEXW *)(uintptr_t)1;
    WSAOVERLAPPED overlapped;
    memset(&overlapped, 0xcc, sizeof overlapped);
    overlapped.hEvent = manual_event();
    assert_int_equal(GetAddrInfoExW(L"localhost", L"80", NS_DNS, NULL, NULL, &list, NULL, &overlapped, NULL, NULL),
                     WSA_IO_PENDING);
    assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    await_handle(overlapped.hEvent);
    assert_int_equal(GetAddrInfoExOverlappedResult(&overlapped), 0);
    assert_int_equal(overlapped.Internal, 0);
    assert_ptr_equal(overlapped.Pointer, &list);
    assert_non_null(list);
    assert_int_equal(((struct sockaddr_in *)list->ai_addr)->sin_port, htons(80));
    FreeAddrInfoExW(list);
}

static void sets_an_event_for_a_failure(void) {
    ADDRINFOEXW *list = (ADDRINFOEXW *)(uintptr_t)1;
    WSAOVERLAPPED overlapped;
    ADDRINFOEXW hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_NUMERICHOST;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = manual_event();
    assert_int_equal(GetAddrInfoExW(L"no-number", NULL, NS_DNS, NULL, &hints, &list, NULL, &overlapped, NULL, NULL),
                     WSA_IO_PENDING);
    await_handle(overlapped.hEvent);
    assert_int_equal(GetAddrInfoExOverlappedResult(&overlapped), WSAHOST_NOT_FOUND);
    assert_int_equal(overlapped.Internal, WSAHOST_NOT_FOUND);
    assert_null(list);
}

static void many_at_a_time(void) {
    enum { MANY = 40 };
    static ADDRINFOEXW *lists[MANY];
    static WSAOVERLAPPED overlapped[MANY];
    for (int i = 0; i < MANY; i++) {
        memset(&overlapped[i], 0, sizeof overlapped[i]);
        overlapped[i].hEvent = manual_event();
        assert_int_equal(GetAddrInfoExW(i % 2 ? L"localhost" : L"127.0.0.1", L"7", NS_DNS, NULL, NULL, &lists[i], NULL,
                                        &overlapped[i], NULL, NULL),
                         WSA_IO_PENDING);
    }
    for (int i = 0; i < MANY; i++) {
        await_handle(overlapped[i].hEvent);
        assert_int_equal(GetAddrInfoExOverlappedResult(&overlapped[i]), 0);
        assert_non_null(lists[i]);
        FreeAddrInfoExW(lists[i]);
    }
}

/* --------------------------------------------------------------------------------------------------- with a routine */

static HANDLE routine_called;
static DWORD routine_error, routine_bytes, routine_thread;
static WSAOVERLAPPED *routine_overlapped;

static void CALLBACK note(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped) {
    routine_error = error;
    routine_bytes = bytes;
    routine_overlapped = overlapped;
    routine_thread = GetCurrentThreadId();
    (void)SetEvent(routine_called);
}

static void calls_a_routine_on_a_thread_of_its_own(void) {
    ADDRINFOEXW *list = (ADDRINFOEXW *)(uintptr_t)1;
    WSAOVERLAPPED overlapped;
    routine_called = manual_event();
    memset(&overlapped, 0, sizeof overlapped);
    assert_int_equal(
        GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, ROUTINE(note), NULL),
        WSA_IO_PENDING);
    await_handle(routine_called);
    assert_int_equal(routine_error, 0);
    assert_int_equal(routine_bytes, 0);
    assert_ptr_equal(routine_overlapped, &overlapped);
    assert_int_not_equal(routine_thread, GetCurrentThreadId());
    assert_int_equal(GetAddrInfoExOverlappedResult(&overlapped), 0);
    assert_null(overlapped.hEvent);
    assert_non_null(list);
    FreeAddrInfoExW(list);
}

static void tells_a_routine_of_a_failure(void) {
    ADDRINFOEXW hints, *list = (ADDRINFOEXW *)(uintptr_t)1;
    WSAOVERLAPPED overlapped;
    routine_called = manual_event();
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_NUMERICHOST;
    memset(&overlapped, 0, sizeof overlapped);
    assert_int_equal(
        GetAddrInfoExW(L"no-number", NULL, NS_DNS, NULL, &hints, &list, NULL, &overlapped, ROUTINE(note), NULL),
        WSA_IO_PENDING);
    await_handle(routine_called);
    assert_int_equal(routine_error, WSAHOST_NOT_FOUND);
    assert_int_equal(overlapped.Internal, WSAHOST_NOT_FOUND);
    assert_null(list);
}

static ADDRINFOEXW *inner_list;
static int inner_result;

/* A routine may wait for another look-up. */
static void CALLBACK look_further(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped) {
    WSAOVERLAPPED inner;
    memset(&inner, 0, sizeof inner);
    inner.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    inner_result = GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &inner_list, NULL, &inner, NULL, NULL);
    if (inner_result == WSA_IO_PENDING && WaitForSingleObject(inner.hEvent, SOON) == WAIT_OBJECT_0)
        inner_result = GetAddrInfoExOverlappedResult(&inner);
    (void)CloseHandle(inner.hEvent);
    note(error, bytes, overlapped);
}

static void a_routine_may_wait_for_another(void) {
    ADDRINFOEXW *list = NULL;
    WSAOVERLAPPED overlapped;
    routine_called = manual_event();
    memset(&overlapped, 0, sizeof overlapped);
    assert_int_equal(
        GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, ROUTINE(look_further), NULL),
        WSA_IO_PENDING);
    await_handle(routine_called);
    assert_int_equal(inner_result, 0);
    assert_non_null(inner_list);
    FreeAddrInfoExW(inner_list);
    FreeAddrInfoExW(list);
}

/* ------------------------------------------------------------------------------------------------------ wrong calls */

static void one_way_to_be_told(void) {
    ADDRINFOEXW *list = NULL;
    WSAOVERLAPPED overlapped;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = manual_event();
    assert_int_equal(
        GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, ROUTINE(note), NULL),
        WSAEINVAL);
    wine_differs("does without a way");
    overlapped.hEvent = NULL;
    assert_int_equal(GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, NULL, NULL),
                     WSAEINVAL);
}

static void nothing_to_look_for_is_told_at_once(void) {
    ADDRINFOEXW *list = (ADDRINFOEXW *)(uintptr_t)1;
    WSAOVERLAPPED overlapped;
    wine_differs("tells it later");
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = manual_event();
    assert_int_equal(GetAddrInfoExW(NULL, NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, NULL, NULL),
                     WSAHOST_NOT_FOUND);
    assert_int_equal(WSAGetLastError(), WSAHOST_NOT_FOUND);
    assert_null(list);
    assert_false(is_signalled(overlapped.hEvent, MOMENT));
}

static void an_event_that_is_none(void) {
    ADDRINFOEXW *list = NULL;
    WSAOVERLAPPED overlapped;
    wine_differs("does not look at it");
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = NOT_A_HANDLE;
    assert_int_equal(GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, NULL, NULL),
                     WSA_INVALID_HANDLE);
}

static void what_is_over_cannot_be_called_off(void) {
    ADDRINFOEXW *list = NULL;
    WSAOVERLAPPED overlapped;
    HANDLE handle = NULL, other = NOT_A_HANDLE;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = manual_event();
    assert_int_equal(GetAddrInfoExW(L"127.0.0.1", NULL, NS_DNS, NULL, NULL, &list, NULL, &overlapped, NULL, &handle),
                     WSA_IO_PENDING);
    await_handle(overlapped.hEvent);
    assert_int_equal(GetAddrInfoExCancel(&handle), WSA_INVALID_HANDLE);
    assert_int_equal(GetAddrInfoExCancel(&other), WSA_INVALID_HANDLE);
    FreeAddrInfoExW(list);
    wine_differs("crashes");
    assert_int_equal(GetAddrInfoExCancel(NULL), WSA_INVALID_HANDLE);
}

/* Whether the look-up or the call comes first, the end is told once, and tells which. */
static void called_off_or_found(void) {
    enum { MANY = 300 };
    static ADDRINFOEXW *lists[MANY];
    static WSAOVERLAPPED overlapped[MANY];
    static HANDLE handles[MANY];
    static int results[MANY];
    wine_differs("does not call look-ups off");
    for (int i = 0; i < MANY; i++) {
        memset(&overlapped[i], 0, sizeof overlapped[i]);
        overlapped[i].hEvent = manual_event();
        assert_int_equal(
            GetAddrInfoExW(L"localhost", NULL, NS_DNS, NULL, NULL, &lists[i], NULL, &overlapped[i], NULL, &handles[i]),
            WSA_IO_PENDING);
        results[i] = GetAddrInfoExCancel(&handles[i]);
    }
    for (int i = 0; i < MANY; i++) {
        await_handle(overlapped[i].hEvent);
        assert_true(results[i] == 0 || results[i] == WSA_INVALID_HANDLE);
        assert_int_equal(GetAddrInfoExOverlappedResult(&overlapped[i]), results[i] == 0 ? WSA_E_CANCELLED : 0);
        assert_int_equal(lists[i] == NULL, results[i] == 0);
        FreeAddrInfoExW(lists[i]);
        assert_int_equal(GetAddrInfoExCancel(&handles[i]), WSA_INVALID_HANDLE);
    }
}

static void the_result_of_nothing(void) {
    assert_int_equal(GetAddrInfoExOverlappedResult(NULL), WSAEINVAL);
}

static const conform_test tests[] = {
    conform(finds_while_it_waits),
    conform(finds_within_a_time),
    conform(fails_while_it_waits),
    conform(hints_choose),
    conform(other_namespaces_are_not_there),
    conform(the_ansi_form_only_waits),
    conform(sets_an_event),
    conform(sets_an_event_for_a_failure),
    conform(many_at_a_time),
    conform(calls_a_routine_on_a_thread_of_its_own),
    conform(tells_a_routine_of_a_failure),
    conform(a_routine_may_wait_for_another),
    conform(one_way_to_be_told),
    conform(nothing_to_look_for_is_told_at_once),
    conform(an_event_that_is_none),
    conform(what_is_over_cannot_be_called_off),
    conform(called_off_or_found),
    conform(the_result_of_nothing),
};

CONFORM_MAIN(tests)
