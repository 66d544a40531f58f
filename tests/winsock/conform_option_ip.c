/* SPDX-License-Identifier: MIT
 *
 * Conformance: the options of IPPROTO_TCP, IPPROTO_IP and IPPROTO_IPV6, and multicast over loopback.
 */
#include "conform.h"

#include <stdio.h>

/* Newer than some headers. */
#if !defined(TCP_KEEPCNT)
#define TCP_KEEPCNT 16
#endif
#if !defined(TCP_KEEPINTVL)
#define TCP_KEEPINTVL 17
#endif
#if !defined(TCP_KEEPIDLE)
#define TCP_KEEPIDLE 3
#endif

static int set_any(SOCKET made, int level, int option, int value) {
    return setsockopt(made, level, option, (const char *)&value, sizeof value);
}

static int get_any(SOCKET made, int level, int option) {
    char value[256] = {0};
    int length = sizeof value;
    return getsockopt(made, level, option, value, &length);
}

static void expect_reads_back(SOCKET made, int level, int option, int value) {
    assert_ok(set_any(made, level, option, value));
    assert_int_equal(get_option(made, level, option), value);
}

static void expect_switch(SOCKET made, int level, int option, int first) {
    assert_int_equal(get_option(made, level, option), first);
    expect_reads_back(made, level, option, !first);
    expect_reads_back(made, level, option, first);
}

/* -------------------------------------------------------------------------------------------------------------- TCP */

static void TCP_NODELAY_is_a_switch(void) {
    expect_switch(tcp(), IPPROTO_TCP, TCP_NODELAY, 0);
    expect_switch(tcp6(), IPPROTO_TCP, TCP_NODELAY, 0);
}

static void TCP_NODELAY_of_a_connection(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    expect_switch(client, IPPROTO_TCP, TCP_NODELAY, 0);
}

static void TCP_KEEPIDLE_counts_seconds(void) {
    SOCKET made = tcp();
    wine_differs("it is not known");
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPIDLE), 7200);
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPIDLE, 3600);
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPIDLE, 5);
}

static void TCP_KEEPINTVL_counts_seconds(void) {
    SOCKET made = tcp();
    wine_differs("it is not known");
    assert_true(get_option(made, IPPROTO_TCP, TCP_KEEPINTVL) > 0);
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPINTVL, 5);
}

static void TCP_KEEPCNT_counts_probes(void) {
    SOCKET made = tcp();
    wine_differs("it is not known");
    assert_true(get_option(made, IPPROTO_TCP, TCP_KEEPCNT) > 0);
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPCNT, 5);
}

static void datagram_sockets_have_no_TCP_NODELAY(void) {
    wine_differs("it says WSAEOPNOTSUPP");
    assert_int_equal(get_any(udp(), IPPROTO_TCP, TCP_NODELAY), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAENOPROTOOPT || WSAGetLastError() == WSAEINVAL);
}

/* --------------------------------------------------------------------------------------------------------------- IP */

static void IP_TTL_reads_back(void) {
    const SOCKET made[] = {udp(), tcp()};
    for (int i = 0; i < 2; i++) {
        assert_in_range(get_option(made[i], IPPROTO_IP, IP_TTL), 1, 255);
        expect_reads_back(made[i], IPPROTO_IP, IP_TTL, 1);
        expect_reads_back(made[i], IPPROTO_IP, IP_TTL, 255);
    }
}

static void IP_TTL_has_eight_bits(void) {
    assert_wsa(WSAEINVAL, set_any(udp(), IPPROTO_IP, IP_TTL, 256));
    assert_wsa(WSAEINVAL, set_any(tcp(), IPPROTO_IP, IP_TTL, 1000));
}

static void IP_TOS_reads_back(void) {
    SOCKET made = udp();
    assert_int_equal(get_option(made, IPPROTO_IP, IP_TOS), 0);
    expect_reads_back(made, IPPROTO_IP, IP_TOS, 0x10);
    expect_reads_back(made, IPPROTO_IP, IP_TOS, 0);
}

