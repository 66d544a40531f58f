/* SPDX-License-Identifier: MIT
 *
 * Heaps, and global and local memory, which is the process heap's. Pages stand in pages.c.
 *
 * Each block has a head with its size, as HeapSize wants it, and its heap, by which foreign memory is known. The blocks
 * of heaps that programs create hang together, to be freed with their heap.
 */
#include "error.h"

#include "sockpal/memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct heap heap;

typedef struct head {
    struct head *next, *previous;
    heap *owner;
    size_t size;
} head;

struct heap {
    pthread_mutex_t lock;
    head blocks;    /* a ring; of created heaps only */
    size_t maximum; /* 0: none */
};

static heap process_heap = {.lock = PTHREAD_MUTEX_INITIALIZER};

static head *head_of(LPCVOID memory) {
    return (head *)((char *)(uintptr_t)memory - sizeof(head));
}

static void block_link(heap *owner, head *block) {
    block->owner = owner;
    if (owner == &process_heap)
        return;
    (void)pthread_mutex_lock(&owner->lock);
    block->next = &owner->blocks;
    block->previous = owner->blocks.previous;
    block->previous->next = block;
    owner->blocks.previous = block;
    (void)pthread_mutex_unlock(&owner->lock);
}

static void block_unlink(head *block) {
    if (block->owner == &process_heap)
        return;
    (void)pthread_mutex_lock(&block->owner->lock);
    block->previous->next = block->next;
    block->next->previous = block->previous;
    (void)pthread_mutex_unlock(&block->owner->lock);
}

static bool is_too_much(const heap *owner, size_t bytes) {
    return bytes > SIZE_MAX / 2 || (owner->maximum != 0 && bytes > owner->maximum);
}

/* ------------------------------------------------------------------------------------------------------------ heaps */

HANDLE WINAPI GetProcessHeap(void) {
    return &process_heap;
}

HANDLE WINAPI HeapCreate(DWORD options, SIZE_T initial_bytes, SIZE_T maximum_bytes) {
    (void)options;
    if (maximum_bytes != 0 && initial_bytes > maximum_bytes)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    heap *made = calloc(1, sizeof *made);
    if (made == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    (void)pthread_mutex_init(&made->lock, NULL);
    made->blocks.next = made->blocks.previous = &made->blocks;
    made->maximum = maximum_bytes;
    return made;
}

BOOL WINAPI HeapDestroy(HANDLE handle) {
    heap *owner = handle;
    if (owner == NULL || owner == &process_heap)
        return spalw_fail(ERROR_INVALID_HANDLE);
    for (head *block = owner->blocks.next; block != &owner->blocks;) {
        head *next = block->next;
        free(block);
        block = next;
    }
    (void)pthread_mutex_destroy(&owner->lock);
    free(owner);
    return TRUE;
}

/* These functions do not touch the last error: Windows says so. */

LPVOID WINAPI HeapAlloc(HANDLE handle, DWORD flags, SIZE_T bytes) {
    heap *owner = handle;
    head *block = owner == NULL || is_too_much(owner, bytes) ? NULL : malloc(sizeof *block + bytes);
    if (block == NULL)
        return NULL;
    if ((flags & HEAP_ZERO_MEMORY) != 0)
        memset(block + 1, 0, bytes);
    block->size = bytes;
    block_link(owner, block);
    return block + 1;
}

LPVOID WINAPI HeapReAlloc(HANDLE handle, DWORD flags, LPVOID memory, SIZE_T bytes) {
    head *block = memory == NULL ? NULL : head_of(memory);
    if (block == NULL || block->owner != handle)
        return NULL;
    size_t before = block->size;
    if ((flags & HEAP_REALLOC_IN_PLACE_ONLY) != 0 && bytes > before)
        return NULL;
    block_unlink(block);
    head *moved = is_too_much(handle, bytes) ? NULL : realloc(block, sizeof *block + bytes);
    block_link(handle, moved == NULL ? block : moved);
    if (moved == NULL)
        return NULL;
    if ((flags & HEAP_ZERO_MEMORY) != 0 && bytes > before)
        memset((char *)(moved + 1) + before, 0, bytes - before);
    moved->size = bytes;
    return moved + 1;
}

BOOL WINAPI HeapFree(HANDLE handle, DWORD flags, LPVOID memory) {
    (void)flags;
    if (memory == NULL)
        return TRUE;
    head *block = head_of(memory);
    if (block->owner != handle)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    block_unlink(block);
    block->owner = NULL;
    free(block);
    return TRUE;
}

SIZE_T WINAPI HeapSize(HANDLE handle, DWORD flags, LPCVOID memory) {
    (void)flags;
    if (memory != NULL && head_of(memory)->owner == handle)
        return head_of(memory)->size;
    return (SIZE_T)-1;
}

BOOL WINAPI HeapValidate(HANDLE handle, DWORD flags, LPCVOID memory) {
    (void)flags;
    return handle != NULL && (memory == NULL || head_of(memory)->owner == handle);
}

/* What is locked is closed to no other thread: blocks are the C library's, which has its own locks. */
BOOL WINAPI HeapLock(HANDLE handle) {
    return handle != NULL ? TRUE : spalw_fail(ERROR_INVALID_HANDLE);
}

BOOL WINAPI HeapUnlock(HANDLE handle) {
    return handle != NULL ? TRUE : spalw_fail(ERROR_INVALID_HANDLE);
}

/* @return the largest block that could be had, of which nobody knows */
SIZE_T WINAPI HeapCompact(HANDLE handle, DWORD flags) {
    (void)flags;
    return handle != NULL ? (SIZE_T)1 << 20 : (SIZE_T)spalw_fail(ERROR_INVALID_HANDLE);
}

/* The process's own; those that programs create they know. */
DWORD WINAPI GetProcessHeaps(DWORD room, PHANDLE heaps) {
    if (room > 0)
        heaps[0] = &process_heap;
    return 1;
}

/* How Windows lays its heaps out is its own affair; that corruption ends the process is the C library's custom too. */
BOOL WINAPI HeapSetInformation(HANDLE handle, HEAP_INFORMATION_CLASS what, PVOID value, SIZE_T bytes) {
    (void)handle;
    if (what == HeapEnableTerminationOnCorruption)
        return TRUE;
    bool is_known = what == HeapCompatibilityInformation && value != NULL && bytes >= sizeof(ULONG);
    return is_known ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
}

/* ------------------------------------------------------------------------------------------------- global and local */

/* A handle of movable memory is its address: nothing here moves. */
HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T bytes) {
    void *memory = HeapAlloc(&process_heap, (flags & LMEM_ZEROINIT) != 0 ? HEAP_ZERO_MEMORY : 0, bytes);
    return memory != NULL ? memory : spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
}

