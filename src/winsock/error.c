/* SPDX-License-Identifier: MIT
 *
 * The last error of the calling thread, and errno in Windows' numbers. The sentences stand in sentence.c.
 */
#include "error.h"

#include "sockpal/process.h"

#include <errno.h>

_Thread_local DWORD spalw_last_error;

BOOL spalw_fail(DWORD code) {
    spalw_last_error = code;
    return FALSE;
}

void *spalw_fail_null(DWORD code) {
    spalw_last_error = code;
    return NULL;
}

DWORD WINAPI GetLastError(void) {
    return spalw_last_error;
}

void WINAPI SetLastError(DWORD code) {
    spalw_last_error = code;
}

static const struct {
    int code;
    DWORD windows;
} numbers[] = {
    {ENOENT, ERROR_FILE_NOT_FOUND},
    {ENOTDIR, ERROR_PATH_NOT_FOUND},
    {ELOOP, ERROR_PATH_NOT_FOUND},
    {EMFILE, ERROR_TOO_MANY_OPEN_FILES},
    {ENFILE, ERROR_TOO_MANY_OPEN_FILES},
    {EACCES, ERROR_ACCESS_DENIED},
    {EPERM, ERROR_ACCESS_DENIED},
    {EISDIR, ERROR_ACCESS_DENIED},
    {EROFS, ERROR_WRITE_PROTECT},
    {ETXTBSY, ERROR_SHARING_VIOLATION},
    {EBADF, ERROR_INVALID_HANDLE},
    {ENOMEM, ERROR_NOT_ENOUGH_MEMORY},
    {EAGAIN, ERROR_NOT_ENOUGH_MEMORY},
    {EEXIST, ERROR_FILE_EXISTS},
    {EINVAL, ERROR_INVALID_PARAMETER},
    {EPIPE, ERROR_NO_DATA},
    {ENOSPC, ERROR_DISK_FULL},
    {EDQUOT, ERROR_DISK_FULL},
    {EFBIG, ERROR_DISK_FULL},
    {ENAMETOOLONG, ERROR_FILENAME_EXCED_RANGE},
    {ENOTEMPTY, ERROR_DIR_NOT_EMPTY},
    {EBUSY, ERROR_BUSY},
    {EIO, ERROR_IO_DEVICE},
    {EFAULT, ERROR_NOACCESS},
    {EXDEV, 17 /* ERROR_NOT_SAME_DEVICE */},
    {ESPIPE, ERROR_INVALID_FUNCTION},
    {ENOEXEC, 193 /* ERROR_BAD_EXE_FORMAT */},
    {ENOSYS, ERROR_NOT_SUPPORTED},
};

DWORD spalw_error_from_errno(int code) {
    for (size_t i = 0; i < _countof(numbers); i++)
        if (numbers[i].code == code)
            return numbers[i].windows;
    return ERROR_GEN_FAILURE;
}
