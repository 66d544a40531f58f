/* SPDX-License-Identifier: MIT
 *
 * What some example programs need of the system and neither C nor sockpal has: a clock, and files as spal_sendfile
 * takes them. system_posix.c and system_win32.c implement it; the build chooses. No networking.
 */
#ifndef EXAMPLES_SYSTEM_H
#define EXAMPLES_SYSTEM_H

#include <sockpal.h>

/** Microseconds on a clock that never jumps. */
uint64_t now_us(void);

/**
 * Opens a file to be read and sent.
 * @param folder  as it stands in the command line
 * @param path    below the folder, UTF-8, parts divided by '/'
 * @param size    out: its length now, in bytes
 * @return SPAL_ENOENT, SPAL_EISDIR, SPAL_EACCES ...; SPAL_EACCES for what is no ordinary file (a device, a pipe)
 */
spal_error file_open(const char *folder, const char *path, spal_native *file, uint64_t *size);

void file_close(spal_native file);

#endif
