/* SPDX-License-Identifier: MIT
 *
 * What src/win32 makes of the answers that Windows' resolver and its list of adapters may give and Wine's do not.
 * Entries of the table of system calls are replaced. What becomes of look-ups that are not answered is the core's, and
 * tested in the twin. Twin: tests/posix/test_names.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define must(call) assert_int_equal(SPAL_OK, call)

static spali_calls real;

static int calls_keep(void **state) {
    size_t count;
    (void)state;
    must(spal_interfaces(NULL, 0, &count));
    real = spali_sys;
    return 0;
}

static int calls_restore(void **state) {
    (void)state;
    spali_sys = real;
    return 0;
}

/* ------------------------------------------------------------------------------------------------- reverse look-ups */

static struct {
    int host_code, service_code;
    const WCHAR *host, *service;
    int flags_of_service;
} answer;

static INT WSAAPI GetNameInfoW_answering(const struct sockaddr *address, socklen_t length, WCHAR *host, DWORD host_room,
                                         WCHAR *service, DWORD service_room, INT flags) {
    (void)address;
    (void)length;
    if (host != NULL) {
        assert_null(service);
        assert_int_not_equal(flags & NI_NAMEREQD, 0);
        if (answer.host_code == 0)
            wcsncpy(host, answer.host, host_room - 1);
        return answer.host_code;
    }
    answer.flags_of_service = flags;
    if (answer.service_code == 0)
        wcsncpy(service, answer.service, service_room - 1);
    return answer.service_code;
}

typedef struct names {
    char host[SPAL_HOST_TEXT];
    char service[SPAL_SERVICE_TEXT];
} names;

static spal_error reverse(int flags, names *out) {
    spal_address address;
    memset(out, 0, sizeof *out);
    must(spal_address_parse("192.0.2.7", 80, &address));
    spali_sys.GetNameInfoW = GetNameInfoW_answering;
    return spal_reverse(&address, flags, -1, out->host, sizeof out->host, out->service, sizeof out->service);
}

static void an_answer_is(int host_code, const WCHAR *host, int service_code, const WCHAR *service) {
    memset(&answer, 0, sizeof answer);
    answer.host_code = host_code;
    answer.host = host;
    answer.service_code = service_code;
    answer.service = service;
}

static void what_has_no_name_is_written_as_a_number(void **state) {
    names out;
    (void)state;
    an_answer_is(WSAHOST_NOT_FOUND, NULL, 0, L"http");
    must(reverse(0, &out));
    assert_string_equal(out.host, "192.0.2.7");
    assert_string_equal(out.service, "http");
    an_answer_is(0, L"seven.example", WSATYPE_NOT_FOUND, NULL);
    must(reverse(0, &out));
    assert_string_equal(out.host, "seven.example");
    assert_string_equal(out.service, "80");
}

static void a_name_that_is_required_and_missing_is_not_found(void **state) {
    names out;
    (void)state;
    an_answer_is(WSAHOST_NOT_FOUND, NULL, 0, L"http");
    assert_int_equal(SPAL_HOST_NOT_FOUND, reverse(SPAL_RESOLVE_NAME_REQUIRED, &out));
    an_answer_is(WSANO_DATA, NULL, 0, L"http");
    assert_int_equal(SPAL_HOST_NOT_FOUND, reverse(SPAL_RESOLVE_NAME_REQUIRED, &out));
}

static void a_name_beyond_ascii_is_taken_and_one_that_is_not_utf16_is_none(void **state) {
    names out;
    (void)state;
    an_answer_is(0, L"caf\x00e9.example", 0, L"http");
    must(reverse(0, &out));
    assert_string_equal(out.host, "caf\xc3\xa9.example");
    an_answer_is(0, L"caf\xd800.example", 0, L"http");
    must(reverse(0, &out));
    assert_string_equal(out.host, "192.0.2.7");
}

