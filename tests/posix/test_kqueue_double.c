/* SPDX-License-Identifier: MIT
 *
 * The double of tests/support/kqueue does what the manual page kqueue(2) says: a test for each sentence that the poller
 * relies on. Not here: the poller itself, which tests/contract runs over the double, and test_poller_kqueue.c looks
 * into.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "thread.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/event.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READS = 1, WRITES = 2, WAIT_MS = 10000 };

static const struct timespec at_once = {0, 0}, soon = {0, 20000000}, late = {10, 0};

/** What a test has: a queue, and two ends of a connection. */
typedef struct bench {
    int queue;
    int near, far;
} bench;

static int set_up(void **state) {
    static bench made;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
        return -1;
    made = (bench){kqueue(), ends[0], ends[1]};
    *state = &made;
    return made.queue < 0 ? -1 : 0;
}

static int tear_down(void **state) {
    bench *made = *state;
    (void)kqueue_double_close(made->queue);
    if (made->near >= 0)
        (void)close(made->near);
    if (made->far >= 0)
        (void)close(made->far);
    return 0;
}

static int change(const bench *b, int descriptor, int filter, int flags, void *udata) {
    struct kevent wanted;
    EV_SET(&wanted, descriptor, filter, flags, 0, 0, udata);
    return kevent(b->queue, &wanted, 1, NULL, 0, NULL);
}

static int wait_for(const bench *b, struct kevent *out, int room, const struct timespec *time) {
    return kevent(b->queue, NULL, 0, out, room, time);
}

/* The filters that report something now, none twice. */
static int reported(const bench *b) {
    struct kevent events[8];
    int count = wait_for(b, events, 8, &at_once), filters = 0;
    for (int i = 0; i < count; i++) {
        int filter = events[i].filter == EVFILT_READ ? READS : WRITES;
        assert_int_equal(0, filters & filter);
        filters |= filter;
    }
    return filters;
}

static void say(int descriptor) {
    assert_int_equal(1, write(descriptor, "x", 1));
}

static void hear(int descriptor) {
    char byte;
    assert_int_equal(1, read(descriptor, &byte, 1));
}

#define must(call) assert_int_equal(0, call)
#define fails(code, call) (errno = 0, assert_int_equal(-1, call), assert_int_equal(code, errno))

/* --------------------------------------------------------------------------------------------------------- changing */

static void adding_reports_what_is_ready(void **state) {
    bench *b = *state;
    say(b->far);
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    must(change(b, b->near, EVFILT_WRITE, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(READS | WRITES, reported(b));
}

static void adding_a_filter_leaves_the_other_alone(void **state) {
    bench *b = *state;
    say(b->far);
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(READS, reported(b));
    must(change(b, b->near, EVFILT_WRITE, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(WRITES, reported(b));
}

static void adding_again_changes_the_event_and_makes_no_second(void **state) {
    bench *b = *state;
    struct kevent events[4];
    int first, second;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, &first));
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, &second));
    say(b->far);
    assert_int_equal(1, wait_for(b, events, 4, &late));
    assert_ptr_equal(&second, events[0].udata);
    must(change(b, b->near, EVFILT_READ, EV_DELETE, NULL));
    fails(ENOENT, change(b, b->near, EVFILT_READ, EV_DELETE, NULL));
}

static void a_deleted_event_is_not_reported(void **state) {
    bench *b = *state;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    must(change(b, b->near, EVFILT_WRITE, EV_ADD | EV_CLEAR, NULL));
    say(b->far);
    must(change(b, b->near, EVFILT_READ, EV_DELETE, NULL));
    assert_int_equal(WRITES, reported(b));
}

static void what_is_not_there_cannot_be_changed(void **state) {
    bench *b = *state;
    fails(ENOENT, change(b, b->near, EVFILT_READ, EV_DELETE, NULL));
    fails(ENOENT, change(b, b->near, EVFILT_WRITE, EV_ENABLE, NULL));
    fails(ENOENT, change(b, b->near, EVFILT_WRITE, EV_DISABLE, NULL));
    fails(EINVAL, change(b, b->near, -7, EV_ADD, NULL));
}

static void a_closed_descriptor_is_EBADF(void **state) {
    bench *b = *state;
    int gone = dup(b->near);
    must(close(gone));
    fails(EBADF, change(b, gone, EVFILT_READ, EV_ADD, NULL));
    fails(EBADF, change(b, gone, EVFILT_READ, EV_DELETE, NULL));
    fails(EBADF, kevent(gone, NULL, 0, NULL, 0, NULL));
    fails(EBADF, kevent(b->near, NULL, 0, NULL, 0, NULL));
}

