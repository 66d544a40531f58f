/* SPDX-License-Identifier: MIT
 *
 * Conformance: options that Winsock has beside those of every system: ports that are shared or chosen at random,
 * sockets without overlapped operations, keep-alive with the numbers of Windows, and the newer options of IP, TCP and
 * UDP. Wine has few of them.
 */
#include "newer.h"

#define LOOPBACK_INDEX 1

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

/* --------------------------------------------------------------------------------------------------------- SOL_SOCKET
 */

static void switches_about_ports(void) {
    wine_differs("they are not known");
    expect_switch(tcp(), SOL_SOCKET, SO_RANDOMIZE_PORT, 0);
    expect_switch(tcp(), SOL_SOCKET, SO_PORT_SCALABILITY, 0);
    expect_switch(tcp(), SOL_SOCKET, SO_REUSE_UNICASTPORT, 0);
    expect_switch(udp(), SOL_SOCKET, SO_REUSE_UNICASTPORT, 0);
    expect_switch(udp(), SOL_SOCKET, SO_REUSE_MULTICASTPORT, 0);
}

static void a_shared_port_is_not_chosen_at_random(void) {
    SOCKET made = tcp();
    wine_differs("they are not known");
    set_option(made, SOL_SOCKET, SO_REUSE_UNICASTPORT, 1);
    assert_wsa(WSAEINVAL, set_any(made, SOL_SOCKET, SO_RANDOMIZE_PORT, 1));
}

static void a_port_is_chosen_with_each(void) {
    const int options[] = {SO_RANDOMIZE_PORT, SO_PORT_SCALABILITY, SO_REUSE_UNICASTPORT};
    wine_differs("they are not known");
    for (int i = 0; i < 3; i++) {
        SOCKET made = tcp();
        set_option(made, SOL_SOCKET, options[i], 1);
        address bound = bind_loopback(made, AF_INET);
        assert_int_not_equal(port_of(&bound), 0);
    }
}

static void SO_DONTROUTE_is_taken_and_changes_nothing(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    set_option(a, SOL_SOCKET, SO_DONTROUTE, 1);
    send_text(a, "x");
    expect_text(b, "x");
}

static void SO_DONTROUTE_is_not_of_ipv6(void) {
    wine_differs("it is taken");
    assert_wsa(WSAENOPROTOOPT, get_any(tcp6(), SOL_SOCKET, SO_DONTROUTE));
    assert_wsa(WSAENOPROTOOPT, set_any(udp6(), SOL_SOCKET, SO_DONTROUTE, 1));
}

static void sockets_have_no_groups(void) {
    wine_differs("it says WSAEINVAL, or knows them");
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_GROUP_ID), 0);
    assert_wsa(WSAENOPROTOOPT, set_any(tcp(), SOL_SOCKET, SO_GROUP_ID, 1));
    assert_wsa(WSAENOPROTOOPT, get_any(tcp(), SOL_SOCKET, SO_GROUP_PRIORITY));
    assert_wsa(WSAENOPROTOOPT, set_any(tcp(), SOL_SOCKET, SO_GROUP_PRIORITY, 1));
}

static void datagrams_have_a_largest_size(void) {
    wine_differs("these names are not known");
    assert_int_equal(get_option(udp(), SOL_SOCKET, SO_MAXDG), 65507);
    assert_int_equal(get_option(udp(), SOL_SOCKET, SO_MAXPATHDG), 65507);
    assert_int_equal(get_option(udp6(), SOL_SOCKET, SO_MAXDG), 65527);
    assert_wsa(WSAENOPROTOOPT, get_any(tcp(), SOL_SOCKET, SO_MAXDG));
    assert_wsa(WSAENOPROTOOPT, set_any(udp(), SOL_SOCKET, SO_MAXDG, 1000));
}

static void data_of_connecting_are_of_other_protocols(void) {
    const int options[] = {SO_CONNDATA, SO_CONNOPT, SO_DISCDATA, SO_DISCOPT};
    const int lengths[] = {SO_CONNDATALEN, SO_CONNOPTLEN, SO_DISCDATALEN, SO_DISCOPTLEN};
    for (int i = 0; i < 4; i++) {
        assert_wsa(WSAENOPROTOOPT, get_any(tcp(), SOL_SOCKET, options[i]));
        assert_wsa(WSAENOPROTOOPT, set_any(tcp(), SOL_SOCKET, options[i], 1));
        assert_wsa(WSAENOPROTOOPT, set_any(tcp(), SOL_SOCKET, lengths[i], 1));
    }
}

