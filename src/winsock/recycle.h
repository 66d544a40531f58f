/* SPDX-License-Identifier: MIT
 *
 * Sockets that are used again after their connection has ended (TF_REUSE_SOCKET).
 */
#ifndef SPALW_RECYCLE_H
#define SPALW_RECYCLE_H

#include "socket.h"

/** Notes that a socket's connection has been ended: once is enough, but it may still be made usable again. */
static inline void spalw_socket_note_disconnected(spalw_socket *socket) {
    spalw_note(socket, SPALW_SHUT_SEND | SPALW_SHUT_RECV);
}

/** Gives a disconnected socket a new core: fit for AcceptEx, or, bound as before, for ConnectEx. */
void spalw_socket_recycle(spalw_socket *socket);

#endif
