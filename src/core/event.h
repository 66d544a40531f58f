/* SPDX-License-Identifier: MIT
 *
 * The short way of an event, in line for pollers: what nearly all idle connections wait with. Everything else is
 * spali_on_ready's (operation.c).
 */
#ifndef SPALI_EVENT_H
#define SPALI_EVENT_H

#include "operation.h"

/** A socket has become readable, and is writable, as before; nothing else happened.
 *  @return false when that is not the short way: spali_on_ready must be called */
static inline bool spali_on_readable(uint64_t id, spali_sink *sink) {
    const uint64_t matter = SPALI_BUSY(SPALI_READ) | SPALI_IDLING | SPALI_WATCHED | SPALI_READY(SPALI_WRITE);
    spali_slot *slot = spali_slot_at(id);
    if (slot == NULL)
        return false;
    uint64_t word = spali_load_u64(&slot->word);
    if (SPALI_STALE(word, id) || (word & matter) != (SPALI_IDLING | SPALI_READY(SPALI_WRITE)) ||
        sink->count >= sink->room)
        return false;
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
