/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: names, addresses as text, and tests of addresses (ws2tcpip.h).
 */
#ifndef SOCKPAL_WINSOCK_WS2TCPIP_H
#define SOCKPAL_WINSOCK_WS2TCPIP_H

#include "winsock2.h"
#include "ws2ipdef.h"

#include "sockpal/names.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _WS2TCPIP_H_
#define WS2TCPIP_INLINE SPALW_INLINE

/* ------------------------------------------------------------------------------------------------------ look-ups ---
 */

#define EAI_AGAIN WSATRY_AGAIN
#define EAI_BADFLAGS WSAEINVAL
#define EAI_FAIL WSANO_RECOVERY
#define EAI_FAMILY WSAEAFNOSUPPORT
#define EAI_MEMORY WSA_NOT_ENOUGH_MEMORY
#define EAI_NOSECURENAME WSA_SECURE_HOST_NOT_FOUND
#define EAI_NONAME WSAHOST_NOT_FOUND
#define EAI_NODATA EAI_NONAME
#define EAI_SERVICE WSATYPE_NOT_FOUND
#define EAI_SOCKTYPE WSAESOCKTNOSUPPORT
#define EAI_IPSECPOLICY WSA_IPSEC_NAME_POLICY_ERROR

#define GAI_STRERROR_BUFFER_SIZE 1024

#define GetAddrInfoA getaddrinfo
#define FreeAddrInfoA freeaddrinfo
#define GetNameInfoA getnameinfo

SPALW_BEGIN

INT WSAAPI getaddrinfo(PCSTR node, PCSTR service, const ADDRINFOA *hints, PADDRINFOA *result) SPALW_LINK(getaddrinfo);
INT WSAAPI GetAddrInfoW(PCWSTR node, PCWSTR service, const ADDRINFOW *hints, PADDRINFOW *result)
    SPALW_LINK(GetAddrInfoW);
VOID WSAAPI freeaddrinfo(PADDRINFOA list) SPALW_LINK(freeaddrinfo);
VOID WSAAPI FreeAddrInfoW(PADDRINFOW list) SPALW_LINK(FreeAddrInfoW);
INT WSAAPI getnameinfo(const SOCKADDR *address, spalw_socklen_t length, PCHAR node, DWORD node_room, PCHAR service,
                       DWORD service_room, INT flags) SPALW_LINK(getnameinfo);
INT WSAAPI GetNameInfoW(const SOCKADDR *address, spalw_socklen_t length, PWCHAR node, DWORD node_room, PWCHAR service,
                        DWORD service_room, INT flags) SPALW_LINK(GetNameInfoW);
char *gai_strerrorA(int code) SPALW_LINK(gai_strerrorA);
WCHAR *gai_strerrorW(int code) SPALW_LINK(gai_strerrorW);

INT WSAAPI inet_pton(INT family, PCSTR text, PVOID address) SPALW_LINK(inet_pton);
INT WSAAPI InetPtonW(INT family, PCWSTR text, PVOID address) SPALW_LINK(InetPtonW);
PCSTR WSAAPI inet_ntop(INT family, const VOID *address, PSTR text, size_t room) SPALW_LINK(inet_ntop);
PCWSTR WSAAPI InetNtopW(INT family, const VOID *address, PWSTR text, size_t room) SPALW_LINK(InetNtopW);

SPALW_END

#define InetPtonA inet_pton
#define InetNtopA inet_ntop
#define InetPton SPALW_AW(InetPton)
#define InetNtop SPALW_AW(InetNtop)
#define gai_strerror SPALW_AW(gai_strerror)
#if defined(UNICODE)
#define GetAddrInfo GetAddrInfoW
#define FreeAddrInfo FreeAddrInfoW
#define GetNameInfo GetNameInfoW
#else
#define GetAddrInfo GetAddrInfoA
#define FreeAddrInfo FreeAddrInfoA
#define GetNameInfo GetNameInfoA
#endif

/* ---------------------------------------------------------------------------------------------- tests of addresses ---
 */

