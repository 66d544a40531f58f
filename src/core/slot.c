/* SPDX-License-Identifier: MIT
 *
 * The table of slots: making, pinning, retiring. What the control word means stands in slot.h; closing, which decides
 * when a slot may be retired, in close.c.
 */
#include "slot.h"

#include "polling.h"
#include "request.h"

#include <string.h>

_Static_assert(sizeof(spali_slot) % 64 == 0, "slots are committed in whole granules and fill whole cache lines");

/* 32-bit systems have less address space than they could open sockets. */
#define TABLE_SLOTS (sizeof(void *) > 4 ? (uint32_t)1 << 20 : (uint32_t)1 << 16)
#define COMMIT_SLOTS ((uint32_t)1024)

spali_table spali_slots;

/* Covers the free list and the committed part of the table. Innermost: nothing is called under it. */
static spali_mutex table_lock;
static uint32_t table_committed;
static uint32_t table_free; /* index of the first free slot, 0 for none: slot 0 is never handed out */
static spali_atomic_u32 table_state;
static spal_error table_error;

/* Who waits for any latch: they are few, and seldom. */
static spali_mutex latch_lock;
static spali_condition latch_free;

static void table_start(void) {
    table_error = spali_platform_start();
    if (table_error != SPAL_OK)
        return;
    spali_mutex_init(&table_lock);
    spali_mutex_init(&latch_lock);
    spali_condition_init(&latch_free);
    spali_poll_start();
    spali_resolver_start();
    spali_accept_recv_start();
    spali_slots.slots = spali_memory_reserve((size_t)TABLE_SLOTS * sizeof(spali_slot));
    if (spali_slots.slots == NULL)
        table_error = SPAL_ENOMEM;
}

spal_error spali_start(void) {
    spali_once(&table_state, table_start);
    return table_error;
}

/* Whoever gives a latch up that is marked as wanted comes by the lock, behind which the waiter either sleeps already or
 * has yet to look. */
SPALI_RARE void spali_latch_wait(spali_latch *latch) {
    spali_mutex_lock(&latch_lock);
    while (spali_exchange_u32(latch, 2) != 0)
        spali_condition_wait(&latch_free, &latch_lock, SPALI_NEVER);
    spali_mutex_unlock(&latch_lock);
}

SPALI_RARE void spali_latch_wake(void) {
    spali_mutex_lock(&latch_lock);
    spali_condition_broadcast(&latch_free);
    spali_mutex_unlock(&latch_lock);
}

static bool table_grow(void) {
    if (table_committed == TABLE_SLOTS)
        return false;
    if (!spali_memory_commit(&spali_slots.slots[table_committed], COMMIT_SLOTS * sizeof(spali_slot)))
        return false;
    table_committed += COMMIT_SLOTS;
    return true;
}

/* A free slot keeps the index of the next one in its pins' place: the word of a free slot is its generation alone, so
 * the link stands in timeout_ms, which no stale handle reads. */
static uint32_t table_take(void) {
    uint32_t index = table_free;
    if (index != 0) {
        table_free = spali_peek_u32(&spali_slots.slots[index].timeout_ms[0]);
        return index;
    }
    index = spali_peek_u32(&spali_slots.used);
    if (index >= table_committed && !table_grow())
        return 0;
    /* The word of slot 0 must not answer to the handle of zero bytes. */
    if (index == 0)
        spali_put_u64(&spali_slots.slots[index++].word, SPALI_GENERATION);
    spali_put_u64(&spali_slots.slots[index].word, SPALI_GENERATION);
    spali_put_u32(&spali_slots.used, index + 1);
    return index;
}

static void table_give(uint32_t index) {
    spali_mutex_lock(&table_lock);
    spali_slots.slots[index].port = NULL;
    spali_put_u32(&spali_slots.slots[index].timeout_ms[0], table_free);
    table_free = index;
    spali_mutex_unlock(&table_lock);
}

