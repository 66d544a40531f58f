/* SPDX-License-Identifier: MIT
 *
 * Behaviours of joining and leaving multicast groups, as a whole or by their sources. Whose datagrams come from where
 * stands in multicast_delivery.c.
 */
#include "groups.h"

/* ---- requests that make no sense ---- */

static void not_a_group(context *c) {
    static const char *const texts[] = {"127.0.0.1", "0.0.0.0", "223.255.255.255", "240.0.0.1", "255.255.255.255"};
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        spal_address wrong = address_at(texts[i], 0);
        assert_error(SPAL_EINVAL, spal_multicast_join(socket, &wrong, 0, NULL));
        assert_error(SPAL_EINVAL, spal_multicast_leave(socket, &wrong, 0, NULL));
    }
}

static void not_a_group_v6(context *c) {
    static const char *const texts[] = {"::1", "::", "fe80::1", "::ffff:239.255.76.1"};
    require_ipv6(c);
    spal_socket socket = open_udp(c, SPAL_AF_INET6);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        spal_address wrong = address_at(texts[i], 0);
        assert_error(SPAL_EINVAL, spal_multicast_join(socket, &wrong, 0, NULL));
    }
}

static void wrong_family(context *c) {
    spal_address v4 = group_of(SPAL_AF_INET, 1, 0), v6 = group_of(SPAL_AF_INET6, 1, 0);
    spal_address source = address_at("::1", 0);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    assert_error(SPAL_EAFNOSUPPORT, spal_multicast_join(socket, &v6, 0, NULL));
    assert_error(SPAL_EAFNOSUPPORT, spal_multicast_leave(socket, &v6, 0, NULL));
    assert_error(SPAL_EAFNOSUPPORT, spal_multicast_join(socket, &v4, 0, &source));
    require_ipv6(c);
    assert_error(SPAL_EAFNOSUPPORT, spal_multicast_join(open_udp(c, SPAL_AF_INET6), &v4, 0, NULL));
}

static void on_a_stream(context *c) {
    spal_address group = group_of(SPAL_AF_INET, 1, 0);
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    assert_error(SPAL_EOPNOTSUPP, spal_multicast_join(socket, &group, 0, NULL));
    assert_error(SPAL_EOPNOTSUPP, spal_multicast_leave(socket, &group, 0, NULL));
}

static void wrong_source(context *c) {
    static const char *const texts[] = {"0.0.0.0", "239.255.76.1", "255.255.255.255"};
    spal_address group = group_of(SPAL_AF_INET, 1, 0);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        spal_address source = address_at(texts[i], 0);
        assert_error(SPAL_EINVAL, spal_multicast_join(socket, &group, 0, &source));
    }
}

static void no_group(context *c) {
    spal_address group = group_of(SPAL_AF_INET, 1, 0);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    assert_error(SPAL_EFAULT, spal_multicast_join(socket, NULL, 0, NULL));
    assert_error(SPAL_EFAULT, spal_multicast_leave(socket, NULL, 0, NULL));
    must(spal_close(socket));
    assert_error(SPAL_ENOTSOCK, spal_multicast_join(socket, &group, 0, NULL));
    assert_error(SPAL_ENOTSOCK, spal_multicast_leave(socket, &group, 0, NULL));
}

/* ---- joining and leaving ---- */

static void join_twice(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket socket = open_member(c, family, index, &port);
    spal_address group = group_of(family, 1, 0), other = group_of(family, 2, 0);
    assert_error(SPAL_EADDRINUSE, spal_multicast_join(socket, &group, index, NULL));
    must(spal_multicast_join(socket, &other, index, NULL));
    must(spal_multicast_leave(socket, &group, index, NULL));
    must(spal_multicast_join(socket, &group, index, NULL));
}
IN_BOTH_FAMILIES(join_twice)

static void leave_unjoined(context *c, int family) {
    uint32_t index = test_interface(c, family);
    uint16_t port = 0;
    spal_socket socket = open_member(c, family, index, &port);
    spal_address group = group_of(family, 1, 0), other = group_of(family, 2, 0);
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(socket, &other, index, NULL));
    must(spal_multicast_leave(socket, &group, index, NULL));
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(socket, &group, index, NULL));
}
IN_BOTH_FAMILIES(leave_unjoined)

static void unknown_interface(context *c, int family) {
    spal_address group = group_of(family, 1, 0);
    spal_socket socket = open_udp(c, family);
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_join(socket, &group, NO_SUCH_INTERFACE, NULL));
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(socket, &group, NO_SUCH_INTERFACE, NULL));
}
IN_BOTH_FAMILIES(unknown_interface)

static void unknown_interface_of_source(context *c) {
    spal_address group = group_of(SPAL_AF_INET, 1, 0), source = loopback(SPAL_AF_INET, 0);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_join(socket, &group, NO_SUCH_INTERFACE, &source));
}

