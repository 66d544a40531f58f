/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the debugging heap, which there is none of here: as in programs that Windows' compiler builds
 * without it, all of this is nothing.
 */
#ifndef SOCKPAL_WINSOCK_CRTDBG_H
#define SOCKPAL_WINSOCK_CRTDBG_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _ASSERT(condition) ((void)0)
#define _ASSERTE(condition) ((void)0)
#define _CrtCheckMemory() ((int)1)
#define _CrtDumpMemoryLeaks() ((int)0)
#define _CrtSetBreakAlloc(number) ((long)0)
#define _CrtSetDbgFlag(flag) ((int)0)
#define _CrtSetReportFile(type, file) ((void *)0)
#define _CrtSetReportMode(type, mode) ((int)0)
#define _CRTDBG_ALLOC_MEM_DF 0x01
#define _CRTDBG_LEAK_CHECK_DF 0x20
#define _CRT_WARN 0
#define _CRT_ERROR 1
#define _CRT_ASSERT 2
#define _CRTDBG_MODE_FILE 0x1
#define _CRTDBG_MODE_DEBUG 0x2

#endif
