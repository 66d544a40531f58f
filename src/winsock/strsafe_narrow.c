/* SPDX-License-Identifier: MIT
 *
 * The functions of strsafe.h for narrow text; the work is done in strsafe.c. Those for wide text stand in
 * strsafe_wide.c.
 */
#include "buffer.h"
#include "print.h"
#include "strsafe_text.h"
#include "text.h"

#include <strsafe.h>

#include <stdio.h>
#include <stdlib.h>

#define UNIT sizeof(char)
#define MOST ((size_t)STRSAFE_MAX_CCH)

static spalw_room room_of(LPSTR text, size_t size, DWORD flags) {
    return (spalw_room){text, size, UNIT, flags};
}

/* Bytes that are left, for those who count bytes: what is no whole unit is left too. */
static HRESULT left_in_bytes(HRESULT result, size_t bytes, size_t *left) {
    if (left != NULL && (SUCCEEDED(result) || result == STRSAFE_E_INSUFFICIENT_BUFFER))
        *left = *left * UNIT + bytes % UNIT;
    return result;
}

HRESULT WINAPI StringCchCopyA(LPSTR to, size_t units, LPCSTR from) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_copy(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCchCopyNA(LPSTR to, size_t units, LPCSTR from, size_t count) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_copy(&room, from, count, NULL, NULL);
}

HRESULT WINAPI StringCchCopyExA(LPSTR to, size_t units, LPCSTR from, LPSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_copy(&room, from, MOST, (void **)(void *)end, left);
}

HRESULT WINAPI StringCchCopyNExA(LPSTR to, size_t units, LPCSTR from, size_t count, LPSTR *end, size_t *left,
                                 DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_copy(&room, from, count, (void **)(void *)end, left);
}

HRESULT WINAPI StringCchCatA(LPSTR to, size_t units, LPCSTR from) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_cat(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCchCatNA(LPSTR to, size_t units, LPCSTR from, size_t count) {
    spalw_room room = room_of(to, units, 0);
    return spalw_room_cat(&room, from, count, NULL, NULL);
}

HRESULT WINAPI StringCchCatExA(LPSTR to, size_t units, LPCSTR from, LPSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_cat(&room, from, MOST, (void **)(void *)end, left);
}

HRESULT WINAPI StringCchCatNExA(LPSTR to, size_t units, LPCSTR from, size_t count, LPSTR *end, size_t *left,
                                DWORD flags) {
    spalw_room room = room_of(to, units, flags);
    return spalw_room_cat(&room, from, count, (void **)(void *)end, left);
}

static HRESULT room_print(const spalw_room *room, LPCSTR format, va_list arguments, void **end, size_t *left) {
    spalw_buffer made = {0};
    if (!spalw_room_is_valid(room) || (room->size == 0 && room->flags == 0))
        return STRSAFE_E_INVALID_PARAMETER;
    if (format == NULL)
        return (room->flags & STRSAFE_IGNORE_NULLS) != 0 ? spalw_room_add(room, 0, "", 0, end, left)
                                                         : STRSAFE_E_INVALID_PARAMETER;
    spalw_print(&made, format, false, arguments);
    HRESULT result =
        made.has_failed ? STRSAFE_E_INSUFFICIENT_BUFFER : spalw_room_add(room, 0, made.text, made.length, end, left);
    spalw_buffer_free(&made);
    return result;
}

HRESULT WINAPI StringCchVPrintfA(LPSTR to, size_t units, LPCSTR format, va_list arguments) {
    spalw_room room = room_of(to, units, 0);
    return room_print(&room, format, arguments, NULL, NULL);
}

HRESULT WINAPI StringCchVPrintfExA(LPSTR to, size_t units, LPSTR *end, size_t *left, DWORD flags, LPCSTR format,
                                   va_list arguments) {
    spalw_room room = room_of(to, units, flags);
    return room_print(&room, format, arguments, (void **)(void *)end, left);
}

HRESULT WINAPIV StringCchPrintfA(LPSTR to, size_t units, LPCSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCchVPrintfA(to, units, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPIV StringCchPrintfExA(LPSTR to, size_t units, LPSTR *end, size_t *left, DWORD flags, LPCSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCchVPrintfExA(to, units, end, left, flags, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPI StringCchGetsA(LPSTR to, size_t units) {
    size_t length = 0;
    int unit = 0;
    if (to == NULL || units == 0 || units > MOST)
        return STRSAFE_E_INVALID_PARAMETER;
    while (length < units - 1 && (unit = getchar()) != EOF && unit != '\n')
        to[length++] = (char)unit;
    to[length] = '\0';
    if (unit == EOF && length == 0)
        return STRSAFE_E_END_OF_FILE;
    return units > 1 ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
}

HRESULT WINAPI StringCchLengthA(LPCSTR text, size_t most, size_t *length) {
    return spalw_text_length(text, UNIT, most, length);
}

HRESULT WINAPI StringCbCopyA(LPSTR to, size_t bytes, LPCSTR from) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_copy(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCbCopyNA(LPSTR to, size_t bytes, LPCSTR from, size_t count) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_copy(&room, from, count / UNIT, NULL, NULL);
}

HRESULT WINAPI StringCbCopyExA(LPSTR to, size_t bytes, LPCSTR from, LPSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_copy(&room, from, MOST, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbCopyNExA(LPSTR to, size_t bytes, LPCSTR from, size_t count, LPSTR *end, size_t *left,
                                DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_copy(&room, from, count / UNIT, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbCatA(LPSTR to, size_t bytes, LPCSTR from) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_cat(&room, from, MOST, NULL, NULL);
}

HRESULT WINAPI StringCbCatNA(LPSTR to, size_t bytes, LPCSTR from, size_t count) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return spalw_room_cat(&room, from, count / UNIT, NULL, NULL);
}

HRESULT WINAPI StringCbCatExA(LPSTR to, size_t bytes, LPCSTR from, LPSTR *end, size_t *left, DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_cat(&room, from, MOST, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbCatNExA(LPSTR to, size_t bytes, LPCSTR from, size_t count, LPSTR *end, size_t *left,
                               DWORD flags) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(spalw_room_cat(&room, from, count / UNIT, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPI StringCbVPrintfA(LPSTR to, size_t bytes, LPCSTR format, va_list arguments) {
    spalw_room room = room_of(to, bytes / UNIT, 0);
    return room_print(&room, format, arguments, NULL, NULL);
}

HRESULT WINAPI StringCbVPrintfExA(LPSTR to, size_t bytes, LPSTR *end, size_t *left, DWORD flags, LPCSTR format,
                                  va_list arguments) {
    spalw_room room = room_of(to, bytes / UNIT, flags);
    return left_in_bytes(room_print(&room, format, arguments, (void **)(void *)end, left), bytes, left);
}

HRESULT WINAPIV StringCbPrintfA(LPSTR to, size_t bytes, LPCSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCbVPrintfA(to, bytes, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPIV StringCbPrintfExA(LPSTR to, size_t bytes, LPSTR *end, size_t *left, DWORD flags, LPCSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    HRESULT result = StringCbVPrintfExA(to, bytes, end, left, flags, format, arguments);
    va_end(arguments);
    return result;
}

HRESULT WINAPI StringCbGetsA(LPSTR to, size_t bytes) {
    return StringCchGetsA(to, bytes / UNIT);
}

HRESULT WINAPI StringCbLengthA(LPCSTR text, size_t most, size_t *length) {
    HRESULT result = spalw_text_length(text, UNIT, most / UNIT, length);
    if (length != NULL)
        *length *= UNIT;
    return result;
}
