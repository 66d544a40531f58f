/* SPDX-License-Identifier: MIT
 *
 * The verbs of datagrams and of files, split from operation.c. What is said of the verbs in backend.h holds here. Twin:
 * src/win32/message.h.
 */
#ifndef SPALI_MESSAGE_H
#define SPALI_MESSAGE_H

#include "native.h"

/** RECV, RECVFROM, RECVMSG, SEND, SENDTO and SENDMSG of datagram sockets: message.c. */
spali_step spali_message_try(spali_slot *slot, spal_op *op, bool *ready);

/** Writes into the message of a RECVMSG that there is nothing to say of it; for other kinds it does nothing. */
void spali_message_clear(const spal_op *op);

/** SENDFILE: sendfile.c. */
spali_step spali_sendfile_try(spali_slot *slot, spal_op *op, bool *ready);

#endif
