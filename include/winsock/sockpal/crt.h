/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: what Microsoft's C library has and others lack, under its names (string.h, wchar.h, stdlib.h,
 * stdio.h, time.h). Where Windows would call the handler for invalid parameters, these return the error.
 */
#ifndef SOCKPAL_WINSOCK_CRT_H
#define SOCKPAL_WINSOCK_CRT_H

#include "base.h"
#include "print.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef int errno_t;
typedef size_t rsize_t;

#if !defined(_MAX_PATH)
#define _MAX_PATH 260
#define _MAX_DRIVE 3
#define _MAX_DIR 256
#define _MAX_FNAME 256
#define _MAX_EXT 256
#endif
#define STRUNCATE 80

#define _declspec __declspec
#define __assume(condition)                                                                                            \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            __builtin_unreachable();                                                                                   \
    } while (0)
#define __debugbreak() __builtin_trap()
#define __noop(...) ((void)0)
#define __min(a, b) ((a) < (b) ? (a) : (b))
#define __max(a, b) ((a) > (b) ? (a) : (b))
#define _alloca(size) __builtin_alloca(size)
#define _malloca(size) malloc(size) /* From the heap always, as it is for more than some bytes on Windows. */
#define _freea(memory) free(memory)
#define _byteswap_ushort(word) __builtin_bswap16(word)
#define _byteswap_ulong(word) __builtin_bswap32(word)
#define _byteswap_uint64(word) __builtin_bswap64(word)

SPALW_BEGIN

/* string.h */
errno_t strcpy_s(char *to, rsize_t room, const char *from) SPALW_LINK(strcpy_s);
errno_t strncpy_s(char *to, rsize_t room, const char *from, rsize_t count) SPALW_LINK(strncpy_s);
errno_t strcat_s(char *to, rsize_t room, const char *from) SPALW_LINK(strcat_s);
errno_t strncat_s(char *to, rsize_t room, const char *from, rsize_t count) SPALW_LINK(strncat_s);
errno_t strerror_s(char *to, size_t room, int code) SPALW_LINK(strerror_s);
char *strtok_s(char *text, const char *dividers, char **context) SPALW_LINK(strtok_s);
errno_t memcpy_s(void *to, rsize_t room, const void *from, rsize_t count) SPALW_LINK(memcpy_s);
errno_t memmove_s(void *to, rsize_t room, const void *from, rsize_t count) SPALW_LINK(memmove_s);
int _stricmp(const char *first, const char *second) SPALW_LINK(_stricmp);
int _strnicmp(const char *first, const char *second, size_t count) SPALW_LINK(_strnicmp);
int _memicmp(const void *first, const void *second, size_t count) SPALW_LINK(_memicmp);
char *_strlwr(char *text) SPALW_LINK(_strlwr);
char *_strupr(char *text) SPALW_LINK(_strupr);
errno_t _strlwr_s(char *text, size_t room) SPALW_LINK(_strlwr_s);
errno_t _strupr_s(char *text, size_t room) SPALW_LINK(_strupr_s);
char *_strrev(char *text) SPALW_LINK(_strrev);
char *_strset(char *text, int unit) SPALW_LINK(_strset);
char *_strdup(const char *text) SPALW_LINK(_strdup);

/* wchar.h */
errno_t wcscpy_s(wchar_t *to, rsize_t room, const wchar_t *from) SPALW_LINK(wcscpy_s);
errno_t wcsncpy_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t count) SPALW_LINK(wcsncpy_s);
errno_t wcscat_s(wchar_t *to, rsize_t room, const wchar_t *from) SPALW_LINK(wcscat_s);
errno_t wcsncat_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t count) SPALW_LINK(wcsncat_s);
wchar_t *wcstok_s(wchar_t *text, const wchar_t *dividers, wchar_t **context) SPALW_LINK(wcstok_s);
errno_t wmemcpy_s(wchar_t *to, rsize_t room, const wchar_t *from, rsize_t count) SPALW_LINK(wmemcpy_s);
int _wcsicmp(const wchar_t *first, const wchar_t *second) SPALW_LINK(_wcsicmp);
int _wcsnicmp(const wchar_t *first, const wchar_t *second, size_t count) SPALW_LINK(_wcsnicmp);
wchar_t *_wcslwr(wchar_t *text) SPALW_LINK(_wcslwr);
wchar_t *_wcsupr(wchar_t *text) SPALW_LINK(_wcsupr);
wchar_t *_wcsdup(const wchar_t *text) SPALW_LINK(_wcsdup);
errno_t mbstowcs_s(size_t *made, wchar_t *to, size_t room, const char *from, size_t count) SPALW_LINK(mbstowcs_s);
errno_t wcstombs_s(size_t *made, char *to, size_t room, const wchar_t *from, size_t count) SPALW_LINK(wcstombs_s);

