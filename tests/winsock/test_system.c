/* SPDX-License-Identifier: MIT
 *
 * The machine, this process, its environment and modules.
 */
#include "face.h"

#include <wchar.h>

static void machine_has_processors_and_pages(void **state) {
    (void)state;
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    assert_true(info.dwNumberOfProcessors >= 1);
    assert_true(info.dwPageSize >= 4096);
    assert_int_equal(info.dwAllocationGranularity, 65536);
    assert_true((info.dwActiveProcessorMask & 1) != 0);
    SYSTEM_INFO native;
    GetNativeSystemInfo(&native);
    assert_int_equal(native.wProcessorArchitecture, info.wProcessorArchitecture);
}

static void version_is_that_of_windows_nt(void **state) {
    (void)state;
    OSVERSIONINFOEXA info;
    OSVERSIONINFOW wide;
    memset(&info, 0xff, sizeof info);
    info.dwOSVersionInfoSize = sizeof info;
    assert_true(GetVersionExA((LPOSVERSIONINFOA)&info));
    assert_int_equal(info.dwPlatformId, VER_PLATFORM_WIN32_NT);
    assert_true(info.dwMajorVersion >= 6);
    assert_int_equal(info.wProductType, VER_NT_WORKSTATION);
    wide.dwOSVersionInfoSize = sizeof wide;
    assert_true(GetVersionExW(&wide));
    wide.dwOSVersionInfoSize = 1;
    assert_false(GetVersionExW(&wide));
    assert_true((GetVersion() & 0xff) >= 6);
}

static void computer_has_a_name(void **state) {
    (void)state;
    char name[MAX_COMPUTERNAME_LENGTH + 1] = "";
    DWORD size = sizeof name;
    assert_true(GetComputerNameA(name, &size));
    assert_int_equal(size, strlen(name));
    assert_true(size > 0);
    DWORD little = 0;
    assert_fails(FALSE, ERROR_BUFFER_OVERFLOW, GetComputerNameA(name, &little));
    assert_true(little > size);
    WCHAR wide[256];
    size = 256;
    assert_true(GetComputerNameExW(ComputerNameDnsHostname, wide, &size));
    assert_int_equal(size, wcslen(wide));
    size = 0;
    assert_fails(FALSE, ERROR_MORE_DATA, GetComputerNameExW(ComputerNameDnsHostname, NULL, &size));
    assert_int_equal(size, wcslen(wide) + 1);
}

static void user_has_a_name(void **state) {
    (void)state;
    char name[257];
    DWORD size = sizeof name;
    assert_true(GetUserNameA(name, &size));
    assert_int_equal(size, strlen(name) + 1);
    DWORD little = 1;
    assert_fails(FALSE, ERROR_INSUFFICIENT_BUFFER, GetUserNameA(name, &little));
    assert_int_equal(little, size);
}

