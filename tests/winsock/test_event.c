/* SPDX-License-Identifier: MIT
 *
 * Events: both kinds, their states, their names, and the errors of their functions.
 */
#include "face.h"

static int is_set(HANDLE event) {
    DWORD result = WaitForSingleObject(event, 0);
    assert_true(result == WAIT_OBJECT_0 || result == WAIT_TIMEOUT);
    return result == WAIT_OBJECT_0;
}

static void begins_in_the_state_asked_for(void **state) {
    (void)state;
    for (int initial = 0; initial < 2; initial++) {
        HANDLE event = CreateEventA(NULL, TRUE, initial, NULL);
        assert_non_null(event);
        assert_int_equal(is_set(event), initial);
        assert_true(CloseHandle(event));
    }
}

static void manual_stays_set_until_it_is_reset(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_true(SetEvent(event));
    assert_true(SetEvent(event));
    assert_true(is_set(event));
    assert_true(is_set(event));
    assert_true(ResetEvent(event));
    assert_false(is_set(event));
    assert_true(ResetEvent(event));
    assert_true(CloseHandle(event));
}

static void auto_is_taken_by_one_wait(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    assert_true(SetEvent(event));
    assert_true(SetEvent(event));
    assert_true(is_set(event));
    assert_false(is_set(event));
    assert_true(SetEvent(event));
    assert_true(ResetEvent(event));
    assert_false(is_set(event));
    assert_true(CloseHandle(event));
}

static void any_true_value_is_true(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, 256, 4096, NULL);
    assert_true(is_set(event));
    assert_true(is_set(event));
    assert_true(CloseHandle(event));
}

static DWORD WINAPI wait_for(LPVOID event) {
    return WaitForSingleObject(event, SOON);
}

/* Whether the waiter waits already makes no difference to a manual event. */
static void set_wakes_a_waiter(void **state) {
    (void)state;
    for (int manual = 0; manual < 2; manual++) {
        HANDLE event = CreateEventA(NULL, manual, FALSE, NULL);
        HANDLE waiter = thread_start(wait_for, event);
        assert_true(SetEvent(event));
        assert_int_equal(thread_end(waiter), WAIT_OBJECT_0);
        assert_int_equal(is_set(event), manual);
        assert_true(CloseHandle(event));
    }
}

static void manual_wakes_all_waiters(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), waiters[8];
    for (int i = 0; i < 8; i++)
        waiters[i] = thread_start(wait_for, event);
    assert_true(SetEvent(event));
    for (int i = 0; i < 8; i++)
        assert_int_equal(thread_end(waiters[i]), WAIT_OBJECT_0);
    assert_true(CloseHandle(event));
}

static void auto_wakes_one_waiter_for_each_set(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), waiters[4];
    for (int i = 0; i < 4; i++)
        waiters[i] = thread_start(wait_for, event);
    for (int woken = 0; woken < 4; woken++) {
        assert_true(SetEvent(event));
        DWORD which = WaitForMultipleObjects((DWORD)(4 - woken), waiters, FALSE, SOON);
        assert_true(which < (DWORD)(4 - woken));
        assert_int_equal(thread_end(waiters[which]), WAIT_OBJECT_0);
        waiters[which] = waiters[3 - woken];
    }
    assert_false(is_set(event));
    assert_true(CloseHandle(event));
}

static void pulse_leaves_it_reset(void **state) {
    (void)state;
    for (int manual = 0; manual < 2; manual++) {
        HANDLE event = CreateEventA(NULL, manual, TRUE, NULL);
        assert_true(PulseEvent(event));
        assert_false(is_set(event));
        assert_true(CloseHandle(event));
    }
}

/* The waiter says that it is about to wait, in the step in which it begins to: so it does wait when it is pulsed. */
static HANDLE pulsed, announced;

static DWORD WINAPI announce_and_wait(LPVOID unused) {
    (void)unused;
    return SignalObjectAndWait(announced, pulsed, SOON, FALSE);
}

