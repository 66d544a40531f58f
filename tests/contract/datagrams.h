/* SPDX-License-Identifier: MIT
 *
 * What behaviours of datagrams are shown with: sockets, connected pairs, addresses where nobody is, and the peer's part
 * in plain calls with bounded waits. datagrams.c implements it; fixture.h has what streams need.
 */
#ifndef CONTRACT_DATAGRAMS_H
#define CONTRACT_DATAGRAMS_H

#include "fixture.h"

/** Makes name_v4 and name_v6, two functions of rows, out of name(context, family). */
#define IN_BOTH_FAMILIES(name)                                                                                         \
    static void name##_v4(context *c) {                                                                                \
        name(c, SPAL_AF_INET);                                                                                         \
    }                                                                                                                  \
    static void name##_v6(context *c) {                                                                                \
        require_ipv6(c);                                                                                               \
        name(c, SPAL_AF_INET6);                                                                                        \
    }

/** A fresh UDP socket with bounded waits, closed after the test. */
spal_socket open_udp(context *c, int family);
/** The same, bound to the loopback address. @param address  out: where */
spal_socket open_udp_bound(context *c, int family, spal_address *address);
/** Two bound sockets, `ours` connected to `peer` and the other way round. */
void open_udp_pair(context *c, int family, spal_socket *ours, spal_socket *peer);
/** An IPv6 socket that speaks IPv4 too, bound to the wildcard address. @param port  out: its port */
spal_socket open_udp_dual(context *c, uint16_t *port);
/** A socket whose port answers nobody but the socket itself: to all others nobody is there, until spal_disconnect.
 *  @param address  out: where nobody is */
spal_socket open_nobody(context *c, int family, spal_address *address);

/** The peer's part: one datagram, whole. */
void peer_sendto(spal_socket peer, const void *bytes, size_t length, const spal_address *to);
/** @return its length */
size_t peer_recvfrom(spal_socket peer, void *bytes, size_t room, spal_address *from);
/** Nothing is there to be received, and nothing comes for a while. */
void peer_expect_silence(spal_socket peer);
/** Waits until the socket has a local port. @return it */
uint16_t await_bound(spal_socket socket);

/** Room for one message, and the message. */
typedef struct letter {
    char bytes[16];
    spal_buffer piece;
    spal_address address;
    spal_packet_info info;
    spal_message message;
} letter;

/** Readies it for a receive; all that is not written by it holds junk. */
spal_message *letter_open(letter *self);

void expect_address(const spal_address *expected, const spal_address *actual);
/** The socket's own address on the loopback, whatever address it is bound to. */
spal_address loopback_of(spal_socket socket);
/** Asserts that a bound socket receives what `other` sends to it, and the other way round. */
void expect_exchanges(spal_socket socket, spal_socket other);

#endif
