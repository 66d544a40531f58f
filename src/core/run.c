/* SPDX-License-Identifier: MIT
 *
 * Running a port with a function for each operation: a convenience over spal_port_wait, and nothing more.
 */
#include "port.h"

#define BATCH 64

/* @return SPALI_NEVER's -1, or the rest of the time, rounded up */
static int rest_ms(uint64_t deadline_ns) {
    if (deadline_ns == SPALI_NEVER)
        return -1;
    uint64_t now_ns = spali_clock_ns();
    return now_ns >= deadline_ns ? 0 : (int)((deadline_ns - now_ns + 999999) / 1000000);
}

/* The operation comes first in its task, which is what its address means; the function may free it. */
static void completion_run(const spal_completion *completion) {
    spal_task *task = (spal_task *)(void *)completion->op;
    if (task->done != NULL)
        task->done(task, completion->key);
}

spal_error spal_port_run(spal_port *port, int timeout_ms) {
    if (port == NULL)
        return SPAL_EFAULT;
    if (timeout_ms < -1)
        return SPAL_EINVAL;
    spal_completion batch[BATCH];
    /* In a pool, what one thread takes the others do not get. */
    size_t room = port->is_single ? BATCH : 1;
    uint64_t deadline_ns = timeout_ms < 0 ? SPALI_NEVER : spali_clock_ns() + (uint64_t)timeout_ms * 1000000;
    for (;;) {
        size_t count = 0;
        int rest = rest_ms(deadline_ns);
        spal_error error = spal_port_wait(port, batch, room, rest, &count);
        if (error != SPAL_OK)
            return error;
        for (size_t i = 0; i < count; i++)
            completion_run(&batch[i]);
        if (rest == 0)
            return SPAL_OK;
    }
}
