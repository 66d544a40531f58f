/* SPDX-License-Identifier: MIT
 *
 * What the face asks of the system about datagrams: see native_datagram.h.
 */
#include "native_datagram.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define DATAGRAMS_MOST 4096

static spal_error answer(int failed) {
    return failed != 0 ? spal_error_from_errno(errno) : SPAL_OK;
}

/* ------------------------------------------------------------------------------------------------------------ queue */

/* Where the next look begins: behind so many bytes of what has come; -1 at the first datagram, as ever. */
static bool look_from(int descriptor, int offset) {
    return setsockopt(descriptor, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof offset) == 0;
}

/* The system tells the length of one datagram, and can be told to look behind those that are known already. */
spal_error spalw_native_queued(spal_native native, size_t *bytes) {
    int descriptor = (int)native, first = 0;
    *bytes = 0;
    if (ioctl(descriptor, FIONREAD, &first) != 0)
        return spal_error_from_errno(errno);
    *bytes = (size_t)first;
    for (int i = 0; i < DATAGRAMS_MOST && first > 0; i++) {
        char byte;
        ssize_t length = -1;
        if (look_from(descriptor, (int)*bytes))
            length = recv(descriptor, &byte, 1, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
        if (length < 0)
            break;
        *bytes += (size_t)length;
    }
    (void)look_from(descriptor, -1);
    return SPAL_OK;
}

/* ---------------------------------------------------------------------------------------------------------- options */

spal_error spalw_native_get_ip_options(spal_native native, void *options, int *length) {
    socklen_t bytes = (socklen_t)*length;
    spal_error error = answer(getsockopt((int)native, IPPROTO_IP, IP_OPTIONS, options, &bytes));
    *length = (int)bytes;
    return error;
}

spal_error spalw_native_set_ip_options(spal_native native, const void *options, int length) {
    return answer(setsockopt((int)native, IPPROTO_IP, IP_OPTIONS, options, (socklen_t)length));
}

/* ---------------------------------------------------------------------------------------------------------- sources */

static int level_of(const spal_address *group) {
    return group->family == SPAL_AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
}

static struct group_filter *filter_new(const spalw_sources *sources, spal_error *error) {
    size_t length = 0;
    struct group_filter *filter = calloc(1, GROUP_FILTER_SIZE(sources->count + 1));
    *error = filter == NULL ? SPAL_ENOMEM : SPAL_OK;
    if (filter == NULL)
        return NULL;
    filter->gf_interface = sources->interface_index;
    filter->gf_fmode = sources->excludes ? MCAST_EXCLUDE : MCAST_INCLUDE;
    filter->gf_numsrc = sources->count;
    *error = spal_address_to_native(&sources->group, &filter->gf_group, sizeof filter->gf_group, &length);
    return filter;
}

spal_error spalw_native_set_sources(spal_native native, const spalw_sources *sources) {
    spal_error error;
    size_t length = 0;
    struct group_filter *filter = filter_new(sources, &error);
    for (uint32_t i = 0; i < sources->count && error == SPAL_OK; i++)
        error = spal_address_to_native(&sources->senders[i], &filter->gf_slist[i], sizeof filter->gf_slist[i], &length);
    if (error == SPAL_OK)
        error = answer(setsockopt((int)native, level_of(&sources->group), MCAST_MSFILTER, filter,
                                  (socklen_t)GROUP_FILTER_SIZE(sources->count)));
    free(filter);
    return error;
}

spal_error spalw_native_get_sources(spal_native native, spalw_sources *sources) {
    spal_error error;
    uint32_t room = sources->count;
    struct group_filter *filter = filter_new(sources, &error);
    socklen_t bytes = (socklen_t)GROUP_FILTER_SIZE(room);
    if (error == SPAL_OK)
        error = answer(getsockopt((int)native, level_of(&sources->group), MCAST_MSFILTER, filter, &bytes));
    if (error == SPAL_OK) {
        sources->excludes = filter->gf_fmode == MCAST_EXCLUDE;
        sources->count = filter->gf_numsrc;
        for (uint32_t i = 0; i < room && i < sources->count && error == SPAL_OK; i++)
            error = spal_address_from_native(&filter->gf_slist[i], sizeof filter->gf_slist[i], &sources->senders[i]);
    }
    free(filter);
    return error;
}
