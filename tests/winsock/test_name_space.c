/* SPDX-License-Identifier: MIT
 *
 * Name spaces: which there are, and look-ups of hosts and services in that of DNS (WSALookupServiceBegin). Wine has
 * none of it, so there this program skips all but the texts of GUIDs. No one outside this machine is asked.
 */
#include "conform.h"

#include <objbase.h>
#include <svcguid.h>

static const GUID dns = {0x22059d40, 0x7e9e, 0x11cf, {0xae, 0x5a, 0x00, 0xaa, 0x00, 0xa7, 0x11, 0x2b}};

/* --------------------------------------------------------------------------------------------------- which they are */

static void there_is_dns(void) {
    union {
        WSANAMESPACE_INFOA infos[16];
        char room[4096];
    } list;
    DWORD bytes = sizeof list;
    int found = 0;
    wine_differs("lists none");
    int count = WSAEnumNameSpaceProvidersA(&bytes, list.infos);
    assert_true(count >= 1);
    for (int i = 0; i < count; i++) {
        const WSANAMESPACE_INFOA *info = &list.infos[i];
        assert_true((const char *)info->lpszIdentifier >= (const char *)&list.infos[count]);
        assert_true((const char *)info->lpszIdentifier < list.room + sizeof list);
        if (info->dwNameSpace != NS_DNS || memcmp(&info->NSProviderId, &dns, sizeof dns) != 0)
            continue;
        assert_true(info->fActive);
        assert_true(strlen(info->lpszIdentifier) > 0);
        found++;
    }
    assert_int_equal(found, 1);
}

static void every_form_says_the_same(void) {
    static union {
        WSANAMESPACE_INFOA a[16];
        WSANAMESPACE_INFOW w[16];
        WSANAMESPACE_INFOEXA ex_a[16];
        WSANAMESPACE_INFOEXW ex_w[16];
        char room[4096];
    } narrow, wide, narrow_ex, wide_ex;
    DWORD bytes[4] = {sizeof narrow, sizeof narrow, sizeof narrow, sizeof narrow};
    wine_differs("lists none");
    int count = WSAEnumNameSpaceProvidersA(&bytes[0], narrow.a);
    assert_int_equal(WSAEnumNameSpaceProvidersW(&bytes[1], wide.w), count);
    assert_int_equal(WSAEnumNameSpaceProvidersExA(&bytes[2], narrow_ex.ex_a), count);
    assert_int_equal(WSAEnumNameSpaceProvidersExW(&bytes[3], wide_ex.ex_w), count);
    for (int i = 0; i < count; i++) {
        assert_string_equal(narrow_ex.ex_a[i].lpszIdentifier, narrow.a[i].lpszIdentifier);
        assert_memory_equal(&wide.w[i].NSProviderId, &narrow.a[i].NSProviderId, sizeof(GUID));
        assert_memory_equal(&wide_ex.ex_w[i].NSProviderId, &narrow.a[i].NSProviderId, sizeof(GUID));
        for (size_t k = 0; k <= strlen(narrow.a[i].lpszIdentifier); k++) {
            assert_int_equal(wide.w[i].lpszIdentifier[k], narrow.a[i].lpszIdentifier[k]);
            assert_int_equal(wide_ex.ex_w[i].lpszIdentifier[k], narrow.a[i].lpszIdentifier[k]);
        }
    }
}

static void the_list_says_how_much_room_it_takes(void) {
    char room[4096];
    DWORD bytes = 0;
    wine_differs("lists none");
    assert_wsa(WSAEFAULT, WSAEnumNameSpaceProvidersA(&bytes, (LPWSANAMESPACE_INFOA)(void *)room));
    assert_true(bytes > sizeof(WSANAMESPACE_INFOA) && bytes <= sizeof room);
    DWORD less = bytes - 1;
    assert_wsa(WSAEFAULT, WSAEnumNameSpaceProvidersA(&less, (LPWSANAMESPACE_INFOA)(void *)room));
    assert_int_equal(less, bytes);
    LPWSANAMESPACE_INFOA exact = malloc(bytes);
    assert_true(WSAEnumNameSpaceProvidersA(&bytes, exact) >= 1);
    free(exact);
    bytes = sizeof room;
    assert_wsa(WSAEFAULT, WSAEnumNameSpaceProvidersW(&bytes, NULL));
    assert_wsa(WSAEFAULT, WSAEnumNameSpaceProvidersW(NULL, (LPWSANAMESPACE_INFOW)(void *)room));
}

