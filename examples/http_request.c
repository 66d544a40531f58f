/* SPDX-License-Identifier: MIT
 *
 * The requests of http_request.h. The head is read as a whole, when the empty line that ends it has come.
 */
#include "http_request.h"
#include "http_text.h"

#include <string.h>

/* What the lines of one head have said. */
struct head {
    struct http_request *request;
    int lines, hosts;
    int minor_version;
    int has_condition;
};

/* The first complaint counts. */
static void request_refuse(struct http_request *request, int status) {
    if (request->status == 200) {
        request->status = status;
    }
}

/* ------------------------------------------------------------------------------------------------------ the path ---
 */

/* Parts that name something else on some system, or what is nobody's business: "..", hidden files, Windows' streams,
 * drives and short names, names that Windows reads without their last dot or blank. */
static int part_is_safe(const char *part, size_t length) {
    size_t i;

    if (length == 0 || part[0] == '.' || part[length - 1] == '.' || part[length - 1] == ' ') {
        return 0;
    }
    for (i = 0; i < length; i++) {
        if ((unsigned char)part[i] < 0x20 || strchr("\\:~*?\"<>|\x7f", part[i]) != NULL) {
            return 0;
        }
    }
    return 1;
}

static int path_is_safe(const char *path) {
    for (;;) {
        size_t length = strcspn(path, "/");

        if (!part_is_safe(path, length)) {
            return 0;
        }
        if (path[length] == '\0') {
            return 1;
        }
        path += length + 1;
    }
}

/* Decodes %XX. An encoded slash is part of a name, which no file system has. @return 0 when it is malformed */
static int path_decode(const char *text, size_t length, char *path) {
    size_t i, end = 0;

    for (i = 0; i < length; i++, end++) {
        int high, low;

        if (end == HTTP_PATH_ROOM - 1) {
            return 0;
        }
        path[end] = text[i];
        if (text[i] != '%') {
            continue;
        }
        high = i + 2 < length ? http_hex_value(text[i + 1]) : -1;
        low = high < 0 ? -1 : http_hex_value(text[i + 2]);
        if (low < 0 || high * 16 + low == 0 || high * 16 + low == '/') {
            return 0;
        }
        path[end] = (char)(high * 16 + low);
        i += 2;
    }
    path[end] = '\0';
    return 1;
}

/* Either "/path?query", or the whole URL, which a server must understand too. */
static void target_parse(struct http_request *request, const char *target, size_t length) {
    size_t skip = 0, path_length;

    if (length > 7 && http_text_equal(target, 7, "http://")) {
        skip = 7 + strcspn(target + 7, "/? ");
    }
    if (skip >= length || target[skip] != '/') {
        request_refuse(request, skip > 0 ? 404 : 400);
        return;
    }
    target += skip + 1;
    length -= skip + 1;
    path_length = strcspn(target, "?# ");
    if (path_length < length && target[path_length] == '#') {
        request_refuse(request, 400);
    } else if (!path_decode(target, path_length, request->path)) {
        request_refuse(request, 400);
    } else if (!path_is_safe(request->path)) {
        request->path[0] = '\0';
    }
}

/* ----------------------------------------------------------------------------------------------------- the lines ---
 */

static void version_parse(struct head *head, const char *version) {
    if (memcmp(version, "HTTP/", 5) != 0 || !http_is_digit(version[5]) || version[6] != '.' ||
        !http_is_digit(version[7]) || version[8] != '\0') {
        request_refuse(head->request, 400);
    } else if (version[5] != '1') {
        request_refuse(head->request, 505);
    } else {
        head->minor_version = version[7] - '0';
    }
}

/* METHOD TARGET VERSION, with one blank between them. */
static void request_line_parse(struct head *head, const char *line, size_t length) {
    size_t method = 0, target;

    while (http_is_token(line[method])) {
        method++;
    }
    target = line[method] == ' ' ? strcspn(line + method + 1, " ") : 0;
    if (method == 0 || target == 0 || length != method + 1 + target + 1 + 8) {
        request_refuse(head->request, 400);
        return;
    }
    version_parse(head, line + method + 1 + target + 1);
    head->request->is_head = method == 4 && memcmp(line, "HEAD", 4) == 0;
    if (!head->request->is_head && (method != 3 || memcmp(line, "GET", 3) != 0)) {
        request_refuse(head->request, 501);
    }
    target_parse(head->request, line + method + 1, target);
}

