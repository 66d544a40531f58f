/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: interfaces' names and numbers, one into the other (netioapi.h). An interface's name is its name on
 * this system, and its alias the same.
 */
#ifndef SOCKPAL_WINSOCK_NETIOAPI_H
#define SOCKPAL_WINSOCK_NETIOAPI_H

#include "sockpal/libc.h"

#include "ifdef.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define NETIO_STATUS DWORD
#define NETIO_SUCCESS(status) ((status) == NO_ERROR)
#define NETIOAPI_API_ WINAPI
#define NETIOAPI_API NETIO_STATUS NETIOAPI_API_
#undef IF_NAMESIZE
#define IF_NAMESIZE NDIS_IF_MAX_STRING_SIZE

/* The C library has a header of interfaces, with functions of these names. */
#define _NET_IF_H 1
#define _NET_IF_H_ 1

SPALW_BEGIN

NET_IFINDEX NETIOAPI_API_ if_nametoindex(PCSTR name) SPALW_LINK(if_nametoindex);
PCHAR NETIOAPI_API_ if_indextoname(NET_IFINDEX index, PCHAR name) SPALW_LINK(if_indextoname);
NETIOAPI_API ConvertInterfaceIndexToLuid(NET_IFINDEX index, PNET_LUID luid) SPALW_LINK(ConvertInterfaceIndexToLuid);
NETIOAPI_API ConvertInterfaceLuidToIndex(const NET_LUID *luid, PNET_IFINDEX index)
    SPALW_LINK(ConvertInterfaceLuidToIndex);
NETIOAPI_API ConvertInterfaceNameToLuidA(const CHAR *name, NET_LUID *luid) SPALW_LINK(ConvertInterfaceNameToLuidA);
NETIOAPI_API ConvertInterfaceNameToLuidW(const WCHAR *name, NET_LUID *luid) SPALW_LINK(ConvertInterfaceNameToLuidW);
NETIOAPI_API ConvertInterfaceLuidToNameA(const NET_LUID *luid, PSTR name, SIZE_T room)
    SPALW_LINK(ConvertInterfaceLuidToNameA);
NETIOAPI_API ConvertInterfaceLuidToNameW(const NET_LUID *luid, PWSTR name, SIZE_T room)
    SPALW_LINK(ConvertInterfaceLuidToNameW);
NETIOAPI_API ConvertInterfaceLuidToAlias(const NET_LUID *luid, PWSTR alias, SIZE_T room)
    SPALW_LINK(ConvertInterfaceLuidToAlias);
NETIOAPI_API ConvertInterfaceAliasToLuid(const WCHAR *alias, PNET_LUID luid) SPALW_LINK(ConvertInterfaceAliasToLuid);
NETIOAPI_API ConvertInterfaceLuidToGuid(const NET_LUID *luid, GUID *guid) SPALW_LINK(ConvertInterfaceLuidToGuid);
NETIOAPI_API ConvertInterfaceGuidToLuid(const GUID *guid, PNET_LUID luid) SPALW_LINK(ConvertInterfaceGuidToLuid);
NETIOAPI_API ConvertLengthToIpv4Mask(ULONG length, PULONG mask) SPALW_LINK(ConvertLengthToIpv4Mask);
NETIOAPI_API ConvertIpv4MaskToLength(ULONG mask, UINT8 *length) SPALW_LINK(ConvertIpv4MaskToLength);

SPALW_END

#define ConvertInterfaceNameToLuid SPALW_AW(ConvertInterfaceNameToLuid)
#define ConvertInterfaceLuidToName SPALW_AW(ConvertInterfaceLuidToName)

#endif
