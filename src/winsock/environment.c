/* SPDX-License-Identifier: MIT
 *
 * The environment and the command line. Names of variables differ by case here.
 */
#include "buffer.h"
#include "error.h"
#include "give.h"
#include "text.h"

#include "sockpal/memory.h"
#include "sockpal/process.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* -------------------------------------------------------------------------------------------------------- variables */

/* An empty value has no length, and no error. */
static DWORD variable_answer(DWORD answer) {
    if (answer == 0)
        spalw_set_error(NO_ERROR);
    return answer;
}

DWORD WINAPI GetEnvironmentVariableA(LPCSTR name, LPSTR buffer, DWORD size) {
    const char *value = name == NULL ? NULL : getenv(name);
    if (value == NULL)
        return (DWORD)spalw_fail(ERROR_ENVVAR_NOT_FOUND);
    return variable_answer(spalw_give_a(value, buffer, size));
}

DWORD WINAPI GetEnvironmentVariableW(LPCWSTR name, LPWSTR buffer, DWORD size) {
    char *narrow = name == NULL ? NULL : spalw_utf8_from_wide(name);
    const char *value = narrow == NULL ? NULL : getenv(narrow);
    free(narrow);
    if (value == NULL)
        return (DWORD)spalw_fail(ERROR_ENVVAR_NOT_FOUND);
    return variable_answer(spalw_give_w(value, buffer, size));
}

