/* SPDX-License-Identifier: MIT
 *
 * GetAdaptersAddresses. The list is made twice: first without memory, to learn how much it takes.
 */
#include "adapter.h"
#include "sockaddr.h"
#include "status.h"
#include "text.h"

#include "iphlpapi.h"

#include <stdio.h>
#include <stdlib.h>

/* A list in the making. */
typedef struct writer {
    char *memory; /* null while it is only measured */
    size_t used;
    const spalw_adapters *adapters;
    ULONG family, flags;
} writer;

/* @return the place, zeroed, or null when nothing is written */
static void *place(writer *write, size_t bytes) {
    size_t at = write->used;
    write->used += (bytes + 7) & ~(size_t)7;
    return write->memory == NULL ? NULL : memset(write->memory + at, 0, bytes);
}

static PWCHAR wide_place(writer *write, const char *text) {
    size_t length = spalw_wide_copy(NULL, 0, text);
    PWCHAR out = place(write, (length + 1) * sizeof *out);
    if (out != NULL)
        (void)spalw_wide_copy(out, length + 1, text);
    return out;
}

static PCHAR name_place(writer *write, uint32_t index) {
    char text[40];
    GUID guid = spalw_adapter_guid(index);
    int length = snprintf(text, sizeof text, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}", guid.Data1,
                          guid.Data2, guid.Data3, guid.Data4[0], guid.Data4[1], guid.Data4[2], guid.Data4[3],
                          guid.Data4[4], guid.Data4[5], guid.Data4[6], guid.Data4[7]);
    PCHAR out = place(write, (size_t)length + 1);
    return out == NULL ? NULL : memcpy(out, text, (size_t)length + 1);
}

static SOCKET_ADDRESS address_place(writer *write, const spal_address *address) {
    spalw_sockaddr native;
    SOCKET_ADDRESS out;
    out.iSockaddrLength = spalw_sockaddr_fill(address, &native);
    out.lpSockaddr = place(write, sizeof native);
    if (out.lpSockaddr != NULL)
        memcpy(out.lpSockaddr, &native, (size_t)out.iSockaddrLength);
    return out;
}

/* ------------------------------------------------------------------------------------------- addresses and prefixes */

static bool is_link_local(const spal_address *address) {
    return address->family == SPAL_AF_INET6 && address->ip[0] == 0xfe && (address->ip[1] & 0xc0) == 0x80;
}

static PIP_ADAPTER_UNICAST_ADDRESS unicast_place(writer *write, const spal_interface_address *from) {
    PIP_ADAPTER_UNICAST_ADDRESS out = place(write, sizeof *out);
    SOCKET_ADDRESS address = address_place(write, &from->address);
    if (out == NULL)
        return NULL;
    bool is_given = spal_address_is_loopback(&from->address) || is_link_local(&from->address);
    out->Length = sizeof *out;
    out->Flags = is_given ? 0 : IP_ADAPTER_ADDRESS_DNS_ELIGIBLE;
    out->Address = address;
    out->PrefixOrigin = is_given ? IpPrefixOriginWellKnown : IpPrefixOriginManual;
    out->SuffixOrigin = is_link_local(&from->address) ? IpSuffixOriginLinkLayerAddress
                        : is_given                    ? IpSuffixOriginWellKnown
                                                      : IpSuffixOriginManual;
    out->DadState = IpDadStatePreferred;
    out->ValidLifetime = out->PreferredLifetime = out->LeaseLifetime = 0xffffffff;
    out->OnLinkPrefixLength = (UINT8)from->prefix_length;
    return out;
}

/* The bits that the network's addresses have in common. */
static spal_address prefix_of(const spal_interface_address *from) {
    spal_address prefix = from->address;
    for (uint32_t i = 0; i < sizeof prefix.ip; i++) {
        uint32_t kept = from->prefix_length > 8 * i ? from->prefix_length - 8 * i : 0;
        if (kept < 8)
            prefix.ip[i] &= (uint8_t)(0xff00 >> kept);
    }
    return prefix;
}

static PIP_ADAPTER_PREFIX prefix_place(writer *write, const spal_interface_address *from) {
    spal_address prefix = prefix_of(from);
    PIP_ADAPTER_PREFIX out = place(write, sizeof *out);
    SOCKET_ADDRESS address = address_place(write, &prefix);
    if (out == NULL)
        return NULL;
    out->Length = sizeof *out;
    out->Address = address;
    out->PrefixLength = from->prefix_length;
    return out;
}

static bool is_wanted(const writer *write, const spal_interface_address *address, uint32_t index) {
    return address->index == index && (write->family == AF_UNSPEC || (int)write->family == address->address.family);
}

/* --------------------------------------------------------------------------------------------------------- adapters */

static ULONG flags_of(const writer *write, const spal_interface *from) {
    ULONG flags = (from->flags & SPAL_IF_MULTICAST) != 0 ? 0 : IP_ADAPTER_NO_MULTICAST;
    for (size_t i = 0; i < write->adapters->address_count; i++)
        if (write->adapters->addresses[i].index == from->index)
            flags |= write->adapters->addresses[i].address.family == SPAL_AF_INET ? IP_ADAPTER_IPV4_ENABLED
                                                                                  : IP_ADAPTER_IPV6_ENABLED;
    return flags;
}

