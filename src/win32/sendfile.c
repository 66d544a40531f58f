/* SPDX-License-Identifier: MIT
 *
 * Sending files. Whoever waits has the kernel read and send, by TransmitFile; whoever will not wait reads pieces and
 * sends as much as goes. Twin: src/posix/sendfile.c.
 *
 * TransmitFile takes no more than 2^31 - 2 bytes at once, and does not say what it makes of a file that is shorter than
 * asked: so it is asked for pieces that the file has. A file that shrinks under it ends the operation all the same.
 */
#include "message.h"

#include "afd.h"
#include "handshake.h"

#include <string.h>

/* Bytes that are read at once, onto the stack. */
enum { PIECE = 16384 };

#define TRANSMIT_MOST 0x7ffffffeu
#define STATUS_FILE_ENDS 0xC0000011u

/* What is still to be sent. */
typedef struct part {
    HANDLE file;
    uint64_t at;
    uint64_t length;
    bool is_short; /* less than was asked for */
} part;

static spali_step op_done(spal_op *op, spal_error error) {
    op->error = error;
    return SPALI_DONE;
}

/* No length asks for all there is. */
static bool is_whole(const spal_op *op) {
    return op->system.word[2] == 0;
}

static spali_step file_ended(spal_op *op) {
    return op_done(op, is_whole(op) ? SPAL_OK : spali_decline(SPAL_EEOF));
}

static spal_error file_failed(uint32_t code) {
    spal_error error = spali_failed(code);
    return error == SPAL_ENOTSOCK ? SPAL_EBADF : error;
}

/* As the file is now. */
static spal_error part_find(const spal_op *op, part *out) {
    FILE_STANDARD_INFO info;
    memset(out, 0, sizeof *out);
    out->file = (HANDLE)(uintptr_t)op->system.word[0];
    out->at = op->system.word[1] + op->count;
    if (!spali_sys.GetFileInformationByHandleEx(out->file, FileStandardInfo, &info, sizeof info))
        return file_failed(GetLastError());
    if (info.Directory)
        return spali_decline(SPAL_EISDIR);
    uint64_t end = (uint64_t)info.EndOfFile.QuadPart;
    uint64_t there = out->at < end ? end - out->at : 0;
    uint64_t wanted = is_whole(op) ? there : op->system.word[2] - op->count;
    out->is_short = wanted > there;
    out->length = out->is_short ? there : wanted;
    return SPAL_OK;
}

/* SPALI_AGAIN: there is something to be sent. */
static spali_step part_begin(spal_op *op, part *out) {
    spal_error error = part_find(op, out);
    if (error != SPAL_OK)
        return op_done(op, error);
    if (out->length > 0)
        return SPALI_AGAIN;
    return out->is_short ? file_ended(op) : op_done(op, SPAL_OK);
}

/* ---------------------------------------------------------------------------------------------------------- copying */

/* Files opened for overlapped use answer later, and without a packet to whatever port of the caller's; others have
 * answered when the first call returns. @param got  out: 0 at the end of the file */
static spal_error part_read(const part *from, void *bytes, DWORD room, const spali_wake *wake, DWORD *got) {
    OVERLAPPED overlapped = {.hEvent = (HANDLE)((uintptr_t)wake->event | 1u)};
    overlapped.Offset = (DWORD)from->at;
    overlapped.OffsetHigh = (DWORD)(from->at >> 32);
    DWORD length = from->length < room ? (DWORD)from->length : room;
    BOOL is_read = spali_sys.ReadFile(from->file, bytes, length, NULL, &overlapped);
    if (is_read || GetLastError() == ERROR_IO_PENDING)
        is_read = spali_sys.GetOverlappedResult(from->file, &overlapped, got, TRUE);
    if (is_read)
        return SPAL_OK;
    *got = 0;
    return GetLastError() == ERROR_HANDLE_EOF ? SPAL_OK : file_failed(GetLastError());
}

