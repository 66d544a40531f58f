/* SPDX-License-Identifier: MIT
 *
 * Values of threads: TLS, and FLS, which is the same with a callback for each value that is left (there are no fibers).
 *
 * Each thread has a table of its values, of each of the two families, which grows as it is used. An index that has been
 * freed and given out again has another generation, by which old values are known.
 */
#include "error.h"
#include "thread.h"

#include "sockpal/thread.h"

#include <pthread.h>
#include <stdlib.h>

#define SLOTS 1088U

enum { TLS, FLS, FAMILIES };

typedef struct cell {
    void *value;
    unsigned generation;
} cell;

typedef struct table {
    struct table *next, *previous;
    cell *cells[FAMILIES];
    unsigned count[FAMILIES];
} table;

/* An odd generation is in use. */
static atomic_uint generations[FAMILIES][SLOTS];
static PFLS_CALLBACK_FUNCTION callbacks[SLOTS];

static pthread_mutex_t lock =
    PTHREAD_MUTEX_INITIALIZER; /* of what follows, and of every table's shape and FLS values */
static table *tables;
static _Thread_local table *own;

static unsigned generation_of(int family, DWORD index) {
    return atomic_load_explicit(&generations[family][index], memory_order_acquire);
}

static bool is_in_use(int family, DWORD index) {
    return index < SLOTS && (generation_of(family, index) & 1) != 0;
}

/* ---------------------------------------------------------------------------------------------------------- indexes */

/* Windows never gives out index 0 of FLS. */
static DWORD index_alloc(int family, PFLS_CALLBACK_FUNCTION callback) {
    (void)pthread_mutex_lock(&lock);
    DWORD index = family == FLS ? 1 : 0;
    while (index < SLOTS && is_in_use(family, index))
        index++;
    if (index < SLOTS) {
        atomic_fetch_add(&generations[family][index], 1);
        if (family == FLS)
            callbacks[index] = callback;
    }
    (void)pthread_mutex_unlock(&lock);
    if (index < SLOTS)
        return index;
    spalw_set_error(ERROR_NO_SYSTEM_RESOURCES);
    return TLS_OUT_OF_INDEXES;
}

static BOOL index_free(int family, DWORD index) {
    (void)pthread_mutex_lock(&lock);
    bool was_in_use = is_in_use(family, index);
    if (was_in_use)
        atomic_fetch_add(&generations[family][index], 1);
    (void)pthread_mutex_unlock(&lock);
    return was_in_use ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
}

/* ----------------------------------------------------------------------------------------------------------- values */

/* The thread must have a record, whose end frees the table. */
static table *table_of_caller(void) {
    if (own != NULL || spalw_thread_self() == NULL)
        return own;
    table *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    (void)pthread_mutex_lock(&lock);
    made->next = tables;
    if (tables != NULL)
        tables->previous = made;
    tables = made;
    (void)pthread_mutex_unlock(&lock);
    return own = made;
}

/* Under the lock. */
static bool table_grow(table *grown, int family, DWORD index) {
    unsigned count = (index / 64 + 1) * 64;
    cell *cells = realloc(grown->cells[family], count * sizeof *cells);
    if (cells == NULL)
        return false;
    memset(cells + grown->count[family], 0, (count - grown->count[family]) * sizeof *cells);
    grown->cells[family] = cells;
    grown->count[family] = count;
    return true;
}

static void *value_get(int family, DWORD index) {
    if (own == NULL || index >= own->count[family] ||
        own->cells[family][index].generation != generation_of(family, index))
        return NULL;
    return own->cells[family][index].value;
}

static BOOL value_set(int family, DWORD index, void *value) {
    table *mine = table_of_caller();
    if (mine == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    (void)pthread_mutex_lock(&lock);
    bool has_room = index < mine->count[family] || table_grow(mine, family, index);
    if (has_room)
        mine->cells[family][index] = (cell){value, generation_of(family, index)};
    (void)pthread_mutex_unlock(&lock);
    return has_room ? TRUE : spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
}

/* -------------------------------------------------------------------------------------------------------------- TLS */

DWORD WINAPI TlsAlloc(void) {
    return index_alloc(TLS, NULL);
}

BOOL WINAPI TlsFree(DWORD index) {
    return index_free(TLS, index);
}

/* Of the indexes that exist, Windows does not look whether one is in use. */
LPVOID WINAPI TlsGetValue(DWORD index) {
    spalw_set_error(index < SLOTS ? NO_ERROR : ERROR_INVALID_PARAMETER);
    return index < SLOTS ? value_get(TLS, index) : NULL;
}

BOOL WINAPI TlsSetValue(DWORD index, LPVOID value) {
    return index < SLOTS ? value_set(TLS, index, value) : spalw_fail(ERROR_INVALID_PARAMETER);
}

/* -------------------------------------------------------------------------------------------------------------- FLS */

DWORD WINAPI FlsAlloc(PFLS_CALLBACK_FUNCTION callback) {
    return index_alloc(FLS, callback);
}

PVOID WINAPI FlsGetValue(DWORD index) {
    bool is_valid = is_in_use(FLS, index);
    spalw_set_error(is_valid ? NO_ERROR : ERROR_INVALID_PARAMETER);
    return is_valid ? value_get(FLS, index) : NULL;
}

BOOL WINAPI FlsSetValue(DWORD index, PVOID value) {
    return is_in_use(FLS, index) ? value_set(FLS, index, value) : spalw_fail(ERROR_INVALID_PARAMETER);
}

/* @return a value of this index that some thread has set, and forgets it; or null */
static void *value_left(DWORD index) {
    void *value = NULL;
    (void)pthread_mutex_lock(&lock);
    for (table *each = tables; each != NULL && value == NULL; each = each->next) {
        cell *at = index < each->count[FLS] ? &each->cells[FLS][index] : NULL;
        if (at != NULL && at->generation == generation_of(FLS, index)) {
            value = at->value;
            at->value = NULL;
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return value;
}

/* The callback is made for the values of every thread, by the caller. */
BOOL WINAPI FlsFree(DWORD index) {
    if (!is_in_use(FLS, index))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    PFLS_CALLBACK_FUNCTION callback = callbacks[index];
    for (void *value; callback != NULL && (value = value_left(index)) != NULL;)
        callback(value);
    return index_free(FLS, index);
}

/* ------------------------------------------------------------------------------------------------------------- ends */

static void callbacks_make(void) {
    for (DWORD index = 0; index < own->count[FLS]; index++) {
        void *value = is_in_use(FLS, index) ? value_get(FLS, index) : NULL;
        if (value == NULL || callbacks[index] == NULL)
            continue;
        own->cells[FLS][index].value = NULL;
        callbacks[index](value);
    }
}

void spalw_tls_end(void) {
    if (own == NULL)
        return;
    callbacks_make();
    (void)pthread_mutex_lock(&lock);
    *(own->previous == NULL ? &tables : &own->previous->next) = own->next;
    if (own->next != NULL)
        own->next->previous = own->previous;
    (void)pthread_mutex_unlock(&lock);
    for (int family = 0; family < FAMILIES; family++)
        free(own->cells[family]);
    free(own);
    own = NULL;
}
