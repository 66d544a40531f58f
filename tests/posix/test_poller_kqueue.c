/* SPDX-License-Identifier: MIT
 *
 * What the kqueue poller asks of the system, and how it takes answers that the double never gives: the entry of kevent
 * in the table of system calls is replaced. That the poller works is not tested here, but by tests/contract.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"
#include "thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

enum { WAIT_MS = 10000, WRITTEN_MOST = 256 };

#define must(call) assert_int_equal(SPAL_OK, call)

static spali_calls real;

/** What kevent was asked, and what it is to answer. */
static struct {
    struct kevent changes[WRITTEN_MOST];
    counter count;
    counter mixed;     /* calls that make several changes, or change and wait */
    counter misplaced; /* timeouts that no system takes */
    counter refused_writes;
    int fails_from; /* adds from this one on fail */
    int fails_with;
    bool interrupts; /* the next wait is interrupted */
} told;

static int written_kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events, int room,
                          const struct timespec *timeout) {
    if (change_count > 1 || (change_count == 1 && room > 0) || (change_count == 0 && room == 0))
        counter_add(&told.mixed, 1);
    if (timeout != NULL && (timeout->tv_sec < 0 || timeout->tv_sec > 100000 || timeout->tv_nsec > 999999999))
        counter_add(&told.misplaced, 1);
    if (change_count == 0 && told.interrupts) {
        told.interrupts = false;
        errno = EINTR;
        return -1;
    }
    if (change_count == 0)
        return real.kevent(queue, changes, change_count, events, room, timeout);
    long number = counter_add(&told.count, 1) - 1;
    if (number < WRITTEN_MOST)
        told.changes[number] = changes[0];
    if (told.fails_with != 0 && (changes[0].flags & EV_ADD) != 0 && number >= told.fails_from) {
        errno = told.fails_with;
        return -1;
    }
    return real.kevent(queue, changes, change_count, events, room, timeout);
}

static ssize_t counted_write(int descriptor, const void *bytes, size_t length) {
    ssize_t written = real.write(descriptor, bytes, length);
    if (written < 0)
        counter_add(&told.refused_writes, 1);
    return written;
}

static int set_up(void **state) {
    spal_socket socket;
    (void)state;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_close(socket));
    real = spali_sys;
    memset(&told, 0, sizeof told);
    spali_sys.kevent = written_kevent;
    spali_sys.write = counted_write;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    assert_int_equal(0, counter_get(&told.mixed));
    assert_int_equal(0, counter_get(&told.misplaced));
    spali_sys = real;
    return 0;
}

/* ----------------------------------------------------------------------------------------------------- test objects */

typedef struct bench {
    spal_port *port;
    spal_socket near, far;
    int descriptor;
} bench;

