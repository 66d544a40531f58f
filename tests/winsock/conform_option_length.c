/* SPDX-License-Identifier: MIT
 *
 * Conformance: the lengths of options. A switch may be set by one byte as well as by four; a number takes four. What is
 * asked for with more room than four bytes, or set from more, is as if it were four.
 */
#include "conform.h"

typedef struct option {
    int family, type, level, name;
    int is_short; /* One byte will do. */
} option;

#define TCP_OPTION(level, name, is_short)                                                                              \
    { AF_INET, SOCK_STREAM, level, name, is_short }
#define UDP_OPTION(level, name, is_short)                                                                              \
    { AF_INET, SOCK_DGRAM, level, name, is_short }
#define UDP6_OPTION(level, name, is_short)                                                                             \
    { AF_INET6, SOCK_DGRAM, level, name, is_short }

static void check_one_byte(const option *which) {
    SOCKET made = keep(socket(which->family, which->type, 0));
    unsigned char value[4] = {1, 0x5a, 0x5a, 0x5a};
    int length = 1;
    if (!which->is_short) {
        assert_wsa(WSAEFAULT, setsockopt(made, which->level, which->name, (char *)value, 1));
        assert_wsa(WSAEFAULT, setsockopt(made, which->level, which->name, (char *)value, 2));
        assert_wsa(WSAEFAULT, getsockopt(made, which->level, which->name, (char *)value, &length));
        return;
    }
    assert_ok(setsockopt(made, which->level, which->name, (char *)value, 1));
    value[0] = 0x5a;
    assert_ok(getsockopt(made, which->level, which->name, (char *)value, &length));
    assert_int_equal(length, 1);
    assert_int_equal(value[0], 1);
    assert_int_equal(value[1], 0x5a);
}

/* On a length of two, what is told is one byte long. */
static void check_four_bytes(const option *which) {
    SOCKET made = keep(socket(which->family, which->type, 0));
    int value = 1, length = sizeof value;
    assert_ok(setsockopt(made, which->level, which->name, (char *)&value, sizeof value));
    value = 0;
    assert_ok(getsockopt(made, which->level, which->name, (char *)&value, &length));
    assert_true(length == 4 || length == 1);
    assert_int_equal(value & 0xff, 1);
}

static void check_more_bytes(const option *which) {
    SOCKET made = keep(socket(which->family, which->type, 0));
    int value[4] = {1, -1, -1, -1}, length = sizeof value;
    assert_ok(setsockopt(made, which->level, which->name, (char *)value, sizeof value));
    value[0] = 0;
    assert_ok(getsockopt(made, which->level, which->name, (char *)value, &length));
    assert_true(length == 4 || length == 1);
    assert_int_equal(value[0] & 0xff, 1);
}

static void check_no_bytes(const option *which) {
    SOCKET made = keep(socket(which->family, which->type, 0));
    int value = 1, length = 0;
    assert_wsa(WSAEFAULT, getsockopt(made, which->level, which->name, (char *)&value, &length));
    length = -1;
    assert_wsa(WSAEFAULT, getsockopt(made, which->level, which->name, (char *)&value, &length));
}

#define LENGTH_TEST(name, ...)                                                                                         \
    static void name##_lengths(void) {                                                                                 \
        const option which = __VA_ARGS__;                                                                              \
        check_one_byte(&which);                                                                                        \
        check_four_bytes(&which);                                                                                      \
        check_more_bytes(&which);                                                                                      \
        check_no_bytes(&which);                                                                                        \
    }

LENGTH_TEST(SO_BROADCAST, UDP_OPTION(SOL_SOCKET, SO_BROADCAST, 1))
LENGTH_TEST(SO_DONTLINGER, TCP_OPTION(SOL_SOCKET, SO_DONTLINGER, 1))
LENGTH_TEST(SO_OOBINLINE, TCP_OPTION(SOL_SOCKET, SO_OOBINLINE, 1))
LENGTH_TEST(SO_KEEPALIVE, TCP_OPTION(SOL_SOCKET, SO_KEEPALIVE, 1))
LENGTH_TEST(SO_DONTROUTE, TCP_OPTION(SOL_SOCKET, SO_DONTROUTE, 1))
LENGTH_TEST(SO_REUSEADDR, TCP_OPTION(SOL_SOCKET, SO_REUSEADDR, 1))
LENGTH_TEST(SO_EXCLUSIVEADDRUSE, TCP_OPTION(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1))
LENGTH_TEST(SO_RCVBUF, TCP_OPTION(SOL_SOCKET, SO_RCVBUF, 0))
LENGTH_TEST(SO_SNDBUF, TCP_OPTION(SOL_SOCKET, SO_SNDBUF, 0))
LENGTH_TEST(SO_RCVTIMEO, TCP_OPTION(SOL_SOCKET, SO_RCVTIMEO, 0))
LENGTH_TEST(SO_SNDTIMEO, TCP_OPTION(SOL_SOCKET, SO_SNDTIMEO, 0))
LENGTH_TEST(TCP_NODELAY, TCP_OPTION(IPPROTO_TCP, TCP_NODELAY, 1))
LENGTH_TEST(IP_TTL, UDP_OPTION(IPPROTO_IP, IP_TTL, 1))
LENGTH_TEST(IP_TOS, UDP_OPTION(IPPROTO_IP, IP_TOS, 1))
LENGTH_TEST(IP_MULTICAST_TTL, UDP_OPTION(IPPROTO_IP, IP_MULTICAST_TTL, 1))
LENGTH_TEST(IP_MULTICAST_LOOP, UDP_OPTION(IPPROTO_IP, IP_MULTICAST_LOOP, 1))
LENGTH_TEST(IP_PKTINFO, UDP_OPTION(IPPROTO_IP, IP_PKTINFO, 0))
LENGTH_TEST(IPV6_MULTICAST_HOPS, UDP6_OPTION(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1))
LENGTH_TEST(IPV6_MULTICAST_LOOP, UDP6_OPTION(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1))
LENGTH_TEST(IPV6_UNICAST_HOPS, UDP6_OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1))
LENGTH_TEST(IPV6_PKTINFO, UDP6_OPTION(IPPROTO_IPV6, IPV6_PKTINFO, 0))
LENGTH_TEST(IPV6_V6ONLY, UDP6_OPTION(IPPROTO_IPV6, IPV6_V6ONLY, 1))

