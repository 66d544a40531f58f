/* SPDX-License-Identifier: MIT
 *
 * The public sends and receives on streams, in both modes: checks of arguments, the short way of calls that need not wait,
 * and the building of operations. What happens to an operation afterwards is in operation.c and sync.c; the other
 * operations are in connect.c.
 *
 * The short way of spal_recv and spal_send owns the direction by one compare-and-swap, makes one system call, and gives the
 * direction up by another. On sockets of one thread it makes the system call and stores a bit.
 */
#include "port.h"
#include "sync.h"

#define FACTS_OF_RECV (SPALI_FACT_CONNECTED | SPALI_FACT_SHUT_RECV | SPALI_FACT_RESET)
#define FACTS_OF_SEND (SPALI_FACT_CONNECTED | SPALI_FACT_SHUT_SEND | SPALI_FACT_BROKEN)

/* ------------------------------------------------------------------------------------------------------------ arguments */

static spal_error flags_check(int flags, int allowed) {
    return (flags & ~allowed) != 0 ? SPAL_EOPNOTSUPP : SPAL_OK;
}

static spal_error buffer_check(const void *buffer, size_t length) {
    if (buffer == NULL && length > 0)
        return SPAL_EFAULT;
    return length > SPAL_LENGTH_MAX ? SPAL_EINVAL : SPAL_OK;
}

static spal_error buffers_check(const spal_buffer *buffers, size_t count) {
    if (buffers == NULL)
        return SPAL_EFAULT;
    if (count == 0)
        return SPAL_EINVAL;
    if (count > SPAL_BUFFERS_MAX)
        return SPAL_EMSGSIZE;
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        spal_error error = buffer_check(buffers[i].base, buffers[i].length);
        if (error != SPAL_OK)
            return error;
        total += buffers[i].length;
        if (total > SPAL_LENGTH_MAX)
            return SPAL_EINVAL;
    }
    return SPAL_OK;
}

static void op_set_buffers(spal_op *op, const spal_buffer *buffers, size_t count, int flags) {
    op->core.buffers = buffers;
    op->core.buffer_count = (uint16_t)count;
    op->core.message_flags = flags & ~SPAL_DONTWAIT;
}

/* ----------------------------------------------------------------------------------------------------------- the short way */

/* The handle again, which the short way does not carry along. */
static inline spal_socket short_socket(const spali_slot *slot, uint64_t word) {
    spal_socket socket = {(word & ~(SPALI_GENERATION - 1)) | (uint64_t)(slot - spali_slots.slots)};
    return socket;
}

/* On success `*word` is what the word was made. */
static inline bool short_enter(spali_slot *slot, spal_socket socket, int direction, uint64_t *word) {
    uint64_t wanted;
    do {
        if (SPALI_STALE(*word, socket.id) || (*word & (SPALI_BUSY(direction) | SPALI_QUEUED(direction))) != 0)
            return false;
        wanted = (*word | SPALI_BUSY(direction)) & ~(SPALI_READY(direction) | SPALI_ATTN(direction));
    } while (!spali_swap_u64(&slot->word, word, wanted));
    *word = wanted;
    return true;
}

/* The word differs when somebody queued or asked for something meanwhile. */
static inline void short_leave(spali_slot *slot, int direction, uint64_t word, bool ready) {
    uint64_t wanted = word & ~SPALI_BUSY(direction);
    if (SPALI_READINESS && ready)
        wanted |= SPALI_READY(direction);
    if (!spali_swap_u64(&slot->word, &word, wanted))
        spali_direction_leave(slot, direction, ready);
}

/* Where one thread makes every call, nobody has to be kept out. */
static inline void single_leave(spali_slot *slot, int direction, uint64_t word, bool ready) {
    if (SPALI_READINESS)
        spali_put_u64(&slot->word, ready ? word | SPALI_READY(direction) : word & ~SPALI_READY(direction));
}

static uint64_t single_claim(spali_slot *slot, int direction, uint64_t word) {
    word = (word | SPALI_BUSY(direction)) & ~(SPALI_READY(direction) | SPALI_ATTN(direction));
    spali_put_u64(&slot->word, word);
    return word;
}

/* The short way ends here: as the owner, the call goes on as an operation that has been tried. */
static spal_error owner_wait(spali_slot *slot, spal_socket socket, spali_call *call) {
    int direction = call->op.core.direction;
    spali_entry entry = {true, false};
    spali_pin_owned(slot);
    spal_error error =
        spali_call_run(slot, socket, call, spali_call_deadline(slot, direction), entry);
    spali_unpin(slot);
    return error;
}

/* --------------------------------------------------------------------------------------------------------------- receiving */

