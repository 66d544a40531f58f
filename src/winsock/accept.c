/* SPDX-License-Identifier: MIT
 *
 * accept and WSAAccept.
 */
#include "accept.h"

#include "alertable.h"
#include "clock.h"
#include "error.h"
#include "sockaddr.h"
#include "socket.h"
#include "status.h"
#include "watch.h"

/* What an accepted socket has from its listener. The system's options follow by themselves. */
#define INHERITED                                                                                                      \
    (SPALW_NONBLOCKING | SPALW_OVERLAPPED | SPALW_OOB_INLINE | SPALW_CONN_RESET | SPALW_REUSE | SPALW_EXCLUSIVE)

static DWORD accept_refusal(spalw_socket *listener, const struct sockaddr *address, const int *length) {
    if (listener->type != SOCK_STREAM)
        return WSAEOPNOTSUPP;
    if (!spalw_is(listener, SPALW_LISTENING))
        return WSAEINVAL;
    if (address != NULL && length != NULL && *length < spalw_sockaddr_length(listener->family))
        return WSAEFAULT;
    return 0;
}

static SOCKET accept_failed(DWORD code) {
    spalw_set_error(code);
    return INVALID_SOCKET;
}

void spalw_accept_pass_on(spalw_socket *listener, spalw_socket *socket) {
    spal_socket from = spalw_core(listener);
    spal_socket to = spalw_core(socket);
    int value = 0;
    if (spal_get_recv_timeout(from, &value) == SPAL_OK)
        (void)spal_set_recv_timeout(to, value);
    if (spal_get_send_timeout(from, &value) == SPAL_OK)
        (void)spal_set_send_timeout(to, value);
    if (spal_get_option(from, SPAL_OPT_LINGER, &value) == SPAL_OK)
        (void)spal_set_option(to, SPAL_OPT_LINGER, value);
}

static SOCKET pass_on(spalw_socket *listener, SOCKET handle) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return handle;
    spalw_accept_pass_on(listener, socket);
    atomic_store(&socket->connected_ns, spalw_now_ns());
    for (int i = 0; i < 2; i++)
        atomic_store(&socket->buffer_asked[i], atomic_load(&listener->buffer_asked[i]));
    spalw_socket_leave(handle);
    return handle;
}

/* The next connection: one that was deferred before, or of the system's. */
static SOCKET connection_take(spalw_socket *listener) {
    spal_socket core;
    SOCKET deferred = atomic_exchange(&listener->deferred, 0);
    if (deferred != 0)
        return deferred;
    spal_error error;
    do
        error = spal_accept(spalw_core(listener), &core, NULL);
    while (spalw_is_interrupted(error));
    if (error != SPAL_OK)
        return accept_failed(error == SPAL_EABORTED ? WSAEINTR : spalw_wsa_from_core(error));
    SOCKET handle =
        spalw_socket_new(core, listener->family, listener->type, listener->protocol, spalw_facts(listener) & INHERITED);
    return handle == INVALID_SOCKET ? INVALID_SOCKET : pass_on(listener, handle);
}

/* The connection is the caller's from now on, and what happens to it is recorded as for its listener. */
static SOCKET connection_give(spalw_socket *listener, SOCKET handle, struct sockaddr *address, int *length) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return handle;
    spal_address peer;
    if (address != NULL && length != NULL && spal_peer_address(spalw_core(socket), &peer) == SPAL_OK)
        (void)spalw_sockaddr_write(&peer, address, length);
    if (listener->watch != NULL)
        spalw_watch_inherit(listener, socket);
    spalw_socket_leave(handle);
    return handle;
}

static void connection_refuse(SOCKET handle) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return;
    (void)spal_abort(spalw_core(socket));
    spalw_socket_leave(handle);
    (void)closesocket(handle);
}

static int condition_ask(SOCKET accepted, LPCONDITIONPROC condition, DWORD_PTR context) {
    spalw_sockaddr peer, local;
    int peer_length = (int)sizeof peer, local_length = (int)sizeof local;
    GROUP group = 0;
    if (getpeername(accepted, &peer.any, &peer_length) != 0)
        peer_length = 0;
    if (getsockname(accepted, &local.any, &local_length) != 0)
        local_length = 0;
    WSABUF caller = {(ULONG)peer_length, (CHAR *)&peer};
    WSABUF callee = {(ULONG)local_length, (CHAR *)&local};
    WSABUF answer_data = {0, NULL};
    return condition(&caller, NULL, NULL, NULL, &callee, &answer_data, &group, context);
}

/* Connections are made by the system before anybody is asked: refusing one is resetting it, and one that is deferred
 * waits with the listener for the next who asks. @return 0 when it is accepted */
static DWORD condition_refusal(spalw_socket *listener, SOCKET handle, LPCONDITIONPROC condition, DWORD_PTR context) {
    int answer = condition == NULL ? CF_ACCEPT : condition_ask(handle, condition, context);
    if (answer == CF_ACCEPT)
        return 0;
    SOCKET expected = 0;
    if (answer == CF_DEFER && atomic_compare_exchange_strong(&listener->deferred, &expected, handle))
        return WSATRY_AGAIN;
    connection_refuse(handle);
    return answer == CF_REJECT ? WSAECONNREFUSED : WSAEINVAL;
}

static SOCKET accept_pinned(spalw_socket *listener, struct sockaddr *address, int *length, LPCONDITIONPROC condition,
                            DWORD_PTR context) {
    DWORD code = accept_refusal(listener, address, length);
    if (code != 0)
        return accept_failed(code);
    SOCKET handle = connection_take(listener);
    DWORD failure = handle == INVALID_SOCKET ? spalw_error() : condition_refusal(listener, handle, condition, context);
    if (failure != WSATRY_AGAIN)
        spalw_watch_enable(listener, FD_ACCEPT);
    return failure == 0 ? connection_give(listener, handle, address, length) : accept_failed(failure);
}

SOCKET WSAAPI accept(SOCKET handle, struct sockaddr *address, int *length) {
    return WSAAccept(handle, address, length, NULL, 0);
}

SOCKET WSAAPI WSAAccept(SOCKET handle, struct sockaddr *address, LPINT length, LPCONDITIONPROC condition,
                        DWORD_PTR context) {
    spalw_socket *listener = spalw_socket_enter(handle);
    if (listener == NULL)
        return INVALID_SOCKET;
    SOCKET accepted = accept_pinned(listener, address, length, condition, context);
    spalw_socket_leave(handle);
    return accepted;
}
