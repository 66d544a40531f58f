/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: of the multimedia API, its clock.
 */
#ifndef SOCKPAL_WINSOCK_MMSYSTEM_H
#define SOCKPAL_WINSOCK_MMSYSTEM_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define TIMERR_NOERROR 0
#define TIMERR_NOCANDO 97
#define MMSYSERR_NOERROR 0

typedef UINT MMRESULT;

typedef struct timecaps_tag {
    UINT wPeriodMin;
    UINT wPeriodMax;
} TIMECAPS, *PTIMECAPS, *LPTIMECAPS;

SPALW_BEGIN
DWORD WINAPI timeGetTime(void) SPALW_LINK(timeGetTime);
MMRESULT WINAPI timeBeginPeriod(UINT period_ms) SPALW_LINK(timeBeginPeriod);
MMRESULT WINAPI timeEndPeriod(UINT period_ms) SPALW_LINK(timeEndPeriod);
MMRESULT WINAPI timeGetDevCaps(LPTIMECAPS capabilities, UINT size) SPALW_LINK(timeGetDevCaps);
SPALW_END

#endif
