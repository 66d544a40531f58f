/* SPDX-License-Identifier: MIT
 *
 * The older functions of the thread pool: work items, timer queues, registered waits.
 */
#include "pool_fixture.h"

static LONG timeouts;

static int setup_all(void **state) {
    timeouts = 0;
    return setup(state);
}

/* ------------------------------------------------------------------------------------------------------- work items */

static DWORD WINAPI count_item(LPVOID context) {
    *(DWORD *)context = GetCurrentThreadId();
    InterlockedIncrement(&count);
    ReleaseSemaphore(reached, 1, NULL);
    return 0;
}

static void work_item_runs_in_another_thread(void **state) {
    (void)state;
    const ULONG flags[] = {WT_EXECUTEDEFAULT, WT_EXECUTELONGFUNCTION, WT_EXECUTEINIOTHREAD,
                           WT_EXECUTEINPERSISTENTTHREAD};
    for (int i = 0; i < 4; i++) {
        DWORD thread = 0;
        assert_true(QueueUserWorkItem(count_item, &thread, flags[i]));
        reach(1);
        assert_int_not_equal(thread, 0);
        assert_int_not_equal(thread, GetCurrentThreadId());
    }
    assert_int_equal(count, 4);
}

static DWORD WINAPI wait_at_gate(LPVOID unused) {
    (void)unused;
    ReleaseSemaphore(reached, 1, NULL);
    WaitForSingleObject(gate, SOON);
    InterlockedIncrement(&count);
    ReleaseSemaphore(reached, 1, NULL);
    return 0;
}

static void long_items_run_beside_each_other(void **state) {
    (void)state;
    for (int i = 0; i < 12; i++)
        assert_true(QueueUserWorkItem(wait_at_gate, NULL, WT_EXECUTELONGFUNCTION));
    reach(12);
    assert_true(SetEvent(gate));
    reach(12);
}

/* ----------------------------------------------------------------------------------------------------- timer queues */

static VOID CALLBACK count_call(PVOID context, BOOLEAN is_timeout) {
    if (context != NULL)
        *(DWORD *)context = GetCurrentThreadId();
    InterlockedIncrement(&count);
    if (is_timeout)
        InterlockedIncrement(&timeouts);
    ReleaseSemaphore(reached, 1, NULL);
}

