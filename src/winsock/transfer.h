/* SPDX-License-Identifier: MIT
 *
 * What all transfers share: flags, errors, and the few things that sockpal's calls do not do.
 */
#ifndef SPALW_TRANSFER_H
#define SPALW_TRANSFER_H

#include "oob.h"
#include "socket.h"

/** The core's flags for those of Winsock. MSG_OOB is the caller's business. @return 0, or why they are refused */
DWORD spalw_send_flags(spalw_socket *socket, DWORD flags, int *out);
DWORD spalw_recv_flags(spalw_socket *socket, DWORD flags, int *out);

/** A datagram that found nobody is told as a reset. */
spal_error spalw_recv_error(spalw_socket *socket, spal_error error);

/** Whether it may receive: a datagram socket must be bound first. */
bool spalw_recv_is_bound(spalw_socket *socket);

/** Before a send: on a connection that has had no room since, waits for it as the socket's mode says.
 *  @return SPAL_EWOULDBLOCK, SPAL_ETIMEDOUT */
spal_error spalw_room_await(spalw_socket *socket);
/** After it. */
void spalw_room_note(spalw_socket *socket, spal_error error, bool is_partial);

/** A datagram to an address, also on a connected socket. */
spal_error spalw_send_to(spalw_socket *socket, const spal_buffer *buffers, size_t count, int flags,
                         const spal_address *to, size_t *sent);

/** Reads where a datagram shall go. @return 0, WSAEFAULT, WSAEAFNOSUPPORT, WSAEADDRNOTAVAIL */
DWORD spalw_destination_read(spalw_socket *socket, const struct sockaddr *to, int length, spal_address *out);

#endif
