/* SPDX-License-Identifier: MIT
 *
 * The string functions of Win32. Letters beyond ASCII change their case in the functions with a W, by the C library's
 * tables; in those with an A, a UTF-8 byte is no letter.
 */
#include "posix.h"
#include "print.h"
#include "text.h"

#include "sockpal/text.h"

#include <ctype.h>
#include <locale.h>
#include <pthread.h>
#include <wctype.h>

/* ------------------------------------------------------------------------------------------------------------- lstr */

int WINAPI lstrlenA(LPCSTR text) {
    return text == NULL ? 0 : (int)strlen(text);
}

int WINAPI lstrlenW(LPCWSTR text) {
    return text == NULL ? 0 : (int)wcslen(text);
}

static int compared(long long difference) {
    return (difference > 0) - (difference < 0);
}

/* Null is less than any text. */
int WINAPI lstrcmpA(LPCSTR first, LPCSTR second) {
    if (first == NULL || second == NULL)
        return (first != NULL) - (second != NULL);
    int by_letters = lstrcmpiA(first, second);
    return by_letters != 0 ? by_letters : -compared(strcmp(first, second));
}

int WINAPI lstrcmpiA(LPCSTR first, LPCSTR second) {
    if (first == NULL || second == NULL)
        return (first != NULL) - (second != NULL);
    while (*first != '\0' && tolower((unsigned char)*first) == tolower((unsigned char)*second)) {
        first++;
        second++;
    }
    return compared(tolower((unsigned char)*first) - tolower((unsigned char)*second));
}

/* Words are ordered by their letters first, and small ones before capitals of the same. */
int WINAPI lstrcmpW(LPCWSTR first, LPCWSTR second) {
    if (first == NULL || second == NULL)
        return (first != NULL) - (second != NULL);
    int by_letters = lstrcmpiW(first, second);
    return by_letters != 0 ? by_letters : -compared(wcscmp(first, second));
}

static wint_t letter_of(WCHAR unit) {
    return (wint_t)(uintptr_t)CharLowerW((LPWSTR)(uintptr_t)(unit & 0xffff));
}

int WINAPI lstrcmpiW(LPCWSTR first, LPCWSTR second) {
    if (first == NULL || second == NULL)
        return (first != NULL) - (second != NULL);
    while (*first != L'\0' && letter_of(*first) == letter_of(*second)) {
        first++;
        second++;
    }
    return compared((long long)letter_of(*first) - (long long)letter_of(*second));
}

LPSTR WINAPI lstrcpyA(LPSTR to, LPCSTR from) {
    return to == NULL || from == NULL ? NULL : memmove(to, from, strlen(from) + 1);
}

LPWSTR WINAPI lstrcpyW(LPWSTR to, LPCWSTR from) {
    return to == NULL || from == NULL ? NULL : wcscpy(to, from);
}

LPSTR WINAPI lstrcpynA(LPSTR to, LPCSTR from, int room) {
    if (to == NULL || from == NULL)
        return NULL;
    size_t length = room <= 0 ? 0 : strnlen(from, (size_t)room - 1);
    memcpy(to, from, length);
    if (room > 0)
        to[length] = '\0';
    return to;
}

LPWSTR WINAPI lstrcpynW(LPWSTR to, LPCWSTR from, int room) {
    if (to == NULL || from == NULL)
        return NULL;
    size_t length = room <= 0 ? 0 : wcsnlen(from, (size_t)room - 1);
    wmemcpy(to, from, length);
    if (room > 0)
        to[length] = L'\0';
    return to;
}

LPSTR WINAPI lstrcatA(LPSTR to, LPCSTR from) {
    return to == NULL || from == NULL ? NULL : (lstrcpyA(to + strlen(to), from), to);
}

LPWSTR WINAPI lstrcatW(LPWSTR to, LPCWSTR from) {
    return to == NULL || from == NULL ? NULL : wcscat(to, from);
}

/* ---------------------------------------------------------------------------------------------------------- letters */

/* The tables of Unicode are those of any locale of UTF-8; without one, letters are ASCII's. */
static locale_t letters;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void letters_open(void) {
    letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (letters == (locale_t)0)
        letters = newlocale(LC_CTYPE_MASK, "en_US.UTF-8", (locale_t)0);
    if (letters == (locale_t)0)
        letters = newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
}

static locale_t letters_of_unicode(void) {
    (void)pthread_once(&once, letters_open);
    return letters;
}

/* A pointer without upper bits is one character, which comes back the same way. */
static bool is_one(const void *text) {
    return (uintptr_t)text >> 16 == 0;
}

DWORD WINAPI CharUpperBuffA(LPSTR text, DWORD length) {
    for (DWORD i = 0; text != NULL && i < length; i++)
        if (text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 'a' + 'A');
    return text == NULL ? 0 : length;
}

