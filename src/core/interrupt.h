/* SPDX-License-Identifier: MIT
 *
 * Interrupters: how the calls in which a thread waits are ended from outside without ending anybody else's. The call
 * is asked to end like any other operation (ask.c), so that one that has ended meanwhile keeps its result.
 */
#ifndef SPALI_INTERRUPT_H
#define SPALI_INTERRUPT_H

#include "operation.h"

/** The calling thread's call waits from now on, if it can be interrupted; and no more. The slot is pinned. */
void spali_interrupt_enter(spali_slot *slot, spali_call *call);
void spali_interrupt_leave(spali_call *call);

/** The same for spal_poll, whose wake object is signalled. @return the thread's, or null */
spal_interrupter *spali_interrupt_enter_poll(spali_wake *wake);
void spali_interrupt_leave_poll(spal_interrupter *interrupter);

/** Whether there is an interruption that no call has answered yet. Null: no. */
bool spali_interrupt_is_due(spal_interrupter *interrupter);

/** A call answers it. */
void spali_interrupt_answered(spal_interrupter *interrupter);

#endif
