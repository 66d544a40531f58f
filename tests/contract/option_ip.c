/* SPDX-License-Identifier: MIT
 *
 * Behaviours of the options of IP and of datagrams, as values and as what they do. What messages say of their packets
 * stands in packet_info.c, what happens with groups in multicast.c.
 */
#include "datagrams.h"
#include "options.h"

ROUND_TRIP(ttl, SPAL_OPT_TTL)
ROUND_TRIP(traffic_class_of_packets, SPAL_OPT_TRAFFIC_CLASS)
ROUND_TRIP(dont_fragment, SPAL_OPT_DONT_FRAGMENT)
ROUND_TRIP(dont_route, SPAL_OPT_DONT_ROUTE)
ROUND_TRIP(header_included, SPAL_OPT_HEADER_INCLUDED)
ROUND_TRIP(broadcast, SPAL_OPT_BROADCAST)
ROUND_TRIP(multicast_ttl, SPAL_OPT_MULTICAST_TTL)
ROUND_TRIP(multicast_loop, SPAL_OPT_MULTICAST_LOOP)
ROUND_TRIP(packet_info, SPAL_OPT_PACKET_INFO)
ROUND_TRIP(recv_ttl, SPAL_OPT_RECV_TTL)
ROUND_TRIP(recv_traffic_class, SPAL_OPT_RECV_TRAFFIC_CLASS)
ROUND_TRIP(news, SPAL_OPT_NEWS)

enum { TTL = 37, TRAFFIC_CLASS = 0x28 };

static void ttl_of_connection(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    must(spal_set_option(ours, SPAL_OPT_TTL, TTL));
    assert_int_equal(option_of(ours, SPAL_OPT_TTL), TTL);
    assert_int_not_equal(option_of(peer, SPAL_OPT_TTL), TTL);
    expect_works(ours, peer);
}

static void class_of_stream(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    if (!option_is_here(option_facts_of(SPAL_OPT_TRAFFIC_CLASS), OF_TCP_V4))
        skip_because(c, "the system lets nobody choose the traffic class");
    for (int low = 1; low < 4; low++)
        assert_error(SPAL_EINVAL, spal_set_option(socket, SPAL_OPT_TRAFFIC_CLASS, TRAFFIC_CLASS + low));
    must(spal_set_option(socket, SPAL_OPT_TRAFFIC_CLASS, 252));
    assert_int_equal(option_of(socket, SPAL_OPT_TRAFFIC_CLASS), 252);
}

/** Sends from a socket that speaks both families to one of IPv4, which tells what it sees. */
static void exchange_dual(context *c, spal_socket dual, letter *got) {
    spal_address to, mapped;
    spal_socket peer = open_udp_bound(c, SPAL_AF_INET, &to);
    size_t moved;
    must(spal_set_option(peer, SPAL_OPT_RECV_TTL, 1));
    must(spal_set_option(peer, SPAL_OPT_RECV_TRAFFIC_CLASS, 1));
    must(spal_address_map_v4(&to, &mapped));
    peer_sendto(dual, "x", 1, &mapped);
    must(spal_recvmsg(peer, letter_open(got), 0, &moved));
}

static void dual_ttl(context *c) {
    uint16_t port;
    letter got;
    require_ipv6(c);
    spal_socket dual = open_udp_dual(c, &port);
    must(spal_set_option(dual, SPAL_OPT_TTL, TTL));
    exchange_dual(c, dual, &got);
    assert_int_equal(got.info.ttl, TTL);
}

static void dual_class(context *c) {
    uint16_t port;
    letter got;
    require_ipv6(c);
    spal_socket dual = open_udp_dual(c, &port);
    if (!option_is_here(option_facts_of(SPAL_OPT_TRAFFIC_CLASS), OF_TCP_V4))
        skip_because(c, "the system lets nobody choose the traffic class");
    must(spal_set_option(dual, SPAL_OPT_TRAFFIC_CLASS, TRAFFIC_CLASS));
    exchange_dual(c, dual, &got);
    assert_int_equal(got.info.traffic_class, TRAFFIC_CLASS);
}

/* The system keeps what IPv4 is to do also while the socket does not speak it. */
static void dual_later(context *c) {
    letter got;
    require_ipv6(c);
    spal_socket socket = open_udp(c, SPAL_AF_INET6);
    must(spal_set_option(socket, SPAL_OPT_TTL, TTL));
    must(spal_set_option(socket, SPAL_OPT_V6ONLY, 0));
    exchange_dual(c, socket, &got);
    assert_int_equal(got.info.ttl, TTL);
}

static uint32_t some_interface(void) {
    spal_interface first;
    size_t count = 0;
    must(spal_interfaces(&first, 1, &count));
    assert_true(count > 0);
    return first.index;
}

