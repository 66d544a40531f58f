/* SPDX-License-Identifier: MIT
 *
 * Behaviours of what messages say of their packets: the address and the interface they came in by, their time to live
 * and traffic class, and the same chosen for one packet that is sent.
 */
#include "datagrams.h"

enum { TTL = 37, TRAFFIC_CLASS = 0x28 };

static uint32_t loopback_interface(void) {
    enum { ROOM = 64 };
    static spal_interface found[ROOM];
    size_t count = 0;
    must(spal_interfaces(found, ROOM, &count));
    for (size_t i = 0; i < count && i < ROOM; i++)
        if ((found[i].flags & SPAL_IF_LOOPBACK) != 0)
            return found[i].index;
    fail_msg("%s", "there is no loopback interface");
    return 0;
}

/** Receives one message of one byte. */
static void receive(context *c, spal_socket socket, letter *got) {
    size_t moved = 0;
    must(do_recvmsg(c, socket, letter_open(got), 0, &moved));
    assert_int_equal(moved, 1);
    assert_int_equal(got->message.flags, 0);
}

/** Sends one byte with `info`. */
static void send_with(context *c, spal_socket socket, spal_packet_info *info, spal_address *to) {
    spal_buffer piece = {(char[]){"x"}, 1};
    spal_message message = {&piece, 1, to, info, 0};
    size_t moved = 0;
    must(do_sendmsg(c, socket, &message, 0, &moved));
    assert_int_equal(moved, 1);
}

static void expect_ours(const spal_packet_info *info, const spal_address *local) {
    assert_int_equal(info->present, SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE);
    spal_address without_port = *local, told = info->local;
    without_port.port = told.port = 0;
    expect_address(&without_port, &told);
    assert_int_equal(info->interface_index, loopback_interface());
}

static spal_socket open_any(context *c, int family, spal_address *loopback_at) {
    spal_socket socket = open_udp(c, family);
    spal_address any;
    must(spal_address_any(family, 0, &any));
    must(spal_bind(socket, &any));
    *loopback_at = loopback(family, port_of(socket));
    return socket;
}

static void told_local(context *c, int family) {
    spal_address ours_at;
    spal_socket ours = open_any(c, family, &ours_at), peer = open_udp(c, family);
    letter got;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    for (int i = 0; i < 2; i++) {
        peer_sendto(peer, "x", 1, &ours_at);
        receive(c, ours, &got);
        expect_ours(&got.info, &ours_at);
        assert_int_equal(got.address.port, port_of(peer));
    }
}
IN_BOTH_FAMILIES(told_local)

static void told_which(context *c) {
    spal_address ours_at;
    spal_socket ours = open_any(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    letter got;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    for (uint8_t last = 1; last < 4; last++) {
        ours_at.ip[3] = last;
        peer_sendto(peer, "x", 1, &ours_at);
        receive(c, ours, &got);
        expect_ours(&got.info, &ours_at);
    }
}

static void told_dual(context *c, int family) {
    spal_address to, expected;
    spal_socket dual, peer;
    uint16_t port;
    letter got;
    require_ipv6(c);
    dual = open_udp_dual(c, &port);
    peer = open_udp(c, family);
    to = loopback(family, port);
    must(spal_set_option(dual, SPAL_OPT_PACKET_INFO, 1));
    peer_sendto(peer, "x", 1, &to);
    receive(c, dual, &got);
    must(spal_address_map_v4(&to, &expected));
    expect_ours(&got.info, &expected);
}

static void told_dual_v4(context *c) {
    told_dual(c, SPAL_AF_INET);
}

static void told_dual_v6(context *c) {
    told_dual(c, SPAL_AF_INET6);
}

static void told_ttl(context *c, int family) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp(c, family);
    letter got;
    must(spal_set_option(ours, SPAL_OPT_RECV_TTL, 1));
    for (int ttl = TTL; ttl < TTL + 2; ttl++) {
        must(spal_set_option(peer, SPAL_OPT_TTL, ttl));
        peer_sendto(peer, "x", 1, &ours_at);
        receive(c, ours, &got);
        assert_int_equal(got.info.present, SPAL_INFO_TTL);
        assert_int_equal(got.info.ttl, ttl);
    }
}
IN_BOTH_FAMILIES(told_ttl)

static void told_class(context *c, int family) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, family, &ours_at), peer = open_udp(c, family);
    letter got;
    must(spal_set_option(peer, SPAL_OPT_TRAFFIC_CLASS, TRAFFIC_CLASS));
    must(spal_set_option(ours, SPAL_OPT_RECV_TRAFFIC_CLASS, 1));
    peer_sendto(peer, "x", 1, &ours_at);
    receive(c, ours, &got);
    assert_int_equal(got.info.present, SPAL_INFO_TRAFFIC_CLASS);
    assert_int_equal(got.info.traffic_class, TRAFFIC_CLASS);
}
IN_BOTH_FAMILIES(told_class)

