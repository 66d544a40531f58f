/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the C library's way to make threads. (Windows' process.h has ways to make processes too.)
 */
#ifndef SOCKPAL_WINSOCK_CRT_PROCESS_H
#define SOCKPAL_WINSOCK_CRT_PROCESS_H

#include "sockpal/base.h"

#include <stdlib.h>
#include <unistd.h>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef void(__cdecl *_beginthread_proc_type)(void *);
typedef unsigned(__stdcall *_beginthreadex_proc_type)(void *);

SPALW_BEGIN
uintptr_t __cdecl _beginthread(void(__cdecl *function)(void *), unsigned stack_bytes, void *argument)
    SPALW_LINK(_beginthread);
uintptr_t __cdecl _beginthreadex(void *security, unsigned stack_bytes, unsigned(__stdcall *function)(void *),
                                 void *argument, unsigned flags, unsigned *id) SPALW_LINK(_beginthreadex);
DECLSPEC_NORETURN void __cdecl _endthread(void) SPALW_LINK(_endthread);
DECLSPEC_NORETURN void __cdecl _endthreadex(unsigned code) SPALW_LINK(_endthreadex);
SPALW_END

#define _getpid getpid

#endif
