/* SPDX-License-Identifier: MIT
 *
 * Network events: see watch.h. Three readiness operations of sockpal's wait for a socket: for what can be read, for
 * what can be written, and for what is urgent. Each is started when an event of its side is wanted and enabled, and not
 * under way already.
 */
#include "watch.h"

#include "completion_port.h"
#include "connecting.h"
#include "error.h"
#include "native.h"
#include "oob.h"
#include "request.h"
#include "service.h"
#include "wait.h"

#include <pthread.h>
#include <stdlib.h>

enum { READING, WRITING, URGENT, SIDES };

#define EVENTS_OF_READING (FD_READ | FD_ACCEPT | FD_CLOSE)
#define EVENTS_OF_WRITING (FD_WRITE | FD_CONNECT)
#define EVENTS_KNOWN (EVENTS_OF_READING | EVENTS_OF_WRITING | FD_OOB)

static const struct {
    long events; /* FD_* */
    int readiness;
} kinds[SIDES] = {
    [READING] = {EVENTS_OF_READING, SPAL_POLLIN},
    [WRITING] = {EVENTS_OF_WRITING, SPAL_POLLOUT},
    [URGENT] = {FD_OOB, SPAL_POLLPRI},
};

typedef struct side {
    spal_op op; /* the first member */
    spalw_socket *socket;
    bool is_waiting;     /* the operation is under way, and keeps the socket */
    atomic_bool is_over; /* what has been seen would be for ever: the end of the stream, or its failure. Without the
                            lock when the core is replaced, under locks that are taken behind this one */
} side;

typedef struct spalw_watch {
    pthread_mutex_t lock;
    spalw_object *event; /* counted */
    long wanted;
    long enabled;
    long recorded;
    int errors[FD_MAX_EVENTS];
    bool is_closed;
    bool is_pumped; /* the service drives the socket's completion port */
    side sides[SIDES];
} watch;

/* LOCKS. A watch's lock comes before that of connects (spalw_connect_settle), which comes before that of all sockets.
 */

static bool side_over(spal_op *op, spalw_packet *packet);
static const spalw_taker side_taker = {side_over};

/* -------------------------------------------------------------------------------------------------------- recording */

static int bit_of(long event) {
    int bit = 0;
    while (event > 1 << bit)
        bit++;
    return bit;
}

/* Under the lock. An event that nobody wants stays enabled. */
static void event_record(watch *of, long event, DWORD error) {
    if ((of->wanted & of->enabled & event) == 0)
        return;
    of->enabled &= ~event;
    of->recorded |= event;
    if (event == FD_READ)
        spalw_note_seen(of->sides[READING].socket);
    of->errors[bit_of(event)] = (int)error;
    spalw_event_set(of->event);
}

/* What could be read next: bytes, the end, or a failure. @return SPAL_EWOULDBLOCK when there is nothing */
static spal_error next_look(spalw_socket *socket, size_t *bytes) {
    char byte;
    *bytes = 0;
    return spal_recv(spalw_core(socket), &byte, 1, SPAL_PEEK | SPAL_DONTWAIT, bytes);
}

/* After our own shutdown of receiving there is nothing to be seen of the peer's but by asking the system. */
static bool has_peer_ended(spalw_socket *socket) {
    spal_native native;
    return spal_native_handle(spalw_core(socket), &native) == SPAL_OK && spalw_native_has_peer_ended(native);
}

/* Under the lock. */
static void end_note(watch *of, spalw_socket *socket, spal_error error) {
    of->sides[READING].is_over = true;
    if (error == SPAL_ESHUTDOWN && !has_peer_ended(socket))
        return;
    event_record(of, FD_CLOSE, error == SPAL_OK || error == SPAL_ESHUTDOWN ? 0 : spalw_wsa_from_core(error));
}