#define IN6_IS_ADDR_UNSPECIFIED spalw_in6_is_unspecified
#define IN6_IS_ADDR_LOOPBACK spalw_in6_is_loopback
#define IN6_IS_ADDR_MULTICAST spalw_in6_is_multicast
#define IN6_IS_ADDR_LINKLOCAL spalw_in6_is_linklocal
#define IN6_IS_ADDR_SITELOCAL spalw_in6_is_sitelocal
#define IN6_IS_ADDR_GLOBAL spalw_in6_is_global
#define IN6_IS_ADDR_V4MAPPED spalw_in6_is_v4mapped
#define IN6_IS_ADDR_V4COMPAT spalw_in6_is_v4compat
#define IN6_IS_ADDR_MC_NODELOCAL(a) spalw_in6_is_group(a, 1)
#define IN6_IS_ADDR_MC_LINKLOCAL(a) spalw_in6_is_group(a, 2)
#define IN6_IS_ADDR_MC_SITELOCAL(a) spalw_in6_is_group(a, 5)
#define IN6_IS_ADDR_MC_ORGLOCAL(a) spalw_in6_is_group(a, 8)
#define IN6_IS_ADDR_MC_GLOBAL(a) spalw_in6_is_group(a, 14)
#define IN6_ADDR_EQUAL spalw_in6_equal
#define IN6_ARE_ADDR_EQUAL IN6_ADDR_EQUAL
#define IN4_ADDR_EQUAL(a, b) ((BOOLEAN)((a)->s_addr == (b)->s_addr))
#define IN4_ARE_ADDR_EQUAL IN4_ADDR_EQUAL
#define IN4_IS_ADDR_UNSPECIFIED(a) ((BOOLEAN)((a)->s_addr == 0))
#define IN4_IS_ADDR_LOOPBACK(a) ((BOOLEAN)((a)->S_un.S_un_b.s_b1 == 127))
#define IN4_IS_ADDR_BROADCAST(a) ((BOOLEAN)((a)->s_addr == 0xffffffff))
#define IN4_IS_ADDR_MULTICAST(a) ((BOOLEAN)(((a)->S_un.S_un_b.s_b1 & 0xf0) == 0xe0))

SPALW_INLINE BOOLEAN spalw_in6_begins(const IN6_ADDR *a, int zeros) {
    int i; /* Here, for C of 1990. */
    for (i = 0; i < zeros; i++)
        if (a->u.Byte[i] != 0)
            return FALSE;
    return TRUE;
}
SPALW_INLINE BOOLEAN spalw_in6_equal(const IN6_ADDR *a, const IN6_ADDR *b) {
    return (BOOLEAN)(memcmp(a, b, sizeof *a) == 0);
}
SPALW_INLINE BOOLEAN spalw_in6_is_unspecified(const IN6_ADDR *a) {
    return spalw_in6_begins(a, 16);
}
SPALW_INLINE BOOLEAN spalw_in6_is_loopback(const IN6_ADDR *a) {
    return (BOOLEAN)(spalw_in6_begins(a, 15) && a->u.Byte[15] == 1);
}
SPALW_INLINE BOOLEAN spalw_in6_is_multicast(const IN6_ADDR *a) {
    return (BOOLEAN)(a->u.Byte[0] == 0xff);
}
SPALW_INLINE BOOLEAN spalw_in6_is_linklocal(const IN6_ADDR *a) {
    return (BOOLEAN)(a->u.Byte[0] == 0xfe && (a->u.Byte[1] & 0xc0) == 0x80);
}
SPALW_INLINE BOOLEAN spalw_in6_is_sitelocal(const IN6_ADDR *a) {
    return (BOOLEAN)(a->u.Byte[0] == 0xfe && (a->u.Byte[1] & 0xc0) == 0xc0);
}
SPALW_INLINE BOOLEAN spalw_in6_is_global(const IN6_ADDR *a) {
    ULONG high = a->u.Byte[0] & 0xf0U;
    return (BOOLEAN)(high != 0 && high != 0xf0);
}
SPALW_INLINE BOOLEAN spalw_in6_is_v4mapped(const IN6_ADDR *a) {
    return (BOOLEAN)(spalw_in6_begins(a, 10) && a->u.Byte[10] == 0xff && a->u.Byte[11] == 0xff);
}
SPALW_INLINE BOOLEAN spalw_in6_is_v4compat(const IN6_ADDR *a) {
    return (BOOLEAN)(spalw_in6_begins(a, 12) && !spalw_in6_is_unspecified(a) && !spalw_in6_is_loopback(a));
}
SPALW_INLINE BOOLEAN spalw_in6_is_group(const IN6_ADDR *a, int scope) {
    return (BOOLEAN)(spalw_in6_is_multicast(a) && (a->u.Byte[1] & 0xf) == scope);
}

/* ---------------------------------------------------------------------------------------------------- addresses --- */

