/* SPDX-License-Identifier: MIT
 *
 * Threads and time for tests, over POSIX threads. Its twin is thread_win32.c; thread.h says what the functions promise.
 */
#include "thread.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Asked by the thread sanitizer, to which a connect changes the descriptor that others use; the kernel does not mind
 * that a receive waits on a datagram socket which is given another peer. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) {
    return "race_top:interceptor_connect\n";
}

struct latch {
    pthread_mutex_t mutex;
    pthread_cond_t opened;
    unsigned count;
};

struct thread {
    pthread_t handle;
    latch *ended;
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

static void *thread_main(void *argument) {
    thread *self = argument;
    self->function(self->argument);
    latch_down(self->ended);
    return NULL;
}

thread *thread_start(void (*function)(void *), void *argument) {
    thread *self = memory_or_die(sizeof *self);
    self->function = function;
    self->argument = argument;
    self->ended = latch_new(1);
    if (pthread_create(&self->handle, NULL, thread_main, self) != 0) {
        fputs("tests: no thread to be had\n", stderr);
        abort();
    }
    return self;
}

bool thread_join(thread *self, int timeout_ms) {
    if (!latch_wait(self->ended, timeout_ms))
        return false;
    pthread_join(self->handle, NULL);
    latch_free(self->ended);
    free(self);
    return true;
}

static void signal_taken(int number) {
    (void)number;
}

bool thread_interrupt(thread *self) {
    struct sigaction action = {.sa_handler = signal_taken};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGUSR1, &action, NULL) == 0 && pthread_kill(self->handle, SIGUSR1) == 0;
}

void thread_yield(void) {
    sched_yield();
}

latch *latch_new(unsigned count) {
    latch *self = memory_or_die(sizeof *self);
    self->count = count;
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->opened, NULL);
    return self;
}

void latch_free(latch *self) {
    pthread_cond_destroy(&self->opened);
    pthread_mutex_destroy(&self->mutex);
    free(self);
}

void latch_down(latch *self) {
    pthread_mutex_lock(&self->mutex);
    if (self->count > 0 && --self->count == 0)
        pthread_cond_broadcast(&self->opened);
    pthread_mutex_unlock(&self->mutex);
}

static struct timespec time_after(int timeout_ms) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += timeout_ms / 1000;
    at.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

bool latch_wait(latch *self, int timeout_ms) {
    struct timespec deadline = time_after(timeout_ms);
    int failed = 0;
    bool open;
    pthread_mutex_lock(&self->mutex);
    while (self->count > 0 && failed == 0)
        failed = pthread_cond_timedwait(&self->opened, &self->mutex, &deadline);
    open = self->count == 0;
    pthread_mutex_unlock(&self->mutex);
    return open;
}

struct lock {
    pthread_mutex_t mutex;
};

lock *lock_new(void) {
    lock *self = memory_or_die(sizeof *self);
    pthread_mutex_init(&self->mutex, NULL);
    return self;
}

void lock_free(lock *self) {
    pthread_mutex_destroy(&self->mutex);
    free(self);
}

void lock_take(lock *self) {
    pthread_mutex_lock(&self->mutex);
}

void lock_give(lock *self) {
    pthread_mutex_unlock(&self->mutex);
}

uint64_t clock_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000U + (uint64_t)now.tv_nsec / 1000U;
}

long counter_add(counter *self, long amount) {
    return __atomic_add_fetch(&self->value, amount, __ATOMIC_SEQ_CST);
}

long counter_get(counter *self) {
    return __atomic_load_n(&self->value, __ATOMIC_SEQ_CST);
}

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t handle;
    bool running;
    unsigned round;
    const char *what;
    struct timespec deadline;
} watchdog = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void watchdog_bite(const char *what) {
    fprintf(stderr, "\n[  HANGS   ] %s: not over in time\n", what);
    fflush(NULL);
    _Exit(3);
}

static void *watchdog_main(void *unused) {
    pthread_mutex_lock(&watchdog.mutex);
    for (;;) {
        unsigned round = watchdog.round;
        int failed = 0;
        if (watchdog.what == NULL)
            pthread_cond_wait(&watchdog.changed, &watchdog.mutex);
        else
            failed = pthread_cond_timedwait(&watchdog.changed, &watchdog.mutex, &watchdog.deadline);
        if (failed != 0 && watchdog.what != NULL && watchdog.round == round)
            watchdog_bite(watchdog.what);
    }
    return unused;
}

void watchdog_arm(const char *what, int timeout_ms) {
    pthread_mutex_lock(&watchdog.mutex);
    if (!watchdog.running)
        watchdog.running = pthread_create(&watchdog.handle, NULL, watchdog_main, NULL) == 0;
    watchdog.round++;
    watchdog.what = what;
    watchdog.deadline = time_after(timeout_ms);
    pthread_cond_signal(&watchdog.changed);
    pthread_mutex_unlock(&watchdog.mutex);
}

void watchdog_disarm(void) {
    pthread_mutex_lock(&watchdog.mutex);
    watchdog.round++;
    watchdog.what = NULL;
    pthread_cond_signal(&watchdog.changed);
    pthread_mutex_unlock(&watchdog.mutex);
}
