/* SPDX-License-Identifier: MIT
 *
 * What options are called here, for the tables of option.c and multicast.c: numbers that older headers lack. A system
 * that is older still refuses them, and whoever asked hears SPAL_EOPNOTSUPP. Twin: src/posix/option.h.
 */
#ifndef SPALI_OPTION_H
#define SPALI_OPTION_H

/* The sources of this folder include calls.h first, which includes Winsock in the only order that works. */
#include "calls.h"

#include <mstcpip.h>

#include <stdint.h>

/** Keep-alive in seconds, and a count: Windows 10, version 1709. */
enum { SPALI_TCP_IDLE = 3, SPALI_TCP_COUNT = 16, SPALI_TCP_INTERVAL = 17 };

/** Windows 10, version 1607. */
enum { SPALI_TCP_FAST_OPEN = 15 };

enum {
    SPALI_IP_DONT_FRAGMENT = 14,
    SPALI_IPV6_DONT_FRAGMENT = 14,
    SPALI_IP_RECV_TTL = 21,
    SPALI_IPV6_RECV_HOPS = 21,
    SPALI_IP_RECV_CLASS = 40,
    SPALI_IPV6_RECV_CLASS = 40
};

/** Hops of an IPv6 packet where the system says that they are its default, and not how many that is. */
#define SPALI_HOPS_DEFAULT 128

/** An idle time and an interval, in seconds, as they are where nobody has set them. */
#define SPALI_IDLE_DEFAULT 7200
#define SPALI_INTERVAL_DEFAULT 1

/** An IPv4 address of an interface, in network order, and back; 0 when there is none. For what knows interfaces by
 * their addresses only. In multicast.c. */
ULONG spali_address_of_interface(uint32_t index);
uint32_t spali_interface_of_address(ULONG address);

#endif
