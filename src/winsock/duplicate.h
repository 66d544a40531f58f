/* SPDX-License-Identifier: MIT
 *
 * Sockets made of what WSADuplicateSocket has written.
 */
#ifndef SPALW_DUPLICATE_H
#define SPALW_DUPLICATE_H

#include "socket.h"

/** Whether a description is one of WSADuplicateSocket's. */
bool spalw_duplicate_is_meant(const WSAPROTOCOL_INFOW *info);
SOCKET spalw_duplicate_open(const WSAPROTOCOL_INFOW *info);

#endif
