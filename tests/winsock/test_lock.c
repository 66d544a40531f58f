/* SPDX-License-Identifier: MIT
 *
 * Locks within a process: critical sections, slim reader/writer locks, condition variables, one-time initialization,
 * waits on an address, and atomic operations.
 */
#include "face.h"

#define THREADS 4
#define ROUNDS 20000

/* ------------------------------------------------------------------------------------------------ critical sections */

static CRITICAL_SECTION section;
static int counter;

static DWORD WINAPI count_in_section(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        EnterCriticalSection(&section);
        counter++;
        LeaveCriticalSection(&section);
    }
    return 0;
}

static void run_threads(LPTHREAD_START_ROUTINE function) {
    HANDLE threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        threads[i] = thread_start(function, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(threads[i]), 0);
}

static void section_excludes(void **state) {
    (void)state;
    counter = 0;
    InitializeCriticalSection(&section);
    run_threads(count_in_section);
    assert_int_equal(counter, THREADS * ROUNDS);
    DeleteCriticalSection(&section);
}

static DWORD WINAPI try_section(LPVOID unused) {
    (void)unused;
    BOOL entered = TryEnterCriticalSection(&section);
    if (entered)
        LeaveCriticalSection(&section);
    return (DWORD)entered;
}

static void section_is_entered_as_often_as_its_owner_likes(void **state) {
    (void)state;
    assert_true(InitializeCriticalSectionAndSpinCount(&section, 4000));
    EnterCriticalSection(&section);
    EnterCriticalSection(&section);
    assert_true(TryEnterCriticalSection(&section));
    for (int i = 0; i < 3; i++) {
        assert_false(thread_end(thread_start(try_section, NULL)));
        LeaveCriticalSection(&section);
    }
    assert_true(thread_end(thread_start(try_section, NULL)));
    DeleteCriticalSection(&section);
}

static void section_has_a_form_with_flags(void **state) {
    (void)state;
    assert_true(InitializeCriticalSectionEx(&section, 0, 0));
    assert_true(TryEnterCriticalSection(&section));
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
}

/* ------------------------------------------------------------------------------------------------------- slim locks */

static SRWLOCK slim = SRWLOCK_INIT;

static DWORD WINAPI count_exclusively(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        AcquireSRWLockExclusive(&slim);
        counter++;
        ReleaseSRWLockExclusive(&slim);
        AcquireSRWLockShared(&slim);
        ReleaseSRWLockShared(&slim);
    }
    return 0;
}

static void slim_lock_excludes(void **state) {
    (void)state;
    counter = 0;
    run_threads(count_exclusively);
    assert_int_equal(counter, THREADS * ROUNDS);
}

