/* SPDX-License-Identifier: MIT
 *
 * A test double of kqueue: kqueue(2) over epoll, so that the poller for the BSDs and macOS can be run on Linux. It does
 * what FreeBSD's manual page says of EVFILT_READ and EVFILT_WRITE on sockets, pipes and eventfds;
 * tests/posix/test_kqueue_double.c shows each sentence that the poller relies on.
 *
 * A queue is an epoll set of two others, one for each filter: so each filter has its own edges, as it has in a kqueue,
 * though epoll knows a descriptor only once. The set's descriptor is the queue's.
 *
 * What it leaves out, and what the poller must not use: other filters, EV_DISPATCH, and fflags and data (they are 0)
 * apart from errors. What it is stricter about: a descriptor that is closed while it is registered ends the program,
 * see kqueue_double_close.
 *
 * One lock covers all queues. It is not held while a thread waits.
 */
#include <sys/event.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "calls.h"

enum { READS, WRITES, FILTERS, BATCH = 64 };

/** A registration. Its serial tells it from an earlier one of the same descriptor. */
typedef struct note {
    bool is_there;
    bool is_disabled;
    unsigned flags; /* EV_CLEAR, EV_ONESHOT */
    uint32_t serial;
    void *udata;
} note;

typedef struct queue {
    int descriptor;
    int set[FILTERS];
    note *notes[FILTERS]; /* by descriptor */
    size_t room[FILTERS];
    unsigned turn; /* which filter is looked at first */
    struct queue *next;
} queue;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static queue *queues;
static uint32_t serials;

/* The library closes through its table, and another double may have an eye on that, too. */
static int (*close_before)(int) = close;
__attribute__((constructor)) static void close_replace(void) {
    close_before = spali_sys.close;
    spali_sys.close = kqueue_double_close;
}

static queue *queue_of(int descriptor) {
    queue *at = queues;
    while (at != NULL && at->descriptor != descriptor)
        at = at->next;
    return at;
}

/* ------------------------------------------------------------------------------------------------ opening and closing
 */

static void queue_free(queue *gone) {
    for (int i = 0; i < FILTERS; i++) {
        if (gone->set[i] >= 0)
            (void)close(gone->set[i]);
        free(gone->notes[i]);
    }
    free(gone);
}

static bool queue_fill(queue *made) {
    made->set[READS] = made->set[WRITES] = -1;
    made->descriptor = epoll_create1(0);
    if (made->descriptor < 0)
        return false;
    for (int i = 0; i < FILTERS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        made->set[i] = epoll_create1(EPOLL_CLOEXEC);
        if (made->set[i] < 0 || epoll_ctl(made->descriptor, EPOLL_CTL_ADD, made->set[i], &event) != 0)
            return false;
    }
    return true;
}

int kqueue(void) {
    queue *made = calloc(1, sizeof *made);
    if (made == NULL)
        return -1;
    if (!queue_fill(made)) {
        int code = errno;
        if (made->descriptor >= 0)
            (void)close(made->descriptor);
        queue_free(made);
        errno = code;
        return -1;
    }
    (void)pthread_mutex_lock(&lock);
    made->next = queues;
    queues = made;
    (void)pthread_mutex_unlock(&lock);
    return made->descriptor;
}

static bool is_registered(int descriptor) {
    for (const queue *at = queues; at != NULL; at = at->next)
        for (int i = 0; i < FILTERS; i++)
            if (descriptor >= 0 && (size_t)descriptor < at->room[i] && at->notes[i][descriptor].is_there)
                return true;
    return false;
}

int kqueue_double_close(int descriptor) {
    (void)pthread_mutex_lock(&lock);
    queue **at = &queues;
    while (*at != NULL && (*at)->descriptor != descriptor)
        at = &(*at)->next;
    queue *gone = *at;
    if (gone != NULL)
        *at = gone->next;
    else if (is_registered(descriptor)) {
        fprintf(stderr, "kqueue double: descriptor %d is closed, and its events have not been deleted\n", descriptor);
        abort();
    }
    int result = close_before(descriptor);
    if (gone != NULL)
        queue_free(gone);
    (void)pthread_mutex_unlock(&lock);
    return result;
}

