/* SPDX-License-Identifier: MIT
 *
 * Processes that a program starts: how they are found, what they get, how their ends are noticed; and the pipes by
 * which one talks to them. The program starts itself, with what it is to do as its arguments.
 */
#include "face.h"

#include <stdio.h>

/* ------------------------------------------------------------------------------------------------ the other process */

static int child_echo(void) {
    char buffer[256];
    DWORD count;
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE), out = GetStdHandle(STD_OUTPUT_HANDLE);
    while (ReadFile(in, buffer, sizeof buffer, &count, NULL) && count != 0)
        if (!WriteFile(out, buffer, count, &count, NULL))
            return 2;
    return GetLastError() == ERROR_BROKEN_PIPE ? 0 : 3;
}

static int child_say(const char *text) {
    DWORD count;
    return WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, (DWORD)strlen(text), &count, NULL) ? 0 : 1;
}

static int child_say_folder(void) {
    char folder[MAX_PATH];
    GetCurrentDirectoryA(sizeof folder, folder);
    return child_say(folder);
}

static int child_say_variable(const char *name) {
    char value[64];
    return GetEnvironmentVariableA(name, value, sizeof value) == 0 ? child_say("none") : child_say(value);
}

static BOOL WINAPI not_handled(DWORD event) {
    (void)event;
    return FALSE;
}

/* What is printed is still in the C library's buffer when the process is asked to end. */
static int child_break(void) {
    if (!SetConsoleCtrlHandler(not_handled, TRUE))
        return 1;
    printf("printed before");
    return GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, GetCurrentProcessId())
               ? (int)WaitForSingleObject(GetCurrentProcess(), INFINITE)
               : 2;
}

static int child_main(int argc, char **argv) {
    if (strcmp(argv[1], "exit") == 0)
        ExitProcess((UINT)strtoul(argv[2], NULL, 10));
    if (strcmp(argv[1], "echo") == 0)
        return child_echo();
    if (strcmp(argv[1], "say") == 0)
        return child_say(argv[2]);
    if (strcmp(argv[1], "folder") == 0)
        return child_say_folder();
    if (strcmp(argv[1], "variable") == 0)
        return child_say_variable(argv[2]);
    if (strcmp(argv[1], "count") == 0)
        return argc;
    if (strcmp(argv[1], "break") == 0)
        return child_break();
    return (int)WaitForSingleObject(GetCurrentProcess(), INFINITE); /* For ever. */
}

/* ------------------------------------------------------------------------------------------------------ starting it */

static char program[MAX_PATH];

static void line_of(char *line, const char *arguments) {
    sprintf(line, "\"%s\" %s", program, arguments);
}

static PROCESS_INFORMATION start_with(const char *arguments, DWORD flags, HANDLE in, HANDLE out) {
    char line[2 * MAX_PATH];
    PROCESS_INFORMATION of = {NULL, NULL, 0, 0};
    STARTUPINFOA how;
    memset(&how, 0, sizeof how);
    how.cb = sizeof how;
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdInput = in;
    how.hStdOutput = out;
    how.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    line_of(line, arguments);
    assert_true(CreateProcessA(NULL, line, NULL, NULL, TRUE, flags, NULL, NULL, &how, &of));
    return of;
}

static PROCESS_INFORMATION start(const char *arguments, DWORD flags) {
    return start_with(arguments, flags, GetStdHandle(STD_INPUT_HANDLE), GetStdHandle(STD_OUTPUT_HANDLE));
}

static DWORD end(PROCESS_INFORMATION *of) {
    DWORD code = 0;
    assert_int_equal(WaitForSingleObject(of->hProcess, SOON), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(of->hProcess, &code));
    assert_true(CloseHandle(of->hProcess));
    assert_true(CloseHandle(of->hThread));
    return code;
}

static void exit_code_is_what_it_ends_with(void **state) {
    (void)state;
    PROCESS_INFORMATION of = start("exit 42", 0);
    assert_non_null(of.hProcess);
    assert_non_null(of.hThread);
    assert_int_not_equal(of.dwProcessId, 0);
    assert_int_not_equal(of.dwProcessId, GetCurrentProcessId());
    assert_int_equal(GetProcessId(of.hProcess), of.dwProcessId);
    assert_int_equal(end(&of), 42);
}

