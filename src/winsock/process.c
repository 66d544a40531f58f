/* SPDX-License-Identifier: MIT
 *
 * Processes: their handles, ids, ends, times and priorities. How they begin stands in process_create.c and child.c, the
 * command line and the environment in environment.c, modules in module.c.
 */
#include "child.h"
#include "error.h"
#include "filetime.h"
#include "wait.h"

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

static spalw_process *process_find(HANDLE handle) {
    return (spalw_process *)spalw_handle_find(handle, SPALW_PROCESS);
}

static bool is_process(HANDLE handle) {
    spalw_process *process = process_find(handle);
    if (process != NULL)
        spalw_handle_unpin(handle);
    return process != NULL;
}

DWORD WINAPI GetProcessId(HANDLE handle) {
    spalw_process *process = process_find(handle);
    if (process == NULL)
        return 0;
    DWORD id = process->is_own ? GetCurrentProcessId() : (DWORD)process->pid;
    spalw_handle_unpin(handle);
    return id;
}

/* This process, and those that it has started and that run. */
HANDLE WINAPI OpenProcess(DWORD access, BOOL inherit, DWORD id) {
    (void)access;
    spalw_process *process = spalw_process_of_id(id);
    if (process == NULL)
        return spalw_fail_null(id != 0 && kill((pid_t)id, 0) == 0 ? ERROR_ACCESS_DENIED : ERROR_INVALID_PARAMETER);
    if (process->is_own)
        spalw_object_ref(&process->object);
    HANDLE handle = spalw_handle_new(&process->object);
    if (handle != NULL && inherit)
        spalw_handle_set_flags(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    return handle;
}

DECLSPEC_NORETURN VOID WINAPI ExitProcess(UINT code) {
    exit((int)code);
}

/* This process ends without flushing anything, as on Windows. */
BOOL WINAPI TerminateProcess(HANDLE handle, UINT code) {
    spalw_process *process = process_find(handle);
    if (process == NULL)
        return FALSE;
    if (process->is_own)
        _exit((int)code);
    DWORD error = spalw_process_kill(process, code);
    spalw_handle_unpin(handle);
    return error == NO_ERROR ? TRUE : spalw_fail(error);
}

BOOL WINAPI GetExitCodeProcess(HANDLE handle, LPDWORD code) {
    spalw_process *process = process_find(handle);
    if (process == NULL)
        return FALSE;
    spalw_lock();
    if (code != NULL)
        *code = process->object.is_set ? process->code : STILL_ACTIVE;
    spalw_unlock();
    spalw_handle_unpin(handle);
    return code != NULL ? TRUE : spalw_fail(ERROR_NOACCESS);
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

/* When this process began is when it first asked. */
static bool own_times(FILETIME times[4]) {
    static _Atomic uint64_t began;
    struct rusage usage;
    uint64_t none = 0;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return false;
    (void)atomic_compare_exchange_strong(&began, &none, spalw_filetime_ticks());
    times[0] = spalw_filetime_from_ticks(atomic_load(&began));
    times[1] = spalw_filetime_from_ticks(0);
    times[2] = filetime_of_usage(&usage.ru_stime);
    times[3] = filetime_of_usage(&usage.ru_utime);
    return true;
}

/* How long another has run is known when it has ended. */
static bool times_of(const spalw_process *process, FILETIME times[4]) {
    if (process->is_own)
        return own_times(times);
    spalw_lock();
    times[0] = spalw_filetime_from_ticks(process->began);
    times[1] = spalw_filetime_from_ticks(process->ended);
    times[2] = spalw_filetime_from_ticks(process->kernel_ticks);
    times[3] = spalw_filetime_from_ticks(process->user_ticks);
    spalw_unlock();
    return true;
}

BOOL WINAPI GetProcessTimes(HANDLE handle, LPFILETIME creation, LPFILETIME end, LPFILETIME kernel, LPFILETIME user) {
    FILETIME times[4];
    spalw_process *process = process_find(handle);
    if (process == NULL)
        return FALSE;
    bool are_known = times_of(process, times);
    DWORD error = are_known ? NO_ERROR : spalw_error_from_errno(errno);
    spalw_handle_unpin(handle);
    if (!are_known)
        return spalw_fail(error);
    *creation = times[0];
    *end = times[1];
    *kernel = times[2];
    *user = times[3];
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