DWORD WINAPI CharLowerBuffA(LPSTR text, DWORD length) {
    for (DWORD i = 0; text != NULL && i < length; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] - 'A' + 'a');
    return text == NULL ? 0 : length;
}

DWORD WINAPI CharUpperBuffW(LPWSTR text, DWORD length) {
    for (DWORD i = 0; text != NULL && i < length; i++)
        text[i] = (WCHAR)towupper_l((wint_t)text[i], letters_of_unicode());
    return text == NULL ? 0 : length;
}

DWORD WINAPI CharLowerBuffW(LPWSTR text, DWORD length) {
    for (DWORD i = 0; text != NULL && i < length; i++)
        text[i] = (WCHAR)towlower_l((wint_t)text[i], letters_of_unicode());
    return text == NULL ? 0 : length;
}

LPSTR WINAPI CharUpperA(LPSTR text) {
    char unit = (char)(uintptr_t)text;
    (void)CharUpperBuffA(is_one(text) ? &unit : text, is_one(text) ? 1 : (DWORD)strlen(text));
    return is_one(text) ? (LPSTR)(uintptr_t)(unsigned char)unit : text;
}

LPSTR WINAPI CharLowerA(LPSTR text) {
    char unit = (char)(uintptr_t)text;
    (void)CharLowerBuffA(is_one(text) ? &unit : text, is_one(text) ? 1 : (DWORD)strlen(text));
    return is_one(text) ? (LPSTR)(uintptr_t)(unsigned char)unit : text;
}

LPWSTR WINAPI CharUpperW(LPWSTR text) {
    WCHAR unit = (WCHAR)(uintptr_t)text;
    (void)CharUpperBuffW(is_one(text) ? &unit : text, is_one(text) ? 1 : (DWORD)wcslen(text));
    return is_one(text) ? (LPWSTR)(uintptr_t)unit : text;
}

LPWSTR WINAPI CharLowerW(LPWSTR text) {
    WCHAR unit = (WCHAR)(uintptr_t)text;
    (void)CharLowerBuffW(is_one(text) ? &unit : text, is_one(text) ? 1 : (DWORD)wcslen(text));
    return is_one(text) ? (LPWSTR)(uintptr_t)unit : text;
}

LPSTR WINAPI CharNextA(LPCSTR text) {
    return (LPSTR)(uintptr_t)(*text == '\0' ? text : text + 1);
}

LPWSTR WINAPI CharNextW(LPCWSTR text) {
    return (LPWSTR)(uintptr_t)(*text == L'\0' ? text : text + 1);
}

LPSTR WINAPI CharPrevA(LPCSTR begin, LPCSTR text) {
    return (LPSTR)(uintptr_t)(text > begin ? text - 1 : begin);
}

LPWSTR WINAPI CharPrevW(LPCWSTR begin, LPCWSTR text) {
    return (LPWSTR)(uintptr_t)(text > begin ? text - 1 : begin);
}

BOOL WINAPI IsCharAlphaA(CHAR unit) {
    return (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z');
}

BOOL WINAPI IsCharAlphaW(WCHAR unit) {
    return iswalpha_l((wint_t)unit, letters_of_unicode()) != 0;
}

BOOL WINAPI IsCharAlphaNumericA(CHAR unit) {
    return IsCharAlphaA(unit) || (unit >= '0' && unit <= '9');
}

BOOL WINAPI IsCharAlphaNumericW(WCHAR unit) {
    return iswalnum_l((wint_t)unit, letters_of_unicode()) != 0;
}

/* --------------------------------------------------------------------------------------------------------- wsprintf */

/* Windows never gives more, and cuts what is longer. */
#define MOST_UNITS 1023U

int WINAPI wvsprintfA(LPSTR out, LPCSTR format, va_list arguments) {
    spalw_buffer made = {0};
    spalw_print(&made, format, false, arguments);
    size_t length = made.length < MOST_UNITS ? made.length : MOST_UNITS;
    if (made.text != NULL)
        memcpy(out, made.text, length);
    out[length] = '\0';
    spalw_buffer_free(&made);
    return (int)length;
}

int WINAPI wvsprintfW(LPWSTR out, LPCWSTR format, va_list arguments) {
    spalw_buffer made = {0};
    size_t length = 0;
    spalw_print_wide(&made, format, arguments);
    uint32_t point;
    for (size_t i = 0; i < made.length && length < MOST_UNITS; length++) {
        i += spalw_utf8_read(made.text + i, made.length - i, &point);
        out[length] = (WCHAR)(point == SPALW_NOT_TEXT ? SPALW_REPLACEMENT : point);
    }
    out[length] = L'\0';
    spalw_buffer_free(&made);
    return (int)length;
}

int WINAPIV wsprintfA(LPSTR out, LPCSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = wvsprintfA(out, format, arguments);
    va_end(arguments);
    return length;
}

int WINAPIV wsprintfW(LPWSTR out, LPCWSTR format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = wvsprintfW(out, format, arguments);
    va_end(arguments);
    return length;
}
