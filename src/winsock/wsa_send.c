/* SPDX-License-Identifier: MIT
 *
 * WSASend and WSASendTo, at once and overlapped.
 */
#include "buffers.h"
#include "error.h"
#include "request.h"
#include "sockaddr.h"
#include "transfer.h"

#include <stdlib.h>

static int send_finish(spal_error error, size_t count, DWORD *sent) {
    if (error != SPAL_OK)
        return spalw_answer_blocking(error);
    *sent = (DWORD)count;
    return 0;
}

static int send_waiting(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *sent, int core_flags,
                        const spal_address *to, bool is_oob) {
    spalw_buffers list;
    size_t moved = 0;
    spal_error error = SPAL_OK;
    if (sent == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_buffers_init(&list, buffers, count, true);
    if (code != 0)
        return spalw_wsa_fail(code);
    error = spalw_room_await(socket);
    if (error != SPAL_OK)
        ;
    else if (is_oob)
        error = spalw_send_oob(socket, list.all[0].base, list.all[0].length, &moved);
    else if (to != NULL)
        error = spalw_send_to(socket, list.all, list.count, core_flags, to, &moved);
    else
        error = spal_sendv(spalw_core(socket), list.all, list.count, core_flags, &moved);
    spalw_room_note(socket, error, moved < list.total);
    spalw_buffers_fini(&list);
    return send_finish(error, moved, sent);
}

/* ------------------------------------------------------------------------------------------------------- overlapped */

static spal_error send_begin(spalw_request *request, int flags, const spal_address *to) {
    size_t count = request->rest.buffer_count;
    spal_socket core = spalw_core(request->socket);
    spal_op *op = &request->op;
    if (to != NULL && count == 1)
        return spal_sendto_async(core, op, request->rest.buffers[0].base, request->rest.buffers[0].length, flags, to);
    if (to != NULL) {
        spal_message *message = (spal_message *)request->rest.extra;
        *message = (spal_message){.buffers = request->rest.buffers, .count = count, .address = &request->rest.address};
        return spal_sendmsg_async(core, op, message, flags);
    }
    if (count == 1)
        return spal_send_async(core, op, request->rest.buffers[0].base, request->rest.buffers[0].length, flags);
    return spal_sendv_async(core, op, request->rest.buffers, count, flags);
}

/* A datagram of many pieces needs a message of its own. */
static bool message_prepare(spalw_request *request, const spal_address *to) {
    size_t count = request->rest.buffer_count;
    if (to == NULL)
        return true;
    request->rest.address = *to;
    if (count > 1)
        request->rest.extra = malloc(sizeof(spal_message));
    if (count > 1 && request->rest.extra == NULL)
        spalw_set_error(WSAENOBUFS);
    return count == 1 || request->rest.extra != NULL;
}

static int send_overlapped(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *sent, int flags,
                           const spal_address *to, OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    DWORD code = spalw_buffers_check(buffers, count);
    if (code != 0)
        return spalw_wsa_fail(code);
    spalw_request *request = spalw_request_new(socket, overlapped, routine, 1);
    if (request == NULL)
        return SOCKET_ERROR;
    if (!spalw_request_buffers(request, buffers, count, true) || !message_prepare(request, to)) {
        spalw_request_drop(request);
        return SOCKET_ERROR;
    }
    spalw_request_publish(request);
    return spalw_request_started(request, send_begin(request, flags, to), sent, NULL);
}

static int send_any(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *sent, DWORD flags,
                    const spal_address *to, OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    int core_flags = 0;
    DWORD code = spalw_send_flags(socket, flags, &core_flags);
    if (code != 0)
        return spalw_wsa_fail(code);
    bool is_oob = (flags & MSG_OOB) != 0;
    if (overlapped == NULL || !spalw_is(socket, SPALW_OVERLAPPED) || is_oob)
        return send_waiting(socket, buffers, count, sent, core_flags, to, is_oob);
    return send_overlapped(socket, buffers, count, sent, core_flags, to, overlapped, routine);
}

/* One buffer on a connection with a completion port, and nothing else. @return false when it is not so simple */
static inline bool send_plain(spalw_socket *socket, const WSABUF *buffer, DWORD *sent, OVERLAPPED *overlapped,
                              int *result) {
    if (socket->type != SOCK_STREAM || (buffer->buf == NULL && buffer->len > 0))
        return false;
    spalw_request *request = spalw_request_plain(socket, overlapped, 1);
    if (request == NULL)
        return false;
    spal_error answer = spal_send_async(request->core, &request->op, buffer->buf, buffer->len, 0);
    *result = spalw_request_started(request, answer, sent, NULL);
    return true;
}

int WSAAPI WSASend(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags, LPWSAOVERLAPPED overlapped,
                   LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = 0;
    bool is_plain = count == 1 && buffers != NULL && flags == 0 && overlapped != NULL && routine == NULL;
    if (!is_plain || !send_plain(socket, buffers, sent, overlapped, &result))
        result = send_any(socket, buffers, count, sent, flags, NULL, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}

static int sendto_pinned(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *sent, DWORD flags,
                         const struct sockaddr *to, int to_length, OVERLAPPED *overlapped,
                         LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spal_address address;
    if (socket->type == SOCK_STREAM || to == NULL)
        return send_any(socket, buffers, count, sent, flags, NULL, overlapped, routine);
    DWORD code = spalw_destination_read(socket, to, to_length, &address);
    if (code != 0)
        return spalw_wsa_fail(code);
    return send_any(socket, buffers, count, sent, flags, &address, overlapped, routine);
}

int WSAAPI WSASendTo(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags, const struct sockaddr *to,
                     int to_length, LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = sendto_pinned(socket, buffers, count, sent, flags, to, to_length, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}
