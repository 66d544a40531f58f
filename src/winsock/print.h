/* SPDX-License-Identifier: MIT
 *
 * Formatted text as Windows' C library makes it: `l` is 32 bits, I64 is 64, and whether %s is wide depends on the
 * function. It is made as UTF-8; what printf, wsprintf, FormatMessage and the others do with it is their business.
 */
#ifndef SPALW_PRINT_H
#define SPALW_PRINT_H

#include "buffer.h"

#include <stdarg.h>

/** How wide a value is. */
typedef enum spalw_size {
    SPALW_SIZE_INT, /* also that of `l` */
    SPALW_SIZE_CHAR,
    SPALW_SIZE_SHORT,
    SPALW_SIZE_64,
    SPALW_SIZE_LONG_DOUBLE
} spalw_size;

/** One conversion: what follows a % sign. */
typedef struct spalw_spec {
    char flags[6];                     /**< those of "-+ 0#" that were given, once each */
    bool takes_width, takes_precision; /**< `*`: from the arguments */
    int width;
    int precision; /**< negative: none */
    spalw_size size;
    bool is_wide;    /**< of texts and characters */
    char conversion; /**< 0: the format ends before it */
} spalw_spec;

/** Reads what follows a % sign, and moves on behind it. */
spalw_spec spalw_spec_read(const char **format, bool is_wide);

/** A width or precision that came as an argument. */
void spalw_spec_set_width(spalw_spec *spec, int width);

/** Adds one value. `text` is of the spec's width; null is said so. `counts_points`: widths count code points. */
void spalw_print_integer(spalw_buffer *out, const spalw_spec *spec, uint64_t bits);
void spalw_print_char(spalw_buffer *out, const spalw_spec *spec, unsigned unit);
void spalw_print_text(spalw_buffer *out, const spalw_spec *spec, const void *text, bool counts_points);
void spalw_print_pointer(spalw_buffer *out, const spalw_spec *spec, uintptr_t address);

/** A whole format with its arguments.
 *  @param is_wide  the format was wide: %s is too, and widths count code points */
void spalw_print(spalw_buffer *out, const char *format, bool is_wide, va_list arguments);
/** The same with a wide format. */
void spalw_print_wide(spalw_buffer *out, const WCHAR *format, va_list arguments);

#endif
