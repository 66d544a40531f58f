/* SPDX-License-Identifier: MIT
 *
 * Behaviours of calls with bad arguments: pointers that are missing, lengths and flags out of range. What is wrong for
 * one subject only stands with that subject.
 */
#include "fixture.h"

static void null_opening(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_address address;
    size_t length = sizeof address;
    assert_error(SPAL_EFAULT, spal_open(NULL, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    assert_error(SPAL_EFAULT, spal_adopt(NULL, 0));
    assert_error(SPAL_EFAULT, spal_native_handle(socket, NULL));
    assert_error(SPAL_EFAULT, spal_bind(socket, NULL));
    assert_error(SPAL_EFAULT, spal_local_address(socket, NULL));
    assert_error(SPAL_EFAULT, spal_peer_address(socket, NULL));
    assert_error(SPAL_EFAULT, spal_connect(socket, NULL));
    assert_error(SPAL_EFAULT, spal_get_nonblocking(socket, NULL));
    assert_error(SPAL_EFAULT, spal_get_recv_timeout(socket, NULL));
    assert_error(SPAL_EFAULT, spal_get_send_timeout(socket, NULL));
    assert_error(SPAL_EFAULT, spal_get_option(socket, SPAL_OPT_NODELAY, NULL));
    assert_error(SPAL_EFAULT, spal_set_option_raw(socket, 1, 1, NULL, 4));
    assert_error(SPAL_EFAULT, spal_get_option_raw(socket, 1, 1, &address, NULL));
    assert_error(SPAL_EFAULT, spal_get_option_raw(socket, 1, 1, NULL, &length));
    assert_error(SPAL_EFAULT, spal_duplicate(socket, NULL));
    assert_error(SPAL_EFAULT, spal_socketpair(SPAL_SOCK_STREAM, &socket, NULL));
    assert_error(SPAL_EFAULT, spal_socketpair(SPAL_SOCK_STREAM, NULL, &socket));
    assert_error(SPAL_EFAULT, spal_multicast_join(socket, NULL, 0, NULL));
    assert_error(SPAL_EFAULT, spal_multicast_leave(socket, NULL, 0, NULL));
}

static void null_accept(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), accepted;
    assert_error(SPAL_EFAULT, spal_accept(listener, NULL, NULL));
    must(spal_connect(open_tcp(c, SPAL_AF_INET), &address));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
}

static void null_transfer(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    const spal_buffer list = {&byte, 1};
    size_t count;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EFAULT, do_recv(c, ours, NULL, 1, 0, &count));
    assert_error(SPAL_EFAULT, do_send(c, ours, NULL, 1, &count));
    assert_error(SPAL_EFAULT, do_recvv(c, ours, NULL, 1, &count));
    assert_error(SPAL_EFAULT, do_sendv(c, ours, NULL, 1, &count));
    assert_error(SPAL_EFAULT, spal_recv(ours, &byte, 1, 0, NULL));
    assert_error(SPAL_EFAULT, spal_send(ours, &byte, 1, 0, NULL));
    assert_error(SPAL_EFAULT, spal_recvv(ours, &list, 1, 0, NULL));
    assert_error(SPAL_EFAULT, spal_sendv(ours, &list, 1, 0, NULL));
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
}

