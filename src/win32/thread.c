/* SPDX-License-Identifier: MIT
 *
 * Locks, conditions and threads. An SRWLOCK is one word that needs no destruction, and is not recursive; neither is the
 * core's use of it. Twin: src/posix/thread.c.
 */
#include "native.h"

_Static_assert(sizeof(spali_mutex) == sizeof(SRWLOCK) && _Alignof(spali_mutex) >= _Alignof(SRWLOCK), "an SRWLOCK");
_Static_assert(sizeof(spali_condition) == sizeof(CONDITION_VARIABLE), "a CONDITION_VARIABLE");
_Static_assert(_Alignof(spali_condition) >= _Alignof(CONDITION_VARIABLE), "aligned as a CONDITION_VARIABLE");

static SRWLOCK *lock_of(spali_mutex *mutex) {
    return (SRWLOCK *)(void *)mutex;
}

static CONDITION_VARIABLE *variable_of(spali_condition *condition) {
    return (CONDITION_VARIABLE *)(void *)condition;
}

void spali_mutex_init(spali_mutex *mutex) {
    InitializeSRWLock(lock_of(mutex));
}

void spali_mutex_fini(spali_mutex *mutex) {
    (void)mutex;
}

void spali_mutex_lock(spali_mutex *mutex) {
    AcquireSRWLockExclusive(lock_of(mutex));
}

void spali_mutex_unlock(spali_mutex *mutex) {
    ReleaseSRWLockExclusive(lock_of(mutex));
}

void spali_condition_init(spali_condition *condition) {
    InitializeConditionVariable(variable_of(condition));
}

void spali_condition_fini(spali_condition *condition) {
    (void)condition;
}

void spali_condition_wait(spali_condition *condition, spali_mutex *mutex, uint64_t deadline_ns) {
    (void)SleepConditionVariableSRW(variable_of(condition), lock_of(mutex), spali_wait_ms(deadline_ns), 0);
}

void spali_condition_broadcast(spali_condition *condition) {
    WakeAllConditionVariable(variable_of(condition));
}

/* What a new thread is to do; it frees this before it does it. */
typedef struct errand {
    void (*function)(void *);
    void *argument;
} errand;

static DWORD WINAPI errand_run(void *argument) {
    errand *given = argument;
    errand own = *given;
    spali_memory_free(given);
    own.function(own.argument);
    return 0;
}

spal_error spali_thread_start(void (*function)(void *), void *argument) {
    errand *given = spali_memory_new(sizeof *given);
    if (given == NULL)
        return spali_decline(SPAL_ENOMEM);
    given->function = function;
    given->argument = argument;
    HANDLE thread = spali_sys.CreateThread(NULL, 0, errand_run, given, 0, NULL);
    if (thread == NULL) {
        spal_error error = spali_failed(GetLastError());
        spali_memory_free(given);
        return error;
    }
    (void)spali_sys.CloseHandle(thread);
    return SPAL_OK;
}
