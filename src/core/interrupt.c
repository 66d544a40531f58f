/* SPDX-License-Identifier: MIT
 *
 * Interrupters: spal_interrupter_create and its companions. A thread has at most one, which knows the call that the
 * thread waits in. Who interrupts writes it down first and then asks the call, if there is one: so a call that is about
 * to wait finds what was written.
 *
 * The lock of an interrupter keeps its call in place while it is asked; it is taken before a slot's.
 */
#include "interrupt.h"

struct spal_interrupter {
    spali_mutex lock; /* covers what follows but for `is_due` */
    spali_atomic_u32 is_due;
    spali_slot *slot;
    spali_call *call;
    spali_wake *wake; /* of a spal_poll */
};

static _Thread_local spal_interrupter *mine;

spal_error spal_interrupter_create(spal_interrupter **out) {
    if (out == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_start();
    if (error != SPAL_OK)
        return error;
    spal_interrupter *interrupter = spali_memory_new(sizeof *interrupter);
    if (interrupter == NULL)
        return SPAL_ENOMEM;
    spali_mutex_init(&interrupter->lock);
    spali_put_u32(&interrupter->is_due, 0);
    interrupter->slot = NULL;
    interrupter->call = NULL;
    interrupter->wake = NULL;
    *out = interrupter;
    return SPAL_OK;
}

void spal_interrupter_free(spal_interrupter *interrupter) {
    if (interrupter == NULL)
        return;
    if (mine == interrupter)
        mine = NULL;
    spali_mutex_fini(&interrupter->lock);
    spali_memory_free(interrupter);
}

void spal_interrupter_use(spal_interrupter *interrupter) {
    mine = interrupter;
}

spal_error spal_interrupt(spal_interrupter *interrupter) {
    spali_sink sink = {0};
    if (interrupter == NULL)
        return SPAL_EFAULT;
    (void)spali_exchange_u32(&interrupter->is_due, 1);
    spali_mutex_lock(&interrupter->lock);
    spali_call *call = interrupter->call;
    if (call != NULL)
        spali_op_ask(interrupter->slot, call->op.core.direction, &call->op, 0, SPALI_ASKED_INTERRUPT, true, &sink);
    if (interrupter->wake != NULL)
        spali_wake_signal(interrupter->wake);
    spali_mutex_unlock(&interrupter->lock);
    return SPAL_OK;
}

/* --------------------------------------------------------------------------------------------------- from the calls */

/* What has been sent or received in part could not be given back. */
static bool call_can_stop(const spali_call *call) {
    int kind = call->op.core.kind;
    return kind == SPAL_OP_ACCEPT || (spali_kind_receives(kind) && (call->op.core.message_flags & SPAL_WAITALL) == 0);
}

static void place_set(spal_interrupter *interrupter, spali_slot *slot, spali_call *call, spali_wake *wake) {
    spali_mutex_lock(&interrupter->lock);
    interrupter->slot = slot;
    interrupter->call = call;
    interrupter->wake = wake;
    spali_mutex_unlock(&interrupter->lock);
}

void spali_interrupt_enter(spali_slot *slot, spali_call *call) {
    call->interrupter = mine != NULL && call_can_stop(call) ? mine : NULL;
    if (call->interrupter != NULL)
        place_set(call->interrupter, slot, call, NULL);
}

void spali_interrupt_leave(spali_call *call) {
    if (call->interrupter == NULL)
        return;
    place_set(call->interrupter, NULL, NULL, NULL);
    if (call->op.error == SPAL_EINTR)
        spali_interrupt_answered(call->interrupter);
}

spal_interrupter *spali_interrupt_enter_poll(spali_wake *wake) {
    if (mine != NULL)
        place_set(mine, NULL, NULL, wake);
    return mine;
}

void spali_interrupt_leave_poll(spal_interrupter *interrupter) {
    if (interrupter != NULL)
        place_set(interrupter, NULL, NULL, NULL);
}

bool spali_interrupt_is_due(spal_interrupter *interrupter) {
    return interrupter != NULL && spali_load_u32(&interrupter->is_due) != 0;
}

void spali_interrupt_answered(spal_interrupter *interrupter) {
    (void)spali_exchange_u32(&interrupter->is_due, 0);
}
