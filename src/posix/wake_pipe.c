/* SPDX-License-Identifier: MIT
 *
 * Opening a wake object where there are no eventfds: a pipe.
 */
#include "wake.h"

#include <fcntl.h>

bool spali_wake_open(int *reader, int *writer) {
    int ends[2];
    if (spali_sys.pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return false;
    *reader = ends[0];
    *writer = ends[1];
    return true;
}
