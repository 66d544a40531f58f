/* SPDX-License-Identifier: MIT
 *
 * What control data say of a packet: control.c. It has no twin, since Windows has them in one way only.
 */
#ifndef SPALI_CONTROL_H
#define SPALI_CONTROL_H

#include "native.h"

/** Control data as the system wants them aligned, with room for all that can be asked for, and for more that a caller
 *  has asked for by options of the system. */
typedef union spali_control {
    struct cmsghdr header;
    char bytes[1024];
} spali_control;

/** Takes what is known of a packet out of a message that has been received. What is not stays as it is. */
void spali_control_read(const spali_slot *slot, struct msghdr *header, spal_packet_info *out);

/** Writes behind header->msg_control what a packet shall have.
 *  @param to  where it goes; null: to the peer
 *  @return SPAL_EOPNOTSUPP, SPAL_EADDRNOTAVAIL */
spal_error spali_control_write(spali_slot *slot, const spal_packet_info *info, const spal_address *to,
                               struct msghdr *header);

/** Whether there is no such interface here, or no such source: some systems only say that there is no way. */
bool spali_control_names_missing(const spal_packet_info *info);

/** The IPv6 addresses of a link, of one host or of a group, which mean nothing without the link. */
static inline bool spali_ip_is_of_link(const uint8_t *ip) {
    return (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) || (ip[0] == 0xff && (ip[1] & 0x0f) == 2);
}

#endif
