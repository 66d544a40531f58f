/* SPDX-License-Identifier: MIT
 *
 * Behaviours of receiving with SPAL_WAITALL: that it waits for all, what it does when the rest fails to come, and that
 * no byte is lost then. Plain receiving stands in stream.c and transfer.c.
 */
#include "fixture.h"

enum { LARGE = 4 * 1024 * 1024, RACES = 200 };

static void waits_for_all(context *c) {
    spal_socket ours, peer;
    char bytes[11] = {0};
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, bytes, 10, SPAL_WAITALL);
    assert_waiting(p);
    peer_send(peer, "abcd", 4);
    assert_waiting(p);
    peer_send(peer, "efghi", 5);
    assert_waiting(p);
    peer_send(peer, "jkl", 3);
    must(finish(p));
    assert_int_equal(p->count, 10);
    assert_string_equal(bytes, "abcdefghij");
    peer_recv(ours, bytes, 2);
    assert_memory_equal(bytes, "kl", 2);
}

static void takes_what_is_there(context *c) {
    spal_socket ours, peer;
    char bytes[5] = {0};
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abcdef", 6);
    await_readable(ours);
    must(do_recv(c, ours, bytes, 4, SPAL_WAITALL, &moved));
    assert_int_equal(moved, 4);
    assert_string_equal(bytes, "abcd");
    peer_recv(ours, bytes, 2);
    assert_memory_equal(bytes, "ef", 2);
}

static void fills_list(context *c) {
    spal_socket ours, peer;
    char first[2] = {0}, second[4] = {0}, third[6] = {0};
    const spal_buffer parts[] = {{first, 1}, {NULL, 0}, {second, 3}, {third, 5}};
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recvv_all(c, ours, parts, 4);
    for (const char *at = "abcdefgh"; *at != 0; at++) {
        peer_send(peer, at, 1);
        assert_waiting(p);
    }
    peer_send(peer, "ij", 2);
    must(finish(p));
    assert_int_equal(p->count, 9);
    assert_string_equal(first, "a");
    assert_string_equal(second, "bcd");
    assert_string_equal(third, "efghi");
    peer_recv(ours, first, 1);
    assert_int_equal(first[0], 'j');
}

static void takes_much(context *c) {
    spal_socket ours, peer;
    char *out = memory_for(c, LARGE), *in = memory_for(c, LARGE);
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(out, LARGE, 9);
    p = start_recv(c, peer, in, LARGE, SPAL_WAITALL);
    for (size_t done = 0, part = 1; done < LARGE; done += part) {
        part = part * 3 % 70001 + 1;
        part = part < LARGE - done ? part : LARGE - done;
        if (is_async(c))
            collect(c, 0);
        for (size_t sent = 0, moved = 0; sent < part; sent += moved) {
            spal_error error = spal_send(ours, out + done + sent, part - sent, SPAL_DONTWAIT, &moved);
            if (error != SPAL_EWOULDBLOCK)
                must(error);
            else if (is_async(c))
                collect(c, 1);
            else
                await_writable(ours);
        }
    }
    must(finish(p));
    assert_int_equal(p->count, LARGE);
    assert_true(pattern_holds(in, LARGE, 9, 0));
    expect_works(ours, peer);
}

static void keeps_order(context *c) {
    spal_socket ours, peer;
    char bytes[6] = {0}, after = 0, last[3] = {0};
    pending *first, *second, *third;
    open_pair(c, &ours, &peer);
    first = start_recv(c, ours, bytes, 5, SPAL_WAITALL);
    second = start_recv(c, ours, &after, 1, 0);
    third = start_recv(c, ours, last, 2, SPAL_WAITALL);
    peer_send(peer, "abc", 3);
    assert_waiting(first);
    assert_false(is_over(second));
    peer_send(peer, "defgh", 5);
    must(finish(first));
    must(finish(second));
    must(finish(third));
    assert_string_equal(bytes, "abcde");
    assert_int_equal(after, 'f');
    assert_string_equal(last, "gh");
}

/** A receive of 10 bytes that has got 4 of them. */
static pending *begin_with_four(context *c, spal_socket *ours, spal_socket *peer, char *bytes) {
    pending *p;
    open_pair(c, ours, peer);
    p = start_recv(c, *ours, bytes, 10, SPAL_WAITALL);
    assert_waiting(p);
    peer_send(*peer, "abcd", 4);
    assert_waiting(p);
    return p;
}

static void expect_four(pending *p) {
    must(finish(p));
    assert_int_equal(p->count, 4);
    assert_memory_equal(p->buffer, "abcd", 4);
}

static void end_behind_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    size_t moved = 9;
    pending *p = begin_with_four(c, &ours, &peer, bytes);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    expect_four(p);
    for (int i = 0; i < 2; i++) {
        must(do_recv(c, ours, bytes, 10, SPAL_WAITALL, &moved));
        assert_int_equal(moved, 0);
    }
}

