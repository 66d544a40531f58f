/* SPDX-License-Identifier: MIT
 *
 * Files as tests need them, on Windows. Its twin is file_posix.c; file.h says what the functions promise.
 */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <winioctl.h>

#include "file.h"

enum { PATH_ROOM = 1024, SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

/** Turns UTF-8 into what the system takes. */
static bool path_widen(const char *path, wchar_t *out) {
    return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, out, PATH_ROOM) > 0;
}

static spal_native file_create(DWORD access) {
    wchar_t folder[PATH_ROOM], path[PATH_ROOM];
    HANDLE handle;
    DWORD returned;
    if (GetTempPathW(PATH_ROOM, folder) == 0 || GetTempFileNameW(folder, L"spl", 0, path) == 0)
        return NATIVE_NONE;
    handle = CreateFileW(path, access | DELETE, SHARE_ALL, NULL, CREATE_ALWAYS,
                         FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return NATIVE_NONE;
    DeviceIoControl(handle, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &returned, NULL);
    return (spal_native)handle;
}

spal_native file_open_fresh(void) {
    return file_create(GENERIC_READ | GENERIC_WRITE);
}

spal_native file_open_unreadable(void) {
    return file_create(GENERIC_WRITE);
}

spal_native file_open_folder(void) {
    wchar_t folder[PATH_ROOM];
    if (GetTempPathW(PATH_ROOM, folder) == 0)
        return NATIVE_NONE;
    return (spal_native)CreateFileW(folder, GENERIC_READ, SHARE_ALL, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS,
                                    NULL);
}

bool file_write(spal_native file, uint64_t at, const void *bytes, size_t length) {
    size_t done = 0;
    while (done < length) {
        OVERLAPPED place = {0};
        DWORD part = length - done > 0x10000000 ? 0x10000000 : (DWORD)(length - done), written = 0;
        place.Offset = (DWORD)(at + done);
        place.OffsetHigh = (DWORD)((at + done) >> 32);
        if (!WriteFile((HANDLE)file, (const char *)bytes + done, part, &written, &place) || written == 0)
            return false;
        done += written;
    }
    return true;
}

bool file_resize(spal_native file, uint64_t length) {
    return file_seek(file, length) && SetEndOfFile((HANDLE)file);
}

bool file_seek(spal_native file, uint64_t at) {
    LARGE_INTEGER distance;
    distance.QuadPart = (LONGLONG)at;
    return SetFilePointerEx((HANDLE)file, distance, NULL, FILE_BEGIN) != 0;
}

uint64_t file_position(spal_native file) {
    LARGE_INTEGER none = {0}, at = {0};
    SetFilePointerEx((HANDLE)file, none, &at, FILE_CURRENT);
    return (uint64_t)at.QuadPart;
}

bool folder_make(char *path, size_t room) {
    wchar_t folder[PATH_ROOM], made[PATH_ROOM];
    if (GetTempPathW(PATH_ROOM, folder) == 0 || GetTempFileNameW(folder, L"spl", 0, made) == 0 || !DeleteFileW(made))
        return false;
    return CreateDirectoryW(made, NULL) && WideCharToMultiByte(CP_UTF8, 0, made, -1, path, (int)room, NULL, NULL) > 0;
}

bool path_exists(const char *path) {
    wchar_t wide[PATH_ROOM];
    return path_widen(path, wide) && GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
}

bool path_make_file(const char *path) {
    wchar_t wide[PATH_ROOM];
    HANDLE handle;
    if (!path_widen(path, wide))
        return false;
    handle = CreateFileW(wide, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    return handle != INVALID_HANDLE_VALUE && CloseHandle(handle);
}

bool path_remove(const char *path) {
    wchar_t wide[PATH_ROOM];
    return path_widen(path, wide) && (DeleteFileW(wide) || RemoveDirectoryW(wide));
}
