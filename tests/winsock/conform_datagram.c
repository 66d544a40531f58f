/* SPDX-License-Identifier: MIT
 *
 * Conformance: sendto and recvfrom, send and recv, on datagram sockets: addresses, lengths, truncation, datagrams
 * without data, ports where nobody is. connect for datagrams is in conform_connect.c, messages with control data in
 * conform_message.c.
 */
#include "conform.h"

static char bytes[64];

static int send_to(SOCKET from, const char *text, const address *where) {
    return sendto(from, text, (int)strlen(text), 0, &where->any, where->length);
}

/* A receiver and where it is. */
static SOCKET receiver(address *where) {
    SOCKET made = udp();
    *where = bind_loopback(made, AF_INET);
    return made;
}

/* -------------------------------------------------------------------------------------------------------- addresses */

static void a_datagram_tells_its_sender(void) {
    address where, from, name;
    SOCKET to = receiver(&where), sender = udp();
    name = bind_loopback(sender, AF_INET);
    assert_bytes(5, send_to(sender, "hello", &where));
    memset(&from, 0x55, sizeof from);
    from.length = sizeof from.room;
    await_readable(to);
    assert_bytes(5, recvfrom(to, bytes, sizeof bytes, 0, &from.any, &from.length));
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(from.length, sizeof from.v4);
    assert_true(same_address(&from, &name));
}

static void by_ipv6_too(void) {
    address where, from, name;
    needs_ipv6();
    SOCKET to = udp6(), sender = udp6();
    where = bind_loopback(to, AF_INET6);
    name = bind_loopback(sender, AF_INET6);
    assert_bytes(5, send_to(sender, "hello", &where));
    from.length = sizeof from.room;
    await_readable(to);
    assert_bytes(5, recvfrom(to, bytes, sizeof bytes, 0, &from.any, &from.length));
    assert_int_equal(from.length, sizeof from.v6);
    assert_true(same_address(&from, &name));
}

static void a_reply_goes_to_the_sender(void) {
    address where, from;
    SOCKET to = receiver(&where), sender = udp();
    assert_bytes(4, send_to(sender, "ping", &where));
    from.length = sizeof from.room;
    await_readable(to);
    assert_bytes(4, recvfrom(to, bytes, sizeof bytes, 0, &from.any, &from.length));
    assert_bytes(4, send_to(to, "pong", &from));
    expect_text(sender, "pong");
}

static void the_sender_need_not_be_told(void) {
    address where;
    SOCKET to = receiver(&where), sender = udp();
    assert_bytes(1, send_to(sender, "x", &where));
    await_readable(to);
    assert_bytes(1, recvfrom(to, bytes, sizeof bytes, 0, NULL, NULL));
    assert_bytes(1, send_to(sender, "y", &where));
    await_readable(to);
    assert_bytes(1, recv(to, bytes, sizeof bytes, 0));
}

static void more_room_than_an_address_needs_is_left_alone(void) {
    wine_differs("it writes zeros behind the address");
    char room[1024];
    int length = sizeof room;
    address where;
    SOCKET to = receiver(&where);
    memset(room, 0x5a, sizeof room);
    assert_bytes(1, send_to(udp(), "x", &where));
    await_readable(to);
    assert_bytes(1, recvfrom(to, bytes, 1, 0, (struct sockaddr *)(void *)room, &length));
    assert_int_equal(length, sizeof(struct sockaddr_in));
    assert_int_equal(room[sizeof room - 1], 0x5a);
}

static void too_little_room_for_the_address_is_a_fault(void) {
    address where, from;
    SOCKET to = receiver(&where);
    wine_differs("it tells what fits");
    assert_bytes(1, send_to(udp(), "x", &where));
    await_readable(to);
    memset(&from, 0x55, sizeof from);
    from.length = 1;
    assert_wsa(WSAEFAULT, recvfrom(to, bytes, 1, 0, &from.any, &from.length));
    assert_int_equal(((unsigned char *)&from)[0], 0x55);
}

static void sending_binds(void) {
    address where, name;
    SOCKET sender = udp();
    (void)receiver(&where);
    assert_bytes(1, send_to(sender, "x", &where));
    name = local_of(sender);
    assert_int_not_equal(port_of(&name), 0);
    assert_int_equal(name.v4.sin_addr.s_addr, htonl(INADDR_ANY));
}