static void what_main_returns_is_the_exit_code(void **state) {
    (void)state;
    PROCESS_INFORMATION of = start("count two three", 0);
    assert_int_equal(end(&of), 4);
}

static void running_process_is_still_active(void **state) {
    (void)state;
    DWORD code = 0;
    PROCESS_INFORMATION of = start("wait", 0);
    assert_true(GetExitCodeProcess(of.hProcess, &code));
    assert_int_equal(code, STILL_ACTIVE);
    assert_true(GetExitCodeThread(of.hThread, &code));
    assert_int_equal(code, STILL_ACTIVE);
    assert_int_equal(WaitForSingleObject(of.hProcess, MOMENT), WAIT_TIMEOUT);
    assert_true(TerminateProcess(of.hProcess, 7));
    assert_int_equal(WaitForSingleObject(of.hThread, SOON), WAIT_OBJECT_0);
    assert_int_equal(end(&of), 7);
}

/* Wine succeeds in it. */
static void ended_process_cannot_be_ended(void **state) {
    (void)state;
    if (is_wine())
        skip();
    PROCESS_INFORMATION of = start("exit 1", 0);
    assert_int_equal(WaitForSingleObject(of.hProcess, SOON), WAIT_OBJECT_0);
    assert_fails(FALSE, ERROR_ACCESS_DENIED, TerminateProcess(of.hProcess, 7));
    assert_int_equal(end(&of), 1);
}

static void several_are_waited_for(void **state) {
    (void)state;
    PROCESS_INFORMATION of[4];
    HANDLE handles[4];
    for (int i = 0; i < 4; i++) {
        of[i] = start("exit 3", 0);
        handles[i] = of[i].hProcess;
    }
    assert_int_equal(WaitForMultipleObjects(4, handles, TRUE, SOON), WAIT_OBJECT_0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(end(&of[i]), 3);
}

static void suspended_process_waits_for_resume(void **state) {
    (void)state;
    PROCESS_INFORMATION of = start("exit 5", CREATE_SUSPENDED);
    assert_int_equal(WaitForSingleObject(of.hProcess, 3 * MOMENT), WAIT_TIMEOUT);
    assert_int_equal(ResumeThread(of.hThread), 1);
    assert_int_equal(end(&of), 5);
}

static void suspended_process_can_be_ended(void **state) {
    (void)state;
    PROCESS_INFORMATION of = start("exit 5", CREATE_SUSPENDED);
    assert_true(TerminateProcess(of.hProcess, 9));
    assert_int_equal(end(&of), 9);
}

static void process_is_opened_by_its_id(void **state) {
    (void)state;
    PROCESS_INFORMATION of = start("wait", 0);
    HANDLE again = OpenProcess(PROCESS_ALL_ACCESS, FALSE, of.dwProcessId);
    assert_non_null(again);
    assert_int_equal(GetProcessId(again), of.dwProcessId);
    assert_true(TerminateProcess(again, 4));
    assert_int_equal(WaitForSingleObject(again, SOON), WAIT_OBJECT_0);
    assert_true(CloseHandle(again));
    assert_int_equal(end(&of), 4);
    HANDLE own = OpenProcess(PROCESS_ALL_ACCESS, FALSE, GetCurrentProcessId());
    assert_int_equal(GetProcessId(own), GetCurrentProcessId());
    assert_int_equal(WaitForSingleObject(own, 0), WAIT_TIMEOUT);
    assert_true(CloseHandle(own));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0x7ffffff0));
}

static void handles_may_be_closed_before_the_end(void **state) {
    (void)state;
    PROCESS_INFORMATION of = start("exit 1", 0);
    assert_true(CloseHandle(of.hThread));
    assert_true(CloseHandle(of.hProcess));
}

/* ----------------------------------------------------------------------------------------------------- what it gets */

static void pipe_new(HANDLE *reader, HANDLE *writer) {
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    assert_true(CreatePipe(reader, writer, &inherited, 0));
}

