/* SPDX-License-Identifier: MIT
 *
 * Formatted text as Windows' C library makes it. Numbers are made by the C library, from a format that it knows.
 */
#include "print.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>

/* ------------------------------------------------------------------------------------------------------ conversions */

static void flags_read(spalw_spec *spec, const char **at) {
    size_t count = 0;
    for (; **at != '\0' && strchr("-+ 0#", **at) != NULL; ++*at)
        if (strchr(spec->flags, **at) == NULL)
            spec->flags[count++] = **at;
}

static int number_read(const char **at) {
    int number = 0;
    for (; **at >= '0' && **at <= '9'; ++*at)
        if (number < 100000)
            number = number * 10 + (**at - '0');
    return number;
}

static bool takes(const char **at, const char *word) {
    size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0)
        return false;
    *at += length;
    return true;
}

static const spalw_size size_of_pointers = sizeof(void *) == 8 ? SPALW_SIZE_64 : SPALW_SIZE_INT;

/* @return -1 narrow, 1 wide, 0 as the function has it */
static int size_read(spalw_spec *spec, const char **at) {
    if (takes(at, "hh")) {
        spec->size = SPALW_SIZE_CHAR;
        return -1;
    }
    if (takes(at, "h")) {
        spec->size = SPALW_SIZE_SHORT;
        return -1;
    }
    if (takes(at, "ll") || takes(at, "I64") || takes(at, "j")) {
        spec->size = SPALW_SIZE_64;
        return 0;
    }
    if (takes(at, "l") || takes(at, "w"))
        return 1;
    if (takes(at, "I32"))
        return 0;
    if (takes(at, "I") || takes(at, "z") || takes(at, "t"))
        spec->size = size_of_pointers;
    else if (takes(at, "L"))
        spec->size = SPALW_SIZE_LONG_DOUBLE;
    return 0;
}

spalw_spec spalw_spec_read(const char **format, bool is_wide) {
    spalw_spec spec = {.precision = -1};
    flags_read(&spec, format);
    spec.takes_width = takes(format, "*");
    if (!spec.takes_width)
        spec.width = number_read(format);
    if (takes(format, ".")) {
        spec.takes_precision = takes(format, "*");
        spec.precision = spec.takes_precision ? 0 : number_read(format);
    }
    int prefix = size_read(&spec, format);
    spec.conversion = **format;
    if (spec.conversion != '\0')
        ++*format;
    bool is_opposite = spec.conversion == 'S' || spec.conversion == 'C';
    spec.is_wide = prefix == 0 ? is_wide != is_opposite : prefix > 0;
    return spec;
}

void spalw_spec_set_width(spalw_spec *spec, int width) {
    if (width < 0 && strchr(spec->flags, '-') == NULL)
        spec->flags[strlen(spec->flags)] = '-';
    spec->width = width < 0 ? -width : width;
}

/* ----------------------------------------------------------------------------------------------------------- values */

/* What the C library is asked for: "%<flags>*.*<size><conversion>". */
static void native_format(char *out, const spalw_spec *spec, const char *size) {
    sprintf(out, "%%%s*%s%s%c", spec->flags, spec->precision < 0 ? "" : ".*", size, spec->conversion);
}

static uint64_t bits_narrowed(const spalw_spec *spec, uint64_t bits) {
    bool is_signed = spec->conversion == 'd' || spec->conversion == 'i';
    switch (spec->size) {
    case SPALW_SIZE_CHAR:
        return is_signed ? (uint64_t)(int8_t)bits : (uint8_t)bits;
    case SPALW_SIZE_SHORT:
        return is_signed ? (uint64_t)(int16_t)bits : (uint16_t)bits;
    case SPALW_SIZE_64:
        return bits;
    case SPALW_SIZE_INT:
    case SPALW_SIZE_LONG_DOUBLE:
        break;
    }
    return is_signed ? (uint64_t)(int32_t)bits : (uint32_t)bits;
}

void spalw_print_integer(spalw_buffer *out, const spalw_spec *spec, uint64_t bits) {
    char format[24];
    uint64_t value = bits_narrowed(spec, bits);
    native_format(format, spec, "j");
    int length = spec->precision < 0 ? snprintf(NULL, 0, format, spec->width, value)
                                     : snprintf(NULL, 0, format, spec->width, spec->precision, value);
    char *text = malloc((size_t)length + 1);
    out->has_failed |= text == NULL;
    if (text == NULL)
        return;
    if (spec->precision < 0)
        sprintf(text, format, spec->width, value);
    else
        sprintf(text, format, spec->width, spec->precision, value);
    spalw_buffer_add(out, text, (size_t)length);
    free(text);
}

/* Reals take part in printf only, whose arguments are a list. */
static void print_real(spalw_buffer *out, const spalw_spec *spec, long double value) {
    char format[24];
    native_format(format, spec, "L");
    int precision = spec->precision < 0 ? 6 : spec->precision;
    char *text = malloc((size_t)spec->width + (size_t)precision + 5000);
    out->has_failed |= text == NULL;
    if (text == NULL)
        return;
    int length = spec->precision < 0 ? sprintf(text, format, spec->width, value)
                                     : sprintf(text, format, spec->width, spec->precision, value);
    spalw_buffer_add(out, text, (size_t)length);
    free(text);
}

