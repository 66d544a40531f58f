/* SPDX-License-Identifier: MIT
 *
 * Opening a wake object where there are eventfds: one descriptor for both ends.
 */
#include "wake.h"

#include <sys/eventfd.h>

bool spali_wake_open(int *reader, int *writer) {
    int descriptor = spali_sys.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (descriptor < 0)
        return false;
    *reader = descriptor;
    *writer = descriptor;
    return true;
}
