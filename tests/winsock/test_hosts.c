/* SPDX-License-Identifier: MIT
 *
 * Hosts, services and protocols as of Winsock 1.1, and this machine's name. Nobody outside this machine is asked.
 */
#include "conform.h"

#define COUNT(rows) (sizeof rows / sizeof rows[0])

static void gives_null(int error, const void *result) {
    assert_null(result);
    assert_int_equal(WSAGetLastError(), error);
}

/* ---------------------------------------------------------------------------------------------------- hosts by name */

static u_long first_address(const struct hostent *host) {
    struct in_addr ip;
    assert_non_null(host);
    assert_int_equal(host->h_addrtype, AF_INET);
    assert_int_equal(host->h_length, 4);
    assert_non_null(host->h_aliases);
    assert_non_null(host->h_addr_list[0]);
    assert_ptr_equal(host->h_addr, host->h_addr_list[0]);
    memcpy(&ip, host->h_addr_list[0], sizeof ip);
    return ntohl(ip.s_addr);
}

static void localhost_by_name(void) {
    WSASetLastError(UNTOUCHED);
    struct hostent *host = gethostbyname("localhost");
    assert_true(first_address(host) == 0x7f000001);
    assert_string_equal(host->h_name, "localhost");
    assert_null(host->h_addr_list[1]);
    assert_int_equal(WSAGetLastError(), 0);
}

static void numbers_by_name(void) {
    struct hostent *host = gethostbyname("10.20.30.40");
    assert_true(first_address(host) == 0x0a141e28);
    assert_string_equal(host->h_name, "10.20.30.40");
    assert_null(host->h_addr_list[1]);
    assert_null(host->h_aliases[0]);
}

static void this_machine_by_name(void) {
    char name[256];
    assert_ok(gethostname(name, sizeof name));
    u_long own = first_address(gethostbyname(name));
    assert_true(own != 0);
    assert_true(first_address(gethostbyname("")) == own);
    struct hostent *host = gethostbyname(NULL);
    assert_true(first_address(host) == own);
    assert_string_equal(host->h_name, name);
}

/* Programs copy these, so what is where is known. */
static void parts_stand_behind_the_structure(void) {
    struct hostent *host = gethostbyname("10.20.30.40");
    assert_non_null(host);
    assert_ptr_equal(host->h_aliases, host + 1);
    assert_ptr_equal(host->h_addr_list, host->h_aliases + 1);
    assert_ptr_equal(host->h_addr_list[0], host->h_addr_list + 2);
}

static void one_structure_for_each_thread(void) {
    struct hostent *host = gethostbyname("10.20.30.40");
    assert_true(first_address(host) == 0x0a141e28);
    struct hostent *next = gethostbyname("10.20.30.41");
    assert_true(first_address(next) == 0x0a141e29);
    assert_string_equal(next->h_name, "10.20.30.41");
}

static DWORD WINAPI find_elsewhere(LPVOID unused) {
    (void)unused;
    return first_address(gethostbyname("10.20.30.50")) == 0x0a141e32;
}

static void threads_do_not_share_one(void) {
    struct hostent *host = gethostbyname("10.20.30.40");
    assert_int_equal(thread_end(thread_start(find_elsewhere, NULL)), 1);
    assert_true(first_address(host) == 0x0a141e28);
}

static void what_is_like_an_address_has_no_data(void) {
    wine_differs("knows no such name");
    gives_null(WSANO_DATA, gethostbyname("::1"));
    gives_null(WSANO_DATA, gethostbyname("256.1.1.1"));
    gives_null(WSANO_DATA, gethostbyname("1.2.3.4.5"));
}

static void a_name_that_can_be_none(void) {
    wine_differs("asks for it");
    gives_null(WSAHOST_NOT_FOUND, gethostbyname("no such host"));
    gives_null(WSAHOST_NOT_FOUND, gethostbyname("no-such-host.invalid"));
}

/* ------------------------------------------------------------------------------------------------- hosts by address */

