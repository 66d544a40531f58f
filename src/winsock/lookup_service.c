/* SPDX-License-Identifier: MIT
 *
 * How a service is found, or a host, that WSALookupServiceBegin asks for: see lookup_service.h. A class of services
 * says by what to look, and which port addresses get.
 */
#include "lookup_service.h"

#include "status.h"

#include "svcguid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------------------- reading */

enum { DNS_TYPE_A = 1, DNS_TYPE_AAAA = 28 };

/* @return false for a type of records that are no addresses */
static bool record_read(USHORT type, int *family) {
    *family = type == DNS_TYPE_A ? AF_INET : type == DNS_TYPE_AAAA ? AF_INET6 : AF_UNSPEC;
    return type == 0 || *family != AF_UNSPEC;
}

static bool is_class(const GUID *class_id, GUID other) {
    return memcmp(class_id, &other, sizeof other) == 0;
}

/* @return false for one that is not known */
static bool class_read(const GUID *class_id, spalw_service_query *out) {
    out->class_id = *class_id;
    out->key = SPALW_BY_HOST;
    if (IS_SVCID_TCP(class_id) || IS_SVCID_UDP(class_id)) {
        out->is_udp = IS_SVCID_UDP(class_id);
        out->port = RR_FROM_SVCID(class_id) == 0 ? PORT_FROM_SVCID_TCP(class_id) : 0;
        return record_read(RR_FROM_SVCID(class_id), &out->family);
    }
    if (is_class(class_id, (GUID)SVCID_HOSTNAME) || is_class(class_id, (GUID)SVCID_INET_HOSTADDRBYNAME))
        return true;
    out->key = is_class(class_id, (GUID)SVCID_INET_SERVICEBYNAME) ? SPALW_BY_SERVICE : SPALW_BY_ADDRESS;
    return out->key == SPALW_BY_SERVICE || is_class(class_id, (GUID)SVCID_INET_HOSTADDRBYINETSTRING);
}

/* What one of the families, or of the transports, may be. */
typedef struct wanted {
    bool v4, v6, tcp, udp;
} wanted;

static wanted protocols_read(const AFPROTOCOLS *protocols, DWORD count) {
    wanted all = {count == 0, count == 0, count == 0, count == 0};
    for (DWORD i = 0; i < count; i++) {
        int family = protocols[i].iAddressFamily, protocol = protocols[i].iProtocol;
        all.v4 = all.v4 || family == AF_UNSPEC || family == AF_INET;
        all.v6 = all.v6 || family == AF_UNSPEC || family == AF_INET6;
        all.tcp = all.tcp || protocol == 0 || protocol == IPPROTO_TCP;
        all.udp = all.udp || protocol == 0 || protocol == IPPROTO_UDP;
    }
    return all;
}

DWORD spalw_service_query_read(const GUID *class_id, const AFPROTOCOLS *protocols, DWORD count,
                               spalw_service_query *out) {
    out->family = AF_UNSPEC;
    out->is_udp = false;
    out->port = 0;
    if (class_id == NULL || (count > 0 && protocols == NULL))
        return WSAEINVAL;
    if (!class_read(class_id, out))
        return WSASERVICE_NOT_FOUND;
    wanted all = protocols_read(protocols, count);
    if (out->port == 0 && !all.tcp)
        out->is_udp = all.udp;
    bool has_family = out->family == AF_INET ? all.v4 : out->family == AF_INET6 ? all.v6 : all.v4 || all.v6;
    if (!has_family || !(out->is_udp ? all.udp : all.tcp))
        return WSANO_DATA;
    if (out->family == AF_UNSPEC && !(all.v4 && all.v6))
        out->family = all.v4 ? AF_INET : AF_INET6;
    return 0;
}

/* ---------------------------------------------------------------------------------------------------------- looking */

static DWORD host_find(const spalw_service_query *query, spalw_service_found *out) {
    spalw_question question = {query->name, NULL, AI_CANONNAME, query->family, 0, 0};
    spalw_found found;
    DWORD error = spalw_lookup(&question, &found);
    if (error != 0)
        return error == WSAHOST_NOT_FOUND ? WSASERVICE_NOT_FOUND : error;
    (void)snprintf(out->name, sizeof out->name, "%s", found.canonical);
    out->list = found.list;
    out->count = found.count;
    out->is_udp = query->is_udp;
    for (size_t i = 0; i < out->count; i++)
        out->list[i].port = query->port;
    return 0;
}

static DWORD address_find(const spalw_service_query *query, spalw_service_found *out) {
    spalw_question question = {query->name, NULL, AI_NUMERICHOST, query->family, 0, 0};
    spalw_found found;
    if (spalw_lookup(&question, &found) != 0)
        return WSASERVICE_NOT_FOUND;
    out->list = found.list;
    out->count = found.count;
    out->is_udp = query->is_udp;
    spal_error error = spal_reverse(found.list, SPAL_RESOLVE_NAME_REQUIRED, -1, out->name, sizeof out->name, NULL, 0);
    if (error == SPAL_OK)
        return 0;
    free(out->list);
    out->list = NULL;
    return error == SPAL_HOST_NOT_FOUND ? WSANO_DATA : spalw_wsa_from_core(error);
}

/* "name", "name/tcp" or "name/udp". The address is the wildcard, for the service may be anywhere. */
static DWORD service_find(const spalw_service_query *query, spalw_service_found *out) {
    char name[SPALW_SERVICE_NAME], asked[SPALW_SERVICE_NAME];
    spalw_entry entry;
    size_t length = strcspn(query->name, "/");
    const char *protocol = query->name[length] == '/' ? query->name + length + 1 : query->is_udp ? "udp" : NULL;
    if (length == 0 || length >= sizeof asked)
        return WSASERVICE_NOT_FOUND;
    (void)snprintf(asked, sizeof asked, "%.*s", (int)length, query->name);
    if (!spalw_service_by_name(asked, protocol, name, &entry))
        return WSASERVICE_NOT_FOUND;
    out->list = calloc(1, sizeof *out->list);
    if (out->list == NULL)
        return WSA_NOT_ENOUGH_MEMORY;
    out->count = 1;
    out->is_udp = spalw_same_name(entry.protocol, "udp");
    (void)spal_address_any(query->family == AF_INET6 ? SPAL_AF_INET6 : SPAL_AF_INET, (uint16_t)entry.number, out->list);
    (void)snprintf(out->name, sizeof out->name, "%s", entry.name);
    return 0;
}

DWORD spalw_service_find(const spalw_service_query *query, spalw_service_found *out) {
    out->list = NULL;
    out->count = 0;
    out->name[0] = 0;
    return query->key == SPALW_BY_HOST      ? host_find(query, out)
           : query->key == SPALW_BY_ADDRESS ? address_find(query, out)
                                            : service_find(query, out);
}
