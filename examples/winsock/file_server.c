/* SPDX-License-Identifier: MIT
 *
 * A server that gives a file to whoever asks, by the extension functions of Microsoft: AcceptEx, TransmitFile and
 * DisconnectEx, on a completion port with one thread.
 *
 *     file_server --file PATH [--port 0] [--clients 0] [--accepts 4]
 *
 * A client sends "get" and a line break; it receives a line with the file's length, the file, a last line, and the end
 * of the stream. The server ends when so many clients have gone; 0 means never. It shows several accepts under way,
 * each of which takes the request along, the function pointers, a file that the system sends with a head and a tail,
 * and that everything under way must end before its memory goes. (A client that connects and is silent keeps an accept:
 * servers ask SO_CONNECT_TIME from time to time and close such sockets.)
 */
#include "common.h"

#include <ws2tcpip.h>

#include <mswsock.h>
#include <windows.h>

#include <stdio.h>
#include <string.h>

enum { REQUEST_ROOM = 64, ADDRESS_ROOM = sizeof(struct sockaddr_in) + 16, ACCEPTS_MAX = 64 };

enum step { ACCEPTING, RECEIVING, SENDING, DISCONNECTING };

struct client {
    OVERLAPPED overlapped;
    enum step step; /* what is under way */
    SOCKET socket;
    int number;
    HANDLE file;
    LARGE_INTEGER length;
    TRANSMIT_FILE_BUFFERS ends;
    char head[64];
    DWORD received;
    char request[REQUEST_ROOM + 2 * ADDRESS_ROOM]; /* the addresses lie behind what AcceptEx receives */
};

static const char tail[] = "end of the file\n";

static struct {
    SOCKET listener;
    HANDLE port;
    const char *path;
    LPFN_ACCEPTEX accept_ex;
    LPFN_GETACCEPTEXSOCKADDRS get_addresses;
    LPFN_TRANSMITFILE transmit_file;
    LPFN_DISCONNECTEX disconnect_ex;
    int under_way; /* clients with an operation */
    int number, gone;
} server;

static void function_find(GUID id, void *function, size_t bytes) {
    DWORD returned;

    if (WSAIoctl(server.listener, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, function, (DWORD)bytes, &returned,
                 NULL, NULL) == SOCKET_ERROR) {
        fail("SIO_GET_EXTENSION_FUNCTION_POINTER", WSAGetLastError());
    }
}

static void functions_find(void) {
    GUID accept_ex = WSAID_ACCEPTEX, get_addresses = WSAID_GETACCEPTEXSOCKADDRS;
    GUID transmit_file = WSAID_TRANSMITFILE, disconnect_ex = WSAID_DISCONNECTEX;

    function_find(accept_ex, &server.accept_ex, sizeof server.accept_ex);
    function_find(get_addresses, &server.get_addresses, sizeof server.get_addresses);
    function_find(transmit_file, &server.transmit_file, sizeof server.transmit_file);
    function_find(disconnect_ex, &server.disconnect_ex, sizeof server.disconnect_ex);
}

/* ---------------------------------------------------------------------------------------------------- one client ---
 */

static void client_free(struct client *client, int error) {
    if (client->file != INVALID_HANDLE_VALUE) {
        CloseHandle(client->file);
    }
    if (closesocket(client->socket) == SOCKET_ERROR) {
        report("closesocket", WSAGetLastError());
    }
    if (error != 0) {
        report("client", error);
    }
    memory_free(client);
    server.under_way--;
}

/* After each start: what has been done at once comes through the port too. */
static void client_started(struct client *client, BOOL is_done) {
    if (!is_done && WSAGetLastError() != ERROR_IO_PENDING) {
        client_free(client, WSAGetLastError());
    }
}

static void accept_start(void) {
    struct client *client = (struct client *)memory_new(sizeof *client);
    DWORD received;

    client->step = ACCEPTING;
    client->file = INVALID_HANDLE_VALUE;
    client->socket = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (client->socket == INVALID_SOCKET) {
        fail("socket", WSAGetLastError());
    }
    server.under_way++;
    client_started(client, server.accept_ex(server.listener, client->socket, client->request, REQUEST_ROOM,
                                            ADDRESS_ROOM, ADDRESS_ROOM, &received, &client->overlapped));
}

static void receive_start(struct client *client) {
    WSABUF buffer = {REQUEST_ROOM - client->received, client->request + client->received};
    DWORD flags = 0;

    client->step = RECEIVING;
    client_started(client, WSARecv(client->socket, &buffer, 1, NULL, &flags, &client->overlapped, NULL) == 0);
}

