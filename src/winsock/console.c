/* SPDX-License-Identifier: MIT
 *
 * The console: standard handles, text, modes. A terminal is a console; everything else that a standard handle may be is
 * a file, which the functions for consoles refuse, as Windows' do. What
 * windows and cursors have to do with it stands in console_window.c, control handlers in console_control.c.
 */
#include "console.h"

#include "buffer.h"
#include "error.h"
#include "file.h"
#include "text.h"

#include "sockpal/console.h"
#include "sockpal/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------------------------- standard handles */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static HANDLE standard[3]; /* null: not made yet */

/* @return 0, 1 or 2, or -1 */
static int index_of(DWORD which) {
    return which <= STD_INPUT_HANDLE && which >= STD_ERROR_HANDLE ? (int)(STD_INPUT_HANDLE - which) : -1;
}

/* The descriptor stays open when the handle is closed: the C library uses it too. */
static HANDLE standard_make(int descriptor) {
    spalw_file *file = spalw_file_new(descriptor, false, descriptor == STDIN_FILENO || isatty(descriptor),
                                      descriptor != STDIN_FILENO || isatty(descriptor));
    return file == NULL ? INVALID_HANDLE_VALUE : spalw_handle_new(&file->object);
}

HANDLE WINAPI GetStdHandle(DWORD which) {
    int index = index_of(which);
    if (index < 0) {
        spalw_set_error(ERROR_INVALID_HANDLE);
        return INVALID_HANDLE_VALUE;
    }
    (void)pthread_mutex_lock(&lock);
    if (standard[index] == NULL)
        standard[index] = standard_make(index);
    HANDLE handle = standard[index];
    (void)pthread_mutex_unlock(&lock);
    return handle;
}

BOOL WINAPI SetStdHandle(DWORD which, HANDLE handle) {
    int index = index_of(which);
    if (index < 0)
        return spalw_fail(ERROR_INVALID_HANDLE);
    (void)pthread_mutex_lock(&lock);
    standard[index] = handle;
    (void)pthread_mutex_unlock(&lock);
    return TRUE;
}

int spalw_console_find(HANDLE handle) {
    spalw_file *file = (spalw_file *)spalw_handle_find(handle, SPALW_FILE);
    if (file == NULL)
        return -1;
    if (isatty(file->descriptor))
        return file->descriptor;
    spalw_handle_unpin(handle);
    return (int)spalw_fail(ERROR_INVALID_HANDLE) - 1;
}

/* ---------------------------------------------------------------------------------------------------------- writing */

bool spalw_console_write_all(int descriptor, const char *text, size_t length) {
    (void)fflush(stdout);
    while (length != 0) {
        ssize_t count = write(descriptor, text, length);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            text += count;
            length -= (size_t)count;
        }
    }
    return true;
}

BOOL spalw_console_write(HANDLE console, const char *text, size_t length, DWORD units, LPDWORD written) {
    int descriptor = spalw_console_find(console);
    if (descriptor < 0)
        return FALSE;
    bool is_written = spalw_console_write_all(descriptor, text, length);
    DWORD error = is_written ? NO_ERROR : spalw_error_from_errno(errno);
    spalw_handle_unpin(console);
    if (written != NULL)
        *written = is_written ? units : 0;
    return is_written ? TRUE : spalw_fail(error);
}

BOOL WINAPI WriteConsoleA(HANDLE console, const VOID *text, DWORD length, LPDWORD written, LPVOID reserved) {
    (void)reserved;
    return spalw_console_write(console, text, length, length, written);
}

BOOL WINAPI WriteConsoleW(HANDLE console, const VOID *text, DWORD length, LPDWORD written, LPVOID reserved) {
    (void)reserved;
    spalw_buffer narrow = {0};
    spalw_buffer_add_wide(&narrow, text, length);
    BOOL done = spalw_console_write(console, narrow.text, narrow.length, length, written);
    spalw_buffer_free(&narrow);
    return done;
}

/* ---------------------------------------------------------------------------------------------------------- reading */

/* A line ends as those of Windows' consoles do. @return how many bytes, or -1 */
static ssize_t line_read(int descriptor, char *buffer, size_t room) {
    if (room == 0)
        return 0;
    ssize_t count;
    do
        count = read(descriptor, buffer, room);
    while (count < 0 && errno == EINTR);
    if (count > 0 && buffer[count - 1] == '\n' && (size_t)count < room) {
        buffer[count - 1] = '\r';
        buffer[count++] = '\n';
    }
    return count;
}

BOOL WINAPI ReadConsoleA(HANDLE console, LPVOID buffer, DWORD length, LPDWORD read_units, LPVOID control) {
    (void)control;
    int descriptor = spalw_console_find(console);
    if (descriptor < 0)
        return FALSE;
    ssize_t count = line_read(descriptor, buffer, length);
    DWORD error = count < 0 ? spalw_error_from_errno(errno) : NO_ERROR;
    spalw_handle_unpin(console);
    *read_units = count < 0 ? 0 : (DWORD)count;
    return count < 0 ? spalw_fail(error) : TRUE;
}

