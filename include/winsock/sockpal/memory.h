/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: heaps, global and local memory, pages (heapapi.h, memoryapi.h), and moving bytes.
 */
#ifndef SOCKPAL_WINSOCK_MEMORY_H
#define SOCKPAL_WINSOCK_MEMORY_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef enum _HEAP_INFORMATION_CLASS {
    HeapCompatibilityInformation = 0,
    HeapEnableTerminationOnCorruption = 1
} HEAP_INFORMATION_CLASS;

#define HEAP_NO_SERIALIZE 0x00000001
#define HEAP_GROWABLE 0x00000002
#define HEAP_GENERATE_EXCEPTIONS 0x00000004
#define HEAP_ZERO_MEMORY 0x00000008
#define HEAP_REALLOC_IN_PLACE_ONLY 0x00000010
#define HEAP_CREATE_ENABLE_EXECUTE 0x00040000

#define GMEM_FIXED 0x0000
#define GMEM_MOVEABLE 0x0002
#define GMEM_NODISCARD 0x0020
#define GMEM_ZEROINIT 0x0040
#define GMEM_DISCARDABLE 0x0100
#define GMEM_SHARE 0x2000
#define GMEM_DDESHARE 0x2000
#define GMEM_INVALID_HANDLE 0x8000
#define GHND (GMEM_MOVEABLE | GMEM_ZEROINIT)
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)
#define LMEM_FIXED 0x0000
#define LMEM_MOVEABLE 0x0002
#define LMEM_ZEROINIT 0x0040
#define LHND (LMEM_MOVEABLE | LMEM_ZEROINIT)
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)

#define PAGE_NOACCESS 0x01
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_WRITECOPY 0x08
#define PAGE_EXECUTE 0x10
#define PAGE_EXECUTE_READ 0x20
#define PAGE_EXECUTE_READWRITE 0x40
#define PAGE_GUARD 0x100
#define PAGE_NOCACHE 0x200
#define MEM_COMMIT 0x00001000
#define MEM_RESERVE 0x00002000
#define MEM_DECOMMIT 0x00004000
#define MEM_RELEASE 0x00008000
#define MEM_RESET 0x00080000
#define MEM_TOP_DOWN 0x00100000

typedef struct _MEMORYSTATUSEX {
    DWORD dwLength;
    DWORD dwMemoryLoad;
    DWORDLONG ullTotalPhys;
    DWORDLONG ullAvailPhys;
    DWORDLONG ullTotalPageFile;
    DWORDLONG ullAvailPageFile;
    DWORDLONG ullTotalVirtual;
    DWORDLONG ullAvailVirtual;
    DWORDLONG ullAvailExtendedVirtual;
} MEMORYSTATUSEX, *LPMEMORYSTATUSEX;

SPALW_BEGIN

HANDLE WINAPI GetProcessHeap(void) SPALW_LINK(GetProcessHeap);
HANDLE WINAPI HeapCreate(DWORD options, SIZE_T initial_bytes, SIZE_T maximum_bytes) SPALW_LINK(HeapCreate);
BOOL WINAPI HeapDestroy(HANDLE heap) SPALW_LINK(HeapDestroy);
LPVOID WINAPI HeapAlloc(HANDLE heap, DWORD flags, SIZE_T bytes) SPALW_LINK(HeapAlloc);
LPVOID WINAPI HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T bytes) SPALW_LINK(HeapReAlloc);
BOOL WINAPI HeapFree(HANDLE heap, DWORD flags, LPVOID memory) SPALW_LINK(HeapFree);
SIZE_T WINAPI HeapSize(HANDLE heap, DWORD flags, LPCVOID memory) SPALW_LINK(HeapSize);
BOOL WINAPI HeapValidate(HANDLE heap, DWORD flags, LPCVOID memory) SPALW_LINK(HeapValidate);

BOOL WINAPI HeapLock(HANDLE heap) SPALW_LINK(HeapLock);
BOOL WINAPI HeapUnlock(HANDLE heap) SPALW_LINK(HeapUnlock);
SIZE_T WINAPI HeapCompact(HANDLE heap, DWORD flags) SPALW_LINK(HeapCompact);
DWORD WINAPI GetProcessHeaps(DWORD room, PHANDLE heaps) SPALW_LINK(GetProcessHeaps);
BOOL WINAPI HeapSetInformation(HANDLE heap, HEAP_INFORMATION_CLASS what, PVOID value, SIZE_T bytes)
    SPALW_LINK(HeapSetInformation);
