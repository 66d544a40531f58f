/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: IPv4 addresses as numbers (ipexport.h). There are no functions of ICMP.
 */
#ifndef SOCKPAL_WINSOCK_IPEXPORT_H
#define SOCKPAL_WINSOCK_IPEXPORT_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef ULONG IPAddr, IPMask, IP_STATUS;

#endif
