/* SPDX-License-Identifier: MIT
 *
 * The one name space there is: that of DNS.
 */
#ifndef SPALW_NAME_SPACE_H
#define SPALW_NAME_SPACE_H

#include "sockpal/base.h"

/** As Windows registers its provider of DNS. */
extern const GUID spalw_dns_provider;

/** Whether a question is meant for DNS, too. @param provider  null: any
 *  @return 0 or WSASERVICE_NOT_FOUND */
DWORD spalw_space_check(DWORD name_space, const GUID *provider);

#endif