static void told_all(context *c, int family) {
    spal_address ours_at;
    spal_socket ours = open_any(c, family, &ours_at), peer = open_udp(c, family);
    letter got;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    must(spal_set_option(ours, SPAL_OPT_RECV_TTL, 1));
    must(spal_set_option(ours, SPAL_OPT_RECV_TRAFFIC_CLASS, 1));
    must(spal_set_option(peer, SPAL_OPT_TTL, TTL));
    peer_sendto(peer, "x", 1, &ours_at);
    receive(c, ours, &got);
    assert_int_equal(got.info.present, SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE | SPAL_INFO_TTL | SPAL_INFO_TRAFFIC_CLASS);
    assert_int_equal(got.info.ttl, TTL);
    assert_int_equal(got.info.traffic_class, 0);
}
IN_BOTH_FAMILIES(told_all)

static void told_dual_all(context *c) {
    spal_address to;
    spal_socket dual, peer = open_udp(c, SPAL_AF_INET);
    uint16_t port;
    letter got;
    require_ipv6(c);
    dual = open_udp_dual(c, &port);
    to = loopback(SPAL_AF_INET, port);
    must(spal_set_option(dual, SPAL_OPT_RECV_TTL, 1));
    must(spal_set_option(dual, SPAL_OPT_RECV_TRAFFIC_CLASS, 1));
    must(spal_set_option(peer, SPAL_OPT_TTL, TTL));
    peer_sendto(peer, "x", 1, &to);
    receive(c, dual, &got);
    assert_int_equal(got.info.present, SPAL_INFO_TTL | SPAL_INFO_TRAFFIC_CLASS);
    assert_int_equal(got.info.ttl, TTL);
}

static void switched_off(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    letter got;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    must(spal_set_option(ours, SPAL_OPT_RECV_TTL, 1));
    peer_sendto(peer, "x", 1, &ours_at);
    receive(c, ours, &got);
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 0));
    peer_sendto(peer, "x", 1, &ours_at);
    receive(c, ours, &got);
    assert_int_equal(got.info.present, SPAL_INFO_TTL);
    must(spal_set_option(ours, SPAL_OPT_RECV_TTL, 0));
    peer_sendto(peer, "x", 1, &ours_at);
    receive(c, ours, &got);
    assert_int_equal(got.info.present, 0);
}

static void not_wanted(context *c) {
    spal_address ours_at, from = {0};
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    letter got;
    size_t moved;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    must(spal_set_option(ours, SPAL_OPT_RECV_TTL, 1));
    for (int i = 0; i < 2; i++)
        peer_sendto(peer, "x", 1, &ours_at);
    letter_open(&got)->info = NULL;
    must(do_recvmsg(c, ours, &got.message, 0, &moved));
    assert_int_equal(got.message.flags, 0);
    assert_int_equal(got.address.port, port_of(peer));
    must(do_recvfrom(c, ours, got.bytes, sizeof got.bytes, 0, &from, &moved));
    assert_int_equal(from.port, port_of(peer));
}

static void told_of_cut(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    letter got;
    size_t moved;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    peer_sendto(peer, "abc", 3, &ours_at);
    peer_sendto(peer, "", 0, &ours_at);
    letter_open(&got);
    got.piece.length = 2;
    assert_error(SPAL_EMSGSIZE, do_recvmsg(c, ours, &got.message, 0, &moved));
    assert_int_equal(got.message.flags, SPAL_TRUNC);
    expect_ours(&got.info, &ours_at);
    must(do_recvmsg(c, ours, letter_open(&got), 0, &moved));
    assert_int_equal(moved, 0);
    expect_ours(&got.info, &ours_at);
}

static void told_waiting(context *c) {
    spal_address ours_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at), peer = open_udp(c, SPAL_AF_INET);
    letter got;
    pending *p;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    p = start_recvmsg(c, ours, letter_open(&got), 0);
    assert_waiting(p);
    peer_sendto(peer, "x", 1, &ours_at);
    must(finish(p));
    expect_ours(&got.info, &ours_at);
}

/* ---- sending ---- */

