/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: completion ports and the results of overlapped operations (ioapiset.h). Ports take sockets.
 */
#ifndef SOCKPAL_WINSOCK_COMPLETION_H
#define SOCKPAL_WINSOCK_COMPLETION_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define FILE_SKIP_COMPLETION_PORT_ON_SUCCESS 0x1
#define FILE_SKIP_SET_EVENT_ON_HANDLE 0x2

#define HasOverlappedIoCompleted(overlapped)                                                                           \
    (__atomic_load_n(&(overlapped)->Internal, __ATOMIC_ACQUIRE) != (ULONG_PTR)0x103 /* STATUS_PENDING */)

typedef VOID(WINAPI *LPOVERLAPPED_COMPLETION_ROUTINE)(DWORD error, DWORD bytes, LPOVERLAPPED overlapped);

SPALW_BEGIN
HANDLE WINAPI CreateIoCompletionPort(HANDLE file, HANDLE port, ULONG_PTR key, DWORD threads)
    SPALW_LINK(CreateIoCompletionPort);
BOOL WINAPI GetQueuedCompletionStatus(HANDLE port, LPDWORD bytes, PULONG_PTR key, LPOVERLAPPED *overlapped,
                                      DWORD timeout_ms) SPALW_LINK(GetQueuedCompletionStatus);
BOOL WINAPI GetQueuedCompletionStatusEx(HANDLE port, LPOVERLAPPED_ENTRY entries, ULONG count, PULONG removed,
                                        DWORD timeout_ms, BOOL alertable) SPALW_LINK(GetQueuedCompletionStatusEx);
BOOL WINAPI PostQueuedCompletionStatus(HANDLE port, DWORD bytes, ULONG_PTR key, LPOVERLAPPED overlapped)
    SPALW_LINK(PostQueuedCompletionStatus);
BOOL WINAPI SetFileCompletionNotificationModes(HANDLE file, UCHAR flags) SPALW_LINK(SetFileCompletionNotificationModes);
BOOL WINAPI BindIoCompletionCallback(HANDLE file, LPOVERLAPPED_COMPLETION_ROUTINE function, ULONG flags)
    SPALW_LINK(BindIoCompletionCallback);
BOOL WINAPI GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes, BOOL wait)
    SPALW_LINK(GetOverlappedResult);
BOOL WINAPI GetOverlappedResultEx(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes, DWORD timeout_ms, BOOL alertable)
    SPALW_LINK(GetOverlappedResultEx);
BOOL WINAPI CancelIo(HANDLE file) SPALW_LINK(CancelIo);
BOOL WINAPI CancelIoEx(HANDLE file, LPOVERLAPPED overlapped) SPALW_LINK(CancelIoEx);
BOOL WINAPI CancelSynchronousIo(HANDLE thread) SPALW_LINK(CancelSynchronousIo);
BOOL WINAPI ReadFileEx(HANDLE file, LPVOID buffer, DWORD length, LPOVERLAPPED overlapped,
                       LPOVERLAPPED_COMPLETION_ROUTINE routine) SPALW_LINK(ReadFileEx);
BOOL WINAPI WriteFileEx(HANDLE file, LPCVOID buffer, DWORD length, LPOVERLAPPED overlapped,
                        LPOVERLAPPED_COMPLETION_ROUTINE routine) SPALW_LINK(WriteFileEx);
SPALW_END

#endif