static void timer_rings_once(void **state) {
    (void)state;
    HANDLE queue = CreateTimerQueue(), timer = NULL;
    DWORD thread = 0;
    assert_non_null(queue);
    ULONGLONG begin = GetTickCount64();
    assert_true(CreateTimerQueueTimer(&timer, queue, count_call, &thread, MOMENT, 0, 0));
    assert_non_null(timer);
    reach(1);
    assert_true(GetTickCount64() - begin >= MOMENT - 16);
    reach_no_more();
    assert_int_equal(count, 1);
    assert_int_equal(timeouts, 1);
    assert_int_not_equal(thread, GetCurrentThreadId());
    assert_true(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    assert_true(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
}

static void timer_repeats_until_it_is_deleted(void **state) {
    (void)state;
    HANDLE timer = NULL;
    assert_true(CreateTimerQueueTimer(&timer, NULL, count_call, NULL, 0, 2, WT_EXECUTEDEFAULT));
    reach(4);
    assert_true(DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE));
    LONG before = count;
    assert_true(before >= 4);
    assert_int_equal(WaitForSingleObject(gate, MOMENT), WAIT_TIMEOUT);
    assert_int_equal(count, before);
}

static void all_callbacks_in_the_timers_thread_are_made_by_one(void **state) {
    (void)state;
    HANDLE queue = CreateTimerQueue(), timers[3];
    DWORD threads[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++)
        assert_true(CreateTimerQueueTimer(&timers[i], queue, count_call, &threads[i], 1, 0, WT_EXECUTEINTIMERTHREAD));
    reach(3);
    assert_true(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    assert_int_not_equal(threads[0], GetCurrentThreadId());
    assert_int_equal(threads[0], threads[1]);
    assert_int_equal(threads[1], threads[2]);
}

static void timer_can_be_changed(void **state) {
    (void)state;
    HANDLE queue = CreateTimerQueue(), timer = NULL;
    assert_true(CreateTimerQueueTimer(&timer, queue, count_call, NULL, 3600000, 0, 0));
    assert_true(ChangeTimerQueueTimer(queue, timer, 1, 0));
    reach(1);
    reach_no_more();
    assert_true(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    assert_true(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
}

/* Wine sets it again. */
static void timer_that_has_rung_is_not_changed(void **state) {
    (void)state;
    if (is_wine())
        skip();
    HANDLE queue = CreateTimerQueue(), timer = NULL;
    assert_true(CreateTimerQueueTimer(&timer, queue, count_call, NULL, 0, 0, 0));
    reach(1);
    assert_true(ChangeTimerQueueTimer(queue, timer, 1, 0));
    reach_no_more();
    assert_true(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    assert_true(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
}

static void timer_of_once_has_no_period(void **state) {
    (void)state;
    HANDLE timer = NULL;
    if (is_wine()) /* It takes the period for a mistake of no consequence. */
        skip();
    assert_fails(FALSE, ERROR_INVALID_PARAMETER,
                 CreateTimerQueueTimer(&timer, NULL, count_call, NULL, 1, 1, WT_EXECUTEONLYONCE));
}

/* It comes twice: when it begins, and when it ends. */
static VOID CALLBACK wait_in_callback(PVOID context, BOOLEAN is_timeout) {
    (void)context;
    (void)is_timeout;
    ReleaseSemaphore(reached, 1, NULL);
    WaitForSingleObject(gate, SOON);
    arrive();
}

static void deleting_tells_of_outstanding_callbacks(void **state) {
    (void)state;
    HANDLE queue = CreateTimerQueue(), timer = NULL, done = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_true(CreateTimerQueueTimer(&timer, queue, wait_in_callback, NULL, 0, 0, 0));
    reach(1);
    assert_fails(FALSE, ERROR_IO_PENDING, DeleteTimerQueueTimer(queue, timer, NULL));
    assert_true(CreateTimerQueueTimer(&timer, queue, wait_in_callback, NULL, 0, 0, 0));
    reach(1);
    assert_fails(FALSE, ERROR_IO_PENDING, DeleteTimerQueueTimer(queue, timer, done));
    assert_int_equal(WaitForSingleObject(done, MOMENT), WAIT_TIMEOUT);
    assert_true(SetEvent(gate));
    reach(2);
    assert_int_equal(WaitForSingleObject(done, SOON), WAIT_OBJECT_0);
    assert_true(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    assert_int_equal(count, 2);
    assert_true(CloseHandle(done));
}

static void deleting_what_is_quiet_succeeds(void **state) {
    (void)state;
    HANDLE queue = CreateTimerQueue(), timer = NULL, done = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_true(CreateTimerQueueTimer(&timer, queue, count_call, NULL, 3600000, 0, 0));
    assert_true(DeleteTimerQueueTimer(queue, timer, done));
    assert_int_equal(WaitForSingleObject(done, SOON), WAIT_OBJECT_0);
    if (!is_wine()) { /* It says that a callback is outstanding, always. */
        assert_true(CreateTimerQueueTimer(&timer, queue, count_call, NULL, 3600000, 0, 0));
        assert_true(DeleteTimerQueueTimer(queue, timer, NULL));
    }
    assert_true(CreateTimerQueueTimer(&timer, queue, count_call, NULL, 3600000, 0, 0));
    assert_true(DeleteTimerQueueTimer(queue, timer, INVALID_HANDLE_VALUE));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, DeleteTimerQueueTimer(queue, NULL, NULL));
    assert_true(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    assert_true(CloseHandle(done));
}

static void deleting_a_queue_stops_its_timers(void **state) {
    (void)state;
    HANDLE queue = CreateTimerQueue(), timer = NULL, done = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (int i = 0; i < 10; i++)
        assert_true(CreateTimerQueueTimer(&timer, queue, count_call, NULL, 1, 10, 0));
    reach(30);
    (void)DeleteTimerQueueEx(queue, done);
    assert_int_equal(WaitForSingleObject(done, SOON), WAIT_OBJECT_0);
    LONG before = count;
    assert_int_equal(WaitForSingleObject(gate, MOMENT), WAIT_TIMEOUT);
    assert_int_equal(count, before);
    assert_true(CloseHandle(done));
}

/* Thousands of time limits, as a server has one for each connection. */
static void many_timers_at_once(void **state) {
    (void)state;
    enum { MANY = 2000 };
    static HANDLE timers[MANY];
    HANDLE queue = CreateTimerQueue();
    for (int i = 0; i < MANY; i++)
        assert_true(
            CreateTimerQueueTimer(&timers[i], queue, count_call, NULL, i % 2 ? 3600000 : (DWORD)(i % 50), 0, 0));
    reach(MANY / 2);
    for (int i = 1; i < MANY; i += 2)
        assert_true(DeleteTimerQueueTimer(queue, timers[i], INVALID_HANDLE_VALUE));
    reach_no_more();
    assert_true(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    assert_int_equal(count, MANY / 2);
}

/* ------------------------------------------------------------------------------------------------- registered waits */

static void registered_wait_goes_on(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, event, count_call, NULL, INFINITE, WT_EXECUTEDEFAULT));
    assert_non_null(wait);
    for (int i = 0; i < 20; i++) {
        assert_true(SetEvent(event));
        reach(1);
    }
    reach_no_more();
    assert_int_equal(timeouts, 0);
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_true(SetEvent(event));
    reach_no_more();
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(event));
}

static void registered_wait_takes_a_semaphore_as_often_as_it_can(void **state) {
    (void)state;
    HANDLE semaphore = CreateSemaphoreA(NULL, 3, 10, NULL), wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, semaphore, count_call, NULL, INFINITE, WT_EXECUTEDEFAULT));
    reach(3);
    assert_true(ReleaseSemaphore(semaphore, 4, NULL));
    reach(4);
    reach_no_more();
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_true(CloseHandle(semaphore));
}

static void wait_of_once_is_made_once(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL), wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, event, count_call, NULL, INFINITE, WT_EXECUTEONLYONCE));
    reach(1);
    reach_no_more();
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_true(CloseHandle(event));
}

