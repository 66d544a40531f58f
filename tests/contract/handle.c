/* SPDX-License-Identifier: MIT
 *
 * Behaviours of the handle itself: what every function answers for a socket that is closed, never was one, or names a
 * slot that another socket has now.
 */
#include "fixture.h"

static char byte;
static size_t number;
static spal_op op;
static const spal_buffer list = {&byte, 1};
static spal_message message = {&list, 1, NULL, NULL, 0};

static spal_error use_native_handle(spal_socket s) {
    spal_native native;
    return spal_native_handle(s, &native);
}
static spal_error use_bind(spal_socket s) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    return spal_bind(s, &address);
}
static spal_error use_listen(spal_socket s) {
    return spal_listen(s, 1);
}
static spal_error use_accept(spal_socket s) {
    spal_socket out;
    return spal_accept(s, &out, NULL);
}
static spal_error use_accept_async(spal_socket s) {
    return spal_accept_async(s, &op, NULL);
}
static spal_error use_connect(spal_socket s) {
    spal_address address = loopback(SPAL_AF_INET, 9);
    return spal_connect(s, &address);
}
static spal_error use_connect_async(spal_socket s) {
    spal_address address = loopback(SPAL_AF_INET, 9);
    return spal_connect_async(s, &op, &address);
}
static spal_error use_local_address(spal_socket s) {
    spal_address address;
    return spal_local_address(s, &address);
}
static spal_error use_peer_address(spal_socket s) {
    spal_address address;
    return spal_peer_address(s, &address);
}
static spal_error use_recv(spal_socket s) {
    return spal_recv(s, &byte, 1, 0, &number);
}
static spal_error use_recv_async(spal_socket s) {
    return spal_recv_async(s, &op, &byte, 1, 0);
}
static spal_error use_recvv(spal_socket s) {
    return spal_recvv(s, &list, 1, 0, &number);
}
static spal_error use_recvv_async(spal_socket s) {
    return spal_recvv_async(s, &op, &list, 1, 0);
}
static spal_error use_send(spal_socket s) {
    return spal_send(s, "x", 1, 0, &number);
}
static spal_error use_send_nothing(spal_socket s) {
    return spal_send(s, "x", 0, 0, &number);
}
static spal_error use_send_async(spal_socket s) {
    return spal_send_async(s, &op, "x", 1, 0);
}
static spal_error use_sendv(spal_socket s) {
    return spal_sendv(s, &list, 1, 0, &number);
}
static spal_error use_sendv_async(spal_socket s) {
    return spal_sendv_async(s, &op, &list, 1, 0);
}
static spal_error use_recvfrom(spal_socket s) {
    return spal_recvfrom(s, &byte, 1, 0, NULL, &number);
}
static spal_error use_recvfrom_async(spal_socket s) {
    return spal_recvfrom_async(s, &op, &byte, 1, 0, NULL);
}
static spal_error use_sendto(spal_socket s) {
    spal_address address = loopback(SPAL_AF_INET, 9);
    return spal_sendto(s, "x", 1, 0, &address, &number);
}
static spal_error use_sendto_async(spal_socket s) {
    spal_address address = loopback(SPAL_AF_INET, 9);
    return spal_sendto_async(s, &op, "x", 1, 0, &address);
}
static spal_error use_recvmsg(spal_socket s) {
    return spal_recvmsg(s, &message, 0, &number);
}
static spal_error use_recvmsg_async(spal_socket s) {
    return spal_recvmsg_async(s, &op, &message, 0);
}
static spal_error use_sendmsg(spal_socket s) {
    return spal_sendmsg(s, &message, 0, &number);
}
static spal_error use_sendmsg_async(spal_socket s) {
    return spal_sendmsg_async(s, &op, &message, 0);
}
static spal_error use_accept_recv(spal_socket s) {
    spal_socket out;
    return spal_accept_recv(s, &out, NULL, &byte, 1, &number);
}
static spal_error use_accept_recv_async(spal_socket s) {
    return spal_accept_recv_async(s, &op, NULL, &byte, 1);
}
static spal_error use_sendfile(spal_socket s) {
    return spal_sendfile(s, 0, 0, 1, &number);
}
static spal_error use_sendfile_async(spal_socket s) {
    return spal_sendfile_async(s, &op, 0, 0, 1);
}
static spal_error use_poll_async(spal_socket s) {
    return spal_poll_async(s, &op, SPAL_POLLIN);
}
static spal_error use_duplicate(spal_socket s) {
    spal_socket out;
    return spal_duplicate(s, &out);
}
static spal_error use_multicast_join(spal_socket s) {
    spal_address group;
    must(spal_address_parse("239.255.0.1", 0, &group));
    return spal_multicast_join(s, &group, 0, NULL);
}
static spal_error use_multicast_leave(spal_socket s) {
    spal_address group;
    must(spal_address_parse("239.255.0.1", 0, &group));
    return spal_multicast_leave(s, &group, 0, NULL);
}
static spal_error use_set_option_raw(spal_socket s) {
    return spal_set_option_raw(s, 0, 0, &byte, 1);
}
static spal_error use_get_option_raw(spal_socket s) {
    size_t length = 1;
    return spal_get_option_raw(s, 0, 0, &byte, &length);
}
static spal_error use_shutdown(spal_socket s) {
    return spal_shutdown(s, SPAL_SHUT_BOTH);
}
static spal_error use_disconnect(spal_socket s) {
    return spal_disconnect(s);
}
static spal_error use_disconnect_async(spal_socket s) {
    return spal_disconnect_async(s, &op);
}
static spal_error use_cancel(spal_socket s) {
    return spal_cancel(s, NULL);
}
static spal_error use_cancel_one(spal_socket s) {
    return spal_cancel(s, &op);
}
static spal_error use_set_nonblocking(spal_socket s) {
    return spal_set_nonblocking(s, 1);
}
static spal_error use_get_nonblocking(spal_socket s) {
    int on;
    return spal_get_nonblocking(s, &on);
}
static spal_error use_set_recv_timeout(spal_socket s) {
    return spal_set_recv_timeout(s, 1);
}
static spal_error use_get_recv_timeout(spal_socket s) {
    int timeout_ms;
    return spal_get_recv_timeout(s, &timeout_ms);
}
static spal_error use_set_send_timeout(spal_socket s) {
    return spal_set_send_timeout(s, 1);
}
static spal_error use_get_send_timeout(spal_socket s) {
    int timeout_ms;
    return spal_get_send_timeout(s, &timeout_ms);
}
static spal_error use_set_option(spal_socket s) {
    return spal_set_option(s, SPAL_OPT_NODELAY, 1);
}
static spal_error use_get_option(spal_socket s) {
    int value;
    return spal_get_option(s, SPAL_OPT_NODELAY, &value);
}
static spal_error use_attach(spal_socket s) {
    spal_port *port;
    spal_error error;
    must(spal_port_create(&port, NULL));
    error = spal_port_attach(port, s, NULL, 0);
    must(spal_port_shutdown(port));
    must(spal_port_free(port));
    return error;
}

