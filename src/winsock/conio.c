/* SPDX-License-Identifier: MIT
 *
 * Single keys, and descriptors as Microsoft's C library sees them.
 */
#define SOCKPAL_NATIVE_PRINTF

#include "buffer.h"
#include "file.h"
#include "print.h"

#include <conio.h>
#include <io.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <termios.h>

/* ------------------------------------------------------------------------------------------------------------- keys */

/* A terminal gives keys one by one, and unseen, while it is asked for one. */
static bool terminal_begin(struct termios *before) {
    struct termios settings;
    if (tcgetattr(STDIN_FILENO, before) != 0)
        return false;
    settings = *before;
    settings.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    return tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0;
}

static void terminal_end(bool has_begun, const struct termios *before) {
    if (has_begun)
        (void)tcsetattr(STDIN_FILENO, TCSANOW, before);
}

/* @return EOF at the end of what is no terminal */
int _getch(void) {
    struct termios before;
    unsigned char key;
    (void)fflush(stdout);
    bool is_terminal = terminal_begin(&before);
    ssize_t count;
    do
        count = read(STDIN_FILENO, &key, 1);
    while (count < 0 && errno == EINTR);
    terminal_end(is_terminal, &before);
    if (count != 1)
        return EOF;
    return key == '\n' ? '\r' : key; /* The return key's own code. */
}

int _kbhit(void) {
    struct termios before;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    bool is_terminal = terminal_begin(&before);
    int count = poll(&input, 1, 0);
    terminal_end(is_terminal, &before);
    return count > 0;
}

int _putch(int unit) {
    (void)putchar(unit);
    (void)fflush(stdout);
    return unit;
}

int _getche(void) {
    int key = _getch();
    return key == EOF ? EOF : _putch(key);
}

int _cputs(const char *text) {
    int result = fputs(text, stdout);
    (void)fflush(stdout);
    return result < 0 ? -1 : 0;
}

int _cprintf(const char *format, ...) {
    va_list arguments;
    spalw_buffer made = {0};
    va_start(arguments, format);
    spalw_print(&made, format, false, arguments);
    va_end(arguments);
    int length = made.has_failed || _cputs(made.text) != 0 ? -1 : (int)made.length;
    spalw_buffer_free(&made);
    return length;
}

/* ------------------------------------------------------------------------------------------------------ descriptors */

/* All of them are binary, and say so. */
int _setmode(int descriptor, int mode) {
    (void)mode;
    if (fcntl(descriptor, F_GETFD) < 0)
        return -1;
    return _O_BINARY;
}

LONGLONG _filelengthi64(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? status.st_size : -1;
}

LONG _filelength(int descriptor) {
    LONGLONG length = _filelengthi64(descriptor);
    return length > INT32_MAX ? -1 : (LONG)length;
}

/* A new handle for each call; the descriptor stays the caller's. */
intptr_t _get_osfhandle(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0)
        return -1;
    int access_mode = flags & O_ACCMODE;
    spalw_file *file = spalw_file_new(descriptor, false, access_mode != O_WRONLY, access_mode != O_RDONLY);
    HANDLE handle = file == NULL ? NULL : spalw_handle_new(&file->object);
    return handle == NULL ? -1 : (intptr_t)handle;
}
