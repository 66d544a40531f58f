/* SPDX-License-Identifier: MIT
 *
 * Membership of multicast groups, by the calls of RFC 3678, and where they are missing (Wine) by the older ones: those
 * of IPv4 know interfaces by their addresses, those of IPv6 no sources. The arguments have been checked:
 * src/core/multicast.c. Twin: src/posix/multicast.c.
 */
#include "native.h"

#include "option.h"

#include <string.h>

/** What the core asks for. */
typedef struct membership {
    const spal_address *group;
    const spal_address *source;
    uint32_t interface_index;
    bool joins;
} membership;

ULONG spali_address_of_interface(uint32_t index) {
    ULONG found = 0;
    size_t count = 0;
    spal_interface_address *list = NULL;
    if (spali_interface_addresses_list(&list, &count) != SPAL_OK)
        return 0;
    for (size_t i = 0; i < count && found == 0; i++)
        if (list[i].index == index && list[i].address.family == SPAL_AF_INET)
            memcpy(&found, list[i].address.ip, sizeof found);
    spali_memory_free(list);
    return found;
}

uint32_t spali_interface_of_address(ULONG address) {
    uint32_t found = 0;
    size_t count = 0;
    spal_interface_address *list = NULL;
    if (spali_interface_addresses_list(&list, &count) != SPAL_OK)
        return 0;
    for (size_t i = 0; i < count && found == 0; i++)
        if (list[i].address.family == SPAL_AF_INET && memcmp(list[i].address.ip, &address, sizeof address) == 0)
            found = list[i].index;
    spali_memory_free(list);
    return found;
}

/* ---------------------------------------------------------------------------------------------------- by RFC 3678 */

static int option_set(spali_slot *slot, int level, int option, const void *value, int size) {
    return spali_sys.setsockopt(slot->native, level, option, value, size) == 0 ? 0 : WSAGetLastError();
}

static int level_of(const membership *wanted) {
    return wanted->group->family == SPAL_AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

/* Ports mean nothing here; what the scope says is the interface's index. */
static void address_write(const spal_address *address, SOCKADDR_STORAGE *out) {
    spal_address bare = *address;
    size_t length;
    bare.port = 0;
    bare.scope_id = 0;
    (void)spali_address_to_native(&bare, out, sizeof *out, &length);
}

static int source_change(spali_slot *slot, const membership *wanted) {
    GROUP_SOURCE_REQ request;
    memset(&request, 0, sizeof request);
    request.gsr_interface = wanted->interface_index;
    address_write(wanted->group, &request.gsr_group);
    address_write(wanted->source, &request.gsr_source);
    return option_set(slot, level_of(wanted), wanted->joins ? MCAST_JOIN_SOURCE_GROUP : MCAST_LEAVE_SOURCE_GROUP,
                      &request, sizeof request);
}

static int group_change(spali_slot *slot, const membership *wanted) {
    GROUP_REQ request;
    memset(&request, 0, sizeof request);
    request.gr_interface = wanted->interface_index;
    address_write(wanted->group, &request.gr_group);
    return option_set(slot, level_of(wanted), wanted->joins ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP, &request,
                      sizeof request);
}

/* --------------------------------------------------------------------------------------------- by the older calls */

static int v4_source_change(spali_slot *slot, const membership *wanted, ULONG interface_address) {
    struct ip_mreq_source request;
    memcpy(&request.imr_multiaddr, wanted->group->ip, sizeof request.imr_multiaddr);
    memcpy(&request.imr_sourceaddr, wanted->source->ip, sizeof request.imr_sourceaddr);
    request.imr_interface.s_addr = interface_address;
    return option_set(slot, IPPROTO_IP, wanted->joins ? IP_ADD_SOURCE_MEMBERSHIP : IP_DROP_SOURCE_MEMBERSHIP, &request,
                      sizeof request);
}

static int v4_group_change(spali_slot *slot, const membership *wanted, ULONG interface_address) {
    struct ip_mreq request;
    memcpy(&request.imr_multiaddr, wanted->group->ip, sizeof request.imr_multiaddr);
    request.imr_interface.s_addr = interface_address;
    return option_set(slot, IPPROTO_IP, wanted->joins ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &request,
                      sizeof request);
}

static int v4_change(spali_slot *slot, const membership *wanted) {
    ULONG address = INADDR_ANY;
    if (wanted->interface_index != 0) {
        address = spali_address_of_interface(wanted->interface_index);
        if (address == 0)
            return WSAENETDOWN;
    }
    return wanted->source != NULL ? v4_source_change(slot, wanted, address) : v4_group_change(slot, wanted, address);
}

static int v6_change(spali_slot *slot, const membership *wanted) {
    struct ipv6_mreq request;
    if (wanted->source != NULL)
        return WSAEOPNOTSUPP;
    memcpy(&request.ipv6mr_multiaddr, wanted->group->ip, sizeof request.ipv6mr_multiaddr);
    request.ipv6mr_interface = wanted->interface_index;
    return option_set(slot, IPPROTO_IPV6, wanted->joins ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &request, sizeof request);
}

/* What has been joined, and an interface that is not there, are WSAEADDRNOTAVAIL or WSAEINVAL; the core tells them
 * apart. What has not been joined is WSAEINVAL. */
static spal_error change_failed(const membership *wanted, int code) {
    spal_error error = spali_failed((uint32_t)code);
    switch (code) {
    case WSAEINVAL:
    case WSAEADDRNOTAVAIL:
        return wanted->joins ? SPAL_EADDRINUSE : SPAL_EADDRNOTAVAIL;
    case WSAENETDOWN:
        return SPAL_EADDRNOTAVAIL;
    case WSAENOPROTOOPT:
        return SPAL_EOPNOTSUPP;
    default:
        return error;
    }
}

spal_error spali_socket_membership(spali_slot *slot, const spal_address *group, uint32_t interface_index,
                                   const spal_address *source, bool joins) {
    const membership wanted = {group, source, interface_index, joins};
    int code = source != NULL ? source_change(slot, &wanted) : group_change(slot, &wanted);
    if (code == WSAENOPROTOOPT)
        code = group->family == SPAL_AF_INET6 ? v6_change(slot, &wanted) : v4_change(slot, &wanted);
    return code == 0 ? SPAL_OK : change_failed(&wanted, code);
}
