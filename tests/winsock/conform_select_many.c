/* SPDX-License-Identifier: MIT
 *
 * Conformance: select with sets of more than 64 sockets, by FD_SETSIZE and by memory of one's own. Nothing of the
 * fixture that has an fd_set in its interface is used.
 */
#define FD_SETSIZE 256
#include "conform.h"

enum { MANY = 200 };

static void the_set_is_larger(void) {
    assert_int_equal(FD_SETSIZE, 256);
    assert_int_equal(sizeof(fd_set), sizeof(SOCKET) * 257);
}

static void the_set_takes_more(void) {
    static fd_set set;
    FD_ZERO(&set);
    for (SOCKET i = 0; i < 300; i++)
        FD_SET(i + 5000, &set);
    assert_int_equal(set.fd_count, 256);
    assert_true(FD_ISSET((SOCKET)5255, &set));
}

static void many_are_chosen_from(void) {
    static fd_set set;
    struct timeval none = {0, 0};
    FD_ZERO(&set);
    for (int i = 0; i < MANY; i++) {
        SOCKET made = udp();
        FD_SET(made, &set);
    }
    assert_int_equal(set.fd_count, MANY);
    assert_int_equal(select(0, NULL, &set, NULL, &none), MANY);
    assert_int_equal(set.fd_count, MANY);
}

static void the_one_that_is_ready_is_found(void) {
    static fd_set set;
    struct timeval limit = {SOON / 1000, 0};
    SOCKET made[MANY], from = udp();
    address where;
    FD_ZERO(&set);
    for (int i = 0; i < MANY; i++) {
        made[i] = udp();
        where = bind_loopback(made[i], AF_INET);
        FD_SET(made[i], &set);
    }
    assert_bytes(1, sendto(from, "x", 1, 0, &where.any, where.length));
    assert_int_equal(select(0, &set, NULL, NULL, &limit), 1);
    assert_int_equal(set.fd_count, 1);
    assert_true(set.fd_array[0] == made[MANY - 1]);
}

static void a_set_may_be_memory_of_ones_own(void) {
    struct timeval none = {0, 0};
    fd_set *set = malloc(offsetof(fd_set, fd_array) + 400 * sizeof(SOCKET));
    assert_non_null(set);
    SOCKET *sockets = set->fd_array; /* more than the type says */
    for (set->fd_count = 0; set->fd_count < 400; set->fd_count++)
        sockets[set->fd_count] = udp();
    assert_int_equal(select(0, NULL, set, NULL, &none), 400);
    assert_int_equal(set->fd_count, 400);
    free(set);
}

/* No more is read of it than it has. */
static void a_set_may_be_smaller_too(void) {
    struct timeval none = {0, 0};
    struct {
        u_int fd_count;
        SOCKET fd_array[1];
    } set = {1, {udp()}};
    assert_int_equal(select(0, NULL, (fd_set *)(void *)&set, NULL, &none), 1);
}

static const conform_test tests[] = {
    conform(the_set_is_larger),
    conform(the_set_takes_more),
    conform(many_are_chosen_from),
    conform(the_one_that_is_ready_is_found),
    conform(a_set_may_be_memory_of_ones_own),
    conform(a_set_may_be_smaller_too),
};

CONFORM_MAIN(tests)
