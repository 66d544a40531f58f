/* SPDX-License-Identifier: MIT
 *
 * What is done to files and folders by their paths. Open files stand in file.c.
 */
#include "error.h"
#include "filetime.h"
#include "give.h"
#include "path.h"
#include "posix.h"
#include "text.h"

#include "sockpal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* @return TRUE for 0; the path is freed */
static BOOL answer(int result, char *path) {
    DWORD error = result == 0 ? NO_ERROR : spalw_path_error(path, errno);
    free(path);
    return result == 0 ? TRUE : spalw_fail(error);
}

/* --------------------------------------------------------------------------------------------------------- deleting */

static BOOL file_delete(char *path) {
    struct stat status;
    if (path == NULL)
        return FALSE;
    bool is_folder = lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
    errno = EISDIR;
    return answer(is_folder ? -1 : unlink(path), path);
}

BOOL WINAPI DeleteFileA(LPCSTR path) {
    return file_delete(spalw_path_a(path));
}

BOOL WINAPI DeleteFileW(LPCWSTR path) {
    return file_delete(spalw_path_w(path));
}

static BOOL folder_remove(char *path) {
    struct stat status;
    if (path == NULL)
        return FALSE;
    if (lstat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
        free(path);
        return spalw_fail(ERROR_DIRECTORY);
    }
    return answer(rmdir(path), path);
}

BOOL WINAPI RemoveDirectoryA(LPCSTR path) {
    return folder_remove(spalw_path_a(path));
}

BOOL WINAPI RemoveDirectoryW(LPCWSTR path) {
    return folder_remove(spalw_path_w(path));
}

static BOOL folder_create(char *path) {
    if (path == NULL)
        return FALSE;
    BOOL done = answer(mkdir(path, 0777), path);
    if (!done && spalw_error() == ERROR_FILE_EXISTS)
        spalw_set_error(ERROR_ALREADY_EXISTS);
    if (!done && spalw_error() == ERROR_FILE_NOT_FOUND)
        spalw_set_error(ERROR_PATH_NOT_FOUND);
    return done;
}

BOOL WINAPI CreateDirectoryA(LPCSTR path, LPSECURITY_ATTRIBUTES security) {
    (void)security;
    return folder_create(spalw_path_a(path));
}

BOOL WINAPI CreateDirectoryW(LPCWSTR path, LPSECURITY_ATTRIBUTES security) {
    (void)security;
    return folder_create(spalw_path_w(path));
}

/* ----------------------------------------------------------------------------------------------------------- moving */

static BOOL file_move(char *from, char *to, DWORD flags) {
    struct stat status;
    BOOL done = FALSE;
    if (from != NULL && to != NULL) {
        bool is_taken = (flags & MOVEFILE_REPLACE_EXISTING) == 0 && lstat(to, &status) == 0;
        done = is_taken                ? spalw_fail(ERROR_ALREADY_EXISTS)
               : rename(from, to) == 0 ? TRUE
                                       : spalw_fail(spalw_path_error(from, errno));
    }
    free(from);
    free(to);
    return done;
}

BOOL WINAPI MoveFileExA(LPCSTR from, LPCSTR to, DWORD flags) {
    return file_move(spalw_path_a(from), spalw_path_a(to), flags);
}

BOOL WINAPI MoveFileExW(LPCWSTR from, LPCWSTR to, DWORD flags) {
    return file_move(spalw_path_w(from), spalw_path_w(to), flags);
}

BOOL WINAPI MoveFileA(LPCSTR from, LPCSTR to) {
    return MoveFileExA(from, to, MOVEFILE_COPY_ALLOWED);
}

BOOL WINAPI MoveFileW(LPCWSTR from, LPCWSTR to) {
    return MoveFileExW(from, to, MOVEFILE_COPY_ALLOWED);
}

/* ------------------------------------------------------------------------------------------------------- attributes */

static DWORD attributes_of(const char *path, const struct stat *status) {
    DWORD attributes = 0;
    if (S_ISDIR(status->st_mode))
        attributes |= FILE_ATTRIBUTE_DIRECTORY;
    else if (access(path, W_OK) != 0 && errno != ENOENT)
        attributes |= FILE_ATTRIBUTE_READONLY;
    return attributes == 0 ? FILE_ATTRIBUTE_NORMAL : attributes;
}

static BOOL data_get(char *path, WIN32_FILE_ATTRIBUTE_DATA *data) {
    struct stat status;
    if (path == NULL)
        return FALSE;
    if (stat(path, &status) != 0)
        return answer(-1, path);
    data->dwFileAttributes = attributes_of(path, &status);
    data->ftCreationTime = spalw_filetime_from_ticks(spalw_ticks_from_timespec(SPALW_CREATED(&status)));
    data->ftLastAccessTime = spalw_filetime_from_ticks(spalw_ticks_from_timespec(SPALW_ACCESSED(&status)));
    data->ftLastWriteTime = spalw_filetime_from_ticks(spalw_ticks_from_timespec(SPALW_WRITTEN(&status)));
    data->nFileSizeHigh = (DWORD)((uint64_t)status.st_size >> 32);
    data->nFileSizeLow = (DWORD)status.st_size;
    free(path);
    return TRUE;
}

