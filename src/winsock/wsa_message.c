/* SPDX-License-Identifier: MIT
 *
 * WSARecvMsg and WSASendMsg: datagrams with what else there is to say of them, as control messages.
 */
#include "buffers.h"
#include "control.h"
#include "error.h"
#include "extension.h"
#include "request.h"
#include "sockaddr.h"
#include "transfer.h"
#include "watch.h"

#include <stdlib.h>

/* What a message needs while it is under way. */
typedef struct transit {
    spal_message message;
    spal_packet_info info;
    spal_address address;
    WSAMSG *caller;
} transit;

/* -------------------------------------------------------------------------------------------------------- receiving */

/* @return SPAL_OK, or SPAL_EMSGSIZE when something did not fit */
static spal_error transit_tell(transit *of, spal_error error) {
    WSAMSG *caller = of->caller;
    if (error != SPAL_OK && error != SPAL_EMSGSIZE)
        return error;
    caller->dwFlags = (ULONG)of->message.flags | (error == SPAL_EMSGSIZE ? (ULONG)MSG_TRUNC : 0U);
    if (!spalw_control_write(&of->info, of->address.family, &caller->Control))
        caller->dwFlags |= MSG_CTRUNC;
    if (caller->name != NULL && of->address.family != 0)
        (void)spalw_sockaddr_write(&of->address, caller->name, &caller->namelen);
    return error != SPAL_OK || (caller->dwFlags & MSG_CTRUNC) != 0 ? SPAL_EMSGSIZE : SPAL_OK;
}

static void transit_init(transit *of, WSAMSG *caller, const spal_buffer *buffers, size_t count) {
    memset(of, 0, sizeof *of);
    of->caller = caller;
    of->message.buffers = buffers;
    of->message.count = count;
    of->message.address = &of->address;
    of->message.info = &of->info;
}

static int recv_waiting(spalw_socket *socket, WSAMSG *message, DWORD *received, int core_flags) {
    spalw_buffers list;
    transit one;
    size_t moved = 0;
    DWORD code = spalw_buffers_init(&list, message->lpBuffers, message->dwBufferCount, false);
    if (code != 0)
        return spalw_wsa_fail(code);
    transit_init(&one, message, list.all, list.count);
    spal_error error = spal_recvmsg(spalw_core(socket), &one.message, core_flags, &moved);
    error = transit_tell(&one, spalw_recv_error(socket, error));
    spalw_buffers_fini(&list);
    spalw_watch_enable(socket, FD_READ);
    if (received != NULL && (error == SPAL_OK || error == SPAL_EMSGSIZE))
        *received = (DWORD)moved;
    return spalw_answer_blocking(error);
}

static bool recv_ended(spalw_request *request) {
    if (request->error == SPAL_ECONNREFUSED)
        request->rest.status = STATUS_PORT_UNREACHABLE;
    request->error = transit_tell(request->rest.extra, request->error);
    request->rest.flags = request->error == SPAL_EMSGSIZE ? MSG_PARTIAL : 0;
    return true;
}

static spalw_request *message_request(spalw_socket *socket, WSAMSG *message, OVERLAPPED *overlapped,
                                      LPWSAOVERLAPPED_COMPLETION_ROUTINE routine, int direction) {
    DWORD code = spalw_buffers_check(message->lpBuffers, message->dwBufferCount);
    spalw_request *request = NULL;
    if (code != 0)
        spalw_set_error(code);
    else
        request = spalw_request_new(socket, overlapped, routine, direction);
    if (request == NULL)
        return NULL;
    transit *one = malloc(sizeof *one);
    request->rest.extra = one;
    if (one == NULL)
        spalw_set_error(WSAENOBUFS);
    if (one == NULL || !spalw_request_buffers(request, message->lpBuffers, message->dwBufferCount, direction == 1)) {
        spalw_request_drop(request);
        return NULL;
    }
    transit_init(one, message, request->rest.buffers, request->rest.buffer_count);
    return request;
}

