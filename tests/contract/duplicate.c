/* SPDX-License-Identifier: MIT
 *
 * Behaviours of spal_duplicate: two handles to one socket of the system, what they share and what each has for itself.
 * On Windows one port serves both, so the tests attach the second handle only.
 */
#include "fixture.h"

static spal_socket duplicate_of(context *c, spal_socket socket) {
    spal_socket second = {0};
    must(spal_duplicate(socket, &second));
    keep_socket(c, second);
    must(spal_set_recv_timeout(second, WAIT_MS));
    must(spal_set_send_timeout(second, WAIT_MS));
    return second;
}

static void same_stream(context *c) {
    spal_socket ours, peer, second;
    char bytes[4] = {0};
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    assert_true(second.id != ours.id);
    peer_send(ours, "ab", 2);
    must(do_send(c, second, "cd", 2, &moved));
    peer_recv(peer, bytes, 4);
    assert_memory_equal(bytes, "abcd", 4);
    peer_send(peer, "xy", 2);
    must(do_recv(c, second, bytes, 1, 0, &moved));
    assert_int_equal(bytes[0], 'x');
    peer_recv(ours, bytes, 1);
    assert_int_equal(bytes[0], 'y');
}

static void divided_work(context *c) {
    enum { LENGTH = 1024 * 1024 };
    spal_socket ours, peer, second;
    char *bytes = memory_for(c, LENGTH), byte = 0;
    pending *receiving;
    reader *read;
    size_t moved = 0;
    open_narrow_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    receiving = start_recv(c, second, &byte, 1, 0);
    assert_waiting(receiving);
    pattern_fill(bytes, LENGTH, 2);
    read = peer_read(c, peer, LENGTH, 2);
    must(spal_send(ours, bytes, LENGTH, 0, &moved));
    assert_int_equal(moved, LENGTH);
    peer_join_reader(read);
    assert_false(is_over(receiving));
    peer_send(peer, "x", 1);
    must(finish(receiving));
    assert_int_equal(byte, 'x');
}

static void last_one_ends(context *c) {
    for (int first = 0; first < 2; first++) {
        spal_socket ours, peer, handles[2];
        size_t moved = 0;
        char byte = 0;
        open_pair(c, &ours, &peer);
        handles[0] = ours;
        handles[1] = duplicate_of(c, ours);
        must(spal_close(handles[first]));
        assert_error(SPAL_ENOTSOCK, spal_send(handles[first], "x", 1, 0, &moved));
        expect_works(handles[1 - first], peer);
        must(do_send(c, handles[1 - first], "z", 1, &moved));
        peer_recv(peer, &byte, 1);
        assert_int_equal(byte, 'z');
        must(spal_close(handles[1 - first]));
        peer_expect_end(peer);
    }
}

static void closing_ends_own(context *c) {
    spal_socket ours, peer, second, third;
    char bytes[2] = {0};
    pending *p;
    open_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    third = duplicate_of(c, second);
    p = start_recv(c, second, &bytes[0], 1, 0);
    assert_waiting(p);
    must(spal_close(ours));
    must(spal_close(third));
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(bytes[0], 'x');
    third = duplicate_of(c, second);
    p = start_recv(c, second, &bytes[1], 1, 0);
    assert_waiting(p);
    must(spal_close(second));
    expect_closed(p);
    expect_works(third, peer);
}

static void options_shared(context *c) {
    spal_socket ours, peer, second;
    open_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    must(spal_set_option(ours, SPAL_OPT_NODELAY, 1));
    assert_int_equal(option_of(second, SPAL_OPT_NODELAY), 1);
    must(spal_set_option(second, SPAL_OPT_KEEPALIVE, 1));
    assert_int_equal(option_of(ours, SPAL_OPT_KEEPALIVE), 1);
    must(spal_set_option(second, SPAL_OPT_NODELAY, 0));
    assert_int_equal(option_of(ours, SPAL_OPT_NODELAY), 0);
}

