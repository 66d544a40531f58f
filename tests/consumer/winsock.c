/* SPDX-License-Identifier: MIT
 *
 * A user's program for Winsock in C: it knows nothing of sockpal, and is built for Windows and natively as it is. A
 * thread that sends, a completion port that receives, and names and sentences of the system. Twin: winsock.cpp.
 */
#include <stdio.h>
#include <stdlib.h>

#include <winsock2.h>

#include <ws2tcpip.h>

#include <mswsock.h>

#include <process.h>
#include <windows.h>

#include <string.h>

#pragma comment(lib, "ws2_32.lib")

static const char line[] = "to the other end";

static int failed(const char *what) {
    char sentence[256] = "";
    int code = WSAGetLastError();
    FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, (DWORD)code, 0, sentence,
                   sizeof sentence, NULL);
    printf("%s: %d: %s\n", what, code, sentence);
    return 1;
}

static unsigned __stdcall send_line(void *argument) {
    struct sockaddr_in address = *(struct sockaddr_in *)argument;
    SOCKET client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (client == INVALID_SOCKET || connect(client, (struct sockaddr *)&address, sizeof address) != 0)
        return (unsigned)failed("connect");
    int sent = send(client, line, (int)strlen(line), 0);
    closesocket(client);
    return sent == (int)strlen(line) ? 0 : (unsigned)failed("send");
}

/* Receives through the port until the peer ends. */
static int receive_line(SOCKET server) {
    static char text[64];
    DWORD flags = 0, bytes = 0, length = 0;
    ULONG_PTR key = 0;
    OVERLAPPED overlapped, *done = NULL;
    HANDLE port = CreateIoCompletionPort((HANDLE)server, NULL, 42, 0);
    if (port == NULL)
        return failed("CreateIoCompletionPort");
    do {
        WSABUF buffer = {(ULONG)(sizeof text - length), text + length};
        memset(&overlapped, 0, sizeof overlapped);
        if (WSARecv(server, &buffer, 1, NULL, &flags, &overlapped, NULL) != 0 && WSAGetLastError() != WSA_IO_PENDING)
            return failed("WSARecv");
        if (!GetQueuedCompletionStatus(port, &bytes, &key, &done, 30000) || key != 42 || done != &overlapped)
            return failed("GetQueuedCompletionStatus");
        length += bytes;
    } while (bytes > 0);
    CloseHandle(port);
    return length == strlen(line) && memcmp(text, line, length) == 0 ? 0 : 1;
}

static int exchange(SOCKET listener, struct sockaddr_in *address) {
    int length = sizeof *address;
    DWORD code = 1;
    if (bind(listener, (struct sockaddr *)address, sizeof *address) != 0 || listen(listener, SOMAXCONN) != 0 ||
        getsockname(listener, (struct sockaddr *)address, &length) != 0)
        return failed("listen");
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, send_line, address, 0, NULL);
    SOCKET server = accept(listener, NULL, NULL);
    if (server == INVALID_SOCKET)
        return failed("accept");
    int result = receive_line(server);
    if (WaitForSingleObject(thread, 30000) != WAIT_OBJECT_0 || !GetExitCodeThread(thread, &code))
        return failed("WaitForSingleObject");
    CloseHandle(thread);
    closesocket(server);
    return result | (int)code;
}

int main(void) {
    WSADATA data;
    struct sockaddr_in address;
    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 1;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    if (inet_pton(AF_INET, "127.0.0.1", &address.sin_addr) != 1)
        return failed("inet_pton");
    SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    int result = listener == INVALID_SOCKET ? failed("socket") : exchange(listener, &address);
    closesocket(listener);
    return WSACleanup() == 0 ? result : 1;
}
