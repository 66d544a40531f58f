/* SPDX-License-Identifier: MIT
 *
 * The calendar as Windows counts it: 100 nanoseconds since 1601, in UTC.
 */
#ifndef SPALW_FILETIME_H
#define SPALW_FILETIME_H

#include "sockpal/base.h"

#include <time.h>

uint64_t spalw_filetime_ticks(void);
FILETIME spalw_filetime_now(void);
FILETIME spalw_filetime_from_ticks(uint64_t ticks);
uint64_t spalw_ticks_from_filetime(const FILETIME *time);
uint64_t spalw_ticks_from_timespec(const struct timespec *time);

#endif
