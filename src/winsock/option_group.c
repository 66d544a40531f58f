/* SPDX-License-Identifier: MIT
 *
 * Options that join and leave multicast groups. Winsock names IPv4's interfaces by an address, or by an index as
 * 0.0.0.index; sockpal by their index.
 */
#include "option_group.h"

#include "native.h"
#include "sockaddr.h"
#include "status.h"

#include <stdlib.h>

#define ADDRESSES_MOST 256

/* ------------------------------------------------------------------------------------------------------- interfaces */

static uint32_t index_of_address(const uint8_t ip[4]) {
    spal_interface_address *list = malloc(ADDRESSES_MOST * sizeof *list);
    size_t count = 0;
    uint32_t index = 0;
    if (list != NULL && spal_interface_addresses(0, list, ADDRESSES_MOST, &count) == SPAL_OK)
        for (size_t i = 0; i < count && i < ADDRESSES_MOST && index == 0; i++)
            if (list[i].address.family == SPAL_AF_INET && memcmp(list[i].address.ip, ip, 4) == 0)
                index = list[i].index;
    free(list);
    return index;
}

/* @return WSAEADDRNOTAVAIL when no interface has the address */
DWORD spalw_group_index(IN_ADDR named, uint32_t *out) {
    uint8_t ip[4];
    memcpy(ip, &named, sizeof ip);
    if (ip[0] == 0) {
        *out = ntohl(named.s_addr);
        return 0;
    }
    *out = index_of_address(ip);
    return *out == 0 ? WSAEADDRNOTAVAIL : 0;
}

DWORD spalw_group_interface_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, atomic_load(&call->socket->group_interface));
}

DWORD spalw_group_interface_set(spalw_option_call *call) {
    IN_ADDR named;
    uint32_t index = 0;
    memcpy(&named, call->value, sizeof named);
    DWORD code = spalw_group_index(named, &index);
    if (code != 0)
        return code;
    code = spalw_option_error(spal_set_option(spalw_core(call->socket), SPAL_OPT_MULTICAST_INTERFACE, (int)index));
    /* An address, rather than an index written as one, is also where datagrams come from. */
    spal_native native;
    if (code == 0 && index != ntohl(named.s_addr) && spal_native_handle(spalw_core(call->socket), &native) == SPAL_OK)
        code = spalw_option_error(spalw_native_set(native, SPALW_NATIVE_GROUP_ADDRESS, (int)named.s_addr));
    if (code == 0)
        atomic_store(&call->socket->group_interface, named.s_addr);
    return code;
}

/* ----------------------------------------------------------------------------------------------------------- groups */

typedef struct membership {
    spal_address group;
    spal_address source;
    bool has_source;
    uint32_t index;
} membership;

/* Joined already is WSAEINVAL in older documents and WSAEADDRNOTAVAIL for what was not joined. */
static DWORD membership_error(spal_error error) {
    return error == SPAL_EADDRINUSE ? WSAEINVAL : spalw_option_error(error);
}

static DWORD membership_apply(spalw_option_call *call, const membership *one) {
    spal_socket core = spalw_core(call->socket);
    const spal_address *source = one->has_source ? &one->source : NULL;
    spal_native native;
    spal_error error = SPAL_OK;
    switch (call->name) {
    case IP_ADD_MEMBERSHIP: /* IPV6_ADD_MEMBERSHIP */
    case IP_ADD_SOURCE_MEMBERSHIP:
    case MCAST_JOIN_GROUP:
    case MCAST_JOIN_SOURCE_GROUP:
        return membership_error(spal_multicast_join(core, &one->group, one->index, source));
    case IP_BLOCK_SOURCE:
    case IP_UNBLOCK_SOURCE:
    case MCAST_BLOCK_SOURCE:
    case MCAST_UNBLOCK_SOURCE:
        error = spal_native_handle(core, &native);
        if (error == SPAL_OK)
            error = spalw_native_block_source(native, &one->group, one->index, source,
                                              call->name == IP_BLOCK_SOURCE || call->name == MCAST_BLOCK_SOURCE);
        return membership_error(error);
    default:
        return membership_error(spal_multicast_leave(core, &one->group, one->index, source));
    }
}

static void v4_fill(spal_address *out, IN_ADDR from) {
    memset(out, 0, sizeof *out);
    out->family = SPAL_AF_INET;
    memcpy(out->ip, &from, 4);
}

DWORD spalw_group_v4_set(spalw_option_call *call) {
    IP_MREQ request;
    membership one = {.has_source = false};
    memcpy(&request, call->value, sizeof request);
    v4_fill(&one.group, request.imr_multiaddr);
    DWORD code = spalw_group_index(request.imr_interface, &one.index);
    return code != 0 ? code : membership_apply(call, &one);
}

DWORD spalw_group_source_v4_set(spalw_option_call *call) {
    IP_MREQ_SOURCE request;
    membership one = {.has_source = true};
    memcpy(&request, call->value, sizeof request);
    v4_fill(&one.group, request.imr_multiaddr);
    v4_fill(&one.source, request.imr_sourceaddr);
    DWORD code = spalw_group_index(request.imr_interface, &one.index);
    return code != 0 ? code : membership_apply(call, &one);
}

DWORD spalw_group_v6_set(spalw_option_call *call) {
    IPV6_MREQ request;
    membership one = {.has_source = false};
    memcpy(&request, call->value, sizeof request);
    one.group.family = SPAL_AF_INET6;
    memcpy(one.group.ip, &request.ipv6mr_multiaddr, 16);
    one.index = request.ipv6mr_interface;
    return membership_apply(call, &one);
}

static DWORD storage_read(const SOCKADDR_STORAGE *storage, spal_address *out) {
    return spalw_sockaddr_read((const struct sockaddr *)(const void *)storage, (int)sizeof *storage, out);
}

DWORD spalw_group_any_set(spalw_option_call *call) {
    GROUP_REQ request;
    membership one = {.has_source = false};
    if (call->length < (int)sizeof request)
        return WSAEFAULT;
    memcpy(&request, call->value, sizeof request);
    one.index = request.gr_interface;
    DWORD code = storage_read(&request.gr_group, &one.group);
    return code != 0 ? code : membership_apply(call, &one);
}

DWORD spalw_group_source_any_set(spalw_option_call *call) {
    GROUP_SOURCE_REQ request;
    membership one = {.has_source = true};
    if (call->length < (int)sizeof request)
        return WSAEFAULT;
    memcpy(&request, call->value, sizeof request);
    one.index = request.gsr_interface;
    DWORD code = storage_read(&request.gsr_group, &one.group);
    if (code == 0)
        code = storage_read(&request.gsr_source, &one.source);
    return code != 0 ? code : membership_apply(call, &one);
}
