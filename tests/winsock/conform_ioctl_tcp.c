/* SPDX-License-Identifier: MIT
 *
 * Conformance: what WSAIoctl tells of a TCP connection and sets on it: SIO_TCP_INFO, the ideal send backlog,
 * SIO_TCP_INITIAL_RTO, SIO_LOOPBACK_FAST_PATH, SIO_SET_COMPATIBILITY_MODE and the errors of SIO_KEEPALIVE_VALS.
 */
#include "conform.h"

/* Newer than some headers. */
#if !defined(SIO_TCP_INFO)
#define SIO_TCP_INFO _WSAIORW(IOC_VENDOR, 39)
#endif
#if !defined(SIO_IDEAL_SEND_BACKLOG_QUERY)
#define SIO_IDEAL_SEND_BACKLOG_QUERY _IOR('t', 123, ULONG)
#define SIO_IDEAL_SEND_BACKLOG_CHANGE _IO('t', 122)
#endif
#if !defined(SIO_SET_COMPATIBILITY_MODE)
#define SIO_SET_COMPATIBILITY_MODE _WSAIOW(IOC_VENDOR, 300)
#endif

static SOCKET client, server;
static DWORD count;

static int control(SOCKET socket, DWORD code, void *in, DWORD in_bytes, void *out, DWORD out_bytes) {
    count = UNTOUCHED;
    return WSAIoctl(socket, code, in, in_bytes, out, out_bytes, &count, NULL, NULL);
}

/* The beginning of TCP_INFO_v0, which older headers do not have; the whole takes 88 bytes. */
typedef struct info {
    int state;
    ULONG mss;
    ULONG64 connection_ms;
    BOOLEAN has_timestamps;
    ULONG rtt_us, min_rtt_us, in_flight, window, send_window, receive_window, receive_buffer;
    ULONG64 bytes_out, bytes_in;
    ULONG counts[5];
    UCHAR syn;
} info;

enum { LISTENING = 1, ESTABLISHED = 4 };

static int info_of(SOCKET socket, DWORD version, info *out) {
    memset(out, 0xcc, sizeof *out);
    return control(socket, SIO_TCP_INFO, &version, sizeof version, out, sizeof *out);
}

static void a_connection_is_told_of(void) {
    info got;
    wine_differs("it is not known");
    tcp_pair(&client, &server);
    send_text(client, "hello");
    expect_text(server, "hello");
    assert_ok(info_of(client, 0, &got));
    assert_int_equal(count, sizeof got);
    assert_int_equal(got.state, ESTABLISHED);
    assert_true(got.mss > 0);
    assert_int_equal(got.bytes_out, 5);
    assert_int_equal(got.bytes_in, 0);
    assert_true(got.window > 0);
    assert_true(got.send_window > 0);
    assert_true(got.connection_ms < SOON);
    assert_ok(info_of(server, 0, &got));
    assert_int_equal(got.bytes_in, 5);
}

static void a_listener_is_told_of(void) {
    info got;
    address where;
    wine_differs("it is not known");
    assert_ok(info_of(listener(&where), 0, &got));
    assert_int_equal(got.state, LISTENING);
}

static void the_second_form_says_more(void) {
    DWORD version = 1;
    char room[256];
    wine_differs("it is not known");
    tcp_pair(&client, &server);
    assert_ok(control(client, SIO_TCP_INFO, &version, sizeof version, room, sizeof room));
    assert_int_equal(count, 136);
    assert_wsa(WSAEINVAL, control(client, SIO_TCP_INFO, &version, sizeof version, room, sizeof(info)));
}

static void another_form_is_invalid(void) {
    info got;
    wine_differs("it is not known");
    tcp_pair(&client, &server);
    assert_wsa(WSAEINVAL, info_of(client, 7, &got));
}

static void the_form_must_be_said(void) {
    info got;
    DWORD version = 0;
    wine_differs("it is not known");
    tcp_pair(&client, &server);
    assert_wsa(WSAEMSGSIZE, control(client, SIO_TCP_INFO, NULL, sizeof version, &got, sizeof got));
    assert_wsa(WSAEMSGSIZE, control(client, SIO_TCP_INFO, &version, sizeof version - 1, &got, sizeof got));
}

static void what_is_told_needs_room(void) {
    info got;
    DWORD version = 0;
    wine_differs("it is not known");
    tcp_pair(&client, &server);
    assert_wsa(WSAEINVAL, control(client, SIO_TCP_INFO, &version, sizeof version, &got, sizeof got - 1));
    assert_int_equal(count, 0);
}

static void datagrams_have_no_connection_to_be_told_of(void) {
    info got;
    wine_differs("it is not known");
    assert_wsa(WSAEINVAL, info_of(udp(), 0, &got));
}

/* ---------------------------------------------------------------------------------------------------- send backlog */

static void the_ideal_backlog_is_told(void) {
    ULONG ideal = 0;
    tcp_pair(&client, &server);
    assert_ok(control(client, SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, &ideal, sizeof ideal));
    assert_int_equal(count, sizeof ideal);
    assert_in_range(ideal, 1, 16 << 20);
}

