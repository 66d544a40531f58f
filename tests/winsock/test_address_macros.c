/* SPDX-License-Identifier: MIT
 *
 * What headers have in line: tests of IPv6 addresses, of their scopes, and addresses that are made or compared.
 */
#include "conform.h"

/* What an address is, by the words of RFC 4291. */
typedef struct kinds {
    const char *text;
    int unspecified, loopback, multicast, linklocal, sitelocal, v4mapped, v4compat;
} kinds;

static IN6_ADDR v6(const char *text) {
    IN6_ADDR read;
    assert_int_equal(inet_pton(AF_INET6, text, &read), 1);
    return read;
}

static void addresses_are_of_kinds(void) {
    static const kinds rows[] = {
        {"::", 1, 0, 0, 0, 0, 0, 0},
        {"::1", 0, 1, 0, 0, 0, 0, 0},
        {"ff02::1", 0, 0, 1, 0, 0, 0, 0},
        {"fe80::1", 0, 0, 0, 1, 0, 0, 0},
        {"febf::1", 0, 0, 0, 1, 0, 0, 0},
        {"fec0::1", 0, 0, 0, 0, 1, 0, 0},
        {"feff::1", 0, 0, 0, 0, 1, 0, 0},
        {"::ffff:10.1.2.3", 0, 0, 0, 0, 0, 1, 0},
        {"::10.1.2.3", 0, 0, 0, 0, 0, 0, 1},
        {"2001:db8::1", 0, 0, 0, 0, 0, 0, 0},
        {"fc00::1", 0, 0, 0, 0, 0, 0, 0},
        {"::1:0:0:1", 0, 0, 0, 0, 0, 0, 0},
        {"0:0:0:0:1:ffff:10.1.2.3", 0, 0, 0, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        IN6_ADDR a = v6(rows[i].text);
        assert_int_equal(!!IN6_IS_ADDR_UNSPECIFIED(&a), rows[i].unspecified);
        assert_int_equal(!!IN6_IS_ADDR_LOOPBACK(&a), rows[i].loopback);
        assert_int_equal(!!IN6_IS_ADDR_MULTICAST(&a), rows[i].multicast);
        assert_int_equal(!!IN6_IS_ADDR_LINKLOCAL(&a), rows[i].linklocal);
        assert_int_equal(!!IN6_IS_ADDR_SITELOCAL(&a), rows[i].sitelocal);
        assert_int_equal(!!IN6_IS_ADDR_V4MAPPED(&a), rows[i].v4mapped);
        assert_int_equal(!!IN6_IS_ADDR_V4COMPAT(&a), rows[i].v4compat);
    }
}

static void groups_have_scopes(void) {
    static const char *const rows[] = {"ff01::1", "ff02::1", "ff05::1", "ff08::1", "ff0e::1", "ff04::1", "fe02::1"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        IN6_ADDR a = v6(rows[i]);
        assert_int_equal(!!IN6_IS_ADDR_MC_NODELOCAL(&a), i == 0);
        assert_int_equal(!!IN6_IS_ADDR_MC_LINKLOCAL(&a), i == 1);
        assert_int_equal(!!IN6_IS_ADDR_MC_SITELOCAL(&a), i == 2);
        assert_int_equal(!!IN6_IS_ADDR_MC_ORGLOCAL(&a), i == 3);
        assert_int_equal(!!IN6_IS_ADDR_MC_GLOBAL(&a), i == 4);
    }
}

static void flags_of_groups_are_no_scope(void) {
    IN6_ADDR a = v6("ff12::1");
    assert_true(IN6_IS_ADDR_MC_LINKLOCAL(&a));
    assert_false(IN6_IS_ADDR_MC_NODELOCAL(&a));
}

static void addresses_are_compared(void) {
    IN6_ADDR a = v6("2001:db8::1"), same = v6("2001:0db8:0::1"), other = v6("2001:db8::2");
    assert_true(IN6_ADDR_EQUAL(&a, &same));
    assert_false(IN6_ADDR_EQUAL(&a, &other));
}

static void addresses_are_made(void) {
    IN6_ADDR a = v6("2001:db8::1");
    IN6_SET_ADDR_LOOPBACK(&a);
    assert_true(IN6_IS_ADDR_LOOPBACK(&a));
    IN6_SET_ADDR_UNSPECIFIED(&a);
    assert_true(IN6_IS_ADDR_UNSPECIFIED(&a));
}

static void structures_are_made(void) {
    SOCKADDR_IN6 any;
    memset(&any, 0xcc, sizeof any);
    IN6ADDR_SETANY(&any);
    assert_int_equal(any.sin6_family, AF_INET6);
    assert_int_equal(any.sin6_port, 0);
    assert_int_equal(any.sin6_scope_id, 0);
    assert_true(IN6ADDR_ISANY(&any));
    assert_false(IN6ADDR_ISLOOPBACK(&any));
    memset(&any, 0xcc, sizeof any);
    IN6ADDR_SETLOOPBACK(&any);
    assert_int_equal(any.sin6_family, AF_INET6);
    assert_int_equal(any.sin6_port, 0);
    assert_true(IN6ADDR_ISLOOPBACK(&any));
    assert_false(IN6ADDR_ISANY(&any));
}

static void constants_are_addresses(void) {
    static const IN6_ADDR any = IN6ADDR_ANY_INIT, loopback_init = IN6ADDR_LOOPBACK_INIT;
    assert_true(IN6_IS_ADDR_UNSPECIFIED(&any));
    assert_true(IN6_IS_ADDR_LOOPBACK(&loopback_init));
    assert_true(IN6_ADDR_EQUAL(&any, &in6addr_any));
    assert_true(IN6_ADDR_EQUAL(&loopback_init, &in6addr_loopback));
}

static const conform_test tests[] = {
    conform(addresses_are_of_kinds),  conform(groups_have_scopes), conform(flags_of_groups_are_no_scope),
    conform(addresses_are_compared),  conform(addresses_are_made), conform(structures_are_made),
    conform(constants_are_addresses),
};

CONFORM_MAIN(tests)
