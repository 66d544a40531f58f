/* SPDX-License-Identifier: MIT
 *
 * Behaviours of datagram sockets whose calls wait: their order, their ends by deadline, cancel, close and shutdown, and
 * what readiness says of them. No datagram is lost by any of it.
 */
#include "datagrams.h"

enum { SEVERAL = 8, ROUNDS = 200 };

static void waits(context *c, int family) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char bytes[8];
    pending *p = start_recvfrom(c, ours, bytes, sizeof bytes, 0);
    assert_waiting(p);
    peer_sendto(peer, "abc", 3, &ours_at);
    must(finish(p));
    assert_int_equal(p->count, 3);
    expect_address(&peer_at, &p->peer);
}
IN_BOTH_FAMILIES(waits)

static void in_order(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char bytes[SEVERAL] = {0};
    pending *waiting[SEVERAL];
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recvfrom(c, ours, &bytes[i], 1, 0);
    for (int i = 0; i < SEVERAL; i++)
        peer_sendto(peer, &(char){(char)('a' + i)}, 1, &ours_at);
    for (int i = 0; i < SEVERAL; i++) {
        must(finish(waiting[i]));
        assert_int_equal(waiting[i]->count, 1);
        assert_int_equal(waiting[i]->peer.port, port_of(peer));
    }
    assert_memory_equal(bytes, "abcdefgh", SEVERAL);
}

static void one_each(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char bytes[SEVERAL] = {0};
    pending *waiting[SEVERAL];
    unsigned seen = 0;
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recv(c, ours, &bytes[i], 1, 0);
    for (int i = 0; i < SEVERAL; i++)
        peer_sendto(peer, &(char){(char)i}, 1, &ours_at);
    for (int i = 0; i < SEVERAL; i++) {
        must(finish(waiting[i]));
        seen |= 1U << bytes[i];
    }
    assert_int_equal(seen, (1U << SEVERAL) - 1);
}

static void behind_async(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char first = 0, second = 0;
    size_t moved;
    pending *p = start_recv(c, ours, &first, 1, 0);
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, &second, 1, SPAL_DONTWAIT, &moved));
    peer_sendto(peer, "a", 1, &ours_at);
    peer_sendto(peer, "b", 1, &ours_at);
    must(spal_recv(ours, &second, 1, 0, &moved));
    assert_int_equal(second, 'b');
    must(finish(p));
    assert_int_equal(first, 'a');
}

static void dontwait(context *c) {
    spal_address ours_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char byte = 0;
    size_t moved = 9;
    assert_error(SPAL_EWOULDBLOCK, spal_recvfrom(ours, &byte, 1, SPAL_DONTWAIT, &from, &moved));
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, NULL, 0, SPAL_DONTWAIT, &moved));
    assert_error(SPAL_EWOULDBLOCK, spal_recvfrom(ours, &byte, 1, SPAL_DONTWAIT | SPAL_PEEK, &from, &moved));
    assert_int_equal(from.family, SPAL_AF_UNSPEC);
    must(spal_sendto(peer, "x", 1, SPAL_DONTWAIT, &ours_at, &moved));
    await_readable(ours);
    must(spal_recvfrom(ours, &byte, 1, SPAL_DONTWAIT, &from, &moved));
    assert_int_equal(byte, 'x');
    assert_int_equal(from.port, port_of(peer));
}

static void nonblocking(context *c) {
    spal_address ours_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char byte = 0;
    size_t moved = 9;
    must(spal_set_nonblocking(ours, 1));
    must(spal_set_nonblocking(peer, 1));
    assert_error(SPAL_EWOULDBLOCK, spal_recvfrom(ours, &byte, 1, 0, &from, &moved));
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, &byte, 1, 0, &moved));
    must(spal_sendto(peer, "x", 1, 0, &ours_at, &moved));
    await_readable(ours);
    must(spal_recvfrom(ours, &byte, 1, 0, &from, &moved));
    assert_int_equal(byte, 'x');
}

