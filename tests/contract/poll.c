/* SPDX-License-Identifier: MIT
 *
 * Behaviours of spal_poll: what it waits for, what it reports, and that it takes nothing.
 */
#include "fixture.h"

static size_t poll_one(spal_socket socket, int events, int timeout_ms, int *revents) {
    spal_pollfd entry = {socket, (int16_t)events, -1};
    size_t ready = 99;
    must(spal_poll(&entry, 1, timeout_ms, &ready));
    *revents = entry.revents;
    return ready;
}

static void poll_idle(context *c) {
    spal_socket ours, peer;
    int revents;
    uint64_t begun;
    open_pair(c, &ours, &peer);
    assert_int_equal(poll_one(ours, SPAL_POLLIN, 0, &revents), 0);
    assert_int_equal(revents, 0);
    begun = clock_us();
    assert_int_equal(poll_one(ours, SPAL_POLLIN, 40, &revents), 0);
    assert_true(clock_us() - begun >= 40000);
}

static void poll_data(context *c) {
    spal_socket ours, peer;
    char byte;
    int revents;
    open_pair(c, &ours, &peer);
    peer_send(peer, "x", 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(poll_one(ours, SPAL_POLLIN, WAIT_MS, &revents), 1);
        assert_int_equal(revents, SPAL_POLLIN);
    }
    assert_int_equal(poll_one(ours, SPAL_POLLIN | SPAL_POLLOUT, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLIN | SPAL_POLLOUT);
    peer_recv(ours, &byte, 1);
    assert_int_equal(poll_one(ours, SPAL_POLLIN, 0, &revents), 0);
}

static void poll_writable(context *c) {
    spal_socket ours, peer;
    size_t filled;
    int revents;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    assert_int_equal(poll_one(ours, SPAL_POLLOUT, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLOUT);
    filled = fill_pipe(c, ours);
    assert_int_equal(poll_one(ours, SPAL_POLLOUT, 0, &revents), 0);
    read = peer_read(c, peer, filled, 0);
    assert_int_equal(poll_one(ours, SPAL_POLLOUT, WAIT_MS, &revents), 1);
    peer_join_reader(read);
}

static void poll_end(context *c) {
    spal_socket ours, peer;
    int revents;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    assert_int_equal(poll_one(ours, SPAL_POLLIN, WAIT_MS, &revents), 1);
    assert_int_not_equal(revents & SPAL_POLLIN, 0);
    must(spal_close(peer));
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    assert_int_equal(poll_one(ours, SPAL_POLLIN, WAIT_MS, &revents), 1);
    assert_int_not_equal(revents & SPAL_POLLIN, 0);
}

static void poll_both_ends(context *c) {
    spal_socket ours, peer;
    int revents;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    assert_int_equal(poll_one(ours, SPAL_POLLIN, 0, &revents), 0);
    assert_int_equal(poll_one(ours, SPAL_POLLOUT, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLOUT);
    must(spal_close(peer));
    assert_int_equal(poll_one(ours, 0, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLHUP);
    assert_int_equal(poll_one(ours, SPAL_POLLIN | SPAL_POLLOUT, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLIN | SPAL_POLLOUT | SPAL_POLLHUP);
}

static void poll_shut_recv(context *c) {
    spal_socket ours, peer;
    int revents;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
    assert_int_equal(poll_one(ours, SPAL_POLLIN, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLIN);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    assert_int_equal(poll_one(ours, 0, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLHUP);
}

static void poll_spent(context *c) {
    spal_address nobody;
    spal_socket spent = open_tcp(c, SPAL_AF_INET);
    int revents;
    must(spal_close(open_listener(c, SPAL_AF_INET, 1, &nobody)));
    assert_error(SPAL_ECONNREFUSED, spal_connect(spent, &nobody));
    assert_int_equal(poll_one(spent, SPAL_POLLIN | SPAL_POLLOUT, WAIT_MS, &revents), 1);
    assert_int_equal(revents & ~SPAL_POLLERR, SPAL_POLLIN | SPAL_POLLOUT | SPAL_POLLHUP);
}

static void poll_twice(context *c) {
    spal_socket ours, peer;
    spal_pollfd entries[3];
    size_t ready = 0;
    open_pair(c, &ours, &peer);
    entries[0] = (spal_pollfd){ours, SPAL_POLLIN, -1};
    entries[1] = (spal_pollfd){ours, SPAL_POLLOUT, -1};
    entries[2] = (spal_pollfd){ours, SPAL_POLLIN, -1};
    must(spal_poll(entries, 3, WAIT_MS, &ready));
    assert_int_equal(ready, 1);
    assert_int_equal(entries[0].revents, 0);
    assert_int_equal(entries[1].revents, SPAL_POLLOUT);
    assert_int_equal(entries[2].revents, 0);
}

static void poll_reset(context *c) {
    spal_socket ours, peer;
    int revents;
    open_pair(c, &ours, &peer);
    must(spal_abort(peer));
    assert_int_equal(poll_one(ours, SPAL_POLLIN, WAIT_MS, &revents), 1);
    assert_int_not_equal(revents & (SPAL_POLLIN | SPAL_POLLERR | SPAL_POLLHUP), 0);
    assert_int_equal(poll_one(ours, 0, WAIT_MS, &revents), 1);
    assert_int_not_equal(revents & (SPAL_POLLERR | SPAL_POLLHUP), 0);
    assert_int_equal(revents & (SPAL_POLLIN | SPAL_POLLOUT), 0);
}

static void poll_listener(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    int revents;
    assert_int_equal(poll_one(listener, SPAL_POLLIN, 0, &revents), 0);
    must(spal_connect(open_tcp(c, SPAL_AF_INET), &address));
    assert_int_equal(poll_one(listener, SPAL_POLLIN, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLIN);
}

static void poll_closed(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET), never = {UINT64_MAX};
    int revents;
    must(spal_close(socket));
    assert_int_equal(poll_one(socket, SPAL_POLLIN, WAIT_MS, &revents), 1);
    assert_int_equal(revents, SPAL_POLLNVAL);
    assert_int_equal(poll_one(never, SPAL_POLLIN, -1, &revents), 1);
    assert_int_equal(revents, SPAL_POLLNVAL);
}

static void poll_zero_socket(context *c) {
    spal_socket ours, peer;
    spal_pollfd entries[3] = {{{0}, SPAL_POLLIN, -1}, {{0}, SPAL_POLLOUT, -1}, {{0}, SPAL_POLLIN, -1}};
    size_t ready = 9;
    open_pair(c, &ours, &peer);
    entries[1].socket = ours;
    must(spal_poll(entries, 3, WAIT_MS, &ready));
    assert_int_equal(ready, 1);
    assert_int_equal(entries[0].revents, 0);
    assert_int_equal(entries[1].revents, SPAL_POLLOUT);
    assert_int_equal(entries[2].revents, 0);
}

static void poll_nothing(context *c) {
    uint64_t begun = clock_us();
    size_t ready = 9;
    (void)c;
    must(spal_poll(NULL, 0, 30, &ready));
    assert_int_equal(ready, 0);
    assert_true(clock_us() - begun >= 30000);
}

static void poll_wrong(context *c) {
    spal_pollfd entry = {open_tcp(c, SPAL_AF_INET), 0x4000, 0};
    size_t ready;
    assert_error(SPAL_EINVAL, spal_poll(&entry, 1, 0, &ready));
    entry.events = SPAL_POLLIN;
    assert_error(SPAL_EINVAL, spal_poll(&entry, 1, -2, &ready));
    assert_error(SPAL_EFAULT, spal_poll(NULL, 1, 0, &ready));
    assert_error(SPAL_EFAULT, spal_poll(&entry, 1, 0, NULL));
}

static void poll_several(context *c) {
    enum { SOCKETS = 40 };
    spal_socket peers[SOCKETS];
    spal_pollfd entries[SOCKETS];
    size_t ready;
    for (int i = 0; i < SOCKETS; i++) {
        entries[i].events = SPAL_POLLIN;
        open_pair(c, &entries[i].socket, &peers[i]);
    }
    for (int i = 0; i < SOCKETS; i++) {
        char byte;
        peer_send(peers[i], "x", 1);
        must(spal_poll(entries, SOCKETS, WAIT_MS, &ready));
        assert_int_equal(ready, 1);
        for (int k = 0; k < SOCKETS; k++)
            assert_int_equal(entries[k].revents, k == i ? SPAL_POLLIN : 0);
        peer_recv(entries[i].socket, &byte, 1);
    }
    for (int i = 0; i < SOCKETS; i++)
        peer_send(peers[i], "x", 1);
    for (int i = 0; i < SOCKETS; i++)
        await_readable(entries[i].socket);
    must(spal_poll(entries, SOCKETS, WAIT_MS, &ready));
    assert_int_equal(ready, SOCKETS);
}

static void poll_very_many(context *c) {
    enum { SOCKETS = 1100 };
    spal_pollfd *entries = memory_for(c, SOCKETS * sizeof *entries);
    spal_address address;
    size_t ready;
    if (!descriptor_limit_raise(2 * SOCKETS))
        skip_because(c, "this machine does not allow enough descriptors");
    for (int i = 0; i < SOCKETS; i++) {
        entries[i].socket = open_listener(c, SPAL_AF_INET, 1, &address);
        entries[i].events = SPAL_POLLIN;
    }
    must(spal_poll(entries, SOCKETS, 0, &ready));
    assert_int_equal(ready, 0);
    must(spal_connect(open_tcp(c, SPAL_AF_INET), &address));
    must(spal_poll(entries, SOCKETS, WAIT_MS, &ready));
    assert_int_equal(ready, 1);
    assert_int_equal(entries[SOCKETS - 1].revents, SPAL_POLLIN);
}

typedef struct poller {
    spal_socket socket;
    latch *entered;
    int events;
    int revents;
    size_t ready;
    spal_error error;
} poller;

static void poller_run(void *argument) {
    poller *self = argument;
    spal_pollfd entry = {self->socket, (int16_t)self->events, 0};
    latch_down(self->entered);
    self->error = spal_poll(&entry, 1, WAIT_MS, &self->ready);
    self->revents = entry.revents;
}

static poller poll_while_for(context *c, void (*act)(spal_socket ours, spal_socket peer), int events) {
    poller other = {.entered = latch_new(1), .events = events, .error = SPAL_EUNKNOWN};
    spal_socket peer;
    thread *polling;
    open_pair(c, &other.socket, &peer);
    polling = thread_start(poller_run, &other);
    assert_true(latch_wait(other.entered, WAIT_MS));
    act(other.socket, peer);
    join_thread(polling);
    latch_free(other.entered);
    must(other.error);
    assert_int_equal(other.ready, 1);
    return other;
}

static poller poll_while(context *c, void (*act)(spal_socket ours, spal_socket peer)) {
    return poll_while_for(c, act, SPAL_POLLIN);
}

static void act_send(spal_socket ours, spal_socket peer) {
    (void)ours;
    peer_send(peer, "x", 1);
}

static void act_end(spal_socket ours, spal_socket peer) {
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    await_readable(ours);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
}

static void act_close(spal_socket ours, spal_socket peer) {
    (void)peer;
    must(spal_close(ours));
}

static void poll_woken_by_data(context *c) {
    assert_int_equal(poll_while(c, act_send).revents, SPAL_POLLIN);
}

static void poll_woken_by_end(context *c) {
    assert_int_equal(poll_while_for(c, act_end, 0).revents, SPAL_POLLHUP);
}

static void poll_woken_by_close(context *c) {
    assert_int_equal(poll_while(c, act_close).revents, SPAL_POLLNVAL);
}

/* The thread may come late, and find the socket closed. */
static void poll_unconnected_closed(context *c) {
    enum { TIMES = 20 };
    for (int i = 0; i < TIMES; i++) {
        poller other = {.socket = open_tcp(c, SPAL_AF_INET), .entered = latch_new(1), .events = SPAL_POLLIN};
        uint64_t begun = clock_us();
        thread *polling = thread_start(poller_run, &other);
        assert_true(latch_wait(other.entered, WAIT_MS));
        must(spal_close(other.socket));
        join_thread(polling);
        latch_free(other.entered);
        must(other.error);
        assert_int_equal(other.revents, SPAL_POLLNVAL);
        assert_true(clock_us() - begun < (uint64_t)WAIT_MS * 1000);
    }
}

static void poll_connected_meanwhile(context *c) {
    enum { TIMES = 20 };
    for (int i = 0; i < TIMES; i++) {
        spal_address address;
        poller other = {.socket = open_tcp(c, SPAL_AF_INET), .entered = latch_new(1), .events = SPAL_POLLOUT};
        thread *polling = thread_start(poller_run, &other);
        open_listener(c, SPAL_AF_INET, 1, &address);
        assert_true(latch_wait(other.entered, WAIT_MS));
        must(spal_connect(other.socket, &address));
        join_thread(polling);
        latch_free(other.entered);
        must(other.error);
        assert_int_equal(other.revents, SPAL_POLLOUT);
    }
}

static void poll_unconnected(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    int revents;
    assert_int_equal(poll_one(socket, SPAL_POLLIN | SPAL_POLLOUT, 0, &revents), 0);
    must(spal_bind(socket, &address));
    assert_int_equal(poll_one(socket, SPAL_POLLIN | SPAL_POLLOUT, QUIET_MS, &revents), 0);
}

static void poll_beside_operations(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    int revents;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    assert_int_equal(poll_one(ours, SPAL_POLLOUT, WAIT_MS, &revents), 1);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
}

static const behaviour poll_rows[] = {
    ROW("poll.idle", "Polling an idle connection reports nothing, and is never early.", poll_idle, IN_ANY),
    ROW("poll.data", "A connection with data is readable until they are taken; polling takes nothing.", poll_data,
        IN_ANY),
    ROW("poll.writable", "A connection is writable unless its buffers are full.", poll_writable, IN_ANY),
    ROW("poll.end", "The end of the stream makes a connection readable.", poll_end, IN_ANY),
    ROW("poll.end.both", "When both directions have ended, POLLHUP is reported without being asked for.",
        poll_both_ends, IN_ANY),
    ROW("poll.shutdown", "A direction that we have shut down is ready: its calls do not wait.", poll_shut_recv, IN_ANY),
    ROW("poll.spent", "A socket whose connect has failed is ready for everything, and POLLHUP.", poll_spent, IN_ANY),
    ROW("poll.twice", "A socket that is polled twice in one call is reported where it is asked for.", poll_twice,
        IN_ANY),
    ROW("poll.reset", "A reset makes a connection ready, and is reported without being asked for.", poll_reset, IN_ANY),
    ROW("poll.listener", "A listener is readable when a connection waits.", poll_listener, IN_ANY),
    ROW("poll.closed", "A closed socket or foreign handle is reported as POLLNVAL, at once.", poll_closed, IN_ANY),
    ROW("poll.zero", "A zero socket is passed over.", poll_zero_socket, IN_ANY),
    ROW("poll.nothing", "Polling no sockets waits.", poll_nothing, IN_ANY),
    ROW("poll.wrong", "Unknown events and timeouts below -1 are SPAL_EINVAL, missing pointers SPAL_EFAULT.", poll_wrong,
        IN_ANY),
    ROW("poll.several", "Of several sockets exactly those that are ready are reported.", poll_several, IN_ANY),
    ROW("poll.very-many", "More than 1024 sockets can be polled, whatever their descriptors.", poll_very_many, IN_ANY),
    ROW("poll.woken.data", "Data that arrive wake a thread that polls.", poll_woken_by_data, IN_ANY),
    ROW("poll.woken.end", "Shutting a socket down wakes a thread that polls it when the peer has ended before.",
        poll_woken_by_end, IN_ANY),
    ROW("poll.woken.close", "Closing a socket wakes a thread that polls it, with POLLNVAL.", poll_woken_by_close,
        IN_ANY),
    ROW("poll.woken.close.unconnected", "So does closing one that is not ready for anything yet.",
        poll_unconnected_closed, IN_ANY),
    ROW("poll.woken.connect", "Connecting a stream wakes a thread that polls it from before.", poll_connected_meanwhile,
        IN_ANY),
    ROW("poll.unconnected", "A stream that is neither connected nor listening is not ready, nor has it hung up.",
        poll_unconnected, IN_ANY),
    ROW("poll.beside-operations", "Polling stands outside the order of operations and does not disturb them.",
        poll_beside_operations, IN_WAITING),
};
SUBJECT(poll, "Polling");
