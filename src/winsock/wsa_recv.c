/* SPDX-License-Identifier: MIT
 *
 * WSARecv and WSARecvFrom, at once and overlapped.
 */
#include "buffers.h"
#include "error.h"
#include "request.h"
#include "sockaddr.h"
#include "transfer.h"
#include "watch.h"

#include <stdlib.h>

/* Where the sender's address goes; `from` is null when nobody wants it. */
typedef struct sender_place {
    struct sockaddr *from;
    int *length;
} sender_place;

/* ---------------------------------------------------------------------------------------------------------- waiting */

static spal_error recv_list(spalw_socket *socket, const spalw_buffers *list, int flags, spal_address *from,
                            size_t *received) {
    if (from == NULL)
        return spal_recvv(spalw_core(socket), list->all, list->count, flags, received);
    spal_message message = {.buffers = list->all, .count = list->count, .address = from};
    return spal_recvmsg(spalw_core(socket), &message, flags, received);
}

static int recv_waiting(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                        int core_flags, sender_place sender) {
    spalw_buffers list;
    spal_address address = {0};
    size_t moved = 0;
    spal_error error = SPAL_OK;
    if (received == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_buffers_init(&list, buffers, count, false);
    if (code != 0)
        return spalw_wsa_fail(code);
    if ((*flags & MSG_OOB) != 0)
        error = spalw_recv_oob(socket, list.all[0].base, list.all[0].length, (int)*flags, &moved);
    else
        error = recv_list(socket, &list, core_flags, sender.from == NULL ? NULL : &address, &moved);
    spalw_buffers_fini(&list);
    spalw_watch_enable(socket, (*flags & MSG_OOB) != 0 ? FD_OOB : FD_READ);
    if (error != SPAL_OK && error != SPAL_EMSGSIZE)
        return spalw_answer_blocking(spalw_recv_error(socket, error));
    if (sender.from != NULL && address.family != 0)
        (void)spalw_sockaddr_write(&address, sender.from, sender.length);
    *received = (DWORD)moved;
    *flags = error == SPAL_EMSGSIZE ? MSG_PARTIAL : *flags & MSG_OOB;
    return spalw_answer(error);
}

/* ------------------------------------------------------------------------------------------------------- overlapped */

/* What a datagram that found nobody is told as is the only status that the table does not have by its error. */
static bool recv_ended(spalw_request *request) {
    if (request->error == SPAL_EMSGSIZE)
        request->rest.flags = MSG_PARTIAL;
    if (request->error == SPAL_ECONNREFUSED)
        request->rest.status = STATUS_PORT_UNREACHABLE;
    bool is_received = request->error == SPAL_OK || request->error == SPAL_EMSGSIZE;
    if (request->rest.from != NULL && is_received && request->rest.address.family != 0)
        (void)spalw_sockaddr_write(&request->rest.address, request->rest.from, request->rest.from_length);
    return true;
}

static spal_error recv_begin(spalw_request *request, int flags) {
    size_t count = request->rest.buffer_count;
    spal_socket core = spalw_core(request->socket);
    spal_op *op = &request->op;
    spal_buffer *first = &request->rest.buffers[0];
    if (request->rest.from == NULL)
        return count == 1 ? spal_recv_async(core, op, first->base, first->length, flags)
                          : spal_recvv_async(core, op, request->rest.buffers, count, flags);
    if (count == 1)
        return spal_recvfrom_async(core, op, first->base, first->length, flags, &request->rest.address);
    spal_message *message = request->rest.extra;
    *message = (spal_message){.buffers = request->rest.buffers, .count = count, .address = &request->rest.address};
    return spal_recvmsg_async(core, op, message, flags);
}

static bool sender_prepare(spalw_request *request, sender_place sender) {
    size_t count = request->rest.buffer_count;
    request->rest.from = sender.from;
    request->rest.from_length = sender.length;
    if (sender.from == NULL)
        return true;
    request->rest.address.family = 0;
    if (count > 1)
        request->rest.extra = malloc(sizeof(spal_message));
    if (count > 1 && request->rest.extra == NULL)
        spalw_set_error(WSAENOBUFS);
    return count == 1 || request->rest.extra != NULL;
}

static int recv_overlapped(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                           int core_flags, sender_place sender, OVERLAPPED *overlapped,
                           LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    DWORD code = spalw_buffers_check(buffers, count);
    if (code != 0)
        return spalw_wsa_fail(code);
    spalw_request *request = spalw_request_new(socket, overlapped, routine, 0);
    if (request == NULL)
        return SOCKET_ERROR;
    if (!spalw_request_buffers(request, buffers, count, false) || !sender_prepare(request, sender)) {
        spalw_request_drop(request);
        return SOCKET_ERROR;
    }
    if (socket->type != SOCK_STREAM)
        request->rest.ended = recv_ended;
    spalw_request_publish(request);
    int result = spalw_request_started(request, recv_begin(request, core_flags), received, flags);
    spalw_watch_enable(socket, FD_READ);
    return result;
}

static int recv_any(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                    sender_place sender, OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    int core_flags = 0;
    if (flags == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_recv_flags(socket, *flags, &core_flags);
    if (code == 0 && !spalw_recv_is_bound(socket))
        code = WSAEINVAL;
    if (code != 0)
        return spalw_wsa_fail(code);
    if (overlapped == NULL || !spalw_is(socket, SPALW_OVERLAPPED) || (*flags & MSG_OOB) != 0)
        return recv_waiting(socket, buffers, count, received, flags, core_flags, sender);
    return recv_overlapped(socket, buffers, count, received, flags, core_flags, sender, overlapped, routine);
}

/* One buffer on a connection with a completion port, and nothing else. @return false when it is not so simple */
static inline bool recv_plain(spalw_socket *socket, const WSABUF *buffer, DWORD *received, DWORD *flags,
                              OVERLAPPED *overlapped, int *result) {
    if (socket->type != SOCK_STREAM || (buffer->buf == NULL && buffer->len > 0))
        return false;
    spalw_request *request = spalw_request_plain(socket, overlapped, 0);
    if (request == NULL)
        return false;
    spal_error answer = spal_recv_async(request->core, &request->op, buffer->buf, buffer->len, 0);
    *result = spalw_request_started(request, answer, received, flags);
    return true;
}

int WSAAPI WSARecv(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                   LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = 0;
    bool is_plain =
        count == 1 && buffers != NULL && flags != NULL && *flags == 0 && overlapped != NULL && routine == NULL;
    if (!is_plain || !recv_plain(socket, buffers, received, flags, overlapped, &result))
        result = recv_any(socket, buffers, count, received, flags, (sender_place){NULL, NULL}, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}

static int recvfrom_pinned(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                           sender_place sender, OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    if (socket->type == SOCK_STREAM)
        sender.from = NULL;
    if (sender.from != NULL && (sender.length == NULL || *sender.length < spalw_sockaddr_length(socket->family)))
        return spalw_wsa_fail(WSAEFAULT);
    return recv_any(socket, buffers, count, received, flags, sender, overlapped, routine);
}

int WSAAPI WSARecvFrom(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                       struct sockaddr *from, LPINT from_length, LPWSAOVERLAPPED overlapped,
                       LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = recvfrom_pinned(socket, buffers, count, received, flags, (sender_place){from, from_length}, overlapped,
                                 routine);
    spalw_socket_leave(handle);
    return result;
}
