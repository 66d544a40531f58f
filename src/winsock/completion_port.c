/* SPDX-License-Identifier: MIT
 *
 * Completion ports: see completion_port.h. The limit on running threads, a hint to Windows' scheduler, is taken and not
 * used.
 */
#include "completion_port.h"

#include "clock.h"
#include "error.h"
#include "file.h"
#include "plain.h"
#include "service.h"
#include "wait.h"

#include "sockpal/completion.h"
#include "windows.h"

#include <sched.h>
#include <stdlib.h>

#define RING_LEAST 128
#define TAKEN_MOST 64

/* ----------------------------------------------------------------------------------------------------------- making */

static void port_closed(spalw_object *object) {
    spalw_port *port = (spalw_port *)object;
    atomic_store(&port->is_closed, true);
    spalw_port_wake(port);
    spalw_port_part(port);
}

/* No socket is attached any more, so that nothing but the port's own operation can be on its way. */
static void port_destroy(spalw_object *object) {
    spalw_port *port = (spalw_port *)object;
    spal_completion completion;
    size_t count = 0;
    (void)spal_port_shutdown(port->core);
    while (spal_port_wait(port->core, &completion, 1, -1, &count) != SPAL_EEND) {
        spalw_packet packet;
        if (count > 0)
            (void)spalw_over(completion.op, &packet);
    }
    (void)spal_port_free(port->core);
    if (port->news != NULL)
        spalw_object_unref(port->news);
    free(port->ring);
    free(port);
}

/* The short way of GetQueuedCompletionStatus knows the port by the handle's number alone. */
static void port_handle_closed(spalw_object *object) {
    spalw_port *port = (spalw_port *)object;
    spalw_spin_lock(&port->lock);
    atomic_store(&port->is_doubtful, true);
    spalw_queue_open(port);
    spalw_spin_unlock(&port->lock);
}

static const spalw_kind port_kind = {
    .type = SPALW_PORT, .handle_closed = port_handle_closed, .closed = port_closed, .destroy = port_destroy};

static bool wake_over(spal_op *op, spalw_packet *packet) {
    (void)packet;
    spalw_port *port = CONTAINING_RECORD(op, spalw_port, wake);
    atomic_store(&port->is_waking, false);
    return false;
}

static const spalw_taker wake_taker = {wake_over};

