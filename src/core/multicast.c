/* SPDX-License-Identifier: MIT
 *
 * Membership of multicast groups: whether a request makes sense, and what a refusal means that systems word
 * differently. How a system is asked is the platform's business (multicast.c there); what datagrams to groups look like
 * when they leave are options (option.c).
 */
#include "slot.h"

static bool is_multicast(const spal_address *address) {
    enum { V4_CLASS = 0xf0, V4_MULTICAST = 0xe0, V6_MULTICAST = 0xff };
    if (address->family == SPAL_AF_INET)
        return (address->ip[0] & V4_CLASS) == V4_MULTICAST;
    return address->ip[0] == V6_MULTICAST;
}

/* A source is one host. */
static bool is_unicast(const spal_address *address) {
    enum { V4_RESERVED = 0xf0 };
    if (spal_address_is_any(address) || is_multicast(address))
        return false;
    return address->family != SPAL_AF_INET || address->ip[0] < V4_RESERVED;
}

static spal_error request_refusal(const spali_slot *slot, const spal_address *group, const spal_address *source) {
    int family = slot->identity.family;
    if (slot->identity.type == SPAL_SOCK_STREAM)
        return SPAL_EOPNOTSUPP;
    if (family == SPAL_AF_UNIX || group->family != family || (source != NULL && source->family != family))
        return SPAL_EAFNOSUPPORT;
    if (!is_multicast(group) || (source != NULL && !is_unicast(source)))
        return SPAL_EINVAL;
    return SPAL_OK;
}

/* When nobody can say, the refusal stays what it is. */
static bool is_unknown(uint32_t interface_index) {
    spal_interface *list = NULL;
    size_t count = 0;
    bool is_found = false;
    if (interface_index == 0 || spali_interfaces_list(&list, &count) != SPAL_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        is_found |= list[i].index == interface_index;
    spali_memory_free(list);
    return !is_found;
}

/* An interface that is not there, and a group that has been joined, are one refusal on some systems. */
static spal_error membership_change(spal_socket socket, const spal_address *group, uint32_t interface_index,
                                    const spal_address *source, bool joins) {
    spali_slot *slot = NULL;
    if (group == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = request_refusal(slot, group, source);
    if (error == SPAL_OK) {
        uint32_t scope = group->family == SPAL_AF_INET6 ? group->scope_id : 0;
        uint32_t index = interface_index != 0 ? interface_index : scope;
        error = spali_socket_membership(slot, group, index, source, joins);
        if (error == SPAL_EADDRINUSE && is_unknown(index))
            error = SPAL_EADDRNOTAVAIL;
    }
    spali_unpin(slot);
    return error;
}

spal_error spal_multicast_join(spal_socket socket, const spal_address *group, uint32_t interface_index,
                               const spal_address *source) {
    return membership_change(socket, group, interface_index, source, true);
}

spal_error spal_multicast_leave(spal_socket socket, const spal_address *group, uint32_t interface_index,
                                const spal_address *source) {
    return membership_change(socket, group, interface_index, source, false);
}