static void a_provider_has_no_configuration(void) {
    assert_wsa(WSAENOPROTOOPT, get_any(tcp(), SOL_SOCKET, PVD_CONFIG));
}

static void a_listener_does_not_pause_at_first(void) {
    wine_differs("it is not known");
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_PAUSE_ACCEPT), 0);
    assert_ok(set_any(tcp(), SOL_SOCKET, SO_PAUSE_ACCEPT, 0));
}

static void what_is_only_told_cannot_be_set(void) {
    wine_differs("some are taken");
    const int options[] = {SO_ACCEPTCONN, SO_ERROR, SO_TYPE, SO_CONNECT_TIME, SO_PROTOCOL_INFOA, SO_BSP_STATE};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        assert_wsa(WSAENOPROTOOPT, set_any(tcp(), SOL_SOCKET, options[i], 1));
}

static void SO_ACCEPTCONN_says_whether_it_listens(void) {
    address where;
    SOCKET client, server;
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_ACCEPTCONN), 0);
    assert_int_equal(get_option(listener(&where), SOL_SOCKET, SO_ACCEPTCONN), 1);
    tcp_pair(&client, &server);
    assert_int_equal(get_option(server, SOL_SOCKET, SO_ACCEPTCONN), 0);
}

static void SO_CONDITIONAL_ACCEPT_comes_before_listening(void) {
    address where;
    wine_differs("it is taken, and forgotten");
    assert_wsa(WSAEINVAL, set_any(listener(&where), SOL_SOCKET, SO_CONDITIONAL_ACCEPT, 1));
}

/* -------------------------------------------------------------------------------------------------------- SO_OPENTYPE
 */

static void SO_OPENTYPE_is_zero_at_first(void) {
    int type = -1, length = sizeof type;
    assert_ok(getsockopt(tcp(), SOL_SOCKET, SO_OPENTYPE, (char *)&type, &length));
    assert_int_equal(type, 0);
    assert_int_equal(length, sizeof type);
}

static void SO_OPENTYPE_needs_no_socket(void) {
    int type = SO_SYNCHRONOUS_NONALERT, length = sizeof type;
    assert_ok(setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (const char *)&type, sizeof type));
    type = 0;
    assert_ok(getsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&type, &length));
    assert_int_equal(type, SO_SYNCHRONOUS_NONALERT);
    type = 0;
    assert_ok(setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (const char *)&type, sizeof type));
}

static void SO_OPENTYPE_needs_its_value(void) {
    int type = 0, length = sizeof type - 1;
    assert_wsa(WSAEFAULT, setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, NULL, sizeof type));
    assert_wsa(WSAEFAULT, setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (const char *)&type, sizeof type - 1));
    assert_wsa(WSAEFAULT, getsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (char *)&type, &length));
}

/* An operation with an OVERLAPPED on such a socket is one without. */
static void SO_OPENTYPE_opens_sockets_without_overlapped_operations(void) {
    int type = SO_SYNCHRONOUS_NONALERT;
    char byte = 0;
    DWORD flags = 0, count = 0;
    WSABUF piece = buffer_of(&byte, 1);
    WSAOVERLAPPED overlapped;
    wine_differs("it is not known");
    assert_ok(setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (const char *)&type, sizeof type));
    SOCKET made = udp();
    type = 0;
    assert_ok(setsockopt(INVALID_SOCKET, SOL_SOCKET, SO_OPENTYPE, (const char *)&type, sizeof type));
    (void)bind_loopback(made, AF_INET);
    set_nonblocking(made);
    overlapped_init(&overlapped);
    assert_wsa(WSAEWOULDBLOCK, WSARecv(made, &piece, 1, &count, &flags, &overlapped, NULL));
}

/* --------------------------------------------------------------------------------------------------------- keep-alive
 */

static void keep_alive_has_the_numbers_of_windows(void) {
    SOCKET made = tcp();
    wine_differs("they are not known");
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPIDLE), 7200);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPINTVL), 1);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPCNT), 10);
    set_option(made, SOL_SOCKET, SO_KEEPALIVE, 1);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPINTVL), 1);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPCNT), 10);
}

static void keep_alive_keeps_what_was_set(void) {
    SOCKET made = tcp();
    wine_differs("they are not known");
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPIDLE, 60);
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPINTVL, 75);
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPCNT, 9);
    set_option(made, SOL_SOCKET, SO_KEEPALIVE, 1);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPIDLE), 60);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPINTVL), 75);
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPCNT), 9);
}

