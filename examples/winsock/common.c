/* SPDX-License-Identifier: MIT
 *
 * What the Winsock examples share; see common.h.
 */
#include "common.h"

#include <ws2tcpip.h>

#include <windows.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------- the command line ---
 */

DECLSPEC_NORETURN static void usage_print(const char *program, const struct option *options, size_t count) {
    size_t i;

    fprintf(stderr, "usage: %s", program);
    for (i = 0; i < count; i++) {
        fprintf(stderr, " [%s %s]", options[i].name, options[i].value);
    }
    fprintf(stderr, "\n");
    exit(2);
}

void options_read(int argc, char **argv, struct option *options, size_t count) {
    int i;

    for (i = 1; i < argc; i += 2) {
        size_t at = 0;

        while (at < count && strcmp(argv[i], options[at].name) != 0) {
            at++;
        }
        if (at == count || i + 1 == argc) {
            usage_print(argv[0], options, count);
        }
        options[at].value = argv[i + 1];
    }
}

int option_number(const struct option *option, int low, int high) {
    char *end;
    long number = strtol(option->value, &end, 10);

    if (end == option->value || *end != '\0' || number < low || number > high) {
        fprintf(stderr, "%s: a number from %d to %d, not '%s'\n", option->name, low, high, option->value);
        exit(2);
    }
    return (int)number;
}

/* -------------------------------------------------------------------------------------------- output, and the end ---
 */

void say(const char *format, ...) {
    char line[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    printf("%s\n", line);
    fflush(stdout);
}

void report(const char *what, int code) {
    char text[512];
    DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    DWORD length = FormatMessageA(flags, NULL, (DWORD)code, MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), text,
                                  (DWORD)sizeof text, NULL);

    /* Without line breaks, each is a space; there is one behind the sentence too. */
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    fprintf(stderr, "%s: %.*s (%d)\n", what, length > 0 ? (int)length : 13, length > 0 ? text : "unknown error", code);
    fflush(stderr);
}

DECLSPEC_NORETURN void fail(const char *what, int code) {
    report(what, code);
    exit(1);
}

void winsock_begin(void) {
    WSADATA data;
    int error = WSAStartup(MAKEWORD(2, 2), &data);

    if (error != 0) { /* There is no WSAGetLastError before it has succeeded. */
        fail("WSAStartup", error);
    }
    if (data.wVersion != MAKEWORD(2, 2)) {
        fail("WSAStartup", WSAVERNOTSUPPORTED);
    }
}

void winsock_end(void) {
    if (WSACleanup() == SOCKET_ERROR) {
        fail("WSACleanup", WSAGetLastError());
    }
}

void *memory_new(size_t bytes) {
    void *memory = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, bytes);

    if (memory == NULL) {
        fail("HeapAlloc", ERROR_NOT_ENOUGH_MEMORY);
    }
    return memory;
}

void memory_free(void *memory) {
    if (!HeapFree(GetProcessHeap(), 0, memory)) {
        fail("HeapFree", (int)GetLastError());
    }
}

/* ------------------------------------------------------------------------------------------ addresses and sockets ---
 */

void address_find(const char *host, const char *port, int type, struct sockaddr_in *address) {
    struct addrinfo hints, *found;
    int error;

    ZeroMemory(&hints, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = type;
    error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) { /* On Windows its codes are those of Winsock. */
        fail("getaddrinfo", error);
    }
    CopyMemory(address, found->ai_addr, sizeof *address);
    freeaddrinfo(found);
}

void socket_bind(SOCKET socket, const char *host, const char *port) {
    struct sockaddr_in address;

    address_find(host, port, 0, &address);
    if (bind(socket, (struct sockaddr *)&address, sizeof address) == SOCKET_ERROR) {
        fail("bind", WSAGetLastError());
    }
}

void port_say(SOCKET socket) {
    struct sockaddr_in address;
    int length = sizeof address;

    if (getsockname(socket, (struct sockaddr *)&address, &length) == SOCKET_ERROR) {
        fail("getsockname", WSAGetLastError());
    }
    say("listening on 127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
}

SOCKET listener_open(const char *port) {
    SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    BOOL yes = TRUE;

    if (listener == INVALID_SOCKET) {
        fail("socket", WSAGetLastError());
    }
    /* Without it, another program of this machine could take the port over. */
    if (setsockopt(listener, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&yes, sizeof yes) == SOCKET_ERROR) {
        fail("setsockopt", WSAGetLastError());
    }
    socket_bind(listener, "127.0.0.1", port);
    if (listen(listener, SOMAXCONN) == SOCKET_ERROR) {
        fail("listen", WSAGetLastError());
    }
    port_say(listener);
    return listener;
}

/* --------------------------------------------------------------------------------------------------- the transcript
 * --- */

void visitor_comes(struct visitor *visitor, int number) {
    visitor->number = number;
    visitor->lines = visitor->bytes = 0;
    say("client %d has come", number);
}

void visitor_says(struct visitor *visitor, const char *bytes, size_t count) {
    size_t i;

    for (i = 0; i < count; i++) {
        visitor->lines += bytes[i] == '\n';
    }
    visitor->bytes += (unsigned long)count;
}

void visitor_goes(const struct visitor *visitor, int code) {
    if (code != 0) {
        report("client", code);
        say("client %d is lost", visitor->number);
        return;
    }
    say("client %d has gone: %lu lines, %lu bytes", visitor->number, visitor->lines, visitor->bytes);
}
