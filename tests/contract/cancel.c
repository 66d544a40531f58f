/* SPDX-License-Identifier: MIT
 *
 * Behaviours of cancellation: which operations end, that nothing is lost, and what a send cut off half way means.
 * Cancelled accepts, connects and look-ups stand with these.
 */
#include "fixture.h"

enum { BIG = 16 * 1024 * 1024, MEDIUM = 256 * 1024, RACES = 200 };

static void cancel_recv(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_int_equal(p->count, 0);
    peer_send(peer, "x", 1);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void cancel_zero_recv(context *c) {
    spal_socket ours, peer;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, NULL, 0, 0);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    expect_works(ours, peer);
}

static void cancel_one(context *c) {
    enum { SEVERAL = 4 };
    for (int victim = 0; victim < SEVERAL; victim++) {
        spal_socket ours, peer;
        char bytes[SEVERAL] = {0}, next = 'a';
        pending *waiting[SEVERAL];
        open_pair(c, &ours, &peer);
        for (int i = 0; i < SEVERAL; i++)
            waiting[i] = start_recv(c, ours, &bytes[i], 1, 0);
        cancel(waiting[victim]);
        assert_error(SPAL_EABORTED, finish(waiting[victim]));
        peer_send(peer, "abc", 3);
        for (int i = 0; i < SEVERAL; i++) {
            if (i == victim)
                continue;
            must(finish(waiting[i]));
            assert_int_equal(bytes[i], next++);
        }
    }
}

static void cancel_all(context *c) {
    enum { SEVERAL = 4 };
    spal_socket ours, peer;
    char bytes[SEVERAL];
    char *out = memory_for(c, BIG);
    pending *waiting[SEVERAL], *sending;
    open_narrow_pair(c, &ours, &peer);
    for (int i = 0; i < SEVERAL; i++)
        waiting[i] = start_recv(c, ours, &bytes[i], 1, 0);
    sending = start_send(c, ours, out, BIG);
    assert_waiting(sending);
    must(spal_cancel(ours, NULL));
    for (int i = 0; i < SEVERAL; i++)
        assert_error(SPAL_EABORTED, finish(waiting[i]));
    assert_error(SPAL_EABORTED, finish(sending));
}

static void cancel_sync_among_async(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    must(spal_cancel(ours, NULL));
    assert_error(SPAL_EABORTED, finish(p));
    peer_send(peer, "x", 1);
    must(spal_recv(ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void cancel_other_direction(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    char *out = memory_for(c, BIG);
    pending *receiving, *sending;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(out, BIG, 2);
    sending = start_send(c, ours, out, BIG);
    receiving = start_recv(c, ours, &byte, 1, 0);
    must(spal_cancel(ours, &receiving->op));
    assert_error(SPAL_EABORTED, finish(receiving));
    read = peer_read(c, peer, BIG, 2);
    must(finish(sending));
    peer_join_reader(read);
}

static void cancel_ended(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    spal_op never = {0};
    pending *p;
    open_pair(c, &ours, &peer);
    must(spal_cancel(ours, NULL));
    must(spal_cancel(ours, &never));
    p = start_recv(c, ours, &byte, 1, 0);
    must(spal_cancel(ours, &never));
    must(spal_cancel(peer, &p->op));
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    must(spal_cancel(ours, &p->op));
    expect_works(ours, peer);
}

static void cancel_twice(context *c) {
    spal_socket ours, peer;
    char byte;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    for (int i = 0; i < 3; i++)
        must(spal_cancel(ours, &p->op));
    must(spal_cancel(ours, NULL));
    assert_error(SPAL_EABORTED, finish(p));
    collect(c, QUIET_MS);
    assert_int_equal(p->completions <= 1, 1);
}

static void cancel_reuse(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    p->done = false;
    p->completions = 0;
    if (spal_recv_async(ours, &p->op, &byte, 1, 0) != SPAL_EPENDING)
        fail_msg("%s", "the operation is not ready for use after its completion");
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
}

typedef struct sender {
    spal_socket socket;
    latch *start;
} sender;

static void sender_run(void *argument) {
    sender *self = argument;
    size_t sent;
    latch_wait(self->start, WAIT_MS);
    spal_send(self->socket, "x", 1, 0, &sent);
}

static void cancel_loses_nothing(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < RACES; i++) {
        sender other = {peer, latch_new(1)};
        thread *sending = thread_start(sender_run, &other);
        char byte = 0;
        size_t moved = 0;
        pending *p = start_recv(c, ours, &byte, 1, 0);
        latch_down(other.start);
        cancel(p);
        if (finish(p) != SPAL_OK) {
            assert_error(SPAL_EABORTED, p->error);
            must(do_recv(c, ours, &byte, 1, 0, &moved));
        }
        assert_int_equal(byte, 'x');
        join_thread(sending);
        latch_free(other.start);
    }
}

static void cancel_partial_send(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BIG);
    size_t moved = 9;
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    p = start_send(c, ours, bytes, BIG);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_in_range(p->count, is_backend("iocp") ? 0 : 1, BIG - 1);
    if (p->count == 0)
        return;
    for (int i = 0; i < 2; i++) {
        assert_error(SPAL_ECONNABORTED, do_send(c, ours, "x", 1, &moved));
        assert_int_equal(moved, 0);
    }
    must(spal_close(ours));
    peer_expect_reset(peer);
}

static void cancel_partial_send_queue(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BIG);
    pending *first, *second;
    open_narrow_pair(c, &ours, &peer);
    first = start_send(c, ours, bytes, BIG);
    second = start_send(c, ours, bytes, 1);
    assert_waiting(first);
    cancel(first);
    assert_error(SPAL_EABORTED, finish(first));
    if (first->count == 0)
        return;
    assert_error(SPAL_ECONNABORTED, finish(second));
    assert_int_equal(second->count, 0);
}

