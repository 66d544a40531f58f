/* SPDX-License-Identifier: MIT
 *
 * Sockets where files are meant: ReadFile and WriteFile, whose errors are those of Win32, and WSARecvEx.
 */
#include "socket_file.h"

#include "error.h"
#include "file.h"
#include "request.h"
#include "status.h"

#include "mswsock.h"

/* What a call of Winsock says, in Win32's words. */
static DWORD code_of(int wsa) {
    switch (wsa) {
    case WSA_IO_PENDING:
        return ERROR_IO_PENDING;
    case WSAENOTSOCK:
        return ERROR_INVALID_HANDLE;
    default:
        return wsa < WSABASEERR ? (DWORD)wsa : spalw_win32_from_status(spalw_status_from_core((spal_error)wsa));
    }
}

static BOOL transfer(HANDLE handle, bool is_write, void *buffer, DWORD length, LPDWORD count, LPOVERLAPPED overlapped) {
    DWORD flags = 0;
    DWORD moved = 0;
    WSABUF piece = {length, buffer};
    int result = is_write ? WSASend((SOCKET)handle, &piece, 1, &moved, 0, overlapped, NULL)
                          : WSARecv((SOCKET)handle, &piece, 1, &moved, &flags, overlapped, NULL);
    if (count != NULL)
        *count = moved;
    return result == 0 ? TRUE : spalw_fail(code_of(WSAGetLastError()));
}

void spalw_socket_file_start(void) {
    atomic_store(&spalw_transfer_on_socket, transfer);
}

/* A datagram that did not fit is no error here. Flags are only told. */
int PASCAL WSARecvEx(SOCKET socket, char *buffer, int length, int *flags) {
    DWORD received = 0;
    WSABUF piece = {(ULONG)length, buffer};
    if (flags == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    DWORD state = 0;
    int result = WSARecv(socket, &piece, 1, &received, &state, NULL, NULL);
    if (result != 0 && WSAGetLastError() != WSAEMSGSIZE)
        return SOCKET_ERROR;
    *flags = result != 0 ? MSG_PARTIAL : (int)state;
    return (int)received;
}
