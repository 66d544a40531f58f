/* SPDX-License-Identifier: MIT
 *
 * The rest of Microsoft's C library that others lack: streams, times, the environment, memory with a boundary.
 */
#define SOCKPAL_NATIVE_PRINTF

#include "path.h"
#include "text.h"

#include "sockpal/crt.h"

#include <fcntl.h>
#include <unistd.h>

static errno_t fail(errno_t code) {
    errno = code;
    return code;
}

/* --------------------------------------------------------------------------------------------------------- streams */

/* Letters that Windows has beyond the standard's: text and binary, which are one here, and ways of caching. */
static void mode_translate(char *out, size_t room, const char *mode) {
    size_t length = 0;
    for (; *mode != '\0' && *mode != ',' && length + 1 < room; mode++)
        if (strchr("tcnSRTD ", *mode) == NULL)
            out[length++] = *mode;
    out[length] = '\0';
}

static FILE *stream_open(char *path, const char *mode, FILE *old) {
    char native_mode[16];
    if (path == NULL) {
        errno = ENOENT;
        return NULL;
    }
    mode_translate(native_mode, sizeof native_mode, mode);
    FILE *stream = old == NULL ? fopen(path, native_mode) : freopen(path, native_mode, old);
    int code = errno;
    free(path);
    errno = code;
    return stream;
}

errno_t fopen_s(FILE **out, const char *path, const char *mode) {
    if (out == NULL || path == NULL || mode == NULL)
        return fail(EINVAL);
    *out = stream_open(spalw_path_a(path), mode, NULL);
    return *out == NULL ? errno : 0;
}

errno_t freopen_s(FILE **out, const char *path, const char *mode, FILE *stream) {
    if (out == NULL || path == NULL || mode == NULL || stream == NULL)
        return fail(EINVAL);
    *out = stream_open(spalw_path_a(path), mode, stream);
    return *out == NULL ? errno : 0;
}

FILE *_fsopen(const char *path, const char *mode, int share) {
    (void)share;
    return stream_open(spalw_path_a(path), mode, NULL);
}

FILE *_wfopen(const wchar_t *path, const wchar_t *mode) {
    char *narrow = spalw_utf8_from_wide(mode);
    FILE *stream = narrow == NULL ? NULL : stream_open(spalw_path_w(path), narrow, NULL);
    free(narrow);
    return stream;
}

errno_t _wfopen_s(FILE **out, const wchar_t *path, const wchar_t *mode) {
    if (out == NULL || path == NULL || mode == NULL)
        return fail(EINVAL);
    *out = _wfopen(path, mode);
    return *out == NULL ? errno : 0;
}

int _fseeki64(FILE *stream, LONGLONG offset, int origin) {
    return fseeko(stream, (off_t)offset, origin);
}

LONGLONG _ftelli64(FILE *stream) {
    return ftello(stream);
}

int _fileno(FILE *stream) {
    return fileno(stream);
}

/* A line without its end; one that does not fit is dropped. */
char *gets_s(char *out, rsize_t room) {
    size_t length = 0;
    int unit;
    if (out == NULL || room == 0) {
        (void)fail(EINVAL);
        return NULL;
    }
    while ((unit = getchar()) != EOF && unit != '\n')
        if (length++ < room)
            out[length - 1] = (char)unit;
    bool fits = length < room;
    out[fits ? length : 0] = '\0';
    if (!fits)
        (void)fail(ERANGE);
    return !fits || (unit == EOF && length == 0) ? NULL : out;
}

int _flushall(void) {
    return fflush(NULL) == 0 ? 1 : EOF;
}

/* Those that the program opened are not known here: what they hold back is written. */
int _fcloseall(void) {
    return _flushall() == 1 ? 0 : EOF;
}

/* ------------------------------------------------------------------------------------------------------------ times */

errno_t localtime_s(struct tm *out, const time_t *time) {
    return out == NULL || time == NULL || localtime_r(time, out) == NULL ? fail(EINVAL) : 0;
}

errno_t gmtime_s(struct tm *out, const time_t *time) {
    return out == NULL || time == NULL || gmtime_r(time, out) == NULL ? fail(EINVAL) : 0;
}

