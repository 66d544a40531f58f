/* SPDX-License-Identifier: MIT
 *
 * Fibers over the ucontext functions, and the scheduler: a fiber that blocks hands over to one that can go on; when
 * none can, the fake system plays what it has in store (fake_idle), then the clock jumps to the earliest deadline, and
 * when there is none either, the run has found a deadlock. The sanitizers are told of every switch.
 */
#include "fiber.h"

#include "explore.h"
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#if defined(__has_feature)
#define FIBER_HAS(feature) __has_feature(feature)
#else
#define FIBER_HAS(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || FIBER_HAS(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define ASAN_LEAVE(save, bottom, size) __sanitizer_start_switch_fiber((save), (bottom), (size))
#define ASAN_ENTER(save, bottom, size) __sanitizer_finish_switch_fiber((save), (bottom), (size))
#else
#define ASAN_LEAVE(save, bottom, size) ((void)(save))
#define ASAN_ENTER(save, bottom, size) ((void)(save))
#endif
#if defined(__SANITIZE_THREAD__) || FIBER_HAS(thread_sanitizer)
#include <sanitizer/tsan_interface.h>
#define TSAN_CURRENT() __tsan_get_current_fiber()
#define TSAN_NEW() __tsan_create_fiber(0)
#define TSAN_SWITCH(to) __tsan_switch_to_fiber((to), 0)
#else
#define TSAN_CURRENT() NULL
#define TSAN_NEW() NULL
#define TSAN_SWITCH(to) ((void)(to))
#endif

enum { FIBERS = 16, STACK_BYTES = 256 * 1024, SPINS_MOST = 2000 };

typedef enum fiber_state { FIBER_FREE, FIBER_READY, FIBER_BLOCKED } fiber_state;

typedef struct fiber {
    ucontext_t context;
    void *sanitizer_stack;
    void *sanitizer_thread;
    fiber_state state;
    bool yielded;
    fiber_body body;
    void *argument;
    const char *name;
    fiber_condition condition;
    void *condition_argument;
    uint64_t deadline_ns;
    const char *why;
    char *stack;
} fiber;

static struct {
    fiber all[FIBERS];
    fiber home; /* the context that called fiber_run */
    const void *home_bottom;
    size_t home_size;
    int current;
    int previous;
    bool failed;
    unsigned spins;
} world = {.current = -1, .previous = -1};

static fiber *fiber_at(int number) {
    return number < 0 ? &world.home : &world.all[number];
}

static void switch_done(void) {
#if defined(__SANITIZE_ADDRESS__) || FIBER_HAS(address_sanitizer)
    const void *bottom = NULL;
    size_t size = 0;
    ASAN_ENTER(fiber_at(world.current)->sanitizer_stack, &bottom, &size);
    if (world.previous < 0 && world.home_bottom == NULL) {
        world.home_bottom = bottom;
        world.home_size = size;
    }
#endif
}

static void switch_to(int number) {
    if (number == world.current)
        return;
    fiber *from = fiber_at(world.current);
    fiber *to = fiber_at(number);
    world.previous = world.current;
    world.current = number;
    ASAN_LEAVE(&from->sanitizer_stack, number < 0 ? world.home_bottom : to->stack,
               number < 0 ? world.home_size : (size_t)STACK_BYTES);
    TSAN_SWITCH(to->sanitizer_thread);
    (void)swapcontext(&from->context, &to->context);
    switch_done();
}

static bool fiber_can_go(const fiber *f) {
    if (f->state == FIBER_READY)
        return true;
    return f->state == FIBER_BLOCKED && (f->condition(f->condition_argument) || fake_clock() >= f->deadline_ns);
}

static unsigned fibers_ready(int *list, bool yielded_too) {
    unsigned count = 0;
    for (int i = 0; i < FIBERS; i++)
        if (fiber_can_go(&world.all[i]) && (yielded_too || !world.all[i].yielded))
            list[count++] = i;
    return count;
}

static bool fibers_left(void) {
    for (int i = 0; i < FIBERS; i++)
        if (world.all[i].state != FIBER_FREE)
            return true;
    return false;
}

static bool clock_jump(void) {
    uint64_t earliest = UINT64_MAX;
    for (int i = 0; i < FIBERS; i++)
        if (world.all[i].state == FIBER_BLOCKED && world.all[i].deadline_ns < earliest)
            earliest = world.all[i].deadline_ns;
    if (earliest == UINT64_MAX)
        return false;
    fake_log("clock jumps to %ld us", (long)(earliest / 1000), 0, 0);
    fake_clock_set(earliest);
    return true;
}

