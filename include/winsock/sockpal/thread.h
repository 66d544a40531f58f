/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: threads, the calls queued for them, and values of their own (processthreadsapi.h, fibersapi.h).
 * There is no TerminateThread and no SuspendThread: stopping a thread at any point leaves the C library's locks held.
 */
#ifndef SOCKPAL_WINSOCK_THREAD_H
#define SOCKPAL_WINSOCK_THREAD_H

#include "handle.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define STILL_ACTIVE ((DWORD)0x00000103)
#define CREATE_SUSPENDED 0x00000004
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0x00010000

#define THREAD_TERMINATE 0x0001
#define THREAD_SUSPEND_RESUME 0x0002
#define THREAD_GET_CONTEXT 0x0008
#define THREAD_SET_CONTEXT 0x0010
#define THREAD_SET_INFORMATION 0x0020
#define THREAD_QUERY_INFORMATION 0x0040
#define THREAD_SET_LIMITED_INFORMATION 0x0400
#define THREAD_QUERY_LIMITED_INFORMATION 0x0800
#define THREAD_ALL_ACCESS 0x1FFFFF

#define THREAD_PRIORITY_LOWEST (-2)
#define THREAD_PRIORITY_BELOW_NORMAL (-1)
#define THREAD_PRIORITY_NORMAL 0
#define THREAD_PRIORITY_ABOVE_NORMAL 1
#define THREAD_PRIORITY_HIGHEST 2
#define THREAD_PRIORITY_TIME_CRITICAL 15
#define THREAD_PRIORITY_IDLE (-15)
#define THREAD_PRIORITY_ERROR_RETURN 0x7fffffff

#define TLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)
#define FLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)
#define TLS_MINIMUM_AVAILABLE 64
#define MAXIMUM_PROCESSORS 64

typedef DWORD(WINAPI *PTHREAD_START_ROUTINE)(LPVOID argument);
typedef PTHREAD_START_ROUTINE LPTHREAD_START_ROUTINE;
typedef VOID(NTAPI *PAPCFUNC)(ULONG_PTR argument);
typedef VOID(WINAPI *PFLS_CALLBACK_FUNCTION)(PVOID value);

SPALW_BEGIN

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack_bytes, LPTHREAD_START_ROUTINE function,
                           LPVOID argument, DWORD flags, LPDWORD id) SPALW_LINK(CreateThread);
HANDLE WINAPI OpenThread(DWORD access, BOOL inherit, DWORD id) SPALW_LINK(OpenThread);
DECLSPEC_NORETURN VOID WINAPI ExitThread(DWORD code) SPALW_LINK(ExitThread);
BOOL WINAPI GetExitCodeThread(HANDLE thread, LPDWORD code) SPALW_LINK(GetExitCodeThread);
DWORD WINAPI ResumeThread(HANDLE thread) SPALW_LINK(ResumeThread);
HANDLE WINAPI GetCurrentThread(void) SPALW_LINK(GetCurrentThread);
DWORD WINAPI GetCurrentThreadId(void) SPALW_LINK(GetCurrentThreadId);
DWORD WINAPI GetThreadId(HANDLE thread) SPALW_LINK(GetThreadId);
BOOL WINAPI SetThreadPriority(HANDLE thread, int priority) SPALW_LINK(SetThreadPriority);
int WINAPI GetThreadPriority(HANDLE thread) SPALW_LINK(GetThreadPriority);
DWORD_PTR WINAPI SetThreadAffinityMask(HANDLE thread, DWORD_PTR mask) SPALW_LINK(SetThreadAffinityMask);
DWORD WINAPI SetThreadIdealProcessor(HANDLE thread, DWORD processor) SPALW_LINK(SetThreadIdealProcessor);
DWORD WINAPI GetProcessIdOfThread(HANDLE thread) SPALW_LINK(GetProcessIdOfThread);
BOOL WINAPI SwitchToThread(void) SPALW_LINK(SwitchToThread);
HRESULT WINAPI SetThreadDescription(HANDLE thread, PCWSTR description) SPALW_LINK(SetThreadDescription);
HRESULT WINAPI GetThreadDescription(HANDLE thread, PWSTR *description) SPALW_LINK(GetThreadDescription);
DWORD WINAPI QueueUserAPC(PAPCFUNC function, HANDLE thread, ULONG_PTR argument) SPALW_LINK(QueueUserAPC);

DWORD WINAPI TlsAlloc(void) SPALW_LINK(TlsAlloc);
LPVOID WINAPI TlsGetValue(DWORD index) SPALW_LINK(TlsGetValue);
BOOL WINAPI TlsSetValue(DWORD index, LPVOID value) SPALW_LINK(TlsSetValue);
BOOL WINAPI TlsFree(DWORD index) SPALW_LINK(TlsFree);
DWORD WINAPI FlsAlloc(PFLS_CALLBACK_FUNCTION callback) SPALW_LINK(FlsAlloc);
PVOID WINAPI FlsGetValue(DWORD index) SPALW_LINK(FlsGetValue);
BOOL WINAPI FlsSetValue(DWORD index, PVOID value) SPALW_LINK(FlsSetValue);
BOOL WINAPI FlsFree(DWORD index) SPALW_LINK(FlsFree);

SPALW_END

#endif
