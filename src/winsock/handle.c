/* SPDX-License-Identifier: MIT
 *
 * The table of handles. An entry's word says all: its generation, whether it is open, and how many calls have it
 * pinned. Looking up takes no lock; making and closing take the table's.
 *
 * A handle's number is index and generation, four times over: like those of Windows it is a multiple of four, fits into
 * 31 bits, and is never 0. Entries are used again in the order in which they were freed, so that a stale number is
 * recognised for as long as possible. The functions of Win32 that take any handle stand in handle_api.c.
 */
#include "child.h"
#include "error.h"
#include "name.h"
#include "pin.h"
#include "thread.h"

#include "sockpal/handle.h"

#include <pthread.h>
#include <stdlib.h>

#define GENERATION_STEP (1U << SPALW_HANDLE_GENERATION_SHIFT)

spalw_entry spalw_entries[SPALW_HANDLE_INDICES]; /* of which the system gives memory for those that are used */

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t used = 1; /* index 0 is never handed out */
static uint32_t free_first, free_last;

/* @return null for what cannot be a handle of the table */
static spalw_entry *entry_of(HANDLE handle) {
    uintptr_t number = (uintptr_t)handle;
    return (number & ~SPALW_HANDLE_MASK) != 0 ? NULL : spalw_entry_at(number);
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
    spalw_object_drop(object);
}

SPALW_RARE void spalw_object_gone(spalw_object *object) {
    if (object->name != NULL)
        spalw_name_remove(object);
    object->kind->destroy(object);
}

static bool is_pseudo(HANDLE handle) {
    return handle == SPALW_CURRENT_PROCESS || handle == SPALW_CURRENT_THREAD;
}

static spalw_object *pseudo_object(HANDLE handle) {
    if (handle == SPALW_CURRENT_PROCESS)
        return &spalw_process_own()->object;
    spalw_thread *self = spalw_thread_self();
    return self == NULL ? NULL : &self->object;
}

/* ----------------------------------------------------------------------------------------------------------- making */

/* Under the lock. */
static uint32_t entry_take(void) {
    uint32_t index = free_first;
    if (index != 0) {
        free_first = spalw_entries[index].next;
        return index;
    }
    return used < SPALW_HANDLE_INDICES ? used++ : 0;
}

static void entry_give(spalw_entry *entry) {
    uint32_t index = (uint32_t)(entry - spalw_entries);
    pthread_mutex_lock(&table_lock);
    entry->next = 0;
    if (free_first == 0)
        free_first = index;
    else
        spalw_entries[free_last].next = index;
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
    spalw_entry *entry = &spalw_entries[index];
    unsigned generation = (atomic_load(&entry->word) + GENERATION_STEP) & SPALW_HANDLE_GENERATION_MASK;
    entry->object = object;
    atomic_store_explicit(&entry->flags, 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&object->handles, 1, memory_order_relaxed);
    atomic_store_explicit(&entry->word, spalw_entry_open(generation, object->kind->type), memory_order_release);
    return (HANDLE)(uintptr_t)(generation | index << 2);
}

/* ---------------------------------------------------------------------------------------------- looking up, closing */

static spalw_object *pseudo_pin(HANDLE handle, int types) {
    spalw_object *object = is_pseudo(handle) ? pseudo_object(handle) : NULL;
    return object != NULL && (object->kind->type & types) != 0 ? object : NULL;
}

/* Whether a word is that of an open handle of this generation and one of these types, which has room for a pin. */
static bool word_fits(unsigned word, uintptr_t number, int types) {
    unsigned generation_open = ((unsigned)number & SPALW_HANDLE_GENERATION_MASK) | SPALW_ENTRY_OPEN;
    unsigned type = (word & SPALW_ENTRY_TYPE_MASK) >> SPALW_ENTRY_TYPE_SHIFT;
    return (word & ~(SPALW_ENTRY_TYPE_MASK | SPALW_ENTRY_PINS)) == generation_open && (types >> type & 1) != 0 &&
           (word & SPALW_ENTRY_PINS) != SPALW_ENTRY_PINS;
}

spalw_object *spalw_handle_pin(HANDLE handle, int types) {
    spalw_entry *entry = entry_of(handle);
    if (entry == NULL)
        return pseudo_pin(handle, types);
    unsigned word = atomic_load_explicit(&entry->word, memory_order_relaxed);
    do {
        if (!word_fits(word, (uintptr_t)handle, types))
            return NULL;
    } while (!atomic_compare_exchange_weak_explicit(&entry->word, &word, word + 1, memory_order_acquire,
                                                    memory_order_relaxed));
    return entry->object;
}

spalw_object *spalw_handle_find(HANDLE handle, int types) {
    spalw_object *object = spalw_handle_pin(handle, types);
    if (object == NULL)
        spalw_set_error(ERROR_INVALID_HANDLE);
    return object;
}

/* Whoever finds the entry closed and without pins gives up its reference; the word's OPEN bit and the pins are in one
 * word, so that only one does. */
SPALW_RARE void spalw_entry_left(spalw_entry *entry) {
    spalw_object *object = entry->object;
    entry_give(entry);
    spalw_object_unref(object);
}

void spalw_handle_unpin(HANDLE handle) {
    spalw_entry *entry = entry_of(handle);
    if (entry != NULL)
        spalw_entry_unpin(entry);
}

/* Of several threads that close one handle, one does. */
static bool entry_shut(spalw_entry *entry) {
    unsigned word = atomic_load_explicit(&entry->word, memory_order_relaxed);
    do {
        if ((word & SPALW_ENTRY_OPEN) == 0)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&entry->word, &word, word & ~SPALW_ENTRY_OPEN, memory_order_acq_rel,
                                                    memory_order_relaxed));
    return true;
}

bool spalw_handle_close(HANDLE handle, int types) {
    spalw_entry *entry = entry_of(handle);
    spalw_object *object = spalw_handle_pin(handle, types);
    if (object == NULL || entry == NULL)
        return object != NULL; /* Closing a pseudo handle does nothing, and succeeds. */
    bool is_protected = (atomic_load(&entry->flags) & HANDLE_FLAG_PROTECT_FROM_CLOSE) != 0;
    bool closed = !is_protected && entry_shut(entry);
    if (closed && object->kind->handle_closed != NULL)
        object->kind->handle_closed(object);
    if (closed && atomic_fetch_sub_explicit(&object->handles, 1, memory_order_acq_rel) == 1 &&
        object->kind->closed != NULL)
        object->kind->closed(object);
    spalw_handle_unpin(handle);
    return closed;
}

unsigned spalw_handle_flags(HANDLE handle) {
    spalw_entry *entry = entry_of(handle);
    return entry == NULL ? 0 : atomic_load(&entry->flags);
}

void spalw_handle_set_flags(HANDLE handle, unsigned mask, unsigned flags) {
    spalw_entry *entry = entry_of(handle);
    if (entry == NULL)
        return;
    unsigned before = atomic_load(&entry->flags);
    while (!atomic_compare_exchange_weak(&entry->flags, &before, (before & ~mask) | (flags & mask))) {
    }
}
