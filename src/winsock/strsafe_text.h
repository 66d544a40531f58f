/* SPDX-License-Identifier: MIT
 *
 * What the functions of strsafe.h do, whichever width their text has.
 */
#ifndef SPALW_STRSAFE_TEXT_H
#define SPALW_STRSAFE_TEXT_H

#include "sockpal/base.h"

#include <stdbool.h>

/** Where text goes. */
typedef struct spalw_room {
    void *text;
    size_t size; /**< in units */
    size_t unit; /**< bytes of one */
    DWORD flags; /**< STRSAFE_... */
} spalw_room;

/** How many units stand before the 0, at most so many. */
size_t spalw_units(const void *text, size_t unit, size_t most);

/** Whether these may be the arguments of a function at all. */
bool spalw_room_is_valid(const spalw_room *room);

/** Adds text behind so many units, cut if need be.
 *  @param end, left  where the text ends now, and the units left with the 0; either may be null */
HRESULT spalw_room_add(const spalw_room *room, size_t before, const void *from, size_t length, void **end,
                       size_t *left);

HRESULT spalw_room_copy(const spalw_room *room, const void *from, size_t most, void **end, size_t *left);
HRESULT spalw_room_cat(const spalw_room *room, const void *from, size_t most, void **end, size_t *left);

HRESULT spalw_text_length(const void *text, size_t unit, size_t most, size_t *length);

#endif
