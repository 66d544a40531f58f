/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: clocks, which stand together with the rest of Win32.
 */
#ifndef SOCKPAL_WINSOCK_PROFILEAPI_H
#define SOCKPAL_WINSOCK_PROFILEAPI_H

#include "sockpal/win32.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#endif
