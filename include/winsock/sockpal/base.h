/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: what every header of it stands on. Types of Windows' sizes, calling conventions and annotations
 * that mean nothing here, and how a declared function gets its name in the library. Values and sizes are Windows';
 * wchar_t is the compiler's own.
 *
 * NAMES. The programs that use the face also link libraries that call the C library's own socket functions. So the face
 * exports none of those names: send is declared with the linker name spalw_send. Where the C library's headers declare
 * something else by a name (select, fd_set, u_long), a macro renames ours instead.
 */
#ifndef SOCKPAL_WINSOCK_BASE_H
#define SOCKPAL_WINSOCK_BASE_H

#if defined(__GNUC__)
#pragma GCC system_header /* Programs choose their warnings for their own code. */
#endif

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <wchar.h>
#include <wctype.h>

/* -------------------------------------------------------------------------------------------------- linker names ---
 */

#if defined(__APPLE__)
#define SPALW_LABEL(text) __asm__("_spalw_" text)
#else
#define SPALW_LABEL(text) __asm__("spalw_" text)
#endif

#define SPALW_API __attribute__((visibility("default")))
/** Ends a declaration: what the library exports for this function. */
#define SPALW_LINK(name) SPALW_LABEL(#name) SPALW_API

#if defined(__cplusplus)
#define SPALW_BEGIN extern "C" {
#define SPALW_END }
#else
#define SPALW_BEGIN
#define SPALW_END
#endif

/* --------------------------------------------------------------------------------------------------- version --- */

/* What a program asks for is what it gets: there is one version, of Windows 10. */
#define _WIN32_WINNT_WIN2K 0x0500
#define _WIN32_WINNT_WINXP 0x0501
#define _WIN32_WINNT_WS03 0x0502
#define _WIN32_WINNT_VISTA 0x0600
#define _WIN32_WINNT_WS08 0x0600
#define _WIN32_WINNT_WIN7 0x0601
#define _WIN32_WINNT_WIN8 0x0602
#define _WIN32_WINNT_WINBLUE 0x0603
#define _WIN32_WINNT_WINTHRESHOLD 0x0A00
#define _WIN32_WINNT_WIN10 0x0A00
#define NTDDI_VISTA 0x06000000
#define NTDDI_WIN7 0x06010000
#define NTDDI_WIN8 0x06020000
#define NTDDI_WIN10 0x0A000000
#if !defined(_WIN32_WINNT)
#define _WIN32_WINNT 0x0A00
#endif
#if !defined(WINVER)
#define WINVER _WIN32_WINNT
#endif
#if !defined(NTDDI_VERSION)
#define NTDDI_VERSION NTDDI_WIN10
#endif

/* ------------------------------------------------------------------------ words of Windows that say nothing here ---
 */

#define WINAPI
#define WINAPIV
#define WINBASEAPI
#define WINSOCK_API_LINKAGE
#define APIENTRY
#define CALLBACK
#define NTAPI
#define PASCAL
#define WSAAPI
#define FAR
#define NEAR
#define far
#define near
#define CONST const
#define VOID void
#define IN
#define OUT
#define OPTIONAL
#define UNALIGNED
#define __unaligned
#define __w64
#define _CRTIMP
#define EXTERN_C SPALW_EXTERN_C
#define STDAPICALLTYPE
#define STDMETHODCALLTYPE
#define DECLSPEC_IMPORT
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define FORCEINLINE static __inline__ __attribute__((always_inline))
#define SPALW_INLINE static __inline__ __attribute__((always_inline, unused))

#if !defined(__cdecl)
#define __cdecl
#endif
#if !defined(_cdecl)
#define _cdecl
#define cdecl
#endif
#if !defined(__stdcall)
#define __stdcall
#define _stdcall
#endif
#if !defined(__fastcall)
#define __fastcall
#endif
#define __forceinline __inline__ __attribute__((always_inline))
#define _inline __inline__
#define __ptr32
#define __ptr64

