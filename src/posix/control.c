/* SPDX-License-Identifier: MIT
 *
 * What control data say of a packet, to and from spal_packet_info: its addresses, its interface, its time to live and
 * its traffic class, for IPv4 as each system has them and for IPv6 by RFC 3542. The messages that carry them are the
 * business of message.c.
 */
#include "control.h"

#include <string.h>

static bool has(const spal_packet_info *info, int32_t which) {
    return (info->present & which) != 0;
}

/* --------------------------------------------------------------------------------------------------------- reading */

static bool data_read(struct cmsghdr *header, void *out, size_t size) {
    if (header->cmsg_len < CMSG_LEN(size))
        return false;
    memcpy(out, CMSG_DATA(header), size);
    return true;
}

/* Systems have these as an int or as a byte. */
static bool number_read(struct cmsghdr *header, int32_t *out) {
    int number = 0;
    unsigned char byte = 0;
    bool is_int = data_read(header, &number, sizeof number);
    if (!is_int && !data_read(header, &byte, sizeof byte))
        return false;
    *out = is_int ? number : byte;
    return true;
}

static void info_set_interface(spal_packet_info *info, uint32_t index) {
    if (index == 0)
        return;
    info->interface_index = index;
    info->present |= SPAL_INFO_INTERFACE;
}

/* Of a dual-mode socket every address is one of IPv6. */
static void info_set_local_v4(const spali_slot *slot, spal_packet_info *info, const struct in_addr *local) {
    info->local.family = SPAL_AF_INET;
    memcpy(info->local.ip, local, 4);
    if (slot->identity.family == SPAL_AF_INET6)
        (void)spal_address_map_v4(&info->local, &info->local);
    info->present |= SPAL_INFO_LOCAL;
}

static void info_set_number(spal_packet_info *info, int32_t which, struct cmsghdr *header, int32_t *field) {
    if (number_read(header, field))
        info->present |= which;
}

static void info_take_v4(const spali_slot *slot, struct cmsghdr *header, spal_packet_info *info) {
    spali_pktinfo both;
    struct in_addr local;
    spali_link_address link;
    int type = header->cmsg_type;
    if (type == SPALI_CMSG_PKTINFO && data_read(header, &both, sizeof both)) {
        info_set_local_v4(slot, info, &both.ipi_addr);
        info_set_interface(info, (uint32_t)both.ipi_ifindex);
    } else if (type == SPALI_CMSG_ADDRESS && data_read(header, &local, sizeof local)) {
        info_set_local_v4(slot, info, &local);
    } else if (type == SPALI_CMSG_INTERFACE && data_read(header, &link, SPALI_LINK_HEAD)) {
        info_set_interface(info, (uint32_t)SPALI_LINK_INDEX(&link));
    } else if (type == SPALI_CMSG_TTL) {
        info_set_number(info, SPAL_INFO_TTL, header, &info->ttl);
    } else if (type == SPALI_CMSG_TOS) {
        info_set_number(info, SPAL_INFO_TRAFFIC_CLASS, header, &info->traffic_class);
    }
}

static void info_take_v6(struct cmsghdr *header, spal_packet_info *info) {
    struct in6_pktinfo both;
    if (header->cmsg_type == IPV6_PKTINFO && data_read(header, &both, sizeof both)) {
        info->local.family = SPAL_AF_INET6;
        memcpy(info->local.ip, &both.ipi6_addr, 16);
        if (spali_ip_is_of_link(info->local.ip))
            info->local.scope_id = both.ipi6_ifindex;
        info->present |= SPAL_INFO_LOCAL;
        info_set_interface(info, both.ipi6_ifindex);
    } else if (header->cmsg_type == IPV6_HOPLIMIT) {
        info_set_number(info, SPAL_INFO_TTL, header, &info->ttl);
    } else if (header->cmsg_type == IPV6_TCLASS) {
        info_set_number(info, SPAL_INFO_TRAFFIC_CLASS, header, &info->traffic_class);
    }
}

/* What CMSG_NXTHDR does, which compares signed with unsigned numbers in some C libraries. */
static struct cmsghdr *data_behind(const struct msghdr *header, struct cmsghdr *data) {
    size_t left = header->msg_controllen - (size_t)((char *)data - (char *)header->msg_control);
    if (data->cmsg_len < CMSG_LEN(0))
        return NULL;
    size_t step = CMSG_SPACE(data->cmsg_len - CMSG_LEN(0));
    return left >= step + sizeof *data ? (struct cmsghdr *)(void *)((char *)data + step) : NULL;
}

void spali_control_read(const spali_slot *slot, struct msghdr *header, spal_packet_info *out) {
    for (struct cmsghdr *data = CMSG_FIRSTHDR(header); data != NULL; data = data_behind(header, data)) {
        if (data->cmsg_level == IPPROTO_IP)
            info_take_v4(slot, data, out);
        else if (data->cmsg_level == IPPROTO_IPV6)
            info_take_v6(data, out);
    }
}

/* --------------------------------------------------------------------------------------------------------- writing */

static void data_put(struct msghdr *header, int level, int type, const void *value, size_t size) {
    struct cmsghdr *data = (struct cmsghdr *)(void *)((char *)header->msg_control + header->msg_controllen);
    memset(data, 0, CMSG_SPACE(size));
    data->cmsg_level = level;
    data->cmsg_type = type;
    data->cmsg_len = (socklen_t)CMSG_LEN(size);
    memcpy(CMSG_DATA(data), value, size);
    header->msg_controllen = (socklen_t)(header->msg_controllen + CMSG_SPACE(size));
}

