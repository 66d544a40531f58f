/* SPDX-License-Identifier: MIT
 *
 * The version of Windows that the face says it is, and comparing it with the one that a program wants.
 */
#include "error.h"

#include "sockpal/system.h"

#include <stdbool.h>

/* 10, version 2004. */
#define MAJOR 10
#define MINOR 0
#define BUILD 19041
#define BITS_PER_CONDITION 3

DWORD WINAPI GetVersion(void) {
    return (DWORD)BUILD << 16 | MINOR << 8 | MAJOR;
}

BOOL WINAPI GetVersionExA(LPOSVERSIONINFOA info) {
    DWORD size = info->dwOSVersionInfoSize;
    if (size != sizeof(OSVERSIONINFOA) && size != sizeof(OSVERSIONINFOEXA))
        return spalw_fail(ERROR_INSUFFICIENT_BUFFER);
    memset(info, 0, size);
    *info = (OSVERSIONINFOA){size, MAJOR, MINOR, BUILD, VER_PLATFORM_WIN32_NT, ""};
    if (size == sizeof(OSVERSIONINFOEXA)) {
        ((OSVERSIONINFOEXA *)info)->wSuiteMask = VER_SUITE_SINGLEUSERTS;
        ((OSVERSIONINFOEXA *)info)->wProductType = VER_NT_WORKSTATION;
    }
    return TRUE;
}

BOOL WINAPI GetVersionExW(LPOSVERSIONINFOW info) {
    DWORD size = info->dwOSVersionInfoSize;
    if (size != sizeof(OSVERSIONINFOW) && size != sizeof(OSVERSIONINFOEXW))
        return spalw_fail(ERROR_INSUFFICIENT_BUFFER);
    memset(info, 0, size);
    *info = (OSVERSIONINFOW){size, MAJOR, MINOR, BUILD, VER_PLATFORM_WIN32_NT, L""};
    if (size == sizeof(OSVERSIONINFOEXW)) {
        ((OSVERSIONINFOEXW *)info)->wSuiteMask = VER_SUITE_SINGLEUSERTS;
        ((OSVERSIONINFOEXW *)info)->wProductType = VER_NT_WORKSTATION;
    }
    return TRUE;
}

/* -------------------------------------------------------------------------------------------------------- comparing */

/* Conditions stand in three bits for each bit of the types. */
static int shift_of(DWORD type) {
    int shift = 0;
    for (; type > 1; type >>= 1)
        shift += BITS_PER_CONDITION;
    return shift;
}

ULONGLONG WINAPI VerSetConditionMask(ULONGLONG conditions, DWORD types, BYTE condition) {
    for (DWORD type = 1; type <= VER_PRODUCT_TYPE; type <<= 1)
        if ((types & type) != 0)
            return conditions | (ULONGLONG)(condition & 7) << shift_of(type);
    return conditions;
}

static BYTE condition_of(DWORDLONG conditions, DWORD type) {
    return (BYTE)(conditions >> shift_of(type) & 7);
}

static bool is_met(int difference, BYTE condition) {
    switch (condition) {
    case VER_EQUAL:
        return difference == 0;
    case VER_GREATER:
        return difference > 0;
    case VER_GREATER_EQUAL:
        return difference >= 0;
    case VER_LESS:
        return difference < 0;
    case VER_LESS_EQUAL:
        return difference <= 0;
    default:
        return false;
    }
}

static int compared(DWORD own, DWORD wanted) {
    return (own > wanted) - (own < wanted);
}

/* The parts of a version are one number: the first that differs decides, by the condition of the first that is asked.
 */
static bool is_version_met(const OSVERSIONINFOEXA *wanted, DWORD types, DWORDLONG conditions) {
    const struct {
        DWORD type, own, wanted;
    } parts[] = {{VER_MAJORVERSION, MAJOR, wanted->dwMajorVersion},
                 {VER_MINORVERSION, MINOR, wanted->dwMinorVersion},
                 {VER_SERVICEPACKMAJOR, 0, wanted->wServicePackMajor},
                 {VER_SERVICEPACKMINOR, 0, wanted->wServicePackMinor}};
    BYTE condition = 0;
    int difference = 0;
    for (size_t i = 0; i < _countof(parts) && difference == 0; i++) {
        if ((types & parts[i].type) == 0)
            continue;
        if (condition == 0)
            condition = condition_of(conditions, parts[i].type);
        difference = compared(parts[i].own, parts[i].wanted);
    }
    return condition == 0 || is_met(difference, condition);
}

static bool is_suite_met(WORD wanted, BYTE condition) {
    const WORD own = VER_SUITE_SINGLEUSERTS;
    return condition == VER_AND ? (own & wanted) == wanted : (own & wanted) != 0 || wanted == 0;
}

BOOL WINAPI VerifyVersionInfoA(LPOSVERSIONINFOEXA info, DWORD types, DWORDLONG conditions) {
    if (types == 0 || conditions == 0)
        return spalw_fail(ERROR_BAD_ARGUMENTS);
    bool is_same = is_version_met(info, types, conditions);
    if ((types & VER_BUILDNUMBER) != 0)
        is_same &= is_met(compared(BUILD, info->dwBuildNumber), condition_of(conditions, VER_BUILDNUMBER));
    if ((types & VER_PLATFORMID) != 0)
        is_same &=
            is_met(compared(VER_PLATFORM_WIN32_NT, info->dwPlatformId), condition_of(conditions, VER_PLATFORMID));
    if ((types & VER_PRODUCT_TYPE) != 0)
        is_same &= is_met(compared(VER_NT_WORKSTATION, info->wProductType), condition_of(conditions, VER_PRODUCT_TYPE));
    if ((types & VER_SUITENAME) != 0)
        is_same &= is_suite_met(info->wSuiteMask, condition_of(conditions, VER_SUITENAME));
    return is_same ? TRUE : spalw_fail(ERROR_OLD_WIN_VERSION);
}

BOOL WINAPI VerifyVersionInfoW(LPOSVERSIONINFOEXW info, DWORD types, DWORDLONG conditions) {
    OSVERSIONINFOEXA same = {.dwMajorVersion = info->dwMajorVersion,
                             .dwMinorVersion = info->dwMinorVersion,
                             .dwBuildNumber = info->dwBuildNumber,
                             .dwPlatformId = info->dwPlatformId,
                             .wServicePackMajor = info->wServicePackMajor,
                             .wServicePackMinor = info->wServicePackMinor,
                             .wSuiteMask = info->wSuiteMask,
                             .wProductType = info->wProductType};
    return VerifyVersionInfoA(&same, types, conditions);
}
