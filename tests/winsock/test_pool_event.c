/* SPDX-License-Identifier: MIT
 *
 * The thread pool: timers and waits.
 */
#include "pool_fixture.h"

static char order[16];
static LONG order_length;

/* ----------------------------------------------------------------------------------------------------------- timers */

static VOID CALLBACK count_timer(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer) {
    (void)instance;
    (void)context;
    (void)timer;
    arrive();
}

static void timer_rings_once_and_not_early(void **state) {
    (void)state;
    PTP_TIMER timer = CreateThreadpoolTimer(count_timer, NULL, NULL);
    assert_non_null(timer);
    assert_false(IsThreadpoolTimerSet(timer));
    FILETIME due = from_now(MOMENT);
    ULONGLONG begin = GetTickCount64();
    SetThreadpoolTimer(timer, &due, 0, 0);
    assert_true(IsThreadpoolTimerSet(timer));
    reach(1);
    assert_true(GetTickCount64() - begin >= MOMENT - 16);
    reach_no_more();
    assert_true(IsThreadpoolTimerSet(timer));
    SetThreadpoolTimer(timer, NULL, 0, 0);
    assert_false(IsThreadpoolTimerSet(timer));
    CloseThreadpoolTimer(timer);
}

static void timer_repeats_until_it_is_stopped(void **state) {
    (void)state;
    PTP_TIMER timer = CreateThreadpoolTimer(count_timer, NULL, NULL);
    FILETIME due = from_now(1);
    SetThreadpoolTimer(timer, &due, 2, 0);
    reach(3);
    SetThreadpoolTimer(timer, NULL, 0, 0);
    WaitForThreadpoolTimerCallbacks(timer, TRUE);
    LONG before = count;
    while (WaitForSingleObject(reached, 0) == WAIT_OBJECT_0)
        ;
    reach_no_more();
    assert_int_equal(count, before);
    CloseThreadpoolTimer(timer);
}

static void due_time_of_zero_or_the_past_is_now(void **state) {
    (void)state;
    PTP_TIMER timer = CreateThreadpoolTimer(count_timer, NULL, NULL);
    FILETIME zero = {0, 0}, past;
    SetThreadpoolTimer(timer, &zero, 0, 0);
    reach(1);
    GetSystemTimeAsFileTime(&past);
    past.dwHighDateTime--;
    SetThreadpoolTimer(timer, &past, 0, 0);
    reach(1);
    CloseThreadpoolTimer(timer);
}

/* Wine has not got it. */
static void setting_again_tells_whether_it_was_set(void **state) {
    (void)state;
    if (is_wine())
        skip();
#if !defined(_WIN32)
    PTP_TIMER timer = CreateThreadpoolTimer(count_timer, NULL, NULL);
    FILETIME due = from_now(3600000);
    assert_false(SetThreadpoolTimerEx(timer, &due, 0, 0));
    assert_true(SetThreadpoolTimerEx(timer, &due, 0, 0));
    assert_true(SetThreadpoolTimerEx(timer, NULL, 0, 0));
    assert_false(SetThreadpoolTimerEx(timer, NULL, 0, 0));
    CloseThreadpoolTimer(timer);
#endif
}

static VOID CALLBACK set_again(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer) {
    FILETIME due = from_now(1);
    (void)instance;
    (void)context;
    if (InterlockedIncrement(&count) < 5)
        SetThreadpoolTimer(timer, &due, 0, 0);
    else
        CloseThreadpoolTimer(timer);
    ReleaseSemaphore(reached, 1, NULL);
}

static void callback_may_set_and_close_its_timer(void **state) {
    (void)state;
    FILETIME due = from_now(1);
    SetThreadpoolTimer(CreateThreadpoolTimer(set_again, NULL, NULL), &due, 0, 0);
    reach(5);
    reach_no_more();
}

static VOID CALLBACK note_timer(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer) {
    (void)instance;
    (void)timer;
    order[InterlockedIncrement(&order_length) - 1] = *(const char *)context;
    ReleaseSemaphore(reached, 1, NULL);
}

static void timers_ring_in_the_order_of_their_times(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = pool_of(1, &environment);
    PTP_TIMER timers[8];
    static const int when[8] = {7, 3, 5, 1, 8, 2, 6, 4};
    order_length = 0;
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    for (int i = 0; i < 8; i++) {
        ULARGE_INTEGER due = {.LowPart = now.dwLowDateTime, .HighPart = now.dwHighDateTime};
        due.QuadPart += (ULONGLONG)(200000 + when[i] * 50000);
        FILETIME at = {due.LowPart, due.HighPart};
        timers[i] = CreateThreadpoolTimer(note_timer, (PVOID)(uintptr_t) & "012345678"[when[i]], &environment);
        SetThreadpoolTimer(timers[i], &at, 0, 0);
    }
    reach(8);
    order[8] = '\0';
    assert_string_equal(order, "12345678");
    for (int i = 0; i < 8; i++)
        CloseThreadpoolTimer(timers[i]);
    CloseThreadpool(pool);
}

/* ------------------------------------------------------------------------------------------------------------ waits */

static LONG last_result;

static VOID CALLBACK note_wait(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WAIT wait, TP_WAIT_RESULT result) {
    (void)instance;
    (void)context;
    (void)wait;
    InterlockedExchange(&last_result, (LONG)result);
    arrive();
}

