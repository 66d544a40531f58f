/* SPDX-License-Identifier: MIT
 *
 * What the files of the console share.
 */
#ifndef SPALW_CONSOLE_H
#define SPALW_CONSOLE_H

#include "sockpal/base.h"

#include <stdbool.h>

/** @return the descriptor of a console, with the handle pinned; or -1, last error set */
int spalw_console_find(HANDLE handle);

/** Writes everything, behind what the C library still holds back. */
bool spalw_console_write_all(int descriptor, const char *text, size_t length);

/** Writes to a console, as WriteConsole does. @param units  what is told, of so many */
BOOL spalw_console_write(HANDLE console, const char *text, size_t length, DWORD units, LPDWORD written);

#endif
