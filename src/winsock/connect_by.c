/* SPDX-License-Identifier: MIT
 *
 * WSAConnectByList and WSAConnectByName: one address after the other, until one answers or the time is over. They wait
 * whatever the mode of the socket is.
 */
#include "clock.h"
#include "connecting.h"
#include "error.h"
#include "sockaddr.h"
#include "status.h"
#include "text.h"
#include "wait.h"
#include "watch.h"

#include "ws2tcpip.h"

#include <stdlib.h>

/* Where both ends' addresses go. A length without an address means nothing. */
typedef struct ends {
    DWORD *local_length;
    SOCKADDR *local;
    DWORD *remote_length;
    SOCKADDR *remote;
} ends;

static bool has_room(const SOCKADDR *name, const DWORD *length, DWORD least) {
    return name == NULL || (length != NULL && *length >= least);
}

static DWORD ends_refusal(const ends *to, int family) {
    DWORD least = (DWORD)spalw_sockaddr_length(family);
    bool have_room = has_room(to->local, to->local_length, least) && has_room(to->remote, to->remote_length, least);
    return have_room ? 0 : WSAEFAULT;
}

static void end_write(const spal_address *address, SOCKADDR *name, DWORD *length) {
    int bytes = (int)*length;
    (void)spalw_sockaddr_write(address, name, &bytes);
    *length = (DWORD)bytes;
}

static void ends_write(spalw_socket *socket, const ends *to) {
    spal_address address;
    if (to->local != NULL && spal_local_address(spalw_core(socket), &address) == SPAL_OK)
        end_write(&address, to->local, to->local_length);
    if (to->remote != NULL && spal_peer_address(spalw_core(socket), &address) == SPAL_OK)
        end_write(&address, to->remote, to->remote_length);
}

/* An IPv6 socket that may speak IPv4 takes IPv4's addresses mapped. */
static spal_error one_connect(spalw_socket *socket, spal_address *address, uint64_t deadline_ns) {
    int before_ms = 0;
    if (address->family == SPAL_AF_INET && socket->family == AF_INET6)
        (void)spal_address_map_v4(address, address);
    if (address->family != socket->family)
        return SPAL_EAFNOSUPPORT;
    uint64_t now_ns = spalw_now_ns();
    if (deadline_ns != SPALW_FOREVER && now_ns >= deadline_ns)
        return SPAL_ETIMEDOUT;
    uint64_t rest_ms = deadline_ns == SPALW_FOREVER ? 0 : (deadline_ns - now_ns + 999999) / 1000000;
    spal_error error = spalw_is(socket, SPALW_SPENT) ? spalw_core_renew(socket) : SPAL_OK;
    if (error != SPAL_OK)
        return error;
    spal_socket core = spalw_core(socket);
    (void)spal_get_send_timeout(core, &before_ms);
    (void)spal_set_send_timeout(core, rest_ms > INT_MAX ? INT_MAX : (int)rest_ms);
    error = spalw_connect_to(socket, address);
    (void)spal_set_send_timeout(spalw_core(socket), before_ms);
    return error;
}

static uint64_t deadline_meant(const struct timeval *timeout) {
    if (timeout != NULL && (timeout->tv_sec < 0 || timeout->tv_usec < 0))
        return spalw_now_ns();
    if (timeout == NULL || timeout->tv_sec > INT_MAX)
        return SPALW_FOREVER;
    return spalw_now_ns() + (uint64_t)timeout->tv_sec * 1000000000U + (uint64_t)timeout->tv_usec * 1000U;
}

/* The error is that of the last attempt. */
static spal_error list_connect(spalw_socket *socket, spal_address *addresses, size_t count,
                               const struct timeval *timeout) {
    uint64_t deadline_ns = deadline_meant(timeout);
    spal_error error = SPAL_EHOSTUNREACH;
    for (size_t i = 0; i < count; i++) {
        error = one_connect(socket, &addresses[i], deadline_ns);
        if (error == SPAL_OK || error == SPAL_EABORTED || error == SPAL_EISCONN)
            break;
    }
    return error;
}

static BOOL all_connect(spalw_socket *socket, spal_address *addresses, size_t count, const ends *to,
                        const struct timeval *timeout) {
    unsigned mode = spalw_facts(socket) & SPALW_NONBLOCKING;
    if (mode != 0) {
        spalw_forget(socket, SPALW_NONBLOCKING);
        (void)spal_set_nonblocking(spalw_core(socket), 0);
    }
    spal_error error = list_connect(socket, addresses, count, timeout);
    if (mode != 0) {
        spalw_note(socket, SPALW_NONBLOCKING);
        (void)spal_set_nonblocking(spalw_core(socket), 1);
    }
    if (error != SPAL_OK) {
        (void)spalw_answer_blocking(error);
        return FALSE;
    }
    ends_write(socket, to);
    spalw_note(socket, SPALW_CONNECT_EX);
    spalw_watch_enable(socket, FD_CONNECT | FD_WRITE | FD_READ | FD_CLOSE);
    return TRUE;
}

