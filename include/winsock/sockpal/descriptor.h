/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: between SOCKET and the system's descriptors, for libraries that know nothing of Winsock
 * (SSL_set_fd and the like). This header has no counterpart on Windows, where a SOCKET is what such libraries take.
 */
#ifndef SOCKPAL_WINSOCK_DESCRIPTOR_H
#define SOCKPAL_WINSOCK_DESCRIPTOR_H

#include "../winsock2.h"

SPALW_BEGIN

/** Lends the descriptor behind a socket. It stays the socket's: do not close it. It is non-blocking, whatever FIONBIO
 *  says, and another one after a connect that has failed, or when AcceptEx has filled the socket.
 *  @return -1, last error set */
int WSAAPI sockpal_descriptor_from_socket(SOCKET socket) SPALW_LINK(descriptor_from_socket);

/** Makes a SOCKET of a descriptor, which closesocket closes. It becomes non-blocking underneath.
 *  @return INVALID_SOCKET, last error set: the descriptor is still the caller's */
SOCKET WSAAPI sockpal_socket_from_descriptor(int descriptor) SPALW_LINK(socket_from_descriptor);

SPALW_END

#endif
