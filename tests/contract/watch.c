/* SPDX-License-Identifier: MIT
 *
 * Behaviours of readiness as an operation: what spal_poll_async waits for and reports, any number of them on a socket,
 * and how they end. spal_poll, which waits by itself, stands in poll.c.
 */
#include "fixture.h"

enum { SEVERAL = 5 };

static void expect_outcome(pending *p, int outcome) {
    must(finish(p));
    assert_int_equal(p->op.flags, outcome);
}

static void readable(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    int outcome = -1;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_watch(c, ours, SPAL_POLLIN);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    expect_outcome(p, SPAL_POLLIN);
    assert_int_equal(p->op.kind, SPAL_OP_POLL);
    assert_int_equal(p->op.count, 0);
    for (int i = 0; i < 3; i++) {
        must(do_watch(c, ours, SPAL_POLLIN, &outcome));
        assert_int_equal(outcome, SPAL_POLLIN);
    }
    peer_recv(ours, &byte, 1);
    assert_int_equal(byte, 'x');
    assert_waiting(start_watch(c, ours, SPAL_POLLIN));
}

static void writable(context *c) {
    spal_socket ours, peer;
    size_t filled;
    int outcome = -1;
    pending *p;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    must(do_watch(c, ours, SPAL_POLLOUT, &outcome));
    assert_int_equal(outcome, SPAL_POLLOUT);
    filled = fill_pipe(c, ours);
    p = start_watch(c, ours, SPAL_POLLOUT);
    assert_waiting(p);
    read = peer_read(c, peer, filled, 0);
    expect_outcome(p, SPAL_POLLOUT);
    peer_join_reader(read);
}

static void both(context *c) {
    spal_socket ours, peer;
    size_t filled;
    int outcome = -1;
    pending *p;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    must(do_watch(c, ours, SPAL_POLLIN | SPAL_POLLOUT, &outcome));
    assert_int_equal(outcome, SPAL_POLLOUT);
    peer_send(peer, "x", 1);
    await_readable(ours);
    must(do_watch(c, ours, SPAL_POLLIN | SPAL_POLLOUT, &outcome));
    assert_int_equal(outcome, SPAL_POLLIN | SPAL_POLLOUT);
    filled = fill_pipe(c, ours);
    must(do_watch(c, ours, SPAL_POLLIN | SPAL_POLLOUT, &outcome));
    assert_int_equal(outcome, SPAL_POLLIN);
    peer_recv(ours, &(char){0}, 1);
    p = start_watch(c, ours, SPAL_POLLIN | SPAL_POLLOUT);
    assert_waiting(p);
    read = peer_read(c, peer, filled, 0);
    expect_outcome(p, SPAL_POLLOUT);
    peer_join_reader(read);
}

static void errors_only(context *c) {
    spal_socket ours, peer;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_watch(c, ours, 0);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    await_readable(ours);
    assert_waiting(p);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    assert_waiting(p);
    must(spal_abort(peer));
    must(finish(p));
    assert_int_not_equal(p->op.flags & (SPAL_POLLERR | SPAL_POLLHUP), 0);
    assert_int_equal(p->op.flags & (SPAL_POLLIN | SPAL_POLLOUT), 0);
}

static void several(context *c) {
    spal_socket ours, peer;
    pending *readers[SEVERAL], *writers[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++) {
        readers[i] = start_watch(c, ours, SPAL_POLLIN);
        writers[i] = start_watch(c, ours, SPAL_POLLOUT);
    }
    for (int i = 0; i < SEVERAL; i++)
        expect_outcome(writers[i], SPAL_POLLOUT);
    assert_waiting(readers[0]);
    peer_send(peer, "x", 1);
    for (int i = 0; i < SEVERAL; i++)
        expect_outcome(readers[i], SPAL_POLLIN);
}

