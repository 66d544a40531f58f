/* SPDX-License-Identifier: MIT
 *
 * WSADuplicateSocket, and the sockets that WSASocket makes of what it has written. There is one process: a duplicate is
 * another handle of the same object, so that what is done through one is done for both. The description holds the
 * handle, and a mark of this process.
 */
#include "duplicate.h"

#include "error.h"
#include "protocol_info.h"

#include "sockpal/process.h"

#define MARK 0x73706c77U

static void note(LPWSAPROTOCOL_INFOW info, SOCKET handle) {
    info->dwServiceFlags3 = (DWORD)handle;
    info->dwServiceFlags4 = MARK;
    info->dwProviderReserved = GetCurrentProcessId();
}

bool spalw_duplicate_is_meant(const WSAPROTOCOL_INFOW *info) {
    return info->dwServiceFlags4 == MARK && info->dwProviderReserved == GetCurrentProcessId();
}

SOCKET spalw_duplicate_open(const WSAPROTOCOL_INFOW *info) {
    SOCKET source = info->dwServiceFlags3;
    spalw_socket *socket = spalw_socket_enter(source);
    if (socket == NULL)
        return INVALID_SOCKET;
    spalw_object_ref(&socket->object);
    HANDLE handle = spalw_handle_new(&socket->object);
    spalw_socket_leave(source);
    if (handle == NULL)
        spalw_set_error(WSAEMFILE);
    return handle == NULL ? INVALID_SOCKET : (SOCKET)handle;
}

static DWORD describe(SOCKET handle, DWORD process, LPWSAPROTOCOL_INFOW wide, LPWSAPROTOCOL_INFOA narrow) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return spalw_error();
    DWORD code = wide == NULL && narrow == NULL ? WSAEFAULT : process != GetCurrentProcessId() ? WSAEINVAL : 0;
    bool is_known =
        code == 0 && (wide != NULL ? spalw_protocol_info_w(socket->family, socket->type, socket->protocol, wide)
                                   : spalw_protocol_info_a(socket->family, socket->type, socket->protocol, narrow));
    if (is_known) /* Both forms have the numbers in front. */
        note(wide != NULL ? wide : (LPWSAPROTOCOL_INFOW)(void *)narrow, handle);
    spalw_socket_leave(handle);
    return code != 0 || is_known ? code : WSAEINVAL;
}

int WSAAPI WSADuplicateSocketW(SOCKET handle, DWORD process, LPWSAPROTOCOL_INFOW info) {
    DWORD code = describe(handle, process, info, NULL);
    return code == 0 ? 0 : spalw_wsa_fail(code);
}

int WSAAPI WSADuplicateSocketA(SOCKET handle, DWORD process, LPWSAPROTOCOL_INFOA info) {
    DWORD code = describe(handle, process, NULL, info);
    return code == 0 ? 0 : spalw_wsa_fail(code);
}
