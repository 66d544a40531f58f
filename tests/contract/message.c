/* SPDX-License-Identifier: MIT
 *
 * Behaviours of messages: datagrams out of and into several pieces, by spal_sendv and spal_recvv and by spal_sendmsg
 * and spal_recvmsg, and what these do on streams. What a message says of its packet stands in packet_info.c.
 */
#include "datagrams.h"

enum { PIECES = 4, WHOLE = 3000 };

/** Cuts `bytes` into pieces of uneven lengths, one of them empty. */
static void cut(spal_buffer *pieces, char *bytes, size_t length) {
    pieces[0] = (spal_buffer){bytes, 1};
    pieces[1] = (spal_buffer){NULL, 0};
    pieces[2] = (spal_buffer){bytes + 1, length / 2};
    pieces[3] = (spal_buffer){bytes + 1 + length / 2, length - 1 - length / 2};
}

static void exchange(context *c, int family) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char *bytes = memory_for(c, WHOLE), *back = memory_for(c, WHOLE);
    spal_buffer pieces[PIECES];
    spal_message message = {pieces, PIECES, &peer_at, NULL, 0};
    size_t moved = 0;
    pattern_fill(bytes, WHOLE, 2);
    cut(pieces, bytes, WHOLE);
    must(do_sendmsg(c, ours, &message, 0, &moved));
    assert_int_equal(moved, WHOLE);
    assert_int_equal(peer_recvfrom(peer, back, WHOLE, &from), WHOLE);
    assert_true(pattern_holds(back, WHOLE, 2, 0));
    expect_address(&ours_at, &from);
    peer_sendto(peer, back, WHOLE, &ours_at);
    memset(bytes, 0, WHOLE);
    message.address = &from;
    message.flags = -1;
    must(do_recvmsg(c, ours, &message, 0, &moved));
    assert_int_equal(moved, WHOLE);
    assert_true(pattern_holds(bytes, WHOLE, 2, 0));
    assert_int_equal(message.flags, 0);
    expect_address(&peer_at, &from);
}
IN_BOTH_FAMILIES(exchange)

static void connected(context *c) {
    spal_socket ours, peer;
    char out[8] = "abcdefg", in[8] = {0};
    spal_buffer pieces[PIECES];
    spal_message message = {pieces, PIECES, NULL, NULL, 0};
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    cut(pieces, out, 7);
    must(do_sendmsg(c, ours, &message, 0, &moved));
    peer_recv(peer, in, 7);
    assert_string_equal(in, "abcdefg");
    peer_send(peer, "tuvwxyz", 7);
    must(do_recvmsg(c, ours, &message, 0, &moved));
    assert_int_equal(moved, 7);
    assert_string_equal(out, "tuvwxyz");
}

static void addressed(context *c) {
    spal_address peer_at;
    spal_socket ours, peer, lone = open_udp(c, SPAL_AF_INET);
    spal_buffer piece = {(char[]){"x"}, 1};
    spal_message message = {&piece, 1, NULL, NULL, 0};
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    must(spal_local_address(peer, &peer_at));
    assert_error(SPAL_ENOTCONN, do_sendmsg(c, lone, &message, 0, &moved));
    message.address = &peer_at;
    assert_error(SPAL_EISCONN, do_sendmsg(c, ours, &message, 0, &moved));
    peer_at.port = 0;
    assert_error(SPAL_EINVAL, do_sendmsg(c, lone, &message, 0, &moved));
    peer_at = loopback(SPAL_AF_INET6, 9);
    assert_error(SPAL_EAFNOSUPPORT, do_sendmsg(c, lone, &message, 0, &moved));
    peer_expect_silence(peer);
}

static void truncated(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    letter got;
    size_t moved;
    peer_sendto(peer, "abcdef", 6, &ours_at);
    peer_sendto(peer, "gh", 2, &ours_at);
    letter_open(&got);
    got.piece.length = 4;
    assert_error(SPAL_EMSGSIZE, do_recvmsg(c, ours, &got.message, 0, &moved));
    assert_int_equal(moved, 4);
    assert_memory_equal(got.bytes, "abcdZZ", 6);
    assert_int_equal(got.message.flags, SPAL_TRUNC);
    expect_address(&peer_at, &got.address);
    must(do_recvmsg(c, ours, letter_open(&got), 0, &moved));
    assert_int_equal(moved, 2);
    assert_int_equal(got.message.flags, 0);
}

