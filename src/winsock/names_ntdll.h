/* SPDX-License-Identifier: MIT
 *
 * What GetProcAddress finds in ntdll.dll: included by module.c, once for each thing that it makes of the names.
 */
SPALW_NAME(RtlIpv4AddressToStringA)
SPALW_NAME(RtlIpv4AddressToStringExA)
SPALW_NAME(RtlIpv4AddressToStringExW)
SPALW_NAME(RtlIpv4AddressToStringW)
SPALW_NAME(RtlIpv4StringToAddressA)
SPALW_NAME(RtlIpv4StringToAddressExA)
SPALW_NAME(RtlIpv4StringToAddressExW)
SPALW_NAME(RtlIpv4StringToAddressW)
SPALW_NAME(RtlIpv6AddressToStringA)
SPALW_NAME(RtlIpv6AddressToStringExA)
SPALW_NAME(RtlIpv6AddressToStringExW)
SPALW_NAME(RtlIpv6AddressToStringW)
SPALW_NAME(RtlIpv6StringToAddressA)
SPALW_NAME(RtlIpv6StringToAddressExA)
SPALW_NAME(RtlIpv6StringToAddressExW)
SPALW_NAME(RtlIpv6StringToAddressW)
