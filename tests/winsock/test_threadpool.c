/* SPDX-License-Identifier: MIT
 *
 * The thread pool: work, pools of one's own, groups that are closed together, and what a callback asks for its return.
 * Timers and waits are tested in test_pool_event.c, overlapped operations in conform_pool_io.c, the older functions in
 * test_pool_legacy.c.
 */
#include "pool_fixture.h"

/* ------------------------------------------------------------------------------------------------------------- work */

static VOID CALLBACK count_work(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)instance;
    (void)work;
    InterlockedIncrement(&count);
    if (context != NULL)
        *(DWORD *)context = GetCurrentThreadId();
    ReleaseSemaphore(reached, 1, NULL);
}

static VOID CALLBACK wait_at_gate(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)instance;
    (void)context;
    (void)work;
    ReleaseSemaphore(reached, 1, NULL);
    WaitForSingleObject(gate, SOON);
    InterlockedIncrement(&count);
}

static void work_runs_in_another_thread(void **state) {
    (void)state;
    DWORD thread = 0;
    PTP_WORK work = CreateThreadpoolWork(count_work, &thread, NULL);
    assert_non_null(work);
    SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    assert_int_equal(count, 1);
    assert_int_not_equal(thread, 0);
    assert_int_not_equal(thread, GetCurrentThreadId());
    CloseThreadpoolWork(work);
}

static void work_runs_as_often_as_it_is_submitted(void **state) {
    (void)state;
    PTP_WORK work = CreateThreadpoolWork(count_work, NULL, NULL);
    for (int i = 0; i < 100; i++)
        SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    assert_int_equal(count, 100);
    CloseThreadpoolWork(work);
}

/* Wine has one worker for what is submitted before the first has begun. */
static void one_work_runs_in_several_threads_at_once(void **state) {
    (void)state;
    if (is_wine())
        skip();
    PTP_WORK work = CreateThreadpoolWork(wait_at_gate, NULL, NULL);
    for (int i = 0; i < 4; i++)
        SubmitThreadpoolWork(work);
    reach(4);
    assert_int_equal(count, 0);
    assert_true(SetEvent(gate));
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    assert_int_equal(count, 4);
    CloseThreadpoolWork(work);
}

/* More than there are processors: they wait for each other, and the pool must grow. */
static void callbacks_may_wait_for_each_other(void **state) {
    (void)state;
    if (is_wine())
        skip();
    PTP_WORK work = CreateThreadpoolWork(wait_at_gate, NULL, NULL);
    for (int i = 0; i < 20; i++)
        SubmitThreadpoolWork(work);
    reach(20);
    assert_true(SetEvent(gate));
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    assert_int_equal(count, 20);
    CloseThreadpoolWork(work);
}

static void what_has_not_begun_can_be_cancelled(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = pool_of(1, &environment);
    PTP_WORK first = CreateThreadpoolWork(wait_at_gate, NULL, &environment);
    PTP_WORK second = CreateThreadpoolWork(count_work, NULL, &environment);
    SubmitThreadpoolWork(first);
    reach(1);
    for (int i = 0; i < 10; i++)
        SubmitThreadpoolWork(second);
    WaitForThreadpoolWorkCallbacks(second, TRUE);
    assert_true(SetEvent(gate));
    WaitForThreadpoolWorkCallbacks(first, FALSE);
    assert_int_equal(count, 1);
    reach_no_more();
    SubmitThreadpoolWork(second);
    reach(1);
    CloseThreadpoolWork(first);
    CloseThreadpoolWork(second);
    DestroyThreadpoolEnvironment(&environment);
    CloseThreadpool(pool);
}

static void work_that_is_closed_still_runs(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = pool_of(1, &environment);
    PTP_WORK first = CreateThreadpoolWork(wait_at_gate, NULL, &environment);
    PTP_WORK second = CreateThreadpoolWork(count_work, NULL, &environment);
    SubmitThreadpoolWork(first);
    reach(1);
    SubmitThreadpoolWork(second);
    CloseThreadpoolWork(first);
    CloseThreadpoolWork(second);
    CloseThreadpool(pool);
    assert_true(SetEvent(gate));
    reach(1);
    assert_int_equal(count, 2);
}

static LONG running, most_running;

static VOID CALLBACK note_how_many(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)instance;
    (void)context;
    (void)work;
    LONG now = InterlockedIncrement(&running), most = 0;
    for (LONG before; most < now; most = before) {
        before = InterlockedCompareExchange(&most_running, now, most);
        if (before == most)
            break;
    }
    SwitchToThread();
    InterlockedDecrement(&running);
}

