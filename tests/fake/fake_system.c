/* SPDX-License-Identifier: MIT
 *
 * The fake's process: checks, log, points, clock, memory, locks, conditions, threads, wake objects. Nothing here knows
 * of sockets. Locks are real among fibers: one that is taken makes the other fiber wait, and taking one's own is a
 * mistake. Twins: src/posix/thread.c, src/posix/wake.c and their like.
 */
#include "fake.h"

#include "explore.h"
#include "fiber.h"
#include "slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { POINTS_MOST = 1000000, LOG_LINES = 400, MAGIC_MUTEX = 0x6d757465, MAGIC_CONDITION = 0x636f6e64 };

typedef struct log_line {
    const char *format;
    long a, b, c;
    int fiber;
} log_line;

static struct {
    log_line line[LOG_LINES];
    unsigned long written;
    bool lost;
    uint64_t clock_ns;
    unsigned locks[32];   /* held by each fiber; the last for the world outside fibers */
    unsigned long points; /* passed in this run */
    unsigned allocations;
    unsigned long allocated_ever;
} system_state = {.clock_ns = 1000000000};

fake_plan fake_now;
int fake_injected;
unsigned fake_wakes_most = FAKE_WAKES;
unsigned fake_allocation_fails;

/* ------------------------------------------------------------------------------------------------ checks and log */

void fake_log(const char *format, long a, long b, long c) {
    log_line *line = &system_state.line[system_state.written++ % LOG_LINES];
    line->format = format;
    line->a = a;
    line->b = b;
    line->c = c;
    line->fiber = fiber_current();
}

static void log_print(void) {
    unsigned long first = system_state.written > LOG_LINES ? system_state.written - LOG_LINES : 0;
    for (unsigned long i = first; i < system_state.written; i++) {
        const log_line *line = &system_state.line[i % LOG_LINES];
        (void)fprintf(stderr, "  [%d] ", line->fiber);
        (void)fprintf(stderr, line->format, line->a, line->b, line->c);
        (void)fprintf(stderr, "\n");
    }
}

void fake_print(void) {
    (void)fprintf(stderr, "what happened, [fiber]:\n");
    log_print();
    fiber_print();
    explore_print();
}

_Noreturn void fake_failed(const char *file, int line, const char *format, long a, long b) {
    if (system_state.lost) /* A second failure, while the first is being told. */
        abort();
    system_state.lost = true;
    fake_print();
    (void)fprintf(stderr, "%s:%d: does not hold: ", file, line);
    (void)fprintf(stderr, format, a, b);
    (void)fprintf(stderr, "\n");
    if (fiber_current() < 0)
        abort();
    fiber_fail();
}

/* -------------------------------------------------------------------------------------------------------- points */

static void inject_body(void *argument) {
    fake_injected++;
    fake_now.inject((unsigned)(uintptr_t)argument);
    fake_injected--;
}

void fake_point(void) {
    fake_check(++system_state.points < POINTS_MOST, "a run ends: somebody turns in circles", 0, 0);
    if (fake_now.budget == 0 || fiber_current() < 0)
        return;
    if (fake_now.mode == FAKE_PREEMPT) {
        fake_now.budget--;
        if (!fiber_preempt())
            fake_now.budget++;
    } else if (fake_now.mode == FAKE_INJECT) {
        unsigned answer = explore_choose(fake_now.actions + 1);
        if (answer == 0)
            return;
        fake_now.budget--;
        fake_log("injected: action %ld", (long)answer - 1, 0, 0);
        fiber_start_now(inject_body, (void *)(uintptr_t)(answer - 1), "injected");
    }
}

void fake_point_atomic(void) {
    if (fake_now.atomics)
        fake_point();
}

bool fake_idle(void) {
    if (fake_kind_idle())
        return true;
    return fake_now.idle != NULL && fake_now.idle();
}

/* --------------------------------------------------------------------------------------------------------- clock */

uint64_t fake_clock(void) {
    return system_state.clock_ns;
}

void fake_clock_set(uint64_t ns) {
    if (ns > system_state.clock_ns)
        system_state.clock_ns = ns;
}

void fake_clock_pass_ms(unsigned ms) {
    fake_clock_set(system_state.clock_ns + (uint64_t)ms * 1000000);
}

uint64_t spali_clock_ns(void) {
    fake_point();
    return system_state.clock_ns;
}

/* ------------------------------------------------------------------------------------------- the process, memory */

spal_error spali_platform_start(void) {
    return SPAL_OK;
}

const char *spali_platform_backend(size_t number) {
    return number == 0 ? "fake" : NULL;
}

