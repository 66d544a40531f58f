/* SPDX-License-Identifier: MIT
 *
 * The poller over kqueue: macOS, FreeBSD, NetBSD, OpenBSD, DragonFly. See poller.h.
 *
 * A socket has two filters, one for each direction, both with EV_CLEAR: an event when the state changes, as epoll's
 * EPOLLET. A call of kevent either makes one change or waits, never both, and never makes two changes: systems differ
 * in what they do with the rest when one of several changes fails, and FreeBSD has been seen to lose one of the two
 * filters of a socket. Without a list for events, kevent tells of a failed change by its result.
 *
 * Filters are deleted before their descriptor is closed. The manual says that closing does that, too; the kqueues that
 * are built upon another system's means cannot know, and report the next socket of the same number with the old data.
 *
 * An error stays with its socket until an operation asks for it, so `fflags` is not looked at. Neither is `data`.
 */
#include "../core/event.h"
#include "poller.h"
#include "wake.h"

#include <errno.h>
#include <fcntl.h>

/** Events taken from the system at once. */
#define BATCH 64

#define NS_PER_SECOND 1000000000
/** Longer waits are refused by some systems. This one ends early, and its caller waits again. */
#define LONGEST_SECONDS 86400

/** No handle: what a late event becomes. */
#define NO_ID UINT64_MAX

static int poller_open(void) {
    int poller = spali_sys.kqueue();
    if (poller >= 0 && spali_sys.fcntl(poller, F_SETFD, FD_CLOEXEC) != 0) {
        int code = errno;
        (void)spali_sys.close(poller);
        errno = code;
        return -1;
    }
    return poller;
}

/* A change that is interrupted has been made. */
static bool filter_change(int poller, int descriptor, int filter, int flags, uint64_t id) {
    struct kevent change = {0};
    change.ident = (uintptr_t)descriptor;
    change.filter = (short)filter;
    change.flags = (unsigned short)flags;
    change.udata = (void *)(uintptr_t)id;
    return spali_sys.kevent(poller, &change, 1, NULL, 0, NULL) == 0 || errno == EINTR;
}

static bool poller_add_wake(int poller, const spali_wake *wake) {
    return filter_change(poller, wake->reader, EVFILT_READ, EV_ADD | EV_CLEAR, SPALI_WAKE_ID);
}

/* Adding what is there already succeeds, and need not report what is ready: so the two directions' owners agree by a
 * fact on who of them is the first. Of two filters one may remain when the other fails; closing takes it away. */
static spali_registered poller_add(int poller, spali_slot *slot, uint64_t id) {
    uint32_t before = spali_or_u32(&slot->facts, SPALI_FACT_REGISTERING);
    if (!filter_change(poller, slot->native, EVFILT_READ, EV_ADD | EV_CLEAR, id) ||
        !filter_change(poller, slot->native, EVFILT_WRITE, EV_ADD | EV_CLEAR, id))
        return SPALI_REGISTERED_NOT;
    return (before & SPALI_FACT_REGISTERING) == 0 ? SPALI_REGISTERED_NOW : SPALI_REGISTERED_BEFORE;
}

static void poller_remove(int poller, spali_slot *slot) {
    (void)filter_change(poller, slot->native, EVFILT_READ, EV_DELETE, SPALI_WAKE_ID);
    (void)filter_change(poller, slot->native, EVFILT_WRITE, EV_DELETE, SPALI_WAKE_ID);
}

/* A pointer of 32 bits holds the handle's index and a part of its generation; the slot has the whole. */
static uint64_t id_from_udata(uintptr_t udata) {
    if (sizeof udata >= sizeof(uint64_t) || udata == SPALI_WAKE_ID)
        return udata;
    spali_slot *slot = spali_slot_at(udata);
    uint64_t id = slot == NULL ? NO_ID : spali_slot_id(slot);
    return (uint32_t)id == (uint32_t)udata ? id : NO_ID;
}

/* @return null for SPALI_NEVER */
static const struct timespec *timeout_until(uint64_t deadline_ns, struct timespec *out) {
    *out = (struct timespec){0};
    if (deadline_ns == SPALI_NEVER)
        return NULL;
    uint64_t now_ns = deadline_ns == 0 ? 0 : spali_clock_ns();
    if (deadline_ns <= now_ns)
        return out;
    uint64_t left_ns = deadline_ns - now_ns;
    if (left_ns / NS_PER_SECOND >= LONGEST_SECONDS)
        left_ns = (uint64_t)LONGEST_SECONDS * NS_PER_SECOND;
    out->tv_sec = (time_t)(left_ns / NS_PER_SECOND);
    out->tv_nsec = (long)(left_ns % NS_PER_SECOND);
    return out;
}

/* A direction of writing that has ended tells of a connection that is gone: readers may learn more. */
static void event_report(const struct kevent *event, uint64_t id, spali_sink *sink) {
    bool is_ending = (event->flags & (EV_EOF | EV_ERROR)) != 0;
    bool is_write = event->filter == EVFILT_WRITE;
    if (!is_write && !is_ending && spali_on_readable(id, sink))
        return;
    spali_on_ready(id, !is_write || is_ending, is_write, sink);
}

static bool poller_wait(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink) {
    struct kevent events[BATCH];
    struct timespec timeout;
    bool is_woken = false;
    int room = most < BATCH ? (int)most : BATCH;
    int count = spali_sys.kevent(port->poller, NULL, 0, events, room, timeout_until(deadline_ns, &timeout));
    for (int i = 0; i < count; i++) {
        uint64_t id = id_from_udata((uintptr_t)events[i].udata);
        if (id != SPALI_WAKE_ID) {
            event_report(&events[i], id, sink);
            continue;
        }
        spali_wake_seen(port->wake);
        is_woken = true;
    }
    return is_woken;
}

/* Urgent bytes make a receive come up short, and are no event. */
const spali_poller spali_poller_kqueue = {
    .name = "kqueue",
    .forgets_closed = false,
    .short_reads_drain = false,
    .open = poller_open,
    .add_wake = poller_add_wake,
    .add = poller_add,
    .remove = poller_remove,
    .wait = poller_wait,
};
