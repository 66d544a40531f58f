/* SPDX-License-Identifier: MIT
 *
 * Keep-alive of TCP connections with the numbers of Windows, which are not those of this system.
 */
#ifndef SPALW_KEEPALIVE_H
#define SPALW_KEEPALIVE_H

#include "socket.h"

/** How often a peer that does not answer is asked, and seconds between. */
spal_error spalw_keepalive_interval(spalw_socket *socket, DWORD *seconds);
spal_error spalw_keepalive_count(spalw_socket *socket, DWORD *count);
spal_error spalw_keepalive_set_count(spalw_socket *socket, DWORD count);

/** Gives a socket whose keep-alive has been switched on the numbers of Windows where it has the system's own. */
void spalw_keepalive_complete(spalw_socket *socket);

#endif
