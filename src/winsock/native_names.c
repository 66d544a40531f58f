/* SPDX-License-Identifier: MIT
 *
 * What the face asks of the system's resolver: see native_names.h.
 */
#include "native_names.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Winsock's meaning of what getaddrinfo says. */
static spal_error error_of(int code) {
    switch (code) {
    case EAI_AGAIN:
        return SPAL_TRY_AGAIN;
    case EAI_NONAME:
    case EAI_OVERFLOW:
        return SPAL_HOST_NOT_FOUND;
    case EAI_FAMILY:
        return SPAL_EAFNOSUPPORT;
    case EAI_MEMORY:
        return SPAL_ENOMEM;
    case EAI_SYSTEM:
        return errno == ENOMEM ? SPAL_ENOMEM : SPAL_TRY_AGAIN;
    case EAI_FAIL:
        return SPAL_NO_RECOVERY;
    default: /* A name without addresses, where systems have a number for that. */
        return SPAL_NO_DATA;
    }
}

static int family_of(int family) {
    return family == SPAL_AF_INET ? AF_INET : family == SPAL_AF_INET6 ? AF_INET6 : AF_UNSPEC;
}

static bool is_listed(const spal_address *list, size_t count, const spal_address *address) {
    for (size_t i = 0; i < count; i++)
        if (spal_address_compare(&list[i], address) == 0)
            return true;
    return false;
}

static size_t list_copy(const struct addrinfo *found, spal_address *out) {
    size_t count = 0;
    for (; found != NULL; found = found->ai_next) {
        spal_address address;
        if (spal_address_from_native(found->ai_addr, found->ai_addrlen, &address) == SPAL_OK &&
            !is_listed(out, count, &address))
            out[count++] = address;
    }
    return count;
}

static size_t list_length(const struct addrinfo *found) {
    size_t count = 0;
    for (; found != NULL; found = found->ai_next)
        count++;
    return count;
}

static spal_error answer_copy(const struct addrinfo *found, spal_address **out, size_t *count, char *canonical) {
    *out = malloc((list_length(found) + 1) * sizeof **out);
    if (*out == NULL)
        return SPAL_ENOMEM;
    *count = list_copy(found, *out);
    if (found->ai_canonname != NULL)
        (void)snprintf(canonical, SPAL_HOST_TEXT, "%s", found->ai_canonname);
    if (*count > 0)
        return SPAL_OK;
    free(*out);
    return SPAL_NO_DATA;
}

spal_error spalw_native_resolve(const char *host, int family, int flags, spal_address **out, size_t *count,
                                char *canonical) {
    struct addrinfo hints = {0}, *found = NULL;
    int code;
    canonical[0] = 0;
    hints.ai_family = family_of(family);
    hints.ai_socktype = SOCK_STREAM;
    if ((flags & SPALW_LOOKUP_CONFIGURED) != 0)
        hints.ai_flags |= AI_ADDRCONFIG;
    if ((flags & SPALW_LOOKUP_CANONICAL) != 0)
        hints.ai_flags |= AI_CANONNAME;
    do
        code = getaddrinfo(host, NULL, &hints, &found);
    while (code == EAI_SYSTEM && errno == EINTR);
    if (code != 0)
        return error_of(code);
    spal_error error = answer_copy(found, out, count, canonical);
    freeaddrinfo(found);
    return error;
}

bool spalw_native_host_name(char *out, size_t room) {
    if (gethostname(out, room) != 0)
        return false;
    out[room - 1] = 0;
    return true;
}