static void pulse_wakes_who_waits(void **state) {
    (void)state;
    for (int manual = 0; manual < 2; manual++) {
        pulsed = CreateEventA(NULL, manual, FALSE, NULL);
        announced = CreateEventA(NULL, FALSE, FALSE, NULL);
        HANDLE waiter = thread_start(announce_and_wait, NULL);
        assert_int_equal(WaitForSingleObject(announced, SOON), WAIT_OBJECT_0);
        /* Under Wine the two steps are not one, and it may have to be pulsed again. */
        while (PulseEvent(pulsed) && WaitForSingleObject(waiter, is_wine() ? MOMENT : SOON) == WAIT_TIMEOUT)
            assert_true(is_wine());
        assert_int_equal(thread_end(waiter), WAIT_OBJECT_0);
        assert_false(is_set(pulsed));
        assert_true(CloseHandle(pulsed));
        assert_true(CloseHandle(announced));
    }
}

static void ex_takes_flags(void **state) {
    (void)state;
    HANDLE event = CreateEventExA(NULL, NULL, CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET, EVENT_ALL_ACCESS);
    assert_non_null(event);
    assert_true(is_set(event));
    assert_true(is_set(event));
    assert_true(CloseHandle(event));
    event = CreateEventExW(NULL, NULL, 0, EVENT_ALL_ACCESS);
    assert_false(is_set(event));
    assert_true(SetEvent(event));
    assert_true(is_set(event));
    assert_false(is_set(event));
    assert_true(CloseHandle(event));
}

static void creating_clears_the_last_error(void **state) {
    (void)state;
    SetLastError(0xdead);
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_last_error(0);
    assert_true(CloseHandle(event));
}

/* ------------------------------------------------------------------------------------------------------------ names */

static void same_name_is_the_same_event(void **state) {
    (void)state;
    HANDLE first = CreateEventA(NULL, TRUE, FALSE, "sockpal.test.event");
    assert_last_error(0);
    HANDLE second = CreateEventW(NULL, FALSE, TRUE, L"sockpal.test.event");
    assert_non_null(second);
    assert_last_error(ERROR_ALREADY_EXISTS);
    assert_false(is_set(second));
    assert_true(SetEvent(second));
    assert_true(is_set(first));
    assert_true(is_set(first));
    assert_true(CloseHandle(first));
    assert_true(is_set(second));
    assert_true(CloseHandle(second));
}

static void open_finds_an_event_by_its_name(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, "Local\\sockpal.test.open");
    HANDLE opened = OpenEventA(EVENT_ALL_ACCESS, FALSE, "sockpal.test.open");
    assert_non_null(opened);
    assert_true(is_set(opened));
    assert_true(ResetEvent(opened));
    assert_false(is_set(event));
    assert_true(CloseHandle(opened));
    opened = OpenEventW(EVENT_ALL_ACCESS, FALSE, L"sockpal.test.open");
    assert_non_null(opened);
    assert_true(CloseHandle(opened));
    assert_true(CloseHandle(event));
}

static void name_goes_with_the_last_handle(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, "sockpal.test.gone");
    assert_true(CloseHandle(event));
    assert_fails(NULL, ERROR_FILE_NOT_FOUND, OpenEventA(EVENT_ALL_ACCESS, FALSE, "sockpal.test.gone"));
    assert_fails(NULL, ERROR_FILE_NOT_FOUND, OpenEventW(EVENT_ALL_ACCESS, FALSE, L"sockpal.test.gone"));
}

static void name_may_not_be_too_long(void **state) {
    (void)state;
    char name[MAX_PATH + 8];
    memset(name, 'n', sizeof name);
    name[MAX_PATH] = '\0';
    assert_fails(NULL, ERROR_FILENAME_EXCED_RANGE, CreateEventA(NULL, TRUE, FALSE, name));
    name[MAX_PATH - 1] = '\0';
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, name);
    assert_non_null(event);
    assert_true(CloseHandle(event));
}

