/* SPDX-License-Identifier: MIT
 *
 * The verbs of accepting and connecting, split from operation.c, and what they share with it. It has no twin.
 */
#ifndef SPALI_HANDSHAKE_H
#define SPALI_HANDSHAKE_H

#include "native.h"

spali_step spali_accept_try(spali_slot *slot, spal_op *op);
spali_step spali_accept_arm(spali_slot *slot, spal_op *op, spali_wake *wake);
spali_step spali_accept_harvest(spali_slot *slot, spal_op *op, uint32_t status);

/** The listener is being closed: a connection that the kernel has accepted and nobody has harvested is closed with it.
 *  Frees slot->extra, unless the kernel may still write to it. */
void spali_accept_abandon(spali_slot *slot);

spali_step spali_connect_arm(spali_slot *slot, spal_op *op, spali_wake *wake);
spali_step spali_connect_harvest(spali_slot *slot, spal_op *op, uint32_t status);

/** Makes an operation's OVERLAPPED ready for a call: with the wake's event and no packet, or with a packet. */
OVERLAPPED *spali_op_post(spal_op *op, spali_wake *wake);

/** Whether nothing follows when an overlapped call with this wake succeeds at once. */
bool spali_op_ends_at_once(spali_slot *slot, const spali_wake *wake);

/** Whether the kernel cancelled the operation though nobody asked: cancelling one operation may abort its neighbours.
 */
bool spali_op_was_stopped(spali_slot *slot, const spal_op *op, uint32_t status);

#endif
