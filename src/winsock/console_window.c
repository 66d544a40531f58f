/* SPDX-License-Identifier: MIT
 *
 * The console's window and cursor, as far as terminals have them: title, size, position, filling. All of it is done by
 * the escape sequences that terminals understand. Text, modes and handles stand in console.c.
 */
#include "console.h"

#include "buffer.h"
#include "error.h"
#include "give.h"
#include "object.h"
#include "text.h"

#include "sockpal/console.h"
#include "sockpal/process.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---------------------------------------------------------------------------------------------- having one, or none */

static atomic_bool is_detached;

BOOL WINAPI AllocConsole(void) {
    return atomic_exchange(&is_detached, false) ? TRUE : spalw_fail(ERROR_ACCESS_DENIED);
}

/* There is the parent's console, and no other. */
BOOL WINAPI AttachConsole(DWORD process) {
    if (!atomic_load(&is_detached))
        return spalw_fail(ERROR_ACCESS_DENIED);
    if (process != ATTACH_PARENT_PROCESS && process != (DWORD)getppid())
        return spalw_fail(ERROR_INVALID_PARAMETER);
    return AllocConsole();
}

BOOL WINAPI FreeConsole(void) {
    return atomic_exchange(&is_detached, true) ? spalw_fail(ERROR_INVALID_PARAMETER) : TRUE;
}

HWND WINAPI GetConsoleWindow(void) {
    return NULL;
}

/* ------------------------------------------------------------------------------------------------------------ title */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *last_title; /* that was set, or null */

static void title_show(const char *title) {
    if (!isatty(STDOUT_FILENO))
        return;
    (void)spalw_console_write_all(STDOUT_FILENO, "\033]0;", 4);
    (void)spalw_console_write_all(STDOUT_FILENO, title, strlen(title));
    (void)spalw_console_write_all(STDOUT_FILENO, "\007", 1);
}

