/* SPDX-License-Identifier: MIT
 *
 * The poll request of the socket driver, sent on the sockets' own handles: without a context, so that a completion port
 * to which they belong hears nothing of it, or as an operation's overlapped call. Waiting for many sockets, and what an
 * answer means, is in poll.c. It has no twin.
 */
#include "afd.h"

#include "handshake.h"

#include <string.h>

#define IOCTL_AFD_POLL_CODE 0x00012024u

HANDLE spali_afd_base(spali_native native) {
    const DWORD questions[] = {SIO_BASE_HANDLE, SIO_BSP_HANDLE_POLL};
    HANDLE base = INVALID_HANDLE_VALUE;
    /* Some layers answer only the second question, against their documentation. */
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        DWORD returned = 0;
        if (spali_sys.WSAIoctl(native, questions[i], NULL, 0, &base, sizeof base, &returned, NULL, NULL) == 0)
            return base;
        if (WSAGetLastError() == WSAENOTSOCK)
            return INVALID_HANDLE_VALUE;
    }
    return (HANDLE)native;
}

uint32_t spali_afd_start(const spali_afd_request *in, spali_afd_request *out, HANDLE event, IO_STATUS_BLOCK *status) {
    ULONG bytes = (ULONG)SPALI_AFD_BYTES(in->count);
    memset(status, 0, sizeof *status);
    status->Status = (NTSTATUS)SPALI_STATUS_PENDING;
    /* The driver reads `in` and does not write to it; its interface has no const. */
    NTSTATUS answer = spali_sys.NtDeviceIoControlFile(in->entries[0].handle, event, NULL, NULL, status,
                                                      IOCTL_AFD_POLL_CODE, (void *)(uintptr_t)in, bytes, out, bytes);
    return (uint32_t)answer;
}

/* The driver reads the question at once, and writes its answer at the end: an answer that nobody reads may be written
 * to the same place by all. A layered provider's socket has no port at the driver's, which would tell nobody. */
spali_step spali_afd_arm(spali_slot *slot, spal_op *op, spali_wake *wake, ULONG events, spali_afd_request *out) {
    static spali_afd_request unread;
    spali_afd_request in = {.timeout = {.QuadPart = INT64_MAX}, .count = 1, .exclusive = 0};
    const ULONG bytes = (ULONG)SPALI_AFD_BYTES(1);
    in.entries[0].handle = spali_afd_base(slot->native);
    in.entries[0].events = events;
    in.entries[0].status = 0;
    if (in.entries[0].handle != (HANDLE)slot->native) {
        bool is_layered = in.entries[0].handle != INVALID_HANDLE_VALUE;
        op->error = is_layered ? spali_decline(SPAL_EOPNOTSUPP) : spali_failed(WSAENOTSOCK);
        return SPALI_DONE;
    }
    op->system.internal = SPALI_STATUS_PENDING;
    op->system.internal_high = 0;
    NTSTATUS answer = spali_sys.NtDeviceIoControlFile(
        in.entries[0].handle, wake != NULL ? wake->event : NULL, NULL, wake != NULL ? NULL : spali_overlapped(op),
        &spali_afd_of(op)->status, IOCTL_AFD_POLL_CODE, &in, bytes, out != NULL ? out : &unread, bytes);
    if (!spali_status_is_success((uint32_t)answer)) {
        op->error = spali_error_from_status((uint32_t)answer);
        return SPALI_DONE;
    }
    bool is_over = (uint32_t)answer != SPALI_STATUS_PENDING && spali_op_ends_at_once(slot, wake);
    return is_over ? SPALI_AGAIN : SPALI_ARMED;
}

uint32_t spali_afd_status(const IO_STATUS_BLOCK *status) {
    uint32_t now = (uint32_t) * (const volatile NTSTATUS *)&status->Status;
    MemoryBarrier();
    return now;
}

spal_error spali_afd_now(spali_native native, ULONG events, ULONG *found) {
    spali_afd_request in = {.timeout = {.QuadPart = 0}, .count = 1, .exclusive = 0};
    spali_afd_request out;
    IO_STATUS_BLOCK status;
    *found = 0;
    in.entries[0].handle = spali_afd_base(native);
    in.entries[0].events = events;
    in.entries[0].status = 0;
    if (in.entries[0].handle == INVALID_HANDLE_VALUE)
        return spali_failed(WSAENOTSOCK);
    memset(&out, 0, sizeof out);
    uint32_t answer = spali_afd_start(&in, &out, NULL, &status);
    if (answer == SPALI_STATUS_PENDING) {
        /* A request without time to wait ends by itself, after a moment at most. */
        while (spali_afd_status(&status) == SPALI_STATUS_PENDING)
            spali_yield();
        answer = spali_afd_status(&status);
    }
    if (!spali_status_is_success(answer))
        return spali_error_from_status(answer);
    if (answer != STATUS_TIMEOUT && out.count > 0)
        *found = out.entries[0].events & events;
    return SPAL_OK;
}
