/* SPDX-License-Identifier: MIT
 *
 * Overlapped operations, from their start until their result has been told: see request.h. What each kind does is in
 * the files that start them.
 */
#include "request.h"

#include "buffers.h"
#include "completion_port.h"
#include "error.h"
#include "parts.h"
#include "plain.h"
#include "service.h"

#include <pthread.h>
#include <stdlib.h>

const spalw_taker spalw_request_taker = {spalw_request_over};

/* ---------------------------------------------------------------------------------------------------------- memory */

/* As the short way wants it. */
static void own_reset(spalw_request *request) {
    spalw_request_set_plain(request, true);
    request->has_packet = true;
}

static spalw_request *own_new(spalw_socket *socket, int direction) {
    spalw_request *request = calloc(1, sizeof *request);
    spalw_request *expected = NULL;
    if (request == NULL)
        return NULL;
    request->op.user = (void *)(uintptr_t)&spalw_request_taker;
    request->is_own = true;
    request->socket = socket;
    own_reset(request);
    if (atomic_compare_exchange_strong(&socket->own[direction], &expected, request))
        return request;
    free(request);
    return expected;
}

bool spalw_requests_prepare(spalw_socket *socket) {
    bool is_ready = true;
    for (int i = 0; i < 2; i++)
        is_ready = (atomic_load(&socket->own[i]) != NULL || own_new(socket, i) != NULL) && is_ready;
    return is_ready;
}

/* The socket's own request for the direction, or null when it is in use. */
static inline spalw_request *own_take(spalw_socket *socket, int direction) {
    spalw_request *request = atomic_load_explicit(&socket->own[direction], memory_order_acquire);
    int expected = SPALW_FREE;
    if (request == NULL)
        request = own_new(socket, direction);
    if (request == NULL || !atomic_compare_exchange_strong_explicit(&request->hold, &expected, SPALW_TAKEN,
                                                                    memory_order_acquire, memory_order_relaxed))
        return NULL;
    return request;
}

static spalw_request *heap_take(void) {
    spalw_request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        spalw_set_error(WSAENOBUFS);
        return NULL;
    }
    request->op.user = (void *)(uintptr_t)&spalw_request_taker;
    atomic_init(&request->hold, SPALW_TAKEN);
    return request;
}

static void rest_clear(spalw_request *request) {
    spalw_request_rest *rest = &request->rest;
    if (rest->event != NULL)
        spalw_object_unref(rest->event);
    if (rest->thread != NULL)
        spalw_object_unref(&rest->thread->object);
    if (rest->buffers != rest->few)
        free(rest->buffers);
    free(rest->joined);
    free(rest->extra);
    free(rest->parts);
    memset(rest, 0, sizeof *rest);
}

/* It has been taken. */
static inline void request_free(spalw_request *request) {
    spalw_socket *socket = request->socket;
    if (!spalw_request_is_plain(request))
        rest_clear(request);
    if (request->is_own) {
        own_reset(request);
        atomic_store_explicit(&request->hold, SPALW_FREE, memory_order_release);
    } else {
        free(request);
    }
    spalw_object_unref(&socket->object);
}

/* ----------------------------------------------------------------------------------------------------------- making */

static inline void request_begin(spalw_request *request, spalw_socket *socket, OVERLAPPED *overlapped) {
    spalw_object_ref(&socket->object);
    request->socket = socket;
    request->core = spalw_core(socket);
    request->overlapped = overlapped;
    request->starter = spalw_here();
}

static inline void overlapped_begin(OVERLAPPED *overlapped) {
    __atomic_store_n(&overlapped->Internal, (ULONG_PTR)STATUS_PENDING, __ATOMIC_RELAXED);
    overlapped->InternalHigh = 0;
}

/* The lowest bit of the event's handle says that no packet is wanted. */
static bool event_find(spalw_request *request, HANDLE handle) {
    HANDLE event = (HANDLE)((ULONG_PTR)handle & ~(ULONG_PTR)1);
    if (event == NULL)
        return true;
    spalw_object *object = spalw_handle_find(event, SPALW_EVENT);
    if (object == NULL)
        return false;
    spalw_object_ref(object);
    spalw_handle_unpin(event);
    spalw_event_reset(object);
    request->rest.event = object;
    return true;
}

