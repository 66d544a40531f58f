/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: this process: the last error, its end, its ids, command line and environment, modules
 * (errhandlingapi.h, processthreadsapi.h, processenv.h, libloaderapi.h, debugapi.h).
 */
#ifndef SOCKPAL_WINSOCK_PROCESS_H
#define SOCKPAL_WINSOCK_PROCESS_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define SEM_FAILCRITICALERRORS 0x0001
#define SEM_NOGPFAULTERRORBOX 0x0002
#define SEM_NOALIGNMENTFAULTEXCEPT 0x0004
#define SEM_NOOPENFILEERRORBOX 0x8000

#define NORMAL_PRIORITY_CLASS 0x00000020
#define IDLE_PRIORITY_CLASS 0x00000040
#define HIGH_PRIORITY_CLASS 0x00000080
#define REALTIME_PRIORITY_CLASS 0x00000100
#define BELOW_NORMAL_PRIORITY_CLASS 0x00004000
#define ABOVE_NORMAL_PRIORITY_CLASS 0x00008000

#define DONT_RESOLVE_DLL_REFERENCES 0x00000001
#define LOAD_LIBRARY_AS_DATAFILE 0x00000002
#define LOAD_WITH_ALTERED_SEARCH_PATH 0x00000008
#define LOAD_LIBRARY_SEARCH_SYSTEM32 0x00000800

SPALW_BEGIN

DWORD WINAPI GetLastError(void) SPALW_LINK(GetLastError);
VOID WINAPI SetLastError(DWORD code) SPALW_LINK(SetLastError);
UINT WINAPI SetErrorMode(UINT mode) SPALW_LINK(SetErrorMode);
UINT WINAPI GetErrorMode(void) SPALW_LINK(GetErrorMode);

HANDLE WINAPI GetCurrentProcess(void) SPALW_LINK(GetCurrentProcess);
DWORD WINAPI GetCurrentProcessId(void) SPALW_LINK(GetCurrentProcessId);
DWORD WINAPI GetProcessId(HANDLE process) SPALW_LINK(GetProcessId);
DECLSPEC_NORETURN VOID WINAPI ExitProcess(UINT code) SPALW_LINK(ExitProcess);
BOOL WINAPI TerminateProcess(HANDLE process, UINT code) SPALW_LINK(TerminateProcess);
BOOL WINAPI GetExitCodeProcess(HANDLE process, LPDWORD code) SPALW_LINK(GetExitCodeProcess);
BOOL WINAPI SetPriorityClass(HANDLE process, DWORD priority) SPALW_LINK(SetPriorityClass);
DWORD WINAPI GetPriorityClass(HANDLE process) SPALW_LINK(GetPriorityClass);
BOOL WINAPI GetProcessAffinityMask(HANDLE process, PDWORD_PTR of_process, PDWORD_PTR of_system)
    SPALW_LINK(GetProcessAffinityMask);
DWORD WINAPI GetCurrentProcessorNumber(void) SPALW_LINK(GetCurrentProcessorNumber);
BOOL WINAPI GetProcessTimes(HANDLE process, LPFILETIME creation, LPFILETIME exit, LPFILETIME kernel, LPFILETIME user)
    SPALW_LINK(GetProcessTimes);

LPSTR WINAPI GetCommandLineA(void) SPALW_LINK(GetCommandLineA);
LPWSTR WINAPI GetCommandLineW(void) SPALW_LINK(GetCommandLineW);
LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR line, int *count) SPALW_LINK(CommandLineToArgvW);
DWORD WINAPI GetEnvironmentVariableA(LPCSTR name, LPSTR buffer, DWORD size) SPALW_LINK(GetEnvironmentVariableA);
DWORD WINAPI GetEnvironmentVariableW(LPCWSTR name, LPWSTR buffer, DWORD size) SPALW_LINK(GetEnvironmentVariableW);
BOOL WINAPI SetEnvironmentVariableA(LPCSTR name, LPCSTR value) SPALW_LINK(SetEnvironmentVariableA);
BOOL WINAPI SetEnvironmentVariableW(LPCWSTR name, LPCWSTR value) SPALW_LINK(SetEnvironmentVariableW);
DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR source, LPSTR buffer, DWORD size) SPALW_LINK(ExpandEnvironmentStringsA);
DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR source, LPWSTR buffer, DWORD size) SPALW_LINK(ExpandEnvironmentStringsW);

HMODULE WINAPI GetModuleHandleA(LPCSTR name) SPALW_LINK(GetModuleHandleA);
HMODULE WINAPI GetModuleHandleW(LPCWSTR name) SPALW_LINK(GetModuleHandleW);
HMODULE WINAPI LoadLibraryA(LPCSTR name) SPALW_LINK(LoadLibraryA);
HMODULE WINAPI LoadLibraryW(LPCWSTR name) SPALW_LINK(LoadLibraryW);
HMODULE WINAPI LoadLibraryExA(LPCSTR name, HANDLE file, DWORD flags) SPALW_LINK(LoadLibraryExA);
HMODULE WINAPI LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags) SPALW_LINK(LoadLibraryExW);
BOOL WINAPI FreeLibrary(HMODULE module) SPALW_LINK(FreeLibrary);
FARPROC WINAPI GetProcAddress(HMODULE module, LPCSTR name) SPALW_LINK(GetProcAddress);
DWORD WINAPI GetModuleFileNameA(HMODULE module, LPSTR buffer, DWORD size) SPALW_LINK(GetModuleFileNameA);
DWORD WINAPI GetModuleFileNameW(HMODULE module, LPWSTR buffer, DWORD size) SPALW_LINK(GetModuleFileNameW);

BOOL WINAPI IsDebuggerPresent(void) SPALW_LINK(IsDebuggerPresent);
VOID WINAPI DebugBreak(void) SPALW_LINK(DebugBreak);
VOID WINAPI OutputDebugStringA(LPCSTR text) SPALW_LINK(OutputDebugStringA);
VOID WINAPI OutputDebugStringW(LPCWSTR text) SPALW_LINK(OutputDebugStringW);

SPALW_END

#define ExpandEnvironmentStrings SPALW_AW(ExpandEnvironmentStrings)
#define GetCommandLine SPALW_AW(GetCommandLine)
#define GetEnvironmentVariable SPALW_AW(GetEnvironmentVariable)
#define SetEnvironmentVariable SPALW_AW(SetEnvironmentVariable)
#define GetModuleHandle SPALW_AW(GetModuleHandle)
#define LoadLibrary SPALW_AW(LoadLibrary)
#define LoadLibraryEx SPALW_AW(LoadLibraryEx)
#define GetModuleFileName SPALW_AW(GetModuleFileName)
#define OutputDebugString SPALW_AW(OutputDebugString)

#endif
