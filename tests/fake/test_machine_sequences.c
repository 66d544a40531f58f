/* SPDX-License-Identifier: MIT
 *
 * Every sequence of calls and events up to a depth, by one thread; and a set of fixed sequences in which another thread
 * interrupts once, at every point and with every call. Both run for each kind of operation, with and without inline
 * answers, on ports of one thread and of many.
 */
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* What the runs of one exploration have in common. */
static struct config {
    int kind;
    int scene; /* the kind whose socket and events are played: that of the operation, if it is no poll */
    size_t length;
    bool answers_inline;
    bool is_single;
    unsigned depth;
} config;

static void subject_make(void) {
    if (config.scene == SPAL_OP_ACCEPT)
        world_listener(0, 0, config.answers_inline);
    else if (config.scene == SPAL_OP_CONNECT)
        world_fresh(0, 0, config.answers_inline);
    else
        world_connected(0, 0, config.answers_inline);
}

/* The event that lets the first operation succeed, wholly or in part. */
static void effect_play(void) {
    switch (config.scene) {
    case SPAL_OP_RECV:
        world_arrive(0, 2);
        break;
    case SPAL_OP_SEND:
        world_room(0, 2);
        break;
    case SPAL_OP_ACCEPT:
        world_connection(0);
        break;
    default:
        world_verdict(0, SPAL_OK);
        break;
    }
}

/* The event that ends it in another way. */
static void other_effect_play(void) {
    switch (config.scene) {
    case SPAL_OP_RECV:
        world_end(0);
        break;
    case SPAL_OP_SEND:
        world_reset(0);
        break;
    case SPAL_OP_ACCEPT:
        world_disturb(0, SPALI_READ);
        break;
    default:
        world_verdict(0, SPAL_ECONNREFUSED);
        break;
    }
}

static int config_direction(void) {
    return config.scene == SPAL_OP_RECV || config.scene == SPAL_OP_ACCEPT ? SPALI_READ : SPALI_WRITE;
}

enum {
    ACT_EFFECT,
    ACT_CANCEL_FIRST,
    ACT_CANCEL_ALL,
    ACT_CLOSE,
    ACT_WAIT_ONE,
    ACT_PORT_SHUTDOWN,
    ACT_START,
    ACT_PASS_TIME,
    ACT_START_TIMED,
    ACT_CANCEL_LAST,
    ACT_OTHER_EFFECT,
    ACT_WAIT_MORE,
    ACT_DISTURB,
    ACT_SHUTDOWN,
    ACT_CALL,
    ACT_COUNT
};

/* A call by another thread. A poll has no such call: an operation that takes what it waits for is started instead. */
static void other_start(void) {
    if (config.kind == SPAL_OP_POLL)
        (void)world_start(0, config.scene, 3, 0);
    else
        (void)world_call(0, config.kind, config.length);
}

static void act_more(unsigned action) {
    switch (action) {
    case ACT_START_TIMED:
        (void)world_start(0, config.kind, config.length, 50);
        break;
    case ACT_CANCEL_LAST:
        world_cancel(world_pending(true));
        break;
    case ACT_OTHER_EFFECT:
        other_effect_play();
        break;
    case ACT_WAIT_MORE:
        (void)world_wait(0, 3, 0);
        break;
    case ACT_DISTURB:
        world_disturb(0, config_direction());
        break;
    case ACT_SHUTDOWN:
        world_shutdown(0, config_direction() == SPALI_READ ? SPAL_SHUT_RECV : SPAL_SHUT_SEND);
        break;
    default:
        other_start();
        break;
    }
}

static void act(unsigned action) {
    switch (action) {
    case ACT_EFFECT:
        effect_play();
        break;
    case ACT_CANCEL_FIRST:
        world_cancel(world_pending(false));
        break;
    case ACT_CANCEL_ALL:
        world_cancel_all(0);
        break;
    case ACT_CLOSE:
        world_close(0);
        break;
    case ACT_WAIT_ONE:
        (void)world_wait(0, 1, 0);
        break;
    case ACT_PORT_SHUTDOWN:
        world_port_shutdown(0);
        break;
    case ACT_START:
        (void)world_start(0, config.kind, config.length, 0);
        break;
    case ACT_PASS_TIME:
        fake_clock_pass_ms(60);
        break;
    default:
        act_more(action);
        break;
    }
}

