/* SPDX-License-Identifier: MIT
 *
 * FormatMessage: the system's sentences, the buffers it makes, inserts, line widths, and its errors. Wine has other
 * sentences than Windows.
 */
#include "face.h"

#include <wchar.h>

static char out[600];

static DWORD format(DWORD flags, const char *text, ...) {
    va_list arguments;
    va_start(arguments, text);
    DWORD length = FormatMessageA(FORMAT_MESSAGE_FROM_STRING | flags, text, 0, 0, out, sizeof out, &arguments);
    va_end(arguments);
    return length;
}

#define assert_formats(expected, ...)                                                                                  \
    do {                                                                                                               \
        assert_int_equal(format(0, __VA_ARGS__), strlen(expected));                                                    \
        assert_string_equal(out, expected);                                                                            \
    } while (0)

static const char *sentence_of(DWORD code) {
    DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    DWORD length = FormatMessageA(flags, NULL, code, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), out, sizeof out, NULL);
    return length == 0 ? NULL : out;
}

static void system_has_sentences_for_winsock(void **state) {
    (void)state;
    if (is_wine())
        skip();
    assert_string_equal(sentence_of(10061),
                        "No connection could be made because the target machine actively refused it.\r\n");
    assert_string_equal(sentence_of(10054), "An existing connection was forcibly closed by the remote host.\r\n");
    assert_string_equal(sentence_of(10048), "Only one usage of each socket address (protocol/network address/port) is "
                                            "normally permitted.\r\n");
    assert_string_equal(sentence_of(11001), "No such host is known.\r\n");
    for (DWORD code = 10035; code <= 10071; code++)
        assert_non_null(sentence_of(code));
}

static void system_has_sentences_for_win32(void **state) {
    (void)state;
    if (is_wine())
        skip();
    assert_string_equal(sentence_of(0), "The operation completed successfully.\r\n");
    assert_string_equal(sentence_of(5), "Access is denied.\r\n");
    assert_string_equal(sentence_of(6), "The handle is invalid.\r\n");
    assert_string_equal(sentence_of(997), "Overlapped I/O operation is in progress.\r\n");
    assert_string_equal(sentence_of(193), "%1 is not a valid Win32 application.\r\n");
    assert_string_equal(sentence_of(0x80070005), "Access is denied.\r\n");
}

static void sentences_end_with_a_line(void **state) {
    (void)state;
    assert_non_null(sentence_of(2));
    assert_string_equal(out + strlen(out) - 3, ".\r\n");
}

static void unknown_code_is_an_error(void **state) {
    (void)state;
    assert_fails(0, ERROR_MR_MID_NOT_FOUND,
                 FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x12345678, 0, out, sizeof out, NULL));
}

static void every_english_will_do(void **state) {
    (void)state;
    const DWORD languages[] = {0, 0x400, 0x409, 0x809, 9};
    for (size_t i = 0; i < 5; i++)
        assert_true(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 5, languages[i], out, sizeof out, NULL) != 0);
}

static void system_allocates_a_buffer(void **state) {
    (void)state;
    char *made = NULL;
    DWORD flags = FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    DWORD length = FormatMessageA(flags, NULL, 5, 0, (LPSTR)(void *)&made, 0, NULL);
    assert_non_null(made);
    assert_int_equal(strlen(made), length);
    assert_null(LocalFree(made));
    WCHAR *wide = NULL;
    length = FormatMessageW(flags, NULL, 5, 0, (LPWSTR)(void *)&wide, 0, NULL);
    assert_int_equal(wcslen(wide), length);
    assert_null(LocalFree(wide));
    made = (char *)state;
    assert_fails(0, ERROR_MR_MID_NOT_FOUND, FormatMessageA(flags, NULL, 0x12345678, 0, (LPSTR)(void *)&made, 0, NULL));
    assert_null(made);
}

static void buffer_must_have_room(void **state) {
    (void)state;
    assert_fails(0, ERROR_INSUFFICIENT_BUFFER, FormatMessageA(FORMAT_MESSAGE_FROM_STRING, "abc", 0, 0, out, 3, NULL));
    assert_int_equal(FormatMessageA(FORMAT_MESSAGE_FROM_STRING, "abc", 0, 0, out, 4, NULL), 3);
    assert_string_equal(out, "abc");
}

static void inserts_are_formatted(void **state) {
    (void)state;
    assert_formats("one2", "%1!s!%2!d!", "one", 2);
    assert_formats("b a", "%2 %1", "a", "b");
    assert_formats("00000002|2", "%1!08x!|%1!u!", 2);
    assert_formats("       one|one       |", "%1!10s!|%1!-10s!|", "one");
    assert_formats("wide", "%1!S!", L"wide");
    assert_formats("12345678901", "%1!I64d!", 12345678901LL);
}

static void inserts_may_come_in_an_array(void **state) {
    (void)state;
    DWORD_PTR values[] = {(DWORD_PTR) "A1", 22, (DWORD_PTR) "C"};
    assert_int_equal(FormatMessageA(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, "%1 %2!d! %3 %1", 0, 0,
                                    out, sizeof out, (va_list *)(void *)values),
                     10);
    assert_string_equal(out, "A1 22 C A1");
}

