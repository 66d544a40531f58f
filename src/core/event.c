/* SPDX-License-Identifier: MIT
 *
 * The short way of an event on a socket that threads share: the only receive that waits is carried out and taken off by
 * two steps of the control word, one before the system call and one behind it, and without the lock.
 */
#include "event.h"

#include "transfer.h"

#if defined(SPALI_HAS_INLINE)

static inline void completion_put(spali_sink *sink, spal_op *op) {
    spal_completion *out = &sink->out[sink->count++];
    out->key = op->core.key;
    out->op = op;
    op->core.state = SPALI_IDLE;
}

/* As the owner: the result stands, but something has come in between. */
static SPALI_RARE bool idle_end_slowly(spali_slot *slot, spal_op *op, bool ready, spali_sink *sink) {
    spali_latch *lock = spali_slot_lock(slot);
    spali_direction_unlink(slot, SPALI_READ, op);
    spali_slot_unlock(lock);
    completion_put(sink, op);
    bool is_closing = (spali_load_u64(&slot->word) & SPALI_CLOSING) != 0;
    spali_direction_drive(slot, SPALI_READ, ready, is_closing, sink);
    return true;
}

/* As the owner: the end of the stream, nothing at all, or an error. */
static SPALI_RARE bool idle_end_rarely(spali_slot *slot, spal_op *op, intptr_t result, spali_sink *sink) {
    volatile spali_transfer way;
    way.slot = slot;
    way.buffer = op->core.buffer.base;
    way.length = op->core.buffer.length;
    way.moved = &op->count;
    way.result = result;
    spal_error error = spali_recv_outcome(&way);
    if (error == SPAL_EWOULDBLOCK) {
        spali_direction_drive(slot, SPALI_READ, way.ready, false, sink);
        return true;
    }
    op->error = error;
    spali_op_conclude(slot, op, sink);
    return idle_end_slowly(slot, op, way.ready, sink);
}

/* As the owner: the long way, with what is known. */
static SPALI_RARE bool idle_drive(spali_slot *slot, spali_sink *sink) {
    spali_direction_drive(slot, SPALI_READ, true, false, sink);
    return true;
}

/* As the owner: the result stands. */
static inline bool idle_end(spali_slot *slot, spal_op *op, bool ready, spali_sink *sink) {
    const uint64_t matter = SPALI_IDLING | SPALI_ATTN(SPALI_READ) | SPALI_READY(SPALI_READ) | SPALI_CLOSING;
    uint64_t word = spali_load_u64(&slot->word);
    uint64_t wanted = word & ~(SPALI_IDLING | SPALI_QUEUED(SPALI_READ) | SPALI_BUSY(SPALI_READ));
    if (ready)
        wanted |= SPALI_READY(SPALI_READ);
    if (!SPALI_LIKELY((word & matter) == SPALI_IDLING) || !SPALI_LIKELY(spali_swap_u64(&slot->word, &word, wanted)))
        return idle_end_slowly(slot, op, ready, sink);
    completion_put(sink, op);
    return true;
}

/* What was there when the system was asked came behind the operation, if the operation had been armed by then. Its
 * starter notes under the lock how many sleeps had begun. */
static bool event_is_younger(spali_slot *slot, const spal_op *op, const spali_sink *sink) {
    spali_latch *lock = spali_slot_try(slot);
    if (lock == NULL)
        return false;
    bool is_younger = (int32_t)(sink->sleep - (uint32_t)(uintptr_t)op->core.result) > 0;
    if (spali_latch_leave(lock))
        spali_latch_wake();
    return is_younger;
}

/* As the owner, of a receive of no bytes: readable is all that it asks. */
static SPALI_OUT_OF_LINE bool idle_told(spali_slot *slot, spal_op *op, spali_sink *sink) {
    return event_is_younger(slot, op, sink) ? idle_end(slot, op, true, sink) : idle_drive(slot, sink);
}

bool spali_shared_readable(spali_slot *slot, uint64_t word, spali_sink *sink) {
    if (!SPALI_LIKELY(spali_swap_u64(&slot->word, &word, spali_word_claimed(word, SPALI_READ))))
        return false;
    spal_op *op = slot->head[SPALI_READ];
    if (!SPALI_LIKELY((spali_facts(slot) & (SPALI_FACT_SHUT_RECV | SPALI_FACT_RESET)) == 0))
        return idle_drive(slot, sink);
    if (op->core.buffer.length == 0)
        return idle_told(slot, op, sink);
    intptr_t result = spali_recv_now(slot, op->core.buffer.base, op->core.buffer.length);
    if (!SPALI_LIKELY(result > 0))
        return idle_end_rarely(slot, op, result, sink);
    op->count = (size_t)result;
    bool ready = (size_t)result == op->core.buffer.length || !spali_recv_drains(slot);
    return idle_end(slot, op, ready, sink);
}

#else

bool spali_shared_readable(spali_slot *slot, uint64_t word, spali_sink *sink) {
    (void)slot;
    (void)word;
    (void)sink;
    return false;
}

#endif
