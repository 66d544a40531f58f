/* SPDX-License-Identifier: MIT
 *
 * Addresses written as text, and whether what is written is read back. Reading: test_address_text.c. Addresses as
 * values: test_address.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sockpal.h"

#include "addresses.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static spal_address parsed(const char *text) {
    spal_address address;
    spal_error error = spal_address_parse(text, 0, &address);
    if (error != SPAL_OK)
        fail_msg("\"%s\" is refused: %s", text, spal_error_name(error));
    return address;
}

static void v6_is_written_as_rfc_5952_has_it(void **state) {
    (void)state;
    static const char *const table[][2] = {
        {"2001:0db8::0001", "2001:db8::1"},
        {"2001:db8::0:1", "2001:db8::1"},
        {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"2001:DB8::AAAA", "2001:db8::aaaa"},
        {"2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"},
        {"2001:db8:aaaa:bbbb:cccc:dddd::1", "2001:db8:aaaa:bbbb:cccc:dddd:0:1"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"1:0:0:0:0:0:0:0", "1::"},
        {"0:0:1:0:0:0:0:0", "0:0:1::"},
        {"0:0:0:1:0:0:0:1", "::1:0:0:0:1"},
        {"0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"},
        {"1:0:1:0:1:0:1:0", "1:0:1:0:1:0:1:0"},
        {"0:0:1:1:1:1:0:0", "::1:1:1:1:0:0"},
        {"1:1:1:1:1:1:0:0", "1:1:1:1:1:1::"},
        {"0:0:1:1:1:1:1:1", "::1:1:1:1:1:1"},
        {"0:1:1:1:1:1:1:0", "0:1:1:1:1:1:1:0"},
        {"::ffff:0102:0304", "::ffff:1.2.3.4"},
        {"::ffff:0:0", "::ffff:0.0.0.0"},
        {"::ffff:255.255.255.255", "::ffff:255.255.255.255"},
        {"::1.2.3.4", "::102:304"},
        {"::ffff:0:1.2.3.4", "::ffff:0:102:304"},
        {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
        {"1::ffff:1.2.3.4", "1::ffff:102:304"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"fe80::1%7", "fe80::1%7"},
        {"fe80::1%0", "fe80::1"},
        {"::%4294967295", "::%4294967295"},
        {"255.255.255.255", "255.255.255.255"},
        {"0.0.0.0", "0.0.0.0"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[SPAL_ADDRESS_TEXT];
        spal_address address = parsed(table[i][0]);
        assert_int_equal(spal_address_format(&address, text, sizeof text), SPAL_OK);
        assert_string_equal(text, table[i][1]);
    }
}

static void every_pattern_of_zero_groups_survives_text(void **state) {
    (void)state;
    for (unsigned pattern = 0; pattern < 256; pattern++) {
        spal_address address = {.family = SPAL_AF_INET6};
        for (unsigned group = 0; group < 8; group++)
            address.ip[2 * group + 1] = (uint8_t)(pattern >> group & 1);
        char text[SPAL_ADDRESS_TEXT];
        assert_int_equal(spal_address_format(&address, text, sizeof text), SPAL_OK);
        spal_address again = parsed(text);
        assert_true(address_equals(&again, &address));
    }
}

static void every_port_survives_text(void **state) {
    (void)state;
    for (unsigned port = 0; port <= 65535; port++) {
        char text[SPAL_ADDRESS_TEXT];
        char again[SPAL_ADDRESS_TEXT];
        spal_address address;
        (void)snprintf(text, sizeof text, "[::1]:%u", port);
        assert_int_equal(spal_address_parse_endpoint(text, &address), SPAL_OK);
        assert_int_equal(address.port, port);
        assert_int_equal(spal_address_format_endpoint(&address, again, sizeof again), SPAL_OK);
        assert_string_equal(again, text);
    }
}

static void generated_addresses_survive_text(void **state) {
    (void)state;
    uint32_t seed = 20231120;
    for (int i = 0; i < 50000; i++) {
        char text[SPAL_ADDRESS_TEXT];
        spal_address again;
        spal_address address = address_next_ip(&seed);
        assert_int_equal(spal_address_format(&address, text, sizeof text), SPAL_OK);
        assert_int_equal(spal_address_parse(text, address.port, &again), SPAL_OK);
        assert_true(address_equals(&again, &address));
        assert_int_equal(spal_address_format_endpoint(&address, text, sizeof text), SPAL_OK);
        assert_int_equal(spal_address_parse_endpoint(text, &again), SPAL_OK);
        assert_true(address_equals(&again, &address));
    }
}

typedef spal_error format_function(const spal_address *address, char *text, size_t room);

/** With every room too small: no byte beyond it is written, and what stands in it is an empty text. */
static void assert_room_is_kept(format_function *format, const spal_address *address) {
    char whole[SPAL_PATH_MAX + 2];
    assert_int_equal(format(address, whole, sizeof whole), SPAL_OK);
    size_t needed = strlen(whole) + 1;
    for (size_t room = 0; room <= needed + 1; room++) {
        char text[sizeof whole + 2];
        memset(text, 0x5a, sizeof text);
        assert_int_equal(format(address, text, room), room < needed ? SPAL_ENOBUFS : SPAL_OK);
        for (size_t i = room; i < sizeof text; i++)
            assert_int_equal(text[i], 0x5a);
        if (room != 0)
            assert_string_equal(text, room < needed ? "" : whole);
    }
}