static void sending_again_keeps_the_port(void) {
    address where, first, second;
    SOCKET sender = udp();
    (void)receiver(&where);
    assert_bytes(1, send_to(sender, "x", &where));
    first = local_of(sender);
    assert_bytes(1, send_to(sender, "x", &where));
    second = local_of(sender);
    assert_int_equal(port_of(&first), port_of(&second));
}

static void receiving_needs_a_name(void) {
    SOCKET unbound = udp();
    wine_differs("an unbound socket receives");
    set_nonblocking(unbound);
    assert_wsa(WSAEINVAL, recvfrom(unbound, bytes, sizeof bytes, 0, NULL, NULL));
    assert_wsa(WSAEINVAL, recv(unbound, bytes, sizeof bytes, 0));
}

static void sending_needs_an_address(void) {
    wine_differs("it says WSAEINVAL");
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    assert_wsa(WSAENOTCONN, send(bound, "x", 1, 0));
}

static void sending_unbound_needs_an_address(void) {
    wine_differs("it says WSAEINVAL");
    assert_wsa(WSAENOTCONN, send(udp(), "x", 1, 0));
}

static void sendto_needs_an_address(void) {
    wine_differs("it says WSAEINVAL");
    assert_int_equal(sendto(udp(), "x", 1, 0, NULL, 0), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAENOTCONN || WSAGetLastError() == WSAEDESTADDRREQ);
}

static void a_short_address_is_a_fault(void) {
    address where;
    (void)receiver(&where);
    assert_wsa(WSAEFAULT, sendto(udp(), "x", 1, 0, &where.any, where.length - 1));
    assert_wsa(WSAEFAULT, sendto(udp(), "x", 1, 0, &where.any, 2));
}

static void an_address_of_an_unknown_family_is_refused(void) {
    wine_differs("it says WSAEFAULT");
    address where;
    (void)receiver(&where);
    where.any.sa_family = 0xdead;
    assert_wsa(WSAEAFNOSUPPORT, sendto(udp(), "x", 1, 0, &where.any, where.length));
}

static void anywhere_is_no_address(void) {
    address where;
    wine_differs("it is the own host");
    (void)receiver(&where);
    where.v4.sin_addr.s_addr = htonl(INADDR_ANY);
    assert_wsa(WSAEADDRNOTAVAIL, send_to(udp(), "x", &where));
}

static void broadcasting_needs_permission(void) {
    address where = with_port(anywhere(AF_INET), htons(9));
    where.v4.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    assert_wsa(WSAEACCES, send_to(udp(), "x", &where));
}

static void a_connected_socket_can_send_elsewhere(void) {
    SOCKET a, b, other;
    address where;
    udp_pair(&a, &b);
    other = receiver(&where);
    assert_bytes(5, send_to(a, "other", &where));
    expect_text(other, "other");
    send_text(a, "peer");
    expect_text(b, "peer");
}

/* --------------------------------------------------------------------------------------------------- boundaries --- */

