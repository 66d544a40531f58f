/* SPDX-License-Identifier: MIT
 *
 * Behaviours of options, timeouts and non-blocking mode as values that are set and read.
 */
#include "fixture.h"

static void flag_round_trip(context *c, int option) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    assert_int_equal(option_of(ours, option), 0);
    must(spal_set_option(ours, option, 1));
    assert_int_equal(option_of(ours, option), 1);
    must(spal_set_option(ours, option, 0));
    assert_int_equal(option_of(ours, option), 0);
    assert_error(SPAL_EINVAL, spal_set_option(ours, option, 2));
    assert_error(SPAL_EINVAL, spal_set_option(ours, option, -1));
    expect_works(ours, peer);
}

static void option_nodelay(context *c) {
    flag_round_trip(c, SPAL_OPT_NODELAY);
}

static void option_keepalive(context *c) {
    flag_round_trip(c, SPAL_OPT_KEEPALIVE);
}

static void option_v6only(context *c) {
    spal_socket socket;
    assert_error(SPAL_ENOPROTOOPT, spal_set_option(open_tcp(c, SPAL_AF_INET), SPAL_OPT_V6ONLY, 0));
    require_ipv6(c);
    socket = open_tcp(c, SPAL_AF_INET6);
    must(spal_set_option(socket, SPAL_OPT_V6ONLY, 0));
    assert_int_equal(option_of(socket, SPAL_OPT_V6ONLY), 0);
    must(spal_set_option(socket, SPAL_OPT_V6ONLY, 1));
    assert_int_equal(option_of(socket, SPAL_OPT_V6ONLY), 1);
    assert_error(SPAL_EINVAL, spal_set_option(socket, SPAL_OPT_V6ONLY, 2));
}

static void option_reuse(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    assert_int_equal(option_of(socket, SPAL_OPT_REUSE), SPAL_REUSE_EXCLUSIVE);
    must(spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_SHARED));
    assert_int_equal(option_of(socket, SPAL_OPT_REUSE), SPAL_REUSE_SHARED);
    must(spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_EXCLUSIVE));
    assert_int_equal(option_of(socket, SPAL_OPT_REUSE), SPAL_REUSE_EXCLUSIVE);
    assert_error(SPAL_EINVAL, spal_set_option(socket, SPAL_OPT_REUSE, 2));
    assert_error(SPAL_EINVAL, spal_set_option(socket, SPAL_OPT_REUSE, -1));
}

static void option_linger(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    assert_int_equal(option_of(ours, SPAL_OPT_LINGER), -1);
    must(spal_set_option(ours, SPAL_OPT_LINGER, 0));
    assert_int_equal(option_of(ours, SPAL_OPT_LINGER), 0);
    must(spal_set_option(ours, SPAL_OPT_LINGER, 3000));
    assert_int_equal(option_of(ours, SPAL_OPT_LINGER), 3000);
    must(spal_set_option(ours, SPAL_OPT_LINGER, 1));
    assert_int_equal(option_of(ours, SPAL_OPT_LINGER), 1000);
    must(spal_set_option(ours, SPAL_OPT_LINGER, -1));
    assert_int_equal(option_of(ours, SPAL_OPT_LINGER), -1);
    assert_error(SPAL_EINVAL, spal_set_option(ours, SPAL_OPT_LINGER, -2));
    assert_error(SPAL_EINVAL, spal_set_option(ours, SPAL_OPT_LINGER, 65535001));
}

static void option_linger_peer_gone(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    must(spal_close(peer));
    peer_expect_end(ours);
    must(spal_set_option(ours, SPAL_OPT_LINGER, 1000));
    must(spal_set_option(ours, SPAL_OPT_LINGER, -1));
}

static void option_buffers(context *c) {
    static const int options[] = {SPAL_OPT_SEND_BUFFER, SPAL_OPT_RECV_BUFFER};
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    for (size_t i = 0; i < 2; i++) {
        must(spal_set_option(socket, options[i], 65536));
        assert_int_equal(option_of(socket, options[i]), 65536);
        must(spal_set_option(socket, options[i], 0));
        assert_true(option_of(socket, options[i]) >= 0);
        assert_error(SPAL_EINVAL, spal_set_option(socket, options[i], -1));
    }
}

static void option_read_only(context *c) {
    static const int options[] = {SPAL_OPT_ERROR,     SPAL_OPT_FAMILY,    SPAL_OPT_TYPE,     SPAL_OPT_PROTOCOL,
                                  SPAL_OPT_LISTENING, SPAL_OPT_CONNECTED, SPAL_OPT_AVAILABLE};
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int value;
        must(spal_get_option(socket, options[i], &value));
        assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, options[i], value));
    }
}

static void option_unknown(context *c) {
    static const int options[] = {0, 15, -1, 4711, INT32_MIN, INT32_MAX};
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int value = 7;
        assert_error(SPAL_ENOPROTOOPT, spal_get_option(socket, options[i], &value));
        assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, options[i], 0));
        assert_int_equal(value, 7);
    }
}

