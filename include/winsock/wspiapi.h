/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the header for systems older than getaddrinfo, which every program of the face has (wspiapi.h).
 */
#ifndef SOCKPAL_WINSOCK_WSPIAPI_H
#define SOCKPAL_WINSOCK_WSPIAPI_H

#include "ws2tcpip.h"

#endif
