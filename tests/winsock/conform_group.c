/* SPDX-License-Identifier: MIT
 *
 * Conformance: multicast groups: joining and leaving by the forms of IPv4, of IPv6 and of both, senders
 * that are wanted or not, and who hears what this machine sends. All of it over loopback.
 */
#include "conform.h"

/* Newer than some headers. */
#if !defined(MCAST_JOIN_GROUP)
#define MCAST_JOIN_GROUP 41
#define MCAST_LEAVE_GROUP 42
#define MCAST_BLOCK_SOURCE 43
#define MCAST_UNBLOCK_SOURCE 44
#define MCAST_JOIN_SOURCE_GROUP 45
#define MCAST_LEAVE_SOURCE_GROUP 46
#endif

#define GROUP_1 0xefff0021U
#define OTHER_SENDER (INADDR_LOOPBACK + 8)

static SOCKET receiver, sender;
static address where;

static struct ip_mreq membership(ULONG group) {
    struct ip_mreq made;
    made.imr_multiaddr.s_addr = htonl(group);
    made.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
    return made;
}

static struct ip_mreq_source membership_of(ULONG group, ULONG from) {
    struct ip_mreq_source made;
    made.imr_multiaddr.s_addr = htonl(group);
    made.imr_sourceaddr.s_addr = htonl(from);
    made.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
    return made;
}

static int change(SOCKET socket, int option, ULONG group) {
    struct ip_mreq made = membership(group);
    return setsockopt(socket, IPPROTO_IP, option, (const char *)&made, sizeof made);
}

static int change_source(SOCKET socket, int option, ULONG group, ULONG from) {
    struct ip_mreq_source made = membership_of(group, from);
    return setsockopt(socket, IPPROTO_IP, option, (const char *)&made, sizeof made);
}

/* A receiver on some port, and a sender whose datagrams to groups go by loopback. */
static void two(void) {
    address any = anywhere(AF_INET);
    receiver = udp();
    sender = udp();
    assert_ok(bind(receiver, &any.any, any.length));
    where = local_of(receiver);
    where.v4.sin_addr.s_addr = htonl(GROUP_1);
    (void)bind_loopback(sender, AF_INET);
    set_option(sender, IPPROTO_IP, IP_MULTICAST_IF, (int)htonl(INADDR_LOOPBACK));
}

static SOCKET sender_at(ULONG host) {
    address from = loopback(AF_INET);
    SOCKET made = udp();
    from.v4.sin_addr.s_addr = htonl(host);
    assert_ok(bind(made, &from.any, from.length));
    set_option(made, IPPROTO_IP, IP_MULTICAST_IF, (int)htonl(INADDR_LOOPBACK));
    return made;
}

static void post(SOCKET from, const char *text) {
    assert_bytes((int)strlen(text), sendto(from, text, (int)strlen(text), 0, &where.any, where.length));
}

/* Datagrams of one path keep their order: what would have come is there before the next one. */
static void expect_nothing_before(const char *text) {
    address direct = where;
    direct.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_bytes((int)strlen(text), sendto(sender, text, (int)strlen(text), 0, &direct.any, direct.length));
    expect_text(receiver, text);
}

/* ------------------------------------------------------------------------------------------------------ joining */

static void a_member_receives(void) {
    two();
    assert_ok(change(receiver, IP_ADD_MEMBERSHIP, GROUP_1));
    post(sender, "to the group");
    expect_text(receiver, "to the group");
}

static void who_has_left_does_not(void) {
    two();
    assert_ok(change(receiver, IP_ADD_MEMBERSHIP, GROUP_1));
    assert_ok(change(receiver, IP_DROP_MEMBERSHIP, GROUP_1));
    post(sender, "to the group");
    expect_nothing_before("direct");
}

static void who_has_not_joined_does_not(void) {
    SOCKET member = udp();
    two();
    assert_ok(change(member, IP_ADD_MEMBERSHIP, GROUP_1));
    wine_differs("it receives what others have joined");
    post(sender, "to the group");
    expect_nothing_before("direct");
}

static void what_was_not_joined_cannot_be_left(void) {
    wine_differs("it says WSAEINVAL");
    two();
    assert_wsa(WSAEADDRNOTAVAIL, change(receiver, IP_DROP_MEMBERSHIP, GROUP_1));
}

static void only_groups_can_be_joined(void) {
    two();
    assert_int_equal(change(receiver, IP_ADD_MEMBERSHIP, INADDR_LOOPBACK), SOCKET_ERROR);
    assert_int_equal(WSAGetLastError(), WSAEINVAL);
}