static void multicast_interface(context *c, int family) {
    spal_socket socket = open_udp(c, family);
    int index = (int)some_interface();
    assert_int_equal(option_of(socket, SPAL_OPT_MULTICAST_INTERFACE), 0);
    must(spal_set_option(socket, SPAL_OPT_MULTICAST_INTERFACE, index));
    assert_int_equal(option_of(socket, SPAL_OPT_MULTICAST_INTERFACE), index);
    assert_error(SPAL_EADDRNOTAVAIL, spal_set_option(socket, SPAL_OPT_MULTICAST_INTERFACE, 0x7ffff0));
    assert_int_equal(option_of(socket, SPAL_OPT_MULTICAST_INTERFACE), index);
    must(spal_set_option(socket, SPAL_OPT_MULTICAST_INTERFACE, 0));
    assert_int_equal(option_of(socket, SPAL_OPT_MULTICAST_INTERFACE), 0);
}
IN_BOTH_FAMILIES(multicast_interface)

static void set_when_bound(context *c) {
    static const int options[] = {SPAL_OPT_TTL,         SPAL_OPT_MULTICAST_TTL, SPAL_OPT_MULTICAST_LOOP,
                                  SPAL_OPT_PACKET_INFO, SPAL_OPT_RECV_TTL,      SPAL_OPT_BROADCAST};
    spal_address address;
    spal_socket socket = open_udp_bound(c, SPAL_AF_INET, &address), peer = open_udp(c, SPAL_AF_INET);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int sample = option_facts_of(options[i])->sample;
        must(spal_set_option(socket, options[i], sample));
        assert_int_equal(option_of(socket, options[i]), sample);
    }
    expect_exchanges(socket, peer);
}

static const behaviour option_ip_rows[] = {
    ROW("option.ttl", "SPAL_OPT_TTL reads back as set, 1 to 255.", ttl, IN_ANY),
    ROW("option.ttl.connected", "SPAL_OPT_TTL can be set on a connection, and is this end's alone.", ttl_of_connection,
        IN_ANY),
    ROW("option.ttl.dual-mode", "SPAL_OPT_TTL counts for IPv4 too on a socket that speaks both.", dual_ttl, IN_ANY),
    ROW_NOT("option.traffic-class", "SPAL_OPT_TRAFFIC_CLASS reads back as set, 0 to 255 on datagram sockets.",
            traffic_class_of_packets, IN_ANY, NOT_IOCP,
            "Windows takes the option and ignores it, so sockpal says that it is not there"),
    ROW_NOT("option.traffic-class.stream",
            "The lowest two bits of a stream's traffic class are TCP's own: SPAL_EINVAL.", class_of_stream, IN_ANY,
            NOT_IOCP, "Windows takes the option and ignores it, so sockpal says that it is not there"),
    ROW_NOT("option.traffic-class.dual-mode",
            "SPAL_OPT_TRAFFIC_CLASS counts for IPv4 too on a socket that speaks both.", dual_class, IN_ANY, NOT_IOCP,
            "Windows takes the option and ignores it, so sockpal says that it is not there"),
    ROW("option.dual-mode.later", "What was set before SPAL_OPT_V6ONLY was switched off counts for IPv4 too.",
        dual_later, IN_ANY),
    ROW("option.dont-fragment", "SPAL_OPT_DONT_FRAGMENT is 0 at first and reads back as set.", dont_fragment, IN_ANY),
    ROW_NOT("option.dont-route", "SPAL_OPT_DONT_ROUTE is 0 at first and reads back as set.", dont_route, IN_ANY,
            NOT_IOCP, "Windows takes the option and ignores it, so sockpal says that it is not there"),
    ROW_NOT("option.header-included", "SPAL_OPT_HEADER_INCLUDED of a raw IPv4 socket reads back as set.",
            header_included, IN_ANY, NOT_WINE, "Wine 8 lacks the option"),
    ROW("option.broadcast", "SPAL_OPT_BROADCAST is 0 at first and reads back as set.", broadcast, IN_ANY),
    ROW("option.multicast-ttl", "SPAL_OPT_MULTICAST_TTL is 1 at first and reads back as set, 0 to 255.", multicast_ttl,
        IN_ANY),
    ROW("option.multicast-loop", "SPAL_OPT_MULTICAST_LOOP is 1 at first and reads back as set.", multicast_loop,
        IN_ANY),
    ROW("option.multicast-interface.v4",
        "SPAL_OPT_MULTICAST_INTERFACE reads back as set; an index that does not exist is SPAL_EADDRNOTAVAIL.",
        multicast_interface_v4, IN_ANY),
    ROW("option.multicast-interface.v6",
        "SPAL_OPT_MULTICAST_INTERFACE of IPv6 reads back as set; an index that does not exist is SPAL_EADDRNOTAVAIL.",
        multicast_interface_v6, IN_ANY),
    ROW("option.packet-info", "SPAL_OPT_PACKET_INFO is 0 at first and reads back as set.", packet_info, IN_ANY),
    ROW("option.recv-ttl", "SPAL_OPT_RECV_TTL is 0 at first and reads back as set.", recv_ttl, IN_ANY),
    ROW("option.recv-traffic-class", "SPAL_OPT_RECV_TRAFFIC_CLASS is 0 at first and reads back as set.",
        recv_traffic_class, IN_ANY),
    ROW("option.news", "SPAL_OPT_NEWS is SPAL_NEWS_OF_PEER at first and reads back as set.", news, IN_ANY),
    ROW("option.datagram.bound", "Options of datagrams can be set on a bound socket, which works on.", set_when_bound,
        IN_ANY),
};
SUBJECT(option_ip, "Options of IP and of datagrams");
