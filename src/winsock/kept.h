/* SPDX-License-Identifier: MIT
 *
 * Options that a socket of the face remembers by itself: those that the system does not know, those that mean something
 * else to it, and what was asked for where it gives another value. A value is kept as its difference from the first
 * one, so that a socket which nobody has asked anything has nothing but zeros.
 */
#ifndef SPALW_KEPT_H
#define SPALW_KEPT_H

#include "sockpal/base.h"

#include <stdatomic.h>

enum {
    SPALW_KEPT_DONT_ROUTE,
    SPALW_KEPT_RANDOM_PORT,
    SPALW_KEPT_SHARED_UNICAST,
    SPALW_KEPT_SHARED_MULTICAST,
    SPALW_KEPT_PORTS_BY_ADDRESS, /**< SO_PORT_SCALABILITY */
    SPALW_KEPT_TIMESTAMPS,
    SPALW_KEPT_ICMP_FAILS,
    SPALW_KEPT_ALIVE_INTERVAL, /**< whether it was set */
    SPALW_KEPT_ALIVE_COUNT,    /**< as it was set, or 0 */
    SPALW_KEPT_COALESCED,
    SPALW_KEPT_PROTECTION,
    SPALW_KEPT_ACK_FREQUENCY,
    /* Of both families: the first is IPv4's, the next IPv6's. */
    SPALW_KEPT_MTU,
    SPALW_KEPT_LOOP = SPALW_KEPT_MTU + 2,
    SPALW_KEPT_BROADCAST = SPALW_KEPT_LOOP + 2,  /**< of IPv4 only */
    SPALW_KEPT_ASKED = SPALW_KEPT_BROADCAST + 1, /**< SPALW_ASKED_*: what WSARecvMsg shall tell */
    SPALW_KEPT_COUNT = SPALW_KEPT_ASKED + 2
};

/** What WSARecvMsg shall tell of a packet. */
enum {
    SPALW_ASKED_PACKET = 1,
    SPALW_ASKED_INTERFACE = 2,
    SPALW_ASKED_ARRIVAL = 4,
    SPALW_ASKED_TTL = 8,
    SPALW_ASKED_CLASS = 16,
    SPALW_ASKED_ECN = 32
};

typedef struct spalw_kept {
    _Atomic(DWORD) values[SPALW_KEPT_COUNT];
} spalw_kept;

static inline DWORD spalw_kept_first(int which) {
    switch (which) {
    case SPALW_KEPT_PROTECTION:
    case SPALW_KEPT_MTU:
    case SPALW_KEPT_MTU + 1:
        return 0xffffffff;
    case SPALW_KEPT_LOOP:
    case SPALW_KEPT_LOOP + 1:
    case SPALW_KEPT_BROADCAST:
        return 1;
    default:
        return 0;
    }
}

static inline DWORD spalw_kept_get(spalw_kept *kept, int which) {
    return atomic_load_explicit(&kept->values[which], memory_order_relaxed) ^ spalw_kept_first(which);
}
static inline void spalw_kept_set(spalw_kept *kept, int which, DWORD value) {
    atomic_store_explicit(&kept->values[which], value ^ spalw_kept_first(which), memory_order_relaxed);
}

#endif
