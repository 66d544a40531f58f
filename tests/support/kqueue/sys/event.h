/* SPDX-License-Identifier: MIT
 *
 * <sys/event.h> for a system that has none: as much of kqueue(2), as FreeBSD's manual describes it, as a poller of
 * sockets uses. Only builds with SOCKPAL_KQUEUE_DOUBLE find this file. What stands behind it is in kqueue.c.
 */
#ifndef KQUEUE_DOUBLE_EVENT_H
#define KQUEUE_DOUBLE_EVENT_H

#include <stdint.h>
#include <time.h>

/* Filters. */
#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)

/* Actions. */
#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_ENABLE 0x0004
#define EV_DISABLE 0x0008

/* Flags. */
#define EV_ONESHOT 0x0010
#define EV_CLEAR 0x0020
#define EV_RECEIPT 0x0040

/* Returned values. */
#define EV_ERROR 0x4000
#define EV_EOF 0x8000

struct kevent {
    uintptr_t ident;
    short filter;
    unsigned short flags;
    unsigned int fflags;
    int64_t data;
    void *udata;
};

#define EV_SET(event, id, which, what, filter_flags, filter_data, user)                                                \
    (*(event) = (struct kevent){.ident = (uintptr_t)(id),                                                              \
                                .filter = (short)(which),                                                              \
                                .flags = (unsigned short)(what),                                                       \
                                .fflags = (filter_flags),                                                              \
                                .data = (filter_data),                                                                 \
                                .udata = (user)})

int kqueue(void);
int kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events, int event_count,
           const struct timespec *timeout);

/** close(2) as a system with kqueues has it: for queues, and for descriptors that are registered with one. The double
 *  cannot see other closes. It expects a registration to be deleted before, and ends the program if it is not; on a
 *  real system the close would delete it. */
int kqueue_double_close(int descriptor);

#endif