/* What a process says until its end, which is that of the pipe. */
static void expect_said(HANDLE reader, const char *text) {
    char said[2 * MAX_PATH] = "";
    DWORD length = 0, count;
    while (ReadFile(reader, said + length, (DWORD)sizeof said - 1 - length, &count, NULL) && count != 0)
        length += count;
    said[length] = '\0';
    assert_string_equal(said, text);
}

/* Nobody else may hold the end that the other process writes to. */
static void expect_to_say(const char *arguments, const char *text) {
    HANDLE reader, writer;
    pipe_new(&reader, &writer);
    assert_true(SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0));
    PROCESS_INFORMATION of = start_with(arguments, 0, GetStdHandle(STD_INPUT_HANDLE), writer);
    assert_true(CloseHandle(writer));
    expect_said(reader, text);
    assert_true(CloseHandle(reader));
    assert_int_equal(end(&of), 0);
}

static void it_writes_into_a_pipe(void **state) {
    (void)state;
    expect_to_say("say hello", "hello");
    expect_to_say("say \"two words\"", "two words");
    expect_to_say("say \"a \\\"quoted\\\" word\"", "a \"quoted\" word");
    expect_to_say("say back\\slash", "back\\slash");
}

/* A group of its own, so that nobody else is broken. */
static void what_it_printed_is_written_when_the_console_ends_it(void **state) {
    HANDLE reader, writer;
    (void)state;
    pipe_new(&reader, &writer);
    assert_true(SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0));
    PROCESS_INFORMATION of = start_with("break", CREATE_NEW_PROCESS_GROUP, GetStdHandle(STD_INPUT_HANDLE), writer);
    assert_true(CloseHandle(writer));
    expect_said(reader, "printed before");
    assert_true(CloseHandle(reader));
    assert_int_not_equal(end(&of), 0);
}

static void it_reads_from_a_pipe_until_that_ends(void **state) {
    (void)state;
    HANDLE to[2], from[2];
    DWORD count;
    pipe_new(&to[0], &to[1]);
    pipe_new(&from[0], &from[1]);
    assert_true(SetHandleInformation(to[1], HANDLE_FLAG_INHERIT, 0));
    assert_true(SetHandleInformation(from[0], HANDLE_FLAG_INHERIT, 0));
    PROCESS_INFORMATION of = start_with("echo", 0, to[0], from[1]);
    assert_true(CloseHandle(to[0]));
    assert_true(CloseHandle(from[1]));
    assert_true(WriteFile(to[1], "to and fro", 10, &count, NULL));
    assert_int_equal(count, 10);
    assert_true(CloseHandle(to[1]));
    expect_said(from[0], "to and fro");
    assert_true(CloseHandle(from[0]));
    assert_int_equal(end(&of), 0);
}

static void start_in(char *line, DWORD flags, LPVOID environment, LPCSTR folder, HANDLE out, PROCESS_INFORMATION *of) {
    STARTUPINFOA how;
    memset(&how, 0, sizeof how);
    how.cb = sizeof how;
    how.dwFlags = STARTF_USESTDHANDLES;
    how.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    how.hStdOutput = out;
    how.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    assert_true(CreateProcessA(program, line, NULL, NULL, TRUE, flags, environment, folder, &how, of));
}

static void expect_in(const char *arguments, DWORD flags, LPVOID environment, LPCSTR folder, const char *text) {
    char line[2 * MAX_PATH];
    HANDLE reader, writer;
    PROCESS_INFORMATION of;
    pipe_new(&reader, &writer);
    line_of(line, arguments);
    start_in(line, flags, environment, folder, writer, &of);
    assert_true(CloseHandle(writer));
    expect_said(reader, text);
    assert_true(CloseHandle(reader));
    assert_int_equal(end(&of), 0);
}

static void it_has_the_environment_of_its_parent(void **state) {
    (void)state;
    assert_true(SetEnvironmentVariableA("SPALW_TEST", "inherited"));
    expect_in("variable SPALW_TEST", 0, NULL, NULL, "inherited");
}