static void null_async(context *c) {
    spal_socket ours, peer;
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    spal_op op = {0};
    char byte;
    const spal_buffer list = {&byte, 1};
    spal_message message = {&list, 1, NULL, NULL, 0};
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    enlist(c, listener);
    assert_error(SPAL_EFAULT, spal_recv_async(ours, NULL, &byte, 1, 0));
    assert_error(SPAL_EFAULT, spal_send_async(ours, NULL, &byte, 1, 0));
    assert_error(SPAL_EFAULT, spal_recvv_async(ours, NULL, &list, 1, 0));
    assert_error(SPAL_EFAULT, spal_sendv_async(ours, NULL, &list, 1, 0));
    assert_error(SPAL_EFAULT, spal_recvfrom_async(ours, NULL, &byte, 1, 0, NULL));
    assert_error(SPAL_EFAULT, spal_sendto_async(ours, NULL, &byte, 1, 0, NULL));
    assert_error(SPAL_EFAULT, spal_recvmsg_async(ours, NULL, &message, 0));
    assert_error(SPAL_EFAULT, spal_sendmsg_async(ours, NULL, &message, 0));
    assert_error(SPAL_EFAULT, spal_sendfile_async(ours, NULL, 0, 0, 1));
    assert_error(SPAL_EFAULT, spal_poll_async(ours, NULL, SPAL_POLLIN));
    assert_error(SPAL_EFAULT, spal_accept_recv_async(listener, NULL, NULL, &byte, 1));
    assert_error(SPAL_EFAULT, spal_accept_recv_async(listener, &op, NULL, NULL, 1));
    assert_error(SPAL_EFAULT, spal_disconnect_async(ours, NULL));
    assert_error(SPAL_EFAULT, spal_accept_async(listener, NULL, NULL));
    assert_error(SPAL_EFAULT, spal_connect_async(open_tcp(c, SPAL_AF_INET), NULL, &address));
    assert_error(SPAL_EFAULT, spal_connect_async(open_tcp(c, SPAL_AF_INET), &op, NULL));
    expect_works(ours, peer);
}

static void null_port(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_completion taken;
    spal_op op = {0};
    spal_port *port = style_port(c);
    size_t count;
    spal_native native;
    assert_error(SPAL_EFAULT, spal_port_create(NULL, NULL));
    assert_error(SPAL_EFAULT, spal_port_attach(NULL, socket, NULL, 0));
    assert_error(SPAL_EFAULT, spal_port_wait(NULL, &taken, 1, 0, &count));
    assert_error(SPAL_EFAULT, spal_port_wait(port, NULL, 1, 0, &count));
    assert_error(SPAL_EFAULT, spal_port_wait(port, &taken, 1, 0, NULL));
    assert_error(SPAL_EINVAL, spal_port_wait(port, &taken, 0, 0, &count));
    assert_error(SPAL_EINVAL, spal_port_wait(port, &taken, 1, -2, &count));
    assert_error(SPAL_EFAULT, spal_port_post(NULL, &op, NULL));
    assert_error(SPAL_EFAULT, spal_port_post(port, NULL, NULL));
    assert_error(SPAL_EFAULT, spal_timer_async(NULL, &op, NULL, 1));
    assert_error(SPAL_EFAULT, spal_timer_async(port, NULL, NULL, 1));
    assert_error(SPAL_EFAULT, spal_port_cancel(NULL, &op));
    assert_error(SPAL_EFAULT, spal_port_cancel(port, NULL));
    assert_error(SPAL_EFAULT, spal_port_shutdown(NULL));
    assert_error(SPAL_EFAULT, spal_port_free(NULL));
    assert_error(SPAL_EFAULT, spal_port_native_handle(NULL, &native));
    assert_error(SPAL_EFAULT, spal_port_native_handle(port, NULL));
}

static void null_names(context *c) {
    spal_port *port = style_port(c);
    spal_op op = {0};
    spal_address address;
    size_t count;
    assert_error(SPAL_EFAULT, spal_resolve("127.0.0.1", "1", NULL, 0, NULL, 1, &count));
    assert_error(SPAL_EFAULT, spal_resolve("127.0.0.1", "1", NULL, 0, &address, 1, NULL));
    assert_error(SPAL_EINVAL, spal_resolve("127.0.0.1", "1", NULL, -2, &address, 1, &count));
    assert_error(SPAL_EFAULT, spal_resolve_async(port, &op, NULL, "127.0.0.1", "1", NULL, NULL, 1));
    assert_error(SPAL_EFAULT, spal_resolve_async(NULL, &op, NULL, "127.0.0.1", "1", NULL, &address, 1));
    assert_error(SPAL_EFAULT, spal_resolve_async(port, NULL, NULL, "127.0.0.1", "1", NULL, &address, 1));
    assert_error(SPAL_EFAULT, spal_connect_host(NULL, "127.0.0.1", "1", NULL, 0));
    assert_error(SPAL_EFAULT, spal_connect_host_async(NULL, &op, NULL, "127.0.0.1", "1", NULL));
    assert_error(SPAL_EFAULT, spal_connect_host_async(port, NULL, NULL, "127.0.0.1", "1", NULL));
    assert_error(SPAL_EFAULT, spal_listen_host(NULL, "127.0.0.1", "0", NULL, 1));
    assert_error(SPAL_EFAULT, spal_listen_host_async(NULL, &op, NULL, "127.0.0.1", "0", NULL, 1));
    assert_error(SPAL_EFAULT, spal_listen_host_async(port, NULL, NULL, "127.0.0.1", "0", NULL, 1));
}