static void own_settings(context *c) {
    spal_socket ours, peer, second = {0};
    spal_native first_native, second_native;
    spal_op op = {0};
    char byte = 0;
    int value = -1;
    pending *p;
    open_pair(c, &ours, &peer);
    must(spal_set_nonblocking(ours, 1));
    must(spal_duplicate(ours, &second));
    keep_socket(c, second);
    must(spal_get_nonblocking(second, &value));
    assert_int_equal(value, 0);
    must(spal_get_recv_timeout(second, &value));
    assert_int_equal(value, 0);
    must(spal_get_send_timeout(second, &value));
    assert_int_equal(value, 0);
    assert_error(SPAL_EINVAL, spal_recv_async(second, &op, &byte, 1, 0));
    must(spal_native_handle(ours, &first_native));
    must(spal_native_handle(second, &second_native));
    assert_true(first_native != second_native);
    assert_false(native_is_inheritable(second_native));
    p = start_recv(c, second, &byte, 1, 0);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
}

static void own_cancel(context *c) {
    spal_socket ours, peer, second;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    p = start_recv(c, second, &byte, 1, 0);
    assert_waiting(p);
    must(spal_cancel(ours, NULL));
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
}

static void facts_known(context *c) {
    spal_address address, own, seen;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), ours, peer, second;
    second = duplicate_of(c, listener);
    assert_int_equal(option_of(second, SPAL_OPT_LISTENING), 1);
    assert_int_equal(option_of(second, SPAL_OPT_BOUND), 1);
    open_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    assert_int_equal(option_of(second, SPAL_OPT_CONNECTED), 1);
    assert_int_equal(option_of(second, SPAL_OPT_TYPE), SPAL_SOCK_STREAM);
    assert_int_equal(option_of(second, SPAL_OPT_FAMILY), SPAL_AF_INET);
    must(spal_local_address(ours, &own));
    must(spal_local_address(second, &seen));
    assert_int_equal(spal_address_compare(&own, &seen), 0);
    must(spal_peer_address(ours, &own));
    must(spal_peer_address(second, &seen));
    assert_int_equal(spal_address_compare(&own, &seen), 0);
    assert_error(SPAL_EISCONN, spal_connect(second, &address));
}

static void shut_down_for_both(context *c) {
    spal_socket ours, peer, second;
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    peer_expect_end(peer);
    assert_error(SPAL_ESHUTDOWN, do_send(c, second, "x", 1, &moved));
    peer_send(peer, "y", 1);
    must(do_recv(c, second, &(char){0}, 1, 0, &moved));
    assert_int_equal(moved, 1);
}

static void listener_shared(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address), second = duplicate_of(c, listener), accepted;
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(client, &address));
    must(do_accept(c, second, &accepted, NULL));
    expect_works(client, accepted);
    client = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(client, &address));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    must(spal_close(listener));
    client = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(client, &address));
    must(do_accept(c, second, &accepted, NULL));
    expect_works(client, accepted);
}