/* stdlib.h */
char *_itoa(int value, char *out, int radix) SPALW_LINK(_itoa);
char *_ltoa(LONG value, char *out, int radix) SPALW_LINK(_ltoa);
char *_ultoa(ULONG value, char *out, int radix) SPALW_LINK(_ultoa);
char *_i64toa(LONGLONG value, char *out, int radix) SPALW_LINK(_i64toa);
char *_ui64toa(ULONGLONG value, char *out, int radix) SPALW_LINK(_ui64toa);
errno_t _itoa_s(int value, char *out, size_t room, int radix) SPALW_LINK(_itoa_s);
errno_t _ltoa_s(LONG value, char *out, size_t room, int radix) SPALW_LINK(_ltoa_s);
errno_t _ultoa_s(ULONG value, char *out, size_t room, int radix) SPALW_LINK(_ultoa_s);
errno_t _i64toa_s(LONGLONG value, char *out, size_t room, int radix) SPALW_LINK(_i64toa_s);
errno_t _ui64toa_s(ULONGLONG value, char *out, size_t room, int radix) SPALW_LINK(_ui64toa_s);
wchar_t *_itow(int value, wchar_t *out, int radix) SPALW_LINK(_itow);
wchar_t *_i64tow(LONGLONG value, wchar_t *out, int radix) SPALW_LINK(_i64tow);
errno_t _itow_s(int value, wchar_t *out, size_t room, int radix) SPALW_LINK(_itow_s);
LONGLONG _atoi64(const char *text) SPALW_LINK(_atoi64);
LONGLONG _strtoi64(const char *text, char **end, int base) SPALW_LINK(_strtoi64);
ULONGLONG _strtoui64(const char *text, char **end, int base) SPALW_LINK(_strtoui64);
int _wtoi(const wchar_t *text) SPALW_LINK(_wtoi);
LONG _wtol(const wchar_t *text) SPALW_LINK(_wtol);
LONGLONG _wtoi64(const wchar_t *text) SPALW_LINK(_wtoi64);
double _wtof(const wchar_t *text) SPALW_LINK(_wtof);
void *_aligned_malloc(size_t size, size_t alignment) SPALW_LINK(_aligned_malloc);
void _aligned_free(void *memory) SPALW_LINK(_aligned_free);
int _putenv(const char *assignment) SPALW_LINK(_putenv);
errno_t _putenv_s(const char *name, const char *value) SPALW_LINK(_putenv_s);
errno_t getenv_s(size_t *needed, char *out, rsize_t room, const char *name) SPALW_LINK(getenv_s);
errno_t _dupenv_s(char **out, size_t *size, const char *name) SPALW_LINK(_dupenv_s);
errno_t rand_s(unsigned *value) SPALW_LINK(rand_s);
void _splitpath(const char *path, char *drive, char *folder, char *name, char *extension) SPALW_LINK(_splitpath);
errno_t _splitpath_s(const char *path, char *drive, size_t drive_room, char *folder, size_t folder_room, char *name,
                     size_t name_room, char *extension, size_t extension_room) SPALW_LINK(_splitpath_s);
void _makepath(char *out, const char *drive, const char *folder, const char *name, const char *extension)
    SPALW_LINK(_makepath);
errno_t _makepath_s(char *out, size_t room, const char *drive, const char *folder, const char *name,
                    const char *extension) SPALW_LINK(_makepath_s);
char *_fullpath(char *out, const char *path, size_t room) SPALW_LINK(_fullpath);

/* stdio.h */
errno_t fopen_s(FILE **out, const char *path, const char *mode) SPALW_LINK(fopen_s);
errno_t freopen_s(FILE **out, const char *path, const char *mode, FILE *stream) SPALW_LINK(freopen_s);
FILE *_fsopen(const char *path, const char *mode, int share) SPALW_LINK(_fsopen);
FILE *_wfopen(const wchar_t *path, const wchar_t *mode) SPALW_LINK(_wfopen);
errno_t _wfopen_s(FILE **out, const wchar_t *path, const wchar_t *mode) SPALW_LINK(_wfopen_s);
int _fseeki64(FILE *stream, LONGLONG offset, int origin) SPALW_LINK(_fseeki64);
LONGLONG _ftelli64(FILE *stream) SPALW_LINK(_ftelli64);
int _fileno(FILE *stream) SPALW_LINK(_fileno);
char *gets_s(char *out, rsize_t room) SPALW_LINK(gets_s);
int _fcloseall(void) SPALW_LINK(_fcloseall);
int _flushall(void) SPALW_LINK(_flushall);

