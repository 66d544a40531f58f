/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: formatted text (stdio.h, wchar.h).
 */
#ifndef SOCKPAL_WINSOCK_PRINT_H
#define SOCKPAL_WINSOCK_PRINT_H

#include "base.h"

#if defined(__cplusplus)
#include <cstdio>
#include <cwchar>
#else
#include <stdio.h>
#endif

#if defined(__GNUC__)
#pragma GCC system_header
#endif

/* The C library's functions format as their own system's programs expect: here %ld takes 64 bits, %I64d and %Iu
 * nothing, and a wide function's %s narrow text. Programs for Windows mean otherwise. So the names are macros for
 * functions that do as Windows' do, and which write text of both widths to one stream, as UTF-8; a name that is not
 * called stays the C library's. SOCKPAL_NATIVE_PRINTF, defined before the first header of the face, leaves all of them
 * alone.
 *
 * There is no format attribute on these: compilers know the other rules only. */
SPALW_BEGIN
int spalw_printf(const char *format, ...) SPALW_API;
int spalw_fprintf(FILE *stream, const char *format, ...) SPALW_API;
int spalw_sprintf(char *buffer, const char *format, ...) SPALW_API;
int spalw_snprintf(char *buffer, size_t size, const char *format, ...) SPALW_API;
int spalw_vprintf(const char *format, va_list arguments) SPALW_API;
int spalw_vfprintf(FILE *stream, const char *format, va_list arguments) SPALW_API;
int spalw_vsprintf(char *buffer, const char *format, va_list arguments) SPALW_API;
int spalw_vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) SPALW_API;

int spalw_wprintf(const wchar_t *format, ...) SPALW_API;
int spalw_fwprintf(FILE *stream, const wchar_t *format, ...) SPALW_API;
int spalw_swprintf(wchar_t *buffer, size_t size, const wchar_t *format, ...) SPALW_API;
int spalw_vwprintf(const wchar_t *format, va_list arguments) SPALW_API;
int spalw_vfwprintf(FILE *stream, const wchar_t *format, va_list arguments) SPALW_API;
int spalw_vswprintf(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments) SPALW_API;

int spalw_fputws(const wchar_t *text, FILE *stream) SPALW_API;
wint_t spalw_fputwc(wchar_t unit, FILE *stream) SPALW_API;
wchar_t *spalw_fgetws(wchar_t *buffer, int size, FILE *stream) SPALW_API;
wint_t spalw_fgetwc(FILE *stream) SPALW_API;

/* Windows' own: no 0 behind text that just fits, and -1 for what does not. */
int _snprintf(char *buffer, size_t size, const char *format, ...) SPALW_LINK(_snprintf);
int _vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) SPALW_LINK(_vsnprintf);
int _snwprintf(wchar_t *buffer, size_t size, const wchar_t *format, ...) SPALW_LINK(_snwprintf);
int _vsnwprintf(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments) SPALW_LINK(_vsnwprintf);
int _scprintf(const char *format, ...) SPALW_LINK(_scprintf);
int _vscprintf(const char *format, va_list arguments) SPALW_LINK(_vscprintf);
int _scwprintf(const wchar_t *format, ...) SPALW_LINK(_scwprintf);
int _vscwprintf(const wchar_t *format, va_list arguments) SPALW_LINK(_vscwprintf);

/* The safe ones: text that does not fit is refused, or cut where `count` is _TRUNCATE. */
int sprintf_s(char *buffer, size_t size, const char *format, ...) SPALW_LINK(sprintf_s);
int vsprintf_s(char *buffer, size_t size, const char *format, va_list arguments) SPALW_LINK(vsprintf_s);
int swprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, ...) SPALW_LINK(swprintf_s);
int vswprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments) SPALW_LINK(vswprintf_s);
int _snprintf_s(char *buffer, size_t size, size_t count, const char *format, ...) SPALW_LINK(_snprintf_s);
int _vsnprintf_s(char *buffer, size_t size, size_t count, const char *format, va_list arguments)
    SPALW_LINK(_vsnprintf_s);
int _snwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format, ...) SPALW_LINK(_snwprintf_s);
int _vsnwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format, va_list arguments)
    SPALW_LINK(_vsnwprintf_s);
int printf_s(const char *format, ...) SPALW_LINK(printf_s);
int fprintf_s(FILE *stream, const char *format, ...) SPALW_LINK(fprintf_s);
int wprintf_s(const wchar_t *format, ...) SPALW_LINK(wprintf_s);
int fwprintf_s(FILE *stream, const wchar_t *format, ...) SPALW_LINK(fwprintf_s);

