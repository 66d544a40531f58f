/* SPDX-License-Identifier: MIT
 *
 * The lines of lines.h.
 */
#include "lines.h"

#include <string.h>

static void line_finish(struct lines *lines) {
    size_t i;

    lines->length -= lines->length > 0 && lines->text[lines->length - 1] == '\r';
    for (i = 0; i < lines->length; i++) {
        unsigned char c = (unsigned char)lines->text[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            lines->text[i] = '?';
        }
    }
    lines->text[lines->length] = '\0';
}

enum lines_found lines_take(struct lines *lines, const char **bytes, size_t *length, const char **line) {
    const char *newline = *length == 0 ? NULL : memchr(*bytes, '\n', *length);
    size_t part = newline == NULL ? *length : (size_t)(newline - *bytes);

    if (part > sizeof lines->text - 1 - lines->length) {
        return LINES_LONG;
    }
    if (part > 0) {
        memcpy(lines->text + lines->length, *bytes, part);
    }
    lines->length += part;
    *bytes += part + (newline != NULL);
    *length -= part + (newline != NULL);
    if (newline == NULL) {
        return LINES_NONE;
    }
    line_finish(lines);
    if (lines->length > LINE_MAX_LENGTH) {
        return LINES_LONG;
    }
    *line = lines->text;
    lines->length = 0;
    return LINES_LINE;
}
