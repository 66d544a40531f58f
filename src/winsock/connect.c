/* SPDX-License-Identifier: MIT
 *
 * connect and WSAConnect. A socket whose connect has failed may try again, which a socket of sockpal may not: it gets
 * another core.
 */
#include "clock.h"
#include "connecting.h"
#include "error.h"
#include "sockaddr.h"
#include "status.h"
#include "watch.h"

#include <pthread.h>

/* One connect in non-blocking mode begins, or is asked about, at a time: who asks must not find it half begun. */
static pthread_mutex_t dial_lock = PTHREAD_MUTEX_INITIALIZER;

/* The address does not matter while a connect is under way, or has just ended. */
static spal_error dial_result(spalw_socket *socket) {
    spal_address any = {.family = socket->family};
    return spal_connect(spalw_core(socket), &any);
}

static void dial_ended(spalw_socket *socket, spal_error error) {
    if (error != SPAL_EISCONN) {
        atomic_store(&socket->dial_error, error);
        spalw_note(socket, SPALW_DIAL_FAILED | SPALW_SPENT);
    } else {
        atomic_store(&socket->connected_ns, spalw_now_ns());
    }
    spalw_forget(socket, SPALW_DIALING);
}

/* Under the lock. */
static spal_error dial_look(spalw_socket *socket) {
    spal_error error = dial_result(socket);
    if (error != SPAL_EALREADY)
        dial_ended(socket, error);
    return error;
}

void spalw_connect_settle(spalw_socket *socket) {
    if (!spalw_is(socket, SPALW_NONBLOCKING | SPALW_DIALING))
        return;
    pthread_mutex_lock(&dial_lock);
    if (spalw_is(socket, SPALW_DIALING))
        (void)dial_look(socket);
    pthread_mutex_unlock(&dial_lock);
}

/* Failures of the attempt itself, after which sockpal's socket is of no more use. */
static bool is_spent(spal_error error) {
    switch (error) {
    case SPAL_ECONNREFUSED:
    case SPAL_ECONNRESET:
    case SPAL_ECONNABORTED:
    case SPAL_ETIMEDOUT:
    case SPAL_ENETUNREACH:
    case SPAL_EHOSTUNREACH:
    case SPAL_EADDRNOTAVAIL:
    case SPAL_EADDRINUSE:
    case SPAL_EACCES:
    case SPAL_EABORTED:
    case SPAL_ENOENT:
        return true;
    default:
        return false;
    }
}

static spal_error core_connect(spalw_socket *socket, const spal_address *address) {
    spal_error error = SPAL_OK;
    if (spalw_is(socket, SPALW_SPENT))
        error = spalw_core_renew(socket);
    if (error == SPAL_OK)
        error = spal_connect(spalw_core(socket), address);
    if (is_spent(error))
        spalw_note(socket, SPALW_SPENT);
    if (error == SPAL_OK)
        atomic_store(&socket->connected_ns, spalw_now_ns());
    return error;
}

static spal_error dial(spalw_socket *socket, const spal_address *address) {
    spal_error error;
    pthread_mutex_lock(&dial_lock);
    if (spalw_is(socket, SPALW_DIALING)) {
        error = dial_look(socket);
    } else {
        error = core_connect(socket, address);
        if (error == SPAL_EINPROGRESS)
            spalw_note(socket, SPALW_DIALING);
    }
    pthread_mutex_unlock(&dial_lock);
    if (error == SPAL_EINPROGRESS || error == SPAL_OK)
        spalw_watch_enable(socket, FD_CONNECT | FD_WRITE | FD_READ | FD_CLOSE);
    return error;
}

static spal_error stream_connect(spalw_socket *socket, const spal_address *address) {
    return spalw_is(socket, SPALW_NONBLOCKING | SPALW_DIALING) ? dial(socket, address) : core_connect(socket, address);
}

