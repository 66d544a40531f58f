/* SPDX-License-Identifier: MIT
 *
 * getaddrinfo and GetAddrInfoW. Nobody outside this machine is asked: hosts are numbers, "localhost", this machine, or
 * can be no names. Other look-ups have programs of their own: test_name_queries.c, test_hosts.c.
 */
#include "conform.h"

#define COUNT(rows) (sizeof rows / sizeof rows[0])

static ADDRINFOA hints_for(int flags, int family, int type, int protocol) {
    ADDRINFOA hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = flags;
    hints.ai_family = family;
    hints.ai_socktype = type;
    hints.ai_protocol = protocol;
    return hints;
}

/* The last error is told too, and there is no list. */
static void fails(int error, const char *node, const char *service, const ADDRINFOA *hints) {
    ADDRINFOA *list = (ADDRINFOA *)(uintptr_t)1;
    WSASetLastError(UNTOUCHED);
    int code = getaddrinfo(node, service, hints, &list);
    if (code != error)
        print_error("getaddrinfo(%s, %s) is %d\n", node ? node : "NULL", service ? service : "NULL", code);
    assert_int_equal(code, error);
    assert_int_equal(WSAGetLastError(), error);
    assert_null(list);
}

static ADDRINFOA *list_of(const char *node, const char *service, const ADDRINFOA *hints) {
    ADDRINFOA *list = NULL;
    WSASetLastError(UNTOUCHED);
    assert_int_equal(getaddrinfo(node, service, hints, &list), 0);
    assert_int_equal(WSAGetLastError(), 0);
    assert_non_null(list);
    return list;
}

static int length_of(const ADDRINFOA *list) {
    int count = 0;
    for (; list != NULL; list = list->ai_next)
        count++;
    return count;
}

static struct sockaddr_in v4_of(const ADDRINFOA *entry) {
    struct sockaddr_in v4;
    assert_int_equal(entry->ai_family, AF_INET);
    assert_int_equal(entry->ai_addrlen, sizeof v4);
    memcpy(&v4, entry->ai_addr, sizeof v4);
    assert_int_equal(v4.sin_family, AF_INET);
    return v4;
}

static struct sockaddr_in6 v6_of(const ADDRINFOA *entry) {
    struct sockaddr_in6 v6;
    assert_int_equal(entry->ai_family, AF_INET6);
    assert_int_equal(entry->ai_addrlen, sizeof v6);
    memcpy(&v6, entry->ai_addr, sizeof v6);
    assert_int_equal(v6.sin6_family, AF_INET6);
    return v6;
}

/* The only address of a list, which is freed. */
static void is_v4(ADDRINFOA *list, u_long expected, u_short port) {
    struct sockaddr_in v4 = v4_of(list);
    assert_int_equal(length_of(list), 1);
    assert_true(ntohl(v4.sin_addr.s_addr) == expected);
    assert_int_equal(ntohs(v4.sin_port), port);
    freeaddrinfo(list);
}

/* ---------------------------------------------------------------------------------------------------------- numbers */

static void reads_numbers(void) {
    ADDRINFOA hints = hints_for(0, 0, SOCK_STREAM, IPPROTO_TCP);
    is_v4(list_of("10.20.30.40", "80", &hints), 0x0a141e28, 80);
    is_v4(list_of("10.20.30.40", NULL, &hints), 0x0a141e28, 0);
    is_v4(list_of("10.20.30.40", "", &hints), 0x0a141e28, 0);
    is_v4(list_of("10.20.30.40", "0", &hints), 0x0a141e28, 0);
    is_v4(list_of("10.20.30.40", "65535", &hints), 0x0a141e28, 65535);
    is_v4(list_of("127.1", "80", &hints), 0x7f000001, 80);
    is_v4(list_of("0x7f000001", "80", &hints), 0x7f000001, 80);
}

