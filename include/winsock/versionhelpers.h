/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: which Windows this is, or newer (versionhelpers.h).
 */
#ifndef SOCKPAL_WINSOCK_VERSIONHELPERS_H
#define SOCKPAL_WINSOCK_VERSIONHELPERS_H

#include "sockpal/system.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

SPALW_INLINE BOOL IsWindowsVersionOrGreater(WORD major, WORD minor, WORD service_pack) {
    DWORD own = GetVersion() & 0xffff;
    DWORD wanted = (DWORD)major << 8 | minor;
    own = (own & 0xff) << 8 | own >> 8;
    return own > wanted || (own == wanted && service_pack == 0);
}
#define IsWindowsXPOrGreater() IsWindowsVersionOrGreater(5, 1, 0)
#define IsWindowsXPSP1OrGreater() IsWindowsVersionOrGreater(5, 1, 1)
#define IsWindowsXPSP2OrGreater() IsWindowsVersionOrGreater(5, 1, 2)
#define IsWindowsXPSP3OrGreater() IsWindowsVersionOrGreater(5, 1, 3)
#define IsWindowsVistaOrGreater() IsWindowsVersionOrGreater(6, 0, 0)
#define IsWindowsVistaSP1OrGreater() IsWindowsVersionOrGreater(6, 0, 1)
#define IsWindowsVistaSP2OrGreater() IsWindowsVersionOrGreater(6, 0, 2)
#define IsWindows7OrGreater() IsWindowsVersionOrGreater(6, 1, 0)
#define IsWindows7SP1OrGreater() IsWindowsVersionOrGreater(6, 1, 1)
#define IsWindows8OrGreater() IsWindowsVersionOrGreater(6, 2, 0)
#define IsWindows8Point1OrGreater() IsWindowsVersionOrGreater(6, 3, 0)
#define IsWindows10OrGreater() IsWindowsVersionOrGreater(10, 0, 0)
#define IsWindowsServer() FALSE

#endif
