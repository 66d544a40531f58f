/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the C library's header of this name, and what Microsoft's calls the same things. Sizes have 64 bits
 * by every name.
 */
#if defined(__GNUC__)
#pragma GCC system_header
#endif

#include_next <sys/stat.h>

#if !defined(SOCKPAL_WINSOCK_SYS_STAT_H)
#define SOCKPAL_WINSOCK_SYS_STAT_H

#define _stat stat
#define _stat64 stat
#define _stati64 stat
#define _stat64i32 stat
#define __stat64 stat
#define _fstat fstat
#define _fstat64 fstat
#define _fstati64 fstat
#define _fstat64i32 fstat
#define _S_IFMT 0170000
#define _S_IFDIR 0040000
#define _S_IFREG 0100000
#define _S_IFCHR 0020000
#if !defined(_S_IREAD)
#define _S_IREAD 0400
#define _S_IWRITE 0200
#define _S_IEXEC 0100
#endif

#endif