static void it_has_the_environment_that_it_is_given(void **state) {
    (void)state;
    char narrow[] = "SPALW_OTHER=given\0SystemRoot=C:\\windows\0";
    WCHAR wide[] = L"SPALW_OTHER=wide\0SystemRoot=C:\\windows\0";
    expect_in("variable SPALW_OTHER", 0, narrow, NULL, "given");
    expect_in("variable SPALW_OTHER", CREATE_UNICODE_ENVIRONMENT, wide, NULL, "wide");
    expect_in("variable SPALW_TEST", 0, narrow, NULL, "none");
}

static void it_begins_in_the_folder_that_it_is_given(void **state) {
    (void)state;
    char root[8], before[MAX_PATH];
    assert_int_not_equal(GetCurrentDirectoryA(sizeof before, before), 0);
    sprintf(root, "%s", before[1] == ':' ? "C:\\" : "/");
    expect_in("folder", 0, NULL, root, root);
}

static void wide_form_does_the_same(void **state) {
    (void)state;
    WCHAR line[2 * MAX_PATH], application[MAX_PATH];
    PROCESS_INFORMATION of;
    STARTUPINFOW how;
    memset(&how, 0, sizeof how);
    how.cb = sizeof how;
    swprintf(application, MAX_PATH, L"%hs", program);
    swprintf(line, 2 * MAX_PATH, L"\"%hs\" exit 11", program);
    assert_true(CreateProcessW(application, line, NULL, NULL, FALSE, 0, NULL, NULL, &how, &of));
    assert_int_equal(end(&of), 11);
}

static void what_is_missing_is_not_started(void **state) {
    (void)state;
    PROCESS_INFORMATION of = {NULL, NULL, 0, 0};
    STARTUPINFOA how;
    char line[MAX_PATH] = "spalw-there-is-no-such-program 1";
    memset(&how, 0, sizeof how);
    how.cb = sizeof how;
    assert_fails(FALSE, ERROR_FILE_NOT_FOUND, CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &how, &of));
    assert_fails(FALSE, ERROR_FILE_NOT_FOUND,
                 CreateProcessA("spalw-there-is-no-such-program", NULL, NULL, NULL, FALSE, 0, NULL, NULL, &how, &of));
    assert_fails(FALSE, ERROR_DIRECTORY,
                 CreateProcessA(program, line, NULL, NULL, FALSE, 0, NULL, "spalw-there-is-no-such-folder", &how, &of));
}

static DWORD WINAPI start_and_end(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < 5; i++) {
        PROCESS_INFORMATION of = start("exit 6", 0);
        if (end(&of) != 6)
            return 1;
    }
    return 0;
}

static void many_threads_start_processes(void **state) {
    (void)state;
    HANDLE threads[3];
    for (int i = 0; i < 3; i++)
        threads[i] = thread_start(start_and_end, NULL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(thread_end(threads[i]), 0);
}

/* ------------------------------------------------------------------------------------------------------------ pipes */

static void pipe_can_be_looked_into(void **state) {
    (void)state;
    HANDLE reader, writer;
    char bytes[16] = "";
    DWORD count = 9, available = 9, left = 9;
    assert_true(CreatePipe(&reader, &writer, NULL, 0));
    assert_true(PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL));
    assert_int_equal(available, 0);
    assert_true(WriteFile(writer, "seven b", 7, &count, NULL));
    assert_true(PeekNamedPipe(reader, bytes, 5, &count, &available, &left));
    assert_int_equal(count, 5);
    assert_int_equal(available, 7);
    assert_memory_equal(bytes, "seven", 5);
    assert_true(PeekNamedPipe(reader, bytes, sizeof bytes, &count, NULL, NULL));
    assert_int_equal(count, 7);
    assert_true(ReadFile(reader, bytes, sizeof bytes, &count, NULL));
    assert_int_equal(count, 7);
    assert_true(PeekNamedPipe(reader, bytes, sizeof bytes, &count, &available, NULL));
    assert_int_equal(count, 0);
    assert_int_equal(available, 0);
    assert_true(CloseHandle(writer));
    assert_true(CloseHandle(reader));
}

