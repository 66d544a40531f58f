/* SPDX-License-Identifier: MIT
 *
 * Every call of Winsock, Win32 and the NT layer that this platform makes and that can fail goes through one table,
 * spali_sys, so that a test can replace an entry and make it fail, return short or never return. The entries have the
 * names and the signatures of the functions themselves. This file also includes Windows' headers for the whole folder,
 * in the only order that works. Twin: src/posix/calls.h.
 */
#ifndef SPALI_CALLS_H
#define SPALI_CALLS_H

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif

#include <winsock2.h>
#include <ws2tcpip.h>

#include <mswsock.h>
#include <windows.h>
#include <winternl.h>

#include <iphlpapi.h>

/** Functions without a header or an import library of their own; null until spali_calls_find has found them. */
typedef NTSTATUS(NTAPI *spali_nt_device_io_control_file)(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine,
                                                         void *context, IO_STATUS_BLOCK *status, ULONG code, void *in,
                                                         ULONG in_length, void *out, ULONG out_length);
typedef NTSTATUS(NTAPI *spali_nt_query_information_file)(HANDLE file, IO_STATUS_BLOCK *status, void *out, ULONG length,
                                                         ULONG kind);
typedef ULONG(NTAPI *spali_rtl_status_to_error)(NTSTATUS status);
typedef NTSTATUS(NTAPI *spali_rtl_get_version)(OSVERSIONINFOW *out);
typedef ULONG(WINAPI *spali_interface_by_name)(const char *name);
typedef char *(WINAPI *spali_name_by_interface)(ULONG index, char *name);
typedef ULONG(WINAPI *spali_adapters_get)(ULONG family, ULONG flags, void *reserved, IP_ADAPTER_ADDRESSES *out,
                                          ULONG *size);
typedef ULONG(WINAPI *spali_interface_entry)(MIB_IF_ROW2 *row);
typedef const char *(__cdecl *spali_wine_version)(void);

