/* SPDX-License-Identifier: MIT
 *
 * The clock of waits. Darwin has no conditions that wait until a moment of this clock: they wait for a while there.
 */
#include "clock.h"

#include "filetime.h"
#include "wait.h"

#include <errno.h>
#include <time.h>

#define NS_PER_SECOND 1000000000U
#define NS_PER_MS 1000000U
#define NS_PER_TICK 100U /* of FILETIME */

uint64_t spalw_now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t spalw_deadline_ns(DWORD timeout_ms) {
    if (timeout_ms == 0)
        return 0;
    return timeout_ms == INFINITE ? SPALW_FOREVER : spalw_now_ns() + (uint64_t)timeout_ms * NS_PER_MS;
}

uint64_t spalw_due_ns(LONGLONG ticks) {
    uint64_t now_ns = spalw_now_ns();
    uint64_t rest = 0 - (uint64_t)ticks;
    if (ticks >= 0) {
        uint64_t today = spalw_filetime_ticks();
        rest = (uint64_t)ticks <= today ? 0 : (uint64_t)ticks - today;
    }
    return rest < (SPALW_FOREVER - now_ns) / NS_PER_TICK ? now_ns + rest * NS_PER_TICK : SPALW_FOREVER;
}

static struct timespec timespec_from_ns(uint64_t ns) {
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_SECOND), .tv_nsec = (long)(ns % NS_PER_SECOND)};
}

#if defined(__APPLE__)

void spalw_condition_init(pthread_cond_t *condition) {
    (void)pthread_cond_init(condition, NULL);
}

static int condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t deadline_ns) {
    uint64_t now = spalw_now_ns();
    struct timespec rest = timespec_from_ns(deadline_ns > now ? deadline_ns - now : 0);
    return pthread_cond_timedwait_relative_np(condition, mutex, &rest);
}

#else

void spalw_condition_init(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(condition, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

static int condition_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t deadline_ns) {
    struct timespec when = timespec_from_ns(deadline_ns);
    return pthread_cond_timedwait(condition, mutex, &when);
}

#endif

bool spalw_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, uint64_t deadline_ns) {
    if (deadline_ns == SPALW_FOREVER)
        return pthread_cond_wait(condition, mutex) == 0;
    return condition_wait_until(condition, mutex, deadline_ns) != ETIMEDOUT || spalw_now_ns() < deadline_ns;
}
