/* SPDX-License-Identifier: MIT
 *
 * ioctlsocket and WSAIoctl: the table of controls, and those of one line.
 */
#include "ioctl.h"

#include "alertable.h"
#include "error.h"
#include "native_datagram.h"
#include "oob.h"
#include "request.h"
#include "status.h"
#include "watch.h"

#include "mstcpip.h"
#include "mswsock.h"

DWORD spalw_ioctl_answer(spalw_ioctl *call, const void *value, DWORD bytes) {
    call->returned = bytes;
    if (call->out == NULL || call->out_bytes < bytes)
        return WSAEFAULT;
    memcpy(call->out, value, bytes);
    return 0;
}

static DWORD number_read(const spalw_ioctl *call, ULONG *out) {
    if (call->in == NULL || call->in_bytes < sizeof *out)
        return WSAEFAULT;
    memcpy(out, call->in, sizeof *out);
    return 0;
}

/* ---------------------------------------------------------------------------------------------------------- of BSD */

static DWORD nonblocking_set(spalw_ioctl *call) {
    ULONG on = 0;
    DWORD code = number_read(call, &on);
    if (code != 0)
        return code;
    if (on == 0 && spalw_watch_is_on(call->socket))
        return WSAEINVAL;
    if (on != 0)
        spalw_note(call->socket, SPALW_NONBLOCKING);
    else
        spalw_forget(call->socket, SPALW_NONBLOCKING);
    spal_error error = spal_set_nonblocking(spalw_core(call->socket), on != 0);
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

/* Of datagrams Winsock counts all, the core those of the next. */
static spal_error queued_get(spalw_socket *socket, int *available) {
    spal_native native;
    size_t bytes = 0;
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_queued(native, &bytes);
    *available = bytes > INT_MAX ? INT_MAX : (int)bytes;
    return error;
}

static DWORD available_get(spalw_ioctl *call) {
    int available = 0;
    spal_error error = call->socket->type == SOCK_DGRAM
                           ? queued_get(call->socket, &available)
                           : spal_get_option(spalw_core(call->socket), SPAL_OPT_AVAILABLE, &available);
    ULONG answer = (ULONG)available;
    if (available > 0)
        spalw_note_seen(call->socket);
    return error == SPAL_OK ? spalw_ioctl_answer(call, &answer, sizeof answer) : spalw_wsa_from_core(error);
}

static DWORD mark_get(spalw_ioctl *call) {
    if (call->socket->type != SOCK_STREAM)
        return WSAEOPNOTSUPP;
    ULONG answer = spalw_oob_is_at_mark(call->socket);
    return spalw_ioctl_answer(call, &answer, sizeof answer);
}

/* ---------------------------------------------------------------------------------------------------- of Winsock 2 */

static DWORD handle_get(spalw_ioctl *call) {
    return spalw_ioctl_answer(call, &call->handle, sizeof call->handle);
}

static DWORD conn_reset_set(spalw_ioctl *call) {
    ULONG on = 0;
    DWORD code = number_read(call, &on);
    if (code == 0 && call->socket->type == SOCK_STREAM)
        code = WSAEINVAL;
    if (code == 0 && on != 0)
        spalw_note(call->socket, SPALW_CONN_RESET);
    else if (code == 0)
        spalw_forget(call->socket, SPALW_CONN_RESET);
    if (code == 0)
        (void)spal_set_option(spalw_core(call->socket), SPAL_OPT_NEWS, on != 0 ? SPAL_NEWS_ALWAYS : SPAL_NEWS_NEVER);
    return code;
}

static const struct {
    DWORD code;
    spalw_ioctl_function *run;
} controls[] = {
    {FIONBIO, nonblocking_set},
    {FIONREAD, available_get},
    {SIOCATMARK, mark_get},
    {SIO_GET_EXTENSION_FUNCTION_POINTER, spalw_ioctl_extension},
    {SIO_KEEPALIVE_VALS, spalw_ioctl_keepalive},
    {SIO_TCP_INFO, spalw_ioctl_tcp_info},
    {SIO_UDP_CONNRESET, conn_reset_set},
    {SIO_UDP_NETRESET, spalw_ioctl_datagram_hint},
    {SIO_LOOPBACK_FAST_PATH, spalw_ioctl_fast_path},
    {SIO_TCP_INITIAL_RTO, spalw_ioctl_initial_rto},
    {SIO_TCP_SET_ACK_FREQUENCY, spalw_ioctl_ack_frequency},
    {SIO_TCP_SET_ICW, spalw_ioctl_initial_window},
    {SIO_SET_PRIORITY_HINT, spalw_ioctl_priority},
    {SIO_SET_COMPATIBILITY_MODE, spalw_ioctl_compatibility},
    {SIO_ENABLE_CIRCULAR_QUEUEING, spalw_ioctl_circular},
    {SIO_MULTIPOINT_LOOPBACK, spalw_ioctl_group_loop},
    {SIO_MULTICAST_SCOPE, spalw_ioctl_group_scope},
    {SIO_SET_MULTICAST_FILTER, spalw_ioctl_sources_v4_set},
    {SIO_GET_MULTICAST_FILTER, spalw_ioctl_sources_v4_get},
    {SIOCSMSFILTER, spalw_ioctl_sources_set},
    {SIOCGMSFILTER, spalw_ioctl_sources_get},
    {SIO_RCVALL, spalw_ioctl_receive_all},
    {SIO_RCVALL_MCAST, spalw_ioctl_receive_all},
    {SIO_RCVALL_IGMPMCAST, spalw_ioctl_receive_all},
    {SIO_QUERY_RSS_SCALABILITY_INFO, spalw_ioctl_scaling},
    {SIO_IDEAL_SEND_BACKLOG_QUERY, spalw_ioctl_backlog},
    {SIO_GET_QOS, spalw_ioctl_unsupported},
    {SIO_SET_QOS, spalw_ioctl_unsupported},
    {SIO_GET_GROUP_QOS, spalw_ioctl_unsupported},
    {SIO_SET_GROUP_QOS, spalw_ioctl_unsupported},
    {SIO_ASSOCIATE_HANDLE, spalw_ioctl_unsupported},
    {SIO_TRANSLATE_HANDLE, spalw_ioctl_unsupported},
    {SIO_BASE_HANDLE, handle_get},
    {SIO_BSP_HANDLE, handle_get},
    {SIO_BSP_HANDLE_SELECT, handle_get},
    {SIO_BSP_HANDLE_POLL, handle_get},
    {SIO_ADDRESS_LIST_QUERY, spalw_ioctl_address_list},
    {SIO_ADDRESS_LIST_SORT, spalw_ioctl_address_sort},
    {SIO_ROUTING_INTERFACE_QUERY, spalw_ioctl_routing_interface},
    {SIO_GET_BROADCAST_ADDRESS, spalw_ioctl_broadcast_address},
    {SIO_GET_INTERFACE_LIST, spalw_ioctl_interface_list},
};

static DWORD control(spalw_ioctl *call, DWORD code) {
    for (size_t i = 0; i < _countof(controls); i++)
        if (controls[i].code == code)
            return controls[i].run(call);
    return WSAEOPNOTSUPP;
}

/* --------------------------------------------------------------------------------------------------- both functions */

static int ioctlsocket_pinned(spalw_socket *socket, SOCKET handle, DWORD command, void *argument, size_t bytes) {
    const bool is_known = command == (DWORD)FIONBIO || command == (DWORD)FIONREAD || command == (DWORD)SIOCATMARK;
    ULONG value = 0;
    if (!is_known)
        return spalw_wsa_fail(WSAEOPNOTSUPP);
    if (argument == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    memcpy(&value, argument, sizeof value);
    unsigned long wide = value;
    if (bytes == sizeof wide && sizeof wide > sizeof value) {
        memcpy(&wide, argument, sizeof wide);
        value = wide != 0;
    }
    spalw_ioctl call = {.socket = socket, .handle = handle, .in = &value, .in_bytes = sizeof value};
    call.out = &value;
    call.out_bytes = sizeof value;
    DWORD code = control(&call, command);
    if (code != 0)
        return spalw_wsa_fail(code);
    wide = value;
    if (command != (DWORD)FIONBIO)
        memcpy(argument, bytes == sizeof wide ? (void *)&wide : &value, bytes == sizeof wide ? bytes : sizeof value);
    return 0;
}

int WSAAPI spalw_ioctlsocket(SOCKET handle, long command, void *argument, size_t bytes) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = ioctlsocket_pinned(socket, handle, (DWORD)command, argument, bytes);
    spalw_socket_leave(handle);
    return result;
}

#undef ioctlsocket
int WSAAPI ioctlsocket(SOCKET handle, long command, u_long *argument) {
    return spalw_ioctlsocket(handle, command, argument, sizeof *argument);
}

/* The others do not wait: an overlapped one has ended when it returns. */
static bool is_change(DWORD code) {
    return code == SIO_ADDRESS_LIST_CHANGE || code == SIO_ROUTING_INTERFACE_CHANGE ||
           code == SIO_IDEAL_SEND_BACKLOG_CHANGE;
}

/* What is told as a failure of the call rather than waited for. */
static DWORD early_refusal(spalw_ioctl *call, DWORD code, const OVERLAPPED *overlapped) {
    switch (code) {
    case SIO_IDEAL_SEND_BACKLOG_CHANGE:
        return spalw_ioctl_backlog_refusal(call);
    case SIO_ROUTING_INTERFACE_CHANGE:
        return call->in == NULL || call->in_bytes < sizeof(ADDRESS_FAMILY) ? WSAEFAULT : 0;
    case SIO_BSP_HANDLE_POLL:
        return overlapped != NULL ? WSAEFAULT : 0;
    default:
        return 0;
    }
}

/* Changes are waited for as long as the socket is open; none is noticed. */
static int change_overlapped(spalw_request *request) {
    spalw_request_publish(request);
    return spalw_request_started(request, spal_poll_async(request->core, &request->op, 0), NULL, NULL);
}

static int change_waiting(spalw_socket *socket) {
    spal_pollfd entry = {.socket = spalw_core(socket)};
    size_t ready = 0;
    if (spalw_is(socket, SPALW_NONBLOCKING))
        return spalw_wsa_fail(WSAEWOULDBLOCK);
    (void)spalw_poll(&entry, 1, -1, &ready);
    return spalw_wsa_fail(WSAEINTR);
}

static int ioctl_overlapped(spalw_ioctl *call, DWORD code, DWORD *returned, OVERLAPPED *overlapped,
                            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_request *request = spalw_request_new(call->socket, overlapped, routine, 1);
    if (request == NULL)
        return SOCKET_ERROR;
    if (is_change(code))
        return change_overlapped(request);
    DWORD failure = control(call, code);
    if (failure != 0) {
        spalw_request_drop(request);
        return spalw_wsa_fail(failure);
    }
    request->op.error = SPAL_OK;
    request->op.count = call->returned;
    spalw_request_publish(request);
    return spalw_request_started(request, SPAL_OK, returned, NULL);
}

static int ioctl_pinned(spalw_ioctl *call, DWORD code, DWORD *returned, OVERLAPPED *overlapped,
                        LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    DWORD refusal = early_refusal(call, code, overlapped);
    if (refusal != 0)
        return spalw_wsa_fail(refusal);
    if (overlapped != NULL && spalw_is(call->socket, SPALW_OVERLAPPED))
        return ioctl_overlapped(call, code, returned, overlapped, routine);
    if (returned == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    if (is_change(code))
        return change_waiting(call->socket);
    DWORD failure = control(call, code);
    *returned = failure == 0 || failure == WSAEFAULT ? call->returned : 0;
    return failure == 0 ? 0 : spalw_wsa_fail(failure);
}

int WSAAPI WSAIoctl(SOCKET handle, DWORD code, LPVOID in, DWORD in_bytes, LPVOID out, DWORD out_bytes, LPDWORD returned,
                    LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    spalw_ioctl call = {socket, handle, in, in_bytes, out, out_bytes, 0};
    int result = ioctl_pinned(&call, code, returned, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}
