/* SPDX-License-Identifier: MIT
 *
 * Conformance: ioctlsocket and WSAIoctl: FIONBIO, FIONREAD, the pointers to extensions, keep-alive values and other
 * controls of a socket. Those of interfaces and routes are in conform_ioctl_address.c, SIOCATMARK in conform_oob.c.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[64];
static DWORD count;
static u_long number;

static int control(SOCKET socket, DWORD code, void *in, DWORD in_bytes, void *out, DWORD out_bytes) {
    count = UNTOUCHED;
    return WSAIoctl(socket, code, in, in_bytes, out, out_bytes, &count, NULL, NULL);
}

/* ---------------------------------------------------------------------------------------------------------- FIONBIO */

static void FIONBIO_makes_it_non_blocking(void) {
    tcp_pair(&client, &server);
    number = 1;
    assert_ok(ioctlsocket(server, (long)FIONBIO, &number));
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
    number = 0;
    assert_ok(ioctlsocket(server, (long)FIONBIO, &number));
    set_option(server, SOL_SOCKET, SO_RCVTIMEO, 1);
    assert_wsa(WSAETIMEDOUT, recv(server, bytes, 1, 0));
}

static void any_other_value_makes_it_non_blocking(void) {
    tcp_pair(&client, &server);
    number = 0x12345600;
    assert_ok(ioctlsocket(server, (long)FIONBIO, &number));
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
}

static void FIONBIO_leaves_its_argument(void) {
    number = 77;
    assert_ok(ioctlsocket(tcp(), (long)FIONBIO, &number));
    assert_int_equal(number, 77);
}

static void FIONBIO_from_nowhere_is_a_fault(void) {
    assert_wsa(WSAEFAULT, ioctlsocket(tcp(), (long)FIONBIO, (u_long *)NULL));
    assert_wsa(WSAEFAULT, ioctlsocket(tcp(), (long)FIONREAD, (u_long *)NULL));
}

static void WSAIoctl_knows_FIONBIO(void) {
    tcp_pair(&client, &server);
    number = 1;
    assert_ok(control(server, FIONBIO, &number, sizeof number, NULL, 0));
    assert_int_equal(count, 0);
    assert_wsa(WSAEWOULDBLOCK, recv(server, bytes, 1, 0));
}

static void WSAIoctl_of_FIONBIO_needs_its_argument(void) {
    number = 1;
    assert_wsa(WSAEFAULT, control(tcp(), FIONBIO, &number, sizeof number - 1, NULL, 0));
    assert_ok(control(tcp(), FIONBIO, &number, sizeof number + 1, NULL, 0));
}

static void an_event_forbids_blocking(void) {
    SOCKET made = tcp();
    assert_ok(WSAEventSelect(made, manual_event(), FD_READ));
    number = 0;
    assert_wsa(WSAEINVAL, ioctlsocket(made, (long)FIONBIO, &number));
    number = 1;
    assert_ok(ioctlsocket(made, (long)FIONBIO, &number));
    assert_ok(WSAEventSelect(made, NULL, 0));
    number = 0;
    assert_ok(ioctlsocket(made, (long)FIONBIO, &number));
}

/* --------------------------------------------------------------------------------------------------------- FIONREAD */

static void FIONREAD_counts(void) {
    tcp_pair(&client, &server);
    number = UNTOUCHED;
    assert_ok(ioctlsocket(server, (long)FIONREAD, &number));
    assert_int_equal(number, 0);
    send_text(client, "hello");
    await_bytes(server, 5);
    assert_ok(ioctlsocket(server, (long)FIONREAD, &number));
    assert_int_equal(number, 5);
    expect_text(server, "he");
    assert_ok(ioctlsocket(server, (long)FIONREAD, &number));
    assert_int_equal(number, 3);
}

static void FIONREAD_at_the_end_is_zero(void) {
    tcp_pair(&client, &server);
    drop(client);
    expect_end(server);
    number = UNTOUCHED;
    assert_ok(ioctlsocket(server, (long)FIONREAD, &number));
    assert_int_equal(number, 0);
}

static void FIONREAD_of_a_new_socket_is_zero(void) {
    number = UNTOUCHED;
    assert_ok(ioctlsocket(tcp(), (long)FIONREAD, &number));
    assert_int_equal(number, 0);
}

static void WSAIoctl_knows_FIONREAD(void) {
    tcp_pair(&client, &server);
    send_text(client, "hello");
    await_bytes(server, 5);
    number = 0;
    assert_ok(control(server, FIONREAD, NULL, 0, &number, sizeof number));
    assert_int_equal(number, 5);
    assert_int_equal(count, sizeof number);
}

