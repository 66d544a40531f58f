/* SPDX-License-Identifier: MIT
 *
 * Behaviours of options, timeouts and non-blocking mode as values that are set and read.
 */
#include "options.h"

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
}

static void option_reuse_balanced(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    bool is_here = (system_running() & (ON_LINUX | ON_FREEBSD)) != 0;
    must(spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_SHARED));
    assert_error(is_here ? SPAL_OK : SPAL_EOPNOTSUPP, spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_BALANCED));
    assert_int_equal(option_of(socket, SPAL_OPT_REUSE), is_here ? SPAL_REUSE_BALANCED : SPAL_REUSE_SHARED);
    must(spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_EXCLUSIVE));
    assert_int_equal(option_of(socket, SPAL_OPT_REUSE), SPAL_REUSE_EXCLUSIVE);
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

static void keepalive_seconds(context *c, int option) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    must(spal_set_option(socket, option, 3001));
    assert_int_equal(option_of(socket, option), 4000);
    must(spal_set_option(socket, option, 32767000));
    assert_int_equal(option_of(socket, option), 32767000);
    must(spal_set_option(socket, SPAL_OPT_KEEPALIVE, 1));
    assert_int_equal(option_of(socket, option), 32767000);
    must(spal_set_option(socket, option, 1000));
    assert_int_equal(option_of(socket, option), 1000);
    assert_int_equal(option_of(socket, SPAL_OPT_KEEPALIVE), 1);
    must(spal_set_option(socket, SPAL_OPT_KEEPALIVE, 0));
    assert_int_equal(option_of(socket, option), 1000);
}

static void option_keepalive_rounded(context *c) {
    keepalive_seconds(c, SPAL_OPT_KEEPALIVE_IDLE);
    keepalive_seconds(c, SPAL_OPT_KEEPALIVE_INTERVAL);
}

static void option_keepalive_apart(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    must(spal_set_option(ours, SPAL_OPT_KEEPALIVE_IDLE, 60000));
    must(spal_set_option(ours, SPAL_OPT_KEEPALIVE_INTERVAL, 5000));
    assert_int_equal(option_of(ours, SPAL_OPT_KEEPALIVE), 0);
    must(spal_set_option(ours, SPAL_OPT_KEEPALIVE, 1));
    assert_int_equal(option_of(ours, SPAL_OPT_KEEPALIVE_IDLE), 60000);
    assert_int_equal(option_of(ours, SPAL_OPT_KEEPALIVE_INTERVAL), 5000);
    assert_int_not_equal(option_of(peer, SPAL_OPT_KEEPALIVE_IDLE), 60000);
    expect_works(ours, peer);
}

ROUND_TRIP(option_keepalive_idle, SPAL_OPT_KEEPALIVE_IDLE)
ROUND_TRIP(option_keepalive_interval, SPAL_OPT_KEEPALIVE_INTERVAL)
ROUND_TRIP(option_keepalive_count, SPAL_OPT_KEEPALIVE_COUNT)

/* macOS asks for a listener, others may ask for the option first. */
static void option_fast_open(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket listener = open_tcp(c, SPAL_AF_INET), ours = open_tcp(c, SPAL_AF_INET), peer;
    bool is_first = system_running() != ON_MACOS;
    if (!option_is_here(option_facts_of(SPAL_OPT_FAST_OPEN), OF_TCP_V4))
        skip_because(c, "the system lacks the option");
    must(spal_bind(listener, &address));
    if (is_first)
        must(spal_set_option(listener, SPAL_OPT_FAST_OPEN, 1));
    must(spal_listen(listener, 4));
    if (!is_first)
        must(spal_set_option(listener, SPAL_OPT_FAST_OPEN, 1));
    assert_int_equal(option_of(listener, SPAL_OPT_FAST_OPEN), 1);
    must(spal_local_address(listener, &address));
    must(spal_connect(ours, &address));
    must(spal_accept(listener, &peer, NULL));
    keep_socket(c, peer);
    expect_works(ours, peer);
    assert_error(SPAL_EINVAL, spal_set_option(ours, SPAL_OPT_FAST_OPEN, 1));
    assert_error(SPAL_EINVAL, spal_set_option(peer, SPAL_OPT_FAST_OPEN, 1));
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

static void option_available_listener(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address);
    assert_int_equal(option_of(listener, SPAL_OPT_AVAILABLE), 0);
    must(spal_connect(open_tcp(c, SPAL_AF_INET), &address));
    await_readable(listener);
    assert_int_equal(option_of(listener, SPAL_OPT_AVAILABLE), 0);
}

static void option_bound(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket socket = open_tcp(c, SPAL_AF_INET), ours, peer;
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 0);
    must(spal_bind(socket, &address));
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 1);
    open_pair(c, &ours, &peer);
    assert_int_equal(option_of(ours, SPAL_OPT_BOUND), 1);
    assert_int_equal(option_of(peer, SPAL_OPT_BOUND), 1);
}

static void option_bound_by_sending(context *c) {
    spal_address to = loopback(SPAL_AF_INET, 9);
    spal_socket socket;
    size_t sent;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, socket);
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 0);
    must(spal_sendto(socket, "x", 1, 0, &to, &sent));
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 1);
    assert_int_not_equal(port_of(socket), 0);
}

