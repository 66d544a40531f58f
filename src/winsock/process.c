/* SPDX-License-Identifier: MIT
 *
 * This process: its handle, ids, end and priority. Command line and environment stand in environment.c, modules in
 * module.c.
 */
#include "error.h"
#include "filetime.h"
#include "object.h"

#include "sockpal/process.h"
#include "sockpal/thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static atomic_uint error_mode;
static atomic_uint priority_class = NORMAL_PRIORITY_CLASS;

UINT WINAPI SetErrorMode(UINT mode) {
    return atomic_exchange(&error_mode, mode);
}

UINT WINAPI GetErrorMode(void) {
    return atomic_load(&error_mode);
}

HANDLE WINAPI GetCurrentProcess(void) {
    return SPALW_CURRENT_PROCESS;
}

DWORD WINAPI GetCurrentProcessId(void) {
    return (DWORD)getpid();
}

static bool is_process(HANDLE process) {
    spalw_object *object = spalw_handle_find(process, SPALW_PROCESS);
    if (object != NULL)
        spalw_handle_unpin(process);
    return object != NULL;
}

DWORD WINAPI GetProcessId(HANDLE process) {
    return is_process(process) ? GetCurrentProcessId() : 0;
}

DECLSPEC_NORETURN VOID WINAPI ExitProcess(UINT code) {
    exit((int)code);
}

/* Without flushing anything, as on Windows. */
BOOL WINAPI TerminateProcess(HANDLE process, UINT code) {
    if (!is_process(process))
        return FALSE;
    _exit((int)code);
}

BOOL WINAPI GetExitCodeProcess(HANDLE process, LPDWORD code) {
    if (!is_process(process))
        return FALSE;
    if (code == NULL)
        return spalw_fail(ERROR_NOACCESS);
    *code = STILL_ACTIVE;
    return TRUE;
}

static bool is_priority_class(DWORD priority) {
    return priority == NORMAL_PRIORITY_CLASS || priority == IDLE_PRIORITY_CLASS || priority == HIGH_PRIORITY_CLASS ||
           priority == REALTIME_PRIORITY_CLASS || priority == BELOW_NORMAL_PRIORITY_CLASS ||
           priority == ABOVE_NORMAL_PRIORITY_CLASS;
}

/* Kept, and nothing else: raising it is a privilege here. */
BOOL WINAPI SetPriorityClass(HANDLE process, DWORD priority) {
    if (!is_process(process))
        return FALSE;
    if (!is_priority_class(priority))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    atomic_store(&priority_class, priority);
    return TRUE;
}

DWORD WINAPI GetPriorityClass(HANDLE process) {
    return is_process(process) ? atomic_load(&priority_class) : 0;
}

static FILETIME filetime_of_usage(const struct timeval *time) {
    return spalw_filetime_from_ticks((uint64_t)time->tv_sec * 10000000 + (uint64_t)time->tv_usec * 10);
}

/* When the process began is when it first asked. */
BOOL WINAPI GetProcessTimes(HANDLE process, LPFILETIME creation, LPFILETIME end, LPFILETIME kernel, LPFILETIME user) {
    static _Atomic uint64_t began;
    struct rusage usage;
    uint64_t none = 0;
    if (!is_process(process))
        return FALSE;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return spalw_fail(spalw_error_from_errno(errno));
    (void)atomic_compare_exchange_strong(&began, &none, spalw_filetime_ticks());
    *creation = spalw_filetime_from_ticks(atomic_load(&began));
    *end = spalw_filetime_from_ticks(0);
    *kernel = filetime_of_usage(&usage.ru_stime);
    *user = filetime_of_usage(&usage.ru_utime);
    return TRUE;
}

/* -------------------------------------------------------------------------------------------------------- debugging */

/* Linux names the tracer of a process in this file; elsewhere nobody is told. */
BOOL WINAPI IsDebuggerPresent(void) {
    static const char field[] = "TracerPid:";
    char line[128];
    long tracer = 0;
    FILE *file = fopen("/proc/self/status", "re");
    if (file == NULL)
        return FALSE;
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, field, sizeof field - 1) == 0)
            tracer = strtol(line + sizeof field - 1, NULL, 10);
    (void)fclose(file);
    return tracer != 0;
}

VOID WINAPI DebugBreak(void) {
    (void)raise(SIGTRAP);
}

/* There is a debugger's log on Windows and none here: nobody sees the text. */
VOID WINAPI OutputDebugStringA(LPCSTR text) {
    (void)text;
}

VOID WINAPI OutputDebugStringW(LPCWSTR text) {
    (void)text;
}