static void a_failed_change_is_an_event_where_there_is_room(void **state) {
    bench *b = *state;
    struct kevent wanted, told;
    EV_SET(&wanted, b->near, EVFILT_READ, EV_DELETE, 0, 0, b);
    assert_int_equal(1, kevent(b->queue, &wanted, 1, &told, 1, NULL));
    assert_int_equal(EV_ERROR, told.flags & EV_ERROR);
    assert_int_equal(ENOENT, told.data);
    assert_ptr_equal(b, told.udata);
}

static void a_failed_change_without_room_ends_the_call(void **state) {
    bench *b = *state;
    struct kevent wanted[2];
    EV_SET(&wanted[0], b->near, EVFILT_READ, EV_DELETE, 0, 0, NULL);
    EV_SET(&wanted[1], b->near, EVFILT_WRITE, EV_ADD, 0, 0, NULL);
    fails(ENOENT, kevent(b->queue, wanted, 2, NULL, 0, NULL));
    fails(ENOENT, change(b, b->near, EVFILT_WRITE, EV_DELETE, NULL));
}

static void a_receipt_is_given_at_once_and_says_zero(void **state) {
    bench *b = *state;
    struct kevent wanted, told;
    say(b->far);
    EV_SET(&wanted, b->near, EVFILT_READ, EV_ADD | EV_CLEAR | EV_RECEIPT, 0, 0, b);
    assert_int_equal(1, kevent(b->queue, &wanted, 1, &told, 1, NULL));
    assert_int_equal(EV_ERROR, told.flags & EV_ERROR);
    assert_int_equal(0, told.data);
    assert_int_equal(READS, reported(b));
}

static void a_disabled_event_is_reported_once_it_is_enabled(void **state) {
    bench *b = *state;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR | EV_DISABLE, NULL));
    say(b->far);
    assert_int_equal(0, reported(b));
    must(change(b, b->near, EVFILT_READ, EV_ENABLE, NULL));
    assert_int_equal(READS, reported(b));
    must(change(b, b->near, EVFILT_READ, EV_DISABLE, NULL));
    say(b->far);
    assert_int_equal(0, reported(b));
}

static void changes_alone_never_wait(void **state) {
    bench *b = *state;
    must(change(b, b->near, EVFILT_READ, EV_ADD, NULL));
    must(kevent(b->queue, NULL, 0, NULL, 0, NULL));
    must(kevent(b->queue, NULL, 0, NULL, 0, &late));
}

/* ----------------------------------------------------------------------------------------------------------- events */

static void with_CLEAR_a_state_is_reported_once_and_each_change_again(void **state) {
    bench *b = *state;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(0, reported(b));
    for (int i = 0; i < 3; i++) {
        say(b->far);
        assert_int_equal(READS, reported(b));
        assert_int_equal(0, reported(b));
    }
}

static void without_CLEAR_a_state_is_reported_while_it_lasts(void **state) {
    bench *b = *state;
    must(change(b, b->near, EVFILT_READ, EV_ADD, NULL));
    say(b->far);
    assert_int_equal(READS, reported(b));
    assert_int_equal(READS, reported(b));
    hear(b->near);
    assert_int_equal(0, reported(b));
}

static void what_is_over_before_the_wait_is_not_reported(void **state) {
    bench *b = *state;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    say(b->far);
    hear(b->near);
    assert_int_equal(0, reported(b));
}

static void ONESHOT_reports_once_and_deletes(void **state) {
    bench *b = *state;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_ONESHOT, NULL));
    say(b->far);
    assert_int_equal(READS, reported(b));
    assert_int_equal(0, reported(b));
    fails(ENOENT, change(b, b->near, EVFILT_READ, EV_DELETE, NULL));
}

static void a_full_socket_reports_room_when_there_is(void **state) {
    bench *b = *state;
    char bytes[4096] = {0};
    must(change(b, b->near, EVFILT_WRITE, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(WRITES, reported(b));
    while (write(b->near, bytes, sizeof bytes) > 0)
        ;
    assert_int_equal(0, reported(b));
    while (read(b->far, bytes, sizeof bytes) > 0)
        ;
    assert_int_equal(WRITES, reported(b));
}

static void an_event_tells_descriptor_filter_and_user_data(void **state) {
    bench *b = *state;
    struct kevent event;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, (void *)(uintptr_t)UINT64_C(0x123456789abcdef0)));
    say(b->far);
    assert_int_equal(1, wait_for(b, &event, 1, &late));
    assert_int_equal(b->near, event.ident);
    assert_int_equal(EVFILT_READ, event.filter);
    assert_int_equal(0, event.flags & (EV_EOF | EV_ERROR));
    assert_int_equal(UINT64_C(0x123456789abcdef0), (uintptr_t)event.udata);
}

