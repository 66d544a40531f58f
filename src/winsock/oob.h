/* SPDX-License-Identifier: MIT
 *
 * Urgent data of streams, which Winsock calls out-of-band. Winsock keeps an urgent byte until it is asked for; this
 * system forgets it as soon as the stream is read beyond its place. So a byte that has been seen is taken out of the
 * stream then and there, and kept with the socket; and once a socket has had urgent data, each receive looks for more
 * before it reads.
 */
#ifndef SPALW_OOB_H
#define SPALW_OOB_H

#include "socket.h"

/** What spalw_socket's `urgent` says: nothing so far, or these, and the byte below them. */
enum { SPALW_URGENT_SEEN = 0x100, SPALW_URGENT_KEPT = 0x200 };

/** Whether a byte is kept. */
static inline bool spalw_oob_is_kept(spalw_socket *socket) {
    return (atomic_load(&socket->urgent) & SPALW_URGENT_KEPT) != 0;
}

/** Whether a receive with MSG_OOB would find something. Never with SO_OOBINLINE. */
bool spalw_oob_is_waiting(spalw_socket *socket);

/** What SIOCATMARK says. */
bool spalw_oob_is_at_mark(spalw_socket *socket);

/** Out of line: before a receive without MSG_OOB of a socket to which urgent data matter.
 *  @param length  in and out: the most that the receive may take, since what is urgent is not mixed with the rest
 *  @return SPAL_OK, or why the receive need not be tried */
spal_error spalw_oob_prepare_some(spalw_socket *socket, size_t *length);

/** Before a receive without MSG_OOB. */
static inline spal_error spalw_oob_prepare(spalw_socket *socket, size_t *length) {
    bool is_of_matter =
        atomic_load_explicit(&socket->urgent, memory_order_relaxed) != 0 || spalw_is(socket, SPALW_OOB_INLINE);
    return is_of_matter ? spalw_oob_prepare_some(socket, length) : SPAL_OK;
}

/** Transfers with MSG_OOB. A receive waits as the socket's mode says. */
spal_error spalw_send_oob(spalw_socket *socket, const void *buffer, size_t length, size_t *sent);
spal_error spalw_recv_oob(spalw_socket *socket, void *buffer, size_t length, int flags, size_t *received);

#endif
