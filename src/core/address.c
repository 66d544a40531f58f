/* SPDX-License-Identifier: MIT
 *
 * Addresses as values: building, ordering, asking, IPv4 inside IPv6, and the short form that slots and operations keep.
 * Text is the business of address_text.c; the system's struct sockaddr that of src/posix/address.c and
 * src/win32/address.c.
 */
#include "error.h"

#include "backend.h"

#include <string.h>

/** The prefix of RFC 4291, 2.5.5.2: ::ffff:0:0/96. */
static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static const uint8_t no_bytes[16];

static bool family_is_ip(int32_t family) {
    return family == SPAL_AF_INET || family == SPAL_AF_INET6;
}

/** Starts an address of family and port, all else zero. */
static spal_error address_begin(int family, uint16_t port, spal_address *out) {
    if (out == NULL)
        return spali_refuse(SPAL_EFAULT);
    if (!family_is_ip(family))
        return spali_refuse(SPAL_EAFNOSUPPORT);
    memset(out, 0, sizeof *out);
    out->family = family;
    out->port = port;
    return SPAL_OK;
}

spal_error spal_address_any(int family, uint16_t port, spal_address *out) {
    return address_begin(family, port, out);
}

spal_error spal_address_loopback(int family, uint16_t port, spal_address *out) {
    spal_error error = address_begin(family, port, out);
    if (error != SPAL_OK)
        return error;
    if (family == SPAL_AF_INET)
        out->ip[0] = 127;
    out->ip[family == SPAL_AF_INET ? 3 : 15] = 1;
    return SPAL_OK;
}

int spal_address_is_v4_mapped(const spal_address *address) {
    return address != NULL && address->family == SPAL_AF_INET6 &&
           memcmp(address->ip, mapped_prefix, sizeof mapped_prefix) == 0;
}

/** The four bytes of an IPv4 address, plain or mapped; null for any other. */
static const uint8_t *address_v4_bytes(const spal_address *address) {
    if (address->family == SPAL_AF_INET)
        return address->ip;
    return spal_address_is_v4_mapped(address) ? address->ip + sizeof mapped_prefix : NULL;
}

int spal_address_is_loopback(const spal_address *address) {
    if (address == NULL)
        return 0;
    const uint8_t *v4 = address_v4_bytes(address);
    if (v4 != NULL)
        return v4[0] == 127;
    return address->family == SPAL_AF_INET6 && memcmp(address->ip, no_bytes, 15) == 0 && address->ip[15] == 1;
}

int spal_address_is_any(const spal_address *address) {
    if (address == NULL)
        return 0;
    const uint8_t *v4 = address_v4_bytes(address);
    if (v4 != NULL)
        return memcmp(v4, no_bytes, 4) == 0;
    return address->family == SPAL_AF_INET6 && memcmp(address->ip, no_bytes, 16) == 0;
}

/** The checks of both mappings: two pointers, an IP address. */
static spal_error mapping_check(const spal_address *address, const spal_address *out) {
    if (address == NULL || out == NULL)
        return spali_refuse(SPAL_EFAULT);
    return family_is_ip(address->family) ? SPAL_OK : spali_refuse(SPAL_EAFNOSUPPORT);
}

spal_error spal_address_map_v4(const spal_address *address, spal_address *out) {
    spal_error error = mapping_check(address, out);
    if (error != SPAL_OK)
        return error;
    spal_address result = *address;
    if (address->family == SPAL_AF_INET) {
        (void)spal_address_any(SPAL_AF_INET6, address->port, &result);
        memcpy(result.ip, mapped_prefix, sizeof mapped_prefix);
        memcpy(result.ip + sizeof mapped_prefix, address->ip, 4);
    }
    *out = result;
    return SPAL_OK;
}

spal_error spal_address_unmap_v4(const spal_address *address, spal_address *out) {
    spal_error error = mapping_check(address, out);
    if (error != SPAL_OK)
        return error;
    spal_address result = *address;
    if (spal_address_is_v4_mapped(address)) {
        (void)spal_address_any(SPAL_AF_INET, address->port, &result);
        memcpy(result.ip, address->ip + sizeof mapped_prefix, 4);
    }
    *out = result;
    return SPAL_OK;
}

static int number_compare(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int path_compare(const spal_address *a, const spal_address *b) {
    size_t length_a = a->length < sizeof a->path ? a->length : sizeof a->path;
    size_t length_b = b->length < sizeof b->path ? b->length : sizeof b->path;
    int order = memcmp(a->path, b->path, length_a < length_b ? length_a : length_b);
    return order != 0 ? order : number_compare((int64_t)length_a, (int64_t)length_b);
}

static int v4_compare(const spal_address *a, const spal_address *b) {
    int order = memcmp(a->ip, b->ip, 4);
    return order != 0 ? order : number_compare(a->port, b->port);
}

static int v6_compare(const spal_address *a, const spal_address *b) {
    int order = memcmp(a->ip, b->ip, 16);
    if (order == 0)
        order = number_compare(a->scope_id, b->scope_id);
    return order != 0 ? order : number_compare(a->port, b->port);
}

int spal_address_compare(const spal_address *a, const spal_address *b) {
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    if (a->family != b->family)
        return number_compare(a->family, b->family);
    switch (a->family) {
    case SPAL_AF_UNIX:
        return path_compare(a, b);
    case SPAL_AF_INET:
        return v4_compare(a, b);
    default:
        return v6_compare(a, b);
    }
}

spal_error spal_address_to_native(const spal_address *address, void *sockaddr, size_t room, size_t *length) {
    if (address == NULL || sockaddr == NULL || length == NULL)
        return spali_refuse(SPAL_EFAULT);
    if (address->family == SPAL_AF_UNIX && address->length > sizeof address->path)
        return spali_refuse(SPAL_EINVAL);
    return spali_refuse(spali_address_to_native(address, sockaddr, room, length));
}

spal_error spal_address_from_native(const void *sockaddr, size_t length, spal_address *out) {
    if (sockaddr == NULL || out == NULL)
        return spali_refuse(SPAL_EFAULT);
    return spali_refuse(spali_address_from_native(sockaddr, length, out));
}

void spali_compact_from_address(const spal_address *address, spali_compact *out) {
    memset(out, 0, sizeof *out);
    if (!family_is_ip(address->family))
        return;
    out->family = (uint16_t)address->family;
    out->port = address->port;
    if (address->family == SPAL_AF_INET) {
        memcpy(out->ip, address->ip, 4);
        return;
    }
    memcpy(out->ip, address->ip, 16);
    out->scope_id = address->scope_id;
}

void spali_address_from_compact(const spali_compact *compact, spal_address *out) {
    memset(out, 0, sizeof *out);
    out->family = compact->family;
    out->port = compact->port;
    out->scope_id = compact->scope_id;
    memcpy(out->ip, compact->ip, sizeof out->ip);
}