static void option_available(context *c) {
    spal_socket ours, peer;
    char bytes[8];
    open_pair(c, &ours, &peer);
    assert_int_equal(option_of(ours, SPAL_OPT_AVAILABLE), 0);
    peer_send(peer, "abcde", 5);
    await_readable(ours);
    assert_int_equal(option_of(ours, SPAL_OPT_AVAILABLE), 5);
    peer_recv(ours, bytes, 2);
    assert_int_equal(option_of(ours, SPAL_OPT_AVAILABLE), 3);
}

static void option_connected(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    assert_int_equal(option_of(ours, SPAL_OPT_CONNECTED), 1);
    assert_int_equal(option_of(peer, SPAL_OPT_CONNECTED), 1);
    assert_int_equal(option_of(ours, SPAL_OPT_LISTENING), 0);
    assert_int_equal(option_of(open_tcp(c, SPAL_AF_INET), SPAL_OPT_CONNECTED), 0);
}

static void option_after_reset(context *c) {
    spal_socket ours, peer;
    spal_error error;
    open_pair(c, &ours, &peer);
    must(spal_abort(peer));
    await_readable(ours);
    error = spal_set_option(ours, SPAL_OPT_NODELAY, 1);
    assert_true(error == SPAL_OK || error == SPAL_EINVAL || error == SPAL_ENOTCONN || error == SPAL_ECONNRESET);
    must(spal_close(ours));
}

static void timeouts(context *c) {
    spal_socket socket;
    int value = -1;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    keep_socket(c, socket);
    must(spal_get_recv_timeout(socket, &value));
    assert_int_equal(value, 0);
    must(spal_set_recv_timeout(socket, 17));
    must(spal_set_send_timeout(socket, 23));
    must(spal_get_recv_timeout(socket, &value));
    assert_int_equal(value, 17);
    must(spal_get_send_timeout(socket, &value));
    assert_int_equal(value, 23);
    assert_error(SPAL_EINVAL, spal_set_recv_timeout(socket, -1));
    assert_error(SPAL_EINVAL, spal_set_send_timeout(socket, -1));
    must(spal_set_recv_timeout(socket, INT32_MAX));
    must(spal_set_recv_timeout(socket, 0));
}

static void nonblocking_mode(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    int value = -1;
    must(spal_get_nonblocking(socket, &value));
    assert_int_equal(value, 0);
    must(spal_set_nonblocking(socket, 17));
    must(spal_get_nonblocking(socket, &value));
    assert_int_equal(value, 1);
    must(spal_set_nonblocking(socket, 0));
    must(spal_get_nonblocking(socket, &value));
    assert_int_equal(value, 0);
}

static const behaviour option_rows[] = {
    ROW("option.nodelay", "SPAL_OPT_NODELAY is 0 at first and holds 0 or 1; else SPAL_EINVAL.", option_nodelay, IN_ANY),
    ROW("option.keepalive", "SPAL_OPT_KEEPALIVE is 0 at first and holds 0 or 1; else SPAL_EINVAL.", option_keepalive,
        IN_ANY),
    ROW("option.v6only", "SPAL_OPT_V6ONLY holds 0 or 1 on IPv6 sockets, and is SPAL_ENOPROTOOPT on others.",
        option_v6only, IN_ANY),
    ROW("option.reuse", "SPAL_OPT_REUSE is exclusive at first and holds a policy; else SPAL_EINVAL.", option_reuse,
        IN_ANY),
    ROW("option.linger", "SPAL_OPT_LINGER is off at first, is rounded up to seconds, and keeps to its range.",
        option_linger, IN_ANY),
    ROW("option.linger.peer-gone", "SPAL_OPT_LINGER can be set after the peer has closed.", option_linger_peer_gone,
        IN_ANY),
    ROW("option.buffers", "Buffer sizes read back as they were set; 0 is allowed, a negative size SPAL_EINVAL.",
        option_buffers, IN_ANY),
    ROW("option.read-only", "Setting a read-only option is SPAL_ENOPROTOOPT.", option_read_only, IN_ANY),
    ROW("option.unknown", "An unknown option is SPAL_ENOPROTOOPT.", option_unknown, IN_ANY),
    ROW("option.available", "SPAL_OPT_AVAILABLE tells how many bytes can be received without waiting.",
        option_available, IN_ANY),
    ROW("option.connected", "SPAL_OPT_CONNECTED tells at either end that the connection was made.", option_connected,
        IN_ANY),
    ROW("option.after-reset", "Setting an option on a connection that was reset is an error at most.",
        option_after_reset, IN_ANY),
    ROW("option.timeouts", "Timeouts are off at first and read back as set; a negative one is SPAL_EINVAL.", timeouts,
        IN_ANY),
    ROW("option.nonblocking", "Non-blocking mode is off at first and reads back as 0 or 1.", nonblocking_mode, IN_ANY),
};
SUBJECT(option, "Options");
