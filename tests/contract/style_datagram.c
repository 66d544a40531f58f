/* SPDX-License-Identifier: MIT
 *
 * The operations of datagrams as the tests call them, in every style. How an operation is begun and ended stands in
 * style.c, the calls themselves there and in style_sync.c. style.h says what the functions promise.
 */
#include "style.h"

static pending *prepare_bytes(context *c, call_kind kind, spal_socket socket, const void *buffer, size_t length,
                              int flags) {
    pending *p = style_prepare(c, kind, socket);
    p->buffer = (void *)(uintptr_t)buffer;
    p->length = length;
    p->flags = flags;
    return p;
}

static pending *prepare_sendto(context *c, spal_socket socket, const void *buffer, size_t length, int flags,
                               const spal_address *to) {
    pending *p = prepare_bytes(c, CALL_SENDTO, socket, buffer, length, flags);
    if (to != NULL) {
        p->address = *to;
        p->to = &p->address;
    }
    return p;
}

static pending *prepare_message(context *c, call_kind kind, spal_socket socket, const spal_message *message,
                                int flags) {
    pending *p = style_prepare(c, kind, socket);
    p->message = (spal_message *)(uintptr_t)message;
    p->flags = flags;
    return p;
}

static spal_error complete_count(pending *p, size_t *count) {
    spal_error error = style_complete(p);
    if (count != NULL)
        *count = p->count;
    style_forget(p);
    return error;
}

pending *start_recvfrom(context *c, spal_socket socket, void *buffer, size_t length, int flags) {
    return style_begin(prepare_bytes(c, CALL_RECVFROM, socket, buffer, length, flags));
}

pending *start_sendto(context *c, spal_socket socket, const void *buffer, size_t length, const spal_address *to) {
    return style_begin(prepare_sendto(c, socket, buffer, length, 0, to));
}

pending *start_recvmsg(context *c, spal_socket socket, spal_message *message, int flags) {
    return style_begin(prepare_message(c, CALL_RECVMSG, socket, message, flags));
}

pending *start_sendmsg(context *c, spal_socket socket, const spal_message *message) {
    return style_begin(prepare_message(c, CALL_SENDMSG, socket, message, 0));
}

spal_error do_recvfrom(context *c, spal_socket socket, void *buffer, size_t length, int flags, spal_address *from,
                       size_t *received) {
    pending *p = prepare_bytes(c, CALL_RECVFROM, socket, buffer, length, flags);
    spal_error error;
    p->peer = *from;
    error = style_complete(p);
    *from = p->peer;
    *received = p->count;
    style_forget(p);
    return error;
}

spal_error do_sendto(context *c, spal_socket socket, const void *buffer, size_t length, int flags,
                     const spal_address *to, size_t *sent) {
    return complete_count(prepare_sendto(c, socket, buffer, length, flags, to), sent);
}

spal_error do_recvmsg(context *c, spal_socket socket, spal_message *message, int flags, size_t *received) {
    return complete_count(prepare_message(c, CALL_RECVMSG, socket, message, flags), received);
}

spal_error do_sendmsg(context *c, spal_socket socket, const spal_message *message, int flags, size_t *sent) {
    return complete_count(prepare_message(c, CALL_SENDMSG, socket, message, flags), sent);
}