static void any_interface(context *c) {
    spal_address group = address_at(all_hosts, 0);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    (void)outward_interface(c);
    must(spal_multicast_join(socket, &group, 0, NULL));
    assert_error(SPAL_EADDRINUSE, spal_multicast_join(socket, &group, 0, NULL));
    must(spal_multicast_leave(socket, &group, 0, NULL));
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(socket, &group, 0, NULL));
}

static void scope_names_interface(context *c) {
    uint32_t found[INTERFACES];
    require_ipv6(c);
    spal_address group = group_of(SPAL_AF_INET6, 1, 0), scoped = group;
    spal_socket socket = open_udp(c, SPAL_AF_INET6);
    assert_in_range(interfaces_with(SPAL_IF_LOOPBACK | SPAL_IF_UP, 0, found), 1, INTERFACES);
    uint32_t index = scoped.scope_id = found[0];
    must(spal_multicast_join(socket, &scoped, 0, NULL));
    assert_error(SPAL_EADDRINUSE, spal_multicast_join(socket, &group, index, NULL));
    must(spal_multicast_leave(socket, &group, index, NULL));
    scoped.scope_id = NO_SUCH_INTERFACE;
    must(spal_multicast_join(socket, &scoped, index, NULL));
}

static void port_of_group(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    spal_address group = group_of(SPAL_AF_INET, 1, 4711);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    must(spal_multicast_join(socket, &group, index, NULL));
    group.port = 1;
    must(spal_multicast_leave(socket, &group, index, NULL));
}

static void close_and_join(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    for (int i = 0; i < 100; i++) {
        uint16_t port = 0;
        must(spal_close(open_member(c, SPAL_AF_INET, index, &port)));
    }
}

/* ---- sources ---- */

static const char *const sources[] = {"127.0.0.2", "127.0.0.3", "127.0.0.4"};

/** Sends the number of each source from it. */
static void send_from_each(context *c, const spal_address *to, uint32_t index) {
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        spal_socket sender = open_sender(c, SPAL_AF_INET, index);
        spal_address source = address_at(sources[i], 0);
        must(spal_bind(sender, &source));
        peer_sendto(sender, &"012"[i], 1, to);
    }
}

static spal_address source_at(unsigned number) {
    return address_at(sources[number], 0);
}

static void one_source(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    uint16_t port = 0;
    spal_socket member = open_receiver(c, SPAL_AF_INET, &port);
    spal_address to = group_of(SPAL_AF_INET, 3, port), source = source_at(1);
    must(spal_multicast_join(member, &to, index, &source));
    send_from_each(c, &to, index);
    expect_datagram(member, '1');
    expect_silence(member);
}

static void several_sources(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    uint16_t port = 0;
    spal_socket member = open_receiver(c, SPAL_AF_INET, &port);
    spal_address to = group_of(SPAL_AF_INET, 3, port), first = source_at(0), last = source_at(2);
    must(spal_multicast_join(member, &to, index, &first));
    must(spal_multicast_join(member, &to, index, &last));
    send_from_each(c, &to, index);
    expect_datagram(member, '0');
    expect_datagram(member, '2');
    expect_silence(member);
    must(spal_multicast_leave(member, &to, index, &first));
    send_from_each(c, &to, index);
    expect_datagram(member, '2');
    expect_silence(member);
}

static void source_twice(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    spal_address group = group_of(SPAL_AF_INET, 3, 0), source = source_at(0), other = source_at(1);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(socket, &group, index, &source));
    must(spal_multicast_join(socket, &group, index, &source));
    assert_error(SPAL_EADDRINUSE, spal_multicast_join(socket, &group, index, &source));
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(socket, &group, index, &other));
    must(spal_multicast_leave(socket, &group, index, &source));
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(socket, &group, index, &source));
}

static void source_beside_all(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    uint16_t port = 0;
    spal_socket member = open_member(c, SPAL_AF_INET, index, &port);
    spal_address to = group_of(SPAL_AF_INET, 1, port), source = source_at(1);
    assert_error(SPAL_EADDRINUSE, spal_multicast_join(member, &to, index, &source));
    send_from_each(c, &to, index);
    for (unsigned i = 0; i < 3; i++)
        expect_datagram(member, (char)('0' + i));
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(member, &to, index, &source));
}

static void all_beside_source(context *c) {
    uint32_t index = test_interface(c, SPAL_AF_INET);
    spal_address group = group_of(SPAL_AF_INET, 3, 0), source = source_at(0);
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    must(spal_multicast_join(socket, &group, index, &source));
    assert_error(SPAL_EADDRINUSE, spal_multicast_join(socket, &group, index, NULL));
}

