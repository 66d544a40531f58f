/* SPDX-License-Identifier: MIT
 *
 * The operation and its one state machine. Everything that happens to an operation between its start and its completion
 * happens in operation.c, by the rules of state.c; a synchronous call is an operation too, whose thread waits beside it
 * (sync.c).
 *
 * STATES
 *
 *            start                     arm                      end
 *    IDLE ----------> QUEUED ----------------------> ARMED ------------> FINISHED ----> IDLE
 *     ^                 | ^                           | |                    ^        taken
 *     |   done at once, | |  harvest: again (packets) | | disarm: the        |
 *     +--- SPAL_INLINE  | +---------------------------+ | packet is          | harvest
 *                       |                               | still to come      |
 *                       |                               +---------> ENDING --+
 *                       +----------------------------------------------------^
 *                          done at once; cancelled, late, closed before its turn
 *
 *    IDLE      the caller's. A zeroed spal_op is in this state.
 *    QUEUED    in its direction's FIFO, unknown to the backend.
 *    ARMED     the head of its FIFO, known to the backend: an event follows.
 *    ENDING    like ARMED, and the kernel has been asked to stop. Only packet backends linger here.
 *    FINISHED  the result stands in the operation; its completion waits in the port's ready list.
 *
 * WHO OWNS WHAT
 *
 * From its link into the FIFO on, an operation is published: another thread may carry it out, hand out its completion,
 * and the caller may free it, before the starting function has returned. So the starter never touches it again, unless
 * it owns the direction. The owner of a direction (BUSY in slot.h) is the only one to move its head from state to state
 * and to unlink it. Whoever wants an operation to end early writes `asked` under the slot's lock; an operation in the
 * middle of the FIFO is unlinked and ended then and there, the head's owner is told by ATTN, or replaced if there is
 * none.
 *
 * An operation ends in one place, spali_op_finish, and is delivered into a sink: the waiter's own array while there is
 * room, else a list that is spliced into the port's ready list. Neither can fail.
 */
#ifndef SPALI_OPERATION_H
#define SPALI_OPERATION_H

#include "slot.h"

enum spali_state { SPALI_IDLE = 0, SPALI_QUEUED_UP, SPALI_IS_ARMED, SPALI_ENDING, SPALI_FINISHED };

/** Why an operation is asked to end; SPALI_ASKED_NOTHING is not a request. */
enum spali_asked {
    SPALI_ASKED_NOTHING = 0,
    SPALI_ASKED_CANCEL,
    SPALI_ASKED_TIMEOUT,
    SPALI_ASKED_SHUTDOWN,
    SPALI_ASKED_INTERRUPT, /**< of synchronous calls only */
    SPALI_ASKED_CLOSE
};

/** Where a finished operation goes: to a port's waiters, to the thread that waits beside it, or to a larger operation
 *  of which it is a part (host.c). */
enum spali_goes { SPALI_TO_PORT = 0, SPALI_TO_CALL, SPALI_TO_WHOLE };

/** Collects the operations that end during one pass. A sink without room is emptied into the port before the direction
 * is given up, or the slot's lock: its owner has nothing to deliver afterwards. */
struct spali_sink {
    spal_completion *out; /**< the waiter's array, may be null */
    size_t room;
    size_t count;
    spal_op *first; /**< what does not fit, linked by core.next */
    spal_op *last;
    spal_op *parts; /**< finished parts of larger operations, to be continued without any lock */
    uint32_t sleep; /**< the number of the sleep whose events these are */
    bool is_woken;  /**< the system has told this thread of a wake-up */
};

/** A synchronous call that has to wait. The operation comes first, so that one is found from the other. */
typedef struct spali_call {
    spal_op op;
    spali_wake *wake;
    spal_interrupter *interrupter;  /**< of its thread, or null */
    struct spali_call *next_parked; /**< in the port's list; under the port's lock */
    bool is_owner;                  /**< owns the direction, and waits as its head; under the slot's lock */
} spali_call;

static inline spali_call *spali_call_of(spal_op *op) {
    return (spali_call *)(void *)op;
}
static inline bool spali_op_is_call(const spal_op *op) {
    return op->core.sink == SPALI_TO_CALL;
}

/**
 * Starts an operation whose kind, buffers and flags have been filled in.
 * @return as the public asynchronous functions
 */
spal_error spali_op_start(spal_socket socket, spal_op *op, int direction);

/** The same as the owner of the direction, who has tried already and gives it up. @param ready  as after the try */
spal_error spali_op_go_on(spali_slot *slot, spal_op *op, int direction, bool ready);

/* What a start consists of, for operations outside the directions (watch.c). */

/** Takes note of key and deadline. Under the slot's lock, having seen the generation; or as the owner of a direction.
 */