BOOL WINAPI SetConsoleTitleA(LPCSTR title) {
    char *copy = strdup(title);
    if (copy == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    title_show(title);
    (void)pthread_mutex_lock(&lock);
    char *before = last_title;
    last_title = copy;
    (void)pthread_mutex_unlock(&lock);
    free(before);
    return TRUE;
}

BOOL WINAPI SetConsoleTitleW(LPCWSTR title) {
    char *narrow = spalw_utf8_from_wide(title);
    BOOL done = narrow == NULL ? spalw_fail(ERROR_NOT_ENOUGH_MEMORY) : SetConsoleTitleA(narrow);
    free(narrow);
    return done;
}

/* A console is called after its program until it is called something else. To be freed. */
static char *title_get(void) {
    char program[1024] = "";
    (void)pthread_mutex_lock(&lock);
    char *copy = last_title == NULL ? NULL : strdup(last_title);
    bool is_set = last_title != NULL;
    (void)pthread_mutex_unlock(&lock);
    if (is_set)
        return copy;
    (void)GetModuleFileNameA(NULL, program, sizeof program);
    return strdup(program);
}

/* @return the length; what does not fit is cut */
DWORD WINAPI GetConsoleTitleA(LPSTR title, DWORD size) {
    char *text = title_get();
    size_t length = text == NULL || size == 0 ? 0 : strnlen(text, size - 1);
    if (text != NULL && size != 0) {
        memcpy(title, text, length);
        title[length] = '\0';
    }
    free(text);
    return (DWORD)length;
}

DWORD WINAPI GetConsoleTitleW(LPWSTR title, DWORD size) {
    char *text = title_get();
    WCHAR *wide = text == NULL ? NULL : spalw_wide_from_utf8(text);
    size_t length = wide == NULL || size == 0 ? 0 : wcsnlen(wide, size - 1);
    if (wide != NULL && size != 0) {
        wmemcpy(title, wide, length);
        title[length] = L'\0';
    }
    free(wide);
    free(text);
    return (DWORD)length;
}

/* ----------------------------------------------------------------------------------------------------- cursor, size */

static BOOL sequence_write(HANDLE console, const char *text) {
    return spalw_console_write(console, text, strlen(text), 0, NULL);
}

BOOL WINAPI SetConsoleCursorPosition(HANDLE console, COORD position) {
    char text[32];
    (void)snprintf(text, sizeof text, "\033[%d;%dH", position.Y + 1, position.X + 1);
    return sequence_write(console, text);
}

static atomic_bool is_hidden;

BOOL WINAPI SetConsoleCursorInfo(HANDLE console, const CONSOLE_CURSOR_INFO *info) {
    if (info->dwSize < 1 || info->dwSize > 100)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if (!sequence_write(console, info->bVisible ? "\033[?25h" : "\033[?25l"))
        return FALSE;
    atomic_store(&is_hidden, !info->bVisible);
    return TRUE;
}

BOOL WINAPI GetConsoleCursorInfo(HANDLE console, PCONSOLE_CURSOR_INFO info) {
    if (spalw_console_find(console) < 0)
        return FALSE;
    spalw_handle_unpin(console);
    *info = (CONSOLE_CURSOR_INFO){.dwSize = 25, .bVisible = !atomic_load(&is_hidden)};
    return TRUE;
}

/* A request: terminals have a size of their own, and some keep it. */
static BOOL size_ask(HANDLE console, int columns, int rows) {
    char text[32];
    (void)snprintf(text, sizeof text, "\033[8;%d;%dt", rows, columns);
    return sequence_write(console, text);
}

BOOL WINAPI SetConsoleScreenBufferSize(HANDLE console, COORD size) {
    return size.X > 0 && size.Y > 0 ? size_ask(console, size.X, size.Y) : spalw_fail(ERROR_INVALID_PARAMETER);
}

/* What is said relatively moves a window over a larger buffer, which terminals have not got. */
BOOL WINAPI SetConsoleWindowInfo(HANDLE console, BOOL absolute, const SMALL_RECT *window) {
    if (!absolute)
        return sequence_write(console, "");
    if (window->Right < window->Left || window->Bottom < window->Top)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    return size_ask(console, window->Right - window->Left + 1, window->Bottom - window->Top + 1);
}

/* ---------------------------------------------------------------------------------------------------------- filling */

/* The cursor is put back to where it was. */
static BOOL fill(HANDLE console, const char *unit, size_t length, DWORD count, COORD from, LPDWORD written) {
    spalw_buffer text = {0};
    char place[32];
    (void)snprintf(place, sizeof place, "\0337\033[%d;%dH", from.Y + 1, from.X + 1);
    spalw_buffer_add_text(&text, place);
    for (DWORD i = 0; i < count && !text.has_failed; i++)
        spalw_buffer_add(&text, unit, length);
    spalw_buffer_add_text(&text, "\0338");
    BOOL done = text.has_failed ? spalw_fail(ERROR_NOT_ENOUGH_MEMORY)
                                : spalw_console_write(console, text.text, text.length, count, written);
    spalw_buffer_free(&text);
    return done;
}

BOOL WINAPI FillConsoleOutputCharacterA(HANDLE console, CHAR unit, DWORD count, COORD from, LPDWORD written) {
    return fill(console, &unit, 1, count, from, written);
}

BOOL WINAPI FillConsoleOutputCharacterW(HANDLE console, WCHAR unit, DWORD count, COORD from, LPDWORD written) {
    char text[4];
    return fill(console, text, spalw_utf8_write(text, (uint32_t)unit), count, from, written);
}

/* Terminals colour what is written, and nothing that stands there already. */
BOOL WINAPI FillConsoleOutputAttribute(HANDLE console, WORD attributes, DWORD count, COORD from, LPDWORD written) {
    (void)attributes;
    (void)from;
    return spalw_console_write(console, "", 0, count, written);
}

/* ------------------------------------------------------------------------------------------------------------ input */

/* Bytes, each of which may be an event or a part of one. */
BOOL WINAPI GetNumberOfConsoleInputEvents(HANDLE console, LPDWORD count) {
    int available = 0, descriptor = spalw_console_find(console);
    if (descriptor < 0)
        return FALSE;
    (void)ioctl(descriptor, FIONREAD, &available);
    spalw_handle_unpin(console);
    *count = (DWORD)available;
    return TRUE;
}

/* Terminals have one tone. */
BOOL WINAPI Beep(DWORD frequency, DWORD duration_ms) {
    (void)duration_ms;
    if (frequency < 37 || frequency > 32767)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if (isatty(STDOUT_FILENO))
        (void)spalw_console_write_all(STDOUT_FILENO, "\007", 1);
    return TRUE;
}