static void pool_has_no_more_threads_than_it_may(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = pool_of(2, &environment);
    PTP_WORK work = CreateThreadpoolWork(note_how_many, NULL, &environment);
    running = most_running = 0;
    for (int i = 0; i < 500; i++)
        SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    assert_in_range(most_running, 1, 2);
    CloseThreadpoolWork(work);
    CloseThreadpool(pool);
}

static char order[16];
static LONG order_length;

static VOID CALLBACK note_letter(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)instance;
    (void)work;
    order[order_length++] = *(const char *)context;
}

static void higher_priorities_come_first(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = pool_of(1, &environment);
    PTP_WORK first = CreateThreadpoolWork(wait_at_gate, NULL, &environment);
    const TP_CALLBACK_PRIORITY priorities[3] = {TP_CALLBACK_PRIORITY_LOW, TP_CALLBACK_PRIORITY_NORMAL,
                                                TP_CALLBACK_PRIORITY_HIGH};
    PTP_WORK works[3];
    order_length = 0;
    SubmitThreadpoolWork(first);
    reach(1);
    for (int i = 0; i < 3; i++) {
        SetThreadpoolCallbackPriority(&environment, priorities[i]);
        works[i] = CreateThreadpoolWork(note_letter, (PVOID)(uintptr_t) & "lnh"[i], &environment);
        SubmitThreadpoolWork(works[i]);
    }
    assert_true(SetEvent(gate));
    for (int i = 0; i < 3; i++) {
        WaitForThreadpoolWorkCallbacks(works[i], FALSE);
        CloseThreadpoolWork(works[i]);
    }
    order[order_length] = '\0';
    assert_string_equal(order, "hnl");
    CloseThreadpoolWork(first);
    CloseThreadpool(pool);
}

static VOID CALLBACK count_simple(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    (void)instance;
    (void)context;
    arrive();
}

static void single_callback_is_made_once(void **state) {
    (void)state;
    assert_true(TrySubmitThreadpoolCallback(count_simple, NULL, NULL));
    reach(1);
    reach_no_more();
    assert_int_equal(count, 1);
}

/* ----------------------------------------------------------------------------------------------------------- groups */

static VOID CALLBACK count_timer(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer) {
    (void)instance;
    (void)context;
    (void)timer;
    arrive();
}

static VOID CALLBACK count_wait(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WAIT wait, TP_WAIT_RESULT result) {
    (void)instance;
    (void)context;
    (void)wait;
    (void)result;
    arrive();
}

static VOID CALLBACK count_cancelled(PVOID object, PVOID context) {
    assert_ptr_equal(object, &order);
    assert_ptr_equal(context, &count);
    InterlockedIncrement(&running);
}

static void group_closes_its_members(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = pool_of(1, &environment);
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    assert_non_null(group);
    SetThreadpoolCallbackCleanupGroup(&environment, group, count_cancelled);
    running = 0;
    PTP_WORK work = CreateThreadpoolWork(wait_at_gate, &order, &environment);
    PTP_TIMER timer = CreateThreadpoolTimer(count_timer, &order, &environment);
    PTP_WAIT wait = CreateThreadpoolWait(count_wait, &order, &environment);
    assert_true(work != NULL && timer != NULL && wait != NULL);
    FILETIME due = from_now(3600000);
    SetThreadpoolTimer(timer, &due, 0, 0);
    SetThreadpoolWait(wait, gate, NULL);
    CloseThreadpoolCleanupGroupMembers(group, TRUE, &count);
    assert_int_equal(running, 3);
    assert_true(SetEvent(gate));
    reach_no_more();
    CloseThreadpoolCleanupGroup(group);
    CloseThreadpool(pool);
}

static void closing_a_group_waits_for_what_is_queued(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackCleanupGroup(&environment, group, count_cancelled);
    running = 0;
    PTP_WORK work = CreateThreadpoolWork(count_work, NULL, &environment);
    for (int i = 0; i < 50; i++)
        SubmitThreadpoolWork(work);
    for (int i = 0; i < 50; i++)
        assert_true(TrySubmitThreadpoolCallback(count_simple, &order, &environment));
    CloseThreadpoolCleanupGroupMembers(group, FALSE, &count);
    assert_int_equal(count, 100);
    assert_int_equal(running, 0);
    CloseThreadpoolCleanupGroup(group);
}

static void member_that_is_closed_before_is_not_told(void **state) {
    (void)state;
    TP_CALLBACK_ENVIRON environment;
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackCleanupGroup(&environment, group, count_cancelled);
    running = 0;
    CloseThreadpoolWork(CreateThreadpoolWork(count_work, &order, &environment));
    CloseThreadpoolCleanupGroupMembers(group, TRUE, &count);
    assert_int_equal(running, 0);
    CloseThreadpoolCleanupGroup(group);
}

/* ----------------------------------------------------------------------------------------- callbacks, of themselves */

static HANDLE mutex;
static CRITICAL_SECTION section;

