/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: string functions that know the room (strsafe.h).
 */
#ifndef SOCKPAL_WINSOCK_STRSAFE_H
#define SOCKPAL_WINSOCK_STRSAFE_H

#include "sockpal/base.h"
#include "sockpal/error.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007A)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026)
#define STRSAFE_FILL_BYTE(value) ((DWORD)(((value)&0x000000FF) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(value) ((DWORD)(((value)&0x000000FF) | STRSAFE_FILL_ON_FAILURE))
#define STRSAFE_IGNORE_NULLS 0x00000100
#define STRSAFE_FILL_BEHIND_NULL 0x00000200
#define STRSAFE_FILL_ON_FAILURE 0x00000400
#define STRSAFE_NULL_ON_FAILURE 0x00000800
#define STRSAFE_NO_TRUNCATION 0x00001000

/* Cch counts characters, Cb bytes; both with the 0 at the end. */
SPALW_BEGIN
HRESULT WINAPI StringCchCopyA(LPSTR to, size_t units, LPCSTR from) SPALW_LINK(StringCchCopyA);
HRESULT WINAPI StringCchCopyExA(LPSTR to, size_t units, LPCSTR from, LPSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCchCopyExA);
HRESULT WINAPI StringCchCopyNA(LPSTR to, size_t units, LPCSTR from, size_t count) SPALW_LINK(StringCchCopyNA);
HRESULT WINAPI StringCchCopyNExA(LPSTR to, size_t units, LPCSTR from, size_t count, LPSTR *end, size_t *left,
                                 DWORD flags) SPALW_LINK(StringCchCopyNExA);
HRESULT WINAPI StringCchCatA(LPSTR to, size_t units, LPCSTR from) SPALW_LINK(StringCchCatA);
HRESULT WINAPI StringCchCatExA(LPSTR to, size_t units, LPCSTR from, LPSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCchCatExA);
HRESULT WINAPI StringCchCatNA(LPSTR to, size_t units, LPCSTR from, size_t count) SPALW_LINK(StringCchCatNA);
HRESULT WINAPI StringCchCatNExA(LPSTR to, size_t units, LPCSTR from, size_t count, LPSTR *end, size_t *left,
                                DWORD flags) SPALW_LINK(StringCchCatNExA);
HRESULT WINAPI StringCchVPrintfA(LPSTR to, size_t units, LPCSTR format, va_list arguments)
    SPALW_LINK(StringCchVPrintfA);
HRESULT WINAPI StringCchVPrintfExA(LPSTR to, size_t units, LPSTR *end, size_t *left, DWORD flags, LPCSTR format,
                                   va_list arguments) SPALW_LINK(StringCchVPrintfExA);
HRESULT WINAPIV StringCchPrintfA(LPSTR to, size_t units, LPCSTR format, ...) SPALW_LINK(StringCchPrintfA);
HRESULT WINAPIV StringCchPrintfExA(LPSTR to, size_t units, LPSTR *end, size_t *left, DWORD flags, LPCSTR format, ...)
    SPALW_LINK(StringCchPrintfExA);
HRESULT WINAPI StringCchGetsA(LPSTR to, size_t units) SPALW_LINK(StringCchGetsA);
HRESULT WINAPI StringCchLengthA(LPCSTR text, size_t most, size_t *length) SPALW_LINK(StringCchLengthA);
HRESULT WINAPI StringCchCopyW(LPWSTR to, size_t units, LPCWSTR from) SPALW_LINK(StringCchCopyW);
HRESULT WINAPI StringCchCopyExW(LPWSTR to, size_t units, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCchCopyExW);
HRESULT WINAPI StringCchCopyNW(LPWSTR to, size_t units, LPCWSTR from, size_t count) SPALW_LINK(StringCchCopyNW);
HRESULT WINAPI StringCchCopyNExW(LPWSTR to, size_t units, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                                 DWORD flags) SPALW_LINK(StringCchCopyNExW);
HRESULT WINAPI StringCchCatW(LPWSTR to, size_t units, LPCWSTR from) SPALW_LINK(StringCchCatW);
HRESULT WINAPI StringCchCatExW(LPWSTR to, size_t units, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCchCatExW);
HRESULT WINAPI StringCchCatNW(LPWSTR to, size_t units, LPCWSTR from, size_t count) SPALW_LINK(StringCchCatNW);
HRESULT WINAPI StringCchCatNExW(LPWSTR to, size_t units, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                                DWORD flags) SPALW_LINK(StringCchCatNExW);
HRESULT WINAPI StringCchVPrintfW(LPWSTR to, size_t units, LPCWSTR format, va_list arguments)
    SPALW_LINK(StringCchVPrintfW);
