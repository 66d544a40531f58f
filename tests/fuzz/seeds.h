/* SPDX-License-Identifier: MIT
 *
 * Well-formed inputs of every format that has a fuzz target, for standalone_main.c to mutate. Each target runs over all
 * of them: what is well-formed to one is noise to another.
 */
#ifndef TESTS_FUZZ_SEEDS_H
#define TESTS_FUZZ_SEEDS_H

#include <stddef.h>

typedef struct fuzz_seed {
    const void *data;
    size_t size;
} fuzz_seed;

#define SEED(text)                                                                                                     \
    { text, sizeof(text) - 1 }

static const fuzz_seed fuzz_seeds[] = {
    /* Addresses as text. */
    SEED("127.0.0.1"),
    SEED("255.255.255.255:65535"),
    SEED("::"),
    SEED("1:2:3:4:5:6:7:8"),
    SEED("2001:db8::8:800:200c:417a"),
    SEED("::ffff:129.144.52.38"),
    SEED("64:ff9b::1.2.3.4%7"),
    SEED("[fe80::1%4294967295]:443"),
    SEED("[::]:0"),

    /* struct sockaddr of several systems. */
    SEED("\x02\x00\x00\x50\x7f\x00\x00\x01\0\0\0\0\0\0\0\0"),
    SEED("\x0a\x00\x00\x50\0\0\0\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x01\0\0\0"),
    SEED("\x17\x00\x00\x50\0\0\0\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x01\0\0\0"),
    SEED("\x10\x02\x00\x50\x7f\x00\x00\x01\0\0\0\0\0\0\0\0"),
    SEED("\x1c\x1e\x00\x50\0\0\0\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x01\0\0\0"),
    SEED("\x01\x00/tmp/socket"),
    SEED("\x01\x00\0abstract\0name"),

    /* HTTP responses. */
    SEED("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    SEED("HTTP/1.1 200 OK\r\nTransfer-Encoding: "
         "chunked\r\n\r\n5\r\nhello\r\n1a;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nA: b\r\n\r\n"),
    SEED("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\neverything up to the end"),
    SEED("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
    SEED("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
    SEED("HTTP/1.1 200 OK\nContent-Length: 18446744073709551615\n\nx"),

    /* HTTP requests. */
    SEED("GET /a/b%20c.txt?d HTTP/1.1\r\nHost: a\r\nRange: bytes=0-99\r\n\r\n"),
    SEED("HEAD http://a:80/%2e%2e/b HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\nRange: bytes=-5\r\n\r\n"),
    SEED("\r\nGET /../a/./b//c HTTP/1.0\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.0\r\n\r\n"),
};

enum { FUZZ_SEEDS = sizeof fuzz_seeds / sizeof fuzz_seeds[0] };

#endif
