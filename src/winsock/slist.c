/* SPDX-License-Identifier: MIT
 *
 * Lists that several threads push to and pop from (SLIST_HEADER): each is under a lock in its own header, for the
 * length of a few instructions. That an entry's memory may be used again at once needs no counter then.
 */
#include "spin.h"

#include "sockpal/interlocked.h"

/* The second word: the depth above, the lock in the lowest bit. */
#define LOCKED 1ULL
#define ONE_ENTRY 2ULL

/* @return the second word, which nobody else changes now */
static ULONGLONG list_lock(PSLIST_HEADER list) {
    ULONGLONG region;
    while (((region = __atomic_fetch_or(&list->Region, LOCKED, __ATOMIC_ACQUIRE)) & LOCKED) != 0)
        sched_yield();
    return region;
}

static void list_unlock(PSLIST_HEADER list, ULONGLONG region) {
    __atomic_store_n(&list->Region, region & ~LOCKED, __ATOMIC_RELEASE);
}

static PSLIST_ENTRY first_of(PSLIST_HEADER list) {
    return (PSLIST_ENTRY)(uintptr_t)list->Alignment;
}

VOID WINAPI InitializeSListHead(PSLIST_HEADER list) {
    list->Alignment = 0;
    list->Region = 0;
}

PSLIST_ENTRY WINAPI InterlockedPushEntrySList(PSLIST_HEADER list, PSLIST_ENTRY entry) {
    ULONGLONG region = list_lock(list);
    PSLIST_ENTRY before = first_of(list);
    entry->Next = before;
    list->Alignment = (uintptr_t)entry;
    list_unlock(list, region + ONE_ENTRY);
    return before;
}

PSLIST_ENTRY WINAPI InterlockedPopEntrySList(PSLIST_HEADER list) {
    ULONGLONG region = list_lock(list);
    PSLIST_ENTRY entry = first_of(list);
    if (entry != NULL)
        list->Alignment = (uintptr_t)entry->Next;
    list_unlock(list, region - (entry == NULL ? 0 : ONE_ENTRY));
    return entry;
}

PSLIST_ENTRY WINAPI InterlockedFlushSList(PSLIST_HEADER list) {
    (void)list_lock(list);
    PSLIST_ENTRY entry = first_of(list);
    list->Alignment = 0;
    list_unlock(list, 0);
    return entry;
}

PSLIST_ENTRY WINAPI InterlockedPushListSListEx(PSLIST_HEADER list, PSLIST_ENTRY first, PSLIST_ENTRY last, ULONG count) {
    ULONGLONG region = list_lock(list);
    PSLIST_ENTRY before = first_of(list);
    last->Next = before;
    list->Alignment = (uintptr_t)first;
    list_unlock(list, region + count * ONE_ENTRY);
    return before;
}

/* Like that of Windows, the depth has 16 bits. */
USHORT WINAPI QueryDepthSList(PSLIST_HEADER list) {
    return (USHORT)(__atomic_load_n(&list->Region, __ATOMIC_ACQUIRE) / ONE_ENTRY);
}
