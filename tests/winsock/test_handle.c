/* SPDX-License-Identifier: MIT
 *
 * Handles of any kind: closing, duplicating, comparing, their flags, and stale ones.
 */
#include "face.h"

static HANDLE event_new(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_non_null(event);
    return event;
}

static void closed_handle_is_no_handle(void **state) {
    (void)state;
    HANDLE event = event_new();
    assert_true(CloseHandle(event));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, CloseHandle(event));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetEvent(event));
}

static void what_is_no_handle_is_refused(void **state) {
    (void)state;
    assert_fails(FALSE, ERROR_INVALID_HANDLE, CloseHandle(NULL));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, CloseHandle(NOT_A_HANDLE));
}

static void pseudo_handles_need_no_closing(void **state) {
    (void)state;
    assert_true(CloseHandle(GetCurrentThread()));
    assert_true(CloseHandle(GetCurrentProcess()));
    assert_ptr_equal(GetCurrentProcess(), INVALID_HANDLE_VALUE);
    assert_true(GetThreadId(GetCurrentThread()) != 0);
}

static void handles_are_not_used_again_at_once(void **state) {
    (void)state;
    if (is_wine())
        skip(); /* Windows does not promise it, and Wine does not do it; here stale handles are known for long. */
    HANDLE stale = event_new();
    assert_true(CloseHandle(stale));
    for (int i = 0; i < 100; i++) {
        HANDLE other = event_new();
        assert_ptr_not_equal(other, stale);
        assert_fails(FALSE, ERROR_INVALID_HANDLE, SetEvent(stale));
        assert_true(CloseHandle(other));
    }
}

