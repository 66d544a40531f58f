/* SPDX-License-Identifier: MIT
 *
 * Waitable timers: once and again, both kinds, their calls, and the errors of their functions.
 */
#include "face.h"

#define MS (-10000LL) /* a millisecond from now, in the timers' unit */

static HANDLE timer_new(BOOL manual) {
    HANDLE timer = CreateWaitableTimerA(NULL, manual, NULL);
    assert_non_null(timer);
    return timer;
}

static void timer_set(HANDLE timer, LONGLONG due, LONG period_ms) {
    LARGE_INTEGER when;
    when.QuadPart = due;
    assert_true(SetWaitableTimer(timer, &when, period_ms, NULL, NULL, FALSE));
}

static void is_not_set_before_it_is_told_to(void **state) {
    (void)state;
    HANDLE timer = timer_new(FALSE);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    timer_set(timer, 1000 * SOON * MS, 0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(timer));
}

static void fires_in_its_time(void **state) {
    (void)state;
    HANDLE timer = timer_new(FALSE);
    LARGE_INTEGER begin, end, frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&begin);
    timer_set(timer, MOMENT * MS, 0);
    assert_int_equal(WaitForSingleObject(timer, SOON), WAIT_OBJECT_0);
    QueryPerformanceCounter(&end);
    assert_true((end.QuadPart - begin.QuadPart) * 1000 / frequency.QuadPart >= MOMENT - is_wine());
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(timer));
}

static void manual_stays_set_until_it_is_set_anew(void **state) {
    (void)state;
    HANDLE timer = timer_new(TRUE);
    timer_set(timer, 0, 0);
    assert_int_equal(WaitForSingleObject(timer, SOON), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_OBJECT_0);
    timer_set(timer, 1000 * SOON * MS, 0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(timer));
}

static void period_fires_again(void **state) {
    (void)state;
    HANDLE timer = timer_new(FALSE);
    LARGE_INTEGER begin, end, frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&begin);
    timer_set(timer, 0, 10);
    for (int i = 0; i < 4; i++)
        assert_int_equal(WaitForSingleObject(timer, SOON), WAIT_OBJECT_0);
    QueryPerformanceCounter(&end);
    assert_true((end.QuadPart - begin.QuadPart) * 1000 / frequency.QuadPart >= 30 - 2 * is_wine());
    assert_true(CancelWaitableTimer(timer));
    (void)WaitForSingleObject(timer, 0);
    assert_int_equal(WaitForSingleObject(timer, MOMENT), WAIT_TIMEOUT);
    assert_true(CloseHandle(timer));
}

static void moment_of_the_calendar(void **state) {
    (void)state;
    FILETIME now;
    ULARGE_INTEGER moment;
    HANDLE timer = timer_new(FALSE);
    GetSystemTimeAsFileTime(&now);
    moment.LowPart = now.dwLowDateTime;
    moment.HighPart = now.dwHighDateTime;
    timer_set(timer, (LONGLONG)moment.QuadPart - 10000000, 0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_OBJECT_0);
    timer_set(timer, (LONGLONG)moment.QuadPart + 36000000000LL, 0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(timer));
}

static int fired;
static void *fired_argument;

static void CALLBACK note_fire(LPVOID argument, DWORD low, DWORD high) {
    fired++;
    fired_argument = argument;
    (void)low;
    assert_true(high > 0x01c00000); /* this century */
}

static void call_is_made_by_an_alertable_wait(void **state) {
    (void)state;
    LARGE_INTEGER due;
    HANDLE timer = timer_new(FALSE);
    fired = 0;
    due.QuadPart = MS;
    assert_true(SetWaitableTimer(timer, &due, 0, note_fire, &due, FALSE));
    assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(fired, 1);
    assert_ptr_equal(fired_argument, &due);
    assert_true(CloseHandle(timer));
}