/* The IPv4 address in a local address of the socket's family. */
static bool local_v4(const spal_packet_info *info, struct in_addr *out) {
    spal_address plain;
    if (spal_address_unmap_v4(&info->local, &plain) != SPAL_OK)
        return false;
    memcpy(out, plain.ip, sizeof *out);
    return plain.family == SPAL_AF_INET || spal_address_is_any(&plain);
}

static spal_error info_put_v4(const spal_packet_info *info, struct msghdr *header) {
    spali_pktinfo both = {0};
    if (has(info, SPAL_INFO_LOCAL) && !local_v4(info, &both.ipi_spec_dst))
        return spali_decline(SPAL_EADDRNOTAVAIL);
    if (has(info, SPAL_INFO_INTERFACE)) {
        if (SPALI_CMSG_PKTINFO < 0)
            return spali_decline(SPAL_EOPNOTSUPP);
        both.ipi_ifindex = info->interface_index;
    }
    if (SPALI_CMSG_PKTINFO >= 0 && has(info, SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE))
        data_put(header, IPPROTO_IP, SPALI_CMSG_PKTINFO, &both, sizeof both);
    else if (both.ipi_spec_dst.s_addr != INADDR_ANY)
        data_put(header, IPPROTO_IP, SPALI_CMSG_SOURCE, &both.ipi_spec_dst, sizeof both.ipi_spec_dst);
    if (has(info, SPAL_INFO_TTL)) {
        int ttl = info->ttl;
        if (SPALI_SEND_TTL < 0 || ttl == 0)
            return spali_decline(SPAL_EOPNOTSUPP);
        data_put(header, IPPROTO_IP, SPALI_SEND_TTL, &ttl, sizeof ttl);
    }
    if (has(info, SPAL_INFO_TRAFFIC_CLASS)) {
        unsigned char tos = (unsigned char)info->traffic_class;
        if (SPALI_SEND_TOS < 0)
            return spali_decline(SPAL_EOPNOTSUPP);
        data_put(header, IPPROTO_IP, SPALI_SEND_TOS, &tos, sizeof tos);
    }
    return SPAL_OK;
}

static spal_error info_put_v6(const spal_packet_info *info, struct msghdr *header) {
    struct in6_pktinfo both;
    memset(&both, 0, sizeof both);
    if (has(info, SPAL_INFO_LOCAL)) {
        memcpy(&both.ipi6_addr, info->local.ip, 16);
        both.ipi6_ifindex = info->local.scope_id;
    }
    if (has(info, SPAL_INFO_INTERFACE))
        both.ipi6_ifindex = info->interface_index;
    if (has(info, SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE))
        data_put(header, IPPROTO_IPV6, IPV6_PKTINFO, &both, sizeof both);
    if (has(info, SPAL_INFO_TTL)) {
        int hop_limit = info->ttl;
        data_put(header, IPPROTO_IPV6, IPV6_HOPLIMIT, &hop_limit, sizeof hop_limit);
    }
    if (has(info, SPAL_INFO_TRAFFIC_CLASS)) {
        int traffic_class = info->traffic_class;
        data_put(header, IPPROTO_IPV6, IPV6_TCLASS, &traffic_class, sizeof traffic_class);
    }
    return SPAL_OK;
}

/* Whether a packet of a socket of IPv6 goes out as one of IPv4. */
static bool goes_to_v4(spali_slot *slot, const spal_address *to) {
    spal_address peer;
    if (to != NULL)
        return spal_address_is_v4_mapped(to) != 0;
    return spali_socket_peer_address(slot, &peer) == SPAL_OK && spal_address_is_v4_mapped(&peer);
}

spal_error spali_control_write(spali_slot *slot, const spal_packet_info *info, const spal_address *to,
                               struct msghdr *header) {
    if (slot->identity.family == SPAL_AF_UNIX)
        return spali_decline(SPAL_EOPNOTSUPP);
    if (slot->identity.family == SPAL_AF_INET)
        return info_put_v4(info, header);
    if (!goes_to_v4(slot, to))
        return info_put_v6(info, header);
    return SPALI_MAPPED_TAKES_V4 ? info_put_v4(info, header) : spali_decline(SPAL_EOPNOTSUPP);
}

/* --------------------------------------------------------------------------------------------------- being refused */

/* Whether nothing here has the address, as a socket that wants it finds out. */
static bool source_is_missing(const spal_packet_info *info) {
    struct sockaddr_storage name;
    struct in_addr v4;
    size_t length;
    spal_address local = info->local;
    if (!has(info, SPAL_INFO_LOCAL) || !local_v4(info, &v4))
        return false;
    local.port = 0;
    (void)spal_address_unmap_v4(&local, &local);
    (void)spali_address_to_native(&local, &name, sizeof name, &length);
    int helper = spali_sys.socket(AF_INET, SOCK_DGRAM | SPALI_SOCKET_FLAGS, 0);
    if (helper < 0)
        return false;
    bool is_missing =
        spali_sys.bind(helper, (struct sockaddr *)&name, (socklen_t)length) != 0 && errno == EADDRNOTAVAIL;
    (void)spali_sys.close(helper);
    return is_missing;
}

bool spali_control_names_missing(const spal_packet_info *info) {
    return (has(info, SPAL_INFO_INTERFACE) && spali_interface_is_missing(info->interface_index)) ||
           source_is_missing(info);
}
