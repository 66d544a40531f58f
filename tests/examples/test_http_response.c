/* SPDX-License-Identifier: MIT
 *
 * The response parser of the examples: well-formed responses however they are cut into pieces, and a table of malformed
 * ones with the sentence that each earns. The fuzzer for the rest is tests/fuzz/fuzz_http_response.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../examples/http_response.h"

#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK_LINE "Transfer-Encoding: chunked\r\n\r\n"

struct sample {
    const char *what;
    const char *text;
    int status;
    const char *body;
    const char *behind; /* what follows the response and is not taken */
};

static const struct sample samples[] = {
    {"length", OK_LINE "Content-Length: 5\r\n\r\nhello", 200, "hello", ""},
    {"length 0", OK_LINE "Content-Length: 0\r\n\r\n", 200, "", ""},
    {"length with leading zeros", OK_LINE "Content-Length: 0005\r\n\r\nhello", 200, "hello", ""},
    {"the same length twice", OK_LINE "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", ""},
    {"bytes behind the body", OK_LINE "Content-Length: 5\r\n\r\nhelloHTTP/1.1", 200, "hello", "HTTP/1.1"},
    {"until the end", OK_LINE "\r\nall of this\r\n", 200, "all of this\r\n", ""},
    {"nothing until the end", OK_LINE "\r\n", 200, "", ""},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nold", 200, "old", ""},
    {"no reason", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, "x", ""},
    {"empty reason", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", 200, "x", ""},
    {"names in any case", OK_LINE "cOnTeNt-LeNgTh:\t 3 \t\r\n\r\nabc", 200, "abc", ""},
    {"other fields", OK_LINE "Server: a b\tc\r\nX-Empty:\r\nContent-Length: 3\r\n\r\nabc", 200, "abc", ""},
    {"chunks", CHUNKED "5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n", 200, "hello, world", ""},
    {"no chunk", CHUNKED "0\r\n\r\n", 200, "", ""},
    {"chunk sizes in both cases", CHUNKED "a\r\n0123456789\r\nA\r\nabcdefghij\r\n0\r\n\r\n", 200,
     "0123456789abcdefghij", ""},
    {"chunk extensions", CHUNKED "3;name=\"value\"\r\nabc\r\n2 ; x\r\nde\r\n0;last\r\n\r\n", 200, "abcde", ""},
    {"a chunk that looks like an end", CHUNKED "5\r\n0\r\n\r\n\r\n0\r\n\r\n", 200, "0\r\n\r\n", ""},
    {"trailer", CHUNKED "1\r\na\r\n0\r\nX-Sum: 7\r\nContent-Length: none\r\n\r\nnext", 200, "a", "next"},
    {"coding in any case", OK_LINE "Transfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 200, "a", ""},
    {"interim responses",
     "HTTP/1.1 100 Continue\r\nContent-Length: 9\r\n\r\nHTTP/1.1 103 Early\r\n\r\n" OK_LINE
     "Content-Length: 1\r\n\r\nx",
     200, "x", ""},
    {"204 has no body", "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nnext", 204, "", "next"},
    {"304 has no body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n", 304, "", ""},
    {"404 has a body", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", 404, "gone", ""},
};

struct malformed {
    const char *text;
    const char *problem;
};

static const char not_http[] = "this is not an HTTP/1 response", status_bad[] = "the status code is malformed",
                  line_bad[] = "a line does not end with CR LF", control[] = "a line contains a control character",
                  field_bad[] = "a header field is malformed", length_bad[] = "Content-Length is not a number",
                  coding_bad[] = "this Transfer-Encoding is not supported", size_bad[] = "a chunk size is malformed",
                  cut[] = "the connection ended in the middle of the response";

static const struct malformed malformed[] = {
    {"", cut},
    {"HTTP/1.1 200 OK", cut},
    {OK_LINE "Content-Length: 5\r\n", cut},
    {OK_LINE "Content-Length: 5\r\n\r\nhell", cut},
    {CHUNKED, cut},
    {CHUNKED "5\r\nhel", cut},
    {CHUNKED "5\r\nhello\r\n", cut},
    {CHUNKED "5\r\nhello\r\n0\r\n", cut},
    {"HTTP/1.1 100 Continue\r\n\r\n", cut},
    {"\r\n", not_http},
    {"HTTP/2 200 OK\r\n", not_http},
    {"HTTP/1.x 200 OK\r\n", not_http},
    {"HTTP/1.1\r\n", not_http},
    {"ICY 200 OK of a radio\r\n", not_http},
    {"http/1.1 200 OK\r\n", not_http},
    {"HTTP/1.1 2x0 OK\r\n", status_bad},
    {"HTTP/1.1 2000 OK\r\n", status_bad},
    {"HTTP/1.1 099 Low\r\n", status_bad},
    {"HTTP/1.1 600 High\r\n", status_bad},
    {"HTTP/1.1 -20 OK\r\n", status_bad},
    {"HTTP/1.1 200 OK\n", line_bad},
    {"\n", line_bad},
    {OK_LINE "Server: x\n\n", line_bad},
    {"HTTP/1.1 200 O\rK\r\n", control},
    {OK_LINE "A: \x01\r\n", control},
    {OK_LINE "A: \x7f\r\n", control},
    {OK_LINE "no colon\r\n", field_bad},
    {OK_LINE ": no name\r\n", field_bad},
    {OK_LINE "Content-Length : 5\r\n\r\nhello", field_bad},
    {OK_LINE "A: b\r\n folded\r\n", field_bad},
    {OK_LINE "Content-Length:\r\n", length_bad},
    {OK_LINE "Content-Length: -1\r\n", length_bad},
    {OK_LINE "Content-Length: +1\r\n", length_bad},
    {OK_LINE "Content-Length: 0x10\r\n", length_bad},
    {OK_LINE "Content-Length: 5, 5\r\n", length_bad},
    {OK_LINE "Content-Length: 18446744073709551616\r\n", length_bad},
    {OK_LINE "Content-Length: 5\r\nContent-Length: 6\r\n", "two Content-Length fields differ"},
    {OK_LINE "Transfer-Encoding: gzip, chunked\r\n", coding_bad},
    {OK_LINE "Transfer-Encoding: chunkedx\r\n", coding_bad},
    {OK_LINE "Transfer-Encoding: chunke\r\n", coding_bad},
    {OK_LINE "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", coding_bad},
    {OK_LINE "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
     "both Content-Length and Transfer-Encoding are given"},
    {"HTTP/1.1 101 Switching\r\n\r\n", "the server switches to a protocol nobody asked for"},
    {CHUNKED "\r\n", size_bad},
    {CHUNKED "-1\r\n", size_bad},
    {CHUNKED " 5\r\nhello\r\n", size_bad},
    {CHUNKED "0x5\r\nhello\r\n", size_bad},
    {CHUNKED "5 5\r\nhello\r\n", size_bad},
    {CHUNKED "g\r\n", size_bad},
    {CHUNKED "10000000000000000\r\n", size_bad},
    {CHUNKED "5\nhello\r\n", line_bad},
    {CHUNKED "5\r\nhello!\r\n", "a chunk is longer than its size"},
    {CHUNKED "5\r\nhello\n", line_bad},
    {CHUNKED "0\r\nno colon\r\n", field_bad},
};

static struct http_response response;
static char body_seen[4096];
static size_t body_seen_length, taken_in_all;

/* Feeds a text in pieces of the given size and then says that the connection has ended. */
static void feed_text(const char *text, size_t length, size_t piece) {
    size_t at, part, taken, body_length;
    const char *body;

    http_response_init(&response);
    body_seen_length = taken_in_all = 0;
    for (at = 0; at < length && !http_response_is_over(&response); at += taken) {
        part = length - at < piece ? length - at : piece;
        taken = http_response_feed(&response, text + at, part, &body, &body_length);
        assert_true(taken <= part);
        assert_true(taken == part || body_length > 0 || http_response_is_over(&response));
        assert_true(body_length == 0 || (body >= text + at && body + body_length <= text + at + taken));
        assert_true(body_seen_length + body_length < sizeof body_seen);
        memcpy(body_seen + body_seen_length, body, body_length);
        body_seen_length += body_length;
        taken_in_all += taken;
    }
    body_seen[body_seen_length] = '\0';
    http_response_end(&response);
}

static void response_is_understood_however_it_is_cut(void **state) {
    size_t i, piece;

    (void)state;
    for (i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const struct sample *sample = &samples[i];
        size_t length = strlen(sample->text);

        for (piece = 1; piece <= length; piece++) {
            feed_text(sample->text, length, piece);
            if (response.state != HTTP_DONE) {
                fail_msg("%s, in pieces of %u: %s", sample->what, (unsigned)piece, response.problem);
            }
            assert_int_equal(response.status, sample->status);
            assert_string_equal(body_seen, sample->body);
            assert_string_equal(sample->text + taken_in_all, sample->behind);
        }
    }
}

static void malformed_response_fails_with_its_reason_however_it_is_cut(void **state) {
    size_t i, piece;

    (void)state;
    for (i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        size_t length = strlen(malformed[i].text);

        for (piece = 1; piece <= length + 1; piece++) {
            feed_text(malformed[i].text, length, piece);
            if (response.state != HTTP_FAILED || strcmp(response.problem, malformed[i].problem) != 0) {
                fail_msg("'%s', in pieces of %u: %s", malformed[i].text, (unsigned)piece,
                         response.problem != NULL ? response.problem : "accepted");
            }
        }
    }
}

static void zero_byte_in_the_header_is_refused(void **state) {
    static const char text[] = OK_LINE "A: b\0c\r\n\r\n";

    (void)state;
    feed_text(text, sizeof text - 1, sizeof text);
    assert_string_equal(response.problem, control);
}

static void largest_lengths_are_understood(void **state) {
    static const char length[] = OK_LINE "Content-Length: 18446744073709551615\r\n\r\nx";
    static const char chunk[] = CHUNKED "ffffffffffffffff\r\nx";

    (void)state;
    feed_text(length, sizeof length - 1, 7);
    assert_true(response.left == UINT64_MAX - 1);
    assert_string_equal(body_seen, "x");
    feed_text(chunk, sizeof chunk - 1, 7);
    assert_true(response.left == UINT64_MAX - 1);
    assert_string_equal(body_seen, "x");
}

/* Feeds `count` times the same byte. */
static void feed_byte(char byte, size_t count) {
    const char *body;
    size_t body_length;

    while (count-- > 0 && !http_response_is_over(&response)) {
        (void)http_response_feed(&response, &byte, 1, &body, &body_length);
    }
}

static void feed_string(const char *text) {
    const char *body;
    size_t body_length;

    (void)http_response_feed(&response, text, strlen(text), &body, &body_length);
}

static void line_of_the_greatest_length_passes_and_one_more_byte_fails(void **state) {
    (void)state;
    http_response_init(&response);
    feed_string(OK_LINE "A:");
    feed_byte('b', HTTP_LINE_MAX - 4);
    feed_string("\r\n");
    assert_int_equal(response.state, HTTP_HEADER);
    feed_string("A:");
    feed_byte('b', HTTP_LINE_MAX - 3);
    feed_string("\r\n");
    assert_string_equal(response.problem, "a line is too long");
}

static void endless_line_fails(void **state) {
    (void)state;
    http_response_init(&response);
    feed_byte('H', HTTP_LINE_MAX - 1);
    assert_int_equal(response.state, HTTP_STATUS_LINE);
    feed_byte('H', 1);
    assert_string_equal(response.problem, "a line is too long");
}

static void endless_header_fails(void **state) {
    int i;

    (void)state;
    http_response_init(&response);
    feed_string(OK_LINE);
    for (i = 0; i < HTTP_HEAD_MAX && !http_response_is_over(&response); i++) {
        feed_string("A: b\r\n");
    }
    assert_string_equal(response.problem, "the header is too long");
}

static void endless_interim_responses_fail(void **state) {
    int i;

    (void)state;
    http_response_init(&response);
    for (i = 0; i < HTTP_HEAD_MAX && !http_response_is_over(&response); i++) {
        feed_string("HTTP/1.1 100 Continue\r\n\r\n");
    }
    assert_string_equal(response.problem, "the header is too long");
}

static void endless_trailer_fails(void **state) {
    int i;

    (void)state;
    http_response_init(&response);
    feed_string(CHUNKED "0\r\n");
    for (i = 0; i < HTTP_HEAD_MAX && !http_response_is_over(&response); i++) {
        feed_string("A: b\r\n");
    }
    assert_string_equal(response.problem, "the header is too long");
}

static void many_chunks_do_not_count_as_header(void **state) {
    int i;

    (void)state;
    http_response_init(&response);
    feed_string(CHUNKED);
    for (i = 0; i < HTTP_HEAD_MAX; i++) {
        feed_string("1\r\na");
        feed_string("\r\n");
    }
    assert_int_equal(response.state, HTTP_CHUNK_SIZE);
}

static void head_is_known_when_its_empty_line_has_come(void **state) {
    (void)state;
    http_response_init(&response);
    feed_string("HTTP/1.1 404 Not Found\r\nServer: x\r\n");
    assert_false(http_response_has_head(&response));
    feed_string("\r\n");
    assert_true(http_response_has_head(&response));
    assert_int_equal(response.status, 404);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(response_is_understood_however_it_is_cut),
        cmocka_unit_test(malformed_response_fails_with_its_reason_however_it_is_cut),
        cmocka_unit_test(zero_byte_in_the_header_is_refused),
        cmocka_unit_test(largest_lengths_are_understood),
        cmocka_unit_test(line_of_the_greatest_length_passes_and_one_more_byte_fails),
        cmocka_unit_test(endless_line_fails),
        cmocka_unit_test(endless_header_fails),
        cmocka_unit_test(endless_interim_responses_fail),
        cmocka_unit_test(endless_trailer_fails),
        cmocka_unit_test(many_chunks_do_not_count_as_header),
        cmocka_unit_test(head_is_known_when_its_empty_line_has_come),
    };

    return cmocka_run_group_tests_name("http_response", tests, NULL, NULL);
}
