/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: folders of the C library (direct.h).
 */
#ifndef SOCKPAL_WINSOCK_DIRECT_H
#define SOCKPAL_WINSOCK_DIRECT_H

#include "sockpal/base.h"

#include <sys/stat.h>
#include <unistd.h>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _chdir chdir
#define _getcwd getcwd
#define _mkdir(path) mkdir((path), 0777)
#define _rmdir rmdir

#endif
