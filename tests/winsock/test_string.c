/* SPDX-License-Identifier: MIT
 *
 * The string functions of Win32 and of Microsoft's C library.
 */
#include "face.h"

#include <errno.h>
#include <stdio.h>
#include <wchar.h>

static void lstr_functions(void **state) {
    (void)state;
    char out[16];
    WCHAR wide[16];
    assert_int_equal(lstrlenA("abc"), 3);
    assert_int_equal(lstrlenW(L"abcd"), 4);
    assert_int_equal(lstrlenA(NULL), 0);
    assert_int_equal(lstrlenW(NULL), 0);
    assert_ptr_equal(lstrcpyA(out, "abc"), out);
    assert_ptr_equal(lstrcatA(out, "def"), out);
    assert_string_equal(out, "abcdef");
    assert_ptr_equal(lstrcpynA(out, "abcdef", 4), out);
    assert_string_equal(out, "abc");
    assert_ptr_equal(lstrcpynW(wide, L"abcdef", 3), wide);
    assert_int_equal(wcscmp(wide, L"ab"), 0);
    assert_null(lstrcpyA(out, NULL));
}

static void lstr_compares_words(void **state) {
    (void)state;
    assert_int_equal(lstrcmpA("abc", "abc"), 0);
    assert_true(lstrcmpA("abc", "abd") < 0);
    assert_true(lstrcmpA("B", "a") > 0);
    assert_true(lstrcmpA("a", "A") < 0);
    assert_int_equal(lstrcmpiA("ABC", "abc"), 0);
    assert_true(lstrcmpiA("abc", "ABD") < 0);
    assert_int_equal(lstrcmpiW(L"ABC", L"abc"), 0);
    assert_true(lstrcmpW(L"abcd", L"abc") > 0);
    assert_true(lstrcmpA(NULL, "a") < 0);
    assert_int_equal(lstrcmpA(NULL, NULL), 0);
}

static void letters_change_their_case(void **state) {
    (void)state;
    char text[] = "aBc1z";
    WCHAR wide[] = L"aBc\u00e4\u00c4";
    assert_ptr_equal(CharUpperA(text), text);
    assert_string_equal(text, "ABC1Z");
    assert_ptr_equal(CharLowerA(text), text);
    assert_string_equal(text, "abc1z");
    assert_ptr_equal(CharUpperW(wide), wide);
    assert_int_equal(wcscmp(wide, L"ABC\u00c4\u00c4"), 0);
    assert_ptr_equal(CharLowerW(wide), wide);
    assert_int_equal(wcscmp(wide, L"abc\u00e4\u00e4"), 0);
    assert_int_equal((uintptr_t)CharUpperA((LPSTR)(uintptr_t)'q'), 'Q');
    assert_int_equal((uintptr_t)CharLowerW((LPWSTR)(uintptr_t)L'Q'), L'q');
    assert_int_equal(CharUpperBuffA(text, 2), 2);
    assert_string_equal(text, "ABc1z");
}

static void compares_without_case(void **state) {
    (void)state;
    assert_int_equal(_stricmp("Hello", "hELLO"), 0);
    assert_true(_stricmp("a", "B") < 0);
    assert_int_equal(_strnicmp("HelloX", "hELLOy", 5), 0);
    assert_true(_strnicmp("HelloX", "hELLOy", 6) < 0);
    assert_int_equal(_strnicmp("a", "b", 0), 0);
    assert_int_equal(_wcsicmp(L"Hello", L"hELLO"), 0);
    assert_int_equal(_wcsnicmp(L"HelloX", L"hELLOy", 5), 0);
    assert_int_equal(_memicmp("aBc", "AbC", 3), 0);
}

static void changes_text_in_place(void **state) {
    (void)state;
    char text[] = "aBc";
    assert_string_equal(_strupr(text), "ABC");
    assert_string_equal(_strlwr(text), "abc");
    assert_string_equal(_strrev(text), "cba");
    char *copy = _strdup(text);
    assert_string_equal(copy, "cba");
    free(copy);
}

static void safe_copies(void **state) {
    (void)state;
    char out[8];
    assert_int_equal(strcpy_s(out, sizeof out, "abc"), 0);
    assert_string_equal(out, "abc");
    assert_int_equal(strcat_s(out, sizeof out, "defg"), 0);
    assert_string_equal(out, "abcdefg");
    assert_int_equal(strncpy_s(out, sizeof out, "abcdef", 3), 0);
    assert_string_equal(out, "abc");
    assert_int_equal(strncpy_s(out, sizeof out, "abcdefghij", _TRUNCATE), STRUNCATE);
    assert_string_equal(out, "abcdefg");
    assert_int_equal(strcpy_s(out, sizeof out, "ab"), 0);
    assert_int_equal(strncat_s(out, sizeof out, "cdef", 2), 0);
    assert_string_equal(out, "abcd");
    assert_int_equal(strncat_s(out, sizeof out, "efghij", _TRUNCATE), STRUNCATE);
    assert_string_equal(out, "abcdefg");
    assert_int_equal(memcpy_s(out, sizeof out, "xy", 2), 0);
    assert_memory_equal(out, "xyc", 3);
}