static void slim_lock_is_shared_by_readers(void **state) {
    (void)state;
    SRWLOCK lock;
    InitializeSRWLock(&lock);
    assert_true(TryAcquireSRWLockShared(&lock));
    assert_true(TryAcquireSRWLockShared(&lock));
    assert_false(TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockShared(&lock);
    assert_false(TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockShared(&lock);
    assert_true(TryAcquireSRWLockExclusive(&lock));
    assert_false(TryAcquireSRWLockShared(&lock));
    assert_false(TryAcquireSRWLockExclusive(&lock));
    ReleaseSRWLockExclusive(&lock);
    assert_true(TryAcquireSRWLockShared(&lock));
    ReleaseSRWLockShared(&lock);
}

static DWORD WINAPI write_once(LPVOID unused) {
    (void)unused;
    AcquireSRWLockExclusive(&slim);
    counter = 1;
    ReleaseSRWLockExclusive(&slim);
    return 0;
}

static void writer_waits_for_readers(void **state) {
    (void)state;
    counter = 0;
    AcquireSRWLockShared(&slim);
    HANDLE writer = thread_start(write_once, NULL);
    assert_int_equal(WaitForSingleObject(writer, MOMENT), WAIT_TIMEOUT);
    assert_int_equal(counter, 0);
    ReleaseSRWLockShared(&slim);
    assert_int_equal(thread_end(writer), 0);
    assert_int_equal(counter, 1);
}

/* ---------------------------------------------------------------------------------------------- condition variables */

static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
static int value, seen;

static DWORD WINAPI wait_for_value_in_section(LPVOID wanted) {
    EnterCriticalSection(&section);
    while (value != (int)(intptr_t)wanted)
        SleepConditionVariableCS(&changed, &section, INFINITE);
    seen++;
    LeaveCriticalSection(&section);
    return 0;
}

static void wake_all_wakes_every_sleeper(void **state) {
    (void)state;
    HANDLE threads[THREADS];
    InitializeCriticalSection(&section);
    value = seen = 0;
    for (int i = 0; i < THREADS; i++)
        threads[i] = thread_start(wait_for_value_in_section, (LPVOID)(intptr_t)1);
    EnterCriticalSection(&section);
    value = 1;
    LeaveCriticalSection(&section);
    WakeAllConditionVariable(&changed);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(threads[i]), 0);
    assert_int_equal(seen, THREADS);
    DeleteCriticalSection(&section);
}

static DWORD WINAPI take_turns(LPVOID shared) {
    for (int i = 0; i < 1000; i++) {
        AcquireSRWLockExclusive(&slim);
        while (value % 2 != (shared != NULL))
            SleepConditionVariableSRW(&changed, &slim, INFINITE, 0);
        value++;
        ReleaseSRWLockExclusive(&slim);
        WakeConditionVariable(&changed);
    }
    return 0;
}

static void wake_wakes_one(void **state) {
    (void)state;
    value = 0;
    HANDLE even = thread_start(take_turns, NULL), odd = thread_start(take_turns, &value);
    assert_int_equal(thread_end(even), 0);
    assert_int_equal(thread_end(odd), 0);
    assert_int_equal(value, 2000);
}

static void sleep_ends_in_time_with_the_lock_held(void **state) {
    (void)state;
    CONDITION_VARIABLE never;
    InitializeConditionVariable(&never);
    InitializeCriticalSection(&section);
    EnterCriticalSection(&section);
    assert_fails(FALSE, ERROR_TIMEOUT, SleepConditionVariableCS(&never, &section, MOMENT));
    assert_false(thread_end(thread_start(try_section, NULL)));
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
    AcquireSRWLockShared(&slim);
    assert_fails(FALSE, ERROR_TIMEOUT, SleepConditionVariableSRW(&never, &slim, 0, CONDITION_VARIABLE_LOCKMODE_SHARED));
    assert_false(TryAcquireSRWLockExclusive(&slim));
    ReleaseSRWLockShared(&slim);
}

/* ------------------------------------------------------------------------------------------------------------- once */

static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
static LONG initializations;
static int the_context[4];

static BOOL CALLBACK initialize(PINIT_ONCE which, PVOID parameter, PVOID *context) {
    (void)which;
    InterlockedIncrement(&initializations);
    *context = the_context;
    return parameter == NULL;
}

static DWORD WINAPI initialize_once(LPVOID unused) {
    PVOID context = NULL;
    (void)unused;
    return InitOnceExecuteOnce(&once, initialize, NULL, &context) && context == the_context ? 0 : 1;
}

static void once_runs_once(void **state) {
    (void)state;
    initializations = 0;
    InitOnceInitialize(&once);
    run_threads(initialize_once);
    assert_int_equal(initializations, 1);
}

static void once_runs_again_after_a_failure(void **state) {
    (void)state;
    PVOID context = NULL;
    InitOnceInitialize(&once);
    assert_false(InitOnceExecuteOnce(&once, initialize, &once, &context));
    assert_true(InitOnceExecuteOnce(&once, initialize, NULL, &context));
    assert_ptr_equal(context, the_context);
}

static void once_in_two_steps(void **state) {
    (void)state;
    BOOL pending = FALSE;
    PVOID context = NULL;
    InitOnceInitialize(&once);
    assert_fails(FALSE, ERROR_GEN_FAILURE, InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &pending, NULL));
    assert_true(InitOnceBeginInitialize(&once, 0, &pending, &context));
    assert_true(pending);
    assert_true(InitOnceComplete(&once, 0, the_context));
    assert_true(InitOnceBeginInitialize(&once, 0, &pending, &context));
    assert_false(pending);
    assert_ptr_equal(context, the_context);
    context = NULL;
    assert_true(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &pending, &context));
    assert_false(pending);
    assert_ptr_equal(context, the_context);
    assert_fails(FALSE, ERROR_GEN_FAILURE, InitOnceComplete(&once, 0, the_context));
}

