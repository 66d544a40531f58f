/* SPDX-License-Identifier: MIT
 *
 * Text into the caller's buffers: see give.h.
 */
#include "give.h"

#include "error.h"
#include "text.h"

DWORD spalw_give_a(const char *text, LPSTR buffer, DWORD size) {
    size_t length = strlen(text);
    if (length >= size || buffer == NULL)
        return (DWORD)length + 1;
    memcpy(buffer, text, length + 1);
    return (DWORD)length;
}

DWORD spalw_give_w(const char *text, LPWSTR buffer, DWORD size) {
    size_t length = spalw_wide_copy(buffer, buffer == NULL ? 0 : size, text);
    return (DWORD)(length >= size || buffer == NULL ? length + 1 : length);
}

/* @param answer  what spalw_give_a or _w returned for this room */
static BOOL sized_answer(DWORD answer, LPDWORD size, BOOL counts_end, DWORD error) {
    BOOL fits = answer < *size;
    *size = fits && counts_end ? answer + 1 : answer;
    return fits ? TRUE : spalw_fail(error);
}

BOOL spalw_give_sized_a(const char *text, LPSTR buffer, LPDWORD size, BOOL counts_end, DWORD error) {
    if (size == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    DWORD room = buffer == NULL ? 0 : *size;
    *size = room;
    return sized_answer(spalw_give_a(text, buffer, room), size, counts_end, error);
}

BOOL spalw_give_sized_w(const char *text, LPWSTR buffer, LPDWORD size, BOOL counts_end, DWORD error) {
    if (size == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    DWORD room = buffer == NULL ? 0 : *size;
    *size = room;
    return sized_answer(spalw_give_w(text, buffer, room), size, counts_end, error);
}
