/* SPDX-License-Identifier: MIT
 *
 * Asking operations to end early: cancel, deadline, shutdown and close all come here. The request is written into the
 * operation; what stands in the middle of a FIFO ends at once, the head is ended by the owner of its direction
 * (operation.c). Operations outside the directions are asked in watch.c.
 */
#include "port.h"
#include "watch.h"

typedef struct request {
    const spal_op *which;
    uint32_t serial;
    enum spali_asked asked;
    bool calls;
} request;

static bool request_means(const request *ask, const spal_op *op) {
    if (ask->which != NULL && (op != ask->which || (ask->serial != 0 && op->core.serial != ask->serial)))
        return false;
    return ask->calls || !spali_op_is_call(op);
}

/* Under the lock, so that the call is still there. */
static void call_wake(spali_slot *slot, const spali_call *call) {
    spali_port_evict(slot->port, call);
    spali_wake_signal(call->wake);
}

/* An owner that is asleep in the system is a synchronous call, and the head. */
static void owner_wake(spali_slot *slot, int direction) {
    spali_latch *lock = spali_slot_lock(slot);
    spal_op *head = slot->head[direction];
    if (head != NULL && spali_op_is_call(head))
        call_wake(slot, spali_call_of(head));
    spali_slot_unlock(lock);
}

/* An operation is always either in its FIFO or with its port: it is delivered under the lock, too. */
void spali_op_end_middle(spali_slot *slot, int direction, spal_op *op, spali_sink *sink) {
    spali_direction_unlink(slot, direction, op);
    op->error = spali_asked_error((enum spali_asked)op->core.asked);
    spali_op_conclude(slot, op, sink);
    if (op->core.kind == SPAL_OP_CONNECT)
        spali_watch_touch_locked(slot, sink);
    spali_op_finish(slot->port, op, sink);
    if (sink->room == 0)
        spali_port_flush(slot->port, sink);
}

/* Under the lock. Operations in the middle end here. @return whether the head is meant */
static bool ask_fifo(spali_slot *slot, int direction, const request *ask, spali_sink *sink) {
    bool head_is_meant = false;
    spal_op *next = NULL;
    for (spal_op *op = slot->head[direction]; op != NULL; op = next) {
        next = op->core.next;
        if (!request_means(ask, op))
            continue;
        if (op->core.asked == SPALI_ASKED_NOTHING)
            op->core.asked = (int32_t)ask->asked;
        if (op == slot->head[direction])
            head_is_meant = true;
        else if (spali_op_is_call(op))
            call_wake(slot, spali_call_of(op));
        else
            spali_op_end_middle(slot, direction, op, sink);
    }
    return head_is_meant;
}

void spali_op_ask(spali_slot *slot, int direction, const spal_op *which, uint32_t serial, enum spali_asked asked,
                  bool calls, spali_sink *sink) {
    request ask = {which, serial, asked, calls};
    spali_latch *lock = spali_slot_lock(slot);
    bool head_is_meant = ask_fifo(slot, direction, &ask, sink);
    spali_slot_unlock(lock);
    if ((head_is_meant || which == NULL) && spali_direction_nudge(slot, spali_slot_id(slot), direction, sink))
        owner_wake(slot, direction);
}

void spali_op_expire(spal_socket socket, spal_op *op, uint32_t serial, spali_sink *sink) {
    spali_slot *slot = NULL;
    if (spali_pin(socket, &slot) != SPAL_OK)
        return; /* A close ends the operation. */
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
        spali_op_ask(slot, direction, op, serial, SPALI_ASKED_TIMEOUT, true, sink);
    spali_watch_ask(slot, op, serial, SPALI_ASKED_TIMEOUT, sink);
    spali_unpin(slot);
}
