/* SPDX-License-Identifier: MIT
 *
 * Numbers in network byte order.
 */
#include "socket.h"

u_short WSAAPI htons(u_short value) {
    UCHAR bytes[2] = {(UCHAR)(value >> 8), (UCHAR)value};
    memcpy(&value, bytes, sizeof value);
    return value;
}

u_long WSAAPI htonl(u_long value) {
    UCHAR bytes[4] = {(UCHAR)(value >> 24), (UCHAR)(value >> 16), (UCHAR)(value >> 8), (UCHAR)value};
    memcpy(&value, bytes, sizeof value);
    return value;
}

u_short WSAAPI ntohs(u_short value) {
    return htons(value);
}

u_long WSAAPI ntohl(u_long value) {
    return htonl(value);
}

/* ----------------------------------------------------------------------------------------- in the order of a socket */

/* Every socket has network byte order. @return whether there is one */
static bool is_socket(SOCKET socket) {
    bool is_one = spalw_socket_enter(socket) != NULL;
    if (is_one)
        spalw_socket_leave(socket);
    return is_one;
}

static int long_swap(SOCKET socket, u_long value, u_long *out) {
    if (!is_socket(socket))
        return SOCKET_ERROR;
    if (out == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    *out = htonl(value);
    return 0;
}

static int short_swap(SOCKET socket, u_short value, u_short *out) {
    if (!is_socket(socket))
        return SOCKET_ERROR;
    if (out == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    *out = htons(value);
    return 0;
}

int WSAAPI WSAHtonl(SOCKET socket, u_long value, u_long *out) {
    return long_swap(socket, value, out);
}

int WSAAPI WSAHtons(SOCKET socket, u_short value, u_short *out) {
    return short_swap(socket, value, out);
}

int WSAAPI WSANtohl(SOCKET socket, u_long value, u_long *out) {
    return long_swap(socket, value, out);
}

int WSAAPI WSANtohs(SOCKET socket, u_short value, u_short *out) {
    return short_swap(socket, value, out);
}
