/* SPDX-License-Identifier: MIT
 *
 * The functions of ip2string.h: what address_text.h does, with the arguments that Windows' runtime library has.
 */
#include "ip2string.h"

#include "address_text.h"

#include "sockpal/error.h"

#include <string.h>

/* Where the runtime library says that a text without memory ends. */
#define NOWHERE(type) ((type)(intptr_t)-1)

static LONG status_of(bool is_right) {
    return is_right ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* Text of ASCII alone. */
static void widen(const char *text, size_t length, PWSTR out) {
    for (size_t i = 0; i <= length; i++)
        out[i] = (WCHAR)text[i];
}

/* -------------------------------------------------------------------------------------------------------- to text */

PSTR NTAPI RtlIpv4AddressToStringA(const struct in_addr *address, PSTR text) {
    char written[SPALW_V4_TEXT];
    size_t length = spalw_v4_write(address, 0, written);
    return text == NULL ? NOWHERE(PSTR) : (PSTR)memcpy(text, written, length + 1) + length;
}

PWSTR NTAPI RtlIpv4AddressToStringW(const struct in_addr *address, PWSTR text) {
    char written[SPALW_V4_TEXT];
    size_t length = spalw_v4_write(address, 0, written);
    if (text == NULL)
        return NOWHERE(PWSTR);
    widen(written, length, text);
    return text + length;
}

PSTR NTAPI RtlIpv6AddressToStringA(const struct in6_addr *address, PSTR text) {
    char written[SPALW_V6_TEXT];
    size_t length = spalw_v6_write(address, 0, 0, written);
    return text == NULL ? NOWHERE(PSTR) : (PSTR)memcpy(text, written, length + 1) + length;
}

PWSTR NTAPI RtlIpv6AddressToStringW(const struct in6_addr *address, PWSTR text) {
    char written[SPALW_V6_TEXT];
    size_t length = spalw_v6_write(address, 0, 0, written);
    if (text == NULL)
        return NOWHERE(PWSTR);
    widen(written, length, text);
    return text + length;
}

/* Says how much room it takes, also when there is less. */
static LONG copy_a(const char *written, size_t length, PSTR text, PULONG room) {
    bool fits = *room > length;
    *room = (ULONG)length + 1;
    if (fits)
        memcpy(text, written, length + 1);
    return status_of(fits);
}

static LONG copy_w(const char *written, size_t length, PWSTR text, PULONG room) {
    bool fits = *room > length;
    *room = (ULONG)length + 1;
    if (fits)
        widen(written, length, text);
    return status_of(fits);
}

LONG NTAPI RtlIpv4AddressToStringExA(const struct in_addr *address, USHORT port, PSTR text, PULONG length) {
    char written[SPALW_V4_TEXT];
    if (address == NULL || text == NULL || length == NULL)
        return STATUS_INVALID_PARAMETER;
    return copy_a(written, spalw_v4_write(address, port, written), text, length);
}

LONG NTAPI RtlIpv4AddressToStringExW(const struct in_addr *address, USHORT port, PWSTR text, PULONG length) {
    char written[SPALW_V4_TEXT];
    if (address == NULL || text == NULL || length == NULL)
        return STATUS_INVALID_PARAMETER;
    return copy_w(written, spalw_v4_write(address, port, written), text, length);
}

LONG NTAPI RtlIpv6AddressToStringExA(const struct in6_addr *address, ULONG scope, USHORT port, PSTR text,
                                     PULONG length) {
    char written[SPALW_V6_TEXT];
    if (address == NULL || text == NULL || length == NULL)
        return STATUS_INVALID_PARAMETER;
    return copy_a(written, spalw_v6_write(address, scope, port, written), text, length);
}

LONG NTAPI RtlIpv6AddressToStringExW(const struct in6_addr *address, ULONG scope, USHORT port, PWSTR text,
                                     PULONG length) {
    char written[SPALW_V6_TEXT];
    if (address == NULL || text == NULL || length == NULL)
        return STATUS_INVALID_PARAMETER;
    return copy_w(written, spalw_v6_write(address, scope, port, written), text, length);
}

/* ------------------------------------------------------------------------------------------------------ from text */

LONG NTAPI RtlIpv4StringToAddressA(PCSTR text, BOOLEAN strict, PCSTR *end, struct in_addr *address) {
    size_t at;
    bool is_right = spalw_v4_read(spalw_units_a(text), strict, &at, address);
    *end = text + at;
    return status_of(is_right);
}

LONG NTAPI RtlIpv4StringToAddressW(PCWSTR text, BOOLEAN strict, PCWSTR *end, struct in_addr *address) {
    size_t at;
    bool is_right = spalw_v4_read(spalw_units_w(text), strict, &at, address);
    *end = text + at;
    return status_of(is_right);
}

LONG NTAPI RtlIpv6StringToAddressA(PCSTR text, PCSTR *end, struct in6_addr *address) {
    size_t at = SIZE_MAX;
    bool is_right = spalw_v6_read(spalw_units_a(text), &at, address);
    if (at != SIZE_MAX)
        *end = text + at;
    return status_of(is_right);
}

LONG NTAPI RtlIpv6StringToAddressW(PCWSTR text, PCWSTR *end, struct in6_addr *address) {
    size_t at = SIZE_MAX;
    bool is_right = spalw_v6_read(spalw_units_w(text), &at, address);
    if (at != SIZE_MAX)
        *end = text + at;
    return status_of(is_right);
}

LONG NTAPI RtlIpv4StringToAddressExA(PCSTR text, BOOLEAN strict, struct in_addr *address, PUSHORT port) {
    bool is_whole = text != NULL && address != NULL && port != NULL;
    return status_of(is_whole && spalw_v4_read_port(spalw_units_a(text), strict, address, port));
}

LONG NTAPI RtlIpv4StringToAddressExW(PCWSTR text, BOOLEAN strict, struct in_addr *address, PUSHORT port) {
    bool is_whole = text != NULL && address != NULL && port != NULL;
    return status_of(is_whole && spalw_v4_read_port(spalw_units_w(text), strict, address, port));
}

LONG NTAPI RtlIpv6StringToAddressExA(PCSTR text, struct in6_addr *address, PULONG scope, PUSHORT port) {
    bool is_whole = text != NULL && address != NULL && scope != NULL && port != NULL;
    return status_of(is_whole && spalw_v6_read_port(spalw_units_a(text), address, scope, port));
}

LONG NTAPI RtlIpv6StringToAddressExW(PCWSTR text, struct in6_addr *address, PULONG scope, PUSHORT port) {
    bool is_whole = text != NULL && address != NULL && scope != NULL && port != NULL;
    return status_of(is_whole && spalw_v6_read_port(spalw_units_w(text), address, scope, port));
}
