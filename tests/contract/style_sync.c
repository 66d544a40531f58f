/* SPDX-License-Identifier: MIT
 *
 * The calling styles without a port: an operation performed by a synchronous call, or in non-blocking mode with
 * spal_poll in between. Either runs on the calling thread. The styles with a port, and what the tests call, stand in
 * style.c.
 */
#include "style.h"

static int patience_of(const pending *p) {
    return p->timeout_ms > 0 ? p->timeout_ms : WAIT_MS;
}

/** One call that may wait, or in non-blocking mode one attempt. */
static spal_error perform_once(pending *p) {
    switch (p->call) {
    case CALL_ACCEPT:
        return spal_accept(p->on, &p->made, &p->peer);
    case CALL_CONNECT:
        return spal_connect(p->on, &p->address);
    case CALL_DISCONNECT:
        return spal_disconnect(p->on);
    case CALL_RECV:
        return spal_recv(p->on, p->buffer, p->length, p->flags, &p->count);
    case CALL_SEND:
        return spal_send(p->on, p->buffer, p->length, p->flags, &p->count);
    case CALL_RECVV:
        return spal_recvv(p->on, p->list, p->length, p->flags, &p->count);
    case CALL_SENDV:
        return spal_sendv(p->on, p->list, p->length, p->flags, &p->count);
    case CALL_ACCEPT_RECV:
        return spal_accept_recv(p->on, &p->made, &p->peer, p->buffer, p->length, &p->count);
    case CALL_SENDFILE:
        return spal_sendfile(p->on, p->file, p->offset, p->file_length, &p->count);
    case CALL_WATCH:
        return SPAL_EUNKNOWN; /* has no synchronous twin: spal_poll is another call */
    case CALL_RECVFROM:
        return spal_recvfrom(p->on, p->buffer, p->length, p->flags, &p->peer, &p->count);
    case CALL_SENDTO:
        return spal_sendto(p->on, p->buffer, p->length, p->flags, p->to, &p->count);
    case CALL_RECVMSG:
        return spal_recvmsg(p->on, p->message, p->flags, &p->count);
    case CALL_SENDMSG:
        return spal_sendmsg(p->on, p->message, p->flags, &p->count);
    case CALL_RESOLVE:
        return spal_resolve(p->host, p->service, p->hints, patience_of(p), p->results, p->length, &p->count);
    case CALL_CONNECT_HOST:
        return spal_connect_host(&p->made, p->host, p->service, p->hints, patience_of(p));
    case CALL_LISTEN_HOST:
        return spal_listen_host(&p->made, p->host, p->service, p->hints, p->backlog);
    case CALL_REVERSE:
        return spal_reverse(&p->address, p->flags, patience_of(p), p->buffer, p->length, p->service_text,
                            p->service_room);
    }
    return SPAL_EUNKNOWN;
}

static spal_error perform(pending *p) {
    spal_set_recv_timeout(p->on, patience_of(p));
    spal_set_send_timeout(p->on, patience_of(p));
    return perform_once(p);
}

static spal_error wait_ready(pending *p, int16_t events) {
    spal_pollfd entry = {p->on, events, 0};
    size_t ready = 0;
    spal_error error = spal_poll(&entry, 1, patience_of(p), &ready);
    return error == SPAL_OK && ready == 0 ? SPAL_ETIMEDOUT : error;
}

static spal_error connect_polled(pending *p) {
    spal_error error = spal_connect(p->on, &p->address);
    if (error != SPAL_EINPROGRESS)
        return error;
    error = wait_ready(p, SPAL_POLLOUT);
    if (error != SPAL_OK)
        return error;
    error = spal_connect(p->on, &p->address);
    return error == SPAL_EISCONN ? SPAL_OK : error;
}

/** Takes `bytes` off the front of a list. */
static void list_advance(spal_buffer *list, size_t count, size_t bytes) {
    for (size_t i = 0; i < count && bytes > 0; i++) {
        size_t part = list[i].length < bytes ? list[i].length : bytes;
        if (part == 0) /* a hole, perhaps at no address */
            continue;
        list[i].base = (char *)list[i].base + part;
        list[i].length -= part;
        bytes -= part;
    }
}

static size_t list_length(const spal_buffer *list, size_t count) {
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += list[i].length;
    return sum;
}

/** Sends all of a list: what a user of non-blocking mode writes. */
static spal_error send_polled(pending *p, spal_buffer *list, size_t count) {
    size_t total = list_length(list, count);
    size_t done = 0;
    spal_error error = SPAL_OK;
    do {
        size_t sent = 0;
        error = p->call == CALL_SEND ? spal_send(p->on, list[0].base, list[0].length, p->flags, &sent)
                                     : spal_sendv(p->on, list, count, p->flags, &sent);
        done += sent;
        list_advance(list, count, sent);
        if (error == SPAL_EWOULDBLOCK)
            error = wait_ready(p, SPAL_POLLOUT);
    } while (error == SPAL_OK && done < total);
    p->count = done;
    return error;
}

static spal_error sendv_polled(pending *p) {
    spal_buffer *copy = malloc((p->length + 1) * sizeof *copy);
    spal_error error;
    if (copy == NULL)
        return SPAL_ENOMEM;
    if (p->list != NULL)
        memcpy(copy, p->list, p->length * sizeof *copy);
    error = p->list == NULL ? perform_once(p) : send_polled(p, copy, p->length);
    free(copy);
    return error;
}

/** Sends a file's bytes: what a user of non-blocking mode writes. A length of 0 has come to the end of the file when
 *  nothing more is sent. */
static spal_error sendfile_polled(pending *p) {
    spal_error error;
    bool more = true;
    for (size_t done = 0; more; p->count = done) {
        size_t sent = 0;
        error = spal_sendfile(p->on, p->file, p->offset + done, p->file_length > 0 ? p->file_length - done : 0, &sent);
        done += sent;
        more = error == SPAL_OK && (p->file_length > 0 ? done < p->file_length : sent > 0);
        if (error == SPAL_EWOULDBLOCK) {
            error = wait_ready(p, SPAL_POLLOUT);
            more = error == SPAL_OK;
        }
    }
    return error;
}

static bool is_write(call_kind kind) {
    return kind == CALL_DISCONNECT || kind == CALL_SENDTO || kind == CALL_SENDMSG;
}

static spal_error perform_polled(pending *p) {
    spal_buffer whole = {p->buffer, p->length};
    spal_error error;
    spal_set_nonblocking(p->on, 1);
    if (p->call == CALL_CONNECT)
        return connect_polled(p);
    if (p->call == CALL_SEND)
        return send_polled(p, &whole, 1);
    if (p->call == CALL_SENDV)
        return sendv_polled(p);
    if (p->call == CALL_SENDFILE)
        return sendfile_polled(p);
    for (;;) {
        error = perform_once(p);
        if (error != SPAL_EWOULDBLOCK)
            return error;
        error = wait_ready(p, is_write(p->call) ? SPAL_POLLOUT : SPAL_POLLIN);
        if (error != SPAL_OK)
            return error;
    }
}

void style_perform(pending *p) {
    p->error = p->context->style == STYLE_POLL ? perform_polled(p) : perform(p);
}
