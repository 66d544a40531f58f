/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: programs that begin with wmain. The library has a main for those that have none, which calls it. In
 * C++ each form of it is a function of its own, and has a linker name of its own here.
 */
#ifndef SOCKPAL_WINSOCK_MAIN_H
#define SOCKPAL_WINSOCK_MAIN_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#if defined(__cplusplus)
int wmain(void) SPALW_LABEL("wmain_0");
int wmain(int count, wchar_t **arguments) SPALW_LABEL("wmain_2");
int wmain(int count, const wchar_t **arguments) SPALW_LABEL("wmain_2c");
int wmain(int count, wchar_t **arguments, wchar_t **environment) SPALW_LABEL("wmain_3");
#endif

#endif
