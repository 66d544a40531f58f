/* SPDX-License-Identifier: MIT
 *
 * Synchronous calls that have to wait: sync.c. Those that need not wait never come here.
 */
#ifndef SPALI_SYNC_H
#define SPALI_SYNC_H

#include "operation.h"

/** How a synchronous call comes to wait. */
typedef struct spali_entry {
    bool is_owner; /**< the caller owns the direction; the first try would have blocked */
    bool ready;    /**< of the owner, as after its try */
} spali_entry;

/**
 * Carries out a synchronous operation, prepared like an asynchronous one, and waits for its end. It takes its place in
 * the direction's FIFO: at the front for an owner, else behind the others. The slot is pinned, and stays so; ownership
 * is given up.
 * @return call->op.error; the results stand in call->op
 */
spal_error spali_call_run(spali_slot *slot, spal_socket socket, spali_call *call, uint64_t deadline_ns,
                          spali_entry entry);

/** Runs a prepared operation synchronously: checks the socket's state, tries, and waits if it may.
 *  @param flags  SPAL_DONTWAIT counts  @param tries  whether the operation can be tried without waiting */
spal_error spali_call_sync(spal_socket socket, spali_call *call, int flags, bool tries);

/** The same for a socket that is pinned, with its own answer to whether it may wait, and until when. */
spal_error spali_call_pinned(spali_slot *slot, spal_socket socket, spali_call *call, bool may_wait, bool tries,
                             uint64_t deadline_ns);

/** Gives an operation its one buffer. */
static inline void spali_op_set_buffer(spal_op *op, void *buffer, size_t length, int flags) {
    op->core.buffer.base = buffer;
    op->core.buffer.length = length;
    op->core.buffers = &op->core.buffer;
    op->core.buffer_count = 1;
    op->core.message_flags = flags & ~SPAL_DONTWAIT;
}

/** Whether a call with these flags may wait on this socket. */
static inline bool spali_call_may_wait(spali_slot *slot, int flags) {
    return (flags & SPAL_DONTWAIT) == 0 && (spali_facts(slot) & SPALI_FACT_NONBLOCKING) == 0;
}

/** As the owner, drives the direction, delivers what ended, and gives the direction up. */
void spali_direction_leave(spali_slot *slot, int direction, bool ready);

/** The deadline of a call that starts now, by the socket's timeout. */
uint64_t spali_call_deadline(spali_slot *slot, int direction);

#endif
