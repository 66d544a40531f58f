/* SPDX-License-Identifier: MIT
 *
 * What the files of the public sends and receives share: transfer.c, message.c, sendfile.c.
 */
#ifndef SPALI_TRANSFER_H
#define SPALI_TRANSFER_H

#include "operation.h"

/** @param more  flags allowed beside those that every receive, or send, has */
spal_error spali_recv_flags_check(int flags, int more);
spal_error spali_send_flags_check(int flags, int more);

spal_error spali_buffer_check(const void *buffer, size_t length);
spal_error spali_buffers_check(const spal_buffer *buffers, size_t count);

/** Gives an operation its list of buffers. */
static inline void spali_op_set_buffers(spal_op *op, const spal_buffer *buffers, size_t count, int flags) {
    op->core.buffers = buffers;
    op->core.buffer_count = (uint16_t)count;
    op->core.message_flags = flags & ~SPAL_DONTWAIT;
}

#endif
