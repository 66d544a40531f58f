/* SPDX-License-Identifier: MIT
 *
 * scanf's safe relatives: %s, %c and %[ take the size of what they fill, so that more is not written. The C library
 * does the reading, from a format in which those sizes are widths, and with every pointer that there may be.
 */
#define SOCKPAL_NATIVE_PRINTF

#include "buffer.h"

#include "sockpal/print.h"

#include <ctype.h>
#include <stdlib.h>

#define MOST_POINTERS 24

/** A format for the C library, and the pointers of its conversions. */
typedef struct scan {
    spalw_buffer format;
    void *pointers[MOST_POINTERS];
    unsigned count;
} scan;

/* @return behind the set's closing bracket */
static const char *set_end(const char *at) {
    at++;
    if (*at == '^')
        at++;
    if (*at == ']')
        at++;
    while (*at != '\0' && *at != ']')
        at++;
    return *at == '\0' ? at : at + 1;
}

static void width_add(scan *to, unsigned width) {
    char text[16];
    spalw_buffer_add(&to->format, text, (size_t)sprintf(text, "%u", width));
}

/* A text of so many units, with its 0; a character takes its width alone. */
static unsigned width_allowed(char conversion, unsigned width, unsigned size) {
    unsigned most = conversion == 'c' ? size : size == 0 ? 0 : size - 1;
    return width == 0 ? (conversion == 'c' ? 1 : most) : width < most ? width : most;
}

/* Behind a % sign. @return behind the conversion */
static const char *conversion_add(scan *to, const char *at, va_list *arguments) {
    unsigned width = 0;
    bool is_skipped = *at == '*';
    at += is_skipped;
    for (; isdigit((unsigned char)*at); at++)
        width = width * 10 + (unsigned)(*at - '0');
    size_t sizes = strspn(at, "hlLjztw");
    const char *size_begin = at;
    bool is_64 = strncmp(at, "I64", 3) == 0;
    at += is_64 ? 3 : sizes;
    char conversion = *at;
    const char *end = conversion == '[' ? set_end(at) : conversion == '\0' ? at : at + 1;
    spalw_buffer_add_text(&to->format, is_skipped ? "%*" : "%");
    if (conversion != '%' && !is_skipped && to->count < MOST_POINTERS)
        to->pointers[to->count++] = va_arg(*arguments, void *);
    if (!is_skipped && (conversion == 's' || conversion == 'c' || conversion == '['))
        width = width_allowed(conversion, width, va_arg(*arguments, unsigned));
    if (width != 0)
        width_add(to, width);
    spalw_buffer_add(&to->format, is_64 ? "ll" : size_begin, is_64 ? 2 : sizes);
    spalw_buffer_add(&to->format, at, (size_t)(end - at));
    return end;
}

static scan scan_from(const char *format, va_list list) {
    scan made = {.count = 0};
    va_list arguments;
    va_copy(arguments, list);
    spalw_buffer_add(&made.format, "", 0);
    while (*format != '\0') {
        if (*format == '%')
            format = conversion_add(&made, format + 1, &arguments);
        else
            spalw_buffer_add_char(&made.format, *format++);
    }
    va_end(arguments);
    return made;
}

#define POINTERS(p)                                                                                                    \
    p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13], p[14], p[15], p[16],       \
        p[17], p[18], p[19], p[20], p[21], p[22], p[23]

static int stream_scan(FILE *stream, const char *format, va_list arguments) {
    scan made = scan_from(format, arguments);
    int count = made.format.has_failed ? EOF : fscanf(stream, made.format.text, POINTERS(made.pointers));
    spalw_buffer_free(&made.format);
    return count;
}

int sscanf_s(const char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    scan made = scan_from(format, arguments);
    va_end(arguments);
    int count = made.format.has_failed ? EOF : sscanf(text, made.format.text, POINTERS(made.pointers));
    spalw_buffer_free(&made.format);
    return count;
}

int scanf_s(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = stream_scan(stdin, format, arguments);
    va_end(arguments);
    return count;
}

int fscanf_s(FILE *stream, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = stream_scan(stream, format, arguments);
    va_end(arguments);
    return count;
}
