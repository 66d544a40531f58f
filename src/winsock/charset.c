/* SPDX-License-Identifier: MIT
 *
 * Code pages: text between bytes and WCHARs. There are UTF-8, which is also the ANSI and OEM code page here, ASCII and
 * Latin-1 with its Windows relative. A WCHAR holds a whole code point, so that lengths in WCHARs differ from Windows'
 * beyond the first plane.
 */
#include "error.h"
#include "text.h"

#include "sockpal/text.h"

#define CP_WINDOWS 1252
#define CP_ASCII 20127
#define CP_LATIN1 28591

UINT WINAPI GetACP(void) {
    return CP_UTF8;
}

UINT WINAPI GetOEMCP(void) {
    return CP_UTF8;
}

/* @return the number of a page that there is, or 0 */
static UINT page_of(UINT page) {
    switch (page) {
    case CP_ACP:
    case CP_OEMCP:
    case CP_MACCP:
    case CP_THREAD_ACP:
        return CP_UTF8;
    case CP_UTF8:
    case CP_WINDOWS:
    case CP_ASCII:
    case CP_LATIN1:
        return page;
    default:
        return 0;
    }
}

BOOL WINAPI IsValidCodePage(UINT page) {
    return page > CP_THREAD_ACP && page_of(page) != 0;
}

/* UTF-8 has no lead bytes in this sense. */
BOOL WINAPI IsDBCSLeadByte(BYTE unit) {
    (void)unit;
    return FALSE;
}

/* ----------------------------------------------------------------------------------------------------- single bytes */

/* What Windows-1252 has at 0x80 to 0x9f. */
static const uint16_t windows_high[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

static uint32_t point_of_byte(UINT page, unsigned char byte) {
    if (page == CP_WINDOWS && byte >= 0x80 && byte < 0xa0)
        return windows_high[byte - 0x80];
    return page == CP_ASCII ? byte & 0x7fU : byte;
}

/* @return the byte, or -1 */
static int byte_of_point(UINT page, uint32_t point) {
    for (int i = 0; page == CP_WINDOWS && i < 32; i++)
        if (windows_high[i] == point)
            return 0x80 + i;
    if (point < 0x80 || (point >= 0xa0 && point <= 0xff && page != CP_ASCII) || (point <= 0xff && page == CP_LATIN1))
        return (int)point;
    return -1;
}

/* ---------------------------------------------------------------------------------------------------- bytes to wide */

static size_t point_read(UINT page, const char *text, size_t size, uint32_t *point) {
    if (page == CP_UTF8)
        return spalw_utf8_read(text, size, point);
    *point = point_of_byte(page, (unsigned char)*text);
    return 1;
}

static bool are_wide_flags(UINT asked, DWORD flags) {
    DWORD allowed = MB_ERR_INVALID_CHARS;
    if (asked != CP_UTF8)
        allowed |= MB_PRECOMPOSED | MB_COMPOSITE | MB_USEGLYPHCHARS;
    return (flags & ~allowed) == 0;
}

static int fail(DWORD code) {
    return spalw_fail(code);
}

int WINAPI MultiByteToWideChar(UINT asked, DWORD flags, LPCCH text, int bytes, LPWSTR out, int room) {
    UINT page = page_of(asked);
    if (text == NULL || bytes == 0 || bytes < -1 || room < 0 || (room != 0 && out == NULL) || page == 0 ||
        (const void *)text == (const void *)out)
        return fail(ERROR_INVALID_PARAMETER);
    if (!are_wide_flags(asked, flags))
        return fail(ERROR_INVALID_FLAGS);
    size_t size = bytes == -1 ? strlen(text) + 1 : (size_t)bytes;
    int count = 0;
    uint32_t point;
    for (size_t i = 0; i < size; count++) {
        i += point_read(page, text + i, size - i, &point);
        if (point == SPALW_NOT_TEXT && (flags & MB_ERR_INVALID_CHARS) != 0)
            return fail(ERROR_NO_UNICODE_TRANSLATION);
        if (room != 0 && count >= room)
            return fail(ERROR_INSUFFICIENT_BUFFER);
        if (room != 0)
            out[count] = (WCHAR)(point == SPALW_NOT_TEXT ? SPALW_REPLACEMENT : point);
    }
    return count;
}

/* ---------------------------------------------------------------------------------------------------- wide to bytes */

/** A conversion to bytes, and where it writes. */
typedef struct narrowing {
    UINT page;
    LPCCH fallback; /* for what the page does not have */
    bool has_used_fallback;
    char *out;
    size_t room; /* 0: only counts */
    size_t count;
} narrowing;

static bool bytes_add(narrowing *to, const char *bytes, size_t length) {
    if (to->room != 0 && to->count + length > to->room)
        return false;
    if (to->room != 0)
        memcpy(to->out + to->count, bytes, length);
    to->count += length;
    return true;
}

static bool point_add(narrowing *to, uint32_t point) {
    char bytes[4];
    if (to->page == CP_UTF8)
        return bytes_add(to, bytes, spalw_utf8_write(bytes, point == SPALW_NOT_TEXT ? SPALW_REPLACEMENT : point));
    int byte = point == SPALW_NOT_TEXT ? -1 : byte_of_point(to->page, point);
    if (byte < 0) {
        to->has_used_fallback = true;
        return bytes_add(to, to->fallback == NULL ? "?" : to->fallback, 1);
    }
    bytes[0] = (char)byte;
    return bytes_add(to, bytes, 1);
}

static DWORD narrow(narrowing *to, LPCWCH text, size_t size, DWORD flags) {
    uint32_t point;
    for (size_t i = 0; i < size;) {
        i += spalw_wide_read(text + i, size - i, &point);
        if (point == SPALW_NOT_TEXT && (flags & WC_ERR_INVALID_CHARS) != 0)
            return ERROR_NO_UNICODE_TRANSLATION;
        if (!point_add(to, point))
            return ERROR_INSUFFICIENT_BUFFER;
    }
    return NO_ERROR;
}

static bool are_narrow_flags(UINT asked, DWORD flags) {
    DWORD allowed = WC_ERR_INVALID_CHARS;
    if (asked != CP_UTF8)
        allowed = WC_COMPOSITECHECK | WC_DISCARDNS | WC_SEPCHARS | WC_DEFAULTCHAR | WC_NO_BEST_FIT_CHARS;
    return (flags & ~allowed) == 0;
}

int WINAPI WideCharToMultiByte(UINT asked, DWORD flags, LPCWCH text, int units, LPSTR out, int room, LPCCH fallback,
                               LPBOOL used_fallback) {
    UINT page = page_of(asked);
    if (text == NULL || units == 0 || units < -1 || room < 0 || (room != 0 && out == NULL) || page == 0 ||
        (const void *)text == (const void *)out || (asked == CP_UTF8 && (fallback != NULL || used_fallback != NULL)))
        return fail(ERROR_INVALID_PARAMETER);
    if (!are_narrow_flags(asked, flags))
        return fail(ERROR_INVALID_FLAGS);
    narrowing to = {.page = page, .fallback = fallback, .out = out, .room = (size_t)room};
    DWORD error = narrow(&to, text, units == -1 ? wcslen(text) + 1 : (size_t)units, flags);
    if (used_fallback != NULL)
        *used_fallback = to.has_used_fallback;
    return error == NO_ERROR ? (int)to.count : fail(error);
}
