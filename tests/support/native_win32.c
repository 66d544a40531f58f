/* SPDX-License-Identifier: MIT
 *
 * The system underneath as tests must see it, on Windows. Its twin is native_posix.c; native.h says what the functions
 * promise. Windows has no limit of handles that a test could lower.
 */
#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include "native.h"

#include <string.h>

bool system_is_wine(void) {
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

static void winsock_start(void) {
    static bool started;
    WSADATA data;
    if (!started)
        started = WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

bool system_has_ipv6(void) {
    struct sockaddr_in6 address;
    SOCKET handle;
    int bound;
    winsock_start();
    handle = socket(AF_INET6, SOCK_STREAM, 0);
    if (handle == INVALID_SOCKET)
        return false;
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_addr.s6_addr[15] = 1;
    bound = bind(handle, (struct sockaddr *)&address, sizeof address);
    closesocket(handle);
    return bound == 0;
}

long descriptor_count(void) {
    DWORD count = 0;
    return GetProcessHandleCount(GetCurrentProcess(), &count) ? (long)count : -1;
}

bool descriptor_limit_lower(void) {
    return false;
}

void descriptor_limit_restore(void) {
}

bool descriptor_limit_raise(unsigned wanted) {
    return wanted < 65536;
}

static struct sockaddr_in address_loopback(uint16_t port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

spal_native native_open(bool datagram) {
    winsock_start();
    return (spal_native)socket(AF_INET, datagram ? SOCK_DGRAM : SOCK_STREAM, 0);
}

spal_native native_open_unserved(void) {
    return NATIVE_NONE;
}

spal_native native_open_synchronous(void) {
    winsock_start();
    return (spal_native)WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, 0);
}

spal_native native_connect(uint16_t port) {
    struct sockaddr_in address = address_loopback(port);
    spal_native handle = native_open(false);
    if (handle != NATIVE_NONE && connect((SOCKET)handle, (struct sockaddr *)&address, sizeof address) == 0)
        return handle;
    native_close(handle);
    return NATIVE_NONE;
}

spal_native native_listen(uint16_t *port) {
    struct sockaddr_in address = address_loopback(0);
    int length = sizeof address;
    spal_native handle = native_open(false);
    if (handle != NATIVE_NONE && bind((SOCKET)handle, (struct sockaddr *)&address, sizeof address) == 0 &&
        listen((SOCKET)handle, 8) == 0 && getsockname((SOCKET)handle, (struct sockaddr *)&address, &length) == 0) {
        *port = ntohs(address.sin_port);
        return handle;
    }
    native_close(handle);
    return NATIVE_NONE;
}

spal_native native_open_file(void) {
    return (spal_native)CreateEventW(NULL, TRUE, FALSE, NULL);
}

spal_native native_closed(void) {
    spal_native handle = native_open(false);
    native_close(handle);
    return handle;
}

bool native_send(spal_native socket, const void *bytes, size_t length) {
    return send((SOCKET)socket, bytes, (int)length, 0) == (int)length;
}

bool native_send_urgent(spal_native socket, char byte) {
    return send((SOCKET)socket, &byte, 1, MSG_OOB) == 1;
}

bool native_is_open(spal_native socket) {
    int type = 0;
    int length = sizeof type;
    return getsockopt((SOCKET)socket, SOL_SOCKET, SO_TYPE, (char *)&type, &length) == 0;
}

bool native_file_is_open(spal_native file) {
    DWORD flags;
    return GetHandleInformation((HANDLE)file, &flags) != 0;
}

bool native_is_inheritable(spal_native socket) {
    DWORD flags = 0;
    return GetHandleInformation((HANDLE)socket, &flags) != 0 && (flags & HANDLE_FLAG_INHERIT) != 0;
}

void native_close(spal_native socket) {
    if (socket != NATIVE_NONE)
        closesocket((SOCKET)socket);
}

void native_close_file(spal_native file) {
    CloseHandle((HANDLE)file);
}
