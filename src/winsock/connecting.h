/* SPDX-License-Identifier: MIT
 *
 * Connects in non-blocking mode: how they went.
 */
#ifndef SPALW_CONNECTING_H
#define SPALW_CONNECTING_H

#include "socket.h"

/** Notes the end of a connect that was under way: SPALW_DIALING is gone then, SPALW_DIAL_FAILED says that it failed. */
void spalw_connect_settle(spalw_socket *socket);

/** One connect, as the socket's mode is. */
spal_error spalw_connect_to(spalw_socket *socket, const spal_address *address);

#endif
