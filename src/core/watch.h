/* SPDX-License-Identifier: MIT
 *
 * Operations that wait for readiness, as the rest of the core needs them: watch.c.
 */
#ifndef SPALI_WATCH_H
#define SPALI_WATCH_H

#include "operation.h"

/** Readiness backends: something happened to the socket of `id`. Ends those operations for which it is enough. */
void spali_watch_ready(spali_slot *slot, uint64_t id, spali_sink *sink);

/** Packet backends: the packet of an armed operation has been collected. */
void spali_watch_packet(spali_slot *slot, spal_op *op, spali_sink *sink);

/** The socket listens, is connected, or has failed to connect: what waited for that is armed, and spal_poll looks. */
void spali_watch_touch(spali_slot *slot, spali_sink *sink);
/** The same under the slot's lock. */
void spali_watch_touch_locked(spali_slot *slot, spali_sink *sink);

/** Packet backends: the facts by which they poll have changed; what is armed looks again. */
void spali_watch_shake(spali_slot *slot);

/** Asks operations to end, as spali_op_ask. The caller has pinned the slot. */
void spali_watch_ask(spali_slot *slot, const spal_op *which, uint32_t serial, enum spali_asked asked, spali_sink *sink);

/** Whether the kernel has let go of all of them. */
bool spali_watch_is_over(spali_slot *slot);

#endif
