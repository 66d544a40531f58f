/* SPDX-License-Identifier: MIT
 *
 * Conformance: the controls of Winsock 2 that are refused, or hold for some sockets only, the overlapped form of all,
 * and FIONREAD of datagrams.
 */
#include "conform.h"

/* Newer than some headers. */
#if !defined(SIO_QUERY_RSS_SCALABILITY_INFO)
#define SIO_QUERY_RSS_SCALABILITY_INFO _WSAIOR(IOC_VENDOR, 210)
#endif
#if !defined(SIO_UDP_NETRESET)
#define SIO_UDP_NETRESET _WSAIOW(IOC_VENDOR, 15)
#endif
#if !defined(SIO_GET_INTERFACE_LIST_EX)
#define SIO_GET_INTERFACE_LIST_EX _IOR('t', 126, ULONG)
#endif

static DWORD count;
static u_long number;

static int control(SOCKET socket, DWORD code, void *in, DWORD in_bytes, void *out, DWORD out_bytes) {
    count = UNTOUCHED;
    return WSAIoctl(socket, code, in, in_bytes, out, out_bytes, &count, NULL, NULL);
}

/* ---------------------------------------------------------------------------------------------------------- refused */

static void quality_of_service_is_not_supported(void) {
    const DWORD codes[] = {SIO_GET_QOS, SIO_SET_QOS, SIO_GET_GROUP_QOS, SIO_SET_GROUP_QOS};
    char room[512] = {0};
    wine_differs("it says WSAEOPNOTSUPP");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        assert_wsa(WSAENOPROTOOPT, control(tcp(), codes[i], room, sizeof room, room, sizeof room));
}

static void companion_interfaces_are_not_supported(void) {
    int handle[2] = {1, 0};
    wine_differs("it says WSAEOPNOTSUPP");
    assert_wsa(WSAENOPROTOOPT, control(tcp(), SIO_ASSOCIATE_HANDLE, handle, sizeof handle, NULL, 0));
    assert_wsa(WSAENOPROTOOPT, control(tcp(), SIO_TRANSLATE_HANDLE, handle, sizeof handle, handle, sizeof handle));
}

static void routes_are_not_looked_for(void) {
    address to = loopback(AF_INET);
    assert_wsa(WSAEOPNOTSUPP, control(udp(), SIO_FIND_ROUTE, &to.v4, sizeof to.v4, NULL, 0));
}

static void the_longer_list_of_interfaces_is_not_supported(void) {
    char room[4096];
    assert_wsa(WSAEOPNOTSUPP, control(udp(), SIO_GET_INTERFACE_LIST_EX, NULL, 0, room, sizeof room));
}

static void ports_are_not_reserved(void) {
    USHORT range[2] = {0, 1};
    char room[16];
    assert_wsa(WSAEOPNOTSUPP, control(tcp(), SIO_ACQUIRE_PORT_RESERVATION, range, sizeof range, room, sizeof room));
}

static void every_packet_is_for_raw_sockets(void) {
    DWORD mode = RCVALL_ON;
    wine_differs("it says WSAEOPNOTSUPP");
    assert_wsa(WSAEINVAL, control(udp(), SIO_RCVALL, &mode, sizeof mode, NULL, 0));
    assert_wsa(WSAEINVAL, control(tcp(), SIO_RCVALL, &mode, sizeof mode, NULL, 0));
    assert_wsa(WSAEINVAL, control(udp(), SIO_RCVALL_MCAST, &mode, sizeof mode, NULL, 0));
}

static void a_failure_returns_no_bytes(void) {
    assert_wsa(WSAEOPNOTSUPP, control(tcp(), 0x98001234, NULL, 0, NULL, 0));
    assert_int_equal(count, 0);
}

/* ------------------------------------------------------------------------------------------------- for some sockets */

