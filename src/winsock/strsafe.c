/* SPDX-License-Identifier: MIT
 *
 * String functions that know the room. Both widths are one work, in units of a size; so are the functions that count
 * characters and those that count bytes, which turn their counts first. The functions themselves stand in
 * strsafe_narrow.c and strsafe_wide.c.
 */
#include "strsafe_text.h"

#include <strsafe.h>

#define MOST_UNITS ((size_t)STRSAFE_MAX_CCH)
#define KNOWN_FLAGS 0x00001fffU

static char *unit_at(const spalw_room *room, size_t index) {
    return (char *)room->text + index * room->unit;
}

static bool is_zero(const void *at, size_t unit) {
    return unit == 1 ? *(const char *)at == '\0' : *(const WCHAR *)at == L'\0';
}

static void zero_put(const spalw_room *room, size_t index) {
    memset(unit_at(room, index), 0, room->unit);
}

size_t spalw_units(const void *text, size_t unit, size_t most) {
    size_t length = 0;
    while (length < most && !is_zero((const char *)text + length * unit, unit))
        length++;
    return length;
}

/* ------------------------------------------------------------------------------------------------------------ flags */

bool spalw_room_is_valid(const spalw_room *room) {
    if (room->size > MOST_UNITS || (room->flags & ~KNOWN_FLAGS) != 0)
        return false;
    return room->text != NULL || ((room->flags & STRSAFE_IGNORE_NULLS) != 0 && room->size == 0);
}

static void fill(const spalw_room *room, size_t from) {
    if (room->size > from)
        memset(unit_at(room, from), (int)(room->flags & 0xff), (room->size - from) * room->unit);
}

/* What the flags make of a failure. */
static void room_fail(const spalw_room *room) {
    if (room->text == NULL || room->size == 0)
        return;
    if ((room->flags & STRSAFE_FILL_ON_FAILURE) != 0) {
        fill(room, 0);
        zero_put(room, (room->flags & 0xff) == 0 ? 0 : room->size - 1);
    }
    if ((room->flags & (STRSAFE_NULL_ON_FAILURE | STRSAFE_NO_TRUNCATION)) != 0 &&
        (room->flags & STRSAFE_FILL_ON_FAILURE) == 0)
        zero_put(room, 0);
}

/* @param length  of the text that the room has now */
static void room_tell(const spalw_room *room, size_t length, void **end, size_t *left) {
    if (end != NULL)
        *end = room->text == NULL ? NULL : unit_at(room, length);
    if (left != NULL)
        *left = room->size - length;
}

/* --------------------------------------------------------------------------------------------------------- the work */

HRESULT spalw_room_add(const spalw_room *room, size_t before, const void *from, size_t length, void **end,
                       size_t *left) {
    if (room->size == 0 && length == 0) {
        room_tell(room, 0, end, left);
        return room->text == NULL || (room->flags & STRSAFE_IGNORE_NULLS) != 0 ? S_OK : STRSAFE_E_INVALID_PARAMETER;
    }
    if (room->size == 0)
        return room->text == NULL ? STRSAFE_E_INVALID_PARAMETER : STRSAFE_E_INSUFFICIENT_BUFFER;
    bool fits = length < room->size - before;
    size_t kept = fits ? length : room->size - before - 1;
    memmove(unit_at(room, before), from, kept * room->unit);
    zero_put(room, before + kept);
    size_t reached = before + kept;
    if (fits && (room->flags & STRSAFE_FILL_BEHIND_NULL) != 0)
        fill(room, before + kept + 1);
    if (!fits && (room->flags & (STRSAFE_FILL_ON_FAILURE | STRSAFE_NULL_ON_FAILURE | STRSAFE_NO_TRUNCATION)) != 0) {
        room_fail(room);
        reached = spalw_units(room->text, room->unit, room->size - 1);
    }
    room_tell(room, reached, end, left);
    return fits ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
}

HRESULT spalw_room_copy(const spalw_room *room, const void *from, size_t most, void **end, size_t *left) {
    if (!spalw_room_is_valid(room) || most > MOST_UNITS)
        return STRSAFE_E_INVALID_PARAMETER;
    bool is_nothing = from == NULL && (room->flags & STRSAFE_IGNORE_NULLS) != 0;
    if ((from == NULL && !is_nothing) || (room->size == 0 && room->flags == 0)) {
        room_fail(room);
        return STRSAFE_E_INVALID_PARAMETER;
    }
    return spalw_room_add(room, 0, is_nothing ? "" : from, is_nothing ? 0 : spalw_units(from, room->unit, most), end,
                          left);
}

HRESULT spalw_room_cat(const spalw_room *room, const void *from, size_t most, void **end, size_t *left) {
    if (!spalw_room_is_valid(room) || most > MOST_UNITS)
        return STRSAFE_E_INVALID_PARAMETER;
    size_t before = room->text == NULL ? 0 : spalw_units(room->text, room->unit, room->size);
    bool is_nothing = from == NULL && (room->flags & STRSAFE_IGNORE_NULLS) != 0;
    if ((before == room->size && room->size != 0) || (from == NULL && !is_nothing) ||
        (room->size == 0 && room->flags == 0))
        return STRSAFE_E_INVALID_PARAMETER;
    return spalw_room_add(room, before, is_nothing ? "" : from, is_nothing ? 0 : spalw_units(from, room->unit, most),
                          end, left);
}

HRESULT spalw_text_length(const void *text, size_t unit, size_t most, size_t *length) {
    size_t found = text == NULL || most > MOST_UNITS ? most : spalw_units(text, unit, most);
    bool has_end = text != NULL && most <= MOST_UNITS && found < most;
    if (length != NULL)
        *length = has_end ? found : 0;
    return has_end ? S_OK : STRSAFE_E_INVALID_PARAMETER;
}
