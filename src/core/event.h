/* SPDX-License-Identifier: MIT
 *
 * The short way of an event, in line for pollers: what nearly all idle connections wait with. Everything else is
 * spali_on_ready's (operation.c).
 */
#ifndef SPALI_EVENT_H
#define SPALI_EVENT_H

#include "operation.h"

/** The same for a socket that threads share, whose word was found idling. The sink has room. */
bool spali_shared_readable(spali_slot *slot, uint64_t word, spali_sink *sink);

/** A socket has become readable, and is writable, as before; nothing else happened.
 *  @return false when that is not the short way: spali_on_ready must be called */
static inline bool spali_on_readable(uint64_t id, spali_sink *sink) {
    const uint64_t matter =
        SPALI_SINGLE | SPALI_BUSY(SPALI_READ) | SPALI_IDLING | SPALI_WATCHED | SPALI_READY(SPALI_WRITE);
    spali_slot *slot;
    if (!spali_slot_find(id, &slot))
        return false;
    uint64_t word = spali_load_u64(&slot->word);
    if (SPALI_STALE(word, id) || sink->count >= sink->room)
        return false;
    if ((word & matter) != (SPALI_SINGLE | SPALI_IDLING | SPALI_READY(SPALI_WRITE)))
        return (word & (matter | SPALI_ATTN(SPALI_READ))) == (SPALI_IDLING | SPALI_READY(SPALI_WRITE)) &&
               spali_shared_readable(slot, word, sink);
    spal_op *op = slot->head[SPALI_READ];
    slot->head[SPALI_READ] = NULL;
    spali_put_u64(&slot->word, (word & ~(SPALI_QUEUED(SPALI_READ) | SPALI_IDLING)) | SPALI_READY(SPALI_READ));
    op->core.state = SPALI_IDLE;
    spal_completion *out = &sink->out[sink->count++];
    out->key = op->core.key;
    out->op = op;
    return true;
}

#endif
