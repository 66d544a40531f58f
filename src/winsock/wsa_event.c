/* SPDX-License-Identifier: MIT
 *
 * Events by the names that Winsock gives them.
 */
#include "error.h"
#include "socket.h"

#include "sockpal/synchronize.h"

WSAEVENT WSAAPI WSACreateEvent(void) {
    return spalw_is_started() ? CreateEventW(NULL, TRUE, FALSE, NULL) : WSA_INVALID_EVENT;
}

BOOL WSAAPI WSACloseEvent(WSAEVENT event) {
    return spalw_is_started() ? CloseHandle(event) : FALSE;
}

BOOL WSAAPI WSASetEvent(WSAEVENT event) {
    return spalw_is_started() ? SetEvent(event) : FALSE;
}

BOOL WSAAPI WSAResetEvent(WSAEVENT event) {
    return spalw_is_started() ? ResetEvent(event) : FALSE;
}

DWORD WSAAPI WSAWaitForMultipleEvents(DWORD count, const WSAEVENT *events, BOOL all, DWORD timeout_ms, BOOL alertable) {
    if (!spalw_is_started())
        return WSA_WAIT_FAILED;
    return WaitForMultipleObjectsEx(count, events, all, timeout_ms, alertable);
}
