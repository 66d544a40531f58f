/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the part of iphlpapi.h that tells of the machine's interfaces and addresses. Nothing here changes
 * them; functions of routes, of neighbours and of tables of connections are not declared.
 */
#ifndef SOCKPAL_WINSOCK_IPHLPAPI_H
#define SOCKPAL_WINSOCK_IPHLPAPI_H

#include "sockpal/libc.h"

#include "sockpal/win32.h"

#include "ipexport.h"
#include "iprtrmib.h"
#include "iptypes.h"
#include "netioapi.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define __IPHLPAPI_H__

SPALW_BEGIN

ULONG WINAPI GetAdaptersAddresses(ULONG family, ULONG flags, PVOID reserved, PIP_ADAPTER_ADDRESSES out, PULONG bytes)
    SPALW_LINK(GetAdaptersAddresses);
ULONG WINAPI GetAdaptersInfo(PIP_ADAPTER_INFO out, PULONG bytes) SPALW_LINK(GetAdaptersInfo);
DWORD WINAPI GetIpAddrTable(PMIB_IPADDRTABLE out, PULONG bytes, BOOL is_ordered) SPALW_LINK(GetIpAddrTable);
DWORD WINAPI GetNumberOfInterfaces(PDWORD count) SPALW_LINK(GetNumberOfInterfaces);
DWORD WINAPI GetBestInterface(IPAddr destination, PDWORD index) SPALW_LINK(GetBestInterface);
DWORD WINAPI GetBestInterfaceEx(struct sockaddr *destination, PDWORD index) SPALW_LINK(GetBestInterfaceEx);
DWORD WINAPI GetNetworkParams(PFIXED_INFO out, PULONG bytes) SPALW_LINK(GetNetworkParams);
DWORD WINAPI GetFriendlyIfIndex(DWORD index) SPALW_LINK(GetFriendlyIfIndex);

SPALW_END

#endif
