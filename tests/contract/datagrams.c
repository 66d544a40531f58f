/* SPDX-License-Identifier: MIT
 *
 * Datagram sockets, their peers, and addresses where nobody is. datagrams.h says what the functions promise.
 */
#include "datagrams.h"

spal_socket open_udp(context *c, int family) {
    spal_socket socket;
    must(spal_open(&socket, family, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, socket);
    must(spal_set_recv_timeout(socket, WAIT_MS));
    must(spal_set_send_timeout(socket, WAIT_MS));
    return socket;
}

spal_socket open_udp_bound(context *c, int family, spal_address *address) {
    spal_socket socket = open_udp(c, family);
    spal_address wanted = loopback(family, 0);
    must(spal_bind(socket, &wanted));
    must(spal_local_address(socket, address));
    return socket;
}

void open_udp_pair(context *c, int family, spal_socket *ours, spal_socket *peer) {
    spal_address our_address, peer_address;
    *ours = open_udp_bound(c, family, &our_address);
    *peer = open_udp_bound(c, family, &peer_address);
    must(spal_connect(*ours, &peer_address));
    must(spal_connect(*peer, &our_address));
}

spal_socket open_udp_dual(context *c, uint16_t *port) {
    spal_socket socket = open_udp(c, SPAL_AF_INET6);
    spal_address any;
    must(spal_set_option(socket, SPAL_OPT_V6ONLY, 0));
    must(spal_address_any(SPAL_AF_INET6, 0, &any));
    must(spal_bind(socket, &any));
    *port = port_of(socket);
    return socket;
}

spal_socket open_nobody(context *c, int family, spal_address *address) {
    spal_socket socket = open_udp_bound(c, family, address);
    must(spal_connect(socket, address));
    return socket;
}

void peer_sendto(spal_socket peer, const void *bytes, size_t length, const spal_address *to) {
    size_t sent = 0;
    must(spal_sendto(peer, bytes, length, 0, to, &sent));
    assert_int_equal(sent, length);
}

size_t peer_recvfrom(spal_socket peer, void *bytes, size_t room, spal_address *from) {
    size_t received = 0;
    must(spal_recvfrom(peer, bytes, room, 0, from, &received));
    return received;
}

void peer_expect_silence(spal_socket peer) {
    spal_pollfd entry = {peer, SPAL_POLLIN, 0};
    size_t ready = 9;
    must(spal_poll(&entry, 1, QUIET_MS, &ready));
    assert_int_equal(ready, 0);
}

uint16_t await_bound(spal_socket socket) {
    uint64_t deadline = clock_us() + (uint64_t)WAIT_MS * 1000;
    while (port_of(socket) == 0 && clock_us() < deadline)
        thread_yield();
    assert_int_not_equal(port_of(socket), 0);
    return port_of(socket);
}

spal_message *letter_open(letter *self) {
    memset(self, 0x5a, sizeof *self);
    self->piece = (spal_buffer){self->bytes, sizeof self->bytes};
    self->message.buffers = &self->piece;
    self->message.count = 1;
    self->message.address = &self->address;
    self->message.info = &self->info;
    return &self->message;
}

void expect_address(const spal_address *expected, const spal_address *actual) {
    char wanted[SPAL_ADDRESS_TEXT] = "no IP address", given[SPAL_ADDRESS_TEXT] = "no IP address";
    if (spal_address_compare(expected, actual) == 0)
        return;
    spal_address_format_endpoint(expected, wanted, sizeof wanted);
    spal_address_format_endpoint(actual, given, sizeof given);
    fail_msg("the address is %s, expected %s", given, wanted);
}

spal_address loopback_of(spal_socket socket) {
    spal_address address;
    must(spal_local_address(socket, &address));
    return loopback(address.family, address.port);
}

static void expect_reaches(spal_socket from, spal_socket to) {
    spal_address address = loopback_of(to), local = loopback_of(from), sender;
    char bytes[8];
    peer_sendto(from, "reach", 5, &address);
    assert_int_equal(peer_recvfrom(to, bytes, sizeof bytes, &sender), 5);
    assert_memory_equal(bytes, "reach", 5);
    local.port = port_of(from);
    expect_address(&local, &sender);
}

void expect_exchanges(spal_socket socket, spal_socket other) {
    must(spal_set_nonblocking(socket, 0));
    must(spal_set_nonblocking(other, 0));
    expect_reaches(other, socket);
    expect_reaches(socket, other);
}