static void reads_numbers_of_v6(void) {
    static const char *const texts[] = {"fe80::7%3", "[fe80::7%3]", "[fe80::7%3]:99"};
    ADDRINFOA hints = hints_for(AI_NUMERICHOST, AF_INET6, SOCK_DGRAM, 0);
    for (size_t i = 0; i < COUNT(texts); i++) {
        ADDRINFOA *list = list_of(texts[i], "80", &hints);
        struct sockaddr_in6 v6 = v6_of(list);
        assert_int_equal(length_of(list), 1);
        assert_int_equal(v6.sin6_addr.s6_addr[0], 0xfe);
        assert_int_equal(v6.sin6_addr.s6_addr[15], 7);
        assert_int_equal(v6.sin6_scope_id, 3);
        assert_int_equal(ntohs(v6.sin6_port), 80);
        freeaddrinfo(list);
    }
}

static void numeric_host_asks_nobody(void) {
    static const char *const texts[] = {"localhost", "example.com", "1.2.3.4:80", "1.2.3.4 ",
                                        "[::1",      "::1]",        "1.2.3.256"};
    ADDRINFOA hints = hints_for(AI_NUMERICHOST, 0, 0, 0);
    for (size_t i = 0; i < COUNT(texts); i++)
        fails(WSAHOST_NOT_FOUND, texts[i], NULL, &hints);
}

static void numbers_have_a_family(void) {
    ADDRINFOA v4 = hints_for(AI_NUMERICHOST, AF_INET, 0, 0), v6 = hints_for(AI_NUMERICHOST, AF_INET6, 0, 0);
    wine_differs("returns numbers of its own");
    fails(WSAHOST_NOT_FOUND, "::1", NULL, &v4);
    fails(WSAHOST_NOT_FOUND, "127.0.0.1", NULL, &v6);
}

static void v4_may_be_mapped(void) {
    ADDRINFOA hints = hints_for(AI_V4MAPPED, AF_INET6, SOCK_STREAM, 0);
    ADDRINFOA *list = list_of("1.2.3.4", "80", &hints);
    struct sockaddr_in6 v6 = v6_of(list);
    assert_true(IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr));
    assert_int_equal(v6.sin6_addr.s6_addr[15], 4);
    freeaddrinfo(list);
}

static void wrong_addresses_are_no_names(void) {
    wine_differs("asks for them");
    fails(WSAHOST_NOT_FOUND, "1.2.3.256", NULL, NULL);
    fails(WSAHOST_NOT_FOUND, "1.2.3.4.5", NULL, NULL);
    fails(WSAHOST_NOT_FOUND, "1::2::3", NULL, NULL);
    fails(WSAHOST_NOT_FOUND, "no such host", NULL, NULL);
    fails(WSAHOST_NOT_FOUND, "no-such-host.invalid", NULL, NULL);
}

static void names_that_are_too_long(void) {
    char name[400];
    wine_differs("asks for them");
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = 0;
    fails(WSAHOST_NOT_FOUND, name, NULL, NULL);
}

/* ------------------------------------------------------------------------------------------------- kinds of sockets */