static const struct use {
    const char *name;
    spal_error (*call)(spal_socket);
} uses[] = {
    {"native_handle", use_native_handle},
    {"bind", use_bind},
    {"listen", use_listen},
    {"accept", use_accept},
    {"accept_async", use_accept_async},
    {"connect", use_connect},
    {"connect_async", use_connect_async},
    {"local_address", use_local_address},
    {"peer_address", use_peer_address},
    {"recv", use_recv},
    {"recv_async", use_recv_async},
    {"recvv", use_recvv},
    {"recvv_async", use_recvv_async},
    {"send", use_send},
    {"send of nothing", use_send_nothing},
    {"send_async", use_send_async},
    {"sendv", use_sendv},
    {"sendv_async", use_sendv_async},
    {"recvfrom", use_recvfrom},
    {"recvfrom_async", use_recvfrom_async},
    {"sendto", use_sendto},
    {"sendto_async", use_sendto_async},
    {"recvmsg", use_recvmsg},
    {"recvmsg_async", use_recvmsg_async},
    {"sendmsg", use_sendmsg},
    {"sendmsg_async", use_sendmsg_async},
    {"accept_recv", use_accept_recv},
    {"accept_recv_async", use_accept_recv_async},
    {"sendfile", use_sendfile},
    {"sendfile_async", use_sendfile_async},
    {"poll_async", use_poll_async},
    {"duplicate", use_duplicate},
    {"multicast_join", use_multicast_join},
    {"multicast_leave", use_multicast_leave},
    {"set_option_raw", use_set_option_raw},
    {"get_option_raw", use_get_option_raw},
    {"shutdown", use_shutdown},
    {"disconnect", use_disconnect},
    {"disconnect_async", use_disconnect_async},
    {"cancel all", use_cancel},
    {"cancel one", use_cancel_one},
    {"set_nonblocking", use_set_nonblocking},
    {"get_nonblocking", use_get_nonblocking},
    {"set_recv_timeout", use_set_recv_timeout},
    {"get_recv_timeout", use_get_recv_timeout},
    {"set_send_timeout", use_set_send_timeout},
    {"get_send_timeout", use_get_send_timeout},
    {"set_option", use_set_option},
    {"get_option", use_get_option},
    {"port_attach", use_attach},
};

