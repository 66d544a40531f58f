/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: flow specifications (qos.h), which calls accept where Winsock has parameters for them. Nothing
 * here reserves bandwidth, as on Windows since Vista.
 */
#ifndef SOCKPAL_WINSOCK_QOS_H
#define SOCKPAL_WINSOCK_QOS_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef ULONG SERVICETYPE;
#define SERVICETYPE_NOTRAFFIC 0x00000000
#define SERVICETYPE_BESTEFFORT 0x00000001
#define SERVICETYPE_CONTROLLEDLOAD 0x00000002
#define SERVICETYPE_GUARANTEED 0x00000003
#define SERVICETYPE_NETWORK_UNAVAILABLE 0x00000004
#define SERVICETYPE_GENERAL_INFORMATION 0x00000005
#define SERVICETYPE_NOCHANGE 0x00000006
#define SERVICETYPE_NONCONFORMING 0x00000009
#define SERVICETYPE_NETWORK_CONTROL 0x0000000A
#define SERVICETYPE_QUALITATIVE 0x0000000D
#define QOS_NOT_SPECIFIED 0xFFFFFFFFU

typedef struct _flowspec {
    ULONG TokenRate;
    ULONG TokenBucketSize;
    ULONG PeakBandwidth;
    ULONG Latency;
    ULONG DelayVariation;
    SERVICETYPE ServiceType;
    ULONG MaxSduSize;
    ULONG MinimumPolicedSize;
} FLOWSPEC, *PFLOWSPEC, *LPFLOWSPEC;

#endif
