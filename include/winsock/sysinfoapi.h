/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the system, which stand together with the rest of Win32.
 */
#ifndef SOCKPAL_WINSOCK_SYSINFOAPI_H
#define SOCKPAL_WINSOCK_SYSINFOAPI_H

#include "sockpal/win32.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#endif
