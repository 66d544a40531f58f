/* SPDX-License-Identifier: MIT
 *
 * A foreign loop that waits for a port's native handle: the handle is readable as long as a completion is there to be
 * taken, whatever has become of the wake-ups that told of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sockpal.h"

#include <poll.h>
#include <string.h>

enum { WAIT_MS = 10000, OPS = 24 };

#define must(call) assert_int_equal(SPAL_OK, call)

static spal_port *port;
static spal_socket listener;
static spal_op ops[OPS];
static spal_native lent;

static int begin(void **state) {
    spal_address address;
    (void)state;
    memset(ops, 0, sizeof ops);
    must(spal_port_create(&port, NULL));
    must(spal_open(&listener, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_address_loopback(SPAL_AF_INET, 0, &address));
    must(spal_bind(listener, &address));
    must(spal_listen(listener, 4));
    must(spal_port_attach(port, listener, NULL, 0));
    return 0;
}

static int end(void **state) {
    (void)state;
    must(spal_close(listener));
    must(spal_port_shutdown(port));
    must(spal_port_free(port));
    return 0;
}

/* Ended by nobody's event. */
static void operations_end(int count) {
    for (int i = 0; i < count; i++)
        assert_int_equal(spal_accept_async(listener, &ops[i], NULL), SPAL_EPENDING);
    must(spal_cancel(listener, NULL));
}

static void expect_readable(void) {
    struct pollfd item = {.fd = (int)lent, .events = POLLIN};
    assert_int_equal(poll(&item, 1, WAIT_MS), 1);
}

static void take_one(void) {
    spal_completion done;
    size_t count = 0;
    must(spal_port_wait(port, &done, 1, 0, &count));
    assert_int_equal(count, 1);
    assert_int_equal(done.op->error, SPAL_EABORTED);
}

static void what_ended_before_the_handle_was_lent_makes_it_readable(void **state) {
    (void)state;
    operations_end(1);
    must(spal_port_native_handle(port, &lent));
    expect_readable();
    take_one();
}

/* A wait looks for the system's events now and then, and takes the wake-up along. */
static void what_a_wait_leaves_makes_it_readable(void **state) {
    (void)state;
    must(spal_port_native_handle(port, &lent));
    operations_end(OPS);
    for (int i = 0; i < OPS; i++) {
        expect_readable();
        take_one();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_ended_before_the_handle_was_lent_makes_it_readable, begin, end),
        cmocka_unit_test_setup_teardown(what_a_wait_leaves_makes_it_readable, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
