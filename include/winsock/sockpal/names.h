/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: GetAddrInfoEx and what belongs to it, and the types of pointers to the functions of ws2tcpip.h.
 * Names are registered nowhere: there is no SetAddrInfoEx.
 */
#ifndef SOCKPAL_WINSOCK_NAMES_H
#define SOCKPAL_WINSOCK_NAMES_H

#include "../winsock2.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef struct addrinfoexA {
    INT ai_flags;
    INT ai_family;
    INT ai_socktype;
    INT ai_protocol;
    SIZE_T ai_addrlen;
    CHAR *ai_canonname;
    struct sockaddr *ai_addr;
    void *ai_blob;
    SIZE_T ai_bloblen;
    LPGUID ai_provider;
    struct addrinfoexA *ai_next;
} ADDRINFOEXA, *PADDRINFOEXA, *LPADDRINFOEXA;

typedef struct addrinfoexW {
    INT ai_flags;
    INT ai_family;
    INT ai_socktype;
    INT ai_protocol;
    SIZE_T ai_addrlen;
    PWSTR ai_canonname;
    struct sockaddr *ai_addr;
    void *ai_blob;
    SIZE_T ai_bloblen;
    LPGUID ai_provider;
    struct addrinfoexW *ai_next;
} ADDRINFOEXW, *PADDRINFOEXW, *LPADDRINFOEXW;

#if defined(UNICODE)
typedef ADDRINFOEXW ADDRINFOEX, *PADDRINFOEX;
#else
typedef ADDRINFOEXA ADDRINFOEX, *PADDRINFOEX;
#endif

typedef void(CALLBACK *LPLOOKUPSERVICE_COMPLETION_ROUTINE)(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped);

SPALW_BEGIN

INT WSAAPI GetAddrInfoExA(PCSTR name, PCSTR service, DWORD name_space, LPGUID provider, const ADDRINFOEXA *hints,
                          PADDRINFOEXA *result, struct timeval *timeout, LPOVERLAPPED overlapped,
                          LPLOOKUPSERVICE_COMPLETION_ROUTINE routine, LPHANDLE handle) SPALW_LINK(GetAddrInfoExA);
INT WSAAPI GetAddrInfoExW(PCWSTR name, PCWSTR service, DWORD name_space, LPGUID provider, const ADDRINFOEXW *hints,
                          PADDRINFOEXW *result, struct timeval *timeout, LPOVERLAPPED overlapped,
                          LPLOOKUPSERVICE_COMPLETION_ROUTINE routine, LPHANDLE handle) SPALW_LINK(GetAddrInfoExW);
INT WSAAPI GetAddrInfoExCancel(LPHANDLE handle) SPALW_LINK(GetAddrInfoExCancel);
INT WSAAPI GetAddrInfoExOverlappedResult(LPOVERLAPPED overlapped) SPALW_LINK(GetAddrInfoExOverlappedResult);
VOID WSAAPI FreeAddrInfoEx(PADDRINFOEXA list) SPALW_LINK(FreeAddrInfoEx);
VOID WSAAPI FreeAddrInfoExW(PADDRINFOEXW list) SPALW_LINK(FreeAddrInfoExW);

SPALW_END

#define GetAddrInfoEx SPALW_AW(GetAddrInfoEx)
#define FreeAddrInfoExA FreeAddrInfoEx
#if defined(UNICODE)
#define FreeAddrInfoEx FreeAddrInfoExW
#endif

typedef INT(WSAAPI *LPFN_GETADDRINFO)(PCSTR, PCSTR, const ADDRINFOA *, PADDRINFOA *);
typedef INT(WSAAPI *LPFN_GETADDRINFOW)(PCWSTR, PCWSTR, const ADDRINFOW *, PADDRINFOW *);
typedef VOID(WSAAPI *LPFN_FREEADDRINFO)(PADDRINFOA);
typedef VOID(WSAAPI *LPFN_FREEADDRINFOW)(PADDRINFOW);
typedef int(WSAAPI *LPFN_GETNAMEINFO)(const SOCKADDR *, spalw_socklen_t, PCHAR, DWORD, PCHAR, DWORD, int);
typedef INT(WSAAPI *LPFN_GETNAMEINFOW)(const SOCKADDR *, spalw_socklen_t, PWCHAR, DWORD, PWCHAR, DWORD, INT);
typedef INT(WSAAPI *LPFN_GETADDRINFOEXA)(PCSTR, PCSTR, DWORD, LPGUID, const ADDRINFOEXA *, PADDRINFOEXA *,
                                         struct timeval *, LPOVERLAPPED, LPLOOKUPSERVICE_COMPLETION_ROUTINE, LPHANDLE);
typedef INT(WSAAPI *LPFN_GETADDRINFOEXW)(PCWSTR, PCWSTR, DWORD, LPGUID, const ADDRINFOEXW *, PADDRINFOEXW *,
                                         struct timeval *, LPOVERLAPPED, LPLOOKUPSERVICE_COMPLETION_ROUTINE, LPHANDLE);
typedef INT(WSAAPI *LPFN_GETADDRINFOEXCANCEL)(LPHANDLE);
typedef INT(WSAAPI *LPFN_GETADDRINFOEXOVERLAPPEDRESULT)(LPOVERLAPPED);
typedef void(WSAAPI *LPFN_FREEADDRINFOEXA)(PADDRINFOEXA);
typedef void(WSAAPI *LPFN_FREEADDRINFOEXW)(PADDRINFOEXW);
typedef INT(WSAAPI *LPFN_INET_PTONA)(INT, PCSTR, PVOID);
typedef INT(WSAAPI *LPFN_INET_PTONW)(INT, PCWSTR, PVOID);
typedef PCSTR(WSAAPI *LPFN_INET_NTOPA)(INT, const VOID *, PSTR, size_t);
typedef PCWSTR(WSAAPI *LPFN_INET_NTOPW)(INT, const VOID *, PWSTR, size_t);
#define LPFN_GETADDRINFOA LPFN_GETADDRINFO
#define LPFN_FREEADDRINFOA LPFN_FREEADDRINFO
#define LPFN_GETNAMEINFOA LPFN_GETNAMEINFO
#if defined(UNICODE)
#define LPFN_GETADDRINFOT LPFN_GETADDRINFOW
#define LPFN_FREEADDRINFOT LPFN_FREEADDRINFOW
#define LPFN_GETNAMEINFOT LPFN_GETNAMEINFOW
#else
#define LPFN_GETADDRINFOT LPFN_GETADDRINFOA
#define LPFN_FREEADDRINFOT LPFN_FREEADDRINFOA
#define LPFN_GETNAMEINFOT LPFN_GETNAMEINFOA
#endif
#define LPFN_GETADDRINFOEX SPALW_AW(LPFN_GETADDRINFOEX)
#define LPFN_FREEADDRINFOEX SPALW_AW(LPFN_FREEADDRINFOEX)
#define LPFN_INET_PTON SPALW_AW(LPFN_INET_PTON)
#define LPFN_INET_NTOP SPALW_AW(LPFN_INET_NTOP)

#endif
