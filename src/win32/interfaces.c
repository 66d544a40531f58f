/* SPDX-License-Identifier: MIT
 *
 * Network interfaces and their addresses by GetAdaptersAddresses, whose list has one entry for each interface, with its
 * addresses. Order and what else is the same on every system is the business of src/core/interfaces.c. Twin:
 * src/posix/interfaces.c.
 */
#include "native.h"

#include <string.h>

/* The list may grow between the question for its size and the next; it is asked for this often. */
#define LIST_TRIES 8
#define LIST_SIZE 16384

/* @return an error, or a list to be given to spali_memory_free, which is null when there is nothing to list */
static spal_error list_get(IP_ADAPTER_ADDRESSES **out) {
    const ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
    ULONG size = LIST_SIZE;
    ULONG code = ERROR_BUFFER_OVERFLOW;
    *out = NULL;
    spali_calls_find_interfaces();
    if (spali_sys.GetAdaptersAddresses == NULL)
        return spali_decline(SPAL_ENOSYS);
    for (int i = 0; i < LIST_TRIES && code == ERROR_BUFFER_OVERFLOW; i++) {
        spali_memory_free(*out);
        *out = spali_memory_new(size);
        if (*out == NULL)
            return spali_decline(SPAL_ENOMEM);
        code = spali_sys.GetAdaptersAddresses(AF_UNSPEC, flags, NULL, *out, &size);
    }
    if (code == ERROR_SUCCESS)
        return SPAL_OK;
    spali_memory_free(*out);
    *out = NULL;
    return code == ERROR_NO_DATA ? SPAL_OK : spali_failed(code);
}

/* An interface without IPv4 has an index for IPv6 only. */
static uint32_t index_of(const IP_ADAPTER_ADDRESSES *adapter) {
    return (uint32_t)(adapter->IfIndex != 0 ? adapter->IfIndex : adapter->Ipv6IfIndex);
}

static size_t list_count(const IP_ADAPTER_ADDRESSES *list) {
    size_t count = 0;
    for (; list != NULL; list = list->Next)
        count++;
    return count;
}

/* ------------------------------------------------------------------------------------------------------- interfaces */

/* The name that if_nametoindex knows; the adapter's own is the number of a key of the registry. */
static void name_read(const IP_ADAPTER_ADDRESSES *adapter, char *out) {
    char name[IF_MAX_STRING_SIZE + 1] = {0};
    const char *found = NULL;
    if (spali_sys.if_indextoname != NULL)
        found = spali_sys.if_indextoname(index_of(adapter), name);
    if (found == NULL)
        found = adapter->AdapterName;
    size_t length = strlen(found);
    memcpy(out, found, length < SPAL_IF_TEXT ? length : SPAL_IF_TEXT - 1);
}

/* Names of interfaces have 256 characters at the most, which are more bytes of UTF-8: what does not fit is left out. */
static void description_read(const WCHAR *friendly, char *out) {
    int length = friendly != NULL ? (int)wcslen(friendly) : 0;
    while (length > 0 && WideCharToMultiByte(CP_UTF8, 0, friendly, length, out, SPAL_IF_TEXT - 1, NULL, NULL) == 0) {
        memset(out, 0, SPAL_IF_TEXT);
        length--;
    }
}

static int32_t flags_from_entry(const MIB_IF_ROW2 *row) {
    int32_t flags = 0;
    if (row->AdminStatus == NET_IF_ADMIN_STATUS_UP)
        flags |= SPAL_IF_UP;
    if (row->AccessType == NET_IF_ACCESS_POINT_TO_POINT)
        flags |= SPAL_IF_POINT_TO_POINT;
    if (row->AccessType == NET_IF_ACCESS_BROADCAST)
        flags |= SPAL_IF_BROADCAST;
    return flags;
}

