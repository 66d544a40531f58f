/* SPDX-License-Identifier: MIT
 *
 * Functions that programs rarely call, and functions that they mostly ask for by WSAIoctl, called by their names: of
 * Winsock 1.1 what is left of blocking hooks, multipoint sessions, and the extensions that libraries export.
 */
#include "conform.h"

/* ---------------------------------------------------------------------------------------------------- of Winsock 1.1
 */

static INT_PTR WINAPI never(void) {
    return 0;
}

static void hooks_are_no_more(void) {
    assert_false(WSAIsBlocking());
    wine_differs("takes hooks as Winsock 1.1 does");
    WSASetLastError(0);
    assert_null(WSASetBlockingHook((FARPROC)(void (*)(void))never));
    assert_int_equal(WSAGetLastError(), WSAEOPNOTSUPP);
    assert_wsa(WSAEOPNOTSUPP, WSAUnhookBlockingHook());
    assert_wsa(WSAEOPNOTSUPP, WSACancelBlockingCall());
}

static void what_stands_in_a_set(void) {
    fd_set set;
    FD_ZERO(&set);
    assert_int_equal(__WSAFDIsSet(7, &set), 0);
    FD_SET(7, &set);
    FD_SET(9, &set);
    assert_true(__WSAFDIsSet(7, &set));
    assert_true(__WSAFDIsSet(9, &set));
    FD_CLR(7, &set);
    assert_int_equal(__WSAFDIsSet(7, &set), 0);
    assert_true(__WSAFDIsSet(9, &set));
}

/* -------------------------------------------------------------------------------------------------------- multipoint
 */

#define LEAF (WSA_FLAG_OVERLAPPED | WSA_FLAG_MULTIPOINT_C_LEAF | WSA_FLAG_MULTIPOINT_D_LEAF)

static SOCKET leaf(void) {
    SOCKET made = WSASocketA(AF_INET, SOCK_DGRAM, IPPROTO_UDP, NULL, 0, LEAF);
    assert_true(made != INVALID_SOCKET);
    return keep(made);
}

static address group_of(const char *text, u_short port) {
    address group = loopback(AF_INET);
    group.v4.sin_addr.s_addr = inet_addr(text);
    group.v4.sin_port = port;
    return group;
}

static SOCKET join(SOCKET socket, const address *group, DWORD flags) {
    return WSAJoinLeaf(socket, &group->any, group->length, NULL, NULL, NULL, NULL, flags);
}

/* Bound to the loopback's address: so the group is joined there. Linux gives such a socket no datagrams of groups,
 * hence another socket of the same port looks whether the group has been joined. */
static void a_leaf_is_its_own_leaf(void) {
    wine_differs("does not have it");
    SOCKET socket = leaf();
    (void)bind_loopback(socket, AF_INET);
    address group = group_of("239.255.7.9", 0);
    assert_true(join(socket, &group, JL_BOTH) == socket);
    assert_no_socket(WSAEISCONN, join(socket, &group, JL_RECEIVER_ONLY));
    group = group_of("239.255.7.10", 0);
    assert_true(join(socket, &group, JL_RECEIVER_ONLY) == socket);
}

static void a_leaf_receives(void) {
    wine_differs("does not have it");
    address where = anywhere(AF_INET);
    SOCKET socket = leaf(), sender = udp();
    IN_ADDR here = loopback(AF_INET).v4.sin_addr;
    struct ip_mreq membership;
    assert_ok(bind(socket, &where.any, where.length));
    where = local_of(socket);
    address group = group_of("239.255.7.11", port_of(&where));
    if (join(socket, &group, JL_BOTH) != socket)
        skip_because("this machine's usual interface has no multicast");
    memset(&membership, 0, sizeof membership);
    membership.imr_multiaddr = group.v4.sin_addr;
    membership.imr_interface = here;
    (void)setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, (const char *)&membership, sizeof membership);
    assert_ok(setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, (const char *)&here, sizeof here));
    assert_bytes(3, sendto(sender, "all", 3, 0, &group.any, group.length));
    await_readable(socket);
    expect_text(socket, "all");
}

