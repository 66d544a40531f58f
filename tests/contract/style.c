/* SPDX-License-Identifier: MIT
 *
 * The operations as the tests call them, in every style, and the styles that complete through a port. The styles
 * without a port stand in style_sync.c. style.h says what the functions promise.
 *
 * In the asynchronous styles each completion is checked here once for all tests: it is the only one of its operation,
 * carries the right key, and an inline answer comes only where SPAL_INLINE permits it.
 */
#include "style.h"

bool is_async(const context *c) {
    return c->style == STYLE_ASYNC || c->style == STYLE_INLINE || c->style == STYLE_SINGLE;
}

spal_port *style_port(context *c) {
    spal_port_options options = {0};
    options.flags = c->style == STYLE_SINGLE ? SPAL_PORT_SINGLE_THREAD : 0;
    assert_true(is_async(c));
    if (c->port == NULL) {
        must(spal_port_create(&c->port, &options));
        keep_port(c, c->port);
    }
    return c->port;
}

static void *key_of(spal_socket socket) {
    return (void *)(uintptr_t)socket.id;
}

void enlist(context *c, spal_socket socket) {
    if (c->style == STYLE_POLL)
        spal_set_nonblocking(socket, 1);
    else if (is_async(c))
        spal_port_attach(style_port(c), socket, key_of(socket), c->style == STYLE_ASYNC ? 0 : SPAL_INLINE);
}

static void perform_thread(void *argument) {
    pending *p = argument;
    style_perform(p);
    counter_add(&p->over, 1);
}

/* ---- asynchronous calls ---- */

static spal_error start_call(pending *p) {
    spal_port *port = style_port(p->context);
    switch (p->call) {
    case CALL_ACCEPT:
        return spal_accept_async(p->on, &p->op, &p->peer);
    case CALL_CONNECT:
        return spal_connect_async(p->on, &p->op, &p->address);
    case CALL_DISCONNECT:
        return spal_disconnect_async(p->on, &p->op);
    case CALL_RECV:
        return spal_recv_async(p->on, &p->op, p->buffer, p->length, p->flags);
    case CALL_SEND:
        return spal_send_async(p->on, &p->op, p->buffer, p->length, p->flags);
    case CALL_RECVV:
        return spal_recvv_async(p->on, &p->op, p->list, p->length, p->flags);
    case CALL_SENDV:
        return spal_sendv_async(p->on, &p->op, p->list, p->length, p->flags);
    case CALL_ACCEPT_RECV:
        return spal_accept_recv_async(p->on, &p->op, &p->peer, p->buffer, p->length);
    case CALL_SENDFILE:
        return spal_sendfile_async(p->on, &p->op, p->file, p->offset, p->file_length);
    case CALL_WATCH:
        return spal_poll_async(p->on, &p->op, p->flags);
    case CALL_RECVFROM:
        return spal_recvfrom_async(p->on, &p->op, p->buffer, p->length, p->flags, &p->peer);
    case CALL_SENDTO:
        return spal_sendto_async(p->on, &p->op, p->buffer, p->length, p->flags, p->to);
    case CALL_RECVMSG:
        return spal_recvmsg_async(p->on, &p->op, p->message, p->flags);
    case CALL_SENDMSG:
        return spal_sendmsg_async(p->on, &p->op, p->message, p->flags);
    case CALL_RESOLVE:
        return spal_resolve_async(port, &p->op, p->key, p->host, p->service, p->hints, p->results, p->length);
    case CALL_CONNECT_HOST:
        return spal_connect_host_async(port, &p->op, p->key, p->host, p->service, p->hints);
    case CALL_LISTEN_HOST:
        return spal_listen_host_async(port, &p->op, p->key, p->host, p->service, p->hints, p->backlog);
    case CALL_REVERSE:
        return spal_reverse_async(port, &p->op, p->key, &p->address, p->flags, p->buffer, p->length, p->service_text,
                                  p->service_room);
    }
    return SPAL_EUNKNOWN;
}

