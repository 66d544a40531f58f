/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the table of IPv4 addresses (iprtrmib.h, ipmib.h).
 */
#ifndef SOCKPAL_WINSOCK_IPRTRMIB_H
#define SOCKPAL_WINSOCK_IPRTRMIB_H

#include "ipifcons.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#if !defined(ANY_SIZE)
#define ANY_SIZE 1
#endif

#define MIB_IPADDR_PRIMARY 0x0001
#define MIB_IPADDR_DYNAMIC 0x0004
#define MIB_IPADDR_DISCONNECTED 0x0008
#define MIB_IPADDR_DELETED 0x0040
#define MIB_IPADDR_TRANSIENT 0x0080

typedef struct _MIB_IPADDRROW_XP {
    DWORD dwAddr;
    DWORD dwIndex; /**< of the interface */
    DWORD dwMask;
    DWORD dwBCastAddr; /**< 1: the address with ones where the mask has none */
    DWORD dwReasmSize;
    unsigned short unused1;
    unsigned short wType;
} MIB_IPADDRROW_XP, *PMIB_IPADDRROW_XP, MIB_IPADDRROW, *PMIB_IPADDRROW;

typedef struct _MIB_IPADDRTABLE {
    DWORD dwNumEntries;
    MIB_IPADDRROW table[ANY_SIZE];
} MIB_IPADDRTABLE, *PMIB_IPADDRTABLE;

#endif
