/* SPDX-License-Identifier: MIT
 *
 * Behaviours of spal_socketpair: two sockets connected to each other, as streams and as datagram sockets. Second
 * handles to one socket stand in duplicate.c.
 */
#include "fixture.h"

enum { LARGE = 2 * 1024 * 1024, CYCLES = 300, WARM_UP = 20, SLACK = 4 };

static void make_pair(context *c, int type, spal_socket *a, spal_socket *b) {
    must(spal_socketpair(type, a, b));
    keep_socket(c, *a);
    keep_socket(c, *b);
    must(spal_set_recv_timeout(*a, WAIT_MS));
    must(spal_set_recv_timeout(*b, WAIT_MS));
    must(spal_set_send_timeout(*a, WAIT_MS));
    must(spal_set_send_timeout(*b, WAIT_MS));
}

static void stream(context *c) {
    spal_socket a, b;
    char bytes[3] = {0};
    size_t moved = 0;
    make_pair(c, SPAL_SOCK_STREAM, &a, &b);
    must(do_send(c, a, "abc", 3, &moved));
    must(do_recv(c, b, bytes, 3, 0, &moved));
    assert_memory_equal(bytes, "abc", 3);
    must(do_send(c, b, "xyz", 3, &moved));
    must(do_recv(c, a, bytes, 3, 0, &moved));
    assert_memory_equal(bytes, "xyz", 3);
}

