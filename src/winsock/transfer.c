/* SPDX-License-Identifier: MIT
 *
 * The BSD-shaped transfers: send, recv, sendto, recvfrom. Those with WSABUFs are in wsa_send.c and wsa_recv.c.
 */
#include "transfer.h"

#include "alertable.h"
#include "error.h"
#include "native.h"
#include "pin.h"
#include "sockaddr.h"
#include "status.h"
#include "watch.h"

/* What callers may say. Parts of messages can be received, and not sent; MSG_INTERRUPT and MSG_PUSH_IMMEDIATE are
 * hints, or of other protocols. */
#define SEND_FLAGS (MSG_OOB | MSG_DONTROUTE | MSG_PARTIAL)
#define RECV_FLAGS (MSG_OOB | MSG_PEEK | MSG_WAITALL | MSG_PARTIAL | MSG_INTERRUPT | MSG_PUSH_IMMEDIATE)

DWORD spalw_send_flags(spalw_socket *socket, DWORD flags, int *out) {
    *out = (int)(flags & MSG_DONTROUTE);
    if ((flags & ~(DWORD)SEND_FLAGS) != 0)
        return WSAEINVAL;
    return (flags & MSG_PARTIAL) != 0 || ((flags & MSG_OOB) != 0 && socket->type != SOCK_STREAM) ? WSAEOPNOTSUPP : 0;
}

DWORD spalw_recv_flags(spalw_socket *socket, DWORD flags, int *out) {
    *out = (int)(flags & (MSG_PEEK | MSG_WAITALL));
    bool is_stream = socket->type == SOCK_STREAM;
    if ((flags & ~(DWORD)RECV_FLAGS) != 0)
        return WSAEINVAL;
    if ((flags & (MSG_OOB | MSG_WAITALL)) != 0 && !is_stream)
        return WSAEOPNOTSUPP;
    bool may_wait = !spalw_is(socket, SPALW_NONBLOCKING) && (flags & (MSG_PEEK | MSG_OOB | MSG_PARTIAL)) == 0;
    return (flags & MSG_WAITALL) != 0 && !may_wait ? WSAEOPNOTSUPP : 0;
}

spal_error spalw_recv_error(spalw_socket *socket, spal_error error) {
    return error == SPAL_ECONNREFUSED && socket->type != SOCK_STREAM ? SPAL_ECONNRESET : error;
}

bool spalw_recv_is_bound(spalw_socket *socket) {
    int is_bound = 1;
    if (socket->type == SOCK_STREAM)
        return true;
    return spal_get_option(spalw_core(socket), SPAL_OPT_BOUND, &is_bound) != SPAL_OK || is_bound != 0;
}

static int received_as(spalw_socket *socket, spal_error error, size_t count) {
    spalw_watch_enable(socket, FD_READ | FD_OOB);
    return error == SPAL_OK ? (int)count : spalw_answer_blocking(error);
}

static int sent_as(spal_error error, size_t count) {
    return error == SPAL_OK ? (int)count : spalw_answer_blocking(error);
}

/* ------------------------------------------------------------------------------------------------------------- send */

/* This system takes a little more than it says that it has room for. */
spal_error spalw_room_await(spalw_socket *socket) {
    if (!spalw_is(socket, SPALW_FULL))
        return SPAL_OK;
    spal_pollfd entry = {.socket = spalw_core(socket), .events = SPAL_POLLOUT};
    bool may_wait = !spalw_is(socket, SPALW_NONBLOCKING);
    int timeout_ms = 0;
    size_t ready = 0;
    if (may_wait && spal_get_send_timeout(spalw_core(socket), &timeout_ms) == SPAL_OK && timeout_ms == 0)
        timeout_ms = -1;
    spal_error error = spalw_poll(&entry, 1, timeout_ms, &ready);
    if (error != SPAL_OK)
        return error;
    if (ready == 0)
        return may_wait ? SPAL_ETIMEDOUT : SPAL_EWOULDBLOCK;
    spalw_forget(socket, SPALW_FULL);
    return (entry.revents & SPAL_POLLNVAL) != 0 ? SPAL_EABORTED : SPAL_OK;
}

void spalw_room_note(spalw_socket *socket, spal_error error, bool is_partial) {
    if (error == SPAL_EWOULDBLOCK)
        spalw_watch_enable(socket, FD_WRITE);
    if (socket->type == SOCK_STREAM && (error == SPAL_EWOULDBLOCK || (error == SPAL_OK && is_partial)))
        spalw_note(socket, SPALW_FULL);
}

static int send_pinned(spalw_socket *socket, const char *buffer, int length, int flags) {
    int core_flags = 0;
    size_t sent = 0;
    if (length < 0 || (buffer == NULL && length > 0))
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_send_flags(socket, (DWORD)flags, &core_flags);
    if (code != 0)
        return spalw_wsa_fail(code);
    spal_error error = spalw_room_await(socket);
    if (error == SPAL_OK && (flags & MSG_OOB) != 0)
        error = spalw_send_oob(socket, buffer, (size_t)length, &sent);
    else if (error == SPAL_OK)
        error = spal_send(spalw_core(socket), buffer, (size_t)length, core_flags, &sent);
    spalw_room_note(socket, error, sent < (size_t)length);
    return sent_as(error, sent);
}

