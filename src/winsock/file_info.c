/* SPDX-License-Identifier: MIT
 *
 * What is asked of open files beside their contents: times, what a folder says of them, locks on parts; and copying
 * files, and the full names of paths.
 */
#include "buffer.h"
#include "error.h"
#include "file.h"
#include "filetime.h"
#include "give.h"
#include "path.h"
#include "posix.h"
#include "text.h"

#include "sockpal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TICKS_PER_SECOND 10000000
#define TICKS_1601_TO_1970 116444736000000000U

/* @return the file, pinned, with its status; or null, last error set */
static spalw_file *status_get(HANDLE handle, struct stat *status) {
    spalw_file *file = (spalw_file *)spalw_handle_find(handle, SPALW_FILE);
    if (file == NULL || fstat(file->descriptor, status) == 0)
        return file;
    DWORD error = spalw_error_from_errno(errno);
    spalw_handle_unpin(handle);
    return spalw_fail_null(error);
}

static FILETIME filetime_of(const struct timespec *time) {
    return spalw_filetime_from_ticks(spalw_ticks_from_timespec(time));
}

/* ------------------------------------------------------------------------------------------------------------ times */

BOOL WINAPI GetFileTime(HANDLE handle, LPFILETIME created, LPFILETIME accessed, LPFILETIME written) {
    struct stat status;
    if (status_get(handle, &status) == NULL)
        return FALSE;
    spalw_handle_unpin(handle);
    if (created != NULL)
        *created = filetime_of(SPALW_CREATED(&status));
    if (accessed != NULL)
        *accessed = filetime_of(SPALW_ACCESSED(&status));
    if (written != NULL)
        *written = filetime_of(SPALW_WRITTEN(&status));
    return TRUE;
}

/* Null, and zero, leave the time as it is. */
static struct timespec timespec_of(const FILETIME *time) {
    uint64_t ticks = time == NULL ? 0 : spalw_ticks_from_filetime(time);
    if (ticks < TICKS_1601_TO_1970)
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    ticks -= TICKS_1601_TO_1970;
    return (struct timespec){.tv_sec = (time_t)(ticks / TICKS_PER_SECOND),
                             .tv_nsec = (long)(ticks % TICKS_PER_SECOND * 100)};
}

/* When a file was created cannot be changed here. */
BOOL WINAPI SetFileTime(HANDLE handle, const FILETIME *created, const FILETIME *accessed, const FILETIME *written) {
    const struct timespec times[2] = {timespec_of(accessed), timespec_of(written)};
    struct stat status;
    (void)created;
    spalw_file *file = status_get(handle, &status);
    if (file == NULL)
        return FALSE;
    DWORD error = !file->may_write                         ? ERROR_ACCESS_DENIED
                  : futimens(file->descriptor, times) == 0 ? NO_ERROR
                                                           : spalw_error_from_errno(errno);
    spalw_handle_unpin(handle);
    return error == NO_ERROR ? TRUE : spalw_fail(error);
}

BOOL WINAPI GetFileInformationByHandle(HANDLE handle, LPBY_HANDLE_FILE_INFORMATION information) {
    struct stat status;
    if (status_get(handle, &status) == NULL)
        return FALSE;
    spalw_handle_unpin(handle);
    uint64_t size = (uint64_t)status.st_size, index = (uint64_t)status.st_ino;
    *information = (BY_HANDLE_FILE_INFORMATION){
        .dwFileAttributes = S_ISDIR(status.st_mode)        ? FILE_ATTRIBUTE_DIRECTORY
                            : (status.st_mode & 0222) == 0 ? FILE_ATTRIBUTE_READONLY
                                                           : FILE_ATTRIBUTE_NORMAL,
        .ftCreationTime = filetime_of(SPALW_CREATED(&status)),
        .ftLastAccessTime = filetime_of(SPALW_ACCESSED(&status)),
        .ftLastWriteTime = filetime_of(SPALW_WRITTEN(&status)),
        .dwVolumeSerialNumber = (DWORD)status.st_dev,
        .nFileSizeHigh = (DWORD)(size >> 32),
        .nFileSizeLow = (DWORD)size,
        .nNumberOfLinks = (DWORD)status.st_nlink,
        .nFileIndexHigh = (DWORD)(index >> 32),
        .nFileIndexLow = (DWORD)index,
    };
    return TRUE;
}

