/* SPDX-License-Identifier: MIT
 *
 * The clock and the files of system.h, over Win32. Its twin is system_posix.c.
 */
#include "system.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

enum { PATH_ROOM = 4096 };

uint64_t now_us(void) {
    LARGE_INTEGER frequency, now;

    (void)QueryPerformanceFrequency(&frequency);
    (void)QueryPerformanceCounter(&now);
    return (uint64_t)(now.QuadPart / frequency.QuadPart) * 1000000U +
           (uint64_t)(now.QuadPart % frequency.QuadPart) * 1000000U / (uint64_t)frequency.QuadPart;
}

/* A name may also mean a device or a pipe here, wherever it stands: "CON" is one in every folder. */
static spal_error file_check(HANDLE file, uint64_t *size) {
    BY_HANDLE_FILE_INFORMATION information;

    if (GetFileType(file) != FILE_TYPE_DISK) {
        return SPAL_EACCES;
    }
    if (!GetFileInformationByHandle(file, &information)) {
        return spal_error_from_windows(GetLastError());
    }
    if ((information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        return SPAL_EISDIR;
    }
    *size = (uint64_t)information.nFileSizeHigh << 32 | information.nFileSizeLow;
    return SPAL_OK;
}

/* The command line's text is in the code page of the process, the path's in UTF-8. */
static int name_make(const char *folder, const char *path, WCHAR *name) {
    int length = MultiByteToWideChar(CP_ACP, 0, folder, -1, name, PATH_ROOM - 1);

    if (length == 0) {
        return 0;
    }
    name[length - 1] = L'/';
    return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, name + length, PATH_ROOM - length);
}

/* A folder cannot be opened without FILE_FLAG_BACKUP_SEMANTICS; with it, file_check can say what it is. */
spal_error file_open(const char *folder, const char *path, spal_native *file, uint64_t *size) {
    WCHAR name[PATH_ROOM];
    spal_error error;
    HANDLE handle;

    if (!name_make(folder, path, name)) {
        return spal_error_from_windows(GetLastError());
    }
    handle = CreateFileW(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                         OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        return spal_error_from_windows(GetLastError());
    }
    error = file_check(handle, size);
    if (error != SPAL_OK) {
        (void)CloseHandle(handle);
        return error;
    }
    *file = (spal_native)handle;
    return SPAL_OK;
}

void file_close(spal_native file) {
    (void)CloseHandle((HANDLE)file);
}