static void chosen_source(context *c, int family) {
    spal_address peer_at, from;
    spal_socket ours = open_any(c, family, &from), peer = open_udp_bound(c, family, &peer_at);
    spal_packet_info info = {0};
    char byte;
    info.present = SPAL_INFO_LOCAL;
    info.local = loopback(family, 0);
    if (family == SPAL_AF_INET)
        info.local.ip[3] = 77;
    send_with(c, ours, &info, &peer_at);
    peer_recvfrom(peer, &byte, 1, &from);
    info.local.port = port_of(ours);
    expect_address(&info.local, &from);
}
IN_BOTH_FAMILIES(chosen_source)

static void chosen_source_dual(context *c) {
    spal_address peer_at, to, from;
    spal_socket dual, peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    spal_packet_info info = {0};
    uint16_t port;
    char byte;
    require_ipv6(c);
    dual = open_udp_dual(c, &port);
    must(spal_address_map_v4(&peer_at, &to));
    info.present = SPAL_INFO_LOCAL;
    must(spal_address_parse("::ffff:127.0.0.77", 0, &info.local));
    send_with(c, dual, &info, &to);
    peer_recvfrom(peer, &byte, 1, &from);
    must(spal_address_parse("127.0.0.77", port, &to));
    expect_address(&to, &from);
}

static void answered(context *c) {
    spal_address ours_at, peer_at, from;
    spal_socket ours = open_any(c, SPAL_AF_INET, &ours_at), peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    letter got;
    char byte;
    must(spal_set_option(ours, SPAL_OPT_PACKET_INFO, 1));
    ours_at.ip[3] = 9;
    peer_sendto(peer, "x", 1, &ours_at);
    receive(c, ours, &got);
    send_with(c, ours, &got.info, &got.address);
    peer_recvfrom(peer, &byte, 1, &from);
    expect_address(&ours_at, &from);
}

static void foreign_source(context *c) {
    spal_address ours_at, peer_at;
    spal_socket ours = open_any(c, SPAL_AF_INET, &ours_at), peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    spal_packet_info info = {0};
    spal_buffer piece = {(char[]){"x"}, 1};
    spal_message message = {&piece, 1, &peer_at, &info, 0};
    size_t moved;
    info.present = SPAL_INFO_LOCAL;
    must(spal_address_parse("192.0.2.1", 0, &info.local));
    assert_error(SPAL_EADDRNOTAVAIL, do_sendmsg(c, ours, &message, 0, &moved));
    info.local = loopback(SPAL_AF_INET6, 0);
    assert_error(SPAL_EAFNOSUPPORT, do_sendmsg(c, ours, &message, 0, &moved));
    peer_expect_silence(peer);
    expect_exchanges(ours, peer);
}

static void chosen_interface(context *c, int family) {
    spal_address peer_at;
    spal_socket ours = open_udp(c, family), peer = open_udp_bound(c, family, &peer_at);
    spal_packet_info info = {0};
    spal_buffer piece = {(char[]){"x"}, 1};
    spal_message message = {&piece, 1, &peer_at, &info, 0};
    char byte;
    size_t moved;
    info.present = SPAL_INFO_INTERFACE;
    info.interface_index = loopback_interface();
    send_with(c, ours, &info, &peer_at);
    peer_recvfrom(peer, &byte, 1, &(spal_address){0});
    info.interface_index = 0x7ffffff0;
    assert_error(SPAL_EADDRNOTAVAIL, do_sendmsg(c, ours, &message, 0, &moved));
    peer_expect_silence(peer);
    expect_exchanges(ours, peer);
}
IN_BOTH_FAMILIES(chosen_interface)

static void chosen_ttl(context *c, int family) {
    spal_address peer_at;
    spal_socket ours = open_udp(c, family), peer = open_udp_bound(c, family, &peer_at);
    spal_packet_info info = {0};
    letter got;
    must(spal_set_option(peer, SPAL_OPT_RECV_TTL, 1));
    must(spal_set_option(ours, SPAL_OPT_TTL, TTL));
    info.present = SPAL_INFO_TTL;
    info.ttl = 7;
    send_with(c, ours, &info, &peer_at);
    peer_sendto(ours, "y", 1, &peer_at);
    must(spal_set_nonblocking(peer, 0));
    receive(c, peer, &got);
    assert_int_equal(got.info.ttl, 7);
    receive(c, peer, &got);
    assert_int_equal(got.info.ttl, TTL);
}
IN_BOTH_FAMILIES(chosen_ttl)