static bool is_receive(call_kind kind) {
    return kind == CALL_RECV || kind == CALL_RECVV || kind == CALL_RECVFROM || kind == CALL_RECVMSG;
}

/** What holds of every received message: one that was cut says so twice, and nothing else does. */
static void check_flags(const pending *p) {
    bool is_cut = p->op.error == SPAL_EMSGSIZE;
    if (is_receive(p->call) && is_cut != ((p->op.flags & SPAL_TRUNC) != 0))
        fail_msg("%s: SPAL_TRUNC and SPAL_EMSGSIZE do not go together", p->context->row->id);
    if (p->call == CALL_RECVMSG && (is_cut || p->op.error == SPAL_OK) && p->message->flags != p->op.flags)
        fail_msg("%s: the message and the operation tell different flags", p->context->row->id);
}

static void take_results(pending *p) {
    p->done = true;
    p->error = p->op.error;
    p->count = p->op.count;
    p->made = p->op.socket;
}

void style_note_completion(const spal_completion *completion) {
    pending *p = completion->op != NULL ? completion->op->user : NULL;
    if (p == NULL)
        return;
    p->completions++;
    if (p->completions > 1 || p->done)
        fail_msg("%s: an operation has completed twice", p->context->row->id);
    if (completion->key != p->key)
        fail_msg("%s: a completion carries a foreign key", p->context->row->id);
    take_results(p);
    check_flags(p);
}

size_t collect(context *c, int timeout_ms) {
    spal_completion taken[16];
    size_t count = 0;
    must(spal_port_wait(style_port(c), taken, 16, timeout_ms, &count));
    assert_true(count <= 16);
    for (size_t i = 0; i < count; i++)
        style_note_completion(&taken[i]);
    return count;
}

static void start_async(pending *p) {
    spal_error error;
    enlist(p->context, p->on);
    p->key = p->call >= CALL_RESOLVE ? p : key_of(p->on);
    p->op.user = p;
    p->op.timeout_ms = p->timeout_ms;
    error = start_call(p);
    if (error == SPAL_EPENDING)
        return;
    if (error == SPAL_OK && p->context->style == STYLE_ASYNC)
        fail_msg("%s: an inline answer without SPAL_INLINE", p->context->row->id);
    take_results(p);
    if (error == SPAL_OK)
        check_flags(p);
    if (error != SPAL_OK) {
        p->refused = true;
        p->error = error;
        p->count = 0;
        p->made = (spal_socket){0};
    }
}

/* ---- beginning and ending ---- */

pending *style_prepare(context *c, call_kind kind, spal_socket on) {
    pending *p = calloc(1, sizeof *p);
    if (p == NULL)
        fail_msg("%s", "the test itself is out of memory");
    p->context = c;
    p->call = kind;
    p->on = on;
    p->timeout_ms = c->timeout_ms;
    p->next = c->pendings;
    c->pendings = p;
    return p;
}

void style_forget(pending *p) {
    pending **at = &p->context->pendings;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    free(p);
}

pending *style_begin(pending *p) {
    if (is_async(p->context))
        start_async(p);
    else
        p->thread = thread_start(perform_thread, p);
    return p;
}

static bool thread_collected(pending *p, int timeout_ms) {
    if (p->thread == NULL || !thread_join(p->thread, timeout_ms))
        return p->thread == NULL;
    p->thread = NULL;
    p->done = true;
    return true;
}

static bool is_made(call_kind kind) {
    return kind == CALL_ACCEPT || kind == CALL_ACCEPT_RECV || kind == CALL_CONNECT_HOST || kind == CALL_LISTEN_HOST;
}

spal_error finish(pending *p) {
    uint64_t deadline = clock_us() + (uint64_t)WAIT_MS * 1000;
    if (p->thread != NULL && !thread_collected(p, WAIT_MS + 2000))
        fail_msg("%s: a synchronous call does not return", p->context->row->id);
    while (!p->done && clock_us() < deadline)
        collect(p->context, 100);
    if (!p->done)
        fail_msg("%s: an operation does not complete", p->context->row->id);
    if (is_made(p->call) && p->error == SPAL_OK)
        keep_socket(p->context, p->made);
    return p->error;
}

