/* SPDX-License-Identifier: MIT
 *
 * bind, listen, shutdown, and the addresses of both ends.
 */
#include "connecting.h"
#include "error.h"
#include "native.h"
#include "share.h"
#include "sockaddr.h"
#include "socket.h"
#include "status.h"

/* ------------------------------------------------------------------------------------------------------------- bind */

static int bind_pinned(spalw_socket *socket, const struct sockaddr *name, int length) {
    spal_address address;
    DWORD code = spalw_sockaddr_read(name, length, &address);
    if (code != 0)
        return spalw_wsa_fail(code);
    if (address.family != socket->family)
        return spalw_wsa_fail(WSAEFAULT);
    code = spalw_share_bind(socket, &address);
    return code == 0 ? 0 : spalw_wsa_fail(code);
}

int WSAAPI bind(SOCKET handle, const struct sockaddr *name, int length) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = bind_pinned(socket, name, length);
    spalw_socket_leave(handle);
    return result;
}

/* ----------------------------------------------------------------------------------------------------------- listen */

/* SOMAXCONN_HINT makes numbers negative; less than one connection means one. */
static int backlog_meant(int backlog) {
    if (backlog < 0)
        backlog = backlog == INT_MIN ? INT_MAX : -backlog;
    return backlog == 0 ? 1 : backlog;
}

static int listen_pinned(spalw_socket *socket, int backlog) {
    if (socket->type != SOCK_STREAM)
        return spalw_wsa_fail(WSAEOPNOTSUPP);
    if (spalw_is(socket, SPALW_LISTENING)) /* The backlog stays as it is. */
        return 0;
    spal_error error = spalw_share_listen(socket, backlog_meant(backlog));
    if (error == SPAL_OK)
        spalw_note(socket, SPALW_LISTENING);
    return spalw_answer(error);
}

int WSAAPI listen(SOCKET handle, int backlog) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = listen_pinned(socket, backlog);
    spalw_socket_leave(handle);
    return result;
}

/* --------------------------------------------------------------------------------------------------------- shutdown */

/* What AcceptEx and ConnectEx have connected is a stranger to these calls until SO_UPDATE_..._CONTEXT. */
static bool is_estranged(spalw_socket *socket) {
    return spalw_is(socket, SPALW_ACCEPT_EX | SPALW_CONNECT_EX);
}

/* What has come and can be received no more has not arrived, which the peer must know. */
static void unread_reset(spalw_socket *socket) {
    spal_native native;
    int available = 0;
    bool is_unread = spal_get_option(spalw_core(socket), SPAL_OPT_AVAILABLE, &available) == SPAL_OK && available > 0;
    if (is_unread && spal_native_handle(spalw_core(socket), &native) == SPAL_OK)
        spalw_native_reset(native);
}

static int shutdown_pinned(spalw_socket *socket, int how) {
    if (how != SD_RECEIVE && how != SD_SEND && how != SD_BOTH)
        return spalw_wsa_fail(WSAEINVAL);
    if (is_estranged(socket))
        return spalw_wsa_fail(WSAENOTCONN);
    bool ends_receiving = how != SD_SEND && socket->type == SOCK_STREAM && !spalw_is(socket, SPALW_SHUT_RECV);
    spal_error error = spal_shutdown(spalw_core(socket), how);
    if (error == SPAL_OK && ends_receiving && socket->family != AF_UNIX)
        unread_reset(socket);
    if (error == SPAL_OK)
        spalw_note(socket, (how != SD_SEND ? SPALW_SHUT_RECV : 0U) | (how != SD_RECEIVE ? SPALW_SHUT_SEND : 0U));
    return spalw_answer(error);
}

int WSAAPI shutdown(SOCKET handle, int how) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = shutdown_pinned(socket, how);
    spalw_socket_leave(handle);
    return result;
}

/* No protocol of the Internet carries data with the end of a stream. */
static int disconnect(SOCKET handle, const WSABUF *data, int how) {
    if (data == NULL)
        return shutdown(handle, how);
    if (spalw_socket_enter(handle) == NULL)
        return SOCKET_ERROR;
    spalw_socket_leave(handle);
    return spalw_wsa_fail(WSAENOPROTOOPT);
}

int WSAAPI WSASendDisconnect(SOCKET handle, LPWSABUF data) {
    return disconnect(handle, data, SD_SEND);
}

int WSAAPI WSARecvDisconnect(SOCKET handle, LPWSABUF data) {
    return disconnect(handle, data, SD_RECEIVE);
}

/* -------------------------------------------------------------------------------------------------------- addresses */

static int address_write(const spal_address *address, struct sockaddr *name, int *length) {
    if (name == NULL || length == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    int room = *length;
    if (spalw_sockaddr_write(address, name, length))
        return 0;
    *length = room;
    return spalw_wsa_fail(WSAEFAULT);
}

static int local_pinned(spalw_socket *socket, struct sockaddr *name, int *length) {
    spal_address address;
    int is_bound = 0;
    spal_error error = spal_get_option(spalw_core(socket), SPAL_OPT_BOUND, &is_bound);
    bool has_name = is_bound || spalw_is(socket, SPALW_DIALING);
    if (error == SPAL_OK && (!has_name || spalw_is(socket, SPALW_ACCEPT_EX)))
        return spalw_wsa_fail(WSAEINVAL);
    if (error == SPAL_OK)
        error = spal_local_address(spalw_core(socket), &address);
    return error == SPAL_OK ? address_write(&address, name, length) : spalw_core_fail(error);
}

int WSAAPI getsockname(SOCKET handle, struct sockaddr *name, int *length) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = local_pinned(socket, name, length);
    spalw_socket_leave(handle);
    return result;
}

static int peer_pinned(spalw_socket *socket, struct sockaddr *name, int *length) {
    spal_address address;
    if (is_estranged(socket))
        return spalw_wsa_fail(WSAENOTCONN);
    spal_error error = spal_peer_address(spalw_core(socket), &address);
    return error == SPAL_OK ? address_write(&address, name, length) : spalw_core_fail(error);
}

int WSAAPI getpeername(SOCKET handle, struct sockaddr *name, int *length) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = peer_pinned(socket, name, length);
    spalw_socket_leave(handle);
    return result;
}
