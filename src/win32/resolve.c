/* SPDX-License-Identifier: MIT
 *
 * Names to addresses by GetAddrInfoW, and back by GetNameInfoW, which wait; running them beside a caller that does not
 * want to is the core's.
 * Twin: src/posix/resolve.c.
 */
#include "native.h"

#include <string.h>

/* @return SPAL_EILSEQ, or `too_long` */
static spal_error wide_from_utf8(const char *text, WCHAR *out, int room, spal_error too_long) {
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, out, room) > 0)
        return SPAL_OK;
    return GetLastError() == ERROR_INSUFFICIENT_BUFFER ? too_long : SPAL_EILSEQ;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Versions of the system disagree on numbers above 65535, on blanks, and on what a text that should be a number is. */
static spal_error service_check(const char *service, int flags) {
    unsigned long port = 0;
    const char *at = service;
    for (; is_digit(*at) && port <= UINT16_MAX; at++)
        port = port * 10 + (unsigned long)(*at - '0');
    if (port > UINT16_MAX)
        return SPAL_TYPE_NOT_FOUND;
    if (at != service && *at == 0)
        return SPAL_OK;
    bool is_name = is_digit(*service) || is_letter(*service);
    return is_name && (flags & SPAL_RESOLVE_NUMERIC_SERVICE) == 0 ? SPAL_OK : SPAL_TYPE_NOT_FOUND;
}

static void hints_to_native(const spal_hints *hints, ADDRINFOW *out) {
    memset(out, 0, sizeof *out);
    out->ai_family = hints->family;
    out->ai_socktype = hints->type == SPAL_SOCK_DGRAM ? SOCK_DGRAM : SOCK_STREAM;
    if ((hints->flags & SPAL_RESOLVE_PASSIVE) != 0)
        out->ai_flags |= AI_PASSIVE;
    if ((hints->flags & SPAL_RESOLVE_NUMERIC_HOST) != 0)
        out->ai_flags |= AI_NUMERICHOST;
    if ((hints->flags & SPAL_RESOLVE_NUMERIC_SERVICE) != 0)
        out->ai_flags |= AI_NUMERICSERV;
}

static bool entry_read(const ADDRINFOW *entry, spal_address *out) {
    return entry->ai_addr != NULL && spali_address_from_native(entry->ai_addr, entry->ai_addrlen, out) == SPAL_OK;
}

/* The lists are short: looking back costs less than remembering. */
static bool entry_is_repeated(const ADDRINFOW *list, const ADDRINFOW *entry, const spal_address *address) {
    for (; list != entry; list = list->ai_next) {
        spal_address before;
        if (entry_read(list, &before) && spal_address_compare(&before, address) == 0)
            return true;
    }
    return false;
}

static size_t list_read(const ADDRINFOW *list, spal_address *out, size_t room) {
    size_t count = 0;
    for (const ADDRINFOW *entry = list; entry != NULL; entry = entry->ai_next) {
        spal_address address;
        if (!entry_read(entry, &address) || entry_is_repeated(list, entry, &address))
            continue;
        if (count < room)
            out[count] = address;
        count++;
    }
    return count;
}

spal_error spali_resolve_wait(const char *host, const char *service, const spal_hints *hints, spal_address *out,
                              size_t room, size_t *count) {
    enum { HOST_ROOM = 256, SERVICE_ROOM = 64 };
    WCHAR wide_host[HOST_ROOM];
    WCHAR wide_service[SERVICE_ROOM];
    ADDRINFOW wanted;
    ADDRINFOW *list = NULL;
    spal_error error = SPAL_OK;
    if (host != NULL)
        error = wide_from_utf8(host, wide_host, HOST_ROOM, SPAL_ENAMETOOLONG);
    if (error == SPAL_OK && service != NULL)
        error = wide_from_utf8(service, wide_service, SERVICE_ROOM, SPAL_TYPE_NOT_FOUND);
    if (error == SPAL_OK && service != NULL)
        error = service_check(service, hints->flags);
    if (error != SPAL_OK)
        return spali_decline(error);
    hints_to_native(hints, &wanted);
    int code =
        spali_sys.GetAddrInfoW(host != NULL ? wide_host : NULL, service != NULL ? wide_service : NULL, &wanted, &list);
    if (code != 0)
        return spali_failed((uint32_t)code);
    size_t found = list_read(list, out, room);
    spali_sys.FreeAddrInfoW(list);
    if (found == 0)
        return spali_decline(SPAL_NO_DATA);
    *count = found;
    return SPAL_OK;
}

/* What has no name leaves the text empty; a name that cannot be UTF-8 is none. */
static spal_error utf8_from_wide(const WCHAR *wide, char *out, size_t room) {
    if (WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, wide, -1, out, (int)room, NULL, NULL) > 0)
        return SPAL_OK;
    out[0] = 0;
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER)
        return SPAL_OK;
    spali_note_native(ERROR_INSUFFICIENT_BUFFER);
    return SPAL_ENOBUFS;
}

static spal_error name_find(const struct sockaddr *address, size_t length, int flags, WCHAR *host, DWORD host_room,
                            WCHAR *service, DWORD service_room) {
    int code = spali_sys.GetNameInfoW(address, (socklen_t)length, host, host_room, service, service_room, flags);
    switch (code) {
    case 0:
    case WSAHOST_NOT_FOUND:
    case WSANO_DATA:
    case WSATYPE_NOT_FOUND:
        return SPAL_OK;
    case ERROR_INSUFFICIENT_BUFFER:
        spali_note_native(ERROR_INSUFFICIENT_BUFFER);
        return SPAL_ENOBUFS;
    default:
        return spali_failed((uint32_t)code);
    }
}

/* Two questions, since a host without a name would keep the service's from being told. */
spal_error spali_reverse_wait(const spal_address *address, int flags, char *host, size_t host_room, char *service,
                              size_t service_room) {
    struct sockaddr_storage native;
    WCHAR wide_host[SPAL_HOST_TEXT] = {0};
    WCHAR wide_service[SPAL_SERVICE_TEXT] = {0};
    size_t length = 0;
    spal_error error = spali_address_to_native(address, &native, sizeof native, &length);
    if (error == SPAL_OK && host_room > 0)
        error = name_find((struct sockaddr *)&native, length, NI_NAMEREQD, wide_host, SPAL_HOST_TEXT, NULL, 0);
    if (error == SPAL_OK && service_room > 0)
        error = name_find((struct sockaddr *)&native, length, (flags & SPAL_RESOLVE_DATAGRAM) != 0 ? NI_DGRAM : 0, NULL,
                          0, wide_service, SPAL_SERVICE_TEXT);
    if (error == SPAL_OK && host_room > 0)
        error = utf8_from_wide(wide_host, host, host_room);
    if (error == SPAL_OK && service_room > 0)
        error = utf8_from_wide(wide_service, service, service_room);
    return error;
}

uint32_t spali_interface_index(const char *name) {
    spali_calls_find_interfaces();
    return spali_sys.if_nametoindex != NULL ? (uint32_t)spali_sys.if_nametoindex(name) : 0;
}
