/* SPDX-License-Identifier: MIT
 *
 * Files in memory. A mapping that has no file lives in one without a name; its own name is one of this process.
 */
#include "error.h"
#include "file.h"
#include "name.h"

#include "sockpal/file.h"
#include "sockpal/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct mapping {
    spalw_object object;
    int descriptor;
    uint64_t size;
    bool may_write;
} mapping;

static void mapping_destroy(spalw_object *object) {
    (void)close(((mapping *)object)->descriptor);
    free(object);
}

static const spalw_kind kind = {.type = SPALW_MAPPING, .destroy = mapping_destroy};

/* --------------------------------------------------------------------------------------------------------- creating */

/* @return a descriptor of a file that nobody else can find, or -1 */
static int nameless_file(void) {
    char path[] = "/tmp/sockpal-XXXXXX";
    int descriptor = mkstemp(path);
    if (descriptor >= 0) {
        (void)unlink(path);
        (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
    return descriptor;
}

/* @return the mapped file's descriptor, the mapping's own; or -1, last error set */
static int descriptor_for(HANDLE handle, bool may_write) {
    if (handle == INVALID_HANDLE_VALUE) {
        int made = nameless_file();
        return made >= 0 ? made : (int)spalw_fail(spalw_error_from_errno(errno)) - 1;
    }
    spalw_file *file = (spalw_file *)spalw_handle_find(handle, SPALW_FILE);
    if (file == NULL)
        return -1;
    bool is_allowed = file->may_read && (file->may_write || !may_write);
    int copy = is_allowed ? fcntl(file->descriptor, F_DUPFD_CLOEXEC, 0) : -1;
    spalw_handle_unpin(handle);
    if (copy < 0)
        spalw_set_error(is_allowed ? spalw_error_from_errno(errno) : ERROR_ACCESS_DENIED);
    return copy;
}

/* A mapping is as long as its file, which grows if it must. */
static DWORD size_fit(int descriptor, uint64_t *size, bool may_write) {
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return spalw_error_from_errno(errno);
    if (*size == 0)
        *size = (uint64_t)status.st_size;
    if (*size == 0)
        return ERROR_FILE_INVALID;
    if (*size <= (uint64_t)status.st_size)
        return NO_ERROR;
    if (!may_write)
        return ERROR_NOT_ENOUGH_MEMORY;
    return ftruncate(descriptor, (off_t)*size) == 0 ? NO_ERROR : ERROR_DISK_FULL;
}

static bool is_protection(DWORD protection) {
    switch (protection & 0xff) {
    case PAGE_READONLY:
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_READWRITE:
        return true;
    default:
        return false;
    }
}

/* @return null, last error set */
static spalw_object *mapping_new(HANDLE file, DWORD protection, DWORD high, DWORD low) {
    bool may_write = (protection & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
    uint64_t size = (uint64_t)high << 32 | low;
    if (!is_protection(protection) || (file == INVALID_HANDLE_VALUE && size == 0))
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    int descriptor = descriptor_for(file, may_write);
    if (descriptor < 0)
        return NULL;
    DWORD error = size_fit(descriptor, &size, may_write || file == INVALID_HANDLE_VALUE);
    mapping *made = error == NO_ERROR ? calloc(1, sizeof *made) : NULL;
    if (made == NULL) {
        (void)close(descriptor);
        return spalw_fail_null(error == NO_ERROR ? ERROR_NOT_ENOUGH_MEMORY : error);
    }
    spalw_object_init(&made->object, &kind);
    made->descriptor = descriptor;
    made->size = size;
    made->may_write = may_write;
    return &made->object;
}

HANDLE WINAPI CreateFileMappingA(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection, DWORD high, DWORD low,
                                 LPCSTR name) {
    spalw_object *made = mapping_new(file, protection, high, low);
    return made == NULL ? NULL : spalw_handle_inherit(spalw_create_a(made, name), security);
}

HANDLE WINAPI CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection, DWORD high, DWORD low,
                                 LPCWSTR name) {
    spalw_object *made = mapping_new(file, protection, high, low);
    return made == NULL ? NULL : spalw_handle_inherit(spalw_create_w(made, name), security);
}

HANDLE WINAPI OpenFileMappingA(DWORD access, BOOL inherit, LPCSTR name) {
    (void)access;
    return spalw_open_a(SPALW_MAPPING, inherit, name);
}

HANDLE WINAPI OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name) {
    (void)access;
    return spalw_open_w(SPALW_MAPPING, inherit, name);
}

/* ------------------------------------------------------------------------------------------------------------ views */

/** A view that is mapped: unmapping is not told its size. */
typedef struct view {
    struct view *next;
    void *address;
    size_t size;
} view;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static view *views;

static void *view_map(const mapping *of, DWORD access, uint64_t offset, size_t size) {
    bool is_copy = (access & FILE_MAP_COPY) != 0 && (access & FILE_MAP_WRITE) == 0;
    int protection = PROT_READ | (((access & FILE_MAP_WRITE) != 0 || is_copy) ? PROT_WRITE : 0);
    void *address = mmap(NULL, size, protection, is_copy ? MAP_PRIVATE : MAP_SHARED, of->descriptor, (off_t)offset);
    view *made = address == MAP_FAILED ? NULL : malloc(sizeof *made);
    if (made == NULL) {
        if (address != MAP_FAILED)
            (void)munmap(address, size);
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    (void)pthread_mutex_lock(&lock);
    *made = (view){views, address, size};
    views = made;
    (void)pthread_mutex_unlock(&lock);
    return address;
}

/* Offsets are multiples of what Windows maps by, which any system here can map too. */
static DWORD view_error(const mapping *of, DWORD access, uint64_t offset, SIZE_T bytes) {
    if (offset % 0x10000 != 0)
        return ERROR_MAPPED_ALIGNMENT;
    if (offset >= of->size || bytes > of->size - offset)
        return offset > of->size ? ERROR_INVALID_PARAMETER : ERROR_ACCESS_DENIED;
    return (access & FILE_MAP_WRITE) != 0 && !of->may_write ? ERROR_ACCESS_DENIED : NO_ERROR;
}

LPVOID WINAPI MapViewOfFile(HANDLE handle, DWORD access, DWORD high, DWORD low, SIZE_T bytes) {
    uint64_t offset = (uint64_t)high << 32 | low;
    mapping *of = (mapping *)spalw_handle_find(handle, SPALW_MAPPING);
    if (of == NULL)
        return NULL;
    DWORD error = view_error(of, access, offset, bytes);
    size_t size = bytes != 0 ? bytes : (size_t)(of->size - offset);
    void *address = error == NO_ERROR ? view_map(of, access, offset, size) : spalw_fail_null(error);
    spalw_handle_unpin(handle);
    return address;
}

BOOL WINAPI FlushViewOfFile(LPCVOID address, SIZE_T bytes) {
    size_t size = 0;
    (void)pthread_mutex_lock(&lock);
    for (const view *at = views; at != NULL && size == 0; at = at->next)
        if (at->address == address)
            size = bytes != 0 ? bytes : at->size;
    (void)pthread_mutex_unlock(&lock);
    bool is_done = size != 0 && msync((void *)(uintptr_t)address, size, MS_SYNC) == 0;
    return is_done ? TRUE : spalw_fail(ERROR_INVALID_ADDRESS);
}

BOOL WINAPI UnmapViewOfFile(LPCVOID address) {
    (void)pthread_mutex_lock(&lock);
    view **at = &views;
    while (*at != NULL && (*at)->address != address)
        at = &(*at)->next;
    view *removed = *at;
    if (removed != NULL)
        *at = removed->next;
    (void)pthread_mutex_unlock(&lock);
    if (removed == NULL)
        return spalw_fail(ERROR_INVALID_ADDRESS);
    (void)munmap(removed->address, removed->size);
    free(removed);
    return TRUE;
}
