/* SPDX-License-Identifier: MIT
 *
 * The verbs of accepting and connecting, split from operation.c, and what they share with it. What is said of the verbs
 * in backend.h holds here. Twin: src/win32/handshake.h.
 */
#ifndef SPALI_HANDSHAKE_H
#define SPALI_HANDSHAKE_H

#include "native.h"

spali_step spali_accept_try(spali_slot *slot, spal_op *op, bool *ready);

spali_step spali_connect_arm(spali_slot *slot, spal_op *op, const spali_wake *wake, bool *ready);
spali_step spali_connect_harvest(spali_slot *slot, spal_op *op, bool *ready);

/** Registers the socket behind a try that would block, or a connect that is under way: whichever thread has done it,
 *  what changes from here on is an event. */
spali_step spali_op_register(spali_slot *slot, spal_op *op, bool *ready);

#endif
