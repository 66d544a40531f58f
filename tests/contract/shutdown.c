/* SPDX-License-Identifier: MIT
 *
 * Behaviours of ending a connection in part or in its turn: shutdown, disconnect, and close_wait, which waits for the
 * peer. Closing at once stands in close.c.
 */
#include "fixture.h"

enum { BIG = 16 * 1024 * 1024, LIST = 256 * 1024 };

static void shutdown_send(context *c) {
    spal_socket ours, peer;
    char bytes[4] = {0};
    size_t moved;
    open_pair(c, &ours, &peer);
    must(do_send(c, ours, "ab", 2, &moved));
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    peer_recv(peer, bytes, 2);
    peer_expect_end(peer);
    assert_error(SPAL_ESHUTDOWN, do_send(c, ours, "x", 1, &moved));
    assert_int_equal(moved, 0);
    peer_send(peer, "cd", 2);
    must(do_recv(c, ours, bytes, 4, 0, &moved));
    assert_int_equal(moved, 2);
}

static void shutdown_recv(context *c) {
    spal_socket ours, peer;
    char byte;
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
    for (int i = 0; i < 2; i++) {
        assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, &byte, 1, 0, &moved));
        assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, NULL, 0, 0, &moved));
    }
    must(do_send(c, ours, "x", 1, &moved));
    peer_recv(peer, &byte, 1);
    assert_int_equal(byte, 'x');
}

static void shutdown_both(context *c) {
    spal_socket ours, peer;
    char byte;
    size_t moved;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(ours, SPAL_SHUT_BOTH));
    assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, &byte, 1, 0, &moved));
    assert_error(SPAL_ESHUTDOWN, do_send(c, ours, "x", 1, &moved));
    peer_expect_end(peer);
}

static void shutdown_recv_pending(context *c) {
    spal_socket ours, peer;
    char bytes[2];
    pending *first, *second;
    open_pair(c, &ours, &peer);
    first = start_recv(c, ours, &bytes[0], 1, 0);
    second = start_recv(c, ours, &bytes[1], 1, 0);
    assert_waiting(first);
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
    assert_error(SPAL_ESHUTDOWN, finish(first));
    assert_error(SPAL_ESHUTDOWN, finish(second));
}

static void shutdown_send_pending(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BIG);
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    p = start_send(c, ours, bytes, BIG);
    assert_waiting(p);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    assert_error(SPAL_ESHUTDOWN, finish(p));
    assert_true(p->count < BIG);
}

/** The end of the stream, after all that was taken: nothing was cut off by the close. */
static void shutdown_then_close(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BIG);
    spal_error error;
    size_t sent;
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    p = start_send(c, ours, bytes, BIG);
    assert_waiting(p);
    must(spal_shutdown(ours, SPAL_SHUT_BOTH));
    assert_error(SPAL_ESHUTDOWN, finish(p));
    sent = p->count;
    must(spal_close(ours));
    assert_int_equal(peer_drain(peer, &error), sent);
    must(error);
}

static void shutdown_other_direction(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    peer_expect_end(peer);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
}

static void shutdown_twice(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < 2; i++) {
        must(spal_shutdown(ours, SPAL_SHUT_SEND));
        must(spal_shutdown(ours, SPAL_SHUT_RECV));
        must(spal_shutdown(ours, SPAL_SHUT_BOTH));
    }
}

static void shutdown_after_end(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    peer_expect_end(peer);
    must(spal_close(peer));
    peer_expect_end(ours);
    must(spal_shutdown(ours, SPAL_SHUT_BOTH));
    open_pair(c, &ours, &peer);
    must(spal_abort(peer));
    await_readable(ours);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    must(spal_shutdown(ours, SPAL_SHUT_BOTH));
}

