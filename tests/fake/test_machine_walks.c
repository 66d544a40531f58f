/* SPDX-License-Identifier: MIT
 *
 * Long random walks with fixed seeds: four sockets of several kinds on two ports, some waiters, calls in other threads,
 * and now and then a switch to another thread at a point of the core's. What exploration bounds by depth, these bound
 * by chance.
 */
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { STEPS = 200, SEEDS = 5000, CALLS_MOST = 5 };

static int subject_kind[WORLD_SUBJECTS];

static void subjects_make(void) {
    for (int i = 0; i < WORLD_SUBJECTS; i++) {
        int port = (int)explore_choose(2);
        bool answers_inline = explore_choose(2) != 0;
        subject_kind[i] = (int)explore_choose(4);
        if (subject_kind[i] == 0)
            world_listener(i, port, answers_inline);
        else if (subject_kind[i] == 1)
            world_fresh(i, port, answers_inline);
        else
            world_connected(i, port, answers_inline);
    }
}

static int kind_for(int number) {
    if (subject_kind[number] == 0)
        return SPAL_OP_ACCEPT;
    if (subject_kind[number] == 1)
        return SPAL_OP_CONNECT;
    return explore_choose(2) == 0 ? SPAL_OP_RECV : SPAL_OP_SEND;
}

static void peer_step(int number) {
    switch (explore_choose(8)) {
    case 0:
    case 1:
        world_arrive(number, 1 + explore_choose(6));
        break;
    case 2:
    case 3:
        world_room(number, 1 + explore_choose(6));
        break;
    case 4:
        if (subject_kind[number] == 0)
            world_connection(number);
        break;
    case 5:
        if (subject_kind[number] == 1)
            world_verdict(number, explore_choose(2) == 0 ? SPAL_OK : SPAL_ECONNREFUSED);
        break;
    case 6:
        world_disturb(number, (int)explore_choose(2));
        break;
    default:
        if (explore_choose(30) == 0 && subject_kind[number] >= 2)
            world_reset(number);
        else if (explore_choose(30) == 0 && subject_kind[number] >= 2)
            world_end(number);
        break;
    }
}

static job *job_any(void) {
    job *found = NULL;
    unsigned seen = 0;
    for (unsigned i = 0; i < now.job_count; i++)
        if (now.jobs[i].state == JOB_PENDING && !now.jobs[i].is_call && explore_choose(++seen) == 0)
            found = &now.jobs[i];
    return found;
}

static void rare_step(int number) {
    switch (explore_choose(6)) {
    case 0:
        world_close(number);
        break;
    case 1:
        world_cancel_all(number);
        break;
    case 2:
        if (subject_kind[number] >= 2 && explore_choose(4) == 0)
            world_shutdown(number, (int)explore_choose(3));
        break;
    case 3:
        if (explore_choose(6) == 0)
            world_port_shutdown((int)explore_choose(2));
        break;
    case 4:
        fake_now.spurious = true;
        break;
    default:
        if (explore_choose(8) == 0)
            world_abort(number);
        break;
    }
}

static int events_any(void) {
    static const int events[] = {SPAL_POLLIN, SPAL_POLLOUT, SPAL_POLLIN | SPAL_POLLOUT, 0};
    return events[explore_choose(4)];
}

static void start_step(int number) {
    int kind = kind_for(number);
    size_t length = explore_choose(8) == 0 ? 0 : 1 + explore_choose(5);
    unsigned how = explore_choose(8);
    if (how == 0 && now.calls < CALLS_MOST)
        (void)world_call(number, kind, length);
    else if (how == 1 && kind == SPAL_OP_RECV)
        (void)world_call_here(number, kind, length, SPAL_DONTWAIT);
    else if (how == 2)
        (void)world_start(number, SPAL_OP_POLL, (size_t)events_any(), explore_choose(3) == 0 ? 20 : 0);
    else
        (void)world_start(number, kind, length, explore_choose(3) == 0 ? 10 + (int)explore_choose(50) : 0);
}