static void WSAIoctl_of_FIONREAD_needs_room(void) {
    tcp_pair(&client, &server);
    assert_wsa(WSAEFAULT, control(server, FIONREAD, NULL, 0, &number, sizeof number - 1));
    assert_wsa(WSAEFAULT, control(server, FIONREAD, NULL, 0, NULL, 0));
}

/* ---------------------------------------------------------------------------------------------------------- unknown */

static void an_unknown_control_is_not_supported(void) {
    assert_wsa(WSAEOPNOTSUPP, control(tcp(), 0xdeadbeef, NULL, 0, NULL, 0));
    assert_int_equal(count, 0);
    assert_wsa(WSAEOPNOTSUPP, control(tcp(), 0x667e, NULL, 0, NULL, 0));
    assert_wsa(WSAEOPNOTSUPP, control(udp(), 0xdeadbeef, NULL, 0, NULL, 0));
}

static void FIOASYNC_is_not_supported(void) {
    number = 1;
    assert_wsa(WSAEOPNOTSUPP, control(tcp(), FIOASYNC, &number, sizeof number, NULL, 0));
}

static void ioctlsocket_does_not_know_others(void) {
    number = 1;
    assert_int_equal(ioctlsocket(tcp(), (long)0xdeadbeef, &number), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEOPNOTSUPP || WSAGetLastError() == WSAEINVAL);
}

static void without_a_count_it_is_a_fault(void) {
    const DWORD codes[] = {FIONBIO,
                           FIONREAD,
                           SIOCATMARK,
                           SIO_KEEPALIVE_VALS,
                           SIO_BASE_HANDLE,
                           SIO_ADDRESS_LIST_QUERY,
                           SIO_GET_INTERFACE_LIST,
                           0xdeadbeef};
    char out[4096];
    SOCKET made = tcp();
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        number = 1;
        assert_wsa(WSAEFAULT, WSAIoctl(made, codes[i], &number, sizeof number, out, sizeof out, NULL, NULL, NULL));
    }
}

/* ------------------------------------------------------------------------------------------- pointers to extensions */

static void *pointer_of(SOCKET socket, GUID id) {
    void *pointer = NULL;
    assert_ok(control(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &pointer, sizeof pointer));
    assert_int_equal(count, sizeof pointer);
    assert_non_null(pointer);
    return pointer;
}

#define POINTER_TEST(id)                                                                                               \
    static void there_is_##id(void) {                                                                                  \
        assert_ptr_equal(pointer_of(tcp(), (GUID)id), pointer_of(udp(), (GUID)id));                                    \
        assert_ptr_equal(pointer_of(tcp(), (GUID)id), pointer_of(tcp6(), (GUID)id));                                   \
    }

POINTER_TEST(WSAID_ACCEPTEX)
POINTER_TEST(WSAID_CONNECTEX)
POINTER_TEST(WSAID_DISCONNECTEX)
POINTER_TEST(WSAID_GETACCEPTEXSOCKADDRS)
POINTER_TEST(WSAID_TRANSMITFILE)
POINTER_TEST(WSAID_WSARECVMSG)
POINTER_TEST(WSAID_WSASENDMSG)

static void there_is_WSAID_TRANSMITPACKETS(void) {
    wine_differs("there is no TransmitPackets");
    (void)pointer_of(tcp(), (GUID)WSAID_TRANSMITPACKETS);
}

static void an_unknown_extension_is_invalid(void) {
    GUID unknown = {0xdeadbeef, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};
    void *pointer = NULL;
    assert_wsa(WSAEINVAL,
               control(tcp(), SIO_GET_EXTENSION_FUNCTION_POINTER, &unknown, sizeof unknown, &pointer, sizeof pointer));
    assert_null(pointer);
}

static void an_extension_needs_room(void) {
    GUID id = WSAID_ACCEPTEX;
    void *pointer = NULL;
    wine_differs("it does not look at the lengths");
    assert_int_equal(control(tcp(), SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &pointer, sizeof pointer - 1),
                     SOCKET_ERROR);
    assert_int_equal(control(tcp(), SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id - 1, &pointer, sizeof pointer),
                     SOCKET_ERROR);
    assert_null(pointer);
}

/* ------------------------------------------------------------------------------------------------------- keep-alive */

static struct tcp_keepalive keepalive(u_long on, u_long time, u_long interval) {
    struct tcp_keepalive made;
    made.onoff = on;
    made.keepalivetime = time;
    made.keepaliveinterval = interval;
    return made;
}

static void keep_alive_values_are_taken(void) {
    struct tcp_keepalive values[] = {keepalive(0, 0, 0),         keepalive(1, 0, 0),     keepalive(1, 1000, 1000),
                                     keepalive(1, 10000, 10000), keepalive(1, 100, 100), keepalive(0, 100, 100)};
    SOCKET made = tcp();
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_ok(control(made, SIO_KEEPALIVE_VALS, &values[i], sizeof values[i], NULL, 0));
        assert_int_equal(count, 0);
    }
}

