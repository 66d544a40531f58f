/* SPDX-License-Identifier: MIT
 *
 * Clocks and the calendar.
 */
#include "clock.h"
#include "error.h"
#include "filetime.h"

#include "sockpal/clock.h"

#include <mmsystem.h>

#include <stdbool.h>

#define NS_PER_MS 1000000U
#define TICKS_PER_SECOND 10000000
#define TICKS_PER_MS 10000
#define SECONDS_PER_DAY 86400
#define DAYS_1601_TO_1970 134774
#define TICKS_1601_TO_1970 ((uint64_t)DAYS_1601_TO_1970 * SECONDS_PER_DAY * TICKS_PER_SECOND)

/* ----------------------------------------------------------------------------------------------------------- clocks */

ULONGLONG WINAPI GetTickCount64(void) {
    return spalw_now_ns() / NS_PER_MS;
}

DWORD WINAPI GetTickCount(void) {
    return (DWORD)GetTickCount64();
}

DWORD WINAPI timeGetTime(void) {
    return GetTickCount();
}

/* Ten million a second, as Windows 10 has it. */
BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *count) {
    if (count == NULL)
        return spalw_fail(ERROR_NOACCESS);
    count->QuadPart = (LONGLONG)(spalw_now_ns() / 100);
    return TRUE;
}

BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *frequency) {
    if (frequency == NULL)
        return spalw_fail(ERROR_NOACCESS);
    frequency->QuadPart = TICKS_PER_SECOND;
    return TRUE;
}