static void once_side_by_side(void **state) {
    (void)state;
    BOOL pending = FALSE;
    PVOID context = NULL;
    InitOnceInitialize(&once);
    assert_true(InitOnceBeginInitialize(&once, INIT_ONCE_ASYNC, &pending, &context));
    assert_true(pending);
    assert_true(InitOnceBeginInitialize(&once, INIT_ONCE_ASYNC, &pending, &context));
    assert_true(pending);
    assert_true(InitOnceComplete(&once, INIT_ONCE_ASYNC, the_context));
    assert_fails(FALSE, ERROR_GEN_FAILURE, InitOnceComplete(&once, INIT_ONCE_ASYNC, &the_context[2]));
    assert_true(InitOnceBeginInitialize(&once, INIT_ONCE_CHECK_ONLY, &pending, &context));
    assert_ptr_equal(context, the_context);
}

/* -------------------------------------------------------------------------------------------------------- addresses */

static LONG word;

static DWORD WINAPI wait_for_word(LPVOID unused) {
    LONG zero = 0;
    (void)unused;
    while (InterlockedOr(&word, 0) == 0)
        if (!WaitOnAddress(&word, &zero, sizeof word, SOON))
            return GetLastError();
    return 0;
}

static void address_wakes_who_waits_there(void **state) {
    (void)state;
    HANDLE threads[THREADS];
    word = 0;
    for (int i = 0; i < THREADS; i++)
        threads[i] = thread_start(wait_for_word, NULL);
    InterlockedExchange(&word, 1);
    WakeByAddressAll(&word);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(threads[i]), 0);
}

static void address_wait_ends_in_time(void **state) {
    (void)state;
    LONG zero = 0;
    word = 0;
    assert_fails(FALSE, ERROR_TIMEOUT, WaitOnAddress(&word, &zero, sizeof word, MOMENT));
    word = 1;
    assert_true(WaitOnAddress(&word, &zero, sizeof word, SOON));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, WaitOnAddress(&word, &zero, 3, 0));
}

/* ---------------------------------------------------------------------------------------------------------- atomics */

static void atomics_return_what_they_should(void **state) {
    (void)state;
    LONG number = 5;
    LONGLONG wide = 5;
    SHORT narrow = 5;
    PVOID pointer = NULL;
    assert_int_equal(InterlockedIncrement(&number), 6);
    assert_int_equal(InterlockedDecrement(&number), 5);
    assert_int_equal(InterlockedExchange(&number, 7), 5);
    assert_int_equal(InterlockedExchangeAdd(&number, 3), 7);
    assert_int_equal(InterlockedCompareExchange(&number, 1, 9), 10);
    assert_int_equal(InterlockedCompareExchange(&number, 1, 10), 10);
    assert_int_equal(InterlockedOr(&number, 6), 1);
    assert_int_equal(InterlockedAnd(&number, 3), 7);
    assert_int_equal(InterlockedXor(&number, 1), 3);
    assert_int_equal(number, 2);
    assert_int_equal(InterlockedIncrement64(&wide), 6);
    assert_int_equal(InterlockedExchangeAdd64(&wide, 1LL << 40), 6);
    assert_true(InterlockedCompareExchange64(&wide, 1, 6 + (1LL << 40)) == 6 + (1LL << 40));
    assert_int_equal(InterlockedIncrement16(&narrow), 6);
    assert_null(InterlockedExchangePointer(&pointer, &number));
    assert_ptr_equal(InterlockedCompareExchangePointer(&pointer, NULL, &number), &number);
    assert_null(pointer);
    number = 0;
    assert_false(InterlockedBitTestAndSet(&number, 4));
    assert_int_equal(number, 16);
    assert_true(InterlockedBitTestAndReset(&number, 4));
    assert_int_equal(number, 0);
}

