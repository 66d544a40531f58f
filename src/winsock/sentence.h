/* SPDX-License-Identifier: MIT
 *
 * The system's sentences for errors.
 */
#ifndef SPALW_SENTENCE_H
#define SPALW_SENTENCE_H

#include "sockpal/base.h"

/** What Windows says in English, without the line's end; or null. */
const char *spalw_sentence(DWORD code);

#endif