static void localhost_by_address(void) {
    struct hostent *host = gethostbyaddr("\x7f\x00\x00\x01", 4, AF_INET);
    assert_true(first_address(host) == 0x7f000001);
    assert_true(strlen(host->h_name) > 0);
}

static void addresses_that_are_none(void) {
    static const char v6[16] = {0};
    gives_null(WSAEAFNOSUPPORT, gethostbyaddr(v6, 4, AF_UNIX));
    gives_null(WSAEAFNOSUPPORT, gethostbyaddr(v6, 4, 99));
    wine_differs("has other errors, or crashes");
    gives_null(WSAEFAULT, gethostbyaddr(v6, 3, AF_INET));
    gives_null(WSAEFAULT, gethostbyaddr(NULL, 4, AF_INET));
    gives_null(WSAEINVAL, gethostbyaddr(v6, 4, AF_INET6));
    gives_null(WSAEINVAL, gethostbyaddr(v6, 17, AF_INET6));
}

/* --------------------------------------------------------------------------------------------------------- its name */

static void this_machine_has_a_name(void) {
    char name[256];
    WCHAR wide[256];
    assert_ok(gethostname(name, sizeof name));
    assert_true(strlen(name) > 0);
    assert_ok(GetHostNameW(wide, 256));
    assert_int_equal(wcslen(wide), strlen(name));
    assert_int_equal(wide[0], name[0]);
}

static void the_name_needs_room(void) {
    char name[256], copy[256] = "unchanged";
    WCHAR wide[256] = L"unchanged";
    assert_ok(gethostname(name, sizeof name));
    int length = (int)strlen(name);
    assert_wsa(WSAEFAULT, gethostname(copy, length));
    assert_string_equal(copy, "unchanged");
    assert_wsa(WSAEFAULT, gethostname(copy, 0));
    assert_wsa(WSAEFAULT, gethostname(NULL, 256));
    assert_ok(gethostname(copy, length + 1));
    assert_string_equal(copy, name);
    assert_wsa(WSAEFAULT, GetHostNameW(wide, length));
    assert_int_equal(wcscmp(wide, L"unchanged"), 0);
    assert_wsa(WSAEFAULT, GetHostNameW(NULL, 256));
    assert_ok(GetHostNameW(wide, length + 1));
}

/* --------------------------------------------------------------------------------------------------------- services */

static void is_service(const struct servent *service, const char *name, int port, const char *protocol) {
    assert_non_null(service);
    assert_string_equal(service->s_name, name);
    assert_string_equal(service->s_proto, protocol);
    assert_int_equal(ntohs((u_short)service->s_port), port);
    assert_non_null(service->s_aliases);
}

static void services_by_name(void) {
    is_service(getservbyname("http", "tcp"), "http", 80, "tcp");
    is_service(getservbyname("http", NULL), "http", 80, "tcp");
    is_service(getservbyname("HTTP", "TCP"), "http", 80, "tcp");
    is_service(getservbyname("domain", "udp"), "domain", 53, "udp");
    is_service(getservbyname("domain", NULL), "domain", 53, "tcp");
    is_service(getservbyname("telnet", "tcp"), "telnet", 23, "tcp");
    is_service(getservbyname("tftp", NULL), "tftp", 69, "udp");
    WSASetLastError(UNTOUCHED);
    is_service(getservbyname("ftp", NULL), "ftp", 21, "tcp");
    assert_int_equal(WSAGetLastError(), 0);
}

static void services_by_another_name(void) {
    wine_differs("looks at aliases with their protocol only");
    is_service(getservbyname("www", NULL), "http", 80, "tcp");
    is_service(getservbyname("mail", "tcp"), "smtp", 25, "tcp");
}

static void services_by_port(void) {
    is_service(getservbyport(htons(80), "tcp"), "http", 80, "tcp");
    is_service(getservbyport(htons(80), NULL), "http", 80, "tcp");
    is_service(getservbyport(htons(53), "udp"), "domain", 53, "udp");
    is_service(getservbyport(htons(53), NULL), "domain", 53, "tcp");
    is_service(getservbyport(htons(69), NULL), "tftp", 69, "udp");
}

