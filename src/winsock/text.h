/* SPDX-License-Identifier: MIT
 *
 * Text inside the library: UTF-8, which is what the functions with an A take and give, and the compiler's wchar_t,
 * which is what those with a W do. A wchar_t of 32 bits holds one code point; pairs of surrogates are read as one too.
 */
#ifndef SPALW_TEXT_H
#define SPALW_TEXT_H

#include "sockpal/base.h"

#include <stdbool.h>

/** What stands for what is not text. */
#define SPALW_REPLACEMENT 0xfffdU
#define SPALW_NOT_TEXT UINT32_MAX

/** One code point of UTF-8 (SPALW_NOT_TEXT: the bytes are not). @return how many bytes it takes, at least 1 */
size_t spalw_utf8_read(const char *text, size_t size, uint32_t *point);
/** @return how many bytes, at most 4 */
size_t spalw_utf8_write(char *out, uint32_t point);
/** One code point of wide text. @return how many units it takes */
size_t spalw_wide_read(const WCHAR *text, size_t size, uint32_t *point);

/** A copy in the other form, to be freed, or null. What is not text is replaced. */
char *spalw_utf8_from_wide(const WCHAR *text);
WCHAR *spalw_wide_from_utf8(const char *text);

/** Wide text into a buffer of so many units, as the functions with a W give results. @return its length without the 0;
 *  if that is not less than `room`, nothing was written */
size_t spalw_wide_copy(WCHAR *out, size_t room, const char *text);

#endif
