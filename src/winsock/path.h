/* SPDX-License-Identifier: MIT
 *
 * Paths of Windows' form as paths of this system.
 */
#ifndef SPALW_PATH_H
#define SPALW_PATH_H

#include "sockpal/base.h"

/** A path of this system, to be freed; null, last error set, when there is none: either slash divides, a drive's letter
 *  means nothing, NUL and CON have their relatives. */
char *spalw_path_a(LPCSTR path);
char *spalw_path_w(LPCWSTR path);

/** What a call that failed with this errno reports of a path of this system: a file that is missing is told from a
 * folder on its way that is. */
DWORD spalw_path_error(const char *path, int code);

#endif
