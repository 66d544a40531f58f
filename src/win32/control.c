/* SPDX-License-Identifier: MIT
 *
 * What control data say of a packet, to and from spal_packet_info: its addresses, its interface, its time to live and
 * its traffic class. The messages that carry them are the business of message.c. Twin: src/posix/control.c.
 */
#include "control.h"

#include <string.h>

/* Winsock's own macros for this mix signed and unsigned numbers, and compilers complain. */
#define CONTROL_ALIGNED(bytes) (((bytes) + sizeof(SIZE_T) - 1) / sizeof(SIZE_T) * sizeof(SIZE_T))
#define CONTROL_LENGTH(bytes) (CONTROL_ALIGNED(sizeof(WSACMSGHDR)) + (bytes))
#define CONTROL_SPACE(bytes) CONTROL_ALIGNED(CONTROL_LENGTH(bytes))

static bool has(const spal_packet_info *info, int32_t which) {
    return (info->present & which) != 0;
}

/* --------------------------------------------------------------------------------------------------------- reading */

static bool data_read(const WSACMSGHDR *header, void *out, size_t size) {
    if (header->cmsg_len < CONTROL_LENGTH(size))
        return false;
    memcpy(out, (const char *)header + CONTROL_LENGTH(0), size);
    return true;
}

static void info_set_interface(spal_packet_info *info, uint32_t index) {
    if (index == 0)
        return;
    info->interface_index = index;
    info->present |= SPAL_INFO_INTERFACE;
}

static void info_set_number(spal_packet_info *info, int32_t which, const WSACMSGHDR *header, int32_t *field) {
    int number;
    if (!data_read(header, &number, sizeof number))
        return;
    *field = number;
    info->present |= which;
}

/* Of a dual-mode socket every address is one of IPv6. The two numbers come under the name of the option that asks for
 * them, or of the one that sets them. */
static void info_take_v4(const spali_slot *slot, const WSACMSGHDR *header, spal_packet_info *info) {
    struct in_pktinfo both;
    int type = header->cmsg_type;
    if (type == IP_PKTINFO && data_read(header, &both, sizeof both)) {
        info->local.family = SPAL_AF_INET;
        memcpy(info->local.ip, &both.ipi_addr, 4);
        if (slot->identity.family == SPAL_AF_INET6)
            (void)spal_address_map_v4(&info->local, &info->local);
        info->present |= SPAL_INFO_LOCAL;
        info_set_interface(info, both.ipi_ifindex);
    } else if (type == IP_HOPLIMIT || type == IP_TTL) {
        info_set_number(info, SPAL_INFO_TTL, header, &info->ttl);
    } else if (type == IP_TCLASS || type == IP_RECVTOS || type == IP_TOS) {
        info_set_number(info, SPAL_INFO_TRAFFIC_CLASS, header, &info->traffic_class);
    }
}

static void info_take_v6(const WSACMSGHDR *header, spal_packet_info *info) {
    struct in6_pktinfo both;
    int type = header->cmsg_type;
    if (type == IPV6_PKTINFO && data_read(header, &both, sizeof both)) {
        info->local.family = SPAL_AF_INET6;
        memcpy(info->local.ip, &both.ipi6_addr, 16);
        if (spali_ip_is_of_link(info->local.ip))
            info->local.scope_id = both.ipi6_ifindex;
        info->present |= SPAL_INFO_LOCAL;
        info_set_interface(info, both.ipi6_ifindex);
    } else if (type == IPV6_HOPLIMIT) {
        info_set_number(info, SPAL_INFO_TTL, header, &info->ttl);
    } else if (type == IPV6_TCLASS || type == IPV6_RECVTCLASS) {
        info_set_number(info, SPAL_INFO_TRAFFIC_CLASS, header, &info->traffic_class);
    }
}

void spali_control_read(const spali_slot *slot, const WSAMSG *message, spal_packet_info *out) {
    size_t at = 0;
    while (message->Control.len >= at + sizeof(WSACMSGHDR)) {
        const WSACMSGHDR *data = (const WSACMSGHDR *)(const void *)(message->Control.buf + at);
        if (data->cmsg_len < sizeof *data || data->cmsg_len > message->Control.len - at)
            return;
        if (data->cmsg_level == IPPROTO_IP)
            info_take_v4(slot, data, out);
        else if (data->cmsg_level == IPPROTO_IPV6)
            info_take_v6(data, out);
        at += CONTROL_ALIGNED(data->cmsg_len);
    }
}

/* --------------------------------------------------------------------------------------------------------- writing */

static void data_put(WSAMSG *message, spali_control *room, int level, int type, const void *value, size_t size) {
    memset(room, 0, CONTROL_SPACE(size));
    room->header.cmsg_level = level;
    room->header.cmsg_type = type;
    room->header.cmsg_len = CONTROL_LENGTH(size);
    memcpy(room->bytes + CONTROL_LENGTH(0), value, size);
    message->Control.buf = room->bytes;
    message->Control.len = (ULONG)CONTROL_SPACE(size);
}

/* The IPv4 address in a local address of the socket's family. */
static bool local_v4(const spal_packet_info *info, struct in_addr *out) {
    spal_address plain;
    if (spal_address_unmap_v4(&info->local, &plain) != SPAL_OK)
        return false;
    memcpy(out, plain.ip, sizeof *out);
    return plain.family == SPAL_AF_INET || spal_address_is_any(&plain);
}

static spal_error info_put_v4(const spal_packet_info *info, WSAMSG *message, spali_control *room) {
    struct in_pktinfo both = {.ipi_ifindex = has(info, SPAL_INFO_INTERFACE) ? info->interface_index : 0};
    if (has(info, SPAL_INFO_LOCAL) && !local_v4(info, &both.ipi_addr))
        return spali_decline(SPAL_EADDRNOTAVAIL);
    data_put(message, room, IPPROTO_IP, IP_PKTINFO, &both, sizeof both);
    return SPAL_OK;
}

static spal_error info_put_v6(const spal_packet_info *info, WSAMSG *message, spali_control *room) {
    struct in6_pktinfo both = {.ipi6_ifindex = 0};
    if (has(info, SPAL_INFO_LOCAL)) {
        memcpy(&both.ipi6_addr, info->local.ip, sizeof both.ipi6_addr);
        both.ipi6_ifindex = info->local.scope_id;
    }
    if (has(info, SPAL_INFO_INTERFACE))
        both.ipi6_ifindex = info->interface_index;
    data_put(message, room, IPPROTO_IPV6, IPV6_PKTINFO, &both, sizeof both);
    return SPAL_OK;
}

/* Whether a packet of a socket of IPv6 goes out as one of IPv4. */
static bool goes_to_v4(spali_slot *slot, const spal_address *to) {
    spal_address peer;
    if (to != NULL)
        return spal_address_is_v4_mapped(to) != 0;
    return spali_socket_peer_address(slot, &peer) == SPAL_OK && spal_address_is_v4_mapped(&peer);
}

/* Windows sets the time to live and the traffic class for a socket only. */
spal_error spali_control_write(spali_slot *slot, const spal_packet_info *info, const spal_address *to, WSAMSG *message,
                               spali_control *room) {
    if (has(info, SPAL_INFO_TTL | SPAL_INFO_TRAFFIC_CLASS))
        return spali_decline(SPAL_EOPNOTSUPP);
    bool is_v4 = slot->identity.family == SPAL_AF_INET || goes_to_v4(slot, to);
    return is_v4 ? info_put_v4(info, message, room) : info_put_v6(info, message, room);
}