static spal_error unconnect(spalw_socket *socket) {
    spal_error error = spal_disconnect(spalw_core(socket));
    return error == SPAL_ENOTCONN ? SPAL_OK : error;
}

/* More than any queue holds: who sends without a pause must not keep the caller. */
#define QUEUED_MOST 65536

static bool is_same_address(const spal_address *a, const spal_address *b) {
    return a->family == b->family && a->port == b->port && memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

/* Datagrams that are queued do not outlast a change of the peer.
 * @param peer  whose are kept, or null */
static void datagrams_drop(spalw_socket *socket, const spal_address *peer) {
    spal_socket core = spalw_core(socket);
    for (int i = 0; i < QUEUED_MOST; i++) {
        spal_address sender = {0};
        char byte;
        size_t bytes = 0;
        spal_error error = spal_recvfrom(core, &byte, 1, SPAL_PEEK | SPAL_DONTWAIT, &sender, &bytes);
        bool is_datagram = error == SPAL_OK || error == SPAL_EMSGSIZE;
        if (!is_datagram || (peer != NULL && is_same_address(&sender, peer)))
            return;
        (void)spal_recv(core, &byte, 1, SPAL_DONTWAIT, &bytes);
    }
}

static spal_error datagram_connect(spalw_socket *socket, const spal_address *address) {
    spal_socket core = spalw_core(socket);
    spal_address peer;
    bool is_ip = address->family != SPAL_AF_UNIX;
    if (!is_ip || (spal_peer_address(core, &peer) == SPAL_OK && is_same_address(&peer, address)))
        return spal_connect(core, address);
    datagrams_drop(socket, NULL);
    spal_error error = spal_connect(core, address);
    if (error == SPAL_OK)
        datagrams_drop(socket, address);
    return error;
}

/* A datagram socket is disconnected by the wildcard address, or by one without a family. */
spal_error spalw_connect_to(spalw_socket *socket, const spal_address *address) {
    bool is_any = address->family != SPAL_AF_UNIX && spal_address_is_any(address);
    if (socket->type == SOCK_STREAM)
        return is_any ? SPAL_EADDRNOTAVAIL : stream_connect(socket, address);
    return is_any ? unconnect(socket) : datagram_connect(socket, address);
}

static int connect_pinned(spalw_socket *socket, const struct sockaddr *name, int length) {
    spal_address address;
    DWORD code = spalw_sockaddr_read(name, length, &address);
    if (socket->type == SOCK_DGRAM && code == WSAEAFNOSUPPORT && name->sa_family == AF_UNSPEC)
        return spalw_answer_blocking(unconnect(socket));
    if (code == 0 && address.family != socket->family)
        code = WSAEAFNOSUPPORT;
    if (code == 0 && spalw_is(socket, SPALW_LISTENING | SPALW_ACCEPTING))
        code = WSAEINVAL;
    return code != 0 ? spalw_wsa_fail(code) : spalw_answer_blocking(spalw_connect_to(socket, &address));
}

int WSAAPI connect(SOCKET handle, const struct sockaddr *name, int length) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = connect_pinned(socket, name, length);
    spalw_socket_leave(handle);
    return result;
}

/* No protocol of the Internet has data of users in its connects, or groups, or reserves anything. */
int WSAAPI WSAConnect(SOCKET handle, const struct sockaddr *name, int length, LPWSABUF caller, LPWSABUF callee,
                      LPQOS qos, LPQOS group_qos) {
    (void)qos;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    bool has_data = socket->type == SOCK_STREAM && caller != NULL && caller->len > 0;
    DWORD code = group_qos != NULL ? WSAEINVAL : has_data ? WSAEPROTONOSUPPORT : 0;
    int result = code != 0 ? spalw_wsa_fail(code) : connect_pinned(socket, name, length);
    if (code == 0 && callee != NULL && socket->type == SOCK_STREAM)
        callee->len = 0;
    spalw_socket_leave(handle);
    return result;
}
