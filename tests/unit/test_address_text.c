/* SPDX-License-Identifier: MIT
 *
 * Addresses read from text: what is understood, and what is refused. Writing: test_address_format.c. Addresses as
 * values: test_address.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend.h"
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

static void assert_refused(const char *text, spal_error expected) {
    spal_address untouched;
    memset(&untouched, 0x5a, sizeof untouched);
    spal_address address = untouched;
    spal_error error = spal_address_parse(text, 7, &address);
    if (error != expected)
        fail_msg("\"%s\": %s", text, spal_error_name(error));
    assert_memory_equal(&address, &untouched, sizeof address);
}

static void assert_endpoint_refused(const char *text, spal_error expected) {
    spal_address untouched;
    memset(&untouched, 0x5a, sizeof untouched);
    spal_address address = untouched;
    spal_error error = spal_address_parse_endpoint(text, &address);
    if (error != expected)
        fail_msg("\"%s\": %s", text, spal_error_name(error));
    assert_memory_equal(&address, &untouched, sizeof address);
}

/** The name of the loopback interface, which differs between systems; null when it has none of the known ones. */
static const char *interface_name(uint32_t *index) {
    static const char *const names[] = {"lo", "lo0", "loopback_0", "loopback_1"};
    for (size_t i = 0; i < COUNT(names); i++) {
        *index = spali_interface_index(names[i]);
        if (*index != 0)
            return names[i];
    }
    return NULL;
}

static void v4_text_is_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint8_t ip[4];
    } table[] = {
        {"0.0.0.0", {0, 0, 0, 0}},
        {"127.0.0.1", {127, 0, 0, 1}},
        {"1.2.3.4", {1, 2, 3, 4}},
        {"10.20.30.40", {10, 20, 30, 40}},
        {"99.100.249.250", {99, 100, 249, 250}},
        {"255.255.255.255", {255, 255, 255, 255}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        spal_address address;
        assert_int_equal(spal_address_parse(table[i].text, 8080, &address), SPAL_OK);
        spal_address expected = {.family = SPAL_AF_INET, .port = 8080};
        memcpy(expected.ip, table[i].ip, 4);
        assert_true(address_equals(&address, &expected));
    }
}

static void every_v4_part_up_to_255_is_read_and_none_above(void **state) {
    (void)state;
    for (int part = 0; part < 1200; part++) {
        for (int place = 0; place < 4; place++) {
            int parts[4] = {1, 2, 3, 4};
            char text[32];
            parts[place] = part;
            (void)snprintf(text, sizeof text, "%d.%d.%d.%d", parts[0], parts[1], parts[2], parts[3]);
            if (part > 255)
                assert_refused(text, SPAL_EINVAL);
            else
                assert_int_equal(parsed(text).ip[place], part);
        }
    }
}

static void text_that_only_some_systems_take_for_v4_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        ".",
        "1",
        "1.2",
        "1.2.3",
        "1.2.3.",
        "1.2.3.4.",
        ".1.2.3.4",
        "1..2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "256.2.3.4",
        "1.2.3.-4",
        "1.2.3.+4",
        "-1.2.3.4",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4\n",
        "1. 2.3.4",
        "01.2.3.4",
        "1.2.3.04",
        "1.2.3.00",
        "000.0.0.0",
        "0x1.2.3.4",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "1.2.3.4x",
        "x1.2.3.4",
        "1.2.3.a",
        "1,2,3,4",
        "1.2.3.4:0",
        "1.2.3.4/24",
        "1.2.3.4%1",
        "1.2.3.4%lo",
        "[1.2.3.4]",
        "1.2.3.4:80",
        "a.b.c.d",
        "localhost",
        "1.2.3.1000",
        "1.2.3.4294967297",
        "1.2.3.18446744073709551617",
        "1.2.3.99999999999999999999999999",
        "\xd9\xa1.2.3.4",
        "1.2.3.\xef\xbc\x94",
        "1\343\200\2022.3.4",
        "\xff\xfe",
        "\x80",
        "1.2.3.4\x01",
        "1.2.3.4\t",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_refused(texts[i], SPAL_EINVAL);
}

typedef struct v6_row {
    const char *text;
    uint16_t groups[8];
} v6_row;

