/* SPDX-License-Identifier: MIT
 *
 * Waiting on a completion port: GetQueuedCompletionStatus and its like. What stands in the queue is taken at once; for
 * the rest a thread waits in sockpal's port.
 *
 * A thread that has asked a port once belongs to it, as on Windows, until it asks another one or finds this one's
 * handle closed: it keeps a reference, so that the next time the handle's number is enough. For that the port closes
 * this short way when a handle of it is closed.
 */
#include "clock.h"
#include "completion_port.h"
#include "error.h"
#include "plain.h"
#include "service.h"

#include "sockpal/completion.h"
#include "windows.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

/* A queue that is never empty must not keep the system's news waiting for ever: so many packets, at most. */
#define UNPOLLED_MOST 160
/* Completions that a thread takes from sockpal at once, for itself and for the queue if it is the only one that waits.
 */
#define TAKEN_MOST 64

/* ------------------------------------------------------------------------------------------------------- belonging */

/* What the calling thread belongs to. */
typedef struct membership {
    HANDLE handle;
    spalw_port *port; /* counted; or the one to which nobody belongs */
} membership;

static spalw_port nobodys; /* whose queue is empty for ever */
static _Thread_local membership mine __attribute__((tls_model("initial-exec"))) = {NULL, &nobodys};
static pthread_key_t leaving; /* only to be called when a thread ends */
static pthread_once_t leaving_once = PTHREAD_ONCE_INIT;

static void port_leave(void) {
    spalw_port *port = mine.port;
    mine = (membership){NULL, &nobodys};
    if (port != &nobodys)
        spalw_object_unref(&port->object);
}

void spalw_port_part(const spalw_port *port) {
    if (mine.port == port)
        port_leave();
}

static void thread_ends(void *unused) {
    (void)unused;
    port_leave();
}

static void leaving_begin(void) {
    (void)pthread_key_create(&leaving, thread_ends);
}

static void port_join(HANDLE handle, spalw_port *port) {
    if (mine.port != port) {
        spalw_object_ref(&port->object);
        port_leave();
    }
    mine = (membership){handle, port};
    (void)pthread_once(&leaving_once, leaving_begin);
    (void)pthread_setspecific(leaving, &mine);
}

/* The port of a handle, to which the thread belongs from here on. @return null, last error set */
static spalw_port *port_of(HANDLE handle) {
    if (mine.handle == handle && mine.port != &nobodys && !atomic_load(&mine.port->is_doubtful))
        return mine.port;
    spalw_port *port = (spalw_port *)spalw_handle_find(handle, SPALW_PORT);
    if (port == NULL) {
        port_leave();
        return NULL;
    }
    if (mine.handle != handle || mine.port != port)
        port_join(handle, port);
    spalw_handle_unpin(handle);
    return port;
}

/* ---------------------------------------------------------------------------------------------------------- waiting */

/* One look at sockpal's port. @return how many packets there are */
static size_t core_take(spalw_port *port, spalw_packet *packets, size_t most, int timeout_ms) {
    spal_completion completions[TAKEN_MOST];
    size_t count = 0;
    (void)spal_port_wait(port->core, completions, most, timeout_ms, &count);
    spalw_port_note_beat(port);
    spalw_packet *at = packets;
    const spal_completion *end = completions + count;
    for (const spal_completion *completion = completions; completion != end; completion++)
        if (spalw_plain_over(completion->op, at))
            at++;
    return (size_t)(at - packets);
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
    return port->waiting > 0 &&
           (port->head != port->tail || atomic_load_explicit(&port->is_closed, memory_order_relaxed));
}

/* The short way: something stands in the queue. @return how many packets have been taken */
static inline size_t queue_take(spalw_port *port, spalw_packet *out, size_t room) {
    size_t taken = 0;
    spalw_spin_lock(&port->lock);
    for (; taken < room && port->head != port->tail && port->head != port->limit; port->head++)
        out[taken++] = port->ring[port->head & port->mask];
    spalw_queue_open(port);
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
    bool is_owed = port->head != port->tail;
    port->limit = port->head + UNPOLLED_MOST;
    *most = port->waiting++ > 0 ? room : TAKEN_MOST;
    spalw_queue_open(port);
    spalw_spin_unlock(&port->lock);
    return is_owed;
}

