/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: random bytes as ntsecapi.h gives them; nothing else of it is here.
 */
#ifndef SOCKPAL_WINSOCK_NTSECAPI_H
#define SOCKPAL_WINSOCK_NTSECAPI_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

/* Its name in advapi32 is another one. */
SPALW_BEGIN
BOOLEAN WINAPI RtlGenRandom(PVOID out, ULONG size) SPALW_LINK(SystemFunction036);
SPALW_END

#endif
