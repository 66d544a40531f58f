/* SPDX-License-Identifier: MIT
 *
 * printf and its relatives, with Windows' meaning of formats (print.c), and the wide functions of streams: both widths
 * go to one stream of bytes, where the C library would let a stream have one width for ever.
 */
#define SOCKPAL_NATIVE_PRINTF

#include "print.h"
#include "text.h"

#include "sockpal/print.h"

#include <errno.h>
#include <stdlib.h>

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* How long text of UTF-8 is in WCHARs. */
static size_t wide_length(const spalw_buffer *made) {
    return made->text == NULL ? 0 : spalw_wide_copy(NULL, 0, made->text);
}

/* ------------------------------------------------------------------------------------------------------- to streams */

/* @return the length, in bytes or in WCHARs, or -1 */
static int stream_put(FILE *stream, spalw_buffer *made, bool is_wide) {
    size_t length = is_wide ? wide_length(made) : made->length;
    bool is_put = !made->has_failed && fwrite(made->text, 1, made->length, stream) == made->length;
    spalw_buffer_free(made);
    return is_put ? (int)length : -1;
}

int spalw_vfprintf(FILE *stream, const char *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print(&made, format, false, arguments);
    return stream_put(stream, &made, false);
}

int spalw_vprintf(const char *format, va_list arguments) {
    return spalw_vfprintf(stdout, format, arguments);
}

int spalw_vfwprintf(FILE *stream, const wchar_t *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print_wide(&made, format, arguments);
    return stream_put(stream, &made, true);
}

int spalw_vwprintf(const wchar_t *format, va_list arguments) {
    return spalw_vfwprintf(stdout, format, arguments);
}

int spalw_fputws(const wchar_t *text, FILE *stream) {
    spalw_buffer made = {0};
    spalw_buffer_add(&made, "", 0);
    spalw_buffer_add_wide(&made, text, SIZE_MAX);
    return stream_put(stream, &made, false) < 0 ? -1 : 0;
}

wint_t spalw_fputwc(wchar_t unit, FILE *stream) {
    char bytes[4];
    size_t length = spalw_utf8_write(bytes, (uint32_t)unit <= 0x10ffff ? (uint32_t)unit : SPALW_REPLACEMENT);
    return fwrite(bytes, 1, length, stream) == length ? (wint_t)unit : WEOF;
}

/* ----------------------------------------------------------------------------------------------------- from streams */

static size_t bytes_expected(int first) {
    return first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
}

wint_t spalw_fgetwc(FILE *stream) {
    char bytes[4];
    uint32_t point;
    int first = getc(stream);
    if (first == EOF)
        return WEOF;
    bytes[0] = (char)first;
    size_t length = 1, expected = bytes_expected(first);
    for (int next; length < expected && (next = getc(stream)) != EOF; length++) {
        if ((next & 0xc0) != 0x80) {
            (void)ungetc(next, stream);
            break;
        }
        bytes[length] = (char)next;
    }
    (void)spalw_utf8_read(bytes, length, &point);
    return point == SPALW_NOT_TEXT ? (wint_t)SPALW_REPLACEMENT : (wint_t)point;
}

wchar_t *spalw_fgetws(wchar_t *buffer, int size, FILE *stream) {
    int length = 0;
    wint_t unit = 0;
    while (length < size - 1 && unit != L'\n' && (unit = spalw_fgetwc(stream)) != WEOF)
        buffer[length++] = (wchar_t)unit;
    if (length == 0)
        return NULL;
    buffer[length] = L'\0';
    return buffer;
}

/* -------------------------------------------------------------------------------------------------------- to memory */

/** What to do with text that does not fit, and with the room that is left. */
typedef enum fitting {
    FIT_CUT,   /* as the standard has it: cut, with a 0, and the whole length told */
    FIT_PLAIN, /* _snprintf: cut without a 0, -1 */
    FIT_SAFE   /* nothing is left, -1 */
} fitting;

static int narrow_put(char *buffer, size_t size, spalw_buffer *made, fitting fit) {
    size_t length = made->length;
    bool fits = length < size || (fit == FIT_PLAIN && length == size);
    size_t kept = fits ? length : fit == FIT_CUT ? (size == 0 ? 0 : size - 1) : fit == FIT_PLAIN ? size : 0;
    bool has_failed = made->has_failed;
    if (made->text != NULL && kept != 0)
        memcpy(buffer, made->text, kept);
    if (kept < size)
        buffer[kept] = '\0';
    spalw_buffer_free(made);
    return has_failed || (!fits && fit != FIT_CUT) ? -1 : (int)length;
}