/* Under the lock. @return whether there is more to wait for before a call re-enables it */
static bool readable_note(watch *of, spalw_socket *socket, int revents) {
    size_t bytes = 0;
    (void)revents;
    if (spalw_is(socket, SPALW_LISTENING)) {
        event_record(of, FD_ACCEPT, 0);
        return false;
    }
    if (socket->type != SOCK_STREAM) {
        event_record(of, FD_READ, 0);
        return false;
    }
    spalw_connect_settle(socket);
    if (spalw_is(socket, SPALW_DIAL_FAILED)) { /* There was no stream that could end. */
        of->sides[READING].is_over = true;
        return false;
    }
    spal_error error = next_look(socket, &bytes);
    if (error == SPAL_EWOULDBLOCK)
        return true;
    if (error == SPAL_OK && bytes > 0) {
        event_record(of, FD_READ, 0);
        of->enabled &= ~(long)FD_READ;
    } else {
        end_note(of, socket, error);
    }
    return false;
}

/* Under the lock. */
static bool writable_note(watch *of, spalw_socket *socket, int revents) {
    bool was_dialing = spalw_is(socket, SPALW_DIALING);
    (void)revents;
    spalw_connect_settle(socket);
    if (spalw_is(socket, SPALW_DIALING))
        return true;
    if (spalw_is(socket, SPALW_DIAL_FAILED)) {
        event_record(of, FD_CONNECT, spalw_wsa_from_core(atomic_load(&socket->dial_error)));
        of->enabled &= ~(long)EVENTS_OF_WRITING;
        return false;
    }
    if (was_dialing || (of->enabled & FD_CONNECT) != 0)
        event_record(of, FD_CONNECT, 0);
    event_record(of, FD_WRITE, 0);
    of->enabled &= ~(long)EVENTS_OF_WRITING;
    return false;
}

/* Under the lock. */
static bool urgent_note(watch *of, spalw_socket *socket, int revents) {
    if (spalw_oob_is_waiting(socket))
        event_record(of, FD_OOB, 0);
    else if ((revents & SPAL_POLLPRI) == 0)
        of->sides[URGENT].is_over = true;
    return false;
}

/* Under the lock. */
static bool side_note(watch *of, spalw_socket *socket, int which, int revents) {
    static bool (*const notes[SIDES])(watch *, spalw_socket *, int) = {readable_note, writable_note, urgent_note};
    return notes[which](of, socket, revents);
}

/* ---------------------------------------------------------------------------------------------------------- waiting */

static bool is_needed(const watch *of, const spalw_socket *socket, int which) {
    if (which == URGENT && socket->type != SOCK_STREAM)
        return false;
    return !of->is_closed && !of->sides[which].is_over && (of->wanted & of->enabled & kinds[which].events) != 0;
}

/* Data that nobody has read hide the end of the stream behind them; among the others nothing is urgent. */
static bool is_hidden(const watch *of, spalw_socket *socket, int which) {
    if (which == URGENT)
        return spalw_is(socket, SPALW_OOB_INLINE | SPALW_LISTENING);
    return which == READING && (of->enabled & FD_READ) == 0;
}

/* Under the lock. */
static void port_need(watch *of, spalw_socket *socket) {
    spalw_port *port = socket->port;
    if (of->is_pumped || port == NULL)
        return;
    of->is_pumped = true;
    spalw_service_pump(port);
}

/* What makes the socket ready is for an operation that is under way, whose port has yet to hear of it: the next look
 * comes behind that. */
static bool look_again(spalw_socket *socket, side *one) {
    return spal_port_post(atomic_load(&socket->attached), &one->op, NULL) == SPAL_OK;
}

/* Under the lock. */
static void side_start(watch *of, spalw_socket *socket, int which) {
    side *one = &of->sides[which];
    if (one->is_waiting || !is_needed(of, socket, which) || is_hidden(of, socket, which))
        return;
    if (which == URGENT && spalw_oob_is_kept(socket)) {
        event_record(of, FD_OOB, 0);
        return;
    }
    if (atomic_load(&socket->attached) == NULL)
        return;
    port_need(of, socket);
    one->is_waiting = true;
    spalw_object_ref(&socket->object);
    spal_error answer = spal_poll_async(spalw_core(socket), &one->op, kinds[which].readiness);
    if (answer == SPAL_EPENDING)
        return;
    bool is_ready = answer == SPAL_OK && one->op.error == SPAL_OK;
    if (is_ready && side_note(of, socket, which, one->op.flags) && look_again(socket, one))
        return;
    one->is_waiting = false;
    spalw_object_unref(&socket->object);
}

