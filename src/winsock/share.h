/* SPDX-License-Identifier: MIT
 *
 * Who may be bound to one port beside whom, by SO_REUSEADDR and SO_EXCLUSIVEADDRUSE, as Windows has it.
 */
#ifndef SPALW_SHARE_H
#define SPALW_SHARE_H

#include "socket.h"

/** Binds. @return 0, WSAEADDRINUSE, WSAEACCES ... */
DWORD spalw_share_bind(spalw_socket *socket, const spal_address *address);

spal_error spalw_share_listen(spalw_socket *socket, int backlog);

#endif
