/* SPDX-License-Identifier: MIT
 *
 * Connecting, as the rest of the core needs it: connect.c.
 */
#ifndef SPALI_CONNECT_H
#define SPALI_CONNECT_H

#include "slot.h"

/** Gives an operation its address. An IP address is copied; of a local one `kept` is remembered, and must live. */
void spali_op_set_address(spal_op *op, const spal_address *address, const spal_address *kept);

/** The address that is meant: the wildcard as a destination means the loopback. */
spal_address spali_address_meant(const spal_address *address);

/** Looks whether a connect in non-blocking mode has ended meanwhile, and writes the outcome down. The slot is pinned.
 */
void spali_connect_settle(spali_slot *slot);

/** Connects, and waits until the deadline, whatever the socket's mode and timeout. */
spal_error spali_connect_until(spal_socket socket, const spal_address *address, uint64_t deadline_ns);

/** Starts a connect that is a part of a larger operation; its completion goes to spali_request_continue. */
spal_error spali_connect_part(spal_socket socket, spal_op *op, const spal_address *address, void *whole);

#endif