/* The list knows what works now, and not what the administrator wants. */
static int32_t flags_read(const IP_ADAPTER_ADDRESSES *adapter) {
    MIB_IF_ROW2 row;
    int32_t flags = 0;
    memset(&row, 0, sizeof row);
    row.InterfaceIndex = index_of(adapter);
    if (spali_sys.GetIfEntry2 != NULL && spali_sys.GetIfEntry2(&row) == NO_ERROR)
        flags |= flags_from_entry(&row);
    if (adapter->OperStatus == IfOperStatusUp)
        flags |= SPAL_IF_UP | SPAL_IF_RUNNING;
    if (adapter->IfType == IF_TYPE_SOFTWARE_LOOPBACK)
        flags |= SPAL_IF_LOOPBACK;
    if (adapter->IfType == IF_TYPE_PPP)
        flags |= SPAL_IF_POINT_TO_POINT;
    if ((adapter->Flags & IP_ADAPTER_NO_MULTICAST) == 0)
        flags |= SPAL_IF_MULTICAST;
    return flags;
}

static void interface_read(const IP_ADAPTER_ADDRESSES *adapter, spal_interface *out) {
    memset(out, 0, sizeof *out);
    out->index = index_of(adapter);
    out->mtu = (uint32_t)adapter->Mtu;
    out->flags = flags_read(adapter);
    name_read(adapter, out->name);
    description_read(adapter->FriendlyName, out->description);
    if (out->description[0] == 0)
        memcpy(out->description, out->name, sizeof out->description);
    if (adapter->PhysicalAddressLength > sizeof adapter->PhysicalAddress)
        return;
    out->hardware_length = (uint8_t)adapter->PhysicalAddressLength;
    memcpy(out->hardware, adapter->PhysicalAddress, out->hardware_length);
}

spal_error spali_interfaces_list(spal_interface **out, size_t *count) {
    IP_ADAPTER_ADDRESSES *list;
    spal_error error = list_get(&list);
    if (error != SPAL_OK)
        return error;
    spal_interface *found = spali_memory_new((list_count(list) + 1) * sizeof *found);
    if (found != NULL) {
        *out = found;
        *count = 0;
        for (const IP_ADAPTER_ADDRESSES *adapter = list; adapter != NULL; adapter = adapter->Next)
            interface_read(adapter, &found[(*count)++]);
    } else {
        error = spali_decline(SPAL_ENOMEM);
    }
    spali_memory_free(list);
    return error;
}

/* -------------------------------------------------------------------------------------------------------- addresses */

typedef IP_ADAPTER_UNICAST_ADDRESS address_entry;

static size_t addresses_count(const IP_ADAPTER_ADDRESSES *list) {
    size_t count = 0;
    for (; list != NULL; list = list->Next)
        for (const address_entry *entry = list->FirstUnicastAddress; entry != NULL; entry = entry->Next)
            count++;
    return count;
}

static void address_read(const IP_ADAPTER_ADDRESSES *adapter, const address_entry *entry, spal_interface_address *out) {
    size_t length = (size_t)entry->Address.iSockaddrLength;
    memset(out, 0, sizeof *out);
    if (spali_address_from_native(entry->Address.lpSockaddr, length, &out->address) == SPAL_OK)
        out->index = index_of(adapter);
    out->prefix_length = entry->OnLinkPrefixLength;
}

spal_error spali_interface_addresses_list(spal_interface_address **out, size_t *count) {
    IP_ADAPTER_ADDRESSES *list;
    spal_error error = list_get(&list);
    if (error != SPAL_OK)
        return error;
    spal_interface_address *found = spali_memory_new((addresses_count(list) + 1) * sizeof *found);
    if (found != NULL) {
        *out = found;
        *count = 0;
        for (const IP_ADAPTER_ADDRESSES *adapter = list; adapter != NULL; adapter = adapter->Next)
            for (const address_entry *entry = adapter->FirstUnicastAddress; entry != NULL; entry = entry->Next)
                address_read(adapter, entry, &found[(*count)++]);
    } else {
        error = spali_decline(SPAL_ENOMEM);
    }
    spali_memory_free(list);
    return error;
}