static void stream_waits(context *c) {
    spal_socket a, b;
    char byte = 0;
    pending *p;
    make_pair(c, SPAL_SOCK_STREAM, &a, &b);
    p = start_recv(c, a, &byte, 1, 0);
    assert_waiting(p);
    peer_send(b, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
    p = start_recv(c, a, &byte, 1, 0);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    expect_works(a, b);
}

static void stream_large(context *c) {
    spal_socket a, b;
    char *bytes = memory_for(c, LARGE);
    size_t moved = 0;
    reader *read;
    make_pair(c, SPAL_SOCK_STREAM, &a, &b);
    pattern_fill(bytes, LARGE, 6);
    read = peer_read(c, b, LARGE, 6);
    must(do_send(c, a, bytes, LARGE, &moved));
    assert_int_equal(moved, LARGE);
    peer_join_reader(read);
}

static void stream_ends(context *c) {
    spal_socket a, b;
    char byte = 0;
    size_t moved = 9;
    make_pair(c, SPAL_SOCK_STREAM, &a, &b);
    peer_send(a, "x", 1);
    must(spal_shutdown(a, SPAL_SHUT_SEND));
    must(do_recv(c, b, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
    must(do_recv(c, b, &byte, 1, 0, &moved));
    assert_int_equal(moved, 0);
    peer_send(b, "y", 1);
    peer_recv(a, &byte, 1);
    assert_int_equal(byte, 'y');
    must(spal_close(b));
    must(do_recv(c, a, &byte, 1, 0, &moved));
    assert_int_equal(moved, 0);
}

static void datagrams(context *c) {
    spal_socket a, b;
    char bytes[8] = {0};
    size_t moved = 9;
    make_pair(c, SPAL_SOCK_DGRAM, &a, &b);
    must(do_send(c, a, "abc", 3, &moved));
    must(do_send(c, a, NULL, 0, &moved));
    must(do_send(c, a, "de", 2, &moved));
    must(do_recv(c, b, bytes, 8, 0, &moved));
    assert_int_equal(moved, 3);
    assert_memory_equal(bytes, "abc", 3);
    must(do_recv(c, b, bytes, 8, 0, &moved));
    assert_int_equal(moved, 0);
    must(do_recv(c, b, bytes, 8, 0, &moved));
    assert_int_equal(moved, 2);
    assert_memory_equal(bytes, "de", 2);
    must(do_send(c, b, "x", 1, &moved));
    must(do_recv(c, a, bytes, 8, 0, &moved));
    assert_int_equal(moved, 1);
}

static void expect_each_other(context *c, int type) {
    spal_socket a, b;
    spal_address own, seen;
    make_pair(c, type, &a, &b);
    for (int i = 0; i < 2; i++) {
        must(spal_local_address(i == 0 ? a : b, &own));
        must(spal_peer_address(i == 0 ? b : a, &seen));
        assert_int_equal(spal_address_compare(&own, &seen), 0);
        if (own.family == SPAL_AF_UNIX)
            assert_int_equal(own.length, 0);
        else
            assert_true(spal_address_is_loopback(&own) == 1 && own.port != 0);
    }
    assert_int_equal(option_of(a, SPAL_OPT_TYPE), type);
    assert_int_equal(option_of(b, SPAL_OPT_TYPE), type);
    assert_int_equal(option_of(a, SPAL_OPT_CONNECTED), 1);
    assert_int_equal(option_of(b, SPAL_OPT_CONNECTED), 1);
    assert_int_equal(option_of(a, SPAL_OPT_FAMILY), option_of(b, SPAL_OPT_FAMILY));
}

static void each_other(context *c) {
    expect_each_other(c, SPAL_SOCK_STREAM);
    expect_each_other(c, SPAL_SOCK_DGRAM);
}

/** Sends a datagram to where the socket is bound, as a stranger. */
static void intrude(context *c, spal_socket socket) {
    spal_address address;
    spal_socket stranger;
    size_t sent;
    must(spal_local_address(socket, &address));
    if (address.family == SPAL_AF_UNIX)
        return;
    must(spal_open(&stranger, address.family, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, stranger);
    must(spal_sendto(stranger, "stranger", 8, 0, &address, &sent));
}

static void no_strangers(context *c) {
    spal_socket a, b;
    char bytes[8];
    size_t moved = 0;
    make_pair(c, SPAL_SOCK_DGRAM, &a, &b);
    intrude(c, a);
    intrude(c, b);
    must(do_send(c, a, "x", 1, &moved));
    must(do_recv(c, b, bytes, 8, 0, &moved));
    assert_int_equal(moved, 1);
    must(do_send(c, b, "y", 1, &moved));
    must(do_recv(c, a, bytes, 8, 0, &moved));
    assert_int_equal(moved, 1);
}

static void fresh(context *c) {
    static const int types[] = {SPAL_SOCK_STREAM, SPAL_SOCK_DGRAM};
    for (size_t i = 0; i < 2; i++) {
        spal_socket both[2];
        must(spal_socketpair(types[i], &both[0], &both[1]));
        assert_true(both[0].id != both[1].id);
        for (size_t k = 0; k < 2; k++) {
            spal_op op = {0};
            spal_native native;
            int value = -1;
            keep_socket(c, both[k]);
            must(spal_native_handle(both[k], &native));
            assert_false(native_is_inheritable(native));
            must(spal_get_nonblocking(both[k], &value));
            assert_int_equal(value, 0);
            must(spal_get_recv_timeout(both[k], &value));
            assert_int_equal(value, 0);
            assert_error(SPAL_EINVAL, spal_recv_async(both[k], &op, &value, 1, 0));
        }
    }
}

static void wrong(context *c) {
    spal_socket a = {7}, b = {8};
    (void)c;
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_socketpair(SPAL_SOCK_RAW, &a, &b));
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_socketpair(77, &a, &b));
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_socketpair(0, &a, &b));
    assert_error(SPAL_EFAULT, spal_socketpair(SPAL_SOCK_STREAM, NULL, &b));
    assert_error(SPAL_EFAULT, spal_socketpair(SPAL_SOCK_STREAM, &a, NULL));
    assert_true(a.id == 7 && b.id == 8);
}

static void leaves_nothing(context *c) {
    long before = 0, memory = 0;
    for (int i = 0; i < CYCLES; i++) {
        spal_socket a, b;
        if (i == WARM_UP) {
            before = descriptor_count();
            memory = allocator_live();
        }
        must(spal_socketpair(i % 2 == 0 ? SPAL_SOCK_STREAM : SPAL_SOCK_DGRAM, &a, &b));
        must(spal_close(a));
        must(spal_close(b));
    }
    assert_in_range(allocator_live(), 0, memory + SLACK);
    if (before < 0)
        skip_because(c, "descriptors cannot be counted here");
    assert_in_range(descriptor_count(), 0, before + SLACK);
}

static void without_descriptors(context *c) {
    spal_socket a = {7}, b = {8};
    spal_error streams, messages;
    long before = descriptor_count();
    if (!descriptor_limit_lower())
        skip_because(c, "this system has no limit of descriptors that a test could lower");
    streams = spal_socketpair(SPAL_SOCK_STREAM, &a, &b);
    messages = spal_socketpair(SPAL_SOCK_DGRAM, &a, &b);
    descriptor_limit_restore();
    assert_error(SPAL_EMFILE, streams);
    assert_error(SPAL_EMFILE, messages);
    assert_true(a.id == 7 && b.id == 8);
    assert_int_equal(descriptor_count(), before);
}

static const behaviour pair_rows[] = {
    ROW("pair.stream", "A pair of stream sockets carries bytes both ways.", stream, IN_ALL),
    ROW("pair.stream.waits", "A receive on a pair waits for the other end, and can be cancelled.", stream_waits,
        IN_WAITING),
    ROW("pair.stream.large", "A pair carries megabytes unchanged.", stream_large, IN_ALL),
    ROW("pair.stream.end", "Each direction of a pair of streams ends by itself, and closing one end ends the other.",
        stream_ends, IN_ALL),
    ROW("pair.datagram", "A pair of datagram sockets carries messages, empty ones too, each by itself.", datagrams,
        IN_ALL),
    ROW("pair.addresses", "The ends of a pair are connected to each other and to nobody else.", each_other, IN_ANY),
    ROW("pair.strangers", "A stranger's datagram does not reach a pair.", no_strangers, IN_ALL),
    ROW("pair.fresh", "The sockets of a pair wait, have no timeouts, belong to no port and are not inherited.", fresh,
        IN_ANY),
    ROW("pair.wrong",
        "A pair of another type is SPAL_ESOCKTNOSUPPORT, a missing pointer SPAL_EFAULT, and nothing is written.", wrong,
        IN_ANY),
    ROW("pair.leaks-nothing", "Pairs made and closed leave neither descriptor nor memory behind.", leaves_nothing,
        IN_ANY),
    ROW_NOT("pair.descriptors", "Without descriptors a pair is SPAL_EMFILE, and none of its ends stays.",
            without_descriptors, IN_ANY, NOT_IOCP, "Windows has no limit of handles that a test could lower"),
};
SUBJECT(pair, "Socket pairs");