BOOL WINAPI SetEnvironmentVariableA(LPCSTR name, LPCSTR value) {
    if (name == NULL || *name == '\0' || strchr(name, '=') != NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if (value == NULL && getenv(name) == NULL)
        return spalw_fail(ERROR_ENVVAR_NOT_FOUND);
    int failed = value == NULL ? unsetenv(name) : setenv(name, value, 1);
    return failed == 0 ? TRUE : spalw_fail(spalw_error_from_errno(errno));
}

BOOL WINAPI SetEnvironmentVariableW(LPCWSTR name, LPCWSTR value) {
    char *narrow_name = name == NULL ? NULL : spalw_utf8_from_wide(name);
    char *narrow_value = value == NULL ? NULL : spalw_utf8_from_wide(value);
    BOOL done = (value != NULL && narrow_value == NULL) ? spalw_fail(ERROR_NOT_ENOUGH_MEMORY)
                                                        : SetEnvironmentVariableA(narrow_name, narrow_value);
    free(narrow_name);
    free(narrow_value);
    return done;
}

/* %NAME% is the variable's value, or stays as it is where there is none. */
static void expand(spalw_buffer *out, const char *source) {
    char name[256];
    for (const char *end; *source != '\0'; source++) {
        end = *source == '%' ? strchr(source + 1, '%') : NULL;
        size_t length = end == NULL ? 0 : (size_t)(end - source - 1);
        if (length == 0 || length >= sizeof name) {
            spalw_buffer_add_char(out, *source);
            continue;
        }
        memcpy(name, source + 1, length);
        name[length] = '\0';
        const char *value = getenv(name);
        if (value == NULL) {
            spalw_buffer_add_char(out, *source);
            continue;
        }
        spalw_buffer_add_text(out, value);
        source = end;
    }
    spalw_buffer_add(out, "", 0);
}

/* @return the length with the 0, which is also what is needed */
DWORD WINAPI ExpandEnvironmentStringsA(LPCSTR source, LPSTR buffer, DWORD size) {
    spalw_buffer out = {0};
    expand(&out, source);
    DWORD needed = out.text == NULL ? 0 : (DWORD)out.length + 1;
    if (needed != 0)
        (void)spalw_give_a(out.text, buffer, size);
    spalw_buffer_free(&out);
    return needed != 0 ? needed : (DWORD)spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
}

DWORD WINAPI ExpandEnvironmentStringsW(LPCWSTR source, LPWSTR buffer, DWORD size) {
    spalw_buffer out = {0};
    char *narrow = spalw_utf8_from_wide(source);
    if (narrow != NULL)
        expand(&out, narrow);
    free(narrow);
    DWORD needed = out.text == NULL ? 0 : (DWORD)spalw_wide_copy(NULL, 0, out.text) + 1;
    if (needed != 0)
        (void)spalw_give_w(out.text, buffer, size);
    spalw_buffer_free(&out);
    return needed != 0 ? needed : (DWORD)spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
}

extern char **environ;

/* A block of the program's own: each text with its 0, and another behind the last. */
LPSTR WINAPI GetEnvironmentStringsA(void) {
    spalw_buffer block = {0};
    for (char **at = environ; at != NULL && *at != NULL; at++)
        spalw_buffer_add(&block, *at, strlen(*at) + 1);
    spalw_buffer_add(&block, "", 1);
    if (!block.has_failed)
        return block.text;
    spalw_buffer_free(&block);
    return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
}

LPWSTR WINAPI GetEnvironmentStringsW(void) {
    size_t room = 1, used = 0;
    for (char **at = environ; at != NULL && *at != NULL; at++)
        room += spalw_wide_copy(NULL, 0, *at) + 1;
    WCHAR *block = calloc(room, sizeof *block);
    if (block == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    for (char **at = environ; at != NULL && *at != NULL && used < room; at++)
        used += spalw_wide_copy(block + used, room - used, *at) + 1;
    return block;
}

BOOL WINAPI FreeEnvironmentStringsA(LPSTR block) {
    free(block);
    return TRUE;
}

BOOL WINAPI FreeEnvironmentStringsW(LPWSTR block) {
    free(block);
    return TRUE;
}

/* ------------------------------------------------------------------------------------------------- the command line */

/* Quoted where Windows' programs would otherwise take one argument for several. */
static void argument_add(spalw_buffer *line, const char *argument) {
    bool is_plain = *argument != '\0' && strpbrk(argument, " \t\"") == NULL;
    if (is_plain) {
        spalw_buffer_add_text(line, argument);
        return;
    }
    spalw_buffer_add_char(line, '"');
    for (size_t slashes = 0;; argument++) {
        if (*argument == '\\') {
            slashes++;
            continue;
        }
        bool is_quote = *argument == '"', is_end = *argument == '\0';
        spalw_buffer_fill(line, '\\', is_quote || is_end ? 2 * slashes + is_quote : slashes);
        slashes = 0;
        if (is_end)
            break;
        spalw_buffer_add_char(line, *argument);
    }
    spalw_buffer_add_char(line, '"');
}

static char *line_a;
static WCHAR *line_w;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The arguments as the system keeps them: each with a 0 behind it. */
static void line_read(void) {
    spalw_buffer arguments = {0}, line = {0};
    char block[4096];
    FILE *file = fopen("/proc/self/cmdline", "re");
    for (size_t length; file != NULL && (length = fread(block, 1, sizeof block, file)) != 0;)
        spalw_buffer_add(&arguments, block, length);
    if (file != NULL)
        (void)fclose(file);
    for (size_t at = 0; at < arguments.length; at += strlen(arguments.text + at) + 1) {
        if (at != 0)
            spalw_buffer_add_char(&line, ' ');
        argument_add(&line, arguments.text + at);
    }
    spalw_buffer_add(&line, "", 0);
    spalw_buffer_free(&arguments);
    line_a = line.text;
    line_w = line.text == NULL ? NULL : spalw_wide_from_utf8(line.text);
}

LPSTR WINAPI GetCommandLineA(void) {
    (void)pthread_once(&once, line_read);
    return line_a;
}

LPWSTR WINAPI GetCommandLineW(void) {
    (void)pthread_once(&once, line_read);
    return line_w;
}

/* ----------------------------------------------------------------------------------------------------- splitting it */

/* One argument, without its quotes: backslashes count only before quotation marks, and two of these within a quoted
 * part are one of the text. @return the end of what was written, behind its 0 */
static WCHAR *argument_take(const WCHAR **from, WCHAR *to, bool is_program) {
    bool is_quoted = false;
    for (; **from != L'\0' && (is_quoted || (**from != L' ' && **from != L'\t')); ++*from) {
        size_t slashes = is_program ? 0 : wcsspn(*from, L"\\");
        bool is_before_quote = slashes != 0 && (*from)[slashes] == L'"';
        if (slashes != 0) {
            *from += slashes - 1;
            wmemset(to, L'\\', is_before_quote ? slashes / 2 : slashes);
            to += is_before_quote ? slashes / 2 : slashes;
            if (is_before_quote && slashes % 2 != 0) {
                ++*from;
                *to++ = L'"';
            }
        } else if (**from != L'"') {
            *to++ = **from;
        } else if (is_quoted && !is_program && (*from)[1] == L'"') {
            ++*from;
            *to++ = L'"';
        } else {
            is_quoted = !is_quoted;
        }
    }
    *to++ = L'\0';
    return to;
}

/* The result, with its texts, is one block for LocalFree. */
LPWSTR *WINAPI CommandLineToArgvW(LPCWSTR line, int *count) {
    if (count == NULL || line == NULL)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    if (*line == L'\0')
        line = GetCommandLineW();
    size_t most = wcslen(line) + 2;
    LPWSTR *arguments = LocalAlloc(LMEM_FIXED, (most + 1) * sizeof *arguments + (most + 2) * sizeof **arguments);
    if (arguments == NULL)
        return NULL;
    WCHAR *to = (WCHAR *)(arguments + most + 1);
    *count = 0;
    do {
        arguments[*count] = to;
        to = argument_take(&line, to, *count == 0);
        ++*count;
        line += wcsspn(line, L" \t");
    } while (*line != L'\0');
    arguments[*count] = NULL;
    return arguments;
}
