/* SPDX-License-Identifier: MIT
 *
 * The deadlines of a port: a binary heap by time, in which each operation knows its place, so that it can be dropped
 * without a search. Everything here is called with the port's lock held.
 */
#include "port.h"

#define FIRST_ROOM 16

/* op->core.place is the index plus one: 0 means no place. */
static void heap_put(spal_port *port, uint32_t index, spali_deadline entry) {
    port->heap[index] = entry;
    entry.op->core.place = index + 1;
}

static void heap_rise(spal_port *port, uint32_t index, spali_deadline entry) {
    while (index > 0) {
        uint32_t above = (index - 1) / 2;
        if (port->heap[above].when_ns <= entry.when_ns)
            break;
        heap_put(port, index, port->heap[above]);
        index = above;
    }
    heap_put(port, index, entry);
}

static void heap_sink(spal_port *port, uint32_t index, spali_deadline entry) {
    for (;;) {
        uint32_t below = 2 * index + 1;
        if (below >= port->heap_count)
            break;
        if (below + 1 < port->heap_count && port->heap[below + 1].when_ns < port->heap[below].when_ns)
            below++;
        if (entry.when_ns <= port->heap[below].when_ns)
            break;
        heap_put(port, index, port->heap[below]);
        index = below;
    }
    heap_put(port, index, entry);
}

static void heap_remove(spal_port *port, uint32_t index) {
    port->heap[index].op->core.place = 0;
    spali_deadline last = port->heap[--port->heap_count];
    if (index == port->heap_count)
        return;
    if (index > 0 && last.when_ns < port->heap[(index - 1) / 2].when_ns)
        heap_rise(port, index, last);
    else
        heap_sink(port, index, last);
}

spal_error spali_deadline_reserve(spal_port *port) {
    if (port->heap_count + port->heap_reserved == port->heap_room) {
        uint32_t room = port->heap_room == 0 ? FIRST_ROOM : port->heap_room * 2;
        if (room <= port->heap_room)
            return SPAL_ENOMEM;
        spali_deadline *heap = spali_memory_resize(port->heap, room * sizeof *heap);
        if (heap == NULL)
            return SPAL_ENOMEM;
        port->heap = heap;
        port->heap_room = room;
    }
    port->heap_reserved++;
    return SPAL_OK;
}

void spali_deadline_unreserve(spal_port *port) {
    port->heap_reserved--;
}

void spali_deadline_add(spal_port *port, spal_op *op, spal_socket socket) {
    spali_deadline entry = {op->core.deadline_ns, op, socket, ++port->serial};
    if (entry.serial == 0)
        entry.serial = ++port->serial;
    op->core.serial = entry.serial;
    port->heap_reserved--;
    heap_rise(port, port->heap_count++, entry);
    if (port->sleepers > 0 && entry.when_ns < port->keeper_ns)
        spali_port_wake(&port->native);
}

void spali_deadline_drop(spal_port *port, spal_op *op) {
    if (op->core.place != 0)
        heap_remove(port, op->core.place - 1);
}

uint64_t spali_deadline_earliest(const spal_port *port) {
    return port->heap_count == 0 ? SPALI_NEVER : port->heap[0].when_ns;
}

bool spali_deadline_take(spal_port *port, uint64_t now_ns, spali_deadline *out) {
    if (port->heap_count == 0 || port->heap[0].when_ns > now_ns)
        return false;
    *out = port->heap[0];
    heap_remove(port, 0);
    return true;
}
