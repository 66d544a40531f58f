/* SPDX-License-Identifier: MIT
 *
 * Files: opening, reading, writing, their size and position. What is done to files by their path stands in directory.c.
 *
 * An overlapped transfer is done before the call returns, which Windows permits: the event is set and the port told all
 * the same.
 */
#include "file.h"

#include "error.h"
#include "path.h"
#include "wait.h"

#include "sockpal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

_Atomic(spalw_socket_transfer) spalw_transfer_on_socket;

static void file_destroy(spalw_object *object) {
    spalw_file *file = (spalw_file *)object;
    if (file->owns_descriptor)
        (void)close(file->descriptor);
    if (file->delete_path != NULL)
        (void)unlink(file->delete_path);
    if (file->port != NULL)
        spalw_object_unref(file->port);
    free(file->delete_path);
    free(file);
}

static const spalw_kind kind = {
    .type = SPALW_FILE,
    .is_ready = spalw_input_is_ready,
    .waited_for = spalw_input_waited_for,
    .destroy = file_destroy,
};

spalw_file *spalw_file_new(int descriptor, bool owns_descriptor, bool may_read, bool may_write) {
    struct stat status;
    spalw_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    spalw_object_init(&file->object, &kind);
    file->descriptor = descriptor;
    file->is_pipe = fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
    file->owns_descriptor = owns_descriptor;
    file->may_read = may_read;
    file->may_write = may_write;
    file->is_input = may_read && (descriptor == STDIN_FILENO || isatty(descriptor));
    return file;
}

bool spalw_file_bind(spalw_file *file, spalw_object *port, ULONG_PTR key, spalw_file_notice notice) {
    spalw_lock();
    bool is_bound = file->is_overlapped && file->port == NULL;
    if (is_bound) {
        file->port_key = key;
        file->notice = notice;
        file->port = port;
    }
    spalw_unlock();
    return is_bound;
}

static spalw_file *file_find(HANDLE handle) {
    return (spalw_file *)spalw_handle_find(handle, SPALW_FILE);
}

/* ---------------------------------------------------------------------------------------------------------- opening */

typedef struct opening {
    bool may_read, may_write, appends;
    DWORD disposition;
    DWORD flags;
} opening;

static opening opening_from(DWORD access, DWORD disposition, DWORD flags) {
    const DWORD read = GENERIC_READ | GENERIC_ALL | FILE_READ_DATA;
    const DWORD write = GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA | FILE_APPEND_DATA;
    opening how = {(access & read) != 0, (access & write) != 0, false, disposition, flags};
    how.appends = (access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA)) == 0 && (access & FILE_APPEND_DATA) != 0;
    return how;
}

static int open_flags(const opening *how) {
    static const int dispositions[] = {
        [CREATE_NEW] = O_CREAT | O_EXCL, [CREATE_ALWAYS] = O_CREAT | O_TRUNC, [OPEN_EXISTING] = 0,
        [OPEN_ALWAYS] = O_CREAT,         [TRUNCATE_EXISTING] = O_TRUNC,
    };
    int flags = dispositions[how->disposition] | O_CLOEXEC;
    if (how->appends)
        flags |= O_APPEND;
    if ((how->flags & FILE_FLAG_WRITE_THROUGH) != 0)
        flags |= O_SYNC;
    return flags | (how->may_write ? (how->may_read ? O_RDWR : O_WRONLY) : O_RDONLY);
}

/* A folder is opened by those only who say that they mean one. */
static bool is_refused_folder(int descriptor, const opening *how) {
    struct stat status;
    return (how->flags & FILE_FLAG_BACKUP_SEMANTICS) == 0 && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
}

static int file_open(const char *path, const opening *how) {
    mode_t mode = (how->flags & FILE_ATTRIBUTE_READONLY) != 0 ? 0444 : 0666;
    int descriptor = open(path, open_flags(how), mode);
    if (descriptor < 0) {
        spalw_set_error(spalw_path_error(path, errno));
    } else if (is_refused_folder(descriptor, how)) {
        (void)close(descriptor);
        descriptor = spalw_fail(ERROR_ACCESS_DENIED) - 1;
    }
    return descriptor;
}

static spalw_file *file_make(const char *path, const opening *how) {
    int descriptor = file_open(path, how);
    if (descriptor < 0)
        return NULL;
    spalw_file *file = spalw_file_new(descriptor, true, how->may_read, how->may_write);
    if (file == NULL) {
        (void)close(descriptor);
        return NULL;
    }
    file->appends = how->appends;
    file->is_overlapped = (how->flags & FILE_FLAG_OVERLAPPED) != 0;
    if ((how->flags & FILE_FLAG_DELETE_ON_CLOSE) != 0)
        file->delete_path = strdup(path);
    return file;
}

