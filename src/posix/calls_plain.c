/* SPDX-License-Identifier: MIT
 *
 * Entries of the table of calls for systems that lack what Linux and the BSDs have added to POSIX, which is Darwin:
 * descriptors that are non-blocking and uninheritable from the start, and conditions that measure time by
 * CLOCK_MONOTONIC. A child that is started between two calls here inherits the descriptor; that cannot be helped.
 */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000

static int fail_closed(int descriptor, int code) {
    (void)spali_sys.close(descriptor);
    errno = code;
    return -1;
}

/* New descriptors have no flags yet that would have to be kept. */
static bool descriptor_prepare(int descriptor) {
    return spali_sys.fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 &&
           spali_sys.fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
}

int spali_plain_socket(int family, int type, int protocol) {
    int descriptor = socket(family, type, protocol);
    if (descriptor < 0 || descriptor_prepare(descriptor))
        return descriptor;
    return fail_closed(descriptor, errno);
}

int spali_plain_socketpair(int family, int type, int protocol, int ends[2]) {
    if (socketpair(family, type, protocol, ends) != 0)
        return -1;
    if (descriptor_prepare(ends[0]) && descriptor_prepare(ends[1]))
        return 0;
    (void)fail_closed(ends[0], errno);
    return fail_closed(ends[1], errno);
}

/* Darwin gives a connection that is gone already without an address, or refuses to have anything set on it: the caller
 * passes over it as over any that was given up. What keeps sends from raising a signal is not handed down by the
 * listener. */
int spali_plain_accept4(int listener, struct sockaddr *name, socklen_t *length, int flags) {
    (void)flags;
    int descriptor = accept(listener, name, length);
    if (descriptor < 0 || (*length > 0 && descriptor_prepare(descriptor) && spali_quieten(descriptor) == 0))
        return descriptor;
    return fail_closed(descriptor, ECONNABORTED);
}

int spali_plain_pipe2(int ends[2], int flags) {
    (void)flags;
    if (pipe(ends) != 0)
        return -1;
    if (descriptor_prepare(ends[0]) && descriptor_prepare(ends[1]))
        return 0;
    (void)fail_closed(ends[0], errno);
    return fail_closed(ends[1], errno);
}

int spali_plain_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock) {
    (void)attributes;
    (void)clock;
    return 0;
}

/* Where a wait cannot be told how long it is, the clock of the day has to do: one that is set back makes it longer. */
#if !defined(SPALI_COND_TIMEDWAIT_RELATIVE)
#define SPALI_COND_TIMEDWAIT_RELATIVE wait_for
static int wait_for(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *time) {
    struct timespec until;
    (void)spali_sys.clock_gettime(CLOCK_REALTIME, &until);
    int64_t ns = until.tv_nsec + time->tv_nsec;
    until.tv_sec += time->tv_sec + (time_t)(ns / NS_PER_SECOND);
    until.tv_nsec = (long)(ns % NS_PER_SECOND);
    return pthread_cond_timedwait(condition, mutex, &until);
}
#endif

int spali_plain_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    uint64_t until_ns = (uint64_t)until->tv_sec * NS_PER_SECOND + (uint64_t)until->tv_nsec;
    uint64_t now_ns = spali_clock_ns();
    uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
    struct timespec left = {.tv_sec = (time_t)(left_ns / NS_PER_SECOND), .tv_nsec = (long)(left_ns % NS_PER_SECOND)};
    return SPALI_COND_TIMEDWAIT_RELATIVE(condition, mutex, &left);
}
