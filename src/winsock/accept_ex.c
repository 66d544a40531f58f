/* SPDX-License-Identifier: MIT
 *
 * AcceptEx and GetAcceptExSockaddrs. The connection is put into a socket that the caller has made; with a length to
 * receive, the operation then goes on as a receive of that socket, so that a client that sends nothing holds up nobody
 * else, and SO_CONNECT_TIME can tell of it. Where the buffer has too little room for the addresses, the operation waits
 * for a connection all the same, fails then, and leaves it to the next who asks.
 *
 * The buffer holds the received bytes, then the local address, then the peer's: each behind its length, in the room
 * that the caller has given it.
 */
#include "clock.h"
#include "completion_port.h"
#include "error.h"
#include "request.h"
#include "sockaddr.h"

#include "mswsock.h"

#include <stdlib.h>

/* Before an address stands its length, in so many bytes. */
#define LENGTH_BYTES 4
/* What Windows wants beside the largest address of the protocol. */
#define EXTRA_BYTES 16

typedef struct accepting {
    spalw_socket *socket; /* to be filled; counted */
    spalw_port *host;     /* the listener's completion port, or null; the listener keeps it */
    spal_port *attached;  /* where the listener's operations end */
    char *buffer;
    DWORD receive_length, local_length, remote_length;
    bool is_receiving;
    bool is_short; /* there is too little room for the addresses */
    spal_address peer;
} accepting;

/* ---------------------------------------------------------------------------------------------------- the addresses */

static void address_put(char *at, DWORD room, const spal_address *address) {
    spalw_sockaddr name;
    int32_t length = spalw_sockaddr_fill(address, &name);
    if (room < LENGTH_BYTES + (DWORD)length)
        return;
    memcpy(at, &length, sizeof length);
    memcpy(at + LENGTH_BYTES, &name, (size_t)length);
}

static void addresses_put(const accepting *of) {
    spal_address local;
    char *at = of->buffer + of->receive_length;
    if (spal_local_address(spalw_core(of->socket), &local) == SPAL_OK)
        address_put(at, of->local_length, &local);
    address_put(at + of->local_length, of->remote_length, &of->peer);
}

static void address_find(char *at, DWORD room, struct sockaddr **name, INT *length) {
    int32_t bytes = 0;
    memcpy(&bytes, at, sizeof bytes);
    bool is_there = room >= LENGTH_BYTES && bytes > 0 && (DWORD)bytes <= room - LENGTH_BYTES;
    if (name != NULL)
        *name = is_there ? (struct sockaddr *)(void *)(at + LENGTH_BYTES) : NULL;
    if (length != NULL)
        *length = is_there ? bytes : 0;
}

VOID PASCAL GetAcceptExSockaddrs(PVOID buffer, DWORD receive_length, DWORD local_length, DWORD remote_length,
                                 struct sockaddr **local, LPINT local_bytes, struct sockaddr **remote,
                                 LPINT remote_bytes) {
    char *at = (char *)buffer + receive_length;
    address_find(at, local_length, local, local_bytes);
    address_find(at + local_length, remote_length, remote, remote_bytes);
}

/* ------------------------------------------------------------------------------------------------------- the socket */

/* The new core's operations end where the listener's do, until its bytes are there. */
static spal_error socket_fill(accepting *of, spal_socket core, bool receives) {
    spalw_socket *socket = of->socket;
    spal_error error = SPAL_OK;
    spalw_sockets_lock();
    spal_port *before = socket->attached;
    if (receives && !socket->is_closed) {
        if (of->host != NULL)
            spalw_port_host(of->host, socket);
        atomic_store(&socket->attached, of->attached);
    }
    error = spalw_core_replace(socket, core, true);
    if (error == SPAL_OK)
        spalw_note(socket, SPALW_ACCEPT_EX | SPALW_FILLED);
    else
        atomic_store(&socket->attached, before);
    spalw_sockets_unlock();
    if (error == SPAL_OK)
        atomic_store(&socket->connected_ns, spalw_now_ns());
    return error;
}

/* Where they end when the connection is the socket's: at its own port, and not at the listener's, where perhaps nobody
 * waits any more. Null: where the first of them goes. Under the lock. */
