/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSARecvMsg: datagrams with control data, what is told of them by flags, what must be there for a call;
 * and the macros that go through control data.
 */
#include "parcel.h"

/* -------------------------------------------------------------------------------------------------------- receiving */

static void a_datagram_and_its_sender_are_told(void) {
    parcel got;
    two(AF_INET);
    post("hello");
    take(&got);
    address from = local_of(sender);
    assert_int_equal(count, 5);
    assert_memory_equal(got.data, "hello", 5);
    assert_int_equal(got.message.namelen, sizeof got.from.v4);
    assert_int_equal(port_of(&got.from), port_of(&from));
    assert_int_equal(got.message.dwFlags, 0);
}

static void nothing_else_is_told_unless_it_is_asked_for(void) {
    parcel got;
    two(AF_INET);
    post("x");
    take(&got);
    assert_int_equal(got.message.Control.len, 0);
}

static void the_sender_need_not_be_told(void) {
    parcel got;
    two(AF_INET);
    post("x");
    parcel_init(&got);
    got.message.name = NULL;
    got.message.namelen = 0;
    await_readable(receiver);
    assert_ok(receive_message(receiver, &got.message, &count, NULL, NULL));
    assert_int_equal(count, 1);
}

static void several_buffers_are_filled_in_turn(void) {
    parcel got;
    char first[2], second[10];
    WSABUF pieces[2];
    two(AF_INET);
    post("hello");
    parcel_init(&got);
    pieces[0] = buffer_of(first, sizeof first);
    pieces[1] = buffer_of(second, sizeof second);
    got.message.lpBuffers = pieces;
    got.message.dwBufferCount = 2;
    await_readable(receiver);
    assert_ok(receive_message(receiver, &got.message, &count, NULL, NULL));
    assert_int_equal(count, 5);
    assert_memory_equal(first, "he", 2);
    assert_memory_equal(second, "llo", 3);
}

static void IP_PKTINFO_tells_the_address_and_the_interface(void) {
    parcel got;
    IN_PKTINFO info;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    post("x");
    take(&got);
    const WSACMSGHDR *found = control_find(&got, IPPROTO_IP, IP_PKTINFO);
    assert_non_null(found);
    assert_int_equal(found->cmsg_len, WSA_CMSG_LEN(sizeof info));
    memcpy(&info, WSA_CMSG_DATA(found), sizeof info);
    assert_int_equal(info.ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
    assert_int_not_equal(info.ipi_ifindex, 0);
    assert_int_equal(got.message.Control.len, WSA_CMSG_SPACE(sizeof info));
}

static void IP_PKTINFO_can_be_switched_off(void) {
    parcel got;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 0);
    post("x");
    take(&got);
    assert_null(control_find(&got, IPPROTO_IP, IP_PKTINFO));
}

static void IPV6_PKTINFO_tells_the_address_and_the_interface(void) {
    parcel got;
    IN6_PKTINFO info;
    address self = loopback(AF_INET6);
    needs_ipv6();
    two(AF_INET6);
    set_option(receiver, IPPROTO_IPV6, IPV6_PKTINFO, 1);
    post("x");
    take(&got);
    const WSACMSGHDR *found = control_find(&got, IPPROTO_IPV6, IPV6_PKTINFO);
    assert_non_null(found);
    memcpy(&info, WSA_CMSG_DATA(found), sizeof info);
    assert_memory_equal(&info.ipi6_addr, &self.v6.sin6_addr, sizeof info.ipi6_addr);
    assert_int_not_equal(info.ipi6_ifindex, 0);
}

static void IP_RECVTTL_tells_the_hops(void) {
    parcel got;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_RECVTTL, 1);
    set_option(sender, IPPROTO_IP, IP_TTL, 17);
    post("x");
    take(&got);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_TTL), 17);
}