static void huge_lengths(context *c) {
    static const size_t lengths[] = {(size_t)SPAL_LENGTH_MAX + 1, SIZE_MAX / 2, SIZE_MAX};
    spal_socket ours, peer;
    char byte;
    size_t count;
    open_pair(c, &ours, &peer);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        assert_error(SPAL_EINVAL, do_recv(c, ours, &byte, lengths[i], 0, &count));
        assert_error(SPAL_EINVAL, do_send(c, ours, &byte, lengths[i], &count));
        assert_error(SPAL_EMSGSIZE, do_recvv(c, ours, &(spal_buffer){&byte, 1}, lengths[i], &count));
    }
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
}

static void longest_length(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, 100);
    size_t count = 0;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abc", 3);
    await_readable(ours);
    must(spal_recv(ours, bytes, SPAL_LENGTH_MAX, 0, &count));
    assert_int_equal(count, 3);
}

static void unknown_flags(context *c) {
    static const int flags[] = {1, 0x100, 0x8000, 0x40000000, INT32_MIN};
    spal_socket ours, peer;
    char byte;
    const spal_buffer list = {&byte, 1};
    size_t count;
    open_pair(c, &ours, &peer);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        assert_error(SPAL_EOPNOTSUPP, do_recv(c, ours, &byte, 1, flags[i], &count));
        assert_error(SPAL_EOPNOTSUPP, spal_recvv(ours, &list, 1, flags[i], &count));
        assert_error(SPAL_EOPNOTSUPP, spal_send(ours, &byte, 1, flags[i], &count));
        assert_error(SPAL_EOPNOTSUPP, spal_sendv(ours, &list, 1, flags[i], &count));
    }
    assert_error(SPAL_EOPNOTSUPP, do_recv(c, ours, &byte, 1, SPAL_DONTROUTE, &count));
    assert_error(SPAL_EOPNOTSUPP, spal_send(ours, &byte, 1, SPAL_PEEK, &count));
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
}

static const behaviour arguments_rows[] = {
    ROW("arguments.null.socket", "A missing pointer is SPAL_EFAULT for every function of a socket.", null_opening,
        IN_ANY),
    ROW("arguments.null.accept", "An accept without a place for the socket is SPAL_EFAULT and takes no connection.",
        null_accept, IN_ANY),
    ROW("arguments.null.transfer", "A missing buffer, list or count is SPAL_EFAULT, and nothing is moved.",
        null_transfer, IN_ALL),
    ROW("arguments.null.async", "A missing operation or address is SPAL_EFAULT for every asynchronous call.",
        null_async, IN_PORTS),
    ROW("arguments.null.port", "A missing pointer is SPAL_EFAULT for every function of a port; no room is SPAL_EINVAL.",
        null_port, IN_ASYNC),
    ROW("arguments.null.names", "A missing pointer is SPAL_EFAULT for every function that takes names.", null_names,
        IN_ASYNC),
    ROW("arguments.length.huge", "A length above SPAL_LENGTH_MAX is SPAL_EINVAL, and nothing is moved.", huge_lengths,
        IN_ALL),
    ROW_NOT("arguments.length.longest", "A receive of SPAL_LENGTH_MAX bytes takes what is there.", longest_length,
            IN_ANY, NOT_IOCP, "Windows probes the whole buffer, which the test cannot afford"),
    ROW("arguments.flags", "An unknown flag is SPAL_EOPNOTSUPP, and nothing is moved.", unknown_flags, IN_ALL),
};
SUBJECT(arguments, "Bad arguments");
