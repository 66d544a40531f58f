/* SPDX-License-Identifier: MIT
 *
 * Readiness as an operation: exact outcomes of single situations, and every schedule of a few threads that preempts at
 * most twice. What holds of all sequences of calls is in test_machine_sequences.c.
 */
#include "machine.h"

#include "slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool variant_inline;

/* ---------------------------------------------------------------------------------------------------- situations */

#define SITUATION(name, ...)                                                                                           \
    static void name##_body(void) {                                                                                    \
        __VA_ARGS__                                                                                                    \
    }                                                                                                                  \
    static void name(void **state) {                                                                                   \
        const fake_plan plan = {.mode = FAKE_STRAIGHT};                                                                \
        (void)state;                                                                                                   \
        machine_run_once(name##_body, &plan);                                                                          \
    }

static job *watch(int number, int events) {
    return world_start(number, SPAL_OP_POLL, (size_t)events, 0);
}

static void connected(void) {
    world_port(0, false);
    world_connected(0, 0, variant_inline);
    world_go();
}

static void connected_single(void) {
    world_port(0, true);
    world_connected(0, 0, false);
    world_go();
}

static uint64_t word_of(int number) {
    return atomic_load(&spali_slots.slots[SPALI_INDEX(now.subjects[number].handle.id)].word);
}

SITUATION(any_number_of_polls_end_with_one_event, {
    connected();
    job *reads[3];
    for (int i = 0; i < 3; i++)
        reads[i] = watch(0, SPAL_POLLIN);
    job *write = watch(0, SPAL_POLLOUT);
    world_arrive(0, 1);
    must_equal(world_wait(0, 4, 0), 3);
    for (int i = 0; i < 3; i++)
        world_expect(reads[i], SPAL_OK, 0);
    must_not_hold(world_is_over(write));
    world_room(0, 1);
    must_equal(world_wait(0, 4, 0), 1);
    world_expect(write, SPAL_OK, 0);
    must_equal(word_of(0) & SPALI_WATCHED, 0);
})

SITUATION(a_poll_takes_nothing_and_stands_in_nobodys_way, {
    connected();
    job *first = world_start(0, SPAL_OP_RECV, 2, 0);
    job *poll = watch(0, SPAL_POLLIN);
    world_arrive(0, 3);
    must_equal(world_wait(0, 4, 0), 2);
    world_expect(first, SPAL_OK, 2);
    world_expect(poll, SPAL_OK, 0);
    job *rest = world_start(0, SPAL_OP_RECV, 2, 0);
    must_equal(world_wait(0, 4, 0), 1);
    world_expect(rest, SPAL_OK, 1);
})

SITUATION(a_poll_of_what_is_ready_ends_without_an_event, {
    connected();
    world_arrive(0, 1);
    job *poll = watch(0, SPAL_POLLIN);
    must_equal(world_wait(0, 4, 0), 1);
    world_expect(poll, SPAL_OK, 0);
})

SITUATION(a_poll_on_a_socket_of_one_thread_is_seen_beside_a_receive_of_nothing, {
    connected_single();
    job *nothing = world_start(0, SPAL_OP_RECV, 0, 0);
    job *poll = watch(0, SPAL_POLLIN);
    world_arrive(0, 1);
    must_equal(world_wait(0, 4, 0), 2);
    world_expect(nothing, SPAL_OK, 0);
    world_expect(poll, SPAL_OK, 0);
})

SITUATION(a_poll_that_the_kernel_ends_unasked_is_armed_again, {
    connected();
    job *poll = watch(0, SPAL_POLLIN);
    for (int i = 0; i < 3; i++) {
        world_disturb(0, SPALI_READ);
        must_equal(world_wait(0, 4, 0), 0);
    }
    world_arrive(0, 1);
    must_equal(world_wait(0, 4, 0), 1);
    world_expect(poll, SPAL_OK, 0);
})

SITUATION(a_poll_before_the_connect_waits_for_what_becomes_of_it, {
    world_port(0, false);
    world_fresh(0, 0, false);
    world_go();
    job *poll = watch(0, SPAL_POLLOUT);
    must_equal(world_wait(0, 4, 0), 0);
    job *connect = world_start(0, SPAL_OP_CONNECT, 0, 0);
    must_equal(world_wait(0, 4, 0), 0);
    world_verdict(0, SPAL_OK);
    must_equal(world_wait(0, 4, 0), 1);
    world_expect(connect, SPAL_OK, 0);
    world_room(0, 1);
    must_equal(world_wait(0, 4, 0), 1);
    world_expect(poll, SPAL_OK, 0);
})

static void refused_connect_ends_poll(bool is_single) {
    world_port(0, is_single);
    world_fresh(0, 0, false);
    world_go();
    job *poll = watch(0, SPAL_POLLIN);
    job *connect = world_start(0, SPAL_OP_CONNECT, 0, 0);
    world_verdict(0, SPAL_ECONNREFUSED);
    int taken = world_wait(0, 4, 0);
    if (taken == 1)
        taken += world_wait(0, 4, 0);
    must_equal(taken, 2);
    world_expect(connect, SPAL_ECONNREFUSED, 0);
    world_expect(poll, SPAL_OK, 0);
}

SITUATION(a_connect_that_is_refused_ends_a_poll, { refused_connect_ends_poll(false); })
SITUATION(a_connect_that_is_refused_ends_a_poll_of_one_thread, { refused_connect_ends_poll(true); })

SITUATION(our_own_shutdown_ends_polls, {
    connected();
    job *poll = watch(0, SPAL_POLLIN);
    world_shutdown(0, SPAL_SHUT_RECV);
    int taken = 0;
    for (int i = 0; i < 3; i++)
        taken += world_wait(0, 4, 0);
    must_equal(taken, 1);
    world_expect(poll, SPAL_OK, 0);
})

SITUATION(a_late_poll_ends_alone, {
    connected();
    job *patient = watch(0, SPAL_POLLIN);
    job *hasty = world_start(0, SPAL_OP_POLL, SPAL_POLLIN, 20);
    fake_clock_pass_ms(30);
    must_equal(world_wait(0, 4, 0) + world_wait(0, 4, 0), 1);
    world_expect(hasty, SPAL_ETIMEDOUT, 0);
    must_not_hold(world_is_over(patient));
})

/* A packet that nobody has collected keeps the slot from the next socket: it still points to it. */
SITUATION(a_closed_slot_is_not_used_again_while_a_poll_is_on_its_way, {
    connected();
    job *poll = watch(0, SPAL_POLLIN);
    uint32_t index = SPALI_INDEX(now.subjects[0].handle.id);
    world_close(0);
    bool is_held = (atomic_load(&spali_slots.slots[index].word) & SPALI_WATCHED) != 0;
    world_connected(1, 0, false);
    must_equal(is_held, !SPALI_READINESS);
    must_equal(SPALI_INDEX(now.subjects[1].handle.id) != index, is_held);
    must_equal(world_wait(0, 4, 0), 1);
    world_expect(poll, SPAL_EABORTED, 0);
    must_equal(atomic_load(&spali_slots.slots[index].word) & SPALI_WATCHED, 0);
})

SITUATION(a_poll_that_finds_no_memory_for_its_deadline_is_refused, {
    connected();
    fake_allocation_fails = 1;
    job *poll = world_start(0, SPAL_OP_POLL, SPAL_POLLIN, 20);
    fake_allocation_fails = 0;
    must_equal(poll->state, JOB_REFUSED);
    must_equal(poll->error, SPAL_ENOMEM);
    must_equal(word_of(0) & SPALI_WATCHED, 0);
})

/* ------------------------------------------------------------------------------------------------------ schedules */

static void start_poll(void) {
    (void)watch(0, SPAL_POLLIN);
}
static void start_two_polls(void) {
    (void)watch(0, SPAL_POLLIN);
    (void)watch(0, SPAL_POLLIN | SPAL_POLLOUT);
}
static void start_timed_poll(void) {
    (void)world_start(0, SPAL_OP_POLL, SPAL_POLLIN, 50);
}
static void start_recv(void) {
    (void)world_start(0, SPAL_OP_RECV, 3, 0);
}
static void start_connect(void) {
    (void)world_start(0, SPAL_OP_CONNECT, 0, 0);
}
static void call_connect(void) {
    (void)world_call_here(0, SPAL_OP_CONNECT, 0, 0);
}
static void arrive(void) {
    world_arrive(0, 2);
}
static void arrive_and_wait(void) {
    world_arrive(0, 2);
    (void)world_wait(0, 1, 0);
    (void)world_wait(0, 1, 0);
}
static void disturb_and_arrive(void) {
    world_disturb(0, SPALI_READ);
    world_arrive(0, 2);
    (void)world_wait(0, 2, 0);
}
static void verdict_ok(void) {
    world_verdict(0, SPAL_OK);
    world_room(0, 1);
}
static void verdict_refused(void) {
    world_verdict(0, SPAL_ECONNREFUSED);
}
static void wait_once(void) {
    (void)world_wait(0, 2, 0);
}
static void close_it(void) {
    world_close(0);
}
static void open_another(void) {
    world_connected(1, 0, variant_inline);
    (void)watch(1, SPAL_POLLIN);
}
static void cancel_first(void) {
    world_cancel(world_pending(false));
}
static void cancel_all(void) {
    world_cancel_all(0);
}
static void shut_recv(void) {
    world_shutdown(0, SPAL_SHUT_RECV);
}
static void shut_port(void) {
    world_port_shutdown(0);
}
static void end_port(void) {
    world_port_end(0);
}
static void pass_time(void) {
    fake_clock_pass_ms(60);
}

static void fresh(void) {
    world_port(0, false);
    world_fresh(0, 0, variant_inline);
    world_go();
}

static void schedules_of(world_body body) {
    const fake_plan plan = {.mode = FAKE_PREEMPT, .budget = 2, .atomics = true, .late = true};
    unsigned long runs = 0;
    for (unsigned i = 0; i < 2; i++) {
        variant_inline = i != 0;
        runs += machine_run_all(body, &plan);
    }
    variant_inline = false;
    print_message("%lu schedules\n", runs);
}

#define THREAD(body) world_thread(body, #body)
#define SCENARIO(name, ...)                                                                                            \
    static void name##_body(void) {                                                                                    \
        __VA_ARGS__                                                                                                    \
        fiber_yield();                                                                                                 \
    }                                                                                                                  \
    static void name(void **state) {                                                                                   \
        (void)state;                                                                                                   \
        schedules_of(name##_body);                                                                                     \
    }

SCENARIO(a_poll_races_with_close_and_arrival, {
    connected();
    THREAD(start_poll);
    THREAD(arrive_and_wait);
    THREAD(close_it);
})
SCENARIO(polls_race_with_arrival_and_cancel, {
    connected();
    THREAD(start_two_polls);
    THREAD(arrive_and_wait);
    THREAD(cancel_first);
})
SCENARIO(polls_race_with_a_receive_and_a_waiter, {
    connected();
    world_waiter(0, 2);
    THREAD(start_poll);
    THREAD(start_recv);
    THREAD(arrive);
})
SCENARIO(a_poll_ended_unasked_races_with_cancel, {
    connected();
    start_poll();
    THREAD(disturb_and_arrive);
    THREAD(cancel_all);
    THREAD(wait_once);
})
SCENARIO(a_poll_races_with_its_deadline, {
    connected();
    start_timed_poll();
    THREAD(pass_time);
    THREAD(arrive_and_wait);
    THREAD(wait_once);
})
SCENARIO(a_poll_races_with_its_deadline_and_close, {
    connected();
    start_timed_poll();
    THREAD(pass_time);
    THREAD(close_it);
    THREAD(wait_once);
})
SCENARIO(a_poll_races_with_the_connect_it_waits_for, {
    fresh();
    THREAD(start_poll);
    THREAD(start_connect);
    THREAD(verdict_refused);
    world_waiter(0, 1);
})
SCENARIO(a_poll_races_with_a_connect_call, {
    fresh();
    THREAD(start_two_polls);
    THREAD(call_connect);
    THREAD(verdict_ok);
})
SCENARIO(a_poll_races_with_our_shutdown, {
    connected();
    THREAD(start_poll);
    THREAD(shut_recv);
    THREAD(wait_once);
})
SCENARIO(polls_race_with_the_ports_shutdown_and_close, {
    connected();
    start_poll();
    THREAD(start_poll);
    THREAD(shut_port);
    THREAD(close_it);
})
SCENARIO(a_port_ends_while_a_poll_starts, {
    connected();
    THREAD(start_poll);
    THREAD(end_port);
})
SCENARIO(the_next_socket_meets_no_poll_of_the_last, {
    connected();
    start_poll();
    THREAD(close_it);
    THREAD(open_another);
    THREAD(arrive_and_wait);
})

int machine_watches(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_polls_end_with_one_event),
        cmocka_unit_test(a_poll_takes_nothing_and_stands_in_nobodys_way),
        cmocka_unit_test(a_poll_of_what_is_ready_ends_without_an_event),
        cmocka_unit_test(a_poll_on_a_socket_of_one_thread_is_seen_beside_a_receive_of_nothing),
        cmocka_unit_test(a_poll_that_the_kernel_ends_unasked_is_armed_again),
        cmocka_unit_test(a_poll_before_the_connect_waits_for_what_becomes_of_it),
        cmocka_unit_test(a_connect_that_is_refused_ends_a_poll),
        cmocka_unit_test(a_connect_that_is_refused_ends_a_poll_of_one_thread),
        cmocka_unit_test(our_own_shutdown_ends_polls),
        cmocka_unit_test(a_late_poll_ends_alone),
        cmocka_unit_test(a_closed_slot_is_not_used_again_while_a_poll_is_on_its_way),
        cmocka_unit_test(a_poll_that_finds_no_memory_for_its_deadline_is_refused),
        cmocka_unit_test(a_poll_races_with_close_and_arrival),
        cmocka_unit_test(polls_race_with_arrival_and_cancel),
        cmocka_unit_test(polls_race_with_a_receive_and_a_waiter),
        cmocka_unit_test(a_poll_ended_unasked_races_with_cancel),
        cmocka_unit_test(a_poll_races_with_its_deadline),
        cmocka_unit_test(a_poll_races_with_its_deadline_and_close),
        cmocka_unit_test(a_poll_races_with_the_connect_it_waits_for),
        cmocka_unit_test(a_poll_races_with_a_connect_call),
        cmocka_unit_test(a_poll_races_with_our_shutdown),
        cmocka_unit_test(polls_race_with_the_ports_shutdown_and_close),
        cmocka_unit_test(a_port_ends_while_a_poll_starts),
        cmocka_unit_test(the_next_socket_meets_no_poll_of_the_last),
    };
    return cmocka_run_group_tests_name("watches", tests, NULL, NULL);
}