static void IPV6_HOPLIMIT_tells_the_hops(void) {
    parcel got;
    needs_ipv6();
    two(AF_INET6);
    set_option(receiver, IPPROTO_IPV6, IPV6_HOPLIMIT, 1);
    set_option(sender, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 17);
    post("x");
    take(&got);
    assert_int_equal(number_of(&got, IPPROTO_IPV6, IPV6_HOPLIMIT), 17);
}

static void IP_RECVTOS_tells_the_type_of_service(void) {
    parcel got;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_RECVTOS, 1);
    set_option(sender, IPPROTO_IP, IP_TOS, 0x10);
    post("x");
    take(&got);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_TOS), 0x10);
}

static void IP_RECVECN_tells_the_two_bits(void) {
    parcel got;
    wine_differs("it is not known");
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_RECVECN, 1);
    set_option(sender, IPPROTO_IP, IP_TOS, 0x11);
    post("x");
    take(&got);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_ECN), 1);
    assert_null(control_find(&got, IPPROTO_IP, IP_TOS));
}

static void IP_RECVIF_tells_the_interface(void) {
    parcel got;
    wine_differs("it is not known");
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_RECVIF, 1);
    post("x");
    take(&got);
    assert_int_not_equal(number_of(&got, IPPROTO_IP, IP_RECVIF), 0);
    assert_null(control_find(&got, IPPROTO_IP, IP_PKTINFO));
}

static void several_are_told_together(void) {
    parcel got;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    set_option(receiver, IPPROTO_IP, IP_RECVTTL, 1);
    set_option(receiver, IPPROTO_IP, IP_RECVTOS, 1);
    post("x");
    take(&got);
    assert_non_null(control_find(&got, IPPROTO_IP, IP_PKTINFO));
    assert_non_null(control_find(&got, IPPROTO_IP, IP_TTL));
    assert_non_null(control_find(&got, IPPROTO_IP, IP_TOS));
    assert_int_equal(got.message.Control.len, WSA_CMSG_SPACE(sizeof(IN_PKTINFO)) + 2 * WSA_CMSG_SPACE(sizeof(int)));
}

static void too_little_room_for_control_data_says_so(void) {
    parcel got;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    post("hello");
    parcel_init(&got);
    got.message.Control.len = WSA_CMSG_SPACE(sizeof(IN_PKTINFO)) - 1;
    await_readable(receiver);
    assert_wsa(WSAEMSGSIZE, receive_message(receiver, &got.message, &count, NULL, NULL));
    assert_int_equal(got.message.dwFlags & (MSG_CTRUNC | MSG_TRUNC), MSG_CTRUNC);
    assert_memory_equal(got.data, "hello", 5);
    assert_bytes(SOCKET_ERROR, (set_nonblocking(receiver), recv(receiver, got.data, 1, 0)));
}

static void no_room_for_control_data_says_so(void) {
    parcel got;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    post("hello");
    parcel_init(&got);
    got.message.Control = buffer_of(NULL, 0);
    await_readable(receiver);
    assert_wsa(WSAEMSGSIZE, receive_message(receiver, &got.message, &count, NULL, NULL));
    assert_int_not_equal(got.message.dwFlags & MSG_CTRUNC, 0);
}

static void a_longer_datagram_is_cut_and_says_so(void) {
    wine_differs("no flag says so");
    parcel got;
    two(AF_INET);
    post("hello");
    parcel_init(&got);
    got.piece.len = 2;
    await_readable(receiver);
    assert_wsa(WSAEMSGSIZE, receive_message(receiver, &got.message, &count, NULL, NULL));
    assert_int_equal(got.message.dwFlags & MSG_TRUNC, MSG_TRUNC);
    assert_memory_equal(got.data, "he", 2);
}

static void peeking_leaves_the_datagram(void) {
    parcel got;
    two(AF_INET);
    post("hello");
    parcel_init(&got);
    got.message.dwFlags = MSG_PEEK;
    await_readable(receiver);
    assert_ok(receive_message(receiver, &got.message, &count, NULL, NULL));
    assert_int_equal(count, 5);
    take(&got);
    assert_int_equal(count, 5);
}

