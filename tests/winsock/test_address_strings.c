/* SPDX-License-Identifier: MIT
 *
 * Whole socket addresses as text: WSAStringToAddress and WSAAddressToString, and the functions of the runtime library
 * that are behind them. Addresses alone are the subject of test_addresses.c.
 */
#include "conform.h"

#if defined(__MINGW32__) /* Its mstcpip.h forgets one. */
NTSYSAPI LONG NTAPI RtlIpv6StringToAddressA(PCSTR text, PCSTR *end, struct in6_addr *address);
#endif

#define COUNT(rows) (sizeof rows / sizeof rows[0])

/* ---------------------------------------------------------------------------------------------- the runtime library */

static void rtl_v4_says_where_it_ends(void) {
    static const struct {
        const char *text;
        int strict, end;
        LONG status;
        u_long address;
    } rows[] = {
        {"1.2.3.4", 1, 7, 0, 0x01020304},
        {"1.2.3.4:80", 1, 7, 0, 0x01020304},
        {"1.2.3.4 x", 0, 7, 0, 0x01020304},
        {"1.2", 0, 3, 0, 0x01000002},
        {"0x10", 0, 4, 0, 16},
        {"010", 0, 3, 0, 8},
        {"1.2.3.0a", 1, 7, 0, 0x01020300},
        {"1234BEEF", 0, 4, 0, 1234},
        {"1.2", 1, 3, -1, 0},
        {"1.2.3.010", 1, 7, -1, 0},
        {"1.2.3.0x10", 1, 8, -1, 0},
        {"", 0, 0, -1, 0},
        {"a", 0, 0, -1, 0},
        {"1..2", 0, 3, -1, 0},
        {"1.2.3.4.5", 0, 7, -1, 0},
        {"1.2.3.08", 0, 7, -1, 0},
        {"1.2.3.0x", 0, 8, -1, 0},
        {"256.1.1.1", 0, 9, -1, 0},
        {"1.2.3.4294967296", 0, 15, -1, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *end = NULL;
        struct in_addr ip = {{{9, 9, 9, 9}}};
        LONG status = RtlIpv4StringToAddressA(rows[i].text, (BOOLEAN)rows[i].strict, (void *)&end, &ip);
        if ((status == 0) != (rows[i].status == 0) || end != rows[i].text + rows[i].end)
            print_error("\"%s\": %lx at %d\n", rows[i].text, (unsigned long)status, (int)(end - rows[i].text));
        assert_int_equal(end - rows[i].text, rows[i].end);
        assert_int_equal(status, rows[i].status == 0 ? 0 : (LONG)0xc000000d);
        assert_true(ntohl(ip.s_addr) == (rows[i].status == 0 ? rows[i].address : 0x09090909));
    }
}

static void rtl_v6_says_where_it_ends(void) {
    static const struct {
        const char *text;
        int end;
        LONG status;
    } rows[] = {
        {"::1", 3, 0},
        {"::1%5", 3, 0},
        {"::/64", 2, 0},
        {"1::2::3", 4, 0},
        {"1:2:3:4:5:6:7:8:9", 15, 0},
        {"::1]:80", 3, 0},
        {"1:2:3", 5, -1},
        {"1:2:", 4, -1},
        {":1", 0, -1},
        {"", 0, -1},
        {"1.2.3.4", 7, -1},
        {"::01234", 7, -1},
        {"::1.2.3.256", 11, -1},
        {"[::1]", 0, -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *end = NULL;
        struct in6_addr ip;
        LONG status = RtlIpv6StringToAddressA(rows[i].text, (void *)&end, &ip);
        assert_int_equal(status, rows[i].status == 0 ? 0 : (LONG)0xc000000d);
        assert_int_equal(end - rows[i].text, rows[i].end);
    }
}

static void rtl_v6_keeps_quiet_about_long_parts(void) {
    const char *end = NULL;
    struct in6_addr ip;
    assert_int_equal(RtlIpv6StringToAddressA("12345::1", (void *)&end, &ip), (LONG)0xc000000d);
    assert_null(end);
}

static void rtl_ex_reads_ports_and_scopes(void) {
    struct in_addr v4;
    struct in6_addr v6;
    USHORT port = 1;
    ULONG scope = 1;
    assert_int_equal(RtlIpv4StringToAddressExA("1.2.3.4:0x50", TRUE, &v4, &port), 0);
    assert_int_equal(port, htons(80));
    assert_int_equal(RtlIpv6StringToAddressExA("[fe80::1%42]:080", &v6, &scope, &port), (LONG)0xc000000d);
    assert_int_equal(RtlIpv6StringToAddressExA("[fe80::1%42]:0100", &v6, &scope, &port), 0);
    assert_int_equal(port, htons(64));
    assert_int_equal(scope, 42);
    assert_int_equal(RtlIpv6StringToAddressExA("::1", &v6, &scope, &port), 0);
    assert_int_equal(port, 0);
    assert_int_equal(scope, 0);
    assert_int_equal(RtlIpv4StringToAddressExA("1.2.3.4", TRUE, &v4, NULL), (LONG)0xc000000d);
    assert_int_equal(RtlIpv6StringToAddressExA(NULL, &v6, &scope, &port), (LONG)0xc000000d);
}

static void rtl_returns_the_end_of_its_text(void) {
    struct in_addr v4;
    struct in6_addr v6 = {{{0}}};
    char text[50];
    v4.s_addr = htonl(0x01020304);
    assert_ptr_equal(RtlIpv4AddressToStringA(&v4, text), text + 7);
    assert_string_equal(text, "1.2.3.4");
    assert_ptr_equal(RtlIpv6AddressToStringA(&v6, text), text + 2);
    assert_string_equal(text, "::");
}

static void rtl_ex_says_how_much_room_it_takes(void) {
    struct in_addr v4;
    struct in6_addr v6 = {{{0}}};
    char text[70] = "#";
    ULONG room = 10;
    v4.s_addr = htonl(0x01020304);
    assert_int_equal(RtlIpv4AddressToStringExA(&v4, htons(8080), text, &room), (LONG)0xc000000d);
    assert_int_equal(room, 13);
    assert_string_equal(text, "#");
    assert_int_equal(RtlIpv4AddressToStringExA(&v4, htons(8080), text, &room), 0);
    assert_string_equal(text, "1.2.3.4:8080");
    room = sizeof text;
    assert_int_equal(RtlIpv6AddressToStringExA(&v6, 7, htons(80), text, &room), 0);
    assert_string_equal(text, "[::%7]:80");
    assert_int_equal(room, 10);
    assert_int_equal(RtlIpv6AddressToStringExA(&v6, 7, htons(80), NULL, &room), (LONG)0xc000000d);
}

/* ----------------------------------------------------------------------------------------------- text to an address */

typedef struct reading {
    const char *text;
    u_long v4;
    USHORT port;
    int error;
} reading;

/* Both forms. What could be read of wrong text shows, in an address without a family. */
static void reads_v4(const reading *row) {
    struct sockaddr_in read[2];
    WCHAR wide[64];
    int lengths[2] = {100, 100}, results[2];
    memset(read, 0xab, sizeof read);
    for (size_t i = 0; i <= strlen(row->text); i++)
        wide[i] = (WCHAR)row->text[i];
    WSASetLastError(0);
    results[0] = WSAStringToAddressA((char *)row->text, AF_INET, NULL, (struct sockaddr *)&read[0], &lengths[0]);
    if (WSAGetLastError() != row->error)
        print_error("\"%s\": %d\n", row->text, WSAGetLastError());
    assert_int_equal(WSAGetLastError(), row->error);
    WSASetLastError(0);
    results[1] = WSAStringToAddressW(wide, AF_INET, NULL, (struct sockaddr *)&read[1], &lengths[1]);
    assert_int_equal(WSAGetLastError(), row->error);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(results[i], row->error == 0 ? 0 : SOCKET_ERROR);
        assert_int_equal(lengths[i], row->error == 0 ? (int)sizeof read[0] : 100);
        assert_int_equal(read[i].sin_family, row->error == 0 ? AF_INET : 0);
        assert_true(ntohl(read[i].sin_addr.s_addr) == row->v4);
        assert_int_equal(ntohs(read[i].sin_port), row->port);
    }
}

static void string_to_v4(void) {
    static const reading rows[] = {
        {"1.2.3.4", 0x01020304, 0, 0},
        {"1.2.3.4:80", 0x01020304, 80, 0},
        {"1.2.3.4:65535", 0x01020304, 65535, 0},
        {"1.2.3.4:0x50", 0x01020304, 80, 0},
        {"1.2.3.4:0120", 0x01020304, 80, 0},
        {"127.1:7", 0x7f000001, 7, 0},
        {"0x7f000001:7", 0x7f000001, 7, 0},
        {"255.255.255.255", 0xffffffff, 0, 0},
        {"0.0.0.0", 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        reads_v4(&rows[i]);
}

static void string_that_is_no_v4(void) {
    static const reading rows[] = {
        {"", 0, 0, WSAEINVAL},
        {" ", 0, 0, WSAEINVAL},
        {" 1.2.3.4", 0, 0, WSAEINVAL},
        {"1.2.3.4 ", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.4:", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.4:0", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.4:65536", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.4:http", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.4:08", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.4: 80", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.4:80 ", 0x01020304, 0, WSAEINVAL},
        {"1.2.3.256", 0, 0, WSAEINVAL},
        {"localhost", 0, 0, WSAEINVAL},
        {"[1.2.3.4]:80", 0, 0, WSAEINVAL},
        {"::1", 0, 0, WSAEINVAL},
        {":80", 0, 0, WSAEINVAL},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        reads_v4(&rows[i]);
}

static void string_to_v6(void) {
    static const struct {
        const char *text;
        UCHAR last;
        ULONG scope;
        USHORT port;
        int error;
    } rows[] = {
        {"fe80::1", 1, 0, 0, 0},
        {"[fe80::2]", 2, 0, 0, 0},
        {"[fe80::3]:80", 3, 0, 80, 0},
        {"fe80::4%7", 4, 7, 0, 0},
        {"[fe80::5%4294967295]:65535", 5, 4294967295U, 65535, 0},
        {"fe80::6]:80", 6, 0, 0, WSAEINVAL},
        {"[fe80::7", 7, 0, 0, WSAEINVAL},
        {"[fe80::8]80", 8, 0, 0, WSAEINVAL},
        {"fe80::9%", 9, 0, 0, WSAEINVAL},
        {"fe80::a%eth0", 10, 0, 0, WSAEINVAL},
        {"fe80::b%4294967296", 11, 0, 0, WSAEINVAL},
        {"[fe80::c]:65536", 12, 0, 0, WSAEINVAL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sockaddr_in6 read;
        int length = 100;
        memset(&read, 0xab, sizeof read);
        WSASetLastError(0);
        int result = WSAStringToAddressA((char *)rows[i].text, AF_INET6, NULL, (struct sockaddr *)&read, &length);
        assert_int_equal(WSAGetLastError(), rows[i].error);
        assert_int_equal(result, rows[i].error == 0 ? 0 : SOCKET_ERROR);
        assert_int_equal(length, rows[i].error == 0 ? (int)sizeof read : 100);
        assert_int_equal(read.sin6_family, rows[i].error == 0 ? AF_INET6 : 0);
        assert_int_equal(read.sin6_addr.s6_addr[0], 0xfe);
        assert_int_equal(read.sin6_addr.s6_addr[15], rows[i].last);
        assert_true(read.sin6_scope_id == rows[i].scope);
        assert_int_equal(ntohs(read.sin6_port), rows[i].port);
        assert_int_equal(read.sin6_flowinfo, 0);
    }
}

static void string_to_an_address_without_room(void) {
    struct sockaddr_in6 read;
    int length = sizeof(struct sockaddr_in) - 1;
    assert_wsa(WSAEFAULT, WSAStringToAddressA("1.2.3.4", AF_INET, NULL, (struct sockaddr *)&read, &length));
    assert_int_equal(length, sizeof(struct sockaddr_in));
    length = sizeof(struct sockaddr_in6) - 1;
    assert_wsa(WSAEFAULT, WSAStringToAddressA("::1", AF_INET6, NULL, (struct sockaddr *)&read, &length));
    assert_int_equal(length, sizeof(struct sockaddr_in6));
}

static void string_to_an_address_of_another_family(void) {
    struct sockaddr_in6 read;
    int length = sizeof read;
    assert_wsa(WSAEINVAL, WSAStringToAddressA("1.2.3.4", AF_UNSPEC, NULL, (struct sockaddr *)&read, &length));
    assert_wsa(WSAEINVAL, WSAStringToAddressW(L"1.2.3.4", 99, NULL, (struct sockaddr *)&read, &length));
    assert_wsa(WSAEINVAL, WSAStringToAddressA(NULL, AF_INET, NULL, (struct sockaddr *)&read, &length));
}

static void string_to_an_address_needs_startup(void) {
    struct sockaddr_in6 read;
    int length = sizeof read;
    wine_differs("needs none");
    assert_int_equal(WSACleanup(), 0);
    assert_wsa(WSANOTINITIALISED, WSAStringToAddressA("1.2.3.4", AF_INET, NULL, (struct sockaddr *)&read, &length));
    assert_wsa(WSANOTINITIALISED, WSAStringToAddressW(L"::1", AF_INET6, NULL, (struct sockaddr *)&read, &length));
}

/* ----------------------------------------------------------------------------------------------- an address to text */

static void writes(const void *from, DWORD length, const char *expected) {
    char text[70];
    WCHAR wide[70];
    DWORD room = sizeof text, wide_room = 70;
    assert_ok(WSAAddressToStringA((LPSOCKADDR)from, length, NULL, text, &room));
    assert_string_equal(text, expected);
    assert_int_equal(room, strlen(expected) + 1);
    assert_ok(WSAAddressToStringW((LPSOCKADDR)from, length, NULL, wide, &wide_room));
    assert_int_equal(wide_room, room);
    for (size_t i = 0; i < room; i++)
        assert_int_equal(wide[i], expected[i]);
}

static void v4_to_string(void) {
    struct sockaddr_in from;
    memset(&from, 0, sizeof from);
    from.sin_family = AF_INET;
    writes(&from, sizeof from, "0.0.0.0");
    from.sin_addr.s_addr = 0xffffffff;
    from.sin_port = htons(65535);
    writes(&from, sizeof from, "255.255.255.255:65535");
}

static void v6_to_string(void) {
    struct sockaddr_in6 from;
    memset(&from, 0, sizeof from);
    from.sin6_family = AF_INET6;
    from.sin6_addr.s6_addr[15] = 1;
    writes(&from, sizeof from, "::1");
    from.sin6_port = htons(80);
    writes(&from, sizeof from, "[::1]:80");
    from.sin6_scope_id = 7;
    writes(&from, sizeof from, "[::1%7]:80");
    from.sin6_port = 0;
    writes(&from, sizeof from, "::1%7");
    from.sin6_scope_id = 0;
    from.sin6_flowinfo = htonl(5);
    writes(&from, sizeof from, "::1");
}

static void an_address_may_be_in_a_bigger_structure(void) {
    struct sockaddr_storage from;
    memset(&from, 0, sizeof from);
    from.ss_family = AF_INET;
    writes(&from, sizeof from, "0.0.0.0");
}

static void address_to_a_string_without_room(void) {
    struct sockaddr_in from;
    char text[20] = "#";
    WCHAR wide[20];
    DWORD room = 0;
    memset(&from, 0, sizeof from);
    from.sin_family = AF_INET;
    assert_wsa(WSAEFAULT, WSAAddressToStringA((LPSOCKADDR)&from, sizeof from, NULL, text, &room));
    assert_int_equal(room, 8);
    room = 7;
    assert_wsa(WSAEFAULT, WSAAddressToStringA((LPSOCKADDR)&from, sizeof from, NULL, text, &room));
    assert_int_equal(room, 8);
    assert_string_equal(text, "#");
    assert_ok(WSAAddressToStringA((LPSOCKADDR)&from, sizeof from, NULL, text, &room));
    room = 7;
    assert_wsa(WSAEFAULT, WSAAddressToStringW((LPSOCKADDR)&from, sizeof from, NULL, wide, &room));
    assert_int_equal(room, 8);
}

static void address_to_a_string_of_nothing(void) {
    struct sockaddr_in from;
    char text[70];
    DWORD room = sizeof text;
    memset(&from, 0, sizeof from);
    from.sin_family = AF_INET;
    wine_differs("does not set the last error");
    assert_wsa(WSAEINVAL, WSAAddressToStringA(NULL, sizeof from, NULL, text, &room));
    from.sin_family = 99;
    assert_wsa(WSAEINVAL, WSAAddressToStringA((LPSOCKADDR)&from, sizeof from, NULL, text, &room));
    from.sin_family = AF_INET6;
    assert_wsa(WSAEINVAL, WSAAddressToStringA((LPSOCKADDR)&from, sizeof from, NULL, text, &room));
    from.sin_family = AF_INET;
    assert_wsa(WSAEINVAL, WSAAddressToStringA((LPSOCKADDR)&from, sizeof from - 1, NULL, text, &room));
}

static void address_to_a_string_needs_startup(void) {
    struct sockaddr_in from;
    char text[70];
    DWORD room = sizeof text;
    wine_differs("needs none");
    memset(&from, 0, sizeof from);
    from.sin_family = AF_INET;
    assert_int_equal(WSACleanup(), 0);
    assert_wsa(WSANOTINITIALISED, WSAAddressToStringA((LPSOCKADDR)&from, sizeof from, NULL, text, &room));
}

/* ------------------------------------------------------------------------------------------------------------- all */

static const conform_test tests[] = {
    conform(rtl_v4_says_where_it_ends),
    conform(rtl_v6_says_where_it_ends),
    conform(rtl_v6_keeps_quiet_about_long_parts),
    conform(rtl_ex_reads_ports_and_scopes),
    conform(rtl_returns_the_end_of_its_text),
    conform(rtl_ex_says_how_much_room_it_takes),
    conform(string_to_v4),
    conform(string_that_is_no_v4),
    conform(string_to_v6),
    conform(string_to_an_address_without_room),
    conform(string_to_an_address_of_another_family),
    conform(string_to_an_address_needs_startup),
    conform(v4_to_string),
    conform(v6_to_string),
    conform(an_address_may_be_in_a_bigger_structure),
    conform(address_to_a_string_without_room),
    conform(address_to_a_string_of_nothing),
    conform(address_to_a_string_needs_startup),
};

CONFORM_MAIN(tests)