static void file_start(struct client *client) {
    client->step = SENDING;
    client->file = CreateFileA(server.path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                               FILE_ATTRIBUTE_NORMAL | FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    if (client->file == INVALID_HANDLE_VALUE || !GetFileSizeEx(client->file, &client->length)) {
        client_free(client, (int)GetLastError());
        return;
    }
    client->ends.Head = client->head;
    client->ends.HeadLength = (DWORD)snprintf(client->head, sizeof client->head, "a file of %lu bytes\n",
                                              (unsigned long)client->length.QuadPart);
    client->ends.Tail = (void *)tail;
    client->ends.TailLength = sizeof tail - 1;
    client_started(client, server.transmit_file(client->socket, client->file, 0, 0, &client->overlapped, &client->ends,
                                                TF_USE_KERNEL_APC));
}

static void disconnect_start(struct client *client, DWORD sent) {
    LONGLONG expected = client->length.QuadPart + client->ends.HeadLength + client->ends.TailLength;

    say("client %d: sent %lu bytes%s", client->number, (unsigned long)sent, sent == expected ? "" : ", too few");
    client->step = DISCONNECTING;
    client_started(client, server.disconnect_ex(client->socket, &client->overlapped, 0, 0));
}

/* A request is one line; it may come in parts, and must fit. */
static void request_take(struct client *client, DWORD bytes) {
    client->received += bytes;
    if (memchr(client->request, '\n', client->received) != NULL) {
        say("client %d: %.*s", client->number, (int)strcspn(client->request, "\r\n"), client->request);
        file_start(client);
    } else if (bytes == 0 || client->received == REQUEST_ROOM) {
        client_free(client, WSAEINVAL);
        server.gone++;
    } else {
        receive_start(client);
    }
}

static void client_accept(struct client *client, DWORD bytes) {
    struct sockaddr *local, *remote;
    int local_length, remote_length;
    char host[NI_MAXHOST];

    if (setsockopt(client->socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (const char *)&server.listener,
                   sizeof server.listener) == SOCKET_ERROR) {
        fail("SO_UPDATE_ACCEPT_CONTEXT", WSAGetLastError());
    }
    if (CreateIoCompletionPort((HANDLE)client->socket, server.port, 0, 0) == NULL) {
        fail("CreateIoCompletionPort", (int)GetLastError());
    }
    server.get_addresses(client->request, REQUEST_ROOM, ADDRESS_ROOM, ADDRESS_ROOM, &local, &local_length, &remote,
                         &remote_length);
    if (getnameinfo(remote, remote_length, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0) {
        fail("getnameinfo", WSAGetLastError());
    }
    client->number = ++server.number;
    say("client %d has come from %s", client->number, host);
    request_take(client, bytes);
}

/* --------------------------------------------------------------------------------------------------------- the loop
 * --- */

static void client_advance(struct client *client, DWORD bytes) {
    switch (client->step) {
    case ACCEPTING:
        accept_start();
        client_accept(client, bytes);
        break;
    case RECEIVING:
        request_take(client, bytes);
        break;
    case SENDING:
        disconnect_start(client, bytes);
        break;
    case DISCONNECTING:
        say("client %d has gone", client->number);
        client_free(client, 0);
        server.gone++;
        break;
    }
}

static void packet_take(void) {
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    BOOL is_good = GetQueuedCompletionStatus(server.port, &bytes, &key, &overlapped, INFINITE);
    struct client *client = CONTAINING_RECORD(overlapped, struct client, overlapped);
    DWORD error = is_good ? 0 : GetLastError();

    if (overlapped == NULL) {
        fail("GetQueuedCompletionStatus", (int)error);
    }
    if (is_good) {
        client_advance(client, bytes);
        return;
    }
    server.gone += client->step != ACCEPTING;
    client_free(client, error == ERROR_OPERATION_ABORTED ? 0 : (int)error);
}

int main(int argc, char **argv) {
    struct option options[] = {{"--file", ""}, {"--port", "0"}, {"--clients", "0"}, {"--accepts", "4"}};
    int i, clients, accepts;

    options_read(argc, argv, options, 4);
    server.path = options[0].value;
    clients = option_number(&options[2], 0, 1000000);
    accepts = option_number(&options[3], 1, ACCEPTS_MAX);
    winsock_begin();
    server.port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    server.listener = listener_open(options[1].value);
    if (server.port == NULL || CreateIoCompletionPort((HANDLE)server.listener, server.port, 0, 0) == NULL) {
        fail("CreateIoCompletionPort", (int)GetLastError());
    }
    functions_find();
    for (i = 0; i < accepts; i++) {
        accept_start();
    }
    while (clients == 0 || server.gone < clients) {
        packet_take();
    }
    if (!CancelIoEx((HANDLE)server.listener, NULL)) {
        fail("CancelIoEx", (int)GetLastError());
    }
    while (server.under_way > 0) {
        packet_take();
    }
    if (closesocket(server.listener) == SOCKET_ERROR) {
        fail("closesocket", WSAGetLastError());
    }
    CloseHandle(server.port);
    winsock_end();
    say("all %d clients have gone", clients);
    return 0;
}
