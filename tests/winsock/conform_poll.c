/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSAPoll.
 */
#include "conform.h"

static SOCKET client, server;

static WSAPOLLFD entry(SOCKET socket, int events) {
    WSAPOLLFD made;
    made.fd = socket;
    made.events = (SHORT)events;
    made.revents = 0x5a5a;
    return made;
}

/* What one socket is ready for, of these, within the time. */
static int ready(SOCKET socket, int events, int ms) {
    WSAPOLLFD one = entry(socket, events);
    int count = WSAPoll(&one, 1, ms);
    assert_true(count == 0 || count == 1);
    assert_int_equal(count, one.revents != 0);
    return one.revents;
}

/* Waits until it is ready for one of these. */
static int await_any(SOCKET socket, int events) {
    int got = ready(socket, events, SOON);
    assert_int_not_equal(got, 0);
    return got;
}

/* -------------------------------------------------------------------------------------------------------- arguments */

static void nothing_to_poll_is_invalid(void) {
    assert_wsa(WSAEINVAL, WSAPoll(NULL, 0, 0));
    assert_wsa(WSAEINVAL, WSAPoll(NULL, 0, 1));
}

static void a_list_from_nowhere_is_a_fault(void) {
    assert_wsa(WSAEFAULT, WSAPoll(NULL, 1, 0));
    assert_wsa(WSAEFAULT, WSAPoll(NULL, 1, 1));
}

static void events_that_cannot_be_asked_for_are_invalid(void) {
    const int events[] = {POLLERR, POLLHUP, POLLNVAL, POLLPRI, POLLWRBAND, 0x8, 0x40, 0x80, 0x800, 0x1000};
    wine_differs("any event can be asked for");
    tcp_pair(&client, &server);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        WSAPOLLFD one = entry(server, events[i]);
        assert_wsa(WSAEINVAL, WSAPoll(&one, 1, 0));
    }
}

static void POLLPRI_is_invalid(void) {
    wine_differs("any event can be asked for");
    tcp_pair(&client, &server);
    WSAPOLLFD one = entry(server, POLLPRI | POLLRDNORM);
    assert_wsa(WSAEINVAL, WSAPoll(&one, 1, 0));
}

static void no_events_may_be_asked_for(void) {
    tcp_pair(&client, &server);
    assert_int_equal(ready(server, 0, 0), 0);
    drop_hard(client);
    assert_true((ready(server, 0, SOON) & (POLLHUP | POLLERR)) != 0);
}

static void POLLIN_and_POLLOUT_are_sums(void) {
    assert_int_equal(POLLIN, POLLRDNORM | POLLRDBAND);
    assert_int_equal(POLLOUT, POLLWRNORM);
}

/* ------------------------------------------------------------------------------------------------------------ times */

static void no_time_does_not_wait(void) {
    tcp_pair(&client, &server);
    assert_int_equal(ready(server, POLLIN, 0), 0);
}

static void a_time_is_waited_for(void) {
    LARGE_INTEGER begin, end, frequency;
    tcp_pair(&client, &server);
    assert_true(QueryPerformanceFrequency(&frequency));
    assert_true(QueryPerformanceCounter(&begin));
    assert_int_equal(ready(server, POLLIN, 50), 0);
    assert_true(QueryPerformanceCounter(&end));
    assert_true((end.QuadPart - begin.QuadPart) * 1000 / frequency.QuadPart >= 48);
}

static DWORD WINAPI send_later(LPVOID socket) {
    return send(*(SOCKET *)socket, "x", 1, 0) == 1 ? 0 : 1;
}

static void a_negative_time_waits(void) {
    tcp_pair(&client, &server);
    HANDLE thread = thread_start(send_later, &client);
    assert_int_equal(ready(server, POLLIN, -1), POLLRDNORM);
    assert_int_equal(thread_end(thread), 0);
}

/* ----------------------------------------------------------------------------------------------------------- states */

static void a_new_stream_is_not_ready(void) {
    assert_int_equal(ready(tcp(), POLLIN, 0), 0);
}

static void a_listener_is_readable_when_someone_waits(void) {
    address where;
    SOCKET from = listener(&where);
    assert_int_equal(ready(from, POLLIN | POLLOUT, 0), 0);
    (void)connect_to(&where);
    assert_int_equal(await_any(from, POLLIN | POLLOUT), POLLRDNORM);
    assert_int_equal(ready(from, POLLIN | POLLOUT, 0), POLLRDNORM);
    assert_int_equal(ready(from, POLLRDBAND | POLLWRNORM, 0), 0);
    (void)accept_from(from);
    assert_int_equal(ready(from, POLLIN | POLLOUT, 0), 0);
}