/* Reading: %s, %c and %[ take the size of what they fill as a further argument. */
int sscanf_s(const char *text, const char *format, ...) SPALW_LINK(sscanf_s);
int scanf_s(const char *format, ...) SPALW_LINK(scanf_s);
int fscanf_s(FILE *stream, const char *format, ...) SPALW_LINK(fscanf_s);
SPALW_END

#define _TRUNCATE ((size_t)-1)

#define spalw_putws(text) (spalw_fputws((text), stdout) < 0 ? WEOF : spalw_fputwc(L'\n', stdout))
#define _putws(text) spalw_putws(text)
#define _vsprintf vsprintf
#define _swprintf swprintf

#if defined(__cplusplus)
extern "C++" {
template <size_t Size>
int sprintf_s(char (&buffer)[Size], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsprintf_s(buffer, Size, format, arguments);
    va_end(arguments);
    return length;
}
template <size_t Size>
int swprintf_s(wchar_t (&buffer)[Size], const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vswprintf_s(buffer, Size, format, arguments);
    va_end(arguments);
    return length;
}
template <size_t Size>
int _snprintf_s(char (&buffer)[Size], size_t count, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vsnprintf_s(buffer, Size, count, format, arguments);
    va_end(arguments);
    return length;
}
template <size_t Size>
int vsprintf_s(char (&buffer)[Size], const char *format, va_list arguments) {
    return vsprintf_s(buffer, Size, format, arguments);
}
}
#endif

#if !defined(SOCKPAL_NATIVE_PRINTF)
#if defined(__cplusplus)
namespace std {
using ::spalw_fgetwc;
using ::spalw_fgetws;
using ::spalw_fprintf;
using ::spalw_fputwc;
using ::spalw_fputws;
using ::spalw_fwprintf;
using ::spalw_printf;
using ::spalw_snprintf;
using ::spalw_sprintf;
using ::spalw_swprintf;
using ::spalw_vfprintf;
using ::spalw_vfwprintf;
using ::spalw_vprintf;
using ::spalw_vsnprintf;
using ::spalw_vsprintf;
using ::spalw_vswprintf;
using ::spalw_vwprintf;
using ::spalw_wprintf;
} // namespace std
#endif
#undef printf
#define printf(...) spalw_printf(__VA_ARGS__)
#undef fprintf
#define fprintf(...) spalw_fprintf(__VA_ARGS__)
#undef sprintf
#define sprintf(...) spalw_sprintf(__VA_ARGS__)
#undef snprintf
#define snprintf(...) spalw_snprintf(__VA_ARGS__)
#undef vprintf
#define vprintf(...) spalw_vprintf(__VA_ARGS__)
#undef vfprintf
#define vfprintf(...) spalw_vfprintf(__VA_ARGS__)
#undef vsprintf
#define vsprintf(...) spalw_vsprintf(__VA_ARGS__)
#undef vsnprintf
#define vsnprintf(...) spalw_vsnprintf(__VA_ARGS__)
#undef wprintf
#define wprintf(...) spalw_wprintf(__VA_ARGS__)
#undef fwprintf
#define fwprintf(...) spalw_fwprintf(__VA_ARGS__)
#undef swprintf
#define swprintf(...) spalw_swprintf(__VA_ARGS__)
#undef vwprintf
#define vwprintf(...) spalw_vwprintf(__VA_ARGS__)
#undef vfwprintf
#define vfwprintf(...) spalw_vfwprintf(__VA_ARGS__)
#undef vswprintf
#define vswprintf(...) spalw_vswprintf(__VA_ARGS__)
#undef fputws
#define fputws(...) spalw_fputws(__VA_ARGS__)
#undef fputwc
#define fputwc(...) spalw_fputwc(__VA_ARGS__)
#undef fgetws
#define fgetws(...) spalw_fgetws(__VA_ARGS__)
#undef fgetwc
#define fgetwc(...) spalw_fgetwc(__VA_ARGS__)
#undef putwc
#define putwc(...) spalw_fputwc(__VA_ARGS__)
#undef putwchar
#define putwchar(unit) spalw_fputwc((unit), stdout)
#undef getwc
#define getwc(...) spalw_fgetwc(__VA_ARGS__)
#undef getwchar
#define getwchar() spalw_fgetwc(stdin)
#endif

#endif
