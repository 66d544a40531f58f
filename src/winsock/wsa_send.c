/* SPDX-License-Identifier: MIT
 *
 * WSASend and WSASendTo, at once and overlapped.
 */
#include "buffers.h"
#include "completion_port.h"
#include "error.h"
#include "plain.h"
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

/* Urgent data are not among the operations of sockpal: they are sent before the call returns. */
static int urgent_overlapped(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *sent,
                             OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    size_t moved = 0;
    DWORD code = spalw_buffers_check(buffers, count);
    if (code != 0)
        return spalw_wsa_fail(code);
    spalw_request *request = spalw_request_new(socket, overlapped, routine, 1);
    if (request == NULL)
        return SOCKET_ERROR;
    spalw_request_publish(request);
    request->op.error = spalw_send_oob(socket, buffers[0].buf, buffers[0].len, &moved);
    request->op.count = moved;
    return spalw_request_started(request, SPAL_OK, sent, NULL);
}

static int send_any(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *sent, DWORD flags,
                    const spal_address *to, OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    int core_flags = 0;
    DWORD code = spalw_send_flags(socket, flags, &core_flags);
    if (code != 0)
        return spalw_wsa_fail(code);
    bool is_oob = (flags & MSG_OOB) != 0;
    if (overlapped == NULL || !spalw_is(socket, SPALW_OVERLAPPED))
        return send_waiting(socket, buffers, count, sent, core_flags, to, is_oob);
    if (is_oob)
        return urgent_overlapped(socket, buffers, count, sent, overlapped, routine);
    return send_overlapped(socket, buffers, count, sent, core_flags, to, overlapped, routine);
}

static SPALW_RARE int send_long_way(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags,
                                    LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = send_any(socket, buffers, count, sent, flags, NULL, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}

/* The same with the handle's entry pinned, for which there is no short way. */
static SPALW_RARE int send_entered(spalw_entry *entry, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags,
                                   LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = (spalw_socket *)entry->object;
    int result = send_any(socket, buffers, count, sent, flags, NULL, overlapped, routine);
    spalw_entry_unpin(entry);
    return result;
}

/* Pending, or failed: published only now, so that an end that has come already waits for this. */
static SPALW_RARE int plain_rarely(spalw_entry *entry, spalw_request *request, spal_error answer, DWORD *sent) {
    spalw_plain_publish(request->socket, request);
    int result = spalw_request_started(request, answer, sent, NULL);
    spalw_entry_unpin(entry);
    return result;
}

/* There is no room for the packet, or somebody to be told of it. */
static SPALW_OUT_OF_LINE int plain_push(spalw_entry *entry, spalw_socket *socket, OVERLAPPED *overlapped,
                                        size_t bytes) {
    spalw_port_push_surely(socket->port, spalw_plain_packet(socket, overlapped, bytes));
    spalw_entry_unpin(entry);
    return 0;
}

static inline int plain_send(spalw_entry *entry, spalw_request *request, const WSABUF *buffer, DWORD *sent) {
    spal_error answer = spal_send_async(request->core, &request->op, buffer->buf, buffer->len, 0);
    if (!SPALW_LIKELY(answer == SPAL_OK) || !SPALW_LIKELY(request->op.error == SPAL_OK))
        return plain_rarely(entry, request, answer, sent);
    spalw_socket *socket = request->socket;
    OVERLAPPED *overlapped = request->overlapped;
    size_t bytes = request->op.count;
    atomic_store_explicit(&request->hold, SPALW_FREE, memory_order_release);
    spalw_plain_tell(overlapped, bytes);
    if (sent != NULL)
        *sent = (DWORD)bytes;
    if (SPALW_LIKELY(!spalw_is(socket, SPALW_SKIP_PACKET)) &&
        !SPALW_LIKELY(spalw_port_put(socket->port, spalw_plain_packet(socket, overlapped, bytes))))
        return plain_push(entry, socket, overlapped, bytes);
    spalw_entry_unpin(entry);
    return 0;
}

/* Whatever is unusual is left to functions that stand at the end, so that the usual keeps few registers. */
int WSAAPI WSASend(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags, LPWSAOVERLAPPED overlapped,
                   LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    if (!SPALW_LIKELY(((count ^ 1) | flags) == 0) || !SPALW_LIKELY(buffers != NULL) ||
        !SPALW_LIKELY(overlapped != NULL) || !SPALW_LIKELY(routine == NULL))
        return send_long_way(handle, buffers, count, sent, flags, overlapped, routine);
    spalw_entry *entry = spalw_entry_pin((HANDLE)handle, SPALW_SOCKET);
    if (!SPALW_LIKELY(entry != NULL))
        return send_long_way(handle, buffers, count, sent, flags, overlapped, routine);
    spalw_request *request = spalw_plain_take(entry, overlapped, 1);
    if (!SPALW_LIKELY(request != NULL))
        return send_entered(entry, buffers, count, sent, flags, overlapped, routine);
    return plain_send(entry, request, buffers, sent);
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
