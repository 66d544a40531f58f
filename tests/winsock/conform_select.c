/* SPDX-License-Identifier: MIT
 *
 * Conformance: select and fd_set. Sets of more than 64 sockets are in conform_select_many.c.
 */
#include "conform.h"

static SOCKET client, server;
static fd_set readable, writable, exceptional;
static char bytes[16];

static struct timeval time_of(int ms) {
    struct timeval made;
    made.tv_sec = ms / 1000;
    made.tv_usec = ms % 1000 * 1000;
    return made;
}

static void clear(void) {
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_ZERO(&exceptional);
}

static int choose(int ms) {
    struct timeval limit = time_of(ms);
    return select(0, &readable, &writable, &exceptional, &limit);
}

static double now_ms(void) {
    LARGE_INTEGER now, frequency;
    assert_true(QueryPerformanceCounter(&now));
    assert_true(QueryPerformanceFrequency(&frequency));
    return (double)now.QuadPart * 1000 / (double)frequency.QuadPart;
}

/* -------------------------------------------------------------------------------------------------------- arguments */

static void no_sets_are_invalid(void) {
    struct timeval limit = time_of(0);
    assert_wsa(WSAEINVAL, select(0, NULL, NULL, NULL, &limit));
    assert_wsa(WSAEINVAL, select(64, NULL, NULL, NULL, NULL));
}

static void empty_sets_are_invalid(void) {
    clear();
    assert_wsa(WSAEINVAL, choose(0));
    assert_wsa(WSAEINVAL, select(0, &readable, NULL, NULL, NULL));
}

static void the_first_argument_does_not_matter(void) {
    const int firsts[] = {0, 1, -1, 64, 100000};
    struct timeval limit = time_of(SOON);
    tcp_pair(&client, &server);
    send_text(client, "x");
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        FD_ZERO(&readable);
        FD_SET(server, &readable);
        assert_int_equal(select(firsts[i], &readable, NULL, NULL, &limit), 1);
    }
}

static void a_negative_time_is_invalid(void) {
    struct timeval limit = {-1, 0};
    wine_differs("it waits for ever");
    SOCKET made = udp();
    FD_ZERO(&readable);
    FD_SET(made, &readable);
    assert_wsa(WSAEINVAL, select(0, &readable, NULL, NULL, &limit));
}

static void who_is_no_socket_leaves_the_sets(void) {
    SOCKET closed = tcp(), good = udp();
    struct timeval limit = time_of(0);
    drop(closed);
    clear();
    FD_SET(good, &writable);
    FD_SET(closed, &readable);
    FD_SET(good, &readable);
    assert_wsa(WSAENOTSOCK, select(0, &readable, &writable, NULL, &limit));
    assert_int_equal(readable.fd_count, 2);
    assert_int_equal(writable.fd_count, 1);
}

/* ------------------------------------------------------------------------------------------------------------ times */

static void no_time_does_not_wait(void) {
    tcp_pair(&client, &server);
    clear();
    FD_SET(server, &readable);
    assert_int_equal(choose(0), 0);
}

static void a_time_is_waited_for(void) {
    tcp_pair(&client, &server);
    clear();
    FD_SET(server, &readable);
    double begin = now_ms();
    assert_int_equal(choose(50), 0);
    assert_true(now_ms() - begin >= 48);
}

static void microseconds_count(void) {
    struct timeval limit = {0, 30000};
    tcp_pair(&client, &server);
    FD_ZERO(&readable);
    FD_SET(server, &readable);
    double begin = now_ms();
    assert_int_equal(select(0, &readable, NULL, NULL, &limit), 0);
    assert_true(now_ms() - begin >= 28);
}

static void the_time_is_left_as_it_was(void) {
    struct timeval limit = {0, 10000};
    tcp_pair(&client, &server);
    FD_ZERO(&readable);
    FD_SET(server, &readable);
    assert_int_equal(select(0, &readable, NULL, NULL, &limit), 0);
    assert_int_equal(limit.tv_sec, 0);
    assert_int_equal(limit.tv_usec, 10000);
}

static void after_the_time_the_sets_are_empty(void) {
    tcp_pair(&client, &server);
    clear();
    FD_SET(server, &readable);
    FD_SET(server, &exceptional);
    assert_int_equal(choose(1), 0);
    assert_int_equal(readable.fd_count, 0);
    assert_int_equal(exceptional.fd_count, 0);
}

static DWORD WINAPI send_later(LPVOID socket) {
    return send(*(SOCKET *)socket, "x", 1, 0) == 1 ? 0 : 1;
}

static void without_a_time_it_waits(void) {
    tcp_pair(&client, &server);
    clear();
    FD_SET(server, &readable);
    HANDLE thread = thread_start(send_later, &client);
    assert_int_equal(select(0, &readable, NULL, NULL, NULL), 1);
    assert_true(FD_ISSET(server, &readable));
    assert_int_equal(thread_end(thread), 0);
}