static void IP_DONTFRAGMENT_of_datagrams_is_off_at_first(void) {
    expect_switch(udp(), IPPROTO_IP, IP_DONTFRAGMENT, 0);
}

static void IP_DONTFRAGMENT_of_streams_is_on_at_first(void) {
    expect_switch(tcp(), IPPROTO_IP, IP_DONTFRAGMENT, 1);
}

static void IP_DONTFRAGMENT_of_ipv6(void) {
    expect_switch(udp6(), IPPROTO_IPV6, IPV6_DONTFRAG, 0);
    expect_switch(tcp6(), IPPROTO_IPV6, IPV6_DONTFRAG, 1);
}

static void switches_of_datagrams(void) {
    expect_switch(udp(), IPPROTO_IP, IP_PKTINFO, 0);
    expect_switch(udp(), IPPROTO_IP, IP_RECVTTL, 0);
    expect_switch(udp(), IPPROTO_IP, IP_RECVTOS, 0);
}

static void streams_have_no_switches_of_datagrams(void) {
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_PKTINFO));
    assert_wsa(WSAEINVAL, set_any(tcp(), IPPROTO_IP, IP_PKTINFO, 1));
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_RECVTTL));
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_RECVTOS));
}

static void IP_HDRINCL_is_for_raw_sockets(void) {
    assert_wsa(WSAEINVAL, get_any(udp(), IPPROTO_IP, IP_HDRINCL));
    assert_wsa(WSAEINVAL, set_any(udp(), IPPROTO_IP, IP_HDRINCL, 1));
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_HDRINCL));
    assert_wsa(WSAEINVAL, set_any(tcp(), IPPROTO_IP, IP_HDRINCL, 1));
}

static void IP_OPTIONS_are_none(void) {
    char options[40];
    int length = sizeof options;
    assert_ok(getsockopt(udp(), IPPROTO_IP, IP_OPTIONS, options, &length));
    assert_int_equal(length, 0);
}

/* -------------------------------------------------------------------------------------------------------- multicast */

static struct ip_mreq group_of(u_char last) {
    struct ip_mreq made;
    made.imr_multiaddr.s_addr = htonl(0xefff0000U | last);
    made.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
    return made;
}

static int membership(SOCKET made, int option, const struct ip_mreq *group) {
    return setsockopt(made, IPPROTO_IP, option, (const char *)group, sizeof *group);
}

static void IP_MULTICAST_TTL_is_1_at_first(void) {
    SOCKET made = udp();
    assert_int_equal(get_option(made, IPPROTO_IP, IP_MULTICAST_TTL), 1);
    expect_reads_back(made, IPPROTO_IP, IP_MULTICAST_TTL, 10);
    expect_reads_back(made, IPPROTO_IP, IP_MULTICAST_TTL, 0);
    expect_reads_back(made, IPPROTO_IP, IP_MULTICAST_TTL, 255);
    assert_wsa(WSAEINVAL, set_any(made, IPPROTO_IP, IP_MULTICAST_TTL, 256));
}

static void IP_MULTICAST_LOOP_is_on_at_first(void) {
    expect_switch(udp(), IPPROTO_IP, IP_MULTICAST_LOOP, 1);
}

static void IP_MULTICAST_IF_is_an_address(void) {
    SOCKET made = udp();
    assert_int_equal(get_option(made, IPPROTO_IP, IP_MULTICAST_IF), 0);
    expect_reads_back(made, IPPROTO_IP, IP_MULTICAST_IF, (int)htonl(INADDR_LOOPBACK));
}

static void IP_MULTICAST_IF_of_another_host_is_not_available(void) {
    assert_int_equal(set_any(udp(), IPPROTO_IP, IP_MULTICAST_IF, (int)htonl(0xc0000201)), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEADDRNOTAVAIL || WSAGetLastError() == WSAEINVAL);
}

static void streams_have_no_multicast(void) {
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_MULTICAST_TTL));
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_MULTICAST_LOOP));
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_MULTICAST_IF));
}