static void a_membership_needs_its_bytes(void) {
    wine_differs("it says WSAEINVAL");
    struct ip_mreq made = membership(GROUP_1);
    two();
    assert_wsa(WSAEFAULT, setsockopt(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, (const char *)&made, sizeof made - 1));
    assert_wsa(WSAEFAULT, setsockopt(receiver, IPPROTO_IP, IP_ADD_MEMBERSHIP, NULL, sizeof made));
}

static void memberships_cannot_be_asked_for(void) {
    char room[64];
    int length = sizeof room;
    assert_wsa(WSAENOPROTOOPT, getsockopt(udp(), IPPROTO_IP, IP_ADD_MEMBERSHIP, room, &length));
}

static void the_form_of_both_families_joins(void) {
    GROUP_REQ request;
    address group = anywhere(AF_INET);
    two();
    memset(&request, 0, sizeof request);
    group.v4.sin_addr.s_addr = htonl(GROUP_1);
    request.gr_interface = 1;
    memcpy(&request.gr_group, &group.v4, sizeof group.v4);
    wine_differs("it is not known");
    assert_ok(setsockopt(receiver, IPPROTO_IP, MCAST_JOIN_GROUP, (const char *)&request, sizeof request));
    post(sender, "by the new form");
    expect_text(receiver, "by the new form");
    assert_ok(setsockopt(receiver, IPPROTO_IP, MCAST_LEAVE_GROUP, (const char *)&request, sizeof request));
    post(sender, "after it");
    expect_nothing_before("direct");
    assert_wsa(WSAEFAULT,
               setsockopt(receiver, IPPROTO_IP, MCAST_JOIN_GROUP, (const char *)&request, sizeof request - 1));
}

static void groups_of_ipv6_can_be_joined(void) {
    struct ipv6_mreq request;
    address any = anywhere(AF_INET6), to;
    needs_ipv6();
    SOCKET got = udp6(), from = udp6();
    assert_ok(bind(got, &any.any, any.length));
    to = local_of(got);
    memset(&request, 0, sizeof request);
    assert_int_equal(inet_pton(AF_INET6, "ff01::21", &request.ipv6mr_multiaddr), 1);
    request.ipv6mr_interface = 1;
    assert_ok(setsockopt(got, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, (const char *)&request, sizeof request));
    set_option(from, IPPROTO_IPV6, IPV6_MULTICAST_IF, 1);
    to.v6.sin6_addr = request.ipv6mr_multiaddr;
    if (sendto(from, "ipv6", 4, 0, &to.any, to.length) == SOCKET_ERROR && WSAGetLastError() == WSAENETUNREACH)
        skip_because("there is no route for groups of IPv6");
    expect_text(got, "ipv6");
    assert_ok(setsockopt(got, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, (const char *)&request, sizeof request));
}

/* ---------------------------------------------------------------------------------------------------------- senders */

static void one_sender_is_wanted(void) {
    wine_differs("others are received too");
    two();
    SOCKET other = sender_at(OTHER_SENDER);
    assert_ok(change_source(receiver, IP_ADD_SOURCE_MEMBERSHIP, GROUP_1, INADDR_LOOPBACK));
    post(other, "unwanted");
    post(sender, "wanted");
    expect_text(receiver, "wanted");
    assert_ok(change_source(receiver, IP_ADD_SOURCE_MEMBERSHIP, GROUP_1, OTHER_SENDER));
    post(other, "now it is");
    expect_text(receiver, "now it is");
    assert_ok(change_source(receiver, IP_DROP_SOURCE_MEMBERSHIP, GROUP_1, INADDR_LOOPBACK));
    post(sender, "no more");
    expect_nothing_before("direct");
}

static void one_sender_is_not_wanted(void) {
    wine_differs("it is received all the same");
    two();
    SOCKET other = sender_at(OTHER_SENDER);
    assert_ok(change(receiver, IP_ADD_MEMBERSHIP, GROUP_1));
    assert_ok(change_source(receiver, IP_BLOCK_SOURCE, GROUP_1, OTHER_SENDER));
    post(other, "unwanted");
    post(sender, "wanted");
    expect_text(receiver, "wanted");
    assert_ok(change_source(receiver, IP_UNBLOCK_SOURCE, GROUP_1, OTHER_SENDER));
    post(other, "now it is");
    expect_text(receiver, "now it is");
}

