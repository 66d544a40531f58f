/* SPDX-License-Identifier: MIT
 *
 * Conformance: the options of SOL_SOCKET, what they are at first and that they read back as set. Their lengths are in
 * conform_option_length.c, SO_REUSEADDR and SO_EXCLUSIVEADDRUSE in conform_reuse.c.
 */
#include "conform.h"

/* Newer than some headers. */
#if !defined(SO_BSP_STATE)
#define SO_BSP_STATE 0x1009
#endif

static void expect_reads_back(SOCKET made, int option, int value) {
    set_option(made, SOL_SOCKET, option, value);
    assert_int_equal(get_option(made, SOL_SOCKET, option), value);
}

static void expect_switch(SOCKET made, int option) {
    assert_int_equal(get_option(made, SOL_SOCKET, option), 0);
    expect_reads_back(made, option, 1);
    expect_reads_back(made, option, 0);
}

static int set_any(SOCKET made, int level, int option, int value) {
    return setsockopt(made, level, option, (const char *)&value, sizeof value);
}

static int get_any(SOCKET made, int level, int option) {
    int value = 0, length = sizeof value;
    return getsockopt(made, level, option, (char *)&value, &length);
}

/* --------------------------------------------------------------------------------------------------------- switches */

static void SO_KEEPALIVE_is_a_switch(void) {
    expect_switch(tcp(), SO_KEEPALIVE);
}

static void SO_OOBINLINE_is_a_switch(void) {
    expect_switch(tcp(), SO_OOBINLINE);
}

static void SO_BROADCAST_is_a_switch(void) {
    expect_switch(udp(), SO_BROADCAST);
}

static void SO_DONTROUTE_is_a_switch(void) {
    wine_differs("it cannot be switched off");
    expect_switch(udp(), SO_DONTROUTE);
    expect_switch(tcp(), SO_DONTROUTE);
}

static void SO_DEBUG_is_a_switch(void) {
    wine_differs("it is not kept");
    expect_switch(tcp(), SO_DEBUG);
}

static void SO_CONDITIONAL_ACCEPT_is_a_switch(void) {
    wine_differs("it is not known");
    expect_switch(tcp(), SO_CONDITIONAL_ACCEPT);
}

static void any_other_value_switches_on(void) {
    SOCKET made = tcp();
    set_option(made, SOL_SOCKET, SO_OOBINLINE, 0x1234);
    assert_int_equal(get_option(made, SOL_SOCKET, SO_OOBINLINE), 1);
    set_option(made, SOL_SOCKET, SO_OOBINLINE, -1);
    assert_int_equal(get_option(made, SOL_SOCKET, SO_OOBINLINE), 1);
}

/* ----------------------------------------------------------------------------------------------------------- linger */

static struct linger linger_of(SOCKET made) {
    struct linger got = {77, 77};
    int length = sizeof got;
    assert_ok(getsockopt(made, SOL_SOCKET, SO_LINGER, (char *)&got, &length));
    assert_int_equal(length, sizeof got);
    return got;
}

static void linger_set(SOCKET made, u_short on, u_short seconds) {
    struct linger set;
    set.l_onoff = on;
    set.l_linger = seconds;
    assert_ok(setsockopt(made, SOL_SOCKET, SO_LINGER, (const char *)&set, sizeof set));
}

static void SO_LINGER_is_off_at_first(void) {
    assert_int_equal(linger_of(tcp()).l_onoff, 0);
}

static void SO_LINGER_reads_back(void) {
    const u_short seconds[] = {0, 1, 73, 189, 32767};
    SOCKET made = tcp();
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        linger_set(made, 1, seconds[i]);
        assert_int_not_equal(linger_of(made).l_onoff, 0);
        assert_int_equal(linger_of(made).l_linger, seconds[i]);
    }
    linger_set(made, 0, 0);
    assert_int_equal(linger_of(made).l_onoff, 0);
}

static void SO_DONTLINGER_is_its_contrary(void) {
    SOCKET made = tcp();
    assert_int_equal(get_option(made, SOL_SOCKET, SO_DONTLINGER), 1);
    linger_set(made, 1, 5);
    assert_int_equal(get_option(made, SOL_SOCKET, SO_DONTLINGER), 0);
    set_option(made, SOL_SOCKET, SO_DONTLINGER, 1);
    assert_int_equal(linger_of(made).l_onoff, 0);
    assert_int_equal(get_option(made, SOL_SOCKET, SO_DONTLINGER), 1);
    set_option(made, SOL_SOCKET, SO_DONTLINGER, 0);
    assert_int_not_equal(linger_of(made).l_onoff, 0);
}

