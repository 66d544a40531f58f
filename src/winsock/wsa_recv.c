/* SPDX-License-Identifier: MIT
 *
 * WSARecv and WSARecvFrom, at once and overlapped.
 */
#include "alertable.h"
#include "buffers.h"
#include "completion_port.h"
#include "error.h"
#include "plain.h"
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
    size_t length = list->total;
    spal_error error = spalw_oob_prepare(socket, &length);
    if (error != SPAL_OK)
        return error;
    if (length < list->total)
        return spal_recv(spalw_core(socket), list->all[0].base, length, flags, received);
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
    uint64_t until_ns = 0;
    spal_error error = SPAL_OK;
    if (received == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_buffers_init(&list, buffers, count, false);
    if (code != 0)
        return spalw_wsa_fail(code);
    if ((*flags & MSG_OOB) != 0)
        error = spalw_recv_oob(socket, list.all[0].base, list.all[0].length, (int)*flags, &moved);
    else
        do
            error = recv_list(socket, &list, core_flags, sender.from == NULL ? NULL : &address, &moved);
        while (spalw_recv_goes_on(socket, &error, &until_ns));
    spalw_buffers_fini(&list);
    spalw_watch_enable(socket, FD_READ | FD_OOB);
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

/* What is there already. @return SPAL_EWOULDBLOCK: nothing, or it is for others */
static spal_error recv_at_once(spalw_request *request, int flags) {
    spalw_request_rest *rest = &request->rest;
    spal_message message = {.buffers = rest->buffers, .count = rest->buffer_count, .address = &rest->address};
    size_t moved = 0;
    spal_error error = rest->from == NULL
                           ? spal_recvv(request->core, rest->buffers, rest->buffer_count, flags | SPAL_DONTWAIT, &moved)
                           : spal_recvmsg(request->core, &message, flags | SPAL_DONTWAIT, &moved);
    if (error == SPAL_EWOULDBLOCK)
        return error;
    request->op.error = error;
    request->op.count = moved;
    return SPAL_OK;
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
    spal_error answer = SPAL_EWOULDBLOCK;
    if ((core_flags & SPAL_WAITALL) == 0 && spalw_request_looks_first(request))
        answer = recv_at_once(request, core_flags);
    if (answer == SPAL_EWOULDBLOCK)
        answer = recv_begin(request, core_flags);
    int result = spalw_request_started(request, answer, received, flags);
    spalw_watch_enable(socket, FD_READ | FD_OOB);
    return result;
}

/* The operation has waited for urgent data, and takes them now. */
static bool urgent_ended(spalw_request *request) {
    const spal_buffer *first = &request->rest.buffers[0];
    size_t moved = 0;
    if (request->error == SPAL_OK && spalw_oob_is_waiting(request->socket))
        request->error = spalw_recv_oob(request->socket, first->base, first->length, 0, &moved);
    request->bytes = moved;
    request->rest.flags = MSG_OOB;
    return true;
}

static int urgent_overlapped(spalw_socket *socket, const WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                             OVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    DWORD code = spalw_buffers_check(buffers, count);
    if (code == 0 && spalw_is(socket, SPALW_OOB_INLINE))
        code = WSAEINVAL;
    if (code != 0)
        return spalw_wsa_fail(code);
    spalw_request *request = spalw_request_new(socket, overlapped, routine, 0);
    if (request == NULL)
        return SOCKET_ERROR;
    if (!spalw_request_buffers(request, buffers, count, false)) {
        spalw_request_drop(request);
        return SOCKET_ERROR;
    }
    request->rest.ended = urgent_ended;
    spalw_request_publish(request);
    spal_error answer = SPAL_OK;
    request->op.error = SPAL_OK;
    if (!spalw_oob_is_waiting(socket))
        answer = spal_poll_async(request->core, &request->op, SPAL_POLLPRI);
    int result = spalw_request_started(request, answer, received, flags);
    spalw_watch_enable(socket, FD_OOB);
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
    if (overlapped == NULL || !spalw_is(socket, SPALW_OVERLAPPED))
        return recv_waiting(socket, buffers, count, received, flags, core_flags, sender);
    if ((*flags & MSG_OOB) != 0)
        return urgent_overlapped(socket, buffers, count, received, flags, overlapped, routine);
    return recv_overlapped(socket, buffers, count, received, flags, core_flags, sender, overlapped, routine);
}

static spal_error plain_at_once(spalw_request *request, const WSABUF *buffer) {
    size_t moved = 0;
    spal_error error = spal_recv(request->core, buffer->buf, buffer->len, SPAL_DONTWAIT, &moved);
    if (error == SPAL_EWOULDBLOCK)
        return error;
    request->op.error = error;
    request->op.count = moved;
    return SPAL_OK;
}

static SPALW_RARE int recv_long_way(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                                    LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = recv_any(socket, buffers, count, received, flags, (sender_place){NULL, NULL}, overlapped, routine);
    spalw_socket_leave(handle);
    return result;
}

/* The same with the handle's entry pinned, for which there is no short way. */
static SPALW_RARE int recv_entered(spalw_entry *entry, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                                   LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    const sender_place nowhere = {NULL, NULL};
    spalw_socket *socket = (spalw_socket *)entry->object;
    int result = recv_any(socket, buffers, count, received, flags, nowhere, overlapped, routine);
    spalw_entry_unpin(entry);
    return result;
}

/* Where the results of a receive go that is done at once. In volatile memory they cost a store, in registers that the
 * call of sockpal must preserve two more instructions each. */
typedef struct plain_results {
    DWORD *received, *flags;
} plain_results;

static SPALW_RARE int plain_started(spalw_entry *entry, spalw_request *request, spal_error answer,
                                    const volatile plain_results *results) {
    int result = spalw_request_started(request, answer, results->received, results->flags);
    spalw_entry_unpin(entry);
    return result;
}

/* Nobody has asked the system for a while. */
static SPALW_RARE int plain_look(spalw_entry *entry, spalw_request *request, const WSABUF *buffer,
                                 const volatile plain_results *results) {
    spal_error answer = plain_at_once(request, buffer);
    if (answer == SPAL_EWOULDBLOCK)
        answer = spal_recv_async(request->core, &request->op, buffer->buf, buffer->len, 0);
    return plain_started(entry, request, answer, results);
}

static inline int plain_recv(spalw_entry *entry, spalw_request *request, const WSABUF *buffer, DWORD *received,
                             DWORD *flags) {
    spalw_socket *socket = (spalw_socket *)entry->object;
    volatile plain_results results;
    results.received = received;
    results.flags = flags;
    spalw_plain_publish(socket, request);
    if (!SPALW_LIKELY(!spalw_port_has_rested(socket->port)))
        return plain_look(entry, request, buffer, &results);
    spal_error answer = spal_recv_async(request->core, &request->op, buffer->buf, buffer->len, 0);
    if (!SPALW_LIKELY(answer == SPAL_EPENDING))
        return plain_started(entry, request, answer, &results);
    spalw_set_error(WSA_IO_PENDING);
    spalw_entry_unpin(entry);
    return SOCKET_ERROR;
}

/* Whatever is unusual is left to functions that stand at the end, so that the usual keeps few registers. */
int WSAAPI WSARecv(SOCKET handle, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                   LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    if (!SPALW_LIKELY(count == 1) || !SPALW_LIKELY(buffers != NULL) || !SPALW_LIKELY(flags != NULL && *flags == 0) ||
        !SPALW_LIKELY(overlapped != NULL) || !SPALW_LIKELY(routine == NULL))
        return recv_long_way(handle, buffers, count, received, flags, overlapped, routine);
    spalw_entry *entry = spalw_entry_pin((HANDLE)handle, SPALW_SOCKET);
    if (!SPALW_LIKELY(entry != NULL))
        return recv_long_way(handle, buffers, count, received, flags, overlapped, routine);
    spalw_request *request = spalw_plain_take(entry, overlapped, 0);
    if (!SPALW_LIKELY(request != NULL))
        return recv_entered(entry, buffers, count, received, flags, overlapped, routine);
    return plain_recv(entry, request, buffers, received, flags);
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
