/* SPDX-License-Identifier: MIT
 *
 * Which backend ports use: what the caller names, else the environment, else the system's own. Which of them a build
 * has is the platform's to say (spali_platform_backend).
 */
#include "port.h"

#include <stdlib.h>
#include <string.h>

/** Read whenever a port is made, so that a program may set it when it has started. */
#define VARIABLE "SOCKPAL_BACKEND"

static const char *const known[] = {"epoll", "kqueue", "iocp"};

static bool is_known(const char *name) {
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], name) == 0)
            return true;
    return false;
}

static const char *named_here(const char *name) {
    for (size_t i = 0; spali_platform_backend(i) != NULL; i++)
        if (strcmp(spali_platform_backend(i), name) == 0)
            return spali_platform_backend(i);
    return NULL;
}

static bool is_given(const char *name) {
    return name != NULL && *name != '\0';
}

spal_error spali_backend_choose(const char *asked, const char **out) {
    const char *name = is_given(asked) ? asked : getenv(VARIABLE);
    if (!is_given(name)) {
        *out = spali_platform_backend(0);
        return SPAL_OK;
    }
    const char *found = named_here(name);
    if (found == NULL)
        return is_known(name) ? SPAL_EOPNOTSUPP : SPAL_EINVAL;
    *out = found;
    return SPAL_OK;
}

const char *spal_backend_name(void) {
    const char *name = spali_platform_backend(0);
    (void)spali_backend_choose(NULL, &name);
    return name;
}