/* bytes=FIRST-LAST, bytes=FIRST-, bytes=-COUNT. What is none of them, several ranges among it, is as if not asked. */
static void range_parse(struct http_request *request, const char *value, size_t length) {
    const char *text = value + 6, *end = value + length;
    size_t digits;

    if (length < 7 || !http_text_equal(value, 6, "bytes=")) {
        return;
    }
    if (text[0] == '-') {
        digits = http_number_read(text + 1, 10, &request->last);
        request->range = digits > 0 && text + 1 + digits == end ? HTTP_RANGE_LAST : HTTP_RANGE_ALL;
        return;
    }
    digits = http_number_read(text, 10, &request->first);
    if (digits == 0 || text[digits] != '-') {
        return;
    }
    text += digits + 1;
    if (text == end) {
        request->range = HTTP_RANGE_FROM;
        return;
    }
    digits = http_number_read(text, 10, &request->last);
    if (digits > 0 && text + digits == end && request->first <= request->last) {
        request->range = HTTP_RANGE_FROM_TO;
    }
}

/* 1 when the word stands in a list that commas divide. */
static int list_has(const char *value, size_t length, const char *lower) {
    while (length > 0) {
        size_t part = 0, end;

        while (part < length && value[part] != ',') {
            part++;
        }
        end = part;
        while (end > 0 && (value[end - 1] == ' ' || value[end - 1] == '\t')) {
            end--;
        }
        if (http_text_equal(value, end, lower)) {
            return 1;
        }
        part += part < length;
        while (part < length && (value[part] == ' ' || value[part] == '\t')) {
            part++;
        }
        value += part;
        length -= part;
    }
    return 0;
}

/* A request with content is refused: what we would take for the next request could be a part of it. */
static void field_parse(struct head *head, const char *line, size_t length) {
    struct http_request *request = head->request;
    struct http_field field;
    uint64_t number;

    if (!http_field_read(line, length, &field)) {
        request_refuse(request, 400);
    } else if (http_field_is(&field, "host")) {
        head->hosts++;
    } else if (http_field_is(&field, "transfer-encoding")) {
        request_refuse(request, 400);
    } else if (http_field_is(&field, "content-length")) {
        if (field.value_length == 0 || http_number_read(field.value, 10, &number) != field.value_length ||
            number != 0) {
            request_refuse(request, 400);
        }
    } else if (http_field_is(&field, "connection")) {
        request->keep_alive = request->keep_alive && !list_has(field.value, field.value_length, "close");
    } else if (http_field_is(&field, "if-range")) {
        head->has_condition = 1;
    } else if (http_field_is(&field, "range")) {
        range_parse(request, field.value, field.value_length);
    }
}

/* ------------------------------------------------------------------------------------------------------ the head ---
 */

/* Where the head ends; 0 while it is not complete. Empty lines before a request are passed over (section 2.2). */
static size_t head_length(const char *bytes, size_t length) {
    size_t i, line = 0;
    int lines = 0;

    for (i = 0; i < length; i++) {
        if (bytes[i] == '\n') {
            if (i - line <= 1 && lines > 0) {
                return i + 1;
            }
            lines += i - line > 1;
            line = i + 1;
        }
    }
    return 0;
}

static void head_finish(struct head *head) {
    struct http_request *request = head->request;

    if (head->lines == 0 || head->hosts > 1 || (head->hosts == 0 && head->minor_version > 0)) {
        request_refuse(request, 400);
    }
    if (head->has_condition) {
        request->range = HTTP_RANGE_ALL; /* Without a validator there is nothing that it could match. */
    }
    request->keep_alive = request->keep_alive && head->minor_version > 0 && request->status == 200;
}

size_t http_request_read(struct http_request *request, char *bytes, size_t length) {
    struct head head = {.request = request};
    size_t end = head_length(bytes, length), at = 0;

    if (end == 0) {
        return 0;
    }
    memset(request, 0, sizeof *request);
    request->status = 200;
    request->keep_alive = 1;
    while (at < end && request->status == 200) {
        char *line = bytes + at;
        size_t line_length = (size_t)((char *)memchr(line, '\n', end - at) - line) + 1;

        at += line_length;
        if (http_line_finish(line, &line_length) != NULL) {
            request_refuse(request, 400);
        } else if (line_length > 0 && head.lines++ == 0) {
            request_line_parse(&head, line, line_length);
        } else if (line_length > 0) {
            field_parse(&head, line, line_length);
        }
    }
    head_finish(&head);
    return end;
}

int http_request_range(const struct http_request *request, uint64_t size, uint64_t *offset, uint64_t *length) {
    uint64_t first = request->first, last = size == 0 ? 0 : size - 1;

    *offset = 0;
    *length = size;
    switch (request->range) {
    case HTTP_RANGE_ALL:
        return 200;
    case HTTP_RANGE_FROM:
        break;
    case HTTP_RANGE_FROM_TO:
        last = request->last < last ? request->last : last;
        break;
    case HTTP_RANGE_LAST:
        first = request->last < size ? size - request->last : 0;
        if (request->last == 0) {
            return 416;
        }
        break;
    }
    if (first >= size) {
        return 416;
    }
    *offset = first;
    *length = last - first + 1;
    return 206;
}
