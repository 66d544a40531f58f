/* SPDX-License-Identifier: MIT
 *
 * Modules. There are those whose functions the face has, under their names of Windows, and the program itself. They are
 * always loaded. What GetProcAddress finds in them is listed in names_*.h, by module.
 */
#include "error.h"
#include "give.h"
#include "text.h"

#include "sockpal/process.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

typedef struct function {
    const char *name;
    FARPROC address;
} function;

typedef struct module {
    const char *name;
    const function *functions; /* up to one without a name */
} module;

/* The functions by their linker names: their types do not matter here. */
#define SPALW_NAME(name) extern INT_PTR proc_##name(void) SPALW_LABEL(#name);
#include "names_advapi32.h"
#include "names_bcrypt.h"
#include "names_iphlpapi.h"
#include "names_kernel32.h"
#include "names_mswsock.h"
#include "names_ntdll.h"
#include "names_ole32.h"
#include "names_shell32.h"
#include "names_user32.h"
#include "names_winmm.h"
#include "names_ws2_32.h"
#undef SPALW_NAME

#define SPALW_NAME(name) {#name, proc_##name},
static const function kernel32_functions[] = {
#include "names_kernel32.h"
    {NULL, NULL}};
static const function user32_functions[] = {
#include "names_user32.h"
    {NULL, NULL}};
static const function advapi32_functions[] = {
#include "names_advapi32.h"
    {NULL, NULL}};
static const function bcrypt_functions[] = {
#include "names_bcrypt.h"
    {NULL, NULL}};
static const function shell32_functions[] = {
#include "names_shell32.h"
    {NULL, NULL}};
static const function winmm_functions[] = {
#include "names_winmm.h"
    {NULL, NULL}};
static const function ws2_32_functions[] = {
#include "names_ws2_32.h"
    {NULL, NULL}};
static const function mswsock_functions[] = {
#include "names_mswsock.h"
    {NULL, NULL}};
static const function iphlpapi_functions[] = {
#include "names_iphlpapi.h"
    {NULL, NULL}};
static const function ntdll_functions[] = {
#include "names_ntdll.h"
    {NULL, NULL}};
static const function ole32_functions[] = {
#include "names_ole32.h"
    {NULL, NULL}};
#undef SPALW_NAME
static const function no_functions[] = {{NULL, NULL}};

static const module program = {"", no_functions};
static const module modules[] = {
    {"kernel32.dll", kernel32_functions}, {"kernelbase.dll", kernel32_functions}, {"user32.dll", user32_functions},
    {"advapi32.dll", advapi32_functions}, {"shell32.dll", shell32_functions},     {"winmm.dll", winmm_functions},
    {"ws2_32.dll", ws2_32_functions},     {"wsock32.dll", ws2_32_functions},      {"mswsock.dll", mswsock_functions},
    {"iphlpapi.dll", iphlpapi_functions}, {"bcrypt.dll", bcrypt_functions},       {"ntdll.dll", ntdll_functions},
    {"ole32.dll", ole32_functions},
};

/* By its name without its folder; ".dll" is understood. */
static bool is_named(const module *of, const char *name, size_t length) {
    size_t stem = strlen(of->name) - strlen(".dll");
    return strncasecmp(name, of->name, length) == 0 && (length == stem || length == strlen(of->name));
}

static HMODULE module_find(const char *path) {
    const char *name = path;
    for (const char *at = path; *at != '\0'; at++)
        if (*at == '\\' || *at == '/')
            name = at + 1;
    if (strncasecmp(name, "api-ms-win-", 11) == 0) /* Sets of functions, each a name for a part of the first. */
        name = modules[0].name;
    for (size_t i = 0; i < _countof(modules); i++)
        if (is_named(&modules[i], name, strlen(name)))
            return (HMODULE)(uintptr_t)&modules[i];
    return spalw_fail_null(ERROR_MOD_NOT_FOUND);
}

static const module *module_of(HMODULE handle) {
    const module *of = handle;
    bool is_one = of == &program || (of >= modules && of < modules + _countof(modules));
    return is_one ? of : spalw_fail_null(ERROR_INVALID_HANDLE);
}

HMODULE WINAPI GetModuleHandleA(LPCSTR name) {
    return name == NULL ? (HMODULE)(uintptr_t)&program : module_find(name);
}

