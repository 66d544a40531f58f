/* SPDX-License-Identifier: MIT
 *
 * Packets that a socket shall not receive, though they come for it. The system drops them before they are queued.
 */
#ifndef SPALW_NATIVE_FILTER_H
#define SPALW_NATIVE_FILTER_H

#include "sockpal.h"

#include <stdbool.h>

typedef struct spalw_filter {
    bool without_own[2];    /**< of IPv4 and of IPv6: datagrams to groups that this machine has sent */
    bool without_broadcast; /**< datagrams to broadcast addresses */
    bool is_of_link;        /**< of IPv6 only what comes from the own link, site or machine */
} spalw_filter;

/** Replaces the filter there was. */
spal_error spalw_native_filter(spal_native native, const spalw_filter *filter);

#endif