/* __declspec(thread), (dllexport), (align(8)) ...: each word has a macro of its own. */
#define __declspec(word) SPALW_DECLSPEC_##word
#if defined(__cplusplus)
#define SPALW_DECLSPEC_thread thread_local
#else
#define SPALW_DECLSPEC_thread _Thread_local
#endif
#define SPALW_DECLSPEC_dllexport __attribute__((visibility("default")))
#define SPALW_DECLSPEC_dllimport
#define SPALW_DECLSPEC_noreturn __attribute__((noreturn))
#define SPALW_DECLSPEC_noinline __attribute__((noinline))
#define SPALW_DECLSPEC_nothrow
#define SPALW_DECLSPEC_novtable
#define SPALW_DECLSPEC_selectany __attribute__((weak))
#define SPALW_DECLSPEC_deprecated __attribute__((deprecated))
#define SPALW_DECLSPEC_align(bytes) __attribute__((aligned(bytes)))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define DECLSPEC_CACHEALIGN __attribute__((aligned(64)))
#define DECLSPEC_NOINLINE __attribute__((noinline))
#define DECLSPEC_NOTHROW __attribute__((nothrow))
#define DECLSPEC_SELECTANY __attribute__((weak))

/* Source annotations. */
#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(count)
#define _In_reads_opt_(count)
#define _In_reads_bytes_(count)
#define _In_reads_bytes_opt_(count)
#define _In_range_(low, high)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(count)
#define _Inout_updates_bytes_(count)
#define _Inout_z_
#define _Out_
#define _Out_opt_
#define _Out_writes_(count)
#define _Out_writes_opt_(count)
#define _Out_writes_bytes_(count)
#define _Out_writes_bytes_opt_(count)
#define _Out_writes_bytes_to_(count, used)
#define _Out_writes_to_(count, used)
#define _Out_writes_z_(count)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Reserved_
#define _Frees_ptr_opt_
#define _Must_inspect_result_
#define _Check_return_
#define _Success_(expression)
#define _When_(expression, annotation)
#define _Post_satisfies_(expression)
#define _Printf_format_string_
#define _Null_terminated_
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Requires_lock_held_(lock)
#define __in_opt
#define __in_bcount(count)
#define __in_ecount(count)
#define __inout
#define __inout_opt
#define __out_opt
#define __out_bcount(count)
#define __out_ecount(count)
#if !defined(__cplusplus) /* The C++ library has parameters of these names. */
#define __in
#define __out
#endif

#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define UNREFERENCED_LOCAL_VARIABLE(variable) ((void)(variable))
#define DBG_UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(variable) ((void)(variable))

/* --------------------------------------------------------------------------------------------------------- types ---
 */

#if !defined(__int64)
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#define _int64 long long
#endif

typedef char CHAR, CCHAR;
typedef unsigned char BYTE, UCHAR, BOOLEAN, UINT8;
typedef signed char INT8;
typedef short SHORT;
typedef unsigned short WORD, USHORT;
typedef int16_t INT16;
typedef uint16_t UINT16;
typedef int BOOL, INT;
typedef unsigned int UINT;
typedef int32_t LONG, INT32, LONG32, HRESULT, NTSTATUS, SPALW_LONG;
typedef uint32_t DWORD, ULONG, UINT32, ULONG32, DWORD32, LCID;
__extension__ typedef long long LONGLONG, LONG64, INT64, USN;
__extension__ typedef unsigned long long ULONGLONG, DWORDLONG, ULONG64, DWORD64, UINT64, QWORD;
typedef float FLOAT;
typedef double DOUBLE;
typedef wchar_t WCHAR;
typedef WORD LANGID, ATOM;

typedef intptr_t INT_PTR, LONG_PTR, LPARAM, LRESULT;
typedef uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR, WPARAM;
typedef ULONG_PTR SIZE_T, *PSIZE_T, KAFFINITY;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;
typedef ULONG_PTR *PULONG_PTR;
typedef UINT_PTR *PUINT_PTR;
typedef DWORD_PTR *PDWORD_PTR;
typedef LONG_PTR *PLONG_PTR;

