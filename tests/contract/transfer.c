/* SPDX-License-Identifier: MIT
 *
 * Behaviours of how bytes are moved: scatter and gather lists, and calls that do not wait (SPAL_DONTWAIT, non-blocking
 * mode) with their partial results.
 */
#include "fixture.h"

enum { PARTS = 5 };

static void gather_scatter(context *c) {
    static const size_t lengths[PARTS] = {1, 70000, 0, 3, 200000};
    enum { TOTAL = 270004 };
    spal_socket ours, peer;
    char *out = memory_for(c, TOTAL), *in = memory_for(c, TOTAL);
    spal_buffer parts[PARTS];
    size_t at = 0, moved = 0;
    reader *read;
    open_pair(c, &ours, &peer);
    pattern_fill(out, TOTAL, 5);
    for (int i = 0; i < PARTS; at += lengths[i++])
        parts[i] = (spal_buffer){out + at, lengths[i]};
    read = peer_read(c, peer, TOTAL, 5);
    must(do_sendv(c, ours, parts, PARTS, &moved));
    assert_int_equal(moved, TOTAL);
    peer_join_reader(read);
    peer_send(peer, out, 1000);
    parts[0] = (spal_buffer){in, 1};
    parts[1] = (spal_buffer){in + 1, 0};
    parts[2] = (spal_buffer){in + 1, 399};
    for (size_t done = 0; done < 1000; done += moved) {
        parts[3] = (spal_buffer){in + 400, 600};
        must(do_recvv(c, ours, parts, 4, &moved));
        assert_in_range(moved, 1, 1000 - done);
        assert_true(pattern_holds(in, moved, 5, done));
    }
}

static void scatter_in_order(context *c) {
    spal_socket ours, peer;
    char first[2] = {0}, second[3] = {0}, third[8] = {0};
    const spal_buffer parts[] = {{first, 1}, {second, 2}, {third, 7}};
    size_t moved;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abcde", 5);
    must(do_recvv(c, ours, parts, 3, &moved));
    assert_int_equal(moved, 5);
    assert_string_equal(first, "a");
    assert_string_equal(second, "bc");
    assert_string_equal(third, "de");
}

static void list_of_most(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, SPAL_BUFFERS_MAX);
    spal_buffer *parts = memory_for(c, SPAL_BUFFERS_MAX * sizeof *parts);
    char *back = memory_for(c, SPAL_BUFFERS_MAX);
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    pattern_fill(bytes, SPAL_BUFFERS_MAX, 1);
    for (size_t i = 0; i < SPAL_BUFFERS_MAX; i++)
        parts[i] = (spal_buffer){bytes + i, 1};
    must(do_sendv(c, ours, parts, SPAL_BUFFERS_MAX, &moved));
    assert_int_equal(moved, SPAL_BUFFERS_MAX);
    peer_recv(peer, back, SPAL_BUFFERS_MAX);
    assert_true(pattern_holds(back, SPAL_BUFFERS_MAX, 1, 0));
    peer_send(peer, back, SPAL_BUFFERS_MAX);
    memset(bytes, 0, SPAL_BUFFERS_MAX);
    must(do_recvv(c, ours, parts, SPAL_BUFFERS_MAX, &moved));
    assert_true(pattern_holds(bytes, moved, 1, 0));
}

static void list_too_long(context *c) {
    spal_socket ours, peer;
    spal_buffer *parts = memory_for(c, (SPAL_BUFFERS_MAX + 1) * sizeof *parts);
    char byte = 'x';
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    for (size_t i = 0; i <= SPAL_BUFFERS_MAX; i++)
        parts[i] = (spal_buffer){&byte, 1};
    assert_error(SPAL_EMSGSIZE, do_sendv(c, ours, parts, SPAL_BUFFERS_MAX + 1, &moved));
    assert_error(SPAL_EMSGSIZE, do_recvv(c, ours, parts, SPAL_BUFFERS_MAX + 1, &moved));
    assert_error(SPAL_EINVAL, do_sendv(c, ours, parts, 0, &moved));
    assert_error(SPAL_EINVAL, do_recvv(c, ours, parts, 0, &moved));
    expect_works(ours, peer);
}

static void list_of_nothing(context *c) {
    spal_socket ours, peer;
    const spal_buffer parts[] = {{NULL, 0}, {NULL, 0}};
    char byte = 0;
    size_t moved = 9;
    pending *p;
    open_pair(c, &ours, &peer);
    must(do_sendv(c, ours, parts, 2, &moved));
    assert_int_equal(moved, 0);
    p = start_recvv(c, ours, parts, 2);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(p->count, 0);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
}

