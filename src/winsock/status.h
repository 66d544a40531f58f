/* SPDX-License-Identifier: MIT
 *
 * One failure, three numbers: what sockpal says, the NTSTATUS that stands in an OVERLAPPED, and the error that
 * GetLastError has, which is not the same for functions of Winsock (WSAECONNRESET) and of Win32
 * (ERROR_NETNAME_DELETED).
 */
#ifndef SPALW_STATUS_H
#define SPALW_STATUS_H

#include "sockpal/base.h"
#include "sockpal/error.h"

#include "sockpal.h"

/** What a function of Winsock reports. The numbers are the same but for sockpal's own. */
DWORD spalw_wsa_from_core(spal_error error);

/** What an operation ends with. */
NTSTATUS spalw_status_from_core(spal_error error);

/** What WSAGetOverlappedResult and completion routines report, and what functions of Win32 do. 0 for success. */
DWORD spalw_wsa_from_status(NTSTATUS status);
DWORD spalw_win32_from_status(NTSTATUS status);

#endif
