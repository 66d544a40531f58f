/* SPDX-License-Identifier: MIT
 *
 * The words of http_text.h. The functions of <ctype.h> depend on the locale, the protocol does not.
 */
#include "http_text.h"

#include <string.h>

int http_is_digit(char c) {
    return c >= '0' && c <= '9';
}

static char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int http_is_token(char c) {
    char lower = to_lower(c);

    return http_is_digit(c) || (lower >= 'a' && lower <= 'z') || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

int http_hex_value(char c) {
    if (http_is_digit(c)) {
        return c - '0';
    }
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int http_text_equal(const char *text, size_t length, const char *lower) {
    size_t i;

    for (i = 0; i < length && lower[i] != '\0'; i++) {
        if (to_lower(text[i]) != lower[i]) {
            return 0;
        }
    }
    return i == length && lower[i] == '\0';
}

size_t http_number_read(const char *text, unsigned base, uint64_t *out) {
    uint64_t number = 0;
    size_t i;

    for (i = 0;; i++) {
        int digit = http_hex_value(text[i]);

        if (digit < 0 || (unsigned)digit >= base) {
            break;
        }
        if (number > (UINT64_MAX - (unsigned)digit) / base) {
            return 0;
        }
        number = number * base + (unsigned)digit;
    }
    *out = number;
    return i;
}

/* A lone LF ends no line, and a CR stands nowhere but before LF: recipients that disagree about it can be deceived. */
const char *http_line_finish(char *line, size_t *length) {
    size_t i, end = *length - 1;

    if (end == 0 || line[end - 1] != '\r') {
        return "a line does not end with CR LF";
    }
    end--;
    for (i = 0; i < end; i++) {
        unsigned char c = (unsigned char)line[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return "a line contains a control character";
        }
    }
    line[end] = '\0';
    *length = end;
    return NULL;
}

int http_field_read(const char *line, size_t length, struct http_field *field) {
    const char *value, *end = line + length;
    size_t name_length = 0;

    while (http_is_token(line[name_length])) {
        name_length++;
    }
    if (name_length == 0 || line[name_length] != ':') {
        return 0;
    }
    value = line + name_length + 1;
    while (*value == ' ' || *value == '\t') {
        value++;
    }
    while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    field->name = line;
    field->name_length = name_length;
    field->value = value;
    field->value_length = (size_t)(end - value);
    return 1;
}

int http_field_is(const struct http_field *field, const char *lower) {
    return http_text_equal(field->name, field->name_length, lower);
}
