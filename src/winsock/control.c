/* SPDX-License-Identifier: MIT
 *
 * Control messages of datagrams: see control.h. IPv4's stand under IPPROTO_IP and IPv6's under IPPROTO_IPV6, with the
 * same numbers.
 */
#include "control.h"

_Static_assert(IP_PKTINFO == IPV6_PKTINFO && IP_HOPLIMIT == IPV6_HOPLIMIT && IP_TCLASS == IPV6_TCLASS,
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

static void packet_info_put(writer *out, const spal_packet_info *info, int level) {
    const int both = SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE;
    if ((info->present & both) == 0)
        return;
    if (level == IPPROTO_IP) {
        IN_PKTINFO v4 = {.ipi_ifindex = info->interface_index};
        memcpy(&v4.ipi_addr, info->local.ip, sizeof v4.ipi_addr);
        item_put(out, level, IP_PKTINFO, &v4, sizeof v4);
    } else {
        IN6_PKTINFO v6 = {.ipi6_ifindex = info->interface_index};
        memcpy(&v6.ipi6_addr, info->local.ip, sizeof v6.ipi6_addr);
        item_put(out, level, IPV6_PKTINFO, &v6, sizeof v6);
    }
}

bool spalw_control_write(const spal_packet_info *info, int family, WSABUF *control) {
    writer out = {control->buf, control->buf == NULL ? 0 : control->len, true};
    int level = family == SPAL_AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
    INT value = info->ttl;
    packet_info_put(&out, info, level);
    if ((info->present & SPAL_INFO_TTL) != 0)
        item_put(&out, level, IP_HOPLIMIT, &value, sizeof value);
    value = info->traffic_class;
    if ((info->present & SPAL_INFO_TRAFFIC_CLASS) != 0)
        item_put(&out, level, IP_TCLASS, &value, sizeof value);
    control->len = (ULONG)(out.at - control->buf);
    return out.fits;
}

/* ---------------------------------------------------------------------------------------------------------- reading */

static bool packet_info_read(const char *data, size_t bytes, int family, spal_packet_info *out) {
    IN_PKTINFO v4;
    IN6_PKTINFO v6;
    static const uint8_t none[16];
    if (bytes < (family == AF_INET ? sizeof v4 : sizeof v6))
        return false;
    if (family == AF_INET) {
        memcpy(&v4, data, sizeof v4);
        memcpy(out->local.ip, &v4.ipi_addr, 4);
        out->interface_index = v4.ipi_ifindex;
    } else {
        memcpy(&v6, data, sizeof v6);
        memcpy(out->local.ip, &v6.ipi6_addr, 16);
        out->interface_index = v6.ipi6_ifindex;
    }
    out->local.family = family;
    if (memcmp(out->local.ip, none, sizeof none) != 0)
        out->present |= SPAL_INFO_LOCAL;
    if (out->interface_index != 0)
        out->present |= SPAL_INFO_INTERFACE;
    return true;
}

static bool number_read(const char *data, size_t bytes, int32_t *out) {
    if (bytes < sizeof *out)
        return false;
    memcpy(out, data, sizeof *out);
    return *out >= 0 && *out <= 255;
}

static bool item_read(const WSACMSGHDR *header, const char *data, int family, spal_packet_info *out) {
    size_t bytes = header->cmsg_len - WSA_CMSG_LEN(0);
    if (header->cmsg_level != (family == AF_INET ? IPPROTO_IP : (int)IPPROTO_IPV6))
        return false;
    switch (header->cmsg_type) {
    case IP_PKTINFO:
        return packet_info_read(data, bytes, family, out);
    case IP_HOPLIMIT:
    case IP_TTL:
        out->present |= SPAL_INFO_TTL;
        return number_read(data, bytes, &out->ttl);
    case IP_TCLASS:
    case IP_TOS:
        out->present |= SPAL_INFO_TRAFFIC_CLASS;
        return number_read(data, bytes, &out->traffic_class);
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
