/* SPDX-License-Identifier: MIT
 *
 * CreateProcess: what a program says of the process that it wants, in the terms of child.h. The program is found as
 * Windows finds it: ".exe" is understood, and left out where the file has no such ending.
 */
#include "buffer.h"
#include "child.h"
#include "error.h"
#include "file.h"
#include "path.h"
#include "text.h"

#include "sockpal/console.h"
#include "sockpal/descriptor.h"
#include "sockpal/memory.h"
#include "sockpal/process.h"
#include "sockpal/thread.h"

#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

/** What CreateProcess has been told, as UTF-8. */
typedef struct request {
    const char *application, *line, *folder;
    char *const *environment;
    BOOL inherits;
    DWORD flags;
    DWORD uses; /* STARTF_* */
    HANDLE streams[3];
} request;

/* ---------------------------------------------------------------------------------------------------- the arguments */

/* The arguments as UTF-8, behind the list of them, in one block; or null. */
static char **arguments_of(const char *line) {
    int count = 0;
    WCHAR *wide = spalw_wide_from_utf8(line);
    LPWSTR *split = wide == NULL ? NULL : CommandLineToArgvW(wide, &count);
    free(wide);
    char **arguments = split == NULL ? NULL : calloc((size_t)count + 1, sizeof *arguments);
    for (int i = 0; arguments != NULL && i < count; i++)
        arguments[i] = spalw_utf8_from_wide(split[i]);
    (void)LocalFree(split);
    return arguments;
}

static void texts_free(char **texts) {
    for (char **at = texts; at != NULL && *at != NULL; at++)
        free(*at);
    free(texts);
}

/* ------------------------------------------------------------------------------------------------------ the program */

static bool has_ending(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot != NULL && strchr(dot, '/') == NULL;
}

/* @return the path of a program, if there is one, to be freed */
static char *program_at(const char *folder, size_t folder_length, const char *name, const char *ending) {
    spalw_buffer path = {0};
    spalw_buffer_add(&path, folder, folder_length);
    if (folder_length != 0)
        spalw_buffer_add_char(&path, '/');
    spalw_buffer_add_text(&path, name);
    spalw_buffer_add_text(&path, ending);
    if (path.text != NULL && access(path.text, X_OK) == 0)
        return path.text;
    spalw_buffer_free(&path);
    return NULL;
}

/* As it is called, or without the ending that files have there and not here. */
static char *program_in(const char *folder, size_t folder_length, const char *name) {
    size_t length = strlen(name);
    char *found = program_at(folder, folder_length, name, "");
    if (found == NULL && !has_ending(name))
        found = program_at(folder, folder_length, name, ".exe");
    if (found == NULL && length > 4 && strcasecmp(name + length - 4, ".exe") == 0) {
        char *stem = strndup(name, length - 4);
        found = stem == NULL ? NULL : program_at(folder, folder_length, stem, "");
        free(stem);
    }
    return found;
}

/* In this program's folder, the current one, and those of PATH. */
static char *program_search(const char *name) {
    char own[4096];
    DWORD length = GetModuleFileNameA(NULL, own, sizeof own);
    const char *slash = length == 0 ? NULL : strrchr(own, '/');
    char *found = slash == NULL ? NULL : program_in(own, (size_t)(slash - own), name);
    if (found == NULL)
        found = program_in(".", 1, name);
    for (const char *at = getenv("PATH"); found == NULL && at != NULL && *at != '\0';) {
        size_t part = strcspn(at, ":");
        if (part != 0)
            found = program_in(at, part, name);
        at += part + (at[part] == ':');
    }
    return found;
}

/* A name with a folder is a path; one that stands for itself (the first parameter) is not searched for either. */
static char *program_find(const char *name, bool is_path) {
    char *path = spalw_path_a(name);
    if (path == NULL)
        return NULL;
    is_path |= strchr(path, '/') != NULL;
    char *found = is_path ? program_in("", 0, path) : program_search(path);
    bool is_there = found != NULL || (is_path && access(path, F_OK) == 0);
    free(path);
    return found != NULL ? found : spalw_fail_null(is_there ? ERROR_ACCESS_DENIED : ERROR_FILE_NOT_FOUND);
}