static void option_identity(context *c) {
    static const int families[] = {SPAL_AF_INET, SPAL_AF_INET6, SPAL_AF_INET, SPAL_AF_INET6};
    for (unsigned number = 0; number < 4; number++) {
        bool is_stream = number < 2;
        spal_socket socket;
        if (!open_kind(c, 1U << number, &socket))
            continue;
        assert_int_equal(option_of(socket, SPAL_OPT_FAMILY), families[number]);
        assert_int_equal(option_of(socket, SPAL_OPT_TYPE), is_stream ? SPAL_SOCK_STREAM : SPAL_SOCK_DGRAM);
        assert_int_equal(option_of(socket, SPAL_OPT_PROTOCOL), is_stream ? SPAL_IPPROTO_TCP : SPAL_IPPROTO_UDP);
    }
}

static void option_accepted(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), accepted;
    must(spal_connect(open_tcp(c, SPAL_AF_INET), &address));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    assert_int_equal(option_of(accepted, SPAL_OPT_FAMILY), SPAL_AF_INET);
    assert_int_equal(option_of(accepted, SPAL_OPT_TYPE), SPAL_SOCK_STREAM);
    assert_int_equal(option_of(accepted, SPAL_OPT_PROTOCOL), SPAL_IPPROTO_TCP);
    assert_int_equal(option_of(accepted, SPAL_OPT_LISTENING), 0);
    assert_int_equal(option_of(accepted, SPAL_OPT_LINGER), -1);
    must(spal_set_option(accepted, SPAL_OPT_NODELAY, 1));
    must(spal_set_option(accepted, SPAL_OPT_KEEPALIVE, 1));
    must(spal_set_option(accepted, SPAL_OPT_KEEPALIVE_IDLE, 9000));
    must(spal_set_option(accepted, SPAL_OPT_TTL, 44));
    assert_int_equal(option_of(listener, SPAL_OPT_NODELAY), 0);
    assert_int_equal(option_of(listener, SPAL_OPT_KEEPALIVE), 0);
    assert_int_not_equal(option_of(listener, SPAL_OPT_TTL), 44);
    assert_int_equal(option_of(accepted, SPAL_OPT_NODELAY), 1);
    assert_int_equal(option_of(accepted, SPAL_OPT_KEEPALIVE), 1);
    assert_int_equal(option_of(accepted, SPAL_OPT_KEEPALIVE_IDLE), 9000);
    assert_int_equal(option_of(accepted, SPAL_OPT_TTL), 44);
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
    ROW("option.identity", "Family, type and protocol are told as they are, also where 0 chose the protocol.",
        option_identity, IN_ANY),
    ROW("option.accepted", "An accepted socket has options of its own: setting them does not change the listener's.",
        option_accepted, IN_ANY),
    ROW("option.bound", "SPAL_OPT_BOUND tells of spal_bind, of connecting and of having been accepted.", option_bound,
        IN_ANY),
    ROW("option.bound.by-sending", "SPAL_OPT_BOUND tells that a datagram socket has bound itself by sending.",
        option_bound_by_sending, IN_ANY),
    ROW("option.keepalive-idle", "SPAL_OPT_KEEPALIVE_IDLE reads back as set, up to its bounds.", option_keepalive_idle,
        IN_ANY),
    ROW("option.keepalive-interval", "SPAL_OPT_KEEPALIVE_INTERVAL reads back as set, up to its bounds.",
        option_keepalive_interval, IN_ANY),
    ROW_NOT("option.keepalive-count", "SPAL_OPT_KEEPALIVE_COUNT reads back as set, up to its bounds.",
            option_keepalive_count, IN_ANY, NOT_WINE, "Wine 8 lacks the option"),
    ROW("option.keepalive.rounded", "Times of keep-alive are rounded up to seconds, and outlast the switch.",
        option_keepalive_rounded, IN_ANY),
    ROW("option.keepalive.apart", "Idle time and interval do not disturb each other, and do not switch keep-alive on.",
        option_keepalive_apart, IN_ANY),
    ROW_NOT("option.fast-open",
            "A listener with SPAL_OPT_FAST_OPEN serves others too; once connected it is SPAL_EINVAL.", option_fast_open,
            IN_ANY, NOT_WINE, "Wine 8 lacks the option"),
    ROW("option.reuse.balanced", "SPAL_REUSE_BALANCED is SPAL_EOPNOTSUPP where the system has nothing like it.",
        option_reuse_balanced, IN_ANY),
    ROW("option.available.listener", "SPAL_OPT_AVAILABLE of a listener is 0, also when connections wait.",
        option_available_listener, IN_ANY),
    ROW("option.nodelay", "SPAL_OPT_NODELAY is 0 at first and holds 0 or 1; else SPAL_EINVAL.", option_nodelay, IN_ANY),
    ROW("option.keepalive", "SPAL_OPT_KEEPALIVE is 0 at first and holds 0 or 1; else SPAL_EINVAL.", option_keepalive,
        IN_ANY),
    ROW("option.v6only", "SPAL_OPT_V6ONLY holds 0 or 1 on IPv6 sockets, and is SPAL_ENOPROTOOPT on others.",
        option_v6only, IN_ANY),
    ROW("option.reuse", "SPAL_OPT_REUSE is exclusive at first and holds a policy.", option_reuse, IN_ANY),
    ROW("option.linger", "SPAL_OPT_LINGER is off at first, is rounded up to seconds, and keeps to its range.",
        option_linger, IN_ANY),
    ROW("option.linger.peer-gone", "SPAL_OPT_LINGER can be set after the peer has closed.", option_linger_peer_gone,
        IN_ANY),
    ROW("option.buffers", "Buffer sizes read back as they were set; 0 is allowed, a negative size SPAL_EINVAL.",
        option_buffers, IN_ANY),
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