/* What is to be told of the end: one of the two, or neither. */
typedef struct routines {
    LPWSAOVERLAPPED_COMPLETION_ROUTINE wsa;
    LPOVERLAPPED_COMPLETION_ROUTINE win32;
} routines;

static bool routine_note(spalw_request *request, routines told) {
    request->rest.thread = spalw_thread_self();
    if (request->rest.thread == NULL)
        return false;
    spalw_object_ref(&request->rest.thread->object);
    request->rest.routine = told.wsa;
    request->rest.win32_routine = told.win32;
    return true;
}

static bool target_find(spalw_request *request, routines told) {
    HANDLE event = request->overlapped->hEvent;
    spalw_port *port = request->socket->port;
    bool has_routine = told.wsa != NULL || told.win32 != NULL;
    if (has_routine && port != NULL) {
        spalw_set_error(WSAEINVAL);
        return false;
    }
    if (has_routine)
        return routine_note(request, told);
    request->has_packet = port != NULL && ((ULONG_PTR)event & 1) == 0;
    if (event != NULL)
        return event_find(request, event);
    if (spalw_is(request->socket, SPALW_SIGNALLED))
        spalw_forget(request->socket, SPALW_SIGNALLED);
    return true;
}

/* A thread that ends takes along what it has started, unless that belongs to a completion port. */
static pthread_key_t starters;
static pthread_once_t starters_once = PTHREAD_ONCE_INIT;

static void starter_ends(void *unused) {
    (void)unused;
    spalw_requests_end_with(spalw_here());
}

static void starters_begin(void) {
    (void)pthread_key_create(&starters, starter_ends);
}

static _Thread_local bool is_noted;

bool spalw_requests_begun_here(void) {
    return is_noted;
}

static void starter_note(void) {
    if (is_noted)
        return;
    (void)pthread_once(&starters_once, starters_begin);
    is_noted = pthread_setspecific(starters, &starters) == 0;
}

static bool is_attached(spalw_socket *socket) {
    if (atomic_load_explicit(&socket->attached, memory_order_acquire) != NULL)
        return true;
    spal_error error = spalw_service_serve(socket);
    return error == SPAL_OK ? true : spalw_core_fail(error) == 0;
}

static spalw_request *request_make(spalw_socket *socket, OVERLAPPED *overlapped, routines told, int direction) {
    if (!is_attached(socket))
        return NULL;
    spalw_request *request = own_take(socket, direction);
    if (request == NULL)
        request = heap_take();
    if (request == NULL)
        return NULL;
    if (socket->port == NULL)
        starter_note();
    request_begin(request, socket, overlapped);
    spalw_request_set_plain(request, false);
    request->has_packet = false;
    if (!target_find(request, told)) {
        request_free(request);
        return NULL;
    }
    overlapped_begin(overlapped);
    return request;
}

spalw_request *spalw_request_new(spalw_socket *socket, OVERLAPPED *overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine, int direction) {
    routines told = {routine, NULL};
    return request_make(socket, overlapped, told, direction);
}

spalw_request *spalw_request_with_win32_routine(spalw_socket *socket, OVERLAPPED *overlapped,
                                                LPOVERLAPPED_COMPLETION_ROUTINE routine, int direction) {
    routines told = {NULL, routine};
    return request_make(socket, overlapped, told, direction);
}

static bool buffers_join(spalw_request *request, const WSABUF *buffers, DWORD count) {
    spalw_request_rest *rest = &request->rest;
    size_t total = 0;
    rest->joined = spalw_buffers_join(buffers, count, &total);
    rest->few[0] = (spal_buffer){rest->joined, total};
    rest->buffers = rest->few;
    rest->buffer_count = 1;
    if (rest->joined == NULL)
        spalw_set_error(WSAENOBUFS);
    return rest->joined != NULL;
}

