/* SPDX-License-Identifier: MIT
 *
 * Behaviours of several operations on one socket: each direction carries them out in the order in which they were
 * started, synchronous calls among them, and no sends are mixed.
 */
#include "fixture.h"

enum { SEVERAL = 6, BLOCK = 256 * 1024, SENDERS = 4 };

static void recv_order(context *c) {
    spal_socket ours, peer;
    char bytes[SEVERAL] = {0};
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recv(c, ours, &bytes[i], 1, 0);
    peer_send(peer, "abcdef", SEVERAL);
    for (int i = 0; i < SEVERAL; i++) {
        must(finish(waiting[i]));
        assert_int_equal(waiting[i]->count, 1);
        assert_int_equal(bytes[i], 'a' + i);
    }
}

static void recv_several(context *c) {
    spal_socket ours, peer;
    char bytes[SEVERAL] = {0};
    unsigned seen = 0;
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recv(c, ours, &bytes[i], 1, 0);
    peer_send(peer, "abcdef", SEVERAL);
    for (int i = 0; i < SEVERAL; i++) {
        must(finish(waiting[i]));
        assert_in_range(bytes[i], 'a', 'f');
        seen |= 1U << (bytes[i] - 'a');
    }
    assert_int_equal(seen, (1U << SEVERAL) - 1);
}

static void recv_several_end(context *c) {
    spal_socket ours, peer;
    char bytes[SEVERAL][8];
    size_t total = 0;
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recv(c, ours, bytes[i], sizeof bytes[i], 0);
    peer_send(peer, "ab", 2);
    must(spal_close(peer));
    for (int i = 0; i < SEVERAL; i++) {
        must(finish(waiting[i]));
        total += waiting[i]->count;
    }
    assert_int_equal(total, 2);
}

static void send_order(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, (size_t)SEVERAL * BLOCK);
    pending *sends[SEVERAL];
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(bytes, (size_t)SEVERAL * BLOCK, 6);
    for (int i = 0; i < SEVERAL; i++)
        sends[i] = start_send(c, ours, bytes + (size_t)i * BLOCK, BLOCK);
    read = peer_read(c, peer, (size_t)SEVERAL * BLOCK, 6);
    for (int i = 0; i < SEVERAL; i++) {
        must(finish(sends[i]));
        assert_int_equal(sends[i]->count, BLOCK);
    }
    peer_join_reader(read);
}

typedef struct gatherer {
    spal_socket peer;
    char *bytes;
    size_t done;
} gatherer;

static void gatherer_run(void *argument) {
    gatherer *self = argument;
    size_t moved = 1;
    while (self->done < (size_t)SENDERS * BLOCK && moved > 0) {
        if (spal_recv(self->peer, self->bytes + self->done, (size_t)SENDERS * BLOCK - self->done, 0, &moved) != SPAL_OK)
            return;
        self->done += moved;
    }
}

static void expect_unmixed(const char *bytes) {
    unsigned seen = 0;
    for (size_t i = 0; i < SENDERS; i++) {
        const char *block = bytes + i * BLOCK;
        for (size_t k = 1; k < BLOCK; k++)
            if (block[k] != block[0])
                fail_msg("send %c is interrupted by %c at byte %lu", block[0], block[k], (unsigned long)k);
        seen |= 1U << (block[0] - 'a');
    }
    assert_int_equal(seen, (1U << SENDERS) - 1);
}

static void send_unmixed(context *c) {
    gatherer *other = memory_for(c, sizeof *other);
    spal_socket ours;
    pending *sends[SENDERS];
    thread *gathering;
    other->bytes = memory_for(c, (size_t)SENDERS * BLOCK);
    open_narrow_pair(c, &ours, &other->peer);
    for (int i = 0; i < SENDERS; i++) {
        char *own = memory_for(c, BLOCK);
        memset(own, 'a' + i, BLOCK);
        sends[i] = start_send(c, ours, own, BLOCK);
    }
    gathering = thread_start(gatherer_run, other);
    for (int i = 0; i < SENDERS; i++)
        must(finish(sends[i]));
    join_thread(gathering);
    assert_int_equal(other->done, (size_t)SENDERS * BLOCK);
    expect_unmixed(other->bytes);
}

static void dontwait_behind(context *c) {
    spal_socket ours, peer;
    char first = 0, byte = 0;
    size_t moved;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &first, 1, 0);
    assert_waiting(p);
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, &byte, 1, SPAL_DONTWAIT, &moved));
    must(spal_set_nonblocking(ours, 1));
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, &byte, 1, 0, &moved));
    peer_send(peer, "a", 1);
    must(finish(p));
    assert_int_equal(first, 'a');
}

static void dontwait_send_behind(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BLOCK * 16);
    size_t moved = 9;
    pending *p;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(bytes, BLOCK * 16, 1);
    p = start_send(c, ours, bytes, BLOCK * 16);
    assert_waiting(p);
    assert_error(SPAL_EWOULDBLOCK, spal_send(ours, "x", 1, SPAL_DONTWAIT, &moved));
    assert_int_equal(moved, 0);
    read = peer_read(c, peer, BLOCK * 16, 1);
    must(finish(p));
    peer_join_reader(read);
}

static void sync_behind_async(context *c) {
    spal_socket ours, peer;
    char first = 0, second = 0;
    size_t moved = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &first, 1, 0);
    assert_waiting(p);
    peer_send(peer, "ab", 2);
    must(spal_recv(ours, &second, 1, 0, &moved));
    assert_int_equal(moved, 1);
    assert_int_equal(second, 'b');
    must(finish(p));
    assert_int_equal(first, 'a');
}

