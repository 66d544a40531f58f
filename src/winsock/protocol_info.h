/* SPDX-License-Identifier: MIT
 *
 * The catalog of protocols: those of Windows that this system has, with the numbers and names that they have there.
 */
#ifndef SPALW_PROTOCOL_INFO_H
#define SPALW_PROTOCOL_INFO_H

#include "winsock2.h"

#include <stdbool.h>

/** What SO_PROTOCOL_INFO tells of a socket, and WSADuplicateSocket begins with.
 *  @param protocol  0: the type's own
 *  @return false when there is no such protocol */
bool spalw_protocol_info_w(int family, int type, int protocol, LPWSAPROTOCOL_INFOW out);
bool spalw_protocol_info_a(int family, int type, int protocol, LPWSAPROTOCOL_INFOA out);

#endif
