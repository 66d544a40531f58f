/* SPDX-License-Identifier: MIT
 *
 * ConnectEx and DisconnectEx. With data, a connect goes on as a send. A socket that is to be used again gets another
 * core when it has been disconnected, bound as the first one was where that is still possible.
 */
#include "clock.h"
#include "completion_port.h"
#include "connecting.h"
#include "error.h"
#include "extension.h"
#include "recycle.h"
#include "request.h"
#include "sockaddr.h"
#include "watch.h"

#include <stdlib.h>

typedef struct connecting {
    const void *data;
    DWORD length;
    bool is_sending;
} connecting;

static bool connect_ended(spalw_request *request) {
    connecting *of = request->rest.extra;
    if (of->is_sending)
        return true;
    request->bytes = 0;
    if (request->error != SPAL_OK) {
        if (request->error != SPAL_EISCONN)
            spalw_note(request->socket, SPALW_SPENT);
        return true;
    }
    spalw_note(request->socket, SPALW_CONNECT_EX);
    atomic_store(&request->socket->connected_ns, spalw_now_ns());
    spalw_watch_enable(request->socket, FD_CONNECT | FD_WRITE | FD_READ | FD_CLOSE);
    if (of->length == 0)
        return true;
    of->is_sending = true;
    spal_error answer = spal_send_async(request->core, &request->op, of->data, of->length, 0);
    if (answer == SPAL_EPENDING)
        return false;
    request->error = answer == SPAL_OK ? request->op.error : answer;
    request->bytes = answer == SPAL_OK ? request->op.count : 0;
    return true;
}

static DWORD connect_refusal(spalw_socket *socket, const struct sockaddr *name, int length, spal_address *out) {
    int is_bound = 0;
    int is_connected = 0;
    if (socket->type != SOCK_STREAM)
        return WSAEOPNOTSUPP;
    (void)spal_get_option(spalw_core(socket), SPAL_OPT_BOUND, &is_bound);
    (void)spal_get_option(spalw_core(socket), SPAL_OPT_CONNECTED, &is_connected);
    DWORD code = spalw_sockaddr_read(name, length, out);
    if (code == 0 && out->family != socket->family)
        code = WSAEAFNOSUPPORT;
    if (code != 0)
        return code;
    if (!is_bound || spalw_is(socket, SPALW_LISTENING))
        return WSAEINVAL;
    if (is_connected)
        return WSAEISCONN;
    return out->family != SPAL_AF_UNIX && spal_address_is_any(out) ? WSAEADDRNOTAVAIL : 0;
}

static int connect_start(spalw_socket *socket, const spal_address *address, connecting wanted, DWORD *sent,
                         OVERLAPPED *overlapped) {
    spal_error error = spalw_is(socket, SPALW_SPENT) ? spalw_core_renew(socket) : SPAL_OK;
    if (error != SPAL_OK)
        return spalw_core_fail(error);
    spalw_request *request = spalw_request_new(socket, overlapped, NULL, 1);
    if (request == NULL)
        return SOCKET_ERROR;
    connecting *of = malloc(sizeof *of);
    request->rest.extra = of;
    if (of == NULL) {
        spalw_request_drop(request);
        return spalw_wsa_fail(WSAENOBUFS);
    }
    *of = wanted;
    request->rest.address = *address;
    request->rest.ended = connect_ended;
    spalw_request_publish(request);
    return spalw_request_started(request, spal_connect_async(request->core, &request->op, &request->rest.address), sent,
                                 NULL);
}

static int connect_pinned(spalw_socket *socket, const struct sockaddr *name, int length, connecting wanted, DWORD *sent,
                          OVERLAPPED *overlapped) {
    spal_address address;
    if (overlapped == NULL)
        return spalw_wsa_fail(WSA_INVALID_PARAMETER);
    DWORD code = connect_refusal(socket, name, length, &address);
    if (code == 0 && wanted.data == NULL)
        wanted.length = 0;
    return code != 0 ? spalw_wsa_fail(code) : connect_start(socket, &address, wanted, sent, overlapped);
}

BOOL PASCAL spalw_connect_ex(SOCKET handle, const struct sockaddr *name, int length, PVOID data, DWORD data_length,
                             LPDWORD sent, LPOVERLAPPED overlapped) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return FALSE;
    int result = connect_pinned(socket, name, length, (connecting){data, data_length, false}, sent, overlapped);
    spalw_socket_leave(handle);
    return result == 0 ? TRUE : FALSE;
}

