/* SPDX-License-Identifier: MIT
 *
 * What the tests of this folder share: the table of system calls as it was, and ports with one socket. It has no tests.
 */
#ifndef WIN32_FIXTURE_H
#define WIN32_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"

#include <stdbool.h>
#include <string.h>

enum { WAIT_MS = 10000 };

#define must(call) assert_int_equal(SPAL_OK, call)

/** The table before a test. */
static spali_calls real;

static inline int calls_keep(void **state) {
    spal_socket socket;
    (void)state;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_close(socket));
    real = spali_sys;
    return 0;
}

static inline int calls_restore(void **state) {
    (void)state;
    spali_sys = real;
    return 0;
}

#define CALLS_TEST(function) cmocka_unit_test_setup_teardown(function, calls_keep, calls_restore)

static inline spal_socket socket_open(int family, int type) {
    spal_socket socket;
    must(spal_open(&socket, family, type, 0));
    return socket;
}

/** A datagram socket of IPv4, bound to the loopback. */
static inline spal_socket udp_bound(spal_address *address) {
    spal_socket socket = socket_open(SPAL_AF_INET, SPAL_SOCK_DGRAM);
    must(spal_address_loopback(SPAL_AF_INET, 0, address));
    must(spal_bind(socket, address));
    must(spal_local_address(socket, address));
    must(spal_set_recv_timeout(socket, WAIT_MS));
    must(spal_set_send_timeout(socket, WAIT_MS));
    return socket;
}

static inline spal_port *port_open(spal_socket socket, int flags) {
    spal_port *port;
    must(spal_port_create(&port, NULL));
    must(spal_port_attach(port, socket, NULL, flags));
    return port;
}

static inline spal_op *port_take(spal_port *port) {
    spal_completion taken = {0};
    size_t count = 0;
    must(spal_port_wait(port, &taken, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    return taken.op;
}

/** Nothing comes, though the port has looked. */
static inline void port_is_silent(spal_port *port) {
    spal_completion taken;
    size_t count = 1;
    must(spal_port_wait(port, &taken, 1, 50, &count));
    assert_int_equal(count, 0);
}

static inline void port_end(spal_port *port) {
    spal_completion taken;
    size_t count;
    must(spal_port_shutdown(port));
    assert_int_equal(SPAL_EEND, spal_port_wait(port, &taken, 1, WAIT_MS, &count));
    must(spal_port_free(port));
}

#endif
