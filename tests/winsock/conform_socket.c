/* SPDX-License-Identifier: MIT
 *
 * Conformance: making sockets by socket and WSASocket, and what a new socket is like.
 */
#include "conform.h"

static int type_of(SOCKET made) {
    return get_option(made, SOL_SOCKET, SO_TYPE);
}

static WSAPROTOCOL_INFOA info_of(SOCKET made) {
    WSAPROTOCOL_INFOA info;
    int length = sizeof info;
    memset(&info, 0, sizeof info);
    assert_ok(getsockopt(made, SOL_SOCKET, SO_PROTOCOL_INFOA, (char *)&info, &length));
    return info;
}

static void expect_made(int family, int type, int protocol, int made_type, int made_protocol) {
    SOCKET made = keep(socket(family, type, protocol));
    assert_true(made != INVALID_SOCKET);
    WSAPROTOCOL_INFOA info = info_of(made);
    assert_int_equal(type_of(made), made_type);
    assert_int_equal(info.iSocketType, made_type);
    assert_int_equal(info.iProtocol, made_protocol);
    if (family != AF_UNSPEC)
        assert_int_equal(info.iAddressFamily, family);
}

static void expect_refused(int family, int type, int protocol, int code) {
    assert_no_socket(code, socket(family, type, protocol));
    assert_no_socket(code, WSASocketA(family, type, protocol, NULL, 0, 0));
    assert_no_socket(code, WSASocketW(family, type, protocol, NULL, 0, WSA_FLAG_OVERLAPPED));
}

/* ---------------------------------------------------------------------------------------------------------- triples */

static void tcp_over_ipv4(void) {
    expect_made(AF_INET, SOCK_STREAM, IPPROTO_TCP, SOCK_STREAM, IPPROTO_TCP);
}

static void udp_over_ipv4(void) {
    expect_made(AF_INET, SOCK_DGRAM, IPPROTO_UDP, SOCK_DGRAM, IPPROTO_UDP);
}

static void tcp_over_ipv6(void) {
    expect_made(AF_INET6, SOCK_STREAM, IPPROTO_TCP, SOCK_STREAM, IPPROTO_TCP);
}

static void udp_over_ipv6(void) {
    expect_made(AF_INET6, SOCK_DGRAM, IPPROTO_UDP, SOCK_DGRAM, IPPROTO_UDP);
}

static void a_stream_is_tcp_unless_said_otherwise(void) {
    expect_made(AF_INET, SOCK_STREAM, 0, SOCK_STREAM, IPPROTO_TCP);
    expect_made(AF_INET6, SOCK_STREAM, 0, SOCK_STREAM, IPPROTO_TCP);
}

static void a_datagram_socket_is_udp_unless_said_otherwise(void) {
    expect_made(AF_INET, SOCK_DGRAM, 0, SOCK_DGRAM, IPPROTO_UDP);
    expect_made(AF_INET6, SOCK_DGRAM, 0, SOCK_DGRAM, IPPROTO_UDP);
}

static void the_protocol_alone_tells_the_type(void) {
    expect_made(AF_INET, 0, IPPROTO_TCP, SOCK_STREAM, IPPROTO_TCP);
    expect_made(AF_INET, 0, IPPROTO_UDP, SOCK_DGRAM, IPPROTO_UDP);
}

static void the_protocol_alone_tells_the_family(void) {
    expect_made(AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP, SOCK_STREAM, IPPROTO_TCP);
    expect_made(AF_UNSPEC, 0, IPPROTO_UDP, SOCK_DGRAM, IPPROTO_UDP);
}

static void a_family_alone_is_tcp(void) {
    expect_made(AF_INET, 0, 0, SOCK_STREAM, IPPROTO_TCP);
}

static void neither_family_nor_protocol_is_invalid(void) {
    expect_refused(AF_UNSPEC, 0, 0, WSAEINVAL);
    expect_refused(AF_UNSPEC, SOCK_STREAM, 0, WSAEINVAL);
    expect_refused(AF_UNSPEC, SOCK_DGRAM, 0, WSAEINVAL);
}

static void an_unknown_family_is_refused(void) {
    expect_refused(0xdead, SOCK_STREAM, IPPROTO_TCP, WSAEAFNOSUPPORT);
    expect_refused(0xdead, SOCK_DGRAM, IPPROTO_UDP, WSAEAFNOSUPPORT);
    expect_refused(AF_MAX + 20, SOCK_STREAM, 0, WSAEAFNOSUPPORT);
    expect_refused(-1, SOCK_STREAM, IPPROTO_TCP, WSAEAFNOSUPPORT);
}

static void families_of_other_networks_are_refused(void) {
    expect_refused(AF_APPLETALK, SOCK_STREAM, 0, WSAEAFNOSUPPORT);
    expect_refused(AF_DECnet, SOCK_STREAM, 0, WSAEAFNOSUPPORT);
    expect_refused(AF_ATM, SOCK_STREAM, 0, WSAEAFNOSUPPORT);
}

