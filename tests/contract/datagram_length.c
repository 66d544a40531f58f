/* SPDX-License-Identifier: MIT
 *
 * Behaviours of datagrams by their length: the longest and the empty ones, buffers that are too short or have no bytes
 * at all, and a look at a datagram that leaves it where it is.
 */
#include "datagrams.h"

enum { LARGEST_V4 = 65507, LARGEST_V6 = 65527, ABOVE = 70000 };

static void largest(context *c, int family) {
    size_t length = family == SPAL_AF_INET ? LARGEST_V4 : LARGEST_V6, moved = 0;
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char *bytes = memory_for(c, ABOVE);
    pattern_fill(bytes, length, 3);
    must(do_sendto(c, ours, bytes, length, 0, &peer_at, &moved));
    assert_int_equal(moved, length);
    memset(bytes, 0, ABOVE);
    assert_int_equal(peer_recvfrom(peer, bytes, ABOVE, &from), length);
    peer_sendto(peer, bytes, length, &from);
    memset(bytes, 0, ABOVE);
    must(do_recvfrom(c, ours, bytes, ABOVE, 0, &from, &moved));
    assert_int_equal(moved, length);
    assert_true(pattern_holds(bytes, length, 3, 0));
}
IN_BOTH_FAMILIES(largest)

static void too_long(context *c, int family) {
    size_t length = family == SPAL_AF_INET ? LARGEST_V4 + 1 : LARGEST_V6 + 1, moved = 9;
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char *bytes = memory_for(c, ABOVE);
    assert_error(SPAL_EMSGSIZE, do_sendto(c, ours, bytes, length, 0, &peer_at, &moved));
    assert_int_equal(moved, 0);
    assert_error(SPAL_EMSGSIZE, do_sendto(c, ours, bytes, ABOVE, 0, &peer_at, &moved));
    peer_expect_silence(peer);
    expect_exchanges(ours, peer);
}
IN_BOTH_FAMILIES(too_long)

static void empty(context *c, int family) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char bytes[8];
    size_t moved = 9;
    must(do_sendto(c, ours, NULL, 0, 0, &peer_at, &moved));
    assert_int_equal(moved, 0);
    assert_int_equal(peer_recvfrom(peer, bytes, sizeof bytes, &from), 0);
    expect_address(&ours_at, &from);
    for (int i = 0; i < 3; i++) {
        memset(&from, 0, sizeof from);
        peer_sendto(peer, "", 0, &ours_at);
        must(do_recvfrom(c, ours, bytes, sizeof bytes, 0, &from, &moved));
        assert_int_equal(moved, 0);
        expect_address(&peer_at, &from);
    }
    expect_exchanges(ours, peer);
}
IN_BOTH_FAMILIES(empty)

static void empty_waits(context *c) {
    spal_address ours_at, from;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char byte = 0;
    pending *p = start_recvfrom(c, ours, &byte, 1, 0);
    assert_waiting(p);
    peer_sendto(peer, NULL, 0, &ours_at);
    must(finish(p));
    assert_int_equal(p->count, 0);
    from = loopback(SPAL_AF_INET, port_of(peer));
    expect_address(&from, &p->peer);
}

static void zero_length(context *c) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char bytes[4];
    size_t moved = 9;
    peer_sendto(peer, "abc", 3, &ours_at);
    peer_sendto(peer, "", 0, &ours_at);
    peer_sendto(peer, "de", 2, &ours_at);
    assert_error(SPAL_EMSGSIZE, do_recvfrom(c, ours, NULL, 0, 0, &from, &moved));
    assert_int_equal(moved, 0);
    expect_address(&peer_at, &from);
    must(do_recvfrom(c, ours, NULL, 0, 0, &from, &moved));
    assert_int_equal(moved, 0);
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 2);
    assert_memory_equal(bytes, "de", 2);
}

static void zero_length_waits(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    pending *p = start_recv(c, ours, NULL, 0, 0);
    assert_waiting(p);
    peer_sendto(peer, "abc", 3, &ours_at);
    assert_error(SPAL_EMSGSIZE, finish(p));
    assert_int_equal(p->count, 0);
    peer_expect_silence(ours);
}

static void truncated(context *c, int family) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp_bound(c, family, &peer_at);
    char bytes[8] = {0};
    size_t moved = 9;
    peer_sendto(peer, "abcdef", 6, &ours_at);
    peer_sendto(peer, "gh", 2, &ours_at);
    assert_error(SPAL_EMSGSIZE, do_recvfrom(c, ours, bytes, 4, 0, &from, &moved));
    assert_int_equal(moved, 4);
    assert_string_equal(bytes, "abcd");
    expect_address(&peer_at, &from);
    must(do_recvfrom(c, ours, bytes, sizeof bytes, 0, &from, &moved));
    assert_int_equal(moved, 2);
    assert_memory_equal(bytes, "gh", 2);
}
IN_BOTH_FAMILIES(truncated)

