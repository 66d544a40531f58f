/* SPDX-License-Identifier: MIT
 *
 * Calls of Winsock that wait are alertable: calls that are queued for their thread meanwhile (QueueUserAPC, completion
 * routines) are made, and the wait goes on. sockpal's waits end with SPAL_EINTR for that (wait.c interrupts them).
 */
#ifndef SPALW_ALERTABLE_H
#define SPALW_ALERTABLE_H

#include "socket.h"

/** After a call of sockpal's that may have waited: makes what is queued, if that has interrupted it.
 *  @return whether it is to be called again */
bool spalw_is_interrupted(spal_error error);

/** The same after a receive, which ends with SPAL_ETIMEDOUT when the socket's time limit is over all the same.
 *  @param until_ns  0 at first */
bool spalw_recv_goes_on(spalw_socket *socket, spal_error *error, uint64_t *until_ns);

/** spal_poll, alertable. */
spal_error spalw_poll(spal_pollfd *entries, size_t count, int timeout_ms, size_t *ready);

#endif
