/* SPDX-License-Identifier: MIT
 *
 * Single situations that earlier designs of such a machine fell into, each with a name, and the promises about cut-off
 * sends, deadlines and ports that want an exact outcome rather than a rule. What is a matter of one system (urgent
 * data, skip modes, update contexts) is tested with its backend.
 */
#include "machine.h"

#include "slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const fake_plan straight = {.mode = FAKE_STRAIGHT};
static const fake_plan slow_kernel = {.mode = FAKE_STRAIGHT, .late = true};

static void connected(void) {
    world_port(0, false);
    world_connected(0, 0, false);
    world_go();
}

/* A test is a body that runs once. */
#define SITUATION(name, ...)                                                                                           \
    static void name##_body(void) {                                                                                    \
        __VA_ARGS__                                                                                                    \
    }                                                                                                                  \
    static void name(void **state) {                                                                                   \
        (void)state;                                                                                                   \
        machine_run_once(name##_body, &straight);                                                                      \
    }

static uint64_t word_of(int number) {
    return atomic_load(&spali_slots.slots[SPALI_INDEX(now.subjects[number].handle.id)].word);
}

/* ---------------------------------------------------------------------------------------------------------- FIFO */

SITUATION(operations_take_effect_in_their_order_whatever_is_linked_behind_them, {
    connected();
    job *jobs[4];
    for (int i = 0; i < 3; i++)
        jobs[i] = world_start(0, SPAL_OP_RECV, 2, 0);
    world_arrive(0, 3);
    must_equal(world_wait(0, 3, 0), 2);
    jobs[3] = world_start(0, SPAL_OP_RECV, 2, 0);
    world_arrive(0, 3);
    must_equal(world_wait(0, 3, 0), 2);
    world_expect(jobs[0], SPAL_OK, 2);
    world_expect(jobs[1], SPAL_OK, 1);
    world_expect(jobs[2], SPAL_OK, 2);
    world_expect(jobs[3], SPAL_OK, 1);
})

static job *cancelled;

static void cancel_the_head(void) {
    world_cancel(cancelled);
}

static void wait_twice(void) {
    (void)world_wait(0, 1, 0);
    (void)world_wait(0, 1, 0);
}

static void a_cancel_of_the_head_races_with_its_event_body(void) {
    connected();
    cancelled = world_start(0, SPAL_OP_RECV, 2, 0);
    (void)world_start(0, SPAL_OP_RECV, 2, 0);
    world_arrive(0, 1);
    world_thread(cancel_the_head, "cancels");
    world_thread(wait_twice, "waits");
    fiber_yield();
}

static void a_cancel_of_the_head_races_with_its_event(void **state) {
    (void)state;
    const fake_plan plan = {.mode = FAKE_PREEMPT, .budget = 3, .atomics = true, .late = true};
    print_message("%lu schedules\n", machine_run_all(a_cancel_of_the_head_races_with_its_event_body, &plan));
}

SITUATION(a_cancelled_operation_in_the_middle_leaves_its_neighbours, {
    connected();
    job *first = world_start(0, SPAL_OP_RECV, 2, 0);
    job *middle = world_start(0, SPAL_OP_RECV, 2, 0);
    job *last = world_start(0, SPAL_OP_RECV, 2, 0);
    world_cancel(middle);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(middle, SPAL_EABORTED, 0);
    world_arrive(0, 4);
    must_equal(world_wait(0, 3, 0), 2);
    world_expect(first, SPAL_OK, 2);
    world_expect(last, SPAL_OK, 2);
})

SITUATION(a_head_that_the_kernel_ends_unasked_is_armed_again, {
    connected();
    job *head = world_start(0, SPAL_OP_RECV, 2, 0);
    world_disturb(0, SPALI_READ);
    must_equal(world_wait(0, 3, 0), 0);
    world_arrive(0, 2);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(head, SPAL_OK, 2);
})

SITUATION(an_accept_that_the_kernel_ends_unasked_is_armed_again, {
    world_port(0, false);
    world_listener(0, 0, false);
    job *accept = world_start(0, SPAL_OP_ACCEPT, 0, 0);
    for (int i = 0; i < 3; i++) {
        world_disturb(0, SPALI_READ);
        must_equal(world_wait(0, 3, 0), 0);
    }
    world_connection(0);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(accept, SPAL_OK, 0);
})

/* --------------------------------------------------------------------------------------------- synchronous calls */

/* Alone: nobody waits on the port, and the operation ahead has a deadline. */
SITUATION(a_lone_call_honours_the_deadlines_ahead_of_it, {
    connected();
    job *ahead = world_start(0, SPAL_OP_RECV, 2, 50);
    job *call = world_call(0, SPAL_OP_RECV, 2);
    fiber_yield();
    fake_clock_pass_ms(60);
    fiber_yield();
    world_arrive(0, 2);
    fiber_yield();
    world_expect(call, SPAL_OK, 2);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(ahead, SPAL_ETIMEDOUT, 0);
})

static bool arrive_late(void) {
    fake_now.idle = NULL;
    world_arrive(0, 4);
    return true;
}

/* One thread does everything: the data arrive while it is inside the call. */
SITUATION(a_call_on_a_port_of_one_thread_drives_what_is_ahead_of_it, {
    world_port(0, true);
    world_connected(0, 0, false);
    job *ahead = world_start(0, SPAL_OP_RECV, 2, 0);
    fake_now.idle = arrive_late;
    job *call = world_call_here(0, SPAL_OP_RECV, 2, 0);
    world_expect(call, SPAL_OK, 2);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(ahead, SPAL_OK, 2);
})

SITUATION(a_call_on_a_port_of_one_thread_outlives_the_deadline_ahead_of_it, {
    world_port(0, true);
    world_connected(0, 0, false);
    job *ahead = world_start(0, SPAL_OP_RECV, 2, 50);
    must_equal(spal_set_recv_timeout(now.subjects[0].handle, 80), SPAL_OK);
    size_t received = 0;
    uint8_t byte = 0;
    must_equal(spal_recv(now.subjects[0].handle, &byte, 1, 0, &received), SPAL_ETIMEDOUT);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(ahead, SPAL_ETIMEDOUT, 0);
})

SITUATION(a_call_without_a_wake_object_is_emfile_and_harms_nothing, {
    connected();
    job *ahead = world_start(0, SPAL_OP_RECV, 2, 0);
    fake_wakes_most = 0;
    size_t received = 0;
    uint8_t byte = 0;
    must_equal(spal_recv(now.subjects[0].handle, &byte, 1, 0, &received), SPAL_EMFILE);
    fake_wakes_most = FAKE_WAKES;
    world_arrive(0, 2);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(ahead, SPAL_OK, 2);
})

SITUATION(a_first_call_without_a_wake_object_is_emfile_and_harms_nothing, {
    connected();
    fake_wakes_most = 0;
    size_t received = 0;
    uint8_t byte = 0;
    must_equal(spal_recv(now.subjects[0].handle, &byte, 1, 0, &received), SPAL_EMFILE);
    fake_wakes_most = FAKE_WAKES;
    job *behind = world_start(0, SPAL_OP_RECV, 2, 0);
    world_arrive(0, 2);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(behind, SPAL_OK, 2);
})

SITUATION(dont_wait_answers_behind_queued_operations, {
    connected();
    (void)world_start(0, SPAL_OP_RECV, 2, 0);
    job *call = world_call_here(0, SPAL_OP_RECV, 2, SPAL_DONTWAIT);
    world_expect(call, SPAL_EWOULDBLOCK, 0);
})

SITUATION(cancel_of_everything_ends_calls_too, {
    connected();
    job *operation = world_start(0, SPAL_OP_RECV, 2, 0);
    job *call = world_call(0, SPAL_OP_RECV, 2);
    job *sending = world_call(0, SPAL_OP_SEND, 2);
    fiber_yield();
    world_cancel_all(0);
    fiber_yield();
    world_expect(call, SPAL_EABORTED, 0);
    world_expect(sending, SPAL_EABORTED, 0);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(operation, SPAL_EABORTED, 0);
})

/* ------------------------------------------------------------------------------------------------------- handles */

SITUATION(a_stale_handle_leaves_the_word_of_the_slot_alone, {
    connected();
    spal_socket stale = now.subjects[0].handle;
    world_close(0);
    world_connected(1, 0, false);
    must_equal(SPALI_INDEX(stale.id), SPALI_INDEX(now.subjects[1].handle.id));
    uint64_t before = word_of(1);
    size_t count = 0;
    uint8_t byte = 0;
    spal_op op;
    memset(&op, 0, sizeof op);
    must_equal(spal_recv(stale, &byte, 1, 0, &count), SPAL_ENOTSOCK);
    must_equal(spal_recv_async(stale, &op, &byte, 1, 0), SPAL_ENOTSOCK);
    must_equal(spal_send(stale, &byte, 1, 0, &count), SPAL_ENOTSOCK);
    must_equal(spal_accept_async(stale, &op, NULL), SPAL_ENOTSOCK);
    must_equal(spal_cancel(stale, NULL), SPAL_ENOTSOCK);
    must_equal(spal_shutdown(stale, SPAL_SHUT_BOTH), SPAL_ENOTSOCK);
    must_equal(spal_port_attach(now.ports[0], stale, NULL, 0), SPAL_ENOTSOCK);
    must_equal(spal_close(stale), SPAL_OK);
    must_hold(word_of(1) == before);
})

static void wait_for_one(void) {
    (void)world_wait(0, 1, -1);
}

SITUATION(attaching_to_a_port_of_one_thread_while_somebody_is_inside_is_ealready, {
    world_port(0, true);
    world_connected(0, -1, false);
    job *call = world_call(0, SPAL_OP_RECV, 2);
    fiber_yield();
    must_equal(spal_port_attach(now.ports[0], now.subjects[0].handle, NULL, 0), SPAL_EALREADY);
    world_arrive(0, 2);
    fiber_yield();
    world_expect(call, SPAL_OK, 2);
    must_equal(spal_port_attach(now.ports[0], now.subjects[0].handle, NULL, 0), SPAL_OK);
})

/* The completion is taken, and the operation's memory reused, at every point inside the start. */
static void start_is_overtaken_body(void) {
    connected();
    world_arrive(0, 2);
    world_thread(wait_for_one, "waits");
    fiber_yield();
    job *j = world_start(0, SPAL_OP_RECV, 2, 0);
    fiber_yield();
    world_expect(j, SPAL_OK, 2);
}

static void a_completion_may_be_taken_before_the_start_returns(void **state) {
    (void)state;
    const fake_plan plan = {.mode = FAKE_PREEMPT, .budget = 4, .atomics = true};
    print_message("%lu schedules\n", machine_run_all(start_is_overtaken_body, &plan));
}

/* ----------------------------------------------------------------------------------------------------- deadlines */

SITUATION(a_deadline_that_cannot_be_kept_is_refused_before_anything_moves, {
    connected();
    world_room(0, 1);
    fake_allocation_fails = 1;
    job *j = world_start(0, SPAL_OP_SEND, 2, 50);
    world_expect(j, SPAL_ENOMEM, 0);
    must_equal(fake_effect_count, 0);
    fake_allocation_fails = 0;
    job *again = world_start(0, SPAL_OP_SEND, 1, 50);
    (void)world_wait(0, 3, 0);
    world_expect(again, SPAL_OK, 1);
})

SITUATION(a_deadline_is_never_early, {
    connected();
    job *j = world_start(0, SPAL_OP_RECV, 2, 50);
    fake_clock_set(fake_clock() + 49999999);
    must_equal(world_wait(0, 3, 0), 0);
    fake_clock_set(fake_clock() + 1);
    must_equal(world_wait(0, 3, 0), 1);
    world_expect(j, SPAL_ETIMEDOUT, 0);
})

SITUATION(many_deadlines_fire_in_the_order_of_time, {
    connected();
    static const int delays[] = {70, 10, 90, 30, 50, 20, 80, 60, 40, 100, 5, 95, 15, 85, 25, 75, 35, 65, 45, 55};
    enum { COUNT = sizeof delays / sizeof *delays };
    static spal_op timers[COUNT];
    memset(timers, 0, sizeof timers);
    for (size_t i = 0; i < COUNT; i++)
        must_equal(spal_timer_async(now.ports[0], &timers[i], &timers[i], delays[i]), SPAL_EPENDING);
    must_equal(spal_port_cancel(now.ports[0], &timers[9]), SPAL_OK);
    int last = 0;
    for (size_t i = 0; i < COUNT; i++) {
        spal_completion c;
        size_t count = 0;
        must_equal(spal_port_wait(now.ports[0], &c, 1, -1, &count), SPAL_OK);
        must_equal(count, 1);
        must_hold(c.key == c.op);
        size_t which = (size_t)(c.op - timers);
        if (which == 9) {
            must_equal(c.op->error, SPAL_EABORTED);
            continue;
        }
        must_equal(c.op->error, SPAL_OK);
        must_hold(delays[which] >= last);
        last = delays[which];
    }
})

SITUATION(a_result_in_the_same_wait_as_its_deadline_is_not_lost, {
    connected();
    job *j = world_start(0, SPAL_OP_RECV, 2, 50);
    world_arrive(0, 2);
    fake_clock_pass_ms(60);
    must_equal(world_wait(0, 3, 0), 1);
    must_hold(j->error == SPAL_OK ? j->count == 2 : j->count == 0);
})

/* ------------------------------------------------------------------------------------------------- cut-off sends */

static void send_half(job **half) {
    connected();
    *half = world_start(0, SPAL_OP_SEND, 4, 0);
    world_room(0, 2);
    (void)world_wait(0, 3, 0);
}

SITUATION(a_send_cancelled_half_way_breaks_the_stream, {
    job *half = NULL;
    send_half(&half);
    job *behind = world_start(0, SPAL_OP_SEND, 2, 0);
    world_cancel(half);
    world_room(0, 10);
    (void)world_wait(0, 3, 0);
    (void)world_wait(0, 3, 0);
    world_expect(half, SPAL_EABORTED, 2);
    world_expect(behind, SPAL_ECONNABORTED, 0);
    job *call = world_call_here(0, SPAL_OP_SEND, 2, 0);
    world_expect(call, SPAL_ECONNABORTED, 0);
    job *later = world_start(0, SPAL_OP_SEND, 2, 0);
    (void)world_wait(0, 3, 0);
    world_expect(later, SPAL_ECONNABORTED, 0);
    world_close(0);
    must_hold(fake_socket_at(now.subjects[0].native)->closed_abortively);
})

SITUATION(a_send_that_times_out_half_way_breaks_the_stream, {
    connected();
    job *half = world_start(0, SPAL_OP_SEND, 4, 50);
    world_room(0, 2);
    (void)world_wait(0, 3, 0);
    fake_clock_pass_ms(50);
    (void)world_wait(0, 3, 0);
    (void)world_wait(0, 3, 0);
    world_expect(half, SPAL_ETIMEDOUT, 2);
    world_close(0);
    must_hold(fake_socket_at(now.subjects[0].native)->closed_abortively);
})

SITUATION(a_send_closed_half_way_resets_the_connection, {
    job *half = NULL;
    send_half(&half);
    world_close(0);
    must_hold(fake_socket_at(now.subjects[0].native)->closed_abortively);
    (void)world_wait(0, 3, 0);
    world_expect(half, SPAL_EABORTED, 2);
})

SITUATION(a_send_cancelled_before_its_turn_harms_nothing, {
    connected();
    job *first = world_start(0, SPAL_OP_SEND, 2, 0);
    job *second = world_start(0, SPAL_OP_SEND, 2, 0);
    world_cancel(second);
    world_room(0, 10);
    (void)world_wait(0, 3, 0);
    (void)world_wait(0, 3, 0);
    world_expect(first, SPAL_OK, 2);
    world_expect(second, SPAL_EABORTED, 0);
    world_close(0);
    must_not_hold(fake_socket_at(now.subjects[0].native)->closed_abortively);
})

/* ------------------------------------------------------------------------------------------------------- closing */

SITUATION(close_ends_the_native_socket_although_nobody_takes_completions, {
    connected();
    world_listener(1, 0, false);
    (void)world_start(0, SPAL_OP_RECV, 2, 0);
    (void)world_start(0, SPAL_OP_RECV, 2, 0);
    (void)world_start(0, SPAL_OP_SEND, 2, 0);
    (void)world_start(1, SPAL_OP_ACCEPT, 0, 0);
    world_close(0);
    world_close(1);
    must_not_hold(fake_socket_at(now.subjects[0].native)->open);
    must_not_hold(fake_socket_at(now.subjects[1].native)->open);
    must_equal(world_wait(0, 8, 0) + world_wait(0, 8, 0), 4);
})

static void close_with_a_slow_kernel_body(void) {
    connected();
    (void)world_start(0, SPAL_OP_RECV, 2, 0);
    (void)world_start(0, SPAL_OP_SEND, 2, 0);
    world_close(0);
    must_not_hold(fake_socket_at(now.subjects[0].native)->open);
}

static void close_waits_until_the_kernel_has_let_go(void **state) {
    (void)state;
    (void)machine_run_all(close_with_a_slow_kernel_body, &slow_kernel);
}

/* The kernel finds bytes for an operation that it has been asked to stop. */
static void arrive_while_stopping_body(void) {
    connected();
    job *j = world_start(0, SPAL_OP_RECV, 2, 0);
    world_cancel(j);
    world_arrive(0, 2);
    (void)world_wait(0, 3, 0);
    must_hold(j->state == JOB_ENDED);
    must_hold(j->error == SPAL_OK ? j->count == 2 : j->error == SPAL_EABORTED);
}

static void a_cancelled_receive_that_carries_bytes_is_a_success(void **state) {
    (void)state;
    (void)machine_run_all(arrive_while_stopping_body, &slow_kernel);
}

SITUATION(closing_twice_and_aborting_afterwards_is_fine, {
    connected();
    world_close(0);
    must_equal(spal_close(now.subjects[0].handle), SPAL_OK);
    must_equal(spal_abort(now.subjects[0].handle), SPAL_OK);
    spal_socket never = {0};
    must_equal(spal_close(never), SPAL_ENOTSOCK);
})

SITUATION(an_abort_resets_the_connection, {
    connected();
    world_abort(0);
    must_hold(fake_socket_at(now.subjects[0].native)->closed_abortively);
})

/* --------------------------------------------------------------------------------------------------------- ports */

/* Posted packets that are posted again as soon as they are taken keep the ready list busy for ever. */
SITUATION(a_busy_ready_list_does_not_starve_the_sockets, {
    connected();
    job *j = world_start(0, SPAL_OP_RECV, 2, 0);
    static spal_op posts[2];
    memset(posts, 0, sizeof posts);
    for (int i = 0; i < 2; i++)
        must_equal(spal_port_post(now.ports[0], &posts[i], &posts[i]), SPAL_OK);
    world_arrive(0, 2);
    bool came = false;
    for (int i = 0; i < 24 && !came; i++) {
        spal_completion c;
        size_t count = 0;
        must_equal(spal_port_wait(now.ports[0], &c, 1, 0, &count), SPAL_OK);
        must_equal(count, 1);
        if (c.op == j->op) {
            came = true;
            must_equal(c.op->count, 2);
        } else {
            must_equal(spal_port_post(now.ports[0], c.op, c.key), SPAL_OK);
        }
    }
    must_hold(came);
    fake_effects[0].claimed = true;
    free(j->buffer);
    free(j->op);
    j->op = NULL;
    j->state = JOB_ENDED;
    spal_completion rest[2];
    size_t count = 0;
    must_equal(spal_port_wait(now.ports[0], rest, 2, 0, &count), SPAL_OK);
    must_equal(count, 2);
})

SITUATION(every_posted_packet_arrives, {
    world_port(0, false);
    enum { COUNT = 20 };
    static spal_op posts[COUNT];
    memset(posts, 0, sizeof posts);
    for (int i = 0; i < COUNT; i++)
        must_equal(spal_port_post(now.ports[0], &posts[i], &posts[i]), SPAL_OK);
    must_equal(spal_port_post(now.ports[0], &posts[0], NULL), SPAL_EALREADY);
    unsigned seen = 0;
    for (int i = 0; i < COUNT; i++) {
        spal_completion c;
        size_t count = 0;
        must_equal(spal_port_wait(now.ports[0], &c, 1, -1, &count), SPAL_OK);
        must_equal(count, 1);
        must_hold(c.key == c.op);
        must_equal(c.op->kind, SPAL_OP_POST);
        seen |= 1U << (c.op - posts);
    }
    must_equal(seen, (1U << COUNT) - 1);
})

SITUATION(a_port_that_still_holds_completions_is_not_freed, {
    connected();
    (void)world_start(0, SPAL_OP_RECV, 2, 0);
    world_port_shutdown(0);
    must_equal(spal_port_free(now.ports[0]), SPAL_EALREADY);
    while (world_wait(0, 1, -1) >= 0)
        ;
    job *refused = world_start(0, SPAL_OP_RECV, 2, 0);
    world_expect(refused, SPAL_ESHUTDOWN, 0);
})

SITUATION(calls_go_on_when_the_port_is_shut_down, {
    connected();
    world_port_shutdown(0);
    job *call = world_call(0, SPAL_OP_RECV, 2);
    fiber_yield();
    world_arrive(0, 2);
    fiber_yield();
    world_expect(call, SPAL_OK, 2);
})

int machine_traps(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_take_effect_in_their_order_whatever_is_linked_behind_them),
        cmocka_unit_test(a_cancel_of_the_head_races_with_its_event),
        cmocka_unit_test(a_cancelled_operation_in_the_middle_leaves_its_neighbours),
        cmocka_unit_test(a_head_that_the_kernel_ends_unasked_is_armed_again),
        cmocka_unit_test(an_accept_that_the_kernel_ends_unasked_is_armed_again),
        cmocka_unit_test(a_lone_call_honours_the_deadlines_ahead_of_it),
        cmocka_unit_test(a_call_on_a_port_of_one_thread_drives_what_is_ahead_of_it),
        cmocka_unit_test(a_call_on_a_port_of_one_thread_outlives_the_deadline_ahead_of_it),
        cmocka_unit_test(a_call_without_a_wake_object_is_emfile_and_harms_nothing),
        cmocka_unit_test(a_first_call_without_a_wake_object_is_emfile_and_harms_nothing),
        cmocka_unit_test(dont_wait_answers_behind_queued_operations),
        cmocka_unit_test(cancel_of_everything_ends_calls_too),
        cmocka_unit_test(a_stale_handle_leaves_the_word_of_the_slot_alone),
        cmocka_unit_test(attaching_to_a_port_of_one_thread_while_somebody_is_inside_is_ealready),
        cmocka_unit_test(a_completion_may_be_taken_before_the_start_returns),
        cmocka_unit_test(a_deadline_that_cannot_be_kept_is_refused_before_anything_moves),
        cmocka_unit_test(a_deadline_is_never_early),
        cmocka_unit_test(many_deadlines_fire_in_the_order_of_time),
        cmocka_unit_test(a_result_in_the_same_wait_as_its_deadline_is_not_lost),
        cmocka_unit_test(a_send_cancelled_half_way_breaks_the_stream),
        cmocka_unit_test(a_send_that_times_out_half_way_breaks_the_stream),
        cmocka_unit_test(a_send_closed_half_way_resets_the_connection),
        cmocka_unit_test(a_send_cancelled_before_its_turn_harms_nothing),
        cmocka_unit_test(close_ends_the_native_socket_although_nobody_takes_completions),
        cmocka_unit_test(close_waits_until_the_kernel_has_let_go),
        cmocka_unit_test(a_cancelled_receive_that_carries_bytes_is_a_success),
        cmocka_unit_test(closing_twice_and_aborting_afterwards_is_fine),
        cmocka_unit_test(an_abort_resets_the_connection),
        cmocka_unit_test(a_busy_ready_list_does_not_starve_the_sockets),
        cmocka_unit_test(every_posted_packet_arrives),
        cmocka_unit_test(a_port_that_still_holds_completions_is_not_freed),
        cmocka_unit_test(calls_go_on_when_the_port_is_shut_down),
    };
    return cmocka_run_group_tests_name("traps", tests, NULL, NULL);
}