bool spalw_request_buffers(spalw_request *request, const WSABUF *buffers, DWORD count, bool sends) {
    spalw_request_rest *rest = &request->rest;
    if (sends && count > SPAL_BUFFERS_MAX)
        return buffers_join(request, buffers, count);
    rest->buffer_count = count > SPAL_BUFFERS_MAX ? SPAL_BUFFERS_MAX : count;
    rest->buffers = rest->few;
    if (count > SPALW_BUFFERS_FEW)
        rest->buffers = malloc(rest->buffer_count * sizeof *rest->buffers);
    if (rest->buffers == NULL) {
        spalw_set_error(WSAENOBUFS);
        return false;
    }
    for (size_t i = 0; i < rest->buffer_count; i++)
        rest->buffers[i] = (spal_buffer){buffers[i].buf, buffers[i].len};
    return true;
}

/* ---------------------------------------------------------------------------------------------------- being pending */

static void list_add(spalw_request *request) {
    spalw_socket *socket = request->socket;
    request->rest.is_listed = true;
    request->previous = NULL;
    spalw_socket_lock(socket);
    request->next = socket->pending;
    if (request->next != NULL)
        request->next->previous = request;
    socket->pending = request;
    spalw_socket_unlock(socket);
}

static void list_remove(spalw_request *request) {
    spalw_socket *socket = request->socket;
    spalw_socket_lock(socket);
    if (request->next != NULL)
        request->next->previous = request->previous;
    if (request->previous != NULL)
        request->previous->next = request->next;
    else
        socket->pending = request->next;
    spalw_socket_unlock(socket);
}

void spalw_request_publish(spalw_request *request) {
    if (request->rest.event != NULL && request->socket->port != NULL) {
        request->rest.is_pumped = true;
        spalw_service_pump(request->socket->port);
    }
    atomic_store_explicit(&request->hold, SPALW_STARTED, memory_order_release);
    if (!request->is_own)
        list_add(request);
}

/* Nobody finds the request any more. */
static inline void request_end(spalw_request *request) {
    int expected = SPALW_STARTED;
    while (!atomic_compare_exchange_weak_explicit(&request->hold, &expected, SPALW_TAKEN, memory_order_acquire,
                                                  memory_order_relaxed)) {
        expected = SPALW_STARTED;
        spalw_yield();
    }
    if (spalw_request_is_plain(request))
        return;
    if (request->rest.is_pumped)
        spalw_service_unpump(request->socket->port);
}

void spalw_request_go_on(spalw_request *request, spal_socket core) {
    int expected = SPALW_STARTED;
    while (!atomic_compare_exchange_weak(&request->hold, &expected, SPALW_TAKEN)) {
        expected = SPALW_STARTED;
        spalw_yield();
    }
    request->core = core;
    atomic_store(&request->hold, SPALW_STARTED);
}

/* ------------------------------------------------------------------------------------------- finding and cancelling */

static bool is_meant(const spalw_request *request, const OVERLAPPED *overlapped, const void *starter) {
    return (overlapped == NULL || request->overlapped == overlapped) &&
           (starter == NULL || request->starter == starter);
}

static bool hold_try(spalw_request *request, const OVERLAPPED *overlapped, const void *starter) {
    int expected = SPALW_STARTED;
    if (!atomic_compare_exchange_strong(&request->hold, &expected, SPALW_HELD))
        return false;
    if (is_meant(request, overlapped, starter))
        return true;
    spalw_request_let_go(request);
    return false;
}

void spalw_request_let_go(spalw_request *request) {
    atomic_store_explicit(&request->hold, SPALW_STARTED, memory_order_release);
}

spalw_request *spalw_request_hold(spalw_socket *socket, const OVERLAPPED *overlapped) {
    for (int i = 0; i < 2; i++) {
        spalw_request *own = atomic_load(&socket->own[i]);
        if (own != NULL && hold_try(own, overlapped, NULL))
            return own;
    }
    spalw_socket_lock(socket);
    spalw_request *request = socket->pending;
    while (request != NULL && !hold_try(request, overlapped, NULL))
        request = request->next;
    spalw_socket_unlock(socket);
    return request;
}

