/* SPDX-License-Identifier: MIT
 *
 * The public sends and receives without addresses, in both modes: checks of arguments, the short way of calls on
 * streams that need not wait, and the building of operations. Those with addresses are in message.c, the other
 * operations in connect.c. What happens to an operation afterwards is in operation.c and sync.c.
 *
 * The short way of spal_recv and spal_send owns the direction by one compare-and-swap, makes one system call, and gives
 * the direction up by another. On sockets of one thread it makes the system call and stores a bit.
 */
#include "transfer.h"

#include "port.h"
#include "sync.h"

#define FACTS_OF_RECV (SPALI_FACT_CONNECTED | SPALI_FACT_SHUT_RECV | SPALI_FACT_RESET | SPALI_FACT_DATAGRAM)
#define FACTS_OF_SEND (SPALI_FACT_CONNECTED | SPALI_FACT_SHUT_SEND | SPALI_FACT_BROKEN | SPALI_FACT_DATAGRAM)

/* -------------------------------------------------------------------------------------------------------- arguments */

spal_error spali_recv_flags_check(int flags, int more) {
    const int together = SPAL_PEEK | SPAL_WAITALL;
    bool is_known = (flags & ~(together | more)) == 0;
    return is_known && (flags & together) != together ? SPAL_OK : SPAL_EOPNOTSUPP;
}

spal_error spali_send_flags_check(int flags, int more) {
    return (flags & ~(SPAL_DONTROUTE | more)) != 0 ? SPAL_EOPNOTSUPP : SPAL_OK;
}

spal_error spali_buffer_check(const void *buffer, size_t length) {
    if (buffer == NULL && length > 0)
        return SPAL_EFAULT;
    return length > SPAL_LENGTH_MAX ? SPAL_EINVAL : SPAL_OK;
}

spal_error spali_buffers_check(const spal_buffer *buffers, size_t count) {
    if (buffers == NULL)
        return SPAL_EFAULT;
    if (count == 0)
        return SPAL_EINVAL;
    if (count > SPAL_BUFFERS_MAX)
        return SPAL_EMSGSIZE;
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        spal_error error = spali_buffer_check(buffers[i].base, buffers[i].length);
        if (error != SPAL_OK)
            return error;
        total += buffers[i].length;
        if (total > SPAL_LENGTH_MAX)
            return SPAL_EINVAL;
    }
    return SPAL_OK;
}

/* ---------------------------------------------------------------------------------------------------- the short way */

/* The handle again, which the short way does not carry along. */
static inline spal_socket short_socket(const spali_slot *slot, uint64_t word) {
    spal_socket socket = {(word & ~(SPALI_GENERATION - 1)) | (uint64_t)(slot - spali_slots.slots)};
    return socket;
}

/* The word differs when somebody queued or asked for something meanwhile. */
static inline void short_leave(spali_slot *slot, int direction, uint64_t word, bool ready) {
    uint64_t wanted = word & ~SPALI_BUSY(direction);
    if (SPALI_READINESS && ready)
        wanted |= SPALI_READY(direction);
    if (!spali_swap_u64(&slot->word, &word, wanted))
        spali_direction_leave(slot, direction, ready);
}

/* Where one thread makes every call, nobody has to be kept out, and the word is as it was. */
static inline void single_leave(spali_slot *slot, int direction, bool ready) {
    if (!SPALI_READINESS)
        return;
    uint64_t word = spali_peek_u64(&slot->word);
    spali_put_u64(&slot->word, ready ? word | SPALI_READY(direction) : word & ~SPALI_READY(direction));
}

static uint64_t single_claim(spali_slot *slot, int direction, uint64_t word) {
    spali_put_u64(&slot->word, spali_word_claimed(word, direction));
    return spali_word_claimed(word, direction);
}

static inline void way_note(volatile spali_transfer *way, spali_slot *slot, void *buffer, size_t length, size_t *moved,
                            uint64_t word, int flags) {
    way->slot = slot;
    way->buffer = buffer;
    way->length = length;
    way->moved = moved;
    way->word = word;
    way->flags = flags;
}

/* The short way ends here: as the owner, the call goes on as an operation that has been tried. */
static spal_error owner_wait(spali_slot *slot, spal_socket socket, spali_call *call) {
    int direction = call->op.core.direction;
    spali_entry entry = {true, false};
    spali_pin_owned(slot);
    spal_error error = spali_call_run(slot, socket, call, spali_call_deadline(slot, direction), entry);
    spali_unpin(slot);
    return error;
}

