/* SPDX-License-Identifier: MIT
 *
 * Addresses to and from Windows' struct sockaddr. Building, comparing, parsing and formatting them is the core's. Twin:
 * src/posix/address.c.
 */
#include "native.h"

#include <string.h>

/* Not every toolchain has <afunix.h>. */
typedef struct unix_sockaddr {
    u_short family;
    char path[SPAL_PATH_MAX + 1];
} unix_sockaddr;

static spal_error bytes_put(const void *native, size_t size, void *out, size_t room, size_t *length) {
    if (room < size)
        return SPAL_ENOBUFS;
    memcpy(out, native, size);
    *length = size;
    return SPAL_OK;
}

static spal_error inet_put(const spal_address *address, void *out, size_t room, size_t *length) {
    struct sockaddr_in native = {.sin_family = AF_INET};
    native.sin_port = htons(address->port);
    memcpy(&native.sin_addr, address->ip, sizeof native.sin_addr);
    return bytes_put(&native, sizeof native, out, room, length);
}

static spal_error inet6_put(const spal_address *address, void *out, size_t room, size_t *length) {
    struct sockaddr_in6 native = {.sin6_family = AF_INET6};
    native.sin6_port = htons(address->port);
    native.sin6_flowinfo = htonl(address->flow_info);
    native.sin6_scope_id = address->scope_id;
    memcpy(&native.sin6_addr, address->ip, sizeof native.sin6_addr);
    return bytes_put(&native, sizeof native, out, room, length);
}

/* Windows has paths only, and wants them terminated; a leading zero byte would be an empty path there. */
static spal_error unix_put(const spal_address *address, void *out, size_t room, size_t *length) {
    unix_sockaddr native = {.family = SPAL_AF_UNIX};
    if (address->length > SPAL_PATH_MAX)
        return SPAL_ENAMETOOLONG;
    if (address->length > 0 && address->path[0] == '\0')
        return SPAL_EAFNOSUPPORT;
    memcpy(native.path, address->path, address->length);
    return bytes_put(&native, sizeof native, out, room, length);
}

static spal_error inet_take(const void *sockaddr, size_t length, spal_address *out) {
    struct sockaddr_in native;
    if (length < sizeof native)
        return SPAL_EINVAL;
    memcpy(&native, sockaddr, sizeof native);
    out->port = ntohs(native.sin_port);
    memcpy(out->ip, &native.sin_addr, sizeof native.sin_addr);
    return SPAL_OK;
}

static spal_error inet6_take(const void *sockaddr, size_t length, spal_address *out) {
    struct sockaddr_in6 native;
    if (length < sizeof native)
        return SPAL_EINVAL;
    memcpy(&native, sockaddr, sizeof native);
    out->port = ntohs(native.sin6_port);
    out->flow_info = ntohl(native.sin6_flowinfo);
    out->scope_id = native.sin6_scope_id;
    memcpy(out->ip, &native.sin6_addr, sizeof native.sin6_addr);
    return SPAL_OK;
}

/* The path ends at its zero byte, or at the end of what is there: Windows counts either way. */
static spal_error unix_take(const void *sockaddr, size_t length, spal_address *out) {
    const char *path = (const char *)sockaddr + offsetof(unix_sockaddr, path);
    size_t room = length - offsetof(unix_sockaddr, path);
    const char *end = memchr(path, '\0', room);
    size_t used = end != NULL ? (size_t)(end - path) : room;
    if (used > SPAL_PATH_MAX)
        return SPAL_EINVAL;
    memcpy(out->path, path, used);
    out->length = (uint16_t)used;
    return SPAL_OK;
}

spal_error spali_address_to_native(const spal_address *address, void *sockaddr, size_t room, size_t *length) {
    switch (address->family) {
    case SPAL_AF_INET:
        return inet_put(address, sockaddr, room, length);
    case SPAL_AF_INET6:
        return inet6_put(address, sockaddr, room, length);
    case SPAL_AF_UNIX:
        return unix_put(address, sockaddr, room, length);
    default:
        return SPAL_EAFNOSUPPORT;
    }
}

spal_error spali_address_from_native(const void *sockaddr, size_t length, spal_address *out) {
    spal_address found = {0};
    spal_error error = SPAL_EAFNOSUPPORT;
    u_short family = AF_UNSPEC;
    if (length < sizeof family)
        return SPAL_EINVAL;
    memcpy(&family, sockaddr, sizeof family);
    if (family == AF_INET)
        error = inet_take(sockaddr, length, &found);
    else if (family == AF_INET6)
        error = inet6_take(sockaddr, length, &found);
    else if (family == SPAL_AF_UNIX)
        error = unix_take(sockaddr, length, &found);
    if (error != SPAL_OK)
        return error;
    found.family = family;
    *out = found;
    return SPAL_OK;
}

void spali_address_connectable(spal_address *address) {
    if (spal_address_is_any(address) == 0)
        return;
    if (address->family == SPAL_AF_INET) {
        const uint8_t loopback[4] = {127, 0, 0, 1};
        memcpy(address->ip, loopback, sizeof loopback);
    } else if (spal_address_is_v4_mapped(address)) {
        const uint8_t loopback[4] = {127, 0, 0, 1};
        memcpy(address->ip + 12, loopback, sizeof loopback);
    } else {
        address->ip[15] = 1;
    }
}

/* Windows, its versions and Wine do not agree on what to call it. */
spal_error spali_address_blame(const spal_address *target, spal_error error) {
    char name[IF_NAMESIZE];
    bool is_vague = error == SPAL_ENETUNREACH || error == SPAL_EHOSTUNREACH || error == SPAL_EINVAL;
    bool is_of_link = target->ip[0] == 0xfe && (target->ip[1] & 0xc0) == 0x80;
    if (!is_vague || target->family != SPAL_AF_INET6 || !is_of_link || target->scope_id == 0)
        return error;
    spali_calls_find_interfaces();
    bool is_there = spali_sys.if_indextoname == NULL || spali_sys.if_indextoname(target->scope_id, name) != NULL;
    return is_there ? error : SPAL_EADDRNOTAVAIL;
}
