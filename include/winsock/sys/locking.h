/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the ways of locking a part of a file (sys/locking.h).
 */
#ifndef SOCKPAL_WINSOCK_SYS_LOCKING_H
#define SOCKPAL_WINSOCK_SYS_LOCKING_H

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _LK_UNLCK 0
#define _LK_LOCK 1
#define _LK_NBLCK 2
#define _LK_RLCK 3
#define _LK_NBRLCK 4

#endif
