/* SPDX-License-Identifier: MIT
 *
 * Options that are newer than some of Windows' headers, by their numbers, for the conformance programs.
 */
#ifndef NEWER_H
#define NEWER_H

#include "conform.h"

#if !defined(SO_BSP_STATE)
#define SO_BSP_STATE 0x1009
#endif
#if !defined(SO_RANDOMIZE_PORT)
#define SO_RANDOMIZE_PORT 0x3005
#endif
#if !defined(SO_PORT_SCALABILITY)
#define SO_PORT_SCALABILITY 0x3006
#endif
#if !defined(SO_REUSE_UNICASTPORT)
#define SO_REUSE_UNICASTPORT 0x3007
#endif
#if !defined(SO_REUSE_MULTICASTPORT)
#define SO_REUSE_MULTICASTPORT 0x3008
#endif
#if !defined(SO_PAUSE_ACCEPT)
#define SO_PAUSE_ACCEPT 0x3003
#endif
#if !defined(TCP_KEEPCNT)
#define TCP_KEEPCNT 16
#endif
#if !defined(TCP_KEEPIDLE)
#define TCP_KEEPIDLE 3
#endif
#if !defined(TCP_KEEPINTVL)
#define TCP_KEEPINTVL 17
#endif
#if !defined(TCP_FAIL_CONNECT_ON_ICMP_ERROR)
#define TCP_FAIL_CONNECT_ON_ICMP_ERROR 18
#endif
#if !defined(TCP_ICMP_ERROR_INFO)
#define TCP_ICMP_ERROR_INFO 19
#endif
#if !defined(TCP_TIMESTAMPS)
#define TCP_TIMESTAMPS 10
#endif
#if !defined(UDP_SEND_MSG_SIZE)
#define UDP_SEND_MSG_SIZE 2
#endif
#if !defined(UDP_RECV_MAX_COALESCED_SIZE)
#define UDP_RECV_MAX_COALESCED_SIZE 3
#endif
#if !defined(UDP_NOCHECKSUM)
#define UDP_NOCHECKSUM 1
#endif
#if !defined(UDP_CHECKSUM_COVERAGE)
#define UDP_CHECKSUM_COVERAGE 20
#endif
#if !defined(IP_USER_MTU)
#define IP_USER_MTU 76
#endif
#if !defined(IPV6_USER_MTU)
#define IPV6_USER_MTU 76
#endif
#if !defined(IP_MTU_DISCOVER)
#define IP_MTU_DISCOVER 71
#endif
#if !defined(IP_MTU)
#define IP_MTU 73
#endif
#if !defined(IP_UNICAST_IF)
#define IP_UNICAST_IF 31
#endif
#if !defined(IPV6_UNICAST_IF)
#define IPV6_UNICAST_IF 31
#endif
#if !defined(IP_ORIGINAL_ARRIVAL_IF)
#define IP_ORIGINAL_ARRIVAL_IF 47
#endif
#if !defined(IP_RECVIF)
#define IP_RECVIF 24
#endif
#if !defined(IP_RECVECN)
#define IP_RECVECN 50
#endif
#if !defined(IPV6_RECVECN)
#define IPV6_RECVECN 50
#endif
#if !defined(IPV6_PROTECTION_LEVEL)
#define IPV6_PROTECTION_LEVEL 23
#endif
#if !defined(PROTECTION_LEVEL_RESTRICTED)
#define PROTECTION_LEVEL_UNRESTRICTED 10
#define PROTECTION_LEVEL_EDGERESTRICTED 20
#define PROTECTION_LEVEL_RESTRICTED 30
#endif

#endif
