/* SPDX-License-Identifier: MIT
 *
 * One operation, in whatever style the test runs: the same behaviour is written once and shown in each way of calling.
 * do_* performs an operation and waits for its end; start_* begins it and returns, finish waits for it. In the styles
 * of synchronous calls what start_* begins runs in a thread of its own. Waits are bounded everywhere.
 *
 * A socket is enlisted (attached to the style's port, or made non-blocking) when it is first used here. Peers are used
 * by plain spal_ calls, or by those of fixture.h.
 */
#ifndef CONTRACT_STYLE_H
#define CONTRACT_STYLE_H

#include "suite.h"

typedef enum call_kind {
    CALL_ACCEPT,
    CALL_CONNECT,
    CALL_DISCONNECT,
    CALL_RECV,
    CALL_SEND,
    CALL_RECVV,
    CALL_SENDV,
    CALL_RECVFROM,
    CALL_SENDTO,
    CALL_RECVMSG,
    CALL_SENDMSG,
    CALL_ACCEPT_RECV,
    CALL_SENDFILE,
    CALL_WATCH,
    CALL_RESOLVE,
    CALL_CONNECT_HOST,
    CALL_LISTEN_HOST,
    CALL_REVERSE
} call_kind;

/** One operation under way. Its results are valid once it is done. */
struct pending {
    spal_op op;
    context *context;
    pending *next;
    call_kind call;
    bool done;
    bool refused; /**< the start itself answered the error */
    spal_error error;
    size_t count;
    spal_socket made;  /**< the new socket of an accept, connect_host or listen_host */
    spal_address peer; /**< of an accept; the sender of a recvfrom, family 0 until it is told */
    int completions;   /**< taken from the port */
    thread *thread;
    counter over; /**< the thread's call has returned */

    spal_socket on;
    void *buffer;
    size_t length;
    const spal_buffer *list;
    int flags;
    spal_address address;
    const spal_address *to; /**< of a sendto: the address, or null */
    spal_message *message;
    const char *host;
    const char *service;
    char *service_text; /**< of a reverse look-up, whose host goes to the buffer */
    size_t service_room;
    const spal_hints *hints;
    spal_native file;
    uint64_t offset;
    uint64_t file_length;
    spal_address *results;
    int backlog;
    int timeout_ms;
    void *key;
};

bool is_async(const context *c);

/** The style's port; made when first asked for. Only in IN_PORTS styles. */
spal_port *style_port(context *c);
/** Attaches the socket to the style's port, or makes it non-blocking, as the style needs; again is harmless. */
void enlist(context *c, spal_socket socket);

pending *start_accept(context *c, spal_socket listener);
pending *start_connect(context *c, spal_socket socket, const spal_address *to);
pending *start_disconnect(context *c, spal_socket socket);
pending *start_recv(context *c, spal_socket socket, void *buffer, size_t length, int flags);
pending *start_send(context *c, spal_socket socket, const void *buffer, size_t length);
pending *start_recvv(context *c, spal_socket socket, const spal_buffer *list, size_t count);
pending *start_sendv(context *c, spal_socket socket, const spal_buffer *list, size_t count);
pending *start_accept_recv(context *c, spal_socket listener, void *buffer, size_t length);
/** With SPAL_WAITALL. */
pending *start_recvv_all(context *c, spal_socket socket, const spal_buffer *list, size_t count);
pending *start_sendfile(context *c, spal_socket socket, spal_native file, uint64_t offset, uint64_t length);
/** spal_poll_async: in styles with a port only. The outcome stands in op.flags. */
pending *start_watch(context *c, spal_socket socket, int events);
pending *start_recvfrom(context *c, spal_socket socket, void *buffer, size_t length, int flags);
pending *start_sendto(context *c, spal_socket socket, const void *buffer, size_t length, const spal_address *to);
pending *start_recvmsg(context *c, spal_socket socket, spal_message *message, int flags);
pending *start_sendmsg(context *c, spal_socket socket, const spal_message *message);
pending *start_resolve(context *c, const char *host, const char *service, const spal_hints *hints, spal_address *out,
                       size_t room);
pending *start_connect_host(context *c, const char *host, const char *service, const spal_hints *hints);
pending *start_listen_host(context *c, const char *host, const char *service, const spal_hints *hints, int backlog);

/** Waits for the end. The test fails when it does not come. @return the operation's error */
spal_error finish(pending *p);
/** Whether it has ended; takes what completions there are. */
bool is_over(pending *p);
/** Watches for QUIET_MS that it does not end. */
void assert_waiting(pending *p);
/** Waits for the end of an operation whose socket has been closed: SPAL_EABORTED. A synchronous call may have come
 * after the close, though the test gave it time, and is SPAL_ENOTSOCK then. */
void expect_closed(pending *p);
/** Asks for its end by spal_cancel; for a synchronous call, until the call has been reached. */
void cancel(pending *p);
/** Takes completions for up to `timeout_ms`. @return how many */
size_t collect(context *c, int timeout_ms);

spal_error do_accept(context *c, spal_socket listener, spal_socket *out, spal_address *peer);
spal_error do_connect(context *c, spal_socket socket, const spal_address *to);
spal_error do_disconnect(context *c, spal_socket socket);
spal_error do_recv(context *c, spal_socket socket, void *buffer, size_t length, int flags, size_t *received);
spal_error do_send(context *c, spal_socket socket, const void *buffer, size_t length, size_t *sent);
spal_error do_recvv(context *c, spal_socket socket, const spal_buffer *list, size_t count, size_t *received);
spal_error do_sendv(context *c, spal_socket socket, const spal_buffer *list, size_t count, size_t *sent);
spal_error do_accept_recv(context *c, spal_socket listener, spal_socket *out, spal_address *peer, void *buffer,
                          size_t length, size_t *received);
spal_error do_recvv_all(context *c, spal_socket socket, const spal_buffer *list, size_t count, size_t *received);
spal_error do_sendfile(context *c, spal_socket socket, spal_native file, uint64_t offset, uint64_t length,
                       size_t *sent);
spal_error do_watch(context *c, spal_socket socket, int events, int *outcome);
/** `from` keeps what it holds unless a sender is told. */
spal_error do_recvfrom(context *c, spal_socket socket, void *buffer, size_t length, int flags, spal_address *from,
                       size_t *received);
spal_error do_sendto(context *c, spal_socket socket, const void *buffer, size_t length, int flags,
                     const spal_address *to, size_t *sent);
spal_error do_recvmsg(context *c, spal_socket socket, spal_message *message, int flags, size_t *received);
spal_error do_sendmsg(context *c, spal_socket socket, const spal_message *message, int flags, size_t *sent);
spal_error do_resolve(context *c, const char *host, const char *service, const spal_hints *hints, spal_address *out,
                      size_t room, size_t *count);
spal_error do_connect_host(context *c, const char *host, const char *service, const spal_hints *hints,
                           spal_socket *out);
spal_error do_listen_host(context *c, const char *host, const char *service, const spal_hints *hints, int backlog,
                          spal_socket *out);

/** Performs the operation on this thread, in a style without a port. */
void style_perform(pending *p);

/** For the files of the styles: one operation made, begun, performed to its end, given back. */
pending *style_prepare(context *c, call_kind kind, spal_socket on);
pending *style_begin(pending *p);
spal_error style_complete(pending *p);
void style_forget(pending *p);

/** For the runner: a completion seen, threads joined, everything freed. */
void style_note_completion(const spal_completion *completion);
bool style_join_threads(context *c);
void style_forget_all(context *c);

#endif