HRESULT WINAPI StringCchVPrintfExW(LPWSTR to, size_t units, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format,
                                   va_list arguments) SPALW_LINK(StringCchVPrintfExW);
HRESULT WINAPIV StringCchPrintfW(LPWSTR to, size_t units, LPCWSTR format, ...) SPALW_LINK(StringCchPrintfW);
HRESULT WINAPIV StringCchPrintfExW(LPWSTR to, size_t units, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format, ...)
    SPALW_LINK(StringCchPrintfExW);
HRESULT WINAPI StringCchGetsW(LPWSTR to, size_t units) SPALW_LINK(StringCchGetsW);
HRESULT WINAPI StringCchLengthW(LPCWSTR text, size_t most, size_t *length) SPALW_LINK(StringCchLengthW);
HRESULT WINAPI StringCbCopyA(LPSTR to, size_t bytes, LPCSTR from) SPALW_LINK(StringCbCopyA);
HRESULT WINAPI StringCbCopyExA(LPSTR to, size_t bytes, LPCSTR from, LPSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCbCopyExA);
HRESULT WINAPI StringCbCopyNA(LPSTR to, size_t bytes, LPCSTR from, size_t count) SPALW_LINK(StringCbCopyNA);
HRESULT WINAPI StringCbCopyNExA(LPSTR to, size_t bytes, LPCSTR from, size_t count, LPSTR *end, size_t *left,
                                DWORD flags) SPALW_LINK(StringCbCopyNExA);
HRESULT WINAPI StringCbCatA(LPSTR to, size_t bytes, LPCSTR from) SPALW_LINK(StringCbCatA);
HRESULT WINAPI StringCbCatExA(LPSTR to, size_t bytes, LPCSTR from, LPSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCbCatExA);
HRESULT WINAPI StringCbCatNA(LPSTR to, size_t bytes, LPCSTR from, size_t count) SPALW_LINK(StringCbCatNA);
HRESULT WINAPI StringCbCatNExA(LPSTR to, size_t bytes, LPCSTR from, size_t count, LPSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCbCatNExA);
HRESULT WINAPI StringCbVPrintfA(LPSTR to, size_t bytes, LPCSTR format, va_list arguments) SPALW_LINK(StringCbVPrintfA);
HRESULT WINAPI StringCbVPrintfExA(LPSTR to, size_t bytes, LPSTR *end, size_t *left, DWORD flags, LPCSTR format,
                                  va_list arguments) SPALW_LINK(StringCbVPrintfExA);
HRESULT WINAPIV StringCbPrintfA(LPSTR to, size_t bytes, LPCSTR format, ...) SPALW_LINK(StringCbPrintfA);
HRESULT WINAPIV StringCbPrintfExA(LPSTR to, size_t bytes, LPSTR *end, size_t *left, DWORD flags, LPCSTR format, ...)
    SPALW_LINK(StringCbPrintfExA);