static void very_many(context *c) {
    enum { MANY = 2000 };
    spal_socket ours, peer;
    pending **waiting = memory_for(c, MANY * sizeof(pending *));
    open_pair(c, &ours, &peer);
    for (int i = 0; i < MANY; i++)
        waiting[i] = start_watch(c, ours, SPAL_POLLIN);
    for (int i = 0; i < MANY; i += 2)
        must(spal_cancel(ours, &waiting[i]->op));
    for (int i = 0; i < MANY; i += 2)
        assert_error(SPAL_EABORTED, finish(waiting[i]));
    peer_send(peer, "x", 1);
    for (int i = 1; i < MANY; i += 2)
        expect_outcome(waiting[i], SPAL_POLLIN);
}

static void before_connect(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), ours = open_tcp(c, SPAL_AF_INET), peer;
    pending *reading = start_watch(c, ours, SPAL_POLLIN), *writing = start_watch(c, ours, SPAL_POLLOUT);
    assert_waiting(reading);
    assert_false(is_over(writing));
    must(do_connect(c, ours, &address));
    expect_outcome(writing, SPAL_POLLOUT);
    assert_waiting(reading);
    must(spal_accept(listener, &peer, NULL));
    keep_socket(c, peer);
    peer_send(peer, "x", 1);
    expect_outcome(reading, SPAL_POLLIN);
}

static void before_listen(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket listener = open_tcp(c, SPAL_AF_INET), client = open_tcp(c, SPAL_AF_INET), accepted;
    pending *p = start_watch(c, listener, SPAL_POLLIN);
    assert_waiting(p);
    must(spal_bind(listener, &address));
    must(spal_listen(listener, 1));
    must(spal_local_address(listener, &address));
    assert_waiting(p);
    must(spal_connect(client, &address));
    expect_outcome(p, SPAL_POLLIN);
    must(do_accept(c, listener, &accepted, NULL));
    expect_works(client, accepted);
}

static void while_connecting(context *c) {
    spal_address address;
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    pending *p;
    spal_error error;
    open_listener(c, SPAL_AF_INET, 1, &address);
    must(spal_set_nonblocking(client, 1));
    error = spal_connect(client, &address);
    if (error != SPAL_EINPROGRESS)
        must(error);
    p = start_watch(c, client, SPAL_POLLOUT);
    expect_outcome(p, SPAL_POLLOUT);
    assert_error(SPAL_EISCONN, spal_connect(client, &address));
}

static void failed_connect(context *c) {
    spal_address refusing = refusing_address(c, SPAL_AF_INET);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    int outcome = -1;
    pending *watching = start_watch(c, client, SPAL_POLLOUT), *errors = start_watch(c, client, 0);
    assert_waiting(watching);
    assert_false(is_over(errors));
    assert_error(SPAL_ECONNREFUSED, do_connect(c, client, &refusing));
    must(finish(watching));
    assert_int_not_equal(watching->op.flags, 0);
    must(finish(errors));
    assert_int_not_equal(errors->op.flags & (SPAL_POLLERR | SPAL_POLLHUP), 0);
    must(do_watch(c, client, SPAL_POLLIN | SPAL_POLLOUT, &outcome));
    assert_int_equal(outcome & ~SPAL_POLLERR, SPAL_POLLIN | SPAL_POLLOUT | SPAL_POLLHUP);
}

static void peer_ends(context *c) {
    spal_socket ours, peer;
    pending *reading, *ending;
    int outcome = -1;
    open_pair(c, &ours, &peer);
    reading = start_watch(c, ours, SPAL_POLLIN);
    ending = start_watch(c, ours, 0);
    assert_waiting(reading);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    expect_outcome(reading, SPAL_POLLIN);
    peer_expect_end(ours);
    assert_waiting(ending);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    expect_outcome(ending, SPAL_POLLHUP);
    must(do_watch(c, ours, SPAL_POLLIN | SPAL_POLLOUT, &outcome));
    assert_int_equal(outcome, SPAL_POLLIN | SPAL_POLLOUT | SPAL_POLLHUP);
}

