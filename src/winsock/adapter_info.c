/* SPDX-License-Identifier: MIT
 *
 * The older functions of iphlpapi.h: adapters and addresses of IPv4, the network's parameters, the way to an address.
 */
#include "adapter.h"
#include "address_text.h"
#include "native_names.h"
#include "sockaddr.h"
#include "status.h"

#include "iphlpapi.h"

#include "winsock2.h"

#include <stdio.h>
#include <stdlib.h>

/* ------------------------------------------------------------------------------------------------------------ masks */

static DWORD mask_of(uint32_t bits) {
    return bits == 0 ? 0 : htonl(0xffffffffU << (32 - bits));
}

static bool is_v4(const spal_interface_address *address) {
    return address->address.family == SPAL_AF_INET;
}

static DWORD v4_of(const spal_interface_address *from) {
    DWORD address;
    memcpy(&address, from->address.ip, sizeof address);
    return address;
}

DWORD WINAPI ConvertLengthToIpv4Mask(ULONG length, PULONG mask) {
    *mask = length > 32 ? INADDR_NONE : mask_of(length);
    return length > 32 ? ERROR_INVALID_PARAMETER : NO_ERROR;
}

DWORD WINAPI ConvertIpv4MaskToLength(ULONG mask, UINT8 *length) {
    UINT8 bits = 0;
    while (bits < 32 && mask_of(bits) != mask)
        bits++;
    if (mask_of(bits) != mask)
        return ERROR_INVALID_PARAMETER;
    *length = bits;
    return NO_ERROR;
}

/* -------------------------------------------------------------------------------------------------------- addresses */

static int row_compare(const void *a, const void *b) {
    DWORD one = ntohl(((const MIB_IPADDRROW *)a)->dwAddr), other = ntohl(((const MIB_IPADDRROW *)b)->dwAddr);
    return (one > other) - (one < other);
}

static void row_fill(const spal_interface_address *from, MIB_IPADDRROW *out) {
    memset(out, 0, sizeof *out);
    out->dwAddr = v4_of(from);
    out->dwIndex = from->index;
    out->dwMask = mask_of(from->prefix_length);
    out->dwBCastAddr = 1;
    out->dwReasmSize = 65535;
    out->wType = MIB_IPADDR_PRIMARY;
}