static void duplicate_is_the_same_object(void **state) {
    (void)state;
    HANDLE event = event_new(), duplicate = NULL, process = GetCurrentProcess();
    assert_true(DuplicateHandle(process, event, process, &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    assert_ptr_not_equal(duplicate, event);
    assert_true(SetEvent(duplicate));
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(event));
    assert_int_equal(WaitForSingleObject(duplicate, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(duplicate));
}

static void duplicate_may_close_its_source(void **state) {
    (void)state;
    HANDLE event = event_new(), duplicate = NULL, process = GetCurrentProcess();
    assert_true(
        DuplicateHandle(process, event, process, &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    assert_true(SetEvent(duplicate));
    if (duplicate != event)
        assert_fails(FALSE, ERROR_INVALID_HANDLE, SetEvent(event));
    assert_true(CloseHandle(duplicate));
}

static void duplicate_of_the_process_is_a_handle(void **state) {
    (void)state;
    HANDLE process = GetCurrentProcess(), real = NULL;
    assert_true(DuplicateHandle(process, process, process, &real, 0, FALSE, DUPLICATE_SAME_ACCESS));
    assert_ptr_not_equal(real, process);
    assert_int_equal(GetProcessId(real), GetCurrentProcessId());
    assert_int_equal(WaitForSingleObject(real, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(real));
}

static void duplicate_of_nothing_is_refused(void **state) {
    (void)state;
    HANDLE duplicate, process = GetCurrentProcess(), event = event_new();
    assert_fails(FALSE, ERROR_INVALID_HANDLE,
                 DuplicateHandle(process, NOT_A_HANDLE, process, &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    assert_fails(FALSE, ERROR_INVALID_HANDLE,
                 DuplicateHandle(event, event, process, &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    assert_fails(FALSE, ERROR_INVALID_HANDLE,
                 DuplicateHandle(process, event, event, &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    assert_true(CloseHandle(event));
}

static void flags_read_back(void **state) {
    (void)state;
    DWORD flags = 0xff;
    HANDLE event = event_new();
    assert_true(GetHandleInformation(event, &flags));
    assert_int_equal(flags, 0);
    assert_true(SetHandleInformation(event, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT));
    assert_true(GetHandleInformation(event, &flags));
    assert_int_equal(flags, HANDLE_FLAG_INHERIT);
    assert_true(SetHandleInformation(event, HANDLE_FLAG_INHERIT, 0));
    assert_true(GetHandleInformation(event, &flags));
    assert_int_equal(flags, 0);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetHandleInformation(NOT_A_HANDLE, &flags));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetHandleInformation(NOT_A_HANDLE, HANDLE_FLAG_INHERIT, 0));
    assert_true(CloseHandle(event));
}

static void protected_handle_is_not_closed(void **state) {
    (void)state;
    HANDLE event = event_new();
    assert_true(SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, CloseHandle(event));
    assert_true(SetEvent(event));
    assert_true(SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0));
    assert_true(CloseHandle(event));
}

static void many_handles_are_open_at_once(void **state) {
    (void)state;
    enum { MANY = 3000 };
    static HANDLE events[MANY];
    for (int i = 0; i < MANY; i++)
        events[i] = event_new();
    for (int i = 0; i < MANY; i += 2)
        assert_true(SetEvent(events[i]));
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(WaitForSingleObject(events[i], 0), i % 2 == 0 ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
        assert_int_equal((uintptr_t)events[i] & 3, 0);
        assert_true(CloseHandle(events[i]));
    }
}

static LONG go_on;

static DWORD WINAPI set_and_close(LPVOID argument) {
    while (InterlockedOr(&go_on, 0)) {
        HANDLE event = InterlockedCompareExchangePointer(argument, NULL, NULL);
        (void)SetEvent(event);
        (void)WaitForSingleObject(event, 0);
    }
    return 0;
}

/* Whether a use comes before or after the close, it is a success or a failure, and nothing worse. */
static void closing_races_with_using(void **state) {
    (void)state;
    static HANDLE volatile shared;
    go_on = 1;
    HANDLE thread = thread_start(set_and_close, (void *)(uintptr_t)&shared);
    for (int i = 0; i < 2000; i++) {
        HANDLE event = event_new();
        InterlockedExchangePointer((PVOID volatile *)&shared, event);
        assert_true(CloseHandle(event));
    }
    InterlockedExchange(&go_on, 0);
    assert_int_equal(thread_end(thread), 0);
}

static DWORD WINAPI end_at_once(LPVOID unused) {
    (void)unused;
    return 0;
}

static void expect_flags(HANDLE handle, DWORD expected) {
    DWORD flags = 9;
    assert_true(handle != NULL && handle != INVALID_HANDLE_VALUE);
    assert_true(GetHandleInformation(handle, &flags));
    assert_int_equal(flags, expected);
    assert_true(CloseHandle(handle));
}

static void handles_are_inherited_as_they_are_asked(void **state) {
    (void)state;
    SECURITY_ATTRIBUTES ways[2] = {{sizeof ways[0], NULL, FALSE}, {sizeof ways[1], NULL, TRUE}};
    for (int i = 0; i < 2; i++) {
        DWORD flags = i == 0 ? 0 : HANDLE_FLAG_INHERIT;
        expect_flags(CreateEventA(&ways[i], TRUE, FALSE, NULL), flags);
        expect_flags(CreateMutexA(&ways[i], FALSE, NULL), flags);
        expect_flags(CreateSemaphoreA(&ways[i], 1, 1, NULL), flags);
        expect_flags(CreateWaitableTimerA(&ways[i], TRUE, NULL), flags);
        expect_flags(CreateThread(&ways[i], 0, end_at_once, NULL, 0, NULL), flags);
        expect_flags(CreateFileMappingA(INVALID_HANDLE_VALUE, &ways[i], PAGE_READWRITE, 0, 4096, NULL), flags);
        expect_flags(CreateFileA("NUL", GENERIC_READ, 0, &ways[i], OPEN_EXISTING, 0, NULL), flags);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_handle_is_no_handle),
        cmocka_unit_test(what_is_no_handle_is_refused),
        cmocka_unit_test(pseudo_handles_need_no_closing),
        cmocka_unit_test(handles_are_not_used_again_at_once),
        cmocka_unit_test(duplicate_is_the_same_object),
        cmocka_unit_test(duplicate_may_close_its_source),
        cmocka_unit_test(duplicate_of_the_process_is_a_handle),
        cmocka_unit_test(duplicate_of_nothing_is_refused),
        cmocka_unit_test(flags_read_back),
        cmocka_unit_test(protected_handle_is_not_closed),
        cmocka_unit_test(many_handles_are_open_at_once),
        cmocka_unit_test(closing_races_with_using),
        cmocka_unit_test(handles_are_inherited_as_they_are_asked),
    };
    return cmocka_run_group_tests_name("handle", tests, NULL, NULL);
}