static void a_connection_is_writable(void) {
    tcp_pair(&client, &server);
    assert_int_equal(ready(client, POLLIN | POLLOUT, 0), POLLWRNORM);
    assert_int_equal(ready(server, POLLIN | POLLOUT, 0), POLLWRNORM);
    assert_int_equal(ready(server, POLLIN, 0), 0);
}

static void a_full_one_is_not_writable(void) {
    tcp_pair(&client, &server);
    size_t sent = fill(client);
    assert_int_equal(ready(client, POLLOUT, 0), 0);
    drain(server, sent);
    assert_int_equal(await_any(client, POLLOUT), POLLWRNORM);
}

static void data_are_readable(void) {
    tcp_pair(&client, &server);
    send_text(client, "x");
    assert_int_equal(await_any(server, POLLIN), POLLRDNORM);
    assert_int_equal(ready(server, POLLIN | POLLOUT, 0), POLLRDNORM | POLLWRNORM);
    assert_int_equal(ready(server, POLLRDBAND, 0), 0);
    expect_text(server, "x");
    assert_int_equal(ready(server, POLLIN | POLLOUT, 0), POLLWRNORM);
}

static void urgent_data_are_of_a_band(void) {
    tcp_pair(&client, &server);
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    assert_int_equal(await_any(server, POLLIN), POLLRDBAND);
    char byte;
    assert_bytes(1, recv(server, &byte, 1, MSG_OOB));
    assert_int_equal(ready(server, POLLIN, 0), 0);
}

static void inline_urgent_data_are_normal(void) {
    tcp_pair(&client, &server);
    set_option(server, SOL_SOCKET, SO_OOBINLINE, 1);
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    assert_int_equal(await_any(server, POLLIN), POLLRDNORM);
}

static void an_end_hangs_up(void) {
    tcp_pair(&client, &server);
    drop(client);
    assert_true((await_any(server, POLLIN) & POLLHUP) != 0);
}

static void the_peers_shutdown_hangs_up(void) {
    tcp_pair(&client, &server);
    assert_ok(shutdown(client, SD_SEND));
    assert_true((await_any(server, POLLIN) & POLLHUP) != 0);
    assert_true((ready(server, POLLOUT, 0) & POLLWRNORM) != 0);
}

static void data_before_the_end_are_readable(void) {
    tcp_pair(&client, &server);
    send_text(client, "last");
    drop(client);
    await_bytes(server, 4);
    assert_true((await_any(server, POLLIN) & POLLRDNORM) != 0);
    expect_text(server, "last");
}

static void a_reset_is_an_error(void) {
    tcp_pair(&client, &server);
    drop_hard(client);
    assert_true((await_any(server, POLLIN) & (POLLHUP | POLLERR)) == (POLLHUP | POLLERR));
}

static void a_connect_that_succeeds_is_writable(void) {
    address where;
    SOCKET made = tcp();
    (void)listener(&where);
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    assert_int_equal(await_any(made, POLLOUT), POLLWRNORM);
}

/* Since Windows 10 2004 all three are told; Wine tells POLLERR. */
static void a_connect_that_fails_is_an_error(void) {
    address where = nobody();
    SOCKET made = tcp();
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    int got = await_any(made, POLLOUT);
    assert_true((got & POLLERR) != 0);
    if (!is_wine())
        assert_int_equal(got, POLLERR | POLLHUP | POLLWRNORM);
    assert_int_equal(get_option(made, SOL_SOCKET, SO_ERROR), WSAECONNREFUSED);
}

static void a_datagram_socket_is_writable(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_int_equal(ready(a, POLLIN | POLLOUT, 0), POLLWRNORM);
    assert_int_equal(ready(udp(), POLLIN | POLLOUT, 0), POLLWRNORM);
}

static void a_datagram_is_readable(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_bytes(0, send(a, "", 0, 0));
    assert_int_equal(await_any(b, POLLIN), POLLRDNORM);
}

/* ---------------------------------------------------------------------------------------------------- several --- */

