/* SPDX-License-Identifier: MIT
 *
 * Conformance: who may bind an address that another socket has, by SO_REUSEADDR and SO_EXCLUSIVEADDRUSE. The table is
 * Microsoft's, for sockets of one user since Windows Server 2003; a test is one cell of it. "any" is the wildcard
 * address, "one" is 127.0.0.1.
 */
#include "conform.h"

typedef enum wish { PLAIN, REUSE, EXCLUSIVE } wish;

static SOCKET make(int type, wish which) {
    SOCKET made = type == SOCK_STREAM ? tcp() : udp();
    if (which == REUSE)
        set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    if (which == EXCLUSIVE)
        set_option(made, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    return made;
}

static void check_type(int type, wish first, address first_where, wish second, address second_where, int code) {
    SOCKET a = make(type, first), b = make(type, second);
    assert_ok(bind(a, &first_where.any, first_where.length));
    address bound = local_of(a);
    second_where = with_port(second_where, port_of(&bound));
    if (code == 0)
        assert_ok(bind(b, &second_where.any, second_where.length));
    else
        assert_wsa(code, bind(b, &second_where.any, second_where.length));
    drop(a);
    drop(b);
}

static void check(wish first, address first_where, wish second, address second_where, int code) {
    check_type(SOCK_STREAM, first, first_where, second, second_where, code);
    check_type(SOCK_DGRAM, first, first_where, second, second_where, code);
}

#define ANY anywhere(AF_INET)
#define ONE loopback(AF_INET)

#define CELL(name, first, first_where, second, second_where, code)                                                     \
    static void name(void) {                                                                                           \
        check(first, first_where, second, second_where, code);                                                         \
    }
#define CELL_NOT_WINE(name, first, first_where, second, second_where, code)                                            \
    static void name(void) {                                                                                           \
        wine_differs("as the system below says, the two conflict, or with another error");                             \
        check(first, first_where, second, second_where, code);                                                         \
    }

CELL(plain_any_then_plain_any, PLAIN, ANY, PLAIN, ANY, WSAEADDRINUSE)
CELL_NOT_WINE(plain_any_then_plain_one, PLAIN, ANY, PLAIN, ONE, 0)
CELL(plain_any_then_reuse_any, PLAIN, ANY, REUSE, ANY, WSAEACCES)
CELL_NOT_WINE(plain_any_then_reuse_one, PLAIN, ANY, REUSE, ONE, 0)
CELL(plain_any_then_exclusive_any, PLAIN, ANY, EXCLUSIVE, ANY, WSAEADDRINUSE)
CELL_NOT_WINE(plain_any_then_exclusive_one, PLAIN, ANY, EXCLUSIVE, ONE, 0)

CELL_NOT_WINE(plain_one_then_plain_any, PLAIN, ONE, PLAIN, ANY, 0)
CELL(plain_one_then_plain_one, PLAIN, ONE, PLAIN, ONE, WSAEADDRINUSE)
CELL_NOT_WINE(plain_one_then_reuse_any, PLAIN, ONE, REUSE, ANY, 0)
CELL(plain_one_then_reuse_one, PLAIN, ONE, REUSE, ONE, WSAEACCES)
CELL(plain_one_then_exclusive_any, PLAIN, ONE, EXCLUSIVE, ANY, WSAEADDRINUSE)
CELL(plain_one_then_exclusive_one, PLAIN, ONE, EXCLUSIVE, ONE, WSAEADDRINUSE)

CELL(reuse_any_then_plain_any, REUSE, ANY, PLAIN, ANY, WSAEADDRINUSE)
CELL_NOT_WINE(reuse_any_then_plain_one, REUSE, ANY, PLAIN, ONE, 0)
CELL(reuse_any_then_reuse_any, REUSE, ANY, REUSE, ANY, 0)
CELL(reuse_any_then_reuse_one, REUSE, ANY, REUSE, ONE, 0)
CELL(reuse_any_then_exclusive_any, REUSE, ANY, EXCLUSIVE, ANY, WSAEADDRINUSE)
CELL_NOT_WINE(reuse_any_then_exclusive_one, REUSE, ANY, EXCLUSIVE, ONE, 0)

CELL_NOT_WINE(reuse_one_then_plain_any, REUSE, ONE, PLAIN, ANY, 0)
CELL(reuse_one_then_plain_one, REUSE, ONE, PLAIN, ONE, WSAEADDRINUSE)
CELL(reuse_one_then_reuse_any, REUSE, ONE, REUSE, ANY, 0)
CELL(reuse_one_then_reuse_one, REUSE, ONE, REUSE, ONE, 0)
CELL(reuse_one_then_exclusive_any, REUSE, ONE, EXCLUSIVE, ANY, WSAEADDRINUSE)
CELL(reuse_one_then_exclusive_one, REUSE, ONE, EXCLUSIVE, ONE, WSAEADDRINUSE)

CELL_NOT_WINE(exclusive_any_then_plain_any, EXCLUSIVE, ANY, PLAIN, ANY, WSAEADDRINUSE)
CELL_NOT_WINE(exclusive_any_then_plain_one, EXCLUSIVE, ANY, PLAIN, ONE, WSAEACCES)
CELL(exclusive_any_then_reuse_any, EXCLUSIVE, ANY, REUSE, ANY, WSAEACCES)
CELL(exclusive_any_then_reuse_one, EXCLUSIVE, ANY, REUSE, ONE, WSAEACCES)
CELL_NOT_WINE(exclusive_any_then_exclusive_any, EXCLUSIVE, ANY, EXCLUSIVE, ANY, WSAEADDRINUSE)
CELL_NOT_WINE(exclusive_any_then_exclusive_one, EXCLUSIVE, ANY, EXCLUSIVE, ONE, WSAEACCES)

CELL_NOT_WINE(exclusive_one_then_plain_any, EXCLUSIVE, ONE, PLAIN, ANY, 0)
CELL(exclusive_one_then_plain_one, EXCLUSIVE, ONE, PLAIN, ONE, WSAEADDRINUSE)
CELL_NOT_WINE(exclusive_one_then_reuse_any, EXCLUSIVE, ONE, REUSE, ANY, 0)
CELL(exclusive_one_then_reuse_one, EXCLUSIVE, ONE, REUSE, ONE, WSAEACCES)
CELL(exclusive_one_then_exclusive_any, EXCLUSIVE, ONE, EXCLUSIVE, ANY, WSAEADDRINUSE)
CELL(exclusive_one_then_exclusive_one, EXCLUSIVE, ONE, EXCLUSIVE, ONE, WSAEADDRINUSE)

/* ------------------------------------------------------------------------------------------------------ the options */

static void reuse_and_exclusive_do_not_go_together(void) {
    const int on = 1, off = 0;
    SOCKET made = tcp();
    set_option(made, SOL_SOCKET, SO_REUSEADDR, 1);
    assert_wsa(WSAEINVAL, setsockopt(made, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&on, sizeof on));
    assert_ok(setsockopt(made, SOL_SOCKET, SO_REUSEADDR, (const char *)&off, sizeof off));
    set_option(made, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    assert_wsa(WSAEINVAL, setsockopt(made, SOL_SOCKET, SO_REUSEADDR, (const char *)&on, sizeof on));
}

static void both_are_off_at_first(void) {
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_REUSEADDR), 0);
    assert_int_equal(get_option(tcp(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE), 0);
    assert_int_equal(get_option(udp(), SOL_SOCKET, SO_REUSEADDR), 0);
    assert_int_equal(get_option(udp(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE), 0);
}

static void both_read_back_as_set(void) {
    SOCKET shared = tcp(), exclusive = tcp();
    set_option(shared, SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(exclusive, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    assert_int_equal(get_option(shared, SOL_SOCKET, SO_REUSEADDR), 1);
    assert_int_equal(get_option(shared, SOL_SOCKET, SO_EXCLUSIVEADDRUSE), 0);
    assert_int_equal(get_option(exclusive, SOL_SOCKET, SO_EXCLUSIVEADDRUSE), 1);
    assert_int_equal(get_option(exclusive, SOL_SOCKET, SO_REUSEADDR), 0);
}

static void sharers_of_a_datagram_port_both_receive_or_one_does(void) {
    SOCKET a = make(SOCK_DGRAM, REUSE), b = make(SOCK_DGRAM, REUSE), from = udp();
    address where = bind_loopback(a, AF_INET);
    assert_ok(bind(b, &where.any, where.length));
    assert_bytes(1, sendto(from, "x", 1, 0, &where.any, where.length));
    struct timeval limit = {SOON / 1000, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(a, &set);
    FD_SET(b, &set);
    assert_true(select(0, &set, NULL, NULL, &limit) >= 1);
}

static const conform_test tests[] = {
    conform(plain_any_then_plain_any),
    conform(plain_any_then_plain_one),
    conform(plain_any_then_reuse_any),
    conform(plain_any_then_reuse_one),
    conform(plain_any_then_exclusive_any),
    conform(plain_any_then_exclusive_one),
    conform(plain_one_then_plain_any),
    conform(plain_one_then_plain_one),
    conform(plain_one_then_reuse_any),
    conform(plain_one_then_reuse_one),
    conform(plain_one_then_exclusive_any),
    conform(plain_one_then_exclusive_one),
    conform(reuse_any_then_plain_any),
    conform(reuse_any_then_plain_one),
    conform(reuse_any_then_reuse_any),
    conform(reuse_any_then_reuse_one),
    conform(reuse_any_then_exclusive_any),
    conform(reuse_any_then_exclusive_one),
    conform(reuse_one_then_plain_any),
    conform(reuse_one_then_plain_one),
    conform(reuse_one_then_reuse_any),
    conform(reuse_one_then_reuse_one),
    conform(reuse_one_then_exclusive_any),
    conform(reuse_one_then_exclusive_one),
    conform(exclusive_any_then_plain_any),
    conform(exclusive_any_then_plain_one),
    conform(exclusive_any_then_reuse_any),
    conform(exclusive_any_then_reuse_one),
    conform(exclusive_any_then_exclusive_any),
    conform(exclusive_any_then_exclusive_one),
    conform(exclusive_one_then_plain_any),
    conform(exclusive_one_then_plain_one),
    conform(exclusive_one_then_reuse_any),
    conform(exclusive_one_then_reuse_one),
    conform(exclusive_one_then_exclusive_any),
    conform(exclusive_one_then_exclusive_one),
    conform(reuse_and_exclusive_do_not_go_together),
    conform(both_are_off_at_first),
    conform(both_read_back_as_set),
    conform(sharers_of_a_datagram_port_both_receive_or_one_does),
};

CONFORM_MAIN(tests)
