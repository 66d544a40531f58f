/* SPDX-License-Identifier: MIT
 *
 * Addresses as text: inet_addr, inet_ntoa, inet_pton and inet_ntop, and the byte order. Whole socket addresses are the
 * subject of test_address_strings.c.
 */
#include "conform.h"

/* ------------------------------------------------------------------------------------------------------- byte order */

static void byte_order(void) {
    UCHAR two[2], four[4];
    u_short port = htons(0x1234);
    u_long number = htonl(0x12345678);
    memcpy(two, &port, sizeof two);
    memcpy(four, &number, sizeof four);
    assert_int_equal(two[0], 0x12);
    assert_int_equal(two[1], 0x34);
    assert_int_equal(four[0], 0x12);
    assert_int_equal(four[3], 0x78);
    assert_int_equal(ntohs(port), 0x1234);
    assert_true(ntohl(number) == 0x12345678);
    assert_int_equal(sizeof(u_long), 4);
}

static void byte_order_of_a_socket(void) {
    SOCKET s = tcp();
    u_long number = 0;
    u_short port = 0;
    assert_ok(WSAHtonl(s, 0x12345678, &number));
    assert_true(number == htonl(0x12345678));
    assert_ok(WSANtohl(s, number, &number));
    assert_true(number == 0x12345678);
    assert_ok(WSAHtons(s, 0x1234, &port));
    assert_int_equal(port, htons(0x1234));
    assert_ok(WSANtohs(s, port, &port));
    assert_int_equal(port, 0x1234);
}

static void byte_order_needs_somewhere_to_write(void) {
    SOCKET s = tcp();
    assert_wsa(WSAEFAULT, WSAHtonl(s, 1, NULL));
    assert_wsa(WSAEFAULT, WSAHtons(s, 1, NULL));
    wine_differs("two of the four return the error itself");
    assert_wsa(WSAEFAULT, WSANtohl(s, 1, NULL));
    assert_wsa(WSAEFAULT, WSANtohs(s, 1, NULL));
}

static void byte_order_needs_a_socket(void) {
    u_long number = 0;
    u_short port = 0;
    wine_differs("does not look at the socket");
    assert_wsa(WSAENOTSOCK, WSAHtonl(NOT_A_SOCKET, 1, &number));
    assert_wsa(WSAENOTSOCK, WSANtohl(NOT_A_SOCKET, 1, &number));
    assert_wsa(WSAENOTSOCK, WSAHtons(NOT_A_SOCKET, 1, &port));
    assert_wsa(WSAENOTSOCK, WSANtohs(NOT_A_SOCKET, 1, &port));
    assert_int_equal(WSACleanup(), 0);
    assert_wsa(WSANOTINITIALISED, WSAHtonl(NOT_A_SOCKET, 1, &number));
}

/* -------------------------------------------------------------------------------------------------------- inet_addr */

static void inet_addr_reads(const char *text, u_long expected) {
    WSASetLastError(42);
    u_long read = ntohl(inet_addr(text));
    if (read != expected)
        print_error("inet_addr(\"%s\") is %08lx\n", text, (unsigned long)read);
    assert_true(read == expected);
    assert_int_equal(WSAGetLastError(), 42);
}

static void inet_addr_reads_every_classic_form(void) {
    inet_addr_reads("10.20.30.40", 0x0a141e28);
    inet_addr_reads("0.0.0.0", 0);
    inet_addr_reads("10.20.30", 0x0a14001e);
    inet_addr_reads("10.20.65535", 0x0a14ffff);
    inet_addr_reads("10.20", 0x0a000014);
    inet_addr_reads("10.16777215", 0x0affffff);
    inet_addr_reads("10", 10);
    inet_addr_reads("2130706433", 0x7f000001);
    inet_addr_reads("0x7f000001", 0x7f000001);
    inet_addr_reads("0X7F.0x1", 0x7f000001);
    inet_addr_reads("0177.0.0.01", 0x7f000001);
    inet_addr_reads("0x7f.010.9", 0x7f080009);
    inet_addr_reads("00.00.00.00", 0);
}

static void inet_addr_ends_at_white_space(void) {
    inet_addr_reads("10.20.30.40 ", 0x0a141e28);
    inet_addr_reads("10.20.30.40\n", 0x0a141e28);
    inet_addr_reads("10.20.30.40 and more", 0x0a141e28);
    inet_addr_reads("10 20 30 40", 10);
    inet_addr_reads(" ", 0);
}