BOOL WINAPI ReadConsoleW(HANDLE console, LPVOID buffer, DWORD length, LPDWORD read_units, LPVOID control) {
    *read_units = 0;
    char *narrow = malloc((size_t)length + 1);
    if (narrow == NULL)
        return spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
    DWORD bytes = 0;
    BOOL done = ReadConsoleA(console, narrow, length, &bytes, control);
    if (done && bytes != 0)
        *read_units = (DWORD)MultiByteToWideChar(CP_UTF8, 0, narrow, (int)bytes, buffer, (int)length);
    free(narrow);
    return done;
}

BOOL WINAPI FlushConsoleInputBuffer(HANDLE console) {
    int descriptor = spalw_console_find(console);
    if (descriptor < 0)
        return FALSE;
    (void)tcflush(descriptor, TCIFLUSH);
    spalw_handle_unpin(console);
    return TRUE;
}

/* ------------------------------------------------------------------------------------------------------------ modes */

static const struct {
    DWORD mode;
    tcflag_t flag;
} input_modes[] = {{ENABLE_PROCESSED_INPUT, ISIG}, {ENABLE_LINE_INPUT, ICANON}, {ENABLE_ECHO_INPUT, ECHO}};

static bool is_input(int descriptor) {
    return descriptor == STDIN_FILENO;
}

BOOL WINAPI GetConsoleMode(HANDLE console, LPDWORD mode) {
    struct termios settings;
    int descriptor = spalw_console_find(console);
    if (descriptor < 0)
        return FALSE;
    *mode = is_input(descriptor)
                ? 0
                : ENABLE_PROCESSED_OUTPUT | ENABLE_WRAP_AT_EOL_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING;
    if (is_input(descriptor) && tcgetattr(descriptor, &settings) == 0)
        for (size_t i = 0; i < _countof(input_modes); i++)
            if ((settings.c_lflag & input_modes[i].flag) != 0)
                *mode |= input_modes[i].mode;
    spalw_handle_unpin(console);
    return TRUE;
}

BOOL WINAPI SetConsoleMode(HANDLE console, DWORD mode) {
    struct termios settings;
    int descriptor = spalw_console_find(console);
    if (descriptor < 0)
        return FALSE;
    if (is_input(descriptor) && tcgetattr(descriptor, &settings) == 0) {
        for (size_t i = 0; i < _countof(input_modes); i++) {
            bool is_on = (mode & input_modes[i].mode) != 0;
            settings.c_lflag = is_on ? settings.c_lflag | input_modes[i].flag : settings.c_lflag & ~input_modes[i].flag;
        }
        (void)tcsetattr(descriptor, TCSANOW, &settings);
    }
    spalw_handle_unpin(console);
    return TRUE;
}

BOOL WINAPI GetConsoleScreenBufferInfo(HANDLE console, PCONSOLE_SCREEN_BUFFER_INFO info) {
    struct winsize size = {.ws_row = 25, .ws_col = 80};
    int descriptor = spalw_console_find(console);
    if (descriptor < 0)
        return FALSE;
    (void)ioctl(descriptor, TIOCGWINSZ, &size);
    spalw_handle_unpin(console);
    *info = (CONSOLE_SCREEN_BUFFER_INFO){
        .dwSize = {(SHORT)size.ws_col, (SHORT)size.ws_row},
        .wAttributes = FOREGROUND_RED | FOREGROUND_GREEN | FOREGROUND_BLUE,
        .srWindow = {0, 0, (SHORT)(size.ws_col - 1), (SHORT)(size.ws_row - 1)},
        .dwMaximumWindowSize = {(SHORT)size.ws_col, (SHORT)size.ws_row},
    };
    return TRUE;
}

/* ------------------------------------------------------------------------------------- what terminals do by escapes */

/* Windows has blue in the lowest bit, terminals red. */
static int colour_of(WORD bits) {
    return ((bits & 1) << 2) | (bits & 2) | ((bits & 4) >> 2);
}

BOOL WINAPI SetConsoleTextAttribute(HANDLE console, WORD attributes) {
    char text[32];
    int bright = (attributes & FOREGROUND_INTENSITY) != 0 ? 90 : 30;
    int bright_back = (attributes & BACKGROUND_INTENSITY) != 0 ? 100 : 40;
    bool is_plain = attributes == (FOREGROUND_RED | FOREGROUND_GREEN | FOREGROUND_BLUE);
    int length = is_plain ? sprintf(text, "\033[0m")
                          : sprintf(text, "\033[%d;%dm", bright + colour_of(attributes & 7),
                                    bright_back + colour_of((WORD)(attributes >> 4) & 7));
    return spalw_console_write(console, text, (size_t)length, 0, NULL);
}

/* ------------------------------------------------------------------------------------------------------- code pages */

UINT WINAPI GetConsoleCP(void) {
    return CP_UTF8;
}

UINT WINAPI GetConsoleOutputCP(void) {
    return CP_UTF8;
}

/* Terminals take UTF-8, whatever page is asked for: nothing is converted. */
BOOL WINAPI SetConsoleCP(UINT page) {
    return IsValidCodePage(page) ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
}

BOOL WINAPI SetConsoleOutputCP(UINT page) {
    return IsValidCodePage(page) ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
}
