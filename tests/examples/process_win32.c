/* SPDX-License-Identifier: MIT
 *
 * Other programs, over Win32. Its twin is process_posix.c; process.h says what the functions promise.
 */
#include "process.h"
#include "thread.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_ROOM = 8192 };

struct process {
    HANDLE handle;
    HANDLE output;
    HANDLE ready;
};

/* Anonymous pipes have no deadlines, so it is a named one, which only this process can open a second time. */
static HANDLE pipe_open(process *self) {
    static volatile long number;
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    char name[64];

    snprintf(name, sizeof name, "\\\\.\\pipe\\examples-%lu-%ld", GetCurrentProcessId(), InterlockedIncrement(&number));
    self->ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    self->output = CreateNamedPipeA(name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                    PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 65536, 65536, 0, NULL);
    if (self->output == INVALID_HANDLE_VALUE)
        return INVALID_HANDLE_VALUE;
    return CreateFileA(name, GENERIC_WRITE, 0, &inheritable, OPEN_EXISTING, 0, NULL);
}

static bool command_make(const char *const *words, char *command) {
    size_t length = 0;

    for (; *words != NULL; words++) {
        int written = snprintf(command + length, COMMAND_ROOM - length, "%s\"%s\"", length > 0 ? " " : "", *words);

        if (written < 0 || (size_t)written >= COMMAND_ROOM - length)
            return false;
        length += (size_t)written;
    }
    return true;
}

static bool child_start(process *self, const char *const *words, HANDLE output) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    STARTUPINFOA start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION child;
    char command[COMMAND_ROOM];
    bool started;

    start.hStdInput = CreateFileA("NUL", GENERIC_READ, 0, &inheritable, OPEN_EXISTING, 0, NULL);
    start.hStdOutput = start.hStdError = output;
    started = command_make(words, command) &&
              CreateProcessA(NULL, command, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &start, &child);
    CloseHandle(start.hStdInput);
    if (started) {
        CloseHandle(child.hThread);
        self->handle = child.hProcess;
    }
    return started;
}

process *process_start(const char *const *words) {
    process *self = calloc(1, sizeof *self);
    HANDLE output = self == NULL ? INVALID_HANDLE_VALUE : pipe_open(self);
    bool started = output != INVALID_HANDLE_VALUE && child_start(self, words, output);

    if (output != INVALID_HANDLE_VALUE)
        CloseHandle(output);
    if (!started && self != NULL) {
        CloseHandle(self->output);
        CloseHandle(self->ready);
        free(self);
        self = NULL;
    }
    return self;
}

long process_read(process *self, char *bytes, size_t room, int timeout_ms) {
    OVERLAPPED overlapped = {.hEvent = self->ready};
    DWORD count = 0;

    if (!ReadFile(self->output, bytes, (DWORD)room, NULL, &overlapped) && GetLastError() != ERROR_IO_PENDING)
        return 0;
    if (WaitForSingleObject(self->ready, (DWORD)timeout_ms) != WAIT_OBJECT_0)
        CancelIo(self->output);
    if (GetOverlappedResult(self->output, &overlapped, &count, TRUE))
        return (long)count;
    return GetLastError() == ERROR_OPERATION_ABORTED ? -1 : 0;
}

int process_wait(process *self, int timeout_ms) {
    uint64_t deadline = clock_us() + (uint64_t)timeout_ms * 1000;
    char rest[4096];
    DWORD code = 0;
    long count = 1;

    while (count > 0) {
        uint64_t now = clock_us();

        count = process_read(self, rest, sizeof rest, now < deadline ? (int)((deadline - now) / 1000) : 0);
    }
    if (count < 0 || WaitForSingleObject(self->handle, (DWORD)timeout_ms) != WAIT_OBJECT_0)
        return -1;
    return GetExitCodeProcess(self->handle, &code) ? (int)code : -1;
}

void process_free(process *self) {
    if (WaitForSingleObject(self->handle, 0) != WAIT_OBJECT_0) {
        TerminateProcess(self->handle, 255);
        WaitForSingleObject(self->handle, INFINITE);
    }
    CloseHandle(self->handle);
    CloseHandle(self->output);
    CloseHandle(self->ready);
    free(self);
}
