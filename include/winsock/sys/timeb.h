/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the time with its milliseconds (sys/timeb.h). It takes the place of the C library's, whose function
 * is none any more.
 */
#ifndef SOCKPAL_WINSOCK_SYS_TIMEB_H
#define SOCKPAL_WINSOCK_SYS_TIMEB_H

#include "../sockpal/crt.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _SYS_TIMEB_H 1

struct _timeb {
    time_t time;
    unsigned short millitm;
    short timezone; /**< minutes west of Greenwich, summer time apart */
    short dstflag;
};

SPALW_BEGIN
errno_t _ftime_s(struct _timeb *out) SPALW_LINK(_ftime_s);
void _ftime(struct _timeb *out) SPALW_LINK(_ftime);
SPALW_END

#define _timeb64 _timeb
#define __timeb64 _timeb
#define _ftime64 _ftime
#define _ftime64_s _ftime_s
#define timeb _timeb
#define ftime _ftime

#endif
