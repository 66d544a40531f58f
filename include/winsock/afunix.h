/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: addresses of local sockets (afunix.h).
 */
#ifndef SOCKPAL_WINSOCK_AFUNIX_H
#define SOCKPAL_WINSOCK_AFUNIX_H

#include "winsock2.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define UNIX_PATH_MAX 108
#define SIO_AF_UNIX_GETPEERPID _WSAIOR(IOC_VENDOR, 256)

typedef struct sockaddr_un {
    ADDRESS_FAMILY sun_family;
    char sun_path[UNIX_PATH_MAX];
} SOCKADDR_UN, *PSOCKADDR_UN;

#endif
