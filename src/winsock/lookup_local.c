/* SPDX-License-Identifier: MIT
 *
 * What is answered without asking anybody: see lookup.h. Windows answers these itself too, whatever its files say.
 */
#include "adapter.h"
#include "address_text.h"
#include "lookup.h"
#include "native_names.h"
#include "services.h"

#include "sockpal/error.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MOST 253

/* -------------------------------------------------------------------------------------------- this host's addresses */

static bool is_link_local(const spal_address *address) {
    return address->family == SPAL_AF_INET6 && address->ip[0] == 0xfe && (address->ip[1] & 0xc0) == 0x80;
}

/* In the order in which Windows lists its own addresses. */
static int rank_of(const spal_address *address) {
    return address->family == SPAL_AF_INET ? 2 : is_link_local(address) ? 1 : 0;
}

static bool is_wanted(const spal_address *address, int family, bool is_loopback) {
    return (family == AF_UNSPEC || address->family == family) && spal_address_is_loopback(address) == is_loopback;
}

static size_t own_copy(const spal_interface_address *from, size_t count, int family, bool is_loopback,
                       spal_address *out) {
    size_t copied = 0;
    for (int rank = 0; rank <= 2; rank++)
        for (size_t i = 0; i < count; i++)
            if (is_wanted(&from[i].address, family, is_loopback) && rank_of(&from[i].address) == rank)
                out[copied++] = from[i].address;
    return copied;
}

bool spalw_own_addresses(int family, spal_address **out, size_t *count) {
    size_t found = 0;
    spal_interface_address *interfaces = spalw_addresses_get(&found);
    *out = malloc((found + 1) * sizeof **out);
    *count = 0;
    if (*out != NULL && interfaces != NULL) {
        *count = own_copy(interfaces, found, family, false, *out);
        if (*count == 0)
            *count = own_copy(interfaces, found, family, true, *out);
    }
    free(interfaces);
    return *out != NULL;
}

bool spalw_has_global(int family) {
    size_t count = 0;
    bool has_one = false;
    spal_interface_address *interfaces = spalw_addresses_get(&count);
    for (size_t i = 0; i < count && !has_one; i++)
        has_one = is_wanted(&interfaces[i].address, family, false) && !is_link_local(&interfaces[i].address);
    free(interfaces);
    return has_one;
}

/* Some systems have no IPv6, or have it switched off. */
static bool has_v6(void) {
    size_t count = 0;
    bool has_one = false;
    spal_interface_address *interfaces = spalw_addresses_get(&count);
    for (size_t i = 0; i < count && !has_one; i++)
        has_one = interfaces[i].address.family == SPAL_AF_INET6;
    free(interfaces);
    return has_one;
}

/* ------------------------------------------------------------------------------------------------------------ names */

static bool is_one_of(const char *host, const char *name) {
    size_t length = strlen(host);
    char copy[NAME_MOST + 2];
    if (length == 0 || length > NAME_MOST + 1)
        return false;
    memcpy(copy, host, length + 1);
    if (copy[length - 1] == '.')
        copy[length - 1] = 0;
    return spalw_same_name(copy, name);
}

bool spalw_is_localhost(const char *host) {
    return is_one_of(host, "localhost");
}

bool spalw_is_own_name(const char *host) {
    char own[SPAL_HOST_TEXT];
    if (host[0] == 0 || strcmp(host, "..localmachine") == 0)
        return true;
    return spalw_native_host_name(own, sizeof own) && is_one_of(host, own);
}

/* What can be no name: addresses that are wrong, what has units that no name has. The domain "invalid" has no names by
 * definition (RFC 6761, 6.4). */
static bool is_no_name(const char *host) {
    size_t length = strlen(host);
    if (length > NAME_MOST + 1 || host[strcspn(host, ":%/[] \t\r\n")] != 0)
        return true;
    if (host[strspn(host, "0123456789.")] == 0)
        return true;
    const char *last = strrchr(host, '.');
    return last != NULL && is_one_of(last + 1, "invalid");
}

