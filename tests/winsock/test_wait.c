/* SPDX-License-Identifier: MIT
 *
 * Waits: for one object, for any and for all of several, with what they take, in which order, for how long, and what
 * they refuse. Semaphores and mutexes are tested where they are waited for.
 */
#include "face.h"

static HANDLE event_new(BOOL manual, BOOL initial) {
    HANDLE event = CreateEventA(NULL, manual, initial, NULL);
    assert_non_null(event);
    return event;
}

static void close_all(HANDLE *handles, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_true(CloseHandle(handles[i]));
}

/* ------------------------------------------------------------------------------------------------------------- time */

static void wait_is_never_short(void **state) {
    (void)state;
    HANDLE event = event_new(TRUE, FALSE);
    LARGE_INTEGER begin, end, frequency;
    assert_true(QueryPerformanceFrequency(&frequency));
    assert_true(QueryPerformanceCounter(&begin));
    assert_int_equal(WaitForSingleObject(event, MOMENT), WAIT_TIMEOUT);
    assert_true(QueryPerformanceCounter(&end));
    assert_true((end.QuadPart - begin.QuadPart) * 1000 / frequency.QuadPart >= MOMENT - is_wine());
    assert_true(CloseHandle(event));
}

static void wait_of_no_time_does_not_wait(void **state) {
    (void)state;
    HANDLE event = event_new(TRUE, FALSE);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForMultipleObjects(1, &event, TRUE, 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForMultipleObjects(1, &event, FALSE, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(event));
}

static void wait_leaves_the_last_error(void **state) {
    (void)state;
    HANDLE event = event_new(FALSE, TRUE);
    SetLastError(0xdead);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    assert_last_error(0xdead);
    assert_true(CloseHandle(event));
}

/* ------------------------------------------------------------------------------------------------------------- any */

static void any_takes_the_first_that_is_set(void **state) {
    (void)state;
    HANDLE events[3] = {event_new(FALSE, FALSE), event_new(FALSE, TRUE), event_new(FALSE, TRUE)};
    assert_int_equal(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_OBJECT_0 + 1);
    assert_int_equal(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_OBJECT_0 + 2);
    assert_int_equal(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_TIMEOUT);
    close_all(events, 3);
}

typedef struct waiting {
    HANDLE *handles;
    DWORD count;
    BOOL all;
    HANDLE begun; /* set when the wait is about to begin */
} waiting;

static DWORD WINAPI wait_for_several(LPVOID argument) {
    waiting *what = argument;
    SetEvent(what->begun);
    return WaitForMultipleObjects(what->count, what->handles, what->all, SOON);
}

static HANDLE waiter_start(waiting *what, HANDLE *handles, DWORD count, BOOL all) {
    *what = (waiting){handles, count, all, event_new(TRUE, FALSE)};
    HANDLE thread = thread_start(wait_for_several, what);
    assert_int_equal(WaitForSingleObject(what->begun, SOON), WAIT_OBJECT_0);
    assert_true(CloseHandle(what->begun));
    return thread;
}

static void any_is_woken_by_whichever_is_set(void **state) {
    (void)state;
    HANDLE events[3] = {event_new(FALSE, FALSE), event_new(FALSE, FALSE), event_new(FALSE, FALSE)};
    for (DWORD i = 0; i < 3; i++) {
        waiting what;
        HANDLE waiter = waiter_start(&what, events, 3, FALSE);
        assert_true(SetEvent(events[i]));
        assert_int_equal(thread_end(waiter), WAIT_OBJECT_0 + i);
        assert_int_equal(WaitForMultipleObjects(3, events, FALSE, 0), WAIT_TIMEOUT);
    }
    close_all(events, 3);
}

static void any_of_64(void **state) {
    (void)state;
    HANDLE events[MAXIMUM_WAIT_OBJECTS];
    for (int i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
        events[i] = event_new(FALSE, FALSE);
    assert_true(SetEvent(events[63]));
    assert_int_equal(WaitForMultipleObjects(64, events, FALSE, 0), WAIT_OBJECT_0 + 63);
    for (int i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
        assert_true(SetEvent(events[i]));
    assert_int_equal(WaitForMultipleObjects(64, events, TRUE, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForMultipleObjects(64, events, FALSE, 0), WAIT_TIMEOUT);
    close_all(events, MAXIMUM_WAIT_OBJECTS);
}

static void any_may_name_one_twice(void **state) {
    (void)state;
    HANDLE event = event_new(FALSE, FALSE), twice[2] = {event, event};
    assert_int_equal(WaitForMultipleObjects(2, twice, FALSE, 0), WAIT_TIMEOUT);
    waiting what;
    HANDLE waiter = waiter_start(&what, twice, 2, FALSE);
    assert_true(SetEvent(event));
    assert_int_equal(thread_end(waiter), WAIT_OBJECT_0);
    assert_true(CloseHandle(event));
}

/* ------------------------------------------------------------------------------------------------------------- all */

static void all_takes_all_or_none(void **state) {
    (void)state;
    HANDLE events[2] = {event_new(FALSE, TRUE), event_new(FALSE, FALSE)};
    assert_int_equal(WaitForMultipleObjects(2, events, TRUE, 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(events[0], 0), WAIT_OBJECT_0);
    assert_true(SetEvent(events[0]));
    assert_true(SetEvent(events[1]));
    assert_int_equal(WaitForMultipleObjects(2, events, TRUE, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForMultipleObjects(2, events, FALSE, 0), WAIT_TIMEOUT);
    close_all(events, 2);
}

static void all_is_woken_by_the_last(void **state) {
    (void)state;
    HANDLE handles[3] = {event_new(FALSE, FALSE), CreateSemaphoreA(NULL, 0, 3, NULL), event_new(TRUE, FALSE)};
    waiting what;
    HANDLE waiter = waiter_start(&what, handles, 3, TRUE);
    assert_true(SetEvent(handles[2]));
    assert_true(ReleaseSemaphore(handles[1], 2, NULL));
    assert_int_equal(WaitForSingleObject(waiter, MOMENT), WAIT_TIMEOUT);
    assert_true(SetEvent(handles[0]));
    assert_int_equal(thread_end(waiter), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(handles[0], 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(handles[1], 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(handles[1], 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(handles[2], 0), WAIT_OBJECT_0);
    close_all(handles, 3);
}

/* While the second of its objects is not set, a wait for both leaves the first to others. */
static void all_holds_nothing_back(void **state) {
    (void)state;
    HANDLE events[2] = {event_new(FALSE, FALSE), event_new(FALSE, FALSE)};
    waiting what;
    HANDLE waiter = waiter_start(&what, events, 2, TRUE);
    assert_true(SetEvent(events[0]));
    assert_int_equal(WaitForSingleObject(events[0], SOON), WAIT_OBJECT_0);
    assert_true(SetEvent(events[1]));
    assert_int_equal(WaitForSingleObject(waiter, MOMENT), WAIT_TIMEOUT);
    assert_true(SetEvent(events[0]));
    assert_int_equal(thread_end(waiter), WAIT_OBJECT_0);
    close_all(events, 2);
}

/* Wine lets it pass. */
static void all_refuses_one_twice(void **state) {
    (void)state;
    if (is_wine())
        skip();
    HANDLE event = event_new(TRUE, TRUE), twice[2] = {event, event};
    assert_fails(WAIT_FAILED, ERROR_INVALID_PARAMETER, WaitForMultipleObjects(2, twice, TRUE, 0));
    assert_true(CloseHandle(event));
}

/* ----------------------------------------------------------------------------------------------------- semaphores */

static void semaphore_counts(void **state) {
    (void)state;
    LONG before = -1;
    HANDLE semaphore = CreateSemaphoreA(NULL, 2, 3, NULL);
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    assert_true(ReleaseSemaphore(semaphore, 1, &before));
    assert_int_equal(before, 0);
    assert_true(ReleaseSemaphore(semaphore, 2, &before));
    assert_int_equal(before, 1);
    assert_fails(FALSE, ERROR_TOO_MANY_POSTS, ReleaseSemaphore(semaphore, 1, &before));
    assert_int_equal(before, 1);
    for (int i = 0; i < 3; i++)
        assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    assert_fails(FALSE, ERROR_TOO_MANY_POSTS, ReleaseSemaphore(semaphore, 4, NULL));
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(semaphore));
}

static DWORD WINAPI take_one(LPVOID semaphore) {
    return WaitForSingleObject(semaphore, SOON);
}

static void semaphore_wakes_as_many_as_are_released(void **state) {
    (void)state;
    HANDLE semaphore = CreateSemaphoreW(NULL, 0, 100, NULL), waiters[6];
    for (int i = 0; i < 6; i++)
        waiters[i] = thread_start(take_one, semaphore);
    assert_true(ReleaseSemaphore(semaphore, 6, NULL));
    for (int i = 0; i < 6; i++)
        assert_int_equal(thread_end(waiters[i]), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(semaphore));
}

static void semaphore_refuses_bad_counts(void **state) {
    (void)state;
    assert_fails(NULL, ERROR_INVALID_PARAMETER, CreateSemaphoreA(NULL, 0, 0, NULL));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, CreateSemaphoreA(NULL, 2, 1, NULL));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, CreateSemaphoreA(NULL, -1, 1, NULL));
    HANDLE semaphore = CreateSemaphoreA(NULL, 0, 5, NULL);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, ReleaseSemaphore(NOT_A_HANDLE, 1, NULL));
    if (!is_wine()) { /* which looks at the handle first, and takes 0 */
        assert_fails(FALSE, ERROR_INVALID_PARAMETER, ReleaseSemaphore(semaphore, 0, NULL));
        assert_fails(FALSE, ERROR_INVALID_PARAMETER, ReleaseSemaphore(semaphore, -1, NULL));
    }
    assert_true(CloseHandle(semaphore));
}

static void semaphore_has_names(void **state) {
    (void)state;
    HANDLE first = CreateSemaphoreA(NULL, 0, 5, "sockpal.test.semaphore");
    HANDLE second = CreateSemaphoreA(NULL, 3, 3, "sockpal.test.semaphore");
    assert_last_error(ERROR_ALREADY_EXISTS);
    assert_true(ReleaseSemaphore(second, 5, NULL));
    HANDLE third = OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, "sockpal.test.semaphore");
    assert_non_null(third);
    assert_int_equal(WaitForSingleObject(third, 0), WAIT_OBJECT_0);
    close_all((HANDLE[]){first, second, third}, 3);
    assert_fails(NULL, ERROR_FILE_NOT_FOUND, OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, "sockpal.test.semaphore"));
}

/* -------------------------------------------------------------------------------------------------------- mutexes */

static DWORD WINAPI try_to_take(LPVOID mutex) {
    DWORD result = WaitForSingleObject(mutex, 0);
    if (result != WAIT_TIMEOUT)
        ReleaseMutex(mutex);
    return result;
}

static DWORD WINAPI try_to_release(LPVOID mutex) {
    SetLastError(0);
    return ReleaseMutex(mutex) ? 0 : GetLastError();
}

static void mutex_is_taken_as_often_as_its_owner_waits(void **state) {
    (void)state;
    HANDLE mutex = CreateMutexA(NULL, TRUE, NULL);
    assert_int_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    assert_int_equal(thread_end(thread_start(try_to_take, mutex)), WAIT_TIMEOUT);
    assert_true(ReleaseMutex(mutex));
    assert_int_equal(thread_end(thread_start(try_to_take, mutex)), WAIT_TIMEOUT);
    assert_true(ReleaseMutex(mutex));
    assert_int_equal(thread_end(thread_start(try_to_take, mutex)), WAIT_OBJECT_0);
    assert_fails(FALSE, ERROR_NOT_OWNER, ReleaseMutex(mutex));
    assert_true(CloseHandle(mutex));
}

static void mutex_is_released_by_its_owner_only(void **state) {
    (void)state;
    HANDLE mutex = CreateMutexW(NULL, TRUE, NULL);
    assert_int_equal(thread_end(thread_start(try_to_release, mutex)), ERROR_NOT_OWNER);
    assert_true(ReleaseMutex(mutex));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, ReleaseMutex(NOT_A_HANDLE));
    assert_true(CloseHandle(mutex));
}

static DWORD WINAPI take_and_leave(LPVOID mutex) {
    return WaitForSingleObject(mutex, SOON);
}

static void mutex_of_a_thread_that_ended_is_abandoned(void **state) {
    (void)state;
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL);
    assert_int_equal(thread_end(thread_start(take_and_leave, mutex)), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(mutex, SOON), WAIT_ABANDONED);
    assert_true(ReleaseMutex(mutex));
    assert_int_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    assert_true(ReleaseMutex(mutex));
    assert_true(CloseHandle(mutex));
}

static void abandoned_is_said_with_the_index(void **state) {
    (void)state;
    HANDLE handles[3] = {event_new(TRUE, FALSE), event_new(TRUE, FALSE), CreateMutexA(NULL, FALSE, NULL)};
    assert_int_equal(thread_end(thread_start(take_and_leave, handles[2])), WAIT_OBJECT_0);
    assert_int_equal(WaitForMultipleObjects(3, handles, FALSE, SOON), WAIT_ABANDONED_0 + 2);
    assert_true(ReleaseMutex(handles[2]));
    close_all(handles, 3);
}

static void abandoned_among_all_is_said_once(void **state) {
    (void)state;
    HANDLE handles[2] = {event_new(TRUE, TRUE), CreateMutexA(NULL, FALSE, NULL)};
    assert_int_equal(thread_end(thread_start(take_and_leave, handles[1])), WAIT_OBJECT_0);
    assert_int_equal(WaitForMultipleObjects(2, handles, TRUE, SOON), WAIT_ABANDONED_0);
    assert_true(ReleaseMutex(handles[1]));
    close_all(handles, 2);
}

static void mutex_of_one_name_is_not_taken_twice_by_creating(void **state) {
    (void)state;
    HANDLE first = CreateMutexA(NULL, TRUE, "sockpal.test.mutex");
    HANDLE second = CreateMutexA(NULL, TRUE, "sockpal.test.mutex");
    assert_last_error(ERROR_ALREADY_EXISTS);
    assert_true(ReleaseMutex(second));
    assert_fails(FALSE, ERROR_NOT_OWNER, ReleaseMutex(first));
    HANDLE third = OpenMutexW(MUTEX_ALL_ACCESS, FALSE, L"sockpal.test.mutex");
    assert_non_null(third);
    close_all((HANDLE[]){first, second, third}, 3);
    assert_fails(NULL, ERROR_FILE_NOT_FOUND, OpenMutexA(MUTEX_ALL_ACCESS, FALSE, "sockpal.test.mutex"));
}

/* ------------------------------------------------------------------------------------------------- signal and wait */

static void signals_and_waits(void **state) {
    (void)state;
    HANDLE event = event_new(TRUE, FALSE), ready = event_new(TRUE, TRUE);
    assert_int_equal(SignalObjectAndWait(event, ready, 0, FALSE), WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_true(ResetEvent(ready));
    assert_int_equal(SignalObjectAndWait(event, ready, MOMENT, FALSE), WAIT_TIMEOUT);
    HANDLE semaphore = CreateSemaphoreA(NULL, 0, 1, NULL), mutex = CreateMutexA(NULL, TRUE, NULL);
    assert_int_equal(SignalObjectAndWait(semaphore, semaphore, 0, FALSE), WAIT_OBJECT_0);
    assert_int_equal(SignalObjectAndWait(mutex, event, 0, FALSE), WAIT_OBJECT_0);
    assert_fails(WAIT_FAILED, ERROR_NOT_OWNER, SignalObjectAndWait(mutex, event, 0, FALSE));
    assert_int_equal(SignalObjectAndWait(semaphore, event, 0, FALSE), WAIT_OBJECT_0);
    assert_fails(WAIT_FAILED, ERROR_TOO_MANY_POSTS, SignalObjectAndWait(semaphore, event, 0, FALSE));
    close_all((HANDLE[]){event, ready, semaphore, mutex}, 4);
}

static void refuses_to_signal_what_cannot_be(void **state) {
    (void)state;
    HANDLE event = event_new(TRUE, TRUE);
    assert_fails(WAIT_FAILED, ERROR_INVALID_HANDLE, SignalObjectAndWait(NOT_A_HANDLE, event, 0, FALSE));
    assert_fails(WAIT_FAILED, ERROR_INVALID_HANDLE, SignalObjectAndWait(event, NOT_A_HANDLE, 0, FALSE));
    assert_fails(WAIT_FAILED, ERROR_INVALID_HANDLE, SignalObjectAndWait(GetCurrentThread(), event, 0, FALSE));
    assert_true(CloseHandle(event));
}

/* ----------------------------------------------------------------------------------------------------------- errors */

static void what_cannot_be_waited_for_is_refused(void **state) {
    (void)state;
    HANDLE closed = event_new(TRUE, TRUE), open = event_new(TRUE, TRUE);
    assert_true(CloseHandle(closed));
    HANDLE wrong[] = {NULL, NOT_A_HANDLE, closed};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        HANDLE both[2] = {open, wrong[i]};
        assert_fails(WAIT_FAILED, ERROR_INVALID_HANDLE, WaitForSingleObject(wrong[i], 0));
        assert_fails(WAIT_FAILED, ERROR_INVALID_HANDLE, WaitForMultipleObjects(2, both, FALSE, 0));
        assert_fails(WAIT_FAILED, ERROR_INVALID_HANDLE, WaitForMultipleObjects(2, both, TRUE, 0));
    }
    assert_true(CloseHandle(open));
}

static void counts_out_of_range_are_refused(void **state) {
    (void)state;
    HANDLE events[65];
    HANDLE event = event_new(TRUE, TRUE);
    for (int i = 0; i < 65; i++)
        events[i] = event;
    assert_fails(WAIT_FAILED, ERROR_INVALID_PARAMETER, WaitForMultipleObjects(0, events, FALSE, 0));
    assert_fails(WAIT_FAILED, ERROR_INVALID_PARAMETER, WaitForMultipleObjects(65, events, FALSE, 0));
    assert_fails(WAIT_FAILED, ERROR_INVALID_PARAMETER, WaitForMultipleObjects(0xffffffff, events, FALSE, 0));
    assert_int_equal(WaitForMultipleObjects(64, events, FALSE, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(event));
}

/* INVALID_HANDLE_VALUE is the current process's own handle. */
static void the_process_has_not_ended(void **state) {
    (void)state;
    assert_int_equal(WaitForSingleObject(GetCurrentProcess(), 0), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(INVALID_HANDLE_VALUE, MOMENT), WAIT_TIMEOUT);
    assert_int_equal(WaitForSingleObject(GetCurrentThread(), 0), WAIT_TIMEOUT);
}

static DWORD WINAPI wait_shortly(LPVOID event) {
    return WaitForSingleObject(event, MOMENT);
}

static void a_handle_that_is_closed_during_a_wait_does_not_end_it(void **state) {
    (void)state;
    HANDLE event = event_new(TRUE, FALSE);
    HANDLE waiter = thread_start(wait_shortly, event);
    HANDLE other = event_new(TRUE, TRUE);
    DWORD ended = WaitForSingleObject(waiter, 0);
    assert_true(CloseHandle(event));
    DWORD result = thread_end(waiter);
    /* It may not have begun yet. */
    assert_true(result == WAIT_TIMEOUT || (ended == WAIT_TIMEOUT && result == WAIT_FAILED));
    assert_true(CloseHandle(other));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wait_is_never_short),
        cmocka_unit_test(wait_of_no_time_does_not_wait),
        cmocka_unit_test(wait_leaves_the_last_error),
        cmocka_unit_test(any_takes_the_first_that_is_set),
        cmocka_unit_test(any_is_woken_by_whichever_is_set),
        cmocka_unit_test(any_of_64),
        cmocka_unit_test(any_may_name_one_twice),
        cmocka_unit_test(all_takes_all_or_none),
        cmocka_unit_test(all_is_woken_by_the_last),
        cmocka_unit_test(all_holds_nothing_back),
        cmocka_unit_test(all_refuses_one_twice),
        cmocka_unit_test(semaphore_counts),
        cmocka_unit_test(semaphore_wakes_as_many_as_are_released),
        cmocka_unit_test(semaphore_refuses_bad_counts),
        cmocka_unit_test(semaphore_has_names),
        cmocka_unit_test(mutex_is_taken_as_often_as_its_owner_waits),
        cmocka_unit_test(mutex_is_released_by_its_owner_only),
        cmocka_unit_test(mutex_of_a_thread_that_ended_is_abandoned),
        cmocka_unit_test(abandoned_is_said_with_the_index),
        cmocka_unit_test(abandoned_among_all_is_said_once),
        cmocka_unit_test(mutex_of_one_name_is_not_taken_twice_by_creating),
        cmocka_unit_test(signals_and_waits),
        cmocka_unit_test(refuses_to_signal_what_cannot_be),
        cmocka_unit_test(what_cannot_be_waited_for_is_refused),
        cmocka_unit_test(counts_out_of_range_are_refused),
        cmocka_unit_test(the_process_has_not_ended),
        cmocka_unit_test(a_handle_that_is_closed_during_a_wait_does_not_end_it),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