/* Wine tells of the first only. */
static void registered_wait_has_a_time_limit_that_begins_again(void **state) {
    (void)state;
    if (is_wine())
        skip();
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, event, count_call, NULL, 5, WT_EXECUTEDEFAULT));
    reach(3);
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_true(timeouts >= 3);
    assert_int_equal(timeouts, count);
    assert_true(CloseHandle(event));
}

static void wait_of_once_has_a_time_limit(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, event, count_call, NULL, MOMENT, WT_EXECUTEONLYONCE));
    reach(1);
    assert_int_equal(timeouts, 1);
    assert_true(SetEvent(event));
    reach_no_more();
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_true(RegisterWaitForSingleObject(&wait, gate, count_call, NULL, 0, WT_EXECUTEONLYONCE));
    reach(1);
    assert_int_equal(timeouts, 2);
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_true(CloseHandle(event));
}

static VOID CALLBACK reset_in_callback(PVOID context, BOOLEAN is_timeout) {
    (void)is_timeout;
    ResetEvent(context);
    InterlockedIncrement(&count);
    ReleaseSemaphore(reached, 1, NULL);
}

/* In the thread that waits, an event that stays set can be reset before the next wait. */
static void callback_in_the_waiting_thread_keeps_it_from_waiting(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, event, reset_in_callback, event, INFINITE, WT_EXECUTEINWAITTHREAD));
    for (int i = 0; i < 10; i++) {
        assert_true(SetEvent(event));
        reach(1);
    }
    reach_no_more();
    assert_int_equal(count, 10);
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_true(CloseHandle(event));
}

static VOID CALLBACK release_in_callback(PVOID context, BOOLEAN is_timeout) {
    (void)is_timeout;
    if (ReleaseMutex(context))
        InterlockedIncrement(&count);
    ReleaseSemaphore(reached, 1, NULL);
}

static void mutex_is_the_waiting_threads(void **state) {
    (void)state;
    HANDLE mutex = CreateMutexA(NULL, TRUE, NULL), wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, mutex, release_in_callback, mutex, INFINITE,
                                            WT_EXECUTEINWAITTHREAD | WT_EXECUTEONLYONCE));
    reach_no_more();
    assert_true(ReleaseMutex(mutex));
    reach(1);
    assert_int_equal(count, 1);
    assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    assert_int_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(mutex));
}

static void unregistering_tells_of_outstanding_callbacks(void **state) {
    (void)state;
    HANDLE wait = NULL, done = CreateEventA(NULL, TRUE, FALSE, NULL), event = CreateEventA(NULL, FALSE, TRUE, NULL);
    assert_true(RegisterWaitForSingleObject(&wait, event, wait_in_callback, NULL, INFINITE, WT_EXECUTEONLYONCE));
    reach(1);
    assert_fails(FALSE, ERROR_IO_PENDING, UnregisterWait(wait));
    assert_true(SetEvent(event));
    assert_true(RegisterWaitForSingleObject(&wait, event, wait_in_callback, NULL, INFINITE, WT_EXECUTEONLYONCE));
    reach(1);
    (void)UnregisterWaitEx(wait, done);
    assert_int_equal(WaitForSingleObject(done, MOMENT), WAIT_TIMEOUT);
    assert_true(SetEvent(gate));
    reach(2);
    assert_int_equal(WaitForSingleObject(done, SOON), WAIT_OBJECT_0);
    assert_true(CloseHandle(done));
    assert_true(CloseHandle(event));
}

