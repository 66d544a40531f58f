/* SPDX-License-Identifier: MIT
 *
 * Formatted text as Windows' C library makes it, in all its functions: the widths of numbers, wide and narrow text in
 * one format, and what happens when there is too little room.
 */
#include "face.h"

#include <stdio.h>
#include <wchar.h>

static char out[256];
static WCHAR wide[256];

static void longs_have_32_bits(void **state) {
    (void)state;
    LONG number = -5;
    DWORD big = 0xfffffffe;
    sprintf(out, "%ld %lu %lx %d", number, big, big, number);
    assert_string_equal(out, "-5 4294967294 fffffffe -5");
    sprintf(out, "%hd %hu", -1, 0x12345);
    assert_string_equal(out, "-1 9029");
}

static void i64_has_64_bits(void **state) {
    (void)state;
    LONGLONG number = -5000000000LL;
    sprintf(out, "%I64d %I64u %I64x %I32d", number, (ULONGLONG)5000000000ULL, (ULONGLONG)0x123456789aULL, 7);
    assert_string_equal(out, "-5000000000 5000000000 123456789a 7");
    sprintf(out, "%Iu %Id", (SIZE_T)12, (SSIZE_T)-12);
    assert_string_equal(out, "12 -12");
}

static void flags_and_widths(void **state) {
    (void)state;
    sprintf(out, "[%5d|%-5d|%05d|%+d|% d|%#x|%#o|%.3d|%*d|%-*d]", 42, 42, 42, 42, 42, 42, 8, 7, 4, 1, 4, 1);
    assert_string_equal(out, "[   42|42   |00042|+42| 42|0x2a|010|007|   1|1   ]");
    sprintf(out, "[%5s|%-5s|%.2s|%c|%%|%5c]", "ab", "ab", "abcd", 'x', 'y');
    assert_string_equal(out, "[   ab|ab   |ab|x|%|    y]");
    sprintf(out, "%X %o %u", 0xbeef, 8, 0xffffffffu);
    assert_string_equal(out, "BEEF 10 4294967295");
}

static void reals(void **state) {
    (void)state;
    sprintf(out, "%f %.2f %8.3f|%-8.1f|%g %g", 1.5, 3.14159, 2.0, 0.5, 100000.0, 0.0001);
    assert_string_equal(out, "1.500000 3.14    2.000|0.5     |100000 0.0001");
}

static void pointers_are_all_digits(void **state) {
    (void)state;
    sprintf(out, "%p", (void *)(uintptr_t)0xabcd);
    /* mingw's own function for it writes small letters. */
    assert_int_equal(_stricmp(out, sizeof(void *) == 8 ? "000000000000ABCD" : "0000ABCD"), 0);
}

static void null_text_is_said_so(void **state) {
    (void)state;
    const char *volatile nothing = NULL;
    sprintf(out, "%s", nothing);
    assert_string_equal(out, "(null)");
}

static void text_of_the_other_width(void **state) {
    (void)state;
    sprintf(out, "%S %ls %s %hs", L"wide", L"wide too", "narrow", "narrow too");
    assert_string_equal(out, "wide wide too narrow narrow too");
    sprintf(out, "%C%lc%hc", L'a', L'b', 'c');
    assert_string_equal(out, "abc");
}

/* In a format that is wide, %s is wide text. */
static void wide_formats_mean_wide_text(void **state) {
    (void)state;
    _snwprintf(wide, 256, L"%s %ls %S %hs %c %d", L"one", L"two", "three", "four", L'5', 6);
    assert_int_equal(wcscmp(wide, L"one two three four 5 6"), 0);
    _snwprintf(wide, 256, L"[%6s|%-6s|%.2s]", L"abc", L"abc", L"abc");
    assert_int_equal(wcscmp(wide, L"[   abc|abc   |ab]"), 0);
}

static void unsafe_functions_do_not_end_what_just_fits(void **state) {
    (void)state;
    memset(out, 'x', sizeof out);
    assert_int_equal(_snprintf(out, 5, "%s", "abc"), 3);
    assert_string_equal(out, "abc");
    memset(out, 'x', sizeof out);
    assert_int_equal(_snprintf(out, 3, "%s", "abc"), 3);
    assert_memory_equal(out, "abcx", 4);
    assert_int_equal(_snprintf(out, 2, "%s", "zyx"), -1);
    assert_memory_equal(out, "zycx", 4);
    assert_int_equal(_snwprintf(wide, 2, L"%s", L"zyx"), -1);
    assert_int_equal(wmemcmp(wide, L"zy", 2), 0);
}

static void standard_function_tells_the_whole_length(void **state) {
    (void)state;
    assert_int_equal(snprintf(out, 3, "%s", "abcdef"), 6);
    assert_string_equal(out, "ab");
    assert_int_equal(snprintf(NULL, 0, "%d", 12345), 5);
}

