/* SPDX-License-Identifier: MIT
 *
 * The two verbs that carry most messages, in line: one system call, and what follows its usual answer. The unusual ones
 * are in operation.c. backend.h includes this file where platform.h says that it exists; it names no header of the
 * system.
 */
#ifndef SPALI_INLINE_H
#define SPALI_INLINE_H

#include "compiler.h"

/** The first member of the table of calls (calls.h). */
typedef struct spali_transfer_calls {
    spali_ssize (*recv)(int, void *, size_t, int);
    spali_ssize (*send)(int, const void *, size_t, int);
    int send_flags;
} spali_transfer_calls;

extern SPALI_HIDDEN struct spali_calls spali_sys;

static inline const spali_transfer_calls *spali_transfer_calls_in_use(void) {
    return (const spali_transfer_calls *)(const void *)&spali_sys;
}

/** One receive, with the system's own answer: more than 0, or one that spali_recv_outcome explains. */
static inline intptr_t spali_recv_now(spali_slot *slot, void *buffer, size_t length) {
    return spali_transfer_calls_in_use()->recv(slot->native, buffer, length, 0);
}

/** Whether a short receive means that there was no more: on a socket whose events tell of more. The facts may be read
 *  after the call: an event that made them wrong has set READY, too. */
static inline bool spali_recv_drains(spali_slot *slot) {
    const uint32_t matter = SPALI_FACT_REGISTERED | SPALI_FACT_UNDRAINED;
    return (spali_peek_u32(&slot->facts) & matter) == SPALI_FACT_REGISTERED;
}

static inline spal_error spali_try_recv(spali_slot *slot, void *buffer, size_t length,
                                        volatile spali_transfer *transfer) {
    spali_ssize result = spali_transfer_calls_in_use()->recv(slot->native, buffer, length, 0);
    if (!SPALI_LIKELY(result > 0)) {
        transfer->result = result;
        return SPALI_UNUSUAL;
    }
    *transfer->moved = (size_t)result;
    if (SPALI_LIKELY((size_t)result != transfer->length) && SPALI_LIKELY(spali_recv_drains(transfer->slot)))
        return SPALI_DRAINED;
    return SPAL_OK;
}

static inline spal_error spali_try_send(spali_slot *slot, const void *buffer, size_t length,
                                        volatile spali_transfer *transfer) {
    const spali_transfer_calls *calls = spali_transfer_calls_in_use();
    spali_ssize result = calls->send(slot->native, buffer, length, calls->send_flags);
    if (!SPALI_LIKELY(result == (spali_ssize)transfer->length)) {
        transfer->result = result;
        return SPALI_UNUSUAL;
    }
    *transfer->moved = (size_t)result;
    return SPAL_OK;
}

#endif
