/* SPDX-License-Identifier: MIT
 *
 * Searches of folders: FindFirstFile and its like. A search reads its folder once, sorted as NTFS gives names, and
 * picks the names that fit the pattern as it is asked for them. Its handle is no handle of CloseHandle's.
 */
#include "error.h"
#include "object.h"
#include "path.h"
#include "text.h"

#include "sockpal/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

typedef struct search {
    spalw_object object;
    char *folder;          /* with the slash at its end, or empty: the current one */
    char *pattern;         /* the last part of the path */
    struct dirent **names; /* sorted; those before `next` have been given up */
    int count;
    int next;
} search;

/* One file that was found. */
typedef struct found {
    WIN32_FILE_ATTRIBUTE_DATA data;
    const char *name;
} found;

static void search_destroy(spalw_object *object) {
    search *of = (search *)object;
    for (int i = 0; i < of->count; i++)
        free(of->names[i]);
    free(of->names);
    free(of->pattern);
    free(of->folder);
    free(of);
}

static const spalw_kind kind = {.type = SPALW_SEARCH, .destroy = search_destroy};

/* -------------------------------------------------------------------------------------------------------- patterns */

static const char *behind_character(const char *at) {
    do
        at++;
    while ((*at & 0xc0) == 0x80);
    return at;
}

