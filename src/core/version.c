/* SPDX-License-Identifier: MIT
 *
 * What the library that runs says about itself. The numbers are the header's, compiled in here, so that a program can
 * compare the header it was built with and the library it has found.
 */
#include "backend.h"

#define TEXT_OF(token) #token
#define TEXT(macro) TEXT_OF(macro)

int spal_version(void) {
    return SPAL_VERSION;
}

const char *spal_version_string(void) {
    return TEXT(SPAL_VERSION_MAJOR) "." TEXT(SPAL_VERSION_MINOR) "." TEXT(SPAL_VERSION_PATCH);
}
