/* SPDX-License-Identifier: MIT
 *
 * The client of file_server, by ConnectEx, overlapped receives with an event, and DisconnectEx.
 *
 *     file_client --port PORT [--host 127.0.0.1]
 *
 * It prints the file's length and checksum. It shows that ConnectEx wants a bound socket and takes the request along,
 * and what makes the socket one like any other afterwards.
 */
#include "common.h"

#include <ws2tcpip.h>

#include <mswsock.h>
#include <windows.h>

#include <stdlib.h>
#include <string.h>

enum { ROOM = 16384 };

static const char request[] = "get\n";
static const char tail[] = "end of the file\n";

struct download {
    SOCKET socket;
    OVERLAPPED overlapped;
    char buffer[ROOM];
    DWORD first, count; /* what has been received and not looked at */
};

static void function_find(SOCKET socket, GUID id, void *function, size_t bytes) {
    DWORD returned;

    if (WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, function, (DWORD)bytes, &returned, NULL,
                 NULL) == SOCKET_ERROR) {
        fail("SIO_GET_EXTENSION_FUNCTION_POINTER", WSAGetLastError());
    }
}

/* Waits for the operation under way. @return what it has moved */
static DWORD result_wait(struct download *download, const char *what) {
    DWORD bytes, flags;

    if (!WSAGetOverlappedResult(download->socket, &download->overlapped, &bytes, TRUE, &flags)) {
        fail(what, WSAGetLastError());
    }
    return bytes;
}

static void download_connect(struct download *download, const char *host, const char *port) {
    GUID id = WSAID_CONNECTEX;
    LPFN_CONNECTEX connect_ex;
    struct sockaddr_in server, peer;
    int length = sizeof peer;
    DWORD sent;

    function_find(download->socket, id, &connect_ex, sizeof connect_ex);
    address_find(host, port, SOCK_STREAM, &server);
    socket_bind(download->socket, "127.0.0.1", "0");
    if (!connect_ex(download->socket, (struct sockaddr *)&server, sizeof server, (void *)request, sizeof request - 1,
                    NULL, &download->overlapped) &&
        WSAGetLastError() != ERROR_IO_PENDING) {
        fail("ConnectEx", WSAGetLastError());
    }
    sent = result_wait(download, "ConnectEx");
    if (sent != sizeof request - 1) { /* There was room for so few bytes. */
        fail("ConnectEx", WSAEMSGSIZE);
    }
    if (setsockopt(download->socket, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, NULL, 0) == SOCKET_ERROR) {
        fail("SO_UPDATE_CONNECT_CONTEXT", WSAGetLastError());
    }
    if (getpeername(download->socket, (struct sockaddr *)&peer, &length) == SOCKET_ERROR) {
        fail("getpeername", WSAGetLastError());
    }
    say("connected%s", peer.sin_port == server.sin_port ? "" : " to somebody else");
}

/* @return false at the end of the stream */
static BOOL download_receive(struct download *download) {
    WSABUF buffer = {ROOM, download->buffer};
    DWORD flags = 0;

    if (WSARecv(download->socket, &buffer, 1, NULL, &flags, &download->overlapped, NULL) == SOCKET_ERROR &&
        WSAGetLastError() != WSA_IO_PENDING) {
        fail("WSARecv", WSAGetLastError());
    }
    download->first = 0;
    download->count = result_wait(download, "WSARecv");
    return download->count > 0;
}

static char byte_take(struct download *download) {
    if (download->count == 0 && !download_receive(download)) {
        fail("the stream ends early", WSAECONNRESET);
    }
    download->count--;
    return download->buffer[download->first++];
}

static unsigned long length_take(struct download *download) {
    static const char begin[] = "a file of ";
    char line[64];
    size_t i = 0;

    do {
        line[i] = byte_take(download);
    } while (line[i] != '\n' && ++i < sizeof line - 1);
    line[i] = '\0';
    if (strncmp(line, begin, sizeof begin - 1) != 0) {
        fail(line, WSAEINVAL);
    }
    return strtoul(line + sizeof begin - 1, NULL, 10);
}

/* FNV-1a, of 32 bits. */
static unsigned long file_take(struct download *download, unsigned long length) {
    unsigned long sum = 2166136261U;

    while (length-- > 0) {
        sum = ((sum ^ (unsigned char)byte_take(download)) * 16777619U) & 0xffffffffU;
    }
    return sum;
}

static void tail_take(struct download *download) {
    size_t i;

    for (i = 0; i < sizeof tail - 1; i++) {
        if (byte_take(download) != tail[i]) {
            fail("the last line is another one", WSAEINVAL);
        }
    }
    if (download->count > 0 || download_receive(download)) {
        fail("there is more behind the last line", WSAEINVAL);
    }
}

static void download_disconnect(struct download *download) {
    GUID id = WSAID_DISCONNECTEX;
    LPFN_DISCONNECTEX disconnect_ex;

    function_find(download->socket, id, &disconnect_ex, sizeof disconnect_ex);
    if (!disconnect_ex(download->socket, &download->overlapped, 0, 0) && WSAGetLastError() != ERROR_IO_PENDING) {
        fail("DisconnectEx", WSAGetLastError());
    }
    result_wait(download, "DisconnectEx");
    if (closesocket(download->socket) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
}

int main(int argc, char **argv) {
    static struct download download;
    struct option options[] = {{"--port", "7"}, {"--host", "127.0.0.1"}};
    unsigned long length;

    options_read(argc, argv, options, 2);
    winsock_begin();
    download.socket = WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, 0, WSA_FLAG_OVERLAPPED);
    download.overlapped.hEvent = WSACreateEvent();
    if (download.socket == INVALID_SOCKET || download.overlapped.hEvent == WSA_INVALID_EVENT) {
        fail("WSASocket, WSACreateEvent", WSAGetLastError());
    }
    download_connect(&download, options[1].value, options[0].value);
    length = length_take(&download);
    say("a file of %lu bytes", length);
    say("its checksum is %08lx", file_take(&download, length));
    tail_take(&download);
    say("the last line is there");
    download_disconnect(&download);
    WSACloseEvent(download.overlapped.hEvent);
    winsock_end();
    say("disconnected");
    return 0;
}
