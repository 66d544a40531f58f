/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSASendMsg: datagrams with settings of their own; and control data of sockets that speak both IPv4 and
 * IPv6.
 */
#include "parcel.h"

/* ---------------------------------------------------------------------------------------------------------- sending */

static void a_message_is_sent_to_its_name(void) {
    parcel letter, got;
    two(AF_INET);
    letter_init(&letter, "letter", &where);
    count = 0;
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    assert_int_equal(count, 6);
    take(&got);
    assert_memory_equal(got.data, "letter", 6);
}

static void connected_it_needs_no_name(void) {
    parcel letter, got;
    two(AF_INET);
    assert_ok(connect(sender, &where.any, where.length));
    letter_init(&letter, "letter", &where);
    letter.message.name = NULL;
    letter.message.namelen = 0;
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    take(&got);
    assert_memory_equal(got.data, "letter", 6);
}

static void sending_gathers(void) {
    parcel letter, got;
    WSABUF pieces[2] = {buffer_of("let", 3), buffer_of("ter", 3)};
    two(AF_INET);
    letter_init(&letter, "", &where);
    letter.message.lpBuffers = pieces;
    letter.message.dwBufferCount = 2;
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    assert_int_equal(count, 6);
    take(&got);
    assert_memory_equal(got.data, "letter", 6);
}

static void sending_overlapped_ends_by_its_event(void) {
    parcel letter, got;
    WSAOVERLAPPED overlapped;
    DWORD bytes = 0;
    two(AF_INET);
    overlapped_init(&overlapped);
    letter_init(&letter, "letter", &where);
    if (WSASendMsg(sender, &letter.message, 0, NULL, &overlapped, NULL) != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(sender, &overlapped, &bytes), 0);
    assert_int_equal(bytes, 6);
    take(&got);
}

static void unknown_flags_are_refused(void) {
    parcel letter;
    two(AF_INET);
    letter_init(&letter, "letter", &where);
    wine_differs("they are passed over");
    assert_wsa(WSAEOPNOTSUPP, WSASendMsg(sender, &letter.message, MSG_PEEK, &count, NULL, NULL));
}

static void flags_of_the_message_are_passed_over(void) {
    parcel letter;
    two(AF_INET);
    letter_init(&letter, "letter", &where);
    letter.message.dwFlags = MSG_PEEK | MSG_TRUNC | MSG_CTRUNC;
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
}

static void a_message_may_say_where_it_comes_from(void) {
    parcel letter, got;
    IN_PKTINFO info;
    wine_differs("it is not looked at");
    two(AF_INET);
    memset(&info, 0, sizeof info);
    info.ipi_addr.s_addr = htonl(INADDR_LOOPBACK + 8);
    letter_init(&letter, "letter", &where);
    control_put(&letter, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    take(&got);
    assert_int_equal(got.from.v4.sin_addr.s_addr, htonl(INADDR_LOOPBACK + 8));
}

static void a_message_may_say_its_hops_and_class(void) {
    parcel letter, got;
    int hops = 9, tos = 0x20;
    wine_differs("it is not looked at");
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_RECVTTL, 1);
    set_option(receiver, IPPROTO_IP, IP_RECVTOS, 1);
    letter_init(&letter, "letter", &where);
    control_put(&letter, IPPROTO_IP, IP_TTL, &hops, sizeof hops);
    control_put(&letter, IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    take(&got);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_TTL), 9);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_TOS), 0x20);
    post("next");
    take(&got);
    assert_int_not_equal(number_of(&got, IPPROTO_IP, IP_TTL), 9);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_TOS), 0);
}

static void a_message_may_say_its_ecn(void) {
    parcel letter, got;
    int ecn = 2;
    wine_differs("it is not known");
    two(AF_INET);
    set_option(receiver, IPPROTO_IP, IP_RECVECN, 1);
    letter_init(&letter, "letter", &where);
    control_put(&letter, IPPROTO_IP, IP_ECN, &ecn, sizeof ecn);
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    take(&got);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_ECN), 2);
}