static SPALW_OUT_OF_LINE int send_long_way(SOCKET handle, const char *buffer, int length, int flags) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = send_pinned(socket, buffer, length, flags);
    spalw_socket_leave(handle);
    return result;
}

/* Not all has been sent, or nothing. */
static SPALW_RARE int send_rarely(spalw_entry *entry, spal_error error, size_t sent) {
    spalw_room_note((spalw_socket *)entry->object, error, true);
    int result = sent_as(error, sent);
    spalw_entry_unpin(entry);
    return result;
}

/* On a connection that has not been found full. */
static inline int send_shortly(spalw_entry *entry, spalw_socket *socket, const char *buffer, int length) {
    size_t sent = 0;
    spal_error error = spal_send(spalw_core(socket), buffer, (size_t)length, 0, &sent);
    if (!SPALW_LIKELY(error == SPAL_OK) || !SPALW_LIKELY(sent == (size_t)length))
        return send_rarely(entry, error, sent);
    spalw_entry_unpin(entry);
    return length;
}

int WSAAPI send(SOCKET handle, const char *buffer, int length, int flags) {
    bool is_plain = flags == 0 && length > 0 && buffer != NULL && spalw_was_started();
    spalw_entry *entry = SPALW_LIKELY(is_plain) ? spalw_entry_pin((HANDLE)handle, SPALW_SOCKET) : NULL;
    if (!SPALW_LIKELY(entry != NULL))
        return send_long_way(handle, buffer, length, flags);
    spalw_socket *socket = (spalw_socket *)entry->object;
    if (SPALW_LIKELY(socket->type == SOCK_STREAM) && SPALW_LIKELY(!spalw_is(socket, SPALW_FULL)))
        return send_shortly(entry, socket, buffer, length);
    int result = send_pinned(socket, buffer, length, flags);
    spalw_entry_unpin(entry);
    return result;
}

spal_error spalw_send_to(spalw_socket *socket, const spal_buffer *buffers, size_t count, int flags,
                         const spal_address *to, size_t *sent) {
    spal_message message = {.buffers = buffers, .count = count, .address = (spal_address *)(uintptr_t)to};
    spal_error error = spal_sendmsg(spalw_core(socket), &message, flags, sent);
    if (error == SPAL_EISCONN && to != NULL) {
        spal_native native;
        error = spal_native_handle(spalw_core(socket), &native);
        if (error == SPAL_OK)
            error = spalw_native_sendto(native, buffers, count, to, sent);
    }
    return error;
}

DWORD spalw_destination_read(spalw_socket *socket, const struct sockaddr *to, int length, spal_address *out) {
    DWORD code = spalw_sockaddr_read(to, length, out);
    if (code == 0 && out->family != socket->family)
        code = WSAEAFNOSUPPORT;
    bool is_ip = code == 0 && out->family != SPAL_AF_UNIX;
    if (is_ip && ((out->port == 0 && socket->type != SOCK_RAW) || spal_address_is_any(out)))
        code = WSAEADDRNOTAVAIL;
    return code;
}

static int sendto_pinned(spalw_socket *socket, const char *buffer, int length, int flags, const struct sockaddr *to,
                         int to_length) {
    spal_address address;
    size_t sent = 0;
    int core_flags = 0;
    if (socket->type == SOCK_STREAM || to == NULL)
        return send_pinned(socket, buffer, length, flags);
    if (length < 0 || (buffer == NULL && length > 0))
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_send_flags(socket, (DWORD)flags, &core_flags);
    if (code == 0)
        code = spalw_destination_read(socket, to, to_length, &address);
    if (code != 0)
        return spalw_wsa_fail(code);
    spal_buffer piece = {(void *)(uintptr_t)buffer, (size_t)length};
    spal_error error = spalw_send_to(socket, &piece, 1, core_flags, &address, &sent);
    spalw_room_note(socket, error, false);
    return sent_as(error, sent);
}

int WSAAPI sendto(SOCKET handle, const char *buffer, int length, int flags, const struct sockaddr *to, int to_length) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = sendto_pinned(socket, buffer, length, flags, to, to_length);
    spalw_socket_leave(handle);
    return result;
}

/* ------------------------------------------------------------------------------------------------------------- recv */

static spal_error recv_plain(spalw_socket *socket, char *buffer, size_t length, int core_flags, size_t *received) {
    uint64_t until_ns = 0;
    spal_error error = spalw_oob_prepare(socket, &length);
    if (error != SPAL_OK)
        return error;
    do
        error = spal_recv(spalw_core(socket), buffer, length, core_flags, received);
    while (spalw_recv_goes_on(socket, &error, &until_ns));
    return error;
}