static void results_are_what_was_asked_for(void) {
    static const int rows[][2] = {
        {0, 0},           {0, IPPROTO_TCP},           {0, IPPROTO_UDP},
        {SOCK_STREAM, 0}, {SOCK_STREAM, IPPROTO_TCP}, {SOCK_STREAM, IPPROTO_UDP},
        {SOCK_DGRAM, 0},  {SOCK_DGRAM, IPPROTO_UDP},  {SOCK_DGRAM, 999},
        {SOCK_RAW, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ADDRINFOA hints = hints_for(0, AF_INET, rows[i][0], rows[i][1]);
        ADDRINFOA *list = list_of("127.0.0.1", NULL, &hints);
        assert_int_equal(length_of(list), 1);
        assert_int_equal(list->ai_socktype, rows[i][0]);
        assert_int_equal(list->ai_protocol, rows[i][1]);
        assert_null(list->ai_canonname);
        freeaddrinfo(list);
    }
}

static void without_hints_one_result_for_each_address(void) {
    wine_differs("returns one for each type of socket");
    ADDRINFOA *list = list_of("127.0.0.1", "80", NULL);
    assert_int_equal(list->ai_socktype, 0);
    assert_int_equal(list->ai_protocol, 0);
    is_v4(list, 0x7f000001, 80);
}

static void services_have_names(void) {
    ADDRINFOA stream = hints_for(0, AF_INET, SOCK_STREAM, 0), datagram = hints_for(0, AF_INET, SOCK_DGRAM, 0);
    is_v4(list_of("127.0.0.1", "http", &stream), 0x7f000001, 80);
    is_v4(list_of("127.0.0.1", "domain", &stream), 0x7f000001, 53);
    is_v4(list_of("127.0.0.1", "domain", &datagram), 0x7f000001, 53);
    is_v4(list_of("127.0.0.1", "tftp", &datagram), 0x7f000001, 69);
}

static void services_may_be_of_both_protocols(void) {
    ADDRINFOA hints = hints_for(0, AF_INET, 0, 0);
    ADDRINFOA *list = list_of("127.0.0.1", "domain", &hints);
    wine_differs("leaves the type open");
    assert_int_equal(length_of(list), 2);
    assert_int_equal(list->ai_socktype, SOCK_STREAM);
    assert_int_equal(list->ai_protocol, IPPROTO_TCP);
    assert_int_equal(list->ai_next->ai_socktype, SOCK_DGRAM);
    assert_int_equal(list->ai_next->ai_protocol, IPPROTO_UDP);
    assert_int_equal(ntohs(v4_of(list->ai_next).sin_port), 53);
    freeaddrinfo(list);
}

static void services_that_are_none(void) {
    ADDRINFOA stream = hints_for(0, AF_INET, SOCK_STREAM, 0), datagram = hints_for(0, AF_INET, SOCK_DGRAM, 0);
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "no-such-service", &stream);
    fails(WSATYPE_NOT_FOUND, NULL, "no-such-service", &stream);
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "tftp", &stream);
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "http", &datagram);
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "80x", &stream);
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "-1", &stream);
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "0x50", &stream);
}

static void ports_end_at_65535(void) {
    ADDRINFOA hints = hints_for(0, AF_INET, SOCK_STREAM, 0);
    wine_differs("cuts them off");
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "65536", &hints);
    fails(WSATYPE_NOT_FOUND, "127.0.0.1", "99999999999", &hints);
}

static void numeric_service_has_no_name(void) {
    ADDRINFOA hints = hints_for(AI_NUMERICSERV, AF_INET, SOCK_STREAM, 0);
    fails(WSAHOST_NOT_FOUND, "127.0.0.1", "http", &hints);
    is_v4(list_of("127.0.0.1", "80", &hints), 0x7f000001, 80);
}

/* ---------------------------------------------------------------------------------------------------------- no host */

static void no_host_is_the_loopback(void) {
    ADDRINFOA hints = hints_for(0, AF_INET, SOCK_STREAM, 0), v6 = hints_for(0, AF_INET6, SOCK_STREAM, 0);
    is_v4(list_of(NULL, "80", &hints), 0x7f000001, 80);
    ADDRINFOA *list = list_of(NULL, "80", &v6);
    struct sockaddr_in6 first = v6_of(list);
    assert_true(IN6_IS_ADDR_LOOPBACK(&first.sin6_addr));
    freeaddrinfo(list);
}

static void no_host_is_any_address_for_servers(void) {
    ADDRINFOA hints = hints_for(AI_PASSIVE, AF_INET, SOCK_STREAM, 0), v6 = hints_for(AI_PASSIVE, AF_INET6, 0, 0);
    is_v4(list_of(NULL, "80", &hints), INADDR_ANY, 80);
    is_v4(list_of("127.0.0.1", "80", &hints), 0x7f000001, 80);
    ADDRINFOA *list = list_of(NULL, "80", &v6);
    struct sockaddr_in6 first = v6_of(list);
    assert_true(IN6_IS_ADDR_UNSPECIFIED(&first.sin6_addr));
    freeaddrinfo(list);
}