SPALW_INLINE VOID IN6_SET_ADDR_UNSPECIFIED(PIN6_ADDR a) {
    memset(a, 0, sizeof *a);
}
SPALW_INLINE VOID IN6_SET_ADDR_LOOPBACK(PIN6_ADDR a) {
    memset(a, 0, sizeof *a);
    a->u.Byte[15] = 1;
}
SPALW_INLINE VOID IN6ADDR_SETANY(PSOCKADDR_IN6 a) {
    memset(a, 0, sizeof *a);
    a->sin6_family = AF_INET6;
}
SPALW_INLINE VOID IN6ADDR_SETLOOPBACK(PSOCKADDR_IN6 a) {
    IN6ADDR_SETANY(a);
    a->sin6_addr.u.Byte[15] = 1;
}
SPALW_INLINE BOOLEAN IN6ADDR_ISANY(const SOCKADDR_IN6 *a) {
    return spalw_in6_is_unspecified(&a->sin6_addr);
}
SPALW_INLINE BOOLEAN IN6ADDR_ISLOOPBACK(const SOCKADDR_IN6 *a) {
    return spalw_in6_is_loopback(&a->sin6_addr);
}
SPALW_INLINE VOID IN4ADDR_SETANY(PSOCKADDR_IN a) {
    memset(a, 0, sizeof *a);
    a->sin_family = AF_INET;
}
SPALW_INLINE VOID IN4ADDR_SETLOOPBACK(PSOCKADDR_IN a) {
    IN4ADDR_SETANY(a);
    a->sin_addr.S_un.S_un_b.s_b1 = 127;
    a->sin_addr.S_un.S_un_b.s_b4 = 1;
}
SPALW_INLINE BOOLEAN IN4ADDR_ISANY(const SOCKADDR_IN *a) {
    return (BOOLEAN)(a->sin_addr.s_addr == 0);
}
SPALW_INLINE BOOLEAN IN4ADDR_ISLOOPBACK(const SOCKADDR_IN *a) {
    return (BOOLEAN)(a->sin_addr.S_un.S_un_b.s_b1 == 127);
}
SPALW_INLINE BOOLEAN INETADDR_ISANY(const SOCKADDR *a) {
    return a->sa_family == AF_INET6 ? IN6ADDR_ISANY((const SOCKADDR_IN6 *)(const void *)a)
                                    : IN4ADDR_ISANY((const SOCKADDR_IN *)(const void *)a);
}
SPALW_INLINE BOOLEAN INETADDR_ISLOOPBACK(const SOCKADDR *a) {
    return a->sa_family == AF_INET6 ? IN6ADDR_ISLOOPBACK((const SOCKADDR_IN6 *)(const void *)a)
                                    : IN4ADDR_ISLOOPBACK((const SOCKADDR_IN *)(const void *)a);
}
SPALW_INLINE VOID INETADDR_SETANY(PSOCKADDR a) {
    if (a->sa_family == AF_INET6)
        IN6ADDR_SETANY((PSOCKADDR_IN6)(void *)a);
    else
        IN4ADDR_SETANY((PSOCKADDR_IN)(void *)a);
}
SPALW_INLINE VOID INETADDR_SETLOOPBACK(PSOCKADDR a) {
    if (a->sa_family == AF_INET6)
        IN6ADDR_SETLOOPBACK((PSOCKADDR_IN6)(void *)a);
    else
        IN4ADDR_SETLOOPBACK((PSOCKADDR_IN)(void *)a);
}
SPALW_INLINE USHORT INETADDR_PORT(const SOCKADDR *a) {
    return ((const SOCKADDR_IN *)(const void *)a)->sin_port;
}
SPALW_INLINE VOID INETADDR_SET_PORT(PSOCKADDR a, USHORT port) {
    ((PSOCKADDR_IN)(void *)a)->sin_port = port;
}
SPALW_INLINE const UCHAR *INETADDR_ADDRESS(const SOCKADDR *a) {
    return a->sa_family == AF_INET6 ? (const UCHAR *)&((const SOCKADDR_IN6 *)(const void *)a)->sin6_addr
                                    : (const UCHAR *)&((const SOCKADDR_IN *)(const void *)a)->sin_addr;
}
SPALW_INLINE VOID INETADDR_SET_ADDRESS(PSOCKADDR a, const UCHAR *bytes) {
    if (a->sa_family == AF_INET6)
        memcpy(&((PSOCKADDR_IN6)(void *)a)->sin6_addr, bytes, sizeof(IN6_ADDR));
    else
        memcpy(&((PSOCKADDR_IN)(void *)a)->sin_addr, bytes, sizeof(IN_ADDR));
}
SPALW_INLINE SCOPE_ID INETADDR_SCOPE_ID(const SOCKADDR *a) {
    SCOPE_ID none;
    none.Value = 0;
    return a->sa_family == AF_INET6 ? ((const SOCKADDR_IN6 *)(const void *)a)->sin6_scope_struct : none;
}

#include "sockpal/option.h"

#endif