static void adapter_fill(const writer *write, const spal_interface *from, PIP_ADAPTER_ADDRESSES out) {
    size_t length =
        from->hardware_length < MAX_ADAPTER_ADDRESS_LENGTH ? from->hardware_length : MAX_ADAPTER_ADDRESS_LENGTH;
    out->Length = sizeof *out;
    out->IfIndex = from->index;
    memcpy(out->PhysicalAddress, from->hardware, length);
    out->PhysicalAddressLength = (ULONG)length;
    out->Flags = flags_of(write, from);
    out->Mtu = from->mtu;
    out->IfType = spalw_adapter_type(from);
    out->OperStatus = (from->flags & SPAL_IF_RUNNING) != 0 ? IfOperStatusUp : IfOperStatusDown;
    out->Ipv6IfIndex = (out->Flags & IP_ADAPTER_IPV6_ENABLED) != 0 ? from->index : 0;
    for (size_t i = 0; i < _countof(out->ZoneIndices); i++)
        out->ZoneIndices[i] = from->index;
    out->Luid = spalw_adapter_luid(from);
    out->CompartmentId = NET_IF_COMPARTMENT_ID_PRIMARY;
    out->ConnectionType = NET_IF_CONNECTION_DEDICATED;
    out->TunnelType = TUNNEL_TYPE_NONE;
}

static void unicasts_place(writer *write, uint32_t index, PIP_ADAPTER_ADDRESSES out) {
    PIP_ADAPTER_UNICAST_ADDRESS last = NULL;
    for (size_t i = 0; i < write->adapters->address_count; i++) {
        const spal_interface_address *from = &write->adapters->addresses[i];
        if (!is_wanted(write, from, index))
            continue;
        PIP_ADAPTER_UNICAST_ADDRESS one = unicast_place(write, from);
        if (out == NULL)
            continue;
        *(last == NULL ? &out->FirstUnicastAddress : &last->Next) = one;
        last = one;
    }
}

static void prefixes_place(writer *write, uint32_t index, PIP_ADAPTER_ADDRESSES out) {
    PIP_ADAPTER_PREFIX last = NULL;
    for (size_t i = 0; i < write->adapters->address_count; i++) {
        const spal_interface_address *from = &write->adapters->addresses[i];
        if (!is_wanted(write, from, index))
            continue;
        PIP_ADAPTER_PREFIX one = prefix_place(write, from);
        if (out == NULL)
            continue;
        *(last == NULL ? &out->FirstPrefix : &last->Next) = one;
        last = one;
    }
}

static PIP_ADAPTER_ADDRESSES adapter_place(writer *write, const spal_interface *from) {
    PIP_ADAPTER_ADDRESSES out = place(write, sizeof *out);
    PCHAR name = name_place(write, from->index);
    PWCHAR suffix = wide_place(write, "");
    PWCHAR description = wide_place(write, from->description);
    PWCHAR friendly = (write->flags & GAA_FLAG_SKIP_FRIENDLY_NAME) != 0 ? NULL : wide_place(write, from->name);
    if (out != NULL) {
        adapter_fill(write, from, out);
        out->AdapterName = name;
        out->DnsSuffix = suffix;
        out->Description = description;
        out->FriendlyName = friendly;
    }
    if ((write->flags & GAA_FLAG_SKIP_UNICAST) == 0)
        unicasts_place(write, from->index, out);
    if ((write->flags & GAA_FLAG_INCLUDE_PREFIX) != 0)
        prefixes_place(write, from->index, out);
    return out;
}

static bool has_address(const writer *write, uint32_t index) {
    for (size_t i = 0; i < write->adapters->address_count; i++)
        if (is_wanted(write, &write->adapters->addresses[i], index))
            return true;
    return false;
}

/* Interfaces without an address of the family are left out unless all are asked for. */
static size_t adapters_place(writer *write) {
    PIP_ADAPTER_ADDRESSES last = NULL;
    size_t count = 0;
    for (size_t i = 0; i < write->adapters->count; i++) {
        const spal_interface *from = &write->adapters->list[i];
        if ((write->flags & GAA_FLAG_INCLUDE_ALL_INTERFACES) == 0 && !has_address(write, from->index))
            continue;
        PIP_ADAPTER_ADDRESSES one = adapter_place(write, from);
        if (last != NULL)
            last->Next = one;
        last = one;
        count++;
    }
    return count;
}

static ULONG list_write(writer *write, PIP_ADAPTER_ADDRESSES out, PULONG bytes) {
    if (adapters_place(write) == 0)
        return ERROR_NO_DATA;
    bool fits = out != NULL && *bytes >= write->used;
    *bytes = (ULONG)write->used;
    if (!fits)
        return ERROR_BUFFER_OVERFLOW;
    write->memory = (char *)out;
    write->used = 0;
    (void)adapters_place(write);
    return ERROR_SUCCESS;
}

ULONG WINAPI GetAdaptersAddresses(ULONG family, ULONG flags, PVOID reserved, PIP_ADAPTER_ADDRESSES out, PULONG bytes) {
    spalw_adapters adapters;
    (void)reserved;
    if (bytes == NULL || (family != AF_UNSPEC && family != AF_INET && family != AF_INET6))
        return ERROR_INVALID_PARAMETER;
    if (!spalw_adapters_get(&adapters))
        return ERROR_NOT_ENOUGH_MEMORY;
    writer write = {NULL, 0, &adapters, family, flags};
    ULONG error = list_write(&write, out, bytes);
    spalw_adapters_free(&adapters);
    return error;
}