/* ---------------------------------------------------------------------------------------------------------- look-ups
 */

static union {
    WSAQUERYSETA set;
    WSAQUERYSETW wide;
    char room[8192];
} result;

static WSAQUERYSETA query_of(const char *name, GUID *class_id) {
    WSAQUERYSETA query;
    memset(&query, 0, sizeof query);
    query.dwSize = sizeof query;
    query.lpszServiceInstanceName = (LPSTR)(uintptr_t)name;
    query.lpServiceClassId = class_id;
    return query;
}

static HANDLE begun(WSAQUERYSETA *query, DWORD flags) {
    HANDLE lookup = NULL;
    assert_ok(WSALookupServiceBeginA(query, flags, &lookup));
    assert_non_null(lookup);
    return lookup;
}

/* The one result, and that there is no other. */
static WSAQUERYSETA *one_result(WSAQUERYSETA *query, DWORD flags) {
    char rest[4096];
    DWORD bytes = sizeof result, more = sizeof rest;
    HANDLE lookup = begun(query, flags);
    assert_ok(WSALookupServiceNextA(lookup, 0, &bytes, &result.set));
    assert_wsa(WSA_E_NO_MORE, WSALookupServiceNextA(lookup, 0, &more, (LPWSAQUERYSETA)(void *)rest));
    assert_ok(WSALookupServiceEnd(lookup));
    assert_int_equal(result.set.dwSize, sizeof result.set);
    assert_int_equal(result.set.dwNameSpace, NS_DNS);
    assert_memory_equal(result.set.lpNSProviderId, &dns, sizeof dns);
    return &result.set;
}

static const struct sockaddr_in *v4_of(const CSADDR_INFO *info) {
    const struct sockaddr_in *v4 = (const void *)info->RemoteAddr.lpSockaddr;
    assert_int_equal(info->RemoteAddr.iSockaddrLength, sizeof *v4);
    assert_int_equal(v4->sin_family, AF_INET);
    return v4;
}

#define BOTH (LUP_RETURN_NAME | LUP_RETURN_ADDR)

static AFPROTOCOLS v4_tcp = {AF_INET, IPPROTO_TCP}, v4_udp = {AF_INET, IPPROTO_UDP}, v6_any = {AF_INET6, 0};

static WSAQUERYSETA restricted(const char *name, GUID *class_id, AFPROTOCOLS *to) {
    WSAQUERYSETA query = query_of(name, class_id);
    query.dwNumberOfProtocols = 1;
    query.lpafpProtocols = to;
    return query;
}

