/* SPDX-License-Identifier: MIT
 *
 * Interfaces' names and numbers, one into the other: netioapi.h.
 */
#include "adapter.h"
#include "text.h"

#include "netioapi.h"

#include "sockpal/error.h"

#include <stdlib.h>

/* The interface that is named, out of all of them. @return false when there is none */
static bool adapter_find(uint32_t index, const char *name, spal_interface *out) {
    spalw_adapters adapters;
    bool is_found = false;
    if (!spalw_adapters_get(&adapters))
        return false;
    for (size_t i = 0; i < adapters.count && !is_found; i++) {
        is_found = name != NULL ? strcmp(adapters.list[i].name, name) == 0 : adapters.list[i].index == index;
        if (is_found)
            *out = adapters.list[i];
    }
    spalw_adapters_free(&adapters);
    return is_found;
}

static bool adapter_of(const NET_LUID *luid, spal_interface *out) {
    return adapter_find((uint32_t)luid->Info.NetLuidIndex, NULL, out) && spalw_adapter_luid(out).Value == luid->Value;
}

/* The C library's name for the size of a name is smaller than this one's. */
NET_IFINDEX WINAPI if_nametoindex(PCSTR name) {
    spal_interface adapter;
    return name != NULL && adapter_find(0, name, &adapter) ? adapter.index : 0;
}

PCHAR WINAPI if_indextoname(NET_IFINDEX index, PCHAR name) {
    spal_interface adapter;
    if (name == NULL || index == 0 || !adapter_find(index, NULL, &adapter))
        return NULL;
    return memcpy(name, adapter.name, strlen(adapter.name) + 1);
}

DWORD WINAPI ConvertInterfaceIndexToLuid(NET_IFINDEX index, PNET_LUID luid) {
    spal_interface adapter;
    if (luid == NULL)
        return ERROR_INVALID_PARAMETER;
    luid->Value = 0;
    if (index == 0 || !adapter_find(index, NULL, &adapter))
        return ERROR_FILE_NOT_FOUND;
    *luid = spalw_adapter_luid(&adapter);
    return NO_ERROR;
}

DWORD WINAPI ConvertInterfaceLuidToIndex(const NET_LUID *luid, PNET_IFINDEX index) {
    spal_interface adapter;
    if (luid == NULL || index == NULL)
        return ERROR_INVALID_PARAMETER;
    bool is_found = adapter_of(luid, &adapter);
    *index = is_found ? adapter.index : 0;
    return is_found ? NO_ERROR : ERROR_FILE_NOT_FOUND;
}

DWORD WINAPI ConvertInterfaceNameToLuidA(const CHAR *name, NET_LUID *luid) {
    spal_interface adapter;
    if (luid == NULL)
        return ERROR_INVALID_PARAMETER;
    luid->Value = 0;
    if (name == NULL || !adapter_find(0, name, &adapter))
        return ERROR_INVALID_NAME;
    *luid = spalw_adapter_luid(&adapter);
    return NO_ERROR;
}

DWORD WINAPI ConvertInterfaceNameToLuidW(const WCHAR *name, NET_LUID *luid) {
    char *text = name == NULL ? NULL : spalw_utf8_from_wide(name);
    DWORD error = ConvertInterfaceNameToLuidA(text, luid);
    free(text);
    return error;
}

DWORD WINAPI ConvertInterfaceLuidToNameA(const NET_LUID *luid, PSTR name, SIZE_T room) {
    spal_interface adapter;
    if (luid == NULL || !adapter_of(luid, &adapter))
        return ERROR_INVALID_PARAMETER;
    if (name == NULL || room <= strlen(adapter.name))
        return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(name, adapter.name, strlen(adapter.name) + 1);
    return NO_ERROR;
}

DWORD WINAPI ConvertInterfaceLuidToNameW(const NET_LUID *luid, PWSTR name, SIZE_T room) {
    spal_interface adapter;
    if (luid == NULL || !adapter_of(luid, &adapter))
        return ERROR_INVALID_PARAMETER;
    if (name == NULL || spalw_wide_copy(name, room, adapter.name) >= room)
        return ERROR_NOT_ENOUGH_MEMORY;
    return NO_ERROR;
}

DWORD WINAPI ConvertInterfaceLuidToAlias(const NET_LUID *luid, PWSTR alias, SIZE_T room) {
    return ConvertInterfaceLuidToNameW(luid, alias, room);
}

DWORD WINAPI ConvertInterfaceAliasToLuid(const WCHAR *alias, PNET_LUID luid) {
    DWORD error = ConvertInterfaceNameToLuidW(alias, luid);
    return error == ERROR_INVALID_NAME ? ERROR_INVALID_PARAMETER : error;
}

DWORD WINAPI ConvertInterfaceLuidToGuid(const NET_LUID *luid, GUID *guid) {
    spal_interface adapter;
    if (luid == NULL || guid == NULL)
        return ERROR_INVALID_PARAMETER;
    memset(guid, 0, sizeof *guid);
    if (!adapter_of(luid, &adapter))
        return ERROR_FILE_NOT_FOUND;
    *guid = spalw_adapter_guid(adapter.index);
    return NO_ERROR;
}

DWORD WINAPI ConvertInterfaceGuidToLuid(const GUID *guid, PNET_LUID luid) {
    if (guid == NULL || luid == NULL)
        return ERROR_INVALID_PARAMETER;
    return ConvertInterfaceIndexToLuid(spalw_index_from_guid(guid), luid);
}