static void wide_inserts_are_wide(void **state) {
    (void)state;
    WCHAR wide[64];
    DWORD_PTR values[] = {(DWORD_PTR)L"w", (DWORD_PTR) "n"};
    assert_int_equal(FormatMessageW(FORMAT_MESSAGE_FROM_STRING | FORMAT_MESSAGE_ARGUMENT_ARRAY, L"%1-%2!hs!", 0, 0,
                                    wide, 64, (va_list *)(void *)values),
                     3);
    assert_int_equal(wcscmp(wide, L"w-n"), 0);
}

static void escapes(void **state) {
    (void)state;
    assert_formats("100%", "100%%");
    assert_formats("a\r\nb", "a%nb");
    assert_formats("a\rb\tc", "a%rb%tc");
    assert_formats("a", "a%0b");
    assert_formats("a b.c!", "a% b%.c%!");
}

static void ignored_inserts_stay(void **state) {
    (void)state;
    assert_int_equal(format(FORMAT_MESSAGE_IGNORE_INSERTS, "%1 %2!d! 5%%"), 12);
    assert_string_equal(out, "%1 %2!d! 5%%");
    assert_int_equal(format(FORMAT_MESSAGE_IGNORE_INSERTS, "a%nb%0c"), 4);
    assert_string_equal(out, "a\r\nb");
}

static void line_ends_are_windows_own(void **state) {
    (void)state;
    assert_formats("a\r\nb\r\nc\r\nd", "a\nb\rc\r\nd");
}

static void lines_are_filled_up_to_a_width(void **state) {
    (void)state;
    const char *text = "This is a long line of text that goes on\r\nand next%nhard\r\n";
    assert_int_equal(format(21, text), 58);
    assert_string_equal(out, "This is a long line\r\nof text that goes on\r\nand next\r\nhard ");
    assert_int_equal(format(7, text), 65);
    assert_string_equal(out, "This\r\nis a\r\nlong\r\nline\r\nof\r\ntext\r\nthat\r\ngoes\r\non and\r\nnext\r\nhard ");
}

static void the_widest_line_has_no_end(void **state) {
    (void)state;
    assert_int_equal(format(FORMAT_MESSAGE_MAX_WIDTH_MASK, "a\nb\n\nc \r\n d %n e"), 15);
    assert_string_equal(out, "a b  c   d \r\n e");
}

static void bad_messages_are_refused(void **state) {
    (void)state;
    DWORD from_string = FORMAT_MESSAGE_FROM_STRING;
    assert_fails(0, ERROR_INVALID_PARAMETER, FormatMessageA(from_string, "a%", 0, 0, out, sizeof out, NULL));
    assert_fails(0, ERROR_INVALID_PARAMETER, FormatMessageA(from_string, "%1", 0, 0, out, sizeof out, NULL));
    assert_fails(0, ERROR_INVALID_PARAMETER, FormatMessageA(from_string, "%1!d", 0, 0, out, sizeof out, NULL));
    assert_fails(0, ERROR_INVALID_PARAMETER, FormatMessageA(0, NULL, 5, 0, out, sizeof out, NULL));
    assert_fails(0, 235 /* ERROR_NO_WORK_DONE */, FormatMessageA(from_string, "", 0, 0, out, sizeof out, NULL));
}

/* Wine says that there are no data of this type. */
static void modules_have_no_messages(void **state) {
    (void)state;
    char text[64];
    if (is_wine())
        skip();
    assert_fails(0, ERROR_RESOURCE_TYPE_NOT_FOUND,
                 FormatMessageA(FORMAT_MESSAGE_FROM_HMODULE, NULL, 5, 0, text, sizeof text, NULL));
}

static void system_is_asked_for_what_a_module_lacks(void **state) {
    (void)state;
    char text[64];
    const DWORD flags = FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    assert_int_not_equal(FormatMessageA(flags, NULL, ERROR_ACCESS_DENIED, 0, text, sizeof text, NULL), 0);
    assert_memory_equal(text, "Access", 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_has_sentences_for_winsock),
        cmocka_unit_test(system_has_sentences_for_win32),
        cmocka_unit_test(sentences_end_with_a_line),
        cmocka_unit_test(unknown_code_is_an_error),
        cmocka_unit_test(every_english_will_do),
        cmocka_unit_test(system_allocates_a_buffer),
        cmocka_unit_test(buffer_must_have_room),
        cmocka_unit_test(inserts_are_formatted),
        cmocka_unit_test(inserts_may_come_in_an_array),
        cmocka_unit_test(wide_inserts_are_wide),
        cmocka_unit_test(escapes),
        cmocka_unit_test(ignored_inserts_stay),
        cmocka_unit_test(line_ends_are_windows_own),
        cmocka_unit_test(lines_are_filled_up_to_a_width),
        cmocka_unit_test(the_widest_line_has_no_end),
        cmocka_unit_test(bad_messages_are_refused),
        cmocka_unit_test(modules_have_no_messages),
        cmocka_unit_test(system_is_asked_for_what_a_module_lacks),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