static void unregistering_what_is_quiet_succeeds(void **state) {
    (void)state;
    HANDLE wait = NULL;
    assert_true(RegisterWaitForSingleObject(&wait, gate, count_call, NULL, INFINITE, WT_EXECUTEONLYONCE));
    assert_true(UnregisterWait(wait));
    assert_true(SetEvent(gate));
    reach_no_more();
    if (is_wine()) /* It takes what it is given for an address. */
        return;
    assert_fails(FALSE, ERROR_INVALID_HANDLE, UnregisterWait(NULL));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, UnregisterWaitEx(INVALID_HANDLE_VALUE, NULL));
}

static void what_is_no_handle_cannot_be_waited_for(void **state) {
    (void)state;
    HANDLE wait = NULL;
    if (is_wine()) /* It finds out later, in the thread that waits. */
        skip();
    assert_fails(FALSE, ERROR_INVALID_HANDLE,
                 RegisterWaitForSingleObject(&wait, NOT_A_HANDLE, count_call, NULL, INFINITE, WT_EXECUTEONLYONCE));
}

/* Set from many threads while it is unregistered: nothing is called after that has returned. */
static DWORD WINAPI set_much(LPVOID event) {
    for (int i = 0; i < 2000; i++)
        SetEvent(event);
    return 0;
}

static void nothing_is_called_after_unregistering(void **state) {
    (void)state;
    for (int round = 0; round < 20; round++) {
        HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), wait = NULL, thread;
        assert_true(RegisterWaitForSingleObject(&wait, event, count_call, NULL, is_wine() ? INFINITE : 1, 0));
        thread = thread_start(set_much, event);
        reach(3);
        assert_true(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
        LONG before = count;
        assert_int_equal(thread_end(thread), 0);
        assert_int_equal(count, before);
        assert_true(CloseHandle(event));
        while (WaitForSingleObject(reached, 0) == WAIT_OBJECT_0)
            ;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(work_item_runs_in_another_thread, setup_all, teardown),
        cmocka_unit_test_setup_teardown(long_items_run_beside_each_other, setup_all, teardown),
        cmocka_unit_test_setup_teardown(timer_rings_once, setup_all, teardown),
        cmocka_unit_test_setup_teardown(timer_repeats_until_it_is_deleted, setup_all, teardown),
        cmocka_unit_test_setup_teardown(all_callbacks_in_the_timers_thread_are_made_by_one, setup_all, teardown),
        cmocka_unit_test_setup_teardown(timer_can_be_changed, setup_all, teardown),
        cmocka_unit_test_setup_teardown(timer_that_has_rung_is_not_changed, setup_all, teardown),
        cmocka_unit_test_setup_teardown(timer_of_once_has_no_period, setup_all, teardown),
        cmocka_unit_test_setup_teardown(deleting_tells_of_outstanding_callbacks, setup_all, teardown),
        cmocka_unit_test_setup_teardown(deleting_what_is_quiet_succeeds, setup_all, teardown),
        cmocka_unit_test_setup_teardown(deleting_a_queue_stops_its_timers, setup_all, teardown),
        cmocka_unit_test_setup_teardown(many_timers_at_once, setup_all, teardown),
        cmocka_unit_test_setup_teardown(registered_wait_goes_on, setup_all, teardown),
        cmocka_unit_test_setup_teardown(registered_wait_takes_a_semaphore_as_often_as_it_can, setup_all, teardown),
        cmocka_unit_test_setup_teardown(wait_of_once_is_made_once, setup_all, teardown),
        cmocka_unit_test_setup_teardown(registered_wait_has_a_time_limit_that_begins_again, setup_all, teardown),
        cmocka_unit_test_setup_teardown(wait_of_once_has_a_time_limit, setup_all, teardown),
        cmocka_unit_test_setup_teardown(callback_in_the_waiting_thread_keeps_it_from_waiting, setup_all, teardown),
        cmocka_unit_test_setup_teardown(mutex_is_the_waiting_threads, setup_all, teardown),
        cmocka_unit_test_setup_teardown(unregistering_tells_of_outstanding_callbacks, setup_all, teardown),
        cmocka_unit_test_setup_teardown(unregistering_what_is_quiet_succeeds, setup_all, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_handle_cannot_be_waited_for, setup_all, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_called_after_unregistering, setup_all, teardown),
    };
    return cmocka_run_group_tests_name("pool_legacy", tests, NULL, NULL);
}