static void process_has_an_id(void **state) {
    (void)state;
    DWORD code = 0;
    assert_int_not_equal(GetCurrentProcessId(), 0);
    assert_int_equal(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
    assert_true(GetExitCodeProcess(GetCurrentProcess(), &code));
    assert_int_equal(code, STILL_ACTIVE);
    assert_int_equal(GetPriorityClass(GetCurrentProcess()), NORMAL_PRIORITY_CLASS);
}

static void variables_are_set_and_read(void **state) {
    (void)state;
    char value[16];
    WCHAR wide[16];
    assert_true(SetEnvironmentVariableA("SOCKPAL_TEST", "value"));
    assert_int_equal(GetEnvironmentVariableA("SOCKPAL_TEST", value, sizeof value), 5);
    assert_string_equal(value, "value");
    assert_int_equal(GetEnvironmentVariableA("SOCKPAL_TEST", value, 5), 6);
    assert_int_equal(GetEnvironmentVariableA("SOCKPAL_TEST", NULL, 0), 6);
    assert_int_equal(GetEnvironmentVariableW(L"SOCKPAL_TEST", wide, 16), 5);
    assert_int_equal(wcscmp(wide, L"value"), 0);
    assert_true(SetEnvironmentVariableW(L"SOCKPAL_TEST", NULL));
    assert_fails(0, ERROR_ENVVAR_NOT_FOUND, GetEnvironmentVariableA("SOCKPAL_TEST", value, sizeof value));
}

static void variables_are_expanded(void **state) {
    (void)state;
    char out[64];
    assert_true(SetEnvironmentVariableA("SOCKPAL_TEST", "value"));
    assert_int_equal(ExpandEnvironmentStringsA("a%SOCKPAL_TEST%b%NO_SUCH_ONE%", out, sizeof out), 21);
    assert_string_equal(out, "avalueb%NO_SUCH_ONE%");
    assert_true(SetEnvironmentVariableA("SOCKPAL_TEST", NULL));
}

static void modules_have_functions(void **state) {
    (void)state;
    HMODULE kernel = GetModuleHandleA("kernel32.dll");
    assert_non_null(kernel);
    assert_ptr_equal(GetModuleHandleA("KERNEL32"), kernel);
    assert_ptr_equal(GetModuleHandleW(L"Kernel32.dll"), kernel);
    DWORD(WINAPI * ticks)(void) = (DWORD(WINAPI *)(void))(void (*)(void))GetProcAddress(kernel, "GetTickCount");
    assert_non_null(ticks);
    assert_true(ticks() - GetTickCount() < 0x80000000 || GetTickCount() - ticks() < 1000);
    assert_fails(NULL, ERROR_PROC_NOT_FOUND, (void *)(uintptr_t)GetProcAddress(kernel, "NoSuchFunction"));
    HMODULE loaded = LoadLibraryA("kernel32.dll");
    assert_ptr_equal(loaded, kernel);
    assert_true(FreeLibrary(loaded));
    assert_fails(NULL, ERROR_MOD_NOT_FOUND, GetModuleHandleA("no-such-module.dll"));
    assert_fails(NULL, ERROR_MOD_NOT_FOUND, LoadLibraryA("no-such-module.dll"));
    assert_non_null(GetModuleHandleA(NULL));
}

static void program_has_a_file(void **state) {
    (void)state;
    char name[512], cut[4];
    DWORD length = GetModuleFileNameA(NULL, name, sizeof name);
    assert_int_equal(length, strlen(name));
    assert_non_null(strstr(name, "winsock_system"));
    assert_fails(4, ERROR_INSUFFICIENT_BUFFER, GetModuleFileNameA(NULL, cut, 4));
    assert_memory_equal(cut, name, 3);
    assert_true(cut[3] == 0 || is_wine()); /* which does as Windows XP did */
    WCHAR wide[512];
    assert_int_equal(GetModuleFileNameW(NULL, wide, 512), length);
}

static void command_line_names_the_program(void **state) {
    (void)state;
    assert_non_null(strstr(GetCommandLineA(), "winsock_system"));
    assert_non_null(wcsstr(GetCommandLineW(), L"winsock_system"));
}

static void error_mode_is_kept(void **state) {
    (void)state;
    UINT before = SetErrorMode(SEM_FAILCRITICALERRORS);
    assert_int_equal(SetErrorMode(before), SEM_FAILCRITICALERRORS);
}

static void all_variables_are_listed(void **state) {
    (void)state;
    int narrow = 0, wide = 0;
    assert_true(SetEnvironmentVariableA("SPALW_LISTED", "here"));
    LPCH block = GetEnvironmentStrings();
    for (const char *at = block; *at != '\0'; at += strlen(at) + 1)
        narrow += strcmp(at, "SPALW_LISTED=here") == 0;
    assert_true(FreeEnvironmentStringsA(block));
    LPWCH wide_block = GetEnvironmentStringsW();
    for (const WCHAR *at = wide_block; *at != L'\0'; at += wcslen(at) + 1)
        wide += wcscmp(at, L"SPALW_LISTED=here") == 0;
    assert_true(FreeEnvironmentStringsW(wide_block));
    assert_int_equal(narrow, 1);
    assert_int_equal(wide, 1);
}

static void modules_are_named_in_several_ways(void **state) {
    (void)state;
    HMODULE module = NULL;
    assert_true(GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, "kernel32.dll", &module));
    assert_ptr_equal(module, GetModuleHandleA("KERNEL32"));
    assert_true(GetModuleHandleExA(0, NULL, &module));
    assert_ptr_equal(module, GetModuleHandleA(NULL));
    assert_fails(FALSE, ERROR_MOD_NOT_FOUND, GetModuleHandleExA(0, "spalw-no-such.dll", &module));
    module = LoadLibraryA("api-ms-win-core-synch-l1-2-0.dll");
    assert_non_null(module);
    assert_non_null(GetProcAddress(module, "InitOnceExecuteOnce"));
    assert_true(FreeLibrary(module));
}