static void dontwait_async(context *c) {
    spal_address ours_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    char byte;
    size_t moved;
    assert_error(SPAL_EOPNOTSUPP, do_recvfrom(c, ours, &byte, 1, SPAL_DONTWAIT, &from, &moved));
    assert_error(SPAL_EOPNOTSUPP, do_sendto(c, ours, "x", 1, SPAL_DONTWAIT, &ours_at, &moved));
    peer_expect_silence(ours);
}

static void sends_while_receiving(context *c) {
    spal_address ours_at, peer_at, from;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte = 0, back;
    size_t moved;
    for (int i = 0; i < 20; i++) {
        pending *p = start_recvfrom(c, ours, &byte, 1, 0);
        must(do_sendto(c, ours, &(char){(char)i}, 1, 0, &peer_at, &moved));
        peer_recvfrom(peer, &back, 1, &from);
        peer_sendto(peer, &back, 1, &from);
        must(finish(p));
        assert_int_equal(byte, i);
    }
}

static void timed_out(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    spal_address untouched = loopback(SPAL_AF_INET, 4711), from = untouched;
    char byte = 'u';
    size_t moved;
    uint64_t begun = clock_us();
    c->timeout_ms = 40;
    assert_error(SPAL_ETIMEDOUT, do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    assert_true(clock_us() - begun >= 40000);
    expect_address(&untouched, &from);
    assert_int_equal(byte, 'u');
    c->timeout_ms = 0;
    peer_sendto(peer, "x", 1, &ours_at);
    must(do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    assert_int_equal(byte, 'x');
    assert_int_equal(from.port, port_of(peer));
}

static void cancelled(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char byte = 0;
    size_t moved;
    pending *p = start_recvfrom(c, ours, &byte, 1, 0);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_int_equal(p->count, 0);
    assert_int_equal(p->peer.family, SPAL_AF_UNSPEC);
    peer_sendto(peer, "x", 1, &ours_at);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void cancel_one_of_several(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char bytes[3] = {0};
    pending *first = start_recv(c, ours, &bytes[0], 1, 0), *second = start_recv(c, ours, &bytes[1], 1, 0);
    pending *third = start_recv(c, ours, &bytes[2], 1, 0);
    cancel(first);
    assert_error(SPAL_EABORTED, finish(first));
    peer_sendto(peer, "a", 1, &ours_at);
    peer_sendto(peer, "b", 1, &ours_at);
    must(finish(second));
    must(finish(third));
    assert_memory_equal(bytes, "\0ab", 3);
}

/** Whether the datagram of this round was in a result, or is in the next receive. */
static void cancel_loses_nothing(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    for (int i = 0; i < ROUNDS; i++) {
        char byte = 0;
        size_t moved = 0;
        pending *p = start_recv(c, ours, &byte, 1, 0);
        peer_sendto(peer, &(char){(char)i}, 1, &ours_at);
        cancel(p);
        if (finish(p) == SPAL_EABORTED)
            must(do_recv(c, ours, &byte, 1, 0, &moved));
        else
            must(p->error);
        assert_int_equal(byte, (char)i);
    }
    peer_expect_silence(ours);
}

static void closed(context *c) {
    spal_address ours_at, other_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket other = open_udp_bound(c, SPAL_AF_INET, &other_at);
    char bytes[SEVERAL];
    pending *waiting[SEVERAL];
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recvfrom(c, ours, &bytes[i], 1, 0);
    assert_waiting(waiting[0]);
    must(spal_close(ours));
    for (int i = 0; i < SEVERAL; i++) {
        expect_closed(waiting[i]);
        assert_int_equal(waiting[i]->peer.family, SPAL_AF_UNSPEC);
    }
    peer_sendto(other, "x", 1, &ours_at);
    expect_exchanges(other, open_udp(c, SPAL_AF_INET));
}

static void aborted(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    char byte;
    pending *p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(spal_abort(ours));
    expect_closed(p);
    assert_error(SPAL_ENOTSOCK, spal_shutdown(ours, SPAL_SHUT_BOTH));
}

/* On a loopback address that nobody else uses: elsewhere another process may be given the port in between. */
static void close_frees_port(context *c) {
    uint64_t moment = clock_us();
    for (int i = 0; i < 20; i++) {
        spal_address address = loopback(SPAL_AF_INET, 0);
        spal_socket ours = open_udp(c, SPAL_AF_INET), again = open_udp(c, SPAL_AF_INET);
        char byte;
        pending *p;
        address.ip[1] = (uint8_t)(1 + (moment >> 16) % 250);
        address.ip[2] = (uint8_t)(moment >> 8);
        address.ip[3] = (uint8_t)(1 + moment % 250);
        must(spal_bind(ours, &address));
        must(spal_local_address(ours, &address));
        p = start_recv(c, ours, &byte, 1, 0);
        must(spal_close(ours));
        must(spal_bind(again, &address));
        assert_error(SPAL_EABORTED, finish(p));
    }
}

static void close_waits_for_nobody(context *c) {
    spal_socket ours, peer;
    uint64_t begun = clock_us();
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    must(spal_close_wait(ours, WAIT_MS));
    must(spal_close_wait(open_udp(c, SPAL_AF_INET), WAIT_MS));
    assert_true(clock_us() - begun < WAIT_MS * 1000U / 2);
    assert_error(SPAL_ENOTSOCK, spal_shutdown(ours, SPAL_SHUT_BOTH));
    peer_expect_silence(peer);
}

static void shut_recv(context *c, int connects) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte;
    size_t moved;
    if (connects)
        must(spal_connect(ours, &peer_at));
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
    peer_sendto(peer, "x", 1, &ours_at);
    for (int i = 0; i < 2; i++) {
        assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, &byte, 1, 0, &moved));
        assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, NULL, 0, 0, &moved));
    }
    must(do_sendto(c, ours, "y", 1, 0, connects ? NULL : &peer_at, &moved));
    assert_int_equal(peer_recvfrom(peer, &byte, 1, &ours_at), 1);
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
}

