/* SPDX-License-Identifier: MIT
 *
 * inet_addr and its descendants: addresses without ports, to text and back. They need no WSAStartup.
 */
#include "address_text.h"
#include "error.h"

#include "ws2tcpip.h"

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

static bool is_space(unsigned unit) {
    return unit == ' ' || (unit >= '\t' && unit <= '\r');
}

/* Whatever stands behind white space is not looked at. A single blank means any address, as it always has. */
u_long WSAAPI inet_addr(const char *text) {
    IN_ADDR address = {0};
    size_t end;
    if (text == NULL) {
        spalw_set_error(WSAEFAULT);
        return INADDR_NONE;
    }
    if (strcmp(text, " ") == 0)
        return INADDR_ANY;
    if (!spalw_v4_read(spalw_units_a(text), false, &end, &address))
        return INADDR_NONE;
    unsigned next = spalw_unit(spalw_units_a(text), end);
    return next == 0 || is_space(next) ? address.s_addr : INADDR_NONE;
}

char *WSAAPI inet_ntoa(struct in_addr address) {
    static _Thread_local char text[SPALW_V4_TEXT];
    (void)spalw_v4_write(&address, 0, text);
    return text;
}

/* ------------------------------------------------------------------------------------------------------ from text */

/* @return 1, 0, or -1 with the last error set */
static INT read_whole(INT family, spalw_units text, bool has_text, PVOID address) {
    size_t end = 0;
    bool is_right;
    if (!has_text || address == NULL) {
        spalw_set_error(WSAEFAULT);
        return -1;
    }
    if (family == AF_INET)
        is_right = spalw_v4_read(text, true, &end, address);
    else if (family == AF_INET6)
        is_right = spalw_v6_read(text, &end, address);
    else {
        spalw_set_error(WSAEAFNOSUPPORT);
        return -1;
    }
    return is_right && spalw_unit(text, end) == 0;
}

INT WSAAPI inet_pton(INT family, PCSTR text, PVOID address) {
    return read_whole(family, spalw_units_a(text), text != NULL, address);
}

/* This one of the two sets the last error for text that is no address. */
INT WSAAPI InetPtonW(INT family, PCWSTR text, PVOID address) {
    INT answer = read_whole(family, spalw_units_w(text), text != NULL, address);
    if (answer == 0)
        spalw_set_error(WSAEINVAL);
    return answer;
}

/* -------------------------------------------------------------------------------------------------------- to text */

/* @return the length, or 0 with the last error set */
static size_t write_checked(INT family, const VOID *address, bool has_room, size_t room, char out[SPALW_V6_TEXT]) {
    size_t length;
    if (family != AF_INET && family != AF_INET6) {
        spalw_set_error(WSAEAFNOSUPPORT);
        return 0;
    }
    if (address == NULL || !has_room) {
        spalw_set_error(ERROR_INVALID_PARAMETER);
        return 0;
    }
    if (family == AF_INET)
        length = spalw_v4_write(address, 0, out);
    else
        length = spalw_v6_write(address, 0, 0, out);
    if (length < room)
        return length;
    spalw_set_error(ERROR_INVALID_PARAMETER);
    return 0;
}

PCSTR WSAAPI inet_ntop(INT family, const VOID *address, PSTR text, size_t room) {
    char written[SPALW_V6_TEXT];
    size_t length = write_checked(family, address, text != NULL, room, written);
    return length == 0 ? NULL : memcpy(text, written, length + 1);
}

PCWSTR WSAAPI InetNtopW(INT family, const VOID *address, PWSTR text, size_t room) {
    char written[SPALW_V6_TEXT];
    size_t length = write_checked(family, address, text != NULL, room, written);
    if (length == 0)
        return NULL;
    for (size_t i = 0; i <= length; i++)
        text[i] = (WCHAR)written[i];
    return text;
}