bool is_over(pending *p) {
    if (p->thread != NULL && counter_get(&p->over) > 0)
        thread_collected(p, WAIT_MS);
    while (!p->done && is_async(p->context) && collect(p->context, 0) > 0)
        continue;
    return p->done;
}

void assert_waiting(pending *p) {
    if (is_async(p->context))
        collect(p->context, QUIET_MS);
    else if (thread_collected(p, QUIET_MS))
        p->done = true;
    if (p->done)
        fail_msg("%s: an operation has ended with %s and should wait", p->context->row->id, spal_error_name(p->error));
}

void expect_closed(pending *p) {
    spal_error error = finish(p);
    if (error != SPAL_ENOTSOCK || p->context->style != STYLE_SYNC)
        assert_error(SPAL_EABORTED, error);
}

void cancel(pending *p) {
    uint64_t deadline = clock_us() + (uint64_t)WAIT_MS * 1000;
    if (p->thread == NULL && p->call >= CALL_RESOLVE)
        must(spal_port_cancel(style_port(p->context), &p->op));
    else if (p->thread == NULL)
        must(spal_cancel(p->on, &p->op));
    while (p->thread != NULL && counter_get(&p->over) == 0 && clock_us() < deadline) {
        must(spal_cancel(p->on, NULL));
        thread_yield();
    }
}

bool style_join_threads(context *c) {
    bool joined = true;
    for (pending *p = c->pendings; p != NULL; p = p->next)
        joined &= thread_collected(p, WAIT_MS + 2000);
    return joined;
}

void style_forget_all(context *c) {
    while (c->pendings != NULL)
        style_forget(c->pendings);
}

/* ---- the operations ---- */

static pending *prepare_transfer(context *c, call_kind kind, spal_socket socket, const void *buffer, size_t length,
                                 int flags) {
    pending *p = style_prepare(c, kind, socket);
    p->length = length;
    p->flags = flags;
    if (kind == CALL_RECVV || kind == CALL_SENDV)
        p->list = buffer;
    else
        p->buffer = (void *)(uintptr_t)buffer;
    return p;
}

static pending *prepare_connect(context *c, spal_socket socket, const spal_address *to) {
    pending *p = style_prepare(c, CALL_CONNECT, socket);
    p->address = *to;
    return p;
}

static pending *prepare_host(context *c, call_kind kind, const char *host, const char *service,
                             const spal_hints *hints) {
    pending *p = style_prepare(c, kind, (spal_socket){0});
    p->host = host;
    p->service = service;
    p->hints = hints;
    return p;
}

/** Performs it on this thread, whatever the style. */
spal_error style_complete(pending *p) {
    if (is_async(p->context))
        start_async(p);
    else
        style_perform(p);
    p->done = p->done || !is_async(p->context);
    return finish(p);
}

/** Performs it, hands out the count, and forgets it. */
static spal_error complete_count(pending *p, size_t *count) {
    spal_error error = style_complete(p);
    if (count != NULL)
        *count = p->count;
    style_forget(p);
    return error;
}

static spal_error complete_socket(pending *p, spal_socket *out, spal_address *peer) {
    spal_error error = style_complete(p);
    if (out != NULL && error == SPAL_OK)
        *out = p->made;
    if (peer != NULL && error == SPAL_OK)
        *peer = p->peer;
    style_forget(p);
    return error;
}

pending *start_accept(context *c, spal_socket listener) {
    return style_begin(style_prepare(c, CALL_ACCEPT, listener));
}

pending *start_connect(context *c, spal_socket socket, const spal_address *to) {
    return style_begin(prepare_connect(c, socket, to));
}

pending *start_disconnect(context *c, spal_socket socket) {
    return style_begin(style_prepare(c, CALL_DISCONNECT, socket));
}

