/* SPDX-License-Identifier: MIT
 *
 * Names to addresses by getaddrinfo, and back by getnameinfo. The threads on which this happens for asynchronous
 * look-ups are the core's.
 * Twin: src/win32/resolve.c.
 */
#include "native.h"

#include <errno.h>

typedef struct resolve_row {
    int native;
    spal_error error;
} resolve_row;

/* As Winsock names them. A code that is not here is a failure for good. */
static const resolve_row resolve_rows[] = {
    {EAI_AGAIN, SPAL_TRY_AGAIN},       {EAI_BADFLAGS, SPAL_EINVAL},        {EAI_FAIL, SPAL_NO_RECOVERY},
    {EAI_FAMILY, SPAL_EAFNOSUPPORT},   {EAI_MEMORY, SPAL_ENOMEM},          {EAI_NONAME, SPAL_HOST_NOT_FOUND},
    {EAI_OVERFLOW, SPAL_ENAMETOOLONG}, {EAI_SERVICE, SPAL_TYPE_NOT_FOUND}, {EAI_SOCKTYPE, SPAL_ESOCKTNOSUPPORT},
#if defined(EAI_ADDRFAMILY)
    {EAI_ADDRFAMILY, SPAL_NO_DATA},
#endif
#if defined(EAI_NODATA)
    {EAI_NODATA, SPAL_NO_DATA},
#endif
};

static spal_error resolve_failed(int code, int system_errno) {
    if (code == EAI_SYSTEM && system_errno != 0)
        return spali_failed(system_errno);
    spali_note_native(code);
    for (size_t i = 0; i < sizeof resolve_rows / sizeof resolve_rows[0]; i++)
        if (resolve_rows[i].native == code)
            return resolve_rows[i].error;
    return SPAL_NO_RECOVERY;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* C libraries read a service by strtoul, which takes blanks, signs, nothing at all, and ports above 65535 (which are
 * cut off). Winsock takes none of them. */
static spal_error service_check(const char *service, int flags) {
    if (service == NULL)
        return SPAL_OK;
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

/* C libraries take "1.2.3" and "0x7f.1" for addresses; the interface's text form knows neither. */
static spal_error host_check(const char *host, int flags) {
    spal_address unused;
    if (host == NULL || (flags & SPAL_RESOLVE_NUMERIC_HOST) == 0 || spal_address_parse(host, 0, &unused) == SPAL_OK)
        return SPAL_OK;
    return SPAL_HOST_NOT_FOUND;
}

static struct addrinfo hints_to_native(const spal_hints *hints) {
    struct addrinfo native = {0};
    native.ai_family = hints->family == SPAL_AF_INET ? AF_INET : hints->family == SPAL_AF_INET6 ? AF_INET6 : AF_UNSPEC;
    native.ai_socktype = hints->type == SPAL_SOCK_DGRAM ? SOCK_DGRAM : SOCK_STREAM;
    if ((hints->flags & SPAL_RESOLVE_PASSIVE) != 0)
        native.ai_flags |= AI_PASSIVE;
    if ((hints->flags & SPAL_RESOLVE_NUMERIC_HOST) != 0)
        native.ai_flags |= AI_NUMERICHOST;
    if ((hints->flags & SPAL_RESOLVE_NUMERIC_SERVICE) != 0)
        native.ai_flags |= AI_NUMERICSERV;
    return native;
}

static bool address_of(const struct addrinfo *info, spal_address *out) {
    return spali_address_from_native(info->ai_addr, info->ai_addrlen, out) == SPAL_OK;
}

/* Lists are short, and resolvers repeat an address for each protocol or each line of a hosts file. */
static bool is_repeated(const struct addrinfo *first, const struct addrinfo *info, const spal_address *address) {
    spal_address other;
    for (; first != info; first = first->ai_next)
        if (address_of(first, &other) && spal_address_compare(&other, address) == 0)
            return true;
    return false;
}

static size_t addresses_copy(const struct addrinfo *first, spal_address *out, size_t room) {
    size_t count = 0;
    for (const struct addrinfo *info = first; info != NULL; info = info->ai_next) {
        spal_address address;
        if (!address_of(info, &address) || is_repeated(first, info, &address))
            continue;
        if (count < room)
            out[count] = address;
        count++;
    }
    return count;
}

spal_error spali_resolve_wait(const char *host, const char *service, const spal_hints *hints, spal_address *out,
                              size_t room, size_t *count) {
    struct addrinfo wanted = hints_to_native(hints);
    struct addrinfo *found = NULL;
    spal_error error = host_check(host, hints->flags);
    if (error == SPAL_OK)
        error = service_check(service, hints->flags);
    if (error != SPAL_OK)
        return spali_decline(error);
    int code;
    do
        code = spali_sys.getaddrinfo(host, service, &wanted, &found);
    while (code == EAI_SYSTEM && errno == EINTR);
    if (code != 0)
        return resolve_failed(code, errno);
    size_t copied = addresses_copy(found, out, room);
    spali_sys.freeaddrinfo(found);
    if (copied == 0)
        return spali_decline(SPAL_NO_DATA);
    *count = copied;
    return SPAL_OK;
}

/* What has no name leaves the text as it is. */
static spal_error name_find(const struct sockaddr *address, size_t length, int flags, char *host, size_t host_room,
                            char *service, size_t service_room) {
    int code;
    do
        code = spali_sys.getnameinfo(address, (socklen_t)length, host, (socklen_t)host_room, service,
                                     (socklen_t)service_room, flags);
    while (code == EAI_SYSTEM && errno == EINTR);
    if (code == 0 || code == EAI_NONAME)
        return SPAL_OK;
    spal_error error = resolve_failed(code, errno);
    return code == EAI_OVERFLOW ? SPAL_ENOBUFS : error;
}

/* Two questions, since a host without a name would keep the service's from being told. */
spal_error spali_reverse_wait(const spal_address *address, int flags, char *host, size_t host_room, char *service,
                              size_t service_room) {
    struct sockaddr_storage native;
    size_t length = 0;
    spal_error error = spali_address_to_native(address, &native, sizeof native, &length);
    if (host_room > 0)
        host[0] = 0;
    if (service_room > 0)
        service[0] = 0;
    if (error == SPAL_OK && host_room > 0)
        error = name_find((struct sockaddr *)&native, length, NI_NAMEREQD, host, host_room, NULL, 0);
    if (error == SPAL_OK && service_room > 0)
        error = name_find((struct sockaddr *)&native, length, (flags & SPAL_RESOLVE_DATAGRAM) != 0 ? NI_DGRAM : 0, NULL,
                          0, service, service_room);
    return error;
}

uint32_t spali_interface_index(const char *name) {
    return spali_sys.if_nametoindex(name);
}
