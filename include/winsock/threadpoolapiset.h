/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the functions of the system, which stand together with the rest of Win32.
 */
#ifndef SOCKPAL_WINSOCK_THREADPOOLAPISET_H
#define SOCKPAL_WINSOCK_THREADPOOLAPISET_H

#include "sockpal/win32.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#endif
