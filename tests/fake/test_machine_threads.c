/* SPDX-License-Identifier: MIT
 *
 * A few threads each, with short scripts, and every schedule of them that preempts at most twice, at any access to an
 * atomic word, any lock and any verb. What a schedule may bring about is left open; the rules of the checker hold in
 * all of them, nobody waits for ever, and everything ends.
 */
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LONG = 3 };

static bool variant_inline;

static void schedules_of(world_body body, unsigned budget) {
    const fake_plan plan = {.mode = FAKE_PREEMPT, .budget = budget, .atomics = true, .late = true};
    unsigned long runs = 0;
    for (unsigned i = 0; i < 2; i++) {
        variant_inline = i != 0;
        runs += machine_run_all(body, &plan);
    }
    print_message("%lu schedules\n", runs);
}

/* The threads. Subject 0 on port 0 unless the name says otherwise. */

static void start_recv(void) {
    (void)world_start(0, SPAL_OP_RECV, LONG, 0);
}
static void start_two_recvs(void) {
    start_recv();
    start_recv();
}
static void start_timed_recv(void) {
    (void)world_start(0, SPAL_OP_RECV, LONG, 50);
}
static void start_send(void) {
    (void)world_start(0, SPAL_OP_SEND, LONG, 0);
}
static void start_two_sends(void) {
    start_send();
    start_send();
}
static void start_accept(void) {
    (void)world_start(0, SPAL_OP_ACCEPT, 0, 0);
}
static void start_connect(void) {
    (void)world_start(0, SPAL_OP_CONNECT, 0, 0);
}
static void call_recv(void) {
    (void)world_call_here(0, SPAL_OP_RECV, LONG, 0);
}
static void call_send(void) {
    (void)world_call_here(0, SPAL_OP_SEND, LONG, 0);
}
static void call_accept(void) {
    (void)world_call_here(0, SPAL_OP_ACCEPT, 0, 0);
}
static void call_connect(void) {
    (void)world_call_here(0, SPAL_OP_CONNECT, 0, 0);
}
static void try_recv(void) {
    (void)world_call_here(0, SPAL_OP_RECV, LONG, SPAL_DONTWAIT);
}
static void close_it(void) {
    world_close(0);
}
static void cancel_all(void) {
    world_cancel_all(0);
}
static void cancel_first(void) {
    world_cancel(world_pending(false));
}
static void arrive_two(void) {
    world_arrive(0, 2);
    fake_point();
    world_arrive(0, 2);
}
static void arrive_and_wait(void) {
    world_arrive(0, 2);
    (void)world_wait(0, 1, 0);
    (void)world_wait(0, 1, 0);
}
static void room_twice(void) {
    world_room(0, 2);
    fake_point();
    world_room(0, 2);
}
static void connection(void) {
    world_connection(0);
}
static void verdict_ok(void) {
    world_verdict(0, SPAL_OK);
}
static void verdict_refused(void) {
    world_verdict(0, SPAL_ECONNREFUSED);
}
static void reset_by_peer(void) {
    world_reset(0);
}
static void shut_port(void) {
    world_port_shutdown(0);
}
static void shut_recv(void) {
    world_shutdown(0, SPAL_SHUT_RECV);
}
static void shut_send(void) {
    world_shutdown(0, SPAL_SHUT_SEND);
}
static void pass_time(void) {
    fake_clock_pass_ms(60);
}
static void wait_once(void) {
    (void)world_wait(0, 2, 0);
}
static void end_port(void) {
    world_port_end(0);
}
static void post_two(void) {
    (void)world_request(0, SPAL_OP_POST, 0);
    (void)world_request(0, SPAL_OP_POST, 0);
}
static void set_timer(void) {
    (void)world_request(0, SPAL_OP_TIMER, 30);
}
static void connect_host(void) {
    (void)world_request(0, SPAL_OP_CONNECT_HOST, 0);
}
static void resolve(void) {
    (void)world_request(0, SPAL_OP_RESOLVE, 0);
}
static void cancel_request(void) {
    world_port_cancel(world_pending(false));
}
static void open_another(void) {
    world_connected(1, 0, variant_inline);
}

