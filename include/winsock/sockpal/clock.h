/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: clocks and the calendar (sysinfoapi.h, profileapi.h, timezoneapi.h, timeapi.h).
 */
#ifndef SOCKPAL_WINSOCK_CLOCK_H
#define SOCKPAL_WINSOCK_CLOCK_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define TIME_ZONE_ID_INVALID ((DWORD)0xFFFFFFFF)
#define TIME_ZONE_ID_UNKNOWN 0
#define TIME_ZONE_ID_STANDARD 1
#define TIME_ZONE_ID_DAYLIGHT 2

typedef struct _TIME_ZONE_INFORMATION {
    LONG Bias; /**< minutes that local time is behind UTC */
    WCHAR StandardName[32];
    SYSTEMTIME StandardDate;
    LONG StandardBias;
    WCHAR DaylightName[32];
    SYSTEMTIME DaylightDate;
    LONG DaylightBias;
} TIME_ZONE_INFORMATION, *PTIME_ZONE_INFORMATION, *LPTIME_ZONE_INFORMATION;

SPALW_BEGIN

DWORD WINAPI GetTickCount(void) SPALW_LINK(GetTickCount);
ULONGLONG WINAPI GetTickCount64(void) SPALW_LINK(GetTickCount64);
BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *count) SPALW_LINK(QueryPerformanceCounter);
BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *frequency) SPALW_LINK(QueryPerformanceFrequency);
BOOL WINAPI QueryUnbiasedInterruptTime(PULONGLONG ticks) SPALW_LINK(QueryUnbiasedInterruptTime);

VOID WINAPI GetSystemTime(LPSYSTEMTIME time) SPALW_LINK(GetSystemTime);
VOID WINAPI GetLocalTime(LPSYSTEMTIME time) SPALW_LINK(GetLocalTime);
VOID WINAPI GetSystemTimeAsFileTime(LPFILETIME time) SPALW_LINK(GetSystemTimeAsFileTime);
VOID WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME time) SPALW_LINK(GetSystemTimePreciseAsFileTime);
BOOL WINAPI FileTimeToSystemTime(const FILETIME *from, LPSYSTEMTIME to) SPALW_LINK(FileTimeToSystemTime);
BOOL WINAPI SystemTimeToFileTime(const SYSTEMTIME *from, LPFILETIME to) SPALW_LINK(SystemTimeToFileTime);
BOOL WINAPI FileTimeToLocalFileTime(const FILETIME *from, LPFILETIME to) SPALW_LINK(FileTimeToLocalFileTime);
BOOL WINAPI LocalFileTimeToFileTime(const FILETIME *from, LPFILETIME to) SPALW_LINK(LocalFileTimeToFileTime);
LONG WINAPI CompareFileTime(const FILETIME *first, const FILETIME *second) SPALW_LINK(CompareFileTime);
DWORD WINAPI GetTimeZoneInformation(LPTIME_ZONE_INFORMATION zone) SPALW_LINK(GetTimeZoneInformation);

SPALW_END

#endif
