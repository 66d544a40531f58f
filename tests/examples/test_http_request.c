/* SPDX-License-Identifier: MIT
 *
 * The request parser of the examples: what it understands, what it refuses and how, which paths it never lets through,
 * and which bytes of a file a range means. The fuzzer for the rest is tests/fuzz/fuzz_http_request.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../examples/http_request.h"

#define HOST "Host: a\r\n"
#define END "\r\n"

struct sample {
    const char *text;
    int status, is_head, keep_alive;
    const char *path;
};

static const struct sample samples[] = {
    {"GET /a.txt HTTP/1.1\r\n" HOST END, 200, 0, 1, "a.txt"},
    {"HEAD /a/b/c HTTP/1.1\r\n" HOST END, 200, 1, 1, "a/b/c"},
    {"\r\n\r\nGET /a HTTP/1.1\r\n" HOST END, 200, 0, 1, "a"},
    {"GET /a HTTP/1.0\r\n" END, 200, 0, 0, "a"},
    {"GET /a HTTP/1.1\r\n" HOST "Connection: close\r\n" END, 200, 0, 0, "a"},
    {"GET /a HTTP/1.1\r\n" HOST "connection: upgrade ,\tClose\r\n" END, 200, 0, 0, "a"},
    {"GET /a HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n" END, 200, 0, 1, "a"},
    {"GET /a HTTP/1.1\r\n" HOST "Connection: closed\r\n" END, 200, 0, 1, "a"},
    {"GET /a?b=../c HTTP/1.1\r\n" HOST END, 200, 0, 1, "a"},
    {"GET http://a:80/b/c?d HTTP/1.1\r\n" HOST END, 200, 0, 1, "b/c"},
    {"GET /%41%7a%20b HTTP/1.1\r\n" HOST END, 200, 0, 1, "Az b"},
    {"GET /\303\244 HTTP/1.1\r\n" HOST END, 200, 0, 1, "\303\244"},
    {"GET /a HTTP/1.1\r\n" HOST "Content-Length: 0\r\n" END, 200, 0, 1, "a"},
    {"GET /a HTTP/1.9\r\n" HOST END, 200, 0, 1, "a"},
    {"GET / HTTP/1.1\r\n" HOST END, 200, 0, 1, ""},
};

static const struct sample refused[] = {
    {"GET /a HTTP/1.1\r\n" END, 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\r\n" HOST HOST END, 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\r\n" HOST " folded\r\n" END, 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\r\n" HOST "Name : value\r\n" END, 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\nHost: a\n\n", 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\r\n" HOST "A: b\rc\r\n" END, 400, 0, 0, NULL},
    {"GET  /a HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /a b HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /a HTTP/1.1 \r\n" HOST END, 400, 0, 0, NULL},
    {"GET /a\r\n" END, 400, 0, 0, NULL},
    {"GET a HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /a#b HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /%4 HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /%zz HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /a%00b HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /a%2fb HTTP/1.1\r\n" HOST END, 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" END "hello", 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\r\n" HOST "Content-Length: \r\n" END, 400, 0, 0, NULL},
    {"GET /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END, 400, 0, 0, NULL},
    {"POST /a HTTP/1.1\r\n" HOST END, 501, 0, 0, NULL},
    {"get /a HTTP/1.1\r\n" HOST END, 501, 0, 0, NULL},
    {"GET /a HTTP/2.0\r\n" HOST END, 505, 0, 0, NULL},
    {"GET /a http/1.1\r\n" HOST END, 400, 0, 0, NULL},
};

/* Each leads out of the folder on some system, or to something that is no file of it. */
static const char *const forbidden[] = {
    "/..",        "/../a",     "/a/../../b", "/a/..",      "/%2e%2e/a", "/.%2e/a", "/.git/config",
    "/a/.hidden", "/..\\a",    "/a\\..\\b",  "/%5c..%5ca", "//a",       "/a//b",   "/a/",
    "/c:/a",      "/a:stream", "/PROGRA~1",  "/a.",        "/a%20",     "/a./b",   "/%2e%2e%20/a",
    "/*",         "/a%3fb",    "/a%01b",     "/.../a",     "/%7f",      "/a%7cb",  "/%22",
};

/* The parser cuts its text apart, so it gets a copy. */
static size_t text_read(struct http_request *request, const char *text, size_t length) {
    static char bytes[HTTP_REQUEST_MAX];

    memcpy(bytes, text, length);
    return http_request_read(request, bytes, length);
}

static void requests_are_understood(void **state) {
    size_t i;

    (void)state;
    for (i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct http_request request;

        assert_int_equal(text_read(&request, samples[i].text, strlen(samples[i].text)), strlen(samples[i].text));
        assert_int_equal(request.status, samples[i].status);
        assert_int_equal(request.is_head, samples[i].is_head);
        assert_int_equal(request.keep_alive, samples[i].keep_alive);
        assert_string_equal(request.path, samples[i].path);
    }
}

static void a_request_is_read_when_its_last_byte_has_come(void **state) {
    size_t i, length;

    (void)state;
    for (i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        for (length = 0; length < strlen(samples[i].text); length++) {
            struct http_request request;

            assert_int_equal(text_read(&request, samples[i].text, length), 0);
        }
    }
}

