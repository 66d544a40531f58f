/* SPDX-License-Identifier: MIT
 *
 * The head of one HTTP/1 request (RFC 9112), as a server of files needs it: GET and HEAD, the path made safe, one range
 * of bytes, whether the connection goes on. It does no input or output and allocates nothing. It is strict, as
 * http_response.h is.
 *
 * Not here: other methods, requests with content, conditions, several ranges. The standard allows a server to do
 * without.
 */
#ifndef EXAMPLES_HTTP_REQUEST_H
#define EXAMPLES_HTTP_REQUEST_H

#include <stddef.h>
#include <stdint.h>

enum {
    HTTP_REQUEST_MAX = 16384, /**< longest head */
    HTTP_PATH_ROOM = 1024     /**< longest path, with its zero byte */
};

/** Which bytes of the file are wanted. */
enum http_range { HTTP_RANGE_ALL, HTTP_RANGE_FROM_TO, HTTP_RANGE_FROM, HTTP_RANGE_LAST };

struct http_request {
    int status;     /**< 200 when it can be served; else what to answer, and then the connection cannot go on */
    int is_head;    /**< HEAD: the answer has no body */
    int keep_alive; /**< the client may ask again on this connection */
    char path[HTTP_PATH_ROOM]; /**< decoded, relative, its parts divided by '/', free of what could lead elsewhere;
                                    empty for what nobody is given */
    enum http_range range;
    uint64_t first, last; /**< of FROM_TO; FROM has the first alone, LAST how many bytes in `last` */
};

/**
 * Reads the head of a request.
 * @param bytes  what has arrived; lines are cut apart in place once the head is complete
 * @return bytes of the head, with the empty line that ends it; 0 while it is not complete
 */
size_t http_request_read(struct http_request *request, char *bytes, size_t length);

/**
 * Applies the range to a file.
 * @param offset,length  out: the bytes to be sent
 * @return 200 (all of it), 206 (a part), 416 (there are no such bytes)
 */
int http_request_range(const struct http_request *request, uint64_t size, uint64_t *offset, uint64_t *length);

#endif
