/* SPDX-License-Identifier: MIT
 *
 * Urgent data: see oob.h. sockpal leaves it out but for its readiness; the system is asked directly.
 */
#include "oob.h"

#include "alertable.h"
#include "native.h"

#include <pthread.h>

/* Between the moment when a byte leaves the system and when it stands in its socket. Nothing waits under it. */
static pthread_mutex_t urgent_lock = PTHREAD_MUTEX_INITIALIZER;

/* ----------------------------------------------------------------------------------------------------- the byte kept
 */

/* Under the lock. A byte that has not been asked for is replaced by the next, as TCP does. */
static void urgent_fetch(spalw_socket *socket) {
    spal_native native;
    unsigned char byte = 0;
    size_t received = 0;
    if (spalw_is(socket, SPALW_OOB_INLINE) || spal_native_handle(spalw_core(socket), &native) != SPAL_OK)
        return;
    if (spalw_native_recv_oob(native, &byte, 1, &received) == SPAL_OK && received == 1)
        atomic_store(&socket->urgent, SPALW_URGENT_SEEN | SPALW_URGENT_KEPT | byte);
}

static bool urgent_look(spalw_socket *socket) {
    pthread_mutex_lock(&urgent_lock);
    urgent_fetch(socket);
    bool is_kept = spalw_oob_is_kept(socket);
    pthread_mutex_unlock(&urgent_lock);
    return is_kept;
}

bool spalw_oob_is_waiting(spalw_socket *socket) {
    if (spalw_oob_is_kept(socket))
        return !spalw_is(socket, SPALW_OOB_INLINE);
    return socket->type == SOCK_STREAM && !spalw_is(socket, SPALW_LISTENING) && urgent_look(socket);
}

bool spalw_oob_is_at_mark(spalw_socket *socket) {
    return spalw_is(socket, SPALW_OOB_INLINE) || !spalw_oob_is_waiting(socket);
}

/* @return SPAL_EWOULDBLOCK when there is none */
static spal_error urgent_take(spalw_socket *socket, void *buffer, bool peeks) {
    pthread_mutex_lock(&urgent_lock);
    urgent_fetch(socket);
    unsigned urgent = atomic_load(&socket->urgent);
    bool is_kept = (urgent & SPALW_URGENT_KEPT) != 0;
    if (is_kept && !peeks)
        atomic_store(&socket->urgent, SPALW_URGENT_SEEN);
    pthread_mutex_unlock(&urgent_lock);
    if (is_kept)
        *(unsigned char *)buffer = (unsigned char)urgent;
    return is_kept ? SPAL_OK : SPAL_EWOULDBLOCK;
}

/* ---------------------------------------------------------------------------------------------------------- waiting */

/* Waits for one of the events, as the socket's mode and its timeout say. */
static spal_error readiness_await(spalw_socket *socket, int events, int *revents) {
    spal_pollfd entry = {.socket = spalw_core(socket), .events = (int16_t)events};
    size_t ready = 0;
    int timeout_ms = 0;
    if (spalw_is(socket, SPALW_NONBLOCKING))
        return SPAL_EWOULDBLOCK;
    if (spal_get_recv_timeout(entry.socket, &timeout_ms) == SPAL_OK && timeout_ms == 0)
        timeout_ms = -1;
    spal_error error = spalw_poll(&entry, 1, timeout_ms, &ready);
    *revents = entry.revents;
    if (error != SPAL_OK)
        return error;
    if ((entry.revents & SPAL_POLLNVAL) != 0)
        return SPAL_EABORTED;
    return ready == 0 ? SPAL_ETIMEDOUT : SPAL_OK;
}

/* Whether what the stream has next is its end, or a failure. */
static spal_error end_look(spalw_socket *socket, bool *is_end) {
    char byte;
    size_t bytes = 0;
    spal_error error = spal_recv(spalw_core(socket), &byte, 1, SPAL_PEEK | SPAL_DONTWAIT, &bytes);
    *is_end = error == SPAL_OK && bytes == 0;
    return error;
}