static void an_unknown_type_is_refused(void) {
    expect_refused(AF_INET, 0xdead, IPPROTO_TCP, WSAESOCKTNOSUPPORT);
    expect_refused(AF_INET, 0xdead, 0, WSAESOCKTNOSUPPORT);
    expect_refused(AF_INET, 17, 0, WSAESOCKTNOSUPPORT);
    expect_refused(AF_INET, -1, IPPROTO_TCP, WSAESOCKTNOSUPPORT);
}

static void types_that_ip_lacks_are_refused(void) {
    expect_refused(AF_INET, SOCK_SEQPACKET, 0, WSAESOCKTNOSUPPORT);
    expect_refused(AF_INET6, SOCK_SEQPACKET, 0, WSAESOCKTNOSUPPORT);
}

static void a_bad_type_counts_before_a_bad_family(void) {
    expect_refused(0xdead, 0xdead, IPPROTO_TCP, WSAESOCKTNOSUPPORT);
}

static void a_bad_type_counts_before_a_bad_protocol(void) {
    expect_refused(AF_INET, 0xdead, 0xdead, WSAESOCKTNOSUPPORT);
}

static void a_bad_family_counts_before_a_bad_protocol(void) {
    wine_differs("the protocol counts first");
    expect_refused(0xdead, SOCK_STREAM, 0xdead, WSAEAFNOSUPPORT);
}

static void an_unknown_protocol_is_refused(void) {
    expect_refused(AF_INET, SOCK_STREAM, 0xdead, WSAEPROTONOSUPPORT);
    expect_refused(AF_INET, SOCK_STREAM, -1, WSAEPROTONOSUPPORT);
    expect_refused(AF_INET, 0, 0xdead, WSAEPROTONOSUPPORT);
    expect_refused(AF_INET, SOCK_DGRAM, 200, WSAEPROTONOSUPPORT);
    expect_refused(AF_UNSPEC, SOCK_STREAM, 0xdead, WSAEPROTONOSUPPORT);
}

static void a_protocol_of_another_type_is_refused(void) {
    const int pairs[][2] = {{SOCK_STREAM, IPPROTO_UDP}, {SOCK_DGRAM, IPPROTO_TCP}};
    for (int i = 0; i < 2; i++) {
        assert_true(socket(AF_INET, pairs[i][0], pairs[i][1]) == INVALID_SOCKET);
        assert_true(WSAGetLastError() == WSAEPROTONOSUPPORT || WSAGetLastError() == WSAEPROTOTYPE);
    }
}

/* Who may have one depends on rights. */
static void a_raw_socket_is_made_or_not_permitted(void) {
    SOCKET made = keep(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    if (made == INVALID_SOCKET)
        assert_int_equal(WSAGetLastError(), WSAEACCES);
    else
        assert_int_equal(type_of(made), SOCK_RAW);
}

/* -------------------------------------------------------------------------------------------------------- WSASocket */

static void WSASocket_takes_all_from_the_info(void) {
    WSAPROTOCOL_INFOA info = info_of(udp());
    SOCKET made = keep(WSASocketA(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, 0));
    assert_true(made != INVALID_SOCKET);
    assert_int_equal(type_of(made), SOCK_DGRAM);
    assert_int_equal(info_of(made).iProtocol, IPPROTO_UDP);
}

static void WSASocket_takes_from_the_info_what_is_zero(void) {
    WSAPROTOCOL_INFOA info = info_of(udp());
    SOCKET made = keep(WSASocketA(0, 0, 0, &info, 0, WSA_FLAG_OVERLAPPED));
    assert_true(made != INVALID_SOCKET);
    assert_int_equal(type_of(made), SOCK_DGRAM);
    assert_int_equal(info_of(made).iAddressFamily, AF_INET);
}

static void WSASocket_prefers_what_it_is_told(void) {
    WSAPROTOCOL_INFOA info = info_of(udp());
    SOCKET made = keep(WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, &info, 0, 0));
    assert_true(made != INVALID_SOCKET);
    assert_int_equal(type_of(made), SOCK_STREAM);
}

static void WSASocketW_takes_a_wide_info(void) {
    WSAPROTOCOL_INFOW info;
    int length = sizeof info;
    assert_ok(getsockopt(udp(), SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length));
    SOCKET made =
        keep(WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0, WSA_FLAG_OVERLAPPED));
    assert_true(made != INVALID_SOCKET);
    assert_int_equal(type_of(made), SOCK_DGRAM);
}

static void an_info_of_unknown_things_is_refused(void) {
    WSAPROTOCOL_INFOA info = info_of(udp());
    info.iAddressFamily = info.iSocketType = info.iProtocol = -1;
    assert_no_socket(WSAEAFNOSUPPORT, WSASocketA(0, 0, IPPROTO_UDP, &info, 0, 0));
}

static void sockets_of_both_kinds_talk(void) {
    address where;
    SOCKET from = listener(&where);
    SOCKET plain = keep(WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, 0));
    assert_true(plain != INVALID_SOCKET);
    assert_ok(connect(plain, &where.any, where.length));
    SOCKET server = accept_from(from);
    send_text(plain, "from a socket that is not overlapped");
    expect_text(server, "from a socket that is not overlapped");
    send_text(server, "and back");
    expect_text(plain, "and back");
}

