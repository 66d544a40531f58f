/* SPDX-License-Identifier: MIT
 *
 * Winsock's extension functions. They belong to the provider of a socket, so a socket is what they are asked of. It has
 * no twin.
 */
#ifndef SPALI_EXTENSION_H
#define SPALI_EXTENSION_H

#include "native.h"

/** The functions of one address family; all three or none. */
typedef struct spali_extension {
    LPFN_ACCEPTEX AcceptEx;
    LPFN_CONNECTEX ConnectEx;
    LPFN_GETACCEPTEXSOCKADDRS GetAcceptExSockaddrs;
} spali_extension;

/** Asks the provider of the slot's socket when first needed. @return SPAL_EOPNOTSUPP and others: the provider has none
 */
spal_error spali_extension_get(const spali_slot *slot, spali_extension *out);

#endif