static void SO_LINGER_lengths(void) {
    SOCKET made = tcp();
    struct linger value = {1, 5};
    for (int length = 0; length < (int)sizeof value; length++)
        assert_wsa(WSAEFAULT, setsockopt(made, SOL_SOCKET, SO_LINGER, (char *)&value, length));
    for (int length = 0; length < (int)sizeof value; length++) {
        int room = length;
        assert_wsa(WSAEFAULT, getsockopt(made, SOL_SOCKET, SO_LINGER, (char *)&value, &room));
    }
}

static void SO_TYPE_lengths(void) {
    SOCKET made = tcp();
    int value[2] = {0, 0}, length = sizeof value;
    assert_ok(getsockopt(made, SOL_SOCKET, SO_TYPE, (char *)value, &length));
    assert_int_equal(value[0], SOCK_STREAM);
    length = 3;
    assert_wsa(WSAEFAULT, getsockopt(made, SOL_SOCKET, SO_TYPE, (char *)value, &length));
}

static void SO_ERROR_lengths(void) {
    SOCKET made = tcp();
    int value = 0, length = 1;
    assert_wsa(WSAEFAULT, getsockopt(made, SOL_SOCKET, SO_ERROR, (char *)&value, &length));
    length = sizeof value;
    assert_ok(getsockopt(made, SOL_SOCKET, SO_ERROR, (char *)&value, &length));
    assert_int_equal(length, sizeof value);
}

static void a_switch_of_SOL_SOCKET_can_be_set_by_no_bytes(void) {
    SOCKET made = tcp();
    int value = 1;
    assert_ok(setsockopt(made, SOL_SOCKET, SO_OOBINLINE, (char *)&value, 0));
    assert_ok(setsockopt(made, SOL_SOCKET, SO_REUSEADDR, (char *)&value, 0));
}

static void other_options_cannot_be_set_by_no_bytes(void) {
    int value = 1;
    assert_wsa(WSAEFAULT, setsockopt(tcp(), IPPROTO_TCP, TCP_NODELAY, (char *)&value, 0));
    assert_wsa(WSAEFAULT, setsockopt(tcp(), SOL_SOCKET, SO_RCVBUF, (char *)&value, 0));
    assert_wsa(WSAEFAULT, setsockopt(udp(), IPPROTO_IP, IP_TTL, (char *)&value, 0));
}

static void asked_with_four_bytes_a_switch_tells_four(void) {
    SOCKET made = tcp();
    int value = -1, length = sizeof value;
    assert_ok(getsockopt(made, SOL_SOCKET, SO_OOBINLINE, (char *)&value, &length));
    assert_int_equal(length, sizeof value);
    assert_int_equal(value, 0);
    value = -1;
    assert_ok(getsockopt(made, SOL_SOCKET, SO_REUSEADDR, (char *)&value, &length));
    assert_int_equal(length, sizeof value);
    assert_int_equal(value, 0);
}

static const conform_test tests[] = {
    conform(SO_BROADCAST_lengths),
    conform(SO_DONTLINGER_lengths),
    conform(SO_OOBINLINE_lengths),
    conform(SO_KEEPALIVE_lengths),
    conform(SO_DONTROUTE_lengths),
    conform(SO_REUSEADDR_lengths),
    conform(SO_EXCLUSIVEADDRUSE_lengths),
    conform(SO_RCVBUF_lengths),
    conform(SO_SNDBUF_lengths),
    conform(SO_RCVTIMEO_lengths),
    conform(SO_SNDTIMEO_lengths),
    conform(TCP_NODELAY_lengths),
    conform(IP_TTL_lengths),
    conform(IP_TOS_lengths),
    conform(IP_MULTICAST_TTL_lengths),
    conform(IP_MULTICAST_LOOP_lengths),
    conform(IP_PKTINFO_lengths),
    conform(IPV6_MULTICAST_HOPS_lengths),
    conform(IPV6_MULTICAST_LOOP_lengths),
    conform(IPV6_UNICAST_HOPS_lengths),
    conform(IPV6_PKTINFO_lengths),
    conform(IPV6_V6ONLY_lengths),
    conform(SO_LINGER_lengths),
    conform(SO_TYPE_lengths),
    conform(SO_ERROR_lengths),
    conform(a_switch_of_SOL_SOCKET_can_be_set_by_no_bytes),
    conform(other_options_cannot_be_set_by_no_bytes),
    conform(asked_with_four_bytes_a_switch_tells_four),
};

CONFORM_MAIN(tests)
