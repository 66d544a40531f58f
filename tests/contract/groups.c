/* SPDX-License-Identifier: MIT
 *
 * Interfaces, groups, members and senders for behaviours of multicast. groups.h says what the functions promise.
 */
#include "groups.h"

const char all_hosts[] = "224.0.0.1";

spal_address address_at(const char *text, uint16_t port) {
    spal_address address;
    must(spal_address_parse(text, port, &address));
    return address;
}

spal_address group_of(int family, uint8_t number, uint16_t port) {
    spal_address group = address_at(family == SPAL_AF_INET ? "239.255.76.0" : "ff01::fe76:0", port);
    group.ip[family == SPAL_AF_INET ? 3 : 15] = number;
    return group;
}

/* ---- interfaces ---- */

size_t interfaces_with(int32_t flags, int32_t without, uint32_t *out) {
    static spal_interface found[INTERFACES];
    size_t count = 0, picked = 0;
    must(spal_interfaces(found, INTERFACES, &count));
    for (size_t i = 0; i < count && i < INTERFACES; i++)
        if ((found[i].flags & flags) == flags && (found[i].flags & without) == 0)
            out[picked++] = found[i].index;
    return picked;
}

spal_socket open_sender(context *c, int family, uint32_t interface_index) {
    spal_socket socket = open_udp(c, family);
    must(spal_set_option(socket, SPAL_OPT_MULTICAST_INTERFACE, (int)interface_index));
    return socket;
}

bool carries_groups(context *c, int family, uint32_t interface_index) {
    spal_address to = group_of(family, 255, 9);
    size_t sent;
    spal_socket sender = open_sender(c, family, interface_index);
    spal_error error = spal_sendto(sender, "?", 1, 0, &to, &sent);
    must(spal_close(sender));
    return error == SPAL_OK;
}

/* Linux' loopback interface carries no groups of IPv6; any other one keeps datagrams of the smallest scope to the
 * machine. */
uint32_t test_interface(context *c, int family) {
    uint32_t found[2 * INTERFACES];
    size_t count = interfaces_with(SPAL_IF_LOOPBACK | SPAL_IF_UP, 0, found);
    if (family == SPAL_AF_INET6)
        count += interfaces_with(SPAL_IF_MULTICAST | SPAL_IF_UP, SPAL_IF_LOOPBACK, found + count);
    for (size_t i = 0; i < count; i++)
        if (carries_groups(c, family, found[i]))
            return found[i];
    skip_because(c, family == SPAL_AF_INET6 ? "no interface of this machine carries groups of IPv6"
                                            : "the loopback interface carries no groups");
    return 0;
}

uint32_t outward_interface(context *c) {
    uint32_t found[INTERFACES];
    size_t count = interfaces_with(SPAL_IF_MULTICAST | SPAL_IF_UP | SPAL_IF_RUNNING, SPAL_IF_LOOPBACK, found);
    spal_interface_address addresses[INTERFACES];
    for (size_t i = 0; i < count; i++) {
        size_t known = 0;
        must(spal_interface_addresses(found[i], addresses, INTERFACES, &known));
        if (known > 0 && addresses[0].address.family == SPAL_AF_INET)
            return found[i];
    }
    skip_because(c, "the machine has no interface but the loopback");
    return 0;
}

/* ---- members ---- */

spal_socket open_receiver(context *c, int family, uint16_t *port) {
    spal_socket socket = open_udp(c, family);
    spal_address any;
    must(spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_SHARED));
    must(spal_address_any(family, *port, &any));
    must(spal_bind(socket, &any));
    *port = port_of(socket);
    return socket;
}

spal_socket open_member(context *c, int family, uint32_t interface_index, uint16_t *port) {
    spal_socket socket = open_receiver(c, family, port);
    spal_address group = group_of(family, 1, 0);
    must(spal_multicast_join(socket, &group, interface_index, NULL));
    return socket;
}

void expect_datagram(spal_socket socket, char expected) {
    char byte = 0;
    assert_int_equal(peer_recvfrom(socket, &byte, 1, NULL), 1);
    assert_int_equal(byte, expected);
}

void expect_silence(spal_socket socket) {
    char byte;
    size_t got;
    must(spal_set_recv_timeout(socket, QUIET_MS));
    assert_error(SPAL_ETIMEDOUT, spal_recv(socket, &byte, 1, 0, &got));
    must(spal_set_recv_timeout(socket, WAIT_MS));
}
