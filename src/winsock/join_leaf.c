/* SPDX-License-Identifier: MIT
 *
 * Functions of Winsock 2 for networks that have more than the Internet's: of WSAJoinLeaf what multicast is, of
 * WSAGetQOSByName nothing.
 */
#include "error.h"
#include "sockaddr.h"
#include "socket.h"
#include "status.h"

/* A datagram socket joins the group and is its own leaf; on a connection it would be a connect. */
static SOCKET leaf_join(spalw_socket *socket, SOCKET handle, const struct sockaddr *name, int length, DWORD flags) {
    spal_address group;
    DWORD code = spalw_sockaddr_read(name, length, &group);
    if (code == 0 && (flags < JL_SENDER_ONLY || flags > JL_BOTH || flags == 3))
        code = WSAEINVAL;
    if (code == 0 && socket->type != SOCK_DGRAM)
        code = WSAEOPNOTSUPP;
    if (code == 0 && flags != JL_SENDER_ONLY) {
        spal_error error = spal_multicast_join(spalw_core(socket), &group, 0, NULL);
        code = error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
    }
    if (code == 0)
        return handle;
    spalw_set_error(code);
    return INVALID_SOCKET;
}

SOCKET WSAAPI WSAJoinLeaf(SOCKET handle, const struct sockaddr *name, int length, LPWSABUF caller, LPWSABUF callee,
                          LPQOS qos, LPQOS group_qos, DWORD flags) {
    (void)caller;
    (void)callee;
    (void)qos;
    (void)group_qos;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return INVALID_SOCKET;
    SOCKET leaf = leaf_join(socket, handle, name, length, flags);
    spalw_socket_leave(handle);
    return leaf;
}

/* Windows has had no such names since Vista. */
BOOL WSAAPI WSAGetQOSByName(SOCKET handle, LPWSABUF name, LPQOS qos) {
    if (spalw_socket_enter(handle) == NULL)
        return FALSE;
    spalw_socket_leave(handle);
    return spalw_fail(name == NULL || qos == NULL ? WSAEFAULT : WSAEOPNOTSUPP);
}
