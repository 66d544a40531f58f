/* SPDX-License-Identifier: MIT
 *
 * WSARecvMsg and WSASendMsg: datagrams with what else there is to say of them, as control messages.
 */
#include "alertable.h"
#include "buffers.h"
#include "control.h"
#include "error.h"
#include "extension.h"
#include "option_packet.h"
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
    spalw_socket *socket;
    WSAMSG *caller;
} transit;

/* What must be there for a call of either function, and what must not. */
static DWORD message_refusal(const WSAMSG *message, const DWORD *count, const OVERLAPPED *overlapped) {
    if (message == NULL || (count == NULL && overlapped == NULL))
        return WSAEFAULT;
    bool is_nowhere =
        (message->name == NULL && message->namelen != 0) || (message->Control.buf == NULL && message->Control.len != 0);
    return is_nowhere ? WSAEFAULT : 0;
}

/* Flags that are no flags of these functions. What an earlier call has told by them is passed over. */
static DWORD recv_flags(spalw_socket *socket, const WSAMSG *message, int *out) {
    const ULONG told = MSG_TRUNC | MSG_CTRUNC | MSG_BCAST | MSG_MCAST;
    if ((message->dwFlags & ~(told | (ULONG)MSG_PEEK)) != 0)
        return WSAEOPNOTSUPP;
    return spalw_recv_flags(socket, message->dwFlags & (ULONG)MSG_PEEK, out);
}

static DWORD send_flags(spalw_socket *socket, DWORD flags, int *out) {
    DWORD code = spalw_send_flags(socket, flags, out);
    return code == WSAEINVAL ? WSAEOPNOTSUPP : code;
}

/* -------------------------------------------------------------------------------------------------------- receiving */

static bool is_v4(const spal_address *address) {
    return address->family == SPAL_AF_INET || spal_address_is_v4_mapped(address);
}

static bool is_group(const spal_address *address) {
    return address->family == SPAL_AF_INET ? (address->ip[0] & 0xf0) == 0xe0 : address->ip[0] == 0xff;
}

/* Whom it was sent to: a group, or everybody of a network. */
static ULONG target_flags(const spal_packet_info *info) {
    static const uint8_t everybody[] = {255, 255, 255, 255}, everybody_here[] = {127, 255, 255, 255};
    spal_address to = info->local;
    if ((info->present & SPAL_INFO_LOCAL) == 0)
        return 0;
    if (spal_address_is_v4_mapped(&to))
        (void)spal_address_unmap_v4(&to, &to);
    if (is_group(&to))
        return MSG_MCAST;
    return to.family == SPAL_AF_INET && (memcmp(to.ip, everybody, 4) == 0 || memcmp(to.ip, everybody_here, 4) == 0)
               ? MSG_BCAST
               : 0;
}

/* @return SPAL_OK, or SPAL_EMSGSIZE when something did not fit */
static spal_error transit_tell(transit *of, spal_error error) {
    WSAMSG *caller = of->caller;
    if (error != SPAL_OK && error != SPAL_EMSGSIZE)
        return error;
    bool is_old = is_v4(&of->address);
    DWORD asked = spalw_kept_get(&of->socket->kept, is_old ? SPALW_KEPT_ASKED : SPALW_KEPT_ASKED + 1);
    caller->dwFlags = (error == SPAL_EMSGSIZE ? (ULONG)MSG_TRUNC : 0U) | target_flags(&of->info);
    if (!spalw_control_write(&of->info, is_old, asked, &caller->Control))
        caller->dwFlags |= MSG_CTRUNC;
    if (caller->name != NULL && of->address.family != 0)
        (void)spalw_sockaddr_write(&of->address, caller->name, &caller->namelen);
    return error != SPAL_OK || (caller->dwFlags & MSG_CTRUNC) != 0 ? SPAL_EMSGSIZE : SPAL_OK;
}

static void transit_init(transit *of, spalw_socket *socket, WSAMSG *caller, const spal_buffer *buffers, size_t count) {
    memset(of, 0, sizeof *of);
    of->socket = socket;
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
    transit_init(&one, socket, message, list.all, list.count);
    uint64_t until_ns = 0;
    spal_error error;
    do
        error = spal_recvmsg(spalw_core(socket), &one.message, core_flags, &moved);
    while (spalw_recv_goes_on(socket, &error, &until_ns));
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
    transit_init(one, socket, message, request->rest.buffers, request->rest.buffer_count);
    return request;
}

/* What is there already. @return SPAL_EWOULDBLOCK: nothing, or it is for others */
static spal_error recv_at_once(spalw_request *request, int flags) {
    transit *one = request->rest.extra;
    size_t moved = 0;
    spal_error error = spal_recvmsg(request->core, &one->message, flags | SPAL_DONTWAIT, &moved);
    if (error == SPAL_EWOULDBLOCK)
        return error;
    request->op.error = error;
    request->op.count = moved;
    return SPAL_OK;
}

static int recv_pinned(spalw_socket *socket, WSAMSG *message, DWORD *received, OVERLAPPED *overlapped,
                       LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    int core_flags = 0;
    DWORD code = message_refusal(message, received, overlapped);
    if (code == 0)
        code = recv_flags(socket, message, &core_flags);
    if (code == 0 && socket->type == SOCK_STREAM)
        code = WSAEOPNOTSUPP;
    if (code == 0 && !spalw_recv_is_bound(socket))
        code = WSAEINVAL;
    if (code == 0 && message->name != NULL && message->namelen < spalw_sockaddr_length(socket->family))
        code = WSAEFAULT;
    if (code != 0)
        return spalw_wsa_fail(code);
    spalw_packet_watch(socket);
    if (overlapped == NULL || !spalw_is(socket, SPALW_OVERLAPPED))
        return recv_waiting(socket, message, received, core_flags);
    spalw_request *request = message_request(socket, message, overlapped, routine, 0);
    if (request == NULL)
        return SOCKET_ERROR;
    request->rest.ended = recv_ended;
    spalw_request_publish(request);
    transit *one = request->rest.extra;
    spal_error answer = spalw_request_looks_first(request) ? recv_at_once(request, core_flags) : SPAL_EWOULDBLOCK;
    if (answer == SPAL_EWOULDBLOCK)
        answer = spal_recvmsg_async(request->core, &request->op, &one->message, core_flags);
    return spalw_request_started(request, answer, received, NULL);
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
    transit_init(&one, socket, message, list.all, list.count);
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
    DWORD code = message_refusal(message, sent, overlapped);
    if (code == 0)
        code = send_flags(socket, flags, &core_flags);
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
