/* SPDX-License-Identifier: MIT
 *
 * Functions of Winsock 2 for networks that have more than the Internet's: of WSAJoinLeaf what multicast is, of
 * WSAGetQOSByName nothing.
 *
 * A datagram socket that has been opened as a leaf joins a group, on the interface that it is bound to, and is its own
 * leaf. It is bound from then on. A socket may join several groups.
 */
#include "error.h"
#include "share.h"
#include "sockaddr.h"
#include "socket.h"
#include "status.h"

static DWORD last_error(int result) {
    return result == 0 ? 0 : spalw_error();
}

static DWORD group_join(SOCKET handle, const spal_address *group, const spalw_sockaddr *local) {
    if (group->family == SPAL_AF_INET) {
        struct ip_mreq v4;
        memcpy(&v4.imr_multiaddr, group->ip, sizeof v4.imr_multiaddr);
        v4.imr_interface = local->v4.sin_addr;
        return last_error(setsockopt(handle, IPPROTO_IP, IP_ADD_MEMBERSHIP, (const char *)&v4, sizeof v4));
    }
    struct ipv6_mreq v6;
    memcpy(&v6.ipv6mr_multiaddr, group->ip, sizeof v6.ipv6mr_multiaddr);
    v6.ipv6mr_interface = group->scope_id != 0 ? group->scope_id : local->v6.sin6_scope_id;
    return last_error(setsockopt(handle, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, (const char *)&v6, sizeof v6));
}

/* @return 0, and where it is bound */
static DWORD socket_bind(spalw_socket *socket, SOCKET handle, spalw_sockaddr *local) {
    int is_bound = 0, length = sizeof *local;
    spal_address any;
    (void)spal_get_option(spalw_core(socket), SPAL_OPT_BOUND, &is_bound);
    DWORD code = 0;
    if (!is_bound && spal_address_any(socket->family, 0, &any) == SPAL_OK)
        code = spalw_share_bind(socket, &any);
    return code != 0 ? code : last_error(getsockname(handle, &local->any, &length));
}

static bool is_group(const spal_address *address) {
    return address->family == SPAL_AF_INET ? (address->ip[0] & 0xf0) == 0xe0 : address->ip[0] == 0xff;
}

static DWORD address_refusal(const spalw_socket *socket, const spal_address *group) {
    if (group->family != socket->family || group->family == SPAL_AF_UNIX)
        return WSAEAFNOSUPPORT;
    return is_group(group) ? 0 : WSAEADDRNOTAVAIL;
}

static DWORD leaf_join(spalw_socket *socket, SOCKET handle, const struct sockaddr *name, int length, DWORD flags) {
    spal_address group;
    spalw_sockaddr local;
    DWORD code = spalw_sockaddr_read(name, length, &group);
    if (code == 0 && (!spalw_is(socket, SPALW_LEAF) || flags < JL_SENDER_ONLY || flags > JL_BOTH || flags == 3))
        code = WSAEINVAL;
    if (code == 0)
        code = address_refusal(socket, &group);
    if (code == 0)
        code = socket_bind(socket, handle, &local);
    if (code == 0 && flags != JL_SENDER_ONLY) {
        code = group_join(handle, &group, &local);
        if (code == WSAEINVAL) /* All else has been checked. */
            code = WSAEISCONN;
    }
    return code;
}

/* Nothing can be sent along. */
SOCKET WSAAPI WSAJoinLeaf(SOCKET handle, const struct sockaddr *name, int length, LPWSABUF caller, LPWSABUF callee,
                          LPQOS qos, LPQOS group_qos, DWORD flags) {
    (void)qos;
    (void)group_qos;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return INVALID_SOCKET;
    DWORD code =
        caller != NULL && caller->len > 0 ? WSAEPROTONOSUPPORT : leaf_join(socket, handle, name, length, flags);
    spalw_socket_leave(handle);
    if (code != 0) {
        spalw_set_error(code);
        return INVALID_SOCKET;
    }
    if (callee != NULL)
        callee->len = 0;
    return handle;
}

/* Windows has had no such names since Vista: the list of them, for which an empty one asks, has an end alone. */
static DWORD qos_find(WSABUF *name, const QOS *qos) {
    if (name == NULL || name->buf == NULL || name->len == 0)
        return WSAEFAULT;
    if (name->buf[0] == 0)
        return 0;
    return qos == NULL ? WSAEFAULT : WSAEOPNOTSUPP;
}

BOOL WSAAPI WSAGetQOSByName(SOCKET handle, LPWSABUF name, LPQOS qos) {
    if (spalw_socket_enter(handle) == NULL)
        return FALSE;
    spalw_socket_leave(handle);
    DWORD code = qos_find(name, qos);
    return code == 0 ? TRUE : spalw_fail(code);
}
