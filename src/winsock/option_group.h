/* SPDX-License-Identifier: MIT
 *
 * Options that join and leave multicast groups.
 */
#ifndef SPALW_OPTION_GROUP_H
#define SPALW_OPTION_GROUP_H

#include "option.h"

/** The interface that IPv4's options name by an address of it, or as 0.0.0.index. @return WSAEADDRNOTAVAIL */
DWORD spalw_group_index(IN_ADDR named, uint32_t *out);

spalw_option_function spalw_group_interface_get, spalw_group_interface_set; /**< IP_MULTICAST_IF */
spalw_option_function spalw_group_v4_set, spalw_group_v6_set;               /**< IP_MREQ, IPV6_MREQ */
spalw_option_function spalw_group_source_v4_set;                            /**< IP_MREQ_SOURCE */
spalw_option_function spalw_group_any_set, spalw_group_source_any_set;      /**< GROUP_REQ, GROUP_SOURCE_REQ */

#endif
