/* SPDX-License-Identifier: MIT
 *
 * Between Winsock's struct sockaddr and sockpal's addresses.
 */
#ifndef SPALW_SOCKADDR_H
#define SPALW_SOCKADDR_H

#include "ws2ipdef.h"

#include "sockpal.h"

#include <stdbool.h>

/** Room for every address. */
typedef union spalw_sockaddr {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage storage;
} spalw_sockaddr;

/** Bytes of an address of this family, at least; 0 for a family that is not known. */
int spalw_sockaddr_length(int family);

/** Reads an address. @return 0, WSAEFAULT (null, or too short), WSAEAFNOSUPPORT */
DWORD spalw_sockaddr_read(const struct sockaddr *name, int length, spal_address *out);

/** Writes an address of any family. @return its bytes */
int spalw_sockaddr_fill(const spal_address *address, spalw_sockaddr *out);

/** Writes an address where the caller wants it, with its length. @return false when it does not fit: nothing is written
 *  then but the length that it takes */
bool spalw_sockaddr_write(const spal_address *address, struct sockaddr *out, int *length);

#endif
