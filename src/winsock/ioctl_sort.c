/* SPDX-License-Identifier: MIT
 *
 * SIO_ADDRESS_LIST_SORT: the addresses of a host in the order in which a connection should be tried, by the rules of
 * RFC 6724 that can be told from outside: whether there is a way, how near both ends are, and what the table of
 * policies prefers. What no rule tells apart stays in its order.
 */
#include "ioctl.h"
#include "sockaddr.h"

#include <stdlib.h>

typedef struct candidate {
    SOCKET_ADDRESS entry;
    bool has_way, is_of_scope, is_of_label;
    int precedence, scope;
} candidate;

/* The table of policies of RFC 6724, section 2.1. */
static const struct policy {
    uint8_t prefix[16];
    int bits, precedence, label;
} policies[] = {
    {{[15] = 1}, 128, 50, 0},  {{[10] = 0xff, [11] = 0xff}, 96, 35, 4},
    {{0}, 96, 1, 3},           {{0x20, 0x01}, 32, 5, 5},
    {{0x20, 0x02}, 16, 30, 2}, {{0xfe, 0xc0}, 10, 1, 11},
    {{0x3f, 0xfe}, 16, 1, 12}, {{0xfc}, 7, 3, 13},
    {{0}, 0, 40, 1},
};

static bool has_prefix(const uint8_t *ip, const uint8_t *prefix, int bits) {
    for (int i = 0; i < bits; i++)
        if (((ip[i / 8] ^ prefix[i / 8]) & (0x80 >> i % 8)) != 0)
            return false;
    return true;
}

static const struct policy *policy_of(const uint8_t *ip) {
    const struct policy *at = policies;
    while (!has_prefix(ip, at->prefix, at->bits))
        at++;
    return at;
}

enum { LINK = 2, SITE = 5, GLOBAL = 14 };

static int scope_of(const uint8_t *ip) {
    if (ip[0] == 0xff)
        return ip[1] & 0xf;
    if (has_prefix(ip, policies[1].prefix, 96))
        return ip[12] == 127 || (ip[12] == 169 && ip[13] == 254) ? LINK : GLOBAL;
    if (has_prefix(ip, policies[0].prefix, 128) || (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80))
        return LINK;
    return ip[0] == 0xfe && (ip[1] & 0xc0) == 0xc0 ? SITE : GLOBAL;
}

static void candidate_rate(candidate *out, const spal_address *to) {
    spal_address plain = *to, from;
    if (spal_address_is_v4_mapped(to))
        (void)spal_address_unmap_v4(to, &plain);
    out->has_way = spalw_ioctl_source_find(&plain, &from) == SPAL_OK;
    out->scope = scope_of(to->ip);
    out->precedence = policy_of(to->ip)->precedence;
    if (!out->has_way)
        return;
    if (from.family == SPAL_AF_INET)
        (void)spal_address_map_v4(&from, &from);
    out->is_of_scope = scope_of(from.ip) == out->scope;
    out->is_of_label = policy_of(from.ip)->label == policy_of(to->ip)->label;
}

/* Below zero: the first one goes first. */
static int candidates_compare(const candidate *a, const candidate *b) {
    if (a->has_way != b->has_way)
        return b->has_way - a->has_way;
    if (a->is_of_scope != b->is_of_scope)
        return b->is_of_scope - a->is_of_scope;
    if (a->is_of_label != b->is_of_label)
        return b->is_of_label - a->is_of_label;
    if (a->precedence != b->precedence)
        return b->precedence - a->precedence;
    return a->scope - b->scope;
}

static void candidates_sort(candidate *list, int count) {
    for (int i = 1; i < count; i++) {
        candidate moved = list[i];
        int at = i;
        for (; at > 0 && candidates_compare(&moved, &list[at - 1]) < 0; at--)
            list[at] = list[at - 1];
        list[at] = moved;
    }
}

/* Addresses that are none are left out. */
static int candidates_read(const SOCKET_ADDRESS_LIST *in, candidate *out) {
    int count = 0;
    for (int i = 0; i < in->iAddressCount; i++) {
        spal_address address;
        candidate *one = &out[count];
        *one = (candidate){.entry = in->Address[i]};
        if (spalw_sockaddr_read(one->entry.lpSockaddr, one->entry.iSockaddrLength, &address) != 0 ||
            address.family != SPAL_AF_INET6)
            continue;
        candidate_rate(one, &address);
        count++;
    }
    return count;
}

DWORD spalw_ioctl_address_sort(spalw_ioctl *call) {
    if (call->in == NULL || call->in_bytes < offsetof(SOCKET_ADDRESS_LIST, Address))
        return WSAEFAULT;
    const SOCKET_ADDRESS_LIST *in = call->in;
    if (in->iAddressCount < 0 || (size_t)in->iAddressCount > call->in_bytes / sizeof(SOCKET_ADDRESS) ||
        SIZEOF_SOCKET_ADDRESS_LIST((size_t)in->iAddressCount) > call->in_bytes)
        return WSAEINVAL;
    call->returned = call->in_bytes;
    if (call->out == NULL || call->out_bytes < call->in_bytes)
        return WSAEFAULT;
    candidate *list = calloc((size_t)in->iAddressCount + 1, sizeof *list);
    if (list == NULL)
        return WSAENOBUFS;
    int count = candidates_read(in, list);
    candidates_sort(list, count);
    SOCKET_ADDRESS_LIST *out = call->out;
    out->iAddressCount = count;
    for (int i = 0; i < count; i++)
        out->Address[i] = list[i].entry;
    free(list);
    return 0;
}
