/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the machine and its user (sysinfoapi.h, winbase.h). It calls itself Windows 10.
 */
#ifndef SOCKPAL_WINSOCK_SYSTEM_H
#define SOCKPAL_WINSOCK_SYSTEM_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define PROCESSOR_ARCHITECTURE_INTEL 0
#define PROCESSOR_ARCHITECTURE_ARM 5
#define PROCESSOR_ARCHITECTURE_AMD64 9
#define PROCESSOR_ARCHITECTURE_ARM64 12
#define PROCESSOR_ARCHITECTURE_UNKNOWN 0xffff
#define PROCESSOR_INTEL_PENTIUM 586
#define PROCESSOR_AMD_X8664 8664

#define VER_PLATFORM_WIN32s 0
#define VER_PLATFORM_WIN32_WINDOWS 1
#define VER_PLATFORM_WIN32_NT 2
#define VER_NT_WORKSTATION 0x0000001
#define VER_NT_SERVER 0x0000003
#define VER_SUITE_SINGLEUSERTS 0x00000100

#define MAX_COMPUTERNAME_LENGTH 15
#define UNLEN 256

typedef struct _SYSTEM_INFO {
    __extension__ union {
        DWORD dwOemId;
        __extension__ struct {
            WORD wProcessorArchitecture;
            WORD wReserved;
        };
    };
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress;
    LPVOID lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors;
    DWORD dwProcessorType;
    DWORD dwAllocationGranularity;
    WORD wProcessorLevel;
    WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

typedef struct _OSVERSIONINFOA {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    CHAR szCSDVersion[128];
} OSVERSIONINFOA, *POSVERSIONINFOA, *LPOSVERSIONINFOA;

typedef struct _OSVERSIONINFOW {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, *LPOSVERSIONINFOW;

typedef struct _OSVERSIONINFOEXA {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    CHAR szCSDVersion[128];
    WORD wServicePackMajor;
    WORD wServicePackMinor;
    WORD wSuiteMask;
    BYTE wProductType;
    BYTE wReserved;
} OSVERSIONINFOEXA, *POSVERSIONINFOEXA, *LPOSVERSIONINFOEXA;

typedef struct _OSVERSIONINFOEXW {
    DWORD dwOSVersionInfoSize;
    DWORD dwMajorVersion;
    DWORD dwMinorVersion;
    DWORD dwBuildNumber;
    DWORD dwPlatformId;
    WCHAR szCSDVersion[128];
    WORD wServicePackMajor;
    WORD wServicePackMinor;
    WORD wSuiteMask;
    BYTE wProductType;
    BYTE wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, *LPOSVERSIONINFOEXW;

typedef SPALW_AW(OSVERSIONINFO) OSVERSIONINFO, *POSVERSIONINFO, *LPOSVERSIONINFO;
typedef SPALW_AW(OSVERSIONINFOEX) OSVERSIONINFOEX, *POSVERSIONINFOEX, *LPOSVERSIONINFOEX;

typedef enum _COMPUTER_NAME_FORMAT {
    ComputerNameNetBIOS,
    ComputerNameDnsHostname,
    ComputerNameDnsDomain,
    ComputerNameDnsFullyQualified,
    ComputerNamePhysicalNetBIOS,
    ComputerNamePhysicalDnsHostname,
    ComputerNamePhysicalDnsDomain,
    ComputerNamePhysicalDnsFullyQualified,
    ComputerNameMax
} COMPUTER_NAME_FORMAT;

typedef enum _LOGICAL_PROCESSOR_RELATIONSHIP {
    RelationProcessorCore,
    RelationNumaNode,
    RelationCache,
    RelationProcessorPackage,
    RelationGroup,
    RelationAll = 0xffff
} LOGICAL_PROCESSOR_RELATIONSHIP;

typedef enum _PROCESSOR_CACHE_TYPE { CacheUnified, CacheInstruction, CacheData, CacheTrace } PROCESSOR_CACHE_TYPE;

typedef struct _CACHE_DESCRIPTOR {
    BYTE Level;
    BYTE Associativity;
    WORD LineSize;
    DWORD Size;
    PROCESSOR_CACHE_TYPE Type;
} CACHE_DESCRIPTOR, *PCACHE_DESCRIPTOR;

#define LTP_PC_SMT 0x1
#define CACHE_FULLY_ASSOCIATIVE 0xFF

typedef struct _SYSTEM_LOGICAL_PROCESSOR_INFORMATION {
    ULONG_PTR ProcessorMask;
    LOGICAL_PROCESSOR_RELATIONSHIP Relationship;
    __extension__ union {
        struct {
            BYTE Flags;
        } ProcessorCore;
        struct {
            DWORD NodeNumber;
        } NumaNode;
        CACHE_DESCRIPTOR Cache;
        ULONGLONG Reserved[2];
    };
} SYSTEM_LOGICAL_PROCESSOR_INFORMATION, *PSYSTEM_LOGICAL_PROCESSOR_INFORMATION;

#define VER_MINORVERSION 0x0000001
#define VER_MAJORVERSION 0x0000002
#define VER_BUILDNUMBER 0x0000004
#define VER_PLATFORMID 0x0000008
#define VER_SERVICEPACKMINOR 0x0000010
#define VER_SERVICEPACKMAJOR 0x0000020
#define VER_SUITENAME 0x0000040
#define VER_PRODUCT_TYPE 0x0000080
#define VER_EQUAL 1
#define VER_GREATER 2
#define VER_GREATER_EQUAL 3
#define VER_LESS 4
#define VER_LESS_EQUAL 5
#define VER_AND 6
#define VER_OR 7

SPALW_BEGIN
BOOL WINAPI GetLogicalProcessorInformation(PSYSTEM_LOGICAL_PROCESSOR_INFORMATION buffer, PDWORD bytes)
    SPALW_LINK(GetLogicalProcessorInformation);
WORD WINAPI GetActiveProcessorGroupCount(void) SPALW_LINK(GetActiveProcessorGroupCount);
WORD WINAPI GetMaximumProcessorGroupCount(void) SPALW_LINK(GetMaximumProcessorGroupCount);
DWORD WINAPI GetMaximumProcessorCount(WORD group) SPALW_LINK(GetMaximumProcessorCount);
BOOL WINAPI GetNumaHighestNodeNumber(PULONG number) SPALW_LINK(GetNumaHighestNodeNumber);
ULONGLONG WINAPI VerSetConditionMask(ULONGLONG conditions, DWORD types, BYTE condition) SPALW_LINK(VerSetConditionMask);
BOOL WINAPI VerifyVersionInfoA(LPOSVERSIONINFOEXA info, DWORD types, DWORDLONG conditions)
    SPALW_LINK(VerifyVersionInfoA);
BOOL WINAPI VerifyVersionInfoW(LPOSVERSIONINFOEXW info, DWORD types, DWORDLONG conditions)
    SPALW_LINK(VerifyVersionInfoW);
VOID WINAPI GetSystemInfo(LPSYSTEM_INFO info) SPALW_LINK(GetSystemInfo);
UINT WINAPI GetSystemDirectoryA(LPSTR buffer, UINT size) SPALW_LINK(GetSystemDirectoryA);
UINT WINAPI GetSystemDirectoryW(LPWSTR buffer, UINT size) SPALW_LINK(GetSystemDirectoryW);
UINT WINAPI GetWindowsDirectoryA(LPSTR buffer, UINT size) SPALW_LINK(GetWindowsDirectoryA);
UINT WINAPI GetWindowsDirectoryW(LPWSTR buffer, UINT size) SPALW_LINK(GetWindowsDirectoryW);
VOID WINAPI GetNativeSystemInfo(LPSYSTEM_INFO info) SPALW_LINK(GetNativeSystemInfo);
DWORD WINAPI GetVersion(void) SPALW_LINK(GetVersion);
BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA info) SPALW_LINK(GetVersionExA);
BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW info) SPALW_LINK(GetVersionExW);
BOOL WINAPI GetComputerNameA(LPSTR buffer, LPDWORD size) SPALW_LINK(GetComputerNameA);
BOOL WINAPI GetComputerNameW(LPWSTR buffer, LPDWORD size) SPALW_LINK(GetComputerNameW);
BOOL WINAPI GetComputerNameExA(COMPUTER_NAME_FORMAT format, LPSTR buffer, LPDWORD size) SPALW_LINK(GetComputerNameExA);
BOOL WINAPI GetComputerNameExW(COMPUTER_NAME_FORMAT format, LPWSTR buffer, LPDWORD size) SPALW_LINK(GetComputerNameExW);
BOOL WINAPI GetUserNameA(LPSTR buffer, LPDWORD size) SPALW_LINK(GetUserNameA);
BOOL WINAPI GetUserNameW(LPWSTR buffer, LPDWORD size) SPALW_LINK(GetUserNameW);
DWORD WINAPI GetActiveProcessorCount(WORD group) SPALW_LINK(GetActiveProcessorCount);
SPALW_END

#define ALL_PROCESSOR_GROUPS 0xffff

#define GetVersionEx SPALW_AW(GetVersionEx)
#define VerifyVersionInfo SPALW_AW(VerifyVersionInfo)
#define VER_SET_CONDITION(mask, types, condition) ((mask) = VerSetConditionMask((mask), (types), (condition)))
#define GetComputerName SPALW_AW(GetComputerName)
#define GetComputerNameEx SPALW_AW(GetComputerNameEx)
#define GetUserName SPALW_AW(GetUserName)
#define GetSystemDirectory SPALW_AW(GetSystemDirectory)
#define GetWindowsDirectory SPALW_AW(GetWindowsDirectory)

#endif
