/* SPDX-License-Identifier: MIT
 *
 * What a question means: its flags, and its service. See lookup.h.
 */
#include "lookup.h"

#include "services.h"

#include "sockpal/error.h"

#include <string.h>

/* Of those that ask for providers or extended results, which there are none of here, only the harmless ones. */
#define FLAGS_KNOWN                                                                                                    \
    (AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_NUMERICSERV | AI_DNS_ONLY | AI_FORCE_CLEAR_TEXT |                 \
     AI_BYPASS_DNS_CACHE | AI_RETURN_TTL | AI_ALL | AI_ADDRCONFIG | AI_V4MAPPED | AI_NON_AUTHORITATIVE | AI_SECURE |   \
     AI_RETURN_PREFERRED_NAMES | AI_FQDN | AI_FILESERVER | AI_DISABLE_IDN_ENCODING | AI_SECURE_WITH_FALLBACK |         \
     AI_EXCLUSIVE_CUSTOM_SERVERS)

static bool has(const spalw_question *question, int flag) {
    return (question->flags & flag) != 0;
}

static bool is_empty(const char *text) {
    return text == NULL || text[0] == 0;
}

DWORD spalw_question_check(const spalw_question *question) {
    bool wants_name = has(question, AI_CANONNAME | AI_FQDN);
    if (question->host == NULL && question->service == NULL)
        return WSAHOST_NOT_FOUND;
    if ((question->flags & ~FLAGS_KNOWN) != 0 || (has(question, AI_CANONNAME) && has(question, AI_FQDN)))
        return WSAEINVAL;
    if (wants_name && question->host == NULL)
        return WSANO_RECOVERY;
    if (question->family != AF_UNSPEC && question->family != AF_INET && question->family != AF_INET6)
        return WSAEAFNOSUPPORT;
    if (question->type < 0 || question->type > SOCK_RAW)
        return WSAESOCKTNOSUPPORT;
    if (has(question, AI_NUMERICHOST) && question->host == NULL)
        return WSAHOST_NOT_FOUND;
    return 0;
}

/* --------------------------------------------------------------------------------------------------------- services */

static bool is_number(const char *text) {
    return text[strspn(text, "0123456789")] == 0;
}

static DWORD port_read(const char *text, uint16_t *out) {
    unsigned long port = 0;
    for (; *text != 0 && port <= UINT16_MAX; text++)
        port = port * 10 + (unsigned long)(*text - '0');
    *out = (uint16_t)port;
    return port <= UINT16_MAX ? 0 : WSATYPE_NOT_FOUND;
}

static void target_add(spalw_found *answer, int type, int protocol, int port) {
    spalw_target *target = &answer->targets[answer->target_count++];
    target->type = type;
    target->protocol = protocol;
    target->port = (uint16_t)port;
}

/* Whether sockets of this question may have a protocol. */
static bool may_be(const spalw_question *question, int type, int protocol) {
    if (question->type != 0)
        return question->type == type;
    return question->protocol == 0 || question->protocol == protocol;
}

/* A name may mean a port of each protocol; a question that leaves them open gets both. */
static DWORD name_find(const spalw_question *question, spalw_found *answer) {
    static const struct {
        int type, protocol;
        const char *name;
    } rows[] = {{SOCK_STREAM, IPPROTO_TCP, "tcp"}, {SOCK_DGRAM, IPPROTO_UDP, "udp"}};
    bool is_open = question->type == 0 && question->protocol == 0;
    for (size_t i = 0; i < _countof(rows); i++) {
        char name[SPALW_SERVICE_NAME];
        spalw_entry entry;
        if (!may_be(question, rows[i].type, rows[i].protocol) ||
            !spalw_service_by_name(question->service, rows[i].name, name, &entry))
            continue;
        if (is_open)
            target_add(answer, rows[i].type, rows[i].protocol, entry.number);
        else
            target_add(answer, question->type, question->protocol, entry.number);
    }
    return answer->target_count > 0 ? 0 : WSATYPE_NOT_FOUND;
}

DWORD spalw_lookup_service(const spalw_question *question, spalw_found *answer) {
    uint16_t port = 0;
    DWORD error = 0;
    if (!is_empty(question->service) && !is_number(question->service))
        return has(question, AI_NUMERICSERV) ? WSAHOST_NOT_FOUND : name_find(question, answer);
    if (!is_empty(question->service))
        error = port_read(question->service, &port);
    if (error == 0)
        target_add(answer, question->type, question->protocol, port);
    return error;
}
