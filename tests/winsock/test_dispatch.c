/* SPDX-License-Identifier: MIT
 *
 * Many threads wait for few objects at once: nothing is lost, and nothing is given to two.
 */
#include "face.h"

#define THREADS 6
#define ROUNDS 1500

static HANDLE objects[4];
static LONG taken, inside, most_inside, calls;

static void threads_run(LPTHREAD_START_ROUTINE function) {
    HANDLE threads[THREADS];
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = thread_start(function, (void *)i);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(threads[i]), 0);
}

static void objects_close(int count) {
    for (int i = 0; i < count; i++)
        assert_true(CloseHandle(objects[i]));
}

/* Half of them give, half of them take. */
static DWORD WINAPI give_or_take(LPVOID argument) {
    intptr_t self = (intptr_t)argument;
    for (int i = 0; i < ROUNDS; i++) {
        if (self % 2 == 0) {
            if (!ReleaseSemaphore(objects[i % 3], 1, NULL))
                return 1;
        } else {
            DWORD result = WaitForMultipleObjects(3, objects, FALSE, SOON);
            if (result > WAIT_OBJECT_0 + 2)
                return 2;
            InterlockedIncrement(&taken);
        }
    }
    return 0;
}

static void what_is_released_is_taken_once(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++)
        objects[i] = CreateSemaphoreA(NULL, 0, THREADS * ROUNDS, NULL);
    taken = 0;
    threads_run(give_or_take);
    assert_int_equal(taken, THREADS / 2 * ROUNDS);
    assert_int_equal(WaitForMultipleObjects(3, objects, FALSE, 0), WAIT_TIMEOUT);
    objects_close(3);
}

/* Two mutexes each, of three in a ring: taken one by one they would lock each other out. */
static DWORD WINAPI eat(LPVOID argument) {
    intptr_t self = (intptr_t)argument;
    HANDLE forks[2] = {objects[self % 3], objects[(self + 1) % 3]};
    for (int i = 0; i < ROUNDS; i++) {
        if (WaitForMultipleObjects(2, forks, TRUE, SOON) != WAIT_OBJECT_0)
            return 1;
        LONG now = InterlockedIncrement(&inside);
        if (now > most_inside)
            most_inside = now;
        InterlockedDecrement(&inside);
        if (!ReleaseMutex(forks[0]) || !ReleaseMutex(forks[1]))
            return 2;
    }
    return 0;
}

static void all_or_none_locks_nobody_out(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++)
        objects[i] = CreateMutexA(NULL, FALSE, NULL);
    inside = most_inside = 0;
    threads_run(eat);
    assert_int_equal(most_inside, 1); /* Any two of them share a mutex. */
    objects_close(3);
}

/* A baton goes round: each thread waits for its event and sets the next one's. */
static DWORD WINAPI pass_on(LPVOID argument) {
    intptr_t self = (intptr_t)argument;
    for (int i = 0; self < 4 && i < ROUNDS; i++) {
        if (WaitForSingleObject(objects[self], SOON) != WAIT_OBJECT_0)
            return 1;
        InterlockedIncrement(&taken);
        if (!SetEvent(objects[(self + 1) % 4]))
            return 2;
    }
    return 0;
}

static void baton_goes_round(void **state) {
    (void)state;
    for (int i = 0; i < 4; i++)
        objects[i] = CreateEventA(NULL, FALSE, i == 0, NULL);
    taken = 0;
    threads_run(pass_on);
    assert_int_equal(taken, 4 * ROUNDS);
    objects_close(4);
}

static void CALLBACK count_call(ULONG_PTR unused) {
    (void)unused;
    calls++; /* of the target thread alone */
}

static HANDLE target;

static DWORD WINAPI queue_calls(LPVOID argument) {
    (void)argument;
    for (int i = 0; i < ROUNDS; i++)
        if (QueueUserAPC(count_call, target, 0) == 0)
            return 1;
    return 0;
}

static DWORD WINAPI make_calls(LPVOID argument) {
    while (calls < THREADS * ROUNDS) {
        DWORD result = WaitForSingleObjectEx(argument, SOON, TRUE);
        if (result != WAIT_IO_COMPLETION)
            return result;
    }
    return 0;
}

static void every_call_is_made_once(void **state) {
    (void)state;
    HANDLE never = CreateEventA(NULL, TRUE, FALSE, NULL);
    calls = 0;
    target = thread_start(make_calls, never);
    threads_run(queue_calls);
    assert_int_equal(thread_end(target), 0);
    assert_int_equal(calls, THREADS * ROUNDS);
    assert_true(CloseHandle(never));
}

/* Waits that end by their time limit while what they wait for comes: it is taken, or stays. */
static DWORD WINAPI take_in_haste(LPVOID argument) {
    for (int i = 0; i < ROUNDS / 5; i++)
        if (WaitForSingleObject(objects[0], (DWORD)(i % 2)) == WAIT_OBJECT_0)
            InterlockedIncrement(&taken);
    (void)argument;
    return 0;
}

static void time_limits_lose_nothing(void **state) {
    (void)state;
    HANDLE threads[THREADS];
    LONG given = 0;
    objects[0] = CreateSemaphoreA(NULL, 0, 1000000, NULL);
    taken = 0;
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = thread_start(take_in_haste, NULL);
    while (WaitForMultipleObjects(THREADS, threads, TRUE, 1) == WAIT_TIMEOUT)
        given += ReleaseSemaphore(objects[0], 1, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(threads[i]), 0);
    while (WaitForSingleObject(objects[0], 0) == WAIT_OBJECT_0)
        taken++;
    assert_int_equal(taken, given);
    objects_close(1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_released_is_taken_once),
        cmocka_unit_test(all_or_none_locks_nobody_out),
        cmocka_unit_test(baton_goes_round),
        cmocka_unit_test(every_call_is_made_once),
        cmocka_unit_test(time_limits_lose_nothing),
    };
    return cmocka_run_group_tests_name("dispatch", tests, NULL, NULL);
}
