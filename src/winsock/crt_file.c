/* SPDX-License-Identifier: MIT
 *
 * Files and paths as Microsoft's C library names them (io.h, stdlib.h), and the time with its milliseconds.
 */
#define SOCKPAL_NATIVE_PRINTF

#include "path.h"

#include "io.h"
#include "sockpal/crt.h"
#include "sockpal/error.h"
#include "sockpal/file.h"
#include "sys/timeb.h"

#include "filetime.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <time.h>

/* Flags that say how bytes are to be read: they are read as they are. Their bits mean something else to open. */
#define TRANSLATIONS (_O_TEXT | _O_BINARY | _O_WTEXT | _O_U16TEXT | _O_U8TEXT)

static errno_t fail(errno_t code) {
    errno = code;
    return code;
}

/* ---------------------------------------------------------------------------------------------------------- opening */

static int file_open(const char *path, int flags, int mode) {
    char *native = spalw_path_a(path);
    if (native == NULL)
        return fail(path == NULL ? EINVAL : ENOENT) == 0 ? 0 : -1;
    int descriptor = open(native, (flags & ~TRANSLATIONS) | O_CLOEXEC, mode);
    int code = errno;
    free(native);
    errno = code;
    return descriptor;
}

/* _S_IREAD and _S_IWRITE speak of the owner alone; what others may is for the umask to say. */
static int mode_of(int mode) {
    return 0444 | ((mode & _S_IWRITE) != 0 ? 0222 : 0);
}

int _open(const char *path, int flags, ...) {
    int mode = 0;
    if ((flags & O_CREAT) != 0) {
        va_list list;
        va_start(list, flags);
        mode = mode_of(va_arg(list, int));
        va_end(list);
    }
    return file_open(path, flags, mode);
}

errno_t _sopen_s(int *descriptor, const char *path, int flags, int share, int mode) {
    (void)share;
    if (descriptor == NULL)
        return fail(EINVAL);
    *descriptor = file_open(path, flags, mode_of(mode));
    return *descriptor >= 0 ? 0 : errno;
}

errno_t _access_s(const char *path, int mode) {
    char *native = spalw_path_a(path);
    if (native == NULL)
        return fail(path == NULL ? EINVAL : ENOENT);
    errno_t code = access(native, mode) == 0 ? 0 : errno;
    free(native);
    return code == 0 ? 0 : fail(code);
}

/* -------------------------------------------------------------------------------------------------------- searching */

static time_t seconds_of(const FILETIME *time) {
    const uint64_t ticks_1970 = 116444736000000000U;
    return (time_t)((spalw_ticks_from_filetime(time) - ticks_1970) / 10000000U);
}

static void found_copy(struct _finddata_t *out, const WIN32_FIND_DATAA *data) {
    out->attrib = data->dwFileAttributes == FILE_ATTRIBUTE_NORMAL ? _A_NORMAL : data->dwFileAttributes;
    out->time_create = seconds_of(&data->ftCreationTime);
    out->time_access = seconds_of(&data->ftLastAccessTime);
    out->time_write = seconds_of(&data->ftLastWriteTime);
    out->size = (LONGLONG)((uint64_t)data->nFileSizeHigh << 32 | data->nFileSizeLow);
    memcpy(out->name, data->cFileName, sizeof out->name);
}

intptr_t _findfirst(const char *pattern, struct _finddata_t *data) {
    WIN32_FIND_DATAA found;
    if (pattern == NULL || data == NULL)
        return fail(EINVAL) == 0 ? 0 : -1;
    HANDLE handle = FindFirstFileA(pattern, &found);
    if (handle == INVALID_HANDLE_VALUE)
        return fail(ENOENT) == 0 ? 0 : -1;
    found_copy(data, &found);
    return (intptr_t)handle;
}

int _findnext(intptr_t handle, struct _finddata_t *data) {
    WIN32_FIND_DATAA found;
    if (data == NULL || !FindNextFileA((HANDLE)handle, &found))
        return fail(data == NULL ? EINVAL : ENOENT) == 0 ? 0 : -1;
    found_copy(data, &found);
    return 0;
}

int _findclose(intptr_t handle) {
    return FindClose((HANDLE)handle) || fail(EINVAL) == 0 ? 0 : -1;
}

/* ------------------------------------------------------------------------------------------------------------ paths */

typedef struct piece {
    const char *text;
    size_t length;
} piece;

