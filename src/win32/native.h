/* SPDX-License-Identifier: MIT
 *
 * What the files of this folder share, and the core does not see: how Windows' codes become errors, how times become
 * milliseconds, how an operation is seen as an OVERLAPPED and back, and the wake object. Twin:
 * src/posix/native.h.
 */
#ifndef SPALI_NATIVE_H
#define SPALI_NATIVE_H

#include "calls.h"

#include "../core/backend.h"
#include "../core/slot.h"

/** Notes a code of GetLastError or WSAGetLastError for spal_native_error, and translates it. */
spal_error spali_failed(uint32_t code);

/** Notes that `error` is this library's answer and not the system's, and returns it. */
spal_error spali_decline(spal_error error);

/** Whether an NTSTATUS says that a call or an operation went well. */
static inline bool spali_status_is_success(uint32_t status) {
    return status < 0x80000000u;
}

#define SPALI_STATUS_PENDING 0x00000103u
#define SPALI_STATUS_CANCELLED 0xC0000120u

/**
 * What an NTSTATUS means for a socket. Win32 codes are not good enough: the kernel folds several endings of a
 * connection into ERROR_NETNAME_DELETED. Failures are noted for spal_native_error as the Win32 code that Windows has
 * for them.
 * @return SPAL_OK for success and information; SPAL_EABORTED for a cancelled operation
 */
spal_error spali_error_from_status(uint32_t status);

/** Milliseconds from now until the deadline, rounded up; INFINITE for SPALI_NEVER, 0 for a deadline that is 0 or past.
 */
DWORD spali_wait_ms(uint64_t deadline_ns);

/** The event handle that serves two purposes: the signal of other threads, and the end of overlapped calls. */
struct spali_wake {
    HANDLE event;
    /** The kernel resets an event when it starts a call with it, and the signal would be lost: it is kept here too. */
    spali_atomic_u32 is_signalled;
    spali_wake *next; /**< in the pool */
};

/** Takes the signal, if there is one. */
static inline bool spali_wake_taken(spali_wake *wake) {
    return spali_load_u32(&wake->is_signalled) != 0 && spali_exchange_u32(&wake->is_signalled, 0) != 0;
}

/** For OVERLAPPED.hEvent: with its lowest bit set, no packet is queued. */
static inline void *spali_wake_event(spali_wake *wake) {
    return wake == NULL ? NULL : (void *)((uintptr_t)wake->event | 1u);
}

_Static_assert(offsetof(struct spal_op_system, internal) == offsetof(OVERLAPPED, Internal), "laid out as OVERLAPPED");
_Static_assert(offsetof(struct spal_op_system, internal_high) == offsetof(OVERLAPPED, InternalHigh), "as OVERLAPPED");
_Static_assert(offsetof(struct spal_op_system, offset) == offsetof(OVERLAPPED, Offset), "laid out as OVERLAPPED");
_Static_assert(offsetof(struct spal_op_system, offset_high) == offsetof(OVERLAPPED, OffsetHigh), "as OVERLAPPED");
_Static_assert(offsetof(struct spal_op_system, event) == offsetof(OVERLAPPED, hEvent), "laid out as OVERLAPPED");
_Static_assert(offsetof(struct spal_op_system, word) >= sizeof(OVERLAPPED), "the kernel writes OVERLAPPED alone");
_Static_assert(_Alignof(struct spal_op_system) >= _Alignof(OVERLAPPED), "aligned as OVERLAPPED");

static inline OVERLAPPED *spali_overlapped(spal_op *op) {
    return (OVERLAPPED *)(void *)&op->system;
}
static inline spal_op *spali_op_of(OVERLAPPED *overlapped) {
    return (spal_op *)(void *)((char *)overlapped - offsetof(spal_op, system));
}

/** The NTSTATUS an overlapped call has at the moment, and everything the kernel wrote before it. */
static inline uint32_t spali_status_of(const volatile uintptr_t *internal) {
    uint32_t status = (uint32_t)*internal;
    MemoryBarrier();
    return status;
}

/** An operation's bytes in all. */
static inline size_t spali_op_total(const spal_op *op) {
    size_t total = 0;
    for (size_t i = 0; i < op->core.buffer_count; i++)
        total += op->core.buffers[i].length;
    return total;
}

static inline bool spali_is_datagram(spali_slot *slot) {
    return (spali_facts(slot) & SPALI_FACT_DATAGRAM) != 0;
}

/** Whether the native socket has been closed, so that what is harvested now has nowhere to go on. */
static inline bool spali_is_closed(spali_slot *slot) {
    return (spali_load_u64(&slot->word) & SPALI_CLOSED) != 0;
}

/** A local socket without a path, which has no address to send to. */
static inline bool spali_is_unnamed(const spal_address *address) {
    return address->family == SPAL_AF_UNIX && address->length == 0;
}

/** One address's share of the area below, local paths included: AcceptEx wants 16 bytes more than the address. */
#define SPALI_AREA_HALF ((DWORD)(sizeof(SOCKADDR_STORAGE) + 16))

/** What a listener needs beyond its slot: slot->extra. */
typedef struct spali_extra {
    spal_op *accepting; /**< whose AcceptEx has been posted and not been harvested; the reading direction's owner's */
    unsigned char area[2 * SPALI_AREA_HALF]; /**< where AcceptEx writes both addresses */
} spali_extra;

/** The slot's extra, or null if it has none. */
static inline spali_extra *spali_extra_peek(spali_slot *slot) {
    return InterlockedCompareExchangePointer(&slot->extra, NULL, NULL);
}

/** The slot's extra, made if it is not there. @return null when memory is used up */
spali_extra *spali_extra_get(spali_slot *slot);

/** Makes a native socket: overlapped, non-blocking, not inherited. */
spal_error spali_socket_make(const spali_identity *identity, spali_native *out);

/** A loopback target that refuses is otherwise asked three times over two seconds. Best effort; before connecting. */
void spali_socket_hurry(spali_native native, const spal_address *target);

/** Whether the next receive of a datagram socket is to be told what became of earlier datagrams. Providers may know
 *  neither of the two kinds of such news, or only one. */
void spali_news_hear(spali_native native, bool on);

/** The address to connect to in place of a wildcard address: the loopback of its family. */
void spali_address_connectable(spal_address *address);

/** Why a packet could not be sent, or a connection made, to an address: of a link that is not there, it is the address.
 */
spal_error spali_address_blame(const spal_address *target, spal_error error);

#endif