#define THREAD(body) world_thread(body, #body)

static void connected(void) {
    world_port(0, false);
    world_connected(0, 0, variant_inline);
    world_go();
}

/* Each scenario is a body, and a test that plays all its schedules. */
#define SCENARIO(name, budget, ...)                                                                                    \
    static void name##_body(void) {                                                                                    \
        __VA_ARGS__                                                                                                    \
        fiber_yield();                                                                                                 \
    }                                                                                                                  \
    static void name(void **state) {                                                                                   \
        (void)state;                                                                                                   \
        schedules_of(name##_body, budget);                                                                             \
    }

SCENARIO(a_start_races_with_close_and_arrival, 2, {
    connected();
    THREAD(start_recv);
    THREAD(arrive_and_wait);
    THREAD(close_it);
})
SCENARIO(a_start_races_with_cancel_and_arrival, 2, {
    connected();
    THREAD(start_two_recvs);
    THREAD(arrive_and_wait);
    THREAD(cancel_first);
})
SCENARIO(two_starts_race_with_a_waiter, 1, {
    connected();
    THREAD(start_recv);
    THREAD(start_recv);
    THREAD(arrive_two);
    world_waiter(0, 1);
})
SCENARIO(sends_race_with_room_and_cancel, 1, {
    connected();
    THREAD(start_two_sends);
    THREAD(room_twice);
    THREAD(cancel_all);
    THREAD(wait_once);
})
SCENARIO(sends_race_with_room_and_close, 2, {
    connected();
    THREAD(start_two_sends);
    THREAD(room_twice);
    THREAD(close_it);
})
SCENARIO(two_waiters_share_what_arrives, 1, {
    connected();
    world_waiter(0, 1);
    world_waiter(0, 1);
    start_two_recvs();
    THREAD(arrive_two);
})
SCENARIO(waiters_see_the_port_shut_down, 1, {
    connected();
    world_waiter(0, 1);
    world_waiter(0, 2);
    THREAD(start_recv);
    THREAD(shut_port);
})
SCENARIO(a_deadline_races_with_arrival, 1, {
    connected();
    world_waiter(0, 1);
    THREAD(start_timed_recv);
    THREAD(arrive_two);
    THREAD(pass_time);
})
SCENARIO(a_deadline_fires_while_others_wait, 1, {
    connected();
    world_waiter(0, 1);
    world_waiter(0, 1);
    THREAD(start_timed_recv);
    THREAD(start_timed_recv);
    world_join();
})
SCENARIO(a_call_races_with_close, 2, {
    connected();
    THREAD(call_recv);
    THREAD(close_it);
    THREAD(arrive_two);
})
SCENARIO(a_call_races_with_cancel, 2, {
    connected();
    THREAD(call_recv);
    THREAD(cancel_all);
    THREAD(start_recv);
})
SCENARIO(a_call_on_an_unattached_socket_races_with_close, 2, {
    world_connected(0, -1, false);
    world_go();
    THREAD(call_recv);
    THREAD(close_it);
})
SCENARIO(calls_take_turns, 2, {
    world_connected(0, -1, false);
    world_go();
    THREAD(call_recv);
    THREAD(call_recv);
    THREAD(arrive_two);
})
SCENARIO(a_call_behind_an_operation_gets_its_turn_without_a_waiter, 2, {
    connected();
    start_recv();
    THREAD(call_recv);
    THREAD(arrive_two);
})
SCENARIO(a_call_behind_an_operation_yields_to_a_waiter, 2, {
    connected();
    start_recv();
    THREAD(call_recv);
    world_waiter(0, 1);
    THREAD(arrive_two);
})
SCENARIO(two_calls_behind_an_operation_and_a_passing_waiter, 1, {
    connected();
    start_recv();
    THREAD(call_recv);
    THREAD(call_recv);
    THREAD(arrive_and_wait);
    THREAD(arrive_two);
})
SCENARIO(a_call_behind_a_timed_operation_honours_its_deadline, 1, {
    connected();
    start_timed_recv();
    THREAD(call_recv);
    THREAD(call_recv);
    THREAD(pass_time);
})
SCENARIO(a_call_behind_an_operation_races_with_close, 2, {
    connected();
    start_recv();
    THREAD(call_recv);
    THREAD(close_it);
})
SCENARIO(a_call_behind_an_operation_races_with_cancel, 2, {
    connected();
    start_recv();
    THREAD(call_recv);
    THREAD(cancel_all);
    THREAD(arrive_two);
})
SCENARIO(an_operation_behind_a_call_gets_its_turn, 2, {
    connected();
    THREAD(call_recv);
    THREAD(start_recv);
    THREAD(arrive_two);
})
SCENARIO(a_try_races_with_an_operation, 2, {
    connected();
    THREAD(try_recv);
    THREAD(start_recv);
    THREAD(arrive_and_wait);
})
SCENARIO(a_try_races_with_close, 2, {
    connected();
    THREAD(try_recv);
    THREAD(close_it);
    THREAD(close_it);
})
SCENARIO(send_calls_race_with_room_and_shutdown, 2, {
    connected();
    THREAD(call_send);
    THREAD(room_twice);
    THREAD(shut_send);
})
SCENARIO(a_send_call_behind_a_send_operation, 2, {
    connected();
    start_send();
    THREAD(call_send);
    THREAD(room_twice);
    THREAD(reset_by_peer);
})
SCENARIO(receives_race_with_shutdown, 2, {
    connected();
    THREAD(start_two_recvs);
    THREAD(shut_recv);
    THREAD(arrive_and_wait);
})
SCENARIO(a_receive_call_races_with_shutdown, 2, {
    connected();
    THREAD(call_recv);
    THREAD(shut_recv);
})
SCENARIO(an_accept_races_with_a_connection_and_close, 2, {
    world_port(0, false);
    world_listener(0, 0, variant_inline);
    world_go();
    THREAD(start_accept);
    THREAD(connection);
    THREAD(close_it);
})
SCENARIO(an_accept_call_races_with_a_connection_and_cancel, 2, {
    world_port(0, false);
    world_listener(0, 0, variant_inline);
    world_go();
    THREAD(call_accept);
    THREAD(connection);
    THREAD(cancel_all);
})
SCENARIO(a_connect_races_with_its_verdict_and_close, 2, {
    world_port(0, false);
    world_fresh(0, 0, variant_inline);
    world_go();
    THREAD(start_connect);
    THREAD(verdict_ok);
    THREAD(close_it);
})
SCENARIO(a_connect_call_races_with_its_verdict_and_cancel, 2, {
    world_port(0, false);
    world_fresh(0, 0, variant_inline);
    world_go();
    THREAD(call_connect);
    THREAD(verdict_refused);
    THREAD(cancel_all);
})
SCENARIO(close_races_with_close, 2, {
    connected();
    start_recv();
    THREAD(close_it);
    THREAD(close_it);
    THREAD(wait_once);
})
SCENARIO(a_stale_handle_meets_the_next_socket, 2, {
    connected();
    THREAD(start_recv);
    THREAD(close_it);
    THREAD(open_another);
})
SCENARIO(a_stale_call_meets_the_next_socket, 2, {
    connected();
    THREAD(call_recv);
    THREAD(close_it);
    THREAD(open_another);
})
SCENARIO(a_port_shutdown_races_with_starts_and_close, 2, {
    connected();
    THREAD(start_recv);
    THREAD(shut_port);
    THREAD(close_it);
})
SCENARIO(a_port_shutdown_races_with_arrival, 2, {
    connected();
    start_two_recvs();
    THREAD(shut_port);
    THREAD(arrive_and_wait);
})

SCENARIO(a_port_ends_while_an_operation_starts, 2, {
    connected();
    THREAD(start_recv);
    THREAD(end_port);
})
SCENARIO(a_port_ends_while_a_call_waits, 2, {
    connected();
    start_recv();
    THREAD(call_recv);
    THREAD(end_port);
    fiber_yield();
    arrive_two();
})
SCENARIO(posts_and_timers_race_with_waiters, 1, {
    connected();
    world_waiter(0, 1);
    world_waiter(0, 1);
    THREAD(post_two);
    THREAD(set_timer);
    world_join();
})
SCENARIO(a_timer_races_with_its_cancel_and_the_shutdown, 2, {
    connected();
    THREAD(set_timer);
    THREAD(cancel_request);
    THREAD(shut_port);
})
SCENARIO(posts_race_with_the_shutdown, 2, {
    connected();
    world_waiter(0, 1);
    THREAD(post_two);
    THREAD(shut_port);
})
SCENARIO(a_connect_by_name_races_with_its_cancel, 2, {
    connected();
    fake_verdict_at_once = SPAL_OK;
    world_waiter(0, 1);
    THREAD(connect_host);
    THREAD(cancel_request);
})
SCENARIO(a_connect_by_name_that_hangs_is_cancelled_or_shut_down, 1, {
    connected();
    world_waiter(0, 1);
    THREAD(connect_host);
    THREAD(cancel_request);
    THREAD(shut_port);
})
SCENARIO(a_resolution_races_with_the_shutdown, 2, {
    connected();
    world_waiter(0, 1);
    THREAD(resolve);
    THREAD(shut_port);
})

int machine_threads(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_races_with_close_and_arrival),
        cmocka_unit_test(a_start_races_with_cancel_and_arrival),
        cmocka_unit_test(two_starts_race_with_a_waiter),
        cmocka_unit_test(sends_race_with_room_and_cancel),
        cmocka_unit_test(sends_race_with_room_and_close),
        cmocka_unit_test(two_waiters_share_what_arrives),
        cmocka_unit_test(waiters_see_the_port_shut_down),
        cmocka_unit_test(a_deadline_races_with_arrival),
        cmocka_unit_test(a_deadline_fires_while_others_wait),
        cmocka_unit_test(a_call_races_with_close),
        cmocka_unit_test(a_call_races_with_cancel),
        cmocka_unit_test(a_call_on_an_unattached_socket_races_with_close),
        cmocka_unit_test(calls_take_turns),
        cmocka_unit_test(a_call_behind_an_operation_gets_its_turn_without_a_waiter),
        cmocka_unit_test(a_call_behind_an_operation_yields_to_a_waiter),
        cmocka_unit_test(two_calls_behind_an_operation_and_a_passing_waiter),
        cmocka_unit_test(a_call_behind_a_timed_operation_honours_its_deadline),
        cmocka_unit_test(a_call_behind_an_operation_races_with_close),
        cmocka_unit_test(a_call_behind_an_operation_races_with_cancel),
        cmocka_unit_test(an_operation_behind_a_call_gets_its_turn),
        cmocka_unit_test(a_try_races_with_an_operation),
        cmocka_unit_test(a_try_races_with_close),
        cmocka_unit_test(send_calls_race_with_room_and_shutdown),
        cmocka_unit_test(a_send_call_behind_a_send_operation),
        cmocka_unit_test(receives_race_with_shutdown),
        cmocka_unit_test(a_receive_call_races_with_shutdown),
        cmocka_unit_test(an_accept_races_with_a_connection_and_close),
        cmocka_unit_test(an_accept_call_races_with_a_connection_and_cancel),
        cmocka_unit_test(a_connect_races_with_its_verdict_and_close),
        cmocka_unit_test(a_connect_call_races_with_its_verdict_and_cancel),
        cmocka_unit_test(close_races_with_close),
        cmocka_unit_test(a_stale_handle_meets_the_next_socket),
        cmocka_unit_test(a_stale_call_meets_the_next_socket),
        cmocka_unit_test(a_port_shutdown_races_with_starts_and_close),
        cmocka_unit_test(a_port_shutdown_races_with_arrival),
        cmocka_unit_test(a_port_ends_while_an_operation_starts),
        cmocka_unit_test(a_port_ends_while_a_call_waits),
        cmocka_unit_test(posts_and_timers_race_with_waiters),
        cmocka_unit_test(a_timer_races_with_its_cancel_and_the_shutdown),
        cmocka_unit_test(posts_race_with_the_shutdown),
        cmocka_unit_test(a_connect_by_name_races_with_its_cancel),
        cmocka_unit_test(a_connect_by_name_that_hangs_is_cancelled_or_shut_down),
        cmocka_unit_test(a_resolution_races_with_the_shutdown),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