static void other_flags_are_refused(void) {
    parcel got;
    wine_differs("they are passed over");
    two(AF_INET);
    post("hello");
    parcel_init(&got);
    got.message.dwFlags = MSG_OOB;
    assert_wsa(WSAEOPNOTSUPP, receive_message(receiver, &got.message, &count, NULL, NULL));
}

static void without_a_datagram_it_would_block(void) {
    parcel got;
    two(AF_INET);
    set_nonblocking(receiver);
    parcel_init(&got);
    assert_wsa(WSAEWOULDBLOCK, receive_message(receiver, &got.message, &count, NULL, NULL));
}

static void receiving_times_out(void) {
    parcel got;
    two(AF_INET);
    set_option(receiver, SOL_SOCKET, SO_RCVTIMEO, 1);
    parcel_init(&got);
    assert_wsa(WSAETIMEDOUT, receive_message(receiver, &got.message, &count, NULL, NULL));
}

static void receiving_overlapped_tells_the_same(void) {
    parcel got;
    WSAOVERLAPPED overlapped;
    DWORD bytes = 0;
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    overlapped_init(&overlapped);
    parcel_init(&got);
    assert_wsa(WSA_IO_PENDING, receive_message(receiver, &got.message, NULL, &overlapped, NULL));
    post("hello");
    assert_int_equal(overlapped_end(receiver, &overlapped, &bytes), 0);
    assert_int_equal(bytes, 5);
    assert_non_null(control_find(&got, IPPROTO_IP, IP_PKTINFO));
    assert_int_equal(got.message.namelen, sizeof got.from.v4);
}

/* ------------------------------------------------------------------------------------------------- what is needed */

static void receiving_needs_a_name(void) {
    parcel got;
    two(AF_INET);
    parcel_init(&got);
    wine_differs("it waits");
    assert_wsa(WSAEINVAL, receive_message(sender, &got.message, &count, NULL, NULL));
}

static void no_message_is_a_fault(void) {
    two(AF_INET);
    assert_wsa(WSAEFAULT, receive_message(receiver, NULL, &count, NULL, NULL));
    wine_differs("sending crashes");
    assert_wsa(WSAEFAULT, WSASendMsg(sender, NULL, 0, &count, NULL, NULL));
}

static void no_place_for_the_count_is_a_fault(void) {
    parcel got;
    two(AF_INET);
    post("x");
    await_readable(receiver);
    parcel_init(&got);
    wine_differs("it is not needed");
    assert_wsa(WSAEFAULT, receive_message(receiver, &got.message, NULL, NULL, NULL));
    letter_init(&got, "x", &where);
    assert_wsa(WSAEFAULT, WSASendMsg(sender, &got.message, 0, NULL, NULL, NULL));
}

static void a_name_of_some_length_must_be_somewhere(void) {
    parcel got;
    two(AF_INET);
    wine_differs("the length is not looked at");
    parcel_init(&got);
    got.message.name = NULL;
    assert_wsa(WSAEFAULT, receive_message(receiver, &got.message, &count, NULL, NULL));
    assert_ok(connect(sender, &where.any, where.length));
    letter_init(&got, "x", &where);
    got.message.name = NULL;
    assert_wsa(WSAEFAULT, WSASendMsg(sender, &got.message, 0, &count, NULL, NULL));
}

static void control_data_of_some_length_must_be_somewhere(void) {
    parcel got;
    two(AF_INET);
    wine_differs("the length is not looked at");
    parcel_init(&got);
    got.message.Control.buf = NULL;
    assert_wsa(WSAEFAULT, receive_message(receiver, &got.message, &count, NULL, NULL));
    letter_init(&got, "x", &where);
    got.message.Control.len = 16;
    assert_wsa(WSAEFAULT, WSASendMsg(sender, &got.message, 0, &count, NULL, NULL));
}

static void streams_have_no_messages(void) {
    parcel got;
    SOCKET client, server;
    two(AF_INET);
    tcp_pair(&client, &server);
    parcel_init(&got);
    wine_differs("they have");
    assert_wsa(WSAEOPNOTSUPP, receive_message(server, &got.message, &count, NULL, NULL));
}

