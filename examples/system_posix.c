/* SPDX-License-Identifier: MIT
 *
 * The clock and the files of system.h, over POSIX. Its twin is system_win32.c.
 */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

uint64_t now_us(void) {
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000U + (uint64_t)now.tv_nsec / 1000U;
}

static spal_error file_check(int file, uint64_t *size) {
    struct stat status;

    if (fstat(file, &status) != 0) {
        return spal_error_from_errno(errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return SPAL_EISDIR;
    }
    if (!S_ISREG(status.st_mode)) {
        return SPAL_EACCES;
    }
    *size = (uint64_t)status.st_size;
    return SPAL_OK;
}

spal_error file_open(const char *folder, const char *path, spal_native *file, uint64_t *size) {
    char name[PATH_ROOM];
    spal_error error;
    int length = snprintf(name, sizeof name, "%s/%s", folder, path);
    int descriptor;

    if (length < 0 || length >= PATH_ROOM) {
        return SPAL_ENAMETOOLONG;
    }
    /* Opening a pipe would wait for its writer, were it not for O_NONBLOCK; an ordinary file does not notice it. */
    descriptor = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) {
        return spal_error_from_errno(errno);
    }
    error = file_check(descriptor, size);
    if (error != SPAL_OK) {
        (void)close(descriptor);
        return error;
    }
    *file = descriptor;
    return SPAL_OK;
}

void file_close(spal_native file) {
    (void)close((int)file);
}
