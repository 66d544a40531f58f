/* SPDX-License-Identifier: MIT
 *
 * What WSALookupServiceBegin asks for, and how it is found (lookup_service.c); the handles, and the structures that
 * callers get, stand in lookup_api.c.
 */
#ifndef SPALW_LOOKUP_SERVICE_H
#define SPALW_LOOKUP_SERVICE_H

#include "lookup.h"
#include "services.h"

#include "winsock2.h"

/** By what to look: the name of a host, the text of an address, or the name of a service. */
typedef enum spalw_service_key { SPALW_BY_HOST, SPALW_BY_ADDRESS, SPALW_BY_SERVICE } spalw_service_key;

typedef struct spalw_service_query {
    spalw_service_key key;
    GUID class_id;
    char *name; /**< not null; to be freed */
    int family; /**< AF_UNSPEC: both */
    bool is_udp;
    uint16_t port;
} spalw_service_query;

/** What has been found: a name, and addresses with their ports. */
typedef struct spalw_service_found {
    char name[SPAL_HOST_TEXT];
    spal_address *list; /**< to be freed */
    size_t count;
    bool is_udp;
} spalw_service_found;

/** Reads a class of services, and what the query is restricted to. @return 0 or a Winsock error */
DWORD spalw_service_query_read(const GUID *class_id, const AFPROTOCOLS *protocols, DWORD count,
                               spalw_service_query *out);

/** Looks, however long that takes. @return likewise */
DWORD spalw_service_find(const spalw_service_query *query, spalw_service_found *out);

#endif
