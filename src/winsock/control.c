/* SPDX-License-Identifier: MIT
 *
 * Control messages of datagrams: see control.h. IPv4's stand under IPPROTO_IP and IPv6's under IPPROTO_IPV6, most of
 * them with the same numbers; a dual-mode socket has both.
 */
#include "control.h"

#include "kept.h"

_Static_assert(IP_PKTINFO == IPV6_PKTINFO && IP_HOPLIMIT == IPV6_HOPLIMIT && IP_TCLASS == IPV6_TCLASS &&
                   IP_ECN == IPV6_ECN && IP_RECVIF == IPV6_RECVIF,
               "one number for both families");

typedef struct writer {
    char *at;
    size_t left;
    bool fits;
} writer;

static void item_put(writer *out, int level, int type, const void *data, size_t bytes) {
    WSACMSGHDR header = {WSA_CMSG_LEN(bytes), level, type};
    size_t space = WSA_CMSG_SPACE(bytes);
    if (out->left < space) {
        out->fits = false;
        return;
    }
    memset(out->at, 0, space);
    memcpy(out->at, &header, sizeof header);
    memcpy(out->at + WSA_CMSG_LEN(0), data, bytes);
    out->at += space;
    out->left -= space;
}

static void packet_info_put(writer *out, const spal_packet_info *info, bool is_v4) {
    if (is_v4) {
        IN_PKTINFO v4 = {.ipi_ifindex = info->interface_index};
        bool is_mapped = info->local.family == SPAL_AF_INET6;
        memcpy(&v4.ipi_addr, info->local.ip + (is_mapped ? 12 : 0), sizeof v4.ipi_addr);
        item_put(out, IPPROTO_IP, IP_PKTINFO, &v4, sizeof v4);
    } else {
        IN6_PKTINFO v6 = {.ipi6_ifindex = info->interface_index};
        memcpy(&v6.ipi6_addr, info->local.ip, sizeof v6.ipi6_addr);
        item_put(out, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof v6);
    }
}

static void number_put(writer *out, int level, int type, INT value) {
    item_put(out, level, type, &value, sizeof value);
}

bool spalw_control_write(const spal_packet_info *info, bool is_v4, DWORD asked, WSABUF *control) {
    writer out = {control->buf, control->buf == NULL ? 0 : control->len, true};
    int level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6;
    bool has_class = (info->present & SPAL_INFO_TRAFFIC_CLASS) != 0;
    bool has_interface = (info->present & SPAL_INFO_INTERFACE) != 0;
    if ((asked & SPALW_ASKED_PACKET) != 0 && (info->present & (SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE)) != 0)
        packet_info_put(&out, info, is_v4);
    if ((asked & SPALW_ASKED_INTERFACE) != 0 && has_interface)
        number_put(&out, level, IP_RECVIF, (INT)info->interface_index);
    if ((asked & SPALW_ASKED_ARRIVAL) != 0 && has_interface)
        number_put(&out, level, IP_ORIGINAL_ARRIVAL_IF, (INT)info->interface_index);
    if ((asked & SPALW_ASKED_TTL) != 0 && (info->present & SPAL_INFO_TTL) != 0)
        number_put(&out, level, is_v4 ? IP_TTL : IPV6_HOPLIMIT, info->ttl);
    if ((asked & SPALW_ASKED_CLASS) != 0 && has_class)
        number_put(&out, level, is_v4 ? IP_TOS : IPV6_TCLASS, info->traffic_class);
    if ((asked & SPALW_ASKED_ECN) != 0 && has_class)
        number_put(&out, level, IP_ECN, info->traffic_class & 3);
    control->len = (ULONG)(out.at - control->buf);
    return out.fits;
}

/* ---------------------------------------------------------------------------------------------------------- reading */

/* Of a dual-mode socket every address is one of IPv6. */
static void local_v4_set(spal_packet_info *out, const IN_ADDR *address, int family) {
    out->local.family = SPAL_AF_INET;
    memcpy(out->local.ip, address, 4);
    if (family == AF_INET6)
        (void)spal_address_map_v4(&out->local, &out->local);
}

static bool packet_info_read(const char *data, size_t bytes, bool is_v4, int family, spal_packet_info *out) {
    IN_PKTINFO v4;
    IN6_PKTINFO v6;
    if (bytes < (is_v4 ? sizeof v4 : sizeof v6))
        return false;
    if (is_v4) {
        memcpy(&v4, data, sizeof v4);
        out->present |= v4.ipi_addr.s_addr != 0 ? SPAL_INFO_LOCAL : 0;
        local_v4_set(out, &v4.ipi_addr, family);
        out->interface_index = v4.ipi_ifindex;
    } else {
        memcpy(&v6, data, sizeof v6);
        memcpy(out->local.ip, &v6.ipi6_addr, 16);
        out->interface_index = v6.ipi6_ifindex;
        out->local.family = SPAL_AF_INET6;
        out->present |= spal_address_is_any(&out->local) ? 0 : SPAL_INFO_LOCAL;
    }
    if (out->interface_index != 0)
        out->present |= SPAL_INFO_INTERFACE;
    return true;
}

static bool number_read(const char *data, size_t bytes, int32_t most, int32_t *out) {
    if (bytes < sizeof *out)
        return false;
    memcpy(out, data, sizeof *out);
    return *out >= 0 && *out <= most;
}

/* The two bits of ECN, beside the rest of the traffic class if that is set too. */
static bool ecn_read(const char *data, size_t bytes, spal_packet_info *out) {
    int32_t ecn = 0;
    bool is_right = number_read(data, bytes, 3, &ecn);
    out->present |= SPAL_INFO_TRAFFIC_CLASS;
    out->traffic_class |= ecn;
    return is_right;
}

static bool item_read(const WSACMSGHDR *header, const char *data, int family, spal_packet_info *out) {
    size_t bytes = header->cmsg_len - WSA_CMSG_LEN(0);
    bool is_v4 = header->cmsg_level == IPPROTO_IP;
    if (!is_v4 && (header->cmsg_level != (int)IPPROTO_IPV6 || family == AF_INET))
        return false;
    switch (header->cmsg_type) {
    case IP_PKTINFO:
        return packet_info_read(data, bytes, is_v4, family, out);
    case IP_HOPLIMIT:
    case IP_TTL:
        out->present |= SPAL_INFO_TTL;
        return number_read(data, bytes, 255, &out->ttl);
    case IP_TCLASS:
    case IP_TOS:
        out->present |= SPAL_INFO_TRAFFIC_CLASS;
        return number_read(data, bytes, 255, &out->traffic_class);
    case IP_ECN:
        return ecn_read(data, bytes, out);
    default:
        return false;
    }
}

DWORD spalw_control_read(const WSABUF *control, int family, spal_packet_info *out) {
    size_t left = control->buf == NULL ? 0 : control->len;
    const char *at = control->buf;
    while (left >= sizeof(WSACMSGHDR)) {
        WSACMSGHDR header;
        memcpy(&header, at, sizeof header);
        if (header.cmsg_len < WSA_CMSG_LEN(0) || header.cmsg_len > left)
            return WSAEINVAL;
        if (!item_read(&header, at + WSA_CMSG_LEN(0), family, out))
            return WSAEINVAL;
        size_t step = SPALW_CMSG_ALIGN(header.cmsg_len);
        if (step >= left)
            break;
        at += step;
        left -= step;
    }
    return 0;
}
