/* SPDX-License-Identifier: MIT
 *
 * What is asked of an operation that is more than one step while it is between two of them, or not quite started:
 * entries of the table of system calls, and the allocator, are replaced, and ask from inside. What the library promises
 * its users is not tested here, but in tests/contract.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"

#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 10000 };

#define must(call) assert_int_equal(SPAL_OK, call)

static spali_calls real;
static spal_socket listener, client, accepted;
static spal_address address;
static spal_port *port;
static spal_op op;
static char bytes[8];

/** Who is asked to end in the middle of accept4. */
static enum { NOBODY, THE_OPERATION, ALL } asks;

static int accept_asking(int from, struct sockaddr *name, socklen_t *length, int flags) {
    int descriptor = real.accept4(from, name, length, flags);
    int code = errno;
    if (asks != NOBODY)
        must(spal_cancel(listener, asks == ALL ? NULL : &op));
    asks = NOBODY;
    errno = code;
    return descriptor;
}

static int begin(void **state) {
    (void)state;
    memset(&op, 0, sizeof op);
    must(spal_port_create(&port, NULL));
    must(spal_open(&listener, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_address_loopback(SPAL_AF_INET, 0, &address));
    must(spal_bind(listener, &address));
    must(spal_listen(listener, 4));
    must(spal_local_address(listener, &address));
    must(spal_set_recv_timeout(listener, WAIT_MS));
    must(spal_port_attach(port, listener, NULL, 0));
    real = spali_sys;
    spali_sys.accept4 = accept_asking;
    return 0;
}

static int end(void **state) {
    spal_completion done;
    size_t count;
    (void)state;
    spali_sys = real;
    (void)spal_close(listener);
    (void)spal_close(client);
    must(spal_port_shutdown(port));
    while (spal_port_wait(port, &done, 1, WAIT_MS, &count) == SPAL_OK)
        ;
    must(spal_port_free(port));
    return 0;
}

static void client_connect(void) {
    must(spal_open(&client, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_connect(client, &address));
}

static void expect_completion(spal_error error) {
    spal_completion done;
    size_t count = 0;
    must(spal_port_wait(port, &done, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    assert_ptr_equal(done.op, &op);
    assert_int_equal(op.error, error);
}

/* The port knows the listener from the first accept, so that the second one begins with a try. */
static void an_accept_with_data_asked_to_end_while_it_starts_ends(void **state) {
    (void)state;
    client_connect();
    assert_int_equal(spal_accept_async(listener, &op, NULL), SPAL_EPENDING);
    expect_completion(SPAL_OK);
    must(spal_close(op.socket));
    asks = THE_OPERATION;
    assert_int_equal(spal_accept_recv_async(listener, &op, NULL, bytes, sizeof bytes), SPAL_EPENDING);
    assert_int_equal(asks, NOBODY);
    expect_completion(SPAL_EABORTED);
}

static void a_call_asked_to_end_between_its_steps_ends(void **state) {
    size_t received;
    (void)state;
    client_connect();
    asks = ALL;
    assert_int_equal(spal_accept_recv(listener, &accepted, NULL, bytes, sizeof bytes, &received), SPAL_EABORTED);
    assert_int_equal(asks, NOBODY);
}

/* -------------------------------------------------------------------------------------------- an end of the port */

/** The allocation, counted down, behind which the port is shut down: the second is the last before the request is
 * linked. */
static int allocations;

static void *allocate_shutting(void *context, size_t size) {
    (void)context;
    if (--allocations == 0)
        must(spal_port_shutdown(port));
    return malloc(size);
}

static void *reallocate_plainly(void *context, void *memory, size_t size) {
    (void)context;
    return realloc(memory, size);
}

static void release_plainly(void *context, void *memory) {
    (void)context;
    free(memory);
}

/* A waiter may have looked for the last time by then. */
static void nothing_is_accepted_behind_a_shutdown(void **state) {
    const spal_allocator shutting = {allocate_shutting, reallocate_plainly, release_plainly, NULL};
    spal_completion done;
    size_t count;
    char name[SPAL_HOST_TEXT];
    (void)state;
    client_connect();
    must(spal_set_allocator(&shutting));
    allocations = 2;
    assert_int_equal(
        spal_reverse_async(port, &op, NULL, &address, SPAL_RESOLVE_NUMERIC_HOST, name, sizeof name, NULL, 0),
        SPAL_ESHUTDOWN);
    assert_int_equal(allocations, 0);
    assert_int_equal(spal_port_wait(port, &done, 1, WAIT_MS, &count), SPAL_EEND);
    must(spal_set_allocator(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_accept_with_data_asked_to_end_while_it_starts_ends, begin, end),
        cmocka_unit_test_setup_teardown(a_call_asked_to_end_between_its_steps_ends, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_accepted_behind_a_shutdown, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
