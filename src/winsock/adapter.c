/* SPDX-License-Identifier: MIT
 *
 * The machine's interfaces: see adapter.h.
 */
#include "adapter.h"

#include <stdlib.h>
#include <string.h>

/* A list may grow between the question how long it is and the one for it. */
static spal_interface *interfaces_get(size_t *count) {
    spal_interface *list = NULL;
    size_t room = 0;
    *count = 0;
    while (spal_interfaces(list, room, count) == SPAL_OK) {
        if (list != NULL && *count <= room)
            return list;
        room = *count + 2;
        free(list);
        list = malloc(room * sizeof *list);
        if (list == NULL)
            break;
    }
    free(list);
    *count = 0;
    return NULL;
}

spal_interface_address *spalw_addresses_get(size_t *count) {
    spal_interface_address *list = NULL;
    size_t room = 0;
    *count = 0;
    while (spal_interface_addresses(0, list, room, count) == SPAL_OK) {
        if (list != NULL && *count <= room)
            return list;
        room = *count + 4;
        free(list);
        list = malloc(room * sizeof *list);
        if (list == NULL)
            break;
    }
    free(list);
    *count = 0;
    return NULL;
}

bool spalw_adapters_get(spalw_adapters *out) {
    out->list = interfaces_get(&out->count);
    out->addresses = out->list == NULL ? NULL : spalw_addresses_get(&out->address_count);
    if (out->addresses != NULL)
        return true;
    free(out->list);
    return false;
}

void spalw_adapters_free(spalw_adapters *adapters) {
    free(adapters->list);
    free(adapters->addresses);
}

/* ---------------------------------------------------------------------------------------------------------- numbers */

IFTYPE spalw_adapter_type(const spal_interface *adapter) {
    if ((adapter->flags & SPAL_IF_LOOPBACK) != 0)
        return IF_TYPE_SOFTWARE_LOOPBACK;
    if ((adapter->flags & SPAL_IF_POINT_TO_POINT) != 0)
        return IF_TYPE_PPP;
    return adapter->hardware_length == 6 ? IF_TYPE_ETHERNET_CSMACD : IF_TYPE_OTHER;
}

NET_LUID spalw_adapter_luid(const spal_interface *adapter) {
    NET_LUID luid;
    luid.Value = 0;
    luid.Info.NetLuidIndex = adapter->index & 0xffffff;
    luid.Info.IfType = spalw_adapter_type(adapter) & 0xffff;
    return luid;
}

/* A number of our own that has the form of one, with the index in it. */
static const GUID pattern = {0, 0x7370, 0x4c77, {0x80, 0x6e, 0x73, 0x6f, 0x63, 0x6b, 0x69, 0x66}};

GUID spalw_adapter_guid(uint32_t index) {
    GUID guid = pattern;
    guid.Data1 = index;
    return guid;
}

uint32_t spalw_index_from_guid(const GUID *guid) {
    GUID same = pattern;
    same.Data1 = guid->Data1;
    return memcmp(&same, guid, sizeof same) == 0 ? guid->Data1 : 0;
}

/* ----------------------------------------------------------------------------------------------------------- routes */

/* A datagram socket that has a peer knows by which address it would send. */
spal_error spalw_source_address(const spal_address *to, spal_address *out) {
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
    return error;
}