/* time.h */
errno_t localtime_s(struct tm *out, const time_t *time) SPALW_LINK(localtime_s);
errno_t gmtime_s(struct tm *out, const time_t *time) SPALW_LINK(gmtime_s);
errno_t asctime_s(char *out, size_t room, const struct tm *time) SPALW_LINK(asctime_s);
errno_t ctime_s(char *out, size_t room, const time_t *time) SPALW_LINK(ctime_s);
time_t _time64(time_t *out) SPALW_LINK(_time64);
time_t _mkgmtime(struct tm *time) SPALW_LINK(_mkgmtime);
char *_strdate(char *out) SPALW_LINK(_strdate);
char *_strtime(char *out) SPALW_LINK(_strtime);

SPALW_END

#define _tzset tzset
#define _popen popen
#define _pclose pclose
#define _localtime64 localtime
#define _localtime64_s localtime_s
#define _gmtime64 gmtime
#define _gmtime64_s gmtime_s
#define _ctime64 ctime
#define _ctime64_s ctime_s
#define _mktime64 mktime
#define _difftime64 difftime
typedef time_t __time64_t;

SPALW_INLINE size_t strnlen_s(const char *text, size_t most) {
    size_t length = 0;
    while (text != NULL && length < most && text[length] != '\0')
        length++;
    return length;
}
SPALW_INLINE size_t wcsnlen_s(const wchar_t *text, size_t most) {
    size_t length = 0;
    while (text != NULL && length < most && text[length] != L'\0')
        length++;
    return length;
}
SPALW_INLINE LONGLONG _abs64(LONGLONG value) {
    return value < 0 ? -value : value;
}

/* Older spellings. */
#define stricmp _stricmp
#define strcmpi _stricmp
#define _strcmpi _stricmp
#define strnicmp _strnicmp
#define strlwr _strlwr
#define strupr _strupr
#define strrev _strrev
#define wcsicmp _wcsicmp
#define wcsnicmp _wcsnicmp
#define itoa _itoa
#define ltoa _ltoa
#define ultoa _ultoa
#define _fputchar putchar

SPALW_INLINE unsigned _rotl(unsigned value, int shift) {
    return value << (shift & 31) | value >> (-shift & 31);
}
SPALW_INLINE unsigned _rotr(unsigned value, int shift) {
    return value >> (shift & 31) | value << (-shift & 31);
}
SPALW_INLINE errno_t _get_errno(int *value) {
    *value = errno;
    return 0;
}
SPALW_INLINE errno_t _set_errno(int value) {
    errno = value;
    return 0;
}

#if defined(__cplusplus)
extern "C++" {
template <size_t Room>
errno_t strcpy_s(char (&to)[Room], const char *from) {
    return strcpy_s(to, Room, from);
}
template <size_t Room>
errno_t strncpy_s(char (&to)[Room], const char *from, size_t count) {
    return strncpy_s(to, Room, from, count);
}
template <size_t Room>
errno_t strcat_s(char (&to)[Room], const char *from) {
    return strcat_s(to, Room, from);
}
template <size_t Room>
errno_t strncat_s(char (&to)[Room], const char *from, size_t count) {
    return strncat_s(to, Room, from, count);
}
template <size_t Room>
errno_t wcscpy_s(wchar_t (&to)[Room], const wchar_t *from) {
    return wcscpy_s(to, Room, from);
}
template <size_t Room>
errno_t wcscat_s(wchar_t (&to)[Room], const wchar_t *from) {
    return wcscat_s(to, Room, from);
}
template <size_t Room>
errno_t wcsncpy_s(wchar_t (&to)[Room], const wchar_t *from, size_t count) {
    return wcsncpy_s(to, Room, from, count);
}
template <size_t Room>
errno_t mbstowcs_s(size_t *made, wchar_t (&to)[Room], const char *from, size_t count) {
    return mbstowcs_s(made, to, Room, from, count);
}
template <size_t Room>
errno_t wcstombs_s(size_t *made, char (&to)[Room], const wchar_t *from, size_t count) {
    return wcstombs_s(made, to, Room, from, count);
}
template <size_t Room>
errno_t strerror_s(char (&to)[Room], int code) {
    return strerror_s(to, Room, code);
}
template <size_t Room>
errno_t ctime_s(char (&to)[Room], const time_t *time) {
    return ctime_s(to, Room, time);
}
template <size_t Room>
errno_t asctime_s(char (&to)[Room], const struct tm *time) {
    return asctime_s(to, Room, time);
}
template <size_t Room>
char *gets_s(char (&to)[Room]) {
    return gets_s(to, Room);
}
template <size_t Room>
errno_t _itoa_s(int value, char (&out)[Room], int radix) {
    return _itoa_s(value, out, Room, radix);
}
}
#endif

#endif
