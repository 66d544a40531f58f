/* SPDX-License-Identifier: MIT
 *
 * Events by the names that Winsock gives them. They are documented to need WSAStartup, and Windows does not ask for it:
 * programs create their events first and close them last, outside startup and cleanup, samples of Microsoft's among
 * them (iocpserverex). So the face does not ask either.
 */
#include "socket.h"

#include "sockpal/synchronize.h"

WSAEVENT WSAAPI WSACreateEvent(void) {
    return CreateEventW(NULL, TRUE, FALSE, NULL);
}

BOOL WSAAPI WSACloseEvent(WSAEVENT event) {
    return CloseHandle(event);
}

BOOL WSAAPI WSASetEvent(WSAEVENT event) {
    return SetEvent(event);
}

BOOL WSAAPI WSAResetEvent(WSAEVENT event) {
    return ResetEvent(event);
}

DWORD WSAAPI WSAWaitForMultipleEvents(DWORD count, const WSAEVENT *events, BOOL all, DWORD timeout_ms, BOOL alertable) {
    return WaitForMultipleObjectsEx(count, events, all, timeout_ms, alertable);
}
