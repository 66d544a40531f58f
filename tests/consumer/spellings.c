/* SPDX-License-Identifier: MIT
 *
 * A user's program that spells the names of headers as programs for Windows do, with UNICODE, and begins with _tmain.
 * For systems whose file names tell small letters from capitals.
 */
#include <MSWSock.h>
#include <Mstcpip.h>
#include <WS2tcpip.h>
#include <WinSock2.h>
#include <Windows.h>
#include <tchar.h>

int _tmain(int count, TCHAR **arguments) {
    WSADATA data;
    ADDRINFOT hints = {0}, *found = NULL;
    TCHAR text[64];
    DWORD length = 64;
    hints.ai_flags = AI_NUMERICHOST;
    if (count != 1 || _tcslen(arguments[0]) == 0 || WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 1;
    if (GetAddrInfo(_T("::1"), _T("80"), &hints, &found) != 0)
        return 1;
    if (WSAAddressToString(found->ai_addr, (DWORD)found->ai_addrlen, NULL, text, &length) != 0)
        return 1;
    FreeAddrInfo(found);
    WSACleanup();
    return _tcscmp(text, _T("[::1]:80")) == 0 ? 0 : 1;
}