static void truncated_lists(context *c) {
    spal_socket ours, peer;
    char bytes[8] = {0};
    const spal_buffer pieces[] = {{bytes, 1}, {bytes + 1, 2}};
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    peer_send(peer, "abcdef", 6);
    peer_send(peer, "gh", 2);
    assert_error(SPAL_EMSGSIZE, do_recvv(c, ours, pieces, 2, &moved));
    assert_int_equal(moved, 3);
    assert_string_equal(bytes, "abc");
    must(do_recvv(c, ours, pieces, 2, &moved));
    assert_int_equal(moved, 2);
    assert_string_equal(bytes, "ghc");
}

static void peeked(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    letter got;
    size_t moved;
    peer_sendto(peer, "abc", 3, &ours_at);
    for (int i = 0; i < 3; i++) {
        must(do_recvmsg(c, ours, letter_open(&got), i < 2 ? SPAL_PEEK : 0, &moved));
        assert_int_equal(moved, 3);
        assert_memory_equal(got.bytes, "abc", 3);
        assert_int_equal(got.message.flags, 0);
        expect_address(&peer_at, &got.address);
    }
    peer_expect_silence(ours);
}

static void nothing_known(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    letter got;
    size_t moved = 9;
    peer_sendto(peer, "", 0, &ours_at);
    must(do_recvmsg(c, ours, letter_open(&got), 0, &moved));
    assert_int_equal(moved, 0);
    assert_int_equal(got.message.flags, 0);
    assert_int_equal(got.info.present, 0);
    assert_int_equal(got.address.port, port_of(peer));
}

static void waiting(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    letter got;
    pending *p = start_recvmsg(c, ours, letter_open(&got), 0);
    assert_waiting(p);
    peer_sendto(peer, "abc", 3, &ours_at);
    must(finish(p));
    assert_int_equal(p->count, 3);
    assert_int_equal(got.message.flags, 0);
    expect_address(&peer_at, &got.address);
}

static void ended_early(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    letter got, before;
    size_t moved;
    pending *p = start_recvmsg(c, ours, letter_open(&got), 0);
    letter_open(&before);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    assert_memory_equal(&got.address, &before.address, sizeof got.address);
    assert_memory_equal(&got.info, &before.info, sizeof got.info);
    peer_sendto(peer, "abc", 3, &ours_at);
    must(do_recvmsg(c, ours, letter_open(&got), 0, &moved));
    assert_int_equal(moved, 3);
}

static void in_order(context *c) {
    enum { SEVERAL = 4 };
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    letter got[SEVERAL];
    pending *waiting_for[SEVERAL];
    for (int i = 0; i < SEVERAL; i++)
        waiting_for[i] = start_recvmsg(c, ours, letter_open(&got[i]), 0);
    for (int i = 0; i < SEVERAL; i++) {
        spal_socket peer = open_udp(c, SPAL_AF_INET);
        peer_sendto(peer, &(char){(char)i}, 1, &ours_at);
        must(finish(waiting_for[i]));
        assert_int_equal(got[i].bytes[0], i);
        assert_int_equal(got[i].address.port, port_of(peer));
    }
}

static void most_pieces(context *c) {
    spal_socket ours, peer;
    char *bytes = memory_for(c, SPAL_BUFFERS_MAX), *back = memory_for(c, SPAL_BUFFERS_MAX);
    spal_buffer *pieces = memory_for(c, SPAL_BUFFERS_MAX * sizeof *pieces);
    size_t moved = 0;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    pattern_fill(bytes, SPAL_BUFFERS_MAX, 1);
    for (size_t i = 0; i < SPAL_BUFFERS_MAX; i++)
        pieces[i] = (spal_buffer){bytes + i, 1};
    must(do_sendv(c, ours, pieces, SPAL_BUFFERS_MAX, &moved));
    assert_int_equal(moved, SPAL_BUFFERS_MAX);
    must(spal_recv(peer, back, SPAL_BUFFERS_MAX, 0, &moved));
    assert_int_equal(moved, SPAL_BUFFERS_MAX);
    assert_true(pattern_holds(back, SPAL_BUFFERS_MAX, 1, 0));
    peer_send(peer, back, SPAL_BUFFERS_MAX);
    memset(bytes, 0, SPAL_BUFFERS_MAX);
    must(do_recvv(c, ours, pieces, SPAL_BUFFERS_MAX, &moved));
    assert_int_equal(moved, SPAL_BUFFERS_MAX);
    assert_true(pattern_holds(bytes, SPAL_BUFFERS_MAX, 1, 0));
}

