/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: descriptors of the C library (io.h, fcntl.h). Text and binary are the same here.
 */
#ifndef SOCKPAL_WINSOCK_IO_H
#define SOCKPAL_WINSOCK_IO_H

#include "sockpal/base.h"
#include "sockpal/crt.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
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

#define _SH_DENYRW 0x10
#define _SH_DENYWR 0x20
#define _SH_DENYRD 0x30
#define _SH_DENYNO 0x40

#define _A_NORMAL 0x00
#define _A_RDONLY 0x01
#define _A_HIDDEN 0x02
#define _A_SYSTEM 0x04
#define _A_SUBDIR 0x10
#define _A_ARCH 0x20

struct _finddata_t {
    unsigned attrib;
    time_t time_create;
    time_t time_access;
    time_t time_write;
    LONGLONG size;
    char name[260];
};
#define _finddata64_t _finddata_t
#define _finddatai64_t _finddata_t
#define _finddata32i64_t _finddata_t
#define _finddata64i32_t _finddata_t
#define __finddata64_t _finddata_t

SPALW_BEGIN
int _open(const char *path, int flags, ...) SPALW_LINK(_open);
errno_t _sopen_s(int *descriptor, const char *path, int flags, int share, int mode) SPALW_LINK(_sopen_s);
errno_t _access_s(const char *path, int mode) SPALW_LINK(_access_s);
intptr_t _findfirst(const char *pattern, struct _finddata_t *data) SPALW_LINK(_findfirst);
int _findnext(intptr_t handle, struct _finddata_t *data) SPALW_LINK(_findnext);
int _findclose(intptr_t handle) SPALW_LINK(_findclose);
int _setmode(int descriptor, int mode) SPALW_LINK(_setmode);
LONGLONG _filelengthi64(int descriptor) SPALW_LINK(_filelengthi64);
LONG _filelength(int descriptor) SPALW_LINK(_filelength);
intptr_t _get_osfhandle(int descriptor) SPALW_LINK(_get_osfhandle);
SPALW_END

#define _findfirst64 _findfirst
#define _findfirsti64 _findfirst
#define _findfirst32i64 _findfirst
#define _findfirst64i32 _findfirst
#define _findnext64 _findnext
#define _findnexti64 _findnext
#define _findnext32i64 _findnext
#define _findnext64i32 _findnext

#endif