static void both_need_a_socket(void) {
    parcel got;
    two(AF_INET);
    parcel_init(&got);
    assert_wsa(WSAENOTSOCK, receive_message(NOT_A_SOCKET, &got.message, &count, NULL, NULL));
    letter_init(&got, "x", &where);
    assert_wsa(WSAENOTSOCK, WSASendMsg(NOT_A_SOCKET, &got.message, 0, &count, NULL, NULL));
}

/* ------------------------------------------------------------------------------------------------------- the macros */

static void the_macros_measure(void) {
    assert_int_equal(WSA_CMSG_LEN(0), sizeof(WSACMSGHDR));
    assert_int_equal(WSA_CMSG_LEN(5), sizeof(WSACMSGHDR) + 5);
    assert_int_equal(WSA_CMSG_SPACE(0), sizeof(WSACMSGHDR));
    assert_int_equal(WSA_CMSG_SPACE(1), sizeof(WSACMSGHDR) + sizeof(SIZE_T));
    assert_int_equal(WSA_CMSG_SPACE(sizeof(SIZE_T)), sizeof(WSACMSGHDR) + sizeof(SIZE_T));
}

static void the_macros_walk(void) {
    parcel of;
    char byte = 7;
    int number = 8;
    parcel_init(&of);
    of.message.Control.len = 0;
    assert_null(WSA_CMSG_FIRSTHDR(&of.message));
    control_put(&of, IPPROTO_IP, 1, &byte, sizeof byte);
    control_put(&of, IPPROTO_IP, 2, &number, sizeof number);
    WSACMSGHDR *first = WSA_CMSG_FIRSTHDR(&of.message), *none = NULL;
    assert_non_null(first);
    assert_ptr_equal(WSA_CMSG_NXTHDR(&of.message, none), first);
    WSACMSGHDR *second = WSA_CMSG_NXTHDR(&of.message, first);
    assert_non_null(second);
    assert_int_equal((char *)second - (char *)first, WSA_CMSG_SPACE(sizeof byte));
    assert_int_equal(*(char *)WSA_CMSG_DATA(first), 7);
    assert_int_equal(second->cmsg_type, 2);
    assert_null(WSA_CMSG_NXTHDR(&of.message, second));
}

static const conform_test tests[] = {
    conform(a_datagram_and_its_sender_are_told),
    conform(nothing_else_is_told_unless_it_is_asked_for),
    conform(the_sender_need_not_be_told),
    conform(several_buffers_are_filled_in_turn),
    conform(IP_PKTINFO_tells_the_address_and_the_interface),
    conform(IP_PKTINFO_can_be_switched_off),
    conform(IPV6_PKTINFO_tells_the_address_and_the_interface),
    conform(IP_RECVTTL_tells_the_hops),
    conform(IPV6_HOPLIMIT_tells_the_hops),
    conform(IP_RECVTOS_tells_the_type_of_service),
    conform(IP_RECVECN_tells_the_two_bits),
    conform(IP_RECVIF_tells_the_interface),
    conform(several_are_told_together),
    conform(too_little_room_for_control_data_says_so),
    conform(no_room_for_control_data_says_so),
    conform(a_longer_datagram_is_cut_and_says_so),
    conform(peeking_leaves_the_datagram),
    conform(other_flags_are_refused),
    conform(without_a_datagram_it_would_block),
    conform(receiving_times_out),
    conform(receiving_overlapped_tells_the_same),
    conform(receiving_needs_a_name),
    conform(no_message_is_a_fault),
    conform(no_place_for_the_count_is_a_fault),
    conform(a_name_of_some_length_must_be_somewhere),
    conform(control_data_of_some_length_must_be_somewhere),
    conform(streams_have_no_messages),
    conform(both_need_a_socket),
    conform(the_macros_measure),
    conform(the_macros_walk),
};

CONFORM_MAIN(tests)
