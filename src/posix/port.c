/* SPDX-License-Identifier: MIT
 *
 * Ports over a poller. The queues of a port are the core's; here is only what the system keeps of it. Twin:
 * src/win32/port.c.
 */
#include "poller.h"

spal_error spali_port_open(const char *backend, spali_port_native *out) {
    return spali_poller_open(backend, out);
}

void spali_port_close(spali_port_native *port) {
    spali_poller_close(port);
}

spal_native spali_port_handle(spali_port_native *port) {
    return port->poller;
}

/* The socket is registered when an operation of it first has to wait. */
spal_error spali_port_associate(spali_port_native *port, spali_slot *slot, bool inline_results) {
    (void)inline_results;
    spali_poller_choose(port, slot);
    return SPAL_OK;
}

void spali_port_wake(spali_port_native *port) {
    spali_wake_signal(port->wake);
}

bool spali_port_collect(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink) {
    return port->kind->wait(port, deadline_ns, most, sink);
}