static void walk_step(void) {
    int number = (int)explore_choose(WORLD_SUBJECTS);
    fake_now.budget = 1 + explore_choose(3);
    switch (explore_choose(10)) {
    case 0:
    case 1:
    case 2:
        start_step(number);
        break;
    case 3:
    case 4:
    case 5:
        peer_step(number);
        break;
    case 6:
        if (now.ports[0] != NULL)
            (void)world_wait((int)explore_choose(2), 1 + explore_choose(3), 0);
        break;
    case 7:
        world_cancel(job_any());
        break;
    case 8:
        fake_clock_pass_ms(explore_choose(30));
        fiber_yield();
        break;
    default:
        if (explore_choose(6) == 0)
            rare_step(number);
        break;
    }
}

static void walk_body(void) {
    world_port(0, false);
    world_port(1, false);
    subjects_make();
    for (unsigned i = explore_choose(3); i > 0; i--)
        world_waiter((int)explore_choose(2), 1 + explore_choose(3));
    for (unsigned i = 0; i < STEPS; i++)
        walk_step();
}

/* The peers act while the only thread is inside a call. */
static unsigned idle_left;

static bool peers_act(void) {
    if (idle_left == 0)
        return false;
    idle_left--;
    for (int i = 0; i < WORLD_SUBJECTS; i++) {
        world_arrive(i, 2);
        world_room(i, 2);
        if (subject_kind[i] == 0)
            world_connection(i);
        if (subject_kind[i] == 1)
            world_verdict(i, SPAL_OK);
    }
    return true;
}

static void lone_call(int number) {
    idle_left = 20;
    fake_now.idle = peers_act;
    (void)world_call_here(number, kind_for(number), 1 + explore_choose(5), explore_choose(2) == 0 ? 0 : SPAL_DONTWAIT);
    fake_now.idle = NULL;
}

static void lone_step(void) {
    int number = (int)explore_choose(WORLD_SUBJECTS);
    switch (explore_choose(10)) {
    case 0:
    case 1:
    case 2:
        (void)world_start(number, kind_for(number), explore_choose(6), explore_choose(3) == 0 ? 10 : 0);
        if (explore_choose(4) == 0)
            (void)world_start(number, SPAL_OP_POLL, (size_t)events_any(), explore_choose(3) == 0 ? 20 : 0);
        break;
    case 3:
    case 4:
    case 5:
        peer_step(number);
        break;
    case 6:
        (void)world_wait((int)explore_choose(2), 1 + explore_choose(3), (int)explore_choose(20));
        break;
    case 7:
        world_cancel(job_any());
        break;
    case 8:
        if (subject_kind[number] >= 2)
            lone_call(number);
        break;
    default:
        if (explore_choose(6) == 0)
            rare_step(number);
        break;
    }
}

static void lone_walk_body(void) {
    world_port(0, true);
    world_port(1, true);
    subjects_make();
    for (unsigned i = 0; i < STEPS; i++)
        lone_step();
}

static void random_walks_keep_the_rules(void **state) {
    (void)state;
    const fake_plan plan = {.mode = FAKE_PREEMPT, .atomics = true, .late = true};
    machine_run_seeds(walk_body, &plan, 1, SEEDS);
    print_message("%u walks of %u steps\n", SEEDS, STEPS);
}

static void random_walks_of_one_thread_keep_the_rules(void **state) {
    (void)state;
    const fake_plan plan = {.mode = FAKE_STRAIGHT, .late = true};
    machine_run_seeds(lone_walk_body, &plan, 1, SEEDS);
    print_message("%u walks of %u steps\n", SEEDS, STEPS);
}

int machine_walks(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_walks_keep_the_rules),
        cmocka_unit_test(random_walks_of_one_thread_keep_the_rules),
    };
    return cmocka_run_group_tests_name("walks", tests, NULL, NULL);
}