static void joining_binds(void) {
    wine_differs("does not have it");
    SOCKET socket = leaf();
    address group = group_of("239.255.7.12", 0);
    assert_true(join(socket, &group, JL_SENDER_ONLY) == socket);
    address bound = local_of(socket);
    assert_true(port_of(&bound) != 0);
}

static void only_leaves_join(void) {
    wine_differs("does not have it");
    address group = group_of("239.255.7.9", 0);
    assert_no_socket(WSAEINVAL, join(udp(), &group, JL_BOTH));
    assert_no_socket(WSAEINVAL, join(tcp(), &group, JL_BOTH));
    assert_no_socket(WSAENOTSOCK, join(NOT_A_SOCKET, &group, JL_BOTH));
}

static void what_can_not_be_joined(void) {
    wine_differs("does not have it");
    SOCKET socket = leaf();
    address group = group_of("239.255.7.9", 0), any = anywhere(AF_INET), other = loopback(AF_INET6);
    WSABUF data = buffer_of("x", 1);
    assert_no_socket(WSAEADDRNOTAVAIL, join(socket, &any, JL_BOTH));
    assert_no_socket(WSAEAFNOSUPPORT, join(socket, &other, JL_BOTH));
    assert_no_socket(WSAEINVAL, join(socket, &group, 0));
    assert_no_socket(WSAEINVAL, join(socket, &group, 8));
    assert_no_socket(WSAEFAULT, WSAJoinLeaf(socket, NULL, group.length, NULL, NULL, NULL, NULL, JL_BOTH));
    assert_no_socket(WSAEFAULT, WSAJoinLeaf(socket, &group.any, 2, NULL, NULL, NULL, NULL, JL_BOTH));
    assert_no_socket(WSAEPROTONOSUPPORT,
                     WSAJoinLeaf(socket, &group.any, group.length, &data, NULL, NULL, NULL, JL_BOTH));
}

static void the_internet_has_no_roots(void) {
    wine_differs("takes every flag");
    DWORD root = WSA_FLAG_MULTIPOINT_C_ROOT | WSA_FLAG_MULTIPOINT_D_ROOT;
    assert_no_socket(WSAEINVAL, WSASocketA(AF_INET, SOCK_DGRAM, 0, NULL, 0, root));
    assert_no_socket(WSAEINVAL, WSASocketA(AF_INET, SOCK_STREAM, 0, NULL, 0, LEAF));
}

static void there_are_no_names_of_quality(void) {
    char names[64] = "";
    WSABUF name = {sizeof names, names}, voice = buffer_of("G711", 5);
    QOS qos;
    wine_differs("does not have it");
    assert_true(WSAGetQOSByName(udp(), &name, NULL));
    assert_int_equal(names[0], 0);
    assert_false_with(WSAEOPNOTSUPP, WSAGetQOSByName(udp(), &voice, &qos));
    assert_false_with(WSAEFAULT, WSAGetQOSByName(udp(), &voice, NULL));
    assert_false_with(WSAEFAULT, WSAGetQOSByName(udp(), NULL, &qos));
    assert_false_with(WSAENOTSOCK, WSAGetQOSByName(NOT_A_SOCKET, &voice, &qos));
}

/* -------------------------------------------------------------------------------------------------------- extensions
 */

static void messages_are_sent(void) {
    SOCKET from = udp(), to = udp();
    WSABUF parts[2] = {buffer_of("ab", 2), buffer_of("cde", 3)};
    WSAMSG message;
    DWORD sent = UNTOUCHED;
    address where = bind_loopback(to, AF_INET);
    memset(&message, 0, sizeof message);
    message.name = &where.any;
    message.namelen = where.length;
    message.lpBuffers = parts;
    message.dwBufferCount = 2;
    assert_ok(WSASendMsg(from, &message, 0, &sent, NULL, NULL));
    assert_int_equal(sent, 5);
    await_readable(to);
    expect_text(to, "abcde");
    assert_wsa(WSAENOTSOCK, WSASendMsg(NOT_A_SOCKET, &message, 0, &sent, NULL, NULL));
}