/* By whichever thread has taken it. A cancelled one is started anew: the socket has another core. */
static bool side_over(spal_op *op, spalw_packet *packet) {
    side *one = (side *)(void *)op;
    spalw_socket *socket = one->socket;
    watch *of = socket->watch;
    int which = (int)(one - of->sides);
    (void)packet;
    pthread_mutex_lock(&of->lock);
    one->is_waiting = false;
    if (op->error == SPAL_OK && is_needed(of, socket, which))
        (void)side_note(of, socket, which, op->flags);
    side_start(of, socket, which);
    pthread_mutex_unlock(&of->lock);
    spalw_object_unref(&socket->object);
    return false;
}

/* ----------------------------------------------------------------------------------------------------------- asking */

/* @return null when there is no memory, or no service */
static watch *watch_need(spalw_socket *socket) {
    watch *of = socket->watch;
    if (atomic_load(&socket->attached) == NULL && spalw_service_serve(socket) != SPAL_OK)
        return NULL;
    if (of != NULL)
        return of;
    of = calloc(1, sizeof *of);
    if (of == NULL)
        return NULL;
    pthread_mutex_init(&of->lock, NULL);
    for (int i = 0; i < SIDES; i++) {
        of->sides[i].socket = socket;
        of->sides[i].op.user = (void *)(uintptr_t)&side_taker;
    }
    watch *expected = NULL;
    if (atomic_compare_exchange_strong(&socket->watch, &expected, of))
        return of;
    pthread_mutex_destroy(&of->lock);
    free(of);
    return expected;
}

/* Under the lock. */
static void event_replace(watch *of, spalw_object *event) {
    if (of->event != NULL)
        spalw_object_unref(of->event);
    of->event = event;
}

/* What was for ever is so no more: there is another connection, or another who asks. */
static void sides_begin(watch *of) {
    for (int i = 0; i < SIDES; i++)
        of->sides[i].is_over = false;
}

/* Takes over the reference to the event. */
static void watch_apply(watch *of, spalw_socket *socket, spalw_object *event, long events) {
    pthread_mutex_lock(&of->lock);
    event_replace(of, event);
    of->wanted = events;
    of->recorded = 0;
    sides_begin(of);
    memset(of->errors, 0, sizeof of->errors);
    of->enabled = EVENTS_KNOWN & ~(long)FD_CONNECT;
    if (spalw_is(socket, SPALW_DIALING))
        of->enabled |= FD_CONNECT;
    for (int i = 0; i < SIDES; i++)
        side_start(of, socket, i);
    pthread_mutex_unlock(&of->lock);
}

DWORD spalw_watch_set(spalw_socket *socket, HANDLE handle, long events) {
    spalw_object *event = NULL;
    if ((events & ~(long)FD_ALL_EVENTS) != 0)
        return WSAEINVAL;
    if (events != 0) {
        event = spalw_handle_pin(handle, SPALW_EVENT);
        if (event == NULL)
            return WSAEINVAL;
        spalw_object_ref(event);
        spalw_handle_unpin(handle);
    }
    watch *of = watch_need(socket);
    if (of == NULL) {
        if (event != NULL)
            spalw_object_unref(event);
        return WSAENOBUFS;
    }
    spalw_note(socket, SPALW_NONBLOCKING);
    (void)spal_set_nonblocking(spalw_core(socket), 1);
    watch_apply(of, socket, event, events);
    return 0;
}

