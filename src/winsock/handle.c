/* SPDX-License-Identifier: MIT
 *
 * The table of handles. An entry's word says all: its generation, whether it is open, and how many calls have it
 * pinned. Looking up takes no lock; making and closing take the table's.
 *
 * A handle's number is index and generation, four times over: like those of Windows it is a multiple of four, fits into
 * 31 bits, and is never 0. Entries are used again in the order in which they were freed, so that a stale number is
 * recognised for as long as possible. The functions of Win32 that take any handle stand in handle_api.c.
 */
#include "object.h"

#include "error.h"
#include "name.h"
#include "thread.h"

#include "sockpal/handle.h"

#include <pthread.h>
#include <stdlib.h>

#define INDEX_BITS 20
#define INDEX_MASK ((1U << INDEX_BITS) - 1)
#define GENERATION_MASK 0x1ffU
#define CHUNK_ENTRIES 1024U
#define CHUNKS ((INDEX_MASK + 1) / CHUNK_ENTRIES)

/* The word: pins below, OPEN, the generation above. */
#define OPEN (1U << 20)
#define PINS (OPEN - 1)
#define GENERATION_SHIFT 21

typedef struct entry {
    atomic_uint word;
    uint32_t next; /* in the free list */
    atomic_uint flags;
    spalw_object *object;
} entry;

static _Atomic(entry *) chunks[CHUNKS];
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t used = 1; /* index 0 is never handed out */
static uint32_t free_first, free_last;

static entry *entry_at(uint32_t index) {
    entry *chunk = atomic_load_explicit(&chunks[index / CHUNK_ENTRIES], memory_order_acquire);
    return chunk == NULL ? NULL : &chunk[index % CHUNK_ENTRIES];
}

static entry *entry_of(HANDLE handle, uint32_t *generation) {
    uintptr_t number = (uintptr_t)handle;
    if ((number & 3) != 0 || number > 0x7fffffff)
        return NULL;
    *generation = (uint32_t)(number >> 2) >> INDEX_BITS;
    return entry_at((uint32_t)(number >> 2) & INDEX_MASK);
}

/* ---------------------------------------------------------------------------------------------------------- objects */

void spalw_object_init(spalw_object *object, const spalw_kind *kind) {
    object->kind = kind;
    atomic_init(&object->references, 1);
    atomic_init(&object->handles, 0);
    object->first_waiter = NULL;
    object->last_waiter = NULL;
    object->is_set = false;
    object->name = NULL;
}

void spalw_object_ref(spalw_object *object) {
    atomic_fetch_add_explicit(&object->references, 1, memory_order_relaxed);
}

void spalw_object_unref(spalw_object *object) {
    if (atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel) != 1)
        return;
    if (object->name != NULL)
        spalw_name_remove(object);
    object->kind->destroy(object);
}

/* What (HANDLE)-1 names: the process, which has not ended while anyone can ask. */
static const spalw_kind process_kind = {.type = SPALW_PROCESS};
static spalw_object process = {.kind = &process_kind, .references = 1}; /* which nobody gives up */

static bool is_pseudo(HANDLE handle) {
    return handle == SPALW_CURRENT_PROCESS || handle == SPALW_CURRENT_THREAD;
}

static spalw_object *pseudo_object(HANDLE handle) {
    if (handle == SPALW_CURRENT_PROCESS)
        return &process;
    spalw_thread *self = spalw_thread_self();
    return self == NULL ? NULL : &self->object;
}

/* ----------------------------------------------------------------------------------------------------------- making */

/* Under the lock. */
static uint32_t entry_take(void) {
    uint32_t index = free_first;
    if (index != 0) {
        free_first = entry_at(index)->next;
        return index;
    }
    if (used > INDEX_MASK)
        return 0;
    if (entry_at(used) == NULL) {
        entry *chunk = calloc(CHUNK_ENTRIES, sizeof *chunk);
        if (chunk == NULL)
            return 0;
        atomic_store_explicit(&chunks[used / CHUNK_ENTRIES], chunk, memory_order_release);
    }
    return used++;
}

static void entry_give(uint32_t index) {
    pthread_mutex_lock(&table_lock);
    entry_at(index)->next = 0;
    if (free_first == 0)
        free_first = index;
    else
        entry_at(free_last)->next = index;
    free_last = index;
    pthread_mutex_unlock(&table_lock);
}