static void held_cancel(spalw_request *request) {
    spalw_parts *parts = request->rest.parts;
    if (parts == NULL)
        (void)spal_cancel(request->core, &request->op);
    unsigned count = parts == NULL ? 0 : atomic_load(&parts->count);
    for (unsigned i = 0; i < count; i++)
        (void)spal_cancel(request->core, &parts->all[i].op);
}

/* sockpal calls nothing of the face's, so that the lock may be held. */
bool spalw_requests_cancel(spalw_socket *socket, const OVERLAPPED *overlapped, const void *starter) {
    bool any = false;
    for (int i = 0; i < 2; i++) {
        spalw_request *own = atomic_load(&socket->own[i]);
        if (own == NULL || !hold_try(own, overlapped, starter))
            continue;
        held_cancel(own);
        spalw_request_let_go(own);
        any = true;
    }
    spalw_socket_lock(socket);
    for (spalw_request *request = socket->pending; request != NULL; request = request->next) {
        if (!hold_try(request, overlapped, starter))
            continue;
        held_cancel(request);
        spalw_request_let_go(request);
        any = true;
    }
    spalw_socket_unlock(socket);
    return any;
}

static bool is_any_untold(spalw_socket *socket) {
    for (int i = 0; i < 2; i++) {
        spalw_request *own = atomic_load(&socket->own[i]);
        int hold = own == NULL ? SPALW_FREE : atomic_load(&own->hold);
        if (hold != SPALW_FREE && hold != SPALW_TOLD)
            return true;
    }
    spalw_socket_lock(socket);
    bool is_any = socket->pending != NULL;
    spalw_socket_unlock(socket);
    return is_any;
}

/* Most of it is there already, for whoever takes it; another thread may be about to tell the rest. */
void spalw_requests_end(spalw_socket *socket) {
    while (is_any_untold(socket)) {
        (void)spalw_requests_cancel(socket, NULL, NULL);
        spalw_service_collect();
        for (int i = 0; i < 2; i++)
            if (socket->hosts[i] != NULL)
                spalw_port_collect(socket->hosts[i]);
        if (is_any_untold(socket))
            spalw_yield();
    }
}

void spalw_requests_end_with(const void *starter) {
    spalw_sockets_lock();
    for (spalw_socket *socket = spalw_sockets_first(); socket != NULL; socket = socket->next)
        if (socket->port == NULL)
            (void)spalw_requests_cancel(socket, NULL, starter);
    spalw_sockets_unlock();
}

/* ---------------------------------------------------------------------------------------------------------- telling */

static void routine_run(spalw_apc *apc) {
    spalw_request *request = CONTAINING_RECORD(apc, spalw_request, rest.apc);
    routines told = {request->rest.routine, request->rest.win32_routine};
    OVERLAPPED *overlapped = request->overlapped;
    NTSTATUS status = request->rest.status;
    DWORD bytes = (DWORD)request->bytes;
    DWORD flags = request->rest.flags;
    request_free(request);
    if (told.wsa != NULL)
        told.wsa(spalw_wsa_from_status(status), bytes, overlapped, flags);
    else
        told.win32(spalw_win32_from_status(status), bytes, overlapped);
}

static void routine_drop(spalw_apc *apc) {
    request_free(CONTAINING_RECORD(apc, spalw_request, rest.apc));
}

static void routine_queue(spalw_request *request) {
    request->rest.apc.run = routine_run;
    request->rest.apc.drop = routine_drop;
    atomic_store(&request->hold, SPALW_TOLD);
    if (!spalw_apc_queue(request->rest.thread, &request->rest.apc))
        request_free(request);
}

/* From the store of the status on, the OVERLAPPED is the caller's again. */
static inline void overlapped_tell(OVERLAPPED *overlapped, size_t bytes, DWORD flags, NTSTATUS status) {
    overlapped->InternalHigh = bytes;
    overlapped->Offset = flags;
    __atomic_store_n(&overlapped->Internal, (ULONG_PTR)(ULONG)status, __ATOMIC_RELEASE);
}

