/* SPDX-License-Identifier: MIT
 *
 * Those of printf's relatives that take their arguments themselves: each hands them to its relative with a list
 * (crt_print.c).
 */
#define SOCKPAL_NATIVE_PRINTF

#include "sockpal/print.h"

int spalw_printf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vprintf(format, arguments);
    va_end(arguments);
    return length;
}

int spalw_fprintf(FILE *stream, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vfprintf(stream, format, arguments);
    va_end(arguments);
    return length;
}

int spalw_sprintf(char *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vsprintf(buffer, format, arguments);
    va_end(arguments);
    return length;
}

int spalw_snprintf(char *buffer, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int spalw_wprintf(const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vwprintf(format, arguments);
    va_end(arguments);
    return length;
}

int spalw_fwprintf(FILE *stream, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vfwprintf(stream, format, arguments);
    va_end(arguments);
    return length;
}

int spalw_swprintf(wchar_t *buffer, size_t size, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vswprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int _snprintf(char *buffer, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vsnprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int _snwprintf(wchar_t *buffer, size_t size, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vsnwprintf(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int _scprintf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vscprintf(format, arguments);
    va_end(arguments);
    return length;
}

int _scwprintf(const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vscwprintf(format, arguments);
    va_end(arguments);
    return length;
}

int sprintf_s(char *buffer, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int swprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vswprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}

int _snprintf_s(char *buffer, size_t size, size_t count, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vsnprintf_s(buffer, size, count, format, arguments);
    va_end(arguments);
    return length;
}

int _snwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vsnwprintf_s(buffer, size, count, format, arguments);
    va_end(arguments);
    return length;
}

int printf_s(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vprintf(format, arguments);
    va_end(arguments);
    return length;
}

int fprintf_s(FILE *stream, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vfprintf(stream, format, arguments);
    va_end(arguments);
    return length;
}

int wprintf_s(const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vwprintf(format, arguments);
    va_end(arguments);
    return length;
}

int fwprintf_s(FILE *stream, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = spalw_vfwprintf(stream, format, arguments);
    va_end(arguments);
    return length;
}
