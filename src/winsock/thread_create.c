/* SPDX-License-Identifier: MIT
 *
 * Making threads, and ending the own one. A new thread waits at its first instruction while it is suspended, then makes
 * the calls that are queued for it already, then runs the program's function.
 */
#include "clock.h"
#include "error.h"
#include "wait.h"

#include "sockpal/thread.h"

#include <process.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#define MIB (1024U * 1024U)
/* What a program that reserves little still needs for the C library's own functions. */
#define LEAST_STACK (256U * 1024U)

/** What a new thread is to do: the one function or the other. A plain one's thread owns its handle. */
typedef struct errand {
    spalw_thread *thread;
    LPTHREAD_START_ROUTINE function;
    void (*plain)(void *);
    LPVOID argument;
    HANDLE handle;
} errand;

static void wait_for_resume(spalw_thread *thread) {
    spalw_lock();
    while (thread->suspended != 0) {
        spalw_unlock();
        (void)pthread_mutex_lock(&thread->wake_lock);
        while (!thread->is_woken)
            (void)spalw_condition_wait(&thread->wake, &thread->wake_lock, SPALW_FOREVER);
        thread->is_woken = false;
        (void)pthread_mutex_unlock(&thread->wake_lock);
        spalw_lock();
    }
    thread->has_begun = true;
    spalw_unlock();
}

/* Of a thread that owns its handle. */
static _Thread_local HANDLE own_handle;

static void own_handle_close(void) {
    if (own_handle != NULL)
        (void)spalw_handle_close(own_handle, SPALW_THREAD);
    own_handle = NULL;
}

static void plain_run(const errand *task) {
    own_handle = task->handle;
    task->plain(task->argument);
    own_handle_close();
}

static void *thread_main(void *memory) {
    errand task = *(errand *)memory;
    free(memory);
    if (!spalw_thread_adopt(task.thread)) {
        spalw_thread_end(task.thread);
        return NULL;
    }
    wait_for_resume(task.thread);
    (void)spalw_apc_run();
    if (task.plain != NULL)
        plain_run(&task);
    task.thread->exit_code = task.plain != NULL ? 0 : task.function(task.argument);
    return NULL;
}

/* Windows reserves a mebibyte unless more is asked for; here the system's default is at least as good. */
static void stack_choose(pthread_attr_t *attributes, SIZE_T bytes, DWORD flags) {
    bool is_reservation = (flags & STACK_SIZE_PARAM_IS_A_RESERVATION) != 0;
    if (bytes == 0 || (!is_reservation && bytes <= MIB))
        return;
    if (bytes < LEAST_STACK)
        bytes = LEAST_STACK;
    const size_t page = 65536;
    (void)pthread_attr_setstacksize(attributes, (bytes + page - 1) / page * page);
}

static int thread_start(errand *task, SIZE_T stack_bytes, DWORD flags) {
    pthread_attr_t attributes;
    pthread_t thread;
    int code = pthread_attr_init(&attributes);
    if (code != 0)
        return code;
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    stack_choose(&attributes, stack_bytes, flags);
    code = pthread_create(&thread, &attributes, thread_main, task);
    (void)pthread_attr_destroy(&attributes);
    return code;
}

/* The new thread may be over before its creator goes on: what is returned is read before. */
static HANDLE thread_launch(errand *task, SIZE_T stack_bytes, DWORD flags, LPDWORD id) {
    spalw_thread *thread = task->thread;
    DWORD number = thread->id;
    spalw_object_ref(&thread->object);
    HANDLE handle = task->handle = spalw_handle_new(&thread->object);
    if (handle != NULL && thread_start(task, stack_bytes, flags) == 0) {
        if (id != NULL)
            *id = number;
        return handle;
    }
    if (handle != NULL)
        (void)spalw_handle_close(handle, SPALW_THREAD);
    spalw_thread_end(thread);
    free(task);
    return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
}

static HANDLE thread_make(const errand *wanted, SIZE_T stack_bytes, DWORD flags, LPDWORD id) {
    errand *task = malloc(sizeof *task);
    spalw_thread *thread = task == NULL ? NULL : spalw_thread_new();
    if (thread == NULL) {
        free(task);
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    *task = *wanted;
    task->thread = thread;
    thread->suspended = (flags & CREATE_SUSPENDED) != 0;
    return thread_launch(task, stack_bytes, flags, id);
}

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack_bytes, LPTHREAD_START_ROUTINE function,
                           LPVOID argument, DWORD flags, LPDWORD id) {
    if ((flags & ~(DWORD)(CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION)) != 0 || function == NULL)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    const errand wanted = {.function = function, .argument = argument};
    return spalw_handle_inherit(thread_make(&wanted, stack_bytes, flags, id), security);
}

DECLSPEC_NORETURN VOID WINAPI ExitThread(DWORD code) {
    spalw_thread *self = spalw_thread_self();
    if (self != NULL)
        self->exit_code = code;
    pthread_exit(NULL);
}

/* Under the lock. */
static void thread_resume(spalw_thread *thread) {
    const char byte = 0;
    if (--thread->suspended != 0)
        return;
    if (thread->gate >= 0 && write(thread->gate, &byte, 1) < 0)
        thread->suspended++;
    (void)pthread_mutex_lock(&thread->wake_lock);
    thread->is_woken = true;
    (void)pthread_cond_signal(&thread->wake);
    (void)pthread_mutex_unlock(&thread->wake_lock);
}

/* @return how often the thread was suspended before */
DWORD WINAPI ResumeThread(HANDLE handle) {
    spalw_thread *thread = (spalw_thread *)spalw_handle_find(handle, SPALW_THREAD);
    if (thread == NULL)
        return (DWORD)-1;
    spalw_lock();
    DWORD before = thread->suspended;
    if (before != 0)
        thread_resume(thread);
    spalw_unlock();
    spalw_handle_unpin(handle);
    return before;
}

/* ---------------------------------------------------------------------------------------------- the C library's way */

uintptr_t _beginthreadex(void *security, unsigned stack_bytes, unsigned(WINAPI *function)(void *), void *argument,
                         unsigned flags, unsigned *id) {
    HANDLE handle = CreateThread(security, stack_bytes, (LPTHREAD_START_ROUTINE)function, argument, flags, id);
    if (handle == NULL)
        errno = spalw_error() == ERROR_INVALID_PARAMETER ? EINVAL : EAGAIN;
    return (uintptr_t)handle;
}

DECLSPEC_NORETURN void _endthreadex(unsigned code) {
    ExitThread(code);
}

DECLSPEC_NORETURN void _endthread(void) {
    own_handle_close();
    ExitThread(0);
}

uintptr_t _beginthread(void (*function)(void *), unsigned stack_bytes, void *argument) {
    const errand wanted = {.plain = function, .argument = argument};
    HANDLE handle = function == NULL ? NULL : thread_make(&wanted, stack_bytes, 0, NULL);
    if (handle != NULL)
        return (uintptr_t)handle;
    errno = function == NULL ? EINVAL : EAGAIN;
    return (uintptr_t)-1;
}