static void inet_addr_refuses_what_is_none(void) {
    static const char *const texts[] = {
        "",          "  ",        " 10.20.30.40", "\t1.2.3.4",   "localhost", "10.20.30.256",
        "256.1.1.1", "1.256.1.1", "10.20.65536",  "10.16777216", "1.2.3.4.5", "1.2.3.4.",
        ".1.2.3",    "1..2",      "1.2.3.4:80",   "1.2.3.0x",    "1.2.3.08",  "1.2.3.4x",
        "-1.2.3.4",  "1.2.3.+4",  "::1",          "[1.2.3.4]",   "1.2.3.4/8",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        inet_addr_reads(texts[i], INADDR_NONE);
}

static void inet_addr_of_null(void) {
    WSASetLastError(42);
    assert_true(inet_addr(NULL) == INADDR_NONE);
    assert_int_equal(WSAGetLastError(), WSAEFAULT);
}

static void inet_addr_needs_no_startup(void) {
    assert_int_equal(WSACleanup(), 0);
    inet_addr_reads("10.20.30.40", 0x0a141e28);
}

/* -------------------------------------------------------------------------------------------------------- inet_ntoa */

static DWORD WINAPI ntoa_elsewhere(LPVOID unused) {
    struct in_addr ip;
    (void)unused;
    ip.s_addr = htonl(0x01020304);
    return strcmp(inet_ntoa(ip), "1.2.3.4") == 0;
}

static void inet_ntoa_writes_four_numbers(void) {
    struct in_addr ip;
    ip.s_addr = htonl(0xc0a800ff);
    assert_string_equal(inet_ntoa(ip), "192.168.0.255");
    ip.s_addr = 0;
    assert_string_equal(inet_ntoa(ip), "0.0.0.0");
    ip.s_addr = 0xffffffff;
    assert_string_equal(inet_ntoa(ip), "255.255.255.255");
}

static void inet_ntoa_has_a_text_for_each_thread(void) {
    struct in_addr ip;
    ip.s_addr = htonl(0x7f000001);
    const char *mine = inet_ntoa(ip);
    assert_int_equal(thread_end(thread_start(ntoa_elsewhere, NULL)), 1);
    assert_string_equal(mine, "127.0.0.1");
    ip.s_addr = htonl(0x0a000001);
    assert_ptr_equal(inet_ntoa(ip), mine);
    assert_string_equal(mine, "10.0.0.1");
}

/* -------------------------------------------------------------------------------------------------------- inet_pton */

/* Both forms; only the wide one sets the last error for text that is none. */
static int pton(int family, const char *text, void *out) {
    WCHAR wide[100];
    UCHAR again[16];
    size_t bytes = family == AF_INET ? 4 : 16;
    WSASetLastError(42);
    int answer = inet_pton(family, text, out);
    assert_int_equal(WSAGetLastError(), 42);
    for (size_t i = 0; i <= strlen(text); i++)
        wide[i] = (WCHAR)(unsigned char)text[i];
    assert_int_equal(InetPtonW(family, wide, again), answer);
    assert_int_equal(WSAGetLastError(), answer == 1 ? 42 : WSAEINVAL);
    if (answer == 1)
        assert_memory_equal(again, out, bytes);
    return answer;
}

static void inet_pton_reads_four_decimal_numbers_only(void) {
    static const char *const wrong[] = {"",          " ",        "1.2.3",     "1",        "1.2.3.4 ",  " 1.2.3.4",
                                        "1.2.3.256", "1.2.3.04", "0x1.2.3.4", "01.2.3.4", "1.2.3.",    "1.2.3.4.5",
                                        "1.2.3.4:5", "::1",      "1.2.3.a",   "1,2,3,4",  "1.2.3.4/8", "1.2..3.4"};
    UCHAR bytes[4];
    assert_int_equal(pton(AF_INET, "192.168.0.255", bytes), 1);
    assert_memory_equal(bytes, "\xc0\xa8\x00\xff", 4);
    assert_int_equal(pton(AF_INET, "0.0.0.0", bytes), 1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(pton(AF_INET, wrong[i], bytes), 0);
}

static void inet_pton_reads_every_form_of_v6(void) {
    static const struct {
        const char *text;
        UCHAR bytes[16];
    } rows[] = {
        {"::", {0}},
        {"::1", {[15] = 1}},
        {"1::", {[1] = 1}},
        {"2001:db8::1", {0x20, 1, 0x0d, 0xb8, [15] = 1}},
        {"2001:DB8:0:0:8:800:200C:417A", {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 8, 8, 0, 0x20, 0x0c, 0x41, 0x7a}},
        {"::ffff:1.2.3.4", {[10] = 0xff, 0xff, 1, 2, 3, 4}},
        {"::1.2.3.4", {[12] = 1, 2, 3, 4}},
        {"1:2:3:4:5:6:1.2.3.4", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1, 2, 3, 4}},
        {"1:2:3:4:5:6:7::", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0}},
        {"::2:3:4:5:6:7:8", {0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}},
        {"0001:0002::000a", {0, 1, 0, 2, [15] = 10}},
    };
    UCHAR bytes[16];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(pton(AF_INET6, rows[i].text, bytes), 1);
        assert_memory_equal(bytes, rows[i].bytes, 16);
    }
}

