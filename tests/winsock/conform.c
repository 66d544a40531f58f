/* SPDX-License-Identifier: MIT
 *
 * The fixture of the conformance programs: running them, watching over their time, closing what they leave, assertions.
 * Sockets and waits are in conform_fixture.c.
 */
#include "conform.h"

#include <stdio.h>

enum { TEST_MS = 60000, KEPT_MAX = 1024 };

static SOCKET kept[KEPT_MAX];
static size_t kept_count;
static HANDLE kept_handles[KEPT_MAX];
static size_t kept_handle_count;
static const char *volatile running = "";

/* ---------------------------------------------------------------------------------------------------------- keeping */

SOCKET keep(SOCKET socket) {
    assert_true(kept_count < KEPT_MAX);
    if (socket != INVALID_SOCKET)
        kept[kept_count++] = socket;
    return socket;
}

HANDLE keep_handle(HANDLE handle) {
    assert_true(kept_handle_count < KEPT_MAX);
    assert_non_null(handle);
    kept_handles[kept_handle_count++] = handle;
    return handle;
}

static void forget(SOCKET socket) {
    for (size_t i = 0; i < kept_count; i++)
        if (kept[i] == socket)
            kept[i--] = kept[--kept_count];
}

void drop(SOCKET socket) {
    forget(socket);
    assert_ok(closesocket(socket));
}

void drop_hard(SOCKET socket) {
    const struct linger at_once = {1, 0};
    assert_ok(setsockopt(socket, SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once));
    drop(socket);
}

/* ------------------------------------------------------------------------------------------------------- assertions */

static void complain(const char *text, const char *file, int line, const char *expected, long long result) {
    int error = WSAGetLastError();
    print_error("%s: expected %s, returned %lld, last error %d\n", text, expected, result, error);
    _fail(file, line);
}

void conform_check_ok(int result, const char *text, const char *file, int line) {
    if (result != 0)
        complain(text, file, line, "0", result);
}

void conform_check_wsa(int code, int result, const char *text, const char *file, int line) {
    char expected[40];
    if (result == SOCKET_ERROR && WSAGetLastError() == code)
        return;
    snprintf(expected, sizeof expected, "error %d", code);
    complain(text, file, line, expected, result);
}

void conform_check_no_socket(int code, SOCKET result, const char *text, const char *file, int line) {
    conform_check_wsa(code, result == INVALID_SOCKET ? SOCKET_ERROR : 0, text, file, line);
}

void conform_check_false(int code, BOOL result, const char *text, const char *file, int line) {
    conform_check_wsa(code, result ? 1 : SOCKET_ERROR, text, file, line);
}

void conform_check_bytes(int count, int result, const char *text, const char *file, int line) {
    char expected[40];
    if (result == count)
        return;
    snprintf(expected, sizeof expected, "%d bytes", count);
    complain(text, file, line, expected, result);
}

void wine_differs(const char *how) {
    if (!is_wine() || getenv("CONFORM_ALL") != NULL)
        return;
    print_message("[  SKIPPED ] %s: Wine: %s\n", running, how);
    skip();
}

void skip_because(const char *reason) {
    print_message("[  SKIPPED ] %s: %s\n", running, reason);
    skip();
}

/* ---------------------------------------------------------------------------------------------------------- running */

static HANDLE test_begins, tests_are_over;

/* A call that does not return would keep whoever waits for this program from ever hearing of it. */
static DWORD WINAPI watch_over(LPVOID unused) {
    HANDLE both[2];
    (void)unused;
    both[0] = tests_are_over;
    both[1] = test_begins;
    for (;;) {
        DWORD which = WaitForMultipleObjects(2, both, FALSE, TEST_MS);
        if (which == WAIT_OBJECT_0)
            return 0;
        if (which == WAIT_TIMEOUT) {
            fprintf(stderr, "%s: no end within %d ms\n", running, TEST_MS);
            fflush(NULL);
            ExitProcess(3);
        }
    }
}

static int case_begin(void **state) {
    const conform_test *test = *state;
    WSADATA data;
    running = test->name;
    assert_true(SetEvent(test_begins));
    return WSAStartup(MAKEWORD(2, 2), &data);
}

static int case_end(void **state) {
    (void)state;
    while (kept_count > 0)
        (void)closesocket(kept[--kept_count]);
    while (kept_handle_count > 0)
        (void)CloseHandle(kept_handles[--kept_handle_count]);
    while (WSACleanup() == 0) {
    }
    return 0;
}

static void case_run(void **state) {
    const conform_test *test = *state;
    test->function();
}

/* A filter that is the name of a test is that test alone. */
static int is_chosen(const conform_test *tests, size_t count, size_t which, const char *filter) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(tests[i].name, filter) == 0)
            return i == which;
    return strstr(tests[which].name, filter) != NULL;
}

static int tests_run(const conform_test *tests, size_t count, const char *filter) {
    struct CMUnitTest *cases = calloc(count, sizeof *cases);
    size_t chosen = 0;
    int failed;
    if (cases == NULL)
        return 2;
    for (size_t i = 0; i < count; i++)
        if (is_chosen(tests, count, i, filter))
            cases[chosen++] = (struct CMUnitTest){tests[i].name, case_run, case_begin, case_end, (void *)&tests[i]};
    failed = _cmocka_run_group_tests("winsock", cases, chosen, NULL, NULL);
    free(cases);
    return failed != 0;
}

int conform_run(const conform_test *tests, size_t count, int argc, char **argv) {
    const char *filter = argc == 3 && strcmp(argv[1], "--filter") == 0 ? argv[2] : "";
    HANDLE watcher;
    int failed;
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; i < count; i++)
            printf("%s\n", tests[i].name);
        return 0;
    }
    test_begins = CreateEventA(NULL, FALSE, FALSE, NULL);
    tests_are_over = CreateEventA(NULL, TRUE, FALSE, NULL);
    watcher = CreateThread(NULL, 0, watch_over, NULL, 0, NULL);
    failed = tests_run(tests, count, filter);
    (void)SetEvent(tests_are_over);
    (void)WaitForSingleObject(watcher, TEST_MS);
    (void)CloseHandle(watcher);
    (void)CloseHandle(tests_are_over);
    (void)CloseHandle(test_begins);
    return failed;
}
