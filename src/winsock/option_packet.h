/* SPDX-License-Identifier: MIT
 *
 * Options about the packets that a socket receives: which of them it does, and what WSARecvMsg tells of them.
 */
#ifndef SPALW_OPTION_PACKET_H
#define SPALW_OPTION_PACKET_H

#include "option.h"

/** IP_PKTINFO and its like, of either family. */
spalw_option_function spalw_packet_asked_get, spalw_packet_asked_set;

/** IP_MULTICAST_LOOP, IP_RECEIVE_BROADCAST, IPV6_PROTECTION_LEVEL. */
spalw_option_function spalw_packet_loop_set, spalw_packet_broadcast_set, spalw_packet_protection_set;

/** Winsock's form of SIO_MULTIPOINT_LOOPBACK. */
DWORD spalw_packet_loop(spalw_socket *socket, bool is_v6, bool on);

/** WSARecvMsg tells by flags whether a datagram came for a group: from now on the system says where each was sent to.
 */
void spalw_packet_watch(spalw_socket *socket);

#endif
