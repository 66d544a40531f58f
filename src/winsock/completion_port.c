/* SPDX-License-Identifier: MIT
 *
 * Completion ports: see completion_port.h. The limit on running threads, a hint to Windows' scheduler, is taken and not
 * used.
 */
#include "completion_port.h"

#include "clock.h"
#include "error.h"
#include "file.h"

#include "sockpal/completion.h"
#include "windows.h"

#include <sched.h>
#include <stdlib.h>

/* A queue that is never empty must not keep the system's news waiting for ever. */
#define UNPOLLED_MOST 32
#define TAKEN_MOST 64
/* Completions that a thread takes from sockpal for itself and for the queue, if it is the only one that waits. */
#define BATCH 16
#define RING_LEAST 32
#define SPALW_OUT_OF_LINE __attribute__((noinline))

/* ----------------------------------------------------------------------------------------------------------- making */

static void port_closed(spalw_object *object) {
    spalw_port *port = (spalw_port *)object;
    atomic_store(&port->is_closed, true);
    spalw_port_wake(port);
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
    free(port->ring);
    free(port);
}

static const spalw_kind port_kind = {.type = SPALW_PORT, .closed = port_closed, .destroy = port_destroy};

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
    if (spal_port_create(&port->core, NULL) != SPAL_OK) {
        free(port);
        return spalw_fail_null(ERROR_NO_SYSTEM_RESOURCES);
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

void spalw_port_host(spalw_port *port, spalw_socket *socket) {
    if (socket->hosts[0] == port)
        return;
    spalw_object_ref(&port->object);
    socket->hosts[socket->hosts[0] == NULL ? 0 : 1] = port;
}

static DWORD socket_attach(spalw_socket *socket, spalw_port *port, ULONG_PTR key) {
    spalw_sockets_lock();
    DWORD code = socket->port != NULL ? ERROR_INVALID_PARAMETER : core_attach(socket, port);
    if (code == 0) {
        socket->key = key;
        spalw_port_host(port, socket);
        atomic_store_explicit(&socket->port, port, memory_order_release);
    }
    spalw_sockets_unlock();
    return code;
}

/* A transfer on a file has ended; its result stands in the OVERLAPPED. */
static void file_notice(spalw_object *object, ULONG_PTR key, OVERLAPPED *overlapped) {
    spalw_packet packet = {.key = key, .overlapped = overlapped, .bytes = (DWORD)overlapped->InternalHigh};
    packet.status = (NTSTATUS)overlapped->Internal;
    while (!spalw_port_push((spalw_port *)object, &packet))
        sched_yield();
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

/* -------------------------------------------------------------------------------------------------------- the queue */

void spalw_port_wake(spalw_port *port) {
    if (!atomic_exchange(&port->is_waking, true))
        (void)spal_port_post(port->core, &port->wake, NULL);
}

/* Under the lock. */
static inline void ring_put(spalw_port *port, const spalw_packet *packet) {
    port->ring[(port->first + port->count) & (port->room - 1)] = *packet;
    port->count++;
}

/* Under the lock. */
static inline void ring_get(spalw_port *port, spalw_packet *out) {
    *out = port->ring[port->first];
    port->first = (port->first + 1) & (port->room - 1);
    port->count--;
}

/* Under the lock, which is given up while memory is asked for. */
static bool ring_grow(spalw_port *port) {
    size_t room = port->room == 0 ? RING_LEAST : 2 * port->room;
    spalw_spin_unlock(&port->lock);
    spalw_packet *ring = malloc(room * sizeof *ring);
    spalw_spin_lock(&port->lock);
    if (ring == NULL || room <= port->room || port->count < port->room) { /* No memory, or somebody was faster. */
        bool has_room = port->count < port->room;
        free(ring);
        return has_room;
    }
    for (size_t i = 0; i < port->count; i++)
        ring[i] = port->ring[(port->first + i) & (port->room - 1)];
    free(port->ring);
    port->ring = ring;
    port->room = room;
    port->first = 0;
    return true;
}

bool spalw_port_push(spalw_port *port, const spalw_packet *packet) {
    spalw_spin_lock(&port->lock);
    bool has_room = port->count < port->room || ring_grow(port);
    if (has_room)
        ring_put(port, packet);
    bool is_awaited = port->waiting > 0;
    spalw_spin_unlock(&port->lock);
    if (is_awaited)
        spalw_port_wake(port);
    return has_room;
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

/* ---------------------------------------------------------------------------------------------------------- waiting */

typedef struct taken_packets {
    spalw_packet *out;
    size_t room;
    size_t count;
    size_t surplus_count;
    spalw_packet surplus[BATCH]; /* what a thread took for the queue */
} taken_packets;

/* One look at sockpal's port. */
static void core_take(spalw_port *port, taken_packets *taken, size_t most, int timeout_ms) {
    spal_completion completions[TAKEN_MOST];
    size_t count = 0;
    taken->surplus_count = 0;
    (void)spal_port_wait(port->core, completions, most, timeout_ms, &count);
    for (size_t i = 0; i < count; i++) {
        bool fits = taken->count < taken->room;
        if (!spalw_over(completions[i].op, fits ? &taken->out[taken->count] : &taken->surplus[taken->surplus_count]))
            continue;
        taken->count += fits;
        taken->surplus_count += !fits;
    }
}

static int rest_ms(uint64_t deadline_ns) {
    if (deadline_ns == SPALW_FOREVER)
        return -1;
    uint64_t now_ns = deadline_ns == 0 ? 0 : spalw_now_ns();
    if (now_ns >= deadline_ns)
        return 0;
    uint64_t rest = (deadline_ns - now_ns + 999999) / 1000000;
    return rest > INT_MAX ? INT_MAX : (int)rest;
}

/* The news of what is in the queue may have gone to this thread alone: if it leaves something, another is told. Under
 * the lock. */
static inline bool queue_has_heirs(const spalw_port *port) {
    return port->waiting > 0 && (port->count > 0 || atomic_load_explicit(&port->is_closed, memory_order_relaxed));
}

/* The short way: something stands in the queue. @return how many packets have been taken */
static inline size_t queue_take(spalw_port *port, spalw_packet *out, size_t room) {
    size_t taken = 0;
    spalw_spin_lock(&port->lock);
    if (port->count > 0 && port->unpolled < UNPOLLED_MOST) {
        port->unpolled++;
        do
            ring_get(port, &out[taken++]);
        while (taken < room && port->count > 0);
    }
    bool has_heirs = taken > 0 && queue_has_heirs(port);
    spalw_spin_unlock(&port->lock);
    if (has_heirs)
        spalw_port_wake(port);
    return taken;
}

/* Counts the thread as one that waits in sockpal's port, unless there is something after all. @return whether the queue
 * holds something, but the system's turn is first */
static bool queue_leave_for_core(spalw_port *port, size_t room, size_t *most) {
    spalw_spin_lock(&port->lock);
    bool is_owed = port->count > 0;
    port->unpolled = 0;
    *most = port->waiting++ > 0 || room > BATCH ? room : BATCH;
    spalw_spin_unlock(&port->lock);
    return is_owed;
}

/* @return whether the queue is empty */
static bool queue_return(spalw_port *port, const taken_packets *taken) {
    bool has_taken = taken->count > 0;
    spalw_spin_lock(&port->lock);
    port->waiting--;
    for (size_t i = 0; i < taken->surplus_count; i++) {
        while (port->count == port->room && !ring_grow(port))
            sched_yield(); /* What the system has reported must not get lost. */
        ring_put(port, &taken->surplus[i]);
    }
    bool is_closed = atomic_load_explicit(&port->is_closed, memory_order_relaxed);
    bool has_heirs = (has_taken || is_closed) && queue_has_heirs(port);
    bool is_empty = port->count == 0;
    spalw_spin_unlock(&port->lock);
    if (has_heirs)
        spalw_port_wake(port);
    return is_empty;
}

/* The long way: the queue is empty, or has been served often. @return 0, or why nothing was taken */
static SPALW_OUT_OF_LINE DWORD core_wait(spalw_port *port, spalw_packet *out, size_t room, size_t *count,
                                         DWORD timeout_ms) {
    uint64_t deadline_ns = timeout_ms == INFINITE ? SPALW_FOREVER : timeout_ms == 0 ? 0 : spalw_deadline_ns(timeout_ms);
    taken_packets taken;
    taken.out = out;
    taken.room = room;
    taken.count = 0;
    for (;;) {
        size_t most;
        bool is_owed = queue_leave_for_core(port, room, &most);
        bool is_closed = atomic_load_explicit(&port->is_closed, memory_order_relaxed);
        core_take(port, &taken, most, is_closed || is_owed ? 0 : rest_ms(deadline_ns));
        bool is_empty = queue_return(port, &taken);
        *count = taken.count;
        if (taken.count > 0)
            return 0;
        if (is_closed && is_empty)
            return ERROR_ABANDONED_WAIT_0;
        if (is_empty && rest_ms(deadline_ns) == 0)
            return WAIT_TIMEOUT;
        *count = queue_take(port, out, room);
        if (*count > 0)
            return 0;
    }
}

/* Nobody is kept from waiting: what is taken goes to the queue. */
void spalw_port_collect(spalw_port *port) {
    spal_completion completions[TAKEN_MOST];
    size_t count = 0;
    do {
        if (spal_port_wait(port->core, completions, TAKEN_MOST, 0, &count) != SPAL_OK)
            return;
        for (size_t i = 0; i < count; i++) {
            spalw_packet packet;
            if (spalw_over(completions[i].op, &packet))
                while (!spalw_port_push(port, &packet))
                    sched_yield();
        }
    } while (count == TAKEN_MOST);
}

BOOL WINAPI GetQueuedCompletionStatus(HANDLE handle, LPDWORD bytes, PULONG_PTR key, LPOVERLAPPED *overlapped,
                                      DWORD timeout_ms) {
    if (bytes == NULL || key == NULL || overlapped == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *overlapped = NULL;
    spalw_port *port = (spalw_port *)spalw_handle_find(handle, SPALW_PORT);
    if (port == NULL)
        return FALSE;
    spalw_packet packet;
    size_t count = queue_take(port, &packet, 1);
    DWORD code = count > 0 ? 0 : core_wait(port, &packet, 1, &count, timeout_ms);
    spalw_handle_unpin(handle);
    if (code != 0)
        return spalw_fail(code);
    *bytes = packet.bytes;
    *key = packet.key;
    *overlapped = packet.overlapped;
    return packet.status == STATUS_SUCCESS ? TRUE : spalw_fail(spalw_win32_from_status(packet.status));
}

static void entry_fill(OVERLAPPED_ENTRY *entry, const spalw_packet *packet) {
    entry->lpCompletionKey = packet->key;
    entry->lpOverlapped = packet->overlapped;
    entry->Internal = (ULONG_PTR)(ULONG)packet->status;
    entry->dwNumberOfBytesTransferred = packet->bytes;
}

BOOL WINAPI GetQueuedCompletionStatusEx(HANDLE handle, LPOVERLAPPED_ENTRY entries, ULONG count, PULONG removed,
                                        DWORD timeout_ms, BOOL alertable) {
    if (entries == NULL || count == 0 || removed == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *removed = 0;
    spalw_port *port = (spalw_port *)spalw_handle_find(handle, SPALW_PORT);
    if (port == NULL)
        return FALSE;
    if (alertable && spalw_apc_run()) {
        spalw_handle_unpin(handle);
        return spalw_fail(WAIT_IO_COMPLETION);
    }
    spalw_packet packets[TAKEN_MOST];
    size_t room = count < TAKEN_MOST ? count : TAKEN_MOST;
    size_t taken = queue_take(port, packets, room);
    DWORD code = taken > 0 ? 0 : core_wait(port, packets, room, &taken, timeout_ms);
    spalw_handle_unpin(handle);
    if (code != 0)
        return spalw_fail(code);
    for (size_t i = 0; i < taken; i++)
        entry_fill(&entries[i], &packets[i]);
    *removed = (ULONG)taken;
    return TRUE;
}

BOOL WINAPI SetFileCompletionNotificationModes(HANDLE file, UCHAR flags) {
    const UCHAR known = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE;
    spalw_object *object = spalw_handle_find(file, SPALW_SOCKET | SPALW_FILE);
    if (object == NULL)
        return FALSE;
    bool is_socket = object->kind->type == SPALW_SOCKET;
    if ((flags & ~known) == 0 && is_socket && (flags & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0)
        spalw_note((spalw_socket *)object, SPALW_SKIP_PACKET);
    spalw_handle_unpin(file);
    return (flags & ~known) == 0 ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
}
