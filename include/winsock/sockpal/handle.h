/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: handles of any kind (handleapi.h).
 */
#ifndef SOCKPAL_WINSOCK_HANDLE_H
#define SOCKPAL_WINSOCK_HANDLE_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define HANDLE_FLAG_INHERIT 0x00000001
#define HANDLE_FLAG_PROTECT_FROM_CLOSE 0x00000002
#define DUPLICATE_CLOSE_SOURCE 0x00000001
#define DUPLICATE_SAME_ACCESS 0x00000002

/* Access rights, which are accepted and not checked: every handle of a process may do everything. */
#define DELETE 0x00010000L
#define READ_CONTROL 0x00020000L
#define WRITE_DAC 0x00040000L
#define WRITE_OWNER 0x00080000L
#define SYNCHRONIZE 0x00100000L
#define STANDARD_RIGHTS_REQUIRED 0x000F0000L
#define STANDARD_RIGHTS_READ READ_CONTROL
#define STANDARD_RIGHTS_WRITE READ_CONTROL
#define STANDARD_RIGHTS_EXECUTE READ_CONTROL
#define STANDARD_RIGHTS_ALL 0x001F0000L
#define SPECIFIC_RIGHTS_ALL 0x0000FFFFL
#define MAXIMUM_ALLOWED 0x02000000L
#define GENERIC_READ 0x80000000U
#define GENERIC_WRITE 0x40000000U
#define GENERIC_EXECUTE 0x20000000U
#define GENERIC_ALL 0x10000000U

typedef DWORD ACCESS_MASK, *PACCESS_MASK;

SPALW_BEGIN
BOOL WINAPI CloseHandle(HANDLE object) SPALW_LINK(CloseHandle);
BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process, LPHANDLE target, DWORD access,
                            BOOL inherit, DWORD options) SPALW_LINK(DuplicateHandle);
BOOL WINAPI CompareObjectHandles(HANDLE first, HANDLE second) SPALW_LINK(CompareObjectHandles);
BOOL WINAPI GetHandleInformation(HANDLE object, LPDWORD flags) SPALW_LINK(GetHandleInformation);
BOOL WINAPI SetHandleInformation(HANDLE object, DWORD mask, DWORD flags) SPALW_LINK(SetHandleInformation);
SPALW_END

#endif
