/* SPDX-License-Identifier: MIT
 *
 * Membership of multicast groups, by the calls of RFC 3678 where the system has them, else by the older ones, which
 * know no sources. The arguments have been checked: src/core/multicast.c. Twin: src/win32/multicast.c.
 */
#include "option.h"

#include "native.h"

#include <errno.h>
#include <string.h>

/** What the core asks for. */
typedef struct membership {
    const spal_address *group;
    const spal_address *source;
    uint32_t interface_index;
    bool joins;
} membership;

static int level_of(const membership *wanted) {
    return wanted->group->family == SPAL_AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

/* Ports mean nothing here, and must be zero on some systems; what the scope says is the interface's index. */
static void address_write(const spal_address *address, struct sockaddr_storage *out) {
    spal_address bare = *address;
    size_t length;
    bare.port = 0;
    bare.scope_id = 0;
    (void)spali_address_to_native(&bare, out, sizeof *out, &length);
}

static int source_option_set(spali_slot *slot, const membership *wanted, int option) {
    struct spali_source_request request;
    memset(&request, 0, sizeof request);
    request.gsr_interface = wanted->interface_index;
    address_write(wanted->group, &request.gsr_group);
    address_write(wanted->source, &request.gsr_source);
    return spali_sys.setsockopt(slot->native, level_of(wanted), option, &request, sizeof request);
}

/* @return whether every source of the group has been joined, as far as the system must be asked */
static bool has_every_source(spali_slot *slot, const membership *wanted) {
    return SPALI_SOURCE_PROBE != SPALI_NO_OPTION && source_option_set(slot, wanted, SPALI_SOURCE_PROBE) != 0 &&
           errno == EADDRNOTAVAIL;
}

static int source_change(spali_slot *slot, const membership *wanted) {
    if (wanted->joins && has_every_source(slot, wanted)) {
        errno = EADDRINUSE;
        return -1;
    }
    return source_option_set(slot, wanted, wanted->joins ? SPALI_SOURCE_JOIN : SPALI_SOURCE_LEAVE);
}

static int group_change(spali_slot *slot, const membership *wanted) {
    struct spali_group_request request;
    memset(&request, 0, sizeof request);
    request.gr_interface = wanted->interface_index;
    address_write(wanted->group, &request.gr_group);
    return spali_sys.setsockopt(slot->native, level_of(wanted), wanted->joins ? SPALI_GROUP_JOIN : SPALI_GROUP_LEAVE,
                                &request, sizeof request);
}

/* Who has no other way to name an interface reads an address 0.x.x.x as its index. */
static int v4_change(spali_slot *slot, const membership *wanted) {
    struct ip_mreq request;
    memcpy(&request.imr_multiaddr, wanted->group->ip, sizeof request.imr_multiaddr);
    request.imr_interface.s_addr = htonl(wanted->interface_index);
    return spali_sys.setsockopt(slot->native, IPPROTO_IP, wanted->joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP,
                                &request, sizeof request);
}

static int v6_change(spali_slot *slot, const membership *wanted) {
    struct ipv6_mreq request;
    memcpy(&request.ipv6mr_multiaddr, wanted->group->ip, sizeof request.ipv6mr_multiaddr);
    request.ipv6mr_interface = wanted->interface_index;
    return spali_sys.setsockopt(slot->native, IPPROTO_IPV6, wanted->joins ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP,
                                &request, sizeof request);
}

static int change_without_sources(spali_slot *slot, const membership *wanted) {
    if (wanted->source != NULL) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return wanted->group->family == SPAL_AF_INET6 ? v6_change(slot, wanted) : v4_change(slot, wanted);
}

/* What has been joined is EADDRINUSE, of a source EADDRNOTAVAIL, or EINVAL, and what has not EADDRNOTAVAIL or EINVAL.
 * An interface that is not there is ENODEV or ENXIO, or one of these. */
static spal_error change_failed(const membership *wanted, int code) {
    spal_error error = spali_failed(code);
    if (code == ENODEV || code == ENXIO)
        return SPAL_EADDRNOTAVAIL;
    if (!wanted->joins)
        return code == EINVAL ? SPAL_EADDRNOTAVAIL : error;
    if (code == EINVAL || (code == EADDRNOTAVAIL && wanted->source != NULL))
        return SPAL_EADDRINUSE;
    return error == SPAL_ENOPROTOOPT ? SPAL_EOPNOTSUPP : error;
}

spal_error spali_socket_membership(spali_slot *slot, const spal_address *group, uint32_t interface_index,
                                   const spal_address *source, bool joins) {
    const membership wanted = {group, source, interface_index, joins};
    int code;
    if (SPALI_GROUP_JOIN == SPALI_NO_OPTION)
        code = change_without_sources(slot, &wanted);
    else
        code = source != NULL ? source_change(slot, &wanted) : group_change(slot, &wanted);
    return code == 0 ? SPAL_OK : change_failed(&wanted, errno);
}