static void malformed_control_data_are_invalid(void) {
    parcel letter;
    int number = 1;
    wine_differs("they are not looked at");
    two(AF_INET);
    letter_init(&letter, "letter", &where);
    control_put(&letter, IPPROTO_IP, IP_TTL, &number, sizeof number);
    letter.control.align.cmsg_len = 4096;
    assert_wsa(WSAEINVAL, WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    letter.control.align.cmsg_len = 1;
    assert_wsa(WSAEINVAL, WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
}

/* --------------------------------------------------------------------------------------------------------- dual mode
 */

static void two_dual(void) {
    address any = anywhere(AF_INET6);
    needs_ipv6();
    receiver = udp6();
    sender = udp();
    set_option(receiver, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    assert_ok(bind(receiver, &any.any, any.length));
    any = local_of(receiver);
    where = with_port(loopback(AF_INET), port_of(&any));
    extension(receiver, (GUID)WSAID_WSARECVMSG, &receive_message);
}

static void in_dual_mode_IP_PKTINFO_is_of_packets_of_ipv4(void) {
    parcel got;
    IN_PKTINFO info;
    two_dual();
    set_option(receiver, IPPROTO_IP, IP_PKTINFO, 1);
    post("x");
    take(&got);
    assert_int_equal(got.from.any.sa_family, AF_INET6);
    assert_true(IN6_IS_ADDR_V4MAPPED(&got.from.v6.sin6_addr));
    const WSACMSGHDR *found = control_find(&got, IPPROTO_IP, IP_PKTINFO);
    assert_non_null(found);
    memcpy(&info, WSA_CMSG_DATA(found), sizeof info);
    assert_int_equal(info.ipi_addr.s_addr, htonl(INADDR_LOOPBACK));
}

static void in_dual_mode_IPV6_PKTINFO_is_of_packets_of_ipv6(void) {
    parcel got;
    two_dual();
    set_option(receiver, IPPROTO_IPV6, IPV6_PKTINFO, 1);
    sender = udp6();
    where = with_port(loopback(AF_INET6), port_of(&where));
    post("x");
    take(&got);
    assert_non_null(control_find(&got, IPPROTO_IPV6, IPV6_PKTINFO));
    assert_null(control_find(&got, IPPROTO_IP, IP_PKTINFO));
}

static void in_dual_mode_hops_of_both_are_told(void) {
    parcel got;
    two_dual();
    wine_differs("those of IPv4 are not");
    set_option(receiver, IPPROTO_IP, IP_RECVTTL, 1);
    set_option(sender, IPPROTO_IP, IP_TTL, 17);
    post("x");
    take(&got);
    assert_int_equal(number_of(&got, IPPROTO_IP, IP_TTL), 17);
}

static void in_dual_mode_a_message_may_say_where_it_comes_from(void) {
    parcel letter, got;
    IN_PKTINFO info;
    wine_differs("it is not looked at");
    two_dual();
    drop(receiver);
    two(AF_INET);
    sender = udp6();
    set_option(sender, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    address to = mapped(port_of(&where));
    memset(&info, 0, sizeof info);
    info.ipi_addr.s_addr = htonl(INADDR_LOOPBACK + 8);
    letter_init(&letter, "letter", &to);
    control_put(&letter, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    assert_ok(WSASendMsg(sender, &letter.message, 0, &count, NULL, NULL));
    take(&got);
    assert_int_equal(got.from.v4.sin_addr.s_addr, htonl(INADDR_LOOPBACK + 8));
}

static const conform_test tests[] = {
    conform(a_message_is_sent_to_its_name),
    conform(connected_it_needs_no_name),
    conform(sending_gathers),
    conform(sending_overlapped_ends_by_its_event),
    conform(unknown_flags_are_refused),
    conform(flags_of_the_message_are_passed_over),
    conform(a_message_may_say_where_it_comes_from),
    conform(a_message_may_say_its_hops_and_class),
    conform(a_message_may_say_its_ecn),
    conform(malformed_control_data_are_invalid),
    conform(in_dual_mode_IP_PKTINFO_is_of_packets_of_ipv4),
    conform(in_dual_mode_IPV6_PKTINFO_is_of_packets_of_ipv6),
    conform(in_dual_mode_hops_of_both_are_told),
    conform(in_dual_mode_a_message_may_say_where_it_comes_from),
};

CONFORM_MAIN(tests)
