/* SPDX-License-Identifier: MIT
 *
 * Waiting for many sockets at once, by poll(2). Waiting for one operation is in operation.c. Twin: src/win32/poll.c.
 */
#include "native.h"
#include "wake.h"

#include <errno.h>

_Static_assert(SPAL_POLLIN == POLLIN && SPAL_POLLPRI == POLLPRI && SPAL_POLLOUT == POLLOUT && SPAL_POLLERR == POLLERR &&
                   SPAL_POLLHUP == POLLHUP && SPAL_POLLNVAL == POLLNVAL,
               "the bits are handed to poll as they are");

/** Up to this many sockets need no memory from the heap. */
#define FEW 32

/* Items that are passed over are left out: the system limits their number. @return how many there are, `wake` the last
 */
static size_t items_fill(const spali_pollitem *items, size_t count, const spali_wake *wake, struct pollfd *out) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (items[i].native != SPALI_NATIVE_NONE)
            out[used++] = (struct pollfd){.fd = items[i].native, .events = items[i].events};
    out[used++] = (struct pollfd){.fd = wake == NULL ? SPALI_NATIVE_NONE : wake->reader, .events = POLLIN};
    return used;
}

/* What the system does not know keeps no call waiting either. */
static bool is_any_known(const spali_pollitem *items, size_t count) {
    for (size_t i = 0; i < count; i++)
        if ((items[i].facts & SPALI_FACT_HAS_NEWS) != 0 && (items[i].events & SPAL_POLLIN) != 0 &&
            items[i].native != SPALI_NATIVE_NONE)
            return true;
    return false;
}

static size_t items_report(spali_pollitem *items, size_t count, const struct pollfd *polled) {
    size_t ready = 0;
    for (size_t i = 0; i < count; i++) {
        items[i].revents = 0;
        if (items[i].native == SPALI_NATIVE_NONE)
            continue;
        items[i].revents = spali_poll_told(polled, items[i].facts);
        ready += items[i].revents != 0;
        polled++;
    }
    return ready;
}

spal_error spali_poll_wait(spali_pollitem *items, size_t count, spali_wake *wake, uint64_t deadline_ns, size_t *ready) {
    struct pollfd few[FEW + 1];
    struct pollfd *polled = few;
    spal_error error = SPAL_OK;
    if (count > FEW) {
        if (count >= SIZE_MAX / sizeof *polled)
            return SPAL_ENOMEM;
        polled = spali_memory_new((count + 1) * sizeof *polled);
        if (polled == NULL)
            return SPAL_ENOMEM;
    }
    size_t used = items_fill(items, count, wake, polled);
    if (is_any_known(items, count))
        deadline_ns = 0;
    if (spali_poll_until(polled, (nfds_t)used, deadline_ns) < 0) {
        error = spali_failed(errno);
        goto done;
    }
    if (polled[used - 1].revents != 0)
        spali_wake_clear(wake);
    *ready = items_report(items, count, polled);
done:
    if (polled != few)
        spali_memory_free(polled);
    return error;
}