static void source_v6(context *c) {
    require_ipv6(c);
    uint32_t index = test_interface(c, SPAL_AF_INET6);
    uint16_t port = 0;
    spal_socket probe = open_member(c, SPAL_AF_INET6, index, &port), sender = open_sender(c, SPAL_AF_INET6, index);
    spal_socket right = open_receiver(c, SPAL_AF_INET6, &port), wrong = open_receiver(c, SPAL_AF_INET6, &port);
    spal_address to = group_of(SPAL_AF_INET6, 1, port), source, other = address_at("fe80::4711", 0);
    char byte;
    peer_sendto(sender, "a", 1, &to);
    peer_recvfrom(probe, &byte, 1, &source);
    must(spal_multicast_join(right, &to, index, &source));
    must(spal_multicast_join(wrong, &to, index, &other));
    assert_error(SPAL_EADDRINUSE, spal_multicast_join(right, &to, index, &source));
    peer_sendto(sender, "b", 1, &to);
    expect_datagram(right, 'b');
    expect_datagram(probe, 'b');
    expect_silence(wrong);
    must(spal_multicast_leave(right, &to, index, &source));
    assert_error(SPAL_EADDRNOTAVAIL, spal_multicast_leave(right, &to, index, &source));
}

#define WINE_SOURCES "Wine takes a source for an interface, and has no sources of IPv6"

static const behaviour multicast_rows[] = {
    ROW("multicast.wrong.group.v4", "Joining or leaving what is no group is SPAL_EINVAL.", not_a_group, IN_ANY),
    ROW("multicast.wrong.group.v6", "Joining what is no group of IPv6 is SPAL_EINVAL.", not_a_group_v6, IN_ANY),
    ROW("multicast.wrong.family", "A group or a source of another family than the socket's is SPAL_EAFNOSUPPORT.",
        wrong_family, IN_ANY),
    ROW("multicast.wrong.stream", "A stream has no groups: SPAL_EOPNOTSUPP.", on_a_stream, IN_ANY),
    ROW("multicast.wrong.source", "A source that is no single host is SPAL_EINVAL.", wrong_source, IN_ANY),
    ROW("multicast.wrong.null", "A missing group is SPAL_EFAULT, a closed socket SPAL_ENOTSOCK.", no_group, IN_ANY),
    ROW("multicast.join.twice.v4", "Joining a group again is SPAL_EADDRINUSE until it has been left.", join_twice_v4,
        IN_ANY),
    ROW("multicast.join.twice.v6", "Joining a group of IPv6 again is SPAL_EADDRINUSE until it has been left.",
        join_twice_v6, IN_ANY),
    ROW("multicast.leave.not-joined.v4", "Leaving a group that was not joined is SPAL_EADDRNOTAVAIL.",
        leave_unjoined_v4, IN_ANY),
    ROW("multicast.leave.not-joined.v6", "Leaving a group of IPv6 that was not joined is SPAL_EADDRNOTAVAIL.",
        leave_unjoined_v6, IN_ANY),
    ROW("multicast.interface.unknown.v4", "An interface that does not exist is SPAL_EADDRNOTAVAIL.",
        unknown_interface_v4, IN_ANY),
    ROW("multicast.interface.unknown.v6", "An interface that does not exist is SPAL_EADDRNOTAVAIL for IPv6 too.",
        unknown_interface_v6, IN_ANY),
    ROW("multicast.interface.unknown.source", "An interface that does not exist is SPAL_EADDRNOTAVAIL for one source.",
        unknown_interface_of_source, IN_ANY),
    ROW("multicast.interface.any", "Interface 0 joins, and leaves, where the system chooses.", any_interface, IN_ANY),
    ROW("multicast.interface.scope", "The scope of a group of IPv6 names the interface when the call does not.",
        scope_names_interface, IN_ANY),
    ROW("multicast.join.port", "The port in a group's address means nothing.", port_of_group, IN_ANY),
    ROW("multicast.close", "Closing a socket leaves its groups: a machine's limits are not used up.", close_and_join,
        IN_ANY),
    ROW_NOT("multicast.source", "Who has joined one source receives from no other.", one_source, IN_ANY, NOT_WINE,
            WINE_SOURCES),
    ROW_NOT("multicast.source.several", "Joined sources add up, and can be left one by one.", several_sources, IN_ANY,
            NOT_WINE, WINE_SOURCES),
    ROW_NOT("multicast.source.twice", "Joining a source again is SPAL_EADDRINUSE, leaving another SPAL_EADDRNOTAVAIL.",
            source_twice, IN_ANY, NOT_WINE, WINE_SOURCES),
    ROW_NOT("multicast.source.beside-all", "A source of a group joined as a whole is SPAL_EADDRINUSE; the whole stays.",
            source_beside_all, IN_ANY, NOT_WINE, WINE_SOURCES),
    ROW("multicast.source.all-beside", "A whole group of which a source is joined is SPAL_EADDRINUSE.",
        all_beside_source, IN_ANY),
    ROW_NOT("multicast.source.v6", "Sources of IPv6 can be joined: nothing of others is received.", source_v6, IN_ANY,
            NOT_WINE, WINE_SOURCES),
};
SUBJECT(multicast, "Joining multicast groups");