static void broadcasts_have_an_address(void) {
    address got;
    wine_differs("it is not known");
    memset(&got, 0, sizeof got);
    assert_ok(control(udp(), SIO_GET_BROADCAST_ADDRESS, NULL, 0, &got.v4, sizeof got.v4));
    assert_int_equal(count, sizeof got.v4);
    assert_int_equal(got.v4.sin_family, AF_INET);
    assert_int_equal(got.v4.sin_addr.s_addr, INADDR_BROADCAST);
    assert_wsa(WSAEFAULT, control(udp(), SIO_GET_BROADCAST_ADDRESS, NULL, 0, &got.v4, sizeof got.v4 - 1));
}

static void ipv6_has_no_broadcasts(void) {
    address got;
    wine_differs("it is not known");
    assert_wsa(WSAENOPROTOOPT, control(udp6(), SIO_GET_BROADCAST_ADDRESS, NULL, 0, &got.v6, sizeof got.v6));
}

static void the_list_of_interfaces_is_of_ipv4(void) {
    char room[4096];
    wine_differs("it is told");
    assert_wsa(WSAEINVAL, control(udp6(), SIO_GET_INTERFACE_LIST, NULL, 0, room, sizeof room));
}

static void the_oldest_datagram_is_of_datagrams(void) {
    wine_differs("it is taken");
    assert_wsa(WSAENOPROTOOPT, control(tcp(), SIO_ENABLE_CIRCULAR_QUEUEING, NULL, 0, NULL, 0));
}

static void news_of_datagrams_are_of_datagrams(void) {
    BOOL on = FALSE;
    wine_differs("it is taken, or not known");
    assert_wsa(WSAEINVAL, control(tcp(), SIO_UDP_CONNRESET, &on, sizeof on, NULL, 0));
    assert_wsa(WSAEINVAL, control(tcp(), SIO_UDP_NETRESET, &on, sizeof on, NULL, 0));
    assert_ok(control(udp(), SIO_UDP_NETRESET, &on, sizeof on, NULL, 0));
    assert_wsa(WSAEFAULT, control(udp(), SIO_UDP_NETRESET, NULL, 0, NULL, 0));
}

static void scaling_is_told(void) {
    BOOLEAN is_on = 7;
    wine_differs("it is not known");
    assert_ok(control(tcp(), SIO_QUERY_RSS_SCALABILITY_INFO, NULL, 0, &is_on, sizeof is_on));
    assert_int_equal(count, sizeof is_on);
    assert_in_range(is_on, 0, 1);
    assert_wsa(WSAEINVAL, control(tcp(), SIO_QUERY_RSS_SCALABILITY_INFO, NULL, 0, NULL, 0));
}

/* ---------------------------------------------------------------------------------------------------- the own handle
 */

static void handles_of_providers_are_the_socket(void) {
    const DWORD codes[] = {SIO_BASE_HANDLE, SIO_BSP_HANDLE, SIO_BSP_HANDLE_SELECT, SIO_BSP_HANDLE_POLL};
    SOCKET made = tcp();
    wine_differs("one is known, and the room is not looked at");
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        SOCKET base = INVALID_SOCKET;
        assert_ok(control(made, codes[i], NULL, 0, &base, sizeof base));
        assert_int_equal(count, sizeof base);
        assert_int_equal(base, made);
        assert_wsa(WSAEFAULT, control(made, codes[i], NULL, 0, &base, sizeof base - 1));
        assert_wsa(WSAEFAULT, control(made, codes[i], NULL, 0, NULL, sizeof base));
    }
}

static void the_handle_for_polls_is_asked_for_at_once(void) {
    WSAOVERLAPPED overlapped;
    SOCKET made = tcp(), base;
    wine_differs("it is not known");
    overlapped_init(&overlapped);
    assert_wsa(WSAEFAULT, WSAIoctl(made, SIO_BSP_HANDLE_POLL, NULL, 0, &base, sizeof base, &count, &overlapped, NULL));
}

/* -------------------------------------------------------------------------------------------------------- overlapped
 */

static void an_overlapped_control_ends_by_its_event(void) {
    wine_differs("it does not");
    WSAOVERLAPPED overlapped;
    DWORD bytes = 0;
    SOCKET made = tcp(), base = INVALID_SOCKET;
    overlapped_init(&overlapped);
    if (WSAIoctl(made, SIO_BASE_HANDLE, NULL, 0, &base, sizeof base, &count, &overlapped, NULL) != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(made, &overlapped, &bytes), 0);
    assert_int_equal(bytes, sizeof base);
    assert_int_equal(base, made);
}