static void peer_resets(context *c) {
    spal_socket ours, peer;
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_watch(c, ours, i % 2 == 0 ? SPAL_POLLIN : 0);
    assert_waiting(waiting[0]);
    must(spal_abort(peer));
    for (int i = 0; i < SEVERAL; i++) {
        must(finish(waiting[i]));
        assert_int_not_equal(waiting[i]->op.flags, 0);
    }
}

static void we_shut_down(context *c) {
    spal_socket ours, peer;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_watch(c, ours, SPAL_POLLIN);
    assert_waiting(p);
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
    expect_outcome(p, SPAL_POLLIN);
}

static void cancelled(context *c) {
    spal_socket ours, peer;
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int victim = 0; victim < SEVERAL; victim++) {
        for (int i = 0; i < SEVERAL; i++)
            waiting[i] = start_watch(c, ours, SPAL_POLLIN);
        must(spal_cancel(ours, &waiting[victim]->op));
        must(spal_cancel(ours, &waiting[victim]->op));
        assert_error(SPAL_EABORTED, finish(waiting[victim]));
        assert_int_equal(waiting[victim]->op.flags, 0);
        assert_waiting(waiting[(victim + 1) % SEVERAL]);
        peer_send(peer, "x", 1);
        for (int i = 0; i < SEVERAL; i++)
            if (i != victim)
                expect_outcome(waiting[i], SPAL_POLLIN);
        peer_recv(ours, &(char){0}, 1);
    }
}

static void cancelled_all(context *c) {
    spal_socket ours, peer;
    char byte;
    pending *waiting[SEVERAL], *receiving;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_watch(c, ours, SPAL_POLLIN);
    receiving = start_recv(c, ours, &byte, 1, 0);
    must(spal_cancel(ours, NULL));
    for (int i = 0; i < SEVERAL; i++)
        assert_error(SPAL_EABORTED, finish(waiting[i]));
    assert_error(SPAL_EABORTED, finish(receiving));
    expect_works(ours, peer);
}

static void late(context *c) {
    spal_socket ours, peer;
    uint64_t begun;
    int outcome = -1;
    pending *patient;
    open_pair(c, &ours, &peer);
    patient = start_watch(c, ours, SPAL_POLLIN);
    c->timeout_ms = 40;
    begun = clock_us();
    assert_error(SPAL_ETIMEDOUT, do_watch(c, ours, SPAL_POLLIN, &outcome));
    assert_true(clock_us() - begun >= 40000);
    assert_int_equal(outcome, 0);
    assert_waiting(patient);
    peer_send(peer, "x", 1);
    expect_outcome(patient, SPAL_POLLIN);
    must(do_watch(c, ours, SPAL_POLLIN, &outcome));
}

static void closed(context *c) {
    for (int round = 0; round < 20; round++) {
        spal_socket ours, peer;
        pending *waiting[SEVERAL];
        open_pair(c, &ours, &peer);
        for (int i = 0; i < SEVERAL; i++)
            waiting[i] = start_watch(c, ours, i == 0 ? 0 : SPAL_POLLIN);
        must(spal_close(ours));
        for (int i = 0; i < SEVERAL; i++) {
            assert_error(SPAL_EABORTED, finish(waiting[i]));
            assert_int_equal(waiting[i]->op.flags, 0);
        }
        peer_expect_end(peer);
    }
}

static void port_shut_down(context *c) {
    spal_socket ours, peer, fresh = open_tcp(c, SPAL_AF_INET);
    spal_op op = {0};
    pending *connected, *idle;
    open_pair(c, &ours, &peer);
    connected = start_watch(c, ours, SPAL_POLLIN);
    idle = start_watch(c, fresh, SPAL_POLLIN);
    assert_waiting(connected);
    must(spal_port_shutdown(c->port));
    assert_error(SPAL_EABORTED, finish(connected));
    assert_error(SPAL_EABORTED, finish(idle));
    assert_error(SPAL_ESHUTDOWN, spal_poll_async(ours, &op, SPAL_POLLIN));
    expect_works(ours, peer);
}

