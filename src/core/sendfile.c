/* SPDX-License-Identifier: MIT
 *
 * Sending a file, in both modes: spal_sendfile. The file's number and range stand in the operation's system words; what
 * the system does with them is in the platforms' sendfile.c. To the state machine it is a send like any other.
 */
#include "sync.h"

static spal_error range_check(uint64_t offset, uint64_t length) {
    if (length > SIZE_MAX || offset > INT64_MAX || length > INT64_MAX - offset)
        return SPAL_EINVAL;
    return SPAL_OK;
}

static void sendfile_prepare(spal_op *op, spal_socket socket, spal_native file, uint64_t offset, uint64_t length) {
    spali_op_prepare(op, SPAL_OP_SENDFILE, SPALI_WRITE, socket);
    spali_op_set_buffer(op, NULL, 0, 0);
    op->system.word[0] = (uint64_t)file;
    op->system.word[1] = offset;
    op->system.word[2] = length;
}

spal_error spal_sendfile(spal_socket socket, spal_native file, uint64_t offset, uint64_t length, size_t *sent) {
    if (sent == NULL)
        return SPAL_EFAULT;
    spal_error error = range_check(offset, length);
    if (error != SPAL_OK)
        return error;
    spali_slot *slot = NULL;
    error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    sendfile_prepare(&call.op, socket, file, offset, length);
    bool may_wait = spali_call_may_wait(slot, 0);
    /* A packet backend's try copies, and its kernel does not: it is for callers that will not wait. */
    bool tries = SPALI_READINESS || !may_wait;
    error = spali_call_pinned(slot, socket, &call, may_wait, tries, spali_call_deadline(slot, SPALI_WRITE));
    *sent = call.op.count;
    spali_unpin(slot);
    return error;
}

spal_error spal_sendfile_async(spal_socket socket, spal_op *op, spal_native file, uint64_t offset, uint64_t length) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = range_check(offset, length);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    sendfile_prepare(op, socket, file, offset, length);
    return spali_op_start(socket, op, SPALI_WRITE);
}