/* On Windows the program may end instead: its handler for invalid parameters is called. */
static void safe_copies_refuse_what_does_not_fit(void **state) {
    (void)state;
#if !defined(_WIN32)
    char out[4] = "abc";
    assert_int_equal(strcpy_s(out, sizeof out, "abcd"), ERANGE);
    assert_string_equal(out, "");
    strcpy(out, "abc");
    assert_int_equal(strcat_s(out, sizeof out, "d"), ERANGE);
    assert_string_equal(out, "");
    assert_int_equal(strcpy_s(NULL, 4, "a"), EINVAL);
    assert_int_equal(strcpy_s(out, 0, "a"), EINVAL);
    strcpy(out, "abc");
    assert_int_equal(strcpy_s(out, 4, NULL), EINVAL);
    assert_string_equal(out, "");
    assert_int_equal(memcpy_s(out, 2, "abc", 3), ERANGE);
#endif
}

static void wide_safe_copies(void **state) {
    (void)state;
    WCHAR out[8];
    assert_int_equal(wcscpy_s(out, 8, L"abc"), 0);
    assert_int_equal(wcscat_s(out, 8, L"def"), 0);
    assert_int_equal(wcscmp(out, L"abcdef"), 0);
    assert_int_equal(wcsncpy_s(out, 8, L"abcdefghij", _TRUNCATE), STRUNCATE);
    assert_int_equal(wcscmp(out, L"abcdefg"), 0);
}

static void tokens(void **state) {
    (void)state;
    char text[] = " a,b  c";
    char *context = NULL;
    assert_string_equal(strtok_s(text, " ,", &context), "a");
    assert_string_equal(strtok_s(NULL, " ,", &context), "b");
    assert_string_equal(strtok_s(NULL, " ,", &context), "c");
    assert_null(strtok_s(NULL, " ,", &context));
}

static void numbers_become_text(void **state) {
    (void)state;
    char out[80];
    assert_string_equal(_itoa(-123, out, 10), "-123");
    assert_string_equal(_itoa(255, out, 16), "ff");
    assert_string_equal(_itoa(-1, out, 16), "ffffffff");
    assert_string_equal(_itoa(5, out, 2), "101");
    assert_string_equal(_ultoa(4000000000u, out, 10), "4000000000");
    assert_string_equal(_i64toa(-5000000000LL, out, 10), "-5000000000");
    assert_string_equal(_ui64toa(5000000000ULL, out, 36), "2aovcow");
    assert_int_equal(_itoa_s(77, out, sizeof out, 10), 0);
    assert_string_equal(out, "77");
}

static void text_becomes_numbers(void **state) {
    (void)state;
    assert_true(_atoi64(" -5000000000x") == -5000000000LL);
    assert_int_equal(_wtoi(L" 42x"), 42);
    assert_true(_strtoui64("ffffffffff", NULL, 16) == 0xffffffffffULL);
    assert_true(_wtoi64(L"5000000000") == 5000000000LL);
}

static void files_are_opened_safely(void **state) {
    (void)state;
    FILE *stream = (FILE *)state;
    assert_int_equal(fopen_s(&stream, "there-is-no-such-file", "r"), ENOENT);
    assert_null(stream);
}

/* mingw's headers lack these. */
static void times_are_broken_down_safely(void **state) {
    (void)state;
#if !defined(_WIN32)
    struct tm broken;
    time_t moment = 86400;
    assert_int_equal(gmtime_s(&broken, &moment), 0);
    assert_int_equal(broken.tm_mday, 2);
    assert_int_equal(broken.tm_year, 70);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lstr_functions),
        cmocka_unit_test(lstr_compares_words),
        cmocka_unit_test(letters_change_their_case),
        cmocka_unit_test(compares_without_case),
        cmocka_unit_test(changes_text_in_place),
        cmocka_unit_test(safe_copies),
        cmocka_unit_test(safe_copies_refuse_what_does_not_fit),
        cmocka_unit_test(wide_safe_copies),
        cmocka_unit_test(tokens),
        cmocka_unit_test(numbers_become_text),
        cmocka_unit_test(text_becomes_numbers),
        cmocka_unit_test(files_are_opened_safely),
        cmocka_unit_test(times_are_broken_down_safely),
    };
    return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