static void shutdown_wrong(context *c) {
    spal_socket ours, peer;
    assert_error(SPAL_ENOTCONN, spal_shutdown(open_tcp(c, SPAL_AF_INET), SPAL_SHUT_BOTH));
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, spal_shutdown(ours, 3));
    assert_error(SPAL_EINVAL, spal_shutdown(ours, -1));
    expect_works(ours, peer);
}

static void disconnect(context *c) {
    spal_address address;
    spal_socket ours, peer;
    char bytes[4];
    size_t moved;
    open_listener(c, SPAL_AF_INET, 1, &address);
    open_pair(c, &ours, &peer);
    must(do_send(c, ours, "abc", 3, &moved));
    must(do_disconnect(c, ours));
    peer_recv(peer, bytes, 3);
    peer_expect_end(peer);
    assert_error(SPAL_ESHUTDOWN, do_send(c, ours, "x", 1, &moved));
    assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, bytes, 1, 0, &moved));
    assert_error(SPAL_EISCONN, spal_connect(ours, &address));
}

static void disconnect_in_turn(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, LIST * 4);
    pending *sending, *ending;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(bytes, LIST * 4, 8);
    sending = start_send(c, ours, bytes, LIST * 4);
    ending = start_disconnect(c, ours);
    assert_waiting(ending);
    read = peer_read(c, peer, LIST * 4, 8);
    must(finish(sending));
    must(finish(ending));
    peer_join_reader(read);
    peer_expect_end(peer);
}

static void disconnect_timeout(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, LIST * 4);
    pending *sending, *ending;
    open_narrow_pair(c, &ours, &peer);
    sending = start_send(c, ours, bytes, LIST * 4);
    c->timeout_ms = 40;
    ending = start_disconnect(c, ours);
    assert_error(SPAL_ETIMEDOUT, finish(ending));
    assert_false(is_over(sending));
    cancel(sending);
    assert_error(SPAL_EABORTED, finish(sending));
}

static void disconnect_unconnected(context *c) {
    assert_error(SPAL_ENOTCONN, do_disconnect(c, open_tcp(c, SPAL_AF_INET)));
}

static void close_wait_peer(context *c) {
    spal_socket ours, peer;
    char bytes[4];
    thread *echo;
    open_pair(c, &ours, &peer);
    echo = peer_echo(c, peer);
    peer_send(ours, "abc", 3);
    peer_recv(ours, bytes, 3);
    must(spal_close_wait(ours, WAIT_MS));
    join_thread(echo);
    must(spal_close(ours));
    assert_error(SPAL_ENOTSOCK, spal_shutdown(ours, SPAL_SHUT_BOTH));
}

static void close_wait_discards(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, LIST);
    open_pair(c, &ours, &peer);
    peer_send(peer, bytes, LIST);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    must(spal_close_wait(ours, WAIT_MS));
    peer_expect_end(peer);
}

static void close_wait_timeout(context *c) {
    spal_socket ours, peer;
    uint64_t begun;
    open_pair(c, &ours, &peer);
    begun = clock_us();
    assert_error(SPAL_ETIMEDOUT, spal_close_wait(ours, 40));
    assert_true(clock_us() - begun >= 40000);
    assert_error(SPAL_ENOTSOCK, spal_shutdown(ours, SPAL_SHUT_BOTH));
}

static void close_wait_timeout_resets(context *c) {
    spal_socket ours, peer;
    spal_error error;
    size_t moved;
    open_pair(c, &ours, &peer);
    peer_send(ours, "x", 1);
    assert_error(SPAL_ETIMEDOUT, spal_close_wait(ours, 0));
    assert_int_equal(peer_drain(peer, &error), 1);
    assert_error(SPAL_ECONNRESET, spal_send(peer, "y", 1, 0, &moved));
}

static void close_wait_reset(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    must(spal_abort(peer));
    await_readable(ours);
    assert_error(SPAL_ECONNRESET, spal_close_wait(ours, WAIT_MS));
    assert_error(SPAL_ENOTSOCK, spal_shutdown(ours, SPAL_SHUT_BOTH));
}