static DWORD routine_error, routine_bytes;
static int routine_calls;

static void CALLBACK routine(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped, DWORD flags) {
    (void)overlapped;
    (void)flags;
    routine_calls++;
    routine_error = error;
    routine_bytes = bytes;
}

static void an_overlapped_control_ends_by_its_routine(void) {
    wine_differs("it does not");
    WSAOVERLAPPED overlapped;
    SOCKET made = tcp(), base = INVALID_SOCKET;
    memset(&overlapped, 0, sizeof overlapped);
    routine_calls = 0;
    if (WSAIoctl(made, SIO_BASE_HANDLE, NULL, 0, &base, sizeof base, &count, &overlapped, routine) != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(routine_calls, 0);
    assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(routine_calls, 1);
    assert_int_equal(routine_error, 0);
    assert_int_equal(routine_bytes, sizeof base);
}

static void a_refused_control_tells_nothing_later(void) {
    wine_differs("it is pending");
    WSAOVERLAPPED overlapped;
    SOCKET made = tcp();
    overlapped_init(&overlapped);
    assert_wsa(WSAEOPNOTSUPP, WSAIoctl(made, 0xdeadbeef, NULL, 0, NULL, 0, &count, &overlapped, NULL));
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
}

static void a_change_of_routes_is_waited_for(void) {
    WSAOVERLAPPED overlapped;
    address to = anywhere(AF_INET);
    SOCKET made = udp();
    wine_differs("it ends at once, or is not known");
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING,
               WSAIoctl(made, SIO_ROUTING_INTERFACE_CHANGE, &to.v4, sizeof to.v4, NULL, 0, &count, &overlapped, NULL));
    assert_true(CancelIoEx((HANDLE)made, (LPOVERLAPPED)&overlapped));
    assert_int_equal(overlapped_end(made, &overlapped, NULL), WSA_OPERATION_ABORTED);
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, control(made, SIO_ROUTING_INTERFACE_CHANGE, &to.v4, sizeof to.v4, NULL, 0));
    assert_wsa(WSAEFAULT, control(made, SIO_ROUTING_INTERFACE_CHANGE, NULL, 0, NULL, 0));
}

/* ---------------------------------------------------------------------------------------------------------- FIONREAD
 */

static void FIONREAD_counts_all_datagrams(void) {
    SOCKET a, b;
    char room[64];
    wine_differs("it counts the next");
    udp_pair(&a, &b);
    send_text(a, "three");
    send_text(a, "datagrams");
    send_text(a, "are here");
    await_bytes(b, 5 + 9 + 8);
    assert_ok(ioctlsocket(b, (long)FIONREAD, &number));
    assert_int_equal(number, 5 + 9 + 8);
    assert_bytes(5, recv(b, room, sizeof room, 0));
    assert_ok(ioctlsocket(b, (long)FIONREAD, &number));
    assert_int_equal(number, 9 + 8);
    assert_bytes(9, recv(b, room, sizeof room, MSG_PEEK));
    assert_bytes(9, recv(b, room, sizeof room, 0));
    assert_bytes(8, recv(b, room, sizeof room, 0));
    assert_ok(ioctlsocket(b, (long)FIONREAD, &number));
    assert_int_equal(number, 0);
}

static void FIONREAD_of_ipv6_counts_too(void) {
    needs_ipv6();
    SOCKET a = udp6(), b = udp6();
    address where = bind_loopback(b, AF_INET6);
    assert_bytes(5, sendto(a, "hello", 5, 0, &where.any, where.length));
    await_bytes(b, 5);
    assert_ok(ioctlsocket(b, (long)FIONREAD, &number));
    assert_int_equal(number, 5);
}

/* ------------------------------------------------------------------------------------------------------ address lists
 */

typedef union sorted_list {
    SOCKET_ADDRESS_LIST list;
    char room[512];
} sorted_list;