static void a_group_is_joined_and_left(void) {
    struct ip_mreq group = group_of(1);
    SOCKET made = udp();
    assert_ok(membership(made, IP_ADD_MEMBERSHIP, &group));
    assert_ok(membership(made, IP_DROP_MEMBERSHIP, &group));
    assert_ok(membership(made, IP_ADD_MEMBERSHIP, &group));
}

static void a_group_that_was_not_joined_cannot_be_left(void) {
    struct ip_mreq group = group_of(2);
    assert_int_equal(membership(udp(), IP_DROP_MEMBERSHIP, &group), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEADDRNOTAVAIL || WSAGetLastError() == WSAEINVAL);
}

static void a_group_cannot_be_joined_twice(void) {
    struct ip_mreq group = group_of(3);
    SOCKET made = udp();
    assert_ok(membership(made, IP_ADD_MEMBERSHIP, &group));
    assert_int_equal(membership(made, IP_ADD_MEMBERSHIP, &group), SOCKET_ERROR);
}

static void what_is_no_group_cannot_be_joined(void) {
    struct ip_mreq group = group_of(1);
    group.imr_multiaddr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(membership(udp(), IP_ADD_MEMBERSHIP, &group), SOCKET_ERROR);
}

static void memberships_cannot_be_asked_for(void) {
    assert_wsa(WSAENOPROTOOPT, get_any(udp(), IPPROTO_IP, IP_ADD_MEMBERSHIP));
    assert_wsa(WSAENOPROTOOPT, get_any(udp(), IPPROTO_IP, IP_DROP_MEMBERSHIP));
}

static void a_membership_of_nothing_is_a_fault(void) {
    struct ip_mreq group = group_of(1);
    assert_int_equal(setsockopt(udp(), IPPROTO_IP, IP_ADD_MEMBERSHIP, (char *)&group, 4), SOCKET_ERROR);
    assert_wsa(WSAEFAULT, setsockopt(udp(), IPPROTO_IP, IP_ADD_MEMBERSHIP, NULL, sizeof group));
}

/* A member on any address, where it is, and a sender that sends to groups by the loopback interface. */
static SOCKET member(const struct ip_mreq *group, address *where, SOCKET *sender) {
    SOCKET made = udp();
    address any = anywhere(AF_INET), name;
    assert_ok(bind(made, &any.any, any.length));
    assert_ok(membership(made, IP_ADD_MEMBERSHIP, group));
    name = local_of(made);
    *where = with_port(anywhere(AF_INET), port_of(&name));
    where->v4.sin_addr = group->imr_multiaddr;
    *sender = udp();
    assert_ok(set_any(*sender, IPPROTO_IP, IP_MULTICAST_IF, (int)htonl(INADDR_LOOPBACK)));
    return made;
}

static void members_hear_what_is_sent_to_the_group(void) {
    struct ip_mreq group = group_of(4);
    address where;
    SOCKET sender, receiver = member(&group, &where, &sender);
    assert_bytes(5, sendto(sender, "group", 5, 0, &where.any, where.length));
    expect_text(receiver, "group");
}

static void who_has_left_hears_no_more(void) {
    struct ip_mreq group = group_of(5);
    address where;
    SOCKET sender, receiver = member(&group, &where, &sender);
    assert_ok(membership(receiver, IP_DROP_MEMBERSHIP, &group));
    assert_bytes(5, sendto(sender, "group", 5, 0, &where.any, where.length));
    assert_int_equal(is_readable(receiver, MOMENT), 0);
}

/* ------------------------------------------------------------------------------------------------------------- IPv6 */

static void IPV6_UNICAST_HOPS_reads_back(void) {
    SOCKET made = udp6();
    assert_in_range(get_option(made, IPPROTO_IPV6, IPV6_UNICAST_HOPS), 1, 255);
    expect_reads_back(made, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7);
    assert_wsa(WSAEINVAL, set_any(made, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256));
}

static void IPV6_MULTICAST_HOPS_is_1_at_first(void) {
    SOCKET made = udp6();
    assert_int_equal(get_option(made, IPPROTO_IPV6, IPV6_MULTICAST_HOPS), 1);
    expect_reads_back(made, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 9);
}

