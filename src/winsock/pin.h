/* SPDX-License-Identifier: MIT
 *
 * The table of handles, for the calls that look one up for every message: pinning and unpinning in line. Everybody else
 * calls spalw_handle_pin (handle.c), where the table is explained.
 */
#ifndef SPALW_PIN_H
#define SPALW_PIN_H

#include "object.h"

#define SPALW_LIKELY(condition) __builtin_expect((condition) != 0, 1)
/** Keeps what is seldom needed out of the way of what is needed for every message. */
#define SPALW_RARE __attribute__((noinline, cold))
#define SPALW_OUT_OF_LINE __attribute__((noinline))
/** Is in this library, and reached without the linker's table. */
#define SPALW_HIDDEN __attribute__((visibility("hidden")))

/* A handle's number: four times the index, and the generation above. */
#define SPALW_HANDLE_INDICES (1U << 20)
#define SPALW_HANDLE_INDEX_MASK ((SPALW_HANDLE_INDICES - 1) << 2)
#define SPALW_HANDLE_GENERATION_SHIFT 22
#define SPALW_HANDLE_GENERATION_MASK 0x7fc00000U
#define SPALW_HANDLE_MASK ((uintptr_t)(SPALW_HANDLE_GENERATION_MASK | SPALW_HANDLE_INDEX_MASK))

/* An entry's word: pins below, the type's number, OPEN, and the generation where the handle's number has it. */
#define SPALW_ENTRY_OPEN (1U << 21)
#define SPALW_ENTRY_TYPE_SHIFT 17
#define SPALW_ENTRY_TYPE_MASK (0xfU << SPALW_ENTRY_TYPE_SHIFT)
#define SPALW_ENTRY_PINS ((1U << SPALW_ENTRY_TYPE_SHIFT) - 1)

typedef struct spalw_entry {
    atomic_uint word;
    atomic_uint flags; /**< HANDLE_FLAG_* */
    union {
        spalw_object *object; /**< while it is open or pinned */
        uint32_t next;        /**< in the free list */
    };
} spalw_entry;

extern SPALW_HIDDEN spalw_entry spalw_entries[SPALW_HANDLE_INDICES];

static inline spalw_entry *spalw_entry_at(uintptr_t number) {
    return &spalw_entries[(number & SPALW_HANDLE_INDEX_MASK) >> 2];
}

/** What the word of a handle's entry is while it is open, but for the pins. @param type  one SPALW_EVENT ... */
static inline unsigned spalw_entry_open(uintptr_t number, int type) {
    unsigned bits = SPALW_ENTRY_OPEN | (unsigned)__builtin_ctz((unsigned)type) << SPALW_ENTRY_TYPE_SHIFT;
    return ((unsigned)number & SPALW_HANDLE_GENERATION_MASK) | bits;
}

/** The entry is closed, and its last pin has gone. */
void spalw_entry_left(spalw_entry *entry);

static inline void spalw_entry_unpin(spalw_entry *entry) {
    unsigned before = atomic_fetch_sub_explicit(&entry->word, 1, memory_order_acq_rel);
    if (!SPALW_LIKELY((before & (SPALW_ENTRY_OPEN | SPALW_ENTRY_PINS)) != 1))
        spalw_entry_left(entry);
}

/** The entry of a handle, pinned, if its object is of this type; else null. */
static inline spalw_entry *spalw_entry_pin(HANDLE handle, int type) {
    uintptr_t number = (uintptr_t)handle;
    if (!SPALW_LIKELY((number & ~SPALW_HANDLE_MASK) == 0))
        return NULL;
    spalw_entry *entry = spalw_entry_at(number);
    unsigned open = spalw_entry_open(number, type);
    unsigned word = atomic_load_explicit(&entry->word, memory_order_relaxed);
    do {
        if (!SPALW_LIKELY(word - open < SPALW_ENTRY_PINS))
            return NULL;
    } while (!SPALW_LIKELY(atomic_compare_exchange_weak_explicit(&entry->word, &word, word + 1, memory_order_acquire,
                                                                 memory_order_relaxed)));
    return entry;
}

/** A reference is given up, which is seldom the last. */
static inline void spalw_object_drop(spalw_object *object) {
    if (!SPALW_LIKELY(atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel) != 1))
        spalw_object_gone(object);
}

#endif