static void beside_receive(context *c) {
    spal_socket ours, peer;
    char bytes[2] = {0};
    int outcome = -1;
    pending *receiving, *watching;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < 20; i++) {
        receiving = start_recv(c, ours, &bytes[0], 1, 0);
        watching = start_watch(c, ours, SPAL_POLLIN);
        must(do_watch(c, ours, SPAL_POLLOUT, &outcome));
        assert_waiting(receiving);
        assert_waiting(watching);
        peer_send(peer, "ab", 2);
        must(finish(receiving));
        assert_int_equal(bytes[0], 'a');
        expect_outcome(watching, SPAL_POLLIN);
        peer_recv(ours, &bytes[1], 1);
        assert_int_equal(bytes[1], 'b');
    }
}

static void listener_ready(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = open_tcp(c, SPAL_AF_INET), accepted;
    int outcome = -1;
    pending *p = start_watch(c, listener, SPAL_POLLIN);
    assert_waiting(p);
    must(spal_connect(client, &address));
    expect_outcome(p, SPAL_POLLIN);
    must(do_watch(c, listener, SPAL_POLLIN, &outcome));
    assert_int_equal(outcome, SPAL_POLLIN);
    must(do_accept(c, listener, &accepted, NULL));
    expect_works(client, accepted);
    assert_waiting(start_watch(c, listener, SPAL_POLLIN));
}