static SPALI_OUT_OF_LINE spal_error recv_long_way(spal_socket socket, void *buffer, size_t length, int flags, size_t *received) {
    if (received == NULL)
        return SPAL_EFAULT;
    spal_error error = buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = flags_check(flags, SPAL_PEEK | SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(&call.op, buffer, length, flags);
    error = spali_call_sync(socket, &call, flags, true);
    if (error == SPAL_OK)
        *received = call.op.count;
    return error;
}

/* As the owner: the system had nothing, or an error. */
static SPALI_OUT_OF_LINE spal_error recv_unfinished(spali_slot *slot, uint64_t word, void *buffer, size_t length, int flags,
                                                    size_t *received, bool ready, spal_error error) {
    spal_socket socket = short_socket(slot, word);
    if (error == SPAL_ECONNRESET)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_RESET);
    if (error != SPAL_EWOULDBLOCK || !spali_call_may_wait(slot, flags)) {
        short_leave(slot, SPALI_READ, word, ready);
        return error;
    }
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(&call.op, buffer, length, flags);
    error = owner_wait(slot, socket, &call);
    if (error == SPAL_OK)
        *received = call.op.count;
    return error;
}

static SPALI_OUT_OF_LINE spal_error recv_single(spali_slot *slot, void *buffer, size_t length, int flags, size_t *received,
                                                uint64_t word) {
    bool ready = true;
    spal_error error = spali_try_recv(slot, buffer, length, flags & SPAL_PEEK, received, &ready);
    if (error == SPAL_OK) {
        single_leave(slot, SPALI_READ, word, ready);
        return SPAL_OK;
    }
    word = single_claim(slot, SPALI_READ, word);
    return recv_unfinished(slot, word, buffer, length, flags, received, ready, error);
}

static SPALI_OUT_OF_LINE spal_error recv_shared(spali_slot *slot, void *buffer, size_t length, int flags, size_t *received,
                                                uint64_t word) {
    bool ready = true;
    spal_socket socket = short_socket(slot, word);
    if (!short_enter(slot, socket, SPALI_READ, &word))
        return recv_long_way(socket, buffer, length, flags, received);
    spal_error error = spali_try_recv(slot, buffer, length, flags & SPAL_PEEK, received, &ready);
    if (error != SPAL_OK)
        return recv_unfinished(slot, word, buffer, length, flags, received, ready, error);
    short_leave(slot, SPALI_READ, word, ready);
    return SPAL_OK;
}

spal_error spal_recv(spal_socket socket, void *buffer, size_t length, int flags, size_t *received) {
    spali_slot *slot = spali_slot_at(socket.id);
    if (slot == NULL)
        return SPAL_ENOTSOCK;
    uint64_t word = spali_load_u64(&slot->word);
    if (SPALI_STALE(word, socket.id))
        return SPAL_ENOTSOCK;
    bool is_short = length - 1 < SPAL_LENGTH_MAX && buffer != NULL && received != NULL &&
                    (flags & ~(SPAL_PEEK | SPAL_DONTWAIT)) == 0 &&
                    (word & (SPALI_BUSY(SPALI_READ) | SPALI_QUEUED(SPALI_READ))) == 0 &&
                    (spali_facts(slot) & FACTS_OF_RECV) == SPALI_FACT_CONNECTED;
    if (!is_short)
        return recv_long_way(socket, buffer, length, flags, received);
    if ((word & SPALI_SINGLE) != 0)
        return recv_single(slot, buffer, length, flags, received, word);
    return recv_shared(slot, buffer, length, flags, received, word);
}

spal_error spal_recvv(spal_socket socket, const spal_buffer *buffers, size_t count, int flags, size_t *received) {
    if (received == NULL)
        return SPAL_EFAULT;
    spal_error error = buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = flags_check(flags, SPAL_PEEK | SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
    op_set_buffers(&call.op, buffers, count, flags);
    error = spali_call_sync(socket, &call, flags, true);
    if (error == SPAL_OK)
        *received = call.op.count;
    return error;
}

spal_error spal_recv_async(spal_socket socket, spal_op *op, void *buffer, size_t length, int flags) {
    if (op == NULL || (buffer == NULL && length > 0))
        return SPAL_EFAULT;
    if (length > SPAL_LENGTH_MAX)
        return SPAL_EINVAL;
    if ((flags & ~SPAL_PEEK) != 0)
        return SPAL_EOPNOTSUPP;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(op, buffer, length, flags);
    return spali_op_start(socket, op, SPALI_READ);
}

spal_error spal_recvv_async(spal_socket socket, spal_op *op, const spal_buffer *buffers, size_t count, int flags) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = flags_check(flags, SPAL_PEEK);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_RECV, SPALI_READ, socket);
    op_set_buffers(op, buffers, count, flags);
    return spali_op_start(socket, op, SPALI_READ);
}

/* ----------------------------------------------------------------------------------------------------------------- sending */

