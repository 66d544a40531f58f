/* SPDX-License-Identifier: MIT
 *
 * What the face asks of the system itself, where sockpal has no call for it: a handful of functions on descriptors,
 * with sockpal's errors. native.c is the one file that sees the C library's socket headers, and none of the face's.
 */
#ifndef SPALW_NATIVE_H
#define SPALW_NATIVE_H

#include "sockpal.h"

#include <stdbool.h>

/** Waits until one of the handles is readable. */
void spalw_native_wait(const spal_native *handles, size_t count);

/** Another descriptor for a socket whose connect has failed, which can be connected again: bound to the same address,
 *  with the same options. */
spal_error spalw_native_renew(spal_native native, spal_native *out);

/** One datagram to an address, whether or not the socket is connected; waits while there is no room for it. */
spal_error spalw_native_sendto(spal_native native, const spal_buffer *buffers, size_t count, const spal_address *to,
                               size_t *sent);

/** Resets a connection, whose socket stays. */
void spalw_native_reset(spal_native native);

/** Whether bytes have been sent that the peer has not acknowledged. */
bool spalw_native_is_sending(spal_native native);

/** A second descriptor. @return -1 when there is none */
spal_native spalw_native_copy(spal_native native);
/** Closes the last descriptor of a connection and waits so long for the peer to acknowledge. */
void spalw_native_close(spal_native native, int linger_ms);

/** Urgent data. Receiving never waits: SPAL_EINVAL when there is none, SPAL_EWOULDBLOCK when it is still to come. */
spal_error spalw_native_send_oob(spal_native native, const void *buffer, size_t length, size_t *sent);
spal_error spalw_native_recv_oob(spal_native native, void *buffer, size_t length, size_t *received);

/** Whether the peer of a TCP connection has ended it, or its own direction. */
bool spalw_native_has_peer_ended(spal_native native);

/** Whether what the stream has next is urgent. */
bool spalw_native_is_at_mark(spal_native native);

/** What the system knows of a TCP connection. */
typedef struct spalw_tcp_info {
    int state; /**< the system's number */
    uint32_t mss, rtt_us, min_rtt_us, in_flight, congestion_window, bytes_again;
    uint32_t send_window, receive_window, limited_by_peer_ms, limited_by_buffer_ms;
    bool has_timestamps;
    uint64_t bytes_in, bytes_out;
} spalw_tcp_info;
spal_error spalw_native_tcp_info(spal_native native, spalw_tcp_info *out);

/** Options of the system that sockpal does not know. Each is an int. */
enum {
    SPALW_NATIVE_OOB_INLINE,
    SPALW_NATIVE_SHARE_PORT,
    SPALW_NATIVE_UNICAST_IF4, /**< an index, in network byte order */
    SPALW_NATIVE_UNICAST_IF6, /**< likewise */
    SPALW_NATIVE_MTU4,        /**< read only */
    SPALW_NATIVE_MTU6,
    SPALW_NATIVE_MTU_DISCOVER4, /**< SPALW_DISCOVER_* */
    SPALW_NATIVE_MTU_DISCOVER6,
    SPALW_NATIVE_SEGMENT,      /**< largest TCP segment, bytes */
    SPALW_NATIVE_USER_TIMEOUT, /**< ms that sent data may go unacknowledged */
    SPALW_NATIVE_NO_CHECKSUM,
    SPALW_NATIVE_UDP_SEGMENT,  /**< bytes of the datagrams that a long one is cut into */
    SPALW_NATIVE_HEADER6,      /**< IPV6_HDRINCL */
    SPALW_NATIVE_RECV_TTL4,    /**< of a dual-mode socket, for packets of IPv4 */
    SPALW_NATIVE_RECV_CLASS4,  /**< likewise */
    SPALW_NATIVE_QUICK_ACK,    /**< acknowledges at once */
    SPALW_NATIVE_GROUP_ADDRESS /**< IPv4 address of ours, network byte order, from which datagrams to groups are sent */
};
enum { SPALW_DISCOVER_DONT, SPALW_DISCOVER_WANT, SPALW_DISCOVER_DO, SPALW_DISCOVER_PROBE };
spal_error spalw_native_set(spal_native native, int option, int value);
spal_error spalw_native_get(spal_native native, int option, int *value);

/** Stops or starts datagrams of one source to a group that has been joined for all. IPv4 addresses or IPv6 ones. */
spal_error spalw_native_block_source(spal_native native, const spal_address *group, uint32_t interface_index,
                                     const spal_address *source, bool blocks);

#endif