HLOCAL WINAPI LocalReAlloc(HLOCAL memory, SIZE_T bytes, UINT flags) {
    if (memory == NULL)
        return spalw_fail_null(ERROR_INVALID_HANDLE);
    void *moved = HeapReAlloc(&process_heap, (flags & LMEM_ZEROINIT) != 0 ? HEAP_ZERO_MEMORY : 0, memory, bytes);
    return moved != NULL ? moved : spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
}

/* @return NULL when the memory has been freed, else the memory */
HLOCAL WINAPI LocalFree(HLOCAL memory) {
    if (HeapFree(&process_heap, 0, memory))
        return NULL;
    spalw_set_error(ERROR_INVALID_HANDLE);
    return memory;
}

LPVOID WINAPI LocalLock(HLOCAL memory) {
    return memory;
}

BOOL WINAPI LocalUnlock(HLOCAL memory) {
    (void)memory;
    return spalw_fail(NO_ERROR); /* Unlocked altogether, which is FALSE without an error. */
}

SIZE_T WINAPI LocalSize(HLOCAL memory) {
    if (memory != NULL && head_of(memory)->owner == &process_heap)
        return head_of(memory)->size;
    return (SIZE_T)spalw_fail(ERROR_INVALID_HANDLE);
}

HGLOBAL WINAPI GlobalAlloc(UINT flags, SIZE_T bytes) {
    return LocalAlloc(flags, bytes);
}

HGLOBAL WINAPI GlobalReAlloc(HGLOBAL memory, SIZE_T bytes, UINT flags) {
    return LocalReAlloc(memory, bytes, flags);
}

HGLOBAL WINAPI GlobalFree(HGLOBAL memory) {
    return LocalFree(memory);
}

LPVOID WINAPI GlobalLock(HGLOBAL memory) {
    return memory;
}

BOOL WINAPI GlobalUnlock(HGLOBAL memory) {
    return LocalUnlock(memory);
}

SIZE_T WINAPI GlobalSize(HGLOBAL memory) {
    return LocalSize(memory);
}
