/* SPDX-License-Identifier: MIT
 *
 * Behaviours of datagrams to multicast groups: who receives them, what is told of them, and by which interface they
 * leave. Joining and leaving stand in multicast.c.
 */
#include "groups.h"

static void delivered(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket member = open_member(c, family, index, &port), sender = open_sender(c, family, index);
    spal_address to = group_of(family, 1, port);
    peer_sendto(sender, "a", 1, &to);
    expect_datagram(member, 'a');
    expect_silence(member);
}
IN_BOTH_FAMILIES(delivered)

static void delivered_to_all(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket first = open_member(c, family, index, &port), second = open_member(c, family, index, &port);
    spal_socket sender = open_sender(c, family, index);
    spal_address to = group_of(family, 1, port);
    peer_sendto(sender, "a", 1, &to);
    expect_datagram(first, 'a');
    expect_datagram(second, 'a');
}
IN_BOTH_FAMILIES(delivered_to_all)

static void members_only(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket member = open_member(c, family, index, &port), stranger = open_receiver(c, family, &port);
    spal_socket other = open_receiver(c, family, &port), sender = open_sender(c, family, index);
    spal_address to = group_of(family, 1, port), other_group = group_of(family, 2, 0);
    must(spal_multicast_join(other, &other_group, index, NULL));
    peer_sendto(sender, "a", 1, &to);
    expect_datagram(member, 'a');
    expect_silence(stranger);
    expect_silence(other);
}
IN_BOTH_FAMILIES(members_only)

static void left(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket stays = open_member(c, family, index, &port), leaves = open_member(c, family, index, &port);
    spal_socket sender = open_sender(c, family, index);
    spal_address to = group_of(family, 1, port);
    must(spal_multicast_leave(leaves, &to, index, NULL));
    peer_sendto(sender, "a", 1, &to);
    expect_datagram(stays, 'a');
    expect_silence(leaves);
    must(spal_multicast_join(leaves, &to, index, NULL));
    peer_sendto(sender, "b", 1, &to);
    expect_datagram(leaves, 'b');
}
IN_BOTH_FAMILIES(left)

static void told_of_group(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket member = open_member(c, family, index, &port), sender = open_sender(c, family, index);
    spal_address to = group_of(family, 1, port);
    letter got;
    size_t moved;
    must(spal_set_option(member, SPAL_OPT_PACKET_INFO, 1));
    peer_sendto(sender, "a", 1, &to);
    must(spal_recvmsg(member, letter_open(&got), 0, &moved));
    assert_int_equal(got.info.present, SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE);
    assert_memory_equal(got.info.local.ip, to.ip, family == SPAL_AF_INET ? 4 : 16);
    assert_int_equal(got.info.interface_index, index);
    assert_int_equal(got.address.port, port_of(sender));
}
IN_BOTH_FAMILIES(told_of_group)

static void sent_ttl(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket member = open_member(c, family, index, &port), sender = open_sender(c, family, index);
    spal_address to = group_of(family, 1, port);
    letter got;
    size_t moved;
    must(spal_set_option(member, SPAL_OPT_RECV_TTL, 1));
    must(spal_set_option(sender, SPAL_OPT_TTL, 99));
    for (int ttl = 1; ttl >= 0; ttl--) {
        must(spal_set_option(sender, SPAL_OPT_MULTICAST_TTL, ttl));
        peer_sendto(sender, "a", 1, &to);
        must(spal_recvmsg(member, letter_open(&got), 0, &moved));
        assert_int_equal(got.info.ttl, ttl);
    }
}
IN_BOTH_FAMILIES(sent_ttl)

/* The datagrams of a connected sender take the same way. */
static void connected_sender(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    uint16_t port = 0;
    spal_socket member = open_member(c, SPAL_AF_INET, index, &port), sender = open_sender(c, SPAL_AF_INET, index);
    spal_address to = group_of(SPAL_AF_INET, 1, port);
    size_t sent;
    must(spal_connect(sender, &to));
    must(spal_send(sender, "a", 1, 0, &sent));
    expect_datagram(member, 'a');
}