errno_t asctime_s(char *out, size_t room, const struct tm *time) {
    char text[64];
    if (out == NULL || room < 26 || time == NULL || asctime_r(time, text) == NULL)
        return fail(EINVAL);
    return strcpy_s(out, room, text);
}

errno_t ctime_s(char *out, size_t room, const time_t *time) {
    struct tm local;
    errno_t code = localtime_s(&local, time);
    return code != 0 ? code : asctime_s(out, room, &local);
}

time_t _time64(time_t *out) {
    return time(out);
}

time_t _mkgmtime(struct tm *time) {
    return timegm(time);
}

static char *now_as(char *out, size_t room, const char *format) {
    struct tm local;
    time_t now = time(NULL);
    (void)strftime(out, room, format, localtime_r(&now, &local));
    return out;
}

char *_strdate(char *out) {
    return now_as(out, 9, "%m/%d/%y");
}

char *_strtime(char *out) {
    return now_as(out, 9, "%H:%M:%S");
}

/* ------------------------------------------------------------------------------------------------------ environment */

int _putenv(const char *assignment) {
    const char *equals = strchr(assignment, '=');
    char *name = equals == NULL ? NULL : strndup(assignment, (size_t)(equals - assignment));
    int result = name == NULL ? -1 : _putenv_s(name, equals + 1) == 0 ? 0 : -1;
    free(name);
    return result;
}

/* An empty value takes the variable away. */
errno_t _putenv_s(const char *name, const char *value) {
    if (name == NULL || value == NULL)
        return fail(EINVAL);
    return (*value == '\0' ? unsetenv(name) : setenv(name, value, 1)) == 0 ? 0 : errno;
}

errno_t getenv_s(size_t *needed, char *out, rsize_t room, const char *name) {
    if (needed == NULL || name == NULL || (out == NULL && room != 0))
        return fail(EINVAL);
    const char *value = getenv(name);
    *needed = value == NULL ? 0 : strlen(value) + 1;
    if (room != 0)
        *out = '\0';
    if (value == NULL || room == 0)
        return 0;
    return *needed <= room ? strcpy_s(out, room, value) : ERANGE;
}

errno_t _dupenv_s(char **out, size_t *size, const char *name) {
    if (out == NULL || name == NULL)
        return fail(EINVAL);
    const char *value = getenv(name);
    *out = value == NULL ? NULL : strdup(value);
    if (size != NULL)
        *size = *out == NULL ? 0 : strlen(value) + 1;
    return value != NULL && *out == NULL ? fail(ENOMEM) : 0;
}

/* ----------------------------------------------------------------------------------------------------------- others */

void *_aligned_malloc(size_t size, size_t alignment) {
    void *memory = NULL;
    size_t least = alignment < sizeof(void *) ? sizeof(void *) : alignment;
    errno_t code = posix_memalign(&memory, least, size == 0 ? 1 : size);
    return code == 0 ? memory : (fail(code), NULL);
}

void _aligned_free(void *memory) {
    free(memory);
}

errno_t rand_s(unsigned *value) {
    if (value == NULL)
        return fail(EINVAL);
    int source = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    ssize_t count = source < 0 ? -1 : read(source, value, sizeof *value);
    if (source >= 0)
        (void)close(source);
    return count == (ssize_t)sizeof *value ? 0 : fail(ENOMEM);
}

/* A path from the root, without resolving links and whether or not there is such a file. */
char *_fullpath(char *out, const char *path, size_t room) {
    char folder[4096];
    if (path == NULL || getcwd(folder, sizeof folder) == NULL)
        return NULL;
    size_t needed = strlen(folder) + strlen(path) + 2;
    char *text = out == NULL ? malloc(needed) : needed <= room ? out : NULL;
    if (text == NULL)
        return fail(ERANGE) == 0 ? text : NULL;
    if (*path == '/' || *path == '\\')
        (void)snprintf(text, needed, "%s", path);
    else
        (void)snprintf(text, needed, "%s%s%s", folder, *path == '\0' ? "" : "/", path);
    return text;
}
