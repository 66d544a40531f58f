/* SPDX-License-Identifier: MIT
 *
 * An incremental parser of one HTTP/1 response (RFC 9112): bytes go in as they arrive, pieces of the body come out. It
 * does no input or output and allocates nothing. It is strict: what the standard lets a recipient reject is rejected,
 * since a response that two readers understand differently is the root of smuggling attacks.
 *
 * Not here: requests, other methods than GET, content codings, and what header fields mean beyond the length of the
 * body.
 */
#ifndef EXAMPLES_HTTP_RESPONSE_H
#define EXAMPLES_HTTP_RESPONSE_H

#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_LINE_MAX = 8192, /**< longest line, with its CR LF */
    HTTP_HEAD_MAX = 65536 /**< most bytes of all status lines, header and trailer lines together */
};

/*
 *   STATUS_LINE -> HEADER -+-> LENGTH_BODY ---------------------------------+-> DONE
 *        ^           |     +-> CLOSE_BODY (until the connection ends) ------+
 *        |           |     +-> CHUNK_SIZE -> CHUNK_DATA -> CHUNK_END        |
 *        +-- 1xx ----+     |     ^  |                          |            |
 *                          |     +--|--------------------------+            |
 *                          |        +-> TRAILER ----------------------------+
 *                          +--- no body -------------------------------------+
 *
 *   Every state leads to FAILED when the response breaks the rules or ends too early.
 */
enum http_state {
    HTTP_STATUS_LINE,
    HTTP_HEADER,
    HTTP_LENGTH_BODY,
    HTTP_CLOSE_BODY,
    HTTP_CHUNK_SIZE,
    HTTP_CHUNK_DATA,
    HTTP_CHUNK_END,
    HTTP_TRAILER,
    HTTP_DONE,
    HTTP_FAILED
};

struct http_response {
    enum http_state state;
    int status;          /**< 200, 404 ... once the head is complete */
    const char *problem; /**< in HTTP_FAILED: what is wrong, a sentence; else null */
    uint64_t left;       /**< bytes of the body or chunk that have not arrived */
    int chunked;
    int has_length;
    size_t head_length;
    size_t line_length;
    char line[HTTP_LINE_MAX + 1];
};

void http_response_init(struct http_response *response);

/**
 * Takes bytes until a piece of the body is found, the response is over, or all have been taken. Call it again with the
 * rest.
 * @param body,body_length  out: a piece of the body inside `bytes`; length 0 when there is none
 * @return bytes taken; less than `length` is left only behind a piece of the body or the end of the response
 */
size_t http_response_feed(struct http_response *response, const char *bytes, size_t length, const char **body,
                          size_t *body_length);

/** Says that the connection has ended: the end of a close-delimited body, and a failure anywhere else. */
void http_response_end(struct http_response *response);

/** 1 when the status and all header fields are known. */
int http_response_has_head(const struct http_response *response);

/** 1 in HTTP_DONE and HTTP_FAILED. */
int http_response_is_over(const struct http_response *response);

#endif