static void sync_send_behind_async(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BLOCK * 8);
    size_t moved = 0;
    pending *p;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(bytes, BLOCK * 8, 1);
    p = start_send(c, ours, bytes, BLOCK * 7);
    read = peer_read(c, peer, BLOCK * 8, 1);
    must(spal_send(ours, bytes + BLOCK * 7, BLOCK, 0, &moved));
    assert_int_equal(moved, BLOCK);
    must(finish(p));
    peer_join_reader(read);
}

static void sync_behind_deadline(context *c) {
    spal_socket ours, peer;
    char first = 0, second = 0;
    size_t moved = 0;
    uint64_t begun = clock_us();
    pending *p;
    open_pair(c, &ours, &peer);
    c->timeout_ms = 40;
    p = start_recv(c, ours, &first, 1, 0);
    c->timeout_ms = 0;
    must(spal_set_recv_timeout(ours, 120));
    assert_error(SPAL_ETIMEDOUT, spal_recv(ours, &second, 1, 0, &moved));
    assert_true(clock_us() - begun >= 120000);
    peer_send(peer, "a", 1);
    must(spal_recv(ours, &second, 1, 0, &moved));
    assert_int_equal(second, 'a');
    assert_error(SPAL_ETIMEDOUT, finish(p));
    assert_int_equal(first, 0);
}

static void sync_accept_behind_async(context *c) {
    spal_address address, peer;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 2, &address), first, second, accepted;
    pending *p = start_accept(c, listener);
    assert_waiting(p);
    first = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(first, &address));
    second = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(second, &address));
    must(spal_accept(listener, &accepted, &peer));
    keep_socket(c, accepted);
    assert_int_equal(peer.port, port_of(second));
    must(finish(p));
    assert_int_equal(p->peer.port, port_of(first));
}

typedef struct parallel {
    spal_socket socket;
    char byte;
    size_t moved;
    spal_error error;
} parallel;

static void parallel_recv(void *argument) {
    parallel *self = argument;
    self->error = spal_recv(self->socket, &self->byte, 1, 0, &self->moved);
}

static void sync_while_waited_for(context *c) {
    parallel other = {.error = SPAL_EUNKNOWN};
    spal_socket peer;
    char first = 0;
    pending *p;
    thread *caller;
    open_pair(c, &other.socket, &peer);
    p = start_recv(c, other.socket, &first, 1, 0);
    assert_waiting(p);
    caller = thread_start(parallel_recv, &other);
    collect(c, QUIET_MS);
    peer_send(peer, "ab", 2);
    must(finish(p));
    join_thread(caller);
    must(other.error);
    assert_int_equal(first, 'a');
    assert_int_equal(other.byte, 'b');
}

static void op_reused(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    assert_error(SPAL_EALREADY, spal_recv_async(ours, &p->op, &byte, 1, 0));
    assert_error(SPAL_EALREADY, spal_send_async(ours, &p->op, "x", 1, 0));
    assert_error(SPAL_EALREADY, spal_port_post(c->port, &p->op, NULL));
    assert_error(SPAL_EALREADY, spal_timer_async(c->port, &p->op, NULL, 1));
    peer_send(peer, "a", 1);
    must(finish(p));
    assert_int_equal(byte, 'a');
}

static const behaviour order_rows[] = {
    ROW("order.recv", "Receives get the bytes in the order in which they were started.", recv_order, IN_PORTS),
    ROW("order.recv.each", "Of several receives that wait each gets bytes of its own, and none is lost.", recv_several,
        IN_WAITING | IN_POLL),
    ROW("order.recv.end", "The end of the stream ends every receive that waits.", recv_several_end,
        IN_WAITING | IN_POLL),
    ROW("order.send", "Sends go into the stream in the order in which they were started.", send_order, IN_PORTS),
    ROW("order.send.unmixed", "Sends that are started at once are not mixed: each one's bytes stay together.",
        send_unmixed, IN_WAITING),
    ROW("order.dontwait.recv", "A receive that does not wait is SPAL_EWOULDBLOCK behind one that does.",
        dontwait_behind, IN_PORTS),
    ROW("order.dontwait.send", "A send that does not wait is SPAL_EWOULDBLOCK behind one that does.",
        dontwait_send_behind, IN_PORTS),
    ROW("order.sync-behind-async.recv",
        "A synchronous receive takes its turn behind an asynchronous one, with nobody waiting on the port.",
        sync_behind_async, IN_PORTS),
    ROW("order.sync-behind-async.send",
        "A synchronous send takes its turn behind an asynchronous one, with nobody waiting on the port.",
        sync_send_behind_async, IN_PORTS),
    ROW("order.sync-behind-async.accept",
        "A synchronous accept takes its turn behind an asynchronous one, with nobody waiting on the port.",
        sync_accept_behind_async, IN_PORTS),
    ROW("order.sync-behind-deadline",
        "Deadlines of operations ahead are honoured while only a synchronous call waits behind them.",
        sync_behind_deadline, IN_PORTS),
    ROW("order.sync-and-waiter", "A synchronous call takes its turn while another thread waits on the port.",
        sync_while_waited_for, IN_SHARED),
    ROW("order.op-in-use", "Starting an operation that is pending is SPAL_EALREADY and does not disturb it.", op_reused,
        IN_PORTS),
};
SUBJECT(order, "Several operations");
