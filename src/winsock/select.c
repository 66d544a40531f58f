/* SPDX-License-Identifier: MIT
 *
 * select and the sets it takes.
 */
#include "alertable.h"
#include "clock.h"
#include "connecting.h"
#include "error.h"
#include "oob.h"
#include "socket.h"
#include "status.h"
#include "wait.h"

#include <stdlib.h>

/* A program's sets have as many sockets as it says by FD_SETSIZE; what this file takes that for means nothing. */
static SOCKET *sockets_of(fd_set *set) {
    return set->fd_array;
}

int PASCAL __WSAFDIsSet(SOCKET socket, fd_set *set) {
    if (set == NULL)
        return 0;
    for (u_int i = 0; i < set->fd_count; i++)
        if (sockets_of(set)[i] == socket)
            return 1;
    return 0;
}

enum { READABLE, WRITABLE, EXCEPTIONAL, SETS };

typedef struct select_choice {
    fd_set *sets[SETS];
    SOCKET *handles;        /* pinned: those of all sets, one behind the other */
    spalw_socket **sockets; /* of the handles */
    spal_pollfd *entries;
    uint8_t *set_of;
    bool *is_ready;
    size_t count;
} select_choice;

static size_t choice_size(const select_choice *choice) {
    size_t count = 0;
    for (int i = 0; i < SETS; i++)
        count += choice->sets[i] == NULL ? 0 : choice->sets[i]->fd_count;
    return count;
}

static void choice_leave(select_choice *choice) {
    while (choice->count > 0)
        spalw_socket_leave(choice->handles[--choice->count]);
}

static int16_t events_of(int set) {
    return set == READABLE ? SPAL_POLLIN : set == WRITABLE ? SPAL_POLLOUT : SPAL_POLLPRI;
}

/* @return false, last error set, when something is no socket */
static bool choice_enter(select_choice *choice) {
    for (int set = 0; set < SETS; set++)
        for (u_int i = 0; choice->sets[set] != NULL && i < choice->sets[set]->fd_count; i++) {
            SOCKET handle = sockets_of(choice->sets[set])[i];
            spalw_socket *socket = spalw_socket_enter(handle);
            if (socket == NULL) {
                choice_leave(choice);
                return false;
            }
            choice->handles[choice->count] = handle;
            choice->sockets[choice->count] = socket;
            choice->set_of[choice->count] = (uint8_t)set;
            choice->entries[choice->count++] = (spal_pollfd){.socket = spalw_core(socket), .events = events_of(set)};
        }
    return true;
}

static bool is_urgent_kept(spalw_socket *socket) {
    return spalw_oob_is_kept(socket) && !spalw_is(socket, SPALW_OOB_INLINE);
}

/* A connect under way makes its socket writable, or exceptional when it fails. */
static bool is_ready(spalw_socket *socket, int set, int revents) {
    bool was_dialing = spalw_is(socket, SPALW_DIALING);
    if (was_dialing && revents != 0)
        spalw_connect_settle(socket);
    if (spalw_is(socket, SPALW_DIAL_FAILED))
        return set == EXCEPTIONAL;
    if (spalw_is(socket, SPALW_DIALING))
        return false;
    const int ended = SPAL_POLLERR | SPAL_POLLHUP;
    switch (set) {
    case READABLE:
        return (revents & (SPAL_POLLIN | ended)) != 0 || socket->deferred != 0;
    case WRITABLE:
        return (revents & (SPAL_POLLOUT | ended)) != 0;
    default:
        return (revents & SPAL_POLLPRI) != 0 ? spalw_oob_is_waiting(socket) : is_urgent_kept(socket);
    }
}

/* Leaves in the sets what is ready, unless nothing is. @return how many */
static int choice_report(select_choice *choice, bool is_late) {
    int ready = 0;
    size_t at = 0;
    for (size_t i = 0; i < choice->count; i++) {
        choice->is_ready[i] = is_ready(choice->sockets[i], choice->set_of[i], choice->entries[i].revents);
        ready += choice->is_ready[i];
        if (choice->is_ready[i] && choice->set_of[i] == READABLE)
            spalw_note_seen(choice->sockets[i]);
    }
    for (int set = 0; set < SETS && (ready > 0 || is_late); set++) {
        fd_set *out = choice->sets[set];
        u_int before = out == NULL ? 0 : out->fd_count;
        u_int kept = 0;
        for (u_int i = 0; i < before; i++, at++)
            if (choice->is_ready[at])
                sockets_of(out)[kept++] = choice->handles[at];
        if (out != NULL)
            out->fd_count = kept;
    }
    return ready;
}

