/* SPDX-License-Identifier: MIT
 *
 * The C library's ways between numbers and texts that Microsoft's alone has.
 */
#include "sockpal/crt.h"

#include <stdbool.h>

/* The longest: 64 binary digits, a sign and the 0. */
#define MOST_DIGITS 66

/* @return where the text begins, at the end of `digits` */
static char *digits_make(char digits[MOST_DIGITS], ULONGLONG value, bool is_negative, int radix) {
    char *at = digits + MOST_DIGITS - 1;
    *at = '\0';
    do {
        *--at = "0123456789abcdefghijklmnopqrstuvwxyz"[value % (unsigned)radix];
        value /= (unsigned)radix;
    } while (value != 0);
    if (is_negative)
        *--at = '-';
    return at;
}

static errno_t fail(errno_t code) {
    errno = code;
    return code;
}

static errno_t number_put(ULONGLONG value, bool is_negative, char *out, size_t room, int radix) {
    char digits[MOST_DIGITS];
    if (out == NULL || room == 0)
        return fail(EINVAL);
    *out = '\0';
    if (radix < 2 || radix > 36)
        return fail(EINVAL);
    const char *text = digits_make(digits, is_negative ? 0 - value : value, is_negative, radix);
    return strlen(text) < room ? strcpy_s(out, room, text) : fail(ERANGE);
}

static errno_t number_put_wide(ULONGLONG value, bool is_negative, wchar_t *out, size_t room, int radix) {
    char digits[MOST_DIGITS];
    if (out == NULL || room == 0)
        return fail(EINVAL);
    *out = L'\0';
    errno_t code = number_put(value, is_negative, digits, sizeof digits, radix);
    size_t length = code == 0 ? strlen(digits) : 0;
    if (code != 0 || length >= room)
        return code != 0 ? code : fail(ERANGE);
    for (size_t i = 0; i <= length; i++)
        out[i] = (wchar_t)digits[i];
    return 0;
}

/* Only numbers of base 10 have a sign; others show all bits of their type. */
static bool has_sign(LONGLONG value, int radix) {
    return value < 0 && radix == 10;
}

errno_t _itoa_s(int value, char *out, size_t room, int radix) {
    bool is_negative = has_sign(value, radix);
    return number_put(is_negative ? (ULONGLONG)value : (unsigned)value, is_negative, out, room, radix);
}

errno_t _ltoa_s(LONG value, char *out, size_t room, int radix) {
    return _itoa_s(value, out, room, radix);
}

errno_t _ultoa_s(ULONG value, char *out, size_t room, int radix) {
    return number_put(value, false, out, room, radix);
}

errno_t _i64toa_s(LONGLONG value, char *out, size_t room, int radix) {
    return number_put((ULONGLONG)value, has_sign(value, radix), out, room, radix);
}

errno_t _ui64toa_s(ULONGLONG value, char *out, size_t room, int radix) {
    return number_put(value, false, out, room, radix);
}

errno_t _itow_s(int value, wchar_t *out, size_t room, int radix) {
    bool is_negative = has_sign(value, radix);
    return number_put_wide(is_negative ? (ULONGLONG)value : (unsigned)value, is_negative, out, room, radix);
}

/* The older ones trust their caller that there is room. */

char *_itoa(int value, char *out, int radix) {
    (void)_itoa_s(value, out, MOST_DIGITS, radix);
    return out;
}

char *_ltoa(LONG value, char *out, int radix) {
    (void)_ltoa_s(value, out, MOST_DIGITS, radix);
    return out;
}

char *_ultoa(ULONG value, char *out, int radix) {
    (void)_ultoa_s(value, out, MOST_DIGITS, radix);
    return out;
}

char *_i64toa(LONGLONG value, char *out, int radix) {
    (void)_i64toa_s(value, out, MOST_DIGITS, radix);
    return out;
}

char *_ui64toa(ULONGLONG value, char *out, int radix) {
    (void)_ui64toa_s(value, out, MOST_DIGITS, radix);
    return out;
}

wchar_t *_itow(int value, wchar_t *out, int radix) {
    (void)_itow_s(value, out, MOST_DIGITS, radix);
    return out;
}

wchar_t *_i64tow(LONGLONG value, wchar_t *out, int radix) {
    (void)number_put_wide((ULONGLONG)value, has_sign(value, radix), out, MOST_DIGITS, radix);
    return out;
}

/* ---------------------------------------------------------------------------------------------------------- reading */

LONGLONG _strtoi64(const char *text, char **end, int base) {
    return strtoll(text, end, base);
}

ULONGLONG _strtoui64(const char *text, char **end, int base) {
    return strtoull(text, end, base);
}

LONGLONG _atoi64(const char *text) {
    return strtoll(text, NULL, 10);
}

LONGLONG _wtoi64(const wchar_t *text) {
    return wcstoll(text, NULL, 10);
}

/* What does not fit is as near as it can be. */
LONG _wtol(const wchar_t *text) {
    LONGLONG value = _wtoi64(text);
    return value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : (LONG)value;
}

int _wtoi(const wchar_t *text) {
    return _wtol(text);
}

double _wtof(const wchar_t *text) {
    return wcstod(text, NULL);
}
