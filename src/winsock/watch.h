/* SPDX-License-Identifier: MIT
 *
 * Network events: what WSAEventSelect has asked for, and what has happened since.
 *
 * An event is recorded once, and again only after the call that re-enables it: reading for FD_READ, accepting for
 * FD_ACCEPT, a send that found no room for FD_WRITE. So each is either enabled, and an operation of sockpal waits for
 * the socket to become ready, or recorded already, and nothing waits. FD_CLOSE comes when the end of the stream is what
 * could be read next.
 */
#ifndef SPALW_WATCH_H
#define SPALW_WATCH_H

#include "socket.h"

/** WSAEventSelect. @return 0 or why it failed */
DWORD spalw_watch_set(spalw_socket *socket, HANDLE event, long events);

/** What an accepted socket has from its listener. */
void spalw_watch_inherit(spalw_socket *listener, spalw_socket *socket);

/** Out of line: the socket has a watch. Enables events, FD_*. */
void spalw_watch_enable_some(spalw_socket *socket, long events);

/** A call that re-enables events has been made. */
static inline void spalw_watch_enable(spalw_socket *socket, long events) {
    if (atomic_load_explicit(&socket->watch, memory_order_relaxed) != NULL)
        spalw_watch_enable_some(socket, events);
}

/** Whether WSAEventSelect has asked for anything. */
bool spalw_watch_is_on(spalw_socket *socket);

/** The core has been replaced. */
void spalw_watch_moved(spalw_socket *socket, spal_socket old);

/** The socket is being closed; and: is gone. */
void spalw_watch_close(spalw_socket *socket);
void spalw_watch_free(spalw_socket *socket);

#endif