typedef struct spali_calls {
    /* Winsock: the library, its sockets, their options. */
    int(WSAAPI *WSAStartup)(WORD version, WSADATA *data);
    int(WSAAPI *WSACleanup)(void);
    SOCKET(WSAAPI *WSASocketW)(int family, int type, int protocol, WSAPROTOCOL_INFOW *info, GROUP group, DWORD flags);
    int(WSAAPI *closesocket)(SOCKET socket);
    int(WSAAPI *ioctlsocket)(SOCKET socket, long command, u_long *value);
    int(WSAAPI *WSAIoctl)(SOCKET socket, DWORD code, void *in, DWORD in_length, void *out, DWORD out_length,
                          DWORD *returned, WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
    int(WSAAPI *getsockopt)(SOCKET socket, int level, int name, char *value, int *length);
    int(WSAAPI *setsockopt)(SOCKET socket, int level, int name, const char *value, int length);
    int(WSAAPI *bind)(SOCKET socket, const struct sockaddr *address, int length);
    int(WSAAPI *listen)(SOCKET socket, int backlog);
    int(WSAAPI *connect)(SOCKET socket, const struct sockaddr *address, int length);
    int(WSAAPI *shutdown)(SOCKET socket, int how);
    int(WSAAPI *getsockname)(SOCKET socket, struct sockaddr *address, int *length);
    int(WSAAPI *getpeername)(SOCKET socket, struct sockaddr *address, int *length);
    int(WSAAPI *WSADuplicateSocketW)(SOCKET socket, DWORD process, WSAPROTOCOL_INFOW *out);

    /* Winsock: data. What is found through WSAIoctl is in extension.h. */
    int(WSAAPI *recv)(SOCKET socket, char *buffer, int length, int flags);
    int(WSAAPI *send)(SOCKET socket, const char *buffer, int length, int flags);
    int(WSAAPI *WSARecv)(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                         WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
    int(WSAAPI *WSASend)(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *sent, DWORD flags,
                         WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);

    int(WSAAPI *WSARecvFrom)(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                             struct sockaddr *from, INT *from_length, WSAOVERLAPPED *overlapped,
                             LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
    int(WSAAPI *WSASendTo)(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *sent, DWORD flags,
                           const struct sockaddr *to, int to_length, WSAOVERLAPPED *overlapped,
                           LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
    BOOL(PASCAL *TransmitFile)
    (SOCKET socket, HANDLE file, DWORD length, DWORD piece, OVERLAPPED *overlapped, TRANSMIT_FILE_BUFFERS *around,
     DWORD flags);

    /* Winsock: names. */
    INT(WSAAPI *GetAddrInfoW)(const WCHAR *host, const WCHAR *service, const ADDRINFOW *hints, ADDRINFOW **out);
    VOID(WSAAPI *FreeAddrInfoW)(ADDRINFOW *list);
    INT(WSAAPI *GetNameInfoW)
    (const struct sockaddr *address, socklen_t length, WCHAR *host, DWORD host_room, WCHAR *service, DWORD service_room,
     INT flags);

    /* Win32: handles, ports, cancelling. */
    BOOL(WINAPI *CloseHandle)(HANDLE handle);
    BOOL(WINAPI *SetHandleInformation)(HANDLE handle, DWORD mask, DWORD flags);
    BOOL(WINAPI *CancelIoEx)(HANDLE file, OVERLAPPED *overlapped);
    HANDLE(WINAPI *CreateIoCompletionPort)(HANDLE file, HANDLE port, ULONG_PTR key, DWORD concurrency);
    BOOL(WINAPI *GetQueuedCompletionStatusEx)
    (HANDLE port, OVERLAPPED_ENTRY *out, ULONG room, ULONG *count, DWORD timeout_ms, BOOL alertable);
    BOOL(WINAPI *PostQueuedCompletionStatus)(HANDLE port, DWORD bytes, ULONG_PTR key, OVERLAPPED *overlapped);
    BOOL(WINAPI *SetFileCompletionNotificationModes)(HANDLE file, UCHAR flags);

    /* Win32: files. */
    BOOL(WINAPI *GetFileInformationByHandleEx)
    (HANDLE file, FILE_INFO_BY_HANDLE_CLASS kind, void *out, DWORD length);
    BOOL(WINAPI *ReadFile)(HANDLE file, void *buffer, DWORD length, DWORD *got, OVERLAPPED *overlapped);
    BOOL(WINAPI *GetOverlappedResult)(HANDLE file, OVERLAPPED *overlapped, DWORD *got, BOOL waits);
    DWORD(WINAPI *GetFileAttributesW)(const WCHAR *path);

    /* Win32: events, threads, memory, time. */
    HANDLE(WINAPI *CreateEventW)(SECURITY_ATTRIBUTES *security, BOOL is_manual, BOOL is_set, const WCHAR *name);
    BOOL(WINAPI *SetEvent)(HANDLE event);
    BOOL(WINAPI *ResetEvent)(HANDLE event);
    DWORD(WINAPI *WaitForSingleObject)(HANDLE handle, DWORD timeout_ms);
    HANDLE(WINAPI *CreateThread)
    (SECURITY_ATTRIBUTES *security, SIZE_T stack, LPTHREAD_START_ROUTINE function, void *argument, DWORD flags,
     DWORD *id);
    LPVOID(WINAPI *VirtualAlloc)(void *at, SIZE_T bytes, DWORD kind, DWORD protection);
    BOOL(WINAPI *QueryPerformanceCounter)(LARGE_INTEGER *out);
    BOOL(WINAPI *QueryPerformanceFrequency)(LARGE_INTEGER *out);

    /* Found at run time. */
    spali_nt_device_io_control_file NtDeviceIoControlFile;
    spali_nt_query_information_file NtQueryInformationFile;
    spali_rtl_status_to_error RtlNtStatusToDosError;
    spali_rtl_get_version RtlGetVersion;
    spali_wine_version wine_get_version; /**< stays null on Windows itself */

    /* Found by spali_calls_find_interfaces. */
    spali_interface_by_name if_nametoindex;
    spali_name_by_interface if_indextoname;
    spali_adapters_get GetAdaptersAddresses;
    spali_interface_entry GetIfEntry2;
} spali_calls;

extern spali_calls spali_sys;

/** Fills the last part of the table from ntdll.dll, which every process has loaded. Entries already set are kept. */
void spali_calls_find(void);

/** Fills the very last part from iphlpapi.dll, taken from the system's own directory only, when it is first called. */
void spali_calls_find_interfaces(void);

#endif
