/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the calendar, which stand together with the rest of Win32.
 */
#ifndef SOCKPAL_WINSOCK_TIMEZONEAPI_H
#define SOCKPAL_WINSOCK_TIMEZONEAPI_H

#include "sockpal/win32.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#endif