typedef void *PVOID, *LPVOID, *HANDLE, **PHANDLE, **LPHANDLE;
typedef const void *LPCVOID, *PCVOID;
typedef HANDLE HLOCAL, HGLOBAL, HWND, HINSTANCE, HMODULE, HKEY, HICON, HMENU, HRSRC;
typedef CHAR *PCHAR, *LPCH, *PCH, *LPSTR, *PSTR, *NPSTR;
typedef const CHAR *LPCSTR, *PCSTR, *LPCCH, *PCCH;
typedef WCHAR *PWCHAR, *LPWCH, *PWCH, *LPWSTR, *PWSTR;
typedef const WCHAR *LPCWSTR, *PCWSTR, *LPCWCH, *PCWCH;
typedef LPSTR *PLPSTR, *LPLPSTR;
typedef BYTE *PBYTE, *LPBYTE;
typedef UCHAR *PUCHAR;
typedef BOOLEAN *PBOOLEAN;
typedef SHORT *PSHORT;
typedef WORD *PWORD, *LPWORD;
typedef USHORT *PUSHORT;
typedef BOOL *PBOOL, *LPBOOL;
typedef INT *PINT, *LPINT;
typedef UINT *PUINT, *LPUINT;
typedef LONG *PLONG, *LPLONG;
typedef DWORD *PDWORD, *LPDWORD;
typedef ULONG *PULONG;
typedef LONGLONG *PLONGLONG, *PLONG64, *PINT64;
typedef ULONGLONG *PULONGLONG, *PULONG64, *PDWORD64, *PDWORDLONG, *PUINT64;
typedef HRESULT *PHRESULT;
typedef LCID *PLCID;
typedef INT_PTR (*FARPROC)();
typedef INT_PTR (*PROC)();
typedef FARPROC NEARPROC;

#if defined(UNICODE) || defined(_UNICODE)
typedef WCHAR TCHAR, *PTCHAR, *LPTCH;
typedef LPWSTR LPTSTR, PTSTR;
typedef LPCWSTR LPCTSTR, PCTSTR;
#if !defined(TEXT)
#define SPALW_TEXT(quoted) L##quoted
#define TEXT(quoted) SPALW_TEXT(quoted)
#endif
#else
typedef CHAR TCHAR, *PTCHAR, *LPTCH;
typedef LPSTR LPTSTR, PTSTR;
typedef LPCSTR LPCTSTR, PCTSTR;
#if !defined(TEXT)
#define TEXT(quoted) quoted
#endif
#endif

/** Names with an A and a W form: the one that UNICODE chooses. */
#if defined(UNICODE)
#define SPALW_AW(name) name##W
#else
#define SPALW_AW(name) name##A
#endif

