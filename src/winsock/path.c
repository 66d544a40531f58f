/* SPDX-License-Identifier: MIT
 *
 * Paths of Windows' form as paths of this system: see path.h.
 */
#include "path.h"

#include "error.h"
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>

static const struct {
    const char *name;
    const char *path;
} devices[] = {{"NUL", "/dev/null"}, {"CON", "/dev/tty"}, {"CONIN$", "/dev/tty"}, {"CONOUT$", "/dev/tty"}};

static const char *device_of(const char *name) {
    for (size_t i = 0; i < _countof(devices); i++)
        if (strcasecmp(name, devices[i].name) == 0)
            return devices[i].path;
    return NULL;
}

static bool is_slash(char unit) {
    return unit == '\\' || unit == '/';
}

/* Behind \\?\ and \\.\, and behind a drive's letter. */
static const char *without_prefix(const char *path) {
    if (is_slash(path[0]) && is_slash(path[1]) && (path[2] == '?' || path[2] == '.') && is_slash(path[3]))
        path += 4;
    if (isalpha((unsigned char)path[0]) && path[1] == ':')
        path += 2;
    return path;
}

static char *path_copy(const char *path) {
    const char *device = device_of(path);
    char *copy = strdup(device == NULL ? path : device);
    if (copy == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    for (char *at = copy; *at != '\0'; at++)
        if (*at == '\\')
            *at = '/';
    return copy;
}

char *spalw_path_a(LPCSTR path) {
    if (path == NULL || *path == '\0')
        return spalw_fail_null(ERROR_PATH_NOT_FOUND);
    return path_copy(without_prefix(path));
}

char *spalw_path_w(LPCWSTR path) {
    char *narrow = path == NULL ? NULL : spalw_utf8_from_wide(path);
    if (path != NULL && narrow == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    char *own = spalw_path_a(narrow);
    free(narrow);
    return own;
}

static bool has_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    struct stat status;
    if (slash == NULL || slash == path)
        return true;
    char *folder = strndup(path, (size_t)(slash - path));
    bool is_there = folder != NULL && stat(folder, &status) == 0 && S_ISDIR(status.st_mode);
    free(folder);
    return is_there;
}

DWORD spalw_path_error(const char *path, int code) {
    return code == ENOENT && !has_folder(path) ? ERROR_PATH_NOT_FOUND : spalw_error_from_errno(code);
}
