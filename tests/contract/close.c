/* SPDX-License-Identifier: MIT
 *
 * Behaviours of close and abort: what happens to operations that wait, what the peer sees, and that both may come at
 * any moment from any thread.
 */
#include "fixture.h"

enum { BIG = 16 * 1024 * 1024, MEDIUM = 64 * 1024, RACES = 50 };

static void close_end_behind_data(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, MEDIUM);
    size_t moved;
    open_pair(c, &ours, &peer);
    pattern_fill(bytes, MEDIUM, 1);
    must(do_send(c, ours, bytes, MEDIUM, &moved));
    must(spal_close(ours));
    memset(bytes, 0, MEDIUM);
    peer_recv(peer, bytes, MEDIUM);
    assert_true(pattern_holds(bytes, MEDIUM, 1, 0));
    peer_expect_end(peer);
}

static void close_recv_waiting(context *c) {
    spal_socket ours, peer;
    char byte;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(spal_close(ours));
    expect_closed(p);
    assert_int_equal(p->count, 0);
    peer_expect_end(peer);
}

static void close_several_waiting(context *c) {
    enum { SEVERAL = 5 };
    spal_socket ours, peer;
    char bytes[SEVERAL];
    pending *waiting[SEVERAL];
    open_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recv(c, ours, &bytes[i], 1, 0);
    assert_waiting(waiting[0]);
    must(spal_close(ours));
    for (int i = 0; i < SEVERAL; i++)
        expect_closed(waiting[i]);
    peer_expect_end(peer);
}

static void close_send_waiting(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BIG);
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    p = start_send(c, ours, bytes, BIG);
    assert_waiting(p);
    must(spal_close(ours));
    expect_closed(p);
    assert_true(p->count < BIG);
    if (p->count > 0)
        peer_expect_reset(peer);
}

static void close_end_untaken(context *c) {
    spal_socket ours, peer;
    char byte;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    must(spal_close(ours));
    peer_expect_end(peer);
    assert_error(SPAL_EABORTED, finish(p));
}

/* On a loopback address that nobody else uses: elsewhere another process may be given the port in between. */
static void close_frees_port(context *c) {
    uint64_t moment = clock_us();
    for (int i = 0; i < 20; i++) {
        spal_address address;
        spal_socket listener = open_tcp(c, SPAL_AF_INET), again = open_tcp(c, SPAL_AF_INET);
        pending *p;
        must(spal_address_loopback(SPAL_AF_INET, 0, &address));
        address.ip[1] = (uint8_t)(1 + (moment >> 16) % 250);
        address.ip[2] = (uint8_t)(moment >> 8);
        address.ip[3] = (uint8_t)(1 + moment % 250);
        must(spal_bind(listener, &address));
        must(spal_listen(listener, 1));
        must(spal_local_address(listener, &address));
        p = start_accept(c, listener);
        must(spal_close(listener));
        must(spal_bind(again, &address));
        must(spal_listen(again, 1));
        assert_error(SPAL_EABORTED, finish(p));
    }
}

static void close_unread(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abc", 3);
    await_readable(ours);
    must(spal_close(ours));
    peer_expect_reset(peer);
}

static void close_lingering(context *c) {
    spal_socket ours, peer;
    uint64_t begun;
    open_narrow_pair(c, &ours, &peer);
    must(spal_set_option(ours, SPAL_OPT_LINGER, 30000));
    fill_pipe(c, ours);
    begun = clock_us();
    must(spal_close(ours));
    assert_true(clock_us() - begun < 5000000);
}

static void close_linger_zero(context *c) {
    spal_socket ours, peer;
    char byte;
    size_t moved;
    pending *p;
    open_pair(c, &ours, &peer);
    must(spal_set_option(peer, SPAL_OPT_LINGER, 0));
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(spal_close(peer));
    assert_error(SPAL_ECONNRESET, finish(p));
    assert_error(SPAL_ECONNRESET, do_recv(c, ours, &byte, 1, 0, &moved));
}

static void abort_recv_waiting(context *c) {
    spal_socket ours, peer;
    char bytes[2];
    pending *p, *other;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &bytes[0], 1, 0);
    other = start_recv(c, peer, &bytes[1], 1, 0);
    assert_waiting(p);
    assert_waiting(other);
    must(spal_abort(ours));
    expect_closed(p);
    assert_error(SPAL_ECONNRESET, finish(other));
    assert_error(SPAL_ENOTSOCK, spal_shutdown(ours, SPAL_SHUT_BOTH));
}

static void abort_unsent(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BIG);
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    p = start_send(c, ours, bytes, BIG);
    assert_waiting(p);
    must(spal_abort(ours));
    expect_closed(p);
    peer_expect_reset(peer);
}

static void abort_plain(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    must(spal_abort(ours));
    peer_expect_reset(peer);
    must(spal_abort(ours));
    must(spal_close(ours));
}

static void abort_unconnected(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    must(spal_abort(open_tcp(c, SPAL_AF_INET)));
    must(spal_abort(listener));
    must(spal_bind(open_tcp(c, SPAL_AF_INET), &address));
}

static void close_idempotent(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < 3; i++)
        must(spal_close(ours));
    must(spal_abort(ours));
    assert_error(SPAL_ENOTSOCK, spal_close_wait(ours, 0));
    peer_expect_end(peer);
}

static void close_kept_op(context *c) {
    spal_socket ours, peer;
    char byte;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    must(spal_close(ours));
    for (int i = 0; i < 100; i++)
        must(spal_close(open_tcp(c, SPAL_AF_INET)));
    assert_error(SPAL_EABORTED, finish(p));
    assert_int_equal(p->op.kind, SPAL_OP_RECV);
}