static void a_wait_ends_when_something_happens(void) {
    tcp_pair(&client, &server);
    clear();
    FD_SET(server, &readable);
    HANDLE thread = thread_start(send_later, &client);
    assert_int_equal(choose(SOON), 1);
    assert_int_equal(thread_end(thread), 0);
}

/* --------------------------------------------------------------------------------------------------------- readable */

static void data_are_readable(void) {
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    assert_int_equal(is_readable(client, 0), 0);
}

static void it_stays_readable_until_it_is_read(void) {
    tcp_pair(&client, &server);
    send_text(client, "xy");
    await_bytes(server, 2);
    assert_int_equal(is_readable(server, 0), 1);
    expect_text(server, "x");
    assert_int_equal(is_readable(server, 0), 1);
    expect_text(server, "y");
    assert_int_equal(is_readable(server, 0), 0);
}

static void one_who_waits_is_readable(void) {
    address where;
    SOCKET from = listener(&where);
    (void)connect_to(&where);
    await_readable(from);
    (void)accept_from(from);
    assert_int_equal(is_readable(from, 0), 0);
}

static void the_end_is_readable(void) {
    tcp_pair(&client, &server);
    drop(client);
    await_readable(server);
    assert_bytes(0, recv(server, bytes, 1, 0));
    assert_int_equal(is_readable(server, 0), 1);
}

static void a_reset_is_readable(void) {
    tcp_pair(&client, &server);
    drop_hard(client);
    await_readable(server);
}

static void a_datagram_is_readable(void) {
    SOCKET a, b;
    udp_pair(&a, &b);
    assert_int_equal(is_readable(b, 0), 0);
    assert_bytes(0, send(a, "", 0, 0));
    await_readable(b);
    assert_bytes(0, recv(b, bytes, sizeof bytes, 0));
    assert_int_equal(is_readable(b, 0), 0);
}

/* --------------------------------------------------------------------------------------------------------- writable */

static void a_connection_is_writable(void) {
    tcp_pair(&client, &server);
    assert_int_equal(is_writable(client, 0), 1);
    assert_int_equal(is_writable(server, 0), 1);
}

static void a_full_one_is_not_writable(void) {
    tcp_pair(&client, &server);
    size_t sent = fill(client);
    assert_int_equal(is_writable(client, 0), 0);
    drain(server, sent);
    await_writable(client);
}

static void one_that_connects_becomes_writable(void) {
    address where;
    SOCKET made = tcp();
    (void)listener(&where);
    assert_int_equal(is_writable(made, 0), 0);
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    await_writable(made);
}

static void a_datagram_socket_is_writable(void) {
    SOCKET bound = udp();
    (void)bind_loopback(bound, AF_INET);
    assert_int_equal(is_writable(bound, 0), 1);
    assert_int_equal(is_writable(udp(), 0), 1);
}

/* ------------------------------------------------------------------------------------------------------ exceptional */

static void a_failed_connect_is_exceptional_only(void) {
    wine_differs("it is in two sets");
    address where = nobody();
    SOCKET made = tcp();
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    clear();
    FD_SET(made, &readable);
    FD_SET(made, &writable);
    FD_SET(made, &exceptional);
    assert_int_equal(choose(SOON), 1);
    assert_true(FD_ISSET(made, &exceptional));
    assert_int_equal(readable.fd_count, 0);
    assert_int_equal(writable.fd_count, 0);
}

static void it_stays_exceptional(void) {
    address where = nobody();
    SOCKET made = tcp();
    set_nonblocking(made);
    assert_wsa(WSAEWOULDBLOCK, connect(made, &where.any, where.length));
    await_exceptional(made);
    assert_int_equal(get_option(made, SOL_SOCKET, SO_ERROR), WSAECONNREFUSED);
    await_exceptional(made);
}

static void urgent_data_are_exceptional(void) {
    tcp_pair(&client, &server);
    assert_bytes(1, send(client, "!", 1, MSG_OOB));
    await_exceptional(server);
}

static void an_end_is_not_exceptional(void) {
    tcp_pair(&client, &server);
    drop(client);
    await_readable(server);
    assert_int_equal(is_exceptional(server, 0), 0);
}

static void a_reset_is_not_exceptional(void) {
    tcp_pair(&client, &server);
    drop_hard(client);
    await_readable(server);
    assert_int_equal(is_exceptional(server, 0), 0);
}

/* ----------------------------------------------------------------------------------------------------- several sets */

static void each_set_counts(void) {
    tcp_pair(&client, &server);
    send_text(client, "x");
    await_readable(server);
    clear();
    FD_SET(server, &readable);
    FD_SET(server, &writable);
    FD_SET(client, &writable);
    FD_SET(client, &readable);
    FD_SET(client, &exceptional);
    assert_int_equal(choose(SOON), 3);
    assert_int_equal(readable.fd_count, 1);
    assert_int_equal(writable.fd_count, 2);
    assert_int_equal(exceptional.fd_count, 0);
}