HGLOBAL WINAPI GlobalAlloc(UINT flags, SIZE_T bytes) SPALW_LINK(GlobalAlloc);
HGLOBAL WINAPI GlobalReAlloc(HGLOBAL memory, SIZE_T bytes, UINT flags) SPALW_LINK(GlobalReAlloc);
HGLOBAL WINAPI GlobalFree(HGLOBAL memory) SPALW_LINK(GlobalFree);
LPVOID WINAPI GlobalLock(HGLOBAL memory) SPALW_LINK(GlobalLock);
BOOL WINAPI GlobalUnlock(HGLOBAL memory) SPALW_LINK(GlobalUnlock);
SIZE_T WINAPI GlobalSize(HGLOBAL memory) SPALW_LINK(GlobalSize);
HLOCAL WINAPI LocalAlloc(UINT flags, SIZE_T bytes) SPALW_LINK(LocalAlloc);
HLOCAL WINAPI LocalReAlloc(HLOCAL memory, SIZE_T bytes, UINT flags) SPALW_LINK(LocalReAlloc);
HLOCAL WINAPI LocalFree(HLOCAL memory) SPALW_LINK(LocalFree);
LPVOID WINAPI LocalLock(HLOCAL memory) SPALW_LINK(LocalLock);
BOOL WINAPI LocalUnlock(HLOCAL memory) SPALW_LINK(LocalUnlock);
SIZE_T WINAPI LocalSize(HLOCAL memory) SPALW_LINK(LocalSize);
/* Whether memory can be reached now: another thread may change that before the answer is used. */
BOOL WINAPI IsBadReadPtr(LPCVOID memory, UINT_PTR bytes) SPALW_LINK(IsBadReadPtr);
BOOL WINAPI IsBadWritePtr(LPVOID memory, UINT_PTR bytes) SPALW_LINK(IsBadWritePtr);
BOOL WINAPI IsBadCodePtr(FARPROC function) SPALW_LINK(IsBadCodePtr);
BOOL WINAPI IsBadStringPtrA(LPCSTR text, UINT_PTR most) SPALW_LINK(IsBadStringPtrA);
BOOL WINAPI IsBadStringPtrW(LPCWSTR text, UINT_PTR most) SPALW_LINK(IsBadStringPtrW);
BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX status) SPALW_LINK(GlobalMemoryStatusEx);

LPVOID WINAPI VirtualAlloc(LPVOID address, SIZE_T bytes, DWORD type, DWORD protection) SPALW_LINK(VirtualAlloc);
BOOL WINAPI VirtualFree(LPVOID address, SIZE_T bytes, DWORD type) SPALW_LINK(VirtualFree);
BOOL WINAPI VirtualProtect(LPVOID address, SIZE_T bytes, DWORD protection, PDWORD before) SPALW_LINK(VirtualProtect);
BOOL WINAPI VirtualLock(LPVOID address, SIZE_T bytes) SPALW_LINK(VirtualLock);
BOOL WINAPI VirtualUnlock(LPVOID address, SIZE_T bytes) SPALW_LINK(VirtualUnlock);

SPALW_END

#define IsBadStringPtr SPALW_AW(IsBadStringPtr)

#define RtlZeroMemory(destination, length) memset((destination), 0, (length))
#define RtlFillMemory(destination, length, fill) memset((destination), (fill), (length))
#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlEqualMemory(first, second, length) (!memcmp((first), (second), (length)))
#define ZeroMemory RtlZeroMemory
#define FillMemory RtlFillMemory
#define CopyMemory RtlCopyMemory
#define MoveMemory RtlMoveMemory
#define EqualMemory RtlEqualMemory
#define SecureZeroMemory RtlSecureZeroMemory

/** Zeroes that the compiler may not leave out. */
SPALW_INLINE PVOID RtlSecureZeroMemory(PVOID memory, SIZE_T bytes) {
    memset(memory, 0, bytes);
    __asm__ __volatile__("" : : "r"(memory) : "memory");
    return memory;
}

#endif
