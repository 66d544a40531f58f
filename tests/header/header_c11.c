/* SPDX-License-Identifier: MIT
 *
 * The public header alone, as C11 with every warning on: it needs no other header, and its layouts are the promised
 * ones. Twin: header_cxx17.cpp.
 */
#include "sockpal.h"

#define IS_64_BIT (sizeof(void *) == 8)

_Static_assert(!IS_64_BIT || sizeof(spal_op) == 192, "an operation has 192 bytes");
_Static_assert(IS_64_BIT || sizeof(spal_op) <= 192, "an operation has at most 192 bytes");
_Static_assert(sizeof(spal_socket) == 8, "a socket is one 64-bit value");
_Static_assert(sizeof(spal_native) == sizeof(void *), "a native handle is as wide as a pointer");
_Static_assert(sizeof(spal_address) == 140, "an address has the same layout everywhere");
_Static_assert(offsetof(spal_address, ip) == 16, "an address has the same layout everywhere");
_Static_assert(sizeof(spal_pollfd) == 16 || !IS_64_BIT, "a poll entry has the same layout everywhere");
_Static_assert(sizeof(spal_completion) == 2 * sizeof(void *), "a completion is two pointers");
_Static_assert(sizeof(spal_buffer) == 2 * sizeof(void *), "a buffer is a pointer and a length");
_Static_assert(SPAL_ECONNREFUSED == 10061, "errors have Winsock's numbers");
_Static_assert(SPAL_AF_INET6 == 23, "families have Winsock's numbers");
_Static_assert(SPAL_VERSION >= 100, "the version is a number");

int main(void) {
    spal_op op = {0};
    spal_socket none = {0};
    return spal_socket_equal(op.socket, none) ? 0 : 1;
}