static void inet_pton_refuses_what_is_no_v6(void) {
    static const char *const wrong[] = {
        "",
        ":",
        "1",
        "1.2.3.4",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        ":1::2",
        "1::2:",
        "12345::",
        "::00001",
        "::g",
        "::1%1",
        "[::1]",
        "::1 ",
        " ::1",
        "::1.2.3",
        "::1.2.3.256",
        "::1.2.3.4.5",
        "::0001.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1/64",
        "::0x1",
    };
    UCHAR bytes[16];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(pton(AF_INET6, wrong[i], bytes), 0);
}

static void inet_pton_of_nothing(void) {
    UCHAR bytes[16];
    WSASetLastError(0);
    assert_int_equal(inet_pton(AF_INET, NULL, bytes), -1);
    assert_int_equal(WSAGetLastError(), WSAEFAULT);
    assert_int_equal(inet_pton(AF_UNSPEC, "1.2.3.4", bytes), -1);
    assert_int_equal(WSAGetLastError(), WSAEAFNOSUPPORT);
    assert_int_equal(InetPtonW(AF_INET6, NULL, bytes), -1);
    assert_int_equal(WSAGetLastError(), WSAEFAULT);
    assert_int_equal(InetPtonW(AF_UNIX, L"1.2.3.4", bytes), -1);
    assert_int_equal(WSAGetLastError(), WSAEAFNOSUPPORT);
}

static void inet_pton_needs_somewhere_to_write(void) {
    wine_differs("crashes");
    assert_int_equal(inet_pton(AF_INET, "1.2.3.4", NULL), -1);
    assert_int_equal(WSAGetLastError(), WSAEFAULT);
}

static void inet_pton_refuses_letters_beyond_ascii(void) {
    UCHAR bytes[16];
    wine_differs("reads digits of every script");
    assert_int_equal(InetPtonW(AF_INET, L"1.2.3.\x0664", bytes), 0);
    assert_int_equal(InetPtonW(AF_INET6, L"::\xff11", bytes), 0);
}

/* -------------------------------------------------------------------------------------------------------- inet_ntop */

static void ntop_is(const UCHAR *bytes, const char *expected) {
    char text[46];
    WCHAR wide[46];
    assert_ptr_equal(inet_ntop(AF_INET6, bytes, text, sizeof text), text);
    assert_string_equal(text, expected);
    assert_ptr_equal(InetNtopW(AF_INET6, bytes, wide, 46), wide);
    for (size_t i = 0; i <= strlen(expected); i++)
        assert_int_equal(wide[i], expected[i]);
}

static void inet_ntop_writes_v4(void) {
    char text[16];
    WCHAR wide[16];
    assert_ptr_equal(inet_ntop(AF_INET, "\xc0\xa8\x00\xff", text, sizeof text), text);
    assert_string_equal(text, "192.168.0.255");
    assert_ptr_equal(InetNtopW(AF_INET, "\x01\x02\x03\x04", wide, 16), wide);
    assert_int_equal(wcscmp(wide, L"1.2.3.4"), 0);
}