HMODULE WINAPI GetModuleHandleW(LPCWSTR name) {
    char *narrow = name == NULL ? NULL : spalw_utf8_from_wide(name);
    HMODULE found = GetModuleHandleA(narrow);
    free(narrow);
    return found;
}

static BOOL handle_give(DWORD flags, HMODULE found, HMODULE *out) {
    const DWORD known = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    if (out == NULL || (flags & ~known) != 0 || flags == known)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *out = found;
    return found != NULL;
}

/* All modules are there for ever, so that nothing is counted. Which one an address is in, is not told. */
BOOL WINAPI GetModuleHandleExA(DWORD flags, LPCSTR name, HMODULE *out) {
    bool is_address = (flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS) != 0;
    return handle_give(flags, is_address ? NULL : GetModuleHandleA(name), out);
}

BOOL WINAPI GetModuleHandleExW(DWORD flags, LPCWSTR name, HMODULE *out) {
    bool is_address = (flags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS) != 0;
    return handle_give(flags, is_address ? NULL : GetModuleHandleW(name), out);
}

HMODULE WINAPI LoadLibraryA(LPCSTR name) {
    return name == NULL ? spalw_fail_null(ERROR_INVALID_PARAMETER) : module_find(name);
}

HMODULE WINAPI LoadLibraryW(LPCWSTR name) {
    return name == NULL ? spalw_fail_null(ERROR_INVALID_PARAMETER) : GetModuleHandleW(name);
}

HMODULE WINAPI LoadLibraryExA(LPCSTR name, HANDLE file, DWORD flags) {
    (void)flags;
    return file != NULL ? spalw_fail_null(ERROR_INVALID_PARAMETER) : LoadLibraryA(name);
}

HMODULE WINAPI LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags) {
    (void)flags;
    return file != NULL ? spalw_fail_null(ERROR_INVALID_PARAMETER) : LoadLibraryW(name);
}

BOOL WINAPI FreeLibrary(HMODULE handle) {
    return module_of(handle) != NULL;
}

/* A number instead of a name means a position in the module, which is Windows' own affair. */
FARPROC WINAPI GetProcAddress(HMODULE handle, LPCSTR name) {
    const module *of = handle == NULL ? &program : module_of(handle);
    if (of == NULL)
        return NULL;
    bool is_name = (uintptr_t)name >> 16 != 0;
    for (const function *at = of->functions; is_name && at->name != NULL; at++)
        if (strcmp(at->name, name) == 0)
            return at->address;
    spalw_set_error(ERROR_PROC_NOT_FOUND);
    return NULL;
}

/* ------------------------------------------------------------------------------------------------------- file names */

static char program_path[4096];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void program_path_read(void) {
    ssize_t length = readlink("/proc/self/exe", program_path, sizeof program_path - 1);
    program_path[length < 0 ? 0 : length] = '\0';
}

static const char *path_of(HMODULE handle) {
    const module *of = handle == NULL ? &program : module_of(handle);
    (void)pthread_once(&once, program_path_read);
    return of == NULL ? NULL : of == &program ? program_path : of->name;
}

/* What does not fit is cut, which the last error tells. */
DWORD WINAPI GetModuleFileNameA(HMODULE handle, LPSTR buffer, DWORD size) {
    const char *path = path_of(handle);
    if (path == NULL || size == 0)
        return path == NULL ? 0 : (DWORD)spalw_fail(ERROR_INSUFFICIENT_BUFFER);
    if (strlen(path) < size) {
        spalw_set_error(NO_ERROR);
        return spalw_give_a(path, buffer, size);
    }
    memcpy(buffer, path, size - 1);
    buffer[size - 1] = '\0';
    spalw_set_error(ERROR_INSUFFICIENT_BUFFER);
    return size;
}

DWORD WINAPI GetModuleFileNameW(HMODULE handle, LPWSTR buffer, DWORD size) {
    const char *path = path_of(handle);
    WCHAR *wide = path == NULL ? NULL : spalw_wide_from_utf8(path);
    if (wide == NULL || size == 0) {
        free(wide);
        return path == NULL ? 0 : (DWORD)spalw_fail(ERROR_INSUFFICIENT_BUFFER);
    }
    size_t length = wcslen(wide);
    bool fits = length < size;
    wmemcpy(buffer, wide, fits ? length : size - 1);
    buffer[fits ? length : size - 1] = L'\0';
    free(wide);
    spalw_set_error(fits ? NO_ERROR : ERROR_INSUFFICIENT_BUFFER);
    return fits ? (DWORD)length : size;
}
