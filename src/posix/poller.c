/* SPDX-License-Identifier: MIT
 *
 * What all kinds of poller have in common: which there are, opening one together with its wake object, and how a slot
 * remembers its poller. See poller.h.
 */
#include "poller.h"

#include "../core/slot.h"
#include "wake.h"

#include <errno.h>
#include <string.h>

/** More kinds than there are. */
#define KINDS 4

const spali_poller *const spali_pollers[] = {
#if SPALI_HAS_EPOLL
    &spali_poller_epoll,
#endif
#if SPALI_HAS_KQUEUE
    &spali_poller_kqueue,
#endif
    NULL,
};

_Static_assert(sizeof spali_pollers <= KINDS * sizeof(void *), "a slot has room for the kind's number");

static const spali_poller *kind_named(const char *name) {
    size_t i = 0;
    while (spali_pollers[i + 1] != NULL && strcmp(spali_pollers[i]->name, name) != 0)
        i++;
    return spali_pollers[i];
}

spal_error spali_poller_open(const char *name, spali_port_native *out) {
    const spali_poller *kind = kind_named(name);
    int poller = kind->open();
    if (poller < 0)
        return spali_failed(errno);
    spali_wake *wake = spali_wake_take();
    if (wake == NULL) {
        (void)spali_sys.close(poller);
        return SPAL_EMFILE;
    }
    if (!kind->add_wake(poller, wake)) {
        spal_error error = spali_failed(errno);
        spali_wake_give(wake);
        (void)spali_sys.close(poller);
        return error;
    }
    *out = (spali_port_native){.poller = poller, .kind = kind, .wake = wake};
    return SPAL_OK;
}

void spali_poller_close(spali_port_native *port) {
    (void)spali_sys.close(port->poller);
    spali_wake_give(port->wake);
}

/* The slot remembers the descriptor and the kind's number, not the port: the port may be freed while the socket stays
 * open. One is added to the descriptor, so that null means none. */
void spali_poller_choose(spali_port_native *port, spali_slot *slot) {
    intptr_t number = 0;
    while (spali_pollers[number + 1] != NULL && spali_pollers[number] != port->kind)
        number++;
    slot->extra = (void *)(((intptr_t)port->poller + 1) * KINDS + number);
}

static const spali_poller *kind_of(const spali_slot *slot) {
    return spali_pollers[(intptr_t)slot->extra % KINDS];
}

static int poller_of(const spali_slot *slot) {
    return (int)((intptr_t)slot->extra / KINDS - 1);
}

/* Only of TCP is it known that a short read empties the queue, and only while nobody else can read or write: see
 * UNDRAINING_EVENTS in poller_epoll.c for the rest. */
static bool drains_by_short_read(const spali_slot *slot, uint32_t facts) {
    const spali_identity *identity = &slot->identity;
    bool is_ip = identity->family == SPAL_AF_INET || identity->family == SPAL_AF_INET6;
    bool is_tcp = identity->protocol == SPAL_IPPROTO_TCP || identity->protocol == SPAL_IPPROTO_ANY;
    return is_ip && is_tcp && identity->type == SPAL_SOCK_STREAM && (facts & SPALI_FACT_ADOPTED) == 0;
}

/* The fact comes after the deed: until both directions' owners know of the registration each makes its own, and the
 * second learns that it is. */
spali_registered spali_poller_add(spali_slot *slot, uint64_t id) {
    const spali_poller *kind = kind_of(slot);
    spali_registered answer = kind->add(poller_of(slot), slot, id);
    if (answer == SPALI_REGISTERED_NOT)
        return answer;
    uint32_t facts = SPALI_FACT_REGISTERED;
    if (!kind->short_reads_drain || !drains_by_short_read(slot, spali_peek_u32(&slot->facts)))
        facts |= SPALI_FACT_UNDRAINED;
    (void)spali_or_u32(&slot->facts, facts);
    return answer;
}

/* An adopted descriptor may not be the last of its socket. */
void spali_poller_remove(spali_slot *slot) {
    uint32_t facts = spali_peek_u32(&slot->facts);
    if ((facts & (SPALI_FACT_REGISTERED | SPALI_FACT_REGISTERING)) == 0)
        return;
    const spali_poller *kind = kind_of(slot);
    if (!kind->forgets_closed || (facts & SPALI_FACT_ADOPTED) != 0)
        kind->remove(poller_of(slot), slot);
}

/* A slot that is reused in between gets the fact for nothing, and pays a system call now and then for it. */
SPALI_COLD void spali_poller_undrained(uint64_t id) {
    spali_slot *slot = spali_slot_at(id);
    if (slot != NULL && !SPALI_STALE(spali_load_u64(&slot->word), id))
        (void)spali_or_u32(&slot->facts, SPALI_FACT_UNDRAINED);
}