static HANDLE port_new(void) {
    spalw_port *port = calloc(1, sizeof *port);
    if (port == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    port->ring = malloc(RING_LEAST * sizeof *port->ring);
    port->mask = RING_LEAST - 1;
    if (port->ring == NULL || spal_port_create(&port->core, NULL) != SPAL_OK) {
        DWORD code = port->ring == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_NO_SYSTEM_RESOURCES;
        free(port->ring);
        free(port);
        return spalw_fail_null(code);
    }
    port->wake.user = (void *)(uintptr_t)&wake_taker;
    spalw_object_init(&port->object, &port_kind);
    atomic_flag_clear(&port->lock);
    return spalw_handle_new(&port->object);
}

/* ------------------------------------------------------------------------------------------------------ associating */

/* What is under way goes on where it began; the socket's further operations are the new port's. */
static DWORD socket_move(spalw_socket *socket, spalw_port *port) {
    spal_socket core;
    if (spal_duplicate(spalw_core(socket), &core) != SPAL_OK)
        return ERROR_INVALID_PARAMETER;
    spal_port *before = atomic_exchange(&socket->attached, port->core);
    if (spalw_core_replace(socket, core, false) == SPAL_OK)
        return 0;
    atomic_store(&socket->attached, before);
    (void)spal_close(core);
    return ERROR_NO_SYSTEM_RESOURCES;
}

static DWORD core_attach(spalw_socket *socket, spalw_port *port) {
    spal_port *attached = socket->attached;
    if (attached == port->core)
        return 0;
    if (attached != NULL)
        return socket_move(socket, port);
    if (spal_port_attach(port->core, spalw_core(socket), NULL, SPAL_INLINE) != SPAL_OK)
        return ERROR_INVALID_HANDLE;
    atomic_store_explicit(&socket->attached, port->core, memory_order_release);
    return 0;
}

/* Of a listener's port that has had its turn nothing is left: AcceptEx gives the socket back to its own. */
void spalw_port_host(spalw_port *port, spalw_socket *socket) {
    if (socket->hosts[0] == port || socket->hosts[1] == port)
        return;
    int place = socket->hosts[0] != NULL && socket->hosts[0] == socket->port;
    if (socket->hosts[place] != NULL && socket->hosts[1 - place] == NULL)
        place = 1 - place;
    spalw_object_ref(&port->object);
    if (socket->hosts[place] != NULL)
        spalw_object_unref(&socket->hosts[place]->object);
    socket->hosts[place] = port;
}

static DWORD socket_attach(spalw_socket *socket, spalw_port *port, ULONG_PTR key) {
    spalw_sockets_lock();
    bool is_possible = socket->port == NULL && spalw_is(socket, SPALW_OVERLAPPED);
    DWORD code = socket->is_closed ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER;
    if (is_possible && !socket->is_closed)
        code = core_attach(socket, port);
    if (code == 0) {
        socket->key = key;
        spalw_port_host(port, socket);
        atomic_store_explicit(&socket->port, port, memory_order_release);
        if (socket->type == SOCK_STREAM && socket->watch == NULL && spalw_requests_prepare(socket))
            spalw_note(socket, SPALW_PLAIN | SPALW_SEEN);
    }
    spalw_sockets_unlock();
    return code;
}

/* A transfer on a file has ended; its result stands in the OVERLAPPED. */
static void file_notice(spalw_object *object, ULONG_PTR key, OVERLAPPED *overlapped) {
    spalw_packet packet = {.key = key, .overlapped = overlapped, .bytes = (DWORD)overlapped->InternalHigh};
    packet.status = (NTSTATUS)overlapped->Internal;
    spalw_port_push_surely((spalw_port *)object, packet);
}

static DWORD file_attach(spalw_object *file, spalw_object *port, ULONG_PTR key) {
    spalw_object_ref(port);
    if (spalw_file_bind((spalw_file *)file, port, key, file_notice))
        return 0;
    spalw_object_unref(port);
    return ERROR_INVALID_PARAMETER;
}

static BOOL associate(HANDLE file, HANDLE handle, ULONG_PTR key) {
    spalw_object *object = spalw_handle_find(file, SPALW_SOCKET | SPALW_FILE);
    if (object == NULL)
        return FALSE;
    DWORD code = ERROR_INVALID_HANDLE;
    spalw_object *port = spalw_handle_pin(handle, SPALW_PORT);
    if (port != NULL) {
        code = object->kind->type == SPALW_SOCKET ? socket_attach((spalw_socket *)object, (spalw_port *)port, key)
                                                  : file_attach(object, port, key);
        spalw_handle_unpin(handle);
    }
    spalw_handle_unpin(file);
    return code == 0 ? TRUE : spalw_fail(code);
}

HANDLE WINAPI CreateIoCompletionPort(HANDLE file, HANDLE existing, ULONG_PTR key, DWORD threads) {
    (void)threads;
    if (file == INVALID_HANDLE_VALUE)
        return existing == NULL ? port_new() : spalw_fail_null(ERROR_INVALID_PARAMETER);
    if (existing != NULL) {
        if (spalw_handle_find(existing, SPALW_PORT) == NULL)
            return NULL;
        spalw_handle_unpin(existing);
        return associate(file, existing, key) ? existing : NULL;
    }
    HANDLE port = port_new();
    if (port == NULL || associate(file, port, key))
        return port;
    DWORD code = spalw_error();
    (void)spalw_handle_close(port, SPALW_PORT);
    return spalw_fail_null(code);
}

/* A mode that has been set stays. */
static void modes_set(spalw_object *object, UCHAR flags) {
    bool skips_packet = (flags & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0;
    bool skips_handle = (flags & FILE_SKIP_SET_EVENT_ON_HANDLE) != 0;
    if (object->kind->type == SPALW_SOCKET)
        spalw_note((spalw_socket *)object, (skips_packet ? (unsigned)SPALW_SKIP_PACKET : 0U) |
                                               (skips_handle ? (unsigned)SPALW_SKIP_HANDLE : 0U));
    else if (skips_packet)
        atomic_store(&((spalw_file *)object)->skips_port, true);
}

BOOL WINAPI SetFileCompletionNotificationModes(HANDLE file, UCHAR flags) {
    const UCHAR known = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE;
    spalw_object *object = spalw_handle_find(file, SPALW_SOCKET | SPALW_FILE);
    if (object == NULL)
        return FALSE;
    if ((flags & ~known) == 0)
        modes_set(object, flags);
    spalw_handle_unpin(file);
    return (flags & ~known) == 0 ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
}

/* -------------------------------------------------------------------------------------------------------- the queue */

void spalw_port_wake(spalw_port *port) {
    if (atomic_load(&port->alertable) > 0)
        spalw_event_set(port->news);
    if (!atomic_exchange(&port->is_waking, true))
        (void)spal_port_post(port->core, &port->wake, NULL);
}

/* Under the lock, which is given up while memory is asked for: the short ways must know by then that the ring is full.
 */
bool spalw_ring_grow(spalw_port *port) {
    unsigned room = 2 * (port->mask + 1);
    spalw_queue_open(port);
    spalw_spin_unlock(&port->lock);
    spalw_packet *ring = malloc(room * sizeof *ring);
    spalw_spin_lock(&port->lock);
    if (ring == NULL || !spalw_ring_is_full(port) || room <= port->mask + 1) { /* No memory, or somebody was faster. */
        free(ring);
        return ring != NULL || !spalw_ring_is_full(port);
    }
    for (unsigned i = port->head; i != port->tail; i++)
        ring[i & (room - 1)] = port->ring[i & port->mask];
    free(port->ring);
    port->ring = ring;
    port->mask = room - 1;
    return true;
}

bool spalw_port_push(spalw_port *port, const spalw_packet *packet) {
    spalw_spin_lock(&port->lock);
    bool has_room = true;
    while (has_room && spalw_ring_is_full(port))
        has_room = spalw_ring_grow(port);
    if (has_room)
        spalw_ring_put(port, packet);
    bool is_awaited = port->waiting > 0;
    spalw_queue_open(port);
    spalw_spin_unlock(&port->lock);
    if (is_awaited)
        spalw_port_wake(port);
    return has_room;
}

void spalw_port_push_surely(spalw_port *port, spalw_packet packet) {
    while (!spalw_port_push(port, &packet))
        sched_yield();
}

BOOL WINAPI PostQueuedCompletionStatus(HANDLE handle, DWORD bytes, ULONG_PTR key, LPOVERLAPPED overlapped) {
    spalw_port *port = (spalw_port *)spalw_handle_find(handle, SPALW_PORT);
    if (port == NULL)
        return FALSE;
    spalw_packet packet = {.key = key, .overlapped = overlapped, .bytes = bytes};
    bool is_queued = spalw_port_push(port, &packet);
    spalw_handle_unpin(handle);
    return is_queued ? TRUE : spalw_fail(ERROR_NO_SYSTEM_RESOURCES);
}

/* Nobody is kept from waiting: what is taken goes to the queue. */
void spalw_port_collect(spalw_port *port) {
    spal_completion completions[TAKEN_MOST];
    size_t count = 0;
    do {
        if (spal_port_wait(port->core, completions, TAKEN_MOST, 0, &count) != SPAL_OK)
            return;
        spalw_port_note_beat(port);
        for (size_t i = 0; i < count; i++) {
            spalw_packet packet;
            if (spalw_over(completions[i].op, &packet))
                spalw_port_push_surely(port, packet);
        }
    } while (count == TAKEN_MOST);
    /* Among what was taken may have been the call that wakes a waiting thread: it was not meant for this one. */
    spalw_spin_lock(&port->lock);
    bool is_awaited = port->waiting > 0 && (port->head != port->tail || atomic_load(&port->is_closed));
    spalw_spin_unlock(&port->lock);
    if (is_awaited)
        spalw_port_wake(port);
}