static void broken_pipe_tells_when_it_is_empty(void **state) {
    (void)state;
    HANDLE reader, writer;
    DWORD count, available = 0;
    char bytes[4];
    assert_true(CreatePipe(&reader, &writer, NULL, 0));
    assert_true(WriteFile(writer, "rest", 4, &count, NULL));
    assert_true(CloseHandle(writer));
    assert_true(PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL));
    assert_int_equal(available, 4);
    assert_true(ReadFile(reader, bytes, 4, &count, NULL));
    assert_fails(FALSE, ERROR_BROKEN_PIPE, PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL));
    assert_fails(FALSE, ERROR_BROKEN_PIPE, ReadFile(reader, bytes, 4, &count, NULL));
    assert_true(CloseHandle(reader));
}

static void writing_into_a_broken_pipe_fails(void **state) {
    (void)state;
    HANDLE reader, writer;
    DWORD count = 9;
    assert_true(CreatePipe(&reader, &writer, NULL, 0));
    assert_true(CloseHandle(reader));
    assert_fails(FALSE, ERROR_NO_DATA, WriteFile(writer, "x", 1, &count, NULL));
    assert_int_equal(count, 0);
    assert_true(CloseHandle(writer));
}

static void what_is_no_pipe_cannot_be_looked_into(void **state) {
    (void)state;
    DWORD available;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, PeekNamedPipe(NOT_A_HANDLE, NULL, 0, NULL, &available, NULL));
    assert_false(PeekNamedPipe(event, NULL, 0, NULL, &available, NULL));
    assert_true(CloseHandle(event));
}

static void pipe_ends_are_inherited_as_it_is_asked(void **state) {
    (void)state;
    HANDLE ends[2];
    DWORD flags = 9;
    pipe_new(&ends[0], &ends[1]);
    for (int i = 0; i < 2; i++) {
        assert_true(GetHandleInformation(ends[i], &flags));
        assert_int_equal(flags, HANDLE_FLAG_INHERIT);
        assert_true(CloseHandle(ends[i]));
    }
    assert_true(CreatePipe(&ends[0], &ends[1], NULL, 0));
    for (int i = 0; i < 2; i++) {
        assert_true(GetHandleInformation(ends[i], &flags));
        assert_int_equal(flags, 0);
        assert_true(CloseHandle(ends[i]));
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_code_is_what_it_ends_with),
        cmocka_unit_test(what_main_returns_is_the_exit_code),
        cmocka_unit_test(running_process_is_still_active),
        cmocka_unit_test(ended_process_cannot_be_ended),
        cmocka_unit_test(several_are_waited_for),
        cmocka_unit_test(suspended_process_waits_for_resume),
        cmocka_unit_test(suspended_process_can_be_ended),
        cmocka_unit_test(process_is_opened_by_its_id),
        cmocka_unit_test(handles_may_be_closed_before_the_end),
        cmocka_unit_test(it_writes_into_a_pipe),
        cmocka_unit_test(what_it_printed_is_written_when_the_console_ends_it),
        cmocka_unit_test(it_reads_from_a_pipe_until_that_ends),
        cmocka_unit_test(it_has_the_environment_of_its_parent),
        cmocka_unit_test(it_has_the_environment_that_it_is_given),
        cmocka_unit_test(it_begins_in_the_folder_that_it_is_given),
        cmocka_unit_test(wide_form_does_the_same),
        cmocka_unit_test(what_is_missing_is_not_started),
        cmocka_unit_test(many_threads_start_processes),
        cmocka_unit_test(pipe_can_be_looked_into),
        cmocka_unit_test(broken_pipe_tells_when_it_is_empty),
        cmocka_unit_test(writing_into_a_broken_pipe_fails),
        cmocka_unit_test(what_is_no_pipe_cannot_be_looked_into),
        cmocka_unit_test(pipe_ends_are_inherited_as_it_is_asked),
    };
    if (argc > 1)
        return child_main(argc, argv);
    GetModuleFileNameA(NULL, program, sizeof program);
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