static inline bool packet_fill(spalw_request *request, spalw_packet *packet, NTSTATUS status) {
    packet->key = request->socket->key;
    packet->overlapped = request->overlapped;
    packet->status = status;
    packet->bytes = (DWORD)request->bytes;
    bool is_due = request->has_packet;
    request_free(request);
    return is_due;
}

/* It has been ended. @return whether a packet is due */
static inline bool request_tell(spalw_request *request, NTSTATUS status, spalw_packet *packet) {
    if (spalw_request_is_plain(request)) {
        overlapped_tell(request->overlapped, request->bytes, 0, status);
        return packet_fill(request, packet, status);
    }
    overlapped_tell(request->overlapped, request->bytes, request->rest.flags, status);
    if (request->rest.is_listed)
        list_remove(request);
    if (request->rest.thread != NULL) {
        request->rest.status = status;
        routine_queue(request);
        return false;
    }
    if (request->rest.event != NULL)
        spalw_event_set(request->rest.event);
    else
        spalw_socket_signal(request->socket);
    return packet_fill(request, packet, status);
}

static inline NTSTATUS status_of(const spalw_request *request) {
    if (request->error == SPAL_OK)
        return STATUS_SUCCESS;
    bool is_known = !spalw_request_is_plain(request) && request->rest.status != 0;
    return is_known ? request->rest.status : spalw_status_from_core(request->error);
}

/* @return false when the request goes on */
static inline bool request_conclude(spalw_request *request) {
    request->error = request->op.error;
    request->bytes = request->op.count;
    return spalw_request_is_plain(request) || request->rest.ended == NULL || request->rest.ended(request);
}

bool spalw_request_over(spal_op *op, spalw_packet *packet) {
    spalw_request *request = (spalw_request *)(void *)op;
    if (!request_conclude(request))
        return false;
    request_end(request);
    return request_tell(request, status_of(request), packet);
}

/* --------------------------------------------------------------------------------------------------------- starting */

bool spalw_request_looks_first(spalw_request *request) {
    spalw_socket *socket = request->socket;
    spalw_port *port = socket->port;
    if (spalw_is(socket, SPALW_SEEN)) {
        spalw_forget(socket, SPALW_SEEN);
        return true;
    }
    return port == NULL || (request->is_own && spalw_port_has_rested(port));
}

void spalw_request_drop(spalw_request *request) {
    request_free(request);
}

static int request_refused(spalw_request *request, DWORD code, NTSTATUS status) {
    __atomic_store_n(&request->overlapped->Internal, (ULONG_PTR)(ULONG)status, __ATOMIC_RELEASE);
    if (!spalw_request_is_plain(request) && request->rest.is_listed)
        list_remove(request);
    request_free(request);
    return spalw_wsa_fail(code);
}

/* A warning, that a datagram has been cut, is reported and followed by everything else. */
static int request_done(spalw_request *request, DWORD *bytes, DWORD *flags) {
    NTSTATUS status = status_of(request);
    DWORD code = status == STATUS_SUCCESS ? 0 : spalw_wsa_from_status(status);
    if (code != 0 && status != STATUS_BUFFER_OVERFLOW)
        return request_refused(request, code, status);
    if (bytes != NULL)
        *bytes = (DWORD)request->bytes;
    if (flags != NULL)
        *flags = spalw_request_is_plain(request) ? 0 : request->rest.flags;
    spalw_port *port = request->socket->port;
    if (code == 0 && spalw_is(request->socket, SPALW_SKIP_PACKET))
        request->has_packet = false;
    spalw_packet packet;
    if (request_tell(request, status, &packet))
        spalw_port_push(port, &packet);
    return code == 0 ? 0 : spalw_wsa_fail(code);
}

int spalw_request_started(spalw_request *request, spal_error answer, DWORD *bytes, DWORD *flags) {
    if (answer == SPAL_EPENDING)
        return spalw_wsa_fail(WSA_IO_PENDING);
    if (answer == SPAL_OK && !request_conclude(request))
        return spalw_wsa_fail(WSA_IO_PENDING);
    request_end(request);
    if (answer == SPAL_OK)
        return request_done(request, bytes, flags);
    return request_refused(request, spalw_wsa_from_core(answer), spalw_status_from_core(answer));
}