/* What has ended is for ever ready for something, and may not be asked for that: it is left out from then on. So is
 * what is urgent inside the stream; beside it, somebody else has just received it. */
static void choice_leave_out(select_choice *choice) {
    for (size_t i = 0; i < choice->count; i++) {
        bool is_inline = spalw_is(choice->sockets[i], SPALW_OOB_INLINE);
        if ((choice->entries[i].revents & ~(is_inline ? 0 : SPAL_POLLPRI)) != 0)
            choice->entries[i].socket.id = 0;
    }
}

/* What the system does not know: connections and bytes that are kept here. */
static bool is_any_kept(const select_choice *choice) {
    for (size_t i = 0; i < choice->count; i++)
        if (choice->sockets[i]->deferred != 0 ||
            (choice->set_of[i] == EXCEPTIONAL && is_urgent_kept(choice->sockets[i])))
            return true;
    return false;
}

/* @return nanoseconds; SPALW_FOREVER, or when to give up */
static uint64_t deadline_meant(const struct timeval *timeout) {
    if (timeout == NULL || timeout->tv_sec > INT_MAX)
        return SPALW_FOREVER;
    if (timeout->tv_sec == 0 && timeout->tv_usec == 0)
        return 0;
    return spalw_now_ns() + (uint64_t)timeout->tv_sec * 1000000000U + (uint64_t)timeout->tv_usec * 1000U;
}

static int rest_ms(uint64_t deadline_ns) {
    if (deadline_ns == SPALW_FOREVER)
        return -1;
    uint64_t now_ns = deadline_ns == 0 ? 0 : spalw_now_ns();
    uint64_t rest = now_ns >= deadline_ns ? 0 : (deadline_ns - now_ns + 999999) / 1000000;
    return rest > INT_MAX ? INT_MAX : (int)rest;
}

static int choice_wait(select_choice *choice, uint64_t deadline_ns) {
    for (;;) {
        size_t found = 0;
        int timeout_ms = is_any_kept(choice) ? 0 : rest_ms(deadline_ns);
        spal_error error = spal_poll(choice->entries, choice->count, timeout_ms, &found);
        if (spalw_is_interrupted(error))
            continue;
        if (error != SPAL_OK)
            return spalw_core_fail(error);
        for (size_t i = 0; i < choice->count; i++)
            if ((choice->entries[i].revents & SPAL_POLLNVAL) != 0)
                return spalw_wsa_fail(WSAENOTSOCK);
        bool is_late = timeout_ms >= 0 && rest_ms(deadline_ns) == 0;
        int ready = choice_report(choice, is_late);
        if (ready > 0 || is_late)
            return ready;
        choice_leave_out(choice);
    }
}

int WSAAPI select(int ignored, fd_set *readable, fd_set *writable, fd_set *exceptional, const struct timeval *timeout) {
    (void)ignored;
    if (!spalw_is_started())
        return SOCKET_ERROR;
    select_choice choice = {.sets = {readable, writable, exceptional}};
    size_t size = choice_size(&choice);
    if (size == 0 || (timeout != NULL && (timeout->tv_sec < 0 || timeout->tv_usec < 0)))
        return spalw_wsa_fail(WSAEINVAL);
    choice.handles = malloc(size * (sizeof *choice.handles + sizeof(void *) + sizeof *choice.entries +
                                    sizeof *choice.set_of + sizeof *choice.is_ready));
    if (choice.handles == NULL)
        return spalw_wsa_fail(WSAENOBUFS);
    choice.sockets = (spalw_socket **)(void *)(choice.handles + size);
    choice.entries = (spal_pollfd *)(void *)(choice.sockets + size);
    choice.set_of = (uint8_t *)(choice.entries + size);
    choice.is_ready = (bool *)(choice.set_of + size);
    int result = SOCKET_ERROR;
    if (choice_enter(&choice)) {
        result = choice_wait(&choice, deadline_meant(timeout));
        choice_leave(&choice);
    }
    free(choice.handles);
    return result;
}