/* '*' stands for any characters, '?' for one. Case counts, as it does for the files themselves. */
static bool fits(const char *name, const char *pattern) {
    const char *star = NULL, *tried = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            tried = name;
        } else if (*pattern == '?') {
            pattern++;
            name = behind_character(name);
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star;
            name = ++tried;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* Without regard to case, and names that differ in case alone by their bytes. */
static int names_compare(const struct dirent **one, const struct dirent **other) {
    int order = strcasecmp((*one)->d_name, (*other)->d_name);
    return order != 0 ? order : strcmp((*one)->d_name, (*other)->d_name);
}

/* -------------------------------------------------------------------------------------------------------- searching */

/* Divides a path behind its last slash. @return whether there was memory */
static bool path_divide(search *of, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *last = slash == NULL ? path : slash + 1;
    of->folder = strndup(path, (size_t)(last - path));
    of->pattern = strdup(strcmp(last, "*.*") == 0 ? "*" : last); /* A name without a dot fits that as well. */
    return of->folder != NULL && of->pattern != NULL;
}

/* @return NO_ERROR, or why there is nothing to be searched */
static DWORD search_open(search *of, const char *path) {
    if (!path_divide(of, path))
        return ERROR_NOT_ENOUGH_MEMORY;
    if (*of->pattern == '\0')
        return ERROR_FILE_NOT_FOUND;
    of->count = scandir(*of->folder == '\0' ? "." : of->folder, &of->names, NULL, names_compare);
    if (of->count >= 0)
        return NO_ERROR;
    DWORD error = errno == ENOTDIR || errno == ENOENT ? ERROR_PATH_NOT_FOUND : spalw_error_from_errno(errno);
    of->count = 0;
    return error;
}

static void data_read(const search *of, found *out) {
    size_t size = strlen(of->folder) + strlen(out->name) + 1;
    char *path = malloc(size);
    out->data = (WIN32_FILE_ATTRIBUTE_DATA){.dwFileAttributes = FILE_ATTRIBUTE_NORMAL};
    if (path == NULL)
        return;
    (void)stpcpy(stpcpy(path, of->folder), out->name);
    (void)GetFileAttributesExA(path, GetFileExInfoStandard, &out->data); /* A link to nowhere keeps what it has. */
    free(path);
}

static bool search_next(search *of, found *out) {
    while (of->next < of->count) {
        out->name = of->names[of->next++]->d_name;
        if (fits(out->name, of->pattern)) {
            data_read(of, out);
            return true;
        }
    }
    return false;
}

/* The path, which is freed here, is null when it could not be made; the last error is set then. */
static HANDLE search_begin(char *path, found *out) {
    if (path == NULL)
        return INVALID_HANDLE_VALUE;
    search *made = calloc(1, sizeof *made);
    DWORD error = ERROR_NOT_ENOUGH_MEMORY;
    if (made != NULL) {
        spalw_object_init(&made->object, &kind);
        error = search_open(made, path);
        if (error == NO_ERROR && !search_next(made, out))
            error = ERROR_FILE_NOT_FOUND;
    }
    free(path);
    HANDLE handle = error == NO_ERROR ? spalw_handle_new(&made->object) : NULL;
    if (handle != NULL)
        return handle;
    if (error != NO_ERROR) {
        if (made != NULL)
            spalw_object_unref(&made->object);
        spalw_set_error(error);
    }
    return INVALID_HANDLE_VALUE;
}

/* ------------------------------------------------------------------------------------------------------ the calls */

#define DATA_COPY(to, from)                                                                                            \
    ((to)->dwFileAttributes = (from)->data.dwFileAttributes, (to)->ftCreationTime = (from)->data.ftCreationTime,       \
     (to)->ftLastAccessTime = (from)->data.ftLastAccessTime, (to)->ftLastWriteTime = (from)->data.ftLastWriteTime,     \
     (to)->nFileSizeHigh = (from)->data.nFileSizeHigh, (to)->nFileSizeLow = (from)->data.nFileSizeLow,                 \
     (to)->dwReserved0 = 0, (to)->dwReserved1 = 0, (to)->cAlternateFileName[0] = 0)

static void give_a(LPWIN32_FIND_DATAA out, const found *one) {
    DATA_COPY(out, one);
    (void)stpncpy(out->cFileName, one->name, sizeof out->cFileName - 1);
    out->cFileName[sizeof out->cFileName - 1] = '\0';
}

static void give_w(LPWIN32_FIND_DATAW out, const found *one) {
    DATA_COPY(out, one);
    (void)spalw_wide_copy(out->cFileName, _countof(out->cFileName), one->name);
}

HANDLE WINAPI FindFirstFileA(LPCSTR path, LPWIN32_FIND_DATAA data) {
    found one;
    HANDLE handle = search_begin(spalw_path_a(path), &one);
    if (handle != INVALID_HANDLE_VALUE)
        give_a(data, &one);
    return handle;
}

HANDLE WINAPI FindFirstFileW(LPCWSTR path, LPWIN32_FIND_DATAW data) {
    found one;
    HANDLE handle = search_begin(spalw_path_w(path), &one);
    if (handle != INVALID_HANDLE_VALUE)
        give_w(data, &one);
    return handle;
}

/* What a program may ask to be left out is never there: short names, and whatever is no folder is shown regardless. */
static bool is_search(FINDEX_INFO_LEVELS level, FINDEX_SEARCH_OPS operation, LPVOID filter) {
    bool is_known = (level == FindExInfoStandard || level == FindExInfoBasic) &&
                    (operation == FindExSearchNameMatch || operation == FindExSearchLimitToDirectories);
    if (!is_known || filter != NULL)
        spalw_set_error(ERROR_INVALID_PARAMETER);
    return is_known && filter == NULL;
}

HANDLE WINAPI FindFirstFileExA(LPCSTR path, FINDEX_INFO_LEVELS level, LPVOID data, FINDEX_SEARCH_OPS operation,
                               LPVOID filter, DWORD flags) {
    (void)flags;
    return is_search(level, operation, filter) ? FindFirstFileA(path, data) : INVALID_HANDLE_VALUE;
}

HANDLE WINAPI FindFirstFileExW(LPCWSTR path, FINDEX_INFO_LEVELS level, LPVOID data, FINDEX_SEARCH_OPS operation,
                               LPVOID filter, DWORD flags) {
    (void)flags;
    return is_search(level, operation, filter) ? FindFirstFileW(path, data) : INVALID_HANDLE_VALUE;
}

/* One thread at a time uses a search, as on Windows. @return the search, pinned, or null, last error set */
static search *search_step(HANDLE handle, found *out) {
    search *of = (search *)spalw_handle_find(handle, SPALW_SEARCH);
    if (of == NULL || search_next(of, out))
        return of;
    spalw_handle_unpin(handle);
    spalw_set_error(ERROR_NO_MORE_FILES);
    return NULL;
}

BOOL WINAPI FindNextFileA(HANDLE handle, LPWIN32_FIND_DATAA data) {
    found one;
    if (search_step(handle, &one) == NULL)
        return FALSE;
    give_a(data, &one);
    spalw_handle_unpin(handle);
    return TRUE;
}

BOOL WINAPI FindNextFileW(HANDLE handle, LPWIN32_FIND_DATAW data) {
    found one;
    if (search_step(handle, &one) == NULL)
        return FALSE;
    give_w(data, &one);
    spalw_handle_unpin(handle);
    return TRUE;
}

BOOL WINAPI FindClose(HANDLE handle) {
    return spalw_handle_close(handle, SPALW_SEARCH) ? TRUE : spalw_fail(ERROR_INVALID_HANDLE);
}
