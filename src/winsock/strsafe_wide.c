/* SPDX-License-Identifier: MIT
 *
 * The functions of strsafe.h for wide text; the work is done in strsafe.c. Those for narrow text stand in
 * strsafe_narrow.c.
 */
#include "print.h"
#include "strsafe_text.h"
#include "text.h"

#include <strsafe.h>

#include "sockpal/print.h"

#include <stdlib.h>

#define UNIT sizeof(WCHAR)
#define MOST ((size_t)STRSAFE_MAX_CCH)

static spalw_room room_of(LPWSTR text, size_t size, DWORD flags) {
    return (spalw_room){text, size, UNIT, flags};
}

/* Bytes that are left, for those who count bytes: what is no whole unit is left too. */
static HRESULT left_in_bytes(HRESULT result, size_t bytes, size_t *left) {
    if (left != NULL && (SUCCEEDED(result) || result == STRSAFE_E_INSUFFICIENT_BUFFER))
        *left = *left * UNIT + bytes % UNIT;
    return result;
}

HRESULT WINAPI StringCchCopyW(LPWSTR to, size_t units, LPCWSTR from) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_copy(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCchCopyNW(LPWSTR to, size_t units, LPCWSTR from, size_t count) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_copy(&room, from, count, NULL, NULL);
}

HRESULT WINAPI StringCchCopyExW(LPWSTR to, size_t units, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_copy(&room, from, MOST, (void **)(void *)end, left);
}

HRESULT WINAPI StringCchCopyNExW(LPWSTR to, size_t units, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                                 DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_copy(&room, from, count, (void **)(void *)end, left);
}

HRESULT WINAPI StringCchCatW(LPWSTR to, size_t units, LPCWSTR from) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_cat(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCchCatNW(LPWSTR to, size_t units, LPCWSTR from, size_t count) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_cat(&room, from, count, NULL, NULL);
}

HRESULT WINAPI StringCchCatExW(LPWSTR to, size_t units, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_cat(&room, from, MOST, (void **)(void *)end, left);
}

HRESULT WINAPI StringCchCatNExW(LPWSTR to, size_t units, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                                DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_cat(&room, from, count, (void **)(void *)end, left);
}

static HRESULT room_print(const spalw_room *room, LPCWSTR format, va_list arguments, void **end, size_t *left) {
    spalw_buffer made = {0};
    if (!spalw_room_is_valid(room) || (room->size == 0 && room->flags == 0))
        return STRSAFE_E_INVALID_PARAMETER;
    if (format == NULL)
        return (room->flags & STRSAFE_IGNORE_NULLS) != 0 ? spalw_room_add(room, 0, "", 0, end, left)
                                                         : STRSAFE_E_INVALID_PARAMETER;
    spalw_print_wide(&made, format, arguments);
    WCHAR *wide = made.has_failed ? NULL : spalw_wide_from_utf8(made.text);
    HRESULT result =
        wide == NULL ? STRSAFE_E_INSUFFICIENT_BUFFER : spalw_room_add(room, 0, wide, wcslen(wide), end, left);
    free(wide);
    spalw_buffer_free(&made);
    return result;
}

HRESULT WINAPI StringCchVPrintfW(LPWSTR to, size_t units, LPCWSTR format, va_list arguments) {
    spalw_room room = room_of(to, units, 0);
    return room_print(&room, format, arguments, NULL, NULL);
}

HRESULT WINAPI StringCchVPrintfExW(LPWSTR to, size_t units, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format,
                                   va_list arguments) {
    spalw_room room = room_of(to, units, flags);
    return room_print(&room, format, arguments, (void **)(void *)end, left);
}

HRESULT WINAPIV StringCchPrintfW(LPWSTR to, size_t units, LPCWSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCchVPrintfW(to, units, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPIV StringCchPrintfExW(LPWSTR to, size_t units, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format,
                                   ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCchVPrintfExW(to, units, end, left, flags, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPI StringCchGetsW(LPWSTR to, size_t units) {
    size_t length = 0;
    wint_t unit = 0;
    if (to == NULL || units == 0 || units > MOST)
        return STRSAFE_E_INVALID_PARAMETER;
    while (length < units - 1 && (unit = getwchar()) != WEOF && unit != L'\n')
        to[length++] = (WCHAR)unit;
    to[length] = L'\0';
    if (unit == WEOF && length == 0)
        return STRSAFE_E_END_OF_FILE;
    return units > 1 ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
}

HRESULT WINAPI StringCchLengthW(LPCWSTR text, size_t most, size_t *length) {
    return spalw_text_length(text, UNIT, most, length);
}

HRESULT WINAPI StringCbCopyW(LPWSTR to, size_t bytes, LPCWSTR from) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_copy(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCbCopyNW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_copy(&room, from, count / UNIT, NULL, NULL);
}

HRESULT WINAPI StringCbCopyExW(LPWSTR to, size_t bytes, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_copy(&room, from, MOST, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbCopyNExW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                                DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_copy(&room, from, count / UNIT, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbCatW(LPWSTR to, size_t bytes, LPCWSTR from) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_cat(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCbCatNW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_cat(&room, from, count / UNIT, NULL, NULL);
}

HRESULT WINAPI StringCbCatExW(LPWSTR to, size_t bytes, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_cat(&room, from, MOST, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbCatNExW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                               DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_cat(&room, from, count / UNIT, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbVPrintfW(LPWSTR to, size_t bytes, LPCWSTR format, va_list arguments) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return room_print(&room, format, arguments, NULL, NULL);
}

HRESULT WINAPI StringCbVPrintfExW(LPWSTR to, size_t bytes, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format,
                                  va_list arguments) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(room_print(&room, format, arguments, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPIV StringCbPrintfW(LPWSTR to, size_t bytes, LPCWSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCbVPrintfW(to, bytes, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPIV StringCbPrintfExW(LPWSTR to, size_t bytes, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format,
                                  ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCbVPrintfExW(to, bytes, end, left, flags, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPI StringCbGetsW(LPWSTR to, size_t bytes) {
    return StringCchGetsW(to, bytes / UNIT);
}

HRESULT WINAPI StringCbLengthW(LPCWSTR text, size_t most, size_t *length) {
    HRESULT result = spalw_text_length(text, UNIT, most / UNIT, length);
    if (length != NULL)
        *length *= UNIT;
    return result;
}