static void cancel_partial_recv_lives(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, BIG);
    char byte = 0;
    size_t moved;
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    p = start_send(c, ours, bytes, BIG);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    peer_send(peer, "x", 1);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void cancel_untouched_send(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, MEDIUM);
    size_t moved;
    pending *first, *second;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(bytes, MEDIUM, 3);
    first = start_send(c, ours, bytes, MEDIUM);
    second = start_send(c, ours, "zzz", 3);
    cancel(second);
    assert_error(SPAL_EABORTED, finish(second));
    assert_int_equal(second->count, 0);
    read = peer_read(c, peer, MEDIUM, 3);
    must(finish(first));
    peer_join_reader(read);
    must(do_send(c, ours, "y", 1, &moved));
    peer_recv(peer, bytes, 1);
    assert_int_equal(bytes[0], 'y');
}

static const behaviour cancel_rows[] = {
    ROW("cancel.recv", "A cancelled receive ends with SPAL_EABORTED, and the next one gets the data.", cancel_recv,
        IN_WAITING),
    ROW("cancel.recv.zero-length", "A receive of length 0 can be cancelled.", cancel_zero_recv, IN_WAITING),
    ROW("cancel.one", "Cancelling one of several operations leaves the others waiting, in their order.", cancel_one,
        IN_PORTS),
    ROW("cancel.all", "Cancelling all ends every operation of the socket, in both directions.", cancel_all, IN_PORTS),
    ROW("cancel.all.once", "Cancelling all ends what was started before and nothing later.", cancel_sync_among_async,
        IN_PORTS),
    ROW("cancel.other-direction", "Cancelling a receive leaves a send alone that is half way.", cancel_other_direction,
        IN_PORTS),
    ROW("cancel.ended", "Cancelling an operation that has ended, or is not of this socket, does nothing and succeeds.",
        cancel_ended, IN_PORTS),
    ROW("cancel.twice", "An operation cancelled several times completes once.", cancel_twice, IN_PORTS),
    ROW("cancel.reuse", "A cancelled operation is ready for use once its completion is taken.", cancel_reuse, IN_ASYNC),
    ROW("cancel.loses-nothing",
        "A byte that meets the cancellation is in the operation's result or in the next receive.", cancel_loses_nothing,
        IN_SYNC | IN_SHARED),
    ROW("cancel.send.partial",
        "A send cancelled half way tells how far it came; later sends are SPAL_ECONNABORTED, and close resets.",
        cancel_partial_send, IN_WAITING),
    ROW("cancel.send.partial.queue", "Sends behind one that is cut off half way end with SPAL_ECONNABORTED.",
        cancel_partial_send_queue, IN_PORTS),
    ROW("cancel.send.partial.recv", "A send cut off half way does not stop receiving.", cancel_partial_recv_lives,
        IN_WAITING),
    ROW("cancel.send.untouched", "A send cancelled before a byte was taken leaves the stream whole.",
        cancel_untouched_send, IN_PORTS),
};
SUBJECT(cancel, "Cancelling");
