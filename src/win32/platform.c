/* SPDX-License-Identifier: MIT
 *
 * The platform as a whole: Winsock, address space, things done once. Winsock is started for the life of the process and
 * never cleaned up: sockets of other components may depend on it, and it counts starts. Twin: src/posix/platform.c.
 */
#include "native.h"

static spal_error winsock_start(void) {
    WSADATA data;
    int code = spali_sys.WSAStartup(MAKEWORD(2, 2), &data);
    if (code != 0)
        return spali_failed((uint32_t)code);
    if (data.wVersion != MAKEWORD(2, 2)) {
        (void)spali_sys.WSACleanup();
        return spali_failed(WSAVERNOTSUPPORTED);
    }
    return SPAL_OK;
}

spal_error spali_platform_start(void) {
    spali_calls_find();
    if (spali_sys.NtDeviceIoControlFile == NULL)
        return spali_decline(SPAL_ENOSYS);
    return winsock_start();
}

const char *spali_platform_backend(size_t number) {
    return number == 0 ? "iocp" : NULL;
}

void *spali_memory_reserve(size_t bytes) {
    return spali_sys.VirtualAlloc(NULL, bytes, MEM_RESERVE, PAGE_READWRITE);
}

bool spali_memory_commit(void *at, size_t bytes) {
    return spali_sys.VirtualAlloc(at, bytes, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

/* Covers the sleep of those who come while another thread runs the function, which may take its time: Winsock loads its
 * providers. Nothing is called under it. */
static SRWLOCK once_lock = SRWLOCK_INIT;
static CONDITION_VARIABLE once_done = CONDITION_VARIABLE_INIT;

void spali_once(spali_atomic_u32 *state, void (*function)(void)) {
    enum { CLAIMED = 1, DONE = 2 };
    if ((spali_load_u32(state) & DONE) != 0)
        return;
    bool is_mine = (spali_or_u32(state, CLAIMED) & CLAIMED) == 0;
    if (is_mine)
        function();
    AcquireSRWLockExclusive(&once_lock);
    if (is_mine) {
        (void)spali_or_u32(state, DONE);
        WakeAllConditionVariable(&once_done);
    }
    while ((spali_load_u32(state) & DONE) == 0)
        (void)SleepConditionVariableSRW(&once_done, &once_lock, INFINITE, 0);
    ReleaseSRWLockExclusive(&once_lock);
}

void spali_yield(void) {
    /* SwitchToThread looks at this processor only; Sleep(1) lets a thread of lower priority on it come to an end. */
    if (!SwitchToThread())
        Sleep(1);
}
