/* SPDX-License-Identifier: MIT
 *
 * Files as tests need them: to be sent, to be cut short while they are, to be the names of local sockets. file_posix.c
 * and file_win32.c implement it; the build chooses. Paths are UTF-8. What a system refuses is told by the result.
 */
#ifndef SUPPORT_FILE_H
#define SUPPORT_FILE_H

#include "native.h"

/** A fresh, empty file for reading and writing, gone once it is closed (by native_close_file). NATIVE_NONE when there
 *  cannot be one. */
spal_native file_open_fresh(void);
/** The same, for writing only. */
spal_native file_open_unreadable(void);
/** A folder, opened as a file is. */
spal_native file_open_folder(void);
bool file_write(spal_native file, uint64_t at, const void *bytes, size_t length);
/** Cuts or extends it. What is added takes no room. */
bool file_resize(spal_native file, uint64_t length);
/** Where the next plain read would begin. */
bool file_seek(spal_native file, uint64_t at);
uint64_t file_position(spal_native file);

/** Makes a fresh folder with a short path. */
bool folder_make(char *path, size_t room);
bool path_exists(const char *path);
/** Makes an empty file. */
bool path_make_file(const char *path);
/** Removes a file, or an empty folder. */
bool path_remove(const char *path);

#endif