static void processors_make_cores_and_packages(void **state) {
    (void)state;
    DWORD bytes = 0, cores = 0, packages = 0, nodes = 0;
    ULONG_PTR of_cores = 0;
    assert_fails(FALSE, ERROR_INSUFFICIENT_BUFFER, GetLogicalProcessorInformation(NULL, &bytes));
    assert_int_not_equal(bytes, 0);
    SYSTEM_LOGICAL_PROCESSOR_INFORMATION *all = malloc(bytes);
    assert_true(GetLogicalProcessorInformation(all, &bytes));
    for (size_t i = 0; i < bytes / sizeof *all; i++) {
        assert_int_not_equal(all[i].ProcessorMask, 0);
        cores += all[i].Relationship == RelationProcessorCore;
        packages += all[i].Relationship == RelationProcessorPackage;
        nodes += all[i].Relationship == RelationNumaNode;
        if (all[i].Relationship == RelationProcessorCore) {
            assert_int_equal(of_cores & all[i].ProcessorMask, 0); /* A processor belongs to one. */
            of_cores |= all[i].ProcessorMask;
        }
    }
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    assert_int_equal(of_cores, info.dwActiveProcessorMask);
    assert_in_range(cores, 1, info.dwNumberOfProcessors);
    assert_in_range(packages, 1, cores);
    assert_int_not_equal(nodes, 0);
    free(all);
}

static void version_can_be_compared(void **state) {
    (void)state;
    OSVERSIONINFOEXA wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.dwOSVersionInfoSize = sizeof wanted;
    wanted.dwMajorVersion = 5;
    DWORDLONG newer = VerSetConditionMask(0, VER_MAJORVERSION, VER_GREATER_EQUAL);
    newer = VerSetConditionMask(newer, VER_MINORVERSION, VER_GREATER_EQUAL);
    DWORDLONG same = VerSetConditionMask(0, VER_MAJORVERSION, VER_EQUAL);
    assert_true(VerifyVersionInfoA(&wanted, VER_MAJORVERSION | VER_MINORVERSION, newer));
    assert_fails(FALSE, ERROR_OLD_WIN_VERSION, VerifyVersionInfoA(&wanted, VER_MAJORVERSION, same));
    wanted.dwMinorVersion = 200; /* Which counts only where the larger part is the same. */
    assert_true(VerifyVersionInfoA(&wanted, VER_MAJORVERSION | VER_MINORVERSION, newer));
    wanted.dwMajorVersion = 200;
    assert_fails(FALSE, ERROR_OLD_WIN_VERSION, VerifyVersionInfoA(&wanted, VER_MAJORVERSION, newer));
    assert_fails(FALSE, ERROR_BAD_ARGUMENTS, VerifyVersionInfoA(&wanted, 0, newer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machine_has_processors_and_pages),
        cmocka_unit_test(version_is_that_of_windows_nt),
        cmocka_unit_test(computer_has_a_name),
        cmocka_unit_test(user_has_a_name),
        cmocka_unit_test(process_has_an_id),
        cmocka_unit_test(variables_are_set_and_read),
        cmocka_unit_test(variables_are_expanded),
        cmocka_unit_test(modules_have_functions),
        cmocka_unit_test(program_has_a_file),
        cmocka_unit_test(command_line_names_the_program),
        cmocka_unit_test(error_mode_is_kept),
        cmocka_unit_test(all_variables_are_listed),
        cmocka_unit_test(modules_are_named_in_several_ways),
        cmocka_unit_test(processors_make_cores_and_packages),
        cmocka_unit_test(version_can_be_compared),
    };
    return cmocka_run_group_tests_name("system", tests, NULL, NULL);
}