static void pair_open(spal_socket *near, spal_socket *far) {
    spal_socket listener;
    spal_address address;
    must(spal_open(&listener, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_address_loopback(SPAL_AF_INET, 0, &address));
    must(spal_bind(listener, &address));
    must(spal_listen(listener, 4));
    must(spal_local_address(listener, &address));
    must(spal_open(near, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_connect(*near, &address));
    must(spal_accept(listener, far, NULL));
    must(spal_close(listener));
}

static bench bench_open(int port_flags, int socket_flags) {
    bench made = {0};
    const spal_port_options options = {.flags = port_flags, .backend = "kqueue"};
    spal_native native;
    must(spal_port_create(&made.port, &options));
    pair_open(&made.near, &made.far);
    must(spal_native_handle(made.near, &native));
    made.descriptor = (int)native;
    must(spal_port_attach(made.port, made.near, NULL, socket_flags));
    return made;
}

static spal_op *completion_of(bench *b) {
    spal_completion taken = {0};
    size_t count = 0;
    must(spal_port_wait(b->port, &taken, 1, WAIT_MS, &count));
    assert_int_equal(1, count);
    return taken.op;
}

static void bench_close(bench *b) {
    size_t count;
    spal_completion taken;
    must(spal_close(b->near));
    must(spal_close(b->far));
    must(spal_port_shutdown(b->port));
    while (spal_port_wait(b->port, &taken, 1, WAIT_MS, &count) == SPAL_OK)
        ;
    must(spal_port_free(b->port));
}

/* The changes of the near socket, not of wake objects. */
static int changes_of(const bench *b, int filter, int flags) {
    int found = 0;
    for (long i = 0; i < counter_get(&told.count) && i < WRITTEN_MOST; i++)
        found += told.changes[i].ident == (uintptr_t)b->descriptor && told.changes[i].filter == filter &&
                 (told.changes[i].flags & flags) == flags;
    return found;
}

/* ------------------------------------------------------------------------------------------------------------ tests */

static void a_socket_is_registered_once_for_both_directions_and_deleted_before_it_is_closed(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {0};
    char byte;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
        must(spal_send(b.far, "x", 1, 0, &(size_t){0}));
        assert_ptr_equal(&op, completion_of(&b));
        must(op.error);
    }
    assert_int_equal(1, changes_of(&b, EVFILT_READ, EV_ADD | EV_CLEAR));
    assert_int_equal(1, changes_of(&b, EVFILT_WRITE, EV_ADD | EV_CLEAR));
    assert_int_equal(0, changes_of(&b, EVFILT_READ, EV_DELETE));
    must(spal_close(b.near));
    assert_int_equal(1, changes_of(&b, EVFILT_READ, EV_DELETE));
    assert_int_equal(1, changes_of(&b, EVFILT_WRITE, EV_DELETE));
    bench_close(&b);
}

static void a_socket_that_never_waits_is_never_registered(void **state) {
    (void)state;
    bench b = bench_open(0, SPAL_INLINE);
    size_t moved;
    must(spal_send(b.near, "x", 1, 0, &moved));
    must(spal_close(b.near));
    assert_int_equal(0, changes_of(&b, EVFILT_READ, 0));
    bench_close(&b);
}

static void an_interrupted_wait_is_no_error(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {0};
    char byte;
    assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
    must(spal_send(b.far, "x", 1, 0, &(size_t){0}));
    told.interrupts = true;
    assert_ptr_equal(&op, completion_of(&b));
    must(op.error);
    bench_close(&b);
}

/* Darwin answers so when the peer has gone. */
static void EPIPE_of_a_registration_is_what_the_operation_finds(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {0};
    char byte;
    told.fails_with = EPIPE;
    told.fails_from = (int)counter_get(&told.count);
    must(spal_close(b.far));
    assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
    assert_ptr_equal(&op, completion_of(&b));
    must(op.error);
    assert_int_equal(0, op.count);
    bench_close(&b);
}

static void EPIPE_of_a_registration_without_a_result_is_a_reset(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {0};
    char byte;
    told.fails_with = EPIPE;
    told.fails_from = (int)counter_get(&told.count);
    assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
    assert_ptr_equal(&op, completion_of(&b));
    assert_int_equal(SPAL_ECONNRESET, op.error);
    bench_close(&b);
}

static void no_memory_for_either_filter_is_told_and_leaves_nothing_behind(void **state) {
    (void)state;
    for (int filter = 0; filter < 2; filter++) {
        bench b = bench_open(0, 0);
        spal_op op = {0};
        char byte;
        told.fails_with = ENOMEM;
        told.fails_from = (int)counter_get(&told.count) + filter;
        assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
        assert_ptr_equal(&op, completion_of(&b));
        assert_int_equal(SPAL_ENOMEM, op.error);
        told.fails_with = 0;
        assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
        must(spal_send(b.far, "x", 1, 0, &(size_t){0}));
        assert_ptr_equal(&op, completion_of(&b));
        must(op.error);
        bench_close(&b);
    }
}

/* The double ends the program otherwise. */
static void what_a_failed_registration_leaves_is_deleted_too(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {0};
    char byte;
    told.fails_with = ENOMEM;
    told.fails_from = (int)counter_get(&told.count) + 1;
    assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
    assert_ptr_equal(&op, completion_of(&b));
    must(spal_close(b.near));
    assert_int_equal(1, changes_of(&b, EVFILT_READ, EV_DELETE));
    bench_close(&b);
}

static void a_port_without_a_kqueue_or_a_wake_is_refused(void **state) {
    (void)state;
    const spal_port_options options = {.backend = "kqueue"};
    spal_port *port = NULL;
    told.fails_with = ENOMEM;
    assert_int_equal(SPAL_ENOMEM, spal_port_create(&port, &options));
    assert_null(port);
}

static void a_long_wait_asks_for_a_time_that_every_system_takes(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {.timeout_ms = INT32_MAX};
    char byte;
    size_t count;
    spal_completion taken;
    assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
    must(spal_send(b.far, "x", 1, 0, &count));
    must(spal_port_wait(b.port, &taken, 1, -1, &count));
    bench_close(&b);
}

static void the_port_is_not_inherited(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_native native;
    must(spal_port_native_handle(b.port, &native));
    assert_int_equal(FD_CLOEXEC, fcntl((int)native, F_GETFD) & FD_CLOEXEC);
    bench_close(&b);
}

/* A wake object that is a pipe, and is never emptied, is full after some thousands, and wakes nobody any more. */
static void the_wake_never_fills_up(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {0};
    for (int i = 0; i < 20000; i++) {
        must(spal_port_post(b.port, &op, NULL));
        assert_ptr_equal(&op, completion_of(&b));
    }
    assert_int_equal(0, counter_get(&told.refused_writes));
    bench_close(&b);
}

static void a_socket_outlives_its_port_and_closes_in_peace(void **state) {
    (void)state;
    bench b = bench_open(0, 0);
    spal_op op = {0};
    spal_completion taken;
    size_t count;
    char byte;
    assert_int_equal(SPAL_EPENDING, spal_recv_async(b.near, &op, &byte, 1, 0));
    must(spal_port_shutdown(b.port));
    while (spal_port_wait(b.port, &taken, 1, WAIT_MS, &count) == SPAL_OK)
        ;
    must(spal_port_free(b.port));
    must(spal_send(b.far, "x", 1, 0, &count));
    must(spal_recv(b.near, &byte, 1, 0, &count));
    must(spal_close(b.near));
    must(spal_close(b.far));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_socket_is_registered_once_for_both_directions_and_deleted_before_it_is_closed),
        TEST(a_socket_that_never_waits_is_never_registered),
        TEST(an_interrupted_wait_is_no_error),
        TEST(EPIPE_of_a_registration_is_what_the_operation_finds),
        TEST(EPIPE_of_a_registration_without_a_result_is_a_reset),
        TEST(no_memory_for_either_filter_is_told_and_leaves_nothing_behind),
        TEST(what_a_failed_registration_leaves_is_deleted_too),
        TEST(a_port_without_a_kqueue_or_a_wake_is_refused),
        TEST(a_long_wait_asks_for_a_time_that_every_system_takes),
        TEST(the_port_is_not_inherited),
        TEST(the_wake_never_fills_up),
        TEST(a_socket_outlives_its_port_and_closes_in_peace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