static void truncated_waiting(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char bytes[4] = {0};
    pending *p = start_recvfrom(c, ours, bytes, 3, 0);
    assert_waiting(p);
    peer_sendto(peer, "abcdef", 6, &ours_at);
    assert_error(SPAL_EMSGSIZE, finish(p));
    assert_int_equal(p->count, 3);
    assert_string_equal(bytes, "abc");
    expect_address(&peer_at, &p->peer);
    peer_expect_silence(ours);
}

static void peek(context *c) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char bytes[8] = {0};
    size_t moved = 9;
    peer_sendto(peer, "abcdef", 6, &ours_at);
    for (int i = 0; i < 2; i++) {
        must(do_recvfrom(c, ours, bytes, sizeof bytes, SPAL_PEEK, &from, &moved));
        assert_int_equal(moved, 6);
        assert_memory_equal(bytes, "abcdef", 6);
        expect_address(&peer_at, &from);
        memset(&from, 0, sizeof from);
    }
    must(do_recvfrom(c, ours, bytes, sizeof bytes, 0, &from, &moved));
    assert_int_equal(moved, 6);
    expect_address(&peer_at, &from);
    peer_expect_silence(ours);
}

static void peek_truncated(context *c) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    char bytes[8] = {0};
    size_t moved = 9;
    peer_sendto(peer, "abcdef", 6, &ours_at);
    for (int i = 0; i < 2; i++) {
        assert_error(SPAL_EMSGSIZE, do_recvfrom(c, ours, bytes, 2, SPAL_PEEK, &from, &moved));
        assert_int_equal(moved, 2);
        assert_string_equal(bytes, "ab");
        expect_address(&peer_at, &from);
        memset(&from, 0, sizeof from);
    }
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 6);
    assert_memory_equal(bytes, "abcdef", 6);
}

static void peek_waits(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    char bytes[8];
    size_t moved;
    pending *p = start_recvfrom(c, ours, bytes, sizeof bytes, SPAL_PEEK);
    assert_waiting(p);
    peer_sendto(peer, "abc", 3, &ours_at);
    must(finish(p));
    assert_int_equal(p->count, 3);
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 3);
}

static const behaviour datagram_length_rows[] = {
    ROW("datagram.largest.v4", "The longest IPv4 datagram, 65507 bytes, arrives whole.", largest_v4, IN_ALL),
    ROW("datagram.largest.v6", "The longest IPv6 datagram, 65527 bytes, arrives whole.", largest_v6, IN_ALL),
    ROW("datagram.too-long.v4", "An IPv4 datagram that is longer is SPAL_EMSGSIZE and not sent, not even in part.",
        too_long_v4, IN_ALL),
    ROW("datagram.too-long.v6", "An IPv6 datagram that is longer is SPAL_EMSGSIZE and not sent, not even in part.",
        too_long_v6, IN_ALL),
    ROW("datagram.empty.v4", "An empty IPv4 datagram arrives, with its sender, and is no end of anything.", empty_v4,
        IN_ALL),
    ROW("datagram.empty.v6", "An empty IPv6 datagram arrives, with its sender, and is no end of anything.", empty_v6,
        IN_ALL),
    ROW("datagram.empty.waiting", "An empty datagram completes a receive that waits.", empty_waits, IN_ALL),
    ROW("datagram.recv.zero-length",
        "A receive of length 0 takes one datagram: SPAL_EMSGSIZE unless it is empty, and the rest is lost.",
        zero_length, IN_ALL),
    ROW("datagram.recv.zero-length.waiting", "A receive of length 0 waits for a datagram and takes it.",
        zero_length_waits, IN_ALL),
    ROW("datagram.truncated.v4",
        "An IPv4 datagram that does not fit is SPAL_EMSGSIZE with its first bytes and its sender; the rest is lost.",
        truncated_v4, IN_ALL),
    ROW("datagram.truncated.v6",
        "An IPv6 datagram that does not fit is SPAL_EMSGSIZE with its first bytes and its sender; the rest is lost.",
        truncated_v6, IN_ALL),
    ROW("datagram.truncated.waiting",
        "A datagram that does not fit into a receive that waits is SPAL_EMSGSIZE with its first bytes and its sender.",
        truncated_waiting, IN_ALL),
    ROW("datagram.peek", "A receive with SPAL_PEEK leaves the datagram, and tells its sender.", peek, IN_ALL),
    ROW("datagram.peek.truncated", "A datagram that is cut by SPAL_PEEK is SPAL_EMSGSIZE, and is still there, whole.",
        peek_truncated, IN_ALL),
    ROW("datagram.peek.waits", "A receive with SPAL_PEEK waits for a datagram as any other.", peek_waits, IN_ALL),
};
SUBJECT(datagram_length, "Lengths of datagrams");
