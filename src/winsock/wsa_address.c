/* SPDX-License-Identifier: MIT
 *
 * WSAStringToAddress and WSAAddressToString: whole socket addresses, with scopes and ports.
 */
#include "address_text.h"
#include "error.h"
#include "sockaddr.h"
#include "socket.h"

/* ------------------------------------------------------------------------------------------------------ from text */

/* What could be read of wrong text shows in the address, whose family is 0 then. */
static bool v4_read(spalw_units text, LPSOCKADDR out) {
    SOCKADDR_IN address;
    memset(&address, 0, sizeof address);
    bool is_right = spalw_v4_read_port(text, false, &address.sin_addr, &address.sin_port);
    address.sin_family = is_right ? AF_INET : AF_UNSPEC;
    memcpy(out, &address, sizeof address);
    return is_right;
}

static bool v6_read(spalw_units text, LPSOCKADDR out) {
    SOCKADDR_IN6 address;
    memset(&address, 0, sizeof address);
    ULONG scope = 0;
    bool is_right = spalw_v6_read_port(text, &address.sin6_addr, &scope, &address.sin6_port);
    address.sin6_scope_id = scope;
    address.sin6_family = is_right ? AF_INET6 : AF_UNSPEC;
    memcpy(out, &address, sizeof address);
    return is_right;
}

static INT address_read(spalw_units text, bool has_text, INT family, LPSOCKADDR address, LPINT length) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    if (length == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    if (!has_text || address == NULL || (family != AF_INET && family != AF_INET6))
        return spalw_wsa_fail(WSAEINVAL);
    INT least = spalw_sockaddr_length(family);
    if (*length < least) {
        *length = least;
        return spalw_wsa_fail(WSAEFAULT);
    }
    if (!(family == AF_INET ? v4_read(text, address) : v6_read(text, address)))
        return spalw_wsa_fail(WSAEINVAL);
    *length = least;
    return 0;
}

INT WSAAPI WSAStringToAddressA(LPSTR text, INT family, LPWSAPROTOCOL_INFOA info, LPSOCKADDR address, LPINT length) {
    (void)info;
    return address_read(spalw_units_a(text), text != NULL, family, address, length);
}

INT WSAAPI WSAStringToAddressW(LPWSTR text, INT family, LPWSAPROTOCOL_INFOW info, LPSOCKADDR address, LPINT length) {
    (void)info;
    return address_read(spalw_units_w(text), text != NULL, family, address, length);
}

/* -------------------------------------------------------------------------------------------------------- to text */

/* @return the length, 0 for what is no address */
static size_t address_write(const SOCKADDR *address, DWORD length, char out[SPALW_V6_TEXT]) {
    spalw_sockaddr copy;
    memset(&copy, 0, sizeof copy);
    memcpy(&copy, address, length < sizeof copy ? length : sizeof copy);
    if (copy.any.sa_family == AF_INET && length >= sizeof copy.v4)
        return spalw_v4_write(&copy.v4.sin_addr, copy.v4.sin_port, out);
    if (copy.any.sa_family == AF_INET6 && length >= sizeof copy.v6)
        return spalw_v6_write(&copy.v6.sin6_addr, copy.v6.sin6_scope_id, copy.v6.sin6_port, out);
    return 0;
}

/* @return the length if all is well and the text fits, else 0 with the last error set */
static size_t write_checked(const SOCKADDR *address, DWORD length, bool has_room, LPDWORD room,
                            char out[SPALW_V6_TEXT]) {
    if (!spalw_is_started())
        return 0;
    size_t written = address == NULL || room == NULL ? 0 : address_write(address, length, out);
    if (written == 0) {
        spalw_set_error(WSAEINVAL);
        return 0;
    }
    bool fits = has_room && *room > written;
    *room = (DWORD)written + 1;
    if (fits)
        return written;
    spalw_set_error(WSAEFAULT);
    return 0;
}

INT WSAAPI WSAAddressToStringA(LPSOCKADDR address, DWORD length, LPWSAPROTOCOL_INFOA info, LPSTR text, LPDWORD room) {
    char written[SPALW_V6_TEXT];
    (void)info;
    size_t used = write_checked(address, length, text != NULL, room, written);
    if (used == 0)
        return SOCKET_ERROR;
    memcpy(text, written, used + 1);
    return 0;
}

INT WSAAPI WSAAddressToStringW(LPSOCKADDR address, DWORD length, LPWSAPROTOCOL_INFOW info, LPWSTR text, LPDWORD room) {
    char written[SPALW_V6_TEXT];
    (void)info;
    size_t used = write_checked(address, length, text != NULL, room, written);
    if (used == 0)
        return SOCKET_ERROR;
    for (size_t i = 0; i <= used; i++)
        text[i] = (WCHAR)written[i];
    return 0;
}
