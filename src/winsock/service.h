/* SPDX-License-Identifier: MIT
 *
 * The service: one thread for the whole process, started when it is first needed. It tells the results of overlapped
 * operations on sockets that have no completion port, and watches sockets for WSAEventSelect. It also drives a
 * completion port while operations are pending there whose end somebody waits for elsewhere, by an event.
 */
#ifndef SPALW_SERVICE_H
#define SPALW_SERVICE_H

#include "socket.h"

struct spalw_port;

/** Attaches a socket to the service's port, if it has no port of its own. */
spal_error spalw_service_serve(spalw_socket *socket);

/** Tells the results that are there, without waiting, as the service does. */
void spalw_service_collect(void);

/** Drives a port until as many calls have said that it need not be any more. */
void spalw_service_pump(struct spalw_port *port);
void spalw_service_unpump(struct spalw_port *port);

#endif
