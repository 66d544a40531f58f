/* SPDX-License-Identifier: MIT
 *
 * The poller over Linux' epoll. See poller.h.
 *
 * A descriptor leaves an epoll set by itself when it is closed, so nothing is removed but adopted descriptors. The
 * port's wake object is in the set too, edge-triggered: each signal is one event, at the next wait if nobody waits now.
 */
#include "../core/event.h"
#include "poller.h"
#include "wake.h"

#include <errno.h>

/** Events taken from the system at once. */
#define BATCH 64

#define SOCKET_EVENTS ((uint32_t)EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET)
#define READ_EVENTS ((uint32_t)EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)
#define WRITE_EVENTS ((uint32_t)EPOLLOUT | EPOLLHUP | EPOLLERR)

/** After these a short read no longer means that nothing is left: recv stops at an urgent byte, and the end of the
 *  stream or an error that came in the same edge as the last bytes brings no edge of its own. */
#define UNDRAINING_EVENTS ((uint32_t)EPOLLRDHUP | EPOLLPRI | EPOLLHUP | EPOLLERR)

static int poller_open(void) {
    return spali_sys.epoll_create1(EPOLL_CLOEXEC);
}

static int poller_register(int poller, int descriptor, uint32_t events, uint64_t id) {
    struct epoll_event event = {.events = events, .data.u64 = id};
    return spali_sys.epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

static bool poller_add_wake(int poller, const spali_wake *wake) {
    return poller_register(poller, wake->reader, (uint32_t)EPOLLIN | EPOLLET, SPALI_WAKE_ID) == 0;
}

static spali_registered poller_add(int poller, spali_slot *slot, uint64_t id) {
    if (poller_register(poller, slot->native, SOCKET_EVENTS, id) == 0)
        return SPALI_REGISTERED_NOW;
    return errno == EEXIST ? SPALI_REGISTERED_BEFORE : SPALI_REGISTERED_NOT;
}

static void poller_remove(int poller, spali_slot *slot) {
    struct epoll_event unused = {0};
    (void)spali_sys.epoll_ctl(poller, EPOLL_CTL_DEL, slot->native, &unused);
}

static bool poller_wait(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink) {
    struct epoll_event events[BATCH];
    bool is_woken = false;
    int room = most < BATCH ? (int)most : BATCH;
    int count = spali_sys.epoll_wait(port->poller, events, room, spali_timeout_ms(deadline_ns));
    for (int i = 0; i < count; i++) {
        uint32_t what = events[i].events;
        uint64_t id = events[i].data.u64;
        if (what == (EPOLLIN | EPOLLOUT) && spali_on_readable(id, sink))
            continue;
        if (id == SPALI_WAKE_ID) {
            spali_wake_seen(port->wake);
            is_woken = true;
            continue;
        }
        if ((what & UNDRAINING_EVENTS) != 0)
            spali_poller_undrained(id);
        spali_on_ready(id, (what & READ_EVENTS) != 0, (what & WRITE_EVENTS) != 0, sink);
    }
    return is_woken;
}

const spali_poller spali_poller_epoll = {
    .name = "epoll",
    .forgets_closed = true,
    .short_reads_drain = true,
    .open = poller_open,
    .add_wake = poller_add_wake,
    .add = poller_add,
    .remove = poller_remove,
    .wait = poller_wait,
};
