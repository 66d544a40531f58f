/* SPDX-License-Identifier: MIT
 *
 * The table of system calls and how its last entries are found. DLLs are named only when they are loaded already or
 * come from the system's directory, so that a file planted beside the program is never run. Twin: src/posix/calls.c.
 */
#include "calls.h"

#include "../core/backend.h"

#include <string.h>

spali_calls spali_sys = {
    .WSAStartup = WSAStartup,
    .WSACleanup = WSACleanup,
    .WSASocketW = WSASocketW,
    .closesocket = closesocket,
    .ioctlsocket = ioctlsocket,
    .WSAIoctl = WSAIoctl,
    .getsockopt = getsockopt,
    .setsockopt = setsockopt,
    .bind = bind,
    .listen = listen,
    .connect = connect,
    .shutdown = shutdown,
    .getsockname = getsockname,
    .getpeername = getpeername,
    .WSADuplicateSocketW = WSADuplicateSocketW,
    .recv = recv,
    .send = send,
    .WSARecv = WSARecv,
    .WSASend = WSASend,
    .WSARecvFrom = WSARecvFrom,
    .WSASendTo = WSASendTo,
    .TransmitFile = TransmitFile,
    .GetAddrInfoW = GetAddrInfoW,
    .FreeAddrInfoW = FreeAddrInfoW,
    .GetNameInfoW = GetNameInfoW,
    .CloseHandle = CloseHandle,
    .SetHandleInformation = SetHandleInformation,
    .CancelIoEx = CancelIoEx,
    .CreateIoCompletionPort = CreateIoCompletionPort,
    .GetQueuedCompletionStatusEx = GetQueuedCompletionStatusEx,
    .PostQueuedCompletionStatus = PostQueuedCompletionStatus,
    .SetFileCompletionNotificationModes = SetFileCompletionNotificationModes,
    .GetFileInformationByHandleEx = GetFileInformationByHandleEx,
    .ReadFile = ReadFile,
    .GetOverlappedResult = GetOverlappedResult,
    .GetFileAttributesW = GetFileAttributesW,
    .CreateEventW = CreateEventW,
    .SetEvent = SetEvent,
    .ResetEvent = ResetEvent,
    .WaitForSingleObject = WaitForSingleObject,
    .CreateThread = CreateThread,
    .VirtualAlloc = VirtualAlloc,
    .QueryPerformanceCounter = QueryPerformanceCounter,
    .QueryPerformanceFrequency = QueryPerformanceFrequency,
};

/* Writes the address of a function into a pointer of that function's type. A cast between the two function types is
 * legal too, but compilers warn about it, since they cannot know that the name stands for the type. */
static void function_find(HMODULE module, const char *name, void *out, size_t size) {
    FARPROC found = module != NULL ? GetProcAddress(module, name) : NULL;
    FARPROC before;
    memcpy(&before, out, sizeof before);
    if (before == NULL && size == sizeof found)
        memcpy(out, &found, sizeof found);
}

#define FIND(module, entry) function_find(module, #entry, &spali_sys.entry, sizeof spali_sys.entry)

void spali_calls_find(void) {
    HMODULE nt = GetModuleHandleW(L"ntdll.dll");
    FIND(nt, NtDeviceIoControlFile);
    FIND(nt, NtQueryInformationFile);
    FIND(nt, RtlNtStatusToDosError);
    FIND(nt, RtlGetVersion);
    FIND(nt, wine_get_version);
}

static void interfaces_find(void) {
    HMODULE helper = LoadLibraryExW(L"iphlpapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    FIND(helper, if_nametoindex);
    FIND(helper, if_indextoname);
    FIND(helper, GetAdaptersAddresses);
    FIND(helper, GetIfEntry2);
}

void spali_calls_find_interfaces(void) {
    static spali_atomic_u32 state;
    spali_once(&state, interfaces_find);
}