pending *start_recv(context *c, spal_socket socket, void *buffer, size_t length, int flags) {
    return style_begin(prepare_transfer(c, CALL_RECV, socket, buffer, length, flags));
}

pending *start_send(context *c, spal_socket socket, const void *buffer, size_t length) {
    return style_begin(prepare_transfer(c, CALL_SEND, socket, buffer, length, 0));
}

pending *start_recvv(context *c, spal_socket socket, const spal_buffer *list, size_t count) {
    return style_begin(prepare_transfer(c, CALL_RECVV, socket, list, count, 0));
}

pending *start_sendv(context *c, spal_socket socket, const spal_buffer *list, size_t count) {
    return style_begin(prepare_transfer(c, CALL_SENDV, socket, list, count, 0));
}

static pending *prepare_resolve(context *c, const char *host, const char *service, const spal_hints *hints,
                                spal_address *out, size_t room) {
    pending *p = prepare_host(c, CALL_RESOLVE, host, service, hints);
    p->results = out;
    p->length = room;
    return p;
}

pending *start_resolve(context *c, const char *host, const char *service, const spal_hints *hints, spal_address *out,
                       size_t room) {
    return style_begin(prepare_resolve(c, host, service, hints, out, room));
}

pending *start_connect_host(context *c, const char *host, const char *service, const spal_hints *hints) {
    return style_begin(prepare_host(c, CALL_CONNECT_HOST, host, service, hints));
}

static pending *prepare_listen_host(context *c, const char *host, const char *service, const spal_hints *hints,
                                    int backlog) {
    pending *p = prepare_host(c, CALL_LISTEN_HOST, host, service, hints);
    p->backlog = backlog;
    return p;
}

pending *start_listen_host(context *c, const char *host, const char *service, const spal_hints *hints, int backlog) {
    return style_begin(prepare_listen_host(c, host, service, hints, backlog));
}

spal_error do_accept(context *c, spal_socket listener, spal_socket *out, spal_address *peer) {
    return complete_socket(style_prepare(c, CALL_ACCEPT, listener), out, peer);
}

spal_error do_connect(context *c, spal_socket socket, const spal_address *to) {
    return complete_count(prepare_connect(c, socket, to), NULL);
}

spal_error do_disconnect(context *c, spal_socket socket) {
    return complete_count(style_prepare(c, CALL_DISCONNECT, socket), NULL);
}

spal_error do_recv(context *c, spal_socket socket, void *buffer, size_t length, int flags, size_t *received) {
    return complete_count(prepare_transfer(c, CALL_RECV, socket, buffer, length, flags), received);
}

spal_error do_send(context *c, spal_socket socket, const void *buffer, size_t length, size_t *sent) {
    return complete_count(prepare_transfer(c, CALL_SEND, socket, buffer, length, 0), sent);
}

spal_error do_recvv(context *c, spal_socket socket, const spal_buffer *list, size_t count, size_t *received) {
    return complete_count(prepare_transfer(c, CALL_RECVV, socket, list, count, 0), received);
}

spal_error do_sendv(context *c, spal_socket socket, const spal_buffer *list, size_t count, size_t *sent) {
    return complete_count(prepare_transfer(c, CALL_SENDV, socket, list, count, 0), sent);
}

spal_error do_resolve(context *c, const char *host, const char *service, const spal_hints *hints, spal_address *out,
                      size_t room, size_t *count) {
    return complete_count(prepare_resolve(c, host, service, hints, out, room), count);
}

spal_error do_connect_host(context *c, const char *host, const char *service, const spal_hints *hints,
                           spal_socket *out) {
    return complete_socket(prepare_host(c, CALL_CONNECT_HOST, host, service, hints), out, NULL);
}

spal_error do_listen_host(context *c, const char *host, const char *service, const spal_hints *hints, int backlog,
                          spal_socket *out) {
    return complete_socket(prepare_listen_host(c, host, service, hints, backlog), out, NULL);
}
