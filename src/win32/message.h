/* SPDX-License-Identifier: MIT
 *
 * The verbs of datagrams and of files, split from operation.c, and what they share with it. What is said of the verbs
 * in backend.h holds here.
 */
#ifndef SPALI_MESSAGE_H
#define SPALI_MESSAGE_H

#include "native.h"

/* RECV, RECVFROM, RECVMSG, SEND, SENDTO and SENDMSG of datagram sockets: message.c. */
spali_step spali_message_try(spali_slot *slot, spal_op *op);
spali_step spali_message_arm(spali_slot *slot, spal_op *op, spali_wake *wake);
spali_step spali_message_harvest(spali_slot *slot, spal_op *op, uint32_t status);

/** Writes into the message of a RECVMSG that there is nothing to say of it; for other kinds it does nothing. */
void spali_message_clear(const spal_op *op);

/* SENDFILE: sendfile.c. */
spali_step spali_sendfile_try(spali_slot *slot, spal_op *op);
spali_step spali_sendfile_arm(spali_slot *slot, spal_op *op, spali_wake *wake);
spali_step spali_sendfile_harvest(spali_slot *slot, spal_op *op, uint32_t status);

/* From operation.c. */

/** The error of a stream that stands for `error`: who has ended a connection does not matter. */
spal_error spali_transfer_error(spali_slot *slot, spal_error error);
/** The same of a code of WSAGetLastError. */
spal_error spali_transfer_failure(spali_slot *slot, int code);
/** A send on a stream has been cancelled after it was posted: the stream is broken. */
spali_step spali_send_cut(spali_slot *slot, spal_op *op, uint32_t status);

#endif
