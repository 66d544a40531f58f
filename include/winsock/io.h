/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: descriptors of the C library (io.h, fcntl.h). Text and binary are the same here.
 */
#ifndef SOCKPAL_WINSOCK_IO_H
#define SOCKPAL_WINSOCK_IO_H

#include "sockpal/base.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _O_RDONLY O_RDONLY
#define _O_WRONLY O_WRONLY
#define _O_RDWR O_RDWR
#define _O_APPEND O_APPEND
#define _O_CREAT O_CREAT
#define _O_TRUNC O_TRUNC
#define _O_EXCL O_EXCL
#define _O_TEXT 0x4000
#define _O_BINARY 0x8000
#define _O_WTEXT 0x10000
#define _O_U16TEXT 0x20000
#define _O_U8TEXT 0x40000
#define _S_IREAD 0400
#define _S_IWRITE 0200
#if !defined(O_BINARY)
#define O_BINARY 0
#define O_TEXT 0
#endif

#define _access access
#define _close close
#define _commit fsync
#define _dup dup
#define _dup2 dup2
#define _isatty isatty
#define _lseek lseek
#define _lseeki64 lseek
#define _read read
#define _unlink unlink
#define _write write
#define _chsize ftruncate
#define _open(...) open(__VA_ARGS__)

SPALW_BEGIN
int _setmode(int descriptor, int mode) SPALW_LINK(_setmode);
LONGLONG _filelengthi64(int descriptor) SPALW_LINK(_filelengthi64);
LONG _filelength(int descriptor) SPALW_LINK(_filelength);
intptr_t _get_osfhandle(int descriptor) SPALW_LINK(_get_osfhandle);
SPALW_END

#endif
