/* SPDX-License-Identifier: MIT
 *
 * The process as a whole: starting the platform, address space, doing something once, letting other threads run.
 * Twin: src/win32/platform.c.
 */
#include "poller.h"

#include <sched.h>
#include <sys/mman.h>

/* The states of a spali_once; DONE is set beside BEGUN. */
enum { ONCE_BEGUN = 1, ONCE_DONE = 2 };

#if !defined(MAP_NORESERVE)
#define MAP_NORESERVE 0
#endif

/* The system needs no start, and the table of calls is filled in by the linker. */
spal_error spali_platform_start(void) {
    return SPAL_OK;
}

const char *spali_platform_backend(size_t number) {
    const spali_poller *kind = spali_pollers[number];
    return kind == NULL ? NULL : kind->name;
}

void *spali_memory_reserve(size_t bytes) {
    void *at = spali_sys.mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

bool spali_memory_commit(void *at, size_t bytes) {
    return spali_sys.mprotect(at, bytes, PROT_READ | PROT_WRITE) == 0;
}

void spali_once(spali_atomic_u32 *state, void (*function)(void)) {
    if ((spali_load_u32(state) & ONCE_DONE) != 0)
        return;
    if (spali_or_u32(state, ONCE_BEGUN) == 0) {
        function();
        (void)spali_or_u32(state, ONCE_DONE);
        return;
    }
    while ((spali_load_u32(state) & ONCE_DONE) == 0)
        spali_yield();
}

void spali_yield(void) {
    (void)sched_yield();
}