static void keep_alive_values_of_a_connection(void) {
    struct tcp_keepalive values = keepalive(1, 30000, 1000);
    tcp_pair(&client, &server);
    assert_ok(control(client, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0));
    send_text(client, "alive");
    expect_text(server, "alive");
}

static void short_keep_alive_values_are_a_fault(void) {
    struct tcp_keepalive values = keepalive(1, 1000, 1000);
    assert_wsa(WSAEFAULT, control(tcp(), SIO_KEEPALIVE_VALS, &values, 0, NULL, 0));
    assert_wsa(WSAEFAULT, control(tcp(), SIO_KEEPALIVE_VALS, &values, sizeof values - 1, NULL, 0));
    assert_wsa(WSAEFAULT, control(tcp(), SIO_KEEPALIVE_VALS, NULL, sizeof values, NULL, 0));
}

/* ----------------------------------------------------------------------------------------------------------- others */

static void SIO_BASE_HANDLE_is_the_socket(void) {
    const SOCKET made[] = {tcp(), udp(), tcp6(), udp6()};
    for (int i = 0; i < 4; i++) {
        SOCKET base = INVALID_SOCKET;
        assert_ok(control(made[i], SIO_BASE_HANDLE, NULL, 0, &base, sizeof base));
        assert_int_equal(count, sizeof base);
        assert_int_equal(base, made[i]);
    }
}

static void SIO_UDP_CONNRESET_is_taken(void) {
    BOOL on = TRUE, off = FALSE;
    SOCKET made = udp();
    assert_ok(control(made, SIO_UDP_CONNRESET, &off, sizeof off, NULL, 0));
    assert_int_equal(count, 0);
    assert_ok(control(made, SIO_UDP_CONNRESET, &on, sizeof on, NULL, 0));
}

static void SIO_UDP_CONNRESET_needs_its_argument(void) {
    BOOL off = FALSE;
    wine_differs("it is not looked at");
    assert_wsa(WSAEFAULT, control(udp(), SIO_UDP_CONNRESET, &off, 0, NULL, 0));
    assert_wsa(WSAEFAULT, control(udp(), SIO_UDP_CONNRESET, NULL, sizeof off, NULL, 0));
}

static void SIO_ENABLE_CIRCULAR_QUEUEING_is_taken(void) {
    assert_ok(control(udp(), SIO_ENABLE_CIRCULAR_QUEUEING, NULL, 0, NULL, 0));
}

static void SIO_FLUSH_is_not_supported(void) {
    assert_wsa(WSAEOPNOTSUPP, control(tcp(), SIO_FLUSH, NULL, 0, NULL, 0));
}

static const conform_test tests[] = {
    conform(FIONBIO_makes_it_non_blocking),
    conform(any_other_value_makes_it_non_blocking),
    conform(FIONBIO_leaves_its_argument),
    conform(FIONBIO_from_nowhere_is_a_fault),
    conform(WSAIoctl_knows_FIONBIO),
    conform(WSAIoctl_of_FIONBIO_needs_its_argument),
    conform(an_event_forbids_blocking),
    conform(FIONREAD_counts),
    conform(FIONREAD_at_the_end_is_zero),
    conform(FIONREAD_of_a_new_socket_is_zero),
    conform(WSAIoctl_knows_FIONREAD),
    conform(WSAIoctl_of_FIONREAD_needs_room),
    conform(an_unknown_control_is_not_supported),
    conform(FIOASYNC_is_not_supported),
    conform(ioctlsocket_does_not_know_others),
    conform(without_a_count_it_is_a_fault),
    conform(there_is_WSAID_ACCEPTEX),
    conform(there_is_WSAID_CONNECTEX),
    conform(there_is_WSAID_DISCONNECTEX),
    conform(there_is_WSAID_GETACCEPTEXSOCKADDRS),
    conform(there_is_WSAID_TRANSMITFILE),
    conform(there_is_WSAID_WSARECVMSG),
    conform(there_is_WSAID_WSASENDMSG),
    conform(there_is_WSAID_TRANSMITPACKETS),
    conform(an_unknown_extension_is_invalid),
    conform(an_extension_needs_room),
    conform(keep_alive_values_are_taken),
    conform(keep_alive_values_of_a_connection),
    conform(short_keep_alive_values_are_a_fault),
    conform(SIO_BASE_HANDLE_is_the_socket),
    conform(SIO_UDP_CONNRESET_is_taken),
    conform(SIO_UDP_CONNRESET_needs_its_argument),
    conform(SIO_ENABLE_CIRCULAR_QUEUEING_is_taken),
    conform(SIO_FLUSH_is_not_supported),
};

CONFORM_MAIN(tests)