static void the_form_of_both_families_wants_one_sender(void) {
    GROUP_SOURCE_REQ request;
    address name = anywhere(AF_INET);
    two();
    wine_differs("it is not known");
    SOCKET other = sender_at(OTHER_SENDER);
    memset(&request, 0, sizeof request);
    request.gsr_interface = 1;
    name.v4.sin_addr.s_addr = htonl(GROUP_1);
    memcpy(&request.gsr_group, &name.v4, sizeof name.v4);
    name.v4.sin_addr.s_addr = htonl(OTHER_SENDER);
    memcpy(&request.gsr_source, &name.v4, sizeof name.v4);
    assert_ok(setsockopt(receiver, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, (const char *)&request, sizeof request));
    post(sender, "unwanted");
    post(other, "wanted");
    expect_text(receiver, "wanted");
    assert_ok(setsockopt(receiver, IPPROTO_IP, MCAST_LEAVE_SOURCE_GROUP, (const char *)&request, sizeof request));
}

/* ---------------------------------------------------------------------------------------------- filters, all at once
 */

#if !defined(_WIN32)

static IN_ADDR host(ULONG number) {
    IN_ADDR made;
    made.s_addr = htonl(number);
    return made;
}

static void a_filter_joins_and_leaves(void) {
    IN_ADDR wanted[2] = {host(OTHER_SENDER), host(INADDR_LOOPBACK + 9)}, got[4];
    MULTICAST_MODE_TYPE mode = MCAST_EXCLUDE;
    ULONG count = 4;
    two();
    SOCKET other = sender_at(OTHER_SENDER);
    assert_ok(setipv4sourcefilter(receiver, host(INADDR_LOOPBACK), host(GROUP_1), MCAST_INCLUDE, 2, wanted));
    assert_ok(getipv4sourcefilter(receiver, host(INADDR_LOOPBACK), host(GROUP_1), &mode, &count, got));
    assert_int_equal(mode, MCAST_INCLUDE);
    assert_int_equal(count, 2);
    assert_memory_equal(got, wanted, sizeof wanted);
    post(sender, "unwanted");
    post(other, "wanted");
    expect_text(receiver, "wanted");
    assert_ok(setipv4sourcefilter(receiver, host(INADDR_LOOPBACK), host(GROUP_1), MCAST_INCLUDE, 0, NULL));
    post(other, "left");
    expect_nothing_before("direct");
}

static void a_filter_may_want_all_but_some(void) {
    SOCKADDR_STORAGE unwanted, got[2];
    address group = anywhere(AF_INET), name = anywhere(AF_INET);
    MULTICAST_MODE_TYPE mode = MCAST_INCLUDE;
    ULONG count = 2;
    two();
    SOCKET other = sender_at(OTHER_SENDER);
    group.v4.sin_addr.s_addr = htonl(GROUP_1);
    name.v4.sin_addr.s_addr = htonl(OTHER_SENDER);
    memset(&unwanted, 0, sizeof unwanted);
    memcpy(&unwanted, &name.v4, sizeof name.v4);
    assert_ok(setsourcefilter(receiver, 1, &group.any, group.length, MCAST_EXCLUDE, 1, &unwanted));
    assert_ok(getsourcefilter(receiver, 1, &group.any, group.length, &mode, &count, got));
    assert_int_equal(mode, MCAST_EXCLUDE);
    assert_int_equal(count, 1);
    assert_int_equal(((struct sockaddr_in *)(void *)&got[0])->sin_addr.s_addr, htonl(OTHER_SENDER));
    post(other, "unwanted");
    post(sender, "wanted");
    expect_text(receiver, "wanted");
}

static void a_filter_of_more_than_there_is_room_for_is_counted(void) {
    IN_ADDR wanted[3] = {host(OTHER_SENDER), host(OTHER_SENDER + 1), host(OTHER_SENDER + 2)}, got[1];
    MULTICAST_MODE_TYPE mode = MCAST_EXCLUDE;
    ULONG count = 1;
    two();
    assert_ok(setipv4sourcefilter(receiver, host(INADDR_LOOPBACK), host(GROUP_1), MCAST_INCLUDE, 3, wanted));
    assert_ok(getipv4sourcefilter(receiver, host(INADDR_LOOPBACK), host(GROUP_1), &mode, &count, got));
    assert_int_equal(count, 3);
    assert_int_equal(got[0].s_addr, wanted[0].s_addr);
}

#endif

/* ---------------------------------------------------------------------------------------------------- what is heard */

