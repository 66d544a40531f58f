/* SPDX-License-Identifier: MIT
 *
 * Readiness on Windows: the poll request of the socket driver (AFD), which lies under select and WSAPoll and has
 * neither the limit of the one nor the gaps of the other. Layout and numbers are those that the driver's users outside
 * Windows itself have relied on for decades. It has no twin.
 */
#ifndef SPALI_AFD_H
#define SPALI_AFD_H

#include "native.h"

/** What to ask for, and what comes back. Always a state, never an edge. */
enum {
    SPALI_AFD_RECEIVE = 0x01,
    SPALI_AFD_URGENT = 0x02, /**< urgent data, unless they stand in the stream */
    SPALI_AFD_SEND = 0x04,
    SPALI_AFD_DISCONNECT = 0x08, /**< the peer has ended its direction */
    SPALI_AFD_ABORT = 0x10,      /**< the connection was reset */
    SPALI_AFD_LOCAL_CLOSE = 0x20,
    SPALI_AFD_ACCEPT = 0x80,
    SPALI_AFD_CONNECT_FAIL = 0x100
};

typedef struct spali_afd_entry {
    HANDLE handle; /**< a base handle */
    ULONG events;
    LONG status;
} spali_afd_entry;

/** One request: in, the sockets asked about; out, those for which something is the case. */
typedef struct spali_afd_request {
    LARGE_INTEGER timeout; /**< 0: answer at once; INT64_MAX: for ever */
    ULONG count;
    ULONG exclusive; /**< 0: beside other polls of the same sockets */
    spali_afd_entry entries[1];
} spali_afd_request;

/** Bytes of a request about `count` sockets, 1 or more. */
#define SPALI_AFD_BYTES(count) (offsetof(spali_afd_request, entries) + (size_t)(count) * sizeof(spali_afd_entry))

/** The handle of the driver's own socket below whatever layers it. @return INVALID_HANDLE_VALUE: not an open socket */
HANDLE spali_afd_base(spali_native native);

/** Sends a request on its first socket's handle. @param event  signalled at the end, may be null  @return an NTSTATUS
 */
uint32_t spali_afd_start(const spali_afd_request *in, spali_afd_request *out, HANDLE event, IO_STATUS_BLOCK *status);

/** An operation's system part seen as a request about one socket, which is its own answer: what a poll needs. */
typedef struct spali_afd_operation {
    IO_STATUS_BLOCK status;
    spali_afd_request request;
} spali_afd_operation;

_Static_assert(sizeof(spali_afd_operation) <= sizeof(struct spal_op_system), "a request fits into an operation");
_Static_assert(_Alignof(spali_afd_operation) <= _Alignof(struct spal_op_system), "a request is aligned there");

static inline spali_afd_operation *spali_afd_of(spal_op *op) {
    return (spali_afd_operation *)(void *)&op->system;
}

/**
 * Starts a request about the slot's socket as an overlapped call of the operation's: its end is a packet, or the event
 * of `wake`, and it is cancelled, awaited and harvested as any other.
 * @param out  written at the end; null when the answer does not matter, and the operation's words must stay as they are
 * @return SPALI_ARMED; SPALI_AGAIN: something is the case now, and nothing follows; SPALI_DONE: it failed, op->error
 */
spali_step spali_afd_arm(spali_slot *slot, spal_op *op, spali_wake *wake, ULONG events, spali_afd_request *out);

/* Waiting for readiness as an operation: poll.c. */
spali_step spali_poll_arm(spali_slot *slot, spal_op *op, spali_wake *wake);
spali_step spali_poll_harvest(spali_slot *slot, spal_op *op, uint32_t status);

/** The NTSTATUS of a request that has been started. */
uint32_t spali_afd_status(const IO_STATUS_BLOCK *status);

/** Which of `events` are the case now. @return SPAL_ENOTSOCK and others */
spal_error spali_afd_now(spali_native native, ULONG events, ULONG *found);

#endif