static spal_port *own_port(const accepting *of) {
    spalw_port *port = of->socket->port;
    spal_port *attached = of->socket->attached;
    bool is_hosts = of->host != NULL && attached == of->host->core;
    return port != NULL ? port->core : is_hosts ? NULL : attached;
}

/* Now they end where the program wants those of this socket. */
static void socket_settle(const accepting *of) {
    spalw_socket *socket = of->socket;
    spal_socket core;
    spalw_sockets_lock();
    spal_port *before = socket->attached;
    spal_port *own = own_port(of);
    if (before != own && spal_duplicate(spalw_core(socket), &core) == SPAL_OK) {
        atomic_store(&socket->attached, own);
        if (spalw_core_replace(socket, core, true) != SPAL_OK) {
            atomic_store(&socket->attached, before);
            (void)spal_close(core);
        }
    }
    spalw_sockets_unlock();
}

/* The connection is lost, and the socket as it was. */
static void socket_empty(const accepting *of) {
    spalw_socket *socket = of->socket;
    spal_socket core;
    if (spal_open(&core, socket->family, socket->type, socket->protocol) != SPAL_OK)
        return;
    spalw_sockets_lock();
    spalw_forget(socket, SPALW_ACCEPT_EX | SPALW_FILLED);
    atomic_store(&socket->connected_ns, 0);
    atomic_store(&socket->attached, own_port(of));
    if (spalw_core_replace(socket, core, true) != SPAL_OK)
        (void)spal_close(core);
    spalw_sockets_unlock();
}

/* ----------------------------------------------------------------------------------------------------------- ending */

/* The socket can be accepted into again. */
static void socket_release(spalw_socket *socket) {
    spalw_sockets_lock();
    socket->filled_by = NULL;
    socket->filled_with = NULL;
    spalw_sockets_unlock();
    spalw_forget(socket, SPALW_ACCEPTING);
    spalw_object_unref(&socket->object);
}

static bool accept_over(spalw_request *request) {
    accepting *of = request->rest.extra;
    if (request->error == SPAL_OK) {
        socket_settle(of);
        addresses_put(of);
    } else if (of->is_receiving) {
        socket_empty(of);
    }
    socket_release(of->socket);
    return true;
}

static bool short_ended(spalw_request *request) {
    if (request->error == SPAL_OK) {
        request->error = SPAL_EFAULT;
        request->rest.status = STATUS_BUFFER_TOO_SMALL;
    }
    request->bytes = 0;
    return accept_over(request);
}

/* @return false when the request goes on */
static bool receive_begin(spalw_request *request) {
    accepting *of = request->rest.extra;
    spal_socket core = spalw_core(of->socket);
    of->is_receiving = true;
    spalw_request_go_on(request, core);
    spal_error answer = spal_recv_async(core, &request->op, of->buffer, of->receive_length, 0);
    if (answer == SPAL_EPENDING)
        return false;
    request->error = answer == SPAL_OK ? request->op.error : answer == SPAL_ENOTSOCK ? SPAL_EABORTED : answer;
    request->bytes = answer == SPAL_OK ? request->op.count : 0;
    return accept_over(request);
}

static bool accept_ended(spalw_request *request) {
    accepting *of = request->rest.extra;
    if (of->is_short)
        return short_ended(request);
    if (of->is_receiving)
        return accept_over(request);
    request->bytes = 0;
    if (request->error != SPAL_OK)
        return accept_over(request);
    bool receives = of->receive_length > 0;
    spal_socket core = request->op.socket;
    if (atomic_load(&of->socket->object.handles) == 0)
        request->error = SPAL_EABORTED;
    else
        request->error = socket_fill(of, core, receives);
    if (request->error != SPAL_OK) {
        (void)spal_abort(core);
        return accept_over(request);
    }
    return receives ? receive_begin(request) : accept_over(request);
}

/* --------------------------------------------------------------------------------------------------------- starting */

