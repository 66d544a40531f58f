/* SPDX-License-Identifier: MIT
 *
 * The poller over Linux' epoll. See poller.h.
 *
 * A descriptor leaves an epoll set by itself when it is closed, so nothing is removed but adopted descriptors. The
 * port's wake object is in the set too, edge-triggered and never read: each signal is one event, at the next wait if
 * nobody waits now.
 */
#include "../core/event.h"
#include "poller.h"
#include "wake.h"

#include <errno.h>

/** Events taken from the system at once. */
#define BATCH 64

/** The wake object's event data; no socket has this handle. */
#define WAKE_ID 0

#define SOCKET_EVENTS ((uint32_t)EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET)
#define READ_EVENTS ((uint32_t)EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)
#define WRITE_EVENTS ((uint32_t)EPOLLOUT | EPOLLHUP | EPOLLERR)

/** After these a short read no longer means that nothing is left: recv stops at an urgent byte, and the end of the
 *  stream or an error that came in the same edge as the last bytes brings no edge of its own. */
#define UNDRAINING_EVENTS ((uint32_t)EPOLLRDHUP | EPOLLPRI | EPOLLHUP | EPOLLERR)

static int poller_register(int poller, int descriptor, uint32_t events, uint64_t id) {
    struct epoll_event event = {.events = events, .data.u64 = id};
    return spali_sys.epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

spal_error spali_poller_open(spali_port_native *out) {
    int poller = spali_sys.epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0)
        return spali_failed(errno);
    spali_wake *wake = spali_wake_take();
    if (wake == NULL) {
        (void)spali_sys.close(poller);
        return SPAL_EMFILE;
    }
    if (poller_register(poller, wake->reader, (uint32_t)EPOLLIN | EPOLLET, WAKE_ID) != 0) {
        spal_error error = spali_failed(errno);
        spali_wake_give(wake);
        (void)spali_sys.close(poller);
        return error;
    }
    *out = (spali_port_native){.poller = poller, .wake = wake};
    return SPAL_OK;
}

void spali_poller_close(spali_port_native *port) {
    (void)spali_sys.close(port->poller);
    spali_wake_give(port->wake);
}

/* The slot remembers the descriptor, not the port: the port may be freed while the socket stays open, and the worst
 * that a stale descriptor can do is to know nothing of the socket. One is added, so that null means none. */
void spali_poller_choose(spali_port_native *port, spali_slot *slot) {
    slot->extra = (void *)((intptr_t)port->poller + 1);
}

static int poller_of(const spali_slot *slot) {
    return (int)((intptr_t)slot->extra - 1);
}

/* Only of TCP is it known that a short read empties the queue, and only while nobody else can read or write: see
 * UNDRAINING_EVENTS for the rest. */
static bool drains_by_short_read(const spali_slot *slot, uint32_t facts) {
    const spali_identity *identity = &slot->identity;
    bool is_ip = identity->family == SPAL_AF_INET || identity->family == SPAL_AF_INET6;
    bool is_tcp = identity->protocol == SPAL_IPPROTO_TCP || identity->protocol == SPAL_IPPROTO_ANY;
    return is_ip && is_tcp && identity->type == SPAL_SOCK_STREAM && (facts & SPALI_FACT_ADOPTED) == 0;
}

/* The fact comes after the deed: until both directions' owners know of the registration each makes its own, and the
 * second learns that it is. */
spali_registered spali_poller_add(spali_slot *slot, uint64_t id) {
    spali_registered answer = SPALI_REGISTERED_NOW;
    if (poller_register(poller_of(slot), slot->native, SOCKET_EVENTS, id) != 0) {
        if (errno != EEXIST)
            return SPALI_REGISTERED_NOT;
        answer = SPALI_REGISTERED_BEFORE;
    }
    uint32_t facts = SPALI_FACT_REGISTERED;
    if (!drains_by_short_read(slot, spali_peek_u32(&slot->facts)))
        facts |= SPALI_FACT_UNDRAINED;
    (void)spali_or_u32(&slot->facts, facts);
    return answer;
}

void spali_poller_remove(spali_slot *slot) {
    struct epoll_event unused = {0};
    (void)spali_sys.epoll_ctl(poller_of(slot), EPOLL_CTL_DEL, slot->native, &unused);
}

/* A slot that is reused in between gets the fact for nothing, and pays a system call now and then for it. */
static SPALI_COLD void undrained_note(uint64_t id) {
    spali_slot *slot = spali_slot_at(id);
    if (slot != NULL && !SPALI_STALE(spali_load_u64(&slot->word), id))
        (void)spali_or_u32(&slot->facts, SPALI_FACT_UNDRAINED);
}

bool spali_poller_wait(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink) {
    struct epoll_event events[BATCH];
    bool is_woken = false;
    int room = most < BATCH ? (int)most : BATCH;
    int count = spali_sys.epoll_wait(port->poller, events, room, spali_timeout_ms(deadline_ns));
    for (int i = 0; i < count; i++) {
        uint32_t what = events[i].events;
        uint64_t id = events[i].data.u64;
        if (what == (EPOLLIN | EPOLLOUT) && spali_on_readable(id, sink))
            continue;
        if (id == WAKE_ID) {
            is_woken = true;
            continue;
        }
        if ((what & UNDRAINING_EVENTS) != 0)
            undrained_note(id);
        spali_on_ready(id, (what & READ_EVENTS) != 0, (what & WRITE_EVENTS) != 0, sink);
    }
    return is_woken;
}

void spali_poller_wake(spali_port_native *port) {
    spali_wake_signal(port->wake);
}