static void who_does_not_want_it_does_not_hear_its_own_machine(void) {
    two();
    wine_differs("it is the sender's switch, as in the system below");
    assert_ok(change(receiver, IP_ADD_MEMBERSHIP, GROUP_1));
    set_option(receiver, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    post(sender, "not heard");
    expect_nothing_before("direct");
    set_option(receiver, IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    post(sender, "heard");
    expect_text(receiver, "heard");
}

static void a_sender_that_does_not_hear_itself_is_heard_by_others(void) {
    two();
    assert_ok(change(receiver, IP_ADD_MEMBERSHIP, GROUP_1));
    set_option(sender, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    post(sender, "heard");
    expect_text(receiver, "heard");
}

static void WSARecvMsg_tells_that_it_came_to_a_group(void) {
    LPFN_WSARECVMSG receive_message;
    WSAMSG message;
    WSABUF piece;
    char data[16];
    DWORD count;
    two();
    wine_differs("no flag says so");
    assert_ok(change(receiver, IP_ADD_MEMBERSHIP, GROUP_1));
    extension(receiver, (GUID)WSAID_WSARECVMSG, &receive_message);
    post(sender, "x");
    memset(&message, 0, sizeof message);
    piece = buffer_of(data, sizeof data);
    message.lpBuffers = &piece;
    message.dwBufferCount = 1;
    await_readable(receiver);
    assert_ok(receive_message(receiver, &message, &count, NULL, NULL));
    assert_int_equal(message.dwFlags, MSG_MCAST);
}

static void who_does_not_want_broadcasts_does_not_hear_them(void) {
    two();
    wine_differs("it is not known");
    where.v4.sin_addr.s_addr = htonl(0x7fffffff);
    set_option(sender, SOL_SOCKET, SO_BROADCAST, 1);
    post(sender, "to all");
    expect_text(receiver, "to all");
    set_option(receiver, IPPROTO_IP, IP_RECEIVE_BROADCAST, 0);
    post(sender, "to all");
    expect_nothing_before("direct");
}

static void the_controls_are_the_options(void) {
    BOOL off = FALSE;
    int hops = 7;
    DWORD count = UNTOUCHED;
    two();
    wine_differs("they are not known");
    assert_ok(WSAIoctl(receiver, SIO_MULTIPOINT_LOOPBACK, &off, sizeof off, NULL, 0, &count, NULL, NULL));
    assert_int_equal(count, 0);
    assert_int_equal(get_option(receiver, IPPROTO_IP, IP_MULTICAST_LOOP), 0);
    assert_ok(WSAIoctl(sender, SIO_MULTICAST_SCOPE, &hops, sizeof hops, NULL, 0, &count, NULL, NULL));
    assert_int_equal(get_option(sender, IPPROTO_IP, IP_MULTICAST_TTL), 7);
    hops = 256;
    assert_wsa(WSAEINVAL, WSAIoctl(sender, SIO_MULTICAST_SCOPE, &hops, sizeof hops, NULL, 0, &count, NULL, NULL));
    assert_wsa(WSAEFAULT, WSAIoctl(sender, SIO_MULTICAST_SCOPE, NULL, 0, NULL, 0, &count, NULL, NULL));
    assert_wsa(WSAEINVAL, WSAIoctl(tcp(), SIO_MULTIPOINT_LOOPBACK, &off, sizeof off, NULL, 0, &count, NULL, NULL));
}

static const conform_test tests[] = {
    conform(a_member_receives),
    conform(who_has_left_does_not),
    conform(who_has_not_joined_does_not),
    conform(what_was_not_joined_cannot_be_left),
    conform(only_groups_can_be_joined),
    conform(a_membership_needs_its_bytes),
    conform(memberships_cannot_be_asked_for),
    conform(the_form_of_both_families_joins),
    conform(groups_of_ipv6_can_be_joined),
    conform(one_sender_is_wanted),
    conform(one_sender_is_not_wanted),
    conform(the_form_of_both_families_wants_one_sender),
#if !defined(_WIN32)
    conform(a_filter_joins_and_leaves),
    conform(a_filter_may_want_all_but_some),
    conform(a_filter_of_more_than_there_is_room_for_is_counted),
#endif
    conform(who_does_not_want_it_does_not_hear_its_own_machine),
    conform(a_sender_that_does_not_hear_itself_is_heard_by_others),
    conform(WSARecvMsg_tells_that_it_came_to_a_group),
    conform(who_does_not_want_broadcasts_does_not_hear_them),
    conform(the_controls_are_the_options),
};

CONFORM_MAIN(tests)
