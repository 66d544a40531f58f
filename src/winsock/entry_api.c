/* SPDX-License-Identifier: MIT
 *
 * Services and protocols as of Winsock 1.1.
 */
#include "entry.h"
#include "error.h"
#include "socket.h"

static struct servent *service_tell(bool has_one, const spalw_entry *entry) {
    if (!has_one)
        return spalw_fail_null(WSANO_DATA);
    struct servent *service = spalw_servent(entry);
    if (service != NULL)
        spalw_set_error(NO_ERROR);
    return service;
}

struct servent *WSAAPI getservbyname(const char *name, const char *protocol) {
    char found[SPALW_SERVICE_NAME];
    spalw_entry entry;
    if (!spalw_is_started())
        return NULL;
    return service_tell(name != NULL && spalw_service_by_name(name, protocol, found, &entry), &entry);
}

/* Upper bits of the port are not looked at. */
struct servent *WSAAPI getservbyport(int port, const char *protocol) {
    char found[SPALW_SERVICE_NAME];
    spalw_entry entry;
    if (!spalw_is_started())
        return NULL;
    return service_tell(spalw_service_by_port(ntohs((u_short)port), protocol, found, &entry), &entry);
}

static struct protoent *protocol_tell(const spalw_entry *entry) {
    if (entry == NULL)
        return spalw_fail_null(WSANO_DATA);
    struct protoent *protocol = spalw_protoent(entry);
    if (protocol != NULL)
        spalw_set_error(NO_ERROR);
    return protocol;
}

struct protoent *WSAAPI getprotobyname(const char *name) {
    if (!spalw_is_started())
        return NULL;
    return protocol_tell(name == NULL ? NULL : spalw_protocol_by_name(name));
}

struct protoent *WSAAPI getprotobynumber(int number) {
    return spalw_is_started() ? protocol_tell(spalw_protocol_by_number(number)) : NULL;
}
