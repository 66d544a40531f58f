/* SPDX-License-Identifier: MIT
 *
 * Asking the system for a host, and what becomes of its answer: see lookup.h.
 */
#include "lookup.h"
#include "native_names.h"
#include "status.h"

#include <stdlib.h>
#include <string.h>

static bool has(const spalw_question *question, int flag) {
    return (question->flags & flag) != 0;
}

static bool may_map(const spalw_question *question) {
    return question->family == AF_INET6 && has(question, AI_V4MAPPED);
}

const char *spalw_lookup_host(const spalw_question *question, char room[SPALW_IDN_TEXT]) {
    if (has(question, AI_DISABLE_IDN_ENCODING) || spalw_idn_is_plain(question->host))
        return question->host;
    return spalw_idn_encode(question->host, room) ? room : NULL;
}

int spalw_lookup_family(const spalw_question *question) {
    return may_map(question) ? SPAL_AF_UNSPEC : question->family;
}

static bool has_family(const spalw_found *answer, int family) {
    for (size_t i = 0; i < answer->count; i++)
        if (answer->list[i].family == family)
            return true;
    return false;
}

/* IPv4 addresses become IPv6 ones, or go where those of IPv6 are enough. */
static void list_map(spalw_found *answer, bool keeps_v4) {
    size_t kept = 0;
    for (size_t i = 0; i < answer->count; i++) {
        spal_address *address = &answer->list[i];
        if (address->family == SPAL_AF_INET && !keeps_v4)
            continue;
        (void)spal_address_map_v4(address, &answer->list[kept++]);
    }
    answer->count = kept;
}

DWORD spalw_lookup_sort(const spalw_question *question, spalw_found *answer) {
    if (may_map(question))
        list_map(answer, has(question, AI_ALL) || !has_family(answer, SPAL_AF_INET6));
    if (answer->count == 0)
        return WSANO_DATA;
    if (has(question, AI_FQDN | AI_CANONNAME) && answer->canonical[0] == 0 && strlen(question->host) < SPAL_HOST_TEXT)
        memcpy(answer->canonical, question->host, strlen(question->host) + 1);
    return 0;
}

static bool is_unreachable(const spalw_question *question) {
    return has(question, AI_ADDRCONFIG) && question->family != AF_UNSPEC && !may_map(question) &&
           !spalw_has_global(question->family);
}

DWORD spalw_lookup_ask(const spalw_question *question, spalw_found *answer) {
    char room[SPALW_IDN_TEXT];
    int flags = 0;
    const char *host = spalw_lookup_host(question, room);
    if (host == NULL)
        return WSAHOST_NOT_FOUND;
    if (is_unreachable(question))
        return WSANO_DATA;
    if (question->family == AF_UNSPEC)
        flags |= SPALW_LOOKUP_CONFIGURED;
    if (has(question, AI_CANONNAME | AI_FQDN))
        flags |= SPALW_LOOKUP_CANONICAL;
    spal_error error = spalw_native_resolve(host, spalw_lookup_family(question), flags, &answer->list, &answer->count,
                                            answer->canonical);
    return error == SPAL_OK ? spalw_lookup_sort(question, answer) : spalw_wsa_from_core(error);
}

void spalw_lookup_name(const spalw_question *question, spalw_found *answer) {
    if (!has(question, AI_CANONNAME | AI_FQDN))
        answer->canonical[0] = 0;
    answer->flags |= question->flags & (AI_CANONNAME | AI_FQDN);
}

DWORD spalw_lookup(const spalw_question *question, spalw_found *answer) {
    bool is_open = false;
    memset(answer, 0, sizeof *answer);
    DWORD error = spalw_question_check(question);
    if (error == 0)
        error = spalw_lookup_service(question, answer);
    if (error == 0)
        error = spalw_lookup_local(question, answer, &is_open);
    if (error == 0 && is_open)
        error = spalw_lookup_ask(question, answer);
    spalw_lookup_name(question, answer);
    if (error != 0) {
        free(answer->list);
        answer->list = NULL;
    }
    return error;
}
