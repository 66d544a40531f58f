/* SPDX-License-Identifier: MIT
 *
 * What options are called here, for the tables of option.c and multicast.c. A name that a system lacks is
 * SPALI_NO_OPTION: whoever asks for it hears SPAL_EOPNOTSUPP.
 */
#ifndef SPALI_OPTION_H
#define SPALI_OPTION_H

#include "system.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#define SPALI_NO_OPTION (-1)

/* ---------------------------------------------------------------------------------------------------------- of TCP */

#if defined(TCP_KEEPIDLE)
#define SPALI_TCP_IDLE TCP_KEEPIDLE
#elif defined(TCP_KEEPALIVE)
#define SPALI_TCP_IDLE TCP_KEEPALIVE
#else
#define SPALI_TCP_IDLE SPALI_NO_OPTION
#endif

#if defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
#define SPALI_TCP_INTERVAL TCP_KEEPINTVL
#define SPALI_TCP_COUNT TCP_KEEPCNT
#else
#define SPALI_TCP_INTERVAL SPALI_NO_OPTION
#define SPALI_TCP_COUNT SPALI_NO_OPTION
#endif

#if defined(TCP_FASTOPEN)
#define SPALI_TCP_FAST_OPEN TCP_FASTOPEN
#else
#define SPALI_TCP_FAST_OPEN SPALI_NO_OPTION
#endif

/** What switches it on: Linux wants the number of connections that may be half open. */
#if defined(__linux__)
#define SPALI_FAST_OPEN_ON 256
#else
#define SPALI_FAST_OPEN_ON 1
#endif

/* ----------------------------------------------------------------------------------------------------------- of IP */

/** Whether a path that takes shorter packets makes a datagram fail or be cut up. Linux has policies, others a switch.
 */
#if defined(IP_MTU_DISCOVER)
#define SPALI_IP_WHOLE IP_MTU_DISCOVER
#define SPALI_IPV6_WHOLE IPV6_MTU_DISCOVER
#define SPALI_WHOLE_ON IP_PMTUDISC_DO
#define SPALI_WHOLE_OFF IP_PMTUDISC_DONT
#else
#if defined(IP_DONTFRAG)
#define SPALI_IP_WHOLE IP_DONTFRAG
#else
#define SPALI_IP_WHOLE SPALI_NO_OPTION
#endif
#define SPALI_IPV6_WHOLE IPV6_DONTFRAG
#define SPALI_WHOLE_ON 1
#define SPALI_WHOLE_OFF 0
#endif

/** A queue of what became of earlier datagrams, and how it is read. */
#if defined(IP_RECVERR) && defined(MSG_ERRQUEUE)
#define SPALI_IP_NEWS IP_RECVERR
#define SPALI_IPV6_NEWS IPV6_RECVERR
#define SPALI_NEWS_FLAGS (MSG_ERRQUEUE | MSG_DONTWAIT)
#else
#define SPALI_IP_NEWS SPALI_NO_OPTION
#define SPALI_IPV6_NEWS SPALI_NO_OPTION
#define SPALI_NEWS_FLAGS MSG_DONTWAIT
#endif

/** Where a datagram was sent to, and by which interface it came; FreeBSD asks for the second by itself. */
#if defined(IP_RECVPKTINFO)
#define SPALI_IP_TARGET IP_RECVPKTINFO
#elif defined(IP_PKTINFO)
#define SPALI_IP_TARGET IP_PKTINFO
#else
#define SPALI_IP_TARGET IP_RECVDSTADDR
#define SPALI_IP_INTERFACE IP_RECVIF
#endif

#if defined(IP_RECVTOS)
#define SPALI_IP_RECV_CLASS IP_RECVTOS
#else
#define SPALI_IP_RECV_CLASS SPALI_NO_OPTION
#endif

/** Linux keeps what an IPv6 socket does when it speaks IPv4 apart. */
#if defined(__linux__)
#define SPALI_KEEPS_FAMILIES_APART 1
#else
#define SPALI_KEEPS_FAMILIES_APART 0
#endif

/** Hops of an IPv6 packet where the system says that they are its default, and not how many that is. */
#define SPALI_HOPS_DEFAULT 64

/* ---------------------------------------------------------------------------------------------------- of multicast */

/** The interface by which datagrams to IPv4 groups leave. NetBSD takes an address 0.x.x.x for an index. */
#if defined(__NetBSD__)
typedef struct in_addr spali_outgoing;
static inline void spali_outgoing_set(spali_outgoing *out, int index) {
    out->s_addr = htonl((uint32_t)index);
}
#else
typedef struct ip_mreqn spali_outgoing;
static inline void spali_outgoing_set(spali_outgoing *out, int index) {
    out->imr_multiaddr.s_addr = htonl(INADDR_ANY);
    out->imr_address.s_addr = htonl(INADDR_ANY);
    out->imr_ifindex = index;
}
#endif

/** Membership by interface index for every family, and of single sources (RFC 3678). */
#if defined(MCAST_JOIN_GROUP)
#define SPALI_GROUP_JOIN MCAST_JOIN_GROUP
#define SPALI_GROUP_LEAVE MCAST_LEAVE_GROUP
#define SPALI_SOURCE_JOIN MCAST_JOIN_SOURCE_GROUP
#define SPALI_SOURCE_LEAVE MCAST_LEAVE_SOURCE_GROUP
#define spali_group_request group_req
#define spali_source_request group_source_req
#else
#define SPALI_GROUP_JOIN SPALI_NO_OPTION
#define SPALI_GROUP_LEAVE SPALI_NO_OPTION
#define SPALI_SOURCE_JOIN SPALI_NO_OPTION
#define SPALI_SOURCE_LEAVE SPALI_NO_OPTION
struct spali_group_request {
    uint32_t gr_interface;
    struct sockaddr_storage gr_group;
};
struct spali_source_request {
    uint32_t gsr_interface;
    struct sockaddr_storage gsr_group;
    struct sockaddr_storage gsr_source;
};
#endif

/** Linux turns a membership of every source into one of a single source, if asked to join that. Unblocking a source
 * that is not blocked changes nothing, and says whether there is such a membership. */
#if defined(__linux__)
#define SPALI_SOURCE_PROBE MCAST_UNBLOCK_SOURCE
#else
#define SPALI_SOURCE_PROBE SPALI_NO_OPTION
#endif

#endif