static void a_room_too_small_is_never_overrun(void **state) {
    (void)state;
    static const char *const texts[] = {
        "0.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295",
        "::ffff:255.255.255.255%4294967295",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        spal_address address;
        assert_int_equal(spal_address_parse(texts[i], 65535, &address), SPAL_OK);
        assert_room_is_kept(spal_address_format, &address);
        assert_room_is_kept(spal_address_format_endpoint, &address);
    }
    spal_address local = {.family = SPAL_AF_UNIX, .length = 9, .path = "/tmp/sock"};
    assert_room_is_kept(spal_address_format, &local);
    assert_room_is_kept(spal_address_format_endpoint, &local);
}

static void the_promised_room_holds_the_longest_text(void **state) {
    (void)state;
    spal_address address = parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295");
    char text[SPAL_ADDRESS_TEXT];
    address.port = 65535;
    assert_int_equal(spal_address_format_endpoint(&address, text, sizeof text), SPAL_OK);
    assert_string_equal(text, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535");
}

static void assert_path_text(const spal_address *address, const char *expected) {
    char text[SPAL_PATH_MAX + 2];
    assert_int_equal(spal_address_format(address, text, sizeof text), SPAL_OK);
    assert_string_equal(text, expected);
    assert_int_equal(spal_address_format_endpoint(address, text, sizeof text), SPAL_OK);
    assert_string_equal(text, expected);
}

static void local_addresses_are_written_as_their_path(void **state) {
    (void)state;
    spal_address address = {.family = SPAL_AF_UNIX, .length = 5, .path = "/a/\xc3\xa4"};
    assert_path_text(&address, "/a/\xc3\xa4");
    address.length = 2;
    assert_path_text(&address, "/a");
    address.length = 50;
    assert_path_text(&address, "/a/\xc3\xa4");
    address.length = 0;
    assert_path_text(&address, "");
    memcpy(address.path, "\0ab\0c", 5);
    address.length = 5;
    assert_path_text(&address, "@ab@c");
    memset(address.path, 'p', sizeof address.path);
    address.length = sizeof address.path;
    char longest[sizeof address.path + 1] = {0};
    memset(longest, 'p', sizeof address.path);
    assert_path_text(&address, longest);
}

static void a_length_beyond_the_path_is_invalid(void **state) {
    (void)state;
    char text[256];
    spal_address address = {.family = SPAL_AF_UNIX, .length = sizeof address.path + 1, .path = "x"};
    assert_int_equal(spal_address_format(&address, text, sizeof text), SPAL_EINVAL);
    address.length = UINT16_MAX;
    assert_int_equal(spal_address_format_endpoint(&address, text, sizeof text), SPAL_EINVAL);
}

static void unknown_families_are_not_written(void **state) {
    (void)state;
    static const int32_t families[] = {SPAL_AF_UNSPEC, -1, 3, 10, 24, 28, 30, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < COUNT(families); i++) {
        char text[SPAL_ADDRESS_TEXT];
        spal_address address = {.family = families[i]};
        assert_int_equal(spal_address_format(&address, text, sizeof text), SPAL_EAFNOSUPPORT);
        assert_int_equal(spal_address_format_endpoint(&address, text, sizeof text), SPAL_EAFNOSUPPORT);
    }
}

static void null_pointers_are_refused(void **state) {
    (void)state;
    char text[SPAL_ADDRESS_TEXT];
    spal_address address = parsed("::1");
    assert_int_equal(spal_address_format(NULL, text, sizeof text), SPAL_EFAULT);
    assert_int_equal(spal_address_format(&address, NULL, 0), SPAL_EFAULT);
    assert_int_equal(spal_address_format_endpoint(NULL, text, sizeof text), SPAL_EFAULT);
    assert_int_equal(spal_address_format_endpoint(&address, NULL, 100), SPAL_EFAULT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v6_is_written_as_rfc_5952_has_it),
        cmocka_unit_test(every_pattern_of_zero_groups_survives_text),
        cmocka_unit_test(every_port_survives_text),
        cmocka_unit_test(generated_addresses_survive_text),
        cmocka_unit_test(a_room_too_small_is_never_overrun),
        cmocka_unit_test(the_promised_room_holds_the_longest_text),
        cmocka_unit_test(local_addresses_are_written_as_their_path),
        cmocka_unit_test(a_length_beyond_the_path_is_invalid),
        cmocka_unit_test(unknown_families_are_not_written),
        cmocka_unit_test(null_pointers_are_refused),
    };
    return cmocka_run_group_tests_name("address format", tests, NULL, NULL);
}