/* Among those that have yielded, turn by turn. */
static int fiber_next_of(const int *list, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        if (list[i] > world.current)
            return list[i];
    return list[0];
}

/* Who goes on, when the running fiber cannot or will not. Home (-1) when all have ended. */
static int fiber_pick(void) {
    int list[FIBERS];
    for (;;) {
        if (!fibers_left())
            return -1;
        unsigned count = fibers_ready(list, false);
        if (count > 0)
            return list[explore_choose(count)];
        if (fake_idle())
            continue;
        count = fibers_ready(list, true);
        if (count > 0) {
            fake_check(++world.spins < SPINS_MOST, "livelock: somebody yields for ever", 0, 0);
            return fiber_next_of(list, count);
        }
        if (!clock_jump())
            fake_check(false, "deadlock: nobody can go on", 0, 0);
    }
}

static void fiber_hand_over(void) {
    int next = fiber_pick();
    if (next >= 0) {
        world.all[next].state = FIBER_READY;
        world.all[next].yielded = false;
    }
    switch_to(next);
}

static void fiber_main(void) {
    switch_done();
    for (;;) {
        fiber *self = &world.all[world.current];
        self->body(self->argument);
        self->state = FIBER_FREE;
        world.spins = 0;
        fiber_hand_over();
    }
}

static void fiber_prepare(fiber *f) {
    if (f->stack == NULL) {
        f->stack = malloc(STACK_BYTES);
        f->sanitizer_thread = TSAN_NEW();
        if (f->stack == NULL)
            abort();
        (void)getcontext(&f->context);
        f->context.uc_stack.ss_sp = f->stack;
        f->context.uc_stack.ss_size = STACK_BYTES;
        f->context.uc_link = NULL;
        makecontext(&f->context, fiber_main, 0);
    }
}

int fiber_start(fiber_body body, void *argument, const char *name) {
    for (int i = 0; i < FIBERS; i++) {
        fiber *f = &world.all[i];
        if (f->state != FIBER_FREE || i == world.current)
            continue;
        fiber_prepare(f);
        f->body = body;
        f->argument = argument;
        f->name = name;
        f->yielded = false;
        f->state = FIBER_READY;
        return i;
    }
    fake_check(false, "there are fibers left", 0, 0);
    return -1;
}

void fiber_start_now(fiber_body body, void *argument, const char *name) {
    int number = fiber_start(body, argument, name);
    switch_to(number);
}

bool fiber_run(fiber_body body, void *argument) {
    world.home.sanitizer_thread = TSAN_CURRENT();
    world.failed = false;
    world.spins = 0;
    (void)fiber_start(body, argument, "test");
    fiber_hand_over();
    return !world.failed;
}

int fiber_current(void) {
    return world.current;
}

void fiber_block(fiber_condition condition, void *argument, uint64_t deadline_ns, const char *why) {
    fiber *self = &world.all[world.current];
    if (condition(argument) || fake_clock() >= deadline_ns)
        return;
    self->state = FIBER_BLOCKED;
    self->condition = condition;
    self->condition_argument = argument;
    self->deadline_ns = deadline_ns;
    self->why = why;
    fiber_hand_over();
    world.spins = 0;
}

void fiber_yield(void) {
    world.all[world.current].yielded = true;
    fiber_hand_over();
    world.all[world.current].yielded = false;
}

bool fiber_preempt(void) {
    int list[FIBERS];
    int self = world.current;
    unsigned count = fibers_ready(list, false);
    unsigned others = 0;
    for (unsigned i = 0; i < count; i++)
        if (list[i] != self)
            list[others++] = list[i];
    if (others == 0)
        return false;
    unsigned answer = explore_choose(others + 1);
    if (answer == 0)
        return false;
    world.all[list[answer - 1]].state = FIBER_READY;
    switch_to(list[answer - 1]);
    return true;
}

bool fiber_alone(void) {
    int list[FIBERS];
    return fibers_ready(list, true) <= 1;
}

_Noreturn void fiber_fail(void) {
    world.failed = true;
    switch_to(-1);
    abort();
}

void fiber_print(void) {
    for (int i = 0; i < FIBERS; i++) {
        const fiber *f = &world.all[i];
        if (f->state != FIBER_FREE)
            (void)fprintf(stderr, "  fiber %d (%s): %s\n", i, f->name,
                          i == world.current        ? "running"
                          : f->state == FIBER_READY ? "ready"
                                                    : f->why);
    }
}
