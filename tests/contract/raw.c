/* SPDX-License-Identifier: MIT
 *
 * Behaviours of raw sockets, which only some processes may open: what is refused whoever asks, and an echo over ICMP
 * where they are allowed.
 */
#include "fixture.h"

enum { ICMP_ECHO = 8, ICMP_ECHO_REPLY = 0, ICMP_BYTES = 16, PACKET_ROOM = 256 };

static spal_socket open_raw(context *c, int family, int protocol) {
    spal_socket socket;
    spal_error error = spal_open(&socket, family, SPAL_SOCK_RAW, protocol);
    if (error == SPAL_EACCES)
        skip_because(c, "this process may not open raw sockets");
    must(error);
    keep_socket(c, socket);
    must(spal_set_recv_timeout(socket, WAIT_MS));
    must(spal_set_send_timeout(socket, WAIT_MS));
    return socket;
}

static void protocol_needed(context *c) {
    static const int wrong[] = {0, 256, 70000, -1};
    spal_socket socket = {7};
    (void)c;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_error(SPAL_EPROTONOSUPPORT, spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_RAW, wrong[i]));
    assert_true(socket.id == 7);
}

static void opened_or_refused(context *c) {
    spal_socket socket = {7};
    spal_error error = spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_RAW, SPAL_IPPROTO_ICMP);
    if (error != SPAL_OK) {
        assert_error(SPAL_EACCES, error);
        assert_true(socket.id == 7);
        return;
    }
    keep_socket(c, socket);
    assert_int_equal(option_of(socket, SPAL_OPT_TYPE), SPAL_SOCK_RAW);
    assert_int_equal(option_of(socket, SPAL_OPT_PROTOCOL), SPAL_IPPROTO_ICMP);
    assert_int_equal(option_of(socket, SPAL_OPT_CONNECTED), 0);
    assert_error(SPAL_EOPNOTSUPP, spal_listen(socket, 1));
}

/** The Internet checksum (RFC 1071) of an even number of bytes. */
static uint16_t checksum(const uint8_t *bytes, size_t length) {
    uint32_t sum = 0;
    for (size_t i = 0; i < length; i += 2)
        sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void make_echo(uint8_t *packet) {
    uint64_t mark = clock_us();
    uint16_t sum;
    memset(packet, 0, ICMP_BYTES);
    packet[0] = ICMP_ECHO;
    memcpy(packet + 4, &mark, 8);
    memcpy(packet + 8, &mark, 8);
    sum = checksum(packet, ICMP_BYTES);
    packet[2] = (uint8_t)(sum >> 8);
    packet[3] = (uint8_t)sum;
}

/** Whether an IPv4 packet is the answer to our echo. */
static bool is_answer(const uint8_t *packet, size_t length, const uint8_t *request) {
    size_t header = (size_t)(packet[0] & 15) * 4;
    return length == header + ICMP_BYTES && packet[header] == ICMP_ECHO_REPLY &&
           memcmp(packet + header + 4, request + 4, ICMP_BYTES - 4) == 0;
}

static void echo(context *c) {
    spal_socket socket = open_raw(c, SPAL_AF_INET, SPAL_IPPROTO_ICMP);
    spal_address to = loopback(SPAL_AF_INET, 0), from = {0};
    uint8_t request[ICMP_BYTES], packet[PACKET_ROOM] = {0};
    size_t moved = 0;
    make_echo(request);
    must(do_sendto(c, socket, request, ICMP_BYTES, 0, &to, &moved));
    assert_int_equal(moved, ICMP_BYTES);
    do
        must(do_recvfrom(c, socket, packet, PACKET_ROOM, 0, &from, &moved));
    while (!is_answer(packet, moved, request));
    assert_int_equal(spal_address_is_loopback(&from), 1);
}

static void echo_connected(context *c) {
    spal_socket socket = open_raw(c, SPAL_AF_INET, SPAL_IPPROTO_ICMP);
    spal_address to = loopback(SPAL_AF_INET, 0);
    uint8_t request[ICMP_BYTES], packet[PACKET_ROOM] = {0};
    size_t moved = 0;
    must(do_connect(c, socket, &to));
    assert_int_equal(option_of(socket, SPAL_OPT_CONNECTED), 1);
    make_echo(request);
    must(do_send(c, socket, request, ICMP_BYTES, &moved));
    do
        must(do_recv(c, socket, packet, PACKET_ROOM, 0, &moved));
    while (!is_answer(packet, moved, request));
}

static void receive_ends(context *c) {
    spal_socket socket = open_raw(c, SPAL_AF_INET, 2); /* IGMP, which the loopback does not speak */
    char bytes[PACKET_ROOM];
    pending *p = start_recv(c, socket, bytes, PACKET_ROOM, 0);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    p = start_recv(c, socket, bytes, PACKET_ROOM, 0);
    assert_waiting(p);
    must(spal_close(socket));
    expect_closed(p);
}

static const behaviour raw_rows[] = {
    ROW("raw.open", "A raw socket is opened where the process may, and is SPAL_EACCES elsewhere.", opened_or_refused,
        IN_ANY),
    ROW("raw.protocol", "A raw socket must name a protocol, 1 to 255: SPAL_EPROTONOSUPPORT.", protocol_needed, IN_ANY),
    ROW("raw.echo", "Where the process may, an echo over ICMP comes back through the loopback.", echo, IN_ALL),
    ROW("raw.echo.connected", "A connected raw socket sends to its peer and receives from it.", echo_connected, IN_ALL),
    ROW("raw.recv.ends", "A receive on a raw socket ends by cancellation and close as any other.", receive_ends,
        IN_WAITING),
};
SUBJECT(raw, "Raw sockets");
