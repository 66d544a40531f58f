/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: text: code pages, and the string functions of Win32 (stringapiset.h, winnls.h, winbase.h,
 * winuser.h). The ANSI code page is UTF-8.
 */
#ifndef SOCKPAL_WINSOCK_TEXT_H
#define SOCKPAL_WINSOCK_TEXT_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define CP_ACP 0
#define CP_OEMCP 1
#define CP_MACCP 2
#define CP_THREAD_ACP 3
#define CP_UTF7 65000
#define CP_UTF8 65001

#define MB_PRECOMPOSED 0x00000001
#define MB_COMPOSITE 0x00000002
#define MB_USEGLYPHCHARS 0x00000004
#define MB_ERR_INVALID_CHARS 0x00000008
#define WC_COMPOSITECHECK 0x00000200
#define WC_DISCARDNS 0x00000010
#define WC_SEPCHARS 0x00000020
#define WC_DEFAULTCHAR 0x00000040
#define WC_ERR_INVALID_CHARS 0x00000080
#define WC_NO_BEST_FIT_CHARS 0x00000400

SPALW_BEGIN

int WINAPI MultiByteToWideChar(UINT page, DWORD flags, LPCCH text, int bytes, LPWSTR out, int room)
    SPALW_LINK(MultiByteToWideChar);
int WINAPI WideCharToMultiByte(UINT page, DWORD flags, LPCWCH text, int units, LPSTR out, int room, LPCCH fallback,
                               LPBOOL used_fallback) SPALW_LINK(WideCharToMultiByte);
UINT WINAPI GetACP(void) SPALW_LINK(GetACP);
UINT WINAPI GetOEMCP(void) SPALW_LINK(GetOEMCP);
BOOL WINAPI IsValidCodePage(UINT page) SPALW_LINK(IsValidCodePage);
BOOL WINAPI IsDBCSLeadByte(BYTE unit) SPALW_LINK(IsDBCSLeadByte);

int WINAPI lstrlenA(LPCSTR text) SPALW_LINK(lstrlenA);
int WINAPI lstrlenW(LPCWSTR text) SPALW_LINK(lstrlenW);
int WINAPI lstrcmpA(LPCSTR first, LPCSTR second) SPALW_LINK(lstrcmpA);
int WINAPI lstrcmpW(LPCWSTR first, LPCWSTR second) SPALW_LINK(lstrcmpW);
int WINAPI lstrcmpiA(LPCSTR first, LPCSTR second) SPALW_LINK(lstrcmpiA);
int WINAPI lstrcmpiW(LPCWSTR first, LPCWSTR second) SPALW_LINK(lstrcmpiW);
LPSTR WINAPI lstrcpyA(LPSTR to, LPCSTR from) SPALW_LINK(lstrcpyA);
LPWSTR WINAPI lstrcpyW(LPWSTR to, LPCWSTR from) SPALW_LINK(lstrcpyW);
LPSTR WINAPI lstrcpynA(LPSTR to, LPCSTR from, int room) SPALW_LINK(lstrcpynA);
LPWSTR WINAPI lstrcpynW(LPWSTR to, LPCWSTR from, int room) SPALW_LINK(lstrcpynW);
LPSTR WINAPI lstrcatA(LPSTR to, LPCSTR from) SPALW_LINK(lstrcatA);
LPWSTR WINAPI lstrcatW(LPWSTR to, LPCWSTR from) SPALW_LINK(lstrcatW);

LPSTR WINAPI CharUpperA(LPSTR text) SPALW_LINK(CharUpperA);
LPWSTR WINAPI CharUpperW(LPWSTR text) SPALW_LINK(CharUpperW);
LPSTR WINAPI CharLowerA(LPSTR text) SPALW_LINK(CharLowerA);
LPWSTR WINAPI CharLowerW(LPWSTR text) SPALW_LINK(CharLowerW);
DWORD WINAPI CharUpperBuffA(LPSTR text, DWORD length) SPALW_LINK(CharUpperBuffA);
DWORD WINAPI CharUpperBuffW(LPWSTR text, DWORD length) SPALW_LINK(CharUpperBuffW);
DWORD WINAPI CharLowerBuffA(LPSTR text, DWORD length) SPALW_LINK(CharLowerBuffA);
DWORD WINAPI CharLowerBuffW(LPWSTR text, DWORD length) SPALW_LINK(CharLowerBuffW);
LPSTR WINAPI CharNextA(LPCSTR text) SPALW_LINK(CharNextA);
LPWSTR WINAPI CharNextW(LPCWSTR text) SPALW_LINK(CharNextW);
LPSTR WINAPI CharPrevA(LPCSTR begin, LPCSTR text) SPALW_LINK(CharPrevA);
LPWSTR WINAPI CharPrevW(LPCWSTR begin, LPCWSTR text) SPALW_LINK(CharPrevW);
BOOL WINAPI IsCharAlphaA(CHAR unit) SPALW_LINK(IsCharAlphaA);
BOOL WINAPI IsCharAlphaW(WCHAR unit) SPALW_LINK(IsCharAlphaW);
BOOL WINAPI IsCharAlphaNumericA(CHAR unit) SPALW_LINK(IsCharAlphaNumericA);
BOOL WINAPI IsCharAlphaNumericW(WCHAR unit) SPALW_LINK(IsCharAlphaNumericW);

int WINAPIV wsprintfA(LPSTR out, LPCSTR format, ...) SPALW_LINK(wsprintfA);
int WINAPIV wsprintfW(LPWSTR out, LPCWSTR format, ...) SPALW_LINK(wsprintfW);
int WINAPI wvsprintfA(LPSTR out, LPCSTR format, va_list arguments) SPALW_LINK(wvsprintfA);
int WINAPI wvsprintfW(LPWSTR out, LPCWSTR format, va_list arguments) SPALW_LINK(wvsprintfW);

SPALW_END

#define lstrlen SPALW_AW(lstrlen)
#define lstrcmp SPALW_AW(lstrcmp)
#define lstrcmpi SPALW_AW(lstrcmpi)
#define lstrcpy SPALW_AW(lstrcpy)
#define lstrcpyn SPALW_AW(lstrcpyn)
#define lstrcat SPALW_AW(lstrcat)
#define CharUpper SPALW_AW(CharUpper)
#define CharLower SPALW_AW(CharLower)
#define CharUpperBuff SPALW_AW(CharUpperBuff)
#define CharLowerBuff SPALW_AW(CharLowerBuff)
#define CharNext SPALW_AW(CharNext)
#define CharPrev SPALW_AW(CharPrev)
#define IsCharAlpha SPALW_AW(IsCharAlpha)
#define IsCharAlphaNumeric SPALW_AW(IsCharAlphaNumeric)
#define wsprintf SPALW_AW(wsprintf)
#define wvsprintf SPALW_AW(wvsprintf)

#endif