static void close_wait_unconnected(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    assert_error(SPAL_EINVAL, spal_close_wait(socket, -2));
    assert_error(SPAL_ENOTCONN, spal_close_wait(socket, WAIT_MS));
    assert_error(SPAL_ENOTSOCK, spal_shutdown(socket, SPAL_SHUT_BOTH));
}

static const char wine_resets[] = "Wine 8 reports a reset that came before the call as the end of the stream";

static const behaviour shutdown_rows[] = {
    ROW("shutdown.send",
        "After shutting down sending the peer sees the end behind the data, sends are SPAL_ESHUTDOWN, receiving goes "
        "on.",
        shutdown_send, IN_ALL),
    ROW("shutdown.recv", "After shutting down receiving, receives are SPAL_ESHUTDOWN and sending goes on.",
        shutdown_recv, IN_ALL),
    ROW("shutdown.both", "After shutting down both halves, receives and sends are SPAL_ESHUTDOWN.", shutdown_both,
        IN_ALL),
    ROW("shutdown.recv.waiting", "Shutting down receiving ends waiting receives with SPAL_ESHUTDOWN.",
        shutdown_recv_pending, IN_WAITING),
    ROW("shutdown.send.waiting", "Shutting down sending ends waiting sends with SPAL_ESHUTDOWN.", shutdown_send_pending,
        IN_WAITING),
    ROW_NOT("shutdown.close",
            "A send cut short by shutting down, then a close: the peer gets what was taken and the end, not a reset.",
            shutdown_then_close, IN_WAITING, NOT_IOCP,
            "Windows does not say how far a cancelled send has come, and the connection is reset"),
    ROW("shutdown.other-half", "Shutting down sending leaves a waiting receive alone.", shutdown_other_direction,
        IN_WAITING),
    ROW("shutdown.twice", "Shutting down again succeeds.", shutdown_twice, IN_ANY),
    ROW("shutdown.after-end", "Shutting down succeeds after the peer has closed or reset.", shutdown_after_end, IN_ANY),
    ROW("shutdown.wrong", "Shutting down what is not connected is SPAL_ENOTCONN, an unknown half SPAL_EINVAL.",
        shutdown_wrong, IN_ANY),
    ROW("disconnect",
        "After disconnect the peer sees the end behind the data, and the socket cannot be connected again.", disconnect,
        IN_WAITING),
    ROW("disconnect.in-turn", "A disconnect waits for the sends before it.", disconnect_in_turn, IN_PORTS),
    ROW("disconnect.timeout",
        "A disconnect whose time runs out in the queue leaves the connection and the sends alone.", disconnect_timeout,
        IN_PORTS),
    ROW("disconnect.unconnected", "Disconnecting what is not connected is SPAL_ENOTCONN.", disconnect_unconnected,
        IN_WAITING),
    ROW("close-wait.peer", "close_wait returns when the peer has closed, too.", close_wait_peer, IN_ANY),
    ROW("close-wait.discards", "close_wait throws away what still arrives, and the peer sees a clean end.",
        close_wait_discards, IN_ANY),
    ROW("close-wait.timeout",
        "When a silent peer lets the time run out, close_wait is SPAL_ETIMEDOUT, never early, and closes.",
        close_wait_timeout, IN_ANY),
    ROW("close-wait.timeout.resets", "When the time of close_wait runs out the connection is reset.",
        close_wait_timeout_resets, IN_ANY),
    ROW_NOT("close-wait.reset", "A peer that has reset makes close_wait SPAL_ECONNRESET, and the socket is closed.",
            close_wait_reset, IN_ANY, NOT_WINE, wine_resets),
    ROW("close-wait.unconnected", "close_wait of what is not connected is SPAL_ENOTCONN, and closes it.",
        close_wait_unconnected, IN_ANY),
};
SUBJECT(shutdown, "Ending in part and in turn");
