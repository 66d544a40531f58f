/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: functions of the compiler (intrin.h).
 */
#ifndef SOCKPAL_WINSOCK_INTRIN_H
#define SOCKPAL_WINSOCK_INTRIN_H

#include "sockpal/base.h"
#include "sockpal/crt.h"
#include "sockpal/interlocked.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#if defined(__x86_64__) || defined(__i386__)
#define __rdtsc() ((ULONGLONG)__builtin_ia32_rdtsc())
#define _mm_pause() __builtin_ia32_pause()
#endif
#define __popcnt(value) ((unsigned)__builtin_popcount(value))
#define __popcnt64(value) ((ULONGLONG)__builtin_popcountll(value))
#define __nop() __asm__ __volatile__("nop")

SPALW_INLINE unsigned char _BitScanForward(DWORD *index, DWORD mask) {
    if (mask != 0)
        *index = (DWORD)__builtin_ctz(mask);
    return mask != 0;
}
SPALW_INLINE unsigned char _BitScanReverse(DWORD *index, DWORD mask) {
    if (mask != 0)
        *index = 31 - (DWORD)__builtin_clz(mask);
    return mask != 0;
}
SPALW_INLINE unsigned char _BitScanForward64(DWORD *index, ULONGLONG mask) {
    if (mask != 0)
        *index = (DWORD)__builtin_ctzll(mask);
    return mask != 0;
}
SPALW_INLINE unsigned char _BitScanReverse64(DWORD *index, ULONGLONG mask) {
    if (mask != 0)
        *index = 63 - (DWORD)__builtin_clzll(mask);
    return mask != 0;
}

#endif