static void chosen_class(context *c, int family) {
    spal_address peer_at;
    spal_socket ours = open_udp(c, family), peer = open_udp_bound(c, family, &peer_at);
    spal_packet_info info = {0};
    letter got;
    must(spal_set_option(peer, SPAL_OPT_RECV_TRAFFIC_CLASS, 1));
    info.present = SPAL_INFO_TRAFFIC_CLASS;
    info.traffic_class = TRAFFIC_CLASS;
    send_with(c, ours, &info, &peer_at);
    peer_sendto(ours, "y", 1, &peer_at);
    receive(c, peer, &got);
    assert_int_equal(got.info.traffic_class, TRAFFIC_CLASS);
    receive(c, peer, &got);
    assert_int_equal(got.info.traffic_class, 0);
}
IN_BOTH_FAMILIES(chosen_class)

static void chosen_for_peer(context *c) {
    spal_socket ours, peer;
    spal_packet_info info = {0};
    letter got;
    open_udp_pair(c, SPAL_AF_INET, &ours, &peer);
    must(spal_set_option(peer, SPAL_OPT_RECV_TTL, 1));
    info.present = SPAL_INFO_TTL;
    info.ttl = 7;
    send_with(c, ours, &info, NULL);
    receive(c, peer, &got);
    assert_int_equal(got.info.ttl, 7);
}

static void cannot_be_chosen(context *c) {
    static const int wanted[] = {SPAL_INFO_TTL, SPAL_INFO_TRAFFIC_CLASS, SPAL_INFO_TTL | SPAL_INFO_LOCAL};
    spal_address peer_at;
    spal_socket ours = open_udp(c, SPAL_AF_INET), peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    spal_packet_info info = {0};
    spal_buffer piece = {(char[]){"x"}, 1};
    spal_message message = {&piece, 1, &peer_at, &info, 0};
    size_t moved;
    info.ttl = info.traffic_class = 7;
    info.local = loopback(SPAL_AF_INET, 0);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        info.present = wanted[i];
        assert_error(SPAL_EOPNOTSUPP, do_sendmsg(c, ours, &message, 0, &moved));
    }
    peer_expect_silence(peer);
    expect_exchanges(peer, ours);
}

static void out_of_range(context *c) {
    static const int wrong[] = {-1, 256, INT32_MAX, INT32_MIN};
    spal_address ours_at, peer_at;
    spal_socket ours = open_udp_bound(c, SPAL_AF_INET, &ours_at);
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &peer_at);
    spal_packet_info info = {0};
    spal_buffer piece = {(char[]){"x"}, 1};
    spal_message message = {&piece, 1, &peer_at, &info, 0};
    size_t moved;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        info.ttl = info.traffic_class = wrong[i];
        info.present = SPAL_INFO_TTL;
        assert_error(SPAL_EINVAL, do_sendmsg(c, ours, &message, 0, &moved));
        info.present = SPAL_INFO_TRAFFIC_CLASS;
        assert_error(SPAL_EINVAL, do_sendmsg(c, ours, &message, 0, &moved));
    }
    info.ttl = info.traffic_class = 1;
    for (unsigned bit = 4; bit < 31; bit++) {
        info.present = (int32_t)(1U << bit);
        assert_error(SPAL_EINVAL, do_sendmsg(c, ours, &message, 0, &moved));
    }
    peer_expect_silence(peer);
    info.present = 0;
    must(do_sendmsg(c, ours, &message, 0, &moved));
    peer_recvfrom(peer, (char[]){0}, 1, &peer_at);
}

static const char wine_ignores[] = "Wine 8 sends without what WSASendMsg says of the packet";
static const char for_all_only[] =
    "Windows sets time to live and traffic class for a socket's packets together: SPAL_EOPNOTSUPP for one";
static const char no_class[] = "Windows leaves the traffic class to its administrator, so no test can send one";