static void datagram_sockets_do_not_linger(void) {
    struct linger got;
    int length = sizeof got;
    assert_wsa(WSAENOPROTOOPT, getsockopt(udp(), SOL_SOCKET, SO_LINGER, (char *)&got, &length));
    assert_wsa(WSAENOPROTOOPT, get_any(udp(), SOL_SOCKET, SO_DONTLINGER));
}

/* -------------------------------------------------------------------------------------------------- sizes and times */

static void SO_RCVBUF_reads_back_as_set(void) {
    const int sizes[] = {0, 1, 0x123, 4096, 65536, 100000, 150001};
    SOCKET made[] = {tcp(), udp()};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
            expect_reads_back(made[k], SO_RCVBUF, sizes[i]);
}

static void SO_SNDBUF_reads_back_as_set(void) {
    const int sizes[] = {0, 1, 0x123, 4096, 65536, 100000, 150001};
    SOCKET made[] = {tcp(), udp()};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
            expect_reads_back(made[k], SO_SNDBUF, sizes[i]);
}

static void buffers_have_a_size_at_first(void) {
    assert_true(get_option(tcp(), SOL_SOCKET, SO_RCVBUF) >= 8192);
    assert_true(get_option(tcp(), SOL_SOCKET, SO_SNDBUF) >= 8192);
    assert_true(get_option(udp(), SOL_SOCKET, SO_RCVBUF) >= 8192);
    assert_true(get_option(udp(), SOL_SOCKET, SO_SNDBUF) >= 8192);
}

static void a_connection_keeps_its_sizes(void) {
    SOCKET client = tcp();
    address where;
    SOCKET from = listener(&where);
    set_option(client, SOL_SOCKET, SO_RCVBUF, 20000);
    set_option(client, SOL_SOCKET, SO_SNDBUF, 30000);
    assert_ok(connect(client, &where.any, where.length));
    (void)accept_from(from);
    assert_int_equal(get_option(client, SOL_SOCKET, SO_RCVBUF), 20000);
    assert_int_equal(get_option(client, SOL_SOCKET, SO_SNDBUF), 30000);
}

static void without_buffers_data_go_all_the_same(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    set_option(client, SOL_SOCKET, SO_SNDBUF, 0);
    set_option(server, SOL_SOCKET, SO_RCVBUF, 0);
    send_text(client, "without buffers");
    expect_text(server, "without buffers");
}

static void SO_RCVTIMEO_reads_back_as_set(void) {
    const int times[] = {1, 63000, 997000, 0x7fffffff, 0};
    SOCKET made = tcp();
    assert_int_equal(get_option(made, SOL_SOCKET, SO_RCVTIMEO), 0);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        expect_reads_back(made, SO_RCVTIMEO, times[i]);
}

static void SO_SNDTIMEO_reads_back_as_set(void) {
    const int times[] = {1, 63000, 997000, 0x7fffffff, 0};
    SOCKET made = udp();
    assert_int_equal(get_option(made, SOL_SOCKET, SO_SNDTIMEO), 0);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        expect_reads_back(made, SO_SNDTIMEO, times[i]);
}

static void SO_SNDLOWAT_and_SO_RCVLOWAT_are_invalid(void) {
    wine_differs("they are known");
    assert_wsa(WSAEINVAL, get_any(tcp(), SOL_SOCKET, SO_SNDLOWAT));
    assert_wsa(WSAEINVAL, get_any(tcp(), SOL_SOCKET, SO_RCVLOWAT));
    assert_wsa(WSAEINVAL, set_any(tcp(), SOL_SOCKET, SO_SNDLOWAT, 1));
    assert_wsa(WSAEINVAL, set_any(tcp(), SOL_SOCKET, SO_RCVLOWAT, 1));
}

/* ----------------------------------------------------------------------------------------------- what is only asked */

static void SO_TYPE_tells_the_type(void) {
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    assert_int_equal(get_option(udp(), SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
}

static void SO_TYPE_cannot_be_set(void) {
    assert_wsa(WSAENOPROTOOPT, set_any(tcp(), SOL_SOCKET, SO_TYPE, SOCK_STREAM));
    assert_int_equal(set_any(udp(), SOL_SOCKET, SO_TYPE, SOCK_STREAM), SOCKET_ERROR);
}

static void SO_ERROR_is_zero_at_first(void) {
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_ERROR), 0);
    assert_int_equal(get_option(udp(), SOL_SOCKET, SO_ERROR), 0);
}

