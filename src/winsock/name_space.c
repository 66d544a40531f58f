/* SPDX-License-Identifier: MIT
 *
 * WSAEnumNameSpaceProviders: there is one, that of DNS, with the name that Windows gives it.
 */
#include "name_space.h"

#include "socket.h"

static const char name_a[] = "Tcpip";
static const WCHAR name_w[] = L"Tcpip";

const GUID spalw_dns_provider = {0x22059d40, 0x7e9e, 0x11cf, {0xae, 0x5a, 0x00, 0xaa, 0x00, 0xa7, 0x11, 0x2b}};

DWORD spalw_space_check(DWORD name_space, const GUID *provider) {
    bool is_dns = name_space == NS_ALL || name_space == NS_DNS;
    if (provider != NULL)
        is_dns = is_dns && memcmp(provider, &spalw_dns_provider, sizeof *provider) == 0;
    return is_dns ? 0 : WSASERVICE_NOT_FOUND;
}

_Static_assert(sizeof(WSANAMESPACE_INFOA) == sizeof(WSANAMESPACE_INFOW), "the two forms differ in the name only");
_Static_assert(offsetof(WSANAMESPACE_INFOEXA, lpszIdentifier) == offsetof(WSANAMESPACE_INFOA, lpszIdentifier),
               "the longer form begins like the shorter one");

/* The structure with its name behind it. @return how many, or SOCKET_ERROR with the last error set */
static INT provider_write(DWORD *bytes, void *out, size_t size, const void *name, size_t name_bytes) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    if (bytes == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD needed = (DWORD)(size + name_bytes);
    if (out == NULL || *bytes < needed) {
        *bytes = needed;
        return spalw_wsa_fail(WSAEFAULT);
    }
    WSANAMESPACE_INFOA *info = memset(out, 0, size);
    info->NSProviderId = spalw_dns_provider;
    info->dwNameSpace = NS_DNS;
    info->fActive = TRUE;
    info->lpszIdentifier = memcpy((char *)out + size, name, name_bytes);
    return 1;
}

INT WSAAPI WSAEnumNameSpaceProvidersA(LPDWORD bytes, LPWSANAMESPACE_INFOA out) {
    return provider_write(bytes, out, sizeof *out, name_a, sizeof name_a);
}

INT WSAAPI WSAEnumNameSpaceProvidersW(LPDWORD bytes, LPWSANAMESPACE_INFOW out) {
    return provider_write(bytes, out, sizeof *out, name_w, sizeof name_w);
}

INT WSAAPI WSAEnumNameSpaceProvidersExA(LPDWORD bytes, LPWSANAMESPACE_INFOEXA out) {
    return provider_write(bytes, out, sizeof *out, name_a, sizeof name_a);
}

INT WSAAPI WSAEnumNameSpaceProvidersExW(LPDWORD bytes, LPWSANAMESPACE_INFOEXW out) {
    return provider_write(bytes, out, sizeof *out, name_w, sizeof name_w);
}
