/* SPDX-License-Identifier: MIT
 *
 * Behaviours of listening: when a socket may become a listener, and what a listener cannot do.
 */
#include "fixture.h"

static void listen_unbound(context *c) {
    assert_error(SPAL_EINVAL, spal_listen(open_tcp(c, SPAL_AF_INET), 1));
}

static void listen_backlog(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_address address = loopback(SPAL_AF_INET, 0);
    must(spal_bind(socket, &address));
    assert_error(SPAL_EINVAL, spal_listen(socket, 0));
    assert_error(SPAL_EINVAL, spal_listen(socket, -1));
    assert_error(SPAL_EINVAL, spal_listen(socket, INT32_MIN));
    assert_int_equal(option_of(socket, SPAL_OPT_LISTENING), 0);
    must(spal_listen(socket, SPAL_BACKLOG_MAX));
    assert_int_equal(option_of(socket, SPAL_OPT_LISTENING), 1);
}

static void listen_twice(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted;
    must(spal_listen(listener, 5));
    must(spal_connect(open_tcp(c, SPAL_AF_INET), &address));
    must(do_accept(c, listener, &accepted, NULL));
}

static void listen_connected(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EISCONN, spal_listen(ours, 1));
    assert_error(SPAL_EISCONN, spal_listen(peer, 1));
    expect_works(ours, peer);
}

static void listener_carries_nothing(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    char byte;
    size_t count;
    assert_error(SPAL_ENOTCONN, do_recv(c, listener, &byte, 1, 0, &count));
    assert_error(SPAL_ENOTCONN, do_send(c, listener, "x", 1, &count));
    assert_error(SPAL_ENOTCONN, spal_shutdown(listener, SPAL_SHUT_BOTH));
    assert_int_equal(option_of(listener, SPAL_OPT_LISTENING), 1);
}

static void listener_disconnect(context *c) {
    spal_address address;
    assert_error(SPAL_ENOTCONN, do_disconnect(c, open_listener(c, SPAL_AF_INET, 1, &address)));
}

static void listener_connect(context *c) {
    spal_address address, other;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    open_listener(c, SPAL_AF_INET, 1, &other);
    assert_error(SPAL_EOPNOTSUPP, do_connect(c, listener, &other));
}

static const behaviour listen_rows[] = {
    ROW("listen.unbound", "Listening on a socket that is not bound is SPAL_EINVAL.", listen_unbound, IN_ANY),
    ROW("listen.backlog", "A backlog below 1 is SPAL_EINVAL; SPAL_BACKLOG_MAX gives what the system has.",
        listen_backlog, IN_ANY),
    ROW("listen.twice", "Listening again changes the backlog and nothing else.", listen_twice, IN_ALL),
    ROW("listen.connected", "Listening on a connected socket is SPAL_EISCONN and does it no harm.", listen_connected,
        IN_ANY),
    ROW("listen.transfer", "A listener cannot receive, send or be shut down: SPAL_ENOTCONN.", listener_carries_nothing,
        IN_ALL),
    ROW("listen.disconnect", "A listener cannot be disconnected: SPAL_ENOTCONN.", listener_disconnect, IN_WAITING),
    ROW("listen.connect", "A listener cannot connect: SPAL_EOPNOTSUPP.", listener_connect, IN_ALL),
};
SUBJECT(listen, "Listening");
