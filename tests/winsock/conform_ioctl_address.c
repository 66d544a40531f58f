/* SPDX-License-Identifier: MIT
 *
 * Conformance: the controls that tell of addresses and interfaces: SIO_ADDRESS_LIST_QUERY, SIO_ADDRESS_LIST_SORT,
 * SIO_ADDRESS_LIST_CHANGE, SIO_ROUTING_INTERFACE_QUERY, SIO_GET_INTERFACE_LIST. What there is differs from host to
 * host; the form does not.
 */
#include "conform.h"

static DWORD count;

typedef union address_list {
    SOCKET_ADDRESS_LIST list;
    char room[8192];
} address_list;

/* There are as many as the list says, whatever its declaration does. */
static SOCKET_ADDRESS *entries(address_list *of) {
    return of->list.Address;
}

static int control(SOCKET socket, DWORD code, void *in, DWORD in_bytes, void *out, DWORD out_bytes) {
    count = UNTOUCHED;
    return WSAIoctl(socket, code, in, in_bytes, out, out_bytes, &count, NULL, NULL);
}

/* ----------------------------------------------------------------------------------------------------- the list --- */

static void the_list_has_addresses_of_the_family(void) {
    address_list list;
    assert_ok(control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &list, sizeof list));
    for (int i = 0; i < list.list.iAddressCount; i++) {
        assert_int_equal(entries(&list)[i].lpSockaddr->sa_family, AF_INET);
        assert_int_equal(entries(&list)[i].iSockaddrLength, sizeof(struct sockaddr_in));
    }
}

static void the_list_is_as_long_as_it_says(void) {
    address_list list;
    assert_ok(control(udp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &list, sizeof list));
    assert_int_equal(count,
                     offsetof(SOCKET_ADDRESS_LIST, Address) +
                         (size_t)list.list.iAddressCount * (sizeof(SOCKET_ADDRESS) + sizeof(struct sockaddr_in)));
}

static void the_list_can_be_bound_to(void) {
    address_list list;
    assert_ok(control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &list, sizeof list));
    for (int i = 0; i < list.list.iAddressCount; i++)
        assert_ok(bind(tcp(), entries(&list)[i].lpSockaddr, entries(&list)[i].iSockaddrLength));
}

static void the_list_tells_the_room_it_needs(void) {
    address_list list;
    DWORD needed;
    assert_wsa(WSAEFAULT, control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, NULL, 0));
    needed = count;
    assert_true(needed >= offsetof(SOCKET_ADDRESS_LIST, Address) && needed < sizeof list);
    assert_ok(control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &list, needed));
    assert_int_equal(count, needed);
}

static void the_list_with_room_for_nothing_is_invalid(void) {
    address_list list;
    assert_wsa(WSAEINVAL, control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &list, 1));
    assert_int_equal(count, 0);
}

static void the_list_with_too_little_room_is_a_fault(void) {
    address_list list;
    DWORD needed;
    assert_wsa(WSAEFAULT, control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, NULL, 0));
    needed = count;
    if (needed <= offsetof(SOCKET_ADDRESS_LIST, Address))
        skip_because("the list is empty");
    memset(&list, 0xcc, sizeof list);
    assert_wsa(WSAEFAULT, control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &list, needed - 1));
    assert_int_equal(count, needed);
    assert_int_equal((DWORD)list.list.iAddressCount, 0xcccccccc);
}

static void the_list_of_ipv6(void) {
    address_list list;
    wine_differs("the addresses are of IPv4");
    needs_ipv6();
    assert_ok(control(tcp6(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &list, sizeof list));
    for (int i = 0; i < list.list.iAddressCount; i++) {
        assert_int_equal(entries(&list)[i].lpSockaddr->sa_family, AF_INET6);
        assert_int_equal(entries(&list)[i].iSockaddrLength, sizeof(struct sockaddr_in6));
    }
}

/* ------------------------------------------------------------------------------------------------------- the change */

static void a_change_is_waited_for(void) {
    WSAOVERLAPPED overlapped;
    SOCKET made = udp();
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING, WSAIoctl(made, SIO_ADDRESS_LIST_CHANGE, NULL, 0, NULL, 0, &count, &overlapped, NULL));
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
    drop(made);
    await_handle(overlapped.hEvent);
}

static void a_change_would_block(void) {
    SOCKET made = udp();
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, control(made, SIO_ADDRESS_LIST_CHANGE, NULL, 0, NULL, 0));
}

