/* SPDX-License-Identifier: MIT
 *
 * Sockets that are used again after their connection has ended (TF_REUSE_SOCKET).
 */
#ifndef SPALW_RECYCLE_H
#define SPALW_RECYCLE_H

#include "socket.h"

/** Gives a disconnected socket a new core: fit for AcceptEx, or, bound as before, for ConnectEx. */
void spalw_socket_recycle(spalw_socket *socket);

#endif