spal_error spali_slot_new(spali_native native, const spali_identity *identity, uint32_t facts, spal_socket *out) {
    spali_mutex_lock(&table_lock);
    uint32_t index = table_take();
    spali_mutex_unlock(&table_lock);
    if (index == 0)
        return SPAL_EMFILE;
    spali_slot *slot = &spali_slots.slots[index];
    /* Who comes with a stale handle may have the lock, and look at the head. */
    spali_latch *lock = spali_slot_lock(slot);
    slot->head[SPALI_READ] = NULL;
    slot->head[SPALI_WRITE] = NULL;
    spali_slot_unlock(lock);
    slot->watch = NULL;
    slot->native = native;
    if (identity->type != SPAL_SOCK_STREAM)
        facts |= SPALI_FACT_DATAGRAM;
    spali_put_u32(&slot->facts, facts);
    slot->key = NULL;
    spali_put_u32(&slot->timeout_ms[0], 0);
    spali_put_u32(&slot->timeout_ms[1], 0);
    slot->identity = *identity;
    slot->dial_error = 0;
    memset(&slot->peer, 0, sizeof slot->peer);
    slot->extra = NULL;
    spali_put_u32(&slot->remembered, 0);
    spali_put_ptr(&slot->closer, NULL);
    uint64_t word = spali_peek_u64(&slot->word) + SPALI_GENERATION;
    if (SPALI_READINESS)
        word |= SPALI_READY(SPALI_READ) | SPALI_READY(SPALI_WRITE);
    out->id = (word & ~(SPALI_GENERATION - 1)) | index;
    uint64_t before = spali_peek_u64(&slot->word);
    while (!spali_swap_u64(&slot->word, &before, word))
        ;
    return SPAL_OK;
}

spal_error spali_pin(spal_socket socket, spali_slot **out) {
    spali_slot *slot = spali_slot_at(socket.id);
    if (slot == NULL)
        return SPAL_ENOTSOCK;
    uint64_t word = spali_load_u64(&slot->word);
    do {
        if (SPALI_STALE(word, socket.id))
            return SPAL_ENOTSOCK;
        /* A free slot: the handle is one of spali_slots_attached, and its socket has been retired since. */
        if ((word & (SPALI_GENERATION | SPALI_CLOSING)) == SPALI_GENERATION)
            return SPAL_ENOTSOCK;
        if ((word & SPALI_PINS) >= SPALI_PINS_MOST)
            return SPAL_ENOBUFS;
    } while (!spali_swap_u64(&slot->word, &word, word + SPALI_PIN));
    *out = slot;
    return SPAL_OK;
}

void spali_pin_owned(spali_slot *slot) {
    uint64_t word = spali_load_u64(&slot->word);
    while (!spali_swap_u64(&slot->word, &word, word + SPALI_PIN))
        ;
}

void spali_unpin(spali_slot *slot) {
    uint64_t word = spali_load_u64(&slot->word);
    while (!spali_swap_u64(&slot->word, &word, word - SPALI_PIN))
        ;
    if ((word & SPALI_CLOSING) != 0)
        spali_slot_left(slot);
}

static bool word_is_idle(uint64_t word) {
    const uint64_t in_use = SPALI_PINS | SPALI_BUSY(SPALI_READ) | SPALI_BUSY(SPALI_WRITE) | SPALI_QUEUED(SPALI_READ) |
                            SPALI_QUEUED(SPALI_WRITE) | SPALI_WATCHED;
    return (word & SPALI_CLOSED) != 0 && (word & in_use) == 0;
}

/* The generation alone stays; whoever swaps it in owns the slot, since a second retire finds it no longer CLOSED. */
static void slot_retire(spali_slot *slot) {
    uint64_t word = spali_load_u64(&slot->word);
    do {
        if (!word_is_idle(word))
            return;
    } while (!spali_swap_u64(&slot->word, &word, word & ~(SPALI_GENERATION - 1)));
    table_give((uint32_t)(slot - spali_slots.slots));
}

void spali_slot_left(spali_slot *slot) {
    spali_wake *closer = spali_load_ptr(&slot->closer);
    if (closer != NULL)
        spali_wake_signal(closer);
    slot_retire(slot);
}

uint64_t spali_slot_id(spali_slot *slot) {
    uint64_t word = spali_peek_u64(&slot->word);
    return (word & ~(SPALI_GENERATION - 1)) | (uint64_t)(slot - spali_slots.slots);
}

size_t spali_slots_attached(const spal_port *port, uint32_t *cursor, spal_socket *out, size_t room) {
    size_t found = 0;
    spali_mutex_lock(&table_lock);
    uint32_t used = spali_peek_u32(&spali_slots.used);
    uint32_t index = *cursor == 0 ? 1 : *cursor;
    for (; index < used && found < room; index++) {
        if (spali_slots.slots[index].port == port)
            out[found++].id = spali_slot_id(&spali_slots.slots[index]);
    }
    *cursor = index;
    spali_mutex_unlock(&table_lock);
    return found;
}