DWORD WINAPI GetIpAddrTable(PMIB_IPADDRTABLE out, PULONG bytes, BOOL is_ordered) {
    size_t count = 0, rows = 0;
    if (bytes == NULL)
        return ERROR_INVALID_PARAMETER;
    spal_interface_address *list = spalw_addresses_get(&count);
    if (list == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    for (size_t i = 0; i < count; i++)
        rows += is_v4(&list[i]);
    size_t needed = offsetof(MIB_IPADDRTABLE, table) + (rows == 0 ? 1 : rows) * sizeof(MIB_IPADDRROW);
    bool fits = out != NULL && *bytes >= needed;
    *bytes = (ULONG)needed;
    if (fits) {
        out->dwNumEntries = 0;
        for (size_t i = 0; i < count; i++)
            if (is_v4(&list[i]))
                row_fill(&list[i], &out->table[out->dwNumEntries++]);
        if (is_ordered)
            qsort(out->table, rows, sizeof out->table[0], row_compare);
    }
    free(list);
    return fits ? NO_ERROR : ERROR_INSUFFICIENT_BUFFER;
}

/* --------------------------------------------------------------------------------------------------------- adapters */

static void address_write(DWORD address, char *out) {
    IN_ADDR in;
    char text[SPALW_V4_TEXT];
    in.s_addr = address;
    memcpy(out, text, spalw_v4_write(&in, 0, text) + 1);
}

static void entry_fill(const spal_interface_address *from, IP_ADDR_STRING *out) {
    memset(out, 0, sizeof *out);
    address_write(v4_of(from), out->IpAddress.String);
    address_write(mask_of(from->prefix_length), out->IpMask.String);
    out->Context = ntohl(v4_of(from));
}

static void nothing_fill(IP_ADDR_STRING *out) {
    memset(out, 0, sizeof *out);
    address_write(0, out->IpAddress.String);
    address_write(0, out->IpMask.String);
}

static size_t v4_count(const spalw_adapters *adapters, uint32_t index) {
    size_t count = 0;
    for (size_t i = 0; i < adapters->address_count; i++)
        count += adapters->addresses[i].index == index && is_v4(&adapters->addresses[i]);
    return count;
}

/* The loopback interface is none of this function's. */
static bool is_adapter(const spal_interface *from) {
    return (from->flags & SPAL_IF_LOOPBACK) == 0;
}

static size_t info_bytes(const spalw_adapters *adapters) {
    size_t bytes = 0;
    for (size_t i = 0; i < adapters->count; i++) {
        size_t count = v4_count(adapters, adapters->list[i].index);
        if (is_adapter(&adapters->list[i]))
            bytes += sizeof(IP_ADAPTER_INFO) + (count > 1 ? count - 1 : 0) * sizeof(IP_ADDR_STRING);
    }
    return bytes;
}

/* The first address stands inside, the others behind it. @return where those end */
static char *addresses_fill(const spalw_adapters *adapters, PIP_ADAPTER_INFO out) {
    IP_ADDR_STRING *last = NULL;
    char *behind = (char *)(out + 1);
    nothing_fill(&out->IpAddressList);
    for (size_t i = 0; i < adapters->address_count; i++) {
        const spal_interface_address *from = &adapters->addresses[i];
        if (from->index != out->Index || !is_v4(from))
            continue;
        IP_ADDR_STRING *entry = &out->IpAddressList;
        if (last != NULL) {
            entry = (IP_ADDR_STRING *)(void *)behind;
            behind += sizeof *entry;
            last->Next = entry;
        }
        entry_fill(from, entry);
        last = entry;
    }
    return behind;
}

static char *info_fill(const spalw_adapters *adapters, const spal_interface *from, PIP_ADAPTER_INFO out) {
    GUID guid = spalw_adapter_guid(from->index);
    size_t length =
        from->hardware_length < MAX_ADAPTER_ADDRESS_LENGTH ? from->hardware_length : MAX_ADAPTER_ADDRESS_LENGTH;
    memset(out, 0, sizeof *out);
    out->ComboIndex = out->Index = from->index;
    (void)snprintf(out->AdapterName, sizeof out->AdapterName, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
                   guid.Data1, guid.Data2, guid.Data3, guid.Data4[0], guid.Data4[1], guid.Data4[2], guid.Data4[3],
                   guid.Data4[4], guid.Data4[5], guid.Data4[6], guid.Data4[7]);
    (void)snprintf(out->Description, sizeof out->Description, "%.*s", MAX_ADAPTER_DESCRIPTION_LENGTH,
                   from->description);
    memcpy(out->Address, from->hardware, length);
    out->AddressLength = (UINT)length;
    out->Type = spalw_adapter_type(from);
    nothing_fill(&out->GatewayList);
    nothing_fill(&out->DhcpServer);
    nothing_fill(&out->PrimaryWinsServer);
    nothing_fill(&out->SecondaryWinsServer);
    return addresses_fill(adapters, out);
}

static void infos_fill(const spalw_adapters *adapters, PIP_ADAPTER_INFO out) {
    PIP_ADAPTER_INFO last = NULL;
    char *at = (char *)out;
    for (size_t i = 0; i < adapters->count; i++) {
        PIP_ADAPTER_INFO one = (PIP_ADAPTER_INFO)(void *)at;
        if (!is_adapter(&adapters->list[i]))
            continue;
        at = info_fill(adapters, &adapters->list[i], one);
        if (last != NULL)
            last->Next = one;
        last = one;
    }
}

ULONG WINAPI GetAdaptersInfo(PIP_ADAPTER_INFO out, PULONG bytes) {
    spalw_adapters adapters;
    if (bytes == NULL)
        return ERROR_INVALID_PARAMETER;
    if (!spalw_adapters_get(&adapters))
        return ERROR_NOT_ENOUGH_MEMORY;
    size_t needed = info_bytes(&adapters);
    bool fits = out != NULL && *bytes >= needed;
    *bytes = (ULONG)needed;
    if (fits && needed > 0)
        infos_fill(&adapters, out);
    spalw_adapters_free(&adapters);
    return needed == 0 ? ERROR_NO_DATA : fits ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
}

DWORD WINAPI GetNumberOfInterfaces(PDWORD count) {
    size_t found = 0;
    if (count == NULL)
        return ERROR_INVALID_PARAMETER;
    if (spal_interfaces(NULL, 0, &found) != SPAL_OK)
        return ERROR_NOT_ENOUGH_MEMORY;
    *count = (DWORD)found;
    return NO_ERROR;
}

DWORD WINAPI GetFriendlyIfIndex(DWORD index) {
    return index & 0x00ffffff;
}

/* ---------------------------------------------------------------------------------------------------------- the way */

static DWORD index_of(const spal_address *address, PDWORD index) {
    size_t count = 0;
    DWORD found = 0;
    spal_interface_address *list = spalw_addresses_get(&count);
    for (size_t i = 0; i < count && found == 0; i++)
        if (list[i].address.family == address->family &&
            memcmp(list[i].address.ip, address->ip, sizeof address->ip) == 0)
            found = list[i].index;
    if (found == 0 && spal_address_is_loopback(address)) /* All of 127.0.0.0/8 is. */
        for (size_t i = 0; i < count && found == 0; i++)
            if (spal_address_is_loopback(&list[i].address))
                found = list[i].index;
    free(list);
    *index = found;
    return found == 0 ? ERROR_NETWORK_UNREACHABLE : NO_ERROR;
}

static DWORD way_find(const spal_address *to, PDWORD index) {
    spal_address from;
    spal_error error = spalw_source_address(to, &from);
    if (error != SPAL_OK)
        return error == SPAL_EHOSTUNREACH ? ERROR_HOST_UNREACHABLE : ERROR_NETWORK_UNREACHABLE;
    return index_of(&from, index);
}

DWORD WINAPI GetBestInterface(IPAddr destination, PDWORD index) {
    spal_address to;
    if (index == NULL)
        return ERROR_INVALID_PARAMETER;
    memset(&to, 0, sizeof to);
    to.family = SPAL_AF_INET;
    memcpy(to.ip, &destination, sizeof destination);
    return way_find(&to, index);
}

DWORD WINAPI GetBestInterfaceEx(struct sockaddr *destination, PDWORD index) {
    spal_address to;
    if (index == NULL || destination == NULL ||
        (destination->sa_family != AF_INET && destination->sa_family != AF_INET6))
        return ERROR_INVALID_PARAMETER;
    (void)spalw_sockaddr_read(destination, spalw_sockaddr_length(destination->sa_family), &to);
    return way_find(&to, index);
}

/* --------------------------------------------------------------------------------------------------- the parameters */

static void params_fill(PFIXED_INFO out) {
    char name[SPAL_HOST_TEXT] = "";
    memset(out, 0, sizeof *out);
    if (!spalw_native_host_name(name, sizeof name))
        name[0] = 0;
    const char *domain = strchr(name, '.');
    (void)snprintf(out->DomainName, sizeof out->DomainName, "%.*s", MAX_DOMAIN_NAME_LEN,
                   domain == NULL ? "" : domain + 1);
    name[strcspn(name, ".")] = 0;
    (void)snprintf(out->HostName, sizeof out->HostName, "%.*s", MAX_HOSTNAME_LEN, name);
    out->NodeType = HYBRID_NODETYPE;
    nothing_fill(&out->DnsServerList);
    out->DnsServerList.IpAddress.String[0] = 0; /* Which servers are asked, the resolver does not tell. */
    out->DnsServerList.IpMask.String[0] = 0;
}

DWORD WINAPI GetNetworkParams(PFIXED_INFO out, PULONG bytes) {
    if (bytes == NULL)
        return ERROR_INVALID_PARAMETER;
    bool fits = out != NULL && *bytes >= sizeof *out;
    *bytes = sizeof *out;
    if (!fits)
        return ERROR_BUFFER_OVERFLOW;
    params_fill(out);
    return ERROR_SUCCESS;
}
