/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: atomic operations and barriers (winnt.h, intrin.h).
 */
#ifndef SOCKPAL_WINSOCK_INTERLOCKED_H
#define SOCKPAL_WINSOCK_INTERLOCKED_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

/* Every operation works on the words of 16, 32 or 64 bits (and pointers) that its pointer names, whether the program
 * calls them LONG or long: where Windows has a name for each size, the pointer's type decides here. All of them are
 * full barriers, also those that promise less. */
#if defined(__cplusplus)

extern "C++" {
template <class Word>
SPALW_INLINE Word InterlockedIncrement(Word volatile *word) {
    return __atomic_add_fetch(word, 1, __ATOMIC_SEQ_CST);
}
template <class Word>
SPALW_INLINE Word InterlockedDecrement(Word volatile *word) {
    return __atomic_sub_fetch(word, 1, __ATOMIC_SEQ_CST);
}
template <class Word, class Value>
SPALW_INLINE Word InterlockedExchange(Word volatile *word, Value value) {
    return __atomic_exchange_n(word, (Word)value, __ATOMIC_SEQ_CST);
}
template <class Word, class Value>
SPALW_INLINE Word InterlockedExchangeAdd(Word volatile *word, Value value) {
    return __atomic_fetch_add(word, (Word)value, __ATOMIC_SEQ_CST);
}
template <class Word, class Value>
SPALW_INLINE Word InterlockedAdd(Word volatile *word, Value value) {
    return __atomic_add_fetch(word, (Word)value, __ATOMIC_SEQ_CST);
}
template <class Word, class Value>
SPALW_INLINE Word InterlockedAnd(Word volatile *word, Value value) {
    return __atomic_fetch_and(word, (Word)value, __ATOMIC_SEQ_CST);
}
template <class Word, class Value>
SPALW_INLINE Word InterlockedOr(Word volatile *word, Value value) {
    return __atomic_fetch_or(word, (Word)value, __ATOMIC_SEQ_CST);
}
template <class Word, class Value>
SPALW_INLINE Word InterlockedXor(Word volatile *word, Value value) {
    return __atomic_fetch_xor(word, (Word)value, __ATOMIC_SEQ_CST);
}
template <class Word, class Value, class Comparand>
SPALW_INLINE Word InterlockedCompareExchange(Word volatile *word, Value value, Comparand comparand) {
    Word expected = (Word)comparand;
    __atomic_compare_exchange_n(word, &expected, (Word)value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
SPALW_INLINE PVOID InterlockedExchangePointer(PVOID volatile *word, PVOID value) {
    return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}
SPALW_INLINE PVOID InterlockedCompareExchangePointer(PVOID volatile *word, PVOID value, PVOID comparand) {
    __atomic_compare_exchange_n(word, &comparand, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return comparand;
}
}

#else

#define InterlockedIncrement(word) __atomic_add_fetch((word), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(word) __atomic_sub_fetch((word), 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(word, value) __atomic_exchange_n((word), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(word, value) __atomic_fetch_add((word), (value), __ATOMIC_SEQ_CST)
#define InterlockedAdd(word, value) __atomic_add_fetch((word), (value), __ATOMIC_SEQ_CST)
#define InterlockedAnd(word, value) __atomic_fetch_and((word), (value), __ATOMIC_SEQ_CST)
#define InterlockedOr(word, value) __atomic_fetch_or((word), (value), __ATOMIC_SEQ_CST)
#define InterlockedXor(word, value) __atomic_fetch_xor((word), (value), __ATOMIC_SEQ_CST)
#define InterlockedCompareExchange(word, value, comparand) __sync_val_compare_and_swap((word), (comparand), (value))

SPALW_INLINE PVOID InterlockedExchangePointer(PVOID volatile *word, PVOID value) {
    return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}
SPALW_INLINE PVOID InterlockedCompareExchangePointer(PVOID volatile *word, PVOID value, PVOID comparand) {
    return __sync_val_compare_and_swap(word, comparand, value);
}

#endif

/** Sets or clears one bit. @return what it was */
SPALW_INLINE BOOLEAN InterlockedBitTestAndSet(LONG volatile *word, LONG bit) {
    LONG mask = (LONG)(1U << (bit & 31));
    return (__atomic_fetch_or(word + (bit >> 5), mask, __ATOMIC_SEQ_CST) & mask) != 0;
}
SPALW_INLINE BOOLEAN InterlockedBitTestAndReset(LONG volatile *word, LONG bit) {
    LONG mask = (LONG)(1U << (bit & 31));
    return (__atomic_fetch_and(word + (bit >> 5), ~mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

#define InterlockedIncrement16 InterlockedIncrement
#define InterlockedIncrement64 InterlockedIncrement
#define InterlockedIncrementAcquire InterlockedIncrement
#define InterlockedIncrementRelease InterlockedIncrement
#define InterlockedIncrementNoFence InterlockedIncrement
#define InterlockedIncrement16Acquire InterlockedIncrement
#define InterlockedIncrement16Release InterlockedIncrement
#define InterlockedIncrement16NoFence InterlockedIncrement
#define InterlockedIncrement64Acquire InterlockedIncrement
#define InterlockedIncrement64Release InterlockedIncrement
#define InterlockedIncrement64NoFence InterlockedIncrement
#define InterlockedDecrement16 InterlockedDecrement
#define InterlockedDecrement64 InterlockedDecrement
#define InterlockedDecrementAcquire InterlockedDecrement
#define InterlockedDecrementRelease InterlockedDecrement
#define InterlockedDecrementNoFence InterlockedDecrement
#define InterlockedDecrement16Acquire InterlockedDecrement
#define InterlockedDecrement16Release InterlockedDecrement
#define InterlockedDecrement16NoFence InterlockedDecrement
#define InterlockedDecrement64Acquire InterlockedDecrement
#define InterlockedDecrement64Release InterlockedDecrement
#define InterlockedDecrement64NoFence InterlockedDecrement
#define InterlockedExchange16 InterlockedExchange
#define InterlockedExchange64 InterlockedExchange
#define InterlockedExchangeAcquire InterlockedExchange
#define InterlockedExchangeRelease InterlockedExchange
#define InterlockedExchangeNoFence InterlockedExchange
#define InterlockedExchange16Acquire InterlockedExchange
#define InterlockedExchange16Release InterlockedExchange
#define InterlockedExchange16NoFence InterlockedExchange
#define InterlockedExchange64Acquire InterlockedExchange
#define InterlockedExchange64Release InterlockedExchange
#define InterlockedExchange64NoFence InterlockedExchange
#define InterlockedExchangeAdd16 InterlockedExchangeAdd
#define InterlockedExchangeAdd64 InterlockedExchangeAdd
#define InterlockedExchangeAddAcquire InterlockedExchangeAdd
#define InterlockedExchangeAddRelease InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence InterlockedExchangeAdd
#define InterlockedExchangeAdd16Acquire InterlockedExchangeAdd
#define InterlockedExchangeAdd16Release InterlockedExchangeAdd
#define InterlockedExchangeAdd16NoFence InterlockedExchangeAdd
#define InterlockedExchangeAdd64Acquire InterlockedExchangeAdd
#define InterlockedExchangeAdd64Release InterlockedExchangeAdd
#define InterlockedExchangeAdd64NoFence InterlockedExchangeAdd
#define InterlockedAnd16 InterlockedAnd
#define InterlockedAnd64 InterlockedAnd
#define InterlockedAndAcquire InterlockedAnd
#define InterlockedAndRelease InterlockedAnd
#define InterlockedAndNoFence InterlockedAnd
#define InterlockedAnd16Acquire InterlockedAnd
#define InterlockedAnd16Release InterlockedAnd
#define InterlockedAnd16NoFence InterlockedAnd
#define InterlockedAnd64Acquire InterlockedAnd
#define InterlockedAnd64Release InterlockedAnd
#define InterlockedAnd64NoFence InterlockedAnd
#define InterlockedOr16 InterlockedOr
#define InterlockedOr64 InterlockedOr
#define InterlockedOrAcquire InterlockedOr
#define InterlockedOrRelease InterlockedOr
#define InterlockedOrNoFence InterlockedOr
#define InterlockedOr16Acquire InterlockedOr
#define InterlockedOr16Release InterlockedOr
#define InterlockedOr16NoFence InterlockedOr
#define InterlockedOr64Acquire InterlockedOr
#define InterlockedOr64Release InterlockedOr
#define InterlockedOr64NoFence InterlockedOr
#define InterlockedXor16 InterlockedXor
#define InterlockedXor64 InterlockedXor
#define InterlockedXorAcquire InterlockedXor
#define InterlockedXorRelease InterlockedXor
#define InterlockedXorNoFence InterlockedXor
#define InterlockedXor16Acquire InterlockedXor
#define InterlockedXor16Release InterlockedXor
#define InterlockedXor16NoFence InterlockedXor
#define InterlockedXor64Acquire InterlockedXor
#define InterlockedXor64Release InterlockedXor
#define InterlockedXor64NoFence InterlockedXor
#define InterlockedCompareExchange16 InterlockedCompareExchange
#define InterlockedCompareExchange64 InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire InterlockedCompareExchange
#define InterlockedCompareExchangeRelease InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence InterlockedCompareExchange
#define InterlockedCompareExchange16Acquire InterlockedCompareExchange
#define InterlockedCompareExchange16Release InterlockedCompareExchange
#define InterlockedCompareExchange16NoFence InterlockedCompareExchange
#define InterlockedCompareExchange64Acquire InterlockedCompareExchange
#define InterlockedCompareExchange64Release InterlockedCompareExchange
#define InterlockedCompareExchange64NoFence InterlockedCompareExchange
#define InterlockedAdd64 InterlockedAdd
#define InterlockedAddAcquire InterlockedAdd
#define InterlockedAddRelease InterlockedAdd
#define InterlockedAddNoFence InterlockedAdd
#define InterlockedAdd64Acquire InterlockedAdd
#define InterlockedAdd64Release InterlockedAdd
#define InterlockedAdd64NoFence InterlockedAdd
#define InterlockedExchangePointerAcquire InterlockedExchangePointer
#define InterlockedExchangePointerRelease InterlockedExchangePointer
#define InterlockedExchangePointerNoFence InterlockedExchangePointer
#define InterlockedCompareExchangePointerAcquire InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerRelease InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerNoFence InterlockedCompareExchangePointer
#define InterlockedExchangeSubtract(word, value) InterlockedExchangeAdd((word), -(LONG)(value))

/* With their width at the end. */
#define InterlockedIncrementAcquire16 InterlockedIncrement
#define InterlockedIncrementAcquire64 InterlockedIncrement
#define InterlockedIncrementRelease16 InterlockedIncrement
#define InterlockedIncrementRelease64 InterlockedIncrement
#define InterlockedIncrementNoFence16 InterlockedIncrement
#define InterlockedIncrementNoFence64 InterlockedIncrement
#define InterlockedDecrementAcquire16 InterlockedDecrement
#define InterlockedDecrementAcquire64 InterlockedDecrement
#define InterlockedDecrementRelease16 InterlockedDecrement
#define InterlockedDecrementRelease64 InterlockedDecrement
#define InterlockedDecrementNoFence16 InterlockedDecrement
#define InterlockedDecrementNoFence64 InterlockedDecrement
#define InterlockedExchangeAcquire16 InterlockedExchange
#define InterlockedExchangeAcquire64 InterlockedExchange
#define InterlockedExchangeRelease16 InterlockedExchange
#define InterlockedExchangeRelease64 InterlockedExchange
#define InterlockedExchangeNoFence16 InterlockedExchange
#define InterlockedExchangeNoFence64 InterlockedExchange
#define InterlockedExchangeAddAcquire16 InterlockedExchangeAdd
#define InterlockedExchangeAddAcquire64 InterlockedExchangeAdd
#define InterlockedExchangeAddRelease16 InterlockedExchangeAdd
#define InterlockedExchangeAddRelease64 InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence16 InterlockedExchangeAdd
#define InterlockedExchangeAddNoFence64 InterlockedExchangeAdd
#define InterlockedCompareExchangeAcquire16 InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire64 InterlockedCompareExchange
#define InterlockedCompareExchangeRelease16 InterlockedCompareExchange
#define InterlockedCompareExchangeRelease64 InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence16 InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence64 InterlockedCompareExchange
#define InterlockedAddAcquire64 InterlockedAdd
#define InterlockedAddRelease64 InterlockedAdd
#define InterlockedAddNoFence64 InterlockedAdd

/* The compiler's own names for them. */
#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedIncrement16 InterlockedIncrement
#define _InterlockedIncrement64 InterlockedIncrement
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedDecrement16 InterlockedDecrement
#define _InterlockedDecrement64 InterlockedDecrement
#define _InterlockedExchange InterlockedExchange
#define _InterlockedExchange16 InterlockedExchange
#define _InterlockedExchange64 InterlockedExchange
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedExchangeAdd16 InterlockedExchangeAdd
#define _InterlockedExchangeAdd64 InterlockedExchangeAdd
#define _InterlockedAnd InterlockedAnd
#define _InterlockedAnd16 InterlockedAnd
#define _InterlockedAnd64 InterlockedAnd
#define _InterlockedOr InterlockedOr
#define _InterlockedOr16 InterlockedOr
#define _InterlockedOr64 InterlockedOr
#define _InterlockedXor InterlockedXor
#define _InterlockedXor16 InterlockedXor
#define _InterlockedXor64 InterlockedXor
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedCompareExchange16 InterlockedCompareExchange
#define _InterlockedCompareExchange64 InterlockedCompareExchange
#define _InterlockedExchangePointer InterlockedExchangePointer
#define _InterlockedCompareExchangePointer InterlockedCompareExchangePointer
#define _interlockedbittestandset InterlockedBitTestAndSet
#define _interlockedbittestandreset InterlockedBitTestAndReset

/* Lists of entries that threads push and pop. The header's words are as wide as Windows', and its alignment is. */
typedef struct __attribute__((aligned(16))) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;
typedef struct __attribute__((aligned(16))) _SLIST_HEADER {
    ULONGLONG Alignment;
    ULONGLONG Region;
} SLIST_HEADER, *PSLIST_HEADER;

SPALW_BEGIN
VOID WINAPI InitializeSListHead(PSLIST_HEADER list) SPALW_LINK(InitializeSListHead);
PSLIST_ENTRY WINAPI InterlockedPushEntrySList(PSLIST_HEADER list, PSLIST_ENTRY entry)
    SPALW_LINK(InterlockedPushEntrySList);
PSLIST_ENTRY WINAPI InterlockedPopEntrySList(PSLIST_HEADER list) SPALW_LINK(InterlockedPopEntrySList);
PSLIST_ENTRY WINAPI InterlockedFlushSList(PSLIST_HEADER list) SPALW_LINK(InterlockedFlushSList);
PSLIST_ENTRY WINAPI InterlockedPushListSListEx(PSLIST_HEADER list, PSLIST_ENTRY first, PSLIST_ENTRY last, ULONG count)
    SPALW_LINK(InterlockedPushListSListEx);
USHORT WINAPI QueryDepthSList(PSLIST_HEADER list) SPALW_LINK(QueryDepthSList);
SPALW_END

#define MemoryBarrier() __sync_synchronize()
#define _ReadWriteBarrier() __asm__ __volatile__("" : : : "memory")
#define _ReadBarrier() _ReadWriteBarrier()
#define _WriteBarrier() _ReadWriteBarrier()

#if defined(__x86_64__) || defined(__i386__)
#define YieldProcessor() __builtin_ia32_pause()
#elif defined(__aarch64__) || defined(__arm__)
#define YieldProcessor() __asm__ __volatile__("yield")
#else
#define YieldProcessor() __asm__ __volatile__("")
#endif

#endif