static void no_host_is_of_both_families(void) {
    needs_ipv6();
    ADDRINFOA hints = hints_for(0, 0, SOCK_STREAM, 0);
    ADDRINFOA *list = list_of(NULL, "80", &hints);
    assert_int_equal(length_of(list), 2);
    assert_int_equal(list->ai_family, AF_INET6);
    assert_int_equal(list->ai_next->ai_family, AF_INET);
    freeaddrinfo(list);
}

static void neither_host_nor_service(void) {
    ADDRINFOA hints = hints_for(AI_PASSIVE, 0, 0, 0);
    fails(WSAHOST_NOT_FOUND, NULL, NULL, NULL);
    fails(WSAHOST_NOT_FOUND, NULL, NULL, &hints);
}

static void numeric_host_needs_one(void) {
    ADDRINFOA hints = hints_for(AI_NUMERICHOST, 0, 0, 0);
    wine_differs("does without");
    fails(WSAHOST_NOT_FOUND, NULL, "80", &hints);
}

/* ----------------------------------------------------------------------------------------------------- this machine */

static void localhost_is_the_loopback(void) {
    ADDRINFOA hints = hints_for(0, AF_INET, SOCK_STREAM, 0), any = hints_for(0, 0, SOCK_STREAM, 0);
    is_v4(list_of("localhost", "80", &hints), 0x7f000001, 80);
    is_v4(list_of("LocalHost", "80", &hints), 0x7f000001, 80);
    ADDRINFOA *list = list_of("localhost", "80", &any);
    for (ADDRINFOA *entry = list; entry != NULL; entry = entry->ai_next) {
        struct sockaddr_in6 v6;
        if (entry->ai_family == AF_INET)
            assert_true(ntohl(v4_of(entry).sin_addr.s_addr) == 0x7f000001);
        else {
            v6 = v6_of(entry);
            assert_true(IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr));
        }
    }
    freeaddrinfo(list);
}

static void localhost_is_of_both_families(void) {
    ADDRINFOA any = hints_for(0, 0, SOCK_STREAM, 0);
    needs_ipv6();
    wine_differs("finds what the hosts file has");
    ADDRINFOA *list = list_of("localhost", "80", &any);
    assert_int_equal(length_of(list), 2);
    assert_int_equal(list->ai_family, AF_INET6);
    assert_int_equal(list->ai_next->ai_family, AF_INET);
    freeaddrinfo(list);
}

static void same_list(const ADDRINFOA *a, const ADDRINFOA *b) {
    for (; a != NULL && b != NULL; a = a->ai_next, b = b->ai_next) {
        assert_int_equal(a->ai_family, b->ai_family);
        assert_int_equal(a->ai_addrlen, b->ai_addrlen);
        assert_memory_equal(a->ai_addr, b->ai_addr, a->ai_addrlen);
    }
    assert_null(a);
    assert_null(b);
}

static void an_empty_host_is_this_machine(void) {
    char name[256];
    ADDRINFOA hints = hints_for(0, AF_INET, SOCK_STREAM, 0);
    ADDRINFOA *empty = list_of("", "80", &hints);
    assert_ok(gethostname(name, sizeof name));
    ADDRINFOA *named = list_of(name, "80", &hints);
    wine_differs("may find what the hosts file has");
    same_list(empty, named);
    freeaddrinfo(named);
    named = list_of("..localmachine", "80", &hints);
    same_list(empty, named);
    freeaddrinfo(named);
    freeaddrinfo(empty);
}

/* -------------------------------------------------------------------------------------------------- canonical names */

static void canonical_names_stand_in_the_first_result(void) {
    ADDRINFOA hints = hints_for(AI_CANONNAME, 0, SOCK_STREAM, 0);
    ADDRINFOA *list = list_of("localhost", "80", &hints);
    assert_string_equal(list->ai_canonname, "localhost");
    for (ADDRINFOA *entry = list->ai_next; entry != NULL; entry = entry->ai_next)
        assert_null(entry->ai_canonname);
    freeaddrinfo(list);
    list = list_of("10.20.30.40", "80", &hints);
    assert_string_equal(list->ai_canonname, "10.20.30.40");
    freeaddrinfo(list);
}