static void failures_of_the_resolver_have_their_errors(void **state) {
    static const struct {
        int code;
        spal_error error;
    } rows[] = {
        {WSATRY_AGAIN, SPAL_TRY_AGAIN},
        {WSANO_RECOVERY, SPAL_NO_RECOVERY},
        {ERROR_INSUFFICIENT_BUFFER, SPAL_ENOBUFS},
        {WSA_NOT_ENOUGH_MEMORY, SPAL_ENOMEM},
        {WSAEAFNOSUPPORT, SPAL_EAFNOSUPPORT},
    };
    names out;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        an_answer_is(rows[i].code, NULL, 0, L"http");
        assert_int_equal(rows[i].error, reverse(0, &out));
        assert_int_equal(spal_native_error(), rows[i].code);
        assert_int_equal(out.host[0], 0);
        assert_int_equal(out.service[0], 0);
    }
}

static void nobody_is_asked_for_numbers(void **state) {
    names out;
    (void)state;
    an_answer_is(WSANO_RECOVERY, NULL, WSANO_RECOVERY, NULL);
    must(reverse(SPAL_RESOLVE_NUMERIC_HOST | SPAL_RESOLVE_NUMERIC_SERVICE, &out));
    assert_string_equal(out.host, "192.0.2.7");
    assert_string_equal(out.service, "80");
}

static void services_of_datagrams_are_asked_for(void **state) {
    names out;
    (void)state;
    an_answer_is(0, L"seven.example", 0, L"http");
    must(reverse(SPAL_RESOLVE_DATAGRAM, &out));
    assert_int_equal(answer.flags_of_service, NI_DGRAM);
    must(reverse(0, &out));
    assert_int_equal(answer.flags_of_service, 0);
}

/* ------------------------------------------------------------------------------------------------------- interfaces */

static struct {
    IP_ADAPTER_ADDRESSES adapter[2];
    IP_ADAPTER_UNICAST_ADDRESS entry;
    struct sockaddr_in6 address;
    int growths; /* how often the list has grown since its size was told */
    ULONG code;
} system_list;

static ULONG WINAPI GetAdaptersAddresses_listing(ULONG family, ULONG flags, void *reserved, IP_ADAPTER_ADDRESSES *out,
                                                 ULONG *size) {
    assert_int_equal(family, AF_UNSPEC);
    assert_int_equal(flags & GAA_FLAG_SKIP_UNICAST, 0);
    assert_null(reserved);
    if (system_list.growths-- > 0) {
        *size += 4096;
        return ERROR_BUFFER_OVERFLOW;
    }
    if (system_list.code != ERROR_SUCCESS)
        return system_list.code;
    assert_true(*size >= sizeof system_list.adapter);
    memcpy(out, system_list.adapter, sizeof system_list.adapter);
    out[0].Next = &out[1];
    return ERROR_SUCCESS;
}

static ULONG WINAPI GetIfEntry2_down(MIB_IF_ROW2 *row) {
    row->AdminStatus = NET_IF_ADMIN_STATUS_DOWN;
    row->AccessType = NET_IF_ACCESS_POINT_TO_POINT;
    return NO_ERROR;
}

static char *WINAPI if_indextoname_nameless(ULONG index, char *name) {
    (void)index;
    (void)name;
    return NULL;
}

/* The second has no IPv4. */
static void list_begin(void) {
    memset(&system_list, 0, sizeof system_list);
    for (int i = 0; i < 2; i++) {
        system_list.adapter[i].AdapterName = i == 0 ? "{9}" : "{5}";
        system_list.adapter[i].FriendlyName = i == 0 ? L"Caf\x00e9" : L"";
        system_list.adapter[i].OperStatus = i == 0 ? IfOperStatusUp : IfOperStatusDown;
        system_list.adapter[i].Ipv6IfIndex = i == 0 ? 9 : 5;
    }
    system_list.adapter[0].IfIndex = 9;
    system_list.adapter[1].Flags = IP_ADAPTER_NO_MULTICAST;
    spali_sys.GetAdaptersAddresses = GetAdaptersAddresses_listing;
    spali_sys.GetIfEntry2 = GetIfEntry2_down;
    spali_sys.if_indextoname = if_indextoname_nameless;
}