/* As narrow text: the rules count WCHARs. */
static int wide_put(wchar_t *buffer, size_t size, spalw_buffer *made, fitting fit) {
    wchar_t *wide = made->has_failed ? NULL : spalw_wide_from_utf8(made->text);
    spalw_buffer_free(made);
    if (wide == NULL)
        return -1;
    size_t length = wcslen(wide);
    bool fits = length < size || (fit == FIT_PLAIN && length == size);
    size_t kept = fits ? length : fit == FIT_CUT ? (size == 0 ? 0 : size - 1) : fit == FIT_PLAIN ? size : 0;
    wmemcpy(buffer, wide, kept);
    if (kept < size)
        buffer[kept] = L'\0';
    free(wide);
    return fits ? (int)length : -1;
}

int spalw_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print(&made, format, false, arguments);
    return narrow_put(buffer, size, &made, FIT_CUT);
}

/* The caller's buffer is said to be long enough. */
int spalw_vsprintf(char *buffer, const char *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print(&made, format, false, arguments);
    return narrow_put(buffer, made.length + 1, &made, FIT_CUT);
}

int spalw_vswprintf(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print_wide(&made, format, arguments);
    return wide_put(buffer, size, &made, FIT_CUT);
}

int _vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print(&made, format, false, arguments);
    return narrow_put(buffer, size, &made, FIT_PLAIN);
}

int _vsnwprintf(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print_wide(&made, format, arguments);
    return wide_put(buffer, size, &made, FIT_PLAIN);
}

int _vscprintf(const char *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print(&made, format, false, arguments);
    return narrow_put(NULL, 0, &made, FIT_CUT);
}

int _vscwprintf(const wchar_t *format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print_wide(&made, format, arguments);
    int length = made.has_failed ? -1 : (int)wide_length(&made);
    spalw_buffer_free(&made);
    return length;
}

/* -------------------------------------------------------------------------------------------------------- safe ones */

static int refuse(int code) {
    errno = code;
    return -1;
}

int vsprintf_s(char *buffer, size_t size, const char *format, va_list arguments) {
    spalw_buffer made = {0};
    if (buffer == NULL || size == 0 || format == NULL)
        return refuse(EINVAL);
    spalw_print(&made, format, false, arguments);
    int length = narrow_put(buffer, size, &made, FIT_SAFE);
    return length < 0 ? refuse(ERANGE) : length;
}

int vswprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments) {
    spalw_buffer made = {0};
    if (buffer == NULL || size == 0 || format == NULL)
        return refuse(EINVAL);
    spalw_print_wide(&made, format, arguments);
    int length = wide_put(buffer, size, &made, FIT_SAFE);
    return length < 0 ? refuse(ERANGE) : length;
}

/* At most `count` units, if that is less than the room; what is longer is cut then, and is -1. */
int _vsnprintf_s(char *buffer, size_t size, size_t count, const char *format, va_list arguments) {
    spalw_buffer made = {0};
    if (buffer == NULL || size == 0 || format == NULL)
        return refuse(EINVAL);
    spalw_print(&made, format, false, arguments);
    bool may_cut = count == _TRUNCATE || count < size;
    size_t room = may_cut ? smaller(count == _TRUNCATE ? size - 1 : count, size - 1) + 1 : size;
    bool fits = made.length < room;
    int length = narrow_put(buffer, room, &made, may_cut ? FIT_CUT : FIT_SAFE);
    if (!fits && !may_cut)
        return refuse(ERANGE);
    return fits ? length : -1;
}

int _vsnwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format, va_list arguments) {
    spalw_buffer made = {0};
    if (buffer == NULL || size == 0 || format == NULL)
        return refuse(EINVAL);
    spalw_print_wide(&made, format, arguments);
    bool may_cut = count == _TRUNCATE || count < size;
    size_t room = may_cut ? smaller(count == _TRUNCATE ? size - 1 : count, size - 1) + 1 : size;
    int length = wide_put(buffer, room, &made, may_cut ? FIT_CUT : FIT_SAFE);
    return length < 0 && !may_cut ? refuse(ERANGE) : length;
}