/* The last error tells whether the file was there before, for those who may find it either way. */
static HANDLE file_create(char *path, const opening *how) {
    struct stat status;
    if (path == NULL)
        return INVALID_HANDLE_VALUE;
    bool was_there = stat(path, &status) == 0;
    spalw_file *file = file_make(path, how);
    free(path);
    HANDLE handle = file == NULL ? NULL : spalw_handle_new(&file->object);
    if (handle == NULL)
        return INVALID_HANDLE_VALUE;
    bool says_so = how->disposition == CREATE_ALWAYS || how->disposition == OPEN_ALWAYS;
    spalw_set_error(says_so && was_there ? ERROR_ALREADY_EXISTS : NO_ERROR);
    return handle;
}

/* What is refused before the path is looked at. */
static bool is_possible(const opening *how) {
    bool is_known = how->disposition >= CREATE_NEW && how->disposition <= TRUNCATE_EXISTING;
    if (is_known && (how->disposition != TRUNCATE_EXISTING || how->may_write))
        return true;
    return spalw_fail(ERROR_INVALID_PARAMETER);
}

HANDLE WINAPI CreateFileA(LPCSTR path, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security, DWORD disposition,
                          DWORD flags, HANDLE template_file) {
    (void)share;
    (void)template_file;
    opening how = opening_from(access, disposition, flags);
    HANDLE made = is_possible(&how) ? file_create(spalw_path_a(path), &how) : INVALID_HANDLE_VALUE;
    return spalw_handle_inherit(made, security);
}

HANDLE WINAPI CreateFileW(LPCWSTR path, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security, DWORD disposition,
                          DWORD flags, HANDLE template_file) {
    (void)share;
    (void)template_file;
    opening how = opening_from(access, disposition, flags);
    HANDLE made = is_possible(&how) ? file_create(spalw_path_w(path), &how) : INVALID_HANDLE_VALUE;
    return spalw_handle_inherit(made, security);
}

/* -------------------------------------------------------------------------------------------------------- transfers */

static void event_set_if_any(HANDLE event) {
    spalw_object *object =
        event == NULL ? NULL : spalw_handle_pin((HANDLE)((uintptr_t)event & ~(uintptr_t)1), SPALW_EVENT);
    if (object == NULL)
        return;
    spalw_event_set(object);
    spalw_handle_unpin((HANDLE)((uintptr_t)event & ~(uintptr_t)1));
}

/* An event whose handle's lowest bit is set asks that no port be told. */
void spalw_file_done(spalw_file *file, LPOVERLAPPED overlapped, NTSTATUS status, DWORD bytes) {
    overlapped->InternalHigh = bytes;
    __atomic_store_n(&overlapped->Internal, (ULONG_PTR)(DWORD)status, __ATOMIC_RELEASE);
    HANDLE event = overlapped->hEvent;
    event_set_if_any(event);
    bool is_told = ((uintptr_t)event & 1) == 0 && !atomic_load(&file->skips_port);
    if (file->port != NULL && is_told)
        file->notice(file->port, file->port_key, overlapped);
}

