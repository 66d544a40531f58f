/* SPDX-License-Identifier: MIT
 *
 * The state machine that operation.h describes: starting, carrying out, asking to end, ending. Platform-neutral; every
 * system call goes through the verbs of backend.h. Synchronous calls that wait are in sync.c.
 */
#include "port.h"
#include "watch.h"

/* --------------------------------------------------------------------------------------------------------- the FIFO */

/* The last operation's address stands in the first: a slot has room for two pointers, and the owner can read the head
 * without the lock. */
static void fifo_push_back(spali_slot *slot, int direction, spal_op *op) {
    spal_op *head = slot->head[direction];
    op->core.next = NULL;
    if (head == NULL) {
        op->core.last = op;
        slot->head[direction] = op;
    } else {
        head->core.last->core.next = op;
        head->core.last = op;
    }
}

static void fifo_push_front(spali_slot *slot, int direction, spal_op *op) {
    spal_op *head = slot->head[direction];
    op->core.next = head;
    op->core.last = head == NULL ? op : head->core.last;
    slot->head[direction] = op;
}

static void fifo_unlink(spali_slot *slot, int direction, spal_op *op) {
    spal_op *head = slot->head[direction];
    if (op == head) {
        if (op->core.next != NULL)
            op->core.next->core.last = op->core.last;
        slot->head[direction] = op->core.next;
        return;
    }
    spal_op *before = head;
    while (before->core.next != op)
        before = before->core.next;
    before->core.next = op->core.next;
    if (head->core.last == op)
        head->core.last = before;
}

static void word_set(spali_slot *slot, uint64_t bits) {
    uint64_t word = spali_peek_u64(&slot->word);
    while (!spali_word_swap(slot, &word, (word | bits) & ~SPALI_IDLING))
        ;
}

static void word_clear(spali_slot *slot, uint64_t bits) {
    uint64_t word = spali_peek_u64(&slot->word);
    while (!spali_word_swap(slot, &word, word & ~(bits | SPALI_IDLING)))
        ;
}

/* The owner's view of the head: nobody else unlinks it, but somebody may link the first one. */
static spal_op *direction_head(spali_slot *slot, int direction) {
    if ((spali_load_u64(&slot->word) & SPALI_QUEUED(direction)) == 0)
        return NULL;
    return slot->head[direction];
}

/* QUEUED follows the FIFO; both change under the slot's lock. */
void spali_direction_link(spali_slot *slot, int direction, spal_op *op) {
    fifo_push_back(slot, direction, op);
    word_set(slot, SPALI_QUEUED(direction));
}

void spali_direction_link_front(spali_slot *slot, int direction, spal_op *op, spali_sink *sink) {
    spal_op *displaced = slot->head[direction];
    fifo_push_front(slot, direction, op);
    word_set(slot, SPALI_QUEUED(direction));
    if (displaced != NULL && !spali_op_is_call(displaced) && displaced->core.asked != SPALI_ASKED_NOTHING)
        spali_op_end_middle(slot, direction, displaced, sink);
}

void spali_direction_unlink(spali_slot *slot, int direction, spal_op *op) {
    fifo_unlink(slot, direction, op);
    if (slot->head[direction] == NULL)
        word_clear(slot, SPALI_QUEUED(direction));
}

/* ----------------------------------------------------------------------------------------- ownership of a direction */

bool spali_direction_claim(spali_slot *slot, int direction, bool *ready, bool *attn) {
    uint64_t word = spali_load_u64(&slot->word);
    do {
        if ((word & SPALI_BUSY(direction)) != 0)
            return false;
    } while (!spali_word_swap(slot, &word, spali_word_claimed(word, direction)));
    *ready = (word & SPALI_READY(direction)) != 0;
    *attn = (word & SPALI_ATTN(direction)) != 0;
    return true;
}

bool spali_direction_attention(spali_slot *slot, int direction) {
    uint64_t word = spali_load_u64(&slot->word);
    do {
        if ((word & SPALI_ATTN(direction)) == 0)
            return false;
    } while (!spali_word_swap(slot, &word, word & ~SPALI_ATTN(direction)));
    return true;
}

/* Gives the direction up, unless something came meanwhile that only an owner can look at. For a synchronous head, READY
 * is left to its own thread. */