static void too_many_pieces(context *c) {
    spal_socket ours, peer;
    char byte = 'x';
    spal_buffer *pieces = memory_for(c, (SPAL_BUFFERS_MAX + 1) * sizeof *pieces);
    spal_message message = {pieces, SPAL_BUFFERS_MAX + 1, NULL, NULL, 0};
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    for (size_t i = 0; i <= SPAL_BUFFERS_MAX; i++)
        pieces[i] = (spal_buffer){&byte, 1};
    assert_error(SPAL_EMSGSIZE, do_sendv(c, ours, pieces, SPAL_BUFFERS_MAX + 1, &moved));
    assert_error(SPAL_EMSGSIZE, do_recvv(c, ours, pieces, SPAL_BUFFERS_MAX + 1, &moved));
    assert_error(SPAL_EMSGSIZE, do_sendmsg(c, ours, &message, 0, &moved));
    assert_error(SPAL_EMSGSIZE, spal_recvmsg(ours, &message, 0, &moved));
    message.count = 0;
    assert_error(SPAL_EINVAL, do_sendmsg(c, ours, &message, 0, &moved));
    assert_error(SPAL_EINVAL, do_recvmsg(c, ours, &message, 0, &moved));
    peer_expect_silence(peer);
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
}

static void no_bytes(context *c) {
    spal_socket ours, peer;
    const spal_buffer pieces[] = {{NULL, 0}, {NULL, 0}};
    spal_message message = {pieces, 2, NULL, NULL, 0};
    char byte;
    size_t moved = 9;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    must(do_sendv(c, ours, pieces, 2, &moved));
    must(do_sendmsg(c, ours, &message, 0, &moved));
    for (int i = 0; i < 2; i++) {
        must(spal_recv(peer, &byte, 1, 0, &moved));
        assert_int_equal(moved, 0);
    }
    peer_send(peer, "", 0);
    peer_send(peer, "x", 1);
    must(do_recvv(c, ours, pieces, 2, &moved));
    assert_int_equal(moved, 0);
    assert_error(SPAL_EMSGSIZE, do_recvmsg(c, ours, &message, 0, &moved));
    assert_int_equal(moved, 0);
    peer_expect_silence(ours);
}

static void too_long(context *c) {
    spal_socket ours, peer;
    spal_buffer pieces[2] = {{memory_for(c, 40000), 40000}, {memory_for(c, 40000), 40000}};
    spal_message message = {pieces, 2, NULL, NULL, 0};
    size_t moved = 9;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    assert_error(SPAL_EMSGSIZE, do_sendv(c, ours, pieces, 2, &moved));
    assert_int_equal(moved, 0);
    assert_error(SPAL_EMSGSIZE, do_sendmsg(c, ours, &message, 0, &moved));
    assert_int_equal(moved, 0);
    peer_expect_silence(peer);
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
}

static void stream(context *c) {
    spal_socket ours, peer;
    spal_address peer_at;
    char back[4];
    spal_buffer piece = {(char[]){"ab"}, 2};
    spal_message message = {&piece, 1, NULL, NULL, 0};
    letter got;
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    must(spal_local_address(peer, &peer_at));
    must(do_sendmsg(c, ours, &message, 0, &moved));
    assert_int_equal(moved, 2);
    must(do_sendto(c, ours, "cd", 2, 0, NULL, &moved));
    peer_recv(peer, back, 4);
    assert_memory_equal(back, "abcd", 4);
    peer_send(peer, "xyz", 3);
    await_readable(ours);
    must(do_recvmsg(c, ours, letter_open(&got), 0, &moved));
    assert_int_equal(moved, 3);
    assert_int_equal(got.message.flags, 0);
    assert_int_equal(got.info.present, 0);
    expect_address(&peer_at, &got.address);
}