/* ---------------------------------------------------------------------------------------------------------- answers */

static bool list_room(spalw_found *answer, size_t count) {
    answer->list = calloc(count, sizeof *answer->list);
    return answer->list != NULL;
}

/* An address for every family that is wanted, IPv6 first. */
static DWORD pair_answer(const spalw_question *question, spalw_found *answer,
                         spal_error (*make)(int, uint16_t, spal_address *)) {
    if (!list_room(answer, 2))
        return WSA_NOT_ENOUGH_MEMORY;
    if (question->family == AF_INET6 || (question->family == AF_UNSPEC && has_v6()))
        (void)make(SPAL_AF_INET6, 0, &answer->list[answer->count++]);
    if (question->family != AF_INET6)
        (void)make(SPAL_AF_INET, 0, &answer->list[answer->count++]);
    return 0;
}

static DWORD own_answer(const spalw_question *question, spalw_found *answer) {
    if (!spalw_own_addresses(question->family, &answer->list, &answer->count))
        return WSA_NOT_ENOUGH_MEMORY;
    if (!spalw_native_host_name(answer->canonical, sizeof answer->canonical))
        answer->canonical[0] = 0;
    return answer->count > 0 ? 0 : WSANO_DATA;
}

/* A port behind an address in brackets means nothing here. */
static bool literal_read(const char *host, spal_address *out) {
    IN_ADDR v4;
    IN6_ADDR v6;
    ULONG scope = 0;
    USHORT port = 0;
    size_t end = 0;
    spalw_units text = spalw_units_a(host);
    memset(out, 0, sizeof *out);
    if (spalw_v4_read(text, false, &end, &v4) && host[end] == 0) {
        out->family = SPAL_AF_INET;
        memcpy(out->ip, &v4, sizeof v4);
        return true;
    }
    if (!spalw_v6_read_port(text, &v6, &scope, &port))
        return false;
    out->family = SPAL_AF_INET6;
    out->scope_id = scope;
    memcpy(out->ip, &v6, sizeof v6);
    return true;
}

static DWORD literal_answer(const spalw_question *question, const spal_address *address, spalw_found *answer) {
    bool is_mapped = question->family == AF_INET6 && address->family == SPAL_AF_INET && question->flags & AI_V4MAPPED;
    if (question->family != AF_UNSPEC && question->family != address->family && !is_mapped)
        return WSAHOST_NOT_FOUND;
    if (!list_room(answer, 1))
        return WSA_NOT_ENOUGH_MEMORY;
    answer->list[0] = *address;
    answer->count = 1;
    if (is_mapped)
        (void)spal_address_map_v4(address, &answer->list[0]);
    answer->flags |= AI_NUMERICHOST;
    memcpy(answer->canonical, question->host, strlen(question->host) + 1); /* Checked: see NAME_MOST. */
    return 0;
}

DWORD spalw_lookup_local(const spalw_question *question, spalw_found *answer, bool *is_open) {
    const char *host = question->host;
    spal_address address;
    *is_open = false;
    if (host == NULL) {
        bool is_passive = (question->flags & AI_PASSIVE) != 0;
        return pair_answer(question, answer, is_passive ? spal_address_any : spal_address_loopback);
    }
    if (strlen(host) <= NAME_MOST && literal_read(host, &address))
        return literal_answer(question, &address, answer);
    if ((question->flags & AI_NUMERICHOST) != 0)
        return WSAHOST_NOT_FOUND;
    if (spalw_is_localhost(host)) {
        memcpy(answer->canonical, "localhost", sizeof "localhost");
        return pair_answer(question, answer, spal_address_loopback);
    }
    if (spalw_is_own_name(host))
        return own_answer(question, answer);
    *is_open = !is_no_name(host);
    return *is_open ? 0 : WSAHOST_NOT_FOUND;
}