static int recv_pinned(spalw_socket *socket, WSAMSG *message, DWORD *received, OVERLAPPED *overlapped,
                       LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    int core_flags = 0;
    if (message == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_recv_flags(socket, message->dwFlags, &core_flags);
    if (socket->type == SOCK_STREAM)
        code = WSAEOPNOTSUPP;
    if (code == 0 && !spalw_recv_is_bound(socket))
        code = WSAEINVAL;
    if (code == 0 && message->name != NULL && message->namelen < spalw_sockaddr_length(socket->family))
        code = WSAEFAULT;
    if (code != 0)
        return spalw_wsa_fail(code);
    if (overlapped == NULL || !spalw_is(socket, SPALW_OVERLAPPED))
        return recv_waiting(socket, message, received, core_flags);
    spalw_request *request = message_request(socket, message, overlapped, routine, 0);
    if (request == NULL)
        return SOCKET_ERROR;
    request->rest.ended = recv_ended;
    spalw_request_publish(request);
    transit *one = request->rest.extra;
    return spalw_request_started(request, spal_recvmsg_async(request->core, &request->op, &one->message, core_flags),
                                 received, NULL);
}

INT PASCAL spalw_recv_msg(SOCKET handle, LPWSAMSG message, LPDWORD received, LPWSAOVERLAPPED overlapped,
                          LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = recv_pinned(socket, message, received, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}

/* ---------------------------------------------------------------------------------------------------------- sending */

/* On a stream the address and the information are passed over. */
static DWORD transit_fill(transit *of, spalw_socket *socket) {
    const WSAMSG *caller = of->caller;
    DWORD code = 0;
    if (caller->name == NULL || socket->type == SOCK_STREAM)
        of->message.address = NULL;
    else
        code = spalw_destination_read(socket, caller->name, caller->namelen, &of->address);
    if (code == 0 && socket->type != SOCK_STREAM)
        code = spalw_control_read(&caller->Control, socket->family, &of->info);
    if (of->info.present == 0)
        of->message.info = NULL;
    return code;
}

static int send_waiting(spalw_socket *socket, WSAMSG *message, DWORD *sent, int core_flags) {
    spalw_buffers list;
    transit one;
    size_t moved = 0;
    DWORD code = spalw_buffers_init(&list, message->lpBuffers, message->dwBufferCount, true);
    if (code != 0)
        return spalw_wsa_fail(code);
    transit_init(&one, message, list.all, list.count);
    code = transit_fill(&one, socket);
    spal_error error = code != 0 ? SPAL_OK : spal_sendmsg(spalw_core(socket), &one.message, core_flags, &moved);
    spalw_buffers_fini(&list);
    if (code != 0)
        return spalw_wsa_fail(code);
    if (sent != NULL && error == SPAL_OK)
        *sent = (DWORD)moved;
    return spalw_answer_blocking(error);
}

static int send_pinned(spalw_socket *socket, WSAMSG *message, DWORD flags, DWORD *sent, OVERLAPPED *overlapped,
                       LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    int core_flags = 0;
    if (message == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_send_flags(socket, flags, &core_flags);
    if (code != 0)
        return spalw_wsa_fail(code);
    if (overlapped == NULL || !spalw_is(socket, SPALW_OVERLAPPED))
        return send_waiting(socket, message, sent, core_flags);
    spalw_request *request = message_request(socket, message, overlapped, routine, 1);
    if (request == NULL)
        return SOCKET_ERROR;
    transit *one = request->rest.extra;
    code = transit_fill(one, socket);
    if (code != 0) {
        spalw_request_drop(request);
        return spalw_wsa_fail(code);
    }
    spalw_request_publish(request);
    return spalw_request_started(request, spal_sendmsg_async(request->core, &request->op, &one->message, core_flags),
                                 sent, NULL);
}

int WSAAPI WSASendMsg(SOCKET handle, LPWSAMSG message, DWORD flags, LPDWORD sent, LPWSAOVERLAPPED overlapped,
                      LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = send_pinned(socket, message, flags, sent, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}
