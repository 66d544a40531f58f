/* SPDX-License-Identifier: MIT
 *
 * The C library's functions for wide texts that Microsoft's alone has. The others stand in crt_string.c.
 */
#include "sockpal/crt.h"
#include "sockpal/text.h"

static errno_t fail(errno_t code) {
    errno = code;
    return code;
}

static errno_t empty(wchar_t *to, rsize_t room, errno_t code) {
    if (to != NULL && room != 0)
        *to = L'\0';
    return fail(code);
}

errno_t wcscpy_s(wchar_t *to, rsize_t room, const wchar_t *from) {
    if (to == NULL || room == 0 || from == NULL)
        return empty(to, room, EINVAL);
    size_t length = wcslen(from);
    if (length >= room)
        return empty(to, room, ERANGE);
    wmemmove(to, from, length + 1);
    return 0;
}

errno_t wcsncpy_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t count) {
    if (to == NULL && room == 0 && count == 0)
        return 0;
    if (to == NULL || room == 0 || (from == NULL && count != 0))
        return empty(to, room, EINVAL);
    size_t length = from == NULL ? 0 : wcsnlen(from, count == _TRUNCATE ? room : count);
    if (length >= room && count != _TRUNCATE)
        return empty(to, room, ERANGE);
    size_t kept = length < room ? length : room - 1;
    if (kept != 0)
        wmemmove(to, from, kept);
    to[kept] = L'\0';
    return kept < length ? STRUNCATE : 0;
}

errno_t wcsncat_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t count) {
    if (to == NULL || room == 0 || (from == NULL && count != 0))
        return empty(to, room, EINVAL);
    size_t before = wcsnlen(to, room);
    if (before == room)
        return empty(to, room, EINVAL);
    size_t length = from == NULL ? 0 : wcsnlen(from, count == _TRUNCATE ? room : count);
    if (length >= room - before && count != _TRUNCATE)
        return empty(to, room, ERANGE);
    size_t kept = length < room - before ? length : room - before - 1;
    if (kept != 0)
        wmemmove(to + before, from, kept);
    to[before + kept] = L'\0';
    return kept < length ? STRUNCATE : 0;
}

errno_t wcscat_s(wchar_t *to, rsize_t room, const wchar_t *from) {
    return from == NULL ? empty(to, room, EINVAL) : wcsncat_s(to, room, from, wcslen(from));
}

wchar_t *wcstok_s(wchar_t *text, const wchar_t *dividers, wchar_t **context) {
    if (context == NULL || dividers == NULL || (text == NULL && *context == NULL)) {
        (void)fail(EINVAL);
        return NULL;
    }
    return wcstok(text, dividers, context);
}

errno_t wmemcpy_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t count) {
    return memcpy_s(to, room * sizeof *to, from, count * sizeof *from);
}

static wchar_t lower(wchar_t unit) {
    (void)CharLowerBuffW(&unit, 1);
    return unit;
}

int _wcsicmp(const wchar_t *first, const wchar_t *second) {
    return _wcsnicmp(first, second, SIZE_MAX);
}

int _wcsnicmp(const wchar_t *first, const wchar_t *second, size_t count) {
    for (; count != 0; count--, first++, second++) {
        wchar_t one = lower(*first), other = lower(*second);
        if (one != other || one == L'\0')
            return (one > other) - (one < other);
    }
    return 0;
}

wchar_t *_wcslwr(wchar_t *text) {
    (void)CharLowerBuffW(text, (DWORD)wcslen(text));
    return text;
}

wchar_t *_wcsupr(wchar_t *text) {
    (void)CharUpperBuffW(text, (DWORD)wcslen(text));
    return text;
}

wchar_t *_wcsdup(const wchar_t *text) {
    return text == NULL ? NULL : wcsdup(text);
}
