/* SPDX-License-Identifier: MIT
 *
 * Options that join and leave multicast groups.
 */
#ifndef SPALW_OPTION_GROUP_H
#define SPALW_OPTION_GROUP_H

#include "option.h"

spalw_option_function spalw_group_interface_get, spalw_group_interface_set; /**< IP_MULTICAST_IF */
spalw_option_function spalw_group_v4_set, spalw_group_v6_set;               /**< IP_MREQ, IPV6_MREQ */
spalw_option_function spalw_group_source_v4_set;                            /**< IP_MREQ_SOURCE */
spalw_option_function spalw_group_any_set, spalw_group_source_any_set;      /**< GROUP_REQ, GROUP_SOURCE_REQ */

#endif
