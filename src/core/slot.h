/* SPDX-License-Identifier: MIT
 *
 * Slots: what stands behind a spal_socket. A handle names a slot by index and generation; slots live in one flat,
 * reserved array whose memory is never given back, so that a stale handle reads a word that says so, and nothing else.
 *
 * THE CONTROL WORD
 *
 * One atomic 64-bit word says who may do what with a slot. From the top:
 *
 *   generation, 39 bits   even while the slot is open, odd while it is not. spal_close raises it before anything else.
 *   CLOSED, CLOSING       the native socket is closed; a close is under way
 *   SINGLE                one thread makes every call on this socket: plain stores will do
 *   IDLING                the reading FIFO holds one armed receive into one buffer, without flags or a deadline, and
 *                         nothing else. With SINGLE: a receive of no bytes; the event that ends it says all that it
 *                         asked. Otherwise: and nobody has taken the lock since, so that the owner may take the
 *                         operation off without it, by clearing this bit and QUEUED at once; the head's pointer stays
 *                         behind, and the next who locks clears it. Linking and unlinking clear the bit.
 *   WATCHED               the list of operations that wait for readiness is not empty: see watch.c. Changes only under
 *                         the slot's lock.
 *   and for each direction:
 *     BUSY     a thread owns the direction. Only the owner makes system calls for it and unlinks its head.
 *     QUEUED   the direction's FIFO is not empty. Changes only under the slot's lock.
 *     READY    readiness backends: the direction may be ready, a try is worth its system call.
 *              packet backends: the armed head's packet has been collected while somebody else was the owner.
 *     ATTN     something was asked of the owner (a mark on an operation, a new head to arm, a close): look again.
 *   pins, 12 bits         calls inside, beside the owners of the directions
 *
 * A claim sets BUSY and takes READY and ATTN in one compare-and-swap; the release is another, and fails when READY or
 * ATTN came meanwhile. So nothing that is reported to a busy direction is lost, and nobody waits for an owner.
 *
 * The lock of a slot covers the links of both FIFOs, and QUEUED. The owner of a direction reads its head without the
 * lock, since nobody else unlinks it. Lock order: slot, then port. No lock is held across a wait.
 *
 * The slot returns to the free list when it is CLOSED, without pins, owners, queued or watching operations: the last to
 * leave does that.
 */
#ifndef SPALI_SLOT_H
#define SPALI_SLOT_H

#include "backend.h"
#include "compiler.h"

#define SPALI_PIN ((uint64_t)1)
#define SPALI_PINS ((uint64_t)0xfff)
/** As many as calls may take; a close and the owners of both directions find room above. */
#define SPALI_PINS_MOST (SPALI_PINS - 4)
#define SPALI_BUSY(direction) ((uint64_t)1 << (12 + (direction)))
#define SPALI_QUEUED(direction) ((uint64_t)1 << (14 + (direction)))
#define SPALI_READY(direction) ((uint64_t)1 << (16 + (direction)))
#define SPALI_ATTN(direction) ((uint64_t)1 << (18 + (direction)))
#define SPALI_SINGLE ((uint64_t)1 << 20)
#define SPALI_CLOSING ((uint64_t)1 << 21)
#define SPALI_CLOSED ((uint64_t)1 << 22)
#define SPALI_IDLING ((uint64_t)1 << 23)
#define SPALI_WATCHED ((uint64_t)1 << 24)
#define SPALI_GENERATION ((uint64_t)1 << 25)

#define SPALI_INDEX_BITS 25
#define SPALI_INDEX(id) ((uint32_t)((id) & (((uint32_t)1 << SPALI_INDEX_BITS) - 1)))
/** True when a word and a handle differ in generation. */
#define SPALI_STALE(word, id) ((((word) ^ (id)) >> SPALI_INDEX_BITS) != 0)

/** The flat array, its used part, and the freelist behind it. */
typedef struct spali_table {
    spali_slot *slots;
    spali_atomic_u32 used; /**< slots ever handed out: the bound for indices from outside */
} spali_table;
extern SPALI_HIDDEN spali_table spali_slots;

/** A slot's lock: it costs one compare-and-swap while nobody else wants it, and who finds it taken sleeps. It is held
 *  for a few instructions, and nobody holds two. 0 free, 1 taken, 2 taken and perhaps wanted. */
typedef spali_atomic_u32 spali_latch;
void spali_latch_wait(spali_latch *latch); /**< takes it, which another thread has */
void spali_latch_wake(void);               /**< it is free, and had been wanted */

