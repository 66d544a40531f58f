/* SPDX-License-Identifier: MIT
 *
 * Mutexes: owned by a thread, as often as it has waited for them, and abandoned when the thread ends first.
 */
#include "error.h"
#include "name.h"
#include "wait.h"

#include "sockpal/synchronize.h"

#include <stdlib.h>

typedef struct spalw_mutex {
    spalw_object object;
    spalw_thread *owner; /* or null */
    DWORD count;
    bool is_abandoned;
    struct spalw_mutex *next, *previous; /* among its owner's */
} spalw_mutex;

static bool mutex_is_ready(const spalw_object *object, const spalw_thread *thread) {
    const spalw_thread *owner = ((const spalw_mutex *)object)->owner;
    return owner == NULL || owner == thread;
}

static void mutex_give(spalw_mutex *mutex, spalw_thread *thread) {
    mutex->owner = thread;
    mutex->previous = NULL;
    mutex->next = thread->mutexes;
    if (mutex->next != NULL)
        mutex->next->previous = mutex;
    thread->mutexes = mutex;
}

static bool mutex_take(spalw_object *object, spalw_thread *thread) {
    spalw_mutex *mutex = (spalw_mutex *)object;
    bool was_abandoned = mutex->is_abandoned;
    if (mutex->owner == NULL)
        mutex_give(mutex, thread);
    mutex->count++;
    mutex->is_abandoned = false;
    return was_abandoned;
}

static void mutex_leave(spalw_mutex *mutex) {
    *(mutex->previous == NULL ? &mutex->owner->mutexes : &mutex->previous->next) = mutex->next;
    if (mutex->next != NULL)
        mutex->next->previous = mutex->previous;
    mutex->owner = NULL;
    mutex->count = 0;
}

/* One that is closed while it is owned leaves its owner's list. */
static void mutex_destroy(spalw_object *object) {
    spalw_mutex *mutex = (spalw_mutex *)object;
    spalw_lock();
    if (mutex->owner != NULL)
        mutex_leave(mutex);
    spalw_unlock();
    free(mutex);
}

static DWORD mutex_release(spalw_object *object, spalw_thread *self) {
    spalw_mutex *mutex = (spalw_mutex *)object;
    if (mutex->owner != self)
        return ERROR_NOT_OWNER;
    if (--mutex->count != 0)
        return NO_ERROR;
    mutex_leave(mutex);
    spalw_signal(object);
    return NO_ERROR;
}

static const spalw_kind kind = {
    .type = SPALW_MUTEX,
    .is_ready = mutex_is_ready,
    .take = mutex_take,
    .signal = mutex_release,
    .destroy = mutex_destroy,
};

void spalw_mutexes_abandon(spalw_thread *thread) {
    while (thread->mutexes != NULL) {
        spalw_mutex *mutex = thread->mutexes;
        mutex_leave(mutex);
        mutex->is_abandoned = true;
        spalw_signal(&mutex->object);
    }
}

static spalw_object *mutex_new(bool is_owned) {
    spalw_thread *self = spalw_thread_self();
    spalw_mutex *made = self == NULL ? NULL : calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    spalw_object_init(&made->object, &kind);
    if (is_owned) {
        spalw_lock();
        (void)mutex_take(&made->object, self);
        spalw_unlock();
    }
    return &made->object;
}

HANDLE WINAPI CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL initial_owner, LPCSTR name) {
    return spalw_handle_inherit(spalw_create_a(mutex_new(initial_owner), name), security);
}

HANDLE WINAPI CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL initial_owner, LPCWSTR name) {
    return spalw_handle_inherit(spalw_create_w(mutex_new(initial_owner), name), security);
}

HANDLE WINAPI CreateMutexExA(LPSECURITY_ATTRIBUTES security, LPCSTR name, DWORD flags, DWORD access) {
    (void)access;
    if ((flags & ~(DWORD)CREATE_MUTEX_INITIAL_OWNER) != 0)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return CreateMutexA(security, flags & CREATE_MUTEX_INITIAL_OWNER, name);
}

HANDLE WINAPI CreateMutexExW(LPSECURITY_ATTRIBUTES security, LPCWSTR name, DWORD flags, DWORD access) {
    (void)access;
    if ((flags & ~(DWORD)CREATE_MUTEX_INITIAL_OWNER) != 0)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return CreateMutexW(security, flags & CREATE_MUTEX_INITIAL_OWNER, name);
}

HANDLE WINAPI OpenMutexA(DWORD access, BOOL inherit, LPCSTR name) {
    (void)access;
    return spalw_open_a(SPALW_MUTEX, inherit, name);
}

HANDLE WINAPI OpenMutexW(DWORD access, BOOL inherit, LPCWSTR name) {
    (void)access;
    return spalw_open_w(SPALW_MUTEX, inherit, name);
}

/* Who has no record owns nothing. */
BOOL WINAPI ReleaseMutex(HANDLE handle) {
    spalw_object *object = spalw_handle_find(handle, SPALW_MUTEX);
    if (object == NULL)
        return FALSE;
    spalw_thread *self = spalw_thread_self();
    spalw_lock();
    DWORD error = self == NULL ? ERROR_NOT_OWNER : mutex_release(object, self);
    spalw_unlock();
    spalw_handle_unpin(handle);
    return error == NO_ERROR ? TRUE : spalw_fail(error);
}
