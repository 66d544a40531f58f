/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: FormatMessage, and the languages that it is asked for: every sentence of the system is English.
 */
#ifndef SOCKPAL_WINSOCK_MESSAGE_H
#define SOCKPAL_WINSOCK_MESSAGE_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200
#define FORMAT_MESSAGE_FROM_STRING 0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FF

#define LANG_NEUTRAL 0x00
#define LANG_INVARIANT 0x7f
#define LANG_GERMAN 0x07
#define LANG_ENGLISH 0x09
#define LANG_FRENCH 0x0c
#define SUBLANG_NEUTRAL 0x00
#define SUBLANG_DEFAULT 0x01
#define SUBLANG_SYS_DEFAULT 0x02
#define SUBLANG_ENGLISH_US 0x01
#define SUBLANG_ENGLISH_UK 0x02
#define SORT_DEFAULT 0x0
#define PRIMARYLANGID(language) ((WORD)(language)&0x3ff)
#define SUBLANGID(language) ((WORD)(language) >> 10)
#define MAKELCID(language, sort) ((DWORD)(((DWORD)(WORD)(sort)) << 16 | (DWORD)(WORD)(language)))
#define LANG_SYSTEM_DEFAULT MAKELANGID(LANG_NEUTRAL, SUBLANG_SYS_DEFAULT)
#define LANG_USER_DEFAULT MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT)
#define LOCALE_USER_DEFAULT MAKELCID(LANG_USER_DEFAULT, SORT_DEFAULT)
#define LOCALE_SYSTEM_DEFAULT MAKELCID(LANG_SYSTEM_DEFAULT, SORT_DEFAULT)

SPALW_BEGIN
DWORD WINAPI FormatMessageA(DWORD flags, LPCVOID source, DWORD id, DWORD language, LPSTR buffer, DWORD size,
                            va_list *arguments) SPALW_LINK(FormatMessageA);
DWORD WINAPI FormatMessageW(DWORD flags, LPCVOID source, DWORD id, DWORD language, LPWSTR buffer, DWORD size,
                            va_list *arguments) SPALW_LINK(FormatMessageW);
LANGID WINAPI GetUserDefaultLangID(void) SPALW_LINK(GetUserDefaultLangID);
LANGID WINAPI GetSystemDefaultLangID(void) SPALW_LINK(GetSystemDefaultLangID);
LANGID WINAPI GetUserDefaultUILanguage(void) SPALW_LINK(GetUserDefaultUILanguage);
LCID WINAPI GetUserDefaultLCID(void) SPALW_LINK(GetUserDefaultLCID);
LCID WINAPI GetThreadLocale(void) SPALW_LINK(GetThreadLocale);
SPALW_END

#define FormatMessage SPALW_AW(FormatMessage)

#endif