static ssize_t transfer_once(spalw_file *file, bool is_write, void *buffer, size_t length, LPOVERLAPPED overlapped) {
    if (file->is_pipe && is_write)
        return spalw_pipe_write(file->descriptor, buffer, length);
    bool has_place = overlapped != NULL && lseek(file->descriptor, 0, SEEK_CUR) >= 0;
    if (!has_place)
        return is_write ? write(file->descriptor, buffer, length) : read(file->descriptor, buffer, length);
    off_t offset = (off_t)((uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset);
    bool at_end = is_write && overlapped->Offset == 0xffffffff && overlapped->OffsetHigh == 0xffffffff;
    if (at_end)
        offset = lseek(file->descriptor, 0, SEEK_END);
    ssize_t count =
        is_write ? pwrite(file->descriptor, buffer, length, offset) : pread(file->descriptor, buffer, length, offset);
    /* A transfer at a place of a file that has a position leaves that behind itself. */
    if (count >= 0 && !file->is_overlapped)
        (void)lseek(file->descriptor, offset + count, SEEK_SET);
    return count;
}

/* Writing writes everything. */
static ssize_t transfer(spalw_file *file, bool is_write, void *buffer, size_t length, LPOVERLAPPED overlapped) {
    size_t total = 0;
    OVERLAPPED place = overlapped == NULL ? (OVERLAPPED){0} : *overlapped;
    for (;;) {
        ssize_t count =
            transfer_once(file, is_write, (char *)buffer + total, length - total, overlapped == NULL ? NULL : &place);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return total != 0 ? (ssize_t)total : -1;
        total += (size_t)count;
        if (!is_write || total >= length || count == 0)
            return (ssize_t)total;
        uint64_t next = ((uint64_t)place.OffsetHigh << 32 | place.Offset) + (uint64_t)count;
        place.Offset = (DWORD)next;
        place.OffsetHigh = (DWORD)(next >> 32);
    }
}

static bool is_plain(const spalw_file *file) {
    struct stat status;
    return fstat(file->descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

/* The end of a pipe is an error, and so is that of a file for overlapped readers. */
static DWORD transfer_error(const spalw_file *file, bool is_write, ssize_t count, DWORD length, bool is_overlapped) {
    if (count < 0 && file->is_pipe && errno == EAGAIN) /* One that does not wait. */
        return is_write ? NO_ERROR : ERROR_NO_DATA;
    if (count < 0)
        return is_write && errno == EPIPE ? ERROR_NO_DATA : spalw_error_from_errno(errno);
    if (count != 0 || is_write || length == 0)
        return NO_ERROR;
    if (file->is_pipe)
        return ERROR_BROKEN_PIPE;
    return is_overlapped && is_plain(file) ? ERROR_HANDLE_EOF : NO_ERROR;
}

static NTSTATUS status_of(DWORD error) {
    switch (error) {
    case NO_ERROR:
        return STATUS_SUCCESS;
    case ERROR_HANDLE_EOF:
        return STATUS_END_OF_FILE;
    case ERROR_DISK_FULL:
        return (NTSTATUS)0xC000007F;
    case ERROR_BROKEN_PIPE:
        return (NTSTATUS)0xC000014B;
    default:
        return STATUS_UNSUCCESSFUL;
    }
}

static DWORD file_transfer(spalw_file *file, bool is_write, void *buffer, DWORD length, LPDWORD done,
                           LPOVERLAPPED overlapped) {
    if (is_write ? !file->may_write : !file->may_read)
        return ERROR_ACCESS_DENIED;
    if (file->is_overlapped && overlapped == NULL)
        return ERROR_INVALID_PARAMETER;
    if (buffer == NULL && length != 0)
        return ERROR_NOACCESS;
    ssize_t count = transfer(file, is_write, buffer, length, overlapped);
    DWORD error = transfer_error(file, is_write, count, length, overlapped != NULL);
    DWORD bytes = count < 0 ? 0 : (DWORD)count;
    if (done != NULL)
        *done = bytes;
    if (overlapped == NULL)
        return error;
    /* A failure that the call itself reports is told nobody else, unless a port may wait for it. */
    if (error == NO_ERROR)
        spalw_file_done(file, overlapped, STATUS_SUCCESS, bytes);
    else
        overlapped->Internal = (ULONG_PTR)(DWORD)status_of(error);
    return error;
}

static BOOL transfer_by_handle(HANDLE handle, bool is_write, void *buffer, DWORD length, LPDWORD done,
                               LPOVERLAPPED overlapped) {
    spalw_object *object = spalw_handle_find(handle, SPALW_FILE | SPALW_SOCKET);
    if (object == NULL)
        return FALSE;
    spalw_socket_transfer on_socket = atomic_load(&spalw_transfer_on_socket);
    if (done != NULL)
        *done = 0;
    BOOL is_done;
    if (object->kind->type == SPALW_FILE) {
        DWORD error = file_transfer((spalw_file *)object, is_write, buffer, length, done, overlapped);
        is_done = error == NO_ERROR ? TRUE : spalw_fail(error);
    } else {
        is_done = on_socket == NULL ? spalw_fail(ERROR_INVALID_FUNCTION)
                                    : on_socket(handle, is_write, buffer, length, done, overlapped);
    }
    spalw_handle_unpin(handle);
    return is_done;
}

BOOL WINAPI ReadFile(HANDLE file, LPVOID buffer, DWORD length, LPDWORD read_bytes, LPOVERLAPPED overlapped) {
    return transfer_by_handle(file, false, buffer, length, read_bytes, overlapped);
}

BOOL WINAPI WriteFile(HANDLE file, LPCVOID buffer, DWORD length, LPDWORD written, LPOVERLAPPED overlapped) {
    return transfer_by_handle(file, true, (void *)(uintptr_t)buffer, length, written, overlapped);
}

/* ------------------------------------------------------------------------------------------------ size and position */

/* @return how the system call went, with the handle given up */
static BOOL answer(HANDLE handle, int result) {
    DWORD error = result < 0 ? spalw_error_from_errno(errno) : NO_ERROR;
    spalw_handle_unpin(handle);
    return result < 0 ? spalw_fail(error) : TRUE;
}

BOOL WINAPI FlushFileBuffers(HANDLE handle) {
    spalw_file *file = file_find(handle);
    if (file == NULL)
        return FALSE;
    if (!file->may_write) {
        spalw_handle_unpin(handle);
        return spalw_fail(ERROR_ACCESS_DENIED);
    }
    int result = fsync(file->descriptor);
    return answer(handle, result < 0 && errno == EINVAL ? 0 : result); /* Pipes and terminals have nothing to flush. */
}

BOOL WINAPI GetFileSizeEx(HANDLE handle, PLARGE_INTEGER size) {
    struct stat status;
    spalw_file *file = file_find(handle);
    if (file == NULL)
        return FALSE;
    int result = fstat(file->descriptor, &status);
    if (result == 0)
        size->QuadPart = status.st_size;
    return answer(handle, result);
}

/* A size whose lower half is all ones is told from a failure by the last error. */
DWORD WINAPI GetFileSize(HANDLE handle, LPDWORD high) {
    LARGE_INTEGER size = {.QuadPart = 0};
    if (!GetFileSizeEx(handle, &size))
        return INVALID_FILE_SIZE;
    if (high != NULL)
        *high = (DWORD)size.HighPart;
    if (high != NULL || size.LowPart == INVALID_FILE_SIZE)
        spalw_set_error(NO_ERROR);
    return size.LowPart;
}

static DWORD seek(int descriptor, LONGLONG distance, DWORD method, off_t *position) {
    static const int methods[] = {[FILE_BEGIN] = SEEK_SET, [FILE_CURRENT] = SEEK_CUR, [FILE_END] = SEEK_END};
    if (method > FILE_END)
        return ERROR_INVALID_PARAMETER;
    *position = lseek(descriptor, distance, methods[method]);
    if (*position >= 0)
        return NO_ERROR;
    return errno == EINVAL ? ERROR_NEGATIVE_SEEK : spalw_error_from_errno(errno);
}

BOOL WINAPI SetFilePointerEx(HANDLE handle, LARGE_INTEGER distance, PLARGE_INTEGER position, DWORD method) {
    off_t reached = 0;
    spalw_file *file = file_find(handle);
    if (file == NULL)
        return FALSE;
    DWORD error = seek(file->descriptor, distance.QuadPart, method, &reached);
    spalw_handle_unpin(handle);
    if (error != NO_ERROR)
        return spalw_fail(error);
    if (position != NULL)
        position->QuadPart = reached;
    return TRUE;
}

DWORD WINAPI SetFilePointer(HANDLE handle, LONG distance, PLONG high, DWORD method) {
    LARGE_INTEGER moved, reached = {.QuadPart = 0};
    moved.QuadPart = distance;
    if (high != NULL)
        moved.QuadPart = (LONGLONG)((uint64_t)*high << 32 | (DWORD)distance);
    if (!SetFilePointerEx(handle, moved, &reached, method))
        return INVALID_SET_FILE_POINTER;
    if (high != NULL)
        *high = reached.HighPart;
    spalw_set_error(NO_ERROR);
    return reached.LowPart;
}

BOOL WINAPI SetEndOfFile(HANDLE handle) {
    spalw_file *file = file_find(handle);
    if (file == NULL)
        return FALSE;
    off_t position = lseek(file->descriptor, 0, SEEK_CUR);
    return answer(handle, position < 0 ? -1 : ftruncate(file->descriptor, position));
}

DWORD WINAPI GetFileType(HANDLE handle) {
    struct stat status;
    spalw_object *object = spalw_handle_find(handle, SPALW_FILE | SPALW_SOCKET);
    if (object == NULL)
        return FILE_TYPE_UNKNOWN;
    DWORD type = FILE_TYPE_PIPE;
    if (object->kind->type == SPALW_FILE && fstat(((spalw_file *)object)->descriptor, &status) == 0)
        type = S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode) ? FILE_TYPE_DISK
               : S_ISCHR(status.st_mode)                                                     ? FILE_TYPE_CHAR
                                                                                             : FILE_TYPE_PIPE;
    spalw_handle_unpin(handle);
    spalw_set_error(NO_ERROR);
    return type;
}