static void shutdown_recv(context *c) {
    shut_recv(c, 0);
    shut_recv(c, 1);
}

static void shut_send(context *c, int connects) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte;
    size_t moved;
    if (connects)
        must(spal_connect(ours, &peer_at));
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    for (int i = 0; i < 2; i++)
        assert_error(SPAL_ESHUTDOWN, do_sendto(c, ours, "x", 1, 0, connects ? NULL : &peer_at, &moved));
    peer_expect_silence(peer);
    peer_sendto(peer, "y", 1, &ours_at);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'y');
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    must(spal_shutdown(ours, SPAL_SHUT_BOTH));
    assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, &byte, 1, 0, &moved));
}

static void shutdown_send(context *c) {
    shut_send(c, 0);
    shut_send(c, 1);
}

static void shutdown_waiting(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    char bytes[2];
    pending *first = start_recv(c, ours, &bytes[0], 1, 0), *second = start_recv(c, ours, &bytes[1], 1, 0);
    assert_waiting(first);
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
    assert_error(SPAL_ESHUTDOWN, finish(first));
    assert_error(SPAL_ESHUTDOWN, finish(second));
}

static void shutdown_wrong(context *c) {
    spal_socket ours, peer;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    assert_error(SPAL_EINVAL, spal_shutdown(ours, 3));
    assert_error(SPAL_EINVAL, spal_shutdown(ours, -1));
    expect_works(ours, peer);
}

static int poll_now(spal_socket socket, int events, int timeout_ms) {
    spal_pollfd entry = {socket, (int16_t)events, -1};
    size_t ready = 9;
    must(spal_poll(&entry, 1, timeout_ms, &ready));
    assert_int_equal(ready, entry.revents != 0);
    return entry.revents;
}

static void polled(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char byte;
    size_t moved;
    assert_int_equal(poll_now(ours, SPAL_POLLIN, 0), 0);
    assert_int_equal(poll_now(ours, SPAL_POLLIN | SPAL_POLLOUT, WAIT_MS), SPAL_POLLOUT);
    peer_sendto(peer, "", 0, &ours_at);
    for (int i = 0; i < 2; i++)
        assert_int_equal(poll_now(ours, SPAL_POLLIN, WAIT_MS), SPAL_POLLIN);
    must(spal_recv(ours, &byte, 1, SPAL_DONTWAIT, &moved));
    assert_int_equal(moved, 0);
    assert_int_equal(poll_now(ours, SPAL_POLLIN, QUIET_MS), 0);
}

