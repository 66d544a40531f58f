/* SPDX-License-Identifier: MIT
 *
 * Behaviours of addresses as values: made, read, written, ordered, mapped, and turned into the system's form and back.
 */
#include "fixture.h"

static spal_address parsed(const char *text) {
    spal_address address;
    must(spal_address_parse(text, 7, &address));
    assert_int_equal(address.port, 7);
    return address;
}

static void expect_text(const char *text, const char *canonical) {
    spal_address address = parsed(text);
    char out[SPAL_ADDRESS_TEXT];
    must(spal_address_format(&address, out, sizeof out));
    assert_string_equal(out, canonical);
}

static void parse_and_format(context *c) {
    (void)c;
    expect_text("0.0.0.0", "0.0.0.0");
    expect_text("127.0.0.1", "127.0.0.1");
    expect_text("255.255.255.255", "255.255.255.255");
    expect_text("::", "::");
    expect_text("::1", "::1");
    expect_text("2001:DB8::1", "2001:db8::1");
    expect_text("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1");
    expect_text("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
    expect_text("1:0:0:2:0:0:0:3", "1:0:0:2::3");
    expect_text("::ffff:192.0.2.1", "::ffff:192.0.2.1");
    expect_text("fe80::1%4", "fe80::1%4");
}

static void parse_refuses(context *c) {
    static const char *const wrong[] = {
        "",
        " ",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "0x1.2.3.4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "1.2.3.",
        "1..2.3",
        "-1.2.3.4",
        "1.2.3.4:80",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "12345::",
        "g::",
        "::1.2.3",
        "::1%",
        "1:2:3:4:5:6:7:8:9",
        "[::1]",
        "localhost",
        "1.2.3.4%1",
        "1:2:3:4:5:6:7:8::",
    };
    spal_address address;
    (void)c;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (spal_address_parse(wrong[i], 0, &address) != SPAL_EINVAL)
            fail_msg("\"%s\" is read as an address", wrong[i]);
    assert_error(SPAL_EADDRNOTAVAIL, spal_address_parse("fe80::1%no-such-interface", 0, &address));
}

static void endpoints(context *c) {
    static const char *const right[] = {"1.2.3.4:80", "0.0.0.0:0", "[::1]:65535", "[fe80::1%3]:8"};
    static const char *const wrong[] = {
        "1.2.3.4",     "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1",  "1.2.3.4:0x1", "::1:80",
        "[::1]",       "[::1]:",   "[1.2.3.4]:80",  "[::1:80",     ":80",         "1.2.3.4: 1",
        "1.2.3.4:80 ", "",         "localhost:80",  "[::1]:00080x"};
    char out[SPAL_ADDRESS_TEXT];
    spal_address address;
    (void)c;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        must(spal_address_parse_endpoint(right[i], &address));
        must(spal_address_format_endpoint(&address, out, sizeof out));
        assert_string_equal(out, right[i]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (spal_address_parse_endpoint(wrong[i], &address) != SPAL_EINVAL)
            fail_msg("\"%s\" is read as an endpoint", wrong[i]);
}

static void format_room(context *c) {
    spal_address address = parsed("127.0.0.1");
    char out[SPAL_ADDRESS_TEXT];
    (void)c;
    must(spal_address_format(&address, out, 10));
    assert_error(SPAL_ENOBUFS, spal_address_format(&address, out, 9));
    assert_error(SPAL_ENOBUFS, spal_address_format(&address, out, 0));
    must(spal_address_format_endpoint(&address, out, 12));
    assert_error(SPAL_ENOBUFS, spal_address_format_endpoint(&address, out, 11));
    address.family = 4711;
    assert_error(SPAL_EAFNOSUPPORT, spal_address_format(&address, out, sizeof out));
}

static void compare(context *c) {
    static const char *const ascending[] = {"0.0.0.0", "1.2.3.4", "1.2.3.5", "255.0.0.0", "::", "::1", "fe80::1"};
    enum { COUNT = sizeof ascending / sizeof ascending[0] };
    spal_address a, b;
    (void)c;
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < COUNT; k++) {
            int order;
            a = parsed(ascending[i]);
            b = parsed(ascending[k]);
            order = spal_address_compare(&a, &b);
            assert_true(i < k ? order < 0 : i > k ? order > 0 : order == 0);
        }
    }
    a = b = parsed("::1");
    b.flow_info = 9;
    assert_int_equal(spal_address_compare(&a, &b), 0);
    b.port = 8;
    assert_true(spal_address_compare(&a, &b) < 0);
    assert_true(spal_address_compare(NULL, &b) < 0 && spal_address_compare(&b, NULL) > 0);
    assert_int_equal(spal_address_compare(NULL, NULL), 0);
}