static void SO_ERROR_is_zero_when_all_is_well(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_int_equal(get_option(client, SOL_SOCKET, SO_ERROR), 0);
    send_text(client, "x");
    await_readable(server);
    assert_int_equal(get_option(server, SOL_SOCKET, SO_ERROR), 0);
}

static void SO_ERROR_is_not_what_a_call_has_said(void) {
    SOCKET made = tcp();
    assert_wsa(WSAEINVAL, listen(made, 1));
    assert_int_equal(get_option(made, SOL_SOCKET, SO_ERROR), 0);
}

static void SO_MAX_MSG_SIZE_is_that_of_a_datagram(void) {
    int size = get_option(udp(), SOL_SOCKET, SO_MAX_MSG_SIZE);
    assert_true(size == 65507 || size == 65527);
}

static void SO_CONNECT_TIME_without_a_connection_is_minus_one(void) {
    assert_int_equal((DWORD)get_option(tcp(), SOL_SOCKET, SO_CONNECT_TIME), 0xffffffff);
}

static void SO_CONNECT_TIME_counts_seconds(void) {
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_in_range(get_option(client, SOL_SOCKET, SO_CONNECT_TIME), 0, SOON / 1000);
    assert_in_range(get_option(server, SOL_SOCKET, SO_CONNECT_TIME), 0, SOON / 1000);
}

static void SO_CONNECT_TIME_of_datagrams_is_minus_one(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_int_equal((DWORD)get_option(a, SOL_SOCKET, SO_CONNECT_TIME), 0xffffffff);
}

/* ------------------------------------------------------------------------------------------------- SO_PROTOCOL_INFO */

static WSAPROTOCOL_INFOA info_of(SOCKET made) {
    WSAPROTOCOL_INFOA info;
    int length = sizeof info;
    memset(&info, 0xcc, sizeof info);
    assert_ok(getsockopt(made, SOL_SOCKET, SO_PROTOCOL_INFOA, (char *)&info, &length));
    assert_int_equal(length, sizeof info);
    return info;
}

static void SO_PROTOCOL_INFO_describes_tcp(void) {
    WSAPROTOCOL_INFOA info = info_of(tcp());
    assert_int_equal(info.iAddressFamily, AF_INET);
    assert_int_equal(info.iSocketType, SOCK_STREAM);
    assert_int_equal(info.iProtocol, IPPROTO_TCP);
    assert_int_equal(info.iMaxSockAddr, sizeof(struct sockaddr_in));
    assert_int_equal(info.iMinSockAddr, sizeof(struct sockaddr_in));
    assert_int_equal(info.dwMessageSize, 0);
    assert_int_equal(info.iNetworkByteOrder, BIGENDIAN);
    assert_int_equal(info.iVersion, 2);
    const DWORD has =
        XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER | XP1_GRACEFUL_CLOSE | XP1_EXPEDITED_DATA | XP1_IFS_HANDLES;
    assert_int_equal(info.dwServiceFlags1 & has, has);
    assert_int_equal(info.dwServiceFlags1 & (XP1_CONNECTIONLESS | XP1_MESSAGE_ORIENTED), 0);
}

static void SO_PROTOCOL_INFO_describes_udp(void) {
    WSAPROTOCOL_INFOA info = info_of(udp());
    assert_int_equal(info.iSocketType, SOCK_DGRAM);
    assert_int_equal(info.iProtocol, IPPROTO_UDP);
    assert_true(info.dwMessageSize >= 65467 && info.dwMessageSize <= 65535);
    const DWORD has =
        XP1_CONNECTIONLESS | XP1_MESSAGE_ORIENTED | XP1_SUPPORT_BROADCAST | XP1_SUPPORT_MULTIPOINT | XP1_IFS_HANDLES;
    assert_int_equal(info.dwServiceFlags1 & has, has);
    assert_int_equal(info.dwServiceFlags1 & (XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER), 0);
}

static void SO_PROTOCOL_INFO_describes_ipv6(void) {
    WSAPROTOCOL_INFOA info = info_of(tcp6());
    assert_int_equal(info.iAddressFamily, AF_INET6);
    assert_int_equal(info.iMaxSockAddr, sizeof(struct sockaddr_in6));
    assert_int_equal(info.iMinSockAddr, sizeof(struct sockaddr_in6));
}

static void SO_PROTOCOL_INFO_is_of_a_base_protocol(void) {
    assert_int_equal(info_of(tcp()).ProtocolChain.ChainLen, BASE_PROTOCOL);
    assert_int_equal(info_of(udp()).ProtocolChain.ChainLen, BASE_PROTOCOL);
}

