/* SPDX-License-Identifier: MIT
 *
 * Controls that ask for the machine's addresses, interfaces and routes. They have to do with the socket's family only.
 */
#include "ioctl.h"
#include "sockaddr.h"
#include "status.h"

#include <stdlib.h>

/* What only this machine can reach is not in the list of what can be bound to. */
static bool is_listed(const spalw_ioctl *call, const spal_address *address) {
    static const uint8_t self[16] = {[15] = 1};
    const uint8_t *ip = address->ip;
    if (address->family != call->socket->family)
        return false;
    return address->family == SPAL_AF_INET ? ip[0] != 127 : memcmp(ip, self, sizeof self) != 0;
}

/* The addresses of all interfaces, or null with an error. */
static spal_interface_address *addresses_list(size_t *count, DWORD *code) {
    spal_interface_address *list = NULL;
    size_t room = 0;
    *count = 0;
    spal_error error = SPAL_OK;
    do {
        free(list);
        room = *count + 8;
        list = malloc(room * sizeof *list);
        error = list == NULL ? SPAL_ENOMEM : spal_interface_addresses(0, list, room, count);
    } while (error == SPAL_OK && *count > room);
    if (error != SPAL_OK) {
        free(list);
        list = NULL;
        *code = spalw_wsa_from_core(error);
    }
    return list;
}

/* The list's head, then the entries, then the addresses, all in one piece. */
static DWORD address_list_write(spalw_ioctl *call, const spal_interface_address *list, size_t count) {
    size_t matching = 0;
    for (size_t i = 0; i < count; i++)
        matching += is_listed(call, &list[i].address);
    size_t length = (size_t)spalw_sockaddr_length(call->socket->family);
    size_t head = offsetof(SOCKET_ADDRESS_LIST, Address) + matching * sizeof(SOCKET_ADDRESS);
    call->returned = (DWORD)(head + matching * length);
    if (call->out == NULL || call->out_bytes < call->returned)
        return WSAEFAULT;
    SOCKET_ADDRESS_LIST *out = call->out;
    char *at = (char *)call->out + head;
    out->iAddressCount = 0;
    for (size_t i = 0; i < count; i++) {
        spalw_sockaddr name;
        if (!is_listed(call, &list[i].address))
            continue;
        (void)spalw_sockaddr_fill(&list[i].address, &name);
        memcpy(at, &name, length);
        SOCKET_ADDRESS *entry = &out->Address[out->iAddressCount++];
        entry->lpSockaddr = (LPSOCKADDR)(void *)at;
        entry->iSockaddrLength = (INT)length;
        at += length;
    }
    return 0;
}

DWORD spalw_ioctl_address_list(spalw_ioctl *call) {
    size_t count = 0;
    DWORD code = 0;
    if (call->in_bytes != 0 || (call->out != NULL && call->out_bytes < sizeof(INT)))
        return WSAEINVAL;
    spal_interface_address *list = addresses_list(&count, &code);
    if (list == NULL)
        return code;
    code = address_list_write(call, list, count);
    free(list);
    return code;
}

/* ------------------------------------------------------------------------------------------------------- interfaces */

static void mask_fill(sockaddr_gen *out, uint32_t bits) {
    memset(out, 0, sizeof *out);
    out->AddressIn.sin_family = AF_INET;
    out->AddressIn.sin_addr.s_addr = bits == 0 ? 0 : htonl(0xffffffffU << (32 - bits));
}

static ULONG interface_flags(uint32_t index) {
    static const struct {
        int core;
        ULONG winsock;
    } flags[] = {{SPAL_IF_UP, IFF_UP},
                 {SPAL_IF_BROADCAST, IFF_BROADCAST},
                 {SPAL_IF_LOOPBACK, IFF_LOOPBACK},
                 {SPAL_IF_POINT_TO_POINT, IFF_POINTTOPOINT},
                 {SPAL_IF_MULTICAST, IFF_MULTICAST}};
    ULONG out = 0;
    size_t count = 0;
    spal_interface *list = malloc(64 * sizeof *list);
    if (list != NULL && spal_interfaces(list, 64, &count) == SPAL_OK)
        for (size_t i = 0; i < count && i < 64; i++)
            for (size_t j = 0; list[i].index == index && j < _countof(flags); j++)
                out |= (list[i].flags & flags[j].core) != 0 ? flags[j].winsock : 0;
    free(list);
    return out;
}

static void interface_fill(INTERFACE_INFO *out, const spal_interface_address *from) {
    spalw_sockaddr name;
    memset(out, 0, sizeof *out);
    (void)spalw_sockaddr_fill(&from->address, &name);
    memcpy(&out->iiAddress.AddressIn, &name.v4, sizeof name.v4);
    mask_fill(&out->iiNetmask, from->prefix_length);
    mask_fill(&out->iiBroadcastAddress, 32);
    out->iiFlags = interface_flags(from->index);
}

DWORD spalw_ioctl_interface_list(spalw_ioctl *call) {
    size_t count = 0;
    DWORD code = 0;
    if (call->socket->family != AF_INET)
        return WSAEINVAL;
    spal_interface_address *list = addresses_list(&count, &code);
    if (list == NULL)
        return code;
    INTERFACE_INFO *out = call->out;
    size_t room = call->out == NULL ? 0 : call->out_bytes / sizeof *out;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].address.family != SPAL_AF_INET)
            continue;
        if (used < room)
            interface_fill(&out[used], &list[i]);
        used++;
    }
    free(list);
    if (used > room)
        return WSAEFAULT;
    call->returned = (DWORD)(used * sizeof *out);
    return 0;
}

DWORD spalw_ioctl_broadcast_address(spalw_ioctl *call) {
    struct sockaddr_in name = {.sin_family = AF_INET};
    name.sin_addr.s_addr = INADDR_BROADCAST;
    return call->socket->family == AF_INET ? spalw_ioctl_answer(call, &name, sizeof name) : WSAENOPROTOOPT;
}

/* ----------------------------------------------------------------------------------------------------------- routes */

/* A datagram socket that is connected knows by which of the machine's addresses it would send. Nothing is sent. */
spal_error spalw_ioctl_source_find(const spal_address *to, spal_address *out) {
    spal_socket probe;
    spal_address meant = *to;
    if (meant.port == 0)
        meant.port = 9;
    spal_error error = spal_open(&probe, to->family, SPAL_SOCK_DGRAM, 0);
    if (error != SPAL_OK)
        return error;
    error = spal_connect(probe, &meant);
    if (error == SPAL_OK)
        error = spal_local_address(probe, out);
    (void)spal_close(probe);
    out->port = 0;
    return error;
}

DWORD spalw_ioctl_routing_interface(spalw_ioctl *call) {
    spal_address to, from;
    spalw_sockaddr name;
    DWORD code = spalw_sockaddr_read(call->in, (int)call->in_bytes, &to);
    if (code != 0)
        return code;
    spal_error error = spalw_ioctl_source_find(&to, &from);
    if (error != SPAL_OK)
        return spalw_wsa_from_core(error);
    return spalw_ioctl_answer(call, &name, (DWORD)spalw_sockaddr_fill(&from, &name));
}
