/* SPDX-License-Identifier: MIT
 *
 * getnameinfo and GetNameInfoW.
 */
#include "address_text.h"
#include "error.h"
#include "lookup.h"
#include "services.h"
#include "sockaddr.h"
#include "socket.h"
#include "status.h"
#include "text.h"

#include "ws2tcpip.h"

#include <stdio.h>
#include <stdlib.h>

#define FLAGS_KNOWN (NI_NOFQDN | NI_NUMERICHOST | NI_NAMEREQD | NI_NUMERICSERV | NI_DGRAM)

/* Both names, as UTF-8. */
typedef struct names {
    bool wants_host, wants_service;
    char host[SPAL_HOST_TEXT];
    char service[SPALW_SERVICE_NAME];
} names;

static void host_write(const spalw_sockaddr *native, char *out) {
    if (native->any.sa_family == AF_INET)
        (void)spalw_v4_write(&native->v4.sin_addr, 0, out);
    else
        (void)spalw_v6_write(&native->v6.sin6_addr, native->v6.sin6_scope_id, 0, out);
}

static bool is_own(const spal_address *address) {
    spal_address *list = NULL;
    size_t count = 0;
    bool is_one = spal_address_is_loopback(address);
    if (is_one || !spalw_own_addresses(address->family, &list, &count))
        return is_one;
    for (size_t i = 0; i < count && !is_one; i++)
        is_one = memcmp(list[i].ip, address->ip, sizeof address->ip) == 0;
    free(list);
    return is_one;
}

/* An address without a name has its numbers for one. */
static DWORD host_find(const spal_address *address, const spalw_sockaddr *native, INT flags, char *out) {
    if ((flags & NI_NUMERICHOST) != 0) {
        host_write(native, out);
        return 0;
    }
    spal_error error = spal_reverse(address, SPAL_RESOLVE_NAME_REQUIRED, -1, out, SPAL_HOST_TEXT, NULL, 0);
    if (error == SPAL_OK && (flags & NI_NOFQDN) != 0 && is_own(address))
        out[strcspn(out, ".")] = 0;
    if (error == SPAL_OK || (flags & NI_NAMEREQD) != 0)
        return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
    host_write(native, out);
    return 0;
}

static void service_find(uint16_t port, INT flags, char *out) {
    char name[SPALW_SERVICE_NAME];
    spalw_entry entry;
    const char *protocol = (flags & NI_DGRAM) != 0 ? "udp" : "tcp";
    if ((flags & NI_NUMERICSERV) == 0 && port != 0 && spalw_service_by_port(port, protocol, name, &entry))
        (void)snprintf(out, SPALW_SERVICE_NAME, "%s", entry.name);
    else
        (void)snprintf(out, SPALW_SERVICE_NAME, "%u", (unsigned)port);
}

static DWORD names_find(const SOCKADDR *address, int length, INT flags, names *out) {
    spal_address read;
    spalw_sockaddr native;
    DWORD error = spalw_sockaddr_read(address, length, &read);
    if (error != 0)
        return error;
    if (read.family != SPAL_AF_INET && read.family != SPAL_AF_INET6)
        return WSAEAFNOSUPPORT;
    if (!out->wants_host && !out->wants_service)
        return WSAHOST_NOT_FOUND;
    if ((flags & ~FLAGS_KNOWN) != 0 || (flags & (NI_NUMERICHOST | NI_NAMEREQD)) == (NI_NUMERICHOST | NI_NAMEREQD))
        return WSAEINVAL;
    (void)spalw_sockaddr_fill(&read, &native);
    if (out->wants_host)
        error = host_find(&read, &native, flags, out->host);
    if (error == 0 && out->wants_service)
        service_find(read.port, flags, out->service);
    return error;
}

/* Texts fit both, or neither is written. */
static bool fit(const names *found, DWORD host_room, size_t host_length, DWORD service_room, size_t service_length) {
    return (!found->wants_host || host_length < host_room) && (!found->wants_service || service_length < service_room);
}

static DWORD copy_a(const names *found, PCHAR host, DWORD host_room, PCHAR service, DWORD service_room) {
    if (!fit(found, host_room, strlen(found->host), service_room, strlen(found->service)))
        return WSAEFAULT;
    if (found->wants_host && host != NULL)
        memcpy(host, found->host, strlen(found->host) + 1);
    if (found->wants_service && service != NULL)
        memcpy(service, found->service, strlen(found->service) + 1);
    return 0;
}

static DWORD copy_w(const names *found, PWCHAR host, DWORD host_room, PWCHAR service, DWORD service_room) {
    size_t host_length = spalw_wide_copy(NULL, 0, found->host);
    size_t service_length = spalw_wide_copy(NULL, 0, found->service);
    if (!fit(found, host_room, host_length, service_room, service_length))
        return WSAEFAULT;
    if (found->wants_host)
        (void)spalw_wide_copy(host, host_room, found->host);
    if (found->wants_service)
        (void)spalw_wide_copy(service, service_room, found->service);
    return 0;
}

static DWORD names_get(const SOCKADDR *address, int length, bool has_rooms, INT flags, names *found) {
    if (!spalw_is_started())
        return WSANOTINITIALISED;
    found->host[0] = found->service[0] = 0;
    if (address == NULL)
        return WSAEFAULT;
    return has_rooms ? names_find(address, length, flags, found) : WSAEINVAL;
}

static INT tell(DWORD error) {
    if (error != 0)
        spalw_set_error(error);
    return (INT)error;
}

INT WSAAPI getnameinfo(const SOCKADDR *address, spalw_socklen_t length, PCHAR node, DWORD node_room, PCHAR service,
                       DWORD service_room, INT flags) {
    names found = {.wants_host = node != NULL, .wants_service = service != NULL};
    bool has_rooms = (node == NULL || node_room > 0) && (service == NULL || service_room > 0);
    DWORD error = names_get(address, length, has_rooms, flags, &found);
    return tell(error != 0 ? error : copy_a(&found, node, node_room, service, service_room));
}

INT WSAAPI GetNameInfoW(const SOCKADDR *address, spalw_socklen_t length, PWCHAR node, DWORD node_room, PWCHAR service,
                        DWORD service_room, INT flags) {
    names found = {.wants_host = node != NULL, .wants_service = service != NULL};
    bool has_rooms = (node == NULL || node_room > 0) && (service == NULL || service_room > 0);
    DWORD error = names_get(address, length, has_rooms, flags, &found);
    return tell(error != 0 ? error : copy_w(&found, node, node_room, service, service_room));
}