static void TCP_KEEPCNT_goes_to_255(void) {
    SOCKET made = tcp();
    wine_differs("it is not known");
    expect_reads_back(made, IPPROTO_TCP, TCP_KEEPCNT, 255);
    assert_wsa(WSAEINVAL, set_any(made, IPPROTO_TCP, TCP_KEEPCNT, 256));
    assert_int_equal(get_option(made, IPPROTO_TCP, TCP_KEEPCNT), 255);
}

/* A listener whose queue is full does not answer. */
static SOCKET half_connected(const address *where) {
    for (int i = 0; i < 64; i++) {
        SOCKET made = tcp();
        set_nonblocking(made);
        assert_wsa(WSAEWOULDBLOCK, connect(made, &where->any, where->length));
        if (!is_writable(made, MOMENT))
            return made;
    }
    skip_because("the queue of connections has no end");
    return INVALID_SOCKET;
}

static void keep_alive_cannot_be_changed_while_connecting(void) {
    SOCKET from = tcp();
    address where = bind_loopback(from, AF_INET);
    wine_differs("it can");
    assert_ok(listen(from, 1));
    assert_wsa(WSAEINVAL, set_any(half_connected(&where), SOL_SOCKET, SO_KEEPALIVE, 1));
}

static void SO_KEEPALIVE_is_not_of_datagrams(void) {
    wine_differs("it is");
    assert_wsa(WSAENOPROTOOPT, get_any(udp(), SOL_SOCKET, SO_KEEPALIVE));
    assert_wsa(WSAENOPROTOOPT, set_any(udp(), SOL_SOCKET, SO_KEEPALIVE, 1));
}

/* ---------------------------------------------------------------------------------------------------------- TCP, UDP
 */

static void switches_of_tcp(void) {
    wine_differs("they are not known");
    expect_switch(tcp(), IPPROTO_TCP, TCP_TIMESTAMPS, 0);
    expect_switch(tcp(), IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR, 0);
    assert_int_equal(get_option(tcp(), IPPROTO_TCP, TCP_BSDURGENT), 1);
    assert_int_equal(get_option(tcp(), IPPROTO_TCP, TCP_EXPEDITED_1122), 0);
    assert_ok(set_any(tcp(), IPPROTO_TCP, TCP_BSDURGENT, 1));
}

static void without_an_error_of_icmp_nothing_is_told(void) {
    char room[64];
    int length = sizeof room;
    SOCKET made = tcp();
    wine_differs("it is not known");
    assert_wsa(WSAEINVAL, getsockopt(made, IPPROTO_TCP, TCP_ICMP_ERROR_INFO, room, &length));
    set_option(made, IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR, 1);
    assert_ok(getsockopt(made, IPPROTO_TCP, TCP_ICMP_ERROR_INFO, room, &length));
    assert_int_equal(length, 0);
}

static void checksums_of_udp_are_a_switch(void) {
    wine_differs("it is not known");
    expect_switch(udp(), IPPROTO_UDP, UDP_NOCHECKSUM, 0);
    expect_switch(udp(), IPPROTO_UDP, UDP_CHECKSUM_COVERAGE, 1);
}

static void checksums_of_ipv6_are_not(void) {
    wine_differs("it is not known");
    assert_wsa(WSAENOPROTOOPT, get_any(udp6(), IPPROTO_UDP, UDP_NOCHECKSUM));
    assert_wsa(WSAENOPROTOOPT, set_any(udp6(), IPPROTO_UDP, UDP_NOCHECKSUM, 1));
}

static void UDP_SEND_MSG_SIZE_cuts(void) {
    SOCKET a, b;
    wine_differs("it is not known");
    udp_pair(&a, &b);
    assert_int_equal(get_option(a, IPPROTO_UDP, UDP_SEND_MSG_SIZE), 0);
    expect_reads_back(a, IPPROTO_UDP, UDP_SEND_MSG_SIZE, 4);
    char got[16];
    send_text(a, "fourfourtwo");
    await_readable(b);
    assert_bytes(4, recv(b, got, sizeof got, 0));
    await_readable(b);
    assert_bytes(4, recv(b, got, sizeof got, 0));
    await_readable(b);
    assert_bytes(3, recv(b, got, sizeof got, 0));
}

static void UDP_RECV_MAX_COALESCED_SIZE_reads_back(void) {
    SOCKET a, b;
    char got[16];
    wine_differs("it is not known");
    udp_pair(&a, &b);
    assert_int_equal(get_option(b, IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE), 0);
    send_text(a, "one");
    await_readable(b);
    assert_bytes(3, recv(b, got, sizeof got, 0));
    expect_reads_back(b, IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE, 65535);
}