static void list_with_holes(context *c) {
    spal_socket ours, peer;
    char a = 'a', b = 'b', back[2];
    spal_buffer parts[4] = {{NULL, 0}, {&a, 1}, {NULL, 0}, {&b, 1}};
    size_t moved;
    open_pair(c, &ours, &peer);
    must(do_sendv(c, ours, parts, 4, &moved));
    assert_int_equal(moved, 2);
    peer_recv(peer, back, 2);
    assert_memory_equal(back, "ab", 2);
    parts[1].base = NULL;
    assert_error(SPAL_EFAULT, do_sendv(c, ours, parts, 4, &moved));
    assert_error(SPAL_EFAULT, do_recvv(c, ours, parts, 4, &moved));
}

static void list_huge(context *c) {
    spal_socket ours, peer;
    char byte = 'x';
    spal_buffer parts[2] = {{&byte, SPAL_LENGTH_MAX}, {&byte, 1}};
    size_t moved;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, do_sendv(c, ours, parts, 2, &moved));
    assert_error(SPAL_EINVAL, do_recvv(c, ours, parts, 2, &moved));
    parts[0].length = SIZE_MAX;
    assert_error(SPAL_EINVAL, do_sendv(c, ours, parts, 2, &moved));
    assert_error(SPAL_EINVAL, do_recvv(c, ours, parts, 2, &moved));
}

static void dontwait_recv(context *c) {
    spal_socket ours, peer;
    char bytes[4];
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, bytes, 4, SPAL_DONTWAIT, &moved));
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, NULL, 0, SPAL_DONTWAIT, &moved));
    peer_send(peer, "ab", 2);
    await_readable(ours);
    must(spal_recv(ours, NULL, 0, SPAL_DONTWAIT, &moved));
    must(spal_recv(ours, bytes, 4, SPAL_DONTWAIT, &moved));
    assert_int_equal(moved, 2);
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, bytes, 4, SPAL_DONTWAIT, &moved));
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    await_readable(ours);
    must(spal_recv(ours, bytes, 4, SPAL_DONTWAIT, &moved));
    assert_int_equal(moved, 0);
}

static void dontwait_async(context *c) {
    spal_socket ours, peer;
    spal_op op = {0};
    char byte = 'x';
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    assert_error(SPAL_EOPNOTSUPP, spal_recv_async(ours, &op, &byte, 1, SPAL_DONTWAIT));
    assert_error(SPAL_EOPNOTSUPP, spal_send_async(ours, &op, &byte, 1, SPAL_DONTWAIT));
}

/** Fills the pipe, and expects that all that was sent arrives. */
static void expect_partial(context *c, spal_socket ours, spal_socket peer, int flags) {
    enum { LENGTH = 32 * 1024 * 1024 };
    char *bytes = memory_for(c, LENGTH);
    size_t total = 0, moved = 0;
    spal_error error = SPAL_OK;
    reader *read;
    pattern_fill(bytes, LENGTH, 2);
    while (error == SPAL_OK && total < LENGTH) {
        error = spal_send(ours, bytes + total, LENGTH - total, flags, &moved);
        if (error == SPAL_OK)
            assert_in_range(moved, 1, LENGTH - total);
        else
            assert_int_equal(moved, 0);
        total += moved;
    }
    if (total < LENGTH)
        assert_error(SPAL_EWOULDBLOCK, error);
    read = peer_read(c, peer, total, 2);
    peer_join_reader(read);
    expect_works(ours, peer);
}

static void dontwait_send(context *c) {
    spal_socket ours, peer;
    open_narrow_pair(c, &ours, &peer);
    expect_partial(c, ours, peer, SPAL_DONTWAIT);
}

static void nonblocking_send(context *c) {
    spal_socket ours, peer;
    open_narrow_pair(c, &ours, &peer);
    must(spal_set_nonblocking(ours, 1));
    expect_partial(c, ours, peer, 0);
}

static void nonblocking_recv(context *c) {
    spal_socket ours, peer;
    char bytes[4];
    const spal_buffer list = {bytes, 4};
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    must(spal_set_nonblocking(ours, 1));
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, bytes, 4, 0, &moved));
    assert_error(SPAL_EWOULDBLOCK, spal_recvv(ours, &list, 1, 0, &moved));
    peer_send(peer, "ab", 2);
    await_readable(ours);
    must(spal_recv(ours, bytes, 4, 0, &moved));
    assert_int_equal(moved, 2);
    must(spal_set_nonblocking(ours, 0));
    peer_send(peer, "c", 1);
    must(spal_recv(ours, bytes, 4, 0, &moved));
    assert_int_equal(moved, 1);
}

static void nonblocking_async(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    must(spal_set_nonblocking(ours, 1));
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
}

static void send_takes_all(context *c) {
    enum { LENGTH = 8 * 1024 * 1024 };
    spal_socket ours, peer;
    char *bytes = memory_for(c, LENGTH);
    size_t moved = 0;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    pattern_fill(bytes, LENGTH, 4);
    read = peer_read(c, peer, LENGTH, 4);
    must(do_send(c, ours, bytes, LENGTH, &moved));
    assert_int_equal(moved, LENGTH);
    peer_join_reader(read);
}