typedef union _LARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        DWORD HighPart;
    };
    struct {
        DWORD LowPart;
        DWORD HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;
typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct _SYSTEMTIME {
    WORD wYear;
    WORD wMonth;
    WORD wDayOfWeek;
    WORD wDay;
    WORD wHour;
    WORD wMinute;
    WORD wSecond;
    WORD wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;

#if !defined(GUID_DEFINED)
#define GUID_DEFINED
typedef struct _GUID {
    DWORD Data1;
    WORD Data2;
    WORD Data3;
    BYTE Data4[8];
} GUID, *LPGUID, *PGUID, IID, CLSID;
typedef const GUID *LPCGUID;
#if defined(__cplusplus)
#define REFGUID const GUID &
#define REFIID const GUID &
#define REFCLSID const GUID &
#else
#define REFGUID const GUID *
#define REFIID const GUID *
#define REFCLSID const GUID *
#endif
#endif

/* Names of GUIDs: declared, or defined in the one file that defines INITGUID. */
#if defined(INITGUID)
#define SPALW_GUID_STORAGE SPALW_EXTERN_C const __attribute__((weak))
#define DEFINE_GUID(name, data1, data2, data3, b0, b1, b2, b3, b4, b5, b6, b7)                                         \
    SPALW_GUID_STORAGE GUID name = {data1, data2, data3, {b0, b1, b2, b3, b4, b5, b6, b7}}
#else
#define DEFINE_GUID(name, data1, data2, data3, b0, b1, b2, b3, b4, b5, b6, b7) SPALW_EXTERN_C const GUID name
#endif
#if defined(__cplusplus)
#define SPALW_EXTERN_C extern "C"
SPALW_INLINE bool InlineIsEqualGUID(REFGUID first, REFGUID second) {
    return memcmp(&first, &second, sizeof(GUID)) == 0;
}
SPALW_INLINE bool IsEqualGUID(REFGUID first, REFGUID second) {
    return memcmp(&first, &second, sizeof(GUID)) == 0;
}
SPALW_INLINE bool operator==(REFGUID first, REFGUID second) {
    return memcmp(&first, &second, sizeof(GUID)) == 0;
}
SPALW_INLINE bool operator!=(REFGUID first, REFGUID second) {
    return memcmp(&first, &second, sizeof(GUID)) != 0;
}
#else
#define SPALW_EXTERN_C extern
#define InlineIsEqualGUID(first, second) (!memcmp((first), (second), sizeof(GUID)))
#define IsEqualGUID(first, second) (!memcmp((first), (second), sizeof(GUID)))
#endif

typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

typedef struct _OVERLAPPED {
    ULONG_PTR Internal;     /**< an NTSTATUS: STATUS_PENDING until the end */
    ULONG_PTR InternalHigh; /**< bytes transferred */
    __extension__ union {
        __extension__ struct {
            DWORD Offset;
            DWORD OffsetHigh;
        };
        PVOID Pointer;
    };
    HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

typedef struct _OVERLAPPED_ENTRY {
    ULONG_PTR lpCompletionKey;
    LPOVERLAPPED lpOverlapped;
    ULONG_PTR Internal;
    DWORD dwNumberOfBytesTransferred;
} OVERLAPPED_ENTRY, *LPOVERLAPPED_ENTRY;

/* ---------------------------------------------------------------------------------------------- words and halves ---
 */

#if !defined(FALSE)
#define FALSE 0
#endif
#if !defined(TRUE)
#define TRUE 1
#endif

#define MAKEWORD(low, high) ((WORD)((BYTE)((DWORD_PTR)(low)&0xff) | (WORD)((BYTE)((DWORD_PTR)(high)&0xff)) << 8))
#define MAKELANGID(primary, sub) ((WORD)((WORD)(sub) << 10 | (WORD)(primary)))
#define MAKELONG(low, high) ((LONG)((WORD)((DWORD_PTR)(low)&0xffff) | (DWORD)((WORD)((DWORD_PTR)(high)&0xffff)) << 16))
#define LOBYTE(word) ((BYTE)((DWORD_PTR)(word)&0xff))
#define HIBYTE(word) ((BYTE)(((DWORD_PTR)(word) >> 8) & 0xff))
#define LOWORD(value) ((WORD)((DWORD_PTR)(value)&0xffff))
#define HIWORD(value) ((WORD)(((DWORD_PTR)(value) >> 16) & 0xffff))

#define MAX_PATH 260
#define MINCHAR 0x80
#define MAXCHAR 0x7f
#define MINSHORT 0x8000
#define MAXSHORT 0x7fff
#define MINLONG 0x80000000
#define MAXBYTE 0xff
#define MAXWORD 0xffff
#define MAXUINT ((UINT) ~((UINT)0))
#define MAXULONG ((ULONG) ~((ULONG)0))
#define MAXLONGLONG 0x7fffffffffffffffLL
#define MAXDWORD 0xffffffffU
#define MAXLONG 0x7fffffff
#define INFINITE 0xffffffffU
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)

#define FIELD_OFFSET(type, field) ((LONG)(LONG_PTR)offsetof(type, field))
#define CONTAINING_RECORD(address, type, field) ((type *)(void *)((char *)(address)-offsetof(type, field)))
#if !defined(_countof)
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#define RTL_NUMBER_OF(array) (sizeof(array) / sizeof((array)[0]))
#define _ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#define ANYSIZE_ARRAY 1
#define ANSI_NULL ((CHAR)0)
#define UNICODE_NULL ((WCHAR)0)
#define MEMORY_ALLOCATION_ALIGNMENT 16
#define Int32x32To64(a, b) ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b) ((ULONGLONG)(DWORD)(a) * (ULONGLONG)(DWORD)(b))
#if defined(__cplusplus)
#define C_ASSERT(condition) static_assert((condition), #condition)
#else
#define C_ASSERT(condition) _Static_assert((condition), #condition)
#endif
/** A handle of a type of its own, which the compiler keeps apart from the others. */
#define DECLARE_HANDLE(name)                                                                                           \
    struct name##__ {                                                                                                  \
        int unused;                                                                                                    \
    };                                                                                                                 \
    typedef struct name##__ *name

/* In C++ functions, which the library's of these names are preferred to where both fit: its headers take no macros. */
#if !defined(NOMINMAX) && defined(__cplusplus) && __cplusplus >= 201103L
extern "C++" {
template <class One, class Other>
inline decltype(true ? One() : Other()) max(One a, Other b) {
    return a > b ? a : b;
}
template <class One, class Other>
inline decltype(true ? One() : Other()) min(One a, Other b) {
    return a < b ? a : b;
}
}
#endif
#if !defined(NOMINMAX) && !defined(__cplusplus)
#if !defined(max)
#define max(a, b) ((a) > (b) ? (a) : (b))
#endif
#if !defined(min)
#define min(a, b) ((a) < (b) ? (a) : (b))
#endif
#endif

#endif