static void dual_sender(context *c) {
    require_ipv6(c);
    uint32_t index = test_interface(c, SPAL_AF_INET);
    uint16_t port = 0;
    spal_socket member = open_member(c, SPAL_AF_INET, index, &port), sender = open_udp(c, SPAL_AF_INET6);
    spal_address group = group_of(SPAL_AF_INET, 1, port), to;
    letter got;
    size_t moved;
    must(spal_set_option(sender, SPAL_OPT_V6ONLY, 0));
    must(spal_set_option(sender, SPAL_OPT_MULTICAST_INTERFACE, (int)index));
    must(spal_set_option(sender, SPAL_OPT_MULTICAST_TTL, 0));
    must(spal_set_option(member, SPAL_OPT_RECV_TTL, 1));
    must(spal_address_map_v4(&group, &to));
    peer_sendto(sender, "a", 1, &to);
    must(spal_recvmsg(member, letter_open(&got), 0, &moved));
    assert_int_equal(got.info.ttl, 0);
}

/* ---- the sender's machine, and its interfaces ---- */

/** Sends a letter to the group of all hosts, out of an interface to others, where it dies at once. */
static void send_outward(context *c, uint32_t interface_index, uint16_t port, int loops, const char *byte) {
    spal_socket sender = open_sender(c, SPAL_AF_INET, interface_index);
    spal_address to = address_at(all_hosts, port);
    must(spal_set_option(sender, SPAL_OPT_MULTICAST_TTL, 0));
    must(spal_set_option(sender, SPAL_OPT_MULTICAST_LOOP, loops));
    peer_sendto(sender, byte, 1, &to);
}

static void looped(context *c) {
    uint32_t index = outward_interface(c);
    uint16_t port = 0;
    spal_address group = address_at(all_hosts, 0);
    spal_socket member = open_receiver(c, SPAL_AF_INET, &port);
    must(spal_multicast_join(member, &group, index, NULL));
    send_outward(c, index, port, 1, "a");
    expect_datagram(member, 'a');
    must(spal_set_option(member, SPAL_OPT_MULTICAST_LOOP, 0));
    send_outward(c, index, port, 0, "b");
    expect_silence(member);
    must(spal_set_option(member, SPAL_OPT_MULTICAST_LOOP, 1));
    send_outward(c, index, port, 1, "c");
    expect_datagram(member, 'c');
}

static void looped_v6(context *c) {
    uint32_t found[INTERFACES], index = 0;
    uint16_t port = 0;
    require_ipv6(c);
    size_t count = interfaces_with(SPAL_IF_MULTICAST | SPAL_IF_UP, SPAL_IF_LOOPBACK, found);
    for (size_t i = 0; i < count && index == 0; i++)
        index = carries_groups(c, SPAL_AF_INET6, found[i]) ? found[i] : 0;
    if (index == 0)
        skip_because(c, "the machine has no interface but the loopback that carries groups of IPv6");
    spal_socket member = open_member(c, SPAL_AF_INET6, index, &port), sender = open_sender(c, SPAL_AF_INET6, index);
    spal_address to = group_of(SPAL_AF_INET6, 1, port);
    for (int loops = 0; loops < 2; loops++) {
        must(spal_set_option(sender, SPAL_OPT_MULTICAST_LOOP, loops));
        must(spal_set_option(member, SPAL_OPT_MULTICAST_LOOP, loops));
        peer_sendto(sender, loops == 0 ? "a" : "b", 1, &to);
    }
    expect_datagram(member, 'b');
}