static void datagram_ready(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket ours, peer;
    size_t moved = 9;
    int outcome = -1;
    pending *p;
    must(spal_open(&ours, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, ours);
    must(spal_open(&peer, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, peer);
    must(spal_bind(ours, &address));
    must(spal_local_address(ours, &address));
    p = start_watch(c, ours, SPAL_POLLIN);
    assert_waiting(p);
    must(do_watch(c, ours, SPAL_POLLOUT, &outcome));
    assert_int_equal(outcome, SPAL_POLLOUT);
    must(spal_sendto(peer, NULL, 0, 0, &address, &moved));
    expect_outcome(p, SPAL_POLLIN);
    must(spal_recvfrom(ours, NULL, 0, SPAL_DONTWAIT, NULL, &moved));
    assert_waiting(start_watch(c, ours, SPAL_POLLIN));
}

/** Sends 1 to 997 bytes at a time until all is sent, and ends the stream. */
static void drip_run(void *argument) {
    spal_socket peer = *(spal_socket *)argument;
    char bytes[997];
    size_t sent = 0;
    for (size_t done = 0, part = 1; done < 100000; done += part) {
        part = part * 7 % 997 + 1;
        pattern_fill(bytes, part, 0);
        if (spal_send(peer, bytes, part, 0, &sent) != SPAL_OK)
            return;
    }
    spal_shutdown(peer, SPAL_SHUT_SEND);
}

/** What a foreign library does when it is told to read: all that is there. @return false at the end of the stream */
static bool read_all(spal_socket socket, size_t *total) {
    char bytes[256];
    size_t moved = 1;
    spal_error error = SPAL_OK;
    while (error == SPAL_OK && moved > 0) {
        error = spal_recv(socket, bytes, sizeof bytes, SPAL_DONTWAIT, &moved);
        *total += error == SPAL_OK ? moved : 0;
    }
    if (error != SPAL_OK)
        assert_error(SPAL_EWOULDBLOCK, error);
    return error != SPAL_OK;
}

static void started_again(context *c) {
    spal_socket ours, peer;
    size_t total = 0;
    thread *dripping;
    bool more = true;
    open_pair(c, &ours, &peer);
    dripping = thread_start(drip_run, &peer);
    while (more) {
        int outcome = 0;
        must(do_watch(c, ours, SPAL_POLLIN, &outcome));
        assert_int_not_equal(outcome & SPAL_POLLIN, 0);
        more = read_all(ours, &total);
    }
    join_thread(dripping);
    assert_true(total >= 100000);
}

static void reused_at_once(context *c) {
    spal_socket ours, peer;
    spal_op *op = memory_for(c, sizeof *op);
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    for (int i = 0; i < 50; i++) {
        spal_completion taken = {0};
        size_t count = 0;
        spal_error error;
        if (i % 5 == 0)
            peer_send(peer, "x", 1);
        else if (i % 5 == 4)
            peer_recv(ours, &(char){0}, 1);
        error = spal_poll_async(ours, op, SPAL_POLLIN | SPAL_POLLOUT);
        if (error == SPAL_EPENDING) {
            must(spal_port_wait(c->port, &taken, 1, WAIT_MS, &count));
            assert_int_equal(count, 1);
            assert_ptr_equal(taken.op, op);
        } else {
            must(error);
            assert_int_not_equal(c->style, STYLE_ASYNC);
        }
        must(op->error);
        assert_int_not_equal(op->flags & SPAL_POLLOUT, 0);
        must(spal_port_wait(c->port, &taken, 1, 0, &count));
        assert_int_equal(count, 0);
    }
}

static void seen_by_duplicate(context *c) {
    spal_socket ours, peer, second;
    int outcome = -1;
    pending *p;
    open_pair(c, &ours, &peer);
    must(spal_duplicate(ours, &second));
    keep_socket(c, second);
    p = start_watch(c, second, SPAL_POLLIN);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    expect_outcome(p, SPAL_POLLIN);
    peer_recv(ours, &(char){0}, 1);
    p = start_watch(c, second, SPAL_POLLIN);
    assert_waiting(p);
    must(spal_close(ours));
    assert_waiting(p);
    peer_send(peer, "y", 1);
    expect_outcome(p, SPAL_POLLIN);
    must(do_watch(c, second, SPAL_POLLOUT, &outcome));
}

static void without_memory(context *c) {
    spal_socket ours, peer;
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    allocator_fail_after(0);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_watch(c, ours, SPAL_POLLIN);
    peer_send(peer, "x", 1);
    for (int i = 0; i < SEVERAL; i++)
        expect_outcome(waiting[i], SPAL_POLLIN);
    allocator_fail_after(-1);
}

static void in_use(context *c) {
    spal_socket ours, peer;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_watch(c, ours, SPAL_POLLIN);
    assert_waiting(p);
    assert_error(SPAL_EALREADY, spal_poll_async(ours, &p->op, SPAL_POLLIN));
    assert_error(SPAL_EALREADY, spal_send_async(ours, &p->op, "x", 1, 0));
    assert_waiting(p);
    peer_send(peer, "x", 1);
    expect_outcome(p, SPAL_POLLIN);
}

static void wrong(context *c) {
    static const int unknown[] = {0x40, 0x4000, SPAL_POLLERR, SPAL_POLLHUP, SPAL_POLLNVAL, -1};
    spal_socket ours, peer;
    spal_op op = {0};
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, spal_poll_async(ours, &op, SPAL_POLLIN));
    enlist(c, ours);
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_error(SPAL_EINVAL, spal_poll_async(ours, &op, unknown[i]));
    assert_error(SPAL_EFAULT, spal_poll_async(ours, NULL, SPAL_POLLIN));
    op.timeout_ms = -1;
    assert_error(SPAL_EINVAL, spal_poll_async(ours, &op, SPAL_POLLIN));
    op.timeout_ms = 0;
    must(spal_close(ours));
    assert_error(SPAL_ENOTSOCK, spal_poll_async(ours, &op, SPAL_POLLIN));
    assert_error(SPAL_ENOTSOCK, spal_poll_async((spal_socket){0}, &op, SPAL_POLLIN));
}

static const behaviour watch_rows[] = {
    ROW("poll-async.readable", "Waiting to be readable completes when there is data, and takes nothing.", readable,
        IN_PORTS),
    ROW("poll-async.writable", "Waiting to be writable completes unless the buffers are full.", writable, IN_PORTS),
    ROW("poll-async.both", "Waiting for both completes with the one that is the case, or with both.", both, IN_PORTS),
    ROW("poll-async.errors", "Waiting for errors only lets data and the peer's end pass, and completes with a reset.",
        errors_only, IN_PORTS),
    ROW("poll-async.several", "Several operations wait on one socket, and each completes when its own events come.",
        several, IN_PORTS),
    ROW("poll-async.many", "Thousands may wait on one socket, and be cancelled in any order.", very_many, IN_PORTS),
    ROW("poll-async.before-connect", "Begun before the connect, it waits for the connection's readiness.",
        before_connect, IN_PORTS),
    ROW("poll-async.before-listen", "Begun before the listener listens, it completes with the first connection.",
        before_listen, IN_PORTS),
    ROW("poll-async.connecting", "It tells when a connect in non-blocking mode has come about.", while_connecting,
        IN_PORTS),
    ROW("poll-async.connect-failed", "A connect that fails completes whatever waits on the socket.", failed_connect,
        IN_PORTS),
    ROW("poll-async.end",
        "The peer's end makes a connection readable; SPAL_POLLHUP comes when both directions have ended.", peer_ends,
        IN_PORTS),
    ROW("poll-async.reset", "A reset completes all that wait, whatever they wait for.", peer_resets, IN_PORTS),
    ROW("poll-async.shutdown", "Shutting receiving down makes the socket readable.", we_shut_down, IN_PORTS),
    ROW("poll-async.cancel", "Cancelling one ends it with SPAL_EABORTED and leaves the others waiting.", cancelled,
        IN_PORTS),
    ROW("poll-async.cancel.all", "Cancelling all operations of a socket ends those that wait for readiness too.",
        cancelled_all, IN_PORTS),
    ROW("poll-async.timeout", "A deadline ends its own operation with SPAL_ETIMEDOUT, never early, and no other.", late,
        IN_PORTS),
    ROW("poll-async.close", "Closing the socket ends all of them with SPAL_EABORTED, each once.", closed, IN_PORTS),
    ROW("poll-async.port-shutdown", "Shutting the port down ends them with SPAL_EABORTED, on any socket.",
        port_shut_down, IN_PORTS),
    ROW("poll-async.beside-recv",
        "It stands outside the order of operations: receives and it do not disturb each other.", beside_receive,
        IN_PORTS),
    ROW("poll-async.listener", "A listener is readable when a connection waits, and keeps it.", listener_ready,
        IN_PORTS),
    ROW("poll-async.datagram", "A datagram socket is readable when a datagram waits, be it empty.", datagram_ready,
        IN_PORTS),
    ROW("poll-async.again",
        "Started again after each completion, it drives whoever reads the socket by himself, to the end of the stream.",
        started_again, IN_PORTS),
    ROW("poll-async.once", "It answers inline or by completion, once, and its operation can be used again at once.",
        reused_at_once, IN_PORTS),
    ROW("poll-async.duplicate", "It works on a duplicate of the socket, also when the other handle is closed.",
        seen_by_duplicate, IN_PORTS),
    ROW("poll-async.memory", "It needs no memory of the library's.", without_memory, IN_PORTS),
    ROW("poll-async.op-in-use", "Starting an operation again while it waits is SPAL_EALREADY and does not disturb it.",
        in_use, IN_PORTS),
    ROW("poll-async.wrong",
        "Unknown events, a negative deadline or no port are SPAL_EINVAL, a missing operation SPAL_EFAULT, a closed "
        "socket SPAL_ENOTSOCK.",
        wrong, IN_PORTS),
};
SUBJECT(watch, "Readiness as an operation");
