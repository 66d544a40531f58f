/* SPDX-License-Identifier: MIT
 *
 * Code pages: text between bytes and WCHARs, with the rules and errors of the two functions that turn one into the
 * other. A WCHAR has 16 bits on Windows and 32 here: only the first plane is compared in it.
 */
#include "face.h"

#include <wchar.h>

static void utf8_becomes_wide(void **state) {
    (void)state;
    WCHAR out[32];
    assert_int_equal(MultiByteToWideChar(CP_UTF8, 0, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac", -1, out, 32), 7);
    assert_int_equal(wcscmp(out, L"gr\u00fc\u00df \u20ac"), 0);
    wmemset(out, L'x', 32);
    assert_int_equal(MultiByteToWideChar(CP_UTF8, 0, "abc", 2, out, 32), 2);
    assert_int_equal(wmemcmp(out, L"abxx", 4), 0);
}

static void wide_becomes_utf8(void **state) {
    (void)state;
    char out[32];
    assert_int_equal(WideCharToMultiByte(CP_UTF8, 0, L"gr\u00fc\u20ac", -1, out, 32, NULL, NULL), 8);
    assert_string_equal(out, "gr\xc3\xbc\xe2\x82\xac");
    assert_int_equal(WideCharToMultiByte(CP_UTF8, 0, L"abc", 2, out, 32, NULL, NULL), 2);
    assert_memory_equal(out, "ab\xc3", 3);
}

static void room_of_none_asks_for_the_length(void **state) {
    (void)state;
    WCHAR one;
    char byte;
    assert_int_equal(MultiByteToWideChar(CP_UTF8, 0, "\xe2\x82\xac!", -1, NULL, 0), 3);
    assert_int_equal(MultiByteToWideChar(CP_UTF8, 0, "\xe2\x82\xac!", -1, &one, 0), 3);
    assert_int_equal(MultiByteToWideChar(CP_UTF8, 0, "\xe2\x82\xac!", 4, NULL, 0), 2);
    assert_int_equal(WideCharToMultiByte(CP_UTF8, 0, L"\u20ac!", -1, NULL, 0, NULL, NULL), 5);
    assert_int_equal(WideCharToMultiByte(CP_UTF8, 0, L"\u20ac!", 2, &byte, 0, NULL, NULL), 4);
}

static void too_little_room_is_refused(void **state) {
    (void)state;
    WCHAR out[2];
    char bytes[3];
    assert_fails(0, ERROR_INSUFFICIENT_BUFFER, MultiByteToWideChar(CP_UTF8, 0, "abc", -1, out, 2));
    assert_fails(0, ERROR_INSUFFICIENT_BUFFER, MultiByteToWideChar(CP_UTF8, 0, "abc", 3, out, 2));
    assert_fails(0, ERROR_INSUFFICIENT_BUFFER, WideCharToMultiByte(CP_UTF8, 0, L"abc", -1, bytes, 3, NULL, NULL));
    assert_fails(0, ERROR_INSUFFICIENT_BUFFER, WideCharToMultiByte(CP_UTF8, 0, L"a\u20ac", 2, bytes, 3, NULL, NULL));
}

static void bad_arguments_are_refused(void **state) {
    (void)state;
    WCHAR out[8];
    char bytes[8];
    BOOL used;
    assert_fails(0, ERROR_INVALID_PARAMETER, MultiByteToWideChar(CP_UTF8, 0, NULL, -1, out, 8));
    assert_fails(0, ERROR_INVALID_PARAMETER, MultiByteToWideChar(CP_UTF8, 0, "a", 0, out, 8));
    assert_fails(0, ERROR_INVALID_PARAMETER, MultiByteToWideChar(CP_UTF8, 0, "a", -1, NULL, 8));
    assert_fails(0, ERROR_INVALID_PARAMETER, MultiByteToWideChar(CP_UTF8, 0, "a", -1, out, -1));
    assert_fails(0, ERROR_INVALID_PARAMETER, MultiByteToWideChar(54321, 0, "a", -1, out, 8));
    assert_fails(0, ERROR_INVALID_PARAMETER, WideCharToMultiByte(CP_UTF8, 0, NULL, -1, bytes, 8, NULL, NULL));
    assert_fails(0, ERROR_INVALID_PARAMETER, WideCharToMultiByte(CP_UTF8, 0, L"a", 0, bytes, 8, NULL, NULL));
    assert_fails(0, ERROR_INVALID_PARAMETER, WideCharToMultiByte(CP_UTF8, 0, L"a", -1, NULL, 8, NULL, NULL));
    assert_fails(0, ERROR_INVALID_PARAMETER, WideCharToMultiByte(54321, 0, L"a", -1, bytes, 8, NULL, NULL));
    if (is_wine())
        return; /* It takes flags, and what stands for unknown characters, with UTF-8 too. */
    assert_fails(0, ERROR_INVALID_FLAGS,
                 WideCharToMultiByte(CP_UTF8, WC_COMPOSITECHECK, L"a", -1, bytes, 8, NULL, NULL));
    assert_fails(0, ERROR_INVALID_FLAGS, MultiByteToWideChar(CP_UTF8, MB_PRECOMPOSED, "a", -1, out, 8));
    assert_fails(0, ERROR_INVALID_PARAMETER, WideCharToMultiByte(CP_UTF8, 0, L"a", -1, bytes, 8, "?", NULL));
    assert_fails(0, ERROR_INVALID_PARAMETER, WideCharToMultiByte(CP_UTF8, 0, L"a", -1, bytes, 8, NULL, &used));
}

static void what_is_no_text_is_replaced_or_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"a\xff"
                                        "b",
                                        "a\xc3"
                                        "b",
                                        "a\x80"
                                        "b"};
    WCHAR out[8];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(MultiByteToWideChar(CP_UTF8, 0, wrong[i], -1, out, 8), 4);
        assert_int_equal(wcscmp(out, L"a\ufffd"
                                     L"b"),
                         0);
        assert_fails(0, ERROR_NO_UNICODE_TRANSLATION,
                     MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, wrong[i], -1, out, 8));
    }
}

