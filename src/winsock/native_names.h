/* SPDX-License-Identifier: MIT
 *
 * What the face asks of the system's resolver itself, where sockpal has no call for it. native_names.c sees the C
 * library's socket headers, and none of the face's.
 */
#ifndef SPALW_NATIVE_NAMES_H
#define SPALW_NATIVE_NAMES_H

#include "sockpal.h"

#include <stdbool.h>

/** What a look-up of a host may ask for beside addresses. */
enum {
    SPALW_LOOKUP_CONFIGURED = 1, /**< only families that this system has addresses of */
    SPALW_LOOKUP_CANONICAL = 2   /**< the host's own name */
};

/**
 * Looks up a host in the system's order of preference; each address once, with port 0.
 * @param family     SPAL_AF_UNSPEC, SPAL_AF_INET or SPAL_AF_INET6
 * @param out        memory, to be freed
 * @param canonical  room for SPAL_HOST_TEXT bytes; an empty text when it was not asked for, or is not known
 */
spal_error spalw_native_resolve(const char *host, int family, int flags, spal_address **out, size_t *count,
                                char *canonical);

/** This host's name. @return false when there is none that fits */
bool spalw_native_host_name(char *out, size_t room);

#endif
