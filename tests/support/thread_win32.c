/* SPDX-License-Identifier: MIT
 *
 * Threads and time for tests, over Win32. Its twin is thread_posix.c; thread.h says what the functions promise.
 */
#include "thread.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

struct latch {
    CRITICAL_SECTION mutex;
    CONDITION_VARIABLE opened;
    unsigned count;
};

struct thread {
    HANDLE handle;
    void (*function)(void *);
    void *argument;
};

static void *memory_or_die(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) {
        fputs("tests: out of memory\n", stderr);
        abort();
    }
    return memory;
}

static DWORD WINAPI thread_main(LPVOID argument) {
    thread *self = argument;
    self->function(self->argument);
    return 0;
}

thread *thread_start(void (*function)(void *), void *argument) {
    thread *self = memory_or_die(sizeof *self);
    self->function = function;
    self->argument = argument;
    self->handle = CreateThread(NULL, 0, thread_main, self, 0, NULL);
    if (self->handle == NULL) {
        fputs("tests: no thread to be had\n", stderr);
        abort();
    }
    return self;
}

bool thread_join(thread *self, int timeout_ms) {
    if (WaitForSingleObject(self->handle, (DWORD)timeout_ms) != WAIT_OBJECT_0)
        return false;
    CloseHandle(self->handle);
    free(self);
    return true;
}

bool thread_interrupt(thread *self) {
    (void)self;
    return false;
}

void thread_yield(void) {
    if (!SwitchToThread())
        Sleep(0);
}

latch *latch_new(unsigned count) {
    latch *self = memory_or_die(sizeof *self);
    self->count = count;
    InitializeCriticalSection(&self->mutex);
    InitializeConditionVariable(&self->opened);
    return self;
}

void latch_free(latch *self) {
    DeleteCriticalSection(&self->mutex);
    free(self);
}

void latch_down(latch *self) {
    EnterCriticalSection(&self->mutex);
    if (self->count > 0 && --self->count == 0)
        WakeAllConditionVariable(&self->opened);
    LeaveCriticalSection(&self->mutex);
}

bool latch_wait(latch *self, int timeout_ms) {
    ULONGLONG deadline = GetTickCount64() + (ULONGLONG)timeout_ms;
    ULONGLONG now = GetTickCount64();
    bool open;
    EnterCriticalSection(&self->mutex);
    while (self->count > 0 && now < deadline) {
        SleepConditionVariableCS(&self->opened, &self->mutex, (DWORD)(deadline - now));
        now = GetTickCount64();
    }
    open = self->count == 0;
    LeaveCriticalSection(&self->mutex);
    return open;
}

struct lock {
    CRITICAL_SECTION mutex;
};

lock *lock_new(void) {
    lock *self = memory_or_die(sizeof *self);
    InitializeCriticalSection(&self->mutex);
    return self;
}

void lock_free(lock *self) {
    DeleteCriticalSection(&self->mutex);
    free(self);
}

void lock_take(lock *self) {
    EnterCriticalSection(&self->mutex);
}

void lock_give(lock *self) {
    LeaveCriticalSection(&self->mutex);
}

uint64_t clock_us(void) {
    LARGE_INTEGER frequency, now;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    return (uint64_t)(now.QuadPart / frequency.QuadPart) * 1000000U +
           (uint64_t)(now.QuadPart % frequency.QuadPart) * 1000000U / (uint64_t)frequency.QuadPart;
}

long counter_add(counter *self, long amount) {
    return InterlockedExchangeAdd(&self->value, amount) + amount;
}

long counter_get(counter *self) {
    return InterlockedExchangeAdd(&self->value, 0);
}

static struct {
    SRWLOCK mutex;
    CONDITION_VARIABLE changed;
    HANDLE handle;
    const char *what;
    ULONGLONG deadline;
} watchdog = {.mutex = SRWLOCK_INIT, .changed = CONDITION_VARIABLE_INIT};

static void watchdog_bite(const char *what) {
    fprintf(stderr, "\n[  HANGS   ] %s: not over in time\n", what);
    fflush(NULL);
    TerminateProcess(GetCurrentProcess(), 3);
}

static DWORD watchdog_left_ms(void) {
    ULONGLONG now = GetTickCount64();
    if (watchdog.what == NULL)
        return INFINITE;
    return now >= watchdog.deadline ? 0 : (DWORD)(watchdog.deadline - now);
}

static DWORD WINAPI watchdog_main(LPVOID unused) {
    AcquireSRWLockExclusive(&watchdog.mutex);
    for (;;) {
        SleepConditionVariableSRW(&watchdog.changed, &watchdog.mutex, watchdog_left_ms(), 0);
        if (watchdog.what != NULL && watchdog_left_ms() == 0)
            watchdog_bite(watchdog.what);
    }
    return unused == NULL ? 0 : 1;
}

void watchdog_arm(const char *what, int timeout_ms) {
    AcquireSRWLockExclusive(&watchdog.mutex);
    if (watchdog.handle == NULL)
        watchdog.handle = CreateThread(NULL, 0, watchdog_main, NULL, 0, NULL);
    watchdog.what = what;
    watchdog.deadline = GetTickCount64() + (ULONGLONG)timeout_ms;
    WakeConditionVariable(&watchdog.changed);
    ReleaseSRWLockExclusive(&watchdog.mutex);
}

void watchdog_disarm(void) {
    AcquireSRWLockExclusive(&watchdog.mutex);
    watchdog.what = NULL;
    WakeConditionVariable(&watchdog.changed);
    ReleaseSRWLockExclusive(&watchdog.mutex);
}