static void end_before_call(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abcd", 4);
    must(spal_close(peer));
    must(do_recv(c, ours, bytes, 10, SPAL_WAITALL, &moved));
    assert_int_equal(moved, 4);
    assert_memory_equal(bytes, "abcd", 4);
    must(do_recv(c, ours, bytes, 10, SPAL_WAITALL, &moved));
    assert_int_equal(moved, 0);
}

static void reset_behind_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    size_t moved = 9;
    pending *p = begin_with_four(c, &ours, &peer, bytes);
    must(spal_abort(peer));
    expect_four(p);
    for (int i = 0; i < 2; i++)
        assert_error(SPAL_ECONNRESET, do_recv(c, ours, bytes, 10, SPAL_WAITALL, &moved));
}

static void reset_without_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, bytes, 10, SPAL_WAITALL);
    assert_waiting(p);
    must(spal_abort(peer));
    assert_error(SPAL_ECONNRESET, finish(p));
    assert_int_equal(p->count, 0);
}

static void timeout_behind_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    uint64_t begun = clock_us();
    pending *p;
    c->timeout_ms = 400;
    p = begin_with_four(c, &ours, &peer, bytes);
    expect_four(p);
    assert_true(clock_us() - begun >= 400000);
    c->timeout_ms = 0;
    expect_works(ours, peer);
}

static void timeout_without_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    c->timeout_ms = 40;
    assert_error(SPAL_ETIMEDOUT, do_recv(c, ours, bytes, 10, SPAL_WAITALL, &moved));
    assert_int_equal(moved, 0);
    c->timeout_ms = 0;
    expect_works(ours, peer);
}

static void cancel_behind_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    size_t moved = 0;
    pending *p = begin_with_four(c, &ours, &peer, bytes);
    cancel(p);
    expect_four(p);
    peer_send(peer, "ef", 2);
    must(do_recv(c, ours, bytes, 2, SPAL_WAITALL, &moved));
    assert_int_equal(moved, 2);
    assert_memory_equal(bytes, "ef", 2);
}

static void cancel_without_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, bytes, 10, SPAL_WAITALL);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_int_equal(p->count, 0);
    expect_works(ours, peer);
}

static void shutdown_behind_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    size_t moved = 9;
    pending *p = begin_with_four(c, &ours, &peer, bytes);
    must(spal_shutdown(ours, SPAL_SHUT_RECV));
    expect_four(p);
    assert_error(SPAL_ESHUTDOWN, do_recv(c, ours, bytes, 10, SPAL_WAITALL, &moved));
}

static void close_behind_bytes(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    pending *p = begin_with_four(c, &ours, &peer, bytes);
    must(spal_close(ours));
    expect_four(p);
}

typedef struct sender {
    spal_socket socket;
    latch *start;
    const char *bytes;
} sender;

static void sender_run(void *argument) {
    sender *self = argument;
    size_t sent;
    latch_wait(self->start, WAIT_MS);
    for (int i = 0; i < 6; i++)
        spal_send(self->socket, self->bytes + i, 1, 0, &sent);
}

static void cancel_loses_nothing(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < RACES; i++) {
        sender other = {peer, latch_new(1), "abcdef"};
        thread *sending = thread_start(sender_run, &other);
        char bytes[6] = {0};
        size_t moved = 0, got;
        pending *p = start_recv(c, ours, bytes, 6, SPAL_WAITALL);
        latch_down(other.start);
        cancel(p);
        if (finish(p) != SPAL_OK) {
            assert_error(SPAL_EABORTED, p->error);
            assert_int_equal(p->count, 0);
        }
        got = p->count;
        if (got < 6)
            must(do_recv(c, ours, bytes + got, 6 - got, SPAL_WAITALL, &moved));
        assert_int_equal(got + moved, 6);
        assert_memory_equal(bytes, "abcdef", 6);
        join_thread(sending);
        latch_free(other.start);
    }
}

static void refused(context *c) {
    spal_socket ours, peer, datagram;
    char bytes[4];
    const spal_buffer list = {bytes, 4};
    size_t moved;
    open_pair(c, &ours, &peer);
    peer_send(peer, "ab", 2);
    await_readable(ours);
    assert_error(SPAL_EOPNOTSUPP, do_recv(c, ours, bytes, 4, SPAL_WAITALL | SPAL_PEEK, &moved));
    assert_error(SPAL_EOPNOTSUPP, spal_send(ours, bytes, 4, SPAL_WAITALL, &moved));
    assert_error(SPAL_EOPNOTSUPP, spal_sendv(ours, &list, 1, SPAL_WAITALL, &moved));
    must(spal_open(&datagram, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, datagram);
    must(spal_bind(datagram, &(spal_address){.family = SPAL_AF_INET, .ip = {127, 0, 0, 1}}));
    assert_error(SPAL_EOPNOTSUPP, do_recv(c, datagram, bytes, 4, SPAL_WAITALL, &moved));
    must(do_recv(c, ours, bytes, 2, SPAL_WAITALL, &moved));
    assert_memory_equal(bytes, "ab", 2);
}

static void expect_what_is_there(spal_socket ours, spal_socket peer, int flags) {
    char bytes[10];
    const spal_buffer list[2] = {{bytes, 1}, {bytes + 1, 9}};
    size_t moved = 9;
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, bytes, 10, flags, &moved));
    peer_send(peer, "abcd", 4);
    await_readable(ours);
    must(spal_recv(ours, bytes, 10, flags, &moved));
    assert_int_equal(moved, 4);
    peer_send(peer, "efg", 3);
    await_readable(ours);
    must(spal_recvv(ours, list, 2, flags, &moved));
    assert_int_equal(moved, 3);
    assert_memory_equal(bytes, "efg", 3);
    assert_error(SPAL_EWOULDBLOCK, spal_recvv(ours, list, 2, flags, &moved));
}