/* -------------------------------------------------------------------------------------------------------- the route */

static void the_route_to_the_own_host_begins_there(void) {
    wine_differs("it begins at another interface");
    address to = loopback(AF_INET), from;
    memset(&from, 0, sizeof from);
    assert_ok(control(udp(), SIO_ROUTING_INTERFACE_QUERY, &to.v4, sizeof to.v4, &from.v4, sizeof from.v4));
    assert_int_equal(count, sizeof from.v4);
    assert_int_equal(from.v4.sin_family, AF_INET);
    assert_int_equal(from.v4.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
}

static void the_route_needs_room(void) {
    address to = loopback(AF_INET), from;
    assert_wsa(WSAEFAULT,
               control(udp(), SIO_ROUTING_INTERFACE_QUERY, &to.v4, sizeof to.v4, &from.v4, sizeof from.v4 - 1));
    assert_wsa(WSAEFAULT, control(udp(), SIO_ROUTING_INTERFACE_QUERY, &to.v4, sizeof to.v4, NULL, sizeof from.v4));
}

static void the_route_to_no_family_is_refused(void) {
    address to, from;
    memset(&to, 0, sizeof to);
    assert_wsa(WSAEAFNOSUPPORT,
               control(udp(), SIO_ROUTING_INTERFACE_QUERY, &to.v4, sizeof to.v4, &from.v4, sizeof from.v4));
}

static void the_route_to_a_short_address_is_refused(void) {
    address to = loopback(AF_INET), from;
    assert_int_equal(control(udp(), SIO_ROUTING_INTERFACE_QUERY, &to.v4, sizeof to.v4 - 1, &from.v4, sizeof from.v4),
                     SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEINVAL || WSAGetLastError() == WSAEFAULT);
}

/* --------------------------------------------------------------------------------------------------- the interfaces */

static void the_interfaces_have_the_own_host(void) {
    INTERFACE_INFO list[64];
    int found = 0;
    assert_ok(control(udp(), SIO_GET_INTERFACE_LIST, NULL, 0, list, sizeof list));
    assert_true(count > 0 && count % sizeof list[0] == 0);
    for (DWORD i = 0; i < count / sizeof list[0]; i++)
        if (list[i].iiAddress.AddressIn.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
            found = 1;
            assert_int_equal(list[i].iiFlags & (IFF_LOOPBACK | IFF_UP), IFF_LOOPBACK | IFF_UP);
        }
    assert_true(found);
}

static void the_interfaces_have_addresses_and_masks(void) {
    INTERFACE_INFO list[64];
    assert_ok(control(tcp(), SIO_GET_INTERFACE_LIST, NULL, 0, list, sizeof list));
    for (DWORD i = 0; i < count / sizeof list[0]; i++) {
        assert_int_equal(list[i].iiAddress.AddressIn.sin_family, AF_INET);
        assert_int_equal(list[i].iiNetmask.AddressIn.sin_family, AF_INET);
        assert_int_not_equal(list[i].iiAddress.AddressIn.sin_addr.s_addr, 0);
        assert_int_not_equal(list[i].iiNetmask.AddressIn.sin_addr.s_addr, 0);
    }
}

static void the_interfaces_need_room(void) {
    INTERFACE_INFO list[1];
    assert_wsa(WSAEFAULT, control(udp(), SIO_GET_INTERFACE_LIST, NULL, 0, list, sizeof list - 1));
    assert_int_equal(count, 0);
}

static const conform_test tests[] = {
    conform(the_list_has_addresses_of_the_family),
    conform(the_list_is_as_long_as_it_says),
    conform(the_list_can_be_bound_to),
    conform(the_list_tells_the_room_it_needs),
    conform(the_list_with_room_for_nothing_is_invalid),
    conform(the_list_with_too_little_room_is_a_fault),
    conform(the_list_of_ipv6),
    conform(a_change_is_waited_for),
    conform(a_change_would_block),
    conform(the_route_to_the_own_host_begins_there),
    conform(the_route_needs_room),
    conform(the_route_to_no_family_is_refused),
    conform(the_route_to_a_short_address_is_refused),
    conform(the_interfaces_have_the_own_host),
    conform(the_interfaces_have_addresses_and_masks),
    conform(the_interfaces_need_room),
};

CONFORM_MAIN(tests)
