/* SPDX-License-Identifier: MIT
 *
 * Between Winsock's struct sockaddr and sockpal's addresses. Bytes are copied one structure at a time, since callers
 * may keep them at any address.
 */
#include "sockaddr.h"

#include "afunix.h"

int spalw_sockaddr_length(int family) {
    switch (family) {
    case AF_INET:
        return (int)sizeof(struct sockaddr_in);
    case AF_INET6:
        return (int)sizeof(struct sockaddr_in6);
    case AF_UNIX:
        return (int)offsetof(struct sockaddr_un, sun_path) + 1;
    default:
        return 0;
    }
}

static void v4_read(const struct sockaddr *name, spal_address *out) {
    struct sockaddr_in v4;
    memcpy(&v4, name, sizeof v4);
    out->port = ntohs(v4.sin_port);
    memcpy(out->ip, &v4.sin_addr, 4);
}

static void v6_read(const struct sockaddr *name, spal_address *out) {
    struct sockaddr_in6 v6;
    memcpy(&v6, name, sizeof v6);
    out->port = ntohs(v6.sin6_port);
    out->flow_info = ntohl(v6.sin6_flowinfo);
    out->scope_id = v6.sin6_scope_id;
    memcpy(out->ip, &v6.sin6_addr, 16);
}

/* A path ends with its zero, or with the structure; one that begins with a zero is an abstract name. */
static void path_read(const struct sockaddr *name, int length, spal_address *out) {
    const char *path = (const char *)name + offsetof(struct sockaddr_un, sun_path);
    size_t room = (size_t)length - offsetof(struct sockaddr_un, sun_path);
    size_t used = room > SPAL_PATH_MAX ? SPAL_PATH_MAX : room;
    if (path[0] != 0)
        used = strnlen(path, used);
    memcpy(out->path, path, used);
    out->length = (uint16_t)used;
}

DWORD spalw_sockaddr_read(const struct sockaddr *name, int length, spal_address *out) {
    ADDRESS_FAMILY family;
    if (name == NULL || length < (int)sizeof family)
        return WSAEFAULT;
    memcpy(&family, name, sizeof family);
    int least = spalw_sockaddr_length(family);
    if (least == 0)
        return WSAEAFNOSUPPORT;
    if (length < least)
        return WSAEFAULT;
    memset(out, 0, sizeof *out);
    out->family = family;
    if (family == AF_INET)
        v4_read(name, out);
    else if (family == AF_INET6)
        v6_read(name, out);
    else
        path_read(name, length, out);
    return 0;
}

static int path_fill(const spal_address *address, spalw_sockaddr *out) {
    struct sockaddr_un *un = (struct sockaddr_un *)(void *)&out->storage;
    memset(un->sun_path, 0, sizeof un->sun_path);
    memcpy(un->sun_path, address->path, address->length);
    return (int)sizeof *un;
}

int spalw_sockaddr_fill(const spal_address *address, spalw_sockaddr *out) {
    memset(out, 0, sizeof *out);
    out->any.sa_family = (ADDRESS_FAMILY)address->family;
    if (address->family == SPAL_AF_UNIX)
        return path_fill(address, out);
    if (address->family == SPAL_AF_INET6) {
        out->v6.sin6_port = htons(address->port);
        out->v6.sin6_flowinfo = htonl(address->flow_info);
        out->v6.sin6_scope_id = address->scope_id;
        memcpy(&out->v6.sin6_addr, address->ip, 16);
        return (int)sizeof out->v6;
    }
    out->v4.sin_port = htons(address->port);
    memcpy(&out->v4.sin_addr, address->ip, 4);
    return (int)sizeof out->v4;
}

bool spalw_sockaddr_write(const spal_address *address, struct sockaddr *out, int *length) {
    spalw_sockaddr filled;
    int bytes = spalw_sockaddr_fill(address, &filled);
    bool fits = *length >= bytes;
    if (fits)
        memcpy(out, &filled, (size_t)bytes);
    *length = bytes;
    return fits;
}
