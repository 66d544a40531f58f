/* SPDX-License-Identifier: MIT
 *
 * The machine and its user.
 */
#include "affinity.h"
#include "error.h"
#include "give.h"
#include "posix.h"

#include "sockpal/memory.h"
#include "sockpal/process.h"
#include "sockpal/system.h"

#include <ctype.h>
#include <netdb.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------------------------------- processors */

static DWORD processor_count(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (DWORD)count;
}

#if defined(__x86_64__)
static const WORD architecture = PROCESSOR_ARCHITECTURE_AMD64;
static const DWORD processor_type = PROCESSOR_AMD_X8664;
#elif defined(__i386__)
static const WORD architecture = PROCESSOR_ARCHITECTURE_INTEL;
static const DWORD processor_type = PROCESSOR_INTEL_PENTIUM;
#elif defined(__aarch64__)
static const WORD architecture = PROCESSOR_ARCHITECTURE_ARM64;
static const DWORD processor_type = 0;
#else
static const WORD architecture = PROCESSOR_ARCHITECTURE_UNKNOWN;
static const DWORD processor_type = 0;
#endif

VOID WINAPI GetSystemInfo(LPSYSTEM_INFO info) {
    memset(info, 0, sizeof *info);
    info->wProcessorArchitecture = architecture;
    info->dwPageSize = (DWORD)sysconf(_SC_PAGESIZE);
    info->lpMinimumApplicationAddress = (LPVOID)(uintptr_t)0x10000;
    info->lpMaximumApplicationAddress = (LPVOID)((UINTPTR_MAX >> (sizeof(void *) == 8 ? 17 : 1)) - 0x10000);
    info->dwActiveProcessorMask = spalw_processor_mask();
    info->dwNumberOfProcessors = processor_count();
    info->dwProcessorType = processor_type;
    info->dwAllocationGranularity = 0x10000;
    info->wProcessorLevel = 6;
}

VOID WINAPI GetNativeSystemInfo(LPSYSTEM_INFO info) {
    GetSystemInfo(info);
}

DWORD WINAPI GetActiveProcessorCount(WORD group) {
    return group == 0 || group == ALL_PROCESSOR_GROUPS ? processor_count() : (DWORD)spalw_fail(ERROR_INVALID_PARAMETER);
}

DWORD WINAPI GetCurrentProcessorNumber(void) {
    int number = SPALW_PROCESSOR();
    return number < 0 ? 0 : (DWORD)number;
}

/* ------------------------------------------------------------------------------------------------------------ names */

#define NAME_ROOM 256

static void host_name(char *name) {
    if (gethostname(name, NAME_ROOM) != 0)
        (void)snprintf(name, NAME_ROOM, "localhost");
    name[NAME_ROOM - 1] = '\0';
}

/* The NetBIOS name is the first label, in capitals and cut. */
static void computer_name(char *name) {
    host_name(name);
    name[strcspn(name, ".")] = '\0';
    if (strlen(name) > MAX_COMPUTERNAME_LENGTH)
        name[MAX_COMPUTERNAME_LENGTH] = '\0';
    for (char *at = name; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
}

/* What a host is called on the network takes no look-up: its own name has a domain or has none. */
static BOOL computer_name_of(COMPUTER_NAME_FORMAT format, char *name) {
    char *domain;
    switch (format) {
    case ComputerNameNetBIOS:
    case ComputerNamePhysicalNetBIOS:
        computer_name(name);
        return TRUE;
    case ComputerNameDnsHostname:
    case ComputerNamePhysicalDnsHostname:
        host_name(name);
        name[strcspn(name, ".")] = '\0';
        return TRUE;
    case ComputerNameDnsDomain:
    case ComputerNamePhysicalDnsDomain:
        host_name(name);
        domain = strchr(name, '.');
        memmove(name, domain == NULL ? "" : domain + 1, domain == NULL ? 1 : strlen(domain));
        return TRUE;
    case ComputerNameDnsFullyQualified:
    case ComputerNamePhysicalDnsFullyQualified:
        host_name(name);
        return TRUE;
    case ComputerNameMax:
        break;
    }
    return spalw_fail(ERROR_INVALID_PARAMETER);
}

BOOL WINAPI GetComputerNameA(LPSTR buffer, LPDWORD size) {
    char name[NAME_ROOM];
    computer_name(name);
    return spalw_give_sized_a(name, buffer, size, FALSE, ERROR_BUFFER_OVERFLOW);
}

BOOL WINAPI GetComputerNameW(LPWSTR buffer, LPDWORD size) {
    char name[NAME_ROOM];
    computer_name(name);
    return spalw_give_sized_w(name, buffer, size, FALSE, ERROR_BUFFER_OVERFLOW);
}

BOOL WINAPI GetComputerNameExA(COMPUTER_NAME_FORMAT format, LPSTR buffer, LPDWORD size) {
    char name[NAME_ROOM];
    return computer_name_of(format, name) && spalw_give_sized_a(name, buffer, size, FALSE, ERROR_MORE_DATA);
}

BOOL WINAPI GetComputerNameExW(COMPUTER_NAME_FORMAT format, LPWSTR buffer, LPDWORD size) {
    char name[NAME_ROOM];
    return computer_name_of(format, name) && spalw_give_sized_w(name, buffer, size, FALSE, ERROR_MORE_DATA);
}

static void user_name(char *name) {
    char memory[4096];
    struct passwd entry, *found = NULL;
    (void)getpwuid_r(geteuid(), &entry, memory, sizeof memory, &found);
    (void)snprintf(name, NAME_ROOM, "%s", found == NULL ? "user" : found->pw_name);
}

BOOL WINAPI GetUserNameA(LPSTR buffer, LPDWORD size) {
    char name[NAME_ROOM];
    user_name(name);
    return spalw_give_sized_a(name, buffer, size, TRUE, ERROR_INSUFFICIENT_BUFFER);
}

BOOL WINAPI GetUserNameW(LPWSTR buffer, LPDWORD size) {
    char name[NAME_ROOM];
    user_name(name);
    return spalw_give_sized_w(name, buffer, size, TRUE, ERROR_INSUFFICIENT_BUFFER);
}

/* ---------------------------------------------------------------------------------------------------------- folders */

/* Programs put them before the names of DLLs, which are found by their last part. */
#define WINDOWS_FOLDER "C:\\Windows"
#define SYSTEM_FOLDER WINDOWS_FOLDER "\\System32"

UINT WINAPI GetSystemDirectoryA(LPSTR buffer, UINT size) {
    return spalw_give_a(SYSTEM_FOLDER, buffer, size);
}

UINT WINAPI GetSystemDirectoryW(LPWSTR buffer, UINT size) {
    return spalw_give_w(SYSTEM_FOLDER, buffer, size);
}

UINT WINAPI GetWindowsDirectoryA(LPSTR buffer, UINT size) {
    return spalw_give_a(WINDOWS_FOLDER, buffer, size);
}

UINT WINAPI GetWindowsDirectoryW(LPWSTR buffer, UINT size) {
    return spalw_give_w(WINDOWS_FOLDER, buffer, size);
}