static void kinds(context *c) {
    spal_address address = parsed("::ffff:127.0.0.1");
    (void)c;
    assert_true(spal_address_is_v4_mapped(&address) && spal_address_is_loopback(&address));
    address = parsed("127.255.0.1");
    assert_true(spal_address_is_loopback(&address) && !spal_address_is_v4_mapped(&address));
    address = parsed("::ffff:0.0.0.0");
    assert_true(spal_address_is_any(&address));
    address = parsed("126.0.0.1");
    assert_false(spal_address_is_loopback(&address) || spal_address_is_any(&address));
    address = parsed("::2");
    assert_false(spal_address_is_loopback(&address) || spal_address_is_any(&address));
    assert_false(spal_address_is_any(NULL) || spal_address_is_loopback(NULL) || spal_address_is_v4_mapped(NULL));
}

static void mapping(context *c) {
    spal_address address = parsed("192.0.2.1"), mapped = parsed("::ffff:192.0.2.1"), plain = parsed("2001:db8::1"), out;
    (void)c;
    must(spal_address_map_v4(&address, &out));
    assert_int_equal(spal_address_compare(&out, &mapped), 0);
    must(spal_address_unmap_v4(&out, &out));
    assert_int_equal(spal_address_compare(&out, &address), 0);
    must(spal_address_map_v4(&plain, &out));
    assert_int_equal(spal_address_compare(&out, &plain), 0);
    must(spal_address_unmap_v4(&plain, &out));
    assert_int_equal(spal_address_compare(&out, &plain), 0);
    plain.family = SPAL_AF_UNIX;
    assert_error(SPAL_EAFNOSUPPORT, spal_address_map_v4(&plain, &out));
    assert_error(SPAL_EAFNOSUPPORT, spal_address_unmap_v4(&plain, &out));
}

static void native_round_trip(context *c) {
    static const char *const texts[] = {"192.0.2.1", "::1", "fe80::1%2"};
    char native[256];
    size_t length = 0;
    (void)c;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        spal_address address = parsed(texts[i]), back;
        must(spal_address_to_native(&address, native, sizeof native, &length));
        assert_in_range(length, 16, 28);
        must(spal_address_from_native(native, length, &back));
        assert_int_equal(spal_address_compare(&address, &back), 0);
        assert_error(SPAL_EINVAL, spal_address_from_native(native, 7, &back));
        assert_error(SPAL_EINVAL, spal_address_from_native(native, 0, &back));
        assert_error(SPAL_ENOBUFS, spal_address_to_native(&address, native, length - 1, &length));
    }
    memset(native, 0x77, sizeof native);
    assert_error(SPAL_EAFNOSUPPORT, spal_address_from_native(native, 16, &(spal_address){0}));
}

static void made(context *c) {
    spal_address address, other;
    (void)c;
    must(spal_address_any(SPAL_AF_INET, 7, &address));
    other = parsed("0.0.0.0");
    assert_int_equal(spal_address_compare(&address, &other), 0);
    must(spal_address_loopback(SPAL_AF_INET6, 7, &address));
    other = parsed("::1");
    assert_int_equal(spal_address_compare(&address, &other), 0);
    assert_error(SPAL_EAFNOSUPPORT, spal_address_any(SPAL_AF_UNIX, 7, &address));
    assert_error(SPAL_EAFNOSUPPORT, spal_address_loopback(0, 7, &address));
    assert_error(SPAL_EFAULT, spal_address_any(SPAL_AF_INET, 7, NULL));
    assert_error(SPAL_EFAULT, spal_address_parse(NULL, 7, &address));
    assert_error(SPAL_EFAULT, spal_address_format(&address, NULL, 9));
}

static const behaviour address_rows[] = {
    ROW("address.made", "Wildcard and loopback addresses are made for both families, SPAL_EAFNOSUPPORT for others.",
        made, IN_ANY),
    ROW("address.text", "Numeric addresses are read, and written in canonical form (RFC 5952).", parse_and_format,
        IN_ANY),
    ROW("address.text.strict", "Text that is no strict numeric address is SPAL_EINVAL.", parse_refuses, IN_ANY),
    ROW("address.endpoint", "Address and port are read and written as one text; what lacks either is SPAL_EINVAL.",
        endpoints, IN_ANY),
    ROW("address.text.room", "A text that does not fit with its end is SPAL_ENOBUFS.", format_room, IN_ANY),
    ROW("address.order", "Addresses are ordered totally: family, bytes, scope, port.", compare, IN_ANY),
    ROW("address.kinds", "Loopback, wildcard and mapped addresses are recognised.", kinds, IN_ANY),
    ROW("address.mapping", "An IPv4 address is mapped into IPv6 and back.", mapping, IN_ANY),
    ROW("address.native", "An address becomes the system's form and comes back the same.", native_round_trip, IN_ANY),
};
SUBJECT(address, "Addresses");