static int recv_pinned(spalw_socket *socket, char *buffer, int length, int flags) {
    int core_flags = 0;
    size_t received = 0;
    if (length < 0 || (buffer == NULL && length > 0))
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_recv_flags(socket, (DWORD)flags, &core_flags);
    if (code == 0 && !spalw_recv_is_bound(socket))
        code = WSAEINVAL;
    if (code != 0)
        return spalw_wsa_fail(code);
    spal_error error = (flags & MSG_OOB) != 0 ? spalw_recv_oob(socket, buffer, (size_t)length, flags, &received)
                                              : recv_plain(socket, buffer, (size_t)length, core_flags, &received);
    return received_as(socket, spalw_recv_error(socket, error), received);
}

static SPALW_OUT_OF_LINE int recv_long_way(SOCKET handle, char *buffer, int length, int flags) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = recv_pinned(socket, buffer, length, flags);
    spalw_socket_leave(handle);
    return result;
}

/* An error, or a call that is queued for the thread; or the socket has a watch. */
static SPALW_RARE int recv_rarely(spalw_entry *entry, spal_error error, char *buffer, int length, size_t received) {
    spalw_socket *socket = (spalw_socket *)entry->object;
    uint64_t until_ns = 0;
    while (spalw_recv_goes_on(socket, &error, &until_ns))
        error = spal_recv(spalw_core(socket), buffer, (size_t)length, 0, &received);
    int result = received_as(socket, error, received);
    spalw_entry_unpin(entry);
    return result;
}

/* From a stream to which urgent data do not matter. */
static inline int recv_shortly(spalw_entry *entry, spalw_socket *socket, char *buffer, int length) {
    size_t received = 0;
    spal_error error = spal_recv(spalw_core(socket), buffer, (size_t)length, 0, &received);
    if (!SPALW_LIKELY(error == SPAL_OK) ||
        !SPALW_LIKELY(atomic_load_explicit(&socket->watch, memory_order_relaxed) == NULL))
        return recv_rarely(entry, error, buffer, length, received);
    spalw_entry_unpin(entry);
    return (int)received;
}

int WSAAPI recv(SOCKET handle, char *buffer, int length, int flags) {
    bool is_plain = flags == 0 && length > 0 && buffer != NULL && spalw_was_started();
    spalw_entry *entry = SPALW_LIKELY(is_plain) ? spalw_entry_pin((HANDLE)handle, SPALW_SOCKET) : NULL;
    if (!SPALW_LIKELY(entry != NULL))
        return recv_long_way(handle, buffer, length, flags);
    spalw_socket *socket = (spalw_socket *)entry->object;
    if (SPALW_LIKELY(socket->type == SOCK_STREAM) && SPALW_LIKELY(!spalw_is(socket, SPALW_OOB_INLINE)) &&
        SPALW_LIKELY(atomic_load_explicit(&socket->urgent, memory_order_relaxed) == 0))
        return recv_shortly(entry, socket, buffer, length);
    int result = recv_pinned(socket, buffer, length, flags);
    spalw_entry_unpin(entry);
    return result;
}

/* The length is looked at before anything is taken. */
static int recvfrom_pinned(spalw_socket *socket, char *buffer, int length, int flags, struct sockaddr *from,
                           int *from_length) {
    spal_address sender = {0};
    size_t received = 0;
    int core_flags = 0;
    if (socket->type == SOCK_STREAM || from == NULL || from_length == NULL)
        return from != NULL && from_length == NULL && socket->type != SOCK_STREAM
                   ? spalw_wsa_fail(WSAEFAULT)
                   : recv_pinned(socket, buffer, length, flags);
    if (length < 0 || (buffer == NULL && length > 0) || *from_length < spalw_sockaddr_length(socket->family))
        return spalw_wsa_fail(WSAEFAULT);
    DWORD code = spalw_recv_flags(socket, (DWORD)flags, &core_flags);
    if (code == 0 && !spalw_recv_is_bound(socket))
        code = WSAEINVAL;
    if (code != 0)
        return spalw_wsa_fail(code);
    uint64_t until_ns = 0;
    spal_error error;
    do
        error = spal_recvfrom(spalw_core(socket), buffer, (size_t)length, core_flags, &sender, &received);
    while (spalw_recv_goes_on(socket, &error, &until_ns));
    if ((error == SPAL_OK || error == SPAL_EMSGSIZE) && sender.family != 0)
        (void)spalw_sockaddr_write(&sender, from, from_length);
    return received_as(socket, spalw_recv_error(socket, error), received);
}

int WSAAPI recvfrom(SOCKET handle, char *buffer, int length, int flags, struct sockaddr *from, int *from_length) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = recvfrom_pinned(socket, buffer, length, flags, from, from_length);
    spalw_socket_leave(handle);
    return result;
}