static void without_waiting(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    expect_what_is_there(ours, peer, SPAL_WAITALL | SPAL_DONTWAIT);
    must(spal_set_nonblocking(ours, 1));
    expect_what_is_there(ours, peer, SPAL_WAITALL);
}

static void zero_length(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, NULL, 0, SPAL_WAITALL);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(p->count, 0);
    peer_recv(ours, &byte, 1);
    assert_int_equal(byte, 'x');
}

static void peek_then_all(context *c) {
    spal_socket ours, peer;
    char bytes[6] = {0};
    size_t moved = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abc", 3);
    await_readable(ours);
    must(do_recv(c, ours, bytes, 2, SPAL_PEEK, &moved));
    assert_int_equal(moved, 2);
    assert_int_equal(option_of(ours, SPAL_OPT_AVAILABLE), 3);
    must(do_recv(c, ours, bytes, 6, SPAL_PEEK, &moved));
    assert_int_equal(moved, 3);
    assert_memory_equal(bytes, "abc", 3);
    p = start_recv(c, ours, bytes, 5, SPAL_WAITALL);
    assert_waiting(p);
    peer_send(peer, "def", 3);
    must(finish(p));
    assert_string_equal(bytes, "abcde");
    assert_int_equal(option_of(ours, SPAL_OPT_AVAILABLE), 1);
    must(do_recv(c, ours, bytes, 1, 0, &moved));
    assert_int_equal(option_of(ours, SPAL_OPT_AVAILABLE), 0);
}

static const behaviour waitall_rows[] = {
    ROW("waitall", "A receive with SPAL_WAITALL waits until its buffer is full, and takes no more.", waits_for_all,
        IN_WAITING),
    ROW("waitall.there", "What is there already fills it at once.", takes_what_is_there, IN_ALL),
    ROW("waitall.lists", "It fills several buffers in order, empty ones among them.", fills_list, IN_WAITING),
    ROW("waitall.large", "Megabytes that come in pieces are one receive.", takes_much, IN_WAITING),
    ROW("waitall.order", "Receives behind it get what comes after its bytes.", keeps_order, IN_PORTS),
    ROW("waitall.end", "The end of the stream gives it what has come; the next receive meets the end.",
        end_behind_bytes, IN_WAITING),
    ROW("waitall.end.before", "What came before an end that is there already is given, and then the end.",
        end_before_call, IN_ALL),
    ROW("waitall.reset", "A reset gives it what has come; the next receive is SPAL_ECONNRESET.", reset_behind_bytes,
        IN_WAITING),
    ROW("waitall.reset.empty", "A reset before any byte is SPAL_ECONNRESET.", reset_without_bytes, IN_WAITING),
    ROW("waitall.timeout", "When its time runs out it gives what has come, and the stream goes on behind that.",
        timeout_behind_bytes, IN_WAITING),
    ROW("waitall.timeout.empty", "When its time runs out before any byte it is SPAL_ETIMEDOUT.", timeout_without_bytes,
        IN_WAITING),
    ROW("waitall.cancel", "Cancelled, it gives what has come, and the next receive goes on behind that.",
        cancel_behind_bytes, IN_WAITING),
    ROW("waitall.cancel.empty", "Cancelled before any byte it is SPAL_EABORTED.", cancel_without_bytes, IN_WAITING),
    ROW("waitall.cancel.loses-nothing", "However a cancellation meets the bytes, none of them is lost.",
        cancel_loses_nothing, IN_SYNC | IN_SHARED),
    ROW("waitall.shutdown", "Shutting receiving down gives it what has come; the next receive is SPAL_ESHUTDOWN.",
        shutdown_behind_bytes, IN_WAITING),
    ROW("waitall.close", "Closing the socket gives it what has come.", close_behind_bytes, IN_WAITING),
    ROW("waitall.refused", "SPAL_WAITALL with SPAL_PEEK, on datagrams or on a send is SPAL_EOPNOTSUPP.", refused,
        IN_ALL),
    ROW("waitall.dontwait", "Where a receive does not wait, SPAL_WAITALL gives what is there.", without_waiting,
        IN_ANY),
    ROW("waitall.zero", "With a length of 0 it waits for readiness and takes nothing, as without SPAL_WAITALL.",
        zero_length, IN_WAITING),
    ROW("waitall.peek", "Peeking leaves the bytes to it, and the number of available bytes follows.", peek_then_all,
        IN_WAITING),
};
SUBJECT(waitall, "Receiving all");
