/* SPDX-License-Identifier: MIT
 *
 * file_server as a whole program: fetched by http_get, and asked by hand for what http_get does not ask for.
 */
#include "file.h"
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 512, BIG = 5 * 1024 * 1024 + 12345 };

static char served[PATH_ROOM]; /* the folder that is served */

static const char *served_path(const char *name) {
    static char paths[4][PATH_ROOM + 32];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", served, name);
    return path;
}

static char byte_at(size_t at) {
    return (char)('a' + (at * 7 + at / 4099) % 26);
}

static void file_make(const char *name, size_t length) {
    FILE *file = fopen(served_path(name), "wb");
    size_t at;

    assert_non_null(file);
    for (at = 0; at < length; at++)
        putc(byte_at(at), file);
    assert_int_equal(fclose(file), 0);
}

static void file_check(const char *name, size_t length) {
    FILE *file = fopen(served_path(name), "rb");
    size_t at;

    assert_non_null(file);
    for (at = 0; at < length; at++) {
        if (getc(file) != byte_at(at))
            fail_msg("%s differs at %lu", name, (unsigned long)at);
    }
    assert_int_equal(getc(file), EOF);
    fclose(file);
    assert_int_equal(remove(served_path(name)), 0);
}

static int folder_fill(void **state) {
    (void)state;
    assert_true(folder_make(served, sizeof served));
    file_make("big.bin", BIG);
    file_make("small.txt", 26);
    file_make("empty", 0);
    file_make(".hidden", 3);
    return 0;
}

