/* SPDX-License-Identifier: MIT
 *
 * The small parts of the examples that need no network: lines out of a stream, datagrams of ping and pong, addresses of
 * the web, command lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../examples/arguments.h"
#include "../../examples/lines.h"
#include "../../examples/ping.h"
#include "../../examples/url.h"

/* Feeds a text in parts of one length, and joins the lines with '|'. */
static void lines_of(const char *text, size_t part, char *joined) {
    struct lines lines = {0};
    size_t left = strlen(text);

    joined[0] = '\0';
    while (left > 0) {
        size_t length = part < left ? part : left;
        const char *line;

        left -= length;
        while (lines_take(&lines, &text, &length, &line) == LINES_LINE)
            strcat(strcat(joined, line), "|");
    }
}

static void lines_come_out_however_they_are_cut(void **state) {
    static const char text[] = "one\ntwo\r\n\n\r\nthree \r four\ntail";
    size_t part;

    (void)state;
    for (part = 1; part <= sizeof text; part++) {
        char joined[100];

        lines_of(text, part, joined);
        assert_string_equal(joined, "one|two|||three ? four|");
    }
}

static void control_characters_do_not_pass(void **state) {
    static const char text[] = "a\033[2Jb\0c\177\td\n";
    const char *bytes = text, *line;
    size_t length = sizeof text - 1;
    struct lines lines = {0};

    (void)state;
    assert_int_equal(lines_take(&lines, &bytes, &length, &line), LINES_LINE);
    assert_string_equal(line, "a?[2Jb?c?\td");
}

/* Feeds a line of `count` bytes with its end, in parts. */
static enum lines_found line_feed(size_t count, const char *end, size_t part) {
    char text[LINE_MAX_LENGTH + 10];
    struct lines lines = {0};
    enum lines_found found = LINES_NONE;
    size_t left = count + strlen(end);
    const char *bytes = text, *line;

    memset(text, 'x', count);
    memcpy(text + count, end, strlen(end) + 1);
    while (left > 0 && found == LINES_NONE) {
        size_t length = part < left ? part : left;

        left -= length;
        found = lines_take(&lines, &bytes, &length, &line);
    }
    return found;
}

static void a_line_that_is_too_long_is_refused(void **state) {
    size_t part;

    (void)state;
    for (part = 1; part <= LINE_MAX_LENGTH + 10; part += part < 10 ? 1 : 97) {
        assert_int_equal(line_feed(LINE_MAX_LENGTH, "\n", part), LINES_LINE);
        assert_int_equal(line_feed(LINE_MAX_LENGTH, "\r\n", part), LINES_LINE);
        assert_int_equal(line_feed(LINE_MAX_LENGTH + 1, "\n", part), LINES_LONG);
        assert_int_equal(line_feed(LINE_MAX_LENGTH + 5, "", part), LINES_LONG);
    }
}

static void an_answer_has_the_numbers_of_its_question(void **state) {
    const struct ping question = {0x0123456789abcdefU, 0xfedcba98U};
    struct ping answer;
    unsigned char bytes[300];

    (void)state;
    ping_write(&question, bytes, sizeof bytes);
    assert_false(ping_read(bytes, sizeof bytes, &answer));
    assert_true(ping_answer(bytes, sizeof bytes));
    assert_true(ping_read(bytes, sizeof bytes, &answer));
    assert_int_equal(answer.session, question.session);
    assert_int_equal(answer.sequence, question.sequence);
}

static void an_answer_is_not_answered(void **state) {
    const struct ping question = {1, 2};
    unsigned char bytes[PING_HEAD];

    (void)state;
    ping_write(&question, bytes, sizeof bytes);
    assert_true(ping_answer(bytes, sizeof bytes));
    assert_false(ping_answer(bytes, sizeof bytes));
}

static void a_damaged_or_short_answer_is_none(void **state) {
    const struct ping question = {1, 2};
    struct ping answer;
    unsigned char bytes[64];

    (void)state;
    ping_write(&question, bytes, sizeof bytes);
    assert_true(ping_answer(bytes, sizeof bytes));
    assert_false(ping_read(bytes, PING_HEAD - 1, &answer));
    assert_false(ping_answer(bytes, 0));
    bytes[63] ^= 1;
    assert_false(ping_read(bytes, sizeof bytes, &answer));
}

static void an_address_of_the_web_has_these_parts(void **state) {
    struct url url;

    (void)state;
    assert_true(url_parse("http://host/a/b?c#d", "http://", "80", &url));
    assert_string_equal(url.host, "host");
    assert_string_equal(url.port, "80");
    assert_string_equal(url.path, "/a/b?c");
    assert_true(url_parse("https://[::1]:8443", "https://", "443", &url));
    assert_string_equal(url.host, "::1");
    assert_string_equal(url.port, "8443");
    assert_string_equal(url.authority, "[::1]:8443");
    assert_string_equal(url.path, "/");
    assert_true(url_parse("http://host?q", "http://", "80", &url));
    assert_string_equal(url.path, "/?q");
}

static void what_is_no_such_address_is_refused(void **state) {
    static const char *const wrong[] = {
        "",
        "host",
        "https://host",
        "http://",
        "http:///a",
        "http://user@host",
        "http://a b",
        "http://a/\r\nX",
        "http://host:/",
        "http://host:x/",
        "http://[::1/",
        "http://[::1]x/",
        "http://host:123456/",
    };
    struct url url;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (url_parse(wrong[i], "http://", "80", &url))
            fail_msg("%s", wrong[i]);
    }
}

static void options_are_read_or_refused(void **state) {
    static char name[] = "--name", count[] = "--count", text[] = "text", seven[] = "7", none[] = "0", odd[] = "7x",
                other[] = "--other";
    const char *value = NULL;
    long number = 1;
    const struct option options[] = {{"--name", &value, NULL, 0, 0}, {"--count", NULL, &number, 1, 9}, {0}};
    char *right[] = {count, seven, name, text, NULL};
    char *nothing[] = {NULL};
    char *wrong[][3] = {{count, none}, {count, odd}, {count}, {other, text}, {text}, {name}};
    size_t i;

    (void)state;
    assert_true(options_read(nothing, options));
    assert_true(options_read(right, options));
    assert_string_equal(value, "text");
    assert_int_equal(number, 7);
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(options_read(wrong[i], options));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_out_however_they_are_cut),
        cmocka_unit_test(control_characters_do_not_pass),
        cmocka_unit_test(a_line_that_is_too_long_is_refused),
        cmocka_unit_test(an_answer_has_the_numbers_of_its_question),
        cmocka_unit_test(an_answer_is_not_answered),
        cmocka_unit_test(a_damaged_or_short_answer_is_none),
        cmocka_unit_test(an_address_of_the_web_has_these_parts),
        cmocka_unit_test(what_is_no_such_address_is_refused),
        cmocka_unit_test(options_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
