/* SPDX-License-Identifier: MIT
 *
 * The clock. CLOCK_MONOTONIC follows the rate corrections of the time service and never jumps. Twin: src/win32/clock.c.
 */
#include "native.h"

uint64_t spali_clock_ns(void) {
    struct timespec now;
    (void)spali_sys.clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
