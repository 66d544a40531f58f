/* SPDX-License-Identifier: MIT
 *
 * Semaphores. One is set while its count is above zero.
 */
#include "error.h"
#include "name.h"
#include "wait.h"

#include "sockpal/synchronize.h"

#include <stdlib.h>

typedef struct semaphore {
    spalw_object object;
    LONG count;
    LONG maximum;
} semaphore;

static bool semaphore_take(spalw_object *object, spalw_thread *thread) {
    (void)thread;
    object->is_set = --((semaphore *)object)->count > 0;
    return false;
}

static void semaphore_destroy(spalw_object *object) {
    free(object);
}

/* Under the lock. */
static bool semaphore_release(semaphore *released, LONG count, LPLONG previous) {
    if (count > released->maximum - released->count)
        return false;
    if (previous != NULL)
        *previous = released->count;
    released->count += count;
    released->object.is_set = true;
    spalw_signal(&released->object);
    return true;
}

static DWORD semaphore_signal(spalw_object *object, spalw_thread *thread) {
    (void)thread;
    return semaphore_release((semaphore *)object, 1, NULL) ? NO_ERROR : ERROR_TOO_MANY_POSTS;
}

static const spalw_kind kind = {
    .type = SPALW_SEMAPHORE,
    .take = semaphore_take,
    .signal = semaphore_signal,
    .destroy = semaphore_destroy,
};

static bool are_counts(LONG initial, LONG maximum) {
    return maximum > 0 && initial >= 0 && initial <= maximum;
}

static spalw_object *semaphore_new(LONG initial, LONG maximum) {
    semaphore *made = malloc(sizeof *made);
    if (made == NULL)
        return NULL;
    spalw_object_init(&made->object, &kind);
    made->count = initial;
    made->maximum = maximum;
    made->object.is_set = initial > 0;
    return &made->object;
}

HANDLE WINAPI CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCSTR name) {
    if (!are_counts(initial, maximum))
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return spalw_handle_inherit(spalw_create_a(semaphore_new(initial, maximum), name), security);
}

HANDLE WINAPI CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCWSTR name) {
    if (!are_counts(initial, maximum))
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    return spalw_handle_inherit(spalw_create_w(semaphore_new(initial, maximum), name), security);
}

HANDLE WINAPI CreateSemaphoreExA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCSTR name, DWORD flags,
                                 DWORD access) {
    (void)access;
    return flags != 0 ? spalw_fail_null(ERROR_INVALID_PARAMETER) : CreateSemaphoreA(security, initial, maximum, name);
}

HANDLE WINAPI CreateSemaphoreExW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG maximum, LPCWSTR name, DWORD flags,
                                 DWORD access) {
    (void)access;
    return flags != 0 ? spalw_fail_null(ERROR_INVALID_PARAMETER) : CreateSemaphoreW(security, initial, maximum, name);
}

HANDLE WINAPI OpenSemaphoreA(DWORD access, BOOL inherit, LPCSTR name) {
    (void)access;
    return spalw_open_a(SPALW_SEMAPHORE, inherit, name);
}

HANDLE WINAPI OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR name) {
    (void)access;
    return spalw_open_w(SPALW_SEMAPHORE, inherit, name);
}

BOOL WINAPI ReleaseSemaphore(HANDLE handle, LONG count, LPLONG previous) {
    if (count <= 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    spalw_object *object = spalw_handle_find(handle, SPALW_SEMAPHORE);
    if (object == NULL)
        return FALSE;
    spalw_lock();
    bool is_released = semaphore_release((semaphore *)object, count, previous);
    spalw_unlock();
    spalw_handle_unpin(handle);
    return is_released ? TRUE : spalw_fail(ERROR_TOO_MANY_POSTS);
}