/* What the system has reported must not get lost. Under the lock. */
static void queue_add(spalw_port *port, const spalw_packet *packets, size_t count) {
    unsigned at = port->tail & port->mask;
    if (SPALW_LIKELY(at + count <= port->mask + 1) && port->mask + 1 - (port->tail - port->head) >= count) {
        memcpy(&port->ring[at], packets, count * sizeof *packets);
        port->tail += (unsigned)count;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        while (spalw_ring_is_full(port) && !spalw_ring_grow(port))
            sched_yield();
        spalw_ring_put(port, &packets[i]);
    }
}

/* @param surplus  what the thread does not take itself
 *  @return whether the queue is empty */
static bool queue_return(spalw_port *port, bool has_taken, const spalw_packet *surplus, size_t surplus_count) {
    spalw_spin_lock(&port->lock);
    port->waiting--;
    queue_add(port, surplus, surplus_count);
    spalw_queue_open(port);
    bool is_closed = atomic_load_explicit(&port->is_closed, memory_order_relaxed);
    bool has_heirs = (has_taken || is_closed) && queue_has_heirs(port);
    bool is_empty = port->head == port->tail;
    spalw_spin_unlock(&port->lock);
    if (has_heirs)
        spalw_port_wake(port);
    return is_empty;
}

/* The long way: the queue is empty, or has been served often. @return 0, or why nothing was taken */
static DWORD core_wait(spalw_port *port, spalw_packet *out, size_t room, size_t *count, DWORD timeout_ms) {
    uint64_t deadline_ns = timeout_ms == INFINITE ? SPALW_FOREVER : timeout_ms == 0 ? 0 : spalw_deadline_ns(timeout_ms);
    spalw_packet packets[TAKEN_MOST];
    for (;;) {
        size_t most;
        bool is_owed = queue_leave_for_core(port, room, &most);
        bool is_closed = atomic_load_explicit(&port->is_closed, memory_order_relaxed);
        size_t found = core_take(port, packets, most, is_closed || is_owed ? 0 : rest_ms(deadline_ns));
        *count = found < room ? found : room;
        memcpy(out, packets, *count * sizeof *out);
        bool is_empty = queue_return(port, found > 0, packets + *count, found - *count);
        if (found > 0)
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

static BOOL port_fail(const spalw_port *port, DWORD code) {
    if (code == ERROR_ABANDONED_WAIT_0)
        spalw_port_part(port);
    return spalw_fail(code);
}

static SPALW_RARE BOOL status_tell(NTSTATUS status) {
    return status == STATUS_SUCCESS ? TRUE : spalw_fail(spalw_win32_from_status(status));
}

static SPALW_OUT_OF_LINE BOOL status_long_way(HANDLE handle, DWORD *bytes, ULONG_PTR *key, OVERLAPPED **overlapped,
                                              DWORD timeout_ms) {
    if (bytes == NULL || key == NULL || overlapped == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *overlapped = NULL;
    spalw_port *port = port_of(handle);
    if (port == NULL)
        return FALSE;
    spalw_packet packet;
    size_t count = queue_take(port, &packet, 1);
    DWORD code = count > 0 ? 0 : core_wait(port, &packet, 1, &count, timeout_ms);
    if (code != 0)
        return port_fail(port, code);
    *bytes = packet.bytes;
    *key = packet.key;
    *overlapped = packet.overlapped;
    return status_tell(packet.status);
}

/* A packet stands in the queue of the port that the thread belongs to. All calls stand at ends, so that this way needs
 * no frame. */
BOOL WINAPI GetQueuedCompletionStatus(HANDLE handle, LPDWORD bytes, PULONG_PTR key, LPOVERLAPPED *overlapped,
                                      DWORD timeout_ms) {
    spalw_port *port = mine.port;
    if (!SPALW_LIKELY(mine.handle == handle) || !SPALW_LIKELY(bytes != NULL) || !SPALW_LIKELY(key != NULL) ||
        !SPALW_LIKELY(overlapped != NULL) || !SPALW_LIKELY(spalw_spin_try(&port->lock)))
        return status_long_way(handle, bytes, key, overlapped, timeout_ms);
    unsigned head = port->head;
    if (!SPALW_LIKELY(head != port->get_until)) {
        spalw_spin_unlock(&port->lock);
        return status_long_way(handle, bytes, key, overlapped, timeout_ms);
    }
    const spalw_packet *packet = &port->ring[head & port->mask];
    NTSTATUS status = packet->status;
    *bytes = packet->bytes;
    *key = packet->key;
    *overlapped = packet->overlapped;
    port->head = head + 1;
    spalw_spin_unlock(&port->lock);
    return SPALW_LIKELY(status == STATUS_SUCCESS) ? TRUE : status_tell(status);
}

/* -------------------------------------------------------------------------------------------------- waiting alertably
 */

/* @return false, when there is no memory */
static bool news_need(spalw_port *port) {
    spalw_object *expected = NULL;
    if (atomic_load(&port->news) != NULL)
        return true;
    spalw_object *event = spalw_event_new(true, false);
    if (event != NULL && !atomic_compare_exchange_strong(&port->news, &expected, event))
        spalw_object_unref(event);
    return event != NULL;
}

static void queue_note_polled(spalw_port *port) {
    spalw_spin_lock(&port->lock);
    port->limit = port->head + UNPOLLED_MOST;
    spalw_queue_open(port);
    spalw_spin_unlock(&port->lock);
}

/* Looks between resetting the event and waiting for it. What is left for others sets it again (queue_take).
 * @return 0, or why nothing was taken */
static DWORD news_await(spalw_port *port, spalw_packet *out, size_t room, size_t *count, uint64_t deadline_ns) {
    for (;;) {
        spalw_object *news = port->news;
        spalw_event_reset(news);
        spalw_port_collect(port);
        queue_note_polled(port);
        *count = queue_take(port, out, room);
        if (*count > 0)
            return 0;
        if (atomic_load(&port->is_closed)) {
            spalw_event_set(news);
            return ERROR_ABANDONED_WAIT_0;
        }
        DWORD result = spalw_wait(&news, 1, SPALW_WAIT_ALERTABLE, deadline_ns);
        if (result != WAIT_OBJECT_0)
            return result == WAIT_FAILED ? ERROR_NOT_ENOUGH_MEMORY : result;
    }
}

static void waiting_change(spalw_port *port, int by) {
    spalw_spin_lock(&port->lock);
    port->waiting += (unsigned)by;
    spalw_queue_open(port);
    spalw_spin_unlock(&port->lock);
}

static DWORD alertable_wait(spalw_port *port, spalw_packet *out, size_t room, size_t *count, DWORD timeout_ms) {
    if (!news_need(port))
        return ERROR_NOT_ENOUGH_MEMORY;
    spalw_object_ref(&port->object); /* What is called meanwhile may make the thread ask another port. */
    atomic_fetch_add(&port->alertable, 1);
    waiting_change(port, 1);
    spalw_service_pump(port);
    DWORD code = news_await(port, out, room, count, spalw_deadline_ns(timeout_ms));
    spalw_service_unpump(port);
    waiting_change(port, -1);
    atomic_fetch_sub(&port->alertable, 1);
    spalw_object_unref(&port->object);
    return code;
}

/* ------------------------------------------------------------------------------------------------------- many at once
 */

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
    spalw_port *port = port_of(handle);
    if (port == NULL)
        return FALSE;
    if (alertable && spalw_apc_run())
        return spalw_fail(WAIT_IO_COMPLETION);
    spalw_packet packets[TAKEN_MOST];
    size_t room = count < TAKEN_MOST ? count : TAKEN_MOST;
    size_t taken = queue_take(port, packets, room);
    DWORD code = 0;
    if (taken == 0)
        code = alertable ? alertable_wait(port, packets, room, &taken, timeout_ms)
                         : core_wait(port, packets, room, &taken, timeout_ms);
    if (code != 0)
        return port_fail(port, code);
    for (size_t i = 0; i < taken; i++)
        entry_fill(&entries[i], &packets[i]);
    *removed = (ULONG)taken;
    return TRUE;
}