/* ----------------------------------------------------------------------------------------------------------- changes
 */

/* Grown, so that a note of that descriptor has a place. */
static note *note_at(queue *of, int filter, size_t descriptor) {
    if (descriptor >= of->room[filter]) {
        size_t room = descriptor + 64;
        note *grown = realloc(of->notes[filter], room * sizeof *grown);
        if (grown == NULL)
            return NULL;
        for (size_t i = of->room[filter]; i < room; i++)
            grown[i] = (note){0};
        of->notes[filter] = grown;
        of->room[filter] = room;
    }
    return &of->notes[filter][descriptor];
}

/* What epoll is to report. Errors and hang-ups come unasked, so a disabled note is not in the set. Whatever is ready at
 * the time of a change is reported again. @return 0 or errno */
static int note_watch(const queue *of, int filter, int descriptor, const note *of_it) {
    struct epoll_event event = {.data.u64 = (uint64_t)of_it->serial << 32 | (uint32_t)descriptor};
    event.events = filter == READS ? (uint32_t)EPOLLIN | EPOLLRDHUP : (uint32_t)EPOLLOUT;
    if ((of_it->flags & EV_CLEAR) != 0)
        event.events |= EPOLLET;
    if ((of_it->flags & EV_ONESHOT) != 0)
        event.events |= EPOLLONESHOT;
    bool is_known = epoll_ctl(of->set[filter], EPOLL_CTL_MOD, descriptor, &event) == 0;
    if (!is_known && errno == ENOENT)
        is_known = epoll_ctl(of->set[filter], EPOLL_CTL_ADD, descriptor, &event) == 0;
    return is_known ? 0 : errno;
}

static void note_unwatch(const queue *of, int filter, int descriptor) {
    struct epoll_event unused = {0};
    (void)epoll_ctl(of->set[filter], EPOLL_CTL_DEL, descriptor, &unused);
}

static int note_add(const queue *of, int filter, const struct kevent *change, note *at) {
    note wanted = *at;
    int descriptor = (int)change->ident;
    wanted.is_there = true;
    wanted.is_disabled = (change->flags & EV_DISABLE) != 0;
    wanted.flags = change->flags & (EV_CLEAR | EV_ONESHOT);
    wanted.serial = ++serials;
    wanted.udata = change->udata;
    int code = 0;
    if (wanted.is_disabled)
        note_unwatch(of, filter, descriptor);
    else
        code = note_watch(of, filter, descriptor, &wanted);
    if (code == 0)
        *at = wanted;
    return code;
}

static int note_change(const queue *of, int filter, const struct kevent *change, note *at) {
    int descriptor = (int)change->ident;
    if (!at->is_there)
        return ENOENT;
    if ((change->flags & EV_DELETE) != 0) {
        note_unwatch(of, filter, descriptor);
        *at = (note){0};
        return 0;
    }
    at->udata = change->udata;
    if ((change->flags & EV_DISABLE) != 0) {
        note_unwatch(of, filter, descriptor);
        at->is_disabled = true;
    } else if ((change->flags & EV_ENABLE) != 0) {
        at->is_disabled = false;
        return note_watch(of, filter, descriptor, at);
    }
    return 0;
}

/* @return 0 or errno */
static int change_make(queue *of, const struct kevent *change) {
    if (change->filter != EVFILT_READ && change->filter != EVFILT_WRITE)
        return EINVAL;
    int filter = change->filter == EVFILT_READ ? READS : WRITES;
    if (change->ident > INT32_MAX || fcntl((int)change->ident, F_GETFD) < 0)
        return EBADF;
    note *at = note_at(of, filter, (size_t)change->ident);
    if (at == NULL)
        return ENOMEM;
    bool is_added = (change->flags & EV_ADD) != 0;
    return is_added ? note_add(of, filter, change, at) : note_change(of, filter, change, at);
}