/* ------------------------------------------------------------------------------------------------------ the streams */

/* A descriptor of our own, none of the first three, for what a handle names; or -1 */
static int descriptor_of(HANDLE handle) {
    spalw_object *object = spalw_handle_pin(handle, SPALW_FILE | SPALW_SOCKET);
    if (object == NULL)
        return -1;
    int descriptor = object->kind->type == SPALW_FILE ? ((spalw_file *)object)->descriptor
                                                      : sockpal_descriptor_from_socket((uintptr_t)handle);
    int copy = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    spalw_handle_unpin(handle);
    return copy;
}

/* What it is given and may not have, or what is no file, is nothing to be read or written. */
static int stream_of(const request *wanted, int index) {
    static const DWORD names[3] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    bool is_given = (wanted->uses & STARTF_USESTDHANDLES) != 0;
    HANDLE handle = is_given ? wanted->streams[index] : GetStdHandle(names[index]);
    int descriptor = is_given && !wanted->inherits ? -1 : descriptor_of(handle);
    if (descriptor >= 0 || !is_given)
        return descriptor;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int copy = nothing < 0 ? -1 : fcntl(nothing, F_DUPFD_CLOEXEC, 3);
    if (nothing >= 0)
        (void)close(nothing);
    return copy;
}

/* -------------------------------------------------------------------------------------------------------- the start */

/* Both handles, or none. */
static BOOL handles_give(spalw_process *process, spalw_thread *thread, LPPROCESS_INFORMATION out) {
    out->dwProcessId = (DWORD)process->pid;
    out->dwThreadId = thread->id;
    out->hProcess = spalw_handle_new(&process->object);
    out->hThread = spalw_handle_new(&thread->object);
    if (out->hProcess != NULL && out->hThread != NULL)
        return TRUE;
    if (out->hProcess != NULL)
        (void)spalw_handle_close(out->hProcess, SPALW_PROCESS);
    if (out->hThread != NULL)
        (void)spalw_handle_close(out->hThread, SPALW_THREAD);
    return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
}

static DWORD start(const request *wanted, const char *path, char *const *arguments, spalw_process **process,
                   spalw_thread **thread) {
    char *folder = wanted->folder == NULL ? NULL : spalw_path_a(wanted->folder);
    spalw_start how = {
        .path = path,
        .arguments = arguments,
        .environment = wanted->environment != NULL ? wanted->environment : environ,
        .folder = folder,
        .is_suspended = (wanted->flags & CREATE_SUSPENDED) != 0,
        .leads_group = (wanted->flags & CREATE_NEW_PROCESS_GROUP) != 0,
        .leads_session = (wanted->flags & (DETACHED_PROCESS | CREATE_NEW_CONSOLE | CREATE_NO_WINDOW)) != 0,
    };
    for (int i = 0; i < 3; i++)
        how.descriptors[i] = stream_of(wanted, i);
    DWORD error = wanted->folder != NULL && folder == NULL ? spalw_error() : spalw_process_start(&how, process, thread);
    for (int i = 0; i < 3; i++)
        if (how.descriptors[i] >= 0)
            (void)close(how.descriptors[i]);
    free(folder);
    return error;
}

