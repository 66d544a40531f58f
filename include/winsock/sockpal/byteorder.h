/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: numbers of 64 bits and floating ones in network byte order (winsock2.h of Windows 8 and later).
 */
#ifndef SOCKPAL_WINSOCK_BYTEORDER_H
#define SOCKPAL_WINSOCK_BYTEORDER_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#if !defined(_WIN32_WINNT) || _WIN32_WINNT >= 0x0602 || defined(INCL_EXTRA_HTON_FUNCTIONS)

#if !defined(htonll)
SPALW_INLINE ULONGLONG htonll(ULONGLONG value) {
    UCHAR bytes[8];
    int i; /* Here, for C of 1990. */
    for (i = 0; i < 8; i++)
        bytes[i] = (UCHAR)(value >> (56 - 8 * i));
    memcpy(&value, bytes, sizeof value);
    return value;
}
#endif

#if !defined(ntohll)
SPALW_INLINE ULONGLONG ntohll(ULONGLONG value) {
    return htonll(value);
}
#endif

#if !defined(htonf)
SPALW_INLINE UINT32 htonf(float value) {
    UCHAR bytes[4];
    UINT32 bits;
    int i;
    memcpy(&bits, &value, sizeof bits);
    for (i = 0; i < 4; i++)
        bytes[i] = (UCHAR)(bits >> (24 - 8 * i));
    memcpy(&bits, bytes, sizeof bits);
    return bits;
}
#endif

#if !defined(ntohf)
SPALW_INLINE float ntohf(UINT32 bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    bits = htonf(value);
    memcpy(&value, &bits, sizeof value);
    return value;
}
#endif

#if !defined(htond)
SPALW_INLINE ULONGLONG htond(double value) {
    ULONGLONG bits;
    memcpy(&bits, &value, sizeof bits);
    return htonll(bits);
}
#endif

#if !defined(ntohd)
SPALW_INLINE double ntohd(ULONGLONG bits) {
    double value;
    bits = htonll(bits);
    memcpy(&value, &bits, sizeof value);
    return value;
}
#endif

#endif

#endif
