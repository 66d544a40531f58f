/* SPDX-License-Identifier: MIT
 *
 * What the tests of the thread pool share: how often callbacks have been made, a gate that holds them, and waiting
 * until so many have come.
 */
#ifndef POOL_FIXTURE_H
#define POOL_FIXTURE_H

#include "face.h"

static LONG count;
static HANDLE gate, reached;

static inline int setup(void **state) {
    (void)state;
    count = 0;
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    reached = CreateSemaphoreA(NULL, 0, 1000000, NULL);
    return gate == NULL || reached == NULL;
}

static inline int teardown(void **state) {
    (void)state;
    return !CloseHandle(gate) || !CloseHandle(reached);
}

/** So many callbacks have come. */
static inline void reach(int times) {
    for (int i = 0; i < times; i++)
        assert_int_equal(WaitForSingleObject(reached, SOON), WAIT_OBJECT_0);
}

static inline void reach_no_more(void) {
    assert_int_equal(WaitForSingleObject(reached, MOMENT), WAIT_TIMEOUT);
}

/** A callback has come. */
static inline void arrive(void) {
    InterlockedIncrement(&count);
    ReleaseSemaphore(reached, 1, NULL);
}

static inline FILETIME from_now(int ms) {
    LARGE_INTEGER ticks;
    ticks.QuadPart = -(LONGLONG)ms * 10000;
    return (FILETIME){ticks.LowPart, (DWORD)ticks.HighPart};
}

/** A pool of so many threads, and an environment that names it. */
static inline PTP_POOL pool_of(DWORD threads, PTP_CALLBACK_ENVIRON environment) {
    PTP_POOL pool = CreateThreadpool(NULL);
    assert_non_null(pool);
    SetThreadpoolThreadMaximum(pool, threads);
    assert_true(SetThreadpoolThreadMinimum(pool, 1));
    InitializeThreadpoolEnvironment(environment);
    SetThreadpoolCallbackPool(environment, pool);
    return pool;
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

#endif
