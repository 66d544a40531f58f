/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: names that _UNICODE makes narrow or wide (tchar.h).
 */
#ifndef SOCKPAL_WINSOCK_TCHAR_H
#define SOCKPAL_WINSOCK_TCHAR_H

#include "sockpal/crt.h"
#include "sockpal/main.h"

#include <ctype.h>
#include <wctype.h>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#if defined(_UNICODE)
#define _T(quoted) SPALW_TEXT_PASTE(quoted)
#define SPALW_TEXT_PASTE(quoted) L##quoted
#define _TEXT(quoted) _T(quoted)
#define _tmain wmain
#define _TEOF WEOF
typedef wchar_t _TCHAR;
typedef wint_t _TINT;
typedef wchar_t _TSCHAR, _TUCHAR, _TXCHAR;
#define _tprintf wprintf
#define _ftprintf fwprintf
#define _stprintf swprintf
#define _sntprintf _snwprintf
#define _vtprintf vwprintf
#define _vftprintf vfwprintf
#define _vstprintf vswprintf
#define _vsntprintf _vsnwprintf
#define _tprintf_s wprintf_s
#define _ftprintf_s fwprintf_s
#define _stprintf_s swprintf_s
#define _vstprintf_s vswprintf_s
#define _sntprintf_s _snwprintf_s
#define _vsntprintf_s _vsnwprintf_s
#define _tcslen wcslen
#define _tcsnlen wcsnlen
#define _tcscpy wcscpy
#define _tcsncpy wcsncpy
#define _tcscat wcscat
#define _tcsncat wcsncat
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcsnicmp _wcsnicmp
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcspbrk wcspbrk
#define _tcsspn wcsspn
#define _tcscspn wcscspn
#define _tcsdup _wcsdup
#define _tcslwr _wcslwr
#define _tcsupr _wcsupr
#define _tcstok_s wcstok_s
#define _tcscpy_s wcscpy_s
#define _tcsncpy_s wcsncpy_s
#define _tcscat_s wcscat_s
#define _tcsncat_s wcsncat_s
#define _tcstol wcstol
#define _tcstoul wcstoul
#define _tcstod wcstod
#define _ttoi _wtoi
#define _tstoi _wtoi
#define _ttol _wtol
#define _ttoi64 _wtoi64
#define _tstof _wtof
#define _itot _itow
#define _itot_s _itow_s
#define _fputts fputws
#define _fgetts fgetws
#define _putts _putws
#define _puttchar putwchar
#define _gettchar getwchar
#define _tfopen _wfopen
#define _tfopen_s _wfopen_s
#define _istdigit iswdigit
#define _istalpha iswalpha
#define _istalnum iswalnum
#define _istspace iswspace
#define _istupper iswupper
#define _istlower iswlower
#define _istxdigit iswxdigit
#define _totupper towupper
#define _totlower towlower
#else
#define _T(quoted) quoted
#define _TEXT(quoted) quoted
#define _tmain main
#define _TEOF EOF
typedef char _TCHAR;
typedef int _TINT;
typedef signed char _TSCHAR;
typedef unsigned char _TUCHAR;
typedef char _TXCHAR;
#define _tprintf printf
#define _ftprintf fprintf
#define _stprintf sprintf
#define _sntprintf _snprintf
#define _vtprintf vprintf
#define _vftprintf vfprintf
#define _vstprintf vsprintf
#define _vsntprintf _vsnprintf
#define _tprintf_s printf_s
#define _ftprintf_s fprintf_s
#define _stprintf_s sprintf_s
#define _vstprintf_s vsprintf_s
#define _sntprintf_s _snprintf_s
#define _vsntprintf_s _vsnprintf_s
#define _tcslen strlen
#define _tcsnlen strnlen
#define _tcscpy strcpy
#define _tcsncpy strncpy
#define _tcscat strcat
#define _tcsncat strncat
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcsnicmp _strnicmp
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcspbrk strpbrk
#define _tcsspn strspn
#define _tcscspn strcspn
#define _tcsdup _strdup
#define _tcslwr _strlwr
#define _tcsupr _strupr
#define _tcstok_s strtok_s
#define _tcscpy_s strcpy_s
#define _tcsncpy_s strncpy_s
#define _tcscat_s strcat_s
#define _tcsncat_s strncat_s
#define _tcstol strtol
#define _tcstoul strtoul
#define _tcstod strtod
#define _ttoi atoi
#define _tstoi atoi
#define _ttol atol
#define _ttoi64 _atoi64
#define _tstof atof
#define _itot _itoa
#define _itot_s _itoa_s
#define _fputts fputs
#define _fgetts fgets
#define _putts puts
#define _puttchar putchar
#define _gettchar getchar
#define _tfopen fopen
#define _tfopen_s fopen_s
#define _istdigit isdigit
#define _istalpha isalpha
#define _istalnum isalnum
#define _istspace isspace
#define _istupper isupper
#define _istlower islower
#define _istxdigit isxdigit
#define _totupper toupper
#define _totlower tolower
#endif
#define __T(quoted) _T(quoted)

#endif