static void entry_set(sorted_list *list, struct sockaddr_in6 *names, int i, const char *text) {
    SOCKET_ADDRESS *entries = list->list.Address;
    memset(&names[i], 0, sizeof names[i]);
    names[i].sin6_family = AF_INET6;
    assert_int_equal(inet_pton(AF_INET6, text, &names[i].sin6_addr), 1);
    entries[i].lpSockaddr = (LPSOCKADDR)(void *)&names[i];
    entries[i].iSockaddrLength = sizeof names[i];
}

static void what_can_be_reached_is_sorted_to_the_front(void) {
    sorted_list list;
    struct sockaddr_in6 names[3];
    const DWORD bytes = offsetof(SOCKET_ADDRESS_LIST, Address) + 3 * sizeof(SOCKET_ADDRESS);
    wine_differs("it is not known");
    needs_ipv6();
    entry_set(&list, names, 0, "2001:db8::1");
    entry_set(&list, names, 1, "::ffff:127.0.0.1");
    entry_set(&list, names, 2, "::1");
    list.list.iAddressCount = 3;
    assert_ok(control(udp6(), SIO_ADDRESS_LIST_SORT, &list, bytes, &list, bytes));
    assert_int_equal(count, bytes);
    assert_int_equal(list.list.iAddressCount, 3);
    assert_ptr_equal(list.list.Address[0].lpSockaddr, &names[2]);
}

static void a_list_longer_than_its_room_is_invalid(void) {
    sorted_list list;
    wine_differs("it is not known");
    memset(&list, 0, sizeof list);
    list.list.iAddressCount = 1000;
    assert_wsa(WSAEINVAL, control(udp6(), SIO_ADDRESS_LIST_SORT, &list, sizeof list, &list, sizeof list));
    assert_wsa(WSAEFAULT, control(udp6(), SIO_ADDRESS_LIST_SORT, NULL, 0, &list, sizeof list));
}

static void the_own_host_is_in_no_list(void) {
    union {
        SOCKET_ADDRESS_LIST list;
        char room[8192];
    } all;
    assert_ok(control(tcp(), SIO_ADDRESS_LIST_QUERY, NULL, 0, &all, sizeof all));
    const SOCKET_ADDRESS *entries = all.list.Address;
    for (int i = 0; i < all.list.iAddressCount; i++) {
        struct sockaddr_in *name = (struct sockaddr_in *)(void *)entries[i].lpSockaddr;
        assert_int_not_equal(name->sin_addr.S_un.S_un_b.s_b1, 127);
    }
}

static void a_list_is_asked_for_with_nothing(void) {
    char room[8192];
    wine_differs("it is not looked at");
    assert_wsa(WSAEINVAL, control(tcp(), SIO_ADDRESS_LIST_QUERY, room, 4, room, sizeof room));
}

static const conform_test tests[] = {
    conform(quality_of_service_is_not_supported),
    conform(companion_interfaces_are_not_supported),
    conform(routes_are_not_looked_for),
    conform(the_longer_list_of_interfaces_is_not_supported),
    conform(ports_are_not_reserved),
    conform(every_packet_is_for_raw_sockets),
    conform(a_failure_returns_no_bytes),
    conform(broadcasts_have_an_address),
    conform(ipv6_has_no_broadcasts),
    conform(the_list_of_interfaces_is_of_ipv4),
    conform(the_oldest_datagram_is_of_datagrams),
    conform(news_of_datagrams_are_of_datagrams),
    conform(scaling_is_told),
    conform(handles_of_providers_are_the_socket),
    conform(the_handle_for_polls_is_asked_for_at_once),
    conform(an_overlapped_control_ends_by_its_event),
    conform(an_overlapped_control_ends_by_its_routine),
    conform(a_refused_control_tells_nothing_later),
    conform(a_change_of_routes_is_waited_for),
    conform(FIONREAD_counts_all_datagrams),
    conform(FIONREAD_of_ipv6_counts_too),
    conform(what_can_be_reached_is_sorted_to_the_front),
    conform(a_list_longer_than_its_room_is_invalid),
    conform(the_own_host_is_in_no_list),
    conform(a_list_is_asked_for_with_nothing),
};

CONFORM_MAIN(tests)
