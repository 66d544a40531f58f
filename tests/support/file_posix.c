/* SPDX-License-Identifier: MIT
 *
 * Files as tests need them, on POSIX. Its twin is file_win32.c; file.h says what the functions promise.
 */
#include "file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char template[] = "/tmp/spal-XXXXXX";

/** @param path  at least sizeof template bytes */
static int file_create(char *path) {
    memcpy(path, template, sizeof template);
    return mkstemp(path);
}

spal_native file_open_fresh(void) {
    char path[sizeof template];
    int descriptor = file_create(path);
    if (descriptor >= 0)
        unlink(path);
    return descriptor;
}

spal_native file_open_unreadable(void) {
    char path[sizeof template];
    int descriptor = file_create(path), again;
    if (descriptor < 0)
        return NATIVE_NONE;
    again = open(path, O_WRONLY | O_CLOEXEC);
    unlink(path);
    close(descriptor);
    return again;
}

spal_native file_open_folder(void) {
    return open("/tmp", O_RDONLY | O_CLOEXEC);
}

bool file_write(spal_native file, uint64_t at, const void *bytes, size_t length) {
    size_t done = 0;
    while (done < length) {
        ssize_t written = pwrite((int)file, (const char *)bytes + done, length - done, (off_t)(at + done));
        if (written <= 0)
            return false;
        done += (size_t)written;
    }
    return true;
}

bool file_resize(spal_native file, uint64_t length) {
    return ftruncate((int)file, (off_t)length) == 0;
}

bool file_seek(spal_native file, uint64_t at) {
    return lseek((int)file, (off_t)at, SEEK_SET) == (off_t)at;
}

uint64_t file_position(spal_native file) {
    return (uint64_t)lseek((int)file, 0, SEEK_CUR);
}

bool folder_make(char *path, size_t room) {
    if (room < sizeof template)
        return false;
    memcpy(path, template, sizeof template);
    return mkdtemp(path) != NULL;
}

bool path_exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

bool path_make_file(const char *path) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return descriptor >= 0 && close(descriptor) == 0;
}

bool path_remove(const char *path) {
    return remove(path) == 0;
}
