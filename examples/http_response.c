/* SPDX-License-Identifier: MIT
 *
 * The parser of http_response.h. Whatever is organised in lines (status, header fields, chunk sizes, trailer) is
 * collected in one bounded buffer and parsed when its CR LF has come; the bodies pass through uncopied.
 */
#include "http_response.h"
#include "http_text.h"

#include <string.h>

void http_response_init(struct http_response *response) {
    memset(response, 0, sizeof *response);
}

int http_response_has_head(const struct http_response *response) {
    return response->state > HTTP_HEADER && response->state != HTTP_FAILED;
}

int http_response_is_over(const struct http_response *response) {
    return response->state == HTTP_DONE || response->state == HTTP_FAILED;
}

static void response_fail(struct http_response *response, const char *problem) {
    response->state = HTTP_FAILED;
    response->problem = problem;
}

static void status_line_parse(struct http_response *response) {
    const char *line = response->line;
    size_t i;

    if (response->line_length < 12 || memcmp(line, "HTTP/1.", 7) != 0 || !http_is_digit(line[7]) || line[8] != ' ') {
        response_fail(response, "this is not an HTTP/1 response");
        return;
    }
    response->status = 0;
    for (i = 9; i < 12; i++) {
        response->status = response->status * 10 + (http_is_digit(line[i]) ? line[i] - '0' : 1000);
    }
    if (response->status < 100 || response->status > 599 || (line[12] != ' ' && line[12] != '\0')) {
        response_fail(response, "the status code is malformed");
        return;
    }
    response->state = HTTP_HEADER;
}

static void content_length_parse(struct http_response *response, const char *value, size_t length) {
    uint64_t number = 0;

    if (length == 0 || http_number_read(value, 10, &number) != length) {
        response_fail(response, "Content-Length is not a number");
    } else if (response->has_length && number != response->left) {
        response_fail(response, "two Content-Length fields differ");
    }
    response->has_length = 1;
    response->left = number;
}

static void transfer_encoding_parse(struct http_response *response, const char *value, size_t length) {
    if (response->chunked || !http_text_equal(value, length, "chunked")) {
        response_fail(response, "this Transfer-Encoding is not supported");
    }
    response->chunked = 1;
}

/* Checks `name: value` and interprets it unless it belongs to the trailer, where it could only deceive. */
static void field_parse(struct http_response *response) {
    struct http_field field;

    if (!http_field_read(response->line, response->line_length, &field)) {
        response_fail(response, "a header field is malformed");
        return;
    }
    if (response->state == HTTP_HEADER && http_field_is(&field, "content-length")) {
        content_length_parse(response, field.value, field.value_length);
    } else if (response->state == HTTP_HEADER && http_field_is(&field, "transfer-encoding")) {
        transfer_encoding_parse(response, field.value, field.value_length);
    }
}

/* The empty line behind the header fields decides how the body is delimited (RFC 9112, section 6.3). */
static void head_done(struct http_response *response) {
    if (response->status == 101) {
        response_fail(response, "the server switches to a protocol nobody asked for");
    } else if (response->status < 200) {
        response->chunked = response->has_length = 0;
        response->state = HTTP_STATUS_LINE;
    } else if (response->status == 204 || response->status == 304) {
        response->state = HTTP_DONE;
    } else if (response->chunked && response->has_length) {
        response_fail(response, "both Content-Length and Transfer-Encoding are given");
    } else if (response->chunked) {
        response->state = HTTP_CHUNK_SIZE;
    } else if (response->has_length) {
        response->state = response->left > 0 ? HTTP_LENGTH_BODY : HTTP_DONE;
    } else {
        response->state = HTTP_CLOSE_BODY;
    }
}

/* Extensions behind the size are allowed and say nothing to us. */
static void chunk_size_parse(struct http_response *response) {
    size_t at = http_number_read(response->line, 16, &response->left);
    int has_digits = at > 0;

    while (response->line[at] == ' ' || response->line[at] == '\t') {
        at++;
    }
    if (!has_digits || (response->line[at] != '\0' && response->line[at] != ';')) {
        response_fail(response, "a chunk size is malformed");
    } else {
        response->state = response->left > 0 ? HTTP_CHUNK_DATA : HTTP_TRAILER;
    }
}

static void line_parse(struct http_response *response) {
    int is_empty = response->line_length == 0;

    switch (response->state) {
    case HTTP_STATUS_LINE:
        status_line_parse(response);
        break;
    case HTTP_HEADER:
        if (is_empty) {
            head_done(response);
        } else {
            field_parse(response);
        }
        break;
    case HTTP_CHUNK_SIZE:
        chunk_size_parse(response);
        break;
    case HTTP_CHUNK_END:
        response->state = HTTP_CHUNK_SIZE;
        if (!is_empty) {
            response_fail(response, "a chunk is longer than its size");
        }
        break;
    case HTTP_TRAILER:
        if (is_empty) {
            response->state = HTTP_DONE;
        } else {
            field_parse(response);
        }
        break;
    case HTTP_LENGTH_BODY:
    case HTTP_CLOSE_BODY:
    case HTTP_CHUNK_DATA:
    case HTTP_DONE:
    case HTTP_FAILED:
        break;
    }
}

static void line_finish(struct http_response *response) {
    const char *problem = http_line_finish(response->line, &response->line_length);

    if (problem != NULL) {
        response_fail(response, problem);
        return;
    }
    line_parse(response);
    response->line_length = 0;
}

static size_t line_take(struct http_response *response, const char *bytes, size_t length) {
    size_t room = HTTP_LINE_MAX - response->line_length;
    size_t part = length < room ? length : room;
    const char *newline = memchr(bytes, '\n', part);
    int is_chunk = response->state == HTTP_CHUNK_SIZE || response->state == HTTP_CHUNK_END;

    if (newline != NULL) {
        part = (size_t)(newline - bytes) + 1;
    }
    memcpy(response->line + response->line_length, bytes, part);
    response->line_length += part;
    response->head_length += is_chunk ? 0 : part;
    if (response->head_length > HTTP_HEAD_MAX) {
        response_fail(response, "the header is too long");
    } else if (newline != NULL) {
        line_finish(response);
    } else if (response->line_length == HTTP_LINE_MAX) {
        response_fail(response, "a line is too long");
    }
    return part;
}

static size_t body_take(struct http_response *response, size_t length) {
    if (response->state == HTTP_CLOSE_BODY) {
        return length;
    }
    if (length > response->left) {
        length = (size_t)response->left;
    }
    response->left -= length;
    if (response->left == 0) {
        response->state = response->state == HTTP_CHUNK_DATA ? HTTP_CHUNK_END : HTTP_DONE;
    }
    return length;
}

static int is_in_body(const struct http_response *response) {
    return response->state == HTTP_LENGTH_BODY || response->state == HTTP_CLOSE_BODY ||
           response->state == HTTP_CHUNK_DATA;
}

size_t http_response_feed(struct http_response *response, const char *bytes, size_t length, const char **body,
                          size_t *body_length) {
    size_t taken = 0;

    *body = bytes;
    *body_length = 0;
    while (taken < length && !http_response_is_over(response)) {
        if (is_in_body(response)) {
            *body = bytes + taken;
            *body_length = body_take(response, length - taken);
            return taken + *body_length;
        }
        taken += line_take(response, bytes + taken, length - taken);
    }
    return taken;
}

void http_response_end(struct http_response *response) {
    if (response->state == HTTP_CLOSE_BODY) {
        response->state = HTTP_DONE;
    } else if (!http_response_is_over(response)) {
        response_fail(response, "the connection ended in the middle of the response");
    }
}
