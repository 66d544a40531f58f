/* SPDX-License-Identifier: MIT
 *
 * The library's own heap: malloc, realloc and free, or the functions a program has put in their place. The table of
 * slots does not come from here: spali_memory_reserve in backend.h.
 *
 * The allocator is set before the library is used by any second thread, hence no lock.
 */
#include "error.h"

#include "backend.h"

#include <stdlib.h>

static void *heap_allocate(void *context, size_t size) {
    (void)context;
    return malloc(size);
}

static void *heap_reallocate(void *context, void *memory, size_t size) {
    (void)context;
    return realloc(memory, size);
}

static void heap_release(void *context, void *memory) {
    (void)context;
    free(memory);
}

static const spal_allocator heap = {heap_allocate, heap_reallocate, heap_release, NULL};

static spal_allocator allocator = {heap_allocate, heap_reallocate, heap_release, NULL};

spal_error spal_set_allocator(const spal_allocator *wanted) {
    if (wanted == NULL) {
        allocator = heap;
        return SPAL_OK;
    }
    if (wanted->allocate == NULL || wanted->reallocate == NULL || wanted->release == NULL)
        return spali_refuse(SPAL_EFAULT);
    allocator = *wanted;
    return SPAL_OK;
}

void *spali_memory_new(size_t bytes) {
    return allocator.allocate(allocator.context, bytes);
}

void *spali_memory_resize(void *memory, size_t bytes) {
    /* A caller's function need not know realloc's rule for null. */
    if (memory == NULL)
        return spali_memory_new(bytes);
    return allocator.reallocate(allocator.context, memory, bytes);
}

void spali_memory_free(void *memory) {
    if (memory != NULL)
        allocator.release(allocator.context, memory);
}