static void no_handle_inherit_is_a_known_flag(void) {
    SOCKET made = keep(WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
    assert_true(made != INVALID_SOCKET);
}

/* ------------------------------------------------------------------------------------------------------ new sockets */

static void sockets_are_distinct(void) {
    SOCKET made[64];
    for (int i = 0; i < 64; i++) {
        made[i] = i % 2 == 0 ? tcp() : udp();
        for (int k = 0; k < i; k++)
            assert_true(made[i] != made[k]);
    }
}

static void hundreds_of_sockets_can_be_open(void) {
    for (int i = 0; i < 600; i++)
        (void)udp();
}

static void a_new_socket_has_no_name(void) {
    address where;
    where.length = sizeof where.room;
    assert_wsa(WSAEINVAL, getsockname(tcp(), &where.any, &where.length));
    assert_wsa(WSAEINVAL, getsockname(udp(), &where.any, &where.length));
}

static void a_new_socket_has_no_peer(void) {
    address where;
    where.length = sizeof where.room;
    assert_wsa(WSAENOTCONN, getpeername(tcp(), &where.any, &where.length));
    assert_wsa(WSAENOTCONN, getpeername(udp(), &where.any, &where.length));
}

static void a_new_stream_socket_is_not_connected(void) {
    char byte = 0;
    wine_differs("sending says WSAECONNRESET or WSAESHUTDOWN");
    assert_wsa(WSAENOTCONN, send(tcp(), &byte, 1, 0));
    assert_wsa(WSAENOTCONN, recv(tcp(), &byte, 1, 0));
}

static void a_new_stream_socket_receives_nothing(void) {
    char byte = 0;
    assert_wsa(WSAENOTCONN, recv(tcp(), &byte, 1, 0));
}

static void a_new_socket_has_no_error(void) {
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_ERROR), 0);
    assert_int_equal(get_option(udp(), SOL_SOCKET, SO_ERROR), 0);
}

static void a_new_socket_is_not_ready(void) {
    SOCKET made = tcp();
    assert_int_equal(is_readable(made, 0), 0);
    assert_int_equal(is_writable(made, 0), 0);
    assert_int_equal(is_exceptional(made, 0), 0);
}

static void a_new_datagram_socket_is_writable(void) {
    SOCKET made = udp();
    assert_int_equal(is_readable(made, 0), 0);
    assert_int_equal(is_writable(made, 0), 1);
}

/* It waits: after data has come it has them, and never says that it would block. */
static DWORD WINAPI send_later(LPVOID socket) {
    return send(*(SOCKET *)socket, "x", 1, 0) == 1 ? 0 : 1;
}

static void a_new_socket_blocks(void) {
    SOCKET client, server;
    char byte = 0;
    tcp_pair(&client, &server);
    HANDLE thread = thread_start(send_later, &client);
    assert_bytes(1, recv(server, &byte, 1, 0));
    assert_int_equal(thread_end(thread), 0);
    assert_int_equal(byte, 'x');
}

static const conform_test tests[] = {
    conform(tcp_over_ipv4),
    conform(udp_over_ipv4),
    conform(tcp_over_ipv6),
    conform(udp_over_ipv6),
    conform(a_stream_is_tcp_unless_said_otherwise),
    conform(a_datagram_socket_is_udp_unless_said_otherwise),
    conform(the_protocol_alone_tells_the_type),
    conform(the_protocol_alone_tells_the_family),
    conform(a_family_alone_is_tcp),
    conform(neither_family_nor_protocol_is_invalid),
    conform(an_unknown_family_is_refused),
    conform(families_of_other_networks_are_refused),
    conform(an_unknown_type_is_refused),
    conform(types_that_ip_lacks_are_refused),
    conform(a_bad_type_counts_before_a_bad_family),
    conform(a_bad_type_counts_before_a_bad_protocol),
    conform(a_bad_family_counts_before_a_bad_protocol),
    conform(an_unknown_protocol_is_refused),
    conform(a_protocol_of_another_type_is_refused),
    conform(a_raw_socket_is_made_or_not_permitted),
    conform(WSASocket_takes_all_from_the_info),
    conform(WSASocket_takes_from_the_info_what_is_zero),
    conform(WSASocket_prefers_what_it_is_told),
    conform(WSASocketW_takes_a_wide_info),
    conform(an_info_of_unknown_things_is_refused),
    conform(sockets_of_both_kinds_talk),
    conform(no_handle_inherit_is_a_known_flag),
    conform(sockets_are_distinct),
    conform(hundreds_of_sockets_can_be_open),
    conform(a_new_socket_has_no_name),
    conform(a_new_socket_has_no_peer),
    conform(a_new_stream_socket_is_not_connected),
    conform(a_new_stream_socket_receives_nothing),
    conform(a_new_socket_has_no_error),
    conform(a_new_socket_is_not_ready),
    conform(a_new_datagram_socket_is_writable),
    conform(a_new_socket_blocks),
};

CONFORM_MAIN(tests)