static const v6_row v6_rows[] = {
    {"::", {0}},
    {"::1", {0, 0, 0, 0, 0, 0, 0, 1}},
    {"1::", {1}},
    {"1::8", {1, 0, 0, 0, 0, 0, 0, 8}},
    {"0:0:0:0:0:0:0:0", {0}},
    {"0000:0000:0000:0000:0000:0000:0000:0000", {0}},
    {"1:2:3:4:5:6:7:8", {1, 2, 3, 4, 5, 6, 7, 8}},
    {"::2:3:4:5:6:7:8", {0, 2, 3, 4, 5, 6, 7, 8}},
    {"1:2:3:4:5:6:7::", {1, 2, 3, 4, 5, 6, 7, 0}},
    {"1:2:3::5:6:7:8", {1, 2, 3, 0, 5, 6, 7, 8}},
    {"1:2::7:8", {1, 2, 0, 0, 0, 0, 7, 8}},
    {"abcd:EF01:2345:6789:abCD:eF01:2345:6789", {0xabcd, 0xef01, 0x2345, 0x6789, 0xabcd, 0xef01, 0x2345, 0x6789}},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", {0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff}},
    {"2001:DB8:0:0:8:800:200C:417A", {0x2001, 0xdb8, 0, 0, 8, 0x800, 0x200c, 0x417a}},
    {"2001:db8::8:800:200c:417a", {0x2001, 0xdb8, 0, 0, 8, 0x800, 0x200c, 0x417a}},
    {"FF01::101", {0xff01, 0, 0, 0, 0, 0, 0, 0x101}},
    {"0:0:0:0:0:0:13.1.68.3", {0, 0, 0, 0, 0, 0, 0x0d01, 0x4403}},
    {"::13.1.68.3", {0, 0, 0, 0, 0, 0, 0x0d01, 0x4403}},
    {"::FFFF:129.144.52.38", {0, 0, 0, 0, 0, 0xffff, 0x8190, 0x3426}},
    {"0:0:0:0:0:FFFF:129.144.52.38", {0, 0, 0, 0, 0, 0xffff, 0x8190, 0x3426}},
    {"::ffff:8190:3426", {0, 0, 0, 0, 0, 0xffff, 0x8190, 0x3426}},
    {"64:ff9b::192.0.2.33", {0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x0221}},
    {"1:2:3:4:5:6:1.2.3.4", {1, 2, 3, 4, 5, 6, 0x0102, 0x0304}},
    {"1:2:3:4:5::1.2.3.4", {1, 2, 3, 4, 5, 0, 0x0102, 0x0304}},
    {"1::1.2.3.4", {1, 0, 0, 0, 0, 0, 0x0102, 0x0304}},
    {"::2:3:4:5:6:1.2.3.4", {0, 2, 3, 4, 5, 6, 0x0102, 0x0304}},
};

static void v6_text_is_read(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(v6_rows); i++) {
        spal_address expected = {.family = SPAL_AF_INET6};
        for (size_t group = 0; group < 8; group++) {
            expected.ip[2 * group] = (uint8_t)(v6_rows[i].groups[group] >> 8);
            expected.ip[2 * group + 1] = (uint8_t)(v6_rows[i].groups[group] & 0xff);
        }
        spal_address address = parsed(v6_rows[i].text);
        if (!address_equals(&address, &expected))
            fail_msg("\"%s\" is read wrongly", v6_rows[i].text);
    }
}

static void malformed_v6_text_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        ":",
        ":::",
        "::::",
        ":1",
        "1:",
        ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8:9:a:b:c:d:e:f",
        "1::2::3",
        "::1::",
        "1:::2",
        ":::1",
        "1:::",
        "1:2:3:4::5:6:7:8",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "::00001",
        "::1ffff",
        "g::",
        "::g",
        "::0x1",
        "::-1",
        "::+1",
        " ::1",
        "::1 ",
        ":: 1",
        "::1\n",
        "[::1]",
        "[::1",
        "::1]",
        "::1/64",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.256",
        "::1.2.3.04",
        "::01.2.3.4",
        "::1.2.3.4:5",
        "1.2.3.4::",
        "1.2.3.4:1::",
        "::1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:1.2.3.4",
        "1:2:3:4:5:6::1.2.3.4",
        "::ffff:1.2.3.4x",
        "::ffff:",
        "::ffff:.1.2.3.4",
        "::a.b.c.d",
        "::\xef\xbc\x91",
        "\xff::",
        "::1\x80",
        "::%",
        "%1",
        "%",
        "1%1",
        "1:2%1",
        "::1%",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_refused(texts[i], SPAL_EINVAL);
}

