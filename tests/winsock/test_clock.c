/* SPDX-License-Identifier: MIT
 *
 * Clocks and the calendar.
 */
#include "face.h"

static void ticks_go_on(void **state) {
    (void)state;
    DWORD begin = GetTickCount();
    ULONGLONG begin_64 = GetTickCount64();
    HANDLE never = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_int_equal(WaitForSingleObject(never, 2 * MOMENT), WAIT_TIMEOUT);
    assert_true(GetTickCount() - begin >= MOMENT);
    assert_true(GetTickCount64() - begin_64 >= MOMENT);
    assert_int_equal((DWORD)begin_64 - begin < 1000, 1);
    assert_true(CloseHandle(never));
}

static void counter_has_a_frequency(void **state) {
    (void)state;
    LARGE_INTEGER frequency, begin, end;
    assert_true(QueryPerformanceFrequency(&frequency));
    assert_true(frequency.QuadPart >= 1000000);
    assert_true(QueryPerformanceCounter(&begin));
    assert_true(QueryPerformanceCounter(&end));
    assert_true(end.QuadPart >= begin.QuadPart);
}

static SYSTEMTIME broken_down(LONGLONG ticks) {
    ULARGE_INTEGER moment;
    FILETIME time;
    SYSTEMTIME out;
    moment.QuadPart = (ULONGLONG)ticks;
    time.dwLowDateTime = moment.LowPart;
    time.dwHighDateTime = moment.HighPart;
    assert_true(FileTimeToSystemTime(&time, &out));
    return out;
}

static void assert_date(SYSTEMTIME time, int year, int month, int day, int weekday) {
    assert_int_equal(time.wYear, year);
    assert_int_equal(time.wMonth, month);
    assert_int_equal(time.wDay, day);
    assert_int_equal(time.wDayOfWeek, weekday);
}

#define DAY 864000000000LL

static void moments_are_broken_down(void **state) {
    (void)state;
    assert_date(broken_down(0), 1601, 1, 1, 1);
    assert_date(broken_down(134774 * DAY), 1970, 1, 1, 4);
    assert_date(broken_down((134774 + 11016) * DAY), 2000, 2, 29, 2);
    assert_date(broken_down((134774 + 11017) * DAY), 2000, 3, 1, 3);
    SYSTEMTIME time = broken_down(134774 * DAY + 37230012LL * 10000);
    assert_int_equal(time.wHour, 10);
    assert_int_equal(time.wMinute, 20);
    assert_int_equal(time.wSecond, 30);
    assert_int_equal(time.wMilliseconds, 12);
}

static void every_day_comes_back(void **state) {
    (void)state;
    for (LONGLONG day = 0; day < 400000; day += 13) {
        SYSTEMTIME time = broken_down(day * DAY + 123 * 10000);
        FILETIME back;
        ULARGE_INTEGER moment;
        assert_true(SystemTimeToFileTime(&time, &back));
        moment.LowPart = back.dwLowDateTime;
        moment.HighPart = back.dwHighDateTime;
        assert_true((LONGLONG)moment.QuadPart == day * DAY + 123 * 10000);
    }
}

static void impossible_dates_are_refused(void **state) {
    (void)state;
    FILETIME out;
    const SYSTEMTIME wrong[] = {
        {2001, 2, 0, 29, 0, 0, 0, 0},  {2000, 13, 0, 1, 0, 0, 0, 0}, {2000, 0, 0, 1, 0, 0, 0, 0},
        {2000, 1, 0, 32, 0, 0, 0, 0},  {2000, 1, 0, 0, 0, 0, 0, 0},  {2000, 1, 0, 1, 24, 0, 0, 0},
        {2000, 1, 0, 1, 0, 60, 0, 0},  {2000, 1, 0, 1, 0, 0, 60, 0}, {2000, 1, 0, 1, 0, 0, 0, 1000},
        {1600, 12, 0, 31, 0, 0, 0, 0},
    };
    for (size_t i = (size_t)is_wine(); i < sizeof wrong / sizeof *wrong; i++) /* Wine has leap days every year. */
        assert_fails(FALSE, ERROR_INVALID_PARAMETER, SystemTimeToFileTime(&wrong[i], &out));
    SYSTEMTIME unused;
    out.dwLowDateTime = 0;
    out.dwHighDateTime = 0x80000000;
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, FileTimeToSystemTime(&out, &unused));
}

static void now_is_this_century(void **state) {
    (void)state;
    SYSTEMTIME now, local;
    FILETIME time, precise;
    GetSystemTime(&now);
    GetLocalTime(&local);
    GetSystemTimeAsFileTime(&time);
    GetSystemTimePreciseAsFileTime(&precise);
    assert_in_range(now.wYear, 2020, 2100);
    assert_in_range(local.wYear, 2020, 2100);
    assert_true(time.dwHighDateTime > 0x01d00000);
    assert_true(CompareFileTime(&time, &precise) <= 0 || time.dwLowDateTime - precise.dwLowDateTime < 200000);
}

static void file_times_are_compared(void **state) {
    (void)state;
    FILETIME first = {5, 1}, second = {1, 2};
    assert_int_equal(CompareFileTime(&first, &second), -1);
    assert_int_equal(CompareFileTime(&second, &first), 1);
    assert_int_equal(CompareFileTime(&first, &first), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_go_on),
        cmocka_unit_test(counter_has_a_frequency),
        cmocka_unit_test(moments_are_broken_down),
        cmocka_unit_test(every_day_comes_back),
        cmocka_unit_test(impossible_dates_are_refused),
        cmocka_unit_test(now_is_this_century),
        cmocka_unit_test(file_times_are_compared),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