static void SO_PROTOCOL_INFO_has_a_name(void) {
    WSAPROTOCOL_INFOA narrow = info_of(tcp());
    WSAPROTOCOL_INFOW wide;
    int length = sizeof wide;
    assert_ok(getsockopt(tcp(), SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&wide, &length));
    assert_int_equal(length, sizeof wide);
    assert_true(narrow.szProtocol[0] != '\0');
    for (size_t i = 0; narrow.szProtocol[i] != '\0'; i++)
        assert_int_equal((unsigned char)narrow.szProtocol[i], wide.szProtocol[i]);
    assert_memory_equal(&narrow, &wide, offsetof(WSAPROTOCOL_INFOA, szProtocol));
}

static void SO_PROTOCOL_INFO_needs_room(void) {
    WSAPROTOCOL_INFOA info;
    SOCKET made = tcp();
    int length = sizeof info / 2;
    assert_wsa(WSAEFAULT, getsockopt(made, SOL_SOCKET, SO_PROTOCOL_INFOA, NULL, NULL));
    assert_wsa(WSAEFAULT, getsockopt(made, SOL_SOCKET, SO_PROTOCOL_INFOA, (char *)&info, NULL));
    assert_wsa(WSAEFAULT, getsockopt(made, SOL_SOCKET, SO_PROTOCOL_INFOA, NULL, &length));
    length = sizeof info / 2;
    assert_wsa(WSAEFAULT, getsockopt(made, SOL_SOCKET, SO_PROTOCOL_INFOA, (char *)&info, &length));
    assert_int_equal(length, sizeof info);
}

/* ----------------------------------------------------------------------------------------------------- SO_BSP_STATE */

typedef union bsp_state {
    CSADDR_INFO info;
    char room[256];
} bsp_state;

static void state_of(SOCKET made, bsp_state *state) {
    int length = sizeof *state;
    memset(state, 0xcc, sizeof *state);
    assert_ok(getsockopt(made, SOL_SOCKET, SO_BSP_STATE, (char *)state, &length));
}

static void SO_BSP_STATE_of_a_new_socket_has_no_names(void) {
    bsp_state state;
    state_of(tcp(), &state);
    assert_int_equal(state.info.LocalAddr.iSockaddrLength, 0);
    assert_null(state.info.LocalAddr.lpSockaddr);
    assert_int_equal(state.info.RemoteAddr.iSockaddrLength, 0);
    assert_null(state.info.RemoteAddr.lpSockaddr);
    assert_int_equal(state.info.iSocketType, SOCK_STREAM);
    assert_int_equal(state.info.iProtocol, IPPROTO_TCP);
}

static void SO_BSP_STATE_of_a_connection_has_both_names(void) {
    bsp_state state;
    SOCKET client, server;
    tcp_pair(&client, &server);
    address local = local_of(client), peer = peer_of(client);
    state_of(client, &state);
    assert_int_equal(state.info.LocalAddr.iSockaddrLength, sizeof(struct sockaddr_in));
    assert_memory_equal(state.info.LocalAddr.lpSockaddr, &local.v4, 8);
    assert_int_equal(state.info.RemoteAddr.iSockaddrLength, sizeof(struct sockaddr_in));
    assert_memory_equal(state.info.RemoteAddr.lpSockaddr, &peer.v4, 8);
}

static void SO_BSP_STATE_needs_room(void) {
    bsp_state state;
    int length = sizeof(CSADDR_INFO);
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_wsa(WSAEFAULT, getsockopt(client, SOL_SOCKET, SO_BSP_STATE, (char *)&state, &length));
}

/* ---------------------------------------------------------------------------------------------------------- unknown */

static void an_unknown_option_is_refused(void) {
    assert_wsa(WSAENOPROTOOPT, get_any(tcp(), SOL_SOCKET, 0x5555));
    assert_wsa(WSAENOPROTOOPT, set_any(tcp(), SOL_SOCKET, 0x5555, 1));
    assert_wsa(WSAENOPROTOOPT, get_any(udp(), SOL_SOCKET, 0x5555));
    assert_wsa(WSAENOPROTOOPT, get_any(tcp(), IPPROTO_TCP, 0x5555));
    assert_wsa(WSAENOPROTOOPT, set_any(tcp(), IPPROTO_TCP, 0x5555, 1));
    assert_wsa(WSAENOPROTOOPT, get_any(udp(), IPPROTO_IP, 0x5555));
    assert_wsa(WSAENOPROTOOPT, set_any(udp(), IPPROTO_IP, 0x5555, 1));
}

