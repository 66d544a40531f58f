/* SPDX-License-Identifier: MIT
 *
 * The string functions that know the room: what they write, what they leave of what does not fit, and their results.
 */
#include "face.h"

#include <stdio.h>
#include <strsafe.h>
#include <wchar.h>

static char out[16];
static WCHAR wide[16];

static void copies_what_fits(void **state) {
    (void)state;
    assert_int_equal(StringCchCopyA(out, 16, "hello"), S_OK);
    assert_string_equal(out, "hello");
    assert_int_equal(StringCchCopyW(wide, 16, L"hello"), S_OK);
    assert_int_equal(wcscmp(wide, L"hello"), 0);
    assert_int_equal(StringCbCopyA(out, sizeof out, "bytes"), S_OK);
    assert_string_equal(out, "bytes");
    assert_int_equal(StringCbCopyW(wide, sizeof wide, L"bytes"), S_OK);
    assert_int_equal(wcscmp(wide, L"bytes"), 0);
}

static void cuts_what_does_not_fit(void **state) {
    (void)state;
    assert_int_equal(StringCchCopyA(out, 4, "hello"), STRSAFE_E_INSUFFICIENT_BUFFER);
    assert_string_equal(out, "hel");
    assert_int_equal(StringCbCopyW(wide, 3 * sizeof(WCHAR), L"hello"), STRSAFE_E_INSUFFICIENT_BUFFER);
    assert_int_equal(wcscmp(wide, L"he"), 0);
    assert_int_equal(StringCchCopyNA(out, 16, "hello", 2), S_OK);
    assert_string_equal(out, "he");
    assert_int_equal(StringCchCatA(out, 4, "llo"), STRSAFE_E_INSUFFICIENT_BUFFER);
    assert_string_equal(out, "hel");
}

static void appends(void **state) {
    (void)state;
    assert_int_equal(StringCchCopyA(out, 16, "ab"), S_OK);
    assert_int_equal(StringCchCatA(out, 16, "cd"), S_OK);
    assert_int_equal(StringCchCatNA(out, 16, "efgh", 2), S_OK);
    assert_string_equal(out, "abcdef");
    assert_int_equal(StringCbCatA(out, sizeof out, "g"), S_OK);
    assert_string_equal(out, "abcdefg");
}

static void formats(void **state) {
    (void)state;
    assert_int_equal(StringCchPrintfA(out, 16, "%s-%d", "x", 5), S_OK);
    assert_string_equal(out, "x-5");
    assert_int_equal(StringCchPrintfW(wide, 16, L"%s-%d", L"x", 5), S_OK);
    assert_int_equal(wcscmp(wide, L"x-5"), 0);
    assert_int_equal(StringCbPrintfA(out, 4, "%d", 123456), STRSAFE_E_INSUFFICIENT_BUFFER);
    assert_string_equal(out, "123");
    assert_int_equal(StringCbPrintfW(wide, 4 * sizeof(WCHAR), L"%d", 123456), STRSAFE_E_INSUFFICIENT_BUFFER);
    assert_int_equal(wcscmp(wide, L"123"), 0);
}

static void tells_the_end(void **state) {
    (void)state;
    char *end = NULL;
    size_t left = 0;
    assert_int_equal(StringCchCopyExA(out, 16, "hello", &end, &left, 0), S_OK);
    assert_ptr_equal(end, out + 5);
    assert_int_equal(left, 11);
    assert_int_equal(StringCchPrintfExA(end, left, &end, &left, 0, "%d", 42), S_OK);
    assert_string_equal(out, "hello42");
    assert_int_equal(left, 9);
    assert_int_equal(StringCchCatExA(out, 16, "!", &end, &left, 0), S_OK);
    assert_ptr_equal(end, out + 8);
    assert_int_equal(left, 8);
}

static void flags_say_what_a_failure_leaves(void **state) {
    (void)state;
    assert_int_equal(StringCchCopyExA(out, 4, "hello", NULL, NULL, STRSAFE_NULL_ON_FAILURE),
                     STRSAFE_E_INSUFFICIENT_BUFFER);
    assert_string_equal(out, "");
    memset(out, 'x', sizeof out);
    assert_int_equal(StringCchCopyExA(out, 8, "ab", NULL, NULL, STRSAFE_FILL_BYTE('-')), S_OK);
    assert_memory_equal(out, "ab\0-----x", 9);
    assert_int_equal(StringCchCopyExA(out, 8, NULL, NULL, NULL, STRSAFE_IGNORE_NULLS), S_OK);
    assert_string_equal(out, "");
}

static void length_is_asked_for(void **state) {
    (void)state;
    size_t length = 99;
    assert_int_equal(StringCchLengthA("hello", 16, &length), S_OK);
    assert_int_equal(length, 5);
    assert_int_equal(StringCbLengthW(L"hello", 16 * sizeof(WCHAR), &length), S_OK);
    assert_int_equal(length, 5 * sizeof(WCHAR));
    assert_int_equal(StringCchLengthA("hello", 5, &length), STRSAFE_E_INVALID_PARAMETER);
    assert_int_equal(StringCchLengthA(NULL, 5, &length), STRSAFE_E_INVALID_PARAMETER);
    assert_int_equal(StringCchLengthA("hello", 6, NULL), S_OK);
}

static void bad_sizes_are_refused(void **state) {
    (void)state;
    assert_int_equal(StringCchCopyA(out, 0, "a"), STRSAFE_E_INVALID_PARAMETER);
    assert_int_equal(StringCchCopyA(out, (size_t)STRSAFE_MAX_CCH + 1, "a"), STRSAFE_E_INVALID_PARAMETER);
    assert_int_equal(StringCchPrintfA(out, 0, "a"), STRSAFE_E_INVALID_PARAMETER);
    memset(out, 'x', sizeof out);
    assert_int_equal(StringCchCatA(out, 4, "a"), STRSAFE_E_INVALID_PARAMETER);
}

static void results_succeed_or_fail(void **state) {
    (void)state;
    assert_true(SUCCEEDED(StringCchCopyA(out, 16, "a")));
    assert_true(FAILED(StringCchCopyA(out, 1, "a")));
    assert_int_equal(HRESULT_CODE(StringCchCopyA(out, 1, "a")), ERROR_INSUFFICIENT_BUFFER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_what_fits),
        cmocka_unit_test(cuts_what_does_not_fit),
        cmocka_unit_test(appends),
        cmocka_unit_test(formats),
        cmocka_unit_test(tells_the_end),
        cmocka_unit_test(flags_say_what_a_failure_leaves),
        cmocka_unit_test(length_is_asked_for),
        cmocka_unit_test(bad_sizes_are_refused),
        cmocka_unit_test(results_succeed_or_fail),
    };
    return cmocka_run_group_tests_name("strsafe", tests, NULL, NULL);
}