static void only_who_is_ready_stays(void) {
    SOCKET made[8];
    clear();
    for (int i = 0; i < 8; i++) {
        made[i] = udp();
        address where = bind_loopback(made[i], AF_INET);
        if (i % 3 == 0)
            assert_bytes(1, sendto(made[0], "x", 1, 0, &where.any, where.length));
        FD_SET(made[i], &readable);
    }
    for (int i = 0; i < 8; i += 3)
        await_readable(made[i]);
    assert_int_equal(choose(0), 3);
    assert_int_equal(readable.fd_count, 3);
    for (int i = 0; i < 8; i++)
        assert_int_equal(FD_ISSET(made[i], &readable) != 0, i % 3 == 0);
    assert_true(readable.fd_array[0] == made[0] && readable.fd_array[1] == made[3] && readable.fd_array[2] == made[6]);
}

static void streams_and_datagrams_go_together(void) {
    SOCKET a, b;
    tcp_pair(&client, &server);
    udp_pair(&a, &b);
    send_text(client, "x");
    send_text(a, "y");
    await_readable(server);
    await_readable(b);
    clear();
    FD_SET(server, &readable);
    FD_SET(b, &readable);
    assert_int_equal(choose(0), 2);
}

/* ----------------------------------------------------------------------------------------------------------- fd_set */

static void a_set_holds_each_once(void) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET((SOCKET)10, &set);
    FD_SET((SOCKET)20, &set);
    FD_SET((SOCKET)10, &set);
    assert_int_equal(set.fd_count, 2);
    assert_true(set.fd_array[0] == 10 && set.fd_array[1] == 20);
}

static void a_set_loses_one_and_keeps_the_order(void) {
    fd_set set;
    FD_ZERO(&set);
    for (SOCKET i = 1; i <= 5; i++)
        FD_SET(i, &set);
    FD_CLR((SOCKET)2, &set);
    FD_CLR((SOCKET)77, &set);
    assert_int_equal(set.fd_count, 4);
    assert_true(set.fd_array[0] == 1 && set.fd_array[1] == 3 && set.fd_array[2] == 4 && set.fd_array[3] == 5);
    assert_false(FD_ISSET((SOCKET)2, &set));
    assert_true(FD_ISSET((SOCKET)5, &set));
}

static void a_full_set_takes_no_more(void) {
    fd_set set;
    FD_ZERO(&set);
    for (SOCKET i = 0; i < FD_SETSIZE + 10; i++)
        FD_SET(i + 1000, &set);
    assert_int_equal(set.fd_count, FD_SETSIZE);
    assert_true(FD_ISSET((SOCKET)1000 + FD_SETSIZE - 1, &set));
    assert_false(FD_ISSET((SOCKET)1000 + FD_SETSIZE, &set));
}

static void a_set_has_room_for_64(void) {
    assert_int_equal(FD_SETSIZE, 64);
    assert_int_equal(sizeof(fd_set), sizeof(SOCKET) * 65);
    assert_int_equal(offsetof(fd_set, fd_array), sizeof(SOCKET));
}

static void sixty_four_sockets_are_chosen_from(void) {
    clear();
    for (int i = 0; i < FD_SETSIZE; i++) {
        SOCKET made = udp();
        FD_SET(made, &writable);
    }
    assert_int_equal(choose(0), FD_SETSIZE);
    assert_int_equal(writable.fd_count, FD_SETSIZE);
}

static const conform_test tests[] = {
    conform(no_sets_are_invalid),
    conform(empty_sets_are_invalid),
    conform(the_first_argument_does_not_matter),
    conform(a_negative_time_is_invalid),
    conform(who_is_no_socket_leaves_the_sets),
    conform(no_time_does_not_wait),
    conform(a_time_is_waited_for),
    conform(microseconds_count),
    conform(the_time_is_left_as_it_was),
    conform(after_the_time_the_sets_are_empty),
    conform(without_a_time_it_waits),
    conform(a_wait_ends_when_something_happens),
    conform(data_are_readable),
    conform(it_stays_readable_until_it_is_read),
    conform(one_who_waits_is_readable),
    conform(the_end_is_readable),
    conform(a_reset_is_readable),
    conform(a_datagram_is_readable),
    conform(a_connection_is_writable),
    conform(a_full_one_is_not_writable),
    conform(one_that_connects_becomes_writable),
    conform(a_datagram_socket_is_writable),
    conform(a_failed_connect_is_exceptional_only),
    conform(it_stays_exceptional),
    conform(urgent_data_are_exceptional),
    conform(an_end_is_not_exceptional),
    conform(a_reset_is_not_exceptional),
    conform(each_set_counts),
    conform(only_who_is_ready_stays),
    conform(streams_and_datagrams_go_together),
    conform(a_set_holds_each_once),
    conform(a_set_loses_one_and_keeps_the_order),
    conform(a_full_set_takes_no_more),
    conform(a_set_has_room_for_64),
    conform(sixty_four_sockets_are_chosen_from),
};

CONFORM_MAIN(tests)
