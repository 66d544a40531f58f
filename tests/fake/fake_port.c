/* SPDX-License-Identifier: MIT
 *
 * The fake's ports: waking and collecting, for both kinds of backend; which events there are is the kind's business.
 * Wakes that nobody has seen yet merge into one, as writes to an eventfd do: a core that counts on one return for each
 * call would hang here.
 */
#include "fake.h"

#include "fiber.h"

static struct fake_port {
    bool open;
    bool woken;
    unsigned inside;
} ports[FAKE_PORTS];

spal_error spali_port_open(const char *backend, spali_port_native *out) {
    (void)backend;
    fake_point();
    for (int i = 0; i < FAKE_PORTS; i++)
        if (!ports[i].open) {
            ports[i] = (struct fake_port){.open = true};
            out->number = i;
            return SPAL_OK;
        }
    return SPAL_EMFILE;
}

void spali_port_close(spali_port_native *port) {
    fake_check(ports[port->number].open, "a port is closed once", 0, 0);
    fake_check(ports[port->number].inside == 0, "nobody is inside a port that is closed: %ld",
               ports[port->number].inside, 0);
    ports[port->number].open = false;
    fake_point();
}

spal_native spali_port_handle(spali_port_native *port) {
    return port->number;
}

void spali_port_wake(spali_port_native *port) {
    fake_point();
    fake_check(ports[port->number].open, "a port that is woken is open: %ld", port->number, 0);
    fake_log("port %ld: wake", port->number, 0, 0);
    ports[port->number].woken = true;
    fake_point();
}

static bool port_has_news(void *argument) {
    int number = ((spali_port_native *)argument)->number;
    return ports[number].woken || fake_kind_has_event(number);
}

/* Once in a run, if the plan says so, a wait ends for no reason. */
static bool wait_is_spurious(void) {
    if (!fake_now.spurious)
        return false;
    fake_now.spurious = false;
    return true;
}

bool spali_port_collect(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink) {
    struct fake_port *p = &ports[port->number];
    fake_no_lock_held("spali_port_collect");
    fake_check(p->open && most > 0, "a port that is waited on is open, for 1 or more events: %ld", (long)most, 0);
    p->inside++;
    fake_point();
    fake_log("port %ld: collect until %ld us, %ld events", port->number,
             deadline_ns == SPALI_NEVER ? -1 : (long)(deadline_ns / 1000), (long)most);
    if (!wait_is_spurious())
        fiber_block(port_has_news, port, deadline_ns, "waits on a port");
    bool woken = p->woken;
    p->woken = false;
    while (most > 0 && fake_kind_deliver(port->number, sink)) {
        most--;
        fake_point();
    }
    p->inside--;
    fake_point();
    return woken;
}
