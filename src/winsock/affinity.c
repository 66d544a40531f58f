/* SPDX-License-Identifier: MIT
 *
 * Which processors threads may run on. Where the system has no way to say so, what is asked for is kept, and nothing
 * follows.
 */
#include "affinity.h"

#include "child.h"
#include "error.h"
#include "wait.h"

#include "sockpal/process.h"
#include "sockpal/system.h"
#include "sockpal/thread.h"

#include <sched.h>
#include <unistd.h>

#define MOST_PROCESSORS (8 * sizeof(DWORD_PTR))

static DWORD_PTR mask_of_count(DWORD count) {
    return count >= MOST_PROCESSORS ? ~(DWORD_PTR)0 : ((DWORD_PTR)1 << count) - 1;
}

DWORD_PTR spalw_processor_mask(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return mask_of_count(count < 1 ? 1 : (DWORD)count);
}

#if defined(__linux__)

#include <sys/syscall.h>

int spalw_thread_number(void) {
    return (int)syscall(SYS_gettid);
}

static bool affinity_apply(int number, DWORD_PTR mask) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (size_t i = 0; i < MOST_PROCESSORS; i++)
        if ((mask >> i & 1) != 0)
            CPU_SET(i, &set);
    return sched_setaffinity(number, sizeof set, &set) == 0;
}

static DWORD_PTR affinity_at_first(void) {
    cpu_set_t set;
    DWORD_PTR mask = 0;
    if (sched_getaffinity(getpid(), sizeof set, &set) == 0)
        for (size_t i = 0; i < MOST_PROCESSORS; i++)
            mask |= (DWORD_PTR)(CPU_ISSET(i, &set) != 0) << i;
    return mask & spalw_processor_mask();
}

#else

int spalw_thread_number(void) {
    return 0;
}

static bool affinity_apply(int number, DWORD_PTR mask) {
    (void)number;
    (void)mask;
    return true;
}

static DWORD_PTR affinity_at_first(void) {
    return spalw_processor_mask();
}

#endif

/* ------------------------------------------------------------------------------------------------------ the process */

/* Under the dispatcher's lock. */
static DWORD_PTR process_mask; /* 0: not asked for yet */
static bool is_used;           /* something has been asked for */

static DWORD_PTR process_mask_get(void) {
    if (process_mask == 0)
        process_mask = affinity_at_first();
    if (process_mask == 0)
        process_mask = spalw_processor_mask();
    return process_mask;
}

static bool is_own_process(HANDLE handle) {
    spalw_process *process = (spalw_process *)spalw_handle_find(handle, SPALW_PROCESS);
    if (process == NULL)
        return false;
    bool is_own = process->is_own;
    spalw_handle_unpin(handle);
    return is_own || spalw_fail(ERROR_ACCESS_DENIED);
}

BOOL WINAPI GetProcessAffinityMask(HANDLE process, PDWORD_PTR of_process, PDWORD_PTR of_system) {
    if (!is_own_process(process))
        return FALSE;
    spalw_lock();
    *of_process = process_mask_get();
    spalw_unlock();
    *of_system = spalw_processor_mask() | *of_process;
    return TRUE;
}

/* Under the lock. What a thread may use of what it has asked for; all, if it has asked for nothing else. */
static void thread_restrict(spalw_thread *thread) {
    DWORD_PTR mask = thread->affinity & process_mask_get();
    if (thread->number != 0)
        (void)affinity_apply(thread->number, mask != 0 ? mask : process_mask_get());
}

BOOL WINAPI SetProcessAffinityMask(HANDLE process, DWORD_PTR mask) {
    if (!is_own_process(process))
        return FALSE;
    if (mask == 0 || (mask & ~spalw_processor_mask()) != 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    spalw_lock();
    process_mask = mask;
    is_used = true;
    spalw_threads_visit(thread_restrict);
    spalw_unlock();
    return TRUE;
}

/* ---------------------------------------------------------------------------------------------------------- threads */

/* On Windows a thread does not inherit what its creator has been asked to keep to. */
void spalw_thread_restrict(spalw_thread *thread) {
    spalw_lock();
    thread->number = spalw_thread_number();
    if (is_used)
        thread_restrict(thread);
    spalw_unlock();
}

/* @return what it was, or 0 */
DWORD_PTR WINAPI SetThreadAffinityMask(HANDLE handle, DWORD_PTR mask) {
    spalw_thread *thread = (spalw_thread *)spalw_handle_find(handle, SPALW_THREAD);
    if (thread == NULL)
        return 0;
    spalw_lock();
    DWORD_PTR possible = process_mask_get(), before = thread->affinity != 0 ? thread->affinity & possible : possible;
    bool may = mask != 0 && (mask & ~possible) == 0;
    if (may) {
        thread->affinity = mask;
        is_used = true;
        thread_restrict(thread);
    }
    spalw_unlock();
    spalw_handle_unpin(handle);
    return may ? before : (DWORD_PTR)spalw_fail(ERROR_INVALID_PARAMETER);
}

/* A hint, which nobody takes. */
DWORD WINAPI SetThreadIdealProcessor(HANDLE handle, DWORD processor) {
    if (spalw_handle_find(handle, SPALW_THREAD) == NULL)
        return (DWORD)-1;
    spalw_handle_unpin(handle);
    if (processor <= MAXIMUM_PROCESSORS) /* As many as there can be ask, and change nothing. */
        return 0;
    spalw_set_error(ERROR_INVALID_PARAMETER);
    return (DWORD)-1;
}