static void options_of_udp_are_not_of_tcp(void) {
    wine_differs("it says WSAEOPNOTSUPP");
    assert_wsa(WSAENOPROTOOPT, get_any(tcp(), IPPROTO_UDP, UDP_NOCHECKSUM));
    assert_wsa(WSAENOPROTOOPT, get_any(tcp(), IPPROTO_UDP, UDP_SEND_MSG_SIZE));
}

/* --------------------------------------------------------------------------------------------------------------- IP */

static void switches_about_received_packets(void) {
    wine_differs("they are not known");
    expect_switch(udp(), IPPROTO_IP, IP_RECVIF, 0);
    expect_switch(udp(), IPPROTO_IP, IP_RECVECN, 0);
    expect_switch(udp(), IPPROTO_IP, IP_ORIGINAL_ARRIVAL_IF, 0);
    expect_switch(udp(), IPPROTO_IP, IP_RECEIVE_BROADCAST, 1);
    expect_switch(udp6(), IPPROTO_IPV6, IPV6_RECVIF, 0);
    expect_switch(udp6(), IPPROTO_IPV6, IPV6_RECVECN, 0);
    expect_switch(udp6(), IPPROTO_IPV6, IP_ORIGINAL_ARRIVAL_IF, 0);
}

static void streams_have_no_switches_about_received_packets(void) {
    wine_differs("they are not known");
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IP, IP_RECVECN));
    assert_wsa(WSAEINVAL, set_any(tcp(), IPPROTO_IP, IP_RECVIF, 1));
    assert_wsa(WSAEINVAL, set_any(tcp6(), IPPROTO_IPV6, IPV6_PKTINFO, 1));
}

static void IP_USER_MTU_is_unspecified_at_first(void) {
    wine_differs("it is not known");
    assert_int_equal((DWORD)get_option(udp(), IPPROTO_IP, IP_USER_MTU), 0xffffffff);
    expect_reads_back(udp(), IPPROTO_IP, IP_USER_MTU, 1400);
    assert_int_equal((DWORD)get_option(udp6(), IPPROTO_IPV6, IPV6_USER_MTU), 0xffffffff);
    expect_reads_back(udp6(), IPPROTO_IPV6, IPV6_USER_MTU, 1400);
}

static void IP_MTU_DISCOVER_is_not_set_at_first(void) {
    const int states[] = {IP_PMTUDISC_DO, IP_PMTUDISC_DONT, IP_PMTUDISC_PROBE, IP_PMTUDISC_NOT_SET};
    SOCKET made = udp();
    wine_differs("it is not known");
    assert_int_equal(get_option(made, IPPROTO_IP, IP_MTU_DISCOVER), IP_PMTUDISC_NOT_SET);
    for (int i = 0; i < 4; i++)
        expect_reads_back(made, IPPROTO_IP, IP_MTU_DISCOVER, states[i]);
    assert_wsa(WSAEINVAL, set_any(made, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_MAX));
}

static void IP_MTU_needs_a_connection(void) {
    SOCKET a, b;
    wine_differs("it is not known");
    udp_pair(&a, &b);
    assert_true(get_option(a, IPPROTO_IP, IP_MTU) >= 576);
    assert_wsa(WSAENOTCONN, get_any(udp(), IPPROTO_IP, IP_MTU));
    assert_wsa(WSAENOPROTOOPT, set_any(a, IPPROTO_IP, IP_MTU, 1500));
}

static void IP_UNICAST_IF_is_set_in_network_order_and_told_in_the_own(void) {
    SOCKET made = udp();
    wine_differs("it is told in network order");
    assert_int_equal(get_option(made, IPPROTO_IP, IP_UNICAST_IF), 0);
    assert_ok(set_any(made, IPPROTO_IP, IP_UNICAST_IF, (int)htonl(LOOPBACK_INDEX)));
    assert_int_equal(get_option(made, IPPROTO_IP, IP_UNICAST_IF), LOOPBACK_INDEX);
    assert_ok(set_any(made, IPPROTO_IP, IP_UNICAST_IF, 0));
    assert_int_equal(get_option(made, IPPROTO_IP, IP_UNICAST_IF), 0);
}