/* ------------------------------------------------------------------------------------------------------------ locks */

#if defined(F_OFD_SETLK)
#define LOCK_NOW F_OFD_SETLK /* A lock of the handle's, as on Windows, not of the process's. */
#define LOCK_WAIT F_OFD_SETLKW
#else
#define LOCK_NOW F_SETLK
#define LOCK_WAIT F_SETLKW
#endif

static uint64_t joined(DWORD low, DWORD high) {
    return (uint64_t)high << 32 | low;
}

/* Locks keep other programs out who ask for them too; nobody is kept from reading and writing. */
static BOOL lock_set(HANDLE handle, short type, bool waits, uint64_t from, uint64_t bytes) {
    struct stat status;
    struct flock how = {.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)from};
    spalw_file *file = status_get(handle, &status);
    if (file == NULL)
        return FALSE;
    how.l_len = bytes > INT64_MAX - from ? 0 : (off_t)bytes;
    if (type == F_WRLCK && !file->may_write)
        how.l_type = F_RDLCK; /* Whoever may only read cannot keep others from that here. */
    int result = -1;
    errno = EINVAL;
    if (bytes != 0 && from <= INT64_MAX)
        do
            result = fcntl(file->descriptor, waits ? LOCK_WAIT : LOCK_NOW, &how);
        while (result != 0 && errno == EINTR);
    bool is_held = errno == EAGAIN || errno == EACCES;
    DWORD error = is_held ? ERROR_LOCK_VIOLATION : spalw_error_from_errno(errno);
    spalw_handle_unpin(handle);
    return result == 0 ? TRUE : spalw_fail(error);
}

BOOL WINAPI LockFile(HANDLE file, DWORD low, DWORD high, DWORD bytes_low, DWORD bytes_high) {
    return lock_set(file, F_WRLCK, false, joined(low, high), joined(bytes_low, bytes_high));
}

BOOL WINAPI UnlockFile(HANDLE file, DWORD low, DWORD high, DWORD bytes_low, DWORD bytes_high) {
    return lock_set(file, F_UNLCK, false, joined(low, high), joined(bytes_low, bytes_high));
}

