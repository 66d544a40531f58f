/* SPDX-License-Identifier: MIT
 *
 * What requests and responses of HTTP/1 have in common (RFC 9112): lines, header fields, tokens, numbers. It is strict
 * where two readers could understand a text differently.
 */
#ifndef EXAMPLES_HTTP_TEXT_H
#define EXAMPLES_HTTP_TEXT_H

#include <stddef.h>
#include <stdint.h>

/** `name: value` of one line; not zero-terminated. */
struct http_field {
    const char *name, *value;
    size_t name_length, value_length;
};

int http_is_digit(char c);

/** 1 for characters of which methods and the names of fields are made. */
int http_is_token(char c);

/** The value of a hexadecimal digit, -1 for another character. */
int http_hex_value(char c);

/** 1 when a text is `lower`, but for the case of its letters. */
int http_text_equal(const char *text, size_t length, const char *lower);

/** Reads digits of the base, which something else must end. @return how many, 0 also when the number does not fit */
size_t http_number_read(const char *text, unsigned base, uint64_t *out);

/**
 * Checks a line that ends with LF, and cuts its CR LF off.
 * @param length  in: with LF; out: without CR LF. A zero byte stands at line[length] then
 * @return null, or what is wrong with it, a sentence
 */
const char *http_line_finish(char *line, size_t *length);

/** Divides a line, zero-terminated, into name and value, without the blanks around the value. @return 0 when it is no
 *  header field */
int http_field_read(const char *line, size_t length, struct http_field *field);

/** 1 when the field has this name, given in small letters. */
int http_field_is(const struct http_field *field, const char *lower);

#endif