/* Errors and receipts go into the list of events while it has room. @return how many did, or -1 and errno */
static int changes_make(queue *of, const struct kevent *changes, int count, struct kevent *events, int room) {
    int told = 0;
    for (int i = 0; i < count; i++) {
        int code = change_make(of, &changes[i]);
        if (code == 0 && (changes[i].flags & EV_RECEIPT) == 0)
            continue;
        if (told < room) {
            events[told] = changes[i];
            events[told].flags = EV_ERROR;
            events[told].data = code;
            told++;
        } else if (code != 0) {
            errno = code;
            return -1;
        }
    }
    return told;
}

/* ----------------------------------------------------------------------------------------------------------- waiting
 */

static bool event_fill(queue *of, int filter, const struct epoll_event *found, struct kevent *out) {
    int descriptor = (int)(uint32_t)found->data.u64;
    note *at = note_at(of, filter, (size_t)descriptor);
    uint32_t ends = filter == READS ? (uint32_t)EPOLLRDHUP | EPOLLHUP : (uint32_t)EPOLLHUP;
    if (at == NULL || !at->is_there || at->is_disabled || at->serial != (uint32_t)(found->data.u64 >> 32))
        return false;
    *out = (struct kevent){.ident = (uintptr_t)descriptor, .udata = at->udata};
    out->filter = filter == READS ? EVFILT_READ : EVFILT_WRITE;
    out->flags = (unsigned short)at->flags;
    if ((found->events & ends) != 0)
        out->flags |= EV_EOF;
    if ((at->flags & EV_ONESHOT) != 0) {
        note_unwatch(of, filter, descriptor);
        *at = (note){0};
    }
    return true;
}

/* Takes what there is now, without waiting. */
static int events_take(queue *of, struct kevent *events, int room) {
    int count = 0;
    unsigned first = of->turn++;
    for (unsigned i = 0; i < FILTERS && count < room; i++) {
        struct epoll_event found[BATCH];
        int filter = (int)((first + i) % FILTERS);
        int most = room - count < BATCH ? room - count : BATCH;
        int taken = epoll_wait(of->set[filter], found, most, 0);
        for (int k = 0; k < taken; k++)
            count += event_fill(of, filter, &found[k], &events[count]);
    }
    return count;
}

static int64_t now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Rounded up. */
static int left_ms(int64_t deadline_ns) {
    int64_t left_ns = deadline_ns - now_ns();
    if (left_ns <= 0)
        return 0;
    int64_t left = (left_ns - 1) / 1000000 + 1;
    return left < 1000000 ? (int)left : 1000000;
}

/* Another thread may take what has woken this one, or a change may make it void: then it waits on. */
static int events_wait(int descriptor, struct kevent *events, int room, const struct timespec *timeout) {
    int64_t deadline_ns = 0;
    if (timeout != NULL)
        deadline_ns = now_ns() + timeout->tv_sec * INT64_C(1000000000) + timeout->tv_nsec;
    for (;;) {
        struct epoll_event unused[FILTERS];
        int wait_ms = timeout == NULL ? -1 : left_ms(deadline_ns);
        if (epoll_wait(descriptor, unused, FILTERS, wait_ms) < 0)
            return -1;
        (void)pthread_mutex_lock(&lock);
        queue *of = queue_of(descriptor);
        int count = of == NULL ? -1 : events_take(of, events, room);
        (void)pthread_mutex_unlock(&lock);
        if (of == NULL)
            errno = EBADF;
        if (count != 0 || (timeout != NULL && now_ns() >= deadline_ns))
            return count;
    }
}

static bool is_valid(const struct timespec *timeout) {
    return timeout == NULL || (timeout->tv_sec >= 0 && timeout->tv_nsec >= 0 && timeout->tv_nsec < 1000000000);
}

int kevent(int descriptor, const struct kevent *changes, int change_count, struct kevent *events, int event_count,
           const struct timespec *timeout) {
    (void)pthread_mutex_lock(&lock);
    queue *of = queue_of(descriptor);
    int told = of == NULL ? -1 : changes_make(of, changes, change_count, events, event_count);
    (void)pthread_mutex_unlock(&lock);
    if (of == NULL)
        errno = EBADF;
    if (told != 0 || event_count == 0)
        return told;
    if (!is_valid(timeout)) {
        errno = EINVAL;
        return -1;
    }
    return events_wait(descriptor, events, event_count, timeout);
}