static bool direction_release(spali_slot *slot, int direction, bool is_call, bool *ready, bool *attn) {
    uint64_t word = spali_load_u64(&slot->word);
    for (;;) {
        bool is_ready = (word & SPALI_READY(direction)) != 0;
        bool goes_on = (word & SPALI_ATTN(direction)) != 0;
        if (!is_call && (SPALI_READINESS ? (is_ready || *ready) && (word & SPALI_QUEUED(direction)) != 0 : is_ready))
            goes_on = true;
        uint64_t wanted = word & ~(SPALI_BUSY(direction) | SPALI_ATTN(direction));
        if (SPALI_READINESS && *ready)
            wanted |= SPALI_READY(direction);
        if (goes_on)
            wanted = word & ~(SPALI_READY(direction) | SPALI_ATTN(direction));
        if (!spali_word_swap(slot, &word, wanted))
            continue;
        if (!goes_on) {
            if ((wanted & SPALI_CLOSING) != 0)
                spali_slot_left(slot);
            return true;
        }
        *ready = *ready || is_ready;
        *attn = (word & SPALI_ATTN(direction)) != 0;
        return false;
    }
}

/* ---------------------------------------------------------------------------------------------- results and endings */

spal_error spali_asked_error(enum spali_asked asked) {
    switch (asked) {
    case SPALI_ASKED_NOTHING:
        return SPAL_OK;
    case SPALI_ASKED_TIMEOUT:
        return SPAL_ETIMEDOUT;
    case SPALI_ASKED_SHUTDOWN:
        return SPAL_ESHUTDOWN;
    case SPALI_ASKED_INTERRUPT:
        return SPAL_EINTR;
    case SPALI_ASKED_CANCEL:
    case SPALI_ASKED_CLOSE:
        break;
    }
    return SPAL_EABORTED;
}

spali_step spali_op_begin(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready) {
    spal_error error = spali_op_refusal(slot, op->core.kind);
    if (error != SPAL_OK) {
        op->error = error;
        return SPALI_DONE;
    }
    return spali_op_arm(slot, op, wake, ready);
}

static inline void sink_put(spali_sink *sink, spal_op *op) {
    if (sink->count < sink->room) {
        sink->out[sink->count].key = op->core.key;
        sink->out[sink->count].op = op;
        op->core.state = SPALI_IDLE;
        sink->count++;
        return;
    }
    op->core.state = SPALI_FINISHED;
    op->core.next = NULL;
    if (sink->first == NULL)
        sink->first = op;
    else
        sink->last->core.next = op;
    sink->last = op;
}

void spali_op_finish(spal_port *port, spal_op *op, spali_sink *sink) {
    if (op->core.deadline_ns != SPALI_NEVER) {
        spali_port_lock(port);
        spali_deadline_drop(port, op);
        spali_port_unlock(port);
    }
    if (op->core.sink == SPALI_TO_WHOLE) {
        op->core.state = SPALI_FINISHED;
        op->core.next = sink->parts;
        sink->parts = op;
        return;
    }
    sink_put(sink, op);
}

/* ---------------------------------------------------------------------------------------------------------- driving */

static enum spali_asked head_asked(spali_slot *slot, const spal_op *op) {
    if ((spali_load_u64(&slot->word) & SPALI_CLOSING) != 0)
        return SPALI_ASKED_CLOSE;
    spali_latch *lock = spali_slot_lock(slot);
    enum spali_asked asked = (enum spali_asked)op->core.asked;
    spali_slot_unlock(lock);
    /* An operation that was started just before a shutdown may have been linked just after it. */
    if (asked == SPALI_ASKED_NOTHING && spali_op_refusal(slot, op->core.kind) == SPAL_ESHUTDOWN)
        return SPALI_ASKED_SHUTDOWN;
    return asked;
}

#define FACTS_THAT_REFUSE (SPALI_FACT_SHUT_RECV | SPALI_FACT_SHUT_SEND | SPALI_FACT_BROKEN | SPALI_FACT_RESET)

/* On a readiness backend nothing has happened yet, and what happened to the socket since the link counts. */
static bool head_is_refused(spali_slot *slot, spal_op *op) {
    spal_error error = spali_op_refusal(slot, op->core.kind);
    if (error == SPAL_OK || (spali_kind_sends(op->core.kind) && op->count > 0 && error != SPAL_ESHUTDOWN))
        return false;
    op->error = error;
    return true;
}