/* -------------------------------------------------------------------------------------------------------- receiving */

static SPALI_OUT_OF_LINE spal_error recv_long_way(spal_socket socket, void *buffer, size_t length, int flags,
                                                  size_t *received) {
    if (received == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = spali_recv_flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(&call.op, buffer, length, flags);
    error = spali_call_sync(socket, &call, flags, true);
    if (error == SPAL_OK || error == SPAL_EMSGSIZE)
        *received = call.op.count;
    return error;
}

/* On sockets of one thread the direction has not been claimed yet; whoever goes on waiting must own it. */
static uint64_t way_claim(volatile spali_transfer *way, int direction) {
    uint64_t word = way->word;
    return (word & SPALI_SINGLE) != 0 ? single_claim(way->slot, direction, word) : word;
}

/* As the owner: the system had nothing, or an error. */
static SPALI_RARE spal_error recv_rarely(volatile spali_transfer *way, spal_error error) {
    uint64_t word = way_claim(way, SPALI_READ);
    if (error == SPALI_UNUSUAL)
        error = spali_recv_outcome(way);
    if (error == SPAL_ECONNRESET)
        (void)spali_or_u32(&way->slot->facts, SPALI_FACT_RESET);
    if (way->buffer == NULL)
        error = SPAL_EFAULT;
    if (error != SPAL_EWOULDBLOCK || !spali_call_may_wait(way->slot, way->flags)) {
        short_leave(way->slot, SPALI_READ, word, way->ready);
        return error;
    }
    spal_socket socket = short_socket(way->slot, word);
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(&call.op, way->buffer, way->length, way->flags);
    error = owner_wait(way->slot, socket, &call);
    if (error == SPAL_OK)
        *way->moved = call.op.count;
    return error;
}

static SPALI_OUT_OF_LINE spal_error recv_single(spali_slot *slot, void *buffer, size_t length, int flags,
                                                size_t *received, uint64_t word) {
    if (!SPALI_LIKELY((spali_facts(slot) & FACTS_OF_RECV) == SPALI_FACT_CONNECTED))
        return recv_long_way(short_socket(slot, word), buffer, length, flags, received);
    volatile spali_transfer way;
    way_note(&way, slot, buffer, length, received, word, flags);
    spal_error error = spali_try_recv(slot, buffer, length, &way);
    if (!SPALI_LIKELY(error == SPALI_DRAINED || error == SPAL_OK))
        return recv_rarely(&way, error);
    single_leave(way.slot, SPALI_READ, error == SPAL_OK);
    return SPAL_OK;
}

/* Somebody came first. @param owns  and has left the socket in another state */
static SPALI_RARE spal_error recv_again(volatile spali_transfer *way, bool owns) {
    if (owns)
        short_leave(way->slot, SPALI_READ, way->word, true);
    return recv_long_way(short_socket(way->slot, way->word), way->buffer, way->length, way->flags, way->moved);
}

static SPALI_OUT_OF_LINE spal_error recv_shared(spali_slot *slot, void *buffer, size_t length, int flags,
                                                size_t *received, uint64_t word) {
    uint64_t claimed = spali_word_claimed(word, SPALI_READ);
    volatile spali_transfer way;
    way_note(&way, slot, buffer, length, received, claimed, flags);
    if (!spali_swap_u64(&slot->word, &word, claimed))
        return recv_again(&way, false);
    if (!SPALI_LIKELY((spali_facts(slot) & FACTS_OF_RECV) == SPALI_FACT_CONNECTED))
        return recv_again(&way, true);
    spal_error error = spali_try_recv(slot, buffer, length, &way);
    if (!SPALI_LIKELY(error == SPALI_DRAINED || error == SPAL_OK))
        return recv_rarely(&way, error);
    short_leave(way.slot, SPALI_READ, way.word, error == SPAL_OK);
    return SPAL_OK;
}

spal_error spal_recv(spal_socket socket, void *buffer, size_t length, int flags, size_t *received) {
    spali_slot *slot = spali_slot_at(socket.id);
    if (slot == NULL)
        return SPAL_ENOTSOCK;
    uint64_t word = spali_load_u64(&slot->word);
    if (SPALI_STALE(word, socket.id))
        return SPAL_ENOTSOCK;
    bool is_short = length - 1 < SPAL_LENGTH_MAX && received != NULL && (flags & ~SPAL_DONTWAIT) == 0 &&
                    (word & (SPALI_BUSY(SPALI_READ) | SPALI_QUEUED(SPALI_READ))) == 0;
    if (!is_short)
        return recv_long_way(socket, buffer, length, flags, received);
    if ((word & SPALI_SINGLE) != 0)
        return recv_single(slot, buffer, length, flags, received, word);
    return recv_shared(slot, buffer, length, flags, received, word);
}

spal_error spal_recvv(spal_socket socket, const spal_buffer *buffers, size_t count, int flags, size_t *received) {
    if (received == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = spali_recv_flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffers(&call.op, buffers, count, flags);
    error = spali_call_sync(socket, &call, flags, true);
    if (error == SPAL_OK || error == SPAL_EMSGSIZE)
        *received = call.op.count;
    return error;
}

/* One thread, nothing ahead, and nothing to be had: the receive waits for its event. */
static inline bool recv_is_drained(spali_slot *slot, uint64_t word) {
    const uint64_t word_bits =
        SPALI_SINGLE | SPALI_BUSY(SPALI_READ) | SPALI_QUEUED(SPALI_READ) | SPALI_READY(SPALI_READ);
    const uint32_t fact_bits = SPALI_FACT_REGISTERED | SPALI_FACT_PORT_SHUT | FACTS_OF_RECV;
    return (word & word_bits) == SPALI_SINGLE &&
           (spali_facts(slot) & fact_bits) == (SPALI_FACT_REGISTERED | SPALI_FACT_CONNECTED);
}

static inline spal_error recv_arm_single(spali_slot *slot, uint64_t word, spal_op *op) {
    op->core.key = slot->key;
    op->core.deadline_ns = SPALI_NEVER;
    op->core.state = SPALI_IS_ARMED;
    op->core.next = NULL;
    op->core.last = op;
    slot->head[SPALI_READ] = op;
    word |= SPALI_QUEUED(SPALI_READ);
    if (op->core.buffer.length == 0)
        word |= SPALI_IDLING;
    spali_put_u64(&slot->word, word);
    return SPAL_EPENDING;
}

static SPALI_OUT_OF_LINE spal_error recv_start(spal_socket socket, spal_op *op, void *buffer, size_t length,
                                               int flags) {
    spali_op_prepare(op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(op, buffer, length, flags);
    return spali_op_start(socket, op, SPALI_READ);
}

/* On a socket that threads share, under its lock. A registered socket's port was open when it was registered, and marks
 * its sockets before it ends what they have. */
static inline bool recv_can_arm(spali_slot *slot, uint64_t word) {
    const uint64_t word_bits =
        SPALI_SINGLE | SPALI_BUSY(SPALI_READ) | SPALI_QUEUED(SPALI_READ) | SPALI_READY(SPALI_READ);
    const uint32_t fact_bits = SPALI_FACT_REGISTERED | SPALI_FACT_PORT_SHUT | SPALI_FACT_DIALING | FACTS_OF_RECV;
    return (word & word_bits) == 0 && (spali_facts(slot) & fact_bits) == (SPALI_FACT_REGISTERED | SPALI_FACT_CONNECTED);
}

static SPALI_RARE spal_error recv_arm_not(spal_socket socket, spal_op *op, void *buffer, size_t length,
                                          spali_latch *lock) {
    spali_slot_unlock(lock);
    return recv_start(socket, op, buffer, length, 0);
}

/* READY may have come before the link, and found nobody to tell. */
static SPALI_RARE spal_error recv_arm_told(spal_socket socket, bool is_ready, bool is_wanted) {
    spali_sink sink = {0};
    if (is_wanted)
        spali_latch_wake();
    if (is_ready)
        (void)spali_direction_nudge(spali_slot_at(socket.id), socket.id, SPALI_READ, &sink);
    return SPAL_EPENDING;
}

/* The arguments and the word have been looked at, but that without the lock. All calls stand at ends, so that the short
 * way needs no frame. */
static SPALI_OUT_OF_LINE spal_error recv_arm(spal_socket socket, spal_op *op, void *buffer, size_t length,
                                             spali_slot *slot) {
    spali_latch *lock = spali_slot_try(slot);
    if (!SPALI_LIKELY(lock != NULL))
        return recv_start(socket, op, buffer, length, 0);
    uint64_t word = spali_load_u64(&slot->word);
    if (!SPALI_LIKELY(!SPALI_STALE(word, socket.id)) || !SPALI_LIKELY(recv_can_arm(slot, word)))
        return recv_arm_not(socket, op, buffer, length, lock);
    spali_op_prepare(op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(op, buffer, length, 0);
    op->core.key = slot->key;
    op->core.deadline_ns = SPALI_NEVER;
    op->core.state = SPALI_IS_ARMED;
    op->core.next = NULL;
    op->core.last = op;
    slot->head[SPALI_READ] = op;
    while (!SPALI_LIKELY(spali_swap_u64(&slot->word, &word, word | SPALI_QUEUED(SPALI_READ) | SPALI_IDLING)))
        ;
    /* Whatever ends the operation has to come by the lock first. */
    if (length == 0)
        op->core.result = (void *)(uintptr_t)spali_load_u32(&slot->port->sleeps);
    bool is_wanted = spali_latch_leave(lock);
    if (!SPALI_LIKELY(!is_wanted) || !SPALI_LIKELY((word & SPALI_READY(SPALI_READ)) == 0))
        return recv_arm_told(socket, (word & SPALI_READY(SPALI_READ)) != 0, is_wanted);
    return SPAL_EPENDING;
}

/* The slow way of a start, which says what is wrong, too. */
static SPALI_OUT_OF_LINE spal_error recv_start_checked(spal_socket socket, spal_op *op, void *buffer, size_t length,
                                                       int flags) {
    if (op == NULL || (buffer == NULL && length > 0))
        return SPAL_EFAULT;
    if (length > SPAL_LENGTH_MAX)
        return SPAL_EINVAL;
    if (spali_recv_flags_check(flags, 0) != SPAL_OK)
        return SPAL_EOPNOTSUPP;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    return recv_start(socket, op, buffer, length, flags);
}

spal_error spal_recv_async(spal_socket socket, spal_op *op, void *buffer, size_t length, int flags) {
    const uint64_t matter = SPALI_SINGLE | SPALI_READY(SPALI_READ) | SPALI_QUEUED(SPALI_READ);
    spali_slot *slot;
    bool is_short = op != NULL && (buffer != NULL || length == 0) && length <= SPAL_LENGTH_MAX && flags == 0 &&
                    op->core.state == SPALI_IDLE && op->timeout_ms == 0;
    if (!SPALI_READINESS || !SPALI_LIKELY(is_short) || !spali_slot_find(socket.id, &slot))
        return recv_start_checked(socket, op, buffer, length, flags);
    uint64_t word = spali_load_u64(&slot->word);
    if ((word & matter) == 0)
        return recv_arm(socket, op, buffer, length, slot);
    if (!recv_is_drained(slot, word) || SPALI_STALE(word, socket.id))
        return recv_start_checked(socket, op, buffer, length, flags);
    spali_op_prepare(op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffer(op, buffer, length, 0);
    return recv_arm_single(slot, word, op);
}

spal_error spal_recvv_async(spal_socket socket, spal_op *op, const spal_buffer *buffers, size_t count, int flags) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = spali_recv_flags_check(flags, 0);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_RECV, SPALI_READ, socket);
    spali_op_set_buffers(op, buffers, count, flags);
    return spali_op_start(socket, op, SPALI_READ);
}

/* ---------------------------------------------------------------------------------------------------------- sending */

static SPALI_OUT_OF_LINE spal_error send_long_way(spal_socket socket, const void *buffer, size_t length, int flags,
                                                  size_t *sent) {
    if (sent == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = spali_send_flags_check(flags, SPAL_DONTWAIT);
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
static SPALI_RARE spal_error send_rarely(volatile spali_transfer *way, spal_error error) {
    uint64_t word = way_claim(way, SPALI_WRITE);
    if (error == SPALI_UNUSUAL)
        error = spali_send_outcome(way);
    bool has_moved = error == SPAL_EPENDING || error == SPAL_OK;
    if (!has_moved)
        *way->moved = 0;
    if (way->buffer == NULL)
        error = SPAL_EFAULT;
    bool waits = error == SPAL_EPENDING || error == SPAL_EWOULDBLOCK;
    if (!waits || !spali_call_may_wait(way->slot, way->flags)) {
        short_leave(way->slot, SPALI_WRITE, word, way->ready);
        return has_moved ? SPAL_OK : error;
    }
    spal_socket socket = short_socket(way->slot, word);
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_SEND, SPALI_WRITE, socket);
    spali_op_set_buffer(&call.op, way->buffer, way->length, way->flags);
    call.op.count = *way->moved;
    error = owner_wait(way->slot, socket, &call);
    *way->moved = call.op.count;
    return error;
}

static SPALI_OUT_OF_LINE spal_error send_single(spali_slot *slot, const void *buffer, size_t length, int flags,
                                                size_t *sent, uint64_t word) {
    if (!SPALI_LIKELY((spali_facts(slot) & FACTS_OF_SEND) == SPALI_FACT_CONNECTED))
        return send_long_way(short_socket(slot, word), buffer, length, flags, sent);
    volatile spali_transfer way;
    way_note(&way, slot, (void *)(uintptr_t)buffer, length, sent, word, flags);
    spal_error error = spali_try_send(slot, buffer, length, &way);
    if (!SPALI_LIKELY(error == SPAL_OK))
        return send_rarely(&way, error);
    single_leave(way.slot, SPALI_WRITE, true);
    return SPAL_OK;
}

static SPALI_RARE spal_error send_again(volatile spali_transfer *way, bool owns) {
    if (owns)
        short_leave(way->slot, SPALI_WRITE, way->word, true);
    return send_long_way(short_socket(way->slot, way->word), way->buffer, way->length, way->flags, way->moved);
}

static SPALI_OUT_OF_LINE spal_error send_shared(spali_slot *slot, const void *buffer, size_t length, int flags,
                                                size_t *sent, uint64_t word) {
    uint64_t claimed = spali_word_claimed(word, SPALI_WRITE);
    volatile spali_transfer way;
    way_note(&way, slot, (void *)(uintptr_t)buffer, length, sent, claimed, flags);
    if (!spali_swap_u64(&slot->word, &word, claimed))
        return send_again(&way, false);
    if (!SPALI_LIKELY((spali_facts(slot) & FACTS_OF_SEND) == SPALI_FACT_CONNECTED))
        return send_again(&way, true);
    spal_error error = spali_try_send(slot, buffer, length, &way);
    if (!SPALI_LIKELY(error == SPAL_OK))
        return send_rarely(&way, error);
    short_leave(way.slot, SPALI_WRITE, way.word, true);
    return SPAL_OK;
}

spal_error spal_send(spal_socket socket, const void *buffer, size_t length, int flags, size_t *sent) {
    spali_slot *slot = spali_slot_at(socket.id);
    if (slot == NULL)
        return SPAL_ENOTSOCK;
    uint64_t word = spali_load_u64(&slot->word);
    if (SPALI_STALE(word, socket.id))
        return SPAL_ENOTSOCK;
    bool is_short = length - 1 < SPAL_LENGTH_MAX && sent != NULL && (flags & ~SPAL_DONTWAIT) == 0 &&
                    (word & (SPALI_BUSY(SPALI_WRITE) | SPALI_QUEUED(SPALI_WRITE))) == 0;
    if (!is_short)
        return send_long_way(socket, buffer, length, flags, sent);
    if ((word & SPALI_SINGLE) != 0)
        return send_single(slot, buffer, length, flags, sent, word);
    return send_shared(slot, buffer, length, flags, sent, word);
}

spal_error spal_sendv(spal_socket socket, const spal_buffer *buffers, size_t count, int flags, size_t *sent) {
    if (sent == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = spali_send_flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_SEND, SPALI_WRITE, socket);
    spali_op_set_buffers(&call.op, buffers, count, flags);
    error = spali_call_sync(socket, &call, flags, true);
    *sent = call.op.count;
    return error;
}

static SPALI_OUT_OF_LINE spal_error send_start(spal_socket socket, spal_op *op, const void *buffer, size_t length,
                                               int flags) {
    spali_op_prepare(op, SPAL_OP_SEND, SPALI_WRITE, socket);
    spali_op_set_buffer(op, (void *)(uintptr_t)buffer, length, flags);
    return spali_op_start(socket, op, SPALI_WRITE);
}

static spal_op *way_op(volatile spali_transfer *way) {
    return (spal_op *)(void *)((char *)way->moved - offsetof(spal_op, count));
}

/* As the owner: the system took less than all, or nothing, or had an error. What it took counts, however it goes on. */
static SPALI_RARE spal_error start_rarely(volatile spali_transfer *way, spal_error error) {
    if (error == SPALI_UNUSUAL)
        error = spali_send_outcome(way);
    bool has_moved = error == SPAL_EPENDING || error == SPAL_OK;
    size_t moved = has_moved ? *way->moved : 0;
    spal_op *op = way_op(way);
    spali_op_prepare(op, SPAL_OP_SEND, SPALI_WRITE, short_socket(way->slot, way->word));
    spali_op_set_buffer(op, way->buffer, way->length, 0);
    op->count = moved;
    if (error == SPAL_EPENDING || error == SPAL_EWOULDBLOCK)
        return spali_op_go_on(way->slot, op, SPALI_WRITE, way->ready);
    op->error = error;
    short_leave(way->slot, SPALI_WRITE, way->word, way->ready);
    return SPAL_OK;
}

/* Somebody came first. @param owns  and has left the socket in another state */
static SPALI_RARE spal_error start_again(volatile spali_transfer *way, bool owns) {
    spal_socket socket = short_socket(way->slot, way->word);
    if (owns)
        short_leave(way->slot, SPALI_WRITE, way->word, true);
    return send_start(socket, way_op(way), way->buffer, way->length, 0);
}

/* The arguments and the word have been looked at: the direction was idle and ready. */
static SPALI_OUT_OF_LINE spal_error send_start_shared(uint64_t word, spal_op *op, const void *buffer, size_t length,
                                                      spali_slot *slot) {
    const uint32_t fact_bits = FACTS_OF_SEND | SPALI_FACT_INLINE | SPALI_FACT_PORT_SHUT | SPALI_FACT_DIALING;
    uint64_t claimed = spali_word_claimed(word, SPALI_WRITE);
    volatile spali_transfer way;
    way_note(&way, slot, (void *)(uintptr_t)buffer, length, &op->count, claimed, 0);
    if (!SPALI_LIKELY(spali_swap_u64(&slot->word, &word, claimed)))
        return start_again(&way, false);
    if (!SPALI_LIKELY((spali_facts(slot) & fact_bits) == (SPALI_FACT_CONNECTED | SPALI_FACT_INLINE)))
        return start_again(&way, true);
    op->error = SPAL_OK;
    op->flags = 0;
    op->kind = SPAL_OP_SEND;
    spal_error error = spali_try_send(slot, buffer, length, &way);
    if (!SPALI_LIKELY(error == SPAL_OK))
        return start_rarely(&way, error);
    short_leave(way.slot, SPALI_WRITE, way.word, true);
    return SPAL_OK;
}

/* The slow way of a start, which says what is wrong, too. */
static SPALI_OUT_OF_LINE spal_error send_start_checked(spal_socket socket, spal_op *op, const void *buffer,
                                                       size_t length, int flags) {
    if (op == NULL || (buffer == NULL && length > 0))
        return SPAL_EFAULT;
    if (length > SPAL_LENGTH_MAX)
        return SPAL_EINVAL;
    if ((flags & ~SPAL_DONTROUTE) != 0)
        return SPAL_EOPNOTSUPP;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    return send_start(socket, op, buffer, length, flags);
}

spal_error spal_send_async(spal_socket socket, spal_op *op, const void *buffer, size_t length, int flags) {
    const uint64_t matter =
        SPALI_SINGLE | SPALI_BUSY(SPALI_WRITE) | SPALI_QUEUED(SPALI_WRITE) | SPALI_READY(SPALI_WRITE);
    spali_slot *slot;
    bool is_short = op != NULL && buffer != NULL && length - 1 < SPAL_LENGTH_MAX && flags == 0 &&
                    op->core.state == SPALI_IDLE && op->timeout_ms == 0;
    if (!SPALI_READINESS || !SPALI_LIKELY(is_short) || !spali_slot_find(socket.id, &slot))
        return send_start_checked(socket, op, buffer, length, flags);
    uint64_t word = spali_load_u64(&slot->word);
    if (!SPALI_LIKELY(!SPALI_STALE(word, socket.id)) || !SPALI_LIKELY((word & matter) == SPALI_READY(SPALI_WRITE)))
        return send_start_checked(socket, op, buffer, length, flags);
    return send_start_shared(word, op, buffer, length, slot);
}

spal_error spal_sendv_async(spal_socket socket, spal_op *op, const spal_buffer *buffers, size_t count, int flags) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(buffers, count);
    if (error == SPAL_OK)
        error = spali_send_flags_check(flags, 0);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_SEND, SPALI_WRITE, socket);
    spali_op_set_buffers(op, buffers, count, flags);
    return spali_op_start(socket, op, SPALI_WRITE);
}