static void polled_unbound(context *c) {
    spal_socket ours = open_udp(c, SPAL_AF_INET);
    assert_int_equal(poll_now(ours, SPAL_POLLIN, 0), 0);
    assert_int_equal(poll_now(ours, SPAL_POLLIN | SPAL_POLLOUT, WAIT_MS), SPAL_POLLOUT);
}

static void polled_refused(context *c) {
    spal_address nobody;
    spal_socket ours = open_udp(c, SPAL_AF_INET);
    char byte;
    size_t moved;
    open_nobody(c, SPAL_AF_INET, &nobody);
    must(spal_connect(ours, &nobody));
    peer_sendto(ours, "x", 1, NULL);
    assert_int_not_equal(poll_now(ours, SPAL_POLLIN, WAIT_MS) & SPAL_POLLIN, 0);
    assert_error(SPAL_ECONNREFUSED, spal_recv(ours, &byte, 1, SPAL_DONTWAIT, &moved));
    assert_int_equal(poll_now(ours, SPAL_POLLIN, QUIET_MS), 0);
}

/* Of two datagrams, since the second send meets what became of the first. */
static void news_always(context *c) {
    spal_address ours_at, nobody;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char byte = 0;
    size_t moved;
    open_nobody(c, SPAL_AF_INET, &nobody);
    must(spal_set_option(ours, SPAL_OPT_NEWS, SPAL_NEWS_ALWAYS));
    peer_sendto(ours, "x", 1, &nobody);
    peer_sendto(ours, "x", 1, &nobody);
    assert_int_equal(poll_now(ours, SPAL_POLLIN, WAIT_MS) & SPAL_POLLIN, SPAL_POLLIN);
    assert_error(SPAL_ECONNREFUSED, spal_recv(ours, &byte, 1, 0, &moved));
    while (spal_recv(ours, &byte, 1, SPAL_DONTWAIT, &moved) == SPAL_ECONNREFUSED)
        ;
    assert_int_equal(poll_now(ours, SPAL_POLLIN, QUIET_MS), 0);
    expect_exchanges(ours, peer);
}

static void news_never(context *c) {
    spal_address nobody;
    spal_socket ours = open_udp(c, SPAL_AF_INET);
    char byte = 0;
    size_t moved;
    open_nobody(c, SPAL_AF_INET, &nobody);
    must(spal_set_option(ours, SPAL_OPT_NEWS, SPAL_NEWS_NEVER));
    must(spal_connect(ours, &nobody));
    for (int i = 0; i < 3; i++)
        peer_sendto(ours, "x", 1, NULL);
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, &byte, 1, SPAL_DONTWAIT, &moved));
}