static void expect_unusable(spal_socket socket) {
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        spal_error error = uses[i].call(socket);
        if (error != SPAL_ENOTSOCK)
            fail_msg("spal_%s answers %s, expected SPAL_ENOTSOCK", uses[i].name, spal_error_name(error));
    }
}

static void handle_zero(context *c) {
    const spal_socket zero = {0};
    (void)c;
    expect_unusable(zero);
    assert_error(SPAL_ENOTSOCK, spal_close(zero));
    assert_error(SPAL_ENOTSOCK, spal_abort(zero));
    assert_error(SPAL_ENOTSOCK, spal_close_wait(zero, 0));
}

static void handle_foreign(context *c) {
    static const uint64_t ids[] = {1, 0xffffff, UINT64_MAX, 0x8000000000000001U, 0x00ff00ff00fffffeU};
    (void)c;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const spal_socket foreign = {ids[i]};
        expect_unusable(foreign);
    }
    assert_error(SPAL_ENOTSOCK, spal_close((spal_socket){UINT64_MAX}));
}

static void handle_stale(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    must(spal_close(socket));
    expect_unusable(socket);
    must(spal_close(socket));
    must(spal_abort(socket));
}

static void handle_stale_connection(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    must(spal_close(ours));
    expect_unusable(ours);
}

static void handle_reused(context *c) {
    spal_socket old = open_tcp(c, SPAL_AF_INET);
    spal_socket fresh = old;
    must(spal_close(old));
    for (int i = 0; i < 200; i++) {
        must(spal_open(&fresh, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
        assert_false(spal_socket_equal(old, fresh));
        assert_error(SPAL_ENOTSOCK, use_local_address(old));
        must(spal_close(old));
        must(use_local_address(fresh));
        must(spal_close(fresh));
    }
    must(spal_open(&fresh, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    keep_socket(c, fresh);
    expect_unusable(old);
    must(use_local_address(fresh));
}

static const behaviour handle_rows[] = {
    ROW("handle.zero", "A zero handle is SPAL_ENOTSOCK for every function, close included.", handle_zero, IN_ANY),
    ROW("handle.foreign", "A handle that was never given out is SPAL_ENOTSOCK for every function.", handle_foreign,
        IN_ANY),
    ROW("handle.stale", "A closed socket is SPAL_ENOTSOCK for every function; closing it again succeeds.", handle_stale,
        IN_ANY),
    ROW("handle.stale.connection", "A closed connection is SPAL_ENOTSOCK for every function.", handle_stale_connection,
        IN_ANY),
    ROW("handle.reused", "A closed socket's handle never names a later socket, however many are opened.", handle_reused,
        IN_ANY),
};
SUBJECT(handle, "Handles");