static DWORD accept_refusal(spalw_socket *listener, spalw_socket *socket, const void *buffer, DWORD remote_length) {
    int is_bound = 0;
    if (!spalw_is(listener, SPALW_LISTENING))
        return WSAEINVAL;
    (void)spal_get_option(spalw_core(socket), SPAL_OPT_BOUND, &is_bound);
    if (is_bound || socket->type != SOCK_STREAM || socket->family != listener->family)
        return WSAEINVAL;
    return buffer == NULL || remote_length == 0 ? WSAEFAULT : 0;
}

/* The local address can be left out. */
static bool is_short(const spalw_socket *listener, const accepting *of) {
    DWORD least = (DWORD)spalw_sockaddr_length(listener->family) + EXTRA_BYTES;
    return (of->local_length != 0 && of->local_length < least) || of->remote_length < least;
}

static void socket_take(spalw_socket *listener, spalw_socket *socket, const OVERLAPPED *overlapped) {
    spalw_object_ref(&socket->object);
    spalw_sockets_lock();
    socket->filled_by = listener;
    socket->filled_with = overlapped;
    spalw_sockets_unlock();
}

static spal_error accept_begin(spalw_request *request, accepting *of) {
    return of->is_short ? spal_poll_async(request->core, &request->op, SPAL_POLLIN)
                        : spal_accept_async(request->core, &request->op, &of->peer);
}

static int accept_start(spalw_socket *listener, spalw_socket *socket, accepting wanted, DWORD *received,
                        OVERLAPPED *overlapped) {
    spalw_request *request = spalw_request_new(listener, overlapped, NULL, 0);
    if (request == NULL)
        return SOCKET_ERROR;
    accepting *of = malloc(sizeof *of);
    if (of == NULL || (atomic_fetch_or(&socket->facts, SPALW_ACCEPTING) & SPALW_ACCEPTING) != 0) {
        free(of);
        spalw_request_drop(request);
        return spalw_wsa_fail(of == NULL ? WSAENOBUFS : WSAEINVAL);
    }
    *of = wanted;
    of->socket = socket;
    of->is_short = is_short(listener, of);
    socket_take(listener, socket, overlapped);
    of->attached = listener->attached;
    spalw_port *port = listener->port;
    of->host = port != NULL && port->core == of->attached ? port : NULL;
    request->rest.extra = of;
    request->rest.ended = accept_ended;
    spalw_request_publish(request);
    spal_error answer = accept_begin(request, of);
    if (answer != SPAL_OK && answer != SPAL_EPENDING)
        socket_release(socket);
    int result = spalw_request_started(request, answer, received, NULL);
    if (answer == SPAL_EPENDING && atomic_load(&socket->object.handles) == 0) /* It has been closed meanwhile. */
        (void)spalw_requests_cancel(listener, overlapped, NULL);
    return result;
}

static int accept_pinned(spalw_socket *listener, SOCKET handle, accepting wanted, DWORD *received,
                         OVERLAPPED *overlapped) {
    if (overlapped == NULL)
        return spalw_wsa_fail(WSA_INVALID_PARAMETER);
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    DWORD code = accept_refusal(listener, socket, wanted.buffer, wanted.remote_length);
    int result = code != 0 ? spalw_wsa_fail(code) : accept_start(listener, socket, wanted, received, overlapped);
    spalw_socket_leave(handle);
    return result;
}

BOOL PASCAL AcceptEx(SOCKET listener, SOCKET handle, PVOID buffer, DWORD receive_length, DWORD local_length,
                     DWORD remote_length, LPDWORD received, LPOVERLAPPED overlapped) {
    spalw_socket *socket = spalw_socket_enter(listener);
    if (socket == NULL)
        return FALSE;
    accepting wanted = {.buffer = buffer,
                        .receive_length = receive_length,
                        .local_length = local_length,
                        .remote_length = remote_length};
    int result = accept_pinned(socket, handle, wanted, received, overlapped);
    /* Also a connection that waits already is told of by the event or the packet, and programs rely on being told once:
     * only who has waived the packet hears of it here. */
    if (result == 0 && !spalw_is(socket, SPALW_SKIP_PACKET))
        result = spalw_wsa_fail(WSA_IO_PENDING);
    spalw_socket_leave(listener);
    return result == 0 ? TRUE : FALSE;
}