BOOL WINAPI GetFileAttributesExA(LPCSTR path, GET_FILEEX_INFO_LEVELS level, LPVOID data) {
    return level == GetFileExInfoStandard ? data_get(spalw_path_a(path), data) : spalw_fail(ERROR_INVALID_PARAMETER);
}

BOOL WINAPI GetFileAttributesExW(LPCWSTR path, GET_FILEEX_INFO_LEVELS level, LPVOID data) {
    return level == GetFileExInfoStandard ? data_get(spalw_path_w(path), data) : spalw_fail(ERROR_INVALID_PARAMETER);
}

DWORD WINAPI GetFileAttributesA(LPCSTR path) {
    WIN32_FILE_ATTRIBUTE_DATA data = {0};
    return data_get(spalw_path_a(path), &data) ? data.dwFileAttributes : INVALID_FILE_ATTRIBUTES;
}

DWORD WINAPI GetFileAttributesW(LPCWSTR path) {
    WIN32_FILE_ATTRIBUTE_DATA data = {0};
    return data_get(spalw_path_w(path), &data) ? data.dwFileAttributes : INVALID_FILE_ATTRIBUTES;
}

/* ---------------------------------------------------------------------------------------------------- known folders */

DWORD WINAPI GetCurrentDirectoryA(DWORD size, LPSTR buffer) {
    char path[PATH_MAX];
    return getcwd(path, sizeof path) == NULL ? (DWORD)spalw_fail(spalw_error_from_errno(errno))
                                             : spalw_give_a(path, buffer, size);
}

DWORD WINAPI GetCurrentDirectoryW(DWORD size, LPWSTR buffer) {
    char path[PATH_MAX];
    return getcwd(path, sizeof path) == NULL ? (DWORD)spalw_fail(spalw_error_from_errno(errno))
                                             : spalw_give_w(path, buffer, size);
}

static BOOL folder_enter(char *path) {
    return path == NULL ? FALSE : answer(chdir(path), path);
}

BOOL WINAPI SetCurrentDirectoryA(LPCSTR path) {
    return folder_enter(spalw_path_a(path));
}

BOOL WINAPI SetCurrentDirectoryW(LPCWSTR path) {
    return folder_enter(spalw_path_w(path));
}

/* With a slash at its end. */
static void temporary_folder(char *path) {
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || *folder == '\0' || strlen(folder) > PATH_MAX - 2)
        folder = "/tmp";
    (void)sprintf(path, "%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
}

DWORD WINAPI GetTempPathA(DWORD size, LPSTR buffer) {
    char path[PATH_MAX];
    temporary_folder(path);
    return spalw_give_a(path, buffer, size);
}

DWORD WINAPI GetTempPathW(DWORD size, LPWSTR buffer) {
    char path[PATH_MAX];
    temporary_folder(path);
    return spalw_give_w(path, buffer, size);
}

static void temporary_name(char *name, const char *folder, const char *prefix, UINT number) {
    size_t length = strlen(folder);
    bool has_slash = length != 0 && folder[length - 1] == '/';
    (void)snprintf(name, MAX_PATH, "%s%s%.3s%x.tmp", folder, has_slash ? "" : "/", prefix, number & 0xffffU);
}

/* Without a number, the next that is free is taken, and the file made. @return the number */
static UINT temporary_file(char *name, const char *folder, const char *prefix, UINT number) {
    UINT tried = number != 0 ? number : (UINT)getpid() * 31 + (UINT)spalw_filetime_ticks();
    for (UINT left = 0xffff; left != 0; left--, tried++) {
        if ((tried & 0xffff) == 0)
            continue;
        temporary_name(name, folder, prefix, tried);
        int descriptor = number != 0 ? -1 : open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (descriptor >= 0)
            (void)close(descriptor);
        if (descriptor >= 0 || number != 0)
            return tried & 0xffff;
        if (errno != EEXIST)
            return (UINT)spalw_fail(errno == ENOENT || errno == ENOTDIR ? ERROR_DIRECTORY
                                                                        : spalw_error_from_errno(errno));
    }
    return (UINT)spalw_fail(ERROR_FILE_EXISTS);
}

UINT WINAPI GetTempFileNameA(LPCSTR folder, LPCSTR prefix, UINT number, LPSTR name) {
    char *path = spalw_path_a(folder);
    UINT used = path == NULL ? 0 : temporary_file(name, path, prefix == NULL ? "" : prefix, number);
    free(path);
    return used;
}

UINT WINAPI GetTempFileNameW(LPCWSTR folder, LPCWSTR prefix, UINT number, LPWSTR name) {
    char made[MAX_PATH];
    char *path = spalw_path_w(folder), *narrow = spalw_utf8_from_wide(prefix == NULL ? L"" : prefix);
    UINT used = path == NULL || narrow == NULL ? 0 : temporary_file(made, path, narrow, number);
    free(path);
    free(narrow);
    if (used != 0)
        (void)spalw_wide_copy(name, MAX_PATH, made);
    return used;
}