static void IPV6_MULTICAST_LOOP_is_on_at_first(void) {
    expect_switch(udp6(), IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
}

static void IPV6_MULTICAST_IF_is_none_at_first(void) {
    assert_int_equal(get_option(udp6(), IPPROTO_IPV6, IPV6_MULTICAST_IF), 0);
}

static void switches_of_ipv6_datagrams(void) {
    expect_switch(udp6(), IPPROTO_IPV6, IPV6_PKTINFO, 0);
    expect_switch(udp6(), IPPROTO_IPV6, IPV6_HOPLIMIT, 0);
    expect_switch(udp6(), IPPROTO_IPV6, IPV6_RECVTCLASS, 0);
}

static void ipv6_streams_have_none_of_them(void) {
    assert_wsa(WSAEINVAL, get_any(tcp6(), IPPROTO_IPV6, IPV6_PKTINFO));
    assert_wsa(WSAEINVAL, get_any(tcp6(), IPPROTO_IPV6, IPV6_HOPLIMIT));
    assert_wsa(WSAEINVAL, get_any(tcp6(), IPPROTO_IPV6, IPV6_RECVTCLASS));
    assert_wsa(WSAEINVAL, get_any(tcp6(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS));
    assert_wsa(WSAEINVAL, get_any(tcp6(), IPPROTO_IPV6, IPV6_MULTICAST_LOOP));
}

static void an_unknown_option_of_ipv6_is_refused(void) {
    assert_wsa(WSAENOPROTOOPT, get_any(udp6(), IPPROTO_IPV6, 0x5555));
    assert_wsa(WSAENOPROTOOPT, set_any(udp6(), IPPROTO_IPV6, 0x5555, 1));
}

static const conform_test tests[] = {
    conform(TCP_NODELAY_is_a_switch),
    conform(TCP_NODELAY_of_a_connection),
    conform(TCP_KEEPIDLE_counts_seconds),
    conform(TCP_KEEPINTVL_counts_seconds),
    conform(TCP_KEEPCNT_counts_probes),
    conform(datagram_sockets_have_no_TCP_NODELAY),
    conform(IP_TTL_reads_back),
    conform(IP_TTL_has_eight_bits),
    conform(IP_TOS_reads_back),
    conform(IP_DONTFRAGMENT_of_datagrams_is_off_at_first),
    conform(IP_DONTFRAGMENT_of_streams_is_on_at_first),
    conform(IP_DONTFRAGMENT_of_ipv6),
    conform(switches_of_datagrams),
    conform(streams_have_no_switches_of_datagrams),
    conform(IP_HDRINCL_is_for_raw_sockets),
    conform(IP_OPTIONS_are_none),
    conform(IP_MULTICAST_TTL_is_1_at_first),
    conform(IP_MULTICAST_LOOP_is_on_at_first),
    conform(IP_MULTICAST_IF_is_an_address),
    conform(IP_MULTICAST_IF_of_another_host_is_not_available),
    conform(streams_have_no_multicast),
    conform(a_group_is_joined_and_left),
    conform(a_group_that_was_not_joined_cannot_be_left),
    conform(a_group_cannot_be_joined_twice),
    conform(what_is_no_group_cannot_be_joined),
    conform(memberships_cannot_be_asked_for),
    conform(a_membership_of_nothing_is_a_fault),
    conform(members_hear_what_is_sent_to_the_group),
    conform(who_has_left_hears_no_more),
    conform(IPV6_UNICAST_HOPS_reads_back),
    conform(IPV6_MULTICAST_HOPS_is_1_at_first),
    conform(IPV6_MULTICAST_LOOP_is_on_at_first),
    conform(IPV6_MULTICAST_IF_is_none_at_first),
    conform(switches_of_ipv6_datagrams),
    conform(ipv6_streams_have_none_of_them),
    conform(an_unknown_option_of_ipv6_is_refused),
};

CONFORM_MAIN(tests)