static void half_a_surrogate_is_replaced_or_refused(void **state) {
    (void)state;
    char out[8];
    const WCHAR half[] = {L'a', 0xd800, L'b', 0};
    assert_int_equal(WideCharToMultiByte(CP_UTF8, 0, half, -1, out, 8, NULL, NULL), 6);
    assert_string_equal(out, "a\xef\xbf\xbd"
                             "b");
    assert_fails(0, ERROR_NO_UNICODE_TRANSLATION,
                 WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, half, -1, out, 8, NULL, NULL));
}

static void surrogates_are_one_character(void **state) {
    (void)state;
    char out[8];
    const WCHAR pair[] = {0xd83d, 0xde00, 0};
    assert_int_equal(WideCharToMultiByte(CP_UTF8, 0, pair, -1, out, 8, NULL, NULL), 5);
    assert_string_equal(out, "\xf0\x9f\x98\x80");
}

static void latin_pages_have_single_bytes(void **state) {
    (void)state;
    WCHAR out[8];
    char bytes[8];
    BOOL used = FALSE;
    assert_int_equal(MultiByteToWideChar(1252, 0, "\x80\xe4", -1, out, 8), 3);
    assert_int_equal(wcscmp(out, L"\u20ac\u00e4"), 0);
    assert_int_equal(WideCharToMultiByte(1252, 0, L"\u20ac\u00e4", -1, bytes, 8, NULL, &used), 3);
    assert_string_equal(bytes, "\x80\xe4");
    assert_false(used);
    assert_int_equal(WideCharToMultiByte(1252, WC_NO_BEST_FIT_CHARS, L"a\u4e00", -1, bytes, 8, "#", &used), 3);
    assert_string_equal(bytes, "a#");
    assert_true(used);
    assert_int_equal(MultiByteToWideChar(28591, 0, "\xff", -1, out, 8), 2);
    assert_int_equal(out[0], 0xff);
}

static void the_ansi_page_takes_ascii(void **state) {
    (void)state;
    WCHAR out[8];
    char bytes[8];
    assert_int_equal(MultiByteToWideChar(CP_ACP, 0, "abc", -1, out, 8), 4);
    assert_int_equal(wcscmp(out, L"abc"), 0);
    assert_int_equal(WideCharToMultiByte(CP_ACP, 0, L"abc", -1, bytes, 8, NULL, NULL), 4);
    assert_string_equal(bytes, "abc");
    assert_true(IsValidCodePage(CP_UTF8));
    assert_false(IsValidCodePage(54321));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_becomes_wide),
        cmocka_unit_test(wide_becomes_utf8),
        cmocka_unit_test(room_of_none_asks_for_the_length),
        cmocka_unit_test(too_little_room_is_refused),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(what_is_no_text_is_replaced_or_refused),
        cmocka_unit_test(half_a_surrogate_is_replaced_or_refused),
        cmocka_unit_test(surrogates_are_one_character),
        cmocka_unit_test(latin_pages_have_single_bytes),
        cmocka_unit_test(the_ansi_page_takes_ascii),
    };
    return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