static void canonical_names_need_a_host(void) {
    ADDRINFOA canonical = hints_for(AI_CANONNAME, 0, 0, 0), full = hints_for(AI_FQDN, 0, 0, 0);
    wine_differs("has another error, or none");
    fails(WSANO_RECOVERY, NULL, "80", &canonical);
    fails(WSANO_RECOVERY, NULL, "80", &full);
}

static void one_kind_of_name_at_a_time(void) {
    ADDRINFOA hints = hints_for(AI_CANONNAME | AI_FQDN, 0, 0, 0);
    wine_differs("does not look at AI_FQDN");
    fails(WSAEINVAL, "localhost", "80", &hints);
}

/* ------------------------------------------------------------------------------------------------------ wrong hints */

static void families_that_are_none(void) {
    static const int families[] = {AF_UNIX, AF_IPX, AF_NETBIOS, 99, -1};
    for (size_t i = 0; i < COUNT(families); i++) {
        ADDRINFOA hints = hints_for(0, families[i], SOCK_STREAM, 0);
        fails(WSAEAFNOSUPPORT, "127.0.0.1", "80", &hints);
    }
}

static void types_that_are_none(void) {
    static const int types[] = {SOCK_RDM, SOCK_SEQPACKET, 6, 999};
    for (size_t i = 0; i < COUNT(types); i++) {
        ADDRINFOA hints = hints_for(0, AF_INET, types[i], 0);
        fails(WSAESOCKTNOSUPPORT, "127.0.0.1", "80", &hints);
    }
}

static void flags_that_are_none(void) {
    ADDRINFOA hints = hints_for(0x00002000, 0, SOCK_STREAM, 0);
    wine_differs("does not look at them");
    fails(WSAEINVAL, "127.0.0.1", "80", &hints);
}

static void harmless_flags(void) {
    ADDRINFOA hints =
        hints_for(AI_ALL | AI_ADDRCONFIG | AI_NON_AUTHORITATIVE | AI_SECURE | AI_FILESERVER, AF_INET, SOCK_STREAM, 0);
    is_v4(list_of("127.0.0.1", "80", &hints), 0x7f000001, 80);
}

static void the_rest_of_hints_is_zero(void) {
    wine_differs("does not look at the rest");
    for (int i = 0; i < 4; i++) {
        ADDRINFOA hints = hints_for(0, 0, SOCK_STREAM, 0);
        struct sockaddr_in unused;
        hints.ai_addrlen = i == 0;
        hints.ai_canonname = i == 1 ? "name" : NULL;
        hints.ai_addr = i == 2 ? (struct sockaddr *)&unused : NULL;
        hints.ai_next = i == 3 ? &hints : NULL;
        fails(WSANO_RECOVERY, "127.0.0.1", "80", &hints);
    }
}

/* ---------------------------------------------------------------------------------------------------- the wide form */

static void wide_texts(void) {
    ADDRINFOW hints, *list = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_CANONNAME;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    WSASetLastError(UNTOUCHED);
    assert_int_equal(GetAddrInfoW(L"localhost", L"http", &hints, &list), 0);
    assert_int_equal(WSAGetLastError(), 0);
    struct sockaddr_in *v4 = (struct sockaddr_in *)list->ai_addr;
    assert_int_equal(wcscmp(list->ai_canonname, L"localhost"), 0);
    assert_int_equal(list->ai_addrlen, sizeof *v4);
    assert_true(ntohl(v4->sin_addr.s_addr) == 0x7f000001);
    assert_int_equal(ntohs(v4->sin_port), 80);
    FreeAddrInfoW(list);
}