/** `start`, and `c` over and over to the end of the room. */
static void text_fill(char *text, size_t room, const char *start, char c) {
    size_t length = strlen(start);
    memset(text, c, room - 1);
    memcpy(text, start, length);
    text[room - 1] = '\0';
}

static void overlong_text_is_refused(void **state) {
    (void)state;
    static char text[100000];
    for (const char *c = "1f:.%[] 9\xff"; *c != '\0'; c++) {
        text_fill(text, sizeof text, "", *c);
        assert_refused(text, SPAL_EINVAL);
        assert_endpoint_refused(text, SPAL_EINVAL);
        text_fill(text, sizeof text, "::1%", *c);
        assert_refused(text, SPAL_EADDRNOTAVAIL);
        text_fill(text, sizeof text, "[::1]:", *c);
        assert_endpoint_refused(text, SPAL_EINVAL);
    }
}

static void a_byte_more_anywhere_never_crashes_and_rarely_parses(void **state) {
    (void)state;
    static const char sample[] = "fe80::1:2%3";
    for (size_t place = 0; place < sizeof sample; place++) {
        for (int byte = 1; byte < 256; byte++) {
            char text[sizeof sample + 1];
            memcpy(text, sample, place);
            text[place] = (char)byte;
            memcpy(text + place + 1, sample + place, sizeof sample - place);
            spal_address address;
            spal_error error = spal_address_parse(text, 0, &address);
            if (place < 9 && strchr("0123456789abcdefABCDEF:%.", byte) == NULL)
                assert_int_equal(error, SPAL_EINVAL);
        }
    }
}

static void a_scope_may_be_a_number(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t scope_id;
    } table[] = {
        {"fe80::1%0", 0}, {"fe80::1%1", 1}, {"fe80::1%007", 7},      {"fe80::1%4294967295", UINT32_MAX},
        {"::%12", 12},    {"::1%99", 99},   {"::ffff:1.2.3.4%5", 5}, {"1:2:3:4:5:6:7:8%6", 6},
        {"1::%8", 8},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(parsed(table[i].text).scope_id, table[i].scope_id);
}

static void a_scope_may_be_the_name_of_an_interface(void **state) {
    (void)state;
    uint32_t index;
    const char *name = interface_name(&index);
    if (name == NULL)
        skip();
    char text[64];
    spal_address address;
    (void)snprintf(text, sizeof text, "fe80::1%%%s", name);
    assert_int_equal(parsed(text).scope_id, index);
    (void)snprintf(text, sizeof text, "[fe80::1%%%s]:443", name);
    assert_int_equal(spal_address_parse_endpoint(text, &address), SPAL_OK);
    assert_int_equal(address.scope_id, index);
    assert_int_equal(address.port, 443);
}

static void a_scope_that_names_no_interface_is_not_available(void **state) {
    (void)state;
    static const char *const texts[] = {
        "fe80::1%no-such-interface",
        "fe80::1%4294967296",
        "fe80::1%18446744073709551616",
        "fe80::1%18446744073709551617",
        "fe80::1%99999999999999999999999999",
        "fe80::1%-1",
        "fe80::1% 1",
        "fe80::1%1x",
        "fe80::1%1%2",
        "fe80::1%\xff\xfe",
        "fe80::1%\xed\xa0\x80",
        "fe80::1%]",
        "fe80::1%0x1",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_refused(texts[i], SPAL_EADDRNOTAVAIL);
}

static void a_scope_name_of_any_length_is_no_danger(void **state) {
    (void)state;
    char text[1024] = "fe80::1%";
    for (size_t length = 1; length < 1000; length++) {
        memset(text + 8, 'x', length);
        text[8 + length] = '\0';
        assert_refused(text, SPAL_EADDRNOTAVAIL);
    }
}

static void a_malformed_address_is_invalid_whatever_its_scope(void **state) {
    (void)state;
    assert_refused("fe80:::1%no-such-interface", SPAL_EINVAL);
    assert_refused("1.2.3.4%no-such-interface", SPAL_EINVAL);
    assert_endpoint_refused("[fe80::1%no-such-interface]", SPAL_EINVAL);
    assert_endpoint_refused("[fe80::1%no-such-interface]:99999", SPAL_EINVAL);
    assert_endpoint_refused("[fe80::1%no-such-interface]:80", SPAL_EADDRNOTAVAIL);
}

static void endpoints_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *host;
        uint16_t port;
    } table[] = {
        {"1.2.3.4:80", "1.2.3.4", 80},
        {"0.0.0.0:0", "0.0.0.0", 0},
        {"1.2.3.4:65535", "1.2.3.4", 65535},
        {"[::1]:80", "::1", 80},
        {"[::]:0", "::", 0},
        {"[1:2:3:4:5:6:7:8]:9", "1:2:3:4:5:6:7:8", 9},
        {"[fe80::1%7]:22", "fe80::1%7", 22},
        {"[::ffff:1.2.3.4]:5", "::ffff:1.2.3.4", 5},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        spal_address expected;
        spal_address address;
        assert_int_equal(spal_address_parse(table[i].host, table[i].port, &expected), SPAL_OK);
        assert_int_equal(spal_address_parse_endpoint(table[i].text, &address), SPAL_OK);
        assert_true(address_equals(&address, &expected));
    }
}

