/* SPDX-License-Identifier: MIT
 *
 * This machine's interfaces and addresses: iphlpapi.h.
 */
#include "conform.h"

#include <iphlpapi.h>

/* Into memory that fits, to be freed. */
static IP_ADAPTER_ADDRESSES *adapters_of(ULONG family, ULONG flags) {
    ULONG bytes = 0;
    assert_int_equal(GetAdaptersAddresses(family, flags, NULL, NULL, &bytes), ERROR_BUFFER_OVERFLOW);
    assert_true(bytes >= sizeof(IP_ADAPTER_ADDRESSES));
    IP_ADAPTER_ADDRESSES *list = malloc(bytes);
    assert_non_null(list);
    assert_int_equal(GetAdaptersAddresses(family, flags, NULL, list, &bytes), ERROR_SUCCESS);
    return list;
}

static const IP_ADAPTER_ADDRESSES *loopback_of(const IP_ADAPTER_ADDRESSES *list) {
    while (list != NULL && list->IfType != IF_TYPE_SOFTWARE_LOOPBACK)
        list = list->Next;
    assert_non_null(list);
    return list;
}

static void adapters_have_addresses(void) {
    IP_ADAPTER_ADDRESSES *list = adapters_of(AF_UNSPEC, 0);
    const IP_ADAPTER_ADDRESSES *local = loopback_of(list);
    const IP_ADAPTER_UNICAST_ADDRESS *entry = local->FirstUnicastAddress;
    assert_true(local->Length >= 144);
    assert_true(local->IfIndex != 0);
    assert_int_equal(local->OperStatus, IfOperStatusUp);
    assert_non_null(local->AdapterName);
    assert_non_null(local->FriendlyName);
    assert_non_null(local->Description);
    while (entry != NULL && entry->Address.lpSockaddr->sa_family != AF_INET)
        entry = entry->Next;
    assert_non_null(entry);
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)entry->Address.lpSockaddr;
    assert_int_equal(entry->Address.iSockaddrLength, sizeof *v4);
    assert_true(ntohl(v4->sin_addr.s_addr) == 0x7f000001);
    assert_int_equal(entry->OnLinkPrefixLength, 8);
    assert_int_equal(entry->DadState, IpDadStatePreferred);
    free(list);
}

static void a_family_chooses_addresses(void) {
    IP_ADAPTER_ADDRESSES *list = adapters_of(AF_INET, 0);
    for (const IP_ADAPTER_ADDRESSES *adapter = list; adapter != NULL; adapter = adapter->Next)
        for (const IP_ADAPTER_UNICAST_ADDRESS *entry = adapter->FirstUnicastAddress; entry != NULL; entry = entry->Next)
            assert_int_equal(entry->Address.lpSockaddr->sa_family, AF_INET);
    free(list);
}

static void flags_choose_what_is_told(void) {
    IP_ADAPTER_ADDRESSES *list =
        adapters_of(AF_INET, GAA_FLAG_SKIP_UNICAST | GAA_FLAG_INCLUDE_PREFIX | GAA_FLAG_SKIP_FRIENDLY_NAME);
    const IP_ADAPTER_ADDRESSES *local = loopback_of(list);
    assert_null(local->FirstUnicastAddress);
    const IP_ADAPTER_PREFIX *prefix = local->FirstPrefix;
    int family = prefix == NULL ? -1 : prefix->Address.lpSockaddr->sa_family;
    free(list);
    wine_differs("tells no prefixes of the loopback");
    assert_int_equal(family, AF_INET);
}

