/* SPDX-License-Identifier: MIT
 *
 * More operations as the tests call them: accepting with the first bytes, receiving until buffers are full, sending
 * files, and waiting for readiness. How any operation is begun and ended in a style stands in style.c and style_sync.c.
 */
#include "style.h"

static pending *prepare_accept_recv(context *c, spal_socket listener, void *buffer, size_t length) {
    pending *p = style_prepare(c, CALL_ACCEPT_RECV, listener);
    p->buffer = buffer;
    p->length = length;
    return p;
}

static pending *prepare_recvv_all(context *c, spal_socket socket, const spal_buffer *list, size_t count) {
    pending *p = style_prepare(c, CALL_RECVV, socket);
    p->list = list;
    p->length = count;
    p->flags = SPAL_WAITALL;
    return p;
}

static pending *prepare_sendfile(context *c, spal_socket socket, spal_native file, uint64_t offset, uint64_t length) {
    pending *p = style_prepare(c, CALL_SENDFILE, socket);
    p->file = file;
    p->offset = offset;
    p->file_length = length;
    return p;
}

static pending *prepare_watch(context *c, spal_socket socket, int events) {
    pending *p = style_prepare(c, CALL_WATCH, socket);
    p->flags = events;
    return p;
}

/** Performs it, hands out the count, and forgets it. */
static spal_error complete_count(pending *p, size_t *count) {
    spal_error error = style_complete(p);
    if (count != NULL)
        *count = p->count;
    style_forget(p);
    return error;
}

pending *start_accept_recv(context *c, spal_socket listener, void *buffer, size_t length) {
    return style_begin(prepare_accept_recv(c, listener, buffer, length));
}

pending *start_recvv_all(context *c, spal_socket socket, const spal_buffer *list, size_t count) {
    return style_begin(prepare_recvv_all(c, socket, list, count));
}

pending *start_sendfile(context *c, spal_socket socket, spal_native file, uint64_t offset, uint64_t length) {
    return style_begin(prepare_sendfile(c, socket, file, offset, length));
}

pending *start_watch(context *c, spal_socket socket, int events) {
    return style_begin(prepare_watch(c, socket, events));
}

spal_error do_accept_recv(context *c, spal_socket listener, spal_socket *out, spal_address *peer, void *buffer,
                          size_t length, size_t *received) {
    pending *p = prepare_accept_recv(c, listener, buffer, length);
    spal_error error = style_complete(p);
    if (out != NULL && error == SPAL_OK)
        *out = p->made;
    if (peer != NULL && error == SPAL_OK)
        *peer = p->peer;
    if (received != NULL)
        *received = p->count;
    style_forget(p);
    return error;
}

spal_error do_recvv_all(context *c, spal_socket socket, const spal_buffer *list, size_t count, size_t *received) {
    return complete_count(prepare_recvv_all(c, socket, list, count), received);
}

spal_error do_sendfile(context *c, spal_socket socket, spal_native file, uint64_t offset, uint64_t length,
                       size_t *sent) {
    return complete_count(prepare_sendfile(c, socket, file, offset, length), sent);
}

spal_error do_watch(context *c, spal_socket socket, int events, int *outcome) {
    pending *p = prepare_watch(c, socket, events);
    spal_error error = style_complete(p);
    *outcome = p->op.flags;
    style_forget(p);
    return error;
}
