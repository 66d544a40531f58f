/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: this process and those that it starts: the last error, ends, ids, command line and environment,
 * modules (errhandlingapi.h, processthreadsapi.h, processenv.h, libloaderapi.h, debugapi.h).
 *
 * A process that CreateProcess starts has the standard streams that it is given, and no other handle. Its exit code has
 * eight bits, as those of this system do.
 */
#ifndef SOCKPAL_WINSOCK_PROCESS_H
#define SOCKPAL_WINSOCK_PROCESS_H

#include "handle.h"

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

#define DEBUG_PROCESS 0x00000001
#define DEBUG_ONLY_THIS_PROCESS 0x00000002
#define DETACHED_PROCESS 0x00000008
#define CREATE_NEW_CONSOLE 0x00000010
#define CREATE_NEW_PROCESS_GROUP 0x00000200
#define CREATE_UNICODE_ENVIRONMENT 0x00000400
#define CREATE_BREAKAWAY_FROM_JOB 0x01000000
#define CREATE_DEFAULT_ERROR_MODE 0x04000000
#define CREATE_NO_WINDOW 0x08000000

#define STARTF_USESHOWWINDOW 0x00000001
#define STARTF_USESIZE 0x00000002
#define STARTF_USEPOSITION 0x00000004
#define STARTF_USECOUNTCHARS 0x00000008
#define STARTF_USEFILLATTRIBUTE 0x00000010
#define STARTF_FORCEONFEEDBACK 0x00000040
#define STARTF_FORCEOFFFEEDBACK 0x00000080
#define STARTF_USESTDHANDLES 0x00000100
#define SW_HIDE 0
#define SW_SHOWNORMAL 1
#define SW_SHOW 5

#define PROCESS_TERMINATE 0x0001
#define PROCESS_CREATE_THREAD 0x0002
#define PROCESS_VM_OPERATION 0x0008
#define PROCESS_VM_READ 0x0010
#define PROCESS_VM_WRITE 0x0020
#define PROCESS_DUP_HANDLE 0x0040
#define PROCESS_CREATE_PROCESS 0x0080
#define PROCESS_SET_INFORMATION 0x0200
#define PROCESS_QUERY_INFORMATION 0x0400
#define PROCESS_SUSPEND_RESUME 0x0800
#define PROCESS_QUERY_LIMITED_INFORMATION 0x1000
#define PROCESS_ALL_ACCESS 0x1FFFFF

typedef struct _STARTUPINFOA {
    DWORD cb;
    LPSTR lpReserved;
    LPSTR lpDesktop;
    LPSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

typedef struct _STARTUPINFOW {
    DWORD cb;
    LPWSTR lpReserved;
    LPWSTR lpDesktop;
    LPWSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

typedef SPALW_AW(STARTUPINFO) STARTUPINFO, *LPSTARTUPINFO;

typedef struct _PROCESS_INFORMATION {
    HANDLE hProcess;
    HANDLE hThread;
    DWORD dwProcessId;
    DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

#define GET_MODULE_HANDLE_EX_FLAG_PIN 0x00000001
#define GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT 0x00000002
#define GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS 0x00000004
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
HANDLE WINAPI OpenProcess(DWORD access, BOOL inherit, DWORD id) SPALW_LINK(OpenProcess);
BOOL WINAPI CreateProcessA(LPCSTR application, LPSTR line, LPSECURITY_ATTRIBUTES process_security,
                           LPSECURITY_ATTRIBUTES thread_security, BOOL inherits, DWORD flags, LPVOID environment,
                           LPCSTR folder, LPSTARTUPINFOA startup, LPPROCESS_INFORMATION out) SPALW_LINK(CreateProcessA);
BOOL WINAPI CreateProcessW(LPCWSTR application, LPWSTR line, LPSECURITY_ATTRIBUTES process_security,
                           LPSECURITY_ATTRIBUTES thread_security, BOOL inherits, DWORD flags, LPVOID environment,
                           LPCWSTR folder, LPSTARTUPINFOW startup, LPPROCESS_INFORMATION out)
    SPALW_LINK(CreateProcessW);
VOID WINAPI GetStartupInfoA(LPSTARTUPINFOA startup) SPALW_LINK(GetStartupInfoA);
VOID WINAPI GetStartupInfoW(LPSTARTUPINFOW startup) SPALW_LINK(GetStartupInfoW);
DECLSPEC_NORETURN VOID WINAPI ExitProcess(UINT code) SPALW_LINK(ExitProcess);
BOOL WINAPI TerminateProcess(HANDLE process, UINT code) SPALW_LINK(TerminateProcess);
BOOL WINAPI GetExitCodeProcess(HANDLE process, LPDWORD code) SPALW_LINK(GetExitCodeProcess);
BOOL WINAPI SetPriorityClass(HANDLE process, DWORD priority) SPALW_LINK(SetPriorityClass);
DWORD WINAPI GetPriorityClass(HANDLE process) SPALW_LINK(GetPriorityClass);
BOOL WINAPI GetProcessAffinityMask(HANDLE process, PDWORD_PTR of_process, PDWORD_PTR of_system)
    SPALW_LINK(GetProcessAffinityMask);
BOOL WINAPI SetProcessAffinityMask(HANDLE process, DWORD_PTR mask) SPALW_LINK(SetProcessAffinityMask);
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

LPSTR WINAPI GetEnvironmentStringsA(void) SPALW_LINK(GetEnvironmentStringsA);
LPWSTR WINAPI GetEnvironmentStringsW(void) SPALW_LINK(GetEnvironmentStringsW);
BOOL WINAPI FreeEnvironmentStringsA(LPSTR block) SPALW_LINK(FreeEnvironmentStringsA);
BOOL WINAPI FreeEnvironmentStringsW(LPWSTR block) SPALW_LINK(FreeEnvironmentStringsW);

HMODULE WINAPI GetModuleHandleA(LPCSTR name) SPALW_LINK(GetModuleHandleA);
HMODULE WINAPI GetModuleHandleW(LPCWSTR name) SPALW_LINK(GetModuleHandleW);
BOOL WINAPI GetModuleHandleExA(DWORD flags, LPCSTR name, HMODULE *module) SPALW_LINK(GetModuleHandleExA);
BOOL WINAPI GetModuleHandleExW(DWORD flags, LPCWSTR name, HMODULE *module) SPALW_LINK(GetModuleHandleExW);
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

#define CreateProcess SPALW_AW(CreateProcess)
#define GetStartupInfo SPALW_AW(GetStartupInfo)
#define ExpandEnvironmentStrings SPALW_AW(ExpandEnvironmentStrings)
#define GetCommandLine SPALW_AW(GetCommandLine)
#define GetEnvironmentVariable SPALW_AW(GetEnvironmentVariable)
#define SetEnvironmentVariable SPALW_AW(SetEnvironmentVariable)
#define GetEnvironmentStrings SPALW_AW(GetEnvironmentStrings)
#define GetModuleHandleEx SPALW_AW(GetModuleHandleEx)
#define FreeEnvironmentStrings SPALW_AW(FreeEnvironmentStrings)
#define GetModuleHandle SPALW_AW(GetModuleHandle)
#define LoadLibrary SPALW_AW(LoadLibrary)
#define LoadLibraryEx SPALW_AW(LoadLibraryEx)
#define GetModuleFileName SPALW_AW(GetModuleFileName)
#define OutputDebugString SPALW_AW(OutputDebugString)

#endif