/* Carries the head out as far as it goes. SPALI_DONE: its result stands. SPALI_ARMED: an event follows. */
static spali_step head_carry_out(spali_slot *slot, spal_op *op, bool *ready) {
    for (;;) {
        spali_step step;
        if (op->core.state == SPALI_QUEUED_UP) {
            op->core.state = SPALI_IS_ARMED;
            step = spali_op_begin(slot, op, NULL, ready);
        } else if (*ready) {
            if (!SPALI_READINESS)
                *ready = false;
            else if ((spali_facts(slot) & FACTS_THAT_REFUSE) != 0 && head_is_refused(slot, op))
                return SPALI_DONE;
            step = spali_op_harvest(slot, op, ready);
        } else {
            return SPALI_ARMED;
        }
        if (step != SPALI_AGAIN)
            return step;
        if (!SPALI_READINESS)
            op->core.state = SPALI_QUEUED_UP;
    }
}

/* The head has been asked to end. A result that came first wins: it is looked for, and not waited for. */
static spali_step head_end(spali_slot *slot, spal_op *op, enum spali_asked asked, bool *ready) {
    bool has_packet = !SPALI_READINESS && *ready;
    op->core.mark = (int16_t)spali_asked_error(asked);
    if (op->core.state == SPALI_QUEUED_UP) {
        op->error = op->core.mark;
        return SPALI_DONE;
    }
    if (has_packet || SPALI_READINESS) {
        spali_step step = has_packet || *ready ? spali_op_harvest(slot, op, ready) : SPALI_AGAIN;
        if (has_packet)
            *ready = false;
        if (step == SPALI_DONE) {
            if (op->error == SPAL_EABORTED)
                op->error = op->core.mark;
            return SPALI_DONE;
        }
        op->error = op->core.mark;
        if (SPALI_READINESS)
            (void)spali_op_disarm(slot, op);
        return SPALI_DONE;
    }
    if (op->core.state == SPALI_ENDING)
        return SPALI_ARMED;
    op->core.state = SPALI_ENDING;
    if (spali_op_disarm(slot, op) == SPALI_ARMED)
        return SPALI_ARMED;
    op->error = op->core.mark;
    return SPALI_DONE;
}

/* @return whether the head ended, so that the next one's turn has come */
static bool direction_advance(spali_slot *slot, int direction, spal_op *op, bool *ready, bool attn, spali_sink *sink) {
    enum spali_asked asked = attn || op->core.state == SPALI_ENDING ? head_asked(slot, op) : SPALI_ASKED_NOTHING;
    spali_step step = asked != SPALI_ASKED_NOTHING ? head_end(slot, op, asked, ready) : head_carry_out(slot, op, ready);
    if (step != SPALI_DONE)
        return false;
    /* Whoever links the next operation must see what this one has done to the socket. */
    spali_op_conclude(slot, op, sink);
    spali_latch *lock = spali_slot_lock(slot);
    spali_direction_unlink(slot, direction, op);
    spali_slot_unlock(lock);
    bool is_connect = op->core.kind == SPAL_OP_CONNECT;
    spali_op_finish(slot->port, op, sink);
    if (is_connect)
        spali_watch_touch(slot, sink);
    return true;
}

void spali_direction_drive(spali_slot *slot, int direction, bool ready, bool attn, spali_sink *sink) {
    for (;;) {
        spal_op *op = direction_head(slot, direction);
        bool is_call = op != NULL && spali_op_is_call(op);
        if (op != NULL && !is_call && direction_advance(slot, direction, op, &ready, attn, sink)) {
            attn = attn || (spali_load_u64(&slot->word) & SPALI_CLOSING) != 0;
            continue;
        }
        /* While the direction is owned its port lives: what has ended is delivered before the release, unless a waiter
         * takes it along. After the release only what is never freed may be touched, and a wake object is. */
        if ((sink->first != NULL || sink->parts != NULL) && sink->room == 0)
            spali_port_flush(slot->port, sink);
        spali_wake *wake = NULL;
        if (is_call) {
            /* Under the lock, a port that is being freed still stands. */
            spali_latch *lock = spali_slot_lock(slot);
            wake = spali_call_of(op)->wake;
            spali_port_evict(slot->port, spali_call_of(op));
            spali_slot_unlock(lock);
        }
        if (direction_release(slot, direction, is_call, &ready, &attn)) {
            if (wake != NULL)
                spali_wake_signal(wake);
            return;
        }
    }
}

bool spali_direction_nudge(spali_slot *slot, uint64_t id, int direction, spali_sink *sink) {
    uint64_t word = spali_load_u64(&slot->word);
    for (;;) {
        bool is_busy = (word & SPALI_BUSY(direction)) != 0;
        if (SPALI_STALE(word, id) || (!is_busy && (word & SPALI_QUEUED(direction)) == 0))
            return false;
        uint64_t wanted = word | SPALI_ATTN(direction);
        if (!is_busy)
            wanted = spali_word_claimed(word, direction);
        if (!spali_word_swap(slot, &word, wanted))
            continue;
        if (!is_busy)
            spali_direction_drive(slot, direction, (word & SPALI_READY(direction)) != 0, true, sink);
        return is_busy;
    }
}

