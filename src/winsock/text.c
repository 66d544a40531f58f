/* SPDX-License-Identifier: MIT
 *
 * UTF-8 and wide text. The functions of Win32 that convert stand in charset.c.
 */
#include "text.h"

#include <stdlib.h>

/* The first byte says how many follow; what the second may be excludes long forms, surrogates and what is too great. */
static size_t length_of(unsigned char first, unsigned char *least, unsigned char *most) {
    *least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    *most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t spalw_utf8_read(const char *text, size_t size, uint32_t *point) {
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char least, most;
    *point = bytes[0];
    if (bytes[0] < 0x80)
        return 1;
    size_t length = length_of(bytes[0], &least, &most);
    uint32_t value = bytes[0] & (0xffU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if (i >= size || bytes[i] < least || bytes[i] > most) {
            *point = SPALW_NOT_TEXT;
            return i;
        }
        value = value << 6 | (bytes[i] & 0x3fU);
        least = 0x80;
        most = 0xbf;
    }
    *point = length == 0 ? SPALW_NOT_TEXT : value;
    return length == 0 ? 1 : length;
}

size_t spalw_utf8_write(char *out, uint32_t point) {
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char firsts[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length; i-- > 1;) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(firsts[length] | point);
    return length;
}

static bool is_in(uint32_t unit, uint32_t least) {
    return unit >= least && unit <= least + 0x3ff;
}

size_t spalw_wide_read(const WCHAR *text, size_t size, uint32_t *point) {
    uint32_t first = (uint32_t)text[0];
    *point = first;
    if (is_in(first, 0xd800) && size > 1 && is_in((uint32_t)text[1], 0xdc00)) {
        *point = 0x10000 + ((first & 0x3ff) << 10) + ((uint32_t)text[1] & 0x3ff);
        return 2;
    }
    if ((first >= 0xd800 && first <= 0xdfff) || first > 0x10ffff)
        *point = SPALW_NOT_TEXT;
    return 1;
}

static uint32_t or_replacement(uint32_t point) {
    return point == SPALW_NOT_TEXT ? SPALW_REPLACEMENT : point;
}

char *spalw_utf8_from_wide(const WCHAR *text) {
    size_t length = wcslen(text);
    char *out = malloc(length * 4 + 1);
    size_t used = 0;
    uint32_t point;
    if (out == NULL)
        return NULL;
    for (size_t i = 0; i < length;) {
        i += spalw_wide_read(text + i, length - i, &point);
        used += spalw_utf8_write(out + used, or_replacement(point));
    }
    out[used] = '\0';
    return out;
}

size_t spalw_wide_copy(WCHAR *out, size_t room, const char *text) {
    size_t size = strlen(text), length = 0;
    uint32_t point;
    for (size_t i = 0; i < size; length++)
        i += spalw_utf8_read(text + i, size - i, &point);
    if (length >= room)
        return length;
    for (size_t i = 0, at = 0; i < size; at++) {
        i += spalw_utf8_read(text + i, size - i, &point);
        out[at] = (WCHAR)or_replacement(point);
    }
    out[length] = L'\0';
    return length;
}

WCHAR *spalw_wide_from_utf8(const char *text) {
    size_t room = strlen(text) + 1;
    WCHAR *out = malloc(room * sizeof *out);
    if (out != NULL)
        (void)spalw_wide_copy(out, room, text);
    return out;
}