static void events_beyond_the_room_come_next_time(void **state) {
    bench *b = *state;
    struct kevent events[2];
    int filters = 0;
    say(b->far);
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    must(change(b, b->near, EVFILT_WRITE, EV_ADD | EV_CLEAR, NULL));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(1, wait_for(b, events, 1, &late));
        filters |= events[0].filter == EVFILT_READ ? READS : WRITES;
    }
    assert_int_equal(READS | WRITES, filters);
    assert_int_equal(0, reported(b));
}

/* ----------------------------------------------------------------------------------------------------- ends, errors */

static void the_peers_end_is_EOF_also_while_bytes_are_left(void **state) {
    bench *b = *state;
    struct kevent event;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    say(b->far);
    must(shutdown(b->far, SHUT_WR));
    assert_int_equal(1, wait_for(b, &event, 1, &late));
    assert_int_equal(EV_EOF, event.flags & EV_EOF);
    hear(b->near);
}

static void a_hang_up_is_EOF_for_both_filters(void **state) {
    bench *b = *state;
    struct kevent events[2];
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    must(change(b, b->near, EVFILT_WRITE, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(WRITES, reported(b));
    must(close(b->far));
    b->far = -1;
    assert_int_equal(2, wait_for(b, events, 2, &late));
    for (int i = 0; i < 2; i++)
        assert_int_equal(EV_EOF, events[i].flags & EV_EOF);
}

static struct sockaddr_in nowhere(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int bound = socket(AF_INET, SOCK_STREAM, 0);
    must(bind(bound, (struct sockaddr *)&address, sizeof address));
    must(getsockname(bound, (struct sockaddr *)&address, &length));
    must(close(bound));
    return address;
}

static void a_failed_connect_is_EOF_and_leaves_its_error_to_be_asked_for(void **state) {
    bench *b = *state;
    struct kevent event;
    struct sockaddr_in address = nowhere();
    int error = 0;
    socklen_t size = sizeof error;
    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    fails(EINPROGRESS, connect(client, (struct sockaddr *)&address, sizeof address));
    must(change(b, client, EVFILT_WRITE, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(1, wait_for(b, &event, 1, &late));
    assert_int_equal(EV_EOF, event.flags & EV_EOF);
    must(getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &size));
    assert_int_equal(ECONNREFUSED, error);
    must(change(b, client, EVFILT_WRITE, EV_DELETE, NULL));
    must(close(client));
}

static void a_listener_reports_each_connection(void **state) {
    bench *b = *state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    struct kevent event;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), clients[3];
    must(bind(listener, (struct sockaddr *)&address, sizeof address));
    must(listen(listener, 4));
    must(getsockname(listener, (struct sockaddr *)&address, &length));
    must(change(b, listener, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    for (int i = 0; i < 3; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
        must(connect(clients[i], (struct sockaddr *)&address, sizeof address));
        assert_int_equal(1, wait_for(b, &event, 1, &late));
    }
    for (int i = 0; i < 3; i++)
        must(close(clients[i]));
    must(change(b, listener, EVFILT_READ, EV_DELETE, NULL));
    must(close(listener));
}

/* ---------------------------------------------------------------------------------------------------------- waiting */

static void a_wait_is_never_early(void **state) {
    bench *b = *state;
    struct kevent event;
    uint64_t begun = clock_us();
    must(wait_for(b, &event, 1, &at_once));
    must(wait_for(b, &event, 1, &soon));
    assert_true(clock_us() - begun >= 20000);
}

static void a_time_that_is_none_is_EINVAL(void **state) {
    bench *b = *state;
    struct kevent event;
    fails(EINVAL, wait_for(b, &event, 1, &(struct timespec){-1, 0}));
    fails(EINVAL, wait_for(b, &event, 1, &(struct timespec){0, 1000000000}));
}

static void speak(void *argument) {
    bench *b = argument;
    say(b->far);
}

static void a_wait_without_a_time_ends_by_an_event(void **state) {
    bench *b = *state;
    struct kevent event;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    thread *speaker = thread_start(speak, b);
    assert_int_equal(1, wait_for(b, &event, 1, NULL));
    assert_true(thread_join(speaker, WAIT_MS));
}

static void add_and_speak(void *argument) {
    bench *b = argument;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    say(b->far);
}

static void what_is_added_during_a_wait_ends_it(void **state) {
    bench *b = *state;
    struct kevent event;
    thread *adder = thread_start(add_and_speak, b);
    assert_int_equal(1, wait_for(b, &event, 1, NULL));
    assert_true(thread_join(adder, WAIT_MS));
}

static void on_alarm(int signal) {
    (void)signal;
}

static void a_signal_ends_a_wait_with_EINTR(void **state) {
    bench *b = *state;
    struct kevent event;
    struct sigaction action = {.sa_handler = on_alarm}, before;
    must(sigaction(SIGALRM, &action, &before));
    (void)ualarm(20000, 20000);
    fails(EINTR, wait_for(b, &event, 1, &late));
    (void)ualarm(0, 0);
    must(sigaction(SIGALRM, &before, NULL));
}

static void a_queue_with_events_is_readable_itself(void **state) {
    bench *b = *state;
    struct pollfd item = {.fd = b->queue, .events = POLLIN};
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    assert_int_equal(0, poll(&item, 1, 0));
    say(b->far);
    assert_int_equal(1, poll(&item, 1, 10000));
    assert_int_equal(READS, reported(b));
    assert_int_equal(0, poll(&item, 1, 0));
}

/* Many waiters: an event goes to one of them. */
enum { WAITERS = 4, ROUNDS = 100 };

typedef struct crowd {
    const bench *b;
    counter taken;
} crowd;

static void take_events(void *argument) {
    crowd *all = argument;
    struct kevent event;
    while (counter_get(&all->taken) < ROUNDS)
        if (wait_for(all->b, &event, 1, &soon) == 1)
            counter_add(&all->taken, 1);
}

static void an_event_goes_to_one_of_several_waiters(void **state) {
    bench *b = *state;
    crowd all = {.b = b};
    thread *waiters[WAITERS];
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    for (int i = 0; i < WAITERS; i++)
        waiters[i] = thread_start(take_events, &all);
    for (int i = 0; i < ROUNDS; i++) {
        say(b->far);
        while (counter_get(&all.taken) <= i)
            thread_yield();
    }
    for (int i = 0; i < WAITERS; i++)
        assert_true(thread_join(waiters[i], WAIT_MS));
    assert_int_equal(ROUNDS, counter_get(&all.taken));
}

/* -------------------------------------------------------------------------------------------- the double's own rule */

static void closing_what_is_registered_ends_the_program(void **state) {
    bench *b = *state;
    int status = 0;
    must(change(b, b->near, EVFILT_READ, EV_ADD | EV_CLEAR, NULL));
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)signal(SIGABRT, SIG_DFL);
        (void)close(STDERR_FILENO);
        (void)kqueue_double_close(b->near);
        _exit(0);
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void a_closed_queue_forgets_what_was_registered(void **state) {
    bench *b = *state;
    int other = kqueue();
    struct kevent wanted;
    EV_SET(&wanted, b->near, EVFILT_READ, EV_ADD, 0, 0, NULL);
    must(kevent(other, &wanted, 1, NULL, 0, NULL));
    must(kqueue_double_close(other));
    must(kqueue_double_close(b->near));
    b->near = -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(adding_reports_what_is_ready),
        TEST(adding_a_filter_leaves_the_other_alone),
        TEST(adding_again_changes_the_event_and_makes_no_second),
        TEST(a_deleted_event_is_not_reported),
        TEST(what_is_not_there_cannot_be_changed),
        TEST(a_closed_descriptor_is_EBADF),
        TEST(a_failed_change_is_an_event_where_there_is_room),
        TEST(a_failed_change_without_room_ends_the_call),
        TEST(a_receipt_is_given_at_once_and_says_zero),
        TEST(a_disabled_event_is_reported_once_it_is_enabled),
        TEST(changes_alone_never_wait),
        TEST(with_CLEAR_a_state_is_reported_once_and_each_change_again),
        TEST(without_CLEAR_a_state_is_reported_while_it_lasts),
        TEST(what_is_over_before_the_wait_is_not_reported),
        TEST(ONESHOT_reports_once_and_deletes),
        TEST(a_full_socket_reports_room_when_there_is),
        TEST(an_event_tells_descriptor_filter_and_user_data),
        TEST(events_beyond_the_room_come_next_time),
        TEST(the_peers_end_is_EOF_also_while_bytes_are_left),
        TEST(a_hang_up_is_EOF_for_both_filters),
        TEST(a_failed_connect_is_EOF_and_leaves_its_error_to_be_asked_for),
        TEST(a_listener_reports_each_connection),
        TEST(a_wait_is_never_early),
        TEST(a_time_that_is_none_is_EINVAL),
        TEST(a_wait_without_a_time_ends_by_an_event),
        TEST(what_is_added_during_a_wait_ends_it),
        TEST(a_signal_ends_a_wait_with_EINTR),
        TEST(a_queue_with_events_is_readable_itself),
        TEST(an_event_goes_to_one_of_several_waiters),
        TEST(closing_what_is_registered_ends_the_program),
        TEST(a_closed_queue_forgets_what_was_registered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