static void files_may_be_none(void) {
    SOCKET client, other;
    TRANSMIT_FILE_BUFFERS ends = {"head", 4, "tail", 4};
    tcp_pair(&client, &other);
    assert_true(TransmitFile(client, NULL, 0, 0, NULL, &ends, 0));
    expect_text(other, "headtail");
    assert_false_with(WSAENOTSOCK, TransmitFile(NOT_A_SOCKET, NULL, 0, 0, NULL, &ends, 0));
}

static void streams_are_received_as_by_recv(void) {
    SOCKET client, other;
    char room[8] = {0};
    int flags = 0;
    wine_differs("does not have WSARecvEx");
    tcp_pair(&client, &other);
    send_text(client, "abc");
    await_bytes(other, 3);
    assert_bytes(2, WSARecvEx(other, room, 2, &flags));
    assert_int_equal(flags & MSG_PARTIAL, 0);
    flags = 0;
    assert_bytes(1, WSARecvEx(other, room, 8, &flags));
    assert_int_equal(room[0], 'c');
    drop(client);
    await_readable(other);
    assert_bytes(0, WSARecvEx(other, room, 8, &flags));
}

static void flags_are_told_only(void) {
    SOCKET client, other;
    char room[8] = {0};
    int flags = MSG_PEEK;
    wine_differs("does not have WSARecvEx");
    tcp_pair(&client, &other);
    send_text(client, "ab");
    await_bytes(other, 2);
    assert_bytes(1, WSARecvEx(other, room, 1, &flags));
    flags = MSG_PEEK;
    assert_bytes(1, WSARecvEx(other, room, 1, &flags));
    assert_int_equal(room[0], 'b');
}

static void parts_of_messages_are_no_errors(void) {
    SOCKET from, to;
    char room[8] = {0};
    int flags = 0;
    wine_differs("does not have WSARecvEx");
    udp_pair(&from, &to);
    assert_bytes(5, send(from, "abcde", 5, 0));
    await_readable(to);
    assert_bytes(2, WSARecvEx(to, room, 2, &flags));
    assert_memory_equal(room, "ab", 2);
    assert_int_equal(flags, MSG_PARTIAL);
    assert_bytes(5, send(from, "fghij", 5, 0));
    await_readable(to);
    assert_bytes(5, WSARecvEx(to, room, 5, &flags));
    assert_int_equal(flags, 0);
}

static void receiving_fails_as_by_recv(void) {
    char room[8];
    int flags = 0;
    wine_differs("does not have WSARecvEx");
    assert_wsa(WSAENOTSOCK, WSARecvEx(NOT_A_SOCKET, room, sizeof room, &flags));
    assert_wsa(WSAENOTCONN, WSARecvEx(tcp(), room, sizeof room, &flags));
    SOCKET socket = udp();
    (void)bind_loopback(socket, AF_INET);
    set_nonblocking(socket);
    assert_wsa(WSAEWOULDBLOCK, WSARecvEx(socket, room, sizeof room, &flags));
}

static const conform_test tests[] = {
    conform(hooks_are_no_more),
    conform(what_stands_in_a_set),
    conform(a_leaf_is_its_own_leaf),
    conform(a_leaf_receives),
    conform(joining_binds),
    conform(only_leaves_join),
    conform(what_can_not_be_joined),
    conform(the_internet_has_no_roots),
    conform(there_are_no_names_of_quality),
    conform(messages_are_sent),
    conform(files_may_be_none),
    conform(streams_are_received_as_by_recv),
    conform(flags_are_told_only),
    conform(parts_of_messages_are_no_errors),
    conform(receiving_fails_as_by_recv),
};

CONFORM_MAIN(tests)