static void services_that_are_none(void) {
    gives_null(WSANO_DATA, getservbyname("no-such-service", NULL));
    gives_null(WSANO_DATA, getservbyname("http", "udp"));
    gives_null(WSANO_DATA, getservbyname("http", "no-such-protocol"));
    gives_null(WSANO_DATA, getservbyname("80", NULL));
    gives_null(WSANO_DATA, getservbyname("", NULL));
    gives_null(WSANO_DATA, getservbyport(htons(59999), NULL));
    gives_null(WSANO_DATA, getservbyport(htons(80), "udp"));
    gives_null(WSANO_DATA, getservbyport(0, NULL));
}

static void one_service_for_each_thread(void) {
    struct servent *first = getservbyname("http", "tcp");
    struct servent *second = getservbyname("domain", "udp");
    assert_ptr_equal(first, second);
    is_service(first, "domain", 53, "udp");
}

/* -------------------------------------------------------------------------------------------------------- protocols */

static void protocols_by_name_and_number(void) {
    static const struct {
        const char *name, *alias;
        int number;
    } rows[] = {
        {"ip", "IP", 0},      {"icmp", "ICMP", 1}, {"ggp", "GGP", 3},
        {"tcp", "TCP", 6},    {"udp", "UDP", 17},  {"rdp", "RDP", 27},
        {"ipv6", "IPv6", 41}, {"esp", "ESP", 50},  {"ipv6-icmp", "IPv6-ICMP", 58},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct protoent *protocol = getprotobyname(rows[i].alias);
        assert_non_null(protocol);
        assert_int_equal(protocol->p_proto, rows[i].number);
        assert_string_equal(protocol->p_name, rows[i].name);
        protocol = getprotobynumber(rows[i].number);
        assert_non_null(protocol);
        assert_string_equal(protocol->p_name, rows[i].name);
        assert_string_equal(protocol->p_aliases[0], rows[i].alias);
    }
}

static void protocols_that_are_none(void) {
    gives_null(WSANO_DATA, getprotobyname("no-such-protocol"));
    gives_null(WSANO_DATA, getprotobyname(""));
    gives_null(WSANO_DATA, getprotobynumber(2));
    gives_null(WSANO_DATA, getprotobynumber(132));
    gives_null(WSANO_DATA, getprotobynumber(-1));
    gives_null(WSANO_DATA, getprotobynumber(256));
}

static void everything_needs_startup(void) {
    char name[256];
    assert_int_equal(WSACleanup(), 0);
    gives_null(WSANOTINITIALISED, gethostbyname("localhost"));
    wine_differs("needs it for gethostbyname only");
    gives_null(WSANOTINITIALISED, gethostbyaddr("\x7f\x00\x00\x01", 4, AF_INET));
    gives_null(WSANOTINITIALISED, getservbyname("http", NULL));
    gives_null(WSANOTINITIALISED, getservbyport(htons(80), NULL));
    gives_null(WSANOTINITIALISED, getprotobyname("tcp"));
    gives_null(WSANOTINITIALISED, getprotobynumber(6));
    assert_wsa(WSANOTINITIALISED, gethostname(name, sizeof name));
}

static const conform_test tests[] = {
    conform(localhost_by_name),
    conform(numbers_by_name),
    conform(this_machine_by_name),
    conform(parts_stand_behind_the_structure),
    conform(one_structure_for_each_thread),
    conform(threads_do_not_share_one),
    conform(what_is_like_an_address_has_no_data),
    conform(a_name_that_can_be_none),
    conform(localhost_by_address),
    conform(addresses_that_are_none),
    conform(this_machine_has_a_name),
    conform(the_name_needs_room),
    conform(services_by_name),
    conform(services_by_another_name),
    conform(services_by_port),
    conform(services_that_are_none),
    conform(one_service_for_each_thread),
    conform(protocols_by_name_and_number),
    conform(protocols_that_are_none),
    conform(everything_needs_startup),
};

CONFORM_MAIN(tests)