static void what_follows_a_request_is_left(void **state) {
    static const char two[] = "GET /a HTTP/1.1\r\n" HOST END "GET /b HTTP/1.1\r\n" HOST END;
    struct http_request request;
    size_t taken = text_read(&request, two, sizeof two - 1);

    (void)state;
    assert_int_equal(taken, (sizeof two - 1) / 2);
    assert_string_equal(request.path, "a");
    assert_int_equal(text_read(&request, two + taken, sizeof two - 1 - taken), taken);
    assert_string_equal(request.path, "b");
}

static void what_breaks_the_rules_is_refused_and_ends_the_connection(void **state) {
    size_t i;

    (void)state;
    for (i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct http_request request;

        assert_int_not_equal(text_read(&request, refused[i].text, strlen(refused[i].text)), 0);
        if (request.status != refused[i].status)
            fail_msg("%d instead of %d for: %s", request.status, refused[i].status, refused[i].text);
        assert_int_equal(request.keep_alive, 0);
    }
}

static void no_path_leads_out_of_the_folder(void **state) {
    size_t i;

    (void)state;
    for (i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++) {
        struct http_request request;
        char text[256] = "GET ";

        strcat(strcat(text, forbidden[i]), " HTTP/1.1\r\n" HOST END);
        assert_int_equal(text_read(&request, text, strlen(text)), strlen(text));
        if (request.status != 200 || request.path[0] != '\0')
            fail_msg("%s gives %d '%s'", forbidden[i], request.status, request.path);
    }
}

static void a_path_that_is_too_long_is_refused(void **state) {
    static char text[HTTP_PATH_ROOM + 100] = "GET /";
    struct http_request request;

    (void)state;
    memset(text + 5, 'a', HTTP_PATH_ROOM);
    strcpy(text + 5 + HTTP_PATH_ROOM, " HTTP/1.1\r\n" HOST END);
    assert_int_not_equal(text_read(&request, text, strlen(text)), 0);
    assert_int_equal(request.status, 400);
}

struct range_sample {
    const char *field;
    uint64_t size;
    int status;
    uint64_t offset, length;
};

static const struct range_sample ranges[] = {
    {"", 10, 200, 0, 10},
    {"Range: bytes=0-4\r\n", 10, 206, 0, 5},
    {"Range: bytes=2-2\r\n", 10, 206, 2, 1},
    {"range: Bytes=8-99\r\n", 10, 206, 8, 2},
    {"Range: bytes=7-\r\n", 10, 206, 7, 3},
    {"Range: bytes=-3\r\n", 10, 206, 7, 3},
    {"Range: bytes=-99\r\n", 10, 206, 0, 10},
    {"Range: bytes=5000000000-5000000001\r\n", 6000000000U, 206, 5000000000U, 2},
    {"Range: bytes=10-\r\n", 10, 416, 0, 10},
    {"Range: bytes=10-20\r\n", 10, 416, 0, 10},
    {"Range: bytes=-0\r\n", 10, 416, 0, 10},
    {"Range: bytes=0-0\r\n", 0, 416, 0, 0},
    {"Range: bytes=-1\r\n", 0, 416, 0, 0},
    {"Range: bytes=4-2\r\n", 10, 200, 0, 10},
    {"Range: bytes=0-1,3-4\r\n", 10, 200, 0, 10},
    {"Range: bytes=a-b\r\n", 10, 200, 0, 10},
    {"Range: bytes=-\r\n", 10, 200, 0, 10},
    {"Range: bytes=\r\n", 10, 200, 0, 10},
    {"Range: lines=0-1\r\n", 10, 200, 0, 10},
    {"Range: bytes=99999999999999999999-\r\n", 10, 200, 0, 10},
    {"If-Range: \"x\"\r\nRange: bytes=0-1\r\n", 10, 200, 0, 10},
};

static void a_range_means_these_bytes(void **state) {
    size_t i;

    (void)state;
    for (i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        struct http_request request;
        uint64_t offset, length;
        char text[256] = "GET /a HTTP/1.1\r\n" HOST;

        strcat(strcat(text, ranges[i].field), END);
        assert_int_equal(text_read(&request, text, strlen(text)), strlen(text));
        assert_int_equal(request.status, 200);
        if (http_request_range(&request, ranges[i].size, &offset, &length) != ranges[i].status)
            fail_msg("%s of %lu", ranges[i].field, (unsigned long)ranges[i].size);
        assert_int_equal(offset, ranges[i].offset);
        assert_int_equal(length, ranges[i].length);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_understood),
        cmocka_unit_test(a_request_is_read_when_its_last_byte_has_come),
        cmocka_unit_test(what_follows_a_request_is_left),
        cmocka_unit_test(what_breaks_the_rules_is_refused_and_ends_the_connection),
        cmocka_unit_test(no_path_leads_out_of_the_folder),
        cmocka_unit_test(a_path_that_is_too_long_is_refused),
        cmocka_unit_test(a_range_means_these_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