static SPALI_OUT_OF_LINE spal_error send_long_way(spal_socket socket, const void *buffer, size_t length, int flags, size_t *sent) {
    if (sent == NULL)
        return SPAL_EFAULT;
    spal_error error = buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_SEND, SPALI_WRITE, socket);
    spali_op_set_buffer(&call.op, (void *)(uintptr_t)buffer, length, flags);
    error = spali_call_sync(socket, &call, flags, true);
    *sent = call.op.count;
    return error;
}

/* As the owner: the system took less than all, or nothing, or had an error. */
static SPALI_OUT_OF_LINE spal_error send_unfinished(spali_slot *slot, uint64_t word, const void *buffer, size_t length,
                                                    int flags, size_t *sent, bool ready, spal_error error) {
    spal_socket socket = short_socket(slot, word);
    bool is_partial = error == SPAL_OK;
    if ((!is_partial && error != SPAL_EWOULDBLOCK) || !spali_call_may_wait(slot, flags)) {
        if (!is_partial)
            *sent = 0;
        short_leave(slot, SPALI_WRITE, word, ready);
        return error;
    }
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_SEND, SPALI_WRITE, socket);
    spali_op_set_buffer(&call.op, (void *)(uintptr_t)buffer, length, flags);
    call.op.count = is_partial ? *sent : 0;
    error = owner_wait(slot, socket, &call);
    *sent = call.op.count;
    return error;
}

static SPALI_OUT_OF_LINE spal_error send_single(spali_slot *slot, const void *buffer, size_t length, int flags, size_t *sent,
                                                uint64_t word) {
    bool ready = true;
    spal_error error = spali_try_send(slot, buffer, length, sent, &ready);
    if (error == SPAL_OK && *sent == length) {
        single_leave(slot, SPALI_WRITE, word, ready);
        return SPAL_OK;
    }
    word = single_claim(slot, SPALI_WRITE, word);
    return send_unfinished(slot, word, buffer, length, flags, sent, ready, error);
}

static SPALI_OUT_OF_LINE spal_error send_shared(spali_slot *slot, const void *buffer, size_t length, int flags, size_t *sent,
                                                uint64_t word) {
    bool ready = true;
    spal_socket socket = short_socket(slot, word);
    if (!short_enter(slot, socket, SPALI_WRITE, &word))
        return send_long_way(socket, buffer, length, flags, sent);
    spal_error error = spali_try_send(slot, buffer, length, sent, &ready);
    if (error != SPAL_OK || *sent != length)
        return send_unfinished(slot, word, buffer, length, flags, sent, ready, error);
    short_leave(slot, SPALI_WRITE, word, ready);
    return SPAL_OK;
}

spal_error spal_send(spal_socket socket, const void *buffer, size_t length, int flags, size_t *sent) {
    spali_slot *slot = spali_slot_at(socket.id);
    if (slot == NULL)
        return SPAL_ENOTSOCK;
    uint64_t word = spali_load_u64(&slot->word);
    if (SPALI_STALE(word, socket.id))
        return SPAL_ENOTSOCK;
    bool is_short = length - 1 < SPAL_LENGTH_MAX && buffer != NULL && sent != NULL && (flags & ~SPAL_DONTWAIT) == 0 &&
                    (word & (SPALI_BUSY(SPALI_WRITE) | SPALI_QUEUED(SPALI_WRITE))) == 0 &&
                    (spali_facts(slot) & FACTS_OF_SEND) == SPALI_FACT_CONNECTED;
    if (!is_short)
        return send_long_way(socket, buffer, length, flags, sent);
    if ((word & SPALI_SINGLE) != 0)
        return send_single(slot, buffer, length, flags, sent, word);
    return send_shared(slot, buffer, length, flags, sent, word);
}

spal_error spal_sendv(spal_socket socket, const spal_buffer *buffers, size_t count, int flags, size_t *sent) {
    if (sent == NULL)
        return SPAL_EFAULT;
    spal_error error = buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_SEND, SPALI_WRITE, socket);
    op_set_buffers(&call.op, buffers, count, flags);
    error = spali_call_sync(socket, &call, flags, true);
    *sent = call.op.count;
    return error;
}

spal_error spal_send_async(spal_socket socket, spal_op *op, const void *buffer, size_t length, int flags) {
    if (op == NULL || (buffer == NULL && length > 0))
        return SPAL_EFAULT;
    if (length > SPAL_LENGTH_MAX)
        return SPAL_EINVAL;
    if (flags != 0)
        return SPAL_EOPNOTSUPP;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_SEND, SPALI_WRITE, socket);
    spali_op_set_buffer(op, (void *)(uintptr_t)buffer, length, flags);
    return spali_op_start(socket, op, SPALI_WRITE);
}

spal_error spal_sendv_async(spal_socket socket, spal_op *op, const spal_buffer *buffers, size_t count, int flags) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = flags_check(flags, 0);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_SEND, SPALI_WRITE, socket);
    op_set_buffers(op, buffers, count, flags);
    return spali_op_start(socket, op, SPALI_WRITE);
}
