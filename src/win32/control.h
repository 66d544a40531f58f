/* SPDX-License-Identifier: MIT
 *
 * What control data say of a packet: control.c. Twin: src/posix/control.h.
 */
#ifndef SPALI_CONTROL_H
#define SPALI_CONTROL_H

#include "native.h"

/** Control data as Winsock wants them aligned, with room for all that can be asked for, and for more that a caller has
 *  asked for by options of the system. */
typedef union spali_control {
    WSACMSGHDR header;
    char bytes[1024];
} spali_control;

/** Takes what is known of a packet out of a message that has been received. What is not stays as it is. */
void spali_control_read(const spali_slot *slot, const WSAMSG *message, spal_packet_info *out);

/** Has the message carry what its packet shall have, in `room`.
 *  @param to  where it goes; null: to the peer
 *  @return SPAL_EOPNOTSUPP, SPAL_EADDRNOTAVAIL */
spal_error spali_control_write(spali_slot *slot, const spal_packet_info *info, const spal_address *to, WSAMSG *message,
                               spali_control *room);

/** The IPv6 addresses of a link, of one host or of a group, which mean nothing without the link. */
static inline bool spali_ip_is_of_link(const uint8_t *ip) {
    return (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) || (ip[0] == 0xff && (ip[1] & 0x0f) == 2);
}

#endif
