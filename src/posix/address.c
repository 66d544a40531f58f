/* SPDX-License-Identifier: MIT
 *
 * Addresses to and from this system's struct sockaddr. What an address means is the business of src/core/address.c.
 * Twin: src/win32/address.c.
 */
#include "native.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#define PATH_AT offsetof(struct sockaddr_un, sun_path)
#define PATH_ROOM (sizeof(struct sockaddr_un) - PATH_AT)

/* Writes through memcpy: the caller's memory may have any alignment. */
static spal_error sockaddr_put(struct sockaddr *from, size_t size, void *to, size_t room, size_t *length) {
    SPALI_STAMP_LENGTH(from, size);
    if (room < size)
        return SPAL_ENOBUFS;
    memcpy(to, from, size);
    *length = size;
    return SPAL_OK;
}

static spal_error put_v4(const spal_address *address, void *to, size_t room, size_t *length) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(address->port)};
    memcpy(&v4.sin_addr, address->ip, sizeof v4.sin_addr);
    return sockaddr_put((struct sockaddr *)&v4, sizeof v4, to, room, length);
}

static spal_error put_v6(const spal_address *address, void *to, size_t room, size_t *length) {
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_port = htons(address->port),
                              .sin6_flowinfo = htonl(address->flow_info),
                              .sin6_scope_id = address->scope_id};
    memcpy(&v6.sin6_addr, address->ip, sizeof v6.sin6_addr);
    return sockaddr_put((struct sockaddr *)&v6, sizeof v6, to, room, length);
}

/* A path is written with its terminating zero; an abstract name ends where its length says. */
static spal_error put_path(const spal_address *address, void *to, size_t room, size_t *length) {
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    bool is_abstract = address->length > 0 && address->path[0] == 0;
    size_t size = address->length + (address->length > 0 && !is_abstract ? (size_t)1 : 0);
    if (is_abstract && !SPALI_HAS_ABSTRACT_NAMES)
        return SPAL_EAFNOSUPPORT;
    if (size > PATH_ROOM || address->length > sizeof address->path)
        return SPAL_ENAMETOOLONG;
    if (!is_abstract && memchr(address->path, 0, address->length) != NULL)
        return SPAL_EINVAL;
    memcpy(local.sun_path, address->path, address->length);
    return sockaddr_put((struct sockaddr *)&local, PATH_AT + size, to, room, length);
}

spal_error spali_address_to_native(const spal_address *address, void *sockaddr, size_t room, size_t *length) {
    switch (address->family) {
    case SPAL_AF_INET:
        return put_v4(address, sockaddr, room, length);
    case SPAL_AF_INET6:
        return put_v6(address, sockaddr, room, length);
    case SPAL_AF_UNIX:
        return put_path(address, sockaddr, room, length);
    default:
        return SPAL_EAFNOSUPPORT;
    }
}

static spal_error take_v4(const void *from, size_t length, spal_address *out) {
    struct sockaddr_in v4;
    if (length < sizeof v4)
        return SPAL_EINVAL;
    memcpy(&v4, from, sizeof v4);
    out->family = SPAL_AF_INET;
    out->port = ntohs(v4.sin_port);
    memcpy(out->ip, &v4.sin_addr, sizeof v4.sin_addr);
    return SPAL_OK;
}

static spal_error take_v6(const void *from, size_t length, spal_address *out) {
    struct sockaddr_in6 v6;
    if (length < sizeof v6)
        return SPAL_EINVAL;
    memcpy(&v6, from, sizeof v6);
    out->family = SPAL_AF_INET6;
    out->port = ntohs(v6.sin6_port);
    out->flow_info = ntohl(v6.sin6_flowinfo);
    out->scope_id = v6.sin6_scope_id;
    memcpy(out->ip, &v6.sin6_addr, sizeof v6.sin6_addr);
    return SPAL_OK;
}

/* The system may count the terminating zero or leave it out, and callers may hand in the whole structure. */
static spal_error take_path(const void *from, size_t length, spal_address *out) {
    const char *path = (const char *)from + PATH_AT;
    size_t size = length > PATH_AT ? length - PATH_AT : 0;
    bool is_abstract = size > 0 && path[0] == 0 && SPALI_HAS_ABSTRACT_NAMES;
    if (size > 0 && !is_abstract)
        size = strnlen(path, size);
    if (size > sizeof out->path - (is_abstract ? 0 : 1))
        return SPAL_EINVAL;
    out->family = SPAL_AF_UNIX;
    out->length = (uint16_t)size;
    if (size > 0)
        memcpy(out->path, path, size);
    return SPAL_OK;
}

static spal_error take_any(const void *sockaddr, size_t length, spal_address *out) {
    const size_t family_end = offsetof(struct sockaddr, sa_family) + sizeof(sa_family_t);
    sa_family_t family;
    if (length < family_end)
        return SPAL_EINVAL;
    memcpy(&family, (const char *)sockaddr + offsetof(struct sockaddr, sa_family), sizeof family);
    switch (family) {
    case AF_INET:
        return take_v4(sockaddr, length, out);
    case AF_INET6:
        return take_v6(sockaddr, length, out);
    case AF_UNIX:
        return take_path(sockaddr, length, out);
    default:
        return SPAL_EAFNOSUPPORT;
    }
}

spal_error spali_address_from_native(const void *sockaddr, size_t length, spal_address *out) {
    spal_address address;
    memset(&address, 0, sizeof address);
    spal_error error = take_any(sockaddr, length, &address);
    if (error == SPAL_OK)
        *out = address;
    return error;
}