static void who_is_ready_is_counted(void) {
    WSAPOLLFD list[3];
    address where;
    SOCKET from = listener(&where);
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    list[0] = entry(from, POLLIN);
    list[1] = entry(server, POLLIN);
    list[2] = entry(client, POLLOUT);
    assert_int_equal(WSAPoll(list, 3, 0), 2);
    assert_int_equal(list[0].revents, 0);
    assert_int_equal(list[1].revents, POLLRDNORM);
    assert_int_equal(list[2].revents, POLLWRNORM);
}

static void what_was_asked_for_is_left(void) {
    tcp_pair(&client, &server);
    WSAPOLLFD one = entry(server, POLLRDNORM);
    assert_int_equal(WSAPoll(&one, 1, 0), 0);
    assert_int_equal(one.events, POLLRDNORM);
    assert_true(one.fd == server);
    assert_int_equal(one.revents, 0);
}

/* Its flags are cleared, or say that it is none. */
static void a_negative_entry_is_passed_over(void) {
    WSAPOLLFD list[2];
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    list[0] = entry(INVALID_SOCKET, POLLIN);
    list[1] = entry(server, POLLIN);
    assert_true(WSAPoll(list, 2, 0) >= 1);
    assert_true(list[0].revents == 0 || list[0].revents == POLLNVAL);
    assert_int_equal(list[1].revents, POLLRDNORM);
}

static void a_closed_socket_among_others_is_told(void) {
    WSAPOLLFD list[2];
    SOCKET closed = tcp();
    tcp_pair(&client, &server);
    drop(closed);
    list[0] = entry(closed, POLLIN);
    list[1] = entry(server, POLLOUT);
    assert_true(WSAPoll(list, 2, 0) >= 1);
    assert_int_equal(list[0].revents, POLLNVAL);
    assert_int_equal(list[1].revents, POLLWRNORM);
}

/* Documented is WSAEINVAL; Windows says WSAENOTSOCK. */
static void no_socket_at_all_is_an_error(void) {
    SOCKET closed = tcp();
    drop(closed);
    WSAPOLLFD one = entry(closed, POLLIN);
    assert_int_equal(WSAPoll(&one, 1, 0), SOCKET_ERROR);
    assert_true(WSAGetLastError() == WSAEINVAL || WSAGetLastError() == WSAENOTSOCK);
}

static void hundreds_can_be_polled(void) {
    enum { MANY = 300 };
    static WSAPOLLFD list[MANY];
    address where;
    for (int i = 0; i < MANY; i++) {
        SOCKET made = udp();
        where = bind_loopback(made, AF_INET);
        list[i] = entry(made, POLLIN);
    }
    assert_bytes(1, sendto(udp(), "x", 1, 0, &where.any, where.length));
    assert_int_equal(WSAPoll(list, MANY, SOON), 1);
    assert_int_equal(list[MANY - 1].revents, POLLRDNORM);
    assert_int_equal(list[0].revents, 0);
}

static const conform_test tests[] = {
    conform(nothing_to_poll_is_invalid),
    conform(a_list_from_nowhere_is_a_fault),
    conform(events_that_cannot_be_asked_for_are_invalid),
    conform(POLLPRI_is_invalid),
    conform(no_events_may_be_asked_for),
    conform(POLLIN_and_POLLOUT_are_sums),
    conform(no_time_does_not_wait),
    conform(a_time_is_waited_for),
    conform(a_negative_time_waits),
    conform(a_new_stream_is_not_ready),
    conform(a_listener_is_readable_when_someone_waits),
    conform(a_connection_is_writable),
    conform(a_full_one_is_not_writable),
    conform(data_are_readable),
    conform(urgent_data_are_of_a_band),
    conform(inline_urgent_data_are_normal),
    conform(an_end_hangs_up),
    conform(the_peers_shutdown_hangs_up),
    conform(data_before_the_end_are_readable),
    conform(a_reset_is_an_error),
    conform(a_connect_that_succeeds_is_writable),
    conform(a_connect_that_fails_is_an_error),
    conform(a_datagram_socket_is_writable),
    conform(a_datagram_is_readable),
    conform(who_is_ready_is_counted),
    conform(what_was_asked_for_is_left),
    conform(a_negative_entry_is_passed_over),
    conform(a_closed_socket_among_others_is_told),
    conform(no_socket_at_all_is_an_error),
    conform(hundreds_can_be_polled),
};

CONFORM_MAIN(tests)
