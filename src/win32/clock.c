/* SPDX-License-Identifier: MIT
 *
 * The clock: QueryPerformanceCounter, which neither jumps nor runs backwards, as nanoseconds. GetTickCount64 moves in
 * steps of up to 16 ms and would end waits early. Twin: src/posix/clock.c.
 */
#include "native.h"

static uint64_t ticks_per_second(void) {
    static spali_atomic_u64 known;
    uint64_t frequency = spali_peek_u64(&known);
    if (frequency == 0) {
        LARGE_INTEGER found = {.QuadPart = 0};
        (void)spali_sys.QueryPerformanceFrequency(&found);
        frequency = found.QuadPart > 0 ? (uint64_t)found.QuadPart : 1;
        spali_put_u64(&known, frequency);
    }
    return frequency;
}

/* Whole seconds and the rest apart: the product of all ticks would leave 64 bits after some minutes. */
uint64_t spali_clock_ns(void) {
    const uint64_t second_ns = 1000000000;
    uint64_t frequency = ticks_per_second();
    LARGE_INTEGER now = {.QuadPart = 0};
    (void)spali_sys.QueryPerformanceCounter(&now);
    uint64_t ticks = (uint64_t)now.QuadPart;
    return ticks / frequency * second_ns + ticks % frequency * second_ns / frequency;
}

DWORD spali_wait_ms(uint64_t deadline_ns) {
    const uint64_t ms_ns = 1000000;
    const DWORD longest_ms = 0x7fffffff;
    if (deadline_ns == SPALI_NEVER)
        return INFINITE;
    uint64_t now = deadline_ns != 0 ? spali_clock_ns() : 0;
    if (deadline_ns <= now)
        return 0;
    uint64_t left_ms = (deadline_ns - now - 1) / ms_ns + 1;
    return left_ms < longest_ms ? (DWORD)left_ms : longest_ms;
}
