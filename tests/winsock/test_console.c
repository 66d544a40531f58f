/* SPDX-License-Identifier: MIT
 *
 * The console: standard handles, what is refused when they are files, and control handlers.
 */
#include "face.h"

#include <stdio.h>

static void standard_handles_are_there(void **state) {
    (void)state;
    const DWORD which[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    for (size_t i = 0; i < 3; i++) {
        HANDLE handle = GetStdHandle(which[i]);
        assert_ptr_not_equal(handle, INVALID_HANDLE_VALUE);
        assert_ptr_equal(GetStdHandle(which[i]), handle);
    }
    assert_fails(INVALID_HANDLE_VALUE, ERROR_INVALID_HANDLE, GetStdHandle(5));
}

static void standard_handles_are_replaced(void **state) {
    (void)state;
    HANDLE before = GetStdHandle(STD_INPUT_HANDLE), event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_true(SetStdHandle(STD_INPUT_HANDLE, event));
    assert_ptr_equal(GetStdHandle(STD_INPUT_HANDLE), event);
    assert_true(SetStdHandle(STD_INPUT_HANDLE, before));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetStdHandle(5, event));
    assert_true(CloseHandle(event));
}

static void files_are_no_consoles(void **state) {
    (void)state;
    DWORD count, mode;
    CONSOLE_SCREEN_BUFFER_INFO info;
    HANDLE file = CreateFileA("NUL", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, WriteConsoleA(file, "x", 1, &count, NULL));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, WriteConsoleW(file, L"x", 1, &count, NULL));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetConsoleMode(file, &mode));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetConsoleScreenBufferInfo(file, &info));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetConsoleTextAttribute(file, FOREGROUND_RED));
    assert_true(CloseHandle(file));
}

static HANDLE handled;
static LONG first_calls, second_calls;
static DWORD handler_thread;

static BOOL WINAPI first_handler(DWORD event) {
    InterlockedIncrement(&first_calls);
    (void)event;
    return FALSE;
}

static BOOL WINAPI second_handler(DWORD event) {
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        return FALSE;
    InterlockedIncrement(&second_calls);
    handler_thread = GetCurrentThreadId();
    SetEvent(handled);
    return TRUE;
}

/* The last that was added is asked first; Wine without a console has nobody to tell. */
static void handlers_are_called_in_a_thread_of_theirs(void **state) {
    (void)state;
    if (is_wine())
        skip();
    handled = CreateEventA(NULL, FALSE, FALSE, NULL);
    assert_true(SetConsoleCtrlHandler(second_handler, TRUE));
    assert_true(SetConsoleCtrlHandler(first_handler, TRUE));
    assert_true(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    assert_int_equal(WaitForSingleObject(handled, SOON), WAIT_OBJECT_0);
    assert_int_equal(first_calls, 1);
    assert_int_equal(second_calls, 1);
    assert_int_not_equal(handler_thread, GetCurrentThreadId());
    assert_true(SetConsoleCtrlHandler(first_handler, FALSE));
    assert_true(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0));
    assert_int_equal(WaitForSingleObject(handled, SOON), WAIT_OBJECT_0);
    assert_int_equal(first_calls, 1);
    assert_int_equal(second_calls, 2);
    assert_true(SetConsoleCtrlHandler(second_handler, FALSE));
    assert_true(CloseHandle(handled));
}

static void unknown_handlers_and_events_are_refused(void **state) {
    (void)state;
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, SetConsoleCtrlHandler(first_handler, FALSE));
    assert_false(GenerateConsoleCtrlEvent(CTRL_CLOSE_EVENT, 0));
}

static void ctrl_c_can_be_ignored(void **state) {
    (void)state;
    if (is_wine())
        skip();
    assert_true(SetConsoleCtrlHandler(NULL, TRUE));
    assert_true(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    assert_true(SetConsoleCtrlHandler(NULL, FALSE));
}

/* A group of its own gets no Ctrl+C, and no failure says so. */
static void ctrl_c_is_for_no_group(void **state) {
    (void)state;
    first_calls = 0;
    if (is_wine())
        skip();
    assert_true(SetConsoleCtrlHandler(first_handler, TRUE));
    assert_true(GenerateConsoleCtrlEvent(CTRL_C_EVENT, GetCurrentProcessId()));
    HANDLE never = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_int_equal(WaitForSingleObject(never, MOMENT), WAIT_TIMEOUT);
    assert_true(CloseHandle(never));
    assert_int_equal(first_calls, 0);
    assert_true(SetConsoleCtrlHandler(first_handler, FALSE));
}

static void title_reads_back(void **state) {
    (void)state;
    char title[64];
    WCHAR wide[64];
    if (is_wine()) /* Without a terminal it has no title. */
        skip();
    assert_int_not_equal(GetConsoleTitleA(title, sizeof title), 0);
    assert_true(SetConsoleTitleA("a server"));
    assert_int_equal(GetConsoleTitleA(title, sizeof title), 8);
    assert_string_equal(title, "a server");
    assert_true(SetConsoleTitleW(L"another"));
    assert_int_equal(GetConsoleTitleW(wide, 64), 7);
    assert_int_equal(lstrcmpW(wide, L"another"), 0);
    assert_int_equal(GetConsoleTitleA(title, 4), 3);
    assert_string_equal(title, "ano");
}

static void window_functions_are_for_consoles(void **state) {
    (void)state;
    DWORD count;
    CONSOLE_CURSOR_INFO cursor = {25, TRUE};
    const COORD corner = {0, 0}, size = {80, 25};
    const SMALL_RECT window = {0, 0, 79, 24};
    HANDLE file = CreateFileA("NUL", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetConsoleCursorPosition(file, corner));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetConsoleCursorInfo(file, &cursor));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetConsoleCursorInfo(file, &cursor));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetConsoleScreenBufferSize(file, size));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetConsoleWindowInfo(file, TRUE, &window));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, FillConsoleOutputCharacterA(file, ' ', 1, corner, &count));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, FillConsoleOutputAttribute(file, 7, 1, corner, &count));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetNumberOfConsoleInputEvents(file, &count));
    assert_true(CloseHandle(file));
}

static void process_has_one_console_or_none(void **state) {
    (void)state;
    if (is_wine()) /* Without a terminal it has none. */
        skip();
    assert_fails(FALSE, ERROR_ACCESS_DENIED, AllocConsole());
    assert_fails(FALSE, ERROR_ACCESS_DENIED, AttachConsole(ATTACH_PARENT_PROCESS));
    assert_true(FreeConsole());
    assert_true(AllocConsole());
    assert_fails(FALSE, ERROR_ACCESS_DENIED, AllocConsole());
}

static void code_pages_are_told(void **state) {
    (void)state;
    assert_true(SetConsoleOutputCP(CP_UTF8) || is_wine());
    assert_true(GetConsoleOutputCP() == CP_UTF8 || is_wine());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_handles_are_there),
        cmocka_unit_test(standard_handles_are_replaced),
        cmocka_unit_test(files_are_no_consoles),
        cmocka_unit_test(handlers_are_called_in_a_thread_of_theirs),
        cmocka_unit_test(unknown_handlers_and_events_are_refused),
        cmocka_unit_test(ctrl_c_can_be_ignored),
        cmocka_unit_test(ctrl_c_is_for_no_group),
        cmocka_unit_test(title_reads_back),
        cmocka_unit_test(window_functions_are_for_consoles),
        cmocka_unit_test(process_has_one_console_or_none),
        cmocka_unit_test(code_pages_are_told),
    };
    return cmocka_run_group_tests_name("console", tests, NULL, NULL);
}