static void exhausted_memory(context *c) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char byte = 0;
    size_t moved;
    enlist(c, ours);
    must(do_sendto(c, ours, "w", 1, 0, &peer_at, &moved));
    assert_int_equal(peer_recvfrom(peer, &byte, 1, &from), 1);
    peer_sendto(peer, "x", 1, &ours_at);
    must(do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    allocator_fail_after(0);
    must(do_sendto(c, ours, "y", 1, 0, &peer_at, &moved));
    assert_int_equal(peer_recvfrom(peer, &byte, 1, &from), 1);
    peer_sendto(peer, "z", 1, &ours_at);
    must(do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    allocator_fail_after(-1);
    assert_int_equal(byte, 'z');
}

static const behaviour datagram_wait_rows[] = {
    ROW("datagram.recv.waits.v4", "A receive started before the datagram completes with it and its sender.", waits_v4,
        IN_ALL),
    ROW("datagram.recv.waits.v6", "A receive started before the IPv6 datagram completes with it and its sender.",
        waits_v6, IN_ALL),
    ROW("datagram.order", "Receives get datagrams in the order in which they were started.", in_order, IN_PORTS),
    ROW("datagram.receivers", "Of several receives that wait each gets one datagram, and none is lost.", one_each,
        IN_ALL),
    ROW("datagram.sync-behind-async",
        "A synchronous receive takes its turn behind an asynchronous one: it gets the second datagram.", behind_async,
        IN_PORTS),
    ROW("datagram.dontwait", "A receive with SPAL_DONTWAIT is SPAL_EWOULDBLOCK where there is no datagram.", dontwait,
        IN_ANY),
    ROW("datagram.nonblocking", "A receive in non-blocking mode is SPAL_EWOULDBLOCK where there is no datagram.",
        nonblocking, IN_ANY),
    ROW("datagram.dontwait.async", "An asynchronous call with SPAL_DONTWAIT is SPAL_EOPNOTSUPP for datagrams, too.",
        dontwait_async, IN_PORTS),
    ROW("datagram.both-directions", "A datagram can be sent while a receive waits on the same socket.",
        sends_while_receiving, IN_WAITING),
    ROW("datagram.timeout",
        "A receive whose time runs out is SPAL_ETIMEDOUT, never early, and touches neither buffer nor sender.",
        timed_out, IN_WAITING),
    ROW("datagram.cancel", "A cancelled receive ends with SPAL_EABORTED, and the next one gets the datagram.",
        cancelled, IN_WAITING),
    ROW("datagram.cancel.one", "Cancelling one of several receives leaves the others waiting, in their order.",
        cancel_one_of_several, IN_PORTS),
    ROW("datagram.cancel.loses-nothing",
        "A datagram that meets the cancellation is in the operation's result or in the next receive.",
        cancel_loses_nothing, IN_SYNC | IN_SHARED),
    ROW("datagram.close", "Close ends every receive that waits with SPAL_EABORTED; none of them tells a sender.",
        closed, IN_WAITING),
    ROW("datagram.abort", "Abort closes a datagram socket as close does.", aborted, IN_WAITING),
    ROW("datagram.close.frees-port",
        "When close returns the port can be bound again, although completions are untaken.", close_frees_port,
        IN_PORTS),
    ROW("datagram.close-wait", "close_wait closes a datagram socket at once: there is nobody to wait for.",
        close_waits_for_nobody, IN_ANY),
    ROW("datagram.shutdown.recv",
        "After shutting down receiving, with or without a peer, receives are SPAL_ESHUTDOWN and sending goes on.",
        shutdown_recv, IN_ALL),
    ROW("datagram.shutdown.send",
        "After shutting down sending, with or without a peer, sends are SPAL_ESHUTDOWN and receiving goes on.",
        shutdown_send, IN_ALL),
    ROW("datagram.shutdown.waiting", "Shutting down receiving ends waiting receives with SPAL_ESHUTDOWN.",
        shutdown_waiting, IN_WAITING),
    ROW("datagram.shutdown.wrong", "Shutting down an unknown half of a datagram socket is SPAL_EINVAL.", shutdown_wrong,
        IN_ANY),
    ROW("datagram.poll", "A datagram socket is readable while a datagram waits, an empty one too, and writable.",
        polled, IN_ANY),
    ROW("datagram.poll.unbound", "A datagram socket that is not bound yet can be polled: it is writable.",
        polled_unbound, IN_ANY),
    ROW_NOT("datagram.poll.refused", "A connected socket is readable when it has SPAL_ECONNREFUSED to tell.",
            polled_refused, IN_ANY, NOT_WINE, "Wine 8 does not poll as readable what has an error to tell"),
    ROW_NOT(
        "datagram.news.always",
        "With SPAL_NEWS_ALWAYS a socket without a peer hears of datagrams that found nobody, by its receives alone.",
        news_always, IN_ANY, NOT_WINE, "Wine 8 does not tell it"),
    ROW("datagram.news.never", "With SPAL_NEWS_NEVER a socket with a peer does not hear of it.", news_never, IN_ANY),
    ROW("datagram.memory", "Datagrams need no memory of the library's.", exhausted_memory, IN_ALL),
};
SUBJECT(datagram_wait, "Datagrams that are waited for");