static void interfaces_are_sorted_and_described(void **state) {
    spal_interface list[2];
    size_t count = 0;
    (void)state;
    list_begin();
    must(spal_interfaces(list, 2, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].index, 5);
    assert_string_equal(list[0].name, "{5}");
    assert_string_equal(list[0].description, "{5}");
    assert_int_equal(list[0].flags, SPAL_IF_POINT_TO_POINT);
    assert_int_equal(list[1].index, 9);
    assert_string_equal(list[1].description, "Caf\xc3\xa9");
    assert_int_equal(list[1].flags, SPAL_IF_UP | SPAL_IF_RUNNING | SPAL_IF_POINT_TO_POINT | SPAL_IF_MULTICAST);
}

static void a_description_that_does_not_fit_loses_its_end(void **state) {
    WCHAR friendly[301];
    spal_interface list[2];
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < 300; i++)
        friendly[i] = 0xe9;
    friendly[300] = 0;
    list_begin();
    system_list.adapter[0].FriendlyName = friendly;
    must(spal_interfaces(list, 2, &count));
    assert_int_equal(strlen(list[1].description), 254);
    assert_int_equal((unsigned char)list[1].description[253], 0xa9);
}

static void a_link_local_address_has_its_interface_as_its_scope(void **state) {
    spal_interface_address list[2];
    char text[SPAL_ADDRESS_TEXT];
    size_t count = 0;
    (void)state;
    list_begin();
    system_list.address.sin6_family = AF_INET6;
    system_list.address.sin6_addr.u.Byte[0] = 0xfe;
    system_list.address.sin6_addr.u.Byte[1] = 0x80;
    system_list.address.sin6_addr.u.Byte[15] = 1;
    system_list.entry.Address.lpSockaddr = (struct sockaddr *)&system_list.address;
    system_list.entry.Address.iSockaddrLength = sizeof system_list.address;
    system_list.entry.OnLinkPrefixLength = 64;
    system_list.adapter[1].FirstUnicastAddress = &system_list.entry;
    must(spal_interface_addresses(0, list, 2, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].index, 5);
    assert_int_equal(list[0].prefix_length, 64);
    must(spal_address_format(&list[0].address, text, sizeof text));
    assert_string_equal(text, "fe80::1%5");
}

static void a_list_that_grows_is_asked_for_again(void **state) {
    size_t count = 0;
    (void)state;
    list_begin();
    system_list.growths = 3;
    must(spal_interfaces(NULL, 0, &count));
    assert_int_equal(count, 2);
    system_list.growths = 100;
    assert_int_not_equal(SPAL_OK, spal_interfaces(NULL, 0, &count));
}

static void a_machine_without_interfaces_has_none(void **state) {
    size_t count = 7;
    (void)state;
    list_begin();
    system_list.code = ERROR_NO_DATA;
    must(spal_interfaces(NULL, 0, &count));
    assert_int_equal(count, 0);
    count = 7;
    must(spal_interface_addresses(0, NULL, 0, &count));
    assert_int_equal(count, 0);
}

static void a_list_that_cannot_be_had_is_an_error(void **state) {
    size_t count = 7;
    (void)state;
    list_begin();
    system_list.code = ERROR_NOT_ENOUGH_MEMORY;
    assert_int_equal(SPAL_ENOMEM, spal_interfaces(NULL, 0, &count));
    assert_int_equal(SPAL_ENOMEM, spal_interface_addresses(0, NULL, 0, &count));
    assert_int_equal(count, 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, calls_keep, calls_restore)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_has_no_name_is_written_as_a_number),
        TEST(a_name_that_is_required_and_missing_is_not_found),
        TEST(a_name_beyond_ascii_is_taken_and_one_that_is_not_utf16_is_none),
        TEST(failures_of_the_resolver_have_their_errors),
        TEST(nobody_is_asked_for_numbers),
        TEST(services_of_datagrams_are_asked_for),
        TEST(interfaces_are_sorted_and_described),
        TEST(a_description_that_does_not_fit_loses_its_end),
        TEST(a_link_local_address_has_its_interface_as_its_scope),
        TEST(a_list_that_grows_is_asked_for_again),
        TEST(a_machine_without_interfaces_has_none),
        TEST(a_list_that_cannot_be_had_is_an_error),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
