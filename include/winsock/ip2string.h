/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: IP addresses to text and back, as mstcpip.h has them on Windows (ip2string.h).
 */
#ifndef SOCKPAL_WINSOCK_IP2STRING_H
#define SOCKPAL_WINSOCK_IP2STRING_H

#include "in6addr.h"
#include "inaddr.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _IP2STRING_

SPALW_BEGIN

/* They write at most 16 and 46 characters, and return where the text ends. */
PSTR NTAPI RtlIpv4AddressToStringA(const struct in_addr *address, PSTR text) SPALW_LINK(RtlIpv4AddressToStringA);
PWSTR NTAPI RtlIpv4AddressToStringW(const struct in_addr *address, PWSTR text) SPALW_LINK(RtlIpv4AddressToStringW);
PSTR NTAPI RtlIpv6AddressToStringA(const struct in6_addr *address, PSTR text) SPALW_LINK(RtlIpv6AddressToStringA);
PWSTR NTAPI RtlIpv6AddressToStringW(const struct in6_addr *address, PWSTR text) SPALW_LINK(RtlIpv6AddressToStringW);
LONG NTAPI RtlIpv4AddressToStringExA(const struct in_addr *address, USHORT port, PSTR text, PULONG length)
    SPALW_LINK(RtlIpv4AddressToStringExA);
LONG NTAPI RtlIpv4AddressToStringExW(const struct in_addr *address, USHORT port, PWSTR text, PULONG length)
    SPALW_LINK(RtlIpv4AddressToStringExW);
LONG NTAPI RtlIpv6AddressToStringExA(const struct in6_addr *address, ULONG scope, USHORT port, PSTR text, PULONG length)
    SPALW_LINK(RtlIpv6AddressToStringExA);
LONG NTAPI RtlIpv6AddressToStringExW(const struct in6_addr *address, ULONG scope, USHORT port, PWSTR text,
                                     PULONG length) SPALW_LINK(RtlIpv6AddressToStringExW);

LONG NTAPI RtlIpv4StringToAddressA(PCSTR text, BOOLEAN strict, PCSTR *end, struct in_addr *address)
    SPALW_LINK(RtlIpv4StringToAddressA);
LONG NTAPI RtlIpv4StringToAddressW(PCWSTR text, BOOLEAN strict, PCWSTR *end, struct in_addr *address)
    SPALW_LINK(RtlIpv4StringToAddressW);
LONG NTAPI RtlIpv6StringToAddressA(PCSTR text, PCSTR *end, struct in6_addr *address)
    SPALW_LINK(RtlIpv6StringToAddressA);
LONG NTAPI RtlIpv6StringToAddressW(PCWSTR text, PCWSTR *end, struct in6_addr *address)
    SPALW_LINK(RtlIpv6StringToAddressW);
LONG NTAPI RtlIpv4StringToAddressExA(PCSTR text, BOOLEAN strict, struct in_addr *address, PUSHORT port)
    SPALW_LINK(RtlIpv4StringToAddressExA);
LONG NTAPI RtlIpv4StringToAddressExW(PCWSTR text, BOOLEAN strict, struct in_addr *address, PUSHORT port)
    SPALW_LINK(RtlIpv4StringToAddressExW);
LONG NTAPI RtlIpv6StringToAddressExA(PCSTR text, struct in6_addr *address, PULONG scope, PUSHORT port)
    SPALW_LINK(RtlIpv6StringToAddressExA);
LONG NTAPI RtlIpv6StringToAddressExW(PCWSTR text, struct in6_addr *address, PULONG scope, PUSHORT port)
    SPALW_LINK(RtlIpv6StringToAddressExW);

SPALW_END

#define RtlIpv4AddressToString SPALW_AW(RtlIpv4AddressToString)
#define RtlIpv6AddressToString SPALW_AW(RtlIpv6AddressToString)
#define RtlIpv4AddressToStringEx SPALW_AW(RtlIpv4AddressToStringEx)
#define RtlIpv6AddressToStringEx SPALW_AW(RtlIpv6AddressToStringEx)
#define RtlIpv4StringToAddress SPALW_AW(RtlIpv4StringToAddress)
#define RtlIpv6StringToAddress SPALW_AW(RtlIpv6StringToAddress)
#define RtlIpv4StringToAddressEx SPALW_AW(RtlIpv4StringToAddressEx)
#define RtlIpv6StringToAddressEx SPALW_AW(RtlIpv6StringToAddressEx)

#endif