/* A listener has no halves to shut down, and a socket that is not connected neither. */
static bool action_fits(unsigned action) {
    return action != ACT_SHUTDOWN || config.scene == SPAL_OP_RECV || config.scene == SPAL_OP_SEND;
}

/* A call is another thread. */
static unsigned actions_allowed(void) {
    if (config.is_single && config.kind != SPAL_OP_POLL)
        return action_fits(ACT_SHUTDOWN) ? ACT_CALL : ACT_SHUTDOWN;
    return ACT_COUNT;
}

/* ----------------------------------------------------------------------------------------------------- sequences */

static void sequence_body(void) {
    world_port(0, config.is_single);
    subject_make();
    act(explore_choose(2) == 0 ? ACT_START : ACT_START_TIMED);
    for (unsigned i = 0; i < config.depth; i++) {
        unsigned action = explore_choose(actions_allowed());
        if (!action_fits(action))
            return;
        act(action);
        if (action == ACT_CALL && !config.is_single)
            fiber_yield();
    }
}

static unsigned long sequences_in(int scene, int kind, size_t length, unsigned depth) {
    const fake_plan plan = {.mode = FAKE_STRAIGHT, .late = true};
    unsigned long runs = 0;
    for (unsigned i = 0; i < 4; i++) {
        config = (struct config){kind, scene, length, (i & 1) != 0, (i & 2) != 0, depth};
        runs += machine_run_all(sequence_body, &plan);
    }
    print_message("%lu sequences\n", runs);
    return runs;
}

static unsigned long sequences_of(int kind, size_t length, unsigned depth) {
    return sequences_in(kind, kind, length, depth);
}

static void every_sequence_around_a_receive_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_of(SPAL_OP_RECV, 3, 4);
}

static void every_sequence_around_a_receive_of_nothing_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_of(SPAL_OP_RECV, 0, 3);
}

static void every_sequence_around_a_send_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_of(SPAL_OP_SEND, 3, 4);
}

static void every_sequence_around_an_accept_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_of(SPAL_OP_ACCEPT, 0, 4);
}

static void every_sequence_around_a_connect_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_of(SPAL_OP_CONNECT, 0, 3);
}

static void every_sequence_around_a_disconnect_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_of(SPAL_OP_DISCONNECT, 0, 3);
}

static void every_sequence_around_a_poll_of_a_connection_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_in(SPAL_OP_RECV, SPAL_OP_POLL, SPAL_POLLIN, 4);
    (void)sequences_in(SPAL_OP_SEND, SPAL_OP_POLL, SPAL_POLLOUT, 3);
    (void)sequences_in(SPAL_OP_RECV, SPAL_OP_POLL, 0, 3);
}

static void every_sequence_around_a_poll_of_a_listener_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_in(SPAL_OP_ACCEPT, SPAL_OP_POLL, SPAL_POLLIN, 3);
}

static void every_sequence_around_a_poll_of_a_connect_keeps_the_rules(void **state) {
    (void)state;
    (void)sequences_in(SPAL_OP_CONNECT, SPAL_OP_POLL, SPAL_POLLIN | SPAL_POLLOUT, 4);
}

/* ---------------------------------------------------------------------------------------------------- injections */

static const unsigned char *script;

static void script_body(void) {
    world_port(0, config.is_single);
    subject_make();
    world_go();
    for (unsigned i = 0; script[i] != ACT_COUNT; i++)
        act(script[i]);
}

static void inject_action(unsigned action) {
    if (action_fits(action))
        act(action);
}