static DWORD state_refusal(spalw_socket *socket, const void *reserved) {
    if (reserved != NULL || socket->type != SOCK_STREAM || spalw_is(socket, SPALW_DIALING | SPALW_LISTENING))
        return WSAEINVAL;
    return 0;
}

/* --------------------------------------------------------------------------------------------------------- the list */

static DWORD list_read(const SOCKET_ADDRESS_LIST *list, spal_address **out) {
    *out = NULL;
    if (list == NULL)
        return WSAEFAULT;
    if (list->iAddressCount < 1)
        return WSAEINVAL;
    *out = malloc((size_t)list->iAddressCount * sizeof **out);
    if (*out == NULL)
        return WSAENOBUFS;
    for (int i = 0; i < list->iAddressCount; i++) {
        const SOCKET_ADDRESS *from = &list->Address[i];
        DWORD code = spalw_sockaddr_read(from->lpSockaddr, from->iSockaddrLength, &(*out)[i]);
        if (code != 0)
            return code;
    }
    return 0;
}

BOOL PASCAL WSAConnectByList(SOCKET handle, LPSOCKET_ADDRESS_LIST list, LPDWORD local_length, LPSOCKADDR local,
                             LPDWORD remote_length, LPSOCKADDR remote, const struct timeval *timeout,
                             LPWSAOVERLAPPED reserved) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return FALSE;
    ends to = {local_length, local, remote_length, remote};
    spal_address *addresses = NULL;
    DWORD code = state_refusal(socket, reserved);
    if (code == 0)
        code = ends_refusal(&to, socket->family);
    if (code == 0)
        code = list_read(list, &addresses);
    BOOL result =
        code != 0 ? spalw_fail(code) : all_connect(socket, addresses, (size_t)list->iAddressCount, &to, timeout);
    free(addresses);
    spalw_socket_leave(handle);
    return result;
}

/* --------------------------------------------------------------------------------------------------------- the name */

/* What a socket can connect to: its own family, and both for IPv6 that may speak IPv4. */
static int family_asked(spalw_socket *socket) {
    int v6only = 1;
    if (socket->family != AF_INET6)
        return AF_INET;
    (void)spal_get_option(spalw_core(socket), SPAL_OPT_V6ONLY, &v6only);
    return v6only ? AF_INET6 : AF_UNSPEC;
}

static BOOL found_connect(spalw_socket *socket, const ADDRINFOA *found, const ends *to, const struct timeval *timeout) {
    size_t count = 0;
    size_t used = 0;
    for (const ADDRINFOA *one = found; one != NULL; one = one->ai_next)
        count++;
    spal_address *addresses = malloc((count + 1) * sizeof *addresses);
    if (addresses == NULL)
        return spalw_fail(WSAENOBUFS);
    for (const ADDRINFOA *one = found; one != NULL; one = one->ai_next)
        used += spalw_sockaddr_read(one->ai_addr, (int)one->ai_addrlen, &addresses[used]) == 0;
    BOOL result = all_connect(socket, addresses, used, to, timeout);
    free(addresses);
    return result;
}

static BOOL name_connect(spalw_socket *socket, LPCSTR node, LPCSTR service, const ends *to,
                         const struct timeval *timeout, const void *reserved) {
    ADDRINFOA hints, *found = NULL;
    DWORD code = node == NULL || service == NULL ? WSAEINVAL : state_refusal(socket, reserved);
    if (code == 0)
        code = ends_refusal(to, socket->family);
    if (code != 0)
        return spalw_fail(code);
    memset(&hints, 0, sizeof hints);
    hints.ai_family = family_asked(socket);
    hints.ai_socktype = SOCK_STREAM;
    code = (DWORD)getaddrinfo(node, service, &hints, &found);
    if (code != 0)
        return spalw_fail(code);
    BOOL result = found_connect(socket, found, to, timeout);
    freeaddrinfo(found);
    return result;
}

BOOL PASCAL WSAConnectByNameA(SOCKET handle, LPCSTR node, LPCSTR service, LPDWORD local_length, LPSOCKADDR local,
                              LPDWORD remote_length, LPSOCKADDR remote, const struct timeval *timeout,
                              LPWSAOVERLAPPED reserved) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return FALSE;
    ends to = {local_length, local, remote_length, remote};
    BOOL result = name_connect(socket, node, service, &to, timeout, reserved);
    spalw_socket_leave(handle);
    return result;
}

BOOL PASCAL WSAConnectByNameW(SOCKET handle, LPWSTR node, LPWSTR service, LPDWORD local_length, LPSOCKADDR local,
                              LPDWORD remote_length, LPSOCKADDR remote, const struct timeval *timeout,
                              LPWSAOVERLAPPED reserved) {
    char *narrow_node = node == NULL ? NULL : spalw_utf8_from_wide(node);
    char *narrow_service = service == NULL ? NULL : spalw_utf8_from_wide(service);
    BOOL result = FALSE;
    if ((node != NULL && narrow_node == NULL) || (service != NULL && narrow_service == NULL))
        spalw_set_error(WSAENOBUFS);
    else
        result = WSAConnectByNameA(handle, narrow_node, narrow_service, local_length, local, remote_length, remote,
                                   timeout, reserved);
    free(narrow_node);
    free(narrow_service);
    return result;
}
