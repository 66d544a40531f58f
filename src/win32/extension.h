/* SPDX-License-Identifier: MIT
 *
 * Winsock's extension functions. They belong to the provider of a socket, so a socket is what they are asked of. It has
 * no twin.
 */
#ifndef SPALI_EXTENSION_H
#define SPALI_EXTENSION_H

#include "native.h"

/** The functions of one address family that make connections; all or none. Local sockets have no ConnectEx. */
typedef struct spali_extension {
    LPFN_ACCEPTEX AcceptEx;
    LPFN_CONNECTEX ConnectEx;
    LPFN_GETACCEPTEXSOCKADDRS GetAcceptExSockaddrs;
} spali_extension;

/** Asks the provider of the slot's socket when first needed. @return SPAL_EOPNOTSUPP and others: the provider has none
 */
spal_error spali_extension_get(const spali_slot *slot, spali_extension *out);

/** The functions that move messages: what is to be said of a packet goes with its bytes. */
typedef struct spali_extension_messages {
    LPFN_WSARECVMSG WSARecvMsg;
    LPFN_WSASENDMSG WSASendMsg;
} spali_extension_messages;

/** Likewise. */
spal_error spali_extension_get_messages(const spali_slot *slot, spali_extension_messages *out);

#endif