HANDLE spalw_handle_new(spalw_object *object) {
    pthread_mutex_lock(&table_lock);
    uint32_t index = entry_take();
    pthread_mutex_unlock(&table_lock);
    if (index == 0) {
        spalw_object_unref(object);
        spalw_set_error(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    entry *at = entry_at(index);
    uint32_t generation = ((atomic_load(&at->word) >> GENERATION_SHIFT) + 1) & GENERATION_MASK;
    at->object = object;
    atomic_store_explicit(&at->flags, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&object->handles, 1, memory_order_relaxed);
    atomic_store_explicit(&at->word, generation << GENERATION_SHIFT | OPEN, memory_order_release);
    return (HANDLE)(uintptr_t)((generation << INDEX_BITS | index) << 2);
}

/* ---------------------------------------------------------------------------------------------- looking up, closing */

static spalw_object *pseudo_pin(HANDLE handle, int types) {
    spalw_object *object = is_pseudo(handle) ? pseudo_object(handle) : NULL;
    return object != NULL && (object->kind->type & types) != 0 ? object : NULL;
}

spalw_object *spalw_handle_pin(HANDLE handle, int types) {
    uint32_t generation;
    entry *at = entry_of(handle, &generation);
    if (at == NULL)
        return pseudo_pin(handle, types);
    unsigned word = atomic_load_explicit(&at->word, memory_order_relaxed);
    do {
        if ((word & OPEN) == 0 || word >> GENERATION_SHIFT != generation || (word & PINS) == PINS)
            return NULL;
    } while (
        !atomic_compare_exchange_weak_explicit(&at->word, &word, word + 1, memory_order_acquire, memory_order_relaxed));
    if ((at->object->kind->type & types) != 0)
        return at->object;
    spalw_handle_unpin(handle);
    return NULL;
}

spalw_object *spalw_handle_find(HANDLE handle, int types) {
    spalw_object *object = spalw_handle_pin(handle, types);
    if (object == NULL)
        spalw_set_error(ERROR_INVALID_HANDLE);
    return object;
}

/* Whoever finds the entry closed and without pins gives up its reference; the word's OPEN bit and the pins are in one
 * word, so that only one does. */
static void entry_left(entry *at, uint32_t index) {
    spalw_object *object = at->object;
    at->object = NULL;
    entry_give(index);
    spalw_object_unref(object);
}

void spalw_handle_unpin(HANDLE handle) {
    uint32_t generation;
    entry *at = entry_of(handle, &generation);
    if (at == NULL)
        return;
    unsigned before = atomic_fetch_sub_explicit(&at->word, 1, memory_order_acq_rel);
    if ((before & (OPEN | PINS)) == 1)
        entry_left(at, (uint32_t)((uintptr_t)handle >> 2) & INDEX_MASK);
}

/* Of several threads that close one handle, one does. */
static bool entry_shut(entry *at) {
    unsigned word = atomic_load_explicit(&at->word, memory_order_relaxed);
    do {
        if ((word & OPEN) == 0)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&at->word, &word, word & ~OPEN, memory_order_acq_rel,
                                                    memory_order_relaxed));
    return true;
}

bool spalw_handle_close(HANDLE handle, int types) {
    uint32_t generation;
    entry *at = entry_of(handle, &generation);
    spalw_object *object = spalw_handle_pin(handle, types);
    if (object == NULL || at == NULL)
        return object != NULL; /* Closing a pseudo handle does nothing, and succeeds. */
    bool is_protected = (atomic_load(&at->flags) & HANDLE_FLAG_PROTECT_FROM_CLOSE) != 0;
    bool closed = !is_protected && entry_shut(at);
    if (closed && atomic_fetch_sub_explicit(&object->handles, 1, memory_order_acq_rel) == 1 &&
        object->kind->closed != NULL)
        object->kind->closed(object);
    spalw_handle_unpin(handle);
    return closed;
}

unsigned spalw_handle_flags(HANDLE handle) {
    uint32_t generation;
    entry *at = entry_of(handle, &generation);
    return at == NULL ? 0 : atomic_load(&at->flags);
}

void spalw_handle_set_flags(HANDLE handle, unsigned mask, unsigned flags) {
    uint32_t generation;
    entry *at = entry_of(handle, &generation);
    if (at == NULL)
        return;
    unsigned before = atomic_load(&at->flags);
    while (!atomic_compare_exchange_weak(&at->flags, &before, (before & ~mask) | (flags & mask))) {
    }
}