static void safe_functions_refuse_what_is_too_long(void **state) {
    (void)state;
    assert_int_equal(sprintf_s(out, sizeof out, "%d-%s", 5, "x"), 3);
    assert_string_equal(out, "5-x");
    assert_int_equal(_snprintf_s(out, 8, _TRUNCATE, "%s", "abcdefghij"), -1);
    assert_string_equal(out, "abcdefg");
    assert_int_equal(_snprintf_s(out, 8, 3, "%s", "abcdefghij"), -1);
    assert_string_equal(out, "abc");
    assert_int_equal(_snprintf_s(out, 8, 5, "%s", "abc"), 3);
    assert_string_equal(out, "abc");
    assert_int_equal(swprintf_s(wide, 256, L"%s", L"w"), 1);
    assert_int_equal(wcscmp(wide, L"w"), 0);
#if !defined(_WIN32) /* There the program ends. */
    assert_int_equal(sprintf_s(out, 3, "%s", "abc"), -1);
    assert_string_equal(out, "");
    assert_int_equal(sprintf_s(NULL, 3, "%s", "abc"), -1);
#endif
}

static int count_of(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vscprintf(format, arguments);
    va_end(arguments);
    return length;
}

static void length_can_be_asked_for(void **state) {
    (void)state;
    assert_int_equal(_scprintf("%d %s", 100, "abc"), 7);
    assert_int_equal(count_of("%05d", 1), 5);
}

static void wsprintf_formats(void **state) {
    (void)state;
    assert_int_equal(wsprintfA(out, "%s %d %lu %04x %c", "a", -1, (DWORD)5, 255, 'c'), 13);
    assert_string_equal(out, "a -1 5 00ff c");
    assert_int_equal(wsprintfW(wide, L"%s %hs %d", L"a", "b", 3), 5);
    assert_int_equal(wcscmp(wide, L"a b 3"), 0);
    assert_int_equal(wsprintfA(out, "%S|%ls|%5d|%-5d|", L"w", L"v", 7, 7), 16);
    assert_string_equal(out, "w|v|    7|7    |");
}

/* Streams take both widths, in any order. */
static void streams_take_both_widths(void **state) {
    (void)state;
    char name[MAX_PATH], folder[MAX_PATH];
    assert_true(GetTempPathA(MAX_PATH, folder) != 0);
    assert_true(GetTempFileNameA(folder, "spl", 0, name) != 0);
    FILE *stream = fopen(name, "wb");
    assert_non_null(stream);
    assert_int_equal(fprintf(stream, "%ld ", (LONG)1), 2);
#if defined(_WIN32) /* A stream of bytes of that library gets two of them for each WCHAR. */
    assert_int_equal(fprintf(stream, "%ls ", L"wide"), 5);
#else
    assert_int_equal(fwprintf(stream, L"%s ", L"wide"), 5);
#endif
    assert_int_equal(fprintf(stream, "narrow"), 6);
    fclose(stream);
    stream = fopen(name, "rb");
    memset(out, 0, sizeof out);
    assert_int_equal(fread(out, 1, sizeof out, stream), 13);
    fclose(stream);
    assert_string_equal(out, "1 wide narrow");
    assert_true(DeleteFileA(name));
}

static void scanning_knows_the_room(void **state) {
    (void)state;
    char word[8] = "", letter = 0;
    int number = 0;
    assert_int_equal(sscanf_s("12 abc x", "%d %s %c", &number, word, (unsigned)sizeof word, &letter, 1u), 3);
    assert_int_equal(number, 12);
    assert_string_equal(word, "abc");
    assert_int_equal(letter, 'x');
    assert_int_equal(sscanf_s("key=value", "%[a-z]=%4s", word, (unsigned)sizeof word, out, (unsigned)sizeof out), 2);
    assert_string_equal(word, "key");
    assert_string_equal(out, "valu");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longs_have_32_bits),
        cmocka_unit_test(i64_has_64_bits),
        cmocka_unit_test(flags_and_widths),
        cmocka_unit_test(reals),
        cmocka_unit_test(pointers_are_all_digits),
        cmocka_unit_test(null_text_is_said_so),
        cmocka_unit_test(text_of_the_other_width),
        cmocka_unit_test(wide_formats_mean_wide_text),
        cmocka_unit_test(unsafe_functions_do_not_end_what_just_fits),
        cmocka_unit_test(standard_function_tells_the_whole_length),
        cmocka_unit_test(safe_functions_refuse_what_is_too_long),
        cmocka_unit_test(length_can_be_asked_for),
        cmocka_unit_test(wsprintf_formats),
        cmocka_unit_test(streams_take_both_widths),
        cmocka_unit_test(scanning_knows_the_room),
    };
    return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