static void inet_ntop_shortens_the_first_longest_run(void) {
    static const struct {
        UCHAR bytes[16];
        const char *text;
    } rows[] = {
        {{0}, "::"},
        {{[15] = 1}, "::1"},
        {{0, 1}, "1::"},
        {{0x20, 1, 0x0d, 0xb8, [15] = 1}, "2001:db8::1"},
        {{0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7}, "1:0:2:3:4:5:6:7"},
        {{0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4}, "1::2:0:0:3:4"},
        {{0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4}, "1:0:0:2::4"},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ntop_is(rows[i].bytes, rows[i].text);
}

static void inet_ntop_writes_v4_inside_v6(void) {
    static const struct {
        UCHAR bytes[16];
        const char *text;
    } rows[] = {
        {{[12] = 1, 2, 3, 4}, "::1.2.3.4"},
        {{[14] = 3, 4}, "::304"},
        {{[10] = 0xff, 0xff, 1, 2, 3, 4}, "::ffff:1.2.3.4"},
        {{[10] = 0xff, 0xff, 0, 0, 3, 4}, "::ffff:0:304"},
        {{[8] = 0xff, 0xff, 0, 0, 1, 2, 3, 4}, "::ffff:0:1.2.3.4"},
        {{0xfe, 0x80, [10] = 0x5e, 0xfe, 1, 2, 3, 4}, "fe80::5efe:1.2.3.4"},
        {{0, 1, 0, 2, 0, 3, 0, 4, 2, 0, 0x5e, 0xfe, 1, 2, 3, 4}, "1:2:3:4:200:5efe:1.2.3.4"},
        {{[9] = 1, [12] = 1, 2, 3, 4}, "::1:0:102:304"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ntop_is(rows[i].bytes, rows[i].text);
}

static void inet_ntop_needs_room_for_the_zero(void) {
    char text[64];
    memset(text, '#', sizeof text);
    wine_differs("its errors are NTSTATUS values");
    assert_null(inet_ntop(AF_INET, "\x01\x02\x03\x04", text, 7));
    assert_int_equal(WSAGetLastError(), ERROR_INVALID_PARAMETER);
    assert_null(inet_ntop(AF_INET, "\x01\x02\x03\x04", text, 0));
    assert_int_equal(WSAGetLastError(), ERROR_INVALID_PARAMETER);
    assert_null(inet_ntop(AF_INET, "\x01\x02\x03\x04", NULL, 64));
    assert_int_equal(WSAGetLastError(), ERROR_INVALID_PARAMETER);
    assert_int_equal(text[0], '#');
    assert_non_null(inet_ntop(AF_INET, "\x01\x02\x03\x04", text, 8));
}

static void inet_ntop_of_another_family(void) {
    char text[64];
    WCHAR wide[64];
    assert_null(inet_ntop(AF_UNSPEC, "\x01\x02\x03\x04", text, sizeof text));
    assert_int_equal(WSAGetLastError(), WSAEAFNOSUPPORT);
    assert_null(InetNtopW(AF_UNIX, "\x01\x02\x03\x04", wide, 64));
    assert_int_equal(WSAGetLastError(), WSAEAFNOSUPPORT);
}

/* ------------------------------------------------------------------------------------------------------------- all */

static const conform_test tests[] = {
    conform(byte_order),
    conform(byte_order_of_a_socket),
    conform(byte_order_needs_somewhere_to_write),
    conform(byte_order_needs_a_socket),
    conform(inet_addr_reads_every_classic_form),
    conform(inet_addr_ends_at_white_space),
    conform(inet_addr_refuses_what_is_none),
    conform(inet_addr_of_null),
    conform(inet_addr_needs_no_startup),
    conform(inet_ntoa_writes_four_numbers),
    conform(inet_ntoa_has_a_text_for_each_thread),
    conform(inet_pton_reads_four_decimal_numbers_only),
    conform(inet_pton_reads_every_form_of_v6),
    conform(inet_pton_refuses_what_is_no_v6),
    conform(inet_pton_of_nothing),
    conform(inet_pton_needs_somewhere_to_write),
    conform(inet_pton_refuses_letters_beyond_ascii),
    conform(inet_ntop_writes_v4),
    conform(inet_ntop_shortens_the_first_longest_run),
    conform(inet_ntop_writes_v4_inside_v6),
    conform(inet_ntop_needs_room_for_the_zero),
    conform(inet_ntop_of_another_family),
};

CONFORM_MAIN(tests)