static void one_recv_takes_one_datagram(void) {
    address where;
    SOCKET to = receiver(&where), sender = udp();
    assert_bytes(3, send_to(sender, "one", &where));
    assert_bytes(3, send_to(sender, "two", &where));
    await_readable(to);
    assert_bytes(3, recv(to, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "one", 3);
    await_readable(to);
    assert_bytes(3, recv(to, bytes, sizeof bytes, 0));
    assert_memory_equal(bytes, "two", 3);
}

static void a_longer_datagram_is_cut_and_says_so(void) {
    address where;
    SOCKET to = receiver(&where);
    assert_bytes(6, send_to(udp(), "abcdef", &where));
    await_readable(to);
    memset(bytes, '-', sizeof bytes);
    assert_wsa(WSAEMSGSIZE, recv(to, bytes, 3, 0));
    assert_memory_equal(bytes, "abc---", 6);
}

static void what_was_cut_off_is_lost(void) {
    address where;
    SOCKET to = receiver(&where), sender = udp();
    assert_bytes(6, send_to(sender, "abcdef", &where));
    assert_bytes(4, send_to(sender, "next", &where));
    await_readable(to);
    assert_wsa(WSAEMSGSIZE, recvfrom(to, bytes, 3, 0, NULL, NULL));
    expect_text(to, "next");
}

static void a_cut_datagram_tells_its_sender(void) {
    address where, from, name;
    SOCKET to = receiver(&where), sender = udp();
    name = bind_loopback(sender, AF_INET);
    assert_bytes(6, send_to(sender, "abcdef", &where));
    await_readable(to);
    from.length = sizeof from.room;
    assert_wsa(WSAEMSGSIZE, recvfrom(to, bytes, 3, 0, &from.any, &from.length));
    assert_true(same_address(&from, &name));
}

static void no_room_cuts_it_too(void) {
    address where;
    SOCKET to = receiver(&where), sender = udp();
    assert_bytes(1, send_to(sender, "x", &where));
    await_readable(to);
    assert_wsa(WSAEMSGSIZE, recv(to, bytes, 0, 0));
    assert_bytes(1, send_to(sender, "y", &where));
    expect_text(to, "y");
}

static void a_datagram_without_data_is_one(void) {
    address where, from, name;
    SOCKET to = receiver(&where), sender = udp();
    name = bind_loopback(sender, AF_INET);
    assert_bytes(0, sendto(sender, "", 0, 0, &where.any, where.length));
    assert_bytes(0, sendto(sender, NULL, 0, 0, &where.any, where.length));
    for (int i = 0; i < 2; i++) {
        await_readable(to);
        from.length = sizeof from.room;
        assert_bytes(0, recvfrom(to, bytes, sizeof bytes, 0, &from.any, &from.length));
        assert_true(same_address(&from, &name));
    }
    assert_int_equal(is_readable(to, MOMENT), 0);
}

static void a_datagram_without_data_is_not_the_end(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_bytes(0, send(a, "", 0, 0));
    await_readable(b);
    assert_bytes(0, recv(b, bytes, sizeof bytes, 0));
    send_text(a, "on");
    expect_text(b, "on");
}

static void peeking_leaves_the_datagram(void) {
    address where, from;
    SOCKET to = receiver(&where);
    assert_bytes(3, send_to(udp(), "abc", &where));
    await_readable(to);
    for (int i = 0; i < 2; i++) {
        from.length = sizeof from.room;
        assert_bytes(3, recvfrom(to, bytes, sizeof bytes, MSG_PEEK, &from.any, &from.length));
        assert_int_equal(from.length, sizeof from.v4);
    }
    expect_text(to, "abc");
    assert_int_equal(is_readable(to, 0), 0);
}

static void peeking_at_a_part_says_that_there_is_more(void) {
    address where;
    SOCKET to = receiver(&where);
    assert_bytes(3, send_to(udp(), "abc", &where));
    await_readable(to);
    assert_wsa(WSAEMSGSIZE, recv(to, bytes, 1, MSG_PEEK));
    assert_int_equal(bytes[0], 'a');
    expect_text(to, "abc");
}

static void datagrams_can_be_large(void) {
    enum { LARGE = 65507 };
    char *out = calloc(1, LARGE), *in = calloc(1, LARGE);
    address where;
    SOCKET to = receiver(&where), sender = udp();
    set_option(sender, SOL_SOCKET, SO_SNDBUF, 200000);
    set_option(to, SOL_SOCKET, SO_RCVBUF, 200000);
    out[LARGE - 1] = 'z';
    assert_bytes(LARGE, sendto(sender, out, LARGE, 0, &where.any, where.length));
    await_readable(to);
    assert_bytes(LARGE, recv(to, in, LARGE, 0));
    assert_int_equal(in[LARGE - 1], 'z');
    free(out);
    free(in);
}

static void but_not_larger(void) {
    enum { LARGE = 65508 };
    char *out = calloc(1, 70000);
    address where;
    SOCKET sender = udp();
    (void)receiver(&where);
    assert_wsa(WSAEMSGSIZE, sendto(sender, out, LARGE, 0, &where.any, where.length));
    assert_wsa(WSAEMSGSIZE, sendto(sender, out, 70000, 0, &where.any, where.length));
    free(out);
}

static void nothing_there_would_block(void) {
    address where;
    SOCKET to = receiver(&where);
    set_nonblocking(to);
    assert_wsa(WSAEWOULDBLOCK, recvfrom(to, bytes, sizeof bytes, 0, NULL, NULL));
    assert_wsa(WSAEWOULDBLOCK, recv(to, bytes, sizeof bytes, 0));
}

static void receiving_times_out(void) {
    address where;
    SOCKET to = receiver(&where);
    set_option(to, SOL_SOCKET, SO_RCVTIMEO, 30);
    assert_wsa(WSAETIMEDOUT, recvfrom(to, bytes, sizeof bytes, 0, NULL, NULL));
}

static void urgent_datagrams_cannot_be_sent(void) {
    address where;
    (void)receiver(&where);
    assert_wsa(WSAEOPNOTSUPP, sendto(udp(), "x", 1, MSG_OOB, &where.any, where.length));
}

static void urgent_datagrams_cannot_be_received(void) {
    address where;
    SOCKET to = receiver(&where);
    wine_differs("it says WSAEWOULDBLOCK");
    set_nonblocking(to);
    assert_wsa(WSAEOPNOTSUPP, recvfrom(to, bytes, 1, MSG_OOB, NULL, NULL));
}

static void FIONREAD_counts_what_one_recv_gives(void) {
    u_long count = 0;
    address where;
    SOCKET to = receiver(&where);
    assert_ok(ioctlsocket(to, (long)FIONREAD, &count));
    assert_int_equal(count, 0);
    assert_bytes(3, send_to(udp(), "abc", &where));
    await_readable(to);
    assert_ok(ioctlsocket(to, (long)FIONREAD, &count));
    assert_int_equal(count, 3);
}

static void datagrams_of_many_senders_arrive(void) {
    address where;
    SOCKET to = receiver(&where);
    int seen = 0;
    for (int i = 0; i < 20; i++) {
        char byte = (char)i;
        assert_bytes(1, sendto(udp(), &byte, 1, 0, &where.any, where.length));
    }
    for (int i = 0; i < 20; i++) {
        await_readable(to);
        assert_bytes(1, recv(to, bytes, 1, 0));
        seen |= 1 << bytes[0];
    }
    assert_int_equal(seen, (1 << 20) - 1);
}

/* ------------------------------------------------------------------------------------------------- nobody there --- */

static address nobody_hears(void) {
    SOCKET holder = udp();
    address where = bind_loopback(holder, AF_INET);
    drop(holder);
    return where;
}

static void sending_to_nobody_succeeds(void) {
    address where = nobody_hears();
    assert_bytes(1, send_to(udp(), "x", &where));
}

static void connected_it_is_told_that_nobody_is_there(void) {
    address where = nobody_hears();
    SOCKET from = udp();
    wine_differs("what the port says is not told");
    assert_ok(connect(from, &where.any, where.length));
    assert_bytes(1, send(from, "x", 1, 0));
    set_option(from, SOL_SOCKET, SO_RCVTIMEO, SOON);
    assert_wsa(WSAECONNRESET, recv(from, bytes, 1, 0));
}

static void unconnected_it_is_told_that_nobody_is_there(void) {
    address where = nobody_hears();
    SOCKET from = udp();
    wine_differs("what the port says is not told");
    (void)bind_loopback(from, AF_INET);
    assert_bytes(1, send_to(from, "x", &where));
    set_option(from, SOL_SOCKET, SO_RCVTIMEO, SOON);
    assert_wsa(WSAECONNRESET, recvfrom(from, bytes, 1, 0, NULL, NULL));
}

static void sends_do_not_tell_it(void) {
    address where = nobody_hears(), good;
    SOCKET from = udp(), to = udp();
    wine_differs("what the port says is not told");
    good = bind_loopback(to, AF_INET);
    (void)bind_loopback(from, AF_INET);
    for (int i = 0; i < 3; i++) {
        assert_bytes(1, send_to(from, "x", &where));
        assert_bytes(2, send_to(from, "ok", &good));
        expect_text(to, "ok");
    }
    await_readable(from);
    assert_wsa(WSAECONNRESET, recvfrom(from, bytes, 1, 0, NULL, NULL));
}

static void after_it_the_socket_goes_on(void) {
    address where = nobody_hears(), name;
    SOCKET from = udp(), other = udp();
    int resets = 0;
    name = bind_loopback(from, AF_INET);
    assert_bytes(1, send_to(from, "x", &where));
    assert_bytes(2, send_to(other, "ok", &name));
    while (recvfrom(from, bytes, sizeof bytes, 0, NULL, NULL) != 2)
        assert_true(WSAGetLastError() == WSAECONNRESET && ++resets < 2);
    assert_memory_equal(bytes, "ok", 2);
    assert_int_equal(is_readable(from, MOMENT), 0);
}

static void SIO_UDP_CONNRESET_turns_it_off_for_connected_ones_too(void) {
    address where = nobody_hears();
    BOOL off = FALSE;
    DWORD count;
    SOCKET from = udp();
    wine_differs("the next send tells it");
    assert_ok(connect(from, &where.any, where.length));
    assert_ok(WSAIoctl(from, SIO_UDP_CONNRESET, &off, sizeof off, NULL, 0, &count, NULL, NULL));
    for (int i = 0; i < 3; i++)
        assert_bytes(1, send(from, "x", 1, 0));
    assert_int_equal(is_readable(from, MOMENT), 0);
}

static void SIO_UDP_CONNRESET_turns_that_off(void) {
    address where = nobody_hears(), name;
    BOOL off = FALSE;
    DWORD count;
    SOCKET from = udp(), other = udp();
    name = bind_loopback(from, AF_INET);
    assert_ok(WSAIoctl(from, SIO_UDP_CONNRESET, &off, sizeof off, NULL, 0, &count, NULL, NULL));
    assert_bytes(1, send_to(from, "x", &where));
    assert_int_equal(is_readable(from, MOMENT), 0);
    assert_bytes(2, send_to(other, "ok", &name));
    expect_text(from, "ok");
}

static const conform_test tests[] = {
    conform(a_datagram_tells_its_sender),
    conform(by_ipv6_too),
    conform(a_reply_goes_to_the_sender),
    conform(the_sender_need_not_be_told),
    conform(more_room_than_an_address_needs_is_left_alone),
    conform(too_little_room_for_the_address_is_a_fault),
    conform(sending_binds),
    conform(sending_again_keeps_the_port),
    conform(receiving_needs_a_name),
    conform(sending_needs_an_address),
    conform(sending_unbound_needs_an_address),
    conform(sendto_needs_an_address),
    conform(a_short_address_is_a_fault),
    conform(an_address_of_an_unknown_family_is_refused),
    conform(anywhere_is_no_address),
    conform(broadcasting_needs_permission),
    conform(a_connected_socket_can_send_elsewhere),
    conform(one_recv_takes_one_datagram),
    conform(a_longer_datagram_is_cut_and_says_so),
    conform(what_was_cut_off_is_lost),
    conform(a_cut_datagram_tells_its_sender),
    conform(no_room_cuts_it_too),
    conform(a_datagram_without_data_is_one),
    conform(a_datagram_without_data_is_not_the_end),
    conform(peeking_leaves_the_datagram),
    conform(peeking_at_a_part_says_that_there_is_more),
    conform(datagrams_can_be_large),
    conform(but_not_larger),
    conform(nothing_there_would_block),
    conform(receiving_times_out),
    conform(urgent_datagrams_cannot_be_sent),
    conform(urgent_datagrams_cannot_be_received),
    conform(FIONREAD_counts_what_one_recv_gives),
    conform(datagrams_of_many_senders_arrive),
    conform(sending_to_nobody_succeeds),
    conform(connected_it_is_told_that_nobody_is_there),
    conform(unconnected_it_is_told_that_nobody_is_there),
    conform(sends_do_not_tell_it),
    conform(after_it_the_socket_goes_on),
    conform(SIO_UDP_CONNRESET_turns_it_off_for_connected_ones_too),
    conform(SIO_UDP_CONNRESET_turns_that_off),
};

CONFORM_MAIN(tests)
