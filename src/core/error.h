/* SPDX-License-Identifier: MIT
 *
 * How the core reports a failure that is its own and not the system's. What backends use instead, spali_note_native,
 * stands in backend.h.
 */
#ifndef SPALI_ERROR_H
#define SPALI_ERROR_H

#include "backend.h"

/** Makes spal_native_error answer 0 on this thread when `error` is a failure, and returns it:
 *  `return spali_refuse(SPAL_EINVAL);` */
spal_error spali_refuse(spal_error error);

#endif