static VOID CALLBACK ask_for_the_return(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    WaitForSingleObject(mutex, SOON);
    EnterCriticalSection(&section);
    LeaveCriticalSectionWhenCallbackReturns(instance, &section);
    ReleaseMutexWhenCallbackReturns(instance, mutex);
    ReleaseSemaphoreWhenCallbackReturns(instance, reached, 3);
    SetEventWhenCallbackReturns(instance, context);
}

static void what_a_callback_asks_is_done_at_its_return(void **state) {
    (void)state;
    mutex = CreateMutexA(NULL, FALSE, NULL);
    InitializeCriticalSection(&section);
    assert_true(TrySubmitThreadpoolCallback(ask_for_the_return, gate, NULL));
    assert_int_equal(WaitForSingleObject(gate, SOON), WAIT_OBJECT_0);
    reach(3);
    assert_int_equal(WaitForSingleObject(mutex, SOON), WAIT_OBJECT_0);
    assert_true(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
    assert_true(CloseHandle(mutex));
}

static VOID CALLBACK run_long(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)work;
    *(BOOL *)context = CallbackMayRunLong(instance);
    ReleaseSemaphore(reached, 1, NULL);
    WaitForSingleObject(gate, SOON);
}

static void callback_that_runs_long_leaves_room_for_others(void **state) {
    (void)state;
    BOOL may = FALSE;
    PTP_WORK longer = CreateThreadpoolWork(run_long, &may, NULL), work = CreateThreadpoolWork(count_work, NULL, NULL);
    SubmitThreadpoolWork(longer);
    reach(1);
    assert_true(may);
    SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    assert_int_equal(count, 1);
    assert_true(SetEvent(gate));
    WaitForThreadpoolWorkCallbacks(longer, FALSE);
    CloseThreadpoolWork(longer);
    CloseThreadpoolWork(work);
}

static VOID CALLBACK disassociate(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)context;
    (void)work;
    DisassociateCurrentThreadFromCallback(instance);
    WaitForSingleObject(gate, SOON);
    arrive();
}

static void disassociated_callback_is_not_waited_for(void **state) {
    (void)state;
    PTP_WORK work = CreateThreadpoolWork(disassociate, NULL, NULL);
    SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    assert_int_equal(count, 0);
    CloseThreadpoolWork(work);
    assert_true(SetEvent(gate));
    reach(1);
}

static void stack_sizes_read_back(void **state) {
    (void)state;
    if (is_wine()) /* Not all of its versions keep them. */
        skip();
    PTP_POOL pool = CreateThreadpool(NULL);
    TP_POOL_STACK_INFORMATION stack = {1 << 20, 1 << 16}, back = {0, 0};
    assert_true(SetThreadpoolStackInformation(pool, &stack));
    assert_true(QueryThreadpoolStackInformation(pool, &back));
    assert_int_equal(back.StackReserve, stack.StackReserve);
    assert_int_equal(back.StackCommit, stack.StackCommit);
    CloseThreadpool(pool);
}

/* ------------------------------------------------------------------------------------------------------------ loads */

static DWORD WINAPI submit_much(LPVOID argument) {
    for (int i = 0; i < 500; i++) {
        SubmitThreadpoolWork(argument);
        if (!TrySubmitThreadpoolCallback(count_simple, NULL, NULL))
            return 1;
    }
    return 0;
}

static void many_threads_submit_at_once(void **state) {
    (void)state;
    HANDLE threads[4];
    PTP_WORK work = CreateThreadpoolWork(count_work, NULL, NULL);
    for (int i = 0; i < 4; i++)
        threads[i] = thread_start(submit_much, work);
    for (int i = 0; i < 4; i++)
        assert_int_equal(thread_end(threads[i]), 0);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    reach(4000);
    assert_int_equal(count, 4000);
    CloseThreadpoolWork(work);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test(work_runs_in_another_thread),
        test(work_runs_as_often_as_it_is_submitted),
        test(one_work_runs_in_several_threads_at_once),
        test(callbacks_may_wait_for_each_other),
        test(what_has_not_begun_can_be_cancelled),
        test(work_that_is_closed_still_runs),
        test(pool_has_no_more_threads_than_it_may),
        test(higher_priorities_come_first),
        test(single_callback_is_made_once),
        test(group_closes_its_members),
        test(closing_a_group_waits_for_what_is_queued),
        test(member_that_is_closed_before_is_not_told),
        test(what_a_callback_asks_is_done_at_its_return),
        test(callback_that_runs_long_leaves_room_for_others),
        test(disassociated_callback_is_not_waited_for),
        test(stack_sizes_read_back),
        test(many_threads_submit_at_once),
    };
    return cmocka_run_group_tests_name("threadpool", tests, NULL, NULL);
}
