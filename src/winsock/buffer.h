/* SPDX-License-Identifier: MIT
 *
 * Text of UTF-8 that grows while it is made.
 */
#ifndef SPALW_BUFFER_H
#define SPALW_BUFFER_H

#include "sockpal/base.h"

#include <stdbool.h>

typedef struct spalw_buffer {
    char *text; /**< with a 0 at its end; null while it is empty */
    size_t length;
    size_t room;
    bool has_failed; /**< there was no memory: what follows is left out */
} spalw_buffer;

void spalw_buffer_add(spalw_buffer *buffer, const char *text, size_t length);
void spalw_buffer_add_text(spalw_buffer *buffer, const char *text);
void spalw_buffer_add_char(spalw_buffer *buffer, char unit);
void spalw_buffer_fill(spalw_buffer *buffer, char unit, size_t count);
/** Wide text, converted: so many units, or up to its 0 if that comes first. */
void spalw_buffer_add_wide(spalw_buffer *buffer, const WCHAR *text, size_t units);
void spalw_buffer_free(spalw_buffer *buffer);

#endif