static void wait_ends_when_the_object_is_set(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, NULL, NULL);
    assert_non_null(wait);
    last_result = 0xdead;
    SetThreadpoolWait(wait, event, NULL);
    reach_no_more();
    assert_true(SetEvent(event));
    reach(1);
    assert_int_equal(last_result, WAIT_OBJECT_0);
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(event)); /* It waits once for each setting. */
    reach_no_more();
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CloseThreadpoolWait(wait);
    assert_true(CloseHandle(event));
}

static void wait_for_what_is_set_ends_at_once(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, NULL, NULL);
    for (int i = 0; i < 3; i++) {
        SetThreadpoolWait(wait, event, NULL);
        reach(1);
    }
    reach_no_more();
    CloseThreadpoolWait(wait);
    assert_true(CloseHandle(event));
}

static void wait_has_a_time_limit(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, NULL, NULL);
    FILETIME limit = from_now(MOMENT), none = {0, 0};
    last_result = 0xdead;
    SetThreadpoolWait(wait, event, &limit);
    reach(1);
    assert_int_equal(last_result, WAIT_TIMEOUT);
    last_result = 0xdead;
    SetThreadpoolWait(wait, event, &none);
    reach(1);
    assert_int_equal(last_result, WAIT_TIMEOUT);
    assert_true(SetEvent(event));
    reach_no_more();
    CloseThreadpoolWait(wait);
    assert_true(CloseHandle(event));
}

static void wait_can_be_taken_back(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, NULL, NULL);
    SetThreadpoolWait(wait, event, NULL);
    SetThreadpoolWait(wait, NULL, NULL);
    WaitForThreadpoolWaitCallbacks(wait, TRUE);
    assert_true(SetEvent(event));
    reach_no_more();
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    CloseThreadpoolWait(wait);
    assert_true(CloseHandle(event));
}

static void setting_a_wait_replaces_the_object(void **state) {
    (void)state;
    HANDLE one = CreateEventA(NULL, FALSE, FALSE, NULL), other = CreateEventA(NULL, FALSE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, NULL, NULL);
    SetThreadpoolWait(wait, one, NULL);
    SetThreadpoolWait(wait, other, NULL);
    assert_true(SetEvent(one));
    reach_no_more();
    assert_true(SetEvent(other));
    reach(1);
    CloseThreadpoolWait(wait);
    assert_true(CloseHandle(one));
    assert_true(CloseHandle(other));
}

static void many_objects_are_waited_for_at_once(void **state) {
    (void)state;
    enum { MANY = 200 };
    static HANDLE events[MANY];
    static PTP_WAIT waits[MANY];
    for (int i = 0; i < MANY; i++) {
        events[i] = CreateEventA(NULL, FALSE, FALSE, NULL);
        waits[i] = CreateThreadpoolWait(note_wait, NULL, NULL);
        SetThreadpoolWait(waits[i], events[i], NULL);
    }
    for (int i = MANY - 1; i >= 0; i--)
        assert_true(SetEvent(events[i]));
    reach(MANY);
    assert_int_equal(count, MANY);
    for (int i = 0; i < MANY; i++) {
        WaitForThreadpoolWaitCallbacks(waits[i], FALSE);
        CloseThreadpoolWait(waits[i]);
        assert_true(CloseHandle(events[i]));
    }
}

static DWORD WINAPI end_at_gate(LPVOID unused) {
    (void)unused;
    return WaitForSingleObject(gate, SOON);
}

static void end_of_a_thread_is_waited_for(void **state) {
    (void)state;
    HANDLE thread = thread_start(end_at_gate, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(note_wait, NULL, NULL);
    SetThreadpoolWait(wait, thread, NULL);
    assert_true(SetEvent(gate));
    reach(1);
    assert_int_equal(last_result, WAIT_OBJECT_0);
    CloseThreadpoolWait(wait);
    assert_int_equal(thread_end(thread), WAIT_OBJECT_0);
}

/* An event that resets itself goes to and fro between a setter and a wait that its callback sets again. */
static VOID CALLBACK wait_again(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WAIT wait, TP_WAIT_RESULT result) {
    (void)instance;
    if (result == WAIT_OBJECT_0)
        InterlockedIncrement(&count);
    SetThreadpoolWait(wait, context, NULL);
    ReleaseSemaphore(reached, 1, NULL);
}

static void no_setting_is_lost(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(wait_again, event, NULL);
    SetThreadpoolWait(wait, event, NULL);
    for (int i = 0; i < 1000; i++) {
        assert_true(SetEvent(event));
        reach(1);
    }
    assert_int_equal(count, 1000);
    SetThreadpoolWait(wait, NULL, NULL);
    WaitForThreadpoolWaitCallbacks(wait, TRUE);
    CloseThreadpoolWait(wait);
    assert_true(CloseHandle(event));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test(timer_rings_once_and_not_early),
        test(timer_repeats_until_it_is_stopped),
        test(due_time_of_zero_or_the_past_is_now),
        test(setting_again_tells_whether_it_was_set),
        test(callback_may_set_and_close_its_timer),
        test(timers_ring_in_the_order_of_their_times),
        test(wait_ends_when_the_object_is_set),
        test(wait_for_what_is_set_ends_at_once),
        test(wait_has_a_time_limit),
        test(wait_can_be_taken_back),
        test(setting_a_wait_replaces_the_object),
        test(many_objects_are_waited_for_at_once),
        test(end_of_a_thread_is_waited_for),
        test(no_setting_is_lost),
    };
    return cmocka_run_group_tests_name("pool_event", tests, NULL, NULL);
}