static BOOL create(const request *wanted, LPPROCESS_INFORMATION out) {
    spalw_process *process;
    spalw_thread *thread;
    if (wanted->application == NULL && (wanted->line == NULL || *wanted->line == '\0'))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    char **arguments = arguments_of(wanted->line != NULL ? wanted->line : wanted->application);
    if (arguments == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    const char *name = wanted->application != NULL ? wanted->application : arguments[0];
    char *path = program_find(name, wanted->application != NULL);
    DWORD error = path == NULL ? spalw_error() : start(wanted, path, arguments, &process, &thread);
    free(path);
    texts_free(arguments);
    return error == NO_ERROR ? handles_give(process, thread, out) : spalw_fail(error);
}

/* ---------------------------------------------------------------------------------------------------- the functions */

/* A list of pointers into a block of texts, each with a 0 behind it and another behind the last; or null. */
static char **list_of(char *block) {
    size_t count = 0, used = 0;
    for (char *at = block; *at != '\0'; at += strlen(at) + 1)
        count++;
    char **list = calloc(count + 1, sizeof *list);
    for (char *at = block; list != NULL && *at != '\0'; at += strlen(at) + 1)
        list[used++] = at;
    return list;
}

/* The same block as UTF-8, to be freed. */
static char *block_from_wide(const WCHAR *block) {
    spalw_buffer narrow = {0};
    for (; *block != L'\0'; block += wcslen(block) + 1) {
        spalw_buffer_add_wide(&narrow, block, wcslen(block));
        spalw_buffer_add_char(&narrow, '\0');
    }
    spalw_buffer_add_char(&narrow, '\0');
    return narrow.text;
}

static BOOL create_with(request *wanted, LPVOID environment, LPPROCESS_INFORMATION out) {
    bool is_wide = (wanted->flags & CREATE_UNICODE_ENVIRONMENT) != 0;
    if (out == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if (environment == NULL)
        return create(wanted, out);
    char *block = is_wide ? block_from_wide(environment) : environment;
    char **list = block == NULL ? NULL : list_of(block);
    wanted->environment = list;
    BOOL done = list == NULL ? spalw_fail(ERROR_NOT_ENOUGH_MEMORY) : create(wanted, out);
    free(list);
    if (is_wide)
        free(block);
    return done;
}

BOOL WINAPI CreateProcessA(LPCSTR application, LPSTR line, LPSECURITY_ATTRIBUTES process_security,
                           LPSECURITY_ATTRIBUTES thread_security, BOOL inherits, DWORD flags, LPVOID environment,
                           LPCSTR folder, LPSTARTUPINFOA startup, LPPROCESS_INFORMATION out) {
    (void)process_security;
    (void)thread_security;
    request wanted = {.application = application, .line = line, .folder = folder, .inherits = inherits, .flags = flags};
    if (startup == NULL)
        return spalw_fail(ERROR_NOACCESS);
    wanted.uses = startup->dwFlags;
    wanted.streams[0] = startup->hStdInput;
    wanted.streams[1] = startup->hStdOutput;
    wanted.streams[2] = startup->hStdError;
    return create_with(&wanted, environment, out);
}

static bool narrow(const WCHAR *text, char **out) {
    *out = text == NULL ? NULL : spalw_utf8_from_wide(text);
    return text == NULL || *out != NULL;
}

BOOL WINAPI CreateProcessW(LPCWSTR application, LPWSTR line, LPSECURITY_ATTRIBUTES process_security,
                           LPSECURITY_ATTRIBUTES thread_security, BOOL inherits, DWORD flags, LPVOID environment,
                           LPCWSTR folder, LPSTARTUPINFOW startup, LPPROCESS_INFORMATION out) {
    STARTUPINFOA same = {0};
    char *texts[3] = {NULL, NULL, NULL};
    if (startup == NULL)
        return spalw_fail(ERROR_NOACCESS);
    same.dwFlags = startup->dwFlags;
    same.hStdInput = startup->hStdInput;
    same.hStdOutput = startup->hStdOutput;
    same.hStdError = startup->hStdError;
    bool is_narrow = narrow(application, &texts[0]) && narrow(line, &texts[1]) && narrow(folder, &texts[2]);
    BOOL done = is_narrow ? CreateProcessA(texts[0], texts[1], process_security, thread_security, inherits, flags,
                                           environment, texts[2], &same, out)
                          : spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    for (int i = 0; i < 3; i++)
        free(texts[i]);
    return done;
}

/* What this process was started with, nobody knows any more. */
VOID WINAPI GetStartupInfoA(LPSTARTUPINFOA startup) {
    *startup = (STARTUPINFOA){.cb = sizeof *startup};
    startup->hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup->hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    startup->hStdError = GetStdHandle(STD_ERROR_HANDLE);
}

VOID WINAPI GetStartupInfoW(LPSTARTUPINFOW startup) {
    *startup = (STARTUPINFOW){.cb = sizeof *startup};
    startup->hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup->hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    startup->hStdError = GetStdHandle(STD_ERROR_HANDLE);
}
