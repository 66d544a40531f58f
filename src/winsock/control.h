/* SPDX-License-Identifier: MIT
 *
 * Control messages of datagrams, between Winsock's bytes and sockpal's spal_packet_info.
 */
#ifndef SPALW_CONTROL_H
#define SPALW_CONTROL_H

#include "ws2ipdef.h"

#include "sockpal/error.h"

#include "sockpal.h"

#include <stdbool.h>

/** Writes what is known and was asked for; Control.len becomes the bytes used.
 *  @param is_v4  of a packet of IPv4, also on a dual-mode socket @param asked  SPALW_ASKED_*
 *  @return false when not everything fits */
bool spalw_control_write(const spal_packet_info *info, bool is_v4, DWORD asked, WSABUF *control);

/** Reads what a packet shall have. @return 0, or WSAEINVAL for what is malformed or unknown */
DWORD spalw_control_read(const WSABUF *control, int family, spal_packet_info *out);

#endif
