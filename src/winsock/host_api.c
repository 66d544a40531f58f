/* SPDX-License-Identifier: MIT
 *
 * Hosts as of Winsock 1.1: gethostbyname, gethostbyaddr, gethostname.
 */
#include "address_text.h"
#include "entry.h"
#include "error.h"
#include "lookup.h"
#include "native_names.h"
#include "socket.h"
#include "status.h"
#include "text.h"

#include <stdlib.h>

/* ---------------------------------------------------------------------------------------------------------- by name */

/* The addresses of a list, of IPv4 and without their structures. */
static struct hostent *host_from_list(const char *name, const spal_address *list, size_t count) {
    UCHAR *bytes = malloc(count * 4 + 1);
    if (bytes == NULL)
        return spalw_fail_null(WSA_NOT_ENOUGH_MEMORY);
    for (size_t i = 0; i < count; i++)
        memcpy(bytes + i * 4, list[i].ip, 4);
    struct hostent *host = spalw_hostent(name, AF_INET, bytes, count);
    free(bytes);
    return host;
}

/* Text like an address that is none, or one of IPv6, is a name without data. */
static bool is_like_address(const char *name) {
    IN6_ADDR v6;
    ULONG scope;
    USHORT port;
    return name[strspn(name, "0123456789.")] == 0 || spalw_v6_read_port(spalw_units_a(name), &v6, &scope, &port);
}

static struct hostent *host_find(const char *name) {
    spalw_question question = {name, NULL, AI_CANONNAME, AF_INET, SOCK_STREAM, 0};
    spalw_found found;
    DWORD error = spalw_lookup(&question, &found);
    if (error == WSAHOST_NOT_FOUND && is_like_address(name))
        error = WSANO_DATA;
    if (error != 0)
        return spalw_fail_null(error);
    struct hostent *host = host_from_list(found.canonical[0] != 0 ? found.canonical : name, found.list, found.count);
    free(found.list);
    return host;
}

struct hostent *WSAAPI gethostbyname(const char *name) {
    if (!spalw_is_started())
        return NULL;
    struct hostent *host = host_find(name == NULL ? "" : name);
    if (host != NULL)
        spalw_set_error(NO_ERROR);
    return host;
}

/* ------------------------------------------------------------------------------------------------------- by address */

struct hostent *WSAAPI gethostbyaddr(const char *address, int length, int family) {
    char name[SPAL_HOST_TEXT];
    spal_address asked;
    int wanted = family == AF_INET ? 4 : 16;
    if (!spalw_is_started())
        return NULL;
    if (family != AF_INET && family != AF_INET6)
        return spalw_fail_null(WSAEAFNOSUPPORT);
    if (address == NULL || (family == AF_INET && length < wanted))
        return spalw_fail_null(WSAEFAULT);
    if (family == AF_INET6 && length != wanted)
        return spalw_fail_null(WSAEINVAL);
    memset(&asked, 0, sizeof asked);
    asked.family = family;
    memcpy(asked.ip, address, (size_t)wanted);
    spal_error error = spal_reverse(&asked, SPAL_RESOLVE_NAME_REQUIRED, -1, name, sizeof name, NULL, 0);
    if (error == SPAL_HOST_NOT_FOUND)
        return spalw_fail_null(WSANO_DATA);
    if (error != SPAL_OK)
        return spalw_fail_null(spalw_wsa_from_core(error));
    struct hostent *host = spalw_hostent(name, family, (const UCHAR *)address, 1);
    if (host != NULL)
        spalw_set_error(NO_ERROR);
    return host;
}

/* ------------------------------------------------------------------------------------------------------- this host */

/* @return false, last error set */
static bool own_name(char name[SPAL_HOST_TEXT]) {
    if (!spalw_is_started())
        return false;
    bool has_one = spalw_native_host_name(name, SPAL_HOST_TEXT);
    if (!has_one)
        spalw_set_error(WSAENETDOWN);
    return has_one;
}

/* Its length is an int on Windows, where the C library has a size. */
int spalw_gethostname(char *name, size_t length) {
    char own[SPAL_HOST_TEXT];
    if (!own_name(own))
        return SOCKET_ERROR;
    if (name == NULL || length > INT_MAX || length <= strlen(own))
        return spalw_wsa_fail(WSAEFAULT);
    memcpy(name, own, strlen(own) + 1);
    return 0;
}

int WSAAPI GetHostNameW(PWSTR name, int length) {
    char own[SPAL_HOST_TEXT];
    if (!own_name(own))
        return SOCKET_ERROR;
    if (name == NULL || length <= 0 || spalw_wide_copy(NULL, 0, own) >= (size_t)length)
        return spalw_wsa_fail(WSAEFAULT);
    (void)spalw_wide_copy(name, (size_t)length, own);
    return 0;
}
