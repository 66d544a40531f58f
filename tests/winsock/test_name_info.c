/* SPDX-License-Identifier: MIT
 *
 * getnameinfo and GetNameInfoW. Only this machine is asked for names.
 */
#include "conform.h"

static struct sockaddr_in v4(u_long number, u_short port) {
    struct sockaddr_in made;
    memset(&made, 0, sizeof made);
    made.sin_family = AF_INET;
    made.sin_addr.s_addr = htonl(number);
    made.sin_port = htons(port);
    return made;
}

static struct sockaddr_in6 v6(UCHAR last, ULONG scope, u_short port) {
    struct sockaddr_in6 made;
    memset(&made, 0, sizeof made);
    made.sin6_family = AF_INET6;
    made.sin6_addr.s6_addr[0] = 0xfe;
    made.sin6_addr.s6_addr[1] = 0x80;
    made.sin6_addr.s6_addr[15] = last;
    made.sin6_scope_id = scope;
    made.sin6_port = htons(port);
    return made;
}

/* Both forms. */
static void tells(const void *from, int length, int flags, const char *host, const char *service) {
    char node[NI_MAXHOST], port[NI_MAXSERV];
    WCHAR wide_node[NI_MAXHOST], wide_port[NI_MAXSERV];
    assert_ok(getnameinfo(from, length, node, sizeof node, port, sizeof port, flags));
    assert_string_equal(node, host);
    assert_string_equal(port, service);
    assert_ok(GetNameInfoW(from, length, wide_node, NI_MAXHOST, wide_port, NI_MAXSERV, flags));
    assert_int_equal(wcslen(wide_node), strlen(host));
    assert_int_equal(wcslen(wide_port), strlen(service));
    assert_int_equal(wide_node[0], host[0]);
}

#define NUMERIC (NI_NUMERICHOST | NI_NUMERICSERV)

static void numbers(void) {
    struct sockaddr_in four = v4(0x0a141e28, 80);
    struct sockaddr_in6 six = v6(7, 0, 65535);
    tells(&four, sizeof four, NUMERIC, "10.20.30.40", "80");
    tells(&six, sizeof six, NUMERIC, "fe80::7", "65535");
    four = v4(0, 0);
    tells(&four, sizeof four, NUMERIC, "0.0.0.0", "0");
}

static void scopes_are_numbers(void) {
    struct sockaddr_in6 six = v6(7, 99, 80);
    tells(&six, sizeof six, NUMERIC, "fe80::7%99", "80");
}

static void services(void) {
    struct sockaddr_in web = v4(0x0a141e28, 80), files = v4(0x0a141e28, 69), none = v4(0x0a141e28, 59999);
    tells(&web, sizeof web, NI_NUMERICHOST, "10.20.30.40", "http");
    tells(&files, sizeof files, NI_NUMERICHOST | NI_DGRAM, "10.20.30.40", "tftp");
    tells(&files, sizeof files, NI_NUMERICHOST, "10.20.30.40", "69");
    tells(&none, sizeof none, NI_NUMERICHOST, "10.20.30.40", "59999");
}

static void hosts_have_names(void) {
    char node[NI_MAXHOST];
    struct sockaddr_in local = v4(0x7f000001, 80);
    assert_ok(getnameinfo((struct sockaddr *)&local, sizeof local, node, sizeof node, NULL, 0, NI_NAMEREQD));
    assert_true(strlen(node) > 0);
    assert_true(inet_addr(node) == INADDR_NONE);
    assert_ok(getnameinfo((struct sockaddr *)&local, sizeof local, node, sizeof node, NULL, 0, NI_NOFQDN));
    assert_null(strchr(node, '.'));
}

static void one_of_the_two(void) {
    char node[NI_MAXHOST], port[NI_MAXSERV];
    struct sockaddr_in from = v4(0x0a141e28, 80);
    assert_ok(getnameinfo((struct sockaddr *)&from, sizeof from, node, sizeof node, NULL, 0, NUMERIC));
    assert_string_equal(node, "10.20.30.40");
    assert_ok(getnameinfo((struct sockaddr *)&from, sizeof from, NULL, 0, port, sizeof port, NUMERIC));
    assert_string_equal(port, "80");
}

static void a_bigger_structure_will_do(void) {
    struct sockaddr_storage from;
    struct sockaddr_in four = v4(0x0a141e28, 80);
    memset(&from, 0, sizeof from);
    memcpy(&from, &four, sizeof four);
    tells(&from, sizeof from, NUMERIC, "10.20.30.40", "80");
}