static void malformed_endpoints_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        ":",
        ":80",
        "1.2.3.4",
        "1.2.3.4:",
        "1.2.3.4:65536",
        "1.2.3.4:99999",
        "1.2.3.4:-1",
        "1.2.3.4:+1",
        "1.2.3.4: 1",
        "1.2.3.4:1 ",
        "1.2.3.4:080",
        "1.2.3.4:0x50",
        "1.2.3.4:http",
        "1.2.3.4:1:2",
        "1.2.3:80",
        "1.2.3.4.5:80",
        "[1.2.3.4]:80",
        "::1:80",
        "::1",
        "[::1]",
        "[::1]:",
        "[::1]:x",
        "[::1]80",
        "[::1] :80",
        "[::1:80",
        "::1]:80",
        "[]:80",
        "[[::1]]:80",
        "[::1]]:80",
        "[::1]:65536",
        "[::1]:1:2",
        "[::1%]:80",
        "[:80",
        "[",
        "]",
        "[]",
        "[]:",
        "[]:[]:80",
        "localhost:80",
        "*:80",
        "[*]:80",
        "1.2.3.4:18446744073709551696",
        "[::1]:4294967376",
        "\xff:80",
        "[::1]:8\xc0",
        "[::1]:80\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_endpoint_refused(texts[i], SPAL_EINVAL);
}

static void null_pointers_are_refused(void **state) {
    (void)state;
    spal_address address = parsed("::1");
    assert_int_equal(spal_address_parse(NULL, 0, &address), SPAL_EFAULT);
    assert_int_equal(spal_address_parse("::1", 0, NULL), SPAL_EFAULT);
    assert_int_equal(spal_address_parse_endpoint(NULL, &address), SPAL_EFAULT);
    assert_int_equal(spal_address_parse_endpoint("[::1]:1", NULL), SPAL_EFAULT);
}

static void refused_text_leaves_no_native_code(void **state) {
    (void)state;
    spal_address address;
    spali_note_native(5);
    assert_int_equal(spal_address_parse("::1", 0, &address), SPAL_OK);
    assert_int_equal(spal_native_error(), 5);
    assert_int_equal(spal_address_parse("::x", 0, &address), SPAL_EINVAL);
    assert_int_equal(spal_native_error(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v4_text_is_read),
        cmocka_unit_test(every_v4_part_up_to_255_is_read_and_none_above),
        cmocka_unit_test(text_that_only_some_systems_take_for_v4_is_refused),
        cmocka_unit_test(v6_text_is_read),
        cmocka_unit_test(malformed_v6_text_is_refused),
        cmocka_unit_test(overlong_text_is_refused),
        cmocka_unit_test(a_byte_more_anywhere_never_crashes_and_rarely_parses),
        cmocka_unit_test(a_scope_may_be_a_number),
        cmocka_unit_test(a_scope_may_be_the_name_of_an_interface),
        cmocka_unit_test(a_scope_that_names_no_interface_is_not_available),
        cmocka_unit_test(a_scope_name_of_any_length_is_no_danger),
        cmocka_unit_test(a_malformed_address_is_invalid_whatever_its_scope),
        cmocka_unit_test(endpoints_are_read),
        cmocka_unit_test(malformed_endpoints_are_refused),
        cmocka_unit_test(null_pointers_are_refused),
        cmocka_unit_test(refused_text_leaves_no_native_code),
    };
    return cmocka_run_group_tests_name("address text", tests, NULL, NULL);
}