static const behaviour packet_info_rows[] = {
    ROW("packet-info.local.v4",
        "With SPAL_OPT_PACKET_INFO each IPv4 message tells the address it was sent to and its interface.",
        told_local_v4, IN_ALL),
    ROW("packet-info.local.v6",
        "With SPAL_OPT_PACKET_INFO each IPv6 message tells the address it was sent to and its interface.",
        told_local_v6, IN_ALL),
    ROW("packet-info.local.which", "On a machine of several addresses a message tells which of them it was sent to.",
        told_which, IN_ALL),
    ROW("packet-info.dual-mode.v4",
        "A dual-mode socket is told the address of IPv4 messages, a mapped one, and the interface.", told_dual_v4,
        IN_ALL),
    ROW("packet-info.dual-mode.v6", "A dual-mode socket is told the address of IPv6 messages, and the interface.",
        told_dual_v6, IN_ALL),
    ROW("packet-info.ttl.v4", "With SPAL_OPT_RECV_TTL each IPv4 message tells its time to live.", told_ttl_v4, IN_ALL),
    ROW("packet-info.ttl.v6", "With SPAL_OPT_RECV_TTL each IPv6 message tells its hop limit.", told_ttl_v6, IN_ALL),
    ROW_NOT("packet-info.traffic-class.v4",
            "With SPAL_OPT_RECV_TRAFFIC_CLASS each IPv4 message tells its type of service.", told_class_v4, IN_ALL,
            NOT_IOCP, no_class),
    ROW_NOT("packet-info.traffic-class.v6",
            "With SPAL_OPT_RECV_TRAFFIC_CLASS each IPv6 message tells its traffic class.", told_class_v6, IN_ALL,
            NOT_IOCP, no_class),
    ROW("packet-info.all.v4", "An IPv4 message tells all that was asked for at once.", told_all_v4, IN_ALL),
    ROW("packet-info.all.v6", "An IPv6 message tells all that was asked for at once.", told_all_v6, IN_ALL),
    ROW("packet-info.dual-mode.ttl",
        "A dual-mode socket is told time to live and type of service of IPv4 messages, too.", told_dual_all, IN_ALL),
    ROW("packet-info.switched-off", "What is switched off again is told no more.", switched_off, IN_ALL),
    ROW("packet-info.not-wanted", "A receive without a place for the information takes the message all the same.",
        not_wanted, IN_ALL),
    ROW("packet-info.truncated", "A message that is cut, and an empty one, have their information like any other.",
        told_of_cut, IN_ALL),
    ROW("packet-info.waiting", "A receive that waits for its message is told all the same.", told_waiting, IN_ALL),
    ROW_NOT("packet-info.source.v4", "An IPv4 message can be sent from any address of ours that the socket is open to.",
            chosen_source_v4, IN_ALL, NOT_WINE, wine_ignores),
    ROW_NOT("packet-info.source.v6", "An IPv6 message can be sent from any address of ours that the socket is open to.",
            chosen_source_v6, IN_ALL, NOT_WINE, wine_ignores),
    ROW_NOT("packet-info.source.dual-mode",
            "A dual-mode socket chooses the source of IPv4 messages by a mapped address.", chosen_source_dual, IN_ALL,
            NOT_WINE, wine_ignores),
    ROW_NOT("packet-info.source.answer",
            "What a message told can be handed to the answer, which comes from where the question went.", answered,
            IN_ALL, NOT_WINE, wine_ignores),
    ROW_NOT(
        "packet-info.source.wrong",
        "A source that is not ours is SPAL_EADDRNOTAVAIL, one of another family SPAL_EAFNOSUPPORT; nothing is sent.",
        foreign_source, IN_ALL, NOT_WINE, wine_ignores),
    ROW_NOT("packet-info.interface.v4",
            "An IPv4 message can be sent by a given interface; one that does not exist is SPAL_EADDRNOTAVAIL.",
            chosen_interface_v4, IN_ALL, NOT_WINE, wine_ignores),
    ROW_NOT("packet-info.interface.v6",
            "An IPv6 message can be sent by a given interface; one that does not exist is SPAL_EADDRNOTAVAIL.",
            chosen_interface_v6, IN_ALL, NOT_WINE, wine_ignores),
    ROW_NOT("packet-info.send-ttl.v4", "One IPv4 message can have a time to live of its own.", chosen_ttl_v4, IN_ALL,
            NOT_IOCP, for_all_only),
    ROW_NOT("packet-info.send-ttl.v6", "One IPv6 message can have a hop limit of its own.", chosen_ttl_v6, IN_ALL,
            NOT_IOCP, for_all_only),
    ROW_NOT("packet-info.send-traffic-class.v4", "One IPv4 message can have a type of service of its own.",
            chosen_class_v4, IN_ALL, NOT_IOCP, for_all_only),
    ROW_NOT("packet-info.send-traffic-class.v6", "One IPv6 message can have a traffic class of its own.",
            chosen_class_v6, IN_ALL, NOT_IOCP, for_all_only),
    ROW_NOT("packet-info.send.connected", "Settings for one packet go without an address on a connected socket.",
            chosen_for_peer, IN_ALL, NOT_IOCP, for_all_only),
    ROW_NOT("packet-info.send.lacking",
            "What the system cannot set for one packet is SPAL_EOPNOTSUPP, and nothing is sent.", cannot_be_chosen,
            IN_ALL, NOT_EPOLL | NOT_KQUEUE, "These systems can set all of it"),
    ROW("packet-info.send.range", "Unknown information, or a value out of range, is SPAL_EINVAL, and nothing is sent.",
        out_of_range, IN_ALL),
};
SUBJECT(packet_info, "Packets' information");