static void cancelled_call_is_not_made(void **state) {
    (void)state;
    LARGE_INTEGER due;
    HANDLE timer = timer_new(TRUE);
    fired = 0;
    due.QuadPart = 0;
    assert_true(SetWaitableTimer(timer, &due, 0, note_fire, NULL, FALSE));
    assert_int_equal(WaitForSingleObject(timer, SOON), WAIT_OBJECT_0);
    assert_true(CancelWaitableTimer(timer));
    assert_int_equal(SleepEx(0, TRUE), 0);
    assert_int_equal(fired, 0);
    assert_int_equal(WaitForSingleObject(timer, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(timer));
}

static void timers_have_names(void **state) {
    (void)state;
    HANDLE timer = CreateWaitableTimerW(NULL, TRUE, L"sockpal.test.timer");
    HANDLE again = OpenWaitableTimerA(TIMER_ALL_ACCESS, FALSE, "sockpal.test.timer");
    assert_non_null(again);
    timer_set(again, 0, 0);
    assert_int_equal(WaitForSingleObject(timer, SOON), WAIT_OBJECT_0);
    assert_true(CloseHandle(timer));
    assert_true(CloseHandle(again));
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    LARGE_INTEGER due;
    due.QuadPart = 0;
    HANDLE timer = timer_new(FALSE), event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetWaitableTimer(event, &due, 0, NULL, NULL, FALSE));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, CancelWaitableTimer(event));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, CancelWaitableTimer(NOT_A_HANDLE));
    if (!is_wine()) /* which takes it */
        assert_fails(FALSE, ERROR_INVALID_PARAMETER, SetWaitableTimer(timer, &due, -1, NULL, NULL, FALSE));
    assert_true(CloseHandle(timer));
    assert_true(CloseHandle(event));
}

static DWORD WINAPI set_with_a_routine(LPVOID timer) {
    LARGE_INTEGER due = {.QuadPart = -10000LL * MOMENT};
    return SetWaitableTimer(timer, &due, 0, note_fire, NULL, FALSE) ? 0 : 1;
}

/* With the thread that would make the call the timer is cancelled; its state stays. */
static void timer_with_a_routine_ends_with_its_thread(void **state) {
    (void)state;
    if (is_wine()) /* It fires all the same. */
        skip();
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    assert_int_equal(thread_end(thread_start(set_with_a_routine, timer)), 0);
    assert_int_equal(WaitForSingleObject(timer, 4 * MOMENT), WAIT_TIMEOUT);
    assert_true(CloseHandle(timer));
}

static DWORD WINAPI set_without_a_routine(LPVOID timer) {
    LARGE_INTEGER due = {.QuadPart = -10000LL * MOMENT};
    return SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE) ? 0 : 1;
}

static void timer_without_a_routine_outlives_its_thread(void **state) {
    (void)state;
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    assert_int_equal(thread_end(thread_start(set_without_a_routine, timer)), 0);
    assert_int_equal(WaitForSingleObject(timer, SOON), WAIT_OBJECT_0);
    assert_true(CloseHandle(timer));
}

/* It cannot wake the machine, says so, and is set. */
static void timer_that_should_wake_the_machine_is_set(void **state) {
    (void)state;
    if (is_wine())
        skip();
    LARGE_INTEGER due = {.QuadPart = -1};
    HANDLE timer = CreateWaitableTimerA(NULL, TRUE, NULL);
    SetLastError(0);
    assert_true(SetWaitableTimer(timer, &due, 0, NULL, NULL, TRUE));
    assert_last_error(ERROR_NOT_SUPPORTED);
    assert_int_equal(WaitForSingleObject(timer, SOON), WAIT_OBJECT_0);
    assert_true(CloseHandle(timer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_not_set_before_it_is_told_to),
        cmocka_unit_test(fires_in_its_time),
        cmocka_unit_test(manual_stays_set_until_it_is_set_anew),
        cmocka_unit_test(period_fires_again),
        cmocka_unit_test(moment_of_the_calendar),
        cmocka_unit_test(call_is_made_by_an_alertable_wait),
        cmocka_unit_test(cancelled_call_is_not_made),
        cmocka_unit_test(timers_have_names),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(timer_with_a_routine_ends_with_its_thread),
        cmocka_unit_test(timer_without_a_routine_outlives_its_thread),
        cmocka_unit_test(timer_that_should_wake_the_machine_is_set),
    };
    return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