static void adapters_of_nothing(void) {
    ULONG bytes = 0;
    assert_int_equal(GetAdaptersAddresses(AF_INET, 0, NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    wine_differs("does not look at the family");
    assert_int_equal(GetAdaptersAddresses(99, 0, NULL, NULL, &bytes), ERROR_INVALID_PARAMETER);
}

/* ---------------------------------------------------------------------------------------------------- addresses --- */

static void table_of_addresses(void) {
    ULONG bytes = 0;
    assert_int_equal(GetIpAddrTable(NULL, &bytes, FALSE), ERROR_INSUFFICIENT_BUFFER);
    MIB_IPADDRTABLE *table = malloc(bytes);
    assert_int_equal(GetIpAddrTable(table, &bytes, TRUE), NO_ERROR);
    assert_true(table->dwNumEntries > 0);
    int is_there = 0;
    for (DWORD i = 0; i < table->dwNumEntries; i++) {
        is_there |= ntohl(table->table[i].dwAddr) == 0x7f000001;
        if (ntohl(table->table[i].dwAddr) == 0x7f000001)
            assert_true(ntohl(table->table[i].dwMask) == 0xff000000);
        if (i > 0)
            assert_true(ntohl(table->table[i - 1].dwAddr) <= ntohl(table->table[i].dwAddr));
    }
    assert_true(is_there);
    free(table);
    assert_int_equal(GetIpAddrTable(NULL, NULL, FALSE), ERROR_INVALID_PARAMETER);
}

static void infos_of_adapters(void) {
    ULONG bytes = 0;
    ULONG code = GetAdaptersInfo(NULL, &bytes);
    if (code == ERROR_NO_DATA)
        skip_because("there is the loopback only");
    assert_int_equal(code, ERROR_BUFFER_OVERFLOW);
    IP_ADAPTER_INFO *list = malloc(bytes);
    assert_int_equal(GetAdaptersInfo(list, &bytes), ERROR_SUCCESS);
    for (const IP_ADAPTER_INFO *info = list; info != NULL; info = info->Next) {
        assert_true(info->Index != 0);
        assert_int_not_equal(info->Type, MIB_IF_TYPE_LOOPBACK);
        assert_true(inet_addr(info->IpAddressList.IpAddress.String) != 0x0100007f);
    }
    free(list);
    assert_int_equal(GetAdaptersInfo(NULL, NULL), ERROR_INVALID_PARAMETER);
}

static void parameters_of_the_network(void) {
    FIXED_INFO info[8];
    char name[256];
    ULONG bytes = 0;
    assert_int_equal(GetNetworkParams(NULL, &bytes), ERROR_BUFFER_OVERFLOW);
    assert_true(bytes >= sizeof info[0]);
    bytes = sizeof info;
    assert_int_equal(GetNetworkParams(info, &bytes), ERROR_SUCCESS);
    assert_ok(gethostname(name, sizeof name));
    name[strcspn(name, ".")] = 0;
    assert_int_equal(_stricmp(info[0].HostName, name), 0);
}

/* --------------------------------------------------------------------------------------------------- names and ways */

static void names_and_numbers(void) {
    IP_ADAPTER_ADDRESSES *list = adapters_of(AF_UNSPEC, 0);
    DWORD index = loopback_of(list)->IfIndex, again = 0;
    NET_LUID luid, named;
    char name[NDIS_IF_MAX_STRING_SIZE + 1];
    free(list);
    assert_int_equal(ConvertInterfaceIndexToLuid(index, &luid), NO_ERROR);
    assert_int_equal(luid.Info.IfType, IF_TYPE_SOFTWARE_LOOPBACK);
    assert_int_equal(ConvertInterfaceLuidToIndex(&luid, (void *)&again), NO_ERROR);
    assert_int_equal(again, index);
    assert_int_equal(ConvertInterfaceLuidToNameA(&luid, name, sizeof name), NO_ERROR);
    assert_int_equal(ConvertInterfaceNameToLuidA(name, &named), NO_ERROR);
    assert_true(named.Value == luid.Value);
    assert_int_equal(if_nametoindex(name), index);
    assert_ptr_equal(if_indextoname(index, name), name);
    assert_int_equal(if_nametoindex(name), index);
    assert_int_equal(if_nametoindex("no-such-interface"), 0);
}

static void names_and_numbers_that_are_none(void) {
    NET_LUID luid;
    char name[NDIS_IF_MAX_STRING_SIZE + 1];
    assert_null(if_indextoname(0x7ffffff0, name));
    assert_int_equal(ConvertInterfaceIndexToLuid(0x7ffffff0, &luid), ERROR_FILE_NOT_FOUND);
    assert_int_equal(ConvertInterfaceIndexToLuid(1, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(ConvertInterfaceNameToLuidA("no-such-interface", &luid), ERROR_INVALID_NAME);
}

static void names_need_room(void) {
    IP_ADAPTER_ADDRESSES *list = adapters_of(AF_UNSPEC, 0);
    NET_LUID luid = loopback_of(list)->Luid;
    char name[1];
    free(list);
    wine_differs("has another error");
    assert_int_equal(ConvertInterfaceLuidToNameA(&luid, name, 1), ERROR_NOT_ENOUGH_MEMORY);
}

static void numbers_of_its_own(void) {
    IP_ADAPTER_ADDRESSES *list = adapters_of(AF_UNSPEC, 0);
    NET_LUID luid = loopback_of(list)->Luid, again;
    GUID guid;
    free(list);
    assert_int_equal(ConvertInterfaceLuidToGuid(&luid, &guid), NO_ERROR);
    assert_int_equal(ConvertInterfaceGuidToLuid(&guid, &again), NO_ERROR);
    assert_true(luid.Value == again.Value);
}

static void the_way_to_the_loopback(void) {
    IP_ADAPTER_ADDRESSES *list = adapters_of(AF_UNSPEC, 0);
    DWORD local = loopback_of(list)->IfIndex, index = 0;
    address to = loopback(AF_INET);
    free(list);
    assert_int_equal(GetBestInterface(0, NULL), ERROR_INVALID_PARAMETER);
    wine_differs("finds a gateway for every address");
    assert_int_equal(GetBestInterface(htonl(0x7f000001), &index), NO_ERROR);
    assert_int_equal(index, local);
    index = 0;
    assert_int_equal(GetBestInterfaceEx(&to.any, &index), NO_ERROR);
    assert_int_equal(index, local);
    assert_int_equal(GetBestInterfaceEx(NULL, &index), ERROR_INVALID_PARAMETER);
}

static void masks_and_lengths(void) {
    ULONG mask = 0;
    UINT8 length = 0;
    wine_differs("does not have both");
    assert_int_equal(ConvertLengthToIpv4Mask(24, &mask), NO_ERROR);
    assert_true(ntohl(mask) == 0xffffff00);
    assert_int_equal(ConvertIpv4MaskToLength(mask, &length), NO_ERROR);
    assert_int_equal(length, 24);
    assert_int_equal(ConvertLengthToIpv4Mask(33, &mask), ERROR_INVALID_PARAMETER);
    assert_int_equal(ConvertIpv4MaskToLength(htonl(0xff00ff00), &length), ERROR_INVALID_PARAMETER);
}

static void how_many_there_are(void) {
    DWORD count = 0;
    assert_int_equal(GetNumberOfInterfaces(&count), NO_ERROR);
    assert_true(count > 0);
    assert_int_equal(GetNumberOfInterfaces(NULL), ERROR_INVALID_PARAMETER);
}

static const conform_test tests[] = {
    conform(adapters_have_addresses),   conform(a_family_chooses_addresses), conform(flags_choose_what_is_told),
    conform(adapters_of_nothing),       conform(table_of_addresses),         conform(infos_of_adapters),
    conform(parameters_of_the_network), conform(names_and_numbers),          conform(names_and_numbers_that_are_none),
    conform(names_need_room),           conform(numbers_of_its_own),         conform(the_way_to_the_loopback),
    conform(masks_and_lengths),         conform(how_many_there_are),
};

CONFORM_MAIN(tests)