static void the_ideal_backlog_needs_a_connection(void) {
    ULONG ideal = 0;
    wine_differs("it is not known");
    assert_wsa(WSAENOTCONN, control(tcp(), SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, &ideal, sizeof ideal));
    assert_wsa(WSAEOPNOTSUPP, control(udp(), SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, &ideal, sizeof ideal));
    assert_wsa(WSAENOTCONN, control(tcp(), SIO_IDEAL_SEND_BACKLOG_CHANGE, NULL, 0, NULL, 0));
    assert_wsa(WSAEOPNOTSUPP, control(udp(), SIO_IDEAL_SEND_BACKLOG_CHANGE, NULL, 0, NULL, 0));
}

static void the_ideal_backlog_needs_room(void) {
    ULONG ideal = 0;
    wine_differs("it is not known");
    tcp_pair(&client, &server);
    assert_wsa(WSAEINVAL, control(client, SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, &ideal, sizeof ideal - 1));
    assert_int_equal(count, 0);
}

static void its_change_is_waited_for(void) {
    WSAOVERLAPPED overlapped;
    wine_differs("it is not known");
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    assert_wsa(WSA_IO_PENDING,
               WSAIoctl(client, SIO_IDEAL_SEND_BACKLOG_CHANGE, NULL, 0, NULL, 0, &count, &overlapped, NULL));
    assert_int_equal(is_signalled(overlapped.hEvent, 0), 0);
    drop(client);
    await_handle(overlapped.hEvent);
}

/* -------------------------------------------------------------------------------------------------------- settings */

static void keep_alive_is_not_of_datagrams(void) {
    struct tcp_keepalive values = {1, 1000, 1000};
    wine_differs("it is taken, or it is another error");
    assert_wsa(WSAENOPROTOOPT, control(udp(), SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0));
}

static void keep_alive_values_switch_it(void) {
    struct tcp_keepalive values = {1, 30000, 1000};
    SOCKET made = tcp();
    assert_ok(control(made, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0));
    assert_int_equal(get_option(made, SOL_SOCKET, SO_KEEPALIVE), 1);
    values.onoff = 0;
    assert_ok(control(made, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0));
    assert_int_equal(get_option(made, SOL_SOCKET, SO_KEEPALIVE), 0);
}

static void keep_alive_values_overlapped_end_at_once(void) {
    struct tcp_keepalive values = {1, 30000, 1000};
    WSAOVERLAPPED overlapped;
    DWORD bytes = UNTOUCHED;
    SOCKET made = tcp();
    overlapped_init(&overlapped);
    if (WSAIoctl(made, SIO_KEEPALIVE_VALS, &values, sizeof values, NULL, 0, &count, &overlapped, NULL) != 0)
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(made, &overlapped, &bytes), 0);
    assert_int_equal(bytes, 0);
}

static void the_first_timeout_is_taken(void) {
    struct {
        USHORT rtt;
        UCHAR most;
    } values = {1000, 3};
    wine_differs("it is not known");
    assert_ok(control(tcp(), SIO_TCP_INITIAL_RTO, &values, sizeof values, NULL, 0));
    assert_wsa(WSAEINVAL, control(udp(), SIO_TCP_INITIAL_RTO, &values, sizeof values, NULL, 0));
    assert_wsa(WSAEFAULT, control(tcp(), SIO_TCP_INITIAL_RTO, NULL, 0, NULL, 0));
}

static void the_fast_path_is_taken(void) {
    int on = 1;
    wine_differs("it is not known");
    assert_ok(control(tcp(), SIO_LOOPBACK_FAST_PATH, &on, sizeof on, NULL, 0));
    assert_int_equal(count, 0);
    assert_wsa(WSAEINVAL, control(udp(), SIO_LOOPBACK_FAST_PATH, &on, sizeof on, NULL, 0));
    assert_wsa(WSAEFAULT, control(tcp(), SIO_LOOPBACK_FAST_PATH, NULL, 0, NULL, 0));
}

static void the_compatibility_mode_is_taken(void) {
    ULONG mode[2] = {1, 0x06000000};
    wine_differs("it is not known");
    assert_ok(control(tcp(), SIO_SET_COMPATIBILITY_MODE, mode, sizeof mode, NULL, 0));
    assert_wsa(WSAEINVAL, control(tcp(), SIO_SET_COMPATIBILITY_MODE, mode, sizeof mode - 1, NULL, 0));
    assert_wsa(WSAEOPNOTSUPP, control(udp(), SIO_SET_COMPATIBILITY_MODE, mode, sizeof mode, NULL, 0));
    mode[0] = 3;
    assert_wsa(WSAEINVAL, control(tcp(), SIO_SET_COMPATIBILITY_MODE, mode, sizeof mode, NULL, 0));
}

static const conform_test tests[] = {
    conform(a_connection_is_told_of),
    conform(a_listener_is_told_of),
    conform(the_second_form_says_more),
    conform(another_form_is_invalid),
    conform(the_form_must_be_said),
    conform(what_is_told_needs_room),
    conform(datagrams_have_no_connection_to_be_told_of),
    conform(the_ideal_backlog_is_told),
    conform(the_ideal_backlog_needs_a_connection),
    conform(the_ideal_backlog_needs_room),
    conform(its_change_is_waited_for),
    conform(keep_alive_is_not_of_datagrams),
    conform(keep_alive_values_switch_it),
    conform(keep_alive_values_overlapped_end_at_once),
    conform(the_first_timeout_is_taken),
    conform(the_fast_path_is_taken),
    conform(the_compatibility_mode_is_taken),
};

CONFORM_MAIN(tests)