static void names_differ_by_case(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, "sockpal.test.case");
    assert_fails(NULL, ERROR_FILE_NOT_FOUND, OpenEventA(EVENT_ALL_ACCESS, FALSE, "sockpal.test.CASE"));
    assert_true(CloseHandle(event));
}

static void empty_name_is_none(void **state) {
    (void)state;
    HANDLE first = CreateEventA(NULL, TRUE, FALSE, ""), second = CreateEventA(NULL, TRUE, FALSE, "");
    assert_non_null(second);
    assert_last_error(0);
    assert_true(SetEvent(first));
    assert_false(is_set(second));
    assert_true(CloseHandle(first));
    assert_true(CloseHandle(second));
}

static void name_of_another_kind_is_refused(void **state) {
    (void)state;
    HANDLE mutex = CreateMutexA(NULL, FALSE, "sockpal.test.kind");
    assert_fails(NULL, ERROR_INVALID_HANDLE, CreateEventA(NULL, TRUE, FALSE, "sockpal.test.kind"));
    assert_fails(NULL, ERROR_INVALID_HANDLE, OpenEventA(EVENT_ALL_ACCESS, FALSE, "sockpal.test.kind"));
    assert_true(CloseHandle(mutex));
}

/* ----------------------------------------------------------------------------------------------------------- errors */

static void what_is_no_event_is_refused(void **state) {
    (void)state;
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL), closed = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_true(CloseHandle(closed));
    HANDLE wrong[] = {NULL, NOT_A_HANDLE, mutex, closed};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_fails(FALSE, ERROR_INVALID_HANDLE, SetEvent(wrong[i]));
        assert_fails(FALSE, ERROR_INVALID_HANDLE, ResetEvent(wrong[i]));
        assert_fails(FALSE, ERROR_INVALID_HANDLE, PulseEvent(wrong[i]));
    }
    assert_true(CloseHandle(mutex));
}

static void opening_without_a_name_is_refused(void **state) {
    (void)state;
    assert_fails(NULL, ERROR_INVALID_PARAMETER, OpenEventA(EVENT_ALL_ACCESS, FALSE, NULL));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, OpenEventW(EVENT_ALL_ACCESS, FALSE, NULL));
}

/* Wine lets unknown flags pass. */
static void unknown_flags_are_refused(void **state) {
    (void)state;
    if (is_wine())
        skip();
    assert_fails(NULL, ERROR_INVALID_PARAMETER, CreateEventExA(NULL, NULL, 4, EVENT_ALL_ACCESS));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, CreateEventExW(NULL, NULL, 8, EVENT_ALL_ACCESS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_in_the_state_asked_for),
        cmocka_unit_test(manual_stays_set_until_it_is_reset),
        cmocka_unit_test(auto_is_taken_by_one_wait),
        cmocka_unit_test(any_true_value_is_true),
        cmocka_unit_test(set_wakes_a_waiter),
        cmocka_unit_test(manual_wakes_all_waiters),
        cmocka_unit_test(auto_wakes_one_waiter_for_each_set),
        cmocka_unit_test(pulse_leaves_it_reset),
        cmocka_unit_test(pulse_wakes_who_waits),
        cmocka_unit_test(ex_takes_flags),
        cmocka_unit_test(creating_clears_the_last_error),
        cmocka_unit_test(same_name_is_the_same_event),
        cmocka_unit_test(open_finds_an_event_by_its_name),
        cmocka_unit_test(name_goes_with_the_last_handle),
        cmocka_unit_test(name_may_not_be_too_long),
        cmocka_unit_test(names_differ_by_case),
        cmocka_unit_test(empty_name_is_none),
        cmocka_unit_test(name_of_another_kind_is_refused),
        cmocka_unit_test(what_is_no_event_is_refused),
        cmocka_unit_test(opening_without_a_name_is_refused),
        cmocka_unit_test(unknown_flags_are_refused),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
