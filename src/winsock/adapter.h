/* SPDX-License-Identifier: MIT
 *
 * The machine's interfaces, for functions that tell of them: whole lists at a time, and what Windows names them by.
 */
#ifndef SPALW_ADAPTER_H
#define SPALW_ADAPTER_H

#include "ifdef.h"

#include "sockpal.h"

#include <stdbool.h>

/** All interfaces, and all addresses, in the order of the interfaces' indices. */
typedef struct spalw_adapters {
    spal_interface *list;
    size_t count;
    spal_interface_address *addresses;
    size_t address_count;
} spalw_adapters;

/** @return false when they cannot be had; there is nothing to be freed then */
bool spalw_adapters_get(spalw_adapters *out);
void spalw_adapters_free(spalw_adapters *adapters);

/** The addresses alone, to be freed, or null. */
spal_interface_address *spalw_addresses_get(size_t *count);

/** Numbers that name an interface. */
NET_LUID spalw_adapter_luid(const spal_interface *adapter);
GUID spalw_adapter_guid(uint32_t index);
/** 0 when no interface has that. */
uint32_t spalw_index_from_guid(const GUID *guid);

IFTYPE spalw_adapter_type(const spal_interface *adapter);

/** Which of this machine's addresses packets to an address would have as their source. Nothing is sent. */
spal_error spalw_source_address(const spal_address *to, spal_address *out);

#endif