static void IPV6_UNICAST_IF_is_in_the_own_order(void) {
    needs_ipv6();
    wine_differs("it is handed on as it is");
    expect_reads_back(udp6(), IPPROTO_IPV6, IPV6_UNICAST_IF, LOOPBACK_INDEX);
    expect_reads_back(udp6(), IPPROTO_IPV6, IPV6_UNICAST_IF, 0);
}

static void lists_of_interfaces_are_refused(void) {
    wine_differs("it is another error");
    for (int option = 28; option <= 30; option++) /* IP_IFLIST, IP_ADD_IFLIST, IP_DEL_IFLIST */
        assert_wsa(WSAENOPROTOOPT, set_any(udp(), IPPROTO_IP, option, 1));
    assert_wsa(WSAENOPROTOOPT, get_any(udp(), IPPROTO_IP, 33)); /* IP_GET_IFLIST */
}

static void IP_OPTIONS_read_back(void) {
    const char none[4] = {1, 1, 1, 0}; /* Three that mean nothing, and the end. */
    char got[40];
    int length = sizeof got;
    SOCKET made = udp();
    assert_ok(setsockopt(made, IPPROTO_IP, IP_OPTIONS, none, sizeof none));
    assert_ok(getsockopt(made, IPPROTO_IP, IP_OPTIONS, got, &length));
    assert_int_equal(length, sizeof none);
    assert_memory_equal(got, none, sizeof none);
}

/* ------------------------------------------------------------------------------------------------------------- IPv6 */

static void IPV6_PROTECTION_LEVEL_has_three_values(void) {
    SOCKET made = tcp6();
    wine_differs("it is not known, or taken without a look");
    expect_reads_back(made, IPPROTO_IPV6, IPV6_PROTECTION_LEVEL, PROTECTION_LEVEL_UNRESTRICTED);
    expect_reads_back(made, IPPROTO_IPV6, IPV6_PROTECTION_LEVEL, PROTECTION_LEVEL_EDGERESTRICTED);
    expect_reads_back(made, IPPROTO_IPV6, IPV6_PROTECTION_LEVEL, PROTECTION_LEVEL_RESTRICTED);
    assert_wsa(WSAEINVAL, set_any(made, IPPROTO_IPV6, IPV6_PROTECTION_LEVEL, -1));
    assert_wsa(WSAEINVAL, set_any(made, IPPROTO_IPV6, IPV6_PROTECTION_LEVEL, 15));
}

static void a_restricted_socket_hears_its_own_machine(void) {
    address where;
    needs_ipv6();
    wine_differs("it is not known, or taken without a look");
    SOCKET server = udp6(), client = udp6();
    set_option(server, IPPROTO_IPV6, IPV6_PROTECTION_LEVEL, PROTECTION_LEVEL_RESTRICTED);
    where = bind_loopback(server, AF_INET6);
    assert_bytes(1, sendto(client, "x", 1, 0, &where.any, where.length));
    expect_text(server, "x");
}