/* --------------------------------------------------------------------------------------------------------- failures */

static void fails(int error, int code) {
    assert_int_equal(code, error);
    assert_int_equal(WSAGetLastError(), error);
}

static void structures_that_are_too_short(void) {
    char node[NI_MAXHOST];
    struct sockaddr_in four = v4(0x0a141e28, 80);
    struct sockaddr_in6 six = v6(7, 0, 80);
    wine_differs("takes them for another family");
    fails(WSAEFAULT, getnameinfo((struct sockaddr *)&four, 15, node, sizeof node, NULL, 0, NUMERIC));
    fails(WSAEFAULT, getnameinfo((struct sockaddr *)&six, 27, node, sizeof node, NULL, 0, NUMERIC));
    fails(WSAEFAULT, getnameinfo((struct sockaddr *)&six, 16, node, sizeof node, NULL, 0, NUMERIC));
    fails(WSAEFAULT, getnameinfo(NULL, 16, node, sizeof node, NULL, 0, NUMERIC));
}

static void families_that_are_none(void) {
    char node[NI_MAXHOST];
    struct sockaddr_in from = v4(0x0a141e28, 80);
    from.sin_family = 99;
    assert_int_equal(getnameinfo((struct sockaddr *)&from, sizeof from, node, sizeof node, NULL, 0, 0),
                     WSAEAFNOSUPPORT);
    wine_differs("does not set the last error");
    fails(WSAEAFNOSUPPORT, getnameinfo((struct sockaddr *)&from, sizeof from, node, sizeof node, NULL, 0, 0));
}

static void nothing_is_wanted(void) {
    char node[NI_MAXHOST];
    struct sockaddr_in from = v4(0x0a141e28, 80);
    wine_differs("is content");
    fails(WSAHOST_NOT_FOUND, getnameinfo((struct sockaddr *)&from, sizeof from, NULL, 0, NULL, 0, NUMERIC));
    fails(WSAEINVAL, getnameinfo((struct sockaddr *)&from, sizeof from, node, 0, NULL, 0, NUMERIC));
    fails(WSAEINVAL, getnameinfo((struct sockaddr *)&from, sizeof from, NULL, 0, node, 0, NUMERIC));
}

static void texts_that_do_not_fit(void) {
    char node[64] = "#", port[64] = "#";
    WCHAR wide[64] = L"#";
    struct sockaddr_in from = v4(0x0a141e28, 8080);
    wine_differs("returns numbers of its own");
    fails(WSAEFAULT, getnameinfo((struct sockaddr *)&from, sizeof from, node, 11, port, sizeof port, NUMERIC));
    fails(WSAEFAULT, getnameinfo((struct sockaddr *)&from, sizeof from, node, sizeof node, port, 4, NUMERIC));
    fails(WSAEFAULT, GetNameInfoW((struct sockaddr *)&from, sizeof from, wide, 11, NULL, 0, NUMERIC));
    assert_string_equal(node, "#");
    assert_string_equal(port, "#");
    assert_ok(getnameinfo((struct sockaddr *)&from, sizeof from, node, 12, port, 5, NUMERIC));
}

static void flags_that_are_none(void) {
    char node[NI_MAXHOST];
    struct sockaddr_in from = v4(0x0a141e28, 80);
    wine_differs("does not look at them");
    fails(WSAEINVAL, getnameinfo((struct sockaddr *)&from, sizeof from, node, sizeof node, NULL, 0, 0x100));
}

static void needs_startup(void) {
    char node[NI_MAXHOST];
    struct sockaddr_in from = v4(0x0a141e28, 80);
    wine_differs("needs none");
    assert_int_equal(WSACleanup(), 0);
    fails(WSANOTINITIALISED, getnameinfo((struct sockaddr *)&from, sizeof from, node, sizeof node, NULL, 0, NUMERIC));
}

static const conform_test tests[] = {
    conform(numbers),
    conform(scopes_are_numbers),
    conform(services),
    conform(hosts_have_names),
    conform(one_of_the_two),
    conform(a_bigger_structure_will_do),
    conform(structures_that_are_too_short),
    conform(families_that_are_none),
    conform(nothing_is_wanted),
    conform(texts_that_do_not_fit),
    conform(flags_that_are_none),
    conform(needs_startup),
};

CONFORM_MAIN(tests)
