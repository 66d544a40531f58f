/* SPDX-License-Identifier: MIT
 *
 * accept and WSAAccept.
 */
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

/* What sockpal keeps with each of its sockets. */
static void core_pass_on(spal_socket from, spal_socket to) {
    int value = 0;
    if (spal_get_recv_timeout(from, &value) == SPAL_OK)
        (void)spal_set_recv_timeout(to, value);
    if (spal_get_send_timeout(from, &value) == SPAL_OK)
        (void)spal_set_send_timeout(to, value);
    if (spal_get_option(from, SPAL_OPT_LINGER, &value) == SPAL_OK)
        (void)spal_set_option(to, SPAL_OPT_LINGER, value);
}

static void pass_on(spalw_socket *listener, SOCKET handle) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return;
    core_pass_on(spalw_core(listener), spalw_core(socket));
    atomic_store(&socket->connected_ns, spalw_now_ns());
    for (int i = 0; i < 2; i++)
        atomic_store(&socket->buffer_asked[i], atomic_load(&listener->buffer_asked[i]));
    if (listener->watch != NULL)
        spalw_watch_inherit(listener, socket);
    spalw_socket_leave(handle);
}

static SOCKET accept_pinned(spalw_socket *listener, struct sockaddr *address, int *length) {
    spal_socket core;
    spal_address peer;
    DWORD code = accept_refusal(listener, address, length);
    if (code != 0)
        return accept_failed(code);
    SOCKET deferred = atomic_exchange(&listener->deferred, 0);
    if (deferred != 0) {
        if (address != NULL && length != NULL)
            (void)getpeername(deferred, address, length);
        return deferred;
    }
    spal_error error = spal_accept(spalw_core(listener), &core, &peer);
    spalw_watch_enable(listener, FD_ACCEPT);
    if (error != SPAL_OK)
        return accept_failed(error == SPAL_EABORTED ? WSAEINTR : spalw_wsa_from_core(error));
    SOCKET handle =
        spalw_socket_new(core, listener->family, listener->type, listener->protocol, spalw_facts(listener) & INHERITED);
    if (handle == INVALID_SOCKET)
        return INVALID_SOCKET;
    if (address != NULL && length != NULL)
        (void)spalw_sockaddr_write(&peer, address, length);
    pass_on(listener, handle);
    return handle;
}

SOCKET WSAAPI accept(SOCKET handle, struct sockaddr *address, int *length) {
    spalw_socket *listener = spalw_socket_enter(handle);
    if (listener == NULL)
        return INVALID_SOCKET;
    SOCKET accepted = accept_pinned(listener, address, length);
    spalw_socket_leave(handle);
    return accepted;
}

static bool defer(SOCKET handle, SOCKET accepted) {
    SOCKET expected = 0;
    spalw_socket *listener = spalw_socket_enter(handle);
    if (listener == NULL)
        return false;
    bool is_kept = atomic_compare_exchange_strong(&listener->deferred, &expected, accepted);
    spalw_watch_enable(listener, FD_ACCEPT);
    spalw_socket_leave(handle);
    return is_kept;
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
    return condition(&caller, NULL, NULL, NULL, &callee, NULL, &group, context);
}

/* Connections are made by the system before anybody is asked: refusing one is closing it, and one that is deferred
 * waits with the listener for the next who asks. */
SOCKET WSAAPI WSAAccept(SOCKET handle, struct sockaddr *address, LPINT length, LPCONDITIONPROC condition,
                        DWORD_PTR context) {
    SOCKET accepted = accept(handle, address, length);
    if (accepted == INVALID_SOCKET || condition == NULL)
        return accepted;
    int answer = condition_ask(accepted, condition, context);
    if (answer == CF_ACCEPT)
        return accepted;
    if (answer == CF_DEFER && defer(handle, accepted))
        return accept_failed(WSATRY_AGAIN);
    (void)closesocket(accepted);
    return accept_failed(answer == CF_REJECT ? WSAECONNREFUSED : WSAEINVAL);
}
