/* SPDX-License-Identifier: MIT
 *
 * The short way of WSASend and WSARecv, in line: one buffer, a connection with a completion port, no event and no
 * routine, and the socket's own request for the direction, which is kept as this way wants it. Whatever turns out
 * otherwise goes on in request.c.
 *
 * A send that is done when sockpal returns, as nearly all are, leaves no trace but the packet: its request is never
 * published, and needs no reference to the socket beside the call's pin.
 */
#ifndef SPALW_PLAIN_H
#define SPALW_PLAIN_H

#include "error.h"
#include "pin.h"
#include "request.h"

extern SPALW_HIDDEN const spalw_taker spalw_request_taker;

/** The own request of the socket of a pinned entry, taken but not published. @return null when this way is closed */
static inline spalw_request *spalw_plain_take(spalw_entry *entry, OVERLAPPED *overlapped, int direction) {
    spalw_socket *socket = (spalw_socket *)entry->object;
    int expected = SPALW_FREE;
    if (!SPALW_LIKELY(overlapped->hEvent == NULL) ||
        !SPALW_LIKELY((spalw_facts(socket) & (SPALW_PLAIN | SPALW_SEEN)) == SPALW_PLAIN))
        return NULL;
    spalw_request *request = atomic_load_explicit(&socket->own[direction], memory_order_acquire);
    if (!SPALW_LIKELY(atomic_compare_exchange_strong_explicit(&request->hold, &expected, SPALW_TAKEN,
                                                              memory_order_acquire, memory_order_relaxed)))
        return NULL;
    request->core = spalw_core(socket);
    request->overlapped = overlapped;
    return request;
}

/** It may be pending from here on. */
static inline void spalw_plain_publish(spalw_socket *socket, spalw_request *request) {
    OVERLAPPED *overlapped = request->overlapped;
    request->starter = spalw_here();
    __atomic_store_n(&overlapped->Internal, (ULONG_PTR)STATUS_PENDING, __ATOMIC_RELAXED);
    overlapped->InternalHigh = 0;
    atomic_fetch_add_explicit(&socket->object.references, 1, memory_order_relaxed);
    atomic_store_explicit(&request->hold, SPALW_STARTED, memory_order_release);
}

/** Success. From the last store on, the OVERLAPPED is the caller's again. */
static inline void spalw_plain_tell(OVERLAPPED *overlapped, size_t bytes) {
    overlapped->InternalHigh = bytes;
    overlapped->Offset = 0;
    __atomic_store_n(&overlapped->Internal, (ULONG_PTR)STATUS_SUCCESS, __ATOMIC_RELEASE);
}

static inline spalw_packet spalw_plain_packet(spalw_socket *socket, OVERLAPPED *overlapped, size_t bytes) {
    return (spalw_packet){socket->key, overlapped, STATUS_SUCCESS, (DWORD)bytes};
}

/** As spalw_over, for whatever a port of sockpal has given. */
static inline bool spalw_plain_over(spal_op *op, spalw_packet *packet) {
    spalw_request *request = (spalw_request *)(void *)op;
    int expected = SPALW_STARTED;
    if (!SPALW_LIKELY(op->user == &spalw_request_taker && op->error == SPAL_OK))
        return spalw_over(op, packet);
    if (!SPALW_LIKELY(atomic_compare_exchange_strong_explicit(&request->hold, &expected, SPALW_TAKEN,
                                                              memory_order_acquire, memory_order_relaxed)))
        return spalw_request_over(op, packet);
    if (!SPALW_LIKELY(spalw_request_is_plain(request))) {
        spalw_request_let_go(request);
        return spalw_request_over(op, packet);
    }
    spalw_socket *socket = request->socket;
    *packet = spalw_plain_packet(socket, request->overlapped, op->count);
    spalw_plain_tell(request->overlapped, op->count);
    atomic_store_explicit(&request->hold, SPALW_FREE, memory_order_release);
    spalw_object_drop(&socket->object);
    return true;
}

#endif