static void close_early_result(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    peer_send(peer, "x", 1);
    await_readable(ours);
    p = start_recv(c, ours, &byte, 1, 0);
    must(spal_close(ours));
    if (finish(p) == SPAL_OK)
        assert_int_equal(byte, 'x');
    else
        assert_error(SPAL_EABORTED, p->error);
}

typedef struct racer {
    spal_socket socket;
    latch *start;
    bool aborts;
    spal_error error;
} racer;

static void racer_close(void *argument) {
    racer *self = argument;
    latch_wait(self->start, WAIT_MS);
    self->error = self->aborts ? spal_abort(self->socket) : spal_close(self->socket);
}

static void close_from_threads(context *c) {
    enum { CLOSERS = 4 };
    for (int round = 0; round < RACES; round++) {
        racer racers[CLOSERS];
        thread *threads[CLOSERS];
        spal_socket ours, peer;
        latch *start = latch_new(1);
        open_pair(c, &ours, &peer);
        for (int i = 0; i < CLOSERS; i++) {
            racers[i] = (racer){ours, start, i == 0, SPAL_EUNKNOWN};
            threads[i] = thread_start(racer_close, &racers[i]);
        }
        latch_down(start);
        for (int i = 0; i < CLOSERS; i++) {
            join_thread(threads[i]);
            must(racers[i].error);
        }
        latch_free(start);
        must(spal_close(peer));
    }
}

static void close_races_start(context *c) {
    for (int round = 0; round < RACES; round++) {
        spal_socket ours, peer;
        racer other = {.start = latch_new(1)};
        thread *closer;
        char byte;
        size_t moved;
        spal_error error;
        open_pair(c, &ours, &peer);
        enlist(c, ours);
        other.socket = ours;
        closer = thread_start(racer_close, &other);
        peer_send(peer, "abc", 3);
        latch_down(other.start);
        do
            error = do_recv(c, ours, &byte, 1, 0, &moved);
        while (error == SPAL_OK);
        assert_true(error == SPAL_EABORTED || error == SPAL_ENOTSOCK || error == SPAL_EINVAL);
        join_thread(closer);
        assert_error(SPAL_ENOTSOCK, do_recv(c, ours, &byte, 1, 0, &moved));
        latch_free(other.start);
        must(spal_close(peer));
    }
}

static const char wine_resets[] = "Wine 8 reports a reset that came before the call as the end of the stream";

static const behaviour close_rows[] = {
    ROW("close.end-behind-data", "After close the peer gets all that was sent, then the end of the stream.",
        close_end_behind_data, IN_ALL),
    ROW("close.recv-waiting",
        "Close ends a waiting receive with SPAL_EABORTED, and the peer sees the end of the stream, not a reset.",
        close_recv_waiting, IN_WAITING),
    ROW("close.several-waiting", "Close ends every operation that waits, each once.", close_several_waiting,
        IN_WAITING),
    ROW("close.send-waiting",
        "Close ends a waiting send with SPAL_EABORTED and its count; cut off half way, the peer sees a reset.",
        close_send_waiting, IN_WAITING),
    ROW("close.end-untaken", "Close sends the end of the stream although nobody takes the completions.",
        close_end_untaken, IN_PORTS),
    ROW("close.frees-address", "When close returns the address can be bound again, although completions are untaken.",
        close_frees_port, IN_PORTS),
    ROW_NOT("close.unread",
            "Closing a connection with unread data resets it, so that the peer knows they were not read.", close_unread,
            IN_ANY, NOT_WINE, "Under Wine 8 the peer sees the end of the stream; Windows resets, as documented"),
    ROW("close.linger.never-waits", "Close does not wait for the peer, whatever SPAL_OPT_LINGER says.", close_lingering,
        IN_ANY),
    ROW("close.linger.zero", "With SPAL_OPT_LINGER 0 close resets the connection.", close_linger_zero, IN_PORTS),
    ROW_NOT("close.linger.zero.sync", "With SPAL_OPT_LINGER 0 close resets a connection in which a call waits.",
            close_linger_zero, IN_SYNC, NOT_WINE, wine_resets),
    ROW("close.idempotent", "Closing again succeeds and does nothing.", close_idempotent, IN_ANY),
    ROW("close.op-memory",
        "An operation ended by close stays intact until its completion is taken, whatever is opened then.",
        close_kept_op, IN_PORTS),
    ROW("close.result-first", "An operation that close meets ends with its result or with SPAL_EABORTED, nothing else.",
        close_early_result, IN_PORTS),
    ROW("close.threads", "Several threads may close one socket at once, and each of them succeeds.", close_from_threads,
        IN_ANY),
    ROW("close.races-start",
        "A close may meet calls that are just starting: they end with SPAL_EABORTED or SPAL_ENOTSOCK.",
        close_races_start, IN_SYNC | IN_SHARED),
    ROW("abort.waiting", "Abort ends a waiting receive with SPAL_EABORTED, and the peer's with SPAL_ECONNRESET.",
        abort_recv_waiting, IN_WAITING),
    ROW("abort.unsent", "Abort ends a waiting send with SPAL_EABORTED and resets the connection.", abort_unsent,
        IN_WAITING),
    ROW("abort", "Abort resets the connection; again it does nothing.", abort_plain, IN_ANY),
    ROW("abort.unconnected", "Aborting an unconnected socket or a listener closes it.", abort_unconnected, IN_ANY),
};
SUBJECT(close, "Closing");
