/* SPDX-License-Identifier: MIT
 *
 * BindIoCompletionCallback: a completion port of the library's own, whose packets some threads hand to the functions
 * that sockets have been bound to.
 */
#include "error.h"
#include "helper.h"

#include "sockpal/completion.h"
#include "windows.h"

#include <pthread.h>

#define THREADS 2

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static HANDLE port;

/* The function stands in the key. What it gets is an NTSTATUS, as on Windows. */
static void serve(void *unused) {
    (void)unused;
    for (;;) {
        OVERLAPPED_ENTRY entry;
        ULONG count = 0;
        if (!GetQueuedCompletionStatusEx(port, &entry, 1, &count, INFINITE, FALSE))
            continue;
        LPOVERLAPPED_COMPLETION_ROUTINE function = (LPOVERLAPPED_COMPLETION_ROUTINE)entry.lpCompletionKey;
        function((DWORD)entry.Internal, entry.dwNumberOfBytesTransferred, entry.lpOverlapped);
    }
}

static HANDLE port_need(void) {
    pthread_mutex_lock(&lock);
    if (port == NULL)
        port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    static int running;
    while (port != NULL && running < THREADS && spalw_helper_start(serve, NULL))
        running++;
    HANDLE found = running > 0 ? port : NULL;
    pthread_mutex_unlock(&lock);
    return found;
}

BOOL WINAPI BindIoCompletionCallback(HANDLE file, LPOVERLAPPED_COMPLETION_ROUTINE function, ULONG flags) {
    if (flags != 0 || function == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    HANDLE found = port_need();
    if (found == NULL)
        return spalw_fail(ERROR_NO_SYSTEM_RESOURCES);
    return CreateIoCompletionPort(file, found, (ULONG_PTR)function, 0) == found;
}
