/* SPDX-License-Identifier: MIT
 *
 * Threads of the library's own, which the program's signals do not reach.
 */
#ifndef SPALW_HELPER_H
#define SPALW_HELPER_H

#include <stdbool.h>

/** @return false when there is no memory, or no room for a thread */
bool spalw_helper_start(void (*function)(void *), void *argument);

#endif
