/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the part of windows.h that network programs need. Like that of Windows it brings winsock.h unless
 * WIN32_LEAN_AND_MEAN is defined, or winsock2.h has been here first.
 */
#ifndef SOCKPAL_WINSOCK_WINDOWS_H
#define SOCKPAL_WINSOCK_WINDOWS_H

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _WINDOWS_
#define _INC_WINDOWS

#include "sockpal/win32.h"

#if !defined(WIN32_LEAN_AND_MEAN)
#include "mmsystem.h"
typedef unsigned char byte, boolean;
#endif
#if !defined(WIN32_LEAN_AND_MEAN) && !defined(_WINSOCKAPI_) && !defined(_WINSOCK2API_)
#if __has_include(<winsock.h>)
#include <winsock.h>
#endif
#endif

#endif
