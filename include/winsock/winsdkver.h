/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the newest version that these headers know, which project templates include in front of
 * sdkddkver.h. There is one, and what a program asks for is what it gets.
 */
#ifndef SOCKPAL_WINSOCK_WINSDKVER_H
#define SOCKPAL_WINSOCK_WINSDKVER_H

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _WIN32_WINNT_MAXVER 0x0A00
#define WINVER_MAXVER 0x0A00
#define NTDDI_MAXVER 0x0A00

#endif