/* The drive with its colon, the folder with its slash, the name, the extension with its dot. */
static void path_divide(const char *path, piece out[4]) {
    size_t drive = isalpha((unsigned char)path[0]) && path[1] == ':' ? 2 : 0;
    const char *folder = path + drive, *name = folder, *dot = NULL;
    for (const char *at = folder; *at != '\0'; at++)
        if (*at == '/' || *at == '\\')
            name = at + 1;
    dot = strrchr(name, '.');
    const char *end = name + strlen(name);
    dot = dot == NULL ? end : dot;
    out[0] = (piece){path, drive};
    out[1] = (piece){folder, (size_t)(name - folder)};
    out[2] = (piece){name, (size_t)(dot - name)};
    out[3] = (piece){dot, (size_t)(end - dot)};
}

static bool piece_copy(char *out, size_t room, const piece *of) {
    if (out == NULL)
        return room == 0;
    if (of->length >= room)
        return false;
    memcpy(out, of->text, of->length);
    out[of->length] = '\0';
    return true;
}

errno_t _splitpath_s(const char *path, char *drive, size_t drive_room, char *folder, size_t folder_room, char *name,
                     size_t name_room, char *extension, size_t extension_room) {
    piece pieces[4];
    char *outs[4] = {drive, folder, name, extension};
    size_t rooms[4] = {drive_room, folder_room, name_room, extension_room};
    errno_t code = path == NULL ? EINVAL : 0;
    for (int i = 0; i < 4; i++)
        if ((outs[i] == NULL) != (rooms[i] == 0))
            code = EINVAL;
    if (code == 0)
        path_divide(path, pieces);
    for (int i = 0; i < 4 && code == 0; i++)
        if (!piece_copy(outs[i], rooms[i], &pieces[i]))
            code = ERANGE;
    for (int i = 0; i < 4 && code != 0; i++)
        if (outs[i] != NULL && rooms[i] != 0)
            *outs[i] = '\0';
    return code == 0 ? 0 : fail(code);
}

void _splitpath(const char *path, char *drive, char *folder, char *name, char *extension) {
    (void)_splitpath_s(path, drive, drive == NULL ? 0 : _MAX_DRIVE, folder, folder == NULL ? 0 : _MAX_DIR, name,
                       name == NULL ? 0 : _MAX_FNAME, extension, extension == NULL ? 0 : _MAX_EXT);
}

/* @return false when there is no room */
static bool text_append(char *out, size_t room, const char *text, size_t length) {
    size_t used = strlen(out);
    if (length >= room - used)
        return false;
    memcpy(out + used, text, length);
    out[used + length] = '\0';
    return true;
}

static bool is_text(const char *text) {
    return text != NULL && *text != '\0';
}

errno_t _makepath_s(char *out, size_t room, const char *drive, const char *folder, const char *name,
                    const char *extension) {
    if (out == NULL || room == 0)
        return fail(EINVAL);
    *out = '\0';
    bool fits = true;
    if (is_text(drive))
        fits = text_append(out, room, drive, 1) && text_append(out, room, ":", 1);
    if (fits && is_text(folder)) {
        char last = folder[strlen(folder) - 1];
        fits = text_append(out, room, folder, strlen(folder)) &&
               (last == '/' || last == '\\' || text_append(out, room, "\\", 1));
    }
    if (fits && is_text(name))
        fits = text_append(out, room, name, strlen(name));
    if (fits && is_text(extension))
        fits = (*extension == '.' || text_append(out, room, ".", 1)) &&
               text_append(out, room, extension, strlen(extension));
    if (fits)
        return 0;
    *out = '\0';
    return fail(ERANGE);
}

void _makepath(char *out, const char *drive, const char *folder, const char *name, const char *extension) {
    (void)_makepath_s(out, _MAX_PATH, drive, folder, name, extension);
}

/* --------------------------------------------------------------------------------------------------------- the time */

errno_t _ftime_s(struct _timeb *out) {
    struct timespec now;
    struct tm local;
    if (out == NULL)
        return fail(EINVAL);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)localtime_r(&now.tv_sec, &local);
    out->time = now.tv_sec;
    out->millitm = (unsigned short)(now.tv_nsec / 1000000);
    out->dstflag = (short)(local.tm_isdst > 0);
    tzset();
    out->timezone = (short)(timezone / 60);
    return 0;
}

void _ftime(struct _timeb *out) {
    (void)_ftime_s(out);
}