static void stream_sender(context *c) {
    spal_socket ours, peer;
    spal_address peer_at, from = {0};
    char byte;
    size_t moved;
    open_pair(c, &ours, &peer);
    must(spal_local_address(peer, &peer_at));
    peer_send(peer, "x", 1);
    must(do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    assert_int_equal(moved, 1);
    expect_address(&peer_at, &from);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    must(do_recvfrom(c, ours, &byte, 1, 0, &from, &moved));
    assert_int_equal(moved, 0);
}

static void stream_addressed(context *c) {
    spal_socket ours, peer;
    spal_address peer_at;
    spal_packet_info info = {0};
    spal_buffer piece = {(char[]){"x"}, 1};
    spal_message message = {&piece, 1, &peer_at, NULL, 0};
    size_t moved;
    open_pair(c, &ours, &peer);
    must(spal_local_address(peer, &peer_at));
    assert_error(SPAL_EISCONN, do_sendto(c, ours, "x", 1, 0, &peer_at, &moved));
    assert_error(SPAL_EISCONN, do_sendmsg(c, ours, &message, 0, &moved));
    message.address = NULL;
    message.info = &info;
    info.present = SPAL_INFO_TTL;
    info.ttl = 7;
    assert_error(SPAL_EOPNOTSUPP, do_sendmsg(c, ours, &message, 0, &moved));
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
}

static void wrong_arguments(context *c) {
    spal_socket ours, peer;
    spal_buffer piece = {NULL, 1};
    spal_message message = {&piece, 1, NULL, NULL, 0};
    size_t moved;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    assert_error(SPAL_EFAULT, do_sendmsg(c, ours, NULL, 0, &moved));
    assert_error(SPAL_EFAULT, do_recvmsg(c, ours, NULL, 0, &moved));
    assert_error(SPAL_EFAULT, do_sendmsg(c, ours, &message, 0, &moved));
    assert_error(SPAL_EFAULT, do_recvmsg(c, ours, &message, 0, &moved));
    message.buffers = NULL;
    assert_error(SPAL_EFAULT, do_sendmsg(c, ours, &message, 0, &moved));
    assert_error(SPAL_EFAULT, do_recvmsg(c, ours, &message, 0, &moved));
    piece.base = (char[]){"x"};
    message.buffers = &piece;
    assert_error(SPAL_EFAULT, spal_sendmsg(ours, &message, 0, NULL));
    assert_error(SPAL_EFAULT, spal_recvmsg(ours, &message, 0, NULL));
    assert_error(SPAL_EOPNOTSUPP, do_sendmsg(c, ours, &message, SPAL_PEEK, &moved));
    assert_error(SPAL_EOPNOTSUPP, do_recvmsg(c, ours, &message, SPAL_WAITALL, &moved));
    piece.length = (size_t)SPAL_LENGTH_MAX + 1;
    assert_error(SPAL_EINVAL, do_sendmsg(c, ours, &message, 0, &moved));
    assert_error(SPAL_EINVAL, do_recvmsg(c, ours, &message, 0, &moved));
    peer_expect_silence(peer);
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
}

static const behaviour message_rows[] = {
    ROW("message.v4", "A message out of several pieces is one IPv4 datagram, and is received into several.",
        exchange_v4, IN_ALL),
    ROW("message.v6", "A message out of several pieces is one IPv6 datagram, and is received into several.",
        exchange_v6, IN_ALL),
    ROW("message.connected", "A connected socket sends and receives messages without an address.", connected, IN_ALL),
    ROW("message.address",
        "A message's address is needed without a peer, refused with one, and as wrong as any address can be.",
        addressed, IN_ALL),
    ROW("message.truncated",
        "A message that does not fit is SPAL_EMSGSIZE with SPAL_TRUNC, its first bytes and its sender.", truncated,
        IN_ALL),
    ROW("message.truncated.lists", "A datagram that does not fit into a list of buffers is SPAL_EMSGSIZE and fills it.",
        truncated_lists, IN_ALL),
    ROW("message.peek", "A message received with SPAL_PEEK is the same the next time, flags and sender too.", peeked,
        IN_ALL),
    ROW("message.nothing-asked", "A message tells nothing of its packet that was not asked for, and no flag it lacks.",
        nothing_known, IN_ALL),
    ROW("message.waits", "A receive of a message started before it completes with all of it.", waiting, IN_ALL),
    ROW("message.cancel", "A receive of a message that is cancelled writes neither sender nor information.",
        ended_early, IN_WAITING),
    ROW("message.order", "Receives of messages get them in the order in which they were started.", in_order, IN_PORTS),
    ROW("message.pieces.most", "A datagram may have SPAL_BUFFERS_MAX pieces.", most_pieces, IN_ALL),
    ROW("message.pieces.too-many",
        "More pieces are SPAL_EMSGSIZE, none SPAL_EINVAL, and no part of the datagram is sent.", too_many_pieces,
        IN_ALL),
    ROW("message.pieces.empty", "Pieces without a byte are an empty datagram, and receive like a length of 0.",
        no_bytes, IN_ALL),
    ROW("message.too-long", "Pieces that are too long together are SPAL_EMSGSIZE, and nothing is sent.", too_long,
        IN_ALL),
    ROW("message.stream", "On a stream a message is its bytes, and comes from the peer without information.", stream,
        IN_ALL),
    ROW("message.stream.sender", "On a stream spal_recvfrom receives as spal_recv does, and tells the peer.",
        stream_sender, IN_ALL),
    ROW("message.stream.addressed",
        "On a stream an address to send to is SPAL_EISCONN, information SPAL_EOPNOTSUPP, and nothing is sent.",
        stream_addressed, IN_ALL),
    ROW("message.arguments", "Missing pointers are SPAL_EFAULT, wrong flags SPAL_EOPNOTSUPP, huge lengths SPAL_EINVAL.",
        wrong_arguments, IN_ALL),
};
SUBJECT(message, "Messages");