static void a_host_by_its_name(void) {
    GUID class_id = SVCID_INET_HOSTADDRBYNAME;
    wine_differs("finds nothing");
    WSAQUERYSETA query = restricted("localhost", &class_id, &v4_tcp);
    WSAQUERYSETA *found = one_result(&query, BOTH);
    assert_string_equal(found->lpszServiceInstanceName, "localhost");
    assert_null(found->lpServiceClassId);
    assert_int_equal(found->dwNumberOfCsAddrs, 1);
    assert_int_equal(v4_of(found->lpcsaBuffer)->sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    assert_int_equal(v4_of(found->lpcsaBuffer)->sin_port, 0);
    assert_int_equal(found->lpcsaBuffer->iSocketType, SOCK_STREAM);
    assert_int_equal(found->lpcsaBuffer->iProtocol, IPPROTO_TCP);
}

static void a_service_of_a_host(void) {
    GUID tcp_class = SVCID_TCP(8080), udp_class = SVCID_UDP(5353);
    wine_differs("finds nothing");
    WSAQUERYSETA query = restricted("127.0.0.1", &tcp_class, &v4_tcp);
    query.dwNameSpace = NS_DNS;
    query.lpNSProviderId = (LPGUID)(uintptr_t)&dns;
    WSAQUERYSETA *found = one_result(&query, BOTH | LUP_RETURN_TYPE);
    assert_memory_equal(found->lpServiceClassId, &tcp_class, sizeof tcp_class);
    assert_int_equal(v4_of(found->lpcsaBuffer)->sin_port, htons(8080));
    query = restricted("127.0.0.1", &udp_class, &v4_udp);
    found = one_result(&query, BOTH);
    assert_int_equal(v4_of(found->lpcsaBuffer)->sin_port, htons(5353));
    assert_int_equal(found->lpcsaBuffer->iSocketType, SOCK_DGRAM);
    assert_int_equal(found->lpcsaBuffer->iProtocol, IPPROTO_UDP);
}

static void the_local_address_can_be_bound(void) {
    GUID class_id = SVCID_TCP(8080);
    wine_differs("finds nothing");
    WSAQUERYSETA query = restricted("127.0.0.1", &class_id, &v4_tcp);
    const CSADDR_INFO *info = one_result(&query, BOTH)->lpcsaBuffer;
    assert_int_equal(bind(tcp(), info->LocalAddr.lpSockaddr, info->LocalAddr.iSockaddrLength), 0);
}

static void types_of_records_are_families(void) {
    GUID v4_class = SVCID_DNS_TYPE_A, v6_class = SVCID_DNS_TYPE_AAAA;
    wine_differs("finds nothing");
    WSAQUERYSETA query = query_of("localhost", &v4_class);
    assert_int_equal(one_result(&query, BOTH)->lpcsaBuffer->RemoteAddr.lpSockaddr->sa_family, AF_INET);
    assert_int_equal(result.set.dwNumberOfCsAddrs, 1);
    query = query_of("localhost", &v6_class);
    assert_int_equal(one_result(&query, BOTH)->lpcsaBuffer->RemoteAddr.lpSockaddr->sa_family, AF_INET6);
    assert_int_equal(result.set.dwNumberOfCsAddrs, 1);
    query = restricted("localhost", &v4_class, &v6_any);
    HANDLE lookup = NULL;
    assert_wsa(WSANO_DATA, WSALookupServiceBeginA(&query, BOTH, &lookup));
}

static void no_name_is_this_machine(void) {
    GUID class_id = SVCID_HOSTNAME;
    char name[256];
    wine_differs("finds nothing");
    assert_ok(gethostname(name, sizeof name));
    WSAQUERYSETA query = query_of(NULL, &class_id);
    assert_string_equal(one_result(&query, BOTH)->lpszServiceInstanceName, name);
    assert_true(result.set.dwNumberOfCsAddrs >= 1);
}

static void a_host_by_its_address(void) {
    GUID class_id = SVCID_INET_HOSTADDRBYINETSTRING;
    wine_differs("finds nothing");
    WSAQUERYSETA query = query_of("127.0.0.1", &class_id);
    WSAQUERYSETA *found = one_result(&query, BOTH);
    struct hostent *host = gethostbyaddr("\177\0\0\1", 4, AF_INET);
    assert_non_null(host);
    assert_string_equal(found->lpszServiceInstanceName, host->h_name);
}

static void a_service_by_its_name(void) {
    GUID class_id = SVCID_INET_SERVICEBYNAME;
    wine_differs("finds nothing");
    WSAQUERYSETA query = query_of("http/tcp", &class_id);
    WSAQUERYSETA *found = one_result(&query, BOTH);
    assert_string_equal(found->lpszServiceInstanceName, "http");
    assert_int_equal(v4_of(found->lpcsaBuffer)->sin_port, htons(80));
    query = query_of("snmp/udp", &class_id);
    assert_int_equal(v4_of(one_result(&query, BOTH)->lpcsaBuffer)->sin_port, htons(161));
    assert_int_equal(result.set.lpcsaBuffer->iProtocol, IPPROTO_UDP);
}

static void wide_look_ups(void) {
    GUID class_id = SVCID_INET_HOSTADDRBYNAME;
    WSAQUERYSETW query;
    HANDLE lookup = NULL;
    DWORD bytes = sizeof result;
    wine_differs("finds nothing");
    memset(&query, 0, sizeof query);
    query.dwSize = sizeof query;
    query.lpszServiceInstanceName = (LPWSTR)(uintptr_t)L"localhost";
    query.lpServiceClassId = &class_id;
    assert_ok(WSALookupServiceBeginW(&query, BOTH, &lookup));
    assert_ok(WSALookupServiceNextW(lookup, 0, &bytes, &result.wide));
    assert_memory_equal(result.wide.lpszServiceInstanceName, L"localhost", sizeof L"localhost");
    assert_true(result.wide.dwNumberOfCsAddrs >= 1);
    assert_ok(WSALookupServiceEnd(lookup));
}

static void what_is_returned_is_what_both_calls_ask_for(void) {
    GUID class_id = SVCID_INET_HOSTADDRBYNAME;
    DWORD bytes = sizeof result;
    wine_differs("finds nothing");
    WSAQUERYSETA query = query_of("localhost", &class_id);
    HANDLE lookup = begun(&query, LUP_RETURN_NAME | LUP_RETURN_ADDR);
    assert_ok(WSALookupServiceNextA(lookup, LUP_RETURN_NAME | LUP_RETURN_TYPE, &bytes, &result.set));
    assert_non_null(result.set.lpszServiceInstanceName);
    assert_null(result.set.lpServiceClassId);
    assert_null(result.set.lpcsaBuffer);
    assert_int_equal(result.set.dwNumberOfCsAddrs, 0);
    assert_ok(WSALookupServiceEnd(lookup));
}

static void a_result_waits_for_enough_room(void) {
    GUID class_id = SVCID_INET_HOSTADDRBYNAME;
    DWORD bytes = 0;
    wine_differs("finds nothing");
    WSAQUERYSETA query = query_of("localhost", &class_id);
    HANDLE lookup = begun(&query, BOTH);
    assert_wsa(WSAEFAULT, WSALookupServiceNextA(lookup, 0, &bytes, NULL));
    assert_true(bytes > sizeof(WSAQUERYSETA));
    DWORD less = bytes - 1;
    assert_wsa(WSAEFAULT, WSALookupServiceNextA(lookup, 0, &less, &result.set));
    assert_int_equal(less, bytes);
    LPWSAQUERYSETA exact = malloc(bytes);
    assert_ok(WSALookupServiceNextA(lookup, 0, &bytes, exact));
    free(exact);
    assert_ok(WSALookupServiceEnd(lookup));
}

static void a_result_may_be_given_up(void) {
    GUID class_id = SVCID_INET_HOSTADDRBYNAME;
    DWORD bytes = 1;
    wine_differs("finds nothing");
    WSAQUERYSETA query = query_of("localhost", &class_id);
    HANDLE lookup = begun(&query, BOTH);
    assert_wsa(WSAEFAULT, WSALookupServiceNextA(lookup, 0, &bytes, &result.set));
    assert_wsa(WSA_E_NO_MORE, WSALookupServiceNextA(lookup, LUP_FLUSHPREVIOUS, &bytes, &result.set));
    assert_ok(WSALookupServiceEnd(lookup));
}

static void what_is_not_there_is_not_found(void) {
    GUID host_class = SVCID_INET_HOSTADDRBYNAME, service_class = SVCID_INET_SERVICEBYNAME;
    DWORD bytes = sizeof result;
    wine_differs("finds nothing");
    WSAQUERYSETA query = query_of("no-such-host.invalid", &host_class);
    HANDLE lookup = begun(&query, BOTH);
    assert_wsa(WSASERVICE_NOT_FOUND, WSALookupServiceNextA(lookup, 0, &bytes, &result.set));
    assert_ok(WSALookupServiceEnd(lookup));
    query = query_of("no-such-service/tcp", &service_class);
    lookup = begun(&query, BOTH);
    assert_wsa(WSASERVICE_NOT_FOUND, WSALookupServiceNextA(lookup, 0, &bytes, &result.set));
    assert_ok(WSALookupServiceEnd(lookup));
}

static void what_can_not_be_asked(void) {
    GUID class_id = SVCID_HOSTNAME, other = {1, 2, 3, {4}};
    HANDLE lookup = NULL;
    wine_differs("has another error for all of it");
    WSAQUERYSETA query = query_of("localhost", &class_id);
    assert_wsa(WSAEFAULT, WSALookupServiceBeginA(NULL, BOTH, &lookup));
    assert_wsa(WSAEFAULT, WSALookupServiceBeginA(&query, BOTH, NULL));
    assert_wsa(WSANO_DATA, WSALookupServiceBeginA(&query, LUP_CONTAINERS, &lookup));
    query.dwSize = 4;
    assert_wsa(WSAEINVAL, WSALookupServiceBeginA(&query, BOTH, &lookup));
    query = query_of("localhost", NULL);
    assert_wsa(WSAEINVAL, WSALookupServiceBeginA(&query, BOTH, &lookup));
    query = query_of("localhost", &other);
    assert_wsa(WSASERVICE_NOT_FOUND, WSALookupServiceBeginA(&query, BOTH, &lookup));
    query = query_of("localhost", &class_id);
    query.lpNSProviderId = &other;
    assert_wsa(WSASERVICE_NOT_FOUND, WSALookupServiceBeginA(&query, BOTH, &lookup));
}

static void look_ups_end(void) {
    GUID class_id = SVCID_HOSTNAME;
    DWORD bytes = sizeof result;
    wine_differs("has another error for all of it");
    WSAQUERYSETA query = query_of("localhost", &class_id);
    HANDLE lookup = begun(&query, BOTH);
    assert_wsa(WSAEFAULT, WSALookupServiceNextA(lookup, 0, NULL, &result.set));
    assert_ok(WSALookupServiceEnd(lookup));
    assert_wsa(WSA_INVALID_HANDLE, WSALookupServiceEnd(lookup));
    assert_wsa(WSA_INVALID_HANDLE, WSALookupServiceNextA(lookup, 0, &bytes, &result.set));
    assert_wsa(WSA_INVALID_HANDLE, WSALookupServiceEnd(NULL));
}

static void all_of_it_needs_startup(void) {
    GUID class_id = SVCID_HOSTNAME;
    HANDLE lookup = NULL;
    DWORD bytes = sizeof result;
    WSADATA data;
    wine_differs("has another error for all of it");
    WSAQUERYSETA query = query_of("localhost", &class_id);
    assert_int_equal(WSACleanup(), 0);
    assert_wsa(WSANOTINITIALISED, WSALookupServiceBeginA(&query, BOTH, &lookup));
    assert_wsa(WSANOTINITIALISED, WSALookupServiceNextA(NULL, 0, &bytes, &result.set));
    assert_wsa(WSANOTINITIALISED, WSALookupServiceEnd(NULL));
    assert_wsa(WSANOTINITIALISED, WSAEnumNameSpaceProvidersA(&bytes, (LPWSANAMESPACE_INFOA)(void *)result.room));
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
}

/* ------------------------------------------------------------------------------------------------------------- GUIDs
 */

static void guids_have_texts(void) {
    OLECHAR text[39];
    assert_int_equal(StringFromGUID2(&dns, text, 39), 39);
    assert_memory_equal(text, L"{22059D40-7E9E-11CF-AE5A-00AA00A7112B}", sizeof text);
    assert_int_equal(StringFromGUID2(&dns, text, 38), 0);
}

static void texts_are_guids(void) {
    GUID read;
    assert_int_equal(CLSIDFromString(L"{22059d40-7E9E-11CF-AE5A-00AA00A7112B}", &read), S_OK);
    assert_memory_equal(&read, &dns, sizeof dns);
    assert_int_equal(CLSIDFromString(L"{22059d40-7E9E-11CF-AE5A-00AA00A7112}", &read), CO_E_CLASSSTRING);
    assert_int_equal(CLSIDFromString(L"{22059d40-7E9E-11CF-AE5A-00AA00A7112B}x", &read), CO_E_CLASSSTRING);
    assert_int_equal(IIDFromString(L"{00000000-0000-0000-0000-000000000001}", &read), S_OK);
    assert_int_equal(read.Data4[7], 1);
}

static void guids_are_made(void) {
    GUID one, other;
    assert_int_equal(CoCreateGuid(&one), S_OK);
    assert_int_equal(CoCreateGuid(&other), S_OK);
    assert_false(IsEqualGUID(&one, &other));
    assert_int_equal(one.Data3 >> 12, 4);
    assert_int_equal(one.Data4[0] & 0xc0, 0x80);
}

static const conform_test tests[] = {
    conform(there_is_dns),
    conform(every_form_says_the_same),
    conform(the_list_says_how_much_room_it_takes),
    conform(a_host_by_its_name),
    conform(a_service_of_a_host),
    conform(the_local_address_can_be_bound),
    conform(types_of_records_are_families),
    conform(no_name_is_this_machine),
    conform(a_host_by_its_address),
    conform(a_service_by_its_name),
    conform(wide_look_ups),
    conform(what_is_returned_is_what_both_calls_ask_for),
    conform(a_result_waits_for_enough_room),
    conform(a_result_may_be_given_up),
    conform(what_is_not_there_is_not_found),
    conform(what_can_not_be_asked),
    conform(look_ups_end),
    conform(all_of_it_needs_startup),
    conform(guids_have_texts),
    conform(texts_are_guids),
    conform(guids_are_made),
};

CONFORM_MAIN(tests)