static void hops_have_eight_bits(void) {
    assert_wsa(WSAEINVAL, set_any(udp6(), IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256));
    assert_wsa(WSAEINVAL, set_any(udp6(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 256));
    expect_reads_back(udp6(), IPPROTO_IPV6, IPV6_UNICAST_HOPS, 255);
    expect_reads_back(udp6(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255);
}

static void options_of_ipv6_are_not_of_ipv4(void) {
    wine_differs("it says WSAENOPROTOOPT or WSAEOPNOTSUPP");
    assert_wsa(WSAEINVAL, get_any(tcp(), IPPROTO_IPV6, IPV6_V6ONLY));
    assert_wsa(WSAEINVAL, set_any(tcp(), IPPROTO_IPV6, IPV6_V6ONLY, 0));
}

static void IPV6_MULTICAST_IF_may_be_nothing(void) {
    SOCKET made = udp6();
    needs_ipv6();
    wine_differs("it is a fault");
    set_option(made, IPPROTO_IPV6, IPV6_MULTICAST_IF, LOOPBACK_INDEX);
    assert_ok(setsockopt(made, IPPROTO_IPV6, IPV6_MULTICAST_IF, NULL, 0));
    assert_int_equal(get_option(made, IPPROTO_IPV6, IPV6_MULTICAST_IF), 0);
}

/* ------------------------------------------------------------------------------------- functions in place of options
 */

#if !defined(_WIN32) /* Newer than the headers of mingw. */

static void options_have_functions(void) {
    DWORD value = UNTOUCHED;
    SOCKET v4 = udp(), v6 = udp6();
    assert_ok(WSASetRecvIPEcn(v4, 1));
    assert_ok(WSAGetRecvIPEcn(v4, &value));
    assert_int_equal(value, 1);
    assert_int_equal(get_option(v4, IPPROTO_IP, IP_RECVECN), 1);
    assert_ok(WSASetRecvIPEcn(v6, 1));
    assert_int_equal(get_option(v6, IPPROTO_IPV6, IPV6_RECVECN), 1);
    assert_ok(WSASetIPUserMtu(v6, 1300));
    assert_ok(WSAGetIPUserMtu(v6, &value));
    assert_int_equal(value, 1300);
    assert_ok(WSASetUdpSendMessageSize(v4, 1200));
    assert_ok(WSAGetUdpSendMessageSize(v4, &value));
    assert_int_equal(value, 1200);
    assert_ok(WSASetUdpRecvMaxCoalescedSize(v4, 9000));
    assert_ok(WSAGetUdpRecvMaxCoalescedSize(v4, &value));
    assert_int_equal(value, 9000);
}

static void options_of_connections_have_functions(void) {
    DWORD value = UNTOUCHED;
    ULONG ideal = 0;
    ICMP_ERROR_INFO error;
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_ok(WSASetFailConnectOnIcmpError(client, 1));
    assert_ok(WSAGetFailConnectOnIcmpError(client, &value));
    assert_int_equal(value, 1);
    assert_ok(WSAGetIcmpErrorInfo(client, &error));
    assert_ok(idealsendbacklogquery(client, &ideal));
    assert_true(ideal > 0);
    assert_wsa(WSAEFAULT, WSAGetRecvIPEcn(udp(), NULL));
    assert_wsa(WSAENOTSOCK, WSASetIPUserMtu(NOT_A_SOCKET, 1300));
}

#endif

static const conform_test tests[] = {
#if !defined(_WIN32)
    conform(options_have_functions),
    conform(options_of_connections_have_functions),
#endif
    conform(switches_about_ports),
    conform(a_shared_port_is_not_chosen_at_random),
    conform(a_port_is_chosen_with_each),
    conform(SO_DONTROUTE_is_taken_and_changes_nothing),
    conform(SO_DONTROUTE_is_not_of_ipv6),
    conform(sockets_have_no_groups),
    conform(datagrams_have_a_largest_size),
    conform(data_of_connecting_are_of_other_protocols),
    conform(a_provider_has_no_configuration),
    conform(a_listener_does_not_pause_at_first),
    conform(what_is_only_told_cannot_be_set),
    conform(SO_ACCEPTCONN_says_whether_it_listens),
    conform(SO_CONDITIONAL_ACCEPT_comes_before_listening),
    conform(SO_OPENTYPE_is_zero_at_first),
    conform(SO_OPENTYPE_needs_no_socket),
    conform(SO_OPENTYPE_needs_its_value),
    conform(SO_OPENTYPE_opens_sockets_without_overlapped_operations),
    conform(keep_alive_has_the_numbers_of_windows),
    conform(keep_alive_keeps_what_was_set),
    conform(TCP_KEEPCNT_goes_to_255),
    conform(keep_alive_cannot_be_changed_while_connecting),
    conform(SO_KEEPALIVE_is_not_of_datagrams),
    conform(switches_of_tcp),
    conform(without_an_error_of_icmp_nothing_is_told),
    conform(checksums_of_udp_are_a_switch),
    conform(checksums_of_ipv6_are_not),
    conform(UDP_SEND_MSG_SIZE_cuts),
    conform(UDP_RECV_MAX_COALESCED_SIZE_reads_back),
    conform(options_of_udp_are_not_of_tcp),
    conform(switches_about_received_packets),
    conform(streams_have_no_switches_about_received_packets),
    conform(IP_USER_MTU_is_unspecified_at_first),
    conform(IP_MTU_DISCOVER_is_not_set_at_first),
    conform(IP_MTU_needs_a_connection),
    conform(IP_UNICAST_IF_is_set_in_network_order_and_told_in_the_own),
    conform(IPV6_UNICAST_IF_is_in_the_own_order),
    conform(lists_of_interfaces_are_refused),
    conform(IP_OPTIONS_read_back),
    conform(IPV6_PROTECTION_LEVEL_has_three_values),
    conform(a_restricted_socket_hears_its_own_machine),
    conform(hops_have_eight_bits),
    conform(options_of_ipv6_are_not_of_ipv4),
    conform(IPV6_MULTICAST_IF_may_be_nothing),
};

CONFORM_MAIN(tests)