void *spali_memory_reserve(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

bool spali_memory_commit(void *at, size_t bytes) {
    fake_check((uintptr_t)at % 65536 == 0 && bytes % 65536 == 0, "commits are multiples of 64 KiB: %ld at %ld", bytes,
               (uintptr_t)at);
    return mprotect(at, bytes, PROT_READ | PROT_WRITE) == 0;
}

/* --------------------------------------------------------------------------------------------------------- locks */

static unsigned *locks_of_current(void) {
    int fiber = fiber_current();
    return &system_state.locks[fiber < 0 ? 31 : fiber];
}

unsigned fake_locks_held(void) {
    unsigned sum = 0;
    for (int i = 0; i < 32; i++)
        sum += system_state.locks[i];
    return sum;
}

void fake_no_lock_held(const char *where) {
    (void)where;
    fake_check(*locks_of_current() == 0, "no wait begins with a lock held: %ld", *locks_of_current(), 0);
}

static bool mutex_is_free(void *argument) {
    return ((spali_mutex *)argument)->holder == 0;
}

void spali_mutex_init(spali_mutex *mutex) {
    fake_check(mutex->magic != MAGIC_MUTEX || mutex->holder == 0, "a mutex is not set up while held", 0, 0);
    mutex->magic = MAGIC_MUTEX;
    mutex->holder = 0;
}

void spali_mutex_fini(spali_mutex *mutex) {
    fake_check(mutex->magic == MAGIC_MUTEX && mutex->holder == 0, "a mutex ends set up and free: holder %ld",
               mutex->holder, 0);
    mutex->magic = 0;
}

void spali_mutex_lock(spali_mutex *mutex) {
    fake_point();
    fake_check(mutex->magic == MAGIC_MUTEX, "a mutex is set up before its use", 0, 0);
    int self = fiber_current() + 2;
    fake_check(mutex->holder != self, "nobody takes a lock twice", 0, 0);
    while (mutex->holder != 0) {
        fake_check(fiber_current() >= 0, "locks are free outside a run", 0, 0);
        fiber_block(mutex_is_free, mutex, UINT64_MAX, "waits for a lock");
    }
    mutex->holder = self;
    ++*locks_of_current();
}

void spali_mutex_unlock(spali_mutex *mutex) {
    fake_check(mutex->holder == fiber_current() + 2, "who unlocks is the holder: %ld", mutex->holder - 2, 0);
    mutex->holder = 0;
    --*locks_of_current();
    fake_point();
}

static bool is_latch(const spali_atomic_u32 *at) {
    uintptr_t offset = (uintptr_t)at - (uintptr_t)spali_slots.slots;
    return offset / sizeof(spali_slot) < atomic_load(&spali_slots.used) &&
           offset % sizeof(spali_slot) == offsetof(spali_slot, latch);
}

bool fake_swap_u32(spali_atomic_u32 *at, uint32_t *expected, uint32_t desired) {
    fake_check(is_latch(at), "only latches are swapped", 0, 0);
    fake_point();
    bool is_taken = atomic_compare_exchange_strong(at, expected, desired);
    *locks_of_current() += is_taken;
    return is_taken;
}

uint32_t fake_exchange_u32(spali_atomic_u32 *at, uint32_t value) {
    if (!is_latch(at))
        fake_point_atomic();
    uint32_t before = atomic_exchange(at, value);
    if (!is_latch(at))
        return before;
    if (value != 0)
        *locks_of_current() += before == 0;
    else
        fake_check((*locks_of_current())-- > 0, "who gives a latch up has it", 0, 0);
    fake_point();
    return before;
}

typedef struct condition_waiter {
    spali_condition *condition;
    uint32_t round;
} condition_waiter;

static bool condition_has_moved(void *argument) {
    condition_waiter *waiter = argument;
    return waiter->condition->rounds != waiter->round;
}

void spali_condition_init(spali_condition *condition) {
    condition->magic = MAGIC_CONDITION;
    condition->rounds = 0;
}

void spali_condition_fini(spali_condition *condition) {
    fake_check(condition->magic == MAGIC_CONDITION, "a condition ends set up", 0, 0);
    condition->magic = 0;
}

void spali_condition_wait(spali_condition *condition, spali_mutex *mutex, uint64_t deadline_ns) {
    fake_check(condition->magic == MAGIC_CONDITION, "a condition is set up before its use", 0, 0);
    fake_check(*locks_of_current() == 1, "one lock is held when a condition is waited for: %ld", *locks_of_current(),
               0);
    condition_waiter waiter = {condition, condition->rounds};
    spali_mutex_unlock(mutex);
    fiber_block(condition_has_moved, &waiter, deadline_ns, "waits for a condition");
    spali_mutex_lock(mutex);
}

void spali_condition_broadcast(spali_condition *condition) {
    fake_check(condition->magic == MAGIC_CONDITION, "a condition is set up before its use", 0, 0);
    condition->rounds++;
    fake_point();
}

/* ------------------------------------------------------------------------------------------------------- threads */

void spali_once(spali_atomic_u32 *state, void (*function)(void)) {
    if (spali_load_u32(state) != 0)
        return;
    /* No point lies between the test and the store, so that no other fiber can come in between. */
    fake_plan saved = fake_now;
    fake_now.budget = 0;
    function();
    spali_put_u32(state, 1);
    fake_now = saved;
}

void spali_yield(void) {
    if (fiber_current() >= 0)
        fiber_yield();
}

spal_error spali_thread_start(void (*function)(void *), void *argument) {
    (void)fiber_start(function, argument, "thread of the core's");
    fake_point();
    return SPAL_OK;
}

/* -------------------------------------------------------------------------------------------------- wake objects */

struct spali_wake {
    bool taken;
    bool signalled;
};

static spali_wake wake_pool[FAKE_WAKES];

bool fake_wake_is_signalled(const spali_wake *wake) {
    return wake->signalled;
}

void fake_wake_clear(spali_wake *wake) {
    wake->signalled = false;
}

spali_wake *spali_wake_take(void) {
    fake_point();
    for (unsigned i = 0; i < fake_wakes_most && i < FAKE_WAKES; i++)
        if (!wake_pool[i].taken) {
            wake_pool[i].taken = true;
            return &wake_pool[i];
        }
    return NULL;
}

void spali_wake_give(spali_wake *wake) {
    fake_check(wake->taken, "a wake object is given back once", 0, 0);
    wake->taken = false;
    wake->signalled = false;
    fake_point();
}

void spali_wake_signal(spali_wake *wake) {
    fake_point();
    wake->signalled = true; /* Also of one that was given back: a late signal reaches at worst a stranger. */
    fake_point();
}

static bool wake_condition(void *argument) {
    return ((spali_wake *)argument)->signalled;
}

void spali_wake_wait(spali_wake *wake, uint64_t deadline_ns) {
    fake_no_lock_held("spali_wake_wait");
    fake_check(wake->taken, "who waits has taken the wake object", 0, 0);
    fake_point();
    fiber_block(wake_condition, wake, deadline_ns, "waits for a wake object");
    wake->signalled = false;
}

/* ----------------------------------------------------------------------------------- the allocations of the core */

static void *count_allocate(void *context, size_t size) {
    (void)context;
    system_state.allocated_ever++;
    if (fake_allocation_fails != 0 && --fake_allocation_fails == 0)
        return NULL;
    void *memory = malloc(size);
    if (memory != NULL) {
        system_state.allocations++;
        memset(memory, 0x5a, size);
    }
    return memory;
}

static void *count_reallocate(void *context, void *memory, size_t size) {
    if (memory == NULL)
        return count_allocate(context, size);
    if (fake_allocation_fails != 0 && --fake_allocation_fails == 0)
        return NULL;
    return realloc(memory, size);
}

static void count_release(void *context, void *memory) {
    (void)context;
    if (memory != NULL)
        system_state.allocations--;
    free(memory);
}

static void wakes_check(void) {
    for (int i = 0; i < FAKE_WAKES; i++) {
        fake_check(!wake_pool[i].taken, "every wake object is given back: %ld", i, 0);
        wake_pool[i].signalled = false;
    }
}

void fake_begin(void) {
    static bool installed;
    if (!installed) {
        const spal_allocator allocator = {count_allocate, count_reallocate, count_release, NULL};
        installed = spal_set_allocator(&allocator) == SPAL_OK;
    }
    memset(&fake_now, 0, sizeof fake_now);
    system_state.written = 0;
    system_state.points = 0;
    fake_effect_count = 0;
    fake_wakes_most = FAKE_WAKES;
    fake_allocation_fails = 0;
    fake_verdict_at_once = SPAL_EINPROGRESS;
}

void fake_finish(void) {
    fake_check(fake_locks_held() == 0, "no lock is held at the end: %ld", fake_locks_held(), 0);
    wakes_check();
    for (int i = 0; i < FAKE_SOCKETS; i++)
        fake_check(!fake_socket_at(i)->open, "every native socket is closed: %ld", i, 0);
    fake_check(fake_kind_left() == 0, "nothing is left in the fake kernel: %ld", fake_kind_left(), 0);
    fake_check(system_state.allocations == 0, "the core gives back its memory: %ld", system_state.allocations, 0);
}