/* Done when the call returns, which Windows permits. */
BOOL WINAPI LockFileEx(HANDLE handle, DWORD flags, DWORD reserved, DWORD bytes_low, DWORD bytes_high,
                       LPOVERLAPPED overlapped) {
    if (reserved != 0 || overlapped == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    short type = (flags & LOCKFILE_EXCLUSIVE_LOCK) != 0 ? F_WRLCK : F_RDLCK;
    bool waits = (flags & LOCKFILE_FAIL_IMMEDIATELY) == 0;
    uint64_t from = joined(overlapped->Offset, overlapped->OffsetHigh);
    if (!lock_set(handle, type, waits, from, joined(bytes_low, bytes_high)))
        return FALSE;
    spalw_file *file = (spalw_file *)spalw_handle_pin(handle, SPALW_FILE);
    if (file == NULL)
        return TRUE;
    spalw_file_done(file, overlapped, STATUS_SUCCESS, 0);
    spalw_handle_unpin(handle);
    return TRUE;
}

BOOL WINAPI UnlockFileEx(HANDLE file, DWORD reserved, DWORD bytes_low, DWORD bytes_high, LPOVERLAPPED overlapped) {
    if (reserved != 0 || overlapped == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    return UnlockFile(file, overlapped->Offset, overlapped->OffsetHigh, bytes_low, bytes_high);
}

/* ---------------------------------------------------------------------------------------------------------- copying */

/* @return 0, or the errno */
static int bytes_copy(int from, int to) {
    char block[65536];
    ssize_t count;
    while ((count = read(from, block, sizeof block)) > 0)
        for (ssize_t done = 0, more; done < count; done += more)
            if ((more = write(to, block + done, (size_t)(count - done))) < 0)
                return errno;
    return count < 0 ? errno : 0;
}

static DWORD copy_to(int from, const struct stat *status, const char *to, bool fails_if_there) {
    int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | (fails_if_there ? O_EXCL : 0);
    int target = open(to, flags, status->st_mode & 0777);
    if (target < 0)
        return spalw_path_error(to, errno);
    int code = bytes_copy(from, target);
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, *SPALW_WRITTEN(status)};
    (void)futimens(target, times);
    if (close(target) != 0 && code == 0)
        code = errno;
    return code == 0 ? NO_ERROR : spalw_error_from_errno(code);
}

static BOOL file_copy(char *from, char *to, bool fails_if_there) {
    struct stat status;
    int source = from == NULL || to == NULL ? -1 : open(from, O_RDONLY | O_CLOEXEC);
    DWORD error = source >= 0 ? NO_ERROR : from == NULL || to == NULL ? spalw_error() : spalw_path_error(from, errno);
    if (source >= 0 && fstat(source, &status) != 0)
        error = spalw_error_from_errno(errno);
    else if (source >= 0)
        error = S_ISDIR(status.st_mode) ? ERROR_ACCESS_DENIED : copy_to(source, &status, to, fails_if_there);
    if (source >= 0)
        (void)close(source);
    free(from);
    free(to);
    return error == NO_ERROR ? TRUE : spalw_fail(error);
}

BOOL WINAPI CopyFileA(LPCSTR from, LPCSTR to, BOOL fails_if_there) {
    return file_copy(spalw_path_a(from), spalw_path_a(to), fails_if_there);
}

BOOL WINAPI CopyFileW(LPCWSTR from, LPCWSTR to, BOOL fails_if_there) {
    return file_copy(spalw_path_w(from), spalw_path_w(to), fails_if_there);
}

/* ------------------------------------------------------------------------------------------------------- full names */

/* The last part is taken away by "..", which goes no further than the root. */
static void part_add(spalw_buffer *path, const char *part, size_t length) {
    if (length == 0 || (length == 1 && part[0] == '.'))
        return;
    if (length == 2 && memcmp(part, "..", 2) == 0) {
        while (path->length > 0 && path->text[path->length - 1] != '/')
            path->length--;
        if (path->length > 0)
            path->length--;
        return;
    }
    spalw_buffer_add_char(path, '/');
    spalw_buffer_add(path, part, length);
}

static void parts_add(spalw_buffer *full, const char *path) {
    for (const char *at = path; at != NULL && *at != '\0'; at += *at == '/') {
        size_t length = strcspn(at, "/");
        part_add(full, at, length);
        at += length;
    }
}

/* Whether or not there is such a file. The path is freed. @return to be freed, or null, last error set */
static char *full_name(char *path) {
    spalw_buffer full = {0};
    if (path == NULL)
        return NULL;
    char *current = *path == '/' ? NULL : getcwd(NULL, 0);
    parts_add(&full, current);
    parts_add(&full, path);
    if (full.length == 0 || path[strlen(path) - 1] == '/')
        spalw_buffer_add_char(&full, '/');
    free(current);
    free(path);
    if (full.text == NULL || full.has_failed) {
        spalw_buffer_free(&full);
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    full.text[full.length] = '\0';
    return full.text;
}

/* @return the length, or the room that is needed */
DWORD WINAPI GetFullPathNameA(LPCSTR path, DWORD size, LPSTR buffer, LPSTR *name) {
    char *full = full_name(spalw_path_a(path));
    if (full == NULL)
        return 0;
    DWORD length = spalw_give_a(full, buffer, size);
    if (name != NULL && length < size)
        *name = strrchr(buffer, '/')[1] == '\0' ? NULL : strrchr(buffer, '/') + 1;
    free(full);
    return length;
}

DWORD WINAPI GetFullPathNameW(LPCWSTR path, DWORD size, LPWSTR buffer, LPWSTR *name) {
    char *full = full_name(spalw_path_w(path));
    if (full == NULL)
        return 0;
    DWORD length = spalw_give_w(full, buffer, size);
    if (name != NULL && length < size)
        *name = wcsrchr(buffer, L'/')[1] == L'\0' ? NULL : wcsrchr(buffer, L'/') + 1;
    free(full);
    return length;
}