spal_error spali_start_enter(spali_slot *slot, spal_op *op);
/** The operation has ended before it was published. */
void spali_start_unreserve(spal_port *port, const spal_op *op);
/** Under the slot's lock, so that nobody finds the deadline before the operation is linked. */
void spali_start_publish(spal_port *port, spal_op *op);

/** Clears what a start must clear, and names the operation. */
static inline void spali_op_prepare(spal_op *op, int kind, int direction, spal_socket socket) {
    op->error = SPAL_OK;
    op->count = 0;
    op->flags = 0;
    op->kind = kind;
    op->core.kind = (uint8_t)kind;
    op->core.direction = (uint8_t)direction;
    op->core.sink = SPALI_TO_PORT;
    op->core.socket = socket;
    op->core.mark = 0;
    op->core.asked = SPALI_ASKED_NOTHING;
    op->core.place = 0;
    op->core.serial = 0;
}

/** Kinds that receive, kinds that send the bytes of a stream. */
static inline bool spali_kind_receives(int kind) {
    return kind == SPAL_OP_RECV || kind == SPAL_OP_RECVFROM || kind == SPAL_OP_RECVMSG;
}
static inline bool spali_kind_sends(int kind) {
    return kind == SPAL_OP_SEND || kind == SPAL_OP_SENDFILE;
}

/** Looks whether an operation suits the socket, before it is carried out or linked: its kind, its flags, and the state
 *  of the socket. The slot is pinned, or its generation is looked at afterwards. */
spal_error spali_op_admit(spali_slot *slot, const spal_op *op);

/** A datagram socket that is to receive needs a local address, and gets one. */
static inline bool spali_op_needs_name(spali_slot *slot, const spal_op *op) {
    return (spali_facts(slot) & (SPALI_FACT_DATAGRAM | SPALI_FACT_BOUND)) == SPALI_FACT_DATAGRAM &&
           slot->identity.family != SPAL_AF_UNIX && spali_kind_receives(op->core.kind);
}
/** The slot is pinned. */
spal_error spali_bind_implicitly(spali_slot *slot);

/** Why an operation of this kind cannot be carried out on this socket as it is now; SPAL_OK when it can be tried. */
spal_error spali_op_refusal(spali_slot *slot, int kind);

/** Carries out the head's next step with `wake`, or null, minding the refusals. The caller owns the direction. */
spali_step spali_op_begin(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready);

/** Draws the conclusions of a result for the socket: connected, reset, broken ... Exactly once for each operation.
 *  @param sink  takes receives that end because a disconnect has succeeded */
void spali_op_conclude(spali_slot *slot, spal_op *op, spali_sink *sink);

/** Ends an operation that is in no FIFO any more: its deadline is dropped and its completion delivered. */
void spali_op_finish(spal_port *port, spal_op *op, spali_sink *sink);

/** Asks operations of one direction to end: one of them, or all. The caller has pinned the slot.
 *  @param which   null: all
 *  @param serial  0, or the serial that `which` must have (a deadline's)
 *  @param calls   whether synchronous calls are meant too */
void spali_op_ask(spali_slot *slot, int direction, const spal_op *which, uint32_t serial, enum spali_asked asked,
                  bool calls, spali_sink *sink);

/** Ends an operation that has been asked to, and is not the head. Under the slot's lock. */
void spali_op_end_middle(spali_slot *slot, int direction, spal_op *op, spali_sink *sink);

/** A deadline of an operation has passed. */
void spali_op_expire(spal_socket socket, spal_op *op, uint32_t serial, spali_sink *sink);

/** The error that a request stands for. */
spal_error spali_asked_error(enum spali_asked asked);

/* The direction: claim, drive, release. */

/** Owns the direction if nobody does. @param ready,attn  out: what had been left there */
bool spali_direction_claim(spali_slot *slot, int direction, bool *ready, bool *attn);

/** As the owner, carries out what can be, then gives the direction up. */
void spali_direction_drive(spali_slot *slot, int direction, bool ready, bool attn, spali_sink *sink);

/** As the owner, takes ATTN if it is there. */
bool spali_direction_attention(spali_slot *slot, int direction);

/** Makes somebody look at the direction: its owner, or this thread. Does nothing if the slot is no longer `id`'s.
 *  @return true when there is an owner to be told, who may be asleep */
bool spali_direction_nudge(spali_slot *slot, uint64_t id, int direction, spali_sink *sink);

/** Link behind the others, and unlink; under the slot's lock. Only the owner unlinks the head. */
void spali_direction_link(spali_slot *slot, int direction, spal_op *op);
void spali_direction_unlink(spali_slot *slot, int direction, spal_op *op);

/** As the owner, under the slot's lock, links in front of the others. If the head had been asked to end, and its owner
 *  has not looked yet, it is one of the middle now, and ends. */
void spali_direction_link_front(spali_slot *slot, int direction, spal_op *op, spali_sink *sink);

#endif
