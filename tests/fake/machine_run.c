/* SPDX-License-Identifier: MIT
 *
 * How the machine test's bodies are run: once, with every sequence of answers, or with seeds, each exploration in a
 * process of its own. What a body is made of stands in machine.c.
 */
#include "machine.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void run_body(void *argument) {
    world_body body = *(world_body *)argument;
    body();
    world_finish();
}

static bool run_one(world_body body, const fake_plan *plan) {
    fake_begin();
    world_begin();
    fake_now = *plan;
    fake_now.budget = 0;
    now.budget = plan->budget;
    return fiber_run(run_body, &body);
}

/* Each exploration has a process of its own: what a broken rule leaves behind, locked or half done, ends with it. */
typedef struct exploration {
    world_body body;
    const fake_plan *plan;
    uint64_t first_seed;
    unsigned seeds;
} exploration;

/* The table of slots grows once, so that every run finds it the same. */
static void warm_up_body(void) {
    enum { SLOTS = 16 };
    spal_socket sockets[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        fake_check(spal_open(&sockets[i], SPAL_AF_INET, SPAL_SOCK_STREAM, 0) == SPAL_OK, "a socket can be opened", 0,
                   0);
    for (int i = 0; i < SLOTS; i++)
        fake_check(spal_close(sockets[i]) == SPAL_OK, "a socket can be closed", 0, 0);
}

static bool warm_up(void) {
    static const fake_plan plain = {.mode = FAKE_STRAIGHT};
    explore_exhaustively();
    return run_one(warm_up_body, &plain);
}

static unsigned long explore_by_answers(const exploration *e) {
    if (!warm_up())
        return 0;
    explore_exhaustively();
    do {
        if (!run_one(e->body, e->plan))
            return 0;
    } while (e->seeds == 0 && explore_next());
    return explore_runs();
}

static unsigned long explore_by_seeds(const exploration *e) {
    for (unsigned i = 0; i < e->seeds; i++) {
        explore_randomly(e->first_seed + i);
        if (!run_one(e->body, e->plan)) {
            (void)fprintf(stderr, "seed %lu\n", (unsigned long)(e->first_seed + i));
            return 0;
        }
    }
    return e->seeds;
}

static void crashed(int number) {
    fake_print();
    (void)fprintf(stderr, "crashed: signal %d\n", number);
    _exit(2);
}

/* Without cmocka's own handlers, which would carry on with the next test. A sanitizer tells more than a signal does. */
static void crashes_prepare(void) {
    if (machine_sanitizer_tells(fake_print))
        return;
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)signal(signals[i], crashed);
}

static unsigned long explore_alone(const exploration *e, unsigned long (*explore)(const exploration *)) {
    int ends[2];
    unsigned long runs = 0;
    (void)fflush(NULL);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        crashes_prepare();
        runs = explore(e);
        bool told = write(ends[1], &runs, sizeof runs) == (ssize_t)sizeof runs;
        exit(runs > 0 && told ? 0 : 1);
    }
    (void)close(ends[1]);
    ssize_t got = read(ends[0], &runs, sizeof runs);
    (void)close(ends[0]);
    int status = 1;
    (void)waitpid(child, &status, 0);
    if (status != 0 || got != (ssize_t)sizeof runs)
        fail_msg("a rule was broken: see above");
    return runs;
}

void machine_run_once(world_body body, const fake_plan *plan) {
    (void)explore_alone(&(exploration){body, plan, 0, 1}, explore_by_answers);
}

unsigned long machine_run_all(world_body body, const fake_plan *plan) {
    return explore_alone(&(exploration){body, plan, 0, 0}, explore_by_answers);
}

void machine_run_seeds(world_body body, const fake_plan *plan, uint64_t first, unsigned seeds) {
    (void)explore_alone(&(exploration){body, plan, first, seeds}, explore_by_seeds);
}