HRESULT WINAPI StringCbGetsA(LPSTR to, size_t bytes) SPALW_LINK(StringCbGetsA);
HRESULT WINAPI StringCbLengthA(LPCSTR text, size_t most, size_t *length) SPALW_LINK(StringCbLengthA);
HRESULT WINAPI StringCbCopyW(LPWSTR to, size_t bytes, LPCWSTR from) SPALW_LINK(StringCbCopyW);
HRESULT WINAPI StringCbCopyExW(LPWSTR to, size_t bytes, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCbCopyExW);
HRESULT WINAPI StringCbCopyNW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count) SPALW_LINK(StringCbCopyNW);
HRESULT WINAPI StringCbCopyNExW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                                DWORD flags) SPALW_LINK(StringCbCopyNExW);
HRESULT WINAPI StringCbCatW(LPWSTR to, size_t bytes, LPCWSTR from) SPALW_LINK(StringCbCatW);
HRESULT WINAPI StringCbCatExW(LPWSTR to, size_t bytes, LPCWSTR from, LPWSTR *end, size_t *left, DWORD flags)
    SPALW_LINK(StringCbCatExW);
HRESULT WINAPI StringCbCatNW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count) SPALW_LINK(StringCbCatNW);
HRESULT WINAPI StringCbCatNExW(LPWSTR to, size_t bytes, LPCWSTR from, size_t count, LPWSTR *end, size_t *left,
                               DWORD flags) SPALW_LINK(StringCbCatNExW);
HRESULT WINAPI StringCbVPrintfW(LPWSTR to, size_t bytes, LPCWSTR format, va_list arguments)
    SPALW_LINK(StringCbVPrintfW);
HRESULT WINAPI StringCbVPrintfExW(LPWSTR to, size_t bytes, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format,
                                  va_list arguments) SPALW_LINK(StringCbVPrintfExW);
HRESULT WINAPIV StringCbPrintfW(LPWSTR to, size_t bytes, LPCWSTR format, ...) SPALW_LINK(StringCbPrintfW);
HRESULT WINAPIV StringCbPrintfExW(LPWSTR to, size_t bytes, LPWSTR *end, size_t *left, DWORD flags, LPCWSTR format, ...)
    SPALW_LINK(StringCbPrintfExW);
HRESULT WINAPI StringCbGetsW(LPWSTR to, size_t bytes) SPALW_LINK(StringCbGetsW);
HRESULT WINAPI StringCbLengthW(LPCWSTR text, size_t most, size_t *length) SPALW_LINK(StringCbLengthW);
SPALW_END

#define StringCchCopy SPALW_AW(StringCchCopy)
#define StringCchCopyEx SPALW_AW(StringCchCopyEx)
#define StringCchCopyN SPALW_AW(StringCchCopyN)
#define StringCchCopyNEx SPALW_AW(StringCchCopyNEx)
#define StringCchCat SPALW_AW(StringCchCat)
#define StringCchCatEx SPALW_AW(StringCchCatEx)
#define StringCchCatN SPALW_AW(StringCchCatN)
#define StringCchCatNEx SPALW_AW(StringCchCatNEx)
#define StringCchVPrintf SPALW_AW(StringCchVPrintf)
#define StringCchVPrintfEx SPALW_AW(StringCchVPrintfEx)
#define StringCchPrintf SPALW_AW(StringCchPrintf)
#define StringCchPrintfEx SPALW_AW(StringCchPrintfEx)
#define StringCchGets SPALW_AW(StringCchGets)
#define StringCchLength SPALW_AW(StringCchLength)
#define StringCbCopy SPALW_AW(StringCbCopy)
#define StringCbCopyEx SPALW_AW(StringCbCopyEx)
#define StringCbCopyN SPALW_AW(StringCbCopyN)
#define StringCbCopyNEx SPALW_AW(StringCbCopyNEx)
#define StringCbCat SPALW_AW(StringCbCat)
#define StringCbCatEx SPALW_AW(StringCbCatEx)
#define StringCbCatN SPALW_AW(StringCbCatN)
#define StringCbCatNEx SPALW_AW(StringCbCatNEx)
#define StringCbVPrintf SPALW_AW(StringCbVPrintf)
#define StringCbVPrintfEx SPALW_AW(StringCbVPrintfEx)
#define StringCbPrintf SPALW_AW(StringCbPrintf)
#define StringCbPrintfEx SPALW_AW(StringCbPrintfEx)
#define StringCbGets SPALW_AW(StringCbGets)
#define StringCbLength SPALW_AW(StringCbLength)

#endif
