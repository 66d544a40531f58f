/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: clocks, which stand together with the rest of Win32.
 */
#ifndef SOCKPAL_WINSOCK_TIMEAPI_H
#define SOCKPAL_WINSOCK_TIMEAPI_H

#include "mmsystem.h"
#include "sockpal/win32.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#endif
