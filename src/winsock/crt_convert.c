/* SPDX-License-Identifier: MIT
 *
 * Narrow texts, which are UTF-8 whatever the C library's locale, from wide ones and back: mbstowcs_s and wcstombs_s.
 */
#include "text.h"

#include "sockpal/crt.h"

#include <stdbool.h>

/* Writes units until the count or the text ends. Null: only counts. @return how many, without the 0; room or more when
 * they do not fit */
static size_t widen(wchar_t *to, size_t room, const char *from, size_t count) {
    size_t made = 0, left = strlen(from);
    while (left != 0 && made < count && (to == NULL || made < room)) {
        uint32_t point;
        size_t used = spalw_utf8_read(from, left, &point);
        if (to != NULL)
            to[made] = (wchar_t)(point == SPALW_NOT_TEXT ? SPALW_REPLACEMENT : point);
        made++;
        from += used;
        left -= used;
    }
    return made;
}

static size_t narrow(char *to, size_t room, const wchar_t *from, size_t count) {
    size_t made = 0, left = wcslen(from);
    while (left != 0 && (to == NULL || made < room)) {
        char bytes[4];
        uint32_t point;
        size_t used = spalw_wide_read(from, left, &point);
        size_t length = spalw_utf8_write(bytes, point);
        if (length > count - made)
            break;
        if (to != NULL && length < room - made)
            memcpy(to + made, bytes, length);
        made += length;
        from += used;
        left -= used;
    }
    return made;
}

static errno_t fail(errno_t code) {
    errno = code;
    return code;
}

/* What `made` tells counts the 0. */
static void note(size_t *made, size_t units) {
    if (made != NULL)
        *made = units;
}

/* Who only asks is told of the whole text; _TRUNCATE keeps what fits. */
static size_t limit_of(bool has_room, size_t room, size_t count) {
    if (!has_room)
        return SIZE_MAX;
    return count == _TRUNCATE ? room - 1 : count;
}

errno_t mbstowcs_s(size_t *made, wchar_t *to, size_t room, const char *from, size_t count) {
    note(made, 0);
    if ((to == NULL) != (room == 0) || from == NULL) {
        if (to != NULL && room != 0)
            *to = 0;
        return fail(EINVAL);
    }
    size_t length = widen(to, room, from, limit_of(to != NULL, room, count));
    bool fits = to == NULL || length < room;
    if (to != NULL)
        to[fits ? length : 0] = 0;
    if (!fits)
        return fail(ERANGE);
    note(made, length + 1);
    return to != NULL && count == _TRUNCATE && widen(NULL, 0, from, SIZE_MAX) > length ? STRUNCATE : 0;
}

errno_t wcstombs_s(size_t *made, char *to, size_t room, const wchar_t *from, size_t count) {
    note(made, 0);
    if ((to == NULL) != (room == 0) || from == NULL) {
        if (to != NULL && room != 0)
            *to = 0;
        return fail(EINVAL);
    }
    size_t length = narrow(to, room, from, limit_of(to != NULL, room, count));
    bool fits = to == NULL || length < room;
    if (to != NULL)
        to[fits ? length : 0] = 0;
    if (!fits)
        return fail(ERANGE);
    note(made, length + 1);
    return to != NULL && count == _TRUNCATE && narrow(NULL, 0, from, SIZE_MAX) > length ? STRUNCATE : 0;
}