/* --------------------------------------------------------------------------------------------------------- barriers */

#define MEETINGS 300

static SYNCHRONIZATION_BARRIER barrier;
static LONG arrived, last_ones, early_ones;

static DWORD WINAPI meet_again_and_again(LPVOID flags) {
    for (LONG i = 1; i <= MEETINGS; i++) {
        InterlockedIncrement(&arrived);
        if (EnterSynchronizationBarrier(&barrier, (DWORD)(uintptr_t)flags))
            InterlockedIncrement(&last_ones);
        if (InterlockedCompareExchange(&arrived, 0, 0) < 4 * i) /* All have come as often as this one. */
            InterlockedIncrement(&early_ones);
    }
    return 0;
}

/* Wine has no barriers. */
static void barrier_opens_when_the_last_has_come(void **state) {
    (void)state;
    if (is_wine())
        skip();
    const DWORD flags[] = {0, SYNCHRONIZATION_BARRIER_FLAGS_BLOCK_ONLY, SYNCHRONIZATION_BARRIER_FLAGS_NO_DELETE};
    for (int i = 0; i < 3; i++) {
        HANDLE threads[4];
        arrived = last_ones = early_ones = 0;
        assert_true(InitializeSynchronizationBarrier(&barrier, 4, i == 0 ? -1 : 10));
        for (int j = 0; j < 4; j++)
            threads[j] = thread_start(meet_again_and_again, (LPVOID)(uintptr_t)flags[i]);
        for (int j = 0; j < 4; j++)
            assert_int_equal(thread_end(threads[j]), 0);
        assert_int_equal(last_ones, MEETINGS);
        assert_int_equal(early_ones, 0);
        assert_true(DeleteSynchronizationBarrier(&barrier));
    }
}

static void barrier_of_one_is_always_open(void **state) {
    (void)state;
    if (is_wine())
        skip();
    assert_true(InitializeSynchronizationBarrier(&barrier, 1, -1));
    for (int i = 0; i < 3; i++)
        assert_true(EnterSynchronizationBarrier(&barrier, 0));
    assert_true(DeleteSynchronizationBarrier(&barrier));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(section_excludes),
        cmocka_unit_test(section_is_entered_as_often_as_its_owner_likes),
        cmocka_unit_test(section_has_a_form_with_flags),
        cmocka_unit_test(slim_lock_excludes),
        cmocka_unit_test(slim_lock_is_shared_by_readers),
        cmocka_unit_test(writer_waits_for_readers),
        cmocka_unit_test(wake_all_wakes_every_sleeper),
        cmocka_unit_test(wake_wakes_one),
        cmocka_unit_test(sleep_ends_in_time_with_the_lock_held),
        cmocka_unit_test(once_runs_once),
        cmocka_unit_test(once_runs_again_after_a_failure),
        cmocka_unit_test(once_in_two_steps),
        cmocka_unit_test(once_side_by_side),
        cmocka_unit_test(address_wakes_who_waits_there),
        cmocka_unit_test(address_wait_ends_in_time),
        cmocka_unit_test(atomics_return_what_they_should),
        cmocka_unit_test(barrier_opens_when_the_last_has_come),
        cmocka_unit_test(barrier_of_one_is_always_open),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
