/* SPDX-License-Identifier: MIT
 *
 * Controls that say from whom a socket receives the datagrams of a group, all at once (RFC 3678, section 4.1.3
 * and 5.1). A group that has not been joined yet is joined by them, and left when nobody is left to receive from.
 */
#include "ioctl.h"
#include "native_datagram.h"
#include "option_group.h"
#include "sockaddr.h"
#include "status.h"

#include "ws2ipdef.h"

#include <stdlib.h>

#define SENDERS_MOST 1024

/* ---------------------------------------------------------------------------------------------------------- applying
 */

/* A group is joined as its filter begins: by the first sender of a list of those who are wanted, or for everybody. */
static spal_error group_join(spal_socket core, const spalw_sources *sources) {
    const spal_address *first = sources->excludes ? NULL : sources->senders;
    return spal_multicast_join(core, &sources->group, sources->interface_index, first);
}

static DWORD sources_apply(spalw_socket *socket, const spalw_sources *sources) {
    spal_native native;
    spal_socket core = spalw_core(socket);
    spal_error error = spal_native_handle(core, &native);
    if (error != SPAL_OK)
        return spalw_wsa_from_core(error);
    error = spalw_native_set_sources(native, sources);
    if (error == SPAL_OK)
        return 0;
    if (!sources->excludes && sources->count == 0)
        return 0; /* It was not joined, and is not to be. */
    error = group_join(core, sources);
    if (error == SPAL_OK)
        error = spalw_native_set_sources(native, sources);
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

static DWORD sources_ask(spalw_socket *socket, spalw_sources *sources) {
    spal_native native;
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_get_sources(native, sources);
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

static DWORD mode_check(MULTICAST_MODE_TYPE mode, ULONG count, spalw_sources *out) {
    if ((mode != MCAST_INCLUDE && mode != MCAST_EXCLUDE) || count > SENDERS_MOST)
        return WSAEINVAL;
    out->excludes = mode == MCAST_EXCLUDE;
    out->count = count;
    out->senders = calloc(count + 1, sizeof *out->senders);
    return out->senders == NULL ? WSAENOBUFS : 0;
}

/* ------------------------------------------------------------------------------------------------------- IPv4's form
 */

static void v4_read(spal_address *out, IN_ADDR from) {
    memset(out, 0, sizeof *out);
    out->family = SPAL_AF_INET;
    memcpy(out->ip, &from, 4);
}

static DWORD v4_head(const spalw_ioctl *call, IP_MSFILTER *head, spalw_sources *out) {
    if (call->in == NULL || call->in_bytes < IP_MSFILTER_SIZE(0))
        return WSAEFAULT;
    memcpy(head, call->in, IP_MSFILTER_SIZE(0));
    if (call->socket->type == SOCK_STREAM || call->socket->family != AF_INET)
        return WSAEOPNOTSUPP;
    v4_read(&out->group, head->imsf_multiaddr);
    return spalw_group_index(head->imsf_interface, &out->interface_index);
}

static DWORD v4_set(const spalw_ioctl *call, const IP_MSFILTER *head, spalw_sources *sources) {
    const char *list = (const char *)call->in + offsetof(IP_MSFILTER, imsf_slist);
    if (call->in_bytes < IP_MSFILTER_SIZE((size_t)sources->count))
        return WSAEFAULT;
    (void)head;
    for (uint32_t i = 0; i < sources->count; i++) {
        IN_ADDR sender;
        memcpy(&sender, list + i * sizeof sender, sizeof sender);
        v4_read(&sources->senders[i], sender);
    }
    return sources_apply(call->socket, sources);
}

DWORD spalw_ioctl_sources_v4_set(spalw_ioctl *call) {
    IP_MSFILTER head;
    spalw_sources sources = {.senders = NULL};
    DWORD code = v4_head(call, &head, &sources);
    if (code == 0)
        code = mode_check(head.imsf_fmode, head.imsf_numsrc, &sources);
    if (code == 0)
        code = v4_set(call, &head, &sources);
    free(sources.senders);
    return code;
}

/* As many are told as there is room for; how many there are is told always. */
DWORD spalw_ioctl_sources_v4_get(spalw_ioctl *call) {
    IP_MSFILTER head;
    spalw_sources sources = {.senders = NULL};
    DWORD code = v4_head(call, &head, &sources);
    if (code == 0 && (call->out == NULL || call->out_bytes < IP_MSFILTER_SIZE(0)))
        code = WSAEFAULT;
    size_t room = code != 0 ? 0 : (call->out_bytes - IP_MSFILTER_SIZE(0)) / sizeof(IN_ADDR);
    if (code == 0)
        code = mode_check(MCAST_INCLUDE, room > SENDERS_MOST ? SENDERS_MOST : (ULONG)room, &sources);
    uint32_t told = sources.count;
    if (code == 0)
        code = sources_ask(call->socket, &sources);
    if (code == 0) {
        told = sources.count < told ? sources.count : told;
        head.imsf_fmode = sources.excludes ? MCAST_EXCLUDE : MCAST_INCLUDE;
        head.imsf_numsrc = sources.count;
        memcpy(call->out, &head, IP_MSFILTER_SIZE(0));
        for (uint32_t i = 0; i < told; i++)
            memcpy((char *)call->out + IP_MSFILTER_SIZE((size_t)i), sources.senders[i].ip, 4);
        call->returned = (DWORD)IP_MSFILTER_SIZE((size_t)told);
    }
    free(sources.senders);
    return code;
}

/* ------------------------------------------------------------------------------------------------- every family's form
 */

static DWORD storage_read(const void *from, spal_address *out) {
    return spalw_sockaddr_read(from, (int)sizeof(SOCKADDR_STORAGE), out);
}

static DWORD any_head(const spalw_ioctl *call, GROUP_FILTER *head, spalw_sources *out) {
    if (call->in == NULL || call->in_bytes < GROUP_FILTER_SIZE(0))
        return WSAEFAULT;
    memcpy(head, call->in, GROUP_FILTER_SIZE(0));
    if (call->socket->type == SOCK_STREAM)
        return WSAEOPNOTSUPP;
    out->interface_index = head->gf_interface;
    DWORD code = storage_read(&head->gf_group, &out->group);
    return code == 0 && out->group.family != call->socket->family ? WSAEAFNOSUPPORT : code;
}

DWORD spalw_ioctl_sources_set(spalw_ioctl *call) {
    GROUP_FILTER head;
    spalw_sources sources = {.senders = NULL};
    DWORD code = any_head(call, &head, &sources);
    if (code == 0)
        code = mode_check(head.gf_fmode, head.gf_numsrc, &sources);
    if (code == 0 && call->in_bytes < GROUP_FILTER_SIZE((size_t)sources.count))
        code = WSAEFAULT;
    const char *list = (const char *)call->in + offsetof(GROUP_FILTER, gf_slist);
    for (uint32_t i = 0; code == 0 && i < sources.count; i++)
        code = storage_read(list + i * sizeof(SOCKADDR_STORAGE), &sources.senders[i]);
    if (code == 0)
        code = sources_apply(call->socket, &sources);
    free(sources.senders);
    return code;
}

static void any_tell(spalw_ioctl *call, GROUP_FILTER *head, const spalw_sources *sources, uint32_t told) {
    head->gf_fmode = sources->excludes ? MCAST_EXCLUDE : MCAST_INCLUDE;
    head->gf_numsrc = sources->count;
    memcpy(call->out, head, GROUP_FILTER_SIZE(0));
    for (uint32_t i = 0; i < told; i++) {
        spalw_sockaddr name;
        memset(&name, 0, sizeof name);
        (void)spalw_sockaddr_fill(&sources->senders[i], &name);
        memcpy((char *)call->out + GROUP_FILTER_SIZE((size_t)i), &name.storage, sizeof name.storage);
    }
    call->returned = (DWORD)GROUP_FILTER_SIZE((size_t)told);
}

DWORD spalw_ioctl_sources_get(spalw_ioctl *call) {
    GROUP_FILTER head;
    spalw_sources sources = {.senders = NULL};
    DWORD code = any_head(call, &head, &sources);
    if (code == 0 && (call->out == NULL || call->out_bytes < GROUP_FILTER_SIZE(0)))
        code = WSAEFAULT;
    size_t room = code != 0 ? 0 : (call->out_bytes - GROUP_FILTER_SIZE(0)) / sizeof(SOCKADDR_STORAGE);
    if (code == 0)
        code = mode_check(MCAST_INCLUDE, room > SENDERS_MOST ? SENDERS_MOST : (ULONG)room, &sources);
    uint32_t told = sources.count;
    if (code == 0)
        code = sources_ask(call->socket, &sources);
    if (code == 0)
        any_tell(call, &head, &sources, sources.count < told ? sources.count : told);
    free(sources.senders);
    return code;
}
