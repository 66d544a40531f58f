/* SPDX-License-Identifier: MIT
 *
 * WSAPoll. Entries with a descriptor of -1, or all ones, are passed over.
 */
#include "alertable.h"
#include "connecting.h"
#include "error.h"
#include "oob.h"
#include "socket.h"
#include "status.h"

#include <stdlib.h>

#define ASKABLE (POLLRDNORM | POLLRDBAND | POLLWRNORM)

/* Nothing is left to be read of a stream but its end. */
static bool is_at_end(spalw_socket *socket) {
    char byte;
    size_t bytes = 0;
    if (socket->type != SOCK_STREAM || spalw_is(socket, SPALW_LISTENING))
        return false;
    return spal_recv(spalw_core(socket), &byte, 1, SPAL_PEEK | SPAL_DONTWAIT, &bytes) == SPAL_OK && bytes == 0;
}

/* What WSAPoll calls it. A stream's end is a hang-up, and can be read as well. */
static SHORT events_told(spalw_socket *socket, SHORT asked, int revents) {
    SHORT told = 0;
    if (spalw_is(socket, SPALW_DIALING) && revents != 0)
        spalw_connect_settle(socket);
    if (spalw_is(socket, SPALW_DIAL_FAILED))
        return (SHORT)(POLLHUP | POLLERR | (asked & POLLWRNORM));
    if ((revents & SPAL_POLLNVAL) != 0)
        return POLLNVAL;
    if ((revents & SPAL_POLLIN) != 0)
        spalw_note_seen(socket);
    if ((revents & SPAL_POLLIN) != 0 || socket->deferred != 0)
        told |= asked & POLLRDNORM;
    if ((revents & SPAL_POLLIN) != 0 && is_at_end(socket))
        told |= POLLHUP;
    if ((revents & SPAL_POLLPRI) != 0 || spalw_oob_is_kept(socket))
        told |= spalw_oob_is_waiting(socket) ? asked & POLLRDBAND : 0;
    if ((revents & SPAL_POLLOUT) != 0)
        told |= asked & POLLWRNORM;
    if ((revents & SPAL_POLLERR) != 0)
        told |= POLLERR;
    if ((revents & SPAL_POLLHUP) != 0)
        told |= POLLHUP;
    return told;
}

typedef struct poll_call {
    WSAPOLLFD *entries;
    spalw_socket **sockets; /* pinned, or null */
    spal_pollfd *asked;
    size_t count;
    size_t valid; /* sockets among them */
} poll_call;

static bool is_passed_over(SOCKET handle) {
    return handle == INVALID_SOCKET || handle == (SOCKET)(UINT)-1;
}

static int16_t readiness_of(spalw_socket *socket, SHORT asked) {
    int events = (asked & POLLRDNORM) != 0 ? SPAL_POLLIN : 0;
    if ((asked & POLLRDBAND) != 0 && !spalw_is(socket, SPALW_OOB_INLINE))
        events |= SPAL_POLLPRI;
    if ((asked & POLLWRNORM) != 0)
        events |= SPAL_POLLOUT;
    return (int16_t)events;
}

/* What the system does not know: connections and bytes that are kept here. */
static bool is_known(spalw_socket *socket, SHORT asked) {
    bool is_urgent = spalw_oob_is_kept(socket) && !spalw_is(socket, SPALW_OOB_INLINE);
    return ((asked & POLLRDNORM) != 0 && socket->deferred != 0) || ((asked & POLLRDBAND) != 0 && is_urgent);
}

/* @return whether there is something to tell at once */
static bool entries_enter(poll_call *call) {
    bool is_any = false;
    call->valid = 0;
    for (size_t i = 0; i < call->count; i++) {
        WSAPOLLFD *entry = &call->entries[i];
        entry->revents = 0;
        call->sockets[i] = NULL;
        call->asked[i] = (spal_pollfd){.events = 0};
        if (is_passed_over(entry->fd))
            continue;
        call->sockets[i] = (spalw_socket *)spalw_handle_pin((HANDLE)entry->fd, SPALW_SOCKET);
        if (call->sockets[i] == NULL) {
            entry->revents = POLLNVAL;
            is_any = true;
            continue;
        }
        call->valid++;
        call->asked[i].socket = spalw_core(call->sockets[i]);
        is_any = is_any || is_known(call->sockets[i], entry->events);
        call->asked[i].events = readiness_of(call->sockets[i], entry->events);
    }
    return is_any;
}

static void entries_leave(poll_call *call) {
    for (size_t i = 0; i < call->count; i++)
        if (call->sockets[i] != NULL)
            spalw_socket_leave(call->entries[i].fd);
}

static int entries_tell(poll_call *call) {
    int told = 0;
    for (size_t i = 0; i < call->count; i++) {
        WSAPOLLFD *entry = &call->entries[i];
        if (call->sockets[i] != NULL)
            entry->revents = events_told(call->sockets[i], entry->events, call->asked[i].revents);
        told += entry->revents != 0;
    }
    return told;
}

static int poll_run(poll_call *call, INT timeout_ms) {
    size_t ready = 0;
    if (entries_enter(call))
        timeout_ms = 0;
    if (call->valid == 0)
        return spalw_wsa_fail(WSAENOTSOCK);
    spal_error error = spalw_poll(call->asked, call->count, timeout_ms < 0 ? -1 : timeout_ms, &ready);
    int told = error == SPAL_OK ? entries_tell(call) : spalw_core_fail(error);
    entries_leave(call);
    return told;
}

static DWORD entries_refusal(const WSAPOLLFD *entries, ULONG count) {
    bool any = false;
    if (entries == NULL)
        return WSAEFAULT;
    for (ULONG i = 0; i < count; i++) {
        if ((entries[i].events & ~ASKABLE) != 0)
            return WSAEINVAL;
        any = any || !is_passed_over(entries[i].fd);
    }
    return any ? 0 : WSAEINVAL;
}

int WSAAPI WSAPoll(LPWSAPOLLFD entries, ULONG count, INT timeout_ms) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    DWORD code = count == 0 ? WSAEINVAL : entries_refusal(entries, count);
    if (code != 0)
        return spalw_wsa_fail(code);
    poll_call call = {.entries = entries, .count = count};
    call.asked = malloc(count * (sizeof *call.asked + sizeof(void *)));
    if (call.asked == NULL)
        return spalw_wsa_fail(WSAENOBUFS);
    call.sockets = (spalw_socket **)(void *)(call.asked + count);
    int result = poll_run(&call, timeout_ms);
    free(call.asked);
    return result;
}
