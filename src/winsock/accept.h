/* SPDX-License-Identifier: MIT
 *
 * What a socket of a connection has from the listener that accepted it: with accept from the beginning, with AcceptEx
 * from SO_UPDATE_ACCEPT_CONTEXT on.
 */
#ifndef SPALW_ACCEPT_H
#define SPALW_ACCEPT_H

#include "socket.h"

/** Passes on the options that sockpal keeps with each of its sockets; the system's follow by themselves. */
void spalw_accept_pass_on(spalw_socket *listener, spalw_socket *socket);

#endif