/* ----------------------------------------------------------------------------------------------------------- events */

/* Where one thread makes every call there is nobody to own the direction against, and nothing can come meanwhile. */
static SPALI_OUT_OF_LINE void single_drive(spali_slot *slot, int direction, spali_sink *sink) {
    bool ready = true;
    spal_op *op = slot->head[direction];
    while (op != NULL && !spali_op_is_call(op) && head_carry_out(slot, op, &ready) == SPALI_DONE) {
        bool is_connect = op->core.kind == SPAL_OP_CONNECT;
        if (op->core.kind != SPAL_OP_RECV || op->error != SPAL_OK)
            spali_op_conclude(slot, op, sink);
        slot->head[direction] = op->core.next;
        if (op->core.next != NULL)
            op->core.next->core.last = op->core.last;
        spali_op_finish(slot->port, op, sink);
        if (is_connect)
            spali_watch_touch(slot, sink);
        op = slot->head[direction];
    }
    uint64_t word = spali_peek_u64(&slot->word) & ~(SPALI_QUEUED(direction) | SPALI_READY(direction) | SPALI_IDLING);
    if (op != NULL)
        word |= SPALI_QUEUED(direction);
    if (ready)
        word |= SPALI_READY(direction);
    spali_put_u64(&slot->word, word);
}

static void single_ready(spali_slot *slot, int direction, spali_sink *sink) {
    uint64_t word = spali_peek_u64(&slot->word);
    if ((word & (SPALI_BUSY(direction) | SPALI_QUEUED(direction))) == SPALI_QUEUED(direction))
        single_drive(slot, direction, sink);
    else
        spali_put_u64(&slot->word, word | SPALI_READY(direction));
}

/* A word that stays as it is was right already: a busy ready list would otherwise pay for every edge. */
static void shared_ready(spali_slot *slot, uint64_t id, int direction, spali_sink *sink) {
    uint64_t word = spali_load_u64(&slot->word);
    for (;;) {
        if (SPALI_STALE(word, id))
            return;
        bool is_ours = (word & (SPALI_BUSY(direction) | SPALI_QUEUED(direction))) == SPALI_QUEUED(direction);
        uint64_t wanted = word | SPALI_READY(direction);
        if (is_ours)
            wanted = spali_word_claimed(word, direction);
        if (wanted == word)
            return;
        if (!spali_swap_u64(&slot->word, &word, wanted))
            continue;
        if (is_ours)
            spali_direction_drive(slot, direction, true, (word & SPALI_ATTN(direction)) != 0, sink);
        return;
    }
}

void spali_on_ready(uint64_t id, bool readable, bool writable, spali_sink *sink) {
    spali_slot *slot = spali_slot_at(id);
    if (slot == NULL)
        return;
    uint64_t word = spali_load_u64(&slot->word);
    bool is_single = (word & SPALI_SINGLE) != 0;
    if (is_single && SPALI_STALE(word, id))
        return;
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++) {
        if (!(direction == SPALI_READ ? readable : writable))
            continue;
        if (is_single)
            single_ready(slot, direction, sink);
        else
            shared_ready(slot, id, direction, sink);
    }
    if ((word & SPALI_WATCHED) != 0)
        spali_watch_ready(slot, id, sink);
}

/* The slot is alive: the operation is in its FIFO, or about to be linked by the owner that armed it. */
void spali_on_packet(spal_op *op, spali_sink *sink) {
    spali_slot *slot = spali_slot_at(op->core.socket.id);
    int direction = op->core.direction;
    uint64_t word = spali_load_u64(&slot->word);
    if (op->core.kind == SPAL_OP_POLL) {
        spali_watch_packet(slot, op, sink);
        return;
    }
    for (;;) {
        bool is_busy = (word & SPALI_BUSY(direction)) != 0;
        uint64_t wanted = word | SPALI_READY(direction);
        if (!is_busy)
            wanted = spali_word_claimed(word, direction);
        if (!spali_word_swap(slot, &word, wanted))
            continue;
        if (!is_busy)
            spali_direction_drive(slot, direction, true, (word & SPALI_ATTN(direction)) != 0, sink);
        return;
    }
}