/** The slot a handle names, whether or not it is still the handle's. @return false for an index never handed out */
static inline bool spali_slot_find(uint64_t id, spali_slot **out) {
    size_t index = SPALI_INDEX(id);
    if (index >= spali_peek_u32(&spali_slots.used))
        return false;
    *out = &spali_slots.slots[index];
    return true;
}
/** The same, or null. */
static inline spali_slot *spali_slot_at(uint64_t id) {
    spali_slot *slot = NULL;
    return spali_slot_find(id, &slot) ? slot : NULL;
}

/** Starts the library once: the platform, then the table. */
spal_error spali_start(void);

/**
 * Makes a slot for a native socket: open, unattached, READY set in both directions where the backend has readiness.
 * @param facts  SPALI_FACT_*
 * @return SPAL_EMFILE, SPAL_ENOMEM; the native socket stays the caller's then
 */
spal_error spali_slot_new(spali_native native, const spali_identity *identity, uint32_t facts, spal_socket *out);

/** The same, but the native socket is closed when there is no slot for it (socket.c). */
spal_error spali_slot_for(spali_native native, const spali_identity *identity, uint32_t facts, spal_socket *out);

/** Pins the slot of a handle for a call. Every success is paired with spali_unpin. @return SPAL_ENOTSOCK */
spal_error spali_pin(spal_socket socket, spali_slot **out);

/** Pins the slot whose direction the caller owns, whatever its generation. */
void spali_pin_owned(spali_slot *slot);

/** Ends a pin. */
void spali_unpin(spali_slot *slot);

/** Somebody (a pin, an owner) has left a slot that is CLOSING: tells the closer, and frees the slot if it is CLOSED and
 *  nobody uses it any more. The slot may be somebody else's already: nothing happens then but a needless wake-up. */
void spali_slot_left(spali_slot *slot);

/** Handles of the port's slots, closing ones included, in several calls. @param cursor  0 at first @return how many; 0
 *  at the end */
size_t spali_slots_attached(const spal_port *port, uint32_t *cursor, spal_socket *out, size_t room);

/** The handle a slot has now. */
uint64_t spali_slot_id(spali_slot *slot);

/** The lock as it is, for whoever has looked at the word and will again. @return null when somebody has it */
static inline spali_latch *spali_slot_try(spali_slot *slot) {
    uint32_t expected = 0;
    return SPALI_LIKELY(spali_swap_u32(&slot->latch, &expected, 1)) ? &slot->latch : NULL;
}
/** @return whether somebody else wants it, who is to be told by spali_latch_wake */
static inline bool spali_latch_leave(spali_latch *lock) {
    return spali_exchange_u32(lock, 0) != 1;
}

static inline void spali_slot_unlock(spali_latch *lock) {
    if (lock != NULL && !SPALI_LIKELY(!spali_latch_leave(lock)))
        spali_latch_wake();
}

/** Locks the links, unless one thread owns the slot. What is idling is so no more: from here on the operation stays
 *  until the lock is given up. A stale handle's slot may have become one thread's meanwhile.
 *  @return the lock taken, for spali_slot_unlock, or null */
static inline spali_latch *spali_slot_lock(spali_slot *slot) {
    if ((spali_peek_u64(&slot->word) & SPALI_SINGLE) != 0)
        return NULL;
    uint32_t expected = 0;
    if (!SPALI_LIKELY(spali_swap_u32(&slot->latch, &expected, 1)))
        spali_latch_wait(&slot->latch);
    uint64_t word = spali_load_u64(&slot->word);
    if (!SPALI_LIKELY((word & SPALI_SINGLE) == 0))
        return spali_slot_unlock(&slot->latch), NULL;
    while ((word & SPALI_IDLING) != 0 && !spali_swap_u64(&slot->word, &word, word & ~SPALI_IDLING))
        ;
    if ((word & SPALI_QUEUED(SPALI_READ)) == 0)
        slot->head[SPALI_READ] = NULL;
    return &slot->latch;
}

/** The word of a direction's new owner, who takes what had been left there. */
static inline uint64_t spali_word_claimed(uint64_t word, int direction) {
    return (word | SPALI_BUSY(direction)) & ~(SPALI_READY(direction) | SPALI_ATTN(direction));
}

/** Compare-and-swap of the control word; a plain store where one thread makes every call. */
static inline bool spali_word_swap(spali_slot *slot, uint64_t *word, uint64_t wanted) {
    if ((*word & SPALI_SINGLE) != 0) {
        spali_put_u64(&slot->word, wanted);
        return true;
    }
    return spali_swap_u64(&slot->word, word, wanted);
}

static inline uint32_t spali_facts(spali_slot *slot) {
    return spali_peek_u32(&slot->facts);
}

#endif