BOOL WINAPI QueryUnbiasedInterruptTime(PULONGLONG ticks) {
    if (ticks == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *ticks = spalw_now_ns() / 100;
    return TRUE;
}

/* The resolution of waits is the best there is, always. */
MMRESULT WINAPI timeBeginPeriod(UINT period_ms) {
    return period_ms == 0 ? TIMERR_NOCANDO : TIMERR_NOERROR;
}

MMRESULT WINAPI timeEndPeriod(UINT period_ms) {
    return period_ms == 0 ? TIMERR_NOCANDO : TIMERR_NOERROR;
}

MMRESULT WINAPI timeGetDevCaps(LPTIMECAPS capabilities, UINT size) {
    if (capabilities == NULL || size < sizeof *capabilities)
        return TIMERR_NOCANDO;
    capabilities->wPeriodMin = 1;
    capabilities->wPeriodMax = 1000000;
    return TIMERR_NOERROR;
}

/* ------------------------------------------------------------------------------------------------------- file times */

uint64_t spalw_ticks_from_timespec(const struct timespec *time) {
    return TICKS_1601_TO_1970 + (uint64_t)time->tv_sec * TICKS_PER_SECOND + (uint64_t)time->tv_nsec / 100;
}

uint64_t spalw_filetime_ticks(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return spalw_ticks_from_timespec(&now);
}

FILETIME spalw_filetime_from_ticks(uint64_t ticks) {
    return (FILETIME){(DWORD)ticks, (DWORD)(ticks >> 32)};
}

uint64_t spalw_ticks_from_filetime(const FILETIME *time) {
    return (uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime;
}

FILETIME spalw_filetime_now(void) {
    return spalw_filetime_from_ticks(spalw_filetime_ticks());
}

VOID WINAPI GetSystemTimeAsFileTime(LPFILETIME time) {
    *time = spalw_filetime_now();
}

VOID WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME time) {
    *time = spalw_filetime_now();
}

LONG WINAPI CompareFileTime(const FILETIME *first, const FILETIME *second) {
    uint64_t one = spalw_ticks_from_filetime(first), other = spalw_ticks_from_filetime(second);
    return (one > other) - (one < other);
}

/* ----------------------------------------------------------------------------------------------------- the calendar */

/* Days since 1 March of the year 0, by which leap days come last; the calendar repeats every 400 years. */
#define DAYS_PER_ERA 146097
#define DAYS_0000_TO_1601 584694

static void date_from_days(SYSTEMTIME *to, int64_t days_since_1601) {
    int64_t days = days_since_1601 + DAYS_0000_TO_1601;
    int64_t era = days / DAYS_PER_ERA, in_era = days % DAYS_PER_ERA;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153; /* 0 is March */
    to->wDay = (WORD)(in_year - (153 * month + 2) / 5 + 1);
    to->wMonth = (WORD)(month < 10 ? month + 3 : month - 9);
    to->wYear = (WORD)(era * 400 + year + (to->wMonth <= 2));
    to->wDayOfWeek = (WORD)((days_since_1601 + 1) % 7); /* 1 January 1601 was a Monday. */
}

static int64_t days_from_date(const SYSTEMTIME *from) {
    int64_t year = from->wYear - (from->wMonth <= 2);
    int64_t month = from->wMonth > 2 ? from->wMonth - 3 : from->wMonth + 9;
    int64_t in_year = (153 * month + 2) / 5 + from->wDay - 1;
    int64_t in_era = year % 400 * 365 + year % 400 / 4 - year % 400 / 100 + in_year;
    return year / 400 * DAYS_PER_ERA + in_era - DAYS_0000_TO_1601;
}

BOOL WINAPI FileTimeToSystemTime(const FILETIME *from, LPSYSTEMTIME to) {
    uint64_t ticks = spalw_ticks_from_filetime(from);
    if (ticks >> 63 != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    uint64_t seconds = ticks / TICKS_PER_SECOND;
    date_from_days(to, (int64_t)(seconds / SECONDS_PER_DAY));
    to->wHour = (WORD)(seconds / 3600 % 24);
    to->wMinute = (WORD)(seconds / 60 % 60);
    to->wSecond = (WORD)(seconds % 60);
    to->wMilliseconds = (WORD)(ticks / TICKS_PER_MS % 1000);
    return TRUE;
}

static bool is_leap(WORD year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static WORD days_in(WORD year, WORD month) {
    static const WORD days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static bool is_time(const SYSTEMTIME *time) {
    return time->wYear >= 1601 && time->wYear <= 30827 && time->wMonth >= 1 && time->wMonth <= 12 && time->wDay >= 1 &&
           time->wDay <= days_in(time->wYear, time->wMonth) && time->wHour < 24 && time->wMinute < 60 &&
           time->wSecond < 60 && time->wMilliseconds < 1000;
}

BOOL WINAPI SystemTimeToFileTime(const SYSTEMTIME *from, LPFILETIME to) {
    if (!is_time(from))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    uint64_t seconds =
        (uint64_t)days_from_date(from) * SECONDS_PER_DAY + from->wHour * 3600U + from->wMinute * 60U + from->wSecond;
    *to = spalw_filetime_from_ticks(seconds * TICKS_PER_SECOND + (uint64_t)from->wMilliseconds * TICKS_PER_MS);
    return TRUE;
}

VOID WINAPI GetSystemTime(LPSYSTEMTIME time) {
    FILETIME now = spalw_filetime_now();
    (void)FileTimeToSystemTime(&now, time);
}

/* ------------------------------------------------------------------------------------------------------- local time */

/* What is to be added to UTC, in ticks, by the rules in force at a moment. */
static int64_t local_offset(uint64_t ticks) {
    time_t seconds = (time_t)((int64_t)(ticks / TICKS_PER_SECOND) - (int64_t)(TICKS_1601_TO_1970 / TICKS_PER_SECOND));
    struct tm local;
    return localtime_r(&seconds, &local) == NULL ? 0 : (int64_t)local.tm_gmtoff * TICKS_PER_SECOND;
}

VOID WINAPI GetLocalTime(LPSYSTEMTIME time) {
    uint64_t now = spalw_filetime_ticks();
    FILETIME local = spalw_filetime_from_ticks(now + (uint64_t)local_offset(now));
    (void)FileTimeToSystemTime(&local, time);
}

/* Windows converts every moment by the rules of today. */
BOOL WINAPI FileTimeToLocalFileTime(const FILETIME *from, LPFILETIME to) {
    *to = spalw_filetime_from_ticks(spalw_ticks_from_filetime(from) + (uint64_t)local_offset(spalw_filetime_ticks()));
    return TRUE;
}

BOOL WINAPI LocalFileTimeToFileTime(const FILETIME *from, LPFILETIME to) {
    *to = spalw_filetime_from_ticks(spalw_ticks_from_filetime(from) - (uint64_t)local_offset(spalw_filetime_ticks()));
    return TRUE;
}

static void name_copy(WCHAR *out, const char *name) {
    size_t length = strnlen(name, 31);
    for (size_t i = 0; i < length; i++)
        out[i] = (WCHAR)(unsigned char)name[i];
}

/* The dates of change are not told: a zone that changes is described as it is today. */
DWORD WINAPI GetTimeZoneInformation(LPTIME_ZONE_INFORMATION zone) {
    struct tm local;
    time_t now = time(NULL);
    if (localtime_r(&now, &local) == NULL)
        return TIME_ZONE_ID_INVALID;
    *zone = (TIME_ZONE_INFORMATION){0};
    zone->Bias = (LONG)(-local.tm_gmtoff / 60) + (local.tm_isdst > 0 ? 60 : 0);
    zone->DaylightBias = -60;
    name_copy(zone->StandardName, tzname[0]);
    name_copy(zone->DaylightName, tzname[1]);
    if (daylight == 0)
        return TIME_ZONE_ID_UNKNOWN;
    return local.tm_isdst > 0 ? TIME_ZONE_ID_DAYLIGHT : TIME_ZONE_ID_STANDARD;
}