static size_t points_in(const char *text, size_t length) {
    size_t points = 0;
    for (size_t i = 0; i < length; i++)
        points += ((unsigned char)text[i] & 0xc0) != 0x80;
    return points;
}

static void print_padded(spalw_buffer *out, const spalw_spec *spec, const char *text, size_t length,
                         bool counts_points) {
    size_t width = (size_t)spec->width;
    size_t shown = counts_points ? points_in(text, length) : length;
    size_t padding = width > shown ? width - shown : 0;
    bool is_left = strchr(spec->flags, '-') != NULL;
    bool is_zero = strchr(spec->flags, '0') != NULL && !is_left;
    if (!is_left)
        spalw_buffer_fill(out, is_zero ? '0' : ' ', padding);
    spalw_buffer_add(out, text, length);
    if (is_left)
        spalw_buffer_fill(out, ' ', padding);
}

void spalw_print_char(spalw_buffer *out, const spalw_spec *spec, unsigned unit) {
    char bytes[4] = {(char)unit};
    size_t length = spec->is_wide ? spalw_utf8_write(bytes, unit <= 0x10ffff ? unit : SPALW_REPLACEMENT) : 1;
    print_padded(out, spec, bytes, length, true);
}

static size_t length_up_to(const char *text, int precision) {
    return precision < 0 ? strlen(text) : strnlen(text, (size_t)precision);
}

void spalw_print_text(spalw_buffer *out, const spalw_spec *spec, const void *text, bool counts_points) {
    spalw_buffer converted = {0};
    if (text == NULL) {
        print_padded(out, spec, "(null)", length_up_to("(null)", spec->precision), true);
    } else if (!spec->is_wide) {
        print_padded(out, spec, text, length_up_to(text, spec->precision), counts_points);
    } else {
        spalw_buffer_add_wide(&converted, text, spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision);
        print_padded(out, spec, converted.text == NULL ? "" : converted.text, converted.length, counts_points);
        out->has_failed |= converted.has_failed;
        spalw_buffer_free(&converted);
    }
}

void spalw_print_pointer(spalw_buffer *out, const spalw_spec *spec, uintptr_t address) {
    spalw_spec as_number = *spec;
    as_number.conversion = 'X';
    as_number.size = SPALW_SIZE_64;
    as_number.precision = 2 * sizeof(void *);
    spalw_print_integer(out, &as_number, address);
}

/* ---------------------------------------------------------------------------------------------------------- formats */

static uint64_t integer_next(va_list *from, const spalw_spec *spec) {
    return spec->size == SPALW_SIZE_64 ? va_arg(*from, uint64_t) : va_arg(*from, unsigned);
}

static long double real_next(va_list *from, const spalw_spec *spec) {
    return spec->size == SPALW_SIZE_LONG_DOUBLE ? va_arg(*from, long double) : (long double)va_arg(*from, double);
}

static void stars_take(spalw_spec *spec, va_list *from) {
    if (spec->takes_width)
        spalw_spec_set_width(spec, va_arg(*from, int));
    if (spec->takes_precision)
        spec->precision = va_arg(*from, int);
}

static void print_one(spalw_buffer *out, const spalw_spec *spec, bool is_wide, va_list *from) {
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
        spalw_print_integer(out, spec, integer_next(from, spec));
        break;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        print_real(out, spec, real_next(from, spec));
        break;
    case 'c':
    case 'C':
        spalw_print_char(out, spec, va_arg(*from, unsigned));
        break;
    case 's':
    case 'S':
        spalw_print_text(out, spec, va_arg(*from, const void *), is_wide);
        break;
    case 'p':
        spalw_print_pointer(out, spec, (uintptr_t)va_arg(*from, void *));
        break;
    default: /* No conversion is itself: "%%", and what nobody knows. */
        spalw_buffer_add_char(out, spec->conversion);
        break;
    }
}

void spalw_print(spalw_buffer *out, const char *format, bool is_wide, va_list list) {
    va_list from; /* Its address can be handed on, which that of a parameter cannot where va_list is an array. */
    va_copy(from, list);
    spalw_buffer_add(out, "", 0);
    for (const char *percent; (percent = strchr(format, '%')) != NULL;) {
        spalw_buffer_add(out, format, (size_t)(percent - format));
        format = percent + 1;
        spalw_spec spec = spalw_spec_read(&format, is_wide);
        stars_take(&spec, &from);
        if (spec.conversion != '\0')
            print_one(out, &spec, is_wide, &from);
    }
    spalw_buffer_add_text(out, format);
    va_end(from);
}

void spalw_print_wide(spalw_buffer *out, const WCHAR *format, va_list list) {
    char *narrow = spalw_utf8_from_wide(format);
    out->has_failed |= narrow == NULL;
    if (narrow != NULL)
        spalw_print(out, narrow, true, list);
    free(narrow);
}