static int folder_remove(void **state) {
    static const char *const names[] = {"big.bin", "small.txt", "empty", ".hidden"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        remove(served_path(names[i]));
    return path_remove(served) ? 0 : -1;
}

static process *server_start(uint16_t *port, const char *count) {
    process *server = program_start("file_server", served, "127.0.0.1", "0", "--count", count, NULL);

    *port = program_port(server);
    return server;
}

static const char *url_of(uint16_t port, const char *name) {
    static char urls[4][128];
    static unsigned next;
    char *url = urls[next++ % 4];

    snprintf(url, sizeof urls[0], "http://127.0.0.1:%u/%s", (unsigned)port, name);
    return url;
}

static void http_get_fetches_files(void **state) {
    uint16_t port;
    process *server = server_start(&port, "1");

    (void)state;
    program_end(program_start("http_get", url_of(port, "big.bin"), served_path("got"), NULL), 0);
    file_check("got", BIG);
    program_end(server, 0);
}

static void http_get_fetches_many_files_at_once(void **state) {
    uint16_t port;
    process *server = server_start(&port, "4");

    (void)state;
    program_end(program_start("http_get", "--parallel", "4", url_of(port, "big.bin"), served_path("1"),
                              url_of(port, "small.txt"), served_path("2"), url_of(port, "empty"), served_path("3"),
                              url_of(port, "big.bin"), served_path("4"), NULL),
                0);
    file_check("1", BIG);
    file_check("2", 26);
    file_check("3", 0);
    file_check("4", BIG);
    program_end(server, 0);
}

static void a_file_that_is_not_there_is_not_found(void **state) {
    uint16_t port;
    process *server = server_start(&port, "1"), *client;

    (void)state;
    client = program_start("http_get", url_of(port, "no-such-file"), served_path("got"), NULL);
    program_expect(client, "the server answered with status 404");
    program_end(client, 1);
    assert_false(path_exists(served_path("got")));
    program_end(server, 0);
}

/* Sends a request and expects its answer: the status, a header field, the body. */
static void exchange(spal_socket peer, const char *request, const char *status, const char *field, const char *body) {
    const char *head;

    peer_send(peer, request);
    head = peer_read_to(peer, "\r\n\r\n");
    if (memcmp(head, status, strlen(status)) != 0 || strstr(head, field) == NULL)
        fail_msg("'%s' gives '%s'", request, head);
    peer_expect(peer, body);
}

#define HOST " HTTP/1.1\r\nHost: a\r\n"

static void one_connection_carries_many_requests(void **state) {
    uint16_t port;
    process *server = server_start(&port, "1");
    spal_socket peer = peer_connect(port);

    (void)state;
    exchange(peer, "GET /small.txt" HOST "\r\n", "HTTP/1.1 200 OK\r\n", "Content-Type: text/plain",
             "ahovcjqxelszgnubipwdkryfmt");
    exchange(peer, "HEAD /small.txt" HOST "\r\n", "HTTP/1.1 200 ", "Content-Length: 26\r\n", "");
    exchange(peer, "GET /empty" HOST "\r\n", "HTTP/1.1 200 ", "Content-Length: 0\r\n", "");
    exchange(peer, "GET /no-such-file" HOST "\r\n", "HTTP/1.1 404 ", "Content-Length: 0\r\n", "");
    exchange(peer, "GET /small.txt" HOST "Range: bytes=1-3\r\n\r\n", "HTTP/1.1 206 ", "Content-Range: bytes 1-3/26\r\n",
             "hov");
    exchange(peer, "GET /small.txt" HOST "Range: bytes=-2\r\n\r\n", "HTTP/1.1 206 ",
             "Content-Range: bytes 24-25/26\r\n", "mt");
    exchange(peer, "GET /small.txt" HOST "Range: bytes=26-\r\n\r\n", "HTTP/1.1 416 ", "Content-Range: bytes */26\r\n",
             "");
    exchange(peer, "HEAD /small.txt" HOST "Connection: close\r\n\r\n", "HTTP/1.1 200 ", "Connection: close\r\n", "");
    peer_expect_end(peer);
    assert_ok(spal_close(peer));
    program_end(server, 0);
}

static void requests_may_come_before_their_answers(void **state) {
    uint16_t port;
    process *server = server_start(&port, "1");
    spal_socket peer = peer_connect(port);

    (void)state;
    peer_send(peer, "GET /small.txt" HOST "Range: bytes=0-0\r\n\r\nGET /small.txt" HOST
                    "Range: bytes=1-1\r\n\r\nGET /small.txt" HOST "Range: bytes=2-2\r\nConnection: close\r\n\r\n");
    exchange(peer, "", "HTTP/1.1 206 ", "bytes 0-0/26", "a");
    exchange(peer, "", "HTTP/1.1 206 ", "bytes 1-1/26", "h");
    exchange(peer, "", "HTTP/1.1 206 ", "bytes 2-2/26", "o");
    peer_expect_end(peer);
    assert_ok(spal_close(peer));
    program_end(server, 0);
}

/* The answer arrives although the server has not read all of the request. */
static void a_request_against_the_rules_is_refused(void **state) {
    static char long_request[40000] = "GET /small.txt" HOST "X: ";
    static const char *const refused[][2] = {
        {"POST /small.txt" HOST "Content-Length: 5\r\n\r\nhello", "HTTP/1.1 501 "},
        {"GET /small.txt" HOST "Content-Length: 5\r\n\r\nhello", "HTTP/1.1 400 "},
        {"GET /small.txt HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
        {"nonsense\r\n\r\n", "HTTP/1.1 400 "},
        {long_request, "HTTP/1.1 431 "},
    };
    uint16_t port;
    process *server = server_start(&port, "5");
    size_t i;

    (void)state;
    memset(long_request + strlen(long_request), 'x', 30000);
    for (i = 0; i < 5; i++) {
        spal_socket peer = peer_connect(port);

        exchange(peer, refused[i][0], refused[i][1], "Connection: close\r\n", "");
        peer_expect_end(peer);
        assert_ok(spal_close(peer));
    }
    program_end(server, 0);
}

static void no_request_leads_out_of_the_folder(void **state) {
    static const char *const paths[] = {"/../",        "/%2e%2e/%2e%2e/etc/passwd",
                                        "/..%5c..%5c", "/.hidden",
                                        "/",           "//",
                                        "/small.txt/", "/small.txt/x",
                                        "/c:/",        "/CON"};
    uint16_t port;
    process *server = server_start(&port, "1");
    spal_socket peer = peer_connect(port);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        char request[256];

        snprintf(request, sizeof request, "GET %s" HOST "\r\n", paths[i]);
        exchange(peer, request, "HTTP/1.1 40", "Content-Length: 0\r\n", "");
    }
    assert_ok(spal_close(peer));
    program_end(server, 0);
}

/* The client goes away in the middle of a file; the next one is served. */
static void a_client_that_leaves_early_harms_nobody(void **state) {
    uint16_t port;
    process *server = server_start(&port, "2");
    spal_socket peer = peer_connect(port);

    (void)state;
    peer_send(peer, "GET /big.bin" HOST "\r\n");
    (void)peer_read_to(peer, "\r\n\r\n");
    assert_ok(spal_abort(peer));
    peer = peer_connect(port);
    exchange(peer, "GET /small.txt" HOST "Range: bytes=0-2\r\nConnection: close\r\n\r\n", "HTTP/1.1 206 ", "bytes",
             "aho");
    peer_expect_end(peer);
    assert_ok(spal_close(peer));
    program_end(server, 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(http_get_fetches_files, programs_end),
        cmocka_unit_test_teardown(http_get_fetches_many_files_at_once, programs_end),
        cmocka_unit_test_teardown(a_file_that_is_not_there_is_not_found, programs_end),
        cmocka_unit_test_teardown(one_connection_carries_many_requests, programs_end),
        cmocka_unit_test_teardown(requests_may_come_before_their_answers, programs_end),
        cmocka_unit_test_teardown(a_request_against_the_rules_is_refused, programs_end),
        cmocka_unit_test_teardown(no_request_leads_out_of_the_folder, programs_end),
        cmocka_unit_test_teardown(a_client_that_leaves_early_harms_nobody, programs_end),
    };

    programs_find(argc, argv);
    return cmocka_run_group_tests(tests, folder_fill, folder_remove);
}