static void interfaces_apart(context *c) {
    uint32_t inward = test_interface(c, SPAL_AF_INET), outward = outward_interface(c);
    uint16_t port = 0;
    spal_address group = address_at(all_hosts, 0), to;
    spal_socket inner = open_receiver(c, SPAL_AF_INET, &port), outer = open_receiver(c, SPAL_AF_INET, &port);
    spal_socket sender = open_sender(c, SPAL_AF_INET, inward);
    must(spal_multicast_join(inner, &group, inward, NULL));
    must(spal_multicast_join(outer, &group, outward, NULL));
    to = address_at(all_hosts, port);
    peer_sendto(sender, "i", 1, &to);
    expect_datagram(inner, 'i');
    expect_silence(outer);
    send_outward(c, outward, port, 1, "o");
    expect_datagram(outer, 'o');
    expect_silence(inner);
}

#define WINE_GROUPS                                                                                                    \
    "Wine leaves a socket of Linux as it is, which receives from groups that others of the machine have joined"

static const behaviour multicast_delivery_rows[] = {
    ROW("multicast.delivered.v4", "A member receives what is sent to its group, once.", delivered_v4, IN_ANY),
    ROW("multicast.delivered.v6", "A member receives what is sent to its group of IPv6, once.", delivered_v6, IN_ANY),
    ROW("multicast.delivered.all.v4", "Every member that shares a port receives a datagram of its own.",
        delivered_to_all_v4, IN_ANY),
    ROW("multicast.delivered.all.v6", "Every member that shares a port of IPv6 receives a datagram of its own.",
        delivered_to_all_v6, IN_ANY),
    ROW_NOT("multicast.members-only.v4", "Who has not joined a group receives nothing of it, though others here have.",
            members_only_v4, IN_ANY, NOT_WINE, WINE_GROUPS),
    ROW_NOT("multicast.members-only.v6",
            "Who has not joined a group of IPv6 receives nothing, though others here have.", members_only_v6, IN_ANY,
            NOT_WINE, WINE_GROUPS),
    ROW_NOT("multicast.left.v4", "Who has left a group receives nothing of it until it is joined again.", left_v4,
            IN_ANY, NOT_WINE, WINE_GROUPS),
    ROW_NOT("multicast.left.v6", "Who has left a group of IPv6 receives nothing of it until it is joined again.",
            left_v6, IN_ANY, NOT_WINE, WINE_GROUPS),
    ROW("multicast.told.v4", "With SPAL_OPT_PACKET_INFO spal_recvmsg tells group and interface.", told_of_group_v4,
        IN_ANY),
    ROW("multicast.told.v6", "With SPAL_OPT_PACKET_INFO spal_recvmsg tells group and interface of IPv6.",
        told_of_group_v6, IN_ANY),
    ROW("multicast.ttl.v4", "SPAL_OPT_MULTICAST_TTL is what groups' datagrams have; with 0 this machine gets them.",
        sent_ttl_v4, IN_ANY),
    ROW("multicast.ttl.v6", "SPAL_OPT_MULTICAST_TTL counts for IPv6 too; with 0 this machine gets the datagrams.",
        sent_ttl_v6, IN_ANY),
    ROW("multicast.connected", "A socket connected to a group sends to it.", connected_sender, IN_ANY),
    ROW("multicast.dual-mode", "A socket that speaks both families sends to groups of IPv4 by its multicast options.",
        dual_sender, IN_ANY),
    ROW("multicast.loop.v4", "With SPAL_OPT_MULTICAST_LOOP off at both ends the machine does not hear itself.", looped,
        IN_ANY),
    ROW("multicast.loop.v6", "With SPAL_OPT_MULTICAST_LOOP off the machine does not hear itself by IPv6.", looped_v6,
        IN_ANY),
    ROW_NOT("multicast.interfaces", "A member on one interface receives nothing of what leaves by another.",
            interfaces_apart, IN_ANY, NOT_WINE, WINE_GROUPS),
};
SUBJECT(multicast_delivery, "Datagrams to multicast groups");