static void datagram_shared(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 0);
    spal_socket ours, second, other;
    char bytes[4] = {0};
    size_t moved = 0;
    must(spal_open(&ours, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, ours);
    must(spal_bind(ours, &address));
    must(spal_local_address(ours, &address));
    second = duplicate_of(c, ours);
    must(spal_open(&other, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, other);
    must(spal_sendto(other, "abc", 3, 0, &address, &moved));
    must(do_recv(c, second, bytes, 4, 0, &moved));
    assert_int_equal(moved, 3);
    must(spal_close(ours));
    must(spal_sendto(other, "de", 2, 0, &address, &moved));
    must(do_recv(c, second, bytes, 4, 0, &moved));
    assert_int_equal(moved, 2);
}

static void adopted_too(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), ours, peer, second;
    spal_native native = native_connect(address.port);
    char byte = 0;
    size_t moved;
    assert_true(native != NATIVE_NONE);
    must(spal_adopt(&ours, native));
    keep_socket(c, ours);
    must(spal_accept(listener, &peer, NULL));
    keep_socket(c, peer);
    second = duplicate_of(c, ours);
    must(spal_close(ours));
    assert_false(native_is_open(native));
    peer_send(peer, "x", 1);
    must(do_recv(c, second, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
    expect_works(second, peer);
    must(spal_close(second));
    peer_expect_end(peer);
}

static void both_attached(context *c) {
    spal_socket ours, peer, second;
    char bytes[2] = {0};
    pending *first_recv, *second_recv;
    open_pair(c, &ours, &peer);
    second = duplicate_of(c, ours);
    first_recv = start_recv(c, ours, &bytes[0], 1, 0);
    second_recv = start_recv(c, second, &bytes[1], 1, 0);
    assert_waiting(first_recv);
    assert_waiting(second_recv);
    peer_send(peer, "xx", 2);
    must(finish(first_recv));
    must(finish(second_recv));
    assert_memory_equal(bytes, "xx", 2);
}

static void one_attached(context *c) {
    spal_socket ours, peer, second;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    second = duplicate_of(c, ours);
    assert_error(SPAL_EINVAL, spal_port_attach(c->port, second, NULL, 0));
    expect_works(second, peer);
}

static void wrong(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET), out = {7};
    assert_error(SPAL_EFAULT, spal_duplicate(socket, NULL));
    must(spal_close(socket));
    assert_error(SPAL_ENOTSOCK, spal_duplicate(socket, &out));
    assert_error(SPAL_ENOTSOCK, spal_duplicate((spal_socket){0}, &out));
    assert_true(out.id == 7);
}

static void without_descriptors(context *c) {
    spal_socket ours, peer, out = {7};
    spal_error error;
    open_pair(c, &ours, &peer);
    if (!descriptor_limit_lower())
        skip_because(c, "this system has no limit of descriptors that a test could lower");
    error = spal_duplicate(ours, &out);
    descriptor_limit_restore();
    assert_error(SPAL_EMFILE, error);
    assert_true(out.id == 7);
    expect_works(ours, peer);
}

static const behaviour duplicate_rows[] = {
    ROW("duplicate.stream", "A socket and its duplicate move the same stream, in either direction.", same_stream,
        IN_ALL),
    ROW("duplicate.divided", "One handle may send while the other receives.", divided_work, IN_WAITING),
    ROW("duplicate.last", "Closing one handle keeps the connection; the peer sees the end after the last.",
        last_one_ends, IN_ALL),
    ROW("duplicate.close.own", "Closing a handle ends its own operations and no other's.", closing_ends_own,
        IN_WAITING),
    ROW("duplicate.cancel.own", "Cancelling the operations of a handle leaves those of the other alone.", own_cancel,
        IN_WAITING),
    ROW("duplicate.options", "An option set through one handle is set for both.", options_shared, IN_ANY),
    ROW("duplicate.own",
        "A duplicate waits, has no timeouts and no port, whatever the first handle has, and is not inherited.",
        own_settings, IN_WAITING),
    ROW("duplicate.facts", "A duplicate knows whether it is connected or listens, and both addresses.", facts_known,
        IN_ANY),
    ROW("duplicate.shutdown", "Shutting sending down through one handle shuts it down for both.", shut_down_for_both,
        IN_ALL),
    ROW("duplicate.listener", "A listener and its duplicate accept from one queue, also when one is closed.",
        listener_shared, IN_ALL),
    ROW("duplicate.datagram",
        "A datagram socket's duplicate receives at the same address, also when the other is closed.", datagram_shared,
        IN_ALL),
    ROW("duplicate.adopted", "An adopted socket can be duplicated, and outlives the descriptor that was adopted.",
        adopted_too, IN_ALL),
    ROW_NOT("duplicate.attached", "Both handles may be attached, and each receives what it is first to take.",
            both_attached, IN_PORTS, NOT_IOCP, "On Windows a port belongs to the socket, whatever the handle"),
    ROW_NOT("duplicate.attached.one",
            "Attaching the duplicate of an attached socket is SPAL_EINVAL; it serves synchronous calls.", one_attached,
            IN_PORTS, NOT_EPOLL | NOT_KQUEUE, "Only on Windows does a port belong to the socket, whatever the handle"),
    ROW("duplicate.wrong", "Duplicating a closed handle is SPAL_ENOTSOCK, without a place for it SPAL_EFAULT.", wrong,
        IN_ANY),
    ROW_NOT("duplicate.descriptors", "Without descriptors a duplicate is SPAL_EMFILE, and the socket goes on.",
            without_descriptors, IN_ANY, NOT_IOCP, "Windows has no limit of handles that a test could lower"),
};
SUBJECT(duplicate, "Duplicates");