static void alternating(context *c) {
    spal_socket ours, peer;
    spal_op op = {0};
    char bytes[4];
    const spal_buffer parts[] = {{bytes, 1}, {bytes + 1, 1}};
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    for (int i = 0; i < 10; i++) {
        spal_error error =
            i % 2 == 0 ? spal_recv_async(ours, &op, bytes, 2, 0) : spal_recvv_async(ours, &op, parts, 2, 0);
        memset(bytes, 0, sizeof bytes);
        if (error != SPAL_OK)
            assert_error(SPAL_EPENDING, error);
        peer_send(peer, "ab", 2);
        while (error == SPAL_EPENDING)
            error = collect(c, WAIT_MS) > 0 ? op.error : SPAL_EPENDING;
        must(error);
        assert_int_equal(op.count, 2);
        assert_memory_equal(bytes, "ab", 2);
        error = i % 2 == 0 ? spal_sendv_async(ours, &op, parts, 2, 0) : spal_send_async(ours, &op, bytes, 2, 0);
        while (error == SPAL_EPENDING)
            error = collect(c, WAIT_MS) > 0 ? op.error : SPAL_EPENDING;
        must(error);
        peer_recv(peer, bytes, 2);
        assert_memory_equal(bytes, "ab", 2);
    }
}

static void without_buffers(context *c) {
    enum { LENGTH = 200000 };
    spal_socket ours, peer;
    char *bytes = memory_for(c, LENGTH), back[8];
    size_t moved = 0;
    reader *read;
    open_pair(c, &ours, &peer);
    must(spal_set_option(ours, SPAL_OPT_SEND_BUFFER, 0));
    must(spal_set_option(ours, SPAL_OPT_RECV_BUFFER, 0));
    pattern_fill(bytes, LENGTH, 6);
    read = peer_read(c, peer, LENGTH, 6);
    must(do_send(c, ours, bytes, LENGTH, &moved));
    assert_int_equal(moved, LENGTH);
    peer_join_reader(read);
    peer_send(peer, "abc", 3);
    must(do_recv(c, ours, back, sizeof back, 0, &moved));
    assert_int_equal(moved, 3);
}

static const behaviour transfer_rows[] = {
    ROW("stream.lists", "Lists of buffers, empty ones among them, are sent and received as one, unchanged.",
        gather_scatter, IN_ALL),
    ROW("stream.lists.order", "A receive into several buffers fills them in order.", scatter_in_order, IN_ALL),
    ROW("stream.lists.longest", "A list of SPAL_BUFFERS_MAX buffers is sent whole.", list_of_most, IN_ALL),
    ROW("stream.lists.too-long",
        "A list of more buffers is SPAL_EMSGSIZE, an empty list is SPAL_EINVAL, and nothing is moved.", list_too_long,
        IN_ALL),
    ROW("stream.lists.nothing", "A list without a single byte behaves as a length of 0.", list_of_nothing, IN_ALL),
    ROW("stream.lists.holes",
        "An empty buffer in a list may be a null pointer; one with a length may not: SPAL_EFAULT.", list_with_holes,
        IN_ALL),
    ROW("stream.lists.huge", "A list of more than SPAL_LENGTH_MAX bytes in all is SPAL_EINVAL.", list_huge, IN_ALL),
    ROW("dontwait.recv", "A receive with SPAL_DONTWAIT is SPAL_EWOULDBLOCK where it would wait.", dontwait_recv,
        IN_ANY),
    ROW("dontwait.async", "An asynchronous call with SPAL_DONTWAIT is SPAL_EOPNOTSUPP.", dontwait_async, IN_PORTS),
    ROW("dontwait.send",
        "A send with SPAL_DONTWAIT takes at least one byte or is SPAL_EWOULDBLOCK; what it took arrives.",
        dontwait_send, IN_ANY),
    ROW("nonblocking.send",
        "A send in non-blocking mode takes at least one byte or is SPAL_EWOULDBLOCK; what it took arrives.",
        nonblocking_send, IN_ANY),
    ROW("nonblocking.recv",
        "A receive in non-blocking mode is SPAL_EWOULDBLOCK where it would wait, until the mode ends.",
        nonblocking_recv, IN_ANY),
    ROW("nonblocking.async", "Non-blocking mode says nothing about asynchronous calls: they wait.", nonblocking_async,
        IN_PORTS),
    ROW("stream.lists.alternating", "One operation serves single buffers and lists, receives and sends, in turn.",
        alternating, IN_PORTS),
    ROW("stream.buffers.zero", "A stream whose kernel buffers are set to 0 bytes carries all bytes all the same.",
        without_buffers, IN_ALL),
    ROW("stream.send.takes-all", "A send ends when all its bytes have been taken, and not before.", send_takes_all,
        IN_ALL),
};
SUBJECT(transfer, "Moving bytes");