void spalw_watch_inherit(spalw_socket *listener, spalw_socket *socket) {
    watch *from = listener->watch;
    if (from == NULL)
        return;
    pthread_mutex_lock(&from->lock);
    spalw_object *event = from->wanted == 0 ? NULL : from->event;
    long events = from->wanted;
    if (event != NULL)
        spalw_object_ref(event);
    pthread_mutex_unlock(&from->lock);
    watch *of = event == NULL ? NULL : watch_need(socket);
    if (of != NULL)
        watch_apply(of, socket, event, events);
    else if (event != NULL)
        spalw_object_unref(event);
}

void spalw_watch_enable_some(spalw_socket *socket, long events) {
    watch *of = socket->watch;
    pthread_mutex_lock(&of->lock);
    of->enabled |= events;
    if ((events & FD_CONNECT) != 0)
        sides_begin(of);
    for (int i = 0; i < SIDES; i++)
        side_start(of, socket, i);
    pthread_mutex_unlock(&of->lock);
}

bool spalw_watch_is_on(spalw_socket *socket) {
    watch *of = socket->watch;
    if (of == NULL)
        return false;
    pthread_mutex_lock(&of->lock);
    bool is_on = of->wanted != 0;
    pthread_mutex_unlock(&of->lock);
    return is_on;
}

void spalw_watch_moved(spalw_socket *socket, spal_socket old) {
    watch *of = socket->watch;
    if (of == NULL)
        return;
    sides_begin(of);
    for (int i = 0; i < SIDES; i++)
        (void)spal_cancel(old, &of->sides[i].op);
}

void spalw_watch_close(spalw_socket *socket) {
    watch *of = socket->watch;
    if (of == NULL)
        return;
    pthread_mutex_lock(&of->lock);
    of->is_closed = true;
    event_replace(of, NULL);
    bool was_pumped = of->is_pumped;
    of->is_pumped = false;
    of->wanted = 0;
    pthread_mutex_unlock(&of->lock);
    if (was_pumped)
        spalw_service_unpump(socket->port);
}

void spalw_watch_free(spalw_socket *socket) {
    watch *of = socket->watch;
    if (of == NULL)
        return;
    pthread_mutex_destroy(&of->lock);
    free(of);
}

/* ------------------------------------------------------------------------------------------------ the two functions */

int WSAAPI WSAEventSelect(SOCKET handle, WSAEVENT event, long events) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    DWORD code = spalw_watch_set(socket, event, events);
    spalw_socket_leave(handle);
    return code == 0 ? 0 : spalw_wsa_fail(code);
}

/* What is recorded is handed out and forgotten, and the event reset, in one step. Error codes of other events stay as
 * they are. */
static void record_take(watch *of, spalw_object *event, WSANETWORKEVENTS *out) {
    pthread_mutex_lock(&of->lock);
    out->lNetworkEvents = (LONG)of->recorded;
    for (int i = 0; i < FD_MAX_EVENTS; i++)
        if ((of->recorded & 1L << i) != 0)
            out->iErrorCode[i] = of->errors[i];
    of->recorded = 0;
    if (event != NULL)
        spalw_event_reset(event);
    pthread_mutex_unlock(&of->lock);
}

static DWORD enum_pinned(spalw_socket *socket, HANDLE handle, WSANETWORKEVENTS *out) {
    if (out == NULL)
        return WSAEFAULT;
    spalw_object *event = handle == NULL ? NULL : spalw_handle_pin(handle, SPALW_EVENT);
    if (handle != NULL && event == NULL)
        return WSAEINVAL;
    out->lNetworkEvents = 0;
    if (socket->watch != NULL)
        record_take(socket->watch, event, out);
    else if (event != NULL)
        spalw_event_reset(event);
    if (event != NULL)
        spalw_handle_unpin(handle);
    return 0;
}

int WSAAPI WSAEnumNetworkEvents(SOCKET handle, WSAEVENT event, LPWSANETWORKEVENTS events) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    DWORD code = enum_pinned(socket, event, events);
    spalw_socket_leave(handle);
    return code == 0 ? 0 : spalw_wsa_fail(code);
}