/* SPALI_ARMED: a piece has been sent, there may be more. */
static spali_step copy_piece(spali_slot *slot, spal_op *op, const spali_wake *wake) {
    char bytes[PIECE];
    part left;
    DWORD got = 0;
    if (part_begin(op, &left) == SPALI_DONE)
        return SPALI_DONE;
    spal_error error = part_read(&left, bytes, sizeof bytes, wake, &got);
    if (error != SPAL_OK)
        return op_done(op, error);
    if (got == 0)
        return file_ended(op);
    int taken = spali_sys.send(slot->native, bytes, (int)got, 0);
    if (taken >= 0) {
        op->count += (size_t)taken;
        return SPALI_ARMED;
    }
    int code = WSAGetLastError();
    return code == WSAEWOULDBLOCK ? SPALI_AGAIN : op_done(op, spali_transfer_failure(slot, code));
}

spali_step spali_sendfile_try(spali_slot *slot, spal_op *op) {
    spali_step step;
    spali_wake *wake = spali_wake_take();
    if (wake == NULL)
        return op_done(op, SPAL_EMFILE);
    do
        step = copy_piece(slot, op, wake);
    while (step == SPALI_ARMED);
    spali_wake_give(wake);
    return step;
}

/* ---------------------------------------------------------------------------------------------------- by the kernel */

/* What local sockets make of TransmitFile is written nowhere. */
static bool is_copied(const spali_slot *slot) {
    return slot->identity.family == SPAL_AF_UNIX;
}

static spali_step copy_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    spali_step step;
    do {
        step = spali_sendfile_try(slot, op);
        if (step == SPALI_AGAIN)
            step = spali_afd_arm(slot, op, wake, SPALI_AFD_SEND | SPALI_AFD_ABORT | SPALI_AFD_LOCAL_CLOSE, NULL);
    } while (step == SPALI_AGAIN);
    return step;
}

static BOOL transmit(spali_slot *slot, spal_op *op, spali_wake *wake, const part *left) {
    DWORD length = left->length < TRANSMIT_MOST ? (DWORD)left->length : TRANSMIT_MOST;
    OVERLAPPED *overlapped = spali_op_post(op, wake);
    op->system.offset = (uint32_t)left->at;
    op->system.offset_high = (uint32_t)(left->at >> 32);
    return spali_sys.TransmitFile(slot->native, left->file, length, 0, overlapped, NULL, 0);
}

spali_step spali_sendfile_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    part left;
    if (is_copied(slot))
        return copy_arm(slot, op, wake);
    while (part_begin(op, &left) == SPALI_AGAIN) {
        if (!transmit(slot, op, wake, &left)) {
            int code = WSAGetLastError();
            return code == WSA_IO_PENDING ? SPALI_ARMED : op_done(op, spali_transfer_failure(slot, code));
        }
        if (!spali_op_ends_at_once(slot, wake))
            return SPALI_ARMED;
        if (op->system.internal_high == 0)
            return file_ended(op);
        op->count += op->system.internal_high;
    }
    return SPALI_DONE;
}

static spali_step copy_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    if (spali_is_closed(slot))
        return op_done(op, SPAL_EABORTED);
    if (spali_op_was_stopped(slot, op, status))
        return SPALI_AGAIN;
    if (spali_status_is_success(status))
        return spali_sendfile_try(slot, op);
    return op_done(op, spali_error_from_status(status));
}

/* Of a file that has not been sent whole, the rest is sent next. */
spali_step spali_sendfile_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    part left;
    if (is_copied(slot))
        return copy_harvest(slot, op, status);
    size_t moved = op->system.internal_high;
    op->count += moved;
    if (status == STATUS_FILE_ENDS || (spali_status_is_success(status) && moved == 0))
        return file_ended(op);
    if (spali_status_is_success(status))
        return part_begin(op, &left);
    spal_error error = spali_error_from_status(status);
    if (error == SPAL_EABORTED)
        return spali_send_cut(slot, op, status);
    return op_done(op, spali_transfer_error(slot, error));
}
