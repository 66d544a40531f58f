/* SPDX-License-Identifier: MIT
 *
 * Text that grows while it is made: see buffer.h.
 */
#include "buffer.h"

#include "text.h"

#include <stdlib.h>

static bool buffer_reserve(spalw_buffer *buffer, size_t length) {
    if (buffer->has_failed || length < buffer->room - buffer->length)
        return !buffer->has_failed;
    size_t room = (buffer->length + length + 1) * 2;
    char *text = realloc(buffer->text, room);
    buffer->has_failed = text == NULL;
    if (text == NULL)
        return false;
    buffer->text = text;
    buffer->room = room;
    return true;
}

void spalw_buffer_add(spalw_buffer *buffer, const char *text, size_t length) {
    if (!buffer_reserve(buffer, length))
        return;
    memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

void spalw_buffer_add_text(spalw_buffer *buffer, const char *text) {
    spalw_buffer_add(buffer, text, strlen(text));
}

void spalw_buffer_add_char(spalw_buffer *buffer, char unit) {
    spalw_buffer_add(buffer, &unit, 1);
}

void spalw_buffer_fill(spalw_buffer *buffer, char unit, size_t count) {
    if (!buffer_reserve(buffer, count))
        return;
    memset(buffer->text + buffer->length, unit, count);
    buffer->length += count;
    buffer->text[buffer->length] = '\0';
}

void spalw_buffer_add_wide(spalw_buffer *buffer, const WCHAR *text, size_t units) {
    uint32_t point;
    char bytes[4];
    for (size_t i = 0; i < units && text[i] != L'\0';) {
        size_t left = units - i > 1 && text[i + 1] != L'\0' ? 2 : 1;
        i += spalw_wide_read(text + i, left, &point);
        spalw_buffer_add(buffer, bytes, spalw_utf8_write(bytes, point == SPALW_NOT_TEXT ? SPALW_REPLACEMENT : point));
    }
}

void spalw_buffer_free(spalw_buffer *buffer) {
    free(buffer->text);
    *buffer = (spalw_buffer){0};
}
