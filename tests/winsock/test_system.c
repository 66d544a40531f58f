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
    };
    return cmocka_run_group_tests_name("system", tests, NULL, NULL);
}
