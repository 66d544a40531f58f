/* SPDX-License-Identifier: MIT
 *
 * The datagrams of udp_ping and udp_pong: a question, and the answer, which differs from it in one letter and is never
 * longer. So an answer is not answered again: two servers that are made to talk to each other by a forged sender do not
 * go on for ever. All numbers are in network byte order.
 *
 *     0  "ping" or "pong"
 *     4  session: which run of udp_ping asks, 8 bytes
 *    12  sequence number, 4 bytes
 *    16  filling, the low byte of each position
 */
#ifndef EXAMPLES_PING_H
#define EXAMPLES_PING_H

#include <stddef.h>
#include <stdint.h>

enum {
    PING_HEAD = 16,   /**< bytes of the shortest datagram */
    PING_MAX = 65507, /**< and of the longest that UDP over IPv4 carries */
    PING_ROOM = 65536 /**< room for any datagram */
};

struct ping {
    uint64_t session;
    uint32_t sequence;
};

/** Writes a question. @param length  PING_HEAD to PING_MAX */
void ping_write(const struct ping *ping, unsigned char *bytes, size_t length);

/** Turns a question into its answer, in place. @return 0 when it is no question */
int ping_answer(unsigned char *bytes, size_t length);

/** Reads an answer. @return 0 when it is none, or its filling has changed on the way */
int ping_read(const unsigned char *bytes, size_t length, struct ping *ping);

#endif