static void an_unknown_level_is_invalid(void) {
    const int levels[] = {-1, 0x1234ffff, 0x8000, 0x800};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        assert_wsa(WSAEINVAL, get_any(udp(), levels[i], SO_MAX_MSG_SIZE));
        assert_wsa(WSAEINVAL, set_any(tcp(), levels[i], SO_RCVTIMEO, 1000));
    }
}

static void an_option_from_nowhere_is_a_fault(void) {
    assert_wsa(WSAEFAULT, setsockopt(tcp(), SOL_SOCKET, SO_RCVBUF, NULL, sizeof(int)));
    assert_wsa(WSAEFAULT, setsockopt(tcp(), SOL_SOCKET, SO_LINGER, NULL, sizeof(struct linger)));
    assert_wsa(WSAEFAULT, setsockopt(tcp(), SOL_SOCKET, SO_LINGER, NULL, 0));
    assert_wsa(WSAEFAULT, setsockopt(tcp(), SOL_SOCKET, SO_DONTLINGER, NULL, sizeof(BOOL)));
    assert_wsa(WSAEFAULT, setsockopt(tcp(), SOL_SOCKET, SO_KEEPALIVE, NULL, sizeof(BOOL)));
}

static void an_option_to_nowhere_is_a_fault(void) {
    int length = sizeof(int), value;
    assert_wsa(WSAEFAULT, getsockopt(tcp(), SOL_SOCKET, SO_TYPE, NULL, &length));
    assert_wsa(WSAEFAULT, getsockopt(tcp(), SOL_SOCKET, SO_TYPE, (char *)&value, NULL));
    assert_wsa(WSAEFAULT, getsockopt(tcp(), SOL_SOCKET, SO_RCVBUF, NULL, NULL));
}

static const conform_test tests[] = {
    conform(SO_KEEPALIVE_is_a_switch),
    conform(SO_OOBINLINE_is_a_switch),
    conform(SO_BROADCAST_is_a_switch),
    conform(SO_DONTROUTE_is_a_switch),
    conform(SO_DEBUG_is_a_switch),
    conform(SO_CONDITIONAL_ACCEPT_is_a_switch),
    conform(any_other_value_switches_on),
    conform(SO_LINGER_is_off_at_first),
    conform(SO_LINGER_reads_back),
    conform(SO_DONTLINGER_is_its_contrary),
    conform(datagram_sockets_do_not_linger),
    conform(SO_RCVBUF_reads_back_as_set),
    conform(SO_SNDBUF_reads_back_as_set),
    conform(buffers_have_a_size_at_first),
    conform(a_connection_keeps_its_sizes),
    conform(without_buffers_data_go_all_the_same),
    conform(SO_RCVTIMEO_reads_back_as_set),
    conform(SO_SNDTIMEO_reads_back_as_set),
    conform(SO_SNDLOWAT_and_SO_RCVLOWAT_are_invalid),
    conform(SO_TYPE_tells_the_type),
    conform(SO_TYPE_cannot_be_set),
    conform(SO_ERROR_is_zero_at_first),
    conform(SO_ERROR_is_zero_when_all_is_well),
    conform(SO_ERROR_is_not_what_a_call_has_said),
    conform(SO_MAX_MSG_SIZE_is_that_of_a_datagram),
    conform(SO_CONNECT_TIME_without_a_connection_is_minus_one),
    conform(SO_CONNECT_TIME_counts_seconds),
    conform(SO_CONNECT_TIME_of_datagrams_is_minus_one),
    conform(SO_PROTOCOL_INFO_describes_tcp),
    conform(SO_PROTOCOL_INFO_describes_udp),
    conform(SO_PROTOCOL_INFO_describes_ipv6),
    conform(SO_PROTOCOL_INFO_is_of_a_base_protocol),
    conform(SO_PROTOCOL_INFO_has_a_name),
    conform(SO_PROTOCOL_INFO_needs_room),
    conform(SO_BSP_STATE_of_a_new_socket_has_no_names),
    conform(SO_BSP_STATE_of_a_connection_has_both_names),
    conform(SO_BSP_STATE_needs_room),
    conform(an_unknown_option_is_refused),
    conform(an_unknown_level_is_invalid),
    conform(an_option_from_nowhere_is_a_fault),
    conform(an_option_to_nowhere_is_a_fault),
};

CONFORM_MAIN(tests)