static const unsigned char scripts[][10] = {
    {ACT_START, ACT_EFFECT, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_EFFECT, ACT_START, ACT_START, ACT_WAIT_MORE, ACT_COUNT},
    {ACT_START, ACT_START, ACT_EFFECT, ACT_EFFECT, ACT_WAIT_ONE, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_START, ACT_START, ACT_CANCEL_FIRST, ACT_EFFECT, ACT_WAIT_MORE, ACT_COUNT},
    {ACT_START, ACT_CANCEL_ALL, ACT_START, ACT_WAIT_ONE, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_START_TIMED, ACT_START, ACT_PASS_TIME, ACT_WAIT_ONE, ACT_EFFECT, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_START, ACT_START_TIMED, ACT_EFFECT, ACT_PASS_TIME, ACT_WAIT_MORE, ACT_COUNT},
    {ACT_START, ACT_START, ACT_CLOSE, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_START, ACT_EFFECT, ACT_CLOSE, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_START, ACT_START_TIMED, ACT_PORT_SHUTDOWN, ACT_WAIT_ONE, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_START, ACT_CALL, ACT_EFFECT, ACT_WAIT_ONE, ACT_EFFECT, ACT_WAIT_ONE, ACT_COUNT},
    {ACT_CALL, ACT_START, ACT_EFFECT, ACT_EFFECT, ACT_WAIT_MORE, ACT_COUNT},
    {ACT_START, ACT_DISTURB, ACT_WAIT_ONE, ACT_OTHER_EFFECT, ACT_WAIT_ONE, ACT_COUNT},
};

static void injections_in(int scene, int kind, size_t length) {
    const fake_plan plan = {
        .mode = FAKE_INJECT, .budget = 1, .atomics = true, .late = true, .actions = ACT_COUNT, .inject = inject_action};
    unsigned long runs = 0;
    for (unsigned i = 0; i < sizeof scripts / sizeof *scripts; i++)
        for (unsigned answers_inline = 0; answers_inline < 2; answers_inline++) {
            script = scripts[i];
            config = (struct config){kind, scene, length, answers_inline != 0, false, 0};
            runs += machine_run_all(script_body, &plan);
        }
    print_message("%lu interleavings\n", runs);
}

static void injections_of(int kind, size_t length) {
    injections_in(kind, kind, length);
}

static void an_interruption_anywhere_in_receives_keeps_the_rules(void **state) {
    (void)state;
    injections_of(SPAL_OP_RECV, 3);
}

static void an_interruption_anywhere_in_sends_keeps_the_rules(void **state) {
    (void)state;
    injections_of(SPAL_OP_SEND, 3);
}

static void an_interruption_anywhere_in_accepts_keeps_the_rules(void **state) {
    (void)state;
    injections_of(SPAL_OP_ACCEPT, 0);
}

static void an_interruption_anywhere_in_connects_keeps_the_rules(void **state) {
    (void)state;
    injections_of(SPAL_OP_CONNECT, 0);
}

static void an_interruption_anywhere_in_polls_keeps_the_rules(void **state) {
    (void)state;
    injections_in(SPAL_OP_RECV, SPAL_OP_POLL, SPAL_POLLIN);
}

static void an_interruption_anywhere_in_polls_and_connects_keeps_the_rules(void **state) {
    (void)state;
    injections_in(SPAL_OP_CONNECT, SPAL_OP_POLL, SPAL_POLLIN | SPAL_POLLOUT);
}

int machine_sequences(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_around_a_receive_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_a_receive_of_nothing_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_a_send_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_an_accept_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_a_connect_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_a_disconnect_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_a_poll_of_a_connection_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_a_poll_of_a_listener_keeps_the_rules),
        cmocka_unit_test(every_sequence_around_a_poll_of_a_connect_keeps_the_rules),
        cmocka_unit_test(an_interruption_anywhere_in_receives_keeps_the_rules),
        cmocka_unit_test(an_interruption_anywhere_in_sends_keeps_the_rules),
        cmocka_unit_test(an_interruption_anywhere_in_accepts_keeps_the_rules),
        cmocka_unit_test(an_interruption_anywhere_in_connects_keeps_the_rules),
        cmocka_unit_test(an_interruption_anywhere_in_polls_keeps_the_rules),
        cmocka_unit_test(an_interruption_anywhere_in_polls_and_connects_keeps_the_rules),
    };
    return cmocka_run_group_tests_name("sequences", tests, NULL, NULL);
}