static void wide_failures(void) {
    ADDRINFOW hints, *list = (ADDRINFOW *)(uintptr_t)1;
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_NUMERICHOST;
    assert_int_equal(GetAddrInfoW(L"localhost", NULL, &hints, &list), WSAHOST_NOT_FOUND);
    assert_int_equal(WSAGetLastError(), WSAHOST_NOT_FOUND);
    assert_null(list);
    assert_int_equal(GetAddrInfoW(NULL, NULL, NULL, &list), WSAHOST_NOT_FOUND);
    hints.ai_family = 99;
    assert_int_equal(GetAddrInfoW(L"127.0.0.1", NULL, &hints, &list), WSAEAFNOSUPPORT);
}

/* --------------------------------------------------------------------------------------------------------- the rest */

static void needs_startup(void) {
    ADDRINFOA *list = NULL;
    ADDRINFOW *wide = NULL;
    wine_differs("needs none");
    assert_int_equal(WSACleanup(), 0);
    assert_int_equal(getaddrinfo("127.0.0.1", "80", NULL, &list), WSANOTINITIALISED);
    assert_int_equal(WSAGetLastError(), WSANOTINITIALISED);
    assert_int_equal(GetAddrInfoW(L"127.0.0.1", L"80", NULL, &wide), WSANOTINITIALISED);
    assert_null(list);
    assert_null(wide);
}

static void freeing_nothing(void) {
    freeaddrinfo(NULL);
    FreeAddrInfoW(NULL);
}

static void errors_have_sentences(void) {
    char narrow[GAI_STRERROR_BUFFER_SIZE];
    strcpy(narrow, gai_strerrorA(WSAEFAULT));
    assert_true(strlen(narrow) > 0);
    assert_int_equal(gai_strerrorW(WSAEFAULT)[0], narrow[0]);
    assert_string_not_equal(gai_strerrorA(WSAHOST_NOT_FOUND), narrow);
    assert_int_equal(EAI_NONAME, WSAHOST_NOT_FOUND);
    assert_int_equal(EAI_AGAIN, WSATRY_AGAIN);
    assert_int_equal(EAI_FAIL, WSANO_RECOVERY);
    assert_int_equal(EAI_SERVICE, WSATYPE_NOT_FOUND);
    assert_int_equal(EAI_FAMILY, WSAEAFNOSUPPORT);
    assert_int_equal(EAI_SOCKTYPE, WSAESOCKTNOSUPPORT);
    assert_int_equal(EAI_BADFLAGS, WSAEINVAL);
    assert_int_equal(EAI_MEMORY, WSA_NOT_ENOUGH_MEMORY);
}

static const conform_test tests[] = {
    conform(reads_numbers),
    conform(reads_numbers_of_v6),
    conform(numeric_host_asks_nobody),
    conform(numbers_have_a_family),
    conform(v4_may_be_mapped),
    conform(wrong_addresses_are_no_names),
    conform(names_that_are_too_long),
    conform(results_are_what_was_asked_for),
    conform(without_hints_one_result_for_each_address),
    conform(services_have_names),
    conform(services_may_be_of_both_protocols),
    conform(services_that_are_none),
    conform(ports_end_at_65535),
    conform(numeric_service_has_no_name),
    conform(no_host_is_the_loopback),
    conform(no_host_is_any_address_for_servers),
    conform(no_host_is_of_both_families),
    conform(neither_host_nor_service),
    conform(numeric_host_needs_one),
    conform(localhost_is_the_loopback),
    conform(localhost_is_of_both_families),
    conform(an_empty_host_is_this_machine),
    conform(canonical_names_stand_in_the_first_result),
    conform(canonical_names_need_a_host),
    conform(one_kind_of_name_at_a_time),
    conform(families_that_are_none),
    conform(types_that_are_none),
    conform(flags_that_are_none),
    conform(harmless_flags),
    conform(the_rest_of_hints_is_zero),
    conform(wide_texts),
    conform(wide_failures),
    conform(needs_startup),
    conform(freeing_nothing),
    conform(errors_have_sentences),
};

CONFORM_MAIN(tests)