/* ---------------------------------------------------------------------------------------------------- disconnecting */

/* The port that the system has chosen may be busy for a while with the connection that has just ended, as far as its
 * peer is concerned: then the system chooses another. */
static void name_restore(spalw_socket *socket, spal_socket core, const spal_address *local) {
    spal_address any = *local;
    any.port = 0;
    if (spalw_is(socket, SPALW_ANY_PORT) || spal_bind(core, local) != SPAL_OK)
        (void)spal_bind(core, &any);
    if (any.family == SPAL_AF_UNIX)
        return;
    spalw_sockets_lock();
    (void)spal_local_address(core, &socket->bound);
    spalw_sockets_unlock();
}

void spalw_socket_recycle(spalw_socket *socket) {
    spal_socket core;
    spal_address local;
    bool was_bound = !spalw_is(socket, SPALW_FILLED) && spal_local_address(spalw_core(socket), &local) == SPAL_OK;
    if (spal_open(&core, socket->family, socket->type, socket->protocol) != SPAL_OK)
        return;
    spalw_sockets_lock();
    spal_error error = spalw_core_replace(socket, core, true);
    spalw_sockets_unlock();
    if (error != SPAL_OK) {
        (void)spal_close(core);
        return;
    }
    if (was_bound)
        name_restore(socket, core, &local); /* One that AcceptEx has filled had no name before. */
    spalw_forget(socket, SPALW_ACCEPT_EX | SPALW_CONNECT_EX | SPALW_SHUT_RECV | SPALW_SHUT_SEND | SPALW_FILLED);
    atomic_store(&socket->connected_ns, 0);
}

static bool disconnect_ended(spalw_request *request) {
    if (request->error == SPAL_OK && request->rest.recycles)
        spalw_socket_recycle(request->socket);
    else if (request->error == SPAL_OK)
        spalw_socket_note_disconnected(request->socket);
    return true;
}

static bool is_disconnected(spalw_socket *socket) {
    const unsigned both = SPALW_SHUT_SEND | SPALW_SHUT_RECV;
    return (spalw_facts(socket) & both) == both;
}

static int disconnect_waiting(spalw_socket *socket, bool recycles) {
    spal_error error = is_disconnected(socket) ? SPAL_OK : spal_disconnect(spalw_core(socket));
    if (error == SPAL_OK && recycles)
        spalw_socket_recycle(socket);
    else if (error == SPAL_OK)
        spalw_socket_note_disconnected(socket);
    return spalw_answer_blocking(error);
}

static spal_error disconnect_begin(spalw_request *request) {
    if (!is_disconnected(request->socket))
        return spal_disconnect_async(request->core, &request->op);
    request->op.error = SPAL_OK;
    request->op.count = 0;
    return SPAL_OK;
}

static int disconnect_pinned(spalw_socket *socket, OVERLAPPED *overlapped, DWORD flags, DWORD reserved) {
    int is_connected = 0;
    if ((flags & ~(DWORD)TF_REUSE_SOCKET) != 0 || reserved != 0)
        return spalw_wsa_fail(WSAEINVAL);
    (void)spal_get_option(spalw_core(socket), SPAL_OPT_CONNECTED, &is_connected);
    bool recycles = (flags & TF_REUSE_SOCKET) != 0;
    if (socket->type != SOCK_STREAM || !is_connected || (is_disconnected(socket) && !recycles))
        return spalw_wsa_fail(WSAENOTCONN);
    if (!spalw_is(socket, SPALW_OVERLAPPED))
        overlapped = NULL;
    if (overlapped == NULL)
        return disconnect_waiting(socket, recycles);
    spalw_request *request = spalw_request_new(socket, overlapped, NULL, 1);
    if (request == NULL)
        return SOCKET_ERROR;
    request->rest.recycles = recycles;
    request->rest.ended = disconnect_ended;
    spalw_request_publish(request);
    return spalw_request_started(request, disconnect_begin(request), NULL, NULL);
}

BOOL PASCAL spalw_disconnect_ex(SOCKET handle, LPOVERLAPPED overlapped, DWORD flags, DWORD reserved) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return FALSE;
    int result = disconnect_pinned(socket, overlapped, flags, reserved);
    spalw_socket_leave(handle);
    return result == 0 ? TRUE : FALSE;
}