/* Inside the stream what is urgent is received alone: by a receive of one byte, which begins at its place. */
static spal_error inline_prepare(spalw_socket *socket, size_t *length) {
    spal_native native;
    int revents = 0;
    spal_error error = spalw_is(socket, SPALW_NONBLOCKING) ? SPAL_OK : readiness_await(socket, SPAL_POLLIN, &revents);
    if (error == SPAL_OK)
        error = spal_native_handle(spalw_core(socket), &native);
    if (error == SPAL_OK && *length > 1 && spalw_native_is_at_mark(native))
        *length = 1;
    return error;
}

spal_error spalw_oob_prepare_some(spalw_socket *socket, size_t *length) {
    if (socket->type != SOCK_STREAM)
        return SPAL_OK;
    if (spalw_is(socket, SPALW_OOB_INLINE))
        return inline_prepare(socket, length);
    (void)urgent_look(socket);
    return SPAL_OK;
}

/* -------------------------------------------------------------------------------------------------------- transfers */

static spal_error room_await(spalw_socket *socket) {
    spal_pollfd entry = {.socket = spalw_core(socket), .events = SPAL_POLLOUT};
    size_t ready = 0;
    int timeout_ms = 0;
    if (spalw_is(socket, SPALW_NONBLOCKING))
        return SPAL_EWOULDBLOCK;
    if (spal_get_send_timeout(entry.socket, &timeout_ms) == SPAL_OK && timeout_ms == 0)
        timeout_ms = -1;
    spal_error error = spalw_poll(&entry, 1, timeout_ms, &ready);
    if (error == SPAL_OK && (entry.revents & SPAL_POLLNVAL) != 0)
        error = SPAL_EABORTED;
    return error == SPAL_OK && ready == 0 ? SPAL_ETIMEDOUT : error;
}

/* The system does not say why a connection takes no more; sockpal's own send does. */
static spal_error urgent_send(spalw_socket *socket, const void *buffer, size_t length, size_t *sent) {
    spal_native native;
    size_t none = 0;
    spal_error error = spal_send(spalw_core(socket), buffer, 0, 0, &none);
    if (error == SPAL_OK)
        error = spal_native_handle(spalw_core(socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_send_oob(native, buffer, length, sent);
    return error == SPAL_ESHUTDOWN && !spalw_is(socket, SPALW_SHUT_SEND) ? SPAL_ECONNRESET : error;
}

/* If not all is taken at once, what is taken last is urgent in the end. */
spal_error spalw_send_oob(spalw_socket *socket, const void *buffer, size_t length, size_t *sent) {
    spal_error error;
    *sent = 0;
    do {
        size_t part = 0;
        error = urgent_send(socket, (const char *)buffer + *sent, length - *sent, &part);
        *sent += part;
        if (error == SPAL_EWOULDBLOCK || (error == SPAL_OK && *sent < length))
            error = room_await(socket);
    } while (error == SPAL_OK && *sent < length);
    return *sent > 0 ? SPAL_OK : error;
}

/* Before there is a connection, and behind its end, there is nothing to wait for. */
static spal_error urgent_await(spalw_socket *socket, bool *is_end) {
    int revents = 0;
    spal_error error = end_look(socket, is_end);
    if (*is_end || (error != SPAL_OK && error != SPAL_EWOULDBLOCK))
        return error;
    return readiness_await(socket, SPAL_POLLPRI | (error == SPAL_EWOULDBLOCK ? SPAL_POLLIN : 0), &revents);
}

spal_error spalw_recv_oob(spalw_socket *socket, void *buffer, size_t length, int flags, size_t *received) {
    bool is_end = false;
    *received = 0;
    if (spalw_is(socket, SPALW_OOB_INLINE))
        return SPAL_EINVAL;
    if (length == 0)
        return SPAL_OK;
    for (;;) {
        spal_error error = urgent_take(socket, buffer, (flags & MSG_PEEK) != 0);
        if (error == SPAL_OK)
            *received = 1;
        if (error == SPAL_EWOULDBLOCK)
            error = urgent_await(socket, &is_end);
        else
            return error;
        if (error != SPAL_OK || is_end)
            return error;
    }
}
