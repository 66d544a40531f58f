/* SPDX-License-Identifier: MIT
 *
 * Starting and ending the use of Winsock, which is counted, and the functions of Winsock 1.1 around blocking calls.
 */
#include "error.h"
#include "socket.h"

#include <stdio.h>

#define LOWEST_VERSION MAKEWORD(1, 0)
#define HIGHEST_VERSION MAKEWORD(2, 2)

atomic_uint spalw_startups;

bool spalw_is_started(void) {
    if (spalw_was_started())
        return true;
    spalw_set_error(WSANOTINITIALISED);
    return false;
}

/* Versions are compared with the major number, the lower byte, first. */
static unsigned version_rank(WORD version) {
    return LOBYTE(version) * 256U + HIBYTE(version);
}

static const WORD versions[] = {MAKEWORD(1, 0), MAKEWORD(1, 1), MAKEWORD(2, 0), MAKEWORD(2, 1), MAKEWORD(2, 2)};

/* The highest version that is not above the one asked for. */
static WORD version_given(WORD asked) {
    WORD given = 0;
    for (size_t i = 0; i < _countof(versions); i++)
        if (version_rank(versions[i]) <= version_rank(asked))
            given = versions[i];
    return given;
}

static void data_fill(LPWSADATA data, WORD asked) {
    memset(data, 0, sizeof *data);
    data->wVersion = version_given(asked);
    data->wHighVersion = HIGHEST_VERSION;
    (void)snprintf(data->szDescription, sizeof data->szDescription, "WinSock 2.0");
    (void)snprintf(data->szSystemStatus, sizeof data->szSystemStatus, "Running");
    if (LOBYTE(data->wVersion) == 1) {
        data->iMaxSockets = 32767;
        data->iMaxUdpDg = 65467;
    }
}

int WSAAPI WSAStartup(WORD version, LPWSADATA data) {
    if (version_given(version) == 0) {
        if (data != NULL)
            data->wHighVersion = HIGHEST_VERSION;
        return WSAVERNOTSUPPORTED;
    }
    if (data == NULL)
        return WSAEFAULT;
    data_fill(data, version);
    atomic_fetch_add(&spalw_startups, 1);
    return 0;
}

int WSAAPI WSACleanup(void) {
    unsigned count = atomic_load(&spalw_startups);
    do {
        if (count == 0)
            return spalw_wsa_fail(WSANOTINITIALISED);
    } while (!atomic_compare_exchange_weak(&spalw_startups, &count, count - 1));
    if (count == 1)
        spalw_sockets_close_all();
    return 0;
}

int WSAAPI WSAGetLastError(void) {
    return (int)spalw_error();
}

void WSAAPI WSASetLastError(int code) {
    spalw_set_error((DWORD)code);
}

/* ---------------------------------------------------------------------------------------------- blocking, as of 1.1 */

BOOL PASCAL WSAIsBlocking(void) {
    return FALSE;
}

int PASCAL WSACancelBlockingCall(void) {
    return spalw_is_started() ? spalw_wsa_fail(WSAEOPNOTSUPP) : SOCKET_ERROR;
}

FARPROC PASCAL WSASetBlockingHook(FARPROC hook) {
    (void)hook;
    if (spalw_is_started())
        spalw_set_error(WSAEOPNOTSUPP);
    return NULL;
}

int PASCAL WSAUnhookBlockingHook(void) {
    return spalw_is_started() ? spalw_wsa_fail(WSAEOPNOTSUPP) : SOCKET_ERROR;
}
